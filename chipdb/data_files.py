"""Where the data lies, what it hashes to, and the compiled copy that answers about one chip without reading the rest.

A checkout reads ``data/`` beside the package, a wheel the copy inside it. The build hook compiles both into JSON lines with
the hash of the YAML inside; where the hash differs, the YAML is read. Nothing is written at run time.
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
    """The folder that holds ``chips.yaml``, ``sources.yaml``, ``places.yaml``, ``rules/``."""
    beside = _PACKAGE.parent / "data"
    return beside if (beside / "chips.yaml").is_file() else _PACKAGE / "data"


def catalog_files() -> list[Path]:
    """The files of the catalog."""
    return [
        data_folder() / name for name in ("chips.yaml", "formats.yaml", "pcie.yaml", "sources.yaml")
    ]


def rule_files() -> list[Path]:
    """The files of the rulebook, with places, notices, budgets and worksheets."""
    folder = data_folder()
    beside = [folder / f"{name}.yaml" for name in ("places", "notices", "budgets", "worksheets")]
    return [*sorted((folder / "rules").rglob("*.yaml")), *beside]


def digest(files: list[Path]) -> str:
    """The hash of some data files: names and contents, in order."""
    total = hashlib.sha256()
    for path in files:
        total.update(
            path.relative_to(data_folder()).as_posix().encode() + b"\0" + path.read_bytes() + b"\0"
        )
    return total.hexdigest()[:16]


@functools.lru_cache(maxsize=1)
def data_hash() -> str:
    """The hash of the catalog's files."""
    return digest(catalog_files())


@functools.lru_cache(maxsize=1)
def rules_hash() -> str:
    """The hash of the rulebook's files."""
    return digest(rule_files())


class Lines:
    """A compiled file: a header, then one JSON record a line, each found by its key without reading the others."""

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
    """The compiled file ``name``, or None where it is absent or made from other data."""
    path = COMPILED / name
    lines = opened(path) if path.is_file() else None
    return lines if lines is not None and lines.header["hash"] == expected_hash else None


def opened(path: Path) -> Lines:
    """A file that :func:`write_lines` wrote."""
    with path.open("rb") as file:
        first = file.readline()
    return Lines(path, json.loads(first), len(first))


def write_lines(path: Path, header: dict[str, Any], records: dict[str, Any]) -> None:
    """Write a compiled file or a vintage; only the build hook and a release do."""
    body, offsets = b"", {}
    for key, record in records.items():
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        offsets[key] = (len(body), len(line))
        body += line
    first = (
        json.dumps(
            {**header, "offsets": offsets}, ensure_ascii=False, separators=(",", ":")
        ).encode()
        + b"\n"
    )
    path.parent.mkdir(exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(first + body)
    temporary.replace(path)
