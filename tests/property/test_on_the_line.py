"""On the line: rows that lie on a limit, 1e-6 under it and 1e-6 over it; the operator alone
decides.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Collection, Iterator
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_chips import EPS, answers, chip, decimal, finding, sold
from property_law import Case, entry, entry_2023

import chipdb
from chipdb.rules.conditions import All, AnyOf, Atom, Condition, Fact, NamedChip, Not, Outcome
from chipdb.rules.rule import Rule

HOLDS = {"ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}
FILLED_IN = {"tpp": Fraction(100), "performance_density": Fraction(1, 10), "tops": Fraction(1)}
BANDWIDTHS = ("memory_bandwidth", "aggregate_io_bandwidth", "interconnect_bandwidth")
SUMS = {
    "letter_io_bandwidth": ("aggregate_io_bandwidth",),
    "memory_and_io_bandwidth": BANDWIDTHS[:2],
}

Row = dict[str, Fraction]


def atoms(rule: Rule) -> list[Atom]:
    """Every limit of a rule, each once."""
    return [leaf for leaf in dict.fromkeys(rule.leaves()) if isinstance(leaf, Atom)]


APART = ("proposal", "presumption")
LIMIT_NOT_KNOWN = ("us-4a003-b-2006", "us-letter-nvidia-2022")
RULES = [
    rule
    for rule in chipdb.load_rules()
    if atoms(rule) and rule.question not in APART and rule.id not in LIMIT_NOT_KNOWN
]
"""The law; what answers only by name or for a role has its lines in ``tests/law``:
``test_bills.py``, ``test_foundry.py``, and rules whose limit was not read or not published, so
that no figure decides them, in ``test_adjusted_peak.py`` and ``test_letters_and_reviews.py``.
"""
LIMITS = [
    pytest.param(rule, atom, id=f"{rule.id} {atom.metric} {atom.op} {atom.text}")
    for rule in RULES
    for atom in atoms(rule)
]


def near(limit: Fraction) -> list[Fraction]:
    return [limit - EPS, limit, limit + EPS]


def value(row: Row, metric: str) -> Fraction:
    return sum((row[part] for part in SUMS.get(metric, (metric,))), Fraction(0))


def rows(rule: Rule, at: Atom) -> Iterator[tuple[Row, Row, Row]]:
    """Rows under, on and over one limit, for every choice of the other metrics near their own
    limits.
    """
    axes: dict[str, list[Fraction]] = {}
    for atom in atoms(rule):
        part = SUMS.get(atom.metric, (atom.metric,))[-1]
        axes.setdefault(part, []).extend(
            near(atom.limit) if atom.metric == part else [Fraction(300), atom.limit]
        )
    turned = SUMS.get(at.metric, (at.metric,))[-1]
    others = {name: sorted(set(values)) for name, values in axes.items() if name != turned}
    for chosen in itertools.product(*others.values()):
        row = {
            **FILLED_IN,
            **dict.fromkeys(BANDWIDTHS, Fraction(0)),
            **dict(zip(others, chosen, strict=True)),
        }
        rest = value({**row, turned: Fraction(0)}, at.metric)
        if at.limit - rest > EPS:
            low, on, high = (linked({**row, turned: spot - rest}, axes) for spot in near(at.limit))
            yield low, on, high


def linked(row: Row, axes: Collection[str]) -> Row:
    """A row whose chip-to-chip links are part of all its links, and all of them where a rule asks
    only for all.
    """
    if "interconnect_bandwidth" in axes:
        return {
            **row,
            "aggregate_io_bandwidth": max(
                row["aggregate_io_bandwidth"], row["interconnect_bandwidth"]
            ),
        }
    return {**row, "interconnect_bandwidth": row["aggregate_io_bandwidth"]}


def facts(rule: Rule) -> Iterator[dict[str, bool]]:
    names = sorted(
        {leaf.name for leaf in rule.leaves() if isinstance(leaf, Fact)} - {"us_available"}
    )
    for chosen in itertools.product((True, False), repeat=len(names)):
        yield {
            "datacenter": True,
            "digital": True,
            "us_available": True,
            **dict(zip(names, chosen, strict=True)),
        }


def holds(condition: Condition, row: Row, known: dict[str, bool], on: str) -> bool:
    """A condition read off its operators with whole fractions."""
    match condition:
        case All(parts) | AnyOf(parts):
            every = all if isinstance(condition, All) else any
            return every(holds(part, row, known, on) for part in parts)
        case Not(part):
            return not holds(part, row, known, on)
        case Atom():
            return HOLDS[condition.op](value(row, condition.metric), condition.limit)
        case Fact(name, expected):
            return known[name] == expected
        case Outcome(names):
            return entry(case_of(row, known), on) in names
    assert isinstance(condition, NamedChip), condition
    return False


def case_of(row: Row, known: dict[str, bool]) -> Case:
    area = row["tpp"] / row["performance_density"]
    memory, links, chip_links = (row[name] for name in BANDWIDTHS)
    return Case(row["tpp"], area, memory, links, chip_links, row["tops"], known["datacenter"])


def expected(rule: Rule, row: Row, known: dict[str, bool], on: str) -> list[str]:
    """The provisions met that lead to the first outcome met."""
    if rule.unless and holds(rule.unless, row, known, on):
        return []
    met = [provision for provision in rule.provisions if holds(provision.when, row, known, on)]
    return [provision.id for provision in met if provision.outcome == met[0].outcome]


def first_day(rule: Rule) -> str:
    days = (rule.dates.effective, rule.dates.compliance)
    return max(day for day in days if day).isoformat()


def asked(rule: Rule, row: Row, known: dict[str, bool], *, real: bool = True) -> dict[str, object]:
    part = chip(row, known["datacenter"], digital="true" if known["digital"] else "false")
    part = sold(part, rule.addressees[0] if rule.addressees else None) if real else part
    part = part if "processor" in rule.kinds else replace(part, kind=rule.kinds[0])
    to = None if rule.scope.everywhere else "US" if rule.question == "duty" else "CN"
    origin = "DE" if rule.question == "license" and rule.scope.origin else None
    return answers(part, first_day(rule), to, from_=origin)[rule.id]


class TestEveryLimit:
    """Operators live in the data: at every limit of every rule the answer is the operator's,
    without rounding.
    """

    @pytest.mark.parametrize(("rule", "atom"), LIMITS)
    def test_operator_decides(self, rule: Rule, atom: Atom) -> None:
        on, flips = first_day(rule), 0
        for known in facts(rule):
            for trio in rows(rule, atom):
                said = [expected(rule, row, known, on) for row in trio]
                got = [asked(rule, row, known) for row in trio]
                assert [answer["provisions"] for answer in got] == said, (trio[1], known)
                assert [answer["status"] for answer in got] == [
                    "met" if ids else "not-met" for ids in said
                ]
                assert not any(answer["contested"] for answer in got), "a stated figure is exact"
                under, on_line, over = said
                flips += under != on_line if atom.op in ("ge", "lt") else on_line != over
        assert flips, "some row must turn at this limit"

    @pytest.mark.parametrize(
        "rule", [rule for rule in RULES if rule.addressees], ids=lambda rule: rule.id
    )
    def test_letter_to_others(self, rule: Rule) -> None:
        """For a hypothetical chip a letter is undetermined where its numbers are met, and not met
        below them.
        """
        known = {"datacenter": True, "digital": True, "us_available": True}
        seen = set()
        for atom in atoms(rule):
            for row in itertools.chain(*rows(rule, atom)):
                status = (
                    "undetermined" if expected(rule, row, known, first_day(rule)) else "not-met"
                )
                seen.add(status)
                assert asked(rule, row, known, real=False)["status"] == status, row
        assert seen == {"undetermined", "not-met"}


AREAS = st.integers(1, 400_000).map(lambda hundredths: Fraction(hundredths, 100))
DENSITIES = sorted(
    {
        atom.limit
        for atom in atoms(chipdb.load_rules()["us-3a090-2023"])
        if atom.metric == "performance_density"
    }
)
TPPS = sorted(
    {atom.limit for atom in atoms(chipdb.load_rules()["us-3a090-2023"]) if atom.metric == "tpp"}
)
NUDGES = st.sampled_from([-EPS, Fraction(0), EPS])


def outcome(part: chipdb.Chip) -> str | None:
    return answers(part, "2024-06-01")["classification"]["outcome"]


class TestDensityIsAQuotient:
    """TPP over area equals a limit exactly where the decimal texts say so, whatever a float
    division gives.
    """

    @given(area=AREAS, limit=st.sampled_from(DENSITIES), nudge=NUDGES, wider=NUDGES)
    def test_pairs_on_a_density_limit(
        self, area: Fraction, limit: Fraction, nudge: Fraction, wider: Fraction
    ) -> None:
        tpp, area = limit * area + nudge, area + wider
        said = entry_2023(Case(tpp, area, *[Fraction(0)] * 4, datacenter=True))
        assert outcome(chip({"tpp": tpp, "applicable_die_area": area}, datacenter=True)) == said

    @pytest.mark.parametrize("area", ["810.81", "555.5", "270.28", "689.65", "333.33", "799.99"])
    def test_exactly_5_92_is_caught(self, area: str) -> None:
        tpp = Fraction("5.92") * Fraction(area)
        under = outcome(
            chip({"tpp": tpp - EPS, "applicable_die_area": Fraction(area)}, datacenter=True)
        )
        on = outcome(chip({"tpp": tpp, "applicable_die_area": Fraction(area)}, datacenter=True))
        over = outcome(
            chip({"tpp": tpp, "applicable_die_area": Fraction(area) + EPS}, datacenter=True)
        )
        assert (under, on, over) == ("3A090.b", "3A090.a", "3A090.b")

    @given(
        tpp=st.sampled_from(TPPS), nudge=NUDGES, density=st.sampled_from(DENSITIES), slant=NUDGES
    )
    def test_corners(
        self, tpp: Fraction, nudge: Fraction, density: Fraction, slant: Fraction
    ) -> None:
        given_as = {"tpp": tpp + nudge, "performance_density": density + slant}
        said = entry_2023(
            Case(
                tpp + nudge, (tpp + nudge) / (density + slant), *[Fraction(0)] * 4, datacenter=True
            )
        )
        assert outcome(chip(given_as, datacenter=True)) == said


class TestFiguresReachTheLine:
    """The same holds where the metric is counted from rates, dies and links instead of stated."""

    def test_4800(self) -> None:
        caught, free = (
            chip({"tpp": Fraction(tpp)}, datacenter=False) for tpp in ("4800", "4799.999")
        )
        assert finding(answers(caught, "2024-06-01")["classification"]) == ("met", "3A090.a")
        assert finding(answers(free, "2024-06-01")["classification"]) == ("not-met", None)

    @given(
        limit=st.sampled_from(TPPS),
        bits=st.sampled_from([4, 8, 16, 32, 64]),
        nudge=NUDGES,
        split=AREAS,
        peta=st.booleans(),
    )
    def test_rates_and_dies(
        self, limit: Fraction, bits: int, nudge: Fraction, split: Fraction, *, peta: bool
    ) -> None:
        """A rate times its bits, over two dies whose areas add up to a quotient on the 5.92 line or
        beside it.
        """
        tpp, area = limit + nudge, Fraction(200) + split
        rate = tpp / bits / (1000 if peta else 1)
        rates = {
            f"int{bits}" if bits < 64 else "fp64": f"{decimal(rate)} {'PFLOPS' if peta else 'TOPS'}"
        }
        areas = {"one": split, "two": Fraction(200)}
        dies = [
            {"name": name, "transistors_are": "non-planar", "area": f"{decimal(mm2)} mm^2"}
            for name, mm2 in areas.items()
        ]
        part = chip(datacenter=True, throughput=rates, dies=dies)
        assert outcome(part) == entry_2023(Case(tpp, area, *[Fraction(0)] * 4, datacenter=True))

    @pytest.mark.parametrize(
        ("rate", "caught"), [("1.4 TB/s", True), ("1.399999999 TB/s", False), ("11200 Gb/s", True)]
    )
    def test_memory_in_other_units(self, rate: str, caught: bool) -> None:
        part = sold(chip({"tpp": 100}, links=[], memory={"bandwidth": rate}), "NVIDIA")
        assert answers(part, "2025-06-01", "CN")["us-letter-2025"]["status"] == (
            "met" if caught else "not-met"
        )


class TestLetterBandwidthIsUndefined:
    """The I/O of the 2025 letters lies between the chip-to-chip links and all links: all links
    answer, the others contest.
    """

    @pytest.mark.parametrize(
        ("links", "chip_links", "status", "contested"),
        [
            (Fraction(1100), Fraction(1100), "met", False),
            (Fraction(1100), Fraction(1100) - EPS, "met", True),
            (Fraction(1100) - EPS, Fraction(1100) - EPS, "not-met", False),
        ],
    )
    def test_sides(
        self, links: Fraction, chip_links: Fraction, status: str, contested: bool
    ) -> None:
        stated = {
            "tpp": 100,
            "memory_bandwidth": 0,
            "aggregate_io_bandwidth": links,
            "interconnect_bandwidth": chip_links,
        }
        answer = answers(sold(chip(stated), "AMD"), "2025-06-01", "CN")["us-letter-2025"]
        assert (answer["status"], answer["contested"]) == (status, contested)
