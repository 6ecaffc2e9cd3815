"""The rows of a third-party table as chips.

A mapping says what the columns mean. The mappings of known tables are in ``data/tables/``, others
in a user's file. A row becomes a chip with its own figures; nothing is taken from the catalog.
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
from chipdb.catalog.table_schema import (
    DATACENTER,
    MappedColumn,
    TableMapping,
    figure_names,
    is_figure,
    unit_of,
)
from chipdb.catalog.yaml_lists import read_list
from chipdb.errors import DataError, ParameterError, Problem, QuantityError, UsageError
from chipdb.units import METRIC_UNITS, display, quantity

OWN = "own"
"""The mapping of tables whose columns are named as chipdb names its figures.

In such a table a given metric replaces the one that the figures yield: its columns were named for
chipdb, so the metric is meant. A third party's TPP may follow another definition.
"""

ROUNDED = (Fraction(1, 100), Fraction(1, 200))
"""How far a stated density may differ from TPP divided by area, because tables round.

The first number is a share of the density, the second an absolute minimum in TPP per mm^2.
"""

_DENSITY_PARTS = ("tpp", "applicable_die_area", "performance_density")
_NUMBER = re.compile(r"[+-]?(\d{1,3}(,\d{3})+|\d+)?(\.\d*)?([eE][+-]?\d{1,2})?")
_MAX_NUMBER_LENGTH = 40
_WITH_UNIT = re.compile(r"(?P<path>.*?)\s*[\[(](?P<unit>[^\[\]()]*)[\])]")
"""A column name such as ``memory.bandwidth [TB/s]``."""

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
_FIGURE_ROOTS = ("throughput.", "memory.", "clocks.", "power.")


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """A row as it was read, and the chip that it makes.

    ``number`` counts from 1. ``values`` holds what the cells state, each under the first figure of
    its column; ``alternatives`` holds all figures of that column.
    """

    number: int
    name: str
    vendor: str | None
    values: Mapping[str, Claim]
    alternatives: Mapping[str, tuple[str, ...]]
    chip: Chip


@dataclass(frozen=True, kw_only=True)
class TableRows:
    """A table read with a mapping.

    ``unread`` has the reason why a row could not be read, by its number. ``ignored`` lists the
    columns that the mapping does not use; ``names`` is the mapping's from names to chips.
    """

    table: str
    title: str
    names: Mapping[str, str]
    total: int
    read: tuple[TableRow, ...]
    unread: Mapping[int, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def rows_of(table: TextTable, mapping: TableMapping) -> TableRows:
    """Every row as a chip, or the reason why it could not be read.

    One wrong cell costs one row, not the table: people check thousands of rows and repair a few.
    """
    rows: list[TableRow] = []
    unread = dict(table.broken)
    for number, cells in table.rows.items():
        try:
            rows.append(_row(number, cells, mapping, table.grouped))
        except QuantityError as error:
            unread[number] = str(error)

    used = {mapping.name, mapping.vendor, *(column.column for column in mapping.columns)}
    return TableRows(
        table=table.name,
        title=mapping.title,
        names=mapping.names,
        total=len(table),
        read=tuple(_with_distinct_ids(rows)),
        unread=dict(sorted(unread.items())),
        ignored=tuple(column for column in table.columns if column not in used),
    )


def _with_distinct_ids(rows: list[TableRow]) -> Iterator[TableRow]:
    """The rows with unique ids: a repeated name gets the number of its row.

    Tables list variants of a chip under one name, and answers are keyed by id.
    """
    seen: set[str] = set()
    for row in rows:
        key = row.chip.id
        if key in seen:
            key = f"{key}-{row.number}"
        seen.add(key)
        yield replace(row, chip=replace(row.chip, id=key))


def _row(number: int, cells: Mapping[str, str], mapping: TableMapping, grouped: bool) -> TableRow:
    """A row as a chip; :class:`QuantityError` names the column that cannot be read."""
    name = _words_in(cells, mapping.name)
    if not name:
        raise QuantityError(f"column {mapping.name!r} is empty; a row needs a name")
    vendor = _words_in(cells, mapping.vendor)

    values: dict[str, Claim] = {}
    alternatives: dict[str, tuple[str, ...]] = {}
    for_datacenters: bool | None = None
    for column, text in _stated_cells(cells, mapping):
        if column.figure == [DATACENTER]:
            for_datacenters = _flag(column.column, text)
            continue
        claim = _claim(column, text, grouped)
        if claim.value == 0 and mapping.zero_is_missing:
            continue
        values[column.figure[0]] = claim
        alternatives[column.figure[0]] = tuple(column.figure)

    # A row stays a hypothetical chip even if the catalog has one of its name: `match` pairs them.
    chip = _chip(slug(name) or f"row-{number}", name, vendor or None, values, for_datacenters)
    _check_density(chip)
    # Tables of third parties often have only shader throughput, and a TPP by their own formula.
    if mapping.id != OWN:
        chip = replace(
            chip,
            rates_partial=_states_only_vector_throughput(chip),
            metrics=_without_stated_total(chip),
        )

    return TableRow(
        number=number,
        name=name,
        vendor=chip.vendor,
        values=values,
        alternatives=alternatives,
        chip=chip,
    )


def _stated_cells(
    cells: Mapping[str, str], mapping: TableMapping
) -> Iterator[tuple[MappedColumn, str]]:
    """The mapped columns with the texts of their cells, without those that mean an unknown."""
    for column in mapping.columns:
        text = (cells.get(column.column) or "").strip()
        if text.casefold() not in _MISSING and text not in mapping.missing:
            yield column, text


def _words_in(cells: Mapping[str, str], column: str | None) -> str:
    """The text of a cell with single spaces; empty if the table has no such column."""
    if column is None:
        return ""
    text = cells.get(column) or ""
    return " ".join(text.split())


def _flag(column: str, text: str) -> bool:
    """A cell as true or false, in any of the ways in which programs write them."""
    if text.casefold() not in _FLAGS:
        raise QuantityError(f"column {column!r}: {text!r} is neither true nor false")
    return _FLAGS[text.casefold()]


def _without_stated_total(chip: Chip) -> dict[str, Figure]:
    """The given metrics; where a table states throughput too, TPP is computed from that.

    The stated TPP is then only compared with the computed one: `audit` reports the difference.
    """
    metrics = dict(chip.metrics)
    if chip.throughput:
        metrics.pop("tpp", None)
    return metrics


def _states_only_vector_throughput(chip: Chip) -> bool:
    """Whether a row states throughput, but none of the matrix engines.

    Such throughput bounds the TPP of the chip from below: its matrix engines may be many times as
    fast, so a chip below a threshold by these numbers alone is undetermined.
    """
    names = [*chip.throughput, *chip.sparse]
    if not names:
        return False
    return all(outside_matrix(name) for name in names)


def outside_matrix(name: str) -> bool:
    """Whether a number format runs on vector pipes: it is named so, or has 32 bits or more.

    Tables do not say whether their FP32 and FP64 are those of matrix engines (the mappings in
    ``data/tables/`` allow either), so neither counts as matrix throughput.
    """
    bits = format_table().bits
    return name.endswith("_vector") or bits.get(name, 0) >= bits["fp32"]


def _check_density(chip: Chip) -> None:
    """TPP, area and density of a row must agree within the rounding of tables."""
    values: list[Fraction] = []
    for name in _DENSITY_PARTS:
        figure = chip.metrics.get(name)
        if figure is None:
            return
        # The figure of a cell has exactly one claim.
        values.append(figure.claims[0].value)
    tpp, area, density = values

    # Planar silicon has an applicable die area of zero, which goes with a density of zero.
    quotient = tpp / area if area else Fraction(0)
    share, minimum = ROUNDED
    if abs(quotient - density) > max(density * share, minimum):
        raise QuantityError(
            f"tpp / applicable_die_area is {display(quotient)}, but performance_density is "
            f"{display(density)}; the three must agree"
        )


def _claim(column: MappedColumn, text: str, grouped: bool) -> Claim:
    """What a cell states, in chipdb's unit of the figure.

    Its text is that of the cell with the unit of the column, so that a reader can find it again.
    Raises :class:`QuantityError`, which names the column.
    """
    unit = unit_of(column.figure[0])
    try:
        number = _plain_number(text, grouped)
        if number is None:
            # The cell has a unit of its own, which replaces that of the column.
            return Claim(text=text, value=quantity(text, unit).value, unit=unit)
        if column.times:
            value = number * Fraction(column.times)
            suffix = f"x {column.times}"
        else:
            suffix = column.unit or unit
            value = number * _factor(suffix, unit)
    except (QuantityError, ArithmeticError) as error:
        raise QuantityError(f"column {column.column!r}: {error}") from None

    if value < 0:
        raise QuantityError(f"column {column.column!r}: {text!r} is negative")
    return Claim(text=f"{text} {suffix}".rstrip(), value=value, unit=unit)


def _plain_number(text: str, grouped: bool) -> Fraction | None:
    """A number with however many digits a program wrote; None if the cell has a unit.

    Programs print floats with up to 17 digits, more than :func:`~chipdb.units.exact` takes from a
    person. ``grouped`` says whether a comma groups digits, as in 989,400.
    """
    # A comma read the wrong way would shift the figure by a factor of a thousand.
    if "," in text and not grouped:
        raise QuantityError(
            f"the comma in {text!r} may be a decimal mark or group digits; write 989400 or 989.4"
        )
    if re.match(r"[+-]?\d+,\d", text) and not _NUMBER.fullmatch(text):
        raise QuantityError(f"{text!r} seems to have a decimal comma; write a point")
    # The length bounds the time that the exact arithmetic takes for a hostile file.
    if len(text) > _MAX_NUMBER_LENGTH or not _NUMBER.fullmatch(text):
        return None
    try:
        return Fraction(Decimal(text.replace(",", "")))
    except (InvalidOperation, ValueError, OverflowError):
        return None


@functools.lru_cache(maxsize=64)
def _factor(written: str, unit: str) -> Fraction:
    """The factor from a column's unit to chipdb's; a count may be in ``million``."""
    # A bare number has no unit that `quantity` could convert.
    if written == unit:
        return Fraction(1)
    return quantity(f"1 {written}", unit).value


def _chip(
    key: str,
    name: str,
    vendor: str | None,
    values: Mapping[str, Claim],
    for_datacenters: bool | None,
) -> Chip:
    """The hypothetical chip with the figures of a row."""

    def figure(path: str) -> Figure | None:
        if path not in values:
            return None
        return Figure(path, values[path].unit, (values[path],))

    # The figures of each mapping field of a chip, by their names in it.
    groups: dict[str, dict[str, Figure]] = {
        "throughput": {},
        "sparse": {},
        "power": {},
        "clocks": {},
        "metrics": {},
    }
    for path in sorted(values):
        claim = values[path]
        root, _, name_in_group = path.partition(".")
        if root == "throughput":
            field_name = "sparse" if path.endswith("_sparse") else "throughput"
            groups[field_name][name_in_group] = Figure(path, claim.unit, (claim,), highest=True)
        elif root in ("power", "clocks"):
            groups[root][name_in_group] = Figure(path, claim.unit, (claim,))
        # A number of transistors is both a figure and a metric; chips keep it as a figure.
        elif path in METRIC_UNITS and path != "transistors":
            groups["metrics"][path] = Figure(f"metrics.{path}", claim.unit, (claim,))

    # One column cannot tell design from marketing, and Note 2 of 3A090 asks for either.
    market: tuple[str, ...] | None = None
    if for_datacenters is not None:
        market = ("datacenter",) if for_datacenters else ("client",)

    return Chip(
        id=key,
        name=name,
        vendor=vendor,
        designed_for=market,
        marketed_for=market,
        dies=_dies(values),
        transistors=figure("transistors"),
        throughput=groups["throughput"],
        sparse=groups["sparse"],
        memory=Memory(
            bus=figure("memory.bus"),
            capacity=figure("memory.capacity"),
            bandwidth=figure("memory.bandwidth"),
        ),
        power=groups["power"],
        clocks=groups["clocks"],
        metrics=groups["metrics"],
        hypothetical=True,
    )


def _dies(values: Mapping[str, Claim]) -> tuple[Die, ...] | None:
    """The silicon of a row as one die of the stated area; None if no area is stated.

    The process says whether the transistors are planar; it says nothing about the area.
    """
    area = values.get("die_area")
    if area is None or area.value == 0:
        return None
    largest_non_planar = gates()["planar"].non_planar_to
    assert largest_non_planar is not None, "data/gates.yaml states it"

    die = Die(name="die", area=Figure("dies[0].area", "mm^2", (area,)))
    transistors = values.get("transistors")
    if transistors is not None:
        die = replace(die, transistors=Figure("dies[0].transistors", "", (transistors,)))
    process = values.get("process_nm")
    if process is not None:
        # Only non-planar logic counts as applicable die area (3A090, Technical Note 4).
        is_non_planar = process.value <= largest_non_planar
        die = replace(die, process=f"{float(process.value):g} nm", non_planar=is_non_planar)
    return (die,)


@functools.lru_cache(maxsize=1)
def known_mappings() -> dict[str, TableMapping]:
    """The mappings of ``data/tables/`` by id."""
    paths = sorted((data_files.data_folder() / "tables").glob("*.yaml"))
    mappings = [read_list(path, TableMapping)[0] for path in paths]
    return {mapping.id: mapping for mapping in mappings}


def mapping_for(table: TextTable, path: Path | None = None) -> TableMapping:
    """The mapping of a table.

    It is that of the user's file, or of the first known table whose columns are all there, or
    made from columns that are named as chipdb names figures. Raises :class:`DataError` for a
    mapping file that is wrong, :class:`UsageError` if no mapping fits.
    """
    if path is not None:
        return _mapping_from_file(path, table)

    # A known table is recognized first: its column names can also look like chipdb's figures.
    try:
        mapping = _recognized(table) or _own_mapping(table.columns)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"{table.name}: {message}") from None

    if mapping is None:
        titles = ", ".join(known.title for known in known_mappings().values())
        raise ParameterError(
            "mapping",
            f"is required for {table.name}: no column is named after a figure, and the table is "
            f"not a known one ({titles})",
        )
    return mapping


def _mapping_from_file(path: Path, table: TextTable) -> TableMapping:
    """The mapping of a user's file; :class:`DataError` if the table lacks a column that it names.

    A column that is missing would otherwise read as unknown in every row, in silence.
    """
    mappings = read_list(path, TableMapping)
    if len(mappings) != 1:
        message = f"{len(mappings)} mappings; expected exactly one"
        raise DataError.of_file(str(path), message)

    mapping = mappings[0]
    columns = [mapping.name]
    if mapping.vendor:
        columns.append(mapping.vendor)
    columns += [column.column for column in mapping.columns]

    problems: list[Problem] = []
    for name in columns:
        if name not in table.columns:
            hint = nearest(name, list(table.columns))
            problems.append(Problem(str(path), 0, "", f"{table.name} has no column {name!r}{hint}"))
    if problems:
        raise DataError(problems)
    return mapping


def _recognized(table: TextTable) -> TableMapping | None:
    """The mapping of the first known table whose columns are all there; None if there is none."""
    columns = set(table.columns)
    for mapping in known_mappings().values():
        if columns.issuperset(mapping.recognized_by):
            return mapping
    return None


def known_table(path: Path) -> TextTable | None:
    """A JSON file as a table if its records have columns that chipdb knows.

    None if the file is something else, such as chips in the data format, whose reader then reports
    what is wrong with it.
    """
    try:
        table = read_table(path)
    except DataError:
        return None
    if _recognized(table):
        return table

    # Chips in the data format have nested fields; only a table has dotted names or metrics.
    if _has_nested_cells(table):
        return None
    is_flat = any("." in column or column in _DENSITY_PARTS for column in table.columns)
    if is_flat and _own_mapping(table.columns):
        return table
    return None


def _has_nested_cells(table: TextTable) -> bool:
    """Whether a cell holds a mapping or a list, which the table keeps as JSON text."""
    for row in table.rows.values():
        if any(cell.startswith(("{", "[")) for cell in row.values()):
            return True
    return False


def _own_mapping(columns: Iterable[str]) -> TableMapping | None:
    """The mapping of columns that are named after figures and metrics.

    A unit in brackets after the name replaces chipdb's. None if there is no such column, or none
    with the chip's name. Raises :class:`UsageError` for a column that is a misspelt figure.
    """
    columns = list(columns)
    by_folded_name = {column.casefold(): column for column in columns}
    # The order of `_NAME_COLUMNS` decides: a table with a name and an id is labeled by the name.
    name_columns = [by_folded_name[key] for key in _NAME_COLUMNS if key in by_folded_name]
    figure_columns = list(_figure_columns(columns))
    if not name_columns or not figure_columns:
        return None
    _refuse_near_misses(columns, {column.column for column in figure_columns})
    return TableMapping(
        id=OWN,
        title="figures by name",
        name=name_columns[0],
        vendor=by_folded_name.get("vendor"),
        columns=figure_columns,
    )


def _figure_columns(columns: Iterable[str]) -> Iterator[MappedColumn]:
    """The columns that are named after a figure, with the units in their names."""
    for column in columns:
        path = column.strip()
        unit: str | None = None
        with_unit = _WITH_UNIT.fullmatch(path)
        if with_unit is not None:
            path = with_unit["path"]
            # Empty brackets, as in "tpp []", say that there is no unit.
            unit = with_unit["unit"] or None
        if is_figure(path):
            yield MappedColumn(column=column, figure=[path], unit=unit)


def _refuse_near_misses(columns: Iterable[str], recognized: set[str]) -> None:
    """Refuse a column that is meant as a figure but misspelt.

    Ignoring it would make a chip look less capable than it is.
    """
    figures = [name for name in figure_names() if name != DATACENTER]
    squashed = {squash(name) for name in figures}
    for column in columns:
        if column in recognized:
            continue
        name_without_unit = _WITH_UNIT.sub(r"\g<path>", column)
        looks_like_figure = column.casefold().startswith(_FIGURE_ROOTS)
        if looks_like_figure or squash(name_without_unit) in squashed:
            raise UsageError(f"the column {column!r} is not a figure{nearest(column, figures)}")
