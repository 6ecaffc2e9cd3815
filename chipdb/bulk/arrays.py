"""Rules over numpy arrays: the net of ``fast`` for whole blocks, the net of ``box`` for the rows it leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from chipdb.bulk import kernels
from chipdb.bulk.blocks import BLOCK, Array, Runner, coded, shared
from chipdb.bulk.circuit import FALSE, IS_TRUE, SCALE, UNKNOWN
from chipdb.bulk.circuit_known import AREA
from chipdb.bulk.columns import VALUE, Layout, Read
from chipdb.bulk.inputs import FINITE, Leaves, contests_all, raw
from chipdb.bulk.lookup_table import DENSITY
from chipdb.bulk.program import ALL_LINKS, LETTER_IO, Program

CONTESTED = "contested"
COMPILED_FROM = 4_000_000
"""From so many rows on a loop is worth the seconds that numba takes to compile it, once a process and question."""


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


def answer(program: Program, columns: Columns, total: int = 0) -> dict[str, Array]:
    """The codes of every answer, an int8 array each, and whether a row is contested.

    ``total`` is how many rows are to come in all, where this is a part of them.
    """
    # one block for all, which the allocator hands out again; several it would give back to the system and fault in anew
    *rows, contested = np.empty((len(program.fast.outputs) + 1, columns.rows), np.int8)
    found: dict[str, Array] = {
        output.name: row for output, row in zip(program.fast.outputs, rows, strict=True)
    }
    found[CONTESTED] = contested.view(np.bool_)
    work = (_Kernel if _by_loop(program, columns, total) else _Blocks)(program, columns, found)
    shared(work.blocks, columns.rows, work.block)
    return found


def _by_loop(program: Program, columns: Columns, total: int) -> bool:
    """Whether the compiled loop answers: it is worth compiling for many rows, and using wherever it is there already."""
    if not _plain(columns.layout):
        return False
    return kernels.ready(program.fast) or (
        max(columns.rows, total) >= COMPILED_FROM and kernels.available()
    )


class _Work:
    """One call's inputs and results; what the first net leaves open goes to the second."""

    block = BLOCK

    def __init__(self, program: Program, columns: Columns, found: dict[str, Array]) -> None:
        self.program = program
        self.columns = columns
        self.found = found
        bears = Leaves.bounding(columns.layout, program.reads)
        bounds = [
            key for key in sorted(columns.layout.metrics) if key[1] != VALUE and key[0] in bears
        ]
        self.ranged = [columns.layout.metrics[key] for key in bounds]
        self.doubtful = contests_all(program, columns.layout)

    def blocks(self, intervals: Iterator[tuple[int, int]]) -> None:
        """Some blocks, in one thread."""
        with np.errstate(all="ignore"):
            space = self.space()
            for start, stop in intervals:
                self.found[CONTESTED][start:stop] = False
                left = self.first(slice(start, stop), space)
                if self.doubtful:
                    left = np.ones(stop - start, np.bool_)
                for recipe in self.ranged:
                    value = raw(_Arrays(self.columns.figures, slice(start, stop)), recipe)
                    bounded = (value >= 0.0) & (value <= FINITE)
                    left = bounded if left is None else left | bounded
                if left is not None and left.any():
                    self._boxed(start + np.flatnonzero(left))

    def space(self) -> list[Any]:
        """What a thread needs for its blocks."""
        raise NotImplementedError

    def first(self, here: slice, space: list[Any]) -> Array | None:
        """Answer a block; the rows that are left open, None where there are none."""
        raise NotImplementedError

    def _boxed(self, rows: Array) -> None:
        leaves = self.leaves(rows)
        leaves.bounds(self.program.reads)
        runner = Runner(self.program.box.net, self.program.box.roots)
        flags = runner.run(partial(_fill, leaves), len(rows), runner.space(len(rows)))
        for output in self.program.box.outputs:
            codes = np.empty(len(rows), np.int8)
            coded(output, flags, codes)
            self.found[output.name][rows] = codes
        self.found[CONTESTED][rows] = flags[self.program.box.contested]

    def leaves(self, here: slice | Array) -> Leaves:
        """The inputs of some rows."""
        facts = {
            name: (codes[here] == IS_TRUE, codes[here] == UNKNOWN)
            for name, codes in self.columns.facts.items()
        }
        leaves = Leaves(self.columns.layout, _Arrays(self.columns.figures, here), facts)
        leaves.figures(self.program.reads)
        return leaves

    def figure(self, name: str, here: slice) -> Array:
        """A figure straight from its column."""
        stated = ALL_LINKS if name == LETTER_IO and not self.columns.layout.has(LETTER_IO) else name
        recipe = self.columns.layout.metrics[stated, VALUE]
        assert isinstance(recipe, Read)
        values = self.columns.figures[recipe.column][here]
        return values if recipe.factor == 1.0 else values * recipe.factor


class _Kernel(_Work):
    """Blocks by the loop that numba compiled."""

    block = kernels.CHUNK

    def __init__(self, program: Program, columns: Columns, found: dict[str, Array]) -> None:
        super().__init__(program, columns, found)
        self.kernel = kernels.kernel_of(program.fast)
        self.figures, self.facts = kernels.inputs_of(program.fast)

    def space(self) -> list[Any]:
        return [np.empty(self.block if self.program.fast.slow != FALSE else 0, np.bool_)]

    def first(self, here: slice, space: list[Any]) -> Array | None:
        figures = [self.figure(name, here) for name in self.figures]
        facts = [self.columns.facts[name][here] for name in self.facts]
        outputs = [self.found[output.name][here] for output in self.program.fast.outputs]
        self.kernel(here.stop - here.start, *figures, *facts, *outputs, space[0])
        return (
            None if self.program.fast.slow == FALSE else space[0][: here.stop - here.start].copy()
        )


class _Blocks(_Work):
    """Blocks by calls of numpy."""

    def __init__(self, program: Program, columns: Columns, found: dict[str, Array]) -> None:
        super().__init__(program, columns, found)
        self.runner = Runner(program.fast.net, program.fast.roots)
        self.plain = _plain(columns.layout)

    def space(self) -> list[Any]:
        return self.runner.space(min(BLOCK, self.columns.rows))

    def first(self, here: slice, space: list[Any]) -> Array | None:
        leaves = None if self.plain else self.leaves(here)
        leaf = partial(self._scaled, here) if leaves is None else partial(_fill, leaves)
        flags = self.runner.run(leaf, here.stop - here.start, space)
        for output in self.program.fast.outputs:
            coded(output, flags, self.found[output.name][here])
        left = None if self.program.fast.slow == FALSE else flags[self.program.fast.slow].copy()
        if leaves is None or not Leaves.disputable(self.columns.layout, self.program.reads):
            return left
        disputed = np.asarray(leaves.disputed())
        return disputed if left is None else left | disputed

    def _scaled(self, here: slice, kind: str, name: str, out: Array) -> None:
        """An input straight from a column: what nearly every call needs."""
        if kind == "column":
            np.multiply(self.figure(name, here), float(SCALE), out=out)
            np.rint(out, out=out)
            return
        name, _, what = name.rpartition(" ")
        if what == "known":
            value = self.figure(name, here)
            (np.greater if name == DENSITY else np.greater_equal)(value, 0.0, out=out)
            out &= np.isfinite(value)
            return
        name = name.removesuffix(" is")
        np.equal(self.columns.facts[name][here], IS_TRUE if what == "true" else UNKNOWN, out=out)


def _fill(leaves: Leaves, kind: str, name: str, out: Array) -> None:
    out[...] = leaves.values[kind, name]


def _plain(layout: Layout) -> bool:
    """Whether every value is a column of its own and at most one of area and density is stated."""
    simple = all(
        isinstance(recipe, Read) for (_, end), recipe in layout.metrics.items() if end == VALUE
    )
    return simple and not (layout.has(AREA) and layout.has(DENSITY))
