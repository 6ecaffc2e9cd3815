"""Tables say "not controlled"; CSV and JSON, which programs read, keep their value."""

from __future__ import annotations

import pytest
from running import run

NEAR = ("near", "A10", "--within", "1%", "--on", "2026-06-01")
FLIPS = ("flips", "us-3a090-2022", "us-3a090-2023")


@pytest.mark.parametrize("call", [NEAR, FLIPS])
def test_the_words(call: tuple[str, ...]) -> None:
    table = run(*call)
    assert "not controlled" in table.out
    assert "outside" not in table.out + table.err
    for style in ("csv", "json"):
        data = run(*call, "--format", style).out
        assert "outside" in data
        assert "not controlled" not in data
