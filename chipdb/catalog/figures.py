"""Figures, the claims they consist of, and the parts of a chip that carry them.

These are plain dataclasses, so that one chip is read without pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from chipdb.notebook import Shown
from chipdb.units import display
from chipdb.vocabulary import Basis

if TYPE_CHECKING:
    import pint

BASES = tuple(Basis)
"""Bases from the most to the least trusted; a user's own value comes first in the user's file."""

SPARSE_RATIO = Fraction(18, 10)
"""A throughput this many times the known dense one is taken for sparse (sparsity doubles it)."""


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
        source = f", {self.source}" if self.source else ""
        rejected = ", rejected" if self.rejected else ""
        return f"<Claim {self.text!r}, {self.basis.value}{source}{rejected}>"

    def scaled(self, factor: Fraction) -> Claim:
        """The claim of a derated chip; its rounding scales with it."""
        return replace(self, value=self.value * factor, half_digit=self.half_digit * factor)

    @property
    def slack(self) -> Fraction:
        """How far the true value may lie from the stated one: rounding or the stated tolerance.

        What a user states is exact unless a tolerance is written.
        """
        rounding = Fraction(0) if self.basis == Basis.HYPOTHETICAL else self.half_digit
        return max(rounding, self.value * self.tolerance)

    def rounds_to(self, other: Claim) -> bool:
        """Whether ``other`` is this claim written with fewer digits."""
        has_fewer_digits = self.half_digit < other.half_digit
        return has_fewer_digits and abs(self.value - other.value) <= other.half_digit


@dataclass(frozen=True, slots=True, repr=False)
class Figure(Shown):
    """One quantity of a chip with all its claims.

    ``highest`` marks throughput. The law presumes the highest dense throughput that the vendor
    states, so among official claims the highest is preferred. For other figures the best basis is
    preferred, and among equals the first written, an unrounded before a rounded one.

    >>> import chipdb
    >>> chipdb.load()["H20"].memory.bandwidth.value
    4000.0
    """

    path: str
    unit: str
    claims: tuple[Claim, ...]
    highest: bool = False

    def __repr__(self) -> str:
        claim = self.preferred()
        if claim is None:
            return f"<Figure {self.path}: unknown>"
        value = f"{display(claim.value, 6)} {self.unit}".rstrip()
        others = f", {len(self.claims)} claims" if len(self.claims) > 1 else ""
        return f"<Figure {self.path}: {value}, {claim.basis.value}{others}>"

    def credible(self, reading: str | None = None) -> tuple[Claim, ...]:
        """The claims that count under an interpretation: its own if it has any, else the others.

        Rejected claims never count.
        """
        kept = [claim for claim in self.claims if claim.rejected is None]
        if reading is not None:
            own = tuple(claim for claim in kept if claim.reading == reading)
            if own:
                return own
        return tuple(claim for claim in kept if claim.reading is None)

    def preferred(self, reading: str | None = None) -> Claim | None:
        """The claim on which answers depend; None if no claim is credible."""
        candidates = self._most_trusted(self.credible(reading))
        if not candidates:
            return None
        chosen = candidates[0]
        if self.highest and chosen.basis in (Basis.OFFICIAL, Basis.HYPOTHETICAL):
            chosen = max(candidates, key=lambda claim: claim.value)
            # A claim that equals the highest comes before a lower one that rounds to it.
            candidates.sort(key=lambda claim: claim.value != chosen.value)
        # The same value with more digits decides at a threshold, where rounding could mislead.
        for claim in candidates:
            if claim.rounds_to(chosen):
                return claim
        return chosen

    @staticmethod
    def _most_trusted(claims: tuple[Claim, ...]) -> list[Claim]:
        """The claims of the best basis among some, in the order written."""
        if not claims:
            return []
        best_rank = min(BASES.index(claim.basis) for claim in claims)
        return [claim for claim in claims if claim.basis == BASES[best_rank]]

    @property
    def value(self) -> float | None:
        """The preferred value in :attr:`unit`; None if unknown."""
        claim = self.preferred()
        return None if claim is None else float(claim.value)

    @property
    def low(self) -> float | None:
        """The lowest credible value under any interpretation, in :attr:`unit`; None if unknown."""
        values = self._credible_values()
        return float(min(values)) if values else None

    @property
    def high(self) -> float | None:
        """The highest credible value under any interpretation, in :attr:`unit`; None if unknown."""
        values = self._credible_values()
        return float(max(values)) if values else None

    def _credible_values(self) -> list[Fraction]:
        return [claim.value for claim in self.claims if claim.rejected is None]

    @property
    def quantity(self) -> pint.Quantity[float]:
        """The preferred value as a pint quantity; raises :class:`ValueError` if it is unknown."""
        from chipdb.units import registry

        if self.value is None:
            raise ValueError(f"{self.path} is unknown")
        return registry().Quantity(self.value, self.unit)

    def scaled(self, factor: Fraction) -> Figure:
        """The figure of a derated chip: every claim scaled."""
        return replace(self, claims=tuple(claim.scaled(factor) for claim in self.claims))


@dataclass(frozen=True, slots=True, kw_only=True)
class Die:
    """One kind of die; ``area`` and ``transistors`` are those of a single die of this kind.

    ``non_planar`` is None if the transistor architecture is unknown.
    """

    name: str
    role: str = "compute"
    count: int = 1
    process: str | None = None
    non_planar: bool | None = None
    source: str | None = None
    transistors: Figure | None = None
    area: Figure | None = None


@dataclass(frozen=True, slots=True)
class Engines:
    """A distinct processing unit, such as an NPU next to a GPU, whose TPP is added."""

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

    ``counts`` says whether ``bandwidth`` is that of both directions together. ``uncapped`` is the
    bandwidth without a cap in firmware.
    """

    name: str
    kind: str
    bandwidth: Figure | None = None
    uncapped: Figure | None = None
    counts: str = "both-directions"
    capped_by: str | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a chip was on sale in the United States.

    Not ``known``: no source says. ``known`` without a date: it never was.
    """

    known: bool = False
    since: date | None = None
    source: str | None = None


UNKNOWN_AVAILABILITY = Availability()


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
