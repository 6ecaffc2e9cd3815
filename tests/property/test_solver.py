"""The solver: decided exactly where every completion of the missing figures agrees, by brute force
over plain rules.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from property_chips import EPS, answers, chip, finding
from property_law import (
    LETTERS,
    Case,
    at_control,
    entry,
    entry_2023,
    letter,
    letter_2025,
    license_to_china,
)

import chipdb

F = Fraction
TPP_LINES = [F(8), F(512), F(1600), F(2400), F(4800), F(4992)]
DENSITY_LINES = [F("1.6"), F("3.2"), F("5.92")]
FAR = F(10**6)


def around(lines: Iterable[Fraction], low: Fraction, high: Fraction) -> list[Fraction]:
    """Both ends, and every line with just under and just over it, within the ends."""
    spots = (line + nudge for line in lines for nudge in (-EPS, F(0), EPS))
    return sorted({low, high, *(spot for spot in spots if low <= spot <= high)})


def on_silicon(case: Case) -> tuple[object, ...]:
    """All that any rule sees of TPP, area and TOPS."""
    classes = (entry_2023(replace(case, datacenter=market)) for market in (True, False))
    return case.tpp >= 4800, case.tpp >= 4992, case.tops >= 8, *classes


def on_links(case: Case) -> tuple[object, ...]:
    """All that any rule sees of the bandwidths."""
    return case.links >= 150, case.links >= 600, case.chip_links >= 600, letter_2025(case)


def apart(cases: Iterable[Case], seen: Callable[[Case], object]) -> list[Case]:
    """One case of those that no rule tells apart."""
    return list({seen(case): case for case in cases}.values())


@dataclass(frozen=True)
class Known:
    """What a user's file says: exact figures, None where one is missing; the area may be known
    within two dies.
    """

    tpp: Fraction | None = None
    area: Fraction | None = None
    density: Fraction | None = None
    within: tuple[Fraction, Fraction] | None = None
    memory: Fraction | None = None
    links: Fraction | None = None
    chip_links: Fraction | None = None
    datacenter: bool | None = None

    def chip(self) -> chipdb.Chip:
        """The chip of such a file; of an area within two dies the second may be planar, which does
        not count.
        """
        stated = {
            "tpp": self.tpp,
            "applicable_die_area": self.area,
            "performance_density": self.density,
            "memory_bandwidth": self.memory,
            "aggregate_io_bandwidth": self.links,
            "interconnect_bandwidth": self.chip_links,
        }
        fields: dict[str, Any] = {}
        if self.within:
            low, high = self.within
            sure = {"name": "one", "transistors_are": "non-planar", "area": f"{low} mm^2"}
            fields["dies"] = [
                *([sure] if low else []),
                {"name": "two", "area": f"{high - low} mm^2"},
            ]
        return chip(
            {name: value for name, value in stated.items() if value is not None},
            self.datacenter,
            **fields,
        )

    def cases(self) -> list[Case]:
        """Every combination of completions; whom a letter is addressed to is never known of a
        hypothetical chip.
        """
        none = F(0)
        silicon = [
            Case(tpp, area, none, none, none, tops, datacenter=True)
            for tpp, area, tops in self._silicon()
        ]
        bandwidths = [
            Case(none, none, *rates, none, datacenter=True) for rates in self._bandwidths()
        ]
        markets = [True, False] if self.datacenter is None else [self.datacenter]
        return [
            replace(
                one,
                memory=other.memory,
                links=other.links,
                chip_links=other.chip_links,
                datacenter=market,
                addressed=to_it,
            )
            for one, other, market, to_it in itertools.product(
                apart(silicon, on_silicon), apart(bandwidths, on_links), markets, (True, False)
            )
        ]

    def _silicon(self) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
        """Every TPP, with every area and every rate without bit length (1 to 64 bits) that go with
        it.
        """
        largest = self.area or (self.within[1] if self.within else F(0))
        density_lines = [line * largest for line in DENSITY_LINES]
        tpps = (
            [self.tpp] if self.tpp is not None else around([*TPP_LINES, *density_lines], F(0), FAR)
        )
        for tpp in tpps:
            yield from ((tpp, area, tops) for area in self._areas(tpp) for tops in (tpp, tpp / 64))

    def _areas(self, tpp: Fraction) -> list[Fraction]:
        if self.density is not None:
            return [tpp / self.density]
        if self.area is not None:
            return [self.area]
        low, high = self.within or (EPS, FAR)
        return around([tpp / line for line in DENSITY_LINES], low, high)

    def _bandwidths(self) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
        """Memory, all links, and the chip-to-chip links, which are among all links."""
        lines = [F(150), F(600), F(1100)]
        for links in (
            around(lines, self.chip_links or F(0), FAR) if self.links is None else [self.links]
        ):
            memories = (
                around([F(1400), F(1700) - links], F(0), FAR)
                if self.memory is None
                else [self.memory]
            )
            chips = around([F(600)], F(0), links) if self.chip_links is None else [self.chip_links]
            yield from itertools.product(memories, [links], chips)


def folded(outcomes: Iterable[str | None]) -> tuple[str, str | None]:
    """Decided if all agree; the entry if all are caught and only the paragraph is open; else
    undetermined.
    """
    found = set(outcomes)
    if found == {None}:
        return "not-met", None
    if None in found:
        return "undetermined", None
    return "met", found.pop() if len(found) == 1 else "3A090"


def status(cases: Iterable[bool]) -> str:
    found = set(cases)
    return "undetermined" if len(found) > 1 else "met" if True in found else "not-met"


REQUIRED = {"met": "yes", "not-met": "no", "undetermined": "undetermined"}


def maybe(lines: Iterable[Fraction | int], top: int) -> st.SearchStrategy[Fraction | None]:
    """Missing, on a line or just beside it, or anywhere."""
    marks = [F(line) + nudge for line in lines for nudge in (-EPS, F(0), EPS)]
    return st.none() | st.sampled_from(marks) | st.integers(9, top).map(F)


@st.composite
def known_chips(draw: Callable[..., Any]) -> Known:
    """Some figures on or near lines, some missing, in combinations that do not contradict
    themselves.
    """
    tpp = draw(maybe(TPP_LINES[1:], 9000))
    how = draw(st.sampled_from(["none", "area", "line", "density", "within"]))
    # On a density line a smaller area has a TPP below 8, of which chipdb does not conclude that the
    # TOPS are below 8 too; the other figures are kept from there as well.
    area = F(draw(st.integers(6, 2000)))
    if how == "line" and tpp is not None:
        tpp = draw(st.sampled_from(DENSITY_LINES)) * area + draw(st.sampled_from([-EPS, F(0), EPS]))
    links = draw(maybe([150, 600, 1100], 1500))
    return Known(
        tpp=tpp,
        area=area if how in ("area", "line") else None,
        density=draw(maybe(DENSITY_LINES, 12)) if how == "density" else None,
        within=(area, area + draw(st.integers(1, 2500))) if how == "within" else None,
        memory=draw(maybe([1400, 600], 2000)),
        links=links,
        chip_links=links and min(links, draw(st.sampled_from([links, F(600) - EPS, F(600), F(0)]))),
        datacenter=draw(st.sampled_from([None, True, False])),
    )


BETWEEN = Known(
    tpp=F(4799), within=(F(700), F(900)), datacenter=True, memory=F(0), links=F(0), chip_links=F(0)
)
"""Point B13: .a or .b is open, the license to China is not."""


class TestClassification:
    """Decided means exactly: every value of the missing figures gives the same status."""

    @pytest.mark.parametrize("on", ["2023-01-01", "2024-06-01"])
    @given(known=known_chips())
    @settings(max_examples=150)
    @example(known=BETWEEN)
    def test_entry(self, on: str, known: Known) -> None:
        said = answers(known.chip(), on)
        cases = known.cases()
        assert finding(said["classification"]) == folded(entry(case, on) for case in cases)
        assert finding(said["us-3a991-p"]) == folded(at_control(case, on) for case in cases)


class TestLicense:
    """The requirement is folded over every classification still possible (point B13), letters beside
    it.
    """

    @pytest.mark.parametrize(
        "on", ["2022-09-01", "2023-01-01", "2023-11-01", "2024-06-01", "2026-06-01"]
    )
    @given(known=known_chips())
    @settings(max_examples=40)
    @example(known=BETWEEN)
    def test_to_china(self, on: str, known: Known) -> None:
        said = answers(known.chip(), on, "CN")
        cases = known.cases()
        assert (
            said["license"]["required"]
            == REQUIRED[status(license_to_china(case, on) for case in cases)]
        )
        for rule in LETTERS.keys() & said.keys():
            assert said[rule]["status"] == status(letter(case, rule) for case in cases), rule

    @pytest.mark.parametrize("on", ["2024-06-01", "2026-06-01"])
    def test_open_paragraph_is_no_open_license(self, on: str) -> None:
        """TPP 4799 with a die between 700 and 900 mm^2: .a up to 810.6 mm^2, else .b; a license
        either way.
        """
        said = answers(BETWEEN.chip(), on, "CN")
        assert finding(said["classification"]) == ("met", "3A090")
        assert said["license"]["required"] == "yes"
        assert said["license"]["exceptions"] == [], (
            "NAC is open for .b in a datacenter and not for .a"
        )

    @given(known=known_chips())
    @settings(max_examples=20)
    def test_to_russia_never_no(self, known: Known) -> None:
        """Point B1: yes for whatever is at least at-control, and never `no`."""
        said = answers(known.chip(), "2024-06-01", "RU")
        caught = {
            bool(entry(case, "2024-06-01") or at_control(case, "2024-06-01"))
            for case in known.cases()
        }
        assert said["license"]["required"] == ("yes" if caught == {True} else "undetermined")


class TestPartOfAllLinks:
    """Chip-to-chip links are among all links: the rate of one bounds the other where that is
    missing.
    """

    @pytest.mark.parametrize("rate", [F(600) - EPS, F(600), F(941)])
    def test_all_links_carry_at_least_the_chip_links(self, rate: Fraction) -> None:
        known = Known(tpp=F(5000), area=F(800), chip_links=rate, memory=F(0), datacenter=True)
        said = answers(known.chip(), "2023-01-01", "CN")
        assert finding(said["classification"]) == folded(
            entry(case, "2023-01-01") for case in known.cases()
        )

    @pytest.mark.parametrize("rate", [F(1100) - EPS, F(1100)])
    def test_letters_of_2025(self, rate: Fraction) -> None:
        """I/O lies between the two rates; both are at least the chip-to-chip rate."""
        stated = {"tpp": F(100), "memory_bandwidth": F(0), "interconnect_bandwidth": rate}
        said = answers(
            replace(chip(stated), vendor="NVIDIA", hypothetical=False), "2025-06-01", "CN"
        )
        assert said["us-letter-2025"]["status"] == ("met" if rate >= 1100 else "undetermined")

    @pytest.mark.parametrize("rate", [F(600) - EPS, F(600)])
    def test_chip_links_carry_at_most_all(self, rate: Fraction) -> None:
        known = Known(tpp=F(5000), area=F(800), links=rate, memory=F(0), datacenter=True)
        said = answers(known.chip(), "2022-09-01", "CN")["us-letter-nvidia-2022"]
        assert said["status"] == status(
            letter(case, "us-letter-nvidia-2022") for case in known.cases()
        )


class TestUnknownArchitecture:
    """Architecture unknown, density unknown (point B16): a die that may be planar may leave nothing
    to divide by.
    """

    @pytest.mark.parametrize("tpp", [F(1599), F(1600), F(2400), F(4799), F(4800)])
    @pytest.mark.parametrize("area", [F(100), F(700), F(3000)])
    def test_only_die(self, tpp: Fraction, area: Fraction) -> None:
        known = Known(tpp=tpp, within=(F(0), area), datacenter=True)
        said = answers(known.chip(), "2024-06-01")["classification"]
        assert finding(said) == folded(entry(case, "2024-06-01") for case in known.cases())
