"""The rows of a third-party table as chips.

A mapping says what the columns mean. The mappings of known tables are in ``data/tables/``, others
in a user's file. A row becomes a chip with its own figures; nothing is taken from the catalog.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import gates
from chipdb.catalog.figures import Claim, Die, Figure, Memory
from chipdb.catalog.formats import format_table
from chipdb.catalog.header_words import is_total
from chipdb.catalog.lookup import slug
from chipdb.catalog.read_table import BLANK_ROW, TextTable
from chipdb.catalog.row_numbers import place_of
from chipdb.catalog.table_cells import claim_of, flag, marks_of_columns, settled_by_column
from chipdb.catalog.table_mapping import OWN, how_read
from chipdb.catalog.table_schema import DATACENTER, READ_BY_NO_RULE, MappedColumn, TableMapping
from chipdb.errors import DataError, QuantityError
from chipdb.lazy_dataclasses import dataclass, field, replace
from chipdb.units import METRIC_UNITS, display

ROUNDED = (Fraction(1, 100), Fraction(1, 200))
"""How far a stated density may differ from TPP divided by area, because tables round.

The first number is a share of the density, the second an absolute minimum in TPP per mm^2.
"""

_DENSITY_PARTS = ("tpp", "applicable_die_area", "performance_density")
_MISSING = frozenset(
    {
        *("", "-", "--", "---", "–", "—", "?", "??", "."),
        *("n/a", "na", "n.a.", "nan", "none", "null", "nil", "unknown", "<na>", "nat"),
        *("tbd", "tba", "k.a.", "n/d", "n.d."),
        # what spreadsheets show for a formula that has no value
        *("#n/a", "#value!", "#ref!", "#div/0!", "#name?", "#null!", "#num!", "#nv", "#wert!"),
    }
)
"""What people and programs write into the cell of a figure that they do not know."""


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """A row as it was read, and the chip that it makes.

    ``number`` counts from 1. ``values`` holds what the cells state, each under the first figure of
    its column; ``alternatives`` holds all figures of that column. ``unread`` has the reasons why
    some of its cells could not be read.
    """

    number: int
    name: str
    vendor: str | None
    values: Mapping[str, Claim]
    alternatives: Mapping[str, tuple[str, ...]]
    chip: Chip
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, repr=False)
class TableRows:
    """A table read with a mapping.

    ``unread`` has the reason why a row could not be read, by its number, and ``unread_names`` what
    such a row is called where it has a name; ``unread_sheets`` has the reason why a sheet of the
    workbook was not read, by its address. ``ignored`` lists the
    columns that the mapping does not use; ``names`` is the mapping's from names to chips.
    ``how_read`` says how columns that are named in words were read, ``remarks`` what a decimal
    comma made of the other cells of its column and which rows are totals, and ``mapping`` is what
    the columns were read by, in the form of a mapping file.
    """

    table: str
    title: str
    names: Mapping[str, str]
    total: int
    read: tuple[TableRow, ...]
    unread: Mapping[int, str] = field(default_factory=dict)
    unread_names: Mapping[int, str] = field(default_factory=dict)
    unread_sheets: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    how_read: str | None = None
    remarks: tuple[str, ...] = ()
    mapping: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        """The table, and how many of its rows were read."""
        return f"<TableRows {self.table}: {len(self.read)} of {self.total} rows read>"

    @property
    def unread_chips(self) -> dict[int, str]:
        """The rows that could not be read, without blank ones, which hold no chip."""
        # A blank row divides a table for its readers, so nobody misses its answer.
        return {number: why for number, why in self.unread.items() if why != BLANK_ROW}

    @property
    def unread_cells(self) -> list[tuple[int, str]]:
        """The cells that could not be read in rows that were, as row numbers and reasons."""
        cells: list[tuple[int, str]] = []
        for row in self.read:
            cells += [(row.number, why) for why in row.unread]
        return cells


def rows_of(table: TextTable, mapping: TableMapping) -> TableRows:
    """Every row as a chip, or the reason why it could not be read.

    One wrong cell costs at most its row and not the table: people check thousands of rows and
    repair a few.
    """
    reader = _RowReader(table, mapping)
    rows: list[TableRow] = []
    unread = dict(table.broken)
    unread_names: dict[int, str] = {}
    totals: list[str] = []
    for number, cells in table.rows.items():
        name = _words_in(cells, mapping.name)
        if is_total(name):
            totals.append(left_out(number, name))
            continue
        try:
            rows.append(reader.row(number, cells))
        except QuantityError as error:
            unread[number] = str(error)
            unread_names[number] = name
    if totals and not rows and not unread:
        raise DataError.of_file(table.name, "no chips: every row is a total")

    used = {mapping.name, mapping.vendor, *(column.column for column in mapping.columns)}
    return TableRows(
        table=table.name,
        title=mapping.title,
        names=mapping.names,
        total=len(table),
        read=tuple(_with_distinct_ids(rows)),
        unread=dict(sorted(unread.items())),
        unread_names=unread_names,
        unread_sheets=table.unread_sheets,
        ignored=tuple(column for column in table.columns if column not in used),
        how_read=how_read(mapping),
        remarks=(*table.remarks, *reader.remarks, *totals),
        mapping=mapping.model_dump(exclude_defaults=True, exclude={"id", "recognized_by"}),
    )


def _with_distinct_ids(rows: list[TableRow]) -> Iterator[TableRow]:
    """The rows with unique ids: a repeated name gets the number of its row.

    Tables list variants of a chip under one name, and answers are keyed by id.
    """
    # The number of the row, so that a reader finds it in the table.
    seen: set[str] = set()
    for row in rows:
        key = row.chip.id
        if key in seen:
            key = f"{key}-{row.number}"
        seen.add(key)
        yield replace(row, chip=replace(row.chip, id=key))


def left_out(number: int, name: str) -> str:
    """The note on a row that adds up the others."""
    return f"{place_of(number)} ({name!r}) was left out: it is a total, not a chip"


class _RowReader:
    """Reads the rows of one table by its mapping."""

    def __init__(self, table: TextTable, mapping: TableMapping) -> None:
        """A reader; what the cells of a column show about its commas holds for all of them."""
        self.mapping = mapping
        cells = {column.column: _cells_of(table, column.column) for column in mapping.columns}
        self.marks = marks_of_columns(
            cells, semicolons=table.semicolons, stated=mapping.decimal_mark
        )

        settled: list[str] = []
        for name, texts in cells.items():
            remark = settled_by_column(name, texts, self.marks[name])
            if remark is not None:
                settled.append(remark)
        self.remarks = tuple(settled)

    def row(self, number: int, cells: Mapping[str, str]) -> TableRow:
        """A row as a chip; :class:`QuantityError` names the column that cannot be read."""
        name = _words_in(cells, self.mapping.name)
        if not name:
            raise QuantityError(f"column {self.mapping.name!r} is empty; a row needs a name")
        vendor = _words_in(cells, self.mapping.vendor)

        values: dict[str, Claim] = {}
        alternatives: dict[str, tuple[str, ...]] = {}
        unread: list[str] = []
        for_datacenters: bool | None = None
        for column, text in _stated_cells(cells, self.mapping):
            if column.figure == [DATACENTER]:
                for_datacenters = flag(column.column, text)
                continue
            try:
                claim = claim_of(column, text, self.marks[column.column])
            except QuantityError as error:
                # Without a figure that a rule reads, the row would look like another chip.
                if not READ_BY_NO_RULE.issuperset(column.figure):
                    raise
                unread.append(str(error))
                continue
            # Some tables fill a blank cell with 0, and 0 bandwidth would clear a chip.
            if claim.value == 0 and self.mapping.zero_is_missing:
                continue
            values[column.figure[0]] = claim
            alternatives[column.figure[0]] = tuple(column.figure)

        # A row stays a hypothetical chip even if the catalog has its name: `match` pairs the two.
        chip = _chip(slug(name) or f"row-{number}", name, vendor or None, values, for_datacenters)
        _check_density(chip)
        return TableRow(
            number=number,
            name=name,
            vendor=chip.vendor,
            values=values,
            alternatives=alternatives,
            chip=self._with_bounds(chip),
            unread=tuple(unread),
        )

    def _with_bounds(self, chip: Chip) -> Chip:
        """The chip, with its throughput as a lower bound where the table does not state all of it.

        Many tables have only shader throughput, and a TPP by a formula of their own.
        """
        metrics = dict(chip.metrics)
        if self.mapping.id != OWN and chip.throughput:
            # `audit` compares the stated TPP with the computed one and reports the difference.
            metrics.pop("tpp", None)

        throughput = chip.throughput
        if all(figure.claims[0].value == 0 for figure in throughput.values()):
            # A row of zeros stands for unknown; a TPP of 0 would clear the chip.
            throughput = {}

        # A column that could not be read may hold the highest throughput.
        lacks_columns = bool(self.mapping.unclear) and bool(throughput)
        is_partial = lacks_columns or _states_only_vector_throughput(chip)
        return replace(
            chip,
            throughput=throughput,
            metrics=metrics,
            rates_partial=is_partial and "tpp" not in metrics,
        )


def _cells_of(table: TextTable, column: str) -> list[str]:
    """The texts of a column, from the first row to the last; empty where a row has none.

    >>> table = TextTable(name="-", columns=("tpp",), rows={1: {"tpp": "2368"}, 2: {}}, broken={})
    >>> _cells_of(table, "tpp")
    ['2368', '']
    """
    return [cells.get(column) or "" for cells in table.rows.values()]


def _stated_cells(
    cells: Mapping[str, str], mapping: TableMapping
) -> Iterator[tuple[MappedColumn, str]]:
    """The mapped columns with the texts of their cells, without those that mean an unknown."""
    for column in mapping.columns:
        text = (cells.get(column.column) or "").strip()
        is_unknown = text.casefold() in _MISSING or text in mapping.missing
        if not is_unknown:
            yield column, text


def _words_in(cells: Mapping[str, str], column: str | None) -> str:
    """The text of a cell with single spaces; empty if the table has no such column.

    >>> _words_in({"GPU": " A100   80GB "}, "GPU"), _words_in({"GPU": "A100"}, None)
    ('A100 80GB', '')
    """
    if column is None:
        return ""
    text = cells.get(column) or ""
    return " ".join(text.split())


def _states_only_vector_throughput(chip: Chip) -> bool:
    """Whether a row states throughput, but none of the matrix engines.

    Such throughput bounds the TPP of the chip from below: its matrix engines may be many times as
    fast, so a chip below a threshold by these numbers is undetermined.
    """
    names = [*chip.throughput, *chip.sparse]
    return bool(names) and all(map(outside_matrix, names))


def outside_matrix(name: str) -> bool:
    """Whether a number format runs on vector pipes: it is named so, or has 32 bits or more.

    Tables do not say whether their FP32 and FP64 are those of matrix engines (the mappings in
    ``data/tables/`` allow either), so neither counts as matrix throughput.

    >>> outside_matrix("fp16"), outside_matrix("fp16_vector"), outside_matrix("fp32")
    (False, True, True)
    """
    bits = format_table().bits
    return name.endswith("_vector") or bits.get(name, 0) >= bits["fp32"]


def _check_density(chip: Chip) -> None:
    """TPP, area and density of a row must agree within the rounding of tables.

    Raises :class:`QuantityError` if they do not; a row without one of the three agrees.
    """
    figures = [chip.metrics.get(name) for name in _DENSITY_PARTS]
    claims = [figure.claims[0] for figure in figures if figure is not None]
    # The figure of a cell has exactly one claim.
    if len(claims) < len(figures):
        return
    tpp, area, density = (claim.value for claim in claims)

    quotient = Fraction(0)
    # Planar silicon has an applicable die area of zero, which goes with a density of zero.
    if area:
        quotient = tpp / area
    share, minimum = ROUNDED
    if abs(quotient - density) > max(density * share, minimum):
        raise QuantityError(
            f"tpp / applicable_die_area is {display(quotient)}, but performance_density is "
            f"{display(density)}; the three must agree"
        )


def _chip(
    key: str,
    name: str,
    vendor: str | None,
    values: Mapping[str, Claim],
    for_datacenters: bool | None,
) -> Chip:
    """The hypothetical chip with the figures of a row."""
    groups = _figures_by_field(values)
    # One column cannot tell design from marketing, and Note 2 of 3A090 asks for either.
    market = _MARKETS[for_datacenters]
    return Chip(
        id=key,
        name=name,
        vendor=vendor,
        designed_for=market,
        marketed_for=market,
        dies=_dies(values),
        transistors=_figure_of(values, "transistors"),
        throughput=groups["throughput"],
        sparse=groups["sparse"],
        memory=Memory(
            bus=_figure_of(values, "memory.bus"),
            capacity=_figure_of(values, "memory.capacity"),
            bandwidth=_figure_of(values, "memory.bandwidth"),
        ),
        power=groups["power"],
        clocks=groups["clocks"],
        metrics=groups["metrics"],
        hypothetical=True,
    )


_MARKETS: dict[bool | None, tuple[str, ...] | None] = {
    True: ("datacenter",),
    False: ("client",),
    None: None,
}
"""The markets of a row by whether it is for data centers; None where the table does not say."""


def _figure_of(values: Mapping[str, Claim], path: str) -> Figure | None:
    """The figure that a row states under a path, with its one claim; None if it states none."""
    claim = values.get(path)
    if claim is None:
        return None
    return Figure(path, claim.unit, (claim,))


def _figures_by_field(values: Mapping[str, Claim]) -> dict[str, dict[str, Figure]]:
    """The figures of a row that are in mappings of a chip, by the field and their name in it."""
    groups: dict[str, dict[str, Figure]] = {
        "throughput": {},
        "sparse": {},
        "power": {},
        "clocks": {},
        "metrics": {},
    }
    # In the order of their names, so that the order of the columns does not show in the chip.
    for path in sorted(values):
        claim = values[path]
        root, _, name = path.partition(".")
        if root == "throughput":
            # A chip keeps the two apart, since only dense throughput counts for TPP.
            if name.endswith("_sparse"):
                root = "sparse"
            groups[root][name] = Figure(path, claim.unit, (claim,), highest=True)
        elif root in ("power", "clocks"):
            groups[root][name] = Figure(path, claim.unit, (claim,))
        # A number of transistors is both a figure and a metric; chips keep it as a figure.
        elif path in METRIC_UNITS and path != "transistors":
            groups["metrics"][path] = Figure(f"metrics.{path}", claim.unit, (claim,))
    return groups


def _dies(values: Mapping[str, Claim]) -> tuple[Die, ...] | None:
    """The silicon of a row as one die of the stated area; None if no area is stated.

    The process says whether the transistors are planar; it says nothing about the area.
    """
    area = values.get("die_area")
    if area is None or area.value == 0:
        return None
    die = Die(name="die", area=Figure("dies[0].area", "mm^2", (area,)))
    transistors = values.get("transistors")
    if transistors is not None:
        die = replace(die, transistors=Figure("dies[0].transistors", "", (transistors,)))
    process = values.get("process_nm")
    if process is not None:
        text = f"{float(process.value):g} nm"
        die = replace(die, process=text, non_planar=_is_non_planar(process.value))
    return (die,)


def _is_non_planar(node: Fraction) -> bool:
    """Whether the transistors of a node in nm are non-planar.

    Only non-planar logic counts as applicable die area (3A090, Technical Note 4).
    """
    largest_non_planar = gates()["planar"].non_planar_to
    assert largest_non_planar is not None, "data/gates.yaml states it"
    return node <= largest_non_planar


def without_figures(chip: Chip, paths: Iterable[str]) -> Chip:
    """The chip of a row without some of its figures, which are then unknown.

    Where one of them is a throughput or the TPP, what is left bounds the TPP from below.
    """
    left_out = frozenset(paths)
    metrics = _kept(chip.metrics, "", left_out)
    bounds_tpp = chip.rates_partial or any(map(_enters_tpp, left_out))
    return replace(
        chip,
        dies=_dies_without(chip.dies, left_out),
        transistors=None if "transistors" in left_out else chip.transistors,
        throughput=_kept(chip.throughput, "throughput.", left_out),
        sparse=_kept(chip.sparse, "throughput.", left_out),
        memory=_memory_without(chip.memory, left_out),
        power=_kept(chip.power, "power.", left_out),
        clocks=_kept(chip.clocks, "clocks.", left_out),
        metrics=metrics,
        # A TPP that the row states counts as it is, even if some throughput is missing.
        rates_partial=bounds_tpp and "tpp" not in metrics,
    )


def _enters_tpp(path: str) -> bool:
    """Whether a figure of a row is its TPP, or a throughput that may give it.

    >>> _enters_tpp("throughput.fp8"), _enters_tpp("memory.bandwidth")
    (True, False)
    """
    return path == "tpp" or path.startswith("throughput.")


def _kept(figures: Mapping[str, Figure], root: str, left_out: frozenset[str]) -> dict[str, Figure]:
    """The figures of one mapping of a chip whose paths are not left out.

    ``root`` is the beginning of their paths, which their names in the mapping do not have.
    """
    return {name: figure for name, figure in figures.items() if root + name not in left_out}


def _dies_without(dies: tuple[Die, ...] | None, left_out: frozenset[str]) -> tuple[Die, ...] | None:
    """The dies of a row without their area, which makes them unknown, or without their count.

    A die of unknown area stays a die, so a row whose area is left out has no dies at all.
    """
    if dies is None or "die_area" in left_out:
        return None
    if "transistors" not in left_out:
        return dies
    return tuple(replace(die, transistors=None) for die in dies)


def _memory_without(memory: Memory, left_out: frozenset[str]) -> Memory:
    """The memory of a row without some of its figures.

    >>> bandwidth = Figure("memory.bandwidth", "GB/s", ())
    >>> _memory_without(Memory(bandwidth=bandwidth), frozenset({"memory.bandwidth"}))
    Memory(kind=None, stacks=None, bus=None, pin_rate=None, capacity=None, bandwidth=None)
    """
    for name in ("bus", "capacity", "bandwidth"):
        if f"memory.{name}" in left_out:
            memory = replace(memory, **{name: None})
    return memory
