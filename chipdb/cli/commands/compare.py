"""``chipdb compare``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import (
    CatalogOptions,
    Chips,
    ModifyOptions,
    PlainWorkloadOptions,
    option,
)

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb compare H20 H100 --baseline A100"

Baseline = Annotated[
    str | None,
    option("--baseline", metavar="CHIP", text="Take ratios to this chip; the last by default."),
]


def compare(
    chips: Chips = None,
    baseline: Baseline = None,
    *,
    changes: ModifyOptions,
    catalog: CatalogOptions,
    workload: PlainWorkloadOptions,
) -> Report:
    """Compare chips side by side, with ratios to a baseline.

    With --model, estimated tokens per second per chip follow the figures, for --phase or
    for prefill and decode.
    """
    from chipdb.answers.compare import compared, workloads_compared
    from chipdb.cli.inputs import catalog_of, entries_of
    from chipdb.views.reports.compare import compare_report

    known = catalog_of(catalog)
    entries = entries_of(chips or [], known, changes)
    # without --baseline the last chip is the base; `compared` chooses it
    base = known.find(baseline).chip if baseline else None
    # the library has the same words but for one
    written = {**vars(workload), "input": workload.prompt}
    lines = compared([entry.chip for entry in entries], base, workloads_compared(written))
    return compare_report(lines, entries, base or entries[-1].chip)
