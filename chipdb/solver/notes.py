"""The notes of an answer: what it assumes or estimates, and what it did not read or cover.

A note explains an answer. What may reverse one is a caution.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from chipdb.catalog.bibliography import WEAK_READINGS, nearest_reading
from chipdb.metrics import Count
from chipdb.rules.conditions import Fact
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.answered import Answered, classified_with
from chipdb.solver.cautions import is_open_estimate
from chipdb.solver.declared import difference_of
from chipdb.solver.estimated import WEIGHED
from chipdb.solver.evaluate import metrics_named
from chipdb.solver.intervals import Interval
from chipdb.solver.item import parts_of
from chipdb.solver.labels import AS_PRINTED, finding_words, metric_text
from chipdb.solver.question import Question
from chipdb.solver.ruling import Ruling, applicable_to
from chipdb.units import display
from chipdb.vocabulary import Basis, Kind, ReadAs, RuleQuestion, Status

if TYPE_CHECKING:
    from chipdb.rules.allocations import Budget

WEAK = (Basis.ESTIMATED, Basis.REPORTED)
"""The bases of claims whose use is noted."""
ROLES = {"foundry": "a foundry", "osat": "an OSAT company"}
NO_LAW = "{} is a proposal, not law, answered as if enacted"
"""What goes with every answer that rests on a proposal."""


def notes_of(answered: Answered) -> tuple[str, ...]:
    """Every note of an answer, in a fixed order, each once.

    The warnings of the license answer come last.
    """
    notes: list[str] = []
    # the order is part of the output: what the name stands for first, what was not looked at last
    for topic in (
        _name,
        _announced_later,
        _proposals,
        _presumptions,
        _conditions,
        _not_asked,
        _coverage,
        _weak_figures,
        _weakly_read_figures,
        _declared,
        _sale,
        _other_law,
        _country_groups,
    ):
        notes += topic(answered)
    return tuple(dict.fromkeys([*notes, *answered.license.warnings]))


def _name(answered: Answered) -> Iterator[str]:
    """What the name was resolved to, and whether the metrics are those of a part of the item.

    A system is classified by its chips, so a reader of its metrics must know whose they are.
    """
    entry, chip = answered.entry, answered.chip
    yield from entry.remarks

    if any(part.rates_partial for part, _ in chip.processors()):
        yield (
            "the throughput of the matrix engines is not stated or was not read, "
            "so the TPP is a lower bound"
        )

    if entry.understood is not None:
        yield entry.understood

    if chip.kind == Kind.SYSTEM and chip.members:
        members = ", ".join(f"{member.count} x {member.chip.name}" for member in chip.members)
        yield f"classified by any of its chips, figures of one: {members}"


def _announced_later(answered: Answered) -> Iterator[str]:
    """That a chip was announced after the day that is asked about, if that is known.

    The day of the announcement is left out, so that many such chips share one note. A changed chip
    is a design, which may be asked about on any day.
    """
    chip, on = answered.chip, answered.question.on
    if chip.announced is None or chip.announced <= on or chip.changes:
        return
    yield f"announced only after {on}; the rules of that day meet figures that were published later"


def _declared(answered: Answered) -> Iterator[str]:
    """A vendor's own TPP on the other side of a threshold of some rule in force.

    One note for each chip of the item for which that holds.
    """
    rulebook, on = answered.question.rulebook, answered.question.on
    # A system may have a declaration of its own in addition to those of its chips.
    chips = dict.fromkeys([answered.chip, *[chip for chip, _ in answered.chip.processors()]])
    for chip in chips:
        difference = difference_of(chip)
        if difference is None:
            continue

        crossed = []
        for rule, threshold in difference.crossed:
            if rulebook[rule].in_force(on):
                crossed.append(f"{rule} at {display(threshold)}")
        if not crossed:
            continue

        why = difference.why or "the difference is not explained"
        yield (
            f"{chip.name}: the vendor declares TPP {display(difference.declared)}, "
            f"the throughputs come to {display(difference.computed)}, "
            f"across the threshold of {', '.join(crossed)}; {why}"
        )


def _proposals(answered: Answered) -> Iterator[str]:
    """That a proposal is not law, and which parts of it were not read.

    One note for each, with its conditions, so that the answer is not mistaken for the law.
    """
    for rule in answered.ruling.rules_shown:
        if rule.is_no_law:
            yield "; ".join([NO_LAW.format(rule.id), *rule.conditions])


def no_law(rules: Iterable[Rule]) -> Iterator[str]:
    """A sentence for each of these rules that is a proposal, to be printed with an answer.

    >>> from chipdb.rules.rulebook import load_rules
    >>> list(no_law([load_rules()["us-3a090-2023"]]))
    []
    """
    for rule in rules:
        if rule.is_no_law:
            yield NO_LAW.format(rule.id)


def printed_law(question: Question) -> list[str]:
    """The sentence of an answer by the printed text, which may not be enforced; none for others."""
    if not question.as_printed:
        return []
    return [f"These answers are {AS_PRINTED}."]


def of_designs(question: Question) -> Iterator[str]:
    """The notes for answers about hypothetical designs.

    What license rules depend on besides figures, and what the places caution about. A design has no
    vendor, so no letter is addressed to it. Tables and sweeps say it once for all their rows.
    """
    for rule in applicable_to(Kind.PROCESSOR, question, question.rulebook).asked:
        if rule.question != RuleQuestion.LICENSE:
            continue
        if rule.addressees:
            yield (
                f"{rule.id} binds those it is addressed to: "
                "the license of designs that meet its numbers stays undetermined"
            )
        yield from _conditions_of(rule)
    # Notices are about licenses for places; without a destination none was asked about.
    if question.to is None:
        return
    # Every design has the same places, so what is said with one answer is said with all.
    for notice in question.rulebook.cautioning(question.transaction):
        yield notice.text


def policy_that_sale_decides(question: Question) -> Iterator[str]:
    """Why answers about designs have no review policy, for each review rule that asks about sale.

    No column and no knob says whether a design was on sale in the United States, so that is not
    known, and where it decides there is no policy. Nothing is said without a destination.
    """
    for rule in applicable_to(Kind.PROCESSOR, question, question.rulebook).asked:
        if rule.question != RuleQuestion.REVIEW or not _asks_about_sale(rule):
            continue
        day = rule.dates.published or question.on
        yield (
            f"{rule.id}: whether a design was on sale in the United States on {day} is not "
            "stated; where the review policy depends on it, review is empty: "
            f"{rule.review[0].policy} if it was and the conditions are certified, otherwise the "
            "policy of the license rule"
        )


def _asks_about_sale(rule: Rule) -> bool:
    """Whether a rule has a condition on sale in the United States."""
    facts = [leaf.name for leaf in rule.leaves() if isinstance(leaf, Fact)]
    return "us_available" in facts


def uncovered(question: Question, kind: str) -> Iterator[str]:
    """That a day lies before every classification rule there is, if so.

    ``kind`` is the kind of item that was asked about. Nothing was looked up for such a day, so
    nothing is known not to be controlled (decision record 6).

    >>> from chipdb.solver.question import question
    >>> len(list(uncovered(question("2010-01-01"), "processor")))
    1
    >>> list(uncovered(question("2023-12-01"), "processor"))
    []
    """
    rulebook = question.rulebook
    if not rulebook.covers(kind, question.on):
        yield (
            f"the rulebook has no classification rules for a {kind} on {question.on} "
            f"(it begins on {rulebook.begins()})"
        )


def _presumptions(answered: Answered) -> Iterator[str]:
    """What a presumption means, its ways out, and what was assumed for it.

    It outweighs what the figures say, so this goes with the answer.
    """
    ruling = answered.ruling
    for verdict in ruling.answers_of(ruling.shown_of(RuleQuestion.PRESUMPTION)):
        rule = verdict.rule
        if verdict.status == Status.NOT_COVERED:
            continue
        if verdict.status == Status.MET:
            yield (
                f"{rule.id}: {verdict.outcome} and for data centers, so that every license "
                "requirement of that paragraph holds for this exporter, regardless of its figures"
            )
        if not answered.ruling.item.lead.dies:
            yield (
                f"{rule.id}: the dies are not known; "
                "assumed to be logic at 16/14 nm or below, or non-planar"
            )
        yield from _conditions_of(rule)


def _conditions(answered: Answered) -> Iterator[str]:
    """What license rules and entries that may be met depend on besides figures.

    A rule that is not met for the figures has conditions that nobody needs to read.
    """
    shown = answered.ruling.shown_of(RuleQuestion.LICENSE, RuleQuestion.AT_CONTROL)
    # The conditions of a proposal are printed with the note that it is not law.
    rules = [rule for rule in shown if not rule.is_no_law]
    for verdict in answered.ruling.answers_of(rules):
        if verdict.may_be_met:
            yield from _conditions_of(verdict.rule)


def _conditions_of(rule: Rule) -> list[str]:
    """What a rule depends on besides figures, each with the id of the rule."""
    return [f"{rule.id}: {condition}" for condition in rule.conditions]


def _not_asked(answered: Answered) -> Iterator[str]:
    """What ``--enact`` or ``--role`` asked for and has no part in the answer, with the reason.

    Without a note, the user could think that the answer includes it.
    """
    question = answered.question
    rules_answered = {rule.id for rule in answered.ruling.rules_shown}
    for rule in question.proposals:
        if rule.id not in rules_answered:
            yield (
                f"{rule.id} is a proposal, not law; if it were law, it would not change this "
                f"answer: {_why_not(rule, answered)}"
            )

    if question.role is not None:
        yield from _presumptions_not_asked(question.role, answered)


def _presumptions_not_asked(role: str, answered: Answered) -> Iterator[str]:
    """Why no presumption was asked for a role, if none was; ``role`` is a key of :data:`ROLES`.

    A sentence for each presumption rule of the day, or one that there is none.
    """
    if answered.ruling.shown_of(RuleQuestion.PRESUMPTION):
        return

    question = answered.question
    is_bound = False
    for rule in question.rulebook.in_force(question.on):
        if rule.question == RuleQuestion.PRESUMPTION:
            is_bound = True
            yield f"{rule.id} binds {ROLES[role]} and was not asked: {_why_not(rule, answered)}"
    if not is_bound:
        yield f"no presumption rule of the rulebook binds {ROLES[role]} on {question.on}"


def _why_not(rule: Rule, answered: Answered) -> str:
    """Why a rule has no part in an answer: the first reason that holds, in words.

    Those that the asker can change by another call come before the places.
    """
    kind = answered.chip.kind
    if answered.question.named:
        return "--rule names others"
    if rule.kinds and kind not in rule.kinds:
        reason = f"it looks at a {' or a '.join(rule.kinds)}, not at a {kind}"
        if kind == Kind.SYSTEM:
            reason += "; ask about the chips in it"
        return reason
    if answered.question.to is None:
        return "it depends on the destination, give --to"
    return "these places are out of its scope"


def _coverage(answered: Answered) -> Iterator[str]:
    """Where the rulebook ends: kinds, days and rules that the answer does not cover.

    A rule that was asked for by name and does not apply is among them.
    """
    question, kind = answered.question, answered.chip.kind
    on, rulebook = question.on, question.rulebook
    yield from uncovered(question, kind)

    # The classification without a rule is a stand-in that has no provisions.
    has_rule = bool(answered.ruling.classification.rule.provisions)
    if rulebook.covers(kind, on) and not has_rule:
        yield f"no classification rule for a {kind} was in force on {on}"

    for rule in answered.ruling.rules_shown:
        if rule in answered.ruling.applicable.absent:
            yield (
                f"{rule.id} does not apply: not in force on {on}, "
                "for another kind of item, or out of its scope"
            )


def _weak_figures(answered: Answered) -> Iterator[str]:
    """Figures that rest on estimates or reports, and whether they decide the classification.

    One note for each metric with such figures.
    """
    for name in _weighed(answered):
        # Where that could require a license, a caution stands next to the answer.
        if is_open_estimate(name, answered):
            continue
        inputs = answered.ruling.item.spread(name).inputs
        bases = sorted({claim.basis for _, claim in inputs if claim.basis in WEAK})
        if not bases:
            continue
        effect = "does not affect the result"
        if _decides(name, answered):
            effect = "decides the classification"
        yield f"{metric_text(name)} rests on figures that are {' or '.join(bases)}, and {effect}"


def _weakly_read_figures(answered: Answered) -> Iterator[str]:
    """Figures that decide the classification and that were read in no copy of the document.

    One note for each metric, with the path of each such figure and how it was read.
    """
    for name in _weighed(answered):
        readings = _weakly_read_inputs(name, answered)
        if not readings or not _decides(name, answered):
            continue
        figures = ", ".join(f"{path} ({reading})" for path, reading in readings.items())
        metric = metric_text(name)
        yield f"{metric} decides the classification and rests on a weak reading: {figures}"


def _weakly_read_inputs(name: str, answered: Answered) -> dict[str, ReadAs]:
    """The figures behind a metric whose sources were all weakly read, with the nearest reading.

    By the paths of the figures. Estimates and reports are left out: another note says that they are
    weak. So is what a user states, which was read nowhere.
    """
    item = answered.ruling.item
    figures = {figure.path: figure for figure in item.lead.figures()}
    readings = {}
    for path, claim in item.spread(name).inputs:
        if claim.basis in WEAK or path not in figures:
            continue
        credible = figures[path].credible(claim.reading)
        reading = nearest_reading(other.source for other in credible)
        if reading is not None and reading in WEAK_READINGS:
            readings[path] = reading
    return readings


def _weighed(answered: Answered) -> Iterator[str]:
    """The metrics that the classification of this item reads, of those whose evidence is weighed.

    None where no classification rule was asked.
    """
    verdict = answered.ruling.classification
    if verdict.interpretation is None:
        return
    needed = parts_of(metrics_named(verdict.rule, answered.ruling.control_list))
    for name in WEIGHED:
        if name in needed:
            yield name


def _decides(name: str, answered: Answered) -> bool:
    """Whether another value of a metric would lead to another classification.

    Any value at all: how far the figure may be off is not known.
    """
    anything: Interval = (Fraction(0), None)
    finding = answered.ruling.classification.finding
    return classified_with(name, anything, answered) != finding


def asides_of(answered: Answered) -> tuple[str, ...]:
    """What the trace says, without contesting: where adding vector pipes would lead elsewhere.

    At most one sentence. The agency's own examples count the matrix pipes only, so this way of
    counting contests no answer.
    """
    verdict, item = answered.ruling.classification, answered.ruling.item
    if verdict.interpretation is None:
        return ()
    pipes_added = Count(item.lead).all_pipes().value
    if pipes_added is None or pipes_added == item.spread("tpp").value:
        return ()

    finding = classified_with("tpp", (pipes_added, pipes_added), answered)
    if finding == verdict.finding:
        return ()

    text = (
        f"reading aggregate-all-units: TPP {display(pipes_added)} with the vector pipes added "
        f"would be {finding_words(finding)}"
    )
    return (text,)


def as_module(ruling: Ruling) -> tuple[str, ...]:
    """The entries of a module or server that contains the chip, such as 4A090.a.

    Empty where the chip is in no entry that modules are classified by.

    >>> from chipdb.catalog.catalog import load
    >>> from chipdb.solver.item import Item
    >>> from chipdb.solver.question import question
    >>> as_module(Ruling(Item(load()["A30"]), question("2024-06-01")))
    ('4A090.b',)
    """
    outcome = ruling.classification.outcome
    entries = []
    for entry, outcomes_inside in ruling.control_list.modules:
        if outcome in outcomes_inside:
            entries.append(entry)
    return tuple(entries)


def _sale(answered: Answered) -> Iterator[str]:
    """That a changed chip was never on sale in the United States, where a review rule asks.

    The review rule favors chips that were on sale in time, and this one never was.
    """
    if not answered.chip.derating and not answered.chip.changes:
        return
    # Review matters only for items that are controlled.
    if answered.ruling.classification.status != Status.MET:
        return
    if answered.ruling.shown_of(RuleQuestion.REVIEW):
        yield "a derated or changed chip was never on sale in the United States"


def _other_law(answered: Answered) -> Iterator[str]:
    """What the law as codified (or as enforced) answers, if that differs.

    Where the printed text would ask for a license, a caution says so.
    """
    other = answered.other_law
    if other is None or answered.license.printed is not None:
        return
    law = "as codified"
    if answered.question.as_printed:
        law = "as enforced"
    answer = f"license {other.required}"
    if other.review:
        answer += f", review {other.review}"
    yield f"the law {law} answers: {answer}"


def _country_groups(answered: Answered) -> Iterator[str]:
    """That country groups of an earlier day are those of one table with its recorded moves.

    Only where a destination was given, because nothing else reads the groups.
    """
    if answered.question.to is None:
        return
    # The country groups of the EAR were read from one table, so D:5 stands for them. For a later
    # day a caution says where the evidence ends.
    seen = places().groups["D:5"].seen
    if answered.question.on < seen:
        yield (
            f"country groups are those of the table of {seen} with its recorded moves; "
            "other moves would not be known"
        )


def past_evidence(rules: Iterable[Rule | Budget], on: date) -> Iterator[str]:
    """Which rules were looked at only up to a day before this one: a sentence for each such day.

    The earliest day first, each with the ids of its rules in the order given.

    >>> from chipdb.rules.rule import Dates
    >>> rule = Rule(
    ...     id="a-rule",
    ...     question=RuleQuestion.LICENSE,
    ...     provisions=(),
    ...     dates=Dates(evidence_to=date(2026, 1, 5)),
    ... )
    >>> list(past_evidence([rule], date(2026, 1, 5)))
    []
    >>> next(past_evidence([rule], date(2026, 2, 1)))[:36]
    'evidence ends on 2026-01-05 for a-ru'
    """
    ids_by_day: dict[date, list[str]] = {}
    for rule in rules:
        day = rule.dates.evidence_to
        if day is not None and day < on:
            ids_by_day.setdefault(day, []).append(rule.id)
    for day, ids in sorted(ids_by_day.items()):
        yield (
            f"evidence ends on {day} for {', '.join(ids)}: what changed after that day is not known"
        )
