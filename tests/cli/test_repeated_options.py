"""An option with one value is refused where it is given twice; repeatable options stay repeatable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer.main
from running import only, refused, run

from chipdb.cli.parser import COMMANDS, app_for


def _options(*, multiple: bool) -> list[tuple[str, str, int]]:
    """Return command, option and number of values of every option that takes a value."""
    options = []
    for command in COMMANDS:
        group: Any = typer.main.get_command(app_for([command]))
        for parameter in group.commands[command].params:
            if parameter.param_type_name != "option" or parameter.is_flag:
                continue
            if parameter.multiple == multiple:
                options += [(command, name, parameter.nargs) for name in parameter.opts]
    return options


SINGLE = _options(multiple=False)
REPEATABLE = _options(multiple=True)


def test_the_options_are_those_of_the_help() -> None:
    assert ("check", "--on", 1) in SINGLE
    assert ("near", "--to", 1) in SINGLE
    assert ("headroom", "--knob", 1) in SINGLE
    assert ("rules", "--diff", 2) in SINGLE
    assert ("check", "--derate", 1) in REPEATABLE
    for command in ("check", "flips", "timeline", "dossier"):
        assert (command, "--to", 1) in REPEATABLE
    assert not set(SINGLE) & set(REPEATABLE)


@pytest.mark.parametrize(("command", "option", "count"), SINGLE)
def test_refused(tmp_path: Path, command: str, option: str, count: int) -> None:
    first, second = ["VN"] * count, ["IN"] * count
    call = (command, option, *first, option, *second)
    line = only(refused(tmp_path, *call, outputs=False))
    assert line.startswith("chipdb: -")
    assert f"was given twice: {' '.join(first)!r} and {' '.join(second)!r}; give it once" in line
    if option not in ("-o", "--output"):
        assert f"{option} was given" in line


@pytest.mark.parametrize(("command", "option", "count"), REPEATABLE)
def test_accepted(command: str, option: str, count: int) -> None:
    values = ["0"] * count
    assert "was given" not in run(command, "nosuch", option, *values, option, *values).err


def test_three_times(tmp_path: Path) -> None:
    call = ("near", "A100", "--to", "VN", "--to=IN", "--on", "2026-06-01", "--to", "HK")
    line = only(refused(tmp_path, *call))
    assert line == "chipdb: --to was given 3 times: 'VN', 'IN' and 'HK'; give it once"


def test_both_names_of_one_option(tmp_path: Path) -> None:
    line = only(refused(tmp_path, "list", "-o", "a.txt", "--output", "b.txt", outputs=False))
    assert line == "chipdb: -o was given twice: 'a.txt' and 'b.txt'; give it once"


def test_the_same_value_twice(tmp_path: Path) -> None:
    assert "'VN' and 'VN'" in only(
        refused(tmp_path, "headroom", "A100", "--to", "VN", "--to", "VN")
    )


def test_what_follows_two_dashes_is_no_option() -> None:
    assert "was given" not in run("headroom", "--to", "VN", "--", "--to", "IN").err


def test_help_is_shown() -> None:
    ran = run("near", "--to", "VN", "--to", "IN", "--help")
    assert ran.status == 0
    assert "--headquarters" in ran.out
