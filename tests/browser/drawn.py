"""Random chips at the thresholds of the rules, the same on every run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import chipdb
from chipdb.rules.conditions import Atom

Record = dict[str, Any]
EPS = Fraction(1, 10**6)


def draws(seed: int) -> random.Random:
    """Draws that are the same on every run."""
    return random.Random(seed)  # noqa: S311 - test cases, no secrets


def thresholds(metric: str) -> list[Fraction]:
    """Every threshold that some rule compares a metric with."""
    atoms = {
        leaf.limit
        for rule in chipdb.load_rules()
        for leaf in rule.leaves()
        if isinstance(leaf, Atom) and leaf.metric == metric
    }
    return sorted(atoms)


FREE = {
    "tpp": Fraction(30000),
    "memory_bandwidth": Fraction(9000),
    "aggregate_io_bandwidth": Fraction(2000),
    "interconnect_bandwidth": Fraction(1500),
    "tops": Fraction(2000),
    "letter_io_bandwidth": Fraction(2000),
    "memory_and_io_bandwidth": Fraction(9000),
}
"""Metrics of a random chip and how far they go where they lie at no threshold."""
UNITS = {"tpp": "", "performance_density": "", "tops": " TOPS", "applicable_die_area": " mm^2"}


def random_chips(count: int, seed: int) -> Iterator[tuple[dict[str, Fraction], bool | None]]:
    """Chips with figures at a threshold, a millionth below or above it, or anywhere.

    Some figures are missing; the market is known or not.
    """
    rng = draws(seed)
    for _ in range(count):
        metrics = {
            name: _value(rng, name)
            for name in ("tpp", "memory_bandwidth", "aggregate_io_bandwidth", "tops")
        }
        metrics["interconnect_bandwidth"] = min(
            _value(rng, "interconnect_bandwidth"), metrics["aggregate_io_bandwidth"]
        )
        for name in ("letter_io_bandwidth", "memory_and_io_bandwidth"):
            if rng.random() < 0.1:
                metrics[name] = _value(rng, name)
        _shape(rng, metrics)
        for name in rng.sample(sorted(metrics), rng.choice([0, 0, 0, 0, 1, 1, 2])):
            if len(metrics) > 1:
                del metrics[name]
        yield metrics, rng.choice([True, True, False, None])


def _value(rng: random.Random, name: str) -> Fraction:
    values = thresholds(name)
    if values and rng.random() < 0.7:
        return rng.choice(values) + rng.choice([0, 0, EPS, -EPS])
    return Fraction(rng.randint(1, int(FREE[name] * 1000)), 1000)


def _shape(rng: random.Random, metrics: dict[str, Fraction]) -> None:
    """Die area, or density instead; the density often lies at a threshold or just beside it."""
    density = rng.choice(thresholds("performance_density"))
    kind = rng.random()
    if kind < 0.2:
        metrics["performance_density"] = density + rng.choice([0, EPS, -EPS])
    elif kind < 0.8:
        area = Fraction(rng.randint(100, 1600))
        metrics["applicable_die_area"] = area
        if rng.random() < 0.7:
            metrics["tpp"] = density * area + rng.choice([0, EPS, -EPS])
    else:
        metrics["applicable_die_area"] = Fraction(rng.randint(1000, 2_000_000), 1000)


def decimal(value: Fraction) -> str:
    """The exact decimal text of a number that has one."""
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    assert Fraction(text) == value
    return text


def record(metrics: dict[str, Fraction], datacenter: bool | None) -> Record:
    """A chip as a user's file has it."""
    market = ["datacenter" if datacenter else "client"]
    markets = {} if datacenter is None else {"designed_for": market, "marketed_for": market}
    return {
        "name": "sample",
        "metrics": {
            name: f"{decimal(value)}{UNITS.get(name, ' GB/s')}" for name, value in metrics.items()
        },
        **markets,
    }
