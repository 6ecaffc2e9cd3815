"""The report of ``budget``: what an order adds up to, and every limit on total TPP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from chipdb.answers.budget import Allowance, BudgetLine, remarks
from chipdb.units import PERCENT, display
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.tables import NONE
from chipdb.views.wording import changed_name

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
    """The totals of all chips, then a table of allocations for each of them."""
    totals = ReportTable(
        ["chip", "TPP", "count", "total TPP", f"in {lines[0].reference}"],
        [_total_row(line) for line in lines],
    )

    parts: list[Part] = [totals]
    headers = ["limit on total TPP", "when", "amount", "chips", "order", f"on {on}"]
    for line in lines:
        rows = [_limit_row(held) for held in line.held]
        parts.append(ReportTable(headers, rows, title=_name(line)))
    return parts


def _name(line: BudgetLine) -> str:
    """The id of the chip, or the counts and ids of an order of several."""
    if line.entry is None:
        return " + ".join(line.members)
    return changed_name(line.entry.chip.id, line.entry.chip.changes)


def _total_row(line: BudgetLine) -> list[str]:
    """What one chip and an order of it come to; blank where nothing is ordered."""
    return [
        _name(line),
        display(line.each.value) if line.each else "",
        f"{line.count:,}" if line.count else "",
        display(line.total.value) if line.total else "",
        display(line.equivalents.value),
    ]


def _limit_row(held: Allowance) -> list[str]:
    """One allocation: when it holds, its amount, and how the chips and the order compare."""
    limit = held.limit
    when = ""
    if limit.since and limit.until:
        when = f"{limit.since} to {limit.until}"
    # a share of a base has no amount of TPP
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
    """How the order compares with the allocation, and how much of it is used up."""
    if held.order is None or held.filled is None:
        return held.order or ""
    return f"{held.order}, {display(PERCENT * held.filled)} %"


def _flat(lines: Sequence[BudgetLine]) -> ReportTable:
    """A row for each chip and allocation, with plain numbers for CSV."""
    rows: list[list[Any]] = []
    for line in lines:
        for held in line.held:
            rows.append(_flat_row(line, held))
    return ReportTable(HEADERS, rows)


def _flat_row(line: BudgetLine, held: Allowance) -> list[Any]:
    """One row for CSV: an empty cell is a value that is not known or does not apply."""
    limit = held.limit
    # without an order the total is that of one chip
    total = line.total or line.each
    amount: str | int = int(limit.tpp or 0)
    if limit.percent:
        amount = f"{limit.percent} %"

    return [
        _name(line),
        line.count or "",
        _number(total.value if total else None),
        _number(line.equivalents.value),
        held.budget.id,
        limit.since or "",
        limit.until or "",
        amount,
        "" if held.chips is None else held.chips,
        held.order or "",
        _number(held.filled),
        held.standing,
    ]


def _number(value: Fraction | None) -> float | str:
    """A number for a CSV cell; empty where it is not known."""
    return "" if value is None else float(value)
