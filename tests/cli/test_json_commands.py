"""The JSON of ``list``, ``show``, ``rules``, ``headroom`` and ``compare``, and the flat answers of
``check``.
"""

from __future__ import annotations

import csv
import io
import re

import pytest
from running import ALL_METRICS, STAMP, Record, check_metric, has, run


class TestStamp:
    """Every object carries the schema number and the hashes of data and rules."""

    @pytest.mark.parametrize(
        "call",
        [
            "check H20 A100 --on 2024-01-01",
            "show H20",
            "list",
            "rules",
            "headroom H20 --on 2024-01-01",
            "compare H20 L4",
        ],
    )
    def test_stamp(self, call: str) -> None:
        found = run(*call.split(), "--format", "json").json
        version = run("--version").out
        for record in found if isinstance(found, list) else [found]:
            assert record["schema"] == 1
            assert f"data {record['data']}" in version
            assert f"rules {record['rules']}" in version


class TestCsv:
    """``check --format csv``: a row per chip and answer, flat."""

    def test_rows(self) -> None:
        call = "check H20 910B4 --on 2026-02-01 --to CN"
        rows = list(csv.DictReader(io.StringIO(run(*call.split(), "--format", "csv").out)))
        assert list(rows[0]) == [
            "chip",
            "on",
            "to",
            "rule",
            "question",
            "status",
            "outcome",
            "contested",
            "provisions",
            "needs",
            "license_contested",
            "exit_status",
            "verdict",
            "verdict_status",
            "cautions",
            "sku",
            "quantity",
        ]
        answers = run(*call.split(), "--format", "json").json
        whole = [
            (answer["chip"], entry["rule"], entry["status"])
            for answer in answers
            for entry in answer["answers"]
        ]
        assert [(row["chip"], row["rule"], row["status"]) for row in rows] == whole
        assert {(row["on"], row["to"]) for row in rows} == {("2026-02-01", "CN")}
        assert {row["contested"] for row in rows} == {"true", "false"}

    @pytest.mark.parametrize(
        ("to", "contested", "status"), [("IN", "true", "3"), ("DE", "false", "0")]
    )
    def test_whether_the_license_is_contested(self, to: str, contested: str, status: str) -> None:
        """15 CFR 740.27: AIA lifts the printed text for Germany, in Supplement No. 5(a), not India.

        No rule of the rows is contested by it, so that their own column cannot say so.
        """
        call = f"check H100 --on 2026-06-01 --to {to} --format csv"
        rows = list(csv.DictReader(io.StringIO(run(*call.split()).out)))
        assert rows
        for row in rows:
            assert (row["license_contested"], row["exit_status"]) == (contested, status)
            assert row["contested"] == "false"

    def test_without_a_destination_no_license_is_contested(self) -> None:
        """Only the classification is asked about: the H100 is in 3A090.a, which is status 1."""
        call = "check H100 --on 2026-06-01 --format csv"
        rows = list(csv.DictReader(io.StringIO(run(*call.split()).out)))
        assert {(row["license_contested"], row["exit_status"]) for row in rows} == {("", "1")}


class TestOtherCommands:
    """``list``, ``show`` and ``rules``."""

    def test_list(self) -> None:
        keys = {
            "id",
            "name",
            "vendor",
            "architecture",
            "kind",
            "announced",
            "tpp",
            "performance_density",
            "country",
        }
        rows = run("list", "--format", "json").json
        assert all(set(row) == keys | STAMP for row in rows)
        assert len({row["id"] for row in rows}) == len(rows) >= 45
        a100 = next(row for row in rows if row["id"] == "nvidia-a100-sxm4-80gb")
        assert (a100["tpp"], a100["announced"]) == (4992.0, "2020-11-16")
        assert a100["performance_density"] == pytest.approx(4992 / 826)

    @pytest.mark.parametrize("name", ["H20", "910B4", "MLU370-X8", "昇腾910B"])
    def test_show(self, name: str) -> None:
        chip = run("show", name, "--format", "json").json
        has(chip, id=str, name=str, vendor=str, figures=dict, metrics=dict)
        assert set(chip["metrics"]) == set(ALL_METRICS)
        for metric, record in chip["metrics"].items():
            check_metric(metric, record)
        for path, figure in chip["figures"].items():
            assert re.fullmatch(r"[\w.\[\]]+", path)
            assert {"value", "unit", "low", "high", "claims"} <= set(figure)
            assert all({"source", "basis"} <= set(claim) for claim in figure["claims"])

    def test_show_figure(self) -> None:
        chip = run("show", "H20", "--format", "json").json
        bandwidth = chip["figures"]["memory.bandwidth"]
        assert [bandwidth[key] for key in ("value", "unit", "low", "high")] == [
            4000.0,
            "GB/s",
            4000.0,
            4000.0,
        ]
        assert chip["figures"]["dies[0].area"]["unit"] == "mm^2"
        assert chip["figures"]["throughput.fp8"]["value"] == 296.0

    def test_rules(self) -> None:
        whole = {rule["id"]: rule for rule in run("rules", "--format", "json").json}
        for rule in whole.values():
            has(rule, id=str, question=str, title=str, citation=str, dates=dict, provisions=list)
            assert all(
                {"id", "outcome", "text"} <= set(provision) for provision in rule["provisions"]
            )
        entry = whole["us-3a090-2023"]
        assert entry["dates"]["effective"] == "2023-11-17"
        assert [provision["id"] for provision in entry["provisions"]] == [
            "3A090.a.1",
            "3A090.a.2",
            "3A090.b.1",
            "3A090.b.2",
        ]
        standing = {
            rule["id"] for rule in run("rules", "--on", "2023-11-16", "--format", "json").json
        }
        assert "us-3a090-2022" in standing
        assert "us-3a090-2023" not in standing


class TestList:
    """``list`` filters and sorts."""

    def test_filters(self) -> None:
        rows = run("list", "--vendor", "huawei", "--kind", "processor", "--format", "json").json
        assert rows
        assert {(row["vendor"], row["kind"]) for row in rows} == {("Huawei", "processor")}

    def test_sorts(self) -> None:
        rows = run("list", "--sort", "tpp", "--reverse", "--format", "json").json
        known = [row["tpp"] for row in rows if row["tpp"] is not None]
        assert known == sorted(known, reverse=True)
        assert len(known) > 45


ROW = STAMP | {
    "chip",
    "rule",
    "leaves",
    "enters",
    "knob",
    "factor",
    "cut_percent",
    "attained",
    "value",
    "unit",
    "binding",
}
KNOBS = {"compute", "memory-bandwidth", "link-bandwidth", "die-area", "formats"}


def rows_of(call: str) -> list[Record]:
    """The rows of a call of ``headroom``."""
    rows: list[Record] = run("headroom", *call.split(), "--format", "json").json
    return rows


class TestHeadroom:
    """One row per knob and change; ``factor`` is the limit of the knob's multiple, null if none
    does it.
    """

    @pytest.mark.parametrize(
        "call",
        [
            "H100 --on 2024-01-01",
            "A30 --on 2024-01-01",
            "H20 --on 2025-05-01 --to CN",
            "B200 --on 2026-06-01",
        ],
    )
    def test_rows(self, call: str) -> None:
        rows = rows_of(call)
        assert {row["knob"] for row in rows} == KNOBS
        for row in rows:
            assert set(row) >= ROW
            has(row, chip=str, rule=str, attained=bool, unit=str)
            assert (row["leaves"] is None) != (row["enters"] is None)
            assert row["unit"] == {"die-area": "mm^2", "compute": "", "formats": ""}.get(
                row["knob"], "GB/s"
            )
            numbers = [row[key] for key in ("factor", "cut_percent", "value")]
            if row["factor"] is None:
                assert numbers == [None, None, None]
            else:
                assert row["cut_percent"] == pytest.approx(100 * (1 - row["factor"]), abs=1e-4)
                assert isinstance(row["value"], float)
                assert isinstance(row["binding"], str)

    @pytest.mark.parametrize(
        ("chip", "changes"),
        [
            ("H100", [("leaves", "3A090.a"), ("leaves", "3A090")]),
            ("A30", [("leaves", "3A090"), ("enters", "3A090.a")]),
            ("H20", [("enters", "3A090.b"), ("enters", "3A090.a")]),
        ],
    )
    def test_changes(self, chip: str, changes: list[tuple[str, str]]) -> None:
        """In .a: out of .a and of the entry; in .b: out, and into .a; outside: into each."""
        rows = rows_of(f"{chip} --on 2024-01-01 --knob compute --rule us-3a090-2023")
        found = [(side, row[side]) for row in rows for side in ("leaves", "enters") if row[side]]
        assert sorted(found) == sorted(changes)

    def test_h100(self) -> None:
        """15,831.2 over 814 mm^2: .a ends below 4800 (a.1 binds, as 4800 / 814 is below 5.92), the
        entry below 2400.
        """
        rows = {row["leaves"]: row for row in rows_of("H100 --on 2024-01-01 --knob compute")}
        for leaves, limit, binding in (
            ("3A090.a", 4800, "3A090.a.1"),
            ("3A090", 2400, "3A090.b.1"),
        ):
            row = rows[leaves]
            assert (row["value"], row["attained"], row["binding"], row["unit"]) == (
                limit,
                False,
                binding,
                "",
            )
            assert row["factor"] == pytest.approx(limit / 15831.2, abs=1e-6)
        assert round(rows["3A090.a"]["cut_percent"], 1) == 69.7
        assert round(rows["3A090"]["cut_percent"], 1) == 84.8

    def test_no_area_takes_the_h100_out(self) -> None:
        rows = rows_of("H100 --on 2024-01-01 --knob die-area")
        assert [row["factor"] for row in rows] == [None, None]

    def test_h20_enters_by_area(self) -> None:
        """2368 / 3.2 = 740 mm^2 for .b, 2368 / 5.92 = 400 mm^2 for .a."""
        rows = {row["enters"]: row for row in rows_of("H20 --on 2024-01-01 --knob die-area")}
        assert [
            (rows[name]["value"], rows[name]["binding"]) for name in ("3A090.b", "3A090.a")
        ] == [
            (740.0, "3A090.b.2"),
            (400.0, "3A090.a.2"),
        ]


class TestCompare:
    """Figures side by side with ratios to a baseline."""

    def test_baseline(self) -> None:
        found = run("compare", "910B2", "A100", "--format", "json").json
        assert found["baseline"] == "nvidia-a100-sxm4-80gb"
        assert set(found) >= STAMP
