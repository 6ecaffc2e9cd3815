"""Mistakes of other programs that were reported in public; chipdb makes none of them.

The right figures are those that the report or its answer gives from the vendor's documents. For
mistakes of articles and published tables see test_published_errors.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import chipdb
from chipdb.metrics import measure


@dataclass(frozen=True)
class Report:
    """A public report: the figure that a program had, and the right one, in TFLOPS or GB/s."""

    source: str
    chip: str
    figure: str
    right: float
    wrong: float


REPORTS = [
    # the data sheet prints 1,513 with sparsity first
    Report("https://github.com/qoofyk/LLM_Sizing_Guide/issues/3", "H100 PCIe", "fp16", 756, 1513),
    Report("https://github.com/deepseek-ai/FlashMLA/issues/75", "H800 SXM", "fp16", 989.5, 1979),
    Report("https://github.com/meta-pytorch/tritonbench/issues/78", "H100 SXM", "bf16", 989.5, 756),
    Report("https://github.com/stas00/ml-engineering/issues/100", "H100 SXM", "fp16", 989.5, 1979),
    Report(
        "https://github.com/rasbt/LLMs-from-scratch/issues/482", "H100 PCIe", "fp16", 756, 989.5
    ),
    # about 4 petaFLOPS are those of FP8 with sparsity
    Report("https://github.com/modal-labs/modal-examples/pull/992", "H100 SXM", "fp8", 1979, 3958),
    Report("https://github.com/pytorch/torchtitan/pull/1203", "H100 NVL", "fp16", 835.5, 1671),
    # 191.5 are those of one of its two dies
    Report("https://github.com/pytorch/torchtitan/pull/1203", "MI250X", "fp16", 383, 191.5),
    Report("https://github.com/meta-pytorch/tritonbench/issues/78", "H200", "memory", 4800, 3350),
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: f"{report.chip}-{report.figure}")
def test_figures(report: Report) -> None:
    chip = chipdb.load()[report.chip]
    if report.figure == "memory":
        stated = measure(chip, "memory_bandwidth").value
    else:
        stated = chip.throughput[report.figure].value
    assert stated is not None
    assert float(stated) == pytest.approx(report.right, rel=2e-3)
    assert float(stated) != pytest.approx(report.wrong, rel=0.1)


def test_an_h200_is_found_by_the_name_of_the_board_not_of_the_circuit() -> None:
    """https://github.com/GindaChen/nsys-ai/issues/577: it got the 3,350 GB/s of the H100."""
    found = chipdb.identify("NVIDIA H200")
    assert found.chip is not None
    assert "h200" in found.chip
    assert measure(chipdb.load()[found.chip], "memory_bandwidth").value == 4800


def test_a_null_of_a_dictionary_is_no_value_of_another_row() -> None:
    """https://github.com/apache/arrow/pull/10101: to_numpy gave a null the last value."""
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table(
        {
            "tpp": pyarrow.array([100.0, None]).dictionary_encode(),
            "performance_density": [1.0, 1.0],
            "datacenter": [True, True],
        }
    )
    checked = chipdb.check_frame(table, on="2026-06-01")
    assert checked["status"].to_pylist() == ["not-met", "undetermined"]
