"""The report of ``identify``: which chip each name means, and which names mean none or several."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.identify import Identified
from chipdb.views.report import Report, ReportTable
from chipdb.views.tables import NONE

HEADERS = ("given", "chip", "count", "kind", "system", "note")
CSV_HEADERS = ("given", "chip", "count", "kind", "system", "candidates", "note")
UNSETTLED = 3
"""The exit status where a name has no chip: what was not identified must not look checked."""


def identify_report(answers: Sequence[Identified]) -> Report:
    """Report what names mean, one line a name."""
    unsettled = [answer for answer in answers if answer.chip is None]
    notes = []
    if unsettled:
        ambiguous = sum(answer.is_ambiguous for answer in unsettled)
        unknown = len(unsettled) - ambiguous
        notes.append(
            f"{len(answers)} names: {len(answers) - len(unsettled)} identified, "
            f"{ambiguous} ambiguous or not in the catalog, {unknown} unknown"
        )
    return Report(
        records=lambda: [answer.to_dict() for answer in answers],
        tables=lambda: [ReportTable(HEADERS, [_row(answer) for answer in answers])],
        rows=lambda: ReportTable(CSV_HEADERS, [_csv_row(answer) for answer in answers]),
        notes=notes,
        status=UNSETTLED if unsettled else 0,
    )


def _row(answer: Identified) -> list[str | None]:
    """A row for people, which names the candidates in the place of the note."""
    note = answer.note
    if answer.candidates:
        note = f"could be {', '.join(answer.candidates)}; {note}".rstrip("; ")
    count = NONE if answer.count is None else str(answer.count)
    return [answer.given, answer.chip, count, answer.kind, answer.system, note or None]


def _csv_row(answer: Identified) -> list[str | None]:
    """A row of CSV."""
    count = None if answer.count is None else str(answer.count)
    candidates = "; ".join(answer.candidates)
    return [
        answer.given,
        answer.chip,
        count,
        answer.kind,
        answer.system,
        candidates,
        answer.note or None,
    ]
