"""15 CFR part 746 as of January 2025: every exception, policy and bar of each section."""

from __future__ import annotations

import pytest

import chipdb

NEWS = "740.9(a)(9)"
SECTIONS = {
    # 746.2(a)(1)(i) to (xiv), (b)
    ("CU", "us-license-746-2"): (
        "policy-of-denial",
        {
            "TMP": f"{NEWS} and (b)(1)(iv)",
            "RPL": "740.10(a)",
            "BAG": "740.14",
            "GOV": "740.11",
            "GFT": "740.12",
            "APR": "740.16(h)",
            "CCD": "740.19",
            "SCP": "740.21",
        },
        {"TSU": "740.13", "AVS": "740.15", "AGR": "740.18"},
    ),
    # 746.3(c); 740.5 is reserved, and Iraq is in Computer Tier 3, 740.7(d)(2)
    ("IQ", "us-license-746-3"): (
        None,
        {
            "TMP": "740.9",
            "RPL": "740.10",
            "GOV": "740.11",
            "GFT": "740.12",
            "BAG": "740.14",
            "ENC": "740.17",
        },
        {"APP": "740.7", "CIV": "740.5", "TSU": "740.13", "AVS": "740.15"},
    ),
    # 746.4(c)(1) to (6); (b)(5) with 742.19(b)(1) denies what is on the list
    ("KP", "us-license-746-4"): (
        "policy-of-denial",
        {"TMP": NEWS, "GOV": "740.11", "GFT": "740.12", "BAG": "740.14(a) to (d)"},
        {"TSU": "740.13", "AVS": "740.15"},
    ),
    # 746.6(c)(1) to (7), (b)
    **dict.fromkeys(
        [
            ("UA-43", "us-license-746-6"),
            ("UA-14", "us-license-746-6"),
            ("UA-09", "us-license-746-6"),
        ],
        (
            "policy-of-denial",
            {"TMP": NEWS, "GOV": "740.11", "GFT": "740.12", "BAG": "740.14(a) to (d)"},
            {"TSU": "740.13", "AVS": "740.15", "MED": "740.23"},
        ),
    ),
    # 746.7(b) denies, (c) has none
    ("IR", "us-license-746-7"): ("policy-of-denial", {}, {}),
    # 746.8(b), (c)(2)(i) to (viii)
    **dict.fromkeys(
        [("RU", "us-license-746-8"), ("BY", "us-license-746-8")],
        (
            "policy-of-denial",
            {
                "TMP": NEWS,
                "GOV": "740.11(b)",
                "BAG": "740.14",
                "ENC": "740.17",
                "CCD": "740.19",
            },
            {"TSU": "740.13", "AVS": "740.15", "MED": "740.23"},
        ),
    ),
    # 746.9(b)(1) to (5), (c)(1)
    ("SY", "us-license-746-9"): (
        "policy-of-denial",
        {"TMP": NEWS, "GOV": "740.11(b)(2)", "BAG": "740.14(a) to (d)"},
        {"TSU": "740.13", "AVS": "740.15"},
    ),
}
"""For each place: the policy, the exceptions for hardware that hang on who uses the item and what
for, and those that are for other things, each with the section that has it."""


def requirement(answer: dict, rule: str) -> dict:
    """What one rule asks for."""
    (found,) = [each for each in answer["license"]["requirements"] if each["rule"] == rule]
    return found


@pytest.mark.parametrize("place", SECTIONS, ids=lambda place: place[0])
def test_exceptions_and_policy(ask, place: tuple[str, str]) -> None:
    """The exceptions that each section names, and its policy of review."""
    to, rule = place
    policy, depending, closed = SECTIONS[place]
    found = requirement(ask("H100", "2025-06-01", to), rule)
    sections = {state: {} for state in ("open", "depends", "closed")}
    for exception in found["exceptions"]:
        sections[exception["state"]][exception["name"]] = exception["section"]
    assert sections == {"open": {}, "depends": depending, "closed": closed}
    assert (found["status"], found["review"]) == ("met", policy)
    assert found["policy_state"] == ("known" if policy else "none")


def test_syria_from_september_2025(ask) -> None:
    """15 CFR 746.9(b)(1) to (4) as amended by 90 FR 42320; by notes on it TSU, AVS and CCD, too.

    SPP is for EAR99 items. Of TMP, only media items and exports to a U.S. person's facility abroad
    are of a kind that a chip can be.
    """
    found = requirement(ask("H100", "2025-09-02", "SY"), "us-license-746-9-2025")
    states = {each["name"]: (each["section"], each["state"]) for each in found["exceptions"]}
    assert states == {
        "TMP": ("740.9(a)(9) and (10)", "depends"),
        "RPL": ("740.10(a)", "depends"),
        "GOV": ("740.11(b)(2) and (c)", "depends"),
        "CCD": ("740.19", "depends"),
        "SPP": ("740.5", "closed"),
        "TSU": ("740.13", "closed"),
        "AVS": ("740.15", "closed"),
    }
    assert (found["review"], found["policy_state"]) == (None, "not-read")


@pytest.mark.parametrize(
    "chip",
    ["H100", "A30", "H20", "samsung-hbm3-icebolt-24gb", "DGX A100 320GB", "HGX H20 8-GPU"],
)
def test_north_korea_has_another_side(ask, chip: str) -> None:
    """746.4(b)(5) sends items on the list to 742.19(b): denial for what (1) lists, (2) for others.

    Whether (1) lists an item hangs on other limits, so the case-by-case review is the other side.
    """
    found = requirement(ask(chip, "2025-06-01", "KP"), "us-license-746-4")
    sides = [side["policy"] for side in found["review_sides"]]
    assert (found["review"], sides) == ("policy-of-denial", ["case-by-case"])


def test_north_korea_for_what_is_on_no_list(ask, made) -> None:
    """746.4(b)(4): other items are reviewed case by case."""
    none = {"tpp": "1", "tops": "1 TOPS", "aggregate_io_bandwidth": "1 GB/s"}
    chip = made(**none, memory_bandwidth="1 GB/s")
    found = requirement(ask(chip, "2025-06-01", "KP"), "us-license-746-4")
    assert (found["review"], found["review_sides"]) == ("case-by-case", [])


@pytest.mark.parametrize("rule", sorted({rule for _, rule in SECTIONS} | {"us-license-746-9-2025"}))
def test_what_they_bar(rule: str) -> None:
    """740.8(b): NAC and ACA are not for what part 746 asks a license for."""
    bars = chipdb.load_rules()[rule].bars
    assert bars is not None
    assert (set(bars.exceptions), bars.section) == ({"NAC", "ACA"}, "740.8(b)")


@pytest.mark.parametrize(
    ("to", "paragraph"), [("CU", "746.2(d)"), ("KP", "746.4(e)"), ("IR", "746.7(a)(2)")]
)
def test_other_controls(ask, to: str, paragraph: str) -> None:
    """746.2(d), 746.4(e), 746.7(a)(2) and (e): controls of the Treasury stand beside these."""
    cautions = ask("H100", "2025-06-01", to)["cautions"]
    (found,) = [each["text"] for each in cautions if each["kind"] == "jurisdiction"]
    assert "OFAC" in found
    assert paragraph in found
