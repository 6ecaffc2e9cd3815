"""Whether a license is required, by a few rules: together, contested, printed and not enforced."""

from __future__ import annotations

import json

import pytest
from small_law import DAY, ENTRIES, made_chip, ruled, small_law

import chipdb
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.item import Item
from chipdb.solver.licensing import (
    License,
    license_of,
    other_law_of,
    printed_rules,
    ruling_with_license,
)
from chipdb.solver.question import question
from chipdb.solver.ruling import Ruling

LICENSE = """\
- id: {id}
  question: license
  scope: {{to: [CN]}}
  provisions: [{{id: "{id}(1)", when: {when}}}]
"""


def rule(name: str, when: str) -> str:
    """A license rule with one provision, for exports to China."""
    return LICENSE.format(id=name, when=when)


FAST, WIDE = "{metric: tpp, ge: 100}", "{metric: memory_bandwidth, ge: 500}"
SLOW = "{metric: tpp, lt: 100}"


def answer(metrics: str, *rules: str, to: str | None = "CN", on: str = DAY) -> License:
    """The license answer for a chip."""
    return license_of(ruled(small_law(*rules), made_chip(metrics), to, on))


def sections(found: License) -> list[str]:
    """The paragraphs that ask for a license."""
    return [each.section for each in found.requirements]


class TestTogether:
    def test_each_rule_that_is_met_asks(self) -> None:
        both = (rule("a", FAST), rule("b", WIDE))
        found = answer("tpp: 300, memory_bandwidth: 600 GB/s", *both)
        assert (found.required, sections(found)) == ("yes", ["a(1)", "b(1)"])
        found = answer("tpp: 300, memory_bandwidth: 400 GB/s", *both)
        assert (found.required, sections(found)) == ("yes", ["a(1)"])
        found = answer("tpp: 30, memory_bandwidth: 400 GB/s", *both)
        assert (found.required, sections(found)) == ("no", [])

    def test_one_that_is_met_is_enough_and_others_that_may_be_ask_for_nothing(self) -> None:
        found = answer("tpp: 300", rule("a", FAST), rule("b", WIDE))
        assert (found.required, sections(found)) == ("yes", ["a(1)"])

    def test_two_that_cannot_both_be_unmet(self) -> None:
        """Whatever the TPP is, one of them asks; which one is not settled."""
        found = answer("", rule("a", FAST), rule("b", SLOW))
        assert (found.required, sections(found)) == ("yes", ["a(1)", "b(1)"])
        assert [str(each.status) for each in found.requirements] == ["undetermined"] * 2

    def test_what_is_not_known(self) -> None:
        found = answer("", rule("a", FAST), rule("b", WIDE))
        assert (found.required, sections(found)) == ("undetermined", [])
        assert found.verdict is not None
        assert [need.figure for need in found.verdict.needs] == ["tpp", "memory_bandwidth"]

    def test_without_a_destination(self) -> None:
        assert answer("tpp: 300", rule("a", FAST), to=None).required is None

    def test_elsewhere(self) -> None:
        assert answer("tpp: 300", rule("a", FAST), to="JP").required == "no"

    def test_a_day_that_nobody_read(self) -> None:
        """Where no rules were read, "no" would claim what nobody looked up: decision record 6."""
        assert answer("tpp: 300", to="CN", on="2022-07-31").required == "undetermined"
        assert answer("tpp: 300", to="CN", on="2022-08-01").required == "no"


class TestContested:
    CLAIMS = "tpp: [{value: 120}, {value: 90}]"

    def test_a_claim_below_what_asks(self) -> None:
        found = answer(self.CLAIMS, rule("a", FAST))
        assert (found.required, found.contested) == ("yes", True)
        assert [str(side.required) for side in found.sides] == ["no"]
        assert found.requirements[0].contested

    def test_a_claim_above(self) -> None:
        """The claim of somebody else contests what is stated, and does not decide."""
        found = answer("tpp: [{value: 90}, {value: 120, basis: third-party}]", rule("a", FAST))
        assert (found.required, found.contested) == ("no", True)
        assert [str(side.required) for side in found.sides] == ["yes"]

    def test_another_rule_that_is_settled(self) -> None:
        """One uncontested requirement settles it; the other one is contested all the same."""
        metrics = f"{self.CLAIMS}, memory_bandwidth: 600 GB/s"
        found = answer(metrics, rule("a", FAST), rule("b", WIDE))
        assert (found.required, found.sides) == ("yes", ())
        assert [each.contested for each in found.requirements] == [True, False]

    def test_another_rule_that_is_not_met(self) -> None:
        metrics = f"{self.CLAIMS}, memory_bandwidth: 400 GB/s"
        assert answer(metrics, rule("a", FAST), rule("b", WIDE)).contested

    def test_a_claim_for_another_paragraph_contests_nothing(self) -> None:
        """X.a or X.b, each of which asks."""
        either = "{outcome: [X.a, X.b]}"
        found = answer(self.CLAIMS, rule("a", either))
        assert (found.required, found.sides) == ("yes", ())

    def test_of_what_is_not_met(self) -> None:
        claims = "[{value: 400 GB/s}, {value: 600 GB/s, basis: third-party}]"
        found = answer(f"tpp: 20, memory_bandwidth: {claims}", rule("b", WIDE))
        assert (found.required, found.contested) == ("no", True)


class TestReportedNumbers:
    """A number that only the press reports contests a license, and not what the rule says."""

    RULE = """\
- id: r
  question: license
  provisions: [{{id: p, reported: {reported}, when: {{metric: tpp, ge: 100}}}}]
"""

    @pytest.mark.parametrize("reported", ["true", "false"])
    @pytest.mark.parametrize("tpp", [300, 20])
    def test_it_contests_what_is_met(self, reported: str, tpp: int) -> None:
        law = small_law(self.RULE.format(reported=reported))
        ruling = ruled(law, made_chip(f"tpp: {tpp}"))
        assert ruling.verdict(law["r"]).sides == ()
        assert license_of(ruling).contested is (reported == "true" and tpp == 300)


class TestDeclaredEntry:
    """License rules read figures; a user of "no" must know that the vendor says otherwise."""

    @pytest.mark.parametrize(
        ("eccn", "asked", "contested"),
        [
            ("X.a", "X.a", True),
            ("X", "X.a", True),
            ("X.b", "X.a", False),
            ("X.b", "X.a, X.b", True),
            ("Y", "X.a", False),
            ("XX", "X.a", False),
        ],
    )
    def test_one_for_which_these_places_need_a_license(
        self, eccn: str, asked: str, contested: bool
    ) -> None:
        law = small_law(rule("a", f"{{outcome: [{asked}]}}"))
        chip = made_chip("tpp: 20", f"declared: {{eccn: {eccn}, source: hp}}")
        found = license_of(ruled(law, chip))
        assert (str(found.required), found.contested) == ("no", contested)
        if contested:
            assert [str(side.required) for side in found.sides] == ["yes"]
            assert found.sides[0].because == f"the vendor declares ECCN {eccn} (hp)"

    def test_another_rule_that_asks_for_it(self) -> None:
        law = small_law(rule("a", WIDE), rule("b", "{outcome: [X.a]}"))
        chip = made_chip("tpp: 20, memory_bandwidth: 400 GB/s", "declared: {eccn: X.a, source: hp}")
        assert license_of(ruled(law, chip)).contested

    def test_figures_that_a_claim_disputes(self) -> None:
        """No vendor declares that, so it is said as a claim."""
        claims = "tpp: [{value: 90}, {value: 120, basis: third-party}]"
        found = answer(claims, rule("a", "{outcome: [X.a]}"))
        assert [side.because for side in found.sides] == [
            "credible claims put tpp between 90 and 120"
        ]


class TestJurisdiction:
    """Whether a part designed in an embargoed country is subject to the EAR is no question of
    figures; Huawei is based in one.
    """

    def system(self, vendor: str | None, of_chips: tuple[str, ...]) -> Item:
        """A system with chips of some vendors."""
        chips = [
            {"id": f"c{number}", "name": name, "vendor": name, "metrics": {"tpp": "300"}}
            for number, name in enumerate(of_chips)
        ]
        members = [{"chip": chip["id"], "count": 1} for chip in chips]
        record = {"id": "s", "name": "S", "kind": "system", "vendor": vendor, "members": members}
        if vendor is None:
            del record["vendor"]
        *_, found = chipdb.load().adopt(json.dumps([*chips, record]).encode(), "s.json")
        return Item(found)

    @pytest.mark.parametrize(
        ("vendor", "of_chips", "is_open"),
        [
            ("Huawei", ("NVIDIA",), True),
            ("NVIDIA", ("Huawei",), True),
            ("NVIDIA", ("NVIDIA", "Huawei"), True),
            ("NVIDIA", ("NVIDIA", "AMD"), False),
            (None, ("NVIDIA",), False),
        ],
    )
    def test_one_chip_is_enough(
        self, vendor: str | None, of_chips: tuple[str, ...], is_open: bool
    ) -> None:
        asked = question(DAY, "CN", book=small_law(rule("a", FAST)))
        found = license_of(Ruling(self.system(vendor, of_chips), asked))
        assert found.lacks_jurisdiction is is_open
        assert (found.required == "undetermined") is is_open


PRINTED = """\
- id: {id}
  question: license
  scope: {{to: [CN]}}
  dates: {{effective: 2025-01-01, enforcement_ends: 2025-06-01, evidence_to: 2026-06-01}}
  lifted_by: [{lifted_by}]
  {unless}
  provisions: [{{id: "{id}(1)", when: {when}}}]
  exceptions: [{exceptions}]
"""


def printed(
    name: str = "p",
    when: str = "{metric: tpp, ge: 100}",
    exceptions: str = "",
    lifted_by: str = "E",
    unless: str = "",
) -> str:
    """A rule that is printed and that nobody has enforced since June 2025."""
    return PRINTED.format(
        id=name, when=when, exceptions=exceptions, lifted_by=lifted_by, unless=unless
    )


class TestPrinted:
    """A text that is printed and not enforced contests a "no", unless an exception lifts it."""

    METRICS = "tpp: 300, memory_bandwidth: 400 GB/s"
    E = 'name: E, section: "1"'
    IF_SLOW = f"{{{E}, when: {{metric: memory_bandwidth, lt: 500}}}}"

    def of(self, *rules: str, metrics: str = METRICS, strict: bool = False) -> License:
        return license_of(ruled(small_law(*rules), made_chip(metrics), strict=strict))

    def test_one_that_nothing_lifts(self) -> None:
        found = self.of(printed())
        assert found.printed is not None
        assert (found.required, found.printed.required) == ("no", "yes")
        assert found.printed.section == "p(1)"
        assert found.printed.could_require_license
        assert [(side.because, str(side.required)) for side in found.sides] == [
            ("15 CFR p(1) as printed, which is not enforced", "yes")
        ]

    def test_while_it_was_enforced(self) -> None:
        found = license_of(ruled(small_law(printed()), made_chip(self.METRICS), on="2025-05-31"))
        assert (found.required, found.printed) == ("yes", None)

    def test_one_that_does_not_reach_the_item(self) -> None:
        assert self.of(printed(when="{metric: tpp, ge: 500}")).printed is None

    @pytest.mark.parametrize(
        ("exceptions", "lifted_by", "is_lifted"),
        [
            (f"{{{E}}}", "E", True),
            (f"{{{E}}}", "F", False),
            (f"{{{E}, dates: {{ends: 2026-06-01}}}}", "E", False),
            (f"{{{E}, dates: {{ends: 2026-06-02}}}}", "E", True),
            (f"{{{E}, scope: {{to: [JP]}}}}", "E", False),
            (f"{{{E}, scope: {{to: [CN]}}}}", "E", True),
            (IF_SLOW, "E", True),
            (f"{{{E}, when: {{metric: memory_bandwidth, ge: 500}}}}", "E", False),
        ],
    )
    def test_what_lifts_it(self, exceptions: str, lifted_by: str, is_lifted: bool) -> None:
        found = self.of(printed(exceptions=exceptions, lifted_by=lifted_by))
        assert found.printed is not None
        assert (str(found.required), str(found.printed.required)) == (
            "no",
            "no" if is_lifted else "yes",
        )
        assert found.printed.could_require_license is not is_lifted
        assert bool(found.sides) is not is_lifted
        assert [each.name for each in found.printed.lifted_by] == ["E"] * is_lifted
        assert found.printed.may_be_lifted_by == ()

    def test_a_scope_that_only_may_hold_lifts_nothing(self) -> None:
        exceptions = f"{{{self.E}, scope: {{headquarters: [JP]}}}}"
        found = self.of(printed(exceptions=exceptions), strict=True)
        assert found.printed is not None
        assert found.printed.required == "yes"

    def test_where_only_what_lifts_it_is_open(self) -> None:
        found = self.of(printed(exceptions=self.IF_SLOW), metrics="tpp: 300")
        assert found.printed is not None
        assert found.printed.required == "undetermined"
        assert [each.name for each in found.printed.may_be_lifted_by] == ["E"]
        assert (found.printed.lifted_by, found.sides) == ((), ())
        assert found.printed.could_require_license

    def test_where_the_text_itself_is_open(self) -> None:
        found = self.of(printed(exceptions=self.IF_SLOW), metrics="")
        assert found.printed is not None
        assert found.printed.required == "undetermined"
        assert found.printed.may_be_lifted_by == ()

    def test_where_evidence_leads_to_it(self) -> None:
        metrics = "tpp: [{value: 90}, {value: 120, basis: third-party}]"
        found = self.of(printed(), metrics=metrics)
        assert found.printed is not None
        assert (found.printed.required, found.printed.contested) == ("no", True)
        assert found.printed.could_require_license
        assert [str(side.required) for side in found.sides] == ["yes"]

    def test_the_first_of_several_is_cited(self) -> None:
        found = self.of(printed("p"), printed("q"))
        assert found.printed is not None
        assert (found.printed.rule.id, found.printed.section) == ("p", "p(1)")

    def test_one_of_several_that_is_not_lifted_is_enough(self) -> None:
        found = self.of(printed("p", exceptions=f"{{{self.E}}}"), printed("q"))
        assert found.printed is not None
        assert found.printed.required == "yes"

    def test_what_it_excludes_stays_excluded(self) -> None:
        """The exclusion of the rule counts beside what lifts it."""
        without_slow = printed(
            exceptions=f"{{{self.E}, when: {{metric: memory_bandwidth, ge: 900}}}}",
            unless="unless: {metric: memory_bandwidth, lt: 500}",
        )
        assert self.of(without_slow).printed is None
        fast = "tpp: 300, memory_bandwidth: {} GB/s"
        for bandwidth, required in ((600, "yes"), (900, "no")):
            found = self.of(without_slow, metrics=fast.format(bandwidth))
            assert found.printed is not None
            assert found.printed.required == required

    def test_a_paragraph_that_is_enforced_here(self) -> None:
        """The printed text of it may be wider, and is no more than what is enforced."""
        here = rule("p", "{metric: tpp, ge: 1000}").replace("- id: p\n", "- id: enforced\n")
        assert self.of(printed(), here).printed is None
        elsewhere = here.replace("CN", "JP")
        assert self.of(printed(), elsewhere).printed is not None

    def test_where_a_license_is_required_anyway(self) -> None:
        found = self.of(printed(), rule("a", FAST))
        assert (found.required, found.printed, found.sides) == ("yes", None, ())

    def test_by_the_printed_text_itself(self) -> None:
        asked = question(DAY, "CN", law="text", book=small_law(printed()))
        found = license_of(Ruling(Item(made_chip(self.METRICS)), asked))
        assert (found.required, found.printed) == ("yes", None)

    def test_for_runners_over_many_rows(self) -> None:
        law = small_law(printed(), rule("a", WIDE))
        chip = made_chip(self.METRICS)
        ruling = ruled(law, chip)
        other, rules = printed_rules(ruling, even_lifted=False)
        assert [each.id for each in rules] == ["p"]
        assert other.question.as_printed
        assert rules[0].unless is None
        lifted = small_law(printed(exceptions=self.IF_SLOW))
        for even_lifted in (True, False):
            _, rules = printed_rules(ruled(lifted, chip), even_lifted=even_lifted)
            assert (rules[0].unless is None) is even_lifted
        for asked in (
            question(DAY, book=law),
            question(DAY, "CN", law="text", book=law),
        ):
            ruling = Ruling(Item(chip), asked)
            assert printed_rules(ruling, even_lifted=False) == (ruling, [])


class TestOtherLaw:
    def other(self, law: Rulebook, to: str | None = "CN", text: str = "enforced") -> object:
        asked = question(DAY, to, law=text, book=law)
        ruling = Ruling(Item(made_chip("tpp: 300")), asked)
        found = other_law_of(ruling, license_of(ruling))
        return found and (str(found.required), found.review, found.sections)

    def test_where_it_asks_for_a_license(self) -> None:
        assert self.other(small_law(printed())) == ("yes", None, ("p(1)",))
        assert self.other(small_law(printed()), text="text") == ("no", None, ())

    def test_where_it_says_the_same(self) -> None:
        assert self.other(small_law(printed(when="{metric: tpp, ge: 500}"))) is None
        assert self.other(small_law(rule("a", FAST))) is None
        assert self.other(small_law(printed()), to=None) is None

    def test_where_only_the_policy_differs(self) -> None:
        law = small_law(
            rule("a", FAST) + "  review: [{policy: case-by-case}]\n",
            printed().rstrip() + "\n  review: [{policy: policy-of-denial}]\n",
        )
        assert self.other(law) == ("yes", "policy-of-denial", ("a(1)", "p(1)"))


PRESUMING = """\
- id: presuming
  question: presumption
  presumes: X.a
  kind: [processor]
  dates: {effective: 2026-05-01, compliance: 2026-05-15}
  provisions: [{id: n, outcome: X.a, when: {metric: memory_bandwidth, ge: 500}}]
"""


class TestPresumption:
    """A foundry asks about the item as presumed, once the license follows."""

    RULES = (PRESUMING, rule("a", "{outcome: [X.a]}"))

    def ruling(
        self, metrics: str, on: str = DAY, to: str | None = "CN", role: str | None = "foundry"
    ) -> Ruling:
        law = small_law(*self.RULES)
        return Ruling(Item(made_chip(metrics)), question(on, to, role=role, book=law))

    @pytest.mark.parametrize(
        ("metrics", "on", "required"),
        [
            ("tpp: 20, memory_bandwidth: 600 GB/s", DAY, "yes"),
            ("tpp: 20, memory_bandwidth: 400 GB/s", DAY, "no"),
            ("tpp: 20, memory_bandwidth: 600 GB/s", "2026-05-15", "yes"),
            ("tpp: 20, memory_bandwidth: 600 GB/s", "2026-05-14", "no"),
            ("tpp: 20", DAY, "undetermined"),
            # the item needs one, too, so that it does not matter whether the presumption stands
            ("tpp: 300", DAY, "yes"),
        ],
    )
    def test_the_license_follows(self, metrics: str, on: str, required: str) -> None:
        found = license_of(self.ruling(metrics, on))
        assert found.required == required
        is_open = metrics == "tpp: 20"
        assert bool([text for text in found.warnings if "presumption" in text]) is is_open

    def test_rules_are_asked_as_the_license_is(self) -> None:
        asked = self.ruling("tpp: 20, memory_bandwidth: 600 GB/s")
        law = asked.question.rulebook
        assert asked.verdict(law["a"]).status == "not-met"
        presumed = ruling_with_license(asked)
        assert presumed.verdict(law["a"]).status == "met"
        assert presumed.verdict(law["entries"]).status == "not-met"
        for ruling in (
            self.ruling("tpp: 20, memory_bandwidth: 400 GB/s"),
            self.ruling("tpp: 20"),
            self.ruling("tpp: 20, memory_bandwidth: 600 GB/s", to=None),
            self.ruling("tpp: 20, memory_bandwidth: 600 GB/s", role=None),
            self.ruling("tpp: 20, memory_bandwidth: 600 GB/s", on="2026-05-14"),
        ):
            assert ruling_with_license(ruling) is ruling


def test_entries_of_systems_are_asked_of_each_kind() -> None:
    """An entry of processors is none of systems, and "no" is no answer where none was read."""
    assert "kind: [processor]" in ENTRIES
    text = "{id: s, name: S, kind: system, metrics: {app: 8}}"
    (alone,) = chipdb.load().adopt(text.encode(), "system.yaml")
    asked = question(DAY, "CN", book=small_law(rule("a", "{outcome: [X.a]}")))
    assert license_of(Ruling(Item(alone), asked)).required == "undetermined"
