"""A portfolio: the names of products that a company has, with quantities and SKUs.

Unlike a table of figures it describes no chip: each row names one of the catalog. What a row states
besides the name is kept, and what is not asked for is treated as the owner's note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from chipdb.bounds import MOST_NAME_LETTERS, MOST_NAMES
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.foreign_table import left_out
from chipdb.catalog.header_words import (
    NAME_COLUMNS,
    QUANTITY_COLUMNS,
    SKU_COLUMNS,
    VENDOR_COLUMNS,
    first_column,
    is_total,
)
from chipdb.catalog.lookup import squash
from chipdb.catalog.not_found import NotFound
from chipdb.catalog.quantities import marks_of_quantities, quantity_of
from chipdb.catalog.read_table import BLANK_ROW, TextTable, decoded
from chipdb.catalog.row_numbers import LINE, RowNumber
from chipdb.catalog.schema import Chip
from chipdb.catalog.table_cells import DecimalMarks
from chipdb.catalog.table_mapping import (
    figure_mapping,
    has_nested_cells,
    is_known_table,
    states_figures,
)
from chipdb.catalog.table_schema import TableMapping
from chipdb.catalog.yaml_text import read_bytes
from chipdb.errors import AmbiguousNameError, DataError, UnknownNameError
from chipdb.lazy_dataclasses import dataclass, replace

NAME_FILES = (".txt",)
"""Files with a name on each line."""

GIVEN = "given"
"""The column of chipdb's own answers with the name as it was given; a name that was not found has
no chip there.
"""

_COUNT_FIRST = re.compile(r"(?P<count>[1-9]\d{0,5})\s*[x×*]\s*(?P<name>\S.*)", re.IGNORECASE)
_COUNT_LAST = re.compile(r"(?P<name>.*\S)\s+[x×*]\s+(?P<count>[1-9]\d{0,5})", re.IGNORECASE)
"""8x H100, H100 x 8. Without a space after it, as in "PCIe x16", an x belongs to the name."""


@dataclass(frozen=True, kw_only=True)
class PortfolioRow:
    """A row: the name as it was given, counted from 1; the quantity is of this product."""

    number: int
    given: str
    vendor: str | None = None
    sku: str | None = None
    quantity: int | None = None
    note: str | None = None
    """Why the quantity was not read; None if it was, or if there is none."""


@dataclass(frozen=True, kw_only=True)
class Portfolio:
    """The rows of a portfolio.

    ``stated`` maps the columns that state figures, None if there are none; ``notes`` are the
    columns that are kept as notes; ``broken`` has the reasons why rows could not be read, and
    ``left_out`` says which rows are totals of the others.
    """

    rows: tuple[PortfolioRow, ...]
    stated: TableMapping | None = None
    notes: tuple[str, ...] = ()
    broken: dict[int, str]
    left_out: tuple[str, ...] = ()


def names_in(path: Path) -> Portfolio:
    """The names in a text file, one per line; blank lines and lines that begin with # are skipped.

    Raises :class:`DataError` if the file is not text or has no name.
    """
    text = decoded(read_bytes(path), str(path))
    rows: list[PortfolioRow] = []
    for number, line in enumerate(text.splitlines(), 1):
        # Names that were copied from a table have tabs and several blanks in them.
        name = " ".join(line.split())
        if name and not name.startswith("#"):
            place = RowNumber(number, f"{LINE} {number}")
            rows.append(PortfolioRow(number=place, given=name))
        if len(name) > MOST_NAME_LETTERS:
            message = f"a name of {len(name):,} letters; the limit is {MOST_NAME_LETTERS:,}"
            raise DataError.of_file(str(path), message, number)
        if len(rows) > MOST_NAMES:
            raise DataError.of_file(str(path), f"too many names; the limit is {MOST_NAMES:,}")
    if not rows:
        raise DataError.of_file(str(path), "no names; expected the name of a chip on each line")
    return Portfolio(rows=tuple(rows), broken={})


@dataclass(frozen=True, kw_only=True)
class _Columns:
    """The columns of a portfolio that say which product a row is; None for those it lacks."""

    name: str
    vendor: str | None
    quantity: str | None
    sku: str | None

    @property
    def counts_products(self) -> bool:
        """Whether the table lists products: it has how many of each, or their part numbers."""
        return self.quantity is not None or self.sku is not None

    def others(self, columns: Sequence[str]) -> list[str]:
        """The columns that say something else of a row: a figure, or a note of the user's.

        >>> columns = _Columns(name="GPU", vendor=None, quantity="Qty", sku=None)
        >>> columns.others(["GPU", "Qty", "TDP"])
        ['TDP']
        """
        own = (self.name, self.vendor, self.quantity, self.sku)
        return [column for column in columns if column not in own]


def portfolio_of(table: TextTable) -> Portfolio | None:
    """The portfolio that a table is; None for a table that describes chips by their figures.

    A table with a column of names is a portfolio if it has quantities or SKUs, or no figures. The
    SKUs stand for the names of a table without them: the catalog knows many part numbers.
    Raises :class:`DataError` if every row is a total.
    """
    columns = _columns_of(table)
    if columns is None or is_known_table(table):
        return None
    others = columns.others(table.columns)
    if not columns.counts_products and states_figures(others):
        return None

    stated = figure_mapping(table.name, columns.name, columns.vendor, others)
    rows, totals = _rows_and_totals(table, columns)
    return Portfolio(
        rows=rows,
        left_out=totals,
        stated=stated,
        notes=_notes(others, stated),
        # A blank line divides a list for its readers and is not a row that was lost.
        broken={number: why for number, why in table.broken.items() if why != BLANK_ROW},
    )


def _rows_and_totals(
    table: TextTable, columns: _Columns
) -> tuple[tuple[PortfolioRow, ...], tuple[str, ...]]:
    """The rows that name products, and remarks on those that add others up.

    A total would count its chips a second time. Raises :class:`DataError` if nothing else is there.
    """
    rows: list[PortfolioRow] = []
    totals: list[str] = []
    quantities = [_cell(cells, columns.quantity) for cells in table.rows.values()]
    marks = marks_of_quantities(quantities, semicolons=table.semicolons)
    for number, cells in table.rows.items():
        row = _row(number, cells, columns, marks)
        if is_total(row.given):
            totals.append(left_out(number, row.given))
        else:
            rows.append(row)
    if totals and not rows:
        raise DataError.of_file(table.name, "no names of chips: every row is a total")
    return tuple(rows), tuple(totals)


def names_products(table: TextTable) -> bool:
    """Whether a table of JSON names products rather than describing chips in the data format.

    Its records are flat, and no column but those that say which product a row is has the name of a
    field of a chip.
    """
    columns = _columns_of(table)
    if columns is None or has_nested_cells(table):
        return False
    others = columns.others(table.columns)
    return Chip.model_fields.keys().isdisjoint(others) and portfolio_of(table) is not None


def _columns_of(table: TextTable) -> _Columns | None:
    """The columns of a table by their headings; None if none has names or SKUs."""
    sku = first_column(SKU_COLUMNS, table.columns)
    name = first_column(NAME_COLUMNS, table.columns) or sku
    if name is None:
        return None
    return _Columns(
        name=name,
        vendor=first_column(VENDOR_COLUMNS, table.columns),
        quantity=first_column(QUANTITY_COLUMNS, table.columns),
        sku=sku,
    )


def _notes(others: Sequence[str], stated: TableMapping | None) -> tuple[str, ...]:
    """The columns that are kept as notes: those with a heading that state no figure.

    >>> _notes(["Owner", "", "Site"], None)
    ('Owner', 'Site')
    """
    figures: list[str] = []
    if stated is not None:
        figures = [column.column for column in stated.columns]

    notes: list[str] = []
    for column in others:
        # A column without a heading is left over from a spreadsheet's layout.
        if column and column not in figures:
            notes.append(column)
    return tuple(notes)


def _row(
    number: int, cells: dict[str, str], columns: _Columns, marks: DecimalMarks
) -> PortfolioRow:
    """A row of a table by its columns, which a table may lack except for that of the names."""
    count, note = quantity_of(_cell(cells, columns.quantity), marks)
    return PortfolioRow(
        number=number,
        # A row without a name keeps its place, so that it is not mistaken for a checked one.
        given=_cell(cells, columns.name) or _cell(cells, GIVEN) or "",
        vendor=_cell(cells, columns.vendor),
        sku=_cell(cells, columns.sku),
        quantity=count,
        note=note,
    )


def found(row: PortfolioRow, catalog: Catalog) -> Entry | NotFound:
    """The chip of the catalog that a row names.

    A vendor that the row states must be the chip's, unless it is a reseller. A name with a number
    of pieces (``8x H100``) is read as that many pieces, where the row has no quantity.
    """
    error = "the row has no name"
    is_ambiguous = False
    for name in _spellings(row):
        try:
            entry = catalog.find(name)
        except UnknownNameError as unknown:
            error = str(unknown)
            is_ambiguous = isinstance(unknown, AmbiguousNameError)
            continue
        # The same name of another vendor is another product.
        if not _is_of_another_vendor(row, entry, catalog):
            return _named_by(row, entry)
        ours = entry.chip.vendor
        is_ambiguous = False
        error = f"{row.given!r} is a chip of {ours}, and the row's vendor is {row.vendor}"
    counted = _with_count(row)
    if counted is not None and catalog.is_name(counted.given):
        return found(counted, catalog)
    return NotFound(
        given=row.given,
        error=error,
        sku=row.sku,
        quantity=row.quantity,
        row=row.number,
        is_ambiguous=is_ambiguous,
    )


def _with_count(row: PortfolioRow) -> PortfolioRow | None:
    """A row such as "8x H100" or "H100 x 8" as a name and a quantity; None for any other.

    >>> _with_count(PortfolioRow(number=1, given="8x H100")).quantity
    8
    """
    # A quantity of its own, or one that could not be read, is not multiplied.
    if row.quantity is not None or row.note is not None:
        return None
    match = _COUNT_FIRST.fullmatch(row.given) or _COUNT_LAST.fullmatch(row.given)
    if match is None:
        return None
    return replace(row, given=match["name"], quantity=int(match["count"]))


def _named_by(row: PortfolioRow, entry: Entry) -> Entry:
    """The entry of a chip with what the row says of it, as answers report it."""
    resolved_from: str | None = row.given
    # An id means one chip only, so there is nothing to explain.
    if row.given == entry.chip.id:
        resolved_from = None
    return Entry(
        chip=entry.chip,
        resolved_from=resolved_from,
        siblings=entry.siblings,
        row=row.number,
        sku=row.sku,
        quantity=row.quantity,
    )


def _spellings(row: PortfolioRow) -> Iterable[str]:
    """Yield the ways to look up a row; the name as it is last, since its error is the plainest.

    >>> list(_spellings(PortfolioRow(number=1, given="A100", vendor="NVIDIA")))
    ['NVIDIA A100', 'A100']
    """
    if not row.given:
        return
    if row.vendor:
        yield f"{row.vendor} {row.given}"
    yield row.given


def _is_of_another_vendor(row: PortfolioRow, entry: Entry, catalog: Catalog) -> bool:
    """Whether the row states a vendor of the catalog that is not the chip's.

    A vendor that the catalog does not know is usually a reseller of the card.
    """
    if row.vendor is None or entry.chip.vendor is None:
        return False
    stated = squash(row.vendor)
    if stated == squash(entry.chip.vendor):
        return False
    return stated in catalog.vendors


def _cell(cells: dict[str, str], column: str | None) -> str | None:
    """The text of a cell with single spaces; None if it is blank or there is no such column.

    >>> _cell({"GPU": " A100   80GB "}, "GPU"), _cell({"GPU": "A100"}, None)
    ('A100 80GB', None)
    """
    if column is None:
        return None
    words = (cells.get(column) or "").split()
    return " ".join(words) or None
