"""Figures beside a class never contradict it.

TPP 4,799.999 printed "4,800 ... outside" and a density just under 5.92 printed "5.92 ... 3A090.b".
The thresholds are those of 3A090.a.1 (4,800) and 3A090.a.2 (5.92).
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from running import run

import chipdb
from chipdb.rules.thresholds import metric_value_text

CHIP = "name: Sample\nkind: processor\ndesigned_for: datacenter\nmetrics: {{{}}}\n"


@pytest.mark.parametrize(
    ("metric", "value", "shown"),
    [
        ("tpp", "4799.999", "4,799.999"),
        ("tpp", "4800", "4,800"),
        ("tpp", "4800.001", "4,800.001"),
        ("tpp", "4799.99", "4,799.99"),
        # no threshold near it: two decimals as everywhere
        ("tpp", "4700.001", "4,700"),
        ("performance_density", "5.919999", "5.919999"),
        ("performance_density", "5.92", "5.92"),
        ("performance_density", "5.9200001", "5.9200001"),
        ("memory_bandwidth", "1399.9999", "1,399.9999"),
    ],
)
def test_as_many_digits_as_are_needed(metric: str, value: str, shown: str) -> None:
    assert metric_value_text(metric, Fraction(value)) == shown


def printed(metrics: str, *more: str, command: str = "check") -> str:
    chip = CHIP.format(metrics)
    return run(command, "-", "--on", "2024-06-01", *more, stdin=chip).out


class TestEverywhere:
    """Table, trace, dossier: each that prints the figure beside the answer."""

    @pytest.mark.parametrize("more", [[], ["--explain"], ["--to", "CN"]])
    def test_tpp_just_below(self, more: list[str]) -> None:
        text = printed("tpp: 4799.999, performance_density: 1", *more)
        assert "4,799.999" in text
        assert not re.search(r"TPP (= )?4,800\b", text)

    def test_density_just_below(self) -> None:
        text = printed("tpp: 2000, performance_density: 5.919999")
        assert "density 5.919999 " in text
        assert "3A090.b" in text

    def test_a_users_own_threshold(self, tmp_path: Path) -> None:
        rules = tmp_path / "ours.yaml"
        rules.write_text(
            "id: ours\nquestion: proposal\nprovisions: [{id: a, when: {metric: tpp, ge: 1234}}]\n"
        )
        text = printed("tpp: 1233.9999, performance_density: 1", "--rules", str(rules))
        assert "1,233.9999" in text

    def test_dossier(self, tmp_path: Path) -> None:
        chip = chipdb.load().adopt(
            CHIP.format("tpp: 4799.999, performance_density: 1").encode(), "chip.yaml"
        )[0]
        memo = tmp_path / "memo.md"
        chipdb.dossier(chip, on="2024-06-01", output=memo)
        text = memo.read_text("utf-8")
        assert "4,799.999" in text
        assert not re.search(r"\b4,800 *\|", text)


OWN = CHIP.format("tpp: 4799.9996, applicable_die_area: 2000 mm^2")


@pytest.mark.parametrize(
    "call",
    [
        ["list", "--catalog", "own.yaml", "--sort", "name"],
        ["compare", "own.yaml", "H20"],
        ["near", "own.yaml", "--on", "2024-06-01"],
    ],
)
def test_tables_that_print_no_answer(call: list[str], tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    (row,) = [line for line in run(*call, folder=tmp_path).out.splitlines() if "4,799.9996" in line]
    assert row


@pytest.mark.parametrize("command", ["near", "headroom"])
def test_a_small_margin_is_not_none(command: str, tmp_path: Path) -> None:
    """4,800 is 0.0000083 % above 4,799.9996."""
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    out = run(command, "own.yaml", "--on", "2024-06-01", folder=tmp_path).out
    assert "0.00001 %" in out
    assert not re.search(r"[ +]0 %", out)
