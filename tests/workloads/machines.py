"""Chips and workloads that tests of estimates share."""

from __future__ import annotations

from typing import Any

import chipdb
from chipdb.workloads.chip_figures import figures_of
from chipdb.workloads.data import bands, models, workspace
from chipdb.workloads.hardware import Hardware
from chipdb.workloads.precisions import PRECISIONS
from chipdb.workloads.throughput import Machine
from chipdb.workloads.workload import Phase, Workload


def hardware_of(name: str, precision: str = "fp8") -> Hardware:
    """The figures of a chip of the catalog."""
    hardware = figures_of(chipdb.load()[name], precision).hardware
    assert hardware is not None
    return hardware


def machine_of(name: str, precision: str = "fp8") -> Machine:
    """A chip of the catalog in a precision."""
    figures = figures_of(chipdb.load()[name], precision)
    assert figures.hardware is not None
    return Machine(
        hardware=figures.hardware,
        precision=figures.precision,
        bands=bands(),
        workspace=workspace(),
    )


def machine_with(hardware: Hardware, precision: str = "fp8") -> Machine:
    """A made-up chip in a precision."""
    return Machine(
        hardware=hardware,
        precision=PRECISIONS[precision],
        bands=bands(),
        workspace=workspace(),
    )


def workload_of(model: str, phase: str, **options: Any) -> Workload:
    """A workload with a prompt of 2,048 tokens."""
    options.setdefault("input", 2048)
    if phase == "serve":
        options.setdefault("output", 256)
    return Workload(model=models()[model], phase=Phase(phase), **options)
