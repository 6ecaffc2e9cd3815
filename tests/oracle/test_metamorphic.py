"""Changes of a question that must not change the answer, or only in one direction.

No expected value stands here: two answers of chipdb are compared with each other.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from running import run

import chipdb
from oracle import made
from oracle.asked import chip_of, chips_of
from oracle.made import EPS, UNITS, Case, Record, draws, of_metrics
from oracle.notes import Reach
from oracle.places import Deal
from oracle.test_agreement import CASES, FIRST

NUMBERS = range(FIRST, FIRST + max(CASES // 10, 10))
KNOBS = ["compute", "die-area", "memory-bandwidth", "link-bandwidth"]
STRICTNESS = {None: 0, "undetermined": 1, "3A090.b": 2, "3A090": 3, "3A090.a": 4}


def told(chip: chipdb.Chip, deal: Deal, **options: Any) -> dict[str, Any]:
    """Every answer of ``chipdb.check`` to a deal as plain values, with the metrics."""
    record = chipdb.check(
        chip,
        on=deal.on,
        to=deal.to,
        from_=deal.origin if deal.to else None,
        headquarters=deal.headquarters or (),
        **options,
    ).to_dict()
    kept = ("rule", "status", "outcome", "contested", "provisions")
    return {
        "metrics": record["metrics"],
        "classification": {key: record["classification"][key] for key in kept[1:]},
        "license": {key: record["license"][key] for key in ("required", "contested", "review")},
        "answers": [{key: answer[key] for key in kept} for answer in record["answers"]],
    }


def with_sheets() -> Iterator[Case]:
    """Data sheets that have something to turn: knobs need the figures that they scale."""
    for number in NUMBERS:
        case = made.with_sheet(number)
        if case.sheet is not None and case.sheet.rates:
            yield case


def turned(case: Case, *derates: str) -> dict[str, Any] | None:
    """The answers after derates; None where the chip lacks what a knob scales."""
    try:
        return told(chip_of(case.record), case.deal, derate=list(derates))
    except chipdb.ChipdbError:
        return None


class TestDerates:
    """A knob that is not turned changes nothing, and turning it twice is turning it once."""

    @pytest.mark.parametrize("knob", KNOBS)
    def test_by_nothing(self, knob: str) -> None:
        changed = [
            (turned(case, f"{knob}={none}"), told(chip_of(case.record), case.deal), case)
            for case in with_sheets()
            for none in ("0%", "x1")
        ]
        compared = [(after, before, case) for after, before, case in changed if after is not None]
        assert compared
        for after, before, case in compared:
            assert after == before, case.number

    @pytest.mark.parametrize("knob", KNOBS)
    def test_composition_and_order(self, knob: str) -> None:
        """0.8 and then 0.5 is 0.4, and so is 0.5 and then 0.8."""
        compared = 0
        for case in with_sheets():
            once = turned(case, f"{knob}=x0.4")
            assert once == turned(case, f"{knob}=x0.8", f"{knob}=x0.5"), case.number
            assert once == turned(case, f"{knob}=x0.5", f"{knob}=50%", f"{knob}=x1.6"), case.number
            compared += once is not None
        assert compared

    def test_knobs_in_any_order(self) -> None:
        compared = 0
        for case in with_sheets():
            one = turned(case, "compute=x0.7", "die-area=x1.3", "memory-bandwidth=x0.9")
            assert one == turned(case, "memory-bandwidth=x0.9", "die-area=x1.3", "compute=x0.7"), (
                case.number
            )
            compared += one is not None
        assert compared


class TestOrder:
    """The order in which a file lists things says nothing, beyond which claim stands first."""

    def test_of_dies_links_and_formats(self) -> None:
        for number in NUMBERS:
            case = made.with_sheet(number)
            before = told(chip_of(case.record), case.deal)
            assert told(chip_of(shuffled(case.record, number)), case.deal) == before, number

    def test_of_metrics(self) -> None:
        for number in NUMBERS:
            case = made.with_metrics(number, claims=True)
            before = told(chip_of(case.record), case.deal)
            assert told(chip_of(shuffled(case.record, number)), case.deal) == before, number


def shuffled(record: Record, number: int) -> Record:
    """A record with its mappings and its lists of parts in another order."""
    rng = draws(number)
    changed = dict(_shuffled(rng, list(record.items())))
    for part in ("dies", "links", "units"):
        if part in changed:
            changed[part] = _shuffled(rng, changed[part])
    for part in ("metrics", "throughput"):
        if part in changed:
            changed[part] = dict(_shuffled(rng, list(changed[part].items())))
    return changed


def _shuffled(rng: random.Random, entries: list[Any]) -> list[Any]:
    return rng.sample(entries, len(entries))


THOUSANDFOLD = {"GB/s": "TB/s", "TOPS": "POPS", "TFLOPS": "PFLOPS"}


class TestUnits:
    """The same quantity in another unit is the same quantity, to the last digit."""

    def test_a_thousandfold(self) -> None:
        for number in NUMBERS:
            for case in (made.with_sheet(number), made.with_metrics(number, claims=True)):
                before = told(chip_of(case.record), case.deal)
                other = converted(case.record)
                assert told(chip_of(other), case.deal) == before, other


def converted(entry: Any) -> Any:
    """A record with its bandwidths and rates in a thousandfold unit and its areas in mm²."""
    if isinstance(entry, dict):
        return {key: converted(value) for key, value in entry.items()}
    if isinstance(entry, list):
        return [converted(value) for value in entry]
    number, _, unit = str(entry).partition(" ")
    if unit in THOUSANDFOLD:
        # as many digits as before: 300 TFLOPS and 0.3 PFLOPS are not rounded alike
        return f"{Decimal(number).scaleb(-3):f} {THOUSANDFOLD[unit]}"
    if unit == "mm^2":
        return f"{number} mm²"
    return entry


class TestLearning:
    """A figure that becomes known never contradicts what was decided without it."""

    def test_one_more_figure(self) -> None:
        compared = 0
        for number in NUMBERS:
            case = made.with_metrics(number)
            before = told(chip_of(case.record), case.deal)
            for fuller in _fuller(case):
                after = told(chip_of(fuller.record), case.deal)
                compared += 1
                _never_contradicts(before, after, fuller)
        assert compared > 10

    def test_the_market(self) -> None:
        for number in NUMBERS:
            case = made.with_metrics(number)
            unknown = of_metrics(number, case.stated, case.facts | {"datacenter": None}, case.deal)
            before = told(chip_of(unknown.record), case.deal)
            for market in (True, False):
                fuller = of_metrics(
                    number, case.stated, case.facts | {"datacenter": market}, case.deal
                )
                _never_contradicts(before, told(chip_of(fuller.record), case.deal), fuller)


def _fuller(case: Case) -> Iterator[Case]:
    """The case with one missing figure stated, at three values of it."""
    stated = case.stated
    rng = draws(case.number)
    missing = [name for name in UNITS if name not in stated]
    shape = {"tpp", "applicable_die_area", "performance_density"}
    links = {"aggregate_io_bandwidth", "interconnect_bandwidth"}
    for name in missing:
        if name in shape and len(shape & stated.keys()) == 2:
            continue  # two give the third, which another value would contradict
        if name in links and stated.keys() & links:
            continue  # each bounds the other
        if name == "tops" or (name == "tpp" and "tops" in stated):
            continue  # so do these
        for _ in range(3):
            value = made.near(rng, made.TPP, 6000)
            if name == "performance_density":
                value = made.near(rng, made.DENSITY, 30, 1)
            more = {**stated, name: Reach.exactly(value)}
            yield of_metrics(case.number, more, case.facts, case.deal)


def _never_contradicts(before: dict[str, Any], after: dict[str, Any], asked: Case) -> None:
    known = {answer["rule"]: answer for answer in after["answers"]}
    for answer in before["answers"]:
        now = known[answer["rule"]]
        if answer["status"] == "undetermined":
            continue
        assert now["status"] == answer["status"], (answer, now, asked)
        outcome = answer["outcome"]
        if outcome is not None:
            assert now["outcome"].startswith(outcome), (answer, now, asked)
    required = before["license"]["required"]
    if required in ("yes", "no"):
        assert after["license"]["required"] == required, asked


class TestMoreTpp:
    """Raising TPP never lowers the class (3A090 as a whole; single provisions have upper ends)."""

    def test_with_any_density_or_area(self) -> None:
        for number in NUMBERS:
            case = made.with_metrics(number)
            if "tpp" not in case.stated:
                continue
            value = case.stated["tpp"].value
            assert value is not None
            ranks = []
            for step in (Fraction(0), EPS, Fraction(800), Fraction(2400)):
                more = {**case.stated, "tpp": Reach.exactly(value + step)}
                richer = of_metrics(number, more, case.facts, case.deal)
                ranks.append(_rank(told(chip_of(richer.record), case.deal)))
            assert ranks == sorted(ranks), (number, ranks)


def _rank(answer: dict[str, Any]) -> int:
    entry = answer["classification"]
    if entry["status"] == "undetermined":
        return STRICTNESS["undetermined"]
    return STRICTNESS[entry["outcome"]]


class TestEqualChips:
    """A system of n equal chips is in 4A090 as each of them is in 3A090, and needs their license."""

    @pytest.mark.parametrize("count", [1, 2, 72])
    def test_as_one(self, count: int) -> None:
        for number in NUMBERS:
            case = made.with_metrics(number)
            if case.deal.on < "2024-04-04" or not case.facts["digital"]:
                continue  # 4A090.b was reserved
            one = told(chip_of(case.record), case.deal)
            all_of_them = told(_system(case.record, count), case.deal)
            outcome = one["classification"]["outcome"]
            expected = {**one["classification"], "outcome": outcome and f"4{outcome[1:]}"}
            for key in ("status", "outcome", "contested"):
                assert all_of_them["classification"][key] == expected[key], (number, key)
            assert all_of_them["license"]["required"] == one["license"]["required"], number


def _system(record: Record, count: int) -> chipdb.Chip:
    """So many of a chip, as a computer of an APP below 4A003."""
    part = {**record, "id": "own-part", "name": "Own part"}
    market = {key: part[key] for key in ("designed_for", "marketed_for") if key in part}
    whole: Record = {"id": "own-whole", "name": "Own whole", "kind": "system", **market}
    whole |= {"members": [{"chip": "own-part", "count": f"{count}"}], "metrics": {"app": "1"}}
    return chips_of([part, whole])[-1]


class TestTwoOfThree:
    """Of TPP, area and density, any two give the answer of all three."""

    def test_any_two(self) -> None:
        for number in NUMBERS:
            rng = draws(number)
            area = Fraction(rng.choice([16, 50, 125, 400, 640, 800, 1000]))
            density = made.near(rng, made.DENSITY, 30, 1)
            three = {
                "tpp": density * area,
                "applicable_die_area": area,
                "performance_density": density,
            }
            case = made.with_metrics(number)
            rest = {name: reach for name, reach in case.stated.items() if name not in three}
            every = []
            for left_out in (None, *three):
                two = {name: Reach.exactly(at) for name, at in three.items() if name != left_out}
                every.append(of_metrics(number, {**rest, **two}, case.facts, case.deal))
            first, *others = [told(chip_of(each.record), case.deal) for each in every]
            for other in others:
                assert other == first, number


REQUIRED = {
    "license-required": "yes",
    "license-not-required": "no",
    "undetermined": "undetermined",
}


class TestForms:
    """Python, JSON, CSV, the table and a frame say the same of the same chips."""

    def test_one_answer_in_every_form(self, tmp_path: Path) -> None:
        cases = [replace(made.with_metrics(number), number=number) for number in NUMBERS]
        cases = [case for case in cases if case.facts["digital"]]
        deal = Deal("2026-05-01", "CN")
        records = [
            {**case.record, "id": f"own-{at}", "name": f"Own {at}"} for at, case in enumerate(cases)
        ]
        file = tmp_path / "own.json"
        file.write_text(json.dumps(records), "utf-8")
        by_python = [
            (answer.classification.status, answer.classification.outcome, answer.license.required)
            for answer in chipdb.check(chips_of(records), on=deal.on, to=deal.to)
        ]
        for form in (by_json, by_csv, by_table):
            assert form(file, deal) == by_python, form.__name__
        assert by_frame(cases, deal) == by_python


def by_json(file: Path, deal: Deal) -> list[tuple[Any, ...]]:
    answers = _checked(file, deal, "json")
    return [
        (
            answer["classification"]["status"],
            answer["classification"]["outcome"],
            answer["license"]["required"],
        )
        for answer in json.loads(answers)
    ]


def by_csv(file: Path, deal: Deal) -> list[tuple[Any, ...]]:
    by_chip: dict[str, tuple[Any, ...]] = {}
    for row in csv.DictReader(io.StringIO(_checked(file, deal, "csv"))):
        if row["rule"] == "us-3a090-2023":
            required = REQUIRED[row["verdict_status"]]
            by_chip[row["chip"]] = (row["status"], row["outcome"] or None, required)
    return list(by_chip.values())


def by_table(file: Path, deal: Deal) -> list[tuple[Any, ...]]:
    lines = _checked(file, deal, "table").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("----"))
    ends = [len(dashes) for dashes in lines[at].split("  ")]
    names = [name.strip() for name in _cells(lines[at - 1], ends)]
    found = []
    for line in lines[at + 1 :]:
        if not line.startswith("own-"):
            break
        row = dict(zip(names, _cells(line, ends), strict=True))
        entry = row["classification"].split(" ")[0].rstrip(",;")
        status = {"undetermined": "undetermined", "not": "not-met"}.get(entry, "met")
        outcome = entry if status == "met" else None
        license_word = row["license"].split(" ")[0].rstrip(",;")
        required = {"required": "yes", "not": "no"}.get(license_word, license_word)
        found.append((status, outcome, required))
    return found


def _cells(line: str, ends: list[int]) -> list[str]:
    cells = []
    for width in ends:
        cells.append(line[:width].strip())
        line = line[width + 2 :]
    return cells


def by_frame(cases: list[Case], deal: Deal) -> list[tuple[Any, ...]]:
    import pandas as pd

    rows = [
        {name: float(reach.value) for name, reach in case.stated.items() if reach.value is not None}
        | {"datacenter": case.facts["datacenter"]}
        for case in cases
    ]
    frame = pd.DataFrame(rows)
    frame["datacenter"] = frame["datacenter"].astype("boolean")
    given = chipdb.check_frame(frame, on=deal.on, to=deal.to)
    named = given[["status", "outcome", "license_required"]].astype(object)
    return [tuple(row) for row in named.where(named.notna(), None).itertuples(index=False)]


def _checked(file: Path, deal: Deal, style: str) -> str:
    ran = run("check", str(file), "--on", deal.on, "--to", str(deal.to), "--format", style)
    assert ran.status in (0, 1, 3), ran.err
    return ran.out
