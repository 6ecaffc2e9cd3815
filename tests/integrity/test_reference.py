"""The catalog as a reference: breadth, required fields, sources that decide, declared values."""

from __future__ import annotations

import pytest
from running import run

import chipdb
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.chip import Chip
from chipdb.curation.sources import sourced_figures
from chipdb.metrics import measure
from chipdb.solver.declared import difference_of
from chipdb.solver.question import question

CATALOG = chipdb.load()
CHIPS = list(CATALOG)
PROCESSORS = [chip for chip in CHIPS if chip.kind == "processor"]
SOURCES = bibliography()
ASKED = question("2026-11-01")

MAKERS = {
    *(
        "NVIDIA",
        "AMD",
        "Intel",
        "Google",
        "AWS",
        "Microsoft",
        "Meta",
        "Tesla",
        "Cerebras",
        "Groq",
        "SambaNova",
        "Graphcore",
    ),
    *(
        "Tenstorrent",
        "Qualcomm",
        "Furiosa",
        "Rebellions",
        "d-Matrix",
        "Samsung",
        "SK hynix",
        "Micron",
        "Huawei",
        "Cambricon",
    ),
    *(
        "Alibaba T-Head",
        "Hygon",
        "Baidu Kunlunxin",
        "Biren",
        "Moore Threads",
        "MetaX",
        "Iluvatar",
        "Enflame",
        "Sophgo",
    ),
}
PARTS = [
    "RTX 4080",
    "RTX 5080",
    "RTX A6000",
    "RTX 5000 Ada",
    "H800 PCIe",
    "Rubin CPX",
    "Gaudi 1",
    "TPU v1",
    "Dojo D1",
    "MTIA 500",
]
PARTS += [
    "Ascend 950DT",
    "Ascend 970",
    "CloudMatrix 384",
    "Inferentia 1",
    "Maia 200",
    "WSE-3",
    "SN40L",
    "RNGD",
    "AI200",
    "MI455X",
]


DECLARED = [chip for chip in CHIPS if chip.declared and chip.declared.tpp]
DIFFERENCES = {chip.id: difference_of(chip) for chip in DECLARED}
CROSSING = [name for name, found in DIFFERENCES.items() if found and found.crossed]


class TestBreadth:
    """Each chip has a dense throughput or the reason why it has none."""

    def test_at_least_180_with_a_rate_or_a_reason(self) -> None:
        rated = [chip for chip in PROCESSORS if measure(chip, "tpp").value is not None]
        assert len(rated) > 180
        assert [chip.id for chip in PROCESSORS if chip not in rated and not chip.no_rates] == []

    def test_a_reason_stands_only_where_there_is_no_rate(self) -> None:
        assert [
            chip.id
            for chip in PROCESSORS
            if chip.no_rates and measure(chip, "tpp").value is not None
        ] == []

    def test_makers(self) -> None:
        assert MAKERS - {chip.vendor for chip in CHIPS} == set()

    @pytest.mark.parametrize("name", PARTS)
    def test_part_is_there(self, name: str) -> None:
        assert CATALOG[name].name

    @pytest.mark.parametrize("kind", ["hbm2e", "hbm3", "hbm3e", "hbm4"])
    def test_memory_stacks(self, kind: str) -> None:
        stacks = [
            chip
            for chip in CHIPS
            if chip.kind == "memory-stack" and (chip.memory.kind or "").lower() == kind
        ]
        assert stacks
        assert all(chip.memory.bandwidth and chip.package_area for chip in stacks), [
            chip.id for chip in stacks
        ]


class TestStages:
    """Announced-only parts are marked so."""

    @pytest.mark.parametrize(
        "name", ["TPU 8t", "Rubin Ultra", "Ascend 970", "MI455X", "Qualcomm AI200", "Etched Sohu"]
    )
    def test_announced(self, name: str) -> None:
        assert CATALOG[name].stage == "announced"

    def test_announced_parts_have_no_day_of_sale(self) -> None:
        marked = [chip for chip in CHIPS if chip.stage in ("announced", "cancelled")]
        assert len(marked) > 20
        assert [chip.id for chip in marked if chip.available or chip.us_available.since] == []

    def test_a_stage_is_sourced(self) -> None:
        stated = [chip for chip in CHIPS if chip.stage]
        assert [chip.id for chip in stated if chip.sources.get("stage") not in SOURCES] == []

    @pytest.mark.parametrize("field", ["available", "only_for"])
    def test_other_facts_are_sourced(self, field: str) -> None:
        stated = [chip for chip in CHIPS if getattr(chip, field)]
        assert stated
        assert [chip.id for chip in stated if chip.sources.get(field) not in SOURCES] == []


class TestSupport:
    """A source without address is never the only one of a figure that decides a 3A090 status."""

    @pytest.mark.parametrize("chip", PROCESSORS, ids=lambda chip: chip.id)
    def test_what_decides_is_linked(self, chip: Chip) -> None:
        deciding = [rest for rest in sourced_figures(chip, ASKED) if rest.decides]
        unlinked = [
            rest.figure
            for rest in deciding
            if not any(SOURCES[source].url for source in rest.sources)
        ]
        assert unlinked == []


class TestDeclared:
    """A declared TPP that differs from the computed one is explained.

    The difference is shown where a threshold lies between the two.
    """

    def test_there_are_many(self) -> None:
        assert len(DECLARED) > 30

    def test_within_one_percent_or_explained(self) -> None:
        unexplained = [name for name, found in DIFFERENCES.items() if found and not found.why]
        ranges = {name: measure(CATALOG[name], "tpp") for name in unexplained}
        outside = [
            name
            for name in unexplained
            if not ranges[name].low <= DIFFERENCES[name].declared <= ranges[name].high
        ]
        assert outside == []

    @pytest.mark.parametrize("known", ["nvidia-a100-sxm4-40gb", "nvidia-h200-nvl"])
    def test_known_ones_cross_a_line(self, known: str) -> None:
        """3,822 against 4,992 about 4,800; 14,144 against 13,368 about 14,000."""
        assert known in CROSSING

    @pytest.mark.parametrize("name", CROSSING)
    def test_show_and_check_say_it(self, name: str) -> None:
        shown = run("show", name).out
        assert "vendor declares" in shown
        assert "lies between" in shown
        warnings = run("check", name, "--on", "2026-11-01", "--format", "json").json[0]["warnings"]
        assert any("declares TPP" in warning for warning in warnings)
