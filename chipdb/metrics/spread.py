"""The arithmetic of uncertain quantities: value, credible range, margins, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from chipdb.catalog.figures import Claim, Figure
from chipdb.lazy_dataclasses import dataclass, replace

Input = tuple[str, Claim]
"""The path of a figure and the claim of it that was used."""

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What is known of a quantity under one interpretation.

    ``value`` is the preferred value, or None where a figure is missing.
    ``low`` and ``high`` span the credible claims. Where the value is None they are the bounds
    that the known figures still give; ``high`` is None where there is no upper bound.
    ``least`` and ``most`` are wider by rounding and stated tolerances.
    ``inputs`` are the claims that were used, ``missing`` the paths of the missing figures.
    """

    value: Fraction | None
    low: Fraction = ZERO
    high: Fraction | None = None
    least: Fraction = ZERO
    most: Fraction | None = None
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()

    @staticmethod
    def exactly(value: Fraction | int) -> Spread:
        """A quantity known exactly.

        >>> Spread.exactly(0).high
        Fraction(0, 1)
        """
        exact = Fraction(value)
        return Spread(value=exact, low=exact, high=exact, least=exact, most=exact)

    @staticmethod
    def unknown(*missing: str, low: Fraction = ZERO, high: Fraction | None = None) -> Spread:
        """A quantity whose ``missing`` figures are unknown: without a value, bounded if possible.

        >>> Spread.unknown("memory.bandwidth").missing
        ('memory.bandwidth',)
        """
        return Spread(value=None, low=low, high=high, least=low, most=high, missing=missing)

    def from_here(self, *missing: str) -> Spread:
        """An unknown quantity that is this one or more.

        >>> Spread.exactly(1200).from_here("throughput").low
        Fraction(1200, 1)
        """
        return Spread(value=None, low=self.low, least=self.least, missing=missing)

    def up_to_here(self, *missing: str) -> Spread:
        """An unknown quantity that is this one or less.

        >>> Spread.exactly(826).up_to_here("dies[0].transistors_are").high
        Fraction(826, 1)
        """
        return Spread(value=None, high=self.high, most=self.most, missing=missing)

    def scaled(self, factor: Fraction) -> Spread:
        """The quantity times a positive factor.

        >>> Spread.exactly(300).scaled(Fraction(2)).value
        Fraction(600, 1)
        """
        if factor == 1:
            return self
        return Spread(
            value=_times(self.value, factor),
            low=self.low * factor,
            high=_times(self.high, factor),
            least=self.least * factor,
            most=_times(self.most, factor),
            inputs=self.inputs,
            missing=self.missing,
        )


def of_figure(figure: Figure | None, path: str, reading: str | None, times: int = 1) -> Spread:
    """The spread of one figure under an interpretation, ``times`` a positive number.

    ``path`` names the figure if it is missing.
    """
    if figure is None:
        return Spread.unknown(path)
    return _counted(figure, reading, times) or Spread.unknown(path)


FIGURES_KEPT = 20_000
"""This many figures are kept with their spread; after that all are forgotten and counted again."""

_COUNTED: dict[tuple[int, str | None, int], tuple[Figure, Spread | None]] = {}


def _counted(figure: Figure, reading: str | None, times: int) -> Spread | None:
    """The spread of a figure, counted once; None where no claim is credible."""
    # Altered chips share the figures that were not altered. Kept by identity, because comparing two
    # figures takes longer than counting one; the figure is kept so that no other gets its identity.
    key = (id(figure), reading, times)
    kept = _COUNTED.get(key)
    if kept is None:
        if len(_COUNTED) >= FIGURES_KEPT:
            _COUNTED.clear()
        kept = _COUNTED[key] = (figure, _spread_of(figure, reading, times))
    return kept[1]


def _spread_of(figure: Figure, reading: str | None, times: int) -> Spread | None:
    """The spread of a figure under an interpretation; None where no claim is credible."""
    # Most figures have no claim of their own under another interpretation than the plain one.
    if reading is not None and all(claim.reading != reading for claim in figure.claims):
        return _counted(figure, None, times)
    preferred = figure.preferred(reading)
    if preferred is None:
        return None
    if times != 1:
        return of_figure(figure, figure.path, reading).scaled(Fraction(times))

    claims = figure.credible(reading)
    values = [claim.value for claim in claims]
    return Spread(
        value=preferred.value,
        low=min(values),
        high=max(values),
        least=min(claim.value - claim.slack for claim in claims),
        most=max(claim.value + claim.slack for claim in claims),
        inputs=((figure.path, preferred),),
    )


def total(parts: Iterable[Spread]) -> Spread:
    """The sum. Where a part is unknown, so is the sum, and the known parts bound it from below.

    >>> total([Spread.exactly(900), Spread.unknown("links[1].bandwidth")]).low
    Fraction(900, 1)
    """
    summands = list(parts)
    if len(summands) == 1:
        return summands[0]

    value: Fraction | None = ZERO
    high: Fraction | None = ZERO
    most: Fraction | None = ZERO
    low = least = ZERO
    inputs: list[Input] = []
    missing: dict[str, None] = {}
    for part in summands:
        value = _plus(value, part.value)
        low += part.low
        high = _plus(high, part.high)
        least += part.least
        most = _plus(most, part.most)
        inputs += part.inputs
        missing |= dict.fromkeys(part.missing)

    return Spread(
        value=value,
        low=low,
        high=high,
        least=least,
        most=most,
        inputs=tuple(inputs),
        missing=tuple(missing),
    )


def best(parts: Iterable[Spread]) -> Spread:
    """The highest of known quantities, each end being the highest of its kind.

    The inputs are only those of the quantity with the highest value.

    >>> best([Spread.exactly(312), Spread.exactly(624)]).value
    Fraction(624, 1)
    """
    known = [part for part in parts if part.value is not None]
    if len(known) == 1:
        return known[0]
    top = max(known, key=lambda part: part.value or ZERO)
    # Another quantity may reach higher than the one with the highest preferred value.
    return replace(
        top,
        low=max(part.low for part in known),
        high=_highest(part.high for part in known),
        least=max(part.least for part in known),
        most=_highest(part.most for part in known),
    )


def _highest(ends: Iterable[Fraction | None]) -> Fraction:
    """The highest of the upper ends that are bounded; there is at least one."""
    return max(end for end in ends if end is not None)


def quotient(top: Spread, bottom: Spread) -> Spread:
    """``top / bottom``. It has no value where one of them is unknown or the bottom is zero.

    >>> quotient(Spread.exactly(2368), Spread.exactly(814)).value
    Fraction(32, 11)
    >>> quotient(Spread.exactly(2368), Spread.exactly(0)).value is None
    True
    """
    inputs = top.inputs + bottom.inputs
    if top.value is None or not bottom.value:
        return Spread(value=None, inputs=inputs, missing=top.missing + bottom.missing)

    # Inputs that both share, such as a stated density, would narrow this; the wider range is safe.
    # A quotient is least where its top is least and its bottom is most.
    return Spread(
        value=top.value / bottom.value,
        low=_over(top.low, bottom.high) or ZERO,
        high=_over(top.high, bottom.low),
        least=_over(top.least, bottom.most) or ZERO,
        most=_over(top.most, bottom.least),
        inputs=inputs,
    )


def product(one: Spread, other: Spread) -> Spread:
    """The product of two quantities; unknown where one of them is.

    >>> product(Spread.exactly(5), Spread.exactly(800)).value
    Fraction(4000, 1)
    """
    if one.value is None or other.value is None:
        return Spread.unknown(*one.missing, *other.missing)
    return Spread(
        value=one.value * other.value,
        low=one.low * other.low,
        high=_times(one.high, other.high),
        least=one.least * other.least,
        most=_times(one.most, other.most),
        inputs=one.inputs + other.inputs,
    )


def _plus(sum_so_far: Fraction | None, addend: Fraction | None) -> Fraction | None:
    """The sum; None where one of the two is unknown or unbounded.

    >>> _plus(Fraction(900), Fraction(126)), _plus(Fraction(900), None)
    (Fraction(1026, 1), None)
    """
    if sum_so_far is None or addend is None:
        return None
    return sum_so_far + addend


def _times(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """The product; None where one of the two is unknown or unbounded.

    >>> _times(Fraction(312), Fraction(16)), _times(None, Fraction(16))
    (Fraction(4992, 1), None)
    """
    if one is None or other is None:
        return None
    return one * other


def _over(top: Fraction | None, bottom: Fraction | None) -> Fraction | None:
    """The quotient; None where one of the two is unknown or unbounded, or the bottom is zero.

    >>> _over(Fraction(2368), Fraction(814)), _over(Fraction(2368), Fraction(0))
    (Fraction(32, 11), None)
    """
    if top is None or not bottom:
        return None
    return top / bottom
