"""The data format of chips as pydantic models: the contract with everyone who writes YAML.

Each model bears the name of the class in :mod:`chipdb.catalog.figures` that its part of a file
becomes; code says ``schema.Chip`` for the model and ``Chip`` for the chip. The JSON Schema for
editors is generated from these models.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from chipdb.catalog.formats import format_table
from chipdb.catalog.lookup import nearest
from chipdb.catalog.schema_types import (
    EXACT_WHOLE,
    AreaText,
    BandwidthText,
    Claim,
    ClockText,
    CountText,
    Day,
    FigureText,
    Flag,
    Identifier,
    LocatedError,
    Markets,
    PinText,
    PowerText,
    SizeText,
    Strict,
    Text,
    ThroughputText,
    Unit,
    WidthText,
    Words,
)
from chipdb.catalog.yaml_text import Place
from chipdb.errors import QuantityError
from chipdb.units import METRIC_UNITS, exact
from chipdb.vocabulary import Kind

Stage = Literal["announced", "sampling", "available", "ended", "cancelled"]
FiguresByName = dict[str, list[Claim]]


def _check_formats(figures: FiguresByName) -> FiguresByName:
    """Dense throughput is written under the format, sparse throughput under a key of its own.

    Only dense throughput counts for TPP (3A090, Technical Note 3), so the key must say which
    one a number is.
    """
    problems: list[tuple[Place, str]] = []
    for name, claims in figures.items():
        message = _problem_of_format(name, claims)
        if message is not None:
            problems.append(((name,), message))
    _raise_any(problems)
    return figures


def _problem_of_format(name: str, claims: list[Claim]) -> str | None:
    """What is wrong with the key of a throughput; None for a format whose claims fit it.

    >>> _problem_of_format("fp8_sparse", []) is None
    True
    """
    dense_name = name.removesuffix("_sparse")
    if not format_table().is_format(dense_name):
        return f"{name!r} is not a number format{nearest(name, sorted(format_table().bits))}"
    if name != dense_name:
        return None

    for claim in claims:
        if claim.sparse or claim.pattern:
            return f"sparse throughput under a dense key; write it under {name}_sparse"
    return None


def _check_metrics(metrics: FiguresByName) -> FiguresByName:
    """Read each given metric in its unit.

    Unlike figures, whose fields have a type each, metrics share one mapping of names to claims.
    """
    problems: list[tuple[Place, str]] = []
    for name, claims in metrics.items():
        if name not in METRIC_UNITS:
            problems.append(((name,), f"{name!r} is not a metric{nearest(name, [*METRIC_UNITS])}"))
            continue
        # Unit raises on its own; the problem needs the name of the metric as its place.
        try:
            Unit(METRIC_UNITS[name])(claims)
        except ValueError as error:
            problems.append(((name,), str(error)))
    _raise_any(problems)
    return metrics


def _raise_any(problems: list[tuple[Place, str]]) -> None:
    """Raise :class:`LocatedError` if there is any problem."""
    if problems:
        raise LocatedError(problems)


def _read_prices(claims: list[Claim]) -> list[Claim]:
    """Read each price in its own currency; nothing is converted between currencies.

    Prices are quoted in dollars, or in yuan where the chip is sold in China.
    """
    for claim in claims:
        currency = "USD"
        if claim.value.strip().endswith(("CNY", "RMB", "yuan")):
            currency = "CNY"
        claim.read_as(currency)
    return claims


ThroughputByFormat = Annotated[dict[str, ThroughputText], AfterValidator(_check_formats)]
Metrics = Annotated[dict[str, FigureText], AfterValidator(_check_metrics)]


class Die(Strict):
    """One kind of die in the package; one without a name is named after its position.

    ``area`` and ``transistors`` are those of a single die of this kind.
    """

    name: str | None = None
    role: Literal["compute", "io", "base", "cache", "passive"] = "compute"
    count: Annotated[int, Field(ge=1, le=1000), EXACT_WHOLE] = 1
    process: str | None = None
    transistors_are: Literal["non-planar", "planar"] | None = None
    source: str | None = None
    transistors: CountText | None = None
    area: AreaText | None = None


class Engines(Strict):
    """A distinct processing unit such as an NPU next to a GPU; TPP adds up over such units."""

    name: str
    throughput: ThroughputByFormat


class Memory(Strict):
    """The DRAM of the package; kind ``none`` if it has none."""

    kind: str | None = None
    stacks: Annotated[int, Field(ge=0, le=64), EXACT_WHOLE] | None = None
    bus: WidthText | None = None
    pin_rate: PinText | None = None
    capacity: SizeText | None = None
    bandwidth: BandwidthText | None = None


class Link(Strict):
    """A link to anything but volatile memory; one without a name is named after its position."""

    name: str | None = None
    kind: Literal["chip-to-chip", "host", "network"]
    bandwidth: BandwidthText | None = None
    uncapped: BandwidthText | None = None
    counts: Literal["both-directions", "one-direction", "unknown"] = "both-directions"
    capped_by: Literal["fuse", "firmware", "unknown"] | None = None
    domain: Annotated[int, Field(ge=1, le=1_000_000), EXACT_WHOLE] | None = None


class Power(Strict):
    """Power figures."""

    tdp: PowerText | None = None


class Scaling(Strict):
    """The machines that a chip is sold in: how many chips its links join, and their network.

    ``network`` is that of one chip in one direction. No metric counts it: the card
    belongs to the machine and not to the chip.
    """

    domain: CountText | None = None
    network: BandwidthText | None = None


class Clocks(Strict):
    """Clock figures; ``rated`` is the clock of the stated throughput if not the boost clock."""

    base: ClockText | None = None
    boost: ClockText | None = None
    rated: ClockText | None = None


class Cores(Strict):
    """The cores (SMs, CUs, tiles) of the package and the dense operations per clock of one core."""

    name: str
    count: CountText
    per_clock: Annotated[dict[str, CountText], AfterValidator(_check_formats)] = {}


class Availability(Strict):
    """The date since which a chip is on sale in the United States."""

    since: Annotated[Day, Field(alias="from")]
    source: str | None = None
    note: str | None = None


class Attested(Strict):
    """What is attested to a foundry or OSAT company, for Note 1 to 3A090.a (``--role``)."""

    transistors: CountText | None = None
    by: Literal["fabricator", "approved-osat"] | None = None
    packaged_in: str | None = None
    designer: Literal["approved", "authorized"] | None = None
    applied: Day | None = None


class Declared(Strict):
    """What the vendor states in an export table.

    It never enters a computed metric; it can contest one.
    """

    tpp: Text | None = None
    performance_density: Text | None = None
    eccn: str | None = None
    source: str | None = None
    as_of: Day | None = None
    differs: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _read_numbers(self) -> Declared:
        """Refuse a TPP or density that is not a number.

        They stay text, so that they are shown as the vendor printed them.
        """
        # Read here and discarded: a number that cannot be read should fail with its line.
        for value in (self.tpp, self.performance_density):
            if value is None:
                continue
            try:
                exact(value)
            except QuantityError as error:
                raise ValueError(str(error)) from None
        return self


class Reading(Strict):
    """One consistent interpretation of a chip: the figures that do not exist under it."""

    removes: list[str] = []
    why: str | None = None


class Member(Strict):
    """One kind of chip in a system, and how many of them there are."""

    chip: str
    count: Annotated[int, Field(ge=1, le=1_000_000), EXACT_WHOLE] = 1


class Chip(Strict):
    """One product. In a user's file, one field besides the names is enough."""

    id: Identifier | None = None
    extends: str | None = None
    kind: Kind | None = None
    name: str | None = None
    vendor: str | None = None
    architecture: str | None = None
    model: str | None = None
    represents: Flag = False
    stands_for: list[str] = []
    shared_names: list[str] = []
    aliases: list[str] = []
    announced: Day | None = None
    available: Day | None = None
    stage: Stage | None = None
    stage_as_of: Day | None = None
    only_for: Words | None = None
    form: str | None = None
    designed_for: Markets | None = None
    marketed_for: Markets | None = None
    us_available: Availability | None = None
    sources: dict[str, str] = {}
    digital: Flag | None = None
    dies: list[Die] | None = None
    transistors: CountText | None = None
    attested: Attested | None = None
    package_area: AreaText | None = None
    throughput: ThroughputByFormat | None = None
    no_rates: str | None = None
    units: list[Engines] | None = None
    cores: Cores | None = None
    memory: Memory | None = None
    links: list[Link] | None = None
    power: Power | None = None
    clocks: Clocks | None = None
    scaling: Scaling | None = None
    declared: Declared | None = None
    prices: Annotated[FigureText, AfterValidator(_read_prices)] | None = None
    readings: dict[str, Reading] = {}
    members: list[Member] | None = None
    metrics: Metrics = {}
    accepted: dict[str, str] = {}
    note: str | None = None
