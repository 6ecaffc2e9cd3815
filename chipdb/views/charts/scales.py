"""Logarithmic axes in pixels: where a value stands, which ticks are written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

LABELED = (1, 2, 5)


@dataclass(frozen=True)
class Log:
    """A logarithmic axis from ``low`` to ``high`` over ``size`` pixels; ``up`` where values grow against the pixels."""

    low: float
    high: float
    size: float
    up: bool = False

    def pixel(self, value: float) -> float:
        """Where a value stands; values beyond an end stand at the end."""
        inside = min(max(value, self.low), self.high)
        share = math.log(inside / self.low) / math.log(self.high / self.low)
        return self.size * (1 - share if self.up else share)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return self.low <= value <= self.high

    def scale(self) -> dict[str, Any]:
        """The axis as Vega-Lite's scale."""
        return {"type": "log", "domain": [self.low, self.high], "nice": False}

    def ticks(self, limits: Iterable[float], apart: float) -> list[float]:
        """The limits, and round values that stand at least ``apart`` pixels from what is there."""
        found: list[float] = []
        for value in (*(limit for limit in limits if self.holds(limit)), *self._round()):
            if all(abs(self.pixel(value) - self.pixel(other)) >= apart for other in found):
                found.append(value)
        return sorted(found)

    def _round(self) -> list[float]:
        """Powers of ten first, then their halves and fifths."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        values = [step * 10.0**power for step in LABELED for power in range(first, last + 1)]
        return [value for value in values if self.holds(value)]


def around(values: Sequence[float], size: float, *, up: bool = False, margin: float = 1.35) -> Log:
    """An axis that holds some values with room beyond them."""
    return Log(rounded(min(values) / margin), rounded(max(values) * margin), size, up)


def rounded(value: float) -> float:
    """Two digits of a value.

    >>> rounded(1234.0)
    1200.0
    """
    return float(f"{value:.1e}")
