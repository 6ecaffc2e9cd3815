"""Unknown figures as intervals, divided where a threshold lies.

What is known of a chip is an interval for each metric. Every threshold of a rule divides the
interval of its metric; a threshold on a derived metric (a density, a sum) divides the intervals
that it is derived from, along the line where it is met. One value from each piece, and each
threshold itself, is enough: over these assignments every condition of the rule takes each value
that it can take. So "all assignments agree" means exactly "every value of what is missing gives the
same answer".
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from chipdb.lazy_dataclasses import dataclass, field, replace
from chipdb.notebook import short_repr
from chipdb.rules.conditions import Atom, Condition, Fact
from chipdb.solver.kept import Numbered

Interval = tuple[Fraction, Fraction | None]
"""From low to high, both included; a high of None is unbounded."""

Thresholds = Mapping[str, Collection[Fraction]]
"""The thresholds that a rule has for each metric."""


@dataclass(frozen=True)
class Derived:
    """A metric made of two others, and how to solve it for either of them at a threshold."""

    parts: tuple[str, str]
    value: Callable[[Fraction, Fraction], Fraction | None]
    solve: tuple[Callable[[Fraction, Fraction], Fraction], Callable[[Fraction, Fraction], Fraction]]


def _density(tpp: Fraction, area: Fraction) -> Fraction | None:
    """TPP over area; without meaning where there is no applicable die area."""
    return tpp / area if area else None


def _area_at(density: Fraction, tpp: Fraction) -> Fraction:
    """The area at which a TPP has a density; a threshold of zero divides nothing."""
    return tpp / density if density else Fraction(0)


DERIVED = {
    "performance_density": Derived(
        parts=("tpp", "applicable_die_area"),
        value=_density,
        solve=(lambda density, area: density * area, _area_at),
    ),
    "memory_and_io_bandwidth": Derived(
        parts=("memory_bandwidth", "letter_io_bandwidth"),
        value=lambda memory, links: memory + links,
        solve=(lambda total, links: total - links, lambda total, memory: total - memory),
    ),
}


_NUMBERS = Numbered()
"""The number of each interval that was met."""


class OnDemand(Mapping[str, Interval]):
    """The interval of each metric, worked out when it is first asked for.

    Counting a metric takes long, and rules ask for a few of them.
    """

    def __init__(self, names: Iterable[str], interval_of: Callable[[str], Interval]) -> None:
        """Take the metrics that have an interval, and how to work one out."""
        self._intervals: dict[str, Interval | None] = dict.fromkeys(names)
        self._interval_of = interval_of

    def __getitem__(self, name: str) -> Interval:
        """The interval of a metric; raises :class:`KeyError` for one that has none."""
        interval = self._intervals[name]
        if interval is None:
            interval = self._intervals[name] = self._interval_of(name)
        return interval

    def __contains__(self, name: object) -> bool:
        """Whether a metric has an interval; it is not worked out for that."""
        return name in self._intervals

    def __iter__(self) -> Iterator[str]:
        """The metrics in their order."""
        return iter(self._intervals)

    def __len__(self) -> int:
        """How many metrics have an interval."""
        return len(self._intervals)


class Changed(Mapping[str, Interval]):
    """Intervals of which some are replaced; the others are not worked out for that."""

    def __init__(self, base: Mapping[str, Interval], changed: Mapping[str, Interval]) -> None:
        """Take all intervals, and those that replace some of them."""
        self._base = base
        self._changed = changed

    def __getitem__(self, name: str) -> Interval:
        """The interval of a metric; raises :class:`KeyError` for one that has none."""
        if name in self._changed:
            return self._changed[name]
        return self._base[name]

    def __contains__(self, name: object) -> bool:
        """Whether a metric has an interval."""
        return name in self._changed or name in self._base

    def __iter__(self) -> Iterator[str]:
        """The metrics, those that had an interval before first."""
        return iter(dict.fromkeys([*self._base, *self._changed]))

    def __len__(self) -> int:
        """How many metrics have an interval."""
        return len({*self._base, *self._changed})


@short_repr
@dataclass(frozen=True, kw_only=True)
class KnownFigures:
    """What is known of one chip under one interpretation.

    An interval for each metric; facts, None where unknown; and ``undefined`` metrics, which have no
    meaning for this chip. ``part`` is the id of a catalog chip, None for an altered one.
    ``changed_from`` are figures that differ only in the metrics ``changed``, which is how a dispute
    differs from what it disputes.
    """

    intervals: Mapping[str, Interval]
    facts: Mapping[str, bool | None]
    part: str | None = None
    undefined: frozenset[str] = frozenset()
    changed_from: KnownFigures | None = field(default=None, compare=False, repr=False)
    changed: frozenset[str] = field(default=frozenset(), compare=False, repr=False)
    # What was worked out from the intervals, kept here; a copy with other intervals starts empty.
    cells: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    _numbers: dict[str, int] = field(default_factory=dict, init=False, compare=False, repr=False)

    def number_of(self, name: str) -> int:
        """A number for the interval of a metric, the same for equal intervals; 0 for none.

        Tables are kept by it, because hashing two fractions takes long.
        """
        number = self._numbers.get(name)
        if number is None:
            if self.changed_from is not None and name not in self.changed:
                number = self.changed_from.number_of(name)
            elif name in self.intervals:
                number = _NUMBERS.of(self.intervals[name])
            else:
                number = 0
            self._numbers[name] = number
        return number

    def with_facts(self, facts: Mapping[str, bool | None]) -> KnownFigures:
        """These figures with further facts beside their own."""
        return replace(self, facts={**self.facts, **facts})

    def with_intervals(self, intervals: dict[str, Interval]) -> KnownFigures:
        """These figures with other intervals for some metrics."""
        return replace(
            self,
            intervals=Changed(self.intervals, intervals),
            changed_from=self,
            changed=frozenset(intervals),
        )

    def fixed_at(self, assignment: ChipAssignment, except_for: str) -> KnownFigures:
        """These figures at the values of an assignment, one metric left as it is."""
        fixed: dict[str, Interval] = {}
        for name, value in assignment.values.items():
            if name != except_for:
                fixed[name] = (value, value)
        return self.with_intervals(fixed)


@dataclass(frozen=True)
class ChipAssignment:
    """One value for every metric and fact of a chip."""

    values: Mapping[str, Fraction]
    facts: Mapping[str, bool]
    part: str | None = None
    undefined: frozenset[str] = frozenset()

    def has(self, metric: str) -> bool:
        """Whether a metric has a value here, or each part of a derived one has."""
        if metric in self.values or metric not in DERIVED:
            return metric in self.values
        return all(part in self.values for part in DERIVED[metric].parts)

    def value(self, metric: str) -> Fraction | None:
        """A metric's value; None where it has no meaning."""
        if metric in self.undefined:
            return None
        if metric in self.values:
            return self.values[metric]
        derived = DERIVED[metric]
        first, second = derived.parts
        return derived.value(self.values[first], self.values[second])


def chip_assignments(known: KnownFigures, leaves: Iterable[Condition]) -> Iterator[ChipAssignment]:
    """Assignments that together give every answer that the leaves of a rule can give.

    A chip of which everything is known has one; each unknown metric multiplies them by the pieces
    that thresholds leave, each unknown fact by two.

    >>> from chipdb.rules.conditions import Atom
    >>> known = KnownFigures(intervals={"transistors": (Fraction(0), Fraction(100))}, facts={})
    >>> leaf = Atom("transistors", "ge", Fraction(40), "40")
    >>> [int(each.values["transistors"]) for each in chip_assignments(known, [leaf])]
    [0, 20, 40, 70, 100]
    """
    leaves = tuple(leaves)
    thresholds = thresholds_of(leaves)
    metrics = _metrics_to_assign(known, thresholds)
    # Facts that no leaf asks for would only multiply the assignments, so they get no value.
    facts = sorted({leaf.name for leaf in leaves if isinstance(leaf, Fact)})
    choices = [_choices(known.facts.get(name)) for name in facts]
    # The order of metrics matters: a value that is chosen divides the intervals of the metrics
    # after it.
    for values in _grid(known, metrics, thresholds, {}):
        for chosen in itertools.product(*choices):
            settled = dict(zip(facts, chosen, strict=True))
            yield ChipAssignment(values, settled, known.part, known.undefined)


def assigned_values(known: KnownFigures, thresholds: Thresholds) -> Iterator[dict[str, Fraction]]:
    """Values of some metrics that together give every answer that thresholds on them can give."""
    yield from _grid(known, _metrics_to_assign(known, thresholds), thresholds, {})


def _choices(value: bool | None) -> tuple[bool, ...]:
    """The values that a fact may take."""
    return (True, False) if value is None else (value,)


def cuts(known: KnownFigures, name: str, thresholds: Thresholds) -> list[Fraction]:
    """Where thresholds divide the interval of one metric, others being at their low ends."""
    others = {other: low for other, (low, _) in known.intervals.items() if other != name}
    low, high = known.intervals[name]
    critical = _critical_values(known, name, thresholds, others)
    return [value for value in critical if value > low and value != high]


def thresholds_of(leaves: Iterable[Condition]) -> dict[str, set[Fraction]]:
    """The thresholds on each metric among some leaves."""
    thresholds: dict[str, set[Fraction]] = {}
    for leaf in leaves:
        if isinstance(leaf, Atom):
            thresholds.setdefault(leaf.metric, set()).add(leaf.limit)
    return thresholds


def _metrics_to_assign(known: KnownFigures, thresholds: Thresholds) -> list[str]:
    """The metrics that need a value, each once: derived ones are replaced by their parts."""
    names: dict[str, None] = {}
    for metric in thresholds:
        if metric in known.undefined:
            continue
        # A derived metric that is given directly has an interval of its own.
        parts = (metric,) if metric in known.intervals else DERIVED[metric].parts
        names.update(dict.fromkeys(parts))
    return list(names)


def _grid(
    known: KnownFigures, metrics: list[str], thresholds: Thresholds, chosen: dict[str, Fraction]
) -> Iterator[dict[str, Fraction]]:
    """Every combination of values.

    One metric after the other, because a value may divide the intervals after it.
    """
    if not metrics:
        yield dict(chosen)
        return
    metric, rest = metrics[0], metrics[1:]
    for value in _values_of(known, metric, thresholds, chosen):
        yield from _grid(known, rest, thresholds, {**chosen, metric: value})


def _values_of(
    known: KnownFigures, metric: str, thresholds: Thresholds, chosen: Mapping[str, Fraction]
) -> list[Fraction]:
    """One value for each piece of an interval between thresholds, and each threshold.

    An interval that no threshold divides needs one value. An area of zero (planar logic) is a piece
    of its own; an area without an upper bound need not count it, because its density goes to zero
    there anyway.
    """
    low, high = known.intervals[metric]
    # Most figures are known, and then nothing has to be divided.
    if low == high:
        return [low]

    critical = _critical_values(known, metric, thresholds, chosen)
    may_vanish = low == 0 and metric == "applicable_die_area"
    if not critical and not may_vanish:
        return [low]

    inside = [value for value in critical if value > low and value != high]
    if high is not None:
        return _with_midpoints([low, *inside, high])

    values = _with_midpoints([low, *inside])
    beyond_every_threshold = values[-1] * 2 + 1
    values.append(beyond_every_threshold)
    if may_vanish:
        values.remove(low)
    return values


def _with_midpoints(ends: list[Fraction]) -> list[Fraction]:
    """Values in ascending order with one more between each two neighbors.

    Between two thresholds no condition changes, so any value stands for all of them.
    """
    values = [ends[0]]
    for left, right in itertools.pairwise(ends):
        values.append((left + right) / 2)
        values.append(right)
    return values


def _critical_values(
    known: KnownFigures, metric: str, thresholds: Thresholds, chosen: Mapping[str, Fraction]
) -> list[Fraction]:
    """The values within an interval at which some threshold is met, in ascending order.

    Thresholds of derived metrics are solved for this metric.
    """
    values = set(thresholds.get(metric, ()))
    for name, derived in DERIVED.items():
        # A derived metric that is given counts by itself; one without meaning meets no threshold.
        if name in known.intervals or name in known.undefined or metric not in derived.parts:
            continue

        position = derived.parts.index(metric)
        partner = derived.parts[1 - position]
        for other in _values_that_matter(known, partner, thresholds, chosen):
            for threshold in thresholds.get(name, ()):
                values.add(derived.solve[position](threshold, other))

    interval = known.intervals[metric]
    return sorted(value for value in values if _is_within(value, interval))


def _is_within(value: Fraction, interval: Interval) -> bool:
    """Whether an interval contains a value, its ends included."""
    low, high = interval
    if value < low:
        return False
    return high is None or value <= high


def _values_that_matter(
    known: KnownFigures, metric: str, thresholds: Thresholds, chosen: Mapping[str, Fraction]
) -> set[Fraction]:
    """The values of a metric that divide its partner's interval.

    The chosen one, else its ends and thresholds.
    """
    if metric in chosen:
        return {chosen[metric]}
    low, high = known.intervals[metric]
    values = {low, *thresholds.get(metric, ())}
    if high is not None:
        values.add(high)
    return values
