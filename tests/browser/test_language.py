"""The page in simplified Chinese: every part of it, the same answers, and nothing left in English.

What the rules and the cautions say is English on purpose, and marked as such.
"""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from browser.conftest import Open, unfold

ADDRESS = (
    "#on=2026-06-01&to=CN&chip=nvidia-h20-96gb&q=h20&lang=zh"
    "&compare=nvidia-h20-96gb,nvidia-b200-sxm6-180gb*compute*50"
)
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_the_verdict_is_in_chinese(opened: Open) -> None:
    """The H20 needs a license for China by the letters, and is not controlled by its figures."""
    page = opened(ADDRESS)
    assert page.evaluate("document.documentElement.lang") == "zh-Hans"
    sentence = page.locator("#sentence").inner_text()
    assert "将 NVIDIA H20 96GB 从美国出口到中国" in sentence
    assert "需要许可证" in sentence
    assert "不受管制" in page.locator("#headline .entry").inner_text()
    assert page.locator(".cautions [lang=en]").count() > 0


def test_the_language_changes_without_losing_the_state(opened: Open) -> None:
    page = opened(ADDRESS.replace("&lang=zh", ""))
    english = page.locator("#sentence").inner_text()
    page.locator("#lang").select_option("zh")
    expect(page.locator("#sentence")).to_contain_text("需要许可证")
    assert "lang=zh" in page.url
    assert "chip=nvidia-h20-96gb" in page.url
    page.locator("#lang").select_option("en")
    expect(page.locator("#sentence")).to_have_text(english)


def test_a_chinese_browser_gets_a_chinese_page(opened: Open) -> None:
    page = opened("#on=2026-06-01", locale="zh-CN")
    assert page.locator("h1").inner_text() == "chipdb 管制查询"
    assert "lang=" not in page.url


def test_no_control_is_left_in_english(opened: Open) -> None:
    """Labels, buttons, headings and the names of columns; names of chips and rules are names."""
    page = opened(ADDRESS)
    unfold(page)
    controls = "label, summary:not(.rule summary), h1, h2:not(#details-title), h3, legend, thead th"
    texts = [text for text in page.locator(controls).all_inner_texts() if text.strip()]
    assert len(texts) > 40
    names = re.compile(r"^[×\s]*(I/O|TPP|NVIDIA .*)[^\u4e00-\u9fff]*$", re.DOTALL)
    assert [text for text in texts if not HAN.search(text) and not names.match(text)] == []


def test_every_destination_has_a_chinese_name(opened: Open) -> None:
    """Also the parts of countries (UA-43 of 15 CFR 746.6), which browsers do not name."""
    page = opened("#on=2026-06-01&lang=zh")
    names = page.locator("#to option").all_text_contents()
    assert "克里米亚" in names
    assert [name for name in names if not HAN.search(name)] == []


def test_a_rule_is_never_said_to_be_complied_with(opened: Open) -> None:
    """A chip that meets a rule is caught by it; 符合 would read as compliance with it.

    The H100 has a TPP of 15,824, above the 4,800 of 3A090.a.1.
    """
    page = opened("#on=2026-06-01&ask=us-3a090-2023&chip=nvidia-h100-sxm5-80gb&lang=zh")
    unfold(page)
    assert "满足 us-3a090-2023 的条件" in page.locator("#sentence").inner_text()
    assert "符合" not in page.locator("body").inner_text()


@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_serious_in_chinese(opened: Open, width: int) -> None:
    page = opened(ADDRESS, width=width)
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response
    assert [(each["id"], each["nodes"][0]["target"]) for each in found["violations"]] == []


def test_a_chinese_name_has_the_spaces_of_chinese(opened: Open) -> None:
    """A space between Chinese and Latin characters, none between Chinese ones."""
    own = "#on=2026-06-01&to=CN&chip=hypothetical&own.tpp=100&own.name="
    sentence = opened(f"{own}思元&lang=zh").locator("#sentence").inner_text()
    assert "将思元从美国" in sentence
    sentence = opened(f"{own}MLU&lang=zh").locator("#sentence").inner_text()
    assert "将 MLU 从美国" in sentence
    sentence = opened(f"{own}思元&lang=en").locator("#sentence").inner_text()
    assert "the 思元 from the United States" in sentence
