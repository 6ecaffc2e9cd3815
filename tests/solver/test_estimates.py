"""A "no" that rests on an estimate says so next to the answer: docs/specification.md, cautions."""

from __future__ import annotations

from typing import Any

import pytest

import chipdb

DAY = "2026-11-20"


def answer(
    basis: str, to: str | None, tpp: str = "3000", *, strict: bool = False
) -> dict[str, Any]:
    """The answer for a part of that TPP for other markets: 3A090 begins at 4,800 (Note 2)."""
    text = (
        "id: own\nname: Own\nvendor: Test\ndesigned_for: client\nmarketed_for: client\n"
        f"metrics: {{tpp: {{value: '{tpp}', basis: {basis}}}, applicable_die_area: 800 mm^2,"
        " memory_bandwidth: 500 GB/s, aggregate_io_bandwidth: 64 GB/s}\n"
    )
    (chip,) = chipdb.load().adopt(text.encode(), "own.yaml")
    found = chipdb.check(chip, on=DAY, to=to, strict=strict)
    return {**found.to_dict(), "exit": found.exit_status}


def kinds(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """The cautions about the item with whether they could require a license."""
    return [
        (caution["kind"], caution["could_require_license"])
        for caution in found["cautions"]
        if caution["about"] == "item"
    ]


@pytest.mark.parametrize(
    ("basis", "exit_status", "cautions"),
    [("official", 0, []), ("reported", 0, []), ("estimated", 0, [("fact-unsourced", False)])],
)
def test_an_estimate_is_a_caution_where_a_license_follows(
    basis: str, exit_status: int, cautions: list[tuple[str, bool]]
) -> None:
    """To Vietnam 742.6(a)(6)(iii) asks for a license from 4,800 on; a report has a source."""
    found = answer(basis, "VN")
    assert (found["license"]["required"], found["exit"]) == ("no", exit_status)
    assert kinds(found) == cautions


@pytest.mark.parametrize("to", ["DE", None])
def test_not_where_no_value_needs_a_license(to: str | None) -> None:
    """Germany needs none for any value as enforced; without a place there is no license."""
    assert kinds(answer("estimated", to)) == []


def test_strict_counts_it() -> None:
    """``--strict`` counts every caution."""
    assert answer("estimated", "VN", strict=True)["exit"] == 3


def test_not_where_a_license_is_required_anyway() -> None:
    found = answer("estimated", "VN", tpp="5000")
    assert found["license"]["required"] == "yes"
    assert ("fact-unsourced", False) not in kinds(found)
