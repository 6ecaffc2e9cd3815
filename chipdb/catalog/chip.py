"""What a chip is: a set of sourced figures. One chip is read without pydantic, YAML or pint."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

from chipdb.catalog.figures import (
    NO_MEMORY_FIGURES,
    NOTHING_ATTESTED,
    UNKNOWN_AVAILABILITY,
    Attested,
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
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.notebook import Shown
from chipdb.units import METRIC_UNITS
from chipdb.vocabulary import Kind

if TYPE_CHECKING:
    from chipdb.metrics import Metric


@dataclass(frozen=True, slots=True)
class SystemMember:
    """Chips of one kind in a system."""

    chip: Chip
    count: int = 1


@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Chip(Shown):
    """One product: real, derated or hypothetical.

    A field that is None is unknown. ``dies`` and ``links`` that are empty say that there are none.
    ``rates_partial`` marks a chip with only part of its throughput stated, so that the figures
    bound its TPP from below. ``derating`` and ``changes`` list what was done to the chip, in
    order. ``data`` is the hash of the vintage that it comes from, None for the data of this
    installation.

    >>> import chipdb
    >>> chip = chipdb.load()["H20"]
    >>> chip.memory.bandwidth.value, chip.memory.bandwidth.unit
    (4000.0, 'GB/s')
    """

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
    stage_as_of: date | None = None
    only_for: tuple[str, ...] | None = None
    form: str | None = None
    designed_for: tuple[str, ...] | None = None
    marketed_for: tuple[str, ...] | None = None
    us_available: Availability = UNKNOWN_AVAILABILITY
    sources: Mapping[str, str] = field(default_factory=dict)
    digital: bool = True
    dies: tuple[Die, ...] | None = None
    transistors: Figure | None = None
    attested: Attested = NOTHING_ATTESTED
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
    scaling: Mapping[str, Figure] = field(default_factory=dict)
    declared: Declared | None = None
    prices: Figure | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    members: tuple[SystemMember, ...] = ()
    metrics: Mapping[str, Figure] = field(default_factory=dict)
    accepted: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    hypothetical: bool = False
    rates_partial: bool = False
    extends: str | None = None
    derating: tuple[tuple[str, str], ...] = ()
    changes: tuple[str, ...] = ()
    data: str | None = None

    def __repr__(self) -> str:
        """The id, and whether it differs from the product; a whole chip would fill a page."""
        if self.altered:
            return f"<Chip {self.id}, changed>"
        return f"<Chip {self.id}>"

    @property
    def altered(self) -> bool:
        """Whether this is not a product on sale: derated, set, dropped, or a user's own chip.

        >>> import chipdb
        >>> chip = chipdb.load()["H20"]
        >>> chip.altered, chip.derate(compute="30%").altered
        (False, True)
        """
        if self.hypothetical:
            return True
        return bool(self.derating or self.changes)

    def on_us_sale_by(self, day: date) -> bool | None:
        """Whether it was on sale in the United States on a day; None where that is not sourced.

        A chip that was derated or changed is not a product that was ever sold.

        >>> import chipdb
        >>> chip = chipdb.load()["A100"]
        >>> on = date(2022, 10, 21)
        >>> chip.on_us_sale_by(on), chip.drop("int8").on_us_sale_by(on)
        (True, False)
        """
        # A user's own chip states its availability itself, so only changes are asked about.
        if self.derating or self.changes:
            return False
        return self.us_available.on_sale_by(day)

    @property
    def tpp(self) -> float | None:
        """Total processing performance; None if unknown. For a system, that of its best chip.

        The unit of TPP is TOPS times bit length, with a multiply-accumulate as two operations
        (3A090, Technical Notes 1 and 2).

        >>> import chipdb
        >>> chipdb.load()["H20"].tpp
        2368.0
        """
        value = self.metric("tpp").value
        if value is None:
            return None
        return float(value)

    def metric(self, name: str) -> Metric:
        """A metric derived from the figures: its value, low, high, unit and state.

        ``value``, ``low`` and ``high`` are exact fractions, None if unknown; ``low`` and ``high``
        span all interpretations and credible claims. ``state`` is ``known``, ``unknown`` or
        ``undefined``. For a system, the metric is that of the chip with the highest TPP.

        Raises :class:`~chipdb.errors.UnknownNameError` for an unknown metric.

        >>> import chipdb
        >>> density = chipdb.load()["H20"].metric("performance_density")
        >>> round(float(density.value), 2), density.unit, density.state
        (2.91, 'TPP/mm^2', 'known')
        """
        from chipdb.errors import UnknownNameError
        from chipdb.units import METRIC_UNITS

        if not isinstance(name, str):
            raise TypeError(f"name must be str, not {name!r}")
        if name not in METRIC_UNITS:
            raise UnknownNameError("metric", name, choices=tuple(METRIC_UNITS))
        # Metrics are computed by a layer above the catalog, which is looked up by its name.
        metric: Metric = importlib.import_module("chipdb.metrics").measure(self, name)
        return metric

    def processors(self) -> list[tuple[Chip, int]]:
        """The chips of a system with their counts, those of inner systems included.

        A chip that is not a system is its own only processor.

        >>> import chipdb
        >>> [(chip.id, count) for chip, count in chipdb.load()["GB200-NVL72"].processors()]
        [('nvidia-gb200-gpu', 72)]
        """
        if not self.members:
            return [(self, 1)]
        chips: list[tuple[Chip, int]] = []
        # A rack lists servers, a server its accelerators: counts multiply on the way in.
        for member in self.members:
            for chip, count in member.chip.processors():
                chips.append((chip, member.count * count))
        return chips

    def active_dies(self) -> list[Die]:
        """Its dies except passive ones, such as interposers; none where they are unknown.

        >>> import chipdb
        >>> [die.name for die in chipdb.load()["MI250X"].active_dies()]
        ['Aldebaran GCD']
        """
        if self.dies is None:
            return []
        return [die for die in self.dies if not die.is_passive]

    @property
    def datacenter(self) -> bool | None:
        """Whether the chip is designed or marketed for data centers (3A090, Note 2).

        True if either is known to name data centers. False only if both are known and neither
        does. Otherwise None.
        """
        # "Designed or marketed": one of the two is enough, even if the other is unknown.
        markets = (self.designed_for, self.marketed_for)
        for market in markets:
            if market is not None and "datacenter" in market:
                return True
        if None in markets:
            return None
        return False

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

        if self.cores is not None:
            yield self.cores.count
            yield from self.cores.per_clock.values()
        memory = self.memory
        yield from _present(memory.bus, memory.pin_rate, memory.capacity, memory.bandwidth)
        for link in self.links or ():
            yield from _present(link.bandwidth, link.uncapped)
        yield from self.power.values()
        yield from self.clocks.values()
        yield from self.scaling.values()
        yield from _present(self.prices)
        yield from self.metrics.values()

    def derate(self, **knobs: str) -> Chip:
        """A copy with knobs turned in the order written.

        The knobs are ``compute``, ``memory_bandwidth``, ``link_bandwidth`` and ``die_area``. The
        amount ``"30%"`` cuts by 30 %, ``"x0.7"`` scales and a quantity such as ``"2.4 TB/s"``
        sets. Raises :class:`~chipdb.errors.UsageError` if the chip has no figure to derate.

        >>> import chipdb
        >>> chipdb.load()["H20"].derate(compute="30%").tpp
        1657.6
        """
        # Most checks change no chip, so start-up does without the module that does.
        from chipdb.catalog.knobs import derate

        # Python names have underscores where knobs have hyphens.
        return derate(self, [(knob.replace("_", "-"), amount) for knob, amount in knobs.items()])

    def drop(self, *formats: str) -> Chip:
        """A copy without number formats.

        Raises :class:`~chipdb.errors.UsageError` for a format that the chip does not have.

        >>> import chipdb
        >>> list(chipdb.load()["H20"].drop("int8").throughput)
        ['fp64', 'fp32', 'tf32', 'bf16', 'fp16', 'fp8']
        """
        from chipdb.catalog.modify import drop

        return drop(self, formats)

    def set(self, changes: Mapping[str, str]) -> Chip:
        """A copy with metrics or figures replaced, by metric name or figure path.

        Raises :class:`~chipdb.errors.ChipdbError` for an unknown path or a wrong unit.

        >>> import chipdb
        >>> chipdb.load()["H20"].set({"tpp": "1000"}).tpp
        1000.0
        """
        from chipdb.catalog.modify import set_figures

        return set_figures(self, list(changes.items()))


WITHOUT_ONE_UNIT = "prices"
"""The path of a figure that is kept in several currencies, so that its claims have no one unit."""


def figure_units(chips: Iterable[Chip]) -> dict[str, str]:
    """The units of the figures that some chips have, by path, in the order of the data.

    Prices are left out, because they have no one unit, and so are metrics that a user's chip
    states, because every chip has its metrics.

    >>> import chipdb
    >>> figure_units([chipdb.load()["H100 SXM"]])["memory.bandwidth"]
    'GB/s'
    """
    # a path has the same unit in every chip, so the first chip's unit is used
    units: dict[str, str] = {}
    for chip in chips:
        for figure in chip.figures():
            units.setdefault(figure.path, figure.unit)
    units.pop(WITHOUT_ONE_UNIT, None)
    for name in METRIC_UNITS:
        units.pop(name, None)
    return units


def _present(*figures: Figure | None) -> Iterator[Figure]:
    """The figures that are known, in the order given."""
    for figure in figures:
        if figure is not None:
            yield figure
