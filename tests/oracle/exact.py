"""Exact fractions: those of quicktions, which are compiled, or else those of Python.

Most of a long run goes into comparing fractions. Both are exact, and equal to each other, so that
the answers do not depend on which of them is installed.
"""

try:
    from quicktions import Fraction
except ImportError:
    from fractions import Fraction

__all__ = ["Fraction"]
