"""A grid of hypothetical designs: a base chip, knobs, quantities derived from them, facts, constraints, and what is wanted."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chipdb.bulk.lookup_table import DENSITY
from chipdb.catalog.formats import terms
from chipdb.units import METRIC_UNITS

Array = np.ndarray[Any, np.dtype[Any]]
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
            part.value(known)
            if isinstance(part, Made)
            else known[part]
            if isinstance(part, str)
            else part
            for part in self.parts
        ]
        found = values[0]
        for value in values[1:]:
            match self.operation:
                case "product":
                    found = found * value
                case "sum":
                    found = found + value
                case "over":  # by zero it has no value, of numbers as of arrays
                    found = found / np.where(np.equal(value, 0), np.nan, value)
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


@dataclass(frozen=True, kw_only=True)
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
    makers: frozenset[str] = frozenset()
    """Who makes the base, and the chips in it."""
    doubts: Mapping[str, str] = field(default_factory=dict)
    """Of the base: under ``base`` how its name was understood, under a metric what is not sure about it."""

    @property
    def size(self) -> int:
        """How many designs there are."""
        return math.prod(len(values) for values in self.knobs.values())

    def turned(self) -> set[str]:
        """The names that are not the base's."""
        return {*self.knobs, *self.derived}

    def metrics(self) -> tuple[str, ...]:
        """The metrics that a knob, a derived quantity or the base states; what a turned one makes of the base's is left out."""
        turned = self.turned()
        outdated = {old for new, old in _REPLACES.items() if new in turned and old not in turned}
        return tuple(
            name
            for name in METRIC_UNITS
            if name in turned or (name in self.base and name not in outdated)
        )

    def roots(self, name: str) -> frozenset[str]:
        """The knobs that a quantity hangs on."""
        if name in self.knobs:
            return frozenset({name})
        if name in self.derived:
            return frozenset().union(*(self.roots(part) for part in self.derived[name].names()))
        return frozenset()

    def warnings(self, reads: Set[str]) -> tuple[str, ...]:
        """What goes with the counts: what is not sure about the base where it bears on them, what is not stated or not read."""
        turned = self.turned()
        parts = self._parts()
        wanted = {
            "base",
            *(set(self.metrics()) - turned) & reads,
            *(name.removeprefix("base.") for name in parts - turned),
        }
        market = "datacenter is stated neither under facts nor by a base: designs whose answer hangs on it are undetermined"
        return (
            *(f"base: {text}" for key, text in self.doubts.items() if key in wanted),
            *([market] if "datacenter" not in self.facts else []),
            *self._stored(),
            *self._unread(),
        )

    def _parts(self) -> set[str]:
        """What derived quantities are made of, and what constraints bound."""
        return {name for made in self.derived.values() for name in made.names()} | {
            bound.name for bound in self.constraints
        }

    def _stored(self) -> Iterator[str]:
        """Formats of which it is not settled how many bits count."""
        used = dict.fromkeys(name for labels in self.labels.values() for name in labels)
        for name in used:
            if stored := terms().stored_bits.get(name):
                other = terms().bits[name]
                yield f"{name} is counted with the {stored} bits it is stored in, the stricter reading; the other is {other}"

    def _unread(self) -> Iterator[str]:
        """Knobs that change no design: perhaps a metric misspelt."""
        wanted = {
            *METRIC_UNITS,
            *self._parts(),
            *(name for name, _ in self.pareto),
            *([self.best[0]] if self.best else []),
        }
        for name, values in self.knobs.items():
            if name not in wanted:
                close = difflib.get_close_matches(name, METRIC_UNITS, n=1)
                meant = f"; nearest metric: {close[0]}" if close else ""
                yield f"knob {name!r} is no metric and nothing is made of it: each design is counted {len(values):,} times{meant}"

    def values(self, knobs: Mapping[str, Any], wanted: Any) -> dict[str, Any]:
        """Some quantities of the designs with these knob values."""
        known: dict[str, Any] = {
            **{f"base.{key}": value for key, value in self.base.items()},
            **self.base,
            **knobs,
        }
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
