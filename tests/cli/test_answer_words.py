"""Tables say "not controlled"; CSV and JSON, which programs read, keep their value."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run

NEAR = ("near", "A10", "--within", "1%", "--on", "2026-06-01")
FLIPS = ("flips", "us-3a090-2022", "us-3a090-2023")


def test_what_is_needed_is_in_the_words_of_the_rule(tmp_path: Path) -> None:
    """742.6(b)(10): on sale in the United States or not, a license is required; the policy differs.

    3A090.a by a TPP of 5,000, below the ceilings of 21,000 and 6,500 GB/s.
    """
    (tmp_path / "own.yaml").write_text(
        "name: Own\nvendor: ExampleCorp\ndesigned_for: datacenter\n"
        "metrics: {tpp: 5000, applicable_die_area: 800 mm^2, memory_bandwidth: 1000 GB/s,"
        " aggregate_io_bandwidth: 300 GB/s}\n"
    )
    call = ("check", "own.yaml", "--to", "CN", "--on", "2026-06-01", "--rule", "us-review-2026")
    for style in ("csv", "json"):
        data = run(*call, "--format", style, folder=tmp_path).out
        assert "case-by-case if so, not case-by-case if not" in data, style
        assert "not controlled if not" not in data


@pytest.mark.parametrize("call", [NEAR, FLIPS])
def test_the_words(call: tuple[str, ...]) -> None:
    table = run(*call)
    assert "not controlled" in table.out
    assert "outside" not in table.out + table.err
    for style in ("csv", "json"):
        data = run(*call, "--format", style).out
        assert "outside" in data
        assert "not controlled" not in data
