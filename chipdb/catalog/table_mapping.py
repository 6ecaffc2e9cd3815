"""Which mapping says what the columns of a table mean.

The mappings of known tables are in ``data/tables/``, others in a user's file. Without either,
the column names decide, and the user is told how they were read.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import ValidationError

from chipdb import data_files
from chipdb.catalog.column_names import (
    UnclearColumn,
    described,
    named_after_figure,
)
from chipdb.catalog.file_contents import MAPPING, refuse_other_contents
from chipdb.catalog.header_words import (
    LOOKED_FOR,
    NAME_COLUMNS,
    VENDOR_COLUMNS,
    first_column,
)
from chipdb.catalog.lookup import nearest, squash
from chipdb.catalog.read_table import TextTable, read_table
from chipdb.catalog.table_schema import (
    DATACENTER,
    IN_CELLS,
    MappedColumn,
    TableMapping,
    figure_names,
    unit_of,
)
from chipdb.catalog.yaml_lists import entries, read_list
from chipdb.catalog.yaml_text import read_bytes
from chipdb.errors import DataError, ParameterError, Problem, UsageError
from chipdb.lazy_dataclasses import dataclass, field

OWN = "own"
"""The mapping of tables whose columns are named as chipdb names its figures.

In such a table a given metric replaces the one that the figures yield: its columns were named for
chipdb, so the metric is meant. A third party's TPP may follow another definition.
"""

BY_WORDS = "by-words"
"""The mapping of tables whose columns are named in words, such as ``FP16 TFLOPS``."""

SHOWN_COLUMNS = 12
"""How many columns an error lists."""

_DENSITY_PARTS = ("tpp", "applicable_die_area", "performance_density")
_FIGURE_ROOTS = ("throughput.", "memory.", "clocks.", "power.")


FRAME_FILES = (".csv", ".tsv", ".parquet")
"""Tables that ``check -o FILE.parquet`` answers row by row, from the figures alone."""


@functools.lru_cache(maxsize=1)
def known_mappings() -> dict[str, TableMapping]:
    """The mappings of ``data/tables/`` by id, in the order of their files.

    Raises :class:`DataError` if one of the files is wrong.
    """
    mappings: dict[str, TableMapping] = {}
    for path in sorted((data_files.data_folder() / "tables").glob("*.yaml")):
        # Each of these files has one mapping.
        mapping = read_list(path, TableMapping)[0]
        mappings[mapping.id] = mapping
    return mappings


def mapping_for(table: TextTable, path: Path | None = None) -> TableMapping:
    """The mapping of a table.

    It is that of the user's file, or of the first known table whose columns are all there, or
    made from the names of the columns. Raises :class:`DataError` for a mapping file that is wrong,
    :class:`UsageError` if no mapping fits.
    """
    if path is not None:
        return _mapping_from_file(path, table)

    # A known table is recognized first: its column names can also look like chipdb's figures.
    try:
        mapping = _recognized(table) or _mapping_by_names(table.columns)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"{table.name}: {message}") from None

    if mapping is None:
        raise ParameterError("mapping", f"is required for {table.name}: {_not_understood(table)}")
    return mapping


def _not_understood(table: TextTable) -> str:
    """Why the columns of a table say nothing, with those that it has and those looked for."""
    columns = _shown(table.columns)
    if first_column(NAME_COLUMNS, table.columns) is None:
        reason = f"no column has names of chips{_way_without_names(table)}"
        return f"{reason}; its columns are {columns}; looked for: {LOOKED_FOR}"
    titles = ", ".join(known.title for known in known_mappings().values())
    return (
        f"no column is named after a figure; its columns are {columns}; looked for figures such as "
        f"memory.bandwidth or FP16 TFLOPS, and for the columns of known tables ({titles})"
    )


def _way_without_names(table: TextTable) -> str:
    """How a file whose columns are chipdb's figures is answered without names; empty for others."""
    if not table.name.lower().endswith(FRAME_FILES) or not _meaning_of(table.columns).exact:
        return ""
    return ", but check with -o FILE.parquet answers rows of figures without names and mapping"


def _shown(columns: Sequence[str]) -> str:
    """The first columns of a table in quotes, and how many more there are.

    >>> _shown(["GPU", "TDP"])
    "'GPU', 'TDP'"
    """
    shown = ", ".join(repr(column) for column in columns[:SHOWN_COLUMNS] if column)
    if len(columns) > SHOWN_COLUMNS:
        shown += f" and {len(columns) - SHOWN_COLUMNS} more"
    return shown


def _mapping_from_file(path: Path, table: TextTable) -> TableMapping:
    """The mapping of a user's file; :class:`DataError` if the table lacks a column that it names.

    A column that is missing would otherwise silently read as unknown in every row.
    """
    read = entries(read_bytes(path), str(path))
    refuse_other_contents([entry for _, _, entry in read], str(path), MAPPING)
    mappings = read_list(path, TableMapping)
    if len(mappings) != 1:
        message = f"{len(mappings)} mappings; expected exactly one"
        raise DataError.of_file(str(path), message)

    mapping = mappings[0]
    columns = [mapping.name]
    if mapping.vendor:
        columns.append(mapping.vendor)
    columns += [column.column for column in mapping.columns]

    # All of them are reported, since a renamed export often renames several columns.
    problems: list[Problem] = []
    for name in columns:
        if name not in table.columns:
            hint = nearest(name, list(table.columns))
            problems.append(Problem(str(path), 0, "", f"{table.name} has no column {name!r}{hint}"))
    if problems:
        raise DataError(problems)
    return mapping


def _recognized(table: TextTable) -> TableMapping | None:
    """The mapping of the first known table whose columns are all there; None if there is none.

    Further columns do not matter: whoever publishes a table adds to it.
    """
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
    if has_nested_cells(table) or not any(map(_is_flat_name, table.columns)):
        return None
    if _mapping_by_names(table.columns) is None:
        return None
    return table


def _is_flat_name(column: str) -> bool:
    """Whether a column is named as no field of the data format is: by a path, or by a metric.

    >>> _is_flat_name("memory.bandwidth"), _is_flat_name("memory")
    (True, False)
    """
    return "." in column or column in _DENSITY_PARTS


def has_nested_cells(table: TextTable) -> bool:
    """Whether a cell holds a mapping or a list, which the table keeps as JSON text.

    Tables are flat; chips in the data format have dies, links and claims.
    """
    for row in table.rows.values():
        for cell in row.values():
            if cell.startswith(("{", "[")):
                return True
    return False


def _mapping_by_names(columns: Sequence[str]) -> TableMapping | None:
    """The mapping that the names of the columns make; None without a name or without a figure.

    Raises :class:`UsageError` for a column that is a misspelt figure.
    """
    # The columns of names and vendors state no figure, even if they are named like one.
    name = first_column(NAME_COLUMNS, columns)
    vendor = first_column(VENDOR_COLUMNS, columns)
    others = [column for column in columns if column not in (name, vendor)]
    meaning = _meaning_of(others)
    if name is None or not meaning.columns:
        return None
    _refuse_near_misses(meaning.ignored)
    return TableMapping(
        id=meaning.mapping_id,
        title="figures by name",
        name=name,
        vendor=vendor,
        columns=meaning.columns,
        unclear=meaning.unclear,
    )


def is_known_table(table: TextTable) -> bool:
    """Whether a table has the columns of a known third-party table."""
    return _recognized(table) is not None


def states_figures(columns: Sequence[str]) -> bool:
    """Whether some of the columns state figures."""
    return bool(_meaning_of(columns).columns)


def figure_mapping(
    table: str, name: str, vendor: str | None, others: Sequence[str]
) -> TableMapping | None:
    """The mapping of those of some columns that state figures; None if none does.

    Unlike a table of figures, a portfolio may have any other columns. Raises :class:`UsageError`
    if two columns state one figure.
    """
    meaning = _meaning_of(others)
    if not meaning.columns:
        return None
    try:
        return TableMapping(
            id=meaning.mapping_id,
            title="figures of a portfolio",
            name=name,
            vendor=vendor,
            columns=meaning.columns,
            unclear=meaning.unclear,
        )
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"{table}: {message}") from None


@dataclass
class _Meaning:
    """What the names of columns say: figures by chipdb's names, figures in words, the rest."""

    exact: list[MappedColumn] = field(default_factory=list)
    in_words: list[MappedColumn] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def columns(self) -> list[MappedColumn]:
        """The columns that state figures."""
        return [*self.exact, *self.in_words]

    @property
    def mapping_id(self) -> str:
        """The id of the mapping that they make: by words if any column is named in words.

        >>> _Meaning().mapping_id
        'own'
        """
        if self.in_words:
            return BY_WORDS
        return OWN


def _meaning_of(columns: Iterable[str]) -> _Meaning:
    """What the names of columns say, one after the other."""
    # chipdb's own names come first, since some of them are also words that people use.
    meaning = _Meaning()
    for column in columns:
        exact = named_after_figure(column)
        if exact is not None:
            meaning.exact.append(exact)
            continue
        meant = described(column)
        if isinstance(meant, MappedColumn):
            meaning.in_words.append(meant)
            continue
        meaning.ignored.append(column)
        if isinstance(meant, UnclearColumn):
            meaning.unclear.append(column)
    return meaning


def _refuse_near_misses(columns: Iterable[str]) -> None:
    """Refuse a column that is meant as a figure but misspelt.

    Ignoring it would make a chip look less capable than it is. Raises :class:`UsageError`.
    """
    figures = [name for name in figure_names() if name != DATACENTER]
    squashed = set(map(squash, figures))
    for column in columns:
        # A unit in brackets does not make it another name.
        words, _, _ = column.partition("(")
        words, _, _ = words.partition("[")
        looks_like_figure = column.casefold().startswith(_FIGURE_ROOTS)
        if looks_like_figure or squash(words) in squashed:
            raise UsageError(f"the column {column!r} is not a figure{nearest(column, figures)}")


def how_read(mapping: TableMapping) -> str | None:
    """How columns that are named in words were read, for the user to check; None for others.

    >>> column = MappedColumn(column="VRAM", figure=["memory.capacity"])
    >>> how_read(TableMapping(id=BY_WORDS, name="GPU", columns=[column]))
    "'GPU' is the name; 'VRAM' is memory.capacity in GB"
    """
    if mapping.id != BY_WORDS:
        return None
    parts = [f"{mapping.name!r} is the name"]
    if mapping.vendor:
        parts.append(f"{mapping.vendor!r} the vendor")
    for column in mapping.columns:
        parts.append(f"{column.column!r} is {_figure_in_words(column)}")
    return "; ".join(parts)


def _figure_in_words(column: MappedColumn) -> str:
    """The figure of a column with its unit, as in ``memory.capacity in GB``.

    >>> _figure_in_words(MappedColumn(column="VRAM", figure=["memory.capacity"]))
    'memory.capacity in GB'
    """
    figure = " or ".join(column.figure)
    if column.unit == IN_CELLS:
        return f"{figure} in the unit of each cell"
    unit = column.unit or unit_of(column.figure[0])
    if unit in ("", DATACENTER):
        return figure
    return f"{figure} in {unit}"
