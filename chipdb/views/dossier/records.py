"""A dossier as plain values, the JSON of the command line: one object a chip, a key for each section and block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chipdb.views.dossier.document import (
    Block,
    Cell,
    Column,
    Dossier,
    Fields,
    Group,
    Items,
    Part,
    Records,
    Section,
    Text,
)
from chipdb.views.json.envelope import envelope_json

Record = dict[str, Any]


def records(sheet: Dossier) -> list[Record]:
    """One object for each chip, envelope_json with schema number and hashes."""
    return [_part(part, sheet) for part in sheet.parts]


def _part(part: Part, sheet: Dossier) -> Record:
    head = {"version": sheet.version, "chip": part.chip, "name": part.name, "on": sheet.day}
    return envelope_json(
        {**head, **{section.key: _section(section) for section in part.sections}}, part.data
    )


def _section(section: Section) -> Record:
    """The blocks by key; labeled entries without a key of their own stand in the section itself."""
    found: Record = {}
    for block in section.blocks:
        value = _block(block)
        if block.key:
            found[block.key] = value if block.key not in found else [*found[block.key], *value]
        else:
            found.update(value)
    return found


def _block(block: Block) -> Any:
    match block:
        case Fields(rows):
            return {row.key: row.cell.value for row in rows}
        case Items(texts=texts):
            return list(texts)
        case Text(text=text):
            return text
        case Group(members=members):
            return [_section(member) for member in members]
        case Records(boxed=True):
            return [{**_row(block.columns, row), "checked": None} for row in block.rows]
        case _:
            return [_row(block.columns, row) for row in block.rows]


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> Record:
    return {column.key: cell.value for column, cell in zip(columns, row, strict=True)}
