"""Tables as people really keep them, asked as ``check FILE``: what is read, and what is refused.

A figure that a table does not settle is never a "no" (docs/specification.md): the row is
undetermined, or not read with the reason, and the exit status is not 0.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import Ran, Record, run

ON = ("--on", "2026-06-01")
HEAD = "name,tpp,applicable_die_area,datacenter\n"


def check(folder: Path, data: str | bytes, name: str = "table.csv") -> Ran:
    """Check a table, as JSON."""
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return run("check", name, *ON, "--format", "json", folder=folder)


def answers(ran: Ran) -> list[tuple[str | None, str, float | None]]:
    """Chip, status and TPP of each answer."""
    found = []
    for record in json.loads(ran.out):
        metric = record["metrics"]["tpp"]["value"]
        found.append((record["chip"], record["classification"]["status"], metric))
    return found


class TestNumbers:
    """Separators of groups, missing values, and what is no number."""

    @pytest.mark.parametrize(
        ("cell", "tpp"),
        [
            ("4 799", 4799),
            ("4\u00a0799", 4799),
            ("4\u202f799", 4799),
            ("4'799", 4799),
            ("4’799", 4799),
            ("12 345 678", 12345678),
            ("1 234,5", 1234.5),
            ("4.8e3", 4800),
        ],
    )
    def test_groups_that_no_country_reads_otherwise(
        self, tmp_path: Path, cell: str, tpp: float
    ) -> None:
        ran = check(tmp_path, f"{HEAD.replace(',', ';')}X;{cell};3100;true\n")
        assert [value for _, _, value in answers(ran)] == [tpp]

    @pytest.mark.parametrize("cell", ["4 79", "4  799", "0 123", "48 00", "4,799", "~2000", "50%"])
    @pytest.mark.parametrize("more", ["", "2000-2400", ">4800"])
    def test_no_number_is_no_answer(self, tmp_path: Path, cell: str, more: str) -> None:
        ran = check(tmp_path, f'{HEAD}X,"{more or cell}",3100,true\n')
        assert ran.status == 3
        assert [row["chip"] for row in ran.json] == [None]
        assert any("line 2 was not read" in line for line in ran.lines)

    @pytest.mark.parametrize(
        "cell", ["TBD", "n.a.", "--", "#N/A", "#DIV/0!", "k.A.", "NaT", "?", "NULL", "<NA>"]
    )
    def test_words_for_what_is_not_known(self, tmp_path: Path, cell: str) -> None:
        ran = check(tmp_path, f"{HEAD}X,{cell},800,true\n")
        assert [status for _, status, _ in answers(ran)] == ["undetermined"]
        assert ran.status == 3

    @pytest.mark.parametrize(("cell", "status"), [("WAHR", "met"), ("Y", "met"), ("vrai", "met")])
    def test_true_in_other_languages(self, tmp_path: Path, cell: str, status: str) -> None:
        """2,000 TPP on 300 mm^2 is 3A090.a for data centers (3A090.a.2), else Note 2 applies."""
        no = {"WAHR": "FALSCH", "Y": "n", "vrai": "faux"}[cell]
        ran = check(tmp_path, f"{HEAD}X,2000,300,{cell}\nZ,2000,300,{no}\n")
        assert [answer for _, answer, _ in answers(ran)] == [status, "not-met"]

    @pytest.mark.parametrize("header", ["die_area (cm2)", "die_area [inch]", "tpp (GB)"])
    def test_a_unit_that_a_figure_cannot_have(self, tmp_path: Path, header: str) -> None:
        """One line that names the column; this was an internal fault."""
        ran = check(tmp_path, f"name,{header},datacenter\nX,8.26,true\n")
        assert ran.status == 2
        assert header in ran.err


class TestFiles:
    """Encodings and shapes."""

    ROW = f"{HEAD}X,5000,814,true\n"

    @pytest.mark.parametrize(
        "data",
        [
            ROW.encode("utf-8-sig"),
            b"\xef\xbb\xbf" + ROW.encode("utf-8-sig"),
            ROW.encode("utf-16"),
            b"\xfe\xff" + ROW.encode("utf-16-be"),
            ROW.replace("\n", "\r\n").encode(),
            ROW.replace("\n", "\r").encode(),
            ROW.replace(",", "|").encode(),
            ROW.replace(",true\n", ",true,,\n").encode(),
            f"Our chips,,,\n,,,\n{ROW}".encode(),
            f"{ROW},,,\n".encode(),
            f"{ROW}Total,5000,814,\n".encode(),
        ],
    )
    def test_all_are_the_same_table(self, tmp_path: Path, data: bytes) -> None:
        ran = check(tmp_path, data)
        assert answers(ran) == [("x", "met", 5000.0)]
        assert ran.status == 1
        assert not any("was not read" in line for line in ran.lines)

    @pytest.mark.parametrize("encoding", ["utf-16-le", "cp1252", "gbk"])
    def test_an_encoding_that_cannot_be_known(self, tmp_path: Path, encoding: str) -> None:
        name = "昇腾" if encoding == "gbk" else "puce né"
        ran = check(tmp_path, self.ROW.replace("X", name).encode(encoding))
        assert ran.status == 2
        assert "save the table as UTF-8" in ran.err

    def test_a_total_is_said(self, tmp_path: Path) -> None:
        ran = check(tmp_path, f"{self.ROW}Summe:,6000,,\n")
        assert any("line 3 ('Summe:') was left out: it is a total" in line for line in ran.lines)
        assert check(tmp_path, "name,qty\nTotal,14\n").status == 2
        assert check(tmp_path, f"{HEAD}Total,14,2,\n").status == 2

    def test_a_cell_too_many(self, tmp_path: Path) -> None:
        ran = check(tmp_path, f"{HEAD}X,5000,814,true,more\n")
        assert (ran.status, [row["chip"] for row in ran.json]) == (3, [None])


class TestNames:
    """Portfolios in JSON, names with numbers of pieces, and names that no chip has."""

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("ours.json", '[{"name": "T4", "quantity": 8}]'),
            ("ours.json", '[{"Model": "T4", "Qty": "8", "owner": "EMEA"}]'),
            ("ours.txt", "8x T4\n"),
            ("ours.txt", "T4 × 8\n"),
            ("ours.txt", "8 x NVIDIA T4\n".encode("utf-16").decode("utf-16")),
        ],
    )
    def test_eight_of_a_chip(self, tmp_path: Path, name: str, data: str) -> None:
        [record] = check(tmp_path, data, name).json
        assert (record["chip"], record["quantity"]) == ("nvidia-t4", 8)

    def test_a_list_of_names(self, tmp_path: Path) -> None:
        ran = check(tmp_path, '["T4", "H100"]', "ours.json")
        assert [chip for chip, _, _ in answers(ran)] == ["nvidia-t4", "nvidia-h100-sxm5-80gb"]

    def test_chips_in_the_data_format_stay_chips(self, tmp_path: Path) -> None:
        data = '[{"id": "mine", "name": "Mine", "metrics": {"tpp": "5000"}}]'
        assert answers(check(tmp_path, data, "ours.json")) == [("mine", "met", 5000.0)]

    @pytest.mark.parametrize(
        ("given", "near"),
        [
            ("H100 Tensor Core GPU", "'H100'"),
            ("AMD H100", "'H100'"),
            ("NVIDIA MI300X", "'MI300X'"),
            ("H100, 200 pcs", "'H100'"),
        ],
    )
    def test_an_unknown_name_suggests_the_one_in_it(
        self, tmp_path: Path, given: str, near: str
    ) -> None:
        ran = check(tmp_path, f"{given}\n", "ours.txt")
        [record] = ran.json
        assert (record["chip"], ran.status) == (None, 3)
        assert near in record["error"]

    @pytest.mark.parametrize("given", ["NVIDIA® T4™", "Ｔ４", "t-4", "\u200bT4"])
    def test_signs_are_no_part_of_a_name(self, tmp_path: Path, given: str) -> None:
        [record] = check(tmp_path, f"{given}\n", "ours.txt").json
        assert record["chip"] == "nvidia-t4"


class TestFiguresOfSomethingElse:
    """Figures that are not those of one chip without sparsity would control what is not."""

    def row(self, folder: Path, text: str) -> tuple[Record, str]:
        """The answer to a table of one row, and what is said of it."""
        ran = check(folder, text)
        [record] = ran.json
        return record, ran.err

    @pytest.mark.parametrize(
        ("row", "dense"), [("H20,592", "296"), ("L20,478", "239"), ("H100,3958", "1,97")]
    )
    def test_sparse_throughput(self, tmp_path: Path, row: str, dense: str) -> None:
        """The H20 has 296 TFLOPS in FP8, a TPP of 2,368 on 814 mm^2: below 3A090.b's density."""
        record, said = self.row(tmp_path, f"name,FP8 TFLOPS,die_area (mm2)\n{row},814\n")
        assert record["classification"]["status"] == "undetermined"
        assert "with sparsity" in said
        assert f"dense {dense}" in said

    def test_the_total_of_a_system(self, tmp_path: Path) -> None:
        """A DGX H100 has eight GPUs of 989 TFLOPS in FP16."""
        record, said = self.row(tmp_path, "name,FP16 TFLOPS\nDGX H100,7915\n")
        assert record["classification"]["status"] == "undetermined"
        assert "all 8 chips of nvidia-dgx-h100" in said

    def test_the_figure_of_one_chip_is_read(self, tmp_path: Path) -> None:
        record, said = self.row(tmp_path, "name,FP16 TFLOPS\nDGX H100,989\n")
        assert record["metrics"]["tpp"]["value"] == 989 * 16
        assert "was not read" not in said

    def test_a_system_is_classified_as_one(self, tmp_path: Path) -> None:
        """4A090.a is the entry of computers that contain circuits of 3A090.a."""
        text = "name,FP16 TFLOPS,datacenter\nHGX H200 8-GPU,989,true\nH200,989,true\n"
        outcomes = [record["classification"]["outcome"] for record in check(tmp_path, text).json]
        assert outcomes == ["4A090.a", "3A090.a"]
