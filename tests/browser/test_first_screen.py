"""The first screen: the verdict in the words of the library, the table in sight, names as looked up.

And what is linked: search, table and chart.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

import chipdb
from browser.conftest import Open
from chipdb.answers.estimate import Estimate
from chipdb.catalog.catalog import MOST_SIBLINGS
from chipdb.views.verdict_sentence import verdict_sentence

SCREENS = [(1440, 900), (390, 844)]
PLACES = [None, "CN", "DE", "AE"]
"""No destination, an arms-embargoed one, one without requirements, and one of group D:4."""
CHIPS = [
    "nvidia-h20-96gb",
    "nvidia-h100-sxm5-80gb",
    "nvidia-l40s",
    "nvidia-t4",
    "nvidia-dgx-h100",
    "amd-instinct-mi300x",
    "intel-gaudi-3-oam",
    "biren-br100",
    "huawei-ascend-910b4",
]


def sentence(page: Page) -> str:
    """The verdict of the chosen chip."""
    return page.locator("#sentence span").last.inner_text()


@pytest.mark.parametrize(("width", "height"), SCREENS)
def test_verdict_and_table_are_on_the_first_screen(opened: Open, width: int, height: int) -> None:
    """The sentence whole, its cautions, and the first rows of the table."""
    page = opened("#on=2026-06-01&to=CN&chip=nvidia-h20-96gb&q=h20", width=width)
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate("window.scrollY") == 0
    for place in ("#q", "#on", "#to", "#derate", "#sentence", ".cautions", "#table tbody tr"):
        box = page.locator(place).first.bounding_box()
        assert box, place
        assert box["y"] + box["height"] <= height, (place, box)


@pytest.mark.parametrize("width", [390, 768])
def test_no_label_is_cut(opened: Open, width: int) -> None:
    """Labels of the question and of the folded filters are whole, and none spills over another."""
    page = opened("#on=2026-06-01&to=CN", width=width)
    for fold in ("#question summary", "#filters summary"):
        page.locator(fold).first.click()
    labels = page.locator("#question .field label, #filters .field label").all()
    assert len(labels) > 8
    for label in labels:
        if label.bounding_box() is None:
            continue
        field = label.locator("xpath=..").bounding_box()
        box = label.evaluate(
            "node => { const range = document.createRange(); range.selectNodeContents(node);"
            " const { left, right } = range.getBoundingClientRect(); return [left, right]; }"
        )
        assert field
        # the label of the search is only for screen readers on a narrow screen
        if box[1] < 0:
            continue
        assert box[1] <= field["x"] + field["width"] + 1, label.inner_text()
        assert label.evaluate("node => getComputedStyle(node).textOverflow") == "clip"


@pytest.mark.parametrize("to", PLACES)
def test_the_sentence_is_that_of_the_library(opened: Open, to: str | None) -> None:
    """Word for word, as ``chipdb check`` prints it."""
    page = opened("#on=2026-06-01")
    compared = 0
    for name in CHIPS:
        if name not in chipdb.load().ids:
            continue
        place = f"&to={to}" if to else ""
        page.evaluate(f"location.hash = '#on=2026-06-01&chip={name}{place}'")
        expect(page.locator("#details-title")).to_have_text(chipdb.load()[name].name)
        assert sentence(page) == verdict_sentence(chipdb.check(name, on="2026-06-01", to=to))
        compared += 1
    assert compared > 5


def test_what_stays_in_one_country_is_transferred(opened: Open) -> None:
    page = opened("#on=2026-06-01&from=SG&to=SG&hq=CN&chip=nvidia-h100-sxm5-80gb")
    asked = chipdb.check("H100", on="2026-06-01", to="SG", from_="SG", headquarters="CN")
    assert sentence(page) == verdict_sentence(asked)


def test_an_answer_by_the_printed_text_says_so(opened: Open) -> None:
    """742.6(a)(6)(iii)(A), 90 FR 4544, is printed and not enforced: a quote must tell them apart."""
    page = opened("#on=2026-06-01&to=CH&law=text&chip=nvidia-h100-sxm5-80gb")
    asked = chipdb.check("nvidia-h100-sxm5-80gb", on="2026-06-01", to="CH", law="text")
    assert "by the rules as printed" in sentence(page)
    assert sentence(page) == verdict_sentence(asked)


@pytest.mark.parametrize("law", ["enforced", "text"])
def test_an_exception_that_may_lift_the_printed_text_is_named(opened: Open, law: str) -> None:
    """740.8: ACA is not for items for datacenters, which no source says of the RTX 6000 Ada."""
    page = opened(f"#on=2026-06-01&to=CH&law={law}&chip=nvidia-rtx-6000-ada")
    asked = chipdb.check("nvidia-rtx-6000-ada", on="2026-06-01", to="CH", law=law)
    assert "ACA" in sentence(page)
    assert sentence(page) == verdict_sentence(asked)
    for caution in asked.cautions:
        expect(page.locator(".cautions").first).to_contain_text(caution.text)


def test_a_derated_chip_is_named_with_what_was_changed(opened: Open) -> None:
    page = opened("#on=2026-06-01&to=CN&chip=nvidia-h100-sxm5-80gb&knob.compute=50")
    chip = chipdb.load()["nvidia-h100-sxm5-80gb"].derate(compute="x0.5")
    assert sentence(page) == verdict_sentence(chipdb.check(chip, on="2026-06-01", to="CN"))


def test_a_changed_named_part_has_its_remark(opened: Open) -> None:
    """The H20 is named in the letters of April 2025; 640 GB/s are below their numbers."""
    page = opened("#on=2026-06-01&to=CN&chip=nvidia-h20-96gb&knob.memory-bandwidth=16")
    chip = chipdb.load()["nvidia-h20-96gb"].derate(memory_bandwidth="x0.16")
    answer = chipdb.check(chip, on="2026-06-01", to="CN")
    (remark,) = [each.text for each in answer.cautions if each.kind == "letter"]
    assert sentence(page) == verdict_sentence(answer)
    expect(page.locator(".cautions").first).to_contain_text(remark)


def test_a_presumption_decides_badge_table_and_counts(opened: Open) -> None:
    """A foundry takes a T4 as 3A090.a (Note 1 to 3A090.a), whatever its figures give."""
    page = opened("#on=2026-06-01&role=foundry&chip=nvidia-t4&q=t4")
    check = chipdb.check("nvidia-t4", on="2026-06-01", role="foundry")
    assert sentence(page) == verdict_sentence(check)
    expect(page.locator("#sentence .badge")).to_have_text("3A090.a")
    expect(page.locator("#verdict")).to_have_attribute("data-status", "met")
    expect(page.locator('tr[data-id="nvidia-t4"] .badge')).to_have_text("3A090.a")


def test_choosing_a_destination_asks_about_licenses(opened: Open) -> None:
    page = opened("#on=2026-06-01")
    assert "controlled" in page.locator("#headline").inner_text()
    page.get_by_label("Destination").select_option("CN")
    expect(page.locator("#headline")).to_contain_text("a license is required to export")
    assert page.locator("#ask").input_value() == "license"
    page.get_by_label("Destination").select_option("")
    expect(page.locator("#headline")).to_contain_text("are controlled under")


def test_counts_filter_the_table(opened: Open) -> None:
    page = opened("#on=2026-06-01")
    count = page.locator(".counts button", has_text="3A090.b")
    number = re.match(r"\d+", count.inner_text())
    assert number
    count.click()
    expect(page.locator("#said")).to_have_text(f"{number[0]} of {len(chipdb.load())} chips")
    left_out = page.locator("svg .point.left-out").count()
    assert 0 < left_out < page.locator("svg .point").count()


class TestSearch:
    """Names mean what they mean on the command line."""

    def test_the_chip_that_a_name_means_is_first(self, opened: Open) -> None:
        """One character decides in this field: H20 is not H200."""
        page = opened("#on=2026-06-01")
        page.get_by_label("Search").fill("H20")
        found = page.locator("#table tbody button.open").all_inner_texts()
        assert found[0] == "NVIDIA H20 96GB"
        assert found.index("NVIDIA H20 141GB") < found.index("NVIDIA H200 SXM 141GB")
        assert "NVIDIA H20 141GB" in page.locator("#meaning").inner_text()
        page.keyboard.press("Enter")
        assert page.locator("#details-title").inner_text() == "NVIDIA H20 96GB"

    def test_an_ambiguous_name_chooses_nothing(self, opened: Open) -> None:
        """S60 is a chip of Enflame and one of Moore Threads."""
        page = opened("#on=2026-06-01")
        page.get_by_label("Search").fill("S60")
        assert "ambiguous" in page.locator("#meaning").inner_text()
        assert page.locator("#meaning button").count() == 2
        page.keyboard.press("Enter")
        assert page.locator("#details-title").inner_text() == "All chips"

    def test_an_unknown_name_says_whose_verdict_is_shown(self, opened: Open) -> None:
        """The verdict that stays on the screen must not seem to be about the name."""
        page = opened("#on=2026-06-01")
        page.get_by_label("Search").fill("B2000X")
        meaning = page.locator("#meaning")
        expect(meaning).to_have_text("No chip is named “B2000X”.")
        page = opened("#on=2026-06-01&chip=nvidia-t4")
        page.get_by_label("Search").fill("B2000X")
        expect(page.locator("#meaning")).to_have_text(
            "No chip is named “B2000X”. The verdict below is that of NVIDIA T4, which was chosen "
            "before."
        )
        page.get_by_label("Search").fill("")
        expect(page.locator("#meaning")).to_be_empty()

    def test_a_family_leaves_the_verdict_on_the_first_screen(self, opened: Open) -> None:
        """As many names as the note of the command line has, and how many more there are."""
        page = opened("#on=2026-06-01&to=CN&chip=nvidia-h20-96gb")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.get_by_label("Search").fill("Blackwell")
        further = len(chipdb.load().find("Blackwell").siblings) - MOST_SIBLINGS
        assert further > 0
        meaning = page.locator("#meaning")
        expect(meaning).to_contain_text(f"and {further} more")
        assert meaning.locator("button").count() == 1 + MOST_SIBLINGS
        box, whole = meaning.bounding_box(), page.locator("#question").bounding_box()
        assert box
        assert whole
        assert box["width"] > 0.9 * whole["width"]
        sentence_box = page.locator("#sentence").bounding_box()
        assert sentence_box
        assert sentence_box["y"] + sentence_box["height"] <= 900


class TestLegend:
    """The legend names what the marks show."""

    def test_license_answers_and_regions_have_a_legend_each(self, opened: Open) -> None:
        """Marks answer whether a license is required, regions are the classification."""
        page = opened("#on=2026-06-01&to=CN")
        marks, regions = page.locator(".legend").all()
        expect(marks.locator("li:has(.key)")).to_have_text(
            ["▲ license required", "✕ undetermined", "○ no license required"]
        )
        expect(regions).to_contain_text("Regions, the classification:")
        expect(regions).to_contain_text("3A090.a")
        assert "3A090" not in marks.inner_text()

    def test_without_a_destination_marks_are_the_classification(self, opened: Open) -> None:
        page = opened("#on=2026-06-01")
        expect(page.locator(".legend")).to_have_count(1)
        expect(page.locator(".legend")).to_contain_text("▲ 3A090.a")


def test_chips_just_below_a_threshold_are_those_of_near(opened: Open) -> None:
    """As ``chipdb near`` finds them, the nearest first, with the metric and the threshold."""
    page = opened("#on=2026-06-01")
    page.locator("#near").select_option("5")
    margins = [
        margin
        for margin in chipdb.near(within="5%", on="2026-06-01")
        if margin.rule == "us-3a090-2023"
    ]
    shown = page.locator("#table tbody tr").evaluate_all("rows => rows.map(row => row.dataset.id)")
    assert set(shown) == {margin.chip for margin in margins}
    assert len(shown) > 3
    assert shown[0] in {each.chip for each in margins if each.percent == margins[0].percent}
    mark = page.locator('tr[data-id="nvidia-h20-96gb"] .mark').inner_text()
    assert mark == "TPP 2,368; 3A090.b at 2,400 (+1.35 %)"


def test_estimates_are_those_of_the_library(opened: Open) -> None:
    """Low to high, named as estimates; with the compute halved, those of the derated chip."""
    page = opened("#on=2026-06-01&chip=nvidia-h20-96gb")
    answer = chipdb.estimate("nvidia-h20-96gb", model="llama3.1-70b", phase="decode", batch=64)
    assert answer.tokens is not None
    tile = page.locator(".tiles .estimate").last
    assert "estimate" in tile.inner_text()
    assert _band(answer) in tile.inner_text()
    nominal = f"{float(f'{answer.tokens.nominal:.3g}'):,.0f}"
    expect(page.locator('tr[data-id="nvidia-h20-96gb"]')).to_contain_text(nominal)
    page.locator("#derate").fill("50")
    page.locator("#derate").press("Enter")
    derated = chipdb.estimate(
        "nvidia-h20-96gb",
        model="llama3.1-70b",
        phase="decode",
        batch=64,
        derate={"compute": "x0.5"},
    )
    expect(page.locator(".tiles .estimate").last).to_contain_text(_band(derated))
    assert _band(derated) != _band(answer)


def _band(answer: Estimate) -> str:
    """The estimate as the page writes it, in three digits."""
    assert answer.tokens is not None
    low, high = (float(f"{rate:.3g}") for rate in (answer.tokens.low, answer.tokens.high))
    return f"{low:,.0f} to {high:,.0f} tokens/s"


class TestLinks:
    """What is pointed at, filtered or chosen in one place shows in the other."""

    def test_a_row_marks_its_point_and_a_point_its_row(self, opened: Open) -> None:
        page = opened("#on=2026-06-01&q=h20")
        page.locator("#table tbody tr", has_text="NVIDIA H20 96GB").hover()
        marked = page.locator("svg .point.hovered")
        expect(marked).to_have_attribute("data-id", "nvidia-h20-96gb")
        expect(page.locator("#hover-label")).to_have_text("NVIDIA H20 96GB")
        page.locator('svg .point[data-id="nvidia-h200-nvl"]').hover()
        expect(page.locator("tr.hovered")).to_have_attribute("data-id", "nvidia-h200-nvl")

    def test_a_point_chooses_its_chip(self, opened: Open) -> None:
        page = opened("#on=2026-06-01&q=h200 nvl")
        page.locator('svg .point[data-id="nvidia-h200-nvl"]').click()
        expect(page.locator("#details-title")).to_have_text("NVIDIA H200 NVL")
        expect(page.locator("tr.chosen")).to_have_attribute("data-id", "nvidia-h200-nvl")
        expect(page.locator("svg .label").first).to_have_text("H200 NVL")

    def test_the_chosen_row_is_in_sight(self, opened: Open) -> None:
        """By TPP, a T4 stands in the middle of hundreds of rows."""
        page = opened("#on=2026-06-01&chip=nvidia-t4")
        row, box = (page.locator(place).bounding_box() for place in ("tr.chosen", "#table-box"))
        assert row
        assert box
        assert box["y"] <= row["y"] <= box["y"] + box["height"] - row["height"]
        assert page.evaluate("window.scrollY") == 0

    def test_names_in_the_chart_do_not_cover_each_other(self, opened: Open) -> None:
        page = opened(
            "#on=2026-06-01&chip=nvidia-h20-96gb&compare=nvidia-h20-96gb,nvidia-h20-96gb*compute*99"
        )
        boxes = [label.bounding_box() for label in page.locator("svg .label").all()]
        assert len(boxes) == 2
        one, other = boxes
        assert one
        assert other
        is_beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
        # the box of a line of text is higher than its letters
        is_apart = abs(one["y"] - other["y"]) >= 0.7 * one["height"]
        assert is_beside or is_apart

    @pytest.mark.parametrize("width", [1440, 390])
    def test_a_name_in_the_chart_covers_no_other_ring(self, opened: Open, width: int) -> None:
        """Places near each other: a B200 with a TPP of 5,040, an H20 with 2,368, a chip between."""
        page = opened(
            "#on=2026-06-01&chip=hypothetical&own.tpp=4700&own.applicable_die_area=900"
            "&compare=nvidia-h20-96gb,nvidia-b200-sxm6-180gb*compute*14",
            width=width,
        )
        rings = page.locator("svg .chosen, svg .compared").all()
        names = page.locator("svg .label").all()
        assert len(rings) == len(names) == 3
        assert [each.text_content() for each in names] == [
            "Hypothetical chip",
            "H20 96GB",
            "B200 SXM6 180GB (Compute at 14 %)",
        ]
        for name in names:
            box = name.bounding_box()
            assert box
            for ring in rings:
                other = ring.bounding_box()
                assert other
                # three pixels: the halo of letters and the stroke of a ring count
                is_beside = (
                    other["x"] + other["width"] <= box["x"] + 3
                    or box["x"] + box["width"] <= other["x"] + 3
                )
                # the box of a line of text is higher than its letters
                middle = box["y"] + box["height"] / 2
                is_apart = not other["y"] <= middle <= other["y"] + other["height"]
                assert is_beside or is_apart, name.text_content()

    def test_zoom_keeps_the_chosen_chip_in_the_frame(self, opened: Open) -> None:
        page = opened("#on=2026-06-01&chip=nvidia-h20-96gb")
        points = page.locator("svg .point").count()
        for _ in range(3):
            page.get_by_role("button", name="Zoom in").click()
        assert 0 < page.locator("svg .point").count() < points
        expect(page.locator("svg .chosen")).to_have_count(1)
        assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Zoom in"
        again = opened(page.evaluate("location.hash"))
        assert again.locator("svg .point").count() == page.locator("svg .point").count()
        page.get_by_role("button", name="Show all").click()
        expect(page.locator("svg .point")).to_have_count(points)


def test_a_derated_chip_is_compared_as_derated(opened: Open) -> None:
    """TPP and density fall with the compute; the address brings the comparison back."""
    page = opened("#on=2026-06-01&to=CN&chip=nvidia-b200-sxm6-180gb")
    page.locator("#derate").fill("50")
    page.locator("#derate").press("Enter")
    page.get_by_role("button", name="Compare this chip").click()
    page.get_by_label("Search").fill("h20")
    page.get_by_label("Compare NVIDIA H20 96GB").check()
    table = page.locator("#compared")
    expect(table).to_contain_text("NVIDIA B200 SXM6 180GB (Compute at 50 %)")
    half = chipdb.load()["nvidia-b200-sxm6-180gb"].derate(compute="x0.5")
    assert half.tpp is not None
    expect(table.locator("tr", has_text=re.compile("^TPP"))).to_contain_text(f"{half.tpp:,.0f}")
    again = opened(page.evaluate("location.hash"))
    assert again.locator("#compared").inner_text() == table.inner_text()


def test_the_link_is_copied(opened: Open) -> None:
    page = opened(
        "#on=2026-06-01&to=CN&chip=nvidia-h20-96gb",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#copy-link")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.evaluate("location.href")
