"""Columns named in words: read where the words have one meaning, and the user is told how."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from auditing import DAY
from running import only, refused, run

from chipdb.catalog.column_names import UnclearColumn, described, named_after_figure
from chipdb.catalog.table_schema import MappedColumn


class TestNames:
    """Files that people have: names in any case, and known spellings."""

    @pytest.mark.parametrize(
        ("column", "figure", "unit"),
        [
            ("FP16 TFLOPS", "throughput.fp16", "TFLOPS"),
            ("FP16 (TFLOPS)", "throughput.fp16", "TFLOPS"),
            ("fp16_tflops", "throughput.fp16", "TFLOPS"),
            ("FP16 Tensor Core, dense (TFLOPS)", "throughput.fp16", "TFLOPS"),
            ("BFLOAT16 TFLOP/s", "throughput.bf16", "TFLOPS"),
            ("FP8 sparse (PFLOPS)", "throughput.fp8_sparse", "PFLOPS"),
            ("FP8 TFLOPS with sparsity", "throughput.fp8_sparse", "TFLOPS"),
            ("FP8 TFLOPS without sparsity", "throughput.fp8", "TFLOPS"),
            ("FP8 TFLOPS w/ sparsity", "throughput.fp8_sparse", "TFLOPS"),
            ("TFLOPS (FP16)", "throughput.fp16", "TFLOPS"),
            ("FP32 CUDA TFLOPS", "throughput.fp32_vector", "TFLOPS"),
            ("INT8 TOPS", "throughput.int8", "TOPS"),
            ("NVFP4 (PFLOPS)", "throughput.fp4", "PFLOPS"),
            ("FP16", "throughput.fp16", "cell"),
            ("Memory (GB)", "memory.capacity", "GB"),
            ("memory_gb", "memory.capacity", "GB"),
            ("VRAM (MiB)", "memory.capacity", "MiB"),
            ("Memory Bandwidth (TB/s)", "memory.bandwidth", "TB/s"),
            ("memory_bandwidth_gb_s", "memory.bandwidth", "GB/s"),
            ("Memory bandwidth (Gb/s)", "memory.bandwidth", "Gb/s"),
            ("Memory bandwidth", "memory.bandwidth", "cell"),
            ("TDP (W)", "power.tdp", "W"),
            ("TDP", "power.tdp", None),
            ("Die Size (mm²)", "die_area", "mm^2"),
            ("Process (nm)", "process_nm", None),
            ("Transistors (billion)", "transistors", "billion"),
            ("Total processing performance", "tpp", None),
            ("PD", "performance_density", None),
            ("Performance density (TPP/mm²)", "performance_density", None),
            ("Data center", "datacenter", None),
        ],
    )
    def test_words(self, column: str, figure: str, unit: str | None) -> None:
        meant = described(column)
        assert isinstance(meant, MappedColumn)
        assert (meant.figure, meant.unit) == ([figure], unit)

    @pytest.mark.parametrize(
        ("column", "figure", "unit"),
        [
            ("TPP", "tpp", None),
            ("Throughput.FP16", "throughput.fp16", None),
            ("Memory.Bandwidth [TB/s]", "memory.bandwidth", "TB/s"),
            ("Applicable_Die_Area", "applicable_die_area", None),
            ("TPP (TOPS x bits)", "tpp", None),
            ("Transistors (billions)", "transistors", "billion"),
            ("Transistors (B)", "transistors", "billion"),
            ("Applicable_Die_Area (mm²)", "applicable_die_area", "mm^2"),
            ("memory.bandwidth (Gb/s)", "memory.bandwidth", "Gb/s"),
        ],
    )
    def test_figures_in_any_case(self, column: str, figure: str, unit: str | None) -> None:
        named = named_after_figure(column)
        assert named is not None
        assert (named.figure, named.unit) == ([figure], unit)

    @pytest.mark.parametrize(
        "column",
        [
            "Bandwidth (GB/s)",
            "Memory (GB/s)",
            "Memory bandwidth (gbps)",
            "Process",
            "Transistor count",
            "Price (USD)",
            "TFLOPS per W",
            "FP16 TFLOPS/W",
            "FP16 TFLOPS/$",
            "FP8 support",
            "Notes",
        ],
    )
    def test_what_has_several_meanings_is_not_read(self, column: str) -> None:
        assert described(column) is None

    @pytest.mark.parametrize(
        "column",
        ["TOPS", "TFLOPS", "FP16/INT8 TOPS", "FP8 marketing TFLOPS", "FP12 TFLOPS", "FP8 TFLOPS*"],
    )
    def test_throughput_of_no_clear_format(self, column: str) -> None:
        assert isinstance(described(column), UnclearColumn)


class TestTables:
    """A table whose columns are named in words."""

    TEXT = (
        "GPU,Maker,FP16 TFLOPS,INT8 TOPS,Memory (GB),TDP (W)\nH20,NVIDIA,148,296,96,400\n"
        "A100 80GB,NVIDIA,312,624,80,400\n"
    )

    def test_it_is_read_and_said(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(self.TEXT)
        for command in ("audit", "check"):
            ran = run(command, "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
            (line,) = [line for line in ran.lines if "columns read as" in line]
            for words in (
                "'GPU' is the name",
                "'Maker' the vendor",
                "'FP16 TFLOPS' is throughput.fp16 in TFLOPS",
                "'Memory (GB)' is memory.capacity in GB",
                "--mapping",
            ):
                assert words in line

    def test_the_answers(self, tmp_path: Path) -> None:
        """148 x 16 and 296 x 8 are 2,368; 312 x 16 and 624 x 8 are 4,992."""
        (tmp_path / "table.csv").write_text(self.TEXT)
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        assert [entry["metrics"]["tpp"]["value"] for entry in ran.json] == [2368.0, 4992.0]

    def test_the_mapping_can_be_edited(self, tmp_path: Path) -> None:
        """What the audit prints is a mapping file: with it the table reads the same."""
        (tmp_path / "table.csv").write_text(self.TEXT)
        call = ("audit", "table.csv", "--on", DAY, "--format", "json")
        guessed = run(*call, folder=tmp_path).json
        (tmp_path / "mapping.json").write_text(json.dumps(guessed["mapping"]))
        stated = run(*call, "--mapping", "mapping.json", folder=tmp_path)
        assert stated.json["results"] == guessed["results"]
        assert not any("columns read as" in line for line in stated.lines)

    def test_a_throughput_that_is_not_understood_leaves_a_bound(self, tmp_path: Path) -> None:
        """The second column may be the faster one, so TPP 1,600 is a lower bound."""
        text = "Chip,FP16 TFLOPS,FP8 marketing TFLOPS,datacenter\nPart X,100,2000,true\n"
        (tmp_path / "table.csv").write_text(text)
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        assert ran.json[0]["classification"]["status"] == "undetermined"
        assert any("FP8 marketing TFLOPS" in line for line in ran.lines)

    def test_a_cell_needs_the_unit_that_its_column_lacks(self, tmp_path: Path) -> None:
        text = "Chip,FP16,datacenter\nPart X,100 TFLOPS,true\nPart Y,100,true\n"
        (tmp_path / "table.csv").write_text(text)
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        read, unread = ran.json
        assert (read["metrics"]["tpp"]["value"], unread["chip"]) == (1600.0, None)
        assert any("line 3" in line and "has no unit" in line for line in ran.lines)

    def test_two_columns_of_one_figure(self, tmp_path: Path) -> None:
        text = "Chip,FP16 TFLOPS,FP16 Tensor TFLOPS\nPart X,100,800\n"
        (tmp_path / "table.csv").write_text(text)
        line = only(refused(tmp_path, "check", "table.csv", "--on", DAY))
        assert "throughput.fp16" in line
