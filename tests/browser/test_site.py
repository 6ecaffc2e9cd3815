"""The site as its readers meet it: each link leads somewhere, pages are valid and work offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import unquote, urldefrag

import html5lib
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab
from running import run

import chipdb
from chipdb import data_files
from chipdb.views.site.build import MANIFEST, Site, questions_on, write_site
from chipdb.views.site.layout import Page, html_of

DAY = "2026-06-01"
PAGES = {
    "index": "index.html",
    "chip": "chips/nvidia-h20-96gb.html",
    "system": "chips/nvidia-dgx-h100.html",
    "rule": "rules/us-3a090-2023.html",
    "rules": "rules/index.html",
    "vendor": "vendors/huawei.html",
}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("site")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole site of the catalog."""
    folder = tmp_path_factory.mktemp("site") / "built"
    assert chipdb.site(folder, on=DAY) == folder
    return folder


def links(path: Path) -> Iterator[str]:
    """The addresses that a page leads to."""
    tree = html5lib.parse(path.read_bytes(), namespaceHTMLElements=False)
    for element in tree.iter():
        for attribute in ("href", "src"):
            if attribute in element.attrib:
                yield element.attrib[attribute]


def test_each_chip_and_rule_has_a_page_and_a_json_file(site: Path) -> None:
    for name in chipdb.load().ids:
        assert (site / f"chips/{name}.html").is_file()
        assert (site / f"chips/{name}.json").is_file()
    for rule in chipdb.load_rules():
        assert (site / f"rules/{rule.id}.html").is_file()
        assert (site / f"rules/{rule.id}.json").is_file()


def test_no_link_is_dead_and_none_leaves_the_site_but_to_sources(site: Path) -> None:
    for path in site.rglob("*.html"):
        for link in links(path):
            address, _ = urldefrag(link)
            if address.startswith(("https://", "http://", "ftp://", "data:")) or not address:
                continue
            assert (path.parent / unquote(address)).is_file(), f"{path.name}: {link}"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_valid_html(site: Path, name: str) -> None:
    parser = html5lib.HTMLParser(strict=True)
    parser.parse((site / PAGES[name]).read_bytes())


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Tab]:
    """A tab in which nothing may be asked for but the page, and nothing said on the console."""
    context = chromium.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []
    assert len(asked) == 1, asked


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_is_accessible_and_asks_for_nothing(site: Path, tab: Tab, name: str) -> None:
    tab.goto((site / PAGES[name]).as_uri())
    found = Axe().run(tab).response
    assert len(found["passes"]) > 10, "the checker looked"
    assert [(broken["id"], broken["nodes"][0]["html"]) for broken in found["violations"]] == []


def test_search_shows_the_entries_with_all_words(site: Path, tab: Tab) -> None:
    tab.goto((site / "index.html").as_uri())
    tab.fill("input", "huawei 910b3")
    shown = tab.locator("tbody tr:visible").all_inner_texts()
    assert shown
    assert all("910B3" in text and "Huawei" in text for text in shown)


def test_a_page_says_what_the_command_says(site: Path) -> None:
    """The verdict and every caution of the answer to China stand on the page."""
    answer = chipdb.check("H20", on=DAY, to="CN")
    tree = html5lib.parse((site / PAGES["chip"]).read_bytes(), namespaceHTMLElements=False)
    text = " ".join("".join(tree.itertext()).split())
    assert answer.to_dict()["verdict"]["text"] in text
    for caution in answer.to_dict()["cautions"]:
        assert " ".join(caution["text"].split()) in text


def test_a_chip_has_its_timeline_as_a_chart(site: Path, tab: Tab) -> None:
    """The picture is part of the page, is shown, and says in words what it shows."""
    tab.goto((site / PAGES["chip"]).as_uri())
    image = tab.locator("figure img")
    assert image.get_attribute("alt", timeout=5000).startswith("Licenses for NVIDIA H20")
    assert image.evaluate("image => image.complete && image.naturalWidth") > 300


def test_the_json_of_a_chip_is_that_of_show(site: Path) -> None:
    record = json.loads((site / "chips/nvidia-h20-96gb.json").read_text())
    assert record.pop("cite")
    assert record == run("show", "nvidia-h20-96gb", "--sources", "--format", "json").json


def test_each_page_and_json_file_says_how_to_cite_it(site: Path) -> None:
    """With the vintage, the hash of the data and the day on which it was built, as `cite` does.

    The day of the answers is another: on it, the data may not have existed.
    """
    vendors = [path.relative_to(site).as_posix() for path in site.glob("vendors/*.json")]
    assert "vendors/huawei.json" in vendors
    for address, cited in (
        ("chips/nvidia-h20-96gb", "nvidia-h20-96gb"),
        ("rules/us-3a090-2023", "us-3a090-2023"),
        ("vendors/huawei", None),
    ):
        expected = chipdb.cite(cited).to_dict()
        record = json.loads((site / f"{address}.json").read_text())
        assert record["cite"]["vintage"] == expected["vintage"]
        # the site may have been built before midnight, and is read after it
        read = record["cite"]["date"]
        assert read in (expected["date"], str(date.today() - timedelta(days=1)))
        assert read != DAY
        assert record["cite"]["csl_json"]["id"] == expected["csl_json"]["id"]
        for text in (record["cite"]["text"], (site / f"{address}.html").read_text()):
            assert f"vintage {expected['vintage']}" in text
            assert f"read on {read}" in text


def test_the_json_of_a_vendor_lists_its_entries(site: Path) -> None:
    record = json.loads((site / "vendors/huawei.json").read_text())
    listed = run("list", "--vendor", "Huawei", "--format", "json").json
    assert {chip["id"] for chip in record["chips"]} == {chip["id"] for chip in listed}
    assert record["vendor"] == "Huawei"


def test_every_page_and_json_file_names_the_hash_of_the_data(site: Path) -> None:
    data = data_files.data_hash()
    for path in site.rglob("*.html"):
        if path.name != "explorer.html":
            assert data in path.read_text(), path.name
    for path in site.rglob("*.json"):
        assert json.loads(path.read_text())["data"] == data


class TestFolder:
    """Where a site may be written."""

    def test_earlier_addresses_are_kept(self, tmp_path: Path) -> None:
        (tmp_path / MANIFEST).write_text("{}")
        (tmp_path / "chips").mkdir()
        (tmp_path / "chips/gone.html").write_text("an entry of before")
        assert write_site(tmp_path, iter([("chips/new.html", "x")])) == 1
        assert (tmp_path / "chips/gone.html").read_text() == "an entry of before"

    def test_a_site_that_broke_off_is_built_again(self, tmp_path: Path) -> None:
        """The mark of an unfinished site is there until the last file is written."""

        def breaking_off() -> Iterator[tuple[str, str]]:
            yield "chips/old.html", "x"
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            write_site(tmp_path, breaking_off())
        assert write_site(tmp_path, iter([("chips/new.html", "x"), (MANIFEST, "{}")])) == 2
        names = sorted(path.name for path in tmp_path.iterdir())
        assert names == ["chips", MANIFEST]

    def test_a_folder_of_something_else_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "thesis.tex").write_text("mine")
        ran = run("site", "-o", str(tmp_path), "--on", DAY)
        assert ran.status == 2
        assert "neither empty nor a site" in ran.err
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_the_text_of_the_data_is_no_markup() -> None:
    page = Page(title="<b>x</b>", description='"><script>', markdown="# <script>alert(1)</script>")
    text = html_of(page, "<i>data</i>")
    assert "<script>" not in text
    assert "<b>" not in text
    assert "<i>" not in text


def test_a_file_made_on_demand_is_that_of_the_folder(site: Path) -> None:
    questions = questions_on(DAY)
    made = Site(chipdb.load(), questions[0].rulebook, questions)
    for address in (*PAGES.values(), MANIFEST, "chips/nvidia-h20-96gb.json"):
        assert made.text(address) == (site / address).read_text()
    for address in ("chips/none.html", "../data/chips.yaml", "chips/../index.html", ""):
        assert made.text(address) is None
