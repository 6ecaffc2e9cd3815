"""The numbers behind a metric: throughputs behind a TPP, dies behind an area, links behind I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from chipdb.catalog.figures import Die, Figure, Link
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics.definitions import LOGIC_ROLES, Count
from chipdb.metrics.spread import of_figure

STATED, PRODUCT, QUOTIENT, COUNTED = "stated", "product", "quotient", "counted"
"""The ways in which a metric comes about; see :func:`way`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStep:
    """The throughput of one unit in one number format, and its product with the bit length.

    ``rate`` is in TOPS, None where it is unknown or does not exist under the interpretation.
    ``counted`` marks the one that enters TPP; ``why`` says so in words.
    """

    unit: str
    format: str
    rate: Fraction | None
    bits: Fraction
    why: str
    counted: bool

    @property
    def product(self) -> Fraction | None:
        """Throughput times bit length, as TPP counts it; None if the throughput is unknown."""
        if self.rate is None:
            return None
        return self.rate * self.bits


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStep:
    """A die or a link and what it adds; ``why`` says how it counts.

    ``value`` is the stated area in mm^2 or bandwidth in GB/s, ``adds`` what it adds to the
    metric; each is None where it is unknown.
    """

    name: str
    kind: str
    count: int
    value: Fraction | None
    adds: Fraction | None
    why: str
    process: str = ""


def way(count: Count, name: str) -> str:
    """How a metric comes about: stated, counted from figures, or from two stated metrics.

    The result is :data:`STATED`, :data:`COUNTED`, :data:`PRODUCT` or :data:`QUOTIENT`.

    >>> import chipdb
    >>> way(Count(chipdb.load()["H20"]), "tpp")
    'counted'
    """
    stated = count.chip.metrics
    if name in stated:
        return STATED

    # TPP, area and density are tied by a definition, so two of them give the third.
    has_density = "performance_density" in stated
    if name == "tpp" and has_density and "applicable_die_area" in stated:
        return PRODUCT
    if name == "applicable_die_area" and has_density:
        return QUOTIENT
    return COUNTED


def rate_steps(count: Count) -> tuple[RateStep, ...]:
    """Every dense throughput of every unit; of each unit, the first of the highest is counted.

    >>> import chipdb
    >>> steps = rate_steps(Count(chipdb.load()["H20"]))
    >>> [(step.format, float(step.product)) for step in steps if step.counted]
    [('bf16', 2368.0)]
    """
    steps = list(_unit_steps(count, "main", count.chip.throughput))
    for unit in count.chip.units:
        steps += _unit_steps(count, unit.name, unit.throughput)
    return tuple(steps)


def _unit_steps(count: Count, unit: str, figures: Mapping[str, Figure]) -> Iterator[RateStep]:
    """A step for each number format of one processing unit, in the order of the data."""
    removed = count.removed()
    rates: dict[str, Fraction | None] = {}
    products: dict[str, Fraction] = {}
    for name, figure in figures.items():
        rate = None
        if figure.path not in removed:
            rate = of_figure(figure, figure.path, count.reading).value

        rates[name] = rate
        if rate is not None:
            products[name] = rate * count.bits(name)

    # Of equal products the first is counted, so that a worksheet marks exactly one.
    highest = max(products, key=lambda name: products[name], default=None)
    for name, rate in rates.items():
        if figures[name].path in removed:
            why = "does not exist under this interpretation"
        elif rate is None:
            why = "no credible claim"
        else:
            why = _why_counted(name, highest, products)

        yield RateStep(
            unit=unit,
            format=name,
            rate=rate,
            bits=Fraction(count.bits(name)),
            why=why,
            counted=name == highest,
        )


def _why_counted(name: str, highest: str | None, products: Mapping[str, Fraction]) -> str:
    """Whether a format is the one that counts, in words; empty if it is below the highest.

    >>> _why_counted("fp16", "bf16", {"bf16": Fraction(4992), "fp16": Fraction(4992)})
    'equal'
    """
    if name == highest:
        return "highest, counted"
    if highest is not None and products[name] == products[highest]:
        return "equal"
    return ""


def die_steps(count: Count) -> tuple[PartStep, ...]:
    """Every die of the package, whether its area is applicable, and what it adds in mm^2.

    >>> import chipdb
    >>> [(step.name, float(step.adds)) for step in die_steps(Count(chipdb.load()["MI250X"]))]
    [('Aldebaran GCD', 1448.0)]
    """
    # A chip whose dies are unknown has no step, and a worksheet says that they are missing.
    dies = count.chip.dies or ()
    return tuple(_die_step(count, die) for die in dies)


def _die_step(count: Count, die: Die) -> PartStep:
    """One die and what it adds: zero if planar or passive, None if its kind or area is unknown."""
    area = of_figure(die.area, "area", count.reading).value
    adds: Fraction | None
    if die.role not in LOGIC_ROLES:
        why, adds = "not counted: not a logic die", Fraction(0)
    elif die.non_planar is False:
        why, adds = "not counted: planar transistors", Fraction(0)
    elif die.non_planar is None:
        why, adds = "undetermined: kind of transistors unknown", None
    elif area is None:
        why, adds = "undetermined: area unknown", None
    else:
        why, adds = "counted", area * die.count

    return PartStep(
        name=die.name,
        kind=die.role,
        count=die.count,
        value=area,
        adds=adds,
        why=why,
        process=die.process or "",
    )


def link_steps(count: Count) -> tuple[PartStep, ...]:
    """Every link and what it adds to the I/O bandwidth in GB/s, both directions together.

    >>> import chipdb
    >>> [(step.name, float(step.adds)) for step in link_steps(Count(chipdb.load()["H20"]))]
    [('NVLink 4', 900.0), ('PCIe 5.0 x16', 126.0)]
    """
    links = count.chip.links or ()
    return tuple(_link_step(count, index, link) for index, link in enumerate(links))


def _link_step(count: Count, index: int, link: Link) -> PartStep:
    """One link; ``value`` is the bandwidth as stated, before directions are added."""
    spread = count.link(index, link)
    stated = None
    if spread.inputs:
        _, claim = spread.inputs[0]
        stated = claim.value

    why = "counted"
    if spread.value is None:
        why = "undetermined: bandwidth unknown"

    # Data sheets state a bandwidth per direction or of both; some do not say which.
    if link.counts == "unknown":
        why += "; directions not stated, up to twice as much"
    if link.counts == "one-direction":
        why += " twice: stated for one direction"
    return PartStep(
        name=link.name, kind=link.kind, count=1, value=stated, adds=spread.value, why=why
    )
