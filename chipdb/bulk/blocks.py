"""A net in numpy, block by block: each block's numbers stay in the cache, threads share the blocks."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from chipdb.bulk.circuit import Net
from chipdb.bulk.program import Output

Array = np.ndarray[Any, np.dtype[Any]]
Leaf = Callable[[str, str, Array], Any]
"""What fills an array with an input: its kind (``column`` or ``flag``), its name, the array."""
BLOCK = 131_072
THREADS_FROM = 4 * BLOCK
_JOINED = {"and": np.bitwise_and, "or": np.bitwise_or}
_TURNED = {"and": np.greater, "or": np.greater_equal}
"""On booleans, ``a and not b`` is ``a > b``, ``a or not b`` is ``a >= b``."""
_CALLS = {
    "ge": np.greater_equal,
    "gt": np.greater,
    "times": np.multiply,
    "plus": np.add,
    "over": np.divide,
}
_NUMBERS = ("column", "times", "plus", "over")


class Runner:
    """A net made ready for blocks: calls of numpy from slots into slots; a slot is used again once nobody needs it."""

    def __init__(self, net: Net, roots: tuple[int, ...]) -> None:
        self.net = net
        self.leaves: list[tuple[str, str, int]] = []
        self.calls: list[tuple[Any, int, int, int]] = []
        self.is_float: list[bool] = []
        self.constants: dict[tuple[bool, float], int] = {}
        self.slots: dict[int, int] = {}
        self._free: dict[bool, list[int]] = {True: [], False: []}
        order = self._order(roots)
        last = {part: index for index, node in enumerate(order) for part in self._inputs(node)}
        for index, number in enumerate(order):
            self._add(number)
            for part in {
                part for part in self._inputs(number) if last[part] == index and part not in roots
            }:
                if net.nodes[part].kind not in ("column", "flag"):
                    self._free[self.is_float[self.slots[part]]].append(self.slots[part])
        self.roots = {root: self.slots[root] for root in roots}

    def _order(self, roots: tuple[int, ...]) -> list[int]:
        """Each node right before what first needs it; a negation only where it cannot be part of a gate."""
        done: dict[int, None] = {}

        def visit(number: int) -> None:
            if number not in done:
                for part in self._inputs(number):
                    visit(part)
                done[number] = None

        for root in roots:
            visit(root)
        return list(done)

    def _inputs(self, number: int) -> list[int]:
        node = self.net.nodes[number]
        if node.kind not in _JOINED:
            return list(node.parts)
        straight, turned = self._sides(number)
        return [*straight, *turned]

    def _sides(self, number: int) -> tuple[list[int], list[int]]:
        """The parts of a gate that it takes as they are, and those whose negation it takes."""
        parts = self.net.nodes[number].parts
        turned = [part for part in parts if self.net.nodes[part].kind == "not"]
        if len(turned) == len(parts):
            turned = turned[1:]
        return [part for part in parts if part not in turned], [
            self.net.nodes[part].parts[0] for part in turned
        ]

    def _slot(self, real: bool, *, fresh: bool = False) -> int:
        if self._free[real] and not fresh:
            return self._free[real].pop()
        self.is_float.append(real)
        return len(self.is_float) - 1

    def _constant(self, value: float | bool) -> int:
        return self.constants.setdefault((isinstance(value, bool), value), -1 - len(self.constants))

    def _add(self, number: int) -> None:
        node = self.net.nodes[number]
        leaf = node.kind in ("column", "flag")
        out = self.slots[number] = self._slot(node.kind in _NUMBERS, fresh=leaf)
        slots = [self.slots[part] for part in node.parts if part in self.slots]
        if leaf:
            self.leaves.append((node.kind, node.name, out))
        elif node.kind in _JOINED:
            self._gate(number, out)
        elif node.kind == "const":
            yes = self._constant(value=bool(node.number))
            self.calls.append((np.bitwise_and, yes, yes, out))
        elif node.kind == "not":
            self.calls.append((np.bitwise_xor, slots[0], self._constant(value=True), out))
        else:
            other = slots[1] if len(slots) > 1 else self._constant(node.number)
            self.calls.append((_CALLS[node.kind], slots[0], other, out))

    def _gate(self, number: int, out: int) -> None:
        kind = self.net.nodes[number].kind
        straight, turned = self._sides(number)
        steps = [(_JOINED[kind], part) for part in straight[1:]] + [
            (_TURNED[kind], part) for part in turned
        ]
        at = self.slots[straight[0]]
        for call, part in steps:
            self.calls.append((call, at, self.slots[part], out))
            at = out

    def space(self, rows: int) -> list[Any]:
        """Room for one block of each slot, and the constants behind."""
        room: list[Any] = [
            np.empty(rows, np.float64 if real else np.bool_) for real in self.is_float
        ]
        return [*room, *(value for _, value in reversed(self.constants))]

    def run(self, leaf: Leaf, rows: int, space: list[Any]) -> dict[int, Array]:
        """The roots over one block."""
        values = (
            space
            if len(space) and len(space[0]) == rows
            else [room[:rows] if isinstance(room, np.ndarray) else room for room in space]
        )
        for kind, name, slot in self.leaves:
            leaf(kind, name, values[slot])
        for call, one, other, out in self.calls:
            call(values[one], values[other], values[out])
        return {root: values[slot] for root, slot in self.roots.items()}


def coded(output: Output, flags: Mapping[int, Array], into: Array) -> None:
    """The codes of an output from the flags of its labels; -1 where there is none."""
    first = 0 if output.otherwise is None else 1
    into.fill(first - 1)
    for weight, node in enumerate(output.nodes, 1):
        flag = flags[node].view(np.int8)
        into += flag if weight == 1 else flag * np.int8(weight)


def shared(work: Callable[[Iterator[tuple[int, int]]], None], rows: int, block: int) -> None:
    """Do all rows by blocks, on every core where there are many; who is done with a block takes the next."""
    blocks = [(start, min(start + block, rows)) for start in range(0, rows, block)][::-1]
    cores = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    )

    def left() -> Iterator[tuple[int, int]]:
        while True:
            try:
                yield blocks.pop()
            except IndexError:
                return

    helpers = cores - 1 if rows >= THREADS_FROM else 0
    started = [_helpers(os.getpid(), helpers).submit(work, left()) for _ in range(helpers)]
    try:
        work(left())
    finally:
        blocks.clear()  # nobody goes on after an interruption
        for helper in started:
            helper.result()


@functools.lru_cache(maxsize=1)
def _helpers(process: int, count: int) -> ThreadPoolExecutor:  # noqa: ARG001 - a process that was forked off has threads of its own
    """Threads that stay: new ones may start on the core of their maker, and the work is done before they move."""
    return ThreadPoolExecutor(count)
