"""Answers that were worked out independently, in tokens per second per chip.

They come from a first version of the model that was written apart from this one; each nominal
value must lie within 10 %.
"""

from __future__ import annotations

import pytest
from machines import machine_of, workload_of

from chipdb.workloads.efficiencies import CORNERS, Corner
from chipdb.workloads.layouts import parse_layout
from chipdb.workloads.throughput import throughput

PREFILL = {"H20": (973, 1422, 1635), "H100": (3011, 4609, 6074)}
"""Llama 3.1 70B in FP8 on four chips, prompts of 4,096 tokens."""
H20_OVER_H100 = {1: (1.07, 1.13), 64: (0.73, 0.84), 256: (0.48, 0.58)}
"""The same in decode at a context of 3,000, by batch: the range of paired corners."""
EQUIVALENT_TO_B200 = {
    "GB200": 0.71,
    "MI325X": 1.5,
    "H200": 1.9,
    "H100": 2.4,
    "H800": 2.4,
    "910C": 2.6,
    "H20": 10,
    "A100": 16,
}
"""DeepSeek-V3 in 8 bits, decode under 50 ms at a context of 5,000: how many equal one B200."""


def rates(chip: str, model: str, phase: str, layout: str, **options: object) -> dict[Corner, float]:
    workload = workload_of(model, phase, layout=parse_layout(layout), **options)
    found = throughput(workload, machine_of(chip))
    assert found is not None
    return dict(found.rate)


@pytest.mark.parametrize(("chip", "expected"), PREFILL.items())
def test_prefill_of_70b(chip: str, expected: tuple[int, int, int]) -> None:
    found = rates(chip, "llama3.1-70b", "prefill", "TP4", input=4096)
    for corner, value in zip(CORNERS, expected, strict=True):
        assert found[corner] == pytest.approx(value, rel=0.10)


@pytest.mark.parametrize(("batch", "expected"), H20_OVER_H100.items())
def test_h20_beats_h100_only_at_small_batches(batch: int, expected: tuple[float, float]) -> None:
    options = {"input": 3000, "batch": batch}
    h20 = rates("H20", "llama3.1-70b", "decode", "TP4", **options)
    h100 = rates("H100", "llama3.1-70b", "decode", "TP4", **options)
    ratios = [h20[corner] / h100[corner] for corner in CORNERS]
    assert min(ratios) == pytest.approx(expected[0], rel=0.10)
    assert max(ratios) == pytest.approx(expected[1], rel=0.10)


def test_decode_of_70b() -> None:
    """1,685 tokens a second: the best that remains without any rule, an H100 at batch 256."""
    found = rates("H100", "llama3.1-70b", "decode", "TP4", input=3000, batch=256)
    assert found[Corner.NOMINAL] == pytest.approx(1685, rel=0.10)


@pytest.mark.parametrize(("chip", "expected"), EQUIVALENT_TO_B200.items())
def test_chips_that_equal_one_b200(chip: str, expected: float) -> None:
    workload = workload_of("deepseek-v3", "decode", input=5000, latency=0.05)
    b200 = throughput(workload, machine_of("B200"))
    other = throughput(workload, machine_of(chip))
    assert b200 is not None
    assert other is not None
    assert b200.nominal / other.nominal == pytest.approx(expected, rel=0.10)
