"""The standard streams of the process, made safe: nothing about them changes an answer."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, TextIO, cast


class Notes:
    """Standard error that drops what cannot be written: no note is worth losing an answer."""

    def __init__(self, stream: TextIO) -> None:
        """Wrap the stream of standard error."""
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text if possible."""
        try:
            return self._stream.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        """Flush if possible."""
        try:
            self._stream.flush()
        except OSError:
            return

    def __getattr__(self, name: str) -> Any:
        """Return everything else from the wrapped stream, such as ``isatty``."""
        return getattr(self._stream, name)


def settle() -> None:
    """Replace streams that the caller closed, and let no character and no full disk be a fault.

    A closed standard input is empty. A closed standard output refuses what is written, so that
    the answer is not silently lost. A character that the encoding of the terminal does not have
    is written as its escape.
    """
    if sys.stdin is None:
        sys.stdin = _null_device(os.O_RDONLY, "r")
    if sys.stdout is None:
        # opened for reading, so that every write fails and is reported
        sys.stdout = _null_device(os.O_RDONLY, "w")
    if sys.stderr is None:
        sys.stderr = _null_device(os.O_WRONLY, "w")
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stderr = cast(TextIO, Notes(sys.stderr))


def _null_device(flags: int, mode: str) -> TextIO:
    """Open the null device, which is empty to read and drops or refuses what is written."""
    return cast(TextIO, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8"))
