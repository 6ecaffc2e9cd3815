"""``GRID.yaml``: reading a grid, with every problem reported by line and path."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from chipdb.bounds import MOST_KNOB_VALUES
from chipdb.bulk.frames import ANSWERS
from chipdb.bulk.lookup_table import DENSITY
from chipdb.bulk.program import FACTS
from chipdb.bulk.sweep.estimate_reader import ESTIMATE, EstimateReader, usual_capacity
from chipdb.bulk.sweep.estimated import CAPACITY, Estimated
from chipdb.bulk.sweep.grid import Array, Constraint, Formula, Grid, Objective, Ranking
from chipdb.catalog.catalog import Entry, load
from chipdb.catalog.file_contents import GRID, refuse_other_contents
from chipdb.catalog.formats import format_table
from chipdb.catalog.lookup import nearest
from chipdb.catalog.yaml_text import Document, Place, parse
from chipdb.errors import ChipdbError, DataError, Problem
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.metrics import SHOWN, measure
from chipdb.metrics.measure import Metric
from chipdb.solver.intervals import DERIVED
from chipdb.solver.notes import WEAK
from chipdb.units import METRIC_UNITS, display, exact, quantity
from chipdb.vocabulary import Kind

KEYS = ("base", "knobs", "derived", "facts", "constraints", "best", "pareto")
OPERATIONS = ("product", "sum", "over", "max", "min")
COMPARISONS = ("ge", "gt", "le", "lt")
DIRECTIONS = ("maximize", "minimize")
RANGE_KEYS = ({"from", "to", "step"}, {"from", "to", "count"})
EXACT_INTEGERS = 1 << 53
"""Integers below this are float64 numbers without rounding."""
KEEP, MOST_KEPT = 10, 1000
"""How many of the best designs are kept if the grid does not say, and how many it may ask for."""


def read_grid(data: bytes, name: str) -> Grid:
    """Read a grid; ``name`` is the name of the file in error messages.

    Raises :class:`~chipdb.errors.DataError` with every problem of the file.
    """
    documents = parse(data, name)
    for document in documents:
        # files of chips and rules are mostly lists
        refuse_other_contents(_mappings(document.value), name, GRID)
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        message = (
            "a grid is one mapping with knobs, and optionally "
            "base, derived, facts, constraints, best, pareto"
        )
        raise DataError([Problem(name, 1, "", message)])
    return _GridReader(documents[0], name).grid()


def _mappings(value: Any) -> list[dict[str, Any]]:
    """The mappings of a document, which is one or a list of them.

    >>> _mappings([{"id": "h20"}, None]), _mappings({"knobs": {}})
    ([{'id': 'h20'}], [{'knobs': {}}])
    """
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, dict)]


@dataclass(frozen=True)
class _Base:
    """What a grid takes from its base chip; :class:`Grid` explains ``doubts`` and ``vendors``."""

    metrics: dict[str, float] = field(default_factory=dict)
    facts: dict[str, bool] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    vendors: frozenset[str] = frozenset()
    capacity: float | None = None
    """Its memory in GB, which no rule of a grid reads and estimates do."""


class _GridReader:
    """Reads one file and collects its problems.

    A method that finds a problem records it and returns a harmless value, so that one run finds
    them all.
    """

    def __init__(self, document: Document, name: str) -> None:
        """Start without problems; ``name`` is the file's, ``labels`` fill as knobs are read."""
        self.document = document
        self.name = name
        self.problems: list[Problem] = []
        self.labels: dict[str, tuple[str, ...]] = {}
        self.stated: set[str] = set()
        self.capacity = 0.0

    def problem(self, place: Place, message: str) -> None:
        """Record a problem at a place in the file."""
        path = ".".join(str(part) for part in place)
        self.problems.append(Problem(self.name, self.document.line(place), path, message))

    def grid(self) -> Grid:
        """Read the whole grid; raises :class:`DataError` if anything is wrong."""
        value = self.document.value
        for key in value:
            if key not in KEYS:
                self.problem((key,), f"no such key{nearest(str(key), list(KEYS))}")

        base = self.base(value.get("base"))
        self.capacity = base.capacity or usual_capacity()
        knobs = self.knobs()
        self.stated = {*knobs, *self.mapping("derived")}
        names = {*knobs, *base.metrics}
        names.update(f"base.{metric}" for metric in base.metrics)
        derived = self.derived(knobs, names)
        names |= derived.keys()
        self.check_density(knobs, derived)

        grid = Grid(
            name=self.name,
            knobs=knobs,
            derived=derived,
            base=base.metrics,
            facts={**base.facts, **self.facts()},
            labels=self.labels,
            constraints=self.constraints(names),
            best=self.best(names),
            pareto=self.pareto(names),
            vendors=base.vendors,
            doubts=base.doubts,
        )
        if self.problems:
            raise DataError(self.problems)
        return grid

    def check_density(
        self, knobs: Mapping[str, Array], derived: Mapping[str, Formula | Estimated]
    ) -> None:
        """Report a grid that states TPP, area and density, so that the three may not fit."""
        # The designs could contradict the definition of density; a row of a table may, and is then
        # contested, but a grid is written by hand and can be corrected.
        all_three = {DENSITY, *DERIVED[DENSITY].parts}
        if not all_three.issubset({*knobs, *derived}):
            return
        key = "knobs"
        if DENSITY in derived:
            key = "derived"
        self.problem(
            (key, DENSITY),
            "TPP, area and density are all stated; two give the third, so leave one out",
        )

    def mapping(self, key: str) -> dict[str, Any]:
        """The mapping under a key; empty if it is absent, or is no mapping, which is a problem."""
        value = self.document.value.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problem((key,), "expected a mapping of names")
            return {}
        return value

    def base(self, value: Any) -> _Base:
        """Resolve the base chip; a base without figures where there is none, or it is unknown."""
        if value is None:
            return _Base()
        if not isinstance(value, str):
            self.problem(("base",), "expected the name of one chip")
            return _Base()

        try:
            entry = load().find(value)
        except ChipdbError as error:
            self.problem(("base",), str(error))
            return _Base()

        if entry.chip.kind == Kind.MEMORY_STACK:
            message = f"{entry.chip.name} is a memory stack; the designs of a grid are processors"
            self.problem(("base",), message)
            return _Base()
        return _base_of(entry)

    def knobs(self) -> dict[str, Array]:
        """Every knob with its values, in the order of the file; at least one is required."""
        knobs = {name: self.knob(name, entry) for name, entry in self.mapping("knobs").items()}
        if not knobs:
            # Without the key there is no better place for the problem than the whole file.
            place: Place = ()
            if "knobs" in self.document.value:
                place = ("knobs",)
            self.problem(
                place,
                "a grid has at least one knob, such as tpp: {from: 1000, to: 6000, step: 10}",
            )
        return knobs

    def knob(self, name: str, entry: Any) -> Array:
        """The values of one knob: a list of numbers or formats, or a range.

        Numbers in the unit of the metric that the knob is named after, formats as their bits.
        """
        place: Place = ("knobs", name)
        self.check_name(place)
        if isinstance(entry, list) and entry:
            if all(_is_format(item) for item in entry):
                return self.formats(name, entry)
            numbers = []
            for index, item in enumerate(entry):
                numbers.append(float(self.number(item, (*place, index), name)))
            return np.array(numbers)

        if isinstance(entry, dict) and set(entry) in RANGE_KEYS:
            return self.range(entry, place, name)

        self.problem(
            place,
            "a knob is a list of numbers or number formats, "
            "or {from: 1000, to: 6000, step: 10}, or {from, to, count}",
        )
        return np.zeros(1)

    def formats(self, name: str, formats: list[str]) -> Array:
        """The bits of each number format of a knob."""
        self.labels[name] = tuple(formats)
        # If the rules leave it open which bits of a format count, the stricter number decides, as
        # for chips.
        bits = {**format_table().bits, **format_table().stored_bits}
        return np.array([float(bits[item]) for item in formats])

    def range(self, entry: dict[str, Any], place: Place, name: str) -> Array:
        """Evenly spaced values, by step or by count; ``place`` is where problems are reported.

        With a step, the end is included only if a step reaches it; with a count, always.
        """
        start = self.number(entry["from"], (*place, "from"), name)
        stop = self.number(entry["to"], (*place, "to"), name)
        if "count" in entry:
            count = self.whole_number(entry["count"], (*place, "count"), 2, MOST_KNOB_VALUES)
            return _evenly_spaced(start, (stop - start) / (count - 1), count)

        step = self.number(entry["step"], (*place, "step"), name)
        is_rising = step > 0 and stop >= start
        if not is_rising or (stop - start) / step >= MOST_KNOB_VALUES:
            self.problem(
                place,
                "from must not lie above to, step must be positive, "
                f"with at most {MOST_KNOB_VALUES:,} values",
            )
            return np.zeros(1)

        # The end belongs to the range if a step hits it; fractions tell that exactly.
        steps = int((stop - start) / step)
        return _evenly_spaced(start, step, steps + 1)

    def check_name(self, place: Place) -> None:
        """Report a knob or derived quantity whose name has another meaning."""
        name = str(place[-1])
        if name in FACTS:
            example = f"facts: {{{name}: true}}"
            self.problem(place, f"is a fact; write it under facts, such as {example}")
        elif name in ANSWERS:
            self.problem(
                place, "is the name of an answer, which is listed with the designs; choose another"
            )
        elif name.startswith("base."):
            self.problem(
                place, "names beginning with base. are those of the base chip; choose another"
            )

    def number(self, value: Any, place: Place, name: str = "") -> Fraction:
        """A number that is not negative; a metric (``name``) may be written with its unit."""
        # The parser leaves scalars as text, so that 0.1 is read exactly and not as a float.
        if not isinstance(value, str):
            self.problem(place, "expected a number")
            return Fraction(1)

        unit = METRIC_UNITS.get(name)
        try:
            if unit and not _is_number(value):
                number = quantity(value, unit).value
            else:
                number = exact(value)
        except ChipdbError as error:
            self.problem(place, str(error))
            return Fraction(1)

        if number < 0:
            self.problem(place, f"{value} is negative")
        return number

    def whole_number(self, value: Any, place: Place, least: int, most: int) -> int:
        """A whole number within bounds; the least one where a problem was recorded."""
        number = self.number(value, place)
        if number.denominator == 1 and least <= number <= most:
            return int(number)
        self.problem(place, f"expected a whole number from {least} to {most:,}")
        return least

    def derived(
        self, knobs: Mapping[str, Array], names: set[str]
    ) -> dict[str, Formula | Estimated]:
        """The derived quantities in the order of the file; each may read those before it."""
        derived: dict[str, Formula | Estimated] = {}
        for name, entry in self.mapping("derived").items():
            place: Place = ("derived", name)
            self.check_name(place)
            if name in knobs:
                self.problem(place, "is a knob already")
            before = {*names, *derived}
            if isinstance(entry, dict) and entry.keys() == {ESTIMATE}:
                reader = EstimateReader(self, self.stated, self.capacity)
                estimated = reader.read(entry[ESTIMATE], (*place, ESTIMATE), before)
                # a problem was recorded, and what reads the quantity needs no second complaint
                derived[name] = estimated or Formula("sum", (0.0,))
            else:
                derived[name] = self.formula(entry, place, before)
        return derived

    def formula(self, entry: Any, place: Place, names: set[str]) -> Formula:
        """A formula: a name, a number, or an operation over a list of formulas."""
        if isinstance(entry, str):
            return Formula("sum", (self.operand(entry, place, names),))
        if not isinstance(entry, dict) or len(entry) != 1 or next(iter(entry)) not in OPERATIONS:
            self.problem(
                place,
                f"a derived quantity is one of {', '.join(OPERATIONS)} over a list, "
                "such as {product: [cores, clock, 16]}",
            )
            return Formula("sum", (0.0,))

        [(operation, entries)] = entry.items()
        place = (*place, operation)
        if not _are_operands(operation, entries):
            self.problem(
                place,
                "expected a list of names, numbers and further operations (two of them for over)",
            )
            return Formula("sum", (0.0,))

        operands = []
        for index, item in enumerate(entries):
            operands.append(self.operand(item, (*place, index), names))
        return Formula(operation, tuple(operands))

    def operand(self, entry: Any, place: Place, names: set[str]) -> Formula | str | float:
        """One operand of a formula."""
        if isinstance(entry, dict):
            return self.formula(entry, place, names)
        if isinstance(entry, str) and entry in names:
            return entry

        try:
            return float(exact(str(entry)))
        except ChipdbError:
            self.problem(
                place,
                f"{entry!r} is neither a number nor a name that is defined before it"
                f"{nearest(str(entry), sorted(names))}",
            )
            return 0.0

    def facts(self) -> dict[str, bool]:
        """The facts of all designs."""
        facts = {}
        for name, value in self.mapping("facts").items():
            place: Place = ("facts", name)
            if name not in FACTS:
                self.problem(place, f"no such fact; one of {', '.join(FACTS)}")
            elif value not in ("true", "false"):
                self.problem(place, "expected true or false; leave it out where it is not known")
            else:
                facts[name] = value == "true"
        return facts

    def constraints(self, names: set[str]) -> tuple[Constraint, ...]:
        """The constraints: one mapping, or a list of them."""
        entries = self.document.value.get("constraints") or []
        if not isinstance(entries, list):
            entries = [entries]

        constraints = []
        for index, entry in enumerate(entries):
            place: Place = ("constraints", index)
            comparison = _comparison_of(entry)
            if comparison is None:
                self.problem(place, "a constraint is written {of: memory_bandwidth, ge: 2000}")
            elif self.is_quantity(entry["of"], (*place, "of"), names):
                bound = self.number(entry[comparison], (*place, comparison), entry["of"])
                constraints.append(Constraint(entry["of"], comparison, float(bound)))
        return tuple(constraints)

    def is_quantity(self, name: Any, place: Place, names: set[str]) -> bool:
        """Whether a name is that of a quantity; a problem if not."""
        if isinstance(name, str) and name in names:
            return True
        self.problem(
            place,
            f"{name!r} is not a knob, derived quantity or figure of the base"
            f"{nearest(str(name), sorted(names))}",
        )
        return False

    def best(self, names: set[str]) -> Ranking | None:
        """The ranking that the grid asks for."""
        entry = self.document.value.get("best")
        if entry is None:
            return None

        directions = []
        if isinstance(entry, dict):
            directions = [direction for direction in DIRECTIONS if direction in entry]
        if len(directions) != 1 or not set(entry) <= {directions[0], "keep"}:
            self.problem(
                ("best",),
                "written {maximize: tpp} or {minimize: applicable_die_area}, "
                "with keep: how many (10)",
            )
            return None

        keep = KEEP
        if "keep" in entry:
            keep = self.whole_number(entry["keep"], ("best", "keep"), 1, MOST_KEPT)
        [direction] = directions
        if not self.is_quantity(entry[direction], ("best", direction), names):
            return None
        return Ranking(Objective(entry[direction], direction == "maximize"), keep)

    def pareto(self, names: set[str]) -> tuple[Objective, ...]:
        """The objectives of the front that the grid asks for."""
        entry = self.document.value.get("pareto")
        if entry is None:
            return ()

        # both forms are read, since most fronts have one direction
        by_direction = entry
        if not isinstance(entry, dict):  # a list without a direction is to be maximized
            by_direction = {"maximize": entry}

        objectives: list[Objective] = []
        for direction, quantities in by_direction.items():
            objectives += self.objectives(direction, quantities, names)
        # an objective with a problem is not counted, and needs no second complaint
        if len(objectives) < 2 and not self.problems:
            self.problem(("pareto",), "a front has two quantities or more")
        return tuple(objectives)

    def objectives(self, direction: str, quantities: Any, names: set[str]) -> Iterator[Objective]:
        """The objectives of one direction of the front; what is wrong is noted as a problem."""
        if direction not in DIRECTIONS or not isinstance(quantities, list):
            self.problem(
                ("pareto",),
                "a list of quantities to maximize, "
                "or {maximize: [tpp], minimize: [applicable_die_area]}",
            )
            return
        for name in quantities:
            if self.is_quantity(name, ("pareto", direction), names):
                yield Objective(name, direction == "maximize")


def _comparison_of(entry: Any) -> str | None:
    """The operator of a constraint; None if it is not a valid one."""
    if not isinstance(entry, dict):
        return None
    # exactly these two keys: a misspelled one would leave a constraint out
    for operator in COMPARISONS:
        if entry.keys() == {"of", operator}:
            return operator
    return None


def _is_format(item: Any) -> bool:
    """Whether an item of a list is the name of a number format."""
    return isinstance(item, str) and format_table().is_format(item)


def _are_operands(operation: str, entries: Any) -> bool:
    """Whether a value is a list of as many operands as an operation takes."""
    if not isinstance(entries, list) or not entries:
        return False
    if operation == "over":
        return len(entries) == 2
    return True


def _base_of(entry: Entry) -> _Base:
    """The figures that a design inherits.

    A density is computed from the design's own TPP and area instead.
    """
    chip = entry.chip
    values: dict[str, float] = {}
    doubts: dict[str, str] = {}
    how_resolved = _how_resolved(entry)
    if how_resolved:
        doubts["base"] = how_resolved

    for name in SHOWN:
        if name == DENSITY:
            continue
        metric = measure(chip, name)
        if metric.value is None:
            continue
        values[name] = float(metric.value)
        doubt = _doubt_about(metric)
        if doubt:
            doubts[name] = doubt

    facts = {}
    if chip.datacenter is not None:
        facts["datacenter"] = chip.datacenter

    # The vendors of its chips count too: jurisdiction is in doubt if any of them is embargoed.
    vendors = {member.vendor for member, _ in [(chip, 1), *chip.processors()] if member.vendor}
    capacity = measure(chip, CAPACITY).value
    memory = None if capacity is None else float(capacity)
    return _Base(values, facts, doubts, frozenset(vendors), memory)


def _how_resolved(entry: Entry) -> str:
    """What a reader must know of how the base was chosen; empty if it is the chip as named."""
    chip = entry.chip
    notes = []
    if entry.understood:
        notes.append(entry.understood)
    if chip.members:
        parts = ", ".join(f"{member.count} x {member.chip.name}" for member in chip.members)
        notes.append(
            f"{chip.name} is a system; the designs are single chips, "
            f"with the figures of one of it ({parts})"
        )
    return "; ".join(notes)


def _doubt_about(metric: Metric) -> str:
    """Why the value that is taken for a metric of the base is uncertain; empty if it is not."""
    reasons = []
    if metric.low != metric.high:
        reasons.append(
            f"credible claims range from {display(metric.low)} to {display(metric.high)}"
        )
    bases = {claim.basis for _, claim in metric.inputs}
    weak = sorted(bases.intersection(WEAK))
    if weak:
        reasons.append(f"it rests on figures that are {' or '.join(weak)}")
    if not reasons:
        return ""
    value = f"{display(metric.value)} {metric.unit}".rstrip()
    return f"{metric.name} is taken as {value}; {'; '.join(reasons)}"


def _evenly_spaced(start: Fraction, step: Fraction, count: int) -> Array:
    """Numbers at even steps, each the float nearest to its exact value.

    >>> _evenly_spaced(Fraction(0), Fraction(1, 3), 4).tolist()
    [0.0, 0.3333333333333333, 0.6666666666666666, 1.0]
    """
    # Over a common denominator all numerators are integers; one division rounds once.
    common = math.lcm(start.denominator, step.denominator)
    first, increment = int(start * common), int(step * common)
    if max(common, first, abs(first + increment * (count - 1))) < EXACT_INTEGERS:
        return (first + np.arange(count) * increment) / common
    return np.array([float(start + step * index) for index in range(count)])


def _is_number(text: str) -> bool:
    """Whether a text is a number without a unit."""
    try:
        exact(text)
    except ChipdbError:
        return False
    return True
