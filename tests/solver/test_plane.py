"""A plane of two metrics, cut by the thresholds of rules, and what it assumes of the rest."""

from __future__ import annotations

from fractions import Fraction

import pytest
from small_law import small_law

from chipdb.solver.evaluate import ControlList
from chipdb.solver.plane import Regions, Strip, regions


def plane(*whens: str, x: str = "tpp", y: str = "memory_bandwidth") -> Regions:
    """The plane of some rules with one provision each."""
    texts = [
        f"- {{id: r{number}, question: license, provisions: [{{id: p, when: {when}}}]}}\n"
        for number, when in enumerate(whens)
    ]
    law = small_law(*texts)
    rules = [rule for rule in law if rule.id != "entries"]
    return regions(rules, ControlList(()), x, y)


def met(found: Regions, x: int, y: int) -> list[str]:
    """What each rule gives at a point."""
    return [str(finding.status) for finding in found.at(Fraction(x), Fraction(y))]


FAST_OR_WIDE = "{any: [{metric: tpp, ge: 100}, {metric: memory_bandwidth, gt: 500}]}"


@pytest.mark.parametrize(
    ("x", "y", "status"),
    [
        (0, 0, "not-met"),
        (99, 500, "not-met"),
        (100, 0, "met"),
        (101, 0, "met"),
        (0, 501, "met"),
        (100, 500, "met"),
    ],
)
def test_what_a_rule_gives_at_a_point(x: int, y: int, status: str) -> None:
    """A threshold belongs to the side that the rule says."""
    assert met(plane(FAST_OR_WIDE), x, y) == [status]


def strip(low: int, high: int | None) -> Strip:
    """A stretch of an axis."""
    return Strip(Fraction(low), None if high is None else Fraction(high))


def test_rectangles_join_neighbors_that_say_the_same() -> None:
    """Below 500 there are two; above it one across."""
    found = {
        (each.x, each.y): str(each.findings[0].status) for each in plane(FAST_OR_WIDE).rectangles()
    }
    assert found == {
        (strip(0, 100), strip(0, 500)): "not-met",
        (strip(100, None), strip(0, 500)): "met",
        (strip(0, None), strip(500, None)): "met",
    }


def test_rectangles_of_one_width_join_upward() -> None:
    """The bandwidth of 500 divides the plane and changes nothing."""
    both = (
        "{any: [{all: [{metric: tpp, ge: 100}, {metric: memory_bandwidth, ge: 500}]},"
        " {all: [{metric: tpp, ge: 100}, {metric: memory_bandwidth, lt: 500}]}]}"
    )
    found = {(each.x, each.y): str(each.findings[0].status) for each in plane(both).rectangles()}
    assert found == {
        (strip(0, 100), strip(0, None)): "not-met",
        (strip(100, None), strip(0, None)): "met",
    }


def test_two_rules_divide_one_plane() -> None:
    found = plane("{metric: tpp, ge: 100}", "{metric: memory_bandwidth, ge: 500}")
    assert found.limits() == ([100], [500])
    assert met(found, 100, 499) == ["met", "not-met"]
    assert met(found, 99, 500) == ["not-met", "met"]
    assert len(found.rectangles()) == 4


def test_a_threshold_of_zero_cuts_nothing_off() -> None:
    found = plane("{any: [{metric: tpp, ge: 0}, {metric: tpp, ge: 100}]}")
    assert found.limits() == ([100], [])


def test_thresholds_below_one_cut_an_axis() -> None:
    found = plane("{metric: performance_density, ge: 0.5}", y="performance_density")
    assert found.limits() == ([], [Fraction(1, 2)])


def test_a_rule_without_thresholds_is_one_rectangle() -> None:
    (only,) = plane("{all: []}").rectangles()
    assert (only.x, only.y) == (strip(0, None), strip(0, None))


class TestWhatIsAssumed:
    @pytest.mark.parametrize(
        ("fact", "expected", "words", "status"),
        [
            ("datacenter", "true", ("a datacenter part",), "met"),
            ("datacenter", "false", ("a datacenter part",), "not-met"),
            # the ordinary case, which needs no words
            ("digital", "true", (), "met"),
            ("us_available", "true", ("on sale in the United States in time",), "met"),
            (
                "first_marketed_later",
                "false",
                ("on the market by the day that the bill names",),
                "met",
            ),
        ],
    )
    def test_of_facts(self, fact: str, expected: str, words: tuple[str, ...], status: str) -> None:
        found = plane(f"{{all: [{{metric: tpp, ge: 100}}, {{fact: {fact}, is: {expected}}}]}}")
        assert found.assumed == words
        assert met(found, 100, 0) == [status]

    def test_of_facts_that_the_rule_does_not_ask_for(self) -> None:
        assert plane("{metric: tpp, ge: 100}").assumed == ()

    def hidden(self, *whens: str) -> Regions:
        """A plane of TPP and density, which shows no bandwidth."""
        return plane(*whens, y="performance_density")

    def test_a_bandwidth_of_zero_where_the_plane_then_shows_anything(self) -> None:
        found = self.hidden(FAST_OR_WIDE)
        assert found.assumed == ("memory bandwidth taken as zero",)
        assert met(found, 100, 0) == ["met"]
        assert met(found, 99, 0) == ["not-met"]

    def test_a_word_that_two_share_is_said_once(self) -> None:
        found = self.hidden(
            "{any: [{metric: tpp, ge: 100}, {metric: memory_bandwidth, ge: 500},"
            " {metric: letter_io_bandwidth, ge: 7}, {metric: aggregate_io_bandwidth, ge: 9}]}"
        )
        assert found.assumed == ("memory bandwidth and I/O bandwidth taken as zero",)

    @pytest.mark.parametrize(
        ("conditions", "words"),
        [
            ("{metric: memory_bandwidth, ge: 500}", "memory bandwidth of 500 GB/s or more"),
            ("{metric: memory_bandwidth, gt: 500}", "memory bandwidth above 500 GB/s"),
            # the largest values meet the highest last
            (
                "{metric: memory_bandwidth, ge: 500}, {metric: memory_bandwidth, gt: 200}",
                "memory bandwidth of 500 GB/s or more",
            ),
            (
                "{metric: memory_bandwidth, ge: 500}, {metric: memory_bandwidth, gt: 500}",
                "memory bandwidth above 500 GB/s",
            ),
            (
                "{metric: memory_bandwidth, gt: 500}, {metric: aggregate_io_bandwidth, ge: 9}",
                "memory bandwidth above 500 GB/s|I/O bandwidth of 9 GB/s or more",
            ),
        ],
    )
    def test_bandwidths_beyond_their_thresholds_where_it_shows_nothing_at_zero(
        self, conditions: str, words: str
    ) -> None:
        found = self.hidden(f"{{all: [{{metric: tpp, ge: 100}}, {conditions}]}}")
        assert found.assumed == tuple(words.split("|"))
        assert met(found, 100, 0) == ["met"]
        assert met(found, 99, 0) == ["not-met"]

    def test_what_it_neither_shows_nor_assumes_stays_unknown(self) -> None:
        """It may be zero, too."""
        found = plane("{all: [{metric: tpp, ge: 100}, {metric: transistors, lt: 1}]}")
        assert met(found, 100, 0) == ["undetermined"]
        assert met(found, 99, 0) == ["not-met"]

    def test_an_axis_is_not_assumed(self) -> None:
        found = plane(FAST_OR_WIDE, x="memory_bandwidth", y="tpp")
        assert found.assumed == ()
        assert met(found, 501, 0) == ["met"]

    def test_facts_are_said_before_bandwidths(self) -> None:
        wide = "{all: [{metric: tpp, ge: 100}, {metric: memory_bandwidth, ge: 500}]}"
        sold = "{all: [{metric: tpp, ge: 100}, {fact: datacenter, is: true}]}"
        assert self.hidden(wide, sold, sold).assumed == (
            "a datacenter part",
            "memory bandwidth of 500 GB/s or more",
        )

    def test_a_density_that_is_an_axis_is_a_figure_of_its_own(self) -> None:
        found = plane("{metric: performance_density, ge: 4}", y="performance_density")
        assert found.limits() == ([], [4])
        assert met(found, 1, 4) == ["met"]
        assert met(found, 1, 3) == ["not-met"]
