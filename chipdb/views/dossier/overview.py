"""The first page of a dossier of several worksheets: a line for each, with its answer."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.check import Check
from chipdb.solver.labels import AS_PRINTED, verdict_words
from chipdb.views.dossier.document import (
    NOTHING,
    ChipSheet,
    DossierCell,
    TableBlock,
    cell,
    columns,
    quantity_cell,
)
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
                quantity_cell(check.entry.quantity, NOTHING),
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
    """The status of the verdict in words, how the law was read, and whether it is contested."""
    words = verdict_status(check).replace("-", " ")
    if check.question.as_printed:
        words += f" {AS_PRINTED}"
    if is_contested(check):
        return f"{words}; contested"
    return words


def _review(check: Check) -> str:
    """How an application is reviewed; a dash where no license is required."""
    if check.license.required in (None, Required.NO):
        return "–"
    return review_words(check.license)
