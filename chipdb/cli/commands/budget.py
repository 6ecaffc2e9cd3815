"""``chipdb budget``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import CatalogOptions, Chips, ModifyOptions, On, option

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb budget H20 --count 10000 --on 2025-04-01"

Count = Annotated[
    list[int] | None,
    option(
        "--count",
        metavar="N",
        text="The number ordered: one for all chips, or repeated, one per chip in their order; "
        "the quantities of a portfolio by default.",
    ),
]
Base = Annotated[
    int | None,
    option(
        "--base",
        metavar="N",
        text="What a share is taken of: the number of the same chip that was shipped for end use "
        "in the United States, or that is owned.",
    ),
]
Reference = Annotated[
    str, option("--reference", metavar="CHIP", text="Express totals in this chip.")
]


def budget(
    chips: Chips,
    count: Count = None,
    base: Base = None,
    reference: Reference = "H100",
    on: On = None,
    *,
    changes: ModifyOptions,
    catalog: CatalogOptions,
) -> Report:
    """Count the chips that each limit on total TPP allows."""
    from chipdb.answers.budget import lines, order_of, quantities_of
    from chipdb.cli.inputs import catalog_of, entries_of, question_of
    from chipdb.views.reports.budget import budget_report

    known = catalog_of(catalog)
    entries = entries_of(chips or [], known, changes)
    question = question_of(on)
    # a stated count holds over the quantities of a table
    counts = tuple(count or ()) or quantities_of(entries)
    order = order_of(question, known[reference], len(entries), counts, base)
    return budget_report(list(lines(entries, order)), question.on)
