"""Dated vintages: the catalog as it was released, in the form the build hook compiles, never changed afterwards."""

from __future__ import annotations

import hashlib
from pathlib import Path

from chipdb import data_files
from chipdb.errors import DataError, Problem, UnknownNameError, UsageError

SUFFIX = ".jsonl"


def names() -> list[str]:
    """The vintages there are, the oldest first."""
    return sorted(path.name.removesuffix(SUFFIX) for path in _folder().glob(f"*{SUFFIX}"))


def opened(name: str) -> data_files.Lines:
    """A vintage, its content proven by the hash inside.

    Raises :class:`UnknownNameError` if there is none of that name, :class:`DataError` if its content was changed.
    """
    if name not in names():
        raise UnknownNameError("vintage", name, names())
    path = _folder() / f"{name}{SUFFIX}"
    lines = data_files.opened(path)
    if body_hash(path) != lines.header["sha256"]:
        raise DataError(
            [
                Problem(
                    str(path), 0, "", "its content is not what its hash says; install chipdb again"
                )
            ]
        )
    return lines


def freeze(name: str) -> Path:
    """Write the present catalog as a vintage; raises :class:`UsageError` if that name is taken. Only a release does."""
    from chipdb.catalog.catalog import header_of, read_records

    if name in names():
        raise UsageError(f"the vintage {name} is there already, and a vintage never changes")
    path, records = _folder() / f"{name}{SUFFIX}", read_records()
    header = header_of(records)
    data_files.write_lines(path, header, records)
    data_files.write_lines(path, {**header, "vintage": name, "sha256": body_hash(path)}, records)
    return path


def body_hash(path: Path) -> str:
    """The hash of the records, without the line before them."""
    return hashlib.sha256(path.read_bytes().partition(b"\n")[2]).hexdigest()


def _folder() -> Path:
    return data_files.data_folder() / "vintages"
