"""Annex I to Regulation (EU) 2021/821, 3A501.a.16 and 4A507: TPP of 6000 or more, from
2025-11-15.
"""

from __future__ import annotations

import pytest

RULE = "eu-3a501-2025"
DAY = "2026-06-01"


class TestLimit:
    """3A501.a.16: "6000 or more", no density, no test of the market."""

    @pytest.mark.parametrize(
        ("tpp", "status"), [("5999.999999", "not-met"), ("6000", "met"), ("6000.000001", "met")]
    )
    @pytest.mark.parametrize("datacenter", [True, False, None])
    def test_on_the_line(self, ask, made, verdict, tpp, status, datacenter):
        answer = ask(made(datacenter, tpp=tpp), DAY, "IN", from_="DE")
        assert verdict(answer, RULE)["status"] == status

    @pytest.mark.parametrize(("on", "asked"), [("2025-11-14", False), ("2025-11-15", True)])
    def test_from_its_day(self, ask, made, verdict, on, asked):
        assert (verdict(ask(made(tpp="6000"), on, "IN", from_="NL"), RULE) is not None) == asked

    def test_a_computer_by_any_of_its_chips(self, ask, verdict):
        """4A507: containing one or more of them."""
        assert verdict(ask("HGX H100", DAY, "IN", from_="FR"), RULE)["status"] == "met"


class TestPlaces:
    """An export leaves the customs territory of the Union; it begins in a member state."""

    @pytest.mark.parametrize(
        ("origin", "to", "asked"),
        [
            ("DE", "CH", True),
            ("IE", "US", True),
            ("DE", "FR", False),
            ("US", "IN", False),
            ("GB", "IN", False),
            ("CH", "IN", False),
        ],
    )
    def test_from_and_to(self, ask, made, verdict, origin, to, asked):
        assert (verdict(ask(made(tpp="7000"), DAY, to, from_=origin), RULE) is not None) == asked

    def test_what_was_not_read_is_said(self, ask, made):
        """EU001 and similar may already allow the export.

        The caution on the exporter's law stands beside every answer (docs/specification.md), the
        rule's own condition only where the entry is met.
        """
        said = {
            tpp: [
                text
                for text in ask(made(tpp=tpp), DAY, "CH", from_="DE")["warnings"]
                if "EU001" in text and text.startswith(RULE)
            ]
            for tpp in ("5999", "6000")
        }
        assert said["5999"] == []
        assert [text.partition(":")[0] for text in said["6000"]] == [RULE]

    def test_an_update_that_may_stand_by_now_is_said(self, ask, made):
        assert any(
            "adopted on 2026-09-14" in text
            for text in ask(made(tpp="6000"), "2026-11-23", "CH", from_="DE")["warnings"]
        )

    def test_it_asks_for_a_license_of_its_own(self, ask, made):
        """To Switzerland at low density: 5,999 meets neither law, 6,000 only the Union's."""
        light = {"applicable_die_area": "9000 mm^2"}
        assert (
            ask(made(False, tpp="4799", **light), DAY, "CH", from_="DE")["license"]["required"]
            == "no"
        )
        answer = ask(made(False, tpp="6000", **light), DAY, "CH", from_="DE")["license"]
        assert answer["required"] == "yes"
        assert [entry["rule"] for entry in answer["requirements"]] == [RULE]
        assert answer["review"] is None
