"""Gates for single figures: their range, their evidence, their dates, their agreement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import Gate
from chipdb.catalog.figures import Claim, Figure, preferred_claim
from chipdb.curation.comparison import Comparison, is_close
from chipdb.units import display
from chipdb.vocabulary import Basis, Kind

BITS_PER_BYTE = 8


def bandwidth(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Memory bandwidth is bus width x pin rate / 8.

    Some tables double a memory clock twice, as in 10.3 TB/s for an MI300X.

    >>> import chipdb
    >>> from chipdb.catalog.consistency import gates
    >>> (compared,) = bandwidth(chipdb.load()["A100"], gates()["bandwidth"])
    >>> compared.text
    '2039 GB/s against 5120 bit x 3.186 Gb/s / 8 = 2,039.04 GB/s'
    """
    bus = preferred_claim(chip.memory.bus)
    pin = preferred_claim(chip.memory.pin_rate)
    stated = preferred_claim(chip.memory.bandwidth)
    if bus is None or pin is None or stated is None:
        return

    expected = bus.value * pin.value / BITS_PER_BYTE
    text = (
        f"{stated.text} against {bus.text} x {pin.text} / {BITS_PER_BYTE} "
        f"= {display(expected)} GB/s"
    )
    yield Comparison(
        gate=gate.gate,
        what="",
        path="memory.bandwidth",
        holds=is_close(stated.value, expected, gate, stated.slack),
        text=text,
    )


def stacks(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Memory bandwidth is at most what its stacks carry by their standard.

    A stack may run slower than its standard allows, and many do; none runs faster.

    >>> import chipdb
    >>> from chipdb.catalog.consistency import gates
    >>> (compared,) = stacks(chipdb.load()["A100"], gates()["stack"])
    >>> compared.text
    '2039 GB/s against 5 stacks of HBM2e at no more than 461 GB/s'
    """
    stated = preferred_claim(chip.memory.bandwidth)
    count = _stack_count(chip)
    kind = chip.memory.kind or ""
    each = gate.stacks.get(kind.casefold())
    if stated is None or each is None or not count:
        return

    most = Fraction(each) * count * (1 + gate.allowance)
    yield Comparison(
        gate=gate.gate,
        what="",
        path="memory.bandwidth",
        holds=stated.value <= most,
        text=f"{stated.text} against {count} stacks of {kind} at no more than {each} GB/s",
    )


def _stack_count(chip: Chip) -> int | None:
    """How many memory stacks a package has; None if that is unknown.

    >>> import chipdb
    >>> _stack_count(chipdb.load()["A100"])
    5
    """
    # A stack that is itself the product has no number of stacks.
    if chip.memory.stacks is None and chip.kind == Kind.MEMORY_STACK:
        return 1
    return chip.memory.stacks


def dates(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A chip is announced before it is available.

    It finds dates with month and day swapped, and those of another generation.

    >>> import chipdb
    >>> from chipdb.catalog.consistency import gates
    >>> [compared.text for compared in dates(chipdb.load()["A100"], gates()["dates"])]
    ['announced 2020-11-16 against us_available 2021-10-24']
    """
    if chip.announced is None:
        return
    for name, day in (("available", chip.available), ("us_available", chip.us_available.since)):
        if day is None:
            continue
        yield Comparison(
            gate=gate.gate,
            what=name,
            path=name,
            holds=chip.announced <= day,
            text=f"announced {chip.announced} against {name} {day}",
        )


def ranges(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A figure is within the range of its kind.

    The ranges are wide: they find a wrong unit (GB for TB, million for billion), not a wrong
    digit.
    """
    # The ranges are those of one chip; a system may have any number of them.
    if chip.members:
        return

    for figure in chip.figures():
        limits = gate.ranges.get(_kind_of(figure.path))
        claim = figure.preferred()
        if limits is None or claim is None:
            continue

        least, most = limits.within(figure.unit)
        # 0 states that the chip has none of it, and is not a measurement.
        has_none = claim.value == 0
        yield Comparison(
            gate=gate.gate,
            what=figure.path,
            path=figure.path,
            holds=has_none or least <= claim.value <= most,
            text=f"{claim.text} against {limits.least} to {limits.most}",
        )


def _kind_of(path: str) -> str:
    """The kind of figure that a range is stated for: one for every die, link or number format.

    >>> _kind_of("throughput.fp8"), _kind_of("dies[0].area")
    ('throughput', 'dies.area')
    """
    if path.startswith("throughput."):
        return "throughput"
    return re.sub(r"\[\d+\]", "", path)


def bases(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A claim that names a source states its basis, and vice versa.

    A figure of a user's own has neither, and is read as hypothetical.
    """
    for figure in chip.figures():
        for claim in figure.claims:
            if claim.source is not None or _has_basis(claim):
                yield _basis_comparison(figure, claim, gate)


def _has_basis(claim: Claim) -> bool:
    """Whether a claim states its basis; those without one are hypothetical."""
    return claim.basis != Basis.HYPOTHETICAL


def _basis_comparison(figure: Figure, claim: Claim, gate: Gate) -> Comparison:
    """The source and the basis of a claim; either without the other is not enough.

    A source without a basis does not say how far it can be trusted, and a basis without a source
    cannot be checked.
    """
    source = claim.source or "missing"
    basis: str = "missing"
    if _has_basis(claim):
        basis = claim.basis
    return Comparison(
        gate=gate.gate,
        what=figure.path,
        path=figure.path,
        holds=claim.source is not None and _has_basis(claim),
        text=f"source {source}, basis {basis}",
    )
