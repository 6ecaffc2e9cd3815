"""Chips from records, the plain JSON values that the build hook compiles.

Reading one chip from its record needs neither YAML, pydantic nor pint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from chipdb.catalog.chip import Chip, SystemMember
from chipdb.catalog.figures import (
    NOTHING_ATTESTED,
    Attested,
    Availability,
    Claim,
    Cores,
    Declared,
    Die,
    Engines,
    Figure,
    Link,
    Memory,
    Reading,
)
from chipdb.vocabulary import Basis, Kind

Record = dict[str, Any]
ChipOf = Callable[[str], Chip]
"""Returns the chip with an id."""


def from_record(record: Record, chip_of: ChipOf) -> Chip:
    """The chip of a record; ``chip_of`` returns the chips that a system consists of.

    Records were validated when they were written, so nothing is checked here and every field that
    the file left out is simply absent.
    """
    # A file lists dense and sparse throughput in one mapping; a chip keeps them apart, so that no
    # metric can take the one for the other.
    throughput = _figures(record, "throughput", highest=True)
    return Chip(
        id=record["id"],
        name=record["name"],
        kind=Kind(record.get("kind") or Kind.PROCESSOR),
        vendor=record.get("vendor"),
        architecture=record.get("architecture"),
        model=record.get("model"),
        represents=record.get("represents", False),
        stands_for=tuple(record.get("stands_for", ())),
        aliases=tuple(record.get("aliases", ())),
        announced=_day(record.get("announced")),
        available=_day(record.get("available")),
        stage=record.get("stage"),
        stage_as_of=_day(record.get("stage_as_of")),
        only_for=_words(record.get("only_for")),
        form=record.get("form"),
        designed_for=_words(record.get("designed_for")),
        marketed_for=_words(record.get("marketed_for")),
        us_available=_availability(record.get("us_available")),
        sources=record.get("sources", {}),
        digital=record.get("digital", True) is not False,
        dies=_dies(record.get("dies")),
        transistors=_optional_figure("transistors", record, "transistors"),
        attested=attested_from(record.get("attested")),
        package_area=_optional_figure("package_area", record, "package_area"),
        throughput=_dense(throughput),
        sparse=_sparse(throughput),
        no_rates=record.get("no_rates"),
        units=_units(record.get("units")),
        cores=_cores(record.get("cores")),
        memory=_memory(record.get("memory")),
        links=_links(record.get("links")),
        power=_figures(record, "power"),
        clocks=_figures(record, "clocks"),
        scaling=_figures(record, "scaling"),
        declared=_declared(record.get("declared")),
        prices=_optional_figure("prices", record, "prices"),
        readings=_readings(record.get("readings")),
        members=_members(record.get("members"), chip_of),
        metrics=_figures(record, "metrics"),
        accepted=record.get("accepted", {}),
        note=record.get("note"),
        hypothetical=record.get("hypothetical", False),
        extends=record.get("extends"),
    )


def _figures(record: Record, field: str, highest: bool = False) -> dict[str, Figure]:
    """The figures of a mapping such as ``throughput`` or ``clocks``, by their names in it.

    ``highest`` marks throughput, for which the highest claim is preferred.

    >>> record = {"clocks": {"boost": [{"text": "1410 MHz", "value": "1410", "half": "0"}]}}
    >>> _figures(record, "clocks")["boost"].value
    1410.0
    """
    entries: Mapping[str, list[Record]] = record.get(field) or {}
    figures = {}
    for name, claims in entries.items():
        if claims:
            figures[name] = _figure(f"{field}.{name}", claims, highest)
    return figures


def _optional_figure(path: str, entry: Record, key: str) -> Figure | None:
    """The figure under ``key``; None if the entry has none."""
    claims = entry.get(key)
    if not claims:
        return None
    return _figure(path, claims)


def _figure(path: str, claims: list[Record], highest: bool = False) -> Figure:
    """A figure from the records of its claims; there is at least one.

    ``path`` is its place in a file; the unit is that of its first claim.
    """
    # The schema reads all claims of a figure in one unit.
    built = tuple(_claim(claim) for claim in claims)
    return Figure(path, built[0].unit, built, highest)


def _claim(record: Record) -> Claim:
    """A claim from its record, whose other keys are those of :class:`Claim`."""
    # A check builds hundreds of claims: copying the record is faster than naming each field.
    fields = dict(record)
    fields["value"] = Fraction(record["value"])
    fields["half_digit"] = Fraction(fields.pop("half"))
    fields["tolerance"] = Fraction(record.get("tolerance", 0))
    fields["basis"] = Basis(record.get("basis", Basis.HYPOTHETICAL))
    return Claim(**fields)


def _dense(throughput: Mapping[str, Figure]) -> dict[str, Figure]:
    """The dense throughput of each format, which counts for TPP.

    >>> list(_dense({"fp8": Figure("", "", ()), "fp8_sparse": Figure("", "", ())}))
    ['fp8']
    """
    return {name: item for name, item in throughput.items() if not _is_sparse(name)}


def _sparse(throughput: Mapping[str, Figure]) -> dict[str, Figure]:
    """The sparse throughput, under keys such as ``fp16_sparse``.

    >>> list(_sparse({"fp8": Figure("", "", ()), "fp8_sparse": Figure("", "", ())}))
    ['fp8_sparse']
    """
    return {name: item for name, item in throughput.items() if _is_sparse(name)}


def _is_sparse(name: str) -> bool:
    """Whether the key of a throughput says that it counts operations that sparsity skips."""
    return name.endswith("_sparse")


def _dies(entries: list[Record] | None) -> tuple[Die, ...] | None:
    """The dies of a chip; None if they are unknown, empty if it has none.

    >>> _dies(None), _dies([])
    (None, ())
    """
    if entries is None:
        return None
    return tuple(_die(index, entry) for index, entry in enumerate(entries))


def _die(index: int, entry: Record) -> Die:
    """A die; one without a name is named after its position.

    >>> die = _die(0, {"transistors_are": "planar"})
    >>> die.name, die.non_planar
    ('0', False)
    """
    architecture = entry.get("transistors_are")
    non_planar: bool | None = None
    if architecture is not None:
        non_planar = architecture == "non-planar"
    return Die(
        name=entry.get("name") or str(index),
        role=entry.get("role", "compute"),
        count=entry.get("count", 1),
        process=entry.get("process"),
        non_planar=non_planar,
        source=entry.get("source"),
        transistors=_optional_figure(f"dies[{index}].transistors", entry, "transistors"),
        area=_optional_figure(f"dies[{index}].area", entry, "area"),
    )


def _units(entries: list[Record] | None) -> tuple[Engines, ...]:
    """The processing units besides the main one."""
    # Sparse throughput is written next to the dense one and kept apart, as for the chip itself.
    units: list[Engines] = []
    for index, entry in enumerate(entries or ()):
        throughput = {}
        for name, claims in entry["throughput"].items():
            path = f"units[{index}].throughput.{name}"
            throughput[name] = _figure(path, claims, highest=True)
        units.append(Engines(entry["name"], _dense(throughput), _sparse(throughput)))
    return tuple(units)


def _cores(entry: Record | None) -> Cores | None:
    """The cores of a chip; None if they are unknown."""
    if not entry:
        return None

    per_clock = {}
    for name, claims in entry.get("per_clock", {}).items():
        per_clock[name] = _figure(f"cores.per_clock.{name}", claims)
    return Cores(entry["name"], _figure("cores.count", entry["count"]), per_clock)


def _memory(entry: Record | None) -> Memory:
    """The memory of a chip; without an entry, a memory with unknown figures."""
    entry = entry or {}
    return Memory(
        kind=entry.get("kind"),
        stacks=entry.get("stacks"),
        bus=_optional_figure("memory.bus", entry, "bus"),
        pin_rate=_optional_figure("memory.pin_rate", entry, "pin_rate"),
        capacity=_optional_figure("memory.capacity", entry, "capacity"),
        bandwidth=_optional_figure("memory.bandwidth", entry, "bandwidth"),
    )


def _links(entries: list[Record] | None) -> tuple[Link, ...] | None:
    """The links of a chip; None if they are unknown, empty if it has none.

    >>> _links(None), _links([])
    (None, ())
    """
    if entries is None:
        return None
    return tuple(_link(index, entry) for index, entry in enumerate(entries))


def _link(index: int, entry: Record) -> Link:
    """A link; one without a name is named after its position."""
    return Link(
        name=entry.get("name") or str(index),
        kind=entry["kind"],
        bandwidth=_optional_figure(f"links[{index}].bandwidth", entry, "bandwidth"),
        uncapped=_optional_figure(f"links[{index}].uncapped", entry, "uncapped"),
        counts=entry.get("counts", "both-directions"),
        capped_by=entry.get("capped_by"),
        domain=entry.get("domain"),
    )


def _readings(entries: Mapping[str, Record] | None) -> dict[str, Reading]:
    """The interpretations of a chip besides the plain one, by name.

    >>> _readings({"cube-only": {"removes": ["throughput.int8"]}})["cube-only"].removes
    ('throughput.int8',)
    """
    readings = {}
    for name, entry in (entries or {}).items():
        readings[name] = Reading(tuple(entry.get("removes", ())), entry.get("why"))
    return readings


def _members(entries: list[Record] | None, chip_of: ChipOf) -> tuple[SystemMember, ...]:
    """The chips that a system consists of, with their counts; empty for a single chip.

    A member without a count is there once.
    """
    members = []
    for entry in entries or ():
        members.append(SystemMember(chip_of(entry["chip"]), entry.get("count", 1)))
    return tuple(members)


def _availability(entry: Record | None) -> Availability:
    """Since when a chip is on sale in the United States; an empty entry says that it never was.

    >>> _availability(None).known, _availability({}).known
    (False, True)
    """
    # Absent: no source says. Null in the file, an empty record here: it was never sold there.
    if entry is None:
        return Availability()
    return Availability(True, _day(entry.get("since")), entry.get("source"))


def attested_from(entry: Record | None) -> Attested:
    """What is attested to a foundry or OSAT company; nothing where the entry is absent."""
    if entry is None:
        return NOTHING_ATTESTED
    return Attested(
        transistors=_optional_figure("attested.transistors", entry, "transistors"),
        by=entry.get("by"),
        packaged_in=entry.get("packaged_in"),
        designer=entry.get("designer"),
        applied=_day(entry.get("applied")),
    )


def _declared(entry: Record | None) -> Declared | None:
    """What the vendor declares; None if the catalog knows of no declaration."""
    if entry is None:
        return None

    return Declared(
        tpp=_number(entry.get("tpp")),
        performance_density=_number(entry.get("performance_density")),
        eccn=entry.get("eccn"),
        source=entry.get("source"),
        as_of=entry.get("as_of"),
        note=entry.get("note"),
        differs=entry.get("differs"),
    )


def _number(text: str | None) -> Fraction | None:
    """An exact number from its text; None if it is unknown.

    >>> _number("63/2"), _number(None)
    (Fraction(63, 2), None)
    """
    if text is None:
        return None
    return Fraction(text)


def _day(text: str | None) -> date | None:
    """A day from its ISO text; None if it is unknown.

    >>> _day("2023-11-17"), _day("")
    (datetime.date(2023, 11, 17), None)
    """
    if not text:
        return None
    return date.fromisoformat(text)


def _words(words: list[str] | None) -> tuple[str, ...] | None:
    """Words in the order of the file; None if the file says nothing.

    >>> _words([]), _words(None)
    ((), None)
    """
    # An empty list of markets is known to be empty, unlike one that is absent.
    if words is None:
        return None
    return tuple(words)
