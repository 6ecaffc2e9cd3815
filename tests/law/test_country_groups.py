"""Country groups, from the tables and notices that define them, whole and by day.

The lists are written as the tables write them and are compared in both directions, so that a place
that is left out or put in by mistake is found.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import chipdb
from chipdb.answers.check import check_entry
from chipdb.catalog.catalog import Entry
from chipdb.rules.places import places
from chipdb.rules.rulebook import Notice, Rulebook
from chipdb.rules.scopes import Selection, scope_from
from chipdb.solver.question import question
from chipdb.vocabulary import CautionKind

TABLE = date(2026, 7, 23)
"""The day of the tables that were read."""

# 15 CFR part 740, Supplement No. 1, Country Groups, as of 2026-07-23
TABLES = {
    "A:1": """
        Argentina; Australia; Austria; Belgium; Bulgaria; Canada; Croatia; Czech Republic;
        Denmark; Estonia; Finland; France; Germany; Greece; Hungary; Iceland; India; Ireland;
        Italy; Japan; Korea, South; Latvia; Lithuania; Luxembourg; Mexico; Netherlands; New
        Zealand; Norway; Poland; Portugal; Romania; Slovakia; Slovenia; South Africa; Spain;
        Sweden; Switzerland; Türkiye; United Kingdom; United States
        """,
    "A:5": """
        Argentina; Australia; Austria; Belgium; Bulgaria; Canada; Croatia; Czech Republic;
        Denmark; Estonia; Finland; France; Germany; Greece; Hungary; Iceland; India; Ireland;
        Italy; Japan; Korea, South; Latvia; Lithuania; Luxembourg; Netherlands; New Zealand;
        Norway; Poland; Portugal; Romania; Slovakia; Slovenia; Spain; Sweden; Switzerland;
        Türkiye; United Arab Emirates; United Kingdom
        """,
    "A:6": """
        Albania; Cyprus; Israel; Malta; Mexico; Singapore; South Africa; Taiwan
        """,
    "D:1": """
        Armenia; Azerbaijan; Belarus; Burma; Cambodia; China (PRC); Georgia; Iraq; Kazakhstan;
        Korea, North; Kyrgyzstan; Laos; Libya; Macau; Moldova; Mongolia; Nicaragua; Russia;
        Tajikistan; Turkmenistan; Uzbekistan; Venezuela; Vietnam; Yemen
        """,
    "D:3": """
        Afghanistan; Armenia; Azerbaijan; Bahrain; Belarus; Burma; China (PRC); Cuba; Egypt;
        Georgia; Iran; Iraq; Israel; Jordan; Kazakhstan; Korea, North; Kuwait; Kyrgyzstan;
        Lebanon; Libya; Macau; Moldova; Mongolia; Oman; Pakistan; Qatar; Russia; Saudi Arabia;
        Syria; Taiwan; Tajikistan; Turkmenistan; Uzbekistan; Venezuela; Vietnam; Yemen
        """,
    "D:4": """
        Bahrain; Belarus; China (PRC); Egypt; Iran; Iraq; Israel; Jordan; Korea, North;
        Kuwait; Lebanon; Libya; Macau; Oman; Pakistan; Qatar; Russia; Saudi Arabia; Syria;
        Venezuela; Yemen
        """,
    "D:5": """
        Afghanistan; Belarus; Burma; Central African Republic; China (PRC); Congo (Democratic
        Republic of); Cuba; Eritrea; Haiti; Iran; Iraq; Korea, North; Lebanon; Libya;
        Nicaragua; Russia; Somalia; South Sudan, Republic of; Sudan; Syria; Venezuela;
        Zimbabwe
        """,
    "E:1": """
        Iran; Korea, North; Syria
        """,
    "E:2": """
        Cuba
        """,
}

# 90 FR 4544 (2025-01-15), Supplement No. 5 to part 740, paragraph (a)
AUTHORIZATION = """
    Australia; Belgium; Canada; Denmark; Finland; France; Germany; Ireland; Italy; Japan;
    Netherlands; New Zealand; Norway; Korea, South; Spain; Sweden; Taiwan; United Kingdom;
    United States
"""
# Treaty on European Union: its members since the withdrawal of the United Kingdom (2020-01-31)
UNION = """
    Austria; Belgium; Bulgaria; Croatia; Cyprus; Czech Republic; Denmark; Estonia; Finland; France;
    Germany; Greece; Hungary; Ireland; Italy; Latvia; Lithuania; Luxembourg; Malta; Netherlands;
    Poland; Portugal; Romania; Slovakia; Slovenia; Spain; Sweden
"""
# 15 CFR part 738, Supplement No. 1 (2026-07-23): no X in NS column 1; and the rows that point to
# part 746 (746.2 Cuba, 746.4 North Korea, 746.7 Iran, 746.9 Syria)
NOT_MARKED = "Australia; Canada; United Kingdom"
EMBARGOED = "Cuba; Iran; Korea, North; Syria"
# 15 CFR 740.7(d)(1), as of April 2024: Computer Tier 3
TIER_3 = """
    Afghanistan; Algeria; Andorra; Angola; Armenia; Azerbaijan; Bahrain; Belarus; Bosnia and
    Herzegovina; Burma; Cambodia; China (PRC); Comoros; Djibouti; Egypt; Georgia; India; Iraq;
    Israel; Jordan; Kazakhstan; Kosovo; Kuwait; Kyrgyzstan; Laos; Lebanon; Libya; Macau; Macedonia;
    Mauritania; Moldova; Mongolia; Montenegro; Morocco; Oman; Pakistan; Qatar; Russia; Saudi Arabia;
    Serbia; Sudan; Tajikistan; Tunisia; Turkmenistan; Ukraine; United Arab Emirates; Uzbekistan;
    Vanuatu; Vietnam; Yemen
"""
# 746.6: Crimea, Donetsk and Luhansk, which no country list has
REGIONS = {"UA-43", "UA-14", "UA-09"}


def members(group: str, on: date) -> set[str]:
    """The places that are certainly in a group on a day."""
    selection = Selection((group,))
    everything = [*places().countries, *REGIONS]
    return {code for code in everything if places().selects(selection, code, on)}


def codes(names: str) -> set[str]:
    """The codes of names that are divided by semicolons."""
    stated = [" ".join(name.split()) for name in names.split(";")]
    return {places().country(name, TABLE) for name in stated}


@pytest.mark.parametrize("group", TABLES)
def test_the_tables_of_supplement_1(group: str) -> None:
    assert members(group, TABLE) == codes(TABLES[group])


@pytest.mark.parametrize(
    ("group", "names", "others"),
    [
        ("740-supp5a", AUTHORIZATION, set()),
        ("EU", UNION, set()),
        ("738-ns-1-unmarked", NOT_MARKED, set()),
        ("746-embargo", EMBARGOED, REGIONS),
        ("746-ru-by", "Russia; Belarus", set()),
        ("742.6-2022", "China; Macau", set()),
        ("740.7-tier-3", TIER_3, set()),
    ],
)
def test_other_lists(group: str, names: str, others: set[str]) -> None:
    assert members(group, TABLE) == codes(names) | others


def test_regions_of_ukraine() -> None:
    """15 CFR 746.6."""
    assert members("746.6", TABLE) == REGIONS


@pytest.mark.parametrize(
    ("group", "code", "first"),
    [
        ("A:5", "AE", "2026-07-10"),  # 91 FR 43034
        ("A:6", "CY", "2020-12-28"),  # 85 FR 84211
        ("A:6", "MX", "2020-12-28"),  # 85 FR 84211
        ("D:1", "NI", "2024-03-15"),  # 89 FR 18780
        ("D:5", "NI", "2024-03-15"),  # 89 FR 18780
        ("D:1", "YE", "2020-02-24"),  # 85 FR 10274
        ("D:4", "RU", "2020-02-24"),  # 85 FR 10274
        ("D:5", "KH", "2021-12-09"),  # 86 FR 70015
        ("738-ns-1-unmarked", "AU", "2024-04-19"),  # 89 FR 28594
        ("738-ns-1-unmarked", "GB", "2024-04-19"),  # 89 FR 28594
        ("742.6-2022", "CN", "2022-10-21"),  # 87 FR 62186
        ("742.6-2022", "MO", "2023-01-17"),  # 88 FR 2821
        ("746-ru-by", "RU", "2022-02-24"),  # 87 FR 12226
        ("746-ru-by", "BY", "2022-03-02"),  # 87 FR 13048
        ("746.6", "UA-43", "2015-01-29"),  # 80 FR 4776
        ("746.6", "UA-14", "2022-02-24"),  # 87 FR 12226
        ("746.6", "UA-09", "2022-02-24"),  # 87 FR 12226
        ("746-embargo", "UA-43", "2015-01-29"),
        ("746-embargo", "UA-14", "2022-02-24"),
        ("746-embargo", "UA-09", "2022-02-24"),
    ],
)
def test_the_first_day_in_a_group(group: str, code: str, first: str) -> None:
    day, selection = date.fromisoformat(first), Selection((group,))
    assert places().selects(selection, code, day) is True
    assert places().selects(selection, code, day - timedelta(days=1)) is False


@pytest.mark.parametrize(
    ("group", "code", "first_out"),
    [
        ("D:3", "AE", "2026-07-10"),  # 91 FR 43034
        ("D:4", "AE", "2026-07-10"),  # 91 FR 43034
        ("D:5", "KH", "2025-11-07"),  # the State Department's list, which controls
    ],
)
def test_the_first_day_out_of_a_group(group: str, code: str, first_out: str) -> None:
    day, selection = date.fromisoformat(first_out), Selection((group,))
    assert places().selects(selection, code, day) is False
    assert places().selects(selection, code, day - timedelta(days=1)) is True


def test_what_is_not_settled() -> None:
    """Ethiopia is on the list of 22 CFR 126.1(n), which controls, but not in the table (86 FR
    60165); Cyprus was in the table of 2023-11-17 and not in that of 2026-07-23."""
    arms_embargo = Selection(("D:5",))
    assert places().selects(arms_embargo, "ET", date(2021, 10, 31)) is False
    assert places().selects(arms_embargo, "ET", date(2021, 11, 1)) is None
    assert places().selects(arms_embargo, "CY", date(2023, 11, 16)) is True
    assert places().selects(arms_embargo, "CY", date(2023, 11, 17)) is None
    assert places().selects(arms_embargo, "CY", date(2026, 7, 22)) is None
    assert places().selects(arms_embargo, "CY", TABLE) is False


class TestUnstatedHeadquarters:
    """Strict questions assume no headquarters. Remarks on the parties of single countries are read
    where these are stated (the specification: each caution only where it applies); the affiliates
    rule (90 FR 47201) is about groups of countries and stands in any case.
    """

    NAMES = ("Ethiopia", "United Arab Emirates", "Cuba", "Iran", "North Korea")

    def texts(self, ask, **places):
        return [each["text"] for each in ask("L20", "2026-11-20", **places)["cautions"]]

    def test_one_line_names_the_countries(self, ask):
        texts = self.texts(ask, to="FR", strict=True)
        (line,) = [text for text in texts if "headquarters of the parties are not stated" in text]
        assert all(name in line for name in self.NAMES)
        assert sum("Ethiopia" in text for text in texts) == 1
        assert any("Affiliates" in text for text in texts)

    @pytest.mark.parametrize("flags", [(False, True), (True, False)])
    def test_one_of_several_notices_on_a_country_is_enough(self, flags):
        """Whether a license may be required does not follow from which notice comes first."""
        iran = scope_from({"headquarters": ["IR"]})
        notices = [
            Notice(
                question="license",
                text=f"notice {flag}",
                since=date(2020, 1, 1),
                scope=iran,
                caution=CautionKind.PARTY,
                could_require_license=flag,
            )
            for flag in flags
        ]
        known = chipdb.load_rules()
        coverage = [notice for notice in known.notices if notice.question == "coverage"]
        book = Rulebook(known, (*coverage, *notices))
        asked = question("2026-11-20", "FR", strict=True, book=book)
        (found,) = [
            caution
            for caution in check_entry(Entry(chip=chipdb.load()["L20"]), asked).cautions
            if "headquarters of the parties are not stated" in caution.text
        ]
        assert found.could_require_license is True

    @pytest.mark.parametrize("places", [{"headquarters": ["ET"], "to": "FR"}, {"to": "ET"}])
    def test_a_country_that_is_named_has_its_own(self, ask, places):
        texts = self.texts(ask, **places, strict=True)
        assert any(text.startswith("Ethiopia has been on") for text in texts)
