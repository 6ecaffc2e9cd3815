"""Turning chips into others: set a value, drop a format, derate a knob. The copy was never on sale, and nobody declared it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.catalog.figures import SPARSE_RATIO, Availability, Claim, Figure, Link
from chipdb.catalog.formats import format_table
from chipdb.errors import QuantityError, UnknownNameError, UsageError
from chipdb.units import METRIC_UNITS, PERCENT, exact, quantity
from chipdb.vocabulary import Basis

if TYPE_CHECKING:
    from chipdb.catalog.chip import Chip

KNOBS = {
    "compute": ("tpp", "performance_density", "tops", "app"),
    "memory-bandwidth": ("memory_bandwidth", "memory_bandwidth_density"),
    "link-bandwidth": ("interconnect_bandwidth",),
    "die-area": ("applicable_die_area",),
}
"""Each knob with the given metrics it turns; the first is what an absolute amount sets."""

LOWEST_TPP = 100
"""A bare compute amount up to this is taken for a forgotten percent sign."""

Turn = Callable[[Figure], Figure]


def stated(path: str, text: str, unit: str, highest: bool = False) -> Figure:
    """A figure as a user states it: one exact claim, basis ``hypothetical``."""
    amount = quantity(text, unit)
    if unit == "mm^2" and amount.value == 0:
        raise QuantityError(f"{text} is no area; an area above 0 is due")
    return Figure(path, unit, (Claim(text=text, value=amount.value, unit=unit),), highest)


def mapped(chip: Chip, turn: Turn) -> dict[str, Any]:
    """The fields of a chip that hold figures, each figure turned."""

    def one(figure: Figure | None) -> Figure | None:
        return None if figure is None else turn(figure)

    def each(figures: Mapping[str, Figure]) -> dict[str, Figure]:
        return {name: turn(figure) for name, figure in figures.items()}

    dies, links, memory, cores = chip.dies, chip.links, chip.memory, chip.cores
    return {
        "dies": dies
        and tuple(
            replace(die, transistors=one(die.transistors), area=one(die.area)) for die in dies
        ),
        "links": links
        and tuple(
            replace(link, bandwidth=one(link.bandwidth), uncapped=one(link.uncapped))
            for link in links
        ),
        "memory": replace(
            memory,
            bus=one(memory.bus),
            pin_rate=one(memory.pin_rate),
            capacity=one(memory.capacity),
            bandwidth=one(memory.bandwidth),
        ),
        "cores": cores and replace(cores, count=turn(cores.count), per_clock=each(cores.per_clock)),
        "units": tuple(
            replace(unit, throughput=each(unit.throughput), sparse=each(unit.sparse))
            for unit in chip.units
        ),
        "transistors": one(chip.transistors),
        "package_area": one(chip.package_area),
        "prices": one(chip.prices),
        **{
            name: each(getattr(chip, name))
            for name in ("throughput", "sparse", "power", "clocks", "metrics")
        },
    }


def _changed(chip: Chip, note: str, **fields: Any) -> Chip:
    changes = (*chip.changes, note)
    return replace(chip, declared=None, us_available=Availability(), changes=changes, **fields)


def set_figures(chip: Chip, changes: Iterable[tuple[str, str]]) -> Chip:
    """Replace metrics or figures, by metric name or by path as ``show`` prints it.

    Raises :class:`UnknownNameError` for a path that is none, :class:`QuantityError` for a wrong unit.
    """
    for path, text in changes:
        if not isinstance(text, str):
            raise UsageError(f"{path}: write the quantity as text, such as '900 GB/s' or '1000'")
        try:
            chip = _changed(chip, f"{path}={text}", **_set(chip, path, text))
        except QuantityError as error:
            raise QuantityError(f"--set {path}: {error}") from None
    return chip


def _set(chip: Chip, path: str, text: str) -> dict[str, Any]:
    if path in METRIC_UNITS:
        return {"metrics": _with_metric(chip, path, text)}
    known = {_plain(figure.path): figure for figure in chip.figures()} | _named_parts(chip)
    figure = known.get(_plain(path))
    given = _given_over(chip, path)
    if given:
        raise UsageError(
            f"--set {path}: {given} of {chip.name} is given, so this changes nothing; set {given}"
        )
    if figure is not None:
        new = _restated(chip, figure, text)
        return mapped(chip, lambda other: new if other.path == figure.path else other)
    return _added(chip, path, text)


_METRIC_OF = {
    "throughput": "tpp",
    "units": "tpp",
    "memory.bandwidth": "memory_bandwidth",
    "memory.capacity": "memory_capacity",
    "dies": "applicable_die_area",
    "links": "aggregate_io_bandwidth",
}


def _given_over(chip: Chip, path: str) -> str | None:
    """The given metric that makes a figure count for nothing."""
    named = (
        metric
        for start, metric in _METRIC_OF.items()
        if path == start or _plain(path).startswith(f"{start}.")
    )
    return next((metric for metric in named if metric in chip.metrics), None)


def _plain(path: str) -> str:
    """A path with its indexes as names: ``dies[0].area`` and ``dies.0.area`` are one."""
    return ".".join(re.findall(r"[^.\[\]]+", path))


def _named_parts(chip: Chip) -> dict[str, Figure]:
    """Figures of dies and links by the name of the part: ``dies.GH100.area``."""
    dies = {_plain(f"dies.{die.name}.area"): die.area for die in chip.dies or () if die.area}
    links = {
        _plain(f"links.{link.name}.bandwidth"): link.bandwidth
        for link in chip.links or ()
        if link.bandwidth
    }
    return {**dies, **links}


def _restated(chip: Chip, figure: Figure, text: str) -> Figure:
    new = stated(figure.path, text, figure.unit, figure.highest)
    known = figure.preferred()
    dense = figure.path in {rate.path for rate in chip.throughput.values()}
    if (
        dense
        and known
        and known.basis != Basis.HYPOTHETICAL
        and new.claims[0].value >= known.value * SPARSE_RATIO
    ):
        raise QuantityError(
            f"{text} looks like a sparse rate: {chip.name} has {known.text} dense; a dense rate is due"
        )
    return new


_FIELDS = {
    "memory.bandwidth": "GB/s",
    "memory.capacity": "GB",
    "power.tdp": "W",
    "clocks.base": "MHz",
    "clocks.boost": "MHz",
}


def _added(chip: Chip, path: str, text: str) -> dict[str, Any]:
    """A figure that the chip does not have yet."""
    root, _, name = path.partition(".")
    if root == "throughput" and format_table().is_format(name.removesuffix("_sparse")):
        field = "sparse" if name.endswith("_sparse") else root
        return {field: {**getattr(chip, field), name: stated(path, text, "TOPS", highest=True)}}
    if path in _FIELDS:
        figure = stated(path, text, _FIELDS[path])
        if root != "memory":
            return {root: {**getattr(chip, root), name: figure}}
        kind = None if chip.memory.kind == "none" else chip.memory.kind
        fields: dict[str, Any] = {"kind": kind, name: figure}
        return {root: replace(chip.memory, **fields)}
    parts = re.fullmatch(r"(dies|links)[.\[](.+?)\]?\.(area|transistors|bandwidth)", path)
    if parts:
        return _part(chip, path, parts[1], parts[2], parts[3], text)
    raise UnknownNameError("figure", path, _paths_like(chip, path))


def _part(chip: Chip, path: str, root: str, which: str, field: str, text: str) -> dict[str, Any]:
    """A figure that a die or link does not have yet."""
    unit = {
        ("dies", "area"): "mm^2",
        ("dies", "transistors"): "",
        ("links", "bandwidth"): "GB/s",
    }.get((root, field))
    parts: tuple[Any, ...] = getattr(chip, root) or ()
    index = next((at for at, part in enumerate(parts) if which in (str(at), part.name)), None)
    if index is None or unit is None:
        raise UnknownNameError("figure", path, _paths_like(chip, path))
    fields: dict[str, Any] = {field: stated(f"{root}[{index}].{field}", text, unit)}
    return {
        root: tuple(
            replace(part, **fields) if at == index else part for at, part in enumerate(parts)
        )
    }


def _with_metric(chip: Chip, name: str, text: str) -> dict[str, Figure]:
    metrics = {**chip.metrics, name: stated(f"metrics.{name}", text, METRIC_UNITS[name])}
    if name != "performance_density" and {
        "tpp",
        "applicable_die_area",
        "performance_density",
    } <= set(metrics):
        del metrics["performance_density"]
    return metrics


def _paths_like(chip: Chip, path: str) -> list[str]:
    known = [*METRIC_UNITS, *(figure.path for figure in chip.figures())]
    return difflib.get_close_matches(path, known, n=3, cutoff=0.4)


def drop(chip: Chip, formats: Iterable[str]) -> Chip:
    """Remove number formats; raises :class:`UsageError` for one that the chip does not have."""
    for name in formats:
        if chip.members:
            members = tuple(
                replace(member, chip=drop(member.chip, [name])) for member in chip.members
            )
            chip = _changed(chip, f"drop {name}", members=members)
            continue
        if name not in chip.throughput:
            has = ", ".join(chip.throughput) or "no throughput figures"
            raise UsageError(f"--drop {name}: {chip.name} has {has}")
        if "tpp" in chip.metrics:
            raise UsageError(
                f"--drop {name}: the TPP of {chip.name} is given, so dropping a format changes nothing"
            )
        kept = {
            key: rate
            for key, rate in chip.throughput.items()
            if key not in (name, f"{name}_vector")
        }
        chip = _changed(chip, f"drop {name}", throughput=kept)
    return chip


def derate(chip: Chip, knobs: Iterable[tuple[str, str]]) -> Chip:
    """Turn knobs in the order written; raises :class:`UsageError` where the chip has nothing to turn."""
    for knob, amount in knobs:
        if knob not in KNOBS:
            raise UnknownNameError("knob", knob, tuple(KNOBS))
        if not isinstance(amount, str):
            raise UsageError(
                f"{knob}: write the amount as text, such as '30%', 'x0.7' or a quantity"
            )
        if chip.members:
            members = tuple(
                replace(member, chip=derate(member.chip, [(knob, amount)]))
                for member in chip.members
            )
            fields: dict[str, Any] = {"members": members}
        else:
            fields = _turn(chip, knob, amount)
        chip = replace(
            _changed(chip, f"{knob}={amount}", **fields), derating=(*chip.derating, (knob, amount))
        )
    return chip


def scaled(chip: Chip, knob: str, factor: Fraction) -> Chip:
    """A copy with one knob turned by an exact multiple, in each chip of a system."""
    if chip.members:
        members = tuple(
            replace(member, chip=scaled(member.chip, knob, factor)) for member in chip.members
        )
        return _changed(chip, f"{knob}=x{factor}", members=members)
    return _changed(chip, f"{knob}=x{factor}", **turned(chip, knob, factor))


def _turn(chip: Chip, knob: str, amount: str) -> dict[str, Any]:
    factor = _factor(amount)
    if factor is None:
        return _set_knob(chip, knob, amount)
    if factor == 0 and knob == "die-area":
        raise UsageError(f"--derate die-area={amount} leaves no die; an area above 0 is due")
    return turned(chip, knob, factor)


def _factor(amount: str) -> Fraction | None:
    """The multiple that an amount such as ``30%`` or ``x0.7`` stands for; None where it is a quantity."""
    text = amount.strip()
    try:
        if text.endswith("%"):
            return _cut(amount, exact(text[:-1]))
        factor = exact(text[1:]) if text[:1] in ("x", "×") else None
    except QuantityError as error:
        raise UsageError(f"{amount!r}: {error}") from None
    if factor is not None and factor < 0:
        raise UsageError(f"{amount!r}: a multiple is not negative; x0.7 cuts, x1.2 raises")
    return factor


def _cut(amount: str, percent: Fraction) -> Fraction:
    if not 0 <= percent <= PERCENT:
        raise UsageError(f"{amount!r}: a cut lies between 0% and 100%; x1.2 raises by a fifth")
    return 1 - percent / PERCENT


def turned(chip: Chip, knob: str, factor: Fraction) -> dict[str, Any]:
    """The fields of a chip with one knob turned by a factor; raises :class:`UsageError` where there is nothing to turn."""
    density = chip.metrics.get("performance_density")
    if knob == "die-area" and density and "applicable_die_area" not in chip.metrics and factor:
        return {"metrics": {**chip.metrics, "performance_density": density.scaled(1 / factor)}}
    paths = _turned_paths(chip, knob)
    if not paths:
        raise UsageError(f"--derate {knob}: {chip.name} has no such figure to turn")
    fields = mapped(chip, lambda figure: figure.scaled(factor) if figure.path in paths else figure)
    if knob in ("compute", "die-area") and {"applicable_die_area", "performance_density"} <= set(
        chip.metrics
    ):
        del fields["metrics"]["performance_density"]
    return fields


def _turned_paths(chip: Chip, knob: str) -> set[str]:
    """The figures that a knob turns."""
    metrics = [figure for name, figure in chip.metrics.items() if name in KNOBS[knob]]
    figures: dict[str, Iterable[Figure | None]] = {
        "compute": [
            *chip.throughput.values(),
            *(rate for unit in chip.units for rate in unit.throughput.values()),
        ],
        "memory-bandwidth": [chip.memory.bandwidth],
        "link-bandwidth": [
            rate for link in _chip_links(chip) for rate in (link.bandwidth, link.uncapped)
        ],
        "die-area": [die.area for die in chip.dies or () if die.role == "compute"],
    }
    return {figure.path for figure in (*metrics, *figures[knob]) if figure is not None}


def _chip_links(chip: Chip) -> list[Link]:
    return [link for link in chip.links or () if link.kind == "chip-to-chip"]


def _set_knob(chip: Chip, knob: str, amount: str) -> dict[str, Any]:
    """An absolute amount: the metric behind the knob is what the user says; rates no longer describe the part."""
    metric = KNOBS[knob][0]
    try:
        figure = stated(f"metrics.{metric}", amount, METRIC_UNITS[metric])
    except QuantityError as error:
        raise UsageError(
            f"--derate {knob}={amount}: {error}; or 30% to cut, x0.7 to scale"
        ) from None
    if knob == "compute" and figure.claims[0].value <= LOWEST_TPP:
        raise UsageError(
            f"--derate compute={amount} would set TPP to {amount}; write {amount}% to cut, x0.7 to scale"
        )
    if knob == "link-bandwidth" and chip.links is not None:
        return {"links": _links_set(chip, amount)}
    metrics = {key: given for key, given in chip.metrics.items() if key != "performance_density"}
    fields: dict[str, Any] = {"metrics": {**metrics, metric: figure}}
    return {**fields, "throughput": {}, "units": ()} if knob == "compute" else fields


def _links_set(chip: Chip, amount: str) -> tuple[Link, ...]:
    """The links of a chip with its one chip-to-chip link carrying the amount."""
    links, chosen = chip.links or (), _chip_links(chip)
    if len(chosen) > 1:
        raise UsageError(
            f"--derate link-bandwidth={amount}: {chip.name} has {len(chosen)} links; scale them with x0.7 or 30%"
        )
    index = links.index(chosen[0]) if chosen else len(links)
    rate = stated(f"links[{index}].bandwidth", amount, "GB/s")
    new = (
        replace(chosen[0], bandwidth=rate, uncapped=None)
        if chosen
        else Link(name="given", kind="chip-to-chip", bandwidth=rate)
    )
    return (*links[:index], new, *links[index + 1 :])


def valued(chip: Chip, path: str, value: Fraction) -> Chip:
    """The same chip with one figure as somebody else states it; what it was sold as and declared to be stays.

    A path that the chip has no figure for, and that no metric reads, changes nothing.
    """

    def claimed(at: str, unit: str, highest: bool = False) -> Figure:
        return Figure(at, unit, (Claim(text=str(value), value=value, unit=unit),), highest)

    root, _, name = path.partition(".")
    if path in METRIC_UNITS:
        kept = {key: figure for key, figure in chip.metrics.items() if key != "performance_density"}
        return replace(chip, metrics={**kept, path: claimed(f"metrics.{path}", METRIC_UNITS[path])})
    if root == "throughput" and not name.endswith("_sparse"):
        return replace(
            chip, throughput={**chip.throughput, name: claimed(path, "TOPS", highest=True)}
        )
    known = next((figure for figure in chip.figures() if figure.path == path), None)
    if known is None:
        return (
            replace(chip, **_added(chip, path, f"{float(value)!r} {_FIELDS[path]}"))
            if path in _FIELDS
            else chip
        )
    return replace(
        chip,
        **mapped(chip, lambda figure: claimed(path, known.unit) if figure is known else figure),
    )
