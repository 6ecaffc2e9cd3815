"""Output to a terminal: its width, colors, links, and a pager for what is longer than the screen.

Loaded only where standard output is a terminal or color is forced, so that what is piped is neither
changed nor slowed.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chipdb.views.terminal import Screen, fitted_lines, terminal_text

if TYPE_CHECKING:
    from chipdb.cli.options import FormatOptions
    from chipdb.views.report import Report

PAGER = "less"
LESS = "FRX"
"""Options of less unless LESS is set: exit after a short text, keep colors and the text."""
FALLBACK = (80, 24)
"""Columns and lines of a terminal that does not report them."""


def shown(report: Report, options: FormatOptions) -> str | None:
    """The text of a report for the terminal, whose escapes are our own.

    None if it is longer than the screen and the pager has shown it.
    """
    if options.style == "table":
        screen = screen_of(
            sys.stdout.isatty(), os.environ, wide=options.wide, encoding=sys.stdout.encoding or ""
        )
        text = terminal_text(report.parts(options.style), screen)
    else:
        text = report.written(options.style)
    lines = shutil.get_terminal_size(FALLBACK).lines
    is_long = text.count("\n") + 2 > lines
    if is_long and not options.no_pager and _page(text):
        return None
    return text


def fitted_note(text: str) -> str:
    """A note or an error in lines that the terminal does not break in the middle of a word."""
    # standard output may be a pipe, which has no size
    try:
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    except OSError:
        columns = 0
    return fitted_lines(text, columns or FALLBACK[0])


def screen_of(
    is_terminal: bool, environment: Mapping[str, str], *, wide: bool, encoding: str = "utf-8"
) -> Screen:
    """What the terminal can show.

    ``NO_COLOR`` removes the colors and keeps the symbols; ``FORCE_COLOR`` gives both where standard
    output is not a terminal, and changes no layout there. A dumb terminal has neither colors nor
    links.
    """
    is_dumb = environment.get("TERM") == "dumb"
    has_color = not environment.get("NO_COLOR") and not (is_terminal and is_dumb)
    columns = None
    if is_terminal and not wide:
        columns = shutil.get_terminal_size(FALLBACK).columns
    return Screen(
        columns=columns,
        has_color=has_color,
        has_links=is_terminal and not is_dumb,
        # another encoding would write a symbol as its escape
        has_symbols=(is_terminal or has_color) and encoding.lower().replace("-", "") == "utf8",
    )


def _page(text: str) -> bool:
    """Show a text in the pager; whether that was possible."""
    command = pager_of(os.environ)
    if not command or not (sys.stdout.isatty() and sys.stdin.isatty()):
        return False
    environment = {"LESS": LESS, **os.environ}
    try:
        # the user's own choice of a program, which runs with the user's own rights
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)  # noqa: S603
    except OSError:
        return False
    try:
        pager.communicate(f"{text}\n".encode())
    except (BrokenPipeError, KeyboardInterrupt):
        # the reader has seen enough
        pager.wait()
    return True


def pager_of(environment: Mapping[str, str]) -> list[str]:
    """The command of the pager; None if there is no pager, or ``PAGER`` is empty or ``cat``."""
    if environment.get("TERM") == "dumb":
        return []
    stated = environment.get("PAGER")
    if stated is None:
        return [PAGER] if shutil.which(PAGER) else []
    try:
        command = shlex.split(stated)
    except ValueError:
        return []
    return [] if command == ["cat"] else command
