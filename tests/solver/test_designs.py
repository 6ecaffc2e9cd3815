"""Regions of legal designs: exact, and of any rule."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from hypothesis import given as examples
from hypothesis import settings
from hypothesis import strategies as st
from small_law import small_law

from chipdb.errors import UsageError
from chipdb.rules.rule_records import rule_from
from chipdb.solver.cuts import Cell, End, can_add_up, cells_of, only
from chipdb.solver.designs import (
    DENSITY,
    IO,
    MEMORY,
    TOTAL,
    TPP,
    DesignRules,
    Given,
    LegalRegion,
    legal_regions,
)
from chipdb.solver.evaluate import ControlList
from chipdb.vocabulary import RuleQuestion

EXAMPLES = settings(max_examples=150, deadline=None, derandomize=True, database=None)
METRICS = ("tpp", "memory_bandwidth", "letter_io_bandwidth", "memory_and_io_bandwidth")


def rules_of(*conditions: dict[str, Any], question: str = "classification") -> DesignRules:
    """A rule that controls what meets one of some conditions."""
    provisions = [
        {"id": f"p{number}", "when": as_text(when)} for number, when in enumerate(conditions)
    ]
    rule = rule_from({"id": "mine", "question": question, "provisions": provisions})
    return DesignRules(rules=(rule,), control_list=ControlList(()), facts={})


def as_text(value: Any) -> Any:
    """A record as the YAML reader leaves it: scalars are text."""
    if isinstance(value, dict):
        return {name: as_text(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_text(part) for part in value]
    return str(value)


def regions(*conditions: dict[str, Any], **figures: int) -> list[LegalRegion]:
    """The legal regions under such a rule."""
    fixed = {name: Fraction(value) for name, value in figures.items()}
    return legal_regions(rules_of(*conditions), Given(**fixed))


def largest(region: LegalRegion, axis: str) -> tuple[float | None, bool]:
    """The largest value of an axis, and whether it is legal itself."""
    end = region.largest(axis)
    return (None if end.value is None else float(end.value)), end.attained


class TestRegions:
    def test_a_threshold_that_controls_is_not_attained(self) -> None:
        (region,) = regions({"metric": "tpp", "ge": 4800})
        assert largest(region, TPP) == (4800, False)

    def test_one_that_does_not_is(self) -> None:
        (region,) = regions({"metric": "tpp", "gt": 4800})
        assert largest(region, TPP) == (4800, True)

    def test_what_no_rule_bounds_has_no_end(self) -> None:
        (region,) = regions({"metric": "tpp", "ge": 4800})
        assert largest(region, MEMORY) == (None, False)

    def test_two_thresholds_that_must_be_met_together_leave_two_regions(self) -> None:
        """A design may have any TPP with slow links, or any links with a low TPP."""
        fast, slow = regions(
            {"all": [{"metric": "tpp", "ge": 4800}, {"metric": "letter_io_bandwidth", "ge": 600}]}
        )
        assert (largest(fast, TPP), largest(fast, IO)) == ((None, False), (600, False))
        assert (largest(slow, TPP), largest(slow, IO)) == ((4800, False), (None, False))

    def test_a_sum_bounds_each_part_with_the_other_at_zero(self) -> None:
        (region,) = regions({"metric": "memory_and_io_bandwidth", "ge": 1700})
        assert largest(region, MEMORY) == (1700, False)
        assert largest(region, IO) == (1700, False)

    def test_a_given_part_leaves_the_rest_of_a_sum(self) -> None:
        (region,) = regions(
            {"metric": "memory_and_io_bandwidth", "ge": 1700}, memory_bandwidth=1280
        )
        assert largest(region, MEMORY) == (1280, True)
        assert largest(region, IO) == (420, False)

    def test_a_controlled_band_leaves_a_region_on_each_side(self) -> None:
        above, below = regions(
            {"all": [{"metric": "tpp", "ge": 2400}, {"metric": "tpp", "lt": 4800}]}
        )
        assert largest(above, TPP) == (None, False)
        assert largest(below, TPP) == (2400, False)

    def test_nothing_is_left_where_everything_is_controlled(self) -> None:
        assert regions({"metric": "tpp", "ge": 0}) == []

    def test_a_review_policy_holds_the_designs_that_meet_it(self) -> None:
        designs = rules_of({"metric": "tpp", "lt": 21000}, question=RuleQuestion.REVIEW)
        (region,) = legal_regions(designs, Given())
        assert largest(region, TPP) == (21000, False)

    def test_the_provisions_that_stop_a_region_bind_it(self) -> None:
        (region,) = regions(
            {"metric": "tpp", "ge": 4800}, {"metric": "memory_bandwidth", "ge": 1400}
        )
        assert region.binding == ("mine: p0", "mine: p1")

    def test_a_single_value_that_is_controlled_leaves_both_sides(self) -> None:
        exactly = {"all": [{"metric": "tpp", "ge": 4800}, {"metric": "tpp", "le": 4800}]}
        above, below = regions(exactly)
        assert (largest(above, TPP), largest(below, TPP)) == ((None, False), (4800, False))
        assert above.starts[TPP] == End(Fraction(4800))
        assert below.starts[TPP] == End(Fraction(0), attained=True)

    def test_only_what_is_met_right_above_binds(self) -> None:
        """At 4,800 the first is met, and above it the second."""
        exactly = {"all": [{"metric": "tpp", "ge": 4800}, {"metric": "tpp", "le": 4800}]}
        (region,) = regions(exactly, {"metric": "tpp", "gt": 4800})
        assert region.binding == ("mine: p0",)


class TestFiguresOfADesign:
    """What a design has besides the figures of the axes, and what it does not have."""

    def test_tops_follow_from_the_narrowest_format(self) -> None:
        """It computes in 16, 8 and 4 bits, so that 100 TOPS are reached at a TPP of 400."""
        (region,) = regions({"metric": "tops", "ge": 100})
        assert largest(region, TPP) == (400, False)

    @pytest.mark.parametrize("metric", ["aggregate_io_bandwidth", "interconnect_bandwidth"])
    def test_all_links_join_chips(self, metric: str) -> None:
        (region,) = regions({"metric": metric, "ge": 600})
        assert largest(region, IO) == (600, False)

    def test_a_density_of_a_given_area_is_a_tpp(self) -> None:
        dense = {"metric": "performance_density", "ge": 4}
        (region,) = regions(dense, area=100)
        assert largest(region, TPP) == (400, False)
        assert largest(region, DENSITY) == (None, False)
        (region,) = regions(dense)
        assert largest(region, TPP) == (None, False)
        assert largest(region, DENSITY) == (4, False)

    @pytest.mark.parametrize(("area", "count"), [(99, 1), (100, 0), (101, 0)])
    def test_a_given_area_is_compared(self, area: int, count: int) -> None:
        assert len(regions({"metric": "applicable_die_area", "ge": 100}, area=area)) == count

    def test_an_area_that_is_not_given_cannot_be(self) -> None:
        with pytest.raises(UsageError, match="compares the die area; give it"):
            regions({"metric": "applicable_die_area", "ge": 100})

    @pytest.mark.parametrize(("capacity", "count"), [(79, 1), (80, 0)])
    def test_a_given_capacity_is_compared(self, capacity: int, count: int) -> None:
        assert len(regions({"metric": "memory_capacity", "ge": 80}, capacity=capacity)) == count

    @pytest.mark.parametrize("metric", ["memory_capacity", "transistors", "app"])
    def test_a_metric_that_it_does_not_have_meets_nothing(self, metric: str) -> None:
        (region,) = regions({"metric": metric, "ge": 1})
        assert largest(region, TPP) == (None, False)

    def test_it_is_no_part_that_somebody_named(self) -> None:
        (region,) = regions({"part": ["nvidia-h20-96gb"]})
        assert largest(region, TPP) == (None, False)

    def test_it_is_its_only_member(self) -> None:
        (region,) = regions({"member": {"metric": "tpp", "ge": 4800}})
        assert largest(region, TPP) == (4800, False)

    def test_given_figures_are_the_ends(self) -> None:
        (region,) = regions({"metric": "tpp", "ge": 4800}, tpp=100, io_bandwidth=7)
        assert largest(region, TPP) == (100, True)
        assert largest(region, IO) == (7, True)
        assert regions({"metric": "tpp", "ge": 4800}, tpp=4800) == []

    def test_the_largest_tpp_comes_first(self) -> None:
        """Below 100, from 200 to below 300, and without end from 400 on."""
        bands = [
            {"all": [{"metric": "tpp", "ge": 100}, {"metric": "tpp", "lt": 200}]},
            {"all": [{"metric": "tpp", "ge": 300}, {"metric": "tpp", "lt": 400}]},
        ]
        ends = [largest(region, TPP)[0] for region in regions(*bands)]
        assert ends == [None, 300, 100]


class TestFactsAndOutcomes:
    """Facts that are not given are false; an outcome is asked of the control list, or taken as met."""

    WIDE: ClassVar = {"metric": "memory_bandwidth", "ge": 500}

    def designs(self, *parts: dict[str, Any], **more: Any) -> DesignRules:
        """A license rule of which all parts must hold, and an entry X.a from a TPP of 100 on."""
        texts = {"id": "lic", "question": "license"}
        lic = rule_from(
            {
                **texts,
                "provisions": [{"id": "p", "outcome": "yes", "when": as_text({"all": parts})}],
            }
        )
        entry = small_law()["entries"]
        usual = {"facts": {}, "control_list": ControlList((entry,))}
        return DesignRules(rules=(lic,), **{**usual, **more})

    @pytest.mark.parametrize(
        ("facts", "expected", "count"),
        [
            ({}, "true", None),
            ({}, "false", 500),
            ({"datacenter": True}, "true", 500),
            ({"datacenter": True}, "false", None),
        ],
    )
    def test_facts(self, facts: dict[str, bool], expected: str, count: int | None) -> None:
        fact = {"fact": "datacenter", "is": expected}
        (region,) = legal_regions(self.designs(fact, self.WIDE, facts=facts), Given())
        assert largest(region, MEMORY)[0] == count

    def test_an_outcome_is_that_of_the_control_list(self) -> None:
        designs = self.designs({"outcome": ["X.a"]}, self.WIDE)
        wide, fast = sorted(
            (largest(region, TPP)[0] or 0, largest(region, MEMORY)[0] or 0)
            for region in legal_regions(designs, Given())
        )
        assert (wide, fast) == ((0, 500), (100, 0))

    def test_another_outcome_is_not_met(self) -> None:
        (region,) = legal_regions(self.designs({"outcome": ["Y.a"]}, self.WIDE), Given())
        assert largest(region, MEMORY) == (None, False)

    def test_an_outcome_that_is_taken_as_met(self) -> None:
        """The rules behind it do not matter then."""
        designs = self.designs({"outcome": ["X.a"]}, self.WIDE, outcomes_met=frozenset({"lic"}))
        (region,) = legal_regions(designs, Given())
        assert (largest(region, TPP), largest(region, MEMORY)) == ((None, False), (500, False))


@st.composite
def conditions(draw: st.DrawFn, metrics: tuple[str, ...] = METRICS) -> dict[str, Any]:
    """A condition of one or two comparisons."""
    parts = draw(st.lists(st.sampled_from(metrics), min_size=1, max_size=2))
    compared = [
        {"metric": metric, draw(st.sampled_from(("ge", "gt"))): draw(st.integers(1, 9))}
        for metric in parts
    ]
    return {draw(st.sampled_from(("all", "any"))): compared}


@EXAMPLES
@examples(
    st.lists(conditions(), min_size=1, max_size=3),
    st.integers(0, 12),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_regions_hold_exactly_the_legal_designs(
    made: list[dict[str, Any]], tpp: int, memory: int, io_bandwidth: int
) -> None:
    """Brute force: a design lies in some region if and only if no condition is met."""
    designs = rules_of(*made)
    values = {
        "tpp": Fraction(tpp),
        "memory_bandwidth": Fraction(memory),
        "letter_io_bandwidth": Fraction(io_bandwidth),
        "memory_and_io_bandwidth": Fraction(memory + io_bandwidth),
    }
    is_legal = not designs.against(values)
    point = {
        TPP: values["tpp"],
        MEMORY: values["memory_bandwidth"],
        IO: values["letter_io_bandwidth"],
        TOTAL: values["memory_and_io_bandwidth"],
    }
    inside = any(lies_in(region, point) for region in legal_regions(designs, Given()))
    assert inside is is_legal


HALVES = [Fraction(number, 2) for number in range(25)]
SUMMED = ("memory_bandwidth", "letter_io_bandwidth", "memory_and_io_bandwidth")


@settings(max_examples=60, deadline=None, derandomize=True, database=None)
@examples(st.lists(conditions(SUMMED), min_size=2, max_size=3))
def test_no_region_holds_another(made: list[dict[str, Any]]) -> None:
    """Each has a design that no other has: thresholds are whole numbers, so halves lie between."""
    found = legal_regions(rules_of(*made), Given())
    held = []
    for region in found:
        held.append(
            {
                (memory, links)
                for memory in HALVES
                for links in HALVES
                if lies_in(region, {MEMORY: memory, IO: links, TOTAL: memory + links})
            }
        )
    for one, other in itertools.permutations(held, 2):
        assert not one <= other


def lies_in(region: LegalRegion, point: dict[str, Fraction]) -> bool:
    """Whether each figure lies between the ends of a region."""
    for axis, value in point.items():
        start, stop = region.starts[axis], region.stops[axis]
        if start.value is not None and not (
            value > start.value or (start.attained and value == start.value)
        ):
            return False
        if stop.value is not None and not (
            value < stop.value or (stop.attained and value == stop.value)
        ):
            return False
    return True


class TestCells:
    def test_each_threshold_and_each_stretch_is_a_cell(self) -> None:
        samples = [float(cell.sample) for cell in cells_of([Fraction(2), Fraction(4)])]
        assert samples == [1, 2, 3, 4, 5]

    def test_a_threshold_of_zero_cuts_nothing_off(self) -> None:
        samples = [float(cell.sample) for cell in cells_of([Fraction(0), Fraction(4)])]
        assert samples == [2, 4, 5]

    def test_a_sum_of_single_values(self) -> None:
        """1 and 2 are 3, which does not lie above 3 or below it."""
        one, two, three = (only(Fraction(value)) for value in (1, 2, 3))
        at, above = three[0], Cell(End(Fraction(3)), End(Fraction(4)))
        below = Cell(End(Fraction(2)), End(Fraction(3)))
        found = [can_add_up(one[0], two[0], total) for total in (below, at, above)]
        assert found == [False, True, False]

    @pytest.mark.parametrize(
        ("total", "possible"), [((0, 2), False), ((2, 3), True), ((6, 7), False)]
    )
    def test_a_sum_must_be_possible(self, total: tuple[int, int], possible: bool) -> None:
        """Of one value in (1, 2) and one in (1, 4), the sum lies in (2, 6)."""

        def between(low: int, high: int) -> Cell:
            return Cell(End(Fraction(low)), End(Fraction(high)))

        assert can_add_up(between(1, 2), between(1, 4), between(*total)) is possible
