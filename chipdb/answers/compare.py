"""Chips side by side, with ratios to a baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from chipdb.catalog.catalog import load
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Figure
from chipdb.catalog.formats import format_table
from chipdb.errors import UsageError
from chipdb.metrics import measure
from chipdb.notebook import Shown, views
from chipdb.units import METRIC_UNITS

METRICS = (
    "tpp",
    "performance_density",
    "applicable_die_area",
    "memory_capacity",
    "memory_bandwidth",
    "interconnect_bandwidth",
    "aggregate_io_bandwidth",
    "transistors",
)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A chip's value of a figure: preferred, lowest and highest credible one, and its ratio to the baseline's."""

    chip: str
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    ratio: Fraction | None


@dataclass(frozen=True)
class Line(Shown):
    """One figure over all chips."""

    figure: str
    unit: str
    cells: tuple[Cell, ...]

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb compare --format json`` prints for this figure."""
        return dict(views("json.commands").comparison_record(self))


class Comparison(list[Line], Shown):
    """The lines of a comparison; ``baseline`` is the id of the chip that ratios are to."""

    def __init__(self, lines: Iterable[Line], baseline: str) -> None:
        super().__init__(lines)
        self.baseline = baseline


def compare(chips: Sequence[Chip | str], baseline: Chip | str | None = None) -> Comparison:
    """Two or more chips figure by figure; ratios are to ``baseline``, by default the last chip.

    Rates are the best dense ones of each bit length. Raises :class:`UsageError` for fewer than two chips,
    :class:`~chipdb.errors.UnknownNameError` for a name that no chip has.

    >>> import chipdb
    >>> line = next(line for line in chipdb.compare(["910B2", "A100"]) if line.figure == "rate, 16 bits")
    >>> line.figure, float(line.cells[0].value), round(float(line.cells[0].ratio), 2)
    ('rate, 16 bits', 376.0, 1.21)
    """
    found = [load()[chip] if isinstance(chip, str) else chip for chip in chips]
    if len(found) < 2:
        raise UsageError("compare takes two or more chips")
    base = (
        found[-1]
        if baseline is None
        else load()[baseline]
        if isinstance(baseline, str)
        else baseline
    )
    lines = [
        *_rates(found, base),
        *(_metric(name, found, base) for name in METRICS),
        _power(found, base),
    ]
    return Comparison(lines, base.id)


def _rates(chips: list[Chip], base: Chip) -> Iterator[Line]:
    for bits in sorted(set(format_table().bits.values()), reverse=True):
        cells = [best_rate(chip, bits) for chip in chips]
        if any(cell.value is not None for cell in cells):
            of_base = best_rate(base, bits).value
            yield Line(
                _rate_name(bits), "TOPS", tuple(_with_ratio(cell, of_base) for cell in cells)
            )


def _rate_name(bits: int) -> str:
    stored = next(
        (name for name in format_table().stored_bits if format_table().bits[name] == bits), None
    )
    return f"rate, {stored.upper()}" if stored else f"rate, {bits} bit{'s' if bits > 1 else ''}"


def best_rate(chip: Chip, bits: int) -> Cell:
    """The best dense rate of a chip among formats of one bit length."""
    figures = [
        figure
        for name, figure in chip.throughput.items()
        if format_table().bits[name.removesuffix("_vector")] == bits
    ]
    known = [figure for figure in figures if figure.preferred()]
    if not known:
        return Cell(chip=chip.id, value=None, low=None, high=None, ratio=None)
    best = max(known, key=_preferred)
    values = [claim.value for claim in best.claims if claim.rejected is None]
    return Cell(chip=chip.id, value=_preferred(best), low=min(values), high=max(values), ratio=None)


def _preferred(figure: Figure) -> Fraction:
    claim = figure.preferred()
    assert claim is not None, "only figures with a preferred claim are ranked"
    return claim.value


def _metric(name: str, chips: list[Chip], base: Chip) -> Line:
    of_base = measure(base, name).value
    measured = [(chip, measure(chip, name)) for chip in chips]
    cells = [
        Cell(chip=chip.id, value=metric.value, low=metric.low, high=metric.high, ratio=None)
        for chip, metric in measured
    ]
    return Line(name, METRIC_UNITS[name], tuple(_with_ratio(cell, of_base) for cell in cells))


def _power(chips: list[Chip], base: Chip) -> Line:
    def cell(chip: Chip) -> Cell:
        figure = chip.power.get("tdp")
        claim = figure.preferred() if figure else None
        if figure is None or claim is None:
            return Cell(chip=chip.id, value=None, low=None, high=None, ratio=None)
        values = [entry.value for entry in figure.credible()]
        return Cell(chip=chip.id, value=claim.value, low=min(values), high=max(values), ratio=None)

    of_base = cell(base).value
    return Line("power, TDP", "W", tuple(_with_ratio(cell(chip), of_base) for chip in chips))


def _with_ratio(cell: Cell, base: Fraction | None) -> Cell:
    ratio = cell.value / base if cell.value is not None and base else None
    return Cell(chip=cell.chip, value=cell.value, low=cell.low, high=cell.high, ratio=ratio)
