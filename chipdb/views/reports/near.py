"""The report of ``near``: chips just under a threshold, the nearest first."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chipdb.answers.near import Margin, nearest_first
from chipdb.solver.labels import metric_text
from chipdb.units import METRIC_UNITS, display, display_apart
from chipdb.views.report import Report, records_of, table_of

HEADERS = ("chip", "rule", "metric", "value", "threshold", "margin", "now", "beyond")
CSV_HEADERS = ("chip", "rule", "metric", "value", "limit", "margin", "now", "beyond", "law")
"""The columns of CSV, which programs read: its names and values stay as they are in JSON."""

PER_RULE = "now and beyond are what the rule of the row gives, not the answer of check"
NO_MARGIN = Fraction(0)


def near_report(margins: Sequence[Margin], width: str) -> Report:
    """Report chips whose answer changes if one metric rises by at most ``width``, such as 5%."""
    nearest = nearest_first(margins)
    pairs = "pairs"
    if len(nearest) == 1:
        pairs = "pair"
    found = f"{len(nearest)} {pairs} of chip and threshold within {width}"
    notes = [f"{found}; one metric rises, the others stay"]
    if nearest:
        notes.append(PER_RULE)
    return Report(
        records=lambda: records_of(nearest),
        tables=lambda: [table_of(HEADERS, nearest, _row)],
        rows=lambda: table_of(CSV_HEADERS, nearest, _csv_row),
        notes=notes,
    )


def _row(margin: Margin) -> list[str]:
    """Return a row of the table for people, which names metrics and answers in words."""
    row = _csv_row(margin)
    # the columns are those of CSV; three of them are in words
    row[2] = metric_text(margin.metric)
    row[-3:] = [margin.now, margin.beyond]
    return row


def _csv_row(margin: Margin) -> list[str]:
    """Return a row of CSV.

    The value has as many digits as it takes to distinguish it from the threshold.
    """
    return [
        margin.chip,
        margin.rule,
        margin.metric,
        # a value that rounds to the threshold would look as if it met it
        display_apart(margin.value, [margin.limit]),
        f"{display(margin.limit)} {METRIC_UNITS[margin.metric]}".rstrip(),
        # a small margin must not be printed as none
        f"{display_apart(margin.percent, [NO_MARGIN])} %",
        *margin.values,
        margin.law,
    ]
