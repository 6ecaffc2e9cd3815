"""A net of numbers, comparisons and gates over the columns of a row: what every back-end runs.

Nodes are kept once each. Simplifying happens as a node is made, so that what cannot matter costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

FALSE, TRUE = 0, 1
SCALE = 1_000_000
"""Columns are decimals of six places, held as integers of this fraction."""
IS_FALSE, IS_TRUE, UNKNOWN = 0, 1, 2
"""The codes of a fact in a column."""

Kind = Literal["const", "flag", "column", "times", "plus", "over", "ge", "gt", "and", "or", "not"]


@dataclass(frozen=True, slots=True)
class Node:
    """One step: ``flag`` and ``column`` read an input, the others join earlier nodes (or a node and a constant)."""

    kind: Kind
    parts: tuple[int, ...] = ()
    name: str = ""
    number: float = 0.0


class Net:
    """Nodes by number, each made of earlier ones; 0 is false, 1 is true."""

    def __init__(self) -> None:
        self.nodes: list[Node] = [Node("const", number=0.0), Node("const", number=1.0)]
        self._known = {node: index for index, node in enumerate(self.nodes)}

    def _node(self, node: Node) -> int:
        if node not in self._known:
            self._known[node] = len(self.nodes)
            self.nodes.append(node)
        return self._known[node]

    def flag(self, name: str) -> int:
        """An input that is true or false."""
        return self._node(Node("flag", name=name))

    def column(self, name: str) -> int:
        """An input that is a scaled number."""
        return self._node(Node("column", name=name))

    def times(self, number: int, factor: int) -> int:
        """A number times a whole one."""
        return number if factor == 1 else self._node(Node("times", (number,), number=float(factor)))

    def plus(self, one: int, other: int) -> int:
        """A sum."""
        return self._node(Node("plus", (min(one, other), max(one, other))))

    def over(self, top: int, bottom: int) -> int:
        """A quotient. Of whole numbers it lies on the same side of a limit as the exact one: see :meth:`reaches`."""
        return self._node(Node("over", (top, bottom)))

    def compares(self, left: int, op: Literal["ge", "gt"], right: int) -> int:
        """Whether a number is at least, or above, another."""
        return self._node(Node(op, (left, right)))

    def reaches(self, left: int, op: Literal["ge", "gt"], limit: float, ratio: str = "") -> int:
        """Whether a number is at least, or above, a constant; ``ratio`` is the limit of a quotient as ``p/q``.

        Quotient and limit are both rounded to the nearest float64. Two fractions with denominators a and q are at least
        1/(a q) apart, far more than the rounding as long as p times the bottom stays below 2**52.
        """
        return self._node(Node(op, (left,), ratio, float(limit)))

    def negated(self, part: int) -> int:
        """Not."""
        if part in (FALSE, TRUE):
            return TRUE - part
        node = self.nodes[part]
        return node.parts[0] if node.kind == "not" else self._node(Node("not", (part,)))

    def all_of(self, parts: Iterable[int]) -> int:
        """And."""
        return self._joined("and", parts, FALSE)

    def any_of(self, parts: Iterable[int]) -> int:
        """Or."""
        return self._joined("or", parts, TRUE)

    def _joined(self, kind: Literal["and", "or"], parts: Iterable[int], decides: int) -> int:
        flat: set[int] = set()
        for part in parts:
            node = self.nodes[part]
            flat.update(node.parts if node.kind == kind else (part,))
        flat.discard(TRUE - decides)
        if decides in flat or any(
            self.negated(part) in flat for part in flat if self.nodes[part].kind == "not"
        ):
            return decides
        flat -= self._idle(flat, kind)
        if len(flat) < 2:
            return flat.pop() if flat else TRUE - decides
        return self._factored(flat) if kind == "or" else self._node(Node(kind, tuple(sorted(flat))))

    def _idle(self, flat: set[int], kind: Literal["and", "or"]) -> set[int]:
        """What another part makes idle: in an and what it implies, in an or what implies it."""
        pairs = [
            (one, other)
            for one in flat
            for other in flat
            if one != other and self._implies(one, other)
        ]
        return {weak if kind == "and" else strong for strong, weak in pairs}

    def _implies(self, strong: int, weak: int) -> bool:
        """Whether a comparison with a constant holds wherever another node does, as far as that is plain."""
        node, other = self.nodes[strong], self.nodes[weak]
        if other.kind not in ("ge", "gt") or len(other.parts) != 1:
            return False
        if node.kind in ("and", "or"):
            some = any if node.kind == "and" else all
            return some(part == weak or self._implies(part, weak) for part in node.parts)
        if node.kind not in ("ge", "gt") or node.parts != other.parts:
            return False
        return node.number > other.number or (
            node.number == other.number and (node.kind, other.kind) == ("gt", "ge")
        )

    def _factored(self, flat: set[int]) -> int:
        """An or of ands that have parts in common asks for those once."""
        sides = [
            set(self.nodes[part].parts) if self.nodes[part].kind == "and" else {part}
            for part in flat
        ]
        common = set.intersection(*sides)
        if not common:
            return self._node(Node("or", tuple(sorted(flat))))
        return self.all_of([*common, self.any_of(self.all_of(side - common) for side in sides)])

    def chosen(self, by: int, yes: int, no: int, *, rising: bool = False) -> int:
        """``yes`` where ``by`` holds, else ``no``; ``rising`` says that ``no`` never holds without ``yes``."""
        if yes == no:
            return yes
        otherwise = no if rising else self.all_of([self.negated(by), no])
        return self.any_of([self.all_of([by, yes]), otherwise])

    def needed(self, roots: Iterable[int]) -> list[int]:
        """The nodes that some roots are made of, in order."""
        found: set[int] = set()
        waiting = list(roots)
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting += self.nodes[index].parts
        return sorted(found)
