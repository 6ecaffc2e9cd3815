"""Tables that people really have, as ``check`` reads them: never a falsely clear answer.

The inputs are of the kinds that people have.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from auditing import DAY
from running import Ran, run


def checked(text: str, folder: Path, *options: str, name: str = "table.csv") -> Ran:
    """What ``check --format json`` says of a table."""
    (folder / name).write_text(text, encoding="utf-8")
    return run("check", name, "--on", DAY, "--format", "json", *options, folder=folder)


def status_of(entry: dict[str, Any]) -> tuple[str, str | None]:
    """Status and outcome of the classification."""
    found = entry["classification"]
    return found["status"], found["outcome"]


class TestDecimalCommas:
    """A comma that may be a decimal comma is not read, and both readings are named."""

    def test_an_area_that_would_clear(self, tmp_path: Path) -> None:
        """TPP 1,936 over 294.5 mm^2 is 6.57, at least 5.92: 3A090.a; over 294,500 it is clear."""
        text = "name\ttpp\tapplicable_die_area\tdatacenter\nPart A\t1936\t294,500\ttrue\n"
        ran = checked(text, tmp_path, name="table.tsv")
        (row,) = ran.json
        assert (ran.status, row["chip"]) == (3, None)
        assert "294500 or 294.5" in row["error"]

    def test_a_leading_zero_shows_the_mark(self, tmp_path: Path) -> None:
        """0.296 PFLOPS of FP8 is TPP 2,368, and 2.91 over 814 mm^2: outside 3A090."""
        text = (
            "name,throughput.fp8 (PFLOPS),die_area,process_nm,datacenter\n"
            'Part C,"0,296",814,4,true\n'
        )
        ran = checked(text, tmp_path)
        assert ran.json[0]["metrics"]["tpp"]["value"] == 2368.0
        assert status_of(ran.json[0]) == ("not-met", None)

    def test_another_cell_settles_it(self, tmp_path: Path) -> None:
        """0,66, 1,979 and 0,296 PFLOPS of FP8 are TPP 5,280, 15,832 and 2,368."""
        text = (
            "name\tthroughput.fp8 (PFLOPS)\tdie_area\tdatacenter\n"
            "Part A\t0,66\t608,5\ttrue\nPart B\t1,979\t814\ttrue\nPart C\t0,296\t814\ttrue\n"
        )
        ran = checked(text, tmp_path, name="table.tsv")
        assert [entry["metrics"]["tpp"]["value"] for entry in ran.json] == [5280.0, 15832.0, 2368.0]

    def test_a_mapping_states_the_mark(self, tmp_path: Path) -> None:
        (tmp_path / "mapping.yaml").write_text(
            'name: Chip\ndecimal_mark: ","\ncolumns:\n'
            "  - {column: FP8, figure: throughput.fp8, unit: PFLOPS}\n"
        )
        text = "Chip;FP8\nPart A;1,979\nPart B;2.039,5\n"
        ran = checked(text, tmp_path, "--mapping", "mapping.yaml")
        assert [entry["metrics"]["tpp"]["value"] for entry in ran.json] == [15832.0, 16316000.0]

    def test_texts_in_json_have_commas_too(self, tmp_path: Path) -> None:
        rows = [{"name": "Part A", "tpp": "1,936", "datacenter": True}]
        ran = checked(json.dumps(rows), tmp_path, name="table.json")
        (row,) = ran.json
        assert (ran.status, row["chip"]) == (3, None)
        assert "1936 or 1.936" in row["error"]


class TestLowerBounds:
    """Vector throughput alone bounds the TPP from below (docs/data-tools.md)."""

    MAPPING = "name: Chip\ncolumns:\n  - {column: FP32, figure: throughput.fp32, unit: TFLOPS}\n"

    @pytest.mark.parametrize(
        ("name", "fp32"),
        [
            ("NVIDIA A100 SXM4 40GB", "19.5"),
            ("NVIDIA H100 SXM5 80GB", "66.9"),
            ("DGX A100 320GB", "19.5"),
            ("Part X", "30"),
        ],
    )
    def test_a_mapping_without_matrix_formats(self, name: str, fp32: str, tmp_path: Path) -> None:
        """By its FP32 alone an A100 has TPP 624; its tensor cores make 4,992."""
        (tmp_path / "mapping.yaml").write_text(self.MAPPING)
        ran = checked(f"Chip,FP32\n{name},{fp32}\n", tmp_path, "--mapping", "mapping.yaml")
        assert (ran.status, status_of(ran.json[0])[0]) == (3, "undetermined")
        assert any("lower bound" in warning for warning in ran.json[0]["warnings"])

    def test_columns_named_as_chipdb_names_figures(self, tmp_path: Path) -> None:
        text = "name,throughput.fp32 (TFLOPS)\nNVIDIA A100 SXM4 40GB,19.5\n"
        ran = checked(text, tmp_path)
        assert (ran.status, status_of(ran.json[0])[0]) == (3, "undetermined")

    def test_a_bound_that_decides(self, tmp_path: Path) -> None:
        """160 TFLOPS in 32 bits are TPP 5,120: at least 4,800 whatever the matrix engines do."""
        ran = checked("name,throughput.fp32,datacenter\nPart X,160,true\n", tmp_path)
        assert status_of(ran.json[0]) == ("met", "3A090.a")

    def test_a_stated_total_is_no_bound(self, tmp_path: Path) -> None:
        ran = checked("name,throughput.fp32,tpp,datacenter\nPart X,10,1000,true\n", tmp_path)
        assert (ran.status, ran.json[0]["metrics"]["tpp"]["value"]) == (0, 1000.0)

    def test_a_chip_without_matrix_engines_has_no_more(self, tmp_path: Path) -> None:
        """The P100 has no tensor cores: 10.6 TFLOPS of FP32 and 21.2 of FP16 are all it has."""
        text = "name,throughput.fp32,throughput.fp16_vector\nNVIDIA P100 SXM2,10.6,21.2\n"
        ran = checked(text, tmp_path)
        assert ran.json[0]["metrics"]["tpp"]["value"] == pytest.approx(10.6 * 32)


class TestAbsurdFigures:
    """A figure that is absurd for the chip that a row names is left out, with the reason."""

    @pytest.mark.parametrize(
        ("name", "column", "cell", "reason"),
        [
            ("H100", "throughput.fp8", "0", "0 may stand for unknown"),
            ("H100", "throughput.fp8", "1.979", "factor of 1,000"),
            ("A100", "throughput.fp16", "0.312", "factor of 1,000"),
            ("MI300X", "throughput.fp16", "1.307", "factor of 1,000"),
            ("H20", "tpp", "2.368", "factor of 1,000"),
            ("H100 SXM5", "throughput.fp8", "197.9", "has 1,978.9 TOPS"),
            ("910B3", "throughput.fp16", "3", "throughput.fp16"),
        ],
    )
    def test_throughput(
        self, name: str, column: str, cell: str, reason: str, tmp_path: Path
    ) -> None:
        ran = checked(f"name,{column},die_area,process_nm\n{name},{cell},700,7\n", tmp_path)
        assert (ran.status, status_of(ran.json[0])[0]) == (3, "undetermined")
        assert any(reason in warning for warning in ran.json[0]["warnings"])

    @pytest.mark.parametrize(("name", "fp16"), [("A100", "77.97"), ("H100", "133.8")])
    def test_vector_throughput_is_a_bound(self, name: str, fp16: str, tmp_path: Path) -> None:
        """published-errors.csv, hf-a100-h20: 78 TFLOPS is the FP16 outside the tensor cores, and
        would clear an A100 (TPP 1,248, density 1.5).
        """
        text = f"name,throughput.fp16,die_area,process_nm\n{name},{fp16},826,7\n"
        ran = checked(text, tmp_path)
        assert (ran.status, status_of(ran.json[0])[0]) == (3, "undetermined")
        assert any("vector units" in warning for warning in ran.json[0]["warnings"])

    def test_the_area_of_a_die(self, tmp_path: Path) -> None:
        """TPP 2,368 over 8.14 mm^2 would be 3A090.a by its density; over 814,000 it is nothing."""
        for area in ("8.14", "814000"):
            text = f"name,throughput.fp8,die_area,process_nm\nH20,296,{area},4\n"
            ran = checked(text, tmp_path)
            assert status_of(ran.json[0])[0] == "undetermined"

    def test_memory_bandwidth(self, tmp_path: Path) -> None:
        """The letter of 2025-04 and the review of 2026 read the bandwidth; 0 is no bandwidth."""
        ran = checked("name,throughput.fp8,memory.bandwidth\nH20,296,0\n", tmp_path)
        assert ran.json[0]["metrics"]["memory_bandwidth"]["value"] is None

    def test_a_slip_of_a_chip_that_nobody_knows(self, tmp_path: Path) -> None:
        """1.979 TOPS on 814 mm^2 of 4 nm: there is no chip to compare it with, and a note asks."""
        text = "name,throughput.fp8,die_area,process_nm\nPart X,1.979,814,4\nPart Y,1979,814,4\n"
        ran = checked(text, tmp_path)
        asked = ["is its unit right?" in "".join(entry["warnings"]) for entry in ran.json]
        assert asked == [True, False]

    def test_zeros_alone_stand_for_unknown(self, tmp_path: Path) -> None:
        """Also for a chip that nobody knows: a chip that computes nothing is none."""
        text = "name,throughput.fp8,throughput.fp16,die_area,process_nm\nPart X,0,0,814,4\n"
        ran = checked(text, tmp_path)
        assert (ran.status, status_of(ran.json[0])[0]) == (3, "undetermined")

    def test_what_is_left_still_decides(self, tmp_path: Path) -> None:
        """The FP16 of an H100 gives TPP 15,824 whatever a zero under FP8 stands for."""
        ran = checked("name,throughput.fp16,throughput.fp8\nH100,989,0\n", tmp_path)
        assert status_of(ran.json[0]) == ("met", "3A090.a")

    @pytest.mark.parametrize(
        "row",
        ["A100,throughput.fp8,0", "H100,throughput.fp16,400", "DGX B200,throughput.fp16,2250"],
    )
    def test_no_alarm(self, row: str, tmp_path: Path) -> None:
        """A format that the chip lacks, a cut-down part and one chip of a system are no slips."""
        name, column, cell = row.split(",")
        ran = checked(f"name,{column}\n{name},{cell}\n", tmp_path)
        assert not any("was not read" in warning for warning in ran.json[0]["warnings"])


class TestUnreadCells:
    """A cell that no rule reads does not cost its row, and is listed."""

    def test_the_rest_is_read(self, tmp_path: Path) -> None:
        text = (
            "name,throughput.fp16,power.tdp,transistors\n"
            "MI300X,1307.4,750,153 x 10^9\nMI300X,1307.4,15/8,\n"
        )
        ran = checked(text, tmp_path)
        assert [entry["metrics"]["tpp"]["value"] for entry in ran.json] == [20918.4, 20918.4]
        assert "153 x 10^9" in "".join(ran.json[0]["warnings"])
        assert "15/8" in "".join(ran.json[1]["warnings"])

    @pytest.mark.parametrize("cell", ["1.5e10", "15 x 10^9"])
    def test_a_role(self, tmp_path: Path, cell: str) -> None:
        """Note 1 to 3A090.a (90 FR 5298): a published count, read or not, overcomes nothing; only
        an attested count does.
        """
        text = f"name,tpp,die_area,process_nm,transistors\nPart X,100,400,7,{cell}\n"
        ran = checked(text, tmp_path, "--role", "foundry")
        answers = {entry["question"]: entry["status"] for entry in ran.json[0]["answers"]}
        assert answers["presumption"] == "met"


class TestTablesWithoutNames:
    """Rows of figures are answered without names where a file takes the answers."""

    TEXT = "tpp,applicable_die_area,datacenter\n4800,3000,true\n"

    def test_the_refusal_names_the_way(self, tmp_path: Path) -> None:
        ran = checked(self.TEXT, tmp_path)
        assert ran.status == 2
        assert "-o FILE.parquet" in ran.err
        assert "--mapping" in ran.err
        assert (
            run("check", "table.csv", "--on", DAY, "-o", "x.parquet", folder=tmp_path).status == 1
        )

    def test_a_table_that_has_no_figures_has_no_such_way(self, tmp_path: Path) -> None:
        assert "-o FILE.parquet" not in checked("place,owner\nHQ,EMEA\n", tmp_path).err
