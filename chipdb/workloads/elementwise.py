"""The few operations of the model that numbers and arrays of numbers do not share."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

# One chip has a number for each figure, many designs have an array (see `many_designs`). Values are
# hence of type Any here, and floats everywhere else.


def smaller(first: Any, second: Any) -> Any:
    """The smaller of two numbers, of arrays at each place.

    >>> smaller(2.0, 3.0)
    2.0
    """
    if _is_number(first) and _is_number(second):
        return min(first, second)
    return _numpy().minimum(first, second)


def between(value: Any, least: float, most: float) -> Any:
    """A number moved to the nearest end of a range that it lies outside of.

    >>> between(1.2, 0.25, 0.92)
    0.92
    """
    if _is_number(value):
        return max(least, min(most, value))
    return _numpy().clip(value, least, most)


def log2(value: Any) -> Any:
    """The binary logarithm.

    >>> log2(8.0)
    3.0
    """
    if _is_number(value):
        return math.log2(value)
    return _numpy().log2(value)


def first_of(value: Any) -> float:
    """A number, or the first number of an array."""
    if _is_number(value):
        return float(value)
    return float(value[0])


def _is_number(value: Any) -> bool:
    """Whether a value is that of one chip and not an array of many."""
    return isinstance(value, (float, int))


def _numpy() -> ModuleType:
    """NumPy, which only arrays need."""
    import numpy

    return numpy
