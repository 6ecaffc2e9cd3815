"""15 CFR 740.8: NAC and ACA by destination and headquarters, under every rule that grants them."""

from __future__ import annotations

from typing import Any

import pytest

NOTIFIED = {"CN", "MO", "RU", "VE"}
"""Macau and places of Country Group D:5."""
ON_THE_DAYS = [
    ("2024-06-01", "enforced"),  # 88 FR 73458 as corrected by 89 FR 23876
    ("2025-06-01", "enforced"),  # 90 FR 4544 for .b, and the text before it for .a
    ("2025-06-01", "text"),  # 90 FR 4544
    ("2026-06-01", "text"),
]
DEALS = [
    *[("VN", "VN"), ("VN", "MO"), ("VN", "CN"), ("MO", "MO"), ("MO", "VN"), ("CN", "VN")],
    ("SA", "VE"),
    *[("DE", "MO"), ("DE", "CN"), ("DE", "VE")],
]


@pytest.mark.parametrize(("on", "law"), ON_THE_DAYS)
@pytest.mark.parametrize(("to", "headquarters"), DEALS)
@pytest.mark.parametrize("chip", ["RTX 4090", "A30"])
def test_nac_and_aca(ask: Any, chip: str, on: str, law: str, to: str, headquarters: str) -> None:
    """740.8(a): with notice (NAC) to Macau or D:5, or for an entity headquartered there, wherever
    it is; without notice (ACA) to the other destinations of the requirement, for other entities.

    The RTX 4090 is 3A090.a by its TPP and not designed or marketed for datacenters (Note 2); the
    A30 is 3A090.b, which qualifies whatever it is designed for.
    """
    answer = ask(chip, on, to, headquarters=[headquarters], law=law)
    requirements = answer["license"]["requirements"]
    expected = {to, headquarters} & NOTIFIED != set()
    found = 0
    for entry in requirements:
        states = {each["name"]: each["state"] for each in entry["exceptions"]}
        if "NAC" in states:
            found += 1
            assert (states["NAC"] == "open") == expected, entry["rule"]
            if "ACA" in states:
                assert (states["ACA"] == "open") == (not expected), entry["rule"]
    assert found
