"""The conversions written out for speed are those of pint."""

from __future__ import annotations

from fractions import Fraction

import pytest

from chipdb.errors import QuantityError
from chipdb.units import WRITTEN_OUT, quantity, registry


@pytest.mark.parametrize(("written", "unit"), list(WRITTEN_OUT))
def test_the_same_as_pint(written: str, unit: str) -> None:
    given = registry().Quantity(Fraction(1), registry().parse_units(written))
    converted = given.to(registry().parse_units(unit))
    assert Fraction(converted.magnitude) == WRITTEN_OUT[written, unit]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("294,500 mm^2", "write 294500 mm^2 or 294.500 mm^2"),
        ("0,296 mm^2", "write 0.296 mm^2"),
        ("608,5 mm^2", "write 608.5 mm^2"),
        ("1,234,567 mm^2", "write 1234567 mm^2"),
        ("1,97,5 mm^2", "a point before the decimals"),
    ],
)
def test_a_comma_is_refused_with_its_readings(text: str, advice: str) -> None:
    """A comma that may be a decimal comma: never read, both readings named."""
    with pytest.raises(QuantityError) as refusal:
        quantity(text, "mm^2")
    assert advice in str(refusal.value)
    assert (" or " in advice) == (" or " in str(refusal.value))


@pytest.mark.parametrize("text", ["1.979E+15 FLOPS", "1.979e15 FLOPS", "1979E0 TFLOPS"])
def test_exponents_with_a_sign(text: str) -> None:
    assert quantity(text, "TOPS").value == 1979
