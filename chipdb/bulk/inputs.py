"""The inputs of both nets, written once for arrays and for expressions: scaled figures, bounds, flags.

``Ops`` is what differs between engines. A figure that is missing (null, NaN, infinite or negative) is -1, so that neither
null nor NaN reaches a comparison; a bound that is missing is zero below and ``FAR`` above.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from chipdb.bulk.circuit import SCALE
from chipdb.bulk.circuit_known import AREA, TPP
from chipdb.bulk.circuit_ranges import PLAIN, WIDE
from chipdb.bulk.columns import HIGH, LOW, VALUE, Best, DieArea, Layout, Read, Recipe
from chipdb.bulk.lookup_table import DENSITY, SUM
from chipdb.bulk.program import ALL_LINKS, CHIP_LINKS, LETTER_IO, TOPS, Program
from chipdb.catalog.foreign_table import ROUNDED
from chipdb.catalog.formats import format_table
from chipdb.solver.intervals import DERIVED

FAR = 1e300
"""Above every figure, and still finite when a limit multiplies it."""
FINITE = 1.7976931348623157e308
MISSING = -1.0
TIED = frozenset({TPP, AREA, DENSITY})
"""Of which two give the third."""


class Ops(Protocol):
    """What arrays and expressions do differently."""

    def read(self, column: str) -> Any:
        """A column as numbers."""

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """One of two values; ``no`` where the condition is null."""

    def rounded(self, value: Any) -> Any:
        """The nearest whole number."""

    def keep(self, name: str, value: Any) -> Any:
        """Give a value a name, to be used more than once."""

    def settle(self) -> None:
        """Have everything named so far computed before what comes next."""


def contests_all(program: Program, layout: Layout) -> bool:
    """Whether any row may be contested: a rule classifies by the letters' I/O, and no column says what that is."""
    return program.classifies_by_letters and not layout.has(LETTER_IO)


class Leaves:
    """The inputs of nets, by kind and name, each made once."""

    def __init__(self, layout: Layout, ops: Ops, facts: dict[str, tuple[Any, Any]]) -> None:
        self.layout = layout
        self.ops = ops
        self.values: dict[tuple[str, str], Any] = {}
        for name, (true, null) in facts.items():
            self.values["flag", f"{name} is true"] = true
            self.values["flag", f"{name} is null"] = null

    def _figure(self, metric: str, end: str, otherwise: float) -> Any:
        recipe = self.layout.metrics.get((metric, end))
        if recipe is None:
            return None
        return self.ops.keep(f"{metric} cell {end}", scaled(self.ops, recipe, otherwise))

    def figures(self, metrics: Iterable[str]) -> None:
        """The scaled values of some metrics with their flags; TPP also as density times area, where there is an area."""
        wanted = {*self.bounding(self.layout, metrics), *(TIED if DENSITY in metrics else ())}
        values = {name: self._figure(name, VALUE, MISSING) for name in sorted(wanted)}
        if values.get(LETTER_IO) is None and LETTER_IO in wanted:
            values[LETTER_IO] = values.get(ALL_LINKS)
        self.ops.settle()
        self._stated(values)
        for name, value in values.items():
            if value is not None:
                self.values["column", name] = value
                self.values["flag", f"{name} known"] = is_known(name, value)

    def _stated(self, values: dict[str, Any]) -> None:
        rate, area, density = (values.get(name) for name in (TPP, AREA, DENSITY))
        if area is None or density is None:
            return
        made = self.ops.where((area > 0.0) & (density >= 0.0), area * density / SCALE, MISSING)
        if rate is None:
            self.values["flag", "tpp stated"] = area < MISSING
            values[TPP] = self.ops.keep("tpp made", made)
        else:
            self.values["flag", "tpp stated"] = rate >= 0.0
            values[TPP] = self.ops.keep("tpp made", self.ops.where(rate >= 0.0, rate, made))
        self.ops.settle()

    def _made(self) -> None:
        """A TPP that is made of area and density is disputed as they are."""
        flags, where = self.values, self.ops.where
        dense = (self.values["column", AREA] > 0.0) & flags["flag", f"{DENSITY} known"]
        made = ~flags["flag", "tpp stated"] & dense
        ends = {end: end(AREA, WIDE) * end(DENSITY, WIDE) / SCALE for end in (self.low, self.high)}
        low, high = (where(made, value, end(TPP, WIDE)) for end, value in ends.items())
        self._put(TPP, WIDE, low, high)
        self.ops.settle()

    @staticmethod
    def disputable(layout: Layout, metrics: Iterable[str]) -> bool:
        """Whether TPP, area and density all are columns, of which two give the third."""
        return not TIED.isdisjoint(metrics) and all(layout.has(name) for name in TIED)

    def disputed(self) -> Any:
        """Where TPP, area and density all stand and do not fit, to the digits that tables round to; after the figures."""
        rate, area, density = (self.values["column", name] for name in (TPP, AREA, DENSITY))
        stand = (
            self.values["flag", "tpp stated"]
            & self.values["flag", f"{AREA} known"]
            & self.values["flag", f"{DENSITY} known"]
        )
        off = rate * float(SCALE) - area * density
        share, least = map(float, ROUNDED)
        most = area * self.ops.where(
            density * share > least * SCALE, density * share, least * SCALE
        )
        return stand & ((off > most) | (-off > most))

    def _dispute(self) -> None:
        """What the density makes of TPP and of the area is a further claim of each."""
        where, disputed = self.ops.where, self.ops.keep("disputed", self.disputed())
        self.ops.settle()
        rate, area, density = (self.values["column", name] for name in (TPP, AREA, DENSITY))
        for name, value in ((TPP, area * density / SCALE), (AREA, rate * float(SCALE) / density)):
            made = where(disputed, self.ops.rounded(value), self.values["column", name])
            low, high = self.low(name, WIDE), self.high(name, WIDE)
            self._put(
                name,
                WIDE,
                where(disputed & (made < low), made, low),
                where(disputed & (made > high), made, high),
            )
        self.ops.settle()

    def bounds(self, metrics: Iterable[str]) -> None:
        """Low and high of some metrics, plain and wide, after their figures."""
        wanted = self.bounding(self.layout, metrics)
        ends = {(name, LOW): self._figure(name, LOW, MISSING) for name in wanted}
        ends |= {(name, HIGH): self._figure(name, HIGH, FAR) for name in wanted}
        most = ends.get((DENSITY, HIGH))
        if most is not None:
            ends[DENSITY, HIGH] = self.ops.where(is_known(DENSITY, most), most, FAR)
        self.ops.settle()
        for name in wanted:
            self._bounded(name, ends[name, LOW], ends[name, HIGH])
        self.ops.settle()
        if TPP in wanted and self.layout.has(AREA) and self.layout.has(DENSITY):
            self._made()
        if self.disputable(self.layout, wanted):
            self._dispute()
        self._by_others(set(wanted))
        self.ops.settle()
        if DENSITY in wanted:
            for wide in (PLAIN, WIDE):
                self._quotient(wide)
        self.ops.settle()

    @staticmethod
    def bounding(layout: Layout, metrics: Iterable[str]) -> list[str]:
        """The metrics that bear on some, by making them or by bounding them."""
        wanted = set(metrics)
        wanted |= {part for name in metrics if name in DERIVED for part in DERIVED[name].parts}
        wanted |= {ALL_LINKS, CHIP_LINKS} if wanted & {ALL_LINKS, CHIP_LINKS, LETTER_IO} else set()
        wanted |= {TPP} if TOPS in wanted else set()
        wanted |= TIED if wanted & TIED and layout.has(AREA) and layout.has(DENSITY) else set()
        return sorted(wanted - {SUM})

    def _bounded(self, name: str, low: Any, high: Any) -> None:
        where, value = self.ops.where, self.values.get(("column", name))
        if low is not None and high is not None:
            low, high = where(low > high, high, low), where(low > high, low, high)
        least = 0.0 if low is None else where(low >= 0.0, low, 0.0)
        most = FAR if high is None else high
        if value is None:
            self._put(name, PLAIN, least, most)
            self._put(name, WIDE, least, most)
            return
        known = is_known(name, value)
        self._put(name, PLAIN, where(known, value, least), where(known, value, most))
        below = value if low is None else where((low >= 0.0) & (low < value), low, value)
        above = value if high is None else where((high < FAR) & (high > value), high, value)
        self._put(name, WIDE, where(known, below, least), where(known, above, most))

    def _put(self, name: str, wide: str, low: Any, high: Any) -> None:
        self.values["column", f"{name} low{wide}"] = self.ops.keep(f"{name} low{wide}", low)
        self.values["column", f"{name} high{wide}"] = self.ops.keep(f"{name} high{wide}", high)

    def low(self, name: str, wide: str = PLAIN) -> Any:
        """The least that a metric may be."""
        return self.values["column", f"{name} low{wide}"]

    def high(self, name: str, wide: str = PLAIN) -> Any:
        """The most that a metric may be."""
        return self.values["column", f"{name} high{wide}"]

    def _by_others(self, wanted: set[str]) -> None:
        """Where a metric is missing, what another one says of it: all links are at least those between chips."""
        where = self.ops.where
        if ALL_LINKS in wanted:
            chips_low, links_high = self.low(CHIP_LINKS, WIDE), self.high(ALL_LINKS, WIDE)
            for wide in (PLAIN, WIDE):
                low, high = self.low(ALL_LINKS, wide), self.high(ALL_LINKS, wide)
                low = self._unless_known(ALL_LINKS, low, where(chips_low > low, chips_low, low))
                self._put(ALL_LINKS, wide, low, high)
                if LETTER_IO in wanted and not self.layout.has(LETTER_IO):
                    # the letters may mean the links between chips alone
                    least = where(chips_low < low, chips_low, low) if wide == WIDE else low
                    self._put(LETTER_IO, wide, least, high)
                low, high = self.low(CHIP_LINKS, wide), self.high(CHIP_LINKS, wide)
                high = self._unless_known(
                    CHIP_LINKS, high, where(links_high < high, links_high, high)
                )
                self._put(CHIP_LINKS, wide, low, high)
        if TOPS in wanted:
            least = self.low(TPP, WIDE) / max(format_table().bits.values())
            for wide in (PLAIN, WIDE):
                low = self.low(TOPS, wide)
                self._put(
                    TOPS,
                    wide,
                    self._unless_known(TOPS, low, where(least > low, least, low)),
                    self.high(TOPS, wide),
                )

    def _unless_known(self, name: str, known: Any, otherwise: Any) -> Any:
        flag = self.values.get(("flag", f"{name} known"))
        return otherwise if flag is None else self.ops.where(flag, known, otherwise)

    def _quotient(self, wide: str) -> None:
        """TPP over area; or the density over one where it is stated and TPP and area do not give it."""
        where = self.ops.where
        top, bottom = (
            (self.low(TPP, wide), self.high(TPP, wide)),
            (self.low(AREA, wide), self.high(AREA, wide)),
        )
        tie = bottom
        if self.layout.has(DENSITY) or DENSITY in self.layout.bounded():
            low, high = self.low(DENSITY, wide), self.high(DENSITY, wide)
            stated = (low > 0.0) | (high < FAR)
            if ("column", AREA) in self.values:
                area = self.values["flag", f"{AREA} known"]
                rate = self.values.get(
                    ("flag", "tpp stated"), self.values.get(("flag", f"{TPP} known"))
                )
                planar = area & (self.values["column", AREA] <= 0.0)
                stated = stated & ~planar & ~(area if rate is None else area & rate)
            one = float(SCALE)
            top = (where(stated, low, top[0]), where(stated, high, top[1]))
            tie = (where(stated, 0.0, bottom[0]), where(stated, FAR, bottom[1]))
            bottom = (where(stated, one, bottom[0]), where(stated, one, bottom[1]))
        for name, (low, high) in (("top", top), ("bottom", bottom), ("tie", tie)):
            self._put(name, wide, low, high)
        self.values["flag", f"bottom bounded{wide}"] = bottom[1] < FAR


def is_known(name: str, value: Any) -> Any:
    """Whether a scaled figure is known; a density of zero, which no area gives, is none."""
    return value > 0.0 if name == DENSITY else value >= 0.0


def scaled(ops: Ops, recipe: Recipe, otherwise: float) -> Any:
    """A figure in integers of 1e-6, ``otherwise`` where the cell states none."""
    value = raw(ops, recipe)
    return ops.where(
        (value >= 0.0) & (value <= FINITE), ops.rounded(value * float(SCALE)), otherwise
    )


def raw(ops: Ops, recipe: Recipe) -> Any:
    """A figure in chipdb's unit; NaN, null or negative where it is missing."""
    match recipe:
        case Read(column, factor):
            return ops.read(column) if factor == 1.0 else ops.read(column) * factor
        case Best(parts):
            best = _shown(ops, parts[0])
            for part in parts[1:]:
                other = _shown(ops, part)
                best = ops.where(other > best, other, best)
            return best
        case DieArea():
            return _die(ops, recipe)


def _shown(ops: Ops, recipe: Recipe) -> Any:
    """A rate to six places, -1 where it is missing."""
    assert isinstance(recipe, Read)
    value = raw(ops, recipe)
    return ops.where((value >= 0.0) & (value <= FINITE), value, MISSING)


def _die(ops: Ops, recipe: DieArea) -> Any:
    area = _positive(ops, recipe.die)
    if recipe.otherwise is not None and recipe.otherwise != recipe.die:
        area = ops.where(area > 0.0, area, _positive(ops, recipe.otherwise))
    unknown = area if recipe.most else ops.where(area < MISSING, area, MISSING)
    if recipe.node is None:
        return unknown
    node = raw(ops, recipe.node)
    known = (node > 0.0) & (node <= FINITE)
    return ops.where(known, ops.where(node <= recipe.limit, area, 0.0), unknown)


def _positive(ops: Ops, recipe: Read) -> Any:
    value = raw(ops, recipe)
    return ops.where((value > 0.0) & (value <= FINITE), value, MISSING)
