"""How an application is reviewed: the first policy that may hold, and what eases it.

The rules here are made up. Policies stand strictest first, a review rule eases only where it is
surely met, and where something is not known the stricter policy is given.
"""

from __future__ import annotations

import pytest
from small_law import made_chip, ruled, small_law

from chipdb.rules.rulebook import Rulebook
from chipdb.solver.licensing import License, license_of
from chipdb.solver.requirement import Requirement, ReviewIf
from chipdb.solver.review import review_entry, strictest, strictest_if
from chipdb.vocabulary import Policy

DENIAL, CASE, APPROVAL = "presumption-of-denial", "case-by-case", "presumption-of-approval"
LICENSE = """\
- id: {id}
  question: license
  scope: {{to: [CN]}}
  provisions: [{{id: "(1)", when: {{metric: tpp, ge: {least}}}}}]
  review: [{review}]
"""
EASING = """\
- id: easing
  question: review
  dates: {{published: 2026-01-15}}
  citation: {{document: 1 FR 1}}
  conditions: [the exporter certifies it]
  provisions: [{{id: "(e)", outcome: eased, when: {when}}}]
  review: [{{policy: case-by-case, of: [{of}]}}]
"""
BELOW_400 = "{metric: tpp, lt: 400}"
IF_SOLD = "{all: [{metric: tpp, lt: 400}, {fact: us_available, is: true}]}"
SOLD = "us_available: {{from: {day}, source: hothardware-t4-2018}}"


def law(*, review: str = f"{{policy: {DENIAL}}}", easing: str = "", of: str = "lic") -> Rulebook:
    """A license rule from a TPP of 100 on, and a review rule for it if a condition is given."""
    rules = [LICENSE.format(id="lic", least=100, review=review)]
    if easing:
        rules.append(EASING.format(when=easing, of=of))
    return small_law(*rules)


def answer(rulebook: Rulebook, metrics: str, more: str = "", *, strict: bool = False) -> License:
    """The license answer for a chip."""
    return license_of(ruled(rulebook, made_chip(metrics, more), strict=strict))


class TestPolicyOfARule:
    REVIEW = (
        "{policy: presumption-of-denial, scope: {to: [JP]}}, "
        "{policy: policy-of-denial, when: {metric: memory_bandwidth, ge: 500}}, "
        "{policy: presumption-of-denial, scope: {headquarters: [JP]}}, "
        "{policy: case-by-case}"
    )

    @pytest.mark.parametrize(
        ("memory", "strict", "policy"),
        [
            # another place, and a bandwidth below
            (", memory_bandwidth: 400 GB/s", False, CASE),
            (", memory_bandwidth: 500 GB/s", False, "policy-of-denial"),
            # what may hold counts: a bandwidth that is not known, headquarters that are not stated
            ("", False, "policy-of-denial"),
            (", memory_bandwidth: 400 GB/s", True, DENIAL),
        ],
    )
    def test_the_first_that_may_hold(self, memory: str, strict: bool, policy: str) -> None:
        found = answer(law(review=self.REVIEW), f"tpp: 300{memory}", strict=strict)
        assert found.review == policy

    def test_none_that_may_hold(self) -> None:
        rulebook = law(review="{policy: case-by-case, scope: {to: [JP]}}")
        entry = review_entry(ruled(rulebook, made_chip("tpp: 300")), rulebook["lic"])
        assert (entry.policy, str(entry.state)) == (None, "none")

    def test_a_policy_that_is_not_public(self) -> None:
        rulebook = law(review="{policy_state: not-public, text: nobody knows}")
        found = answer(rulebook, "tpp: 300")
        assert (found.required, found.review) == ("yes", None)
        assert str(found.requirements[0].policy_state) == "not-public"
        assert found.requirements[0].policy_text == "nobody knows"


class TestEasing:
    def test_a_rule_that_is_met(self) -> None:
        found = answer(law(easing=BELOW_400), "tpp: 300")
        assert (found.review, found.review_otherwise) == (CASE, DENIAL)
        assert found.review_conditions == ("the exporter certifies it",)
        assert not found.warnings

    def test_a_rule_that_is_not(self) -> None:
        found = answer(law(easing=BELOW_400), "tpp: 500")
        assert (found.review, found.review_otherwise) == (DENIAL, None)
        assert found.review_conditions == ()
        assert not found.warnings

    def test_a_rule_for_other_licenses(self) -> None:
        found = answer(law(easing=BELOW_400, of="another"), "tpp: 300")
        assert (found.review, found.review_conditions) == (DENIAL, ())
        assert not found.warnings

    @pytest.mark.parametrize(
        ("tpp", "said"),
        [
            ("[{value: 300}, {value: 500, basis: third-party}]", "is met and contested"),
            ("[{value: 500}, {value: 300, basis: third-party}]", "is not-met and contested"),
        ],
    )
    def test_a_contested_one_does_not_count(self, tpp: str, said: str) -> None:
        found = answer(law(easing=BELOW_400), f"tpp: {tpp}")
        assert found.review == DENIAL
        (warning,) = found.warnings
        assert warning == f"review: whether 1 FR 1 eases it {said}; the stricter policy is shown"

    def test_one_that_is_not_settled_does_not_count(self) -> None:
        easing = "{metric: memory_bandwidth, lt: 500}"
        found = answer(law(easing=easing), "tpp: 300")
        assert (found.review, found.review_if) == (DENIAL, ())
        (warning,) = found.warnings
        assert "eases it is undetermined; the stricter policy is shown" in warning
        other = answer(law(easing=easing, of="another"), "tpp: 300")
        assert not other.warnings

    def test_a_rule_for_several_licenses(self) -> None:
        """It names some in one entry and some in another."""
        easing = EASING.format(when=BELOW_400, of="lic").replace(
            "of: [lic]}]", "of: [lic]}, {policy: case-by-case, of: [another]}]"
        )
        rules = [LICENSE.format(id="lic", least=100, review=f"{{policy: {DENIAL}}}"), easing]
        assert answer(small_law(*rules), "tpp: 300").review == CASE

    def test_of_two_requirements_only_one_is_eased(self) -> None:
        """The strictest policy counts, and what must be certified is said all the same."""
        second = LICENSE.format(id="second", least=200, review=f"{{policy: {DENIAL}}}")
        rules = [LICENSE.format(id="lic", least=100, review=f"{{policy: {DENIAL}}}"), second]
        found = answer(small_law(*rules, EASING.format(when=BELOW_400, of="lic")), "tpp: 300")
        assert found.review == DENIAL
        assert found.review_conditions == ("the exporter certifies it",)
        assert [each.review for each in found.requirements] == [CASE, DENIAL]


class TestSale:
    """Whether a chip was on sale may decide; where no source says, there is a policy for either."""

    @pytest.mark.parametrize(
        ("day", "review", "otherwise"),
        [("2026-01-15", CASE, DENIAL), ("2026-01-16", DENIAL, None)],
    )
    def test_it_was_on_the_day_or_later(self, day: str, review: str, otherwise: str | None) -> None:
        """The day on which the review rule was published is the last that counts."""
        found = answer(law(easing=IF_SOLD), "tpp: 300", SOLD.format(day=day))
        assert (found.review, found.review_if, found.review_otherwise) == (review, (), otherwise)

    def test_it_is_not_known(self) -> None:
        found = answer(law(easing=IF_SOLD), "tpp: 300")
        day = "on sale in the United States on 2026-01-15"
        assert found.review is None
        assert found.review_if == (
            ReviewIf(Policy.CASE_BY_CASE, day),
            ReviewIf(Policy.PRESUMPTION_OF_DENIAL, f"not {day}"),
        )
        assert found.review_conditions == ("the exporter certifies it",)
        assert not found.warnings

    def test_without_a_day_that_of_the_question_counts(self) -> None:
        rules = [
            LICENSE.format(id="lic", least=100, review=f"{{policy: {DENIAL}}}"),
            EASING.format(when=IF_SOLD, of="lic").replace("published: 2026-01-15", ""),
        ]
        found = answer(small_law(*rules), "tpp: 300")
        assert found.review_if[0].condition == "on sale in the United States on 2026-06-01"

    def test_it_decides_nothing_where_the_figures_do(self) -> None:
        found = answer(law(easing=IF_SOLD), "tpp: 500")
        assert (found.review, found.review_if) == (DENIAL, ())
        assert not found.warnings

    def test_it_decides_nothing_where_something_else_is_open(self) -> None:
        easing = f"{{all: [{IF_SOLD}, {{metric: memory_bandwidth, lt: 500}}]}}"
        found = answer(law(easing=easing), "tpp: 300")
        assert (found.review, found.review_if) == (DENIAL, ())
        assert len(found.warnings) == 1

    def test_it_decides_nothing_for_licenses_of_other_rules(self) -> None:
        found = answer(law(easing=IF_SOLD, of="another"), "tpp: 300")
        assert (found.review, found.review_if) == (DENIAL, ())

    def test_it_decides_nothing_where_another_requirement_is_as_strict(self) -> None:
        rules = [
            LICENSE.format(id="lic", least=100, review=f"{{policy: {CASE}}}"),
            LICENSE.format(id="second", least=200, review=f"{{policy: {DENIAL}}}"),
            EASING.format(when=IF_SOLD, of="lic"),
        ]
        found = answer(small_law(*rules), "tpp: 300")
        assert (found.review, found.review_if) == (DENIAL, ())

    def test_where_what_would_ease_is_contested_the_stricter_policy_stays(self) -> None:
        tpp = "[{value: 300}, {value: 500, basis: third-party}]"
        found = answer(law(easing=IF_SOLD), f"tpp: {tpp}")
        assert (found.review, found.review_if) == (DENIAL, ())


POLICIES = [Policy.POLICY_OF_DENIAL, Policy.PRESUMPTION_OF_DENIAL, Policy.CASE_BY_CASE]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([], None),
        ([None], None),
        ([None, None], None),
        ([None, Policy.CASE_BY_CASE], Policy.CASE_BY_CASE),
        ([Policy.CASE_BY_CASE, Policy.PRESUMPTION_OF_APPROVAL], Policy.CASE_BY_CASE),
        ([Policy.CASE_BY_CASE, Policy.PRESUMPTION_OF_DENIAL], Policy.PRESUMPTION_OF_DENIAL),
        (POLICIES, Policy.POLICY_OF_DENIAL),
        (POLICIES[::-1], Policy.POLICY_OF_DENIAL),
    ],
)
def test_the_strictest(policies: list[Policy | None], expected: Policy | None) -> None:
    assert strictest(policies) == expected


def test_the_strictest_for_each_value_of_a_fact() -> None:
    """One requirement that depends on sale, and a settled one between its two policies."""
    branches = (
        ReviewIf(Policy.PRESUMPTION_OF_APPROVAL, "so"),
        ReviewIf(Policy.POLICY_OF_DENIAL, "not"),
    )
    depends = Requirement(rule="a", section="1", exceptions=(), review=None, review_if=branches)
    settled = Requirement(rule="b", section="1", exceptions=(), review=Policy.CASE_BY_CASE)
    assert strictest_if((depends, settled)) == (
        ReviewIf(Policy.CASE_BY_CASE, "so"),
        ReviewIf(Policy.POLICY_OF_DENIAL, "not"),
    )
    assert strictest_if((settled,)) == ()
    assert strictest_if(()) == ()
