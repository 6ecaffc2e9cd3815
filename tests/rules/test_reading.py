"""What is read of rules, places, limits and worksheets, and what of them is refused."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import chipdb
from chipdb import data_files
from chipdb.errors import DataError
from chipdb.rules import allocations, jurisdictions, places, rulebook, worksheets
from chipdb.rules.allocations import IN_FORCE, NOT_YET, OVER, PRINTED, Budget, Limit
from chipdb.rules.jurisdictions import Instrument
from chipdb.rules.places import CountryGroup, Move, Transaction
from chipdb.rules.rule_records import condition_from, rule_from
from chipdb.rules.wording import condition_words
from chipdb.rules.worksheets import Worksheet
from chipdb.vocabulary import PolicyState, RuleQuestion

DAY = date(2026, 6, 1)
ANY_TPP = {"metric": "tpp", "ge": "1"}
DATES = {"effective": "2025-01-01", "compliance": "2025-02-01", "ends": "2026-01-01"}
MINIMAL = {
    "id": "mine",
    "question": "license",
    "provisions": [{"id": "a", "when": ANY_TPP}],
    "exceptions": [{"name": "NAC", "section": "740.8"}],
    "review": [{}],
    "cautions": [{"kind": "interpretation", "text": "said"}],
}


class TestWithoutCompiledData:
    """The YAML files themselves: an installation reads them once, when it is built."""

    def test_the_rulebook(self) -> None:
        """Rules in the order of the paths of their files, and the notices."""
        record = rulebook.read_rulebook()
        assert [entry["id"] for entry in record["rules"]] == [
            rule.id for rule in chipdb.load_rules()
        ]
        assert len(record["notices"]) == len(chipdb.load_rules().notices)

    def test_every_rule_of_it_must_be_complete(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = []

        def read(_: bytes, name: str, *, complete: bool) -> list[Any]:
            asked.append((name, complete))
            return []

        monkeypatch.setattr(rulebook, "read_records", read)
        assert rulebook.read_rulebook()["rules"] == []
        assert ("data/rules/us/3a090.yaml", True) in asked
        assert {complete for _, complete in asked} == {True}

    @pytest.mark.parametrize("flag", ["true", "false", None])
    def test_a_notice(self, flag: str | None) -> None:
        """Flags of data files are texts; one that is left out is false."""
        stated = {"could_require_license": flag, "unless_required": flag} if flag else {}
        notice = rulebook._notice(
            {"question": "license", "text": "said", "from": "2025-01-01", **stated}
        )
        expected = flag == "true"
        assert (notice.could_require_license, notice.unless_required) == (expected, expected)
        assert (notice.until, notice.caution, notice.sentence, notice.forms) == (
            None,
            None,
            None,
            (),
        )

    def test_the_places(self) -> None:
        record = places.read_record()
        assert {entry["code"] for entry in record["countries"]} == set(places.places().countries)

    @pytest.mark.parametrize(
        ("table", "entry"),
        [
            (allocations.budgets, "us-"),
            (jurisdictions.jurisdictions, "eu"),
            (worksheets.worksheets, "sign-off"),
        ],
    )
    def test_the_other_tables(self, table: Any, entry: str) -> None:
        table.cache_clear()
        names = [getattr(each, "id", each) for each in table()]
        assert any(name.startswith(entry) for name in names)

    def test_what_the_build_writes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The compiled file has what the YAML files have."""
        monkeypatch.setattr(data_files, "COMPILED", tmp_path)
        rulebook.compile_rules()
        assert [path.name for path in tmp_path.iterdir()] == ["rules.json"]
        lines = data_files.compiled(data_files.RULES)
        assert lines is not None
        assert lines.record("rulebook") == rulebook.read_rulebook()
        assert lines.record("places") == places.read_record()


class TestRuleFiles:
    """A rule of the rulebook has everything that an answer quotes; a user's may leave it out."""

    SHORT = b"- {id: short, question: classification, provisions: [{id: a, when: {metric: tpp, ge: 1}}]}\n"

    def test_a_user_may_leave_out_what_is_quoted(self) -> None:
        (record,) = rulebook.read_records(self.SHORT, "mine.yaml", complete=False)
        assert record["id"] == "short"

    def test_the_rulebook_may_not(self) -> None:
        with pytest.raises(DataError) as refused:
            rulebook.read_records(self.SHORT, "data/rules/short.yaml", complete=True)
        said = {problem.path.removeprefix("[0].") for problem in refused.value.problems}
        assert said == set(rulebook.REQUIRED_HERE) - {"id", "question", "provisions"}
        assert {"title", "citation", "dates", "kind"} <= said

    def test_an_id_is_used_once(self) -> None:
        with pytest.raises(DataError, match="'short' appears twice"):
            rulebook.read_records(self.SHORT * 2, "mine.yaml", complete=False)

    def test_a_file_without_a_rule(self) -> None:
        with pytest.raises(DataError, match="no rule in this file"):
            rulebook.read_records(b"[]\n", "mine.yaml", complete=False)

    def test_what_a_short_record_leaves_out_is_empty(self) -> None:
        """Texts are empty, lists have no entry, and nothing is reported, closed or barred."""
        rule = rule_from(MINIMAL)
        assert (rule.title, rule.changes, rule.enacted_as, rule.presumes) == ("", "", None, None)
        assert (rule.citation, rule.addressees, rule.conditions, rule.lifted_by) == ({}, (), (), ())
        assert (rule.bars, rule.unless, rule.ways_out, rule.named) == (None, None, (), ())
        (exception,) = rule.exceptions
        texts = (exception.closed, exception.restricted, exception.depends_on)
        assert (texts, exception.conditions) == (("", "", ""), ())
        (review,) = rule.review
        assert (review.policy, review.state) == (None, PolicyState.NOT_READ)
        assert (review.text, review.sides, review.of) == ("", (), ())
        (caution,) = rule.cautions
        assert (caution.text_if_open, caution.topic) == ("", None)
        assert (caution.could_require_license, caution.unless_required) == (False, False)
        (provision,) = rule.provisions
        assert (provision.outcome, provision.public) == ("a", None)
        assert not rule.rests_on_reports
        assert rule.cited() == "mine"

    def test_ways_out_are_exclusions_beside_the_stated_one(self) -> None:
        """What takes an item out of a presumption: the stated exclusion, or any way out."""
        fact = {"fact": "planar_logic_only", "is": "true"}
        way = {"way": "a", "when": {"fact": "approved_designer", "is": "true"}}
        counted = {**way, "way": "b", "counted": "true"}
        record = {**MINIMAL, "count": {"metric": "transistors", "lt": "30"}}
        rule = rule_from({**record, "unless": fact, "ways_out": [way, counted]})
        assert condition_words(rule.ways_out[0].when) != condition_words(rule.ways_out[1].when)
        said = condition_words(rule.unless) if rule.unless else ""
        for part in (condition_from(fact), *(each.when for each in rule.ways_out)):
            assert condition_words(part) in said
        assert "30" in condition_words(rule.ways_out[1].when)
        assert "30" not in condition_words(rule.ways_out[0].when)

    def test_what_a_record_states_is_there(self) -> None:
        record = {
            **MINIMAL,
            "title": "A title",
            "changes": "All of it.",
            "exceptions": [
                {"name": "A", "section": "1", "closed": "c", "restricted": "r", "depends_on": "d"}
            ],
            "review": [{"policy_state": "none", "text": "decides by itself"}],
            "cautions": [
                {
                    "kind": "interpretation",
                    "text": "said",
                    "text_if_open": "open",
                    "could_require_license": "true",
                    "unless_required": "true",
                }
            ],
            "provisions": [{"id": "a", "outcome": "b", "when": ANY_TPP, "reported": "true"}],
        }
        rule = rule_from(record)
        (exception,) = rule.exceptions
        texts = (exception.closed, exception.restricted, exception.depends_on)
        assert (rule.title, rule.changes, texts) == ("A title", "All of it.", ("c", "r", "d"))
        (review,) = rule.review
        assert (review.state, review.text) == (PolicyState.NONE, "decides by itself")
        (caution,) = rule.cautions
        assert caution.text_if_open == "open"
        assert (caution.could_require_license, caution.unless_required) == (True, True)
        assert rule.outcomes() == ("b",)
        assert rule.rests_on_reports
        assert rule.cited() == "A title"


class TestDaysOfARule:
    """A period includes its first day and excludes its last; see the specification."""

    def rule(self, question: str, **dates: str) -> Any:
        return rule_from({**MINIMAL, "question": question, "dates": {**DATES, **dates}})

    def test_a_license_waits_for_compliance(self) -> None:
        assert self.rule("license").starts == date(2025, 2, 1)
        assert self.rule("license", compliance="2024-12-01").starts == date(2025, 1, 1)
        assert self.rule("classification").starts == date(2025, 1, 1)

    @pytest.mark.parametrize("missing", ["effective", "compliance"])
    def test_one_of_both_is_enough(self, missing: str) -> None:
        dates = {key: day for key, day in DATES.items() if key != missing}
        rule = rule_from({**MINIMAL, "dates": dates})
        expected = date(2025, 2, 1) if missing == "effective" else date(2025, 1, 1)
        assert rule.starts == expected

    def test_in_force(self) -> None:
        rule = self.rule("classification")
        days = {date(2024, 12, 31): False, date(2025, 1, 1): True, date(2025, 12, 31): True}
        for day, expected in {**days, date(2026, 1, 1): False}.items():
            assert rule.in_force(day) is expected
            assert rule.in_force(day, as_printed=True) is expected

    @pytest.mark.parametrize(
        ("key", "enforced", "printed"),
        [("enforcement_ends", False, True), ("printed_ends", True, False)],
    )
    def test_each_view_has_its_end(self, key: str, enforced: bool, printed: bool) -> None:
        rule = self.rule("classification", **{key: "2025-06-01"})
        last, day = date(2025, 5, 31), date(2025, 6, 1)
        assert (rule.in_force(last), rule.in_force(last, as_printed=True)) == (True, True)
        assert (rule.in_force(day), rule.in_force(day, as_printed=True)) == (enforced, printed)

    def test_it_classifies_its_kinds(self) -> None:
        book = chipdb.load_rules()
        assert book["us-3a090-2023"].classifies("processor")
        assert not book["us-3a090-2023"].classifies("system")
        assert book["us-4a090-2024"].classifies("system")
        assert not book["us-license-742-6-2022"].classifies("processor")
        assert not book["us-3a991-p"].classifies("processor")


class TestRulebooks:
    """The rulebook of an installation, with a user's rules and with proposals as law."""

    HOUSE, SAFE = "us-bill-overwatch-hr6875", "us-bill-safe-chips-s3374"
    OWN = b"id: mine\nquestion: license\nprovisions: [{id: any, when: {metric: tpp, ge: 1}}]\n"

    def test_the_first_day_is_covered(self) -> None:
        """docs/limits.md: nothing before 2022-08-01 was read."""
        book = chipdb.load_rules()
        first = date(2022, 8, 1)
        assert book.covers("processor", first)
        assert not book.covers("processor", first - timedelta(days=1))

    def test_enacting_nothing_changes_nothing(self) -> None:
        book = chipdb.load_rules()
        assert book.before is None
        assert book.enacting([]) is book

    def test_the_law_before_is_that_before_the_first_proposal(self) -> None:
        book = chipdb.load_rules()
        once = book.enacting([self.HOUSE])
        assert once.before is book
        assert once.enacting([self.SAFE]).before is book

    def test_a_proposal_as_law_is_in_force_on_every_day(self) -> None:
        book = chipdb.load_rules().enacting([self.SAFE])
        for day in (date(2022, 8, 1), DAY, date(2040, 1, 1)):
            assert self.SAFE in [rule.id for rule in book.in_force(day)]
            assert self.HOUSE not in [rule.id for rule in book.in_force(day)]
        assert book[self.SAFE].question == RuleQuestion.LICENSE
        assert book[self.SAFE].is_no_law

    def test_ones_own_rules(self) -> None:
        book = chipdb.load_rules().with_file(self.OWN, "mine.yaml")
        assert [rule.id for rule in book.own_rules] == ["mine"]
        assert len(book) == len(chipdb.load_rules()) + 1
        second = self.OWN.replace(b"mine", b"other")
        assert book.with_file(second, "other.yaml").own == {"mine", "other"}
        assert chipdb.load_rules().own_rules == []

    def test_ones_own_rules_are_in_the_law_before_a_proposal(self) -> None:
        book = chipdb.load_rules().enacting([self.SAFE]).with_file(self.OWN, "mine.yaml")
        assert book.before is not None
        assert book.before["mine"].id == "mine"
        assert book.before[self.SAFE].question == RuleQuestion.PROPOSAL

    def test_an_id_of_the_rulebook_is_taken(self) -> None:
        with pytest.raises(DataError, match="is a rule of the rulebook"):
            chipdb.load_rules().with_file(self.OWN.replace(b"mine", b"us-3a991-p"), "mine.yaml")

    def test_an_outcome_that_no_rule_has(self) -> None:
        text = b"id: mine\nquestion: license\nprovisions: [{id: any, when: {outcome: [3A090.x]}}]\n"
        with pytest.raises(DataError, match="is not an outcome of a rule"):
            chipdb.load_rules().with_file(text, "mine.yaml")
        known = text.replace(b"3A090.x", b"3A090.a")
        assert chipdb.load_rules().with_file(known, "mine.yaml")["mine"].id == "mine"


class TestPlaces:
    """Membership by day, and the sides of a transaction."""

    def test_a_place_may_leave_and_join_again(self) -> None:
        moves = (
            Move("KZ", until=date(2020, 1, 1)),
            Move("KZ", since=date(2024, 1, 1)),
            Move("VN", since=date(2021, 1, 1), until=date(2022, 1, 1)),
        )
        group = CountryGroup(id="X", seen=DAY, members=frozenset(), moves=moves)
        days = {date(2019, 12, 31): True, date(2020, 1, 1): False, date(2024, 1, 1): True}
        assert {day: group.holds("KZ", day) for day in days} == days
        assert group.holds("VN", date(2021, 6, 1)) is True
        assert group.holds("VN", date(2022, 1, 1)) is False
        assert group.holds("CN", DAY) is False

    def test_days_of_a_move(self) -> None:
        move = Move("KZ", since=date(2020, 1, 1), until=date(2022, 1, 1))
        assert move.days() == [date(2020, 1, 1), date(2022, 1, 1)]
        assert Move("KZ").days() == []

    @pytest.mark.parametrize(
        ("to", "origin", "within"),
        [("CN", "CN", True), ("CN", "US", False), (None, "US", None), ("CN", None, None)],
    )
    def test_transfers(self, to: str | None, origin: str | None, within: bool | None) -> None:
        from chipdb.rules.scopes import scope_from

        deal = Transaction(DAY, to=to, origin=origin)
        opposite = None if within is None else not within
        assert places.places().holds(scope_from({"in_country": "true"}), deal) is within
        assert places.places().holds(scope_from({"in_country": "false"}), deal) is opposite

    def test_hong_kong_from_its_day(self) -> None:
        """85 FR 83765: Hong Kong is China for these rules from 2020-12-23."""
        known = places.places()
        assert known.treated_as("HK", date(2020, 12, 22)) == "HK"
        assert known.treated_as("HK", date(2020, 12, 23)) == "CN"
        assert known.name_as_treated("HK", date(2020, 12, 22)) == "Hong Kong"

    def test_makers_of_unknown_headquarters(self) -> None:
        known = places.places()
        assert known.embargoed_maker("Huawei", DAY) is True
        assert known.embargoed_maker("NVIDIA", DAY) is False
        assert known.embargoed_maker("Nobody", DAY) is False
        assert known.embargoed_maker(None, DAY) is False


class TestLimits:
    """The totals of data/budgets.yaml: one amount each, by period."""

    @pytest.mark.parametrize(
        "amounts",
        [{}, {"at_most": "1", "about": "2"}, {"at_most": "1", "percent": "5"}],
        ids=str,
    )
    def test_one_amount(self, amounts: dict[str, str]) -> None:
        with pytest.raises(ValidationError, match="expected one of at_most, about, percent"):
            Limit(**amounts)

    def test_an_amount_is_a_number(self) -> None:
        with pytest.raises(Exception, match="much"):
            Limit(at_most="much")

    def test_what_it_is(self) -> None:
        cap, line, share = Limit(at_most="790"), Limit(about="12.5"), Limit(percent="25")
        assert [each.kind for each in (cap, line, share)] == ["cap", "line", "share"]
        assert [each.tpp for each in (cap, line, share)] == [790, Fraction("12.5"), None]
        assert [each.share for each in (cap, line, share)] == [None, None, Fraction(1, 4)]

    @pytest.mark.parametrize(
        ("on", "standing"),
        [
            ("2024-12-31", NOT_YET),
            ("2025-01-01", NOT_YET),
            ("2025-02-01", IN_FORCE),
            ("2025-05-31", IN_FORCE),
            ("2025-06-01", PRINTED),
            ("2025-12-31", PRINTED),
            ("2026-01-01", OVER),
        ],
    )
    def test_standing(self, on: str, standing: str) -> None:
        """From the later of both first days to the earlier of both ends; printed when unenforced."""
        budget = self.budget(
            effective="2025-01-01", enforcement_ends="2025-06-01", ends="2027-01-01"
        )
        limit = Limit(**{"at_most": "1", "from": "2025-02-01", "until": "2026-01-01"})
        assert budget.standing(limit, date.fromisoformat(on)) == standing

    @pytest.mark.parametrize(
        ("on", "standing"),
        [("2024-12-31", NOT_YET), ("2025-01-01", IN_FORCE), ("2027-01-01", OVER)],
    )
    def test_standing_without_a_period_of_its_own(self, on: str, standing: str) -> None:
        budget = self.budget(effective="2025-01-01", ends="2027-01-01")
        assert budget.standing(Limit(at_most="1"), date.fromisoformat(on)) == standing

    @staticmethod
    def budget(**dates: str) -> Budget:
        return Budget(
            id="sample",
            title="A sample",
            citation={"document": "90 FR 4544"},
            dates=dates,
            counts=["3A090.a"],
            note="a note",
            limits=[{"at_most": "1"}],
        )


class TestInstruments:
    """data/jurisdictions.yaml: modeled by rules, or a reason with its sources."""

    @pytest.mark.parametrize(
        ("stated", "accepted"),
        [
            ({"modeled": ("a",)}, True),
            ({"why_not": "no number", "sources": ("s",)}, True),
            ({"modeled": ("a",), "why_not": "no number", "sources": ("s",)}, False),
            ({"why_not": "no number"}, False),
            ({"sources": ("s",)}, False),
            ({}, False),
        ],
        ids=str,
    )
    def test_explained(self, stated: dict[str, Any], accepted: bool) -> None:
        if accepted:
            assert Instrument(title="A law", **stated).model_dump()
            return
        with pytest.raises(ValidationError, match=r"keep one|needs `modeled`"):
            Instrument(title="A law", **stated)


class TestWorksheets:
    """A line of a worksheet is looked up by its id."""

    @pytest.mark.parametrize(("ids", "accepted"), [("ab", True), ("a", True), ("aba", False)])
    def test_lines_have_different_ids(self, ids: str, accepted: bool) -> None:
        sample = next(iter(worksheets.worksheets().values())).model_dump(mode="json")
        line = sample["lines"][0]
        stated = {**sample, "lines": [{**line, "id": each} for each in ids]}
        stated = {key: value for key, value in stated.items() if value is not None}
        stated["lines"] = [
            {key: value for key, value in each.items() if value is not None}
            for each in stated["lines"]
        ]
        if accepted:
            assert [each.id for each in Worksheet(**stated).lines] == list(ids)
            return
        with pytest.raises(ValidationError, match="'a' appears twice"):
            Worksheet(**stated)
