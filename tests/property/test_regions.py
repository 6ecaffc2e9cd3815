"""Regions of a plane are what the rules say: at every point, on every limit and a hair beside it."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_chips import answers, chip, finding, sold
from property_law import Case, entry_2022, entry_2023, inside_232

from chipdb.rules.rulebook import load_rules
from chipdb.solver.plane import Regions, regions
from chipdb.solver.question import question
from chipdb.solver.ruling import control_list_of

HAIR = Fraction(1, 10**6)
NOTHING = Fraction(0)


def plane(rule: str, on: str, x: str, y: str = "tpp") -> Regions:
    """A rule's regions."""
    return regions([load_rules()[rule]], control_list_of(question(on)), x, y)


DENSITIES = [Fraction(text) for text in ("1.6", "3.2", "5.92", "21")]
TPPS = [Fraction(number) for number in (1600, 2400, 4800, 14000, 17500, 20800, 21000, 21100)]
MEMORIES = [Fraction(number) for number in (1400, 1700, 4100, 4500, 5000, 5800, 6200, 6500)]


def around(limits: list[Fraction], most: int) -> st.SearchStrategy[Fraction]:
    """Values on the limits, a millionth to either side, and anywhere."""
    near = st.builds(
        lambda limit, step: limit + step * HAIR,
        st.sampled_from(limits),
        st.sampled_from([-1, 0, 1]),
    )
    anywhere = st.integers(1, most * 100).map(lambda hundredths: Fraction(hundredths, 100))
    return near | anywhere


@given(density=around(DENSITIES, 60), tpp=around(TPPS, 60000))
def test_rule_of_2023(density: Fraction, tpp: Fraction) -> None:
    """The region, the answer of check, and the rule's own text say the same of a datacenter part."""
    (found,) = RULE_2023.at(density, tpp)
    part = chip({"tpp": tpp, "performance_density": density}, datacenter=True)
    text = entry_2023(Case(tpp, tpp / density, NOTHING, NOTHING, NOTHING, NOTHING, datacenter=True))
    assert finding(answers(part, "2024-06-01")["classification"]) == (found.status, found.outcome)
    assert found.outcome == text


@given(density=around(DENSITIES, 60), tpp=around(TPPS, 60000))
def test_rule_of_2022(density: Fraction, tpp: Fraction) -> None:
    """Drawn for links of 600 GB/s; density plays no part."""
    (found,) = RULE_2022.at(density, tpp)
    part = chip({"tpp": tpp, "performance_density": density, "aggregate_io_bandwidth": 600})
    assert finding(answers(part, "2023-06-01")["classification"]) == (found.status, found.outcome)
    assert found.outcome == entry_2022(
        Case(tpp, tpp / density, NOTHING, Fraction(600), NOTHING, NOTHING, datacenter=True)
    )


@given(density=around(DENSITIES, 60), tpp=around(TPPS, 60000))
def test_a_bill(density: Fraction, tpp: Fraction) -> None:
    """Drawn with every bandwidth at zero, since with bandwidths at their limits all is inside."""
    (found,) = BILL.at(density, tpp)
    bandwidths = dict.fromkeys(
        (
            "memory_bandwidth",
            "interconnect_bandwidth",
            "aggregate_io_bandwidth",
            "letter_io_bandwidth",
        ),
        0,
    )
    part = chip({"tpp": tpp, "performance_density": density, **bandwidths}, datacenter=True)
    answer = answers(part, "2026-06-01", rules="us-bill-gain-s3150")["us-bill-gain-s3150"]
    assert finding(answer) == (found.status, found.outcome)


@given(memory=around(MEMORIES, 9000), tpp=around(TPPS, 30000))
def test_duty_bands(memory: Fraction, tpp: Fraction) -> None:
    """All eight bounds are strict."""
    (found,) = DUTY.at(memory, tpp)
    answer = answers(
        chip({"tpp": tpp, "memory_bandwidth": memory}),
        "2026-02-01",
        "US",
        rules="us-section-232-2026",
    )
    assert finding(answer["us-section-232-2026"]) == (found.status, found.outcome)
    assert (found.outcome is not None) == inside_232(
        Case(tpp, Fraction(800), memory, NOTHING, NOTHING, NOTHING, datacenter=True)
    )


@given(memory=around(MEMORIES, 9000), tpp=around(TPPS, 30000))
def test_letter_and_review(memory: Fraction, tpp: Fraction) -> None:
    """A part of NVIDIA on sale in the United States, links at zero, die area open: from 1600 to
    4800 the review hangs on it.
    """
    letter, review = BANDWIDTH.at(memory, tpp)
    made = {
        "tpp": tpp,
        "memory_bandwidth": memory,
        "letter_io_bandwidth": 0,
        "aggregate_io_bandwidth": 0,
        "interconnect_bandwidth": 0,
    }
    answer = answers(sold(chip(made, datacenter=True), "NVIDIA"), "2026-06-01", "CN")
    assert finding(answer["us-letter-2025"]) == (letter.status, letter.outcome)
    assert finding(answer["us-review-2026"]) == (review.status, review.outcome)
    assert (letter.status == "met") == (memory >= 1400)
    below = tpp < 21000 and memory < 6500
    assert review.status == (
        "met" if below and tpp >= 4800 else "undetermined" if below and tpp >= 1600 else "not-met"
    )


@pytest.mark.parametrize("name", ["RULE_2023", "RULE_2022", "BILL", "DUTY", "BANDWIDTH"])
@given(data=st.data())
def test_rectangles_cover_the_plane_once(name: str, data: Any) -> None:
    """A point off the limits lies in one rectangle, which says what the point says; neighbors along
    x differ.
    """
    drawn: Regions = globals()[name]
    limits = DENSITIES if drawn.x == "performance_density" else MEMORIES
    x, y = data.draw(around(limits, 9000)), data.draw(around(TPPS, 60000))
    cuts = drawn.limits()
    x, y = x + HAIR / 2 if x in cuts[0] else x, y + HAIR / 2 if y in cuts[1] else y
    holding = [one for one in drawn.rectangles() if _holds(one.x, x) and _holds(one.y, y)]
    assert [one.findings for one in holding] == [drawn.at(x, y)]


def _holds(strip: Any, value: Fraction) -> bool:
    return bool(strip.low < value and (strip.high is None or value < strip.high))


def test_nothing_is_cut_but_at_the_rules_own_limits() -> None:
    """88 FR 73458: 1.6, 3.2, 5.92; 1600, 2400, 4800."""
    assert RULE_2023.limits() == (DENSITIES[:3], TPPS[:3])
    assert len(RULE_2023.rectangles()) == 7


def test_a_rule_without_limits_here_is_one_cell() -> None:
    (whole,) = plane("us-3a090-c-2024", "2026-06-01", "performance_density").rectangles()
    assert (whole.x.low, whole.x.high, whole.y.low, whole.y.high) == (0, None, 0, None)


@pytest.mark.parametrize(
    ("other", "above", "assumed"),
    [
        (
            "{metric: aggregate_io_bandwidth, ge: 500}",
            "met",
            ("I/O bandwidth of 500 GB/s or more",),
        ),
        ("{metric: aggregate_io_bandwidth, gt: 500}", "met", ("I/O bandwidth above 500 GB/s",)),
        ("{metric: memory_and_io_bandwidth, ge: 500}", "undetermined", ()),
    ],
)
def test_what_a_plane_cannot_assume_stays_open(
    other: str, above: str, assumed: tuple[str, ...]
) -> None:
    """A bandwidth goes to its own limit, past it where that is strict; of a limit on a sum no part
    has a value of its own.
    """
    both = f"{{all: [{{metric: tpp, ge: 1000}}, {other}]}}"
    text = f"- {{id: mine, question: proposal, provisions: [{{id: a, when: {both}}}]}}\n"
    mine = load_rules().with_file(text.encode(), "mine.yaml")["mine"]
    drawn = regions([mine], control_list_of(question("2026-06-01")), "performance_density", "tpp")
    ((below,), (on,)) = drawn.at(Fraction(1), 1000 - HAIR), drawn.at(Fraction(1), Fraction(1000))
    assert (below.status, on.status, drawn.assumed) == ("not-met", above, assumed)


def test_assumptions_are_said() -> None:
    assert RULE_2023.assumed == ("a datacenter part",)
    assert RULE_2022.assumed == ("I/O bandwidth of 600 GB/s or more",)
    assert "on sale in the United States in time" in BANDWIDTH.assumed
    assert "I/O bandwidth taken as zero" in BANDWIDTH.assumed
    assert date.fromisoformat("2026-06-01") > load_rules()["us-review-2026"].dates.effective


RULE_2023 = plane("us-3a090-2023", "2024-06-01", "performance_density")
RULE_2022 = plane("us-3a090-2022", "2023-06-01", "performance_density")
BILL = plane("us-bill-gain-s3150", "2026-06-01", "performance_density")
DUTY = plane("us-section-232-2026", "2026-02-01", "memory_bandwidth")
BANDWIDTH = regions(
    [load_rules()["us-letter-2025"], load_rules()["us-review-2026"]],
    control_list_of(question("2026-06-01")),
    "memory_bandwidth",
    "tpp",
)
