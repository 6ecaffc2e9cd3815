"""What an answer must say beside itself: whatever is assumed, estimated, stale, unread, or not covered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from chipdb.catalog.chip import Chip
from chipdb.metrics import Count
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.declared import difference_of
from chipdb.solver.evaluate import metrics_named
from chipdb.solver.intervals import Interval
from chipdb.solver.item import Interpretation, Subject
from chipdb.solver.labels import finding_text
from chipdb.solver.licensing import Ruling
from chipdb.solver.question import ENFORCED, TEXT
from chipdb.solver.verdict import Finding, finding_of, joined
from chipdb.units import display
from chipdb.vocabulary import Basis, Kind, RuleQuestion, Status

if TYPE_CHECKING:
    from datetime import date

    from chipdb.answers.check import Check
    from chipdb.rules.allocations import Budget
    from chipdb.solver.question import Question

WEAK = (Basis.ESTIMATED, Basis.REPORTED)
ROLES = {"foundry": "a foundry", "osat": "an OSAT company"}
NO_LAW = "{} is a proposal, not law, answered as if enacted"
"""What goes with every answer that rests on a proposal."""


def warnings_of(check: Check, ruling: Ruling) -> tuple[str, ...]:
    """Every warning of an answer, in a fixed order, each once."""
    found: list[str] = []
    for part in (
        _name,
        _proposals,
        _presumptions,
        _requirements,
        _not_asked,
        _coverage,
        _weak_figures,
        _declared,
        _planar,
        _sale,
        _text,
        _evidence,
        _notices,
    ):
        found += part(check, ruling)
    return tuple(dict.fromkeys([*found, *check.license.warnings]))


def _name(check: Check, _: Ruling) -> Iterator[str]:
    entry = check.entry
    yield from entry.remarks
    if entry.chip.rates_partial:
        yield "the table states only rates outside the matrix engines, so its TPP is a lower bound"
    if entry.resolved_from and entry.siblings:
        yield f"{entry.resolved_from!r} is taken as {entry.chip.name}; it could also mean: {', '.join(entry.siblings)}"
    if entry.chip.kind == Kind.SYSTEM and entry.chip.members:
        parts = ", ".join(f"{member.count} x {member.chip.name}" for member in entry.chip.members)
        yield f"a system is classified by any of its chips; metrics are those of one chip ({parts})"


def _declared(check: Check, _: Ruling) -> Iterator[str]:
    """A maker's own TPP on the other side of a limit of some rule in force."""
    book, on = check.question.rulebook, check.question.on
    for chip in dict.fromkeys((check.chip, *(part for part, _ in check.chip.processors()))):
        found = difference_of(chip)
        rules = (
            [
                f"{rule} at {display(limit)}"
                for rule, limit in found.crossed
                if book[rule].in_force(on)
            ]
            if found
            else []
        )
        if found and rules:
            why = found.why or "the difference is not explained"
            yield (
                f"{chip.name}: the maker declares TPP {display(found.declared)}, the rates come to {display(found.computed)}, "
                f"across the line of {', '.join(rules)}; {why}"
            )


def _proposals(check: Check, _: Ruling) -> Iterator[str]:
    """A proposal answers as if enacted: what it is, and what of it was not read, goes with the answer."""
    for rule in (verdict.rule for verdict in check.answers if verdict.rule.is_no_law):
        yield "; ".join([NO_LAW.format(rule.id), *rule.conditions])


def no_law(rules: Iterable[Rule]) -> Iterator[str]:
    """What must be said where some of these rules are proposals."""
    yield from (NO_LAW.format(rule.id) for rule in rules if rule.is_no_law)


def of_designs(asked: Question) -> Iterator[str]:
    """What must be said of the answers for hypothetical designs: what license rules hang on beside figures.

    A design is nobody's, so no letter is addressed to it.
    """
    from chipdb.answers.check import rules_asked

    for rule in rules_asked(asked, Subject(Chip(id="design", name="design", hypothetical=True)))[0]:
        if rule.question == RuleQuestion.LICENSE and rule.addressees:
            yield f"{rule.id} binds those it is addressed to: it leaves the license of designs that meet its numbers undetermined"
        if rule.question == RuleQuestion.LICENSE:
            yield from (f"{rule.id}: {condition}" for condition in rule.conditions)
    yield from _notices_of(asked)


def uncovered(asked: Question, kind: str) -> Iterator[str]:
    """That a day lies before every classification rule there is, if so."""
    book = asked.rulebook
    if not book.covers(kind, asked.on):
        yield f"the rulebook has no classification rules for a {kind} on {asked.on} (it begins on {book.begins()})"


def _presumptions(check: Check, ruling: Ruling) -> Iterator[str]:
    """A presumption that stands outweighs what the figures say; its ways out, and what of it was taken, go with the answer."""
    for verdict in check.answers:
        if (
            verdict.rule.question != RuleQuestion.PRESUMPTION
            or verdict.status == Status.NOT_COVERED
        ):
            continue
        if verdict.status == Status.MET:
            yield (
                f"{verdict.rule.id}: {verdict.finding.outcome} and for datacenters, so that every license requirement of that "
                "paragraph holds for this exporter, whatever the license line says of the figures"
            )
        if not ruling.subject.lead.dies:
            yield f"{verdict.rule.id}: the dies are not known; taken as logic at 16/14 nm or below, or non-planar"
        yield from (f"{verdict.rule.id}: {condition}" for condition in verdict.rule.conditions)


def _requirements(check: Check, _: Ruling) -> Iterator[str]:
    """What a license rule that may ask for one hangs on beside figures, and what an entry that may be met brings with it."""
    for verdict in check.answers:
        rule = verdict.rule
        if (
            rule.question in (RuleQuestion.LICENSE, RuleQuestion.AT_CONTROL)
            and not rule.is_no_law
            and verdict.status in (Status.MET, Status.UNDETERMINED)
        ):
            yield from (f"{rule.id}: {condition}" for condition in rule.conditions)


def _not_asked(check: Check, _: Ruling) -> Iterator[str]:
    """What was called for by ``--enact`` or ``--role`` and has no part in the answer, with the reason."""
    question, answered = check.question, {verdict.rule.id for verdict in check.answers}
    for rule in question.proposals:
        if rule.id not in answered:
            yield f"{rule.id} is a proposal, not law, and though set among it has no part in this answer: {_why_not(rule, check)}"
    if question.role is None or any(
        verdict.rule.question == RuleQuestion.PRESUMPTION for verdict in check.answers
    ):
        return
    standing = [
        rule
        for rule in question.rulebook.in_force(question.on)
        if rule.question == RuleQuestion.PRESUMPTION
    ]
    for rule in standing:
        yield f"{rule.id} binds {ROLES[question.role]} and was not asked: {_why_not(rule, check)}"
    if not standing:
        yield f"no presumption rule of the rulebook binds {ROLES[question.role]} on {question.on}"


def _why_not(rule: Rule, check: Check) -> str:
    if check.question.named:
        return "--rule names others"
    if rule.kinds and check.chip.kind not in rule.kinds:
        instead = "; ask about the chips in it" if check.chip.kind == Kind.SYSTEM else ""
        return f"it looks at a {' or a '.join(rule.kinds)}, not at a {check.chip.kind}{instead}"
    return (
        "it hangs on the destination, give --to"
        if check.question.to is None
        else "these places are out of its scope"
    )


def _coverage(check: Check, _: Ruling) -> Iterator[str]:
    on = check.question.on
    book = check.question.rulebook
    yield from uncovered(check.question, check.chip.kind)
    if book.covers(check.chip.kind, on) and not check.classification.rule.provisions:
        yield f"no classification rule for a {check.chip.kind} was in force on {on}"
    for verdict in check.answers:
        if verdict.status == Status.NOT_COVERED:
            yield f"{verdict.rule.id} does not apply: not in force on {on}, for another kind of item, or out of its scope"
    for rule in check.question.rulebook:
        effective = rule.dates.effective
        due = (
            rule.question == RuleQuestion.LICENSE
            and rule.starts
            and effective
            and effective <= on < rule.starts
        )
        enforced = check.question.law == TEXT or rule.dates.enforcement_ends is None
        if (
            due
            and check.question.to
            and enforced
            and places().holds(rule.scope, check.question.transaction)
        ):
            yield f"{rule.id}: effective from {effective}, compliance due from {rule.starts}"


def _weak_figures(check: Check, ruling: Ruling) -> Iterator[str]:
    """Figures that rest on estimates or reports, and whether they decide the classification."""
    verdict = check.classification
    if verdict.interpretation is None:
        return
    for name in ("tpp", "applicable_die_area", "memory_bandwidth"):
        spread = ruling.subject.spread(name)
        bases = sorted({claim.basis for _, claim in spread.inputs if claim.basis in WEAK})
        if bases and name in _needed(verdict.rule, ruling):
            effect = (
                "decides the classification" if _decides(name, check, ruling) else "decides nothing"
            )
            yield f"{name} rests on figures that are {' or '.join(bases)}, and {effect}"


def _needed(rule: Rule, ruling: Ruling) -> set[str]:
    named = metrics_named(rule, ruling.law)
    return named | ({"tpp", "applicable_die_area"} if "performance_density" in named else set())


def _decides(name: str, check: Check, ruling: Ruling) -> bool:
    """Whether the classification could be another if the figure were any other."""
    return _with_span(name, (Fraction(0), None), check, ruling) != check.classification.finding


def _with_span(name: str, interval: Interval, check: Check, ruling: Ruling) -> Finding:
    """The classification if a metric lay in another span."""
    verdict = check.classification
    assert verdict.interpretation is not None
    views = tuple(
        replace(view, intervals={**view.intervals, name: interval})
        for view in verdict.interpretation.views
    )
    assignments = ruling.law.assignments(verdict.rule, Interpretation(None, views), check.chip.kind)
    return joined(finding_of(verdict.rule, ruling.law, assignment) for assignment in assignments)


def all_units(check: Check, ruling: Ruling) -> tuple[str, ...]:
    """What the trace says, without contesting, where adding the vector pipes to the matrix ones would lead elsewhere."""
    total = Count(ruling.subject.lead).all_pipes().value
    if (
        check.classification.interpretation is None
        or total is None
        or total == ruling.subject.spread("tpp").value
    ):
        return ()
    finding = _with_span("tpp", (total, total), check, ruling)
    if finding == check.classification.finding:
        return ()
    return (
        f"reading aggregate-all-units: TPP {display(total)} with the vector pipes added would be {finding_text(finding)}",
    )


def as_module(check: Check, ruling: Ruling) -> tuple[str, ...]:
    """The entries of a module or server that contains the chip."""
    outcome = check.classification.finding.outcome
    return tuple(entry for entry, inside in ruling.law.modules() if outcome in inside)


def _planar(check: Check, _: Ruling) -> Iterator[str]:
    if check.metrics["performance_density"].state == "undefined":
        yield (
            "all logic of this chip is planar, so it has no applicable die area: limits on performance density are read as "
            "not met; this is an interpretation"
        )


def _sale(check: Check, ruling: Ruling) -> Iterator[str]:
    reviews = [verdict for verdict in check.answers if verdict.rule.question == RuleQuestion.REVIEW]
    caught = check.classification.status == Status.MET
    if not reviews or not caught:
        return
    chip = check.chip
    if chip.altered:
        yield "a derated, changed or hypothetical chip was never on sale in the United States"
    elif not ruling.subject.lead.us_available.known:
        yield f"whether {chip.name} was on sale in the United States is not sourced; it counts as not on sale"


def _text(check: Check, _: Ruling) -> Iterator[str]:
    if check.codified is None:
        return
    other = "as printed" if check.question.law == ENFORCED else "as enforced"
    review = f", review {check.codified.review}" if check.codified.review else ""
    yield f"the law {other} answers: license {check.codified.required}{review}"


def past_evidence(rules: Iterable[Rule | Budget], on: date) -> Iterator[str]:
    """Which rules were looked at only up to a day before this one."""
    stale = [rule for rule in rules if rule.dates.evidence_to and rule.dates.evidence_to < on]
    for day in sorted({rule.dates.evidence_to for rule in stale if rule.dates.evidence_to}):
        ids = ", ".join(rule.id for rule in stale if rule.dates.evidence_to == day)
        yield f"evidence ends on {day} for {ids}: what changed after that day is not known"


def _evidence(check: Check, _: Ruling) -> Iterator[str]:
    on = check.question.on
    yield from past_evidence((verdict.rule for verdict in check.answers), on)
    if check.question.to is not None:
        seen = places().groups["D:5"].seen
        if on != seen:
            yield f"country groups are those of the table of {seen} with its recorded moves; other moves would not be known"


def _notices(check: Check, _: Ruling) -> Iterator[str]:
    yield from _notices_of(check.question)


def _notices_of(asked: Question) -> Iterator[str]:
    named = [code for code in (asked.to, *(asked.headquarters or ())) if code]
    for notice in asked.rulebook.notices:
        if (
            notice.question == RuleQuestion.LICENSE
            and asked.to is not None
            and notice.holds(asked.on, named)
        ):
            yield notice.text
