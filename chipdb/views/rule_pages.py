"""A page for each rule, and the list of them: made from the data only, for the docs."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from chipdb.answers.rule_diff import dates_of, exception_text, limits_of, review_text
from chipdb.answers.survey import ChipAnswer, RuleAnswers, Survey
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.chip import Chip
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.rules.wording import condition_words, groups_named, scope_text
from chipdb.views.page_parts import pipe_table, section
from chipdb.views.tables import barred, or_dash
from chipdb.vocabulary import RuleQuestion, Status

# a page that is edited by hand would be overwritten silently
MADE = "<!-- built by `make docs` from data/rules/ and data/chips.yaml; do not edit -->"

QUESTIONS = {
    RuleQuestion.CLASSIFICATION: "What is the item on the control list?",
    RuleQuestion.AT_CONTROL: "Is it in another entry of the control list, besides 3A090 and 4A090?",
    RuleQuestion.LICENSE: "Is a license required for the destination?",
    RuleQuestion.REVIEW: "How is a license application reviewed?",
    RuleQuestion.DUTY: "Is it within the parameters of an import duty?",
    RuleQuestion.PRESUMPTION: "What must a foundry or a packager presume?",
    RuleQuestion.PROPOSAL: "What would a bill or a proposed order control if it were law?",
    RuleQuestion.DESTINATION_MEASURE: "What is reported of measures at the destination?",
}
"""The questions that rules answer, in the order of the list of pages."""

DATES = {
    "published": "published",
    "effective": "effective from",
    "compliance": "compliance due from",
    "ends": "ends: the first day on which it no longer applies",
    "enforcement_ends": "not enforced from",
    "printed_ends": "no longer codified from",
    "evidence_to": "sources read up to",
}
"""The dates of a rule in words."""

INTRODUCTION = (
    "One page for each rule of the rulebook: its dates, scope and provisions with their "
    "thresholds, and the chips of the catalog that it controls. For chips designed by companies "
    "of country group D:5, only parameters are reported. "
    "[Reading the rules](../reading-the-rules.md) explains how the rules are read. A page cannot "
    "say who buys, what for, and whether an item is subject to a rule at all."
)


def pages(chips: Iterable[Chip], book: Rulebook) -> Iterator[tuple[str, str]]:
    """The pages of a rulebook by file name, ending with the list of them.

    Every chip is checked against every rule, which takes seconds for the whole catalog.
    """
    survey = Survey(chips, book)
    # all rules are asked first, because the list needs the counts of every page
    surveyed = [survey.of(rule) for rule in book]
    for surveyed_rule in surveyed:
        yield f"{surveyed_rule.rule.id}.md", page(surveyed_rule, book)
    yield "index.md", index(surveyed)


def page(surveyed_rule: RuleAnswers, book: Rulebook) -> str:
    """The page of one rule as Markdown, with a newline at its end.

    A section without content is left out, so that a short rule has a short page.
    """
    rule = surveyed_rule.rule
    parts = [MADE, f"# {rule.title}", _head(rule)]
    parts += section("What changed", [rule.changes, *_lineage(rule, book)])
    parts += section("Dates", [_dates(rule)])
    parts += section("Scope", _scope(rule, surveyed_rule.question.on))
    parts += section("Provisions", _provisions(rule))
    parts += section("License exceptions", _exceptions(rule))
    parts += section("Review", _review(rule))
    parts += section("Conditions that figures do not show", [_bullets(rule.conditions)])
    parts += section("Chips of the catalog", _chips(surveyed_rule))
    return "\n\n".join(parts) + "\n"


def index(surveyed: Sequence[RuleAnswers]) -> str:
    """The list of the pages, by question; a question without a rule has no heading."""
    headers = ["rule", "title", "from", "until", "chips met", "undetermined"]
    parts = [MADE, "# Rules", INTRODUCTION]
    for question, text in QUESTIONS.items():
        rows = []
        for surveyed_rule in surveyed:
            if surveyed_rule.rule.question == question:
                rows.append(_index_row(surveyed_rule))
        if rows:
            parts += [f"## {text}", _table(headers, rows)]
    return "\n\n".join(parts) + "\n"


def _index_row(surveyed_rule: RuleAnswers) -> list[str]:
    """One rule of the list: its dates and how many chips it controls.

    A rule may end in practice before it ends in print, when the agency stops enforcing it.
    """
    rule = surveyed_rule.rule
    until = ""
    if rule.dates.ends:
        until = str(rule.dates.ends)
    elif rule.dates.enforcement_ends:
        until = f"{rule.dates.enforcement_ends}, not enforced"

    met, parameters_only = _met(surveyed_rule)
    count = str(len(met))
    if parameters_only:
        count += f" and {len(parameters_only)} by parameters only"
    undetermined = len(surveyed_rule.of(Status.UNDETERMINED))
    return [_link(rule), rule.title, str(rule.starts or ""), until, count, str(undetermined)]


def _met(surveyed_rule: RuleAnswers) -> tuple[list[ChipAnswer], list[ChipAnswer]]:
    """The chips that meet a rule, apart from those that meet only its parameters.

    Whether the US rules reach an item depends on its origin. For chips designed by companies of
    country group D:5 that is not established, so only the parameters of a license rule are met.
    """
    met = surveyed_rule.of(Status.MET)
    # A classification is of the item itself, so it reaches every chip.
    if surveyed_rule.rule.question not in (RuleQuestion.LICENSE, RuleQuestion.REVIEW):
        return met, []

    in_full, parameters_only = [], []
    for answer in met:
        if answer.parameters_only:
            parameters_only.append(answer)
        else:
            in_full.append(answer)
    return in_full, parameters_only


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table of plain texts, in which a bar would end a cell."""
    return pipe_table(headers, [list(map(barred, row)) for row in rows])


def _bullets(texts: Iterable[str]) -> str:
    """Texts as a list; empty without texts."""
    return "\n".join(f"* {text}" for text in texts)


def _link(rule: Rule) -> str:
    """The id of a rule as a link to its page."""
    return f"[{rule.id}]({rule.id}.md)"


def _head(rule: Rule) -> str:
    """What the rule asks, its citation, where it was read, and whom it binds.

    A letter binds only the companies it names, unlike every other rule.
    """
    lines = [
        f"Rule `{rule.id}`, {rule.question}: {QUESTIONS[rule.question]}",
        f"Citation: {rule.cited()}.",
    ]
    source = bibliography().get(rule.citation.get("source") or "")
    if source is not None:
        title = source.title
        if source.url:
            title = f"[{source.title}]({source.url})"
        lines.append(f"Read in: {title} ({source.publisher}, {source.date}), on {source.read}.")

    kinds = ", ".join(rule.kinds) or "every kind of item"
    lines.append(f"Applies to: {kinds}.")
    if rule.addressees:
        addressees = ", ".join(rule.addressees)
        lines.append(f"Binds only the companies that it is addressed to: {addressees}.")
    return "\n\n".join(lines)


def _lineage(rule: Rule, book: Rulebook) -> Iterator[str]:
    """The rules on the same question and kinds that end as this begins, or begin as it ends."""
    # a rule without a first or last day has no neighbor there: two unknown days are not the same
    first_day, last_day = rule.starts, rule.dates.ends
    before, after = [], []
    for other in filter(functools.partial(_is_on_same_subject, rule), book):
        if first_day and other.dates.ends == first_day:
            before.append(_link(other))
        if last_day and other.starts == last_day:
            after.append(_link(other))

    if before:
        yield f"On the day it begins, this ends: {', '.join(before)}."
    if after:
        yield f"On the day it ends, this begins: {', '.join(after)}."


def _is_on_same_subject(rule: Rule, other: Rule) -> bool:
    """Whether two rules answer the same question about some kind of item.

    A rule on other kinds of items continues a different line of rules.
    """
    return other.question == rule.question and not set(other.kinds).isdisjoint(rule.kinds)


def _dates(rule: Rule) -> str:
    """The dates of a rule in words.

    One rule was suspended before compliance was due: without the last row its dates would suggest
    a time in which it was enforced.
    """
    rows = [[DATES[name], day] for name, day in dates_of(rule.dates).items()]
    if _is_never_enforced(rule):
        rows.append(["enforced", "never: enforcement ended before compliance was due"])
    return _table(["date", "day"], rows)


def _is_never_enforced(rule: Rule) -> bool:
    """Whether enforcement of a license rule ended before the rule began."""
    has_end_of_enforcement = rule.dates.enforcement_ends is not None
    if rule.question != RuleQuestion.LICENSE or not has_end_of_enforcement:
        return False
    return rule.starts is not None and not rule.in_force(rule.starts)


def _scope(rule: Rule, on: date) -> Iterator[str]:
    """Where a rule applies, and the members of the country groups that it names.

    Groups change, so the members are those of the day on which the chips are checked.
    """
    yield f"Where it applies: {scope_text(rule.scope)}."
    groups = groups_named(rule.scope)
    if not groups:
        return
    yield f"Country groups that it names, with their members on {on}:"
    rows = [_group_row(name, on) for name in groups]
    yield _table(["group", "what it is", "members"], rows)


def _group_row(name: str, on: date) -> list[str]:
    """One country group; a member that is not settled is marked.

    The data may not know whether a country was in a group on a given day.
    """
    group = places().groups[name]
    members = []
    for code in places().countries:
        belongs = group.holds(code, on)  # None if it is not settled
        if belongs:
            members.append(places().name_of(code))
        elif belongs is None:
            members.append(f"{places().name_of(code)} (not known)")
    return [name, group.title, ", ".join(sorted(members)) or "none"]


def _provisions(rule: Rule) -> Iterator[str]:
    """The exclusion, the provisions in their order, and their thresholds one by one.

    Conditions are in words; the table of thresholds repeats the numbers with their operators,
    since "at least" and "above" are easy to misread.
    """
    if rule.unless is not None:
        yield f"Not met if: {condition_words(rule.unless)}."
    if len(rule.provisions) > 1:
        yield "The first paragraph that is met gives the outcome."

    rows = []
    for entry in rule.provisions:
        rows.append([entry.id, entry.outcome, condition_words(entry.when)])
    yield _table(["paragraph", "outcome", "met if"], rows)

    thresholds = []
    for limit in limits_of(rule):
        metric, operator = f"`{limit.metric}`", f"`{limit.operator}`"
        thresholds.append([limit.place, metric, operator, limit.text, limit.unit])

    if thresholds:
        yield "Its thresholds; [Metrics](../metrics.md) explains what each metric counts."
        yield _table(["paragraph", "metric", "operator", "threshold", "unit"], thresholds)


def _exceptions(rule: Rule) -> Iterator[str]:
    """Each license exception with its conditions."""
    for entry in rule.exceptions:
        text = exception_text(entry)
        if not entry.closed and not entry.depends_on:
            text = f"may be available: {text}"
        yield f"**{entry.name}** ({entry.section}) {text}."
        yield _bullets(entry.conditions)


def _review(rule: Rule) -> Iterator[str]:
    """The review policies in the order in which they are tried."""
    if len(rule.review) > 1:
        yield "The first that applies is the policy."
    yield _bullets(review_text(entry) for entry in rule.review)


def _chips(surveyed_rule: RuleAnswers) -> Iterator[str]:
    """What was checked, then the chips by answer; chips that do not meet the rule are counted.

    A contested answer is named even if the rule is not met, because it may turn out to be.
    """
    yield _question(surveyed_rule)
    met, parameters_only = _met(surveyed_rule)
    yield from _listed(met, "Met")
    if parameters_only:
        yield from _listed(
            parameters_only,
            "Parameters met by chips of vendors in country group D:5, jurisdiction not established",
        )

    listed = (Status.MET, Status.UNDETERMINED)
    others = [answer for answer in surveyed_rule.answers if answer.status not in listed]
    contested = [answer.chip.name for answer in others if answer.contested]
    if contested:
        yield f"Not met, but contested ({len(contested)}): {', '.join(contested)}."
    undetermined = _undetermined_text(surveyed_rule)
    yield f"Undetermined: {undetermined}. Not met: {len(others)}."


def _undetermined_text(surveyed_rule: RuleAnswers) -> str:
    """How many answers are undetermined, with the reason if there are any."""
    count = len(surveyed_rule.of(Status.UNDETERMINED))
    if not count:
        return "0"
    text = f"{count}, because a figure or a fact is missing"
    if surveyed_rule.rule.addressees:
        text += "; it is not known who else has such a letter"
    return text


def _question(surveyed_rule: RuleAnswers) -> str:
    """The day and the transaction of the question in words."""
    question = surveyed_rule.question
    day = f"on {question.on}"
    if surveyed_rule.rule.question == RuleQuestion.PROPOSAL:
        day = f"as if enacted, with the law of {question.on}"
    law = ""
    if question.as_printed:
        law = ", with the law as codified"
    where = _transaction_text(surveyed_rule)
    return (
        f"Checked for every chip that the catalog holds today, {day}{law}{where}. "
        "An asterisk marks a contested answer."
    )


def _transaction_text(surveyed_rule: RuleAnswers) -> str:
    """The places of the question after a comma; empty if the rule looks at none."""
    question = surveyed_rule.question
    if surveyed_rule.rule.question == RuleQuestion.DUTY:
        return f", for an import into {_place(question.to)}"
    if question.to is None:
        return ""

    text = f", for an export from {_place(question.origin)} to {_place(question.to)}"
    # The parties of an export usually have their headquarters where it goes, which needs no words.
    if question.headquarters and question.headquarters != (question.to,):
        # several parties may be asked about at once
        homes = [_place(code) for code in question.headquarters]
        text += f" to parties headquartered in {' and '.join(homes)}"
    return text


def _place(code: str | None) -> str:
    """A country by name; None is a rule that does not look at the place."""
    if not code:
        return "anywhere"
    return places().name_of(code)


def _listed(answers: Sequence[ChipAnswer], title: str) -> Iterator[str]:
    """The chips by outcome and vendor; the vendor's name is not repeated before each chip."""
    if not answers:
        yield f"{title}: none."
        return

    # the vendor of each row is in a column of its own
    rows: dict[tuple[str, str], list[str]] = {}
    # Sorting keeps the order of the catalog within an outcome.
    for answer in sorted(answers, key=lambda answer: answer.outcome or ""):
        vendor = or_dash(answer.chip.vendor)
        name = answer.chip.name.removeprefix(f"{vendor} ")
        if answer.contested:
            # Escaped, since two plain asterisks in one cell would become emphasis.
            name += "\\*"
        rows.setdefault((or_dash(answer.outcome), vendor), []).append(name)

    yield f"{title} ({len(answers)}):"
    lines = []
    for (outcome, vendor), names in rows.items():
        lines.append([outcome, vendor, ", ".join(names)])
    yield _table(["outcome", "vendor", "chips"], lines)
