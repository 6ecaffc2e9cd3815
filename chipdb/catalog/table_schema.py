"""The form of a mapping file: what the columns of somebody else's table mean."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from chipdb.catalog.lookup import nearest
from chipdb.catalog.schema_types import Flag, Identifier, Strict, Text, Words
from chipdb.errors import QuantityError
from chipdb.units import METRIC_UNITS, exact, quantity

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
"""What a table's column may state beside rates and metrics; ``die_area`` is that of all logic dies of the package."""


def unit_of(figure: str) -> str:
    """The unit in which chipdb keeps a figure that a table may state."""
    if figure == "datacenter":
        return figure
    return FIGURE_UNITS.get(figure, METRIC_UNITS.get(figure, "TOPS"))


class MappedColumn(Strict):
    """What a column of a table states: a figure, or one of several that the table does not tell apart."""

    column: str
    figure: Annotated[Words, Field(min_length=1)]
    unit: str | None = None
    times: Text | None = None

    @field_validator("times")
    @classmethod
    def _number(cls, times: str | None) -> str | None:
        if times is not None:
            try:
                above = exact(times) > 0
            except QuantityError as error:
                raise ValueError(str(error)) from None
            if not above:
                raise ValueError(f"{times} is no factor; write a number above 0")
        return times

    @model_validator(mode="after")
    def _exists(self) -> MappedColumn:
        from chipdb.catalog.formats import format_table

        rates = [f"throughput.{name}" for name in format_table().bits]
        valid = [*FIGURE_UNITS, *METRIC_UNITS, "datacenter", *rates]
        for name in self.figure:
            known = name in valid or (
                name.startswith("throughput.")
                and format_table().is_format(name[11:].removesuffix("_sparse"))
            )
            if not known:
                raise ValueError(f"{name!r} is not a figure{nearest(name, valid)}")
        units = {unit_of(name) for name in self.figure}
        if len(units) > 1:
            raise ValueError(
                f"{', '.join(self.figure)} are of different kinds; a column states one of a kind"
            )
        if self.unit is not None and self.times is not None:
            raise ValueError("unit or times, not both")
        if self.unit not in (None, *units):
            if "datacenter" in self.figure:
                raise ValueError("datacenter is true or false and has no unit")
            try:
                quantity(f"1 {self.unit}", units.pop())
            except QuantityError as error:
                raise ValueError(str(error)) from None
        return self


class TableMapping(Strict):
    """What the columns of somebody else's table mean."""

    id: Identifier = "own"
    title: str = "a table"
    recognized_by: list[str] = []
    name: str
    vendor: str | None = None
    names: dict[str, str] = {}
    missing: list[str] = []
    zero_is_missing: Flag = False
    columns: Annotated[list[MappedColumn], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> TableMapping:
        figures = [name for column in self.columns for name in column.figure]
        twice = next((name for name in figures if figures.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two columns state {twice}; a figure comes from one column")
        return self
