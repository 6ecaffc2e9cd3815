"""Rules over NumPy arrays.

The circuit of known figures answers whole blocks, the circuit of ranges the rows that it cannot
answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import numpy as np

from chipdb.bulk import kernels
from chipdb.bulk.blocks import BLOCK, BlockRunner, RowRange, share_blocks, write_codes
from chipdb.bulk.circuit import FALSE, IS_TRUE, SCALE, UNKNOWN
from chipdb.bulk.columns import VALUE, ColumnSource, Layout, ReadColumn
from chipdb.bulk.inputs import (
    LARGEST_FLOAT,
    CircuitInputs,
    letter_io_is_contested,
    may_contradict,
    metrics_behind,
    unscaled,
)
from chipdb.bulk.lookup_table import AREA, DENSITY, Array
from chipdb.bulk.metric_columns import ALL_LINKS, LETTER_IO
from chipdb.bulk.program import Program
from chipdb.lazy_dataclasses import dataclass

CONTESTED = "contested"
LICENSE_CONTESTED = "license_contested"
"""Only of the license, which is what a destination asks about; not a column of a frame."""
COMPILE_FROM_ROWS = 4_000_000
"""From this number of rows on, a loop is worth the seconds that Numba takes to compile it.

It is compiled once for each process and question.
"""


class _ArrayOperations:
    """:class:`~chipdb.bulk.inputs.ColumnOperations` over some rows of arrays."""

    def __init__(self, arrays: Mapping[str, Array], rows: slice | Array) -> None:
        """Read ``rows`` (a slice, or the numbers of single rows) of all ``arrays``."""
        self.arrays = arrays
        self.rows = rows

    def read(self, column: str) -> Any:
        """A column as float64; a view of the array for a slice, a copy for single rows."""
        return self.arrays[column][self.rows]

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """One of two values for each row; arrays have no null, so there is no third case."""
        return np.where(condition, yes, no)

    def rounded(self, value: Any) -> Any:
        """The nearest integer as float64, the even one of two that are equally near."""
        return np.rint(value)

    def keep(self, name: str, value: Any) -> Any:  # noqa: ARG002 - arrays need no name
        """The value itself: an array is computed once, however often it is read."""
        return value

    def settle(self) -> None:
        """Do nothing, because arrays are computed at once."""


@dataclass(frozen=True)
class ArrayColumns:
    """Columns as arrays: float64 for figures, codes for facts."""

    layout: Layout
    figures: Mapping[str, Array]
    facts: Mapping[str, Array]
    rows: int


def answer_columns(
    program: Program, columns: ArrayColumns, total_rows: int = 0
) -> dict[str, Array]:
    """Return the int8 codes of every answer, and whether a row and its license are contested.

    ``total_rows`` is how many rows are to come in all, if these are only a part of them.
    """
    # One allocation for all answers: the allocator reuses it, but returns several to the system,
    # which then has to map every page anew.
    *codes, contested, license_contested = np.empty(
        (len(program.known.outputs) + 2, columns.rows), np.int8
    )
    answers: dict[str, Array] = {}
    for output, array in zip(program.known.outputs, codes, strict=True):
        answers[output.name] = array
    answers[CONTESTED] = contested.view(np.bool_)
    answers[LICENSE_CONTESTED] = license_contested.view(np.bool_)

    worker: _BlockWorker
    if _use_kernel(program, columns, total_rows):
        worker = _KernelWorker(program, columns, answers)
    else:
        worker = _NumpyWorker(program, columns, answers)

    share_blocks(worker.answer_blocks, columns.rows, worker.block)
    return answers


def _use_kernel(program: Program, columns: ArrayColumns, total_rows: int) -> bool:
    """Whether the compiled loop answers: made only for many rows, used whenever it exists."""
    # The loop reads one column for each figure; figures that are computed from several columns are
    # left to NumPy.
    if not _is_plain(columns.layout):
        return False
    if kernels.ready(program.known):
        return True
    rows_to_come = max(columns.rows, total_rows)
    if rows_to_come < COMPILE_FROM_ROWS:
        return False
    return kernels.available()


def _is_plain(layout: Layout) -> bool:
    """Whether each value is a column of its own, and at most one of area and density is stated.

    Then a figure can be read straight from its column, and no TPP has to be made of the other two.
    """
    if layout.has(AREA) and layout.has(DENSITY):
        return False
    for (_, end), source in layout.metrics.items():
        if end == VALUE and not isinstance(source, ReadColumn):
            return False
    return True


class _BlockWorker:
    """One call's inputs and results. Threads share it; each calls :meth:`answer_blocks`."""

    block = BLOCK

    def __init__(self, program: Program, columns: ArrayColumns, answers: dict[str, Array]) -> None:
        """Prepare what all blocks share; the codes are written into the arrays of ``answers``."""
        self.program = program
        self.columns = columns
        self.answers = answers
        self.bounds_read = self._bounds_read()
        self.all_contested = letter_io_is_contested(program, columns.layout)

    def _bounds_read(self) -> list[ColumnSource]:
        """The lows and highs that matter to the answers, in the order of their metrics."""
        # A bound on a metric that no rule reads would only send rows to the slower circuit.
        metrics = metrics_behind(self.columns.layout, self.program.metrics_read)
        sources = []
        for metric, end in sorted(self.columns.layout.metrics):
            if end != VALUE and metric in metrics:
                sources.append(self.columns.layout.metrics[metric, end])
        return sources

    def answer_blocks(self, blocks: Iterator[RowRange]) -> None:
        """Answer some blocks, in one thread; several threads may share the iterator."""
        with np.errstate(all="ignore"):  # quotients of missing figures are computed and not used
            workspace = self.workspace()
            for start, stop in blocks:
                rows = slice(start, stop)
                self.answers[CONTESTED][rows] = False
                self.answers[LICENSE_CONTESTED][rows] = False

                # Every row gets an answer from the first circuit; the few that it cannot answer are
                # overwritten. Choosing rows beforehand would cost a copy of every column.
                unanswered = self.answer_known(rows, workspace)
                unanswered = self._with_bounded_rows(unanswered, rows)
                if unanswered is not None and unanswered.any():
                    self._answer_ranges(start + np.flatnonzero(unanswered))

    def _with_bounded_rows(self, unanswered: Array | None, rows: slice) -> Array | None:
        """The rows of a block that need the circuit of ranges: those so far and those with bounds.

        None stands for no rows.
        """
        # Contested is what the claims of a row lead to, which only the circuit of ranges works
        # out.
        if self.all_contested:
            unanswered = np.ones(rows.stop - rows.start, np.bool_)
        for source in self.bounds_read:
            bound = unscaled(_ArrayOperations(self.columns.figures, rows), source)
            is_stated = (bound >= 0.0) & (bound <= LARGEST_FLOAT)
            unanswered = _either(unanswered, is_stated)
        return unanswered

    def workspace(self) -> list[Any]:
        """Allocate what a thread needs for its blocks."""
        raise NotImplementedError

    def answer_known(self, rows: slice, workspace: list[Any]) -> Array | None:
        """Answer a block with the circuit of known figures.

        Return the rows that it cannot answer, None if none.
        """
        raise NotImplementedError

    def _answer_ranges(self, rows: Array) -> None:
        """Answer single rows with the circuit of ranges; ``rows`` are their numbers.

        What the circuit of known figures wrote for them is overwritten.
        """
        compiled = self.program.ranges
        inputs = self.circuit_inputs(rows)
        inputs.add_bounds(self.program.metrics_read)
        # These rows are few and their number differs by block, so a runner is made for each time.
        runner = BlockRunner(compiled.circuit, compiled.roots)
        flags = runner.run(partial(_fill_from, inputs), len(rows), runner.workspace(len(rows)))
        for output in compiled.outputs:
            codes = np.empty(len(rows), np.int8)
            write_codes(output, flags, codes)
            self.answers[output.name][rows] = codes
        self.answers[CONTESTED][rows] = flags[compiled.contested]
        self.answers[LICENSE_CONTESTED][rows] = flags[compiled.license_contested]

    def circuit_inputs(self, rows: slice | Array) -> CircuitInputs:
        """The figures and facts of some rows: a slice, or the numbers of single ones."""
        facts = {}
        for name, codes in self.columns.facts.items():
            of_rows = codes[rows]
            facts[name] = (of_rows == IS_TRUE, of_rows == UNKNOWN)
        operations = _ArrayOperations(self.columns.figures, rows)
        inputs = CircuitInputs(self.columns.layout, operations, facts)
        inputs.add_figures(self.program.metrics_read)
        return inputs

    def figure(self, name: str, rows: slice) -> Array:
        """A figure straight from its column, in its unit; the layout must be plain."""
        layout = self.columns.layout
        if name == LETTER_IO and not layout.has(LETTER_IO):
            # The letters do not define their I/O bandwidth; as for a single chip all links count.
            name = ALL_LINKS
        source = layout.metrics[name, VALUE]
        assert isinstance(source, ReadColumn)
        values = self.columns.figures[source.column][rows]
        if source.factor == 1.0:  # a multiplication would copy the block
            return values
        return values * source.factor


class _KernelWorker(_BlockWorker):
    """Answers blocks with the loop that Numba compiled."""

    block = kernels.CHUNK

    def __init__(self, program: Program, columns: ArrayColumns, answers: dict[str, Array]) -> None:
        """Get the kernel of the program, which is compiled now if it was not before."""
        super().__init__(program, columns, answers)
        self.kernel = kernels.kernel_of(program.known)
        self.figures, self.facts = kernels.inputs_of(program.known)
        self.may_need_ranges = program.known.needs_ranges != FALSE

    def workspace(self) -> list[Any]:
        """One boolean for each row of a block: whether it needs the circuit of ranges."""
        rows = 0
        if self.may_need_ranges:
            rows = self.block
        return [np.empty(rows, np.bool_)]

    def answer_known(self, rows: slice, workspace: list[Any]) -> Array | None:
        """Call the kernel on a block; it writes the codes of all answers."""
        count = rows.stop - rows.start
        figures = [self.figure(name, rows) for name in self.figures]
        facts = [self.columns.facts[name][rows] for name in self.facts]
        outputs = [self.answers[output.name][rows] for output in self.program.known.outputs]
        [needs_ranges] = workspace
        self.kernel(count, *figures, *facts, *outputs, needs_ranges)

        if not self.may_need_ranges:
            return None
        # The next block of this thread overwrites the workspace.
        return np.array(needs_ranges[:count])


class _NumpyWorker(_BlockWorker):
    """Answers blocks with calls of NumPy."""

    def __init__(self, program: Program, columns: ArrayColumns, answers: dict[str, Array]) -> None:
        """Prepare the circuit of known figures as a list of calls."""
        super().__init__(program, columns, answers)
        self.runner = BlockRunner(program.known.circuit, program.known.roots)
        self.is_plain = _is_plain(columns.layout)
        self.may_contradict = may_contradict(columns.layout, program.metrics_read)

    def workspace(self) -> list[Any]:
        """The slots of the runner, as long as a block or, if there are fewer, all rows."""
        return self.runner.workspace(min(BLOCK, self.columns.rows))

    def answer_known(self, rows: slice, workspace: list[Any]) -> Array | None:
        """Run the calls on a block and write the codes of all answers."""
        compiled = self.program.known
        inputs = None
        fill_input = partial(self._fill_from_column, rows)
        if not self.is_plain:
            inputs = self.circuit_inputs(rows)
            fill_input = partial(_fill_from, inputs)

        flags = self.runner.run(fill_input, rows.stop - rows.start, workspace)
        for output in compiled.outputs:
            write_codes(output, flags, self.answers[output.name][rows])

        unanswered = None
        if compiled.needs_ranges != FALSE:
            unanswered = flags[compiled.needs_ranges].copy()  # the next block overwrites it
        if inputs is not None and self.may_contradict:
            unanswered = _either(unanswered, np.asarray(inputs.contradictory()))
        return unanswered

    def _fill_from_column(self, rows: slice, kind: str, name: str, into: Array) -> None:
        """Compute an input straight from its column, without temporary arrays."""
        match kind:
            case "column":
                np.multiply(self.figure(name, rows), float(SCALE), out=into)
                np.rint(into, out=into)
            case "known":
                figure = self.figure(name, rows)
                if name == DENSITY:
                    # A density of zero is not a density: no area gives it.
                    np.greater(figure, 0.0, out=into)
                else:
                    np.greater_equal(figure, 0.0, out=into)
                into &= np.isfinite(figure)
            case "true":
                np.equal(self.columns.facts[name][rows], IS_TRUE, out=into)
            case _:
                np.equal(self.columns.facts[name][rows], UNKNOWN, out=into)


def _either(first: Array | None, second: Array) -> Array:
    """The rows that are in one of two sets; None stands for no rows."""
    if first is None:
        return second
    return np.asarray(first | second)


def _fill_from(inputs: CircuitInputs, kind: str, name: str, into: Array) -> None:
    """Copy an input that was already computed for the block; ``into`` is as long as the block."""
    into[...] = inputs.values[kind, name]
