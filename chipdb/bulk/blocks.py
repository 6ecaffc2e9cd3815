"""Evaluates a circuit with NumPy, block by block.

The numbers of a block stay in the cache, and threads share the blocks.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from chipdb.bulk.circuit import INPUT_KINDS, NUMBER_KINDS, Circuit, Node
from chipdb.bulk.lookup_table import Array
from chipdb.bulk.program import Output

FillInput = Callable[[str, str, Array], Any]
"""Writes an input of a circuit into an array; called with the kind and the name of the node."""
RowRange = tuple[int, int]
"""The first row of a block, and the row after its last."""
BLOCK = 131_072
"""How many rows a block has."""
THREADS_FROM = 4 * BLOCK
"""From this number of rows on, threads share the blocks."""
_GATES = {"and": np.bitwise_and, "or": np.bitwise_or}
_GATES_NEGATING = {"and": np.greater, "or": np.greater_equal}
"""Of booleans, ``a and not b`` is ``a > b`` and ``a or not b`` is ``a >= b``, in one call."""
_OPERATIONS = {
    "ge": np.greater_equal,
    "gt": np.greater,
    "times": np.multiply,
    "plus": np.add,
    "over": np.divide,
}


class BlockRunner:
    """A circuit prepared for blocks: a list of NumPy calls that read slots and write into a slot.

    A slot is an array as long as a block. It is reused as soon as no later call reads it, so that
    few slots are needed and all stay in the cache.
    """

    def __init__(self, circuit: Circuit, roots: Sequence[int]) -> None:
        """List the calls that evaluate ``roots``, and the slot that each of them writes."""
        self.circuit = circuit
        self.inputs: list[tuple[str, str, int]] = []
        self.calls: list[tuple[Any, int, int, int]] = []
        self.slot_is_float: list[bool] = []
        self.constants: dict[tuple[bool, float], int] = {}
        self.slot_of: dict[int, int] = {}
        self._free_slots: dict[bool, list[int]] = {True: [], False: []}

        order = self._evaluation_order(roots)
        last_reader: dict[int, int] = {}
        for index in order:
            for read in self._reads(index):
                last_reader[read] = index

        for index in order:
            self._add_call(index)
            for read in dict.fromkeys(self._reads(index)):
                if last_reader[read] == index:
                    self._free(read, roots)

        self.roots = {root: self.slot_of[root] for root in roots}

    def _free(self, index: int, roots: Sequence[int]) -> None:
        """Let later calls use the slot of a node that no call reads any more.

        Slots of numbers and of booleans are of different types, and kept apart.
        """
        # Roots are read after the last call, and inputs are all filled before the first one.
        if index in roots or self.circuit.nodes[index].kind in INPUT_KINDS:
            return
        slot = self.slot_of[index]
        self._free_slots[self.slot_is_float[slot]].append(slot)

    def _evaluation_order(self, roots: Sequence[int]) -> list[int]:
        """Each node right before the first one that reads it, so that its value is still cached."""
        done: dict[int, None] = {}

        def visit(index: int) -> None:
            """Add a node after those that it reads."""
            if index not in done:
                for read in self._reads(index):
                    visit(read)
                done[index] = None

        for root in roots:
            visit(root)
        return list(done)

    def _reads(self, index: int) -> list[int]:
        """The nodes that a node reads; a gate reads what is behind a negation.

        So most negations are never computed by themselves.
        """
        node = self.circuit.nodes[index]
        if node.kind not in _GATES:
            return list(node.inputs)
        plain, behind_negation = self._gate_inputs(index)
        return [*plain, *behind_negation]

    def _gate_inputs(self, index: int) -> tuple[list[int], list[int]]:
        """The inputs that a gate reads as they are, and the nodes whose negation it takes.

        At least one is plain.
        """
        nodes = self.circuit.nodes
        plain = []
        negations = []
        for part in nodes[index].inputs:
            if nodes[part].kind == "not":
                negations.append(part)
            else:
                plain.append(part)
        # The first call of a gate needs an operand as it is; the rest may be negated on the way.
        if not plain:
            plain = [negations.pop(0)]
        return plain, [nodes[part].inputs[0] for part in negations]

    def _new_slot(self, *, is_float: bool, fresh: bool) -> int:
        """Return a slot that no later call reads, else a new one; if ``fresh``, a new one.

        ``is_float`` says whether it holds numbers or booleans.
        """
        free = self._free_slots[is_float]
        if free and not fresh:
            return free.pop()
        self.slot_is_float.append(is_float)
        return len(self.slot_is_float) - 1

    def _constant(self, value: float | bool) -> int:
        """The slot of a constant; constants lie at the end of the workspace, counted from there."""
        # The type is part of the key because True equals 1.0 as a key of a dict.
        key = (isinstance(value, bool), value)
        return self.constants.setdefault(key, -1 - len(self.constants))

    def _add_call(self, index: int) -> None:
        """Add the call of a node, and remember the slot that it writes."""
        node = self.circuit.nodes[index]
        is_input = node.kind in INPUT_KINDS
        # All inputs are filled before the first call, so none of them may share a slot.
        out = self._new_slot(is_float=node.kind in NUMBER_KINDS, fresh=is_input)
        self.slot_of[index] = out
        if is_input:
            self.inputs.append((node.kind, node.name, out))
        elif node.kind in _GATES:
            self._add_gate(index, out)
        elif node.kind == "const":
            value = self._constant(bool(node.constant))
            self.calls.append((np.bitwise_and, value, value, out))
        elif node.kind == "not":
            true = self._constant(True)
            self.calls.append((np.bitwise_xor, self.slot_of[node.inputs[0]], true, out))
        else:
            self._add_operation(node, out)

    def _add_operation(self, node: Node, out: int) -> None:
        """Add the call of a comparison or of arithmetic; its second operand may be a constant."""
        first = self.slot_of[node.inputs[0]]
        if len(node.inputs) > 1:
            second = self.slot_of[node.inputs[1]]
        else:
            second = self._constant(node.constant)
        self.calls.append((_OPERATIONS[node.kind], first, second, out))

    def _add_gate(self, index: int, out: int) -> None:
        """Add the calls of a gate: each takes the result so far and one more input."""
        kind = self.circuit.nodes[index].kind
        plain, behind_negation = self._gate_inputs(index)
        so_far = self.slot_of[plain[0]]
        for part in plain[1:]:
            self.calls.append((_GATES[kind], so_far, self.slot_of[part], out))
            so_far = out
        for part in behind_negation:
            self.calls.append((_GATES_NEGATING[kind], so_far, self.slot_of[part], out))
            so_far = out

    def workspace(self, rows: int) -> list[Any]:
        """Allocate an array for each slot, followed by the constants; each thread needs its own."""
        arrays: list[Any] = []
        for is_float in self.slot_is_float:
            if is_float:
                arrays.append(np.empty(rows, np.float64))
            else:
                arrays.append(np.empty(rows, np.bool_))
        for _, value in reversed(self.constants):  # the first constant has the slot -1
            arrays.append(value)
        return arrays

    def run(self, fill_input: FillInput, rows: int, workspace: list[Any]) -> dict[int, Array]:
        """Evaluate the roots over one block of ``rows``, at most as many as the workspace has.

        The arrays that are returned, one for each root, are overwritten by the next block.
        """
        slots = workspace
        if not slots or len(slots[0]) != rows:  # the last block is shorter
            slots = _shortened(workspace, rows)

        for kind, name, slot in self.inputs:
            fill_input(kind, name, slots[slot])
        for call, first, second, out in self.calls:
            call(slots[first], slots[second], slots[out])
        return {root: slots[slot] for root, slot in self.roots.items()}


def _shortened(workspace: Sequence[Any], rows: int) -> list[Any]:
    """The first rows of every slot, without a copy; constants stay as they are."""
    shortened = []
    for slot in workspace:
        if isinstance(slot, np.ndarray):
            shortened.append(slot[:rows])
        else:
            shortened.append(slot)
    return shortened


def write_codes(output: Output, flags: Mapping[int, Array], into: Array) -> None:
    """Write the codes of an output from the flags of its labels.

    The code is -1 where none holds and there is no default.
    """
    if output.otherwise is None:
        into.fill(-1)
    else:
        into.fill(0)

    # At most one label holds in a row, so its code is a sum. For small integers this beats
    # np.select.
    for distance, node in enumerate(output.nodes, 1):
        flag = flags[node].view(np.int8)
        if distance > 1:  # a multiplication by 1 would copy the flags
            flag = flag * np.int8(distance)
        into += flag


def share_blocks(work: Callable[[Iterator[RowRange]], None], rows: int, block: int) -> None:
    """Process all rows in blocks, on every core if there are many rows.

    Each thread calls ``work`` once with an iterator of blocks; the iterators share the blocks, so a
    thread that is done with one takes the next.
    """
    blocks = []
    for start in range(0, rows, block):
        blocks.append((start, min(start + block, rows)))

    # Threads take blocks with pop, which no other thread interrupts and which takes the last.
    blocks.reverse()

    def remaining() -> Iterator[RowRange]:
        """Take blocks until another thread has taken the last one."""
        while True:
            try:
                yield blocks.pop()
            except IndexError:
                return

    # NumPy and the compiled loop release the lock of the interpreter, so threads suffice.
    helpers = 0
    if rows >= THREADS_FROM:
        helpers = _cores() - 1
    started = []
    for _ in range(helpers):
        threads = _helper_threads(os.getpid(), helpers)
        started.append(threads.submit(work, remaining()))

    try:
        work(remaining())
    finally:
        blocks.clear()  # after an error or an interruption the helpers must not go on
        for helper in started:
            helper.result()


def _cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):  # a container may have fewer cores than the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.lru_cache(maxsize=1)
def _helper_threads(process: int, count: int) -> ThreadPoolExecutor:  # noqa: ARG001 - see below
    """Return threads that are kept for later calls.

    New threads may start on the core of the one that made them, and the work is done before they
    move. The process is part of the key because a forked process has no threads of its parent.
    """
    return ThreadPoolExecutor(count)
