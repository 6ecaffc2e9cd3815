"""742.4(a) and (b), 740.7: computers controlled under NS column 1, and items declared so."""

from __future__ import annotations

import pytest

import chipdb
from chipdb.rules.scopes import names_in

RULES = ("us-license-742-4-ns-1", "us-license-742-4-ns-1-declared")
MARKED = ("BR", "IN", "CN", "VN", "DE", "IQ")
"""Places with an X in NS column 1 (supplement no. 1 to part 738)."""


@pytest.fixture
def computer(adopt):
    """A computer of an APP, of chips that are below every threshold of 3A090 and 3A991.p."""

    def made(app: str, more: str = "") -> chipdb.Chip:
        return adopt(
            "- {id: box, kind: system, members: [{chip: part, count: 100}], "
            f"metrics: {{app: {app}}}{more}}}\n"
            "- {id: part, kind: processor, throughput: {fp64: 1 TFLOPS}, links: []}\n"
        )

    return made


def caution(answer: dict) -> dict | None:
    """The caution about NS column 1, which must be one at most."""
    found = [each for each in answer["cautions"] if each["kind"] == "other-control"]
    assert len(found) <= 1
    return found[0] if found else None


class TestComputers:
    """4A003.b: an APP above 70; whether a license is required is not settled where it is marked."""

    @pytest.mark.parametrize("to", [place for place in MARKED if place != "IQ"])
    def test_a_place_with_a_mark(self, ask, computer, to) -> None:
        answer = ask(computer("70.1"), "2026-06-01", to)
        assert answer["license"]["required"] == "undetermined"
        assert caution(answer)["could_require_license"] is True

    @pytest.mark.parametrize("to", ["CA", "AU", "GB", "US"])
    def test_a_place_without_one(self, ask, computer, to) -> None:
        """Canada; Australia and the United Kingdom from 2024-04-19 (89 FR 28594)."""
        answer = ask(computer("70.1"), "2026-06-01", to)
        assert (answer["license"]["required"], caution(answer)) == ("no", None)

    @pytest.mark.parametrize("to", ["CU", "IR", "KP", "SY", "UA-43", "UA-14", "UA-09"])
    def test_part_746_asks_by_itself(self, ask, computer, to) -> None:
        """Rows of the chart that point to part 746 have no marks."""
        answer = ask(computer("70.1"), "2026-06-01", to)
        assert (answer["license"]["required"], caution(answer)) == ("yes", None)

    def test_iraq_has_both(self, ask, computer) -> None:
        """746.3(a)(1) requires a license for what is controlled for NS: no caution is needed."""
        answer = ask(computer("70.1"), "2026-06-01", "IQ")
        assert (answer["license"]["required"], caution(answer)) == ("yes", None)

    @pytest.mark.parametrize("to", ["BR", "IN"])
    def test_at_the_limit_it_is_no_4a003(self, ask, computer, to) -> None:
        """APP "exceeding 70"."""
        answer = ask(computer("70"), "2026-06-01", to)
        assert (answer["license"]["required"], caution(answer)) == ("no", None)

    @pytest.mark.parametrize(
        ("to", "tier"),
        [("IN", 3), ("VN", 3), ("CN", 3), ("AE", 3), ("BR", 1), ("DE", 1), ("MX", 1), ("SG", 1)],
    )
    def test_the_tier_of_the_destination(self, ask, computer, to, tier) -> None:
        """740.7(c)(1) and (d)(1): APP lets computers of 4A003.b go to Tier 1, none to Tier 3."""
        text = caution(ask(computer("80"), "2026-06-01", to))["text"]
        assert ("lets no computers go there" in text) == (tier == 3)
        assert ("APP may lift that for 4A003.b, not for .z" in text) == (tier == 1)


class TestDeclared:
    """What a vendor declares as 4A003.c or 5A002 is controlled under NS column 1, too."""

    @pytest.mark.parametrize("eccn", ["4A003.c", "5A002.a"])
    @pytest.mark.parametrize(
        ("to", "required"),
        [("BR", "undetermined"), ("CN", "undetermined"), ("CA", "no"), ("GB", "no"), ("US", "no")],
    )
    def test_places(self, ask, computer, eccn, to, required) -> None:
        answer = ask(computer("0.1", f", declared: {{eccn: {eccn}}}"), "2026-06-01", to)
        assert answer["license"]["required"] == required
        found = caution(answer)
        assert (found is not None) == (required == "undetermined")
        if found is not None:
            assert found["could_require_license"] is True
            assert eccn in found["text"]

    @pytest.mark.parametrize("to", ["CU", "IR", "KP", "SY", "UA-43"])
    def test_not_where_part_746_has_the_place(self, ask, computer, to) -> None:
        answer = ask(computer("0.1", ", declared: {eccn: 4A003.c}"), "2026-06-01", to)
        assert caution(answer) is None


@pytest.mark.parametrize("rule", RULES)
def test_review(rule: str) -> None:
    """742.4(b)(1)(i): case by case in D:1; elsewhere approved unless there is a risk of diversion."""
    inside, elsewhere = chipdb.load_rules()[rule].review
    assert inside.policy == "case-by-case"
    assert inside.scope is not None
    assert set(names_in(inside.scope)) == {"D:1"}
    assert (elsewhere.policy, elsewhere.state) == (None, "none")
