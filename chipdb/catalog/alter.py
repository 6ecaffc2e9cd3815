"""Turning chips into others: set a value, drop a format, derate a knob. The copy was never on sale, and nobody declared it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from chipdb.catalog.chip import SPARSE_RATIO, Availability, Chip, Claim, Die, Figure, Link, Memory
from chipdb.catalog.terms import terms
from chipdb.errors import QuantityError, UnknownNameError, UsageError
from chipdb.units import METRIC_UNITS, exact, quantity

KNOBS = ("compute", "memory-bandwidth", "link-bandwidth", "die-area")
PERCENT = 100
"""A bare compute amount up to this is taken for a forgotten percent sign."""

Turn = Callable[[Figure], Figure]


def stated(path: str, text: str, unit: str, highest: bool = False) -> Figure:
    """A figure as a user states it: one exact claim, basis ``hypothetical``."""
    amount = quantity(text, unit)
    return Figure(path, unit, (Claim(text, amount.value, unit=unit),), highest)


def _changed(chip: Chip, note: str, **fields: Any) -> Chip:
    changes = (*chip.changes, note)
    return replace(chip, declared=None, us_available=Availability(), changes=changes, **fields)


def set_figures(chip: Chip, changes: Iterable[tuple[str, str]]) -> Chip:
    """Replace metrics or figures, by metric name or by path as ``show`` prints it.

    Raises :class:`UnknownNameError` for a path that is none, :class:`QuantityError` for a wrong unit.
    """
    for path, text in changes:
        try:
            chip = _changed(chip, f"{path}={text}", **_set(chip, path, text))
        except QuantityError as error:
            raise QuantityError(f"--set {path}: {error}") from None
    return chip


def _set(chip: Chip, path: str, text: str) -> dict[str, Any]:
    if path in METRIC_UNITS:
        return {"metrics": _with_metric(chip, path, text)}
    parts = re.findall(r"[^.\[\]]+", path)
    root, rest = parts[0] if parts else "", parts[1:]
    if root == "throughput" and len(rest) == 1 and terms().is_format(rest[0]):
        return {"throughput": {**chip.throughput, rest[0]: _rate(chip, rest[0], path, text)}}
    if root == "memory" and rest in (["bandwidth"], ["capacity"]):
        return {"memory": _with_memory(chip.memory, rest[0], text)}
    if root in ("power", "clocks") and rest and rest[0] in {"power": ("tdp",), "clocks": ("base", "boost")}[root]:
        figure = stated(path, text, {"power": "W", "clocks": "MHz"}[root])
        return {root: {**getattr(chip, root), rest[0]: figure}}
    if root in ("dies", "links") and len(rest) >= 2:
        return {root: _with_part(chip, root, ".".join(rest[:-1]), rest[-1], text)}
    raise UnknownNameError("figure", path, _paths_like(chip, path))


def _rate(chip: Chip, name: str, path: str, text: str) -> Figure:
    figure = stated(path, text, "TOPS", highest=True)
    known = chip.throughput[name].preferred() if name in chip.throughput else None
    if known and known.basis != "hypothetical" and figure.claims[0].value >= known.value * SPARSE_RATIO:
        raise QuantityError(f"{text} looks like a sparse rate: {chip.name} has {known.text} dense; a dense rate is due")
    return figure


def _with_metric(chip: Chip, name: str, text: str) -> dict[str, Figure]:
    metrics = {**chip.metrics, name: stated(f"metrics.{name}", text, METRIC_UNITS[name])}
    if name != "performance_density" and {"tpp", "applicable_die_area", "performance_density"} <= set(metrics):
        del metrics["performance_density"]
    return metrics


def _with_memory(memory: Memory, field: str, text: str) -> Memory:
    unit = "GB/s" if field == "bandwidth" else "GB"
    fields: dict[str, Any] = {field: stated(f"memory.{field}", text, unit)}
    return replace(memory, kind=None if memory.kind == "none" else memory.kind, **fields)


def _with_part(chip: Chip, root: str, which: str, field: str, text: str) -> tuple[Any, ...]:
    parts: tuple[Die | Link, ...] = (chip.dies if root == "dies" else chip.links) or ()
    units = {"dies": {"area": "mm^2", "transistors": ""}, "links": {"bandwidth": "GB/s"}}[root]
    index = next((at for at, part in enumerate(parts) if which in (str(at), part.name)), None)
    if index is None or field not in units:
        raise UnknownNameError("figure", f"{root}.{which}.{field}", _paths_like(chip, root))
    fields: dict[str, Any] = {field: stated(f"{root}[{index}].{field}", text, units[field])}
    return tuple(replace(part, **fields) if at == index else part for at, part in enumerate(parts))


def _paths_like(chip: Chip, path: str) -> list[str]:
    import difflib

    known = [*METRIC_UNITS, *(figure.path for figure in chip.figures())]
    return difflib.get_close_matches(path, known, n=3, cutoff=0.4)


def drop(chip: Chip, formats: Iterable[str]) -> Chip:
    """Remove number formats; raises :class:`UsageError` for one that the chip does not have."""
    for name in formats:
        if name not in chip.throughput:
            has = ", ".join(chip.throughput) or "no throughput figures"
            raise UsageError(f"--drop {name}: {chip.name} has {has}")
        if "tpp" in chip.metrics:
            raise UsageError(f"--drop {name}: the TPP of {chip.name} is given, so dropping a format changes nothing")
        kept = {key: rate for key, rate in chip.throughput.items() if key not in (name, f"{name}_vector")}
        chip = _changed(chip, f"drop {name}", throughput=kept)
    return chip


def derate(chip: Chip, knobs: Iterable[tuple[str, str]]) -> Chip:
    """Turn knobs in the order written; raises :class:`UsageError` where the chip has nothing to turn."""
    for knob, amount in knobs:
        if knob not in KNOBS:
            raise UnknownNameError("knob", knob, KNOBS)
        turned = _changed(chip, f"{knob}={amount}", **_turn(chip, knob, amount))
        chip = replace(turned, derating=(*chip.derating, (knob, amount)))
    return chip


def _turn(chip: Chip, knob: str, amount: str) -> dict[str, Any]:
    factor = _factor(amount)
    if factor is None:
        return _set_knob(chip, knob, amount)
    return turned(chip, knob, factor)


def _factor(amount: str) -> Fraction | None:
    """The multiple that an amount such as ``30%`` or ``x0.7`` stands for; None where it is a quantity."""
    text = amount.strip()
    try:
        if text.endswith("%"):
            factor = 1 - exact(text[:-1]) / 100
            if not 0 <= factor <= 1:
                raise UsageError(f"{amount!r}: a cut lies between 0% and 100%; x1.2 raises by a fifth")
            return factor
        return exact(text[1:]) if text[:1] in "x×" and text else None
    except QuantityError as error:
        raise UsageError(f"{amount!r}: {error}") from None


def turned(chip: Chip, knob: str, factor: Fraction) -> dict[str, Any]:
    """The fields of a chip with one knob turned by a factor; raises :class:`UsageError` where there is nothing to turn."""

    def scale(figure: Figure) -> Figure:
        return figure.scaled(factor)

    names = {
        "compute": ("tpp", "performance_density", "tops", "app"),
        "memory-bandwidth": ("memory_bandwidth", "memory_bandwidth_density"),
        "link-bandwidth": ("interconnect_bandwidth",),
        "die-area": ("applicable_die_area",),
    }[knob]
    given = {name: scale(figure) if name in names else figure for name, figure in chip.metrics.items()}
    if knob == "compute" and "applicable_die_area" in given:
        given.pop("performance_density", None)
    fields: dict[str, Any] = {"metrics": given}
    if knob == "compute":
        fields["throughput"] = {name: scale(rate) for name, rate in chip.throughput.items()}
        fields["units"] = tuple(
            replace(unit, throughput={name: scale(rate) for name, rate in unit.throughput.items()}) for unit in chip.units
        )
    elif knob == "memory-bandwidth":
        fields["memory"] = replace(chip.memory, bandwidth=_if_any(chip.memory.bandwidth, scale))
    elif knob == "link-bandwidth":
        fields["links"] = _scaled_links(chip, scale)
    else:
        fields["dies"] = _scaled_dies(chip, scale)
    if not any(name in given for name in names) and not _has_figures(chip, knob):
        raise UsageError(f"--derate {knob}: {chip.name} has no such figure to turn")
    return fields


def _has_figures(chip: Chip, knob: str) -> bool:
    return {
        "compute": bool(chip.throughput or chip.units),
        "memory-bandwidth": chip.memory.bandwidth is not None,
        "link-bandwidth": any(link.kind == "chip-to-chip" and link.bandwidth for link in chip.links or ()),
        "die-area": any(die.role == "compute" and die.area for die in chip.dies or ()),
    }[knob]


def _if_any(figure: Figure | None, turn: Turn) -> Figure | None:
    return None if figure is None else turn(figure)


def _scaled_links(chip: Chip, turn: Turn) -> tuple[Link, ...] | None:
    if chip.links is None:
        return None
    return tuple(
        replace(link, bandwidth=_if_any(link.bandwidth, turn), uncapped=_if_any(link.uncapped, turn))
        if link.kind == "chip-to-chip"
        else link
        for link in chip.links
    )


def _scaled_dies(chip: Chip, turn: Turn) -> tuple[Die, ...] | None:
    if chip.dies is None:
        return None
    return tuple(replace(die, area=_if_any(die.area, turn)) if die.role == "compute" else die for die in chip.dies)


_SETS = {
    "compute": ("tpp", ""),
    "memory-bandwidth": ("memory_bandwidth", "GB/s"),
    "link-bandwidth": ("interconnect_bandwidth", "GB/s"),
    "die-area": ("applicable_die_area", "mm^2"),
}


def _set_knob(chip: Chip, knob: str, amount: str) -> dict[str, Any]:
    """An absolute amount: the metric behind the knob is what the user says; rates no longer describe the part."""
    metric, unit = _SETS[knob]
    try:
        figure = stated(f"metrics.{metric}", amount, unit)
    except QuantityError as error:
        raise UsageError(f"--derate {knob}={amount}: {error}; or 30% to cut, x0.7 to scale") from None
    if knob == "compute" and figure.claims[0].value <= PERCENT:
        raise UsageError(f"--derate compute={amount} would set TPP to {amount}; write {amount}% to cut or x{amount} to scale")
    if knob == "link-bandwidth":
        return _links_set(chip, amount)
    metrics = {key: given for key, given in chip.metrics.items() if key != "performance_density"}
    fields: dict[str, Any] = {"metrics": {**metrics, metric: figure}}
    return {**fields, "throughput": {}, "units": ()} if knob == "compute" else fields


def _links_set(chip: Chip, amount: str) -> dict[str, Any]:
    """All chip-to-chip links together carry the amount."""
    links = [link for link in chip.links or () if link.kind == "chip-to-chip"]
    if len(links) == 1:
        index = (chip.links or ()).index(links[0])
        return {"links": _with_part(chip, "links", str(index), "bandwidth", amount)}
    metrics = {**chip.metrics, "interconnect_bandwidth": stated("metrics.interconnect_bandwidth", amount, "GB/s")}
    if not links:
        host = chip.links or ()
        name = Link("given", "chip-to-chip", stated(f"links[{len(host)}].bandwidth", amount, "GB/s"))
        return {"links": (*host, name)} if chip.links is not None else {"metrics": metrics}
    raise UsageError(f"--derate link-bandwidth={amount}: {chip.name} has {len(links)} links; scale them with x0.7 or 30%")
