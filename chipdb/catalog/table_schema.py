"""The data format of a mapping file, which says what the columns of a third-party table mean."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from chipdb.catalog.formats import format_table
from chipdb.catalog.lookup import nearest
from chipdb.catalog.schema_types import Flag, Identifier, Strict, Text, Words
from chipdb.errors import QuantityError
from chipdb.units import METRIC_UNITS, exact, quantity

DATACENTER = "datacenter"
"""The column that states a fact instead of a figure: whether a chip is for data centers."""

IN_CELLS = "cell"
"""The unit of a column whose cells each state their own, such as ``80 GB``."""

FIGURE_UNITS = {
    "memory.capacity": "GB",
    "memory.bandwidth": "GB/s",
    "memory.bus": "bit",
    "power.tdp": "W",
    "clocks.base": "MHz",
    "clocks.boost": "MHz",
    "die_area": "mm^2",
    "transistors": "",
    "process_nm": "",
}
"""What a column may state besides throughput and metrics, with the unit that chipdb keeps.

``die_area`` is the area of all logic dies of the package.
"""

READ_BY_NO_RULE = frozenset(
    {
        "memory.capacity",
        "memory.bus",
        "memory_capacity",
        "power.tdp",
        "clocks.base",
        "clocks.boost",
        "transistors",
    }
)
"""Figures without which a row can be answered: a cell of one that cannot be read is left out.

The number of transistors is read only with ``--role``, which presumes the most without it.
"""

_THROUGHPUT = "throughput."


def is_figure(name: str) -> bool:
    """Whether a column may state ``name``: a figure, a metric or the throughput of a format.

    >>> is_figure("throughput.fp16_sparse"), is_figure("fp16")
    (True, False)
    """
    if name in (DATACENTER, *FIGURE_UNITS, *METRIC_UNITS):
        return True
    if not name.startswith(_THROUGHPUT):
        return False
    format_name = name.removeprefix(_THROUGHPUT).removesuffix("_sparse")
    return format_table().is_format(format_name)


def figure_names() -> list[str]:
    """The names that a column may state, without vector and sparse throughput.

    They are what error messages suggest; the variants of each format would crowd out the rest.
    """
    throughput = [f"{_THROUGHPUT}{name}" for name in format_table().bits]
    return [*FIGURE_UNITS, *METRIC_UNITS, DATACENTER, *throughput]


def unit_of(figure: str) -> str:
    """The unit in which chipdb keeps a figure, for a name that :func:`is_figure` accepts.

    >>> unit_of("memory.bandwidth"), unit_of("throughput.fp8"), unit_of("tpp")
    ('GB/s', 'TOPS', '')
    """
    # A flag has no unit; a word that is not one keeps it apart from every figure.
    if figure == DATACENTER:
        return DATACENTER
    if figure in FIGURE_UNITS:
        return FIGURE_UNITS[figure]
    return METRIC_UNITS.get(figure, "TOPS")


class MappedColumn(Strict):
    """What a column states: a figure, or one of several that the table does not distinguish.

    ``unit`` is that of the table, or ``cell`` where each cell states its own and a bare number is
    not read. ``times`` is a factor in its place, for a table whose numbers count something else.
    """

    column: str
    figure: Annotated[Words, Field(min_length=1)]
    unit: str | None = None
    times: Text | None = None

    @field_validator("times")
    @classmethod
    def _check_factor(cls, times: str | None) -> str | None:
        """Refuse a factor that is not a positive number.

        Zero would turn every figure of the column into none, a negative factor into nonsense.
        """
        if times is None:
            return None
        try:
            factor = exact(times)
        except QuantityError as error:
            raise ValueError(str(error)) from None
        if factor <= 0:
            raise ValueError(f"{times} is not a valid factor; write a number above 0")
        return times

    @model_validator(mode="after")
    def _check_figures(self) -> MappedColumn:
        """Reject unknown figures, figures of different kinds, and a unit that does not fit."""
        for name in self.figure:
            if not is_figure(name):
                raise ValueError(f"{name!r} is not a figure{nearest(name, figure_names())}")

        # One number cannot be in two units; figures that share a column must be of one kind.
        units = {unit_of(name) for name in self.figure}
        if len(units) > 1:
            names = ", ".join(self.figure)
            raise ValueError(f"{names} are of different kinds; a column states one kind")

        if self.unit is None:
            return self
        if self.times is not None:
            raise ValueError("a column has a unit or a factor (times), not both")
        self._check_unit(self.unit, units.pop())
        return self

    def _check_unit(self, written: str, unit: str) -> None:
        """Refuse a unit that does not convert to chipdb's ``unit`` of the figure.

        Raises :class:`ValueError`, which pydantic reports at the column.
        """
        if written in (unit, IN_CELLS):
            return
        if unit == DATACENTER:
            raise ValueError("datacenter is true or false and has no unit")
        # Reading one unit now finds a slip in the mapping, not in the first cell of the table.
        try:
            quantity(f"1 {written}", unit)
        except QuantityError as error:
            raise ValueError(str(error)) from None


class TableMapping(Strict):
    """What the columns of a third-party table mean.

    ``recognized_by`` lists the columns by which a table is known to be this one. ``names`` gives
    the chip of the catalog for a name in the table. ``missing`` lists the texts that mean an
    unknown value. ``decimal_mark`` is a comma or a point, for a table whose cells do not show it.
    ``unclear`` lists columns of throughput that cannot be read, so that the columns that can be
    only bound the TPP from below.
    """

    id: Identifier = "own"
    title: str = "a table"
    recognized_by: list[str] = []
    name: str
    vendor: str | None = None
    names: dict[str, str] = {}
    missing: list[str] = []
    zero_is_missing: Flag = False
    decimal_mark: Literal[",", "."] | None = None
    unclear: list[str] = []
    columns: Annotated[list[MappedColumn], Field(min_length=1)]

    @model_validator(mode="after")
    def _check_columns(self) -> TableMapping:
        """Refuse two columns for one figure: which of them counts would be a guess.

        Raises :class:`ValueError`, which pydantic turns into a problem of the whole mapping.
        """
        stated: set[str] = set()
        for column in self.columns:
            for name in column.figure:
                if name in stated:
                    raise ValueError(f"two columns state {name}; a figure comes from one column")
                stated.add(name)
        return self
