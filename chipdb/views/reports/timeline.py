"""The report of ``timeline``: a row per period with one answer."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.timeline import Period
from chipdb.catalog.catalog import Entry
from chipdb.rules.places import places
from chipdb.solver.labels import finding_words
from chipdb.solver.verdict import Finding
from chipdb.views.report import Report, ReportTable
from chipdb.views.tables import NONE, resolved_names
from chipdb.views.wording import changed_name, review_words

HEADERS = ("chip", "from", "until", "classification", "license", "review", "because")
DOUBTS = ("contested", "cautions")
PLACE = 3
"""Where the destination stands in the table of several."""
NO_DESTINATION = "only the classification is shown; name a destination with --to for licenses"


def timeline_report(periods: Sequence[Period], entries: Sequence[Entry]) -> Report:
    """Report the answers for some chips by date."""
    notes = resolved_names(entries)
    if periods and all(period.to is None for period in periods):
        notes.append(NO_DESTINATION)
    show_place = len({period.to for period in periods}) > 1
    headers = list(HEADERS)
    if show_place:
        headers.insert(PLACE, "to")
    return Report(
        records=lambda: [period.to_dict() for period in periods],
        tables=lambda: [_table(periods, headers, show_place)],
        rows=lambda: ReportTable(
            [*HEADERS, "to", *DOUBTS], [_csv_row(period) for period in periods]
        ),
        notes=notes,
    )


def _table(periods: Sequence[Period], headers: Sequence[str], show_place: bool) -> ReportTable:
    """The table for people, without the columns of doubts where no period has any."""
    rows = [_row(period, show_place) for period in periods]
    if not any(period.contested or period.cautions for period in periods):
        return ReportTable(headers, rows)
    rows = [[*row, *_doubts(period)] for row, period in zip(rows, periods, strict=True)]
    return ReportTable([*headers, *DOUBTS], rows)


def _doubts(period: Period) -> list[str]:
    """Whether a period is contested, and the kinds of its cautions."""
    return ["yes" if period.contested else "no", ";".join(period.cautions) or NONE]


def _csv_row(period: Period) -> list[str]:
    """One period for CSV, which has the destination as a code, and what is in doubt, at the end."""
    contested = str(period.contested).lower()
    row = _row(period, show_place=False)
    return [*row, period.to or "", contested, ";".join(period.cautions)]


def _row(period: Period, show_place: bool) -> list[str]:
    """One period; a dash is an end that is not known, or a license nobody asked about."""
    row = [
        changed_name(period.chip, period.changes),
        period.start.isoformat(),
        period.until.isoformat() if period.until else NONE,
        finding_words(Finding(period.status, period.classification)),
        period.license or NONE,
        review_words(period.answer) if period.answer.requirements else NONE,
        "; ".join(period.because),
    ]
    if show_place:
        place = NONE if period.to is None else places().name_of(period.to)
        row.insert(PLACE, place)
    return row
