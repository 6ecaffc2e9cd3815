"""Tables of what was worked out, bounded in size: nothing is kept on disk between runs."""

from __future__ import annotations

import itertools
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

ENTRIES_KEPT = 20_000
"""A table with so many entries forgets them, and they are worked out again."""


class Kept(dict[Key, Value]):
    """A table that is emptied when it is full.

    >>> squares = Kept(most=2)
    >>> for number in (1, 2, 3):
    ...     squares[number] = number**2
    >>> squares
    {3: 9}
    """

    def __init__(self, most: int = ENTRIES_KEPT) -> None:
        """Start empty; ``most`` is how many entries fill it."""
        super().__init__()
        self.most = most

    def __setitem__(self, key: Key, value: Value) -> None:
        """Keep a value; a full table is emptied first.

        Which entries were used last is not recorded: that would cost something at every lookup.
        """
        if len(self) >= self.most:
            self.clear()
        super().__setitem__(key, value)


class Numbered:
    """Numbers that stand for values: equal values have the same one, others never do.

    A full table forgets its values, which then get new numbers. So different numbers may stand for
    equal values, which costs a second evaluation and nothing else.

    >>> numbers = Numbered()
    >>> numbers.of("first"), numbers.of("second"), numbers.of("first")
    (1, 2, 1)
    """

    def __init__(self) -> None:
        """No value has a number yet; 0 is left for none."""
        self._next = itertools.count(1)
        self._numbers: Kept[object, int] = Kept()

    def of(self, value: object) -> int:
        """The number of a value, which is new for a value that was not met before.

        ``value`` is anything that can be hashed.
        """
        # Numbers continue after the table was emptied, so that each belongs to only one value.
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = next(self._next)
        return number
