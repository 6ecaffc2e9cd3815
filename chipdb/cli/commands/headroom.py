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
    from chipdb.answers.headroom import headroom_of, pairs_of_knobs
    from chipdb.answers.joint_cuts import joint_cuts
    from chipdb.cli.inputs import catalog_of, entries_of, question_of
    from chipdb.solver.notes import no_law, printed_law
    from chipdb.views.reports.headroom import headroom_report

    question = question_of(on, places, rules, scope)
    entries = entries_of([chip], catalog_of(catalog), changes, every_chip=True)
    rows = []
    checks = []
    joint = []
    for entry in entries:
        turned = headroom_of(entry, question, knob)
        every = turned
        # which cuts help together is seen only where every knob is turned
        if knob is not None and question.to is not None:
            every = headroom_of(entry, question)
        pairs = []
        if every is not turned or knob is None:
            pairs = pairs_of_knobs(entry, question, every)
        rows += turned
        if knob is None:
            rows += pairs
        if question.to is not None:
            checks.append(check_entry(entry, question))
            # several license rules may each ask for a license; then no single knob helps
            together = joint_cuts(entry, question, [*every, *pairs])
            if together is not None:
                joint.append(together)
    report = headroom_report(rows, entries, checks, joint).saying(printed_law(question))
    return report.noting(no_law(question.proposals))
