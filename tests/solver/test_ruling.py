"""Which rules are asked about an item, with which facts, and what the answers of all come to."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import pytest
from small_law import DAY, ENTRIES, made_chip, ruled, small_law

import chipdb
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.item import Item
from chipdb.solver.question import question
from chipdb.solver.ruling import Ruling, control_list_of
from chipdb.vocabulary import RuleQuestion, Status

RULES = """\
- {id: everywhere, question: license, ALWAYS}
- {id: china, question: license, scope: {to: [CN]}, ALWAYS}
- {id: parent, question: license, scope: {headquarters: [JP]}, ALWAYS}
- {id: systems, question: license, kind: [system], ALWAYS}
- {id: note, question: presumption, presumes: X.a, ALWAYS}
- {id: bill, question: proposal, scope: {to: [CN]}, ALWAYS}
- {id: later, question: license, dates: {effective: 2027-01-01}, ALWAYS}
""".replace("ALWAYS", "provisions: [{id: p, when: {metric: tpp, ge: 1}}]")


class TestWhichAreAsked:
    def asked(self, to: str | None = None, chip: chipdb.Chip | None = None, **more: Any) -> Ruling:
        """The ruling on a chip by the rules above."""
        made = chip or made_chip("tpp: 20")
        return Ruling(Item(made), question(DAY, to, book=small_law(RULES), **more))

    @pytest.mark.parametrize(
        ("asked", "ids"),
        [
            # without a destination nothing is exported, so that rules about places are not asked
            ({}, {"entries", "everywhere"}),
            ({"to": "CN"}, {"entries", "everywhere", "china"}),
            ({"to": "TW"}, {"entries", "everywhere"}),
            ({"to": "CN", "headquarters": "JP"}, {"entries", "everywhere", "china", "parent"}),
            # a scope that may hold counts
            ({"to": "CN", "strict": True}, {"entries", "everywhere", "china", "parent"}),
            ({"role": "foundry"}, {"entries", "everywhere", "note"}),
            ({"to": "CN", "named": "bill"}, {"entries", "everywhere", "china", "bill"}),
        ],
    )
    def test_by_places_and_role(self, asked: dict[str, Any], ids: set[str]) -> None:
        assert self.asked(**asked).applicable.ids == ids
        assert self.asked(**asked).applicable.absent == ()

    def test_by_kind(self) -> None:
        text = "{id: s, name: S, kind: system, metrics: {app: 8}}"
        (system,) = chipdb.load().adopt(text.encode(), "system.yaml")
        assert self.asked(chip=system).applicable.ids == {"everywhere", "systems"}

    @pytest.mark.parametrize(
        ("named", "to"), [("later", "CN"), ("systems", "CN"), ("china", "TW"), ("bill", "TW")]
    )
    def test_a_named_one_that_does_not_apply(self, named: str, to: str) -> None:
        ruling = self.asked(to, named=named)
        assert [rule.id for rule in ruling.applicable.absent] == [named]
        assert [rule.id for rule in ruling.rules_shown] == [named]
        (answer,) = ruling.answers
        assert answer.status == Status.NOT_COVERED

    def test_a_named_one_is_asked_whatever_else_is(self) -> None:
        """Others are asked for what it refers to, and not shown."""
        ruling = self.asked("CN", named="china")
        assert "entries" in ruling.applicable.ids
        assert [rule.id for rule in ruling.rules_shown] == ["china"]
        assert [rule.id for rule in self.asked("CN").rules_shown] == [
            *("entries", "everywhere", "china"),
        ]

    def test_of_some_questions(self) -> None:
        ruling = self.asked("CN", role="foundry")
        of_two = ruling.rules_of(RuleQuestion.CLASSIFICATION, RuleQuestion.PRESUMPTION)
        assert [rule.id for rule in of_two] == ["entries", "note"]
        assert [rule.id for rule in ruling.shown_of(RuleQuestion.PRESUMPTION)] == ["note"]


OWN = """\
- id: own
  question: {question}
  {dates}
  provisions: [{{id: p, outcome: Z.a, when: {{metric: tpp, ge: 10}}}}]
"""


class TestOwnRules:
    """A user's own rules count beside the law; they may refer to it, and must not change it."""

    def ruling(self, asked: str, dates: str = "") -> Ruling:
        book = small_law().with_file(OWN.format(question=asked, dates=dates).encode(), "own.yaml")
        return Ruling(Item(made_chip("tpp: 20")), question(DAY, "CN", book=book))

    def test_they_are_not_part_of_the_control_list(self) -> None:
        ruling = self.ruling("classification")
        assert [rule.id for rule in control_list_of(ruling.question).rules] == ["entries"]
        assert "own" in ruling.applicable.ids
        assert (ruling.classification.rule.id, ruling.classification.outcome) == ("own", "Z.a")

    @pytest.mark.parametrize(
        ("dates", "is_asked"),
        [
            ("", True),
            ("dates: {effective: 2026-06-01}", True),
            ("dates: {effective: 2026-06-02}", False),
            ("dates: {ends: 2026-06-01}", False),
        ],
    )
    @pytest.mark.parametrize("asked", ["license", "proposal"])
    def test_between_their_dates(self, asked: str, dates: str, is_asked: bool) -> None:
        """A proposal that a user writes is wanted, too; one that does not apply is reported."""
        ruling = self.ruling(asked, dates)
        assert ("own" in ruling.applicable.ids) is is_asked
        assert [rule.id for rule in ruling.applicable.absent] == ([] if is_asked else ["own"])


class TestClassification:
    def classified(self, metrics: str, *rules: str, on: str = DAY) -> tuple[str, str]:
        """The rule that classifies a chip, and the status."""
        found = ruled(small_law(*rules), made_chip(metrics), on=on).classification
        return found.rule.id, str(found.status)

    OTHER = ENTRIES.replace("id: entries", "id: other").replace("tpp", "memory_bandwidth")

    @pytest.mark.parametrize(
        ("metrics", "expected"),
        [
            ("tpp: 300, memory_bandwidth: 10 GB/s", ("entries", "met")),
            ("tpp: 20, memory_bandwidth: 300 GB/s", ("other", "met")),
            ("memory_bandwidth: 300 GB/s", ("other", "met")),
            ("memory_bandwidth: 10 GB/s", ("entries", "undetermined")),
            ("tpp: 20", ("other", "undetermined")),
            ("tpp: 20, memory_bandwidth: 10 GB/s", ("entries", "not-met")),
        ],
    )
    def test_the_strictest_of_several(self, metrics: str, expected: tuple[str, str]) -> None:
        assert self.classified(metrics, self.OTHER) == expected

    @pytest.mark.parametrize(("on", "status"), [("2022-07-31", "undetermined"), (DAY, "not-met")])
    def test_without_a_rule(self, on: str, status: str) -> None:
        """Not met as far back as somebody looked it up: decision record 6."""
        later = ENTRIES.replace("  kind:", "  dates: {effective: 2027-01-01}\n  kind:")
        law = small_law(entries=later)
        found = Ruling(Item(made_chip("tpp: 300")), question(on, book=law)).classification
        assert (found.rule.id, str(found.status)) == ("none", status)


LETTER = """\
- id: letter
  question: license
  addressees: [Somebody]
  scope: {to: [CN]}
  provisions: [{id: p, when: {metric: tpp, ge: 10}}]
"""


class TestLetters:
    """A letter binds the companies that it names; whether others received one is not public."""

    def ruling(self, chip: chipdb.Chip, rules: str = LETTER) -> tuple[Ruling, Rulebook]:
        law = small_law(rules)
        return ruled(law, chip), law

    def test_another_company(self) -> None:
        ruling, law = self.ruling(made_chip("tpp: 20", "vendor: Test"))
        assert ruling.verdict(law["letter"]).status == Status.UNDETERMINED
        assert not ruling.is_addressees_own_design(law["letter"])
        fact = ruling.open_letter(law["letter"])
        assert fact == "addressee:letter"
        assert ruling.verdict_if_bound(law["letter"], fact).status == Status.MET

    def test_a_design_of_an_addressee(self) -> None:
        """That it received the letter is known, and not whether it reaches such a chip."""
        ruling, law = self.ruling(made_chip("tpp: 20", "vendor: Somebody"))
        assert ruling.verdict(law["letter"]).status == Status.UNDETERMINED
        assert ruling.is_addressees_own_design(law["letter"])
        fact = ruling.open_letter(law["letter"])
        assert fact == "letter_reach:letter"
        assert ruling.verdict_if_bound(law["letter"], fact).status == Status.MET

    def test_a_product_of_an_addressee(self) -> None:
        rules = LETTER.replace("Somebody", "NVIDIA")
        ruling, law = self.ruling(chipdb.load()["A30"], rules)
        assert ruling.verdict(law["letter"]).status == Status.MET
        assert not ruling.is_addressees_own_design(law["letter"])
        assert ruling.open_letter(law["letter"]) is None
        # everything is settled, so that there is one way
        (assignment,) = ruling.verdict(law["letter"]).assignments
        assert assignment.lead.facts == {"addressee:letter": True}

    def test_a_rule_that_is_no_letter(self) -> None:
        rules = LETTER.replace("  addressees: [Somebody]\n", "")
        ruling, law = self.ruling(made_chip("tpp: 20"), rules)
        assert ruling.verdict(law["letter"]).status == Status.MET
        assert ruling.open_letter(law["letter"]) is None

    def test_a_figure_below_it(self) -> None:
        ruling, law = self.ruling(made_chip("tpp: 5", "vendor: Test"))
        assert ruling.verdict(law["letter"]).status == Status.NOT_MET


class TestScope:
    """Places that are not known are facts that a rule asks for: decision record 5."""

    RULE = """\
- id: parent
  question: license
  scope: {headquarters: [JP]}
  provisions: [{id: p, when: {metric: tpp, ge: 100}}]
"""

    @pytest.mark.parametrize(("tpp", "status"), [(300, Status.UNDETERMINED), (20, Status.NOT_MET)])
    def test_that_may_hold(self, tpp: int, status: Status) -> None:
        law = small_law(self.RULE)
        ruling = ruled(law, made_chip(f"tpp: {tpp}"), strict=True)
        assert ruling.in_scope(law["parent"]) is None
        assert ruling.verdict(law["parent"]).status == status

    def test_a_rule_that_asks_nothing_further_stays_the_same_object(self) -> None:
        """What was worked out for a rule is kept by its identity."""
        law = small_law(self.RULE)
        asked = question(DAY, "CN", headquarters="JP", book=law)
        ruling = Ruling(Item(made_chip("tpp: 300")), asked)
        assert ruling.effective(law["parent"]) is law["parent"]
        assert ruling.verdict(law["parent"]).status == Status.MET


class TestSystems:
    """A letter reaches a computer by any circuit in it; an entry says itself what it looks at."""

    def ruling(self, rules: str, *chips: dict[str, Any]) -> tuple[Ruling, Rulebook]:
        parts = [{"id": f"c{number}", **chip} for number, chip in enumerate(chips)]
        members = [{"chip": part["id"], "count": 1} for part in parts]
        record = {"id": "s", "name": "S", "kind": "system", "members": members}
        *_, found = chipdb.load().adopt(json.dumps([*parts, record]).encode(), "s.json")
        law = small_law(rules)
        return ruled(law, found), law

    LEAD: ClassVar = {"name": "Lead", "metrics": {"tpp": "300", "memory_bandwidth": "100 GB/s"}}
    WIDE: ClassVar = {"name": "Wide", "metrics": {"tpp": "20", "memory_bandwidth": "900 GB/s"}}
    RULE = (
        "- {{id: r, question: {question}, kind: [system], provisions: "
        "[{{id: p, outcome: Y.a, when: {{metric: memory_bandwidth, ge: 500}}}}]}}\n"
    )

    @pytest.mark.parametrize(
        ("asked", "status"),
        [("license", Status.MET), ("duty", Status.MET), ("classification", Status.NOT_MET)],
    )
    def test_by_the_other_chip(self, asked: str, status: Status) -> None:
        ruling, law = self.ruling(self.RULE.format(question=asked), self.LEAD, self.WIDE)
        assert ruling.verdict(law["r"]).status == status

    def test_by_the_only_chip(self) -> None:
        ruling, law = self.ruling(self.RULE.format(question="license"), self.WIDE)
        assert ruling.verdict(law["r"]).status == Status.MET
        assert ruling.effective(law["r"]) is law["r"]

    def test_each_chip_is_one_circuit(self) -> None:
        """No circuit has both a TPP of 100 and 500 GB/s."""
        both = "{all: [{metric: tpp, ge: 100}, {metric: memory_bandwidth, ge: 500}]}"
        rule = self.RULE.format(question="license").replace(
            "{metric: memory_bandwidth, ge: 500}", both
        )
        ruling, law = self.ruling(rule, self.LEAD, self.WIDE)
        assert ruling.verdict(law["r"]).status == Status.NOT_MET


def test_verdicts_that_are_known_are_used_as_they_are() -> None:
    law = small_law(LETTER)
    asked = question(DAY, "CN", book=law)
    fast = Ruling(Item(made_chip("tpp: 300")), asked)
    slow = Ruling(Item(made_chip("tpp: 5")), asked, verdicts_known=fast.verdicts())
    assert slow.verdict(law["entries"]) is fast.verdict(law["entries"])
    assert set(fast.verdicts()) == {"entries", "letter"}
    assert set(fast.verdicts([law["letter"]])) == {"letter"}


def test_the_other_law_asks_once_what_both_ask() -> None:
    printed = LETTER.replace("- id: letter", "- id: printed").replace(
        "  addressees: [Somebody]\n", "  dates: {enforcement_ends: 2026-01-01}\n"
    )
    law = small_law(printed)
    ruling = ruled(law, made_chip("tpp: 20"))
    other = ruling.under_other_law
    assert other.question.as_printed
    assert other.verdict(law["entries"]) is ruling.verdict(law["entries"])
    assert "printed" in other.applicable.ids - ruling.applicable.ids
    assert other.verdict(law["printed"]).status == Status.MET
