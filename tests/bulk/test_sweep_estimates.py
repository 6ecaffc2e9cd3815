"""Grids that rank designs by an estimate."""

from __future__ import annotations

import pytest

from chipdb.bulk.sweep.grid_file import read_grid
from chipdb.bulk.sweep.sweep import sweep
from chipdb.errors import DataError
from chipdb.solver.question import question
from chipdb.workloads.chip_figures import design_hardware
from chipdb.workloads.data import bands, models, workspace
from chipdb.workloads.layouts import parse_layout
from chipdb.workloads.precisions import PRECISIONS
from chipdb.workloads.throughput import Machine, throughput
from chipdb.workloads.workload import Phase, Workload

GRID = """
knobs:
  tpp: {from: 500, to: 6000, step: 500}
  memory_bandwidth: [1000 GB/s, 1399 GB/s, 3000 GB/s]
  aggregate_io_bandwidth: [300 GB/s, 700 GB/s]
  applicable_die_area: [814 mm^2]
facts: {datacenter: true}
derived:
  tokens: {estimate: {WORK}}
best: {maximize: tokens, keep: 5}
"""
WORK = "{model: llama3.1-70b, phase: decode, layout: TP4, batch: 64, input: 3000}"


def rate(tpp: float, memory: float, links: float) -> float:
    """The nominal rate of one design of 141 GB, alone."""
    machine = Machine(
        hardware=design_hardware(
            tpp=tpp, memory_bandwidth=memory, io_bandwidth=links, capacity=141
        ),
        precision=PRECISIONS["fp8"],
        bands=bands(),
        workspace=workspace(),
    )
    workload = Workload(
        model=models()["llama3.1-70b"],
        phase=Phase.DECODE,
        input=3000,
        layout=parse_layout("TP4"),
        batch=64,
    )
    found = throughput(workload, machine)
    assert found is not None
    return found.nominal


def test_the_best_design_is_the_fastest_that_is_not_controlled() -> None:
    """On one die of 814 mm^2, 3A090 as of 2023-11-17 leaves a TPP below 2,400, and memory free."""
    grid = read_grid(GRID.replace("{WORK}", WORK).encode(), "grid.yaml")
    answer = sweep(grid, question("2024-06-01"))
    first, *others = answer.best
    assert (first["tpp"], first["memory_bandwidth"], first["aggregate_io_bandwidth"]) == (
        2000,
        3000,
        700,
    )
    assert first["tokens"] == pytest.approx(rate(2000, 3000, 700))
    assert all(other["tokens"] < first["tokens"] for other in others)


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (WORK.replace(", batch: 64", ""), "batch must be given"),
        (WORK.replace(", layout: TP4", ""), "layout must be given"),
        (WORK.replace("model: llama3.1-70b", "model: llama9"), "unknown model 'llama9'"),
        (WORK.replace("input", "inptu"), "no such option of a workload; did you mean 'input'"),
        ("fast", "expected the options of a workload"),
        (WORK.replace("layout: TP4", "layout: [TP4]"), "layout must be a text"),
        (WORK.replace("batch: 64", "batch: 64, latency: [1]"), "latency must be a text"),
        (WORK.replace("batch: 64", "batch: 64, latency: {a: 1}"), "latency must be a text"),
        (WORK.replace("batch: 64", "batch: 64, precision: [1]"), "precision must be a text"),
        (WORK.replace("phase: decode", "phase: [decode]"), "phase must be a text"),
    ],
)
def test_what_is_wrong_is_said_once(work: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        read_grid(GRID.replace("{WORK}", work).encode(), "grid.yaml")
    assert len(caught.value.problems) == 1


def test_an_estimate_needs_the_figures_of_a_design() -> None:
    text = GRID.replace("{WORK}", WORK).replace("memory_bandwidth", "memory")
    with pytest.raises(DataError, match="an estimate needs memory_bandwidth"):
        read_grid(text.encode(), "grid.yaml")


def test_what_an_estimate_assumes_is_listed() -> None:
    grid = read_grid(GRID.replace("{WORK}", WORK).encode(), "grid.yaml")
    warnings = sweep(grid, question("2024-06-01")).warnings
    assert "tokens: 141 GB of memory" in warnings
