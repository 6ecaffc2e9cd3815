"""The report of ``list``: the catalog, filtered and sorted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chipdb.catalog.catalog import Catalog
from chipdb.catalog.lookup import squash
from chipdb.errors import ParameterError
from chipdb.units import display
from chipdb.views.json.catalog import list_record
from chipdb.views.json.envelope import envelope_json
from chipdb.views.report import Report, ReportTable
from chipdb.vocabulary import Kind

OF_SYSTEMS = "TPP and density of a system are those of one of its chips; `show` has its totals"
Record = dict[str, Any]


def list_report(
    catalog: Catalog, filters: Mapping[str, str | None], sort: str, *, reverse: bool
) -> Report:
    """Report the chips that pass the filters.

    Raises :class:`~chipdb.errors.ParameterError` for a filter that no chip passes, and for an
    unknown field.
    """
    records = [list_record(chip) for chip in catalog]
    for field, value in filters.items():
        if value is not None:
            records = _filtered(records, field, value)
    records = _sorted(records, sort, reverse)
    headers = list(records[0]) if records else []
    return Report(
        records=lambda: [envelope_json(record, catalog.data) for record in records],
        tables=lambda: [ReportTable(headers, [_shown(record) for record in records])],
        rows=lambda: ReportTable(headers, [list(record.values()) for record in records]),
        notes=[OF_SYSTEMS] if any(record["kind"] == Kind.SYSTEM for record in records) else [],
    )


def _filtered(records: list[Record], field: str, value: str) -> list[Record]:
    """The records whose field has a value, however it is spelled.

    Raises :class:`~chipdb.errors.ParameterError` with the possible values if there is none.
    """
    passing: list[Record] = []
    choices: set[str] = set()
    for record in records:
        if record[field]:
            choices.add(record[field])
        if squash(record[field] or "") == squash(value):
            passing.append(record)

    # a filter that no chip passes is more likely a slip than a question
    if not passing:
        listed = ", ".join(sorted(choices))
        raise ParameterError(field, f"must be one of {listed}, not {value!r}")
    return passing


def _sorted(records: list[Record], field: str, reverse: bool) -> list[Record]:
    """Sort by a field; chips for which it is unknown come last in either order."""
    if records and field not in records[0]:
        raise ParameterError("sort", f"must be one of {', '.join(records[0])}, not {field!r}")

    known: list[Record] = []
    unknown: list[Record] = []
    for record in records:
        if record[field] is None:
            unknown.append(record)
        else:
            known.append(record)

    known.sort(key=lambda record: record[field], reverse=reverse)
    return known + unknown


def _shown(record: Record) -> list[Any]:
    """The values of a record for people: numbers with thousands commas."""
    cells: list[Any] = []
    for value in record.values():
        cells.append(display(value) if isinstance(value, float) else value)
    return cells
