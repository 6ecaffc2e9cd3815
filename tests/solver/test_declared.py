"""A declared TPP next to the computed one: which thresholds of rules lie between the two."""

from __future__ import annotations

import pytest

import chipdb
from chipdb.solver.declared import difference_of


@pytest.mark.parametrize(
    ("declared", "computed", "thresholds"),
    [
        # 3A090.a.1: 4,800 or more; the letter of 2022: as much as the A100, or more
        ("3800", 4992, [4800, 4992]),
        ("4700", 4784, []),
        ("4500", 4800, [4800]),
        ("4800", 5600, [4992]),
        ("2300", 2400, [2400]),
        # a TPP of 4 lies on the other side of no limit of a TPP, though of one of a density of 5.92
        ("4", 8, []),
    ],
)
def test_thresholds_between(declared: str, computed: int, thresholds: list[int]) -> None:
    """88 FR 73458: 4,800, 2,400 and 1,600; the letter of 2022-08-26: the 4,992 of the A100."""
    text = f"{{throughput: {{int8: {computed // 8} TOPS}}, declared: {{tpp: {declared}}}}}"
    (chip,) = chipdb.load().adopt(text.encode(), "test.yaml")
    found = difference_of(chip)
    crossed = set() if found is None else {int(limit) for _, limit in found.crossed}
    assert set(thresholds) <= crossed
    assert not crossed & ({4800, 4992, 2400, 1600} - set(thresholds))
    assert all(limit > 1000 for limit in crossed)


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("tpp: 900", "800, declared 12.5 % from it; not explained"),
        # 12.375, and one decimal is enough
        ("tpp: 899", "800, declared 12.4 % from it; not explained"),
        ("tpp: 700, differs: another clock", "800, declared -12.5 % from it; another clock"),
    ],
)
def test_how_far_a_declaration_is_from_the_figures(declared: str, text: str) -> None:
    """100 TOPS of 8 bits are a TPP of 800; no threshold lies between 700 and 900."""
    made = f"{{throughput: {{int8: 100 TOPS}}, declared: {{{declared}}}}}"
    (chip,) = chipdb.load().adopt(made.encode(), "test.yaml")
    found = difference_of(chip)
    assert found is not None
    assert found.text == text
