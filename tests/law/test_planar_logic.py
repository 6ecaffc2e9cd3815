"""Logic that is all planar: no applicable die area, so no performance density.

Technical Note 4 to 3A090 counts "logic dies manufactured with a process node that uses a non-planar
transistor architecture" and does not say what follows without any: docs/specification.md wants
the interpretation in the answer. Thresholds: 3A090.a.1 (4,800 alone), .a.2 and .b.2 (1,600 with a
density), .b.1 (2,400 with a density).
"""

from __future__ import annotations

import textwrap

import pytest

import chipdb

PLANAR = (
    "name: Sample\nkind: processor\ndesigned_for: datacenter\n"
    "dies: [{name: d, role: compute, process: 28 nm, transistors_are: planar, area: 600 mm^2}]\n"
    "memory: {kind: none}\nlinks: []\n"
)


@pytest.fixture
def planar(adopt):
    """A planar chip of a TPP: so many TFLOPS at 16 bits."""
    return lambda tpp: adopt(f"{PLANAR}throughput: {{fp16: {tpp / 16} TFLOPS}}\n")


@pytest.fixture
def said(ask):
    """The interpretation in an answer for China in 2023, before any letter on bandwidth."""

    def asked(chip, to="CN"):
        answer = ask(chip, "2023-12-01", to)
        cautions = [entry for entry in answer["cautions"] if entry["kind"] == "interpretation"]
        return answer, cautions

    return asked


@pytest.mark.parametrize(
    ("tpp", "status", "could", "exit_status"),
    [
        # below 1,600 no density could matter
        (1599, "not-met", False, 0),
        (1600, "not-met", True, 3),
        (4799, "not-met", True, 3),
        # 4,800 is enough alone, whatever the density
        (4800, "met", False, 1),
    ],
)
def test_it_decides_where_a_density_could(planar, said, tpp, status, could, exit_status):
    answer, cautions = said(planar(tpp))
    assert answer["classification"]["status"] == status
    (caution,) = cautions
    assert caution["about"] == "item"
    assert caution["could_require_license"] is could
    assert answer["exit"] == exit_status


def test_not_where_no_license_follows(planar, said):
    """To Germany no requirement asks for an entry of the classification in 2023."""
    answer, (caution,) = said(planar(2400), "DE")
    assert caution["could_require_license"] is False
    assert answer["exit"] == 0


def test_a_chip_that_is_not_planar_has_none(said):
    assert said("A100")[1] == []


def test_the_planar_chip_of_the_catalog(said):
    """Google TPU v1: 92 TOPS at 8 bits on 28 nm, a TPP of 736."""
    _, (caution,) = said("TPU v1")
    assert "planar" in caution["text"]
    assert caution["could_require_license"] is False


def test_a_card_with_a_planar_chip(said):
    """the interpretation stood in a note on standard error."""
    part = textwrap.indent(f"{PLANAR}throughput: {{fp16: 150 TFLOPS}}\n", "  ")
    text = f"- id: planar-part\n{part}- name: Card\n  kind: system\n"
    text += "  members: [{chip: planar-part, count: 1}]\n"
    _, card = chipdb.load().adopt(text.encode(), "chip.yaml")
    answer, cautions = said(card)
    assert answer["classification"]["status"] == "not-met"
    assert [entry["could_require_license"] for entry in cautions] == [True]
    assert answer["exit"] == 3
