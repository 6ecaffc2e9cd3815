"""A dossier on paper: the core takes two pages at most, and the appendix begins a page of its own."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

import chipdb
from chipdb.views.dossier import written
from chipdb.views.dossier.build import dossier

ONLY_THE_CORE = """() => {
    const appendix = document.querySelector("h2.appendix");
    while (appendix.nextSibling) appendix.nextSibling.remove();
    appendix.remove();
}"""


def pages_of(pdf: bytes) -> int:
    """Return the number of pages of a PDF file as Chromium writes it."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


@pytest.mark.parametrize(
    ("name", "to"), [("L40S", "AE"), ("H200", "CN"), ("DGX H200", "BR"), ("910B4", "CN")]
)
def test_the_core_takes_two_pages_at_most(chromium: Browser, name: str, to: str) -> None:
    check = chipdb.check(name, on="2026-11-20", to=to)
    page = chromium.new_page()
    page.set_content(written(dossier([check]), "html"))
    whole = pages_of(page.pdf(prefer_css_page_size=True))
    page.evaluate(ONLY_THE_CORE)
    core = pages_of(page.pdf(prefer_css_page_size=True))
    page.close()
    assert 1 <= core <= 2
    assert whole > core
