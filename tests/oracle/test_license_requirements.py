"""Every requirement of 742.6(a)(6) and 744.23(a)(3) with exceptions and review, written twice."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

import chipdb

from .places import Deal
from .requirements import Item, Requirement, memory_requirements, requirements

DESTINATIONS = ("CN", "MO", "VN", "SA", "SO", "AE", "IL", "DE", "CH", "NI", "BR", "US")
"""One of each kind: in D:1, in D:4, in D:5, in two of them, in A:5, in A:6, in none."""
HEADQUARTERS = ("US", "CN", "MO", "JP")
TRANSFERS = [("CN", "CN"), ("CN", "US"), ("HK", "CN"), ("MO", "MO"), ("VN", "CN"), ("DE", "CN")]
TRANSFERS += [("VN", "US"), ("DE", "US")]
"""Within one country: where, and the headquarters of the recipient."""
ITEMS = [Item("a", True), Item("a", False), Item("b", True)]
SYSTEMS = [Item(paragraph, market, system=True) for paragraph in "ab" for market in (True, False)]
ENFORCED = (
    *("2022-10-20", "2022-10-21", "2023-01-16", "2023-01-17", "2023-11-16", "2023-11-17"),
    *("2024-04-03", "2024-04-04", "2024-12-01", "2024-12-02", "2025-01-12", "2025-01-13"),
    *("2026-07-09", "2026-07-10"),
)
PRINTED = ("2025-05-14", "2025-05-15", "2026-07-10")
WITH_SYSTEMS = (
    *[("2024-04-03", "enforced"), ("2024-04-04", "enforced"), ("2024-12-02", "enforced")],
    *[("2025-01-13", "enforced"), ("2025-05-15", "text")],
)
"""4A090 shares the paragraphs of 3A090, so that a day of each text is enough."""
DAYS = [*[(on, "enforced") for on in ENFORCED], *[(on, "text") for on in PRINTED]]
pytestmark = pytest.mark.slow  # sixty transactions for each day and item
NOTICE = "25 calendar days' notice"
FIGURES = {
    # above the ceilings of 91 FR 1684, so that the review of January 2026 stays as it was
    "a": "tpp: 22000, performance_density: 22 TPP/mm^2, aggregate_io_bandwidth: 600 GB/s",
    "b": "tpp: 3000, performance_density: 2 TPP/mm^2, aggregate_io_bandwidth: 600 GB/s",
}
BELOW_THE_LETTERS = "memory_bandwidth: 100 GB/s, letter_io_bandwidth: 100 GB/s"


def as_chip(item: Item) -> chipdb.Chip:
    """A chip or a system that is such an item; the chips of a system are for datacenters."""
    of_part = markets(item.datacenter or item.system)
    metrics = f"{FIGURES[item.paragraph]}, {BELOW_THE_LETTERS}"
    part = f"- {{id: part, kind: processor, {of_part}, metrics: {{{metrics}}}}}\n"
    box = f"- {{id: box, kind: system, {markets(item.datacenter)}, members: [{{chip: part}}]}}\n"
    text = box + part if item.system else part
    return chipdb.load().adopt(text.encode(), "item.yaml")[0]


def markets(datacenter: bool) -> str:
    """What an item is designed and marketed for, in a file."""
    market = "datacenter" if datacenter else "client"
    return f"designed_for: {market}, marketed_for: {market}"


def answered(chip: chipdb.Chip, deal: Deal, law: str) -> dict[str, Requirement]:
    """The requirements that chipdb names, by their paragraph."""
    answer = chipdb.check(
        chip, on=deal.on, to=deal.to, headquarters=[deal.home], from_=deal.origin, law=law
    )
    found = {}
    for entry in answer.to_dict()["license"]["requirements"]:
        if not entry["section"].startswith(("742.6", "744.23")):
            continue  # part 746 asks for licenses of its own
        assert entry["status"] == "met"
        assert entry["section"] not in found
        found[entry["section"]] = as_written(entry)
    return found


def as_written(entry: Any) -> Requirement:
    """A requirement of an answer in the form of the second text."""
    made = Requirement(review=entry["review"])
    made.sides = [side["policy"] for side in entry["review_sides"]]
    for exception in entry["exceptions"]:
        name, state = exception["name"], exception["state"]
        made.exceptions[name] = state
        if state == "open" and any(NOTICE in condition for condition in exception["conditions"]):
            made.notices.add(name)
    return made


def deals(on: str) -> list[Deal]:
    """Exports from the United States and transfers within a country, for each headquarters."""
    made = [Deal(on, to, "US", home) for to, home in itertools.product(DESTINATIONS, HEADQUARTERS)]
    made += [Deal(on, to, "US", home) for to, home in (("HK", "HK"), ("VE", "US"), ("DE", "SO"))]
    return made + [Deal(on, to, to, home) for to, home in TRANSFERS]


def disagreements(chip: chipdb.Chip, item: Item, on: str, law: str) -> list[Any]:
    """Where chipdb and the second text differ."""
    found = []
    for deal in deals(on):
        expected = requirements(item, deal, printed=law == "text")
        got = answered(chip, deal, law)
        if got != expected:
            found.append((deal, got, expected))
    return found


@pytest.mark.parametrize(("on", "law"), DAYS)
@pytest.mark.parametrize("item", ITEMS, ids=str)
def test_chips(item: Item, on: str, law: str) -> None:
    """742.6(a)(6), (b)(10), 744.23(a)(3), (c), (d) and 740.8, by day, place and headquarters."""
    assert disagreements(as_chip(item), item, on, law) == []


@pytest.mark.parametrize(("on", "law"), WITH_SYSTEMS)
@pytest.mark.parametrize("item", SYSTEMS, ids=str)
def test_systems(item: Item, on: str, law: str) -> None:
    """4A090: the same paragraphs for computers with such chips."""
    assert disagreements(as_chip(item), item, on, law) == []


@pytest.mark.parametrize("on", ["2024-12-30", "2024-12-31", "2025-01-13", "2026-07-10"])
@pytest.mark.parametrize("density", ["2", "2.1", "3.2", "3.3"])
def test_hbm(density: str, on: str) -> None:
    """742.6(a)(6)(i)(B), 744.23(a)(3)(i)(B) and 740.25, by day, place and headquarters."""
    text = f"name: Stack\nkind: memory-stack\nmetrics: {{memory_bandwidth_density: {density} GB/s/mm^2}}\n"
    stack = chipdb.load().adopt(text.encode(), "stack.yaml")[0]
    wrong = []
    for deal in deals(on):
        expected = memory_requirements(density, deal)
        got = answered(stack, deal, "enforced")
        if got != expected:
            wrong.append((deal, got, expected))
    assert wrong == []
