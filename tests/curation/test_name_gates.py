"""Gates of names: issue of the catalog, "names of systems; the source names another SKU".

A rack called NVL72 has 72 GPUs, and a rate of one SKU that cites a page about another one needs a
reason (the review of the data found an A800 SXM4 that cited the page of the A800 40GB).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run

import chipdb
from chipdb.curation.gates import comparisons
from chipdb.curation.name_gates import chips_inside

CHIP = """\
- id: nvidia-h100-copy
  kind: processor
  name: NVIDIA H100 Copy
  vendor: NVIDIA
  throughput:
    fp16: {value: 989.4 TFLOPS, source: SOURCE, basis: official}
"""
SYSTEM = """\
- id: nvidia-nvl-rack
  kind: system
  name: NAME
  members: [{chip: H100, count: 8}]
"""


def found(text: str, folder: Path) -> list[str]:
    """The gates that a file fails."""
    (folder / "mine.yaml").write_text(text)
    report = run("validate", "mine.yaml", "--format", "json", folder=folder).json
    return [finding["gate"] for finding in report["findings"]]


class TestSku:
    """The source of a rate names the chip, or the claim says why it holds here."""

    def test_another_sku(self, tmp_path: Path) -> None:
        assert found(CHIP.replace("SOURCE", "nvidia-h200-page"), tmp_path) == ["sku"]

    def test_the_chip_itself(self, tmp_path: Path) -> None:
        assert found(CHIP.replace("SOURCE", "nvidia-h100-whitepaper"), tmp_path) == []

    def test_a_source_that_names_no_product(self, tmp_path: Path) -> None:
        assert found(CHIP.replace("SOURCE", "epoch-ml-hardware"), tmp_path) == []

    def test_a_note_answers_it(self, tmp_path: Path) -> None:
        text = CHIP.replace("SOURCE", "nvidia-h200-page").replace(
            "basis: official", 'basis: official, note: "the same GPU"'
        )
        assert found(text, tmp_path) == []

    def test_a_chip_that_extends_another(self, tmp_path: Path) -> None:
        """Its figures are the other chip's, whatever it is called."""
        assert found("- {extends: h100, name: Draft}", tmp_path) == []


class TestCount:
    """The number in the name of a system is that of its chips."""

    @pytest.mark.parametrize(
        ("name", "gates"),
        [
            ("NVIDIA HGX 8-GPU", []),
            ("NVIDIA Rack NVL8", []),
            ("NVIDIA Rack NVL72", ["count"]),
            ("NVIDIA DGX 640GB", []),
        ],
    )
    def test_names(self, name: str, gates: list[str], tmp_path: Path) -> None:
        assert found(SYSTEM.replace("NAME", name), tmp_path) == gates

    def test_systems_inside_a_system(self) -> None:
        """The GB200 NVL72 has 36 superchips of two GPUs (NVIDIA's sheet of the GB200 NVL72)."""
        assert chips_inside(chipdb.load()["GB200 NVL72"]) == 72

    def test_an_exception_with_its_reason(self) -> None:
        """NVIDIA counts dies in the name of the NVL144 CPX: 72 packages of two, and 144 CPX."""
        chip = chipdb.load()["Vera Rubin NVL144 CPX"]
        (made,) = [each for each in comparisons(chip) if each.gate == "count"]
        assert (made.holds, "count" in chip.accepted) == (False, True)
