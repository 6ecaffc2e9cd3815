"""The report of ``identify``: which chip each name means, and which mean none or several."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.identify import Identified
from chipdb.views.report import Report, records_of, table_of

HEADERS = ("given", "chip", "count", "kind", "system", "note")
CSV_HEADERS = ("given", "chip", "count", "kind", "system", "candidates", "note")
UNSETTLED = 3
"""The exit status where a name has no chip: what was not identified must not look checked."""


def identify_report(answers: Sequence[Identified]) -> Report:
    """Report what names mean, with a line for each name."""
    unsettled = [answer for answer in answers if answer.chip is None]
    notes = []
    status = 0
    if unsettled:
        status = UNSETTLED
        ambiguous = sum(answer.is_ambiguous for answer in unsettled)
        unknown = len(unsettled) - ambiguous
        notes.append(
            f"{len(answers)} names: {len(answers) - len(unsettled)} identified, "
            f"{ambiguous} ambiguous or not in the catalog, {unknown} unknown"
        )
    return Report(
        records=lambda: records_of(answers),
        tables=lambda: [table_of(HEADERS, answers, _row)],
        rows=lambda: table_of(CSV_HEADERS, answers, _csv_row),
        notes=notes,
        status=status,
    )


def _row(answer: Identified) -> list[str | None]:
    """A row for people, which names the candidates instead of the note."""
    note = answer.note
    if answer.candidates:
        note = f"could be {', '.join(answer.candidates)}; {note}".rstrip("; ")
    return [
        answer.given,
        answer.chip,
        _count(answer),
        answer.kind,
        answer.system,
        note or None,
    ]


def _count(answer: Identified) -> str | None:
    """How many chips a name stands for; None, which a table shows as a dash, if unknown."""
    if answer.count is None:
        return None
    # a share of a chip is a text already, such as "1/8"
    return str(answer.count)


def _csv_row(answer: Identified) -> list[str | None]:
    """A row of CSV."""
    candidates = "; ".join(answer.candidates)
    return [
        answer.given,
        answer.chip,
        _count(answer),
        answer.kind,
        answer.system,
        candidates,
        answer.note or None,
    ]
