"""A derived quantity of a grid that is the estimated throughput of a workload on the design."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from chipdb.lazy_dataclasses import dataclass
from chipdb.workloads.many_designs import Designs, rates_of_designs
from chipdb.workloads.precisions import Precision
from chipdb.workloads.workload import Workload

COMPUTE, MEMORY, CAPACITY = "tpp", "memory_bandwidth", "memory_capacity"
LINKS = ("interconnect_bandwidth", "aggregate_io_bandwidth")
"""The metrics that may be the links of a design, the first that the grid has."""


@dataclass(frozen=True, kw_only=True)
class Estimated:
    """Tokens per second per chip at the nominal corner, from the metrics of a design.

    ``links`` is the metric that is its I/O bandwidth. Its throughput at b bits is TPP / b, and one
    direction of its link half of the I/O bandwidth, as in an envelope. ``capacity`` is its memory
    in GB, None where the grid itself states it. ``assumptions`` are listed with the counts.
    """

    workload: Workload
    precision: Precision
    links: str
    capacity: float | None = None
    assumptions: tuple[str, ...] = ()

    def names(self) -> Iterator[str]:
        """The metrics that the estimate reads."""
        yield from (COMPUTE, MEMORY, self.links)
        if self.capacity is None:
            yield CAPACITY

    def value(self, quantities: Mapping[str, Any]) -> Any:
        """Estimate one design from numbers, or many from arrays."""
        capacity: Any = self.capacity
        if capacity is None:
            capacity = quantities[CAPACITY]
        read = (quantities[COMPUTE], quantities[MEMORY], quantities[self.links], capacity)
        arrays = [np.asarray(value, dtype=float) for value in read]
        tpp, memory, links, capacity = np.broadcast_arrays(*arrays)
        designs = Designs(
            tpp=tpp.ravel(),
            memory_bandwidth=memory.ravel(),
            io_bandwidth=links.ravel(),
            capacity=capacity.ravel(),
        )
        rates = rates_of_designs(self.workload, designs, precision=self.precision)
        if tpp.ndim == 0:
            return float(rates[0])
        return rates.reshape(tpp.shape)
