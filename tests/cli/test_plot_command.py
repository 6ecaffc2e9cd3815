"""``chipdb plot``: formats, where pictures go, and one clear line where a chart cannot be drawn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pictures import written
from running import Ran, only, run

import chipdb
from chipdb.errors import UnknownNameError, UsageError

DAY = "2026-06-01"


class TestCommand:
    """``chipdb plot``: the file's ending says the format, one clear line where it cannot be done."""

    @pytest.mark.parametrize(
        ("name", "begins"),
        [
            ("x.svg", b"<svg"),
            ("x.png", b"\x89PNG"),
            ("x.html", b"<!DOCTYPE html>"),
            ("x.json", b"{"),
        ],
    )
    def test_formats(self, name: str, begins: bytes, tmp_path: Path) -> None:
        assert (
            run("plot", "compare", "A100", "H100", "--on", DAY, "-o", name, folder=tmp_path).status
            == 0
        )
        assert [path.name for path in tmp_path.iterdir()] == [name]
        assert (tmp_path / name).read_bytes().lstrip()[: len(begins)].lower() == begins.lower()

    def test_svg_on_standard_output(self) -> None:
        ran = run("plot", "headroom", "H100", "--on", DAY)
        assert ran.status == 0
        assert "H100" in " ".join(written(ran.out))

    def test_png_on_standard_output(self) -> None:
        call = [
            sys.executable,
            "-m",
            "chipdb",
            "plot",
            "compare",
            "A100",
            "H100",
            "--on",
            DAY,
            "--format",
            "png",
        ]
        assert subprocess.run(call, capture_output=True, check=True).stdout.startswith(b"\x89PNG")

    def test_json_needs_no_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "vl_convert", None)
        ran = run("plot", "tpp-density", "H100", "--on", DAY, "--format", "json")
        assert ran.json["$schema"].endswith("vega-lite/v5.json")
        assert (
            ran.json["usermeta"]["chipdb"] | {"kind": "tpp-density", "on": DAY, "schema": 1}
            == ran.json["usermeta"]["chipdb"]
        )

    @pytest.mark.parametrize("form", ["svg", "png", "html"])
    def test_a_picture_without_the_extra_names_it(
        self, form: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setitem(sys.modules, "vl_convert", None)
        ran = run("plot", "tpp-density", "H100", "--on", DAY, "-o", f"x.{form}", folder=tmp_path)
        assert "chipdb[plot]" in refused(ran)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            ("pie H100", "pie tpp-density roofline"),
            ("tpp-density h2o", "h2o H20"),
            ("tpp-density etched-sohu", "Etched Sohu neither TPP throughput"),
            ("tpp-density H100 --rule us-3a090-c-2024", "us-3a090-c-2024 no threshold tpp"),
            ("tpp-density H100 --rule us-3a090-2032", "us-3a090-2032 us-3a090-2023"),
            ("tpp-density H100 --theme blue", "blue light dark"),
            ("tpp-density H100 --format gif", "gif svg png html json"),
            ("tpp-density H100 -o x.gif", "x.gif .svg .png .html .json"),
            ("tpp-density H100 -o no/such/x.json", "no/such/x.json"),
            ("tpp-density H100 --derate compute", "compute compute=30%"),
            ("bandwidth nvidia-groq-3-lpu", "Groq memory bandwidth above zero"),
            ("timeline", "needs at least one chip H100"),
            ("headroom", "needs at least one chip H100"),
            ("headroom H100 --knob color", "color compute"),
            ("roofline", "needs at least one chip H100"),
            ("roofline MLU590", "MLU590 memory bandwidth"),
            ("compare A100", "two or more --baseline --derate"),
            ("price A100", "price A100"),
            ("price cerebras-cs1", "Cerebras CS-1 system"),
            ("price H100 910B", "currencies H100 USD 910B2 CNY"),
        ],
    )
    def test_refusals(self, call: str, words: str, tmp_path: Path) -> None:
        line = refused(run("plot", *call.split(), "--on", DAY, folder=tmp_path))
        assert all(word in line for word in words.split()), line
        assert list(tmp_path.iterdir()) == []

    def test_a_user_file(self, tmp_path: Path) -> None:
        (tmp_path / "mine.yaml").write_text(
            "name: Mine\ndesigned_for: datacenter\nmetrics: {tpp: 4799, applicable_die_area: 900 mm^2}\n"
        )
        ran = run("plot", "tpp-density", "mine.yaml", "--on", DAY, folder=tmp_path)
        assert ran.status == 0
        assert "Mine" in written(ran.out)

    @pytest.mark.parametrize("call", [(), ("--rule", "mine")])
    def test_a_rule_of_ones_own(self, call: tuple[str, ...], tmp_path: Path) -> None:
        """Its limits are on the axes and its outcome in the plane, with or without its name."""
        when = "{all: [{metric: tpp, gt: 3141}, {metric: performance_density, le: 7}]}"
        text = f"id: mine\nquestion: proposal\nprovisions: [{{id: big and thin, when: {when}}}]\n"
        (tmp_path / "rules.yaml").write_text(text)
        ran = run(
            "plot",
            "tpp-density",
            "H20",
            "--rules",
            "rules.yaml",
            *call,
            "--on",
            DAY,
            folder=tmp_path,
        )
        assert ran.status == 0, ran.err
        assert {"3,141", "7", "big and thin", "rule not met"} <= set(written(ran.out))

    def test_a_rule_that_refers_to_entries(self) -> None:
        """A license rule has no number of its own; its region is that of the paragraph it names."""
        ran = run(
            "plot", "tpp-density", "H100", "--rule", "us-license-742-6-iii-a-2025", "--on", DAY
        )
        assert {"1,600", "4,800", "5.92", "license"} <= set(written(ran.out))
        assert "2,400" not in written(ran.out)

    def test_python_says_the_same(self) -> None:
        with pytest.raises(UnknownNameError, match="pie"):
            chipdb.chart("pie", "H100")
        with pytest.raises(UsageError, match="two or more"):
            chipdb.chart("compare", "H100")


def refused(ran: Ran) -> str:
    """The one line of a call that ended with 2 and wrote nothing."""
    assert (ran.status, ran.out) == (2, "")
    return only(ran.lines)
