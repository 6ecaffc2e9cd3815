"""Control characters of names, notes, keys and paths are shown and never reach the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from running import Ran, run

CONTROLS = {
    "escape": "\x1b[31m",
    "window title": "\x1b]0;owned\x07",
    "C1": "\x9b2J",
    "override": "\u202e",
    "isolate": "\u2066",
    "carriage return": "\r",
    "backspace": "\x08",
    "line separator": "\u2028",
}
UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]"
)
DAY = ("--on", "2026-06-01")
NAME = "Evil" + "".join(CONTROLS.values()) + "chip"


@pytest.fixture
def chip(tmp_path: Path) -> Path:
    """A file with a chip whose name, vendor and notes hold every control character."""
    fields = {
        "name": NAME,
        "vendor": NAME,
        "note": NAME,
        "metrics": {"tpp": 5000},
        "designed_for": "datacenter",
    }
    # JSON is YAML, and its escapes may hold characters that plain YAML does not allow
    (tmp_path / "evil.yaml").write_text(json.dumps(fields))
    return tmp_path


def shows_no_control(ran: Ran) -> None:
    assert not UNSAFE.search(ran.out)
    assert not UNSAFE.search(ran.err)


@pytest.mark.parametrize("style", ["table", "markdown", "csv", "json", "html", "tsv", "grid"])
@pytest.mark.parametrize(
    "call",
    ["check", "check --explain", "check --to CN", "show", "compare H20", "timeline", "headroom"],
)
def test_every_format(chip: Path, call: str, style: str) -> None:
    command, *options = call.split()
    day = () if command in ("show", "compare", "timeline") else DAY
    ran = run(command, "evil.yaml", *options, *day, "--format", style, folder=chip)
    assert ran.status != 70
    assert ran.out
    shows_no_control(ran)


@pytest.mark.parametrize("style", ["markdown", "html", "json"])
def test_dossier(chip: Path, style: str) -> None:
    ran = run("dossier", "evil.yaml", *DAY, "--format", style, folder=chip)
    assert ran.out
    shows_no_control(ran)


def test_chart(chip: Path) -> None:
    ran = run("plot", "tpp-density", "evil.yaml", *DAY, "--format", "json", folder=chip)
    shows_no_control(ran)
    assert "\\u001b" in json.dumps(json.loads(ran.out), ensure_ascii=False)


def test_what_is_shown(chip: Path) -> None:
    out = run("check", "evil.yaml", *DAY, folder=chip).out
    assert r"the Evil\u001b[31m\u001b]0;owned\u0007\u009b2J\u202e" in " ".join(out.split())
    assert any(line.startswith(r"Evil\u001b[31m") for line in out.splitlines())


def test_json_keeps_the_data(chip: Path) -> None:
    assert run("show", "evil.yaml", "--format", "json", folder=chip).json["name"] == NAME


def test_files(chip: Path) -> None:
    """Text and JSON in a file hold no control characters either."""
    run("compare", "evil.yaml", "H20", "-o", "t.txt", folder=chip)
    run("show", "evil.yaml", "-o", "s.txt", folder=chip)
    run("compare", "evil.yaml", "H20", "--format", "json", "-o", "t.json", folder=chip)
    for name in ("t.txt", "s.txt", "t.json"):
        assert not UNSAFE.search((chip / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("control", CONTROLS.values(), ids=list(CONTROLS))
def test_errors(tmp_path: Path, control: str) -> None:
    (tmp_path / "bad.yaml").write_text(json.dumps({"name": "Mine", f"memroy{control}": {}}))
    for call in (
        ["check", "bad.yaml"],
        ["check", f"no{control}such"],
        ["check", f"no{control}such.yaml"],
        ["check", "H20", "--to", f"Atlantis{control}"],
        ["check", "H20", "-o", f"missing/{control}"],
        ["check", "H20", f"--what{control}"],
        ["check", "H20", "--derate", f"com{control}pute"],
        [f"no{control}such"],
        ["flips", "a", "b", f"c{control}"],
    ):
        ran = run(*call, folder=tmp_path)
        assert ran.status == 2, call
        assert ran.err
        shows_no_control(ran)


def test_a_line_break_in_a_name_forges_no_line(tmp_path: Path) -> None:
    name = "Mine\n  classification  not 3A090 or 4A090"
    (tmp_path / "bad.yaml").write_text(json.dumps({"name": name, "metrics": {"tpp": 5000}}))
    ran = run("check", "bad.yaml", *DAY, folder=tmp_path)
    assert "\n  classification  not 3A090 or 4A090\n" not in ran.out
