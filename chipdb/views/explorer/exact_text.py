"""Exact numbers as text that the page reads back exactly."""

from __future__ import annotations

from fractions import Fraction

DIGITS = 24
"""More decimals than this are written as a quotient."""


def text_of(value: Fraction | None) -> str | None:
    """A number as its decimal text, or as ``n/d`` where it has none; None where there is no number.

    >>> text_of(Fraction(9, 4)), text_of(Fraction(1, 3)), text_of(Fraction(1000)), text_of(None)
    ('2.25', '1/3', '1000', None)
    """
    if value is None:
        return None
    for digits in range(DIGITS):
        if 10**digits % value.denominator == 0:
            return _pointed(value.numerator * (10**digits // value.denominator), digits)
    return f"{value.numerator}/{value.denominator}"


def _pointed(whole: int, digits: int) -> str:
    """A whole number with its point moved left."""
    sign, figures = ("-" if whole < 0 else ""), str(abs(whole)).rjust(digits + 1, "0")
    cut = len(figures) - digits
    return f"{sign}{figures[:cut]}.{figures[cut:]}" if digits else f"{sign}{figures}"
