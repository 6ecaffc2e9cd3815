"""What follows where figures are missing or contested, by trying values on both sides of everything.

A ``Known`` circuit has a reach for each quantity. ``circuits`` fills every gap with values on each
threshold, between each pair of neighboring thresholds, and beyond the last: as many whole circuits
as there are different cases. A rule is then asked of each of them.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import lru_cache

from oracle.exact import Fraction
from oracle.notes import MISSING, Reach
from oracle.paragraphs import Circuit

Numbers = tuple[Fraction, ...]
Interval = tuple[Fraction, Fraction | None]

LONGEST_FORMAT = 64
"""Bits: a TPP of 640 is at least 10 TOPS."""

FACTS = ("datacenter", "addressed", "roughly_a100", "marketed_later", "on_sale")


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The numbers that a rule compares each quantity with, and the facts that it reads."""

    tpp: Numbers = ()
    density: Numbers = ()
    tops: Numbers = ()
    memory: Numbers = ()
    all_links: Numbers = ()
    chip_links: Numbers = ()
    letter_links: Numbers = ()
    together: Numbers = ()
    """Of memory and what a letter means by I/O, added up."""
    facts: tuple[str, ...] = ()

    def __or__(self, other: Marks) -> Marks:
        """The marks of two rules together."""
        both = {
            each.name: tuple(sorted({*getattr(self, each.name), *getattr(other, each.name)}))
            for each in fields(self)
        }
        return Marks(**both)

    def of_silicon(self) -> Marks:
        """The marks of TPP, density and TOPS alone."""
        return Marks(tpp=self.tpp, density=self.density, tops=self.tops)

    def of_bandwidths(self) -> Marks:
        """The marks of memory and links alone."""
        return Marks(
            memory=self.memory,
            all_links=self.all_links,
            chip_links=self.chip_links,
            letter_links=self.letter_links,
            together=self.together,
        )


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a circuit under one interpretation; None for a fact that is not known."""

    tpp: Reach = MISSING
    area: Reach = MISSING
    density: Reach = MISSING
    tops: Reach = MISSING
    memory: Reach = MISSING
    all_links: Reach = MISSING
    chip_links: Reach = MISSING
    datacenter: bool | None = None
    digital: bool = True
    addressed: bool | None = None
    on_sale: bool | None = None
    roughly_a100: bool | None = None
    marketed_later: bool | None = None

    def of_silicon(self) -> Known:
        """What is known of TPP, area, density and TOPS, and nothing else."""
        return Known(
            tpp=self.tpp,
            area=self.area,
            density=self.density,
            tops=self.tops,
            digital=self.digital,
        )

    def of_bandwidths(self) -> Known:
        """What is known of memory and links, and nothing else."""
        return Known(memory=self.memory, all_links=self.all_links, chip_links=self.chip_links)


def spots(marks: Iterable[Fraction], interval: Interval) -> list[Fraction]:
    """Values that stand for all of an interval: its ends, the marks in it, and between them.

    >>> [str(spot) for spot in spots([Fraction(4)], (Fraction(0), None))]
    ['0', '2', '4', '5']
    """
    low, high = interval
    if low == high:
        return [low]
    ends = {mark for mark in marks if mark >= low and (high is None or mark <= high)} | {low}
    if high is not None:
        ends.add(high)
    ascending = sorted(ends)
    between = [(one + other) / 2 for one, other in itertools.pairwise(ascending)]
    beyond = [ascending[-1] + 1] if high is None else []
    return sorted({*ascending, *between, *beyond})


@lru_cache(maxsize=256)
def circuits(known: Known, marks: Marks, *, wide: bool = False) -> tuple[Circuit, ...]:
    """Every case that a rule with these marks tells apart.

    With ``wide`` known figures too take every credible value, in place of the one that stands.
    """
    of_silicon = (Circuit(),)
    of_bandwidths = (Circuit(),)
    if marks.tpp or marks.density or marks.tops:
        figures = (known.tpp, known.area, known.density, known.tops)
        further = wide and any(figure.is_wider for figure in figures)
        of_silicon = _silicon(known.of_silicon(), marks.of_silicon(), further)
    if marks.memory or marks.all_links or marks.chip_links or marks.letter_links:
        of_bandwidths = _bandwidths(known.of_bandwidths(), marks.of_bandwidths(), wide)
    facts = [_values(known, fact) if fact in marks.facts else [False] for fact in FACTS]
    return tuple(
        Circuit(
            tpp=one.tpp,
            density=one.density,
            tops=one.tops,
            memory=other.memory,
            all_links=other.all_links,
            chip_links=other.chip_links,
            letter_links=other.letter_links,
            datacenter=datacenter,
            addressed=addressed,
            roughly_a100=roughly_a100,
            marketed_later=marketed_later,
            on_sale=on_sale,
            digital=known.digital,
        )
        for one, other, datacenter, addressed, roughly_a100, marketed_later, on_sale in (
            itertools.product(of_silicon, of_bandwidths, *facts)
        )
    )


def _values(known: Known, fact: str) -> list[bool]:
    """Both values of a fact that is not known."""
    stated = getattr(known, fact)
    return [True, False] if stated is None else [stated]


# --- TPP, area, density, TOPS


@lru_cache(maxsize=256)
def _silicon(known: Known, marks: Marks, wide: bool) -> tuple[Circuit, ...]:
    """One circuit for each case that a rule tells apart by TPP, density and TOPS.

    Kept apart from bandwidths, because most bills ask the same of silicon.
    """
    cases: dict[object, Circuit] = {}
    for tpp, area in _tpp_and_area(known, marks, wide):
        # Technical Note 4: TPP divided by the applicable die area, where there is any
        density = tpp / area if area else None
        for tops in _tops(known, marks, tpp, wide):
            case = (
                _place(marks.tpp, tpp),
                None if density is None else _place(marks.density, density),
                _place(marks.tops, tops),
            )
            cases.setdefault(case, Circuit(tpp=tpp, density=density, tops=tops))
    return tuple(cases.values())


def _tpp_and_area(known: Known, marks: Marks, wide: bool) -> Iterator[tuple[Fraction, Fraction]]:
    """Every TPP with every area that goes with it; two of TPP, area and density give the third."""
    # where TPP decides on which side of a mark a rate without bit length can lie
    turns = [*marks.tpp, *marks.tops, *(LONGEST_FORMAT * mark for mark in marks.tops)]
    planar = known.area.interval(wide=wide) == (0, 0)
    density_is_news = known.density != MISSING and MISSING in (known.tpp, known.area)
    if not density_is_news or planar:
        # of planar logic a density means nothing, and gives no TPP
        return _from_tpp_and_area(known, marks, turns, wide)
    if known.area == MISSING:
        return _from_tpp_and_density(known, marks, turns, wide)
    return _from_density_and_area(known, marks, turns, wide)


def _from_tpp_and_area(
    known: Known, marks: Marks, turns: list[Fraction], wide: bool
) -> Iterator[tuple[Fraction, Fraction]]:
    area = known.area.interval(wide=wide)
    corners = [mark * end for mark in marks.density for end in area if end is not None]
    for tpp in spots([*turns, *corners], known.tpp.interval(wide=wide)):
        for size in spots([tpp / mark for mark in marks.density], area):
            yield tpp, size


def _from_tpp_and_density(
    known: Known, marks: Marks, turns: list[Fraction], wide: bool
) -> Iterator[tuple[Fraction, Fraction]]:
    tpps = spots(turns, known.tpp.interval(wide=wide))
    densities = spots(marks.density, known.density.interval(wide=wide))
    for tpp, density in itertools.product(tpps, densities):
        # with a density there is silicon that computes
        if tpp > 0 or known.tpp.value == 0:
            yield tpp, tpp / density


def _from_density_and_area(
    known: Known, marks: Marks, turns: list[Fraction], wide: bool
) -> Iterator[tuple[Fraction, Fraction]]:
    area = known.area.interval(wide=wide)
    corners = [mark / end for mark in turns for end in area if end]
    for density in spots([*marks.density, *corners], known.density.interval(wide=wide)):
        for size in spots([mark / density for mark in turns], area):
            yield density * size, size


def _tops(known: Known, marks: Marks, tpp: Fraction, wide: bool) -> list[Fraction]:
    """TOPS as stated, or what a TPP leaves: between TPP over the longest format and TPP over one.

    Of analog units the count of bits says nothing about operations, so that there is no end.
    """
    low, high = known.tops.interval(wide=wide)
    if known.tops.value is None:
        low = max(low, tpp / LONGEST_FORMAT)
        if known.digital and high is None:
            high = max(tpp, low)
    return spots(marks.tops, (low, high))


# --- Bandwidths


@lru_cache(maxsize=256)
def _bandwidths(known: Known, marks: Marks, wide: bool) -> tuple[Circuit, ...]:
    """One circuit for each case that a rule tells apart by memory and links."""
    cases: dict[object, Circuit] = {}
    for links, chips, letter in _links(known, marks, wide):
        sums = [mark - letter for mark in marks.together]
        for dram in spots([*marks.memory, *sums], known.memory.interval(wide=wide)):
            case = (
                _place(marks.memory, dram),
                _place(marks.all_links, links),
                _place(marks.chip_links, chips),
                _place(marks.letter_links, letter),
                _place(marks.together, dram + letter),
            )
            circuit = Circuit(memory=dram, all_links=links, chip_links=chips, letter_links=letter)
            cases.setdefault(case, circuit)
    return tuple(cases.values())


def _links(known: Known, marks: Marks, wide: bool) -> Iterator[tuple[Fraction, Fraction, Fraction]]:
    """All links, those from chip to chip, and what a letter means by I/O, between the two.

    Chip links are among all links, so that each bounds the other where that one is missing. Where
    all links are known they are what a letter means, because more I/O never takes a circuit out;
    that it means fewer is only credible.
    """
    low, high = known.all_links.interval(wide=wide)
    if known.all_links.value is None:
        low = max(low, known.chip_links.low)
    # with the least and the most memory a sum is reached at other links
    dram = [end for end in known.memory.interval(wide=wide) if end is not None]
    sums = [mark - end for mark in marks.together for end in (*dram, *marks.memory)]
    turns = [*marks.chip_links, *marks.letter_links, *sums]
    for links in spots([*marks.all_links, *turns], (low, high)):
        least, most = known.chip_links.interval(wide=wide)
        if known.chip_links.value is None:
            # every credible value of all links leaves room for as many chip links
            whole = links if known.all_links.high is None else max(links, known.all_links.high)
            most = whole if most is None else min(most, whole)
        for chips in spots(turns, (least, most)):
            meant = (links, links)
            if known.all_links.value is None or wide:
                meant = (min(chips, links), links)
            for letter in spots([*marks.letter_links, *sums], meant):
                yield links, chips, letter


def _place(marks: Numbers, value: Fraction) -> tuple[int, int]:
    """Where a value lies among thresholds: below, on or above each of them."""
    return bisect_left(marks, value), bisect_right(marks, value)
