"""A "no" that rests on an estimate says so next to the answer: docs/specification.md, cautions."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

import chipdb
from chipdb.solver.estimated import REACH
from chipdb.vocabulary import Basis

ELSEWHERE = (Basis.OFFICIAL, Basis.TEARDOWN, Basis.THIRD_PARTY)

DAY = "2026-11-20"


def answer(basis: str, to: str | None, tpp: str = "3000", **asked: Any) -> dict[str, Any]:
    """The answer for a part of that TPP for other markets: 3A090 begins at 4,800 (Note 2)."""
    text = (
        "id: own\nname: Own\nvendor: Test\ndesigned_for: client\nmarketed_for: client\n"
        f"metrics: {{tpp: {{value: '{tpp}', basis: {basis}}}, applicable_die_area: 800 mm^2,"
        " memory_bandwidth: 500 GB/s, aggregate_io_bandwidth: 64 GB/s}\n"
    )
    (chip,) = chipdb.load().adopt(text.encode(), "own.yaml")
    found = chipdb.check(chip, on=DAY, to=to, **asked)
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
    """To Vietnam 742.6(a)(6)(iii) asks for a license from 4,800 on; a report has a source.

    Specification, "Cautions": one about the item that could require a license turns 0 into 3.
    """
    found = answer(basis, "VN")
    assert (found["license"]["required"], found["exit"]) == ("no", exit_status)
    assert kinds(found) == cautions


@pytest.mark.parametrize(
    ("tpp", "could_require", "exit_status"),
    [("4799", True, 3), ("2286", True, 3), ("2285", False, 0), ("800", False, 0)],
)
def test_the_text_says_what_the_flag_says(tpp: str, could_require: bool, exit_status: int) -> None:
    """4,800 over 2.1 is 2,285.7: below it the true figure would have to be further off than any
    estimate of the catalog is, which the text says as well.
    """
    found = answer("estimated", "VN", tpp=tpp)
    (caution,) = [each for each in found["cautions"] if each["about"] == "item"]
    assert (caution["could_require_license"], found["exit"]) == (could_require, exit_status)
    assert ("some value" in caution["text"]) == could_require
    assert ("no value" in caution["text"]) != could_require


@pytest.mark.parametrize(
    ("tpp", "paragraph", "could_require", "exit_status"),
    [
        # 3A090.b.1; 2.1 times as much is 6,300, and 3A090.a.1 begins at 4,800
        ("3000", "3A090.b", True, 3),
        # 2,730 on 800 mm2 is a density of 3.4, in 3A090.b and below the 5.92 of 3A090.a.2
        ("1300", None, False, 0),
        # 3A090.a.2 begins at a density of 5.92, here at 4,736, and 4,736 over 2.1 is 2,255.2
        ("2255", None, False, 0),
        ("2256", None, True, 3),
    ],
)
def test_as_printed_a_license_follows_3a090a_alone(
    tpp: str, paragraph: str | None, could_require: bool, exit_status: int
) -> None:
    """742.6(a)(6)(iii)(A) as printed asks for a license to India for 3A090.a; (B), for 3A090.b,
    names D:1, D:4 and D:5, and India is in none of them.
    """
    chip = own_chip(
        f"tpp: {{value: {tpp}, basis: estimated}}, applicable_die_area: 800 mm^2,"
        " memory_bandwidth: 500 GB/s, aggregate_io_bandwidth: 64 GB/s"
    )
    found = chipdb.check(chip, on=DAY, to="IN", law="text")
    assert found.classification.outcome == paragraph
    assert (found.license.required, found.exit_status) == ("no", exit_status)
    (caution,) = [each for each in found.cautions if each.kind == "fact-unsourced"]
    assert caution.could_require_license is could_require


def test_half_of_a_sparse_rate_is_arithmetic() -> None:
    """RTX 5090 D V2: 2,375 AI TOPS, which are FP4 with sparsity, so 1,187.5 x 4 = 4,750."""
    found = chipdb.check("RTX 5090 D V2", on="2025-09-01", to="CN")
    assert (found.license.required, found.exit_status) == ("no", 0)
    (caution,) = [each for each in found.cautions if each.kind == "fact-unsourced"]
    assert "half of what a source states with sparsity" in caution.text
    assert not caution.could_require_license


def test_an_estimated_bandwidth_and_the_letters() -> None:
    """Letters of April 2025: 1,400 GB/s as reported; half of that, by an estimate, may be it."""
    text = (
        "id: own\nname: Own\nvendor: Test\ndesigned_for: client\nmarketed_for: client\n"
        "metrics: {tpp: 500, applicable_die_area: 800 mm^2, aggregate_io_bandwidth: 64 GB/s,"
        " memory_bandwidth: {value: 700 GB/s, basis: estimated}}\n"
    )
    (chip,) = chipdb.load().adopt(text.encode(), "own.yaml")
    found = chipdb.check(chip, on=DAY, to="CN")
    assert (found.license.required, found.exit_status) == ("no", 3)
    assert chipdb.check(chip, on=DAY, to="VN").exit_status == 0


def test_no_estimate_of_the_catalog_is_further_off() -> None:
    """Each throughput that has an estimate and a claim from elsewhere, as they stand."""
    ratios = []
    for chip in chipdb.load():
        for figure in chip.figures():
            estimates = [claim for claim in figure.claims if claim.basis == Basis.ESTIMATED]
            others = [claim for claim in figure.claims if claim.basis in ELSEWHERE]
            for estimate, other in itertools.product(estimates, others):
                if figure.path.startswith("throughput") and not (
                    estimate.rejected or other.rejected
                ):
                    ratio = estimate.value / other.value
                    ratios.append(max(ratio, 1 / ratio))
    assert len(ratios) > 50
    assert max(ratios) <= REACH


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


def own_chip(metrics: str) -> chipdb.Chip:
    """A part for other markets with some metrics."""
    text = (
        "id: own\nname: Own\nvendor: Test\ndesigned_for: datacenter\nmarketed_for: datacenter\n"
        f"metrics: {{{metrics}}}\n"
    )
    (chip,) = chipdb.load().adopt(text.encode(), "own.yaml")
    return chip


@pytest.mark.parametrize(("io", "exit_status"), [("590", 3), ("280", 0)])
def test_an_estimated_link(io: str, exit_status: int) -> None:
    """3A090 of 2022: 4,800 TOPS x bits and 600 GB/s of I/O; 600 over 2.1 is 285.7."""
    chip = own_chip(
        "tpp: 6000, applicable_die_area: 800 mm^2, memory_bandwidth: 500 GB/s,"
        f" aggregate_io_bandwidth: {{value: {io} GB/s, basis: estimated}}"
    )
    found = chipdb.check(chip, on="2023-01-01", to="CN")
    assert (found.license.required, found.exit_status) == ("no", exit_status)


@pytest.mark.parametrize(("tpp", "area", "exit_status"), [("1300", "1200", 3), ("700", "1200", 0)])
def test_an_estimated_tpp_on_an_estimated_area(tpp: str, area: str, exit_status: int) -> None:
    """3A090.b.2: a TPP of 1,600 with a density of 3.2; b.1: 2,400 with 1.6.

    A TPP of 1,300 may be 2,730, whose density on 1,200 mm2 is 2.28, in b.1: the TPP suffices. One
    of 700 is below 1,600 even 2.1 times higher, on any area.
    """
    chip = own_chip(
        f"tpp: {{value: {tpp}, basis: estimated}}, memory_bandwidth: 500 GB/s,"
        f" applicable_die_area: {{value: {area} mm^2, basis: estimated}},"
        " aggregate_io_bandwidth: 64 GB/s"
    )
    found = chipdb.check(chip, on=DAY, to="CN")
    assert (found.license.required, found.exit_status) == ("no", exit_status)


def test_only_the_pair_of_estimates_reaches() -> None:
    """A TPP of 1,000 on 1,000 mm2: 2,100 has a density of 2.1, below the 3.2 of 3A090.b.2.

    1,000 is below its 1,600 on any area. A TPP of 2,000 on 500 mm2 has 4.0 and is in it.
    """
    chip = own_chip(
        "tpp: {value: 1000, basis: estimated}, memory_bandwidth: 500 GB/s,"
        " applicable_die_area: {value: 1000 mm^2, basis: estimated},"
        " aggregate_io_bandwidth: 64 GB/s"
    )
    found = chipdb.check(chip, on=DAY, to="CN")
    assert (found.license.required, found.exit_status) == ("no", 3)
    texts = [caution.text for caution in found.cautions if caution.changes_status]
    assert any("would together need a license here" in text for text in texts)


def test_half_of_an_estimate_is_an_estimate() -> None:
    """2,000 by int8 could be 4,200, above the 2,400 of 3A090.b.1 on 800 mm2."""
    text = (
        "id: own\nname: Own\nvendor: Test\ndesigned_for: datacenter\nmarketed_for: datacenter\n"
        "throughput: {int8: {value: 250 TOPS, basis: estimated, source: nvidia-h20-brief},\n"
        '  int8_sparse: {value: 500 TOPS, pattern: "2:4", basis: estimated,'
        " source: nvidia-h20-brief}}\n"
        "metrics: {applicable_die_area: 1500 mm^2, memory_bandwidth: 500 GB/s,"
        " aggregate_io_bandwidth: 64 GB/s}\n"
    )
    (chip,) = chipdb.load().adopt(text.encode(), "own.yaml")
    assert chipdb.check(chip, on=DAY, to="CN").exit_status == 3
