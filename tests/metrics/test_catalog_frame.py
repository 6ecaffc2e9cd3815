"""The frame of a catalog: one row for each chip, in plain floats; and declarations far from what is
computed.
"""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

import chipdb
from chipdb.metrics import declared_apart
from chipdb.metrics.catalog_frame import BACKENDS, catalog_frame


@pytest.fixture(scope="module")
def frame():
    chips = chipdb.load()
    return chips.frame()


def test_a_row_for_each_chip(frame):
    assert list(frame.index) == list(chipdb.load().ids)


def test_h20(frame):
    """296 TFLOPS in 8 bits: a TPP of 2,368; 4 TB/s of memory."""
    row = frame.loc["nvidia-h20-96gb"]
    assert row["tpp"] == 296 * 8
    assert row["memory_bandwidth"] == 4000
    assert frame.attrs["units"]["memory_bandwidth"] == "GB/s"


def test_what_is_not_known_is_nan(frame):
    """Nobody has published a figure of which the metric is made."""
    unknown = [
        chip.id for chip in chipdb.load() if chip.kind == "processor" and not chip.throughput
    ]
    assert unknown
    assert all(math.isnan(frame.loc[key, "tpp"]) for key in unknown[:5])


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_as_many_rows_as_chips(backend, count):
    made = catalog_frame(list(chipdb.load())[:count], {}, backend=backend)
    assert len(made) == count


def test_units_of_arrow_are_metadata():
    """A text has no unit; the TPP is a bare number."""
    table = catalog_frame([chipdb.load()["H20"]], {}, backend="pyarrow")
    assert table.schema.field("memory_bandwidth").metadata == {b"unit": b"GB/s"}
    assert table.schema.field("name").metadata is None
    assert table.column("memory_bandwidth").to_pylist() == [4000]


class TestDeclaredApart:
    """A vendor's declared TPP that is more than 1 % from the computed one."""

    def test_a_declaration_that_agrees(self):
        """NVIDIA's table: 15,824 for the H100 SXM5, which is 1,979 TFLOPS of 8 bits, 15,832."""
        assert not declared_apart(chipdb.load()["nvidia-h100-sxm5-80gb"])

    def test_a_declaration_of_something_else(self):
        apart = [chip for chip in chipdb.load() if declared_apart(chip)]
        assert apart
        for chip in apart:
            computed = chipdb.check(chip, on="2026-06-01").metrics["tpp"].value
            assert abs(chip.declared.tpp / computed - 1) > Fraction(1, 100)

    def test_a_changed_chip_declares_nothing(self):
        assert not declared_apart(chipdb.load()["H100"].derate(compute="30%"))
