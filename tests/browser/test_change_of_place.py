"""A change of the destination: the rows stay, their answers are those of the library.

The page answers some places ahead while it is idle; a reader who does not wait gets the same.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

import chipdb
from browser.conftest import Open
from chipdb.solver.licensing import License

DAY = "2026-06-01"
WORDS = {"yes": "required", "no": "not required", "undetermined": "undetermined"}
"""How a badge begins for each answer of the library about licenses."""


def badges(page: Page) -> dict[str, str]:
    """The answer that the table shows of each chip."""
    pairs = page.locator("#table tbody tr").evaluate_all(
        "rows => rows.map(row => [row.dataset.id, row.cells[2].textContent])"
    )
    return dict(pairs)


def license_to(place: str, chip: str) -> License:
    """The license answer of the library."""
    answer = chipdb.check(chip, on=DAY, to=place).license
    assert answer is not None
    return answer


def needing_license(place: str) -> set[str]:
    """The chips for which the library says that a license is required."""
    return {chip for chip in chipdb.load().ids if license_to(place, chip).required == "yes"}


def change_place(page: Page, place: str) -> None:
    """Choose a destination and wait for the answers of all chips."""
    rounds = page.evaluate("document.body.dataset.ready")
    page.locator("#to").select_option(place)
    page.wait_for_function("before => document.body.dataset.ready !== before", arg=rounds)


@pytest.mark.parametrize("waits", [True, False])
def test_answers_after_a_change_of_place_are_those_of_the_library(
    opened: Open, waits: bool
) -> None:
    """Places that were answered ahead (China) and not (Iran, Germany), chosen at once or later."""
    page = opened(f"#on={DAY}")
    if waits:
        page.wait_for_selector("body[data-ahead]")
    answers = {}
    for place in ("CN", "IR", "DE"):
        change_place(page, place)
        answers[place] = badges(page)
    for place, shown in answers.items():
        assert len(shown) == len(chipdb.load())
        for chip, text in shown.items():
            answer = license_to(place, chip)
            assert text.startswith(WORDS[answer.required]), (place, chip)
            assert ("contested" in text) == answer.contested, (place, chip)


def test_rows_stay_with_what_a_reader_did_in_them(opened: Open) -> None:
    """Half a second of building rows anew would also lose the focus and what is marked."""
    page = opened(f"#on={DAY}")
    row = page.locator('tr[data-id="nvidia-h20-96gb"]')
    row.evaluate("node => { window.row = node; }")
    row.get_by_role("checkbox").check()
    row.get_by_role("button").click()
    change_place(page, "CN")
    assert page.evaluate("window.row.isConnected")
    expect(row.get_by_role("checkbox")).to_be_checked()
    expect(row.get_by_role("button")).to_have_attribute("aria-pressed", "true")
    # another order, and another language, are drawn anew
    page.locator("#sort-vendor").click()
    assert not page.evaluate("window.row.isConnected")
    row.evaluate("node => { window.row = node; }")
    page.locator("#lang").select_option("zh")
    assert not page.evaluate("window.row.isConnected")
    expect(row.get_by_role("checkbox")).to_be_checked()


def test_a_filter_by_answer_follows_the_place(opened: Open) -> None:
    """Chips leave the list and come back: the table lists those that have the answer."""
    page = opened(f"#on={DAY}&to=CN")
    page.locator("#status").select_option(label=WORDS["yes"])
    assert set(badges(page)) == needing_license("CN")
    change_place(page, "DE")
    assert set(badges(page)) == needing_license("DE")
    change_place(page, "CN")
    assert set(badges(page)) == needing_license("CN")


def test_an_own_chip_takes_the_mark_of_the_chosen_one(opened: Open) -> None:
    page = opened(f"#on={DAY}&chip=nvidia-t4")
    chosen = page.locator('#table button.open[aria-pressed="true"]')
    expect(chosen).to_have_count(1)
    page.get_by_role("tab", name="A chip of your own").click()
    page.locator("#own-tpp").fill("4800")
    expect(page.locator("#details-title")).not_to_have_text("NVIDIA T4")
    expect(chosen).to_have_count(0)
    expect(page.locator("tr.chosen")).to_have_count(0)
