"""A real browser on the page that the command line writes, opened from disk.

Every test ends without an error on the console and without a request.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from running import run

Open = Callable[..., Page]

# answers about the whole catalog take seconds on a busy machine
expect.set_options(timeout=20_000)


@dataclass
class Watched:
    """What a page said on its console, and what it asked the network for."""

    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def unfold(page: Page) -> None:
    """Open everything that is folded, also what unfolds then."""
    folded = page.locator("details:not([open]) > summary")
    for _ in range(200):
        if not folded.count():
            return
        folded.first.click()
    raise AssertionError("200 clicks do not unfold the page")


@pytest.fixture(scope="session")
def chips_html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the whole catalog."""
    folder = tmp_path_factory.mktemp("explorer")
    ran = run("explore", "-o", "chips.html", "--on", "2026-06-01", folder=folder)
    assert (ran.status, ran.out) == (0, ""), ran.err
    return folder / "chips.html"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; a machine without it fails here and says what to install."""
    path = shutil.which("chromium")
    assert path, "the browser tests need Chromium: sudo apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(chromium: Browser, chips_html: Path) -> Iterator[Open]:
    """Opens the page (or another file) at an address, and waits until every chip is answered."""
    watched = Watched()
    contexts = []

    def open_page(
        address: str = "", file: Path | None = None, width: int = 1280, **options: Any
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, accept_downloads=True, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: watched.said.append(message.text))
        page.on("pageerror", lambda error: watched.said.append(str(error)))
        page.on("request", lambda request: watched.asked.append(request.url))
        page.goto(f"{(file or chips_html).as_uri()}{address}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert watched.said == []
    assert [url for url in watched.asked if not url.startswith(("file:", "blob:"))] == []
    assert len([url for url in watched.asked if url.startswith("file:")]) == len(contexts), (
        "the page alone is read"
    )
