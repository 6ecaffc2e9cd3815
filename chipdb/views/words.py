"""Small words that several views need."""

from __future__ import annotations

from chipdb.vocabulary import ReadAs


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, which must take an "s" in the plural.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s"


def reading_text(read_as: ReadAs | None) -> str:
    """Return how a source was read, in words; empty for a source that is not in the bibliography.

    >>> reading_text(ReadAs.ARCHIVED_COPY)
    'archived copy'
    """
    return (read_as or "").replace("-", " ")
