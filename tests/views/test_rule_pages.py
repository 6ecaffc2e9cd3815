"""The pages of rules: complete, and in agreement with what ``check`` answers."""

from __future__ import annotations

import re
import runpy
from functools import cache
from pathlib import Path

import pytest

import chipdb
from chipdb.answers.check import check_entry
from chipdb.answers.survey import Survey, question_for
from chipdb.catalog.catalog import Entry
from chipdb.rules.rule import Rule

pytestmark = pytest.mark.xdist_group("pages")
ROOT = Path(__file__).parents[2]
TOOL = str(ROOT / "tools" / "built_pages.py")
BOOK = chipdb.load_rules()
IDS = [rule.id for rule in BOOK]


@cache
def built() -> dict[str, str]:
    """Every page by file name, built once for all tests of a worker."""
    return dict(runpy.run_path(TOOL)["rules"]())


def page(name: str) -> str:
    return built()[f"{name}.md"]


def section(name: str, title: str) -> str:
    """The text below one heading of a page."""
    return page(name).split(f"\n## {title}\n")[1].split("\n## ")[0]


def listed(name: str, outcome: str, vendor: str) -> list[str]:
    """The chips of one vendor that a page lists under one outcome."""
    (row,) = re.findall(
        rf"^\| {re.escape(outcome)} \| {vendor} \| (.*) \|$", page(name), re.MULTILINE
    )
    return str(row).split(", ")


class TestBuilt:
    def test_there_is_a_page_for_each_rule_and_a_list(self) -> None:
        assert set(built()) == {*(f"{name}.md" for name in IDS), "index.md"}

    def test_writing_them_removes_pages_of_rules_that_are_gone(self, tmp_path: Path) -> None:
        (tmp_path / "us-repealed.md").write_text("a rule that no longer exists", encoding="utf-8")
        runpy.run_path(TOOL)["write"](tmp_path, built())
        assert {
            path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()
        } == built()

    @pytest.mark.parametrize("name", IDS)
    def test_every_rule_has_a_page_and_the_list_links_it(self, name: str) -> None:
        assert f"Rule `{name}`, {BOOK[name].question}" in page(name)
        assert f"]({name}.md)" in page("index")

    @pytest.mark.parametrize("name", IDS)
    def test_tables_are_whole(self, name: str) -> None:
        """Every row of a table has as many cells as its head, so that plain viewers show it."""
        for table in re.findall(r"(?:^\|.*\|\n)+", page(name), re.MULTILINE):
            cells = [len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()]
            assert len(set(cells)) == 1, table


class TestAgreesWithCheck:
    """A page asks only its rule and stops once the answer is settled; ``check`` asks every rule."""

    CHIPS = (
        "H100",
        "H20",
        "A30",
        "L4",
        "910B4",
        "Trainium1",
        "bytedance-seedchip",
        "DGX A100 640GB",
        "sk-hynix-hbm2-4gb-1.6",
    )

    @pytest.mark.parametrize("rule", list(BOOK), ids=IDS)
    def test_status_outcome_and_contested(self, rule: Rule) -> None:
        chips = [chipdb.load()[name] for name in self.CHIPS]
        fitting = [chip for chip in chips if not rule.kinds or chip.kind in rule.kinds]
        assert fitting
        asked = question_for(rule, BOOK)
        found = Survey(chips, BOOK).of(rule).answers
        assert [one.chip for one in found] == fitting
        for chip, one in zip(fitting, found, strict=True):
            (verdict,) = check_entry(Entry(chip=chip), asked).answers
            assert (one.status, one.outcome) == (verdict.status, verdict.finding.outcome), chip.id
            assert one.contested == verdict.contested or one.status == "undetermined", chip.id


class TestContent:
    """What the rules and the published lists say, read off the pages."""

    def test_numbers_of_3a090(self) -> None:
        """88 FR 73458, 3A090.a and .b, with Note 2."""
        rows = re.findall(
            r"^\| (\S+) \| `(\w+)` \| `([<>]=?)` \| (\S+) \| (\S*) ?\|$",
            section("us-3a090-2023", "Provisions"),
            re.MULTILINE,
        )
        assert ("3A090.a.1", "tpp", ">=", "4800", "") in rows
        assert ("3A090.a.2", "performance_density", ">=", "5.92", "TPP/mm^2") in rows
        assert ("unless", "tpp", "<", "4800", "") in rows
        assert len(rows) == 11

    def test_chips_of_the_two_versions(self) -> None:
        """The H800 escaped the rule of 2022 and not that of 2023; the H20 escapes both."""
        before, after = (
            listed(name, "3A090.a", "NVIDIA") for name in ("us-3a090-2022", "us-3a090-2023")
        )
        assert {"H100 SXM5 80GB", "A100 SXM4 80GB"} <= set(before) & set(after)
        assert "H800 SXM5 80GB" in set(after) - set(before)
        assert not [name for name in (*before, *after) if name.startswith("H20 ")]

    def test_contested_chips_bear_an_asterisk(self) -> None:
        """The 910B4 by its cube-only reading, the A100 40GB by the vendor's own TPP."""
        assert "Ascend 910B4\\*" in listed("us-3a090-2023", "3A090.a", "Huawei")
        assert "A100 SXM4 40GB\\*" in listed("us-3a090-2023", "3A090.a", "NVIDIA")
        assert "H100 SXM5 80GB" in listed("us-3a090-2023", "3A090.a", "NVIDIA")

    def test_destination_is_named(self) -> None:
        assert "for an export from United States to China." in page("us-license-742-6-iii-2023")
        assert "to Germany to parties headquartered in China." in page("us-license-744-23-2023")
        assert "for an import into United States." in page("us-section-232-2026")
        assert "for an export from Canada to China." in page("ca-ecl-2026")

    def test_vendors_of_d5_are_listed_apart_for_license_rules(self) -> None:
        """For chips of such vendors only parameters are reported (point B20)."""
        met, alone = section("us-license-742-6-iii-2023", "Chips of the catalog").split(
            "Parameters met"
        )
        assert "| Huawei |" not in met
        assert "| Huawei |" in alone
        assert "| NVIDIA |" not in alone

    def test_unenforced(self) -> None:
        assert "the law as codified" in section(
            "us-license-742-6-iii-a-worldwide", "Chips of the catalog"
        )
        assert "| not enforced from | 2025-05-13 |" in page("us-license-742-6-iii-a-worldwide")

    def test_lineage(self) -> None:
        assert "begins, this ends: [us-3a090-2022](us-3a090-2022.md)" in section(
            "us-3a090-2023", "What changed"
        )
        assert "ends, this begins: [us-3a090-2023](us-3a090-2023.md)" in section(
            "us-3a090-2022", "What changed"
        )

    def test_groups_on_the_first_day(self) -> None:
        """Nicaragua joined D:1 and D:5 on 2024-03-15; Cyprus left after 2023-11-17 (point B8)."""
        before, after = (
            section(name, "Scope")
            for name in ("us-license-742-6-iii-2023", "us-license-742-6-iii-a-2025")
        )
        assert "Nicaragua" not in before
        assert "Nicaragua" in after
        assert "Cyprus (not known)" in before
