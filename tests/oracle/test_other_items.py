"""Memory stacks (3A090.c) and what fabricators and OSAT companies must presume (Note 1)."""

from __future__ import annotations

from fractions import Fraction

import pytest

import chipdb
from oracle import paragraphs
from oracle.answers import folded
from oracle.asked import chip_of
from oracle.made import EPS, Record, decimal
from oracle.paragraphs import Circuit
from oracle.unknowns import spots

AREAS = [Fraction(100), Fraction(121), Fraction("113.6")]
DENSITIES = [Fraction(2), Fraction("3.3")]
FREE = (EPS, None)


def stack(bandwidth: Fraction | None, area: Fraction | None) -> chipdb.Chip:
    """A stack of HBM with its bandwidth and its package area, either of them missing."""
    record: Record = {"name": "sample", "kind": "memory-stack", "memory": {"kind": "HBM3E"}}
    if bandwidth is not None:
        record["memory"]["bandwidth"] = f"{decimal(bandwidth)} GB/s"
    if area is not None:
        record["package_area"] = f"{decimal(area)} mm^2"
    return chip_of(record)


class TestHighBandwidthMemory:
    """3A090.c is greater than 2; License Exception HBM is less than 3.3."""

    @pytest.mark.parametrize("area", AREAS)
    @pytest.mark.parametrize("density", DENSITIES)
    @pytest.mark.parametrize("beside", [-EPS, 0, EPS])
    def test_on_the_line(self, area: Fraction, density: Fraction, beside: Fraction) -> None:
        bandwidth = density * area + beside
        found = chipdb.check(stack(bandwidth, area), on="2025-02-01", to="CN")
        controlled = paragraphs.c(bandwidth, area)
        assert (found.classification.outcome == "3A090.c") == controlled
        assert found.license.required == ("yes" if controlled else "no")
        names = [exception.name for exception in found.license.exceptions]
        open_to = controlled and paragraphs.exception_hbm(bandwidth, area)
        assert names == (["HBM"] if open_to else [])

    @pytest.mark.parametrize(
        ("bandwidth", "area"),
        [
            (None, Fraction(100)),
            (Fraction(300), None),
            (None, None),
        ],
    )
    def test_missing(self, bandwidth: Fraction | None, area: Fraction | None) -> None:
        """Every bandwidth with every area that may be there."""
        areas = [area] if area is not None else spots([Fraction(150)], FREE)
        outcomes = set()
        for size in areas:
            marks = [density * size for density in DENSITIES]
            rates = [bandwidth] if bandwidth is not None else spots(marks, (Fraction(0), None))
            outcomes |= {"3A090.c" if paragraphs.c(rate, size) else None for rate in rates}
        found = chipdb.check(stack(bandwidth, area), on="2025-02-01").classification
        want = folded(outcomes, None)
        assert (found.status, found.outcome) == (want.status, want.outcome)

    @pytest.mark.parametrize(
        ("on", "outcome", "required"),
        [
            ("2024-12-01", None, "no"),
            ("2024-12-02", "3A090.c", "no"),
            ("2024-12-31", "3A090.c", "yes"),
        ],
    )
    def test_days(self, on: str, outcome: str | None, required: str) -> None:
        """89 FR 96790: effective 2024-12-02, compliance 2024-12-31."""
        found = chipdb.check(stack(Fraction(819), Fraction(121)), on=on, to="CN")
        assert (found.classification.outcome, found.license.required) == (outcome, required)


BILLION = 10**9
COUNTS = [None, *(limit * BILLION + step for limit in (30, 35, 40) for step in (-1, 0, 1))]
MEMORIES = {"HBM3": True, "GDDR6": False, "none": False, None: None}
DAYS = ["2025-06-01", "2026-12-30", "2027-01-01", "2027-12-31", "2028-06-01", "2029-01-01"]


class TestPresumption:
    """Note 1: 30 billion; without HBM 35 billion in 2027 and 40 billion from 2029; none for 2028."""

    @pytest.mark.parametrize("on", DAYS)
    @pytest.mark.parametrize("memory", MEMORIES, ids=str)
    def test_a_count_that_is_not_below(self, on: str, memory: str | None) -> None:
        """No count that is at a number, or that nobody states, lifts the presumption."""
        for count in COUNTS:
            packages = [MEMORIES[memory]] if MEMORIES[memory] is not None else [True, False]
            below = {
                paragraphs.below_the_count(
                    Circuit(transistors=None if count is None else Fraction(count), hbm=package),
                    int(on[:4]),
                )
                for package in packages
            }
            status = self.presumed(count, memory, on)
            if below <= {None, False}:
                assert status == "met", count
            elif True not in below or len(below) > 1:
                assert status in ("met", "undetermined"), count

    def presumed(self, count: int | None, memory: str | None, on: str) -> str:
        record: Record = {
            "name": "sample",
            "metrics": {"tpp": "1000", **({} if count is None else {"transistors": f"{count}"})},
            "dies": [{"name": "die", "transistors_are": "non-planar", "area": "500 mm^2"}],
        }
        if memory is not None:
            record["memory"] = {"kind": memory}
        found = chipdb.check(chip_of(record), on=on, role="foundry").answers
        return str(next(verdict for verdict in found if "note-1" in verdict.rule.id).status)
