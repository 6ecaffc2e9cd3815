"""The form of a mapping file: what the columns of somebody else's table mean."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from chipdb.catalog.lookup import nearest
from chipdb.catalog.schema import Flag, Identifier, Strict, Text, Words
from chipdb.units import METRIC_UNITS, exact

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


class Column(Strict):
    """What a column of a table states: a figure, or one of several that the table does not tell apart."""

    column: str
    figure: Words
    unit: str | None = None
    times: Text | None = None

    @field_validator("times")
    @classmethod
    def _number(cls, times: str | None) -> str | None:
        if times is not None:
            exact(times)
        return times

    @model_validator(mode="after")
    def _exists(self) -> Column:
        from chipdb.catalog.terms import terms

        rates = [f"throughput.{name}" for name in terms().bits]
        valid = [*FIGURE_UNITS, *METRIC_UNITS, "datacenter", *rates]
        for name in self.figure:
            known = name in valid or (name.startswith("throughput.") and terms().is_format(name[11:].removesuffix("_sparse")))
            if not known:
                raise ValueError(f"{name!r} is not a figure{nearest(name, valid)}")
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
    columns: Annotated[list[Column], Field(min_length=1)]
