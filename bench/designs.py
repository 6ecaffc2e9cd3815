"""How many designs a second: against rules, for a workload, and the envelope itself.

``measured.py`` runs it with the others; ``python bench/designs.py`` alone prints its rows.
"""

from __future__ import annotations

import time

import numpy as np
from frames import Row, seconds

import chipdb
from chipdb.bulk.sweep.grid_file import read_grid
from chipdb.bulk.sweep.sweep import sweep
from chipdb.solver.question import question
from chipdb.workloads.data import models
from chipdb.workloads.layouts import parse_layout
from chipdb.workloads.many_designs import Designs, rates_of_designs
from chipdb.workloads.precisions import PRECISIONS
from chipdb.workloads.workload import Phase, Workload

MILLION = 10**6
DAY = "2026-06-01"
RULES = ("us-3a090-2023", "us-letter-2025")
GRID = """
knobs:
  tpp: {{from: 100, to: 6000, count: {count}}}
  memory_bandwidth: {{from: 500, to: 5000, count: 100}}
  aggregate_io_bandwidth: {{from: 100, to: 1200, count: 100}}
  applicable_die_area: {{from: 400, to: 1600, count: 10}}
facts: {{datacenter: true}}
best: {{maximize: tpp, keep: 3}}
"""


def against_rules(count: int) -> float:
    """Designs a second that are classified one by one, for a best one to be found."""
    # a grid of every combination: 100,000 designs for each value of the first knob
    grid = read_grid(GRID.format(count=max(2, count // 100_000)).encode(), "grid.yaml")
    # the first sweep compiles the rules
    sweep(read_grid(GRID.format(count=2).encode(), "grid.yaml"), question(DAY))
    started = time.perf_counter()
    sweep(grid, question(DAY))
    return grid.size / (time.perf_counter() - started)


def with_a_workload(count: int) -> float:
    """Designs a second whose nominal throughput is estimated, at a batch of 64 on four chips."""
    random = np.random.default_rng(0)
    designs = Designs(
        tpp=random.uniform(100, 40_000, count),
        memory_bandwidth=random.uniform(200, 9000, count),
        io_bandwidth=random.uniform(50, 2000, count),
        capacity=np.full(count, 141.0),
    )
    workload = Workload(
        model=models()["llama3.1-70b"],
        phase=Phase.DECODE,
        input=3000,
        layout=parse_layout("TP4"),
        batch=64,
    )
    took = seconds(lambda: rates_of_designs(workload, designs, precision=PRECISIONS["fp8"]))
    return count / took


def estimates() -> list[Row]:
    """Milliseconds of one estimate after loading, with and without a choice of layout and batch."""
    known = chipdb.load()
    work = {"model": "deepseek-v3", "phase": "decode", "catalog": known}
    given = seconds(lambda: chipdb.estimate("H100", layout="EP64", batch=64, **work), 50)
    chosen = seconds(lambda: chipdb.estimate("H100", latency="50ms", **work), 20)
    return [
        ("an estimate, layout and batch given (milliseconds)", "–", 1000 * given, "at most 1"),
        ("an estimate, both chosen (milliseconds)", "–", 1000 * chosen, "at most 15"),
    ]


def designs(count: int) -> list[Row]:
    """A row for each figure."""
    ends = seconds(lambda: chipdb.envelope(rule=RULES, area="814 mm^2", on=DAY), 20)
    return [
        *estimates(),
        ("the envelope of two rules (milliseconds)", "–", 1000 * ends, "–"),
        (
            "designs against the rules (10^6 a second)",
            "–",
            against_rules(count) / MILLION,
            "at least 10",
        ),
        (
            "designs with a workload at a batch (10^6 a second)",
            "–",
            with_a_workload(MILLION) / MILLION,
            "at least 1",
        ),
    ]


if __name__ == "__main__":
    for work, _, value, bound in designs(100 * MILLION):
        print(f"{work}: {value:.2f} ({bound})")  # noqa: T201 - a table for people
