"""``sweep``: what the rules say of every design of a grid, counted or enumerated."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chipdb.bulk.frames import prepared
from chipdb.bulk.progress import Tell, untold
from chipdb.bulk.sweep.count import Answer, NotSeparable, count
from chipdb.bulk.sweep.enumerate import Enumeration
from chipdb.bulk.sweep.grid import Grid
from chipdb.rules.places import places
from chipdb.solver.licensing import JURISDICTION
from chipdb.solver.question import Question
from chipdb.vocabulary import Status

LABELS = ("status", "outcome", "license_required", "review")


@dataclass(frozen=True, kw_only=True)
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
    stated = [*grid.metrics(), *dict.fromkeys(["datacenter", *grid.facts])]
    layout, program = prepared(stated, asked, {}, grid.name)
    labels = LABELS[: 4 if asked.to is not None else 2]
    wants_designs = [
        name
        for name, wanted in (
            ("the best designs", grid.best),
            ("a front", grid.pareto),
            ("the passing designs", target),
        )
        if wanted
    ]
    first, last = wants_designs[:-1], wants_designs[-1:]
    why = f"{' and '.join([*([', '.join(first)] if first else []), *last])} asked for"
    open_ = asked.to is not None and any(
        places().embargoed_maker(maker, asked.on) for maker in grid.makers
    )
    said = (*grid.warnings(program.figures), *([f"base: {JURISDICTION}"] if open_ else []))
    if not wants_designs:
        try:
            counts = _told(count(grid, program), open_)
            return Sweep(
                grid=grid,
                counts=counts,
                labels=labels,
                how="counted by groups of knobs",
                warnings=said,
            )
        except NotSeparable as reason:
            why = str(reason)
    run = Enumeration(grid, layout, program, target, notes, none_passes=open_)
    found = run.run(tell)
    best = tuple(run.design(index) for _, index in found.best)
    front = tuple(run.design(index) for _, index in found.front)
    run.finish()
    return Sweep(
        grid=grid,
        counts=_told(found.counts, open_),
        labels=labels,
        how=f"enumerated: {why}",
        best=best,
        pareto=front,
        warnings=said,
    )


def _told(counts: Counter[Answer], open_: bool) -> dict[Answer, int]:
    """The counts; every license is open where jurisdiction over the maker's chips is."""
    told: Counter[Answer] = Counter()
    for (status, outcome, *license_), number in counts.items():
        told[(status, outcome, *([Status.UNDETERMINED, None] if open_ else license_))] += number
    return dict(told)
