"""One trial for each number: a case of one of four kinds, asked of both, and shown at its smallest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chipdb import ChipdbError
from oracle import agreement, made, systems
from oracle.made import Case

OF_CIRCUITS: list[Callable[[int], Case]] = [
    made.with_metrics,
    lambda number: made.with_metrics(number, claims=True),
    made.with_sheet,
]
KINDS = len(OF_CIRCUITS) + 1
"""Metrics, metrics with claims, data sheets, and systems, by the number's remainder."""


def disagreements(number: int) -> list[str]:
    """What chipdb and the text say differently about the case of a number; empty if nothing."""
    kind = number % KINDS
    if kind == KINDS - 1:
        computer = systems.a_computer(number)
        return _told(systems.disagreements(computer), computer.deal, computer.records)
    case = OF_CIRCUITS[kind](number)
    if not any(_all(case)):
        return []
    case = smallest(case)
    return _told(_all(case), case.deal, case.record)


def _all(case: Case) -> Iterator[str]:
    yield from agreement.disagreements(case)
    yield from agreement.disagreements_on_proposals(case)


def smallest(case: Case) -> Case:
    """The case with as many figures left out as leave a disagreement."""
    for less in made.simpler(case):
        try:
            disagree = any(_all(less))
        except ChipdbError:
            continue  # a file that chipdb refuses, such as one without any figure
        if disagree:
            return smallest(less)
    return case


def _told(lines: Iterator[str], *asked: object) -> list[str]:
    """The disagreements, and after them what was asked."""
    found = list(lines)
    if found:
        found += [f"  asked: {each}" for each in asked]
    return found
