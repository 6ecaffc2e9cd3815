"""``-o FILE`` writes the format that the file's ending says (specification: Command line)."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from running import only, refused, run

CHECK = ("check", "H100", "A30", "--on", "2026-06-01", "--to", "VN")


def written(folder: Path, name: str, *call: str) -> str:
    """What a command writes to a file; nothing goes to standard output."""
    ran = run(*call, "-o", name, folder=folder)
    assert ran.out == ""
    assert ran.status in (0, 1)
    return (folder / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "call", [CHECK, ("near", "--on", "2026-06-01"), ("list",), ("show", "H100")], ids=lambda c: c[0]
)
class TestEndings:
    """The same bytes as with --format."""

    @pytest.mark.parametrize(
        ("name", "style"),
        [("a.csv", "csv"), ("A.JSON", "json"), ("a.md", "markdown"), ("a.txt", "table")],
    )
    def test_the_ending_is_the_format(
        self, tmp_path: Path, call: tuple[str, ...], name: str, style: str
    ) -> None:
        by_ending = written(tmp_path, name, *call)
        assert by_ending == written(tmp_path, "same.txt", *call, "--format", style)

    def test_programs_can_read_it(self, tmp_path: Path, call: tuple[str, ...]) -> None:
        rows = list(csv.reader(written(tmp_path, "a.csv", *call).splitlines()))
        assert len({len(row) for row in rows}) == 1
        json.loads(written(tmp_path, "a.json", *call))


def test_a_plain_call_without_the_parser(tmp_path: Path) -> None:
    """A file of the fast path is the same as that of the parser, which `--output=` asks for."""
    by_parser = run(*CHECK, "--output=b.csv", folder=tmp_path)
    assert by_parser.status == 1
    assert written(tmp_path, "a.csv", *CHECK) == (tmp_path / "b.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["a.ods", "a.doc", "a.html", "a.cvs"])
def test_other_endings_are_refused(tmp_path: Path, name: str) -> None:
    line = only(refused(tmp_path, *CHECK, "-o", name, outputs=False))
    assert ".txt, .csv, .json, .md or .xlsx" in line
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(("name", "style"), [("a.csv", "json"), ("a.json", "csv")])
def test_an_ending_that_contradicts_the_format(tmp_path: Path, name: str, style: str) -> None:
    line = only(refused(tmp_path, *CHECK, "-o", name, "--format", style, outputs=False))
    assert f"--format {style}" in line


def test_an_answer_is_not_written_as_parquet(tmp_path: Path) -> None:
    line = only(refused(tmp_path, "near", "--on", "2026-06-01", "-o", "a.parquet", outputs=False))
    assert "Parquet is written by" in line


def test_a_stated_format_may_have_any_other_ending(tmp_path: Path) -> None:
    assert "<table>" in written(tmp_path, "b.html", "list", "--format", "html")
