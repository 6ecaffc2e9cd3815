"""``chipdb list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import CatalogOptions, option

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb list --vendor Huawei --sort tpp --reverse"

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
Sort = Annotated[str, option("--sort", metavar="FIELD", text="Sort by this field of the list.")]
Reverse = Annotated[bool, option("--reverse", text="Sort from the highest to the lowest.")]


def list_(
    vendor: Vendor = None,
    architecture: Architecture = None,
    kind: Kind = None,
    sort: Sort = "id",
    reverse: Reverse = False,
    *,
    catalog: CatalogOptions,
) -> Report:
    """List the chips of the catalog with their main metrics."""
    from chipdb.cli.inputs import catalog_of
    from chipdb.views.reports.list import list_report

    # by the fields of the JSON, so that an error names the option
    filters = {"vendor": vendor, "architecture": architecture, "kind": kind}
    return list_report(catalog_of(catalog), filters, sort, reverse=reverse)
