"""What is kept by cells is what evaluating every assignment gives, whatever was asked before."""

from __future__ import annotations

import itertools
import json
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_law import small_law

import chipdb
from chipdb.rules.conditions import of_any_member
from chipdb.rules.rule import Provision
from chipdb.solver.cells import RuleCells
from chipdb.solver.evaluate import ControlList, Evaluator, provisions_met
from chipdb.solver.groups import Axis
from chipdb.solver.intervals import ChipAssignment, KnownFigures
from chipdb.solver.item import Assignment, Interpretation, Item
from chipdb.solver.question import question
from chipdb.solver.ruling import control_list_of
from chipdb.solver.verdict import finding_of
from chipdb.vocabulary import Kind

RULES = ["us-3a090-2022", "us-3a090-2023", "us-letter-2025", "us-review-2026", "us-3a991-p"]
METRICS = {
    # values on, just beside and between the thresholds of these rules
    "tpp": [0, 1599, 1600, 2400, 3000, 4799, 4800, 20999, 21000, 50000],
    "applicable_die_area": [0, 100, 270, 405, 810, 1500, 3000],
    "memory_bandwidth": [0, 700, 1399, 1400, 2000, 6500],
    "letter_io_bandwidth": [0, 300, 1000, 1100, 1700],
    "aggregate_io_bandwidth": [0, 149, 150, 599, 600, 900],
    "tops": [0, 7, 8, 600],
}


def intervals() -> st.SearchStrategy[KnownFigures]:
    """A chip with a point, a range or nothing known for each metric."""

    def interval(values: list[int]) -> st.SearchStrategy[tuple[Fraction, Fraction | None]]:
        point = st.sampled_from(values).map(lambda value: (Fraction(value), Fraction(value)))
        ranges = st.lists(st.sampled_from(values), min_size=2, max_size=2, unique=True).map(
            lambda ends: (Fraction(min(ends)), Fraction(max(ends)))
        )
        unknown = st.just((Fraction(0), None))
        return st.one_of(point, ranges, unknown)

    fact = st.sampled_from([True, False, None])
    return st.builds(
        lambda figures, datacenter, digital: KnownFigures(
            intervals=figures, facts={"datacenter": datacenter, "digital": digital}
        ),
        st.fixed_dictionaries({name: interval(values) for name, values in METRICS.items()}),
        fact,
        fact,
    )


@pytest.mark.parametrize("name", RULES)
def test_cells_equal_every_assignment(name: str) -> None:
    """Evaluating the rule under each assignment, with nothing kept, is what cells must give."""
    rule = chipdb.load_rules()[name]
    control_list = control_list_of(question("2026-06-01" if name != RULES[0] else "2022-11-01"))
    cells = RuleCells(rule, control_list, Kind.PROCESSOR)
    of_deal = {"us_available": None, f"addressee:{name}": None}

    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(intervals())
    def holds(known: KnownFigures) -> None:
        interpretation = Interpretation(None, (known,))
        assignments = control_list.assignments(
            rule, interpretation.with_facts(of_deal), Kind.PROCESSOR
        )
        met = [tuple(provisions_met(rule, Evaluator(control_list, each))) for each in assignments]
        assert cells.reach(interpretation, of_deal).provisions == frozenset(met)
        for condition in rule.deciding():
            truths = {Evaluator(control_list, each).holds(condition) for each in assignments}
            settled = truths.pop() if len(truths) == 1 else None
            assert cells.holds(condition, interpretation, of_deal) == settled

    holds()


@pytest.mark.parametrize(
    ("value", "mark"), [(0, 0), (1599, 0), (1600, 1), (1601, 2), (4800, 3), (4801, 4)]
)
def test_a_threshold_is_a_cell_of_its_own(value: int, mark: int) -> None:
    assert Axis((Fraction(1600), Fraction(4800))).mark_of(Fraction(value)) == mark


def test_thresholds_that_are_no_whole_numbers() -> None:
    """A value just beside a threshold such as 3.2 lies in another cell than the threshold."""
    axis = Axis((Fraction("1.6"), Fraction("3.2"), Fraction("5.92")))
    just = Fraction(1, 10**12)
    values = [Fraction("3.2") - just, Fraction("3.2"), Fraction("3.2") + just, Fraction(6)]
    assert [axis.mark_of(value) for value in values] == [2, 3, 4, 6]


@pytest.mark.parametrize("name", ["us-4a090-2024", "us-letter-2025", "us-review-2026"])
def test_cells_of_systems_equal_every_assignment(name: str) -> None:
    """A system of two kinds of chips: each is divided by itself, and any of them may decide."""
    rule = chipdb.load_rules()[name]
    rule = replace(rule, provisions=tuple(map(_of_any_chip, rule.provisions)))
    control_list = control_list_of(question("2026-06-01"))
    cells = RuleCells(rule, control_list, Kind.SYSTEM)
    of_deal = {"us_available": None, f"addressee:{name}": None}

    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(intervals(), intervals(), st.sampled_from([{}, {"datacenter": None}]))
    def holds(lead: KnownFigures, other: KnownFigures, facts: dict[str, bool | None]) -> None:
        interpretation = Interpretation(None, (lead, other), None, facts)
        assignments = control_list.assignments(
            rule, interpretation.with_facts(of_deal), Kind.SYSTEM
        )
        met = {tuple(provisions_met(rule, Evaluator(control_list, each))) for each in assignments}
        assert cells.reach(interpretation, of_deal).provisions == met

    holds()


def _of_any_chip(provision: Provision) -> Provision:
    """A provision asked of any chip in a system."""
    return replace(provision, when=of_any_member(provision.when))


def test_a_system_of_eight_unknown_chips_takes_no_longer_than_its_chips() -> None:
    """The combinations of what its chips may be would multiply: 34 seconds were taken for four."""
    chips = [{"id": f"u{number}", "name": f"u{number}"} for number in range(8)]
    members = [{"chip": chip["id"], "count": 1} for chip in chips]
    system = {"id": "sys", "name": "sys", "kind": "system", "members": members}
    records = json.dumps([*chips, system]).encode()
    *_, adopted = chipdb.load().adopt(records, "unknown.json")
    started = time.process_time()
    answer = chipdb.check(adopted, on="2026-06-01", to="CN")
    assert (answer.classification.status, answer.license.required) == ("undetermined",) * 2
    assert time.process_time() - started < 5


SHAPES = {
    "planar": {"tpp": "3000", "applicable_die_area": "0 mm^2"},
    "density": {"performance_density": "21"},
    "density and TPP": {"tpp": "3000", "performance_density": "21"},
    "area": {"tpp": "3000", "applicable_die_area": "500 mm^2"},
}


def test_chips_of_every_shape_in_any_order() -> None:
    """A density has no meaning of planar logic; what is kept for it is not another chip's."""
    of_shapes: dict[str, KnownFigures] = {}
    for name, metrics in SHAPES.items():
        record = json.dumps({"name": name, "metrics": metrics}).encode()
        (chip,) = chipdb.load().adopt(record, "sample.json")
        of_shapes[name] = Item(chip).plain_for(frozenset(METRICS))[0].lead()
    rule = chipdb.load_rules()["us-bill-no-advanced-chips-hr5022"]
    control_list = control_list_of(question("2024-06-01"))
    given: dict[str, set[object]] = {name: set() for name in SHAPES}
    for order in itertools.permutations(SHAPES):
        cells = RuleCells(rule, control_list, Kind.PROCESSOR)
        for name in order:
            interpretation = Interpretation(None, (of_shapes[name],))
            given[name].add(cells.reach(interpretation, {}).provisions)
    assert {name: len(different) for name, different in given.items()} == dict.fromkeys(SHAPES, 1)


def test_a_system_of_one_chip_has_no_other_that_meets_a_condition() -> None:
    """Some chip in it of a TPP of 100: the only one has it or not."""
    text = "- {id: r, question: license, provisions: [{id: p, when: {member: {metric: tpp, ge: 100}}}]}"
    law = small_law(text + "\n")
    for tpp, status in ((20, "not-met"), (100, "met")):
        chip = ChipAssignment({"tpp": Fraction(tpp)}, {})
        found = finding_of(law["r"], ControlList(()), Assignment(Kind.SYSTEM, (chip,)))
        assert found.status == status
