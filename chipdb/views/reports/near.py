"""The report of ``near``: chips just under a threshold, the nearest first."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.near import Margin, nearest_first
from chipdb.units import METRIC_UNITS, display
from chipdb.views.report import Report, ReportTable

HEADERS = ("chip", "rule", "metric", "value", "limit", "margin", "now", "beyond")


def near_report(margins: Sequence[Margin], width: str) -> Report:
    """Report chips whose answer changes if one metric rises by at most ``width``."""
    nearest = nearest_first(margins)
    note = (
        f"{len(nearest)} pairs of chip and threshold within {width}; "
        "one metric rises, the others stay"
    )
    return Report(
        records=lambda: [margin.to_dict() for margin in nearest],
        tables=lambda: [ReportTable(HEADERS, [_row(margin) for margin in nearest])],
        notes=[note],
    )


def _row(margin: Margin) -> list[str]:
    return [
        margin.chip,
        margin.rule,
        margin.metric,
        display(margin.value),
        f"{display(margin.limit)} {METRIC_UNITS[margin.metric]}".rstrip(),
        f"{display(margin.percent)} %",
        margin.now,
        margin.beyond,
    ]
