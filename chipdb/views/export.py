"""The data set as files: CSV, JSON, Parquet, SQLite, or a Frictionless data package.

A file is written completely or not at all.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chipdb
from chipdb.catalog.catalog import Catalog
from chipdb.errors import ParameterError, UnknownNameError, UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.solver.question import Question
from chipdb.views.dataset import FLAG, INTEGER, NUMBER, DataColumn, DataTable, tables
from chipdb.views.json.envelope import envelope_json
from chipdb.views.tables import csv_text
from chipdb.whole_files import ended_by_signals, whole_file

SUFFIXES = {
    ".csv": "csv",
    ".json": "json",
    ".parquet": "parquet",
    ".sqlite": "sqlite",
    ".db": "sqlite",
    ".xlsx": "xlsx",
}
"""The formats of single files by file name extension."""

PACKAGE = "package"
KINDS = (*dict.fromkeys(SUFFIXES.values()), PACKAGE)
"""Everything that can be written: each format of a file, and a data package in a folder."""

# SQLite, JSON and packages hold all tables, with the references between them
SINGLE_TABLE = ("csv", "parquet")
"""The formats whose files hold one table."""

Stamp = dict[str, Any]
"""The schema number and the hashes of data and rules, which every format carries."""

_LICENSE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
# Part of the data was taken from Epoch AI under CC BY, which asks for attribution.
_EPOCH_AI = {
    "title": "Epoch AI",
    "role": "contributor",
    "path": "https://epoch.ai/data/machine-learning-hardware",
}
# SQLite has no booleans and no dates; it keeps them as 0 and 1, and as text.
_SQL_TYPES = {NUMBER: "REAL", INTEGER: "INTEGER", FLAG: "INTEGER"}


def kind_of(output: str, asked: str | None) -> str:
    """What to write: as asked, else by the extension of the output, else a package in a folder.

    Raises :class:`~chipdb.errors.ParameterError` for a format or extension that does not exist.

    >>> kind_of("chips.db", None), kind_of("chips", None), kind_of("chips.txt", "csv")
    ('sqlite', 'package', 'csv')
    """
    if asked is not None:
        if asked not in KINDS:
            raise ParameterError("as_", f"must be one of {', '.join(KINDS)}, not {asked!r}")
        return asked

    extension = Path(output).suffix.lower()
    if not extension:
        return PACKAGE
    if extension not in SUFFIXES:
        raise ParameterError(
            "output",
            f"{output}: expected a name that ends in {', '.join(SUFFIXES)}, "
            "a folder for a data package, or a stated format",
        )
    return SUFFIXES[extension]


def export(
    catalog: Catalog,
    output: str,
    kind: str,
    only: str | None = None,
    question: Question | None = None,
) -> list[DataTable]:
    """Write the data set, or ``only`` one of its tables, and return the tables written.

    CSV and Parquet hold one table: the chips if none is named. With a ``question`` the table of
    chips has the answer about each. Raises
    :class:`~chipdb.errors.ParameterError` if the file cannot be written,
    :class:`~chipdb.errors.UnknownNameError` for a table that does not exist, and
    :class:`~chipdb.errors.UsageError` for Parquet without the extra ``frames``.
    """
    by_name = {table.name: table for table in tables(catalog)}
    if only is not None and only not in by_name:
        raise UnknownNameError("table", only, list(by_name))

    if only:
        chosen = [by_name[only]]
    elif kind in SINGLE_TABLE:
        chosen = [by_name["chips"]]
    else:
        chosen = list(by_name.values())

    if question is not None:
        chosen = _answered(chosen, catalog, question)
    chosen = _without_dangling_references(chosen)

    # Full disks and missing folders are the user's to fix, so they are reported as a wrong output
    # and without a traceback.
    try:
        _WRITERS[kind](Path(output), chosen, envelope_json({}, catalog.data))
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise ParameterError("output", f"{output}: {reason}") from None
    return chosen


def _answered(chosen: list[DataTable], catalog: Catalog, question: Question) -> list[DataTable]:
    """The tables, that of chips with answers.

    Raises :class:`~chipdb.errors.ParameterError` if it is not among them.
    """
    from chipdb.views.dataset_answers import with_answers

    if "chips" not in {table.name for table in chosen}:
        raise ParameterError("table", "must be chips where answers are written")
    answered = []
    for table in chosen:
        is_of_chips = table.name == "chips"
        answered.append(with_answers(table, catalog, question) if is_of_chips else table)
    return answered


def _without_dangling_references(chosen: list[DataTable]) -> list[DataTable]:
    """The tables without references to tables that are not written.

    SQLite and Frictionless both refuse a foreign key to a table that does not exist.
    """
    names = {table.name for table in chosen}
    kept = []
    for table in chosen:
        points = dict(table.points)
        for column, (other, _) in table.points.items():
            if other not in names:
                del points[column]
        kept.append(replace(table, points=points))
    return kept


def _csv(path: Path, chosen: list[DataTable], _: Stamp) -> None:
    """The first table as CSV. The format has no place for the stamp, so it carries none."""
    with whole_file(path) as temporary:
        temporary.write_text(_csv_of(chosen[0]), encoding="utf-8")


def _csv_of(table: DataTable) -> str:
    """A table as CSV text with a line end; missing values are empty cells."""
    names = [column.name for column in table.columns]
    rows = []
    for row in table.rows:
        rows.append([_plain(row[name]) for name in names])
    return csv_text(rows, names) + "\n"


def _plain(value: Any) -> Any:
    """A value as Frictionless reads it in CSV: booleans in lower case.

    Python would write ``True``, which the standard treats as an error.
    """
    if isinstance(value, bool):
        return str(value).lower()
    return value


def _json(path: Path, chosen: list[DataTable], stamp: Stamp) -> None:
    """Every table as a list of rows in one object, with the stamp and the license."""
    record = {**stamp, "version": chipdb.__version__, "license": _LICENSE}
    for table in chosen:
        record[table.name] = table.rows
    # one space of indent: the file is large, but a difference between two versions is still
    # readable
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _parquet(path: Path, chosen: list[DataTable], stamp: Stamp) -> None:
    """The first table as Parquet, with units as metadata of its columns.

    Raises :class:`~chipdb.errors.UsageError` if pyarrow is not installed.
    """
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise UsageError(
            "writing Parquet needs the extra frames: pip install 'chipdb[frames]'"
        ) from None

    types = {NUMBER: arrow.float64(), INTEGER: arrow.int64(), FLAG: arrow.bool_()}
    table = chosen[0]
    fields = []
    for column in table.columns:
        kind = types.get(column.type, arrow.string())
        fields.append(arrow.field(column.name, kind, metadata={"unit": column.unit}))

    # Parquet metadata is text
    about = {key: str(value) for key, value in stamp.items()}
    schema = arrow.schema(fields, metadata=about)
    with whole_file(path) as temporary:
        parquet.write_table(arrow.Table.from_pylist(table.rows, schema=schema), temporary)


def _xlsx(path: Path, chosen: list[DataTable], stamp: Stamp) -> None:
    """A workbook with a sheet for each table, units below the names, and a sheet ``about``.

    Raises :class:`~chipdb.errors.UsageError` without the extra ``excel``.
    """
    from chipdb.views.workbook import Sheet, workbook

    sheets = []
    about = []
    for table in chosen:
        names = [column.name for column in table.columns]
        rows = [[row[name] for name in names] for row in table.rows]
        units = [column.unit for column in table.columns]
        sheets.append(Sheet(title=table.name, headers=names, rows=rows, units=units))
        about.append((f"sheet {table.name}", table.says))
        about += [(f"{table.name}: {column.name}", column.says) for column in table.columns]
    data = workbook(sheets, about, data=str(stamp["data"]))
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


def _sqlite(path: Path, chosen: list[DataTable], stamp: Stamp) -> None:
    """Every table with its keys, and a table ``about`` with the stamp and the license."""
    with whole_file(path) as temporary, contextlib.closing(sqlite3.connect(temporary)) as database:
        for table in chosen:
            database.execute(_create_table(table))
            names = [column.name for column in table.columns]
            marks = ", ".join("?" * len(names))
            values = [list(map(row.__getitem__, names)) for row in table.rows]
            # The names are our own, so no text of the data becomes part of the statement.
            insert = f'INSERT INTO "{table.name}" VALUES ({marks})'  # noqa: S608
            database.executemany(insert, values)
        database.execute('CREATE TABLE "about" ("name" TEXT PRIMARY KEY, "value" TEXT)')
        about = {"version": chipdb.__version__, "license": _LICENSE["name"], **stamp}
        for name, value in about.items():
            database.execute('INSERT INTO "about" VALUES (?, ?)', (name, str(value)))
        # the file is moved into place only after this, so an interrupted run leaves no half
        # database
        database.commit()


def _create_table(table: DataTable) -> str:
    """The statement that creates a table with its primary and foreign keys.

    Names are in quotes because some hold a dot, such as ``throughput.fp16``.
    """
    parts = []
    for column in table.columns:
        parts.append(f'"{column.name}" {_SQL_TYPES.get(column.type, "TEXT")}')
    if table.key:
        key = ", ".join(f'"{name}"' for name in table.key)
        parts.append(f"PRIMARY KEY ({key})")
    for name, (other, to) in table.points.items():
        parts.append(f'FOREIGN KEY ("{name}") REFERENCES "{other}" ("{to}")')
    return f'CREATE TABLE "{table.name}" ({", ".join(parts)})'


def _package(path: Path, chosen: list[DataTable], stamp: Stamp) -> None:
    """A folder with a CSV file for each table and ``datapackage.json``.

    An older package of chipdb is replaced; any other folder is refused.
    """
    path = path.resolve()
    if path.exists() and not _is_our_package(path):
        raise ParameterError(
            "output",
            f"{path}: already exists and is not a package of chipdb only; name a new folder",
        )

    path.parent.mkdir(parents=True, exist_ok=True)
    # Written next to its place and then renamed, so that no reader sees half a package.
    with (
        ended_by_signals(),
        tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder,
    ):
        fresh = Path(folder) / "new"
        fresh.mkdir()
        for table in chosen:
            (fresh / f"{table.name}.csv").write_text(_csv_of(table), encoding="utf-8")
        text = json.dumps(descriptor(chosen, stamp), ensure_ascii=False, indent=2) + "\n"
        (fresh / "datapackage.json").write_text(text, encoding="utf-8")
        # The old package goes into the temporary folder, which is removed at the end. A folder
        # cannot be replaced by another in one step on every system.
        if path.exists():
            path.rename(Path(folder) / "old")
        fresh.replace(path)


def _is_our_package(path: Path) -> bool:
    """Whether a folder holds a package that chipdb wrote and nothing else.

    A folder is replaced as a whole, so a single file of another origin is a reason to refuse.
    """
    try:
        held = json.loads((path / "datapackage.json").read_text(encoding="utf-8"))
        written = {"datapackage.json"}
        written |= {entry["path"] for entry in held["resources"]}
        present = {entry.name for entry in path.iterdir()}
        return held["name"] == "chipdb" and present <= written
    # a descriptor of another tool may have any shape
    except (OSError, ValueError, LookupError, TypeError):
        return False


def descriptor(chosen: list[DataTable], stamp: Stamp) -> dict[str, Any]:
    """The Frictionless descriptor: resources with their schemas, license, version and hashes.

    ``stamp`` is the envelope that every JSON answer of chipdb carries, too.
    """
    return {
        "profile": "tabular-data-package",
        "name": "chipdb",
        "title": "chipdb: sourced figures of AI chips",
        "version": chipdb.__version__,
        "data": stamp["data"],
        "rules": stamp["rules"],
        "licenses": [_LICENSE],
        "contributors": [_EPOCH_AI],
        "resources": [_resource(table) for table in chosen],
    }


def _resource(table: DataTable) -> dict[str, Any]:
    """The entry of one table in the descriptor: its file and the schema of its columns."""
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.points:
        schema["foreignKeys"] = []
        for name, (other, to) in table.points.items():
            reference = {"resource": other, "fields": to}
            schema["foreignKeys"].append({"fields": name, "reference": reference})

    return {
        "name": table.name,
        "path": f"{table.name}.csv",
        "profile": "tabular-data-resource",
        "description": table.says,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: DataColumn) -> dict[str, str]:
    """One column for the descriptor; a column without a unit is a bare number or a text."""
    field = {"name": column.name, "type": column.type, "description": column.says}
    if column.unit:
        field["unit"] = column.unit
    return field


_WRITERS: dict[str, Callable[[Path, list[DataTable], Stamp], None]] = {
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
    "sqlite": _sqlite,
    "xlsx": _xlsx,
    PACKAGE: _package,
}
