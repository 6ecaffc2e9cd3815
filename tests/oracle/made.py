"""Cases made from a number: what a file states of a circuit, what is known of it, and a deal.

The same number always makes the same case. Figures lie on a threshold, a millionth beside it, or
anywhere; some are missing, some have several claims.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from oracle import notes
from oracle.exact import Fraction
from oracle.notes import TF32, Die, Link, Rate, Reach, Sheet
from oracle.places import GROUPS, Deal
from oracle.unknowns import Known

EPS = Fraction(1, 10**6)
TPP = [512, 1600, 2400, 4800, 4992, 6000, 14000, 17500, 20800, 21000, 21100]
DENSITY = [Fraction(text) for text in ("1.6", "3.2", "5.92", "21")]
TOPS = [8, 600]
MEMORY = [1400, 4100, 4500, 5000, 5800, 6200, 6500]
ALL_LINKS = [150, 600, 1100]
CHIP_LINKS = [600, 1100]
TOGETHER = [1700, 5000, 5100]
"""Every number that some paragraph compares with a quantity. Of TPP also 512 = 8 TOPS x 64 bits."""
Record = dict[str, Any]

DAYS = [
    "2022-08-25",
    "2022-09-15",
    "2022-10-20",
    "2022-10-21",
    "2023-01-16",
    "2023-01-17",
    "2023-10-22",
    "2023-10-23",
    "2023-11-16",
    "2023-11-17",
    "2024-04-03",
    "2024-04-04",
    "2025-01-12",
    "2025-01-13",
    "2025-04-08",
    "2025-04-09",
    "2025-11-14",
    "2025-11-15",
    "2026-01-14",
    "2026-01-15",
    "2026-06-01",
    "2026-07-09",
    "2026-07-10",
    "2026-11-20",
]
"""The first day of each rule and the day before it, and two days of everyday use."""

DESTINATIONS = [None, None, *GROUPS, "AE", "NI", *["CN"] * 8, "MO", "US"]
HOMES = [None, None, None, None, "CN", "MO", "VE", "DE", "AE"]
ORIGINS = ["US", "US", "US", "US", "DE", "NL", "TW"]

UNITS = {
    "tpp": "",
    "applicable_die_area": " mm^2",
    "performance_density": "",
    "tops": " TOPS",
    "memory_bandwidth": " GB/s",
    "aggregate_io_bandwidth": " GB/s",
    "interconnect_bandwidth": " GB/s",
}
"""The metrics that a case may state, with the unit in which it writes them."""

QUANTITIES = {
    "tpp": "tpp",
    "applicable_die_area": "area",
    "performance_density": "density",
    "tops": "tops",
    "memory_bandwidth": "memory",
    "aggregate_io_bandwidth": "all_links",
    "interconnect_bandwidth": "chip_links",
}
"""What the oracle calls each of them."""


@dataclass(frozen=True)
class Case:
    """A file's record of a circuit, what is known of it, and the deal that is asked about.

    ``interpretations`` has one entry, or two where the file gives a rate of TF32. The file has
    either ``stated`` metrics, by their names, or a data ``sheet``; ``facts`` are the others.
    """

    number: int
    record: Record
    interpretations: tuple[Known, ...]
    deal: Deal
    facts: Record
    stated: dict[str, Reach] = field(default_factory=dict)
    sheet: Sheet | None = None

    @property
    def known(self) -> Known:
        """The only interpretation of a case that states metrics."""
        (only,) = self.interpretations
        return only


def decimal(value: Fraction) -> str:
    """The exact decimal text of a number that has one."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    assert Fraction(text) == value, f"{value} has no short decimal text"
    return text


def six_places(value: Fraction) -> str:
    """A number with six decimals, so that no claim looks like another one rounded.

    Of two claims chipdb takes the one with more digits where the other may be its rounded form.
    """
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):.6f}"
    assert Fraction(text) == value, f"{value} has more than six decimals"
    return text


def draws(number: int) -> random.Random:
    """Draws that are the same on every run."""
    return random.Random(number)  # noqa: S311 - test cases, no secrets


def a_deal(rng: random.Random) -> Deal:
    """A day on or just before a change, a destination, an origin and headquarters."""
    on, to = rng.choice(DAYS), rng.choice(DESTINATIONS)
    if to is None:
        return Deal(on)
    return Deal(on, to, rng.choice(ORIGINS), rng.choice(HOMES))


def near(rng: random.Random, marks: list[Any], most: int, least: int = 9) -> Fraction:
    """On a mark, a millionth beside it, or anywhere up to ``most`` in thousandths."""
    if rng.random() < 0.7:
        return Fraction(rng.choice(marks)) + rng.choice([0, 0, EPS, -EPS])
    return Fraction(rng.randint(least * 1000, most * 1000), 1000)


# --- Circuits of which a file states metrics


def with_metrics(number: int, *, claims: bool = False) -> Case:
    """A circuit by its metrics: each exact or missing, and with ``claims`` some of several claims."""
    rng = draws(number)
    stated = some_metrics(rng)
    reaches = {name: Reach.exactly(value) for name, value in stated.items()}
    if claims:
        for name in rng.sample(sorted(reaches), rng.choice([0, 1, 1, 2])):
            reaches[name] = _reaching(rng, name, reaches[name])
    return of_metrics(number, reaches, _facts(rng), a_deal(rng))


def of_metrics(number: int, reaches: dict[str, Reach], facts: Record, deal: Deal) -> Case:
    """The case of some metrics and facts."""
    metrics = {name: _claims(name, reach) for name, reach in reaches.items()}
    market = {True: ["datacenter"], False: ["workstation"], None: None}[facts["datacenter"]]
    record: Record = {"name": "sample", "metrics": metrics, **_sale(number, facts)}
    if market:
        record |= {"designed_for": market, "marketed_for": market}
    if not facts["digital"]:
        record["digital"] = False
    known = known_from(reaches, facts)
    return Case(number, record, (known,), deal, facts, stated=reaches)


def _sale(number: int, facts: Record) -> Record:
    """Since when a file says that a circuit is on sale in the United States: never, or a day.

    91 FR 1684 asks whether it was when the rule was published, on 2026-01-15.
    """
    on_sale = facts.get("on_sale")
    if on_sale is None:
        return {}
    if not on_sale and number % 2:
        return {"us_available": None}
    since = "2026-01-15" if on_sale else "2026-01-16"
    return {"us_available": {"from": since, "source": "own-record"}}


def known_from(reaches: dict[str, Reach], facts: Record) -> Known:
    """What some metrics and facts say of a circuit."""
    quantities = {QUANTITIES[name]: reach for name, reach in reaches.items()}
    return Known(**facts, **quantities)


def products(values: dict[str, list[Fraction]]) -> Iterator[dict[str, Fraction]]:
    """Every combination of one value for each name."""
    for chosen in itertools.product(*values.values()):
        yield dict(zip(values, chosen, strict=True))


def _facts(rng: random.Random) -> Record:
    """The market, known or not; now and then an analog circuit."""
    return {
        "datacenter": rng.choice([True, True, False, None]),
        "digital": rng.random() < 0.95,
        "on_sale": rng.choice([True, False, None]),
    }


def _claims(name: str, reach: Reach) -> Any:
    """A metric as a file has it: the value that stands first, then the others."""
    assert reach.value is not None
    assert reach.high is not None
    values = dict.fromkeys([reach.value, reach.low, reach.high])
    claims = [{"value": six_places(value) + UNITS[name]} for value in values]
    return claims if len(claims) > 1 else claims[0]["value"]


def some_metrics(rng: random.Random) -> dict[str, Fraction]:
    """One value for each metric, and then up to three of them left out."""
    stated = _exact_metrics(rng)
    for name in rng.sample(sorted(stated), rng.choice([0, 0, 0, 1, 1, 2, 3])):
        if len(stated) > 1:
            del stated[name]
    return stated


def _exact_metrics(rng: random.Random) -> dict[str, Fraction]:
    """One value for each metric; density often on a threshold, chip links among all links."""
    values = {
        "tpp": near(rng, TPP, 30000),
        "tops": near(rng, TOPS, 2000, 0),
        "memory_bandwidth": near(rng, MEMORY, 9000, 0),
        "aggregate_io_bandwidth": near(rng, ALL_LINKS, 2000, 0),
    }
    chips = near(rng, CHIP_LINKS, 1500, 0)
    values["interconnect_bandwidth"] = min(chips, values["aggregate_io_bandwidth"])
    if rng.random() < 0.2:
        together = Fraction(rng.choice(TOGETHER)) + rng.choice([0, EPS, -EPS])
        values["memory_bandwidth"] = max(together - values["aggregate_io_bandwidth"], Fraction(0))
    if rng.random() < 0.1:
        values["tpp"], values["memory_bandwidth"] = _about_a_band(rng)
    density = rng.choice(DENSITY)
    how = rng.choice(["density", "area", "on the line", "planar"])
    if how == "density":
        values["performance_density"] = near(rng, DENSITY, 30, 1)
    elif how == "planar":
        values["applicable_die_area"] = Fraction(0)
    elif how == "area":
        values["applicable_die_area"] = Fraction(rng.randint(1, 3000))
    else:
        area = Fraction(rng.randint(20, 3000))
        values["applicable_die_area"] = area
        values["tpp"] = density * area + rng.choice([EPS, 0, -EPS])
    return values


def _about_a_band(rng: random.Random) -> tuple[Fraction, Fraction]:
    """TPP and memory inside a band of Section 232, or with one of them on or beside its end."""
    tpps, memories = rng.choice([([14000, 17500], [4500, 5000]), ([20800, 21100], [5800, 6200])])
    inside = Fraction(sum(tpps), 2), Fraction(sum(memories), 2)
    return (
        rng.choice([inside[0], near(rng, tpps, 30000)]),
        rng.choice([inside[1], near(rng, memories, 9000)]),
    )


def _reaching(rng: random.Random, name: str, exact: Reach) -> Reach:
    """A metric with further claims, below, above, or both; never below zero."""
    value = exact.value
    assert value is not None
    marks = {
        "tpp": TPP,
        "performance_density": DENSITY,
        "memory_bandwidth": MEMORY,
        "aggregate_io_bandwidth": [150, 600, 1100, 1700],
        "interconnect_bandwidth": CHIP_LINKS,
        "tops": TOPS,
        "applicable_die_area": [300, 800, 1500],
    }[name]
    if value == 0:
        return exact
    other = near(rng, marks, 3000, 1)
    if rng.random() < 0.5:
        step = Fraction(rng.randint(1, 50), 1000)
        other = Fraction(round(value * (1 + rng.choice([step, -step])) * 1000), 1000)
    low, high = min(value, other), max(value, other)
    return Reach(value, low, high)


# --- Circuits of which a file states a data sheet

FORMATS = ["fp64", "fp32", "tf32", "fp16", "bf16", "fp8", "fp4", "int8", "int4"]


def with_sheet(number: int) -> Case:
    """A circuit by rates, dies, links and memory, as a data sheet has them."""
    rng = draws(number)
    sheet = a_sheet(rng)
    facts = {
        "datacenter": rng.choice([True, True, False, None]),
        "on_sale": rng.choice([True, False, None]),
    }
    return of_sheet(number, sheet, facts, a_deal(rng))


def of_sheet(number: int, sheet: Sheet, facts: Record, deal: Deal) -> Case:
    """The case of a data sheet: counted once for each way to take the bits of TF32."""
    counted = known_of(sheet, TF32[0])
    interpretations = [replace(counted, **facts)]
    every_rate = [*sheet.rates, *(rate for unit in sheet.units for rate in unit)]
    if any(rate.format == "tf32" and not rate.sparse for rate in every_rate):
        interpretations.append(replace(known_of(sheet, TF32[1]), **facts))
    record = sheet_record(sheet) | _sale(number, facts)
    market = {True: ["datacenter"], False: ["client"], None: None}[facts["datacenter"]]
    if market:
        record |= {"designed_for": market, "marketed_for": market}
    return Case(number, record, tuple(interpretations), deal, facts, sheet=sheet)


def known_of(sheet: Sheet, tf32: int) -> Known:
    """What a data sheet gives, by the technical notes."""
    return Known(
        tpp=notes.tpp(sheet, tf32),
        area=notes.applicable_die_area(sheet),
        tops=notes.tops(sheet),
        memory=notes.memory(sheet),
        all_links=notes.all_links(sheet),
        chip_links=notes.chip_links(sheet),
    )


def a_sheet(rng: random.Random) -> Sheet:
    """Rates that put the TPP near a threshold, one or two kinds of dies, links, memory."""
    formats = rng.sample(FORMATS, rng.choice([0, 1, 1, 2, 3]))
    rates = tuple(_a_rate(rng, name) for name in formats)
    units: tuple[tuple[Rate, ...], ...] = ()
    if rng.random() < 0.2:
        units = ((_a_rate(rng, rng.choice(["int8", "fp16", "tf32"])),),)
    return Sheet(
        rates=rates,
        units=units,
        dies=_some_dies(rng),
        links=_some_links(rng),
        memory=_some_memory(rng),
    )


def _a_rate(rng: random.Random, name: str) -> Rate:
    bits = rng.choice(TF32) if name == "tf32" else notes.BITS[name]
    mark = rng.choice([1600, 2400, 4800, 4992, 6000, 15000, 21000])
    value = Fraction(round(Fraction(mark, bits) * 1000), 1000) + rng.choice([0, EPS, -EPS])
    claims = [value]
    if rng.random() < 0.2:
        claims.append(Fraction(round(value * rng.randint(900, 999)), 1000))
    return Rate(name, tuple(claims), sparse=rng.random() < 0.1)


def _some_dies(rng: random.Random) -> tuple[Die, ...] | None:
    if rng.random() < 0.2:
        return None
    return tuple(
        Die(
            role=rng.choice(["compute", "compute", "io", "base", "cache", "passive"]),
            count=rng.choice([1, 1, 2, 8]),
            area=rng.choice([None, *[Fraction(rng.randint(20, 830))] * 8]),
            non_planar=rng.choice([True, True, True, False, None]),
            tolerance=rng.choice([Fraction(0), Fraction(0), Fraction(1, 100)]),
        )
        for _ in range(rng.choice([1, 1, 2]))
    )


def _some_links(rng: random.Random) -> tuple[Link, ...] | None:
    if rng.random() < 0.2:
        return None
    return tuple(
        Link(
            kind=rng.choice(["chip-to-chip", "host", "network"]),
            rate=rng.choice(
                [None, *[Fraction(rng.choice([64, 128, 300, 400, 450, 600, 900]))] * 9]
            ),
            counts=rng.choice(["both-directions", "both-directions", "one-direction", "unknown"]),
            uncapped=Fraction(1200),
            capped_by=rng.choice([None, None, "fuse", "firmware", "unknown"]),
        )
        for _ in range(rng.choice([0, 1, 1, 2, 3]))
    )


def _some_memory(rng: random.Random) -> tuple[Fraction, ...]:
    if rng.random() < 0.2:
        return ()
    values = [near(rng, MEMORY, 9000)]
    if rng.random() < 0.2:
        values.append(near(rng, MEMORY, 9000))
    return tuple(values)


def sheet_record(sheet: Sheet) -> Record:
    """A data sheet as a file has it."""
    record: Record = {"name": "sample"}
    record["throughput"] = _throughput(sheet.rates)
    if sheet.units:
        record["units"] = [
            {"name": f"unit {number}", "throughput": _throughput(unit)}
            for number, unit in enumerate(sheet.units)
        ]
    if sheet.dies is not None:
        record["dies"] = [_die(number, die) for number, die in enumerate(sheet.dies)]
    if sheet.links is not None:
        record["links"] = [_link(number, link) for number, link in enumerate(sheet.links)]
    if sheet.memory:
        values = [{"value": f"{six_places(value)} GB/s"} for value in sheet.memory]
        record["memory"] = {"kind": "HBM3", "bandwidth": values}
    return record


def _throughput(rates: tuple[Rate, ...]) -> Record:
    written: Record = {}
    for rate in rates:
        key = f"{rate.format}_sparse" if rate.sparse else rate.format
        unit = "TOPS" if rate.format.startswith("int") else "TFLOPS"
        written[key] = [{"value": f"{six_places(value)} {unit}"} for value in rate.claims]
    return written


def _die(number: int, die: Die) -> Record:
    written: Record = {"name": f"die {number}", "role": die.role, "count": f"{die.count}"}
    if die.non_planar is not None:
        written["transistors_are"] = "non-planar" if die.non_planar else "planar"
    if die.area is not None:
        tolerance = {"tolerance": "1 %"} if die.tolerance else {}
        written["area"] = {"value": f"{decimal(die.area)} mm^2", **tolerance}
    return written


def _link(number: int, link: Link) -> Record:
    written: Record = {"name": f"link {number}", "kind": link.kind, "counts": link.counts}
    if link.rate is not None:
        written["bandwidth"] = f"{decimal(link.rate)} GB/s"
    if link.capped_by is not None:
        assert link.uncapped is not None
        written |= {"capped_by": link.capped_by, "uncapped": f"{decimal(link.uncapped)} GB/s"}
    return written


# --- Cases with less in them, to show a disagreement at its smallest


def simpler(case: Case) -> Iterator[Case]:
    """The same case with one figure, or the least of a claim, left out."""
    for name, reach in case.stated.items():
        rest = {other: case.stated[other] for other in case.stated if other != name}
        if rest:
            yield of_metrics(case.number, rest, case.facts, case.deal)
        if reach.low != reach.high:
            assert reach.value is not None
            exact = case.stated | {name: Reach.exactly(reach.value)}
            yield of_metrics(case.number, exact, case.facts, case.deal)
    if case.sheet is not None:
        for sheet in _simpler_sheets(case.sheet):
            yield of_sheet(case.number, sheet, case.facts, case.deal)


def _simpler_sheets(sheet: Sheet) -> Iterator[Sheet]:
    for part in ("rates", "units", "dies", "links", "memory"):
        entries = getattr(sheet, part) or ()
        for at in range(len(entries)):
            yield replace(sheet, **{part: (*entries[:at], *entries[at + 1 :])})
