"""Output on a terminal: docs/specification.md, section 3, "On a terminal".

The snapshots were looked at as pictures, on light and dark ground, before they were kept. They hold
the escapes in readable form: ``<b>`` bold, ``<160>`` a color, ``<>`` their end, ``<link>``.
``CHIPDB_SNAPSHOTS=write`` writes them anew; read the difference.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from running import run

from chipdb.cli.terminal import pager_of, screen_of
from chipdb.views.fitted_table import fitted_table
from chipdb.views.report import MarkedText, ReportTable, Standing
from chipdb.views.tables import NONE, width
from chipdb.views.terminal import COLORS, SYMBOLS, Screen, terminal_text

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
ESCAPE = re.compile(r"\x1b\[[0-9;]*m|\x1b\]8;;[^\x1b]*\x1b\\")
# a vintage does not change with the catalog
DATA = ("--vintage", "2026.11")
DAY = ("--on", "2026-06-01")
CALLS = {
    "matrix": ("check", "H20", "H100", "RTX 4090", "--to", "CN", "--to", "DE", "--to", "IN", *DAY),
    "check": ("check", "H100", "--to", "IN", *DAY),
    "list": ("list", "--vendor", "Huawei", "--where", "tpp > 6000"),
    "sources": ("show", "Ascend 910C", "--sources"),
    "headroom": ("headroom", "H20", "--to", "CN", *DAY),
    "timeline": (
        "timeline",
        "A100",
        "--to",
        "CN",
        "--since",
        "2023-01-01",
        "--until",
        "2026-06-01",
    ),
}
CALLS = {name: (*call, *DATA) for name, call in CALLS.items()}


def on_terminal(
    columns: int, *arguments: str, lines: int = 500, notes: bool = False, **environment: str
) -> str:
    """What a call prints on a terminal of a size; standard error is left out without ``notes``."""
    # what the shell that runs the tests states of its own terminal must not count
    stated = ("NO_COLOR", "FORCE_COLOR", "PAGER", "COLUMNS", "LINES")
    own = {name: text for name, text in os.environ.items() if name not in stated}
    own |= {"TERM": "xterm-256color", "PYTHONIOENCODING": "utf-8", **environment}
    terminal, end = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "chipdb", *arguments],
        stdin=end,
        stdout=end,
        stderr=end if notes else subprocess.DEVNULL,
        env=own,
        start_new_session=True,
    )
    os.close(end)
    written = b""
    while True:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        written += part
    process.wait(timeout=60)
    os.close(terminal)
    return written.decode().replace("\r\n", "\n")


def readable(text: str) -> str:
    """Escapes as short words, so that a difference can be read."""
    text = re.sub(r"\x1b\]8;;(\S+?)\x1b\\", "<link>", text)
    text = text.replace("\x1b]8;;\x1b\\", "</link>").replace("\x1b[0m", "<>")
    text = text.replace("\x1b[1m", "<b>").replace("\x1b[2m", "<faint>")
    return re.sub(r"\x1b\[(1;)?38;5;(\d+)m", r"<\1\2>", text)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [80, 120, 200])
@pytest.mark.parametrize("name", list(CALLS))
def test_snapshots(name: str, columns: int) -> None:
    printed = on_terminal(columns, *CALLS[name], "--no-pager")
    for line in printed.splitlines():
        assert width(ESCAPE.sub("", line)) <= columns, line
    # what follows the table or the verdict is worded by the rules, which change
    if name in ("matrix", "check"):
        printed = printed.partition("\n\n")[0] + "\n"
    snapshot = SNAPSHOTS / f"{name}-{columns}.txt"
    if os.environ.get("CHIPDB_SNAPSHOTS") == "write":
        snapshot.write_text(readable(printed), encoding="utf-8")
    assert readable(printed) == snapshot.read_text(encoding="utf-8")


def test_only_the_verdict_is_marked_where_the_screen_is_full() -> None:
    """The H20 to China has so many cautions that no empty line follows its verdict."""
    call = ("check", "H20", "--to", "CN", *DAY, *DATA)
    assert "\n\n" not in run(*call).out
    printed = readable(on_terminal(80, *call, "--no-pager"))
    verdict, _, below = printed.partition("classification  ")
    assert verdict.startswith("<1;160>■ On 2026-06-01 a license is required")
    assert verdict.rstrip().endswith(".<>")
    # each row and each caution has its own line, as in a pipe
    assert "\nexceptions " in below
    assert "\n  - " in below
    assert "<1;" not in below


@pytest.mark.parametrize("columns", [40, 80])
def test_notes_and_errors_fit_the_terminal(columns: int) -> None:
    """Words are not broken, and each note goes on below itself; a pipe has one line for each."""
    call = ("compare", "H20", "910B", *DATA)
    printed = on_terminal(columns, *call, "--no-pager", "--wide", notes=True)
    notes = printed[printed.index("note: ") :].splitlines()
    piped = run(*call).err.splitlines()
    assert all(width(line) <= columns for line in notes)
    assert "\n".join(notes).replace("\n  ", " ").splitlines() == piped
    assert len(notes) > len(piped)
    wrong = on_terminal(40, "check", "no such chip of any vendor", "--to", "CN", notes=True)
    assert all(width(line) <= 40 for line in wrong.splitlines())
    assert wrong.startswith("chipdb: unknown chip")


def words(text: str) -> list[str]:
    return re.sub(r"[-■▲□\s]+", " ", ESCAPE.sub("", text)).split()


@pytest.mark.parametrize("name", ["matrix", "sources"])
def test_wide_prints_the_words_of_a_pipe(name: str) -> None:
    """``--wide`` leaves the layout of tables; only colors, symbols and links are added."""
    printed = on_terminal(80, *CALLS[name], "--wide", "--no-pager")
    piped = run(*CALLS[name]).out
    assert words(printed) == words(piped)


@pytest.mark.parametrize("name", ["list", "timeline"])
def test_nothing_is_left_out_on_a_narrow_terminal(name: str) -> None:
    """Each cell of the wide table is in the narrow one, in the table or below its row."""
    printed = " ".join(words(on_terminal(80, *CALLS[name], "--no-pager")))
    for row in run(*CALLS[name]).out.split("\n\n")[0].splitlines()[2:]:
        for cell in re.split(r"\s{2,}", row):
            for word in words(cell):
                # an empty cell is not listed below its row
                assert word == NONE or word in printed, (cell, word)


class TestPlainOutput:
    def test_a_pipe_has_no_escapes_and_no_symbols(self) -> None:
        for call in CALLS.values():
            assert not set(run(*call).out) & {"\x1b", *SYMBOLS.values()}

    @pytest.mark.parametrize("lines", [24, 30, 500])
    def test_reasons_keep_their_lines_on_a_short_screen(self, lines: int) -> None:
        """A short screen has no empty line behind the verdict; what follows is no part of it."""
        shown = ESCAPE.sub("", on_terminal(80, "check", "H20", "--to", "CN", *DAY, lines=lines))
        starts = [line.split("  ")[0] for line in shown.splitlines()]
        assert {"classification", "license", "exceptions"} <= set(starts)
        assert max(map(len, shown.splitlines())) <= 80

    def test_no_color_keeps_the_symbols(self) -> None:
        printed = on_terminal(80, *CALLS["matrix"], "--no-pager", NO_COLOR="1")
        assert "\x1b[" not in printed
        assert "■ required" in printed

    def test_csv_and_json_are_plain_on_a_terminal(self) -> None:
        for style in ("csv", "json"):
            printed = on_terminal(80, "check", "H20", *DAY, "--format", style, "--no-pager")
            assert printed == run("check", "H20", *DAY, "--format", style).out

    def test_forced_color_in_a_pipe(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FORCE_COLOR", "1")
        forced = run(*CALLS["matrix"]).out
        assert "\x1b[38;5;160m" in forced
        monkeypatch.setenv("NO_COLOR", "1")
        plain = run(*CALLS["matrix"]).out
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("FORCE_COLOR", "0")
        assert run(*CALLS["matrix"]).out == plain
        assert "\x1b" not in plain


class TestScreen:
    def test_environment(self) -> None:
        assert screen_of(True, {}, wide=False).has_color
        assert not screen_of(True, {"NO_COLOR": "1"}, wide=False).has_color
        # an empty variable asks for nothing (no-color.org)
        assert screen_of(True, {"NO_COLOR": ""}, wide=False).has_color
        dumb = screen_of(True, {"TERM": "dumb"}, wide=False)
        assert not dumb.has_color
        assert not dumb.has_links
        assert screen_of(True, {}, wide=True).columns is None
        assert not screen_of(True, {}, wide=False, encoding="latin-1").has_symbols

    def test_pager(self) -> None:
        assert pager_of({"PAGER": "more -s"}) == ["more", "-s"]
        assert pager_of({"PAGER": "cat"}) == pager_of({"PAGER": ""}) == []
        assert pager_of({"PAGER": "less", "TERM": "dumb"}) == []
        assert pager_of({"PAGER": "'unclosed"}) == []

    def test_long_output_goes_to_the_pager(self, tmp_path: Path) -> None:
        pager = tmp_path / "pager"
        pager.write_text("#!/bin/sh\necho paged\ncat\n")
        pager.chmod(0o755)
        call = ("list", "--vendor", "Huawei")
        assert on_terminal(80, *call, lines=24, PAGER=str(pager)).startswith("paged\n")
        assert "paged" not in on_terminal(80, *call, "--no-pager", lines=24, PAGER=str(pager))
        assert "paged" not in on_terminal(80, "cite", lines=24, PAGER=str(pager))
        # a pager that cannot be started must not take the answer with it
        assert "huawei" in on_terminal(80, *call, lines=24, PAGER="/nowhere/pager")

    def test_colors_can_be_read_on_black_and_on_white(self) -> None:
        """Contrast by WCAG 2, at least 3.5 to either ground, from the levels of the 256 colors."""
        for color in COLORS.values():
            red, green, blue = (color - 16) // 36, (color - 16) // 6 % 6, (color - 16) % 6
            luminance = 0.0
            for part, weight in ((red, 0.2126), (green, 0.7152), (blue, 0.0722)):
                level = (0, 95, 135, 175, 215, 255)[part] / 255
                linear = level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4
                luminance += weight * linear
            assert 1.05 / (luminance + 0.05) >= 3.5
            assert (luminance + 0.05) / 0.05 >= 3.5


class TestTables:
    def test_a_link_that_is_not_of_the_web_is_not_drawn(self) -> None:
        screen = Screen(columns=80, has_color=False, has_links=True)
        for address in ("javascript:x", "https://a.b/\x1b]8;;", "https://a b", "file:///etc/x"):
            cell = MarkedText("title", address=address)
            assert "\x1b" not in terminal_text([ReportTable(["a"], [[cell]])], screen)
        cell = MarkedText("title", address="https://example.org/a")
        (line,) = terminal_text([ReportTable(["a"], [[cell]])], screen).splitlines()[2:]
        assert line == "\x1b]8;;https://example.org/a\x1b\\title\x1b]8;;\x1b\\"

    def test_control_characters_of_data_are_shown(self) -> None:
        screen = Screen(columns=20, has_color=True, has_links=True)
        cell = MarkedText("evil\x1b[31m", standing=Standing.CONTROLLED)
        text = terminal_text([ReportTable(["a\x1b"], [[cell]]), "b\x1b"], screen)
        assert ESCAPE.sub("", text).count("\x1b") == 0
        assert text.count("\\u001b") == 3

    @pytest.mark.parametrize("columns", [1, 10, 20, 39, 40, 80])
    def test_any_width(self, columns: int) -> None:
        headers = ["chip", "TPP", "note"]
        rows = [["昇腾910B", "6,016", "a text of some words"], ["x" * 50, "1", "–"]]
        table = fitted_table(headers, rows, columns)
        shown = ["".join(cells).replace(" ", "") for row in table.rows for cells in row.lines]
        shown += [line.text.replace(" ", "") for row in table.rows for line in row.folded]
        joined = "".join(shown)
        assert "昇腾" in joined
        assert joined.count("x") >= 50
        assert "6,016" in joined


def test_a_name_that_each_row_repeats_is_written_once_above() -> None:
    """The room that it took leaves more columns in the table."""
    headers = ["chip", "rule", "change"]
    rows = [["nvidia-h20-96gb", "us-3a090-2023", f"enters 3A090.{letter}"] for letter in "ab"]
    screen = Screen(columns=40, has_color=False, has_links=False)
    lines = terminal_text([ReportTable(headers, rows)], screen).splitlines()
    assert lines[0] == "chip: nvidia-h20-96gb"
    assert lines[1].split() == ["rule", "change"]
    assert lines[3:] == [f"us-3a090-2023  enters 3A090.{letter}" for letter in "ab"]
    # where there is room, or the rows differ, or there is one row, the name stays in the table
    for columns, shown in ((80, rows), (40, [*rows, ["x", "y", "z"]]), (40, rows[:1])):
        table = fitted_table(headers, shown, columns)
        assert not table.above
        assert table.columns[0] == 0


def test_each_place_of_a_portfolio_keeps_its_column(tmp_path: Path) -> None:
    """The answers are what was asked for; SKUs and quantities go below a row where room is short."""
    path = tmp_path / "ours.csv"
    path.write_text(
        "SKU,Product,Quantity\nP-100200,NVIDIA L40S,200\nP-100300,RTX 4090,10\n", encoding="utf-8"
    )
    places = [word for place in ("VN", "IN", "HK") for word in ("--to", place)]
    shown = ESCAPE.sub("", on_terminal(80, "check", str(path), *places, *DAY))
    header = next(line for line in shown.splitlines() if line.startswith("given"))
    assert re.split("  +", header.strip())[-3:] == ["Vietnam", "India", "Hong Kong"]
    assert "chip: nvidia-l40s" in shown
