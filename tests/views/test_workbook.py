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
from chipdb.views.workbook import Sheet, workbook

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
        # names and units, and the ids, stay in view
        assert book["answers"].freeze_panes == "B3"
        names, units = list(book["answers"].iter_rows(max_row=2, values_only=True))
        assert dict(zip(names, units, strict=True))["performance_density"] == "TPP/mm^2"
        assert "country" in names
        about = dict(row for row in book["about"].iter_rows(values_only=True))
        assert about["data"] == data_files.data_hash()
        assert about["rules"] == data_files.rules_hash()

    def test_a_comparison_has_a_line_for_each_figure_with_its_unit(self, tmp_path: Path) -> None:
        """The figures of the A100 data sheet (80 GB, SXM): 312 TFLOPS in 16 bits, 2,039 GB/s."""
        path = tmp_path / "compared.xlsx"
        assert run("compare", "H20", "A100", "-o", str(path)).status == 0
        sheet = load_workbook(path)["comparison"]
        names, *rows = list(sheet.iter_rows(values_only=True))
        assert names[:2] == ("figure", "unit")
        lines = {row[0]: dict(zip(names, row, strict=True)) for row in rows}
        assert lines["throughput, 16 bits"]["unit"] == "TOPS"
        assert lines["throughput, 16 bits"]["nvidia-a100-sxm4-80gb"] == 312
        assert lines["memory bandwidth"]["unit"] == "GB/s"
        assert lines["memory bandwidth"]["nvidia-a100-sxm4-80gb"] == 2039
        # names are above their numbers, and stay on each page that is printed
        assert sheet["C1"].alignment.horizontal == "right"
        assert sheet.print_title_rows == "$1:$1"

    def test_an_estimate_has_the_units_of_its_columns(self, tmp_path: Path) -> None:
        path = tmp_path / "estimate.xlsx"
        call = ("estimate", "H20", "--model", "llama3.1-70b", "--phase", "decode")
        assert run(*call, "-o", str(path)).status == 0
        sheet = load_workbook(path)["estimates"]
        names, units, row = list(sheet.iter_rows(values_only=True))
        of = dict(zip(names, units, strict=True))
        assert (of["nominal"], of["step"]) == ("tokens/s per chip", "ms")
        values = dict(zip(names, row, strict=True))
        assert values["low"] < values["nominal"] < values["high"]

    def test_a_long_text_has_the_height_of_its_lines(self, tmp_path: Path) -> None:
        """Without it LibreOffice prints the lines of a text over those of the next row."""
        sheet = Sheet(title="a", headers=("x",), rows=[["word " * 40], ["short"]])
        path = tmp_path / "made.xlsx"
        path.write_bytes(workbook([sheet], []))
        heights = load_workbook(path)["a"].row_dimensions
        assert heights[2].height >= 4 * heights[3].height

    def test_a_text_is_no_formula_and_an_address_is_a_link(self, tmp_path: Path) -> None:
        rows = [['=HYPERLINK("http://x")', "https://x.org/a", 4.5]]
        sheet = Sheet(title="answers", headers=("a", "b", "c"), rows=rows)
        path = tmp_path / "made.xlsx"
        path.write_bytes(workbook([sheet], []))
        first, second, third = next(load_workbook(path)["answers"].iter_rows(min_row=2))
        assert first.data_type == "s"
        assert second.hyperlink is not None
        assert (third.value, third.data_type) == (4.5, "n")

    @pytest.mark.parametrize(
        "start", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/c'!A1"]
    )
    def test_no_cell_of_a_portfolio_is_a_formula(self, tmp_path: Path, start: str) -> None:
        """Names come from files of other people; a spreadsheet must never run them."""
        portfolio = made(tmp_path / "in.xlsx", ["name", "SKU"], ["H20", "x"], ["placeholder", "y"])
        book = load_workbook(portfolio)
        for cell in (book["fleet"]["A3"], book["fleet"]["B3"]):
            cell.value = start
            cell.data_type = "s"
        book.save(portfolio)
        answers = tmp_path / "out.xlsx"
        run("check", str(portfolio), "--to", "CN", "--on", DAY, "-o", str(answers))
        for sheet in load_workbook(answers):
            for row in sheet.iter_rows():
                assert not [cell for cell in row if cell.data_type == "f"]

    @pytest.mark.parametrize(
        "call",
        [
            ("list", "--vendor", "AMD"),
            ("check", "H20", "--on", DAY),
            ("check", "H20", "H100", "--to", "CN", "--to", "DE", "--on", DAY),
            ("compare", "H20", "H100"),
            ("audit", "table.csv"),
            ("sweep", "grid.yaml", "--on", DAY),
            ("sources", "H20"),
            ("timeline", "A100", "--to", "CN"),
        ],
    )
    def test_every_command_writes_one(self, tmp_path: Path, call: tuple[str, ...]) -> None:
        (tmp_path / "table.csv").write_text("name,fp16 tflops\nH20,150\n")
        grid = "base: H20\nknobs:\n  tpp: {from: 1000, to: 5000, step: 500}\n"
        (tmp_path / "grid.yaml").write_text(grid)
        ran = run(*call, "-o", "out.xlsx", folder=tmp_path)
        assert ran.status in (0, 1, 3), ran.err
        assert ran.out == ""
        book = load_workbook(tmp_path / "out.xlsx")
        assert book.sheetnames[-2:] == ["answers", "about"]
        assert book["answers"].max_row > 1

    def test_a_portfolio_is_a_matrix_with_a_line_for_each_sku_and_totals(
        self, tmp_path: Path
    ) -> None:
        """The H100 needs a license for China (742.6(a)(6)(iii)(A)) and none for Germany."""
        lines = ["name,qty,sku", "H100,10,a", "H100,5,b", "T4,7,c", "no such chip,2,d"]
        (tmp_path / "p.csv").write_text("\n".join(lines))
        call = ("check", "p.csv", "--to", "CN", "--to", "DE", "--on", DAY, "-o", "out.xlsx")
        assert run(*call, folder=tmp_path).status == 1
        book = load_workbook(tmp_path / "out.xlsx")
        names, _, *rows = list(book["matrix"].iter_rows(values_only=True))
        cells = [dict(zip(names, row, strict=True)) for row in rows]
        assert [cell["SKU"] for cell in cells] == ["a", "b", "c", "d"]
        assert [cell["China"] for cell in cells[:2]] == ["required", "required"]
        assert cells[0]["Germany"] == "not required"
        assert cells[3]["China"] == "not found"
        assert "no such chip" in cells[3]["error"]
        totals = list(book["totals"].iter_rows(min_row=2, values_only=True))
        assert ("China", "required", 2, 15, 0) in totals
        assert ("Germany", "not found", 1, 2, 0) in totals
        for place in ("China", "Germany"):
            assert sum(row[2] for row in totals if row[0] == place) == 4
            assert sum(row[3] for row in totals if row[0] == place) == 24
        about = dict(book["about"].iter_rows(values_only=True))
        assert about["on"] == DAY

    def test_a_no_with_a_caution_is_not_counted_as_clear(self, tmp_path: Path) -> None:
        """BIS does not enforce the world-wide scope of 742.6(a)(6)(iii)(A) as printed since
        2025-05-13, and has not rescinded it: for the MI308X, whose figures are unknown, the answer
        for India is "no" with exit status 3. The figures of the T4 are known.
        """
        (tmp_path / "p.csv").write_text("name,qty\nMI308X,10\nT4,5\n")
        call = ("check", "p.csv", "--to", "IN", "--on", DAY, "-o", "out.xlsx")
        assert run(*call, folder=tmp_path).status == 3
        book = load_workbook(tmp_path / "out.xlsx")
        cautioned = "not required; a caution could require one"
        names, _, *rows = list(book["matrix"].iter_rows(values_only=True))
        answers = [dict(zip(names, row, strict=True))["India"] for row in rows]
        assert answers == [cautioned, "not required"]
        totals = list(book["totals"].iter_rows(min_row=2, values_only=True))
        assert totals == [("India", cautioned, 1, 10, 0), ("India", "not required", 1, 5, 0)]
        names, *rows = list(book["cautions"].iter_rows(values_only=True))
        cautions = [dict(zip(names, row, strict=True)) for row in rows]
        (codified,) = [row for row in cautions if row["caution"] == "codified"]
        assert codified["changes the exit status"] == "yes"
        assert "BIS does not enforce it" in codified["text"]
        assert (codified["chips"], codified["places"]) == ("amd-mi308x", "India")
        assert all(row["text"] for row in cautions)

    def test_a_no_that_the_row_contradicts_is_not_counted_as_clear(self, tmp_path: Path) -> None:
        """At a TPP of 9,999 the H20 would be in 3A090.a (4,800 or more); 2,96 ,1 may be any."""
        (tmp_path / "p.csv").write_text('name,qty,tpp\nH20,1,9999\nH20,2,"2,96 ,1"\nH20,4,2368\n')
        call = ("check", "p.csv", "--to", "VN", "--on", DAY, "-o", "out.xlsx")
        assert run(*call, folder=tmp_path).status == 3
        book = load_workbook(tmp_path / "out.xlsx")
        totals = list(book["totals"].iter_rows(min_row=2, values_only=True))
        assert totals == [
            ("Vietnam", "not required; the row's own figures leave it open", 2, 3, 0),
            ("Vietnam", "not required", 1, 4, 0),
        ]
        kinds = [row[0] for row in book["cautions"].iter_rows(min_row=2, values_only=True)]
        assert kinds[:2] == ["stated otherwise"] * 2

    def test_a_total_says_how_many_lines_state_no_quantity(self, tmp_path: Path) -> None:
        """Both chips need a license for China (742.6(a)(6)(iii)(A)); the T4 needs none."""
        (tmp_path / "p.csv").write_text("name,qty\nH100,10\nH200,\nT4,\n")
        run("check", "p.csv", "--to", "CN", "--on", DAY, "-o", "out.xlsx", folder=tmp_path)
        sheet = load_workbook(tmp_path / "out.xlsx")["totals"]
        names, *rows = list(sheet.iter_rows(values_only=True))
        assert names == ("to", "answer", "lines", "quantity", "lines without a quantity")
        assert ("China", "required", 2, 10, 1) in rows
        assert sum(row[2] for row in rows) == 3
        assert [row[3:] for row in rows if row[1] != "required"] == [(None, 1)]

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
