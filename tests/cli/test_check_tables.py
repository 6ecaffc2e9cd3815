"""Tables in ``check``: every row classified by its own figures."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from auditing import A100, DAY, EPOCH, epoch
from running import only, refused, run

import chipdb
from chipdb.catalog.table_mapping import known_mappings


class TestCheck:
    """``check`` classifies a whole foreign table; figures are the table's alone, market facts of
    known chips the catalog's.
    """

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
        assert any("line 3" in line and "many" in line for line in ran.out.splitlines())

    def test_an_unread_row_has_an_answer_of_its_own(self, tmp_path: Path) -> None:
        """Whoever reads each object, or one stream, must not take a part of a table for all."""
        (tmp_path / "table.csv").write_text("name,tpp,datacenter\nA,100,true\n,4800,true\n")
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        assert ran.status == 3
        assert [(each["chip"], each["exit_status"]) for each in ran.json] == [("a", 0), (None, 3)]
        assert "a row needs a name" in ran.json[1]["error"]
        assert "a row needs a name" in ran.err
        listed = chipdb.check(tmp_path / "table.csv", on=DAY)
        assert [each.to_dict() for each in listed] == ran.json
        ran = run("check", "table.csv", "--on", DAY, folder=tmp_path)
        assert "not read" in ran.out
        assert "a row needs a name" in ran.out

    def test_own_columns(self, tmp_path: Path) -> None:
        """TPP 4,799 in a datacenter chip of 810 mm^2 has density 5.925 and is .a; of 3,000 mm^2
        1.5997 and is outside.
        """
        (tmp_path / "table.csv").write_text(
            "name,tpp,applicable_die_area,datacenter\nA,4799,810,true\nB,4799,3000,true\n"
        )
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        assert [entry["classification"]["outcome"] for entry in ran.json] == ["3A090.a", None]

    def test_json_of_chips_is_still_chips(self, tmp_path: Path) -> None:
        (tmp_path / "mine.json").write_text('[{"name": "Mine", "metrics": {"tpp": 100}}]')
        assert run("check", "mine.json", "--on", DAY, folder=tmp_path).status == 0

    def test_vector_rates_alone_clear_nothing(self, tmp_path: Path) -> None:
        """An A100 by its 77.97 TFLOPS outside the tensor cores would be outside 3A090; the blank
        tensor column is not zero.
        """
        names = [
            EPOCH["name"],
            EPOCH["maker"],
            *(column.column for column in known_mappings()["epoch"].columns),
        ]
        values = {EPOCH["name"]: "NVIDIA A100 SXM4 80 GB", EPOCH["maker"]: "NVIDIA"}
        values |= {
            "FP16 (half precision) performance (FLOP/s)": "77.97e12",
            EPOCH["die"]: "826",
            EPOCH["node"]: "7",
        }
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
        lent = [
            any("nvidia-h100-sxm5-80gb" in warning for warning in entry["warnings"])
            for entry in ran.json
        ]
        assert lent == [True, False]

    def test_rows_are_told_apart(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text("name,tpp\n昇腾X,1\n昇腾X,2\n寒武纪,3\n")
        ran = run("check", "table.csv", "--on", DAY, "--format", "json", folder=tmp_path)
        assert [(entry["row"], entry["chip"]) for entry in ran.json] == [
            (1, "昇腾x"),
            (2, "昇腾x-2"),
            (3, "寒武纪"),
        ]

    def test_a_row_that_cannot_be_derated(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100, {"name": "X1", "tdp": "300"}))
        ran = run(
            "check",
            "table.csv",
            "--on",
            DAY,
            "--derate",
            "compute=30%",
            "--format",
            "json",
            folder=tmp_path,
        )
        read, unread = ran.json
        assert read["name"] == "NVIDIA A100 SXM4 80 GB"
        assert (unread["chip"], unread["given"]) == (None, "row 2")
        # a note of the first row goes over two lines
        assert any("line 4" in line for line in ran.lines)

    def test_a_wrong_knob_is_refused_once(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100, A100 | {"name": "X1"}))
        assert "kompute" in only(
            refused(tmp_path, "check", "table.csv", "--on", DAY, "--derate", "kompute=30%")
        )

    def test_the_json_that_audit_takes(self, tmp_path: Path) -> None:
        (tmp_path / "table.json").write_text(
            '[{"name": "H100", "throughput.fp16": 989.4, "datacenter": true}]'
        )
        assert run("check", "table.json", "--on", DAY, folder=tmp_path).status == 1

    def test_a_mapping_without_a_table(self, tmp_path: Path) -> None:
        assert "--mapping" in only(
            refused(tmp_path, "check", "a100", "--mapping", "none.yaml", "--on", DAY)
        )

    def test_a_derated_table(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text(epoch(A100))
        ran = run(
            "check",
            "table.csv",
            "--on",
            DAY,
            "--derate",
            "compute=30%",
            "--format",
            "json",
            folder=tmp_path,
        )
        assert ran.json[0]["metrics"]["tpp"]["value"] == pytest.approx(4992 * 0.7)
