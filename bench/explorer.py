"""How long the explorer page takes: to write, to open in Chromium, and to answer a change of place.

The first two are times on the clock. A change of place is measured as processor time of the process
that holds the page, from the choice to the last answer drawn: of all its threads, and of the one
that answers and draws. Choosing at once finds nothing prepared; a reader who first looks at the
page finds the answers that it works out ahead while it is idle.

Run: ``python bench/explorer.py`` (needs the extra ``dev``, Debian's chromium, and Linux).
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
  const round = document.body.dataset.ready;
  const look = () => {
    if (document.body.dataset.ready !== round) done();
    else setTimeout(look, 20);
  };
  const select = document.querySelector("#to");
  select.value = place;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  look();
})"""
"""Chooses a destination and waits for the answers of the whole catalog."""

PLACES = ("CN", "RU", "IR", "DE")
ASKED = 0.5
"""Seconds that a change of place may take."""


def changed(browser: Browser, url: str, place: str, ready: str) -> tuple[float, float]:
    """Processor seconds of the first change of place, of all threads and of the page's own.

    ``ready`` is the attribute of the page that says how far it was prepared before.
    """
    tab = browser.new_page()
    tab.goto(url)
    tab.wait_for_selector(f"body[{ready}]")
    processes = page_processes(browser)
    before = processor_seconds(processes)
    tab.evaluate(CHANGE, place)
    after = processor_seconds(processes)
    tab.close()
    return after[0] - before[0], after[1] - before[1]


def page_processes(browser: Browser) -> list[int]:
    """The processes that hold pages."""
    session = browser.new_browser_cdp_session()
    running = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [process["id"] for process in running if process["type"] == "renderer"]


def processor_seconds(processes: list[int]) -> tuple[float, float]:
    """What some processes have used so far: all of their threads, and the first of each."""
    whole = first = 0.0
    for process in processes:
        for thread in Path(f"/proc/{process}/task").iterdir():
            seconds = int((thread / "schedstat").read_text().split()[0]) / 1e9
            whole += seconds
            if thread.name == str(process):
                first += seconds
    return whole, first


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
            for when, ready in (("at once", "data-ready"), ("later", "data-ahead")):
                url = f"{file.as_uri()}#on=2026-06-01"
                turns = [changed(browser, url, place, ready) for _ in range(RUNS)]
                whole, first = (statistics.median(each) for each in zip(*turns, strict=True))
                sys.stdout.write(
                    f"the first change of place, to {place}, {when}: {whole:.2f} s of processor "
                    f"time, {first:.2f} s of it on the page's thread (asked: {ASKED} s)\n"
                )
        browser.close()


if __name__ == "__main__":
    main()
