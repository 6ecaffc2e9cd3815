"""``check(Path(...))`` reads what ``chipdb check FILE`` reads, with the same answers."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest
from running import run

import chipdb
from chipdb.catalog.not_found import NotFound

ASKED = ("--on", "2026-06-01", "--to", "VN", "--format", "json")
FILES = {
    "names.txt": "H100\nT4\nFoo 9000\n",
    "ours.csv": "Modell;Menge\nH100;2\nT4;3\nFoo;1\n",
    "ours.jsonl": '{"name": "H100", "quantity": 3}\n{"name": "T4"}\n',
    "figures.csv": "name,throughput.fp8 (TFLOPS),die_area\nH100,1979,814\nmine,100,800\n",
    "chips.yaml": "id: mine\nname: Mine\nmetrics: {tpp: 5000}\n",
}


@pytest.mark.parametrize("name", FILES)
def test_the_answers_of_the_command(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    answers = chipdb.check(path, on="2026-06-01", to="VN")
    by_command = run("check", name, *ASKED, folder=tmp_path).json
    assert len(answers) == len(by_command) > 0
    for answer, record in zip(answers, by_command, strict=True):
        own = answer.to_dict()
        for key in ("chip", "sku", "quantity", "verdict", "exit_status"):
            assert own.get(key) == record.get(key)
        assert own["exit_status"] == answer.exit_status


def test_a_name_that_no_chip_has_keeps_its_place(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("H100\nFoo 9000\nT4\n")
    middle = chipdb.check(path, on="2026-06-01")[1]
    assert isinstance(middle, NotFound)
    assert (middle.given, middle.exit_status) == ("Foo 9000", 3)


def test_a_row_that_was_not_read_is_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_text("name,tpp,die_area\nA,1000,1.2.3\nB,5000,800\n")
    unread, answer = chipdb.check(path, on="2026-06-01")
    assert isinstance(unread, NotFound)
    assert "line 2 was not read" in unread.error
    assert answer.exit_status == 1


def test_what_a_reader_should_know_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("name,qty\nH100,a few\n")
    with pytest.warns(UserWarning, match="quantity 'a few' was not read"):
        chipdb.check(path, on="2026-06-01")


@pytest.mark.parametrize("function", [chipdb.timeline, chipdb.compare])
def test_other_functions_refuse_what_they_cannot_answer(tmp_path: Path, function) -> None:
    path = tmp_path / "names.txt"
    path.write_text("H100\nFoo 9000\n")
    with pytest.raises(chipdb.ChipdbError, match="unknown chip 'Foo 9000'"):
        function(path)
    path.write_text("H100\nT4\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert function(path)


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# chips\n")
    with pytest.raises(chipdb.ChipdbError, match="a Markdown file"):
        chipdb.check(path)
    with pytest.raises(chipdb.ChipdbError, match="No such file"):
        chipdb.check(tmp_path / "none.csv")


def test_the_exit_status_of_each_answer(tmp_path: Path) -> None:
    """The call ends with 1 for the H100; 900-21001-0040-000 is an A30, so the T4 is open."""
    (tmp_path / "ours.csv").write_text("name,sku\nT4,\nT4,900-21001-0040-000\nH100,\nFoo,\n")
    ran = run("check", "ours.csv", *ASKED, folder=tmp_path)
    assert [record["exit_status"] for record in ran.json] == [0, 3, 1, 3]
    assert ran.status == 1
