"""Write the compiled catalog (the build hook does) and dated vintages (a release does)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chipdb import data_files
from chipdb.catalog import vintages
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.chip_files import catalog_problem, read_chip_records
from chipdb.catalog.formats import read_format_record
from chipdb.catalog.lookup import LATER_PARTS, build_index, stored_parts
from chipdb.catalog.records import Record
from chipdb.errors import UsageError


def header_of(records: dict[str, Record]) -> dict[str, Any]:
    """The header of a compiled catalog: the hash of the data, the order of the chips, all names.

    A process reads only this line and the records that it needs.
    """
    return {
        "hash": data_files.data_hash(),
        "ids": list(records),
        "index": build_index(records.values(), catalog_problem),
    }


def compile_catalog() -> None:
    """Write the compiled catalog from ``data/``."""
    records = read_chip_records()
    readings = {key: source.read_as for key, source in bibliography().items()}
    header = {**header_of(records), "terms": read_format_record(), "readings": readings}
    # Every process reads the header, and few need these parts of it.
    parts = stored_parts(header["index"])
    for part in LATER_PARTS:
        del header["index"][part]
    data_files.write_compiled(data_files.CATALOG, header, {**records, **parts})


def freeze(name: str) -> Path:
    """Write the present catalog as a vintage and return its path.

    Raises :class:`UsageError` if the vintage exists.
    """
    if name in vintages.vintage_names():
        raise UsageError(f"the vintage {name} already exists, and a vintage never changes")
    path = vintages.vintage_path(name)
    records = read_chip_records()
    header = header_of(records)
    # The header contains the hash of the records, so they are written first without it.
    data_files.write_lines(path, header, records)
    header_with_hash = {**header, "vintage": name, "sha256": vintages.body_hash(path)}
    data_files.write_lines(path, header_with_hash, records)
    return path
