"""What the catalog states for a figure of a third-party table, with every claim it may mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Die, Figure, preferred_value
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.metrics import measure
from chipdb.units import METRIC_UNITS

Explained = tuple[Fraction, str]
"""A value, and why it is not the one that counts."""


@dataclass(frozen=True)
class CatalogValue:
    """Credible values, the preferred one first; values known to be wrong; of parts; sources."""

    values: tuple[Fraction, ...] = ()
    rejected: tuple[Explained, ...] = ()
    parts: tuple[Explained, ...] = ()
    sources: tuple[str, ...] = ()


def catalog_value(chip: Chip, paths: Iterable[str]) -> CatalogValue:
    """What a chip has under any of several paths; a system has its totals and its own figures.

    >>> import chipdb
    >>> known = catalog_value(chipdb.load()["MI250X"], ["die_area"])
    >>> float(known.values[0]), known.parts[0][1]
    (1448.0, 'the area of one Aldebaran GCD die')
    """
    return _joined([_at(chip, path) for path in paths])


def _joined(stated: Iterable[CatalogValue]) -> CatalogValue:
    """Everything that several figures have, in their order; each source once.

    A column may mean one of several figures, so a value of any of them is right.
    """
    # Values may repeat, since the first of each figure is its preferred one; sources need not.
    values: list[Fraction] = []
    rejected: list[Explained] = []
    parts: list[Explained] = []
    sources: dict[str, None] = {}
    for each in stated:
        values += each.values
        rejected += each.rejected
        parts += each.parts
        sources.update(dict.fromkeys(each.sources))
    return CatalogValue(tuple(values), tuple(rejected), tuple(parts), tuple(sources))


def _at(chip: Chip, path: str) -> CatalogValue:
    """What a chip has under one path: of a logic area, a metric or a figure."""
    if path == "die_area":
        return _logic_area(chip)

    figure = _figure(chip, path)
    if path in METRIC_UNITS:
        return _metric(chip, path, figure)
    if figure is None:
        # A system has few figures of its own; what a table states of it is mostly a total.
        return CatalogValue(_system_total(chip, path))
    return CatalogValue(_credible(figure), _rejected(figure), (), _sources(figure))


def _metric(chip: Chip, name: str, figure: Figure | None) -> CatalogValue:
    """A metric of a chip with its credible range, and the total of a system.

    Tables count the transistors of one die as often as those of the package, so these are parts.
    """
    metric = measure(chip, name)
    # The ends of the range come from credible claims, so a table that has one is not wrong.
    ends = (metric.value, metric.low, metric.high)
    values = [value for value in ends if value is not None]
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
        sources=sources_of(claim for _, claim in metric.inputs),
    )


def _figure(chip: Chip, path: str) -> Figure | None:
    """The figure under a path such as ``memory.bandwidth``; None where the chip has none.

    >>> import chipdb
    >>> _figure(chipdb.load()["H20"], "memory.bandwidth").value
    4000.0
    """
    for figure in chip.figures():
        if figure.path == path:
            return figure
    return None


def _credible(figure: Figure) -> tuple[Fraction, ...]:
    """The values of the credible claims, the preferred one first, in the figure's unit.

    Those of other interpretations count: a table does not say which of them it means.

    >>> import chipdb
    >>> {int(value) for value in _credible(chipdb.load()["A100"].memory.bandwidth)}
    {2039}
    """
    preferred = figure.preferred()
    if preferred is None:
        return ()
    others = [claim.value for claim in figure.unrejected() if claim is not preferred]
    return (preferred.value, *others)


def _rejected(figure: Figure) -> tuple[Explained, ...]:
    """The values of claims that the catalog has rejected, each with its reason.

    They are kept so that an audit can explain the error of a table that repeats one.
    """
    rejected: list[Explained] = []
    for claim in figure.claims:
        if claim.rejected:
            rejected.append((claim.value, claim.rejected))
    return tuple(rejected)


def _sources(figure: Figure) -> tuple[str, ...]:
    """The sources of the credible claims of a figure."""
    return sources_of(figure.unrejected())


def sources_of(claims: Iterable[Claim]) -> tuple[str, ...]:
    """The sources that some claims name, each once, in their order.

    Claims of a user's own chip name none.
    """
    keys: dict[str, None] = {}
    for claim in claims:
        if claim.source:
            keys[claim.source] = None
    return tuple(keys)


def _system_total(chip: Chip, path: str) -> tuple[Fraction, ...]:
    """The sum over the chips of a system; nothing where the figure of one is unknown.

    A sum without one of its chips would look like the figure of a smaller system.

    >>> import chipdb
    >>> [int(total) for total in _system_total(chipdb.load()["GB200-NVL72"], "memory.capacity")]
    [13392]
    """
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
    """The preferred value of a metric or figure, in its unit; None where it is not known."""
    if path in METRIC_UNITS:
        return measure(chip, path).value
    return preferred_value(_figure(chip, path))


def _transistors_of_one_die(chip: Chip) -> tuple[Explained, ...]:
    """The transistors of each die of a package that has several.

    With a single die its count is that of the package, and no error.

    >>> import chipdb
    >>> _transistors_of_one_die(chipdb.load()["MI250X"])
    ((Fraction(29100000000, 1), 'the count of one Aldebaran GCD die'),)
    """
    parts: list[Explained] = []
    dies = 0
    for die in chip.dies or ():
        if die.transistors is None:
            continue
        dies += die.count
        count = preferred_value(die.transistors)
        if count is not None:
            parts.append((count, f"the count of one {die.name} die"))

    if dies < 2:
        return ()
    return tuple(parts)


@dataclass(frozen=True)
class _MeasuredDie:
    """A kind of logic die with its area, and how many of them a chip has."""

    name: str
    count: int
    figure: Figure
    area: Fraction


def _logic_area(chip: Chip) -> CatalogValue:
    """The silicon of all logic dies in mm²; a table may state the area of one of them.

    Passive dies, such as interposers, are not logic. Where the area of some die is unknown, there
    is no area of the package, but there are still those of the known dies.
    """
    logic = _logic_dies(chip)
    measured = list(_measured(logic))
    # The area of a single die is that of the package, so it is not the area of a part.
    has_several = sum(die.count for die in measured) > 1
    of_dies = _joined([_of_one_die(die, is_part=has_several) for die in measured])

    # A sum without the area of some die would be too small.
    if not measured or len(measured) < len(logic):
        return of_dies
    return replace(of_dies, values=tuple(_areas_of_package(measured)))


def _of_one_die(die: _MeasuredDie, *, is_part: bool) -> CatalogValue:
    """What is known of the area of one kind of die, without that of the package.

    ``is_part`` says whether the package has more silicon than one such die.
    """
    parts: tuple[Explained, ...] = ()
    if is_part:
        parts = ((die.area, f"the area of one {die.name} die"),)
    return CatalogValue((), _rejected(die.figure), parts, _sources(die.figure))


def _areas_of_package(measured: Sequence[_MeasuredDie]) -> Iterator[Fraction]:
    """The area of all logic dies, and where it is of one kind, what other claims make of it.

    Other claims of a sum have no meaning: those of one die need not go with those of another.
    """
    total = Fraction(0)
    for die in measured:
        total += die.area * die.count
    yield total

    # The sum uses the preferred claims; with one kind of die the others can be multiplied, too.
    if len(measured) == 1:
        for claim in measured[0].figure.credible():
            yield claim.value * measured[0].count


def _logic_dies(chip: Chip) -> list[tuple[Die, int]]:
    """Every kind of logic die of a chip, or of a system's chips, and how many of them there are.

    >>> import chipdb
    >>> [(die.name, count) for die, count in _logic_dies(chipdb.load()["MI250X"])]
    [('Aldebaran GCD', 2)]
    """
    dies: list[tuple[Die, int]] = []
    for part, count in chip.processors():
        for die in part.active_dies():
            dies.append((die, die.count * count))
    return dies


def _measured(dies: Iterable[tuple[Die, int]]) -> Iterator[_MeasuredDie]:
    """The dies whose area a credible claim states, each with its number in the chip.

    The others cannot be compared.
    """
    for die, count in dies:
        area = preferred_value(die.area)
        if die.area is not None and area is not None:
            yield _MeasuredDie(die.name, count, die.area, area)
