"""What a newcomer gets wrong: each error names the parameter and what was expected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from running import only, refused, run

import chipdb

DAY = "2026-06-01"
WRONG_TYPES: list[tuple[str, Callable[[], object]]] = [
    ("count must be int or list or None, not 1.5", lambda: chipdb.budget("H20", count=1.5)),  # type: ignore[call-overload]
    ("count must be int or list or None, not 'many'", lambda: chipdb.budget("H20", count="many")),  # type: ignore[call-overload]
    ("count must be int, not 'many'", lambda: chipdb.budget("H20", count=["many"])),  # type: ignore[list-item]
    ("name must be str, not 5", lambda: chipdb.load()[5]),  # type: ignore[index]
    ("name must be str, not None", lambda: chipdb.load().find(None)),  # type: ignore[arg-type]
    ("name must be str, not 5", lambda: chipdb.load_rules()[5]),  # type: ignore[index]
    ("vintage must be str or None, not 5", lambda: chipdb.load(5)),  # type: ignore[arg-type]
]
WRONG_VALUES: list[tuple[str, Callable[[], object]]] = [
    ("before: unknown rule 'us-3a090-20'; did", lambda: chipdb.flips("us-3a090-20", DAY)),
    ("after: unknown rule 'x'", lambda: chipdb.flips(DAY, "x")),
    ("before must be a rule or a date; '2025-02-30'", lambda: chipdb.flips("2025-02-30", DAY)),
    ("after must be a rule, as 'us-3a", lambda: chipdb.flips("us-3a090-2023", DAY)),
    ("after must be a date, as '2026", lambda: chipdb.flips(DAY, "us-3a090-2023")),
    ("vintage: unknown vintage '1999.01'", lambda: chipdb.check("H20", vintage="1999.01")),
    ("to: unknown country 'XX'; expected a country's", lambda: chipdb.check("H20", to="XX")),
]


def _words(value: object) -> str:
    """The id of a parameter: texts only, since the address of a function differs each time."""
    return value if isinstance(value, str) else "call"


@pytest.mark.parametrize(("words", "call"), WRONG_TYPES, ids=_words)
def test_a_wrong_type(words: str, call: Callable[[], object]) -> None:
    with pytest.raises(TypeError) as error:
        call()
    assert str(error.value) == words


@pytest.mark.parametrize(("words", "call"), WRONG_VALUES, ids=_words)
def test_a_wrong_value(words: str, call: Callable[[], object]) -> None:
    with pytest.raises(chipdb.ChipdbError) as error:
        call()
    assert str(error.value).startswith(words)


@pytest.mark.parametrize("code", ["XX", "QQ", "ZZZ"])
def test_no_country_is_guessed_from_a_code(tmp_path: Path, code: str) -> None:
    """XX was answered with Kosovo, whose code is XKX."""
    line = only(refused(tmp_path, "check", "H20", "--to", code, outputs=False))
    assert line.startswith(f"chipdb: --to: unknown country '{code}'; expected a country's name")


def test_the_arguments_of_flips_are_named_as_in_its_help(tmp_path: Path) -> None:
    line = only(refused(tmp_path, "flips", "us-3a090-2023", DAY, outputs=False))
    assert line.startswith("chipdb: AFTER must be a rule, as 'us-3a090-2023' is, not '2026-06-01'")
    shown = run("flips", "--help").out
    assert "BEFORE" in shown
    assert "AFTER" in shown


def test_flips_says_what_it_compared() -> None:
    ran = run("flips", DAY, DAY)
    assert any("compared" in line and DAY in line for line in ran.lines)
    assert any("no answer differs" in line for line in ran.lines)


def test_python_says_not_controlled() -> None:
    """The word of the glossary; JSON keeps `outside`, which programs read."""
    (flip,) = [
        flip
        for flip in chipdb.flips("2023-11-16", "2023-11-17")
        if flip.chip == "nvidia-a800-sxm4-80gb"
    ]
    assert flip.answers == ("not controlled", "3A090.a")
    assert flip.to_dict()["before"]["answer"] == "outside"
    margin = chipdb.near("H20", on=DAY)[0]
    assert margin.now == "not controlled"
    assert margin.to_dict()["now"] == "outside"
