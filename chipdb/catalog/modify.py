"""Chips made from other chips: set a figure, drop a number format, derate by a knob.

The result is a hypothetical chip: it was never on sale and its vendor declared nothing about it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.catalog.attested import ATTESTED, attesting
from chipdb.catalog.figures import SPARSE_RATIO, UNKNOWN_AVAILABILITY, Claim, Figure, Link
from chipdb.catalog.formats import format_table
from chipdb.catalog.stated import stated_figure
from chipdb.errors import QuantityError, UnknownNameError, UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.units import METRIC_UNITS, PERCENT, exact
from chipdb.vocabulary import Basis

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

_METRIC_OF = {
    "throughput": "tpp",
    "units": "tpp",
    "memory.bandwidth": "memory_bandwidth",
    "memory.capacity": "memory_capacity",
    "dies": "applicable_die_area",
    "links": "aggregate_io_bandwidth",
}
"""Beginnings of figure paths with the metric that is computed from those figures."""

_SINGLE_FIGURES = {
    "memory.bandwidth": "GB/s",
    "memory.capacity": "GB",
    "power.tdp": "W",
    "clocks.base": "MHz",
    "clocks.boost": "MHz",
}
"""Figures that can be added to any chip, with their units."""

_PART_FIGURES = {
    ("dies", "area"): "mm^2",
    ("dies", "transistors"): "",
    ("links", "bandwidth"): "GB/s",
}
"""Figures that can be added to a die or link, with their units."""

_DENSITY_PARTS = {"tpp", "applicable_die_area", "performance_density"}

Fields = dict[str, Any]
"""Fields of a chip with their new values, as :func:`dataclasses.replace` takes them."""


def map_figures(chip: Chip, change: Callable[[Figure], Figure]) -> Fields:
    """The fields of a chip that hold figures, with ``change`` applied to each figure.

    A field that is unknown stays unknown, and an empty one stays empty: no dies is not the same as
    dies of which nothing is known.
    """

    def optional(figure: Figure | None) -> Figure | None:
        """A figure changed; None if it is unknown."""
        if figure is None:
            return None
        return change(figure)

    def each(figures: Mapping[str, Figure]) -> dict[str, Figure]:
        """All figures of a mapping changed."""
        return {name: change(figure) for name, figure in figures.items()}

    # A part that is left out here would keep its old figures in a derated chip.
    memory = replace(
        chip.memory,
        bus=optional(chip.memory.bus),
        pin_rate=optional(chip.memory.pin_rate),
        capacity=optional(chip.memory.capacity),
        bandwidth=optional(chip.memory.bandwidth),
    )
    units = []
    for unit in chip.units:
        changed = replace(unit, throughput=each(unit.throughput), sparse=each(unit.sparse))
        units.append(changed)

    fields: Fields = {
        "memory": memory,
        "units": tuple(units),
        "throughput": each(chip.throughput),
        "sparse": each(chip.sparse),
        "power": each(chip.power),
        "clocks": each(chip.clocks),
        "metrics": each(chip.metrics),
        "transistors": optional(chip.transistors),
        "package_area": optional(chip.package_area),
        "prices": optional(chip.prices),
    }
    if chip.dies is not None:
        dies = []
        for die in chip.dies:
            transistors, area = optional(die.transistors), optional(die.area)
            dies.append(replace(die, transistors=transistors, area=area))
        fields["dies"] = tuple(dies)

    if chip.links is not None:
        links = []
        for link in chip.links:
            bandwidth, uncapped = optional(link.bandwidth), optional(link.uncapped)
            links.append(replace(link, bandwidth=bandwidth, uncapped=uncapped))
        fields["links"] = tuple(links)

    if chip.cores is not None:
        count, per_clock = change(chip.cores.count), each(chip.cores.per_clock)
        fields["cores"] = replace(chip.cores, count=count, per_clock=per_clock)
    return fields


def _changed(chip: Chip, note: str, **fields: Any) -> Chip:
    """A copy with other fields; ``note`` joins the list of changes that answers show.

    What the vendor declared and where the product was on sale describe the unchanged chip.
    """
    return replace(
        chip,
        declared=None,
        us_available=UNKNOWN_AVAILABILITY,
        changes=(*chip.changes, note),
        **fields,
    )


def set_figures(chip: Chip, changes: Iterable[tuple[str, str]]) -> Chip:
    """A copy with metrics or figures replaced, by metric name or by path as ``show`` prints it.

    Raises :class:`UnknownNameError` for an unknown path, :class:`QuantityError` for a wrong unit
    and :class:`UsageError` for a figure that a given metric overrides.
    """
    for path, text in changes:
        # A number from Python has no unit, and a float no longer the digits that were written.
        if not isinstance(text, str):
            raise UsageError(f"{path} must be text such as '900 GB/s' or '1000', not {text!r}")
        if path.startswith(ATTESTED):
            # what somebody attests changes no figure, so the chip stays the product that it is
            chip = replace(chip, attested=attesting(chip.attested, path, text))
            continue
        try:
            chip = _changed(chip, f"{path}={text}", **_set_figure(chip, path, text))
        except QuantityError as error:
            raise QuantityError(f"{path}: {error}") from None
    return chip


def _set_figure(chip: Chip, path: str, text: str) -> Fields:
    """The fields of a chip with one metric or figure set, whether or not it has it already."""
    if path in METRIC_UNITS:
        return {"metrics": _metrics_with(chip, path, text)}

    metric = _overriding_metric(chip, path)
    # Accepting the figure would leave every answer as it was, which looks like a result.
    if metric is not None:
        raise UsageError(
            f"{path} does not affect {chip.name}, whose {metric} is given; set {metric} instead"
        )

    figure = _figure_at(chip, path)
    if figure is None:
        return _add_figure(chip, path, text)

    new_figure = _restated(chip, figure, text)

    def in_place(other: Figure) -> Figure:
        """The new figure in place of the one at its path; every other figure as it is."""
        if other.path == new_figure.path:
            return new_figure
        return other

    return map_figures(chip, in_place)


def _metrics_with(chip: Chip, name: str, text: str) -> dict[str, Figure]:
    """The given metrics of a chip with one of them replaced."""
    metrics = {**chip.metrics, name: stated_figure(f"metrics.{name}", text, METRIC_UNITS[name])}
    # TPP and area together determine the density; an older one would contradict them.
    if name != "performance_density" and set(metrics) >= _DENSITY_PARTS:
        del metrics["performance_density"]
    return metrics


def _overriding_metric(chip: Chip, path: str) -> str | None:
    """The given metric that makes the figure at ``path`` irrelevant; None if there is none."""
    for beginning, metric in _METRIC_OF.items():
        if metric not in chip.metrics:
            continue
        if path == beginning or _dotted(path).startswith(f"{beginning}."):
            return metric
    return None


def _dotted(path: str) -> str:
    """A path with its indexes as names: ``dies[0].area`` and ``dies.0.area`` are the same."""
    return ".".join(re.findall(r"[^.\[\]]+", path))


def _figure_at(chip: Chip, path: str) -> Figure | None:
    """The figure at a path; dies and links may be given by name, as in ``dies.GH100.area``.

    None if the chip has no such figure.
    """
    figures = {_dotted(figure.path): figure for figure in chip.figures()}
    for die in chip.dies or ():
        if die.area is not None:
            figures[_dotted(f"dies.{die.name}.area")] = die.area
    for link in chip.links or ():
        if link.bandwidth is not None:
            figures[_dotted(f"links.{link.name}.bandwidth")] = link.bandwidth
    return figures.get(_dotted(path))


def _restated(chip: Chip, figure: Figure, text: str) -> Figure:
    """A figure with the value that a user states; refuses what looks like sparse throughput."""
    new_figure = stated_figure(figure.path, text, figure.unit, figure.highest)
    known = figure.preferred()
    is_dense = any(figure.path == dense.path for dense in chip.throughput.values())

    # What a user stated before may have been a guess; only a sourced number is evidence.
    if not is_dense or known is None or known.basis == Basis.HYPOTHETICAL:
        return new_figure

    # Only dense throughput counts for TPP (3A090, Technical Note 3); data sheets print the sparse.
    if new_figure.claims[0].value >= known.value * SPARSE_RATIO:
        raise QuantityError(
            f"{text} looks like sparse throughput: {chip.name} has {known.text} dense; "
            "write the dense throughput"
        )
    return new_figure


def _add_figure(chip: Chip, path: str, text: str) -> Fields:
    """The fields of a chip with a figure that it does not have yet.

    Raises :class:`UnknownNameError` for a path that no chip can have, with the nearest ones.
    """
    root, _, name = path.partition(".")
    if root == "throughput" and format_table().is_format(name.removesuffix("_sparse")):
        # A chip keeps the two apart, since only dense throughput counts for TPP.
        field = "throughput"
        if name.endswith("_sparse"):
            field = "sparse"
        figure = stated_figure(path, text, "TOPS", highest=True)
        return {field: {**getattr(chip, field), name: figure}}

    if path in _SINGLE_FIGURES:
        return _with_single_figure(chip, stated_figure(path, text, _SINGLE_FIGURES[path]))

    # `dies[0].area`, `dies.0.area` and `dies.GH100.area` all name a part of a list.
    part = re.fullmatch(
        r"(?P<root>dies|links)[.\[](?P<which>.+?)\]?\.(?P<field>area|transistors|bandwidth)", path
    )
    if part is None:
        raise UnknownNameError("figure", path, _similar_paths(chip, path))
    return _with_part_figure(chip, path, part, text)


def _with_single_figure(chip: Chip, figure: Figure) -> Fields:
    """The fields of a chip with one of the figures of ``_SINGLE_FIGURES``."""
    root, _, name = figure.path.partition(".")
    if root != "memory":
        return {root: {**getattr(chip, root), name: figure}}
    fields: Fields = {name: figure}
    # A chip without memory that is given a bandwidth has memory of a kind that is not known.
    if chip.memory.kind == "none":
        fields["kind"] = None
    return {"memory": replace(chip.memory, **fields)}


def _with_part_figure(chip: Chip, path: str, match: re.Match[str], text: str) -> Fields:
    """The dies or links of a chip with a figure that one of them does not have yet.

    A die or link that the chip does not have is not made: its role and kind would be guesses.
    """
    root, which, field = match["root"], match["which"], match["field"]
    unit = _PART_FIGURES.get((root, field))
    parts: list[Any] = list(getattr(chip, root) or ())
    for index, part in enumerate(parts):
        if unit is not None and which in (str(index), part.name):
            fields: Fields = {field: stated_figure(f"{root}[{index}].{field}", text, unit)}
            parts[index] = replace(part, **fields)
            return {root: tuple(parts)}
    raise UnknownNameError("figure", path, _similar_paths(chip, path))


def _similar_paths(chip: Chip, path: str) -> list[str]:
    """At most three metrics or figures of the chip whose names resemble a path."""
    paths = [*METRIC_UNITS, *(figure.path for figure in chip.figures())]
    # Imported here because only a name that does not exist needs it.
    import difflib

    return difflib.get_close_matches(path, paths, n=3, cutoff=0.4)


def drop(chip: Chip, formats: Iterable[str]) -> Chip:
    """A copy without some number formats, in each chip of a system.

    Raises :class:`UsageError` for a format that the chip does not have.
    """
    for name in formats:
        chip = _drop_format(chip, name)
    return chip


def _drop_format(chip: Chip, name: str) -> Chip:
    """A copy without one number format; a system loses it in each of its chips."""
    note = f"drop {name}"
    if chip.members:
        members = _map_members(chip, lambda member: _drop_format(member, name))
        return _changed(chip, note, members=members)

    if name not in chip.throughput:
        formats = ", ".join(chip.throughput) or "no throughput figures"
        raise UsageError(f"{chip.name} has no throughput for {name!r}; it has {formats}")
    if "tpp" in chip.metrics:
        raise UsageError(
            f"dropping {name} does not affect {chip.name}, whose tpp is given; set tpp instead"
        )

    throughput = dict(chip.throughput)
    del throughput[name]
    # A chip that no longer computes in a format does not do so on its vector pipes either.
    throughput.pop(f"{name}_vector", None)
    return _changed(chip, note, throughput=throughput)


def _map_members(system: Chip, change: Callable[[Chip], Chip]) -> tuple[Any, ...]:
    """The members of a system with ``change`` applied to the chip of each."""
    members = []
    for member in system.members:
        members.append(replace(member, chip=change(member.chip)))
    return tuple(members)


def derate(chip: Chip, knobs: Iterable[tuple[str, str]]) -> Chip:
    """A copy with knobs turned in the order written, in each chip of a system.

    An amount is a cut (``30%``), a multiple (``x0.7``) or a quantity to set. Raises
    :class:`UnknownNameError` for an unknown knob and :class:`UsageError` if the chip has no figure
    that the knob scales, or for an amount that cannot be meant.
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
        members = _map_members(chip, lambda member: _turn_knob(member, knob, amount))
        fields: Fields = {"members": members}
    else:
        fields = _derated_fields(chip, knob, amount)
    derated = _changed(chip, f"{knob}={amount}", **fields)
    return replace(derated, derating=(*chip.derating, (knob, amount)))


def _derated_fields(chip: Chip, knob: str, amount: str) -> Fields:
    """The fields of a single chip with one knob turned by a cut, a multiple or a quantity."""
    factor = _factor_of(amount)
    if factor is None:
        return _set_knob(chip, knob, amount)
    if factor == 0 and knob == "die-area":
        raise UsageError(f"die-area={amount} leaves no die; write a cut below 100%")
    return scaled_fields(chip, knob, factor)


def scale_knob(chip: Chip, knob: str, factor: Fraction) -> Chip:
    """A copy with one knob scaled by an exact multiple, in each chip of a system.

    Unlike :func:`derate`, which reads text, it takes any fraction, such as 1/3.
    """
    note = f"{knob}=x{factor}"
    if chip.members:
        members = _map_members(chip, lambda member: scale_knob(member, knob, factor))
        return _changed(chip, note, members=members)
    return _changed(chip, note, **scaled_fields(chip, knob, factor))


def _factor_of(amount: str) -> Fraction | None:
    """The multiple that an amount such as ``30%`` or ``x0.7`` means; None for a quantity.

    A percentage is a cut: ``30%`` leaves 0.7 of the figure. Raises :class:`UsageError` for a number
    that cannot be read, a negative multiple, or a cut of more than everything.
    """
    text = amount.strip()
    is_multiple = text[:1] in ("x", "×")
    if is_multiple:
        digits = text[1:]
    elif text.endswith("%"):
        digits = text[:-1]
    else:
        return None

    try:
        number = exact(digits)
    except QuantityError as error:
        raise UsageError(f"{amount!r}: {error}") from None

    if is_multiple:
        if number < 0:
            raise UsageError(f"{amount!r} is negative; write x0.7 to cut, x1.2 to raise")
        return number
    if not 0 <= number <= PERCENT:
        raise UsageError(f"{amount!r} is not between 0% and 100%; write x1.2 to raise")
    return 1 - number / PERCENT


def scaled_fields(chip: Chip, knob: str, factor: Fraction) -> Fields:
    """The fields of a single chip with one knob scaled.

    Raises :class:`UsageError` if the chip has no figure that the knob scales.
    """
    density = chip.metrics.get("performance_density")
    area_is_given = "applicable_die_area" in chip.metrics
    if knob == "die-area" and density is not None and not area_is_given and factor:
        # Only the density is known, so a larger area shows as a lower density.
        return {"metrics": {**chip.metrics, "performance_density": density.scaled(1 / factor)}}

    paths = _scaled_paths(chip, knob)
    if not paths:
        raise UsageError(f"{chip.name} has no figure that {knob} derates")

    def turned(figure: Figure) -> Figure:
        """A figure scaled if the knob scales it, else as it is."""
        if figure.path in paths:
            return figure.scaled(factor)
        return figure

    fields = map_figures(chip, turned)
    determines_density = knob in ("compute", "die-area") and area_is_given
    if determines_density and density is not None:
        # TPP and area determine the density anew.
        del fields["metrics"]["performance_density"]
    return fields


def _scaled_paths(chip: Chip, knob: str) -> set[str]:
    """The paths of the figures and given metrics that a knob scales.

    Paths identify figures, since two dies of a chip may have equal figures.
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
    """The figures of a chip that a knob scales, apart from given metrics; None for unknown ones."""
    if knob == "compute":
        yield from chip.throughput.values()
        for unit in chip.units:
            yield from unit.throughput.values()
    elif knob == "memory-bandwidth":
        yield chip.memory.bandwidth
    elif knob == "link-bandwidth":
        # Links to a host or network follow standards, which a planner does not derate.
        for link in _chip_links(chip):
            yield link.bandwidth
            yield link.uncapped
    else:
        # Only dies with logic for computing are redesigned; memory and I/O dies stay.
        for die in chip.dies or ():
            if die.role == "compute":
                yield die.area


def _chip_links(chip: Chip) -> list[Link]:
    """The links of a chip to other chips; empty if its links are unknown."""
    return [link for link in chip.links or () if link.kind == "chip-to-chip"]


def _set_knob(chip: Chip, knob: str, amount: str) -> Fields:
    """The fields of a chip with the metric behind a knob set to an absolute amount."""
    metric = KNOBS[knob][0]
    try:
        figure = stated_figure(f"metrics.{metric}", amount, METRIC_UNITS[metric])
    except QuantityError as error:
        raise UsageError(f"{knob}={amount}: {error}; write 30% to cut or x0.7 to scale") from None

    # Nobody plans a chip of such a TPP, but many forget the percent sign.
    if knob == "compute" and figure.claims[0].value <= LOWEST_TPP:
        raise UsageError(
            f"compute={amount} would set TPP to {amount}; write {amount}% to cut or x0.7 to scale"
        )
    if knob == "link-bandwidth" and chip.links is not None:
        return {"links": _links_set_to(chip, amount)}

    metrics = dict(chip.metrics)
    # The old density would contradict the new TPP or area.
    metrics.pop("performance_density", None)
    metrics[metric] = figure
    if knob == "compute":
        # The throughput figures no longer describe a chip whose TPP is set.
        return {"metrics": metrics, "throughput": {}, "units": ()}
    return {"metrics": metrics}


def _links_set_to(chip: Chip, amount: str) -> tuple[Link, ...]:
    """The links of a chip with its only chip-to-chip link set to a bandwidth.

    A chip without such a link gets one. With several, nobody knows how the bandwidth is divided.
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


def with_value(chip: Chip, path: str, value: Fraction) -> Chip:
    """The same product with one figure or metric as another source states it.

    Unlike :func:`set_figures`, the copy stays the chip that was sold: what its vendor declared and
    its availability still apply. A path that the chip has no figure for, and that no metric reads,
    changes nothing.
    """

    def claimed(at: str, unit: str, highest: bool = False) -> Figure:
        """A figure at a path whose only claim is the new value."""
        return Figure(at, unit, (Claim(text=str(value), value=value, unit=unit),), highest)

    if path in METRIC_UNITS:
        metrics = dict(chip.metrics)
        # The old density would contradict the new TPP or area.
        metrics.pop("performance_density", None)
        metrics[path] = claimed(f"metrics.{path}", METRIC_UNITS[path])
        return replace(chip, metrics=metrics)

    root, _, name = path.partition(".")
    if root == "throughput" and not name.endswith("_sparse"):
        throughput = {**chip.throughput, name: claimed(path, "TOPS", highest=True)}
        return replace(chip, throughput=throughput)

    for known in chip.figures():
        if known.path == path:
            return _with_figure(chip, known, claimed(path, known.unit))

    if path in _SINGLE_FIGURES:
        text = f"{float(value)!r} {_SINGLE_FIGURES[path]}"
        return replace(chip, **_add_figure(chip, path, text))
    return chip


def _with_figure(chip: Chip, old: Figure, new: Figure) -> Chip:
    """A copy with ``new`` in the place of ``old``, which is one of the chip's own figures."""

    def in_place(figure: Figure) -> Figure:
        """The new figure for the old one; every other figure as it is."""
        # By identity, since another part of the chip may have an equal figure.
        if figure is old:
            return new
        return figure

    return replace(chip, **map_figures(chip, in_place))
