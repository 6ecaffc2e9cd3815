"""``chipdb flips``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import Argument, CatalogOptions, DestinationOptions, RuleOptions

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb flips us-3a090-2022 us-3a090-2023"

Before = Annotated[
    str, Argument(metavar="BEFORE", help="A rule's id, or a date such as 2026-06-01.")
]
After = Annotated[str, Argument(metavar="AFTER", help="Another rule's id, or another date.")]


def flips(
    before: Before,
    after: After,
    *,
    places: DestinationOptions,
    rules: RuleOptions,
    catalog: CatalogOptions,
) -> Report:
    """List chips whose answer differs between two rules or dates."""
    from chipdb.answers.flips import flips_between, sides_of
    from chipdb.cli.inputs import catalog_of, questions_of
    from chipdb.cli.output import tracked
    from chipdb.solver.notes import no_law, printed_law
    from chipdb.views.reports.flips import flips_report

    questions, known = questions_of(None, places, rules), catalog_of(catalog)
    comparisons = [sides_of(before, after, asked) for asked in questions]
    changed = list(flips_between(tracked(list(known), "comparing"), comparisons))
    # the same for every destination
    proposals = [rule for side in comparisons[0] for rule in side.question.proposals]
    report = flips_report(changed, comparisons, len(known)).saying(printed_law(questions[0]))
    return report.noting(no_law(proposals))
