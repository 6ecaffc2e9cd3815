"""A circuit of numbers, comparisons and gates over the columns of a row.

A circuit is a list of nodes; a node is referred to by its index and reads only nodes before it.
Equal nodes are stored once, and simplification happens when a node is made, so that a row pays only
for what can change its answer.

>>> circuit = Circuit()
>>> tpp = circuit.column("tpp")
>>> above = circuit.reaches(tpp, "ge", 4800 * SCALE)
>>> circuit.all_of([above, circuit.is_true("datacenter")])
5
>>> circuit.all_of([above, FALSE]) == FALSE  # simplified at once
True
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from chipdb.lazy_dataclasses import dataclass

FALSE, TRUE = 0, 1
"""The indices of the two constant nodes."""
SCALE = 1_000_000
"""Figures are decimals of six places; circuits read them as integers of this fraction."""
IS_FALSE, IS_TRUE, UNKNOWN = 0, 1, 2
"""The codes of a fact in a column."""

Operator = Literal["ge", "gt"]
NodeKind = Literal[
    "const",
    "column",
    "known",
    "true",
    "null",
    "flag",
    "times",
    "plus",
    "over",
    "ge",
    "gt",
    "and",
    "or",
    "not",
]
INPUT_KINDS = ("column", "known", "true", "null", "flag")
"""Nodes that are read from a row.

They are a scaled figure, whether a figure is known, whether a fact is true or unknown, and other
booleans.
"""
NUMBER_KINDS = ("column", "times", "plus", "over")
"""Nodes that are numbers; all others are booleans."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One step of a circuit.

    ``inputs`` are the nodes that it reads, ``name`` is the metric or fact of an input node.
    ``constant`` is the second operand of a comparison or product that reads only one node. If that
    node is a quotient, ``ratio`` gives the constant exactly, as numerator and denominator.
    """

    kind: NodeKind
    inputs: tuple[int, ...] = ()
    name: str = ""
    constant: float = 0.0
    ratio: tuple[int, int] | None = None

    @property
    def is_comparison(self) -> bool:
        """Whether the node compares two numbers."""
        return self.kind in ("ge", "gt")

    @property
    def compares_with_constant(self) -> bool:
        """Whether the node compares a number with a constant."""
        return self.is_comparison and len(self.inputs) == 1


def gate_implies(gate: Node, weak: int, implies: Callable[[int, int], bool]) -> bool:
    """Whether a gate implies a node: an "and" if one of its inputs does, an "or" if all do.

    ``implies`` compares two nodes by their indices; it may call this function again.
    """
    results = (part == weak or implies(part, weak) for part in gate.inputs)
    if gate.kind == "and":
        return any(results)
    return all(results)


class Circuit:
    """Nodes by index; index 0 is false and 1 is true. Each method returns the index of a node."""

    def __init__(self) -> None:
        """Start with the two constants, whose indices are ``FALSE`` and ``TRUE``."""
        self.nodes: list[Node] = [
            Node(kind="const", constant=0.0),
            Node(kind="const", constant=1.0),
        ]
        self._index_of = {node: index for index, node in enumerate(self.nodes)}

    def _add(self, node: Node) -> int:
        """Return the index of a node, a new one only if no equal node exists.

        The nodes that it reads have lower indices, because they were added before.
        """
        # Rules repeat each other's conditions. A node that exists already is used again, so that a
        # row is compared with each threshold only once, for any number of rules.
        index = self._index_of.get(node)
        if index is None:
            index = self._index_of[node] = len(self.nodes)
            self.nodes.append(node)
        return index

    def column(self, name: str) -> int:
        """Read a figure, scaled to an integer: see :data:`SCALE`."""
        return self._add(Node(kind="column", name=name))

    def known(self, metric: str) -> int:
        """Read whether a figure is known."""
        return self._add(Node(kind="known", name=metric))

    def is_true(self, fact: str) -> int:
        """Read whether a fact is true."""
        return self._add(Node(kind="true", name=fact))

    def is_null(self, fact: str) -> int:
        """Read whether a fact is unknown."""
        return self._add(Node(kind="null", name=fact))

    def flag(self, name: str) -> int:
        """Read another boolean."""
        return self._add(Node(kind="flag", name=name))

    def times(self, number: int, factor: int) -> int:
        """Multiply a number by an integer; by 1 it is the number itself."""
        if factor == 1:
            return number
        return self._add(Node(kind="times", inputs=(number,), constant=float(factor)))

    def plus(self, first: int, second: int) -> int:
        """Add two numbers that have the same scale."""
        # In one order, so that a + b and b + a are the same node.
        return self._add(Node(kind="plus", inputs=(min(first, second), max(first, second))))

    def over(self, numerator: int, denominator: int) -> int:
        """Divide two numbers; only for comparison with a threshold, see :meth:`reaches`."""
        return self._add(Node(kind="over", inputs=(numerator, denominator)))

    def compare(self, left: int, op: Operator, right: int) -> int:
        """Compare two numbers of a row that have the same scale."""
        return self._add(Node(kind=op, inputs=(left, right)))

    def reaches(
        self, number: int, op: Operator, constant: float, ratio: tuple[int, int] | None = None
    ) -> int:
        """Compare a number with a constant.

        ``ratio`` is the exact threshold if the number is a quotient.

        A quotient of two integers lies on the right side of the threshold p/q although both are
        rounded to the nearest float64: fractions with denominators a and q that differ are at least
        1/(a q) apart, far more than the rounding, as long as p times the denominator of the
        quotient stays below 2**52.
        """
        return self._add(Node(kind=op, inputs=(number,), constant=float(constant), ratio=ratio))

    def negated(self, index: int) -> int:
        """Not; of a negation what it negates.

        >>> circuit = Circuit()
        >>> fact = circuit.is_true("datacenter")
        >>> circuit.negated(circuit.negated(fact)) == fact, circuit.negated(TRUE) == FALSE
        (True, True)
        """
        if index in (FALSE, TRUE):
            return TRUE - index
        node = self.nodes[index]
        if node.kind == "not":
            return node.inputs[0]
        return self._add(Node(kind="not", inputs=(index,)))

    def all_of(self, inputs: Iterable[int]) -> int:
        """And; true if there are no inputs.

        >>> circuit = Circuit()
        >>> tpp = circuit.column("tpp")
        >>> low = circuit.reaches(tpp, "ge", 2400 * SCALE)
        >>> high = circuit.reaches(tpp, "ge", 4800 * SCALE)
        >>> circuit.all_of([low, high]) == high
        True
        """
        return self._gate("and", inputs)

    def any_of(self, inputs: Iterable[int]) -> int:
        """Or; false if there are no inputs. Simplified like :meth:`all_of`."""
        return self._gate("or", inputs)

    def select(
        self, condition: int, if_true: int, if_false: int, *, if_false_implies_if_true: bool = False
    ) -> int:
        """Choose ``if_true`` where the condition holds, else ``if_false``.

        If ``if_false`` never holds without ``if_true``, it need not be guarded by the negated
        condition.
        """
        if if_true == if_false:
            return if_true
        otherwise = if_false
        # Without the guard the result is (condition and if_true) or if_false: where the condition
        # holds and if_false does too, if_true holds anyway.
        if not if_false_implies_if_true:
            otherwise = self.all_of([self.negated(condition), if_false])
        return self.any_of([self.all_of([condition, if_true]), otherwise])

    def required_by(self, roots: Iterable[int]) -> list[int]:
        """Return the indices of all nodes that some nodes are made of, with these, in order."""
        required: set[int] = set()
        waiting = list(roots)
        while waiting:
            index = waiting.pop()
            if index not in required:
                required.add(index)
                waiting += self.nodes[index].inputs
        return sorted(required)

    def _gate(self, kind: Literal["and", "or"], inputs: Iterable[int]) -> int:
        """Simplify a gate and return its node, or the simpler node that it equals."""
        # One dominant input decides the gate; a neutral one changes nothing.
        dominant, neutral = TRUE, FALSE
        if kind == "and":
            dominant, neutral = FALSE, TRUE

        merged: set[int] = set()
        for index in inputs:
            node = self.nodes[index]
            # A gate of the same kind is dissolved, so that its inputs are compared with the others.
            if node.kind == kind:
                merged.update(node.inputs)
            else:
                merged.add(index)

        merged.discard(neutral)
        if dominant in merged or self._contradicts_itself(merged):
            return dominant

        merged -= self._redundant(merged, kind)
        if not merged:
            return neutral
        if len(merged) == 1:
            return merged.pop()
        if kind == "or":
            return self._factored_or(merged)
        return self._add(Node(kind="and", inputs=tuple(sorted(merged))))

    def _contradicts_itself(self, inputs: set[int]) -> bool:
        """Whether a node and its negation are both among the inputs, which decides a gate."""
        for index in inputs:
            node = self.nodes[index]
            if node.kind == "not" and node.inputs[0] in inputs:
                return True
        return False

    def _redundant(self, inputs: set[int], kind: Literal["and", "or"]) -> set[int]:
        """The inputs that another input makes redundant.

        In an "and" these are the ones that it implies, in an "or" the ones that imply it.
        """
        redundant = set()
        for strong in inputs:
            for weak in inputs:
                if strong == weak or not self._implies(strong, weak):
                    continue
                if kind == "and":
                    redundant.add(weak)
                else:
                    redundant.add(strong)
        return redundant

    def _implies(self, strong: int, weak: int) -> bool:
        """Whether ``weak`` compares with a constant and plainly holds wherever ``strong`` does.

        False where that would take more than a look at thresholds on the same number.
        """
        strong_node, weak_node = self.nodes[strong], self.nodes[weak]
        if not weak_node.compares_with_constant:
            return False
        if strong_node.kind in ("and", "or"):
            return gate_implies(strong_node, weak, self._implies)
        if not strong_node.is_comparison or strong_node.inputs != weak_node.inputs:
            return False
        # Both compare the same number: reaching the higher threshold means reaching the lower one.
        if strong_node.constant != weak_node.constant:
            return strong_node.constant > weak_node.constant
        # "above x" means "at least x"
        return (strong_node.kind, weak_node.kind) == ("gt", "ge")

    def _factored_or(self, inputs: set[int]) -> int:
        """An "or" of "and" gates; inputs that all of them share are tested once.

        ``inputs`` are two or more, none of them an "or".
        """
        alternatives = []
        for index in inputs:
            node = self.nodes[index]
            if node.kind == "and":
                alternatives.append(set(node.inputs))
            else:
                alternatives.append({index})

        shared = set.intersection(*alternatives)
        if not shared:
            return self._add(Node(kind="or", inputs=tuple(sorted(inputs))))

        # What is left may contain new redundancy, so it goes through the simplification again.
        remainders = [self.all_of(alternative - shared) for alternative in alternatives]
        return self.all_of([*shared, self.any_of(remainders)])
