"""Many designs at once give what each gives alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from machines import machine_with, workload_of

from chipdb.errors import ParameterError
from chipdb.workloads.chip_figures import design_hardware
from chipdb.workloads.efficiencies import CORNERS
from chipdb.workloads.layouts import parse_layout
from chipdb.workloads.many_designs import Designs, rates_of_designs
from chipdb.workloads.precisions import PRECISIONS
from chipdb.workloads.throughput import throughput

CALLS: list[dict[str, Any]] = [
    {"model": "llama3.1-70b", "phase": "decode", "layout": "TP4", "batch": 64},
    {"model": "llama3.1-70b", "phase": "decode", "layout": "TP8", "batch": 64, "latency": 0.05},
    {"model": "llama3.1-70b", "phase": "prefill", "layout": "TP2PP2"},
    {"model": "deepseek-v3", "phase": "serve", "layout": "EP64", "batch": 16},
    {"model": "deepseek-v3", "phase": "train", "layout": "EP8", "chips": 1024},
    {"model": "mixtral-8x7b", "phase": "decode", "layout": "TP1", "batch": 8},
]


def some_designs(count: int) -> Designs:
    """Designs from a small to a large chip, some without links and some without a figure."""
    random = np.random.default_rng(7)
    tpp = random.uniform(100, 40_000, count)
    tpp[::31] = np.nan
    io_bandwidth = random.uniform(50, 2000, count)
    io_bandwidth[::7] = 0
    io_bandwidth[5::37] = np.nan
    return Designs(
        tpp=tpp,
        memory_bandwidth=random.uniform(200, 9000, count),
        io_bandwidth=io_bandwidth,
        capacity=random.uniform(16, 300, count),
    )


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call['model']}-{call['phase']}")
def test_they_are_those_of_single_estimates(call: dict[str, Any]) -> None:
    options = {**call, "layout": parse_layout(call["layout"])}
    workload = workload_of(options.pop("model"), options.pop("phase"), **options)
    designs = some_designs(120)
    for corner in CORNERS:
        together = rates_of_designs(workload, designs, precision=PRECISIONS["fp8"], corner=corner)
        for index in range(len(designs.tpp)):
            if np.isnan(designs.tpp[index]) or np.isnan(designs.io_bandwidth[index]):
                assert np.isnan(together[index])
                continue
            hardware = design_hardware(
                tpp=float(designs.tpp[index]),
                memory_bandwidth=float(designs.memory_bandwidth[index]),
                io_bandwidth=float(designs.io_bandwidth[index]),
                capacity=float(designs.capacity[index]),
            )
            alone = throughput(workload, machine_with(hardware))
            assert alone is not None
            # a limit is one of every corner here, and of the nominal one in a single estimate
            if workload.latency is None or alone.nominal:
                assert together[index] == pytest.approx(alone.rate[corner], rel=1e-9)


def test_the_same_in_any_number() -> None:
    """More designs than are worked out together."""
    workload = workload_of("llama3.1-8b", "decode", layout=parse_layout("TP1"), batch=8)
    designs = some_designs(40_000)
    whole = rates_of_designs(workload, designs, precision=PRECISIONS["fp8"])
    part = rates_of_designs(workload, designs.part(20_000, 20_100), precision=PRECISIONS["fp8"])
    assert np.array_equal(whole[20_000:20_100], part, equal_nan=True)


@pytest.mark.parametrize(
    ("options", "words"), [({"batch": 8}, "layout"), ({"layout": parse_layout("TP1")}, "batch")]
)
def test_what_would_differ_by_design_must_be_given(options: dict[str, Any], words: str) -> None:
    workload = workload_of("llama3.1-8b", "decode", **options)
    with pytest.raises(ParameterError, match=f"{words} must be given"):
        rates_of_designs(workload, some_designs(3), precision=PRECISIONS["fp8"])
