"""Monotony where point B21 says it: 3A090 as a whole, 3A991.p and the letters; bands and single
provisions are not.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property_chips import EPS, answers, chip, sold
from property_law import Case, eased_2026, inside_232

F = Fraction
RANKS = {None: 0, "3A090.b": 1, "3A090.a": 2}
STATUSES = {"not-met": 0, "undetermined": 1, "met": 2}


def beside(*lines: str) -> st.SearchStrategy[Fraction]:
    """A value on a line, just beside it, or anywhere up to twice the last one."""
    marks = [F(line) + nudge for line in lines for nudge in (-EPS, F(0), EPS)]
    top = int(2 * max(F(line) for line in lines) * 100)
    return st.sampled_from(marks) | st.integers(1, top).map(lambda hundredths: F(hundredths, 100))


TPPS = beside("1600", "2400", "4800")
DENSITIES = beside("1.6", "3.2", "5.92")
STEPS = st.one_of(st.just(F(0)), beside("1", "100", "3000"))


def rank(on: str, *, datacenter: bool, **metrics: Fraction) -> int:
    return RANKS[answers(chip(metrics, datacenter), on)["classification"]["outcome"]]


class TestEntry:
    """3A090 as a whole is monotone: none, then .b, then .a."""

    @given(
        tpp=TPPS, density=DENSITIES, more_tpp=STEPS, more_density=STEPS, datacenter=st.booleans()
    )
    def test_tpp_and_density(
        self,
        tpp: Fraction,
        density: Fraction,
        more_tpp: Fraction,
        more_density: Fraction,
        *,
        datacenter: bool,
    ) -> None:
        less = rank("2024-06-01", datacenter=datacenter, tpp=tpp, performance_density=density)
        more = rank(
            "2024-06-01",
            datacenter=datacenter,
            tpp=tpp + more_tpp,
            performance_density=density + more_density / 100,
        )
        assert less <= more

    @given(
        tpp=TPPS,
        area=beside("300", "800", "1500"),
        more=STEPS,
        less_area=st.integers(1, 100),
        datacenter=st.booleans(),
    )
    def test_tpp_and_smaller_die(
        self, tpp: Fraction, area: Fraction, more: Fraction, less_area: int, *, datacenter: bool
    ) -> None:
        smaller = F(round(area * 10**6) * less_area, 10**8)
        less = rank("2024-06-01", datacenter=datacenter, tpp=tpp, applicable_die_area=area)
        assert less <= rank(
            "2024-06-01", datacenter=datacenter, tpp=tpp + more, applicable_die_area=smaller
        )

    @given(tpp=TPPS, density=DENSITIES)
    @settings(max_examples=50)
    def test_market(self, tpp: Fraction, density: Fraction) -> None:
        """Note 2 only ever takes out: a datacenter part ranks at least as high."""
        ranks = [
            rank("2024-06-01", datacenter=market, tpp=tpp, performance_density=density)
            for market in (False, True)
        ]
        assert ranks == sorted(ranks)

    @given(tpp=TPPS, links=beside("600"), more_tpp=STEPS, more_links=STEPS)
    def test_2022(
        self, tpp: Fraction, links: Fraction, more_tpp: Fraction, more_links: Fraction
    ) -> None:
        less = rank("2023-01-01", datacenter=True, tpp=tpp, aggregate_io_bandwidth=links)
        assert less <= rank(
            "2023-01-01",
            datacenter=True,
            tpp=tpp + more_tpp,
            aggregate_io_bandwidth=links + more_links,
        )


class TestAtControl:
    """3A991.p is monotone in TOPS and I/O; with TPP the item may only move up, out of "n.e.s." into
    3A090.
    """

    @given(tops=beside("8"), links=beside("150"), more_tops=STEPS, more_links=STEPS)
    def test_tops_and_io(
        self, tops: Fraction, links: Fraction, more_tops: Fraction, more_links: Fraction
    ) -> None:
        less, more = (
            answers(
                chip(
                    {
                        "tpp": 100,
                        "tops": rate,
                        "aggregate_io_bandwidth": io,
                        "applicable_die_area": 800,
                    }
                ),
                "2024-06-01",
            )
            for rate, io in ((tops, links), (tops + more_tops, links + more_links))
        )
        assert STATUSES[less["us-3a991-p"]["status"]] <= STATUSES[more["us-3a991-p"]["status"]]

    @given(tpp=TPPS, density=DENSITIES, more=STEPS)
    def test_never_out_of_both(self, tpp: Fraction, density: Fraction, more: Fraction) -> None:
        for stated in (tpp, tpp + more):
            said = answers(
                chip({"tpp": stated, "performance_density": density, "tops": 8}, datacenter=True),
                "2024-06-01",
            )
            caught = [said[name]["status"] == "met" for name in ("classification", "us-3a991-p")]
            assert caught.count(True) == 1, "one entry and one only specifies the item"


LETTERS = {
    "us-letter-nvidia-2022": ("2022-09-01", {"tpp": "4992", "interconnect_bandwidth": "600"}),
    "us-letter-nvidia-2023": ("2023-11-01", {"tpp": "4800"}),
    "us-letter-2025": (
        "2025-06-01",
        {"memory_bandwidth": "1400", "interconnect_bandwidth": "1100"},
    ),
}


class TestLetters:
    """The letters are monotone in every figure that they name, for their addressee and for others
    alike.
    """

    @pytest.mark.parametrize("rule", sorted(LETTERS))
    @pytest.mark.parametrize("addressed", [True, False])
    @given(data=st.data())
    @settings(max_examples=30)
    def test_more_of_anything(self, rule: str, addressed: bool, data: st.DataObject) -> None:
        on, lines = LETTERS[rule]
        less = {name: data.draw(beside(line), label=name) for name, line in lines.items()}
        more = {
            name: value + data.draw(STEPS, label=f"more {name}") for name, value in less.items()
        }
        found = []
        for stated in (less, more):
            links = stated.get("interconnect_bandwidth", F(0))
            full = {
                "tpp": F(100),
                "memory_bandwidth": F(0),
                **stated,
                "aggregate_io_bandwidth": links,
                "interconnect_bandwidth": links,
            }
            part = chip({**full, "applicable_die_area": F(800)}, datacenter=True)
            found.append(
                STATUSES[
                    answers(sold(part, "NVIDIA") if addressed else part, on, "CN")[rule]["status"]
                ]
            )
        assert found == sorted(found)
        assert addressed or STATUSES["met"] not in found, (
            "a letter never surely binds those it is not addressed to"
        )


class TestNotMonotone:
    """Duty, review and single provisions have upper bounds: they are met inside their bands, and a
    step up can leave them.
    """

    @given(
        tpp=beside("14000", "17500", "20800", "21100"),
        memory=beside("4500", "5000", "5800", "6200"),
    )
    def test_duty_bands(self, tpp: Fraction, memory: Fraction) -> None:
        case = Case(tpp, F(800), memory, F(0), F(0), F(0), datacenter=True)
        said = answers(chip({"tpp": tpp, "memory_bandwidth": memory}), "2026-06-01", "US")[
            "us-section-232-2026"
        ]
        assert said["status"] == ("met" if inside_232(case) else "not-met")

    @given(tpp=beside("1600", "4800", "21000"), memory=beside("6500"), density=DENSITIES)
    def test_review(self, tpp: Fraction, memory: Fraction, density: Fraction) -> None:
        """91 FR 1684 is met from below, and only by .a: a step from .b up to .a can ease the review
        (point B5, B21).
        """
        case = Case(tpp, tpp / density, memory, F(0), F(0), F(0), datacenter=True)
        links = {"aggregate_io_bandwidth": F(0), "interconnect_bandwidth": F(0)}
        part = sold(
            chip(
                {"tpp": tpp, "performance_density": density, "memory_bandwidth": memory, **links},
                datacenter=True,
            ),
            "AMD",
        )
        said = answers(part, "2026-06-01", "CN")
        assert said["us-review-2026"]["status"] == ("met" if eased_2026(case) else "not-met")
        if said["classification"]["status"] == "met":
            assert said["license"]["review"] == (
                "case-by-case" if eased_2026(case) else "presumption-of-denial"
            )

    @given(tpp=TPPS, density=DENSITIES)
    def test_single_provisions(self, tpp: Fraction, density: Fraction) -> None:
        """.b.1 ends at TPP 4800 and both of .b at density 5.92; a part of .a lists no provision of
        .b (point B22.2).
        """
        by = {
            "3A090.a.1": tpp >= 4800,
            "3A090.a.2": tpp >= 1600 and density >= F("5.92"),
            "3A090.b.1": 2400 <= tpp < 4800 and F("1.6") <= density < F("5.92"),
            "3A090.b.2": tpp >= 1600 and F("3.2") <= density < F("5.92"),
        }
        met = [name for name, holds in by.items() if holds]
        said = answers(
            chip({"tpp": tpp, "performance_density": density}, datacenter=True), "2024-06-01"
        )["classification"]
        assert said["provisions"] == [name for name in met if name[:7] == met[0][:7]]
