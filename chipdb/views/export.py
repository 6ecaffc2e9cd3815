"""The data set as files: CSV, JSON, Parquet, SQLite, or a Frictionless data package; whole files or none."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import chipdb
from chipdb.catalog.catalog import Catalog
from chipdb.errors import UnknownNameError, UsageError
from chipdb.views.dataset import FLAG, INTEGER, NUMBER, Table, tables
from chipdb.views.json.envelope import envelope_json
from chipdb.views.tables import csv_text
from chipdb.whole_files import whole_file

SUFFIXES = {
    ".csv": "csv",
    ".json": "json",
    ".parquet": "parquet",
    ".sqlite": "sqlite",
    ".db": "sqlite",
}
PACKAGE = "package"
KINDS = (*dict.fromkeys(SUFFIXES.values()), PACKAGE)
_LICENSE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}
Stamp = dict[str, Any]
_SQL = {NUMBER: "REAL", INTEGER: "INTEGER", FLAG: "INTEGER"}


def kind_of(output: str, asked: str | None) -> str:
    """What to write: what was asked for, else what the file's ending says, else a package in a folder."""
    if asked is not None and asked not in KINDS:
        raise UsageError(f"--as {asked}: one of {', '.join(KINDS)}")
    suffix = Path(output).suffix.lower()
    if asked is None and suffix and suffix not in SUFFIXES:
        raise UsageError(
            f"-o {output}: end it in {', '.join(SUFFIXES)}, name a folder for a data package, or say --as"
        )
    return asked or SUFFIXES.get(suffix, PACKAGE)


def export(catalog: Catalog, output: str, kind: str, only: str | None = None) -> list[Table]:
    """Write the data set (of CSV and Parquet, which hold one table, the one named); the tables written.

    Raises :class:`UsageError` where the file cannot be written, :class:`UnknownNameError` for no such table.
    """
    path, known = Path(output), {table.name: table for table in tables(catalog)}
    single = kind in ("csv", "parquet")
    if only is not None and only not in known:
        raise UnknownNameError("table", only, list(known))
    chosen = [known[only]] if only else [known["chips"]] if single else list(known.values())
    names = {table.name for table in chosen}
    chosen = [
        replace(table, points={key: to for key, to in table.points.items() if to[0] in names})
        for table in chosen
    ]
    try:
        _WRITERS[kind](path, chosen, envelope_json({}, catalog.data))
    except (OSError, sqlite3.Error) as error:
        raise UsageError(f"-o {output}: {getattr(error, 'strerror', None) or error}") from None
    return chosen


def _csv(path: Path, chosen: list[Table], _: Stamp) -> None:
    with whole_file(path) as temporary:
        temporary.write_text(_csv_of(chosen[0]), encoding="utf-8")


def _csv_of(table: Table) -> str:
    names = [column.name for column in table.columns]
    rows = [[_plain(row[name]) for name in names] for row in table.rows]
    return csv_text(rows, names) + "\n"


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _json(path: Path, chosen: list[Table], stamp: Stamp) -> None:
    with whole_file(path) as temporary:
        record = {
            **stamp,
            "version": chipdb.__version__,
            "license": _LICENSE,
            **{table.name: table.rows for table in chosen},
        }
        temporary.write_text(
            json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


def _parquet(path: Path, chosen: list[Table], stamp: Stamp) -> None:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ModuleNotFoundError:
        raise UsageError(
            "writing Parquet needs the extra frames: pip install 'chipdb[frames]'"
        ) from None
    types = {NUMBER: arrow.float64(), INTEGER: arrow.int64(), FLAG: arrow.bool_()}
    table = chosen[0]
    fields = [
        arrow.field(
            column.name, types.get(column.type, arrow.string()), metadata={"unit": column.unit}
        )
        for column in table.columns
    ]
    about = {key: str(value) for key, value in stamp.items()}
    with whole_file(path) as temporary:
        parquet.write_table(
            arrow.Table.from_pylist(table.rows, schema=arrow.schema(fields, metadata=about)),
            temporary,
        )


def _sqlite(path: Path, chosen: list[Table], stamp: Stamp) -> None:
    with whole_file(path) as temporary, contextlib.closing(sqlite3.connect(temporary)) as database:
        for table in chosen:
            columns = [
                f'"{column.name}" {_SQL.get(column.type, "TEXT")}' for column in table.columns
            ]
            named = ", ".join(f'"{name}"' for name in table.key)
            keys = [f"PRIMARY KEY ({named})"] if table.key else []
            points = [
                f'FOREIGN KEY ("{name}") REFERENCES "{other}" ("{to}")'
                for name, (other, to) in table.points.items()
            ]
            database.execute(
                f'CREATE TABLE "{table.name}" ({", ".join([*columns, *keys, *points])})'
            )
            marks = ", ".join("?" for _ in table.columns)
            values = [[row[column.name] for column in table.columns] for row in table.rows]
            database.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', values)  # noqa: S608 - names are our own
        database.execute('CREATE TABLE "about" ("name" TEXT PRIMARY KEY, "value" TEXT)')
        about = {"version": chipdb.__version__, "license": _LICENSE["name"], **stamp}
        database.executemany(
            'INSERT INTO "about" VALUES (?, ?)',
            [(name, str(value)) for name, value in about.items()],
        )
        database.commit()


def _package(path: Path, chosen: list[Table], stamp: Stamp) -> None:
    """A folder with a CSV for each table and ``datapackage.json``; an older package of ours is replaced, nothing else is."""
    path = path.resolve()
    if path.exists() and not _ours(path):
        raise UsageError(
            f"-o {path}: is there already and is no package of chipdb's alone; name a new folder"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        fresh = Path(folder) / "new"
        fresh.mkdir()
        for table in chosen:
            (fresh / f"{table.name}.csv").write_text(_csv_of(table), encoding="utf-8")
        text = json.dumps(descriptor(chosen, stamp), ensure_ascii=False, indent=2) + "\n"
        (fresh / "datapackage.json").write_text(text, encoding="utf-8")
        if path.exists():
            path.rename(Path(folder) / "old")
        fresh.replace(path)


def _ours(path: Path) -> bool:
    """Whether a folder holds a package that chipdb wrote and nothing else."""
    try:
        held = json.loads((path / "datapackage.json").read_text(encoding="utf-8"))
        written = {"datapackage.json", *(entry["path"] for entry in held["resources"])}
        return held["name"] == "chipdb" and {entry.name for entry in path.iterdir()} <= written
    except (OSError, ValueError, LookupError, TypeError):
        return False


def descriptor(chosen: list[Table], stamp: Stamp) -> dict[str, Any]:
    """The Frictionless descriptor: resources with their schemas, license, version and hashes."""
    return {
        "profile": "tabular-data-package",
        "name": "chipdb",
        "title": "chipdb: sourced figures of AI chips",
        "version": chipdb.__version__,
        "data": stamp["data"],
        "rules": stamp["rules"],
        "licenses": [_LICENSE],
        "contributors": [
            {
                "title": "Epoch AI",
                "role": "contributor",
                "path": "https://epoch.ai/data/machine-learning-hardware",
            }
        ],
        "resources": [_resource(table) for table in chosen],
    }


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.points:
        schema["foreignKeys"] = [
            {"fields": name, "reference": {"resource": other, "fields": to}}
            for name, (other, to) in table.points.items()
        ]
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


def _field(column: Any) -> dict[str, str]:
    unit = {"unit": column.unit} if column.unit else {}
    return {"name": column.name, "type": column.type, "description": column.says, **unit}


_WRITERS: dict[str, Callable[[Path, list[Table], Stamp], None]] = {
    "csv": _csv,
    "json": _json,
    "parquet": _parquet,
    "sqlite": _sqlite,
    PACKAGE: _package,
}
