"""Limits on a total of TPP: the caps, notice thresholds and shares of ``data/budgets.yaml``."""

from __future__ import annotations

import functools
from datetime import date
from fractions import Fraction
from typing import Annotated

from pydantic import Field, model_validator

from chipdb import data_files
from chipdb.catalog.schema_types import Day, Identifier, Strict, Text
from chipdb.notebook import short_repr
from chipdb.rules.periods import has_come
from chipdb.rules.schema import Citation, Dates
from chipdb.units import PERCENT, exact

IN_FORCE, PRINTED, OVER, NOT_YET = "in force", "printed, not enforced", "over", "not yet"
"""Whether a limit applies on a day; see :meth:`Budget.standing`."""


class Limit(Strict):
    """An amount of TPP, or a percentage of another amount, during a period.

    One of three is stated: ``at_most``, ``about`` (an amount without an operator) or ``percent``.
    """

    at_most: Text | None = None
    about: Text | None = None
    percent: Text | None = None
    since: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None

    @model_validator(mode="after")
    def _one_amount(self) -> Limit:
        """Refuse a limit that states no amount or several, and an amount that is not a number.

        Raises :class:`ValueError` and :class:`~chipdb.errors.QuantityError`, which pydantic turns
        into problems with the line of the limit.
        """
        amounts = (self.at_most, self.about, self.percent)
        stated = [text for text in amounts if text is not None]
        if len(stated) != 1:
            raise ValueError("expected one of at_most, about, percent")

        # Read here and discarded: a number that cannot be read should fail with its line.
        exact(stated[0])
        return self

    @property
    def kind(self) -> str:
        """``cap`` for ``at_most``, ``line`` for ``about``, ``share`` for ``percent``.

        >>> Limit(at_most="790000000").kind, Limit(percent="25").kind
        ('cap', 'share')
        """
        if self.at_most:
            return "cap"
        if self.about:
            return "line"
        return "share"

    @property
    def tpp(self) -> Fraction | None:
        """The amount of TPP, a bare number; None for a share.

        >>> Limit(at_most="790000000").tpp
        Fraction(790000000, 1)
        """
        text = self.at_most or self.about
        if not text:
            return None
        return exact(text)

    @property
    def share(self) -> Fraction | None:
        """The share as a fraction; None for an amount.

        >>> Limit(percent="25").share
        Fraction(1, 4)
        """
        if not self.percent:
            return None
        return exact(self.percent) / PERCENT


@short_repr
class Budget(Strict):
    """An instrument that limits a total: what counts toward it, and its limits by period."""

    id: Identifier
    title: str
    citation: Citation
    dates: Dates
    counts: list[str]
    note: str
    limits: Annotated[list[Limit], Field(min_length=1)]

    def standing(self, limit: Limit, on: date) -> str:
        """Whether one of its limits applies on a day.

        The result is :data:`IN_FORCE`, :data:`PRINTED`, :data:`OVER` or :data:`NOT_YET`.
        """
        dates = self.dates
        # A limit counts only while its instrument does, so both periods are looked at.
        for begins in (dates.effective, limit.since):
            if begins is not None and on < begins:
                return NOT_YET
        if has_come(dates.ends, on) or has_come(limit.until, on):
            return OVER

        # Agencies may stop enforcing what the Code still prints.
        if has_come(dates.enforcement_ends, on):
            return PRINTED
        return IN_FORCE


@functools.lru_cache(maxsize=1)
def budgets() -> tuple[Budget, ...]:
    """The limits of this installation, in the order of ``data/budgets.yaml``."""
    from chipdb.catalog.yaml_lists import read_list

    return tuple(read_list(data_files.data_folder() / "budgets.yaml", Budget))
