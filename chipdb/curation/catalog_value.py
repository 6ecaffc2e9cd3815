"""What the catalog states for a figure of a third-party table, with every claim it may mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Die, Figure
from chipdb.metrics import measure
from chipdb.units import METRIC_UNITS

Explained = tuple[Fraction, str]
"""A value, and why it is not the one that counts."""


@dataclass(frozen=True)
class CatalogValue:
    """Credible values, the preferred first; values known to be wrong; values of parts; sources."""

    values: tuple[Fraction, ...] = ()
    rejected: tuple[Explained, ...] = ()
    parts: tuple[Explained, ...] = ()
    sources: tuple[str, ...] = ()


def catalog_value(chip: Chip, paths: Iterable[str]) -> CatalogValue:
    """What a chip has under any of several paths; a system has its totals and its own figures."""
    values: list[Fraction] = []
    rejected: list[Explained] = []
    parts: list[Explained] = []
    sources: list[str] = []

    for path in paths:
        stated = _at(chip, path)
        values += stated.values
        rejected += stated.rejected
        parts += stated.parts
        sources += stated.sources

    return CatalogValue(tuple(values), tuple(rejected), tuple(parts), tuple(dict.fromkeys(sources)))


def _at(chip: Chip, path: str) -> CatalogValue:
    """What a chip has under one path: of a logic area, a metric or a figure."""
    if path == "die_area":
        return _logic_area(chip)
    figure = _figure(chip, path)
    if path == "transistors" or path in METRIC_UNITS:
        return _metric(chip, path, figure)
    if figure is None:
        return CatalogValue(_system_total(chip, path))
    return CatalogValue(_credible(figure), _rejected(figure), (), _sources(figure))


def _metric(chip: Chip, name: str, figure: Figure | None) -> CatalogValue:
    """A metric of a chip with its credible range, and the total of a system.

    Tables count the transistors of one die as often as those of the package, so these are parts.
    """
    metric = measure(chip, name)
    values: list[Fraction] = []
    for value in (metric.value, metric.low, metric.high):
        if value is not None:
            values.append(value)

    rejected: tuple[Explained, ...] = ()
    if figure is not None:
        rejected = _rejected(figure)
    parts: tuple[Explained, ...] = ()
    if name == "transistors":
        parts = _transistors_of_one_die(chip)

    return CatalogValue(
        values=(*values, *_system_total(chip, name)),
        rejected=rejected,
        parts=parts,
        sources=tuple(claim.source for _, claim in metric.inputs if claim.source),
    )


def _figure(chip: Chip, path: str) -> Figure | None:
    """The figure under a path; None where the chip has none."""
    for figure in chip.figures():
        if figure.path == path:
            return figure
    return None


def _credible(figure: Figure) -> tuple[Fraction, ...]:
    """The values of the credible claims, the preferred one first."""
    preferred = figure.preferred()
    if preferred is None:
        return ()

    values = [preferred.value]
    for claim in figure.claims:
        if claim.rejected is None and claim is not preferred:
            values.append(claim.value)
    return tuple(values)


def _rejected(figure: Figure) -> tuple[Explained, ...]:
    """The values of claims that the catalog has rejected, each with its reason."""
    rejected: list[Explained] = []
    for claim in figure.claims:
        if claim.rejected:
            rejected.append((claim.value, claim.rejected))
    return tuple(rejected)


def _sources(figure: Figure) -> tuple[str, ...]:
    """The sources of the credible claims, each once."""
    keys: dict[str, None] = {}
    for claim in figure.claims:
        if claim.rejected is None and claim.source:
            keys[claim.source] = None
    return tuple(keys)


def _system_total(chip: Chip, path: str) -> tuple[Fraction, ...]:
    """The sum over the chips of a system; nothing where the figure of one is unknown."""
    if not chip.members:
        return ()
    total = Fraction(0)
    for part, count in chip.processors():
        value = _value(part, path)
        if value is None:
            return ()
        total += value * count
    return (total,)


def _value(chip: Chip, path: str) -> Fraction | None:
    """The preferred value of a metric or figure; None where it is not known."""
    if path in METRIC_UNITS:
        return measure(chip, path).value

    figure = _figure(chip, path)
    if figure is None:
        return None
    claim = figure.preferred()
    return claim.value if claim else None


def _transistors_of_one_die(chip: Chip) -> tuple[Explained, ...]:
    """The transistors of each die of a package that has several."""
    counted = [die for die in chip.dies or () if die.transistors]
    # with a single die its count is that of the package, and no error
    if sum(die.count for die in counted) < 2:
        return ()

    parts: list[Explained] = []
    for die in counted:
        claim = die.transistors.preferred() if die.transistors else None
        if claim:
            parts.append((claim.value, f"the count of one {die.name} die"))
    return tuple(parts)


def _logic_area(chip: Chip) -> CatalogValue:
    """The silicon of all logic dies in mm²; a table may state the area of one of them.

    Passive dies, such as interposers, are not logic.
    """
    logic = _logic_dies(chip)
    measured = [(die, count) for die, count in logic if _area(die) is not None]
    is_complete = len(measured) == len(logic)
    has_several = sum(count for _, count in measured) > 1

    total = Fraction(0)
    rejected: list[Explained] = []
    parts: list[Explained] = []
    sources: list[str] = []
    for die, count in measured:
        area = _area(die)
        assert area is not None, "only dies with an area"
        total += _preferred(area) * count
        rejected += _rejected(area)
        sources += _sources(area)
        if has_several:
            parts.append((_preferred(area), f"the area of one {die.name} die"))

    values: list[Fraction] = []
    # a sum without the area of some die would be too small
    if measured and is_complete:
        values.append(total)
    # other claims of a sum have no meaning: those of one die need not go with those of another
    if len(measured) == 1 and is_complete:
        die, count = measured[0]
        area = _area(die)
        if area is not None:
            values += [claim.value * count for claim in area.credible()]

    return CatalogValue(tuple(values), tuple(rejected), tuple(parts), tuple(dict.fromkeys(sources)))


def _logic_dies(chip: Chip) -> list[tuple[Die, int]]:
    """Every kind of logic die of a chip, or of a system's chips, and how many of it there are."""
    dies: list[tuple[Die, int]] = []
    for part, count in chip.processors():
        for die in part.dies or ():
            if die.role != "passive":
                dies.append((die, die.count * count))
    return dies


def _area(die: Die) -> Figure | None:
    """The area of a die; None where no credible claim states it."""
    if die.area is None or die.area.preferred() is None:
        return None
    return die.area


def _preferred(figure: Figure) -> Fraction:
    """The preferred value of a figure that is known to have one."""
    claim = figure.preferred()
    assert claim is not None, "only figures with a preferred claim are summed"
    return claim.value
