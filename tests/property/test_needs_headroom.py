"""Needs and headroom: at, just under and just over each break-even the answer is what was said of
it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from property_chips import EPS, chip, decimal, finding, sold
from property_law import Case, entry_2023

import chipdb
from chipdb.answers.knob_search import HeadroomRow
from chipdb.solver.lines import Piece
from chipdb.solver.missing import Need
from chipdb.solver.verdict import Verdict

F = Fraction
FINE = F(1, 10**9)


def decimals(value: Fraction, places: int = 9) -> Fraction:
    return F(round(value * 10**places), 10**places)


def is_short(value: Fraction) -> bool:
    """Whether a number has a decimal text of at most nine places."""
    return decimals(value) == value


def verdict(part: chipdb.Chip, rule: str, on: str, to: str | None = None) -> Verdict:
    """A rule's verdict, with exact break-evens."""
    return next(
        answer for answer in chipdb.check(part, on=on, to=to).answers if answer.rule.id == rule
    )


def said(part: chipdb.Chip, rule: str, on: str, to: str | None = None) -> tuple[str, str | None]:
    """What a rule says: status and outcome."""
    found = chipdb.check(part, on=on, to=to).to_dict()["answers"]
    return next(finding(answer) for answer in found if answer["rule"] == rule)


def probes(need: Need) -> Iterator[tuple[Fraction, Piece[Any]]]:
    """Values inside every piece of a line and on both its ends, each with the piece that it belongs
    to.
    """
    pieces = need.pieces or ()
    before_closed = False
    for index, piece in enumerate(pieces):
        start, to = (
            piece.start or F(0),
            piece.to if piece.to is not None else (piece.start or F(0)) * 3 + 10,
        )
        inner = [decimals(start + FINE), decimals((start + to) / 2), decimals(to - FINE)]
        yield from ((spot, piece) for spot in inner if start < spot < to)
        if piece.closed and is_short(to):
            yield to, piece
        if index and not before_closed and is_short(start):
            yield start, piece
        before_closed = piece.closed


def check_line(need: Need, of: Callable[[Fraction], tuple[str, str | None]]) -> None:
    """A need's line has no gap, changes at each cut, and its pieces say what the rule says."""
    pieces = need.pieces
    assert pieces, need
    for left, right in itertools.pairwise(pieces):
        assert left.to == right.start
        assert left.answer != right.answer
    assert need.break_evens == tuple(piece.to for piece in pieces[:-1]), (
        "a break-even is where the answer changes"
    )
    for value, piece in probes(need):
        answer = piece.answer
        assert of(value) == (answer.status, answer.outcome), (need.figure, value)


def with_metric(
    stated: dict[str, Fraction], name: str, value: Fraction, *, datacenter: bool = True
) -> tuple[str, str | None]:
    """What 3A090 says once one more metric is stated."""
    return said(chip({**stated, name: value}, datacenter), "us-3a090-2023", DAY)


AREAS = st.integers(1, 250_000).map(lambda hundredths: F(hundredths, 100))
TPPS = st.integers(1, 6000).map(F) | st.sampled_from(
    [F(line) + nudge for line in (1600, 2400, 4800) for nudge in (-EPS, F(0), EPS)]
)
LIMITS = st.sampled_from([F("1.6"), F("3.2"), F("5.92")])
DAY = "2024-06-01"


class TestBreakEvens:
    """`needs` cuts the missing figure's line where the answer changes; `closed` says to which side
    the cut belongs.
    """

    @given(tpp=TPPS, area=AREAS, limit=LIMITS, on_line=st.booleans())
    @settings(max_examples=60)
    def test_die_area(
        self, tpp: Fraction, area: Fraction, limit: Fraction, *, on_line: bool
    ) -> None:
        stated = {"tpp": limit * area if on_line else tpp}
        for need in verdict(chip(stated, datacenter=True), "us-3a090-2023", DAY).needs:
            check_line(need, partial(with_metric, stated, need.figure))

    @given(area=AREAS, datacenter=st.booleans())
    @settings(max_examples=60)
    def test_tpp(self, area: Fraction, *, datacenter: bool) -> None:
        stated = {"applicable_die_area": area}
        (need,) = verdict(chip(stated, datacenter), "us-3a090-2023", DAY).needs
        assert need.figure == "tpp"
        check_line(need, partial(with_metric, stated, "tpp", datacenter=datacenter))

    @given(low=st.integers(1, 900), more=st.integers(1, 3000), tpp=TPPS)
    @settings(max_examples=60)
    def test_area_between_two(self, low: int, more: int, tpp: Fraction) -> None:
        """A second die of unknown architecture leaves the area between that of the first and that
        of both.
        """
        dies = [
            {"name": "one", "transistors_are": "non-planar", "area": f"{low} mm^2"},
            {"name": "two", "area": f"{more} mm^2"},
        ]
        for need in verdict(
            chip({"tpp": tpp}, datacenter=True, dies=dies), "us-3a090-2023", DAY
        ).needs:
            check_line(need, partial(with_metric, {"tpp": tpp}, "applicable_die_area"))

    @pytest.mark.parametrize(
        ("rule", "on", "missing", "at"),
        [
            ("us-letter-2025", "2025-06-01", "memory_bandwidth", [1000]),
            ("us-letter-nvidia-2022", "2022-09-01", "interconnect_bandwidth", [600]),
            ("us-3a090-2022", "2023-01-01", "aggregate_io_bandwidth", [600]),
            ("us-3a991-p", "2023-01-01", "tops", [8]),
        ],
    )
    def test_other_lines(self, rule: str, on: str, missing: str, at: list[int]) -> None:
        stated = {
            "tpp": 5000,
            "applicable_die_area": 800,
            "memory_bandwidth": 0,
            "aggregate_io_bandwidth": 700,
            "tops": 500,
        }
        stated |= {
            "interconnect_bandwidth": 100,
            **({"tpp": 100, "aggregate_io_bandwidth": 9} if missing == "tops" else {}),
        }
        without = {name: value for name, value in stated.items() if name != missing}

        def real(metrics: dict[str, Any]) -> chipdb.Chip:
            return sold(chip(metrics, datacenter=True), "NVIDIA")

        (need,) = verdict(real(without), rule, on, "CN").needs
        assert (need.figure, list(need.break_evens)) == (missing, at)
        check_line(need, lambda value: said(real({**without, missing: value}), rule, on, "CN"))

    def test_datasheet_case(self) -> None:
        """TPP 4799 in a datacenter part: .a up to 810.6 mm^2, outside above 2999.4 mm^2 (design
        4.3).
        """
        record = chipdb.check(chip({"tpp": 4799}, datacenter=True), on=DAY).to_dict()[
            "classification"
        ]["needs"][0]
        assert record["break_evens"] == [810.64, 2999.38]
        ends = [
            (piece["to"], piece["closed"], piece["status"], piece["outcome"])
            for piece in record["answers"]
        ]
        caught = [(810.64, True, "met", "3A090.a"), (2999.38, True, "met", "3A090.b")]
        assert ends == [*caught, (None, False, "not-met", None)]

    @given(tpp=TPPS, area=AREAS)
    @settings(max_examples=40)
    def test_market(self, tpp: Fraction, area: Fraction) -> None:
        """A missing fact has an answer for each of its values."""
        stated = {"tpp": tpp, "applicable_die_area": area}
        for need in chipdb.check(chip(stated), on=DAY).to_dict()["classification"]["needs"]:
            assert (need["figure"], need["unit"], need["break_evens"]) == ("datacenter", None, [])
            for answer in need["answers"]:
                assert said(chip(stated, answer["is"]), "us-3a090-2023", DAY) == finding(answer)


class TestWhatMatters:
    """Where several things are missing, exactly those that can turn the answer are named, without a
    line.
    """

    @given(
        tpp=st.none() | TPPS,
        area=st.none() | AREAS,
        datacenter=st.sampled_from([None, True, False]),
    )
    @settings(max_examples=80)
    def test_names(
        self, tpp: Fraction | None, area: Fraction | None, datacenter: bool | None
    ) -> None:
        known = {"tpp": tpp, "applicable_die_area": area, "datacenter": datacenter}
        stated = {
            name: value
            for name, value in known.items()
            if value is not None and name != "datacenter"
        }
        needs = chipdb.check(chip(stated, datacenter), on=DAY).to_dict()["classification"]["needs"]
        turning = {
            name for name in known if known[name] is None and turns(name, tpp, area, datacenter)
        }
        assert {need["figure"] for need in needs} == turning
        assert all((need["answers"] is None) == (len(turning) > 1) for need in needs)


def turns(name: str, tpp: Fraction | None, area: Fraction | None, datacenter: bool | None) -> bool:
    """Whether some completion of the rest leaves the answer to one missing thing."""
    tpps = (
        [tpp]
        if tpp is not None
        else [F(line) + nudge for line in (0, 1600, 2400, 4800, 9000) for nudge in (F(0), 50 * EPS)]
    )
    limits = (F(1), F("1.6"), F("3.2"), F("5.92"), F(9))
    tpps += [limit * area for limit in limits] if tpp is None and area else []
    areas = (
        [area]
        if area is not None
        else sorted({spot / limit for spot in tpps for limit in limits if spot})
    )
    markets = [True, False] if datacenter is None else [datacenter]
    groups: dict[tuple[object, ...], set[str | None]] = {}
    for choice in itertools.product(tpps, areas or [F(1)], markets):
        rest = tuple(
            part
            for part, part_of in zip(
                choice, ("tpp", "applicable_die_area", "datacenter"), strict=True
            )
            if part_of != name
        )
        groups.setdefault(rest, set()).add(
            entry_2023(Case(choice[0], choice[1], *[F(0)] * 4, datacenter=choice[2]))
        )
    return any(len(found) > 1 for found in groups.values())


def done(row: HeadroomRow, now: tuple[str, str | None]) -> bool:
    """Whether a change has surely come about: an outcome entered, another paragraph met, or nothing
    met any more.
    """
    if row.enters:
        return now == ("met", row.enters)
    entry = (row.leaves or "").partition(".")[0]
    another = now[0] == "met" and now[1] not in (row.leaves, entry) and row.leaves != entry
    return another or now[0] == "not-met"


def turned(part: chipdb.Chip, row: HeadroomRow, factor: Fraction) -> chipdb.Chip:
    for cut in row.beside:  # made first, and a trifle beyond its limit
        beside = decimal(decimals(cut.factor * (1 - FINE), 12))
        part = part.derate(**{cut.knob.replace("-", "_"): f"x{beside}"})
    return part.derate(**{row.knob.replace("-", "_"): f"x{decimal(factor)}"})


def check_row(part: chipdb.Chip, row: HeadroomRow, on: str, to: str | None) -> None:
    """Turning the knob by the factor, by a trifle less and by a trifle more does what the row says.

    A row that holds if the vendor received a letter is asked of the same chip of an addressee.
    """
    if row.condition is not None:
        (addressee, *_) = chipdb.load_rules()[row.rule].addressees
        part = replace(part, vendor=addressee, hypothetical=False)

    def holds(factor: Fraction) -> bool:
        return done(row, said(turned(part, row, factor), row.rule, on, to))

    if row.factor is None:
        for factor in ("0.000001", "0.5", "2", "1000"):
            assert not can_turn(part, row) or not holds(F(factor)), (row, factor)
        return
    away = 1 if row.factor > 1 else -1
    beyond, within = (decimals(row.factor * (1 + sign * away * FINE), 12) for sign in (1, -1))
    assert holds(beyond), ("beyond", row)
    assert row.factor == 1 or not holds(within), ("within", row)
    halfway = decimals((1 + row.factor) / 2)
    assert row.factor == 1 or not holds(halfway), ("halfway", row)
    if decimals(row.factor, 12) == row.factor:
        assert holds(row.factor) == row.attained, ("on the line", row)
    caught = beyond if row.enters else within
    provisions = verdict(turned(part, row, caught), row.rule, on, to).provisions
    assert row.factor == 1 or not provisions or provisions[0] == row.binding, row


def can_turn(part: chipdb.Chip, row: HeadroomRow) -> bool:
    try:
        turned(part, row, F(1))
    except chipdb.ChipdbError:
        return False
    return True


TF32_DECIDES = ["nvidia-l20", "nvidia-a800-pcie-40gb", "nvidia-b100"]
"""Parts whose stricter TPP counts TF32 with 32 bits: the answer is the strictest of all ways to
count.
"""

AREA_OR_LINK_MISSING = ["google-tpu-v6e"]
PROCESSORS = [part.id for part in chipdb.load() if part.kind == "processor"]
SAMPLE = sorted({*PROCESSORS[::14], *TF32_DECIDES, *AREA_OR_LINK_MISSING})
KNOBS = ["compute", "memory-bandwidth", "link-bandwidth", "die-area"]


class TestHeadroom:
    """`factor` is the limit of the knob's multiple: beyond it the change holds, within it not, on
    it as `attained` says.
    """

    @pytest.mark.parametrize(("on", "to"), [("2023-01-01", None), ("2025-06-01", "CN")])
    @pytest.mark.parametrize("name", SAMPLE)
    def test_catalog(self, name: str, on: str, to: str | None) -> None:
        part = chipdb.load()[name]
        rows = [row for row in chipdb.headroom(part, on=on, to=to) if row.knob in KNOBS]
        assert rows
        for row in rows:
            check_row(part, row, on, to)

    @given(
        rate=st.integers(1, 4000),
        area=AREAS,
        memory=st.integers(0, 3000),
        links=st.integers(0, 1500),
        datacenter=st.booleans(),
        on=st.sampled_from(["2023-01-01", "2024-01-01", "2025-06-01"]),
    )
    @settings(max_examples=25)
    def test_hypothetical(
        self, rate: int, area: Fraction, memory: int, links: int, *, datacenter: bool, on: str
    ) -> None:
        figures = {
            "throughput": {"fp16": f"{rate} TFLOPS"},
            "dies": [
                {"name": "one", "transistors_are": "non-planar", "area": f"{decimal(area)} mm^2"}
            ],
            "memory": {"bandwidth": f"{memory} GB/s"},
            "links": [{"name": "bus", "kind": "chip-to-chip", "bandwidth": f"{links} GB/s"}],
        }
        part = replace(chip(None, datacenter, **figures), vendor="NVIDIA", hypothetical=False)
        to = "CN" if on == "2025-06-01" else None
        for row in chipdb.headroom(part, on=on, to=to):
            if row.knob in KNOBS:
                check_row(part, row, on, to)

    @given(
        tpp=st.sampled_from([1600, 2400, 4800]),
        area=st.sampled_from([F(100), F(300), F(800), F(1500), F(9000)]),
    )
    def test_stated_on_the_line(self, tpp: int, area: Fraction) -> None:
        """A part that lies on a limit has no cut to spare: the factor is 1, and the caught side
        holds on it.
        """
        part = chip({"tpp": tpp, "applicable_die_area": area}, datacenter=True)
        for row in chipdb.headroom(part, knob="compute", on=DAY):
            check_row(part, row, DAY, None)
            assert row.cut_percent is None or row.cut_percent == 100 * (1 - row.factor)

    def test_h100(self) -> None:
        """The H100 leaves .a at a cut of 69.7 % and the entry at 84.8 %: 4817.28 of 15832 by
        density, then 2400 by .b.1.
        """
        leaves = {
            row.leaves: round(float(row.cut_percent), 1)
            for row in chipdb.headroom("H100", knob="compute", on="2024-01-01")
        }
        assert leaves == {"3A090.a": 69.7, "3A090": 84.8}
