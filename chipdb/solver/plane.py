"""Where on a plane of two metrics a rule gives which answer: its tree folded on the cells between its own limits.

A rule's limits cut both axes; between two neighboring limits nothing changes, so one point of a cell stands for all of
it, and each limit is a cell of its own. What the plane does not show is assumed (and said) or left open.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from chipdb.rules.conditions import Atom, Fact
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList, metrics_named
from chipdb.solver.intervals import DERIVED, Interval, KnownFigures, cuts
from chipdb.solver.item import Interpretation, parts_of
from chipdb.solver.verdict import Finding, finding_of, joined
from chipdb.units import METRIC_UNITS, display
from chipdb.vocabulary import Kind

ASSUMED_FACTS = {
    "datacenter": (True, "a datacenter part"),
    "digital": (True, ""),
    "us_available": (True, "on sale in the United States in time"),
    "first_marketed_later": (False, "on the market by the day that the bill names"),
}
"""What a plane takes the facts to be, with the words for it; digital parts are the ordinary case and go without saying."""

ASSUMABLE = {
    "memory_bandwidth": "memory bandwidth",
    "aggregate_io_bandwidth": "I/O bandwidth",
    "interconnect_bandwidth": "chip-to-chip links",
    "letter_io_bandwidth": "I/O bandwidth",
}
"""Metrics that a plane may take at a value, in words; what they do not settle stays open."""

Findings = tuple[Finding, ...]


@dataclass(frozen=True)
class Strip:
    """A part of an axis: a limit itself (``low == high``), or what lies between two; ``high`` None has no end."""

    low: Fraction
    high: Fraction | None

    @property
    def inside(self) -> Fraction:
        """A value of it."""
        return self.low * 2 + 1 if self.high is None else (self.low + self.high) / 2

    @property
    def wide(self) -> bool:
        """Whether it is more than a line."""
        return self.low != self.high


@dataclass(frozen=True)
class Rectangle:
    """A stretch of the plane with one finding of each rule; ``None`` has no end. Which side an edge belongs to, ``at`` says."""

    x: Strip
    y: Strip
    findings: Findings


@dataclass(frozen=True, kw_only=True)
class Regions:
    """A plane cut by the limits of some rules, and what each rule says in every cell."""

    rules: tuple[Rule, ...]
    x: str
    y: str
    xs: tuple[Strip, ...]
    ys: tuple[Strip, ...]
    cells: Mapping[tuple[int, int], Findings]
    assumed: tuple[str, ...]

    def at(self, x: Fraction, y: Fraction) -> Findings:
        """What the rules say at a point, limits included."""
        return self.cells[_place(self.xs, x), _place(self.ys, y)]

    def rectangles(self) -> list[Rectangle]:
        """The plane in few rectangles: neighbors with the same findings joined, along x, then along y."""
        joined_rows: list[Rectangle] = []
        for row in (index for index, strip in enumerate(self.ys) if strip.wide):
            for found in self._row(row):
                below = next((one for one in joined_rows if _continues(one, found)), None)
                if below is None:
                    joined_rows.append(found)
                else:
                    joined_rows.remove(below)
                    joined_rows.append(
                        Rectangle(found.x, Strip(below.y.low, found.y.high), found.findings)
                    )
        return joined_rows

    def _row(self, row: int) -> Iterator[Rectangle]:
        wide = (index for index, strip in enumerate(self.xs) if strip.wide)
        for findings, group in itertools.groupby(wide, key=lambda index: self.cells[index, row]):
            strips = [self.xs[index] for index in group]
            yield Rectangle(Strip(strips[0].low, strips[-1].high), self.ys[row], findings)

    def limits(self) -> tuple[list[Fraction], list[Fraction]]:
        """The limits on each axis."""
        return [strip.low for strip in self.xs if not strip.wide], [
            strip.low for strip in self.ys if not strip.wide
        ]


def _continues(below: Rectangle, above: Rectangle) -> bool:
    return below.x == above.x and below.findings == above.findings and below.y.high == above.y.low


def _place(strips: Sequence[Strip], value: Fraction) -> int:
    """The strip of a value: those that are lines and those between alternate, starting between."""
    lines = [strip.low for strip in strips if not strip.wide]
    left, right = bisect.bisect_left(lines, value), bisect.bisect_right(lines, value)
    return 2 * left + (right - left)


def regions(rules: Sequence[Rule], law: ControlList, x: str, y: str) -> Regions:
    """What some rules say over a plane of two metrics.

    Facts and metrics that the plane does not show are taken as ``assumed`` says. Bandwidths are first taken as zero, then,
    where a rule says the same everywhere with that, at its own limits; the rest stays open, which may leave cells
    undetermined. Place and addressees are left aside: it is the tree that is drawn.
    """
    chosen = [_assumptions(rule, law, x, y) for rule in rules]
    base = [_view(x, y, intervals) for intervals, _ in chosen]
    found = [_limits(rule, law, view, (x, y)) for rule, view in zip(rules, base, strict=True)]
    xs = _strips({limit for limits, _ in found for limit in limits})
    ys = _strips({limit for _, limits in found for limit in limits})
    cells = {
        (column, row): tuple(
            _finding(rule, law, _fixed(view, x, across.inside, y, up.inside))
            for rule, view in zip(rules, base, strict=True)
        )
        for (column, across), (row, up) in itertools.product(enumerate(xs), enumerate(ys))
    }
    said = [text for rule in rules for text in _facts_said(rule, law)] + [
        text for _, texts in chosen for text in texts
    ]
    return Regions(
        rules=tuple(rules), x=x, y=y, xs=xs, ys=ys, cells=cells, assumed=tuple(dict.fromkeys(said))
    )


def _assumptions(
    rule: Rule, law: ControlList, x: str, y: str
) -> tuple[dict[str, Interval], tuple[str, ...]]:
    """The spans of bandwidths that the plane does not show, and the words for them."""
    named = parts_of(metrics_named(rule, law))
    others = [name for name in ASSUMABLE if name in named and name not in (x, y)]
    if not others:
        return {}, ()
    zero: dict[str, Interval] = {name: (Fraction(0), Fraction(0)) for name in others}
    words = " and ".join(dict.fromkeys(ASSUMABLE[name] for name in others))
    if _tells(rule, law, x, y, zero):
        return zero, (f"{words} taken as zero",)
    tops = {name: top for name in others if (top := _highest(rule, law, name))}
    met: dict[str, Interval] = {name: (_reached(top), _reached(top)) for name, top in tops.items()}
    return met, tuple(_reached_text(top) for top in tops.values())


def _highest(rule: Rule, law: ControlList, metric: str) -> Atom | None:
    """The condition that the largest values of a metric meet last; None where only sums of it have a limit."""
    found = [leaf for leaf in law.leaves(rule) if isinstance(leaf, Atom) and leaf.metric == metric]
    return max(found, key=lambda leaf: (leaf.limit, _turns_above(leaf)), default=None)


def _turns_above(leaf: Atom) -> bool:
    """Whether a condition changes just above its limit, and not at it."""
    return leaf.op in ("gt", "le")


def _reached(leaf: Atom) -> Fraction:
    return leaf.limit + 1 if _turns_above(leaf) else leaf.limit


def _reached_text(leaf: Atom) -> str:
    limit = f"{display(leaf.limit)} {METRIC_UNITS[leaf.metric]}"
    return f"{ASSUMABLE[leaf.metric]} {f'above {limit}' if _turns_above(leaf) else f'of {limit} or more'}"


def _tells(rule: Rule, law: ControlList, x: str, y: str, intervals: Mapping[str, Interval]) -> bool:
    """Whether a rule says different things over the plane."""
    view = _view(x, y, intervals)
    strips = [_strips(set(limits)) for limits in _limits(rule, law, view, (x, y))]
    found = {
        _finding(rule, law, _fixed(view, x, one.inside, y, other.inside))
        for one, other in itertools.product(*strips)
    }
    return len(found) > 1


def _view(x: str, y: str, intervals: Mapping[str, Interval]) -> KnownFigures:
    """What is known where nothing but assumptions is: every metric open, the two of the plane too."""
    free: Interval = (Fraction(0), None)
    own = {name: free for name in METRIC_UNITS if name not in DERIVED or name in (x, y)}
    return KnownFigures(
        intervals={**own, **intervals},
        facts={name: value for name, (value, _) in ASSUMED_FACTS.items()},
    )


def _limits(
    rule: Rule, law: ControlList, view: KnownFigures, axes: tuple[str, str]
) -> tuple[list[Fraction], list[Fraction]]:
    leaves = law.leaves(rule)
    first, second = (cuts(view, name, leaves) for name in axes)
    return first, second


def _fixed(view: KnownFigures, x: str, at_x: Fraction, y: str, at_y: Fraction) -> KnownFigures:
    return KnownFigures(
        intervals={**view.intervals, x: (at_x, at_x), y: (at_y, at_y)}, facts=view.facts
    )


def _finding(rule: Rule, law: ControlList, view: KnownFigures) -> Finding:
    assignments = law.assignments(rule, Interpretation(None, (view,)), Kind.PROCESSOR)
    return joined(finding_of(rule, law, assignment) for assignment in assignments)


def _strips(limits: set[Fraction]) -> tuple[Strip, ...]:
    """The lines of an axis and what lies between them, from zero without end."""
    ends = sorted(limit for limit in limits if limit > 0)
    between = [Strip(low, high) for low, high in itertools.pairwise([Fraction(0), *ends])]
    lines = [Strip(end, end) for end in ends]
    pairs = itertools.chain.from_iterable(zip(between, lines, strict=True))
    return (*pairs, Strip(ends[-1] if ends else Fraction(0), None))


def _facts_said(rule: Rule, law: ControlList) -> list[str]:
    named = {leaf.name for leaf in law.leaves(rule) if isinstance(leaf, Fact)}
    return [words for name, (_, words) in ASSUMED_FACTS.items() if words and name in named]
