"""``chipdb show``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipdb.cli.options import CatalogOptions, ModifyOptions, OneChip, WithSources

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb show H20 --format json"


def show(
    chip: OneChip,
    *,
    with_sources: WithSources = False,
    changes: ModifyOptions,
    catalog: CatalogOptions,
) -> Report:
    """Show a chip's figures, sources and metrics.

    With --sources, each source is listed with its title, publisher, date, address, and how it was
    read.
    """
    from chipdb.cli.inputs import catalog_of, entries_of
    from chipdb.views.reports.show import show_report

    return show_report(entries_of([chip], catalog_of(catalog), changes), with_sources=with_sources)
