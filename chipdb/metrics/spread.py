"""What is known of one quantity in one way of counting: value, credible range, margins, and what is missing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from chipdb.catalog.chip import Claim, Figure

Input = tuple[str, Claim]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """What is known of a quantity in one reading.

    ``value`` is None where a figure is missing; then ``low`` and ``high`` are what the known figures still bound
    (``high`` None: without bound). ``least`` and ``most`` add rounding and tolerance.
    """

    value: Fraction | None
    low: Fraction = Fraction(0)
    high: Fraction | None = None
    least: Fraction = Fraction(0)
    most: Fraction | None = None
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()

    @staticmethod
    def exactly(value: Fraction | int) -> Spread:
        """A quantity known exactly."""
        exact = Fraction(value)
        return Spread(value=exact, low=exact, high=exact, least=exact, most=exact)

    @staticmethod
    def unknown(*missing: str, low: Fraction = Fraction(0), high: Fraction | None = None) -> Spread:
        """A quantity of which a figure is missing."""
        return Spread(value=None, low=low, high=high, least=low, most=high, missing=missing)

    def scaled(self, factor: Fraction) -> Spread:
        """The quantity times a positive factor."""
        ends = (
            None if end is None else end * factor
            for end in (self.value, self.low, self.high, self.least, self.most)
        )
        value, low, high, least, most = ends
        return Spread(
            value=value,
            low=low or Fraction(0),
            high=high,
            least=least or Fraction(0),
            most=most,
            inputs=self.inputs,
            missing=self.missing,
        )


def of_figure(figure: Figure | None, path: str, reading: str | None) -> Spread:
    """The spread of one figure."""
    claim = figure.preferred(reading) if figure else None
    if figure is None or claim is None:
        return Spread.unknown(path)
    claims = figure.credible(reading)
    values = [entry.value for entry in claims]
    return Spread(
        value=claim.value,
        low=min(values),
        high=max(values),
        least=min(entry.value - entry.slack for entry in claims),
        most=max(entry.value + entry.slack for entry in claims),
        inputs=((figure.path, claim),),
    )


def total(parts: Iterable[Spread]) -> Spread:
    """The sum; unknown where a part is, with the known parts as its lower bound."""
    parts = list(parts)
    sums = {
        end: _sum(getattr(part, end) for part in parts)
        for end in ("value", "low", "high", "least", "most")
    }
    inputs = tuple(itertools.chain.from_iterable(part.inputs for part in parts))
    missing = tuple(dict.fromkeys(itertools.chain.from_iterable(part.missing for part in parts)))
    low, least = sums["low"] or Fraction(0), sums["least"] or Fraction(0)
    return Spread(
        value=sums["value"],
        low=low,
        high=sums["high"],
        least=least,
        most=sums["most"],
        inputs=inputs,
        missing=missing,
    )


def _sum(ends: Iterable[Fraction | None]) -> Fraction | None:
    result = Fraction(0)
    for end in ends:
        if end is None:
            return None
        result += end
    return result


def best(parts: Iterable[Spread]) -> Spread:
    """The highest of known quantities, each end being the highest of its kind."""
    known = [part for part in parts if part.value is not None]
    top = max(known, key=lambda part: part.value or Fraction(0))
    return replace(
        top,
        low=max(part.low for part in known),
        high=max(part.high for part in known if part.high is not None),
        least=max(part.least for part in known),
        most=max(part.most for part in known if part.most is not None),
    )


def quotient(top: Spread, bottom: Spread) -> Spread:
    """``top / bottom``; no value where one is unknown or the bottom is zero."""
    inputs, missing = top.inputs + bottom.inputs, top.missing + bottom.missing
    if top.value is None or not bottom.value:
        return Spread(value=None, inputs=inputs, missing=missing)
    low, least = (_over(top.low, bottom.high), _over(top.least, bottom.most))
    high, most = (_over(top.high, bottom.low), _over(top.most, bottom.least))
    return Spread(
        value=top.value / bottom.value,
        low=low or Fraction(0),
        high=high,
        least=least or Fraction(0),
        most=most,
        inputs=inputs,
    )


def product(one: Spread, other: Spread) -> Spread:
    """The product of two known quantities."""
    if one.value is None or other.value is None:
        return Spread.unknown(*one.missing, *other.missing)
    high = one.high * other.high if one.high is not None and other.high is not None else None
    most = one.most * other.most if one.most is not None and other.most is not None else None
    return Spread(
        value=one.value * other.value,
        low=one.low * other.low,
        high=high,
        least=one.least * other.least,
        most=most,
        inputs=one.inputs + other.inputs,
    )


def _over(top: Fraction | None, bottom: Fraction | None) -> Fraction | None:
    return top / bottom if top is not None and bottom else None
