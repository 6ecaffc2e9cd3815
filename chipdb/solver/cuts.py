"""A line of numbers cut at thresholds into cells: each threshold, and each stretch between two."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from chipdb.lazy_dataclasses import dataclass

ZERO = Fraction(0)


@dataclass(frozen=True)
class End:
    """One end of a range; ``value`` is None where the range has no end there.

    ``attained`` says whether the value itself belongs to the range.
    """

    value: Fraction | None
    attained: bool = False

    def minus(self, other: End) -> End:
        """The end of what is left when a range starts at another end."""
        if self.value is None or other.value is None:
            return NO_END
        return End(self.value - other.value, self.attained and other.attained)


NO_END = End(None)


def lower(first: End, second: End) -> End:
    """The upper end of what lies in two ranges: the lower of their upper ends."""
    if first.value is None:
        return second
    if second.value is None or first.value < second.value:
        return first
    if first.value == second.value:
        return End(first.value, first.attained and second.attained)
    return second


@dataclass(frozen=True)
class Cell:
    """All values between two ends; every rule says the same of each of them."""

    start: End
    stop: End

    @property
    def sample(self) -> Fraction:
        """A value of the cell."""
        start = self.start.value or ZERO
        if self.stop.value is None:
            return start + 1
        return (start + self.stop.value) / 2


def cells_of(thresholds: Iterable[Fraction]) -> tuple[Cell, ...]:
    """The cells of the numbers from 0, in ascending order.

    >>> [float(cell.sample) for cell in cells_of([Fraction(4), Fraction(2)])]
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    cells: list[Cell] = []
    start = End(ZERO, attained=True)
    for threshold in sorted(set(thresholds)):
        if threshold > 0:
            cells.append(Cell(start, End(threshold)))
            at = End(threshold, attained=True)
            cells.append(Cell(at, at))
            start = End(threshold)
    cells.append(Cell(start, NO_END))
    return tuple(cells)


def only(value: Fraction) -> tuple[Cell, ...]:
    """The one cell of a value that is given."""
    at = End(value, attained=True)
    return (Cell(at, at),)


def can_add_up(first: Cell, second: Cell, total: Cell) -> bool:
    """Whether a value of one cell and one of another can add up to a value of a third."""
    least = End(
        (first.start.value or ZERO) + (second.start.value or ZERO),
        first.start.attained and second.start.attained,
    )
    return _overlaps(least, total.stop) and _overlaps(total.start, _sum(first.stop, second.stop))


def _sum(first: End, second: End) -> End:
    """The upper end of a sum."""
    if first.value is None or second.value is None:
        return NO_END
    return End(first.value + second.value, first.attained and second.attained)


def _overlaps(start: End, stop: End) -> bool:
    """Whether a range has any value."""
    if stop.value is None or start.value is None or start.value < stop.value:
        return True
    return start.value == stop.value and start.attained and stop.attained
