"""The page as a reader uses it.

Table, filters, sliders, hypothetical chip, shared address, downloads, keyboard, narrow screen.
"""

from __future__ import annotations

import csv
import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from running import run

import chipdb
from browser.conftest import Open
from chipdb.solver.labels import finding_words
from chipdb.solver.verdict import Finding
from chipdb.vocabulary import Status

CHIPS = len(chipdb.load())
NOT_MET = finding_words(Finding(Status.NOT_MET))
"""What the page says of a chip that meets no paragraph, in the words of the library."""


def rows(page: Page) -> list[str]:
    """The chips of the table, in order."""
    return page.locator("#table tbody button.open").all_inner_texts()


def answer_of(page: Page, chip: str) -> str:
    """The answer that the table has of a chip."""
    row = page.locator("#table tbody tr", has=page.get_by_role("button", name=chip, exact=True))
    return row.locator(".badge").inner_text()


def verdict(page: Page) -> str:
    """The classification of the chosen chip."""
    return page.locator("#answer .verdict").first.inner_text()


def percent(factor: Fraction) -> str:
    """A multiple in percent, to at most three decimals."""
    return f"{float(100 * factor):.3f}".rstrip("0").rstrip(".")


def saved(page: Page, button: str, folder: Path) -> Path:
    """A file that a button downloads."""
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


class TestTable:
    """Search, filter, sort."""

    def test_every_chip_is_there_and_answered(self, opened: Open) -> None:
        page = opened()
        assert len(rows(page)) == CHIPS
        assert page.locator("#said").inner_text() == f"{CHIPS} of {CHIPS} chips"
        assert answer_of(page, "NVIDIA H100 SXM5 80GB") == "3A090.a"
        assert answer_of(page, "NVIDIA H20 96GB") == NOT_MET

    def test_search_and_filters(self, opened: Open) -> None:
        page = opened()
        page.get_by_label("Search").fill("nvidia-h20 96gb")
        assert rows(page) == ["NVIDIA H20 96GB"]
        page.get_by_label("Search").fill("")
        page.get_by_label("Vendor").select_option("Biren")
        assert {chip.name for chip in chipdb.load() if chip.vendor == "Biren"} == set(rows(page))
        page.get_by_label("Kind").select_option("system")
        assert set(rows(page)) == {
            chip.name for chip in chipdb.load() if (chip.vendor, chip.kind) == ("Biren", "system")
        }
        page.get_by_label("Vendor").select_option("")
        page.get_by_label("Kind").select_option("processor")
        page.locator("#status").select_option("3A090.b")
        assert 0 < len(rows(page)) < 100
        assert set(page.locator("#table tbody .badge").all_inner_texts()) <= {
            "3A090.b",
            "3A090.b, contested",
        }

    def test_aliases_in_chinese_are_found(self, opened: Open) -> None:
        page = opened()
        page.get_by_label("Search").fill("昇腾")
        assert any("Ascend" in name for name in rows(page))

    def test_sorting_says_its_direction_and_leaves_unknowns_last(self, opened: Open) -> None:
        page = opened("#on=2026-06-01&kind=processor")
        head = page.get_by_role("columnheader", name="Memory, GB/s")
        for direction in ("descending", "ascending"):
            head.get_by_role("button").click()
            assert head.get_attribute("aria-sort") == direction
            shown = page.locator("#table tbody tr td:nth-child(7)").all_inner_texts()
            known = [float(text.replace(",", "")) for text in shown if text != "–"]
            assert known == sorted(known, reverse=direction == "descending")
            assert shown[len(known) :] == ["–"] * (len(shown) - len(known))
            assert len(known) < len(shown)


class TestQuestion:
    """Day, destination, rule."""

    def test_the_day_decides(self, opened: Open) -> None:
        page = opened("#on=2022-11-01")
        assert answer_of(page, "NVIDIA A800 SXM4 80GB") == NOT_MET
        page.get_by_label("Date").fill("2023-12-01")
        expect(
            page.locator("#table tr", has_text="NVIDIA A800 SXM4 80GB").locator(".badge")
        ).to_have_text("3A090.a")

    def test_a_license_and_where_it_is_not_required(self, opened: Open) -> None:
        page = opened("#on=2023-12-01&chip=nvidia-h100-sxm5-80gb")
        assert "Choose a destination" in page.locator("#answer").inner_text()
        page.get_by_label("Destination").select_option(label="China")
        expect(page.locator("#answer .verdict").nth(1)).to_contain_text(
            "License to China: required by"
        )
        page.get_by_label("Destination").select_option(label="Germany")
        expect(page.locator("#answer .verdict").nth(1)).to_contain_text(
            "License to Germany: not required"
        )
        told = page.locator("#answer").text_content() or ""
        assert "It does not mean you may ship" in told

    def test_presumptions_are_asked_for_a_role(self, opened: Open) -> None:
        """The note binds only a foundry or an OSAT company; an address carries the role."""
        page = opened("#on=2025-06-01&chip=nvidia-h100-sxm5-80gb")
        asked = page.locator("#answer .rule summary", has_text="us-note-1-2025")
        expect(asked).to_have_count(0)
        page.get_by_text("Exporter, headquarters, law, presumptions").click()
        page.get_by_label("Presumptions for").select_option(label="a foundry")
        expect(asked).to_contain_text("presumed 3A090.a")
        expect(page.locator("#answer code").first).to_contain_text("--role foundry")
        assert "role=foundry" in page.url
        page.get_by_label("Presumptions for").select_option(label="no one")
        expect(asked).to_have_count(0)

    def test_review_and_exceptions(self, opened: Open) -> None:
        page = opened("#on=2026-06-01&to=CN&chip=nvidia-h200-sxm-141gb")
        told = page.locator("#answer").inner_text()
        assert "Review: case-by-case, otherwise presumption of denial." in told
        page.get_by_text("Conditions of this review").click()
        assert "tests each shipment" in page.locator("#answer").inner_text()
        page.get_by_label("Compute", exact=True).fill("99")
        expect(page.locator("#answer")).to_contain_text("Review: presumption of denial.")
        page = opened("#on=2024-06-01&to=CN&chip=nvidia-l40")
        page.get_by_text("May qualify for license exception NAC (740.8)").click()
        assert "at most six items a notice" in page.locator("#answer").inner_text()

    def test_what_is_open_of_an_exception(self, opened: Open) -> None:
        """The A30 is in 3A090.b, which 740.8 lets through; whether Ethiopia is in D:5 is open."""
        page = opened("#on=2026-06-01&to=VN&hq=ET&chip=nvidia-a30")
        for name in ("NAC", "ACA"):
            expected = f"License exception {name} (740.8) depends on the places and parties: only"
            expect(page.locator("#answer")).to_contain_text(expected)
        assert "applies only if" not in page.locator("#answer").inner_text()

    def test_a_vendor_in_an_embargoed_place_is_never_cleared(self, opened: Open) -> None:
        page = opened("#on=2026-06-01&to=DE&chip=huawei-ascend-910b4&ask=license")
        assert "undetermined" in page.locator("#answer .verdict").nth(1).inner_text()
        assert "jurisdiction is not established" in page.locator("#answer").inner_text()

    def test_a_proposal_is_asked_as_if_enacted(self, opened: Open) -> None:
        page = opened("#on=2026-06-01&ask=us-bill-gain-s3150&kind=processor")
        assert "not law" in page.locator("#question-note").inner_text()
        assert answer_of(page, "NVIDIA H20 96GB") == "advanced integrated circuit"

    def test_the_chart_draws_the_thresholds_of_the_rule_of_the_day(self, opened: Open) -> None:
        page = opened("#on=2023-12-01")
        lines = set(page.locator("svg .threshold").all_text_contents())
        assert lines == {"1,600", "2,400", "4,800", "1.6", "3.2", "5.92"}
        assert {"3A090.a", "3A090.b", NOT_MET} == set(
            page.locator("svg .outcome").all_text_contents()
        )
        page.get_by_label("Regions for a chip").select_option("no")
        assert {"3A090.a", NOT_MET} == set(page.locator("svg .outcome").all_text_contents())
        page.get_by_label("Date").fill("2022-09-01")
        expect(page.locator("svg .threshold")).to_have_count(0)


class TestKnobs:
    """Sliders change metrics, status, trace and headroom; at a threshold as in the library."""

    def test_a_slider_turns_the_answer(self, opened: Open) -> None:
        page = opened("#on=2024-06-01&chip=nvidia-h100-sxm5-80gb")
        assert "3A090.a" in verdict(page)
        slider = page.get_by_label("Compute", exact=True)
        slider.fill("20")
        expect(page.locator("#answer .verdict").first).to_contain_text("3A090.b")
        assert page.locator("#answer td", has_text=re.compile("^3,166.24$")).count() == 1
        slider.fill("5")
        expect(page.locator("#answer .verdict").first).to_contain_text(NOT_MET)
        expect(page.locator("#heard")).to_have_text(
            f"NVIDIA H100 SXM5 80GB, compute at 5 %: {NOT_MET}"
        )

    def test_headroom_and_trace_follow(self, opened: Open) -> None:
        page = opened("#on=2024-06-01&chip=nvidia-h100-sxm5-80gb")
        row = chipdb.headroom("nvidia-h100-sxm5-80gb", knob="compute", on="2024-06-01")[0]
        assert row.factor is not None
        first = page.locator("#headroom tbody tr").first
        assert f"below {percent(row.factor)} %" in first.inner_text()
        page.get_by_label("Compute", exact=True).fill("50")
        expect(first).to_contain_text(f"below {percent(2 * row.factor)} %")
        assert "TPP 7,915.6" in page.locator("details.rule[open] table").inner_text()

    def test_a_percentage_of_any_decimals_meets_the_line_exactly(self, opened: Open) -> None:
        """At 29.296875 percent the TPP of a BR100, 16,384, is 4,800, the threshold of 3A090.a."""
        page = opened("#on=2024-06-01&chip=biren-br100")
        box = page.get_by_label("Compute, percent, any decimal")
        for percentage, outcome in (("29.296875", "3A090.a"), ("29.296874", "3A090.b")):
            box.fill(percentage)
            box.press("Enter")
            expect(page.locator("#answer .verdict").first).to_contain_text(outcome)

    def test_the_number_beside_the_slider_refuses_what_is_no_number(self, opened: Open) -> None:
        page = opened("#on=2024-06-01&chip=nvidia-h100-sxm5-80gb")
        box = page.get_by_label("Compute, percent, any decimal")
        box.fill("30.319")
        box.press("Enter")
        expect(page.locator("#heard")).to_contain_text("30.319")
        before = verdict(page)
        box.fill("half")
        box.press("Enter")
        assert box.get_attribute("aria-invalid") == "true"
        assert verdict(page) == before

    def test_a_system_is_turned_in_each_of_its_chips(self, opened: Open) -> None:
        page = opened("#on=2024-06-01&chip=nvidia-dgx-h100&knob.compute=5")
        assert NOT_MET in verdict(page)


class TestHypothetical:
    """A chip of one's own: the verdict follows while its figures are written."""

    def test_the_verdict_follows_each_figure(self, opened: Open) -> None:
        """3A090.a begins at a TPP of 4,800; below it a density settles what a TPP alone cannot."""
        page = opened("#on=2024-06-01")
        page.get_by_role("tab", name="A chip of your own").click()
        page.get_by_label("Name", exact=True).fill("Line walker")
        page.locator("#own-tpp").fill("4799")
        expect(page.locator("#details-title")).to_have_text("Line walker")
        expect(page.locator("#verdict")).to_have_attribute("data-status", "undetermined")
        told = page.locator("#answer").inner_text()
        assert "810.64" in told
        assert "2,999.38" in told
        page.locator("#own-tpp").fill("4800")
        expect(page.locator("#verdict")).to_have_attribute("data-status", "met")
        expect(page.locator("#sentence")).to_contain_text(
            "On 2024-06-01 the Line walker is controlled under ECCN 3A090.a"
        )
        assert page.evaluate("document.activeElement.id") == "own-tpp"

    def test_a_slider_writes_the_number_and_turns_the_verdict(self, opened: Open) -> None:
        page = opened("#on=2024-06-01")
        page.get_by_role("tab", name="A chip of your own").click()
        slider = page.get_by_label("TPP, slider")
        slider.fill("1000")
        expect(page.locator("#verdict")).to_have_attribute("data-status", "met")
        assert float(page.locator("#own-tpp").input_value()) > 4800
        slider.fill("0")
        expect(page.locator("#verdict")).to_have_attribute("data-status", "not-met")

    def test_contradictions_are_refused(self, opened: Open) -> None:
        page = opened("#on=2024-06-01")
        page.get_by_role("tab", name="A chip of your own").click()
        page.get_by_label("Name", exact=True).fill("nothing")
        assert page.get_by_role("alert").inner_text() == "Enter at least one figure."
        for name in ("tpp", "applicable_die_area", "performance_density"):
            page.locator(f"#own-{name}").fill("100")
        assert "give the third" in page.get_by_role("alert").inner_text()
        page.locator("#own-performance_density").fill("-1")
        assert "is not a number" in page.get_by_role("alert").inner_text()
        # the last chip without a contradiction stands
        assert "own.performance_density" not in page.url

    def test_a_design_starts_from_a_chip(self, opened: Open) -> None:
        page = opened("#on=2024-06-01&chip=nvidia-h20-96gb")
        page.get_by_role("button", name="Design from this chip").click()
        expect(page.locator("#details-title")).to_have_text("Like the NVIDIA H20 96GB")
        assert page.locator("#own-tpp").input_value() == "2368"
        assert "own.tpp=2368" in page.url


class TestSharing:
    """A state is its address."""

    def test_an_address_brings_everything_back(self, opened: Open) -> None:
        page = opened()
        page.get_by_label("Date").fill("2025-06-01")
        page.get_by_label("Destination").select_option(label="Vietnam")
        page.get_by_label("Search").fill("h20")
        page.locator("#table").get_by_role("button", name="NVIDIA H20 96GB", exact=True).click()
        page.get_by_label("Memory bandwidth", exact=True).fill("30")
        page.get_by_label("Compare NVIDIA H20 96GB").check()
        expect(page.locator("#heard")).to_contain_text("memory bandwidth at 30 %")
        address = page.evaluate("location.hash")
        again = opened(address)
        for place in ("#headline", "#answer", "#table", "#compare-body", "#question-note"):
            assert again.locator(place).inner_text() == page.locator(place).inner_text()
        assert again.locator("#to").input_value() == "VN"

    def test_an_address_typed_over_is_followed(self, opened: Open) -> None:
        page = opened("#on=2024-06-01&chip=nvidia-h20-96gb")
        page.evaluate("location.hash = '#on=2024-06-01&chip=nvidia-l40s'")
        expect(page.locator("#details-title")).to_have_text("NVIDIA L40S")

    def test_what_is_not_understood_is_told(self, opened: Open) -> None:
        page = opened("#on=2026-02-31&chip=nvidia-h2o&to=XX&knob.compute=1e9&color=red")
        told = page.locator("#question-note").inner_text()
        for part in ("on=2026-02-31", "chip=nvidia-h2o", "to=XX", "knob.compute=1e9", "color=red"):
            assert part in told


def test_a_comparison_has_ratios_of_like_figures(opened: Open) -> None:
    """Data sheets: 64 GB for the 910B2 (stated as 64 GiB), 80 GB for the A100; 1.6 and 2.039 TB/s.

    The B200 keeps 14 % of a TPP of 36,000, which are 5,040.
    """
    page = opened(
        "#compare=huawei-ascend-910b2,nvidia-b200-sxm6-180gb*compute*14,nvidia-a100-sxm4-80gb"
    )
    row = page.locator("#compared tbody tr")
    memory = row.filter(has_text="memory capacity")
    assert memory.locator("td").all_inner_texts() == ["64 (0.8×)", "180 (2.25×)", "80"]
    tpp = row.filter(has=page.get_by_role("rowheader", name="TPP", exact=True))
    assert tpp.locator("td").nth(1).inner_text() == "5,040 (1.01×)"
    expect(page.locator("#compare-body")).to_contain_text("NVIDIA A100 SXM4 80GB, the last chip")
    # a long name stays inside the chart
    plot = page.locator("#chart svg").first.bounding_box()
    for label in page.locator("#chart svg text.label").all():
        box = label.bounding_box()
        assert plot is not None
        assert box is not None
        assert plot["x"] <= box["x"]
        assert box["x"] + box["width"] <= plot["x"] + plot["width"]


class TestDownload:
    """What one sees, as files."""

    def test_the_filtered_table(self, opened: Open, tmp_path: Path) -> None:
        page = opened("#on=2024-06-01&vendor=Google&kind=processor&sort=name&dir=up")
        path = saved(page, "Download this table (CSV)", tmp_path)
        with path.open(encoding="utf-8", newline="") as file:
            found = list(csv.DictReader(file))
        assert [row["name"] for row in found] == rows(page)
        for row in found:
            answer = chipdb.check(row["id"], on="2024-06-01").classification
            assert (row["status"], row["outcome"] or None) == (
                answer.status,
                answer.finding.outcome,
            )

    def test_the_view_is_that_of_the_command_line(self, opened: Open, tmp_path: Path) -> None:
        page = opened("#on=2026-02-01&to=CN&chip=nvidia-h20-96gb&knob.compute=70")
        view: dict[str, Any] = json.loads(
            saved(page, "Download this view (JSON)", tmp_path).read_text(encoding="utf-8")
        )
        command = page.locator("#answer code").first.inner_text().split()
        (same,) = run(*command[1:], "--format", "json").json
        assert view["data"] == same["data"]
        assert view["rules"] == same["rules"]
        assert view["chip"]["license"]["required"] == same["license"]["required"]
        for name, metric in same["metrics"].items():
            assert view["chip"]["metrics"][name] == pytest.approx(metric["value"])
        told = {answer["rule"]: answer["status"] for answer in view["chip"]["answers"]}
        assert {answer["rule"]: told[answer["rule"]] for answer in same["answers"]} == {
            answer["rule"]: answer["status"] for answer in same["answers"]
        }
        assert len(view["table"]) == CHIPS


class TestKeyboard:
    """Everything without a mouse."""

    def test_from_the_top_to_a_turned_chip(self, opened: Open) -> None:
        page = opened("#on=2024-06-01")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "chips"
        page.locator("#q").focus()
        page.keyboard.type("h100 sxm5 80")
        self.tab_to(page, "document.activeElement.id === 'table-box'")
        self.tab_to(page, "document.activeElement.classList.contains('open')")
        page.keyboard.press("Enter")
        assert page.locator("#details-title").inner_text() == "NVIDIA H100 SXM5 80GB"
        assert page.evaluate("document.activeElement.id") == "verdict"
        self.tab_to(page, "document.activeElement.id === 'knob-compute'")
        for _ in range(2):
            page.keyboard.press("ArrowLeft")
        expect(page.locator("#heard")).to_have_text(
            "NVIDIA H100 SXM5 80GB, compute at 98 %: 3A090.a"
        )
        assert page.evaluate("document.activeElement.id") == "knob-compute"
        assert page.locator("#knob-compute").get_attribute("aria-valuetext") == "98 percent"

    def test_sorting_keeps_the_place(self, opened: Open) -> None:
        page = opened()
        page.locator("#sort-vendor").focus()
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "sort-vendor"

    def tab_to(self, page: Page, there: str) -> None:
        """Press Tab until a place is reached."""
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(there):
                return
        raise AssertionError(f"60 times Tab do not lead to {there}")


class TestNarrow:
    """A telephone of 390 pixels."""

    def test_nothing_sticks_out(self, opened: Open) -> None:
        page = opened(
            "#on=2026-06-01&to=CN&chip=nvidia-h20-96gb"
            "&compare=nvidia-h20-96gb,nvidia-b200-sxm6-180gb",
            width=390,
        )
        page.get_by_text("Derate this chip, or design your own").click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for name in ("Date", "Destination", "Compute", "Memory bandwidth"):
            box = page.get_by_label(name, exact=True).bounding_box()
            assert box
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_figures_wrap_and_do_not_scroll(self, opened: Open, language: str) -> None:
        page = opened(f"#on=2026-06-01&to=CN&chip=nvidia-h20-96gb&lang={language}", width=390)
        tiles = page.locator(".tiles")
        inside, room = tiles.evaluate("(node) => [node.scrollWidth, node.clientWidth]")
        assert inside <= room
        boxes = [tile.bounding_box() for tile in tiles.locator("dd").all()]
        assert len(boxes) > 4
        assert all(box and box["x"] + box["width"] <= 390 for box in boxes)

    def test_a_chip_is_chosen_and_turned(self, opened: Open) -> None:
        page = opened("#on=2024-06-01&q=h20", width=390, has_touch=True)
        page.locator("#table").get_by_role("button", name="NVIDIA H20 96GB", exact=True).tap()
        page.get_by_text("Derate this chip, or design your own").tap()
        page.get_by_label("Compute", exact=True).fill("150")
        expect(page.locator("#heard")).to_contain_text("compute at 150 %: 3A090.b")


def test_sources_are_one_click_away(opened: Open) -> None:
    page = opened("#on=2024-06-01&chip=nvidia-a100-sxm4-80gb")
    links = page.locator("#answer .inputs a")
    assert links.count() >= 3
    for link in links.all():
        assert str(link.get_attribute("href")).startswith("https://")
        assert link.get_attribute("rel") == "noopener noreferrer"
    assert page.locator("details.rule[open] p a").first.get_attribute("href")
