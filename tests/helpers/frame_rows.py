"""Rows built to lie on, just under and just over every limit, and what the scalar code says of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

import chipdb
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.rules.conditions import Atom
from chipdb.rules.rulebook import load_rules
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
"""Days and places that together ask every classification and license rule of processors."""


def limits(metric: str) -> list[Fraction]:
    """Every limit that some rule sets on a metric."""
    return sorted(
        {
            leaf.limit
            for rule in load_rules()
            for leaf in rule.leaves()
            if isinstance(leaf, Atom) and leaf.metric == metric
        }
    )


def around(values: Iterable[Fraction]) -> list[float]:
    """Each value to six places, one step under it and one over it."""
    found = set()
    for value in values:
        near = Fraction(round(value / STEP)) * STEP
        found |= {near - STEP, near, near + STEP, near + 2 * STEP, near - 2 * STEP}
    return [float(value) for value in sorted(found) if value >= 0]


def on_the_lines(rows: int, seed: int) -> dict[str, np.ndarray[Any, Any]]:
    """So many rows: TPP around its limits or anything, an area that puts the density around its limits, bandwidths, a market."""
    random = np.random.default_rng(seed)
    lines, densities = (
        around(limits("tpp")),
        [float(value) for value in limits("performance_density")],
    )
    anything = np.round(random.uniform(0, 25000, rows), 6)
    tpp = np.where(random.random(rows) < 0.5, random.choice(lines, rows), anything)
    area = np.round(tpp / random.choice(densities, rows), 6) + random.integers(-2, 3, rows) / 1e6
    area = np.where(
        random.random(rows) < 0.2,
        np.round(random.uniform(1, 3000, rows), 6),
        np.abs(np.round(area, 6)),
    )
    found = {"tpp": tpp, "applicable_die_area": area}
    for name in BANDWIDTHS:
        wanted = {"aggregate_io_bandwidth": "letter_io_bandwidth"}.get(name, name)
        edges = around({*limits(name), *limits(wanted), *limits("memory_and_io_bandwidth")})
        found[name] = np.where(
            random.random(rows) < 0.7,
            random.choice(edges, rows),
            np.round(random.uniform(0, 3000, rows), 6),
        )
    for values in found.values():
        odd = random.random(rows) < 0.12
        values[odd] = random.choice(SPECIAL, rows)[odd]
    found["datacenter"] = random.choice(np.array([True, False, None], object), rows)
    return found


def every_cell() -> dict[str, np.ndarray[Any, Any]]:
    """The product of all lines: TPP, an area for each line of the density and each market, odd cells among them."""
    rows = []
    for tpp in [*around([limit for limit in limits("tpp") if limit < 6000]), *SPECIAL]:
        whole = Fraction(Decimal(repr(tpp))) if np.isfinite(tpp) and tpp > 0 else Fraction(1000)
        areas = [
            *around(whole / limit for limit in limits("performance_density") if limit < 7),
            *SPECIAL,
        ]
        rows += list(itertools.product([tpp], areas, [True, False, None]))
    tpps, areas, markets = zip(*rows, strict=True)
    return {
        "tpp": np.array(tpps),
        "applicable_die_area": np.array(areas),
        "datacenter": np.array(markets, object),
    }


def chip_of(row: Mapping[str, Any]) -> Chip:
    """The hypothetical chip that a row is: cells that state no figure are left out, low and high are further claims."""
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
    """What the scalar code says: status, outcome, contested, and with a place license and review."""
    answer = chipdb.check(chip_of(row), on=on, to=to, **asked)
    found = answer.classification
    license_ = (answer.license.required, answer.license.review) if to is not None else ()
    return (found.status, found.finding.outcome, found.contested, *license_)


def texts(found: Any) -> list[tuple[Any, ...]]:
    """The answers of a dict of codes as texts, row by row."""
    columns = []
    for name in ("status", "outcome", "contested", "license_required", "review"):
        if name in found:
            names = found.names.get(name)
            columns.append(
                [
                    bool(code) if names is None else None if code < 0 else names[code]
                    for code in found[name]
                ]
            )
    return list(zip(*columns, strict=True))


def rows_of(columns: Mapping[str, np.ndarray[Any, Any]]) -> list[dict[str, Any]]:
    """Columns as a list of rows."""
    return [
        dict(zip(columns, values, strict=True))
        for values in zip(*(array.tolist() for array in columns.values()), strict=True)
    ]
