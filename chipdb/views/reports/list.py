"""The report of ``list``: the catalog, filtered and sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chipdb.catalog.chip import Chip
from chipdb.catalog.lookup import nearest, squash
from chipdb.errors import ParameterError, UnknownNameError
from chipdb.lazy_dataclasses import replace
from chipdb.rules.places import places
from chipdb.rules.thresholds import metric_value_text
from chipdb.units import METRIC_UNITS
from chipdb.views.json.catalog import list_record
from chipdb.views.json.envelope import envelope_json
from chipdb.views.report import Report, table_of
from chipdb.views.tables import or_blank
from chipdb.vocabulary import Kind

OF_SYSTEMS = "TPP and density of a system are those of one of its chips; `show` has its totals"
Record = dict[str, Any]
FOLDS = ("kind", "announced", "architecture", "country")
"""The columns that a narrow terminal moves below their rows, the first one first."""


def list_report(
    chips: Sequence[Chip],
    filters: Mapping[str, str | None],
    sort: str,
    *,
    reverse: bool,
    data: str | None,
) -> Report:
    """Report the chips that pass the filters.

    ``filters`` are texts by field of the record, where None means any. ``sort`` is a field, too.
    ``data`` is the hash of the data, None for that of this installation. Raises
    :class:`~chipdb.errors.ParameterError` for a filter that no chip passes, and for an unknown
    field.
    """
    records = list(map(list_record, chips))
    for field, value in filters.items():
        # no chip may have met a condition before, which is an answer
        if value is not None and records:
            records = _filtered(records, field, _code_of(field, value))
    records = _sorted(records, sort, reverse)

    # CSV and Markdown have the columns in the order of the JSON
    # a user's own catalog may hold no chip, and then no record names the fields
    headers: list[str] = []
    if records:
        headers = list(records[0])
    notes: list[str] = []
    if Kind.SYSTEM in {record["kind"] for record in records}:
        notes.append(OF_SYSTEMS)

    return Report(
        records=lambda: [envelope_json(record, data) for record in records],
        tables=lambda: [replace(table_of(headers, records, _shown), folds=FOLDS)],
        rows=lambda: replace(
            table_of(headers, records, lambda record: list(record.values())),
            units=[METRIC_UNITS.get(header, "") for header in headers],
        ),
        notes=notes,
    )


def _code_of(field: str, value: str) -> str:
    """The value as records have it: a country is a code there, and may be written by its name."""
    if field != "country":
        return value
    try:
        return places().code_of(value)
    except UnknownNameError as error:
        error.parameter = field
        raise


def _filtered(records: list[Record], field: str, value: str) -> list[Record]:
    """The records whose field has a value, however it is spelled.

    Raises :class:`~chipdb.errors.ParameterError` with the possible values if there is none.
    """
    wanted = squash(value)
    passing: list[Record] = []
    choices: set[str] = set()
    for record in records:
        stated = or_blank(record[field])
        choices.add(stated)
        if squash(stated) == wanted:
            passing.append(record)

    # a filter that no chip passes is more likely a slip than a question
    if not passing:
        hint = nearest(value, sorted(choices - {""}))
        raise ParameterError(field, f"must be one that a chip has, not {value!r}{hint}")
    return passing


def _sorted(records: list[Record], field: str, reverse: bool) -> list[Record]:
    """Sort by a field; chips for which it is unknown come last in either order.

    Raises :class:`~chipdb.errors.ParameterError` for a field that the records do not have.
    """
    if records and field not in records[0]:
        raise ParameterError("sort", f"must be one of {', '.join(records[0])}, not {field!r}")

    known: list[Record] = []
    unknown: list[Record] = []
    for record in records:
        if record[field] is None:
            unknown.append(record)
        else:
            known.append(record)

    # stable, so that chips with equal values keep the order of the catalog
    known.sort(key=lambda record: record[field], reverse=reverse)
    return known + unknown


def _shown(record: Record) -> list[Any]:
    """The values of a record for people: numbers with commas, on their side of thresholds."""
    cells: list[Any] = []
    for field, value in record.items():
        if isinstance(value, float):
            cells.append(metric_value_text(field, value))
        elif field == "country" and value is not None:
            cells.append(places().name_of(value))
        else:
            cells.append(value)
    return cells
