"""The browser answers as the library does.

Compared are every chip of the catalog, random chips at the thresholds, turned chips, and headroom.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from playwright.sync_api import Page

import chipdb
from browser.conftest import Open
from browser.drawn import decimal, draws, random_chips, record
from chipdb.catalog.knobs import KNOBS
from chipdb.rules.places import Transaction, places
from chipdb.rules.rule import Rule
from chipdb.solver.labels import finding_words
from chipdb.solver.licensing import License
from chipdb.solver.missing import Need
from chipdb.solver.verdict import Verdict
from chipdb.views.explorer.chips import chip_record
from chipdb.views.json.answers import caution_record
from chipdb.views.text import check_text

RULES = [rule.id for rule in chipdb.load_rules()]
PROPOSALS = [rule.id for rule in chipdb.load_rules() if rule.question == "proposal"]
STANDING_RULES = [rule for rule in chipdb.load_rules() if rule.question != "proposal"]
STANDING = [rule.id for rule in STANDING_RULES]
CATALOG = chipdb.load()
IDS = list(CATALOG.ids)
Record = dict[str, Any]

DEALS = [("2022-09-15", "CN"), ("2024-01-15", "HK"), ("2026-06-01", "CN")]


@dataclass(frozen=True)
class Place:
    """Destination, origin, and the recipient's headquarters (the destination by default)."""

    to: str | None
    origin: str = "US"
    home: str | None = None

    @property
    def headquarters(self) -> str | None:
        """The country of the recipient's headquarters."""
        return self.home or self.to


PLACES = [
    Place(None),
    Place("CN"),
    Place("BR", home="CN"),
    Place("RU"),
    Place("IR"),
    *map(Place, ("CU", "IQ", "KP", "SY", "UA-43")),
    Place("US", "TW"),
    Place("GU"),
    Place("VN", "DE"),
]
"""Between them inside the scope of every rule."""
CAUTIOUS_PLACES = [
    Place("CN"),
    Place("DE"),
    Place("DE", home="CN"),
    Place("IN"),
    Place("CA"),
    Place("AE"),
    Place("AE", home="CN"),
    Place("BR", "DE"),
]
"""Places for which the printed text is lifted or not, and notices and headquarters matter."""
FAMOUS = [
    "nvidia-h100-sxm5-80gb",
    "nvidia-h200-sxm-141gb",
    "nvidia-h20-96gb",
    "nvidia-a30",
    "nvidia-rtx-5090d-v2",
    "nvidia-hgx-a100-8-gpu-80gb",
    "nvidia-hgx-h100-8-gpu",
    "nvidia-hgx-h20-8-gpu",
    "samsung-hbm3-icebolt-24gb",
    "amd-mi250",
    "nvidia-gh200",
]
"""Chips that between them meet every rule."""

ASK_ALL = """([items, asked]) => items.map(
  ({chip, knobs}, at) => chipdb.ask(chip, asked[at] ?? asked[0], knobs))"""
HEADROOM = "([chip, asked, knob]) => chipdb.headroom(chip, asked, knob)"


def asked(on: str, to: Place | str | None, rules: Iterable[str], law: str = "enforced") -> Record:
    """A question as the page has it; a country code is a destination of a US export."""
    place = to if isinstance(to, Place) else Place(to)
    deal = {
        "to": place.to,
        "from": place.origin if place.to else None,
        "headquarters": place.headquarters,
    }
    return {"on": on, **deal, "printed": law == "text", "named": list(rules)}


def times_and_places() -> list[tuple[str, Place, str]]:
    """Each standing rule's first day, in its scope and law, and the days on which it has ended."""
    found = {("2026-06-01", place, law) for place in PLACES for law in ("enforced", "text")}
    for rule in STANDING_RULES:
        place = next(place for place in PLACES if in_scope(rule, place))
        ends = (rule.dates.ends, rule.dates.enforcement_ends, rule.dates.printed_ends)
        found |= {(f"{day}", place, law) for day in ends if day for law in ("enforced", "text")}
        found.add((f"{rule.starts}", place, "text" if rule.dates.enforcement_ends else "enforced"))
    return sorted(found, key=str)


def in_scope(rule: Rule, place: Place) -> bool:
    """Whether a deal on the rule's first day surely lies in its scope."""
    headquarters = (place.headquarters,) if place.headquarters else None
    deal = Transaction(
        rule.starts or date.max, place.to, place.origin if place.to else None, headquarters
    )
    return places().holds(rule.scope, deal) is True


def said(verdict: Verdict) -> Record:
    """What is compared of a verdict."""
    sides = {finding_words(side.finding): side.because for side in verdict.sides}
    return {"status": verdict.status, "outcome": verdict.finding.outcome, "sides": sides}


def by_library(
    chip: chipdb.Chip, on: str, to: Place | str | None, rules: list[str], law: str = "enforced"
) -> Record:
    """The library's answer in the page's form, without break-evens."""
    place = to if isinstance(to, Place) else Place(to)
    answer = chipdb.check(
        chip,
        on=on,
        to=place.to,
        from_=place.origin if place.to else None,
        headquarters=place.headquarters or (),
        rules=rules,
        law=law,
    )
    return {
        "answers": {verdict.rule.id: said(verdict) for verdict in answer.answers},
        "classification": said(answer.classification),
        "license": None if place.to is None else _license(answer.license),
        "cautions": [caution_record(caution) for caution in answer.cautions],
    }


def _license(answer: License) -> Record:
    """What is compared of a license answer; requirements count where a license is required."""
    named = [
        (entry.rule, entry.review, [each.name for each in entry.open_exceptions])
        for entry in answer.requirements
    ]
    return {
        "required": answer.required,
        "contested": answer.contested,
        "review": answer.review,
        "exceptions": [entry.name for entry in answer.exceptions],
        "requirements": [list(entry) for entry in named] if answer.required == "yes" else [],
    }


def by_page(page: Page, items: list[Record], questions: list[Record]) -> list[Record]:
    """The page's answers, in one call; of the rules those that are named."""
    answers: list[Record] = page.evaluate(ASK_ALL, [items, questions])
    assert len(answers) == len(items)
    named = [question["named"] for question in questions] * (
        len(items) if len(questions) == 1 else 1
    )
    return [
        {
            "answers": {rule: entry for rule, entry in answer["answers"].items() if rule in names},
            "classification": answer["classification"],
            "license": answer["license"],
            "cautions": answer["cautions"],
        }
        for answer, names in zip(answers, named, strict=True)
    ]


class TestCatalog:
    """Every chip and every rule: the same status, outcome and sides, each with its reason."""

    @pytest.mark.parametrize(("on", "to"), DEALS)
    def test_rules_of_the_book(self, opened: Open, on: str, to: str | None) -> None:
        found = by_page(opened(), [{"chip": name} for name in IDS], [asked(on, to, STANDING)])
        for name, answer in zip(IDS, found, strict=True):
            assert answer == by_library(CATALOG[name], on, to, STANDING), (name, on, to)

    def test_every_rule_in_its_time_and_place(self, opened: Open) -> None:
        """Each standing rule is met by some chip, except NS column 1: exceptions leave it open."""
        rng, page, seen = draws(9), opened(), set()
        for on, place, law in times_and_places():
            names = [*FAMOUS, *rng.sample(IDS, 2)]
            found = by_page(
                page, [{"chip": name} for name in names], [asked(on, place, STANDING, law)]
            )
            for name, answer in zip(names, found, strict=True):
                assert answer == by_library(CATALOG[name], on, place, STANDING, law), (
                    name,
                    on,
                    place,
                    law,
                )
                seen |= {(rule, entry["status"]) for rule, entry in answer["answers"].items()}
        never_met = {"us-license-742-4-ns-1", "us-license-742-4-ns-1-declared"}
        assert {rule for rule in STANDING if (rule, "met") not in seen} == never_met
        assert {(rule, "undetermined") for rule in never_met} <= seen

    @pytest.mark.parametrize("on", ["2025-03-01", "2025-06-01", "2026-11-20"])
    def test_cautions(self, opened: Open, on: str) -> None:
        """Next to each answer stand the same cautions, in the same words and order."""
        page, seen = opened(), set()
        names = [*FAMOUS, "huawei-ascend-910b4", *draws(10).sample(IDS, 6)]
        for place in CAUTIOUS_PLACES:
            found = by_page(page, [{"chip": name} for name in names], [asked(on, place, ())])
            for name, answer in zip(names, found, strict=True):
                want = by_library(CATALOG[name], on, place, [])
                assert answer["cautions"] == want["cautions"], (name, on, place)
                assert answer["license"] == want["license"], (name, on, place)
                seen |= {
                    (caution["kind"], caution["could_require_license"])
                    for caution in answer["cautions"]
                }
        assert ("codified", on > "2025-05-14") in seen
        assert {("jurisdiction", False)} <= seen
        assert ("other-control", True) in seen, "a computer of 4A003.b"
        assert on < "2026" or ("evidence", False) in seen

    def test_cautions_on_estimates(self, opened: Open) -> None:
        """The printed text asks for 3A090.a alone to India: estimates that reach 3A090.b, and those
        in 3A090.b that reach 3A090.a.
        """
        names = ["nvidia-titan-rtx", "nvidia-a30x", "nvidia-rtx-a5500", "nvidia-dgx-2"]
        seen = set()
        for law, to in itertools.product(["enforced", "text"], ["IN", "VN", "CN"]):
            question = asked("2026-11-20", to, (), law)
            found = by_page(opened(), [{"chip": name} for name in names], [question])
            for name, answer in zip(names, found, strict=True):
                want = by_library(CATALOG[name], "2026-11-20", to, [], law)
                assert answer["cautions"] == want["cautions"], (name, law, to)
                seen |= {
                    (law, to, caution["could_require_license"])
                    for caution in answer["cautions"]
                    if caution["kind"] == "fact-unsourced"
                }
        assert {("text", "IN", True), ("text", "IN", False), ("enforced", "VN", True)} <= seen

    def test_a_planar_chip_of_ones_own(self, opened: Open) -> None:
        """Technical Note 4 counts non-planar dies; 3A090.a.2 starts at 1,600 TPP."""
        for tpp, decides in (("1600", True), ("1599.999", False), ("4800", False)):
            chip = {"metrics": {"tpp": tpp, "applicable_die_area": "0"}, "datacenter": True}
            (answer,) = by_page(opened(), [{"chip": chip}], [asked("2024-06-01", "CN", ())])
            assert [
                caution["could_require_license"]
                for caution in answer["cautions"]
                if caution["kind"] == "interpretation"
            ] == [decides], tpp

    def test_what_is_asked_without_a_name(self, opened: Open) -> None:
        """The same rules are asked of each chip, and presumptions only for a role."""
        on, to, names, page = "2026-06-01", "VN", IDS[::12], opened()
        for role, law in itertools.product([None, "foundry", "osat"], ["enforced", "text"]):
            question = {**asked(on, to, (), law=law), "role": role}
            kinds = set()
            for name, answer in zip(
                names,
                page.evaluate(ASK_ALL, [[{"chip": name} for name in names], [question]]),
                strict=True,
            ):
                check = chipdb.check(CATALOG[name], on=on, to=to, law=law, role=role)
                want = check.answers
                assert answer["answers"] == {verdict.rule.id: said(verdict) for verdict in want}, (
                    name,
                    role,
                    law,
                )
                # While the presumption stands, the license is that of the presumed item.
                assert answer["license"] == _license(check.license), (name, role, law)
                cautions = [caution_record(caution) for caution in check.cautions]
                assert answer["cautions"] == cautions, (name, role, law)
                kinds |= {verdict.rule.question for verdict in want}
            assert ("presumption" in kinds) == (role is not None)

    def test_places_that_are_never_cleared(self, opened: Open) -> None:
        names = IDS[::12]
        found = by_page(
            opened(), [{"chip": name} for name in names], [asked("2026-06-01", "RU", STANDING)]
        )
        for name, answer in zip(names, found, strict=True):
            assert answer == by_library(CATALOG[name], "2026-06-01", "RU", STANDING), name
            assert answer["license"]["required"] != "no"

    def test_proposals(self, opened: Open) -> None:
        """Every proposal is met or undetermined for some chip of a ninth of the catalog."""
        names, decided = IDS[::9], set()
        found = by_page(
            opened(), [{"chip": name} for name in names], [asked("2026-06-01", None, PROPOSALS)]
        )
        for name, answer in zip(names, found, strict=True):
            assert set(answer["answers"]) == set(PROPOSALS)
            assert answer == by_library(CATALOG[name], "2026-06-01", None, PROPOSALS), name
            decided |= {
                rule
                for rule, entry in answer["answers"].items()
                if entry["status"] in ("met", "undetermined")
            }
        assert decided == set(PROPOSALS)

    def test_break_evens_of_what_is_missing(self, opened: Open) -> None:
        on, names = "2024-06-01", IDS[::4]
        found = opened().evaluate(
            ASK_ALL, [[{"chip": name} for name in names], [asked(on, None, ())]]
        )
        open_chips = 0
        for name, answer in zip(names, found, strict=True):
            needs = chipdb.check(CATALOG[name], on=on).classification.needs
            told = [
                (figure, ends and [Fraction(end) for end in ends])
                for figure, ends in answer["breakEvens"]
            ]
            assert told == [(need.figure, _break_evens(need)) for need in needs], name
            open_chips += bool(needs)
        assert open_chips > 10, "the catalog has chips with missing figures"


@pytest.mark.parametrize("to", ["CN", "MO"])
def test_what_may_ask_for_a_license_as_well(opened: Open, to: str) -> None:
    """742.6(a)(6)(iii): (A) for 3A090.a, (B) for 3A090.b; no source has a throughput of the MI308X,
    which a letter names, and the H20 is below both by figures that are all known.
    """
    both = "742.6(a)(6)(iii)(A) and 742.6(a)(6)(iii)(B)"
    wanted = {"amd-mi308x": f"undetermined whether also by {both}", "nvidia-h20-96gb": ""}
    for name, words in wanted.items():
        page = opened(f"#on=2026-06-01&to={to}&ask=license&chip={name}")
        said = " ".join(page.locator(".further").all_inner_texts())
        assert said.lower().removesuffix(".") == words.lower()
        printed = " ".join(check_text(chipdb.check(name, on="2026-06-01", to=to)).split())
        assert ("undetermined whether also by" in printed) == bool(words)
        assert words in printed
    chinese = opened(f"#on=2026-06-01&to={to}&ask=license&chip=amd-mi308x&lang=zh")
    for section in both.split(" and "):
        assert section in chinese.locator(".further").inner_text()


def _break_evens(need: Need) -> list[Fraction] | None:
    return None if need.pieces is None else list(need.break_evens)


class TestTurned:
    """Chips with knobs turned: the same statuses, and headroom at the same exact multiples."""

    def test_statuses(self, opened: Open) -> None:
        rng = draws(7)
        items, wanted, questions = [], [], []
        for name in rng.sample(IDS, 200):
            knobs = {
                knob: f"{rng.randint(1, 300) / 100}"
                for knob in rng.sample(list(KNOBS), rng.randint(1, 3))
            }
            chip = CATALOG[name]
            try:
                turned = chip.derate(
                    **{
                        knob.replace("-", "_"): f"x{text}"
                        for knob, text in knobs.items()
                        if text != "1.0"
                    }
                )
            except chipdb.ChipdbError:
                continue
            on, to = (
                rng.choice(["2023-01-20", "2024-06-01", "2026-02-01"]),
                rng.choice([None, "CN", "KP"]),
            )
            items.append({"chip": name, "knobs": knobs})
            questions.append(asked(on, to, STANDING))
            wanted.append(by_library(turned, on, to, STANDING))
        assert len(items) > 40
        for item, question, answer, want in zip(
            items, questions, by_page(opened(), items, questions), wanted, strict=True
        ):
            assert answer == want, (item, question["on"])

    @pytest.mark.parametrize(("on", "to"), [("2024-06-01", None), ("2026-02-01", "CN")])
    def test_headroom(self, opened: Open, on: str, to: str | None) -> None:
        """To China in 2026 also of the letters of April 2025, which have thresholds of their own."""
        names = draws(8).sample([name for name in IDS if CATALOG[name].kind == "processor"], 40)
        page = opened()
        changes = 0
        for name in [*names, "huawei-ascend-910b4", "amd-mi300x", "nvidia-dgx-h100"]:
            # only the knobs that the page offers for the chip
            for knob in chip_record(CATALOG[name]).get("knobs", []):
                rows = chipdb.headroom(name, knob=knob, on=on, to=to)
                want = [
                    (row.rule, row.leaves, row.enters, row.factor, row.attained, row.binding)
                    for row in rows
                ]
                found = page.evaluate(HEADROOM, [name, asked(on, to, ()), knob])
                told = [
                    (rule, leaves, enters, factor and Fraction(factor), *rest)
                    for rule, leaves, enters, factor, *rest in found
                ]
                assert told == want, (name, knob)
                changes += sum(row.factor is not None for row in rows)
        assert changes > 40


class TestRandom:
    """2,000 random chips, most of them on some rule's line: the same answers of every rule."""

    @pytest.mark.parametrize("seed", range(4))
    def test_every_rule(self, opened: Open, seed: int) -> None:
        rng = draws(seed)
        drawn = list(random_chips(500, seed))
        chips = [
            CATALOG.adopt(json.dumps(record(*each)).encode(), "sample.json")[0] for each in drawn
        ]
        deals_to = [None, "CN", "CN", "KH", "DE"]
        days = ["2022-11-01", "2023-06-01", "2023-10-25", "2024-02-01", "2025-06-01", "2026-06-01"]
        deals = [(rng.choice(days), rng.choice(deals_to)) for _ in drawn]
        items = [
            {
                "chip": {
                    "name": chip.name,
                    "metrics": {name: decimal(value) for name, value in metrics.items()},
                    "datacenter": datacenter,
                }
            }
            for chip, (metrics, datacenter) in zip(chips, drawn, strict=True)
        ]
        found = by_page(opened(), items, [asked(on, to, RULES) for on, to in deals])
        seen = set()
        for chip, (on, to), answer, each in zip(chips, deals, found, drawn, strict=True):
            want = by_library(chip, on, to, RULES)
            assert answer == want, (each, on, to)
            seen |= {entry["status"] for entry in want["answers"].values()}
        assert seen == {"met", "not-met", "undetermined", "not-covered"}

    @pytest.mark.parametrize(
        ("tpp", "area", "status"),
        [
            ("4800", None, "met"),
            ("4799.999", "4000", "not-met"),
            ("4736", "800", "met"),
            ("4735.999999", "800", "met"),
            ("4735.999999", "2960", "not-met"),
        ],
    )
    def test_on_the_line(self, opened: Open, tpp: str, area: str | None, status: str) -> None:
        """TPP 4800 is controlled and 4799.999 is not; 4736 on 800 mm2 is exactly 5.92."""
        metrics = {"tpp": tpp} | ({"applicable_die_area": area} if area else {})
        (answer,) = by_page(
            opened(),
            [{"chip": {"metrics": metrics, "datacenter": True}}],
            [asked("2024-06-01", None, ())],
        )
        assert answer["classification"]["status"] == status

    @pytest.mark.parametrize(("tpp", "outcome"), [("4736", "3A090.a"), ("4735.999999", "3A090.b")])
    def test_the_paragraph_turns_on_the_line(self, opened: Open, tpp: str, outcome: str) -> None:
        chip = {"metrics": {"tpp": tpp, "applicable_die_area": "800"}, "datacenter": True}
        (answer,) = by_page(opened(), [{"chip": chip}], [asked("2024-06-01", None, ())])
        assert answer["classification"]["outcome"] == outcome
