"""Rules over numpy arrays: the net of ``fast`` for whole blocks, the net of ``box`` for the rows it leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from chipdb.answers.columns.blocks import BLOCK, Array, Runner, coded, roots_of, shared
from chipdb.answers.columns.cells import DENSITY
from chipdb.answers.columns.fast import AREA
from chipdb.answers.columns.layout import VALUE, Layout, Read
from chipdb.answers.columns.leaves import FINITE, Leaves, raw
from chipdb.answers.columns.net import FALSE, SCALE
from chipdb.answers.columns.program import ALL_LINKS, LETTER_IO, Program

CONTESTED = "contested"
NO, YES, UNKNOWN = 0, 1, 2
"""The codes of a fact."""


class _Arrays:
    """``Ops`` over some rows of arrays."""

    def __init__(self, arrays: Mapping[str, Array], rows: slice | Array) -> None:
        self.arrays = arrays
        self.rows = rows

    def read(self, column: str) -> Any:
        return self.arrays[column][self.rows]

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        return np.where(condition, yes, no)

    def rounded(self, value: Any) -> Any:
        return np.rint(value)

    def floored(self, value: Any) -> Any:
        return np.floor(value)

    def keep(self, name: str, value: Any) -> Any:  # noqa: ARG002 - arrays need no name
        return value

    def settle(self) -> None:
        """Arrays are computed at once."""


@dataclass(frozen=True)
class Columns:
    """Columns as arrays: float64 for figures, codes for facts."""

    layout: Layout
    figures: Mapping[str, Array]
    facts: Mapping[str, Array]
    rows: int


def answer(program: Program, columns: Columns) -> dict[str, Array]:
    """The codes of every answer, an int8 array each, and whether a row is contested."""
    found = {output.name: np.empty(columns.rows, np.int8) for output in program.fast.outputs}
    found[CONTESTED] = np.zeros(columns.rows, np.bool_)
    work = _Work(program, columns, found)
    with np.errstate(all="ignore"):
        shared(work.blocks, columns.rows)
    return found


class _Work:
    """One call's nets, inputs and results."""

    def __init__(self, program: Program, columns: Columns, found: dict[str, Array]) -> None:
        self.program = program
        self.columns = columns
        self.found = found
        self.fast = Runner(program.fast.net, roots_of(program.fast))
        self.box = Runner(program.box.net, roots_of(program.box))
        self.plain = _plain(columns.layout)
        self.ranged = [
            columns.layout.metrics[key] for key in sorted(columns.layout.metrics) if key[1] != VALUE and _bears(key[0], program)
        ]

    def blocks(self, spans: Iterator[tuple[int, int]]) -> None:
        """Some blocks, in one thread."""
        with np.errstate(all="ignore"):
            space = self.fast.space(min(BLOCK, self.columns.rows))
            for start, stop in spans:
                self._block(start, stop, space)

    def _block(self, start: int, stop: int, space: list[Any]) -> None:
        here = slice(start, stop)
        leaf = partial(self._scaled, here) if self.plain else self._leaves(here).leaf
        flags = self.fast.run(leaf, stop - start, space)
        for output in self.program.fast.outputs:
            coded(output, flags, self.found[output.name][here])
        left = flags[self.program.fast.slow] if self.program.fast.slow != FALSE else None
        for recipe in self.ranged:
            value = raw(_Arrays(self.columns.figures, here), recipe)
            bounded = (value >= 0.0) & (value <= FINITE)
            left = bounded if left is None else left | bounded
        if left is not None and left.any():
            self._boxed(start + np.flatnonzero(left))

    def _scaled(self, here: slice, kind: str, name: str, out: Array) -> None:
        """An input straight from a column: what nearly every call needs."""
        if kind == "column":
            np.multiply(self._column(name, here), float(SCALE), out=out)
            np.rint(out, out=out)
            return
        name, _, what = name.rpartition(" ")
        if what == "known":
            value = self._column(name, here)
            (np.greater if name == DENSITY else np.greater_equal)(value, 0.0, out=out)
            out &= np.isfinite(value)
            return
        name = name.removesuffix(" is")
        np.equal(self.columns.facts[name][here], YES if what == "true" else UNKNOWN, out=out)

    def _column(self, name: str, here: slice) -> Array:
        recipe = self.columns.layout.metrics[self._name(name), VALUE]
        assert isinstance(recipe, Read)
        values = self.columns.figures[recipe.column][here]
        return values if recipe.factor == 1.0 else values * recipe.factor

    def _name(self, name: str) -> str:
        return ALL_LINKS if name == LETTER_IO and not self.columns.layout.has(LETTER_IO) else name

    def _leaves(self, here: slice | Array) -> _Given:
        facts = {name: (codes[here] == YES, codes[here] == UNKNOWN) for name, codes in self.columns.facts.items()}
        leaves = Leaves(self.columns.layout, _Arrays(self.columns.figures, here), facts)
        leaves.figures(self.program.reads)
        return _Given(leaves)

    def _boxed(self, rows: Array) -> None:
        given = self._leaves(rows)
        given.leaves.bounds(self.program.reads)
        flags = self.box.run(given.leaf, len(rows), self.box.space(len(rows)))
        for output in self.program.box.outputs:
            codes = np.empty(len(rows), np.int8)
            coded(output, flags, codes)
            self.found[output.name][rows] = codes
        self.found[CONTESTED][rows] = flags[self.program.box.contested]


class _Given:
    """Inputs that are all computed."""

    def __init__(self, leaves: Leaves) -> None:
        self.leaves = leaves

    def leaf(self, kind: str, name: str, out: Array) -> None:
        out[...] = self.leaves.values[kind, name]


def _plain(layout: Layout) -> bool:
    """Whether every value is a column of its own and at most one of area and density is stated."""
    simple = all(isinstance(recipe, Read) for (_, end), recipe in layout.metrics.items() if end == VALUE)
    return simple and not (layout.has(AREA) and layout.has(DENSITY))


def _bears(metric: str, program: Program) -> bool:
    return metric in Leaves.bounding(program.reads)
