"""A circuit simplifies as it is made; what it says stays what its gates say, read one by one."""

from __future__ import annotations

import itertools
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chipdb.bulk.blocks import BlockRunner
from chipdb.bulk.circuit import FALSE, TRUE, Circuit

LIMITS = (1.0, 2.0, 3.0)
VALUES = (0.0, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0)
ROWS = [
    dict(zip("abf", row, strict=True)) for row in itertools.product(VALUES, VALUES, (False, True))
]
LEAVES = st.one_of(
    st.tuples(st.just("f")),
    st.tuples(st.sampled_from(["ge", "gt"]), st.sampled_from("ab"), st.sampled_from(LIMITS)),
    st.tuples(st.sampled_from(["ge", "gt"]), st.just("a+b"), st.sampled_from(LIMITS)),
    st.tuples(st.sampled_from(["ge", "gt"]), st.just("a/b"), st.sampled_from(LIMITS)),
    st.tuples(st.sampled_from(["ge", "gt"]), st.just("a:b"), st.just(0.0)),
)
TREES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=4)),
    ),
    max_leaves=12,
)


def said(tree: Any, row: dict[str, Any]) -> bool:
    """A tree read as it is written."""
    match tree:
        case ("f",):
            return bool(row["f"])
        case ("not", part):
            return not said(part, row)
        case ("and", parts):
            return all(said(part, row) for part in parts)
        case ("or", parts):
            return any(said(part, row) for part in parts)
        case (op, of, limit):
            return reached(op, of, limit, row)
    raise AssertionError(tree)


def reached(op: str, of: str, limit: float, row: dict[str, Any]) -> bool:
    """A comparison in whole numbers, which no rounding touches."""
    a, b = (int(row[name] * 2) for name in "ab")
    left, right = {
        "a": (a, limit * 2),
        "b": (b, limit * 2),
        "a+b": (a + b, limit * 2),
        "a/b": (a, limit * b) if b else (a > 0, 0),
        "a:b": (a, b),
    }[of]
    return left >= right if op == "ge" and (of != "a/b" or a or b) else left > right


def made(circuit: Circuit, tree: Any) -> int:
    """The node of a tree."""
    match tree:
        case ("f",):
            return circuit.flag("f")
        case ("not", part):
            return circuit.negated(made(circuit, part))
        case ("and", parts):
            return circuit.all_of([made(circuit, part) for part in parts])
        case ("or", parts):
            return circuit.any_of([made(circuit, part) for part in parts])
        case (op, of, limit):
            return compared(circuit, op, of, limit)
    raise AssertionError(tree)


def compared(circuit: Circuit, op: Literal["ge", "gt"], of: str, limit: float) -> int:
    a, b = circuit.column("a"), circuit.column("b")
    if of == "a:b":
        return circuit.compare(a, op, b)
    if of == "a/b":
        return circuit.reaches(circuit.over(a, b), op, limit, (int(limit), 1))
    return circuit.reaches({"a": a, "b": b, "a+b": circuit.plus(a, b)}[of], op, limit)


def run(circuit: Circuit, roots: tuple[int, ...]) -> dict[int, list[bool]]:
    """The roots over all rows, in numpy."""
    columns = {name: np.array([row[name] for row in ROWS]) for name in "abf"}
    runner = BlockRunner(circuit, roots)

    def leaf(_: str, name: str, out: np.ndarray[Any, Any]) -> None:
        out[...] = columns[name]

    with np.errstate(all="ignore"):
        found = runner.run(leaf, len(ROWS), runner.workspace(len(ROWS)))
    return {root: array.tolist() for root, array in found.items()}


@given(st.lists(TREES, min_size=1, max_size=3))
def test_a_simplified_circuit_says_what_its_trees_say(trees: list[Any]) -> None:
    circuit = Circuit()
    roots = [made(circuit, tree) for tree in trees]
    found = run(circuit, tuple(roots))
    for tree, root in zip(trees, roots, strict=True):
        assert found[root] == [said(tree, row) for row in ROWS]


@pytest.mark.parametrize(
    ("tree", "plain"),
    [
        (("and", [("ge", "a", 2.0), ("ge", "a", 1.0)]), ("ge", "a", 2.0)),
        (("or", [("ge", "a", 2.0), ("ge", "a", 1.0)]), ("ge", "a", 1.0)),
        (("and", [("ge", "a", 1.0), ("gt", "a", 1.0)]), ("gt", "a", 1.0)),
        (("or", [("ge", "a", 1.0), ("gt", "a", 1.0)]), ("ge", "a", 1.0)),
    ],
)
def test_what_another_comparison_makes_idle_is_left_out(tree: Any, plain: Any) -> None:
    circuit = Circuit()
    assert made(circuit, tree) == made(circuit, plain)


def test_a_contradiction_is_false_and_its_opposite_true() -> None:
    circuit = Circuit()
    assert made(circuit, ("and", [("f",), ("not", ("f",))])) == FALSE
    assert made(circuit, ("or", [("f",), ("not", ("f",))])) == TRUE
