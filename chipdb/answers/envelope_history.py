"""What the license rules of each day leave of a chip: the best design within its figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from chipdb.answers.envelope import Asked, BestDesign, asked_of, best_in
from chipdb.answers.envelope_assumptions import license_rules
from chipdb.answers.timeline import days_of
from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.rule import Rule
from chipdb.solver.designs import IO, MEMORY, TPP, LegalRegion, legal_regions
from chipdb.solver.question import Question
from chipdb.workloads.request import Request

FIGURES = {TPP: "tpp", MEMORY: "memory_bandwidth", IO: "aggregate_io_bandwidth"}
"""The axes of a design, with the metric of a chip that bounds each."""


@dataclass(frozen=True, kw_only=True)
class Left:
    """What is left of a chip in a period: its largest TPP, and with a workload the best design.

    ``until`` is the first day after it, None for the last period. Both are None where no design
    within the figures of the chip stays outside the rules.
    """

    start: date
    until: date | None
    rules: tuple[str, ...]
    tpp: float | None
    best: BestDesign | None


def history(chip: Chip, question: Question, request: Request | None) -> list[Left]:
    """What the license rules for a destination left of a chip, from the first rule to a day.

    A design has at most the TPP, memory bandwidth and links of the chip, and its die area and
    memory. It is for data centers, on sale in the United States and not a named part.

    Raises :class:`~chipdb.errors.UsageError` without a destination, and for a chip if one of these
    figures is unknown.
    """
    if question.to is None:
        raise UsageError("what rules leave depends on the destination: name one, such as China")
    most = _most(chip)
    periods: list[Left] = []
    book = question.rulebook
    days = [day for day in days_of(book) if book.begins() <= day <= question.on]
    for day in sorted({book.begins(), *days}):
        left = _left(chip, replace(question, on=day), most, request)
        if periods and _same(periods[-1], left):
            continue
        if periods:
            periods[-1] = replace(periods[-1], until=day)
        periods.append(left)
    return periods


def _most(chip: Chip) -> dict[str, Fraction]:
    """The figures of a chip that no design exceeds."""
    most: dict[str, Fraction] = {}
    for axis, metric in FIGURES.items():
        value = chip.metric(metric).value
        if value is None:
            raise UsageError(f"{chip.name}: its {metric.replace('_', ' ')} is not known")
        most[axis] = Fraction(value)
    return most


def _left(
    chip: Chip, question: Question, most: Mapping[str, Fraction], request: Request | None
) -> Left:
    """What is left on one day."""
    rules = license_rules(question)
    asked = _asked(chip, rules, question, request)
    tpp: Fraction | None = None
    best: BestDesign | None = None
    for region in legal_regions(asked.designs, asked.given):
        if not _reaches(region, most):
            continue
        largest = region.largest(TPP).value
        here = most[TPP] if largest is None else min(largest, most[TPP])
        tpp = max(here, tpp or here)
        if request is None:
            continue
        design, _ = best_in(region, asked, most)
        if design is None:
            continue
        if best is None or design.found.nominal > best.found.nominal:
            best = design
    return Left(
        start=question.on,
        until=None,
        rules=tuple(rule.id for rule in rules),
        tpp=None if tpp is None else float(tpp),
        best=best,
    )


def _reaches(region: LegalRegion, most: Mapping[str, Fraction]) -> bool:
    """Whether a region holds designs within the figures of a chip: it may begin above them."""
    for axis, value in most.items():
        start = region.starts.get(axis)
        if start is not None and start.value is not None and start.value > value:
            return False
    return True


def _asked(
    chip: Chip, rules: tuple[Rule, ...], question: Question, request: Request | None
) -> Asked:
    """The question about designs of the area and memory of a chip."""
    area = chip.metric("applicable_die_area").value
    capacity = chip.metric("memory_capacity").value
    return asked_of(
        rules,
        question,
        named=[rule.id for rule in rules],
        figures={
            "area": None if not area else f"{float(area)} mm^2",
            "memory_bandwidth": None,
            "capacity": None if not capacity else f"{float(capacity)} GB",
            "io_bandwidth": None,
        },
        settings=(),
        request=request,
    )


def _same(before: Left, after: Left) -> bool:
    """Whether a day left as much as the day before."""
    return before.tpp == after.tpp and _rate(before) == _rate(after)


def _rate(left: Left) -> float | None:
    """The nominal rate of the best design; None without one."""
    return None if left.best is None else left.best.found.nominal
