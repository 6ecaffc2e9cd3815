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


def nac_and_aca(answer: Any) -> dict[str, tuple[str, bool]]:
    """State of NAC and ACA under the only requirement, and whether a notice is a condition."""
    (requirement,) = answer["license"]["requirements"]
    return {
        entry["name"]: (
            entry["state"],
            any("25 calendar days' notice" in text for text in entry["conditions"]),
        )
        for entry in requirement["exceptions"]
        if entry["name"] in ("NAC", "ACA")
    }


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        # 740.8(a) of 88 FR 73458: NAC, without a notice for transfers in-country
        ("2023-11-17", {"NAC": ("open", False)}),
        ("2024-04-03", {"NAC": ("open", False)}),
        # 740.8(a) of 89 FR 23876: NAC is for exports and reexports, ACA for these transfers
        ("2024-04-04", {"NAC": ("closed", True), "ACA": ("open", False)}),
        ("2024-12-15", {"NAC": ("closed", True), "ACA": ("open", False)}),
        ("2025-01-13", {"NAC": ("closed", True), "ACA": ("open", False)}),
    ],
)
@pytest.mark.parametrize(("origin", "to"), [("CN", "CN"), ("HK", "CN"), ("VE", "VE"), ("MO", "MO")])
def test_transfers_within_macau_and_d5(
    ask: Any, on: str, expected: Any, origin: str, to: str
) -> None:
    """The RTX 4090 is 3A090.a and not for datacenters; Hong Kong is China."""
    assert nac_and_aca(ask("RTX 4090", on, to, from_=origin)) == expected


@pytest.mark.parametrize("on", ["2023-12-01", "2024-06-01", "2025-06-01"])
@pytest.mark.parametrize(("origin", "state"), [("US", "open"), ("JP", "open"), ("DE", "closed")])
def test_headquarters_elsewhere(ask: Any, on: str, origin: str, state: str) -> None:
    """740.8(a) lets exports and reexports go to an entity headquartered in D:5 wherever located,
    no transfers within a third country; 740.8(b) says so of 744.23(a)(3) from the first text on.
    """
    answer = ask("RTX 4090", on, "DE", headquarters=["CN"], from_=origin)
    assert nac_and_aca(answer)["NAC"][0] == state


def test_the_first_text_contradicts_itself(ask: Any) -> None:
    """744.23(c) of 88 FR 73458 lets no exception overcome (a); 740.8(b)(1) lets NAC."""
    for on, is_said in (("2024-04-03", True), ("2024-04-04", False)):
        answer = ask("RTX 4090", on, "DE", headquarters=["CN"])
        (requirement,) = answer["license"]["requirements"]
        (nac,) = (entry for entry in requirement["exceptions"] if entry["name"] == "NAC")
        assert any("744.23(c)" in text for text in nac["conditions"]) == is_said
