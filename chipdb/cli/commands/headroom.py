"""``chipdb headroom``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import (
    CatalogOptions,
    ModifyOptions,
    On,
    OneChip,
    PlaceOptions,
    RuleOptions,
    ScopeOptions,
    option,
)

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb headroom B200 --knob compute --on 2026-06-01"

Knob = Annotated[
    str | None,
    option(
        "--knob",
        metavar="KNOB",
        text="Only this knob: compute, memory-bandwidth, link-bandwidth, die-area or formats.",
    ),
]


def headroom(
    chip: OneChip,
    knob: Knob = None,
    on: On = None,
    *,
    places: PlaceOptions,
    rules: RuleOptions,
    scope: ScopeOptions,
    changes: ModifyOptions,
    catalog: CatalogOptions,
) -> Report:
    """Find how far each knob turns before an answer changes.

    Each row names the provision that binds there. "Attained" means that the answer has changed at
    the limit itself; otherwise it changes just beyond.
    """
    from chipdb.answers.check import check_entry
    from chipdb.answers.headroom import headroom_of, joint_cuts
    from chipdb.cli.inputs import catalog_of, entries_of, question_of
    from chipdb.solver.notes import no_law
    from chipdb.views.reports.headroom import headroom_report

    question = question_of(on, places, rules, scope)
    entries = entries_of([chip], catalog_of(catalog), changes, every_chip=True)
    rows = [row for entry in entries for row in headroom_of(entry, question, knob)]
    checks = []
    joint = []
    if question.to is not None:
        checks = [check_entry(entry, question) for entry in entries]
        # several license rules may each ask for a license; then no single knob helps
        cuts = [joint_cuts(entry, question) for entry in entries]
        joint = [each for each in cuts if each is not None]
    return headroom_report(rows, entries, checks, joint).noting(no_law(question.proposals))
