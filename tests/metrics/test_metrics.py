"""Metrics from published figures, with the arithmetic written out; unknown, undefined, ranges."""

from __future__ import annotations

from fractions import Fraction

import pytest

import chipdb
from chipdb.errors import DataError
from chipdb.metrics import Metric, measure
from chipdb.solver.item import Item

CATALOG = chipdb.load()
DIE = "dies: [{name: D, role: compute, count: 1, transistors_are: non-planar, area: 500 mm^2}]"


def chip(text: str) -> chipdb.Chip:
    """A hypothetical chip from fields in YAML."""
    (found,) = CATALOG.adopt(text.encode(), "test.yaml")
    return found


def metric(item: chipdb.Chip | str, name: str) -> Metric:
    return measure(CATALOG[item] if isinstance(item, str) else item, name)


def spread(item: chipdb.Chip | str, name: str) -> tuple[float | None, float | None, float | None]:
    found = metric(item, name)
    low, value, high = (
        None if end is None else float(end) for end in (found.low, found.value, found.high)
    )
    return low, value, high


class TestPublishedFigures:
    """TPP is the highest dense throughput x bit length, density TPP over logic dies (Notes 1
    and 4).
    """

    @pytest.mark.parametrize(
        ("name", "tpp", "area"),
        [
            ("A100", "312 * 16", "826"),
            ("H100", "1978.9 * 8", "814"),
            ("H20", "296 * 8", "814"),
            ("MI250X", "383 * 16", "2 * 724"),  # a rate of the module, two dies
            ("Hanguang 800", "825 * 8", "709"),
            ("910B3", "313 * 16", "665.61"),
            ("910B4", "280 * 16", "665.61"),
            ("910B2", "376 * 16", "665.61"),
            ("V100", "125 * 16", "815"),
            ("BR100", "1024 * 16", "2 * 537"),
            ("H200", "1979 * 8", "814"),
        ],
    )
    def test_tpp_and_density(self, name: str, tpp: str, area: str) -> None:
        assert metric(name, "tpp").value == product(tpp)
        assert metric(name, "applicable_die_area").value == product(area)
        assert metric(name, "performance_density").value == product(tpp) / product(area)

    @pytest.mark.parametrize(
        ("name", "tpp", "density"),
        [
            ("A100", 4992, 6.04),
            ("H100", 15831.2, 19.45),
            ("H20", 2368, 2.91),
            ("Hanguang 800", 6600, 9.31),
            ("910B3", 5008, 7.52),
        ],
    )
    def test_as_published(self, name: str, tpp: float, density: float) -> None:
        """The same as numbers, as press and facts have them."""
        assert spread(name, "tpp")[1] == pytest.approx(tpp)
        assert spread(name, "performance_density")[1] == pytest.approx(density, abs=0.005)

    @pytest.mark.parametrize("name", ["MI300X", "MI325X"])
    def test_mi300x(self, name: str) -> None:
        """2614.9 x 8 = 20,919.2 over eight XCDs of 115 and four IODs of 370 mm^2 (SemiAnalysis)."""
        assert metric(name, "tpp").value == product("2614.9 * 8")
        assert metric(name, "performance_density").value == product("2614.9 * 8") / (
            8 * 115 + 4 * 370
        )

    def test_a_die_of_unknown_area_leaves_the_density_unknown(self) -> None:
        """MI350X: the XCD's area was published, the I/O die's was not."""
        assert metric("MI350X", "performance_density").state == "unknown"

    def test_highest_format_wins(self) -> None:
        """MI355X: FP6 10,066.3 x 6 = 60,397.8 is above FP8 5,033.2 x 8 and FP4 10,066.3 x 4."""
        assert metric("MI355X", "tpp").value == product("10066.3 * 6")

    def test_highest_rate_the_maker_states(self) -> None:
        """Point B2: Gaudi 3 has 1,835 and L40S 733, not less at shipping clock or wide
        accumulation.
        """
        assert metric("Gaudi 3", "tpp").value == product("1835 * 16")
        assert metric("L40S", "tpp").value == product("733 * 8")

    @pytest.mark.parametrize(
        ("name", "bandwidth"),
        [
            ("A100", 2039),
            ("H20", 4000),
            ("H200", 4800),
            ("MI250X", 3276.8),
            ("910B3", 1600),
            ("RTX 5090", 1792),
        ],
    )
    def test_memory_bandwidth(self, name: str, bandwidth: float) -> None:
        assert spread(name, "memory_bandwidth")[1] == pytest.approx(bandwidth)

    @pytest.mark.parametrize(
        ("name", "count"), [("A100", 54.2e9), ("MI250X", 2 * 29.1e9), ("Hanguang 800", 17e9)]
    )
    def test_transistors(self, name: str, count: float) -> None:
        assert spread(name, "transistors")[1] == pytest.approx(count)


def product(text: str) -> Fraction:
    """The exact product of ``2614.9 * 8``."""
    result = Fraction(1)
    for factor in text.split("*"):
        result *= Fraction(factor.strip())
    return result


class TestUnits:
    """Point B3: pipes of one core are one unit; distinct engines and dies add up."""

    def test_vector_is_not_added_to_matrix(self) -> None:
        assert (
            metric(chip("{throughput: {fp16: 100 TFLOPS, fp16_vector: 20 TFLOPS}}"), "tpp").value
            == 1600
        )

    def test_engines_are_added(self) -> None:
        """16 x 100 of the GPU and 8 x 50 of the NPU."""
        both = chip(
            "{throughput: {fp16: 100 TFLOPS}, units: [{name: NPU, throughput: {int8: 50 TOPS, int4: 60 TOPS}}]}"
        )
        assert metric(both, "tpp").value == 16 * 100 + 8 * 50
        assert metric(both, "tops").value == 100 + 60

    def test_tops_have_no_bit_length(self) -> None:
        assert metric(chip("{throughput: {fp16: 100 TFLOPS, int8: 150 TOPS}}"), "tops").value == 150

    def test_sparse_rates_do_not_count(self) -> None:
        sparse = "{throughput: {fp8: 100 TFLOPS, fp8_sparse: {value: 200 TFLOPS, pattern: '2:4'}}}"
        assert metric(chip(sparse), "tpp").value == 800

    def test_no_rate_is_unknown(self) -> None:
        assert metric(chip(f"{{{DIE}}}"), "tpp").state == "unknown"
        assert spread(chip(f"{{{DIE}}}"), "tpp") == (None, None, None)


class TestBits:
    """Point B17: TF32 is the interval of 19 to 32 bits; small formats count their element bits."""

    @pytest.mark.parametrize(
        ("format_", "bits"),
        [
            ("fp64", 64),
            ("fp32", 32),
            ("bf16", 16),
            ("fp8", 8),
            ("fp6", 6),
            ("fp4", 4),
            ("int8", 8),
            ("int4", 4),
        ],
    )
    def test_format(self, format_: str, bits: int) -> None:
        assert spread(chip(f"{{throughput: {{{format_}: 100 TOPS}}}}"), "tpp") == (100 * bits,) * 3

    def test_tf32_alone(self) -> None:
        assert spread(chip("{throughput: {tf32: 100 TFLOPS}}"), "tpp") == (1900, 1900, 3200)

    def test_tf32_of_a_further_unit(self) -> None:
        """Notes 1.c and 1.d: 800 of one unit, and 100 x 19 or x 32 of another, added."""
        unit = "units: [{name: NPU, throughput: {tf32: 100 TFLOPS}}]"
        both = chip(f"{{throughput: {{fp8: 100 TFLOPS}}, {unit}}}")
        assert spread(both, "tpp") == (2700, 2700, 4000)

    @pytest.mark.parametrize(
        ("name", "rate"), [("Trainium1", 190), ("Inferentia2", 190), ("Trainium2", 667)]
    )
    def test_tf32_at_the_rate_of_bf16(self, name: str, rate: int) -> None:
        """190 x 19 = 3,610 or x 32 = 6,080; 667 x 19 = 12,673 or x 32 = 21,344."""
        assert spread(name, "tpp") == (rate * 19, rate * 19, rate * 32)

    def test_tf32_at_half_the_rate_changes_nothing(self) -> None:
        """A100: 156 x 32 = 4,992, as with FP16."""
        assert spread("A100", "tpp") == (4992, 4992, 4992)


class TestArea:
    """Point B16: every non-planar logic die counts: compute, I/O, base and cache, but not passive
    silicon.
    """

    def test_every_logic_die_counts(self) -> None:
        """8 x 115 + 4 x 370 + 2 x 60 + 10 = 2,530; the interposer of 1,000 does not count."""
        dies = [
            ("compute", 8, 115),
            ("io", 4, 370),
            ("base", 2, 60),
            ("cache", 1, 10),
            ("passive", 1, 1000),
        ]
        rows = "".join(
            f"  - {{name: {role}, role: {role}, count: {count}, transistors_are: non-planar, area: {area} mm^2}}\n"
            for role, count, area in dies
        )
        made = chip(f"throughput: {{fp8: 2530 TFLOPS}}\ndies:\n{rows}")
        assert metric(made, "applicable_die_area").value == 2530
        assert metric(made, "performance_density").value == 8

    def test_planar_dies_do_not_count_beside_others(self) -> None:
        planar = "{name: I, role: io, count: 1, transistors_are: planar, area: 300 mm^2}"
        made = chip(f"{{throughput: {{fp16: 100 TFLOPS}}, {DIE.removesuffix(']')}, {planar}]}}")
        assert metric(made, "applicable_die_area").value == 500

    @pytest.mark.parametrize("density", ["0", "3.2"])
    def test_no_tpp_is_made_of_an_area_of_zero(self, density: str) -> None:
        made = chip(
            f"{{designed_for: [datacenter], metrics: {{applicable_die_area: 0 mm^2, performance_density: {density}}}}}"
        )
        assert metric(made, "tpp").state == "unknown"
        assert chipdb.check(made, on="2024-06-01").classification.status == "undetermined"

    def test_planar_only_has_no_density(self) -> None:
        made = chip(
            "{throughput: {fp16: 500 TFLOPS}, dies: [{name: D, count: 1, transistors_are: planar, area: 500 mm^2}]}"
        )
        assert spread(made, "applicable_die_area") == (0, 0, 0)
        assert metric(made, "performance_density").state == "undefined"
        assert spread(made, "performance_density") == (None, None, None)

    @pytest.mark.parametrize(
        "dies",
        [
            "name: no dies",
            "dies: [{name: D, count: 1, transistors_are: non-planar}]",
            "dies: [{name: D, count: 1, area: 500 mm^2}]",
            f"{DIE.removesuffix(']')}, {{name: I, role: io, transistors_are: non-planar}}]",
        ],
        ids=["no dies", "no area", "architecture unknown", "one area missing"],
    )
    def test_unknown_die(self, dies: str) -> None:
        """The specification: unknown has null value, low and high."""
        made = chip(f"{{throughput: {{fp16: 100 TFLOPS}}, {dies}}}")
        for name in ("applicable_die_area", "performance_density"):
            assert metric(made, name).state == "unknown"
            assert spread(made, name) == (None, None, None)
        assert metric(made, "tpp").value == 1600

    @pytest.mark.parametrize(
        ("known", "open_", "status"),
        [
            # 2,400 over 1,512 to 4,760 mm2 is 1.587 at most; with 1 % less silicon it is 1.603.
            ("1512 mm^2", "3248 mm^2", "not-met"),
            # 2,400 over 100 to 1,500 mm2 is 1.6 at least; with 1 % more silicon it is 1.584.
            ("100 mm^2", "1400 mm^2", "met"),
        ],
    )
    def test_tolerance_beside_a_die_of_unknown_kind(
        self, known: str, open_: str, status: str
    ) -> None:
        """3A090.b.1 begins at 1.6 for a TPP of 2,400; a tolerance contests an answer, no more.

        Whether the second die counts is unknown, and as stated the answer is the same either way.
        """
        made = chip(
            "designed_for: [datacenter]\nthroughput: {fp16: 150 TFLOPS}\ndies:\n"
            "  - {name: A, role: compute, transistors_are: non-planar, "
            f"area: {{value: {known}, tolerance: 1 %}}}}\n"
            f"  - {{name: B, role: compute, area: {{value: {open_}, tolerance: 1 %}}}}\n"
        )
        answer = chipdb.check(made, on="2024-06-01").classification
        assert (answer.status, answer.contested) == (status, True)


class TestReadings:
    """Metrics by interpretation, low and high the extremes.

    The preferred value is that of the plain one.
    """

    @pytest.mark.parametrize(
        ("name", "preferred", "cube"),
        [
            ("910B2", "376", "353.9"),
            ("910B3", "313", "294.9"),
            ("910B4", "280", "245.8"),
            ("910C", "752", "707.8"),
        ],
    )
    def test_cube_only(self, name: str, preferred: str, cube: str) -> None:
        """The cube only, without INT8: 280 x 16 = 4,480, 245.8 x 16 = 3,932.8."""
        assert metric(name, "tpp").value == Fraction(preferred) * 16
        assert metric(name, "tpp").low == Fraction(cube) * 16

    def test_density_of_910b4(self) -> None:
        """4,480 / 665.61 = 6.73; 3,932.8 / 665.61 = 5.909, below 5.92."""
        low, value, _ = spread("910B4", "performance_density")
        assert (low, value) == (pytest.approx(5.9086, abs=1e-4), pytest.approx(6.7307, abs=1e-4))

    def test_a_reading_is_a_consistent_set(self) -> None:
        rates = "fp16: [100 TFLOPS, {value: 80 TFLOPS, reading: half}], int8: 300 TOPS"
        made = chip(
            f"{{throughput: {{{rates}}}, readings: {{half: {{removes: [throughput.int8]}}}}}}"
        )
        assert spread(made, "tpp") == (80 * 16, 300 * 8, 300 * 8)


class TestClaims:
    """The specification: the highest throughput the vendor states, else the best basis."""

    def rate(self, *claims: str) -> tuple[float | None, float | None, float | None]:
        return spread(chip(f"{{throughput: {{fp16: [{', '.join(claims)}]}}}}"), "tpp")

    def test_highest_official(self) -> None:
        official = [f"{{value: {value} TFLOPS, basis: official}}" for value in (100, 120, 110)]
        assert self.rate(*official, "{value: 200 TFLOPS, basis: third-party}") == (1600, 1920, 3200)

    def test_rejected(self) -> None:
        assert (
            self.rate(
                "{value: 100 TFLOPS, basis: official}",
                "{value: 900 TFLOPS, basis: official, rejected: sparse}",
            )
            == (1600,) * 3
        )

    def test_best_basis_of_other_figures(self) -> None:
        areas = "[{value: 520 mm^2, basis: third-party}, {value: 500 mm^2, basis: teardown}, {value: 490 mm^2, basis: teardown}]"
        made = chip(f"{{dies: [{{name: D, transistors_are: non-planar, area: {areas}}}]}}")
        assert spread(made, "applicable_die_area") == (490, 500, 520)

    def test_unrounded_before_rounded(self) -> None:
        made = chip(
            "{memory: {bandwidth: [{value: 3.3 TB/s, basis: official}, {value: 3276.8 GB/s, basis: official}]}}"
        )
        assert spread(made, "memory_bandwidth")[1] == pytest.approx(3276.8)


class TestGiven:
    """The specification: of TPP, area and density two give the third, three must agree."""

    @pytest.mark.parametrize(
        "given",
        [
            "tpp: 4800, applicable_die_area: 800 mm^2",
            "tpp: 4800, performance_density: 6",
            "performance_density: 6, applicable_die_area: 800 mm^2",
        ],
    )
    def test_two_give_the_third(self, given: str) -> None:
        made = chip(f"{{metrics: {{{given}}}}}")
        values = [
            metric(made, name).value
            for name in ("tpp", "applicable_die_area", "performance_density")
        ]
        assert values == [4800, 800, 6]

    def test_three_must_agree(self) -> None:
        with pytest.raises(DataError, match="agree"):
            chip("{metrics: {tpp: 4800, applicable_die_area: 800 mm^2, performance_density: 7}}")

    def test_the_exact_parts_decide_beside_a_rounded_density(self) -> None:
        """4,000 / 676 = 5.917, stated as 5.92: below the 5.92 of 3A090.a.2, so 3A090.b."""
        given = "tpp: 4000, applicable_die_area: 676 mm^2, performance_density: 5.92"
        made = chip(f"{{marketed_for: [datacenter], metrics: {{{given}}}}}")
        assert chipdb.check(made, on="2024-06-01").classification.outcome == "3A090.b"

    def test_a_given_metric_replaces_the_figures(self) -> None:
        """A given TPP with the base's area gives a new density: 4,130 / 826 = 5."""
        made = chip("{extends: A100, metrics: {tpp: 4130}}")
        assert (metric(made, "tpp").value, metric(made, "performance_density").value) == (4130, 5)

    def test_density_of_a_memory_stack(self) -> None:
        made = chip("{kind: memory-stack, memory: {bandwidth: 440 GB/s}, package_area: 110 mm^2}")
        assert metric(made, "memory_bandwidth_density").value == 4

    @pytest.mark.parametrize(
        ("given", "contested"),
        [
            ("tpp: [{value: 4000}, {value: 4400}], performance_density: 5.9", False),
            ("tpp: 4000, performance_density: [{value: 5.9}, {value: 6}]", True),
            ("tpp: 4000, applicable_die_area: [{value: 680 mm^2}, {value: 660 mm^2}]", True),
        ],
    )
    def test_a_stated_density_is_disputed_by_its_own_claims_alone(
        self, given: str, contested: bool
    ) -> None:
        """3A090.a begins at 5.92 from a TPP of 1,600 on; 4000 / 680 is 5.88, 4000 / 660 is 6.06."""
        made = chip(f"{{marketed_for: [datacenter], metrics: {{{given}}}}}")
        assert chipdb.check(made, on="2024-06-01").classification.contested is contested

    def test_an_area_that_may_be_zero_leaves_the_density_without_end(self) -> None:
        made = chip(
            "{metrics: {tpp: 4000, applicable_die_area: [{value: 800 mm^2}, {value: 0 mm^2}]}}"
        )
        assert spread(made, "performance_density") == (5, 5, None)
        assert spread(made, "applicable_die_area") == (0, 800, 800)

    def test_rates_are_bounded_by_a_tpp_that_is_made(self) -> None:
        """8 TPP/mm^2 on 800 mm^2 are 6400; with 64 bits at most that are 100 TOPS at least."""
        made = chip("{metrics: {performance_density: 8, applicable_die_area: 800 mm^2}}")
        assert Item(made).spread("tops").low == 100
