"""``chipdb list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import CatalogOptions, option

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = """chipdb list --where 'tpp > 4800 and vendor == "Huawei"' --sort tpp --reverse"""

Vendor = Annotated[
    str | None, option("--vendor", metavar="VENDOR", text="Only chips of this vendor.")
]
Architecture = Annotated[
    str | None,
    option("--architecture", metavar="ARCHITECTURE", text="Only chips of this architecture."),
]
Kind = Annotated[
    str | None,
    option("--kind", metavar="processor|system|memory-stack", text="Only this kind of item."),
]
Country = Annotated[
    str | None,
    option(
        "--country", metavar="COUNTRY", text="Only chips of vendors headquartered in this country."
    ),
]
Where = Annotated[
    str | None,
    option(
        "--where",
        metavar="CONDITION",
        text="Only chips that meet this condition, such as 'tpp > 4800 and memory.capacity >= "
        "80GB'.",
    ),
]
Sort = Annotated[str, option("--sort", metavar="FIELD", text="Sort by this field of the list.")]
Reverse = Annotated[bool, option("--reverse", text="Sort from the highest to the lowest.")]


def list_(
    vendor: Vendor = None,
    architecture: Architecture = None,
    kind: Kind = None,
    country: Country = None,
    where: Where = None,
    sort: Sort = "id",
    reverse: Reverse = False,
    *,
    catalog: CatalogOptions,
) -> Report:
    """List the chips of the catalog with their main metrics.

    With --where, comparisons of metrics, figures, facts, texts and dates are joined by
    and, or, not and parentheses; a list is written kind in [processor, system]. What is unknown of
    a chip never matches, and a note counts such chips.
    """
    from chipdb.cli.inputs import catalog_of
    from chipdb.selection.select import select
    from chipdb.views.reports.list import list_report

    known = catalog_of(catalog)
    chips, notes = list(known), []
    if where is not None:
        selection = select(known, where)
        chips, notes = selection.chips, selection.notes()
    # by the fields of the JSON, so that an error names the option
    filters = {"vendor": vendor, "architecture": architecture, "kind": kind, "country": country}
    report = list_report(chips, known, filters, sort, reverse=reverse, data=known.data)
    return report.noting(notes)
