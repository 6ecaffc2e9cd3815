"""Several chips and places: an answer for each pair, a matrix for people.

Places are chosen by 15 CFR 742.6(a)(6)(iii) and Supplement No. 1 to part 740: Vietnam is in D:1,
China in D:1, D:4 and D:5, India in none of D:1, D:4 and D:5 since 2023.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import only, refused, run

import chipdb

ON = ("--on", "2026-06-01")
DAY = "2026-06-01"


def test_an_object_for_each_chip_and_place_chips_first() -> None:
    call = ("check", "A100", "T4", "--to", "VN", "--to", "India", "--to", "HK", *ON)
    ran = run(*call, "--format", "json")
    pairs = [(answer["chip"], answer["to"]) for answer in ran.json]
    a100, t4 = "nvidia-a100-sxm4-80gb", "nvidia-t4"
    expected = [(chip, place) for chip in (a100, t4) for place in ("VN", "IN", "HK")]
    assert pairs == expected
    assert ran.status == 1, "the A100 requires a license to Vietnam"


def test_each_answer_is_that_of_its_own_call() -> None:
    several = run("check", "A100", "--to", "VN", "--to", "IN", *ON, "--format", "json").json
    for answer in several:
        alone = run("check", "A100", "--to", answer["to"], *ON, "--format", "json").json
        assert alone == [answer]


def test_the_matrix_has_a_line_for_each_chip_and_a_column_for_each_place() -> None:
    """3A090 requires a license to D:1, D:4 and D:5, but the T4 does not meet it."""
    out = run("check", "A100", "T4", "--to", "VN", "--to", "HK", *ON).out
    lines = out.splitlines()
    header = next(line for line in lines if line.startswith("chip "))
    assert header.split()[-3:] == ["Vietnam", "Hong", "Kong"]
    (a100,) = [line for line in lines if line.startswith("nvidia-a100-sxm4-80gb ")]
    assert a100.split()[-2:] == ["required", "required"]
    (t4,) = [line for line in lines if line.startswith("nvidia-t4 ")]
    assert t4.count("not required") == 2
    assert "Hong Kong is treated as China" in out
    assert "742.6(a)(6)(iii)" in out


def test_a_place_by_two_names_is_one_place() -> None:
    answers = run("check", "A100", "--to", "VN", "--to", "Vietnam", *ON, "--format", "json").json
    assert [answer["to"] for answer in answers] == ["VN"]


def test_hong_kong_and_china_are_two_places() -> None:
    answers = run("check", "A100", "--to", "HK", "--to", "CN", *ON, "--format", "json").json
    assert [answer["to"] for answer in answers] == ["HK", "CN"]


def test_an_unknown_place_among_several_is_refused(tmp_path: Path) -> None:
    line = only(refused(tmp_path, "check", "A100", "--to", "VN", "--to", "Atlantis"))
    assert "--to" in line
    assert "'Atlantis'" in line


def test_a_parquet_file_is_for_one_place(tmp_path: Path) -> None:
    (tmp_path / "chips.csv").write_text("name,tpp\nx,5000\n")
    call = ("check", "chips.csv", "--to", "VN", "--to", "IN", "-o", "out.parquet")
    assert "one destination" in only(refused(tmp_path, *call, outputs=False))


@pytest.mark.parametrize("command", ["flips", "timeline"])
def test_rows_name_their_place(command: str) -> None:
    """The letters of April 2025 ask for a license for the H20 to China, not to Vietnam."""
    chips = ["2025-04-08", "2025-04-09"] if command == "flips" else ["H20"]
    call = (command, *chips, "--to", "VN", "--to", "CN")
    rows = run(*call, "--format", "json").json
    assert {row["to"] for row in rows if row["chip"] == "nvidia-h20-96gb"} >= {"CN"}
    table = run(*call).out
    assert "China" in table
    assert " to " in table.splitlines()[0]
    header = run(*call, "--format", "csv").out.splitlines()[0]
    assert "to" in header.split(",")


def test_a_dossier_has_a_part_for_each_place() -> None:
    sheet = chipdb.dossier("H20", on=DAY, to=["VN", "CN"])
    assert len(sheet.parts) == 2


class TestPython:
    """``to`` takes one place or several; several make the answer a list."""

    def test_several_places_make_a_list(self) -> None:
        answers = chipdb.check("A100", on=DAY, to=["VN", "IN"])
        assert [answer.question.to for answer in answers] == ["VN", "IN"]
        assert answers[0].license.required == "yes", "Vietnam is in D:1"

    def test_one_place_in_a_list_makes_a_list(self) -> None:
        assert isinstance(chipdb.check("A100", on=DAY, to=["VN"]), list)

    def test_one_place_makes_one_answer(self) -> None:
        assert isinstance(chipdb.check("A100", on=DAY, to="VN"), chipdb.Check)

    def test_no_place_in_a_list_is_refused(self) -> None:
        with pytest.raises(chipdb.ChipdbError, match=r"^to must name at least one place"):
            chipdb.check("A100", on=DAY, to=[])

    def test_a_number_is_no_place(self) -> None:
        with pytest.raises(TypeError, match=r"^to must be"):
            chipdb.check("A100", on=DAY, to=[5])  # type: ignore[list-item]
