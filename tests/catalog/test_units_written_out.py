"""The conversions written out for speed are those of pint."""

from __future__ import annotations

from fractions import Fraction

import pytest

from chipdb.units import WRITTEN_OUT, registry


@pytest.mark.parametrize(("written", "unit"), list(WRITTEN_OUT))
def test_the_same_as_pint(written: str, unit: str) -> None:
    quantity = registry().Quantity(Fraction(1), registry().parse_units(written))
    assert (
        Fraction(quantity.to(registry().parse_units(unit)).magnitude) == WRITTEN_OUT[written, unit]
    )
