"""Enumeration: every design of a grid is evaluated, block by block in constant memory.

A block holds all combinations of the last knobs (the inner ones) for a slice of the values of the
knob before them (the sliced one); the first knobs (the outer ones) have one value within a block.
Designs are numbered in the order of ``itertools.product`` over the knobs.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from chipdb.bulk.arrays import CONTESTED, ArrayColumns, answer_columns
from chipdb.bulk.circuit import IS_FALSE, IS_TRUE, UNKNOWN
from chipdb.bulk.columns import Layout
from chipdb.bulk.frames import ANSWERS, arrow_column, labels_of
from chipdb.bulk.output_file import parquet_output
from chipdb.bulk.program import Program
from chipdb.bulk.progress import ReportProgress, ignore_progress
from chipdb.bulk.sweep.count import Answer, within
from chipdb.bulk.sweep.front import (
    DIGITS,
    FILTERS,
    pareto_front,
    round_for_ranking,
    undominated_candidates,
)
from chipdb.bulk.sweep.grid import Array, Grid
from chipdb.lazy_dataclasses import dataclass, field

BLOCK = 1 << 18
"""How many designs a block holds at most (more only if no slice of the grid is as small)."""
SAME_VALUE = 10.0 ** (1 - DIGITS)
"""Quantities with a smaller relative difference may be equal ones, computed in different ways."""


@dataclass(frozen=True)
class Block:
    """Some consecutive designs: the number of the first, how many there are, and their knobs.

    A knob is a single number if all designs of the block have the same.
    """

    start: int
    rows: int
    knobs: Mapping[str, Any]


@dataclass(kw_only=True)
class EnumerationResult:
    """The result of the blocks so far.

    ``best`` holds the score and the number of each of the best designs, best first; ``front`` the
    scores in every objective and the number of each design of the Pareto front.
    """

    counts: Counter[Answer] = field(default_factory=Counter)
    best: list[tuple[float, int]] = field(default_factory=list)
    front: list[tuple[tuple[float, ...], int]] = field(default_factory=list)


class Enumeration:
    """The evaluation of every design of one grid.

    ``target`` is the file for the designs that pass. ``none_passes`` is set if every license is
    undetermined for any figures of a design.
    """

    def __init__(
        self,
        grid: Grid,
        layout: Layout,
        program: Program,
        target: Path | None = None,
        *,
        none_passes: bool = False,
    ) -> None:
        """Divide the knobs, and make the columns of the inner ones, which all blocks share."""
        self.grid = grid
        self.layout = layout
        self.program = program
        self.target = target
        self.none_passes = none_passes
        self.labels = labels_of(program)

        self.outer, self.sliced, self.inner = _split_knobs(grid)
        mesh = np.meshgrid(*(grid.knobs[name] for name in self.inner), indexing="ij")
        self.inner_values: dict[str, Array] = {}
        for name, array in zip(self.inner, mesh, strict=False):
            self.inner_values[name] = array.ravel()
        self.inner_size = math.prod(len(grid.knobs[name]) for name in self.inner)

        self.quantities = self._quantities_needed()
        self.result = EnumerationResult()
        self._counts_by_key: Counter[int] = Counter()
        self._facts: dict[int, dict[str, Array]] = {}

    def _quantities_needed(self) -> list[str]:
        """The quantities that every block computes."""
        # what nobody reads is not computed for a billion designs
        names = set(self.layout.columns())
        names.update(constraint.name for constraint in self.grid.constraints)
        names.update(objective.name for objective in self.grid.pareto)
        if self.grid.best:
            names.add(self.grid.best.objective.name)
        return sorted(names - set(self.layout.facts.values()))

    def run(self, report_progress: ReportProgress = ignore_progress) -> EnumerationResult:
        """Evaluate every design.

        Raises :class:`~chipdb.errors.UsageError` if the file of passing designs cannot be written.
        """
        writer = None
        with ExitStack() as files:
            if self.target is not None:
                writer = files.enter_context(parquet_output(self.target, self._schema()))
            for block in self._blocks():
                self._evaluate(block, writer)
                report_progress(block.start + block.rows, self.grid.size)
        for key, number in self._counts_by_key.items():
            self.result.counts[self._answer_of(key)] += number
        return self.result

    def _blocks(self) -> Iterator[Block]:
        """Every block of the grid, in the order of its designs."""
        start = 0
        # The inner knobs are the same in every block, so their columns are made once and sliced.
        step = max(1, BLOCK // self.inner_size)
        repeated = {name: np.tile(array, step) for name, array in self.inner_values.items()}
        sliced_values = self.grid.knobs[self.sliced]
        for outer_values in itertools.product(*(self.grid.knobs[name] for name in self.outer)):
            fixed = dict(zip(self.outer, map(float, outer_values), strict=True))
            for first in range(0, len(sliced_values), step):
                some = np.repeat(sliced_values[first : first + step], self.inner_size)
                rows = len(some)
                inner = {name: array[:rows] for name, array in repeated.items()}
                yield Block(start, rows, {**fixed, self.sliced: some, **inner})
                start += rows

    def _evaluate(self, block: Block, writer: Any) -> None:
        """Answer a block, and add it to the counts, the best designs, the front and the file."""
        with np.errstate(all="ignore"):
            values: dict[str, Array] = {}
            for name, value in self.grid.values(block.knobs, self.quantities).items():
                values[name] = _full(value, block.rows)

        columns = ArrayColumns(self.layout, values, self._fact_columns(block.rows), block.rows)
        answers = answer_columns(self.program, columns, self.grid.size)
        passing = self._passing(answers)
        allowed = None
        if self.grid.constraints:
            allowed = within(values, self.grid.constraints, block.rows)
            passing &= allowed
        self._count(answers, allowed, block.rows)
        if self.grid.best:
            self._rank(values, passing, block.start)
        if self.grid.pareto:
            self._extend_front(values, passing, block.start)
        if writer is not None and passing.any():
            writer.write_table(self._passing_table(block, values, answers, passing))

    def _fact_columns(self, rows: int) -> dict[str, Array]:
        """The facts of the grid as columns; they are the same in every block of this length."""
        if rows not in self._facts:
            codes = {True: IS_TRUE, False: IS_FALSE, None: UNKNOWN}
            columns = {}
            for name in self.layout.facts:
                columns[name] = np.full(rows, codes[self.grid.facts.get(name)], np.int8)
            self._facts = {rows: columns}
        return self._facts[rows]

    def _passing(self, answers: Mapping[str, Array]) -> Array:
        """The designs that surely need no license (without a destination: meet no rule).

        A caution that could require a license keeps a design from passing.
        """
        if "license_required" not in answers:
            passing = answers["status"] == 0
        else:
            passing = (answers["license_required"] == 0) & (answers["caution"] == 0)
        return np.asarray(passing) & (not self.none_passes)

    def _count(self, answers: Mapping[str, Array], allowed: Array | None, rows: int) -> None:
        """Add a block to the counts by answer."""
        keys = self._answer_keys(answers, rows)
        if allowed is not None:
            keys = keys[allowed]

        # Most blocks hold only answers that earlier blocks had. To count one small integer at a
        # time is several times faster than np.bincount, which first makes an int64 of every key.
        left = len(keys)
        for key in sorted(self._counts_by_key):
            if not left:
                return
            number = int(np.count_nonzero(keys == key))
            self._counts_by_key[key] += number
            left -= number
            # Without the keys of a frequent answer, each later comparison is shorter.
            if number and left and number >= len(keys) // 8:
                keys = keys[keys != key]

        if left:
            self._count_new_answers(keys)

    def _count_new_answers(self, keys: Array) -> None:
        """Add the answers that no earlier block had; ``keys`` may hold others, too."""
        seen = set(self._counts_by_key)
        for key, number in enumerate(np.bincount(keys)):
            # those that were seen are counted already
            if number and key not in seen:
                self._counts_by_key[key] = int(number)

    def _answer_keys(self, answers: Mapping[str, Array], rows: int) -> Array:
        """The answers of each design as one integer: a digit for each, 0 for no label."""
        keys = np.zeros(rows, np.int16)
        for name, labels in self._labeled_answers():
            keys *= np.int16(len(labels) + 1)
            keys += answers[name]
            keys += np.int16(1)
        return keys

    def _answer_of(self, key: int) -> Answer:
        """The labels that a key stands for."""
        answer: list[str | None] = []
        for _, labels in reversed(self._labeled_answers()):
            key, digit = divmod(key, len(labels) + 1)
            if digit:
                answer.append(labels[digit - 1])
            else:
                answer.append(None)
        return tuple(reversed(answer))

    def _labeled_answers(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each answer that is a label, with its labels; ``contested`` is not one."""
        labeled = []
        for name in ANSWERS:
            if name in self.labels:
                labeled.append((name, self.labels[name]))
        return labeled

    def _rank(self, values: Mapping[str, Array], passing: Array, start: int) -> None:
        """Put the best designs of a block among the best so far.

        ``start`` is the number of the block's first design.
        """
        assert self.grid.best is not None
        keep = self.grid.best.keep
        scores = self.grid.best.objective.score(values)
        candidates = passing
        if len(self.result.best) >= keep:
            worst_kept, _ = self.result.best[-1]
            # An equal score does not help: the earlier design goes first.
            candidates = passing & (scores > worst_kept)

        rows = np.flatnonzero(candidates & np.isfinite(scores))
        if not len(rows):
            return

        if len(rows) > keep:
            # Rounding may make a slightly lower score equal to the last one kept, so those stay in
            # the race.
            last = np.partition(scores[rows], len(rows) - keep)[len(rows) - keep]
            rows = rows[scores[rows] >= last - abs(last) * SAME_VALUE]

        rounded = round_for_ranking(scores[rows])
        merged = list(self.result.best)
        for index in np.argsort(-rounded, kind="stable")[:keep]:
            merged.append((float(rounded[index]), start + int(rows[index])))
        merged.sort(key=lambda entry: (-entry[0], entry[1]))
        self.result.best = merged[:keep]

    def _extend_front(self, values: Mapping[str, Array], passing: Array, start: int) -> None:
        """Put the designs of a block that nothing dominates into the Pareto front."""
        scores = [objective.score(values) for objective in self.grid.pareto]
        candidates = passing
        for score in scores:
            candidates = candidates & np.isfinite(score)
        front = self.result.front
        rows = np.flatnonzero(candidates & ~self._dominated_by_front(scores))
        if not len(rows):
            return

        points = np.stack([score[rows] for score in scores])
        near = undominated_candidates(points)
        points = round_for_ranking(points[:, near])
        rows = rows[near]
        merged = list(front)
        for column in pareto_front(points):
            merged.append((tuple(map(float, points[:, column])), start + int(rows[column])))
        kept = pareto_front(np.array([point for point, _ in merged]).T)
        entries = [merged[index] for index in kept]

        # In an order that does not depend on the blocks, so that a grid always prints the same.
        entries.sort(key=lambda entry: ([-score for score in entry[0]], entry[1]))
        self.result.front = entries

    def _dominated_by_front(self, scores: list[Array]) -> Array:
        """The designs of a block that a few points of the front so far dominate.

        A few points spread over the front dominate most of a block, which then need not be sorted.
        """
        dominated = np.zeros(len(scores[0]), np.bool_)
        front = self.result.front
        if not front:
            return dominated

        spread = {len(front) * step // FILTERS for step in range(FILTERS)}
        for index in sorted(spread):
            point, _ = front[index]
            beaten = [score <= best for score, best in zip(scores, point, strict=True)]
            dominated |= np.logical_and.reduce(beaten)
        return dominated

    def _passing_table(
        self,
        block: Block,
        values: Mapping[str, Array],
        answers: Mapping[str, Array],
        passing: Array,
    ) -> Any:
        """The passing designs of a block as an Arrow table."""
        import pyarrow

        columns: dict[str, Any] = {}
        for name, array in self._shown_columns(block, values).items():
            columns[name] = pyarrow.array(array[passing], from_pandas=True)  # NaN becomes null
        for name in ANSWERS:
            if name in answers:
                columns[name] = arrow_column(answers[name][passing], self.labels.get(name))
        return pyarrow.table(columns)

    def _shown_columns(self, block: Block, values: Mapping[str, Array]) -> dict[str, Array]:
        """The knobs and derived quantities of a block."""
        shown = {}
        # The first knob keeps its value for the most designs, the last one for a single design.
        designs_per_value = self.grid.size
        for name, steps in self.grid.knobs.items():
            designs_per_value //= len(steps)
            labels = self.grid.labels.get(name)
            if labels is None:
                shown[name] = _full(block.knobs[name], block.rows)
                continue
            # Several formats have the same number of bits, so the design's number tells which one
            # it is.
            numbers = np.arange(block.start, block.start + block.rows)
            shown[name] = np.array(labels, object)[numbers // designs_per_value % len(labels)]

        missing = [name for name in self.grid.derived if name not in values]
        computed = {**values, **self.grid.values(block.knobs, missing)}
        for name in self.grid.derived:
            shown[name] = np.round(_full(computed[name], block.rows), 6)
        return shown

    def design(self, number: int) -> dict[str, Any]:
        """Return the knobs and quantities of one design."""
        # The last knob turns fastest, as in itertools.product.
        picks = {}
        for name, steps in reversed(list(self.grid.knobs.items())):
            number, picks[name] = divmod(number, len(steps))
        knobs = {name: float(steps[picks[name]]) for name, steps in self.grid.knobs.items()}
        shown: dict[str, Any] = dict(knobs)
        for name, labels in self.grid.labels.items():
            shown[name] = labels[picks[name]]
        wanted = dict.fromkeys([*self.grid.derived, *self.grid.metrics()])
        for name, value in self.grid.values(knobs, wanted).items():
            shown[name] = None
            if np.isfinite(value):
                shown[name] = round(float(value), 6)
        return shown

    def _schema(self) -> Any:
        """The columns of the passing designs with their Arrow types."""
        import pyarrow

        fields: dict[str, Any] = {}
        for name in self.grid.knobs:
            if name in self.grid.labels:  # a list of number formats
                fields[name] = pyarrow.string()
            else:
                fields[name] = pyarrow.float64()

        fields |= dict.fromkeys(self.grid.derived, pyarrow.float64())
        for name in ANSWERS:
            if name == CONTESTED:
                fields[name] = pyarrow.bool_()
            elif name in self.labels:
                no_codes = np.zeros(0, np.int8)
                fields[name] = arrow_column(no_codes, self.labels[name]).type
        return pyarrow.schema(list(fields.items()))


def _split_knobs(grid: Grid) -> tuple[tuple[str, ...], str, tuple[str, ...]]:
    """Return the outer knobs, the sliced one, and as many inner ones as fit into a block."""
    outer = list(grid.knobs)
    inner: list[str] = []
    inner_size = 1
    while len(outer) > 1 and inner_size * len(grid.knobs[outer[-1]]) <= BLOCK:
        inner_size *= len(grid.knobs[outer[-1]])
        inner.insert(0, outer.pop())
    sliced = outer.pop()
    return tuple(outer), sliced, tuple(inner)


def _full(value: Any, rows: int) -> Array:
    """A quantity as an array with one value for each design."""
    if isinstance(value, np.ndarray) and value.shape == (rows,):
        return value
    return np.full(rows, value, np.float64)
