"""``GRID.yaml``: a base chip, knobs, quantities derived from them, facts, constraints, and what is wanted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from chipdb.answers.columns.cells import DENSITY
from chipdb.answers.columns.program import FACTS
from chipdb.answers.spans import DERIVED
from chipdb.catalog.catalog import load
from chipdb.catalog.lookup import nearest
from chipdb.catalog.terms import terms
from chipdb.catalog.text import Document, Place, parse
from chipdb.errors import ChipdbError, DataError, Problem
from chipdb.metrics import SHOWN, measure
from chipdb.units import METRIC_UNITS, exact, quantity

Array = np.ndarray[Any, np.dtype[Any]]
KEYS = ("base", "knobs", "derived", "facts", "constraints", "best", "pareto")
OPERATIONS = ("product", "sum", "over", "max", "min")
COMPARISONS = ("ge", "gt", "le", "lt")
MOST_VALUES = 10_000_000
_REPLACES = {DENSITY: "applicable_die_area", "interconnect_bandwidth": "aggregate_io_bandwidth"}
"""A turned metric, and the one of the base that no longer holds beside it."""


@dataclass(frozen=True)
class Made:
    """A quantity made of others: an operation over names, numbers and further quantities."""

    operation: str
    parts: tuple[Made | str | float, ...]

    def names(self) -> Iterator[str]:
        """The names it is made of."""
        for part in self.parts:
            if isinstance(part, Made):
                yield from part.names()
            elif isinstance(part, str):
                yield part

    def value(self, known: Mapping[str, Any]) -> Any:
        """The quantity, of numbers or of whole arrays."""
        values = [
            part.value(known) if isinstance(part, Made) else known[part] if isinstance(part, str) else part for part in self.parts
        ]
        found = values[0]
        for value in values[1:]:
            match self.operation:
                case "product":
                    found = found * value
                case "sum":
                    found = found + value
                case "over":
                    found = found / value
                case "max":
                    found = np.maximum(found, value)
                case _:
                    found = np.minimum(found, value)
        return found


@dataclass(frozen=True)
class Constraint:
    """A bound on a quantity: designs outside are left out."""

    name: str
    op: str
    limit: float


@dataclass(frozen=True)
class Grid:
    """A product of knobs and what is made of it."""

    name: str
    knobs: Mapping[str, Array]
    derived: Mapping[str, Made]
    base: Mapping[str, float]
    facts: Mapping[str, bool]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constraints: tuple[Constraint, ...] = ()
    best: tuple[str, bool, int] | None = None
    pareto: tuple[tuple[str, bool], ...] = ()
    text: bytes = b""

    @property
    def size(self) -> int:
        """How many designs there are."""
        return math.prod(len(values) for values in self.knobs.values())

    def metrics(self) -> tuple[str, ...]:
        """The metrics that a knob, a derived quantity or the base states; what a turned one makes of the base's is left out."""
        turned = {*self.knobs, *self.derived}
        outdated = {old for new, old in _REPLACES.items() if new in turned and old not in turned}
        return tuple(name for name in METRIC_UNITS if name in turned or (name in self.base and name not in outdated))

    def roots(self, name: str) -> frozenset[str]:
        """The knobs that a quantity hangs on."""
        if name in self.knobs:
            return frozenset({name})
        if name in self.derived:
            return frozenset().union(*(self.roots(part) for part in self.derived[name].names()))
        return frozenset()

    def values(self, knobs: Mapping[str, Any], wanted: Any) -> dict[str, Any]:
        """Some quantities of the designs with these knob values."""
        known: dict[str, Any] = {**{f"base.{key}": value for key, value in self.base.items()}, **self.base, **knobs}
        needed = self._needed(wanted)
        for name, made in self.derived.items():
            if name in needed:
                known[name] = made.value(known)
        return {name: known[name] for name in wanted}

    def _needed(self, wanted: Any) -> set[str]:
        found: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name in self.derived and name not in found:
                waiting += self.derived[name].names()
            found.add(name)
        return found


def read_grid(data: bytes, name: str) -> Grid:
    """The grid of a file; raises :class:`DataError` with everything that is wrong in it."""
    documents = parse(data, name)
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        raise DataError(
            [
                Problem(
                    name,
                    1,
                    "",
                    "a grid is one mapping with knobs, and optionally base, derived, facts, constraints, best, pareto",
                )
            ]
        )
    return _Reader(documents[0], name, data).grid()


class _Reader:
    """One file on its way to a grid; collects what is wrong."""

    def __init__(self, document: Document, name: str, data: bytes) -> None:
        self.document = document
        self.name = name
        self.data = data
        self.problems: list[Problem] = []

    def wrong(self, place: Place, message: str) -> None:
        path = ".".join(str(part) for part in place)
        self.problems.append(Problem(self.name, self.document.line(place), path, message))

    def grid(self) -> Grid:
        value = self.document.value
        for key in value:
            if key not in KEYS:
                self.wrong((key,), f"no such key{nearest(str(key), list(KEYS))}")
        base, facts = self.base(value.get("base"))
        labels: dict[str, tuple[str, ...]] = {}
        knobs = {key: self.knob(key, entry, labels) for key, entry in self.mapping("knobs").items()}
        if not knobs:
            self.wrong(
                ("knobs",) if "knobs" in value else (),
                "a grid has at least one knob, such as tpp: {from: 1000, to: 6000, step: 10}",
            )
        derived: dict[str, Made] = {}
        known = {*knobs, *base, *(f"base.{key}" for key in base)}
        for key, entry in self.mapping("derived").items():
            if key in knobs:
                self.wrong(("derived", key), "is a knob already")
            derived[key] = self.made(entry, ("derived", key), known)
            known.add(key)
        if {*knobs, *derived} >= {DENSITY, *DERIVED[DENSITY].parts}:
            place = "derived" if DENSITY in derived else "knobs"
            self.wrong((place, DENSITY), "TPP, area and density all stand; two give the third, so leave one out")
        facts = {**facts, **self.facts()}
        grid = Grid(
            self.name,
            knobs,
            derived,
            base,
            facts,
            labels,
            self.constraints(known),
            self.best(known),
            self.pareto(known),
            self.data,
        )
        if self.problems:
            raise DataError(self.problems)
        return grid

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.document.value.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong((key,), "expected a mapping of names")
            return {}
        return value

    def base(self, value: Any) -> tuple[dict[str, float], dict[str, bool]]:
        """The metrics and facts of the base chip."""
        if value is None:
            return {}, {}
        try:
            chip = load().find(str(value)).chip
        except ChipdbError as error:
            self.wrong(("base",), str(error))
            return {}, {}
        metrics = {name: measure(chip, name).value for name in SHOWN if name != DENSITY}
        facts = {} if chip.datacenter is None else {"datacenter": chip.datacenter}
        return {name: float(found) for name, found in metrics.items() if found is not None}, facts

    def knob(self, name: str, entry: Any, labels: dict[str, tuple[str, ...]]) -> Array:
        place: Place = ("knobs", name)
        if isinstance(entry, list) and entry:
            if all(isinstance(item, str) and terms().is_format(item) for item in entry):
                labels[name] = tuple(entry)
                return np.array([float(terms().bits[item]) for item in entry])
            return np.array([self.number(item, (*place, index), name) for index, item in enumerate(entry)])
        if isinstance(entry, dict) and set(entry) in ({"from", "to", "step"}, {"from", "to", "count"}):
            return self.range(entry, place, name)
        self.wrong(
            place, "a knob is a list of numbers or number formats, or {from: 1000, to: 6000, step: 10}, or {from, to, count}"
        )
        return np.zeros(1)

    def range(self, entry: dict[str, Any], place: Place, name: str) -> Array:
        start, stop = (self.exactly(entry[key], (*place, key), name) for key in ("from", "to"))
        if "count" in entry:
            count = self.exactly(entry["count"], (*place, "count"), "")
            if count.denominator != 1 or count < 2 or count > MOST_VALUES:
                self.wrong((*place, "count"), f"expected a whole number from 2 to {MOST_VALUES:,}")
                return np.zeros(1)
            return np.round(np.linspace(float(start), float(stop), int(count)), 6)
        step = self.exactly(entry["step"], (*place, "step"), name)
        if step <= 0 or stop < start or (stop - start) / step >= MOST_VALUES:
            self.wrong(place, f"from must not lie above to, step must be positive, with at most {MOST_VALUES:,} values")
            return np.zeros(1)
        steps = int((stop - start) / step)
        common = math.lcm(start.denominator, step.denominator)
        return (int(start * common) + np.arange(steps + 1) * int(step * common)) / common

    def number(self, value: Any, place: Place, name: str) -> float:
        return float(self.exactly(value, place, name))

    def exactly(self, value: Any, place: Place, name: str) -> Fraction:
        """A number, or a quantity where the name is a metric with a unit."""
        unit = METRIC_UNITS.get(name, "")
        if not isinstance(value, str):
            self.wrong(place, "expected a number")
            return Fraction(1)
        try:
            found = quantity(value, unit).value if unit and not _plain(value) else exact(value)
        except ChipdbError as error:
            self.wrong(place, str(error))
            return Fraction(1)
        if found < 0:
            self.wrong(place, f"{value} is negative")
        return found

    def made(self, entry: Any, place: Place, known: set[str]) -> Made:
        if isinstance(entry, str):
            return Made("sum", (self.part(entry, place, known),))
        if not isinstance(entry, dict) or len(entry) != 1 or next(iter(entry)) not in OPERATIONS:
            self.wrong(
                place,
                f"a derived quantity is one of {', '.join(OPERATIONS)} over a list, such as {{product: [cores, clock, 16]}}",
            )
            return Made("sum", (0.0,))
        operation, parts = next(iter(entry.items()))
        if not isinstance(parts, list) or not parts or (operation == "over" and len(parts) != 2):
            self.wrong((*place, operation), "expected a list of names, numbers and further operations (two of them for over)")
            return Made("sum", (0.0,))
        inner = [
            self.made(part, (*place, operation, index), known)
            if isinstance(part, dict)
            else self.part(part, (*place, operation, index), known)
            for index, part in enumerate(parts)
        ]
        return Made(operation, tuple(inner))

    def part(self, text: Any, place: Place, known: set[str]) -> str | float:
        if isinstance(text, str) and text in known:
            return text
        try:
            return float(exact(str(text)))
        except ChipdbError:
            self.wrong(place, f"{text!r} is neither a number nor a name that stands before it{nearest(str(text), sorted(known))}")
            return 0.0

    def facts(self) -> dict[str, bool]:
        found = {}
        for key, value in self.mapping("facts").items():
            if key not in FACTS:
                self.wrong(("facts", key), f"no such fact; one of {', '.join(FACTS)}")
            elif value not in ("true", "false"):
                self.wrong(("facts", key), "expected true or false; leave it out where it is not known")
            else:
                found[key] = value == "true"
        return found

    def constraints(self, known: set[str]) -> tuple[Constraint, ...]:
        listed = self.document.value.get("constraints") or []
        found = []
        for index, entry in enumerate(listed if isinstance(listed, list) else [listed]):
            place: Place = ("constraints", index)
            operators = [key for key in entry if key in COMPARISONS] if isinstance(entry, dict) else []
            if not isinstance(entry, dict) or len(operators) != 1 or set(entry) != {"of", operators[0]}:
                self.wrong(place, "a constraint is written {of: memory_bandwidth, ge: 2000}")
            elif self.named(entry["of"], (*place, "of"), known):
                found.append(
                    Constraint(entry["of"], operators[0], self.number(entry[operators[0]], (*place, operators[0]), entry["of"]))
                )
        return tuple(found)

    def named(self, name: Any, place: Place, known: set[str]) -> bool:
        if name in known:
            return True
        self.wrong(place, f"{name!r} is no knob, derived quantity or figure of the base{nearest(str(name), sorted(known))}")
        return False

    def best(self, known: set[str]) -> tuple[str, bool, int] | None:
        entry = self.document.value.get("best")
        if entry is None:
            return None
        sides = [key for key in ("maximize", "minimize") if isinstance(entry, dict) and key in entry]
        if not isinstance(entry, dict) or len(sides) != 1 or not set(entry) <= {sides[0], "keep"}:
            self.wrong(("best",), "written {maximize: tpp} or {minimize: applicable_die_area}, with keep: how many (10)")
            return None
        keep = self.number(entry.get("keep", "10"), ("best", "keep"), "")
        self.named(entry[sides[0]], ("best", sides[0]), known)
        return entry[sides[0]], sides[0] == "maximize", max(1, min(int(keep), 1000))

    def pareto(self, known: set[str]) -> tuple[tuple[str, bool], ...]:
        entry = self.document.value.get("pareto")
        if entry is None:
            return ()
        sides = entry if isinstance(entry, dict) else {"maximize": entry}
        found = []
        for side, names in sides.items():
            if side not in ("maximize", "minimize") or not isinstance(names, list):
                self.wrong(("pareto",), "a list of quantities to maximize, or {maximize: [tpp], minimize: [applicable_die_area]}")
                continue
            found += [(name, side == "maximize") for name in names if self.named(name, ("pareto", side), known)]
        if entry is not None and len(found) < 2 and not self.problems:
            self.wrong(("pareto",), "a front has two quantities or more")
        return tuple(found)


def _plain(text: str) -> bool:
    try:
        exact(text)
    except ChipdbError:
        return False
    return True
