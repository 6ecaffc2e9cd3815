"""A rule that does not exist: the error names those that were meant."""

from __future__ import annotations

import pytest

import chipdb
from chipdb.errors import UnknownNameError


def test_a_word_of_a_bills_name_suggests_the_bill_in_any_case() -> None:
    for name in ("OVERWATCH", "overwatch"):
        with pytest.raises(UnknownNameError, match="us-bill-overwatch"):
            chipdb.load_rules()[name]


def test_a_slip_suggests_the_rule() -> None:
    with pytest.raises(UnknownNameError, match="us-3a090-2023"):
        chipdb.load_rules()["us-3a090-2033"]


def test_five_rules_are_suggested_at_most() -> None:
    """Of the many whose id has the word, an error names as many as can be read at a glance."""
    named = [rule.id for rule in chipdb.load_rules() if "us-license" in rule.id]
    assert len(named) > 5
    with pytest.raises(UnknownNameError) as refused:
        chipdb.load_rules()["us-license"]
    assert list(refused.value.suggestions) == named[:5]
