"""Where a license is required: destinations by day, headquarters, part 746, codified or
enforced.
"""

from __future__ import annotations

from datetime import date

import pytest

import chipdb
from chipdb.catalog.lookup import squash
from chipdb.metrics import measure
from chipdb.rules.places import places

# D:1, D:4 or D:5 less A:5 and A:6 in the table of 2026-07-23, 45 destinations with Macau.
DESTINATIONS = (
    "AF AM AZ BH BY MM KH CF CN CD CU EG ER GE HT IR IQ JO KZ KP KW KG LA LB LY MO MD MN NI OM PK QA RU SA SO SS SD SY TJ TM"
    " UZ VE VN YE ZW"
)
TABLE_2026 = set(DESTINATIONS.split())
HERE = {"headquarters": ["US"]}  # takes the headquarters rule out of the question


def states() -> list[str]:
    """Countries that are places of their own, regions of other countries left out."""
    return [code for code in places().countries if "-" not in code and code != "HK"]


@pytest.fixture(scope="module")
def caught(need, made):
    """The places to which a datacenter chip of 3A090.a that no letter covers needs a license."""
    chip = made(
        tpp="5000",
        performance_density="6 TPP/mm^2",
        aggregate_io_bandwidth="600 GB/s",
        memory_bandwidth="100 GB/s",
    )
    return lambda on: {code for code in states() if need(chip, on, code, **HERE) == "yes"}


HONG_KONG = "Hong Kong has been treated as China since 2020-12-23 (85 FR 83765)"
"""85 FR 83765 removed Hong Kong as a separate destination."""


class TestDestinations:
    """742.6(a)(6)(iii) of 88 FR 73458: D:1, D:4, D:5 less A:5 and A:6.

    Point B8 gives 44 countries and Macau.
    """

    def test_scope_on_the_first_day(self, caught):
        """The table of 2026-07-23, with the United Arab Emirates, without Nicaragua (point B8,
        after CSET).
        """
        assert len(TABLE_2026) == 45
        assert caught("2023-11-17") == (TABLE_2026 | {"AE"}) - {"NI"}

    def test_scope_on_the_day_of_the_table(self, caught):
        """As enforced: that table, and the United Arab Emirates by name (point B10)."""
        assert caught("2026-07-23") == TABLE_2026 | {"AE"}

    @pytest.mark.parametrize(
        ("on", "places_"), [("2022-12-01", {"CN"}), ("2023-02-01", {"CN", "MO"})]
    )
    def test_scope_of_the_2022_rule(self, caught, on, places_):
        """China, and Macau from 2023-01-17; the others only by part 746.

        Those are Russia and Belarus (746.8), Cuba, Iran, North Korea and Syria, and Iraq, which asks
        for items controlled for regional stability (746.3(a)(1)).
        """
        assert caught(on) - {"RU", "BY", "CU", "IR", "KP", "SY", "IQ"} == places_

    def test_before_the_day_only_the_2022_rule(self, need):
        for chip, to in (("RTX 4090", "SA"), ("A30", "SA"), ("A30", "CN"), ("L4", "CN")):
            assert (need(chip, "2023-11-16", to), need(chip, "2023-11-17", to)) == ("no", "yes")

    @pytest.mark.parametrize("to", ["IL", "CY", "MX", "SG", "TW", "DE", "IN", "US"])
    def test_friends_are_out(self, need, to):
        """Israel is in D:4 and rescued by A:6."""
        assert need("A100", "2024-06-01", to, **HERE) == "no"


class TestDatedPlaces:
    """Point B8: places are dated; each change is tested the day before and the day of."""

    def test_macau_joins_the_2022_rule(self, ask):
        """88 FR 2821, 2023-01-17."""
        before, after = ask("A100", "2023-01-16", "MO"), ask("A100", "2023-01-17", "MO")
        assert (before["license"]["required"], before["exit"]) == ("no", 0)
        assert (after["license"]["required"], after["exit"]) == ("yes", 1)

    def test_nicaragua(self, ask, belongs):
        """To D:1 and D:5 on 2024-03-15."""
        assert ask("A100", "2024-03-14", "NI")["license"]["required"] == "no"
        after = ask("A100", "2024-03-15", "NI")["license"]
        assert (after["required"], after["review"]) == ("yes", "presumption-of-denial")
        for group in ("D:1", "D:5"):
            assert (belongs(group, "NI", "2024-03-14"), belongs(group, "NI", "2024-03-15")) == (
                False,
                True,
            )

    def test_nicaragua_as_headquarters(self, need):
        deal = {"to": "DE", "headquarters": ["NI"]}
        assert (need("A100", "2024-03-14", **deal), need("A100", "2024-03-15", **deal)) == (
            "no",
            "yes",
        )

    def test_cambodia_enters_d_5(self, belongs):
        """2021-12-09."""
        assert (belongs("D:5", "KH", "2021-12-08"), belongs("D:5", "KH", "2021-12-09")) == (
            False,
            True,
        )

    def test_cambodia_leaves_d_5_with_the_state_list(self, ask, belongs):
        """Removed by State in November 2025 (the 7th), which controls at once.

        Still D:1, so still a license.
        """
        assert belongs("D:5", "KH", "2025-10-31") is True
        assert (belongs("D:5", "KH", "2025-11-06"), belongs("D:5", "KH", "2025-11-07")) == (
            True,
            False,
        )
        before, after = (ask("A100", on, "KH")["license"] for on in ("2025-11-06", "2025-11-07"))
        assert (before["required"], before["review"]) == ("yes", "presumption-of-denial")
        assert (after["required"], after["review"]) == ("yes", "presumption-of-approval")

    def test_cambodia_under_the_letters(self, need):
        """The letters of April 2025 name D:5."""
        assert (need("H20", "2025-11-06", "KH"), need("H20", "2025-11-07", "KH")) == ("yes", "no")

    def test_the_table_conformed_later_without_effect(self, ask):
        """EAR conformed on 2026-02-03; the State list had ruled since November."""
        before, after = (
            ask("A100", on, "KH")["license"]["review"] for on in ("2026-02-02", "2026-02-03")
        )
        assert before == after == "presumption-of-approval"

    def test_cyprus_enters_a_6(self, belongs):
        """2020-12-28, so it was never covered as a destination."""
        assert (belongs("A:6", "CY", "2020-12-27"), belongs("A:6", "CY", "2020-12-28")) == (
            False,
            True,
        )

    @pytest.mark.parametrize(
        "on", ["2023-11-17", "2024-01-01", "2025-06-01", "2026-07-22", "2026-07-23"]
    )
    def test_cyprus_is_never_caught_as_a_destination(self, need, on):
        """By the entry.

        The letters of 2025 name D:5 without excluding A:6, so they leave it undetermined.
        """
        assert need("L40S", on, "CY", headquarters=["DE"]) == "no"
        assert need("A100", on, "CY", headquarters=["DE"]) != "yes"

    @pytest.mark.parametrize(
        ("on", "required"),
        [
            ("2023-11-16", "no"),
            ("2023-11-17", "undetermined"),
            ("2024-01-01", "undetermined"),
            ("2026-07-22", "undetermined"),
            ("2026-07-23", "no"),
        ],
    )
    def test_cyprus_as_headquarters(self, ask, on, required):
        """In D:5 by the 2023 table, gone by 2026-07-23, day not found: undetermined between.

        In 2026 the printed 742.6(a)(6)(iii)(A), which AIA does not lift for a party of Cyprus,
        contests the "no".
        """
        answer = ask("A100", on, "DE", headquarters=["CY"])
        assert (answer["license"]["required"], answer["exit"]) == (
            required,
            0 if on == "2023-11-16" else 3,
        )

    def test_cyprus_by_its_default_headquarters(self, ask):
        """Headquarters default to the destination (B9), so what is unknown of Cyprus matters
        here too.
        """
        answer = ask("A100", "2024-01-01", "CY")
        assert (answer["license"]["required"], answer["exit"]) == ("undetermined", 3)
        assert "headquartered in Cyprus" in answer["verdict"]["text"]

    def test_united_arab_emirates(self, need, belongs):
        """Out of D:3 and D:4 and into A:5 on 2026-07-10.

        The entry names it, so a license is required.
        """
        for group, moved in (("D:3", False), ("D:4", False), ("A:5", True)):
            assert (belongs(group, "AE", "2026-07-09"), belongs(group, "AE", "2026-07-10")) == (
                not moved,
                moved,
            )
        for chip in ("A100", "A30"):
            assert (need(chip, "2026-07-09", "AE"), need(chip, "2026-07-10", "AE")) == (
                "yes",
                "yes",
            )

    def test_headquarters_rule_reaches_the_united_arab_emirates(self, ask):
        """744.23(a)(3)(i)(A): any destination other than D:1, D:4 or D:5 less A:5 and A:6, so the
        United Arab Emirates from the day on which it left D:4.
        """
        asking = {}
        for on in ("2026-07-09", "2026-07-10"):
            answer = ask("A30", on, "AE", headquarters=["CN"])
            sections = [entry["section"] for entry in answer["license"]["requirements"]]
            asking[on] = sections
        assert asking["2026-07-09"] == ["742.6(a)(6)(iii)(B)"]
        assert asking["2026-07-10"] == ["742.6(a)(6)(iii)(B)", "744.23(a)(3)(i)(A)"]

    @pytest.mark.parametrize(
        ("headquarters", "is_said"),
        [
            (["AE"], True),
            (["US"], True),
            # in D:5, and Macau
            (["CN"], False),
            (["AE", "CN"], False),
            (["MO"], False),
            # whether Ethiopia is in D:5 is not settled, so the place may have to stand alone
            (["ET"], True),
        ],
    )
    def test_a_parent_in_d5_needs_the_license_whatever_the_place(self, ask, headquarters, is_said):
        """742.6(a)(6)(iii)(A) asks for 3A090.a also to entities of D:5 or Macau anywhere outside
        D:1, D:4 and D:5 less A:5 and A:6; the United Arab Emirates are in A:5 since 2026-07-10.

        That the place alone needs it is an interpretation, on which nothing rests then.
        """
        answer = ask("L40S", "2026-11-30", "AE", headquarters=headquarters)
        assert (answer["license"]["required"], answer["exit"]) == ("yes", 1)
        of_the_place = [
            each
            for each in answer["cautions"]
            if each["kind"] == "interpretation" and "United Arab Emirates" in each["text"]
        ]
        assert bool(of_the_place) is is_said

    def test_hong_kong_is_china(self, ask):
        """From 2020-12-23."""
        known = places()
        assert [known.country("Hong Kong", date(2020, 12, day)) for day in (22, 23)] == ["HK", "CN"]
        for on in ("2022-09-15", "2022-12-01", "2024-06-01", "2026-02-01"):
            hong_kong, china = ask("H100", on, "HK"), ask("H100", on, "CN")
            assert hong_kong["answers"] == china["answers"]
            # only the reason of scope says that another place was asked
            pairs = zip(
                hong_kong["license"]["requirements"],
                china["license"]["requirements"],
                strict=True,
            )
            for asked, of_china in pairs:
                because = f"{of_china['in_scope_because']}; {HONG_KONG}"
                assert asked == {**of_china, "in_scope_because": because}

    def test_a_day_off_the_table_carries_a_warning(self, ask):
        """Outside the day a row was seen: a warning, not undetermined."""
        answer = ask("A100", "2024-06-01", "VN")
        assert answer["license"]["required"] == "yes"
        assert any("2026-07-23" in text for text in answer["warnings"])


class TestPart746:
    """Point B1: places under part 746 are never answered "no"."""

    RUSSIA = ("Russia", "Belarus")
    EMBARGOED = (
        "Cuba",
        "Iran",
        "North Korea",
        "Syria",
        "Crimea",
        "Donetsk region",
        "Luhansk region",
    )

    @pytest.mark.parametrize("to", RUSSIA)
    @pytest.mark.parametrize("chip", ["H20", "T4", "RTX 4090D", "A100"])
    def test_any_item_with_an_eccn_to_russia_or_belarus(self, ask, to, chip):
        """746.8(a)(1)."""
        answer = ask(chip, "2024-06-01", to)
        assert (answer["license"]["required"], answer["exit"]) == ("yes", 1)
        assert any(
            entry["section"].startswith("746.8") for entry in answer["license"]["requirements"]
        )
        assert answer["license"]["exceptions"] == []

    @pytest.mark.parametrize("to", EMBARGOED)
    @pytest.mark.parametrize("chip", ["H20", "T4", "RTX 4090D"])
    def test_embargoes_ask_for_a_license(self, ask, to, chip):
        """746.2, .4, .6, .7 and .9 ask for a license for every item, or every item with an ECCN,
        and leave NAC and ACA out.
        """
        answer = ask(chip, "2024-06-01", to)
        assert (answer["license"]["required"], answer["exit"]) == ("yes", 1)
        assert any(
            entry["section"].startswith("746.") for entry in answer["license"]["requirements"]
        )
        assert answer["license"]["exceptions"] == []

    @pytest.mark.parametrize("to", RUSSIA + EMBARGOED)
    def test_never_no(self, need, made, to):
        small = made(
            tpp="1", tops="1 TOPS", memory_bandwidth="1 GB/s", aggregate_io_bandwidth="1 GB/s"
        )
        for chip in (small, chipdb.load()["H20"], chipdb.load()["T4"]):
            for on in ("2022-09-15", "2023-06-01", "2026-06-01"):
                assert need(chip, on, to) != "no"

    @pytest.mark.slow
    def test_every_chip_of_the_catalog(self, need):
        """Met by every chip of an at-control entry.

        Jurisdiction is unknown for vendors in D:5 (B20).
        """
        for chip in chipdb.load():
            tpp = measure(chip, "tpp").value
            eccn = tpp is not None and tpp >= 8 * 64  # 8 TOPS or more whatever the format
            certain = eccn and places().vendors.get(squash(chip.vendor)) != "CN"
            assert need(chip, "2024-06-01", "RU") in (
                ["yes"] if certain else ["yes", "undetermined"]
            ), chip.id

    def test_days(self, belongs):
        """Russia from 2022-02-24 (87 FR 12226), Belarus from 2022-03-02 (87 FR 13048)."""
        assert [belongs("746-ru-by", "RU", on) for on in ("2022-02-23", "2022-02-24")] == [
            False,
            True,
        ]
        assert [belongs("746-ru-by", "BY", on) for on in ("2022-03-01", "2022-03-02")] == [
            False,
            True,
        ]


class TestHeadquarters:
    """Point B9: any party headquartered, or with its ultimate parent, in Macau or D:5 is enough."""

    @pytest.mark.parametrize(
        ("headquarters", "required"),
        [
            (["DE"], "no"),
            (["CN"], "yes"),
            (["DE", "CN"], "yes"),
            (["HK"], "yes"),
            (["MO"], "yes"),
            (["RU", "US"], "yes"),
            (["VN"], "no"),
        ],
    )
    def test_any_one_in_scope(self, need, headquarters, required):
        """Vietnam is D:1 and not D:5: no headquarters limb."""
        assert need("A100", "2024-06-01", "DE", headquarters=headquarters) == required

    def test_no_such_rule_before_2023_11_17(self, need):
        deal = {"to": "DE", "headquarters": ["CN"]}
        assert (need("A100", "2023-11-16", **deal), need("A100", "2023-11-17", **deal)) == (
            "no",
            "yes",
        )

    @pytest.mark.parametrize("on", ["2023-12-01", "2024-06-01", "2025-06-01", "2026-06-01"])
    def test_macau_and_d_5_for_both_paragraphs(self, need, on):
        """744.23(a)(3)(i) of 88 FR 73458 and 742.6(a)(6)(iii) of 90 FR 4544: "Macau or D:5"."""
        assert places().groups["D:5"].holds("MO", date.fromisoformat(on)) is False
        # the A100 is 3A090.a and the A30 is 3A090.b; from 2025-01-13 two rules carry the limb
        for chip in ("A100", "A30"):
            assert need(chip, on, "DE", headquarters=["MO"]) == "yes"
            assert need(chip, on, "DE", headquarters=["CN"]) == "yes"

    def test_left_out_it_is_the_destination_and_said(self, ask):
        answer = ask("A100", "2024-06-01", "DE")
        assert (answer["license"]["required"], answer["headquarters"]) == ("no", ["DE"])
        assert any("headquarter" in text for text in answer["license"]["assumptions"])
        stated = ask("A100", "2024-06-01", "DE", headquarters=["DE"])
        assert not any("headquarter" in text for text in stated["license"]["assumptions"])

    def test_strict_makes_it_undetermined(self, ask):
        answer = ask("A100", "2024-06-01", "DE", strict=True)
        assert (answer["license"]["required"], answer["exit"]) == ("undetermined", 3)
        assert not any("headquarter" in text for text in answer["license"]["assumptions"])
        assert ask("A100", "2024-06-01", "CN", strict=True)["license"]["required"] == "yes"
        assert ask("H20", "2024-06-01", "DE", strict=True)["license"]["required"] == "no"

    @pytest.mark.parametrize(
        ("chip", "on", "section"),
        [
            ("L40S", "2024-06-01", "744.23(a)(3)"),
            ("A30", "2024-06-01", "744.23(a)(3)"),
            ("L40S", "2025-01-13", "742.6(a)(6)(iii)(A)"),
            ("A30", "2025-01-13", "744.23(a)(3)(i)(A)"),
            ("L40S", "2026-06-01", "742.6(a)(6)(iii)(A)"),
        ],
    )
    def test_where_it_rests(self, ask, chip, on, section):
        """Point B10: since 2025-01-13 744.23 lists only .b, and .a continues under 742.6."""
        answer = ask(chip, on, "DE", headquarters=["CN"])["license"]
        assert answer["required"] == "yes"
        assert [entry["section"].startswith(section) for entry in answer["requirements"]] == [True]


class TestDiffusion:
    """Points B10 and B11: the worldwide requirement is codified, not enforced.

    Both are answered.
    """

    def test_never_due_under_the_enforced_view(self, ask):
        """Compliance was due 2025-05-15, after non-enforcement of 2025-05-13."""
        for on in ("2025-01-13", "2025-05-12", "2025-05-13", "2025-05-15", "2026-06-01"):
            answer = ask("A100", on, "DE")
            assert (answer["license"]["required"], answer["exit"]) == ("no", 0)

    def test_both_answers(self, ask):
        """`license.codified` holds the other answer if they differ, with a warning.

        With ``law="text"`` the answer is that of the text, and `enforced` holds the other one.
        """
        enforced, text = (
            ask("A100", "2025-06-01", "DE"),
            ask("A100", "2025-06-01", "DE", law="text"),
        )
        assert enforced["license"]["codified"] == {
            "required": "yes",
            "review": "presumption-of-approval",
        }
        assert any("as printed" in warning for warning in enforced["warnings"])
        assert (text["license"]["required"], text["license"]["review"], text["exit"]) == (
            "yes",
            "presumption-of-approval",
            1,
        )
        assert text["license"]["codified"] is None
        assert text["license"]["enforced"] == {"required": "no", "review": None}

    @pytest.mark.parametrize(
        ("on", "required"), [("2025-01-13", "no"), ("2025-05-14", "no"), ("2025-05-15", "yes")]
    )
    def test_as_codified_it_binds_from_the_compliance_day(self, need, on, required):
        assert need("A100", on, "DE", law="text") == required

    @pytest.mark.parametrize("law", ["enforced", "text"])
    def test_between_effective_and_compliance_a_note_says_so(self, ask, law):
        """B11: "between the two the answer is `no` with a note"."""
        assert any(
            "2025-05-15" in text for text in ask("A100", "2025-03-01", "DE", law=law)["warnings"]
        )

    @pytest.mark.parametrize(("chip", "to"), [("A30", "DE"), ("H20", "DE"), ("A100", "CN")])
    def test_no_second_answer_where_they_agree(self, ask, chip, to):
        """Paragraph .b and items outside 3A090 have no worldwide requirement.

        China is denied anyway.
        """
        assert ask(chip, "2025-06-01", to)["license"]["codified"] is None

    @pytest.mark.parametrize("law", ["enforced", "text"])
    def test_chinese_parent_abroad_is_caught_by_either(self, ask, law):
        """BIS, 2026-05-31: the requirement continues under 742.6(a)(6)(iii)(A)."""
        answer = ask("A100", "2025-06-01", "DE", headquarters=["CN"], law=law)["license"]
        assert (answer["required"], answer["review"]) == ("yes", "presumption-of-denial")

    def test_destination_scope_goes_on_for_a(self, need):
        assert [need("A100", "2025-06-01", to) for to in ("VN", "SA", "AE", "MO", "IL")] == [
            "yes",
            "yes",
            "yes",
            "yes",
            "no",
        ]


class TestWhyInScope:
    """Each requirement says why the places are in its scope."""

    @pytest.mark.parametrize(
        ("chip", "on", "places_", "because"),
        [
            # Supplement No. 1 to part 740 as of 2026-07-23
            ("H100", "2026-06-01", {"to": "SA"}, "Saudi Arabia: D:4, not A:5 or A:6"),
            ("H100", "2026-06-01", {"to": "VN"}, "Vietnam: D:1, not A:5 or A:6"),
            ("H100", "2026-06-01", {"to": "CN"}, "China: D:1, D:4 and D:5, not A:5 or A:6"),
            (
                "H100",
                "2026-06-01",
                {"to": "HK"},
                f"China: D:1, D:4 and D:5, not A:5 or A:6; {HONG_KONG}",
            ),
            # the headquarters limb, 744.23(a)(3)(i) of 88 FR 73458; Israel is in D:4 and A:6
            (
                "H100",
                "2024-06-01",
                {"to": "DE", "headquarters": ["DE", "CN"]},
                "Germany: not D:1, D:4 or D:5; China (headquarters): D:5",
            ),
            (
                "H100",
                "2024-06-01",
                {"to": "IL", "headquarters": ["MO"]},
                "Israel: D:4, but also A:6; Macau (headquarters): named in the rule",
            ),
            # 87 FR 62186 named China
            ("A100", "2022-12-01", {"to": "CN"}, "China: named in the rule"),
            # 91 FR 43034: out of D:4 on 2026-07-10, when 3A090.b began to name it
            ("H100", "2026-07-09", {"to": "AE"}, "United Arab Emirates: D:4, not A:5 or A:6"),
            (
                "H100",
                "2026-07-10",
                {"to": "AE"},
                "United Arab Emirates: named in 3A090.b; printed .a text worldwide",
            ),
            (
                "A100",
                "2024-06-01",
                {"to": "SG", "headquarters": ["HK"]},
                f"Singapore: not D:1, D:4 or D:5; China (headquarters): D:5; {HONG_KONG}",
            ),
            ("A30", "2026-07-09", {"to": "AE"}, "United Arab Emirates: D:4, not A:5 or A:6"),
            ("A30", "2026-07-10", {"to": "AE"}, "United Arab Emirates: named in 3A090.b"),
        ],
    )
    def test_reason(self, ask, chip, on, places_, because):
        """The section that the control list sends to, 742.6(a)(6)(iii) or 744.23(a)(3)."""
        requirements = ask(chip, on, **places_)["license"]["requirements"]
        asking = [entry for entry in requirements if entry["section"].startswith("74")]
        assert [entry["in_scope_because"] for entry in asking] == [because]

    @pytest.mark.parametrize(
        ("chip", "on", "places_", "because", "is_in_verdict"),
        [
            # 742.6(b)(10): presumption of denial for Macau and D:5 and for parties headquartered there,
            # of approval for others in D:1 and D:4; the place alone puts the item in scope
            (
                "H100",
                "2024-06-01",
                {"to": "VN", "headquarters": ["CN"]},
                "Vietnam: D:1, not A:5 or A:6; China (headquarters): D:5, for the review policy",
                True,
            ),
            (
                "H100",
                "2026-07-10",
                {"to": "AE", "headquarters": ["AE", "CN"]},
                (
                    "United Arab Emirates: named in 3A090.b; printed .a text worldwide; "
                    "China (headquarters): D:5, for the review policy"
                ),
                True,
            ),
            (
                "A100",
                "2026-07-09",
                {"to": "AE", "headquarters": ["MO"]},
                (
                    "United Arab Emirates: D:4, not A:5 or A:6; "
                    "Macau (headquarters): named in the rule, for the review policy"
                ),
                True,
            ),
            ("H100", "2024-06-01", {"to": "VN"}, "Vietnam: D:1, not A:5 or A:6", False),
        ],
    )
    def test_a_parent_elsewhere_that_chooses_the_policy(
        self, ask, chip, on, places_, because, is_in_verdict
    ):
        answer = ask(chip, on, **places_)
        (requirement,) = [
            each
            for each in answer["license"]["requirements"]
            if each["section"].startswith("742.6(a)(6)(iii)")
        ]
        assert requirement["in_scope_because"] == because
        assert ("because of" in answer["verdict"]["text"]) == is_in_verdict
        denied = requirement["review"] == "presumption-of-denial"
        assert denied == is_in_verdict

    @pytest.mark.parametrize(
        ("chip", "on", "contested"),
        [
            # 744.23(d)(3)(i) against (d)(3)(iii) and 742.6(b)(10)(iv)(B): texts that differ
            ("A30", "2026-06-01", True),
            # data-center .a by 742.6(a)(6)(iii)(A): one policy
            ("A100", "2026-06-01", False),
            # 89 FR 23876: (d)(3)(i) alone
            ("A30", "2024-06-01", False),
        ],
    )
    def test_a_requirement_of_contested_policy_says_so(self, ask, chip, on, contested):
        license_ = ask(chip, on, to="DE", headquarters=["CN"])["license"]
        by_rule = [each for each in license_["requirements"] if each["section"].startswith("74")]
        assert [each["contested"] for each in by_rule] == [contested]
        # that a license is required is not in doubt
        assert (license_["required"], license_["contested"]) == ("yes", False)

    def test_letters_name_china(self, ask):
        """NVIDIA's Form 8-K of 2025-04-15: China and D:5, or companies headquartered therein."""
        for places_, because in (
            ({"to": "CN"}, "China: named in the rule; China (headquarters): named in the rule"),
            ({"to": "DE", "headquarters": ["CN"]}, "China (headquarters): named in the rule"),
            ({"to": "IR"}, "Iran: D:5; Iran (headquarters): D:5"),
        ):
            requirements = ask("H20", "2026-06-01", **places_)["license"]["requirements"]
            assert requirements[0]["in_scope_because"] == because

    def test_printed_text_is_worldwide(self, ask):
        """742.6(a)(6)(iii)(A) as printed: to or within any destination worldwide."""
        answer = ask("H100", "2026-06-01", "DE", law="text")["license"]
        (requirement,) = answer["requirements"]
        assert requirement["in_scope_because"] == "to any place, except United States"

    @pytest.mark.parametrize(
        ("chip", "on", "count"),
        [("H100", "2026-07-09", 0), ("H100", "2026-07-10", 1), ("A30", "2026-07-10", 0)],
    )
    def test_emirates_rest_on_an_interpretation(self, ask, chip, on, count):
        """The printed .a text is worldwide and only .b names the United Arab Emirates, so that a
        license for .a is enforced there is an interpretation; the answer is "yes" already.
        """
        answer = ask(chip, on, "AE")
        cautions = [each for each in answer["cautions"] if each["kind"] == "interpretation"]
        assert [each["could_require_license"] for each in cautions] == [False] * count
        assert (answer["license"]["required"], answer["exit"]) == ("yes", 1)


class TestSectionsOfPart746:
    """15 CFR part 746 section by section, as of January 2025."""

    @staticmethod
    def of(answer, section):
        """The requirement of a section; None where there is none."""
        for entry in answer["license"]["requirements"]:
            if entry["section"].startswith(section):
                return entry
        return None

    @pytest.mark.parametrize(
        ("to", "on", "section", "review", "state"),
        [
            ("Cuba", "2026-06-01", "746.2(a)", "policy-of-denial", "known"),
            ("Iran", "2026-06-01", "746.7(a)(1)(i)", "policy-of-denial", "known"),
            # (b)(5) sends items on the list to 742.19(b)(1), which denies microprocessors
            # of 0.5 GFLOPS (xix) and computers above 0.0004 WT (xviii); (b)(2) has the others
            ("North Korea", "2026-06-01", "746.4(a)", "policy-of-denial", "known"),
            ("Crimea", "2026-06-01", "746.6(a)", "policy-of-denial", "known"),
            ("Donetsk region", "2026-06-01", "746.6(a)", "policy-of-denial", "known"),
            ("Luhansk region", "2026-06-01", "746.6(a)", "policy-of-denial", "known"),
            ("Syria", "2025-09-01", "746.9(a)", "policy-of-denial", "known"),
            ("Syria", "2025-09-02", "746.9(a)", None, "not-read"),
        ],
    )
    def test_policy_of_each_section(self, ask, to, on, section, review, state):
        """746.2(b), .7(b), .6(b) and .9(c)(1): denial; 90 FR 42320 eased Syria on 2025-09-02."""
        entry = self.of(ask("T4", on, to), section)
        assert (entry["review"], entry["policy_state"]) == (review, state)

    def test_iran_names_ofac(self, ask):
        """746.7(a)(2): an OFAC authorization is the license; (c): no license exception."""
        answer = ask("T4", "2026-06-01", "Iran")
        (caution,) = [each for each in answer["cautions"] if each["kind"] == "jurisdiction"]
        assert "OFAC" in caution["text"]
        assert caution["could_require_license"] is False
        assert self.of(answer, "746.7")["exceptions"] == []

    @pytest.mark.parametrize(
        ("to", "required"), [("CU", "yes"), ("KP", "yes"), ("IR", "undetermined")]
    )
    def test_an_item_without_an_entry(self, need, made, to, required):
        """746.2(a) and 746.4(a): any item subject to the EAR. 746.7(a)(1)(i): items with an ECCN;
        whether Supplement No. 7 lists others is not modeled.
        """
        small = made(
            tpp="1", tops="1 TOPS", memory_bandwidth="1 GB/s", aggregate_io_bandwidth="1 GB/s"
        )
        assert need(small, "2026-06-01", to) == required

    @pytest.mark.parametrize(
        ("chip", "on", "section"),
        [
            ("A100", "2022-10-20", None),
            ("A100", "2022-10-21", "746.3(a)(1)"),  # RS, before 742.6 reaches Iraq
            ("A30", "2023-11-16", None),
            ("A30", "2023-11-17", "746.3(a)(1)"),
            ("H20", "2024-06-01", None),  # 3A991: AT alone
            ("micron-hbm3e-24gb", "2024-12-01", None),
            ("micron-hbm3e-24gb", "2024-12-02", "746.3(a)(1)"),
        ],
    )
    def test_iraq_is_for_ns_rs_and_ei(self, ask, chip, on, section):
        """746.3(a)(1): items controlled for NS, RS, EI and other reasons, AT not among them."""
        entry = self.of(ask(chip, on, "Iraq"), "746.3")
        assert (entry and entry["section"]) == section

    def test_iraq_at_only_is_a_caution(self, ask):
        """746.3(a)(4): any item for a military end use or end user; so a "no" with a caution."""
        answer = ask("H20", "2024-06-01", "Iraq")
        assert (answer["license"]["required"], answer["exit"]) == ("no", 0)
        (caution,) = [each for each in answer["cautions"] if each["kind"] == "end-use"]
        assert "746.3(a)(4)" in caution["text"]
        assert caution["could_require_license"] is True

    def test_iraq_asks_for_a_computer_of_4a003(self, ask):
        """746.3(a)(1) reaches NS items; elsewhere NS column 1 leaves the answer undetermined."""
        answer = ask("DGX H200", "2024-06-01", "Iraq")
        assert self.of(answer, "746.3") is not None
        assert answer["license"]["required"] == "yes"

    @pytest.mark.parametrize(
        ("to", "said"),
        [
            # 740.7(d)(1) lists India among Computer Tier 3, and (d)(2) lets no computers go there
            ("IN", "APP lets no computers go there (Computer Tier 3, 740.7(d)(2)"),
            # Brazil is not on that list; 740.7(c)(2) leaves out computers of 4A003.z
            ("BR", "APP may lift that for 4A003.b, not for .z, in places of Computer Tier 1"),
        ],
    )
    def test_computer_tiers(self, ask, to, said):
        """740.7: which computers License Exception APP lets go, by the tier of the destination."""
        cautions = ask("DGX H200", "2026-06-01", to)["cautions"]
        (found,) = [each["text"] for each in cautions if "Computer Tier" in each["text"]]
        assert said in found

    @pytest.mark.parametrize(
        ("chip", "entry"),
        [
            ("A100", "3A090.a"),
            ("A30", "3A090.b"),
            ("micron-hbm3e-24gb", "3A090.c"),
            ("H20", "3A991.p"),
            ("computer of nvidia-a100-sxm4-80gb", "4A090.a"),
            ("computer of nvidia-a30", "4A090.b"),
            ("computer of nvidia-h20-96gb", "4A994.l"),
        ],
    )
    def test_each_entry_of_the_list(self, ask, adopt, chip, entry):
        """746.8(a)(1) and 746.7(a)(1)(i): every ECCN; 746.3(a)(1): RS, not what is AT alone.

        The computers have an APP of 0.5, so that none is in 4A003 as well.
        """
        item = chip
        if chip.startswith("computer of "):
            member = chip.removeprefix("computer of ")
            item = adopt(
                f"name: Box\nkind: system\nmembers: [{{chip: {member}, count: 8}}]\nmetrics: {{app: 0.5}}\n"
            )
        at_only = entry in ("3A991.p", "4A994.l")
        for to, section in (("RU", "746.8(a)(1)"), ("IR", "746.7(a)(1)(i)"), ("IQ", "746.3(a)(1)")):
            answer = ask(item, "2026-06-01", to)
            met = {each["outcome"] for each in answer["answers"] if each["status"] == "met"}
            assert entry in met
            found = self.of(answer, section.partition("(")[0])
            if to == "IQ" and at_only:
                assert found is None
            else:
                assert found["section"] == section

    def test_a_computer_of_4a003_b_alone(self, ask, adopt):
        """746.8(a)(1), 746.7(a)(1)(i), 746.3(a)(1): its chips are too small for 3A991.p (8 TOPS)."""
        box = adopt(
            "- {id: box, kind: system, members: [{chip: part, count: 100}], metrics: {app: 80}}\n"
            "- {id: part, kind: processor, throughput: {fp64: 1 TFLOPS}, links: []}\n"
        )
        for to, section in (("RU", "746.8(a)(1)"), ("IR", "746.7(a)(1)(i)"), ("IQ", "746.3(a)(1)")):
            answer = ask(box, "2026-06-01", to)
            outcomes = {each["outcome"] for each in answer["answers"] if each["status"] == "met"}
            assert outcomes & {"4A003.b", "4A994.l", "4A090.a"} == {"4A003.b"}
            assert self.of(answer, section.partition("(")[0])["section"] == section

    @pytest.mark.parametrize("to", ["RU", "BY"])
    @pytest.mark.parametrize(
        ("on", "required", "section"),
        [
            ("2024-12-01", "undetermined", None),
            ("2024-12-02", "yes", "746.8(a)(1)"),
            ("2024-12-30", "yes", "746.8(a)(1)"),
            ("2024-12-31", "yes", "746.8(a)(1)"),
        ],
    )
    def test_memory_to_russia_and_belarus(self, ask, to, on, required, section):
        """746.8(a)(1) reaches every item of the list: 3A090.c from the day it is on it, 2024-12-02,
        not only from 2024-12-31, when its own requirement is due. (b)(3): policy of denial.
        """
        answer = ask("micron-hbm3e-24gb", on, to)
        assert answer["license"]["required"] == required
        entry = self.of(answer, "746.8")
        assert (entry and entry["section"]) == section
        if entry:
            assert (entry["review"], answer["license"]["review"]) == ("policy-of-denial",) * 2


class TestTerritoriesOfTheUnitedStates:
    """15 CFR 772.1: the United States are the 50 States, the District of Columbia, Puerto Rico, and
    all territories, dependencies and possessions, so that nothing is exported to these.
    """

    @pytest.mark.parametrize("to", ["Puerto Rico", "Guam", "AS", "MP", "VI", "UM"])
    def test_a_delivery_there_is_no_export(self, ask, to):
        answer = ask("H100", "2026-03-01", to)
        assert (answer["license"]["required"], answer["treated_as"], answer["exit"]) == (
            "no",
            "US",
            0,
        )
        # the text that is worldwide in print speaks of exports, so it is neither side nor caution
        assert (answer["license"]["contested"], answer["cautions"]) == (False, [])

    def test_an_export_from_there_is_one_from_the_united_states(self, ask):
        """91 FR 1684 eases exports from the United States alone."""
        answer = ask("H200", "2026-03-01", "CN", from_="PR")
        assert answer["license"]["review"] == "case-by-case"
        assert ask("H200", "2026-03-01", "CN", from_="JP")["license"]["review"] != "case-by-case"


def test_one_of_two_requirements_is_certain(ask, adopt):
    """TPP 4,700 over 700 mm^2 is 6.71, of 3A090.a.2; over 800 mm^2, if a die is not planar, it is
    5.875, of 3A090.b.1. Paragraphs (A) and (B) of 742.6(a)(6)(iii) both ask for China, and the
    letters of April 2025 have not come yet.
    """
    chip = adopt(
        "name: Part\nkind: processor\ndesigned_for: datacenter\nmetrics: {tpp: 4700}\n"
        "dies:\n- {name: A, transistors_are: non-planar, area: 700 mm^2}\n"
        "- {name: B, area: 100 mm^2}\n"
    )
    answer = ask(chip, "2025-02-01", "CN")
    assert answer["license"]["required"] == "yes"
    sections = {entry["section"] for entry in answer["license"]["requirements"]}
    assert sections == {"742.6(a)(6)(iii)(A)", "742.6(a)(6)(iii)(B)"}


class TestTerritoriesOfOtherCountries:
    """15 CFR 738.3(b) gives what the Country Chart does not list the treatment of its country.

    It was read in a summary only, is about destinations, and names one territory as an example. So
    no territory of another country takes an exception from it, and a "no" is contested.
    """

    @pytest.mark.parametrize("place", ["KY", "BM", "GI", "GF", "RE", "AW", "CW", "SX", "GL"])
    def test_as_places_of_their_own(self, ask, place):
        """The printed 742.6(a)(6)(iii)(A) asks for a license; AIA (740.27) names no territory."""
        answer = ask("H100", "2026-06-01", place)
        assert "treated_as" not in answer
        assert (answer["license"]["required"], answer["exit"]) == ("no", 3)
        assert answer["license"]["contested"]

    def test_a_parent_in_one_opens_no_exception(self, ask):
        """AIA is for parties headquartered in a place of Supplement No. 5(a) to part 740."""
        assert ask("H100", "2026-06-01", "DE")["exit"] == 0
        answer = ask("H100", "2026-06-01", "DE", headquarters=["KY"])
        assert (answer["license"]["required"], answer["exit"]) == ("no", 3)
