"""Changes that belong to one of several chips: ``B200:compute=86%``, ``2:compute=30%``.

86 % off the B200's TPP of 36,000 (9 PFLOPS FP4 and 4.5 PFLOPS FP8, both 36,000) leaves 5,040.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Record, only, refused, run

import chipdb

ON = ("--on", "2026-06-01")
H20_TPP = 2368
B200_CUT = 5040


def tpp_of_each(*call: str) -> list[float]:
    """Run a comparison and return the TPP of each chip."""
    lines = run("compare", *call, "--format", "json").json["lines"]
    (tpp,) = [line for line in lines if line["figure"] == "tpp"]
    return [value["value"] for value in tpp["values"]]


class TestTargets:
    """The part before the last colon in front of the first = says which chip is meant."""

    @pytest.mark.parametrize("target", ["B200", "1"])
    def test_only_the_named_chip_is_cut(self, target: str) -> None:
        call = ("B200", "H20", "--derate", f"{target}:compute=86%")
        assert tpp_of_each(*call) == [B200_CUT, H20_TPP]

    def test_a_chip_beside_its_derated_form(self) -> None:
        call = ("H20", "H20", "--derate", "2:compute=50%")
        assert tpp_of_each(*call) == [H20_TPP, H20_TPP / 2]

    def test_each_of_set_and_drop_too(self) -> None:
        call = ("H20", "H20", "H20", "--set", "2:tpp=100", "--drop", "3:fp8", "--drop", "3:int8")
        as_sold, set_to, dropped = tpp_of_each(*call)
        assert (as_sold, set_to) == (H20_TPP, 100)
        assert dropped <= H20_TPP

    def test_a_name_that_is_a_number_is_the_name(self, tmp_path: Path) -> None:
        (tmp_path / "own.yaml").write_text("- {id: two, name: '2', metrics: {tpp: 1000}}\n")
        call = ("compare", "2", "H20", "--catalog", "own.yaml", "--derate", "2:compute=50%")
        lines = run(*call, "--format", "json", folder=tmp_path).json["lines"]
        (tpp,) = [line for line in lines if line["figure"] == "tpp"]
        assert [value["value"] for value in tpp["values"]] == [500, H20_TPP]

    def test_a_file_is_named_as_it_was_written(self, tmp_path: Path) -> None:
        (tmp_path / "own.yaml").write_text("- {id: own, name: own, metrics: {tpp: 1000}}\n")
        call = ("compare", "own.yaml", "H20", "--derate", "own.yaml:compute=50%")
        lines = run(*call, "--format", "json", folder=tmp_path).json["lines"]
        (tpp,) = [line for line in lines if line["figure"] == "tpp"]
        assert [value["value"] for value in tpp["values"]] == [500, H20_TPP]

    @pytest.mark.parametrize("target", ["B201", "0", "3", "b200", ""])
    @pytest.mark.parametrize("option", ["--derate", "--set", "--drop"])
    def test_anything_else_lists_the_arguments(
        self, tmp_path: Path, target: str, option: str
    ) -> None:
        change = f"{target}:fp8" if option == "--drop" else f"{target}:compute=30%"
        line = only(refused(tmp_path, "check", "B200", "H20", option, change, outputs=False))
        assert line.startswith(
            f"chipdb: {option} '{change}': {target!r} is not one of the arguments"
        )
        assert line.endswith(": 1 B200, 2 H20")


class TestWithoutATarget:
    """check and headroom change every chip; other commands refuse to."""

    def test_check_changes_every_chip(self) -> None:
        answers = run("check", "H20", "T4", "--derate", "compute=50%", *ON, "--format", "json").json
        assert [answer["changes"] for answer in answers] == [["compute=50%"]] * 2

    @pytest.mark.parametrize("command", ["compare", "timeline", "budget", "dossier"])
    @pytest.mark.parametrize(
        "change", [("--derate", "compute=50%"), ("--set", "tpp=1000"), ("--drop", "fp8")]
    )
    def test_others_refuse_several(
        self, tmp_path: Path, command: str, change: tuple[str, str]
    ) -> None:
        option, text = change
        line = only(refused(tmp_path, command, "B200", "H20", *change, outputs=False))
        assert line == (
            f"chipdb: {option} {text!r} must say which of the 2 chips it changes, "
            f"such as B200:{text}"
        )

    def test_a_chart_refuses_several(self, tmp_path: Path) -> None:
        call = ("plot", "tpp-density", "B200", "H20", "--derate", "compute=50%", "--format", "json")
        assert "which of the 2 chips" in only(refused(tmp_path, *call, outputs=False))

    def test_one_chip_needs_no_target(self) -> None:
        rows = run("timeline", "H20", "--derate", "compute=50%", "--format", "json").json
        assert {tuple(row["changes"]) for row in rows} == {("compute=50%",)}


class TestShown:
    """Headings and JSON show the change."""

    def test_json_of_check(self) -> None:
        call = ("check", "H20", "H20", "--derate", "2:compute=50%", *ON, "--format", "json")
        shown = [(answer["position"], answer["changes"]) for answer in run(*call).json]
        assert shown == [(1, []), (2, ["compute=50%"])]

    @pytest.mark.parametrize(
        "call",
        [
            ("check", "H20", "T4", "--derate", "H20:compute=50%", "--to", "VN", *ON),
            ("check", "H20", "T4", "--derate", "H20:compute=50%", "--to", "VN", "--to", "IN", *ON),
            ("compare", "H20", "T4", "--derate", "H20:compute=50%"),
            ("timeline", "H20", "T4", "--derate", "H20:compute=50%"),
            ("budget", "H20", "T4", "--derate", "H20:compute=50%", "--on", "2025-04-01"),
            ("headroom", "H20", "--derate", "compute=50%", "--knob", "compute", *ON),
            ("show", "H20", "--derate", "compute=50%"),
            ("dossier", "H20", "T4", "--derate", "H20:compute=50%", *ON),
        ],
    )
    def test_tables(self, call: tuple[str, ...]) -> None:
        assert "compute=50%" in run(*call).out

    @pytest.mark.parametrize("command", ["timeline", "budget"])
    def test_json_of_rows(self, command: str) -> None:
        call = (command, "H20", "T4", "--derate", "T4:compute=50%", "--format", "json")
        rows: list[Record] = run(*call).json
        by_chip = {row["chip"]: (row["position"], row["changes"]) for row in rows if row["chip"]}
        assert by_chip["nvidia-h20-96gb"] == (1, [])
        assert by_chip["nvidia-t4"] == (2, ["compute=50%"])


class TestPython:
    """The same words as parameters."""

    def test_a_target_in_text_or_mapping(self) -> None:
        for derate in (["B200:compute=86%"], {"B200:compute": "86%"}):
            b200, h20 = chipdb.check(["B200", "H20"], on="2026-06-01", derate=derate)
            assert (b200.chip.tpp, h20.chip.tpp) == (B200_CUT, H20_TPP)

    def test_the_parameter_is_named(self) -> None:
        with pytest.raises(chipdb.ChipdbError, match=r"^derate 'compute=86%' must say which"):
            chipdb.compare(["B200", "H20"], derate="compute=86%")

    def test_a_chart_of_one_of_two(self) -> None:
        made = chipdb.chart("compare", ["H20", "T4"], derate={"H20:compute": "50%"})
        assert "50 %" in str(made.spec)
