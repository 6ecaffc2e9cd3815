"""The report of ``timeline``: a row per period with one answer."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.timeline import Period
from chipdb.catalog.catalog import Entry
from chipdb.solver.labels import finding_words
from chipdb.solver.verdict import Finding
from chipdb.views.report import Report, ReportTable
from chipdb.views.tables import NONE, resolved_names
from chipdb.views.wording import policy_text

HEADERS = ("chip", "from", "until", "classification", "license", "review", "because")
NO_DESTINATION = "only the classification is shown; name a destination with --to for licenses"


def timeline_report(periods: Sequence[Period], entries: Sequence[Entry]) -> Report:
    """Report the answers for some chips by date."""
    notes = resolved_names(entries)
    if periods and all(period.to is None for period in periods):
        notes.append(NO_DESTINATION)
    return Report(
        records=lambda: [period.to_dict() for period in periods],
        tables=lambda: [ReportTable(HEADERS, [_row(period) for period in periods])],
        notes=notes,
    )


def _row(period: Period) -> list[str]:
    """One period; a dash is an end that is not known, or a license nobody asked about."""
    return [
        period.chip,
        period.start.isoformat(),
        period.until.isoformat() if period.until else NONE,
        finding_words(Finding(period.status, period.classification)),
        period.license or NONE,
        policy_text(period.review) if period.review else NONE,
        "; ".join(period.because),
    ]
