"""A figure that nobody states does not clear a chip: docs/specification.md, cautions on the item."""

from __future__ import annotations

from typing import Any

import pytest

import chipdb

DAY = "2026-11-20"


def answer(basis: str, to: str | None, tpp: str = "3000") -> dict[str, Any]:
    """The answer for a part of that TPP for other markets: 3A090 begins at 4,800 (Note 2)."""
    text = (
        "id: own\nname: Own\nvendor: Test\ndesigned_for: client\nmarketed_for: client\n"
        f"metrics: {{tpp: {{value: '{tpp}', basis: {basis}}}, applicable_die_area: 800 mm^2,"
        " memory_bandwidth: 500 GB/s, aggregate_io_bandwidth: 64 GB/s}\n"
    )
    (chip,) = chipdb.load().adopt(text.encode(), "own.yaml")
    found = chipdb.check(chip, on=DAY, to=to)
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
    [("official", 0, []), ("reported", 0, []), ("estimated", 3, [("fact-unsourced", True)])],
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


def test_not_where_a_license_is_required_anyway() -> None:
    found = answer("estimated", "VN", tpp="5000")
    assert found["license"]["required"] == "yes"
    assert ("fact-unsourced", True) not in kinds(found)
