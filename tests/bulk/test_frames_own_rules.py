"""A user's own rules over frames: conditions in shapes that no rule in force has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from engines import ENGINES, answers_of, arrow_table_of
from frame_rows import BANDWIDTHS, rows_of, scalar, texts

import chipdb
from chipdb.bulk import arrays, kernels
from chipdb.rules.rulebook import Rulebook, load_rules

DAY = "2022-09-01"
"""No classification rule of the law was in force for most chips: the own rule is seen alone."""
WHEN = {
    "density alone": "{metric: performance_density, ge: 2}",
    "density alone, above": "{metric: performance_density, gt: 2}",
    "a density that is not too high": "{metric: performance_density, lt: 2}",
    "a band of densities": (
        "{all: [{metric: performance_density, ge: 1}, {metric: performance_density, le: 4}]}"
    ),
    "two bandwidths together": "{metric: memory_and_io_bandwidth, ge: 3000}",
    "together, and little memory": (
        "{all: [{metric: memory_and_io_bandwidth, gt: 2000}, {metric: memory_bandwidth, lt: 2000}]}"
    ),
    "the letters' links alone": "{metric: letter_io_bandwidth, ge: 1000}",
    "all links": "{metric: aggregate_io_bandwidth, ge: 1000}",
    "links between chips": "{metric: interconnect_bandwidth, ge: 600}",
    "either of two": "{any: [{metric: tpp, ge: 4000}, {metric: memory_bandwidth, gt: 2000}]}",
    "at a threshold, or above it": (
        "{any: [{all: [{metric: tpp, ge: 1000}, {fact: datacenter, is: true}]},"
        " {metric: tpp, gt: 1000}]}"
    ),
    "above a threshold, or at it": (
        "{any: [{all: [{metric: tpp, gt: 1000}, {fact: datacenter, is: true}]},"
        " {metric: tpp, ge: 1000}]}"
    ),
    "at a limit alone": "{all: [{metric: tpp, ge: 1000}, {not: {metric: tpp, gt: 1000}}]}",
    "a fact alone": "{fact: datacenter, is: true}",
    "a band of TPP": "{any: [{metric: tpp, lt: 1000}, {metric: tpp, gt: 4000}]}",
    "not dense, for data centers": (
        "{all: [{not: {metric: performance_density, ge: 2}}, {fact: datacenter, is: true}]}"
    ),
}
VALUES = {
    "tpp": (0, 500, 999.999999, 1000, 2000, 4000, 4000.000001),
    "applicable_die_area": (0, 250, 500, 500.000001, 1000, 2000),
}
RATES = (0, 599.999999, 600, 1000, 1000.000001, 1999.999999, 2000, 2000.000001, 3000)
DENSITIES = (0.5, 0.999999, 1, 1.999999, 2, 2.000001, 4, 4.000001, 0)
MISSING = (float("nan"), -1.0, float("inf"))


def book(when: str) -> Rulebook:
    text = f"- id: mine\n  question: classification\n  provisions: [{{id: x, when: {when}}}]\n"
    return load_rules().with_file(text.encode(), "own.yaml")


def some(rows: int, seed: int, shape: str, *, ranged: bool) -> dict[str, np.ndarray[Any, Any]]:
    """Rows at thresholds: an area, a density in its place, or any two of TPP, area and density."""
    random = np.random.default_rng(seed)
    values = {**VALUES, **dict.fromkeys(BANDWIDTHS, RATES)}
    columns = {
        name: random.choice(np.array([*those, *MISSING], float), rows)
        for name, those in values.items()
    }
    if shape != "area":
        columns["performance_density"] = random.choice(np.array([*DENSITIES, *MISSING]), rows)
    if shape == "density":
        del columns["applicable_die_area"]
    if ranged:
        for name in {*VALUES, "memory_bandwidth", "performance_density"} & set(columns):
            for end, factors in (("low", (1, 0.999999, 0.5)), ("high", (1, 1.000001, 2))):
                with np.errstate(invalid="ignore"):
                    bound = np.round(columns[name] * random.choice(factors, rows), 6)
                columns[f"{name}_{end}"] = np.where(random.random(rows) < 0.5, np.nan, bound)
    if shape == "two of three":
        left_out = random.integers(0, 3, rows)
        for index, name in enumerate(("tpp", "applicable_die_area", "performance_density")):
            for column in {name, f"{name}_low", f"{name}_high"} & set(columns):
                columns[column][left_out == index] = np.nan
    return {**columns, "datacenter": random.choice(np.array([True, False, None], object), rows)}


@pytest.mark.parametrize("ranged", [False, True], ids=["points", "ranges"])
@pytest.mark.parametrize("shape", ["area", "density", "two of three"])
@pytest.mark.parametrize("when", WHEN)
def test_every_engine_answers_as_the_scalar_code(
    when: str, shape: str, ranged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, columns = book(WHEN[when]), some(80, 3, shape, ranged=ranged)
    if shape == "two of three" and "interconnect" not in WHEN[when]:
        del columns["interconnect_bandwidth"]  # nothing is known of the links between chips
    expected = [scalar(row, DAY, None, rulebook=own) for row in rows_of(columns)]
    assert len({row[0] for row in expected}) > 1
    found = texts(chipdb.check_frame(columns, on=DAY, rulebook=own))
    wrong = [
        (row, got, want)
        for row, got, want in zip(rows_of(columns), found, expected, strict=True)
        if got != want
    ]
    assert not wrong, wrong[:3]
    for engine in ("polars lazy", "duckdb"):
        frame = answers_of(
            chipdb.check_frame(ENGINES[engine](arrow_table_of(columns)), on=DAY, rulebook=own)
        )
        assert list(frame.itertuples(index=False, name=None)) == expected
    if ranged or shape == "two of three":
        return  # the compiled loop answers figures that are known or missing, each in its column
    monkeypatch.setattr(arrays, "COMPILE_FROM_ROWS", 0)
    monkeypatch.setattr(kernels, "_KERNELS", {})
    assert texts(chipdb.check_frame(columns, on=DAY, rulebook=own)) == expected


def test_a_row_of_either_of_two_entries_is_met_and_names_none() -> None:
    """From a TPP of 1000 on one of them is met; which one depends on an area that is missing."""
    dense = (
        "{id: dense, when: {all: [{metric: tpp, ge: 1000}, {metric: performance_density, ge: 2}]}}"
    )
    fast = "{id: fast, when: {metric: tpp, ge: 1000}}"
    text = f"- id: mine\n  question: classification\n  provisions: [{dense}, {fast}]\n"
    own = load_rules().with_file(text.encode(), "own.yaml")
    rows = pa.table(
        {"tpp": [2000.0, 2000.0, 2000.0, 500.0], "applicable_die_area": [None, 500.0, 1500.0, None]}
    )
    expected = [
        ("met", None, False),
        ("met", "dense", False),
        ("met", "fast", False),
        ("not-met", None, False),
    ]
    assert [scalar(row, DAY, None, rulebook=own) for row in rows.to_pylist()] == expected
    for engine in ENGINES.values():
        found = answers_of(chipdb.check_frame(engine(rows), on=DAY, rulebook=own))
        assert list(found.itertuples(index=False, name=None)) == expected
