"""Metrics over all interpretations of a chip, as answers show them; totals of systems."""

from __future__ import annotations

import functools
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics.definitions import Count, readings
from chipdb.metrics.spread import Input, total
from chipdb.units import METRIC_UNITS

SHOWN = (
    "tpp",
    "performance_density",
    "applicable_die_area",
    "memory_bandwidth",
    "aggregate_io_bandwidth",
    "interconnect_bandwidth",
)
"""The metrics that every answer carries."""

TOTALS = ("tpp", "memory_capacity", "memory_bandwidth", "transistors")
"""What adds up over the chips of a system. Rules look at one chip; totals are listed with it."""

CLOSE = Fraction(1, 100)
"""A declared TPP that differs from the computed one by this share or less differs by rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric of a chip over all its interpretations, as answers show it.

    ``state`` is ``known``; ``unknown``, because a figure named in ``missing`` is not known; or
    ``undefined``, for the performance density of a chip whose logic is all planar. ``value`` is
    that of the plain interpretation. ``value``, ``low`` and ``high`` are None unless it is known;
    ``high`` is also None where there is no upper bound.
    """

    name: str
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    state: str
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The metric's unit, empty for a bare number."""
        return METRIC_UNITS[self.name]

    def spans(self, value: Fraction) -> bool:
        """Whether a value lies between the lowest and the highest that credible claims give.

        False where the metric is unknown.
        """
        if self.value is None or self.low is None or self.high is None:
            return False
        return self.low <= value <= self.high


# Kept for each chip: answers show the same metrics under every question.
@functools.lru_cache(maxsize=8192)
def measure(chip: Chip, name: str) -> Metric:
    """One metric of a chip; of a system, that of its chip with the highest TPP.

    ``low`` and ``high`` span all interpretations and all credible claims.

    >>> import chipdb
    >>> metric = measure(chipdb.load()["Ascend 910B4"], "tpp")
    >>> float(metric.low), float(metric.value)
    (3932.8, 4480.0)
    """
    if chip.members:
        # 4A090 classifies a computer by the circuits in it, not by their sum.
        return measure(best_member(chip), name)

    plain = Count(chip).metric(name)
    if plain.value is None:
        return Metric(
            name=name,
            value=None,
            low=None,
            high=None,
            state=_state_without_value(chip, name),
            inputs=plain.inputs,
            missing=plain.missing,
        )

    low = plain.low
    high = plain.high
    for reading in readings(chip)[1:]:
        spread = Count(chip, reading).metric(name)
        if spread.value is None:
            continue
        low = min(low, spread.low)
        # One interpretation without an upper bound leaves the metric without one.
        if high is None or spread.high is None:
            high = None
        else:
            high = max(high, spread.high)

    return Metric(
        name=name, value=plain.value, low=low, high=high, state="known", inputs=plain.inputs
    )


def _state_without_value(chip: Chip, name: str) -> str:
    """Whether a metric without a value is unknown, or undefined, like a density without an area."""
    if name != "performance_density":
        return "unknown"
    if Count(chip).metric("applicable_die_area").value == 0:
        return "undefined"
    return "unknown"


def declared_apart(chip: Chip) -> bool:
    """Whether the vendor declares a TPP more than 1 % away from the computed one."""
    if chip.declared is None or not chip.declared.tpp:
        return False
    computed = measure(chip, "tpp").value
    if not computed:
        return False
    return abs(chip.declared.tpp - computed) > CLOSE * computed


def best_member(system: Chip) -> Chip:
    """The chip of a system with the highest TPP; 4A090 applies to a system that contains it.

    >>> import chipdb
    >>> best_member(chipdb.load()["GB200-NVL72"]).id
    'nvidia-gb200-gpu'
    """
    chips = [chip for chip, _ in system.processors()]
    # A chip without a known TPP comes last, as one whose TPP is zero does.
    return max(chips, key=lambda chip: Count(chip).metric("tpp").value or Fraction(-1))


def totals(system: Chip) -> dict[str, Metric]:
    """The totals of a system over all its chips; each is unknown where one chip's figure is.

    >>> import chipdb
    >>> float(totals(chipdb.load()["GB200-NVL72"])["tpp"].value)  # 72 x 40,000
    2880000.0
    """
    return {name: _total(system, name) for name in TOTALS}


def _total(system: Chip, name: str) -> Metric:
    """The sum of a metric over the chips of a system, each times its count."""
    parts = []
    for chip, count in system.processors():
        parts.append(Count(chip).metric(name).scaled(Fraction(count)))
    spread = total(parts)
    if spread.value is None:
        return Metric(
            name=name, value=None, low=None, high=None, state="unknown", missing=spread.missing
        )

    return Metric(
        name=name,
        value=spread.value,
        low=spread.low,
        high=spread.high,
        state="known",
        inputs=spread.inputs,
    )
