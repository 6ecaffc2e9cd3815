"""Scopes in words, as rule pages and worksheets print them."""

from __future__ import annotations

import pytest

from chipdb.rules.conditions import Fact
from chipdb.rules.scopes import scope_from
from chipdb.rules.wording import condition_words, groups_named, scope_text, unmet_words

CHIPS = {"to": {"any": ["D:1", "D:4", "D:5"], "not": ["A:5", "A:6"]}}
"""Where 742.6(a)(6)(iii)(A) applies (88 FR 73458)."""


def test_groups_are_named_in_order_and_once():
    assert groups_named(scope_from(CHIPS)) == ["D:1", "D:4", "D:5", "A:5", "A:6"]
    twice = {"any": [{"to": ["D:5", "CN"]}, {"headquarters": ["D:5", "MO"]}]}
    assert groups_named(scope_from(twice)) == ["D:5"]
    assert groups_named(scope_from(None)) == []


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (
            CHIPS,
            "to country group D:1, D:4 or D:5, except country group A:5 and A:6",
        ),
        ({"to": ["CN"]}, "to China"),
        ({"to": ["China"]}, "to China"),
        ({"to": {"not": ["US"]}}, "to any place, except United States"),
        ({"from": ["DE", "FR"]}, "from Germany or France"),
        ({"in_country": "true"}, "as a transfer in-country"),
        ({"in_country": "false"}, "as an export or reexport"),
    ],
)
def test_a_scope_in_words(scope, expected):
    assert scope_text(scope_from(scope)) == expected


def test_a_group_after_a_country_says_what_it_is() -> None:
    """ "Country group" is said once for groups in a row, and again after a country."""
    scope = scope_from({"to": ["D:1", "D:5", "MO", "D:4"]})
    assert scope_text(scope) == "to country group D:1, D:5, Macau or country group D:4"


@pytest.mark.parametrize("expected", [True, False])
def test_a_fact_that_does_not_hold_is_said_as_its_opposite(expected: bool) -> None:
    fact = Fact("digital", expected=expected)
    opposite = Fact("digital", expected=not expected)
    assert unmet_words(fact) == condition_words(opposite)
    assert unmet_words(fact) != condition_words(fact)
