"""Values of unknown figures: one for each threshold and each stretch between two of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from small_law import small_law

from chipdb.solver.evaluate import ControlList
from chipdb.solver.groups import groups_of
from chipdb.solver.intervals import (
    Changed,
    ChipAssignment,
    Interval,
    KnownFigures,
    OnDemand,
    assigned_values,
    cuts,
    value_between,
)
from chipdb.solver.item import Assignment
from chipdb.solver.verdict import finding_of
from chipdb.vocabulary import Kind

AREA, DENSITY, TPP = "applicable_die_area", "performance_density", "tpp"


def between(low: int | str, high: int | str | None) -> Interval:
    """An interval with its ends."""
    return Fraction(low), None if high is None else Fraction(high)


def known(**intervals: Interval) -> KnownFigures:
    """Figures of a chip, by metric."""
    return KnownFigures(intervals=intervals, facts={})


def values(figures: KnownFigures, name: str, **thresholds: list[int]) -> list[Fraction]:
    """The values of one metric among all combinations, each once."""
    limits = {metric: list(map(Fraction, of)) for metric, of in thresholds.items()}
    found = {each[name] for each in assigned_values(figures, limits)}
    return sorted(found)


class TestValues:
    @pytest.mark.parametrize(
        ("ends", "limits", "expected"),
        [
            # what is known needs no other value
            ((5, 5), [5], [5]),
            # nothing divides it
            ((0, 100), [], [0]),
            ((0, 100), [200], [0]),
            ((0, 100), [40], [0, 20, 40, 70, 100]),
            # a threshold at an end is reached there
            ((0, 100), [100], [0, 50, 100]),
            ((40, 100), [40], [40, 70, 100]),
            ((0, None), [40], [0, 20, 40, 81]),
            ((40, None), [40], [40, 81]),
        ],
    )
    def test_of_one_metric(
        self, ends: tuple[int, int | None], limits: list[int], expected: list[int]
    ) -> None:
        assert values(known(tpp=between(*ends)), TPP, tpp=limits) == expected

    def test_an_area_that_may_vanish(self) -> None:
        """Planar logic has no area, which is a piece of its own, whatever the thresholds."""
        assert values(known(applicable_die_area=between(0, 800)), AREA, **{AREA: [900]}) == [
            *(0, 400, 800),
        ]
        assert values(known(applicable_die_area=between(1, 800)), AREA, **{AREA: [900]}) == [1]
        memory = known(memory_bandwidth=between(0, 800))
        assert values(memory, "memory_bandwidth", memory_bandwidth=[900]) == [0]

    def test_an_area_without_end_need_not_vanish(self) -> None:
        """Its density goes to zero there anyway."""
        found = values(known(applicable_die_area=between(0, None)), AREA, **{AREA: [100]})
        assert found == [50, 100, 201]

    def test_a_density_divides_its_parts(self) -> None:
        """300 over an area reaches 3 at 100 mm^2."""
        figures = known(tpp=between(300, 300), applicable_die_area=between(50, 200))
        assert values(figures, AREA, **{DENSITY: [3]}) == [50, 75, 100, 150, 200]
        figures = known(tpp=between(0, None), applicable_die_area=between(100, 100))
        assert values(figures, TPP, **{DENSITY: [3]}) == [0, 150, 300, 601]

    def test_a_density_that_is_given_divides_no_part(self) -> None:
        figures = known(
            tpp=between(0, 900),
            applicable_die_area=between(100, 100),
            performance_density=between(4, 4),
        )
        assert values(figures, DENSITY, **{DENSITY: [3], TPP: []}) == [4]
        assert values(figures, TPP, **{DENSITY: [3], TPP: []}) == [0]

    def test_a_sum_divides_its_parts(self) -> None:
        """1,700 in all leave 700 beside 1,000."""
        figures = known(memory_bandwidth=between(1000, 1000), letter_io_bandwidth=between(0, 900))
        found = values(figures, "letter_io_bandwidth", memory_and_io_bandwidth=[1700])
        assert found == [0, 350, 700, 800, 900]
        figures = known(memory_bandwidth=between(0, 900), letter_io_bandwidth=between(1000, 1000))
        found = values(figures, "memory_bandwidth", memory_and_io_bandwidth=[1700])
        assert found == [0, 350, 700, 800, 900]


def test_cuts_of_a_line_are_those_with_the_others_at_their_low_ends() -> None:
    figures = known(tpp=between(0, None), applicable_die_area=between(100, 200))
    assert cuts(figures, TPP, {DENSITY: [Fraction(3)]}) == [300]
    assert cuts(figures, AREA, {DENSITY: [Fraction(3)]}) == []


def test_a_value_between_two() -> None:
    assert value_between(Fraction(2), Fraction(4)) == 3
    assert value_between(Fraction(0), None) > 0
    assert value_between(Fraction(7), None) > 7


class TestDerivedMetrics:
    def test_a_sum_and_a_quotient(self) -> None:
        chip = ChipAssignment(
            {
                "memory_bandwidth": Fraction(7),
                "letter_io_bandwidth": Fraction(5),
                TPP: Fraction(12),
                AREA: Fraction(4),
            },
            {},
        )
        assert chip.value("memory_and_io_bandwidth") == 12
        assert chip.value(DENSITY) == 3

    def test_what_has_no_meaning_has_no_value(self) -> None:
        planar = {TPP: Fraction(12), AREA: Fraction(0)}
        assert ChipAssignment(planar, {}).value(DENSITY) is None
        undefined = ChipAssignment({TPP: Fraction(12)}, {}, None, frozenset({DENSITY}))
        assert undefined.value(DENSITY) is None

    def test_one_part_is_not_enough(self) -> None:
        assert not ChipAssignment({TPP: Fraction(12)}, {}).has(DENSITY)
        assert not ChipAssignment({AREA: Fraction(12)}, {}).has(DENSITY)
        assert ChipAssignment({DENSITY: Fraction(3)}, {}).has(DENSITY)


class TestIntervals:
    def test_they_are_worked_out_once_and_only_if_asked_for(self) -> None:
        asked: list[str] = []

        def interval_of(name: str) -> Interval:
            asked.append(name)
            return between(1, 2)

        found = OnDemand([TPP, AREA], interval_of)
        assert (TPP in found, "app" in found, list(found), len(found)) == (
            True,
            False,
            [TPP, AREA],
            2,
        )
        assert asked == []
        assert (found[TPP], found[TPP]) == (between(1, 2), between(1, 2))
        assert asked == [TPP]

    def test_some_are_replaced(self) -> None:
        base = {TPP: between(1, 1), AREA: between(2, 2)}
        found = Changed(base, {AREA: between(3, 3), "app": between(4, 4)})
        assert dict(found) == {TPP: between(1, 1), AREA: between(3, 3), "app": between(4, 4)}
        assert (TPP in found, "app" in found, "tops" in found) == (True, True, False)
        assert len(found) == 3

    def test_equal_intervals_have_one_number(self) -> None:
        first = known(tpp=between(1, None), app=between(2, 2))
        changed = first.with_intervals({"app": between(3, 3)})
        back = changed.with_intervals({"app": between(2, 2)})
        assert first.number_of(TPP) == changed.number_of(TPP) != 0
        assert first.number_of("app") == back.number_of("app") != changed.number_of("app")
        assert known(tpp=between(1, 1)).number_of(TPP) != first.number_of(TPP)
        assert changed.number_of("tops") == 0


class TestLinesOfAGroup:
    GROUPS = groups_of({TPP: [Fraction(100)], DENSITY: [Fraction(3)]})

    def lines(self, figures: KnownFigures) -> int:
        """How many lines the TPP has."""
        return len(self.GROUPS[TPP].lines(figures, TPP))

    def test_one_for_each_way_to_settle_the_others(self) -> None:
        """Whatever the TPP is along a line, the area stays."""
        assert self.lines(known(tpp=between(0, None), applicable_die_area=between(50, 50))) == 1
        figures = known(tpp=between(0, 900), applicable_die_area=between(50, 400))
        areas = values(figures, AREA, **{TPP: [100], DENSITY: [3]})
        assert self.lines(figures) == len(areas) > 1


class TestOneAssignment:
    """What a rule gives where everything is settled: figures, facts, and whether a chip is named."""

    @pytest.mark.parametrize(
        ("when", "chip", "status"),
        [
            ("{metric: tpp, ge: 100}", ({TPP: Fraction(100)}, {}), "met"),
            ("{metric: tpp, ge: 100}", ({TPP: Fraction(99)}, {}), "not-met"),
            ("{fact: datacenter, is: true}", ({}, {"datacenter": True}), "met"),
            ("{fact: datacenter, is: true}", ({}, {"datacenter": False}), "not-met"),
            ("{part: [nvidia-h20-96gb]}", ({}, {}, "nvidia-h20-96gb"), "met"),
            ("{part: [nvidia-h20-96gb]}", ({}, {}, "nvidia-a30"), "not-met"),
            ("{part: [nvidia-h20-96gb]}", ({}, {}), "not-met"),
        ],
    )
    def test_of_a_processor(self, when: str, chip: tuple, status: str) -> None:
        law = small_law(f"- {{id: r, question: license, provisions: [{{id: p, when: {when}}}]}}\n")
        assignment = Assignment(Kind.PROCESSOR, (ChipAssignment(*chip),))
        assert finding_of(law["r"], ControlList(()), assignment).status == status

    @pytest.mark.parametrize(
        ("of_system", "status"), [({}, "met"), ({"datacenter": False}, "not-met")]
    )
    def test_a_fact_of_a_system_comes_before_that_of_its_chip(
        self, of_system: dict[str, bool], status: str
    ) -> None:
        when = "{fact: datacenter, is: true}"
        law = small_law(f"- {{id: r, question: license, provisions: [{{id: p, when: {when}}}]}}\n")
        chip = ChipAssignment({}, {"datacenter": True})
        assignment = Assignment(Kind.SYSTEM, (chip,), of_system)
        assert finding_of(law["r"], ControlList(()), assignment).status == status
