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
        known = _at(chip, path)
        values += known.values
        rejected += known.rejected
        parts += known.parts
        sources += known.sources
    return CatalogValue(tuple(values), tuple(rejected), tuple(parts), tuple(dict.fromkeys(sources)))


def _at(chip: Chip, path: str) -> CatalogValue:
    if path == "die_area":
        return _logic_area(chip)
    figure = _figure(chip, path)
    if path == "transistors" or path in METRIC_UNITS:
        return _metric(chip, path, figure)
    if figure is None:
        return CatalogValue(_system_total(chip, path))
    return CatalogValue(_credible(figure), _rejected(figure), (), _sources(figure))


def _metric(chip: Chip, name: str, figure: Figure | None) -> CatalogValue:
    metric = measure(chip, name)
    values = [value for value in (metric.value, metric.low, metric.high) if value is not None]
    return CatalogValue(
        values=(*values, *_system_total(chip, name)),
        rejected=_rejected(figure) if figure else (),
        parts=_transistors_of_one_die(chip) if name == "transistors" else (),
        sources=tuple(claim.source for _, claim in metric.inputs if claim.source),
    )


def _figure(chip: Chip, path: str) -> Figure | None:
    return next((figure for figure in chip.figures() if figure.path == path), None)


def _credible(figure: Figure) -> tuple[Fraction, ...]:
    preferred = figure.preferred()
    if preferred is None:
        return ()
    others = [
        claim.value for claim in figure.claims if claim.rejected is None and claim is not preferred
    ]
    return (preferred.value, *others)


def _rejected(figure: Figure) -> tuple[Explained, ...]:
    return tuple((claim.value, claim.rejected) for claim in figure.claims if claim.rejected)


def _sources(figure: Figure) -> tuple[str, ...]:
    keys = [claim.source for claim in figure.claims if claim.rejected is None and claim.source]
    return tuple(dict.fromkeys(keys))


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
    if path in METRIC_UNITS:
        return measure(chip, path).value
    figure = _figure(chip, path)
    claim = figure.preferred() if figure else None
    return claim.value if claim else None


def _transistors_of_one_die(chip: Chip) -> tuple[Explained, ...]:
    counted = [die for die in chip.dies or () if die.transistors]
    if sum(die.count for die in counted) < 2:
        return ()
    parts: list[Explained] = []
    for die in counted:
        claim = die.transistors.preferred() if die.transistors else None
        if claim:
            parts.append((claim.value, f"the count of one {die.name} die"))
    return tuple(parts)


def _logic_area(chip: Chip) -> CatalogValue:
    """The silicon of all logic dies; a table may state the area of one of them."""
    logic: list[tuple[Die, int]] = []
    for part, count in chip.processors():
        for die in part.dies or ():
            if die.role != "passive":
                logic.append((die, die.count * count))
    known = [(die, die.area, count) for die, count in logic if die.area and die.area.preferred()]
    several = sum(count for _, _, count in known) > 1
    values: list[Fraction] = []
    # a sum without the area of some die would be too small
    if known and len(known) == len(logic):
        values.append(sum((_preferred(area) * count for _, area, count in known), Fraction(0)))
        if len(known) == 1:
            _, area, count = known[0]
            values += [claim.value * count for claim in area.credible()]
    rejected: list[Explained] = []
    parts: list[Explained] = []
    sources: list[str] = []
    for die, area, _ in known:
        rejected += _rejected(area)
        sources += _sources(area)
        if several:
            parts.append((_preferred(area), f"the area of one {die.name} die"))
    return CatalogValue(tuple(values), tuple(rejected), tuple(parts), tuple(dict.fromkeys(sources)))


def _preferred(figure: Figure) -> Fraction:
    claim = figure.preferred()
    assert claim is not None, "only figures with a preferred claim are summed"
    return claim.value
