"""Where on a plane of two metrics a rule gives which answer.

A rule's thresholds cut both axes. Between two neighboring thresholds nothing changes, so one point
of a cell stands for all of it, and each threshold is a cell of its own. What the plane does not
show is assumed (and stated) or left unknown.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.conditions import Atom, Fact
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList, metrics_named
from chipdb.solver.intervals import (
    DERIVED,
    Interval,
    KnownFigures,
    cuts,
    thresholds_of,
    value_between,
)
from chipdb.solver.item import Interpretation, parts_of
from chipdb.solver.verdict import Finding, finding_over
from chipdb.units import METRIC_UNITS, display
from chipdb.vocabulary import Kind

ASSUMED_FACTS = {
    "datacenter": (True, "a datacenter part"),
    "digital": (True, ""),
    "us_available": (True, "on sale in the United States in time"),
    "first_marketed_later": (False, "on the market by the day that the bill names"),
}
"""What a plane assumes of the facts, with the words for it.

A digital part is the ordinary case, which needs no words.
"""

ASSUMABLE = {
    "memory_bandwidth": "memory bandwidth",
    "aggregate_io_bandwidth": "I/O bandwidth",
    "interconnect_bandwidth": "chip-to-chip links",
    "letter_io_bandwidth": "I/O bandwidth",
}
"""Metrics for which a plane may assume a value, in words.

What they do not settle stays undetermined.
"""

Findings = tuple[Finding, ...]
"""What each rule gives, in the order of the rules."""


@dataclass(frozen=True)
class Strip:
    """A part of an axis: a threshold itself (``low == high``), or what lies between two.

    ``high`` None is unbounded.
    """

    low: Fraction
    high: Fraction | None

    @property
    def inside(self) -> Fraction:
        """A value of it; any will do, because a rule gives the same throughout.

        >>> Strip(Fraction(0), Fraction(4800)).inside == 2400
        True
        """
        return value_between(self.low, self.high)

    @property
    def wide(self) -> bool:
        """Whether it is more than a line."""
        return self.low != self.high


@dataclass(frozen=True)
class Rectangle:
    """A stretch of the plane with one finding of each rule.

    :meth:`Regions.at` says which side an edge belongs to.
    """

    x: Strip
    y: Strip
    findings: Findings


@dataclass(frozen=True, kw_only=True)
class Regions:
    """A plane cut by the thresholds of some rules, and what each rule gives in every cell.

    ``x`` and ``y`` name the metrics of the axes, ``xs`` and ``ys`` are their strips in ascending
    order. ``cells`` has the findings by the numbers of a strip of ``xs`` and one of ``ys``;
    ``assumed`` says in words what the plane does not show.
    """

    rules: tuple[Rule, ...]
    x: str
    y: str
    xs: tuple[Strip, ...]
    ys: tuple[Strip, ...]
    cells: Mapping[tuple[int, int], Findings]
    assumed: tuple[str, ...]

    def at(self, x: Fraction, y: Fraction) -> Findings:
        """What the rules give at a point, thresholds included; its values are in the axes' units.

        >>> from chipdb.rules.rulebook import load_rules
        >>> rule = load_rules()["us-3a090-2023"]
        >>> plane = regions([rule], ControlList((rule,)), "tpp", "performance_density")
        >>> [finding.outcome for finding in plane.at(Fraction(4800), Fraction(1))]
        ['3A090.a']
        >>> [finding.outcome for finding in plane.at(Fraction(4799), Fraction(1))]
        [None]
        """
        return self.cells[_index_of(self.xs, x), _index_of(self.ys, y)]

    def rectangles(self) -> list[Rectangle]:
        """The plane in few rectangles: neighbors with the same findings joined, along x, then y.

        They cover all of it but the lines of the thresholds, on which nothing can be drawn.
        """
        joined_up: list[Rectangle] = []
        for row, strip in enumerate(self.ys):
            # A threshold has no height, and nothing could be drawn of it.
            if not strip.wide:
                continue

            for rectangle in self._row(row):
                below = _rectangle_below(rectangle, joined_up)
                if below is None:
                    joined_up.append(rectangle)
                    continue

                joined_up.remove(below)
                height = Strip(below.y.low, rectangle.y.high)
                joined_up.append(Rectangle(rectangle.x, height, rectangle.findings))
        return joined_up

    def _row(self, row: int) -> Iterator[Rectangle]:
        """The rectangles of one row of cells, from left to right.

        ``row`` is the number of its strip among ``ys``.
        """
        columns = [column for column, strip in enumerate(self.xs) if strip.wide]
        by_findings = itertools.groupby(columns, key=lambda column: self.cells[column, row])
        for findings, group in by_findings:
            strips = [self.xs[column] for column in group]
            width = Strip(strips[0].low, strips[-1].high)
            yield Rectangle(width, self.ys[row], findings)

    def limits(self) -> tuple[list[Fraction], list[Fraction]]:
        """The thresholds on the two axes, x first, ascending and in the units of the metrics."""
        return _thresholds_of(self.xs), _thresholds_of(self.ys)


def _thresholds_of(strips: Sequence[Strip]) -> list[Fraction]:
    """The thresholds among the strips of an axis, in ascending order.

    A strip without width is a threshold itself.
    """
    return [strip.low for strip in strips if not strip.wide]


def _rectangle_below(above: Rectangle, rectangles: Iterable[Rectangle]) -> Rectangle | None:
    """The rectangle that one lies right on top of, of the same width and findings, if any.

    A picture of the two joined shows the same and has no seam between them.
    """
    for below in rectangles:
        touches = below.y.high == above.y.low
        if touches and below.x == above.x and below.findings == above.findings:
            return below
    return None


def _index_of(strips: Sequence[Strip], value: Fraction) -> int:
    """The index of the strip of a value, which is at least zero.

    Stretches and thresholds alternate, starting with a stretch.

    >>> strips = _strips([Fraction(2400), Fraction(4800)])
    >>> [_index_of(strips, Fraction(value)) for value in (0, 2400, 4799, 4800, 9600)]
    [0, 1, 2, 3, 4]
    """
    thresholds = _thresholds_of(strips)
    left = bisect.bisect_left(thresholds, value)
    # The two differ by one exactly where the value is a threshold itself.
    is_threshold = bisect.bisect_right(thresholds, value) - left
    return 2 * left + is_threshold


def regions(rules: Sequence[Rule], control_list: ControlList, x: str, y: str) -> Regions:
    """What some rules give over a plane of two metrics.

    ``x`` and ``y`` are the metrics of its axes, in their units. Facts and metrics that the plane
    does not show are as ``assumed`` says. Bandwidths are first assumed to be zero; where a rule
    then gives the same everywhere, they are put at its own thresholds. The rest stays unknown,
    which may leave cells undetermined. Places and addressees are left aside: it is the tree that
    is drawn.
    """
    planes = [_RulePlane(rule, control_list, x, y) for rule in rules]
    xs = _strips_of(planes, x)
    ys = _strips_of(planes, y)

    # One point of each cell is asked, inside it: the rules give the same all over the cell.
    cells: dict[tuple[int, int], Findings] = {}
    for column, across in enumerate(xs):
        for row, up in enumerate(ys):
            findings = [plane.finding_at(across.inside, up.inside) for plane in planes]
            cells[column, row] = tuple(findings)

    return Regions(
        rules=tuple(rules), x=x, y=y, xs=xs, ys=ys, cells=cells, assumed=_assumed(planes)
    )


def _strips_of(planes: Sequence[_RulePlane], axis: str) -> tuple[Strip, ...]:
    """The strips of one axis, cut at the thresholds of all rules.

    So each rule gives one finding in every strip, also where it has no threshold of its own.
    """
    thresholds: list[Fraction] = []
    for plane in planes:
        thresholds += plane.thresholds(axis)
    return _strips(thresholds)


def _assumed(planes: Sequence[_RulePlane]) -> tuple[str, ...]:
    """What had to be assumed, in words: facts before metrics, each once, by the order of rules.

    A picture says it below its title, since the plane would look otherwise without it.
    """
    words: list[str] = []
    for plane in planes:
        words += plane.facts_assumed()
    for plane in planes:
        words += plane.metrics_assumed
    return tuple(dict.fromkeys(words))


class _RulePlane:
    """One rule over the plane: what is known at each point of it, with what had to be assumed.

    A made-up chip lies at each point. What a plane does not show of it is assumed in the way that
    lets the picture show most: facts as in :data:`ASSUMED_FACTS`, bandwidths as below.
    """

    def __init__(self, rule: Rule, control_list: ControlList, x: str, y: str) -> None:
        """Start from nothing known, then assume the bandwidths that the plane does not show.

        ``x`` and ``y`` name the metrics of the axes.
        """
        self.rule = rule
        self.control_list = control_list
        self.x = x
        self.y = y
        self.leaves = control_list.leaves(rule)
        self.metrics_assumed: tuple[str, ...] = ()
        self.known = self._known({})
        self._assume_bandwidths()

    def thresholds(self, axis: str) -> list[Fraction]:
        """Where the rule's thresholds cut an axis, ascending and in the unit of its metric.

        With the bandwidths assumed, a threshold on their sum cuts an axis of one of them, too.
        """
        return cuts(self.known, axis, thresholds_of(self.leaves))

    def finding_at(self, at_x: Fraction, at_y: Fraction) -> Finding:
        """What the rule gives at a point, over everything that is unknown there.

        Undetermined where that decides.
        """
        point = {self.x: (at_x, at_x), self.y: (at_y, at_y)}
        known = KnownFigures(intervals={**self.known.intervals, **point}, facts=self.known.facts)
        interpretation = Interpretation(None, (known,))
        return finding_over(self.rule, self.control_list, Kind.PROCESSOR, interpretation, {})

    def facts_assumed(self) -> Iterator[str]:
        """The facts that the rule asks for, in the words of what is assumed of them.

        In the order of :data:`ASSUMED_FACTS`; a fact without words is left out.
        """
        asked = {leaf.name for leaf in self.leaves if isinstance(leaf, Fact)}
        for name, (_, words) in ASSUMED_FACTS.items():
            # The ordinary case needs no words.
            if words and name in asked:
                yield words

    def _known(self, intervals: Mapping[str, Interval]) -> KnownFigures:
        """What is known where nothing but assumptions is: every other metric is unknown.

        ``intervals`` are those that are assumed of metrics, in their units.
        """
        unknown: Interval = (Fraction(0), None)
        own: dict[str, Interval] = {}
        for name in METRIC_UNITS:
            # A derived metric follows from its parts, unless the plane has it as an axis.
            if name not in DERIVED or name in (self.x, self.y):
                own[name] = unknown

        facts = {name: value for name, (value, _) in ASSUMED_FACTS.items()}
        return KnownFigures(intervals={**own, **intervals}, facts=facts)

    def _assume_bandwidths(self) -> None:
        """Put the bandwidths that the rule asks for and the plane does not show at values.

        At zero if the plane then shows anything, else where the rule's conditions on them are met.
        """
        asked = parts_of(metrics_named(self.rule, self.control_list))
        hidden = [name for name in ASSUMABLE if name in asked and name not in (self.x, self.y)]
        if not hidden:
            return

        zero: Interval = (Fraction(0), Fraction(0))
        self.known = self._known(dict.fromkeys(hidden, zero))
        if self._varies():
            # Several metrics share a word, which is said once.
            words = " and ".join(dict.fromkeys(ASSUMABLE[name] for name in hidden))
            self.metrics_assumed = (f"{words} taken as zero",)
            return

        # At zero the rule gives one answer everywhere, which no picture shows: put them where it is
        # met.
        conditions = [self._highest(name) for name in hidden]
        self._assume_reached([condition for condition in conditions if condition is not None])

    def _assume_reached(self, conditions: Iterable[Atom]) -> None:
        """Put each bandwidth at a value at which a condition on it has changed.

        ``conditions`` has one for each bandwidth; what is assumed is kept in words.
        """
        reached: dict[str, Interval] = {}
        words: list[str] = []
        for condition in conditions:
            name = ASSUMABLE[condition.metric]
            threshold = f"{display(condition.limit)} {METRIC_UNITS[condition.metric]}"
            if _turns_above(condition):
                value = value_between(condition.limit, None)
                words.append(f"{name} above {threshold}")
            else:
                value = condition.limit
                words.append(f"{name} of {threshold} or more")
            reached[condition.metric] = (value, value)
        self.known = self._known(reached)
        self.metrics_assumed = tuple(words)

    def _varies(self) -> bool:
        """Whether the rule gives different findings over the plane, with what is assumed so far."""
        findings = set()
        for across in _strips(self.thresholds(self.x)):
            for up in _strips(self.thresholds(self.y)):
                findings.add(self.finding_at(across.inside, up.inside))
        return len(findings) > 1

    def _highest(self, metric: str) -> Atom | None:
        """The condition that the largest values of a metric meet last: the one to be put beyond.

        None where only sums of it have a threshold.
        """
        conditions = []
        for leaf in self.leaves:
            if isinstance(leaf, Atom) and leaf.metric == metric:
                conditions.append(leaf)
        return max(conditions, key=lambda leaf: (leaf.limit, _turns_above(leaf)), default=None)


def _turns_above(condition: Atom) -> bool:
    """Whether a condition changes just above its threshold, and not at it.

    "More than 600" starts to hold there, and "600 or less" ends.
    """
    return condition.op in ("gt", "le")


def _strips(thresholds: Iterable[Fraction]) -> tuple[Strip, ...]:
    """The thresholds of an axis and the stretches between them, from zero without end.

    ``thresholds`` are above zero; they may come in any order and more than once.
    """
    strips: list[Strip] = []
    low = Fraction(0)
    for threshold in sorted(set(thresholds)):
        strips.append(Strip(low, threshold))
        strips.append(Strip(threshold, threshold))
        low = threshold
    return (*strips, Strip(low, None))
