"""``chipdb conflicts``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipdb.cli.options import CatalogOptions, Chips, On, To

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb conflicts H20 --on 2026-06-01"


def conflicts(
    chips: Chips = None,
    on: On = None,
    to: To = None,
    *,
    catalog: CatalogOptions,
) -> Report:
    """List credible claims that disagree.

    Each row names the rules whose answer depends on which claim is right. Without CHIP, the whole
    catalog is searched.
    """
    from chipdb.cli.inputs import catalog_of, chips_of
    from chipdb.cli.output import tracked
    from chipdb.curation.conflicts import conflicts_of
    from chipdb.solver.question import question
    from chipdb.views.reports.conflicts import conflicts_report

    asked, known = question(on, to), catalog_of(catalog)
    # the whole catalog takes seconds, so progress is shown
    searched = tracked(chips_of(chips, known), "comparing claims")
    return conflicts_report(list(conflicts_of(searched, asked)))
