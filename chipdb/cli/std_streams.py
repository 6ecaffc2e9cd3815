"""The standard streams of a process of our own: whatever they are, none of them changes what is answered or the status."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO, cast


class Notes:
    """Standard error that drops what cannot be written: no note is worth an answer or its status."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, if that can be done."""
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Pass on what was written, if that can be done."""
        try:
            self._stream.flush()
        except OSError:
            return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def settle() -> None:
    """Stand in for streams that the caller closed, and let no character or full disk be a fault.

    Nothing comes from a closed standard input. A closed standard output refuses what is written, so that the answer is not
    lost in silence. A character that the terminal's encoding does not have is written as its escape.
    """
    if sys.stdin is None:
        sys.stdin = _nothing(os.O_RDONLY, "r")
    if sys.stdout is None:
        sys.stdout = _nothing(os.O_RDONLY, "w")
    if sys.stderr is None:
        sys.stderr = _nothing(os.O_WRONLY, "w")
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stderr = cast(TextIO, Notes(sys.stderr))


def _nothing(flags: int, mode: str) -> TextIO:
    return cast(TextIO, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8"))
