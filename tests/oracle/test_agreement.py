"""chipdb answers as the rules do that are written out from their text, on cases made from numbers.

``ORACLE_CASES`` is how many cases are asked, ``ORACLE_FIRST`` the number of the first one.
"""

from __future__ import annotations

import os

import pytest

from oracle.trial import disagreements

CASES = int(os.environ.get("ORACLE_CASES", "300"))
FIRST = int(os.environ.get("ORACLE_FIRST", "0"))
PARTS = 6
"""Tests that the cases are divided into, so that several processes share them."""


@pytest.mark.parametrize("part", range(PARTS))
def test_as_the_text(part: int) -> None:
    """Classification, letters, license, review, duty, bills: each as the paragraphs give it."""
    wrong = []
    for number in range(FIRST + part, FIRST + CASES, PARTS):
        lines = disagreements(number)
        if lines:
            wrong.append("\n".join([f"case {number}:", *lines]))
    assert not wrong, f"{len(wrong)} cases; the first:\n{wrong[0]}"


@pytest.mark.parametrize("number", [32658, 46921, 172330])
def test_once_answered_differently(number: int) -> None:
    """Cases of long runs that chipdb and the written-out rules answered differently.

    32658: a lower claim of TPP contests only together with the tolerance of an area.
    46921: a lower claim of TPP contests that it makes 8 TOPS in any format, and does not undo it.
    172330: whether one die counts is open, and the tolerance of another contests what that leaves.
    """
    assert disagreements(number) == []
