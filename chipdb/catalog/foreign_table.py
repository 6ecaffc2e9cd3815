"""What the columns of somebody else's table mean, and its rows as chips.

A mapping is data: those of known tables in ``data/tables/``, others in a user's file. A row becomes a chip of its own
figures; nothing is filled in from the catalog.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from pydantic import ValidationError

from chipdb import data_files
from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import gates
from chipdb.catalog.figures import Claim, Die, Figure, Memory
from chipdb.catalog.formats import format_table
from chipdb.catalog.lookup import nearest, slug, squash
from chipdb.catalog.read_table import TextTable, read_table
from chipdb.catalog.table_schema import FIGURE_UNITS, MappedColumn, TableMapping
from chipdb.catalog.yaml_lists import read_list
from chipdb.errors import DataError, Problem, QuantityError, UsageError
from chipdb.units import METRIC_UNITS, display, quantity

_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d{1,2})?")
_HEADED = re.compile(r"(?P<path>.*?)\s*[\[(](?P<unit>[^\[\]()]*)[\])]")
_MISSING = frozenset(
    {"", "-", "–", "—", "n/a", "na", "nan", "none", "null", "unknown", "?", "<na>"}
)
_FLAGS = {
    "true": True,
    "1": True,
    "1.0": True,
    "yes": True,
    "false": False,
    "0": False,
    "0.0": False,
    "no": False,
}
_NAME_COLUMNS = ("name", "chip", "id", "model")


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """A row as it was read: what it is called, its figures by path, and the chip they make."""

    number: int
    name: str
    vendor: str | None
    values: Mapping[str, Claim]
    """The figure that a column was mapped to first, with what the cell states."""
    alternatives: Mapping[str, tuple[str, ...]]
    chip: Chip


@dataclass(frozen=True, kw_only=True)
class TableRows:
    """A table read: its rows, why the others are none, and what its columns were taken for."""

    table: str
    title: str
    names: Mapping[str, str]
    total: int
    read: tuple[TableRow, ...]
    unread: Mapping[int, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def rows_of(table: TextTable, mapping: TableMapping) -> TableRows:
    """Every row as a chip, or the reason why it is none."""
    read: list[TableRow] = []
    unread = dict(table.broken)
    for number, cells in table.rows.items():
        try:
            read.append(_row(number, cells, mapping, table.grouped))
        except QuantityError as error:
            unread[number] = str(error)
    read = _distinct(read)
    used = {mapping.name, mapping.vendor, *(column.column for column in mapping.columns)}
    ignored = tuple(column for column in table.columns if column not in used)
    return TableRows(
        table=table.name,
        title=mapping.title,
        names=mapping.names,
        total=len(table),
        read=tuple(read),
        unread=dict(sorted(unread.items())),
        ignored=ignored,
    )


def _distinct(rows: list[TableRow]) -> list[TableRow]:
    """The rows with an id of their own each: a name that stands again gets its row's number."""
    seen: set[str] = set()
    kept = []
    for row in rows:
        key = row.chip.id if row.chip.id not in seen else f"{row.chip.id}-{row.number}"
        seen.add(key)
        kept.append(replace(row, chip=replace(row.chip, id=key)))
    return kept


def _row(number: int, cells: Mapping[str, str], mapping: TableMapping, grouped: bool) -> TableRow:
    name = " ".join((cells.get(mapping.name) or "").split())
    if not name:
        raise QuantityError(f"column {mapping.name!r} is empty: a row needs a name")
    vendor = " ".join((cells.get(mapping.vendor or "") or "").split()) or None
    values, alternatives, facts = {}, {}, {}
    for column in mapping.columns:
        text = (cells.get(column.column) or "").strip()
        if text.casefold() in _MISSING or text in mapping.missing:
            continue
        if column.figure == ["datacenter"]:
            facts["datacenter"] = _flag(column.column, text)
            continue
        claim = _claim(column, text, grouped)
        if claim.value == 0 and mapping.zero_is_missing:
            continue
        values[column.figure[0]] = claim
        alternatives[column.figure[0]] = tuple(column.figure)
    chip = _chip(number, name, vendor, values, facts)
    _agree(chip)
    if mapping.id != OWN:
        chip = replace(chip, rates_partial=_partial(values), metrics=_beside_rates(chip))
    return TableRow(
        number=number, name=name, vendor=vendor, values=values, alternatives=alternatives, chip=chip
    )


def _beside_rates(chip: Chip) -> dict[str, Figure]:
    """The given metrics; of a table that states rates and their total, the rates count and the total is compared with them."""
    return {
        key: figure for key, figure in chip.metrics.items() if key != "tpp" or not chip.throughput
    }


def _partial(values: Mapping[str, Claim]) -> bool:
    """Whether a row states only rates outside the matrix engines, so that its rates are a lower bound of what the part has."""
    rates = [path.removeprefix("throughput.") for path in values if path.startswith("throughput.")]
    return bool(rates) and all(outside_matrix(name) for name in rates)


def outside_matrix(name: str) -> bool:
    """Whether a format is one of the vector pipes: said so, or of full width."""
    return (
        name.endswith("_vector") or format_table().bits.get(name, 0) >= format_table().bits["fp32"]
    )


def _agree(chip: Chip) -> None:
    """TPP, area and density of a row must fit together, to the digits that tables round to."""
    given = [figure.preferred() for name in _THREE if (figure := chip.metrics.get(name))]
    if len(given) < len(_THREE) or not all(given):
        return
    tpp, area, density = (claim.value for claim in given if claim)
    made = tpp / area if area else Fraction(0)
    share, least = ROUNDED
    if abs(made - density) > max(density * share, least):
        raise QuantityError(
            f"tpp / applicable_die_area is {display(made)} and performance_density {display(density)}; the three must agree"
        )


ROUNDED = (Fraction(1, 100), Fraction(1, 200))
"""How far a density may lie from TPP over area because tables round: a share of it, and in any case so much."""
_THREE = ("tpp", "applicable_die_area", "performance_density")
OWN = "own"
"""The mapping of tables whose columns are named as chipdb names its figures; there a given metric replaces what figures give."""


def _flag(column: str, text: str) -> bool:
    if text.casefold() not in _FLAGS:
        raise QuantityError(f"column {column!r}: {text!r} is neither true nor false")
    return _FLAGS[text.casefold()]


def _claim(column: MappedColumn, text: str, grouped: bool) -> Claim:
    unit = _unit(column.figure[0])
    try:
        number = _decimal(text, grouped)
        if number is None:
            amount = quantity(text, unit)
            return Claim(text=text, value=amount.value, unit=unit)
        value = (
            number * Fraction(column.times)
            if column.times
            else number * _factor(column.unit or unit, unit)
        )
    except (QuantityError, ArithmeticError) as error:
        raise QuantityError(f"column {column.column!r}: {error}") from None
    if value < 0:
        raise QuantityError(f"column {column.column!r}: {text!r} is negative")
    factor = f" x {column.times}" if column.times else f" {column.unit or unit}"
    return Claim(text=f"{text}{factor}".rstrip(), value=value, unit=unit)


def _unit(path: str) -> str:
    return FIGURE_UNITS.get(path, METRIC_UNITS.get(path, "TOPS"))


def _decimal(text: str, grouped: bool) -> Fraction | None:
    """A plain number, however many digits a program wrote; None where the cell has a unit of its own."""
    if "," in text and not grouped:
        raise QuantityError(
            f"the comma in {text!r} may be a decimal sign or group digits; write 989400 or 989.4"
        )
    if re.match(r"[+-]?\d+,\d", text) and not _NUMBER.fullmatch(text):
        raise QuantityError(f"a decimal comma in {text!r}? write it with a point")
    if len(text) > 40 or not _NUMBER.fullmatch(text):
        return None
    try:
        return Fraction(Decimal(text.replace(",", "")))
    except (InvalidOperation, ValueError, OverflowError):
        return None


@functools.lru_cache(maxsize=64)
def _factor(written: str, unit: str) -> Fraction:
    """The factor from a column's unit to chipdb's; a count may be in ``million`` or ``billion``."""
    return Fraction(1) if written == unit else quantity(f"1 {written}", unit).value


def _chip(
    number: int,
    name: str,
    vendor: str | None,
    values: Mapping[str, Claim],
    facts: Mapping[str, bool],
) -> Chip:
    def figure(path: str) -> Figure | None:
        return Figure(path, values[path].unit, (values[path],)) if path in values else None

    def group(start: str) -> dict[str, Figure]:
        found = {
            path.partition(".")[2]: figure(path) for path in values if path.startswith(f"{start}.")
        }
        return {key: entry for key, entry in found.items() if entry is not None}

    rates = {
        key: Figure(f"throughput.{key}", entry.unit, entry.claims, highest=True)
        for key, entry in group("throughput").items()
    }
    rated = {key for key in rates if not key.endswith("_sparse")}
    given = {key for key in values if key in METRIC_UNITS and key != "transistors"}
    market = (
        None
        if "datacenter" not in facts
        else ("datacenter",)
        if facts["datacenter"]
        else ("client",)
    )
    return Chip(
        id=slug(name) or f"row-{number}",
        name=name,
        vendor=vendor,
        designed_for=market,
        marketed_for=market,
        dies=_dies(values),
        transistors=figure("transistors"),
        throughput={key: rates[key] for key in sorted(rated)},
        sparse={key: rate for key, rate in rates.items() if key not in rated},
        memory=Memory(
            bus=figure("memory.bus"),
            capacity=figure("memory.capacity"),
            bandwidth=figure("memory.bandwidth"),
        ),
        power=group("power"),
        clocks=group("clocks"),
        metrics={
            key: Figure(f"metrics.{key}", values[key].unit, (values[key],)) for key in sorted(given)
        },
        hypothetical=True,
    )


def _dies(values: Mapping[str, Claim]) -> tuple[Die, ...] | None:
    """The silicon of a row: the area it states, planar or not by its node; a node alone says nothing of the area."""
    area, node = values.get("die_area"), values.get("process_nm")
    if area is None or area.value == 0:
        return None
    limit = gates()["planar"].non_planar_to
    assert limit is not None, "data/gates.yaml states it"
    count = values.get("transistors")
    die = Die(
        name="die",
        process=f"{float(node.value):g} nm" if node else None,
        non_planar=node.value <= limit if node else None,
        transistors=Figure("dies[0].transistors", "", (count,)) if count else None,
        area=Figure("dies[0].area", "mm^2", (area,)),
    )
    return (die,)


@functools.lru_cache(maxsize=1)
def known_mappings() -> dict[str, TableMapping]:
    """The mappings of known tables, by id."""
    found = (
        read_list(path, TableMapping)[0]
        for path in sorted((data_files.data_folder() / "tables").glob("*.yaml"))
    )
    return {mapping.id: mapping for mapping in found}


def mapping_for(table: TextTable, path: Path | None = None) -> TableMapping:
    """The mapping of a table: a user's file, the first known table whose columns are all there, or chipdb's own columns.

    Raises :class:`DataError` for a mapping file that is wrong, :class:`UsageError` where nothing fits.
    """
    if path is not None:
        found = read_list(path, TableMapping)
        if len(found) != 1:
            raise DataError(
                [
                    Problem(
                        str(path), 0, "", f"{len(found)} mappings; a mapping file holds exactly one"
                    )
                ]
            )
        return _fitting(found[0], table, str(path))
    try:
        own = _recognized(table) or _own(table.columns)
    except ValidationError as error:
        raise UsageError(
            f"{table.name}: {error.errors()[0]['msg'].removeprefix('Value error, ')}"
        ) from None
    if own is None:
        known = ", ".join(mapping.title for mapping in known_mappings().values())
        raise UsageError(
            f"{table.name}: no column is a figure of chipdb and the table is none of the known ones ({known}); "
            "say what its columns mean with --mapping FILE"
        )
    return own


def _recognized(table: TextTable) -> TableMapping | None:
    return next(
        (
            known
            for known in known_mappings().values()
            if set(known.recognized_by) <= set(table.columns)
        ),
        None,
    )


def known_table(path: Path) -> TextTable | None:
    """A JSON file as a table if its records are those of a known one; None where it is something else."""
    try:
        table = read_table(path)
    except DataError:
        return None
    if _recognized(table):
        return table
    dotted = any("." in column or column in _THREE for column in table.columns)
    nested = any(cell[:1] in ("{", "[") for row in table.rows.values() for cell in row.values())
    return table if dotted and not nested and _own(table.columns) else None


def _fitting(mapping: TableMapping, table: TextTable, file: str) -> TableMapping:
    named = [
        mapping.name,
        *([mapping.vendor] if mapping.vendor else []),
        *(column.column for column in mapping.columns),
    ]
    absent = [name for name in named if name not in table.columns]
    if absent:
        problems = [
            Problem(
                file,
                0,
                "",
                f"{table.name} has no column {name!r}{nearest(name, list(table.columns))}",
            )
            for name in absent
        ]
        raise DataError(problems)
    return mapping


def _own(columns: Iterable[str]) -> TableMapping | None:
    """Columns named as chipdb names figures and metrics, with a unit in brackets where it is not chipdb's own."""
    names = {column.casefold(): column for column in columns}
    name = next((names[key] for key in _NAME_COLUMNS if key in names), None)
    found = list(_figures_named(columns))
    if name is not None and found:
        _no_near_misses(columns, {column.column for column in found})
    if name is None or not found:
        return None
    return TableMapping(
        id="own", title="figures by name", name=name, vendor=names.get("vendor"), columns=found
    )


def _figures_named(columns: Iterable[str]) -> Iterator[MappedColumn]:
    for column in columns:
        headed = _HEADED.fullmatch(column.strip())
        path, unit = (headed["path"], headed["unit"]) if headed else (column.strip(), None)
        if path in FIGURE_UNITS or path in METRIC_UNITS or path == "datacenter" or _is_rate(path):
            yield MappedColumn(column=column, figure=[path], unit=unit or None)


_ROOTS = ("throughput.", "memory.", "clocks.", "power.")


def _no_near_misses(columns: Iterable[str], taken: set[str]) -> None:
    """Refuse a column that is meant as a figure and is none: dropping it would make a chip look smaller than it is."""
    valid = [*FIGURE_UNITS, *METRIC_UNITS, *(f"throughput.{name}" for name in format_table().bits)]
    squashed = {squash(path) for path in valid}
    for column in columns:
        meant = (
            column.casefold().startswith(_ROOTS)
            or squash(_HEADED.sub(r"\g<path>", column)) in squashed
        )
        if meant and column not in taken:
            raise UsageError(f"the column {column!r} is no figure{nearest(column, valid)}")


def _is_rate(path: str) -> bool:
    start, _, name = path.partition(".")
    return start == "throughput" and format_table().is_format(name.removesuffix("_sparse"))
