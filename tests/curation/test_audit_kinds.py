"""The kinds of findings: what a wrong figure really is, and which findings matter.

What is right comes from the data sheets that the catalog cites.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from auditing import audited
from running import run

from chipdb.vocabulary import FindingKind


def found(text: str, folder: Path, *options: str) -> list[dict[str, Any]]:
    """The findings in a table."""
    return list(audited(text, folder, *options).json["findings"])


def only_finding(name: str, column: str, cell: str, folder: Path) -> dict[str, Any]:
    """The one finding about a figure, without that about the status."""
    table = f'name,{column}\n{name},"{cell}"\n'
    (finding,) = [entry for entry in found(table, folder) if entry["kind"] != "status"]
    return finding


class TestWhatItIs:
    """Each slip is named, and not only its size."""

    @pytest.mark.parametrize(
        ("name", "column", "cell", "kind", "words"),
        [
            # The L40S data sheet: TF32 183 dense and 366 with sparsity, FP32 91.6.
            ("L40S", "throughput.fp32", "183", "other-format", "TF32"),
            # H100: TF32 494.7 dense and 989.4 with sparsity; the NVL part has 835 with sparsity.
            ("H100 SXM5", "throughput.fp32", "989", "other-format", "TF32 with sparsity"),
            ("H100 NVL", "throughput.fp32", "835", "other-format", "TF32 with sparsity"),
            ("H100 PCIe", "throughput.fp32", "756", "other-format", "TF32 with sparsity"),
            ("A100", "throughput.fp32", "156", "other-format", "TF32"),
            ("H100 SXM5", "throughput.tf32", "989", "sparse", "sparsity"),
            ("A100", "throughput.int8", "312", "other-format", "FP16 BF16"),
            # Hopper has no INT4 rate; 3,958 is that of INT8 and FP8 with sparsity.
            ("H100 SXM5", "throughput.int4", "3958", "no-such-format", "INT4 INT8 with sparsity"),
            ("H100 SXM5", "throughput.fp4", "1234", "no-such-format", "FP4 Hopper"),
            ("A100", "throughput.fp8", "624", "other-format", "INT8 no FP8"),
            # nvidia-smi counts MiB; boards of 80 GB report 81,559 or 81,920 of them.
            ("A100 80GB", "memory.capacity", "81920 MiB", "binary-unit", "GiB"),
            ("H100 SXM5", "memory.capacity", "81559 MiB", "binary-unit", "GiB"),
            ("A100 40GB", "memory.capacity (MiB)", "40960", "binary-unit", "GiB"),
            ("Titan RTX", "memory.capacity", "24219MiB", "binary-unit", "GiB"),
            # NVLink: 900 GB/s in both directions, 450 in one.
            ("H100 SXM5", "interconnect_bandwidth", "450", "one-direction", "both"),
            ("A100", "interconnect_bandwidth", "300", "one-direction", "both"),
            ("DGX B200", "throughput.fp16", "2250", "per-chip", "one of 8 system"),
            ("DGX A100 320GB", "memory.capacity", "40", "per-chip", "one of 8 system"),
            ("GB200 NVL72", "memory.bandwidth", "8000", "per-chip", "one of 72 system"),
            ("H100 SXM5", "memory.bandwidth", "2500", "differs", "25.4 %"),
            ("H100 SXM5", "memory.bandwidth", "3.35", "differs", "99.9 % factor of 1,000"),
            ("H100 SXM5", "throughput.fp8", "0", "differs", "100 % unknown"),
        ],
    )
    def test_kind(
        self, name: str, column: str, cell: str, kind: str, words: str, tmp_path: Path
    ) -> None:
        finding = only_finding(name, column, cell, tmp_path)
        assert (finding["kind"], [word for word in words.split() if word in finding["why"]]) == (
            kind,
            words.split(),
        )

    @pytest.mark.parametrize(
        ("name", "column", "cell"),
        [
            # tensor cores of Ada run BF16 as fast as FP16, and INT8 as fast as FP8
            ("RTX 5000 Ada", "throughput.bf16", "261"),
            ("L40S", "throughput.int8_sparse", "1466"),
            # the white paper of the RTX 5090 has 838 TOPS of INT8 and 104.8 TFLOPS of TF32
            ("RTX 5090", "throughput.int8", "838"),
            ("RTX 5090", "throughput.tf32", "104.8"),
        ],
    )
    def test_the_rate_of_a_like_format_that_the_hardware_has(
        self, name: str, column: str, cell: str, tmp_path: Path
    ) -> None:
        """A rate that the catalog lacks is no mix-up if chips of the architecture have both."""
        table = f"name,{column}\n{name},{cell}\n"
        assert {entry["kind"] for entry in found(table, tmp_path)} <= {"status"}

    def test_a_dense_throughput_above_the_sparse_one(self, tmp_path: Path) -> None:
        text = "name,throughput.fp16,throughput.fp16_sparse\nPart X,2000,1000\n"
        (finding,) = found(text, tmp_path)
        assert (finding["figure"], finding["kind"]) == ("throughput.fp16", "sparse")

    @pytest.mark.parametrize(
        ("name", "column", "cell"),
        [
            ("A100", "throughput.fp8", "0"),
            ("Ascend 910B1", "throughput.int8", "700"),
            ("H20", "throughput.fp16_vector", "40"),
            ("MI300X", "throughput.fp32", "163.4"),
        ],
    )
    def test_what_is_unknown_contradicts_nothing(
        self, name: str, column: str, cell: str, tmp_path: Path
    ) -> None:
        assert found(f"name,{column}\n{name},{cell}\n", tmp_path) == []

    def test_the_list_is_closed_and_printed(self, tmp_path: Path) -> None:
        """docs/specification.md: the kinds, and the table prints them."""
        assert {str(kind) for kind in FindingKind} == {
            "differs",
            "known-error",
            "sparse",
            "one-die",
            "per-chip",
            "binary-unit",
            "one-direction",
            "other-format",
            "no-such-format",
            "total",
            "status",
            "not-read",
        }
        (tmp_path / "table.csv").write_text("name,throughput.fp32\nL40S,183\n")
        ran = run("audit", "table.csv", "--on", "2026-06-01", folder=tmp_path)
        assert "other-format" in ran.out
        assert "TF32" in ran.out


class TestConsequence:
    """A difference that changes an answer is reported however small."""

    def test_a_rate_across_a_threshold(self, tmp_path: Path) -> None:
        """1,336 TFLOPS are TPP 21,376, 2.2 % above the 20,918 of an MI300X: not below 21,000,
        which 742.6(b)(10) asks of a case-by-case review. 302 TOPS are 2,416, at least 2,400.
        """
        text = "name,throughput.fp16,throughput.fp8\nMI300X,1336,\nH20,,302\n"
        for options in ((), ("--to", "CN")):
            record = audited(text, tmp_path, *options).json
            matters = {entry["name"]: entry["matters_for"] for entry in record["findings"]}
            assert "us-review-2026" in matters["MI300X"]
            assert "us-3a090-2023" in matters["H20"]

    def test_a_total_across_a_threshold(self, tmp_path: Path) -> None:
        """The H20 has TPP 2,368; 2,401 is 1.4 % more, and at least 2,400."""
        (finding, *_) = found("name,tpp\nH20,2401\n", tmp_path)
        assert (finding["figure"], finding["kind"]) == ("tpp", "differs")
        assert "us-3a090-2023" in finding["matters_for"]

    def test_memory_bandwidth_across_a_threshold(self, tmp_path: Path) -> None:
        """The H20 of 4.0 TB/s: 4,100 is 2.5 % more and changes nothing below 6,500."""
        assert found("name,memory.bandwidth\nH20,4100\n", tmp_path) == []

    def test_rounding_is_no_finding(self, tmp_path: Path) -> None:
        """The data sheet of the H100 rounds 1,978.9 to 1,979 and 989.4 to 989."""
        text = "name,throughput.fp16,throughput.fp8,die_area\nH100 SXM5,989,1979,814\n"
        assert found(text, tmp_path) == []


class TestNothingMatched:
    """An audit that compared nothing is not clean."""

    def test_status_and_words(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text("name,throughput.fp16\nPart X,100\nPart Y,200\n")
        ran = run("audit", "table.csv", "--on", "2026-06-01", folder=tmp_path)
        assert (ran.status, "nothing was compared" in ran.out) == (1, True)
        assert "0 matched" in ran.out
