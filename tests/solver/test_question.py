"""What a question may name, and the errors for what it may not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

import chipdb
from chipdb.errors import ChipdbError
from chipdb.solver.question import Question, question


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
