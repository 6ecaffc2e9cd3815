"""One pass through every dependency; ``make floors`` runs it with the lowest versions that
``pyproject.toml`` allows.
"""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import chipdb
from chipdb.catalog.chip_files import read_chip_records
from chipdb.rules.rulebook import read_rulebook
from chipdb.units import registry


def chipdb_prints(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "chipdb", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )


class TestUnits:
    """Units of figures are chipdb's own text for pint; arithmetic stays exact."""

    def test_a_gibibyte_is_1024_cubed_bytes(self) -> None:
        quantity = registry().Quantity(Fraction(1), "GiB")
        assert quantity.to("byte").magnitude == 1024**3

    def test_a_terabyte_per_second_is_1000_gigabytes_per_second(self) -> None:
        quantity = registry().Quantity(Fraction(4), "TB/s")
        assert quantity.to("GB/s").magnitude == 4000

    def test_a_figure_is_a_quantity(self) -> None:
        bandwidth = chipdb.load()["H20"].memory.bandwidth.quantity
        assert bandwidth.to("TB/s").magnitude == 4


class TestData:
    """YAML and schemas are read without the compiled copy."""

    def test_the_yaml_of_the_catalog_fits_its_schema(self) -> None:
        assert set(chipdb.load().ids) == set(read_chip_records())

    def test_the_yaml_of_the_rules_fits_its_schema(self) -> None:
        assert read_rulebook()

    def test_a_file_of_a_user_is_read(self, tmp_path: Path) -> None:
        """300 TFLOPS of 16 bits: a TPP of 4,800, which 3A090.a reaches."""
        chip = tmp_path / "mine.yaml"
        chip.write_text("name: Mine\nthroughput: {fp16: {value: 300 TFLOPS}}\n", "utf-8")
        ran = chipdb_prints("check", "mine.yaml", "--on", "2026-06-01", folder=tmp_path)
        assert "3A090.a" in ran.stdout, ran.stderr


class TestAnswers:
    """The main question, in Python and on the command line."""

    def test_check(self) -> None:
        """296 TFLOPS of 8 bits."""
        answer = chipdb.check("H20", on="2024-01-01", to="CN")
        assert answer.metrics["tpp"].value == 296 * 8
        assert answer.license.required == "no"

    @pytest.mark.parametrize("command", ["check", "show"])
    def test_commands(self, command: str, tmp_path: Path) -> None:
        """The option parser is loaded for an option that the short way does not know."""
        ran = chipdb_prints(command, "H100", "--format", "json", folder=tmp_path)
        assert ran.returncode in (0, 1), ran.stderr
        assert json.loads(ran.stdout)

    def test_help(self, tmp_path: Path) -> None:
        ran = chipdb_prints("check", "--help", folder=tmp_path)
        assert ran.returncode == 0, ran.stderr
        assert "--derate" in ran.stdout

    def test_a_table_for_people(self, tmp_path: Path) -> None:
        ran = chipdb_prints("compare", "H20", "910B", folder=tmp_path)
        assert ran.returncode == 0, ran.stderr
        assert "nvidia-h20-96gb" in ran.stdout

    def test_a_chart(self) -> None:
        pytest.importorskip("vl_convert")
        chart = chipdb.chart("tpp-density", ["B200"], on="2026-06-01")
        assert "<svg" in chart.svg()


class TestFrames:
    """Every engine gives the answers of one chip; see also the tests of columns."""

    table = pd.DataFrame(
        {
            "tpp": [4799.0, 4800.0, None],
            "applicable_die_area": [3000.0, 3000.0, 3000.0],
            "datacenter": [True, True, True],
        }
    )

    def test_pandas(self) -> None:
        """A density of 1.6 is reached by 4,799 / 3,000 no more than by 1.599."""
        answers = chipdb.check_frame(self.table, on="2024-06-01")
        assert answers["status"].tolist() == ["not-met", "met", "undetermined"]
        assert answers["outcome"].tolist()[1] == "3A090.a"

    def test_streaming_parquet(self, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow")
        self.table.to_parquet(tmp_path / "designs.parquet")
        arguments = ["check", "designs.parquet", "-o", "answers.parquet", "--on", "2024-06-01"]
        ran = chipdb_prints(*arguments, folder=tmp_path)
        assert ran.returncode in (0, 1, 3), ran.stderr
        answers = pd.read_parquet(tmp_path / "answers.parquet")
        assert answers["status"].tolist() == ["not-met", "met", "undetermined"]

    @pytest.mark.parametrize("form", ["csv", "json", "parquet", "sqlite"])
    def test_export(self, form: str, tmp_path: Path) -> None:
        if form == "parquet":
            pytest.importorskip("pyarrow")
        ran = chipdb_prints("export", "-o", f"chips.{form}", folder=tmp_path)
        assert ran.returncode == 0, ran.stderr
        assert (tmp_path / f"chips.{form}").stat().st_size > 0
