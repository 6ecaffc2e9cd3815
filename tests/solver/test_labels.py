"""A finding, a verdict and what is missing, in words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from small_law import DAY, made_chip, small_law

import chipdb
from chipdb.solver.labels import (
    finding_words,
    letter_condition,
    need_text,
    needs_texts,
    negative_words,
    verdict_words,
)
from chipdb.solver.lines import Piece
from chipdb.solver.missing import Need
from chipdb.solver.verdict import Finding, Side, Verdict
from chipdb.vocabulary import Status

MET_A, MET_B = Finding(Status.MET, "X.a"), Finding(Status.MET, "X.b")
NOT_MET = Finding(Status.NOT_MET)


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (MET_A, "X.a"),
        (Finding(Status.MET), "met"),
        (NOT_MET, "not controlled"),
        (Finding(Status.UNDETERMINED), "undetermined"),
        (Finding(Status.NOT_COVERED), "not covered"),
    ],
)
def test_findings(finding: Finding, words: str) -> None:
    assert finding_words(finding) == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("classification", "not controlled"),
        ("license", "no license required by this rule"),
        ("review", "not eased or approved"),
        ("duty", "not met"),
    ],
)
def test_what_not_met_is_called(question: str, words: str) -> None:
    """Only an entry of the control list controls an item; a review rule lifts no license."""
    law = small_law(
        f"- id: r\n  question: {question}\n  provisions:\n"
        "    - {id: p, outcome: eased, when: {metric: tpp, ge: 9}}\n"
        "    - {id: q, outcome: approved, when: {metric: tpp, ge: 8}}\n"
    )
    assert negative_words(law["r"]) == words


@pytest.mark.parametrize(
    ("finding", "provisions", "contested", "words"),
    [
        (MET_A, ("(1)",), False, "X.a by (1)"),
        (MET_A, ("(1)", "(2)"), False, "X.a by (1) and (2)"),
        # a name with a comma would read as two names
        (MET_A, ("(1)", "named, here"), False, "X.a by (1); named, here"),
        (MET_A, ("X.a",), False, "X.a"),
        (MET_A, ("X.a", "(2)"), False, "X.a by X.a and (2)"),
        (MET_A, (), False, "X.a"),
        (NOT_MET, ("(1)",), False, "not controlled"),
        (NOT_MET, (), True, "not controlled; contested"),
        (MET_A, ("(1)",), True, "X.a by (1); contested"),
    ],
)
def test_verdicts(
    finding: Finding, provisions: tuple[str, ...], contested: bool, words: str
) -> None:
    sides = (Side("a claim", Finding(Status.UNDETERMINED)),) if contested else ()
    verdict = Verdict(
        rule=small_law()["entries"],
        finding=finding,
        provisions=provisions,
        find_sides=lambda: sides,
    )
    assert verdict_words(verdict) == words


def test_the_trace_says_whether_each_provision_is_met() -> None:
    """X.a begins at a TPP of 100, X.b at 50."""
    for metrics, states in (
        ("tpp: 60", ("not met", "met")),
        ("tpp: 20", ("not met", "not met")),
        ("", ("undetermined", "undetermined")),
    ):
        answer = chipdb.check(made_chip(metrics), on=DAY, rulebook=small_law())
        lines = answer.explain().splitlines()
        said = [line.strip() for line in lines if line.startswith("  X.")]
        assert said == [
            f"X.a: TPP at least 100: {states[0]}",
            f"X.b: TPP at least 50: {states[1]}",
        ]


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        (None, None),
        ("addressee:some-rule", "the vendor received the letter"),
        ("letter_reach:some-rule", "the letter reaches this chip"),
        ("letter_reach", "the letter reaches this chip"),
    ],
)
def test_what_a_letter_depends_on(fact: str | None, words: str | None) -> None:
    assert letter_condition(fact) == words


def piece(start: str | None, to: str | None, closed: bool, finding: Finding) -> Piece[object]:
    """A piece between two values in mm^2."""
    ends = [None if end is None else Fraction(end) for end in (start, to)]
    return Piece(ends[0], ends[1], closed, finding)


FOUR_PIECES = (
    "not controlled if all logic is planar, X.a up to 5.3 mm^2, X.b below 9 mm^2, "
    "X.a at 9 mm^2 or more"
)


@pytest.mark.parametrize(
    ("pieces", "words"),
    [
        ((piece(None, None, False, MET_A),), "X.a at any value"),
        ((piece("8", None, False, MET_A),), "X.a above 8 mm^2"),
        (
            (piece(None, "800", True, MET_A), piece("800", None, False, NOT_MET)),
            "X.a up to 800 mm^2, not controlled above",
        ),
        # the threshold itself belongs to what begins there, which has to be said
        (
            (piece(None, "800", False, MET_A), piece("800", None, False, NOT_MET)),
            "X.a below 800 mm^2, not controlled at 800 mm^2 or more",
        ),
        (
            (piece("0", "0", True, NOT_MET), piece("0", None, False, MET_A)),
            "not controlled if all logic is planar, X.a above 0 mm^2",
        ),
        (
            (
                piece("0", "0", True, NOT_MET),
                piece("0", "5.26", True, MET_A),
                piece("5.26", "9", False, MET_B),
                piece("9", None, False, MET_A),
            ),
            FOUR_PIECES,
        ),
        # one decimal at most
        (
            (piece(None, "1234.56", True, MET_A), piece("1234.56", None, False, NOT_MET)),
            "X.a up to 1,234.6 mm^2, not controlled above",
        ),
        (
            (piece(None, "1234.56", False, MET_A), piece("1234.56", None, False, NOT_MET)),
            "X.a below 1,234.6 mm^2, not controlled at 1,234.6 mm^2 or more",
        ),
        ((piece("1234.56", None, False, MET_A),), "X.a above 1,234.6 mm^2"),
    ],
)
def test_the_line_of_a_missing_figure(pieces: tuple[Piece[object], ...], words: str) -> None:
    need = Need(figure="applicable_die_area", unit="mm^2", pieces=pieces, values=None)
    assert need_text(need) == f"missing: applicable die area; {words}"


def test_a_fact_that_is_not_known() -> None:
    values = ((True, MET_A), (False, NOT_MET))
    need = Need(figure="digital", unit=None, pieces=None, values=values)
    assert need_text(need, "no license") == (
        "not known whether digital processing units: X.a if so, no license if not"
    )


def test_what_follows_of_a_fact_that_nobody_knows() -> None:
    values = ((True, MET_A), (False, NOT_MET))
    need = Need(figure="addressee", unit=None, pieces=None, values=values)
    assert need_text(need).startswith("not known: whether the vendor received this letter")


def alone(name: str, unit: str | None = None) -> Need:
    """Something that decides together with others."""
    return Need(figure=name, unit=unit, pieces=None, values=None)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("tpp",), "missing, among others: TPP"),
        (("tpp", "tpp"), "missing, among others: TPP"),
        (
            ("tpp", "memory_bandwidth", "applicable_die_area"),
            "missing, among others: TPP, memory bandwidth and applicable die area",
        ),
    ],
)
def test_figures_that_decide_together(names: tuple[str, ...], words: str) -> None:
    assert needs_texts([alone(name, "") for name in names]) == [words]


def test_figures_and_facts_are_said_apart() -> None:
    needs = [alone("digital"), alone("tpp", ""), alone("addressee")]
    first, figures, facts = needs_texts(needs)
    assert first.startswith("not known: whether the vendor")
    assert figures == "missing, among others: TPP"
    assert facts == "not known, among others: whether digital processing units"
