"""``chipdb estimate``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chipdb.cli.options import CatalogOptions, Chips, FileOptions, ModifyOptions, WorkloadOptions

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb estimate H20 H100 --model llama3.1-70b --phase decode --layout TP4 --batch 64"


def estimate(
    chips: Chips = None,
    *,
    workload: WorkloadOptions,
    changes: ModifyOptions,
    catalog: CatalogOptions,
    output: FileOptions,  # noqa: ARG001 - the parser writes the report
) -> Report:
    """Estimate the throughput of a language model on chips.

    The answer is an interval in tokens per second per chip, with what bounds it, what it assumes,
    and published measurements. Without --layout or --batch, the best one is chosen.
    """
    from chipdb.answers.estimate import estimate_entry
    from chipdb.cli.inputs import catalog_of, entries_of, request_from, required_chips
    from chipdb.views.reports.estimate import estimate_report

    request = request_from(workload)
    entries = entries_of(required_chips(chips), catalog_of(catalog), changes, every_chip=True)
    return estimate_report([estimate_entry(entry, request) for entry in entries])
