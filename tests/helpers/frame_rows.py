"""Rows on, just under and just over every threshold, and what the scalar code answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

import chipdb
from chipdb.bulk.row_cautions import IN_COLUMN
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.rules.conditions import Atom
from chipdb.rules.rulebook import load_rules
from chipdb.solver.cautions import kinds_of
from chipdb.units import METRIC_UNITS

STEP = Fraction(1, 10**6)
SPECIAL = (float("nan"), float("inf"), float("-inf"), -1.0, -0.000001, 0.0, 0.000001, 1e12)
BANDWIDTHS = ("memory_bandwidth", "aggregate_io_bandwidth", "interconnect_bandwidth")
QUESTIONS = (
    ("2024-06-01", None),
    ("2024-06-01", "CN"),
    ("2026-06-01", None),
    ("2026-06-01", "CN"),
    ("2026-06-01", "AE"),
    ("2026-06-01", "RU"),
    ("2026-06-01", "IR"),
    ("2026-06-01", "US"),
    ("2025-06-01", "SG"),
    ("2022-12-01", "CN"),
    ("2023-10-30", "VN"),
    ("2022-09-15", "CN"),
    ("2021-01-01", "CN"),
)
"""Dates and destinations that together ask every classification and license rule on processors."""


def thresholds(metric: str) -> list[Fraction]:
    """Every threshold that some rule sets on a metric."""
    values = set()
    for rule in load_rules():
        for leaf in rule.leaves():
            if isinstance(leaf, Atom) and leaf.metric == metric:
                values.add(leaf.limit)
    return sorted(values)


def around(values: Iterable[Fraction]) -> list[float]:
    """Each value rounded to six places, and two steps below and above it."""
    near = set()
    for value in values:
        rounded = Fraction(round(value / STEP)) * STEP
        near |= {rounded + steps * STEP for steps in range(-2, 3)}
    return [float(value) for value in sorted(near) if value >= 0]


def near_thresholds(rows: int, seed: int) -> dict[str, np.ndarray[Any, Any]]:
    """Random rows: most figures are at thresholds, some anywhere, some missing or odd.

    The area puts the density at its thresholds. The market is data center, not, or unknown.
    """
    random = np.random.default_rng(seed)
    at_thresholds = around(thresholds("tpp"))
    densities = [float(value) for value in thresholds("performance_density")]
    anything = np.round(random.uniform(0, 25000, rows), 6)
    tpp = np.where(random.random(rows) < 0.5, random.choice(at_thresholds, rows), anything)
    area = np.round(tpp / random.choice(densities, rows), 6) + random.integers(-2, 3, rows) / 1e6
    area = np.where(
        random.random(rows) < 0.2,
        np.round(random.uniform(1, 3000, rows), 6),
        np.abs(np.round(area, 6)),
    )
    columns = {"tpp": tpp, "applicable_die_area": area}
    for name in BANDWIDTHS:
        read_as = "letter_io_bandwidth" if name == "aggregate_io_bandwidth" else name
        edges = around(
            {*thresholds(name), *thresholds(read_as), *thresholds("memory_and_io_bandwidth")}
        )
        columns[name] = np.where(
            random.random(rows) < 0.7,
            random.choice(edges, rows),
            np.round(random.uniform(0, 3000, rows), 6),
        )
    for values in columns.values():
        odd = random.random(rows) < 0.12
        values[odd] = random.choice(SPECIAL, rows)[odd]
    columns["datacenter"] = random.choice(np.array([True, False, None], object), rows)
    return columns


def every_cell() -> dict[str, np.ndarray[Any, Any]]:
    """Every combination of thresholds: TPP, an area for each density, and each market."""
    rows: list[tuple[Any, ...]] = []
    low_tpps = [value for value in thresholds("tpp") if value < 6000]
    low_densities = [value for value in thresholds("performance_density") if value < 7]
    for tpp in [*around(low_tpps), *SPECIAL]:
        # A TPP that is missing or odd still gets areas at thresholds, those of another TPP.
        usable = np.isfinite(tpp) and tpp > 0
        exact = Fraction(Decimal(repr(tpp))) if usable else Fraction(1000)
        areas = [*around(exact / density for density in low_densities), *SPECIAL]
        rows += itertools.product([tpp], areas, [True, False, None])
    tpps, all_areas, markets = zip(*rows, strict=True)
    return {
        "tpp": np.array(tpps),
        "applicable_die_area": np.array(all_areas),
        "datacenter": np.array(markets, object),
    }


def chip_of(row: Mapping[str, Any]) -> Chip:
    """The hypothetical chip that a row is.

    Cells that state no figure are left out; low and high are further claims.
    """
    metrics = {}
    for name in METRIC_UNITS:
        values = [
            row[key]
            for key in (name, f"{name}_low", f"{name}_high")
            if key in row and stated(row[key])
        ]
        if values and stated(row.get(name)):
            claims = tuple(
                Claim(text=repr(value), value=six_places(value), unit=METRIC_UNITS[name])
                for value in values
            )
            metrics[name] = Figure(f"metrics.{name}", METRIC_UNITS[name], claims)
    market = {True: ("datacenter",), False: ("client",), None: None}[row.get("datacenter")]
    return Chip(
        id="row",
        name="row",
        designed_for=market,
        marketed_for=market,
        metrics=metrics,
        hypothetical=True,
    )


def stated(value: Any) -> bool:
    """Whether a cell states a figure."""
    return value is not None and bool(np.isfinite(value)) and value >= 0


def six_places(value: float) -> Fraction:
    """The decimal of six places that a float stands for."""
    return Fraction(round(Fraction(Decimal(repr(float(value)))) / STEP)) * STEP


def scalar(row: Mapping[str, Any], on: str, to: str | None, **asked: Any) -> tuple[Any, ...]:
    """What the scalar code answers: status, outcome, contested, with a destination the license."""
    answer = chipdb.check(chip_of(row), on=on, to=to, **asked)
    classified = answer.classification
    if to is None:
        return (classified.status, classified.finding.outcome, classified.contested)
    return (
        classified.status,
        classified.finding.outcome,
        classified.contested or license_contested(answer),
        answer.license.required,
        answer.license.review,
        ";".join(_kinds_that_count(answer)),
    )


def _kinds_that_count(answer: chipdb.Check) -> list[str]:
    """The kinds of cautions that could turn the exit status, in the order of the column.

    A strict question counts all of them; where a license is required none turns anything.
    """
    if answer.question.strict and answer.license.required != "yes":
        return sorted(kinds_of(answer.cautions), key=IN_COLUMN.index)
    return list(kinds_of(each for each in answer.cautions if each.changes_status))


def license_contested(answer: chipdb.Check) -> bool:
    """Whether credible claims, rather than printed text, contest the license."""
    verdict = answer.license.verdict
    if verdict is None:
        return False
    return any(side.finding.status != verdict.status for side in verdict.sides)


def texts(codes: Any) -> list[tuple[Any, ...]]:
    """The answers of a dict of codes as texts, row by row."""
    columns = []
    for name in ("status", "outcome", "contested", "license_required", "review", "caution"):
        if name not in codes:
            continue
        labels = codes.names.get(name)
        if labels is None:
            columns.append([bool(flag) for flag in codes[name]])
        else:
            columns.append([None if code < 0 else labels[code] for code in codes[name]])
    return list(zip(*columns, strict=True))


def rows_of(columns: Mapping[str, np.ndarray[Any, Any]]) -> list[dict[str, Any]]:
    """Columns as a list of rows."""
    return [
        dict(zip(columns, values, strict=True))
        for values in zip(*(array.tolist() for array in columns.values()), strict=True)
    ]
