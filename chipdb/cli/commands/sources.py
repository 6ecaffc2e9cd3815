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

    With CHIP, list the figures of these chips with their sources instead.
    """
    from chipdb.cli.inputs import catalog_of, chips_of
    from chipdb.cli.output import tracked
    from chipdb.curation.sources import sourced_figures, supports
    from chipdb.solver.question import question
    from chipdb.views.reports.sources import figures_report, sources_report

    asked, known = question(on), catalog_of(catalog)
    named = chips_of(chips, known)
    # two different reports: of a chip each figure is listed, of the catalog each source
    if chips:
        return figures_report([figure for chip in named for figure in sourced_figures(chip, asked)])
    return sources_report(supports(tracked(named, "weighing sources"), asked))
