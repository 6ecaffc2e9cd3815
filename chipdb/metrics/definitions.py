"""A chip counted in one reading: the definition of each metric, once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from chipdb.catalog.chip import Chip, Claim, Figure, Link
from chipdb.catalog.formats import terms
from chipdb.metrics.spread import Spread, best, of_figure, product, quotient, total
from chipdb.vocabulary import Basis

STORED_TF32 = "tf32-32-bit"
"""The reading that counts TF32 with the 32 bits it is stored in; every chip that has TF32 has it."""

LOGIC_ROLES = frozenset({"compute", "io", "base", "cache"})


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
        return _metric(self.chip, self.reading, name)

    def tpp(self) -> Spread:
        """Per processing unit the highest dense rate x bit length over formats, then the sum over units.

        Where area and density are given, their product; an area of zero has no density, so none is made of it.
        """
        given = self.chip.metrics
        if "performance_density" in given and "applicable_die_area" in given:
            density = of_figure(
                given["performance_density"], "metrics.performance_density", self.reading
            )
            area = self.metric("applicable_die_area")
            return Spread.unknown("metrics.tpp") if area.value == 0 else product(density, area)
        return self._over_units(self.bits)

    def all_pipes(self) -> Spread:
        """TPP with the vector pipes added to the matrix ones: a reading that the agency's own examples do not bear out."""
        vector = {
            name: rate for name, rate in self.chip.throughput.items() if _is_vector(name, rate)
        }
        matrix = {name: rate for name, rate in self.chip.throughput.items() if name not in vector}
        parts = [self._unit("throughput", rates, self.bits) for rates in (matrix, vector) if rates]
        return total(parts) if len(parts) > 1 else self.metric("tpp")

    def tops(self) -> Spread:
        """Rates without bit length: per unit the highest, then the sum (3A991.p, note 3).

        With only a TPP known, the rate is at least TPP over the longest format.
        """
        rates, tpp = self._over_units(lambda _: Fraction(1)), self.metric("tpp")
        if rates.value is None and tpp.value is not None:
            return replace(rates, low=max(rates.low, tpp.low / max(terms().bits.values())))
        return rates

    def bits(self, name: str) -> Fraction:
        """The bit length of a number format, as this reading counts it."""
        dense = name.removesuffix("_vector")
        stored = terms().stored_bits.get(dense) if self.reading == STORED_TF32 else None
        return Fraction(stored or terms().bits[dense])

    def _over_units(self, weight: Callable[[str], Fraction]) -> Spread:
        units = [("throughput", self.chip.throughput)]
        units += [(f"units.{unit.name}", unit.throughput) for unit in self.chip.units]
        found = total(self._unit(path, rates, weight) for path, rates in units)
        if self.chip.rates_partial and found.value is not None:
            return Spread.unknown("throughput", low=found.low)
        return found

    def _unit(
        self, path: str, rates: Mapping[str, Figure], weight: Callable[[str], Fraction]
    ) -> Spread:
        spreads = [
            of_figure(figure, figure.path, self.reading).scaled(weight(name))
            for name, figure in rates.items()
            if figure.path not in self.removed()
        ]
        known = [spread for spread in spreads if spread.value is not None]
        return best(known) if known else Spread.unknown(path)

    def removed(self) -> tuple[str, ...]:
        """The paths of the figures that do not exist in this reading."""
        entry = self.chip.readings.get(self.reading or "")
        return entry.removes if entry else ()

    def applicable_die_area(self) -> Spread:
        """All non-planar logic dies of the package, each counted; zero where all logic is planar."""
        density = self.chip.metrics.get("performance_density")
        if density is not None and "applicable_die_area" not in self.chip.metrics:
            return quotient(
                self.metric("tpp"), of_figure(density, "metrics.performance_density", self.reading)
            )
        if self.chip.dies is None or not any(die.role in LOGIC_ROLES for die in self.chip.dies):
            return Spread.unknown("dies")
        parts = []
        for index, die in enumerate(self.chip.dies):
            if die.role not in LOGIC_ROLES or die.non_planar is False:
                continue
            area = of_figure(die.area, f"dies[{index}].area", self.reading).scaled(
                Fraction(die.count)
            )
            if die.non_planar is None:
                area = Spread.unknown(f"dies[{index}].transistors_are", high=area.most)
            parts.append(area)
        return total(parts)

    def performance_density(self) -> Spread:
        """TPP over the applicable die area; without meaning where the area is zero."""
        return quotient(self.metric("tpp"), self.metric("applicable_die_area"))

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
        return total(
            self.link(index, link) for index, link in enumerate(self.chip.links) if wanted(link)
        )

    def link(self, index: int, link: Link) -> Spread:
        """What one link adds to the I/O bandwidth, both directions."""
        figure = link.uncapped if link.capped_by == "firmware" else link.bandwidth
        rate = terms().pcie_rate(link.name)
        if figure is None and rate is not None:
            claim = Claim(
                text=link.name,
                value=rate,
                unit="GB/s",
                source=terms().pcie_source,
                basis=Basis.OFFICIAL,
            )
            return replace(Spread.exactly(rate), inputs=((f"links[{index}]", claim),))
        spread = of_figure(figure, f"links[{index}].bandwidth", self.reading)
        if link.counts == "one-direction":
            return spread.scaled(Fraction(2))
        twice = spread.scaled(Fraction(2))
        return (
            replace(spread, high=twice.high, most=twice.most)
            if link.counts == "unknown"
            else spread
        )

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
            of_figure(die.transistors, f"dies[{index}].transistors", self.reading).scaled(
                Fraction(die.count)
            )
            for index, die in enumerate(self.chip.dies)
        )

    def memory_bandwidth_density(self) -> Spread:
        """Bandwidth of a memory stack over its package area."""
        return quotient(
            self.metric("memory_bandwidth"),
            of_figure(self.chip.package_area, "package_area", self.reading),
        )

    def app(self) -> Spread:
        """Adjusted Peak Performance, only where it is given; else between its weights for the highest 64-bit rate."""
        rates = {
            name: rate
            for name, rate in self.chip.throughput.items()
            if name.removesuffix("_vector") in terms().app_weights
        }
        spreads = [
            spread
            for rate in rates.values()
            if (spread := of_figure(rate, rate.path, self.reading)).value is not None
        ]
        if not spreads:
            return Spread.unknown("metrics.app")
        (least, most), rate = next(iter(terms().app_weights.values())), best(spreads)
        return Spread.unknown(
            "metrics.app",
            low=rate.low * least,
            high=None if rate.high is None else rate.high * most,
        )


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


@functools.lru_cache(maxsize=1024)
def _metric(chip: Chip, reading: str | None, name: str) -> Spread:
    """A chip's metric in one reading, computed once: metrics are made of each other, and many rules ask for the same."""
    given = chip.metrics.get(name)
    return (
        of_figure(given, f"metrics.{name}", reading)
        if given
        else DEFINITIONS[name](Count(chip, reading))
    )


def _is_vector(name: str, rate: Figure) -> bool:
    """Whether a rate is that of the vector pipes."""
    claim = rate.preferred()
    return name.endswith("_vector") or bool(claim and claim.engine == "vector")
