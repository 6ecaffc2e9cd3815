"""Plausibility gates: relations that the figures of a chip must satisfy.

A gate yields a :class:`Comparison` for each pair that it compared, whether it holds or not, so that
a gate that had nothing to compare is not taken for one that passed. No gate affects an answer. What
a gate compares with is data (``data/gates.yaml``); a chip states a true exception under
``accepted``, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import ClassRange, Gate, gates, node_of
from chipdb.catalog.figures import Claim, Die, Figure
from chipdb.catalog.formats import format_table
from chipdb.catalog.lookup import nearest
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.units import display
from chipdb.vocabulary import Basis, Kind

BITS_PER_BYTE = 8
MEGA, TERA = 10**6, 10**12

Figures = Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two values that a gate compared."""

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
    """Everything that the gates can compare in a chip, whether it holds or not.

    A figure that is missing is compared with nothing, so an incomplete chip passes.
    """
    known = gates()
    made: list[Comparison] = []
    for name, compare in COMPARES.items():
        made += compare(chip, known[name])
    return made


def findings(chip: Chip, made: list[Comparison]) -> Iterator[Comparison]:
    """The comparisons that fail and are not accepted, and the exceptions that nothing needs."""
    failing = [comparison for comparison in made if not comparison.holds]
    for comparison in failing:
        if comparison.key not in chip.accepted:
            hint = f"(a true exception is accepted as {comparison.key!r})"
            yield replace(comparison, text=f"{comparison.text} {hint}")

    # a chip that extends another inherits its exceptions, needed or not
    if not chip.extends:
        yield from _unneeded_exceptions(chip, made)


def _unneeded_exceptions(chip: Chip, made: list[Comparison]) -> Iterator[Comparison]:
    """The exceptions that a chip accepts though its figures hold, or that name nothing.

    Left in place, one would hide the next error under its key.
    """
    keys = [comparison.key for comparison in made]
    needed = {comparison.key for comparison in made if not comparison.holds}
    for key in chip.accepted:
        if key in needed:
            continue
        text = "holds here, so this exception is not needed"
        if key not in keys:
            text = f"nothing here has the key {key!r}{_nearest_key(key, keys)}"
        gate, _, what = key.partition(":")
        path = f"accepted.{key}"
        yield Comparison(gate=gate, what=what, path=path, holds=False, text=text)


def _nearest_key(key: str, keys: list[str]) -> str:
    """The keys that a misspelt one may mean, for the end of a message.

    The figure is misspelt more often than the gate, so those of the same gate come first.
    """
    gate = key.partition(":")[0]
    of_the_gate = [known for known in keys if known.partition(":")[0] == gate]
    return nearest(key, of_the_gate or keys)


def _preferred(figure: Figure | None) -> Claim | None:
    """The preferred claim of a figure; None where there is no figure or no credible claim."""
    return figure.preferred() if figure is not None else None


def _close(
    value: Fraction, expected: Fraction, gate: Gate, rounding: Fraction = Fraction(0)
) -> bool:
    """Whether a value is an expected one but for the gate's tolerance or rounding.

    ``rounding`` is what the digits of the data sheet leave unsaid, in the unit of the values.
    """
    return abs(value - expected) <= max(gate.allowance * expected, rounding)


def _throughputs(chip: Chip) -> list[tuple[Figures, Figures]]:
    """The dense and the sparse throughputs of the chip, then of each further unit."""
    return [
        (chip.throughput, chip.sparse),
        *((unit.throughput, unit.sparse) for unit in chip.units),
    ]


def _ratios(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Throughputs of related formats have a ratio that engines have.

    An engine does a format of half the length at once or twice the rate. Another ratio mostly means
    that one of the two is with sparsity, of the vector units, or of another part.
    """
    for dense, _ in _throughputs(chip):
        for pair in gate.ratios:
            above = _preferred(dense.get(pair.of))
            below = _preferred(dense.get(pair.to))
            if above is None or below is None or not below.value:
                continue
            # two engines have no ratio in common; an engine that is not stated may be the same
            if above.engine and below.engine and above.engine != below.engine:
                continue

            ratio = above.value / below.value
            text = (
                f"{pair.of} {above.text} is {display(ratio, 3)} times {pair.to} {below.text}; "
                f"engines have {' or '.join(pair.allowed)}"
            )
            yield Comparison(
                gate=gate.gate,
                what=f"{pair.of}/{pair.to}",
                path=dense[pair.of].path,
                holds=_has_ratio(above, below, pair.allowed, gate),
                text=text,
            )


def _has_ratio(above: Claim, below: Claim, allowed: Iterable[str], gate: Gate) -> bool:
    """Whether two throughputs have one of the ratios that engines have.

    Both are rounded: 989.4 to 1,979 is meant as a half.
    """
    ratio = above.value / below.value
    rounding = (above.slack + below.slack * 2) / below.value
    return any(_close(ratio, Fraction(each), gate, rounding) for each in allowed)


def _sparse(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A dense throughput is at most the sparse one.

    Engines without sparsity state both alike, so the two may be equal. A dense one above the sparse
    one has changed places with it.
    """
    for dense_figures, sparse_figures in _throughputs(chip):
        for name, figure in sparse_figures.items():
            dense_name = name.removesuffix("_sparse")
            dense = _preferred(dense_figures.get(dense_name))
            sparse = _preferred(figure)
            if dense is None or sparse is None:
                continue
            yield Comparison(
                gate=gate.gate,
                what=dense_name,
                path=figure.path,
                holds=dense.value <= sparse.value,
                text=f"dense {dense.text} against {sparse.text} with sparsity",
            )


def _rates(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A throughput is cores x operations per clock x clock.

    Data sheets derive it so, at the clock that they call rated, or else at the boost clock. Only
    chips whose cores and operations are known by a source of their own are compared.
    """
    clock = _preferred(chip.clocks.get("rated") or chip.clocks.get("boost"))
    count = _preferred(chip.cores.count) if chip.cores else None
    if chip.cores is None or clock is None or count is None:
        return
    for name, figure in chip.cores.per_clock.items():
        stated = _preferred(chip.throughput.get(name))
        per_clock = _preferred(figure)
        if stated is None or per_clock is None:
            continue

        # the clock is in MHz and throughputs are in TOPS
        expected = count.value * per_clock.value * clock.value * MEGA / TERA
        text = (
            f"{name} {stated.text} against {count.text} {chip.cores.name} x {per_clock.text} "
            f"x {clock.text} = {display(expected)} TOPS"
        )
        yield Comparison(
            gate=gate.gate,
            what=name,
            path=chip.throughput[name].path,
            holds=_close(stated.value, expected, gate, stated.slack),
            text=text,
        )


def _bandwidth(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Memory bandwidth is bus width x pin rate / 8.

    Tables have doubled a memory clock once too often, as in 10.3 TB/s for an MI300X.
    """
    bus = _preferred(chip.memory.bus)
    pin = _preferred(chip.memory.pin_rate)
    stated = _preferred(chip.memory.bandwidth)
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
        holds=_close(stated.value, expected, gate, stated.slack),
        text=text,
    )


def _stacks(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Memory bandwidth is at most what its stacks carry by their standard.

    A stack may run slower than its standard allows, and many do; none runs faster.
    """
    stated = _preferred(chip.memory.bandwidth)
    each = gate.stacks.get((chip.memory.kind or "").casefold())
    stacks = chip.memory.stacks
    # a stack that is itself the product has no number of stacks
    if stacks is None and chip.kind == Kind.MEMORY_STACK:
        stacks = 1
    if stated is None or each is None or not stacks:
        return
    most = Fraction(each) * stacks * (1 + gate.allowance)
    yield Comparison(
        gate=gate.gate,
        what="",
        path="memory.bandwidth",
        holds=stated.value <= most,
        text=(
            f"{stated.text} against {stacks} stacks of {chip.memory.kind} "
            f"at no more than {each} GB/s"
        ),
    )


def _dies(chip: Chip) -> Iterator[tuple[int, Die, Claim | None]]:
    """The dies of a chip by their place in the list, with the preferred area."""
    for index, die in enumerate(chip.dies or ()):
        yield index, die, _preferred(die.area)


def _reticle(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A die fits into the reticle of a lithography scanner.

    A larger area is that of the package, or of several dies that were listed as one.
    """
    assert gate.area is not None, "the gate states an area"
    most = gate.area[0].amount.value
    for index, die, area in _dies(chip):
        # interposers are stitched from several exposures
        if area is None or die.role == "passive":
            continue
        yield Comparison(
            gate=gate.gate,
            what=die.name,
            path=f"dies[{index}].area",
            holds=area.value - area.slack <= most,
            text=f"{area.text} against {display(most)} mm^2",
        )


def _densities(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Transistors per area fit the class of the process.

    A count that is too high for its area is that of the package beside the area of one die.
    """
    for index, die, area in _dies(chip):
        count = _preferred(die.transistors)
        node = node_of(die.process)
        if area is None or count is None or node is None or not area.value:
            continue

        density = count.value / area.value / MEGA
        text = (
            f"{display(density)} million transistors per mm^2 against {node.least} to {node.most} "
            f"of the {node.nm} nm class"
        )
        yield Comparison(
            gate=gate.gate,
            what=die.name,
            path=f"dies[{index}].transistors",
            holds=Fraction(node.least) <= density <= Fraction(node.most),
            text=text,
        )


def _compute(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """TPP per mm^2 of logic fits the class of the process.

    The fastest dense format must be within the range, and no other above it: a slow format says
    nothing, but no format is faster than its silicon.
    """
    area = _logic_area(chip)
    rates = _bit_rates(chip)
    if not area or not rates:
        return
    ranges = _class_ranges(chip, gate)
    least = min(Fraction(each.least) for each in ranges)
    most = max(Fraction(each.most) for each in ranges)
    fastest = max(rates.values())
    for figure, bit_rate in rates.items():
        per_area = bit_rate / area
        is_too_slow = bit_rate == fastest and per_area < least
        text = (
            f"{_text(figure)} on {display(area)} mm^2 is {display(per_area, 4)} TPP per mm^2 "
            f"against {display(least)} to {display(most)}"
        )
        yield Comparison(
            gate=gate.gate,
            what=figure.path.removeprefix("throughput."),
            path=figure.path,
            holds=per_area <= most and not is_too_slow,
            text=text,
        )


def _text(figure: Figure) -> str:
    """What the preferred claim of a figure states, as it is written."""
    claim = _preferred(figure)
    return claim.text if claim is not None else "unknown"


def _balance(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """TPP per GB/s of memory bandwidth is what chips have."""
    assert gate.balance is not None, "the gate states a range"
    bandwidth = _preferred(chip.memory.bandwidth)
    rates = _bit_rates(chip)
    dense = [rates[figure] for figure in rates if not figure.path.endswith("_sparse")]
    if bandwidth is None or not bandwidth.value or not dense:
        return
    tpp = max(dense)
    least, most = gate.balance.within("")
    balance = tpp / bandwidth.value
    yield Comparison(
        gate=gate.gate,
        what="",
        path="memory.bandwidth",
        holds=least <= balance <= most,
        text=(
            f"TPP {display(tpp)} with {bandwidth.text} is {display(balance, 4)} for each GB/s "
            f"against {gate.balance.least} to {gate.balance.most}"
        ),
    )


def _bit_rates(chip: Chip) -> dict[Figure, Fraction]:
    """Every throughput of a chip, dense or sparse, times the bit length of its format."""
    rates: dict[Figure, Fraction] = {}
    for name, figure in (*chip.throughput.items(), *chip.sparse.items()):
        claim = _preferred(figure)
        if claim is not None and claim.value:
            format_name = name.removesuffix("_sparse").removesuffix("_vector")
            rates[figure] = claim.value * format_table().bits[format_name]
    return rates


def _logic_dies(chip: Chip) -> list[Die]:
    """The dies that compute, without interposers and other passive silicon."""
    return [die for die in chip.dies or () if die.role != "passive"]


def _logic_area(chip: Chip) -> Fraction | None:
    """The area of all logic dies in mm^2; None if that of one is unknown, or if none is known."""
    total = Fraction(0)
    for die in _logic_dies(chip):
        area = _preferred(die.area)
        if area is None:
            return None
        total += area.value * die.count
    return total or None


def _class_ranges(chip: Chip, gate: Gate) -> list[ClassRange]:
    """The ranges of the classes of a chip's logic dies; all if that of one is unknown.

    A die of an unknown process may be of any class, and the widest range finds the fewest slips
    that are none.
    """
    nodes = [node_of(die.process) for die in _logic_dies(chip)]
    if None in nodes:
        return list(gate.classes)
    classes = {node.nm for node in nodes if node is not None}
    return [each for each in gate.classes if each.nm in classes]


def _planar(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Transistors are planar or not as the class of the process has them.

    Only non-planar logic counts as applicable die area (3A090, Technical Note 4), so a wrong word
    here makes a density of nothing.
    """
    for index, die, _ in _dies(chip):
        node = node_of(die.process)
        # silicon on insulator stayed planar below the node at which bulk silicon changed
        if node is None or die.non_planar is None or "soi" in (die.process or "").casefold():
            continue
        expected = node.nm <= (gate.non_planar_to or 0)
        text = (
            f"stated {_PLANAR[die.non_planar]} against {die.process}, "
            f"a class with {_PLANAR[expected]} transistors"
        )
        yield Comparison(
            gate=gate.gate,
            what=die.name,
            path=f"dies[{index}]",
            holds=die.non_planar == expected,
            text=text,
        )


_PLANAR = {True: "non-planar", False: "planar"}


def _dates(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A chip is announced before it is available.

    Dates with the month and the day exchanged are found by it, and those of another generation.
    """
    for name, day in (("available", chip.available), ("us_available", chip.us_available.since)):
        if chip.announced is None or day is None:
            continue
        yield Comparison(
            gate=gate.gate,
            what=name,
            path=name,
            holds=chip.announced <= day,
            text=f"announced {chip.announced} against {name} {day}",
        )


def _ranges(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A figure is within the range of its kind.

    The ranges are wide: they find a slip of the unit (GB for TB, million for billion), not a wrong
    digit.
    """
    # the ranges are those of one chip
    if chip.members:
        return
    for figure in chip.figures():
        limits = gate.ranges.get(_kind_of(figure.path))
        claim = figure.preferred()
        if limits is None or claim is None:
            continue

        least, most = limits.within(figure.unit)
        # 0 states that the chip has none of it, and is no measure
        yield Comparison(
            gate=gate.gate,
            what=figure.path,
            path=figure.path,
            holds=claim.value == 0 or least <= claim.value <= most,
            text=f"{claim.text} against {limits.least} to {limits.most}",
        )


def _kind_of(path: str) -> str:
    """The kind of figure that a range is stated for: one for every die, link or number format."""
    if path.startswith("throughput."):
        return "throughput"
    return re.sub(r"\[\d+\]", "", path)


def _bases(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A claim that names a source states its basis, and the reverse.

    A figure of a user's own has neither, and is read as hypothetical.
    """
    for figure in chip.figures():
        for claim in figure.claims:
            has_basis = claim.basis != Basis.HYPOTHETICAL
            if claim.source is None and not has_basis:
                continue

            source = claim.source or "missing"
            basis = claim.basis if has_basis else "missing"
            yield Comparison(
                gate=gate.gate,
                what=figure.path,
                path=figure.path,
                holds=claim.source is not None and has_basis,
                text=f"source {source}, basis {basis}",
            )


COMPARES: dict[str, Callable[[Chip, Gate], Iterator[Comparison]]] = {
    "ratio": _ratios,
    "sparse": _sparse,
    "rate": _rates,
    "bandwidth": _bandwidth,
    "stack": _stacks,
    "reticle": _reticle,
    "density": _densities,
    "compute": _compute,
    "balance": _balance,
    "planar": _planar,
    "dates": _dates,
    "range": _ranges,
    "basis": _bases,
}
