"""The data files, their hash, and compiled copies that answer about one chip in milliseconds.

A checkout reads ``data/`` next to the package, a wheel the copy inside it. The build hook compiles
the YAML into JSON lines that contain its checksum. If that of the data differs, the YAML is read
instead. Nothing is written at run time.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Iterator
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
    # loads OpenSSL, and most questions cite no hash
    import hashlib

    total = hashlib.sha256()
    for part in _names_and_contents(files):
        total.update(part)
    return total.hexdigest()[:16]


def checksum(files: list[Path]) -> str:
    """The CRC-32 of names and contents of data files, by which an outdated compiled copy is known.

    It takes a quarter of the time of :func:`digest`, which answers cite and which loads OpenSSL.
    Here an edited file has to be noticed, not a forged one: whoever could forge it could as well
    edit the copy.
    """
    total = 0
    size = 0
    for part in _names_and_contents(files):
        total = zlib.crc32(part, total)
        size += len(part)
    return f"{total:08x}-{size}"


def _names_and_contents(files: list[Path]) -> Iterator[bytes]:
    """What the hashes of some data files are made of."""
    folder = data_folder().as_posix() + "/"
    # Names count too, and null bytes separate: content must not move between files unnoticed.
    for path in files:
        yield path.as_posix().removeprefix(folder).encode() + b"\0"
        # apart, so that a file of a megabyte is not copied
        yield path.read_bytes()
        yield b"\0"


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


CATALOG, RULES, WORKLOADS = "catalog.json", "rules.json", "workloads.json"
"""The compiled files."""
_COMPILED_FROM = {CATALOG: catalog_files, RULES: rule_files, WORKLOADS: workload_files}


@functools.lru_cache(maxsize=8)
def compiled(name: str) -> Lines | None:
    """The compiled file ``name``; None if it is absent or was compiled from other data.

    It is compared with the data once: files that change while a process runs are not noticed.
    """
    path = COMPILED / name
    if not path.is_file():
        return None
    lines = open_lines(path)
    # Somebody edited a data file since: an answer must follow the file, not the older copy.
    if lines.header.get("checksum") != checksum(_COMPILED_FROM[name]()):
        return None
    return lines


def write_compiled(name: str, header: dict[str, Any], records: dict[str, Any]) -> None:
    """Write the compiled file ``name`` with the checksum of its data; only the build hook does."""
    header = {"checksum": checksum(_COMPILED_FROM[name]()), **header}
    write_lines(COMPILED / name, header, records)


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
