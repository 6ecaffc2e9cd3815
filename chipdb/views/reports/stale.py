"""The report of ``stale``: what to read again, rules first."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.curation.stale import Stale
from chipdb.units import counted
from chipdb.views.report import Report, records_of, table_of

HEADERS = ("kind", "entry", "day", "count", "why")


def stale_report(found: Sequence[Stale]) -> Report:
    """Report what has probably changed; the exit status is 1 if there is anything."""
    status = 0
    if found:
        status = 1
    return Report(
        records=lambda: records_of(found),
        tables=lambda: [table_of(HEADERS, found, _row)],
        notes=[counted(len(found), "finding")],
        status=status,
    )


def _row(entry: Stale) -> list[str]:
    """One entry of the work list."""
    return [entry.kind, entry.entry, entry.day.isoformat(), str(entry.count), entry.text]
