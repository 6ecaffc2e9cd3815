"""The report of ``budget``: what an order adds up to, and every limit on total TPP."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from chipdb.answers.budget import Allowance, BudgetLine, remarks
from chipdb.rules.allocations import OVER
from chipdb.units import PERCENT, display
from chipdb.views.report import Part, Report, ReportTable, records_of, table_of
from chipdb.views.tables import NONE, or_blank
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
ENDED = "ended"
"""What a table says of a limit whose period, or whose instrument, is over."""
# both are easily read into "equivalents": that they count performance in use, or one shipment
NOT_COUNTED = "equivalents compare TPP only, not memory or links; limits include earlier shipments"


def budget_report(lines: Sequence[BudgetLine], on: date) -> Report:
    """Report chips, or an order of several, against the limits of a day."""
    warnings = [warning for line in lines for warning in line.warnings]
    return Report(
        records=lambda: records_of(lines),
        tables=lambda: [_flat(lines)],
        text=lambda: _text(lines, on),
        notes=[*warnings, *remarks(on), NOT_COUNTED],
    )


def _text(lines: Sequence[BudgetLine], on: date) -> list[Part]:
    """The totals of all chips, then a table of allocations for each chip."""
    total_headers = ["chip", "TPP", "count", "total TPP", f"in {lines[0].reference}"]
    # a limit begins and ends, so the last column says how it stands on the day of the order
    limit_headers = ["limit on total TPP", "when", "amount", "chips", "order", f"on {on}"]

    parts: list[Part] = [table_of(total_headers, lines, _total_row)]
    for line in lines:
        parts.append(table_of(limit_headers, line.held, _limit_row, title=_name(line)))
    return parts


def _name(line: BudgetLine) -> str:
    """The id of the chip, or the counts and ids of an order of several."""
    if line.entry is None:
        return " + ".join(line.members)
    return changed_name(line.entry.chip.id, line.entry.chip.changes)


def _total_row(line: BudgetLine) -> list[str]:
    """What one chip and an order of it come to; blank where nothing is ordered.

    An order of several chips has a total, and no TPP of each.
    """
    each = total = count = ""
    if line.each:
        each = display(line.each.value)
    if line.total:
        total = display(line.total.value)
    if line.count:
        count = f"{line.count:,}"
    return [_name(line), each, count, total, display(line.equivalents.value)]


def _limit_row(held: Allowance) -> list[str]:
    """One allocation: when it holds, its amount, and how the chips and the order compare."""
    limit = held.limit
    when = ""
    # a limit without dates holds as long as its instrument
    if limit.since and limit.until:
        when = f"{limit.since} to {limit.until}"
    amount = f"{display(limit.tpp)} TPP"
    # a share of a base has no amount of TPP
    if limit.percent:
        amount = f"{limit.percent} %"
    # "over" beside an order would read as if the order were over the limit
    standing = ENDED if held.standing == OVER else held.standing
    return [held.budget.title, when, amount, _chips(held), _order(held), standing]


def _chips(held: Allowance) -> str:
    """Return how many chips a limit holds; a range if credible claims differ.

    A dash stands for a number that is not known: the TPP of the chip is missing, the base of a
    share was not given, or the order is one of several chips.
    """
    if held.chips is None:
        return NONE

    text = f"{held.chips:,}"
    if held.limit.kind == "line":
        text = _chips_around_line(held.chips, is_exact=held.exact)

    low, high = held.least, held.most
    if low is None or high is None:
        return text
    if low == high:
        return text
    return f"{text} ({low:,} to {high:,})"


def _chips_around_line(chips: int, *, is_exact: bool) -> str:
    """How many chips stay below a threshold on total TPP, and how many are above it.

    The text of such a limit has no operator: it does not say on which side the value itself
    falls, so an order that meets it exactly is listed separately.
    """
    if not is_exact:
        return f"{chips:,} below, {chips + 1:,} above"
    return f"{chips - 1:,} below, {chips:,} on it, {chips + 1:,} above"


def _order(held: Allowance) -> str:
    """How the order compares with the allocation, and how much of it is used up."""
    if held.order is None:
        return ""
    # the share is not known where the limit or a TPP is not
    if held.filled is None:
        return held.order
    return f"{held.order}, {display(PERCENT * held.filled)} % of the limit"


def _flat(lines: Sequence[BudgetLine]) -> ReportTable:
    """A row for each chip and allocation, with plain numbers for CSV."""
    rows: list[list[Any]] = []
    for line in lines:
        for held in line.held:
            rows.append(_flat_row(line, held))
    return ReportTable(HEADERS, rows)


def _flat_row(line: BudgetLine, held: Allowance) -> list[Any]:
    """One row for CSV: an empty cell is a value that is not known or does not apply.

    Total TPP and amounts are in TPP; ``filled`` is a share of the limit, where 1 is all of it.
    """
    limit = held.limit
    amount: str | int = int(limit.tpp or 0)
    if limit.percent:
        amount = f"{limit.percent} %"
    # zero chips is an answer, an unknown number of chips is not
    chips: int | str = ""
    if held.chips is not None:
        chips = held.chips

    return [
        _name(line),
        or_blank(line.count),
        _total_number(line),
        _number(line.equivalents.value),
        held.budget.id,
        or_blank(limit.since),
        or_blank(limit.until),
        amount,
        chips,
        or_blank(held.order),
        _number(held.filled),
        held.standing,
    ]


def _total_number(line: BudgetLine) -> float | str:
    """The TPP of an order for a CSV cell; without an order, that of one chip."""
    total = line.total or line.each
    if not total:
        return ""
    return _number(total.value)


def _number(value: Fraction | None) -> float | str:
    """A number for a CSV cell; empty where it is not known."""
    if value is None:
        return ""
    return float(value)
