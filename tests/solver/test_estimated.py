"""Half of a rate with sparsity is arithmetic on a stated figure, and no guess."""

from __future__ import annotations

import pytest
from small_law import made_chip

from chipdb.solver.estimated import is_half_of_sparse
from chipdb.solver.item import Item

STATED = "basis: official, source: hothardware-t4-2018"


@pytest.mark.parametrize(
    ("dense", "sparse", "basis", "is_half"),
    [
        ("500", "1000", STATED, True),
        # both rounded, so that they differ by up to 1 %
        ("500", "1001", STATED, True),
        ("500", "990", STATED, True),
        ("500", "1010", STATED, True),
        ("500", "1011", STATED, False),
        ("500", "989", STATED, False),
        # half of an estimate is an estimate, and so is half of what nobody states
        ("500", "1000", "basis: estimated, source: hothardware-t4-2018", False),
        ("500", "1000", "basis: official", False),
    ],
)
def test_of_a_stated_rate(dense: str, sparse: str, basis: str, is_half: bool) -> None:
    rates = (
        f"fp16: {{value: {dense} TFLOPS, basis: estimated}},"
        f" fp16_sparse: {{value: {sparse} TFLOPS, {basis}}}"
    )
    item = Item(made_chip("", f"throughput: {{{rates}}}"))
    assert is_half_of_sparse(item, "tpp") is is_half
    assert not is_half_of_sparse(item, "memory_bandwidth")


def test_without_a_rate_with_sparsity() -> None:
    rates = "throughput: {fp16: {value: 500 TFLOPS, basis: estimated}}"
    assert not is_half_of_sparse(Item(made_chip("", rates)), "tpp")
    assert not is_half_of_sparse(Item(made_chip()), "tpp")
