"""A page for each rule, and the list of them: made from the data alone, for the docs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from chipdb.answers.rule_diff import dates_of, exception_text, limits_of, review_text
from chipdb.answers.survey import Answer, Caught, Survey
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.chip import Chip
from chipdb.rules.conditions import text_of
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.rules.wording import groups_named, scope_text
from chipdb.vocabulary import RuleQuestion, Status

MADE = "<!-- built by `make docs` from data/rules/ and data/chips.yaml; do not edit -->"
QUESTIONS = {
    "classification": "What is the item on the control list?",
    "at-control": "Is it in another entry of the control list, beside 3A090 and 4A090?",
    "license": "Is a license required there?",
    "review": "How is an application for a license looked at?",
    "duty": "Is it inside the parameters of an import duty?",
    "presumption": "What is a foundry or a packager to presume?",
    "proposal": "What would a bill or a proposed order catch, if it were law?",
}
DATES = {
    "published": "published",
    "effective": "effective from",
    "compliance": "compliance due from",
    "ends": "ends: the first day on which it no longer holds",
    "enforcement_ends": "not enforced from",
    "printed_ends": "no longer what is printed from",
    "evidence_to": "looked at up to",
}


def pages(chips: Iterable[Chip], book: Rulebook) -> Iterator[tuple[str, str]]:
    """The pages of a rulebook by file name, the list of them last."""
    survey = Survey(chips, book)
    found = [survey.of(rule) for rule in book]
    for caught in found:
        yield f"{caught.rule.id}.md", page(caught, book)
    yield "index.md", index(found)


def page(caught: Caught, book: Rulebook) -> str:
    """The page of one rule."""
    rule = caught.rule
    parts = [MADE, f"# {rule.title}", _head(rule)]
    parts += _section("What changed", [rule.changes, *_lineage(rule, book)])
    parts += _section("Dates", [_dates(rule)])
    parts += _section("Scope", [*_scope(rule, caught.question.on)])
    parts += _section("Provisions", [*_provisions(rule)])
    parts += _section("License exceptions", [*_exceptions(rule)])
    parts += _section("Review", [*_review(rule)])
    parts += _section("Conditions that figures do not show", [_bullets(rule.conditions)])
    parts += _section("Chips of the catalog", [*_chips(caught)])
    return "\n\n".join(parts) + "\n"


def index(found: Sequence[Caught]) -> str:
    """The list of the pages, by question."""
    intro = (
        "One page for each rule of the rulebook: dates, scope, provisions with their limits, and the chips of the catalog that it"
        " catches. Of chips designed by companies of country group D:5 only parameters are told. How the rules are read stands in"
        " [Reading the rules](../reading-the-rules.md). What a page cannot say is who buys, what for, and whether an item is"
        " subject to a rule at all."
    )
    parts = [MADE, "# Rules", intro]
    for question, text in QUESTIONS.items():
        rows = [_index_row(one) for one in found if one.rule.question == question]
        if rows:
            headers = ["rule", "title", "from", "until", "chips met", "undetermined"]
            parts += [f"## {text}", _table(headers, rows)]
    return "\n\n".join(parts) + "\n"


def _index_row(caught: Caught) -> list[str]:
    rule = caught.rule
    until = rule.dates.ends or rule.dates.enforcement_ends
    ends = f"{until}{'' if rule.dates.ends else ', not enforced'}" if until else ""
    met, alone = _told_apart(caught)
    counts = [
        f"{len(met)} and {len(alone)} by parameters alone" if alone else str(len(met)),
        str(len(caught.of(Status.UNDETERMINED))),
    ]
    return [f"[{rule.id}]({rule.id}.md)", rule.title, str(rule.starts or ""), ends, *counts]


def _told_apart(caught: Caught) -> tuple[list[Answer], list[Answer]]:
    """The chips that meet it; and, where it bears on a license, those that an item's origin may put beyond it."""
    met = caught.of(Status.MET)
    if caught.rule.question not in (RuleQuestion.LICENSE, RuleQuestion.REVIEW):
        return met, []
    return [one for one in met if not one.parameters_only], [
        one for one in met if one.parameters_only
    ]


def _section(title: str, parts: Iterable[str]) -> list[str]:
    filled = [part for part in parts if part]
    return [f"## {title}", *filled] if filled else []


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that changes by a line where its data does: cells are not padded."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(f"* {text}" for text in texts)


def _head(rule: Rule) -> str:
    lines = [
        f"Rule `{rule.id}`, {rule.question}: {QUESTIONS[rule.question]}",
        f"Citation: {rule.cited()}.",
    ]
    source = bibliography().get(rule.citation.get("source") or "")
    if source is not None:
        title = f"[{source.title}]({source.url})" if source.url else source.title
        lines.append(f"Read in: {title} ({source.publisher}, {source.date}), on {source.read}.")
    lines.append(f"Looks at: {', '.join(rule.kinds) or 'every kind of item'}.")
    if rule.addressees:
        lines.append(
            f"Binds only the companies that it is addressed to: {', '.join(rule.addressees)}."
        )
    return "\n\n".join(lines)


def _lineage(rule: Rule, book: Rulebook) -> Iterator[str]:
    """The rules that end as this one begins, and those that begin as it ends, where they ask the same of the same kind."""
    alike = [
        one
        for one in book
        if one.question == rule.question and not set(one.kinds).isdisjoint(rule.kinds)
    ]
    before = [one for one in alike if rule.starts and one.dates.ends == rule.starts]
    after = [one for one in alike if rule.dates.ends and one.starts == rule.dates.ends]
    for ones, text in (
        (before, "On the day it begins, this ends"),
        (after, "On the day it ends, this begins"),
    ):
        if ones:
            yield f"{text}: {', '.join(_link(one) for one in ones)}."


def _link(rule: Rule) -> str:
    return f"[{rule.id}]({rule.id}.md)"


def _dates(rule: Rule) -> str:
    rows = [[DATES[name], day] for name, day in dates_of(rule.dates).items()]
    if (
        rule.question == RuleQuestion.LICENSE
        and rule.dates.enforcement_ends
        and rule.starts
        and not rule.in_force(rule.starts)
    ):
        rows.append(["enforced", "never: enforcement ended before compliance was due"])
    return _table(["date", "day"], rows)


def _scope(rule: Rule, on: date) -> Iterator[str]:
    yield f"Where it holds: {scope_text(rule.scope)}."
    named = groups_named(rule.scope)
    if named:
        yield f"Country groups that it names, with their members on {on}:"
        yield _table(["group", "what it is", "members"], [_group_row(name, on) for name in named])


def _group_row(name: str, on: date) -> list[str]:
    known = places()
    group = known.groups[name]
    held = {code: group.holds(code, on) for code in known.countries}
    members = [known.name_of(code) for code, holds in held.items() if holds]
    members += [
        f"{known.name_of(code)} (not known)" for code, holds in held.items() if holds is None
    ]
    return [name, group.title, ", ".join(sorted(members)) or "none"]


def _provisions(rule: Rule) -> Iterator[str]:
    if rule.unless is not None:
        yield f"Not met where: {text_of(rule.unless)}."
    if len(rule.provisions) > 1:
        yield "The first paragraph that is met gives the outcome."
    rows = [[entry.id, entry.outcome, text_of(entry.when)] for entry in rule.provisions]
    yield _table(["paragraph", "outcome", "met where"], rows)
    limits = [
        [one.place, f"`{one.metric}`", f"`{one.operator}`", one.text, one.unit]
        for one in limits_of(rule)
    ]
    if limits:
        yield "Its limits; what each metric counts stands in [Metrics](../metrics.md)."
        yield _table(["paragraph", "metric", "operator", "limit", "unit"], limits)


def _exceptions(rule: Rule) -> Iterator[str]:
    for entry in rule.exceptions:
        yield f"**{entry.name}** ({entry.section}) may be open: {exception_text(entry)}."
        yield _bullets(entry.conditions)


def _review(rule: Rule) -> Iterator[str]:
    if len(rule.review) > 1:
        yield "The first that fits is the policy."
    yield _bullets(review_text(entry) for entry in rule.review)


def _chips(caught: Caught) -> Iterator[str]:
    yield _asked(caught)
    met, alone = _told_apart(caught)
    yield from _listed(met, "Met")
    if alone:
        yield from _listed(
            alone,
            "Parameters met by chips of makers of country group D:5, jurisdiction not established",
        )
    rest = [one for one in caught.answers if one.status not in (Status.MET, Status.UNDETERMINED)]
    disputed = [one.chip.name for one in rest if one.contested]
    if disputed:
        yield f"Not met, but contested ({len(disputed)}): {', '.join(disputed)}."
    open_ = caught.of(Status.UNDETERMINED)
    letter = "; it is not known who else has such a letter" if caught.rule.addressees else ""
    yield f"Undetermined: {len(open_)}, for want of a figure or a fact{letter}. Not met: {len(rest)}."


def _asked(caught: Caught) -> str:
    """The day and the deal of the question in words."""
    rule, asked = caught.rule, caught.question
    day = (
        f"as if enacted, with the law of {asked.on}"
        if rule.question == RuleQuestion.PROPOSAL
        else f"on {asked.on}"
    )
    law = ", as printed" if asked.as_printed else ""
    where = ""
    if rule.question == RuleQuestion.DUTY:
        where = f", for an import into {_place(asked.to)}"
    elif asked.to is not None:
        where = f", for an export from {_place(asked.origin)} to {_place(asked.to)}"
        if asked.headquarters and asked.headquarters != (asked.to,):
            where += f" to parties headquartered in {' and '.join(map(_place, asked.headquarters))}"
    return f"Asked of every chip that the catalog holds today, {day}{law}{where}. Contested answers bear an asterisk."


def _place(code: str | None) -> str:
    return places().name_of(code) if code else "anywhere"


def _listed(answers: Sequence[Answer], title: str) -> Iterator[str]:
    """The chips by outcome and maker."""
    if not answers:
        yield f"{title}: none."
        return
    rows: dict[tuple[str, str], list[str]] = {}
    for one in sorted(answers, key=lambda one: one.outcome or ""):
        maker = one.chip.vendor or "–"
        name = one.chip.name.removeprefix(f"{maker} ")
        rows.setdefault((one.outcome or "–", maker), []).append(
            f"{name}\\*" if one.contested else name
        )
    yield f"{title} ({len(answers)}):"
    yield _table(
        ["outcome", "maker", "chips"], [[*key, ", ".join(names)] for key, names in rows.items()]
    )
