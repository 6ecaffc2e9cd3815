"""``conflicts`` and ``sources``: where credible claims disagree, what rests on what, and which
answers turn on it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import has, run

import chipdb
from chipdb.catalog.bibliography import bibliography
from chipdb.curation.conflicts import conflicts_of
from chipdb.curation.sources import sourced_figures, supports
from chipdb.solver.question import question

DAY = "2026-11-01"
ASKED = question(DAY)

TWO_CLAIMS = """
name: Mine
designed_for: [datacenter]
dies: [{name: core, transistors_are: non-planar, area: 800 mm^2}]
throughput:
  fp16:
    - {value: LOW TFLOPS, source: one-sheet, basis: third-party}
    - {value: HIGH TFLOPS, source: another, basis: reported}
"""


def mine(low: str, high: str) -> chipdb.Chip:
    """A chip of which two sources say different things."""
    (chip,) = chipdb.load().adopt(
        TWO_CLAIMS.replace("LOW", low).replace("HIGH", high).encode(), "mine.yaml"
    )
    return chip


class TestConflicts:
    """Credible claims that differ by more than rounding, and the rules whose answer turns on them."""

    def test_on_both_sides_of_a_line(self) -> None:
        """290 x 16 = 4,640 and 310 x 16 = 4,960: 4,800 lies between, so 3A090 turns on it."""
        (found,) = conflicts_of([mine("290", "310")], ASKED)
        assert (found.figure, found.kind, float(found.low), float(found.high)) == (
            "throughput.fp16",
            "claims",
            290,
            310,
        )
        assert "us-3a090-2023" in found.matters_for
        assert [source for _, _, source in found.claims] == ["one-sheet", "another"], (
            "the preferred claim first"
        )

    def test_on_one_side(self) -> None:
        """310 and 320: both at or above 4,800."""
        (found,) = conflicts_of([mine("310", "320")], ASKED)
        assert "us-3a090-2023" not in found.matters_for

    @pytest.mark.parametrize(("low", "high"), [("312", "312"), ("312", "311.9"), ("989", "989.4")])
    def test_rounding_is_no_conflict(self, low: str, high: str) -> None:
        assert list(conflicts_of([mine(low, high)], ASKED)) == []

    def test_a_tolerant_claim_hides_no_conflict(self) -> None:
        """1,000 and 1,100 disagree, whatever 1,050 within 10 % says between them."""
        claims = "[{value: 1000 GB/s}, {value: 1050 GB/s, tolerance: 10 %}, {value: 1100 GB/s}]"
        (chip,) = chipdb.load().adopt(
            f"name: Mine\nmemory: {{bandwidth: {claims}}}\n".encode(), "mine.yaml"
        )
        (found,) = conflicts_of([chip], ASKED)
        assert (float(found.low), float(found.high)) == (1000, 1100)

    def test_currencies_are_not_compared(self) -> None:
        (chip,) = chipdb.load().adopt(b"name: Mine\nprices: [10000 USD, 70000 CNY]\n", "mine.yaml")
        assert list(conflicts_of([chip], ASKED)) == []

    def test_a_rejected_claim_is_none(self) -> None:
        text = (
            TWO_CLAIMS.replace("LOW", "290")
            .replace("HIGH", "310")
            .replace("basis: reported", 'basis: reported, rejected: "a slip"')
        )
        (chip,) = chipdb.load().adopt(text.encode(), "mine.yaml")
        assert list(conflicts_of([chip], ASKED)) == []

    def test_a_reading_that_decides(self) -> None:
        """Law: the 910B4's cube alone gives another paragraph than its headline."""
        found = [
            one for one in conflicts_of([chipdb.load()["910B4"]], ASKED) if one.figure == "tpp"
        ]
        assert [(one.kind, one.why is not None) for one in found] == [("reading", True)]
        assert found[0].matters_for == ("us-3a090-2023",)

    def test_a_declaration_that_differs(self) -> None:
        """The issue of NVIDIA's own table: HGX A100 40GB declared 3,822, its rates give 4,992."""
        (found,) = [
            one
            for one in conflicts_of([chipdb.load()["A100 SXM4 40GB"]], ASKED)
            if one.kind == "declared"
        ]
        assert (float(found.low), float(found.high)) == (3822, 4992)
        assert found.why, "the difference is explained"

    def test_command(self) -> None:
        ran = run("conflicts", "a100-sxm4-40gb", "910b4", "--on", DAY, "--format", "json")
        assert ran.status == 0
        turning = [bool(record["matters_for"]) for record in ran.json]
        assert turning == sorted(turning, reverse=True), "those that an answer turns on come first"
        types = {
            "chip": str,
            "figure": str,
            "kind": str,
            "low": float,
            "high": float,
            "claims": list,
            "matters_for": list,
        }
        has(ran.json[0], data=str, rules=str, schema=int, **types)

    def test_a_users_file(self, tmp_path: Path) -> None:
        (tmp_path / "mine.yaml").write_text(TWO_CLAIMS.replace("LOW", "290").replace("HIGH", "310"))
        assert "throughput.fp16" in run("conflicts", "mine.yaml", "--on", DAY, folder=tmp_path).out


class TestSources:
    """Every source with what it carries, the weakest first; every figure of a chip with its
    sources.
    """

    def test_what_decides(self) -> None:
        """The H20 is outside by TPP 2,368 and density 2.91: without the die's area the density is
        open.
        """
        found = {rest.figure: rest for rest in sourced_figures(chipdb.load()["H20"], ASKED)}
        assert found["dies[0].area"].decides
        assert not found["power.tdp"].decides

    def test_no_die_decides_above_4800(self) -> None:
        found = {rest.figure: rest for rest in sourced_figures(chipdb.load()["H100"], ASKED)}
        assert not found["dies[0].area"].decides

    def test_unlinked_before_linked(self) -> None:
        found = supports([chipdb.load()[name] for name in ("H20 141GB", "A10", "A100")], ASKED)
        linked = [entry.source.url is not None for entry in found]
        assert linked == sorted(linked)
        assert {entry.source.id for entry in found} >= {"nvidia-a100-datasheet-2022"}

    def test_command(self) -> None:
        ran = run("sources", "h20", "--on", DAY)
        assert ran.status == 0
        assert "dies[0].area" in ran.out
        records = run("sources", "--on", DAY, "--format", "json").json
        assert len(records) > 300
        has(
            records[0],
            source=str,
            title=str,
            publisher=str,
            bases=list,
            chips=list,
            decides=list,
            claims=int,
            alone=int,
        )


def test_an_id_of_a_source_is_a_source() -> None:
    """NVIDIA's article on Hopper is in data/sources.yaml, and the H20 quotes it for its die."""
    ran = run("sources", "nvidia-hopper-in-depth-2022")
    for label in ("title", "publisher", "date", "read", "address", "supports"):
        assert re.search(rf"^{label} +\S", ran.out, re.MULTILINE), label
    (record,) = run("sources", "nvidia-hopper-in-depth-2022", "--format", "json").json
    assert record["title"] == bibliography()["nvidia-hopper-in-depth-2022"].title
    assert "nvidia-h20-96gb" in record["chips"]


def test_a_source_of_rules_supports_no_figure() -> None:
    assert "no figure of a chip" in run("sources", "fr-2023-10-25").out


def test_sources_and_chips_are_two_questions() -> None:
    ran = run("sources", "nvidia-hopper-in-depth-2022", "H20")
    assert ran.status == 2
    (line,) = ran.lines
    assert line == (
        "chipdb: 'nvidia-hopper-in-depth-2022' is a source and 'H20' is not; ask about sources or "
        "about chips"
    )
