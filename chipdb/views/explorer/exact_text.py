"""Exact numbers as text that the page reads back exactly."""

from __future__ import annotations

from fractions import Fraction

MOST_DECIMALS = 24
"""A number with more decimals than this is written as a quotient."""


def text_of(value: Fraction | None) -> str | None:
    """A number as its decimal text, or as ``n/d`` where it has none; None for None.

    >>> text_of(Fraction(9, 4)), text_of(Fraction(1, 3)), text_of(Fraction(1000)), text_of(None)
    ('2.25', '1/3', '1000', None)
    """
    if value is None:
        return None
    # The fewest decimals that hold the number exactly; a float would lose digits on the page.
    for decimals in range(MOST_DECIMALS):
        if 10**decimals % value.denominator == 0:
            whole = value.numerator * (10**decimals // value.denominator)
            return _with_point(whole, decimals)
    return f"{value.numerator}/{value.denominator}"


def _with_point(whole: int, decimals: int) -> str:
    """A whole number with its decimal point moved left.

    >>> _with_point(-5, 2)
    '-0.05'
    """
    sign = "-" if whole < 0 else ""
    digits = str(abs(whole)).rjust(decimals + 1, "0")
    if not decimals:
        return sign + digits
    point = len(digits) - decimals
    return f"{sign}{digits[:point]}.{digits[point:]}"
