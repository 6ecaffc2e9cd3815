"""``check TABLE -o out.parquet``: every row of a table of any size, its answers beside it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chipdb.cli.output import emit_json, emit_table, note
from chipdb.errors import UsageError

if TYPE_CHECKING:
    from chipdb.solver.question import Question

SUFFIXES = (".parquet", ".csv", ".tsv")


def check_table(
    arguments: Sequence[str], output: str, asked: Question, style: str, unfit: Sequence[str]
) -> int:
    """Answer a table into a Parquet file and print how many rows have each answer; gives the exit status."""
    from chipdb.bulk.parquet import check_file, exit_status

    if len(arguments) != 1 or not arguments[0].lower().endswith(SUFFIXES):
        raise UsageError(
            f"-o {output}: name one table (.parquet or .csv) whose rows are to be answered into it"
        )
    if unfit:
        raise UsageError(
            f"-o {output}: {', '.join(unfit)} is not for tables answered row by row; leave it out"
        )
    with progress("checking") as tell:
        found = check_file(Path(arguments[0]), Path(output), asked, tell)
    print_counts(found, style, licensed=asked.to is not None)
    note(notes_of(asked))
    return exit_status(found)


def notes_of(asked: Question) -> list[str]:
    """What goes with the answers for many rows at once: what was assumed, and where the evidence ends."""
    from chipdb.bulk.program import remarks

    return [*(f"assumed: {text}" for text in asked.assumptions), *remarks(asked)]


def print_counts(found: Counter[tuple[str, str, bool]], style: str, *, licensed: bool) -> None:
    """Print how many rows have each answer."""
    headers = ["status", *(["license_required"] if licensed else []), "contested", "rows"]
    rows = [
        [status, *([required] if licensed else []), contested, count]
        for (status, required, contested), count in sorted(found.items())
    ]
    if style == "json":
        emit_json([dict(zip(headers, row, strict=True)) for row in rows])
    else:
        shown = [
            [*row[:-2], "yes" if row[-2] else "no", f"{row[-1]:,}" if style != "csv" else row[-1]]
            for row in rows
        ]
        emit_table(shown, headers, style)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """What shows progress on a terminal; nothing elsewhere."""
    from chipdb.bulk.progress import ignore_progress

    if not sys.stderr.isatty():
        yield ignore_progress
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, rows: bar.update(task, completed=done, total=rows or None)
