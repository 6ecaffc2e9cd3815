"""The report of ``list``: the catalog, filtered and sorted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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

NO_CHIP = "no chip meets all conditions"
OF_SYSTEMS = "TPP and density of a system are those of one of its chips; `show` has its totals"
Record = dict[str, Any]
FOLDS = ("kind", "announced", "architecture", "country")
"""The columns that a narrow terminal moves below their rows, the first one first."""


def list_report(
    chips: Sequence[Chip],
    catalog: Iterable[Chip],
    filters: Mapping[str, str | None],
    sort: str,
    *,
    reverse: bool,
    data: str | None,
) -> Report:
    """Report the chips that pass the filters.

    ``chips`` are those of the ``catalog`` that met a condition before. A filter that no chip of the
    catalog passes is refused; one that only these chips do not pass leaves an empty report.
    ``filters`` are texts by field of the record, where None means any. ``sort`` is a field, too.
    ``data`` is the hash of the data, None for that of this installation. Raises
    :class:`~chipdb.errors.ParameterError` for a filter that no chip passes, and for an unknown
    field.
    """
    everything = list(map(list_record, catalog))
    # a user's own catalog may hold no chip, and then there is nothing to check a field against
    if everything and sort not in everything[0]:
        raise ParameterError("sort", f"must be one of {', '.join(everything[0])}, not {sort!r}")
    met = {chip.id for chip in chips}
    records = [record for record in everything if record["id"] in met]
    records = _sorted(_filtered(records, filters, everything), sort, reverse)

    # CSV and Markdown have the columns in the order of the JSON
    headers: list[str] = []
    if records:
        headers = list(records[0])
    return Report(
        records=lambda: [envelope_json(record, data) for record in records],
        tables=lambda: [replace(table_of(headers, records, _shown), folds=FOLDS)],
        rows=lambda: replace(
            table_of(headers, records, lambda record: list(record.values())),
            units=[METRIC_UNITS.get(header, "") for header in headers],
        ),
        notes=list(_notes(records, everything)),
    )


def _notes(records: Sequence[Record], everything: Sequence[Record]) -> Iterator[str]:
    """Yield what a reader must know of the list: that it has systems, or that nothing passed."""
    if any(record["kind"] == Kind.SYSTEM for record in records):
        yield OF_SYSTEMS
    if everything and not records:
        yield NO_CHIP


def _filtered(
    records: list[Record], filters: Mapping[str, str | None], everything: Sequence[Record]
) -> list[Record]:
    """The records that pass the filters. Each filter must hold for some record of the catalog.

    Raises :class:`~chipdb.errors.ParameterError` for one that no record passes.
    """
    for field, value in filters.items():
        if value is not None and everything:
            wanted = _known_value(everything, field, _code_of(field, value))
            records = [record for record in records if _stated(record, field) == wanted]
    return records


def _code_of(field: str, value: str) -> str:
    """The value as records have it: a country is a code there, and may be written by its name."""
    if field != "country":
        return value
    try:
        return places().code_of(value)
    except UnknownNameError as error:
        error.parameter = field
        raise


def _stated(record: Record, field: str) -> str:
    """What a record states in a field, without differences of spelling."""
    return squash(or_blank(record[field]))


def _known_value(records: Sequence[Record], field: str, value: str) -> str:
    """A value without differences of spelling, which some record has in the field.

    Raises :class:`~chipdb.errors.ParameterError` with the nearest value if none has it: that is
    more likely a slip than a question.
    """
    wanted = squash(value)
    if not any(_stated(record, field) == wanted for record in records):
        choices = {or_blank(record[field]) for record in records}
        hint = nearest(value, sorted(choices - {""}))
        raise ParameterError(field, f"must be one that a chip has, not {value!r}{hint}")
    return wanted


def _sorted(records: Sequence[Record], field: str, reverse: bool) -> list[Record]:
    """Sort by a field; chips for which it is unknown come last in either order."""
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
        elif field == "country" and value:
            cells.append(places().name_of(value))
        else:
            cells.append(value)
    return cells
