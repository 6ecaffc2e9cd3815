"""Files of chips: entries with their records, and the records of ``data/chips.yaml``."""

from __future__ import annotations

from chipdb import data_files
from chipdb.catalog import schema
from chipdb.catalog.consistency import problems_of
from chipdb.catalog.file_contents import CHIP, refuse_other_contents
from chipdb.catalog.records import Record
from chipdb.catalog.schema_records import to_record
from chipdb.catalog.yaml_lists import FileEntry, entries_with_problems, raise_any, validated
from chipdb.catalog.yaml_text import no_collector, read_bytes
from chipdb.errors import DataError, Problem
from chipdb.lazy_dataclasses import dataclass

CATALOG_FILE = "data/chips.yaml"


@dataclass(frozen=True)
class FileChip:
    """The record of a chip and the file entry that it was read from."""

    record: Record
    origin: FileEntry[schema.Chip]


def read_chips(
    data: bytes, name: str, *, sourced: bool
) -> tuple[list[FileEntry[schema.Chip]], list[Problem]]:
    """The chips in a file, and its problems.

    ``sourced`` also checks what the catalog requires of its own chips: names, sources and bases.
    Raises :class:`DataError` if the file contains no chip or cannot be parsed.
    """
    mappings, of_text = entries_with_problems(data, name)
    if not mappings:
        raise_any(of_text)
        message = "no chip in this file; a chip is a mapping with fields such as throughput"
        raise DataError.of_file(name, message)
    refuse_other_contents([entry for _, _, entry in mappings], name, CHIP)
    chips, problems = validated(mappings, schema.Chip, name)
    # Only chips of the right form have figures that can be checked further.
    for entry in chips:
        for place, message in problems_of(entry.model, sourced=sourced):
            problems.append(entry.problem(place, message))
    return chips, [*of_text, *problems]


def read_catalog_file() -> tuple[list[FileChip], list[Problem]]:
    """The valid chips of ``data/chips.yaml``, and what is wrong with the others."""
    data = read_bytes(data_files.data_folder() / "chips.yaml")
    # The garbage collector would find nothing here and take an eighth of the time.
    with no_collector():
        entries_read, problems = read_chips(data, CATALOG_FILE, sourced=True)
        chips = [FileChip(to_record(entry.model), entry) for entry in entries_read]
    return chips, [*problems, *duplicate_ids(chips)]


def read_chip_records() -> dict[str, Record]:
    """The records of ``data/chips.yaml`` by id.

    Raises :class:`DataError`, which lists everything that is wrong in the file.
    """
    chips, problems = read_catalog_file()
    raise_any(problems)
    return {chip.record["id"]: chip.record for chip in chips}


def duplicate_ids(chips: list[FileChip]) -> list[Problem]:
    """A problem for each chip whose id an earlier chip of the file has.

    The catalog is indexed by id, so the earlier chip would be lost.
    """
    # Ids are compared here, not by pydantic, since a user's chip gets its id only after reading.
    seen: set[str] = set()
    problems: list[Problem] = []
    for chip in chips:
        key = chip.record["id"]
        if key in seen:
            problems.append(chip.origin.problem(("id",), f"duplicate id {key!r}"))
        seen.add(key)
    return problems


def catalog_problem(chip: str, field: str, message: str) -> Problem:
    """A problem with a chip of the catalog whose line is not known.

    Names are compared in records, which no longer have lines.
    """
    return Problem(CATALOG_FILE, 0, f"{chip}.{field}", message)
