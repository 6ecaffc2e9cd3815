"""The answer of a check as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from chipdb.answers.check import Check
from chipdb.metrics import SHOWN, Metric, totals
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.cautions import Caution
from chipdb.solver.labels import NOT_CONTROLLED, metric_text, need_text, verdict_words
from chipdb.solver.licensing import License
from chipdb.solver.verdict import Verdict
from chipdb.units import display
from chipdb.views.safe_text import printable_cell
from chipdb.views.tables import NONE, aligned
from chipdb.views.verdict_sentence import verdict_sentence
from chipdb.views.wording import NOT_PUBLIC, because_words, changed_name, policy_text
from chipdb.vocabulary import Basis, Required, RuleQuestion, Status

NOT_CLASSIFIED = "not 3A090 or 4A090"
WIDTH = 80
"""The verdict is wrapped for the narrowest terminal that people use."""

_LABELS = {RuleQuestion.AT_CONTROL: "AT control"}
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


def check_text(check: Check) -> str:
    """Return a chip's answer: its metrics, classification, license, what is missing.

    Columns are aligned with spaces, for a terminal or a mail in a fixed-width font.
    """
    metrics = aligned(metric_rows(check), indent="  ")
    answers = aligned(list(answer_rows(check)), indent="  ")
    verdict = textwrap.fill(verdict_sentence(check), WIDTH)
    parts = [verdict, head(check), metrics, answers]
    if check.cautions:
        parts.append(caution_text(check.cautions))
    return "\n\n".join(parts)


def caution_text(cautions: Iterable[Caution]) -> str:
    """Return cautions as a list, wrapped for a narrow terminal; those about the item come first."""
    lines = ["cautions"]
    for caution in cautions:
        mark = "!" if caution.changes_status else "-"
        lines.append(
            textwrap.fill(
                f"{mark} {caution.kind}: {printable_cell(caution.text)}",
                WIDTH,
                initial_indent="  ",
                subsequent_indent="    ",
            )
        )
    return "\n".join(lines)


def head(check: Check) -> str:
    """Return two lines: which chip, and the date and places of the transaction.

    A headquarters that equals the destination is left out, since it is what people assume.
    """
    chip, on = check.chip, check.question.on
    asked = check.question.places_asked
    changes = f"; {', '.join(chip.changes)}" if chip.changes else ""
    where = f"on {on}"
    if asked.to is not None:
        if asked.origin is not None:
            where += f", from {places().name_as_treated(asked.origin, on)}"
        where += f", to {places().name_as_treated(asked.to, on)}"
    if asked.headquarters and asked.headquarters != (asked.to,):
        countries = " and ".join(places().name_as_treated(code, on) for code in asked.headquarters)
        where += f", for parties headquartered in {countries}"
    # A line break in a name would make the rest of it look like a line of the answer.
    title = printable_cell(f"{chip.name}  ({chip.id}{changes})")
    return f"{title}\n{where}"


def metric_rows(check: Check) -> list[list[str]]:
    """Return the metrics that every answer has, and the totals of a system.

    Each row has a name, a value, a unit and a remark.
    """
    rows = [_metric_row(check.metrics[name]) for name in SHOWN]
    if check.chip.members:
        rows += [_total_row(metric) for metric in totals(check.chip).values()]
    return rows


def _total_row(metric: Metric) -> list[str]:
    """A total of a system, with the remark that it is one; the rules look at one chip."""
    name = f"{metric_text(metric.name)}, total"
    return [name, display(metric.value), metric.unit, "over all chips of the system"]


def _metric_row(metric: Metric) -> list[str]:
    """A metric with its credible range and any basis weaker than the vendor's word.

    The remark of an unknown metric names what is missing.
    """
    name = metric_text(metric.name)
    if metric.state != "known":
        remark = str(metric.state)
        if metric.missing:
            remark += f"; missing: {', '.join(metric.missing)}"
        return [name, NONE, metric.unit, remark]

    # The ends are compared as shown: a difference that rounding hides is not worth a remark.
    remarks = []
    low, high = display(metric.low), display(metric.high)
    if low != high:
        remarks.append(f"credible: {low} to {high}")
    # A user's own figure is no weaker than official: it is what was asked about.
    bases = {claim.basis for _, claim in metric.inputs} - {Basis.OFFICIAL, Basis.HYPOTHETICAL}
    if bases:
        remarks.append(", ".join(sorted(bases)))
    return [name, display(metric.value), metric.unit, "; ".join(remarks)]


def answer_rows(check: Check) -> Iterator[list[str]]:
    """Yield pairs of question and answer; an empty question continues the one above."""
    named = check.question.named
    if not named:
        yield ["classification", _classification(check)]
        yield from _doubts(check.classification)
        for entry in check.as_module:
            yield ["", f"as a module, card or server: {entry} or a .z entry"]
        if check.question.to is not None:
            yield from _license_rows(check)
    # Rules asked for by name are the whole answer, whatever their question.
    for verdict in check.answers:
        if named or verdict.rule.question in _OTHERS:
            yield from _other_rows(check, verdict)


def _classification(check: Check) -> str:
    """Return the classification; a chip outside 3A090 and 4A090 may still meet other entries."""
    verdict = check.classification
    negative = NOT_CLASSIFIED
    entries = _at_entries(check)
    if entries and verdict.status == Status.NOT_MET:
        negative += f" (other entries: {', '.join(entries)}, AT)"
    return verdict_words(verdict, negative)


def _at_entries(check: Check) -> list[str]:
    """The entries controlled for antiterrorism reasons (AT) that are met, each once."""
    entries: dict[str, None] = {}
    for verdict in check.answers:
        if verdict.rule.question == RuleQuestion.AT_CONTROL and verdict.status == Status.MET:
            entries[verdict.finding.outcome or verdict.rule.id] = None
    return list(entries)


def _other_rows(check: Check, verdict: Verdict) -> Iterator[list[str]]:
    """The answer of a rule besides classification and license, if it says anything.

    A rule that is not met and not contested is left out, unless the user asked for it: otherwise
    every answer would list a dozen rules that do not matter.
    """
    rule = verdict.rule
    by_name = check.question.named or rule.id in check.own
    in_full = by_name or rule.question == RuleQuestion.PRESUMPTION
    if not in_full and verdict.status == Status.NOT_MET and not verdict.contested:
        return

    answer = verdict_words(verdict, _negative(rule))
    yield [_LABELS.get(rule.question, rule.question), f"{answer}  [{rule.id}]"]
    if in_full or verdict.contested:
        yield from _doubts(verdict, _negative(rule))
    if rule.question == RuleQuestion.DUTY:
        for text in rule.conditions:
            yield ["", f"- {text}"]


def _negative(rule: Rule) -> str:
    """What "not met" is called for a rule: only an entry of the control list controls an item."""
    return NOT_CONTROLLED if rule.question == RuleQuestion.CLASSIFICATION else "not met"


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
    for need in verdict.needs:
        yield ["", need_text(need, negative)]


def _license_rows(check: Check) -> Iterator[list[str]]:
    """The license: requirements, review policy, exceptions, assumptions.

    Policies and exceptions follow only if a license is required. The assumptions always do, since
    the answer is wrong without them.
    """
    answer = check.license
    contested = "; contested" if answer.contested else ""
    yield ["license", _LICENSE_WORDS[answer.required] + contested]
    for requirement in answer.requirements:
        policy = policy_text(requirement.review)
        yield ["", f"{requirement.section}: {policy}  [{requirement.rule}]"]
    if answer.verdict is not None and not answer.requirements:
        yield from _license_doubts(check, answer.verdict)
    if answer.required == Required.UNDETERMINED:
        for text in answer.warnings:
            yield ["", text]
    if answer.required == Required.YES:
        yield ["review", _review(answer)]
        for text in answer.review_conditions:
            yield ["", f"- {text}"]
        yield from _not_eased(check)
        yield from _exception_rows(answer)

    label = "assumed"
    for text in _assumptions(check):
        yield [label, text]
        label = ""


def _license_doubts(check: Check, verdict: Verdict) -> Iterator[list[str]]:
    """What leaves the license undetermined.

    Membership in a country group is named instead of the rule's scope, which means nothing to a
    reader.
    """
    unsettled = list(_unsettled_memberships(check))
    for row in _doubts(verdict, "not required"):
        # The solver knows only that the scope is undetermined; the groups of the places say why.
        if unsettled and "the rule's scope" in row[1]:
            for text in unsettled:
                yield ["", text]
        else:
            yield row


def _unsettled_memberships(check: Check) -> Iterator[str]:
    """Yield the places of which it is not settled whether they belong to a country group."""
    question = check.question
    codes = dict.fromkeys([question.to, question.origin, *(question.headquarters or ())])
    for code in codes:
        for group in places().groups.values():
            if code is not None and group.holds(code, question.on) is None:
                yield (
                    f"whether {places().name_of(code)} belongs to {group.id} on {question.on} is "
                    "not settled; a license is required if it does"
                )


def _review(answer: License) -> str:
    """The review policy, with what it depends on and which requirements publish none.

    Some policies hold only if the exporter certifies conditions; without them a stricter one does.
    """
    text = policy_text(answer.review)
    if answer.review_otherwise not in (None, answer.review):
        text += f" if certified as below, otherwise {policy_text(answer.review_otherwise)}"
    # A letter does not publish how applications are reviewed, so a stricter policy is possible.
    not_public = [entry.section for entry in answer.requirements if entry.review is None]
    if not_public and answer.review:
        text += f"; {NOT_PUBLIC} for: {'; '.join(not_public)}"
    return text


def _not_eased(check: Check) -> Iterator[list[str]]:
    """Yield why a review rule of the day does not help."""
    for verdict in check.answers:
        rule = verdict.rule
        if rule.question == RuleQuestion.REVIEW and verdict.fails:
            policy = "It"
            if rule.review:
                policy = f"{policy_text(rule.review[0].policy)} review"
            document = rule.citation.get("document", rule.id)
            reasons = "; ".join(verdict.fails)
            yield ["", f"{policy} ({document}) does not apply: {reasons}"]


def _exception_rows(answer: License) -> Iterator[list[str]]:
    """The exceptions that may be available, each with the conditions to check."""
    names = [f"may qualify for {entry.name} ({entry.section})" for entry in answer.exceptions]
    yield ["exceptions", "; ".join(names) or "none of those modeled"]
    for entry in answer.exceptions:
        for text in entry.conditions:
            yield ["", f"- {text}"]


def _assumptions(check: Check) -> Iterator[str]:
    """What the answer takes for granted.

    For a vendor from an embargoed place that includes jurisdiction: a foreign-made item is subject
    to the EAR only if it has enough US content or technology.
    """
    yield from check.question.assumptions
    if places().embargoed_maker(check.chip.vendor, check.question.on):
        yield "subject to the EAR; a foreign-made item may not be"


def summary_row(check: Check) -> list[str]:
    """Return one row of the table of many chips; see :func:`summary_headers`.

    Without a destination it has no columns for license and review.
    """
    answer = check.license
    row = [
        changed_name(check.chip.id, check.chip.changes),
        display(check.metrics["tpp"].value),
        display(check.metrics["performance_density"].value),
        verdict_words(check.classification, NOT_CLASSIFIED),
    ]
    if check.question.to is not None:
        contested = "; contested" if answer.contested else ""
        row.append((answer.required or "") + contested)
        row.append(policy_text(answer.review) if answer.review else "")
    return row


def summary_headers(with_place: bool) -> list[str]:
    """Return the headers of :func:`summary_row`; ``with_place`` if a destination is given."""
    headers = ["chip", "TPP", "density", "classification"]
    if with_place:
        headers += ["license", "review"]
    return headers
