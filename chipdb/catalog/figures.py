"""Figures, the claims they consist of, and the parts of a chip that carry them.

Plain dataclasses, so that one chip is read without pydantic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from chipdb.notebook import Shown
from chipdb.vocabulary import Basis

if TYPE_CHECKING:
    import pint

BASES = tuple(Basis)
"""Bases in their order of trust; a user's own value stands first in the user's own file."""

SPARSE_RATIO = Fraction(18, 10)
"""A dense rate this many times the known one is taken for a sparse one (sparsity gains two or more)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sourced statement of a figure: its text, its exact value, and what it rests on."""

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

    def scaled(self, factor: Fraction) -> Claim:
        """The claim of a part turned by ``factor``; its rounding turns with it."""
        return replace(self, value=self.value * factor, half_digit=self.half_digit * factor)

    @property
    def slack(self) -> Fraction:
        """How far the true value may lie from the stated one: rounding of the last digit and the stated tolerance.

        What a user states is exact, but for a tolerance written out.
        """
        rounding = Fraction(0) if self.basis == Basis.HYPOTHETICAL else self.half_digit
        return max(rounding, self.value * self.tolerance)

    def rounds_to(self, other: Claim) -> bool:
        """Whether ``other`` is this claim written with fewer digits."""
        return (
            self.half_digit < other.half_digit and abs(self.value - other.value) <= other.half_digit
        )


@dataclass(frozen=True, slots=True)
class Figure(Shown):
    """One quantity of a chip with all its claims.

    ``highest`` marks a rate: the law presumes the highest dense rate that the maker states, so among official claims the
    highest is preferred. Elsewhere the best basis is, and among equals the first written, the unrounded before the rounded.
    """

    path: str
    unit: str
    claims: tuple[Claim, ...]
    highest: bool = False

    def credible(self, reading: str | None = None) -> tuple[Claim, ...]:
        """The claims that count in ``reading``: its own where it has some, else those of no reading."""
        kept = [claim for claim in self.claims if claim.rejected is None]
        own = tuple(claim for claim in kept if reading is not None and claim.reading == reading)
        return own or tuple(claim for claim in kept if claim.reading is None)

    def preferred(self, reading: str | None = None) -> Claim | None:
        """The claim that answers rest on, None where no credible claim exists."""
        claims = self.credible(reading)
        if not claims:
            return None
        best = min(BASES.index(claim.basis) for claim in claims)
        first = [claim for claim in claims if BASES.index(claim.basis) == best]
        if self.highest and BASES[best] in (Basis.OFFICIAL, Basis.HYPOTHETICAL):
            top = max(claim.value for claim in first)
            first = [claim for claim in first if claim.value == top] + first
        chosen = first[0]
        return next((claim for claim in first if claim.rounds_to(chosen)), chosen)

    @property
    def value(self) -> float | None:
        """The preferred value as a plain float in :attr:`unit`; None where unknown."""
        claim = self.preferred()
        return None if claim is None else float(claim.value)

    @property
    def low(self) -> float | None:
        """The lowest credible value over all readings."""
        values = [claim.value for claim in self.claims if claim.rejected is None]
        return float(min(values)) if values else None

    @property
    def high(self) -> float | None:
        """The highest credible value over all readings."""
        values = [claim.value for claim in self.claims if claim.rejected is None]
        return float(max(values)) if values else None

    @property
    def quantity(self) -> pint.Quantity[float]:
        """The preferred value as a pint quantity; raises :class:`ValueError` where it is unknown."""
        from chipdb.units import registry

        if self.value is None:
            raise ValueError(f"{self.path} is unknown")
        return registry().Quantity(self.value, self.unit)

    def scaled(self, factor: Fraction) -> Figure:
        """The figure of a part turned by ``factor``."""
        return replace(self, claims=tuple(claim.scaled(factor) for claim in self.claims))


@dataclass(frozen=True, slots=True, kw_only=True)
class Die:
    """One kind of die; ``non_planar`` is None where the transistor architecture is unknown."""

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
    """A processing unit of its own; its best rate is added to the main one's."""

    name: str
    throughput: Mapping[str, Figure]
    sparse: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The DRAM of the package."""

    kind: str | None = None
    stacks: int | None = None
    bus: Figure | None = None
    pin_rate: Figure | None = None
    capacity: Figure | None = None
    bandwidth: Figure | None = None


NO_MEMORY_FIGURES = Memory()


@dataclass(frozen=True, slots=True)
class Cores:
    """What the rates are made of: cores in the package, dense operations per clock of one."""

    name: str
    count: Figure
    per_clock: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link to anything but volatile memory."""

    name: str
    kind: str
    bandwidth: Figure | None = None
    uncapped: Figure | None = None
    counts: str = "both-directions"
    capped_by: str | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a chip was on sale in the United States: ``known`` with no day means it never was."""

    known: bool = False
    since: date | None = None
    source: str | None = None


UNKNOWN_AVAILABILITY = Availability()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the maker states in an export table."""

    tpp: Fraction | None = None
    performance_density: Fraction | None = None
    eccn: str | None = None
    source: str | None = None
    as_of: str | None = None
    note: str | None = None
    differs: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Figures that do not exist in one way of counting."""

    removes: tuple[str, ...] = ()
    why: str | None = None
