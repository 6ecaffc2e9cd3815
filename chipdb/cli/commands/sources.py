"""``chipdb sources``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipdb.cli.options import CatalogOptions, Chips, On

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb sources H20"


def sources(
    chips: Chips = None,
    on: On = None,
    *,
    catalog: CatalogOptions,
) -> Report:
    """List sources by strength, weakest first.

    With CHIP, list the figures of these chips with their sources instead. With the id of a
    source, print that source in full, with the figures that depend on it.
    """
    from chipdb.cli.inputs import catalog_of, chips_of
    from chipdb.cli.output import tracked
    from chipdb.curation.sources import source_ids, sourced_figures, supports, supports_of
    from chipdb.solver.question import question
    from chipdb.views.reports.sources import figures_report, named_sources_report, sources_report

    asked, known = question(on), catalog_of(catalog)
    keys = source_ids(chips or [])
    if keys:
        return named_sources_report(supports_of(keys, known, asked))
    named = chips_of(chips, known)
    # two different reports: of a chip each figure is listed, of the catalog each source
    if chips:
        return figures_report([figure for chip in named for figure in sourced_figures(chip, asked)])
    return sources_report(supports(tracked(named, "weighing sources"), asked))
