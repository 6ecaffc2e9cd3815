"""Gates of plausibility: what figures of a chip must have to do with each other.

A gate yields a :class:`Comparison` for each pair it compared, held or not, so that nobody takes silence for a test. None
of them enters an answer. What a gate compares with is data (``data/gates.yaml``); a true exception stands in the chip,
under ``accepted``, with its reason.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import Gate, gates, node_of
from chipdb.catalog.figures import Claim, Die, Figure
from chipdb.catalog.lookup import nearest
from chipdb.units import display
from chipdb.vocabulary import Basis, Kind

BITS_PER_BYTE = 8
MEGA, TERA = 10**6, 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two things that a gate held side by side."""

    gate: str
    what: str
    path: str
    holds: bool
    text: str

    @property
    def key(self) -> str:
        """How a chip names it under ``accepted``: ``ratio:int8/fp8``."""
        return f"{self.gate}:{self.what}" if self.what else self.gate


def comparisons(chip: Chip) -> list[Comparison]:
    """Everything that the gates can compare in a chip."""
    known = gates()
    return [made for name, compare in COMPARES.items() for made in compare(chip, known[name])]


def findings(chip: Chip, made: list[Comparison]) -> Iterator[Comparison]:
    """The comparisons that do not hold and that the chip does not state as an exception; exceptions that nothing needs."""
    failing = [one for one in made if not one.holds]
    keys = [one.key for one in made]
    for one in failing:
        if one.key not in chip.accepted:
            yield replace(one, text=f"{one.text} (a true exception is accepted as {one.key!r})")
    for key in () if chip.extends else chip.accepted:
        if all(one.key != key for one in failing):
            gate, _, what = key.partition(":")
            text = (
                "holds here, so this exception is not needed"
                if key in keys
                else f"nothing here has the key {key!r}{nearest(key, keys)}"
            )
            yield Comparison(gate=gate, what=what, path=f"accepted.{key}", holds=False, text=text)


def _preferred(figure: Figure | None) -> Claim | None:
    return figure.preferred() if figure is not None else None


def _close(
    value: Fraction, expected: Fraction, gate: Gate, rounding: Fraction = Fraction(0)
) -> bool:
    return abs(value - expected) <= max(gate.allowance * expected, rounding)


def _differ(one: str | None, other: str | None) -> bool:
    return None not in (one, other) and one != other


def _ratios(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    units = [chip.throughput, *(unit.throughput for unit in chip.units)]
    for rates, pair in itertools.product(units, gate.ratios):
        one, other = (_preferred(rates.get(name)) for name in (pair.of, pair.to))
        if one is None or other is None or not other.value or _differ(one.engine, other.engine):
            continue
        ratio, rounding = one.value / other.value, (one.slack + other.slack * 2) / other.value
        holds = any(_close(ratio, Fraction(allowed), gate, rounding) for allowed in pair.allowed)
        text = f"{pair.of} {one.text} is {display(ratio, 3)} times {pair.to} {other.text}; engines have {' or '.join(pair.allowed)}"
        yield Comparison(
            gate=gate.gate,
            what=f"{pair.of}/{pair.to}",
            path=rates[pair.of].path,
            holds=holds,
            text=text,
        )


def _sparse(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    pairs = [
        (chip.throughput, chip.sparse),
        *((unit.throughput, unit.sparse) for unit in chip.units),
    ]
    for rates, name, figure in (
        (rates, name, figure) for rates, sparse in pairs for name, figure in sparse.items()
    ):
        dense, sparse = _preferred(rates.get(name.removesuffix("_sparse"))), _preferred(figure)
        if dense and sparse:
            text = f"dense {dense.text} against {sparse.text} with sparsity"
            yield Comparison(
                gate=gate.gate,
                what=name.removesuffix("_sparse"),
                path=figure.path,
                holds=dense.value <= sparse.value,
                text=text,
            )


def _rates(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    clock = _preferred(chip.clocks.get("rated") or chip.clocks.get("boost"))
    count = _preferred(chip.cores.count) if chip.cores else None
    if chip.cores is None or clock is None or count is None:
        return
    for name, figure in chip.cores.per_clock.items():
        rate, each = _preferred(chip.throughput.get(name)), _preferred(figure)
        if rate and each:
            made = count.value * each.value * clock.value * MEGA / TERA
            text = f"{name} {rate.text} against {count.text} {chip.cores.name} x {each.text} x {clock.text} = {display(made)} TOPS"
            yield Comparison(
                gate=gate.gate,
                what=name,
                path=chip.throughput[name].path,
                holds=_close(rate.value, made, gate, rate.slack),
                text=text,
            )


def _bandwidth(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    bus, pin, rate = (
        _preferred(figure)
        for figure in (chip.memory.bus, chip.memory.pin_rate, chip.memory.bandwidth)
    )
    if bus and pin and rate:
        made = bus.value * pin.value / BITS_PER_BYTE
        text = (
            f"{rate.text} against {bus.text} x {pin.text} / {BITS_PER_BYTE} = {display(made)} GB/s"
        )
        yield Comparison(
            gate=gate.gate,
            what="",
            path="memory.bandwidth",
            holds=_close(rate.value, made, gate, rate.slack),
            text=text,
        )


def _stacks(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    rate, most = (
        _preferred(chip.memory.bandwidth),
        gate.stacks.get((chip.memory.kind or "").casefold()),
    )
    stacks = chip.memory.stacks or (1 if chip.kind == Kind.MEMORY_STACK else None)
    if rate and most is not None and stacks:
        held = rate.value <= Fraction(most) * stacks * (1 + gate.allowance)
        text = (
            f"{rate.text} against {stacks} stacks of {chip.memory.kind} at no more than {most} GB/s"
        )
        yield Comparison(gate=gate.gate, what="", path="memory.bandwidth", holds=held, text=text)


def _dies(chip: Chip) -> Iterator[tuple[int, Die, Claim | None]]:
    yield from ((index, die, _preferred(die.area)) for index, die in enumerate(chip.dies or ()))


def _reticle(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    assert gate.area is not None
    most = gate.area[0].amount.value
    for index, die, area in _dies(chip):
        if area and die.role != "passive":
            text = f"{area.text} against {display(most)} mm^2"
            yield Comparison(
                gate=gate.gate,
                what=die.name,
                path=f"dies[{index}].area",
                holds=area.value - area.slack <= most,
                text=text,
            )


def _densities(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    for index, die, area in _dies(chip):
        count, node = _preferred(die.transistors), node_of(die.process)
        if area and count and node and area.value:
            density = count.value / area.value / MEGA
            text = f"{display(density)} million transistors per mm^2 against {node.least} to {node.most} of the {node.nm} nm class"
            held = Fraction(node.least) <= density <= Fraction(node.most)
            yield Comparison(
                gate=gate.gate,
                what=die.name,
                path=f"dies[{index}].transistors",
                holds=held,
                text=text,
            )


def _planar(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    for index, die, _ in _dies(chip):
        node = node_of(die.process)
        if node is None or die.non_planar is None or "soi" in (die.process or "").casefold():
            continue
        due = node.nm <= (gate.non_planar_to or 0)
        words = {True: "non-planar", False: "planar"}
        text = f"stated {words[die.non_planar]} against {die.process}, a class with {words[due]} transistors"
        yield Comparison(
            gate=gate.gate,
            what=die.name,
            path=f"dies[{index}]",
            holds=die.non_planar == due,
            text=text,
        )


def _dates(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    for name, day in (("available", chip.available), ("us_available", chip.us_available.since)):
        if chip.announced and day:
            yield Comparison(
                gate=gate.gate,
                what=name,
                path=name,
                holds=chip.announced <= day,
                text=f"announced {chip.announced} against {name} {day}",
            )


def _ranges(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    for figure in () if chip.members else chip.figures():
        limits = gate.ranges.get(re.sub(r"\[\d+\]", "", figure.path))
        claim = figure.preferred()
        if limits and claim:
            least, most = limits.within(figure.unit)
            text = f"{claim.text} against {limits.least} to {limits.most}"
            yield Comparison(
                gate=gate.gate,
                what=figure.path,
                path=figure.path,
                holds=claim.value == 0 or least <= claim.value <= most,
                text=text,
            )


def _bases(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    for figure in chip.figures():
        for claim in figure.claims:
            if claim.source is not None or claim.basis != Basis.HYPOTHETICAL:
                held = claim.source is not None and claim.basis != Basis.HYPOTHETICAL
                text = f"source {claim.source or 'missing'}, basis {'missing' if claim.basis == 'hypothetical' else claim.basis}"
                yield Comparison(
                    gate=gate.gate, what=figure.path, path=figure.path, holds=held, text=text
                )


COMPARES: dict[str, Callable[[Chip, Gate], Iterator[Comparison]]] = {
    "ratio": _ratios,
    "sparse": _sparse,
    "rate": _rates,
    "bandwidth": _bandwidth,
    "stack": _stacks,
    "reticle": _reticle,
    "density": _densities,
    "planar": _planar,
    "dates": _dates,
    "range": _ranges,
    "basis": _bases,
}
