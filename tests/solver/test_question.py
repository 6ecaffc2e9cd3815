"""What a question may name, and the errors for what it may not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

import chipdb
from chipdb.errors import ChipdbError
from chipdb.rules.rulebook import load_rules
from chipdb.solver.question import AskedPlaces, Question, question


def test_a_day_in_every_form_that_python_has():
    day = date(2026, 6, 1)
    for form in ("2026-06-01", day, datetime(2026, 6, 1, 23, 59, tzinfo=UTC)):
        assert question(on=form).on == day


def test_without_a_day_it_is_today():
    assert question().on == date.today()


@pytest.mark.parametrize("wrong", ["2026-13-01", "yesterday", "", 20260601])
def test_no_day(wrong):
    with pytest.raises(ChipdbError, match="on must be a date such as '2026-06-01'"):
        question(on=wrong)


@pytest.mark.parametrize("parameter", ["to", "from_", "headquarters"])
def test_an_unknown_country_names_the_parameter(parameter):
    with pytest.raises(ChipdbError) as raised:
        chipdb.check("H20", on="2026-06-01", **{parameter: "Atlantis"})
    assert "Atlantis" in str(raised.value)


def test_a_rule_of_a_user_must_name_chips_that_exist(tmp_path):
    """A condition on a chip that nobody has would never be met, and nobody would notice."""
    rules = tmp_path / "mine.yaml"
    rules.write_text(
        "- id: mine\n  question: classification\n  title: mine\n"
        "  provisions: [{id: mine, when: {part: [nvidia-h2o]}}]\n",
        "utf-8",
    )
    with pytest.raises(ChipdbError, match="'nvidia-h2o' is the id of no chip"):
        chipdb.check("H20", on="2026-06-01", rules=str(rules))


def test_codified_is_another_name_for_the_printed_text() -> None:
    assert question("2026-06-01", "CN", law="codified") == question("2026-06-01", "CN", law="text")


def test_cautions_count_only_if_asked_for():
    """``strict`` lets every caution count, so it is off unless somebody asks for it."""
    assert not Question(on=date(2026, 6, 1)).strict
    assert not question("2026-06-01").strict
    assert question("2026-06-01", strict=True).strict


class TestPlaces:
    """What is not stated is assumed and listed, unless the question is strict."""

    DIRECT = "direct export, no military end use or user, item subject to the EAR"

    @pytest.mark.parametrize(
        ("places", "expected", "assumed"),
        [
            ({}, (None, None, None), 0),
            ({"origin": "JP"}, (None, "JP", None), 0),
            ({"headquarters": "JP"}, (None, None, ("JP",)), 0),
            ({"to": "CN"}, ("CN", "US", ("CN",)), 3),
            ({"to": "CN", "origin": "JP"}, ("CN", "JP", ("CN",)), 2),
            ({"to": "CN", "headquarters": ["JP", "TW"]}, ("CN", "US", ("JP", "TW")), 2),
            ({"to": "CN", "strict": True}, ("CN", None, None), 1),
            ({"to": "CN", "origin": "JP", "strict": True}, ("CN", "JP", None), 1),
            ({"to": "CN", "headquarters": "JP", "strict": True}, ("CN", None, ("JP",)), 1),
        ],
    )
    def test_stated_and_assumed(
        self,
        places: dict[str, Any],
        expected: tuple[str | None, str | None, tuple[str, ...] | None],
        assumed: int,
    ) -> None:
        asked = question("2026-06-01", **places)
        assert (asked.to, asked.origin, asked.headquarters) == expected
        assert len(asked.assumptions) == assumed
        if assumed:
            assert asked.assumptions[-1] == self.DIRECT
        assert asked.places_asked == AskedPlaces(*expected)

    def test_a_place_that_rules_treat_as_another(self) -> None:
        """Hong Kong is China since 2020-12-23 (85 FR 83765); the answer names what was asked."""
        asked = question("2026-06-01", "HK", "HK", "HK")
        assert (asked.to, asked.origin, asked.headquarters) == ("CN", "CN", ("CN",))
        assert asked.places_asked == AskedPlaces("HK", "HK", ("HK",))

    def test_a_question_that_was_not_made_from_words(self) -> None:
        plain = Question(on=date(2026, 6, 1), to="CN", origin="US")
        assert plain.places_asked == AskedPlaces("CN", "US", None)


@pytest.mark.parametrize(
    ("parameter", "wrong"),
    [("law", "printed"), ("role", "designer"), ("role", ""), ("law", "")],
)
def test_choices_that_there_are_not(parameter: str, wrong: str) -> None:
    with pytest.raises(ChipdbError, match=f"{parameter} must be"):
        question("2026-06-01", **{parameter: wrong})


def test_the_other_law_is_the_one_that_was_not_asked() -> None:
    enforced = question("2026-06-01")
    assert (enforced.as_printed, enforced.other_law().as_printed) == (False, True)
    assert enforced.other_law().other_law() == enforced


class TestProposals:
    """A proposal is asked where it is named, and is law only where it is enacted."""

    BILL, LAW = "ca-ecl-2026", "us-3a090-2023"

    def test_named_ones(self) -> None:
        asked = question("2026-06-01", named=[self.LAW, self.BILL])
        assert [rule.id for rule in asked.proposals] == [self.BILL]
        assert (asked.enacted, asked.before_enactment()) == ([], None)
        assert question("2026-06-01").proposals == []

    def test_enacted_ones(self) -> None:
        book = load_rules().enacting([self.BILL])
        asked = question("2026-06-01", book=book)
        assert [rule.id for rule in asked.proposals] == [self.BILL]
        assert [rule.id for rule in asked.enacted] == [self.BILL]
        before = asked.before_enactment()
        assert before is not None
        assert before.rulebook is load_rules()
        assert (before.enacted, before.before_enactment()) == ([], None)

    def test_one_that_is_named_beside_an_enacted_one(self) -> None:
        other = "us-bill-overwatch-hr6875"
        book = load_rules().enacting([self.BILL])
        asked = question("2026-06-01", named=other, book=book)
        assert {rule.id for rule in asked.proposals} == {self.BILL, other}
        assert [rule.id for rule in asked.enacted] == [self.BILL]

    def test_a_rulebook_of_ones_own_enacts_nothing(self) -> None:
        text = "id: mine\nquestion: license\nprovisions: [{id: p, when: {metric: tpp, ge: 1}}]\n"
        book = load_rules().with_file(text.encode(), "mine.yaml")
        assert question("2026-06-01", book=book).before_enactment() is None


def test_a_duty_is_asked_of_the_place_that_was_named() -> None:
    """19 CFR 101.1: Guam lies outside the customs territory; a license rule takes it as the US."""
    asked = question("2026-06-01", "Guam")
    rules = load_rules()
    assert asked.transaction_for(rules["us-section-232-2026"]).to == "GU"
    assert asked.transaction_for(rules["us-letter-2025"]).to == "US"
