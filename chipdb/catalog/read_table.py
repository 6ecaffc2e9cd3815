"""A user's or a third party's table as rows of text: CSV, JSON, JSON lines, Parquet, a workbook.

A cell keeps its text as written. A row that is malformed (more cells than columns,
not a mapping) is kept with the reason, so that no row is silently dropped.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from chipdb.bounds import (
    MOST_BYTES,
    MOST_CELL_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_UNFOLDED,
)
from chipdb.catalog.json_records import json_records
from chipdb.catalog.read_workbook import ENDINGS as WORKBOOKS
from chipdb.catalog.read_workbook import MOST_TITLE_LINES, file_and_sheet, workbook_lines
from chipdb.catalog.row_numbers import LINE, SHEET_ROW, RowNumber
from chipdb.catalog.yaml_text import read_bytes
from chipdb.errors import DataError, UsageError
from chipdb.lazy_dataclasses import dataclass, field, replace
from chipdb.units import counted
from chipdb.whole_files import is_file

BLANK_ROW = "every cell is blank"
"""Why a row without any text does not count as a row."""

FOR_LONGER_TABLES = "chipdb check TABLE -o FILE.parquet reads longer ones"
"""What to do with a table that is too long to be read row by row."""

JSON_LINES = (".jsonl", ".ndjson")

_OTHER_KINDS = {
    ".xls": "an Excel workbook of an old kind",
    ".ods": "an OpenDocument spreadsheet",
    ".numbers": "a Numbers spreadsheet",
    ".md": "a Markdown file",
    ".rst": "a reStructuredText file",
    ".html": "a web page",
    ".htm": "a web page",
    ".xml": "an XML file",
    ".pdf": "a PDF document",
    ".doc": "a Word document",
    ".docx": "a Word document",
    ".pptx": "a PowerPoint presentation",
    ".feather": "an Arrow file",
    ".arrow": "an Arrow file",
    ".pickle": "a Python pickle",
    ".pkl": "a Python pickle",
    ".sqlite": "an SQLite database",
    ".db": "a database",
    ".zip": "an archive",
    ".gz": "a compressed file",
    ".png": "a picture",
    ".jpg": "a picture",
}
_SHEETS = (".xls", ".ods", ".numbers")
_BEGINNINGS = (
    (b"PK\x03\x04", "an Excel workbook or an archive"),
    (b"\xd0\xcf\x11\xe0", "an Excel workbook of an old kind"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file; name it .parquet"),
    (b"\x1f\x8b", "a compressed file"),
)
"""What a file that is named like a table really is, by its first bytes."""


@dataclass(frozen=True, kw_only=True)
class TextTable:
    """A table as text.

    ``rows`` holds the cells of each row by column, ``broken`` the reason why a row is malformed;
    both are keyed by the number of the row, counted from 1. ``semicolons`` says whether semicolons
    separate the cells, as spreadsheets write them where the comma is the decimal mark. ``remarks``
    say what of the file was not read; ``unread_sheets`` has the reason for each other sheet of a
    workbook that has products, by its address.
    """

    name: str
    columns: tuple[str, ...]
    rows: dict[int, dict[str, str]]
    broken: dict[int, str]
    semicolons: bool = False
    remarks: tuple[str, ...] = ()
    unread_sheets: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        """The number of rows, including malformed ones."""
        return len(self.rows) + len(self.broken)


def table_from_text(data: bytes, name: str) -> TextTable:
    r"""The rows of a text: JSON if it begins like JSON, otherwise CSV.

    Standard input has no file name whose ending would say it. Raises :class:`DataError` if the text
    is neither.

    >>> table_from_text(b"name,tpp\nH20,2368\n", "-").rows
    {1: {'name': 'H20', 'tpp': '2368'}}
    >>> table_from_text(b'[{"name": "H20", "tpp": 2368}]', "-").rows
    {1: {'name': 'H20', 'tpp': '2368'}}
    """
    # A line of column names hardly ever begins with a bracket, and JSON hardly ever without one.
    if data.lstrip()[:1] in (b"[", b"{"):
        return _from_records(name, json_records(decoded(data, name), name))
    return _from_csv(data, name)


def read_table(path: Path) -> TextTable:
    """The rows of a CSV, JSON, JSON lines or Parquet file, or of a sheet of an Excel workbook.

    A sheet can be named behind its file: ``plan.xlsx#Orders``.
    Raises :class:`DataError` if it cannot be read as a table, and :class:`UsageError` if Parquet
    needs the extra ``frames`` or a workbook the extra ``excel``, or if the file is of another kind.
    """
    file, sheet = file_and_sheet(str(path))
    path = Path(file)
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return _from_parquet(path)
    if suffix in WORKBOOKS:
        return _from_workbook(path, sheet)
    if is_other_kind(path):
        refuse_other_kind(path)

    name = str(path)
    data = read_bytes(path)
    _refuse_binary(data, name)
    if suffix == ".json" or suffix in JSON_LINES:
        return _from_records(name, json_records(decoded(data, name), name))
    return _from_csv(data, name)


def _from_workbook(path: Path, sheet: str | None) -> TextTable:
    """The rows of a sheet of a workbook, with a remark on the sheets that were not read."""
    read = workbook_lines(path, sheet)
    table = _from_lines(read.lines, f"{path}, sheet {read.sheet}", SHEET_ROW)
    return replace(table, remarks=read.remarks(path), unread_sheets=read.unread(path))


def _refuse_binary(data: bytes, name: str) -> None:
    """Raise :class:`DataError` for a file that is named like text and begins like another kind.

    Read as text, it would fail at the first unexpected byte, with a message that helps no one.

    >>> _refuse_binary(b"name,tpp", "table.csv")
    """
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            raise DataError.of_file(name, f"not text, but {kind}")


def is_other_kind(path: Path) -> bool:
    """Whether a file exists that chipdb, by its name, does not read.

    A name that no file has may be the name of a chip, even if it has an ending.
    """
    return path.suffix.lower() in _OTHER_KINDS and is_file(path)


def refuse_other_kind(path: Path) -> NoReturn:
    """Refuse a file that chipdb does not read: say what it is and how to give it.

    Raises :class:`UsageError`.
    """
    suffix = path.suffix.lower()
    raise UsageError(
        f"{path} is {_kind_of(suffix)}, which chipdb does not read; {_how_to_give(suffix)}"
    )


def _kind_of(suffix: str) -> str:
    """What a file with some ending is, in words.

    >>> _kind_of(".ods"), _kind_of(".foo")
    ('an OpenDocument spreadsheet', 'a .foo file')
    """
    if not suffix:
        return "a file without an ending"
    return _OTHER_KINDS.get(suffix, f"a {suffix} file")


def _how_to_give(suffix: str) -> str:
    """How to give chipdb what a file contains; for an unknown ending, what it reads."""
    if suffix in _SHEETS:
        return "save the sheet as CSV (.csv)"
    if suffix in _OTHER_KINDS:
        return "save its table as CSV (.csv)"
    return (
        "chips are read from .yaml, .yml and .json, "
        "tables from .csv, .tsv, .json, .jsonl, .xlsx and .parquet"
    )


def decoded(data: bytes, name: str) -> str:
    """The text of a file; :class:`DataError` says what it is instead, or where it is not UTF-8."""
    encoding = "utf-8"
    # what Excel calls Unicode text is UTF-16 with a byte order mark
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        _refuse_binary(data, name)
        line = data.count(b"\n", 0, error.start) + 1
        message = "not UTF-8 text; save the table as UTF-8"
        raise DataError.of_file(name, message, line) from None
    # Spreadsheet programs begin a file with a byte order mark, which is not part of a name; a file
    # that was converted twice begins with two.
    return text.lstrip("\ufeff")


def _from_csv(data: bytes, name: str) -> TextTable:
    """The rows of a CSV text whose first line has the names of the columns."""
    text = decoded(data, name)
    # The csv module would accept a binary file that happens to be valid UTF-8.
    if "\0" in text:
        message = "not a CSV table: it contains null bytes; save the table as UTF-8"
        raise DataError.of_file(name, message)

    text, separator = _without_separator_line(text)
    first_line = 1
    if separator is not None:
        first_line = 2
    dialect = _dialect(text, separator)
    # Programs write semicolons where the comma is the decimal mark, so this is a hint about it.
    semicolons = dialect.delimiter == ";"
    lines = _csv_lines(text, dialect, name, first_line)
    return _from_lines(lines, name, LINE, semicolons=semicolons)


def _from_lines(
    lines: dict[int, list[str]], name: str, place: str, *, semicolons: bool = False
) -> TextTable:
    """The rows of lines of cells; one of the lines has the names of the columns.

    ``lines`` are keyed by where they are in the file, and ``place`` is what that is called.
    """
    if len(lines) < 2:
        message = "no rows; expected a line of column names and a line for each chip"
        raise DataError.of_file(name, message)

    places = list(lines)
    header = _header_line(list(lines.values()))
    columns = _column_names(lines[places[header]], name, places[header])
    check_size(len(lines), len(columns), name)
    rows: dict[int, dict[str, str]] = {}
    broken: dict[int, str] = {}
    for count, in_file in enumerate(places[header + 1 :], 1):
        number = RowNumber(count, f"{place} {in_file}")
        line = lines[in_file]
        cells = _without_blank_ends(line, len(columns))
        if len(cells) != len(columns):
            broken[number] = (
                f"{counted(len(cells), 'cell')} under {counted(len(columns), 'column')}"
            )
        elif not _filled(cells):
            broken[number] = BLANK_ROW
        else:
            rows[number] = dict(zip(columns, cells, strict=True))

    return TextTable(name=name, columns=columns, rows=rows, broken=broken, semicolons=semicolons)


def _without_blank_ends(line: list[str], columns: int) -> list[str]:
    """The cells of a line without the blank ones that spreadsheets leave beyond the columns.

    >>> _without_blank_ends(["H100", "2", "", " "], 2), _without_blank_ends(["H100", "2", "x"], 2)
    (['H100', '2'], ['H100', '2', 'x'])
    """
    if any(cell.strip() for cell in line[columns:]):
        return line
    return line[:columns]


def _header_line(lines: list[list[str]]) -> int:
    """The index of the line of column names, which may be below a title.

    A title fills at most half as many cells as there are columns, and contains no heading of a
    column of names.
    """
    from chipdb.catalog.header_words import heads_a_table

    widest_title = 0
    for index, line in enumerate(lines[:MOST_TITLE_LINES]):
        filled = len(_filled(line))
        if heads_a_table(line) and filled >= 2 * widest_title:
            return index
        widest_title = max(widest_title, filled)
    return 0


def _filled(cells: list[str]) -> list[str]:
    """The cells that are not blank.

    >>> _filled(["A100", " ", ""])
    ['A100']
    """
    return [cell for cell in cells if cell.strip()]


def _csv_lines(
    text: str, dialect: type[csv.Dialect], name: str, begins: int = 1
) -> dict[int, list[str]]:
    r"""The cells of each line that is not empty; :class:`DataError` for a broken quotation.

    They are keyed by the line of the file on which they begin; ``begins`` is that of the text.

    >>> _csv_lines('name,tpp\n\n"H20, 96 GB",2368\n', csv.excel, "-")
    {1: ['name', 'tpp'], 3: ['H20, 96 GB', '2368']}
    """
    # Without `newline=""` a line break inside a quoted cell would be changed; without `strict` a
    # quotation that never ends would swallow the rest of the table.
    reader = csv.reader(io.StringIO(text, newline=""), dialect=dialect, strict=True)
    lines: dict[int, list[str]] = {}
    cells = 0
    # a quoted cell may go on over several lines, so the lines that were read are counted
    number = begins
    try:
        for line in reader:
            if line:
                lines[number] = line
                cells += len(line)
            number = begins + reader.line_num
            if len(lines) > MOST_ROWS + MOST_TITLE_LINES or cells > MOST_CELLS:
                check_size(len(lines), cells // len(lines), name)
    except csv.Error as error:
        message = f"not a CSV table: {error}"
        raise DataError.of_file(name, message, begins - 1 + reader.line_num) from None
    return lines


def _column_names(line: list[str], name: str, number: int) -> tuple[str, ...]:
    """The names of the columns; :class:`DataError` if two columns have one name.

    ``name`` is that of the file, ``number`` that of the line. A column may have no name, and
    several may have none.
    """
    columns = [cell.strip() for cell in line]
    uses = Counter(filter(None, columns))
    # A row maps columns to cells, so the second of two equal columns would replace the first.
    duplicates = [column for column, count in uses.items() if count > 1]
    if duplicates:
        raise DataError.of_file(name, f"duplicate column {min(duplicates)!r}", line=number)
    return tuple(columns)


def _without_separator_line(text: str) -> tuple[str, str | None]:
    r"""The text without a first line such as ``sep=;``, and the separator that it states.

    Excel writes and reads this line; it is not a line of column names.

    >>> _without_separator_line("sep=;\nname;tpp")
    ('name;tpp', ';')
    """
    first, _, rest = text.partition("\n")
    match = re.fullmatch(r"\s*sep=(.)\s*", first, re.IGNORECASE)
    if match is None:
        return text, None
    return rest, match[1]


def _dialect(text: str, separator: str | None) -> type[csv.Dialect]:
    """The stated separator, or commas, unless the line of column names has more of another.

    The sniffer of the csv module also looks at the rows, and may mistake a letter for the
    separator.

    >>> _dialect("name;tpp;area", None).delimiter
    ';'
    """
    column_names = text.partition("\n")[0]
    most_frequent = separator or max((",", ";", "\t", "|"), key=column_names.count)

    class Separated(csv.excel):
        delimiter = most_frequent

    return Separated


def check_size(rows: int, columns: int, name: str) -> None:
    """Raise :class:`DataError` for a table of more rows, columns or cells than are read.

    >>> check_size(20_000, 30, "table.csv")
    """
    if columns > MOST_COLUMNS:
        raise DataError.of_file(name, f"more than {MOST_COLUMNS} columns")
    if rows > MOST_ROWS or rows * columns > MOST_CELLS:
        most = min(MOST_ROWS, MOST_CELLS // max(columns, 1))
        message = f"too long; a table of {columns} columns has at most {most:,} rows"
        raise DataError.of_file(name, f"{message}; {FOR_LONGER_TABLES}")


def _from_records(name: str, records: list[Any]) -> TextTable:
    """The table of a list of records; its columns are those of any record, in order.

    A list of texts is a table of names.
    """
    if all(isinstance(record, str) for record in records):
        records = [{"name": record} for record in records]
    rows: dict[int, dict[str, str]] = {}
    broken: dict[int, str] = {}
    # A dict keeps the order of the columns, in which they are shown; a set would lose it.
    columns: dict[str, None] = {}
    check_size(len(records), 1, name)
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            broken[number] = "not a record of columns and values"
            continue
        # each record may bring columns of its own, so they are counted as they come
        check_size(len(records), max(len(columns), len(record)), name)
        rows[number] = {str(key): _cell(value) for key, value in record.items()}
        longest = max(map(len, rows[number].values()), default=0)
        if longest > MOST_CELL_BYTES:
            message = f"row {number} has a cell of {longest:,} letters"
            raise DataError.of_file(name, f"{message}; the limit is {MOST_CELL_BYTES:,}")
        columns.update(dict.fromkeys(rows[number]))
    return TextTable(name=name, columns=tuple(columns), rows=rows, broken=broken)


def _cell(value: Any) -> str:
    """A value of JSON or Parquet as the text of a cell; empty for a null.

    >>> _cell({"value": "80 GB"}), _cell(None)
    ('{"value": "80 GB"}', '')
    """
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def _from_parquet(path: Path) -> TextTable:
    """The rows of a Parquet file, read with pyarrow, which only the extra ``frames`` installs."""
    name = str(path)
    try:
        from pyarrow import ArrowException, parquet
    except ModuleNotFoundError:
        raise UsageError(
            f"{path}: reading Parquet needs the extra frames: pip install 'chipdb[frames]'"
        ) from None

    try:
        if path.stat().st_size > MOST_BYTES:
            message = f"too large; a table of chips has at most {MOST_BYTES:,} bytes"
            raise DataError.of_file(name, f"{message}; {FOR_LONGER_TABLES}")
        metadata = parquet.read_metadata(path)
        check_size(metadata.num_rows, metadata.num_columns, name)
        # A small file of repeated values may unfold to more than fits into memory.
        from chipdb.catalog.unfolded_parquet import unfolded_size

        unfolded = unfolded_size(path).total
        if unfolded > MOST_UNFOLDED:
            message = f"unfolds to {unfolded:,} bytes; the limit is {MOST_UNFOLDED:,}"
            raise DataError.of_file(name, message)
        records = parquet.read_table(path).to_pylist()
    except OSError as error:
        reason = error.strerror or "not a Parquet file"
        raise DataError.of_file(name, f"cannot be read: {reason}") from None
    except (ArrowException, ValueError, OverflowError) as error:
        reason = str(error).partition("\n")[0] or "not a Parquet file"
        raise DataError.of_file(name, f"cannot be read: {reason}") from None

    if not records:
        raise DataError.of_file(name, "no rows")
    return _from_records(name, records)
