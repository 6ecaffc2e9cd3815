"""One trial for each number: a case of one of four kinds, asked of both, and shown at its smallest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chipdb import ChipdbError
from oracle import agreement, made, systems
from oracle.made import Case
from oracle.systems import Computer

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
        return _told(_of_computer(computer), computer.deal, computer.records)
    case = OF_CIRCUITS[kind](number)
    lines = list(_all(case))
    if not lines:
        return []
    case = smallest(case)
    # where what was asked before plays a part, the same case may be answered rightly now
    return _told(iter(list(_all(case)) or lines), case.deal, case.record)


def _all(case: Case) -> Iterator[str]:
    try:
        yield from agreement.disagreements(case)
    except ChipdbError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault is a disagreement, and the run goes on
        yield f"fault: {type(error).__name__}: {error}"


def _of_computer(computer: Computer) -> Iterator[str]:
    try:
        yield from systems.disagreements(computer)
    except Exception as error:  # noqa: BLE001 - as above
        yield f"fault: {type(error).__name__}: {error}"


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
