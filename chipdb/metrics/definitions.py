"""The definition of each metric, for a chip counted under one interpretation.

An interpretation (``reading`` in data and JSON) is one consistent way to count a chip where the
rule or a data sheet allows several. Every definition is a method of :class:`Count`, named as the
metric is in ``data/rules``, and :data:`DEFINITIONS` lists them. To add a metric, add its method
there and its name and unit to :data:`chipdb.units.METRIC_UNITS`.

A user may state a metric directly (``metrics: {tpp: 4799}``); it then replaces the definition.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure, Link
from chipdb.catalog.formats import format_table
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.metrics.spread import Spread, best, of_figure, product, quotient, total
from chipdb.vocabulary import Basis

STORED_TF32 = "tf32-32-bit"
"""The interpretation that counts TF32 with the 32 bits it is stored in.

Every chip with a TF32 throughput has it.
"""

LOGIC_ROLES = frozenset({"compute", "io", "base", "cache"})
"""The roles of dies whose area counts; passive dies and memory are not logic dies."""


def readings(chip: Chip) -> tuple[str | None, ...]:
    """The interpretations of a chip: the plain one (None), those of its data, TF32 as stored.

    >>> import chipdb
    >>> readings(chipdb.load()["Ascend 910B4"])
    (None, 'cube-only')
    """
    # A unit of its own, such as an NPU, may have the only TF32 throughput of the chip.
    formats = set(chip.throughput)
    for unit in chip.units:
        formats.update(unit.throughput)
    all_readings: list[str | None] = [None, *sorted(_named_readings(chip))]
    if not formats.isdisjoint(format_table().stored_bits):
        all_readings.append(STORED_TF32)
    return tuple(all_readings)


@functools.lru_cache(maxsize=1024)
def _named_readings(chip: Chip) -> frozenset[str]:
    """The interpretations that the data of a chip name."""
    named = set(chip.readings)
    for figure in chip.figures():
        for claim in figure.claims:
            if claim.reading:
                named.add(claim.reading)
    return frozenset(named)


@dataclass(frozen=True, slots=True)
class Count:
    """A chip counted under one interpretation. Each method below :meth:`metric` defines a metric.

    >>> import chipdb
    >>> float(Count(chipdb.load()["H20"]).metric("tpp").value)
    2368.0
    """

    chip: Chip
    reading: str | None = None

    def metric(self, name: str) -> Spread:
        """A metric by name: as stated where the user states it, else as defined. Cached."""
        return _metric(self.chip, self.reading, name)

    # Throughput

    def tpp(self) -> Spread:
        """Total processing performance, a bare number (3A090 Technical Notes 1 and 2).

        For each processing unit, the highest dense throughput in TOPS times the bit length of its
        format; then the sum over the units of the package. If both the die area and the
        performance density are stated, it is their product. It is None if no dense throughput is
        known, or if only some are (``rates_partial``): those known are then a lower bound.

        >>> import chipdb
        >>> float(Count(chipdb.load()["A100"]).tpp().value)  # 312 TFLOPS in 16 bits
        4992.0
        """
        stated = self.chip.metrics
        if "performance_density" not in stated or "applicable_die_area" not in stated:
            return self._sum_over_units(self.bits)

        area = self.metric("applicable_die_area")
        if area.value == 0:
            # All logic is planar: the density has no meaning, so it says nothing about TPP.
            return Spread.unknown("metrics.tpp")
        return product(self._stated("performance_density"), area)

    def all_pipes(self) -> Spread:
        """TPP with the vector pipes added to the matrix pipes. No rule uses it; warnings do.

        Technical Note 2 adds up processing units, and it could be read as making each pipe a unit.
        The agency's own examples do not support that reading.
        """
        matrix = dict(self.chip.throughput)
        vector: dict[str, Figure] = {}
        for name, figure in self.chip.throughput.items():
            if _is_vector(name, figure):
                vector[name] = matrix.pop(name)

        if not matrix or not vector:
            return self.metric("tpp")
        of_matrix = self._unit("throughput", matrix, self.bits)
        of_vector = self._unit("throughput", vector, self.bits)
        return total([of_matrix, of_vector])

    def tops(self) -> Spread:
        """Throughput in TOPS in any format: highest of each unit, summed (3A991.p Note 3).

        It is None if no dense throughput is known. If a TPP is known, TOPS is at least that TPP
        over the bit length of the longest format.
        """
        throughput = self._sum_over_units(lambda _: 1)
        tpp = self.metric("tpp")
        if throughput.value is not None or tpp.value is None:
            return throughput
        longest = max(format_table().bits.values())
        # The preferred TPP bounds it; a lower claim of TPP may contest the answer by that bound.
        return replace(
            throughput,
            low=max(throughput.low, tpp.value / longest),
            least=max(throughput.least, tpp.least / longest),
        )

    def bits(self, name: str) -> int:
        """The bit length of a number format under this interpretation."""
        dense = name.removesuffix("_vector")
        formats = format_table()
        if self.reading == STORED_TF32:
            return formats.stored_bits.get(dense, formats.bits[dense])
        return formats.bits[dense]

    def removed(self) -> tuple[str, ...]:
        """The paths of the figures that do not exist under this interpretation."""
        entry = self.chip.readings.get(self.reading or "")
        if entry is None:
            return ()
        return entry.removes

    def _sum_over_units(self, weight: Callable[[str], int]) -> Spread:
        """The highest weighted throughput of each processing unit, summed over the package.

        None where no unit has a known throughput, and where only some formats were stated; the
        sum of what is known is then the lower bound.
        """
        # The matrix and vector pipes of one core are one unit (see ``all_pipes``); what the data
        # lists under ``units`` is a unit of its own, such as an NPU next to a GPU.
        units = [self._unit("throughput", self.chip.throughput, weight)]
        for unit in self.chip.units:
            units.append(self._unit(f"units.{unit.name}", unit.throughput, weight))

        added = total(units)
        if self.chip.rates_partial and added.value is not None:
            # A format that was not stated may be faster than those that were.
            return added.from_here("throughput")
        return added

    def _unit(
        self, path: str, figures: Mapping[str, Figure], weight: Callable[[str], int]
    ) -> Spread:
        """One processing unit: the highest of its formats, each times its weight."""
        # Note 2 presumes the highest value that the vendor claims, so a format without a
        # throughput is ignored: it cannot lower the others.
        known = []
        removed = self.removed()
        for name, figure in figures.items():
            spread = of_figure(figure, figure.path, self.reading, weight(name))
            if figure.path not in removed and spread.value is not None:
                known.append(spread)
        if not known:
            return Spread.unknown(path)
        return best(known)

    # Area

    def applicable_die_area(self) -> Spread:
        """Area in mm^2 of all non-planar logic dies of the package (3A090 Technical Note 4).

        It is zero where all logic is planar, and None where the dies, an area or the kind of
        transistors is unknown. If only the performance density is stated, it is TPP over that.

        >>> import chipdb
        >>> float(Count(chipdb.load()["MI250X"]).applicable_die_area().value)  # two dies
        1448.0
        """
        stated = self.chip.metrics
        if "performance_density" in stated and "applicable_die_area" not in stated:
            return quotient(self.metric("tpp"), self._stated("performance_density"))

        dies = self.chip.dies
        if dies is None or not any(die.role in LOGIC_ROLES for die in dies):
            return Spread.unknown("dies")

        parts = []
        for index, die in enumerate(dies):
            is_logic = die.role in LOGIC_ROLES
            if not is_logic or die.non_planar is False:
                continue
            area = of_figure(die.area, f"dies[{index}].area", self.reading, die.count)
            if die.non_planar is None:
                # The die counts in full or not at all, so its area is only an upper bound.
                area = area.up_to_here(f"dies[{index}].transistors_are")
            parts.append(area)
        return total(parts)

    def performance_density(self) -> Spread:
        """TPP over the applicable die area, in TPP/mm^2 (3A090 Technical Note 4).

        It is None where one of the two is unknown, and where the area is zero: a chip whose logic
        is all planar has no performance density and meets no threshold of one.

        >>> import chipdb
        >>> round(float(Count(chipdb.load()["H20"]).performance_density().value), 2)
        2.91
        """
        return quotient(self.metric("tpp"), self.metric("applicable_die_area"))

    def transistors(self) -> Spread:
        """Transistors of the package, a bare number: as stated for it, else summed over dies."""
        if self.chip.transistors or not self.chip.dies:
            return of_figure(self.chip.transistors, "transistors", self.reading)
        parts = []
        for index, die in enumerate(self.chip.dies):
            path = f"dies[{index}].transistors"
            parts.append(of_figure(die.transistors, path, self.reading, die.count))
        return total(parts)

    # Memory

    def memory_bandwidth(self) -> Spread:
        """Total DRAM bandwidth in GB/s (91 FR 1684); zero without DRAM, None where unknown."""
        if self.chip.memory.kind == "none":
            return Spread.exactly(0)
        return of_figure(self.chip.memory.bandwidth, "memory.bandwidth", self.reading)

    def memory_capacity(self) -> Spread:
        """DRAM capacity of the package in GB; zero without DRAM, None where unknown."""
        if self.chip.memory.kind == "none":
            return Spread.exactly(0)
        return of_figure(self.chip.memory.capacity, "memory.capacity", self.reading)

    def memory_bandwidth_density(self) -> Spread:
        """Bandwidth of a memory stack over its package area, in GB/s/mm^2 (3A090.c).

        None where the bandwidth or the area is unknown.
        """
        area = of_figure(self.chip.package_area, "package_area", self.reading)
        return quotient(self.metric("memory_bandwidth"), area)

    # Input and output

    def aggregate_io_bandwidth(self) -> Spread:
        """All links except to volatile memory, host link included, in GB/s, both directions added.

        3A090.a of 2022 (87 FR 62186) counts the transfer rate over all inputs and outputs. It is
        None where the links or one of their bandwidths is unknown; it is at least the
        chip-to-chip bandwidth where that is stated.

        >>> import chipdb
        >>> float(Count(chipdb.load()["H20"]).aggregate_io_bandwidth().value)  # NVLink and PCIe 5
        1026.0
        """
        links = self._sum_of_links(lambda _: True)
        part = self.chip.metrics.get("interconnect_bandwidth")
        if links.value is not None or part is None:
            return links
        stated = of_figure(part, "metrics.interconnect_bandwidth", self.reading)
        return replace(links, low=max(links.low, stated.low), least=max(links.least, stated.least))

    def interconnect_bandwidth(self) -> Spread:
        """Chip-to-chip links only, in GB/s, both directions added (letter of 2022-08-26).

        It is None where a link is unknown; it is at most the bandwidth of all links where that
        is stated. It is also the least that the letters of 2025 may mean by I/O bandwidth.
        """
        links = self._sum_of_links(lambda link: link.kind == "chip-to-chip")
        whole = self.chip.metrics.get("aggregate_io_bandwidth")
        if links.value is not None or whole is None:
            return links
        stated = of_figure(whole, "metrics.aggregate_io_bandwidth", self.reading)
        return replace(links, high=stated.high, most=stated.most)

    def letter_io_bandwidth(self) -> Spread:
        """I/O bandwidth as the "is informed" letters of 2025 use the words, in GB/s.

        The published accounts of the letters do not define it. The value is that of all links,
        and the range reaches down to the chip-to-chip links only, so that an answer that depends
        on the definition is contested.
        """
        # More I/O never takes a chip out of a letter, so the wider meaning gives the value.
        links = self.metric("aggregate_io_bandwidth")
        chip_to_chip = self.metric("interconnect_bandwidth")
        if links.value is None:
            return replace(links, low=chip_to_chip.low, least=chip_to_chip.least)
        return replace(
            links,
            low=min(links.low, chip_to_chip.low),
            least=min(links.least, chip_to_chip.least),
        )

    def memory_and_io_bandwidth(self) -> Spread:
        """Total DRAM bandwidth plus the I/O bandwidth of the letters of 2025, in GB/s.

        None where one of the two is unknown.
        """
        return total([self.metric("memory_bandwidth"), self.metric("letter_io_bandwidth")])

    def link(self, index: int, link: Link) -> Spread:
        """What one link adds to the I/O bandwidth, in GB/s, both directions added.

        A PCIe link without a stated bandwidth has that of its generation and lanes.
        """
        figure = link.bandwidth
        # A cap in firmware does not change what the circuit can do, so it clears no chip.
        if link.capped_by == "firmware":
            figure = link.uncapped
        pcie = format_table().pcie_bandwidth(link.name)
        if figure is None and pcie is not None:
            claim = Claim(
                text=link.name,
                value=pcie,
                unit="GB/s",
                source=format_table().pcie_source,
                basis=Basis.OFFICIAL,
            )
            return replace(Spread.exactly(pcie), inputs=((f"links[{index}]", claim),))

        stated = of_figure(figure, f"links[{index}].bandwidth", self.reading)
        twice = of_figure(figure, f"links[{index}].bandwidth", self.reading, 2)
        if link.counts == "one-direction":
            return twice
        if link.counts == "unknown":
            # The data sheet may mean one direction: up to twice as much.
            return replace(stated, high=twice.high, most=twice.most)
        return stated

    def _sum_of_links(self, wanted: Callable[[Link], bool]) -> Spread:
        """The bandwidth of the links that are wanted, in GB/s; None where a link is unknown."""
        # No list of links is not an empty list: nobody has looked, so nothing bounds the sum.
        if self.chip.links is None:
            return Spread.unknown("links")

        parts = []
        for index, link in enumerate(self.chip.links):
            if wanted(link):
                parts.append(self.link(index, link))
        return total(parts)

    # Adjusted Peak Performance

    def app(self) -> Spread:
        """Adjusted Peak Performance (4A003), a bare number in weighted TeraFLOPS.

        Always None unless it is stated. The highest 64-bit throughput bounds it, between the
        lowest and the highest weight that the note to Category 4 gives to a processor.
        """
        weights = format_table().app_weights
        known = []
        for name, figure in self.chip.throughput.items():
            if name.removesuffix("_vector") not in weights:
                continue
            spread = of_figure(figure, figure.path, self.reading)
            if spread.value is not None:
                known.append(spread)

        if not known:
            return Spread.unknown("metrics.app")

        # Which weight holds for a GPU is not settled, so both bound the value.
        lowest, highest = next(iter(weights.values()))
        throughput = best(known)
        low, high = throughput.scaled(lowest).low, throughput.scaled(highest).high
        return Spread.unknown("metrics.app", low=low, high=high)

    def _stated(self, name: str) -> Spread:
        """A metric that the user states."""
        return of_figure(self.chip.metrics[name], f"metrics.{name}", self.reading)


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
"""Every metric with its definition."""


_COUNTS_BITS = frozenset({"tpp", "performance_density", "applicable_die_area", "tops"})
"""The metrics that depend on the bit length of a number format.

An area does where it follows from a density, and TOPS where it is bounded by TPP.
"""


# Metrics are made of each other, and many rules ask for the same one, so each is computed once.
@functools.lru_cache(maxsize=1024)
def _metric(chip: Chip, reading: str | None, name: str) -> Spread:
    """A metric as the user states it, else by its definition."""
    is_same_in_plain = reading == STORED_TF32 and name not in _COUNTS_BITS
    if is_same_in_plain and STORED_TF32 not in _named_readings(chip):
        return _metric(chip, None, name)

    stated = chip.metrics.get(name)
    if stated is not None:
        return of_figure(stated, f"metrics.{name}", reading)
    return DEFINITIONS[name](Count(chip, reading))


def _is_vector(name: str, figure: Figure) -> bool:
    """Whether a throughput is that of the vector pipes, by its name or its preferred claim."""
    if name.endswith("_vector"):
        return True
    claim = figure.preferred()
    return claim is not None and claim.engine == "vector"
