"""Logarithmic axes in pixels: the position of a value, and the ticks that are written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from chipdb.lazy_dataclasses import dataclass

LABELED = (1, 2, 5)
"""The multiples of powers of ten that may get a tick, in the order in which they are tried."""


@dataclass(frozen=True)
class Log:
    """A logarithmic axis from ``low`` to ``high`` over ``size`` pixels.

    ``up`` is for vertical axes: pixels count downward, values grow upward.
    """

    low: float
    high: float
    size: float
    up: bool = False

    def pixel(self, value: float) -> float:
        """The position of a value; a value beyond an end gets the position of that end."""
        inside = min(max(value, self.low), self.high)
        share = math.log(inside / self.low) / math.log(self.high / self.low)
        if self.up:
            share = 1 - share
        return self.size * share

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return self.low <= value <= self.high

    def scale(self) -> dict[str, Any]:
        """The axis as Vega-Lite's scale."""
        return {"type": "log", "domain": [self.low, self.high], "nice": False}

    def ticks(self, thresholds: Iterable[float], apart: float) -> list[float]:
        """The thresholds, and round values at least ``apart`` pixels from every other tick."""
        ticks: list[float] = []
        # Thresholds come first: they are what a reader looks up, and round values make room.
        for value in (*thresholds, *self._round_values()):
            if self.holds(value) and self._is_free(value, ticks, apart):
                ticks.append(value)
        return sorted(ticks)

    def _is_free(self, value: float, ticks: Iterable[float], apart: float) -> bool:
        """Whether a tick at a value would keep its distance from the others."""
        position = self.pixel(value)
        return all(abs(position - self.pixel(tick)) >= apart for tick in ticks)

    def _round_values(self) -> Iterator[float]:
        """Powers of ten, then twice and five times these; some may lie beyond the axis."""
        first = math.floor(math.log10(self.low))
        last = math.ceil(math.log10(self.high))
        for step in LABELED:
            for power in range(first, last + 1):
                yield step * 10.0**power


def around(values: Sequence[float], size: float, *, up: bool = False, margin: float = 1.35) -> Log:
    """An axis of ``size`` pixels that holds some values, with a margin (a factor) beyond them.

    Values must be above zero, and there must be at least one.
    """
    low = rounded(min(values) / margin)
    high = rounded(max(values) * margin)
    return Log(low, high, size, up)


def rounded(value: float) -> float:
    """A value rounded to two significant digits.

    >>> rounded(1234.0)
    1200.0
    """
    return float(f"{value:.1e}")
