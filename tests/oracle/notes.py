"""How a circuit is counted: from figures of a data sheet to the quantities that the rules compare.

The technical notes to 3A090, note by note. Figures are what a file states: a rate for each number
format, dies, links. What the notes leave open (the bits of TF32, vendors who count one direction) is
a range here, and ``unknowns`` says what follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from oracle.exact import Fraction

BITS = {"fp64": 64, "fp32": 32, "bf16": 16, "fp16": 16, "fp8": 8, "fp4": 4, "int8": 8, "int4": 4}
"""Technical Note 1.c: the largest bit length of the inputs to the multiply operation."""

TF32 = (19, 32)
"""TF32 multiplies 19 bits and is stored in 32; no statement of the agency settles which counts."""


@dataclass(frozen=True)
class Reach:
    """A quantity under one interpretation: its value, and how far evidence lets it reach.

    Where the value is None it is missing, and ``low`` and ``high`` bound what it may be (no bound
    above where ``high`` is None). Where it is known they are the credible values around it.
    ``under`` and ``over`` are how much further the stated tolerances reach. The tolerance of a known
    part also widens the bounds of a sum in which another part is missing.
    """

    value: Fraction | None
    low: Fraction = Fraction(0)
    high: Fraction | None = None
    under: Fraction = Fraction(0)
    over: Fraction = Fraction(0)

    @staticmethod
    def exactly(value: Fraction | int) -> Reach:
        return Reach(Fraction(value), Fraction(value), Fraction(value))

    def interval(self, *, wide: bool) -> tuple[Fraction, Fraction | None]:
        """All values that it may have: as stated, or all that is credible (``wide``)."""
        if wide:
            return self.low - self.under, None if self.high is None else self.high + self.over
        if self.value is not None:
            return self.value, self.value
        return self.low, self.high

    @property
    def is_wider(self) -> bool:
        """Whether other values are credible than those that it may have as stated."""
        return self.interval(wide=True) != self.interval(wide=False)

    def __add__(self, other: Reach) -> Reach:
        value = high = None
        if self.value is not None and other.value is not None:
            value = self.value + other.value
        if self.high is not None and other.high is not None:
            high = self.high + other.high
        return Reach(
            value, self.low + other.low, high, self.under + other.under, self.over + other.over
        )

    def times(self, factor: Fraction | int) -> Reach:
        value = None if self.value is None else self.value * factor
        high = None if self.high is None else self.high * factor
        return Reach(value, self.low * factor, high, self.under * factor, self.over * factor)


MISSING = Reach(None)
NOTHING = Reach.exactly(0)


@dataclass(frozen=True)
class Rate:
    """Operations per second in one number format, in TOPS: the claims that a file makes of it."""

    format: str
    claims: tuple[Fraction, ...]
    sparse: bool = False

    def reach(self) -> Reach:
        """Note 2: the rate is assumed to be the highest value that the manufacturer claims."""
        return Reach(max(self.claims), min(self.claims), max(self.claims))

    def bits(self, tf32: int) -> int:
        """The bit length of the format, that of TF32 as it is taken."""
        return tf32 if self.format == "tf32" else BITS[self.format]


@dataclass(frozen=True)
class Die:
    """Dies of one kind: how many, the area of one in square millimeters, and what they are.

    ``non_planar`` is None where nobody states the kind of transistors. ``tolerance`` is that of a
    measured area, as a fraction.
    """

    role: str = "compute"
    count: int = 1
    area: Fraction | None = None
    non_planar: bool | None = True
    tolerance: Fraction = Fraction(0)


@dataclass(frozen=True)
class Link:
    """A link to anything but volatile memory; ``counts`` says which directions the rate includes."""

    kind: str
    rate: Fraction | None
    counts: str = "both-directions"
    uncapped: Fraction | None = None
    capped_by: str | None = None


@dataclass(frozen=True)
class Sheet:
    """A data sheet: what it states of one packaged circuit. None where it does not say."""

    rates: tuple[Rate, ...] = ()
    units: tuple[tuple[Rate, ...], ...] = ()
    dies: tuple[Die, ...] | None = None
    links: tuple[Link, ...] | None = None
    memory: tuple[Fraction, ...] = field(default=())


# --- Technical Notes 1 to 3: 'total processing performance'


def tpp(sheet: Sheet, tf32: int) -> Reach:
    """Notes 1 and 2: rate times bit length, the highest of each unit, aggregated over all units.

    "2 x MacTOPS may correspond to the reported TOPS", so a reported rate has no further factor.
    """
    total = NOTHING
    for unit in (sheet.rates, *sheet.units):
        dense = [rate.reach().times(rate.bits(tf32)) for rate in unit if not rate.sparse]
        total += highest(dense)
    return total


def tops(sheet: Sheet) -> Reach:
    """Note 3 to 3A991.p: as TPP, but "2 x MacTOPS", without a bit length."""
    total = NOTHING
    for unit in (sheet.rates, *sheet.units):
        total += highest([rate.reach() for rate in unit if not rate.sparse])
    return total


def highest(rates: list[Reach]) -> Reach:
    """The best of a unit's rates (Note 2: "the highest TPP value should be evaluated").

    Note 3: rates for sparse matrices do not count, so a unit with no dense rate has none that is
    known.
    """
    if not rates:
        return MISSING
    return Reach(
        max(rate.value for rate in rates if rate.value is not None),
        max(rate.low for rate in rates),
        max(rate.high for rate in rates if rate.high is not None),
    )


# --- Technical Note 4: 'applicable die area'


def applicable_die_area(sheet: Sheet) -> Reach:
    """Note 4: "all die area of logic dies" made with non-planar transistors.

    Compute, I/O, base and cache dies are logic; passive dies are not. A die of which the kind of
    transistors is not stated may count in full or not at all.
    """
    if sheet.dies is None:
        return MISSING
    logic = [die for die in sheet.dies if die.role != "passive"]
    if not logic:
        return MISSING
    total = NOTHING
    for die in logic:
        if die.non_planar is not False:
            total += _area(die)
    return total


def _area(die: Die) -> Reach:
    if die.area is None:
        return MISSING
    area = die.area * die.count
    off = area * die.tolerance
    if die.non_planar is None:
        return Reach(None, Fraction(0), area, over=off)
    return Reach(area, area, area, off, off)


# --- Links and memory


def all_links(sheet: Sheet) -> Reach:
    """3A090.a of 2022 and 3A991.p.2: bidirectional, over **all** inputs and outputs."""
    return _links(sheet, ("chip-to-chip", "host", "network"))


def chip_links(sheet: Sheet) -> Reach:
    """Chip-to-chip links alone, both directions added."""
    return _links(sheet, ("chip-to-chip",))


def _links(sheet: Sheet, kinds: tuple[str, ...]) -> Reach:
    if sheet.links is None:
        return MISSING
    total = NOTHING
    for link in sheet.links:
        if link.kind in kinds:
            total += _link(link)
    return total


def _link(link: Link) -> Reach:
    """One link, both directions. "Or are programmable to have": a cap in firmware does not count.

    Where a vendor does not say whether a rate is of one direction, it may be twice as much.
    """
    rate = link.uncapped if link.capped_by == "firmware" else link.rate
    if rate is None:
        return MISSING
    if link.counts == "one-direction":
        return Reach.exactly(2 * rate)
    if link.counts == "unknown":
        return Reach(rate, rate, 2 * rate)
    return Reach.exactly(rate)


def memory(sheet: Sheet) -> Reach:
    """Total DRAM bandwidth; of several claims the first stands and the others are credible."""
    if not sheet.memory:
        return MISSING
    return Reach(sheet.memory[0], min(sheet.memory), max(sheet.memory))
