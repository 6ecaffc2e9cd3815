"""``audit``: somebody else's rows, each accounted for, known faults found by kind."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from auditing import A100, DAY, EPOCH, audited, epoch, findings
from running import only, refused, run

import chipdb
from chipdb.catalog.table_mapping import known_mappings


class TestClean:
    """A row that agrees has no finding; it is recomputed all the same."""

    def test_record(self, tmp_path: Path) -> None:
        ran = audited(epoch(A100), tmp_path)
        record = ran.json
        assert ran.status == 0
        assert (
            record["rows"],
            record["read"],
            record["matched"],
            record["unread"],
            record["findings"],
        ) == (1, 1, 1, [], [])
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
    """The faults that were really published, each found by its kind."""

    @pytest.mark.parametrize(
        ("row", "figure", "kind"),
        [
            # one graphics die of two
            (
                {
                    "name": "AMD Radeon Instinct MI250X",
                    "maker": "AMD",
                    "fp16": "383e12",
                    "die": "724",
                },
                "die_area",
                "one-die",
            ),
            # a total that its own columns do not give
            (
                {
                    "name": "Meta MTIA 300",
                    "maker": "Meta",
                    "fp16": "600e12",
                    "fp8": "1200e12",
                    "tpp": "2832e12",
                },
                "tpp",
                "total",
            ),
            (
                {
                    "name": "AMD Instinct MI355X",
                    "maker": "AMD",
                    "fp16": "2516.6e12",
                    "tpp": "37440e12",
                },
                "tpp",
                "total",
            ),
            # the memory clock doubled
            (
                {"name": "AMD Instinct MI308X", "maker": "AMD", "bandwidth": "10300e9"},
                "memory.bandwidth",
                "known-error",
            ),
            # ten times the figure
            (
                {"name": "MetaX C500 OAM", "maker": "MetaX", "bandwidth": "18000e9"},
                "memory.bandwidth",
                "known-error",
            ),
            # FP4 in the column of INT4
            (
                {"name": "NVIDIA B200", "maker": "NVIDIA", "fp4": "9e15", "int4": "9e15"},
                "throughput.int4",
                "other-format",
            ),
            # a rate with sparsity
            (
                {"name": "NVIDIA GeForce RTX 5090", "maker": "NVIDIA", "fp8": "1676e12"},
                "throughput.fp8",
                "sparse",
            ),
            # GB where the maker has GiB
            (
                {"name": "Huawei Ascend 910B3", "maker": "Huawei", "memory": "64e9"},
                "memory.capacity",
                "binary-unit",
            ),
        ],
    )
    def test_found(self, row: dict[str, str], figure: str, kind: str, tmp_path: Path) -> None:
        ran = audited(epoch(row), tmp_path)
        assert ran.status == 1
        assert (figure, kind) in [
            (found["figure"], found["kind"]) for found in ran.json["findings"]
        ]

    def test_a_finding_has_both_sides(self, tmp_path: Path) -> None:
        row = {"name": "AMD Radeon Instinct MI250X", "maker": "AMD", "fp16": "383e12", "die": "724"}
        found = next(
            entry for entry in findings(row, folder=tmp_path) if entry["figure"] == "die_area"
        )
        assert (found["row"], found["name"], found["chip"]) == (
            1,
            "AMD Radeon Instinct MI250X",
            "amd-mi250x",
        )
        assert (found["theirs"], found["ours"], found["unit"]) == (724.0, 1448.0, "mm^2")
        assert found["sources"]
        assert "us-3a090-2023" in found["matters_for"], (
            "density 8.46 meets 3A090.a.2, 4.23 does not"
        )

    def test_a_status_that_changes(self, tmp_path: Path) -> None:
        """An A100 with its vector rate alone: 77.97 x 16 = 1,248 and density 1.5, outside; its
        tensor rates put it in .a.
        """
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
            # ATI became AMD: its R100 is a graphics chip of 2000 and not NVIDIA's Rubin.
            ("R100", "ATI", None),
            ("Gaudi 3", "Habana Labs", "intel-gaudi3-oam"),
            ("H2O", "NVIDIA", None),
        ],
    )
    def test_match(self, name: str, maker: str, chip: str | None, tmp_path: Path) -> None:
        row = {"name": name, "maker": maker, "fp16": "312e12"}
        record = audited(epoch(row), tmp_path).json
        assert (record["results"][0]["chip"], record["matched"]) == (chip, int(chip is not None))

    def test_a_generic_name_means_the_sku_that_agrees(self, tmp_path: Path) -> None:
        """A100 stands for the 80 GB SXM part; a row with 40 GB at 1,555 GB/s speaks of another."""
        row = {
            "name": "A100",
            "maker": "NVIDIA",
            "fp16": "312e12",
            "memory": "40e9",
            "bandwidth": "1555e9",
            "tdp": "400",
        }
        record = audited(epoch(row), tmp_path).json
        assert (record["results"][0]["chip"], record["findings"]) == ("nvidia-a100-sxm4-40gb", [])

    def test_a_sku_of_which_nothing_is_known_does_not_win(self, tmp_path: Path) -> None:
        """Some bins of the 910B have hardly a figure to differ in; a row that fits none of them is
        compared with the 910B2, for which the name stands.
        """
        row = {
            "name": "Huawei Ascend 910B",
            "maker": "Huawei",
            "memory": "50e9",
            "bandwidth": "500e9",
            "fp16": "200e12",
        }
        assert audited(epoch(row), tmp_path).json["results"][0]["chip"] == "huawei-ascend-910b2"

    def test_one_odd_cell_does_not_change_the_match(self, tmp_path: Path) -> None:
        """Files that people have: the sibling with the fewest disagreements. All but the power are those
        of the H100 PCIe; against the SXM5 part every figure would differ.
        """
        row = {
            "name": "H100",
            "maker": "NVIDIA",
            "fp16": "756e12",
            "fp8": "1513e12",
            "memory": "80e9",
            "bandwidth": "2039e9",
            "tdp": "700",
        }
        record = audited(epoch(row), tmp_path).json
        assert record["results"][0]["chip"] == "nvidia-h100-pcie-80gb"
        assert [found["figure"] for found in record["findings"]] == ["power.tdp"]

    def test_a_maker_that_nobody_knows_is_said(self, tmp_path: Path) -> None:
        (result,) = audited(epoch(A100 | {"maker": "Acme"}), tmp_path).json["results"]
        assert (result["chip"], "Acme" in result["why"]) == ("nvidia-a100-sxm4-80gb", True)

    def test_a_generic_name_without_such_a_sku_means_its_representative(
        self, tmp_path: Path
    ) -> None:
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
            ({"name": "X1", "bandwidth": "-5"}, "negative"),
            ({"name": "X1", "bandwidth": "5 parsecs"}, "parsecs"),
            ({"name": "X1", "bandwidth": "80,5"}, "decimal comma"),
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
        # a note of the first row goes over two lines
        assert any("line 4" in line for line in ran.lines)

    @pytest.mark.parametrize(
        ("row", "why"),
        [
            ({"name": "X1", "fp16": "1e12", "memory": "-5"}, "negative"),
            ({"name": "X1", "fp16": "1e12", "memory": "80,5"}, "decimal comma"),
            ({"name": "X1", "fp16": "1e12", "tdp": "15/8"}, "15/8"),
        ],
    )
    def test_a_cell_that_no_rule_reads_does_not_cost_its_row(
        self, row: dict[str, str], why: str, tmp_path: Path
    ) -> None:
        """Files that people have: read the rest, list the cell."""
        ran = audited(epoch(A100, row), tmp_path)
        record = ran.json
        assert (ran.status, record["read"], record["unread"]) == (1, 2, [])
        ((number, reason),) = [(entry["row"], entry["why"]) for entry in record["unread_cells"]]
        assert number == 2
        assert why in reason
        assert record["results"][1]["tpp"] == 16.0
        # a note of the first row goes over two lines
        assert any("line 4" in line for line in ran.lines)

    def test_a_row_that_was_not_read_is_a_finding(self, tmp_path: Path) -> None:
        """A bandwidth of 4.8 has no unit, so nothing of the H200's row was compared."""
        text = "name,fp16 (TFLOPS),memory bandwidth\nH100 SXM5,989,3.35 TB/s\nH200,989,4.8\n"
        ran = audited(text, tmp_path)
        (found,) = ran.json["findings"]
        assert (found["row"], found["name"], found["kind"]) == (2, "H200", "not-read")
        assert "4.8 has no unit" in found["why"]
        ran = run("audit", "table.csv", "--on", DAY, folder=tmp_path)
        assert ran.status == 1
        assert "1 finding   1 not-read" in ran.out
        assert "4.8 has no unit" in ran.out
        assert "0 findings" not in ran.out

    def test_a_cell_that_was_not_read_is_a_finding(self, tmp_path: Path) -> None:
        ran = audited(epoch(A100 | {"tdp": "15/8"}), tmp_path)
        (found,) = ran.json["findings"]
        assert (found["row"], found["kind"]) == (1, "not-read")
        assert "15/8" in found["why"]
        assert ran.json["results"][0]["tpp"] == 4992.0

    def test_a_blank_row_is_no_finding(self, tmp_path: Path) -> None:
        record = audited("name,throughput.fp16\nA100 SXM4 80GB,312\n\n,\n", tmp_path).json
        assert record["findings"] == []

    def test_a_sheet_that_was_not_read_is_not_clean(self, tmp_path: Path) -> None:
        """Another sheet may list chips, and nobody compared it."""
        from openpyxl import Workbook

        book = Workbook()
        orders = book.active
        orders.append(["name", "throughput.fp16"])
        orders.append(["A100 SXM4 80GB", "312"])
        more = book.create_sheet("More")
        for _ in range(20):
            more.append([])
        more.append(["name", "throughput.fp16"])
        more.append(["H200", "1"])
        book.save(tmp_path / "plan.xlsx")
        ran = run("audit", "plan.xlsx", "--on", DAY, folder=tmp_path)
        assert ran.status == 1
        assert "More" in ran.err

    def test_cells_that_do_not_fit_the_columns(self, tmp_path: Path) -> None:
        record = audited("name,tpp\nA,1000,5\nB,2000\nC\n,\n\nD,3000\n", tmp_path).json
        assert [entry["row"] for entry in record["unread"]] == [1, 3, 4]
        assert [entry["row"] for entry in record["results"]] == [2, 5]

    def test_totals_that_contradict_each_other(self, tmp_path: Path) -> None:
        """4,799 / 1,500 is 3.2, not 1."""
        text = (
            "name,tpp,applicable_die_area,performance_density\nA,4799,1500,1.0\nB,4799,1500,3.2\n"
        )
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
        "column",
        [
            "throughput.f16",
            "Throughput.f16",
            "memory-bandwidth",
            "throughput.fp8_sprase",
            "memory.capcity (GB)",
        ],
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
        assert (record["results"][0]["status"], record["results"][0]["outcome"]) == (
            "undetermined",
            None,
        )

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
            ("table.csv", b"name,tpp,tpp\nA,1,2\n", "duplicate"),
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


def test_the_catalog_agrees_with_itself(tmp_path: Path) -> None:
    """What ``export`` writes and ``audit`` reads back has no finding."""
    assert run("export", "-o", "chips.csv", folder=tmp_path).status == 0
    record = run("audit", "chips.csv", "--on", DAY, "--format", "json", folder=tmp_path).json
    assert (record["rows"], record["matched"], record["unread"]) == (
        len(chipdb.load()),
        len(chipdb.load()),
        [],
    )
    assert record["findings"] == []


def test_shipped_mappings_name_chips_that_exist() -> None:
    named = {chip for mapping in known_mappings().values() for chip in mapping.names.values()}
    assert named
    assert named - set(chipdb.load().ids) == set()


def test_a_paragraph_left_open_is_no_change(tmp_path: Path) -> None:
    """By vector rates alone an H100 is somewhere in 3A090 (133.8 x 16 / 814 is 2.6): that
    contradicts nothing.
    """
    names = [
        EPOCH["name"],
        EPOCH["maker"],
        *(column.column for column in known_mappings()["epoch"].columns),
    ]
    values = {
        EPOCH["name"]: "NVIDIA H100 SXM5 80GB",
        EPOCH["maker"]: "NVIDIA",
        EPOCH["die"]: "814",
        EPOCH["node"]: "4",
    }
    written = io.StringIO()
    writer = csv.DictWriter(written, names)
    writer.writeheader()
    writer.writerow(values | {"FP16 (half precision) performance (FLOP/s)": "267.6e12"})
    record = audited(written.getvalue(), tmp_path).json
    assert record["results"][0]["outcome"] == "3A090"
    assert [found["kind"] for found in record["findings"]] == ["differs"]


def test_a_row_of_an_unknown_chip_searches_no_similar_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searching takes longer than all else about such a row, and a table has thousands of them."""

    def search(*_: object) -> None:
        pytest.fail("similar names were searched")

    monkeypatch.setattr("difflib.get_close_matches", search)
    record = audited("name,throughput.fp16 (TFLOPS)\nSome Old Card,1\n", tmp_path).json
    assert (record["read"], record["matched"]) == (1, 0)
