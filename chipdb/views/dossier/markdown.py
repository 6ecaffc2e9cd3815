"""A dossier as Markdown that also reads well as plain text.

Tables hold short cells and are aligned; long cells become lists; blanks are dotted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chipdb.views.dossier.document import (
    NOTHING,
    BlockColumn,
    ChipSheet,
    Dossier,
    DossierCell,
    FieldsBlock,
    ListBlock,
    RecordsBlock,
    Section,
    SectionsBlock,
    TableBlock,
    TextBlock,
    TitledBlock,
    shown_columns,
)
from chipdb.views.escaping import escaped, opening
from chipdb.views.tables import padded, width

BLANK = "……………………"

WIDEST = 60
"""The width up to which a column is padded.

A longer cell runs over, so that it does not push the other columns out of sight.
"""

NARROWEST = 3
"""The least width of a column, since Markdown wants three dashes below its head."""

SHORT = 3
"""A record of at most this many columns is written on one line."""


def markdown(sheet: Dossier) -> str:
    """The document, without a newline at its end.

    With several chips it begins with a table of them and their answers.
    """
    lines = [
        f"# Export control worksheet of {sheet.day}",
        "",
        f"chipdb {sheet.version}, data {sheet.data}, rules {sheet.rules}",
    ]
    if sheet.overview is not None:
        lines += ["", f"**{sheet.overview.title}**", ""]
        lines += _table(sheet.overview)
    for part in sheet.parts:
        lines.append("")
        lines += _part(part)
    return "\n".join(lines)


def _part(part: ChipSheet) -> Iterator[str]:
    """The worksheet of one chip, under a heading of level 2."""
    yield f"## {escaped(part.name)}"
    for section in part.core:
        yield ""
        yield from _section(section, 3)
    yield ""
    yield "### Appendix"
    for section in part.appendix:
        yield ""
        yield from _section(section, 3)


def _section(section: Section, level: int) -> Iterator[str]:
    """A section with an empty line before each block, without which blocks would run together."""
    yield f"{'#' * level} {escaped(section.title)}"
    for block in section.blocks:
        if isinstance(block, SectionsBlock):
            for member in block.members:
                yield ""
                yield from _section(member, level + 1)
            continue
        if isinstance(block, RecordsBlock) and block.is_left_out:
            continue
        yield ""
        if block.title:
            yield f"**{escaped(block.title)}**"
            yield ""
        yield from _block(block)


def _block(block: TitledBlock) -> Iterator[str]:
    """The lines of one block, without its title."""
    match block:
        case FieldsBlock():
            yield from _fields(block)
        case TextBlock():
            yield opening(block.text)
        case TableBlock():
            yield from _table(block)
        case RecordsBlock():
            yield from _records(block)
        case ListBlock():
            yield from _list(block)


def _records(block: RecordsBlock) -> Iterator[str]:
    """Each record with its fields, or the words for none."""
    if not block.rows:
        yield block.empty
    for row in block.rows:
        yield from _record(block, row)


def _list(block: ListBlock) -> Iterator[str]:
    """Plain sentences as a list, or the words for none."""
    if not block.texts:
        yield block.empty
    for text in block.texts:
        yield f"- {opening(text)}"


def _fields(block: FieldsBlock) -> Iterator[str]:
    """Labeled entries as a table of two columns, which Markdown cannot write without heads."""
    heads = [BlockColumn("item", "item"), BlockColumn("entry", "entry")]
    rows = []
    for field in block.rows:
        rows.append((DossierCell(field.label, None), field.cell))
    yield from table(heads, rows)


def _table(block: TableBlock) -> Iterator[str]:
    """The table with its rows numbered if it has asides, which follow as notes on the rows."""
    kept: list[int] = []
    noted: list[int] = []
    for index, column in enumerate(block.columns):
        if column.key in block.asides:
            noted.append(index)
        else:
            kept.append(index)

    heads = [block.columns[index] for index in kept]
    rows = [tuple(row[index] for index in kept) for row in block.rows]
    if not noted:
        yield from table(heads, rows)
        return

    numbered = []
    for number, row in enumerate(rows, 1):
        numbered.append((DossierCell(str(number), number), *row))
    yield from table([BlockColumn("no", "no."), *heads], numbered)
    notes = list(_notes(block, noted))
    if notes:
        # an empty line ends the table
        yield ""
        yield from notes


def _notes(block: TableBlock, columns: Sequence[int]) -> Iterator[str]:
    """The cells of some columns as notes below the table, each with the number of its row.

    A long note in a cell would push every other row apart.
    """
    for number, row in enumerate(block.rows, 1):
        for index in columns:
            if row[index].value is not None:
                yield f"- no. {number}: {escaped(row[index].text)}"


def table(heads: Sequence[BlockColumn], rows: Sequence[Sequence[DossierCell]]) -> Iterator[str]:
    r"""An aligned pipe table; columns of numbers are aligned to the right.

    The alignment is for readers of the plain text, such as a reviewer of a diff.

    >>> row = (DossierCell("H20", "H20"), DossierCell("2,368", 2368.0))
    >>> print("\n".join(table((BlockColumn("chip", "chip"), BlockColumn("tpp", "TPP")), [row])))
    | chip |   TPP |
    | ---- | ----: |
    | H20  | 2,368 |
    """
    lines = [[escaped(head.title) for head in heads]]
    for row in rows:
        lines.append([_shown(cell) for cell in row])

    dashes = []
    sizes = []
    rights = []
    for index in range(len(heads)):
        widths = [min(width(line[index]), WIDEST) for line in lines]
        size = max(NARROWEST, *widths)
        right = _is_numeric([row[index] for row in rows])
        sizes.append(size)
        rights.append(right)
        # A colon at the end of the dashes aligns the column to the right.
        dashes.append("-" * (size - right) + ":" * right)
    lines.insert(1, dashes)

    for line in lines:
        yield f"| {' | '.join(map(padded, line, sizes, rights))} |"


def _is_numeric(cells: Sequence[DossierCell]) -> bool:
    """Whether every cell that holds anything holds a number, and one does."""
    filled = [cell for cell in cells if cell.value is not None]
    return bool(filled) and all(cell.is_number for cell in filled)


def _shown(cell: DossierCell) -> str:
    """A cell in Markdown: dots for a blank, an address between angle brackets, else its text.

    A bare address is not written twice, as text and as link.
    """
    if cell.text == "":
        return BLANK
    if cell.address is None:
        return escaped(cell.text)
    if cell.text == cell.url:
        return f"<{cell.address}>"
    return f"{escaped(cell.text)} <{cell.address}>"


def _record(block: RecordsBlock, row: Sequence[DossierCell]) -> Iterator[str]:
    """One entry of a list: the first two columns, then the others, on the same line if few."""
    bullet = "-"
    if block.boxed:
        bullet = "- [ ]"
    first, *rest = shown_columns(block)
    if not rest:
        yield f"{bullet} {opening(row[first].text)}"
        return

    second, *others = rest
    head = f"{bullet} **{_shown(row[first])}**: {_shown(row[second])}"
    details = []
    for index in others:
        if row[index].text != NOTHING.text:
            details.append(f"{escaped(block.columns[index].title)}: {_shown(row[index])}")
    if details and len(rest) < SHORT:
        yield "; ".join([head, *details])
        return
    yield head
    if details:
        # indented by two, so that this line stays in the list item
        yield f"  {'; '.join(details)}"
