"""``export``: the data set in each format, complete and readable by other tools."""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from openpyxl import load_workbook
from running import only, refused, run

import chipdb
from chipdb import data_files

TABLES = {"chips", "claims", "dies", "links", "members", "sources"}
IDS = set(chipdb.load().ids)


def exported(folder: Path, *arguments: str) -> None:
    """Run ``export`` in a folder."""
    ran = run("export", *arguments, folder=folder)
    assert (ran.status, ran.out) == (0, ""), ran.err
    assert "CC BY 4.0" in only(ran.lines)


def csv_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestForms:
    """CSV, JSON, Parquet, SQLite and a package hold the same rows."""

    def test_csv(self, tmp_path: Path) -> None:
        exported(tmp_path, "-o", "chips.csv")
        rows = {row["id"]: row for row in csv_rows(tmp_path / "chips.csv")}
        assert set(rows) == IDS
        a100 = rows["nvidia-a100-sxm4-80gb"]
        assert (a100["tpp"], a100["applicable_die_area"], a100["throughput.fp16"]) == (
            "4992.0",
            "826.0",
            "312.0",
        )
        assert rows["amd-mi308x"]["tpp"] == "", "unknown is empty, never 0"

    def test_one_table(self, tmp_path: Path) -> None:
        exported(tmp_path, "-o", "claims.csv", "--table", "claims")
        rows = csv_rows(tmp_path / "claims.csv")
        mine = [
            row
            for row in rows
            if (row["chip"], row["figure"]) == ("nvidia-a100-sxm4-80gb", "throughput.fp16")
        ]
        assert [(row["text"], row["preferred"], bool(row["rejected"])) for row in mine] == [
            ("312 TFLOPS", "true", False),
            ("312 TFLOPS", "false", False),
            ("77.97 TFLOPS", "false", True),
        ]
        assert all(row["source"] for row in rows)

    def test_json(self, tmp_path: Path) -> None:
        exported(tmp_path, "-o", "all.json")
        record: dict[str, Any] = json.loads((tmp_path / "all.json").read_text())
        assert set(record) >= TABLES | {"data", "rules", "version", "license"}
        assert record["data"] == data_files.data_hash()

    def test_parquet(self, tmp_path: Path) -> None:
        exported(tmp_path, "-o", "chips.parquet")
        table = pyarrow.parquet.read_table(tmp_path / "chips.parquet")
        assert table.num_rows == len(IDS)
        assert table.schema.field("applicable_die_area").metadata[b"unit"] == b"mm^2"
        assert table.schema.metadata[b"data"].decode() == data_files.data_hash()

    def test_sqlite(self, tmp_path: Path) -> None:
        exported(tmp_path, "-o", "chips.sqlite")
        with closing(sqlite3.connect(tmp_path / "chips.sqlite")) as database:
            ask = (
                "SELECT source FROM claims WHERE chip = 'nvidia-h20-96gb' "
                "AND figure = 'dies[0].area' AND preferred"
            )
            ((source,),) = database.execute(ask)
            ((title,),) = database.execute("SELECT title FROM sources WHERE id = ?", [source])
            assert "Hopper" in title
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
            assert dict(database.execute("SELECT * FROM about"))["data"] == data_files.data_hash()

    def test_package_is_valid_for_frictionless(self, tmp_path: Path) -> None:
        """The reference implementation checks types, keys and references of every row."""
        exported(tmp_path, "-o", "package")
        call = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "frictionless",
            "validate",
            "--json",
            "package/datapackage.json",
        ]
        ran = subprocess.run(call, check=False, capture_output=True, text=True, cwd=tmp_path)
        report = json.loads(ran.stdout)
        assert (ran.returncode, report["valid"]) == (0, True), report
        assert {task["name"]: task["valid"] for task in report["tasks"]} == dict.fromkeys(
            TABLES, True
        )

    def test_package_names_licenses_and_hashes(self, tmp_path: Path) -> None:
        exported(tmp_path, "-o", "package")
        record = json.loads((tmp_path / "package" / "datapackage.json").read_text())
        assert [entry["name"] for entry in record["licenses"]] == ["CC-BY-4.0"]
        assert record["data"] == data_files.data_hash()
        assert any(entry["title"] == "Epoch AI" for entry in record["contributors"])

    def test_a_package_replaces_an_older_one(self, tmp_path: Path) -> None:
        exported(tmp_path, "-o", "package")
        (tmp_path / "package" / "chips.csv").write_text("old")
        exported(tmp_path, "-o", "package")
        assert len(csv_rows(tmp_path / "package" / "chips.csv")) == len(IDS)
        assert [path.name for path in tmp_path.iterdir()] == ["package"]


class TestRefused:
    """A wrong call is refused and changes nothing."""

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["-o", "chips.docx"], ".csv"),
            (["-o", "chips.csv", "--table", "chip"], "chips"),
            (["-o", "x", "--as", "excel"], "sqlite"),
            (["-o", "missing/folder/chips.csv"], "missing/folder/chips.csv"),
        ],
    )
    def test_wrong_calls(self, arguments: list[str], words: str, tmp_path: Path) -> None:
        assert words in only(refused(tmp_path, "export", *arguments, outputs=False))

    def test_other_packages_and_added_files_are_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "theirs").mkdir()
        (tmp_path / "theirs" / "datapackage.json").write_text('{"name": "theirs", "resources": []}')
        assert "theirs" in only(refused(tmp_path, "export", "-o", "theirs", outputs=False))
        exported(tmp_path, "-o", "package")
        (tmp_path / "package" / "notes.txt").write_text("mine")
        assert "package" in only(refused(tmp_path, "export", "-o", "package", outputs=False))

    def test_a_folder_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "thesis").mkdir()
        (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
        assert "thesis" in only(refused(tmp_path, "export", "-o", "thesis", outputs=False))
        assert (tmp_path / "thesis" / "chapter.txt").read_text() == "years of work"


class TestAnswers:
    """``--with-answers``: each chip of the data set with the answer of ``check``."""

    ASKED = ("--with-answers", "--on", "2026-06-01", "--to", "CN")

    def test_answers_are_those_of_check(self, tmp_path: Path) -> None:
        exported(tmp_path, "-o", "chips.csv", *self.ASKED)
        rows = {row["id"]: row for row in csv_rows(tmp_path / "chips.csv")}
        assert set(rows) == IDS
        for name in ("nvidia-h20-96gb", "nvidia-t4", "huawei-ascend-910c", "nvidia-dgx-h100"):
            answer = chipdb.check(name, on="2026-06-01", to="CN")
            row = rows[name]
            assert row["classification"] == answer.classification.status
            assert row["outcome"] == (answer.classification.outcome or "")
            assert row["license_required"] == answer.license.required
            assert row["review"] == (answer.license.review or "")
            assert row["answer_on"] == "2026-06-01"
            assert row["exit_status"] == str(answer.exit_status)
        # a clear answer and one in doubt differ, even where no license is required by the figures
        statuses = {row["exit_status"] for row in rows.values() if row["license_required"] == "no"}
        assert statuses == {"0", "3"}
        # Huawei is headquartered in China, NVIDIA in the United States
        assert rows["huawei-ascend-910c"]["country"] == "CN"
        assert rows["nvidia-t4"]["country"] == "US"

    def test_a_workbook_has_units_and_a_sheet_for_each_table(self, tmp_path: Path) -> None:
        exported(tmp_path, "-o", "chips.xlsx", *self.ASKED[:3])
        book = load_workbook(tmp_path / "chips.xlsx")
        assert set(book.sheetnames) == TABLES | {"about"}
        names, units = list(book["chips"].iter_rows(max_row=2, values_only=True))
        assert dict(zip(names, units, strict=True))["memory_bandwidth"] == "GB/s"
        assert "classification" in names
        # nothing was asked about licenses
        assert "license_required" not in names
        sources = next(book["sources"].iter_rows(min_row=2, max_row=2))
        assert [cell for cell in sources if cell.hyperlink]

    def test_a_question_without_answers_is_refused(self, tmp_path: Path) -> None:
        ran = run("export", "-o", "x.csv", "--to", "CN", folder=tmp_path)
        assert ran.lines == ["chipdb: --to is for answers; add --with-answers"]
        for option in (("--from", "DE"), ("--headquarters", "CN"), ("--on", "2026-06-01")):
            ran = run("export", "-o", "x.csv", *option, folder=tmp_path)
            assert ran.status == 2
            assert ran.lines == [f"chipdb: {option[0]} is for answers; add --with-answers"]
        ran = run("export", "-o", "x.csv", "--from", "DE", "--to", "CN", folder=tmp_path)
        assert ran.lines == ["chipdb: --to and --from are for answers; add --with-answers"]
        ran = run("export", "-o", "x.csv", "--table", "dies", "--with-answers", folder=tmp_path)
        assert ran.lines == ["chipdb: --table must be chips where answers are written"]
        assert not list(tmp_path.iterdir())
