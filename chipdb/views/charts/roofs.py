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
    reason = obstacle(chip)
    if reason is not None:
        raise UsageError(f"{chip.name} {reason}, so it has no roofline")
    bandwidth = measure(chip, "memory_bandwidth").value
    assert bandwidth is not None, "its lack is an obstacle"
    rates = _rates(chip)
    return [Roof(chip, tuple(rates[rate]), rate, bandwidth) for rate in sorted(rates, reverse=True)]


def obstacle(chip: Chip) -> str | None:
    """Why a chip has no roofline, as a predicate; None if it has one.

    >>> import chipdb
    >>> obstacle(chipdb.load()["MLU590"])
    'has no known memory bandwidth'
    """
    if chip.members:
        return "is a system of several chips (name one of them)"
    bandwidth = measure(chip, "memory_bandwidth").value
    if bandwidth is None:
        return "has no known memory bandwidth"
    if bandwidth == 0:
        return "has no DRAM"
    if not _rates(chip):
        return "has no known dense throughput"
    return None


def _rates(chip: Chip) -> dict[Fraction, list[str]]:
    """The preferred dense throughputs of the matrix engines in TOPS, with their formats."""
    rates: dict[Fraction, list[str]] = {}
    for name, figure in chip.throughput.items():
        claim = figure.preferred()
        # Vector throughputs are those of other engines, below the roof of the matrix engines.
        if claim is not None and not name.endswith("_vector"):
            rates.setdefault(claim.value, []).append(name)
    return rates
