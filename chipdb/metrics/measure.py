"""Metrics over all readings of a chip, as answers show them; totals of systems; the catalog as a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.catalog.chip import Chip
from chipdb.metrics.definitions import Count, readings
from chipdb.metrics.spread import Input, total
from chipdb.units import METRIC_UNITS

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric of a chip over all its readings, as answers show it."""

    name: str
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    state: str
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The metric's unit."""
        return METRIC_UNITS[self.name]


def measure(chip: Chip, name: str) -> Metric:
    """One metric: the plain reading's value, low and high over all readings and credible claims.

    ``state`` is ``known``, ``unknown`` (a figure is missing) or ``undefined`` (a density of planar logic alone).

    >>> import chipdb
    >>> float(measure(chipdb.load()["H20"], "tpp").value)
    2368.0
    """
    if chip.members:
        return measure(best_member(chip), name)
    counts = [Count(chip, reading) for reading in readings(chip)]
    plain = counts[0].metric(name)
    if plain.value is None:
        area = counts[0].metric("applicable_die_area") if name == "performance_density" else None
        state = "undefined" if area is not None and area.value == 0 else "unknown"
        return Metric(
            name=name,
            value=None,
            low=None,
            high=None,
            state=state,
            inputs=plain.inputs,
            missing=plain.missing,
        )
    spreads = [
        spread for spread in (count.metric(name) for count in counts) if spread.value is not None
    ]
    highs = [spread.high for spread in spreads if spread.high is not None]
    high = max(highs) if len(highs) == len(spreads) else None
    return Metric(
        name=name,
        value=plain.value,
        low=min(spread.low for spread in spreads),
        high=high,
        state="known",
        inputs=plain.inputs,
    )


def declared_apart(chip: Chip) -> bool:
    """Whether the maker declares a TPP that is not the computed one to within 1 %."""
    declared, computed = chip.declared, measure(chip, "tpp").value if chip.declared else None
    return bool(
        declared and declared.tpp and computed and abs(declared.tpp - computed) > CLOSE * computed
    )


CLOSE = Fraction(1, 100)
"""A declared TPP this close to the computed one differs by rounding."""


def best_member(system: Chip) -> Chip:
    """The chip of a system with the highest TPP; 4A090 looks at any of them."""
    return max(
        (chip for chip, _ in system.processors()),
        key=lambda chip: Count(chip).metric("tpp").value or Fraction(-1),
    )


TOTALS = ("tpp", "memory_capacity", "memory_bandwidth", "transistors")
"""What adds up over the chips of a system. Rules look at one chip; totals stand beside."""


def totals(system: Chip) -> dict[str, Metric]:
    """The totals of a system over all its chips; unknown where one chip's figure is."""
    return {name: _total_of(system, name) for name in TOTALS}


def _total_of(system: Chip, name: str) -> Metric:
    spread = total(
        Count(chip).metric(name).scaled(Fraction(count)) for chip, count in system.processors()
    )
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


SHOWN = (
    "tpp",
    "performance_density",
    "applicable_die_area",
    "memory_bandwidth",
    "aggregate_io_bandwidth",
    "interconnect_bandwidth",
)
"""The metrics that every answer carries."""


def catalog_frame(chips: Iterable[Chip]) -> pandas.DataFrame:
    """One row a chip: identity, then every metric as a plain float; units in ``attrs["units"]``."""
    import pandas

    rows = [dict(_row(chip)) for chip in chips]
    frame = pandas.DataFrame(rows).set_index("id")
    frame["announced"] = pandas.to_datetime(frame["announced"])
    frame["datacenter"] = frame["datacenter"].astype("boolean")
    frame.attrs["units"] = dict(METRIC_UNITS)
    return frame


def _row(chip: Chip) -> Iterator[tuple[str, Any]]:
    yield from (
        ("id", chip.id),
        ("name", chip.name),
        ("vendor", chip.vendor),
        ("architecture", chip.architecture),
    )
    yield from (("kind", chip.kind), ("announced", chip.announced), ("datacenter", chip.datacenter))
    for name in METRIC_UNITS:
        value = measure(chip, name).value
        yield name, float("nan") if value is None else float(value)
