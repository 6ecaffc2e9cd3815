"""The answer of a check as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from chipdb.answers.check import Check
from chipdb.metrics import SHOWN, Metric, totals
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.rules.thresholds import metric_value_text
from chipdb.solver.labels import (
    NOT_CONTROLLED,
    metric_text,
    needs_texts,
    negative_words,
    verdict_words,
)
from chipdb.solver.licensing import License
from chipdb.solver.requirement import ExceptionAnswer, Requirement
from chipdb.solver.verdict import Verdict
from chipdb.units import counted, display
from chipdb.views.caution_text import check_cautions, full_cautions
from chipdb.views.safe_text import printable_cell
from chipdb.views.tables import NONE
from chipdb.views.verdict_sentence import unsettled_memberships, verdict_sentence
from chipdb.views.ways_out import ways_out_lines
from chipdb.views.wording import (
    ON_WHAT_IS_NOT_STATED,
    because_words,
    depending,
    exceptions_in,
    policy_text,
    requirement_policy,
    unsettled_exceptions,
)
from chipdb.views.words import first_few
from chipdb.views.wrapped_text import labeled_lines, wrapped
from chipdb.vocabulary import (
    Basis,
    CautionKind,
    ExceptionState,
    Required,
    RuleQuestion,
    Status,
)

NOT_CLASSIFIED = "not 3A090 or 4A090"
SCREEN = 23
"""The lines of the smallest terminal, without the one of the next prompt."""

_MAIN_FIGURES = ("tpp", "performance_density")
"""What is left of the figures where the screen is short."""
_LABELS = {RuleQuestion.AT_CONTROL: "other entries"}
_OTHERS = (
    RuleQuestion.AT_CONTROL,
    RuleQuestion.DUTY,
    RuleQuestion.PRESUMPTION,
    RuleQuestion.PROPOSAL,
)
"""Questions whose answers follow classification and license."""
_LICENSE_WORDS = {
    Required.YES: "required",
    Required.UNDETERMINED: "undetermined",
    Required.NO: "not required by these rules",
    None: "not required by these rules",
}


def check_text(check: Check, *, in_full: bool = False, most_lines: int = SCREEN) -> str:
    """Return a chip's answer: the verdict, its reasons, cautions, figures and assumptions.

    It is wrapped for a terminal of 80 columns and, as far as the reasons and cautions allow, kept
    to ``most_lines``: first remarks on figures are left out, then most figures, then assumptions
    that the verdict states as well. Nothing is left out ``in_full``.
    """
    # the sentence comes first: it is what people quote, and a pager shows it without scrolling
    verdict = [*wrapped(verdict_sentence(check)), ""]
    if check.before is not None:
        verdict += [*wrapped(f"Before: {verdict_sentence(check.before)}"), ""]
    reasons = [*verdict, *labeled_lines(answer_rows(check, in_full=in_full))]
    if in_full:
        cautions = full_cautions(check)
        below = [*_figure_lines(check, remarks=True), *_assumption_lines(check)]
        return "\n".join([*reasons, *cautions, "", *below])

    cautions = check_cautions(check)
    above = [*reasons, *cautions]
    below = _fitted(check, most_lines - len(above))
    if len(above) + len(below) > most_lines:
        # why an easier review does not apply, and what may ask for the license that is required
        # anyway, is not part of the answer
        above = [*verdict[:-1], *labeled_lines(answer_rows(check, with_details=False)), *cautions]
        below = _fitted(check, most_lines - len(above))
    # the empty line between what was answered and what it rests on goes where room is short
    if not check.cautions or len(above) + len(below) < most_lines:
        above.append("")
    return "\n".join([*above, *below])


def _fitted(check: Check, room: int) -> list[str]:
    """Return what an answer rests on, shortened to a number of lines if possible.

    What the trace also says is left out first, so that no reason and no caution has to be.
    """
    assumed = _assumption_lines(check)
    shown = [*_figure_lines(check, remarks=True), *assumed]
    if len(shown) <= room:
        return shown
    shown = [*_figure_lines(check, remarks=False), *assumed]
    if len(shown) <= room:
        return shown
    figures = _main_figure_lines(check)
    shown = [*figures, *assumed]
    if len(shown) <= room:
        return shown
    shown = [*figures, *_assumption_lines(check, all_of_them=False)]
    if len(shown) <= room:
        return shown
    tpp = _figure_text(check, "tpp", remarks=False)
    return wrapped(f"{check.chip.id}: {tpp}; figures and assumptions: --explain", hanging="  ")


def _assumption_lines(check: Check, *, all_of_them: bool = True) -> list[str]:
    """Return the assumptions as a paragraph; none without a destination.

    The verdict names the exporting country and the headquarters that it assumes, so these can be
    left out.
    """
    if check.question.to is None:
        return []
    assumptions = list(check.question.assumptions)
    label = "assumed"
    if not all_of_them and len(assumptions) > 1:
        # the last of every question is that the item is subject to the EAR; "also" says that the
        # list is not all of it, and a word less keeps it on one line
        label = "also assumed"
        assumptions = [assumptions[-1].replace("item subject", "subject")]
    # a foreign-made item is subject only if it has enough US content or technology
    if places().embargoed_maker(check.chip.vendor, check.question.on):
        assumptions.append("a foreign-made item may not be")
    return wrapped(f"{label}: {'; '.join(assumptions)}", hanging="  ")


def _main_figure_lines(check: Check) -> list[str]:
    """Return the figures that most rules read, and where the others are."""
    texts = [_figure_text(check, name, remarks=False) for name in _MAIN_FIGURES]
    return wrapped(f"{check.chip.id}: {'; '.join(texts)}; more: --explain", hanging="  ")


def _figure_lines(check: Check, *, remarks: bool) -> list[str]:
    """Return the figures as a paragraph."""
    return wrapped(figures_text(check, remarks=remarks), hanging="  ")


def figures_text(check: Check, *, remarks: bool = True) -> str:
    """Return the figures of an answer as one line, which begins with the id of the chip.

    What an unknown figure lacks is always stated; other ``remarks`` only if asked for. For a
    system, only the total TPP follows, since the rules look at one of its chips.
    """
    texts = [_figure_text(check, name, remarks=remarks) for name in SHOWN]
    if check.chip.members:
        total = totals(check.chip).get("tpp")
        if total is not None:
            texts.append(f"total TPP {display(total.value)}")
    return f"{check.chip.id}: {'; '.join(texts)}"


def _figure_text(check: Check, name: str, *, remarks: bool) -> str:
    """Return one figure with its short name, and with what it lacks if it is unknown."""
    label = _SHORT_NAMES.get(name) or metric_text(name)
    _, value, unit, remark = _metric_row(check.metrics[name], check.question.book)
    text = f"{label} {value} {unit}".rstrip()
    if value == NONE:
        # the remark begins with the state, such as "unknown", in place of the value
        state, _, remark = remark.partition("; ")
        text = f"{label} {state}"
    elif not remarks:
        remark = ""
    if remark:
        text += f" ({remark})"
    return text


# the line of figures has to fit on one screen with the cautions
_SHORT_NAMES = {
    "performance_density": "density",
    "applicable_die_area": "die area",
    "memory_bandwidth": "memory",
    "aggregate_io_bandwidth": "I/O",
    "interconnect_bandwidth": "chip-to-chip",
}
"""Short names of the metrics that every answer has; their units say the rest."""


def head(check: Check) -> str:
    """Return two lines: which chip, and the date and places of the transaction.

    A headquarters that equals the destination is left out, since it is what people assume.
    """
    chip, on = check.chip, check.question.on
    asked = check.question.places_asked
    identity = chip.id
    if chip.changes:
        identity += f"; {', '.join(chip.changes)}"
    where = f"on {on}"
    if asked.to is not None:
        if asked.origin is not None:
            where += f", from {places().name_as_treated(asked.origin, on)}"
        where += f", to {places().name_as_treated(asked.to, on)}"
    if asked.headquarters and asked.headquarters != (asked.to,):
        countries = [places().name_as_treated(code, on) for code in asked.headquarters]
        where += f", for parties headquartered in {' and '.join(countries)}"
    # A line break in a name would make the rest of it look like a line of the answer.
    title = printable_cell(f"{chip.name}  ({identity})")
    return f"{title}\n{where}"


def metric_rows(check: Check) -> list[list[str]]:
    """Return the metrics that every answer has, and the totals of a system.

    Each row has a name, a value, a unit and a remark.
    """
    rows = [_metric_row(check.metrics[name], check.question.book) for name in SHOWN]
    if not check.chip.members:
        return rows

    # the rules look at one chip of a system, so its metrics must not be mistaken for the totals
    for row in rows:
        remark = row[-1]
        row[-1] = "one chip"
        if remark:
            row[-1] += f"; {remark}"
    rows += map(_total_row, totals(check.chip).values())
    return rows


def _total_row(metric: Metric) -> list[str]:
    """A total of a system, with the remark that it is one; the rules look at one chip."""
    name = f"{metric_text(metric.name)}, total"
    return [name, display(metric.value), metric.unit, "over all chips of the system"]


def _metric_row(metric: Metric, book: Rulebook | None) -> list[str]:
    """A metric with its credible range and any basis weaker than the vendor's own statement.

    The remark of an unknown metric names what is missing. ``book`` holds the rules that were asked,
    None for those of the installation.
    """

    def printed(value: Fraction | None) -> str:
        """One end or the value, on its side of every threshold."""
        return metric_value_text(metric.name, value, book=book)

    name = metric_text(metric.name)
    if metric.state != "known":
        remark = str(metric.state)
        if metric.missing:
            remark += f"; missing: {', '.join(metric.missing)}"
        return [name, NONE, metric.unit, remark]

    # The ends are compared as shown: a difference that rounding hides is not worth a remark.
    remarks = []
    # each end is rounded away from the thresholds, so that a rounded value never seems to reach one
    low, high = printed(metric.low), printed(metric.high)
    if low != high:
        remarks.append(f"credible: {low} to {high}")
    # A user's own figure is not weaker than an official one: it is what was asked about.
    bases = {claim.basis for _, claim in metric.inputs}
    bases -= {Basis.OFFICIAL, Basis.HYPOTHETICAL}
    if bases:
        remarks.append(", ".join(sorted(bases)))
    return [name, printed(metric.value), metric.unit, "; ".join(remarks)]


def answer_rows(
    check: Check, *, in_full: bool = False, with_details: bool = True
) -> Iterator[list[str]]:
    """Yield pairs of question and answer; an empty question continues the one above.

    Lists of conditions are counted, or written out ``in_full``. ``with_details`` says why a review
    that would be easier does not apply, and what else may ask for a license that is required.
    """
    if check.question.named:
        # Rules asked for by name are the whole answer, even if they are about another question.
        for verdict in check.answers:
            yield from _other_rows(check, verdict, in_full)
        return

    yield from _order_rows(check)
    classification = _classification(check)
    # the same item on a card or in a server is classified under the entry of that
    for entry in check.as_module:
        classification += f" (card, server: {entry} or .z)"
    yield ["classification", classification]
    yield from _doubts(check.classification)
    if check.question.to is not None:
        yield from _license_rows(check, in_full, with_details)
    for verdict in check.answers:
        if verdict.rule.question in _OTHERS:
            yield from _other_rows(check, verdict, in_full)


def _order_rows(check: Check) -> Iterator[list[str]]:
    """What the user stated for the record: how many of the chip, and their own number for it."""
    if check.entry.quantity is not None:
        yield ["quantity", f"{check.entry.quantity:,}"]
    if check.entry.sku is not None:
        yield ["SKU", printable_cell(check.entry.sku)]


def _classification(check: Check) -> str:
    """Return the classification; a chip outside 3A090 and 4A090 may still meet other entries."""
    verdict = check.classification
    negative = NOT_CLASSIFIED
    entries = _at_entries(check)
    if entries and verdict.status == Status.NOT_MET:
        negative += f" (other entries: {', '.join(entries)}, {_reasons_for_control(entries)})"
    return verdict_words(verdict, negative)


def _reasons_for_control(entries: Sequence[str]) -> str:
    """Why other entries are controlled: 4A003 and 5A002 for national security (NS) as well."""
    if all(entry.startswith(("3A991", "4A994")) for entry in entries):
        return "AT"
    return "NS, AT"


def _at_entries(check: Check) -> list[str]:
    """The entries other than 3A090 and 4A090 that are met, each once."""
    entries: dict[str, None] = {}
    for verdict in check.answers:
        if verdict.rule.question != RuleQuestion.AT_CONTROL:
            continue
        # a user's own rule may name no entry
        if verdict.status == Status.MET:
            entry = verdict.finding.outcome or verdict.rule.id
            entries[entry] = None
    return list(entries)


def _other_rows(check: Check, verdict: Verdict, in_full: bool) -> Iterator[list[str]]:
    """The answer of a rule besides classification and license, if it says anything."""
    rule = verdict.rule
    is_asked = _is_asked(check, rule)
    if not is_asked and not _says_something(check, verdict, in_full):
        return

    answer = verdict_words(verdict, negative_words(rule))
    label = _LABELS.get(rule.question, rule.question)
    yield [label, f"{answer}  [{rule.id}]"]
    if is_asked or verdict.contested:
        yield from _doubts(verdict, negative_words(rule))
    yield from _below_answer(check, rule, in_full)


def _below_answer(check: Check, rule: Rule, in_full: bool) -> Iterator[list[str]]:
    """The ways out of a presumption, or the conditions of a duty; nothing for other rules."""
    presumption = check.presumption
    if presumption is not None and rule is presumption.rule:
        for line in ways_out_lines(presumption):
            yield ["", line]
    if rule.question == RuleQuestion.DUTY:
        conditions = rule.conditions
        # the first condition says what the duty depends on, the others how it is lifted
        if not in_full:
            conditions = conditions[:1]
        yield from _continued("", conditions)


def _is_asked(check: Check, rule: Rule) -> bool:
    """Whether the user asked for a rule: by name, in a file, or by the role of the exporter."""
    by_name = bool(check.question.named) or rule.id in check.own
    return by_name or rule.question == RuleQuestion.PRESUMPTION


def _says_something(check: Check, verdict: Verdict, in_full: bool) -> bool:
    """Whether a rule that was not asked for by name is worth a line.

    One that is not met and not contested is not: otherwise every answer would list a dozen rules
    that do not matter. Nor is an entry that the line of the classification names.
    """
    if verdict.contested:
        return True
    if verdict.status == Status.NOT_MET:
        return False
    if in_full:
        return True
    return not _is_named_above(check, verdict)


def _is_named_above(check: Check, verdict: Verdict) -> bool:
    """Whether the line of the classification names this entry and leaves nothing to add.

    It names other entries only after a classification that is not met.
    """
    if verdict.rule.question != RuleQuestion.AT_CONTROL or check.question.named:
        return False
    return verdict.status == Status.MET and check.classification.status == Status.NOT_MET


def _doubts(verdict: Verdict, negative: str = NOT_CONTROLLED) -> Iterator[list[str]]:
    """Yield what contests an answer and what is missing to know it.

    Both continue the answer above them, so their first column is empty.
    """
    for side in verdict.sides:
        finding = side.finding
        if finding.outcome:
            answer = finding.outcome
        elif finding.status == Status.NOT_MET:
            answer = negative
        else:
            answer = str(finding.status)
        yield ["", f"{answer} if {because_words(side.because)}"]
    for text in needs_texts(verdict.needs, negative):
        yield ["", text]


def _license_rows(check: Check, in_full: bool, with_details: bool) -> Iterator[list[str]]:
    """The license: requirements with their policies, what a review depends on, exceptions.

    Policies and exceptions follow only if a license is required. Long lists of conditions are
    counted, and written out ``in_full``.
    """
    answer = check.license
    yield from _requirement_rows(answer, in_full)
    if with_details:
        yield from _undetermined_rows(check)
    if answer.verdict is not None and not answer.requirements:
        yield from _license_doubts(check, answer.verdict)
    if answer.required == Required.UNDETERMINED:
        yield from _continued("", answer.warnings)
    if answer.required != Required.YES:
        return

    if in_full:
        for text in answer.review_conditions:
            yield ["", f"- {text}"]
    if with_details:
        yield from _not_eased(check)
    yield from _exception_rows(answer, in_full)


def _requirement_rows(answer: License, in_full: bool) -> Iterator[list[str]]:
    """Whether a license is required, and each requirement; a single one on the same line."""
    word = _LICENSE_WORDS[answer.required]
    if answer.contested:
        word += "; contested"
    asking = [_asking(entry, answer, in_full) for entry in answer.requirements]
    if asking and not in_full and answer.required == Required.YES:
        first, *others = asking
        yield ["license", f"{word} by {first}"]
        yield from _continued("", (f"and by {other}" for other in others))
        return
    yield ["license", word]
    yield from _continued("", asking)


# three sections of the EAR fit on a line of a terminal
_MOST_SECTIONS = 3
"""A line names up to this many sections, and counts the others."""


def _undetermined_rows(check: Check) -> Iterator[list[str]]:
    """Which further instruments may ask for a license that is required anyway, and what decides it.

    Their policies would count, too, so that an applicant has to settle them.
    """
    answer = check.license
    if answer.required != Required.YES:
        return
    asking = {requirement.rule for requirement in answer.requirements}
    sections: dict[str, None] = {}
    missing: dict[str, None] = {}
    for verdict in check.answers:
        rule = verdict.rule
        is_open = verdict.status == Status.UNDETERMINED and rule.id not in asking
        if rule.question == RuleQuestion.LICENSE and is_open:
            sections[verdict.leading_provision] = None
            # what is missing of the chip is said below; who received a letter is not
            if rule.addressees:
                missing |= dict.fromkeys(needs_texts(verdict.needs))
    if sections:
        named = first_few(list(sections), _MOST_SECTIONS, " and ")
        yield ["", f"undetermined whether also by {named}"]
        # of several needs each is in the trace, and the row would be long
        if len(missing) == 1:
            yield from _continued("", missing)


def _asking(requirement: Requirement, answer: License, in_full: bool) -> str:
    """One requirement with its review policy, and how many conditions an eased policy has."""
    text = f"{requirement.section}: {requirement_policy(requirement)}"
    number = len(answer.review_conditions)
    if number and not in_full:
        conditions = f"({counted(number, 'condition')}: --explain)"
        text = text.replace("if certified", f"if certified {conditions}")
    return text


def _license_doubts(check: Check, verdict: Verdict) -> Iterator[list[str]]:
    """What leaves the license undetermined.

    Membership in a country group is named instead of the rule's scope, which means nothing to a
    reader.
    """
    unsettled = list(unsettled_memberships(check))
    kinds_of_cautions = {caution.kind for caution in check.cautions}
    for row in _doubts(verdict, "not required"):
        # The solver knows only that the scope is undetermined; the groups of the places say why.
        if unsettled and "the rule's scope" in row[1]:
            yield from _continued("", unsettled)
            continue
        # a caution on another entry says what is not examined of it, and where
        if "NS column 1" in row[1] and CautionKind.OTHER_CONTROL in kinds_of_cautions:
            continue
        yield row


def _not_eased(check: Check) -> Iterator[list[str]]:
    """Yield why a review rule of the day does not help."""
    for verdict in check.answers:
        rule = verdict.rule
        if rule.question != RuleQuestion.REVIEW or not verdict.fails:
            continue
        # a user's own review rule may state no policy
        policy = "It"
        if rule.review:
            policy = f"{policy_text(rule.review[0].policy)} review"
        document = rule.citation.get("document", rule.id)
        reasons = "; ".join(verdict.fails)
        yield ["", f"{policy} ({document}) does not apply: {reasons}"]


def _exception_rows(answer: License, in_full: bool) -> Iterator[list[str]]:
    """The exceptions that may be available, and the conditions to check; the others by their state.

    An exception helps only if it is open under every requirement. Why one is closed is written out
    in the trace.
    """
    texts: list[str] = []
    for entry in answer.exceptions:
        texts += _open_exception(entry, in_full)

    unsettled = unsettled_exceptions(answer)
    if unsettled:
        where = "--explain"
        if in_full:
            where = "see below"
        texts.append(f"{depending(unsettled)} {ON_WHAT_IS_NOT_STATED}: {where}")
    if not texts:
        none = "none of those modeled"
        if not in_full and exceptions_in(answer, ExceptionState.CLOSED):
            none += "; why each is closed: --explain"
        texts.append(none)
    yield from _continued("exceptions", texts)


def _open_exception(entry: ExceptionAnswer, in_full: bool) -> list[str]:
    """An exception that may be available, with its conditions or how many there are."""
    text = f"may qualify for {entry.name} ({entry.section})"
    if in_full:
        return [text, *(f"- {condition}" for condition in entry.conditions)]
    if entry.conditions:
        text += f"; {counted(len(entry.conditions), 'condition')}: --explain"
    return [text]


def _continued(label: str, texts: Iterable[str]) -> Iterator[list[str]]:
    """Rows with a label before the first only."""
    for text in texts:
        yield [label, text]
        label = ""
