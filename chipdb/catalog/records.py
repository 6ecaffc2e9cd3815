"""Between the data format and the domain: a validated chip as a JSON record, and a :class:`Chip` from such a record.

The record is what the build hook compiles, so that reading one chip needs neither YAML nor pydantic nor pint.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.catalog.chip import Chip, Member
from chipdb.catalog.figures import (
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

if TYPE_CHECKING:
    from chipdb.catalog import schema
    from chipdb.catalog.schema_types import Claim as ClaimModel

Record = dict[str, Any]
MemberOf = Callable[[str], Chip]


def to_record(chip: schema.Chip) -> Record:
    """The record of a validated chip: absent fields left out, claims with their exact values."""
    from pydantic import BaseModel

    from chipdb.catalog.schema_types import Claim as ClaimModel

    def plain(value: Any) -> Any:
        if isinstance(value, ClaimModel):
            return _claim_record(value)
        if isinstance(value, list):
            return [plain(entry) for entry in value]
        if isinstance(value, dict):
            return {key: plain(entry) for key, entry in value.items()}
        if isinstance(value, BaseModel):
            given = value.model_fields_set
            fields = (
                (name, plain(getattr(value, name)))
                for name in type(value).model_fields
                if name in given
            )
            return {name: entry for name, entry in fields if _kept(name, entry)}
        return value.isoformat() if isinstance(value, date) else value

    record: Record = plain(chip)
    if "us_available" in chip.model_fields_set and chip.us_available is None:
        record["us_available"] = {}
    return record


def _kept(name: str, entry: Any) -> bool:
    """An empty list of dies or links says that there are none; other empty fields say nothing."""
    return bool(entry) or entry is False or (name in ("dies", "links") and entry == [])


_CLAIM_TEXTS = (
    "source",
    "basis",
    "engine",
    "accumulate",
    "reading",
    "pattern",
    "date",
    "place",
    "note",
    "rejected",
)


def _claim_record(claim: ClaimModel) -> Record:
    amount = claim.amount
    record = {
        "text": claim.value,
        "value": str(amount.value),
        "half": str(amount.half_digit),
        "unit": amount.unit,
    }
    for name in _CLAIM_TEXTS:
        text = getattr(claim, name)
        if text is not None:
            record[name] = text
    if claim.tolerance is not None:
        record["tolerance"] = claim.tolerance_fraction()
    return record


def from_record(record: Record, member: MemberOf) -> Chip:
    """The chip of a record; ``member`` gives the chips that a system names."""
    build = _Builder(record)
    rates = build.figures("throughput", highest=True)
    since = record.get("us_available")
    return Chip(
        id=record["id"],
        name=record["name"],
        kind=Kind(record.get("kind") or Kind.PROCESSOR),
        stands_for=tuple(record.get("stands_for", ())),
        aliases=tuple(record.get("aliases", ())),
        announced=_day(record.get("announced")),
        available=_day(record.get("available")),
        stage=record.get("stage"),
        only_for=_words(record.get("only_for")),
        form=record.get("form"),
        designed_for=_words(record.get("designed_for")),
        marketed_for=_words(record.get("marketed_for")),
        us_available=_availability(since),
        sources=record.get("sources", {}),
        digital=record.get("digital", True) is not False,
        dies=build.dies(),
        transistors=build.figure("transistors"),
        package_area=build.figure("package_area", unit="mm^2"),
        throughput={name: rate for name, rate in rates.items() if not name.endswith("_sparse")},
        sparse={name: rate for name, rate in rates.items() if name.endswith("_sparse")},
        no_rates=record.get("no_rates"),
        units=build.units(),
        cores=build.cores(),
        memory=build.memory(),
        links=build.links(),
        power=build.figures("power"),
        clocks=build.figures("clocks"),
        declared=_declared(record.get("declared")),
        prices=build.figure("prices"),
        readings={
            name: Reading(tuple(entry.get("removes", ())), entry.get("why"))
            for name, entry in record.get("readings", {}).items()
        },
        members=tuple(
            Member(member(entry["chip"]), entry.get("count", 1))
            for entry in record.get("members") or ()
        ),
        metrics=build.figures("metrics"),
        accepted=record.get("accepted", {}),
        hypothetical=record.get("hypothetical", False),
        extends=record.get("extends"),
        vendor=record.get("vendor"),
        architecture=record.get("architecture"),
        model=record.get("model"),
        note=record.get("note"),
        represents=record.get("represents", False),
    )


class _Builder:
    """Figures out of a record, each with its path."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def figure(
        self, path: str, entry: Record | None = None, key: str | None = None, unit: str = ""
    ) -> Figure | None:
        claims = (self.record if entry is None else entry).get(key or path)
        return _figure(path, claims, unit) if claims else None

    def figures(self, field: str, highest: bool = False) -> dict[str, Figure]:
        entries: Mapping[str, Any] = self.record.get(field) or {}
        return {
            name: _figure(f"{field}.{name}", claims, "", highest)
            for name, claims in entries.items()
            if claims
        }

    def dies(self) -> tuple[Die, ...] | None:
        if self.record.get("dies") is None:
            return None
        return tuple(self._die(index, entry) for index, entry in enumerate(self.record["dies"]))

    def _die(self, index: int, entry: Record) -> Die:
        architecture = entry.get("transistors_are")
        return Die(
            name=entry.get("name") or str(index),
            role=entry.get("role", "compute"),
            count=entry.get("count", 1),
            process=entry.get("process"),
            non_planar=None if architecture is None else architecture == "non-planar",
            source=entry.get("source"),
            transistors=self.figure(f"dies[{index}].transistors", entry, "transistors"),
            area=self.figure(f"dies[{index}].area", entry, "area"),
        )

    def units(self) -> tuple[Engines, ...]:
        return tuple(
            self._unit(index, entry) for index, entry in enumerate(self.record.get("units") or ())
        )

    def _unit(self, index: int, entry: Record) -> Engines:
        rates = {
            name: _figure(f"units[{index}].throughput.{name}", claims, "", True)
            for name, claims in entry["throughput"].items()
        }
        sparse = {name for name in rates if name.endswith("_sparse")}
        return Engines(
            entry["name"],
            {name: rate for name, rate in rates.items() if name not in sparse},
            {name: rates[name] for name in rates if name in sparse},
        )

    def cores(self) -> Cores | None:
        entry = self.record.get("cores")
        if not entry:
            return None
        rates = entry.get("per_clock", {})
        per_clock = {
            name: _figure(f"cores.per_clock.{name}", claims, "") for name, claims in rates.items()
        }
        return Cores(entry["name"], _figure("cores.count", entry["count"], ""), per_clock)

    def memory(self) -> Memory:
        entry = self.record.get("memory") or {}
        return Memory(
            kind=entry.get("kind"),
            stacks=entry.get("stacks"),
            bus=self.figure("memory.bus", entry, "bus"),
            pin_rate=self.figure("memory.pin_rate", entry, "pin_rate"),
            capacity=self.figure("memory.capacity", entry, "capacity"),
            bandwidth=self.figure("memory.bandwidth", entry, "bandwidth"),
        )

    def links(self) -> tuple[Link, ...] | None:
        if self.record.get("links") is None:
            return None
        return tuple(
            Link(
                name=entry.get("name") or str(index),
                kind=entry["kind"],
                bandwidth=self.figure(f"links[{index}].bandwidth", entry, "bandwidth"),
                uncapped=self.figure(f"links[{index}].uncapped", entry, "uncapped"),
                counts=entry.get("counts", "both-directions"),
                capped_by=entry.get("capped_by"),
            )
            for index, entry in enumerate(self.record["links"])
        )


def _figure(path: str, claims: list[Record], unit: str, highest: bool = False) -> Figure:
    built = tuple(_claim(claim) for claim in claims)
    return Figure(path, built[0].unit or unit, built, highest)


def _claim(record: Record) -> Claim:
    rest = {
        key: value
        for key, value in record.items()
        if key not in ("value", "half", "tolerance", "basis")
    }
    return Claim(
        value=Fraction(record["value"]),
        half_digit=Fraction(record["half"]),
        tolerance=Fraction(record.get("tolerance", 0)),
        basis=Basis(record.get("basis", Basis.HYPOTHETICAL)),
        **rest,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _words(words: list[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(words)


def _availability(entry: Record | None) -> Availability:
    if entry is None:
        return Availability()
    return Availability(True, _day(entry.get("since")), entry.get("source"))


def _declared(entry: Record | None) -> Declared | None:
    if entry is None:
        return None
    return Declared(
        tpp=_exact(entry, "tpp"),
        performance_density=_exact(entry, "performance_density"),
        eccn=entry.get("eccn"),
        source=entry.get("source"),
        as_of=entry.get("as_of"),
        note=entry.get("note"),
        differs=entry.get("differs"),
    )


def _exact(entry: Record, key: str) -> Fraction | None:
    return Fraction(entry[key]) if key in entry else None
