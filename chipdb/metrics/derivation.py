"""How a metric came about, number by number: the rates behind a TPP, the dies behind an area, the links behind an I/O sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from chipdb.catalog.chip import Die, Figure
from chipdb.metrics.definitions import LOGIC_ROLES, Count
from chipdb.metrics.spread import of_figure

STATED, PRODUCT, QUOTIENT, COUNTED = "stated", "product", "quotient", "counted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStep:
    """A rate of one unit in one number format, and what it makes with its bit length; ``why`` says how it counts."""

    unit: str
    format: str
    rate: Fraction | None
    bits: Fraction
    why: str
    counted: bool = False

    @property
    def product(self) -> Fraction | None:
        """Rate times bit length."""
        return None if self.rate is None else self.rate * self.bits


@dataclass(frozen=True, slots=True, kw_only=True)
class PartStep:
    """A die or a link and what it adds; ``why`` says how it counts."""

    name: str
    kind: str
    count: int
    value: Fraction | None
    adds: Fraction | None
    why: str
    process: str = ""


def way(count: Count, name: str) -> str:
    """Whether a metric is stated, the product or quotient of two stated ones, or counted from figures.

    >>> import chipdb
    >>> way(Count(chipdb.load()["H20"]), "tpp")
    'counted'
    """
    given = count.chip.metrics
    if name in given:
        return STATED
    if name == "tpp" and {"performance_density", "applicable_die_area"} <= set(given):
        return PRODUCT
    if name == "applicable_die_area" and "performance_density" in given:
        return QUOTIENT
    return COUNTED


def rate_steps(count: Count) -> tuple[RateStep, ...]:
    """Every dense rate of every processing unit times its bit length; of each unit the first highest is counted.

    >>> import chipdb
    >>> [(step.format, float(step.product)) for step in rate_steps(Count(chipdb.load()["H20"])) if step.counted]
    [('bf16', 2368.0)]
    """
    units = [
        ("main", count.chip.throughput),
        *((unit.name, unit.throughput) for unit in count.chip.units),
    ]
    return tuple(step for name, rates in units for step in _unit_steps(count, name, rates))


def _unit_steps(count: Count, unit: str, rates: Mapping[str, Figure]) -> Iterator[RateStep]:
    values = {name: _rate(count, figure) for name, figure in rates.items()}
    products = {
        name: value * count.bits(name) for name, value in values.items() if value is not None
    }
    top = max(products, key=lambda name: products[name]) if products else None
    for name, value in values.items():
        why = (
            "does not exist in this reading"
            if rates[name].path in count.removed()
            else "no credible claim"
        )
        if value is not None:
            equal = top is not None and products[name] == products[top]
            why = "highest, counted" if name == top else "equal" if equal else ""
        yield RateStep(
            unit=unit, format=name, rate=value, bits=count.bits(name), why=why, counted=name == top
        )


def _rate(count: Count, figure: Figure) -> Fraction | None:
    return (
        None
        if figure.path in count.removed()
        else of_figure(figure, figure.path, count.reading).value
    )


def die_steps(count: Count) -> tuple[PartStep, ...]:
    """Every die of the package, whether its area is applicable, and what it adds."""
    return tuple(_die_step(count, die) for die in count.chip.dies or ())


def _die_step(count: Count, die: Die) -> PartStep:
    area = of_figure(die.area, "area", count.reading).value
    why, adds = "counted", None if area is None else area * die.count
    if die.role not in LOGIC_ROLES:
        why, adds = "not counted: no logic die", Fraction(0)
    elif die.non_planar is False:
        why, adds = "not counted: planar transistors", Fraction(0)
    elif die.non_planar is None:
        why, adds = "open: kind of transistors unknown", None
    elif area is None:
        why = "open: area unknown"
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
    """Every link and what it adds to the I/O bandwidth, both directions together."""
    steps = []
    for index, link in enumerate(count.chip.links or ()):
        spread = count.link(index, link)
        stated = spread.inputs[0][1].value if spread.inputs else None
        why = "counted" if spread.value is not None else "open: bandwidth unknown"
        if link.counts == "unknown":
            why += "; directions not stated, up to twice as much"
        if link.counts == "one-direction":
            why += " twice: stated for one direction"
        steps.append(
            PartStep(
                name=link.name, kind=link.kind, count=1, value=stated, adds=spread.value, why=why
            )
        )
    return tuple(steps)
