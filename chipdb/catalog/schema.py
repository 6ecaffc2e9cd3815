"""The data format of chips, formats, links and sources, as pydantic models: the contract with whoever writes YAML.

Values arrive as text. ``Unit`` turns the claims of a figure into exact amounts and refuses what has another unit, so that
an error carries the path of the figure.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    WithJsonSchema,
    model_validator,
)

from chipdb.catalog.lookup import nearest
from chipdb.errors import QuantityError
from chipdb.units import METRIC_UNITS, Amount, day_of, exact, quantity
from chipdb.vocabulary import Basis, Kind

Stage = Literal["announced", "sampling", "available", "ended", "cancelled"]
Market = Literal["datacenter", "workstation", "client", "edge"]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]


class LocatedError(ValueError):
    """Several problems below one field, each with its place."""

    def __init__(self, problems: list[tuple[tuple[str | int, ...], str]]) -> None:
        super().__init__("; ".join(message for _, message in problems))
        self.problems = problems


class Strict(BaseModel):
    """A model that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _iso_date(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("expected a date; write YYYY-MM-DD")
    try:
        return day_of(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a date of the calendar; write YYYY-MM-DD") from None


def _flag(value: Any) -> Any:
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} is neither true nor false")


def _words(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Text = Annotated[str, WithJsonSchema({"type": ["string", "number"]})]
"""Text that editors may show as a number; it is read as text, with the digits it was written with."""

Day = Annotated[date, BeforeValidator(_iso_date)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Markets = Annotated[
    list[Market], BeforeValidator(_words, json_schema_input_type=Market | list[Market])
]
Words = Annotated[list[str], BeforeValidator(_words, json_schema_input_type=str | list[str])]


class Claim(Strict):
    """One sourced statement of a figure."""

    value: Text
    source: str | None = None
    basis: Basis = Basis.HYPOTHETICAL
    engine: str | None = None
    accumulate: str | None = None
    reading: str | None = None
    tolerance: str | None = None
    pattern: str | None = None
    sparse: Flag = False
    date: Text | None = None
    place: str | None = None
    note: str | None = None
    rejected: str | None = None
    _amount: Amount = PrivateAttr()

    @property
    def amount(self) -> Amount:
        """The exact value, once ``Unit`` has read it."""
        return self._amount

    def tolerated(self) -> str:
        """The tolerance as an exact fraction of the value, ``0`` where none is stated."""
        if self.tolerance is None:
            return "0"
        match = re.fullmatch(r"([\d.]+) ?%", self.tolerance)
        if match is None:
            raise ValueError(f"tolerance {self.tolerance!r} is not a percentage such as 1 %")
        return str(exact(match[1]) / 100)


def _claims(value: Any) -> Any:
    items = value if isinstance(value, list) else [value]
    return [{"value": item} if isinstance(item, str) else item for item in items]


class Unit:
    """The unit that a figure is kept in: ``Annotated[FigureText, Unit("GB/s")]``."""

    def __init__(self, unit: str) -> None:
        self.unit = unit

    def __call__(self, claims: list[Claim]) -> list[Claim]:
        """Read every claim in this unit; ``ValueError`` says which cannot be."""
        for claim in claims:
            try:
                claim._amount = quantity(claim.value, self.unit)
                claim.tolerated()
            except QuantityError as error:
                raise ValueError(str(error)) from None
        return claims


_Written = Text | Claim | list[Text | Claim]
_Claims = Annotated[
    list[Claim], BeforeValidator(_claims, json_schema_input_type=_Written), Field(min_length=1)
]
AreaText = Annotated[_Claims, AfterValidator(Unit("mm^2"))]
CountText = Annotated[_Claims, AfterValidator(Unit(""))]
SizeText = Annotated[_Claims, AfterValidator(Unit("GB"))]
RateText = Annotated[_Claims, AfterValidator(Unit("GB/s"))]
SpeedText = Annotated[_Claims, AfterValidator(Unit("TOPS"))]
PowerText = Annotated[_Claims, AfterValidator(Unit("W"))]
ClockText = Annotated[_Claims, AfterValidator(Unit("MHz"))]
WidthText = Annotated[_Claims, AfterValidator(Unit("bit"))]
PinText = Annotated[_Claims, AfterValidator(Unit("Gb/s"))]


def _formats(rates: dict[str, list[Claim]]) -> dict[str, list[Claim]]:
    """Rates by number format: dense ones under the format, sparse ones under a key of their own."""
    from chipdb.catalog.formats import terms

    problems: list[tuple[tuple[str | int, ...], str]] = []
    for name, claims in rates.items():
        dense = name.removesuffix("_sparse")
        if not terms().is_format(dense):
            problems.append(((name,), f"not a number format{nearest(name, sorted(terms().bits))}"))
        elif name == dense and any(claim.sparse or claim.pattern for claim in claims):
            problems.append(
                ((name,), f"a sparse rate under a dense key; write it under {name}_sparse")
            )
    return _unless(problems, rates)


def _given(metrics: dict[str, list[Claim]]) -> dict[str, list[Claim]]:
    """Given metrics, each in its unit."""
    problems: list[tuple[tuple[str | int, ...], str]] = []
    for name, claims in metrics.items():
        if name not in METRIC_UNITS:
            problems.append(((name,), f"not a metric{nearest(name, list(METRIC_UNITS))}"))
            continue
        try:
            Unit(METRIC_UNITS[name])(claims)
        except ValueError as error:
            problems.append(((name,), str(error)))
    return _unless(problems, metrics)


def _unless(
    problems: list[tuple[tuple[str | int, ...], str]], value: dict[str, list[Claim]]
) -> dict[str, list[Claim]]:
    if problems:
        raise LocatedError(problems)
    return value


Rates = Annotated[dict[str, SpeedText], AfterValidator(_formats)]
Metrics = Annotated[dict[str, _Claims], AfterValidator(_given)]


class Die(Strict):
    """One kind of die in the package; ``area`` is that of one of them. One without a name is called by its place."""

    name: str | None = None
    role: Literal["compute", "io", "base", "cache", "passive"] = "compute"
    count: Annotated[int, Field(ge=1, le=1000)] = 1
    process: str | None = None
    transistors_are: Literal["non-planar", "planar"] | None = None
    source: str | None = None
    transistors: CountText | None = None
    area: AreaText | None = None


class Engines(Strict):
    """A processing unit of its own beside the main one (an NPU beside a GPU); rates add up over units."""

    name: str
    throughput: Rates


class Memory(Strict):
    """The DRAM of the package; kind ``none`` where it has none."""

    kind: str | None = None
    stacks: Annotated[int, Field(ge=0, le=64)] | None = None
    bus: WidthText | None = None
    pin_rate: PinText | None = None
    capacity: SizeText | None = None
    bandwidth: RateText | None = None


class Link(Strict):
    """A link to anything but volatile memory; one without a name is called by its place."""

    name: str | None = None
    kind: Literal["chip-to-chip", "host", "network"]
    bandwidth: RateText | None = None
    uncapped: RateText | None = None
    counts: Literal["both-directions", "one-direction", "unknown"] = "both-directions"
    capped_by: Literal["fuse", "firmware", "unknown"] | None = None


class Power(Strict):
    """Power figures."""

    tdp: PowerText | None = None


class Clocks(Strict):
    """Clock figures; ``rated`` is the clock at which the stated rates hold, where it is not the boost clock."""

    base: ClockText | None = None
    boost: ClockText | None = None
    rated: ClockText | None = None


class Cores(Strict):
    """What the rates are made of: cores (SMs, CUs, tiles) in the package, dense operations per clock of one."""

    name: str
    count: CountText
    per_clock: Annotated[dict[str, CountText], AfterValidator(_formats)] = {}


class Availability(Strict):
    """Since when a chip is on sale in the United States."""

    since: Annotated[Day, Field(alias="from")]
    source: str | None = None
    note: str | None = None


class Declared(Strict):
    """What the maker states in an export table; shown and able to contest, never computed with."""

    tpp: Text | None = None
    performance_density: Text | None = None
    eccn: str | None = None
    source: str | None = None
    as_of: Day | None = None
    differs: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _numbers(self) -> Declared:
        for value in (self.tpp, self.performance_density):
            if value is not None:
                try:
                    exact(value)
                except QuantityError as error:
                    raise ValueError(str(error)) from None
        return self


class Reading(Strict):
    """One consistent way to count a chip: the figures that do not exist in it."""

    removes: list[str] = []
    why: str | None = None


class Member(Strict):
    """Chips of a system."""

    chip: str
    count: Annotated[int, Field(ge=1, le=1_000_000)] = 1


def _price(claims: list[Claim]) -> list[Claim]:
    for claim in claims:
        unit = "CNY" if claim.value.strip().endswith(("CNY", "RMB", "yuan")) else "USD"
        try:
            claim._amount = quantity(claim.value, unit)
            claim.tolerated()
        except QuantityError as error:
            raise ValueError(str(error)) from None
    return claims


class Chip(Strict):
    """One product. In a user's file every field but one is optional."""

    id: Identifier | None = None
    extends: str | None = None
    kind: Kind | None = None
    name: str | None = None
    vendor: str | None = None
    architecture: str | None = None
    model: str | None = None
    represents: Flag = False
    stands_for: list[str] = []
    aliases: list[str] = []
    announced: Day | None = None
    available: Day | None = None
    stage: Stage | None = None
    only_for: Words | None = None
    form: str | None = None
    designed_for: Markets | None = None
    marketed_for: Markets | None = None
    us_available: Availability | None = None
    sources: dict[str, str] = {}
    digital: Flag | None = None
    dies: list[Die] | None = None
    transistors: CountText | None = None
    package_area: AreaText | None = None
    throughput: Rates | None = None
    no_rates: str | None = None
    units: list[Engines] | None = None
    cores: Cores | None = None
    memory: Memory | None = None
    links: list[Link] | None = None
    power: Power | None = None
    clocks: Clocks | None = None
    declared: Declared | None = None
    prices: Annotated[_Claims, AfterValidator(_price)] | None = None
    readings: dict[str, Reading] = {}
    members: list[Member] | None = None
    metrics: Metrics = {}
    accepted: dict[str, str] = {}
    note: str | None = None


class Source(Strict):
    """An entry of the bibliography."""

    id: Identifier
    title: str
    publisher: str
    date: Annotated[str, Field(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?|undated)$")]
    read: Day
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    note: str | None = None


class Format(Strict):
    """A number format and the bit length that counts for it; of the one that APP counts, its least and greatest weight."""

    id: Identifier
    bits: int
    stored_bits: int | None = None
    app_weights: Annotated[list[Text], Field(min_length=2, max_length=2)] | None = None
    kind: Literal["float", "integer"]
    source: str


class PcieRate(Strict):
    """What a PCI Express generation carries over sixteen lanes, both directions together."""

    generation: str
    x16: RateText
    source: str
    note: str | None = None
