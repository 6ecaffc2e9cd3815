"""The throughput of many designs at once, at a given layout and batch, as NumPy arrays.

It is the model of ``throughput`` itself, whose numbers become arrays; needs NumPy.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.workloads.chip_figures import TERA, design_hardware
from chipdb.workloads.data import GIGA, bands, capacity_unit, workspace
from chipdb.workloads.efficiencies import Corner
from chipdb.workloads.hardware import Hardware
from chipdb.workloads.precisions import WIDTHS, Precision
from chipdb.workloads.throughput import Machine, fits
from chipdb.workloads.work import work_of
from chipdb.workloads.workload import Phase, Workload

Array = np.ndarray[Any, np.dtype[Any]]
CHUNK = 1 << 14
"""Designs that are worked out together: few enough for their arrays to stay in the cache."""


@dataclass(frozen=True, kw_only=True)
class Designs:
    """Figures of many designs: bandwidths in GB/s, capacity in GB, as arrays of one length."""

    tpp: Array
    memory_bandwidth: Array
    io_bandwidth: Array
    capacity: Array

    def part(self, start: int, stop: int) -> Designs:
        """Some consecutive designs."""
        return Designs(
            tpp=self.tpp[start:stop],
            memory_bandwidth=self.memory_bandwidth[start:stop],
            io_bandwidth=self.io_bandwidth[start:stop],
            capacity=self.capacity[start:stop],
        )

    def chosen(self, which: Array) -> Designs:
        """The designs at which a mask is true."""
        return Designs(
            tpp=self.tpp[which],
            memory_bandwidth=self.memory_bandwidth[which],
            io_bandwidth=self.io_bandwidth[which],
            capacity=self.capacity[which],
        )


def check_workload(workload: Workload) -> None:
    """Refuse a workload whose layout or batch is to be chosen.

    Each design would have its own, and the search for them is not arithmetic on arrays. Raises
    :class:`~chipdb.errors.ParameterError`.
    """
    if workload.layout is None:
        raise ParameterError("layout", "must be given, such as TP4: many designs share one layout")
    has_batch = workload.phase in (Phase.PREFILL, Phase.TRAIN)
    if workload.batch is None and not has_batch:
        raise ParameterError("batch", "must be given, such as 64: many designs share one batch")


def rates_of_designs(
    workload: Workload,
    designs: Designs,
    *,
    precision: Precision,
    corner: Corner = Corner.NOMINAL,
) -> Array:
    """Tokens per second per chip of each design at a corner; 0 where the model does not fit.

    A design with a missing figure (NaN) has none. Raises
    :class:`~chipdb.errors.ParameterError` for a workload without a layout or a batch.
    """
    check_workload(workload)
    count = len(designs.tpp)
    rates = np.empty(count)
    with np.errstate(all="ignore"):
        for start in range(0, count, CHUNK):
            part = designs.part(start, start + CHUNK)
            rates[start : start + CHUNK] = _rates(workload, part, precision, corner)
    return rates


def _rates(workload: Workload, designs: Designs, precision: Precision, corner: Corner) -> Array:
    """The rates of a chunk: those with links of their own and those without in turn."""
    rates = np.zeros(len(designs.tpp))
    for is_linked in (True, False):
        which = (designs.io_bandwidth > 0) == is_linked
        if which.any():
            some = designs if which.all() else designs.chosen(which)
            rates[which] = _alike(workload, some, precision, corner)
    return rates


def _alike(workload: Workload, designs: Designs, precision: Precision, corner: Corner) -> Array:
    """The rates of designs that all have links, or all have none."""
    assert workload.layout is not None, "checked before"
    machine = Machine(
        hardware=_hardware(designs),
        precision=precision,
        bands=bands(),
        workspace=workspace(),
    )
    step = machine.step(workload, workload.layout, corner)
    work = work_of(workload)
    batch = work.batch
    assert batch is not None, "checked before"
    rates = np.asarray(work.rate(step, batch), dtype=float)
    rates = np.where(_fits(workload, machine), rates, 0.0)
    if workload.latency is not None:
        seconds = work.pass_seconds(step, batch)
        rates = np.where(np.asarray(seconds) <= workload.latency, rates, 0.0)
    # a design that lacks a figure is not one without tokens
    return np.where(_is_known(designs), rates, np.nan)


def _is_known(designs: Designs) -> Array:
    """Which designs have all figures."""
    is_known = np.isfinite(designs.tpp) & np.isfinite(designs.memory_bandwidth)
    is_known &= np.isfinite(designs.capacity) & np.isfinite(designs.io_bandwidth)
    return is_known


def _fits(workload: Workload, machine: Machine) -> Array:
    """Whether the chips of each design hold the model and its sequences."""
    # the comparison inside works for an array of capacities, though its type says one
    return np.asarray(fits(workload, machine, workload.layout))  # type: ignore[arg-type]


def _hardware(designs: Designs) -> Hardware:
    """The figures of designs as arrays, in base units."""
    one = design_hardware(tpp=1.0, memory_bandwidth=1.0, io_bandwidth=2.0, capacity=1.0)
    figures: dict[str, Any] = {
        "operations": {bits: designs.tpp / bits * TERA for bits in WIDTHS},
        "memory_bandwidth": designs.memory_bandwidth * GIGA,
        "capacity": designs.capacity * capacity_unit(),
        "link": designs.io_bandwidth / 2 * GIGA,
    }
    return replace(one, **figures)
