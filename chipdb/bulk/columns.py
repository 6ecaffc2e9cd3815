"""What the columns of a frame state: metrics with low and high, figures, facts; and units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from chipdb.bulk.circuit_known import StatedColumns
from chipdb.bulk.lookup_table import AREA, BANDWIDTH_SUM, DENSITY, TPP
from chipdb.bulk.metric_columns import ALL_LINKS, LETTER_IO, TOPS, bounds_between
from chipdb.bulk.program import FACTS
from chipdb.catalog.formats import format_table
from chipdb.catalog.lookup import nearest
from chipdb.errors import QuantityError, UsageError
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.units import METRIC_UNITS, quantity

LOW, HIGH, VALUE = "low", "high", "value"
ENDS = (VALUE, LOW, HIGH)
THROUGHPUT, DIE_AREA, NODE, MEMORY = "throughput.", "die_area", "process_nm", "memory.bandwidth"
MEMORY_BANDWIDTH = "memory_bandwidth"
MEMORY_PREFIX = "memory.band"
"""A header that begins with it is meant as the memory bandwidth."""
FIGURE_UNITS = {
    DIE_AREA: "mm^2",
    f"{DIE_AREA}_{LOW}": "mm^2",
    f"{DIE_AREA}_{HIGH}": "mm^2",
    MEMORY: "GB/s",
    f"{MEMORY}_{LOW}": "GB/s",
    f"{MEMORY}_{HIGH}": "GB/s",
}
"""The unit of the metric that each figure makes."""
UNIT_EXAMPLES = {"TOPS": "TFLOPS", "mm^2": "mm^2", "GB/s": "TB/s"}
STATABLE_METRICS = tuple(name for name in METRIC_UNITS if name != BANDWIDTH_SUM)
_HEADER_WITH_UNIT = re.compile(r"(?P<path>.*?)\s*[\[(](?P<unit>[^\[\]()]*)[\])]")


@dataclass(frozen=True)
class ReadColumn:
    """A column in chipdb's unit: its values times ``factor``."""

    column: str
    factor: float = 1.0

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return (self.column,)


@dataclass(frozen=True)
class HighestOf:
    """The highest of some columns; those without a value do not count."""

    parts: tuple[ReadColumn, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return tuple(part.column for part in self.parts)


@dataclass(frozen=True, kw_only=True)
class DieArea:
    """The applicable area of a row's die: all of it if the die is non-planar, else zero.

    ``is_upper_bound`` is set for the high end, which holds even if the node is unknown.
    ``fallback`` is read where ``die`` has no value.
    """

    die: ReadColumn
    node: ReadColumn | None
    non_planar_to: float
    is_upper_bound: bool = False
    fallback: ReadColumn | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        columns = [self.die.column]
        for read in (self.node, self.fallback):
            if read is not None:
                columns.append(read.column)
        return tuple(columns)


ColumnSource = ReadColumn | HighestOf | DieArea


@dataclass(frozen=True)
class Layout:
    """Where the values of each metric (value, low or high) and of each fact come from."""

    metrics: Mapping[tuple[str, str], ColumnSource]
    facts: Mapping[str, str] = field(default_factory=dict)

    def has(self, metric: str, end: str = VALUE) -> bool:
        """Whether a column states a metric's value, low or high."""
        return (metric, end) in self.metrics

    def bounded_metrics(self) -> frozenset[str]:
        """The metrics with a low or a high."""
        return frozenset(metric for metric, end in self.metrics if end != VALUE)

    def stated_columns(self) -> StatedColumns:
        """What a program must know about the columns."""
        stated = {metric for metric, end in self.metrics if end == VALUE}
        # The letters do not define which links count as I/O; all links are taken, as for a chip.
        if ALL_LINKS in stated:
            stated.add(LETTER_IO)
        # Density is TPP over area (technical notes to 3A090.a and .b): two give the third.
        if {AREA, DENSITY} <= stated:
            stated.add(TPP)
        below, above = bounds_between(stated)
        return StatedColumns(frozenset(stated), frozenset(self.facts), below, above)

    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        columns = dict.fromkeys(self.facts.values())
        for source in self.metrics.values():
            columns |= dict.fromkeys(source.columns)
        return tuple(columns)

    def figure_columns(self) -> tuple[str, ...]:
        """The columns that hold figures, not facts."""
        columns = dict.fromkeys(self.columns())
        for column in self.facts.values():
            columns.pop(column, None)
        return tuple(columns)


def layout_of(columns: Sequence[str], units: Mapping[str, str]) -> Layout:
    """Find out what the columns of a frame state.

    ``units`` gives units by column; a header such as ``memory_bandwidth [TB/s]`` may give them too.
    A metric without a unit is in chipdb's own; a figure needs one.

    Raises :class:`~chipdb.errors.UsageError` if a unit is missing or wrong, or if two columns state
    the same figure.
    """
    for column in units:
        if column not in columns:
            hint = nearest(column, list(columns))
            raise UsageError(f"units: there is no column {column!r}{hint}")
    reader = _ColumnReader(units)
    for column in columns:
        reader.read(column)
    return reader.layout()


class _ColumnReader:
    """Collects what the columns of a frame state."""

    def __init__(self, units: Mapping[str, str]) -> None:
        """Start with no columns; ``units`` gives units by the name of a column."""
        self.units = units
        self.metrics: dict[tuple[str, str], ColumnSource] = {}
        self.facts: dict[str, str] = {}
        self.throughputs: dict[str, ReadColumn] = {}
        self.figures: dict[str, ReadColumn] = {}
        self.column_of_path: dict[str, str] = {}

    def read(self, column: str) -> None:
        """Read the header of a column; one that states nothing is ignored.

        Raises :class:`~chipdb.errors.UsageError` if a unit is missing or wrong, if another column
        states the same, or if the header is nearly that of a figure.
        """
        path, unit = _path_and_unit(column, self.units)
        metric, end = _metric_and_end(path)
        if metric is not None:
            self._state_once(path, column)
            target = METRIC_UNITS[metric]
            factor = _factor(column, unit or target, target)
            self.metrics[metric, end] = ReadColumn(column, factor)
        elif path in FACTS:
            self._state_once(path, column)
            self.facts[path] = column
        elif path == NODE:
            self._state_once(path, column)
            self.figures[path] = ReadColumn(column)
        elif path in FIGURE_UNITS:
            self._state_once(path, column)
            self.figures[path] = ReadColumn(column, _factor(column, unit, FIGURE_UNITS[path]))
        elif path.startswith(THROUGHPUT):
            self._read_throughput(path, column, unit)
        # Other columns are the user's own and are ignored. These two are nearly figures: to ignore
        # "die_area_max" would answer without what the user meant to state.
        elif path.startswith((MEMORY_PREFIX, DIE_AREA)):
            raise _not_a_figure(column)

    def _read_throughput(self, path: str, column: str, unit: str | None) -> None:
        """Read a column of throughputs in one number format."""
        self._state_once(path, column)
        name = path.removeprefix(THROUGHPUT)
        if format_table().is_format(name):
            self.throughputs[name] = ReadColumn(column, _factor(column, unit, "TOPS"))
        elif not name.endswith("_sparse"):  # sparse throughputs do not count, but tables have them
            raise _not_a_figure(column)

    def _state_once(self, path: str, column: str) -> None:
        """Remember which column states a figure; an error if two do."""
        if path in self.column_of_path:
            raise UsageError(
                f"the columns {self.column_of_path[path]!r} and {column!r} state the same figure; "
                "leave one out"
            )
        self.column_of_path[path] = column

    def layout(self) -> Layout:
        """Return the layout; a metric that a column states is not computed from figures."""
        # Its range goes too: the low of a computed TPP says nothing about a stated one.
        computed = _metrics_from_figures(self.throughputs, self.figures)
        for metric, end in list(computed):
            if (metric, VALUE) in self.metrics:
                del computed[metric, end]
        return Layout({**computed, **self.metrics}, self.facts)


def _not_a_figure(column: str) -> UsageError:
    """The error for a header that looks like a figure and is not one."""
    return UsageError(
        f"the column {column!r} is not a figure that rules read; throughputs are "
        "throughput.fp16, throughput.int8, ... (their range is stated as tpp_low and tpp_high)"
    )


def missing_columns(required: Iterable[tuple[str, ...]], layout: Layout) -> list[tuple[str, ...]]:
    """Return what no column states of what is required.

    Each requirement lists the columns that do.
    """
    stated = {*layout.stated_columns().metrics, *layout.bounded_metrics(), *layout.facts}
    return [alternatives for alternatives in required if stated.isdisjoint(alternatives)]


def _path_and_unit(column: str, units: Mapping[str, str]) -> tuple[str, str | None]:
    """What a header names, and its unit."""
    path, unit = str(column).strip(), None
    if isinstance(column, str):  # pandas allows any object as a header
        match = _HEADER_WITH_UNIT.fullmatch(path)
        if match:
            path, unit = match["path"], match["unit"]
    return path, units.get(column, unit)


def _metric_and_end(path: str) -> tuple[str | None, str]:
    """The metric that a header names, and whether it is its value, low or high."""
    if path in STATABLE_METRICS:
        return path, VALUE
    for end in (LOW, HIGH):
        name = path.removesuffix(f"_{end}")
        if name in STATABLE_METRICS:
            return name, end
    return None, VALUE


def _factor(column: str, unit: str | None, target: str) -> float:
    """What the values of a column are multiplied by to be in the target unit."""
    if unit is None:
        raise UsageError(
            f"the column {column!r} needs a unit: units={{{column!r}: {UNIT_EXAMPLES[target]!r}}}, "
            "or in its name in brackets"
        )
    if unit == target:
        return 1.0
    try:
        return float(quantity(f"1 {unit}", target).value)
    except QuantityError as error:
        raise UsageError(f"the column {column!r}: {error}") from None


def _metrics_from_figures(
    throughputs: Mapping[str, ReadColumn], figures: Mapping[str, ReadColumn]
) -> dict[tuple[str, str], ColumnSource]:
    """The metrics that figures make."""
    metrics: dict[tuple[str, str], ColumnSource] = {}
    if throughputs:
        strict = _weighted(throughputs, {**format_table().bits, **format_table().stored_bits})
        metrics[TPP, VALUE] = strict
        lenient = _weighted(throughputs, format_table().bits)
        if lenient != strict:
            # Which bits of TF32 count is not settled: the stricter number decides and the other one
            # contests it, as for a single chip.
            metrics[TPP, LOW] = lenient
        metrics[TOPS, VALUE] = HighestOf(tuple(throughputs.values()))

    metrics |= _die_areas(figures)
    for end in ENDS:
        figure = f"{MEMORY}_{end}"
        if end == VALUE:
            figure = MEMORY
        if figure in figures:
            metrics[MEMORY_BANDWIDTH, end] = figures[figure]
    return metrics


def _die_areas(figures: Mapping[str, ReadColumn]) -> dict[tuple[str, str], ColumnSource]:
    """The applicable die area with its ends, from the area of the die and its node.

    Empty if no column states an area.
    """
    areas: dict[tuple[str, str], ColumnSource] = {}
    largest_node = _non_planar_to()
    node = figures.get(NODE)
    die = figures.get(DIE_AREA)
    low = figures.get(f"{DIE_AREA}_{LOW}")
    high = figures.get(f"{DIE_AREA}_{HIGH}")

    if die is not None:
        areas[AREA, VALUE] = DieArea(die=die, node=node, non_planar_to=largest_node)
    if low is not None:
        areas[AREA, LOW] = DieArea(die=low, node=node, non_planar_to=largest_node)

    # Even without a node the applicable area is at most the whole die, which gives the least
    # density. A chip whose node is not stated is then not simply undetermined.
    upper = high or die
    if upper is not None:
        areas[AREA, HIGH] = DieArea(
            die=upper, node=node, non_planar_to=largest_node, is_upper_bound=True, fallback=die
        )
    return areas


def _weighted(throughputs: Mapping[str, ReadColumn], bits: Mapping[str, int]) -> HighestOf:
    """TPP: the highest throughput times the bits of its format."""
    parts = []
    for name, read in throughputs.items():
        # A vector throughput counts with the bits of its format, as a matrix throughput does.
        weight = bits[name.removesuffix("_vector")]
        parts.append(ReadColumn(read.column, read.factor * weight))
    return HighestOf(tuple(parts))


def _non_planar_to() -> float:
    """The largest node, in nm, that counts as non-planar."""
    # Here, because only frames with die areas need it and it reads a data file.
    from chipdb.catalog.consistency import gates

    largest_node = gates()["planar"].non_planar_to
    assert largest_node is not None, "data/gates.yaml states it"
    return float(largest_node)
