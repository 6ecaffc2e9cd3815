"""The search along a knob: at which factor the answer of a rule changes.

Along a knob every metric is a quotient of two linear functions of the knob's factor, so each
threshold is met at one exact factor; between two such factors nothing changes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from chipdb.catalog.chip import Chip
from chipdb.catalog.knobs import KNOBS, scale_knob
from chipdb.catalog.modify import drop
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.metrics import Count, Spread
from chipdb.notebook import Framed, views
from chipdb.rules.conditions import Atom
from chipdb.rules.rule import Rule, entry_of
from chipdb.solver.evaluate import ControlList, Evaluator, provisions_met
from chipdb.solver.item import Assignment, Item
from chipdb.solver.labels import letter_condition
from chipdb.solver.question import ENFORCED, Question
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Finding, Verdict, finding_of, joined, strictness
from chipdb.units import METRIC_UNITS, PERCENT
from chipdb.vocabulary import Status

FORMATS = "formats"
ALL_KNOBS = (*KNOBS, FORMATS)
TURNED = {**{knob: metrics[0] for knob, metrics in KNOBS.items()}, FORMATS: "tpp"}
"""The metric that each knob turns."""

UNCHANGED = Fraction(1)
"""The factor at which a knob changes nothing."""


JUST_BEYOND = Fraction(10**9 - 1, 10**9)
"""What a cut is made larger by, because at a threshold itself a rule may still be met."""


@dataclass(frozen=True, kw_only=True)
class KnobCut:
    """A knob that is turned down to a factor, at which its metric has ``value``."""

    knob: str
    factor: Fraction
    value: Fraction | None

    @property
    def unit(self) -> str:
        """The unit of ``value``."""
        return METRIC_UNITS[TURNED[self.knob]]

    @property
    def cut_percent(self) -> Fraction:
        """The cut in percent.

        >>> cut = KnobCut(knob="compute", factor=Fraction(3, 4), value=Fraction(3600))
        >>> int(cut.cut_percent), cut.unit
        (25, '')
        """
        return PERCENT * (1 - self.factor)


@dataclass(frozen=True, kw_only=True)
class HeadroomRow(Framed):
    """One knob and one change: the factor at which it happens.

    ``factor`` is None where the knob cannot bring the change about.

    ``value`` is the turned quantity there, in ``unit``; ``attained`` says whether the change holds
    at the factor itself; ``binding`` is the first provision met on the controlled side.
    """

    chip: str
    rule: str
    leaves: str | None
    enters: str | None
    knob: str
    factor: Fraction | None
    attained: bool
    value: Fraction | None
    binding: str | None
    drops: tuple[str, ...] = ()
    beside: tuple[KnobCut, ...] = ()
    """Cuts of other knobs that are made first; without them this one does not bring it about."""
    position: int = 1
    changes: tuple[str, ...] = ()
    condition: str | None = None
    """What a letter depends on that is not known; the row holds if it is so. None for none."""
    law: str = ENFORCED
    data: str | None = None
    """The hash of the vintage that the chip comes from; None for the data of this installation."""

    @property
    def unit(self) -> str:
        """The unit of ``value``."""
        return METRIC_UNITS[TURNED[self.knob]]

    @property
    def cut_percent(self) -> Fraction | None:
        """The cut in percent; negative where the knob is turned up, None without a factor."""
        if self.factor is None:
            return None
        return PERCENT * (1 - self.factor)

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb headroom --format json`` prints for this row."""
        return dict(views("json.commands").headroom_record(self))


def factor_of(row: HeadroomRow) -> Fraction:
    """The factor of a row whose knob brings its change about; other rows have none."""
    assert row.factor is not None, "a row without a factor changes nothing"
    return row.factor


def cut_of(row: HeadroomRow) -> Fraction:
    """The cut of such a row in percent; negative where the knob is turned up."""
    return PERCENT * (1 - factor_of(row))


@dataclass(frozen=True)
class _Change:
    """A change to look for: ``done`` says which findings count as having changed.

    ``leaves`` is the paragraph or entry that is left, ``enters`` the stricter one that is entered;
    one of them is None.
    """

    leaves: str | None
    enters: str | None
    done: Callable[[Finding], bool]


class KnobSearch:
    """The rows of one rule and one knob: what the rule says of the chip at each factor of the knob.

    Findings and metrics are kept by factor, because several changes ask for the same ones.
    """

    def __init__(
        self,
        chip: Chip,
        verdict: Verdict,
        asked: Question,
        control_list: ControlList,
        knob: str,
        letter: str | None = None,
    ) -> None:
        """Start from the verdict of a rule for the unchanged chip; ``knob`` is the one to turn.

        ``letter`` is a fact about a letter that is not known and that the verdict takes to be so:
        that its vendor received it. The rows then hold under that condition.
        """
        self.chip = chip
        self.rule = verdict.rule
        self.verdict = verdict
        self.asked = asked
        self.control_list = control_list
        self.knob = knob
        self.letter = letter

        # the quantity in a row is counted as in the interpretation that decided the verdict
        self.reading: str | None = None
        if verdict.interpretation:
            self.reading = verdict.interpretation.reading
        self.readings = Item(chip).readings()
        self._findings: dict[Fraction, Finding] = {}
        self._values: dict[tuple[str, str | None, Fraction], Fraction | None] = {}

    def rows(self) -> Iterator[HeadroomRow]:
        """A row for each change that the rule's answer can undergo from here."""
        for change in _changes(self.rule, self.verdict.finding):
            if self.knob == FORMATS:
                yield self._row_of_dropped_formats(change)
            else:
                yield self._row(change)

    def cuts(self) -> list[KnobCut]:
        """The cuts at which some threshold of the rule is met, from the smallest.

        Each with the value of the turned metric there, which is None where it is not known.
        """
        factors = [factor for factor in self._critical_factors() if factor < UNCHANGED]
        cuts: list[KnobCut] = []
        for factor in sorted(factors, reverse=True):
            value = self._spread(TURNED[self.knob], self.reading, factor).value
            cuts.append(KnobCut(knob=self.knob, factor=factor, value=value))
        return cuts

    def row_of_leaving(self) -> HeadroomRow | None:
        """The row of leaving the rule as a whole; None if this knob by itself cannot."""
        # of several ways out the last leaves the rule as a whole
        *_, change = _ways_out(self.rule, self.verdict.finding)
        row = self._row(change)
        if row.factor is None:
            return None
        return row

    def _row(self, change: _Change) -> HeadroomRow:
        """The row of one change along a knob that scales figures, with or without a factor."""
        nearest = self._nearest(change)
        if nearest is None:
            return self._row_without_factor(change)
        factor, attained = nearest
        return replace(
            self._row_without_factor(change),
            factor=factor,
            attained=attained,
            value=self._spread(TURNED[self.knob], self.reading, factor).value,
            binding=self._binding(factor, change),
        )

    def _row_without_factor(self, change: _Change) -> HeadroomRow:
        """The row of a change that the knob cannot bring about."""
        return HeadroomRow(
            chip=self.chip.id,
            rule=self.rule.id,
            leaves=change.leaves,
            enters=change.enters,
            knob=self.knob,
            factor=None,
            attained=False,
            value=None,
            binding=self._binding_of_turned_chips(),
            condition=letter_condition(self.letter),
            data=self.chip.data,
        )

    def _binding_of_turned_chips(self) -> str | None:
        """The first provision that is met once the knob is turned, however little.

        It may be another one than for the chip itself: a turned chip is none of the parts that a
        letter names.
        """
        if not self.verdict.provisions:
            return None
        # a chip without formats that were dropped has changed already
        factor = UNCHANGED if self.knob == FORMATS else JUST_BEYOND
        for met_by in (self._met_by_all, self._met_by_some):
            for provision, _ in met_by(factor):
                return provision
        return None

    def _nearest(self, change: _Change) -> tuple[Fraction, bool] | None:
        """The factor nearest to 1 at which the change comes about, and whether it holds there.

        None where no factor brings it about. Both ways are tried, because a knob can be turned up
        as well as down.
        """
        factors = self._critical_factors()
        # factors come sorted; each way is walked outward from the unchanged chip
        below = sorted((factor for factor in factors if factor < 1), reverse=True)
        above = [factor for factor in factors if factor > 1]
        ways = [
            self._walk([UNCHANGED, *below], change, Fraction(0)),
            self._walk([UNCHANGED, *above], change, None),
        ]
        reached = [way for way in ways if way is not None]
        return min(reached, key=lambda way: _distance_from_one(way[0]), default=None)

    def _walk(
        self, factors: list[Fraction], change: _Change, end: Fraction | None
    ) -> tuple[Fraction, bool] | None:
        """Walk outward from 1, asking at each critical factor and between it and the next.

        Return the factor at which the change comes about, and whether it holds there; None if it
        never does. ``end`` is where the walk stops; None is without end.
        """
        for factor, following in itertools.pairwise([*factors, end]):
            assert factor is not None, "only the end may be open"
            # at 1 nothing has changed yet, by the choice of the change
            if factor != UNCHANGED and change.done(self._finding(factor)):
                return factor, True
            if change.done(self._finding(_between(factor, following))):
                return factor, False
        return None

    def _finding(self, factor: Fraction) -> Finding:
        """What the rule gives for the turned chip: the strictest over its interpretations.

        This is how ``check`` decides too, so both commands agree at a factor of 1.
        """
        if factor not in self._findings:
            findings = [self._joined(assignments) for assignments in self._assignments(factor)]
            self._findings[factor] = min(findings, key=partial(strictness, self.rule))
        return self._findings[factor]

    def _joined(self, assignments: list[Assignment]) -> Finding:
        """The finding of one interpretation: what all its assignments have in common.

        Undetermined where they disagree.
        """
        return joined(
            finding_of(self.rule, self.control_list, assignment) for assignment in assignments
        )

    def _turned(self, factor: Fraction) -> Chip:
        """The chip with the knob at a factor; the chip itself if it has nothing to turn."""
        # Formats are dropped one by one and not scaled: see _row_of_dropped_formats.
        if factor == UNCHANGED or self.knob == FORMATS:
            return self.chip
        try:
            return scale_knob(self.chip, self.knob, factor)
        except UsageError:
            return self.chip

    def _assignments(self, factor: Fraction) -> list[list[Assignment]]:
        """Assignments of the turned chip, for each nominal interpretation of it.

        Disputed ones contest an answer and never decide it, so they move no factor.
        """
        item = Item(self._turned(factor))
        facts = Ruling(item, self.asked, control_list=self.control_list).facts([self.rule])
        if self.letter is not None:
            facts = {**facts, self.letter: True}
        by_interpretation = []
        for interpretation in item.plain(facts):
            assignments = self.control_list.assignments(self.rule, interpretation, self.chip.kind)
            by_interpretation.append(assignments)
        return by_interpretation

    def _critical_factors(self) -> list[Fraction]:
        """The factors at which some threshold of the rule is met, in any interpretation, ascending.

        Only at these can an answer change.
        """
        factors: set[Fraction] = set()
        for leaf in self.control_list.leaves(self.rule):
            if not isinstance(leaf, Atom):
                continue
            for reading in self.readings:
                factors.update(self._factors_at(leaf.metric, reading, leaf.limit))
        # a negative factor is where the line of a metric would go on, not a chip
        return sorted(factor for factor in factors if factor > 0)

    def _factors_at(
        self, metric: str, reading: str | None, threshold: Fraction
    ) -> Iterator[Fraction]:
        """Where a metric meets a threshold: the factors, at most one, of any sign.

        Along the knob it is (a + b k) / (c + d k), fixed by three values. ``threshold`` is in the
        unit of the metric.
        """
        # three values fix the curve and cost less than asking at many factors
        one = self._value(metric, reading, Fraction(1))
        two = self._value(metric, reading, Fraction(2))
        three = self._value(metric, reading, Fraction(3))
        if one is None or two is None or three is None:
            return

        is_linear = two - one == three - two
        if is_linear:
            if two != one:
                yield 1 + (threshold - one) / (two - one)
            return

        # constant numerator over a linear denominator: the reciprocal is linear
        if threshold > 0 and one and two:
            step = 1 / two - 1 / one
            yield 1 + (1 / threshold - 1 / one) / step

    def _value(self, metric: str, reading: str | None, factor: Fraction) -> Fraction | None:
        """A metric of the turned chip; where a part of it is missing, the sum of the known parts.

        None where nothing is known of it.
        """
        key = (metric, reading, factor)
        if key not in self._values:
            spread = self._spread(metric, reading, factor)
            value = spread.value
            if value is None:
                value = spread.low
            self._values[key] = value
        return self._values[key]

    def _spread(self, metric: str, reading: str | None, factor: Fraction) -> Spread:
        """A metric of the turned chip as a value with its range."""
        return Count(Item(self._turned(factor)).lead, reading).metric(metric)

    def _binding(self, factor: Fraction, change: _Change) -> str | None:
        """The first provision met on the controlled side of the factor: what stops the knob.

        None where no provision is met nearby.
        """
        # at the factor itself the threshold may be met or not, depending on its operator, so both
        # neighbors are tried; between thresholds nothing changes, so any small step will do
        nearby = (factor, factor / JUST_BEYOND, factor * JUST_BEYOND)
        # a provision met for all values of unknown figures comes before one met for some of them
        for met_by in (self._met_by_all, self._met_by_some):
            for provision, outcome in itertools.chain.from_iterable(map(met_by, nearby)):
                if self._is_controlled_side(Finding(Status.MET, outcome), change):
                    return provision
        return None

    def _met_by_all(self, factor: Fraction) -> Iterator[tuple[str, str]]:
        """The provisions that every assignment of an interpretation meets, in their order.

        As (id, outcome), one interpretation after the other.
        """
        for assignments in self._assignments(factor):
            common, *others = map(self._provisions_met, assignments)
            for provisions in others:
                common = [met for met in common if met in provisions]
            yield from common

    def _met_by_some(self, factor: Fraction) -> Iterator[tuple[str, str]]:
        """The first provision that each assignment meets."""
        for assignment in itertools.chain.from_iterable(self._assignments(factor)):
            yield from self._provisions_met(assignment)[:1]

    def _provisions_met(self, assignment: Assignment) -> list[tuple[str, str]]:
        """The provisions that an assignment meets, with their outcomes."""
        return provisions_met(self.rule, Evaluator(self.control_list, assignment))

    def _is_controlled_side(self, finding: Finding, change: _Change) -> bool:
        """Whether a finding lies on the side of the change that is controlled more."""
        # A stricter paragraph is entered from the other side, and controls the chip beyond it.
        if change.enters:
            return change.done(finding)
        return not change.done(finding)

    def _row_of_dropped_formats(self, change: _Change) -> HeadroomRow:
        """Formats dropped in the order of what they contribute, until the change comes about.

        The factor is the TPP that is left over the TPP at the start. It is None where the chip
        states its TPP as a figure, because dropping formats would not change that.
        """
        before = self
        chip = self.chip
        dropped: list[str] = []
        start = Count(Item(chip).lead).tpp().value
        while len(chip.throughput) > 1 and "tpp" not in chip.metrics:
            top = max(chip.throughput, key=partial(_contribution, chip)).removesuffix("_vector")
            # what counts most exists only on vector units, which cannot be dropped by this name
            if top not in chip.throughput:
                break

            chip = drop(chip, [top])
            dropped.append(top)
            tpp = Count(chip).tpp().value
            if tpp is None or start is None:
                break

            search = KnobSearch(
                chip, self.verdict, self.asked, self.control_list, FORMATS, self.letter
            )
            if change.done(search._finding(UNCHANGED)):
                # what binds is met on the controlled side: before the last format is dropped, or
                # after it where that makes the answer stricter
                controlled = search if change.enters else before
                return replace(
                    self._row_without_factor(change),
                    factor=tpp / start,
                    attained=True,
                    value=tpp,
                    drops=tuple(dropped),
                    binding=controlled._binding(UNCHANGED, change),
                )
            before = search
        return before._row_without_factor(change)


def _between(factor: Fraction, following: Fraction | None) -> Fraction:
    """A factor between two critical ones; any would do, since nothing changes in between."""
    if following is None:
        return factor * 2 + 1
    return (factor + following) / 2


def _distance_from_one(factor: Fraction) -> Fraction:
    """How far a factor is from 1; one half is as far as 2.

    >>> _distance_from_one(Fraction(1, 2)) == _distance_from_one(Fraction(2))
    True
    """
    if factor >= 1:
        return factor
    # a factor of 0 takes everything away, so every other way is nearer
    if factor == 0:
        return Fraction(10**12)
    return 1 / factor


def _contribution(chip: Chip, number_format: str) -> Fraction:
    """The TPP that one number format gives by itself, on the main unit of the chip."""
    only = {number_format: chip.throughput[number_format]}
    return Count(replace(chip, throughput=only, units=())).tpp().value or Fraction(0)


def _changes(rule: Rule, now: Finding) -> Iterator[_Change]:
    """The changes to look for: leaving the paragraph or the entry, entering stricter ones.

    Outcomes of a rule are ordered from the strictest.
    """
    yield from _ways_out(rule, now)
    outcomes = rule.outcomes()
    stricter = outcomes
    if now.status == Status.MET:
        # an outcome shared by several paragraphs has no place in their order, so none is stricter
        stricter = ()
        if now.outcome in outcomes:
            stricter = outcomes[: outcomes.index(now.outcome)]
    for outcome in reversed(stricter):
        yield _Change(None, outcome, partial(_is_outcome, outcome))


def _ways_out(rule: Rule, now: Finding) -> Iterator[_Change]:
    """The changes by which a chip leaves the strictest paragraph, or the entry as a whole."""
    outcomes = rule.outcomes()
    entry = entry_of(set(outcomes)) or rule.id
    if now.status == Status.UNDETERMINED:
        yield _Change(entry, None, _is_not_met)
    if now.status != Status.MET:
        return

    if len(outcomes) == 1:
        yield _Change(now.outcome, None, _is_not_met)
        return

    if now.outcome == outcomes[0]:
        yield _Change(now.outcome, None, partial(_is_less_strict, rule, now))
    yield _Change(entry, None, _is_not_met)


def _is_not_met(finding: Finding) -> bool:
    """Whether a finding is that the rule is not met."""
    return finding.status == Status.NOT_MET


def _is_outcome(outcome: str, finding: Finding) -> bool:
    """Whether a finding is that the rule is met under one paragraph."""
    return finding == Finding(Status.MET, outcome)


def _is_less_strict(rule: Rule, now: Finding, finding: Finding) -> bool:
    """Whether a finding is that the entry is not met, or only a less strict paragraph of it.

    Undetermined is neither: it may still be the paragraph of ``now``.
    """
    if finding.status == Status.NOT_MET:
        return True
    if finding.outcome not in rule.outcomes():
        return False
    return strictness(rule, finding) > strictness(rule, now)
