"""What is asked of chipdb for every hostile input, one function for each kind of input.

An input is answered (status 0, 1 or 3) or refused (2, nothing on standard output) with at most 50
short messages and their number. No traceback, no internal fault, no control character, no changed
file. A frame, a service call and a file given to the library raise a :class:`ChipdbError` or answer.
"""

from __future__ import annotations

import contextlib
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import polars
import pyarrow
import typer
from running import Ran, run, tree

import chipdb
from chipdb.bounds import MOST_LETTERS, MOST_MESSAGES, MOST_NOTE_LETTERS
from chipdb.cli import parser
from chipdb.errors import ChipdbError
from chipdb.service.calls import COMMANDS as OFFERED
from chipdb.service.calls import answer, error_line
from fuzz import hostile

UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]"
)
LONGEST_LINE = MOST_LETTERS + len("chipdb: ")
LONGEST_NOTE = MOST_NOTE_LETTERS + len("note: ")
PANICS = tuple(filter(None, [getattr(polars.exceptions, "PanicException", None)]))
DAY = ("--on", "2026-06-01")
Attack = Callable[[Path, Any], None]

_app_for = parser.app_for


@cache
def _parser_of(name: str) -> Any:
    """The option parser of a command, which takes longer to build than most calls to answer."""
    return typer.main.get_command(_app_for([name]))


def _parser_for(arguments: Sequence[str], leave: Any = None) -> Any:  # noqa: ARG001 - as replaced
    return _parser_of(arguments[0] if arguments and arguments[0] in parser.COMMANDS else "")


def call(*words: str, folder: Path) -> Ran:
    """A call of the command line with its parser kept from the calls before."""
    with patch.object(parser, "app_for", _parser_for):
        return run(*words, folder=folder)


def holds(ran: Ran) -> None:
    """What every call keeps, whatever it is given."""
    assert ran.status in (0, 1, 2, 3), ran
    assert "Traceback" not in ran.err
    if ran.status == 2:
        assert ran.out == ""
        assert ran.lines
    assert len(ran.lines) <= 2 * MOST_MESSAGES + 2
    if not ran.err.lstrip().startswith(("Usage", "Error")):
        # not splitlines: a separator in a name would be found by the search for controls
        for line in ran.err.split("\n"):
            assert len(line) <= (LONGEST_NOTE if line.startswith("note: ") else LONGEST_LINE)
    assert not UNSAFE.search(ran.out + ran.err)


def calls_of_file(*calls: tuple[str, ...]) -> Attack:
    """Give a file to each of some calls, which name it ``FILE``; none may change it."""

    def attack(folder: Path, given: tuple[str, bytes]) -> None:
        suffix, data = given
        path = folder / f"given{suffix}"
        path.write_bytes(data)
        before = tree(folder)
        for words in calls:
            holds(call(*[path.name if word == "FILE" else word for word in words], folder=folder))
        assert tree(folder) == before
        path.unlink()

    return attack


def command_line(folder: Path, words: list[str]) -> None:
    """A call of any command."""
    before = tree(folder)
    holds(call(*words, folder=folder))
    assert tree(folder) == before


def library(folder: Path, given: tuple[str, bytes]) -> None:  # noqa: ARG001 - one form for all
    """Chips of a text, each of which must be one that can be checked."""
    with contextlib.suppress(ChipdbError):
        for chip in chipdb.load().adopt(given[1], "given"):
            chipdb.check(chip, on="2026-06-01", to="CN").to_dict()


def frame(folder: Path, given: dict[str, list[Any]]) -> None:  # noqa: ARG001 - one form for all
    """The same columns in every container: an answer for each row, or a refusal."""
    rows = len(next(iter(given.values())))
    for container in _containers(given):
        with warnings.catch_warnings(), contextlib.suppress(ChipdbError):
            warnings.simplefilter("ignore")
            checked = chipdb.check_frame(container, on="2024-06-01")
            assert len(checked["status"]) == rows


def _containers(given: dict[str, list[Any]]) -> list[Any]:
    """Frames and dicts that hold the columns; those that an engine itself refuses are left out."""

    def arrays() -> dict[str, Any]:
        return {name: np.array(values) for name, values in given.items()}

    def objects() -> dict[str, Any]:
        made = {}
        for name, values in given.items():
            made[name] = np.empty(len(values), object)
            made[name][:] = values
        return made

    def masked() -> dict[str, Any]:
        return {
            name: np.ma.array(np.array(values), mask=[value is None for value in values])
            for name, values in given.items()
        }

    def encoded() -> Any:
        return pyarrow.table(
            {name: pyarrow.array(values).dictionary_encode() for name, values in given.items()}
        )

    makers: list[Callable[[], Any]] = [
        arrays,
        objects,
        masked,
        encoded,
        lambda: given,
        lambda: pd.DataFrame(given),
        lambda: pd.DataFrame(given, dtype=object),
        lambda: pd.DataFrame(given).astype("category"),
        lambda: pd.DataFrame(given).convert_dtypes(dtype_backend="pyarrow"),
        lambda: polars.DataFrame(given, strict=False),
        lambda: pyarrow.table(given),
    ]
    made = []
    for maker in makers:
        # what cannot be a column of the engine never reaches chipdb; polars may even panic
        with contextlib.suppress(Exception, *PANICS), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made.append(maker())
    return made


def service(folder: Path, given: tuple[str, dict[str, list[str]]]) -> None:  # noqa: ARG001
    """A call of the service or of an agent: JSON, or one line."""
    said = "an answer"
    try:
        answer(*given)
    except ChipdbError as error:
        said = error_line(error)
    assert 0 < len(said) <= (MOST_MESSAGES + 1) * (LONGEST_LINE + 2)
    assert not UNSAFE.search(said)


def a_call(random: Random) -> tuple[str, dict[str, list[str]]]:
    """A call of the service: a command that it offers, or one that it must not, and its values."""
    return random.choice([*OFFERED, "sweep", "dossier", ""]), hostile.call(random)


@dataclass(frozen=True)
class Kind:
    """One kind of input: how it is made, what is asked for it, and how many the tests try."""

    make: Callable[[Random], Any]
    attack: Attack
    tried: int

    def input(self, name: str, number: int) -> Any:
        """The input of a number, which is the same on every machine."""
        return self.make(Random(f"{name}:{number}"))  # noqa: S311 - not a secret


KINDS = {
    "chips": Kind(
        hostile.edited("chips"),
        calls_of_file(("check", "FILE", *DAY, "--to", "CN"), ("validate", "FILE")),
        100,
    ),
    "library": Kind(hostile.edited("chips"), library, 300),
    "catalogs": Kind(
        hostile.edited("chips"), calls_of_file(("check", "H20", *DAY, "--catalog", "FILE")), 30
    ),
    "rules": Kind(
        hostile.edited("rules"),
        calls_of_file(("check", "H20", *DAY, "--rules", "FILE"), ("validate", "FILE")),
        100,
    ),
    "tables": Kind(
        hostile.edited("tables"),
        calls_of_file(
            ("check", "FILE", *DAY, "--format", "csv"), ("audit", "FILE", "--format", "json")
        ),
        100,
    ),
    "inventories": Kind(
        hostile.edited("inventories"), calls_of_file(("check", "--inventory", "FILE", *DAY)), 60
    ),
    "models": Kind(
        hostile.edited("models"),
        calls_of_file(("estimate", "H20", "--phase", "decode", "--model", "FILE")),
        100,
    ),
    "grids": Kind(hostile.edited("grids"), calls_of_file(("sweep", "FILE", *DAY)), 60),
    "command lines": Kind(hostile.command_line, command_line, 100),
    "frames": Kind(hostile.columns, frame, 80),
    "service": Kind(a_call, service, 100),
}
