"""The rulebook's data: dates in order, existing names, one classification at a time."""

from __future__ import annotations

import ast
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

import chipdb
from chipdb.rules.places import places
from chipdb.units import METRIC_UNITS

from . import ROOT, mappings, read, rules

RULES = rules()
IDS = [rule["id"] for rule in RULES]
PROPOSALS = [rule for rule in RULES if rule["question"] == "proposal"]
ENACTED = [rule for rule in RULES if rule["question"] != "proposal"]
BY_YEAR = [rule for rule in ENACTED if rule["question"] == "presumption"]
"""Note 1 states in advance what holds in later years, after its publication and the evidence."""
OPERATORS = {"ge", "gt", "le", "lt"}
DATES = ("published", "effective", "compliance", "ends", "enforcement_ends", "evidence_to")


def day(rule: dict[str, Any], name: str) -> date | None:
    """A date of a rule; None where it is open."""
    text = rule["dates"][name]
    return None if text == "null" else date.fromisoformat(text)


def boundaries() -> list[date]:
    """Every day on which some rule begins or ends, and the day before it."""
    known = {day(rule, name) for rule in RULES for name in DATES if name != "evidence_to"} - {None}
    return sorted(
        {
            near
            for known_day in known
            if known_day
            for near in (known_day - timedelta(days=1), known_day)
        }
    )


def limits(value: Any) -> Iterator[tuple[str, str, Fraction]]:
    """Every comparison inside a condition: metric, operator, number."""
    for entry in mappings(value):
        if "metric" in entry:
            (operator,) = set(entry) - {"metric"}
            yield entry["metric"], operator, Fraction(entry[operator])


def constants() -> Iterator[tuple[str, Fraction]]:
    """Every number of the source code, also one written as text; comments and docstrings are no
    code.
    """
    for path in sorted((ROOT / "chipdb").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                yield f"{path.name}:{node.lineno}", Fraction(str(value))
            elif isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)?", value.replace(",", "")):
                yield f"{path.name}:{node.lineno}", Fraction(value.replace(",", ""))


def scope_names(value: Any) -> Iterator[str]:
    """The groups and countries that a scope names."""
    if isinstance(value, str):
        yield value
    if isinstance(value, dict):
        # whether a scope is limited to transfers within a country is no place
        value = [inner for key, inner in value.items() if key != "in_country"]
    if isinstance(value, list):
        for inner in value:
            yield from scope_names(inner)


class TestShape:
    """Every rule has an id, question, title, citation, dates, kind and provisions."""

    def test_ids_are_unique(self) -> None:
        assert [key for key, count in Counter(IDS).items() if count > 1] == []

    @pytest.mark.parametrize("rule", RULES, ids=IDS)
    def test_complete(self, rule: dict[str, Any]) -> None:
        assert {"id", "question", "title", "citation", "dates", "kind", "provisions"} <= set(rule)
        assert set(rule["dates"]) - {"printed_ends"} == set(DATES)
        assert {"document", "part", "source"} <= set(rule["citation"])
        assert rule["provisions"]
        assert set(rule["kind"]) <= {"processor", "memory-stack", "system"}

    @pytest.mark.parametrize("rule", RULES, ids=IDS)
    def test_conditions_name_what_exists(self, rule: dict[str, Any]) -> None:
        assert {metric for metric, _, _ in limits(rule)} <= set(METRIC_UNITS)
        assert {operator for _, operator, _ in limits(rule)} <= OPERATORS

    def test_named_parts_are_chips(self) -> None:
        named = [
            part
            for entry in mappings(RULES)
            if "part" in entry and isinstance(entry["part"], list)
            for part in entry["part"]
        ]
        assert named
        assert set(named) <= {entry["id"] for entry in read("chips.yaml")}

    def test_addressees_are_known_makers(self) -> None:
        addressees = {name for rule in RULES for name in rule.get("addressees", ())}
        assert addressees
        assert addressees <= {vendor["name"] for vendor in read("places.yaml")["vendors"]}

    def test_review_rules_bear_on_rules_that_exist(self) -> None:
        assert {
            name
            for rule in RULES
            for entry in rule.get("review", ())
            for name in entry.get("of", ())
        } <= set(IDS)

    def test_outcomes_that_rules_lean_on_exist(self) -> None:
        """A condition on an outcome is dead if no classification or at-control rule leads to it."""
        results = [rule for rule in RULES if rule["question"] in ("classification", "at-control")]
        outcomes = {
            entry.get("outcome", entry["id"]) for rule in results for entry in rule["provisions"]
        }
        leaned = {
            name
            for entry in mappings(RULES)
            if isinstance(entry.get("outcome"), list)
            for name in entry["outcome"]
        }
        assert leaned
        assert leaned <= outcomes

    def test_scopes_name_places(self) -> None:
        scopes = [entry["scope"] for entry in mappings(RULES) if "scope" in entry]
        named = {name for scope in scopes for name in scope_names(scope)}
        assert named
        assert [name for name in named if not places().known(name)] == []


class TestDates:
    """The specification: validity is half-open; point B11 says which date decides."""

    @pytest.mark.parametrize("rule", PROPOSALS, ids=[rule["id"] for rule in PROPOSALS])
    def test_proposals_take_no_effect(self, rule: dict[str, Any]) -> None:
        """A proposal has a date of introduction and one of the evidence; the law gives no other."""
        assert {name for name in DATES if day(rule, name)} == {"published", "evidence_to"}

    @pytest.mark.parametrize("rule", ENACTED, ids=[rule["id"] for rule in ENACTED])
    def test_in_order(self, rule: dict[str, Any]) -> None:
        """Effective, then compliance, then the end; the evidence reaches at least the start."""
        effective, compliance, ends = (
            day(rule, "effective"),
            day(rule, "compliance"),
            day(rule, "ends"),
        )
        unenforced, evidence = day(rule, "enforcement_ends"), day(rule, "evidence_to")
        assert effective is not None
        assert compliance is not None
        assert evidence is not None
        assert effective <= compliance
        assert ends is None or compliance < ends
        assert unenforced is None or effective < unenforced
        if rule not in BY_YEAR:
            assert effective <= evidence
            assert ends is None or ends <= evidence

    def test_published(self) -> None:
        """A letter counts from its date, a rule from public inspection, weeks before print."""
        first = [rule for rule in ENACTED if rule not in BY_YEAR[1:]]
        days = {rule["id"]: (day(rule, "published"), day(rule, "effective")) for rule in first}
        assert [name for name, (published, _) in days.items() if published is None] == [
            "cn-reported-2026-08-26",
            "eu-3a501-2025",
        ]
        assert [
            name for name, (was, is_) in days.items() if was and abs(was - is_) > timedelta(days=31)
        ] == []

    def test_a_note_by_years_leaves_no_day_between(self) -> None:
        assert len(BY_YEAR) == 5
        for before, after in itertools.pairwise(BY_YEAR):
            assert day(before, "ends") == day(after, "effective")
            assert day(after, "published") == day(before, "published") <= day(after, "evidence_to")

    @pytest.mark.parametrize("kind", ["processor", "memory-stack", "system"])
    @pytest.mark.parametrize("printed", [False, True], ids=["enforced", "text"])
    def test_one_classification_a_day(self, kind: str, printed: bool) -> None:
        """On any day at most one classification rule per kind of item is in force."""
        assert len(boundaries()) > 20
        for on in boundaries():
            in_force = chipdb.load_rules().in_force(on, as_printed=printed)
            classifying = [
                rule.id
                for rule in in_force
                if rule.question == "classification" and kind in rule.kinds
            ]
            assert len(classifying) <= 1, (on, classifying)

    @pytest.mark.parametrize("kind", ["processor", "system"])
    def test_no_gap_since_the_first(self, kind: str) -> None:
        """3A090 and 4A090 have stood without a break since 2022-10-21 (point B11)."""
        for on in boundaries():
            in_force = [
                rule
                for rule in chipdb.load_rules().in_force(on)
                if rule.question == "classification"
            ]
            classifying = [rule.id for rule in in_force if kind in rule.kinds]
            assert len(classifying) == (on >= date(2022, 10, 21)), (on, classifying)

    @pytest.mark.parametrize(
        ("rule", "first"),
        [
            ("us-3a090-2022", "2022-10-21"),  # point B11
            ("us-3a090-2023", "2023-11-17"),
            ("us-letter-nvidia-2022", "2022-08-26"),
            ("us-letter-nvidia-2023", "2023-10-23"),
            ("us-letter-2025", "2025-04-09"),
            ("us-review-2026", "2026-01-15"),
            ("us-section-232-2026", "2026-01-15"),
        ],
    )
    def test_first_day(self, rule: str, first: str) -> None:
        start = date.fromisoformat(first)
        assert chipdb.load_rules()[rule].in_force(start)
        assert not chipdb.load_rules()[rule].in_force(start - timedelta(days=1))


class TestLimits:
    """The specification: every limit stands once, in data."""

    @pytest.mark.parametrize("rule", RULES, ids=IDS)
    def test_once_in_a_provision(self, rule: dict[str, Any]) -> None:
        for entry in [*rule["provisions"], rule.get("unless")]:
            repeated = [pair for pair, count in Counter(limits(entry)).items() if count > 1]
            assert repeated == []

    def test_entries_keep_their_numbers_to_themselves(self) -> None:
        """License and review under 742.6, 744.23 and 746 depend only on the classification.

        An exception may have a limit of its own (740.25), and so may an entry of another law.
        """
        own = {
            limit
            for rule in RULES
            if rule["question"] == "classification"
            for limit in limits(rule)
        }
        american = [rule for rule in RULES if rule["id"].startswith("us-")]
        elsewhere = [
            rule
            for rule in american
            if rule["question"] == "license" and not rule.get("addressees")
        ]
        assert own
        assert [rule["id"] for rule in elsewhere if set(limits({**rule, "exceptions": []}))] == []

    @pytest.mark.parametrize(
        ("rule", "expected"),
        [
            # 87 FR 62186; 88 FR 73458; the letters as reported; 91 FR 1684; HTSUS 9903.79.01
            ("us-3a090-2023", "4800 1600 5.92 2400 1.6 3.2"),
            # and the H20's 4,000 GB/s, which NVIDIA's filing of 2025-04-15 names
            ("us-letter-2025", "1400 1100 1700 4000"),
            ("us-review-2026", "21000 6500"),
            ("us-section-232-2026", "14000 17500 4500 5000 20800 21100 5800 6200"),
            ("us-3a991-p", "8 150"),
            ("us-4a003-b", "70"),
            # 71 FR 20876: 0.75 at first; 70 as printed in 2024
            ("us-4a003-b-2006", "0.75 70"),
            ("us-3a090-c-2024", "2"),
            ("us-license-742-6-hbm-2024", "3.3"),
            ("us-license-744-23-hbm-2024", "3.3"),
            ("us-bill-gain-s3150", "4800 2400 1.6 1600 3.2 1400 1100 1700"),
            ("us-bill-overwatch-hr6875", "4800 2400 1.6 1600 3.2 1400 1100 1700"),
            ("us-bill-overwatch-s4456", "21000 21 4800 2400 1.6 1600 3.2 1400 1100 1700"),
            ("us-bill-safe-chips-s3374", "4800 2400 1.6 1600 3.2 4100 1100 5000"),
            ("us-bill-no-advanced-chips-hr5022", "2400 1.6 4100 1100 5100"),
            ("ca-ecl-2026", "6000"),
            ("eu-3a501-2025", "6000"),
            # 90 FR 5298, Note 1: b(a) always, b(b)(i) in 2027, b(b)(ii) from 2029; none in 2028
            ("us-note-1-2025", "30000000000"),
            ("us-note-1-2026-12-31", "30000000000"),
            ("us-note-1-2027", "30000000000 35000000000"),
            ("us-note-1-2028", "30000000000"),
            ("us-note-1-2029", "30000000000 40000000000"),
        ],
    )
    def test_numbers_of_a_rule(self, rule: str, expected: str) -> None:
        (record,) = [entry for entry in RULES if entry["id"] == rule]
        assert {number for _, _, number in limits(record)} == {
            Fraction(text) for text in expected.split()
        }

    def test_no_limit_stands_in_code(self) -> None:
        """8 TOPS of 3A991.p, 2 GB/s per mm^2 of 3A090.c and 70 WT of 4A003.b (the exit status of a
        fault) are too common.
        """
        numbers = {number for _, _, number in limits(RULES) if number not in (8, 2, 70)}
        assert len(numbers) > 20
        assert {
            Fraction(text)
            for text in ("4800", "1600", "5.92", "21000", "6500", "1400", "1100", "1700")
        } <= numbers
        assert [place for place, number in constants() if number in numbers] == []


def test_the_page_of_limits_names_every_date_of_evidence() -> None:
    """Rules without an end were researched up to one of the dates of `docs/limits.md`."""
    page = (ROOT / "docs/limits.md").read_text(encoding="utf-8")
    for rule in RULES:
        if day(rule, "ends") is None:
            assert f"{day(rule, 'evidence_to')}" in page, rule["id"]
    parts = [rule["id"] for rule in ENACTED if rule["dates"]["evidence_to"] == "2025-01-27"]
    (row,) = [line for line in page.splitlines() if line.endswith("| 2025-01-27 |")]
    for name in parts:
        section = name.removeprefix("us-license-").replace("-", ".")
        assert section in row, name
