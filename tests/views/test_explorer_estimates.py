"""Estimates of derated chips on the explorer page are those of ``chipdb estimate``; with Node.js.

The page repeats the steps of a dense model in JavaScript. What it says is held against the library,
whose estimates ``tests/workloads`` holds against published measurements.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from page_scripts import answer_of_script

import chipdb
from chipdb.answers.estimate import estimate_entry
from chipdb.catalog.catalog import Entry
from chipdb.views.explorer.estimates import QUESTIONS
from chipdb.views.explorer.page import page_data
from chipdb.workloads.request import request_of

CASES = 120
KNOBS = ("compute", "memory-bandwidth", "link-bandwidth")
THREE_DIGITS = 0.006
"""The page rounds to three digits."""


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    """What the page knows."""
    return page_data(chipdb.load(), chipdb.load_rules())


def by_page(data: dict[str, Any], asked: list[list[Any]]) -> list[dict[str, list[Any]]]:
    """The answers of the page, by question."""
    given = {"data": data, "asked": asked}
    answers: list[dict[str, list[Any]]] = answer_of_script("estimate_derated.mjs", given)
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
        assert sum(knob in knobs for _, knobs in asked) > CASES / 4
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
