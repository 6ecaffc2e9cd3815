"""Chips made from other chips: set a figure, drop a number format.

The result is a hypothetical chip: it was never on sale and its vendor declared nothing about it.
:mod:`chipdb.catalog.knobs` derates chips in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.catalog.attested import ATTESTED, attesting
from chipdb.catalog.figures import SPARSE_RATIO, UNKNOWN_AVAILABILITY, Claim, Figure
from chipdb.catalog.formats import format_table
from chipdb.catalog.stated import stated_figure
from chipdb.errors import QuantityError, UnknownNameError, UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.units import METRIC_UNITS
from chipdb.vocabulary import Basis

if TYPE_CHECKING:
    from chipdb.catalog.chip import Chip

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
    "scaling.domain": "",
    "scaling.network": "GB/s",
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
    unknown dies.
    """

    def optional(figure: Figure | None) -> Figure | None:
        """The changed figure; None if it is unknown."""
        if figure is None:
            return None
        return change(figure)

    def each(figures: Mapping[str, Figure]) -> dict[str, Figure]:
        """The mapping with each figure changed."""
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
        "scaling": each(chip.scaling),
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


def changed_copy(chip: Chip, note: str, **fields: Any) -> Chip:
    """A copy with other field values; ``note`` is added to the list of changes that answers show.

    The copy loses what the vendor declared and where the product was on sale, because both
    describe the unchanged chip.
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

    >>> import chipdb
    >>> set_figures(chipdb.load()["H20"], [("memory.bandwidth", "3 TB/s")]).memory.bandwidth.value
    3000.0
    """
    for path, text in changes:
        # A number from Python has no unit, and a float no longer the digits that were written.
        if not isinstance(text, str):
            raise UsageError(f"{path} must be text such as '900 GB/s' or '1000', not {text!r}")
        if path.startswith(ATTESTED):
            # an attestation changes no figure, so the chip stays the product that it is
            chip = replace(chip, attested=attesting(chip.attested, path, text))
            continue
        try:
            chip = changed_copy(chip, f"{path}={text}", **_set_figure(chip, path, text))
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

    # The path as the chip has it, not as it was typed, says which figure is replaced.
    new_figure = _restated(chip, figure, text)

    def in_place(other: Figure) -> Figure:
        """The new figure in place of the one at its path; every other figure as it is."""
        if other.path == new_figure.path:
            return new_figure
        return other

    return map_figures(chip, in_place)


def _metrics_with(chip: Chip, name: str, text: str) -> dict[str, Figure]:
    """The given metrics of a chip with one of them replaced.

    Raises :class:`QuantityError` for a text that is not in the metric's unit.
    """
    metrics = {**chip.metrics, name: stated_figure(f"metrics.{name}", text, METRIC_UNITS[name])}
    # TPP and area together determine the density; an older one would contradict them.
    if name != "performance_density" and set(metrics) >= _DENSITY_PARTS:
        del metrics["performance_density"]
    return metrics


def _overriding_metric(chip: Chip, path: str) -> str | None:
    """The given metric that makes the figure at ``path`` irrelevant; None if there is none.

    >>> import chipdb
    >>> _overriding_metric(chipdb.load()["H20"].set({"tpp": "4000"}), "throughput.fp8")
    'tpp'
    """
    dotted = f"{_dotted(path)}."
    for beginning, metric in _METRIC_OF.items():
        if metric in chip.metrics and dotted.startswith(f"{beginning}."):
            return metric
    return None


def _dotted(path: str) -> str:
    """A path with its indexes as names: ``dies[0].area`` and ``dies.0.area`` are the same.

    >>> _dotted("dies[0].area")
    'dies.0.area'
    """
    return ".".join(re.findall(r"[^.\[\]]+", path))


def _figure_at(chip: Chip, path: str) -> Figure | None:
    """The figure at a path; dies and links may be given by name, as in ``dies.GH100.area``.

    None if the chip has no such figure.

    >>> import chipdb
    >>> int(_figure_at(chipdb.load()["H20"], "dies.GH100.area").value)
    814
    """
    # Names of parts come last: a die called "0" is meant before the first one.
    figures = {_dotted(figure.path): figure for figure in chip.figures()}
    figures.update(_named_figures(chip))
    return figures.get(_dotted(path))


def _named_figures(chip: Chip) -> Iterator[tuple[str, Figure]]:
    """The areas of dies and bandwidths of links, under paths with the name for the index.

    >>> import chipdb
    >>> [path for path, _ in _named_figures(chipdb.load()["H20"])]
    ['dies.GH100.area', 'links.NVLink 4.bandwidth']
    """
    for die in chip.dies or ():
        if die.area is not None:
            yield _dotted(f"dies.{die.name}.area"), die.area
    for link in chip.links or ():
        if link.bandwidth is not None:
            yield _dotted(f"links.{link.name}.bandwidth"), link.bandwidth


def _restated(chip: Chip, figure: Figure, text: str) -> Figure:
    """A figure with the value that a user states; refuses what looks like sparse throughput."""
    new_figure = stated_figure(figure.path, text, figure.unit, figure.highest)
    known = figure.preferred()
    is_dense = figure.path in [dense.path for dense in chip.throughput.values()]
    if not is_dense or known is None:
        return new_figure

    # What a user stated before may have been a guess; only a sourced number is evidence.
    if known.basis == Basis.HYPOTHETICAL:
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
        return _with_throughput(chip, name, text)
    if path in _SINGLE_FIGURES:
        return _with_single_figure(chip, stated_figure(path, text, _SINGLE_FIGURES[path]))

    # `dies[0].area`, `dies.0.area` and `dies.GH100.area` all name a part of a list.
    part = re.fullmatch(
        r"(?P<root>dies|links)[.\[](?P<which>.+?)\]?\.(?P<field>area|transistors|bandwidth)", path
    )
    if part is None:
        raise UnknownNameError("figure", path, _similar_paths(chip, path))
    return _with_part_figure(chip, path, part, text)


def _with_throughput(chip: Chip, name: str, text: str) -> Fields:
    """The throughput of a chip with one more format; ``name`` may end in ``_sparse``."""
    figure = stated_figure(f"throughput.{name}", text, "TOPS", highest=True)
    # A chip keeps the two apart, since only dense throughput counts for TPP.
    if name.endswith("_sparse"):
        return {"sparse": {**chip.sparse, name: figure}}
    return {"throughput": {**chip.throughput, name: figure}}


def _with_single_figure(chip: Chip, figure: Figure) -> Fields:
    """The fields of a chip with one of the figures of ``_SINGLE_FIGURES``.

    Power, clocks and scaling are mappings of a chip; memory is a part with fields of its own.
    """
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
    Raises :class:`UnknownNameError` for one.
    """
    root, which, field = match["root"], match["which"], match["field"]
    # A die has no bandwidth, nor a link an area.
    unit = _PART_FIGURES.get((root, field))
    parts: list[Any] = list(getattr(chip, root) or ())
    for index, part in enumerate(parts):
        if unit is not None and which in (str(index), part.name):
            fields: Fields = {field: stated_figure(f"{root}[{index}].{field}", text, unit)}
            parts[index] = replace(part, **fields)
            return {root: tuple(parts)}
    raise UnknownNameError("figure", path, _similar_paths(chip, path))


def _similar_paths(chip: Chip, path: str) -> list[str]:
    """At most three metrics or figures of the chip whose names resemble a path.

    >>> import chipdb
    >>> _similar_paths(chipdb.load()["H20"], "memory.bandwith")[0]
    'memory.bandwidth'
    """
    paths = [*METRIC_UNITS, *(figure.path for figure in chip.figures())]
    # Imported here because only a name that does not exist needs it.
    import difflib

    return difflib.get_close_matches(path, paths, n=3, cutoff=0.4)


def drop(chip: Chip, formats: Iterable[str]) -> Chip:
    """A copy without some number formats, in each chip of a system.

    Raises :class:`UsageError` for a format that the chip does not have.

    >>> import chipdb
    >>> "fp8" in drop(chipdb.load()["H20"], ["fp8"]).throughput
    False
    """
    for name in formats:
        chip = _drop_format(chip, name)
    return chip


def _drop_format(chip: Chip, name: str) -> Chip:
    """A copy without one number format; a system loses it in each of its chips."""
    note = f"drop {name}"
    if chip.members:
        members = map_members(chip, lambda member: _drop_format(member, name))
        return changed_copy(chip, note, members=members)

    if name not in chip.throughput:
        formats = ", ".join(chip.throughput) or "no throughput figures"
        raise UsageError(f"{chip.name} has no throughput for {name!r}; it has {formats}")
    # A given TPP replaces the throughput, so dropping the format would not change the answer.
    if "tpp" in chip.metrics:
        raise UsageError(
            f"dropping {name} does not affect {chip.name}, whose tpp is given; set tpp instead"
        )

    throughput = dict(chip.throughput)
    del throughput[name]
    # A chip that no longer computes in a format does not do so on its vector pipes either.
    throughput.pop(f"{name}_vector", None)
    return changed_copy(chip, note, throughput=throughput)


def map_members(system: Chip, change: Callable[[Chip], Chip]) -> tuple[Any, ...]:
    """The members of a system with ``change`` applied to the chip of each; counts stay.

    >>> import chipdb
    >>> rack = chipdb.load()["GB200-NVL72"]
    >>> [member.count for member in map_members(rack, lambda chip: chip)]
    [36]
    """
    return tuple(replace(member, chip=change(member.chip)) for member in system.members)


def with_value(chip: Chip, path: str, value: Fraction) -> Chip:
    """The same product with one figure or metric as another source states it.

    Unlike :func:`set_figures`, the copy stays the chip that was sold: what its vendor declared and
    its availability still apply. A path that the chip has no figure for, and that no metric reads,
    changes nothing.

    >>> import chipdb
    >>> chip = with_value(chipdb.load()["H20"], "throughput.fp8", Fraction(400))
    >>> chip.tpp, chip.altered
    (3200.0, False)
    """
    if path in METRIC_UNITS:
        return _with_metric(chip, path, value)

    root, _, name = path.partition(".")
    if root == "throughput" and not name.endswith("_sparse"):
        throughput = {**chip.throughput, name: _claimed(path, value, "TOPS", highest=True)}
        return replace(chip, throughput=throughput)

    for known in chip.figures():
        if known.path == path:
            return _with_figure(chip, known, _claimed(path, value, known.unit))

    if path in _SINGLE_FIGURES:
        text = f"{float(value)!r} {_SINGLE_FIGURES[path]}"
        return replace(chip, **_add_figure(chip, path, text))
    return chip


def _claimed(path: str, value: Fraction, unit: str, highest: bool = False) -> Figure:
    """A figure at a path with a single claim: a value in the figure's unit."""
    claim = Claim(text=str(value), value=value, unit=unit)
    return Figure(path, unit, (claim,), highest)


def _with_metric(chip: Chip, name: str, value: Fraction) -> Chip:
    """The same product with one metric given; ``value`` is in the metric's unit."""
    metrics = dict(chip.metrics)
    # The old density would contradict the new TPP or area.
    metrics.pop("performance_density", None)
    metrics[name] = _claimed(f"metrics.{name}", value, METRIC_UNITS[name])
    return replace(chip, metrics=metrics)


def _with_figure(chip: Chip, old: Figure, new: Figure) -> Chip:
    """A copy with ``new`` in the place of ``old``, which is one of the chip's own figures."""

    def in_place(figure: Figure) -> Figure:
        """The new figure for the old one; every other figure as it is."""
        # By identity, since another part of the chip may have an equal figure.
        if figure is old:
            return new
        return figure

    return replace(chip, **map_figures(chip, in_place))
