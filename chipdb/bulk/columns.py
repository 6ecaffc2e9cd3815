"""Which columns of a frame state what: metrics with their low and high, figures that make metrics, facts; in which units."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chipdb.bulk.circuit_known import AREA, TPP, Have
from chipdb.bulk.lookup_table import DENSITY
from chipdb.bulk.program import ALL_LINKS, FACTS, LETTER_IO, TOPS, bounds_between
from chipdb.catalog.formats import format_table
from chipdb.catalog.lookup import nearest
from chipdb.errors import QuantityError, UsageError
from chipdb.units import METRIC_UNITS, quantity

LOW, HIGH, VALUE = "low", "high", "value"
RATE, DIE, NODE, MEMORY = "throughput.", "die_area", "process_nm", "memory.bandwidth"
UNITS = {
    f"{figure}{end}": unit
    for figure, unit in ((DIE, "mm^2"), (MEMORY, "GB/s"))
    for end in ("", f"_{LOW}", f"_{HIGH}")
}
"""Figures that make a metric, and their ranges, in the unit of the metric."""
_HEADED = re.compile(r"(?P<path>.*?)\s*[\[(](?P<unit>[^\[\]()]*)[\])]")
_BASE = tuple(name for name in METRIC_UNITS if name != "memory_and_io_bandwidth")


@dataclass(frozen=True)
class Read:
    """A column in chipdb's unit: its value times ``factor``."""

    column: str
    factor: float = 1.0


@dataclass(frozen=True)
class Best:
    """The highest of some columns that have a value."""

    parts: tuple[Read, ...]


@dataclass(frozen=True, kw_only=True)
class DieArea:
    """The area of a row's die where its node says that it is non-planar, zero where planar.

    ``most`` gives the upper bound, which stands too where the node is not known; ``otherwise`` is read where ``die`` has none.
    """

    die: Read
    node: Read | None
    limit: float
    most: bool = False
    otherwise: Read | None = None


Recipe = Read | Best | DieArea


@dataclass(frozen=True)
class Layout:
    """Where each metric and fact comes from."""

    metrics: Mapping[tuple[str, str], Recipe]
    facts: Mapping[str, str] = field(default_factory=dict)

    def has(self, metric: str, end: str = VALUE) -> bool:
        """Whether a column states a metric's value, low or high."""
        return (metric, end) in self.metrics

    def bounded(self) -> frozenset[str]:
        """The metrics with a low or a high."""
        return frozenset(metric for metric, end in self.metrics if end != VALUE)

    def have(self) -> Have:
        """What a program must know of the columns."""
        stated = {metric for metric, end in self.metrics if end == VALUE}
        if ALL_LINKS in stated:
            stated.add(LETTER_IO)
        if {AREA, DENSITY} <= stated:
            stated.add(TPP)
        below, above = bounds_between(stated)
        return Have(frozenset(stated), frozenset(self.facts), frozenset(below), frozenset(above))

    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        found: dict[str, None] = dict.fromkeys(self.facts.values())
        for recipe in self.metrics.values():
            found |= dict.fromkeys(_columns(recipe))
        return tuple(found)


def _columns(recipe: Recipe) -> Iterator[str]:
    match recipe:
        case Read():
            yield recipe.column
        case Best():
            yield from (part.column for part in recipe.parts)
        case DieArea():
            yield from (
                read.column
                for read in (recipe.die, recipe.node, recipe.otherwise)
                if read is not None
            )


def layout_of(columns: Sequence[str], units: Mapping[str, str]) -> Layout:
    """What the columns of a frame state. ``units`` gives units by column; a header such as ``memory_bandwidth [TB/s]`` may too.

    A metric without a unit is in chipdb's own; a figure needs one. Raises :class:`UsageError`.
    """
    strange = [name for name in units if name not in columns]
    if strange:
        raise UsageError(
            f"units: there is no column {strange[0]!r}{nearest(strange[0], list(columns))}"
        )
    metrics: dict[tuple[str, str], Recipe] = {}
    facts: dict[str, str] = {}
    rates: dict[str, Read] = {}
    figures: dict[str, Read] = {}
    seen: dict[str, str] = {}
    for column in columns:
        path, unit = _headed(column, units)
        metric, end = _metric(path)
        if metric is not None or path in (*FACTS, *UNITS, NODE) or path.startswith(RATE):
            _once(seen, path, column)
        if metric is not None:
            metrics[metric, end] = Read(
                column, _factor(column, unit or METRIC_UNITS[metric], METRIC_UNITS[metric])
            )
        elif path in FACTS:
            facts[path] = column
        elif path.startswith(RATE) and format_table().is_format(path.removeprefix(RATE)):
            rates[path.removeprefix(RATE)] = Read(column, _factor(column, unit, "TOPS"))
        elif path in UNITS:
            figures[path] = Read(column, _factor(column, unit, UNITS[path]))
        elif path == NODE:
            figures[path] = Read(column)
        elif path.startswith(("throughput.", "memory.band", "die_area")) and not path.endswith(
            "_sparse"
        ):
            raise UsageError(
                f"the column {column!r} is no figure that rules read; rates are throughput.fp16, throughput.int8, ... "
                "(their range is stated as tpp_low and tpp_high)"
            )
    made = {
        key: recipe
        for key, recipe in _from_figures(rates, figures).items()
        if (key[0], VALUE) not in metrics
    }
    return Layout({**made, **metrics}, facts)


def _headed(column: str, units: Mapping[str, str]) -> tuple[str, str | None]:
    headed = _HEADED.fullmatch(column.strip()) if isinstance(column, str) else None
    path, unit = (headed["path"], headed["unit"]) if headed else (str(column).strip(), None)
    return path, units.get(column, unit)


def _metric(path: str) -> tuple[str | None, str]:
    for end in (LOW, HIGH):
        name = path.removesuffix(f"_{end}")
        if name != path and name in _BASE:
            return name, end
    return (path, VALUE) if path in _BASE else (None, VALUE)


def _once(seen: dict[str, str], path: str, column: str) -> None:
    if path in seen:
        raise UsageError(
            f"the columns {seen[path]!r} and {column!r} state the same figure; leave one out"
        )
    seen[path] = column


def _factor(column: str, unit: str | None, target: str) -> float:
    if unit is None:
        raise UsageError(
            f"the column {column!r} needs a unit: units={{{column!r}: {_EXAMPLES[target]!r}}}, or in its name in brackets"
        )
    if unit == target:
        return 1.0
    try:
        factor = quantity(f"1 {unit}", target).value
    except QuantityError as error:
        raise UsageError(f"the column {column!r}: {error}") from None
    return float(factor)


_EXAMPLES = {"TOPS": "TFLOPS", "mm^2": "mm^2", "GB/s": "TB/s"}


def _from_figures(
    rates: Mapping[str, Read], figures: Mapping[str, Read]
) -> dict[tuple[str, str], Recipe]:
    found: dict[tuple[str, str], Recipe] = {}
    if rates:
        found[TPP, VALUE] = _weighted(rates, {**format_table().bits, **format_table().stored_bits})
        if (counted := _weighted(rates, format_table().bits)) != found[TPP, VALUE]:
            # which bits of TF32 count is not settled: the stricter decides, the other contests, as for one chip
            found[TPP, LOW] = counted
        found[TOPS, VALUE] = Best(tuple(rates.values()))
    limit, node, die = _non_planar_to(), figures.get(NODE), figures.get(DIE)
    low, high = (figures.get(f"{DIE}_{end}") for end in (LOW, HIGH))
    if die is not None:
        found[AREA, VALUE] = DieArea(die=die, node=node, limit=limit)
    if low is not None:
        found[AREA, LOW] = DieArea(die=low, node=node, limit=limit)
    if (most := high or die) is not None:
        found[AREA, HIGH] = DieArea(die=most, node=node, limit=limit, most=True, otherwise=die)
    for end, column in ((VALUE, MEMORY), (LOW, f"{MEMORY}_{LOW}"), (HIGH, f"{MEMORY}_{HIGH}")):
        if column in figures:
            found["memory_bandwidth", end] = figures[column]
    return found


def _weighted(rates: Mapping[str, Read], bits: Mapping[str, int]) -> Best:
    return Best(
        tuple(
            Read(read.column, read.factor * bits[name.removesuffix("_vector")])
            for name, read in rates.items()
        )
    )


def _non_planar_to() -> float:
    from chipdb.catalog.consistency import gates

    limit = gates()["planar"].non_planar_to
    assert limit is not None, "data/gates.yaml states it"
    return float(limit)


def absent(needs: Iterable[tuple[str, ...]], layout: Layout) -> list[tuple[str, ...]]:
    """What is needed and no column states."""
    stated = {*layout.have().metrics, *layout.bounded(), *layout.facts}
    return [choices for choices in needs if stated.isdisjoint(choices)]
