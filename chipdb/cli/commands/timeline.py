"""``chipdb timeline``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipdb.cli.options import (
    CatalogOptions,
    Chips,
    DestinationOptions,
    ModifyOptions,
    RuleOptions,
    Since,
    Until,
)

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb timeline A100 --to China"


def timeline(
    chips: Chips,
    since: Since = None,
    until: Until = None,
    *,
    places: DestinationOptions,
    rules: RuleOptions,
    changes: ModifyOptions,
    catalog: CatalogOptions,
) -> Report:
    """List the answers for a chip by date.

    Each period names the rules that begin or end on its first day.
    With --since and --until, only periods with a day between these two are listed.
    """
    from chipdb.answers.timeline import Span, periods_of
    from chipdb.cli.inputs import catalog_of, entries_of, questions_of
    from chipdb.solver.notes import no_law, printed_law
    from chipdb.views.reports.timeline import timeline_report

    span = Span.of(since, until)
    questions = questions_of(None, places, rules)
    entries = entries_of(chips or [], catalog_of(catalog), changes)
    periods = []
    # chips first and then places, as everywhere where both are several
    for entry in entries:
        for question in questions:
            periods += span.select(periods_of(entry, question))
    report = timeline_report(periods, entries).saying(printed_law(questions[0]))
    return report.noting(no_law(questions[0].proposals))
