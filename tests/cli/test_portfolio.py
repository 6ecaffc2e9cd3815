"""A portfolio: names of products with quantities and SKUs, answered from the catalog.

To Vietnam (country group D:1) a license is required for 3A090.a and .b (742.6(a)(6)(iii)); the H100
and the A30 meet these, the T4 does not.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import warnings
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from running import Ran, Record, only, refused, run

import chipdb

ON = ("--on", "2026-06-01")
VIETNAM = ("--to", "VN", *ON)
H100, A30, T4 = "nvidia-h100-sxm5-80gb", "nvidia-a30", "nvidia-t4"


def check(folder: Path, text: str, name: str = "ours.csv", *more: str) -> Ran:
    """Check a portfolio for Vietnam, as JSON."""
    (folder / name).write_text(text, encoding="utf-8")
    return run("check", name, *VIETNAM, *more, "--format", "json", folder=folder)


def lines(ran: Ran) -> list[tuple[str | None, str | None, int | None]]:
    """Chip, SKU and quantity of each answer."""
    return [(answer["chip"], answer["sku"], answer["quantity"]) for answer in ran.json]


class TestFiles:
    """Text with a name a line; tables with a column of names."""

    def test_a_name_a_line(self, tmp_path: Path) -> None:
        ran = check(tmp_path, "# accelerators\nH100\n\n  NVIDIA   A30 \nT4\n", "ours.txt")
        assert lines(ran) == [(H100, None, None), (A30, None, None), (T4, None, None)]
        assert [answer["row"] for answer in ran.json] == [2, 4, 5]
        assert ran.status == 1

    @pytest.mark.parametrize("name", ["name", "Chip", "PRODUCT", "model", "GPU", "Device"])
    @pytest.mark.parametrize("quantity", ["quantity", "Qty", "COUNT", "units", "pcs"])
    def test_columns_in_any_case(self, tmp_path: Path, name: str, quantity: str) -> None:
        ran = check(tmp_path, f"{name},{quantity}\nH100,200\nT4,\n")
        assert lines(ran) == [(H100, None, 200), (T4, None, None)]

    @pytest.mark.parametrize("sku", ["SKU", "part"])
    def test_skus(self, tmp_path: Path, sku: str) -> None:
        ran = check(tmp_path, f"{sku},product\n900-21,H100\n,T4\n")
        assert lines(ran) == [(H100, "900-21", None), (T4, None, None)]

    def test_names_alone(self, tmp_path: Path) -> None:
        assert lines(check(tmp_path, "name\nH100\nT4\n"))[0] == (H100, None, None)

    def test_other_columns_are_notes(self, tmp_path: Path) -> None:
        text = "name,owner,throughput note,qty\nH100,EMEA,x,2\n"
        ran = check(tmp_path, text)
        assert lines(ran) == [(H100, None, 2)]
        assert any("columns kept as notes: owner, throughput note" in line for line in ran.lines)

    def test_the_header_below_a_title(self, tmp_path: Path) -> None:
        text = "Export portfolio,,\nas of 2026-06-01,,\nProduct,Qty,SKU\nH100,3,a\nT4,4,b\n"
        assert lines(check(tmp_path, text)) == [(H100, "a", 3), (T4, "b", 4)]

    def test_tabs_and_json_lines(self, tmp_path: Path) -> None:
        assert lines(check(tmp_path, "name\tqty\nH100\t3\n", "ours.tsv")) == [(H100, None, 3)]
        text = '{"name": "H100", "quantity": 3}\n{"name": "T4", "sku": "b"}\n'
        assert lines(check(tmp_path, text, "ours.jsonl")) == [(H100, None, 3), (T4, "b", None)]

    @pytest.mark.parametrize(
        ("cell", "quantity"),
        [
            ("200", 200),
            ('"1,200"', 1200),
            ("1 200", 1200),
            ("12.0", 12),
            ('"12,00"', 12),
            ("", None),
            ("10 Stk", 10),
            ("10 Stück", 10),
            ("25 St.", 25),
            ("3 pcs", 3),
            ("8x", 8),
            ("1'200 pcs", 1200),
            ("1.200.000", 1200000),
            ('"1.200,0"', 1200),
            ("4 台", 4),
        ],
    )
    def test_quantities(self, tmp_path: Path, cell: str, quantity: int | None) -> None:
        assert lines(check(tmp_path, f"name,qty\nH100,{cell}\n")) == [(H100, None, quantity)]

    def test_a_quantity_with_two_readings_is_not_read(self, tmp_path: Path) -> None:
        """1.200 is twelve hundred in Germany and one and a fifth in England."""
        ran = check(tmp_path, "name,qty\nH100,1.200\n")
        assert lines(ran) == [(H100, None, None)]
        why = "quantity '1.200' was not read: it may be 1,200 or 1.2; write 1200 or 1"
        assert any(why in line for line in ran.lines)

    def test_semicolons_leave_a_comma_open(self, tmp_path: Path) -> None:
        """Spreadsheets write semicolons where the comma is the decimal mark."""
        ran = check(tmp_path, "name;qty\nH100;1,200\n")
        assert lines(ran) == [(H100, None, None)]
        assert any("it may be 1,200 or 1.2" in line for line in ran.lines)

    def test_other_cells_show_what_a_point_is(self, tmp_path: Path) -> None:
        """1.200.000 has two groups, and 5,0 a decimal comma; 5.5 has a decimal point."""
        for other in ("1.200.000", '"5,0"'):
            ran = check(tmp_path, f"name,qty\nH100,1.200\nT4,{other}\n")
            assert lines(ran)[0] == (H100, None, 1200)
        ran = check(tmp_path, "name,qty\nH100,1.200\nT4,5.5\n")
        assert lines(ran)[0] == (H100, None, None)
        assert any("the point is a decimal mark" in line for line in ran.lines)

    def test_a_word_that_may_mean_any_number(self, tmp_path: Path) -> None:
        ran = check(tmp_path, "name,qty\nH100,5 boxes\n")
        assert lines(ran) == [(H100, None, None)]
        assert any("how many items 'boxes' means is not known" in line for line in ran.lines)

    @pytest.mark.parametrize("cell", ["a few", "1.5", "-3", '"1,20"'])
    def test_a_quantity_that_is_none(self, tmp_path: Path, cell: str) -> None:
        ran = check(tmp_path, f"name,qty\nH100,{cell}\n")
        assert lines(ran) == [(H100, None, None)]
        assert any("expected a whole number" in line for line in ran.lines)

    def test_a_vendor_tells_two_products_apart(self, tmp_path: Path) -> None:
        ran = check(tmp_path, "vendor,model,qty\nMetaX,n300,1\nTenstorrent,n300,1\nAMD,H100,1\n")
        chips = [answer["chip"] for answer in ran.json]
        assert chips == ["metax-n300", "tenstorrent-wormhole-n300d", None]
        assert "a chip of NVIDIA" in ran.json[2]["error"]

    def test_an_ambiguous_name_is_not_called_unknown(self, tmp_path: Path) -> None:
        """MetaX and Tenstorrent both have an n300: the name is known, and not which is meant."""
        text = "name,qty\nn300,1\nH2000,2\nT4,1\n"
        assert [answer["exit_status"] for answer in check(tmp_path, text).json] == [3, 3, 0]
        out = run("check", "ours.csv", *VIETNAM, folder=tmp_path).out
        ambiguous, not_found = out.split("\nambiguous\n")[1], out.split("\nnot found\n")[1]
        assert "'n300' is ambiguous; it could mean metax-n300" in ambiguous
        assert "n300' is" not in not_found.split("\nambiguous\n")[0]
        run("check", "ours.csv", *VIETNAM, "-o", "out.xlsx", folder=tmp_path)
        totals = load_workbook(tmp_path / "out.xlsx")["totals"]
        answers = [row[1] for row in totals.iter_rows(min_row=2, values_only=True)]
        assert answers == ["ambiguous", "not found", "not required"]

    @pytest.mark.parametrize("command", ["dossier", "headroom", "timeline"])
    def test_a_refusal_names_the_row_of_the_misspelt_name(
        self, tmp_path: Path, command: str
    ) -> None:
        (tmp_path / "ours.csv").write_text("name,qty\nH100,1\nH2000,3\nX99,1\n")
        line = only(refused(tmp_path, command, "ours.csv", "--to", "DE", outputs=False))
        assert "line 3: unknown chip 'H2000'" in line
        assert "1 more problem: `check` lists them all" in line
        with pytest.raises(chipdb.ChipdbError, match="line 3: unknown chip 'H2000'"):
            chipdb.timeline(tmp_path / "ours.csv", to="DE")

    def test_no_names(self, tmp_path: Path) -> None:
        (tmp_path / "empty.txt").write_text("\n# nothing\n")
        assert "no names" in only(refused(tmp_path, "check", "empty.txt", outputs=False))

    def test_a_chip_is_a_name_whatever_files_exist(self, tmp_path: Path) -> None:
        (tmp_path / "H100").write_text("T4\n")
        answers: list[Record] = run("check", "H100", *ON, "--format", "json", folder=tmp_path).json
        assert [answer["chip"] for answer in answers] == [H100]


class TestOtherHeaders:
    """Tables as offices in other languages write them, and as parts lists have them."""

    @pytest.mark.parametrize(
        "header",
        [
            "Modell;Menge;Artikelnummer",
            "Artikel;Menge;Bestellnummer",
            "Bezeichnung;Stückzahl;Teilenummer",
            "Produkt;Anzahl;Artikel-Nr.",
            "Modèle;Quantité;Référence",
            "Designation;Qte;Ref",
            "产品型号;数量;料号",
            "型號;數量;料號",
            "GPU Model;Qty (pcs);Part Number",
            "ID;Model;Units;P/N",
        ],
    )
    def test_words_for_name_quantity_and_sku(self, tmp_path: Path, header: str) -> None:
        cells = "1;H100;3;a" if header.startswith("ID") else "H100;3;a"
        assert lines(check(tmp_path, f"{header}\n{cells}\n")) == [(H100, "a", 3)]

    def test_an_accent_of_its_own_character(self, tmp_path: Path) -> None:
        """macOS writes an e and a combining accent."""
        header = unicodedata.normalize("NFD", "Modèle;Quantité")
        assert lines(check(tmp_path, f"{header}\nH100;3\n")) == [(H100, None, 3)]

    def test_a_column_of_skus_alone(self, tmp_path: Path) -> None:
        """900-21001-0040-000 is the part number of the A30 (data/chips.yaml, sourced)."""
        ran = check(tmp_path, "Part No.,Qty\n900-21001-0040-000,3\n900-00000,1\n")
        assert lines(ran) == [(A30, "900-21001-0040-000", 3), (None, "900-00000", 1)]

    def test_a_header_that_says_nothing(self, tmp_path: Path) -> None:
        """The error lists what was found and what is looked for."""
        (tmp_path / "ours.csv").write_text("foo,bar\nH100,2\n")
        line = only(refused(tmp_path, "check", "ours.csv", outputs=False))
        assert "its columns are 'foo', 'bar'" in line
        assert "looked for: name, chip, product" in line


class TestSkus:
    """A SKU that the catalog knows is held against the name (specification: names are compared)."""

    NUMBER = "900-21001-0040-000"
    """NVIDIA's number of the A30."""

    def test_the_number_of_the_named_chip(self, tmp_path: Path) -> None:
        ran = check(tmp_path, f"name,sku\nA30,{self.NUMBER}\n")
        assert not any("the SKU" in line for line in ran.lines)

    def test_a_number_of_another_chip_is_not_settled(self, tmp_path: Path) -> None:
        """Not controlled by its name, 3A090.b by its number."""
        (tmp_path / "ours.csv").write_text(f"name,sku\nT4,{self.NUMBER}\n")
        ran = run("check", "ours.csv", *VIETNAM, folder=tmp_path)
        assert ran.status == 3
        assert f"the SKU '{self.NUMBER}' is that of nvidia-a30, and the name 'T4'" in ran.out

    def test_a_number_chooses_among_the_chips_of_a_name(self, tmp_path: Path) -> None:
        """900-21001-0020-100 is the A100 PCIe of 80 GB; A100 alone is the SXM part."""
        ran = check(tmp_path, "name,sku\nA100,900-21001-0020-100\n")
        assert ran.json[0]["chip"] == "nvidia-a100-pcie-80gb"

    def test_a_number_of_the_house(self, tmp_path: Path) -> None:
        assert lines(check(tmp_path, "name,sku\nA30,WAREHOUSE-7\n")) == [(A30, "WAREHOUSE-7", None)]

    @pytest.mark.parametrize("own", ["A-2", "B-200", "T.4"])
    def test_a_short_number_of_ones_own_is_no_model(self, tmp_path: Path, own: str) -> None:
        """A-2 numbers a product of the user; NVIDIA's A2 has part numbers of its own."""
        ran = check(tmp_path, f"name,sku\nA30,{own}\n")
        assert lines(ran) == [(A30, own, None)]
        assert "is that of" not in ran.err + ran.out


class TestNotFound:
    """A name that no chip has keeps its line and counts as undetermined."""

    TEXT = "name,qty,sku\nT4,1,a\nFoo 9000,3,b\nC600,4,c\n"

    def test_json(self, tmp_path: Path) -> None:
        ran = check(tmp_path, self.TEXT)
        assert lines(ran) == [(T4, "a", 1), (None, "b", 3), (None, "c", 4)]
        unknown, ambiguous = ran.json[1:]
        assert set(unknown) >= {"given", "chip", "sku", "quantity", "error", "schema"}
        assert unknown["given"] == "Foo 9000"
        assert "unknown chip 'Foo 9000'" in unknown["error"]
        assert "metax-c600 or graphcore-c600" in ambiguous["error"]

    def test_status(self, tmp_path: Path) -> None:
        """2 before 1 before 3 before 0."""
        assert check(tmp_path, self.TEXT).status == 3
        assert check(tmp_path, f"{self.TEXT}H100,1,d\n").status == 1
        assert check(tmp_path, "name,qty\nT4,1\n").status == 0
        assert check(tmp_path, "name,qty\nFoo 9000,1\n").status == 3

    def test_the_table(self, tmp_path: Path) -> None:
        (tmp_path / "ours.csv").write_text(self.TEXT)
        out = run("check", "ours.csv", "--to", "VN", "--to", "IN", *ON, folder=tmp_path).out
        (line,) = [line for line in out.splitlines() if line.startswith("Foo 9000")]
        assert line.count("not found") == 2
        assert "line 3: unknown chip 'Foo 9000'" in out

    def test_csv(self, tmp_path: Path) -> None:
        (tmp_path / "ours.csv").write_text(self.TEXT)
        ran = run("check", "ours.csv", *VIETNAM, "--format", "csv", folder=tmp_path)
        rows = list(csv.DictReader(io.StringIO(ran.out)))
        assert list(rows[0])[-5:] == ["verdict", "verdict_status", "cautions", "sku", "quantity"]
        assert {row["sku"] for row in rows} == {"a", "b", "c"}
        (unknown,) = [row for row in rows if row["sku"] == "b"]
        assert (unknown["chip"], unknown["verdict_status"]) == ("", "undetermined")
        assert (unknown["license_contested"], unknown["exit_status"]) == ("", "3")

    @pytest.mark.parametrize("command", ["dossier", "timeline", "compare"])
    def test_other_commands_refuse_it(self, tmp_path: Path, command: str) -> None:
        (tmp_path / "ours.csv").write_text(self.TEXT)
        line = only(refused(tmp_path, command, "ours.csv", outputs=False))
        assert "unknown chip 'Foo 9000'" in line


class TestStatedFigures:
    """Blank figures are the catalog's; given ones are compared with it."""

    def test_blank_figures_come_from_the_catalog(self, tmp_path: Path) -> None:
        ran = check(tmp_path, "name,qty,tpp\nH100,2,\n")
        assert ran.json[0]["metrics"]["tpp"]["value"] == 15831.2
        assert ran.status == 1

    def test_a_figure_that_changes_the_answer(self, tmp_path: Path) -> None:
        """The H20 has a TPP of 2,368; at 9,999 it would be 3A090.a."""
        (tmp_path / "ours.csv").write_text("name,qty,tpp\nH20,2,9999\n")
        ran = run("check", "ours.csv", *VIETNAM, folder=tmp_path)
        assert ran.status == 3
        assert "tpp of 9,999, where nvidia-h20-96gb has 2,368" in ran.out
        ran = run("check", "ours.csv", *VIETNAM, "--format", "json", folder=tmp_path)
        assert any("9,999" in warning for warning in ran.json[0]["warnings"])

    def test_figures_that_cannot_be_read_leave_the_answer_open(self, tmp_path: Path) -> None:
        """2,96 ,1 may stand for any TPP, such as one of 3A090.a (4,800 or more), so the "no" for the
        H20 of the catalog is not a clear answer.
        """
        text = 'name,qty,tpp\nH20,2,"2,96 ,1"\nT4,1,520\n'
        (tmp_path / "ours.csv").write_text(text)
        ran = run("check", "ours.csv", *VIETNAM, folder=tmp_path)
        assert ran.status == 3
        assert "stated otherwise" in ran.out
        assert "line 2: its figures were not read, so they were not compared" in ran.out
        ran = check(tmp_path, text)
        assert [answer["exit_status"] for answer in ran.json] == [3, 0]

    def test_a_market_that_changes_the_answer(self, tmp_path: Path) -> None:
        """Note 2 to 3A090 leaves out what is not for data centers below a TPP of 4,800. The RTX 4080
        has 3,119 on 379 mm^2: 3A090.a.2 if it were for data centers.
        """
        (tmp_path / "ours.csv").write_text("name,qty,datacenter\nRTX 4080,2,true\n")
        ran = run("check", "ours.csv", *VIETNAM, folder=tmp_path)
        assert ran.status == 3
        assert "for data centers, where nvidia-rtx-4080 is not for data centers" in ran.out
        assert check(tmp_path, "name,qty,datacenter\nRTX 4080,2,false\n").status == 0
        # above 4,800 the market decides nothing, so a difference is only noted
        ran = check(tmp_path, "name,qty,datacenter\nH100,2,false\n")
        assert ran.status == 1
        assert any("not for data centers, where nvidia-h100" in line for line in ran.lines)

    def test_the_same_figure_is_no_difference(self, tmp_path: Path) -> None:
        ran = check(tmp_path, "name,qty,tpp\nH20,2,2368\n")
        assert ran.status == 0
        assert not any("where nvidia" in line for line in ran.lines)

    def test_a_decimal_comma_elsewhere_in_the_column_is_said(self, tmp_path: Path) -> None:
        """1,979 PFLOPS of one cell is 1.979 because another has 1,98: the user has to see it."""
        text = 'name,qty,throughput.fp8 (PFLOPS)\nH100,2,"1,979"\nH200,3,"1,98"\n'
        ran = check(tmp_path, text)
        assert any("'1,979' was read as 1.979, since '1,98'" in line for line in ran.lines)
        ran = check(tmp_path, "name,qty,throughput.fp8 (PFLOPS)\nH100,2,1.979\nH200,3,1.98\n")
        assert not any("was read as" in line for line in ran.lines)

    def test_figures_choose_the_sku(self, tmp_path: Path) -> None:
        """An A100 of 40 GB is not the one of 80 GB."""
        ran = check(tmp_path, "name,qty,memory (GB)\nA100,2,40\n")
        assert ran.json[0]["chip"] == "nvidia-a100-sxm4-40gb"


class TestBudget:
    """The quantities of a portfolio are what an order is counted by; a TPP of 2 x 1,000 is 2,000."""

    def budget(self, folder: Path, text: str, *more: str) -> Ran:
        (folder / "ours.csv").write_text(text)
        return run("budget", "ours.csv", "--on", "2025-04-01", *more, folder=folder)

    def test_quantities_count(self, tmp_path: Path) -> None:
        records = self.budget(tmp_path, "name,qty\nH20,3\nT4,2\n", "--format", "json").json
        assert [record["count"] for record in records[:2]] == [3, 2]
        assert records[0]["total_tpp"]["value"] == 3 * 2368
        assert len(records) == 3

    def test_an_option_goes_before_the_file(self, tmp_path: Path) -> None:
        text = "name,qty\nH20,3\nT4,2\n"
        records = self.budget(tmp_path, text, "--count", "7", "--format", "json").json
        assert [record["count"] for record in records[:2]] == [7, 7]

    def test_a_chip_without_a_quantity(self, tmp_path: Path) -> None:
        ran = self.budget(tmp_path, "name,qty\nH20,3\nT4,\n")
        assert ran.status == 2
        assert "some chips have a quantity and others none: T4" in ran.err


class TestQuantity:
    """--quantity N, for the record of a single chip."""

    def test_in_the_text(self) -> None:
        out = run("check", "T4", "--quantity", "1200", *VIETNAM).out
        assert "quantity        1,200" in out
        assert "quantity" not in run("check", "T4", *VIETNAM).out

    def test_a_portfolio_of_one_row(self, tmp_path: Path) -> None:
        (tmp_path / "ours.csv").write_text("name,sku,qty\nT4,a-1,3\n")
        out = run("check", "ours.csv", *VIETNAM, folder=tmp_path).out
        assert "SKU             a-1" in out
        assert "quantity        3" in out

    def test_shown(self) -> None:
        (answer,) = run("check", "T4", "--quantity", "200", *ON, "--format", "json").json
        assert (answer["quantity"], answer["sku"]) == (200, None)

    @pytest.mark.parametrize("amount", ["0", "-1", "many", "1.5"])
    def test_refused(self, tmp_path: Path, amount: str) -> None:
        error = refused(tmp_path, "check", "T4", "--quantity", amount, outputs=False)
        assert "--quantity" in " ".join(error)

    def test_for_one_chip_only(self, tmp_path: Path) -> None:
        line = only(refused(tmp_path, "check", "T4", "A30", "--quantity", "2", outputs=False))
        assert "single chip, and 2 were named" in line


def test_the_presumed_entry_is_in_tables(tmp_path: Path) -> None:
    """Note 1 to 3A090.a (90 FR 5298): for a foundry both are 3A090.a until an attestation overcomes
    it, whatever their figures give.
    """
    call = ("apple-m1-max", "h20", "--role", "foundry", *ON)
    rows = [line for line in run("check", *call).out.splitlines() if "3A090" in line]
    assert len(rows) == 2
    assert all("presumed 3A090.a; by its figures not 3A090" in row for row in rows)

    run("check", *call, "-o", "answers.xlsx", folder=tmp_path)
    header, _, *lines = load_workbook(tmp_path / "answers.xlsx")["matrix"].values
    classified = {line[header.index("classification")] for line in lines}
    assert classified == {"presumed 3A090.a; by its figures not 3A090 or 4A090"}


def orders_workbook(path: Path) -> Path:
    """A workbook as companies keep one: a cover, the orders below a title, an empty sheet."""
    from openpyxl import Workbook

    book = Workbook()
    cover = book.active
    cover.title = "Cover"
    for line in (["Shipments"], ["Confidential"]):
        cover.append(line)
    orders = book.create_sheet("Orders")
    rows = [["Plan Q3"], [], ["Pos", "Part", "Model", "Qty"], [1, "A-1", "L40S", 200]]
    for row in rows:
        orders.append(row)
    archive = book.create_sheet("Archive")
    for row in [["Model", "Qty"], ["RTX 4090", 7]]:
        archive.append(row)
    book.create_sheet("Sheet4")
    book.save(path)
    return path


def test_the_sheet_with_products_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    """A cover may have several lines; what is not read must not look checked."""
    path = orders_workbook(tmp_path / "plan.xlsx")
    ran = run("check", str(path), "--on", "2026-06-01", "--format", "json")
    read, unread = ran.json
    assert (read["chip"], read["quantity"]) == ("nvidia-l40s", 200)
    assert (unread["given"], unread["chip"]) == (f"{path}#Archive", None)
    assert unread["exit_status"] == 3
    assert f"name the one to read: {path}#Orders or {path}#Archive" in unread["error"]
    assert f"only the sheet Orders was read, not Cover, Archive; name one as {path}#" in ran.err


@pytest.mark.parametrize("columns", [("Model", "Qty"), ("Model", "TPP")])
def test_a_sheet_of_products_that_was_not_read_is_no_clear_answer(
    tmp_path: Path, columns: tuple[str, str]
) -> None:
    """The T4 meets no paragraph of 3A090, so alone it is status 0; the H100 does."""
    from openpyxl import Workbook

    book = Workbook()
    orders = book.active
    orders.title = "Orders"
    orders.append(columns)
    orders.append(["T4", 1040])
    more = book.create_sheet("More")
    # nothing for as many lines as a table is looked for elsewhere
    for _ in range(20):
        more.append([])
    more.append(["Model", "Qty"])
    more.append(["H100 SXM5", 5])
    book.save(tmp_path / "plan.xlsx")
    china = ("--to", "CN", "--on", "2026-06-01")
    ran = run("check", "plan.xlsx", *china, folder=tmp_path)
    assert ran.status == 3
    assert "not read" in ran.out
    assert "plan.xlsx: the sheet More was not read" in ran.out
    named = run("check", "plan.xlsx#Orders", *china, folder=tmp_path)
    assert "not read" not in named.out
    # a throughput alone leaves the density open
    assert named.status == (0 if "Qty" in columns else 3)
    # only `check` can answer for the other rows
    assert "the sheet More was not read" in only(
        refused(tmp_path, "headroom", "plan.xlsx", *china, outputs=False)
    )


def test_a_sheet_without_a_line_below_its_heading_has_no_products(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for line in (["Model", "Qty"], ["T4", 1]):
        book.active.append(line)
    book.create_sheet("Next year").append(["Model", "Qty"])
    book.save(tmp_path / "plan.xlsx")
    ran = run("check", "plan.xlsx", "--to", "CN", "--on", "2026-06-01", folder=tmp_path)
    assert (ran.status, "only the sheet" in ran.err) == (0, True)


def test_the_library_names_a_workbook_once(tmp_path: Path) -> None:
    path = orders_workbook(tmp_path / "plan.xlsx")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        answers = chipdb.check(path, on="2026-06-01")
    (text,) = [str(each.message) for each in warned if "only the sheet" in str(each.message)]
    assert text.startswith(f"{path}: only the sheet Orders was read")
    assert [answer.exit_status for answer in answers][-1] == 3
    with pytest.raises(chipdb.ChipdbError, match="the sheet Archive was not read"):
        chipdb.timeline(path, to="DE")


def test_a_sheet_that_is_a_chart_has_no_lines(tmp_path: Path) -> None:
    from openpyxl import load_workbook
    from openpyxl.chart import BarChart, Reference

    path = orders_workbook(tmp_path / "plan.xlsx")
    book = load_workbook(path)
    del book["Archive"]
    chart = BarChart()
    chart.add_data(Reference(book["Orders"], min_col=4, min_row=3, max_row=4))
    book.create_chartsheet("Chart", 0).add_chart(chart)
    book.save(path)
    ran = run("check", str(path), "--on", "2026-06-01", "--format", "json")
    assert [row["chip"] for row in ran.json] == ["nvidia-l40s"]
    assert "its sheets are Cover, Orders, Sheet4" in run("check", f"{path}#Chart").err


@pytest.mark.parametrize("name", ["Archive", "archive"])
def test_a_sheet_can_be_named_behind_its_file(tmp_path: Path, name: str) -> None:
    path = orders_workbook(tmp_path / "plan.xlsx")
    ran = run("check", f"{path}#{name}", "--on", "2026-06-01", "--format", "json")
    assert [(row["chip"], row["quantity"]) for row in ran.json] == [("nvidia-rtx-4090", 7)]
    assert "only the sheet" not in ran.err
    answers = chipdb.check(Path(f"{path}#{name}"), on="2026-06-01")
    assert [answer.chip.id for answer in answers] == ["nvidia-rtx-4090"]


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    path = orders_workbook(tmp_path / "plan.xlsx")
    ran = run("check", f"{path}#Ordres")
    assert ran.status == 2
    assert "no sheet 'Ordres'; its sheets are Cover, Orders, Archive, Sheet4" in ran.err
    missing = run("check", f"{tmp_path / 'none.xlsx'}#Orders")
    assert (missing.status, "No such file" in missing.err) == (2, True)


@pytest.mark.parametrize("option", [("--inventory",), ()], ids=["inventory", "list"])
def test_a_workbook_that_is_named_like_text_is_said_to_be_one(
    tmp_path: Path, option: tuple[str, ...]
) -> None:
    """To save it as UTF-8 would help no one."""
    path = orders_workbook(tmp_path / "plan.xlsx").rename(tmp_path / "plan.txt")
    ran = run("check", *option, str(path))
    assert ran.status == 2
    assert "not text, but an Excel workbook" in ran.err


class TestWhereARowIs:
    """Messages name the line of the file, as an editor shows it, or the row of the sheet."""

    LINES = (["Plan 2026"], [], ["Product", "Qty"], ["H100", "2"], [], ["H2000", "3"], ["T4", "x"])

    def test_in_a_text_file(self, tmp_path: Path) -> None:
        text = "".join(f"{','.join(cells)}\n" for cells in self.LINES)
        (tmp_path / "plan.csv").write_text(text)
        ran = run("check", "plan.csv", *VIETNAM, folder=tmp_path)
        assert "line 6: unknown chip 'H2000'" in ran.out
        assert "line 7: quantity 'x' was not read" in ran.err

    def test_below_the_line_with_the_separator(self, tmp_path: Path) -> None:
        """Excel's first line `sep=;` is a line of the file too."""
        (tmp_path / "plan.csv").write_text("sep=;\nProduct;Qty\nH2000;3\n")
        assert "line 3: unknown chip" in run("check", "plan.csv", *VIETNAM, folder=tmp_path).out

    def test_in_a_workbook(self, tmp_path: Path) -> None:
        book = Workbook()
        assert book.active is not None
        for cells in self.LINES:
            book.active.append(cells)
        book.save(tmp_path / "plan.xlsx")
        ran = run("check", "plan.xlsx", *VIETNAM, folder=tmp_path)
        assert "sheet row 6: unknown chip 'H2000'" in ran.out
        assert "sheet row 7: quantity 'x' was not read" in ran.err


def test_answers_that_are_read_again_keep_the_names_that_were_not_found(tmp_path: Path) -> None:
    """In a workbook of answers such a name has no chip, but it stands in the column `given`."""
    (tmp_path / "ours.csv").write_text("name,qty\nH2000,3\nA30,2\n")
    run("check", "ours.csv", *VIETNAM, "-o", "answers.xlsx", folder=tmp_path)
    again = run("check", "answers.xlsx#matrix", *VIETNAM, "--format", "json", folder=tmp_path)
    assert "unknown chip 'H2000'" in again.json[0]["error"]
    assert [answer["quantity"] for answer in again.json] == [3, 2]


def test_a_quantity_of_zero_is_noted(tmp_path: Path) -> None:
    ran = check(tmp_path, "name,qty\nT4,0\nA30,2\n")
    assert [answer["quantity"] for answer in ran.json] == [0, 2]
    assert "line 2: the quantity is 0" in ran.err
    assert "line 3" not in ran.err


class TestSkusThatTheCatalogLacks:
    """A SKU that is not read must not look as if it were."""

    def test_a_cut_off_sku(self, tmp_path: Path) -> None:
        """900-21010 begins part numbers of several cards; 900-21010-0000-000 is the H100 PCIe."""
        ran = check(tmp_path, "name,sku\nH100,900-21010\nT4,OUR-77\n")
        (note,) = [line for line in ran.err.splitlines() if "only the name counts" in line]
        assert "900-21010 (line 2; part numbers of nvidia-h100-pcie-80gb" in note
        assert "OUR-77 (line 3)" in note

    def test_a_whole_one(self, tmp_path: Path) -> None:
        ran = check(tmp_path, "name,sku\nH100,900-21010-0000-000\n")
        assert "only the name counts" not in ran.err
        assert [answer["chip"] for answer in ran.json] == ["nvidia-h100-pcie-80gb"]


def test_a_workbook_of_answers_can_be_asked_again(tmp_path: Path) -> None:
    """Its sheet ``answers`` has the products of ``matrix`` once more, so none is left out."""
    names, answers = tmp_path / "ours.csv", tmp_path / "answers.xlsx"
    names.write_text("name,quantity\nH20,3\nT4,2\n")
    run("check", str(names), "--to", "CN", "--on", "2026-06-01", "-o", str(answers))
    again = run("check", str(answers), "--to", "CN", "--on", "2026-06-01", "--format", "json")
    assert [one["quantity"] for one in again.json] == [3, 2]
