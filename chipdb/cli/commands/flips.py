"""``chipdb flips``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import Argument, CatalogOptions, PlaceOptions, RuleOptions

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb flips us-3a090-2022 us-3a090-2023"

SideText = Annotated[
    str, Argument(metavar="RULE|DATE", help="A rule's id, or a date such as 2026-06-01.")
]


def flips(
    before: SideText,
    after: SideText,
    *,
    places: PlaceOptions,
    rules: RuleOptions,
    catalog: CatalogOptions,
) -> Report:
    """List chips whose answer differs between two rules or dates."""
    from chipdb.answers.flips import flips_between, side_of
    from chipdb.cli.inputs import catalog_of, question_of
    from chipdb.cli.output import tracked
    from chipdb.solver.notes import no_law
    from chipdb.views.reports.flips import flips_report

    question, known = question_of(None, places, rules), catalog_of(catalog)
    sides = (side_of(before, question), side_of(after, question))
    changed = list(flips_between(tracked(list(known), "comparing"), sides))
    proposals = [rule for side in sides for rule in side.question.proposals]
    return flips_report(changed, sides).noting(no_law(proposals))
