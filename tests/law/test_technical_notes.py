"""Technical notes 1 to 4 of 3A090: which throughput, bit length, units and dies count."""

from __future__ import annotations

import pytest

import chipdb

ON = "2024-06-01"


@pytest.fixture(scope="module")
def tpp(ask, adopt):
    """The TPP of a chip with some figures: value, low, high."""

    def count(figures: str) -> tuple[float, float, float]:
        metric = ask(adopt(f"name: Sample\nkind: processor\n{figures}\n"), ON)["metrics"]["tpp"]
        return metric["value"], metric["low"], metric["high"]

    return count


@pytest.fixture(scope="module")
def area(ask, adopt):
    """The die area and density metrics of a 16-bit 300 TFLOPS chip of some dies."""

    def count(dies: str) -> tuple[dict, dict]:
        chip = adopt(
            f"name: Sample\nkind: processor\ndesigned_for: datacenter\nthroughput: {{fp16: 300 TFLOPS}}\ndies:\n{dies}"
        )
        metrics = ask(chip, ON)["metrics"]
        return metrics["applicable_die_area"], metrics["performance_density"]

    return count


def die(role: str, mm2: int, transistors: str = "non-planar", count: int = 1) -> str:
    kind = f", transistors_are: {transistors}" if transistors else ""
    return f"  - {{name: {role}, role: {role}, count: {count}{kind}, area: {mm2} mm^2}}\n"


class TestNote1:
    """Note 1: TPP is 2 x MacTOPS x the largest bit length of the inputs, summed over
    processing units.
    """

    @pytest.mark.parametrize(
        ("rates", "value"),
        [
            ("int8: 600 TOPS", 4800),
            ("fp16: 300 TFLOPS", 4800),
            ("fp64: 75 TFLOPS", 4800),
            ("fp6: 800 TFLOPS", 4800),
            ("fp4: 1200 TFLOPS", 4800),
            ("int4: 1200 TOPS", 4800),
            ("int1: 4800 TOPS", 4800),
        ],
    )
    def test_bit_lengths(self, tpp, rates, value):
        """A datasheet's TOPS count a MAC as 2.

        Small formats count their element bits (point B17).
        """
        assert tpp(f"throughput: {{{rates}}}") == (value, value, value)

    def test_highest_format_counts(self, tpp):
        """Note 2: the highest value of several bit lengths is evaluated."""
        assert tpp("throughput: {fp16: 300 TFLOPS, int8: 620 TOPS, fp32: 100 TFLOPS}")[0] == 4960

    def test_distinct_units_are_added(self, tpp):
        """Point B3: GPU and NPU, each at its best."""
        text = "throughput: {fp16: 100 TFLOPS, int8: 150 TOPS}\nunits: [{name: npu, throughput: {int8: 50 TOPS, fp16: 20 TFLOPS}}]"
        assert tpp(text)[0] == 1600 + 400

    def test_matrix_and_vector_of_one_core_are_not(self, tpp):
        assert (
            tpp("throughput: {fp16: 100 TFLOPS, fp16_vector: 25 TFLOPS, fp32_vector: 12 TFLOPS}")[0]
            == 1600
        )

    def test_a_second_reading_adds_them_and_is_said_where_it_matters(self, adopt):
        """Point B3: `aggregate-all-units`; 4,640 or 5,280; by itself it contests nothing."""
        text = "throughput: {fp16: 290 TFLOPS, fp32_vector: 20 TFLOPS}\ndies:\n" + die(
            "compute", 3500
        )
        answer = chipdb.check(
            adopt("name: Sample\nkind: processor\ndesigned_for: datacenter\n" + text), on=ON
        )
        assert (answer.exit_status, answer.classification.contested) == (0, False)
        assert "aggregate-all-units" in answer.explain()

    def test_readings_that_the_agency_s_examples_hold(self, ask):
        """The MI325X is named as below 21,000; band 1 of Section 232 is drawn around the H200."""
        assert ask("MI325X", ON)["metrics"]["tpp"]["value"] == pytest.approx(20919, abs=1)
        assert ask("H200", ON)["metrics"]["tpp"]["value"] == pytest.approx(15832, abs=1)

    def test_tf32_is_an_interval(self, tpp):
        """Point B17: 19 bits, with 32 as its high."""
        value, _, high = tpp("throughput: {tf32: 100 TFLOPS}")
        assert (value, high) == (1900, 3200)


class TestNote2HighestClaim:
    """Note 2: assumed to be the highest value the manufacturer claims (point B2)."""

    def test_highest_official_whatever_the_order(self, tpp):
        claims = ["{value: 310 TFLOPS, basis: official}", "{value: 290 TFLOPS, basis: official}"]
        for order in (claims, claims[::-1]):
            assert tpp(f"throughput: {{fp16: [{', '.join(order)}]}}") == (4960, 4640, 4960)

    def test_others_only_where_the_maker_states_none(self, tpp):
        official, other = (
            "{value: 290 TFLOPS, basis: official}",
            "{value: 310 TFLOPS, basis: third-party}",
        )
        assert tpp(f"throughput: {{fp16: [{other}, {official}]}}") == (4640, 4640, 4960)
        assert tpp(f"throughput: {{fp16: [{other}]}}")[0] == 4960

    @pytest.mark.parametrize(
        ("name", "rate"), [("Gaudi 3", 1835 * 16), ("910B3", 313 * 16), ("L40S", 362 * 16)]
    )
    def test_parts_that_a_careful_figure_would_clear(self, ask, name, rate):
        """Gaudi 3 1,678 for 1,835; 910B3 294.9 for 313; L40S 183 for 362."""
        assert ask(name, ON)["metrics"]["tpp"]["value"] >= rate


class TestNote3:
    """Note 3: TPP is taken from dense matrices."""

    def test_sparse_rates_do_not_count(self, tpp):
        assert tpp(
            'throughput: {fp16: 100 TFLOPS, fp16_sparse: {value: 200 TFLOPS, pattern: "2:4"}}'
        ) == (1600, 1600, 1600)

    def test_sparse_given_as_dense_is_refused(self, adopt):
        with pytest.raises(chipdb.ChipdbError, match="fp16_sparse"):
            adopt(
                "name: Sample\nkind: processor\nthroughput: {fp16: {value: 200 TFLOPS, sparse: true}}\n"
            )


class TestNote4:
    """Note 4: all die area of logic dies of a non-planar process (point B16)."""

    def test_every_logic_die_counts_and_nothing_else(self, area):
        """Compute, I/O, base and cache dies; not passive silicon, not a planar die."""
        dies = die("compute", 300, count=2) + die("io", 100) + die("base", 50) + die("cache", 30)
        found, density = area(dies + die("passive", 900) + die("io", 200, "planar"))
        assert (found["value"], found["state"]) == (780, "known")
        assert density["value"] == pytest.approx(4800 / 780)

    def test_planar_only(self, ask, adopt):
        """No density, so no threshold of one is met, and the answer says so; a.1 still applies."""
        head = "name: Sample\nkind: processor\ndesigned_for: datacenter\nthroughput: {fp16: %d TFLOPS}\ndies:\n"
        small, large = (
            ask(adopt(head % rate + die("compute", 100, "planar")), ON) for rate in (299, 300)
        )
        assert small["metrics"]["performance_density"]["state"] == "undefined"
        assert (small["classification"]["status"], small["exit"]) == ("not-met", 0)
        assert any("interpretation" in warning for warning in small["warnings"])
        assert large["classification"]["provisions"] == ["3A090.a.1"]

    def test_architecture_unknown(self, area):
        assert [metric["state"] for metric in area(die("compute", 100, ""))] == [
            "unknown",
            "unknown",
        ]

    @pytest.mark.parametrize("name", ["V100", "T4", "Hanguang 800", "MTT S4000"])
    def test_16_14_and_12_nm_nodes_are_non_planar(self, ask, name):
        """12FFN, 12FFC, 16FF and the like are FinFET: a density is defined."""
        dies = [each for each in chipdb.load()[name].dies or () if each.role == "compute"]
        assert [each.non_planar for each in dies] in ([True], [])
        assert ask(name, ON)["metrics"]["performance_density"]["state"] != "undefined"

    @pytest.mark.parametrize(
        ("name", "density"),
        [("A100", 6.04), ("H20", 2.91), ("V100", 2000 / 815), ("Hanguang 800", 6600 / 709)],
    )
    def test_densities_of_known_parts(self, ask, name, density):
        assert ask(name, ON)["metrics"]["performance_density"]["value"] == pytest.approx(
            density, abs=0.005
        )
