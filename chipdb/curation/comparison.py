"""What a plausibility gate yields, and what several gates share.

The gates themselves are in ``figure_gates``, ``throughput_gates`` and ``silicon_gates``;
``gates`` runs them.
"""

from __future__ import annotations

from fractions import Fraction

from chipdb.catalog.consistency import Gate
from chipdb.lazy_dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two values that a gate compared.

    ``what`` tells the comparisons of one gate in a chip apart: a number format, a die, a date. It
    is empty where a gate makes only one. ``path`` is the figure that a finding is reported at.
    """

    gate: str
    what: str
    path: str
    holds: bool
    text: str

    @property
    def key(self) -> str:
        """Its name under ``accepted`` of a chip, such as ``ratio:int8/fp8``.

        >>> Comparison(gate="bandwidth", what="", path="memory.bandwidth", holds=True, text="").key
        'bandwidth'
        """
        if not self.what:
            return self.gate
        return f"{self.gate}:{self.what}"


def is_close(
    value: Fraction, expected: Fraction, gate: Gate, rounding: Fraction = Fraction(0)
) -> bool:
    """Whether a value is an expected one but for the gate's tolerance or rounding.

    ``rounding`` is what the digits of the data sheet leave unsaid, in the unit of the values.

    >>> gate = Gate(gate="rate", asks="", tolerance="1 %")
    >>> is_close(Fraction(990), Fraction(1000), gate), is_close(Fraction(989), Fraction(1000), gate)
    (True, False)
    """
    tolerance = gate.allowance * expected
    return abs(value - expected) <= max(tolerance, rounding)
