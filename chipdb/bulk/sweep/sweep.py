"""The command ``sweep``: classify every design of a grid, by counting or by enumeration."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from chipdb.bulk.frames import prepare
from chipdb.bulk.progress import ReportProgress, ignore_progress
from chipdb.bulk.sweep.count import Answer, NotSeparable, count
from chipdb.bulk.sweep.enumerate import Enumeration
from chipdb.bulk.sweep.grid import Grid
from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import Framed, views
from chipdb.rules.places import places
from chipdb.solver.licensing import JURISDICTION
from chipdb.solver.question import Question
from chipdb.vocabulary import CautionKind, Required

CLASSIFICATION_LABELS = ("status", "outcome")
LICENSE_LABELS = ("license_required", "review", "caution")


@dataclass(frozen=True, kw_only=True)
class Sweep(Framed):
    """How many designs have each answer, the best designs, the front, and how they were found.

    ``labels`` names the parts of an answer, the keys of ``counts``.
    """

    grid: Grid
    counts: dict[Answer, int]
    labels: tuple[str, ...]
    how: str
    best: tuple[dict[str, Any], ...] = ()
    pareto: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()
    question: Question

    def __repr__(self) -> str:
        """The size of the grid and the day, since the counts may fill a page."""
        """The size of the grid and the day, since the counts may fill a page."""
        return f"<Sweep of {self.grid.size:,} designs on {self.question.on}, {self.how}>"

    def to_dict(self) -> dict[str, Any]:
        """The object of ``chipdb sweep --format json``."""
        return dict(views("json.sweep").sweep_record(self, self.question))

    @property
    def left_out(self) -> int:
        """How many designs the constraints leave out."""
        return self.grid.size - sum(self.counts.values())


def sweep(
    grid: Grid,
    question: Question,
    target: Path | None = None,
    report_progress: ReportProgress = ignore_progress,
) -> Sweep:
    """Classify every design of a grid.

    If only counts are wanted, they are counted by groups of knobs where the shape of the grid
    allows it. The best designs, a front, or the passing designs written to ``target`` require the
    evaluation of every design.

    Raises :class:`~chipdb.errors.UsageError` if the designs lack a figure that the rules in force
    read.
    """
    stated = [*grid.metrics(), *dict.fromkeys(["datacenter", *grid.facts])]
    undetermined_licenses = question.to is not None and _has_embargoed_vendor(grid, question)
    layout, program = prepare(
        stated, question, {}, grid.name, open_jurisdiction=undetermined_licenses
    )
    labels: tuple[str, ...] = CLASSIFICATION_LABELS
    if question.to is not None:
        labels += LICENSE_LABELS
    warnings = grid.warnings(program.columns_read)
    if undetermined_licenses:
        warnings += (f"base: {JURISDICTION}",)

    reason = _why_enumerate(grid, target)
    if not reason:
        try:
            counts = count(grid, program)
        except NotSeparable as obstacle:
            reason = str(obstacle)
        else:
            return Sweep(
                grid=grid,
                counts=_with_licenses(counts, undetermined_licenses),
                labels=labels,
                how="counted by groups of knobs",
                warnings=warnings,
                question=question,
            )

    enumeration = Enumeration(grid, layout, program, target, none_passes=undetermined_licenses)
    result = enumeration.run(report_progress)
    return Sweep(
        grid=grid,
        counts=_with_licenses(result.counts, undetermined_licenses),
        labels=labels,
        how=f"enumerated: {reason}",
        best=tuple(enumeration.design(number) for _, number in result.best),
        pareto=tuple(enumeration.design(number) for _, number in result.front),
        warnings=warnings,
        question=question,
    )


def _has_embargoed_vendor(grid: Grid, question: Question) -> bool:
    """Whether a vendor of the base has its headquarters in country group D:5."""
    return any(places().embargoed_maker(vendor, question.on) for vendor in grid.vendors)


def _why_enumerate(grid: Grid, target: Path | None) -> str:
    """Name what requires the evaluation of every design; empty if only counts are wanted."""
    wanted = []
    if grid.best:
        wanted.append("the best designs")
    if grid.pareto:
        wanted.append("a front")
    if target is not None:
        wanted.append("the passing designs")
    if not wanted:
        return ""

    *others, last = wanted
    if not others:
        return f"{last} asked for"
    return f"{', '.join(others)} and {last} asked for"


def _with_licenses(counts: Counter[Answer], undetermined: bool) -> dict[Answer, int]:
    """The counts, with every license ``undetermined`` if jurisdiction over them is."""
    if not undetermined:
        return dict(counts)
    merged: Counter[Answer] = Counter()
    for (status, outcome, _, _, caution), number in counts.items():
        # kinds are joined in a label, as in the column of a frame
        kinds: list[str] = []
        if caution:
            kinds = caution.split(";")
        # As for a single chip, printed text says nothing where jurisdiction is not settled.
        if CautionKind.CODIFIED in kinds:
            kinds.remove(CautionKind.CODIFIED)
        merged[status, outcome, Required.UNDETERMINED, None, ";".join(kinds)] += number
    return dict(merged)
