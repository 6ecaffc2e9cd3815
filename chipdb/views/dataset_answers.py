"""The answers of a check as columns of the exported table of chips."""

from __future__ import annotations

from chipdb.answers.check import Check, check_entry
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.lazy_dataclasses import replace
from chipdb.solver.cautions import kinds_of
from chipdb.solver.question import Question
from chipdb.views.dataset import DAY, FLAG, INTEGER, TEXT, DataColumn, DataTable, Row
from chipdb.views.verdict_sentence import verdict_status

_CLASSIFICATION = (
    DataColumn("answer_on", DAY, "the day of the answers"),
    DataColumn("classification", TEXT, "met, not-met or undetermined"),
    DataColumn("outcome", TEXT, "the entry that is met; null where none is met with certainty"),
    DataColumn("contested", FLAG, "whether credible evidence leads to another answer"),
    DataColumn("verdict_status", TEXT, "the answer as a whole, as in the verdict of check"),
    DataColumn(
        "exit_status",
        INTEGER,
        "as of check: 0 no control found, 1 controlled or license required, 3 not a clear answer",
    ),
)
_LICENSE = (
    DataColumn("answer_to", TEXT, "the destination, as an ISO code"),
    DataColumn("license_required", TEXT, "yes, no or undetermined"),
    DataColumn("review", TEXT, "the license review policy; null where none is known or needed"),
    DataColumn("cautions", TEXT, "the kinds of cautions, separated by semicolons"),
)


def with_answers(table: DataTable, catalog: Catalog, question: Question) -> DataTable:
    """The table of chips with the answer about each: its classification, and its license."""
    columns = list(_CLASSIFICATION)
    # without a destination nothing is asked about licenses, and no column looks as if it were
    if question.to is not None:
        columns += _LICENSE
    names = [column.name for column in columns]
    rows: list[Row] = []
    for row in table.rows:
        answer = _answer(check_entry(Entry(chip=catalog[str(row["id"])]), question))
        rows.append(row | {name: answer[name] for name in names})
    return replace(table, columns=(*table.columns, *columns), rows=rows)


def _answer(check: Check) -> Row:
    """The columns of one answer."""
    classification, license_answer = check.classification, check.license
    review = license_answer.review
    return {
        "answer_on": check.question.on.isoformat(),
        "classification": str(classification.status),
        "outcome": classification.outcome,
        "contested": classification.contested or license_answer.contested,
        "verdict_status": str(verdict_status(check)),
        # "not required" with a caution that could require a license is not a clear answer
        "exit_status": check.exit_status,
        "answer_to": check.question.places_asked.to,
        "license_required": license_answer.required and str(license_answer.required),
        "review": review and str(review),
        "cautions": ";".join(kinds_of(check.cautions)) or None,
    }
