"""A line of numbers cut at thresholds into cells: each threshold, and each stretch between two.

Whether an end belongs to a cell is kept, because rules say "4,800 or more" in one paragraph and
"more than 4,800" in the next, and a region of designs must end on the right side of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from chipdb.lazy_dataclasses import dataclass
from chipdb.units import display

ZERO = Fraction(0)


@dataclass(frozen=True)
class End:
    """One end of a range; ``value`` is None where the range has no end there.

    ``attained`` says whether the value itself belongs to the range. A value has the unit of the
    axis that it lies on.
    """

    value: Fraction | None
    attained: bool = False

    def __str__(self) -> str:
        """The upper end of a range, in words.

        >>> str(End(Fraction(4800))), str(End(Fraction(600), attained=True)), str(End(None))
        ('below 4,800', 'up to 600', 'no limit')
        """
        if self.value is None:
            return "no limit"
        return f"{'up to' if self.attained else 'below'} {display(self.value)}"

    def plus(self, other: End) -> End:
        """The end of the sums of two ranges: upper if both ends are upper, lower if both are lower.

        The sum is attained only where both ends are: below 3 and up to 2 stay below 5.

        >>> End(Fraction(2), attained=True).plus(End(Fraction(3))) == End(Fraction(5))
        True
        """
        if self.value is None or other.value is None:
            return NO_END
        return End(self.value + other.value, self.attained and other.attained)

    def minus(self, other: End) -> End:
        """The upper end of what is left of a sum whose other part starts at ``other``.

        >>> up_to_9, from_2 = End(Fraction(9), attained=True), End(Fraction(2), attained=True)
        >>> up_to_9.minus(from_2) == End(Fraction(7), attained=True)
        True
        """
        if self.value is None or other.value is None:
            return NO_END
        return End(self.value - other.value, self.attained and other.attained)


NO_END = End(None)


def lower(first: End, second: End) -> End:
    """The upper end of what lies in two ranges: the lower of their upper ends.

    Where both end at the same value, it is attained only if it belongs to both.

    >>> lower(End(Fraction(4), attained=True), NO_END).attained
    True
    >>> lower(End(Fraction(4), attained=True), End(Fraction(4))).attained
    False
    """
    if first.value is None:
        return second
    if second.value is None:
        return first

    if first.value == second.value:
        return End(first.value, first.attained and second.attained)
    if first.value < second.value:
        return first
    return second


@dataclass(frozen=True)
class Cell:
    """All values between two ends; every rule says the same of each of them."""

    start: End
    stop: End

    @property
    def sample(self) -> Fraction:
        """A value of the cell; any will do, since all of them get the same answers.

        The middle, which lies in the cell whether its ends belong to it or not.
        """
        # Figures start at zero, so a cell always has a start.
        start = self.start.value or ZERO
        if self.stop.value is None:
            return start + 1
        return (start + self.stop.value) / 2


def cells_of(thresholds: Iterable[Fraction]) -> tuple[Cell, ...]:
    """The cells of the numbers from 0, in ascending order.

    One for each threshold above zero, one before it, and one without end after the last.
    ``thresholds`` may come in any order and more than once.

    >>> [float(cell.sample) for cell in cells_of([Fraction(4), Fraction(2)])]
    [1.0, 2.0, 3.0, 4.0, 5.0]
    """
    cells: list[Cell] = []
    start = End(ZERO, attained=True)
    for threshold in sorted(set(thresholds)):
        # Figures start at zero, so a threshold of zero or less cuts nothing off.
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
    """Whether a value of one cell and one of another can add up to a value of a third.

    The third is a cell of sums: memory and I/O bandwidth have thresholds of their own and on
    their sum, and many combinations of the three cells contain no design.

    >>> below, above = cells_of([Fraction(4)])[::2]
    >>> can_add_up(below, below, above), can_add_up(above, above, below)
    (True, False)
    """
    smallest_sum = first.start.plus(second.start)
    largest_sum = first.stop.plus(second.stop)
    # The sums are a range, and so is the third cell: they meet if neither ends before the other
    # starts.
    return _has_value(smallest_sum, total.stop) and _has_value(total.start, largest_sum)


def _has_value(start: End, stop: End) -> bool:
    """Whether a range has any value, which one without an end always has.

    From 4 to 4 there is one only where 4 belongs to the range at either end.
    """
    if start.value is None or stop.value is None:
        return True
    if start.value == stop.value:
        return start.attained and stop.attained
    return start.value < stop.value
