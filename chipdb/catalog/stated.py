"""Figures as a user states them, without a source."""

from __future__ import annotations

from chipdb.catalog.figures import Claim, Figure
from chipdb.errors import QuantityError
from chipdb.units import quantity


def stated_figure(path: str, text: str, unit: str, highest: bool = False) -> Figure:
    """A figure as a user states it: one exact claim of basis ``hypothetical``.

    Raises :class:`QuantityError` for another unit and for an area of zero.

    >>> figure = stated_figure("memory.bandwidth", "2.4 TB/s", "GB/s")
    >>> figure.value, figure.claims[0].basis.value
    (2400.0, 'hypothetical')
    """
    amount = quantity(text, unit)
    if unit == "mm^2" and amount.value == 0:
        raise QuantityError(f"{text} is not a possible area; write an area above 0")
    return Figure(path, unit, (Claim(text=text, value=amount.value, unit=unit),), highest)
