"""Dated vintages: the catalog as released, compiled once and never changed afterwards."""

from __future__ import annotations

import hashlib
from pathlib import Path

from chipdb import data_files
from chipdb.errors import DataError, UnknownNameError

SUFFIX = ".jsonl"


def vintage_names() -> list[str]:
    """The names of the vintages, the oldest first.

    >>> "2026.11" in vintage_names()
    True
    """
    # Names are years and months, 2026.11, so their alphabetical order is that of time.
    return sorted(path.name.removesuffix(SUFFIX) for path in _folder().glob(f"*{SUFFIX}"))


def open_vintage(name: str) -> data_files.Lines:
    """A vintage whose records match the hash in its header.

    Raises :class:`UnknownNameError` for an unknown vintage, :class:`DataError` if the file was
    changed.
    """
    # The parameter is named so that the command line can show it as its option.
    if name not in vintage_names():
        error = UnknownNameError("vintage", name, choices=vintage_names())
        error.parameter = "vintage"
        raise error
    path = vintage_path(name)
    lines = data_files.open_lines(path)
    # An answer cites the vintage by its hash, so a changed file must not be mistaken for it.
    if body_hash(path) != lines.header["sha256"]:
        message = "the content does not match the hash in its header; install chipdb again"
        raise DataError.of_file(str(path), message)
    return lines


def vintage_path(name: str) -> Path:
    """The file of a vintage, whether or not it exists.

    >>> vintage_path("2026.11").name
    '2026.11.jsonl'
    """
    return _folder() / f"{name}{SUFFIX}"


def body_hash(path: Path) -> str:
    """The SHA-256 of the records, without the header line that contains it."""
    # The header is the first line, so the hash in it is of all that follows.
    return hashlib.sha256(path.read_bytes().partition(b"\n")[2]).hexdigest()


def _folder() -> Path:
    """The folder of the vintages, which may be absent."""
    return data_files.data_folder() / "vintages"
