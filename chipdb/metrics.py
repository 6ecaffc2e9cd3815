"""Each metric once: what it is, in which unit, from which figures, and what is not known of it.

A metric is taken in one *reading*, a consistent way to count a chip. Its :class:`Spread` keeps four things apart: the
preferred value; the range of the credible claims; the wider range that rounding and stated tolerances allow; and, where a
figure is missing, the bounds that the rest still gives.

Sources: TPP and performance density after 3A090 Technical Notes 1 to 4 (15 CFR 774, Supplement No. 1); I/O bandwidth after
3A090.a of 2022 and 3A991.p (87 FR 62186); total DRAM bandwidth after 91 FR 1684.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.catalog.chip import Chip, Claim, Figure, Link
from chipdb.catalog.terms import terms
from chipdb.units import METRIC_UNITS

if TYPE_CHECKING:
    import pandas

STORED_TF32 = "tf32-32-bit"
"""The reading that counts TF32 with the 32 bits it is stored in; every chip that has TF32 has it."""

LOGIC_ROLES = frozenset({"compute", "io", "base", "cache"})
Input = tuple[str, Claim]


@dataclass(frozen=True, slots=True)
class Spread:
    """What is known of a quantity in one reading.

    ``value`` is None where a figure is missing; then ``low`` and ``high`` are what the known figures still bound
    (``high`` None: without bound). ``least`` and ``most`` add rounding and tolerance.
    """

    value: Fraction | None
    low: Fraction = Fraction(0)
    high: Fraction | None = None
    least: Fraction = Fraction(0)
    most: Fraction | None = None
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()

    @staticmethod
    def exactly(value: Fraction | int) -> Spread:
        """A quantity known exactly."""
        exact = Fraction(value)
        return Spread(exact, exact, exact, exact, exact)

    @staticmethod
    def unknown(*missing: str, low: Fraction = Fraction(0), high: Fraction | None = None) -> Spread:
        """A quantity of which a figure is missing."""
        return Spread(None, low, high, low, high, missing=missing)

    def scaled(self, factor: Fraction) -> Spread:
        """The quantity times a positive factor."""
        ends = (None if end is None else end * factor for end in (self.value, self.low, self.high, self.least, self.most))
        value, low, high, least, most = ends
        return Spread(value, low or Fraction(0), high, least or Fraction(0), most, self.inputs, self.missing)


def of_figure(figure: Figure | None, path: str, reading: str | None) -> Spread:
    """The spread of one figure."""
    claim = figure.preferred(reading) if figure else None
    if figure is None or claim is None:
        return Spread.unknown(path)
    claims = figure.credible(reading)
    values = [entry.value for entry in claims]
    return Spread(
        claim.value,
        min(values),
        max(values),
        min(entry.value - entry.slack for entry in claims),
        max(entry.value + entry.slack for entry in claims),
        ((figure.path, claim),),
    )


def total(parts: Iterable[Spread]) -> Spread:
    """The sum; unknown where a part is, with the known parts as its lower bound."""
    parts = list(parts)
    sums = {end: _sum(getattr(part, end) for part in parts) for end in ("value", "low", "high", "least", "most")}
    inputs = tuple(itertools.chain.from_iterable(part.inputs for part in parts))
    missing = tuple(dict.fromkeys(itertools.chain.from_iterable(part.missing for part in parts)))
    low, least = sums["low"] or Fraction(0), sums["least"] or Fraction(0)
    return Spread(sums["value"], low, sums["high"], least, sums["most"], inputs, missing)


def _sum(ends: Iterable[Fraction | None]) -> Fraction | None:
    result = Fraction(0)
    for end in ends:
        if end is None:
            return None
        result += end
    return result


def best(parts: Iterable[Spread]) -> Spread:
    """The highest of known quantities, each end being the highest of its kind."""
    known = [part for part in parts if part.value is not None]
    top = max(known, key=lambda part: part.value or Fraction(0))
    return replace(
        top,
        low=max(part.low for part in known),
        high=max(part.high for part in known if part.high is not None),
        least=max(part.least for part in known),
        most=max(part.most for part in known if part.most is not None),
    )


def readings(chip: Chip) -> tuple[str | None, ...]:
    """The ways to count a chip: the plain one first, then those its claims name, then TF32 at its stored bits."""
    named = {claim.reading for figure in chip.figures() for claim in figure.claims if claim.reading}
    stored = [STORED_TF32] if any(name in terms().stored_bits for name in chip.throughput) else []
    return (None, *sorted(named | set(chip.readings)), *stored)


@dataclass(frozen=True, slots=True)
class Count:
    """A chip counted in one reading: every metric of it."""

    chip: Chip
    reading: str | None = None

    def metric(self, name: str) -> Spread:
        """The spread of a metric: what is given replaces what the figures give."""
        given = self.chip.metrics.get(name)
        return of_figure(given, f"metrics.{name}", self.reading) if given else DEFINITIONS[name](self)

    def tpp(self) -> Spread:
        """Per processing unit the highest dense rate x bit length over formats, then the sum over units.

        Where area and density are given, their product.
        """
        given = self.chip.metrics
        if "performance_density" in given and "applicable_die_area" in given:
            density = of_figure(given["performance_density"], "metrics.performance_density", self.reading)
            return _product(density, self.metric("applicable_die_area"))
        return self._over_units(self._bits)

    def all_pipes(self) -> Spread:
        """TPP with the vector pipes added to the matrix ones: a reading that the agency's own examples do not bear out."""
        vector = {name: rate for name, rate in self.chip.throughput.items() if _is_vector(name, rate)}
        matrix = {name: rate for name, rate in self.chip.throughput.items() if name not in vector}
        parts = [self._unit("throughput", rates, self._bits) for rates in (matrix, vector) if rates]
        return total(parts) if len(parts) > 1 else self.metric("tpp")

    def tops(self) -> Spread:
        """Rates without bit length: per unit the highest, then the sum (3A991.p, note 3).

        With only a TPP given, the rate is at least TPP over the longest format.
        """
        rates = self._over_units(lambda _: Fraction(1))
        given = self.chip.metrics.get("tpp")
        if rates.value is None and given:
            longest = max(terms().bits.values())
            return replace(rates, low=of_figure(given, "tpp", self.reading).low / longest)
        return rates

    def _bits(self, name: str) -> Fraction:
        dense = name.removesuffix("_vector")
        stored = terms().stored_bits.get(dense) if self.reading == STORED_TF32 else None
        return Fraction(stored or terms().bits[dense])

    def _over_units(self, weight: Callable[[str], Fraction]) -> Spread:
        units = [("throughput", self.chip.throughput)]
        units += [(f"units.{unit.name}", unit.throughput) for unit in self.chip.units]
        return total(self._unit(path, rates, weight) for path, rates in units)

    def _unit(self, path: str, rates: Mapping[str, Figure], weight: Callable[[str], Fraction]) -> Spread:
        spreads = [
            of_figure(figure, figure.path, self.reading).scaled(weight(name))
            for name, figure in rates.items()
            if figure.path not in self._removed()
        ]
        known = [spread for spread in spreads if spread.value is not None]
        return best(known) if known else Spread.unknown(path)

    def _removed(self) -> tuple[str, ...]:
        entry = self.chip.readings.get(self.reading or "")
        return entry.removes if entry else ()

    def applicable_die_area(self) -> Spread:
        """All non-planar logic dies of the package, each counted; zero where all logic is planar."""
        density = self.chip.metrics.get("performance_density")
        if density is not None and "applicable_die_area" not in self.chip.metrics:
            return _quotient(self.metric("tpp"), of_figure(density, "metrics.performance_density", self.reading))
        if self.chip.dies is None or not any(die.role in LOGIC_ROLES for die in self.chip.dies):
            return Spread.unknown("dies")
        parts = []
        for index, die in enumerate(self.chip.dies):
            if die.role not in LOGIC_ROLES or die.non_planar is False:
                continue
            area = of_figure(die.area, f"dies[{index}].area", self.reading).scaled(Fraction(die.count))
            if die.non_planar is None:
                area = Spread.unknown(f"dies[{index}].transistors_are", high=area.most)
            parts.append(area)
        return total(parts)

    def performance_density(self) -> Spread:
        """TPP over the applicable die area; without meaning where the area is zero."""
        return _quotient(self.metric("tpp"), self.metric("applicable_die_area"))

    def memory_bandwidth(self) -> Spread:
        """Total DRAM bandwidth; zero where there is no DRAM."""
        if self.chip.memory.kind == "none":
            return Spread.exactly(0)
        return of_figure(self.chip.memory.bandwidth, "memory.bandwidth", self.reading)

    def memory_capacity(self) -> Spread:
        """DRAM of the package; zero where there is none."""
        if self.chip.memory.kind == "none":
            return Spread.exactly(0)
        return of_figure(self.chip.memory.capacity, "memory.capacity", self.reading)

    def aggregate_io_bandwidth(self) -> Spread:
        """All links to anything but volatile memory, host link included, both directions; at least the chip-to-chip ones."""
        links = self._links(lambda _: True)
        part = self.chip.metrics.get("interconnect_bandwidth")
        if links.value is not None or part is None:
            return links
        given = of_figure(part, "metrics.interconnect_bandwidth", self.reading)
        return replace(links, low=max(links.low, given.low), least=max(links.least, given.least))

    def interconnect_bandwidth(self) -> Spread:
        """Chip-to-chip links alone, both directions; at most all links together."""
        links = self._links(lambda link: link.kind == "chip-to-chip")
        whole = self.chip.metrics.get("aggregate_io_bandwidth")
        if links.value is not None or whole is None:
            return links
        given = of_figure(whole, "metrics.aggregate_io_bandwidth", self.reading)
        return replace(links, high=given.high, most=given.most)

    def _links(self, wanted: Callable[[Link], bool]) -> Spread:
        if self.chip.links is None:
            return Spread.unknown("links")
        return total(self._link(index, link) for index, link in enumerate(self.chip.links) if wanted(link))

    def _link(self, index: int, link: Link) -> Spread:
        figure = link.uncapped if link.capped_by == "firmware" else link.bandwidth
        rate = terms().pcie_rate(link.name)
        if figure is None and rate is not None:
            claim = Claim(link.name, rate, unit="GB/s", source=terms().pcie_source, basis="official")
            return replace(Spread.exactly(rate), inputs=((f"links[{index}]", claim),))
        spread = of_figure(figure, f"links[{index}].bandwidth", self.reading)
        if link.counts == "one-direction":
            return spread.scaled(Fraction(2))
        twice = spread.scaled(Fraction(2))
        return replace(spread, high=twice.high, most=twice.most) if link.counts == "unknown" else spread

    def letter_io_bandwidth(self) -> Spread:
        """Undefined in the letters of 2025: between the chip-to-chip links alone and all links."""
        links, chips = self.metric("aggregate_io_bandwidth"), self.metric("interconnect_bandwidth")
        if links.value is None:
            return Spread.unknown(*links.missing, low=chips.low, high=links.high)
        return replace(links, low=min(links.low, chips.low), least=min(links.least, chips.least))

    def memory_and_io_bandwidth(self) -> Spread:
        """Total DRAM bandwidth plus the letters' I/O bandwidth."""
        return total([self.metric("memory_bandwidth"), self.metric("letter_io_bandwidth")])

    def transistors(self) -> Spread:
        """Transistors of the package."""
        if self.chip.transistors or not self.chip.dies:
            return of_figure(self.chip.transistors, "transistors", self.reading)
        return total(
            of_figure(die.transistors, f"dies[{index}].transistors", self.reading).scaled(Fraction(die.count))
            for index, die in enumerate(self.chip.dies)
        )

    def memory_bandwidth_density(self) -> Spread:
        """Bandwidth of a memory stack over its package area."""
        return _quotient(self.metric("memory_bandwidth"), of_figure(self.chip.package_area, "package_area", self.reading))

    def app(self) -> Spread:
        """Adjusted Peak Performance is known only where it is given."""
        return Spread.unknown("metrics.app")


DEFINITIONS: dict[str, Callable[[Count], Spread]] = {
    "tpp": Count.tpp,
    "performance_density": Count.performance_density,
    "applicable_die_area": Count.applicable_die_area,
    "memory_bandwidth": Count.memory_bandwidth,
    "aggregate_io_bandwidth": Count.aggregate_io_bandwidth,
    "interconnect_bandwidth": Count.interconnect_bandwidth,
    "letter_io_bandwidth": Count.letter_io_bandwidth,
    "memory_and_io_bandwidth": Count.memory_and_io_bandwidth,
    "tops": Count.tops,
    "memory_capacity": Count.memory_capacity,
    "transistors": Count.transistors,
    "memory_bandwidth_density": Count.memory_bandwidth_density,
    "app": Count.app,
}


def _quotient(top: Spread, bottom: Spread) -> Spread:
    """``top / bottom``; no value where one is unknown or the bottom is zero."""
    inputs, missing = top.inputs + bottom.inputs, top.missing + bottom.missing
    if top.value is None or not bottom.value:
        return Spread(None, inputs=inputs, missing=missing)
    low, least = (_over(top.low, bottom.high), _over(top.least, bottom.most))
    high, most = (_over(top.high, bottom.low), _over(top.most, bottom.least))
    return Spread(top.value / bottom.value, low or Fraction(0), high, least or Fraction(0), most, inputs)


def _product(one: Spread, other: Spread) -> Spread:
    """The product of two known quantities."""
    if one.value is None or other.value is None:
        return Spread.unknown(*one.missing, *other.missing)
    high = one.high * other.high if one.high is not None and other.high is not None else None
    most = one.most * other.most if one.most is not None and other.most is not None else None
    return Spread(one.value * other.value, one.low * other.low, high, one.least * other.least, most, one.inputs + other.inputs)


def _is_vector(name: str, rate: Figure) -> bool:
    """Whether a rate is that of the vector pipes."""
    claim = rate.preferred()
    return name.endswith("_vector") or bool(claim and claim.engine == "vector")


def _over(top: Fraction | None, bottom: Fraction | None) -> Fraction | None:
    return top / bottom if top is not None and bottom else None


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric of a chip over all its readings, as answers show it."""

    name: str
    value: Fraction | None
    low: Fraction | None
    high: Fraction | None
    state: str
    inputs: tuple[Input, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The metric's unit."""
        return METRIC_UNITS[self.name]


def measure(chip: Chip, name: str) -> Metric:
    """One metric: the plain reading's value, low and high over all readings and credible claims.

    ``state`` is ``known``, ``unknown`` (a figure is missing) or ``undefined`` (a density of planar logic alone).

    >>> import chipdb
    >>> float(measure(chipdb.load()["H20"], "tpp").value)
    2368.0
    """
    if chip.members:
        return measure(best_member(chip), name)
    counts = [Count(chip, reading) for reading in readings(chip)]
    plain = counts[0].metric(name)
    if plain.value is None:
        area = counts[0].metric("applicable_die_area") if name == "performance_density" else None
        state = "undefined" if area is not None and area.value == 0 else "unknown"
        return Metric(name, None, None, None, state, plain.inputs, plain.missing)
    spreads = [spread for spread in (count.metric(name) for count in counts) if spread.value is not None]
    highs = [spread.high for spread in spreads if spread.high is not None]
    return Metric(name, plain.value, min(spread.low for spread in spreads), max(highs), "known", plain.inputs)


def best_member(system: Chip) -> Chip:
    """The chip of a system with the highest TPP; 4A090 looks at any of them."""
    return max((chip for chip, _ in system.processors()), key=lambda chip: Count(chip).metric("tpp").value or Fraction(-1))


TOTALS = ("tpp", "memory_capacity", "memory_bandwidth", "transistors")
"""What adds up over the chips of a system. Rules look at one chip; totals stand beside."""


def totals(system: Chip) -> dict[str, Metric]:
    """The totals of a system over all its chips; unknown where one chip's figure is."""
    return {name: _total_of(system, name) for name in TOTALS}


def _total_of(system: Chip, name: str) -> Metric:
    spread = total(Count(chip).metric(name).scaled(Fraction(count)) for chip, count in system.processors())
    if spread.value is None:
        return Metric(name, None, None, None, "unknown", missing=spread.missing)
    return Metric(name, spread.value, spread.low, spread.high, "known", spread.inputs)


SHOWN = (
    "tpp",
    "performance_density",
    "applicable_die_area",
    "memory_bandwidth",
    "aggregate_io_bandwidth",
    "interconnect_bandwidth",
)
"""The metrics that every answer carries."""


def catalog_frame(chips: Iterable[Chip]) -> pandas.DataFrame:
    """One row a chip: identity, then every metric as a plain float; units in ``attrs["units"]``."""
    import pandas

    rows = [dict(_row(chip)) for chip in chips]
    frame = pandas.DataFrame(rows).set_index("id")
    frame["announced"] = pandas.to_datetime(frame["announced"])
    frame["datacenter"] = frame["datacenter"].astype("boolean")
    frame.attrs["units"] = dict(METRIC_UNITS)
    return frame


def _row(chip: Chip) -> Iterator[tuple[str, Any]]:
    yield from (("id", chip.id), ("name", chip.name), ("vendor", chip.vendor), ("architecture", chip.architecture))
    yield from (("kind", chip.kind), ("announced", chip.announced), ("datacenter", chip.datacenter))
    for name in METRIC_UNITS:
        value = measure(chip, name).value
        yield name, float("nan") if value is None else float(value)
