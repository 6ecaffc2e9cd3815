"""What the catalog states of a chip under a path of somebody else's table, with every claim that may be meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.metrics import measure
from chipdb.units import METRIC_UNITS


@dataclass(frozen=True)
class Stated:
    """Credible values, the preferred first; what is known to be wrong; the values of parts; the sources."""

    values: tuple[Fraction, ...] = ()
    rejected: tuple[tuple[Fraction, str], ...] = ()
    parts: tuple[tuple[Fraction, str], ...] = ()
    sources: tuple[str, ...] = ()


def stated_of(chip: Chip, paths: Iterable[str]) -> Stated:
    """What a chip has under one of several paths; of a system the totals over its chips, and its own figures."""
    found = [_one(chip, path) for path in paths]
    return Stated(
        tuple(value for one in found for value in one.values),
        tuple(pair for one in found for pair in one.rejected),
        tuple(pair for one in found for pair in one.parts),
        tuple(dict.fromkeys(source for one in found for source in one.sources)),
    )


def _one(chip: Chip, path: str) -> Stated:
    if path == "die_area":
        return _areas(chip)
    if path == "transistors" or path in METRIC_UNITS:
        metric = measure(chip, path)
        values = [value for value in (metric.value, metric.low, metric.high) if value is not None]
        sources = tuple(claim.source for _, claim in metric.inputs if claim.source)
        parts = _parts(chip) if path == "transistors" else ()
        return Stated(
            (*values, *_total(chip, path)), _rejected(_figure(chip, path)), parts, sources
        )
    figure = _figure(chip, path)
    if figure is None:
        return Stated(tuple(_total(chip, path)))
    return Stated(_credible(figure), _rejected(figure), (), _sources(figure))


def _figure(chip: Chip, path: str) -> Figure | None:
    return next((figure for figure in chip.figures() if figure.path == path), None)


def _credible(figure: Figure) -> tuple[Fraction, ...]:
    preferred = figure.preferred()
    claims = [claim for claim in figure.claims if claim.rejected is None and claim is not preferred]
    return tuple(claim.value for claim in ([preferred] if preferred else []) + claims)


def _rejected(figure: Figure | None) -> tuple[tuple[Fraction, str], ...]:
    claims: Iterable[Claim] = figure.claims if figure else ()
    return tuple((claim.value, claim.rejected) for claim in claims if claim.rejected)


def _sources(figure: Figure) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            claim.source for claim in figure.claims if claim.rejected is None and claim.source
        )
    )


def _total(chip: Chip, path: str) -> Iterator[Fraction]:
    """The sum over the chips of a system."""
    values = (
        [(_value(part, path), count) for part, count in chip.processors()] if chip.members else []
    )
    if values and all(value is not None for value, _ in values):
        yield sum((value * count for value, count in values if value is not None), Fraction(0))


def _value(chip: Chip, path: str) -> Fraction | None:
    if path in METRIC_UNITS:
        return measure(chip, path).value
    figure = _figure(chip, path)
    claim = figure.preferred() if figure else None
    return claim.value if claim else None


def _parts(chip: Chip) -> tuple[tuple[Fraction, str], ...]:
    """The transistors of one die, of a package with several."""
    counts = [(die, die.transistors.preferred()) for die in chip.dies or () if die.transistors]
    several = sum(die.count for die, _ in counts) > 1
    return tuple(
        (claim.value, f"the count of one {die.name} die")
        for die, claim in counts
        if claim and several
    )


def _areas(chip: Chip) -> Stated:
    """The silicon of all logic dies; a table that names one die's area has a part of it."""
    dies = [
        (die, count)
        for part, count in chip.processors()
        for die in part.dies or ()
        if die.role != "passive"
    ]
    areas = [
        (die, die.area, die.count * count)
        for die, count in dies
        if die.area and die.area.preferred()
    ]
    several = sum(count for _, _, count in areas) > 1
    single = areas[0] if len(areas) == 1 else None
    claimed = [claim.value * single[2] for claim in single[1].credible()] if single else []
    total = sum((_preferred(area) * count for _, area, count in areas), Fraction(0))
    return Stated(
        (total, *claimed) if areas and len(areas) == len(dies) else (),
        tuple(pair for _, area, _ in areas for pair in _rejected(area)),
        tuple(
            (_preferred(area), f"the area of one {die.name} die")
            for die, area, _ in areas
            if several
        ),
        tuple(dict.fromkeys(source for _, area, _ in areas for source in _sources(area))),
    )


def _preferred(figure: Figure) -> Fraction:
    claim = figure.preferred()
    assert claim is not None, "only figures with a preferred claim are summed"
    return claim.value
