"""``chipdb sweep``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import (
    OUTPUT,
    Argument,
    FormatOptions,
    On,
    PlaceOptions,
    RuleOptions,
    ScopeOptions,
    Strict,
    option,
)
from chipdb.lazy_dataclasses import dataclass, replace

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb sweep grid.yaml --to China --on 2026-06-01 -o passing.parquet"

GridFile = Annotated[
    str,
    Argument(
        metavar="GRID.yaml",
        help="Knobs, derived quantities, facts, constraints, and what to find: best, pareto.",
    ),
]


@dataclass(eq=False, repr=False)
class SweepOutput(FormatOptions):
    """The format of the report, which is printed, and the file for the passing designs."""

    output: Annotated[
        str | None,
        option(
            "-o",
            "--output",
            metavar="FILE.parquet",
            text="Write the passing designs to a Parquet file.",
            section=OUTPUT,
        ),
    ] = None


WORKBOOK = ".xlsx"


def sweep(
    grid: GridFile,
    on: On = None,
    *,
    places: PlaceOptions,
    rules: RuleOptions,
    strict: Strict = False,
    output: SweepOutput,
) -> Report:
    """Count the designs of a grid by answer.

    A grid may also ask for the best designs and for a Pareto front.
    """
    from chipdb.answers.check import SCOPE_TEXT
    from chipdb.bulk.sweep.grid_file import read_grid
    from chipdb.bulk.sweep.sweep import sweep as swept
    from chipdb.catalog.yaml_text import read_bytes
    from chipdb.cli.inputs import question_of
    from chipdb.cli.output import progress
    from chipdb.solver.notes import no_law, of_designs, printed_law
    from chipdb.views.reports.check import notes_for_rows
    from chipdb.views.reports.sweep import sweep_report

    question = question_of(on, places, rules, ScopeOptions(strict=strict))
    # the counts go into a workbook, all designs that pass into a Parquet file
    in_workbook = output.output is not None and output.output.lower().endswith(WORKBOOK)
    target = None
    if in_workbook:
        output.style = WORKBOOK.removeprefix(".")
    else:
        target = _target(output.output)
    # a grid with a mistake is refused before the minutes that a large one may take
    designs = read_grid(read_bytes(Path(grid)), grid)
    with progress("looking at designs") as report_progress:
        answer = swept(designs, question, target, report_progress)
    report = replace(sweep_report(answer, question), wrote_output=not in_workbook)
    report = report.saying(printed_law(question))
    report = report.noting([*no_law(question.proposals), *of_designs(question)])
    report = report.noting(notes_for_rows(question))
    # without a destination there is no answer about a license that could be mistaken for a
    # permission
    if question.to is None:
        return report
    return report.noting([SCOPE_TEXT])


def _target(output: str | None) -> Path | None:
    """Return the file to write, refused before a long run rather than after it."""
    from chipdb.errors import UsageError

    if output is None:
        return None
    target = Path(output)
    folder = target.absolute().parent
    if target.suffix.lower() != ".parquet" or target.is_dir() or not folder.is_dir():
        raise UsageError(
            f"-o {output}: name a file ending in .parquet or .xlsx in an existing folder"
        )
    return target
