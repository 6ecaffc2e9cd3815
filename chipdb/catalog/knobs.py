"""Derated chips: what remains of a chip when a knob, such as its compute, is turned down.

Planners ask how fast a chip may be without a license; the knobs are what they can turn. The result
is a hypothetical chip, like those of :mod:`chipdb.catalog.modify`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from chipdb.catalog.figures import Figure, Link
from chipdb.catalog.modify import Fields, changed_copy, map_figures, map_members
from chipdb.catalog.stated import stated_figure
from chipdb.errors import QuantityError, UnknownNameError, UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.units import METRIC_UNITS, PERCENT, exact

if TYPE_CHECKING:
    from chipdb.catalog.chip import Chip

KNOBS = {
    "compute": ("tpp", "performance_density", "tops", "app"),
    "memory-bandwidth": ("memory_bandwidth", "memory_bandwidth_density"),
    "link-bandwidth": ("interconnect_bandwidth",),
    "die-area": ("applicable_die_area",),
}
"""Each knob with the given metrics that it scales; an absolute amount sets the first of them."""

LOWEST_TPP = 100
"""An absolute compute amount up to this is refused as a forgotten percent sign."""


def derate(chip: Chip, knobs: Iterable[tuple[str, str]]) -> Chip:
    """A copy with knobs turned in the order written, in each chip of a system.

    An amount is a cut (``30%``), a multiple (``x0.7``) or a quantity to set. Raises
    :class:`UnknownNameError` for an unknown knob and :class:`UsageError` if the chip has no figure
    that the knob scales, or for an impossible amount.

    >>> import chipdb
    >>> derate(chipdb.load()["H20"], [("compute", "x0.5"), ("memory-bandwidth", "2 TB/s")]).changes
    ('compute=x0.5', 'memory-bandwidth=2 TB/s')
    """
    for knob, amount in knobs:
        if knob not in KNOBS:
            raise UnknownNameError("knob", knob, choices=tuple(KNOBS))
        # From Python, 0.3 could mean a cut by 30 % or to 30 %.
        if not isinstance(amount, str):
            raise UsageError(
                f"{knob} must be text such as '30%', 'x0.7' or a quantity, not {amount!r}"
            )
        chip = _turn_knob(chip, knob, amount)
    return chip


def _turn_knob(chip: Chip, knob: str, amount: str) -> Chip:
    """A copy with one knob turned; in a system, that of each chip."""
    if chip.members:
        members = map_members(chip, lambda member: _turn_knob(member, knob, amount))
        fields: Fields = {"members": members}
    else:
        fields = _derated_fields(chip, knob, amount)
    derated = changed_copy(chip, f"{knob}={amount}", **fields)
    return replace(derated, derating=(*chip.derating, (knob, amount)))


def _derated_fields(chip: Chip, knob: str, amount: str) -> Fields:
    """The fields of a single chip with one knob turned by a cut, a multiple or a quantity."""
    factor = _factor_of(amount)
    if factor is None:
        return _set_knob(chip, knob, amount)
    # An area of zero would mean that all logic is planar, which nobody means by a cut.
    if factor == 0 and knob == "die-area":
        raise UsageError(f"die-area={amount} leaves no die; write a cut below 100%")
    return scaled_fields(chip, knob, factor)


def scale_knob(chip: Chip, knob: str, factor: Fraction) -> Chip:
    """A copy with one knob scaled by an exact multiple, in each chip of a system.

    Unlike :func:`derate`, which reads text, it takes any fraction, such as 1/3.

    >>> import chipdb
    >>> scale_knob(chipdb.load()["H20"], "compute", Fraction(1, 2)).tpp
    1184.0
    """
    note = f"{knob}=x{factor}"
    if chip.members:
        members = map_members(chip, lambda member: scale_knob(member, knob, factor))
        return changed_copy(chip, note, members=members)
    return changed_copy(chip, note, **scaled_fields(chip, knob, factor))


def _factor_of(amount: str) -> Fraction | None:
    """The multiple that an amount such as ``30%`` or ``x0.7`` means; None for a quantity.

    A percentage is a cut: ``30%`` leaves 0.7 of the figure. Raises :class:`UsageError` for a number
    that cannot be read, a negative multiple, or a cut of more than 100 %.

    >>> _factor_of("30%"), _factor_of("x0.7"), _factor_of("2.4 TB/s")
    (Fraction(7, 10), Fraction(7, 10), None)
    """
    text = amount.strip()
    if text[:1] in ("x", "×"):
        return _multiple(amount, _number_in(amount, text[1:]))
    if text.endswith("%"):
        return _after_cut(amount, _number_in(amount, text[:-1]))
    return None


def _number_in(amount: str, digits: str) -> Fraction:
    """The number in an amount; :class:`UsageError` for anything else shows the whole amount."""
    try:
        return exact(digits)
    except QuantityError as error:
        raise UsageError(f"{amount!r}: {error}") from None


def _multiple(amount: str, number: Fraction) -> Fraction:
    """A multiple as it was written; :class:`UsageError` for a negative one.

    >>> _multiple("x0.7", Fraction(7, 10))
    Fraction(7, 10)
    """
    if number < 0:
        raise UsageError(f"{amount!r} is negative; write x0.7 to cut, x1.2 to raise")
    return number


def _after_cut(amount: str, percent: Fraction) -> Fraction:
    """What a cut by some percent leaves; :class:`UsageError` for less than 0 or more than all.

    >>> _after_cut("30%", Fraction(30))
    Fraction(7, 10)
    """
    if not 0 <= percent <= PERCENT:
        raise UsageError(f"{amount!r} is not between 0% and 100%; write x1.2 to raise")
    return 1 - percent / PERCENT


def scaled_fields(chip: Chip, knob: str, factor: Fraction) -> Fields:
    """The fields of a single chip with one knob scaled.

    Raises :class:`UsageError` if the chip has no figure that the knob scales.
    """
    if factor and knob == "die-area" and _knows_only_density(chip):
        # A larger area shows as a lower density.
        density = chip.metrics["performance_density"].scaled(1 / factor)
        return {"metrics": {**chip.metrics, "performance_density": density}}

    paths = _scaled_paths(chip, knob)
    if not paths:
        raise UsageError(f"{chip.name} has no figure that {knob} derates")
    if knob == "compute":
        # with sparsity an engine is as much slower as without
        paths |= {figure.path for figure in _sparse_figures(chip)}

    def turned(figure: Figure) -> Figure:
        """A figure scaled if the knob scales it, else as it is."""
        if figure.path in paths:
            return figure.scaled(factor)
        return figure

    fields = map_figures(chip, turned)
    # TPP and area determine the density anew; a given one would contradict them.
    if knob in ("compute", "die-area") and "applicable_die_area" in chip.metrics:
        fields["metrics"].pop("performance_density", None)
    return fields


def _knows_only_density(chip: Chip) -> bool:
    """Whether a performance density is given without the area that it was divided by.

    >>> import chipdb
    >>> _knows_only_density(chipdb.load()["H20"].set({"performance_density": "2.9"}))
    True
    """
    given = chip.metrics
    return "performance_density" in given and "applicable_die_area" not in given


def _scaled_paths(chip: Chip, knob: str) -> set[str]:
    """The paths of the figures and given metrics that a knob scales.

    Paths identify figures, since two dies of a chip may have equal figures.

    >>> import chipdb
    >>> sorted(_scaled_paths(chipdb.load()["H20"], "link-bandwidth"))
    ['links[0].bandwidth']
    """
    paths = set[str]()
    for name, metric in chip.metrics.items():
        if name in KNOBS[knob]:
            paths.add(metric.path)
    for figure in _scaled_figures(chip, knob):
        if figure is not None:
            paths.add(figure.path)
    return paths


def _scaled_figures(chip: Chip, knob: str) -> Iterator[Figure | None]:
    """The figures of a chip that a knob scales, apart from given metrics; None for unknown ones.

    >>> import chipdb
    >>> [figure.path for figure in _scaled_figures(chipdb.load()["H20"], "memory-bandwidth")]
    ['memory.bandwidth']
    """
    match knob:
        case "compute":
            yield from chip.throughput.values()
            for unit in chip.units:
                yield from unit.throughput.values()
        case "memory-bandwidth":
            yield chip.memory.bandwidth
        case "link-bandwidth":
            # Links to a host or network follow standards, which a planner does not derate.
            for link in _chip_links(chip):
                yield from (link.bandwidth, link.uncapped)
        case "die-area":
            yield from _areas_of_computing_dies(chip)


def _sparse_figures(chip: Chip) -> Iterator[Figure]:
    """The throughput of a chip with sparsity, which enters no metric."""
    yield from chip.sparse.values()
    for unit in chip.units:
        yield from unit.sparse.values()


def _areas_of_computing_dies(chip: Chip) -> Iterator[Figure | None]:
    """The areas of the dies that compute: only these are redesigned, memory and I/O dies stay.

    >>> import chipdb
    >>> [area.value for area in _areas_of_computing_dies(chipdb.load()["MI300X"])]
    [115.0]
    """
    for die in chip.dies or ():
        if die.role == "compute":
            yield die.area


def _chip_links(chip: Chip) -> list[Link]:
    """The links of a chip to other chips; empty if its links are unknown.

    >>> import chipdb
    >>> [link.name for link in _chip_links(chipdb.load()["H20"])]
    ['NVLink 4']
    """
    if chip.links is None:
        return []
    return [link for link in chip.links if link.kind == "chip-to-chip"]


def _set_knob(chip: Chip, knob: str, amount: str) -> Fields:
    """The fields of a chip with the metric behind a knob set to an absolute amount."""
    metric = KNOBS[knob][0]
    try:
        figure = stated_figure(f"metrics.{metric}", amount, METRIC_UNITS[metric])
    except QuantityError as error:
        raise UsageError(f"{knob}={amount}: {error}; write 30% to cut or x0.7 to scale") from None

    # No planned chip has such a TPP, but many people forget the percent sign.
    value = float(figure.claims[0].value)
    if knob == "compute" and value <= LOWEST_TPP:
        # 0.7 is 70 percent, but whether of the cut or of what is left only the user knows
        percent = value
        if value < 1:
            percent = value * 100
        raise UsageError(
            f"compute={amount} would set TPP to {amount}; write {percent:g}% to cut {percent:g} "
            f"percent or x{percent / 100:g} to keep {percent:g} percent"
        )
    if knob == "link-bandwidth" and chip.links is not None:
        return {"links": _links_set_to(chip, amount)}

    metrics = dict(chip.metrics)
    # The old density would contradict the new TPP or area.
    metrics.pop("performance_density", None)
    metrics[metric] = figure
    if knob != "compute":
        return {"metrics": metrics}
    # The throughput figures no longer describe a chip whose TPP is set.
    return {"metrics": metrics, "throughput": {}, "units": ()}


def _links_set_to(chip: Chip, amount: str) -> tuple[Link, ...]:
    """The links of a chip with its only chip-to-chip link set to a bandwidth.

    A chip without such a link gets one. With several, it is not known how the bandwidth is divided.
    """
    links = list(chip.links or ())
    chip_links = _chip_links(chip)
    if len(chip_links) > 1:
        raise UsageError(
            f"link-bandwidth={amount}: {chip.name} has {len(chip_links)} chip-to-chip links; "
            "scale them with x0.7 or 30%"
        )
    if not chip_links:
        bandwidth = stated_figure(f"links[{len(links)}].bandwidth", amount, "GB/s")
        return (*links, Link(name="given", kind="chip-to-chip", bandwidth=bandwidth))

    index = links.index(chip_links[0])
    bandwidth = stated_figure(f"links[{index}].bandwidth", amount, "GB/s")
    # A link that is designed for this bandwidth has no cap that firmware could lift.
    links[index] = replace(chip_links[0], bandwidth=bandwidth, uncapped=None)
    return tuple(links)
