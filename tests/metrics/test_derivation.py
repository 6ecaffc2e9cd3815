"""The numbers behind a metric: which throughput, die or link counts, how much it adds, and why."""

from __future__ import annotations

from fractions import Fraction

import pytest

import chipdb
from chipdb.metrics.definitions import Count
from chipdb.metrics.derivation import (
    COUNTED,
    PRODUCT,
    QUOTIENT,
    STATED,
    PartStep,
    RateStep,
    die_steps,
    link_steps,
    rate_steps,
    way,
)


def chip(text: str) -> chipdb.Chip:
    """A hypothetical chip from fields in YAML."""
    (found,) = chipdb.load().adopt(text.encode(), "test.yaml")
    return found


class TestWay:
    """3A090 Technical Note 4: density is TPP over area, so that two of them give the third."""

    @pytest.mark.parametrize(
        ("stated", "ways"),
        [
            ("", (COUNTED, COUNTED, COUNTED)),
            ("tpp: 4000", (STATED, COUNTED, COUNTED)),
            ("performance_density: 5", (COUNTED, QUOTIENT, STATED)),
            ("applicable_die_area: 800 mm^2", (COUNTED, STATED, COUNTED)),
            ("tpp: 4000, performance_density: 5", (STATED, QUOTIENT, STATED)),
            (
                "performance_density: 5, applicable_die_area: 800 mm^2",
                (PRODUCT, STATED, STATED),
            ),
        ],
    )
    def test_of_tpp_area_and_density(self, stated: str, ways: tuple[str, ...]) -> None:
        count = Count(chip(f"{{throughput: {{fp16: 100 TFLOPS}}, metrics: {{{stated}}}}}"))
        names = ("tpp", "applicable_die_area", "performance_density")
        assert tuple(way(count, name) for name in names) == ways


class TestRates:
    """Technical Note 2: of each unit the highest throughput times bit length counts."""

    @staticmethod
    def steps(text: str, reading: str | None = None) -> dict[tuple[str, str], RateStep]:
        found = rate_steps(Count(chip(text), reading))
        return {(step.unit, step.format): step for step in found}

    def test_the_first_of_equal_ones_is_counted(self) -> None:
        """FP16 100 x 16 = INT8 200 x 8 = 1,600; INT4 300 x 4 = 1,200."""
        found = self.steps(
            "{throughput: {fp16: 100 TFLOPS, int8: 200 TOPS, int4: 300 TOPS},"
            " units: [{name: NPU, throughput: {int8: 40 TOPS}}]}"
        )
        assert {key: (step.rate, step.bits, step.product) for key, step in found.items()} == {
            ("main", "fp16"): (100, 16, 1600),
            ("main", "int8"): (200, 8, 1600),
            ("main", "int4"): (300, 4, 1200),
            ("NPU", "int8"): (40, 8, 320),
        }
        assert [key for key, step in found.items() if step.counted] == [
            ("main", "fp16"),
            ("NPU", "int8"),
        ]
        assert [step.why for step in found.values()] == [
            "highest, counted",
            "equal",
            "",
            "highest, counted",
        ]

    def test_what_an_interpretation_removes(self) -> None:
        """Without INT8 the highest is FP16; the removed one has no throughput at all."""
        text = (
            "{throughput: {fp16: [100 TFLOPS, {value: 80 TFLOPS, reading: half}], int8: 300 TOPS},"
            " readings: {half: {removes: [throughput.int8]}}}"
        )
        plain, half = self.steps(text), self.steps(text, "half")
        assert plain["main", "int8"].counted
        assert (half["main", "fp16"].rate, half["main", "fp16"].counted) == (80, True)
        removed = half["main", "int8"]
        assert (removed.rate, removed.product, removed.counted) == (None, None, False)
        assert removed.why == "does not exist under this interpretation"

    def test_a_claim_that_was_rejected_adds_nothing(self) -> None:
        found = self.steps(
            "{throughput: {fp16: 100 TFLOPS, fp8: [{value: 900 TFLOPS, rejected: sparse}]}}"
        )
        rejected = found["main", "fp8"]
        assert (rejected.rate, rejected.product, rejected.counted) == (None, None, False)
        assert rejected.why == "no credible claim"
        assert found["main", "fp16"].counted


class TestDies:
    """Technical Note 4: every non-planar logic die; planar, passive and memory dies do not count."""

    @pytest.mark.parametrize(
        ("die", "value", "adds", "why"),
        [
            ("role: compute, transistors_are: non-planar, area: 100 mm^2", 100, 300, "counted"),
            ("role: io, transistors_are: planar, area: 100 mm^2", 100, 0, "planar"),
            (
                "role: passive, transistors_are: non-planar, area: 100 mm^2",
                100,
                0,
                "not a logic die",
            ),
            ("role: cache, area: 100 mm^2", 100, None, "kind of transistors unknown"),
            ("role: base, transistors_are: non-planar", None, None, "area unknown"),
        ],
    )
    def test_what_a_die_adds(self, die: str, value: int | None, adds: int | None, why: str) -> None:
        """Three of it."""
        (step,) = die_steps(Count(chip(f"{{dies: [{{name: D, count: 3, process: N5, {die}}}]}}")))
        assert (step.name, step.count, step.process) == ("D", 3, "N5")
        assert (step.value, step.adds) == (value, adds)
        assert why in step.why

    def test_no_dies(self) -> None:
        assert die_steps(Count(chip("{throughput: {fp16: 100 TFLOPS}}"))) == ()


class TestLinks:
    """Both directions of every link are added (87 FR 62186, 3A090.a: all inputs and outputs)."""

    @staticmethod
    def step(link: str) -> PartStep:
        (found,) = link_steps(Count(chip(f"{{links: [{{name: X, kind: chip-to-chip, {link}}}]}}")))
        return found

    @pytest.mark.parametrize(
        ("counts", "adds", "why"),
        [
            ("both-directions", 400, "counted"),
            ("one-direction", 800, "counted twice: stated for one direction"),
            ("unknown", 400, "counted; directions not stated, up to twice as much"),
        ],
    )
    def test_directions(self, counts: str, adds: int, why: str) -> None:
        """``value`` is the bandwidth as the data sheet has it."""
        step = self.step(f"bandwidth: 400 GB/s, counts: {counts}")
        assert (step.name, step.count, step.value, step.adds, step.why) == ("X", 1, 400, adds, why)

    def test_no_bandwidth(self) -> None:
        step = self.step("counts: both-directions")
        assert (step.value, step.adds) == (None, None)
        assert step.why == "undetermined: bandwidth unknown"

    def test_pcie_by_its_generation(self) -> None:
        """Sixteen lanes of PCIe 5.0: 32 GT/s with 128b/130b, 63 GB/s each way."""
        (step,) = link_steps(Count(chip("{links: [{name: PCIe 5.0 x16, kind: host}]}")))
        assert step.adds is not None
        assert abs(step.adds - Fraction(126)) < 1
        assert step.value == step.adds

    def test_links_that_nobody_lists(self) -> None:
        assert link_steps(Count(chip("{throughput: {fp16: 100 TFLOPS}}"))) == ()
