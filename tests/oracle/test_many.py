"""Frames, sweeps and the explorer page answer as the text does, each on many cases at once."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from engines import ENGINES, answers_of, arrow_table_of
from page_scripts import answer_of_script

import chipdb
from chipdb.views.explorer.page import page_data
from oracle import agreement, answers, made, systems
from oracle.answers import Answer
from oracle.made import UNITS, Case, decimal, draws, near, of_metrics
from oracle.notes import Reach
from oracle.places import Deal
from oracle.test_agreement import CASES, FIRST
from oracle.trial import OF_CIRCUITS

DEALS = [
    Deal("2023-06-01", "CN"),
    Deal("2024-06-01", None),
    Deal("2025-06-01", "DE", headquarters="CN"),
    Deal("2026-05-01", "CN"),
    Deal("2026-05-01", "AE", origin="NL"),
    Deal("2024-06-01", "RU"),
]
"""Questions for whole tables; between them every rule that frames read."""

TYPED = {"digital": True, "on_sale": None}
"""What a reader cannot say of a chip that is typed into the page."""

BOUNDED = {
    "tpp": ["performance_density"],
    "applicable_die_area": ["performance_density"],
    "memory_bandwidth": [],
    "aggregate_io_bandwidth": ["interconnect_bandwidth"],
    "interconnect_bandwidth": ["aggregate_io_bandwidth"],
}
"""The metrics that may be missing with bounds, each with those that bound it too."""

Row = tuple[dict[str, Reach], dict[str, Any]]


# --- Frames


def rows_of(count: int, first: int) -> list[Row]:
    """Metrics and facts of so many circuits; a missing figure may have bounds, as in a frame."""
    rows = []
    for number in range(first, first + count):
        case = made.with_metrics(number, claims=number % 2 == 1)
        rng = draws(-number - 1)
        reaches = dict(case.stated)
        for name, bounding in BOUNDED.items():
            # bounds beside a figure that bounds the same one could contradict it
            if reaches.keys().isdisjoint({name, *bounding}) and rng.random() < 0.4:
                ends = sorted([near(rng, made.TPP, 3000), near(rng, made.TPP, 9000)])
                reaches[name] = Reach(None, *ends)
        rows.append((reaches, case.facts))
    return rows


def columns_of(rows: list[Row]) -> dict[str, np.ndarray[Any, Any]]:
    """The rows as arrays: a column for each metric and each of its ends, and the facts."""
    columns: dict[str, np.ndarray[Any, Any]] = {}
    for name in UNITS:
        for end, key in (("value", name), ("low", f"{name}_low"), ("high", f"{name}_high")):
            cells = [getattr(reaches.get(name), end, None) for reaches, _ in rows]
            columns[key] = np.array([np.nan if cell is None else float(cell) for cell in cells])
    for fact in ("datacenter", "digital"):
        columns[fact] = np.array([facts[fact] for _, facts in rows], object)
    return columns


def expected_rows(rows: list[Row], deal: Deal) -> Iterator[tuple[Any, ...]]:
    """Status, outcome, contested, and with a destination the license, by the text."""
    for reaches, facts in rows:
        known = made.known_from(reaches, facts)
        found = answers.answer(answers.classification(deal.on), [known], deal.on)
        row = (found.status, found.outcome)
        if deal.to is None:
            yield (*row, found.contested)
        else:
            license_answer = answers.license_of([known], deal)
            contested: bool | None = found.contested or license_answer.contested
            if license_answer.required == "undetermined":
                contested = None  # one requirement is open, another may be contested or not
            yield (*row, contested, license_answer.required)


def frame_answers(frame: Any, deal: Deal) -> list[tuple[Any, ...]]:
    """What ``check_frame`` says of each row, of any kind of frame."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # evidence dates are no matter here
        given = chipdb.check_frame(
            frame,
            on=deal.on,
            to=deal.to,
            from_=deal.origin if deal.to else None,
            headquarters=deal.headquarters or (),
        )
    wanted = ["status", "outcome", "contested", *(["license_required"] if deal.to else [])]
    if isinstance(given, dict):
        return list(zip(*(_texts(given, name) for name in wanted), strict=True))
    return [tuple(row) for row in answers_of(given)[wanted].itertuples(index=False)]


def same(given: tuple[Any, ...], wanted: tuple[Any, ...]) -> bool:
    """Whether two rows are the same, beside what is not compared (None in ``wanted``)."""
    status, outcome, contested, *license_required = wanted
    if contested is None:
        contested = given[2]
    return given == (status, outcome, contested, *license_required)


def _texts(codes: Any, name: str) -> list[Any]:
    labels = codes.names.get(name)
    if labels is None:
        return [bool(code) for code in codes[name]]
    return [None if code < 0 else labels[code] for code in codes[name]]


class TestFrames:
    """Arrays and two engines, the same rows on each."""

    @pytest.mark.parametrize("deal", DEALS, ids=str)
    @pytest.mark.parametrize("engine", ["numpy", "pandas", "polars lazy"])
    def test_as_the_text(self, engine: str, deal: Deal) -> None:
        rows = rows_of(max(CASES // 2, 20), FIRST)
        columns = columns_of(rows)
        frame = columns if engine == "numpy" else ENGINES[engine](arrow_table_of(columns))
        given = frame_answers(frame, deal)
        wrong = []
        for row, got, want in zip(rows, given, expected_rows(rows, deal), strict=True):
            if not same(got, want):
                wrong.append(f"chipdb {got}, text {want}\n  {row}")
        assert not wrong, f"{len(wrong)} rows; the first:\n{wrong[0]}"


# --- Sweeps

KNOBS = {
    "tpp": (made.TPP, 30000),
    "applicable_die_area": ([300, 800, 1500], 3000),
    "memory_bandwidth": (made.MEMORY, 9000),
    "aggregate_io_bandwidth": (made.ALL_LINKS, 2000),
}


class TestSweeps:
    """Grids of four knobs: as many designs under each answer as the text has."""

    @pytest.mark.parametrize("deal", DEALS, ids=str)
    def test_as_the_text(self, deal: Deal, tmp_path: Path) -> None:
        rng = draws(FIRST + DEALS.index(deal))
        knobs = {
            name: sorted({near(rng, marks, most, 1) for _ in range(4)})
            for name, (marks, most) in KNOBS.items()
        }
        market = rng.choice(["true", "false"])
        texts = {
            name: ", ".join(decimal(value) + UNITS[name] for value in values)
            for name, values in knobs.items()
        }
        lines = [f"  {name}: [{values}]" for name, values in texts.items()]
        grid = tmp_path / "grid.yaml"
        grid.write_text(
            "\n".join(["knobs:", *lines, f"facts: {{datacenter: {market}}}", ""]), "utf-8"
        )
        found = chipdb.sweep(
            grid,
            on=deal.on,
            to=deal.to,
            from_=deal.origin if deal.to else None,
            headquarters=deal.headquarters or (),
        )
        given: Counter[tuple[Any, ...]] = Counter()
        for answer, designs in found.counts.items():
            given[answer[: 3 if deal.to else 2]] += designs
        assert +given == Counter(self.by_the_text(knobs, market == "true", deal))

    def by_the_text(
        self, knobs: dict[str, list[Fraction]], datacenter: bool, deal: Deal
    ) -> Iterator[tuple[Any, ...]]:
        facts = {"datacenter": datacenter, "digital": True}
        for design in made.products(knobs):
            reaches = {name: Reach.exactly(value) for name, value in design.items()}
            (row,) = expected_rows([(reaches, facts)], deal)
            yield row[:2] + row[3:]


# --- The explorer page


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Metrics, metrics with claims, and data sheets in turn."""
    numbers = range(FIRST, FIRST + max(CASES // 2, 20))
    return [OF_CIRCUITS[number % len(OF_CIRCUITS)](number) for number in numbers]


class TestPage:
    """The scripts of the page, run by Node: chips of a file in it, and chips that a reader types."""

    def test_chips_of_a_file(self, cases: list[Case], tmp_path: Path) -> None:
        records = [
            {**case.record, "id": f"own-{at}", "name": f"Own {at}"} for at, case in enumerate(cases)
        ]
        asked = [(f"own-{at}", case.deal) for at, case in enumerate(cases)]
        wrong = []
        for case, given in zip(cases, self.ask(records, asked, tmp_path), strict=True):
            wrong += [
                f"case {case.number}: {line}"
                for line in agreement.differences(_told(given), agreement.expected(case))
            ]
            wrong += self.licenses(case, given)
        assert not wrong, f"{len(wrong)}; the first: {wrong[0]}"

    def test_chips_that_a_reader_types(self, cases: list[Case], tmp_path: Path) -> None:
        typed = [
            of_metrics(case.number, _exact(case), case.facts | TYPED, case.deal)
            for case in cases
            if case.stated
        ]
        asked = [
            (
                {
                    "metrics": {
                        name: decimal(reach.value)
                        for name, reach in case.stated.items()
                        if reach.value is not None
                    },
                    "datacenter": case.facts["datacenter"],
                },
                case.deal,
            )
            for case in typed
        ]
        wrong = []
        for case, given in zip(typed, self.ask([], asked, tmp_path), strict=True):
            wrong += [
                f"case {case.number}: {line}"
                for line in agreement.differences(_told(given), agreement.expected(case))
            ]
            wrong += self.licenses(case, given)
        assert not wrong, f"{len(wrong)}; the first: {wrong[0]}"

    def test_systems(self, tmp_path: Path) -> None:
        computers = [systems.a_computer(number) for number in range(FIRST, FIRST + 30)]
        records, asked = [], []
        for at, computer in enumerate(computers):
            text = json.dumps(computer.records).replace("own-", f"own-{at}-")
            records += json.loads(text.replace('"Own ', f'"Own {at} '))
            asked.append((f"own-{at}-computer", computer.deal))
        for computer, given in zip(computers, self.ask(records, asked, tmp_path), strict=True):
            wanted = systems.expected(computer)
            told = {name: answer for name, answer in _told(given).items() if name in wanted}
            assert told == wanted, computer
            if computer.deal.to:
                want = systems.license_required(computer)
                assert given["license"]["required"] == want, computer

    def licenses(self, case: Case, given: dict[str, Any]) -> Iterator[str]:
        if case.deal.to is None:
            return
        want = answers.license_of(case.interpretations, case.deal).required
        if given["license"]["required"] != want:
            yield f"case {case.number}: license {given['license']}, text {want}"

    def ask(
        self, records: list[dict[str, Any]], asked: list[tuple[Any, Deal]], folder: Path
    ) -> list[dict[str, Any]]:
        """What the page answers, with the records among its chips."""
        catalog = chipdb.load()
        if records:
            file = folder / "own.json"
            file.write_text(json.dumps(records), "utf-8")
            catalog = catalog.with_file(file)
        questions = [
            (
                chip,
                {
                    "on": deal.on,
                    "to": deal.to,
                    "from": deal.origin if deal.to else None,
                    "headquarters": deal.home,
                },
            )
            for chip, deal in asked
        ]
        sent = {"data": page_data(catalog, chipdb.load_rules()), "asked": questions}
        found: list[dict[str, Any]] = answer_of_script("ask_page.mjs", sent)
        return found


def _exact(case: Case) -> dict[str, Reach]:
    """The values that stand, without other claims."""
    return {
        name: Reach.exactly(reach.value)
        for name, reach in case.stated.items()
        if reach.value is not None
    }


def _told(given: dict[str, Any]) -> dict[str, Answer]:
    """The answers of the page in the oracle's words."""
    told = {name: _answer(entry) for name, entry in given["answers"].items()}
    return told | {"classification": _answer(given["classification"])}


def _answer(entry: dict[str, Any]) -> Answer:
    return Answer(entry["status"], entry["outcome"], bool(entry["sides"]))
