"""Asking chipdb, one case in each of the ways in which people ask it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import chipdb
from oracle.answers import Answer
from oracle.made import Case, Record
from oracle.paragraphs import BILLS

PROPOSALS = [*BILLS, "ca-ecl-2026"]


def chips_of(records: Iterable[Record]) -> list[chipdb.Chip]:
    """The chips of a file."""
    return chipdb.load().adopt(json.dumps(list(records)).encode(), "sample.json")


def chip_of(record: Record) -> chipdb.Chip:
    """The chip of a file that has one record."""
    return chips_of([record])[0]


def answer_of(verdict: Any) -> Answer:
    """A verdict of chipdb in the oracle's words."""
    return Answer(str(verdict.status), verdict.outcome, verdict.contested)


def scalar(case: Case, chip: chipdb.Chip, **options: Any) -> chipdb.Check:
    """``chipdb.check`` of a case, whose record was read as a chip."""
    deal = case.deal
    return chipdb.check(
        chip,
        on=deal.on,
        to=deal.to,
        from_=deal.origin if deal.to else None,
        headquarters=deal.headquarters or (),
        **options,
    )


def proposals(case: Case, chip: chipdb.Chip) -> dict[str, Answer]:
    """Every bill and the Canadian proposal by name, for a deal within all of their scopes."""
    answer = chipdb.check(chip, on=case.deal.on, to="CN", from_="CA", rule=PROPOSALS)
    return {verdict.rule.id: answer_of(verdict) for verdict in answer.answers}
