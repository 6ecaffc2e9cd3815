"""What a verdict says of the figures that it rests on: their values, and what fails."""

from __future__ import annotations

from fractions import Fraction

import pytest

import chipdb
from chipdb.metrics.spread import Spread
from chipdb.solver.item import _interval
from chipdb.solver.verdict import Verdict

DAY = "2024-06-01"


def own_verdict(chip: str, when: str) -> Verdict:
    """The verdict of a rule of one's own with one provision."""
    text = f"id: mine\nquestion: classification\nprovisions: [{{id: p, when: {when}}}]\n"
    rulebook = chipdb.load_rules().with_file(text.encode(), "mine.yaml")
    answers = chipdb.check(chip, on=DAY, rulebook=rulebook).answers
    (found,) = [each for each in answers if each.rule.id == "mine"]
    return found


def test_a_metric_that_is_known_has_its_value() -> None:
    """A100: 312 TFLOPS x 16 bits over 826 mm^2. The rule does not compare the bandwidth."""
    found = own_verdict(
        "A100", "{all: [{metric: tpp, ge: 1}, {metric: performance_density, ge: 1}]}"
    )
    assert found.value("tpp") == 312 * 16
    assert found.value("performance_density") == Fraction(312 * 16, 826)
    assert found.value("memory_bandwidth") is None


def test_a_metric_that_is_not_known_has_none() -> None:
    """The area of the MI350X's I/O die was not published, so its density may have many values."""
    found = own_verdict(
        "MI350X", "{all: [{metric: tpp, ge: 1}, {metric: performance_density, ge: 1}]}"
    )
    assert found.value("tpp") is not None
    assert found.value("performance_density") is None


@pytest.mark.parametrize(
    ("least", "fails"),
    [(("2000", "100"), []), (("5000", "100"), ["TPP"]), (("5000", "9000"), ["TPP", "memory"])],
)
def test_the_parts_that_fail(least: tuple[str, str], fails: list[str]) -> None:
    """H20: TPP 2,368 and 4,000 GB/s."""
    tpp, memory = least
    parts = f"{{metric: tpp, ge: {tpp}}}, {{metric: memory_bandwidth, ge: {memory}}}"
    texts = own_verdict("H20", f"{{all: [{parts}]}}").fails
    assert len(texts) == len(fails)
    assert all(word in text for word, text in zip(fails, texts, strict=True))


@pytest.mark.parametrize(
    ("margin", "ends"), [("nominal", (5, 5)), ("claims", (3, 5)), ("wide", (2, 5))]
)
def test_a_known_figure_without_an_upper_end_is_not_above_its_value(
    margin: str, ends: tuple[int, int]
) -> None:
    """Its lower claims and its tolerance still count."""
    spread = Spread(value=Fraction(5), low=Fraction(3), least=Fraction(2))
    assert _interval(spread, margin) == ends
