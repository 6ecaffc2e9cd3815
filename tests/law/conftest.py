"""Helpers: questions to the rules, and hypothetical chips to ask about."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

import chipdb
from chipdb.rules.places import places

Answer = dict[str, Any]
MARKETS = {
    True: "designed_for: datacenter\n",
    False: "designed_for: client\nmarketed_for: client\n",
    None: "",
}


@pytest.fixture(scope="session")
def ask() -> Callable[..., Answer]:
    """Ask about a chip or a name: the JSON of the answer and the exit status."""

    def asked(chip: chipdb.Chip | str, on: str, to: str | None = None, **more: Any) -> Answer:
        answer = chipdb.check(chip, on=on, to=to, **more)
        return {**answer.to_dict(), "exit": answer.exit_status}

    return asked


@pytest.fixture(scope="session")
def need() -> Callable[..., str | None]:
    """Whether a license is required: yes, no or undetermined."""
    return lambda chip, on, to, **more: chipdb.check(chip, on=on, to=to, **more).license.required


@pytest.fixture(scope="session")
def adopt() -> Callable[[str], chipdb.Chip]:
    """The first chip of a user's file."""
    return lambda text: chipdb.load().adopt(text.encode(), "chip.yaml")[0]


@pytest.fixture(scope="session")
def made(adopt: Callable[[str], chipdb.Chip]) -> Callable[..., chipdb.Chip]:
    """A hypothetical processor of given metrics.

    ``datacenter`` is None where the market is not known.
    """

    def make(datacenter: bool | None = True, more: str = "", **metrics: str) -> chipdb.Chip:
        given = ", ".join(f"{name}: {value}" for name, value in metrics.items())
        return adopt(
            f"name: Sample\nkind: processor\n{MARKETS[datacenter]}{more}metrics: {{{given}}}\n"
        )

    return make


@pytest.fixture(scope="session")
def belongs() -> Callable[[str, str, str], bool | None]:
    """Whether a country group has a place on a day; None where that is not known."""
    return lambda group, code, on: places().groups[group].holds(code, date.fromisoformat(on))


@pytest.fixture(scope="session")
def verdict() -> Callable[[Answer, str], Answer | None]:
    """One rule's entry in an answer; None where it was not asked."""
    return lambda answer, rule: next(
        (entry for entry in answer["answers"] if entry["rule"] == rule), None
    )
