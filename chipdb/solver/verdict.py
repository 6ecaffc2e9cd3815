"""One rule over one item: its status, whether that is contested, and what is missing."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.notebook import Shown, short_repr
from chipdb.rules.conditions import All, Condition
from chipdb.rules.rule import Rule, entry_of
from chipdb.rules.wording import unmet_words
from chipdb.solver.cells import Provisions, Reach, RuleCells, cells_of
from chipdb.solver.evaluate import ControlList
from chipdb.solver.item import Assignment, Facts, Interpretation, Item, parts_of
from chipdb.vocabulary import Required, RuleQuestion, Status

if TYPE_CHECKING:
    from chipdb.solver.missing import Need


REPORTED = "the reported number, known only from the press, is not in the letter"
"""What contests an answer that rests on such a number; the explorer says the same."""


@dataclass(frozen=True, order=True)
class Finding:
    """A status with the outcome it leads to, such as 3A090.b; None where nothing is met."""

    status: Status
    outcome: str | None = None


@dataclass(frozen=True)
class Side:
    """A finding that another interpretation or claim leads to, and which one."""

    because: str
    finding: Finding


@short_repr
@dataclass(frozen=True)
class Grounds:
    """What a verdict rests on; what is seldom asked for is worked out from it on demand.

    ``interpretation`` is the one that decided, ``facts`` are those of the transaction.
    """

    cells: RuleCells
    interpretation: Interpretation
    facts: Facts
    item: Item

    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment of the interpretation that the rule can tell apart; at least one."""
        cells = self.cells
        interpretation = self.interpretation.with_facts(self.facts)
        return tuple(cells.control_list.assignments(cells.rule, interpretation, cells.kind))

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition of the rule holds; None where that is open."""
        return self.cells.holds(condition, self.interpretation, self.facts)

    def value(self, name: str) -> Fraction | None:
        """The value of a metric of the leading chip, in its unit, where all assignments agree.

        None where they do not, and for a metric that the rule does not compare.
        """
        group = self.cells.groups.get(name)
        if group is None:
            return None
        return group.value_of(self.interpretation.lead(), name)

    def needs(self) -> tuple[Need, ...]:
        """What is missing to settle the verdict, with break-evens if only one thing is missing."""
        # Imported here because most verdicts are settled, and none of theirs are asked for.
        from chipdb.solver.missing import needs_of

        missing: dict[str, tuple[str, ...]] = {}
        for name in self.interpretation.lead().intervals:
            if name not in self.cells.groups:
                continue
            figures = self.item.missing(name, self.interpretation.reading)
            if figures is not None:
                missing[name] = figures
        return needs_of(self.cells, self.interpretation, self.facts, missing, _finding)

    def sources(self) -> dict[str, tuple[str, ...]]:
        """The ids of the sources of each metric that the rule asks for, of the leading chip.

        By the name of the metric, in alphabetical order; the parts of derived ones count, too.
        """
        reading = self.interpretation.reading
        sources = {}
        for name in sorted(parts_of(self.cells.metrics)):
            sources[name] = self.item.sources(name, reading)
        return sources


@dataclass(frozen=True, kw_only=True)
class Verdict(Shown):
    """What a rule gives for an item: a finding, and the ids of the provisions that lead to it.

    What contests it, and what is missing where it is undetermined, is worked out on demand.
    """

    rule: Rule
    finding: Finding
    provisions: tuple[str, ...] = ()
    find_sides: Callable[[], tuple[Side, ...]] = tuple
    find_needs: Callable[[], tuple[Need, ...]] = tuple
    grounds: Grounds | None = None

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition of the rule holds under every assignment.

        None if it holds only under some, or if the rule was not asked.
        """
        if self.grounds is None:
            return None
        return self.grounds.holds(condition)

    def value(self, metric: str) -> Fraction | None:
        """The value of a metric that the rule compares, in its unit.

        None where it may have several, and where the rule was not asked.
        """
        if self.grounds is None:
            return None
        return self.grounds.value(metric)

    @property
    def interpretation(self) -> Interpretation | None:
        """The interpretation that decided; None where the rule was not asked."""
        if self.grounds is None:
            return None
        return self.grounds.interpretation

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every way to settle what is unknown that matters; worked out when first asked for.

        Empty where the rule was not asked.
        """
        if self.grounds is None:
            return ()
        return self.grounds.assignments()

    @cached_property
    def fails(self) -> tuple[str, ...]:
        """Why a rule that is not met is not, in words; empty where several reasons may hold.

        A rule with one provision of parts that all must hold has such reasons: those that fail.
        """
        if self.status != Status.NOT_MET or self.grounds is None:
            return ()
        return _failing_parts(self.rule, self.grounds)

    @cached_property
    def sources(self) -> dict[str, tuple[str, ...]]:
        """The ids of the sources of each metric that the rule asks for, of the leading chip.

        Empty where the rule was not asked.
        """
        if self.grounds is None:
            return {}
        return self.grounds.sources()

    # Other claims and margins cannot change the finding, and nobody asks for the sides of most
    # verdicts: of a rule that is not met by far, or of a chip with one figure left out.
    @cached_property
    def sides(self) -> tuple[Side, ...]:
        """What contests the finding; worked out when first asked for."""
        return self.find_sides()

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What is missing; worked out when it is first asked for, since most callers never ask.

        Empty where the verdict is settled.
        """
        return self.find_needs()

    @property
    def contested(self) -> bool:
        """Whether credible evidence leads to another status or outcome.

        The sides are worked out for that, so do not ask of more verdicts than are shown.
        """
        return bool(self.sides)

    @property
    def status(self) -> Status:
        """``met``, ``not-met``, ``undetermined`` or ``not-covered``."""
        return self.finding.status

    @property
    def may_be_met(self) -> bool:
        """Whether the rule is met, or would be for some value of what is missing."""
        return self.status in (Status.MET, Status.UNDETERMINED)

    @property
    def leading_provision(self) -> str:
        """The id of the first provision that is met or may be met; the rule's first if none may.

        A letter's named parts stand first, and only its numbers reach another chip.
        """
        if self.provisions:
            return self.provisions[0]
        for provision in self.rule.provisions:
            if self.holds(provision.when) is not False:
                return provision.id
        return self.rule.provisions[0].id

    @property
    def outcome(self) -> str | None:
        """The paragraph or entry that the item meets, such as ``3A090.a``.

        None where nothing is met.
        """
        return self.finding.outcome

    def __repr__(self) -> str:
        """The rule's id with the status, the outcome and whether it is contested."""
        text = f"{self.rule.id}: {self.status}"
        if self.outcome:
            text += f" {self.outcome}"
        if self.contested:
            text += ", contested"
        return f"<Verdict {text}>"


def exit_status(deciding: Iterable[tuple[str | None, bool]]) -> int:
    """The exit status for pairs of (status or ``required``, contested); decided only here.

    1 if anything is controlled or needs a license; else 3 if anything is undetermined or contested;
    else 0.

    >>> exit_status([("not-met", False)]), exit_status([("yes", True)])
    (0, 1)
    >>> exit_status([("not-met", True)])
    3
    """
    code = 0
    for status, contested in deciding:
        if status in (Status.MET, Required.YES):
            return 1
        if status == Status.UNDETERMINED or contested:
            code = 3
    return code


@dataclass(frozen=True)
class _Reached:
    """What a rule gives under one interpretation.

    One finding where everything that decides is known, several where something is missing.
    ``provisions`` are those met in every case.
    """

    interpretation: Interpretation
    findings: frozenset[Finding]
    provisions: tuple[str, ...]

    @property
    def finding(self) -> Finding:
        """The one finding that the assignments leave."""
        return joined(self.findings)


def joined(findings: Iterable[Finding]) -> Finding:
    """One finding for one or several possible ones.

    It is theirs if they agree, and the entry if only the paragraph is undetermined.

    >>> joined([Finding(Status.MET, "3A090.a"), Finding(Status.MET, "3A090.b")]).outcome
    '3A090'
    >>> joined([Finding(Status.MET, "3A090.a"), Finding(Status.NOT_MET)]).status
    'undetermined'
    """
    distinct = set(findings)
    if len(distinct) == 1:
        (finding,) = distinct
        return finding

    if any(finding.status != Status.MET for finding in distinct):
        return Finding(Status.UNDETERMINED)
    # Controlled either way: which paragraph it is does not change that.
    outcomes = {finding.outcome for finding in distinct if finding.outcome}
    return Finding(Status.MET, entry_of(outcomes))


def judge(
    rule: Rule,
    item: Item,
    control_list: ControlList,
    facts: Facts,
    counted: tuple[str | None, ...] = (),
    *,
    contest_reports: bool = False,
) -> Verdict:
    """What a rule says of everything that is known of an item.

    ``control_list`` has the rules that it refers to by outcome, ``facts`` are those of the
    transaction, by name, None where unknown.

    The answer is the strictest over the interpretations of the chip, or over those ``counted``
    where given. The others, other credible claims, margins of figures and the vendor's declared TPP
    contest it where they lead elsewhere; with ``contest_reports`` also what published documents
    state of the rule, where its numbers are known from the press.

    >>> from chipdb.catalog.catalog import load
    >>> from chipdb.rules.rulebook import load_rules
    >>> rule = load_rules()["us-3a090-2023"]
    >>> judge(rule, Item(load()["A30"]), ControlList((rule,)), {})
    <Verdict us-3a090-2023: met 3A090.b>
    """
    cells = cells_of(rule, control_list, item.chip.kind)
    plain = [_reach(cells, each, facts) for each in item.plain_for(cells.metrics)]

    # Disputes never decide: a lower claim may contest an answer, but it may not clear a chip.
    main = _strictest(rule, plain, counted)
    grounds = Grounds(cells, main.interpretation, facts, item)

    def find_sides() -> tuple[Side, ...]:
        """What other interpretations and evidence lead to.

        What published documents state of the rule contests only a "met".
        """
        disputed = [_reach(cells, each, facts) for each in item.disputed_for(cells.metrics)]
        others = [each for each in (*plain, *disputed) if each is not main]
        sides = _sides(main, others)
        if contest_reports and main.finding.status == Status.MET:
            reported = _reported_sides(rule, main, item, control_list, facts)
            return _first_of_each([*sides, *reported])
        return sides

    # Several findings mean that something is missing; what it is costs more than the verdict, so it
    # is found on demand.
    find_needs: Callable[[], tuple[Need, ...]] = tuple
    if len(main.findings) > 1:
        find_needs = grounds.needs
    return Verdict(
        rule=rule,
        finding=main.finding,
        provisions=main.provisions,
        find_sides=find_sides,
        find_needs=find_needs,
        grounds=grounds,
    )


def _strictest(rule: Rule, deciding: list[_Reached], counted: tuple[str | None, ...]) -> _Reached:
    """The strictest of what the plain interpretations reach, of those ``counted`` if any is.

    ``counted`` names the reading by which the item was classified: one answer must not count the
    same chip in two ways (decision record 7).
    """
    shared = [each for each in deciding if each.interpretation.reading in counted]
    # min takes the first of equally strict ones, so the plain interpretation comes before others.
    return min(shared or deciding, key=lambda each: strictness(rule, each.finding))


def _reach(cells: RuleCells, interpretation: Interpretation, facts: Facts) -> _Reached:
    """What a rule gives under every assignment of one interpretation."""
    reach = cells.reach(interpretation, facts)
    return _Reached(interpretation, _findings(reach), reach.always_met)


@functools.lru_cache(maxsize=4096)
def _findings(reach: Reach) -> frozenset[Finding]:
    """The findings that a rule may give; worked out once, since many chips reach the same.

    Different provisions may lead to one outcome, so there may be fewer findings than ways.
    """
    return frozenset(map(_finding, reach.provisions))


def finding_over(
    rule: Rule, control_list: ControlList, kind: str, known: Interpretation, facts: Facts
) -> Finding:
    """The finding of a rule over everything that an interpretation of an item leaves open.

    ``kind`` is that of the item, ``facts`` are those of the transaction. For made-up figures, which
    have no :class:`Item`; nothing is contested then.
    """
    return joined(findings_over(rule, control_list, kind, known, facts))


def findings_over(
    rule: Rule, control_list: ControlList, kind: str, known: Interpretation, facts: Facts
) -> frozenset[Finding]:
    """Every finding that a rule may give over what an interpretation of an item leaves open."""
    return _findings(cells_of(rule, control_list, kind).reach(known, facts))


def finding_of(rule: Rule, control_list: ControlList, assignment: Assignment) -> Finding:
    """The finding of a rule under one assignment, which leaves nothing undetermined."""
    return _finding(cells_of(rule, control_list, assignment.kind).provisions(assignment))


def _finding(provisions: Provisions) -> Finding:
    """The finding that some provisions met give; they all lead to the same outcome.

    >>> _finding((("3A090.b.1", "3A090.b"), ("3A090.b.2", "3A090.b"))).outcome
    '3A090.b'
    >>> _finding(()) == Finding(Status.NOT_MET)
    True
    """
    if not provisions:
        return Finding(Status.NOT_MET)
    _, outcome = provisions[0]
    return Finding(Status.MET, outcome)


def strictness(rule: Rule, finding: Finding) -> int:
    """The rank of a finding, the strictest first.

    Outcomes in the order of the rule, then one that only names the entry of several, then
    undetermined, then not met. A review rule eases a requirement, so for it not being met is the
    strictest.
    """
    outcomes = rule.outcomes()
    if finding.status == Status.MET and finding.outcome in outcomes:
        rank = outcomes.index(finding.outcome)
    elif finding.status == Status.MET:
        rank = len(outcomes)
    elif finding.status == Status.UNDETERMINED:
        rank = len(outcomes) + 1
    else:
        rank = len(outcomes) + 2

    if rule.question == RuleQuestion.REVIEW:
        return -rank
    return rank


def _failing_parts(rule: Rule, grounds: Grounds) -> tuple[str, ...]:
    """The parts of a rule's only provision that hold under no assignment, in words.

    Only where all parts must hold, since then each of them explains why the rule is not met. Empty
    otherwise, and where no part fails for certain: some value of what is missing may meet each.
    """
    if len(rule.provisions) != 1:
        return ()
    (provision,) = rule.provisions
    if not isinstance(provision.when, All):
        return ()

    failing = [part for part in provision.when.parts if grounds.holds(part) is False]
    return tuple(unmet_words(part) for part in failing)


def _sides(main: _Reached, others: list[_Reached]) -> tuple[Side, ...]:
    """The findings that others lead to, each with the first of them that leads there.

    ``main`` is what decided; others that only agree with it contest nothing.
    """
    sides: list[Side] = []
    for other in others:
        if other.findings == main.findings:
            continue

        # The plain interpretation has no reason of its own: it is what holds without the other's.
        because = other.interpretation.because or f"without {main.interpretation.because}"
        # An interpretation that settles what the main one leaves open leads to no new finding, but
        # to a single one.
        new = sorted(other.findings - main.findings, key=str) or [other.finding]
        for finding in new:
            if finding != main.finding:
                sides.append(Side(because, finding))
    return _first_of_each(sides)


def _first_of_each(sides: Iterable[Side]) -> tuple[Side, ...]:
    """The sides without those that lead where one before them leads.

    >>> to_b = Finding(Status.MET, "3A090.b")
    >>> sides = _first_of_each([Side("a claim", to_b), Side("a margin", to_b)])
    >>> [side.because for side in sides]
    ['a claim']
    """
    kept: dict[Finding, Side] = {}
    for side in sides:
        kept.setdefault(side.finding, side)
    return tuple(kept.values())


def _reported_sides(
    rule: Rule, main: _Reached, item: Item, control_list: ControlList, facts: Facts
) -> Iterator[Side]:
    """What the rule gives without the numbers that are known only from the press.

    Nothing where it has none, or where they change nothing.
    """
    if not rule.rests_on_reports:
        return
    public = cells_of(_as_published(rule), control_list, item.chip.kind)
    without = _reach(public, main.interpretation, facts)
    if without.findings != main.findings:
        yield Side(REPORTED, without.finding)


@functools.lru_cache(maxsize=512)
def _as_published(rule: Rule) -> Rule:
    """A rule as far as published documents state it.

    Cached, because what a rule says is kept by the identity of the rule.
    """
    provisions = [replace(each, when=each.published, public=None) for each in rule.provisions]
    return replace(rule, provisions=tuple(provisions))
