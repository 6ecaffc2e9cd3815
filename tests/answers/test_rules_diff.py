"""``rules --diff``: what changes between two instruments, or between two days."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from running import STAMP, refused, run

import chipdb
from chipdb.answers.date_diff import events_between
from chipdb.answers.rule_diff import changes_between, limits_of
from chipdb.rules.places import places

KEYS = {
    "before",
    "after",
    "part",
    "name",
    "change",
    "day",
    "metric",
    "operator",
    "unit",
    "was",
    "is",
}
BOOK = chipdb.load_rules()
RULES = list(BOOK)

MINE = """
- {id: mine, question: license, scope: {to: [CN]}, provisions: [{id: one, when: {metric: tpp, ge: 1000}}], exceptions: [
    {name: NAC, section: "740.8", conditions: [a notice, a purchase order]}], review: [{policy: case-by-case}]}
- {id: other, question: license, scope: {to: [CN, MO]}, provisions: [{id: one, when: {metric: tpp, gt: 1000}}], exceptions: [
    {name: NAC, section: "740.8", dates: {effective: 2026-01-01}, conditions: [a notice, one end user]}],
   review: [{policy: presumption-of-denial}], conditions: [all else stays]}
"""


def diff(*sides: str, rules: Path | None = None) -> list[dict[str, Any]]:
    """What ``rules --diff --format json`` prints."""
    own = ["--rules", str(rules)] if rules else []
    ran = run("rules", "--diff", *sides, *own, "--format", "json")
    assert ran.status == 0, ran.err
    return list(ran.json)


def told(rows: list[dict[str, Any]], *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in rows]


class TestTwoRules:
    """The rules of 2022 and 2023 on 3A090: 87 FR 62186 and 88 FR 73458."""

    ROWS = diff("us-3a090-2022", "us-3a090-2023")

    def test_keys_are_those_documented(self) -> None:
        assert all(set(row) == KEYS | STAMP for row in self.ROWS)
        assert {(row["before"], row["after"]) for row in self.ROWS} == {
            ("us-3a090-2022", "us-3a090-2023")
        }

    def test_dates(self) -> None:
        dates = [row for row in self.ROWS if row["part"] == "dates"]
        rows = told(dates, "name", "change", "was", "is")
        assert ("effective", "changed", "2022-10-21", "2023-11-17") in rows
        assert ("ends", "removed", "2023-11-17", None) in rows

    def test_provisions(self) -> None:
        rows = told([row for row in self.ROWS if row["part"] == "provision"], "name", "change")
        assert sorted(rows) == [
            ("3A090.a.1", "changed"),
            ("3A090.a.2", "added"),
            ("3A090.a.3", "removed"),
            ("3A090.b.1", "added"),
            ("3A090.b.2", "added"),
        ]

    def test_note_2_is_new(self) -> None:
        (row,) = [row for row in self.ROWS if row["part"] == "unless"]
        assert (row["change"], row["was"]) == ("added", None)
        assert "tpp < 4800" in row["is"]

    def test_limits_side_by_side(self) -> None:
        """TPP 4800 stays, the limit on links of 600 GB/s goes."""
        limits = [row for row in self.ROWS if row["part"] == "limit" and row["name"] == "3A090.a.1"]
        assert told(limits, "metric", "operator", "unit", "was", "is", "change") == [
            ("aggregate_io_bandwidth", ">=", "GB/s", "600", None, "removed"),
            ("tpp", ">=", "", "4800", "4800", "same"),
        ]

    def test_what_each_says_it_changed(self) -> None:
        (row,) = [row for row in self.ROWS if row["part"] == "changes"]
        assert (row["was"], row["is"]) == (
            BOOK["us-3a090-2022"].changes,
            BOOK["us-3a090-2023"].changes,
        )

    def test_rules_without_a_paragraph_in_common(self) -> None:
        """The letters of 2025 against the SAFE Chips Act: memory bandwidth from 1400 to 4100, the
        sum from 1700 to 5000.
        """
        limits = [
            row
            for row in diff("us-letter-2025", "us-bill-safe-chips-s3374")
            if row["part"] == "limit"
        ]
        rows = told(limits, "metric", "was", "is")
        assert ("memory_bandwidth", "1400", "4100") in rows
        assert ("memory_and_io_bandwidth", "1700", "5000") in rows
        assert ("letter_io_bandwidth", "1100", None) in rows


class TestParts:
    """Scope, exceptions, conditions and review, on two small rules."""

    @pytest.fixture
    def rows(self, tmp_path: Path) -> list[dict[str, Any]]:
        (tmp_path / "mine.yaml").write_text(MINE, encoding="utf-8")
        return diff("mine", "other", rules=tmp_path / "mine.yaml")

    @pytest.mark.parametrize(
        "expected",
        [
            ("scope", "", "changed", "to China", "to China or Macau"),
            ("provision", "one", "changed", "one if tpp >= 1000", "one if tpp > 1000"),
            ("exception", "NAC (740.8)", "changed", "always", "from 2026-01-01"),
            ("exception condition", "NAC (740.8)", "removed", "a purchase order", None),
            ("exception condition", "NAC (740.8)", "added", None, "one end user"),
            ("review", "1", "changed", "case-by-case", "presumption-of-denial"),
            ("condition", "", "added", None, "all else stays"),
        ],
        ids=lambda row: row[0],
    )
    def test_row(self, rows: list[dict[str, Any]], expected: tuple[str | None, ...]) -> None:
        assert expected in told(rows, "part", "name", "change", "was", "is")

    def test_another_operator_is_another_limit(self, rows: list[dict[str, Any]]) -> None:
        limits = [row for row in rows if row["part"] == "limit"]
        assert told(limits, "operator", "was", "is", "change") == [
            (">=", "1000", None, "removed"),
            (">", None, "1000", "added"),
        ]

    def test_nothing_else(self, rows: list[dict[str, Any]]) -> None:
        assert len([row for row in rows if row["change"] != "same"]) == 9


class TestEveryPair:
    """What holds of all rules, each against the next."""

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
    def test_a_rule_does_not_differ_from_itself(self, rule: Any) -> None:
        rows = list(changes_between(rule, rule))
        assert {row.change for row in rows} == {"same"}
        assert {row.part for row in rows} <= {"limit", "changes"}

    @pytest.mark.parametrize(("one", "two"), list(pairwise(RULES)), ids=lambda rule: rule.id)
    def test_the_other_way_round_what_was_added_is_removed(self, one: Any, two: Any) -> None:
        turned = {"added": "removed", "removed": "added"}
        there = sorted(
            (row.part, row.change, row.was or "", row.now or "")
            for row in changes_between(one, two)
        )
        back = sorted(
            (row.part, turned.get(row.change, row.change), row.now or "", row.was or "")
            for row in changes_between(two, one)
        )
        assert there == back

    @pytest.mark.parametrize(("one", "two"), list(pairwise(RULES)), ids=lambda rule: rule.id)
    def test_every_limit_of_both_is_shown(self, one: Any, two: Any) -> None:
        rows = [row for row in changes_between(one, two) if row.part == "limit"]
        for rule, side in ((one, "was"), (two, "now")):
            shown = {
                (row.metric, row.operator, getattr(row, side)) for row in rows if getattr(row, side)
            }
            assert shown == {
                (limit.metric, limit.operator, limit.text) for limit in limits_of(rule)
            }


class TestTwoDays:
    """Half-open: what happened after the first day, up to and on the second."""

    def test_the_rule_of_november_2023(self) -> None:
        rows = told(diff("2023-11-16", "2023-11-17"), "part", "name", "change", "day")
        assert ("rule", "us-3a090-2022", "ends", "2023-11-17") in rows
        assert ("rule", "us-3a090-2023", "begins", "2023-11-17") in rows
        assert ("rule", "us-letter-nvidia-2023", "ends", "2023-11-17") in rows
        assert not [row for row in diff("2023-11-17", "2023-11-18") if row["part"] == "rule"]

    def test_what_began_and_ended_in_between_is_told(self) -> None:
        rows = told(diff("2023-10-01", "2023-12-01"), "name", "change")
        assert {("us-letter-nvidia-2023", "begins"), ("us-letter-nvidia-2023", "ends")} <= set(rows)

    @pytest.mark.parametrize(
        ("days", "expected"),
        [
            # 22 CFR 126.1 and the country groups: point B8
            (("2024-03-14", "2024-03-15"), ("D:5", "joins", None, "Nicaragua")),
            (("2021-10-31", "2021-11-01"), ("D:5", "may-join", None, "Ethiopia")),
            (("2025-11-06", "2025-11-07"), ("D:5", "leaves", "Cambodia", None)),
            (("2026-07-09", "2026-07-10"), ("A:5", "joins", None, "United Arab Emirates")),
            (("2026-07-09", "2026-07-10"), ("D:4", "leaves", "United Arab Emirates", None)),
            (("2023-01-16", "2023-01-17"), ("742.6-2022", "joins", None, "Macau")),
        ],
    )
    def test_country_groups(self, days: tuple[str, str], expected: tuple[Any, ...]) -> None:
        groups = [row for row in diff(*days) if row["part"] == "group"]
        assert expected in told(groups, "name", "change", "was", "is")
        assert {row["day"] for row in groups} <= {days[1], None}

    @pytest.mark.parametrize(
        ("days", "change"),
        [
            (("2023-11-16", "2026-07-23"), "leaves"),
            (("2023-11-17", "2026-07-23"), "may-leave"),
            (("2023-11-16", "2026-07-22"), "may-leave"),
            (("2024-06-01", "2024-06-02"), "may-leave"),
            (("2023-11-15", "2023-11-16"), None),
            (("2026-07-23", "2026-08-01"), None),
        ],
    )
    def test_a_move_on_an_unknown_day(self, days: tuple[str, str], change: str | None) -> None:
        """Cyprus left D:5 after 2023-11-17 and before 2026-07-23, the day is not known (point B8)."""
        rows = [
            row for row in diff(*days) if row["name"] == "D:5" and "Cyprus" in (row["was"] or "")
        ]
        assert told(rows, "change", "day") == ([(change, None)] if change else [])

    def test_diffusion_stops_being_enforced_and_begins_in_print(self) -> None:
        rows = told(diff("2025-05-12", "2025-05-15"), "name", "change", "day")
        worldwide = "us-license-742-6-iii-a-worldwide"
        assert (worldwide, "unenforced", "2025-05-13") in rows
        assert (worldwide, "begins-in-print", "2025-05-15") in rows

    def test_exceptions_and_bills_and_notices(self) -> None:
        assert ("exception", "begins") in told(diff("2024-04-03", "2024-04-04"), "part", "change")
        assert ("proposal", "us-bill-safe-chips-s3374", "introduced") in told(
            diff("2025-12-03", "2025-12-04"), "part", "name", "change"
        )
        assert ("notice", "license", "ends") in told(
            diff("2025-11-09", "2025-11-10"), "part", "name", "change"
        )

    def test_one_day(self) -> None:
        assert diff("2025-01-01", "2025-01-01") == []

    @pytest.mark.parametrize(
        "rule", [rule for rule in RULES if rule.question != "proposal"], ids=lambda rule: rule.id
    )
    def test_agrees_with_what_is_in_force(self, rule: Any) -> None:
        """Over any stretch a rule that comes into force begins in it, and one that goes out of
        force ends or is unenforced.
        """
        days = [
            date(2021, 12, 1),
            *sorted({day for one in RULES for day in (one.starts, one.dates.ends) if day}),
            date(2030, 1, 1),
        ]
        for first, last in pairwise(day for day in days if day >= date(2021, 12, 1)):
            events = {
                event.change
                for event in events_between(first, last, BOOK)
                if event.part == "rule" and event.name == rule.id
            }
            before, after = rule.in_force(first), rule.in_force(last)
            assert (before, after) != (False, True) or "begins" in events
            assert (before, after) != (True, False) or events & {"ends", "unenforced"}
            assert before != after or not events - {
                "begins-in-print",
                "ends-in-print",
                "unenforced",
            }

    def test_agrees_with_the_groups(self) -> None:
        """Who is in a group on the first day and not on the second has left it, and the reverse."""
        first, last = date(2023, 11, 16), date(2026, 8, 1)
        told_of = {
            (event.name, event.change, event.was or event.now)
            for event in events_between(first, last, BOOK)
        }
        for group in places().groups.values():
            for code in places().countries:
                name = places().name_of(code)
                before, after = group.holds(code, first), group.holds(code, last)
                assert (before, after) != (False, True) or (group.id, "joins", name) in told_of
                left = any(
                    entry[:2] == (group.id, "leaves") and str(entry[2]).startswith(name)
                    for entry in told_of
                )
                assert (before, after) != (True, False) or left


class TestPrinting:
    def test_table(self) -> None:
        ran = run("rules", "--diff", "us-3a090-2022", "us-3a090-2023")
        assert "dates effective: 2022-10-21 → 2023-11-17" in ran.out
        assert "provision 3A090.a.2 added: 3A090.a if tpp >= 1600" in ran.out
        assert "What us-3a090-2023 changed: Drops the limit on links" in ran.out
        assert "changes" in ran.err

    @pytest.mark.parametrize("style", ["markdown", "csv", "github"])
    def test_other_formats_have_a_row_a_change(self, style: str) -> None:
        ran = run("rules", "--diff", "2023-11-16", "2023-11-17", "--format", style)
        assert len([line for line in ran.out.splitlines() if "2023-11-17" in line]) == len(
            diff("2023-11-16", "2023-11-17")
        )


class TestRefused:
    @pytest.mark.parametrize(
        ("call", "words"),
        [
            ("us-3a090-2021 us-3a090-2023", "unknown rule 'us-3a090-2021'; did you mean"),
            ("us-3a090-2023 2024-01-01", "two rules or two dates"),
            ("2023-02-30 2024-01-01", "not a day of the calendar"),
            ("2024-01-01 2023-01-01", "earlier date first: 2023-01-01 2024-01-01"),
            ("us-3a090-2022 us-3a090-2023 --on 2024-01-01", "leave out"),
            ("us-3a090-2022 us-3a090-2023 us-letter-2025", "leave out"),
        ],
    )
    def test_one_clear_line(self, tmp_path: Path, call: str, words: str) -> None:
        (line,) = refused(tmp_path, "rules", "--diff", *call.split())
        assert words in line
