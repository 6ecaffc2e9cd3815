"""The catalog as tables: the rows, columns and types that every export shares.

Rule: one row says one thing, units stand in the column or beside the value, unknown is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.formats import format_table
from chipdb.metrics import measure
from chipdb.units import METRIC_UNITS
from chipdb.views.json.answers import number

Row = dict[str, Any]
TEXT, NUMBER, INTEGER, FLAG, DAY = "string", "number", "integer", "boolean", "date"


@dataclass(frozen=True)
class Column:
    """A column: its type in the words of Frictionless, its unit, what it holds."""

    name: str
    type: str
    says: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table of the data set, its key, and the columns that point to other tables."""

    name: str
    says: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    points: dict[str, tuple[str, str]]
    rows: list[Row]


def tables(catalog: Catalog) -> list[Table]:
    """Every table of the data set: chips, claims, dies, links, members, sources."""
    chips = list(catalog)
    to_chip, to_source = {"chip": ("chips", "id")}, {"source": ("sources", "id")}
    return [
        Table(
            name="chips",
            says="one row a chip, preferred values",
            columns=_chip_columns(),
            key=("id",),
            points={},
            rows=[_chip(chip) for chip in chips],
        ),
        Table(
            name="claims",
            says="every sourced statement of a figure",
            columns=_CLAIMS,
            key=(),
            points={**to_chip, **to_source},
            rows=list(_claims(chips)),
        ),
        Table(
            name="dies",
            says="the dies of each package",
            columns=_DIES,
            key=("chip", "index"),
            points=to_chip,
            rows=list(_dies(chips)),
        ),
        Table(
            name="links",
            says="the links of each package",
            columns=_LINKS,
            key=("chip", "index"),
            points=to_chip,
            rows=list(_links(chips)),
        ),
        Table(
            name="members",
            says="the chips of each system",
            columns=_MEMBERS,
            key=(),
            points={"system": ("chips", "id"), **to_chip},
            rows=list(_members(chips)),
        ),
        Table(
            name="sources",
            says="the bibliography",
            columns=_SOURCES,
            key=("id",),
            points={},
            rows=[_source(entry) for entry in bibliography().values()],
        ),
    ]


_IDENTITY = (
    Column("id", TEXT, "vendor-model-variant, unique forever"),
    Column("name", TEXT, "as the maker calls it"),
    Column("vendor", TEXT, "the maker"),
    Column("kind", TEXT, "processor, memory-stack or system"),
    Column("architecture", TEXT, "the maker's name of the architecture"),
    Column("model", TEXT, "the product line"),
    Column("represents", FLAG, "whether it stands for its model"),
    Column("aliases", TEXT, "other names, separated by semicolons"),
    Column("announced", DAY, "the day of the announcement"),
    Column("available", DAY, "the day of first availability"),
    Column(
        "stage", TEXT, "announced, sampling, available, ended, cancelled; null where not sourced"
    ),
    Column("form", TEXT, "form factor"),
    Column("designed_for", TEXT, "markets, separated by semicolons"),
    Column("marketed_for", TEXT, "markets, separated by semicolons"),
    Column("datacenter", FLAG, "designed or marketed for datacenters; null where not known"),
    Column("us_available_from", DAY, "first day on sale in the United States"),
    Column("only_for", TEXT, "countries it is made for alone"),
    Column("no_rates", TEXT, "why there is no dense rate"),
    Column("declared_tpp", NUMBER, "what the maker declares; never computed with"),
    Column("declared_eccn", TEXT, "what the maker declares"),
    Column("declared_as_of", DAY, "the day of that declaration"),
)


def _chip_columns() -> tuple[Column, ...]:
    metrics = (
        Column(f"{name}{end}", NUMBER, f"{name}: {says}", unit)
        for name, unit in METRIC_UNITS.items()
        for end, says in (
            ("", "preferred value"),
            ("_low", "lowest credible"),
            ("_high", "highest credible"),
        )
    )
    rates = (
        Column(f"throughput.{name}", NUMBER, f"dense {name} rate", "TOPS")
        for name in format_table().bits
    )
    others = (Column(path, NUMBER, path.replace(".", ", "), unit) for path, unit in _OTHERS.items())
    return (*_IDENTITY, *metrics, *rates, *others)


_OTHERS = {"power.tdp": "W", "clocks.base": "MHz", "clocks.boost": "MHz"}


def _chip(chip: Chip) -> Row:
    declared, sale = chip.declared, chip.us_available
    row: Row = {
        "id": chip.id,
        "name": chip.name,
        "vendor": chip.vendor,
        "kind": chip.kind,
        "architecture": chip.architecture,
        "model": chip.model,
        "represents": chip.represents,
        "aliases": _joined(chip.aliases),
        "announced": _day(chip.announced),
        "available": _day(chip.available),
        "stage": chip.stage,
        "form": chip.form,
        "designed_for": _joined(chip.designed_for),
        "marketed_for": _joined(chip.marketed_for),
        "datacenter": chip.datacenter,
        "us_available_from": _day(sale.since),
        "only_for": _joined(chip.only_for),
        "no_rates": chip.no_rates,
        "declared_tpp": number(declared.tpp) if declared else None,
        "declared_eccn": declared.eccn if declared else None,
        "declared_as_of": declared.as_of if declared else None,
    }
    for name in METRIC_UNITS:
        metric = measure(chip, name)
        row |= {
            name: number(metric.value),
            f"{name}_low": number(metric.low),
            f"{name}_high": number(metric.high),
        }
    known = {figure.path: figure.value for figure in chip.figures()}
    paths = [*(f"throughput.{name}" for name in format_table().bits), *_OTHERS]
    return row | {path: known.get(path) for path in paths}


def _joined(words: Iterable[str] | None) -> str | None:
    return None if words is None else "; ".join(words) or None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


_CLAIMS = (
    Column("chip", TEXT, "its id"),
    Column("figure", TEXT, "the path of the figure"),
    Column("text", TEXT, "as stated"),
    Column("value", NUMBER, "in the unit beside it"),
    Column("unit", TEXT, "the unit of value"),
    Column("preferred", FLAG, "whether answers rest on it"),
    Column("basis", TEXT, "official, declared, teardown, third-party, reported or estimated"),
    Column("source", TEXT, "the key of its source"),
    *(
        Column(name, TEXT, name)
        for name in ("engine", "accumulate", "reading", "pattern", "date", "place")
    ),
    Column("tolerance", NUMBER, "as a fraction of the value"),
    Column("rejected", TEXT, "why it is known to be wrong"),
    Column("note", TEXT, "a remark"),
)


def _claims(chips: Iterable[Chip]) -> Iterator[Row]:
    for chip in chips:
        for figure in chip.figures():
            preferred = figure.preferred()
            for claim in figure.claims:
                row = {column.name: getattr(claim, column.name, None) for column in _CLAIMS}
                tolerance = number(claim.tolerance) if claim.tolerance != Fraction(0) else None
                yield row | {
                    "chip": chip.id,
                    "figure": figure.path,
                    "value": number(claim.value),
                    "preferred": claim is preferred,
                    "tolerance": tolerance,
                }


_DIES = (
    Column("chip", TEXT, "its id"),
    Column("index", INTEGER, "place in the list"),
    Column("name", TEXT, "the maker's name of the die"),
    Column("role", TEXT, "compute, io, base, cache or passive"),
    Column("count", INTEGER, "how many are in the package"),
    Column("process", TEXT, "foundry and node"),
    Column("non_planar", FLAG, "whether its transistors are non-planar"),
    Column("area", NUMBER, "of one die", "mm^2"),
)


def _dies(chips: Iterable[Chip]) -> Iterator[Row]:
    for chip in chips:
        for index, die in enumerate(chip.dies or ()):
            fields = {
                name: getattr(die, name)
                for name in ("name", "role", "count", "process", "non_planar")
            }
            yield {
                "chip": chip.id,
                "index": index,
                **fields,
                "area": die.area.value if die.area else None,
            }


_LINKS = (
    Column("chip", TEXT, "its id"),
    Column("index", INTEGER, "place in the list"),
    Column("name", TEXT, "the link's name"),
    Column("kind", TEXT, "chip-to-chip, host or network"),
    Column("bandwidth", NUMBER, "as stated", "GB/s"),
    Column("counts", TEXT, "both-directions, one-direction or unknown"),
    Column("capped_by", TEXT, "fuse, firmware or unknown, of a limited link"),
)


def _links(chips: Iterable[Chip]) -> Iterator[Row]:
    for chip in chips:
        for index, link in enumerate(chip.links or ()):
            fields = {name: getattr(link, name) for name in ("name", "kind", "counts", "capped_by")}
            yield {
                "chip": chip.id,
                "index": index,
                **fields,
                "bandwidth": link.bandwidth.value if link.bandwidth else None,
            }


_MEMBERS = (
    Column("system", TEXT, "the id of the system"),
    Column("chip", TEXT, "the id of what it contains"),
    Column("count", INTEGER, "how many"),
)


def _members(chips: Iterable[Chip]) -> Iterator[Row]:
    for chip in chips:
        for member in chip.members:
            yield {"system": chip.id, "chip": member.chip.id, "count": member.count}


_SOURCES = (
    Column("id", TEXT, "its key"),
    Column("title", TEXT, "its title"),
    Column("publisher", TEXT, "who published it"),
    Column("date", TEXT, "year, month or day of publication, or undated"),
    Column("read", DAY, "the day it was read"),
    Column("url", TEXT, "its address"),
    Column("note", TEXT, "a remark"),
)


def _source(entry: Any) -> Row:
    return {column.name: getattr(entry, column.name) for column in _SOURCES}
