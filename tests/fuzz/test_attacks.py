"""Hostile input of every kind is answered or refused; ``make soak`` tries it for hours."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from fuzz.attacks import KINDS


@pytest.mark.parametrize("name", KINDS)
def test_hostile_input(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]

    @settings(
        max_examples=kind.tried,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(kind.inputs)
    def attacked(value: Any) -> None:
        kind.attack(tmp_path, value)

    attacked()
