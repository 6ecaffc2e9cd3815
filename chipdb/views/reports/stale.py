"""The report of ``stale``: what to read again, rules first."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.curation.stale import Stale
from chipdb.views.report import Report, ReportTable
from chipdb.views.words import counted

HEADERS = ("kind", "entry", "day", "count", "why")


def stale_report(found: Sequence[Stale]) -> Report:
    """Report what has probably changed; the exit status is 1 if there is anything."""
    return Report(
        records=lambda: [entry.to_dict() for entry in found],
        tables=lambda: [ReportTable(HEADERS, [_row(entry) for entry in found])],
        notes=[counted(len(found), "finding")],
        status=1 if found else 0,
    )


def _row(entry: Stale) -> list[str]:
    """One entry of the work list."""
    return [entry.kind, entry.entry, entry.day.isoformat(), str(entry.count), entry.text]
