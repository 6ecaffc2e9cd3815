"""A circuit as one loop that Numba compiles.

The loop is Python source generated from the nodes, with numbers in float64 only.

The rows are processed in strips that stay in the nearest cache. For each strip a first loop writes
how many thresholds each number reaches and which figures are known, as bytes; a second loop
evaluates the gates over these bytes. Numbers fill a vector register eight at a time and bytes
sixty-four at a time, so each loop runs at its own width.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chipdb.bulk.circuit import FALSE, IS_TRUE, SCALE, UNKNOWN, Node
from chipdb.bulk.inputs import LARGEST_FLOAT
from chipdb.bulk.lookup_table import DENSITY
from chipdb.bulk.program import CompiledCircuit

Kernel = Callable[..., None]
CHUNK = 262_144
"""How many rows a thread takes at once."""
STRIP = 2048
"""How many rows a loop processes before the next one reads its bytes from the nearest cache."""


def available() -> bool:
    """Whether the extra ``fast`` is installed."""
    import importlib.util

    return importlib.util.find_spec("numba") is not None


def inputs_of(compiled: CompiledCircuit) -> tuple[list[str], list[str]]:
    """Return the figures and the facts that a kernel takes, each in alphabetical order.

    Only those that can change an answer: a column that no node reads is not passed at all.
    """
    figures, facts = set(), set()
    for index in compiled.circuit.required_by(compiled.answer_nodes):
        node = compiled.circuit.nodes[index]
        if node.kind in ("column", "known"):
            figures.add(node.name)
        elif node.kind in ("true", "null"):
            facts.add(node.name)
    return sorted(figures), sorted(facts)


# Never emptied: a process asks few questions, and compiling one again takes seconds.
_KERNELS: dict[CompiledCircuit, Kernel] = {}


def ready(compiled: CompiledCircuit) -> bool:
    """Whether the kernel of a circuit is compiled already; if not, that takes seconds."""
    return compiled in _KERNELS


def kernel_of(compiled: CompiledCircuit) -> Kernel:
    """Return the compiled loop: ``kernel(rows, *figures, *facts, *outputs, needs_ranges)``.

    Figures are float64, NaN or negative where they are missing; facts and outputs are int8 codes.
    The loop writes into the outputs and returns nothing.
    """
    if compiled not in _KERNELS:
        _KERNELS[compiled] = _compile(compiled)
    return _KERNELS[compiled]


def _compile(compiled: CompiledCircuit) -> Kernel:
    """Have Numba compile the loop of a circuit, which needs the extra ``fast``."""
    import numba

    names: dict[str, Any] = {"rint": np.rint, "empty": np.empty, "uint8": np.uint8}
    code = compile(source_of(compiled), "<the rules as one loop>", "exec")
    exec(code, names)  # noqa: S102 - the source is generated from the circuit, not from input
    # nogil lets threads share the rows; error_model="numpy" makes a division by zero NaN instead of
    # an exception
    kernel: Kernel = numba.njit(nogil=True, error_model="numpy")(names["kernel"])
    return kernel


def source_of(compiled: CompiledCircuit) -> str:
    """Return the loop as Python source."""
    return _SourceWriter(compiled).source()


class _SourceWriter:
    """Writes the source of one kernel.

    Names in the source: ``figure0`` and ``fact0`` are columns, ``value0`` is the figure of a row,
    ``n7`` is node 7, ``reached7[i]`` is how many of its thresholds number 7 reaches in row i of the
    strip, ``known7[i]`` whether the figure of node 7 is known.
    """

    def __init__(self, compiled: CompiledCircuit) -> None:
        """Collect the nodes that the loop needs, and the comparisons of each number."""
        self.compiled = compiled
        self.all_nodes = compiled.circuit.nodes
        self.figures, self.facts = inputs_of(compiled)
        self.nodes: dict[int, Node] = {}
        for index in compiled.circuit.required_by(compiled.answer_nodes):
            self.nodes[index] = self.all_nodes[index]
        self.comparisons = self._comparisons_by_number()
        self.known = [index for index, node in self.nodes.items() if node.kind == "known"]
        self.may_need_ranges = compiled.needs_ranges != FALSE

    def _comparisons_by_number(self) -> dict[int, list[int]]:
        """The comparisons of each number with its thresholds, by rising threshold.

        By the index of the number's node; each comparison by its own.
        """
        # A number that reaches a threshold reaches all before it in this order: "ge" comes before
        # "gt" of the same value.
        by_threshold = sorted(
            self.nodes, key=lambda index: (self.nodes[index].constant, self.nodes[index].kind)
        )
        comparisons: dict[int, list[int]] = {}
        for index in by_threshold:
            node = self.nodes[index]
            if node.is_comparison:
                comparisons.setdefault(node.inputs[0], []).append(index)
        return comparisons

    def source(self) -> str:
        """The whole function."""
        columns = _numbered("figure", len(self.figures))
        columns += _numbered("fact", len(self.facts))
        columns += _numbered("out", len(self.compiled.outputs))
        bytes_of_strip = [f"reached{number}" for number in self.comparisons]
        bytes_of_strip += [f"known{index}" for index in self.known]

        lines = [f"def kernel(rows, {', '.join(columns)}, needs_ranges):"]
        for name in bytes_of_strip:
            lines.append(f"    {name} = empty({STRIP}, uint8)")
        lines.append(f"    for start in range(0, rows, {STRIP}):")
        lines.append(f"        stop = min(start + {STRIP}, rows)")

        # A slice of each column makes the loops below run from zero, over one strip.
        if self.may_need_ranges:
            columns.append("needs_ranges")
        for name in columns:
            lines.append(f"        {name}_here = {name}[start:stop]")
        lines += self._loop(self._numbers())
        lines += self._loop([*self._gates(), *self._results()])
        return "\n".join(lines) + "\n"

    @staticmethod
    def _loop(body: list[str]) -> list[str]:
        """Wrap lines in a loop over the rows of a strip."""
        if not body:
            return []
        lines = ["        for i in range(stop - start):"]
        for line in body:
            lines.append(f"            {line}")
        return lines

    def _numbers(self) -> list[str]:
        """The first loop: the bytes that the numbers of a row give, as lines of its body."""
        lines = []
        for place in range(len(self.figures)):
            lines.append(f"value{place} = figure{place}_here[i]")
        for index, node in self.nodes.items():
            if node.kind == "column":
                lines.append(f"n{index} = rint({self._value(node)} * {float(SCALE)!r})")
            elif node.kind == "plus":
                first, second = node.inputs
                lines.append(f"n{index} = n{first} + n{second}")

        # Thresholds are in rising order, so the count of those reached tells every comparison.
        for number, comparisons in self.comparisons.items():
            terms = [f"({self._comparison(index)})" for index in comparisons]
            lines.append(f"reached{number}[i] = {' + '.join(terms)}")

        for index in self.known:
            lines.append(f"known{index}[i] = {self._known(self.nodes[index])}")
        return lines

    def _known(self, node: Node) -> str:
        """Whether the figure of a node is known: a number, neither negative nor infinite."""
        value = self._value(node)
        sign = ">="
        if node.name == DENSITY:
            sign = ">"  # no area gives a density of zero
        return f"({value} {sign} 0.0) & ({value} <= {LARGEST_FLOAT!r})"

    def _value(self, node: Node) -> str:
        """The name of the variable that holds a figure of the row."""
        return f"value{self.figures.index(node.name)}"

    def _comparison(self, index: int) -> str:
        """A comparison of numbers.

        Quotients are compared as products, which is exact and faster than a division.
        """
        node = self.nodes[index]
        sign = ">"
        if node.kind == "ge":
            sign = ">="
        if node.ratio is None:
            return f"n{node.inputs[0]} {sign} {node.constant!r}"

        numerator, denominator = node.ratio
        top, bottom = self.nodes[node.inputs[0]].inputs
        return f"n{top} * {float(denominator)!r} {sign} n{bottom} * {float(numerator)!r}"

    def _gates(self) -> list[str]:
        """The second loop: the boolean nodes, each computed before it is read."""
        lines = []
        for index, node in self.nodes.items():
            expression = self._boolean(index, node)
            if expression:
                lines.append(f"n{index} = {expression}")
        return lines

    def _boolean(self, index: int, node: Node) -> str:  # noqa: PLR0911 - one for each kind of node
        """The expression of a boolean node as Python source; empty for numbers.

        Numbers were written in the first loop, which left only what they reach.
        """
        inputs = [f"n{part}" for part in node.inputs]
        match node.kind:
            case "const":
                return str(bool(node.constant))
            case "known":
                return f"known{index}[i] != 0"
            case "true":
                return f"fact{self.facts.index(node.name)}_here[i] == {IS_TRUE}"
            case "null":
                return f"fact{self.facts.index(node.name)}_here[i] == {UNKNOWN}"
            case "and":
                return " & ".join(inputs)
            case "or":
                return " | ".join(inputs)
            case "not":
                return f"{inputs[0]} == False"
            case "ge" | "gt":
                number = node.inputs[0]
                return f"reached{number}[i] > {self.comparisons[number].index(index)}"
        return ""

    def _results(self) -> list[str]:
        """The codes of a row, and whether the circuit cannot answer it.

        One line for each output, whose labels are tested in their order.
        """
        lines = []
        for place, output in enumerate(self.compiled.outputs):
            # Code 0 belongs to the label that holds otherwise; without one the code is -1.
            first = 1
            if output.otherwise is None:
                first = 0
            code = str(first - 1)
            # From the last label inwards, so that the first one is tested first.
            for label, node in reversed(list(enumerate(output.nodes, first))):
                code = f"({label} if n{node} else {code})"
            lines.append(f"out{place}_here[i] = {code}")

        if self.may_need_ranges:
            lines.append(f"needs_ranges_here[i] = n{self.compiled.needs_ranges}")
        return lines


def _numbered(name: str, count: int) -> list[str]:
    """A name with the numbers from 0 on: ``figure0``, ``figure1``."""
    return [f"{name}{number}" for number in range(count)]
