"""A user's own chips in the page are answered as the library answers them.

They are given by metrics, changed from known chips, or parts of systems.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page
from running import run

import chipdb
from browser.conftest import Open
from browser.test_same_answers import STANDING, Record, asked, by_library
from chipdb.views.explorer.page import page as page_of

OWN = """
- {id: own-area, name: Own area,
   metrics: {tpp: 4900, applicable_die_area: 1500 mm^2}, designed_for: [datacenter]}
- {id: own-density, name: Own density,
   metrics: {tpp: 4900, performance_density: 3.3}, designed_for: [datacenter]}
- {id: own-density-only, name: Own density only,
   metrics: {performance_density: 5.92}, designed_for: [datacenter]}
- {id: own-links, name: Own links,
   metrics: {tpp: 3000, interconnect_bandwidth: 1200 GB/s, memory_bandwidth: 1400 GB/s}}
- {id: own-tpp, name: Own H100, extends: H100, metrics: {tpp: 4799}}
- {id: own-memory, name: Own B200, extends: B200, memory: {bandwidth: 6.6 TB/s}}
- {id: own-product, name: Own product,
   metrics: {performance_density: 4, applicable_die_area: 800 mm^2}}
- {id: own-sum, name: Own sum,
   metrics: {tpp: 4800, letter_io_bandwidth: 1100 GB/s, memory_and_io_bandwidth: 1699.9 GB/s}}
- {id: own-stack, name: Own stack, kind: memory-stack,
   metrics: {memory_bandwidth_density: 2.0 GB/s/mm^2}}
- {id: own-hbm, name: Own HBM, metrics: {tpp: 3000, transistors: 32000000000}, memory: {kind: HBM3}}
- {id: own-gddr, name: Own GDDR,
   metrics: {tpp: 3000, transistors: 32000000000}, memory: {kind: GDDR6}}
- {id: own-count, name: Own count, metrics: {tpp: 3000, transistors: 32000000000, app: 20}}
- {id: own-computer, name: Own computer, kind: system, members: [{chip: own-count, count: 4}]}
- {id: own-stated, name: Own stated, kind: system, members: [{chip: own-count, count: 4}],
   metrics: {app: 71}}
- id: own-planar
  name: Own planar
  metrics: {tpp: 3000}
  dies: [{name: one, process: 28 nm, transistors_are: planar, area: 400 mm^2}]
- {id: own-system, name: Own system, members: [{chip: own-memory, count: 4}, {chip: H20, count: 2}]}
"""
KNOBS: list[dict[str, str]] = [
    {},
    {"compute": "0.7"},
    {"die-area": "1.2"},
    {"link-bandwidth": "0.5"},
    {"compute": "1.1", "die-area": "0.8"},
]
DEALS = [("2022-11-01", "CN"), ("2024-06-01", None), ("2025-06-01", "CN"), ("2027-06-01", None)]
ASK = "([chip, asked, knobs]) => chipdb.ask(chip, asked, knobs)"
OFFERED = """() => {
  const chips = JSON.parse(document.getElementById("data").textContent).chips;
  const knobsOf = (id) => chips.find((each) => each.id === id).knobs;
  const parts = (chip) => (chip.of ?? [[chip.id]]).map(([id]) => knobsOf(id));
  const shared = ([first, ...rest]) =>
    first.filter((knob) => rest.every((knobs) => knobs.includes(knob)));
  return Object.fromEntries(
    chips.filter(({ id }) => id.startsWith("own-")).map((chip) => [chip.id, shared(parts(chip))]));
}"""


@pytest.fixture
def catalog(tmp_path: Path) -> chipdb.Catalog:
    """The catalog with the chips above beside it."""
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    return chipdb.load().with_file(tmp_path / "own.yaml")


@pytest.fixture
def own_page(catalog: chipdb.Catalog, opened: Open, tmp_path: Path) -> Page:
    """The page of that catalog."""
    file = tmp_path / "own.html"
    file.write_text(page_of(catalog, chipdb.load_rules()), encoding="utf-8")
    return opened(file=file)


def test_every_rule_with_every_knob_that_is_offered(
    catalog: chipdb.Catalog, own_page: Page
) -> None:
    offered: dict[str, list[str]] = own_page.evaluate(OFFERED)
    assert len(offered) == OWN.count("id: own-")
    compared = 0
    for name, knobs in (
        (name, knobs) for name in offered for knobs in KNOBS if set(knobs) <= set(offered[name])
    ):
        chip = catalog[name].derate(
            **{knob.replace("-", "_"): f"x{text}" for knob, text in knobs.items()}
        )
        for on, to in DEALS:
            answer: Record = own_page.evaluate(ASK, [name, asked(on, to, STANDING), knobs])
            answer.pop("breakEvens")
            assert answer == by_library(chip, on, to, STANDING), (name, knobs, on)
            compared += 1
    assert compared > 60


def test_a_knob_that_would_turn_otherwise_is_not_offered(own_page: Page) -> None:
    """A given density ties area and TPP together: its chips are turned on the command line."""
    offered = own_page.evaluate(OFFERED)
    assert [name for name, knobs in offered.items() if not knobs] == [
        "own-density",
        "own-density-only",
        "own-product",
    ]


WHOLE = (
    "own.tpp=2300&own.applicable_die_area=800&own.memory_bandwidth=4000&own.memory_capacity=96"
    "&own.interconnect_bandwidth=600&own.name=%22Mine%22+%3Cb%3E"
)
DESIGNS = [
    WHOLE,
    "own.tpp=4800&own.memory_bandwidth=3350.5&own.memory_capacity=80&own.market=no",
    "own.performance_density=5.92&own.memory_bandwidth=1000&own.market=unknown",
    "own.tpp=1000&own.memory_bandwidth=900",
]


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("to", ["", "&to=CN"])
def test_the_file_that_the_page_shows_has_its_answers(
    opened: Open, tmp_path: Path, design: str, to: str
) -> None:
    """The page names a file and two commands; these give the sentence and the estimate it shows."""
    page = opened(f"#on=2026-06-01{to}&chip=hypothetical&{design}")
    (tmp_path / "mine.json").write_text(page.locator("#own-file").inner_text(), encoding="utf-8")
    commands = [
        text
        for text in page.locator("#answer code").all_inner_texts()
        if text.startswith("chipdb ")
    ]
    said = {}
    for command in commands:
        words = [*command.split()[1:], "--format", "json"]
        ran = run(*words, folder=tmp_path)
        assert ran.status in (0, 1, 3), ran.err
        [said[words[0]]] = json.loads(ran.out)

    assert page.locator("#sentence span").last.inner_text() == said["check"]["verdict"]["text"]
    shown = page.locator(".tiles .estimate").last.inner_text()
    rates = said["estimate"]["tokens_per_second_per_chip"]
    if rates is None:
        assert "missing: " in shown
        assert shown.endswith("memory capacity")
        return
    low, high = (float(f"{rates[end]:.3g}") for end in ("low", "high"))
    assert f"{low:,.0f} to {high:,.0f} tokens/s" in shown
