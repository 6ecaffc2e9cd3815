"""``chipdb timeline``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipdb.cli.options import (
    CatalogOptions,
    Chips,
    ModifyOptions,
    PlaceOptions,
    RuleOptions,
)

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb timeline A100 --to China"


def timeline(
    chips: Chips,
    *,
    places: PlaceOptions,
    rules: RuleOptions,
    changes: ModifyOptions,
    catalog: CatalogOptions,
) -> Report:
    """List the answers for a chip by date.

    Each period names the rules that begin or end on its first day.
    """
    from chipdb.answers.timeline import periods_of
    from chipdb.cli.inputs import catalog_of, entries_of, question_of
    from chipdb.solver.notes import no_law
    from chipdb.views.reports.timeline import timeline_report

    question = question_of(None, places, rules)
    entries = entries_of(chips or [], catalog_of(catalog), changes)
    periods = [period for entry in entries for period in periods_of(entry, question)]
    return timeline_report(periods, entries).noting(no_law(question.proposals))
