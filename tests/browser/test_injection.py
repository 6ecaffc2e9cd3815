"""Names, notes and addresses from data do no harm.

They enter the page as text, and the policy lets nothing else in.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from unittest.mock import patch

import pytest
from playwright.sync_api import Browser
from running import run

import chipdb
from browser.conftest import Open, unfold
from chipdb.catalog.bibliography import Source, bibliography
from chipdb.views.explorer.page import page as page_of
from chipdb.vocabulary import ReadAs

EVIL = "<script>window.harmed = 1</script>"
BREAKOUT = '</script><img src=x onerror="window.harmed = 2">'
ADDED = """async () => {
  const script = document.createElement("script");
  script.textContent = "window.added = 1";
  document.body.append(script);
  const fetched = await fetch("https://example.org/").then(() => "fetched", () => "blocked");
  return [window.added ?? null, fetched];
}"""
CLAIM = {
    "value": "500 TFLOPS",
    "source": "javascript:window.harmed=4",
    "basis": "official",
    "note": EVIL,
}
AREA = {"value": "800 mm^2", "source": "bad-link", "basis": "official"}
CHIPS = [
    {
        "id": "evil-one",
        "name": EVIL,
        "vendor": '"><svg onload=window.harmed=3>',
        "architecture": BREAKOUT,
        "note": BREAKOUT,
        "aliases": ["</SCRIPT ><b>bold</b>"],
        "designed_for": ["datacenter"],
        "marketed_for": ["datacenter"],
        "throughput": {"fp16": [CLAIM]},
        "dies": [{"name": EVIL, "transistors_are": "non-planar", "area": [AREA]}],
    },
    {
        "id": "evil-three",
        "name": "constructor",
        "vendor": "__proto__",
        "throughput": {
            "fp16": [
                {
                    "value": "1 TFLOPS",
                    "source": "constructor",
                    "basis": "official",
                    "reading": "toString",
                }
            ]
        },
    },
    {
        "id": "evil-two",
        "name": '=HYPERLINK("https://example.org","x")',
        "vendor": "@sum",
        "metrics": {"tpp": "5000"},
    },
]


@pytest.fixture
def evil_page(tmp_path: Path) -> Path:
    """The page of a catalog with hostile names and a hostile address in the bibliography."""
    own = tmp_path / "evil.json"
    own.write_text(json.dumps(CHIPS), encoding="utf-8")
    bad = Source(
        id="bad-link",
        title=EVIL,
        publisher=EVIL,
        date="2024",
        read="2024-01-01",
        read_as=ReadAs.ORIGINAL,
        url="javascript:window.harmed=5",
    )
    catalog = chipdb.load().with_file(own)
    with patch(
        "chipdb.views.explorer.chips.bibliography", return_value={**bibliography(), "bad-link": bad}
    ):
        text = page_of(catalog, chipdb.load_rules())
    file = tmp_path / "evil.html"
    file.write_text(text, encoding="utf-8")
    return file


def test_hostile_data_is_shown_and_does_nothing(opened: Open, evil_page: Path) -> None:
    page = opened("#on=2024-06-01&chip=evil-one&compare=evil-one,evil-two&q=evil", file=evil_page)
    assert page.locator("#details-title").inner_text() == EVIL
    assert EVIL in page.locator("#table").inner_text()
    unfold(page)
    assert "javascript:window.harmed=4" in page.locator("#details").inner_text(), (
        "an unknown source is shown as text"
    )
    hrefs = page.evaluate(
        "[...document.querySelectorAll('[href]')].map((node) => node.getAttribute('href'))"
    )
    assert hrefs
    assert [href for href in hrefs if not re.match(r"https?://|#chips$", href)] == []
    assert page.locator("#details a", has_text="harmed").count() == 0
    assert page.locator("script").count() == 2
    assert page.locator("img, iframe, object, embed, b").count() == 0
    assert page.evaluate("window.harmed") is None


def test_names_of_the_language_are_plain_names(opened: Open, evil_page: Path) -> None:
    address = (
        "#on=2024-06-01&to=CN&chip=evil-three&market=constructor&knob.constructor=50"
        "&own.tpp=1&own.market=toString"
    )
    page = opened(address, file=evil_page)
    assert page.locator("#details-title").inner_text() == "constructor"
    unfold(page)
    assert page.locator("#details td", has_text="constructor").count() == 1
    told = page.locator("#question-note").inner_text()
    assert all(
        part in told
        for part in ("market=constructor", "knob.constructor=50", "own.market=toString")
    )


def test_hostile_addresses_do_nothing(opened: Open) -> None:
    page = opened(
        "#on=2024-06-01&own.tpp=5000&own.name=%3Cimg%20src%3Dx%20onerror%3D%22harmed%3D1%22%3E"
        "&chip=hypothetical&q=%3Cb%3E&__proto__.x=1"
    )
    assert page.locator("#details-title").inner_text() == '<img src=x onerror="harmed=1">'
    assert page.evaluate("[window.harmed, {}.x, document.images.length]") == [None, None, 0]


def test_a_formula_stays_a_text_in_a_spreadsheet(
    opened: Open, evil_page: Path, tmp_path: Path
) -> None:
    page = opened("#on=2024-06-01&q=evil-two", file=evil_page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download this table (CSV)").click()
    download.value.save_as(tmp_path / "evil.csv")
    line = (tmp_path / "evil.csv").read_text(encoding="utf-8").splitlines()[1]
    assert line.startswith("evil-two,\"'=HYPERLINK(")
    assert ",'@sum," in line


def test_the_policy_names_the_script_and_style_of_the_page_alone(chips_html: Path) -> None:
    text = chips_html.read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    parts = dict(part.strip().split(" ", maxsplit=1) for part in policy[1].split(";"))
    assert parts["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/=]{44}'", parts["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/=]{44}'", parts["style-src"])
    assert parts["img-src"] == "data: blob:"
    assert "connect-src" not in parts


def test_a_script_that_is_added_does_not_run(chromium: Browser, chips_html: Path) -> None:
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(chips_html.as_uri())
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate(ADDED) == [None, "blocked"]
    assert any(text.startswith("Executing inline script violates") for text in said)
    assert any("Refused to connect" in text for text in said)
    page.close()


def test_own_chips_stand_in_the_page(opened: Open, tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(
        "- {id: my-part, designed_for: datacenter,"
        "   metrics: {tpp: 4799, applicable_die_area: 1500 mm^2}}\n"
    )
    ran = run(
        "explore",
        "-o",
        "mine.html",
        "--catalog",
        "mine.yaml",
        "--on",
        "2024-06-01",
        "--to",
        "China",
        folder=tmp_path,
    )
    assert ran.status == 0, ran.err
    page = opened("#on=2024-06-01&to=CN&chip=my-part", file=tmp_path / "mine.html")
    assert "3A090.b" in page.locator("#answer .verdict").first.inner_text()
