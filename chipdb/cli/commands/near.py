"""``chipdb near``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import (
    CatalogOptions,
    Chips,
    On,
    PlaceOptions,
    RuleOptions,
    option,
)

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb near --within 5% --on 2026-06-01"

Within = Annotated[
    str,
    option(
        "--within",
        metavar="PERCENT",
        text="The largest rise of a metric to consider, such as 5%.",
    ),
]


def near(
    chips: Chips = None,
    width: Within = "5%",
    on: On = None,
    *,
    places: PlaceOptions,
    rules: RuleOptions,
    catalog: CatalogOptions,
) -> Report:
    """Find chips just under a threshold.

    A chip is listed if its answer changes when one metric rises a little and the others do not.
    Without CHIP, the whole catalog is searched.
    """
    from chipdb.answers.near import margins_of, share_of
    from chipdb.cli.inputs import catalog_of, chips_of, question_of
    from chipdb.cli.output import tracked
    from chipdb.solver.notes import no_law, printed_law
    from chipdb.views.reports.near import near_report

    # refused before the catalog is loaded
    share = share_of(width)
    question = question_of(on, places, rules)
    known = catalog_of(catalog)
    searched = tracked(chips_of(chips, known), "measuring")
    margins = list(margins_of(searched, question, share))
    report = near_report(margins, width).saying(printed_law(question))
    return report.noting(no_law(question.proposals))
