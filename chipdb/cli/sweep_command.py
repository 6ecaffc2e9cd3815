"""The command about grids: sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from chipdb.cli.groups import PlaceOptions, RuleOptions, ScopeOptions
from chipdb.cli.options import Format, On, Strict

if TYPE_CHECKING:
    from chipdb.bulk.sweep.sweep import Sweep
    from chipdb.solver.question import Question


def sweep(
    grid: Annotated[
        str,
        typer.Argument(
            metavar="GRID.yaml", help="Knobs, derived quantities, facts, constraints, best, pareto."
        ),
    ],
    on: On = None,
    *,
    where: PlaceOptions,
    book: RuleOptions,
    strict: Strict = False,
    style: Format = "table",
    output: Annotated[
        str | None,
        typer.Option(
            "-o", "--output", metavar="FILE.parquet", help="The passing designs, as Parquet."
        ),
    ] = None,
) -> None:
    """Count the designs of a grid by answer; the best, the Pareto front, the passing ones."""
    from chipdb.answers.check import SCOPE_TEXT
    from chipdb.bulk.sweep.grid_file import read_grid
    from chipdb.bulk.sweep.sweep import sweep as swept
    from chipdb.catalog.yaml_text import read_bytes
    from chipdb.cli.big_tables import notes_of, progress
    from chipdb.cli.inputs import question_of
    from chipdb.cli.output import note
    from chipdb.errors import UsageError
    from chipdb.solver.notes import no_law, of_designs
    from chipdb.views.tables import check_format

    check_format(style)
    asked = question_of(on, where, book, ScopeOptions(strict=strict))
    target = Path(output) if output is not None else None
    if target is not None and (
        target.suffix.lower() != ".parquet"
        or target.is_dir()
        or not target.absolute().parent.is_dir()
    ):
        raise UsageError(
            f"-o {output}: name a file that ends in .parquet, in a folder that there is"
        )
    read = read_grid(read_bytes(Path(grid)), grid)
    with progress("looking at designs") as report_progress:
        found = swept(read, asked, target, report_progress)
    _print(found, asked, style)
    scope = [SCOPE_TEXT] if asked.to is not None else []
    note([*found.warnings, *no_law(asked.proposals), *of_designs(asked), *notes_of(asked), *scope])


def _print(found: Sweep, asked: Question, style: str) -> None:
    from chipdb.cli.output import emit, emit_json, emit_table

    none = "" if style == "csv" else "–"
    counts = [
        [*(none if text is None else text for text in answer), number]
        for answer, number in sorted(found.counts.items(), key=str)
    ]
    if style == "json":
        emit_json(_record(found, asked))
        return
    emit_table(
        [[*row[:-1], f"{row[-1]:,}" if style != "csv" else row[-1]] for row in counts],
        [*found.labels, "designs"],
        style,
    )
    if style == "csv":
        return
    emit(
        f"\n{found.grid.size:,} design{'s' if found.grid.size > 1 else ''}, {found.how}"
        + (f"; {found.left_out:,} outside the constraints" if found.grid.constraints else "")
    )
    for title, rows, wanted in (
        ("best", found.best, found.grid.best),
        ("front", found.pareto, found.grid.pareto),
    ):
        if rows:
            emit(f"\n{title}")
            emit_table([list(row.values()) for row in rows], list(rows[0]), style)
        elif wanted:
            emit(f"\n{title}: no design passes")


def _record(found: Sweep, asked: Question) -> dict[str, Any]:
    from chipdb.views.json.envelope import envelope_json

    counts = [
        {**dict(zip(found.labels, answer, strict=True)), "designs": number}
        for answer, number in sorted(found.counts.items(), key=str)
    ]
    places = {"to": asked.to, "from": asked.origin, "headquarters": list(asked.headquarters or ())}
    shown = {
        "designs": found.grid.size,
        "how": found.how,
        "left_out": found.left_out,
        "counts": counts,
    }
    said = {"assumptions": list(asked.assumptions), "warnings": list(found.warnings)}
    return envelope_json(
        {
            "on": asked.on.isoformat(),
            **places,
            **shown,
            "best": list(found.best),
            "pareto": list(found.pareto),
            **said,
        }
    )
