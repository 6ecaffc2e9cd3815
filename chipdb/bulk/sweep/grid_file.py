"""``GRID.yaml``: read, checked, and told what is wrong with line and path."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from chipdb.answers.warn import WEAK
from chipdb.bulk.frames import ANSWERS
from chipdb.bulk.lookup_table import DENSITY
from chipdb.bulk.program import FACTS
from chipdb.bulk.sweep.grid import Array, Constraint, Grid, Made
from chipdb.catalog.catalog import load
from chipdb.catalog.formats import terms
from chipdb.catalog.lookup import nearest
from chipdb.catalog.yaml_text import Document, Place, parse
from chipdb.errors import ChipdbError, DataError, Problem
from chipdb.metrics import SHOWN, measure
from chipdb.metrics.measure import Metric
from chipdb.solver.intervals import DERIVED
from chipdb.units import METRIC_UNITS, display, exact, quantity
from chipdb.vocabulary import Kind

KEYS = ("base", "knobs", "derived", "facts", "constraints", "best", "pareto")
OPERATIONS = ("product", "sum", "over", "max", "min")
COMPARISONS = ("ge", "gt", "le", "lt")
MOST_VALUES = 10_000_000
EXACT = 1 << 53
"""Whole numbers below it are floats without rounding."""
KEPT, MOST_KEPT = 10, 1000
"""How many of the best designs are kept where the grid does not say, and at most."""


def read_grid(data: bytes, name: str) -> Grid:
    """The grid of a file; raises :class:`DataError` with everything that is wrong in it."""
    documents = parse(data, name)
    if len(documents) != 1 or not isinstance(documents[0].value, dict):
        what = "a grid is one mapping with knobs, and optionally base, derived, facts, constraints, best, pareto"
        raise DataError([Problem(name, 1, "", what)])
    return _Reader(documents[0], name, data).grid()


@dataclass(frozen=True)
class _Base:
    """What a grid takes from its base chip."""

    metrics: dict[str, float] = field(default_factory=dict)
    facts: dict[str, bool] = field(default_factory=dict)
    doubts: dict[str, str] = field(default_factory=dict)
    makers: frozenset[str] = frozenset()


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
        base = self.base(value.get("base"))
        labels: dict[str, tuple[str, ...]] = {}
        knobs = {key: self.knob(key, entry, labels) for key, entry in self.mapping("knobs").items()}
        if not knobs:
            self.wrong(
                ("knobs",) if "knobs" in value else (),
                "a grid has at least one knob, such as tpp: {from: 1000, to: 6000, step: 10}",
            )
        derived: dict[str, Made] = {}
        known = {*knobs, *base.metrics, *(f"base.{key}" for key in base.metrics)}
        for key, entry in self.mapping("derived").items():
            self.free(("derived", key))
            if key in knobs:
                self.wrong(("derived", key), "is a knob already")
            derived[key] = self.made(entry, ("derived", key), known)
            known.add(key)
        if {*knobs, *derived} >= {DENSITY, *DERIVED[DENSITY].parts}:
            place = "derived" if DENSITY in derived else "knobs"
            self.wrong(
                (place, DENSITY),
                "TPP, area and density all stand; two give the third, so leave one out",
            )
        grid = Grid(
            name=self.name,
            knobs=knobs,
            derived=derived,
            base=base.metrics,
            facts={**base.facts, **self.facts()},
            labels=labels,
            constraints=self.constraints(known),
            best=self.best(known),
            pareto=self.pareto(known),
            text=self.data,
            makers=base.makers,
            doubts=base.doubts,
        )
        if self.problems:
            raise DataError(self.problems)
        return grid

    def free(self, place: Place) -> None:
        """A knob or derived quantity is not called as something else is."""
        name = str(place[-1])
        if name in FACTS:
            self.wrong(place, f"is a fact; write it under facts, such as facts: {{{name}: true}}")
        elif name in ANSWERS:
            self.wrong(
                place, "is the name of an answer, which stands beside the designs; choose another"
            )
        elif name.startswith("base."):
            self.wrong(
                place, "names beginning with base. are those of the base chip; choose another"
            )

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.document.value.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong((key,), "expected a mapping of names")
            return {}
        return value

    def base(self, value: Any) -> _Base:
        """What the base chip gives; nothing where there is none."""
        nothing = _Base()
        if value is None:
            return nothing
        if not isinstance(value, str):
            self.wrong(("base",), "expected the name of one chip")
            return nothing
        try:
            entry = load().find(value)
        except ChipdbError as error:
            self.wrong(("base",), str(error))
            return nothing
        if entry.chip.kind == Kind.MEMORY_STACK:
            self.wrong(
                ("base",),
                f"{entry.chip.name} is a memory stack; the designs of a grid are processors",
            )
            return nothing
        metrics = {
            name: found
            for name in SHOWN
            if name != DENSITY and (found := measure(entry.chip, name)).value is not None
        }
        doubts = {name: text for name, metric in metrics.items() if (text := _doubt(metric))}
        facts = {} if entry.chip.datacenter is None else {"datacenter": entry.chip.datacenter}
        values = {
            name: float(metric.value)
            for name, metric in metrics.items()
            if metric.value is not None
        }
        said = [entry.understood] if entry.understood else []
        if entry.chip.members:
            parts = ", ".join(
                f"{member.count} x {member.chip.name}" for member in entry.chip.members
            )
            said.append(
                f"{entry.chip.name} is a system; the designs are single chips, with the figures of one of it ({parts})"
            )
        makers = frozenset(
            chip.vendor for chip, _ in [(entry.chip, 1), *entry.chip.processors()] if chip.vendor
        )
        return _Base(
            values, facts, {**({"base": "; ".join(said)} if said else {}), **doubts}, makers
        )

    def knob(self, name: str, entry: Any, labels: dict[str, tuple[str, ...]]) -> Array:
        place: Place = ("knobs", name)
        self.free(place)
        if isinstance(entry, list) and entry:
            if all(isinstance(item, str) and terms().is_format(item) for item in entry):
                labels[name] = tuple(entry)
                bits = {
                    **terms().bits,
                    **terms().stored_bits,
                }  # where two counts of bits are read into the law, the stricter
                return np.array([float(bits[item]) for item in entry])
            return np.array(
                [self.number(item, (*place, index), name) for index, item in enumerate(entry)]
            )
        if isinstance(entry, dict) and set(entry) in (
            {"from", "to", "step"},
            {"from", "to", "count"},
        ):
            return self.range(entry, place, name)
        self.wrong(
            place,
            "a knob is a list of numbers or number formats, or {from: 1000, to: 6000, step: 10}, or {from, to, count}",
        )
        return np.zeros(1)

    def range(self, entry: dict[str, Any], place: Place, name: str) -> Array:
        start, stop = (self.exactly(entry[key], (*place, key), name) for key in ("from", "to"))
        if "count" in entry:
            count = self.whole(entry["count"], (*place, "count"), 2, MOST_VALUES)
            return _evenly(start, (stop - start) / (count - 1), count)
        step = self.exactly(entry["step"], (*place, "step"), name)
        if step <= 0 or stop < start or (stop - start) / step >= MOST_VALUES:
            self.wrong(
                place,
                f"from must not lie above to, step must be positive, with at most {MOST_VALUES:,} values",
            )
            return np.zeros(1)
        return _evenly(start, step, int((stop - start) / step) + 1)

    def number(self, value: Any, place: Place, name: str) -> float:
        return float(self.exactly(value, place, name))

    def whole(self, value: Any, place: Place, least: int, most: int) -> int:
        found = self.exactly(value, place, "")
        if found.denominator == 1 and least <= found <= most:
            return int(found)
        self.wrong(place, f"expected a whole number from {least} to {most:,}")
        return least

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
            self.wrong(
                (*place, operation),
                "expected a list of names, numbers and further operations (two of them for over)",
            )
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
            self.wrong(
                place,
                f"{text!r} is neither a number nor a name that stands before it{nearest(str(text), sorted(known))}",
            )
            return 0.0

    def facts(self) -> dict[str, bool]:
        found = {}
        for key, value in self.mapping("facts").items():
            if key not in FACTS:
                self.wrong(("facts", key), f"no such fact; one of {', '.join(FACTS)}")
            elif value not in ("true", "false"):
                self.wrong(
                    ("facts", key), "expected true or false; leave it out where it is not known"
                )
            else:
                found[key] = value == "true"
        return found

    def constraints(self, known: set[str]) -> tuple[Constraint, ...]:
        listed = self.document.value.get("constraints") or []
        found = []
        for index, entry in enumerate(listed if isinstance(listed, list) else [listed]):
            place: Place = ("constraints", index)
            operators = (
                [key for key in entry if key in COMPARISONS] if isinstance(entry, dict) else []
            )
            if (
                not isinstance(entry, dict)
                or len(operators) != 1
                or set(entry) != {"of", operators[0]}
            ):
                self.wrong(place, "a constraint is written {of: memory_bandwidth, ge: 2000}")
            elif self.named(entry["of"], (*place, "of"), known):
                found.append(
                    Constraint(
                        entry["of"],
                        operators[0],
                        self.number(entry[operators[0]], (*place, operators[0]), entry["of"]),
                    )
                )
        return tuple(found)

    def named(self, name: Any, place: Place, known: set[str]) -> bool:
        if isinstance(name, str) and name in known:
            return True
        self.wrong(
            place,
            f"{name!r} is no knob, derived quantity or figure of the base{nearest(str(name), sorted(known))}",
        )
        return False

    def best(self, known: set[str]) -> tuple[str, bool, int] | None:
        entry = self.document.value.get("best")
        if entry is None:
            return None
        sides = [
            key for key in ("maximize", "minimize") if isinstance(entry, dict) and key in entry
        ]
        if not isinstance(entry, dict) or len(sides) != 1 or not set(entry) <= {sides[0], "keep"}:
            self.wrong(
                ("best",),
                "written {maximize: tpp} or {minimize: applicable_die_area}, with keep: how many (10)",
            )
            return None
        keep = (
            self.whole(entry["keep"], ("best", "keep"), 1, MOST_KEPT) if "keep" in entry else KEPT
        )
        self.named(entry[sides[0]], ("best", sides[0]), known)
        return entry[sides[0]], sides[0] == "maximize", keep

    def pareto(self, known: set[str]) -> tuple[tuple[str, bool], ...]:
        entry = self.document.value.get("pareto")
        if entry is None:
            return ()
        sides = entry if isinstance(entry, dict) else {"maximize": entry}
        found = []
        for side, names in sides.items():
            if side not in ("maximize", "minimize") or not isinstance(names, list):
                self.wrong(
                    ("pareto",),
                    "a list of quantities to maximize, or {maximize: [tpp], minimize: [applicable_die_area]}",
                )
                continue
            found += [
                (name, side == "maximize")
                for name in names
                if self.named(name, ("pareto", side), known)
            ]
        if entry is not None and len(found) < 2 and not self.problems:
            self.wrong(("pareto",), "a front has two quantities or more")
        return tuple(found)


def _doubt(metric: Metric) -> str:
    """What is not sure about a metric of the base, of which one value is taken."""
    value, low, high = (display(number) for number in (metric.value, metric.low, metric.high))
    texts = [f"credible claims range from {low} to {high}"] if low != high else []
    bases = sorted({claim.basis for _, claim in metric.inputs if claim.basis in WEAK})
    texts += [f"it rests on figures that are {' or '.join(bases)}"] if bases else []
    return (
        f"{metric.name} is taken as {value} {metric.unit}".rstrip() + f"; {'; '.join(texts)}"
        if texts
        else ""
    )


def _evenly(start: Fraction, step: Fraction, number: int) -> Array:
    """Numbers at even steps, each the float nearest to what it is exactly."""
    common = math.lcm(start.denominator, step.denominator)
    first, each = int(start * common), int(step * common)
    if max(common, first, abs(first + each * (number - 1))) < EXACT:
        return (first + np.arange(number) * each) / common
    return np.array([float(start + step * index) for index in range(number)])


def _plain(text: str) -> bool:
    try:
        exact(text)
    except ChipdbError:
        return False
    return True
