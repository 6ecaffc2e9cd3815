"""How long the explorer page takes: to write, and to open in Chromium until every chip is answered.

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
        browser.close()


if __name__ == "__main__":
    main()
