"""Chips for property tests, built as a user writes them, and the answers about them as plain
values.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import chipdb
from chipdb.catalog.figures import Availability

EPS = Fraction(1, 10**6)
UNITS = {
    "tpp": "",
    "applicable_die_area": " mm^2",
    "performance_density": " TPP/mm^2",
    "tops": " TOPS",
    "app": "",
    "memory_bandwidth_density": " GB/s/mm^2",
}


def decimal(value: Fraction | int) -> str:
    """The exact decimal text of a number that has one."""
    value = Fraction(value)
    text = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    assert Fraction(text) == value, f"{value} has no short decimal text"
    return text


def chip(
    metrics: dict[str, Fraction | int] | None = None, datacenter: bool | None = None, **fields: Any
) -> chipdb.Chip:
    """A hypothetical chip of a user's file: exact metrics, the market known or left out, any other
    fields.
    """
    record: dict[str, Any] = {"name": "sample", **fields}
    if metrics:
        record["metrics"] = {
            name: f"{decimal(value)}{UNITS.get(name, ' GB/s')}" for name, value in metrics.items()
        }
    if datacenter is not None:
        market = ["datacenter"] if datacenter else ["workstation"]
        record |= {"designed_for": market, "marketed_for": market}
    return chipdb.load().adopt(json.dumps(record).encode(), "sample.json")[0]


def sold(part: chipdb.Chip, vendor: str | None = None) -> chipdb.Chip:
    """The same figures as those of a real product, on sale in the United States since 2020."""
    available = Availability(known=True, since=date(2020, 1, 1), source="a catalog")
    return replace(part, vendor=vendor, hypothetical=False, us_available=available)


def answers(
    part: chipdb.Chip | str, on: str, to: str | None = None, **asked: Any
) -> dict[str, dict[str, Any]]:
    """Each rule's answer by its id, the classification under its own name and the license string
    under ``license``.
    """
    record = chipdb.check(part, on=on, to=to, **asked).to_dict()
    found = {answer["rule"]: answer for answer in record["answers"]}
    return {**found, "classification": record["classification"], "license": record["license"]}


def finding(answer: dict[str, Any]) -> tuple[str, str | None]:
    """Status and outcome of an answer."""
    return answer["status"], answer["outcome"]
