"""Estimates compared with published measurements: coverage, error and width, by any property."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import combinations

from chipdb.catalog.catalog import Catalog, load
from chipdb.lazy_dataclasses import dataclass
from chipdb.workloads.chip_figures import ChipFigures, figures_of
from chipdb.workloads.data import Measurement, all_measured, bands, fitted_on, models, workspace
from chipdb.workloads.efficiencies import CORNERS, Corner
from chipdb.workloads.layouts import Layout, parse_layout
from chipdb.workloads.phases import NO_DRAFT, Draft, first_token_seconds
from chipdb.workloads.throughput import Machine, throughput
from chipdb.workloads.workload import Phase, Workload

MILLI = 1000
TIME_TO_FIRST = "ttft"
"""The phase of a measured time to first token, which an estimate gives in addition to a rate."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """A measurement and the estimate for it, both in tokens per second per chip or in ms."""

    measured: Measurement
    vendor: str
    is_fitted: bool
    is_dense: bool
    low: float
    nominal: float
    high: float

    @property
    def is_inside(self) -> bool:
        """Whether the measurement lies in the interval, its ends included."""
        return self.low <= self.measured.value <= self.high

    @property
    def error(self) -> float:
        """How far the nominal estimate is off, as a fraction of the measurement.

        An estimate of twice the measurement and one of zero are both off by 1.
        """
        return abs(self.nominal / self.measured.value - 1)

    @property
    def bias(self) -> float:
        """The nominal estimate over the measurement."""
        return self.nominal / self.measured.value

    @property
    def width(self) -> float:
        """High over low; infinite where the low corner gives nothing."""
        if not self.low:
            return math.inf
        return self.high / self.low


@dataclass(frozen=True, kw_only=True)
class Summary:
    """How well estimates fit a set of points; ``error``, ``bias`` and ``width`` are medians."""

    name: str
    points: int
    inside: float
    error: float
    bias: float
    width: float


@dataclass(frozen=True, kw_only=True)
class PairSummary:
    """How well ratios of two chips fit: the median error of the estimate and of the TPP ratio."""

    pairs: int
    error: float
    tpp_error: float


def points(catalog: Catalog | None = None, *, later: bool = False) -> list[Point]:
    """The published measurements with their estimates.

    They are those that the model was developed with, or those that were entered ``later``, when
    its constants were frozen.
    """
    known = catalog or load()
    fitted = fitted_on()
    rows: list[Point] = []
    for measurement in all_measured():
        if measurement.is_later is later:
            rows.append(_point(measurement, known, fitted))
    return rows


def _point(measurement: Measurement, catalog: Catalog, fitted: Sequence[str]) -> Point:
    """One measurement with its estimate."""
    chip = catalog[measurement.chip]
    figures = figures_of(chip, measurement.precision)
    values = estimated(measurement, figures)
    low, nominal, high = (values[corner] for corner in CORNERS)
    # more throughput is less time
    low, high = min(low, high), max(low, high)
    return Point(
        measured=measurement,
        vendor=chip.vendor or "",
        is_fitted=chip.id in fitted,
        is_dense=models()[measurement.model].experts is None,
        low=low,
        nominal=nominal,
        high=high,
    )


def estimated(measurement: Measurement, figures: ChipFigures) -> dict[Corner, float]:
    """The estimate for a measurement at each corner, in its unit.

    Raises :class:`ValueError` for a chip with too few known figures.
    """
    if figures.hardware is None:
        raise ValueError(f"{figures.chip.id}: {'; '.join(figures.missing)}")
    machine = Machine(
        hardware=figures.hardware,
        precision=figures.precision,
        bands=bands(),
        workspace=workspace(),
    )
    workload = workload_of(measurement)
    if measurement.phase == TIME_TO_FIRST:
        return _milliseconds(workload, machine)
    # Publishers that do not state the layout run as many copies of the model as they can.
    found = throughput(workload, machine)
    if found is None:
        return dict.fromkeys(CORNERS, 0.0)
    return dict(found.rate)


def _milliseconds(workload: Workload, machine: Machine) -> dict[Corner, float]:
    """The time to the first token at each corner, in ms."""
    # The first token waits for a single prompt, so no batch is to be chosen, and publishers of
    # times state their layout or use one chip.
    layout = workload.layout or Layout()
    times: dict[Corner, float] = {}
    for corner in CORNERS:
        step = machine.step(workload, layout, corner)
        times[corner] = MILLI * first_token_seconds(step, workload.input).total
    return times


def workload_of(measurement: Measurement) -> Workload:
    """The workload that was measured."""
    # a time to first token is that of a prefill of one prompt
    phase = Phase.PREFILL
    if measurement.phase != TIME_TO_FIRST:
        phase = Phase(measurement.phase)

    layout = None
    if measurement.layout is not None:
        layout = parse_layout(measurement.layout)
    return Workload(
        model=models()[measurement.model],
        phase=phase,
        input=measurement.input,
        output=measurement.output,
        chips=measurement.chips,
        layout=layout,
        batch=measurement.batch,
        draft=_draft(measurement),
    )


def _draft(measurement: Measurement) -> Draft:
    """The drafted tokens of a measurement; a publisher who states none is assumed to use none."""
    if measurement.draft is None or measurement.accepted is None:
        return NO_DRAFT
    return Draft(tokens=measurement.draft, accepted=measurement.accepted)


def summaries(rows: Iterable[Point], name_of: Callable[[Point], str]) -> list[Summary]:
    """The points grouped by a property, in the order of its names.

    ``name_of`` gives the name of a point's group, such as its phase or its source.
    """
    groups: dict[str, list[Point]] = {}
    for row in rows:
        groups.setdefault(name_of(row), []).append(row)
    return [summary(name, groups[name]) for name in sorted(groups)]


def summary(name: str, rows: Sequence[Point]) -> Summary:
    """How a set of points came out.

    Medians, since one measurement of an unlucky release would decide a mean.
    """
    inside = [row for row in rows if row.is_inside]
    return Summary(
        name=name,
        points=len(rows),
        inside=len(inside) / len(rows),
        error=statistics.median(row.error for row in rows),
        bias=statistics.median(row.bias for row in rows),
        width=statistics.median(row.width for row in rows),
    )


def pair_summary(rows: Iterable[Point], catalog: Catalog | None = None) -> PairSummary:
    """How the ratios of two chips came out that were measured alike and not fitted."""
    known = catalog or load()
    errors: list[float] = []
    tpp_errors: list[float] = []
    for first, second in _pairs(rows):
        measured_ratio = first.measured.value / second.measured.value
        estimated_ratio = first.nominal / second.nominal
        errors.append(abs(estimated_ratio / measured_ratio - 1))

        tpp_ratio = _tpp_of(first, known) / _tpp_of(second, known)
        # twice the TPP would be half of the time
        if first.measured.phase == TIME_TO_FIRST:
            tpp_ratio = 1 / tpp_ratio
        tpp_errors.append(abs(tpp_ratio / measured_ratio - 1))
    return PairSummary(
        pairs=len(errors),
        error=statistics.median(errors),
        tpp_error=statistics.median(tpp_errors),
    )


def _pairs(rows: Iterable[Point]) -> Iterator[tuple[Point, Point]]:
    """Two chips that were measured alike, and that no constant was fitted on.

    A pair with a fitted chip would flatter the ratio, since half of it was made to fit.
    """
    groups: dict[tuple[object, ...], list[Point]] = {}
    for row in rows:
        if not row.is_fitted:
            groups.setdefault(_alike(row.measured), []).append(row)
    for group in groups.values():
        for first, second in combinations(group, 2):
            if first.measured.chip != second.measured.chip:
                yield first, second


def _tpp_of(row: Point, catalog: Catalog) -> float:
    """The TPP of a measured chip; raises :class:`ValueError` where it is not known."""
    tpp = catalog[row.measured.chip].tpp
    if tpp is None:
        raise ValueError(f"{row.measured.chip}: its TPP is not known")
    return tpp


def _alike(measurement: Measurement) -> tuple[object, ...]:
    """What two measurements must share to be compared; each chip runs in its own precision.

    The number of chips is part of it: where no layout is stated, nothing else tells a group of
    eight from one of seventy-two.
    """
    return (
        measurement.model,
        measurement.phase,
        measurement.chips,
        measurement.batch,
        measurement.input,
        measurement.output,
        measurement.layout,
        measurement.source,
    )
