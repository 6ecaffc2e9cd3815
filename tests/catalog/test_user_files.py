"""A user's own chips: files, ``extends``, given metrics, ``--set``, ``--drop``, ``--derate``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from running import run

import chipdb
from chipdb import Chip

DAY = "2024-01-01"
SMALL = "name: Mine\ndesigned_for: [datacenter]\nthroughput: {fp16: 100 TFLOPS, fp4: 1000 TOPS}\n"
PACKAGE = """
name: Package
dies:
  - {name: core, role: compute, count: 2, transistors_are: non-planar, area: 250 mm^2}
  - {name: hub, role: io, transistors_are: non-planar, area: 100 mm^2}
throughput: {fp8: 300 TFLOPS}
memory: {bandwidth: 2 TB/s}
links:
  - {name: mesh, kind: chip-to-chip, bandwidth: 600 GB/s}
  - {name: PCIe 4.0 x16, kind: host, bandwidth: 64 GB/s}
"""


def mine(text: str) -> Chip:
    """The one chip of a file."""
    (chip,) = chipdb.load().adopt(text.encode(), "mine.yaml")
    return chip


def metrics(chip: Chip) -> dict[str, float | None]:
    """Every metric's value as ``check`` gives it."""
    shown = chipdb.check(chip, on=DAY).to_dict()["metrics"]
    return {name: metric["value"] for name, metric in shown.items()}


def verdict(chip: Chip, on: str = DAY) -> tuple[str, str | None]:
    """Status and outcome of 3A090 or 4A090."""
    found = chipdb.check(chip, on=on).to_dict()["classification"]
    return found["status"], found["outcome"]


def shown(*arguments: str, folder: Path | None = None) -> dict[str, Any]:
    """What ``show --format json`` prints."""
    ran = run("show", *arguments, "--format", "json", folder=folder)
    assert ran.status == 0, ran.err
    return dict(ran.json)


class TestForms:
    """One chip, a list, several documents, YAML or JSON, a file or standard input."""

    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("name: One\n", ["One"]),
            ("- name: One\n- name: Two\n", ["One", "Two"]),
            ("name: One\n---\nname: Two\n---\n- name: Three\n", ["One", "Two", "Three"]),
            (json.dumps({"name": "One"}), ["One"]),
            (json.dumps([{"name": "One"}, {"name": "Two"}], indent=2), ["One", "Two"]),
            ("\ufeffname: One\r\nvendor: 华为\r\n", ["One"]),
        ],
    )
    def test_read_from_file_and_standard_input(
        self, tmp_path: Path, text: str, names: list[str]
    ) -> None:
        (tmp_path / "mine").write_text(text, encoding="utf-8")
        for argument in ("./mine", "-"):
            found = run("show", argument, "--format", "json", stdin=text, folder=tmp_path).json
            assert [
                chip["name"] for chip in (found if isinstance(found, list) else [found])
            ] == names

    @pytest.mark.parametrize("file", ["mine.yaml", "mine.yml", "mine.json", "./mine", "H20.yaml"])
    def test_what_is_a_file(self, tmp_path: Path, file: str) -> None:
        """A slash or an ending of the list makes it a file, anything else is a name."""
        (tmp_path / file).write_text('{"name": "One"}')
        assert shown(file, folder=tmp_path)["name"] == "One"
        (tmp_path / "H20").write_text('{"name": "One"}')
        assert shown("H20", folder=tmp_path)["name"] == "NVIDIA H20 96GB"

    @pytest.mark.parametrize("command", [("show",), ("headroom", "--on", DAY), ("compare", "H100")])
    def test_every_command_reads_standard_input(self, command: tuple[str, ...]) -> None:
        ran = run(*command, "-", "--set", "-:tpp=4000", stdin=SMALL)
        assert (ran.status, "mine" in ran.out.lower()) == (0, True), ran.err

    @pytest.mark.parametrize(
        "field",
        [
            "name: Mine",
            "vendor: NVIDIA",
            "designed_for: datacenter",
            "memory: {bandwidth: 4 TB/s}",
            "dies: [{name: A, transistors_are: non-planar, area: 800 mm^2}]",
            "links: []",
            "power: {tdp: 700 W}",
            "digital: true",
            "metrics: {applicable_die_area: 800 mm^2}",
        ],
    )
    def test_any_field_alone_and_nothing_is_guessed(self, field: str) -> None:
        check = chipdb.check(mine(field), on=DAY, to="CN").to_dict()
        assert check["classification"]["status"] == "undetermined"
        assert check["license"]["required"] == "undetermined"

    def test_scalars_are_text(self) -> None:
        chip = mine("name: NO\nvendor: 0x1F\nmodel: 1e3\nannounced: 2024-05-01\n")
        assert (chip.name, chip.vendor, chip.model) == ("NO", "0x1F", "1e3")

    def test_source_and_basis_are_optional_and_rejected_claims_are_left_out(self) -> None:
        bare = mine("name: H20\nthroughput: {fp8: 296 TFLOPS}")
        full = mine(
            "name: H20\nthroughput: {fp8: [{value: 296 TFLOPS, source: my-lab, "
            "basis: teardown, tolerance: 1 %},"
            " {value: 592 TFLOPS, rejected: the sparse rate}]}"
        )
        assert metrics(bare)["tpp"] == metrics(full)["tpp"] == 2368

    def test_links(self) -> None:
        assert metrics(mine("links: []"))["aggregate_io_bandwidth"] == 0
        assert metrics(mine("name: Mine"))["aggregate_io_bandwidth"] is None

    def test_system(self) -> None:
        system = mine("kind: system\nname: Box\nmembers: [{chip: H100, count: 8}]")
        assert verdict(system, "2024-05-01") == ("met", "4A090.a")


class TestGivenMetrics:
    """Of TPP, area and density two give the third; a given metric replaces the computed one."""

    @pytest.mark.parametrize(
        ("given", "tpp", "area", "density", "expected"),
        [
            (
                "tpp: 4799, applicable_die_area: 1500 mm^2",
                4799,
                1500,
                4799 / 1500,
                ("met", "3A090.b"),
            ),
            ("tpp: 4736, performance_density: 5.92", 4736, 800, 5.92, ("met", "3A090.a")),
            (
                "applicable_die_area: 800 mm^2, performance_density: 6",
                4800,
                800,
                6,
                ("met", "3A090.a"),
            ),
            (
                "tpp: 2368, applicable_die_area: 800 mm^2, performance_density: 2.96",
                2368,
                800,
                2.96,
                ("not-met", None),
            ),
            ("tpp: 1500", 1500, None, None, ("not-met", None)),
        ],
    )
    def test_two_give_the_third(
        self,
        given: str,
        tpp: float,
        area: float | None,
        density: float | None,
        expected: tuple[str, str | None],
    ) -> None:
        chip = mine(f"designed_for: [datacenter]\nmetrics: {{{given}}}")
        found = metrics(chip)
        assert [found["tpp"], found["applicable_die_area"]] == [tpp, area]
        assert found["performance_density"] == (
            density if density is None else pytest.approx(density)
        )
        assert verdict(chip) == expected

    def test_a_given_tpp_with_the_base_s_area(self) -> None:
        """4799 / 814 is below 5.92 and at least 3.2: .b."""
        for chip in (
            mine("extends: h20\nmetrics: {tpp: 4799}"),
            chipdb.load()["H20"].set({"tpp": "4799"}),
        ):
            assert metrics(chip)["performance_density"] == pytest.approx(4799 / 814)
            assert verdict(chip) == ("met", "3A090.b")

    def test_a_given_area_with_the_base_s_tpp(self) -> None:
        """2368 / 400 is 5.92 exactly: on the line, caught."""
        for chip in (
            mine("extends: h20\nmetrics: {applicable_die_area: 400 mm^2}"),
            chipdb.load()["H20"].set({"applicable_die_area": "400 mm^2"}),
            chipdb.load()["H20"].derate(die_area="400 mm^2"),
        ):
            assert metrics(chip)["performance_density"] == 5.92
            assert verdict(chip) == ("met", "3A090.a")

    def test_a_given_metric_replaces_figures(self) -> None:
        chip = mine(
            f"{PACKAGE}metrics: {{tpp: 1000, memory_bandwidth: 3 TB/s, "
            "interconnect_bandwidth: 50 GB/s}"
        )
        found = metrics(chip)
        assert (found["tpp"], found["memory_bandwidth"], found["interconnect_bandwidth"]) == (
            1000,
            3000,
            50,
        )


class TestExtends:
    """Any name that ``show`` takes starts from a known chip; fields replace the base's."""

    @pytest.mark.parametrize(
        "name", ["nvidia-h20-96gb", "H20", "hgx h20", "NVIDIA H20", "NVIDIA H20 96GB"]
    )
    def test_names(self, name: str) -> None:
        found = metrics(mine(f"extends: {name}"))
        assert (found["tpp"], found["applicable_die_area"], found["memory_bandwidth"]) == (
            2368,
            814,
            4000,
        )

    @pytest.mark.parametrize("name", ["昇腾910B3", "昇騰910B3", "Ascend 910B3"])
    def test_chinese_names(self, name: str) -> None:
        assert metrics(mine(f"extends: {name}")) == metrics(chipdb.load()["910B3"])

    def test_fields_replace_those_of_the_base(self) -> None:
        found = metrics(
            mine("extends: h20\nmemory: {bandwidth: 4.8 TB/s}\nthroughput: {fp8: 300 TFLOPS}")
        )
        assert (found["memory_bandwidth"], found["tpp"], found["applicable_die_area"]) == (
            4800,
            2400,
            814,
        )
        assert (
            found["aggregate_io_bandwidth"]
            == metrics(chipdb.load()["H20"])["aggregate_io_bandwidth"]
        )


class TestOrder:
    """``--set`` comes first, then ``--drop``, then ``--derate``, wherever they are written."""

    @pytest.mark.parametrize(
        ("changes", "tpp"),
        [
            (["--drop", "fp4"], 1600),
            (["--drop", "fp4", "--set", "throughput.fp4=2000 TOPS"], 1600),
            (["--derate", "compute=50%", "--set", "throughput.fp4=2000 TOPS"], 4000),
            (["--derate", "compute=50%", "--drop", "fp4"], 800),
            (["--derate", "compute=50%", "--derate", "compute=50%"], 1000),
            (["--derate", "compute=3000", "--derate", "compute=50%"], 1500),
            (["--derate", "compute=50%", "--derate", "compute=3000"], 3000),
            (["--derate", "compute=30%", "--set", "tpp=10000"], 7000),
            (["--set", "tpp=10000", "--set", "tpp=9000"], 9000),
        ],
    )
    def test_tpp(self, tmp_path: Path, changes: list[str], tpp: float) -> None:
        (tmp_path / "mine.yaml").write_text(SMALL)
        assert shown("mine.yaml", *changes, folder=tmp_path)["metrics"]["tpp"]["value"] == tpp

    @pytest.mark.parametrize("name", ["H20", "A100", "B200", "910B4", "MI300X", "TPU v5p"])
    def test_set_takes_every_path_that_show_prints(self, name: str) -> None:
        chip = chipdb.load()[name]
        for path, figure in shown(name)["figures"].items():
            for text in [claim["text"] for claim in figure["claims"] if "rejected" not in claim][
                :1
            ]:
                assert chip.set({path: text}).name == chip.name


class TestDerating:
    """``compute`` scales all throughput and TPP, ``die-area`` only the compute dies.

    ``link-bandwidth`` scales only links from chip to chip.
    """

    @pytest.mark.parametrize(
        ("knob", "amount", "expected"),
        [
            ("compute", "30%", {"tpp": 1680, "performance_density": 2.8}),
            ("compute", "x0.7", {"tpp": 1680, "performance_density": 2.8}),
            (
                "compute",
                "1800",
                {"tpp": 1800, "performance_density": 3, "applicable_die_area": 600},
            ),
            (
                "die-area",
                "20%",
                {"tpp": 2400, "applicable_die_area": 500, "performance_density": 4.8},
            ),
            ("die-area", "x0.5", {"applicable_die_area": 350}),
            ("memory-bandwidth", "30%", {"memory_bandwidth": 1400, "tpp": 2400}),
            ("memory-bandwidth", "x0.7", {"memory_bandwidth": 1400}),
            ("memory-bandwidth", "1.3 TB/s", {"memory_bandwidth": 1300}),
            (
                "link-bandwidth",
                "50%",
                {"interconnect_bandwidth": 300, "aggregate_io_bandwidth": 364},
            ),
            (
                "link-bandwidth",
                "x0.5",
                {"interconnect_bandwidth": 300, "aggregate_io_bandwidth": 364},
            ),
            (
                "link-bandwidth",
                "400 GB/s",
                {"interconnect_bandwidth": 400, "aggregate_io_bandwidth": 464},
            ),
        ],
    )
    def test_knobs(self, knob: str, amount: str, expected: dict[str, float]) -> None:
        """The package has TPP 2,400 and 600 mm^2, of which 500 mm^2 are compute dies.

        Its memory has 2,000 GB/s, its links 600 and 64 GB/s.
        """
        found = metrics(mine(PACKAGE).derate(**{knob.replace("-", "_"): amount}))
        assert {name: found[name] for name in expected} == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("amount", "percent", "multiple"), [("0.7", "70", "x0.7"), ("30", "30", "x0.3")]
    )
    def test_a_forgotten_percent_sign(self, amount: str, percent: str, multiple: str) -> None:
        """0.7 as a share is 70 percent, not 0.7 percent."""
        ran = run("check", "H20", "--on", "2026-06-01", "--derate", f"compute={amount}")
        assert ran.status == 2
        assert ran.lines[0].endswith(
            f"write {percent}% to cut {percent} percent or {multiple} to keep {percent} percent"
        )

    def test_compute_scales_every_rate(self) -> None:
        figures = shown("H20", "--derate", "compute=50%")["figures"]
        rates = {
            path: figure["value"]
            for path, figure in figures.items()
            if path.startswith("throughput.")
        }
        whole = {path: shown("H20")["figures"][path]["value"] for path in rates}
        assert rates == pytest.approx({path: value / 2 for path, value in whole.items()})
        assert rates["throughput.fp8"] == 148

    def test_given_metrics_are_turned(self) -> None:
        chip = mine("metrics: {tpp: 4000, performance_density: 4}").derate(compute="50%")
        found = metrics(chip)
        assert [found["tpp"], found["performance_density"], found["applicable_die_area"]] == [
            2000,
            2,
            1000,
        ]
        given = mine("metrics: {tpp: 4000, applicable_die_area: 1000 mm^2}").derate(die_area="50%")
        assert metrics(given)["performance_density"] == 8


class TestAlteredChips:
    """An altered chip loses what the vendor declares, and was never on sale in the US."""

    CHANGES = (
        ["--set", "memory.capacity=80 GB"],
        ["--drop", "fp64"],
        ["--derate", "memory-bandwidth=1%"],
    )

    @pytest.mark.parametrize("changes", CHANGES)
    def test_declared(self, changes: list[str]) -> None:
        assert shown("H100")["declared"]["tpp"] == 15840
        assert shown("H100", *changes)["declared"] is None

    @pytest.mark.parametrize("changes", CHANGES)
    def test_never_on_sale(self, changes: list[str]) -> None:
        call = ("check", "H200", "--to", "CN", "--on", "2026-02-01", "--format", "json")
        assert run(*call).json[0]["license"]["review"] == "case-by-case"
        (altered,) = run(*call, *changes).json
        assert altered["license"]["review"] == "presumption-of-denial"
        assert any("never on sale" in warning for warning in altered["warnings"])

    def test_extends(self) -> None:
        """Whether one's own chip was on sale is not known: the review depends on it (91 FR 1684)."""
        chip = mine("extends: h200\nname: Ours")
        assert chip.declared is None
        found = chipdb.check(chip, on="2026-02-01", to="CN").to_dict()["license"]
        assert found["review"] is None
        assert {entry["policy"] for entry in found["review_if"]} == {
            "case-by-case",
            "presumption-of-denial",
        }


class TestCatalogFile:
    """``--catalog FILE`` adds one's own chips to every command."""

    OWN = (
        "- {id: mine-one, name: Mine One, aliases: [Eigen], metrics: {tpp: 4800}}\n"
        "- {id: mine-two, extends: H20}\n"
    )

    @pytest.mark.slow
    def test_commands(self, tmp_path: Path) -> None:
        (tmp_path / "own.yaml").write_text(self.OWN)
        own = ("--catalog", "own.yaml", "--format", "json")
        listed = {chip["id"]: chip for chip in run("list", *own, folder=tmp_path).json}
        assert set(listed) == {chip.id for chip in chipdb.load()} | {"mine-one", "mine-two"}
        assert (listed["mine-one"]["tpp"], listed["mine-two"]["tpp"]) == (4800, 2368)
        for name in ("mine-one", "eigen", "MINE ONE"):
            assert shown(name, "--catalog", "own.yaml", folder=tmp_path)["id"] == "mine-one"
            assert run("check", name, "--on", DAY, *own, folder=tmp_path).status == 1
        assert len(run("check", "--all", "--on", DAY, *own, folder=tmp_path).json) == len(listed)
        assert run("compare", "Eigen", "H100", *own, folder=tmp_path).status == 0
        assert run("headroom", "Eigen", "--on", DAY, *own, folder=tmp_path).status == 0


def test_no_bar_of_a_name_ends_a_cell(tmp_path: Path) -> None:
    """The paragraph of a rule of one's own is any text."""
    rule = (
        "- {id: mine, question: proposal, "
        'provisions: [{id: "a | b", when: {metric: tpp, ge: 1000}}]}\n'
    )
    (tmp_path / "rules.yaml").write_text(rule)
    ran = run(
        "check",
        "H100",
        "--rules",
        "rules.yaml",
        "--rule",
        "mine",
        "--format",
        "markdown",
        folder=tmp_path,
    )
    assert "a \\| b" in ran.out
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in ran.out.splitlines()}) == 1
