"""A dossier as Markdown that reads well as plain text: aligned tables of short cells, lists of long ones, blanks to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chipdb.views.dossier.document import (
    Cell,
    Column,
    Dossier,
    Fields,
    Group,
    Items,
    Part,
    Records,
    Section,
    Table,
    Text,
)
from chipdb.views.dossier.plain import address
from chipdb.views.escaping import escaped, opening
from chipdb.views.tables import width

BLANK = "……………………"
WIDEST = 60
"""Up to this width a column is padded; a longer cell runs over, so that it does not push the others out of sight."""
SHORT = 3
"""A record of up to this many shown columns stands in one line."""


def markdown(sheet: Dossier) -> str:
    """The document, without a newline at its end."""
    lines = [
        f"# Export control worksheet of {sheet.day}",
        "",
        f"chipdb {sheet.version}, data {sheet.data}, rules {sheet.rules}",
    ]
    if len(sheet.parts) > 1:
        lines += ["", *(f"- {escaped(part.name)} ({escaped(part.chip)})" for part in sheet.parts)]
    for part in sheet.parts:
        lines += ["", *_part(part)]
    return "\n".join(lines)


def _part(part: Part) -> Iterator[str]:
    yield f"## {escaped(part.name)}"
    for section in part.sections:
        yield ""
        yield from _section(section, 3)


def _section(section: Section, level: int) -> Iterator[str]:
    yield f"{'#' * level} {escaped(section.title)}"
    for block in section.blocks:
        if isinstance(block, Group):
            for member in block.members:
                yield ""
                yield from _section(member, level + 1)
            continue
        shown = list(_block(block))
        if shown:
            yield ""
            yield from shown


def _block(block: Fields | Table | Records | Items | Text) -> Iterator[str]:
    if isinstance(block, Records) and not (block.rows or block.empty):
        return
    if block.title:
        yield f"**{escaped(block.title)}**"
        yield ""
    match block:
        case Fields(rows):
            yield from table(
                [Column("item", "item"), Column("entry", "entry")],
                [(Cell(row.label, None), row.cell) for row in rows],
            )
        case Text(text=text):
            yield opening(text)
        case Table():
            yield from _table(block)
        case Records():
            yield from (line for row in block.rows for line in _record(block, row))
            if not block.rows:
                yield block.empty
        case Items(texts=texts):
            yield from (f"- {opening(text)}" for text in texts)
            if not texts:
                yield block.empty


def _table(block: Table) -> Iterator[str]:
    """The table, its asides as notes under it."""
    kept = [index for index, column in enumerate(block.columns) if column.key not in block.asides]
    noted = [(index, column) for index, column in enumerate(block.columns) if index not in kept]
    heads = [block.columns[index] for index in kept]
    rows = [tuple(row[index] for index in kept) for row in block.rows]
    if not noted:
        yield from table(heads, rows)
        return
    numbers = [Cell(str(number), number) for number in range(1, len(rows) + 1)]
    yield from table(
        [Column("no", "no."), *heads],
        [(number, *row) for number, row in zip(numbers, rows, strict=True)],
    )
    texts = [
        (number, row[index].text)
        for number, row in enumerate(block.rows, 1)
        for index, _ in noted
        if row[index].value is not None
    ]
    if texts:
        yield ""
    yield from (f"- no. {number}: {escaped(text)}" for number, text in texts)


def table(heads: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """A pipe table, aligned; columns of numbers to the right."""
    texts = [
        [escaped(head.title) for head in heads],
        *([_shown(cell) for cell in row] for row in rows),
    ]
    rights = [_is_numeric(row[index] for row in rows) for index in range(len(heads))]
    widths = [
        max(3, *(min(width(row[index]), WIDEST) for row in texts)) for index in range(len(heads))
    ]
    rule = [
        "-" * (size - 1) + ":" if right else "-" * size
        for size, right in zip(widths, rights, strict=True)
    ]
    for line in (texts[0], rule, *texts[1:]):
        yield (
            "| "
            + " | ".join(
                _padded(text, size, right)
                for text, size, right in zip(line, widths, rights, strict=True)
            )
            + " |"
        )


def _padded(text: str, size: int, right: bool) -> str:
    space = " " * (size - width(text))
    return space + text if right else text + space


def _is_numeric(cells: Iterator[Cell]) -> bool:
    values = [cell.value for cell in cells if cell.value is not None]
    return bool(values) and all(
        isinstance(value, int | float) and not isinstance(value, bool) for value in values
    )


def _shown(cell: Cell) -> str:
    if cell.text == "":
        return BLANK
    url = address(cell)
    return (
        f"<{url}>"
        if url and cell.text == cell.url
        else f"{escaped(cell.text)} <{url}>"
        if url
        else escaped(cell.text)
    )


def _record(block: Records, row: Sequence[Cell]) -> Iterator[str]:
    box = "- [ ] " if block.boxed else "- "
    shown = [
        (column, cell) for column, cell in zip(block.columns, row, strict=True) if column.title
    ]
    (_, first), *rest = shown
    if not rest:
        yield f"{box}{opening(first.text)}"
        return
    (_, second), *others = rest
    head = f"{box}**{_shown(first)}**: {_shown(second)}"
    tail = "; ".join(
        f"{escaped(column.title)}: {_shown(cell)}" for column, cell in others if cell.text != "–"
    )
    if tail and len(shown) <= SHORT:
        yield f"{head}; {tail}"
        return
    yield head
    if tail:
        yield f"  {tail}"
