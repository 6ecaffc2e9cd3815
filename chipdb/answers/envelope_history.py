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

    The day is that of ``question``, and periods on which the same is left are one. A design has at
    most the TPP, memory bandwidth and links of the chip, and its die area and memory. It is for
    data centers, on sale in the United States and not a named part. With ``request``, a workload,
    each period also has the design with the most tokens per second.

    Raises :class:`~chipdb.errors.UsageError` without a destination, and for a chip if one of these
    figures is unknown.
    """
    if question.to is None:
        raise UsageError("what rules leave depends on the destination: name one, such as China")
    # What the chip itself has stays the same over all days, so it is read once.
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
    """The figures of a chip that no design exceeds, by axis and in the units of the metrics.

    Raises :class:`~chipdb.errors.UsageError` where one of them is not known.
    """
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
    """What is left on one day: the best over all regions that designs of the chip may lie in.

    ``most`` are the figures that no design exceeds, by axis.
    """
    rules = license_rules(question)
    asked = _asked(chip, rules, question, request)
    tpps: list[float] = []
    best: BestDesign | None = None
    for region in legal_regions(asked.designs, asked.given):
        # No derate takes the chip there: it would have to be made larger.
        if not _reaches(region, most):
            continue
        largest = region.largest(TPP).value
        if largest is None:
            largest = most[TPP]
        tpps.append(float(min(largest, most[TPP])))
        if request is None:
            continue

        # the largest TPP and the best design may lie in different regions
        design, _ = best_in(region, asked, most)
        if design is not None and (best is None or design.found.nominal > best.found.nominal):
            best = design

    ids = tuple(rule.id for rule in rules)
    tpp = max(tpps, default=None)
    return Left(start=question.on, until=None, rules=ids, tpp=tpp, best=best)


def _reaches(region: LegalRegion, most: Mapping[str, Fraction]) -> bool:
    """Whether a region holds designs within the figures of a chip: it may begin above them.

    ``most`` are these figures by axis.
    """
    for axis, value in most.items():
        start = region.starts.get(axis)
        if start is not None and start.value is not None and start.value > value:
            return False
    return True


def _asked(
    chip: Chip, rules: tuple[Rule, ...], question: Question, request: Request | None
) -> Asked:
    """The question about designs of the area and memory of a chip.

    A figure that the chip lacks stays free, as does what its designs may have less of.
    """
    figures: dict[str, str | None] = dict.fromkeys(
        ("area", "memory_bandwidth", "capacity", "io_bandwidth")
    )
    area = chip.metric("applicable_die_area").value
    if area:
        figures["area"] = f"{float(area)} mm^2"
    capacity = chip.metric("memory_capacity").value
    if capacity:
        figures["capacity"] = f"{float(capacity)} GB"
    return asked_of(
        rules,
        question,
        named=[rule.id for rule in rules],
        figures=figures,
        settings=(),
        request=request,
    )


def _same(before: Left, after: Left) -> bool:
    """Whether a day left as much as the day before: the same TPP and the same best rate."""
    return before.tpp == after.tpp and _rate(before) == _rate(after)


def _rate(left: Left) -> float | None:
    """The nominal rate of the best design in tokens per second; None without one."""
    if left.best is None:
        return None
    return left.best.found.nominal
