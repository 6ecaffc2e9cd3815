"""Small words that several views need."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, which must take an "s" in the plural.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s"
