"""The one solver: what is known of a chip as spans, cut into points where no limit lies between two neighbours.

Every limit of a tree cuts a span; a limit on a derived metric (a density, a sum) cuts the spans it is derived from, along
the line where it is met. Over the points that remain, each condition of the tree takes every value that it can take, so
"all points agree" means exactly "every value of what is missing gives the same answer".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from chipdb.rules.conditions import Atom, Condition, Fact

Interval = tuple[Fraction, Fraction | None]
"""From low to high, both included; high None has no end."""


@dataclass(frozen=True)
class Derived:
    """A metric made of two others, and how to solve it for either."""

    parts: tuple[str, str]
    value: Callable[[Fraction, Fraction], Fraction | None]
    solve: tuple[Callable[[Fraction, Fraction], Fraction], Callable[[Fraction, Fraction], Fraction]]


DERIVED = {
    "performance_density": Derived(
        ("tpp", "applicable_die_area"),
        lambda tpp, area: tpp / area if area else None,
        (
            lambda limit, area: limit * area,
            lambda limit, tpp: tpp / limit if limit else Fraction(0),
        ),
    ),
    "memory_and_io_bandwidth": Derived(
        ("memory_bandwidth", "letter_io_bandwidth"),
        lambda memory, links: memory + links,
        (lambda limit, links: limit - links, lambda limit, memory: limit - memory),
    ),
}


@dataclass(frozen=True, kw_only=True)
class KnownFigures:
    """What is known of one chip in one way of counting: spans of metrics, facts (None unknown), metrics without meaning."""

    intervals: Mapping[str, Interval]
    facts: Mapping[str, bool | None]
    part: str | None = None
    undefined: frozenset[str] = frozenset()
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def fixed(self, point: ChipAssignment, but: str) -> KnownFigures:
        """This view at a point, with one metric left as it is."""
        intervals = {
            name: interval if name == but else (point.intervals[name],) * 2
            for name, interval in self.intervals.items()
        }
        return replace(self, intervals=intervals, facts=point.facts)


@dataclass(frozen=True)
class ChipAssignment:
    """One value for everything."""

    intervals: Mapping[str, Fraction]
    facts: Mapping[str, bool]
    part: str | None = None
    undefined: frozenset[str] = frozenset()

    def value(self, metric: str) -> Fraction | None:
        """A metric's value; None where it has no meaning."""
        if metric in self.undefined:
            return None
        if metric in self.intervals:
            return self.intervals[metric]
        derived = DERIVED[metric]
        return derived.value(*(self.intervals[part] for part in derived.parts))


def points(view: KnownFigures, leaves: Iterable[Condition]) -> Iterator[ChipAssignment]:
    """Points of a view that together give every answer that the leaves can give."""
    leaves = tuple(leaves)
    limits = _limits(leaves)
    names = _variables(view, limits)
    facts = sorted({leaf.name for leaf in leaves if isinstance(leaf, Fact)})
    choices = [
        (view.facts.get(name),) if view.facts.get(name) is not None else (True, False)
        for name in facts
    ]
    for values in _grid(view, names, limits, {}):
        for chosen in itertools.product(*choices):
            yield ChipAssignment(
                values, dict(zip(facts, map(bool, chosen), strict=True)), view.part, view.undefined
            )


def cuts(view: KnownFigures, name: str, leaves: Iterable[Condition]) -> list[Fraction]:
    """Where limits cut the span of one metric, everything else being fixed."""
    known = {other: interval[0] for other, interval in view.intervals.items() if other != name}
    low, high = view.intervals[name]
    return [
        value
        for value in _critical(view, name, _limits(leaves), known)
        if value > low and value != high
    ]


def _limits(leaves: Iterable[Condition]) -> dict[str, set[Fraction]]:
    limits: dict[str, set[Fraction]] = {}
    for leaf in leaves:
        if isinstance(leaf, Atom):
            limits.setdefault(leaf.metric, set()).add(leaf.limit)
    return limits


def _variables(view: KnownFigures, limits: Mapping[str, set[Fraction]]) -> list[str]:
    names: dict[str, None] = {}
    for metric in limits:
        if metric in view.undefined:
            continue
        parts = (metric,) if metric in view.intervals else DERIVED[metric].parts
        names.update(dict.fromkeys(parts))
    return list(names)


def _grid(
    view: KnownFigures,
    names: list[str],
    limits: Mapping[str, set[Fraction]],
    known: dict[str, Fraction],
) -> Iterator[dict[str, Fraction]]:
    if not names:
        yield dict(known)
        return
    name, rest = names[0], names[1:]
    for value in _samples(view, name, limits, known):
        yield from _grid(view, rest, limits, {**known, name: value})


def _samples(
    view: KnownFigures,
    name: str,
    limits: Mapping[str, set[Fraction]],
    known: Mapping[str, Fraction],
) -> list[Fraction]:
    """One value for each stretch of a span between limits, and each limit; a span that no limit touches needs but one.

    An area of zero (planar logic) is a stretch of its own; an area without bound need not count it, since density goes to
    zero there anyway.
    """
    low, high = view.intervals[name]
    if low == high:
        return [low]
    touched = _critical(view, name, limits, known)
    may_vanish = low == 0 and name == "applicable_die_area"
    if not touched and not may_vanish:
        return [low]
    inside = [value for value in touched if value > low and value != high]
    ends = [low, *inside, *([] if high is None else [high])]
    between = [(left + right) / 2 for left, right in itertools.pairwise(ends)]
    beyond = [ends[-1] * 2 + 1] if high is None else [high]
    assignments = {low, *inside, *between, *beyond}
    return sorted(assignments - {low} if may_vanish and high is None else assignments)


def _critical(
    view: KnownFigures,
    name: str,
    limits: Mapping[str, set[Fraction]],
    known: Mapping[str, Fraction],
) -> list[Fraction]:
    low, high = view.intervals[name]
    found = set(limits.get(name, ()))
    for metric, derived in DERIVED.items():
        if metric in view.intervals or metric in view.undefined or name not in derived.parts:
            continue
        at = derived.parts.index(name)
        for other in _ends(view, derived.parts[1 - at], limits, known):
            found |= {derived.solve[at](limit, other) for limit in limits.get(metric, ())}
    return sorted(value for value in found if value >= low and (high is None or value <= high))


def _ends(
    view: KnownFigures,
    name: str,
    limits: Mapping[str, set[Fraction]],
    known: Mapping[str, Fraction],
) -> set[Fraction]:
    """The values of a metric that matter to its partner: itself where known, else its ends and limits."""
    if name in known:
        return {known[name]}
    low, high = view.intervals[name]
    return {low, *limits.get(name, ()), *([] if high is None else [high])}
