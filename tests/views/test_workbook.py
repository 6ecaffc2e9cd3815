"""Workbooks as answers and as tables: what is written opens as it is, what is read keeps its digits."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from running import run

from chipdb import data_files
from chipdb.bounds import MOST_UNFOLDED
from chipdb.catalog.read_table import read_table
from chipdb.errors import DataError
from chipdb.views.report import ReportTable
from chipdb.views.workbook import workbook

DAY = "2026-06-01"


def made(path: Path, *lines: list[object], title: str = "fleet") -> Path:
    """A workbook with a sheet of these lines."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for line in lines:
        sheet.append(line)
    book.save(path)
    return path


class TestWritten:
    """``-o FILE.xlsx``."""

    def test_the_table_is_that_of_csv(self, tmp_path: Path) -> None:
        asked = ("check", "H20", "A100", "--to", "CN", "--to", "IN", "--on", DAY)
        path = tmp_path / "answers.xlsx"
        ran = run(*asked, "-o", str(path))
        assert ran.status == 1
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in load_workbook(path)["answers"].iter_rows(values_only=True)
        ]
        csv = run(*asked, "--format", "csv").out
        assert rows[0] == csv.splitlines()[0].split(",")
        assert len(rows) == len(csv.strip().splitlines())

    def test_names_stay_in_view_and_the_sheet_about_has_the_hashes(self, tmp_path: Path) -> None:
        path = tmp_path / "list.xlsx"
        assert run("list", "--vendor", "Huawei", "-o", str(path)).status == 0
        book = load_workbook(path)
        assert book["answers"].freeze_panes == "A2"
        about = dict(row for row in book["about"].iter_rows(values_only=True))
        assert about["data"] == data_files.data_hash()
        assert about["rules"] == data_files.rules_hash()

    def test_a_text_is_no_formula_and_an_address_is_a_link(self, tmp_path: Path) -> None:
        table = ReportTable(("a", "b", "c"), [['=HYPERLINK("http://x")', "https://x.org/a", 4.5]])
        path = tmp_path / "made.xlsx"
        path.write_bytes(workbook(table, []))
        first, second, third = next(load_workbook(path)["answers"].iter_rows(min_row=2))
        assert first.data_type == "s"
        assert second.hyperlink is not None
        assert (third.value, third.data_type) == (4.5, "n")

    def test_another_format_contradicts_the_ending(self, tmp_path: Path) -> None:
        ran = run("list", "--format", "json", "-o", str(tmp_path / "list.xlsx"))
        assert ran.status == 2


class TestRead:
    """A workbook wherever a table is read."""

    def test_a_portfolio(self, tmp_path: Path) -> None:
        path = made(
            tmp_path / "ours.xlsx",
            ["Our products 2026"],
            ["Product", "Qty", "SKU"],
            ["H20", 12, "a-1"],
            ["T4", 3.0, "a-2"],
        )
        ran = run("check", str(path), "--to", "CN", "--on", DAY, "--format", "json")
        assert [(each["chip"], each["quantity"], each["sku"]) for each in ran.json] == [
            ("nvidia-h20-96gb", 12, "a-1"),
            ("nvidia-t4", 3, "a-2"),
        ]

    def test_digits_are_those_that_are_stored(self, tmp_path: Path) -> None:
        path = made(tmp_path / "t.xlsx", ["name", "tpp"], ["a", 4799.999999], ["b", 4800])
        table = read_table(path)
        assert [row["tpp"] for row in table.rows.values()] == ["4799.999999", "4800"]

    def test_the_first_sheet_with_a_table_is_read_and_named(self, tmp_path: Path) -> None:
        book = Workbook()
        cover = book.active
        assert cover is not None
        cover.append(["Confidential"])
        sheet = book.create_sheet("chips")
        sheet.append(["name", "tpp"])
        sheet.append(["a", 1])
        path = tmp_path / "t.xlsx"
        book.save(path)
        assert read_table(path).name.endswith("sheet chips")

    def test_a_formula_without_a_value_is_no_number(self, tmp_path: Path) -> None:
        """A program that writes a workbook stores no values; Excel does when it saves."""
        path = made(tmp_path / "t.xlsx", ["name", "tpp"], ["a", "=2400*2"])
        (row,) = read_table(path).rows.values()
        assert row["tpp"] == "#FORMULA"

    @pytest.mark.parametrize("content", [b"", b"name,tpp\n", b"PK\x03\x04 and then nothing"])
    def test_a_damaged_file_is_one_clear_error(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "t.xlsx"
        path.write_bytes(content)
        ran = run("check", str(path), "--on", DAY)
        assert ran.status == 2
        assert "not a workbook" in ran.err
        assert len(ran.err.strip().splitlines()) == 1

    def test_an_archive_that_unfolds_to_too_much_is_refused_unread(self, tmp_path: Path) -> None:
        path = tmp_path / "bomb.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * (MOST_UNFOLDED + 1))
        with pytest.raises(DataError, match="unfolds to"):
            read_table(path)

    def test_what_was_written_is_read_again(self, tmp_path: Path) -> None:
        path = tmp_path / "list.xlsx"
        assert run("list", "--vendor", "Huawei", "-o", str(path)).status == 0
        names = [row["id"] for row in read_table(path).rows.values()]
        listed = run("list", "--vendor", "Huawei", "--format", "json").json
        assert names == [each["id"] for each in listed]
