"""Small words that several views need."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.vocabulary import ReadAs


def first_few(texts: Sequence[str], most: int, joint: str = ", ") -> str:
    """Return at most ``most`` texts in a row, and how many more there are.

    >>> first_few(["A100", "H100", "H20"], 2), first_few(["A100", "H100"], 2)
    ('A100, H100 and 1 more', 'A100, H100')
    """
    shown = joint.join(texts[:most])
    further = len(texts) - most
    if further <= 0:
        return shown
    return f"{shown} and {further} more"


def reading_text(read_as: ReadAs | None) -> str:
    """Return how a source was read, in words; empty for a source that is not in the bibliography.

    >>> reading_text(ReadAs.ARCHIVED_COPY)
    'archived copy'
    """
    return (read_as or "").replace("-", " ")
