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
    """A metric made of two others, and how to solve it for either of them at a threshold.

    ``value`` takes the values of both parts in their order; its result is None where the metric
    has no meaning. ``solve`` has a function for each part, which takes a threshold on the metric
    and the value of the other part.
    """

    parts: tuple[str, str]
    value: Callable[[Fraction, Fraction], Fraction | None]
    solve: tuple[Callable[[Fraction, Fraction], Fraction], Callable[[Fraction, Fraction], Fraction]]


def _density(tpp: Fraction, area: Fraction) -> Fraction | None:
    """TPP over area in mm^2; None where there is no applicable die area.

    Technical Note 4 to 3A090 counts non-planar dies only and does not say what follows without any.
    """
    if not area:
        return None
    return tpp / area


def _area_at(density: Fraction, tpp: Fraction) -> Fraction:
    """The area in mm^2 at which a TPP has a density, which is in TPP/mm^2."""
    # Every density reaches a threshold of zero, so it divides no area.
    if not density:
        return Fraction(0)
    return tpp / density


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
"""The metrics that have no interval of their own, unless a chip states them.

Dividing the interval of a density alone would not do: TPP and area have thresholds too, and a
density that fits neither of them would be taken for possible.
"""


_NUMBERS = Numbered()
"""The number of each interval that was met."""


class OnDemand(Mapping[str, Interval]):
    """The interval of each metric, worked out when it is first asked for.

    Counting a metric takes long, and rules ask for a few of them.

    >>> intervals = OnDemand(["tpp"], lambda name: (Fraction(0), Fraction(4800)))
    >>> "tpp" in intervals, "app" in intervals, len(intervals)
    (True, False, 1)
    """

    def __init__(self, names: Iterable[str], interval_of: Callable[[str], Interval]) -> None:
        """Take the metrics that have an interval, and how to work one out.

        ``interval_of`` is called once for each metric that somebody asks for.
        """
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
    """Intervals with some of them replaced, without computing the others.

    >>> base = {"tpp": (Fraction(1), Fraction(1)), "app": (Fraction(2), Fraction(2))}
    >>> changed = Changed(base, {"app": (Fraction(0), None)})
    >>> changed["app"][1] is None, changed["tpp"] is base["tpp"]
    (True, True)
    """

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


# Compared by identity: nobody asks whether two chips have the same intervals, and most intervals
# would have to be worked out for that.
@short_repr
@dataclass(frozen=True, kw_only=True, eq=False)
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
    changed_from: KnownFigures | None = field(default=None, repr=False)
    changed: frozenset[str] = field(default=frozenset(), repr=False)
    # What was worked out from the intervals, kept here; a copy with other intervals starts empty.
    cells: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)
    _numbers: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    def number_of(self, name: str) -> int:
        """A number for the interval of a metric, the same for equal intervals; 0 for none.

        Tables are kept by it, because hashing two fractions takes long.

        >>> first = KnownFigures(intervals={"tpp": (Fraction(1), None)}, facts={})
        >>> same = KnownFigures(intervals={"tpp": (Fraction(1), None)}, facts={"digital": True})
        >>> first.number_of("tpp") == same.number_of("tpp"), first.number_of("app")
        (True, 0)
        """
        number = self._numbers.get(name)
        if number is None:
            if self.changed_from is not None and name not in self.changed:
                number = self.changed_from.number_of(name)
            elif name in self.intervals:
                number = _NUMBERS.of(_whole_numbers(self.intervals[name]))
            else:
                number = 0
            self._numbers[name] = number
        return number

    def with_facts(self, facts: Mapping[str, bool | None]) -> KnownFigures:
        """These figures with further facts, which replace their own facts of the same name."""
        return replace(self, facts={**self.facts, **facts})

    def with_intervals(
        self, intervals: dict[str, Interval], undefined: frozenset[str] | None = None
    ) -> KnownFigures:
        """These figures with other intervals for some metrics.

        ``undefined`` are the metrics that have no meaning then; by default the same as before.
        """
        if undefined is None:
            undefined = self.undefined
        return KnownFigures(
            intervals=Changed(self.intervals, intervals),
            facts=self.facts,
            part=self.part,
            undefined=undefined,
            changed_from=self,
            changed=frozenset(intervals),
        )

    def fixed_at(self, assignment: ChipAssignment, except_for: str) -> KnownFigures:
        """These figures at the values of an assignment, one metric left as it is.

        The line of that metric then runs through the assignment.
        """
        fixed: dict[str, Interval] = {}
        for name, value in assignment.values.items():
            if name != except_for:
                fixed[name] = (value, value)
        return self.with_intervals(fixed)


def _whole_numbers(interval: Interval) -> tuple[tuple[int, int] | None, ...]:
    """The ends of an interval as whole numbers, which are hashed faster than fractions.

    Each as its numerator and denominator; None for an absent high end.
    """
    low, high = interval
    if high is None:
        return low.as_integer_ratio(), None
    return low.as_integer_ratio(), high.as_integer_ratio()


@dataclass(frozen=True)
class ChipAssignment:
    """One value for every metric and fact of a chip, the values in the units of the metrics.

    ``part`` and ``undefined`` are those of the :class:`KnownFigures` that it settles.
    """

    values: Mapping[str, Fraction]
    facts: Mapping[str, bool]
    part: str | None = None
    undefined: frozenset[str] = frozenset()

    def has(self, metric: str) -> bool:
        """Whether a metric has a value here, or each part of a derived one has.

        >>> chip = ChipAssignment({"tpp": Fraction(1), "applicable_die_area": Fraction(2)}, {})
        >>> chip.has("tpp"), chip.has("performance_density"), chip.has("memory_bandwidth")
        (True, True, False)
        """
        if metric in self.values:
            return True
        if metric not in DERIVED:
            return False
        first, second = DERIVED[metric].parts
        return first in self.values and second in self.values

    def value(self, metric: str) -> Fraction | None:
        """A metric's value, exact and in the unit of the metric; None where it has no meaning.

        Raises :class:`KeyError` for a metric without a value, see :meth:`has`.

        >>> chip = ChipAssignment({"tpp": Fraction(2644), "applicable_die_area": Fraction(826)}, {})
        >>> round(float(chip.value("performance_density")), 3)
        3.201
        """
        if metric in self.undefined:
            return None
        if metric in self.values:
            return self.values[metric]

        derived = DERIVED[metric]
        first, second = derived.parts
        return derived.value(self.values[first], self.values[second])


def chip_assignments(known: KnownFigures, leaves: Iterable[Condition]) -> Iterator[ChipAssignment]:
    """Assignments that together give every answer that the leaves of a rule can give.

    A chip with everything known has one; each unknown metric multiplies them by the pieces
    that thresholds leave, each unknown fact by two.

    >>> from chipdb.rules.conditions import Atom
    >>> known = KnownFigures(intervals={"transistors": (Fraction(0), Fraction(100))}, facts={})
    >>> leaf = Atom("transistors", "ge", Fraction(40), "40")
    >>> [int(each.values["transistors"]) for each in chip_assignments(known, [leaf])]
    [0, 20, 40, 70, 100]
    """
    leaves = tuple(leaves)
    thresholds = thresholds_of(leaves)
    # Facts that no leaf asks for would only multiply the assignments, so they get no value.
    names = sorted({leaf.name for leaf in leaves if isinstance(leaf, Fact)})
    facts = {name: known.facts.get(name) for name in names}
    for values in assigned_values(known, thresholds):
        for settled in ways_to_settle(facts):
            yield ChipAssignment(values, settled, known.part, known.undefined)


def assigned_values(known: KnownFigures, thresholds: Thresholds) -> Iterator[dict[str, Fraction]]:
    """Values of some metrics that together give every answer that thresholds on them can give.

    A derived metric gets its value through its parts, unless it is given directly:

    >>> area: Interval = (Fraction(700), Fraction(700))
    >>> tpp: Interval = (Fraction(4800), Fraction(4800))
    >>> known = KnownFigures(intervals={"tpp": tpp, "applicable_die_area": area}, facts={})
    >>> (values,) = assigned_values(known, {"performance_density": [Fraction(6)]})
    >>> sorted(values)
    ['applicable_die_area', 'tpp']
    """
    metrics: dict[str, None] = {}
    for metric in thresholds:
        # No threshold on it is met, for any values of its parts.
        if metric in known.undefined:
            continue
        if metric in known.intervals:
            metrics[metric] = None
        else:
            metrics.update(dict.fromkeys(DERIVED[metric].parts))
    return _grid(known, list(metrics), thresholds, {})


def ways_to_settle(facts: Mapping[str, bool | None]) -> Iterator[dict[str, bool]]:
    """Every way to settle the facts that are unknown (None); one way if all are known.

    >>> list(ways_to_settle({"datacenter": None, "digital": True}))
    [{'datacenter': True, 'digital': True}, {'datacenter': False, 'digital': True}]
    """
    choices: list[tuple[bool, ...]] = []
    for value in facts.values():
        if value is None:
            choices.append((True, False))
        else:
            choices.append((value,))
    for chosen in itertools.product(*choices):
        yield dict(zip(facts, chosen, strict=True))


def cuts(known: KnownFigures, name: str, thresholds: Thresholds) -> list[Fraction]:
    """Where thresholds divide the interval of one metric, others being at their low ends.

    The values are in ascending order, in the unit of the metric, and lie inside the interval: its
    own ends divide nothing.

    >>> known = KnownFigures(intervals={"tpp": (Fraction(2400), None)}, facts={})
    >>> [int(value) for value in cuts(known, "tpp", {"tpp": [Fraction(2400), Fraction(4800)]})]
    [4800]
    """
    low_ends: dict[str, Fraction] = {}
    for other, (low, _) in known.intervals.items():
        if other != name:
            low_ends[other] = low
    critical = _critical_values(known, name, thresholds, low_ends)
    return _inside(known.intervals[name], critical)


def thresholds_of(leaves: Iterable[Condition]) -> dict[str, set[Fraction]]:
    """The thresholds on each metric among some leaves, in the units of the metrics.

    >>> from chipdb.rules.conditions import Atom
    >>> thresholds_of([Atom("tpp", "ge", Fraction(4800), "4800"), Fact("digital", True)])
    {'tpp': {Fraction(4800, 1)}}
    """
    thresholds: dict[str, set[Fraction]] = {}
    for leaf in leaves:
        if isinstance(leaf, Atom):
            thresholds.setdefault(leaf.metric, set()).add(leaf.limit)
    return thresholds


def _grid(
    known: KnownFigures, metrics: list[str], thresholds: Thresholds, chosen: dict[str, Fraction]
) -> Iterator[dict[str, Fraction]]:
    """Every combination of values of some metrics, added to those already chosen.

    One metric after the other, because a chosen value divides the intervals of those after it: a
    TPP of 4,800 reaches a performance density of 6 at an area of 800 mm^2. ``metrics`` are those
    that still have to get a value.
    """
    if not metrics:
        yield dict(chosen)
        return

    metric, *rest = metrics
    for value in _values_of(known, metric, thresholds, chosen):
        yield from _grid(known, rest, thresholds, {**chosen, metric: value})


def _values_of(
    known: KnownFigures, metric: str, thresholds: Thresholds, chosen: Mapping[str, Fraction]
) -> list[Fraction]:
    """One value for each piece of an interval between thresholds, and each threshold.

    Ascending, in the unit of the metric. An interval that no threshold divides needs one value. An
    area of zero (planar logic) is a piece of its own; an area without an upper bound need not count
    it, because its density goes to zero there anyway.
    """
    low, high = known.intervals[metric]
    # Most figures are known, and then nothing has to be divided.
    if low == high:
        return [low]

    critical = _critical_values(known, metric, thresholds, chosen)
    may_vanish = low == 0 and metric == "applicable_die_area"
    if not critical and not may_vanish:
        return [low]

    inside = _inside(known.intervals[metric], critical)
    if high is not None:
        return _with_midpoints([low, *inside, high])

    # One more value lies above the last threshold, where the interval has no end.
    values = _with_midpoints([low, *inside])
    values.append(value_between(values[-1], None))
    if may_vanish:
        values.remove(low)
    return values


def _inside(interval: Interval, values: Iterable[Fraction]) -> list[Fraction]:
    """Those of some values within an interval that are not one of its ends, in their order.

    None of the values lies above the interval.
    """
    low, high = interval
    inside: list[Fraction] = []
    for value in values:
        if value > low and value != high:
            inside.append(value)
    return inside


def _with_midpoints(ends: list[Fraction]) -> list[Fraction]:
    """Values in ascending order with one more between each two neighbors.

    Between two thresholds no condition changes, so any value represents all of them.

    >>> [int(value) for value in _with_midpoints([Fraction(0), Fraction(40), Fraction(100)])]
    [0, 20, 40, 70, 100]
    """
    values = [ends[0]]
    for left, right in itertools.pairwise(ends):
        values.append(value_between(left, right))
        values.append(right)
    return values


def value_between(low: Fraction, high: Fraction | None) -> Fraction:
    """A value between two, which stands for all of them; one above the first without a second.

    >>> int(value_between(Fraction(2), Fraction(4))), int(value_between(Fraction(2), None))
    (3, 5)
    """
    if high is None:
        return low * 2 + 1
    return (low + high) / 2


def _critical_values(
    known: KnownFigures, metric: str, thresholds: Thresholds, chosen: Mapping[str, Fraction]
) -> list[Fraction]:
    """The values within an interval at which some threshold is met, in ascending order.

    Thresholds on the metric itself, and those on derived metrics, solved for this one: with an
    area of 500 mm^2 chosen, a threshold of 6 on the performance density divides a TPP at 3,000.
    """
    values = set(thresholds.get(metric, ()))
    for name, derived in DERIVED.items():
        if metric not in derived.parts or name not in thresholds:
            continue
        # A derived metric that is given counts by itself; one without meaning meets no threshold.
        if name not in known.intervals and name not in known.undefined:
            values.update(_values_reaching(name, known, metric, thresholds, chosen))

    low, high = known.intervals[metric]
    within: list[Fraction] = []
    for value in sorted(values):
        is_above = high is not None and value > high
        if low <= value and not is_above:
            within.append(value)
    return within


def _values_reaching(
    name: str,
    known: KnownFigures,
    metric: str,
    thresholds: Thresholds,
    chosen: Mapping[str, Fraction],
) -> Iterator[Fraction]:
    """The values of a metric at which a metric derived from it reaches a threshold.

    One for each threshold and each value of the other part that matters; ``name`` is the derived
    metric, and the values may lie outside the interval of ``metric``.
    """
    derived = DERIVED[name]
    # A derived metric has two parts: this one and its partner.
    position = derived.parts.index(metric)
    partner = derived.parts[1 - position]
    for other in _values_that_matter(known, partner, thresholds, chosen):
        for threshold in thresholds[name]:
            yield derived.solve[position](threshold, other)


def _values_that_matter(
    known: KnownFigures, metric: str, thresholds: Thresholds, chosen: Mapping[str, Fraction]
) -> set[Fraction]:
    """The values of a metric that divide its partner's interval.

    Only the chosen one if one is chosen, else the ends of its interval and its thresholds.
    """
    if metric in chosen:
        return {chosen[metric]}

    low, high = known.intervals[metric]
    values = {low, *thresholds.get(metric, ())}
    if high is not None:
        values.add(high)
    return values
