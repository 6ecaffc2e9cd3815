"""The inputs of circuits: scaled figures, bounds and flags, for arrays and for expressions.

What differs between engines is in :class:`ColumnOperations`. A missing figure (null, NaN, infinite
or negative) becomes -1, so that neither null nor NaN reaches a comparison; a missing bound becomes
zero below and ``UNBOUNDED`` above.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from chipdb.bulk.circuit import SCALE
from chipdb.bulk.circuit_known import TPP_STATED
from chipdb.bulk.circuit_ranges import AS_STATED, WITH_CLAIMS
from chipdb.bulk.columns import (
    HIGH,
    LOW,
    VALUE,
    ColumnSource,
    DieArea,
    HighestOf,
    Layout,
    ReadColumn,
)
from chipdb.bulk.lookup_table import AREA, BANDWIDTH_SUM, DENSITY, TPP
from chipdb.bulk.metric_columns import ALL_LINKS, CHIP_LINKS, LETTER_IO, TOPS
from chipdb.bulk.program import Program
from chipdb.catalog.foreign_table import ROUNDED
from chipdb.catalog.formats import format_table
from chipdb.solver.intervals import DERIVED

MISSING = -1.0
UNBOUNDED = 1e300
"""Above every figure, and still finite after multiplication by a threshold."""
LARGEST_FLOAT = 1.7976931348623157e308
TIED_METRICS = frozenset({TPP, AREA, DENSITY})
"""Any two of them give the third."""


class ColumnOperations(Protocol):
    """What arrays and expressions do differently."""

    def read(self, column: str) -> Any:
        """A column as numbers."""

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """One of two values; ``no`` where the condition is null."""

    def rounded(self, value: Any) -> Any:
        """The nearest integer."""

    def keep(self, name: str, value: Any) -> Any:
        """Give a name to a value that is used more than once."""

    def settle(self) -> None:
        """Compute everything named so far before what comes next."""


def letter_io_is_contested(program: Program, layout: Layout) -> bool:
    """Whether any row may be contested because a rule reads the I/O of the letters.

    The letters do not define which links count. A column of that name settles it.
    """
    return program.contested_by_letter_io and not layout.has(LETTER_IO)


def metrics_behind(layout: Layout, metrics: Iterable[str]) -> list[str]:
    """Some metrics, by name, with those that they are computed from or bounded by.

    A column of any of them may change what is possible of a metric that rules read.
    """
    behind = set(metrics)
    for name in behind.intersection(DERIVED):
        behind.update(DERIVED[name].parts)
    # all links are at least the chip-to-chip links among them
    if behind & {ALL_LINKS, CHIP_LINKS, LETTER_IO}:
        behind |= {ALL_LINKS, CHIP_LINKS}
    if TOPS in behind:
        behind.add(TPP)
    has_two_of_three = layout.has(AREA) and layout.has(DENSITY)
    if has_two_of_three and behind & TIED_METRICS:
        behind |= TIED_METRICS
    # the sum is not kept: its parts are
    return sorted(behind - {BANDWIDTH_SUM})


def may_contradict(layout: Layout, metrics: Iterable[str]) -> bool:
    """Whether TPP, area and density are all columns, so that a row may contradict itself.

    False if no answer depends on them; ``metrics`` are those that answers depend on.
    """
    if TIED_METRICS.isdisjoint(metrics):
        return False
    return all(map(layout.has, TIED_METRICS))


class CircuitInputs:
    """The inputs of circuits by kind and name, each made once.

    ``facts`` gives for each fact where it is true and where it is unknown. :meth:`add_figures`
    comes before everything else; only circuits of ranges need :meth:`add_bounds`.
    """

    def __init__(
        self, layout: Layout, operations: ColumnOperations, facts: Mapping[str, tuple[Any, Any]]
    ) -> None:
        """Start with the facts; figures and bounds are added by the methods below."""
        self.layout = layout
        self.operations = operations
        self.values: dict[tuple[str, str], Any] = {}
        for name, (true, null) in facts.items():
            self.values["true", name] = true
            self.values["null", name] = null

    def _from_columns(self, metric: str, end: str, missing: float) -> Any:
        """A scaled metric (value, low or high); None if no column states it."""
        source = self.layout.metrics.get((metric, end))
        if source is None:
            return None
        value = scaled(self.operations, source, missing)
        return self.operations.keep(f"{metric} cell {end}", value)

    def add_figures(self, metrics: Iterable[str]) -> None:
        """Add the scaled values of some metrics, and whether they are known."""
        metrics = list(metrics)
        names = set(metrics_behind(self.layout, metrics))
        if DENSITY in metrics:
            names |= TIED_METRICS
        values = {name: self._from_columns(name, VALUE, MISSING) for name in sorted(names)}

        # Without a column of its own, the I/O of the letters is counted as all links.
        if LETTER_IO in names and values[LETTER_IO] is None:
            values[LETTER_IO] = values.get(ALL_LINKS)
        self.operations.settle()
        self._complete_tpp(values)
        for name, value in values.items():
            if value is not None:
                self.values["column", name] = value
                self.values["known", name] = is_known(name, value)

    def _complete_tpp(self, values: dict[str, Any]) -> None:
        """Where a row states density and area but no TPP, compute the TPP, in ``values``.

        A flag marks the rows that stated a TPP.
        """
        tpp, area, density = (values.get(name) for name in (TPP, AREA, DENSITY))
        if area is None or density is None:
            return

        where = self.operations.where
        # An area of zero makes a TPP of zero of any density; that must not count as a known TPP.
        computable = (area > 0.0) & (density >= 0.0)
        computed = where(computable, area * density / SCALE, MISSING)
        if tpp is None:
            self.values["flag", TPP_STATED] = area < MISSING  # nowhere
        else:
            self.values["flag", TPP_STATED] = tpp >= 0.0
            computed = where(tpp >= 0.0, tpp, computed)

        values[TPP] = self.operations.keep("tpp made", computed)
        self.operations.settle()

    def contradictory(self) -> Any:
        """Where TPP, area and density are all stated and differ by more than tables round.

        After the figures.
        """
        tpp, area, density = (self.values["column", name] for name in (TPP, AREA, DENSITY))
        all_stated = (
            self.values["flag", TPP_STATED]
            & self.values["known", AREA]
            & self.values["known", DENSITY]
        )
        # Tables print a density with few digits: what rounding explains is not a contradiction.
        difference = tpp * float(SCALE) - area * density
        share, least = map(float, ROUNDED)
        by_share, by_digits = density * share, least * SCALE
        tolerance = area * self.operations.where(by_share > by_digits, by_share, by_digits)
        return all_stated & ((difference > tolerance) | (-difference > tolerance))

    def add_bounds(self, metrics: Iterable[str]) -> None:
        """Add low and high of some metrics, as stated and with all claims; after their figures.

        The order of the steps matters: bounds that a metric states come first, then what others
        say of it, and quotients last, since they are made of the others.
        """
        names = metrics_behind(self.layout, metrics)
        self._add_own_bounds(names)
        if TPP in names and self.layout.has(AREA) and self.layout.has(DENSITY):
            self._widen_computed_tpp()
        if may_contradict(self.layout, names):
            self._widen_contradictions()
        self._bound_by_others(set(names))
        self.operations.settle()
        if DENSITY in names:
            for bounds in (AS_STATED, WITH_CLAIMS):
                self._add_quotient(bounds)
        self.operations.settle()

    def _add_own_bounds(self, names: Iterable[str]) -> None:
        """Add the bounds of each metric that its own columns state."""
        lows: dict[str, Any] = {}
        highs: dict[str, Any] = {}
        for name in names:
            lows[name] = self._from_columns(name, LOW, MISSING)
            highs[name] = self._from_columns(name, HIGH, UNBOUNDED)

        high = highs.get(DENSITY)
        if high is not None:
            # A density of zero is not a density (no area gives it), so it bounds nothing.
            highs[DENSITY] = self.operations.where(is_known(DENSITY, high), high, UNBOUNDED)
        self.operations.settle()
        for name, low in lows.items():
            self._add_bounds_of(name, low, highs[name])
        self.operations.settle()

    def low(self, name: str, bounds: str = AS_STATED) -> Any:
        """The least that a metric may be, scaled; ``bounds`` says with which claims."""
        return self.values["column", f"{name} low{bounds}"]

    def high(self, name: str, bounds: str = AS_STATED) -> Any:
        """The most that a metric may be, scaled; infinite where nothing bounds it."""
        return self.values["column", f"{name} high{bounds}"]

    def _put(self, name: str, bounds: str, low: Any, high: Any) -> None:
        """Add the low and the high of a metric."""
        for end, value in ((f"{name} low{bounds}", low), (f"{name} high{bounds}", high)):
            self.values["column", end] = self.operations.keep(end, value)

    def _add_bounds_of(self, name: str, low: Any, high: Any) -> None:
        """The bounds of one metric from its own columns; None stands for an absent column."""
        where = self.operations.where
        value = self.values.get(("column", name))
        if low is not None and high is not None:  # a table may have its ends the wrong way around
            low, high = where(low > high, high, low), where(low > high, low, high)
        least: Any = 0.0
        if low is not None:
            least = where(low >= 0.0, low, 0.0)
        most = high
        if high is None:
            most = UNBOUNDED

        if value is None:
            self._put(name, AS_STATED, least, most)
            self._put(name, WITH_CLAIMS, least, most)
            return

        # As stated, a known figure is its own bounds. Its low and high are claims that only "wide"
        # counts; they never narrow the value itself.
        known = is_known(name, value)
        self._put(name, AS_STATED, where(known, value, least), where(known, value, most))
        lowest_claim, highest_claim = value, value
        if low is not None:
            lowest_claim = where((low >= 0.0) & (low < value), low, value)
        if high is not None:
            highest_claim = where((high < UNBOUNDED) & (high > value), high, value)
        self._put(
            name,
            WITH_CLAIMS,
            where(known, lowest_claim, least),
            where(known, highest_claim, most),
        )

    def _widen_computed_tpp(self) -> None:
        """A TPP that is computed from area and density has the range that theirs give."""
        where = self.operations.where
        area_and_density = (self.values["column", AREA] > 0.0) & self.values["known", DENSITY]
        computed = ~self.values["flag", TPP_STATED] & area_and_density
        low = self.low(AREA, WITH_CLAIMS) * self.low(DENSITY, WITH_CLAIMS) / SCALE
        high = self.high(AREA, WITH_CLAIMS) * self.high(DENSITY, WITH_CLAIMS) / SCALE
        self._put(
            TPP,
            WITH_CLAIMS,
            where(computed, low, self.low(TPP, WITH_CLAIMS)),
            where(computed, high, self.high(TPP, WITH_CLAIMS)),
        )
        self.operations.settle()

    def _widen_contradictions(self) -> None:
        """Count what a density that does not fit gives for TPP and area as a further claim."""
        where = self.operations.where
        contradictory = self.operations.keep("contradictory", self.contradictory())
        self.operations.settle()
        tpp, area, density = (self.values["column", name] for name in (TPP, AREA, DENSITY))
        from_density = {TPP: area * density / SCALE, AREA: tpp * float(SCALE) / density}
        for name, value in from_density.items():
            stated = self.values["column", name]
            claim = where(contradictory, self.operations.rounded(value), stated)
            low, high = self.low(name, WITH_CLAIMS), self.high(name, WITH_CLAIMS)
            self._put(
                name,
                WITH_CLAIMS,
                where(contradictory & (claim < low), claim, low),
                where(contradictory & (claim > high), claim, high),
            )

        self.operations.settle()

    def _bound_by_others(self, names: set[str]) -> None:
        """Bound missing metrics by others.

        All links together are at least those between chips, and a TPP requires some TOPS.
        """
        if ALL_LINKS in names:
            self._bound_links(letter_io=LETTER_IO in names and not self.layout.has(LETTER_IO))
        if TOPS in names:
            # TPP is TOPS times the bits of a format, so the format with the most bits gives the
            # least TOPS.
            longest = max(format_table().bits.values())
            for bounds in (AS_STATED, WITH_CLAIMS):
                least = self.low(TPP, bounds) / longest
                low = self.low(TOPS, bounds)
                raised = self.operations.where(least > low, least, low)
                self._put(
                    TOPS, bounds, self._unless_known(TOPS, low, raised), self.high(TOPS, bounds)
                )

    def _bound_links(self, *, letter_io: bool) -> None:
        """Bound all links and the links between chips by each other.

        With ``letter_io`` also what the letters mean by I/O.
        """
        where = self.operations.where
        chips_low, links_high = self.low(CHIP_LINKS, WITH_CLAIMS), self.high(ALL_LINKS, WITH_CLAIMS)
        for bounds in (AS_STATED, WITH_CLAIMS):
            low, high = self.low(ALL_LINKS, bounds), self.high(ALL_LINKS, bounds)
            raised = where(chips_low > low, chips_low, low)
            low = self._unless_known(ALL_LINKS, low, raised)
            self._put(ALL_LINKS, bounds, low, high)
            if letter_io:
                # The letters may mean only the links between chips, so those are a further claim.
                least = low
                if bounds == WITH_CLAIMS:
                    least = where(chips_low < low, chips_low, low)
                self._put(LETTER_IO, bounds, least, high)

            low, high = self.low(CHIP_LINKS, bounds), self.high(CHIP_LINKS, bounds)
            lowered = where(links_high < high, links_high, high)
            self._put(CHIP_LINKS, bounds, low, self._unless_known(CHIP_LINKS, high, lowered))

    def _unless_known(self, name: str, if_known: Any, otherwise: Any) -> Any:
        """One value where a figure is known, another where it is missing."""
        known = self.values.get(("known", name))
        if known is None:
            return otherwise
        return self.operations.where(known, if_known, otherwise)

    def _add_quotient(self, bounds: str) -> None:
        """Add the density as "top" over "bottom".

        That is TPP over area, or the stated density over one where those do not give it.

        "tie" is the area in the first case and has no bounds in the second; see
        :meth:`chipdb.bulk.circuit_ranges._RangeCircuitBuilder._quotient_reaches`.
        """
        where = self.operations.where
        top_low, top_high = self.low(TPP, bounds), self.high(TPP, bounds)
        area_low, area_high = self.low(AREA, bounds), self.high(AREA, bounds)
        tie_low, tie_high, bottom_low, bottom_high = area_low, area_high, area_low, area_high
        if self.layout.has(DENSITY) or DENSITY in self.layout.bounded_metrics():
            low, high = self.low(DENSITY, bounds), self.high(DENSITY, bounds)
            stated = (low > 0.0) | (high < UNBOUNDED)
            if ("column", AREA) in self.values:
                stated = stated & ~self._density_is_settled()
            one = float(SCALE)
            top_low, top_high = where(stated, low, top_low), where(stated, high, top_high)
            tie_low, tie_high = where(stated, 0.0, area_low), where(stated, UNBOUNDED, area_high)
            bottom_low, bottom_high = where(stated, one, area_low), where(stated, one, area_high)

        self._put("top", bounds, top_low, top_high)
        self._put("bottom", bounds, bottom_low, bottom_high)
        self._put("tie", bounds, tie_low, tie_high)
        self.values["flag", f"bottom bounded{bounds}"] = bottom_high < UNBOUNDED

    def _density_is_settled(self) -> Any:
        """Where area and TPP give the density, or an area of zero says that there is none."""
        area_known = self.values["known", AREA]
        no_area = area_known & (self.values["column", AREA] <= 0.0)
        tpp_known = self.values.get(("flag", TPP_STATED), self.values.get(("known", TPP)))
        if tpp_known is None:
            return area_known
        return no_area | (area_known & tpp_known)


def is_known(name: str, value: Any) -> Any:
    """Whether a scaled figure is known. A density of zero is not: no area gives it."""
    if name == DENSITY:
        return value > 0.0
    return value >= 0.0


def scaled(operations: ColumnOperations, source: ColumnSource, missing: float) -> Any:
    """A figure in integers of 1e-6, ``missing`` where the cell states none."""
    value = unscaled(operations, source)
    # Written so that null and NaN fail it as well, in every engine.
    stated = (value >= 0.0) & (value <= LARGEST_FLOAT)
    return operations.where(stated, operations.rounded(value * float(SCALE)), missing)


def unscaled(operations: ColumnOperations, source: ColumnSource) -> Any:
    """A figure in chipdb's unit; NaN, null or negative where it is missing."""
    match source:
        case ReadColumn(column, factor):
            value = operations.read(column)
            if factor == 1.0:  # a multiplication would copy the block
                return value
            return value * factor
        case HighestOf(parts):
            highest = _or_missing(operations, parts[0], zero_counts=True)
            for part in parts[1:]:
                other = _or_missing(operations, part, zero_counts=True)
                highest = operations.where(other > highest, other, highest)
            return highest
        case DieArea():
            return _applicable_area(operations, source)


def _or_missing(operations: ColumnOperations, read: ReadColumn, *, zero_counts: bool) -> Any:
    """The values of a column, -1 where there is none.

    A throughput of zero is a statement, an area of zero is not (``zero_counts``).
    """
    value = unscaled(operations, read)
    is_stated = value > 0.0
    if zero_counts:
        is_stated = value >= 0.0
    return operations.where(is_stated & (value <= LARGEST_FLOAT), value, MISSING)


def _applicable_area(operations: ColumnOperations, source: DieArea) -> Any:
    """The area of a non-planar die in mm^2, zero of a planar one.

    Where the node is not known the area is missing, unless an upper bound is asked for.
    """
    where = operations.where
    area = _or_missing(operations, source.die, zero_counts=False)
    if source.fallback is not None and source.fallback != source.die:
        fallback = _or_missing(operations, source.fallback, zero_counts=False)
        area = where(area > 0.0, area, fallback)

    # An area is an upper bound of the applicable one at any node; as a value it needs the
    # node.
    if_node_unknown = area
    if not source.is_upper_bound:
        # The area is never below -1, so this is -1 everywhere, as a value of the engine's kind.
        if_node_unknown = where(area < MISSING, area, MISSING)
    if source.node is None:
        return if_node_unknown

    node = unscaled(operations, source.node)
    node_known = (node > 0.0) & (node <= LARGEST_FLOAT)
    is_non_planar = node <= source.non_planar_to
    return where(node_known, where(is_non_planar, area, 0.0), if_node_unknown)
