"""``headroom`` where several rules lead to a license, and where formats are dropped."""

from __future__ import annotations

import pytest
from running import run

import chipdb

ON = "2026-11-20"
CHINA = ("--on", ON, "--to", "CN")


def test_dropping_formats_names_the_provision_that_is_left() -> None:
    """3A090.b.1: TPP of 2,400 to below 4,800 and a density of 1.6 to below 5.92.

    Without its tensor formats the H100 has 66.9 TFLOPS of FP64: 4,281.6 over 814 mm2 is 5.26. It
    leaves 3A090.a there, and 3A090 when that format is dropped, too.
    """
    rows = chipdb.headroom("H100", knob="formats", on="2024-06-01")
    assert [(row.leaves, row.binding) for row in rows] == [
        ("3A090.a", "3A090.a.1"),
        ("3A090", "3A090.b.1"),
    ]


def test_two_rules_need_two_cuts() -> None:
    """3A090 asks for a license to China (742.6(a)(6)(iii)), and so does the letter of April 2025.

    The letter reads memory bandwidth only, so no cut of compute leaves it.
    """
    out = " ".join(run("headroom", "H100", *CHINA).out.split())
    assert "us-3a090-2023 and us-letter-2025 each lead to a license" in out
    assert "Needed together" in out
    assert "compute by 84.84 %" in out
    assert "memory-bandwidth by 79.89 %" in out
    assert "no license is required under the chip rules checked here." in out


def test_the_cuts_are_enough_together_and_not_alone() -> None:
    def required(*derate: str) -> str:
        check = chipdb.check("H100", on=ON, to="CN", derate=list(derate))
        return str(check.license.required)

    assert required("compute=84.85%", "memory-bandwidth=79.9%") == "no"
    assert required("compute=84.85%") == "yes"
    assert required("memory-bandwidth=79.9%") == "yes"


@pytest.mark.parametrize(("name", "to"), [("H100", "DE"), ("H20", "CN"), ("H100", None)])
def test_nothing_is_said_where_one_cut_is_enough_or_none_is_needed(
    name: str, to: str | None
) -> None:
    place = ("--to", to) if to else ()
    assert "Needed together" not in run("headroom", name, "--on", ON, *place).out


def test_the_cautions_of_check_stand_below() -> None:
    out = " ".join(run("headroom", "H20", *CHINA).out.split())
    for caution in chipdb.check("H20", on=ON, to="CN").cautions:
        assert caution.text in out
