"""The catalog: its chips, the SKU that represents a model, and gates against typing errors."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import chain

import pytest

import chipdb
from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import gates
from chipdb.catalog.figures import Claim, Figure
from chipdb.catalog.lookup import squash
from chipdb.curation.validate import validate_catalog
from chipdb.rules.places import places

from . import read

CATALOG = chipdb.load()
CHIPS = list(CATALOG)
RECORDS = read("chips.yaml")
SOURCES = {entry["id"] for entry in read("sources.yaml")}

REQUIRED = [
    # the systems of the mission
    *[
        (name, "NVIDIA", name)
        for name in (
            "B100",
            "B200",
            "GB200",
            "B300",
            "GB300",
            "RTX PRO 6000",
            "B30A",
            "H20",
            "A100",
        )
    ],
    *[(f"910B{bin_}", "Huawei", "910B") for bin_ in range(1, 5)],
    *[(name, "Huawei", name) for name in ("910", "910C")],
    ("Hanguang 800", "Alibaba T-Head", "Hanguang 800"),
    *[(name, "Cambricon", name.removesuffix("-X8")) for name in ("MLU290", "MLU370-X8", "MLU590")],
    *[(name, "Hygon", name) for name in ("Shensuan-1", "K100-AI", "BW1000")],
    # what they are compared with
    *[
        (name, "NVIDIA", name)
        for name in ("H100", "H800", "A800", "H200", "GH200", "L40", "L40S", "L20", "L2", "L4")
    ],
    *[
        (name, "NVIDIA", name)
        for name in ("A40", "A30", "A10", "T4", "V100", "RTX 4090", "RTX 4090D", "RTX 5090")
    ],
    *[(name, "NVIDIA", name) for name in ("RTX 5090D", "RTX 6000 Ada", "RTX PRO 6000D")],
    *[(name, "AMD", name) for name in ("MI210", "MI250X", "MI300X", "MI308X", "MI325X", "MI355X")],
    *[(name, "Intel", name) for name in ("Gaudi 2", "Gaudi 3")],
    *[(name, "Google", name) for name in ("TPU v5e", "TPU v5p", "TPU v6e", "TPU v7")],
    ("Trainium 2", "AWS", "Trainium2"),
]

VARIANTS = [
    *[
        (f"A100 {form} {size}", "A100", (form, size))
        for form in ("SXM", "PCIe")
        for size in ("40GB", "80GB")
    ],
    *[(f"H20 {size}", "H20", (size,)) for size in ("96GB", "141GB")],
    *[(f"H100 {form}", "H100", (form,)) for form in ("SXM", "PCIe", "NVL")],
    *[(f"H200 {form}", "H200", (form,)) for form in ("SXM", "NVL")],
    *[(f"910B{bin_}", "910B", (f"910B{bin_}",)) for bin_ in range(1, 5)],
]


def credible(figure: Figure) -> list[Claim]:
    return [claim for claim in figure.claims if claim.rejected is None]


def models() -> dict[tuple[str | None, str], list[Chip]]:
    """The SKUs of each product line of each maker."""
    found: dict[tuple[str | None, str], list[Chip]] = defaultdict(list)
    for chip in CHIPS:
        if chip.model:
            found[chip.vendor, chip.model].append(chip)
    return found


def days(entry: dict[str, object]) -> Iterator[str]:
    """The days that a chip's entry states."""
    for part in (entry, entry.get("declared"), entry.get("us_available")):
        if isinstance(part, dict):
            yield from (str(part[key]) for key in ("announced", "as_of", "from") if key in part)


class TestIdentity:
    """The specification: an id is unique and lower case; exactly one SKU represents a model."""

    def test_ids_are_unique_and_lower_case(self) -> None:
        ids = [entry["id"] for entry in RECORDS]
        assert len(ids) == len(set(ids))
        assert [key for key in ids if not re.fullmatch(r"[a-z0-9]+([-.][a-z0-9]+)+", key)] == []

    def test_every_entry_is_loaded(self) -> None:
        assert [chip.id for chip in CHIPS] == [entry["id"] for entry in RECORDS]

    @pytest.mark.parametrize(("vendor", "model"), sorted(models(), key=str))
    def test_one_sku_represents_the_model(self, vendor: str, model: str) -> None:
        assert len([chip for chip in models()[vendor, model] if chip.represents]) == 1

    def test_every_chip_has_a_model_and_a_kind(self) -> None:
        assert [entry["id"] for entry in RECORDS if not entry.get("model")] == []
        assert {entry["kind"] for entry in RECORDS} <= {"processor", "memory-stack", "system"}

    def test_members_of_systems_are_chips(self) -> None:
        systems = [entry for entry in RECORDS if entry["kind"] == "system"]
        assert systems
        named = [member["chip"] for system in systems for member in system["members"]]
        assert set(named) <= {entry["id"] for entry in RECORDS}

    def test_every_maker_has_a_known_headquarters(self) -> None:
        """Chips of vendors in D:5 places are only parameters, so no vendor may be unknown."""
        assert {
            chip.vendor for chip in CHIPS if squash(chip.vendor or "") not in places().vendors
        } == set()

    def test_days_are_days(self) -> None:
        stated = list(chain.from_iterable(days(entry) for entry in RECORDS))
        assert stated
        assert [
            day
            for day in stated
            if not date(2013, 1, 1) <= date.fromisoformat(day) <= date(2026, 12, 31)
        ] == []


class TestRepresentatives:
    """Representatives, as the specification describes them."""

    @pytest.mark.parametrize("model", ["H100", "H200", "A100", "A800", "H800", "B300"])
    def test_the_sxm_part_with_the_most_memory(self, model: str) -> None:
        modules = [chip for chip in models()["NVIDIA", model] if "SXM" in chip.name]
        largest = max(
            modules, key=lambda chip: chip.memory.capacity.value if chip.memory.capacity else 0
        )
        assert CATALOG[model].id == largest.id

    @pytest.mark.parametrize("name", ["B300", "HGX B300"])
    def test_b300_is_the_hgx_part(self, name: str) -> None:
        assert CATALOG[name].name.startswith("NVIDIA B300 SXM")

    @pytest.mark.parametrize(
        ("name", "words"),
        [
            ("H20", "H20 96GB"),
            ("Blackwell", "B200"),
            ("910B", "Ascend 910B2"),
            ("Ascend 910B", "910B2"),
            ("MI300", "MI300X"),
        ],
    )
    def test_named_representatives(self, name: str, words: str) -> None:
        assert CATALOG[name].name.endswith(words) or f" {words} " in CATALOG[name].name

    def test_910c_is_the_752_tflops_part(self) -> None:
        assert CATALOG["910C"].throughput["fp16"].value == 752

    @pytest.mark.parametrize("name", ["GB200", "GB300"])
    def test_grace_blackwell_is_the_gpu_package(self, name: str) -> None:
        assert CATALOG[name].kind == "processor"
        assert "fp4" in CATALOG[name].throughput


class TestContents:
    """At least 45 chips, and every one of its list by its common name."""

    def test_at_least_45_chips(self) -> None:
        assert len(CHIPS) >= 45

    @pytest.mark.parametrize(("name", "vendor", "model"), REQUIRED)
    def test_is_there(self, name: str, vendor: str, model: str) -> None:
        chip = CATALOG[name]
        assert (chip.vendor, chip.model) == (vendor, model)

    @pytest.mark.parametrize(("name", "model", "words"), VARIANTS)
    def test_variant_is_there(self, name: str, model: str, words: tuple[str, ...]) -> None:
        chip = CATALOG[name]
        assert chip.model == model
        assert all(word.lower() in chip.name.lower() for word in words), chip.name


class TestPlausibility:
    """Figures that no real part can have: every gate, with what it compared."""

    REPORT = validate_catalog()

    def test_no_gate_finds_anything(self) -> None:
        assert [str(found.problem) for found in self.REPORT.found] == []

    @pytest.mark.parametrize("gate", sorted(gates()))
    def test_every_gate_compares_something(self, gate: str) -> None:
        """A gate that compares nothing would be clean for ever."""
        assert self.REPORT.compared[gate] > 10

    def test_exceptions_are_explained(self) -> None:
        reasons = [why for chip in CHIPS for why in chip.accepted.values()]
        assert reasons
        assert [why for why in reasons if len(why.split()) < 3] == []


class TestFacts:
    """The specification and point B14: market facts, sales and declarations have a source."""

    @pytest.mark.parametrize("field", ["designed_for", "marketed_for"])
    def test_market_is_sourced(self, field: str) -> None:
        stated = [entry for entry in RECORDS if field in entry]
        assert stated
        assert [
            entry["id"] for entry in stated if entry.get("sources", {}).get("market") not in SOURCES
        ] == []

    def test_market_words(self) -> None:
        words = {
            word
            for entry in RECORDS
            for field in ("designed_for", "marketed_for")
            for word in entry.get(field, ())
        }
        assert words <= {"datacenter", "workstation", "client", "edge"}

    def test_announcement_is_sourced(self) -> None:
        stated = [entry for entry in RECORDS if "announced" in entry]
        assert [
            entry["id"]
            for entry in stated
            if entry.get("sources", {}).get("announced") not in SOURCES
        ] == []

    @pytest.mark.parametrize("field", ["us_available", "declared"])
    def test_what_others_state_is_sourced(self, field: str) -> None:
        stated = [entry for entry in RECORDS if isinstance(entry.get(field), dict)]
        assert stated
        assert [entry["id"] for entry in stated if entry[field].get("source") not in SOURCES] == []

    def test_a_declaration_is_dated(self) -> None:
        assert [
            entry["id"]
            for entry in RECORDS
            if "declared" in entry and "as_of" not in entry["declared"]
        ] == []

    def test_no_part_is_sold_before_it_is_announced(self) -> None:
        both = [chip for chip in CHIPS if chip.announced and chip.us_available.since]
        assert both
        assert [chip.id for chip in both if chip.us_available.since < chip.announced] == []
