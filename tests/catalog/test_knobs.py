"""Knobs scale all figures that a designer would turn together: specification, "Changes"."""

from __future__ import annotations

import chipdb


def test_rates_with_sparsity_are_scaled_too() -> None:
    """``compute`` scales every throughput: of 780 TFLOPS with sparsity 10 % less are 702."""
    chip = chipdb.load()["RTX 4080"].derate(compute="10%")
    assert chip.sparse["fp8_sparse"].value == 702
