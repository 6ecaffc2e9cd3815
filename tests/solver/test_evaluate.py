"""The plain reading of a rule under one assignment: exclusions, the order of paragraphs, systems."""

from __future__ import annotations

from fractions import Fraction

import pytest
from small_law import ENTRIES, small_law

from chipdb.solver.evaluate import ControlList, Evaluator, provisions_met
from chipdb.solver.intervals import ChipAssignment
from chipdb.solver.item import Assignment
from chipdb.vocabulary import Kind


def met(rule: str, *chips: dict[str, int], kind: Kind = Kind.PROCESSOR) -> list[str]:
    """The paragraphs of a rule that are met, under a control list of one entry."""
    law = small_law(rule)
    control_list = ControlList((law["entries"],))
    settled = [
        ChipAssignment({name: Fraction(each) for name, each in chip.items()}, {}) for chip in chips
    ]
    evaluator = Evaluator(control_list, Assignment(kind, tuple(settled)))
    return [provision for provision, _ in provisions_met(law["r"], evaluator)]


FAST, SLOW = {"tpp": 300, "memory_bandwidth": 600}, {"tpp": 20, "memory_bandwidth": 600}


@pytest.mark.parametrize(("memory", "expected"), [(499, ["p"]), (500, [])])
def test_what_a_rule_excludes(memory: int, expected: list[str]) -> None:
    rule = (
        "- {id: r, question: license, unless: {metric: memory_bandwidth, ge: 500},"
        " provisions: [{id: p, when: {metric: tpp, ge: 100}}]}\n"
    )
    assert met(rule, {"tpp": 300, "memory_bandwidth": memory}) == expected
    assert met(rule, {"tpp": 30, "memory_bandwidth": memory}) == []


def test_later_paragraphs_count_only_if_they_lead_to_the_same() -> None:
    listed = [("a", "X", 100), ("b", "Y", 100), ("c", "X", 100), ("d", "X", 1000)]
    provisions = ", ".join(
        f"{{id: {name}, outcome: {outcome}, when: {{metric: tpp, ge: {limit}}}}}"
        for name, outcome, limit in listed
    )
    rule = f"- {{id: r, question: license, provisions: [{provisions}]}}\n"
    assert met(rule, FAST) == ["a", "c"]
    assert met(rule, {"tpp": 1000}) == ["a", "c", "d"]
    assert met(rule, SLOW) == []


@pytest.mark.parametrize(
    ("when", "chips", "expected"),
    [
        ("{outcome: [X.a]}", (FAST,), ["p"]),
        ("{outcome: [X.b]}", (FAST,), []),
        ("{outcome: [X.a, X.b]}", (FAST,), ["p"]),
        ("{outcome: [X.a]}", (SLOW,), []),
        ("{member: {outcome: [X.a]}}", (SLOW, FAST), ["p"]),
        ("{member: {outcome: [X.a]}}", (SLOW, SLOW), []),
    ],
)
def test_outcomes(when: str, chips: tuple[dict[str, int], ...], expected: list[str]) -> None:
    kind = Kind.SYSTEM if len(chips) > 1 else Kind.PROCESSOR
    assert "kind: [processor]" in ENTRIES
    rule = f"- {{id: r, question: license, provisions: [{{id: p, when: {when}}}]}}\n"
    assert met(rule, *chips, kind=kind) == expected


def test_rules_of_a_kind() -> None:
    """A rule that names no kind is about every kind."""
    law = small_law("- {id: r, question: classification, provisions: [{id: p, when: {all: []}}]}\n")
    control_list = ControlList(tuple(law))
    found = {
        kind: [rule.id for rule in control_list.of_kind(kind, "classification")]
        for kind in (Kind.PROCESSOR, Kind.SYSTEM)
    }
    assert found == {Kind.PROCESSOR: ["entries", "r"], Kind.SYSTEM: ["r"]}
    assert control_list.of_kind(Kind.PROCESSOR, "at-control") == []
