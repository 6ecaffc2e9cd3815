"""Figures, the claims they consist of, and the parts of a chip that carry them.

These are plain dataclasses, so that one chip is read without pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from chipdb.lazy_dataclasses import dataclass, field, replace
from chipdb.notebook import Shown
from chipdb.units import display
from chipdb.vocabulary import Basis

if TYPE_CHECKING:
    import pint

BASES = tuple(Basis)
"""Bases from the most to the least trusted; a user's own value comes first in the user's file.

The order of the members of :class:`~chipdb.vocabulary.Basis` is this ranking.
"""

SPARSE_RATIO = Fraction(18, 10)
"""A throughput this many times the known dense one counts as sparse (sparsity doubles it)."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Claim:
    """One sourced statement of a figure: its text, its exact value and its evidence.

    ``value`` is in ``unit``; ``half_digit`` is half a unit of the last digit written, 0 if the
    text is exact. ``tolerance`` is the stated one as a fraction of the value. ``reading`` names
    the interpretation to which a claim belongs, None if it belongs to all. A claim that is known
    to be wrong has its reason in ``rejected`` and never reaches a metric.
    """

    text: str
    value: Fraction
    half_digit: Fraction = Fraction(0)
    unit: str = ""
    source: str | None = None
    basis: Basis = Basis.HYPOTHETICAL
    engine: str | None = None
    accumulate: str | None = None
    reading: str | None = None
    tolerance: Fraction = Fraction(0)
    pattern: str | None = None
    date: str | None = None
    place: str | None = None
    note: str | None = None
    rejected: str | None = None

    def __repr__(self) -> str:
        """What was stated, on which basis and where, and whether the claim is rejected."""
        parts = [repr(self.text), self.basis.value]
        if self.source:
            parts.append(self.source)
        if self.rejected:
            parts.append("rejected")
        return f"<Claim {', '.join(parts)}>"

    def scaled(self, factor: Fraction) -> Claim:
        """The claim of a derated chip; its rounding scales with it.

        >>> claim = Claim(text="80", value=Fraction(80), half_digit=Fraction(1, 2))
        >>> claim.scaled(Fraction(2)).half_digit
        Fraction(1, 1)
        """
        return replace(self, value=self.value * factor, half_digit=self.half_digit * factor)

    @property
    def slack(self) -> Fraction:
        """How far the true value may lie from the stated one: rounding or the stated tolerance.

        The slack is in :attr:`unit` and never negative.
        """
        # A planner who writes 4800 asks about exactly that TPP, not about 4799.5 to 4800.5.
        if self.basis == Basis.HYPOTHETICAL:
            return self.value * self.tolerance
        # most sources state no tolerance
        if not self.tolerance:
            return self.half_digit
        return max(self.half_digit, self.value * self.tolerance)

    def rounds_to(self, other: Claim) -> bool:
        """Whether ``other`` is this claim written with fewer digits.

        >>> exact = Claim(text="1979", value=Fraction(1979), half_digit=Fraction(1, 2))
        >>> rounded = Claim(text="1980", value=Fraction(1980), half_digit=Fraction(5))
        >>> exact.rounds_to(rounded), rounded.rounds_to(exact)
        (True, False)
        """
        has_fewer_digits = self.half_digit < other.half_digit
        return has_fewer_digits and abs(self.value - other.value) <= other.half_digit


@dataclass(frozen=True, slots=True, repr=False)
class Figure(Shown):
    """One quantity of a chip with all its claims.

    ``path`` is the place of the figure in a file, such as ``dies[0].area``, and all values are in
    ``unit``. ``highest`` marks throughput. The law presumes the highest dense throughput that the
    vendor states (3A090, Technical Notes 2 and 3), so among official claims the highest is
    preferred. For other figures the best basis is preferred, and among equals the first written,
    an unrounded before a rounded one.

    >>> import chipdb
    >>> chipdb.load()["H20"].memory.bandwidth.value
    4000.0
    """

    path: str
    unit: str
    claims: tuple[Claim, ...]
    highest: bool = False

    def __repr__(self) -> str:
        """The path, the preferred value with its basis, and how many claims there are."""
        claim = self.preferred()
        if claim is None:
            return f"<Figure {self.path}: unknown>"

        # Counts and TPP have no unit, which would leave a blank at the end.
        value = f"{display(claim.value, 6)} {self.unit}".rstrip()
        parts = [value, claim.basis.value]
        if len(self.claims) > 1:
            parts.append(f"{len(self.claims)} claims")
        return f"<Figure {self.path}: {', '.join(parts)}>"

    def credible(self, reading: str | None = None) -> tuple[Claim, ...]:
        """The claims that count under an interpretation: its own if it has any, else the others.

        Without ``reading``, only claims that belong to no interpretation count. Rejected claims
        never count. The claims keep the order in which they are written.

        >>> import chipdb
        >>> fp16 = chipdb.load()["Ascend 910B4"].throughput["fp16"]
        >>> [claim.text for claim in fp16.credible("cube-only")]
        ['245.8 TFLOPS']
        """
        own: list[Claim] = []
        shared: list[Claim] = []
        for claim in self.claims:
            if claim.rejected is not None:
                continue
            if claim.reading is None:
                shared.append(claim)
            elif claim.reading == reading:
                own.append(claim)
        return tuple(own or shared)

    def preferred(self, reading: str | None = None) -> Claim | None:
        """The claim on which answers depend; None if no claim is credible."""
        credible = self.credible(reading)
        if not credible:
            return None
        if len(credible) == 1:
            return credible[0]

        best_basis = min((claim.basis for claim in credible), key=BASES.index)
        candidates = [claim for claim in credible if claim.basis == best_basis]
        chosen = candidates[0]

        # The presumption of the highest value holds for what the vendor states (3A090, Technical
        # Note 2); a reported or estimated maximum is no better than the first one found.
        if self.highest and best_basis in (Basis.OFFICIAL, Basis.HYPOTHETICAL):
            chosen = max(candidates, key=lambda claim: claim.value)
            # A claim that equals the highest comes before a lower one that rounds to it.
            candidates.sort(key=lambda claim: claim.value != chosen.value)
        return _with_most_digits(chosen, candidates)

    @property
    def value(self) -> float | None:
        """The preferred value in :attr:`unit`; None if unknown."""
        claim = self.preferred()
        if claim is None:
            return None
        return float(claim.value)

    @property
    def low(self) -> float | None:
        """The lowest credible value under any interpretation, in :attr:`unit`; None if unknown.

        >>> import chipdb
        >>> chipdb.load()["Ascend 910B4"].throughput["fp16"].low
        245.8
        """
        values = [claim.value for claim in self.unrejected()]
        if not values:
            return None
        return float(min(values))

    @property
    def high(self) -> float | None:
        """The highest credible value under any interpretation, in :attr:`unit`; None if unknown."""
        values = [claim.value for claim in self.unrejected()]
        if not values:
            return None
        return float(max(values))

    def unrejected(self) -> list[Claim]:
        """The claims of every interpretation that are not known to be wrong.

        Unlike :meth:`credible`, this mixes the interpretations: a range must cover each of them.

        >>> import chipdb
        >>> fp16 = chipdb.load()["Ascend 910B4"].throughput["fp16"]
        >>> len(fp16.unrejected()) > len(fp16.credible())
        True
        """
        return [claim for claim in self.claims if claim.rejected is None]

    @property
    def quantity(self) -> pint.Quantity[float]:
        """The preferred value as a pint quantity; raises :class:`ValueError` if it is unknown.

        >>> import chipdb
        >>> print(chipdb.load()["H20"].memory.bandwidth.quantity.to("TB/s"))
        4.0 terabyte / second
        """
        # Loading pint takes longer than a whole check, so only this property does it.
        from chipdb.units import registry

        value = self.value
        if value is None:
            raise ValueError(f"{self.path} is unknown")
        return registry().Quantity(value, self.unit)

    def scaled(self, factor: Fraction) -> Figure:
        """The figure of a derated chip: every claim scaled, since all may be what counts."""
        return replace(self, claims=tuple(claim.scaled(factor) for claim in self.claims))


def _with_most_digits(chosen: Claim, candidates: list[Claim]) -> Claim:
    """The first candidate that the chosen claim is a rounding of; the chosen one if there is none.

    The same value with more digits decides at a threshold, where rounding could mislead.
    """
    for claim in candidates:
        if claim.rounds_to(chosen):
            return claim
    return chosen


def preferred_claim(figure: Figure | None) -> Claim | None:
    """The preferred claim of a figure that may be missing.

    None where there is no figure, and where no credible claim states it.
    """
    if figure is None:
        return None
    return figure.preferred()


def preferred_value(figure: Figure | None) -> Fraction | None:
    """The preferred value of a figure that may be missing, exact and in the figure's unit.

    >>> import chipdb
    >>> preferred_value(chipdb.load()["H20"].memory.bandwidth), preferred_value(None)
    (Fraction(4000, 1), None)
    """
    claim = preferred_claim(figure)
    if claim is None:
        return None
    return claim.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Die:
    """One kind of die; ``area`` and ``transistors`` are those of a single die of this kind.

    ``non_planar`` is None if the transistor architecture is unknown. It decides whether the area
    counts: only non-planar logic is applicable die area (3A090, Technical Note 4).
    """

    name: str
    role: str = "compute"
    count: int = 1
    process: str | None = None
    non_planar: bool | None = None
    source: str | None = None
    transistors: Figure | None = None
    area: Figure | None = None

    @property
    def is_passive(self) -> bool:
        """Whether it has no logic and only connects other dies, as an interposer does."""
        return self.role == "passive"


@dataclass(frozen=True, slots=True)
class Engines:
    """A distinct processing unit, such as an NPU next to a GPU, whose TPP is added.

    TPP is aggregated over the processing units of a chip (3A090, Technical Note 1.d).
    """

    name: str
    throughput: Mapping[str, Figure]
    sparse: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The DRAM of the package; kind ``none`` if it has none, None if unknown."""

    kind: str | None = None
    stacks: int | None = None
    bus: Figure | None = None
    pin_rate: Figure | None = None
    capacity: Figure | None = None
    bandwidth: Figure | None = None


NO_MEMORY_FIGURES = Memory()


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores of the package and the dense operations per clock of one core."""

    name: str
    count: Figure
    per_clock: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to anything but volatile memory.

    ``kind`` is ``chip-to-chip``, ``host`` or ``network``. ``counts`` says whether ``bandwidth`` is
    that of both directions together. ``uncapped`` is the bandwidth without a cap in firmware.
    ``domain`` is how many chips the link joins, which estimates read.
    """

    name: str
    kind: str
    bandwidth: Figure | None = None
    uncapped: Figure | None = None
    counts: str = "both-directions"
    capped_by: str | None = None
    domain: int | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a chip was on sale in the United States.

    Not ``known``: no source says. ``known`` without a date: it never was.
    """

    known: bool = False
    since: date | None = None
    source: str | None = None

    def on_sale_by(self, day: date) -> bool | None:
        """Whether it was on sale on a day; None where no source says.

        A date without a source is a guess, and ``us_available: null`` is a claim.

        >>> sold = Availability(True, date(2021, 10, 24), "nvidia-a100-datasheet-2022")
        >>> sold.on_sale_by(date(2021, 10, 23)), sold.on_sale_by(date(2021, 10, 24))
        (False, True)
        """
        if not self.known:
            return None
        if self.since is None:
            return False
        if not self.source:
            return None
        return self.since <= day


UNKNOWN_AVAILABILITY = Availability()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """What is attested to a foundry or OSAT company that exports the chip (Note 1 to 3A090.a).

    ``transistors`` is the aggregated approximated transistor count of the package, ``by`` who
    packages and attests it, ``packaged_in`` the country where. ``designer`` says that an approved
    or authorized designer attests a TPP and density outside 3A090.a, ``applied`` the day on which
    that designer applied for approval.
    """

    transistors: Figure | None = None
    by: str | None = None
    packaged_in: str | None = None
    designer: str | None = None
    applied: date | None = None


NOTHING_ATTESTED = Attested()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the vendor states in an export table; it can contest a computed metric.

    ``differs`` is the catalog's explanation of a declared TPP that differs from the computed one.
    """

    tpp: Fraction | None = None
    performance_density: Fraction | None = None
    eccn: str | None = None
    source: str | None = None
    as_of: str | None = None
    note: str | None = None
    differs: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """An interpretation of a chip: the figures that do not exist under it, and why."""

    removes: tuple[str, ...] = ()
    why: str | None = None
