"""Somebody else's table as rows of text: CSV, JSON or Parquet, every row accounted for.

A cell keeps the text it was written with. A row that cannot be a row (more cells than the header has, not a mapping) is
kept with the reason, so that nothing is dropped in silence.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chipdb.catalog.yaml_text import MAX_BYTES, read_bytes
from chipdb.errors import DataError, Problem, UsageError


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """A table: its columns, its rows from 1, and why some rows are none."""

    name: str
    columns: tuple[str, ...]
    rows: dict[int, dict[str, str]]
    broken: dict[int, str]
    grouped: bool = True
    """Whether a comma in a number groups its digits; between semicolons it may be the decimal sign."""

    def __len__(self) -> int:
        return len(self.rows) + len(self.broken)


MAX_ROWS = 1_000_000


def table_of(data: bytes, name: str) -> TextTable:
    """The rows of a text, JSON if it begins like JSON, else CSV; :class:`DataError` if it is neither."""
    return (
        _records(name, _json(data, name)) if data.lstrip()[:1] in (b"[", b"{") else _csv(data, name)
    )


def read_table(path: Path) -> TextTable:
    """The rows of a CSV, JSON or Parquet file.

    Raises :class:`DataError` if it cannot be read as a table, :class:`UsageError` if Parquet needs the extra ``frames``.
    """
    name, suffix = str(path), path.suffix.lower()
    if suffix == ".parquet":
        return _parquet(path)
    data = read_bytes(path)
    if suffix == ".json":
        return _records(name, _json(data, name))
    return _csv(data, name)


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            [Problem(name, line, "", "not UTF-8 text; save the table as UTF-8")]
        ) from None


def _csv(data: bytes, name: str) -> TextTable:
    text = _text(data, name)
    if "\0" in text:
        raise DataError([Problem(name, 0, "", "not a CSV table: it holds null bytes")])
    dialect = _dialect(text)
    reader = csv.reader(io.StringIO(text, newline=""), dialect=dialect, strict=True)
    try:
        lines = [line for line in reader if line]
    except csv.Error as error:
        raise DataError([Problem(name, reader.line_num, "", f"not a CSV table: {error}")]) from None
    if len(lines) < 2:
        raise DataError(
            [
                Problem(
                    name,
                    0,
                    "",
                    "no rows; a table has a line of column names and a line for each chip",
                )
            ]
        )
    columns = tuple(cell.strip() for cell in lines[0])
    _distinct(columns, name)
    rows, broken = {}, {}
    for number, line in enumerate(lines[1:], 1):
        if len(line) != len(columns):
            broken[number] = f"{len(line)} cells under {len(columns)} columns"
        elif not any(cell.strip() for cell in line):
            broken[number] = "every cell is blank"
        else:
            rows[number] = dict(zip(columns, line, strict=True))
    return TextTable(
        name=name, columns=columns, rows=rows, broken=broken, grouped=dialect.delimiter != ";"
    )


def _dialect(text: str) -> type[csv.Dialect]:
    """Commas, unless the line of column names has more semicolons or tabs."""
    first = text.partition("\n")[0]
    best = max((",", ";", "\t"), key=first.count)

    class Written(csv.excel):
        delimiter = best

    return Written


def _distinct(columns: tuple[str, ...], name: str) -> None:
    twice = sorted({column for column in columns if columns.count(column) > 1 and column})
    if twice:
        raise DataError([Problem(name, 1, "", f"the column {twice[0]!r} stands twice")])


def _json(data: bytes, name: str) -> list[Any]:
    try:
        value = json.loads(
            _text(data, name),
            parse_float=str,
            parse_int=str,
            parse_constant=str,
            object_pairs_hook=_once,
        )
    except DataError as error:
        raise DataError(
            [Problem(name, 0, problem.path, problem.message) for problem in error.problems]
        ) from None
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise DataError([Problem(name, line, "", "not JSON")]) from None
    if isinstance(value, dict):
        lists = {key: entry for key, entry in value.items() if isinstance(entry, list)}
        value = lists.get("chips", next(iter(lists.values())) if len(lists) == 1 else value)
    if not isinstance(value, list) or not value:
        raise DataError([Problem(name, 0, "", "no rows; a table in JSON is a list of records")])
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A mapping; :class:`DataError` for a key that stands twice or text that is no Unicode."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DataError([Problem("", 0, key, "duplicate key")])
        if any(
            0xD800 <= ord(letter) <= 0xDFFF
            for text in (key, value)
            if isinstance(text, str)
            for letter in text
        ):
            shown = key.encode("ascii", "replace").decode()
            raise DataError([Problem("", 0, shown, "holds half a character (a lone surrogate)")])
        found[key] = value
    return found


def _records(name: str, records: list[Any]) -> TextTable:
    rows: dict[int, dict[str, str]] = {}
    broken: dict[int, str] = {}
    for number, record in enumerate(records, 1):
        if isinstance(record, dict):
            rows[number] = {str(key): _cell(value) for key, value in record.items()}
        else:
            broken[number] = "not a record of columns and values"
    columns = tuple(dict.fromkeys(key for row in rows.values() for key in row))
    return TextTable(name=name, columns=columns, rows=rows, broken=broken)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _parquet(path: Path) -> TextTable:
    try:
        from pyarrow import ArrowException, parquet
    except ModuleNotFoundError:
        raise UsageError(
            f"{path}: reading Parquet needs the extra frames: pip install 'chipdb[frames]'"
        ) from None
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(
                [Problem(str(path), 0, "", f"a table of chips has at most {MAX_BYTES:,} bytes")]
            )
        if parquet.read_metadata(path).num_rows > MAX_ROWS:
            raise DataError(
                [Problem(str(path), 0, "", f"a table of chips has at most {MAX_ROWS:,} rows")]
            )
        records = parquet.read_table(path).to_pylist()
    except OSError as error:
        raise DataError(
            [Problem(str(path), 0, "", f"cannot be read: {error.strerror or 'not a Parquet file'}")]
        ) from None
    except (ArrowException, ValueError, OverflowError) as error:
        detail = str(error).partition("\n")[0] or "not a Parquet file"
        raise DataError([Problem(str(path), 0, "", f"cannot be read: {detail}")]) from None
    if not records:
        raise DataError([Problem(str(path), 0, "", "no rows")])
    return _records(str(path), records)
