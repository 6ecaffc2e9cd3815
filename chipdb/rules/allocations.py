"""Limits on total TPP: caps, lines of notice and shares of ``data/budgets.yaml``."""

from __future__ import annotations

import functools
from datetime import date
from fractions import Fraction
from typing import Annotated

from pydantic import Field, model_validator

from chipdb import data_files
from chipdb.catalog.schema_types import Day, Identifier, Strict, Text
from chipdb.rules.schema import Citation, Dates
from chipdb.units import PERCENT, exact

IN_FORCE, PRINTED, OVER, NOT_YET = "in force", "printed, not enforced", "over", "not yet"


class Limit(Strict):
    """An amount of TPP, or a percentage of another amount, for a time."""

    at_most: Text | None = None
    about: Text | None = None
    percent: Text | None = None
    since: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None

    @model_validator(mode="after")
    def _one_amount(self) -> Limit:
        amounts = [text for text in (self.at_most, self.about, self.percent) if text is not None]
        if len(amounts) != 1:
            raise ValueError("one of at_most, about, percent")
        exact(amounts[0])
        return self

    @property
    def kind(self) -> str:
        """``cap`` for at most an amount, ``line`` for an amount without operator, ``share`` for a percentage."""
        return "cap" if self.at_most else "line" if self.about else "share"

    @property
    def tpp(self) -> Fraction | None:
        """The amount; None for a share."""
        text = self.at_most or self.about
        return exact(text) if text else None

    @property
    def share(self) -> Fraction | None:
        """The share as a fraction; None for an amount."""
        return exact(self.percent) / PERCENT if self.percent else None


class Budget(Strict):
    """An instrument that limits a total: what counts, and the limits by time."""

    id: Identifier
    title: str
    citation: Citation
    dates: Dates
    counts: list[str]
    note: str
    limits: Annotated[list[Limit], Field(min_length=1)]

    def standing(self, limit: Limit, on: date) -> str:
        """Whether one of its limits counts on a day."""
        begins = [day for day in (self.dates.effective, limit.since) if day]
        ends = [day for day in (self.dates.ends, limit.until) if day]
        if any(on < day for day in begins):
            return NOT_YET
        if any(on >= day for day in ends):
            return OVER
        unenforced = self.dates.enforcement_ends
        return PRINTED if unenforced and on >= unenforced else IN_FORCE


@functools.lru_cache(maxsize=1)
def budgets() -> tuple[Budget, ...]:
    """The limits of this installation, in the order of the file."""
    from chipdb.catalog.yaml_lists import read_list

    return tuple(read_list(data_files.data_folder() / "budgets.yaml", Budget))
