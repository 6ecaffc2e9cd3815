"""License exceptions NAC and ACA, 15 CFR 740.8."""

from __future__ import annotations

import json

import pytest

import chipdb


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
        """RTX 5090 (1,792 GB/s) to China after 2025-04-09: not NAC, although 742.6 alone would
        allow it: 740.8(b).
        """
        before, after = ask("RTX 5090", "2025-04-08", "CN"), ask("RTX 5090", "2025-04-09", "CN")
        assert (self.names(before), self.names(after)) == (["NAC"], [])
        own = {
            entry["section"]: [
                each["name"] for each in entry["exceptions"] if each["state"] == "open"
            ]
            for entry in after["license"]["requirements"]
        }
        assert sorted(own.values()) == [[], []]

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
            # 740.2(a)(9)(ii) leaves ACM, and not LPP, for D:1, D:4 and D:5
            ({"to": "VN"}, ["ACM"]),
            ({"to": "VN", "headquarters": ["US"]}, ["ACM"]),
            ({"to": "SA"}, ["ACM"]),
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

    def test_computers_of_4a090(self, ask, adopt):
        """740.27(a), 740.28(a), 740.29(a): items of 3A090.a and 4A090.a alike. An APP of 0.5 keeps
        this one out of 4A003.
        """
        members = "members: [{chip: nvidia-a100-sxm4-80gb, count: 8}]"
        box = adopt(f"name: Box\nkind: system\n{members}\nmetrics: {{app: 0.5}}\n")
        answer = ask(box, "2025-05-15", "DE", law="text")
        states = states_of(answer, "us-license-742-6-iii-a-worldwide")
        assert [states[name] for name in ("AIA", "ACM", "LPP")] == ["open"] * 3

    @pytest.mark.parametrize(
        ("to", "headquarters", "policy"),
        [
            ("CN", "CN", "presumption-of-denial"),
            ("MO", "MO", "presumption-of-denial"),
            ("MO", "DE", "presumption-of-denial"),
            ("VE", "DE", "presumption-of-denial"),
            ("DE", "MO", "presumption-of-denial"),
            ("DE", "CN", "presumption-of-denial"),
            ("DE", "DE", "presumption-of-approval"),
        ],
    )
    def test_the_policy_as_printed(self, ask, to, headquarters, policy):
        """742.6(b)(10): denial for Macau, D:5 and parties headquartered there; approval for
        Supplement No. 5(a), Germany among its places.
        """
        answer = ask("A100", "2025-05-15", to, headquarters=[headquarters], law="text")
        (found,) = [
            entry["review"]
            for entry in answer["license"]["requirements"]
            if entry["rule"] == "us-license-742-6-iii-a-worldwide"
        ]
        assert found == policy

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


class TestTransfers:
    """740.8(a) of 2025 (90 FR 4544): NAC is for exports and reexports; ACA also for transfers
    (in-country), those within Macau and Country Group D:5 among them.
    """

    @pytest.mark.parametrize(
        ("deal", "names"),
        [
            # an export or reexport to Macau or D:5
            ({"to": "CN"}, ["NAC"]),
            ({"to": "CN", "from_": "TW"}, ["NAC"]),
            # from China to Macau is a reexport, since Macau is no part of China here
            ({"to": "MO", "from_": "CN"}, ["NAC"]),
            ({"to": "CN", "from_": "MO"}, ["NAC"]),
            # within China, Hong Kong included, and within Macau
            ({"to": "CN", "from_": "CN"}, ["ACA"]),
            ({"to": "CN", "from_": "HK"}, ["ACA"]),
            ({"to": "MO", "from_": "MO"}, ["ACA"]),
            # to and within other places
            ({"to": "VN"}, ["ACA"]),
            ({"to": "VN", "from_": "VN"}, ["ACA"]),
            # to a party headquartered in D:5: NAC for a reexport, neither for a transfer
            ({"to": "VN", "headquarters": ["CN"]}, ["NAC"]),
            ({"to": "VN", "from_": "VN", "headquarters": ["CN"]}, []),
            ({"to": "DE", "headquarters": ["CN"]}, ["NAC"]),
            ({"to": "DE", "from_": "DE", "headquarters": ["CN"]}, []),
        ],
    )
    def test_within_and_between_countries(self, ask, deal, names):
        found = ask("RTX 4090", "2025-02-01", **deal)["license"]
        assert found["required"] == "yes"
        assert [entry["name"] for entry in found["exceptions"]] == names

    def test_unknown_where_the_exporter_is_not_stated(self, ask):
        """With ``strict`` nobody says whether it is a transfer, so neither is offered."""
        found = ask("RTX 4090", "2025-02-01", "CN", strict=True)["license"]
        states = {each["name"]: each["state"] for each in found["requirements"][0]["exceptions"]}
        assert (found["exceptions"], states["NAC"], states["ACA"]) == ([], "depends", "depends")


class TestStates:
    """Each exception of a requirement is open, closed or depends, with the reason (point 13)."""

    @staticmethod
    def states(answer, rule):
        for entry in answer["license"]["requirements"]:
            if entry["rule"] == rule:
                return {each["name"]: each for each in entry["exceptions"]}
        raise AssertionError(rule)

    @pytest.mark.parametrize(
        ("on", "to", "more", "rule"),
        [
            ("2025-06-01", "CN", {}, "us-license-742-6-iii-a-2025"),
            ("2025-06-01", "VN", {}, "us-license-742-6-iii-a-2025"),
            (
                "2025-06-01",
                "DE",
                {"headquarters": ["CN"]},
                "us-license-742-6-iii-a-headquarters",
            ),
        ],
    )
    def test_the_diffusion_exceptions_are_closed_as_enforced(self, ask, on, to, more, rule):
        """740.27, .28 and .29 are part of the printed rule that BIS does not enforce."""
        states = self.states(ask("A100", on, to, **more), rule)
        for name in ("AIA", "ACM", "LPP"):
            assert states[name]["state"] == "closed"
            assert states[name]["because"] == "part of the printed rule that BIS does not enforce"

    @pytest.mark.parametrize(("to", "state"), [("VN", "closed"), ("SA", "closed"), ("CH", "open")])
    def test_lpp_as_printed(self, ask, to, state):
        """740.2(a)(9)(ii): LPP is not among the exceptions left for D:1, D:4 and D:5."""
        answer = ask("A100", "2025-06-01", to, law="text")
        lpp = self.states(answer, "us-license-742-6-iii-a-worldwide")["LPP"]
        assert lpp["state"] == state
        assert ("740.2(a)(9)(ii)" in lpp["because"]) == (state == "closed")

    @pytest.mark.parametrize(
        "places", [{"to": "CN"}, {"to": "DE", "headquarters": ["CN"]}], ids=str
    )
    @pytest.mark.parametrize(
        ("on", "law"),
        [
            ("2024-03-01", "enforced"),
            ("2024-06-01", "enforced"),
            ("2025-02-01", "enforced"),
            ("2025-06-01", "text"),
        ],
    )
    @pytest.mark.parametrize(
        ("chip", "state"),
        [("RTX 4090", "open"), ("A100", "closed"), ("A30", "open"), ("DGX A100 320GB", "closed")],
    )
    def test_nac_by_item(self, ask, on, law, places, chip, state):
        """740.8(a): not for datacenter items that meet 3A090.a or 4A090.a; .b is let through."""
        found = 0
        for entry in ask(chip, on, law=law, **places)["license"]["requirements"]:
            states = {each["name"]: each for each in entry["exceptions"]}
            if "NAC" in states:
                nac = states["NAC"]
                assert (nac["state"], bool(nac["because"]), bool(nac["conditions"])) == (
                    state,
                    True,
                    True,
                )
                found += 1
        assert found

    @pytest.mark.parametrize(
        "deal",
        [{"to": "VN"}, {"to": "CN", "from_": "CN"}, {"to": "MO", "from_": "MO"}],
        ids=str,
    )
    @pytest.mark.parametrize(("on", "law"), [("2025-02-01", "enforced"), ("2025-06-01", "text")])
    @pytest.mark.parametrize(
        ("chip", "state"),
        [("RTX 4090", "open"), ("A100", "closed"), ("A30", "open"), ("DGX A100 320GB", "closed")],
    )
    def test_aca_by_item(self, ask, on, law, deal, chip, state):
        """740.8(a) of 90 FR 4544: the items of ACA are those of NAC, to other places and within."""
        found = 0
        for entry in ask(chip, on, law=law, **deal)["license"]["requirements"]:
            states = {each["name"]: each["state"] for each in entry["exceptions"]}
            if "ACA" in states:
                assert states["ACA"] == state, entry["rule"]
                found += 1
        assert found

    @pytest.mark.parametrize(("to", "name"), [("CN", "NAC"), ("VN", "ACA")])
    @pytest.mark.parametrize(("market", "state"), [("datacenter", "closed"), ("client", "open")])
    @pytest.mark.parametrize("kind", ["processor", "system"])
    def test_by_item_as_printed(self, ask, adopt, kind, market, state, to, name):
        """740.8(a) of 90 FR 4544, for an item of 3A090.a or 4A090.a that is below every figure of
        the letters of April 2025, which would close it as well.
        """
        figures = "tpp: 5000, memory_bandwidth: 500 GB/s, letter_io_bandwidth: 100 GB/s"
        markets = f"designed_for: {market}, marketed_for: {market}"
        text = f"- {{id: part, kind: processor, {markets}, metrics: {{{figures}}}}}\n"
        box = f"- {{id: box, kind: system, {markets}, members: [{{chip: part}}]}}\n"
        item = adopt(text if kind == "processor" else box + text)
        rule = "us-license-742-6-iii-a-worldwide"
        states = self.states(ask(item, "2025-06-01", to, law="text"), rule)
        assert states[name]["state"] == state

    def test_nac_depends_on_an_unknown_market(self, ask, made):
        chip = made(datacenter=None, tpp="5000", performance_density="8 TPP/mm^2")
        answer = ask(chip, "2024-06-01", "CN")
        (entry,) = answer["license"]["requirements"]
        (nac,) = entry["exceptions"][:1]
        assert (nac["state"], answer["license"]["exceptions"]) == ("depends", [])
        assert "datacenter" in nac["because"]

    @pytest.mark.parametrize(
        ("on", "names"), [("2024-04-03", ["NAC"]), ("2024-04-04", ["NAC", "ACA"])]
    )
    def test_only_those_of_the_day(self, ask, on, names):
        """ACA was split from NAC on 2024-04-04 (89 FR 23876). The others are those that
        740.2(a)(9)(ii) of 88 FR 73458 leaves.
        """
        states = self.states(ask("RTX 4090", on, "VN"), "us-license-742-6-iii-2023")
        assert list(states) == [*names, "RPL", "GOV", "TMP", "TSU"]

    def test_those_of_2022(self, ask):
        """740.2(a)(9) of 2022: RPL, GOV 740.11(b)(2)(ii) and TSU; there was no NAC."""
        states = states_of(ask("A100", "2023-02-01", "CN"), "us-license-742-6-2022")
        assert states == {"RPL": "depends", "GOV": "depends", "TSU": "closed"}


def states_of(answer, rule):
    """The state of each exception of one requirement, by name."""
    (found,) = [each for each in answer["license"]["requirements"] if each["rule"] == rule]
    return {each["name"]: each["state"] for each in found["exceptions"]}


REMAINING = {"RPL": "depends", "GOV": "depends", "TMP": "depends", "TSU": "closed"}


class TestWhatDependsOnTheTransaction:
    """740.2(a)(9)(ii) of 90 FR 4544: for 3A090 and 4A090 to D:1, D:4, D:5 or a D:5-headquartered
    party there remain NAC/ACA, HBM, ACM, TMP 740.9(a)(6), RPL, GOV 740.11(b) and TSU 740.13.

    Who uses an item, and what for, is not given, so those depend; TSU is for technology and software.
    """

    @pytest.mark.parametrize(
        ("chip", "places", "rule"),
        [
            ("H100", {"to": "SA"}, "us-license-742-6-iii-a-2025"),
            (
                "H100",
                {"to": "DE", "headquarters": ["CN"]},
                "us-license-742-6-iii-a-headquarters",
            ),
            ("A30", {"to": "CN"}, "us-license-742-6-iii-b-2025"),
            ("A30", {"to": "DE", "headquarters": ["CN"]}, "us-license-744-23-2025"),
            ("samsung-hbm3-icebolt-24gb", {"to": "CN"}, "us-license-742-6-hbm-2024"),
        ],
    )
    def test_they_are_neither_open_nor_closed(self, ask, chip, places, rule):
        answer = ask(chip, "2026-06-01", **places)
        states = states_of(answer, rule)
        assert {name: states[name] for name in REMAINING} == REMAINING
        offered = {each["name"] for each in answer["license"]["exceptions"]}
        assert offered.isdisjoint(REMAINING)

    @pytest.mark.parametrize(
        ("places", "rule"),
        [
            ({"to": "CN"}, "us-license-742-6-hbm-2024"),
            ({"to": "SG", "headquarters": ["CN"]}, "us-license-744-23-hbm-2024"),
        ],
    )
    @pytest.mark.parametrize("on", ["2024-12-31", "2025-01-12", "2025-01-13"])
    def test_for_memory_from_the_day_of_its_requirement(self, ask, places, rule, on):
        """Note 1 to 740.2(a)(9)(ii) of 89 FR 96790: 3A090.c shares the exceptions of other items of
        3A090 but for NAC and ACA. The requirement is to be complied with from 2024-12-31.
        """
        states = states_of(ask("samsung-hbm3-icebolt-24gb", on, **places), rule)
        assert states.keys() == {"HBM", *REMAINING}
        assert {name: states[name] for name in REMAINING} == REMAINING

    @pytest.mark.parametrize(
        ("on", "rule", "is_said"),
        [
            ("2024-04-03", "us-license-744-23-2023", False),
            ("2024-04-04", "us-license-744-23-2024", True),
            ("2025-01-12", "us-license-744-23-2024", True),
        ],
    )
    def test_for_headquarters_from_april_2024(self, ask, on, rule, is_said):
        """744.23(c) of 89 FR 23876: (a)(3)(i) may be overcome by the exceptions of
        740.2(a)(9)(ii), which then lists TMP 740.9(a)(6), NAC/ACA, RPL, GOV 740.11(b) and TSU
        740.13(a) and (c); as printed until 2024-04-03 no exception may overcome it.
        """
        states = states_of(ask("L40S", on, "DE", headquarters=["CN"]), rule)
        found = {name: state for name, state in states.items() if name != "NAC"}
        assert found == (REMAINING if is_said else {})

    def test_they_add_no_remark_to_every_answer(self, ask):
        assert not any("RPL" in text for text in ask("H100", "2026-06-01", "SA")["warnings"])


class TestExceptionsOfPart746:
    """The exceptions that each section names (eCFR of January 2025)."""

    @pytest.mark.parametrize(
        ("to", "rule", "depending"),
        [
            # paragraphs 746.2(a)(1), 746.4(c), 746.8(c)(2) and 746.9(b)
            ("CU", "us-license-746-2", "TMP RPL BAG GOV GFT APR CCD SCP"),
            ("KP", "us-license-746-4", "TMP GOV GFT BAG"),
            ("RU", "us-license-746-8", "TMP GOV BAG ENC CCD"),
            ("SY", "us-license-746-9", "TMP GOV BAG"),
            # 746.7(c): none
            ("IR", "us-license-746-7", ""),
        ],
    )
    def test_those_for_hardware_depend_on_the_transaction(self, ask, to, rule, depending):
        states = states_of(ask("L20", "2025-06-01", to), rule)
        assert {name for name, state in states.items() if state == "depends"} == set(
            depending.split()
        )
        assert set(states.values()) <= {"depends", "closed"}

    @pytest.mark.parametrize(
        ("on", "depending"), [("2025-09-01", "TMP GOV BAG"), ("2025-09-02", "TMP RPL GOV CCD")]
    )
    def test_those_of_syria(self, ask, on, depending):
        """90 FR 42315, by notes on it: TMP, RPL, GOV, CCD, TSU and AVS are opened, SPP (740.5) is
        for EAR99 items; a chip has an ECCN.
        """
        rule = "us-license-746-9" if on < "2025-09-02" else "us-license-746-9-2025"
        states = states_of(ask("L20", on, "SY"), rule)
        open_to_question = {name for name, state in states.items() if state == "depends"}
        assert open_to_question == set(depending.split())
        # SPP is among the exceptions that the rule of September 2025 opened
        assert states.get("SPP") == ("closed" if on >= "2025-09-02" else None)

    def test_those_of_iraq(self, ask):
        """746.3(c): CIV, APP, TMP, RPL, GOV, GFT, TSU, BAG, AVS, ENC."""
        states = states_of(ask("H100", "2025-06-01", "IQ"), "us-license-746-3")
        named = {"CIV", "APP", "TMP", "RPL", "GOV", "GFT", "TSU", "BAG", "AVS", "ENC"}
        assert set(states) == named
        # 740.5 (CIV) is reserved since 2020, and 740.7(d)(2) lets no computers go to Iraq (Tier 3)
        closed = {name for name, state in states.items() if state == "closed"}
        assert closed == {"TSU", "AVS", "CIV", "APP"}


class TestBarredByAnotherRequirement:
    """740.8(b): NAC and ACA may not be used where part 744 or 746 asks for a license separately;
    a letter is a notice under part 744 (point B6). 744.23(a)(3) is carved out.
    """

    @staticmethod
    def state(answer: dict, name: str, section: str) -> tuple[str, str]:
        (requirement,) = [
            each for each in answer["license"]["requirements"] if each["section"] == section
        ]
        (found,) = [each for each in requirement["exceptions"] if each["name"] == name]
        return found["state"], found["because"]

    @pytest.mark.parametrize(
        ("to", "paragraph"),
        [
            ("IR", "746.7(a)(1)(i)"),
            ("RU", "746.8(a)(1)"),
            ("CU", "746.2(a)"),
            ("KP", "746.4(a)"),
            ("SY", "746.9(a)"),
            ("IQ", "746.3(a)(1)"),
        ],
    )
    def test_part_746(self, ask, to, paragraph):
        """The RTX 4090, not for datacenters, would qualify for NAC to any other place of D:5, and
        for ACA within it (740.8(a)).
        """
        for name, deal in (("NAC", {}), ("ACA", {"from_": to})):
            answer = ask("RTX 4090", "2026-06-01", to, **deal)
            state, because = self.state(answer, name, "742.6(a)(6)(iii)(A)")
            assert state == "closed"
            assert paragraph in because
            assert "740.8(b)" in because
            assert answer["license"]["exceptions"] == []

    @pytest.mark.parametrize(("on", "state"), [("2025-04-08", "open"), ("2025-04-09", "closed")])
    def test_a_letter(self, ask, on, state):
        """The RTX 5090 has 1,792 GB/s; the letters of 2025 begin on 2025-04-09."""
        answer = ask("RTX 5090", on, "CN")
        assert self.state(answer, "NAC", "742.6(a)(6)(iii)(A)")[0] == state
        assert [each["name"] for each in answer["license"]["exceptions"]] == (
            ["NAC"] if state == "open" else []
        )

    @pytest.mark.parametrize(
        ("bandwidth", "state", "offered"), [("1399", "open", ["NAC"]), ("1400", "depends", [])]
    )
    def test_a_letter_of_unknown_addressees(self, ask, made, bandwidth, state, offered):
        """Whether another vendor received one is not known, so NAC is not offered."""
        chip = made(
            more="vendor: Somebody\n",
            tpp="3000",
            performance_density="2 TPP/mm^2",
            memory_bandwidth=f"{bandwidth} GB/s",
            aggregate_io_bandwidth="64 GB/s",
        )
        answer = ask(chip, "2026-06-01", "CN")
        found, because = self.state(answer, "NAC", "742.6(a)(6)(iii)(B)")
        assert found == state
        assert ("Letters of April 2025" in because) == (state == "depends")
        assert [each["name"] for each in answer["license"]["exceptions"]] == offered

    def test_not_by_the_headquarters_rule(self, ask):
        """744.23(c) leaves NAC for (a)(3)(i): an A30 to Singapore for a Chinese parent."""
        answer = ask("A30", "2026-06-01", "SG", headquarters=["CN"])
        assert self.state(answer, "NAC", "744.23(a)(3)(i)(A)")[0] == "open"


class TestWhatIsOpen:
    """740.8(a) leaves out datacenter items of 3A090.a; the A30 is in 3A090.b, which 740.8 lets
    through. NAC or ACA is a question of the destination, the headquarters and the kind of transfer.
    """

    @staticmethod
    def reasons(answer: dict) -> list[str]:
        (requirement,) = answer["license"]["requirements"]
        reasons = {each["name"]: each["because"] for each in requirement["exceptions"]}
        return [reasons["NAC"], reasons["ACA"]]

    @pytest.mark.parametrize("more", [{"strict": True}, {"headquarters": ["ET"]}])
    def test_parties_and_not_the_item(self, ask, more):
        """Headquarters that are not stated, and those in Ethiopia, whose group is not settled."""
        for because in self.reasons(ask("A30", "2026-11-30", "VN", **more)):
            assert because.startswith("depends on the places and parties: only ")
            assert "headquartered in" in because
            assert "3A090.a" not in because

    def test_the_item_and_the_parties(self, ask, made):
        """Where the market of a chip of 3A090.a is not known either, both are open."""
        chip = made(datacenter=None, tpp="5000", performance_density="8 TPP/mm^2")
        for because in self.reasons(ask(chip, "2025-02-01", "VN", headquarters=["ET"])):
            assert "headquartered in" in because
            assert "designed or marketed for use in datacenters" in because

    def test_no_transaction_opens_what_leaves_the_item_out(self):
        """An exception of one's own rule for items below a TPP of 1,000, and for one end use."""
        text = (
            "id: mine\nquestion: license\nscope: {to: ['NO']}\n"
            "provisions: [{id: p, when: {metric: tpp, ge: 100}}]\n"
            "exceptions: [{name: OWN, section: '1', when: {metric: tpp, lt: 1000},"
            " depends_on: a purpose}]\n"
        )
        book = chipdb.load_rules().with_file(text.encode(), "mine.yaml")
        states = []
        for chip in ("A30", "P100 SXM2"):
            answer = chipdb.check(chip, on="2026-11-30", to="NO", rulebook=book)
            (requirement,) = answer.license.requirements
            states.append([str(each.state) for each in requirement.exceptions])
        # the A30 has a TPP of 2,640, the P100 SXM2 has one of 339
        assert states == [["closed"], ["depends"]]
