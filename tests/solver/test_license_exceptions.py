"""Which license exceptions are open, closed or not settled, each by one reason at a time.

The rules here are made up. What counts is what the fields of a rule mean (docs/add-a-rule.md): an
exception that nothing speaks against is open, one reason is enough to close it, and what is not
known leaves it unsettled.
"""

from __future__ import annotations

import pytest
from small_law import made_chip, ruled, small_law

from chipdb.solver.license_exceptions import (
    exceptions_of,
    is_met_by_a_side,
    open_under_all,
    unsettled_exceptions,
)
from chipdb.solver.licensing import license_of
from chipdb.solver.requirement import ExceptionAnswer, Requirement
from chipdb.solver.verdict import Finding, Side, Verdict
from chipdb.vocabulary import ExceptionState, Status

LICENSE = """\
- id: lic
  question: license
  scope: {{to: [CN]}}
  provisions: [{{id: "(1)", when: {{outcome: [X.a]}}}}]
  exceptions: [{exceptions}]
"""
FAST = "tpp: 300, memory_bandwidth: 600 GB/s"
SLOW = "tpp: 300, memory_bandwidth: 400 GB/s"
UNKNOWN = "tpp: 300"
CONTESTED = "tpp: 300, memory_bandwidth: [{value: 400 GB/s}, {value: 600 GB/s, basis: third-party}]"


def answered(
    exceptions: str,
    chip: str = SLOW,
    more: str = "",
    *others: str,
    on: str = "2026-06-01",
    strict: bool = False,
) -> list[tuple[str, str, str]]:
    """The name, the state and the reason of each exception of a rule that asks for a license."""
    law = small_law(LICENSE.format(exceptions=exceptions), *others)
    ruling = ruled(law, made_chip(chip, more), on=on, strict=strict)
    answers = exceptions_of(ruling, law["lic"])
    return [(each.name, str(each.state), each.because) for each in answers]


def one(
    exceptions: str, chip: str = SLOW, more: str = "", *others: str, strict: bool = False
) -> tuple[str, str]:
    """The state and the reason of the only exception."""
    ((_, state, because),) = answered(exceptions, chip, more, *others, strict=strict)
    return state, because


def test_what_nothing_speaks_against_is_open() -> None:
    assert one('{name: E, section: "1"}')[0] == "open"


def test_what_the_rule_closes_is_closed_in_its_words() -> None:
    assert one('{name: E, section: "1", closed: for software}') == ("closed", "for software")


def test_what_depends_on_the_transaction() -> None:
    """Who the user is, no figure shows; an item that it leaves out is left out all the same."""
    depends = 'name: E, section: "1", depends_on: the user'
    assert one(f"{{{depends}}}") == ("depends", "depends on the transaction: the user")
    only_slow = f"{{{depends}, when: {{metric: memory_bandwidth, lt: 500}}}}"
    assert one(only_slow)[0] == "depends"
    assert one(only_slow, FAST)[0] == "closed"


@pytest.mark.parametrize(
    ("dates", "stands"),
    [
        ("{effective: 2026-06-01}", True),
        ("{effective: 2026-06-02}", False),
        ("{ends: 2026-06-02}", True),
        ("{ends: 2026-06-01}", False),
        ("{effective: 2026-05-01, ends: 2026-07-01}", True),
    ],
)
def test_it_exists_from_its_first_day_until_before_its_last(dates: str, stands: bool) -> None:
    found = answered(f'{{name: E, section: "1", dates: {dates}}}')
    assert [state for _, state, _ in found] == (["open"] if stands else [])


class TestPlaces:
    def test_outside_its_scope(self) -> None:
        state, because = one('{name: E, section: "1", scope: {to: [JP]}}')
        assert state == "closed"
        assert because.startswith("only ")
        assert "Japan" in because

    def test_outside_its_scope_in_the_words_of_the_rule(self) -> None:
        found = one('{name: E, section: "1", scope: {to: [JP]}, restricted: not for you}')
        assert found == ("closed", "not for you")

    def test_places_that_are_not_stated(self) -> None:
        """The item is settled, so that nothing is said of it."""
        scope = "scope: {headquarters: [JP]}"
        state, because = one(f'{{name: E, section: "1", {scope}}}', strict=True)
        assert state == "depends"
        assert because.startswith("depends on the places and parties: only ")
        assert "item" not in because
        assert because.endswith("; that is not known")

    def test_places_and_item_that_are_not_known(self) -> None:
        scope = "scope: {headquarters: [JP]}"
        when = "when: {metric: memory_bandwidth, lt: 500}"
        state, because = one(f'{{name: E, section: "1", {scope}, {when}}}', UNKNOWN, strict=True)
        assert state == "depends"
        places, item, end = because.split("; ")
        assert places.startswith("depends on the places and parties")
        assert item.startswith("is available only for: memory bandwidth")
        assert end == "that is not known"


class TestItem:
    WHEN = '{name: E, section: "1", when: {metric: memory_bandwidth, lt: 500}}'

    def test_known_figures(self) -> None:
        assert one(self.WHEN, SLOW)[0] == "open"
        state, because = one(self.WHEN, FAST)
        assert state == "closed"
        assert because.startswith("only for items: memory bandwidth")

    def test_a_figure_that_is_not_known(self) -> None:
        state, because = one(self.WHEN, UNKNOWN)
        assert state == "depends"
        assert because.startswith("is available only for: memory bandwidth")
        assert "places" not in because

    def test_a_figure_that_evidence_contests(self) -> None:
        """Whoever relies on it breaks the law if the evidence is right, so it is not open."""
        assert one(self.WHEN, CONTESTED)[0] == "depends"

    BOTH = "{all: [{metric: tpp, ge: 200}, {fact: datacenter, is: true}]}"
    EXCLUDED = f'{{name: E, section: "1", when: {{not: {BOTH}}}}}'

    def test_what_it_excludes_is_closed(self) -> None:
        state, because = one(self.EXCLUDED, SLOW, "designed_for: datacenter")
        assert state == "closed"
        assert because.startswith("not for items ")

    def test_only_what_is_open_of_the_excluded_is_named(self) -> None:
        """A TPP of 300 is surely 200 or more; the market decides, and is named alone."""
        state, because = one(self.EXCLUDED, SLOW)
        assert state == "depends"
        assert because.startswith("may apply unless ")
        assert "TPP" not in because
        assert "datacenters" in because

    def test_all_that_is_open_of_the_excluded_is_named(self) -> None:
        law = small_law(LICENSE.format(exceptions=self.EXCLUDED))
        unknown = made_chip("memory_bandwidth: 400 GB/s")
        ((answer),) = exceptions_of(ruled(law, unknown), law["lic"])
        assert "TPP" in answer.because
        assert "datacenters" in answer.because

    def test_an_exclusion_of_one_part(self) -> None:
        found = one('{name: E, section: "1", when: {not: {fact: datacenter, is: true}}}', SLOW)
        assert found[0] == "depends"
        assert found[1].startswith("may apply unless ")
        assert "datacenters" in found[1]


BARRING = """\
- id: other
  question: license
  title: another requirement
  scope: {{to: [CN]}}
  bars: {{exceptions: [{names}], section: "9(b)"}}
  provisions: [{provisions}]
"""


class TestAnotherRequirement:
    """740.8(b): NAC may not be used where part 744 or 746 asks for a license as well."""

    E = '{name: E, section: "1"}'
    IF_FAST = '{id: "(7)", when: {metric: memory_bandwidth, ge: 500}}'

    @pytest.mark.parametrize(
        ("chip", "state"),
        [(FAST, "closed"), (SLOW, "open"), (UNKNOWN, "depends"), (CONTESTED, "depends")],
    )
    def test_if_it_applies(self, chip: str, state: str) -> None:
        barring = BARRING.format(names="E", provisions=self.IF_FAST)
        assert one(self.E, chip, "", barring)[0] == state

    def test_why(self) -> None:
        barring = BARRING.format(names="E", provisions=self.IF_FAST)
        assert one(self.E, FAST, "", barring)[1] == (
            "not available where (7) also requires a license (9(b))"
        )
        assert one(self.E, UNKNOWN, "", barring)[1] == (
            "may apply unless this also requires a license (9(b)): another requirement; "
            "that is not known"
        )

    def test_a_dispute_that_does_not_lead_to_it_leaves_it_open(self) -> None:
        """Claims of 100 and 400 GB/s are both below 500."""
        barring = BARRING.format(names="E", provisions=self.IF_FAST)
        claims = (
            "tpp: 300, memory_bandwidth: [{value: 100 GB/s}, {value: 400 GB/s, basis: third-party}]"
        )
        assert one(self.E, claims, "", barring)[0] == "open"

    def test_exceptions_of_other_names_stay_open(self) -> None:
        barring = BARRING.format(names="F", provisions=self.IF_FAST)
        assert one(self.E, FAST, "", barring)[0] == "open"

    def test_a_rule_does_not_bar_its_own(self) -> None:
        text = LICENSE.format(exceptions=self.E) + '  bars: {exceptions: [E], section: "9(b)"}\n'
        law = small_law(text)
        (answer,) = exceptions_of(ruled(law, made_chip(SLOW)), law["lic"])
        assert answer.state == ExceptionState.OPEN

    def test_one_that_applies_by_one_paragraph_or_the_other(self) -> None:
        """Neither is settled, and one of them holds: the first stands for both."""
        both = (
            '{id: "(8)", when: {metric: memory_bandwidth, ge: 500}}, '
            '{id: "(9)", when: {metric: memory_bandwidth, lt: 500}}'
        )
        barring = BARRING.format(names="E", provisions=both)
        state, because = one(self.E, UNKNOWN, "", barring)
        assert state == "closed"
        assert because == "not available where (8) also requires a license (9(b))"


class TestOneName:
    """A section may grant an exception in several ways; one that is open is enough."""

    OPEN = '{name: E, section: "1", conditions: [first]}'
    ALSO_OPEN = '{name: E, section: "2", conditions: [second]}'
    CLOSED = '{name: E, section: "3", closed: no}'
    DEPENDS = '{name: E, section: "4", depends_on: the user}'

    @pytest.mark.parametrize(
        ("entries", "section"),
        [
            ((OPEN, ALSO_OPEN), "1"),
            ((ALSO_OPEN, OPEN), "2"),
            ((CLOSED, OPEN), "1"),
            ((OPEN, CLOSED), "1"),
            ((CLOSED, DEPENDS), "4"),
            ((DEPENDS, CLOSED), "4"),
            ((DEPENDS, OPEN), "1"),
            ((CLOSED, DEPENDS, OPEN), "1"),
        ],
    )
    def test_the_most_open_counts_and_the_first_of_equals(
        self, entries: tuple[str, ...], section: str
    ) -> None:
        law = small_law(LICENSE.format(exceptions=", ".join(entries)))
        (answer,) = exceptions_of(ruled(law, made_chip(SLOW)), law["lic"])
        assert answer.section == section

    def test_names_in_the_order_of_the_rule(self) -> None:
        found = answered(
            '{name: B, section: "1"}, {name: A, section: "2"}, {name: B, section: "3"}'
        )
        assert [name for name, _, _ in found] == ["B", "A"]


def requirement(*names: str, closed: str = "none") -> Requirement:
    """A requirement with some open exceptions, and a closed one."""
    entries = [
        ExceptionAnswer(name=name, section="1", state=ExceptionState.OPEN, because="")
        for name in names
    ]
    entries.append(
        ExceptionAnswer(name=closed, section="1", state=ExceptionState.CLOSED, because="")
    )
    return Requirement(rule="r", section="1", exceptions=tuple(entries), review=None)


@pytest.mark.parametrize(
    ("requirements", "names"),
    [
        ((), []),
        ((requirement("E", "F"),), ["E", "F"]),
        ((requirement("E", "F"), requirement("F", "G")), ["F"]),
        ((requirement("E"), requirement("F")), []),
        ((requirement("E"), requirement("F", closed="E")), []),
        ((requirement("E", "F", "G"), requirement("G", "E"), requirement("E")), ["E"]),
    ],
)
def test_what_is_open_under_all(requirements: tuple[Requirement, ...], names: list[str]) -> None:
    """An exception that one requirement has lifts that one only; nobody contests these."""
    assert not any(each.contested for each in requirements)
    assert [each.name for each in open_under_all(requirements)] == names


def test_a_license_lists_what_is_open_and_warns_of_what_is_not_settled() -> None:
    """What depends on the transaction stands with its rule; what is settled needs no warning."""
    entries = ", ".join(
        [
            '{name: OPEN, section: "1"}',
            '{name: USER, section: "2", depends_on: the user}',
            '{name: SLOW, section: "3", when: {metric: memory_bandwidth, lt: 500}}',
            '{name: GONE, section: "4", closed: no}',
        ]
    )
    law = small_law(LICENSE.format(exceptions=entries))
    ruling = ruled(law, made_chip(UNKNOWN))
    (sentence,) = unsettled_exceptions(ruling, [law["lic"]])
    assert sentence.startswith("license exception SLOW (3) is available only for: memory bandwidth")
    answer = license_of(ruling)
    assert answer.required == "yes"
    assert [each.name for each in answer.exceptions] == ["OPEN"]
    assert [text for text in answer.warnings if "SLOW (3)" in text] == [sentence]


@pytest.mark.parametrize(
    ("statuses", "is_met"),
    [
        ((), False),
        ((Status.NOT_MET,), False),
        ((Status.MET,), True),
        ((Status.UNDETERMINED, Status.MET), True),
        ((Status.UNDETERMINED, Status.NOT_MET), False),
    ],
)
def test_one_side_is_enough(statuses: tuple[Status, ...], is_met: bool) -> None:
    law = small_law()
    sides = tuple(Side(str(number), Finding(status)) for number, status in enumerate(statuses))
    verdict = Verdict(
        rule=law["entries"], finding=Finding(Status.NOT_MET), find_sides=lambda: sides
    )
    assert is_met_by_a_side(verdict) is is_met
