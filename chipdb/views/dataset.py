"""The catalog as tables: the columns, types and rows that every export shares.

Each row states one thing. The unit is that of the column, or is in the column next to the
value. Unknown is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from chipdb.catalog.bibliography import Source, bibliography
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Figure
from chipdb.catalog.formats import format_table
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import measure
from chipdb.rules.places import places
from chipdb.units import METRIC_UNITS
from chipdb.views.json.answers import day, number

Row = dict[str, Any]

# other formats translate these names, see the tables of types in `export`
TEXT, NUMBER, INTEGER, FLAG, DAY = "string", "number", "integer", "boolean", "date"
"""The types of columns, in the words of Frictionless."""


@dataclass(frozen=True)
class DataColumn:
    """A column: its type, what it holds, its unit; the unit is empty for a bare number.

    ``says`` becomes the description in the Frictionless descriptor.
    """

    name: str
    type: str
    says: str
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class DataTable:
    """A table of the data set.

    ``key`` are the columns that identify a row; ``points`` maps columns to the table and column
    that they refer to.
    """

    name: str
    says: str
    columns: tuple[DataColumn, ...]
    key: tuple[str, ...]
    points: dict[str, tuple[str, str]]
    rows: list[Row]


def tables(catalog: Catalog) -> list[DataTable]:
    """Every table of the data set: chips, claims, dies, links, members, sources.

    Rows are plain values by column name, with days as text and exact numbers as floats.

    >>> import chipdb
    >>> [table.name for table in tables(chipdb.load())]
    ['chips', 'claims', 'dies', 'links', 'members', 'sources']
    """
    chips = list(catalog)
    # the foreign key that four of the tables share
    to_chip = {"chip": ("chips", "id")}
    return [
        DataTable(
            name="chips",
            says="one row for each chip, preferred values",
            columns=_chip_columns(),
            key=("id",),
            points={},
            rows=[_chip_row(chip) for chip in chips],
        ),
        DataTable(
            name="claims",
            says="every sourced statement of a figure",
            columns=_CLAIMS,
            key=(),
            points={**to_chip, "source": ("sources", "id")},
            rows=list(_claim_rows(chips)),
        ),
        DataTable(
            name="dies",
            says="the dies of each package",
            columns=_DIES,
            key=("chip", "index"),
            points=to_chip,
            rows=list(_die_rows(chips)),
        ),
        DataTable(
            name="links",
            says="the links of each package",
            columns=_LINKS,
            key=("chip", "index"),
            points=to_chip,
            rows=list(_link_rows(chips)),
        ),
        DataTable(
            name="members",
            says="the chips of each system",
            columns=_MEMBERS,
            key=(),
            points={"system": ("chips", "id"), **to_chip},
            rows=list(_member_rows(chips)),
        ),
        DataTable(
            name="sources",
            says="the bibliography",
            columns=_SOURCES,
            key=("id",),
            points={},
            rows=[_source_row(entry) for entry in bibliography().values()],
        ),
    ]


_IDENTITY = (
    DataColumn("id", TEXT, "vendor-model-variant, unique and permanent"),
    DataColumn("name", TEXT, "as the vendor calls it"),
    DataColumn("vendor", TEXT, "the company that designs or sells it"),
    DataColumn("kind", TEXT, "processor, memory-stack or system"),
    DataColumn("architecture", TEXT, "the vendor's name of the architecture"),
    DataColumn("model", TEXT, "the product line"),
    DataColumn("represents", FLAG, "whether it represents its model"),
    DataColumn("aliases", TEXT, "other names, separated by semicolons"),
    DataColumn("announced", DAY, "the day of the announcement"),
    DataColumn("available", DAY, "the day of first availability"),
    DataColumn(
        "stage", TEXT, "announced, sampling, available, ended, cancelled; null where not sourced"
    ),
    DataColumn("form", TEXT, "form factor"),
    DataColumn("designed_for", TEXT, "markets, separated by semicolons"),
    DataColumn("marketed_for", TEXT, "markets, separated by semicolons"),
    DataColumn("datacenter", FLAG, "designed or marketed for datacenters; null where unknown"),
    DataColumn("us_available_from", DAY, "first day on sale in the United States"),
    DataColumn("only_for", TEXT, "the only countries that it is made for"),
    DataColumn("no_rates", TEXT, "why there is no dense throughput"),
    DataColumn("declared_tpp", NUMBER, "what the vendor declares; never computed with"),
    DataColumn("declared_eccn", TEXT, "what the vendor declares"),
    DataColumn("declared_as_of", DAY, "the day of that declaration"),
    DataColumn("country", TEXT, "the country where the vendor is headquartered, as an ISO code"),
)

_OTHERS = {
    "power.tdp": "W",
    "clocks.base": "MHz",
    "clocks.boost": "MHz",
    "scaling.domain": "",
    "scaling.network": "GB/s",
}
"""Further figures that a chip's row holds, with their units."""


def _chip_columns() -> tuple[DataColumn, ...]:
    """The columns of the chips: identity, metrics with ranges, throughputs, other figures.

    A new metric or number format becomes a column by itself; readers find columns by name.
    """
    columns = list(_IDENTITY)
    for name, unit in METRIC_UNITS.items():
        columns.append(DataColumn(name, NUMBER, f"{name}: preferred value", unit))
        columns.append(DataColumn(f"{name}_low", NUMBER, f"{name}: lowest credible", unit))
        columns.append(DataColumn(f"{name}_high", NUMBER, f"{name}: highest credible", unit))
    for name in format_table().bits:
        columns.append(DataColumn(f"throughput.{name}", NUMBER, f"dense {name} throughput", "TOPS"))
    for path, unit in _OTHERS.items():
        columns.append(DataColumn(path, NUMBER, path.replace(".", ", "), unit))
    return tuple(columns)


def _chip_row(chip: Chip) -> Row:
    """One chip with its preferred values, in the order of :func:`_chip_columns`.

    The range of a metric covers every credible claim; the claims themselves are a table of their
    own.
    """
    declared = chip.declared
    # "represents" marks the one chip that the plain name of its model resolves to.
    row: Row = {
        "id": chip.id,
        "name": chip.name,
        "vendor": chip.vendor,
        "kind": chip.kind,
        "architecture": chip.architecture,
        "model": chip.model,
        "represents": chip.represents,
        "aliases": _joined(chip.aliases),
        "announced": day(chip.announced),
        "available": day(chip.available),
        "stage": chip.stage,
        "form": chip.form,
        "designed_for": _joined(chip.designed_for),
        "marketed_for": _joined(chip.marketed_for),
        "datacenter": chip.datacenter,
        "us_available_from": day(chip.us_available.since),
        "only_for": _joined(chip.only_for),
        "no_rates": chip.no_rates,
        "declared_tpp": None,
        "declared_eccn": None,
        "declared_as_of": None,
        "country": places().home_of(chip.vendor),
    }
    if declared:
        row["declared_tpp"] = number(declared.tpp)
        row["declared_eccn"] = declared.eccn
        row["declared_as_of"] = declared.as_of
    for name in METRIC_UNITS:
        metric = measure(chip, name)
        row[name] = number(metric.value)
        row[f"{name}_low"] = number(metric.low)
        row[f"{name}_high"] = number(metric.high)

    # A throughput that a chip does not state is null and not zero: the format may be supported.
    values = {figure.path: figure.value for figure in chip.figures()}
    for name in format_table().bits:
        row[f"throughput.{name}"] = values.get(f"throughput.{name}")
    for path in _OTHERS:
        row[path] = values.get(path)
    return row


def _joined(words: Iterable[str] | None) -> str | None:
    """Words in one cell; None where they are unknown or there are none."""
    if words is None:
        return None
    # Semicolons, since names of markets and chips may contain commas.
    return "; ".join(words) or None


_CLAIMS = (
    DataColumn("chip", TEXT, "its id"),
    DataColumn("figure", TEXT, "the path of the figure"),
    DataColumn("text", TEXT, "as stated"),
    DataColumn("value", NUMBER, "in the unit of the next column"),
    DataColumn("unit", TEXT, "the unit of value"),
    DataColumn("preferred", FLAG, "whether answers use it"),
    DataColumn("basis", TEXT, "official, declared, teardown, third-party, reported or estimated"),
    DataColumn("source", TEXT, "the key of its source"),
    DataColumn("engine", TEXT, "engine"),
    DataColumn("accumulate", TEXT, "accumulate"),
    DataColumn("reading", TEXT, "reading"),
    DataColumn("pattern", TEXT, "pattern"),
    DataColumn("date", TEXT, "date"),
    DataColumn("place", TEXT, "place"),
    DataColumn("tolerance", NUMBER, "as a fraction of the value"),
    DataColumn("rejected", TEXT, "why it is known to be wrong"),
    DataColumn("note", TEXT, "a remark"),
)


def _claim_rows(chips: Iterable[Chip]) -> Iterator[Row]:
    """A row for each claim of each figure, including those that were rejected.

    Readers who prefer other claims can compute everything from this table.
    """
    for chip in chips:
        for figure in chip.figures():
            preferred = figure.preferred()
            for claim in figure.claims:
                # Most columns are attributes of a claim; the others are filled in below.
                row = {column.name: getattr(claim, column.name, None) for column in _CLAIMS}
                row["chip"] = chip.id
                row["figure"] = figure.path
                row["value"] = number(claim.value)
                row["preferred"] = claim is preferred
                # Zero means that no tolerance was stated, so the cell is empty.
                row["tolerance"] = None
                if claim.tolerance:
                    row["tolerance"] = number(claim.tolerance)
                yield row


_DIES = (
    DataColumn("chip", TEXT, "its id"),
    DataColumn("index", INTEGER, "position in the list"),
    DataColumn("name", TEXT, "the vendor's name of the die"),
    DataColumn("role", TEXT, "compute, io, base, cache or passive"),
    DataColumn("count", INTEGER, "how many are in the package"),
    DataColumn("process", TEXT, "foundry and node"),
    DataColumn("non_planar", FLAG, "whether its transistors are non-planar"),
    DataColumn("area", NUMBER, "of one die", "mm^2"),
)


def _die_rows(chips: Iterable[Chip]) -> Iterator[Row]:
    """A row for each kind of die; a chip whose dies are unknown has none."""
    for chip in chips:
        for index, die in enumerate(chip.dies or ()):
            yield {
                "chip": chip.id,
                "index": index,
                "name": die.name,
                "role": die.role,
                "count": die.count,
                "process": die.process,
                "non_planar": die.non_planar,
                "area": _value_of(die.area),
            }


_LINKS = (
    DataColumn("chip", TEXT, "its id"),
    DataColumn("index", INTEGER, "position in the list"),
    DataColumn("name", TEXT, "the link's name"),
    DataColumn("kind", TEXT, "chip-to-chip, host or network"),
    DataColumn("bandwidth", NUMBER, "as stated", "GB/s"),
    DataColumn("counts", TEXT, "both-directions, one-direction or unknown"),
    DataColumn("capped_by", TEXT, "fuse, firmware or unknown, of a capped link"),
)


def _link_rows(chips: Iterable[Chip]) -> Iterator[Row]:
    """A row for each link; a chip whose links are unknown has none.

    The bandwidth is as stated, in one or both directions: column ``counts`` says which.
    """
    for chip in chips:
        for index, link in enumerate(chip.links or ()):
            yield {
                "chip": chip.id,
                "index": index,
                "name": link.name,
                "kind": link.kind,
                "counts": link.counts,
                "capped_by": link.capped_by,
                "bandwidth": _value_of(link.bandwidth),
            }


def _value_of(figure: Figure | None) -> float | None:
    """The preferred value of a figure; None where it is not stated or every claim is rejected."""
    if not figure:
        return None
    return figure.value


_MEMBERS = (
    DataColumn("system", TEXT, "the id of the system"),
    DataColumn("chip", TEXT, "the id of what it contains"),
    DataColumn("count", INTEGER, "how many"),
)


def _member_rows(chips: Iterable[Chip]) -> Iterator[Row]:
    """A row for each kind of chip in a system."""
    for chip in chips:
        for member in chip.members:
            yield {"system": chip.id, "chip": member.chip.id, "count": member.count}


_SOURCES = (
    DataColumn("id", TEXT, "its key"),
    DataColumn("title", TEXT, "its title"),
    DataColumn("publisher", TEXT, "who published it"),
    DataColumn("date", TEXT, "year, month or day of publication, or undated"),
    DataColumn("read", DAY, "the day it was read"),
    DataColumn("read_as", TEXT, "how it was read, from original to aggregator"),
    DataColumn("url", TEXT, "its address"),
    DataColumn("note", TEXT, "a remark"),
)


def _source_row(entry: Source) -> Row:
    """One source; its columns have the names of its attributes."""
    return {column.name: getattr(entry, column.name) for column in _SOURCES}
