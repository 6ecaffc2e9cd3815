"""Printed text that reaches a chip only by contested evidence is not said to require a license.

15 CFR 742.6(a)(6)(iii)(A) asks for a license for items of 3A090.a worldwide. The TPU v4i is in
3A090.b by its figures: TPP 2,208 over 400 mm^2 is 5.52, below 5.92, and over 360 mm^2 it is 6.13.
"""

from __future__ import annotations

import pytest
from running import run

import chipdb

ON = "2026-11-30"


def test_contested_classification_may_require_one() -> None:
    check = chipdb.check("google-tpu-v4i", on=ON, to="IN")
    assert check.exit_status == 3
    verdict = check.to_dict()["verdict"]
    assert "as printed may require one" in verdict["text"]
    assert verdict["contested"]
    (codified,) = [each for each in check.cautions if each.kind == "codified"]
    assert "whether it reaches this chip or is lifted is undetermined" in codified.text


def test_a_settled_classification_requires_one() -> None:
    """The A100 is in 3A090.a, for data centers, and India is not in Supplement No. 5(a)."""
    check = chipdb.check("A100", on=ON, to="IN")
    assert "as printed requires one" in check.to_dict()["verdict"]["text"]


def test_only_what_lifts_it_is_undetermined() -> None:
    """740.8: ACA is not for items of 3A090.a that are designed or marketed for datacenters.

    No source says so of the RTX 6000 Ada or denies it, and its entry is settled. So the printed text
    asks for a license in every form of the answer, and in every form ACA is what is undetermined.
    """
    enforced = chipdb.check("RTX 6000 Ada", on=ON, to="CH")
    answer = enforced.to_dict()
    assert (
        "as printed requires one, whether License Exception ACA (740.8) lifts it is"
        in (answer["verdict"]["text"])
    )
    assert answer["license"]["codified"]["required"] == "yes"
    (caution,) = [each.text for each in enforced.cautions if each.kind == "codified"]
    assert "as printed asks for a license" in caution
    assert "whether License Exception ACA (740.8) lifts it is undetermined" in caution
    assert "designed or marketed for use in datacenters" in caution
    assert enforced.exit_status == 3

    printed = chipdb.check("RTX 6000 Ada", on=ON, to="CH", law="text").to_dict()
    assert printed["license"]["required"] == "yes"
    assert "License Exception ACA depends on what is not stated" in printed["verdict"]["text"]
    (requirement,) = printed["license"]["requirements"]
    states = {each["name"]: each["state"] for each in requirement["exceptions"]}
    assert states["ACA"] == "depends"


def test_what_an_exception_depends_on_leaves_out_what_is_settled() -> None:
    """740.8: the RTX 6000 Ada is in 3A090.a, and only whether it is for datacenters is open."""
    notes = chipdb.check("RTX 6000 Ada", on=ON, to="VN", headquarters="CN").warnings
    (note,) = [text for text in notes if "exception ACA" in text or "exception NAC" in text]
    assert "may apply unless designed or marketed for use in datacenters; that" in note


@pytest.mark.parametrize(("on", "is_printed"), [("2025-01-12", False), ("2025-01-13", True)])
def test_printed_from_its_effective_date(on: str, is_printed: bool) -> None:
    """90 FR 4544: effective 2025-01-13, compliance 2025-05-15; until then it is only announced."""
    check = chipdb.check("A100", on=on, to="DE")
    codified = [each.text for each in check.cautions if each.kind == "codified"]
    assert bool(codified) == is_printed
    assert all("2025-05-15" in text for text in codified)


@pytest.mark.parametrize(
    ("chip", "to", "lifting"),
    [
        ("RTX 4090", "BR", {"ACA"}),
        ("RTX 4090", "DE", {"ACA", "AIA"}),
        ("A100", "DE", {"AIA"}),
        ("A100", "BR", set()),
    ],
)
def test_what_lifts_the_printed_text(chip: str, to: str, lifting: set[str]) -> None:
    """740.8: ACA for items of 3A090.a that are not for data centers, outside Macau and D:5;
    740.27: AIA within the places of Supplement No. 5(a), Germany and not Brazil among them.
    """
    check = chipdb.check(chip, on=ON, to=to)
    (codified,) = [each.text for each in check.cautions if each.kind == "codified"]
    for name in ("ACA", "AIA"):
        assert (f"License Exception {name} (740." in codified) == (name in lifting)
    assert check.to_dict()["verdict"]["contested"] == (not lifting)
    # the day of the announcement that it is not enforced
    assert "2025-05-13" in codified


@pytest.mark.parametrize(
    "arguments",
    [
        ("near", "H20", "--on", "2026-06-01"),
        ("timeline", "H100"),
        ("flips", "2025-05-14", "2025-05-15"),
        ("headroom", "A30", "--on", "2026-06-01"),
    ],
)
def test_every_table_by_the_printed_text_says_so(arguments: tuple[str, ...]) -> None:
    """15 CFR 742.6(a)(6)(iii)(A) prints a requirement that BIS does not enforce."""
    words = "by the rules as printed, enforced or not"
    assert words in run(*arguments, "--to", "CH", "--law", "text").out
    assert words not in run(*arguments, "--to", "CH").out


def test_a_chart_by_the_printed_text_says_so() -> None:
    printed = chipdb.chart("timeline", ["H100"], on="2026-06-01", to="CH", law="text").json()
    enforced = chipdb.chart("timeline", ["H100"], on="2026-06-01", to="CH").json()
    assert "by the rules as printed" in printed
    assert "by the rules as printed" not in enforced
