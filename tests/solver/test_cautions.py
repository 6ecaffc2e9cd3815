"""When each caution of an answer is said, and whether it could turn "no" into "required".

Of docs/specification.md, "Cautions", one topic at a time: each test has a rulebook of a few rules
and a chip in which one thing is so or not.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from small_law import DAY, ENTRIES, made_chip, small_law

import chipdb
from chipdb.rules.places import places
from chipdb.rules.rulebook import Notice, Rulebook
from chipdb.rules.scopes import NO_SCOPE, scope_from
from chipdb.solver.cautions import Caution
from chipdb.vocabulary import CautionKind

ON = date.fromisoformat(DAY)


def cautions(
    chip: chipdb.Chip,
    *rules: str,
    to: str | None = "CN",
    on: str = DAY,
    entries: str = ENTRIES,
    **more: object,
) -> list[Caution]:
    """The cautions of an answer by a small rulebook, but for the one about its evidence."""
    answer = chipdb.check(chip, on=on, to=to, rulebook=small_law(*rules, entries=entries), **more)
    return [each for each in answer.cautions if each.kind != CautionKind.EVIDENCE]


LICENSE = """\
- id: lic
  question: license
  scope: {{to: [CN]}}
  provisions: [{{id: "(1)", when: {{metric: tpp, ge: {least}}}}}]
"""
"""A license from a TPP on."""


class TestComing:
    """A rule that is law already, and from a later day on asks for a license."""

    RULE = """\
- id: coming
  question: license
  dates: {{effective: 2026-06-01, compliance: 2026-06-10}}
  kind: [{kind}]
  scope: {{to: [{to}]}}
  provisions: [{{id: c, when: {{metric: tpp, ge: 100}}}}]
"""

    @pytest.mark.parametrize(
        ("on", "is_said"),
        [("2026-05-31", False), ("2026-06-01", True), ("2026-06-09", True), ("2026-06-10", False)],
    )
    def test_on_each_side_of_its_days(self, on: str, is_said: bool) -> None:
        rule = self.RULE.format(kind="processor", to="CN")
        found = cautions(made_chip("tpp: 300"), rule, on=on)
        assert [each.kind for each in found] == [CautionKind.CODIFIED] * is_said
        if is_said:
            (caution,) = found
            assert "took effect on 2026-06-01" in caution.text
            assert "from its compliance date 2026-06-10" in caution.text
            assert not caution.could_require_license

    @pytest.mark.parametrize(
        ("metrics", "kind", "to", "others"),
        [
            ("tpp: 20", "processor", "CN", ""),
            ("tpp: 300", "system", "CN", ""),
            ("tpp: 300", "processor", "JP", ""),
            # a license is required today already
            ("tpp: 300", "processor", "CN", LICENSE.format(least=100)),
        ],
    )
    def test_not_where_it_does_not_reach(
        self, metrics: str, kind: str, to: str, others: str
    ) -> None:
        rule = self.RULE.format(kind=kind, to=to)
        assert cautions(made_chip(metrics), rule + others) == []

    def test_of_figures_that_are_not_known(self) -> None:
        assert cautions(made_chip(), self.RULE.format(kind="processor", to="CN"))

    def test_from_its_compliance_date_it_is_not_coming(self) -> None:
        """Then it asks already, though nobody knows whether of this chip."""
        rule = self.RULE.format(kind="processor", to="CN")
        assert cautions(made_chip(), rule, on="2026-06-09")
        assert cautions(made_chip(), rule, on="2026-06-10") == []

    def test_only_of_rules_that_ask_for_a_license(self) -> None:
        rule = self.RULE.format(kind="processor", to="CN").replace("license", "duty", 1)
        assert cautions(made_chip("tpp: 300"), rule) == []

    def test_without_days_nothing_is_coming(self) -> None:
        assert cautions(made_chip("tpp: 20"), LICENSE.format(least=100)) == []

    @pytest.mark.parametrize(
        ("on", "least", "is_said"),
        [
            ("2026-06-01", 100, True),
            ("2026-06-09", 100, True),
            ("2026-06-10", 100, False),
            ("2026-06-01", 1000, False),
        ],
    )
    def test_a_presumption(self, on: str, least: int, is_said: bool) -> None:
        """It binds a foundry from its effective day; the license follows from a later one."""
        rule = f"""\
- id: presuming
  question: presumption
  presumes: X.a
  dates: {{effective: 2026-06-01, compliance: 2026-06-10}}
  kind: [processor]
  provisions: [{{id: n, outcome: X.a, when: {{metric: tpp, ge: {least}}}}}]
"""
        found = cautions(made_chip("tpp: 300"), rule, on=on, role="foundry")
        assert [each.kind for each in found] == [CautionKind.CODIFIED] * is_said
        if is_said:
            assert "what it presumes asks for a license from its compliance date 2026-06-10" in (
                found[0].text
            )
        without_days = rule.replace("effective: 2026-06-01, compliance: 2026-06-10", "")
        assert cautions(made_chip("tpp: 300"), without_days, on=on, role="foundry") == []


LETTER = """\
- id: letter
  question: license
  addressees: [{to}]
  scope: {{to: [CN]}}
  provisions:
    - {{id: named, when: {{part: [nvidia-h20-96gb]}}}}
    - {{id: figures, when: {{metric: memory_bandwidth, ge: 5000}}}}
"""


class TestLetters:
    FAST = "tpp: 20, memory_bandwidth: 6000 GB/s"

    def test_to_somebody_who_may_have_received_one(self) -> None:
        (caution,) = cautions(made_chip(self.FAST, "vendor: Test"), LETTER.format(to="Somebody"))
        assert (caution.kind, caution.could_require_license) == (CautionKind.LETTER, True)
        assert caution.text == (
            "whether Test received such a letter (letter) is not known; a license is required if "
            "it did"
        )

    def test_without_a_vendor(self) -> None:
        (caution,) = cautions(made_chip(self.FAST), LETTER.format(to="Somebody"))
        assert caution.text.startswith("whether the vendor received such a letter")

    def test_to_the_vendor_of_a_chip_outside_the_catalog(self) -> None:
        (caution,) = cautions(made_chip(self.FAST, "vendor: Test"), LETTER.format(to="Test"))
        assert caution.text.startswith("Test received such a letter (letter); whether it reaches")
        assert caution.could_require_license

    def test_not_for_figures_that_it_does_not_reach(self) -> None:
        slow = made_chip("tpp: 20, memory_bandwidth: 400 GB/s", "vendor: Test")
        assert cautions(slow, LETTER.format(to="Somebody")) == []

    def test_not_where_a_license_is_required_anyway(self) -> None:
        chip = made_chip("tpp: 300, memory_bandwidth: 6000 GB/s", "vendor: Test")
        assert cautions(chip, LETTER.format(to="Somebody"), LICENSE.format(least=100)) == []

    def test_a_named_part_that_was_changed(self) -> None:
        """A letter names products; a changed one is another, which its figures alone may reach."""
        changed = chipdb.load()["H20"].derate(compute="x0.5")
        (caution,) = cautions(changed, LETTER.format(to="NVIDIA"))
        assert caution.kind == CautionKind.LETTER
        assert caution.text.startswith(
            "nvidia-h20-96gb, which was changed here, is named in a letter"
        )
        assert not caution.could_require_license

    @pytest.mark.parametrize("name", ["H20", "A30"])
    def test_nothing_of_a_change_that_nobody_made(self, name: str) -> None:
        assert cautions(chipdb.load()[name], LETTER.format(to="NVIDIA")) == []

    def test_nothing_of_a_part_that_no_letter_names(self) -> None:
        changed = chipdb.load()["A30"].derate(compute="x0.5")
        assert cautions(changed, LETTER.format(to="NVIDIA")) == []

    def test_nothing_of_a_changed_part_that_needs_a_license_anyway(self) -> None:
        changed = chipdb.load()["H20"].derate(compute="x0.5")
        assert cautions(changed, LETTER.format(to="NVIDIA"), LICENSE.format(least=100)) == []

    def test_nothing_of_a_changed_part_if_the_rule_is_no_letter(self) -> None:
        changed = chipdb.load()["H20"].derate(compute="x0.5")
        rule = LETTER.format(to="NVIDIA").replace("  addressees: [NVIDIA]\n", "")
        assert cautions(changed, rule) == []


class TestSale:
    RULES = """\
- id: lic
  question: license
  provisions: [{id: p, when: {metric: tpp, ge: 100}}]
  review: [{policy: presumption-of-denial}]
- id: easing
  question: review
  dates: {published: 2026-01-15}
  provisions: [{id: e, outcome: eased, when: {fact: us_available, is: true}}]
  review: [{policy: case-by-case, of: [lic]}]
"""

    def test_that_no_source_speaks_of_it(self) -> None:
        (caution,) = cautions(made_chip("tpp: 300"), self.RULES)
        assert (caution.kind, caution.could_require_license) == (CautionKind.FACT_UNSOURCED, False)
        assert caution.text == (
            "no source says whether Made was on sale in the United States on 2026-01-15; "
            "the review policy depends on it"
        )

    def test_where_it_decides_nothing(self) -> None:
        assert cautions(made_chip("tpp: 20"), self.RULES) == []
        sold = "us_available: {from: 2026-01-01, source: hothardware-t4-2018}"
        assert cautions(made_chip("tpp: 300", sold), self.RULES) == []


CAUTIONING = """\
- id: {id}
  question: {question}
  kind: [processor]
  provisions: [{{id: p, outcome: {outcome}, when: {{metric: memory_bandwidth, ge: 500}}}}]
  cautions: [{cautions}]
"""


class TestCautionsOfRules:
    def said(
        self,
        caution: str,
        metrics: str = "memory_bandwidth: 600 GB/s",
        *others: str,
        question: str = "duty",
    ) -> list[str]:
        """The texts of the cautions that one rule carries."""
        rule = CAUTIONING.format(id="r", question=question, outcome="Y.a", cautions=caution)
        return [each.text for each in cautions(made_chip(f"tpp: 300, {metrics}"), rule, *others)]

    @pytest.mark.parametrize(
        ("metrics", "is_said"),
        [("memory_bandwidth: 600 GB/s", True), ("", True), ("memory_bandwidth: 400 GB/s", False)],
    )
    def test_where_the_rule_may_be_met(self, metrics: str, is_said: bool) -> None:
        assert self.said("{kind: end-use, text: look out}", metrics) == ["look out"] * is_said

    def test_not_of_a_proposal(self) -> None:
        rule = CAUTIONING.format(
            id="bill",
            question="proposal",
            outcome="Y.a",
            cautions="{kind: end-use, text: look out}",
        )
        assert cautions(made_chip("memory_bandwidth: 600 GB/s"), rule, rule="bill") == []

    def test_one_topic_is_said_once(self) -> None:
        topics = (
            "{kind: end-use, text: first, topic: t}, {kind: end-use, text: second, topic: t}, "
            "{kind: end-use, text: other, topic: u}, {kind: end-use, text: none}, "
            "{kind: end-use, text: none either}"
        )
        assert self.said(topics) == ["first", "other", "none", "none either"]

    def test_a_caution_that_is_left_out_does_not_take_its_topic(self) -> None:
        topics = (
            "{kind: end-use, text: elsewhere, topic: t, scope: {to: [JP]}}, "
            "{kind: end-use, text: here, topic: t}"
        )
        assert self.said(topics) == ["here"]

    @pytest.mark.parametrize(("to", "is_said"), [("CN", True), ("JP", False)])
    def test_in_its_places(self, to: str, is_said: bool) -> None:
        caution = f"{{kind: end-use, text: look out, scope: {{to: [{to}]}}}}"
        assert self.said(caution) == ["look out"] * is_said

    def test_where_a_license_is_required_anyway(self) -> None:
        both = "{kind: end-use, text: a, unless_required: true}, {kind: end-use, text: b}"
        metrics = "memory_bandwidth: 600 GB/s"
        assert self.said(both, metrics) == ["a", "b"]
        assert self.said(both, metrics, LICENSE.format(least=100)) == ["b"]

    def test_a_measure_against_foreign_chips(self) -> None:
        """Huawei is based in an arms-embargoed place, so that jurisdiction is open instead."""
        rule = CAUTIONING.format(
            id="r",
            question="duty",
            outcome="Y.a",
            cautions="{kind: destination-measure, text: m}, {kind: end-use, text: e}",
        )
        fast = "memory_bandwidth: 600 GB/s"
        assert [each.text for each in cautions(made_chip(fast), rule)] == ["m", "e"]
        found = cautions(made_chip(fast, "vendor: Huawei"), rule)
        assert "e" in [each.text for each in found]
        assert "m" not in [each.text for each in found]
        assert CautionKind.JURISDICTION in [each.kind for each in found]

    def test_whether_it_could_require_a_license(self) -> None:
        both = (
            "{kind: other-control, text: a, could_require_license: true}, "
            "{kind: other-control, text: b}"
        )
        rule = CAUTIONING.format(id="r", question="duty", outcome="Y.a", cautions=both)
        found = cautions(made_chip("memory_bandwidth: 600 GB/s"), rule)
        assert [each.could_require_license for each in found] == [True, False]
        assert [each.changes_status for each in found] == [True, False]

    def test_cautions_about_the_item_come_first(self) -> None:
        both = "{kind: end-use, text: transaction}, {kind: other-control, text: item}"
        assert self.said(both) == ["item", "transaction"]

    @pytest.mark.parametrize(
        ("tpp", "text"),
        [("300", "in it"), ("60", "in it or not"), ("20", "in it or not"), ("[]", "in it or not")],
    )
    def test_what_is_settled_of_an_entry(self, tpp: str, text: str) -> None:
        """A rule that asks for X.a, which begins at a TPP of 100; the rule is met either way."""
        rule = """\
- id: r
  question: license
  provisions: [{id: p, when: {any: [{outcome: [X.a]}, {metric: memory_bandwidth, ge: 500}]}}]
  cautions: [{kind: end-use, text: in it, text_if_open: in it or not}]
"""
        metrics = "memory_bandwidth: 600 GB/s" + (f", tpp: {tpp}" if tpp != "[]" else "")
        assert [each.text for each in cautions(made_chip(metrics), rule)] == [text]


class TestDeclaredEntry:
    @pytest.mark.parametrize(
        ("kind", "declared", "text", "said"),
        [
            (
                "other-control",
                "declared: {eccn: 4A994}",
                "see it",
                "see it; the vendor declares ECCN 4A994",
            ),
            (
                "other-control",
                "declared: {eccn: 4A994}",
                "'it is {declared} there'",
                "it is 4A994 there",
            ),
            ("other-control", "declared: {tpp: 20}", "see it", "see it"),
            ("other-control", "", "see it", "see it"),
            ("end-use", "declared: {eccn: 4A994}", "see it", "see it"),
        ],
    )
    def test_it_is_said_with_other_controls(
        self, kind: str, declared: str, text: str, said: str
    ) -> None:
        rule = CAUTIONING.format(
            id="r", question="duty", outcome="Y.a", cautions=f"{{kind: {kind}, text: {text}}}"
        )
        chip = made_chip("tpp: 20, memory_bandwidth: 600 GB/s", declared)
        assert said in [each.text for each in cautions(chip, rule)]


def with_notices(*notices: Notice) -> Rulebook:
    """A small rulebook with some notices, besides that of its coverage."""
    law = small_law(LICENSE.format(least=100))
    return Rulebook(list(law), (*law.notices, *notices))


def notice(text: str, **fields: object) -> Notice:
    """A notice to the license question that is a caution."""
    usual = {"caution": CautionKind.PARTY, "since": date(2022, 1, 1), "scope": NO_SCOPE}
    return Notice(question="license", text=text, **{**usual, **fields})


class TestNotices:
    def said(
        self, *notices: Notice, tpp: int = 20, more: str = "", **asked: object
    ) -> list[tuple[str, bool]]:
        """The text of each caution and whether it could require a license."""
        answer = chipdb.check(
            made_chip(f"tpp: {tpp}", more),
            on=DAY,
            to="CN",
            rulebook=with_notices(*notices),
            **asked,
        )
        found = [each for each in answer.cautions if each.kind != CautionKind.EVIDENCE]
        return [(each.text, each.could_require_license) for each in found]

    def test_as_it_stands(self) -> None:
        both = (notice("a", could_require_license=True), notice("b"))
        assert self.said(*both) == [("a", True), ("b", False)]

    def test_where_a_license_is_required_anyway(self) -> None:
        both = (notice("a", unless_required=True), notice("b"))
        assert self.said(*both) == [("a", False), ("b", False)]
        assert self.said(*both, tpp=300) == [("b", False)]

    def test_of_some_forms(self) -> None:
        """With the ECCN that the vendor declares, which others are given without."""
        both = (notice("a", forms=("SXM",)), notice("b"))
        assert self.said(*both) == [("b", False)]
        declared = "form: SXM5, declared: {eccn: 4A994}"
        assert self.said(*both, more=declared) == [
            ("a; the vendor declares ECCN 4A994", False),
            ("b", False),
        ]

    def test_of_exporters_that_are_not_stated(self) -> None:
        """One line for all of them, last; strict questions assume no exporter."""
        japan = notice("j", caution=CautionKind.EXPORTER_LAW, scope=scope_from({"from": ["JP"]}))
        taiwan = notice(
            "t",
            caution=CautionKind.EXPORTER_LAW,
            scope=scope_from({"from": ["TW"]}),
            could_require_license=True,
        )
        other = notice("o")
        assert self.said(japan, taiwan, other) == [("o", False)]
        assert self.said(japan, other, from_="JP") == [("j", False), ("o", False)]
        first, last = self.said(japan, japan, taiwan, other, headquarters="CN", strict=True)
        assert first == ("o", False)
        assert "there are remarks on Japan, Taiwan: state the country" in last[0]
        assert last[1]
        (only,) = self.said(japan, headquarters="CN", strict=True)
        assert not only[1]

    def test_of_every_exporter(self) -> None:
        """A notice without a place of its own names none."""
        anywhere = notice("a", caution=CautionKind.EXPORTER_LAW)
        japan = notice("j", caution=CautionKind.EXPORTER_LAW, scope=scope_from({"from": ["JP"]}))
        ((text, _),) = self.said(anywhere, japan, headquarters="CN", strict=True)
        assert "there are remarks on Japan: state the country" in text

    def test_of_parties_that_are_not_stated(self) -> None:
        """One line for all of them; one that could require a license is enough for the line."""
        of_iran = notice("i", scope=scope_from({"headquarters": ["IR"]}))
        of_russia = notice("r", scope=scope_from({"headquarters": ["RU"]}))
        serious = notice(
            "s", scope=scope_from({"headquarters": ["IR"]}), could_require_license=True
        )
        assert self.said(of_iran, of_russia) == []
        assert self.said(of_iran, headquarters="IR") == [("i", False)]
        ((text, could),) = self.said(of_iran, of_russia, from_="US", strict=True)
        assert "parties headquartered in Iran, Russia: state the headquarters" in text
        assert not could
        for order in ((serious, of_iran, of_russia), (of_iran, serious, of_russia)):
            ((text, could),) = self.said(*order, from_="US", strict=True)
            assert "parties headquartered in Iran, Russia: state" in text
            assert could


class TestEvidence:
    def days(self, on: date, *rules: str, to: str | None = "CN") -> list[str]:
        """The texts of the cautions about evidence."""
        answer = chipdb.check(made_chip("tpp: 20"), on=on, to=to, rulebook=small_law(*rules))
        return [each.text for each in answer.cautions if each.kind == CautionKind.EVIDENCE]

    RULE = """\
- id: r{day}
  question: license
  dates: {{evidence_to: {day}}}
  provisions: [{{id: p, when: {{metric: tpp, ge: 100}}}}]
"""

    def test_of_the_country_groups(self) -> None:
        seen = places().groups["D:5"].seen
        assert self.days(seen) == []
        (text,) = self.days(seen + timedelta(days=1))
        assert text.startswith(f"evidence ends on {seen} ")
        assert self.days(seen + timedelta(days=1), to=None) == []

    def test_of_rules(self) -> None:
        seen = places().groups["D:5"].seen
        first, second = seen - timedelta(days=9), seen - timedelta(days=5)
        rules = [self.RULE.format(day=day) for day in (second, first)]
        rules.append(LICENSE.format(least=100))
        assert self.days(first, *rules) == []
        (text,) = self.days(first + timedelta(days=1), *rules)
        assert text.startswith(f"evidence ends on {first} ")
        # the earliest of all
        (text,) = self.days(seen + timedelta(days=1), *rules)
        assert text.startswith(f"evidence ends on {first} ")


class TestEstimates:
    """An estimate keeps a chip below 100, where a license begins; 2.1 is how far one may be off."""

    RULES = (LICENSE.format(least=100),)

    @pytest.mark.parametrize(
        ("tpp", "words", "could"),
        [
            ("{value: 60, basis: estimated}", "some value up to 2.1 times", True),
            ("{value: 20, basis: estimated}", "no value up to 2.1 times", False),
            ("{value: 60}", None, None),
            ("{value: 300, basis: estimated}", None, None),
        ],
    )
    def test_of_one_figure(self, tpp: str, words: str | None, could: bool | None) -> None:
        found = cautions(made_chip(f"tpp: {tpp}"), *self.RULES)
        if words is None:
            assert found == []
            return
        (caution,) = found
        assert (caution.kind, caution.could_require_license) == (CautionKind.FACT_UNSOURCED, could)
        assert words in caution.text

    def test_of_a_figure_that_no_rule_asks_for(self) -> None:
        metrics = "tpp: 20, memory_bandwidth: {value: 400 GB/s, basis: estimated}"
        assert cautions(made_chip(metrics), *self.RULES) == []

    JOINT = """\
- id: joint
  question: license
  provisions: [{id: p, when: {all: [{metric: tpp, ge: 100}, {metric: memory_bandwidth, ge: 500}]}}]
"""

    @pytest.mark.parametrize(
        ("tpp", "memory", "kinds"),
        [
            # both are off by less than 2.1 times, and only both together reach the license
            ("{value: 60, basis: estimated}", "{value: 300 GB/s, basis: estimated}", [True]),
            ("{value: 20, basis: estimated}", "{value: 300 GB/s, basis: estimated}", []),
            ("{value: 60, basis: estimated}", "{value: 300 GB/s}", []),
            # beyond what an estimate may be off, though together any value could
            ("{value: 60, basis: estimated}", "{value: 200 GB/s, basis: estimated}", []),
            # one of them reaches it by itself, which is said of that one
            ("{value: 60, basis: estimated}", "{value: 600 GB/s, basis: estimated}", [True]),
        ],
    )
    def test_of_two_figures_together(self, tpp: str, memory: str, kinds: list[bool]) -> None:
        found = cautions(made_chip(f"tpp: {tpp}, memory_bandwidth: {memory}"), self.JOINT)
        assert [each.could_require_license for each in found] == kinds
        if kinds:
            together = "would together need" in found[0].text
            assert together == ("300" in memory)

    def test_not_where_a_license_is_required_anyway(self) -> None:
        tpp, memory = ("{value: 60, basis: estimated}", "{value: 300 GB/s, basis: estimated}")
        metrics = f"tpp: {tpp}, memory_bandwidth: {memory}"
        anyway = LICENSE.format(least=1)
        assert cautions(made_chip(metrics), self.JOINT, anyway) == []


def test_planar_logic_is_an_interpretation() -> None:
    """Without an applicable die area no density is met; with another value, one might be."""
    entries = (
        ENTRIES + "    - {id: X.c, outcome: X.c, when: {metric: performance_density, ge: 1}}\n"
    )
    license_of_c = LICENSE.format(least=1).replace("{metric: tpp, ge: 1}", "{outcome: [X.c]}")
    planar, other = (
        made_chip("tpp: 20, applicable_die_area: 0 mm^2"),
        made_chip("tpp: 20, applicable_die_area: 100 mm^2"),
    )
    (caution,) = cautions(planar, license_of_c, entries=entries)
    assert (caution.kind, caution.could_require_license) == (CautionKind.INTERPRETATION, True)
    assert cautions(other, license_of_c, entries=entries) == []
    (caution,) = cautions(planar, entries=entries)
    assert not caution.could_require_license
    # it is said without a destination, too, as the only one
    assert len(cautions(planar, to=None, entries=entries)) == 1
