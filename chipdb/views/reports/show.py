"""The report of ``show``: a chip with its figures, claims and metrics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Figure
from chipdb.views.chip_text import show_parts, sources_of_chip
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.tables import or_blank, resolved_names

HEADERS = ("chip", "figure", "value", "basis", "source", "reading", "rejected")


def show_report(entries: Sequence[Entry], *, with_sources: bool = False) -> Report:
    """Report chips in full; the JSON of one chip is an object, that of several a list.

    ``with_sources`` adds the sources that its claims name, with how each was read.
    """

    def records() -> object:
        """The JSON of the chips; imported here, because text does not need it."""
        from chipdb.views.json.catalog import show_record, source_records

        records = list(map(show_record, entries))
        if with_sources:
            for record, entry in zip(records, entries, strict=True):
                record["sources"] = source_records(sources_of_chip(entry.chip))
        if len(records) == 1:
            return records[0]
        return records

    def parts() -> list[Part]:
        """The parts of the chips below each other."""
        below: list[Part] = []
        for entry in entries:
            below += show_parts(entry, with_sources=with_sources)
        return below

    return Report(
        records=records,
        # CSV has the claims, from which everything else can be computed
        tables=lambda: [ReportTable(HEADERS, list(_claims(entries)))],
        text=parts,
        notes=resolved_names(entries),
    )


def _claims(entries: Sequence[Entry]) -> Iterator[list[Any]]:
    """Every claim of every figure as a row for CSV, rejected ones with the reason."""
    for entry in entries:
        # in the order of the data format, by which they are found in the file, too
        for figure in entry.chip.figures():
            yield from _claims_of(entry.chip, figure)


def _claims_of(chip: Chip, figure: Figure) -> Iterator[list[Any]]:
    """The claims of one figure, in the order of the catalog and as they are written there."""
    for claim in figure.claims:
        yield [
            chip.id,
            figure.path,
            claim.text,
            claim.basis,
            or_blank(claim.source),
            or_blank(claim.reading),
            or_blank(claim.rejected),
        ]
