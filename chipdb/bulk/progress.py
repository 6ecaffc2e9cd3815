"""Progress of long work, reported without knowing who shows it."""

from __future__ import annotations

from collections.abc import Callable

ReportProgress = Callable[[int, int], None]
"""Called with the number of rows or designs done so far and the total (0 if it is not known)."""


def ignore_progress(_done: int, _total: int) -> None:
    """Report nothing; the default where the caller shows no progress."""
