"""Files that people have: a file is a file; chipdb reads it or says what it is.

The kinds are those of files that people have, and of docs/specification.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from auditing import DAY, audited
from running import only, refused, run, says


def names_and_totals(name: str, text: str, folder: Path) -> list[tuple[str, Any]]:
    """The names and the TPP of the rows of a file, as ``check`` reads it."""
    (folder / name).write_text(text, encoding="utf-8")
    ran = run("check", name, "--on", DAY, "--format", "json", folder=folder)
    return [(entry["name"], entry["metrics"]["tpp"]["value"]) for entry in ran.json]


TWO = [("H20", 2368.0), ("L20", 1912.0)]
"""296 and 239 TOPS in 8 bits."""


class TestRead:
    """Tables in forms beside plain CSV."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            (
                "table.jsonl",
                '{"name":"H20","throughput.fp8":296}\n\n{"name":"L20","throughput.fp8":239}\n',
            ),
            (
                "table.ndjson",
                '{"name":"H20","throughput.fp8":296}\r\n{"name":"L20","throughput.fp8":239}\r\n',
            ),
            (
                "table.json",
                '{"name":"H20","throughput.fp8":296}\n{"name":"L20","throughput.fp8":239}\n',
            ),
            ("table.json", '{"H20":{"throughput.fp8":296},"L20":{"throughput.fp8":239}}'),
            ("table.csv", "sep=;\nname;throughput.fp8\nH20;296\nL20;239\n"),
            ("table.csv", "SEP=|\r\nname|throughput.fp8\r\nH20|296\r\nL20|239\r\n"),
            ("table.csv", "\ufeffsep=\t\nname\tthroughput.fp8\nH20\t296\nL20\t239\n"),
        ],
    )
    def test_tables(self, name: str, text: str, tmp_path: Path) -> None:
        assert names_and_totals(name, text, tmp_path) == TWO
        assert audited(text, tmp_path, name=name).json["matched"] == 2

    def test_standard_input(self) -> None:
        lines = '{"name":"H20","throughput.fp8":296}\n{"name":"L20","throughput.fp8":239}\n'
        ran = run("audit", "-", "--on", DAY, "--format", "json", stdin=lines)
        assert ran.json["matched"] == 2

    @pytest.mark.parametrize(
        "text", ['{"metrics": {"tpp": 100}}', '{"memory": {"bandwidth": "1 TB/s"}}']
    )
    def test_a_chip_of_mappings_is_a_chip(self, text: str, tmp_path: Path) -> None:
        """Its keys are fields of the data format, and no names."""
        assert [name for name, _ in names_and_totals("mine.json", text, tmp_path)] == ["mine"]

    @pytest.mark.parametrize(
        "text",
        [
            '{"designed_for": ["datacenter"], "metrics": {"tpp": 100}}',
            '{"aliases": ["H20"], "metrics": {"tpp": 100}}',
            '{"members": [{"chip": "H20", "count": 8}]}',
        ],
    )
    def test_a_list_of_a_chip_is_no_table(self, text: str, tmp_path: Path) -> None:
        """The words and the parts of one chip are not the names of several."""
        assert [name for name, _ in names_and_totals("mine.json", text, tmp_path)] == ["mine"]

    def test_a_damaged_line_is_named(self, tmp_path: Path) -> None:
        text = '{"name":"H20","throughput.fp8":296}\n{"name":\n'
        (tmp_path / "table.jsonl").write_text(text)
        line = only(refused(tmp_path, "audit", "table.jsonl", "--on", DAY))
        assert says(line, "table.jsonl:2: JSON")


class TestRefused:
    """What is not read is named, with a way to give it; it is never an unknown chip."""

    @pytest.mark.parametrize("command", ["check", "audit", "show", "headroom"])
    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("table.xlsx", b"PK not really a workbook", "not a workbook"),
            ("table.ods", b"PK", "OpenDocument sheet CSV"),
            ("table.md", b"| name | throughput.fp8 |\n|---|---|\n| H20 | 296 |\n", "Markdown CSV"),
            ("table.html", b"<table></table>", "web page CSV"),
            ("table.pdf", b"%PDF-1.7", "PDF CSV"),
        ],
    )
    def test_a_kind(
        self, command: str, name: str, content: bytes, words: str, tmp_path: Path
    ) -> None:
        (tmp_path / name).write_bytes(content)
        day = () if command == "show" else ("--on", DAY)
        for argument in (name, f"./{name}"):
            line = only(refused(tmp_path, command, argument, *day))
            assert says(line, f"{name} {words}")
            assert "unknown chip" not in line

    def test_an_unknown_ending(self, tmp_path: Path) -> None:
        (tmp_path / "table.foo").write_text("name,tpp\nA,1\n")
        assert says(only(refused(tmp_path, "check", "table.foo", "--on", DAY)), ".foo .csv .yaml")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"PK\x03\x04rest", "Excel"),
            (b"%PDF-1.7", "PDF"),
            (b"PAR1rest", ".parquet"),
            (b"\x1f\x8brest", "compressed"),
        ],
    )
    def test_a_file_that_is_named_like_a_table(
        self, content: bytes, words: str, tmp_path: Path
    ) -> None:
        (tmp_path / "table.csv").write_bytes(content)
        for command in ("audit", "check"):
            assert words in only(refused(tmp_path, command, "table.csv", "--on", DAY))

    def test_a_name_is_a_name_whatever_files_exist(self, tmp_path: Path) -> None:
        (tmp_path / "H20").write_text("| not | a chip |")
        ran = run("show", "H20", "--format", "json", folder=tmp_path)
        assert ran.json["id"] == "nvidia-h20-96gb"

    def test_a_file_that_does_not_exist(self, tmp_path: Path) -> None:
        assert "unknown chip" in only(refused(tmp_path, "check", "none.md", "--on", DAY))


def test_command_line_and_library_read_the_same_files() -> None:
    """The command line has a list of its own, since the reader of tables is slow to load."""
    from chipdb.catalog import portfolio
    from chipdb.cli import inputs
    from chipdb.curation import named_files

    assert inputs.TABLE_FILES == named_files.TABLE_FILES
    assert inputs.NAME_FILES == portfolio.NAME_FILES
