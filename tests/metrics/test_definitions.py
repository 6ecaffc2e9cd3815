"""Definitions of metrics on figures that are partly known, and under interpretations."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import chipdb
from chipdb.metrics import Metric, declared_apart, measure
from chipdb.metrics.definitions import Count
from chipdb.metrics.spread import Spread, product, quotient


def chip(text: str) -> chipdb.Chip:
    """A hypothetical chip from fields in YAML."""
    (found,) = chipdb.load().adopt(text.encode(), "test.yaml")
    return found


def ends(metric: Metric) -> tuple[float | None, float | None, float | None]:
    """Low, value and high as plain numbers."""
    low, value, high = (
        None if end is None else float(end) for end in (metric.low, metric.value, metric.high)
    )
    return low, value, high


class TestPipes:
    """Technical Note 2 adds processing units; read so that each pipe is one, pipes are added."""

    @pytest.mark.parametrize(
        ("rates", "added"),
        [
            ("fp16: 100 TFLOPS, fp16_vector: 20 TFLOPS", 100 * 16 + 20 * 16),
            ("fp16: 100 TFLOPS, fp32: {value: 20 TFLOPS, engine: vector}", 100 * 16 + 20 * 32),
            ("fp16: 100 TFLOPS, fp32: {value: 20 TFLOPS, engine: matrix}", 100 * 16),
            ("fp16: 100 TFLOPS, fp32: 20 TFLOPS", 100 * 16),
            ("fp16_vector: 20 TFLOPS", 20 * 16),
        ],
    )
    def test_matrix_and_vector(self, rates: str, added: int) -> None:
        made = chip(f"{{throughput: {{{rates}}}}}")
        assert Count(made).all_pipes().value == added


class TestInterpretations:
    """A claim of an interpretation counts under it only; others keep the plain figures."""

    def test_a_throughput_that_only_one_has(self) -> None:
        """INT8 300 x 8 exists under it only: 100 x 16 = 1,600 otherwise."""
        made = chip(
            "{throughput: {fp16: 100 TFLOPS, int8: {value: 300 TOPS, reading: fast}},"
            " readings: {fast: {}}}"
        )
        assert ends(measure(made, "tpp")) == (1600, 1600, 2400)

    def test_a_memory_bandwidth(self) -> None:
        """An interpretation may change any figure, not only throughput."""
        made = chip(
            "{memory: {bandwidth: [{value: 1000 GB/s}, {value: 1500 GB/s, reading: boost}]},"
            " readings: {boost: {}}}"
        )
        assert ends(measure(made, "memory_bandwidth")) == (1000, 1000, 1500)

    def test_one_without_an_upper_bound_leaves_none(self) -> None:
        """4,000 / 800 = 5; under the other the area is 700 or 0, and a density has no end."""
        areas = "[{value: 800 mm^2}, {value: 700 mm^2, reading: r}, {value: 0 mm^2, reading: r}]"
        made = chip(
            f"{{metrics: {{tpp: 4000, applicable_die_area: {areas}}}, readings: {{r: {{}}}}}}"
        )
        assert ends(measure(made, "performance_density")) == (5, 5, None)


class TestWhatIsPartlyKnown:
    """Unknown stays unknown; what is known still bounds it."""

    def test_without_dram_there_is_no_bandwidth_and_no_capacity(self) -> None:
        made = chip("{memory: {kind: none}}")
        assert ends(measure(made, "memory_bandwidth")) == (0, 0, 0)
        assert ends(measure(made, "memory_capacity")) == (0, 0, 0)

    def test_part_of_the_throughputs_bounds_the_tpp(self) -> None:
        """FP16 alone is known, 100 x 16; a format that nobody stated may be faster."""
        part = replace(chip("{throughput: {fp16: 100 TFLOPS}}"), rates_partial=True)
        found = Count(part).metric("tpp")
        assert (found.value, found.low, found.high) == (None, 1600, None)
        assert found.missing == ("throughput",)
        nothing = replace(chip("{memory: {kind: none}}"), rates_partial=True)
        assert (Count(nothing).metric("tpp").value, Count(nothing).metric("tpp").low) == (None, 0)

    def test_a_product_of_stated_ranges(self) -> None:
        """Between 5 x 700 and 6 x 800."""
        made = chip(
            "{metrics: {performance_density: [{value: 6}, {value: 5}],"
            " applicable_die_area: [{value: 800 mm^2}, {value: 700 mm^2}]}}"
        )
        found = Count(made).metric("tpp")
        assert (found.low, found.value, found.high) == (3500, 4800, 4800)
        assert (found.least, found.most) == (3500, 4800)

    def test_tops_are_bounded_by_a_tpp(self) -> None:
        """6,400 / 64 bits = 100 TOPS at least, with and without tolerances: nothing is rounded."""
        made = chip("{metrics: {performance_density: 8, applicable_die_area: 800 mm^2}}")
        found = Count(made).metric("tops")
        assert (found.value, found.low, found.least) == (None, 100, 100)

    def test_known_throughputs_are_not_raised_by_their_tpp(self) -> None:
        """FP64 of 100 or 80: TPP 6,400 over 64 bits is 100, and 80 is credible all the same."""
        made = chip("{throughput: {fp64: [{value: 100 TFLOPS}, {value: 80 TFLOPS}]}}")
        assert ends(measure(made, "tops")) == (80, 100, 100)

    @pytest.mark.parametrize(
        ("links", "low"),
        [
            ("", 500),
            ("links: [{name: X, kind: chip-to-chip}], ", 500),
            (
                "links: [{name: X, kind: chip-to-chip}, {name: Y, kind: host, bandwidth: 600 GB/s}], ",
                600,
            ),
        ],
    )
    def test_all_links_are_at_least_those_between_chips(self, links: str, low: int) -> None:
        made = chip(f"{{{links}metrics: {{interconnect_bandwidth: 500 GB/s}}}}")
        found = Count(made).metric("aggregate_io_bandwidth")
        assert (found.value, found.low, found.least, found.high) == (None, low, low, None)

    def test_those_between_chips_are_at_most_all_links(self) -> None:
        made = chip("{metrics: {aggregate_io_bandwidth: 500 GB/s}}")
        found = Count(made).metric("interconnect_bandwidth")
        assert (found.value, found.low, found.high, found.most) == (None, 0, 500, 500)

    def test_known_links_are_counted_whatever_is_stated_of_all(self) -> None:
        links = "links: [{name: X, kind: chip-to-chip, bandwidth: 300 GB/s}]"
        made = chip(f"{{{links}, metrics: {{aggregate_io_bandwidth: 500 GB/s}}}}")
        assert ends(measure(made, "interconnect_bandwidth")) == (300, 300, 300)

    def test_the_letters_count_at_least_the_links_between_chips(self) -> None:
        """900 GB/s between chips and a host link of 100, or of unknown bandwidth."""
        known = "{name: X, kind: chip-to-chip, bandwidth: 900 GB/s}"
        both = chip(f"{{links: [{known}, {{name: Y, kind: host, bandwidth: 100 GB/s}}]}}")
        found = Count(both).metric("letter_io_bandwidth")
        assert (found.least, found.low, found.value, found.high) == (900, 900, 1000, 1000)
        one = chip(f"{{links: [{known}, {{name: Y, kind: host}}]}}")
        found = Count(one).metric("letter_io_bandwidth")
        assert (found.low, found.value, found.high) == (900, None, None)

    def test_a_bandwidth_of_unknown_directions_is_up_to_twice_as_much(self) -> None:
        made = chip(
            "{links: [{name: X, kind: chip-to-chip, bandwidth: 400 GB/s, counts: unknown}]}"
        )
        assert ends(measure(made, "interconnect_bandwidth")) == (400, 400, 800)


class TestDeclared:
    """A declared TPP is apart if it is more than 1 % away from the computed one, 1,600 here."""

    @pytest.mark.parametrize(
        ("declared", "apart"),
        [("1584", False), ("1583.99", True), ("1616", False), ("1616.01", True)],
    )
    def test_one_percent(self, declared: str, apart: bool) -> None:
        made = chip(f"{{throughput: {{fp16: 100 TFLOPS}}, declared: {{tpp: {declared}}}}}")
        assert declared_apart(made) is apart

    def test_of_nothing_computed(self) -> None:
        assert not declared_apart(chip("{declared: {tpp: 1600}}"))

    @pytest.mark.parametrize(
        ("value", "inside"), [(1279, False), (1280, True), (1600, True), (1601, False)]
    )
    def test_a_range_includes_its_ends(self, value: int, inside: bool) -> None:
        """Claims of 100 and 80 TFLOPS in 16 bits span 1,280 to 1,600."""
        made = chip("{throughput: {fp16: [{value: 100 TFLOPS}, {value: 80 TFLOPS}]}}")
        assert measure(made, "tpp").spans(Fraction(value)) is inside

    def test_what_is_unknown_spans_nothing(self) -> None:
        assert not measure(chip("{declared: {tpp: 1600}}"), "tpp").spans(Fraction(1600))


class TestArithmetic:
    """A product or quotient of something unknown is unknown, and names all that is missing."""

    def test_of_what_is_unknown(self) -> None:
        one, five = Spread.unknown("one"), Spread.exactly(5)
        for other in (five, Spread.unknown("other")):
            for found in (product(one, other), product(other, one), quotient(one, other)):
                assert found.value is None
                assert set(found.missing) == {"one", *other.missing}
        assert quotient(five, one).missing == ("one",)

    def test_the_highest_member_is_that_of_the_system(self) -> None:
        """4A090 looks at the chip of the highest TPP, wherever it is in the list: A100, 4,992."""
        for order in (
            ("nvidia-h20-96gb", "nvidia-a100-sxm4-80gb"),
            ("nvidia-a100-sxm4-80gb", "nvidia-h20-96gb"),
        ):
            members = ", ".join(f"{{chip: {name}}}" for name in order)
            assert measure(chip(f"{{kind: system, members: [{members}]}}"), "tpp").value == 4992
