"""Every date of every rule: the day before it and the day itself, as ``check`` answers (law
B11).

The days themselves are those of the texts in ``test_days_of_the_rules.py``.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import pytest

import chipdb
from chipdb.rules.rule import Rule

pytestmark = pytest.mark.slow  # every chip, at every date of every rule

# names only: each test reads its rule anew, so that it does not compare a rule with an earlier one
ENACTED = [rule.id for rule in chipdb.load_rules() if rule.question != "proposal"]
PROPOSALS = [rule.id for rule in chipdb.load_rules() if rule.question == "proposal"]

DEALS = (
    {"to": "CN"},
    {"to": "DE", "headquarters": "CN"},
    {"to": "US"},
    {"to": "RU"},
    *({"to": code} for code in ("CU", "IQ", "IR", "KP", "SY", "UA-43")),
    {"to": "CN", "from_": "CA"},
    {"to": "CN", "from_": "DE"},
)
"""Exports of which each rule's scope takes in one: to China, to a Chinese company elsewhere,
an import, embargoed places.
"""


@cache
def item(kind: str) -> chipdb.Chip:
    """A chip of a kind; its figures do not matter, since a rule in force answers, met or not."""
    return replace(chipdb.load()["H100"], kind=kind)


@cache
def answering(kind: str, on: date, law: str) -> frozenset[str]:
    """The rules that answer on a day for some transaction."""
    checks = [
        chipdb.check(item(kind), on=on, law=law, role=role, **deal)  # type: ignore[arg-type]
        for deal in DEALS
        for role in (None, "foundry", "osat")
    ]
    return frozenset(verdict.rule.id for check in checks for verdict in check.answers)


def answers(rule: Rule, on: date, law: str = "enforced") -> bool:
    return rule.id in answering(rule.kinds[0], on, law)


def before(day: date) -> date:
    return day - timedelta(days=1)


def first(rule: Rule) -> date:
    """A classification applies from ``effective``, a license from a later ``compliance`` (law
    B11).
    """
    effective, compliance = rule.dates.effective, rule.dates.compliance
    assert effective is not None, rule.id
    return max(effective, compliance) if rule.question == "license" and compliance else effective


def with_date(name: str) -> list[str]:
    book = chipdb.load_rules()
    return [rule for rule in ENACTED if getattr(book[rule].dates, name)]


@pytest.fixture
def rule(request: pytest.FixtureRequest) -> Rule:
    """The rule of a name."""
    return chipdb.load_rules()[request.param]


class TestFirstDay:
    @pytest.mark.parametrize("rule", ENACTED, indirect=True)
    def test_answers_from_its_first_day_on(self, rule: Rule) -> None:
        """As printed, whether or not it is enforced."""
        assert answers(rule, first(rule), "text")
        assert not answers(rule, before(first(rule)), "text")

    @pytest.mark.parametrize("rule", ENACTED, indirect=True)
    def test_as_enforced_only_if_enforcement_has_not_ended_by_then(self, rule: Rule) -> None:
        unenforced = rule.dates.enforcement_ends
        assert answers(rule, first(rule)) == (unenforced is None or first(rule) < unenforced)
        assert not answers(rule, before(first(rule)))

    def test_some_license_waits_for_compliance(self) -> None:
        """HBM: effective 2024-12-02, compliance 2024-12-31.

        The entry itself applies from the former.
        """
        rules = [chipdb.load_rules()[name] for name in ENACTED]
        waiting = [rule.id for rule in rules if rule.dates.effective != first(rule)]
        assert "us-license-742-6-hbm-2024" in waiting
        assert "us-3a090-c-2024" not in waiting


class TestLastDay:
    @pytest.mark.parametrize("rule", with_date("ends"), indirect=True)
    def test_the_day_it_ends_it_no_longer_answers(self, rule: Rule) -> None:
        ends = rule.dates.ends
        assert ends is not None
        for law in ("enforced", "text"):
            assert answers(rule, before(ends), law)
            assert not answers(rule, ends, law)

    @pytest.mark.parametrize("rule", with_date("enforcement_ends"), indirect=True)
    def test_unenforced_it_answers_in_the_printed_law_alone(self, rule: Rule) -> None:
        day = rule.dates.enforcement_ends
        assert day is not None
        assert not answers(rule, day)
        assert answers(rule, before(day)) == (first(rule) <= before(day))
        assert answers(rule, max(day, first(rule)), "text")

    @pytest.mark.parametrize("rule", with_date("printed_ends"), indirect=True)
    def test_what_is_no_longer_printed_answers_as_enforced_alone(self, rule: Rule) -> None:
        day = rule.dates.printed_ends
        assert day is not None
        assert answers(rule, before(day), "text")
        assert not answers(rule, day, "text")
        assert answers(rule, day)

    def test_there_are_such_rules(self) -> None:
        assert len(with_date("ends")) > 5
        assert with_date("printed_ends")
        assert with_date("enforcement_ends")


class TestProposals:
    @pytest.mark.parametrize("rule", PROPOSALS, indirect=True)
    def test_answers_on_no_day_unless_it_is_named(self, rule: Rule) -> None:
        """Also on and after the day it was introduced; by name on any day, as if enacted."""
        published = rule.dates.published
        assert published is not None
        for day in (before(published), published, date(2026, 11, 1)):
            assert not answers(rule, day)
            statuses = [
                verdict.status
                for deal in DEALS
                for verdict in chipdb.check(
                    item(rule.kinds[0]), on=day, rules=rule.id, **deal
                ).answers  # type: ignore[arg-type]
            ]
            assert set(statuses) - {"not-covered"}, day
