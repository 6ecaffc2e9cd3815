"""Places: the country groups on given days, and every spelling of the country table."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

import chipdb
from chipdb import data_files
from chipdb.catalog.lookup import squash
from chipdb.errors import DataError, UnknownNameError
from chipdb.rules.places import places, read_record
from chipdb.rules.scopes import Selection

from . import read

RECORD = read("places.yaml")
CODES = [entry["code"] for entry in RECORD["countries"]]
TABLE = date(2026, 7, 23)
RULE_OF_2023 = date(2023, 11, 17)

# 15 CFR 740 Supplement No. 1 of 2026-07-23: (D:1 or D:4 or D:5) without (A:5 or A:6),
# in the table's own spelling
TABLE_TEXT = """
Afghanistan; Armenia; Azerbaijan; Bahrain; Belarus; Burma; Cambodia; Central African Republic; China
(PRC); Congo (Democratic Republic of); Cuba; Egypt; Eritrea; Georgia; Haiti; Iran; Iraq; Jordan;
Kazakhstan; Korea, North; Kuwait; Kyrgyzstan; Laos; Lebanon; Libya; Macau; Moldova; Mongolia;
Nicaragua; Oman; Pakistan; Qatar; Russia; Saudi Arabia; Somalia; South Sudan, Republic of; Sudan;
Syria; Tajikistan; Turkmenistan; Uzbekistan; Venezuela; Vietnam; Yemen; Zimbabwe
"""
DESTINATIONS = [" ".join(name.split()) for name in TABLE_TEXT.split(";")]


def controlled(on: date) -> set[str]:
    """The destinations of 742.6(a)(6)(iii) on a day."""
    selection = Selection(("D:1", "D:4", "D:5"), ("A:5", "A:6"))
    return {code for code in CODES if places().selects(selection, code, on)}


def code(name: str, on: date = TABLE) -> str:
    return places().country(name, on)


class TestTable:
    """Codes, names and groups fit together."""

    def test_codes_are_unique(self) -> None:
        assert [key for key, count in Counter(CODES).items() if count > 1] == []

    def test_no_name_means_two_countries(self) -> None:
        names = {
            (squash(name), entry["code"]) for entry in RECORD["countries"] for name in _names(entry)
        }
        assert [
            name for name, count in Counter(name for name, _ in names).items() if count > 1
        ] == []

    def test_members_are_countries(self) -> None:
        for group in RECORD["groups"]:
            moved = [move["code"] for move in group.get("moves", ())]
            assert set(group.get("members", ())) | set(moved) <= set(CODES), group["id"]
            assert set(group.get("members", ())) & set(moved) == set(), group["id"]

    def test_every_group_says_when_and_where_it_was_seen(self) -> None:
        assert [
            group["id"]
            for group in RECORD["groups"]
            if not (group.get("source") and group.get("seen"))
        ] == []
        assert all(date.fromisoformat(group["seen"]) for group in RECORD["groups"])

    def test_moves_are_in_order(self) -> None:
        moves = [move for group in RECORD["groups"] for move in group.get("moves", ())]
        both = [move for move in moves if "from" in move and isinstance(move.get("until"), str)]
        assert [
            move
            for move in both
            if not date.fromisoformat(move["from"]) < date.fromisoformat(move["until"])
        ] == []
        assert [move for move in moves if "source" not in move] == []


def _names(entry: dict[str, object]) -> list[str]:
    aliases = entry.get("aliases", [])
    assert isinstance(aliases, list)
    return [str(entry["code"]), str(entry["name"]), *aliases]


class TestDestinations:
    """The table of 2026 has 45 places; the rule of 2023 began with 44 countries and Macau."""

    def test_of_2026(self) -> None:
        assert len(controlled(TABLE)) == 45
        assert controlled(TABLE) == {code(name) for name in DESTINATIONS}

    def test_of_2023(self) -> None:
        """The list of 2026, with the United Arab Emirates and without Nicaragua."""
        assert len(controlled(RULE_OF_2023) - {"MO"}) == 44
        assert "MO" in controlled(RULE_OF_2023)
        assert controlled(RULE_OF_2023) == (controlled(TABLE) | {"AE"}) - {"NI"}

    def test_israel_and_cyprus_are_not_caught(self) -> None:
        """Both are in A:6."""
        for on in (RULE_OF_2023, TABLE):
            assert {"IL", "CY"} & controlled(on) == set()

    def test_macau_is_never_in_d5(self) -> None:
        group = places().groups
        assert [group[name].holds("MO", TABLE) for name in ("D:1", "D:4", "D:5")] == [
            True,
            True,
            False,
        ]
        assert not group["D:5"].holds("MO", RULE_OF_2023)

    def test_what_hangs_on_ethiopia_is_open(self) -> None:
        """On the State list from 2021-11-01 (86 FR 60165), though not in the EAR table.

        D:5 follows the State list where they differ.
        """
        holds = places().groups["D:5"].holds
        assert holds("ET", date(2021, 10, 31)) is False
        assert [
            holds("ET", day) for day in (date(2021, 11, 1), RULE_OF_2023, TABLE, date(2030, 1, 1))
        ] == [None] * 4
        for asked in ({"to": "ET"}, {"to": "DE", "headquarters": "ET"}):
            assert (
                chipdb.check("nvidia-h100-sxm5-80gb", on="2026-06-01", **asked).license.required
                == "undetermined"
            )


class TestMoves:
    """Point B8: the known changes, the day before and the day of."""

    @pytest.mark.parametrize(
        ("group", "country", "first", "joins"),
        [
            ("742.6-2022", "CN", "2022-10-21", True),
            ("742.6-2022", "MO", "2023-01-17", True),
            ("D:1", "NI", "2024-03-15", True),
            ("D:5", "NI", "2024-03-15", True),
            ("D:5", "KH", "2021-12-09", True),
            ("A:6", "CY", "2020-12-28", True),
            ("A:5", "AE", "2026-07-10", True),
            ("D:4", "AE", "2026-07-10", False),
            ("D:3", "AE", "2026-07-10", False),
        ],
    )
    def test_day(self, group: str, country: str, first: str, joins: bool) -> None:
        of = date.fromisoformat(first)
        assert places().groups[group].holds(country, of) is joins
        assert places().groups[group].holds(country, of - timedelta(days=1)) is not joins

    def test_cambodia_left_d5_with_the_state_list(self) -> None:
        """State removed it in November 2025, with immediate effect; the EAR table on 2026-02-03."""
        assert places().groups["D:5"].holds("KH", date(2025, 10, 31))
        assert places().groups["D:5"].holds("KH", date(2025, 11, 30)) is False

    def test_cyprus_left_d5_on_a_day_not_found(self) -> None:
        """In the table of 2023, gone by 2026-07-23: not known between."""
        days = [date(2023, 11, 16), RULE_OF_2023, date(2026, 7, 22), TABLE]
        assert [places().groups["D:5"].holds("CY", on) for on in days] == [True, None, None, False]

    def test_hong_kong_is_china_from_its_day(self) -> None:
        assert code("Hong Kong", date(2020, 12, 22)) == "HK"
        assert {code(name, date(2020, 12, 23)) for name in ("HK", "Hong Kong", "香港")} == {"CN"}


class TestSpellings:
    """The specification: countries are names, ISO codes, or the rule table's own spellings."""

    @pytest.mark.parametrize("name", DESTINATIONS)
    def test_of_the_table(self, name: str) -> None:
        assert code(name) in CODES

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("China (PRC)", "CN"),
            ("Congo (Democratic Republic of)", "CD"),
            ("Korea, North", "KP"),
            ("Korea, South", "KR"),
            ("South Sudan, Republic of", "SS"),
            ("Burma", "MM"),
            ("Myanmar", "MM"),
            ("Macau", "MO"),
            ("Macao", "MO"),
            ("Türkiye", "TR"),
            ("Turkey", "TR"),
            ("Bosnia & Herzegovina", "BA"),
            ("Czech Republic", "CZ"),
            ("Czechia", "CZ"),
            ("Cote d'Ivoire", "CI"),
            ("Russia", "RU"),
            ("Laos", "LA"),
            ("Taiwan", "TW"),
            ("UAE", "AE"),
            ("united arab emirates", "AE"),
            ("NO", "NO"),
            ("cn", "CN"),
            ("CHN", "CN"),
            ("中国", "CN"),
            ("中國", "CN"),
            ("Crimea region of Ukraine", "UA-43"),
        ],
    )
    def test_name(self, name: str, expected: str) -> None:
        assert code(name) == expected

    @pytest.mark.parametrize("entry", RECORD["countries"], ids=CODES)
    def test_every_name_means_its_country(self, entry: dict[str, object]) -> None:
        """Before Hong Kong became China, and territories the United States (15 CFR 772.1 of 1996)."""
        assert {code(name, date(1996, 1, 1)) for name in _names(entry)} == {entry["code"]}


class TestAmbiguous:
    """A name that two places share is refused, unless it is the whole name of one of them."""

    @pytest.mark.parametrize(
        "name", ["Congo", "Virgin Islands", "Korea", "Islands", "Cong", "Chna", ""]
    )
    def test_refused(self, name: str) -> None:
        """`Korea` is North or South in the rule's own table, one controlled and one not."""
        with pytest.raises(UnknownNameError):
            code(name)

    def test_congo_suggests_both(self) -> None:
        with pytest.raises(
            UnknownNameError, match=r"(?s)Democratic Republic of the Congo.*Republic of the Congo"
        ):
            code("Congo")

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("Guinea", "GN"),
            ("Guinea-Bissau", "GW"),
            ("Equatorial Guinea", "GQ"),
            ("Papua New Guinea", "PG"),
            ("Niger", "NE"),
            ("Nigeria", "NG"),
            ("Sudan", "SD"),
            ("South Sudan", "SS"),
            ("Dominica", "DM"),
            ("Dominican Republic", "DO"),
            ("Samoa", "WS"),
            # a part of the United States (15 CFR 772.1), and not of Samoa
            ("American Samoa", "US"),
            ("Republic of Korea", "KR"),
            ("Democratic People's Republic of Korea", "KP"),
            ("People's Republic of China", "CN"),
            ("Republic of China", "TW"),
            ("Democratic Republic of the Congo", "CD"),
            ("Republic of the Congo", "CG"),
            ("Austria", "AT"),
            ("Australia", "AU"),
            ("Iran", "IR"),
            ("Iraq", "IQ"),
            ("Mali", "ML"),
            ("Malaysia", "MY"),
        ],
    )
    def test_means_its_own(self, name: str, expected: str) -> None:
        assert code(name) == expected


def test_a_headquarters_is_a_code(tmp_path: Path) -> None:
    """A rule that writes a place out instead of its code is refused with the line and the code.

    Otherwise a D:5 place would not count as one.
    """
    text = (data_files.data_folder() / "places.yaml").read_text(encoding="utf-8")
    assert "{name: Huawei, headquarters: CN" in text
    (tmp_path / "places.yaml").write_text(
        text.replace("{name: Huawei, headquarters: CN", "{name: Huawei, headquarters: China")
    )
    with (
        patch.object(data_files, "data_folder", lambda: tmp_path),
        pytest.raises(DataError, match=r"places\.yaml:\d+: .*'China'.*CN"),
    ):
        read_record()
