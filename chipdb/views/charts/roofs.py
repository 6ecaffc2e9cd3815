"""Rooflines: the throughput that a chip can reach at an operational intensity.

Memory bandwidth limits it up to the ridge, the engines beyond.
"""

from __future__ import annotations

from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import measure

GIGA_IN_TERA = 1000
"""A throughput in TOPS over a bandwidth in TB/s is in operations for each byte."""


@dataclass(frozen=True)
class Roof:
    """A chip's roof for formats of equal throughput.

    ``rate`` is dense, in TOPS; ``bandwidth`` in GB/s.
    """

    chip: Chip
    formats: tuple[str, ...]
    rate: Fraction
    bandwidth: Fraction

    @property
    def ridge(self) -> Fraction:
        """The intensity (operations for each byte) from which the engines are the limit."""
        return self.rate * GIGA_IN_TERA / self.bandwidth

    def attainable(self, intensity: Fraction) -> Fraction:
        """TOPS at an operational intensity."""
        return min(self.rate, intensity * self.bandwidth / GIGA_IN_TERA)


def roofs(chip: Chip) -> list[Roof]:
    """A chip's roofs, the highest first: preferred dense throughputs over total DRAM bandwidth.

    Raises :class:`UsageError` where the chip has no known dense throughput or memory bandwidth.

    >>> import chipdb
    >>> roof = roofs(chipdb.load()["A100"])[3]
    >>> roof.formats, float(roof.rate), round(float(roof.ridge))
    (('bf16', 'fp16'), 312.0, 153)
    """
    if chip.members:
        raise UsageError(
            f"{chip.name} is a system; a roofline is of one chip, so name one of its chips"
        )

    metric = measure(chip, "memory_bandwidth")
    if metric.value is None:
        raise UsageError(f"{chip.name} has no known memory bandwidth, so it has no roofline")
    if metric.value == 0:
        raise UsageError(f"{chip.name} has no DRAM, so it has no roofline")

    rates: dict[Fraction, list[str]] = {}
    for name, figure in chip.throughput.items():
        claim = figure.preferred()
        # Vector throughputs are those of other engines, below the roof of the matrix engines.
        if claim is not None and not name.endswith("_vector"):
            rates.setdefault(claim.value, []).append(name)
    if not rates:
        raise UsageError(f"{chip.name} has no known dense throughput, so it has no roofline")

    highest_first = sorted(rates, reverse=True)
    return [Roof(chip, tuple(rates[rate]), rate, metric.value) for rate in highest_first]
