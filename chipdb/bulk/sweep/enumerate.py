"""Looking at every design of a grid, block by block at flat memory: counts, the best, the front, the passing ones."""

from __future__ import annotations

import hashlib
import itertools
import math
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from chipdb.bulk.arrays import CONTESTED, Columns, answer
from chipdb.bulk.circuit import IS_FALSE, IS_TRUE, UNKNOWN
from chipdb.bulk.columns import Layout
from chipdb.bulk.frames import ANSWERS, arrow_column, names_of
from chipdb.bulk.program import Program
from chipdb.bulk.progress import Tell, untold
from chipdb.bulk.sweep.count import Answer, within
from chipdb.bulk.sweep.front import DIGITS, FILTERS, front_of, settled, thinned
from chipdb.bulk.sweep.grid import Array, Grid
from chipdb.bulk.sweep.notes import Found, resumed, save
from chipdb.bulk.sweep.parts import joined, parts_of, writing
from chipdb.errors import DataError, UsageError

BLOCK = 1 << 18
SAME = 10.0 ** (1 - DIGITS)
"""Values that differ by less than this part of themselves may be the same one, made on another way."""
SAVE_EVERY = 10.0
"""Seconds between two notes of how far it has come."""


class Interrupted(KeyboardInterrupt):
    """Stopped on the way; the same command goes on from there where it could be ``noted``."""

    def __init__(self, done: int, size: int, noted: bool) -> None:
        super().__init__(done, size, noted)
        self.done = done
        self.size = size
        self.noted = noted


class Enumeration:
    """One grid, taken apart into blocks: the last knobs vary within a block, the first ones from block to block."""

    def __init__(
        self,
        grid: Grid,
        layout: Layout,
        program: Program,
        target: Path | None,
        notes: Path | None,
        *,
        none_passes: bool = False,
    ) -> None:
        self.grid = grid
        self.layout = layout
        self.program = program
        self.target = target
        self.notes = notes
        self.none_passes = none_passes
        self.names = names_of(program)
        self.outer, self.sliced, self.inner = _split(grid)
        mesh = np.meshgrid(*(grid.knobs[name] for name in self.inner), indexing="ij")
        self.within = {name: array.ravel() for name, array in zip(self.inner, mesh, strict=False)}
        self.rows = math.prod(len(grid.knobs[name]) for name in self.inner)
        self.step = max(1, BLOCK // self.rows)
        self.objectives = [name for name, _ in grid.pareto]
        wanted = {
            *layout.columns(),
            *(one.name for one in grid.constraints),
            *self.objectives,
            *([grid.best[0]] if grid.best else []),
        }
        self.wanted = sorted(wanted - set(layout.facts.values()))
        self.found = Found()
        self._facts: dict[int, dict[str, Array]] = {}

    def run(self, tell: Tell = untold) -> Found:
        """Look at every design; raises :class:`Interrupted` on Ctrl-C, after a note of how far it came.

        Raises :class:`~chipdb.errors.UsageError` where the passing designs cannot be written.
        """
        self._resume()
        whole = self.found
        saved = time.monotonic()
        try:
            for number, (start, knobs, rows) in enumerate(self._blocks()):
                if number < whole.done:
                    continue
                # a copy, because a block may be interrupted between its counts and its best
                self.found = replace(whole, counts=Counter(whole.counts), done=number + 1)
                self._block(number, start, knobs, rows)
                whole = self.found
                tell(start + rows, self.grid.size)
                if time.monotonic() - saved > SAVE_EVERY:
                    self._save()
                    saved = time.monotonic()
        except (KeyboardInterrupt, UsageError) as stop:
            self.found = whole
            noted = self._save()
            if isinstance(stop, UsageError):
                raise
            raise Interrupted(self.found.done, self.size, noted) from None
        return self.found

    @property
    def size(self) -> int:
        """How many blocks there are."""
        return math.prod(len(self.grid.knobs[name]) for name in self.outer) * math.ceil(
            len(self.grid.knobs[self.sliced]) / self.step
        )

    def _blocks(self) -> Iterator[tuple[int, dict[str, Any], int]]:
        """The first design of each block, its knobs, how many designs."""
        start, step = 0, self.step
        repeated = {name: np.tile(array, step) for name, array in self.within.items()}
        values = self.grid.knobs[self.sliced]
        for chosen in itertools.product(*(self.grid.knobs[name] for name in self.outer)):
            fixed = dict(zip(self.outer, map(float, chosen), strict=True))
            for first in range(0, len(values), step):
                some = np.repeat(values[first : first + step], self.rows)
                yield (
                    start,
                    {
                        **fixed,
                        self.sliced: some,
                        **{name: array[: len(some)] for name, array in repeated.items()},
                    },
                    len(some),
                )
                start += len(some)

    def _block(self, number: int, start: int, knobs: Mapping[str, Any], rows: int) -> None:
        with np.errstate(all="ignore"):
            values = {
                name: _whole(value, rows)
                for name, value in self.grid.values(knobs, self.wanted).items()
            }
        answers = answer(
            self.program, Columns(self.layout, values, self._constant(rows), rows), self.grid.size
        )
        inside = within(values, self.grid.constraints, rows) if self.grid.constraints else None
        self._count(answers, inside, rows)
        passing = self.passing(answers)
        if inside is not None:
            passing &= inside
        if self.grid.best:
            self._rank(values, passing, start)
        if self.objectives:
            self._front(values, passing, start)
        if self.target is not None and passing.any():
            self._part(number, start, knobs, values, answers, passing, rows)

    def _constant(self, rows: int) -> dict[str, Array]:
        if rows not in self._facts:
            codes = {True: IS_TRUE, False: IS_FALSE, None: UNKNOWN}
            self._facts = {
                rows: {
                    name: np.full(rows, codes[self.grid.facts.get(name)], np.int8)
                    for name in self.layout.facts
                }
            }
        return self._facts[rows]

    def passing(self, answers: Mapping[str, Array]) -> Array:
        """The designs that are not caught: with a place no license, else no classification met, and nothing open."""
        name = "license_required" if "license_required" in answers else "status"
        return np.asarray(answers[name] == 0) & (not self.none_passes)

    def _count(self, answers: Mapping[str, Array], inside: Array | None, rows: int) -> None:
        texts = [name for name in ANSWERS if name in self.names]
        key = np.zeros(rows, np.int16)
        for name in texts:
            key *= np.int16(len(self.names[name]) + 1)
            key += answers[name]
            key += np.int16(1)
        if inside is not None:
            key = key[inside]
        left = len(key)
        for code in sorted({self._code(known, texts) for known in self.found.counts}):
            if not left:
                return
            number = int(np.count_nonzero(key == code))
            left -= number
            self.found.counts[self._texts(code, texts)] += number
            if number and left:
                key = key if number < len(key) // 8 else key[key != code]
        for code, number in enumerate(np.bincount(key)) if left else ():
            texts_of = self._texts(code, texts)
            if number and texts_of not in self.found.counts:
                self.found.counts[texts_of] += int(number)

    def _code(self, known: Answer, texts: Sequence[str]) -> int:
        code = 0
        for name, text in zip(texts, known, strict=True):
            code = code * (len(self.names[name]) + 1) + (
                0 if text is None else self.names[name].index(text) + 1
            )
        return code

    def _texts(self, code: int, texts: Sequence[str]) -> Answer:
        found: list[str | None] = []
        for name in reversed(texts):
            code, pick = divmod(code, len(self.names[name]) + 1)
            found.append(None if pick == 0 else self.names[name][pick - 1])
        return tuple(reversed(found))

    def _rank(self, values: Mapping[str, Array], passing: Array, start: int) -> None:
        assert self.grid.best is not None
        name, highest, keep = self.grid.best
        value = values[name] if highest else -values[name]
        better = (
            passing & (value > self.found.best[-1][0]) if len(self.found.best) >= keep else passing
        )
        rows = np.flatnonzero(better & np.isfinite(value))
        if not len(rows):
            return
        if len(rows) > keep:
            least = np.partition(value[rows], len(rows) - keep)[len(rows) - keep]
            rows = rows[value[rows] >= least - abs(least) * SAME]
        reached = settled(value[rows])
        top = np.argsort(-reached, kind="stable")[:keep]
        merged = [*self.found.best, *((float(reached[one]), start + int(rows[one])) for one in top)]
        self.found.best = sorted(merged, key=lambda pair: (-pair[0], pair[1]))[:keep]

    def _front(self, values: Mapping[str, Array], passing: Array, start: int) -> None:
        sides = [values[name] if highest else -values[name] for name, highest in self.grid.pareto]
        open_ = passing & np.logical_and.reduce([np.isfinite(side) for side in sides])
        front = self.found.front
        for point, _ in [
            front[index]
            for index in sorted(
                {len(front) * step // FILTERS for step in range(FILTERS)} - {len(front)}
            )
        ]:
            open_ &= ~np.logical_and.reduce(
                [side <= value for side, value in zip(sides, point, strict=True)]
            )
        rows = np.flatnonzero(open_)
        if len(rows):
            points = np.stack([side[rows] for side in sides])
            near = thinned(points)
            points, rows = settled(points[:, near]), rows[near]
            fresh = [
                (tuple(map(float, points[:, column])), start + int(rows[column]))
                for column in front_of(points)
            ]
            both = [*front, *fresh]
            kept = front_of(np.array([point for point, _ in both]).T)
            self.found.front = sorted(
                (both[index] for index in kept),
                key=lambda pair: (tuple(-value for value in pair[0]), pair[1]),
            )

    def _part(
        self,
        number: int,
        start: int,
        knobs: Mapping[str, Any],
        values: Mapping[str, Array],
        answers: Mapping[str, Array],
        passing: Array,
        rows: int,
    ) -> None:
        import pyarrow
        from pyarrow import parquet

        assert self.target is not None
        shown = self.columns(start, knobs, rows, values)
        columns: dict[str, Any] = {
            name: pyarrow.array(array[passing], from_pandas=True) for name, array in shown.items()
        }
        columns |= {
            name: arrow_column(answers[name][passing], self.names.get(name))
            for name in ANSWERS
            if name in answers
        }
        with writing(self.target):
            parquet.write_table(
                pyarrow.table(columns), parts_of(self.target) / f"{number:08d}.parquet"
            )
        self.found.parts += 1

    def columns(
        self, start: int, knobs: Mapping[str, Any], rows: int, values: Mapping[str, Array]
    ) -> dict[str, Array]:
        """Knobs, then every derived quantity, of a block. A format is told by its place: several have the same bits."""
        shown = {name: _whole(knobs[name], rows) for name in self.grid.knobs}
        lengths = [len(steps) for steps in self.grid.knobs.values()]
        for name, labels in self.grid.labels.items():
            after = math.prod(lengths[list(self.grid.knobs).index(name) + 1 :])
            shown[name] = np.array(labels, object)[
                np.arange(start, start + rows) // after % len(labels)
            ]
        rest = [name for name in self.grid.derived if name not in values]
        made = {
            **values,
            **{name: _whole(value, rows) for name, value in self.grid.values(knobs, rest).items()},
        }
        return {**shown, **{name: np.round(made[name], 6) for name in self.grid.derived}}

    def design(self, index: int) -> dict[str, Any]:
        """The knobs and quantities of one design."""
        picked = {}
        for name, values in reversed([*self.grid.knobs.items()]):
            index, picked[name] = divmod(index, len(values))
        knobs = {name: float(self.grid.knobs[name][pick]) for name, pick in picked.items()}
        quantities = self.grid.values(
            knobs, list(dict.fromkeys([*self.grid.derived, *self.grid.metrics()]))
        )
        shown = {
            name: self.grid.labels[name][picked[name]] if name in self.grid.labels else knobs[name]
            for name in self.grid.knobs
        }
        return {
            **shown,
            **{
                name: round(float(value), 6) if np.isfinite(value) else None
                for name, value in quantities.items()
            },
        }

    def _fields(self) -> list[tuple[str, Any]]:
        """The columns of the passing designs, with their Arrow types."""
        import pyarrow

        shown = {
            name: pyarrow.string() if name in self.grid.labels else pyarrow.float64()
            for name in self.grid.knobs
        }
        shown |= dict.fromkeys(self.grid.derived, pyarrow.float64())
        empty = {name: np.zeros(0, np.int8) for name in self.names} | {
            CONTESTED: np.zeros(0, np.bool_)
        }
        answers = {
            name: arrow_column(empty[name], self.names.get(name)).type
            for name in ANSWERS
            if name in empty
        }
        return [*shown.items(), *answers.items()]

    def finish(self) -> None:
        """Put the parts together into the one file, and remove the notes."""
        if self.target is not None:
            try:
                with writing(self.target):
                    joined(self.target, self._fields())
            except UsageError:
                self._save()
                raise
        if self.notes is not None:
            self.notes.unlink(missing_ok=True)

    def _save(self) -> bool:
        """Whether it could be noted how far it came; nothing else hangs on that."""
        try:
            if self.notes is not None:
                save(self.notes, self._mark(), self.found)
        except DataError:
            return False
        return self.notes is not None

    def _resume(self) -> None:
        """Go on where an earlier run of the same grid, question and target stopped; anything else starts anew."""
        found = resumed(self.notes, self._mark()) if self.notes is not None else None
        if found is not None and self._parts(found.done) == found.parts:
            self.found = found
        elif self.target is not None:
            shutil.rmtree(parts_of(self.target), ignore_errors=True)
            with writing(self.target):
                parts_of(self.target).mkdir()

    def _mark(self) -> str:
        """What a run shares with one that it goes on from; the nets are what the rules say of the day and the place."""
        asked = [
            (compiled.net.nodes, compiled.outputs)
            for compiled in (self.program.fast, self.program.box)
        ]
        parts = (
            self.grid.text,
            sorted(self.grid.base.items()),
            sorted(self.grid.facts.items()),
            asked,
            BLOCK,
            self.target is None,
            self.none_passes,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def _parts(self, done: int) -> int:
        """How many parts of the first blocks there are."""
        if self.target is None:
            return 0
        return sum(int(path.stem) < done for path in parts_of(self.target).glob("*.parquet"))


def _split(grid: Grid) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """The knobs that vary from block to block, the one that is taken in slices, and those that vary within a slice."""
    names = list(grid.knobs)
    inner: list[str] = []
    while (
        len(names) > 1 and math.prod(len(grid.knobs[name]) for name in [*inner, names[-1]]) <= BLOCK
    ):
        inner.insert(0, names.pop())
    sliced = names.pop()
    return tuple(names), sliced, tuple(inner)


def _whole(value: Any, rows: int) -> Array:
    return (
        value
        if isinstance(value, np.ndarray) and value.shape == (rows,)
        else np.full(rows, value, np.float64)
    )
