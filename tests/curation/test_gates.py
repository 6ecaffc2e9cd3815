"""Gates of plausibility: each on both sides of what it compares, in users' files, with the line it
names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from running import Ran, only, run

from chipdb import data_files
from chipdb.catalog.consistency import gates
from chipdb.curation.validate import _unknown

CLEAN = """
name: Mine
throughput: {fp16: 500 TFLOPS, bf16: 500 TFLOPS, fp8: 1000 TFLOPS, fp8_sparse: {value: 2000 TFLOPS, pattern: "2:4"}}
cores: {name: core, count: 100, per_clock: {fp16: 2500}}
clocks: {boost: 2 GHz}
memory: {kind: HBM3, stacks: 4, bus: 4096 bit, pin_rate: 6.4 Gb/s, bandwidth: 3276.8 GB/s}
dies: [{name: core, process: TSMC N5, transistors_are: non-planar, area: 600 mm^2, transistors: 60e9}]
announced: 2025-01-01
available: 2025-06-01
"""


def validated(text: str, folder: Path) -> Ran:
    """What ``validate`` says of a file with this text."""
    (folder / "mine.yaml").write_text(text)
    return run("validate", "mine.yaml", "--format", "json", folder=folder)


def found(text: str, folder: Path) -> list[tuple[str, str]]:
    """The gate and the path of every finding."""
    ran = validated(text, folder)
    findings = ran.json["findings"]
    assert ran.status == (1 if findings else 0)
    return [(finding["gate"], finding["path"]) for finding in findings]


def test_a_clean_file_says_what_was_compared(tmp_path: Path) -> None:
    ran = validated(CLEAN, tmp_path)
    assert (ran.status, ran.json["findings"], ran.json["chips"]) == (0, [], 1)
    compared = {gate["gate"]: gate["compared"] for gate in ran.json["gates"]}
    assert set(compared) == {"form", *gates()}
    wanted = {
        "ratio": 3,
        "sparse": 1,
        "rate": 1,
        "bandwidth": 1,
        "stack": 1,
        "reticle": 1,
        "density": 1,
        "planar": 1,
        "dates": 1,
    }
    assert {gate: compared[gate] for gate in wanted} == wanted


@pytest.mark.parametrize(
    ("old", "new", "gate", "path"),
    [
        # a dense rate above the sparse one of its format
        ("value: 2000 TFLOPS", "value: 999 TFLOPS", "sparse", "throughput.fp8_sparse"),
        # 1,000 is twice 500, 1,300 is 2.6 times it
        ("fp8: 1000 TFLOPS", "fp8: 1300 TFLOPS", "ratio", "throughput.fp8"),
        # 100 x 2,500 x 2 GHz = 500; at 2.1 GHz 525, more than 2 % away
        ("boost: 2 GHz", "boost: 2.1 GHz", "rate", "throughput.fp16"),
        # 4,096 bit x 6.4 Gb/s / 8 = 3,276.8
        ("pin_rate: 6.4 Gb/s", "pin_rate: 5.6 Gb/s", "bandwidth", "memory.bandwidth"),
        # four stacks of HBM3 carry 4 x 819, three 2,457
        ("stacks: 4", "stacks: 3", "stack", "memory.bandwidth"),
        # 26 x 33 mm
        (
            "area: 600 mm^2, transistors: 60e9",
            "area: 859 mm^2, transistors: 86e9",
            "reticle",
            "dies[0].area",
        ),
        # 60e9 / 600 mm^2 = 100 million per mm^2; ten times that no 5 nm class has
        ("transistors: 60e9", "transistors: 600e9", "density", "dies[0].transistors"),
        ("transistors_are: non-planar", "transistors_are: planar", "planar", "dies[0]"),
        ("available: 2025-06-01", "available: 2024-12-31", "dates", "available"),
        # a slip of a unit
        ("boost: 2 GHz", "boost: 2 MHz", "range", "clocks.boost"),
        # a source without a basis
        (
            "fp16: 500 TFLOPS",
            "fp16: {value: 500 TFLOPS, source: a-sheet}",
            "basis",
            "throughput.fp16",
        ),
    ],
)
def test_each_gate_finds_its_slip(old: str, new: str, gate: str, path: str, tmp_path: Path) -> None:
    assert old in CLEAN
    assert (gate, path) in found(CLEAN.replace(old, new), tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 2000 TFLOPS", "value: 1000 TFLOPS"),
        ("boost: 2 GHz", "boost: 2.039 GHz"),
        ("area: 600 mm^2, transistors: 60e9", "area: 858 mm^2, transistors: 86e9"),
        ("available: 2025-06-01", "available: 2025-01-01"),
        ("process: TSMC N5", "process: a node nobody knows"),
    ],
)
def test_on_the_line_is_inside(old: str, new: str, tmp_path: Path) -> None:
    assert old in CLEAN
    assert found(CLEAN.replace(old, new), tmp_path) == []


def test_declared_tpp_is_compared(tmp_path: Path) -> None:
    """1,000 x 8 = 8,000; declared 8,080 is within 1 %, 8,100 is not, unless it is explained."""
    assert found(f"{CLEAN}declared: {{tpp: 8080}}\n", tmp_path) == []
    assert found(f"{CLEAN}declared: {{tpp: 8100}}\n", tmp_path) == [("declared", "declared.tpp")]
    assert (
        found(f"{CLEAN}declared: {{tpp: 8100, differs: counted at another clock}}\n", tmp_path)
        == []
    )


class TestExceptions:
    """A true exception is stated with its reason; one that nothing needs is a finding itself."""

    SLIP = CLEAN.replace("fp8: 1000 TFLOPS", "fp8: 1300 TFLOPS")

    def test_stated(self, tmp_path: Path) -> None:
        accepted = 'accepted: {"ratio:fp8/fp16": "an engine of its own", "ratio:fp8/bf16": "an engine of its own"}\n'
        assert found(self.SLIP + accepted, tmp_path) == []

    def test_extending_a_chip_takes_its_exceptions_along(self, tmp_path: Path) -> None:
        assert found("extends: b300\nname: Mine\n", tmp_path) == []

    @pytest.mark.parametrize(
        ("accepted", "words"),
        [
            ('{"nonsense:x": "a reason"}', "nonsense"),
            ('{"ration:fp8/fp16": "a reason"}', "ratio"),
            ('{"ratio:fp8/fp16": ""}', "reason"),
        ],
    )
    def test_nonsense_is_told(self, accepted: str, words: str, tmp_path: Path) -> None:
        ran = validated(f"{CLEAN}accepted: {accepted}\n", tmp_path)
        assert ran.status == 1
        assert any(words in finding["message"] for finding in ran.json["findings"])

    def test_a_wrong_key_gets_the_right_one(self, tmp_path: Path) -> None:
        ran = validated(CLEAN + 'accepted: {"rate:throughput.fp16": "another clock"}\n', tmp_path)
        assert any("rate:fp16" in finding["message"] for finding in ran.json["findings"])

    def test_one_that_nothing_needs(self, tmp_path: Path) -> None:
        assert found(
            CLEAN + 'accepted: {"ratio:fp8/fp16": "an engine of its own"}\n', tmp_path
        ) == [("ratio", "accepted.ratio:fp8/fp16")]


class TestUnits:
    """Rates of one engine are compared, not those of different engines or accumulators."""

    def test_other_engine(self, tmp_path: Path) -> None:
        rates = "fp16: {value: 500 TFLOPS, engine: tensor}, int8: {value: 80 TOPS, engine: vector}"
        assert found(f"name: Mine\nthroughput: {{{rates}}}\n", tmp_path) == []

    def test_sparse_rates_of_units(self, tmp_path: Path) -> None:
        text = (
            "name: Mine\nunits: [{name: NPU, throughput: {int8: 45 TOPS, int8_sparse: 20 TOPS}}]\n"
        )
        assert found(text, tmp_path) == [("sparse", "units[0].throughput.int8_sparse")]

    def test_units_of_their_own_are_compared_too(self, tmp_path: Path) -> None:
        text = "name: Mine\nunits: [{name: NPU, throughput: {fp16: 10 TFLOPS, int8: 30 TOPS}}]\n"
        assert found(text, tmp_path) == [("ratio", "units[0].throughput.int8")]


class TestForm:
    """What is wrong with the form is found too, each problem with its line; text that is no chips
    at all is unreadable.
    """

    @pytest.mark.parametrize(
        ("text", "line", "words"),
        [
            ("name: Mine\nmemory: {bandwidth: 3 TB}\n", 2, "bandwidth"),
            ("name: Mine\nmemmory: {}\n", 2, "memory"),
            ("- {id: a, name: A}\n- {id: a, name: B}\n", 2, "duplicate"),
            ("name: Mine\nthroughput: {fp8: {value: 5 TFLOPS, sparse: true}}\n", 2, "fp8_sparse"),
        ],
    )
    def test_a_finding(self, text: str, line: int, words: str, tmp_path: Path) -> None:
        ran = validated(text, tmp_path)
        assert ran.status == 1
        (finding,) = ran.json["findings"]
        assert (finding["gate"], finding["line"], finding["file"]) == ("form", line, "mine.yaml")
        assert words in finding["message"]

    def test_good_chips_beside_a_bad_one_are_still_compared(self, tmp_path: Path) -> None:
        text = "- {name: A, memmory: {}}\n- {name: B, throughput: {fp16: 100 TFLOPS, fp8: 500 TFLOPS}}\n"
        assert {gate for gate, _ in found(text, tmp_path)} == {"form", "ratio"}

    @pytest.mark.parametrize("text", ["", "name: [", "name: A\nname: B\n", "just text\n"])
    def test_unreadable(self, text: str, tmp_path: Path) -> None:
        (tmp_path / "mine.yaml").write_text(text)
        ran = run("validate", "mine.yaml", folder=tmp_path)
        assert (ran.status, ran.out) == (2, "")
        assert "mine.yaml" in only(ran.lines)

    def test_a_table_is_sent_to_audit(self, tmp_path: Path) -> None:
        (tmp_path / "table.csv").write_text("name,tpp\nA,1\n")
        ran = run("validate", "table.csv", folder=tmp_path)
        assert ran.status == 2
        assert "chipdb audit table.csv" in only(ran.lines)

    def test_a_system_that_contains_itself(self, tmp_path: Path) -> None:
        text = "- {id: a, members: [{chip: b}]}\n- {id: b, members: [{chip: a, count: 2}]}\n"
        ran = validated(text, tmp_path)
        assert ran.status == 1
        assert [finding["line"] for finding in ran.json["findings"]] == [1, 2]

    def test_a_catalog_without_a_file(self) -> None:
        assert run("validate", "--catalog", "none.yaml").status == 2

    def test_absent(self, tmp_path: Path) -> None:
        assert run("validate", "none.yaml", folder=tmp_path).status == 2


class TestText:
    """People read the findings as compilers print them, after a table of the gates."""

    def test_findings_name_file_line_path_and_both_numbers(self, tmp_path: Path) -> None:
        (tmp_path / "mine.yaml").write_text(
            "name: Mine\nthroughput:\n  fp16: 100 TFLOPS\n  fp8: 500 TFLOPS\n"
        )
        ran = run("validate", "mine.yaml", folder=tmp_path)
        assert ran.status == 1
        assert (
            "mine.yaml:4: throughput.fp8: ratio: fp8 500 TFLOPS is 5 times fp16 100 TFLOPS"
            in ran.out
        )
        assert "'ratio:fp8/fp16'" in ran.out, "the key of a true exception"

    def test_standard_input(self) -> None:
        ran = run(
            "validate", "-", stdin="name: Mine\nthroughput: {fp16: 100 TFLOPS, fp8: 500 TFLOPS}\n"
        )
        assert ran.status == 1
        assert "standard input:2:" in ran.out

    @pytest.mark.parametrize("style", ["csv", "markdown"])
    def test_other_formats(self, style: str, tmp_path: Path) -> None:
        (tmp_path / "mine.yaml").write_text(
            "name: Mine\nthroughput: {fp16: 100 TFLOPS, fp8: 500 TFLOPS}\n"
        )
        ran = run("validate", "mine.yaml", "--format", style, folder=tmp_path)
        assert ran.status == 1
        assert "throughput.fp8" in ran.out

    @pytest.mark.parametrize(
        "named",
        [[], [str(data_files.data_folder() / "chips.yaml")]],
        ids=["left out", "by its path"],
    )
    def test_the_catalog_itself(self, named: list[str]) -> None:
        ran = run("validate", *named, "--format", "json")
        record: dict[str, Any] = ran.json
        assert (ran.status, record["findings"]) == (0, [])
        assert record["chips"] > 180


ENTRY = {"id": "x-1", "vendor": "NVIDIA", "sources": {}}


class TestCatalogEntries:
    """What an entry of the catalog needs beside itself: a known maker, sources that exist."""

    @pytest.mark.parametrize(
        ("fields", "place", "words"),
        [
            ({"vendor": "Nobody Inc"}, ("vendor",), "places.yaml"),
            ({"announced": "2026-01-01"}, ("announced",), "sources.announced"),
            (
                {"sources": {"market": "nvidia-a100-datasheet-2023"}},
                ("sources", "market"),
                "nvidia-a100-datasheet-2022",
            ),
            (
                {"memory": {"bandwidth": [{"source": "nowhere"}]}},
                ("memory", "bandwidth", 0, "source"),
                "nowhere",
            ),
        ],
    )
    def test_is_told(
        self, fields: dict[str, Any], place: tuple[str | int, ...], words: str
    ) -> None:
        ((found, message),) = _unknown({**ENTRY, **fields})
        assert found == place
        assert words in message

    def test_nothing_to_tell(self) -> None:
        assert list(_unknown(ENTRY)) == []


class TestSlipsOfAThousand:
    """Slips of a thousand: PFLOPS for TFLOPS, billions for a bare number, and their like."""

    H100 = """
name: Example
throughput: {{fp16: {fp16}, fp8: {fp8}}}
memory: {{capacity: 80 GB, bandwidth: 3.35 TB/s}}
dies: [{{name: d, process: TSMC 4N, transistors_are: non-planar, area: 814 mm^2}}]
"""

    @pytest.mark.parametrize(
        ("fp16", "fp8", "gates_that_find"),
        [
            ("989 TFLOPS", "1979 TFLOPS", set()),
            ("0.989 TFLOPS", "1.979 TFLOPS", {"compute", "balance"}),
            ("989 GFLOPS", "1979 GFLOPS", {"compute", "balance"}),
            ("989 PFLOPS", "1979 PFLOPS", {"compute", "balance", "range"}),
        ],
    )
    def test_throughput(
        self, fp16: str, fp8: str, gates_that_find: set[str], tmp_path: Path
    ) -> None:
        text = self.H100.format(fp16=fp16, fp8=fp8)
        assert {gate for gate, _ in found(text, tmp_path)} == gates_that_find

    def test_throughput_by_the_node(self, tmp_path: Path) -> None:
        """50 TPP per mm^2 are those of a GB300 with sparsity; no chip of 28 nm has half as many."""
        text = (
            "throughput: {{fp8: 5000 TFLOPS}}\ndies: [{{name: d, process: {}, area: 800 mm^2}}]\n"
        )
        assert found(text.format("TSMC N5"), tmp_path) == []
        assert found(text.format("28 nm"), tmp_path) == [("compute", "throughput.fp8")]
        assert found(text.format("a node of its own"), tmp_path) == []

    def test_throughput_without_an_area(self, tmp_path: Path) -> None:
        """The memory bandwidth shows it: 3.35 TB/s for 15.8 TPP."""
        text = "throughput: {fp8: 1.979 TFLOPS}\nmemory: {bandwidth: 3.35 TB/s}\n"
        assert found(text, tmp_path) == [("balance", "memory.bandwidth")]

    @pytest.mark.parametrize(
        ("field", "right", "wrong", "path"),
        [
            ("transistors", "80 billion", "80", "transistors"),
            ("transistors", "80e9", "80 million", "transistors"),
            ("transistors", "208e9", "208 trillion", "transistors"),
            ("memory", "{bus: 5120 bit}", "{bus: 5.12 bit}", "memory.bus"),
            ("memory", "{bus: 5120 bit}", "{bus: 5120000 bit}", "memory.bus"),
            ("memory", "{pin_rate: 6.4 Gb/s}", "{pin_rate: 6.4 Mb/s}", "memory.pin_rate"),
            ("memory", "{pin_rate: 6.4 Gb/s}", "{pin_rate: 6.4 Tb/s}", "memory.pin_rate"),
        ],
    )
    def test_other_figures(
        self, field: str, right: str, wrong: str, path: str, tmp_path: Path
    ) -> None:
        assert found(f"name: Mine\n{field}: {right}\n", tmp_path) == []
        assert found(f"name: Mine\n{field}: {wrong}\n", tmp_path) == [("range", path)]

    def test_an_exception_is_accepted(self, tmp_path: Path) -> None:
        text = self.H100.format(fp16="0.989 TFLOPS", fp8="1.979 TFLOPS")
        text += "accepted: {'compute:fp8': a toy, balance: a toy}\n"
        assert found(text, tmp_path) == []


WRONG_FORM = "- id: mine-1\n  name: One\n  foo: 1\n"


def test_gates_that_did_not_run_say_so(tmp_path: Path) -> None:
    """``foo`` is no field, so the chip has no figures that a gate could compare: nothing passed."""
    ran = validated(WRONG_FORM, tmp_path)
    assert (ran.status, ran.json["chips"], ran.json["unread"]) == (1, 0, ["mine-1"])
    out = run("validate", "mine.yaml", folder=tmp_path).out
    rows = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert all(" not run " in rows[name] for name in gates())
    assert "not run" not in rows["form"]
    assert "Only the form gate ran on mine-1" in out


def test_gates_that_ran_on_some_chips_name_the_others(tmp_path: Path) -> None:
    text = f"{WRONG_FORM}- id: mine-2\n  name: Two\n  throughput: {{fp16: 500 TFLOPS, bf16: 500 TFLOPS}}\n"
    ran = validated(text, tmp_path)
    assert (ran.json["chips"], ran.json["unread"]) == (1, ["mine-1"])
    out = run("validate", "mine.yaml", folder=tmp_path).out
    assert " not run " not in out
    assert "Only the form gate ran on mine-1" in out
    assert "ran on" not in run("validate", "mine.yaml", "--format", "csv", folder=tmp_path).out


def test_a_file_without_findings_of_form_names_nothing(tmp_path: Path) -> None:
    assert validated(CLEAN, tmp_path).json["unread"] == []
    assert "Only the form gate" not in run("validate", "mine.yaml", folder=tmp_path).out
