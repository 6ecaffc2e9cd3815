"""Chips side by side: the question whether the Ascend 910B matches the A100, in numbers and ratios."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import chipdb
from chipdb.errors import UnknownNameError, UsageError


def lines(*chips: Any, **options: Any) -> dict[str, Any]:
    """The lines of a comparison by figure."""
    return {line.figure: line for line in chipdb.compare(list(chips), **options)}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chipdb", *arguments], capture_output=True, text=True, check=False
    )


class TestAscendAgainstA100:
    """16-bit rate, memory, bandwidth, link, TPP and density side by side, with ratios."""

    @pytest.mark.parametrize(
        ("figure", "ascend", "a100"),
        [
            ("rate, 16 bits", 376, 312),
            ("rate, 8 bits", 752, 624),
            ("memory_capacity", 64, 80),  # 64 GiB, and 80 GB as data sheets call GiB
            ("memory_bandwidth", 1600, 2039),
            ("interconnect_bandwidth", 392, 600),
            ("tpp", 376 * 16, 312 * 16),
            ("applicable_die_area", 665.61, 826),
            ("performance_density", 376 * 16 / 665.61, 312 * 16 / 826),
        ],
    )
    def test_line(self, figure: str, ascend: float, a100: float) -> None:
        first, second = lines("910b2", "a100")[figure].cells
        assert (float(first.value), float(second.value)) == (
            pytest.approx(ascend),
            pytest.approx(a100),
        )
        assert float(first.ratio) == pytest.approx(ascend / a100)
        assert second.ratio == 1

    def test_range_of_the_readings(self) -> None:
        """The cube alone: 353.9 TFLOPS, x 16 = 5,662.4."""
        found = lines("910b2", "a100")
        assert [float(found[figure].cells[0].low) for figure in ("rate, 16 bits", "tpp")] == [
            353.9,
            5662.4,
        ]

    def test_what_one_of_them_lacks_has_no_ratio(self) -> None:
        """Huawei publishes no 4-bit rate of the 910B."""
        first, second = lines("910b2", "a100")["rate, 4 bits"].cells
        assert (first.value, first.ratio) == (None, None)
        assert second.value == 1248


class TestBaseline:
    """Ratios are to a baseline: any of the chips, or another one."""

    def test_the_last_by_default(self) -> None:
        assert [cell.ratio for cell in lines("a100", "h100", "h20")["tpp"].cells][-1] == 1

    @pytest.mark.parametrize("baseline", ["a100", "A100 80GB"])
    def test_named(self, baseline: str) -> None:
        """15,831.2 / 4,992 and 2,368 / 4,992."""
        ratios = [
            float(cell.ratio)
            for cell in lines("a100", "h100", "h20", baseline=baseline)["tpp"].cells
        ]
        assert ratios == [1, pytest.approx(15831.2 / 4992), pytest.approx(2368 / 4992)]

    def test_unknown_in_the_baseline(self) -> None:
        """MI350X has no density, so nothing has a ratio to it."""
        assert [cell.ratio for cell in lines("a100", "mi350x")["performance_density"].cells] == [
            None,
            None,
        ]

    def test_altered_and_hypothetical_chips(self) -> None:
        """4,992 x 0.7 = 3,494.4."""
        catalog = chipdb.load()
        cut = catalog["A100"].derate(compute="30%")
        (own,) = catalog.adopt(b"{name: Mine, metrics: {tpp: 2496}}", "mine.yaml")
        assert [float(cell.ratio) for cell in lines(cut, own, "a100")["tpp"].cells] == [0.7, 0.5, 1]


class TestRefused:
    """Two or more chips, each by a name that exists."""

    @pytest.mark.parametrize("chips", [[], ["a100"]])
    def test_fewer_than_two(self, chips: list[str]) -> None:
        with pytest.raises(UsageError):
            chipdb.compare(chips)

    def test_unknown_name(self) -> None:
        with pytest.raises(UnknownNameError):
            chipdb.compare(["a100", "910 b5"])


class TestCommand:
    """The specification: data to stdout, notes to stderr, `--format` everywhere; 0 or 2."""

    def test_json(self) -> None:
        done = run("compare", "910b2", "a100", "--format", "json")
        assert done.returncode == 0
        answer = json.loads(done.stdout)
        assert all(
            {"schema", "data", "rules"} <= set(entry)
            for entry in (answer if isinstance(answer, list) else [answer])
        )
        assert "huawei-ascend-910b2" in done.stdout

    def test_csv(self) -> None:
        """For programs: plain numbers without separators, and nothing where nothing is known."""
        done = run("compare", "910b2", "a100", "--format", "csv")
        cells = [cell for row in csv.reader(io.StringIO(done.stdout)) for cell in row]
        assert done.returncode == 0
        assert [cell for cell in cells if re.search(r"\d,\d{3}", cell) or cell == "–"] == []
        assert {6016.0, 4992.0} <= {float(cell) for cell in cells if re.fullmatch(r"[\d.]+", cell)}

    def test_table_names_both_and_the_ratio(self) -> None:
        done = run("compare", "昇腾910B2", "a100")
        assert done.returncode == 0
        assert all(text in done.stdout for text in ("6,016", "4,992", "1.21"))
        assert "A100" in done.stderr

    def test_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "mine.yaml").write_text("{name: Mine, metrics: {tpp: 2496}}", "utf-8")
        done = run("compare", str(tmp_path / "mine.yaml"), "a100", "--format", "json")
        assert done.returncode == 0
        assert "2496" in done.stdout

    @pytest.mark.parametrize("chips", [["a100"], ["a100", "h2o"]])
    def test_wrong_call(self, chips: list[str]) -> None:
        done = run("compare", *chips)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.strip().splitlines()) == 1
