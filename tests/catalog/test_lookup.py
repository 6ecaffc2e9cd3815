"""Lookup by id, alias, model and architecture in any spelling of the same letters and digits."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import chipdb
from chipdb.catalog.lookup import (
    FIRST_PARTS,
    NameIndex,
    StoredIndex,
    build_index,
    resolve,
    stored_parts,
)
from chipdb.errors import AmbiguousNameError, DataError, UnknownNameError

CATALOG = chipdb.load()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chipdb", *arguments], capture_output=True, text=True, check=False
    )


def file_with(folder: Path, text: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(text, "utf-8")
    return path


class TestResolution:
    """Exact id, alias, or the same letters and digits."""

    @pytest.mark.parametrize(
        "name",
        [
            "nvidia-h20-96gb",
            "NVIDIA H20 96GB",
            "H20 96GB",
            "H20",
            "NVIDIA H20",
            "HGX H20",
            "H20 SXM",
        ],
    )
    def test_id_name_alias_and_model(self, name: str) -> None:
        assert CATALOG[name].id == "nvidia-h20-96gb"

    @pytest.mark.parametrize(
        "name",
        [
            "RTX 4090",
            "rtx 4090",
            "RTX4090",
            "rtx-4090",
            "rtx_4090",
            "Rtx-40 90",
            " RTX 4090 ",
            "GeForce RTX 4090",
            "RTX\u20114090",
        ],
    )
    def test_case_spaces_and_hyphens(self, name: str) -> None:
        assert CATALOG[name].name == "NVIDIA GeForce RTX 4090"

    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("Ｈ１００", "H100"),
            ("ｈ２０", "H20"),
            ("ＲＴＸ　４０９０", "RTX 4090"),
            ("昇腾９１０Ｂ３", "910B3"),
            ("Ａ１００－ＳＸＭ", "A100 SXM"),
        ],
    )
    def test_full_width_letters(self, name: str, plain: str) -> None:
        assert CATALOG[name].id == CATALOG[plain].id

    @pytest.mark.parametrize(
        ("name", "plain"),
        [
            ("昇腾910B", "910B"),
            ("昇騰910B", "910B"),
            ("昇腾 910B", "910B"),
            ("昇騰910b", "910B"),
            ("华为昇腾910B", "910B"),
            ("昇腾910B3", "910B3"),
            ("昇騰910B3", "910B3"),
            ("昇腾910C", "910C"),
            ("昇騰910C", "910C"),
            ("昇腾910", "Ascend 910"),
            ("昇騰910", "Ascend 910"),
            ("含光800", "Hanguang 800"),
            ("含光 800", "Hanguang 800"),
            ("思元290", "MLU290"),
            ("思元590", "MLU590"),
            ("深算一号", "Shensuan-1"),
            ("深算一號", "Shensuan-1"),
            ("深算三号", "BW1000"),
            ("深算三號", "BW1000"),
        ],
    )
    def test_chinese_names_in_both_scripts(self, name: str, plain: str) -> None:
        assert CATALOG[name].id == CATALOG[plain].id

    @pytest.mark.parametrize("chip", list(CATALOG), ids=lambda chip: chip.id)
    def test_every_name_of_a_chip_means_it(self, chip: chipdb.Chip) -> None:
        assert {CATALOG[name].id for name in (chip.id, chip.name, *chip.aliases)} == {chip.id}

    @pytest.mark.parametrize(
        "chip", [chip for chip in CATALOG if chip.represents], ids=lambda chip: chip.id
    )
    def test_every_model_means_its_representative(self, chip: chipdb.Chip) -> None:
        assert chip.model is not None
        name = f"{chip.vendor} {chip.model}"
        assert CATALOG[name].model == chip.model
        assert CATALOG[name].represents


class TestTwoVendors:
    """A product line's bare model name counts as a name of each vendor that has it."""

    @pytest.mark.parametrize(
        ("name", "candidates"),
        [
            ("n300", {"metax-n300", "tenstorrent-wormhole-n300d"}),
            ("N300", {"metax-n300", "tenstorrent-wormhole-n300d"}),
            ("C600", {"metax-c600", "graphcore-c600"}),
            ("Atlas", {"positron-atlas", "huawei-atlas-300i"}),
            ("S60", {"enflame-s60", "mthreads-mtt-s60"}),
        ],
    )
    def test_refused_with_the_candidates(self, name: str, candidates: set[str]) -> None:
        with pytest.raises(AmbiguousNameError) as error:
            CATALOG.find(name)
        assert candidates <= set(error.value.suggestions)
        assert str(error.value).startswith(f"{name!r} is ambiguous; it could mean ")
        assert name not in CATALOG

    @pytest.mark.parametrize(
        ("name", "chip"),
        [
            ("MetaX n300", "metax-n300"),
            ("Tenstorrent n300", "tenstorrent-wormhole-n300d"),
            ("MetaX C600", "metax-c600"),
            ("Graphcore C600", "graphcore-c600"),
            ("Positron Atlas", "positron-atlas"),
            ("Moore Threads S60", "mthreads-mtt-s60"),
        ],
    )
    def test_the_vendor_settles_it(self, name: str, chip: str) -> None:
        assert CATALOG.find(name).chip.id == chip

    def test_several_lines_of_the_vendor_are_ambiguous(self) -> None:
        with pytest.raises(AmbiguousNameError):
            CATALOG.find("Huawei Atlas")

    def test_a_name_of_one_vendor_is_not(self) -> None:
        """Huawei's Atlas 800T A2 is not called an A2."""
        assert CATALOG.find("A2").chip.id == "nvidia-a2"

    def test_the_command_names_the_candidates(self) -> None:
        ran = run("check", "n300", "--on", "2026-06-01")
        assert ran.returncode == 2
        assert "metax-n300, tenstorrent-wormhole-n300d or" in ran.stderr


class TestVendorAndAlias:
    """Any alias with its vendor in front of it."""

    @pytest.mark.parametrize("chip", list(CATALOG), ids=lambda chip: chip.id)
    def test_every_alias(self, chip: chipdb.Chip) -> None:
        found = {CATALOG[f"{chip.vendor} {alias}"].id for alias in chip.aliases}
        assert found <= {chip.id}

    @pytest.mark.parametrize(
        ("name", "chip"),
        [
            ("NVIDIA Corporation L40S", "nvidia-l40s"),
            ("AMD Inc. MI250", "amd-mi250"),
            ("Intel Corp. Gaudi 2", "intel-gaudi2"),
        ],
    )
    def test_with_the_legal_form_of_the_company(self, name: str, chip: str) -> None:
        """Invoices and drivers write a company's whole name."""
        assert CATALOG[name].id == chip

    @pytest.mark.parametrize("name", ["AMD H100 SXM", "Intel T4", "NVIDIA", "NVIDIA MI300X"])
    def test_not_with_another_vendor(self, name: str) -> None:
        with pytest.raises(UnknownNameError):
            CATALOG.find(name)


class TestGeneric:
    """A generic name means the SKU marked `represents`; the output says so and lists the others."""

    @pytest.mark.parametrize(
        ("name", "meant", "siblings"),
        [
            ("A100", "A100 80GB", {"A100 40GB", "A100 PCIe", "A100 40GB PCIe"}),
            ("H20", "H20 96GB", {"H20 141GB"}),
            ("H200", "H200 SXM", {"H200 NVL"}),
            ("910B", "910B2", {"910B1", "910B3", "910B4"}),
            ("昇騰910B", "910B2", {"910B1", "910B3", "910B4"}),
            ("MI300", "MI300X", {"MI300A"}),
            ("Blackwell", "B200", {"B100", "GB200", "RTX PRO 6000", "RTX 5090", "B30A"}),
            # common usage counts B300 and GB300 among the Blackwell systems
            ("blackwell", "B200", {"B300", "GB300"}),
        ],
    )
    def test_representative_and_siblings(self, name: str, meant: str, siblings: set[str]) -> None:
        found = CATALOG.find(name)
        assert found.chip.id == CATALOG[meant].id
        assert found.resolved_from == name
        assert {CATALOG[sibling].id for sibling in siblings} <= set(found.siblings)
        assert found.chip.id not in found.siblings

    @pytest.mark.parametrize(
        "name", ["nvidia-a100-sxm4-80gb", "A100 40GB PCIe", "910B3", "H100 NVL"]
    )
    def test_a_name_of_one_chip_has_no_siblings(self, name: str) -> None:
        assert CATALOG.find(name).siblings == ()

    @pytest.mark.parametrize("name", ["Ascend910B", "910B", "昇腾910B"])
    def test_every_part_that_carries_the_name(self, name: str) -> None:
        """Ascend910B is the SoC name of a first-generation bin (torch_npu, NpuVariables.cpp)."""
        found = CATALOG.find(name)
        assert found.chip.id == "huawei-ascend-910b2"
        assert "huawei-ascend-910-bin-b" in found.siblings

    def test_an_id_is_not_resolved_from_anything(self) -> None:
        assert CATALOG.find("nvidia-h20-96gb").resolved_from is None

    def test_the_output_says_which_and_lists_the_rest(self) -> None:
        done = run("check", "Blackwell", "--on", "2026-06-01", "--format", "json")
        (answer,) = json.loads(done.stdout)
        assert (answer["chip"], answer["resolved_from"]) == (CATALOG["B200"].id, "Blackwell")
        assert CATALOG["B200"].name in done.stderr
        assert CATALOG["B100"].id in done.stderr


class TestNoGuess:
    """In this field one character is the law: what is not a name is an error with suggestions."""

    @pytest.mark.parametrize(
        ("name", "suggested"),
        [
            ("h2o", "H20"),
            ("a1000", "A100"),
            ("910 b5", "910B"),
            ("H10O", "H100"),
            ("RTX 4099", "RTX 4090"),
            ("昇腾910Z", "昇腾910"),
        ],
    )
    def test_near_misses_are_errors_with_suggestions(self, name: str, suggested: str) -> None:
        with pytest.raises(UnknownNameError) as caught:
            CATALOG[name]
        assert any(entry.startswith(suggested) for entry in caught.value.suggestions), (
            caught.value.suggestions
        )
        assert repr(name) in str(caught.value)

    @pytest.mark.parametrize(
        "name",
        ["A10 0 0", "H", "100", "NVIDIA", "B", "4090", "A100 SXM4 8GB", "L400", "", " ", "-"],
    )
    def test_parts_of_names_are_no_names(self, name: str) -> None:
        with pytest.raises(UnknownNameError):
            CATALOG[name]
        assert name not in CATALOG

    @pytest.mark.parametrize(
        ("name", "meant"), [("4090", "RTX4090"), ("5080", "RTX5080"), ("MI355", "MI355X")]
    )
    def test_what_contains_the_name_comes_first(self, name: str, meant: str) -> None:
        """T400 is spelled like 4090, but whoever writes a number means a part of that number."""
        with pytest.raises(UnknownNameError) as caught:
            CATALOG[name]
        assert caught.value.suggestions[0].replace(" ", "") == meant

    @pytest.mark.parametrize(
        ("name", "chip"), [("Hopper", "H100"), ("Ampere", "A100"), ("Ada Lovelace", "L40")]
    )
    def test_an_architecture_without_a_representative_suggests_its_chips(
        self, name: str, chip: str
    ) -> None:
        with pytest.raises(UnknownNameError) as caught:
            CATALOG[name]
        architectures = {CATALOG[entry].architecture for entry in caught.value.suggestions}
        assert CATALOG[chip].architecture in architectures

    @pytest.mark.parametrize("name", ["h2o", "910 b5"])
    def test_the_command_ends_with_2_and_one_line(self, name: str) -> None:
        done = run("show", name)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.strip().splitlines()) == 1
        assert name in done.stderr


class TestOwnChips:
    """`--catalog FILE` adds a user's chips; an alias of two chips is refused at load."""

    def test_they_stand_beside_the_catalog(self, tmp_path: Path) -> None:
        own = file_with(
            tmp_path,
            "- {id: acme-x1, name: Acme X1, vendor: Acme, model: X1, aliases: [龙芯X1], "
            "throughput: {fp16: 100 TFLOPS}}",
        )
        catalog = CATALOG.with_file(own)
        assert {catalog[name].id for name in ("acme-x1", "Acme X1", "x-1", "龙芯x1")} == {"acme-x1"}
        assert len(catalog) == len(CATALOG) + 1
        assert "acme-x1" not in CATALOG

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("X 1", "X 1"),
            ("X-1", "x1"),
            ("Ｘ１", "X1"),
            ("Acme One", "ACME-ONE"),
            ("b-two", "B two"),
        ],
    )
    def test_an_alias_of_two_chips(self, tmp_path: Path, first: str, second: str) -> None:
        text = (
            f"- {{id: a-one, name: A One, aliases: ['{first}']}}\n"
            f"- {{id: b-two, name: B Two, aliases: ['{second}']}}\n"
        )
        if first == "b-two":
            text = "- {id: a-one, name: A One, aliases: [b-two]}\n- {id: b-two, name: B Two}\n"
        with pytest.raises(DataError, match=r"(?s)a-one.*b-two|b-two.*a-one"):
            CATALOG.with_file(file_with(tmp_path, text))

    @pytest.mark.parametrize("alias", ["HGX H20", "h20-96gb", "昇騰910B3", "A100"])
    def test_an_alias_of_a_catalog_chip(self, tmp_path: Path, alias: str) -> None:
        """Also a model's name: else `A100` would mean the user's chip without a word."""
        with pytest.raises(DataError, match="acme-x1"):
            CATALOG.with_file(
                file_with(tmp_path, f"- {{id: acme-x1, name: Acme X1, aliases: ['{alias}']}}")
            )

    def test_an_id_of_the_catalog(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="nvidia-h20-96gb"):
            CATALOG.with_file(
                file_with(
                    tmp_path, "- {id: nvidia-h20-96gb, name: Mine, throughput: {fp16: 1 TFLOPS}}"
                )
            )

    def test_the_command_ends_with_2(self, tmp_path: Path) -> None:
        own = file_with(
            tmp_path,
            "- {id: a-one, name: A One, aliases: [X1]}\n"
            "- {id: b-two, name: B Two, aliases: [x-1]}\n",
        )
        done = run("show", "H20", "--catalog", str(own))
        assert (done.returncode, done.stdout) == (2, "")
        assert "x-1" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("RTX PRO 6000", {"nvidia-rtx-pro-6000-blackwell-server"}),
        ("RTX PRO 6000 Blackwell", {"nvidia-rtx-pro-6000-blackwell-max-q"}),
        ("RTX PRO 4500", {"nvidia-rtx-pro-4500-blackwell-server"}),
        ("Gaudi", {"intel-gaudi2", "intel-gaudi3-oam"}),
    ],
)
def test_editions_of_a_line_are_named_beside_the_one_that_is_meant(name, others):
    """NVIDIA sells the RTX PRO 6000 as Workstation, Max-Q and Server Edition, with other figures."""
    entry = chipdb.load().find(name)
    assert others <= set(entry.siblings)
    assert "could also mean" in entry.understood


@pytest.fixture(scope="module")
def whole() -> NameIndex:
    """The index of the catalog's names, in one piece."""
    catalog = chipdb.load()
    return build_index((catalog.record(key) for key in catalog.ids), print)


@pytest.fixture(scope="module")
def stored(whole: NameIndex) -> StoredIndex:
    """The same index as the compiled catalog holds it."""
    return StoredIndex({part: whole[part] for part in FIRST_PARTS}, stored_parts(whole).__getitem__)


class TestStoredIndex:
    """The compiled catalog holds names by their first character; lookup must not notice."""

    @staticmethod
    def meaning(index: NameIndex, name: str) -> object:
        """The chip that a name means with its siblings, or the error."""
        try:
            return resolve(index, name)
        except (AmbiguousNameError, UnknownNameError) as error:
            return str(error)

    def test_every_name_means_the_same(self, whole: NameIndex, stored: StoredIndex) -> None:
        names = [*whole["names"], *whole["generic"], *whole["ambiguous"]]
        assert len(names) > 3000
        for name in names:
            assert self.meaning(stored, name) == self.meaning(whole, name), name

    @pytest.mark.parametrize(
        "name", ["NVIDIA Corporation L40S", "H2O", "Ωmega", "", "昇腾", "S60", "nvidia s60", "MTT"]
    )
    def test_other_names_mean_the_same(
        self, whole: NameIndex, stored: StoredIndex, name: str
    ) -> None:
        """With the company's form, misspelt, with a first character that no name has, ambiguous."""
        assert self.meaning(stored, name) == self.meaning(whole, name)

    def test_one_name_is_found_without_the_others(self, whole: NameIndex) -> None:
        fresh = StoredIndex({part: whole[part] for part in FIRST_PARTS}, stored_parts(whole).pop)
        assert resolve(fresh, "B200") == resolve(whole, "B200")
        assert set(fresh) == {*FIRST_PARTS, "names b", "generic b"}

    def test_the_catalog_offers_the_whole_index(self, whole: NameIndex) -> None:
        """The explorer page is made from it."""
        index = chipdb.load().name_index()
        assert index == {part: whole[part] for part in index}
        assert set(index) == {"names", "generic", "ambiguous", "vendors"}
