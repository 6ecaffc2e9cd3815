"""Which rules answer otherwise for another value of a figure."""

from __future__ import annotations

from fractions import Fraction

import pytest

import chipdb
from chipdb.answers.impact import turned, turned_between
from chipdb.catalog.modify import with_value
from chipdb.solver.item import Item
from chipdb.solver.question import question
from chipdb.solver.ruling import Ruling

CHANGES = [
    ("H100 SXM5 80GB", "throughput.fp8", 1000),
    ("H20 96GB", "throughput.fp16", 4800),
    ("H20 96GB", "applicable_die_area", 400),
    ("A30", "tpp", 4800),
    ("A30", "tpp", 2399),
    ("RTX 4090", "memory.bandwidth", 1500),
    ("Ascend 910B4", "applicable_die_area", 1000),
    ("MI300X", "memory.bandwidth", 5301),
    ("TPU v4", "tpp", 100),
]


@pytest.mark.parametrize("to", [None, "CN", "RU"])
@pytest.mark.parametrize(("name", "path", "value"), CHANGES)
def test_asking_few_rules_gives_what_asking_all_gives(
    name: str, path: str, value: int, to: str | None
) -> None:
    """Rules none of whose thresholds a metric reaches are not asked, and would not differ."""
    asked = question("2026-06-01", to)
    before = chipdb.load()[name]
    after = with_value(before, path, Fraction(value))

    rules = list(Ruling(Item(before), asked).applicable.asked)
    if to is None:
        rules = asked.rulebook.in_force(asked.on)
        rules = [rule for rule in rules if not rule.kinds or before.kind in rule.kinds]
        rules = [rule for rule in rules if rule.question != "presumption"]
    was = Ruling(Item(before), asked).verdicts(rules)
    now = Ruling(Item(after), asked).verdicts(rules)

    assert turned_between(Ruling(Item(before), asked), after) == turned(was, now)


def test_a_total_across_a_threshold_turns_the_classification() -> None:
    """3A090.b.1 takes a TPP of 2,400 and more; the A30 has 2,644 (15 CFR 774, supplement 1)."""
    asked = question("2026-06-01", None)
    chip = chipdb.load()["A30"]
    ruling = Ruling(Item(chip), asked)
    assert "us-3a090-2023" in turned_between(ruling, with_value(chip, "tpp", Fraction(1000)))
    assert turned_between(ruling, with_value(chip, "tpp", Fraction(2645))) == []
