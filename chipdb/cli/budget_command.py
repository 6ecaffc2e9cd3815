"""The command about quantities: budget."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chipdb.cli.groups import CatalogOptions, ModifyOptions, OutputOptions
from chipdb.cli.options import Chips, On

if TYPE_CHECKING:
    from chipdb.answers.budget import Allowance, BudgetLine

_COUNT = "How many are ordered: one for all chips, or one for each in their order."
_BASE = "What a share is taken of: so many of the same chip (shipped for US end use, or owned)."
CountOf = Annotated[list[int] | None, typer.Option("--count", metavar="N", help=_COUNT)]
Base = Annotated[int | None, typer.Option("--base", metavar="N", help=_BASE)]
Reference = Annotated[
    str,
    typer.Option("--reference", metavar="CHIP", help="The chip that equivalents are counted in."),
]

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


def budget(
    chips: Chips,
    count: CountOf = None,
    base: Base = None,
    reference: Reference = "H100",
    on: On = None,
    *,
    changes: ModifyOptions,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """How many of a chip each limit on total TPP holds, and what an order comes to."""
    from chipdb.answers.budget import lines, order_of
    from chipdb.cli.inputs import catalog_of, entries_of, question_of

    catalog = catalog_of(known)
    entries = entries_of(chips or [], catalog, changes)
    asked = question_of(on)
    order = order_of(asked, catalog[reference], len(entries), tuple(count or ()), base)
    print_budget(list(lines(entries, order)), asked.on, printed.style, printed.output)


def print_budget(found: Sequence[BudgetLine], on: date, style: str, output: str | None) -> None:
    """The totals, then every limit; one flat table for other styles than the plain one."""
    from chipdb.answers.budget import remarks
    from chipdb.cli.output import emit, emit_json, emit_table, note
    from chipdb.views.json.envelope import envelope_json

    if style == "json":
        records = [(line.entry, {"on": on.isoformat(), **line.to_dict()}) for line in found]
        emit_json(
            [
                envelope_json(record, entry.chip.data if entry else None)
                for entry, record in records
            ],
            output,
        )
    elif style == "table":
        emit("\n\n".join([_totals(found), *(_limits(line, on) for line in found)]), output)
    else:
        emit_table([row for line in found for row in _flat(line)], HEADERS, style, output)
    note(warning for line in found for warning in line.warnings)
    note(remarks(on))
    note(
        [
            "equivalents count TPP alone, not memory or links; limits count what was shipped before, too"
        ]
    )


def _name(line: BudgetLine) -> str:
    return line.entry.chip.id if line.entry else " + ".join(line.members)


def _totals(found: Sequence[BudgetLine]) -> str:
    from chipdb.units import display
    from chipdb.views.tables import aligned

    rows: list[list[Any]] = [
        [
            _name(line),
            display(line.each.value) if line.each else "",
            f"{line.count:,}" if line.count else "",
            display(line.total.value) if line.total else "",
            display(line.equivalents.value),
        ]
        for line in found
    ]
    return aligned(rows, ["chip", "TPP", "count", "total TPP", f"in {found[0].reference}"])


def _limits(line: BudgetLine, on: date) -> str:
    from chipdb.views.tables import aligned

    rows: list[list[Any]] = [
        [held.budget.title, _when(held), _limit(held), _chips(held), _order(held), held.standing]
        for held in line.held
    ]
    return f"{_name(line)}\n" + aligned(
        rows, ["limit on total TPP", "when", "amount", "chips", "order", f"on {on}"]
    )


def _when(held: Allowance) -> str:
    limit = held.limit
    return f"{limit.since} to {limit.until}" if limit.since and limit.until else ""


def _limit(held: Allowance) -> str:
    from chipdb.units import display

    limit = held.limit
    return f"{limit.percent} %" if limit.percent else display(limit.tpp)


def _chips(held: Allowance) -> str:
    """A whole number; both sides of a line without operator; a range where credible claims make one."""
    if held.chips is None:
        return "–"
    text = f"{held.chips:,}"
    if held.limit.kind == "line":
        on_it = f", {held.chips:,} on it" if held.exact else ""
        text = f"{held.chips - held.exact:,} below{on_it}, {held.chips + 1:,} above"
    low, high = held.least, held.most
    return text if low is None or high is None or low == high else f"{text} ({low:,} to {high:,})"


def _order(held: Allowance) -> str:
    from chipdb.units import PERCENT, display

    if held.order is None or held.filled is None:
        return held.order or ""
    return f"{held.order}, {display(PERCENT * held.filled)} %"


def _flat(line: BudgetLine) -> list[list[Any]]:
    total, each = line.total or line.each, line.equivalents.value
    return [
        [
            _name(line),
            line.count or "",
            "" if total is None or total.value is None else float(total.value),
            "" if each is None else float(each),
            held.budget.id,
            held.limit.since or "",
            held.limit.until or "",
            _limit(held) if held.limit.percent else int(held.limit.tpp or 0),
            "" if held.chips is None else held.chips,
            held.order or "",
            "" if held.filled is None else float(held.filled),
            held.standing,
        ]
        for held in line.held
    ]
