"""Files that name chips of the catalog or describe chips by their figures, row by row.

The command line and the library read them in the same way. A file of chips in the data format is
read by the catalog itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.foreign_table import TableRows
from chipdb.catalog.not_found import NotFound
from chipdb.catalog.portfolio import (
    NAME_FILES,
    Portfolio,
    found,
    names_in,
    names_products,
    portfolio_of,
)
from chipdb.catalog.read_table import TextTable, read_table
from chipdb.catalog.read_workbook import file_and_sheet
from chipdb.catalog.row_numbers import place_of
from chipdb.catalog.table_mapping import known_table
from chipdb.curation.audit import rows_with
from chipdb.curation.recognized import recognized
from chipdb.curation.stated_figures import (
    as_numbered,
    as_stated,
    compared_with_catalog,
    unknown_skus,
)
from chipdb.errors import DataError
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.solver.question import Question
from chipdb.whole_files import is_file

TABLE_FILES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xlsm")


@dataclass(frozen=True, kw_only=True)
class FileRows:
    """The rows of a file: chips, and names that no chip has, in its order.

    ``unread`` has the reason why a row could not be read, by its number, ``unread_sheets`` why
    other products of a workbook were not, by the address of their sheet; ``notes`` say how others
    were read.
    """

    rows: tuple[Entry | NotFound, ...]
    unread: Mapping[int, str]
    unread_sheets: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def in_order(self) -> list[Entry | NotFound]:
        """The rows, with a name that was not found in the place of a row that was not read.

        Sheets that were not read come last. Left out, they would look as if they had been checked.
        """
        rows = list(self.rows)
        rows += [NotFound.of_unread_row(number, why) for number, why in self.unread.items()]
        rows.sort(key=lambda row: row.row or 0)
        sheets = [NotFound.of_unread_sheet(*sheet) for sheet in self.unread_sheets.items()]
        return [*rows, *sheets]


def table_in(path: str, mapping: str | None = None) -> TextTable | None:
    """The table in a file; None for a file that is not a table.

    A JSON file is a table if a mapping is given or its fields are those of a known table.
    """
    file, _ = file_and_sheet(path)
    name = file.lower()
    if name.endswith(TABLE_FILES):
        return read_table(Path(path))
    if not name.endswith(".json"):
        return None
    # A mapping says what the columns of a table mean, so the file has to be one.
    if mapping:
        return read_table(Path(path))
    # JSON may hold chips or a table, so its fields decide; a pipe can be read only once.
    if is_file(path):
        return known_table(Path(path)) or _products_in(Path(path))
    return None


def _products_in(path: Path) -> TextTable | None:
    """The table of products in a JSON file; None for chips in the data format, and other JSON."""
    # What is wrong with a file of chips is reported by the reader of chips.
    try:
        table = read_table(path)
    except DataError:
        return None
    if not names_products(table):
        return None
    return table


def portfolio_in(path: str, table: TextTable | None) -> Portfolio | None:
    """The portfolio in a file, given its ``table``; None for anything else.

    A text file has one name on each line and no table.
    """
    if table is not None:
        return portfolio_of(table)
    if path.lower().endswith(NAME_FILES):
        return names_in(Path(path))
    return None


def rows_of_file(path: Path, catalog: Catalog, question: Question) -> FileRows | None:
    """The rows of a portfolio or of a table of figures; None for a file that is neither.

    ``question`` is the one for which figures that a portfolio states are compared.
    """
    table = table_in(str(path))
    portfolio = portfolio_in(str(path), table)
    if portfolio is not None:
        return rows_of_portfolio(portfolio, table, catalog, question)
    if table is None:
        return None
    rows = rows_with(table, None, catalog)
    entries = tuple(with_known_facts(rows, catalog))
    return FileRows(
        rows=entries,
        unread=rows.unread_chips,
        unread_sheets=rows.unread_sheets,
        notes=rows.remarks,
    )


def rows_of_portfolio(
    portfolio: Portfolio, table: TextTable | None, catalog: Catalog, question: Question
) -> FileRows:
    """The chips that a portfolio names, with what it states of them, and names that no chip has."""
    stated, settled = compared_with_catalog(table, portfolio.stated, catalog, question)
    notes = [*settled, *portfolio.left_out]
    unread_sheets: Mapping[str, str] = {}
    if table is not None:
        notes = [*table.remarks, *notes]
        unread_sheets = table.unread_sheets
    rows: list[Entry | NotFound] = []
    for row in portfolio.rows:
        if row.note is not None:
            notes.append(f"{place_of(row.number)}: {row.note}")
        if row.quantity == 0:
            notes.append(f"{place_of(row.number)}: the quantity is 0; it adds nothing to a sum")
        entry = found(row, catalog)
        if isinstance(entry, Entry):
            # A SKU is more exact than figures, so it decides.
            if row.number in stated:
                entry = as_stated(entry, stated[row.number], catalog)
            entry = as_numbered(entry, catalog, question)
        rows.append(entry)
    notes += unknown_skus(rows, catalog)
    if portfolio.notes:
        notes.append(f"columns kept as notes: {', '.join(portfolio.notes)}")
    return FileRows(
        rows=tuple(rows),
        unread=portfolio.broken,
        unread_sheets=unread_sheets,
        notes=tuple(notes),
    )


def with_known_facts(rows: TableRows, catalog: Catalog) -> Iterator[Entry]:
    """Yield the chips of a table, compared with those of the catalog that its rows name.

    Facts that no table states, such as the market, are those of the catalog's chip; the remarks of
    an entry say so.
    """
    for row in rows.read:
        known = recognized(row, catalog, rows.names)
        yield Entry(chip=known.chip, row=row.number, remarks=known.remarks)
