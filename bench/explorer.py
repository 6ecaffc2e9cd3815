"""How long the explorer page takes: to write, to open in Chromium, and to answer a change of place.

Run: ``python bench/explorer.py`` (needs the extra ``dev`` and Debian's chromium).
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

import chipdb
from chipdb.views.explorer.page import page

RUNS = 7
ADDRESSES = {
    "the whole catalog, classification": "#on=2026-06-01",
    "the whole catalog, license to China": "#on=2026-06-01&to=CN&ask=license",
    "a chosen chip, turned": "#on=2026-06-01&to=CN&chip=nvidia-h20-96gb&knob.compute=70",
}


def opened(browser: Browser, url: str) -> float:
    """Seconds from opening the page to the last answer."""
    tab = browser.new_page()
    started = time.perf_counter()
    tab.goto(url)
    tab.wait_for_selector("body[data-ready]")
    taken = time.perf_counter() - started
    tab.close()
    return taken


CHANGE = """place => new Promise(done => {
  const started = performance.now();
  const round = document.body.dataset.ready;
  let inSight = null;
  const look = () => {
    const badges = [...document.querySelectorAll("#table td:nth-child(3)")].slice(0, 30);
    const isAnswered = badges.length && badges.every((badge) => badge.textContent !== "…");
    if (inSight === null && isAnswered) inSight = performance.now() - started;
    const isReady = document.body.dataset.ready !== round;
    if (isReady) done([inSight / 1000, (performance.now() - started) / 1000]);
    else setTimeout(look, 0);
  };
  const select = document.querySelector("#to");
  select.value = place;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  look();
})"""
"""Seconds from choosing a destination to the answers of the rows in sight, and to all answers."""

PLACES = ("CN", "RU", "DE")


def changed(browser: Browser, url: str, place: str) -> tuple[float, float]:
    """Seconds of the first change of place on a page that is open and ready."""
    tab = browser.new_page()
    tab.goto(url)
    tab.wait_for_selector("body[data-ready]")
    in_sight, whole = tab.evaluate(CHANGE, place)
    tab.close()
    return in_sight, whole


def main() -> None:
    """Print medians."""
    started = time.perf_counter()
    text = page(chipdb.load(), chipdb.load_rules())
    sys.stdout.write(
        f"written in {time.perf_counter() - started:.2f} s, {len(text.encode()) / 1e6:.2f} MB\n"
    )
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("opening the page needs Chromium: sudo apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "chips.html"
        file.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for what, address in ADDRESSES.items():
            times = [opened(browser, f"{file.as_uri()}{address}") for _ in range(RUNS)]
            sys.stdout.write(
                f"{what}: median {statistics.median(times):.2f} s, slowest {max(times):.2f} s\n"
            )
        for place in PLACES:
            turns = [changed(browser, f"{file.as_uri()}#on=2026-06-01", place) for _ in range(RUNS)]
            in_sight, whole = (statistics.median(each) for each in zip(*turns, strict=True))
            sys.stdout.write(
                f"the first change of place, to {place}: rows in sight median {in_sight:.2f} s, "
                f"the whole catalog {whole:.2f} s\n"
            )
        browser.close()


if __name__ == "__main__":
    main()
