"""Grids for tests: a small one that meets thresholds exactly, and designs by plain loops."""

from __future__ import annotations

import itertools

from chipdb.bulk.sweep.grid import Grid
from chipdb.bulk.sweep.grid_file import read_grid

SMALL = """
knobs:
  cores: {from: 20, to: 200, step: 20}
  format: [fp16, fp8]
  applicable_die_area: [0 mm^2, 270.27027 mm^2, 500 mm^2, 810.810811 mm^2, 1500 mm^2]
  stacks: [1, 2, 4]
  rate: [350, 700, 1100]
derived:
  tpp: {product: [cores, format, 3]}
  memory_bandwidth: {product: [stacks, 700]}
  aggregate_io_bandwidth: rate
facts: {datacenter: true}
"""


def grid_of(text: str) -> Grid:
    return read_grid(text.encode(), "grid.yaml")


def designs(grid: Grid) -> list[dict[str, float]]:
    """Every design with its facts and quantities, by plain loops."""
    names = [*grid.knobs, *grid.derived, *grid.metrics()]
    found = []
    for values in itertools.product(*grid.knobs.values()):
        knobs = dict(zip(grid.knobs, map(float, values), strict=True))
        found.append({**grid.facts, **grid.values(knobs, names)})
    return found
