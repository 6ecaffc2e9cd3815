"""License exceptions NAC and ACA, 15 CFR 740.8."""

from __future__ import annotations

import json

import pytest


class TestExceptions:
    """740.8 and 738.4: only exceptions available under every requirement, as "may be" (point
    B6).
    """

    @staticmethod
    def names(answer: dict) -> list[str]:
        return [entry["name"] for entry in answer["license"]["exceptions"]]

    @pytest.mark.parametrize(
        ("chip", "on", "deal", "names"),
        [
            ("RTX 4090", "2023-11-17", {"to": "CN"}, ["NAC"]),
            ("RTX 4090", "2024-06-01", {"to": "MO"}, ["NAC"]),
            ("RTX 4090", "2024-04-03", {"to": "VN"}, ["NAC"]),
            ("RTX 4090", "2024-04-04", {"to": "VN"}, ["ACA"]),
            ("RTX 4090", "2024-06-01", {"to": "VN", "headquarters": ["CN"]}, ["NAC"]),
            ("RTX 4090", "2024-06-01", {"to": "DE", "headquarters": ["CN"]}, ["NAC"]),
            ("RTX 4090", "2025-06-01", {"to": "DE", "law": "text"}, ["ACA", "AIA", "ACM", "LPP"]),
            (
                "RTX 4090",
                "2025-06-01",
                {"to": "CN", "headquarters": ["US"], "law": "text"},
                ["NAC"],
            ),
            ("A30", "2024-06-01", {"to": "CN"}, ["NAC"]),
            ("A100", "2024-06-01", {"to": "CN"}, []),
            ("A100", "2024-06-01", {"to": "VN"}, []),
            ("A100", "2023-06-01", {"to": "CN"}, []),
        ],
    )
    def test_which(self, ask, chip, on, deal, names):
        """All chips but those of .a for datacenters.

        NAC is for D:5, Macau and their entities, ACA for other places from 2024-04-04.
        """
        answer = ask(chip, on, **deal)
        assert (answer["license"]["required"], self.names(answer)) == ("yes", names)

    def test_the_approval_within_an_allocation_is_said_to_be_one(self, ask):
        """As codified in 2025, approval is presumed for Malaysia only up to the country
        allocation.
        """
        warnings = ask("H100", "2025-06-01", "MY", law="text")["warnings"]
        assert any("country allocation; above it a policy of denial" in text for text in warnings)

    def test_never_a_plain_yes(self, ask):
        """ "May qualify for NAC: 25 days' notice, BIS may refuse"."""
        [nac] = ask("RTX 4090", "2024-06-01", "CN")["license"]["exceptions"]
        assert (nac["section"], nac["open"]) == ("740.8", "may be")
        text = " ".join(nac["conditions"])
        assert all(word in text for word in ("25", "notice", "purchase order", "six"))

    def test_a_letter_defeats_it(self, ask):
        """RTX 5090 (1,792 GB/s) to China after 2025-04-09: not NAC, although 742.6 would allow
        it.
        """
        before, after = ask("RTX 5090", "2025-04-08", "CN"), ask("RTX 5090", "2025-04-09", "CN")
        assert (self.names(before), self.names(after)) == (["NAC"], [])
        own = {
            entry["section"]: [each["name"] for each in entry["exceptions"]]
            for entry in after["license"]["requirements"]
        }
        assert sorted(own.values()) == [[], ["NAC"]]

    def test_part_746_defeats_it(self, ask):
        """740.8(b): not where part 744 or 746 separately requires a license."""
        assert self.names(ask("RTX 4090", "2024-06-01", "RU")) == []

    def test_an_unknown_market_leaves_it_closed_and_is_asked_for(self, ask, made):
        """Point B14: from TPP 4800 the fact matters only for NAC, and must still be asked there."""
        answer = ask(
            made(datacenter=None, tpp="5000", performance_density="8 TPP/mm^2"), "2024-06-01", "CN"
        )
        assert (
            answer["classification"]["status"],
            answer["license"]["required"],
            self.names(answer),
        ) == ("met", "yes", [])
        assert "datacenter" in json.dumps([answer["license"], answer["warnings"]])


class TestOfTheDiffusionRule:
    """740.27 AIA, 740.28 ACM, 740.29 LPP (90 FR 4544): only as codified, from 2025-05-15."""

    @staticmethod
    def names(answer: dict) -> list[str]:
        return [entry["name"] for entry in answer["license"]["exceptions"]]

    @pytest.mark.parametrize(
        ("deal", "names"),
        [
            ({"to": "DE"}, ["AIA", "ACM", "LPP"]),
            ({"to": "DE", "headquarters": ["US", "JP"]}, ["AIA", "ACM", "LPP"]),
            # 740.27(a): headquartered in, and owned from, the places of Supplement No. 5(a)
            ({"to": "DE", "headquarters": ["US", "AE"]}, ["ACM", "LPP"]),
            ({"to": "VN"}, ["ACM", "LPP"]),
            ({"to": "VN", "headquarters": ["US"]}, ["ACM", "LPP"]),
            ({"to": "CH"}, ["ACM", "LPP"]),
            # 740.28(c), 740.29(c): not D:5 or Macau, nor their entities anywhere
            ({"to": "CN"}, []),
            ({"to": "MO"}, []),
            ({"to": "DE", "headquarters": ["CN"]}, []),
            ({"to": "DE", "headquarters": ["DE", "MO"]}, []),
        ],
    )
    def test_places(self, ask, deal, names):
        assert self.names(ask("A100", "2025-05-15", law="text", **deal)) == names

    @pytest.mark.parametrize(
        ("law", "on", "rule"),
        [
            ("enforced", "2025-06-01", "us-license-742-6-iii-a-headquarters"),
            ("text", "2025-05-14", "us-license-742-6-iii-a-headquarters"),
            ("text", "2025-05-15", "us-license-742-6-iii-a-worldwide"),
        ],
    )
    def test_entities_elsewhere_have_one_requirement_too(self, ask, law, on, rule):
        """As codified, the worldwide text replaces the headquarters paragraph from the day it
        was due.
        """
        found = ask("A100", on, "DE", headquarters=["CN"], law=law)["license"]["requirements"]
        assert [entry["rule"] for entry in found if entry["section"].startswith("742.6")] == [rule]

    @pytest.mark.parametrize("law", ["enforced", "text"])
    def test_one_requirement_under_either_law(self, ask, law):
        """The scope of 2023 is enforced, the worldwide scope is codified: never both at once."""
        (found,) = ask("A100", "2025-06-01", "VN", law=law)["license"]["requirements"]
        assert found["section"] == "742.6(a)(6)(iii)(A)"
        assert ("AIA" in self.names(ask("A100", "2025-06-01", "DE", law=law))) == (law == "text")

    @pytest.mark.parametrize(
        ("on", "rule"),
        [
            ("2025-05-14", "us-license-742-6-iii-a-2025"),
            ("2025-05-15", "us-license-742-6-iii-a-worldwide"),
        ],
    )
    def test_printed_from_the_day_of_compliance(self, ask, on, rule):
        (found,) = ask("A100", on, "VN", law="text")["license"]["requirements"]
        assert found["rule"] == rule
