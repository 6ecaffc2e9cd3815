"""``sweep`` as callers of the library use it: a grid file and the options of the command."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from chipdb.answers.arguments import File, Names, Rules, expect, question_of
from chipdb.bulk.sweep.grid_file import read_grid
from chipdb.bulk.sweep.sweep import Sweep
from chipdb.bulk.sweep.sweep import sweep as sweep_grid
from chipdb.catalog.yaml_text import read_bytes
from chipdb.errors import ParameterError
from chipdb.solver.question import ENFORCED


def sweep(
    grid: File,
    *,
    on: str | date | None = None,
    to: str | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    rules: Rules = (),
    enact: Names = (),
    law: str = ENFORCED,
    strict: bool = False,
    output: File | None = None,
) -> Sweep:
    """Count the designs of a grid file by their answers.

    A grid may also ask for the best designs and a Pareto front; ``output`` is a Parquet file for
    the passing designs.
    Raises :class:`~chipdb.errors.DataError` for a grid that cannot be read,
    :class:`~chipdb.errors.UsageError` if the designs lack a figure that the rules in force read.
    """
    expect("grid", grid, str, Path)
    expect("output", output, str, Path, None)
    question = question_of(
        on=on,
        to=to,
        from_=from_,
        headquarters=headquarters,
        rules=rules,
        enact=enact,
        law=law,
        strict=strict,
    )
    target = None if output is None else parquet_target(Path(output))
    return sweep_grid(read_grid(read_bytes(Path(grid)), str(grid)), question, target)


def parquet_target(path: Path) -> Path:
    """The file to write, refused before a long run instead of after it."""
    # a run of minutes must not end with a name that cannot be written
    folder = path.absolute().parent
    if path.suffix.lower() != ".parquet" or path.is_dir() or not folder.is_dir():
        raise ParameterError(
            "output", f"must be a .parquet file in an existing folder, not '{path}'"
        )
    return path
