"""``chipdb equivalents``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import (
    CatalogOptions,
    Chips,
    FileOptions,
    ModifyOptions,
    WorkloadOptions,
    option,
)

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb equivalents H20 910C --of B200 --model deepseek-v3 --phase decode --latency 50ms"

Of = Annotated[
    str | None,
    option("--of", metavar="CHIP", text="The chip to compare with: how many equal one of it."),
]


def equivalents(
    chips: Chips = None,
    of: Of = None,
    *,
    workload: WorkloadOptions,
    changes: ModifyOptions,
    catalog: CatalogOptions,
    output: FileOptions,  # noqa: ARG001 - the parser writes the report
) -> Report:
    """Find how many of a chip equal another for a workload.

    Each chip works in its own best group. Low and high are the smallest and largest ratio of
    corners taken in pairs, since both chips run the same software.
    """
    from chipdb.answers.equivalents import equivalences, only_one
    from chipdb.cli.inputs import UNCHANGED, catalog_of, entries_of, request_from, required_chips
    from chipdb.errors import UsageError
    from chipdb.views.reports.estimate import equivalents_report

    if of is None:
        raise UsageError("missing --of: name the chip to compare with, such as --of H100")
    request = request_from(workload)
    known = catalog_of(catalog)
    other = only_one(entries_of([of], known, UNCHANGED))
    entries = entries_of(required_chips(chips), known, changes)
    return equivalents_report(equivalences(entries, other, request))
