"""The report of ``budget``: what an order adds up to, and every limit on total TPP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from chipdb.answers.budget import Allowance, BudgetLine, remarks
from chipdb.units import PERCENT, display
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.tables import NONE

HEADERS = (
    "chip",
    "count",
    "total TPP",
    "equivalents",
    "budget",
    "from",
    "until",
    "limit",
    "chips",
    "order",
    "filled",
    "standing",
)
NOT_COUNTED = "equivalents compare TPP only, not memory or links; limits include earlier shipments"


def budget_report(lines: Sequence[BudgetLine], on: date) -> Report:
    """Report chips, or an order of several, against the limits of a day."""
    warnings = [warning for line in lines for warning in line.warnings]
    return Report(
        records=lambda: [line.to_dict() for line in lines],
        tables=lambda: [_flat(lines)],
        text=lambda: _text(lines, on),
        notes=[*warnings, *remarks(on), NOT_COUNTED],
    )


def _text(lines: Sequence[BudgetLine], on: date) -> list[Part]:
    totals = ReportTable(
        ["chip", "TPP", "count", "total TPP", f"in {lines[0].reference}"],
        [_total_row(line) for line in lines],
    )
    headers = ["limit on total TPP", "when", "amount", "chips", "order", f"on {on}"]
    limits = [
        ReportTable(headers, [_limit_row(held) for held in line.held], title=_name(line))
        for line in lines
    ]
    return [totals, *limits]


def _name(line: BudgetLine) -> str:
    return line.entry.chip.id if line.entry else " + ".join(line.members)


def _total_row(line: BudgetLine) -> list[str]:
    return [
        _name(line),
        display(line.each.value) if line.each else "",
        f"{line.count:,}" if line.count else "",
        display(line.total.value) if line.total else "",
        display(line.equivalents.value),
    ]


def _limit_row(held: Allowance) -> list[str]:
    limit = held.limit
    when = f"{limit.since} to {limit.until}" if limit.since and limit.until else ""
    amount = f"{limit.percent} %" if limit.percent else display(limit.tpp)
    return [held.budget.title, when, amount, _chips(held), _order(held), held.standing]


def _chips(held: Allowance) -> str:
    """Return how many chips a limit holds; a range if credible claims differ."""
    if held.chips is None:
        return NONE
    text = f"{held.chips:,}"
    if held.limit.kind == "line":
        # a threshold without operator: the text does not say on which side the value itself falls
        below = held.chips - held.exact
        exactly = f", {held.chips:,} on it" if held.exact else ""
        text = f"{below:,} below{exactly}, {held.chips + 1:,} above"
    low, high = held.least, held.most
    if low is None or high is None or low == high:
        return text
    return f"{text} ({low:,} to {high:,})"


def _order(held: Allowance) -> str:
    if held.order is None or held.filled is None:
        return held.order or ""
    return f"{held.order}, {display(PERCENT * held.filled)} %"


def _flat(lines: Sequence[BudgetLine]) -> ReportTable:
    return ReportTable(HEADERS, [_flat_row(line, held) for line in lines for held in line.held])


def _flat_row(line: BudgetLine, held: Allowance) -> list[Any]:
    total, limit = line.total or line.each, held.limit
    equivalents = line.equivalents.value
    return [
        _name(line),
        line.count or "",
        "" if total is None or total.value is None else float(total.value),
        "" if equivalents is None else float(equivalents),
        held.budget.id,
        limit.since or "",
        limit.until or "",
        f"{limit.percent} %" if limit.percent else int(limit.tpp or 0),
        "" if held.chips is None else held.chips,
        held.order or "",
        "" if held.filled is None else float(held.filled),
        held.standing,
    ]
