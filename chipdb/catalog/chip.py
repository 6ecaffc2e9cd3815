"""What a chip is: a set of sourced figures. Plain dataclasses, so that one chip is read without pydantic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from chipdb.catalog.figures import (
    NO_MEMORY_FIGURES,
    UNKNOWN_AVAILABILITY,
    Availability,
    Cores,
    Declared,
    Die,
    Engines,
    Figure,
    Link,
    Memory,
    Reading,
)
from chipdb.notebook import Shown
from chipdb.vocabulary import Kind


@dataclass(frozen=True, slots=True)
class Member:
    """Chips of a system."""

    chip: Chip
    count: int = 1


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Chip(Shown):
    """One product, real, derated or hypothetical."""

    id: str
    name: str
    kind: Kind = Kind.PROCESSOR
    vendor: str | None = None
    architecture: str | None = None
    model: str | None = None
    represents: bool = False
    stands_for: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    announced: date | None = None
    available: date | None = None
    stage: str | None = None
    only_for: tuple[str, ...] | None = None
    form: str | None = None
    designed_for: tuple[str, ...] | None = None
    marketed_for: tuple[str, ...] | None = None
    us_available: Availability = UNKNOWN_AVAILABILITY
    sources: Mapping[str, str] = field(default_factory=dict)
    digital: bool = True
    dies: tuple[Die, ...] | None = None
    transistors: Figure | None = None
    package_area: Figure | None = None
    throughput: Mapping[str, Figure] = field(default_factory=dict)
    sparse: Mapping[str, Figure] = field(default_factory=dict)
    no_rates: str | None = None
    units: tuple[Engines, ...] = ()
    cores: Cores | None = None
    memory: Memory = NO_MEMORY_FIGURES
    links: tuple[Link, ...] | None = None
    power: Mapping[str, Figure] = field(default_factory=dict)
    clocks: Mapping[str, Figure] = field(default_factory=dict)
    declared: Declared | None = None
    prices: Figure | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    members: tuple[Member, ...] = ()
    metrics: Mapping[str, Figure] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    hypothetical: bool = False
    rates_partial: bool = False
    """Whether only some of its rates are stated, so that they bound what they give from below."""
    extends: str | None = None
    derating: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] = ()
    data: str | None = None
    """The hash of the dated data it comes from; None for the data of this installation."""

    def __repr__(self) -> str:
        return f"<Chip {self.id}{', changed' if self.altered else ''}>"

    @property
    def altered(self) -> bool:
        """Whether this is no longer the chip that was sold: derated, set, dropped, or a user's own."""
        return self.hypothetical or bool(self.derating or self.changes)

    def processors(self) -> list[tuple[Chip, int]]:
        """The chips in the item with their counts: itself, or those of a system, of systems in it too."""
        if not self.members:
            return [(self, 1)]
        return [
            (chip, member.count * count)
            for member in self.members
            for chip, count in member.chip.processors()
        ]

    @property
    def datacenter(self) -> bool | None:
        """Note 2 of 3A090: designed or marketed for datacenters.

        True if either is known to name datacenters, False only if both are known and neither does, else None.
        """
        if any(
            "datacenter" in market for market in (self.designed_for, self.marketed_for) if market
        ):
            return True
        return None if self.designed_for is None or self.marketed_for is None else False

    def figures(self) -> Iterator[Figure]:
        """Every figure of the chip, in the order of the data format."""
        for die in self.dies or ():
            yield from _present(die.transistors, die.area)
        yield from _present(self.transistors, self.package_area)
        yield from self.throughput.values()
        yield from self.sparse.values()
        for unit in self.units:
            yield from unit.throughput.values()
            yield from unit.sparse.values()
        if self.cores:
            yield from (self.cores.count, *self.cores.per_clock.values())
        memory = self.memory
        yield from _present(memory.bus, memory.pin_rate, memory.capacity, memory.bandwidth)
        for link in self.links or ():
            yield from _present(link.bandwidth, link.uncapped)
        yield from self.power.values()
        yield from self.clocks.values()
        yield from _present(self.prices)
        yield from self.metrics.values()

    def derate(self, **knobs: str) -> Chip:
        """A copy with knobs turned, in the order written: ``chip.derate(compute="30%")``.

        Knobs: ``compute``, ``memory_bandwidth``, ``link_bandwidth``, ``die_area``. ``"30%"`` cuts, ``"x0.7"`` scales, a
        quantity sets. Raises :class:`~chipdb.errors.UsageError` for a knob the chip has nothing for.
        """
        from chipdb.catalog.modify import derate

        return derate(self, [(knob.replace("_", "-"), amount) for knob, amount in knobs.items()])

    def drop(self, *formats: str) -> Chip:
        """A copy without number formats: ``chip.drop("fp4")``."""
        from chipdb.catalog.modify import drop

        return drop(self, formats)

    def set(self, changes: Mapping[str, str]) -> Chip:
        """A copy with metrics or figures replaced: ``chip.set({"tpp": "1000"})``."""
        from chipdb.catalog.modify import set_figures

        return set_figures(self, list(changes.items()))


def _present(*figures: Figure | None) -> Iterator[Figure]:
    yield from (figure for figure in figures if figure is not None)
