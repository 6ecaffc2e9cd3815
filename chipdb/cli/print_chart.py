"""Writing charts: a file, or standard output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chipdb.cli.output import emit
from chipdb.errors import UsageError
from chipdb.views.charts.picture import FORMATS, form_of

if TYPE_CHECKING:
    from chipdb.views.charts.picture import Chart


def written_as(form: str | None, output: str | None) -> str:
    """The format: what was asked for, else what the file's ending says, else SVG."""
    if form is not None and form not in FORMATS:
        raise UsageError(f"--format {form}: one of {', '.join(FORMATS)}")
    return form or (form_of(Path(output)) if output else FORMATS[0])


def print_chart(chart: Chart, form: str, output: str | None) -> None:
    """A chart as a file that appears whole or not at all, or on standard output."""
    if output is not None:
        chart.save(output, form)
        return
    data = chart.data(form)
    if isinstance(data, str):
        emit(data)
        return
    if sys.stdout.isatty():
        raise UsageError("a PNG is no text for a terminal; name a file with -o")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
