"""``sweep``: what the rules say of every design of a grid, counted or enumerated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chipdb.answers.columns.frames import prepared
from chipdb.answers.columns.layout import Layout
from chipdb.answers.columns.program import Program
from chipdb.answers.columns.tell import Tell, untold
from chipdb.answers.deal import Question
from chipdb.answers.sweep.count import Answer, NotSeparable, count
from chipdb.answers.sweep.enumerate import Enumeration
from chipdb.answers.sweep.grid import Grid

LABELS = ("status", "outcome", "license_required", "review")


@dataclass(frozen=True)
class Sweep:
    """What was found: counts by answer, the best designs, the front, and how it was found."""

    grid: Grid
    counts: dict[Answer, int]
    labels: tuple[str, ...]
    how: str
    best: tuple[dict[str, Any], ...] = ()
    pareto: tuple[dict[str, Any], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def left_out(self) -> int:
        """How many designs the constraints leave out."""
        return self.grid.size - sum(self.counts.values())


def sweep(
    grid: Grid,
    asked: Question,
    target: Path | None = None,
    notes: Path | None = None,
    tell: Tell = untold,
) -> Sweep:
    """Ask the rules about every design of a grid.

    Counts alone are taken by groups of knobs where the grid has that shape; the best designs, a front, or the passing designs
    in ``target`` need every design looked at. ``notes`` is where a run that is stopped leaves how far it came.

    Raises :class:`~chipdb.errors.UsageError` where a figure that the rules in force read is missing.
    """
    layout, program = prepared([*grid.metrics(), *dict.fromkeys(["datacenter", *grid.facts])], asked, {})
    labels = LABELS[: 4 if asked.to is not None else 2]
    wants_designs = [
        name
        for name, wanted in (("the best designs", grid.best), ("a front", grid.pareto), ("the passing designs", target))
        if wanted
    ]
    why = f"{' and '.join(wants_designs)} asked for"
    if not wants_designs:
        try:
            counts = dict(count(grid, program))
            return Sweep(grid, counts, labels, "counted by groups of knobs", warnings=grid.warnings(program.figures))
        except NotSeparable as reason:
            why = str(reason)
    return _enumerated(grid, layout, program, labels, why, target, notes, tell)


def _enumerated(
    grid: Grid,
    layout: Layout,
    program: Program,
    labels: tuple[str, ...],
    why: str,
    target: Path | None,
    notes: Path | None,
    tell: Tell,
) -> Sweep:
    run = Enumeration(grid, layout, program, target, notes)
    found = run.run(tell)
    best = tuple(run.design(index) for _, index in found.best)
    front = tuple(run.design(index) for _, index in found.front)
    run.finish()
    return Sweep(grid, dict(found.counts), labels, f"enumerated: {why}", best, front, grid.warnings(program.figures))
