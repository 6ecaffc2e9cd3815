"""Hostile input of every kind is answered or refused; ``make soak`` tries it for hours."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.attacks import KINDS


@pytest.mark.parametrize("name", KINDS)
def test_hostile_input(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    for number in range(kind.tried):
        value = kind.input(name, number)
        try:
            kind.attack(tmp_path, value)
        except BaseException as error:
            error.add_note(f"{name}, input {number}: {value!r}"[:2000])
            raise
