"""Telling of progress without knowing how it is shown."""

from __future__ import annotations

from collections.abc import Callable

Tell = Callable[[int, int], None]
"""What is told: rows or designs done, and in all (0 where that is not known)."""


def untold(_done: int, _all: int) -> None:
    """Tell nobody."""
