"""A dossier as plain values, the JSON of the command line: one object for each chip."""

from __future__ import annotations

from typing import Any

from chipdb.views.dossier.document import (
    Block,
    ChipSheet,
    Dossier,
    FieldsBlock,
    ListBlock,
    RecordsBlock,
    Section,
    SectionsBlock,
    TableBlock,
    TextBlock,
)
from chipdb.views.json.envelope import envelope_json

Record = dict[str, Any]


def records(sheet: Dossier) -> list[Record]:
    """One object for each chip in the JSON envelope, with a key for each section and block.

    Titles and layout are left out: they may change, while the keys are part of the interface.
    """
    return [_part(part, sheet) for part in sheet.parts]


def _part(part: ChipSheet, sheet: Dossier) -> Record:
    """The object of one chip, with the schema number and the hashes of its catalog."""
    record: Record = {
        "version": sheet.version,
        "chip": part.chip,
        "name": part.name,
        "on": sheet.day,
        "to": part.to,
    }
    for section in part.sections:
        record[section.key] = _section(section)
    return envelope_json(record, part.data)


def _section(section: Section) -> Record:
    """The blocks by key; entries without a key of their own are merged into the section."""
    record: Record = {}
    for block in section.blocks:
        value = _block(block)
        if not block.key:
            # Only lists of fields come without a key, so the value is an object.
            record.update(value)
        elif block.key in record:
            # The chips of a system give several blocks of one key: one list of all rows.
            record[block.key] = [*record[block.key], *value]
        else:
            record[block.key] = value
    return record


def _block(block: Block) -> Any:
    """The value of one block: an object, a list or a string, by its kind."""
    match block:
        case FieldsBlock(rows=rows):
            return {row.key: row.cell.value for row in rows}
        case ListBlock(texts=texts):
            return list(texts)
        # a text is its own value: programs need no heading above it
        case TextBlock(text=text):
            return text
        case SectionsBlock(members=members):
            return list(map(_section, members))
        case RecordsBlock(boxed=True):
            # null, since nobody has checked it yet; a program that files the sheet sets it.
            return [{**record, "checked": None} for record in _records(block)]
        case _:
            return _records(block)


def _records(block: TableBlock | RecordsBlock) -> list[Record]:
    """The rows of a table as objects by column."""
    # columns without a title are part of it, too
    keys = [column.key for column in block.columns]
    records = []
    for row in block.rows:
        values = [cell.value for cell in row]
        records.append(dict(zip(keys, values, strict=True)))
    return records
