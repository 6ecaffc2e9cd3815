"""Where output goes: data to standard output or a file, notes to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from chipdb.bounds import MOST_MESSAGES, MOST_NOTE_LETTERS, bounded_message
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.views.safe_text import printable

if TYPE_CHECKING:
    from chipdb.cli.options import FormatOptions
    from chipdb.views.report import Report

Item = TypeVar("Item")

DATA_FORMATS = ("csv", "json")
"""The formats that programs read, which have none of the sentences of the text."""
LONG_WORK = 25
"""More items than this take over a second, so progress is shown."""


def finish(report: Report, options: FormatOptions) -> int:
    """Write a report in the chosen format and its notes, and return the exit status."""
    output = None if report.wrote_output else getattr(options, "output", None)
    # the answer first: a note must not be printed where the answer cannot be written
    if output is not None:
        _write_report(report, options.style, output)
    elif _is_marked():
        # loaded only here, since most answers are read by programs
        from chipdb.cli.terminal import shown

        text = shown(report, options)
        if text is not None:
            _write_out(text)
    else:
        emit(report.written(options.style))
    notes = list(report.notes)
    if options.style in DATA_FORMATS:
        notes += report.notes_of_data
    note(notes)
    return report.status


def _is_marked() -> bool:
    """Whether output has colors and symbols: on a terminal, or where they are asked for."""
    return sys.stdout.isatty() or os.environ.get("FORCE_COLOR", "") not in ("", "0")


def _write_report(report: Report, style: str, output: str) -> None:
    """Write a report to a file, in the format of the file's ending."""
    from chipdb.cli.file_formats import WORKBOOK, refuse_parquet

    refuse_parquet(output)
    if style != WORKBOOK:
        emit(report.written(style), output)
        return
    # loaded only for a workbook: what writes one takes longer to load than an answer takes
    from chipdb.catalog.read_workbook import ANSWERS
    from chipdb.views.workbook import Sheet, workbook

    tables = [*(report.sheets() if report.sheets else ()), replace(report.flat(), title=ANSWERS)]
    sheets = []
    for table in tables:
        sheets.append(
            Sheet(title=table.title, headers=table.headers, rows=table.rows, units=table.units)
        )
    # a workbook is passed on without the standard error that would have held the notes
    about = [*report.about, *(("note", text) for text in report.notes)]
    write_bytes(workbook(sheets, about), output)


def emit(text: str, output: str | None = None) -> None:
    """Print a text, or write it to a file that appears complete or not at all.

    What is printed has its control characters escaped. A file keeps the data as it is, since a
    program reads it.
    """
    if output is not None:
        write_bytes(f"{text}\n".encode(), output)
        return
    _write_out(printable(text))


def _write_out(text: str) -> None:
    """Write a text to standard output as it is; raises :class:`UsageError` if the disk is full."""
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError as error:
        discard_output()
        # a reader such as `head` that has enough is not an error; a full disk is
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"standard output: {error.strerror}") from None


def emit_bytes(data: bytes) -> None:
    """Write bytes to standard output."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()


def discard_output() -> None:
    """Discard what is still to be written, so that the interpreter can flush as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_bytes(data: bytes, output: str) -> None:
    """Write a file that appears complete or not at all; raises :class:`UsageError` if it fails."""
    from chipdb.whole_files import whole_file

    path = Path(output)
    try:
        with whole_file(path) as temporary:
            temporary.write_bytes(data)
    except OSError as error:
        raise UsageError(f"-o {path}: {error.strerror}") from None


def note(texts: Iterable[str]) -> None:
    """Print notes to standard error, each once; of many, the first and the number of others."""
    notes = list(dict.fromkeys(texts))
    for text in notes[:MOST_MESSAGES]:
        complain(f"note: {bounded_message(text, MOST_NOTE_LETTERS)}")
    more = len(notes) - MOST_MESSAGES
    if more > 0:
        complain(f"note: and {more:,} more notes")


def complain(line: str) -> None:
    """Print a line to standard error, its control characters escaped; a terminal has it fitted."""
    text = printable(line)
    if sys.stderr.isatty():
        from chipdb.cli.terminal import fitted_note

        text = fitted_note(text)
    print(text, file=sys.stderr)


def tracked(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Yield the items, and show progress on a terminal if there are many."""
    if len(items) <= LONG_WORK or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True), transient=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows on a terminal how many rows are done."""
    from chipdb.bulk.progress import ignore_progress

    if not sys.stderr.isatty():
        yield ignore_progress
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, rows: bar.update(task, completed=done, total=rows or None)
