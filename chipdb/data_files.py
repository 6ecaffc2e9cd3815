"""The data files, their hash, and compiled copies that answer about one chip in milliseconds.

A checkout reads ``data/`` next to the package, a wheel the copy inside it. The build hook compiles
the YAML into JSON lines that contain its hash. If the hash of the data differs, the YAML is read
instead. Nothing is written at run time.
"""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).parent
COMPILED = _PACKAGE / "_compiled"


@functools.lru_cache(maxsize=1)
def data_folder() -> Path:
    """The folder of ``chips.yaml``, ``sources.yaml``, ``places.yaml`` and ``rules/``."""
    in_checkout = _PACKAGE.parent / "data"
    if (in_checkout / "chips.yaml").is_file():
        return in_checkout
    return _PACKAGE / "data"


def catalog_files() -> list[Path]:
    """The files of the catalog, in the order in which :func:`digest` reads them."""
    # Not every file of the folder: a change of a budget must not make the catalog another one.
    names = ("chips.yaml", "device-names.csv", "formats.yaml", "pcie.yaml", "sources.yaml")
    return [data_folder() / name for name in names]


def rule_files() -> list[Path]:
    """The files of the rulebook, with places, notices, budgets and worksheets."""
    folder = data_folder()
    names = ("places.yaml", "notices.yaml", "budgets.yaml", "worksheets.yaml")
    return [*sorted((folder / "rules").rglob("*.yaml")), *(folder / name for name in names)]


def workload_files() -> list[Path]:
    """The files of the workload model."""
    return sorted((data_folder() / "workloads").iterdir())


def digest(files: list[Path]) -> str:
    """The hash of data files: 16 hexadecimal digits of SHA-256 over names and contents."""
    # Names count too, and null bytes separate: content must not move between files unnoticed.
    total = hashlib.sha256()
    for path in files:
        name = path.relative_to(data_folder()).as_posix()
        total.update(name.encode() + b"\0")
        # apart, so that a file of a megabyte is not copied
        total.update(path.read_bytes())
        total.update(b"\0")
    return total.hexdigest()[:16]


@functools.lru_cache(maxsize=1)
def data_hash() -> str:
    """The hash of the catalog's files, which every answer cites.

    It is computed once: files that change while a process runs are not noticed.
    """
    return digest(catalog_files())


@functools.lru_cache(maxsize=1)
def rules_hash() -> str:
    """The hash of the rulebook's files."""
    return digest(rule_files())


@functools.lru_cache(maxsize=1)
def workloads_hash() -> str:
    """The hash of the files of the workload model."""
    return digest(workload_files())


class Lines:
    """A compiled file: a header line, then one JSON record on each line.

    The header holds the offset of each record, so that one is read without the others.
    """

    def __init__(self, path: Path, header: dict[str, Any], start: int) -> None:
        self.path = path
        self.header = header
        self._start = start

    def record(self, key: str) -> Any:
        """The record of ``key``; :class:`KeyError` if there is none."""
        offset, length = self.header["offsets"][key]
        with self.path.open("rb") as file:
            file.seek(self._start + offset)
            return json.loads(file.read(length))


@functools.lru_cache(maxsize=8)
def compiled(name: str, expected_hash: str) -> Lines | None:
    """The compiled file ``name``; None if it is absent or was compiled from other data."""
    path = COMPILED / name
    if not path.is_file():
        return None
    lines = open_lines(path)
    # Somebody edited a data file since: an answer must follow the file, not the older copy.
    if lines.header["hash"] != expected_hash:
        return None
    return lines


def open_lines(path: Path) -> Lines:
    """Open a file that :func:`write_lines` wrote."""
    with path.open("rb") as file:
        first = file.readline()
    return Lines(path, json.loads(first), len(first))


def write_lines(path: Path, header: dict[str, Any], records: dict[str, Any]) -> None:
    """Write a compiled file or a vintage; only the build hook and a release do.

    Offsets count from the end of the header line, whose length depends on them.
    """
    body = b""
    offsets: dict[str, tuple[int, int]] = {}
    for key, record in records.items():
        line = _json_line(record)
        offsets[key] = (len(body), len(line))
        body += line
    first = _json_line({**header, "offsets": offsets})
    path.parent.mkdir(exist_ok=True)
    # Another process may read the file meanwhile: it sees the old one or the new one.
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(first + body)
    temporary.replace(path)


def _json_line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
