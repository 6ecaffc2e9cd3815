"""Where output goes: standard output or a whole new file, notes to standard error; a closed pipe ends quietly."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from chipdb.errors import UsageError
from chipdb.views.tables import render

Item = TypeVar("Item")
LONG_WORK = 25
"""More items than this take over a second, so progress is shown."""


def emit(text: str, output: str | None = None) -> None:
    """Print a text, or write it to a file that appears whole or not at all."""
    if output is not None:
        _write(Path(output), text)
        return
    try:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UsageError(f"standard output: {error.strerror}") from None


def _write(path: Path, text: str) -> None:
    from chipdb.whole_files import whole_file

    try:
        with whole_file(path) as fresh:
            fresh.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"-o {path}: {error.strerror}") from None


def emit_json(value: Any, output: str | None = None) -> None:
    """Print a value as JSON."""
    emit(json.dumps(value, ensure_ascii=False, indent=2), output)


def emit_table(
    rows: Sequence[Sequence[Any]], headers: Sequence[str], style: str, output: str | None = None
) -> None:
    """Print rows as a table."""
    emit(render(rows, headers, style), output)


def note(texts: Iterable[str]) -> None:
    """Print notes to standard error, each once."""
    for text in dict.fromkeys(texts):
        print(f"note: {text}", file=sys.stderr)


def tracked(items: Sequence[Item], what: str) -> Iterator[Item]:
    """The items, with progress on a terminal where there are many."""
    if len(items) <= LONG_WORK or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, description=what, console=Console(stderr=True), transient=True)
