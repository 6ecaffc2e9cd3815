"""A grid of hypothetical designs: base chip, knobs, derived quantities, facts, constraints."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

import numpy as np

from chipdb.bulk.lookup_table import DENSITY
from chipdb.bulk.sweep.estimated import Estimated
from chipdb.catalog.formats import format_table
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.units import METRIC_UNITS

Array = np.ndarray[Any, np.dtype[Any]]
_REPLACES = {DENSITY: "applicable_die_area", "interconnect_bandwidth": "aggregate_io_bandwidth"}
"""If the grid states the first metric, the base's second one does not describe the design."""


@dataclass(frozen=True)
class Formula:
    """A quantity derived from others: an operation over names, numbers and further formulas.

    >>> Formula("product", ("cores", "clock", 16.0)).value({"cores": 100, "clock": 1.5})
    2400.0
    """

    operation: str
    operands: tuple[Formula | str | float, ...]

    def names(self) -> Iterator[str]:
        """The names of the quantities that the formula reads, in the order of the text.

        >>> list(Formula("over", ("tpp", Formula("sum", ("area", 10.0)))).names())
        ['tpp', 'area']
        """
        for operand in self.operands:
            if isinstance(operand, Formula):
                yield from operand.names()
            elif isinstance(operand, str):
                yield operand

    def value(self, quantities: Mapping[str, Any]) -> Any:
        """Compute the quantity from numbers or from whole arrays, one value for each design.

        ``quantities`` are by name. Raises :class:`KeyError` for one that is not among them.
        """
        first, *rest = (self._operand_value(operand, quantities) for operand in self.operands)
        # the operands are combined from the left, as they are written
        result = first
        for value in rest:
            result = self._combined(result, value)
        return result

    def _combined(self, result: Any, value: Any) -> Any:
        """The result so far with one more operand; NaN where a divisor is zero."""
        match self.operation:
            case "product":
                return result * value
            case "sum":
                return result + value
            case "over":
                # A single design must give what an array gives: NaN, not ZeroDivisionError.
                return result / np.where(np.equal(value, 0), np.nan, value)
            case "max":
                return np.maximum(result, value)
            case _:
                return np.minimum(result, value)

    @staticmethod
    def _operand_value(operand: Formula | str | float, quantities: Mapping[str, Any]) -> Any:
        """The value of one operand: of a formula, of a name, or a number."""
        if isinstance(operand, Formula):
            return operand.value(quantities)
        if isinstance(operand, str):
            return quantities[operand]
        return operand


@dataclass(frozen=True)
class Constraint:
    """A comparison that every design must meet; the others are left out of the counts."""

    name: str
    op: str
    bound: float


@dataclass(frozen=True)
class Objective:
    """A quantity to maximize or to minimize."""

    name: str
    maximize: bool

    def score(self, values: Mapping[str, Array]) -> Array:
        """The quantity of each design, with its sign turned so that more is always better."""
        value = values[self.name]
        if self.maximize:
            return value
        return -value


@dataclass(frozen=True)
class Ranking:
    """The objective that ranks designs, and how many of the best to keep."""

    objective: Objective
    keep: int


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Every combination of knob values, and the quantities of each design.

    ``labels`` gives the number formats of the knobs that are lists of formats, ``vendors`` the
    vendors of the base and of the chips in it. ``doubts`` holds what is uncertain about the base:
    under ``"base"`` how its name was resolved, under a metric why its value is uncertain.
    """

    name: str
    knobs: Mapping[str, Array]
    derived: Mapping[str, Formula | Estimated]
    base: Mapping[str, float]
    facts: Mapping[str, bool]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constraints: tuple[Constraint, ...] = ()
    best: Ranking | None = None
    pareto: tuple[Objective, ...] = ()
    vendors: frozenset[str] = frozenset()
    doubts: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many designs the grid has."""
        return math.prod(len(values) for values in self.knobs.values())

    def own_names(self) -> set[str]:
        """The quantities that the grid itself states, rather than its base."""
        return {*self.knobs, *self.derived}

    def metrics(self) -> tuple[str, ...]:
        """The metrics that a design has, from a knob, a derived quantity or the base.

        A metric of the base that a stated one replaces is left out: a design with its own density
        does not have the area of the base.
        """
        own = self.own_names()
        # what the grid states holds over what the base has
        inherited = set(self.base)
        for new, old in _REPLACES.items():
            if new in own:
                inherited.discard(old)
        stated = own | inherited
        return tuple(name for name in METRIC_UNITS if name in stated)

    def knobs_behind(self, name: str) -> frozenset[str]:
        """The knobs that a quantity depends on."""
        if name in self.knobs:
            return frozenset({name})
        knobs: set[str] = set()
        if name in self.derived:
            for operand in self.derived[name].names():
                knobs |= self.knobs_behind(operand)
        return frozenset(knobs)

    def warnings(self, metrics_read: Set[str]) -> tuple[str, ...]:
        """The notes that go with the counts, if the rules read ``metrics_read``.

        They name what is uncertain about the base where it matters, facts that are not stated, and
        knobs without effect.
        """
        # A doubt about a figure matters if the rules read it or a formula does; a knob or a derived
        # quantity of that name replaces it.
        own = self.own_names()
        from_base = (set(self.metrics()) - own) & metrics_read
        for name in self._operands() - own:
            from_base.add(name.removeprefix("base."))

        warnings = []
        for name, text in self.doubts.items():
            if name == "base" or name in from_base:
                warnings.append(f"base: {text}")

        if "datacenter" not in self.facts:
            warnings.append(
                "datacenter is stated neither under facts nor by a base: "
                "designs whose answer depends on it are undetermined"
            )
        for name, quantity in self.derived.items():
            if isinstance(quantity, Estimated):
                warnings += [f"{name}: {text}" for text in quantity.assumptions]
        return (*warnings, *self._stored_format_notes(), *self._unused_knob_notes())

    def _operands(self) -> set[str]:
        """The names that derived quantities and constraints read."""
        names = {constraint.name for constraint in self.constraints}
        for formula in self.derived.values():
            names.update(formula.names())
        return names

    def _stored_format_notes(self) -> Iterator[str]:
        """Note the formats for which the number of bits that counts is not settled."""
        formats: dict[str, None] = {}
        for labels in self.labels.values():
            formats |= dict.fromkeys(labels)
        for name in formats:
            stored_bits = format_table().stored_bits.get(name)
            if stored_bits:
                yield (
                    f"{name} is counted with the {stored_bits} bits it is stored in, the stricter "
                    f"interpretation; the other is {format_table().bits[name]}"
                )

    def _unused_knob_notes(self) -> Iterator[str]:
        """Note the knobs that change no design, perhaps because a metric is misspelt."""
        used = {*METRIC_UNITS, *self._operands()}
        used.update(objective.name for objective in self.pareto)
        if self.best:
            used.add(self.best.objective.name)

        for name, values in self.knobs.items():
            if name in used:
                continue
            hint = ""
            close = difflib.get_close_matches(name, METRIC_UNITS, n=1)
            if close:
                hint = f"; nearest metric: {close[0]}"
            yield (
                f"knob {name!r} is not a metric and no quantity depends on it: "
                f"each design is counted {len(values):,} times{hint}"
            )

    def values(self, knobs: Mapping[str, Any], wanted: Iterable[str]) -> dict[str, Any]:
        """Compute some quantities of the designs with these knob values (numbers or arrays).

        Those that no formula derives are of the knobs, else of the base.
        """
        wanted = list(wanted)
        quantities: dict[str, Any] = {f"base.{name}": value for name, value in self.base.items()}
        # A knob takes the place of the figure of the base, which stays readable as base.<name>.
        quantities |= self.base
        quantities |= knobs

        needed = self._needed(wanted)
        for name, formula in self.derived.items():  # a formula reads only names before it
            if name in needed:
                quantities[name] = formula.value(quantities)
        return {name: quantities[name] for name in wanted}

    def _needed(self, wanted: Iterable[str]) -> set[str]:
        """The given names and every name that their formulas read."""
        needed: set[str] = set()
        waiting = list(wanted)
        while waiting:
            name = waiting.pop()
            if name in self.derived and name not in needed:
                waiting += self.derived[name].names()
            needed.add(name)
        return needed
