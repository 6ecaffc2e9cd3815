"""The first page of a dossier of several worksheets: a line for each, with its answer."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.check import Check
from chipdb.solver.labels import verdict_words
from chipdb.views.dossier.document import ChipSheet, DossierCell, TableBlock, cell, columns
from chipdb.views.text import NOT_CLASSIFIED
from chipdb.views.verdict_sentence import is_contested, verdict_status
from chipdb.views.wording import review_words
from chipdb.vocabulary import Required


def overview(parts: Sequence[ChipSheet], checks: Sequence[Check]) -> TableBlock | None:
    """The table of the worksheets of a dossier, in their order; None for a single one."""
    if len(parts) < 2:
        return None
    rows = []
    for number, (part, check) in enumerate(zip(parts, checks, strict=True), 1):
        rows.append(
            (
                DossierCell(str(number), number),
                DossierCell(part.name, part.chip),
                _quantity(check.entry.quantity),
                cell(verdict_words(check.classification, NOT_CLASSIFIED)),
                cell(result_words(check)),
                cell(_review(check)),
            )
        )
    return TableBlock(
        key="overview",
        title="Worksheets",
        columns=columns(
            number="no.",
            item="item and destination",
            quantity="quantity",
            classification="classification by its figures",
            result="result",
            review="review policy",
        ),
        rows=tuple(rows),
    )


def result_words(check: Check) -> str:
    """The status of the verdict in words, with whether it is contested."""
    words = verdict_status(check).replace("-", " ")
    return f"{words}; contested" if is_contested(check) else words


def _quantity(quantity: int | None) -> DossierCell:
    """The number of items; a dash where none is stated."""
    return DossierCell("–", None) if quantity is None else DossierCell(f"{quantity:,}", quantity)


def _review(check: Check) -> str:
    """How an application is reviewed; a dash where no license is required."""
    if check.license.required in (None, Required.NO):
        return "–"
    return review_words(check.license)
