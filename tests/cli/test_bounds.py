"""Every input has a bound that is checked before it is read (specification: Limits of inputs).

A refused input takes at most 10 seconds of the processor and 1 GB of memory; a message has at most
400 letters, and after 50 messages their number follows.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from running import only, run

from chipdb import bounds
from chipdb.errors import DataError, ParameterError, Problem, UnknownNameError

pa = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

DAY = ("--on", "2026-06-01")
MOST_SECONDS, MOST_KILOBYTES = 10, 1_000_000


# a process inherits the peak of the one that starts it, but what it maps itself begins anew
MEASURED = """
import pathlib
from chipdb.cli import main
try:
    main()
finally:
    status = pathlib.Path("/proc/self/status")
    peak = status.read_text().partition("VmHWM:")[2] if status.exists() else "0 kB"
    pathlib.Path("peak").write_text(peak.split()[0])
"""


def lines_of_refusal(folder: Path, *call: str, pipe: str | None = None) -> list[str]:
    """The lines that a process prints which must refuse a call within its time and memory."""
    given = os.open(folder / pipe if pipe else os.devnull, os.O_RDONLY)
    with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        command = [sys.executable, "-c", MEASURED, *call]
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=err, stdin=given)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    os.close(given)
    assert process.returncode == 2
    assert (folder / "out").read_bytes() == b""
    assert used.ru_utime + used.ru_stime < MOST_SECONDS
    assert int((folder / "peak").read_text()) < MOST_KILOBYTES
    lines = (folder / "err").read_text().splitlines()
    assert 1 <= len(lines) <= bounds.MOST_MESSAGES + 1
    # the name of the program stands before each message
    assert max(map(len, lines)) <= bounds.MOST_LETTERS + len("chipdb: ")
    return lines


def repeated_text(file: Path) -> None:
    """100,000 rows of one text of 90,000 letters: 1.4 kB that unfold to 9 GB."""
    codes = pa.array([0] * 100_000, pa.int32())
    names = pa.DictionaryArray.from_arrays(codes, pa.array(["x" * 90_000]))
    parquet.write_table(pa.table({"name": names, "tpp": codes}), file, compression="zstd")


def one_text(file: Path) -> None:
    """One text of 120 MB, stored in 5 kB."""
    table = pa.table({"name": ["z" * 120_000_000], "tpp": [1.0]})
    parquet.write_table(table, file, compression="zstd", use_dictionary=False)


def shared_prefix(file: Path) -> None:
    """2,000 texts of 90,000 letters of which each stores what it does not share with the last."""
    names = [f"{'y' * 90_000}{number}" for number in range(2000)]
    encoding = {"name": "DELTA_BYTE_ARRAY", "tpp": "PLAIN"}
    table = pa.table({"name": names, "tpp": [1.0] * 2000})
    parquet.write_table(table, file, use_dictionary=False, column_encoding=encoding)


def wide_csv(file: Path) -> None:
    """60,000 columns."""
    columns = ",".join(f"c{number}" for number in range(60_000))
    file.write_text(f"name,{columns}\nA{',1' * 60_000}\n")


def columns_of_each_record(file: Path) -> None:
    """Each record has a column that no other has."""
    lines = [json.dumps({f"c{number}": 1}) for number in range(200_000)]
    file.write_text("\n".join(lines))


def long_table(file: Path) -> None:
    """A million rows."""
    file.write_text("name,tpp\n" + "A,1\n" * 1_000_000)


def many_values(file: Path) -> None:
    """600,000 empty mappings in 2 MB."""
    file.write_text("chips: [" + "{}," * 600_000 + "]")


def wrong_entries(file: Path) -> None:
    """100,000 chips with a field that does not exist."""
    file.write_text("- {foo: 1}\n" * 100_000)


def wrong_fields(file: Path) -> None:
    """A chip with 9,000 fields that do not exist."""
    file.write_text("\n".join(f"field{number}: 1" for number in range(9_000)))


def sheet_of_zeros(file: Path) -> None:
    """An archive of 200 kB that unfolds to 200 MB."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (bounds.MOST_UNFOLDED + 1))


def workbook(file: Path, sheet: bytes, shared: bytes = b"") -> None:
    """A workbook with a sheet and shared texts, and nothing that a reader can do without."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" '
        f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
        f'<sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="a" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="b" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        start = f'<worksheet xmlns="{main}"><sheetData>'.encode()
        archive.writestr("xl/worksheets/sheet1.xml", start + sheet + b"</sheetData></worksheet>")
        start = f'<sst xmlns="{main}">'.encode()
        archive.writestr("xl/sharedStrings.xml", start + shared + b"</sst>")


ROW = b'<row><c t="inlineStr"><is><t>tpp</t></is></c><c><v>2</v></c></row>'


def sheet_of_rows(file: Path) -> None:
    """200,000 rows in 20 kB."""
    workbook(file, ROW * 200_000)


def shared_texts(file: Path) -> None:
    """Eight million shared texts."""
    workbook(file, ROW * 2, b"<si><t>a</t></si>" * 8_000_000)


def one_shared_text(file: Path) -> None:
    """One shared text of 100 MB."""
    workbook(file, ROW * 2, b"<si><t>" + b"a" * 100_000_000 + b"</t></si>")


def sheet_in_utf_16(file: Path) -> None:
    """200,000 rows whose letters take two bytes each."""
    workbook(file, ROW * 2)
    start = '<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData>'
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/worksheets/sheet2.xml", f"{start}{'<row/>' * 200_000}".encode("utf-16")
        )


def endless(file: Path) -> None:
    """A device that gives bytes without end."""
    file.symlink_to("/dev/zero")


BOMBS: list[tuple[Callable[[Path], None], str]] = [
    (repeated_text, "bomb.parquet"),
    (one_text, "bomb.parquet"),
    (shared_prefix, "bomb.parquet"),
    (wide_csv, "bomb.csv"),
    (columns_of_each_record, "bomb.jsonl"),
    (long_table, "bomb.csv"),
    (many_values, "bomb.yaml"),
    (wrong_entries, "bomb.yaml"),
    (wrong_fields, "bomb.yaml"),
    (sheet_of_zeros, "bomb.xlsx"),
    (sheet_of_rows, "bomb.xlsx"),
    (shared_texts, "bomb.xlsx"),
    (one_shared_text, "bomb.xlsx"),
    (sheet_in_utf_16, "bomb.xlsx"),
    (endless, "bomb.yaml"),
]


@pytest.mark.parametrize(("make", "name"), BOMBS, ids=lambda part: getattr(part, "__name__", None))
def test_bombs(tmp_path: Path, make: Callable[[Path], None], name: str) -> None:
    make(tmp_path / name)
    first = lines_of_refusal(tmp_path, "check", name, *DAY)[0]
    assert first.startswith(f"chipdb: {name}")


def test_the_workbook_of_the_bombs_is_one(tmp_path: Path) -> None:
    """What the bombs are made from is read, so that it is their size for which they are refused."""
    row = ROW.replace(b"tpp", b"name").replace(b"<v>2</v>", b"<v>1</v>")
    workbook(tmp_path / "small.xlsx", row + ROW)
    ran = run("audit", "small.xlsx", folder=tmp_path)
    assert "small.xlsx, sheet S" in ran.out + ran.err


def test_a_bomb_in_a_table_of_any_size(tmp_path: Path) -> None:
    """``-o FILE.parquet`` reads rows in constant memory: fewer at once where they are wide."""
    one_text(tmp_path / "one.parquet")
    shared_prefix(tmp_path / "prefix.parquet")
    long = pa.DictionaryArray.from_arrays(pa.array([0] * 10, pa.int32()), pa.array(["x" * 200_000]))
    parquet.write_table(pa.table({"note": long, "tpp": [1.0] * 10}), tmp_path / "text.parquet")
    for name in ("prefix.parquet", "text.parquet"):
        lines = lines_of_refusal(tmp_path, "check", name, *DAY, "-o", "out.parquet")
        assert "'name'" in only(lines) or "'note'" in only(lines)
        assert not (tmp_path / "out.parquet").exists()


def test_standard_input(tmp_path: Path) -> None:
    many_values(tmp_path / "bomb.yaml")
    lines = lines_of_refusal(tmp_path, "check", "-", *DAY, pipe="bomb.yaml")
    assert only(lines).startswith("chipdb: standard input")


@pytest.mark.parametrize(
    "call",
    [
        ("check", "H20", *DAY, "--rules"),
        ("check", "H20", *DAY, "--catalog"),
        ("estimate", "H20", "--phase", "decode", "--model"),
        ("sweep",),
    ],
    ids=lambda call: call[-1],
)
def test_other_files(tmp_path: Path, call: tuple[str, ...]) -> None:
    many_values(tmp_path / "bomb.yaml")
    assert "too many values" in only(lines_of_refusal(tmp_path, *call, "bomb.yaml"))


@pytest.mark.parametrize("call", [("check",), ("check", "--inventory")], ids=len)
def test_one_long_line(tmp_path: Path, call: tuple[str, ...]) -> None:
    (tmp_path / "names.txt").write_text("a " * 4_000_000)
    lines = lines_of_refusal(tmp_path, *call, "names.txt", *DAY)
    assert "10,000" in only(lines)


def test_an_inventory(tmp_path: Path) -> None:
    (tmp_path / "fleet.txt").write_text("NVIDIA H100 80GB HBM3\n" * 200_000)
    lines = lines_of_refusal(tmp_path, "check", "--inventory", "fleet.txt", *DAY)
    assert "at most 100,000 devices" in only(lines)


@pytest.mark.parametrize(
    "call",
    [
        ("check", "x" * 100_000),
        ("check", "H20", "--to", "x" * 100_000),
        ("check", "H20", "--on", "1" * 100_000),
        ("check", "H20", "--set", "tpp=" + "1" * 100_000),
        ("check", "H20", "--derate", f"compute={'9' * 100_000}%"),
        ("check", "H20", "--" + "x" * 100_000),
        ("list", "--where", "tpp > " + "1" * 100_000),
        ("x" * 100_000,),
    ],
    ids=lambda call: " ".join(call)[:30],
)
def test_words_of_the_command_line(tmp_path: Path, call: tuple[str, ...]) -> None:
    ran = run(*call, folder=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert max(map(len, ran.lines)) <= bounds.MOST_LETTERS + len("chipdb: ")


def test_notes_are_counted(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("name,tpp\n" + "".join(f"A{n},x{n}\n" for n in range(80)))
    lines = run("check", "t.csv", *DAY, "--format", "json", folder=tmp_path).lines
    assert len(lines) <= bounds.MOST_MESSAGES + 1
    assert lines[-1].startswith("note: and ")


def test_the_specification_states_the_limits() -> None:
    text = (Path(__file__).parent.parent.parent / "docs/specification.md").read_text("utf-8")
    section = text.partition("### Limits of inputs")[2].partition("\n###")[0]
    for name, value in vars(bounds).items():
        if name.startswith("MOST_") and value < bounds.MOST_BYTES:
            assert f"{value:,}" in section, name
    assert bounds.MOST_BYTES == 16 * 1024**2
    assert "16 MB" in section
    assert bounds.MOST_UNFOLDED == 200e6
    assert "200 MB" in section


class TestMessages:
    """An error of the library is as short as the line that the command prints."""

    def test_the_beginning_and_the_end_are_kept(self) -> None:
        text = str(ParameterError("on", f"must be a date, not {'1' * 5000}; write 2026-06-01"))
        assert len(text) == bounds.MOST_LETTERS
        assert text.startswith("on must be a date, not 111")
        assert text.endswith("111; write 2026-06-01")

    def test_every_problem_stays_in_the_error(self) -> None:
        error = DataError([Problem("f.yaml", n, "", "wrong " * 100) for n in range(1, 301)])
        lines = str(error).split("\n")
        assert len(lines) == bounds.MOST_MESSAGES + 1
        assert lines[-1] == "and 250 more problems"
        assert all(len(line) <= bounds.MOST_LETTERS for line in lines)
        assert len(error.problems) == 300

    def test_unknown_names(self) -> None:
        assert len(str(UnknownNameError("chip", "x" * 9999, ["H20"]))) == bounds.MOST_LETTERS
