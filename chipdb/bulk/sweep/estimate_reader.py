"""``estimate:`` in a grid: the workload whose throughput is a quantity of the designs."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, Protocol

from chipdb.bounds import MOST_TOKENS
from chipdb.bulk.sweep.estimated import CAPACITY, COMPUTE, LINKS, MEMORY, Estimated
from chipdb.catalog.catalog import load
from chipdb.catalog.lookup import nearest
from chipdb.catalog.yaml_text import Place
from chipdb.errors import ChipdbError, ParameterError
from chipdb.units import display
from chipdb.workloads.chip_figures import design_surroundings
from chipdb.workloads.data import design_capacity_of
from chipdb.workloads.many_designs import check_workload
from chipdb.workloads.precisions import DESIGN_PRECISION, PRECISIONS
from chipdb.workloads.request import Request, WrittenWorkload, request_of

ESTIMATE = "estimate"
TEXTS = ("model", "phase", "precision", "layout", "latency")
WHOLE_NUMBERS = ("batch", "input", "output")
EXAMPLE = "{model: llama3.1-70b, phase: decode, layout: TP4, batch: 64}"


class Problems(Protocol):
    """The reader of the whole grid, which collects problems."""

    def problem(self, place: Place, message: str) -> None:
        """Record a problem at a place in the file."""

    def whole_number(self, value: Any, place: Place, least: int, most: int) -> int:
        """A whole number within bounds."""


class EstimateReader:
    """Reads estimates of one grid.

    ``stated`` are the names of its knobs and derived quantities, ``capacity`` is the memory in GB
    of a design that states none.
    """

    def __init__(self, problems: Problems, stated: Set[str], capacity: float) -> None:
        self.problems = problems
        self.stated = stated
        self.capacity = capacity

    def read(self, entry: Any, place: Place, names: Set[str]) -> Estimated | None:
        """The estimated throughput of a workload; None where a problem was recorded.

        ``names`` are the quantities that it may read.
        """
        if not isinstance(entry, dict):
            message = f"expected the options of a workload, such as {EXAMPLE}"
            self.problems.problem(place, message)
            return None

        # what the grid turns comes before what its base has
        links = [name for name in LINKS if name in self.stated]
        links += [name for name in LINKS if name in names]
        missing = [name for name in (COMPUTE, MEMORY) if name not in names]
        if not links:
            missing.append(" or ".join(LINKS))
        if missing:
            message = f"an estimate needs {', '.join(missing)} before it, or a base"
            self.problems.problem(place, message)
            return None
        try:
            request = self._request(entry, place)
        except ChipdbError as error:
            self.problems.problem(place, str(error))
            return None

        precision = PRECISIONS[request.workload.precision or DESIGN_PRECISION]
        capacity = None if CAPACITY in names else self.capacity
        assumptions = list(request.assumptions)
        if capacity is not None:
            assumptions.append(f"{display(capacity)} GB of memory")
        assumptions += [f"runs in {precision.id}", *design_surroundings()]
        return Estimated(
            workload=request.workload,
            precision=precision,
            links=links[0],
            capacity=capacity,
            assumptions=tuple(assumptions),
        )

    def _request(self, entry: dict[str, Any], place: Place) -> Request:
        """The workload, with the defaults of the command ``estimate``.

        Raises :class:`~chipdb.errors.ChipdbError` for one that cannot be used.
        """
        options: dict[str, Any] = {}
        for name, value in entry.items():
            if name in WHOLE_NUMBERS:
                inside = (*place, name)
                options[name] = self.problems.whole_number(value, inside, 1, MOST_TOKENS)
            elif name in TEXTS:
                # an option without a value is one that is left out
                if value is not None and not isinstance(value, str):
                    raise ParameterError(name, f"must be a text, as in {EXAMPLE}")
                options[name] = value
            else:
                hint = nearest(str(name), [*TEXTS, *WHOLE_NUMBERS])
                self.problems.problem((*place, name), f"no such option of a workload{hint}")
        for name in ("model", "phase"):
            if options.get(name) is None:
                raise ParameterError(name, f"is needed, as in {EXAMPLE}")
        request = request_of(WrittenWorkload(**options))
        check_workload(request.workload)
        return request


def usual_capacity() -> float:
    """The GB of memory of a design without a base, as in an envelope."""
    capacity = load()[design_capacity_of()].metric(CAPACITY).value
    assert capacity is not None, "the chip that designs follow states its memory"
    return float(capacity)
