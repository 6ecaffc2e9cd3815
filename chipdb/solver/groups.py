"""Groups of metrics whose thresholds hang together, and the cells between these thresholds.

Thresholds cut the line of each metric into cells: each threshold is one, and each stretch between
two of them. No condition can tell two values of one cell apart, so one of them stands for all.

>>> axis = Axis((Fraction(2400), Fraction(4800)))
>>> axis.mark_of(Fraction(4799)), axis.mark_of(Fraction(4800))
(2, 3)
"""

from __future__ import annotations

import functools
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from chipdb.lazy_dataclasses import replace
from chipdb.solver.intervals import DERIVED, ChipAssignment, KnownFigures, assigned_values, cuts
from chipdb.solver.kept import Kept
from chipdb.solver.lines import Piece, line

Marks = tuple[int | None, ...]
"""The mark of each metric of a group; None where a metric has no meaning."""

Line = tuple[Piece[Marks], ...]
"""The cells along the line of one metric, from its low end to its high end."""


LINES_KEPT = 500
"""So many lists of lines are kept for a group, since one of them has hundreds of pieces."""


class Axis:
    """The thresholds of one metric, in ascending order."""

    def __init__(self, thresholds: Iterable[Fraction]) -> None:
        """Scale the thresholds to integers, which compare exactly and fast."""
        limits = tuple(thresholds)
        self._scale = math.lcm(*(limit.denominator for limit in limits))
        self._scaled = [int(limit * self._scale) for limit in limits]

    def mark_of(self, value: Fraction) -> int:
        """The number of a value's cell, counted from 0 upward.

        Odd on a threshold, even between two, below the first and above the last. ``value`` has the
        unit of the thresholds.

        >>> axis = Axis([Fraction(16, 10), Fraction(6)])
        >>> [axis.mark_of(Fraction(value)) for value in (1, 3, 6, 7)]
        [0, 2, 3, 4]
        """
        whole, rest = divmod(value.numerator * self._scale, value.denominator)
        if rest:
            # above the whole number and below the next, so on no threshold
            return 2 * bisect_right(self._scaled, whole)
        position = bisect_left(self._scaled, whole)
        is_on_threshold = position < len(self._scaled) and self._scaled[position] == whole
        return 2 * position + is_on_threshold


class Cells:
    """The cells that the figures of a chip may lie in. The same cells are the same object.

    So what a rule says of them can be looked up by the object, without comparing the marks.
    """

    def __init__(self, marks: tuple[Marks, ...]) -> None:
        """Keep the marks of each cell, which are distinct."""
        self.marks = marks


class Group:
    """Metrics whose cells hang together: a derived metric and its parts, or one metric alone.

    Compared by identity, because what is worked out for a group is kept by it.
    """

    def __init__(self, thresholds: Mapping[str, tuple[Fraction, ...]]) -> None:
        """Keep the thresholds of each metric, which are in ascending order; a part may have none.

        What was worked out is kept by the intervals of a chip, so that interpretations of one chip
        and chips of which the same is known share it.
        """
        self.thresholds = dict(thresholds)
        self._axes = {name: Axis(limits) for name, limits in thresholds.items()}
        # What takes long is kept by what decides it: see _key.
        self._by_intervals: Kept[object, Cells] = Kept()
        self._by_marks: Kept[tuple[Marks, ...], Cells] = Kept()
        self._lines_drawn: Kept[object, tuple[Line, ...]] = Kept(LINES_KEPT)
        self._values: Kept[object, Fraction | None] = Kept()
        self._chips: dict[Marks, ChipAssignment] = {}

    def cells(self, known: KnownFigures) -> Cells:
        """The cells that the figures of a chip may lie in, each once.

        Looked up by the chip itself, then by the chip that it was changed from, then by its
        intervals: most chips of a catalog share theirs with another one.
        """
        cells: Cells | None = known.cells.get(self)
        if cells is not None:
            return cells
        # A dispute about a metric of another group leaves the cells of this one as they were.
        if known.changed_from is not None and known.changed.isdisjoint(self.thresholds):
            return self.cells(known.changed_from)

        key = self._key(known)
        if key not in self._by_intervals:
            reached = [self.marks(chip) for chip in self._assignments(known)]
            marks = tuple(dict.fromkeys(reached))
            # Different intervals may reach the same cells, which are then the same object.
            self._by_intervals[key] = self._by_marks.setdefault(marks, Cells(marks))
        cells = known.cells[self] = self._by_intervals[key]
        return cells

    def _key(self, known: KnownFigures) -> object:
        """What of a chip decides its cells, in a form that is fast to look up.

        The metrics without meaning, and a number for the interval of each metric of the group.
        """
        return (known.undefined, *[known.number_of(name) for name in self.thresholds])

    def _assignments(self, known: KnownFigures) -> Iterator[ChipAssignment]:
        """The chip with values for which the thresholds of the group give everything they can."""
        for values in assigned_values(known, self.thresholds):
            yield ChipAssignment(values, {}, None, known.undefined)

    def marks(self, chip: ChipAssignment) -> Marks:
        """The cell of a chip with settled figures; the first chip met there represents it.

        >>> group = groups_of({"performance_density": [Fraction(6)]})["tpp"]
        >>> values = {"tpp": Fraction(4800), "applicable_die_area": Fraction(800)}
        >>> list(group.thresholds), group.marks(ChipAssignment(values, {}))
        (['tpp', 'applicable_die_area', 'performance_density'], (None, None, 1))
        """
        marks: list[int | None] = []
        for metric, axis in self._axes.items():
            mark = None
            # A part without thresholds of its own has one cell for all values.
            if self.thresholds[metric]:
                value = chip.value(metric)
                if value is not None:
                    mark = axis.mark_of(value)
            marks.append(mark)

        cell = tuple(marks)
        self._chips.setdefault(cell, chip)
        return cell

    def chip_in(self, marks: Marks) -> ChipAssignment:
        """A chip whose figures lie in a cell that was met before; it represents all of them.

        Raises :class:`KeyError` for a cell that no chip was in.
        """
        return self._chips[marks]

    def value_of(self, known: KnownFigures, name: str) -> Fraction | None:
        """The value of a metric in its unit, if every assignment of the chip has the same one.

        None where they differ, and for a metric without meaning. A density is known only where
        both its parts are, or where it is given.
        """
        key = (name, self._key(known))
        if key not in self._values:
            values: set[Fraction | None] = set()
            for chip in self._assignments(known):
                if chip.has(name):
                    values.add(chip.value(name))
            self._values[key] = None
            if len(values) == 1:
                self._values[key] = values.pop()
        return self._values[key]

    def lines(self, known: KnownFigures, name: str) -> tuple[Line, ...]:
        """The cells along a metric's line, once for each way to settle the others of the group.

        Empty where the metric has no value here.
        """
        key = (name, self._key(known))
        if key not in self._lines_drawn:
            # Assignments that differ in this metric alone lie on the same line, drawn once.
            lines: dict[tuple[Fraction, ...], Line] = {}
            for chip in self._assignments(known):
                if name not in chip.values:
                    continue
                others = tuple([value for other, value in chip.values.items() if other != name])
                if others not in lines:
                    lines[others] = self._line(known, name, chip)
            self._lines_drawn[key] = tuple(lines.values())
        return self._lines_drawn[key]

    def _line(self, known: KnownFigures, name: str, chip: ChipAssignment) -> Line:
        """The cells along a metric's line through an assignment of the group.

        ``chip`` is the assignment; along the line everything but ``name`` is as it has it.
        """
        # Other metrics are fixed first, because the thresholds of derived metrics (a density) cut
        # this line at places that depend on them.
        fixed = known.fixed_at(chip, name)

        def marks_at(value: Fraction) -> Marks:
            """The cell if the metric has this value, in its unit."""
            return self.marks(replace(chip, values={**chip.values, name: value}))

        return tuple(line(fixed, name, cuts(fixed, name, self.thresholds), marks_at))


@functools.lru_cache(maxsize=512)
def _shared_group(thresholds: tuple[tuple[str, tuple[Fraction, ...]], ...]) -> Group:
    """The group with these thresholds; rules that refer to the same entry share it.

    Then they also share the cells that were found for a chip.
    """
    return Group(dict(thresholds))


def groups_of(thresholds: Mapping[str, Iterable[Fraction]]) -> dict[str, Group]:
    """The group of each metric among some thresholds: derived ones with their parts.

    A part is named with its group even where it has no threshold of its own.

    >>> groups = groups_of({"performance_density": [Fraction(6)], "transistors": [Fraction(9)]})
    >>> groups["tpp"] is groups["applicable_die_area"], groups["tpp"] is groups["transistors"]
    (True, False)
    """
    in_order: dict[str, tuple[Fraction, ...]] = {}
    for name, limits in thresholds.items():
        in_order[name] = tuple(sorted(limits))

    groups: dict[str, Group] = {}
    for name, derived in DERIVED.items():
        if name in in_order:
            members = (*derived.parts, name)
            cut_at = [(member, in_order.get(member, ())) for member in members]
            groups |= dict.fromkeys(members, _shared_group(tuple(cut_at)))

    for name, limits in in_order.items():
        if name not in groups:
            groups[name] = _shared_group(((name, limits),))
    return groups
