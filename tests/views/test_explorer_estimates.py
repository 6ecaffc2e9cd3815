"""Estimates that the explorer page makes are those of ``chipdb estimate``; with Node.js.

They are of derated chips, and of a chip of the reader's own. The page repeats the steps of a dense model in JavaScript. What it says is held against the library,
whose estimates ``tests/workloads`` holds against published measurements.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from page_scripts import answer_of_script

import chipdb
from chipdb.answers.estimate import estimate_entry
from chipdb.catalog.catalog import Entry
from chipdb.views.explorer.estimates import QUESTIONS
from chipdb.views.explorer.page import page_data
from chipdb.vocabulary import Kind
from chipdb.workloads.request import request_of

CASES = 120
KNOBS = ("compute", "memory-bandwidth", "link-bandwidth")
THREE_DIGITS = 0.006
"""The page rounds to three digits."""


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """What the page knows."""
    return page_data(chipdb.load(), chipdb.load_rules())


def by_page(data: dict[str, Any], asked: list[list[Any]]) -> list[Any]:
    """The answers of the page, by question; for chips without an estimate, what is missing."""
    given = {"data": data, "asked": asked}
    answers: list[Any] = answer_of_script("estimate_made.mjs", given)
    return answers


def test_derated_chips(data: dict[str, Any]) -> None:
    """Chips with some knobs turned: the same rates, the same best group of chips."""
    draws = random.Random(11)  # noqa: S311 - test cases, no secrets
    machines = data["estimates"]["machines"]
    offered = {each["id"]: each.get("knobs", []) for each in data["chips"]}
    asked: list[list[Any]] = []
    for chip in draws.sample(sorted(machines), CASES):
        able = [knob for knob in KNOBS if knob in offered[chip]]
        asked.append([chip, {knob: str(draws.randint(5, 150)) for knob in able}])
    for knob in KNOBS:
        assert sum(knob in knobs for _, knobs in asked) > CASES / 5
    compared = 0
    catalog = chipdb.load()
    for (chip, knobs), said in zip(asked, by_page(data, asked), strict=True):
        turned = catalog[chip]
        for knob, percent in knobs.items():
            turned = turned.derate(**{knob.replace("-", "_"): f"x{int(percent) / 100}"})
        for name, options in QUESTIONS.items():
            answer = estimate_entry(Entry(chip=turned), request_of(options))
            assert answer.tokens is not None
            low, nominal, high, chips, layout, precision = said[name]
            assert precision == answer.precision
            wanted = (answer.tokens.low, answer.tokens.nominal, answer.tokens.high)
            assert (low, nominal, high) == pytest.approx(wanted, rel=THREE_DIGITS), (chip, knobs)
            if nominal:
                assert (chips, layout) == (answer.chips, answer.layout), (chip, knobs, name)
                compared += 1
    assert compared > CASES


def test_the_chip_as_sold_is_what_python_wrote(data: dict[str, Any]) -> None:
    """With no knob turned the page's steps give the answers that came with its data."""
    known = data["estimates"]["chips"]
    chips = sorted(known)[::6]
    assert chips
    for chip, said in zip(chips, by_page(data, [[chip, {}] for chip in chips]), strict=True):
        for name, answer in known[chip].items():
            assert said[name][:3] == pytest.approx(answer[:3], rel=THREE_DIGITS), chip
            if answer[2]:
                assert said[name][3:] == answer[3:], chip


def test_less_compute_hardly_slows_what_memory_bounds(data: dict[str, Any]) -> None:
    """Decode reads all weights for each token, so it is bound by memory; prefill is by products.

    A B200 has 4,500 TFLOPS in FP8 and 7.7 TB/s, 584 operations for a byte, so that it reaches
    0.80 - 0.17 log2(584 / 256) = 0.60 of its products, and 0.77 with half of them: 0.64 of the
    rate if nothing else takes time. A step of decode with 64 sequences of 2,048 tokens reads 70 GB
    of weights and 21 GB of cache in 13.5 ms at 0.88 of the bandwidth. Its products take 3.2 ms, then
    4.9: 0.91 of the rate.
    """
    full, cut = by_page(
        data, [["nvidia-b200-sxm6-180gb", {}], ["nvidia-b200-sxm6-180gb", {"compute": "50"}]]
    )
    left = {name: cut[name][1] / full[name][1] for name in QUESTIONS}
    assert left["prefill"] == pytest.approx(0.64, abs=0.02)
    assert left["decode"] == pytest.approx(0.91, abs=0.02)


OWN_UNITS = {
    "tpp": "",
    "memory_bandwidth": " GB/s",
    "memory_capacity": " GB",
    "interconnect_bandwidth": " GB/s",
    "applicable_die_area": " mm^2",
    "performance_density": " TPP/mm^2",
}
"""Figures of a chip of one's own that an estimate reads, and those that give its TPP."""


def own_chips(designs: list[dict[str, str]], folder: Path) -> list[Any]:
    """Chips that state these metrics, read from a file as a user writes it."""
    records = []
    for place, design in enumerate(designs):
        metrics = {name: f"{value}{OWN_UNITS[name]}" for name, value in design.items()}
        records.append({"id": f"own-{place}", "name": f"Own {place}", "metrics": metrics})
    file = folder / "own.json"
    file.write_text(json.dumps(records), encoding="utf-8")
    catalog = chipdb.load().with_file(file)
    return [catalog[record["id"]] for record in records]


def drawn_designs(count: int) -> list[dict[str, str]]:
    """Designs from below the smallest to above the largest chip, some without links."""
    draws = random.Random(12)  # noqa: S311 - test cases, no secrets
    designs = []
    for place in range(count):
        design = {
            "memory_bandwidth": str(draws.randint(50, 20_000)),
            "memory_capacity": str(draws.choice([1, 8, 24, 47.5, 80, 96, 141, 288, 1024])),
        }
        # a density and an area give a TPP as well as a stated one
        if place % 5 == 0:
            design["performance_density"] = str(draws.randint(1, 30))
            design["applicable_die_area"] = str(draws.randint(100, 1600))
        else:
            design["tpp"] = str(draws.randint(20, 90_000))
        if place % 3:
            design["interconnect_bandwidth"] = str(draws.choice([0, 64, 400, 900, 3600]))
        designs.append(design)
    return designs


def test_a_chip_of_ones_own_is_estimated_as_its_file(data: dict[str, Any], tmp_path: Path) -> None:
    """The same rates and the same best group as for a file that states the same metrics."""
    designs = drawn_designs(CASES)
    chips = own_chips(designs, tmp_path)
    answered, unfit = 0, 0
    said_of_all = by_page(data, [[design, {}] for design in designs])
    for design, chip, said in zip(designs, chips, said_of_all, strict=True):
        for name, options in QUESTIONS.items():
            answer = estimate_entry(Entry(chip=chip), request_of(options))
            assert answer.tokens is not None, design
            wanted = (answer.tokens.low, answer.tokens.nominal, answer.tokens.high)
            assert said[name][:3] == pytest.approx(wanted, rel=THREE_DIGITS), design
            if answer.tokens.nominal:
                assert said[name][3:] == [answer.chips, answer.layout, answer.precision], design
                answered += 1
            else:
                unfit += 1
    assert answered > CASES
    assert unfit > 1


@pytest.mark.parametrize(
    ("figure", "words"),
    [
        ("tpp", "throughput in fp16 or bf16"),
        ("memory_bandwidth", "memory bandwidth"),
        ("memory_capacity", "memory capacity"),
    ],
)
@pytest.mark.parametrize("value", [None, "0"])
def test_a_missing_figure_is_named(
    figure: str, words: str, value: str | None, data: dict[str, Any], tmp_path: Path
) -> None:
    """A figure that is blank or 0 leaves no estimate; page and command line name the same one."""
    design = {"tpp": "2368", "memory_bandwidth": "4000", "memory_capacity": "96"}
    design.pop(figure)
    if value is not None:
        design[figure] = value
    assert by_page(data, [[design, {}]]) == [[figure]]
    [chip] = own_chips([design], tmp_path)
    answer = estimate_entry(Entry(chip=chip), request_of(QUESTIONS["decode"]))
    assert answer.tokens is None
    unanswered = [text for text in answer.missing if "there is no estimate" in text]
    assert [text.split(",")[0].split(":")[0] for text in unanswered] == [words]


def test_every_processor_has_estimates_or_its_missing_figures(data: dict[str, Any]) -> None:
    """The page leaves out none: a figure that is missing is said, not dropped."""
    estimates = data["estimates"]
    processors = {chip.id for chip in chipdb.load() if chip.kind == Kind.PROCESSOR}
    assert set(estimates["chips"]) | set(estimates["needed"]) == processors
    assert not set(estimates["chips"]) & set(estimates["needed"])
    assert all(estimates["needed"].values())
