"""Bills and other proposals: asked only by name, as if enacted; thresholds as introduced."""

from __future__ import annotations

import pytest
from running import run

import chipdb

DAY = "2026-06-01"
HOUSE, SENATE = "us-bill-overwatch-hr6875", "us-bill-overwatch-s4456"
SAFE, GAIN, RESTRICT = "us-bill-safe-chips-s3374", "us-bill-gain-s3150", "us-bill-restrict-hr6879"
PROPOSALS = [rule.id for rule in chipdb.load_rules() if rule.question == "proposal"]


@pytest.fixture
def built(adopt):
    """A datacenter chip with small figures, save those given; no links."""

    def build(tpp=1000, area=800, memory=500, link=0, market="datacenter"):
        links = f"[{{name: X, kind: chip-to-chip, bandwidth: {link} GB/s}}]" if link else "[]"
        return adopt(
            f"name: Made\ndesigned_for: [{market}]\nmarketed_for: [{market}]\n"
            f"metrics: {{tpp: {tpp}, applicable_die_area: {area} mm^2}}\n"
            f"memory: {{bandwidth: {memory} GB/s}}\nlinks: {links}\n"
        )

    return build


@pytest.fixture
def under(ask):
    """The answer of one rule for a chip and a destination."""

    def asked(chip, rule, to="CN", **options):
        (answer,) = ask(chip, DAY, to, rules=[rule], **options)["answers"]
        return answer["status"], answer["outcome"]

    return asked


class TestByNameOnly:
    """The specification: a proposal is evaluated only by name, on any date, as if enacted."""

    def test_never_by_itself(self, ask):
        answer = ask("B300", DAY, "CN")
        assert PROPOSALS
        assert not {entry["rule"] for entry in answer["answers"]} & set(PROPOSALS)

    @pytest.mark.parametrize("on", ["2023-01-01", "2030-01-01"])
    def test_on_any_day(self, ask, on):
        (answer,) = ask("B300", on, "CN", rules=[HOUSE])["answers"]
        assert (answer["status"], answer["outcome"]) == ("met", "covered integrated circuit")


class TestSaidWithTheAnswer:
    """A proposal is never mistaken for law: the answer says so, and which of its parts were
    not read.
    """

    @pytest.mark.parametrize("rule", PROPOSALS)
    def test_not_law(self, ask, rule):
        (said,) = (
            text
            for text in ask("B300", DAY, "FR", rules=[rule], headquarters=["CN"], from_="CA")[
                "warnings"
            ]
            if rule in text
        )
        assert "not law" in said

    @pytest.mark.parametrize(
        "rule", ["us-bill-no-advanced-chips-hr5022", "us-bill-gain-s3150", "ca-ecl-2026", SAFE]
    )
    def test_not_read(self, ask, rule):
        assert any(
            "not read" in text
            for text in ask("B300", DAY, "CN", rules=[rule], from_="CA")["warnings"]
        )


class TestBaseParameters:
    """The parameters that GAIN, OVERWATCH and SAFE Chips share: TPP and density, "or more"."""

    @pytest.mark.parametrize("rule", [HOUSE, SENATE, SAFE, GAIN])
    @pytest.mark.parametrize(
        ("tpp", "area", "caught"),
        [
            (4800, 10000, True),
            (4799, 10000, False),
            (2400, 1500, True),  # density 1.6
            (2400, 1501, False),
            (2399, 1499, False),
            (1600, 500, True),  # density 3.2
            (1600, 501, False),
            (1599, 100, False),
        ],
    )
    def test_lines(self, under, built, rule, tpp, area, caught):
        status, _ = under(built(tpp, area), rule)
        assert status == ("met" if caught else "not-met")


class TestBandwidth:
    """Total DRAM bandwidth, interconnect bandwidth, or their sum: any one is enough, "or more"."""

    @pytest.mark.parametrize("rule", [HOUSE, SENATE, GAIN])
    @pytest.mark.parametrize(
        ("memory", "link", "caught"),
        [
            (1400, 0, True),
            (1399, 0, False),
            (500, 1100, True),
            (500, 1099, False),
            (1000, 700, True),
            (1000, 699, False),
        ],
    )
    def test_those_of_the_letters(self, under, built, rule, memory, link, caught):
        assert under(built(memory=memory, link=link), rule)[0] == ("met" if caught else "not-met")

    @pytest.mark.parametrize(
        ("memory", "link", "caught"),
        [
            (4100, 0, True),
            (4099, 0, False),
            (500, 1100, True),
            (500, 1099, False),
            (4000, 1000, True),
            (4000, 999, False),
        ],
    )
    def test_those_of_safe_chips(self, under, built, memory, link, caught):
        assert under(built(memory=memory, link=link), SAFE)[0] == ("met" if caught else "not-met")

    @pytest.mark.parametrize("rule", [GAIN, HOUSE, SENATE, SAFE])
    @pytest.mark.parametrize(
        ("tpp", "area", "caught"),
        [
            (4800, 4800, True),
            (4801, 4800, True),
            (4799, 4799, False),
            (2400, 1500, True),
            (2399, 1499, False),
            (2400, 1501, False),
            (1600, 500, True),
            (1599, 499, False),
            (1600, 501, False),
        ],
    )
    def test_their_own_lines(self, ask, built, rule, tpp, area, caught):
        """TPP 4,800; 2,400 with a density of 1.6; 1,600 with 3.2.

        Asked of a day before 2023-11-17, when 3A090 had no such lines that would cover them too.
        """
        (answer,) = ask(built(tpp, area), "2023-06-01", "CN", rules=[rule])["answers"]
        assert (answer["status"] == "met") == caught


class TestDatacenter:
    """OVERWATCH (both) and SAFE Chips exclude what is not for data centers, at any performance."""

    @pytest.mark.parametrize("rule", [HOUSE, SENATE, SAFE, RESTRICT])
    def test_left_out(self, under, built, rule):
        assert under(built(tpp=30000, market="client"), rule)[0] == "not-met"
        assert under(built(tpp=30000), rule)[0] == "met"

    def test_gain_has_no_such_exclusion_in_its_definition(self, under, built):
        assert under(built(tpp=30000, market="client"), GAIN)[0] == "met"


class TestByTheEntriesAlone:
    """RESTRICT and the Chip Security Act state no threshold: they follow 3A090 and 4A090 of
    the day.
    """

    @pytest.mark.parametrize("rule", [RESTRICT, "us-bill-chip-security-hr3447"])
    @pytest.mark.parametrize(
        ("tpp", "area", "caught"),
        [(4800, 10000, True), (4799, 10000, False), (2400, 1500, True), (2400, 1501, False)],
    )
    def test_lines_of_the_entry(self, under, built, rule, tpp, area, caught):
        assert under(built(tpp, area, memory=9000), rule)[0] == ("met" if caught else "not-met")

    def test_chip_security_takes_in_what_is_no_datacenter_chip(self, under, built):
        """From TPP 4800 the entry has no exclusion; below it Note 2 leaves out other markets."""
        statuses = [
            under(built(tpp, 800, market="client"), "us-bill-chip-security-hr3447")[0]
            for tpp in (4800, 4799)
        ]
        assert statuses == ["met", "not-met"]


class TestItemsOfTheEntries:
    """New 1758A names what is in 3A090 or 4A090 besides its own numbers; a computer is in 4A090.

    The first paragraph of each definition is asked for by its name, because a chip of 3A090 meets
    most of the numbers of the second one, too.
    """

    @pytest.mark.parametrize(
        ("rule", "paragraph"),
        [
            (GAIN, "1758A(a)(1)(A)(i)"),
            (HOUSE, "1758A(a)(4)(A)(i)"),
            (SAFE, "1758A(c)(1)(A)(i)"),
            (RESTRICT, "1758A(a)(1)(A)"),
            ("us-bill-chip-security-hr3447", "section 3(3)"),
        ],
    )
    @pytest.mark.parametrize(
        ("chip", "entry"),
        [
            ("nvidia-a100-sxm4-80gb", "3A090.a"),
            ("nvidia-a30", "3A090.b"),
            ("computer of nvidia-a100-sxm4-80gb", "4A090.a"),
            ("computer of nvidia-a30", "4A090.b"),
        ],
    )
    def test_each_entry(self, ask, adopt, rule, paragraph, chip, entry):
        member = chip.removeprefix("computer of ")
        item = chip
        if member != chip:
            item = adopt(f"name: Box\nkind: system\nmembers: [{{chip: {member}, count: 8}}]\n")
        assert ask(item, DAY)["classification"]["outcome"] == entry
        (answer,) = ask(item, DAY, "CN", rules=[rule])["answers"]
        assert answer["status"] == "met"
        assert paragraph in answer["provisions"]


class TestRestricted:
    """S. 4456, 1758A(a)(9): TPP 21,000; or 1,600 with density 21; or marketed after 2026-01-01."""

    @pytest.mark.parametrize(("tpp", "area"), [(21000, 10000), (1680, 80), (1600, 76)])
    def test_by_figures(self, under, built, tpp, area):
        assert under(built(tpp, area), SENATE) == ("met", "restricted integrated circuit")

    def test_the_day_of_sale_is_asked_for(self, ask, built):
        """A TPP of 20,999 is covered.

        It is restricted only if first sold after the day, which no figure shows.
        """
        (answer,) = ask(built(20999, 10000), DAY, "CN", rules=[SENATE])["answers"]
        assert answer["status"] == "met"
        (need,) = answer["needs"]
        assert need["figure"] == "first_marketed_later"
        assert {(entry["is"], entry["outcome"]) for entry in need["answers"]} == {
            (True, "restricted integrated circuit"),
            (False, "covered integrated circuit"),
        }

    @pytest.mark.parametrize(
        ("tpp", "area", "restricted"),
        [
            # (a)(9)(A)(i): TPP 21,000; TPP 1,600 with density 21
            (21000, 20000, "met"),
            (20999, 20999, "later"),
            (1680, 80, "met"),
            (1680, 80.1, "later"),
            (1600, 76, "met"),
            (1599, 76, "never"),
            # (ii), if marketed later: TPP 4,800; 2,400 with density 1.6; 1,600 with density 3.2
            (4800, 4800, "later"),
            (4799, 4799, "never"),
            (2400, 1500, "later"),
            (2400, 1501, "never"),
            (2399, 1000, "never"),
            (1600, 500, "later"),
            (1600, 501, "never"),
            (1599, 400, "never"),
        ],
    )
    def test_lines_and_review(self, ask, built, tpp, area, restricted):
        """S. 4456: (g) denies every license for a restricted circuit, and none else forever.

        A circuit that is restricted if marketed later may be one, so its stricter review counts. All
        of these are covered by 1,400 GB/s of memory.
        """
        chip = built(tpp, area, memory=1400)
        (answer,) = ask(chip, DAY, "CN", rules=[SENATE])["answers"]
        outcome = {
            "met": "restricted integrated circuit",
            "later": None,
            "never": "covered integrated circuit",
        }[restricted]
        needs = [need["figure"] for need in answer["needs"]]
        assert (answer["status"], answer["outcome"]) == ("met", outcome)
        assert needs == (["first_marketed_later"] if restricted == "later" else [])
        book = chipdb.load_rules().enacting([SENATE])
        found = ask(chip, DAY, "CN", rulebook=book)["license"]["requirements"]
        (entry,) = [each for each in found if each["rule"] == SENATE]
        policy, state = (None, "none") if restricted == "never" else ("policy-of-denial", "known")
        assert (entry["review"], entry["policy_state"]) == (policy, state)
        # without that bandwidth (a)(6)(A)(ii) covers what (a)(9)(A)(ii) restricts if marketed later
        (answer,) = ask(built(tpp, area, memory=500), DAY, "CN", rules=[SENATE])["answers"]
        assert answer["status"] == ("not-met" if restricted == "never" else "met")

    def test_bandwidth_alone_never_restricts(self, under, built):
        assert under(built(memory=9000), SENATE) == ("met", "covered integrated circuit")


class TestPlaces:
    """Located or headquartered in a country of concern, or with a parent there."""

    @pytest.mark.parametrize("to", ["CN", "HK", "MO", "CU", "IR", "KP", "RU", "VE"])
    def test_house(self, under, to):
        assert under("B300", HOUSE, to)[0] == "met"

    @pytest.mark.parametrize("to", ["CN", "HK", "MO", "IR", "KP", "RU"])
    @pytest.mark.parametrize("rule", [SENATE, SAFE])
    def test_senate_and_safe(self, under, rule, to):
        assert under("B300", rule, to)[0] == "met"

    @pytest.mark.parametrize(
        ("to", "status"),
        [
            ("CN", "met"),
            ("HK", "met"),
            ("MO", "met"),
            ("RU", "met"),
            ("VN", "met"),
            ("SA", "met"),
            ("DE", "not-covered"),
        ],
    )
    def test_restrict_goes_by_country_group_d(self, under, to, status):
        assert under("B300", RESTRICT, to)[0] == status

    @pytest.mark.parametrize("rule", [SENATE, SAFE, RESTRICT])
    def test_by_headquarters(self, under, rule):
        assert under("B300", rule, "DE", headquarters=["CN"])[0] == "met"
        assert under("B300", rule, "DE", headquarters=["FR"])[0] == "not-covered"

    @pytest.mark.parametrize("to", ["DE", "AE", "IN"])
    def test_elsewhere_only_by_headquarters(self, ask, to):
        assert ask("B300", DAY, to, rules=[HOUSE])["exit"] == 0
        assert ask("B300", DAY, to, rules=[HOUSE], headquarters=["CN"])["exit"] == 1

    @pytest.mark.parametrize(
        ("rule", "countries"),
        [
            (HOUSE, {"CN", "HK", "MO", "CU", "IR", "KP", "RU", "VE"}),
            (SENATE, {"CN", "HK", "MO", "CU", "IR", "KP", "RU"}),
            (SAFE, {"CN", "HK", "MO", "IR", "KP", "RU"}),
            (RESTRICT, {"CN", "HK", "MO", "CU", "IR", "KP", "RU", "VE", "BY", "SO"}),
        ],
    )
    @pytest.mark.parametrize("by", ["destination", "headquarters"])
    def test_every_country_of_concern(self, ask, rule, countries, by):
        """The lists of the bills, "including Hong Kong and Macau"; RESTRICT has D:5 and Macau."""
        asked = ("CN", "HK", "MO", "CU", "IR", "KP", "RU", "VE", "BY", "SO", "DE", "JP", "BR")
        found = set()
        for place in asked:
            deal = {"to": place, "headquarters": ["US"]}
            if by == "headquarters":
                deal = {"to": "DE", "headquarters": [place]}
            (answer,) = ask("B300", DAY, rules=[rule], **deal)["answers"]
            if answer["status"] == "met":
                found.add(place)
        assert found == countries

    @pytest.mark.parametrize(
        ("rule", "deal", "policy", "state"),
        [
            # H.R. 6875 denies until a strategy is there; it has no policy of review of its own
            (HOUSE, {"to": "CN"}, None, "none"),
            (SAFE, {"to": "CN"}, "policy-of-denial", "known"),
            (SAFE, {"to": "DE", "headquarters": ["IR"]}, "policy-of-denial", "known"),
            # H.R. 6879 (c): denial to D:5, Macau and entities headquartered there
            (RESTRICT, {"to": "CN", "headquarters": ["US"]}, "policy-of-denial", "known"),
            (RESTRICT, {"to": "MO", "headquarters": ["US"]}, "policy-of-denial", "known"),
            (RESTRICT, {"to": "SO", "headquarters": ["US"]}, "policy-of-denial", "known"),
            (RESTRICT, {"to": "VN", "headquarters": ["MO"]}, "policy-of-denial", "known"),
            (RESTRICT, {"to": "DE", "headquarters": ["CN"]}, "policy-of-denial", "known"),
            (RESTRICT, {"to": "DE", "headquarters": ["MO"]}, "policy-of-denial", "known"),
            (RESTRICT, {"to": "VN", "headquarters": ["US"]}, None, "none"),
            (RESTRICT, {"to": "SA", "headquarters": ["US"]}, None, "none"),
            # the Canadian order was not read
            ("ca-ecl-2026", {"to": "DE", "from_": "CA"}, None, "not-read"),
        ],
    )
    def test_policies(self, ask, rule, deal, policy, state):
        book = chipdb.load_rules().enacting([rule])
        found = ask("B300", DAY, rulebook=book, **deal)["license"]["requirements"]
        (entry,) = [each for each in found if each["rule"] == rule]
        assert (entry["review"], entry["policy_state"]) == (policy, state)

    def test_venezuela_and_cuba_part_the_versions(self, ask):
        """The Senate's OVERWATCH lists Cuba, not Venezuela; SAFE Chips (10 U.S.C. 4872) neither."""
        listed = {HOUSE: ["VE", "CU"], SENATE: ["CU"], SAFE: []}
        for rule, countries in listed.items():
            assert [
                to for to in ("VE", "CU") if ask("B300", DAY, to, rules=[rule])["exit"]
            ] == countries


class TestNoAdvancedChips:
    """H.R. 5022 as summarized: TPP 2,400, density 1.6, memory 4,100, interconnect 1,100, sum
    5,100.
    """

    @pytest.mark.parametrize(
        ("figures", "caught"),
        [
            ({"tpp": 2400, "area": 10000}, True),
            ({"tpp": 2399, "area": 10000}, False),
            ({"tpp": 160, "area": 100}, True),
            ({"tpp": 160, "area": 101}, False),
            ({"memory": 4100}, True),
            ({"memory": 4099}, False),
            ({"link": 1100}, True),
            ({"link": 1099}, False),
            ({"memory": 4099, "link": 1001}, True),
            ({"memory": 4099, "link": 1000}, False),
        ],
    )
    def test_lines(self, under, built, figures, caught):
        assert under(built(**figures), "us-bill-no-advanced-chips-hr5022")[0] == (
            "met" if caught else "not-met"
        )


class TestCanada:
    """Proposed order of 2026-04-25: TPP of 6,000 or more, from Canada to all but the United
    States.
    """

    @pytest.mark.parametrize(("tpp", "caught"), [(6000, True), (5999, False)])
    def test_limit(self, ask, built, tpp, caught):
        assert ask(built(tpp), DAY, "FR", rules=["ca-ecl-2026"], from_="CA")["exit"] == (
            1 if caught else 0
        )

    @pytest.mark.parametrize(("to", "origin"), [("US", "CA"), ("FR", "US")])
    def test_not_to_the_united_states_nor_from_elsewhere(self, ask, built, to, origin):
        assert ask(built(9000), DAY, to, rules=["ca-ecl-2026"], from_=origin)["exit"] == 0


class TestSetAmongTheLaw:
    """ "What if it passed": a bill as a license requirement next to those of the day, marked as
    such.
    """

    @staticmethod
    def enacted(*names: str) -> chipdb.rules.rulebook.Rulebook:
        return chipdb.load_rules().enacting(names)

    def test_it_asks_where_the_law_does_not(self, ask):
        """H20 before the letters of April 2025: 4,000 GB/s of memory against 1,400."""
        assert ask("H20", "2025-03-01", "CN")["license"]["required"] == "no"
        answer = ask("H20", "2025-03-01", "CN", rulebook=self.enacted("us-bill-overwatch-hr6875"))
        assert answer["license"]["required"] == "yes"
        assert [entry["rule"] for entry in answer["license"]["requirements"]] == [
            "us-bill-overwatch-hr6875"
        ]
        assert answer["exit"] == 1
        assert any("no" in text and "not law" in text for text in answer["warnings"])

    def test_only_in_its_places(self, ask):
        book = self.enacted("us-bill-overwatch-hr6875")
        assert ask("H20", "2025-03-01", "DE", rulebook=book)["license"]["required"] == "no"
        assert (
            ask("H20", "2025-03-01", "DE", headquarters="CN", rulebook=book)["license"]["required"]
            == "yes"
        )

    @pytest.mark.parametrize("place", ["CN", "MO", "CU", "IR", "KP", "RU"])
    @pytest.mark.parametrize("name", [HOUSE, SENATE])
    def test_each_country_of_concern(self, ask, name, place):
        """New 1758A(a): to it, or to an entity that is headquartered in it, wherever that is."""
        for to, headquarters in ((place, "US"), ("DE", place)):
            book = self.enacted(name)
            answer = ask("H200", "2026-06-01", to, headquarters=headquarters, rulebook=book)
            required_by = [entry["rule"] for entry in answer["license"]["requirements"]]
            assert name in required_by, to

    @pytest.mark.parametrize(
        ("chip", "to", "more", "why"),
        [
            ("H20", None, {}, "give --to"),
            ("H20", "DE", {}, "out of its scope"),
            ("sk-hynix-hbm3e-24gb", "CN", {}, "not at a memory-stack"),
            ("H20", "CN", {"rules": ["us-3a090-2023"]}, "--rule names others"),
        ],
    )
    def test_where_it_has_no_part_that_is_said(self, ask, chip, to, more, why):
        """Never a silent no: the answer is that of the law only, and says so."""
        name = "us-bill-overwatch-hr6875"
        answer = ask(chip, "2025-03-01", to, rulebook=self.enacted(name), **more)
        (said,) = [text for text in answer["warnings"] if text.startswith(name)]
        assert "not law" in said
        assert why in said

    def test_the_stricter_review_counts(self, ask):
        """SAFE Chips would deny every license.

        A requirement of current law does not soften that.
        """
        answer = ask("H200", "2026-06-01", "CN", rulebook=self.enacted("us-bill-safe-chips-s3374"))
        assert {entry["rule"] for entry in answer["license"]["requirements"]} >= {
            "us-bill-safe-chips-s3374",
            "us-letter-2025",
        }
        assert answer["license"]["review"] == "policy-of-denial"

    @pytest.mark.parametrize(
        ("figures", "policy"),
        [
            ({"tpp": 21000, "area": 20000}, "policy-of-denial"),
            ({"tpp": 1600, "area": 76}, "policy-of-denial"),
            ({"link": 1100}, None),
            ({"memory": 1400}, None),
            ({"tpp": 20999, "area": 20000}, "policy-of-denial"),
        ],
    )
    def test_restricted_circuits_are_denied(self, ask, built, figures, policy):
        """S. 4456, 1758A(g): covered chips go to Congress.

        The last is restricted if sold after a day.
        """
        found = ask(built(**figures), "2026-06-01", "CN", rulebook=self.enacted(SENATE))["license"][
            "requirements"
        ]
        (entry,) = [one for one in found if one["rule"] == SENATE]
        assert entry["review"] == policy

    @pytest.mark.parametrize(("to", "policy"), [("CN", "policy-of-denial"), ("VN", None)])
    def test_restrict_denies_countries_of_concern_alone(self, ask, to, policy):
        found = ask("B300", "2026-06-01", to, rulebook=self.enacted(RESTRICT))["license"][
            "requirements"
        ]
        assert [one["review"] for one in found if one["rule"] == RESTRICT] == [policy]

    def test_several_at_once_and_ones_own_beside(self, ask):
        both = self.enacted("us-bill-safe-chips-s3374", "us-bill-restrict-hr6879")
        book = both.with_file(
            b"id: mine\nquestion: license\nprovisions: [{id: any, when: {metric: tpp, ge: 1}}]\n",
            "mine.yaml",
        )
        found = ask("H100", "2026-06-01", "CN", rulebook=book)["license"]["requirements"]
        assert {"us-bill-safe-chips-s3374", "us-bill-restrict-hr6879", "mine"} <= {
            entry["rule"] for entry in found
        }

    @pytest.mark.parametrize(
        ("rule", "words"),
        [
            (GAIN, "was not read"),
            ("us-bill-chip-security-hr3447", "requires no license"),
            ("us-3a090-2023", "is not a proposal"),
        ],
    )
    def test_not_one_of_which_nobody_can_say_whom_it_binds(self, rule, words):
        with pytest.raises(chipdb.ChipdbError, match=words):
            self.enacted(rule)

    @pytest.mark.parametrize(
        "command", [["headroom", "H20"], ["timeline", "H20"], ["near", "H20"], ["check", "H20"]]
    )
    def test_every_command_says_that_it_is_no_law(self, command):
        on = ["--on", "2026-06-01"] if command[0] != "timeline" else []
        ran = run(*command, "--to", "CN", *on, "--enact", "us-bill-safe-chips-s3374")
        assert "us-bill-safe-chips-s3374 is a proposal, not law" in ran.err

    @pytest.mark.slow
    def test_flips_says_so_of_a_side(self):
        ran = run("flips", "us-3a090-2023", "ca-ecl-2026")
        assert "ca-ecl-2026 is a proposal, not law" in ran.err
