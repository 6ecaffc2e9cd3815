"""A dossier as one HTML file for printing: no script, and no address but those of sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from chipdb.views.dossier.document import (
    Block,
    BlockColumn,
    ChipSheet,
    Dossier,
    DossierCell,
    Field,
    FieldsBlock,
    ListBlock,
    RecordsBlock,
    Section,
    SectionsBlock,
    TableBlock,
    TextBlock,
)
from chipdb.views.escaping import one_line

STYLE = """
:root { color-scheme: light; }
body { font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #111; background: #fff; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3, h4 { font-family: Arial, Helvetica, sans-serif; line-height: 1.2; break-after: avoid; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.35rem; border-bottom: 2px solid #111; margin-top: 2.5rem; }
h3 { font-size: 1.1rem; margin-top: 2rem; }
h4 { font-size: 1rem; margin-bottom: .3rem; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 1rem; font-size: .9rem; }
caption { text-align: left; font-weight: bold; padding: .4rem 0; }
th, td { border: 1px solid #999; padding: .25rem .5rem; text-align: left; vertical-align: top; }
th, td { overflow-wrap: break-word; }
td a { overflow-wrap: anywhere; }
thead th { background: #eee; }
th[scope=row] { width: 16rem; font-weight: normal; background: #f6f6f6; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.blank { min-width: 12rem; height: 1.6rem; }
td.box { width: 1.5rem; text-align: center; }
p.title { font-weight: bold; margin-bottom: .2rem; }
tr { break-inside: avoid; }
@media print {
  body { margin: 0; max-width: none; font-size: 9.5pt; }
  h2.next { break-before: page; }
  a { color: inherit; }
}
"""
# The document may hold text of strangers, so a browser is told to load and run nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(sheet: Dossier) -> str:
    """The document, without a newline at its end."""
    title = f"Export control worksheet of {_text(sheet.day)}"
    made_from = (
        f"chipdb {_text(sheet.version)}, data {_text(sheet.data)}, rules {_text(sheet.rules)}"
    )
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        f"<h1>{title}</h1>",
        f"<p>{made_from}</p>",
    ]
    for index, part in enumerate(sheet.parts):
        lines += _part(part, index)
    lines += ["</body>", "</html>"]
    return "\n".join(lines)


def _text(text: str) -> str:
    return escape(one_line(text))


def _part(part: ChipSheet, index: int) -> Iterator[str]:
    # Each chip after the first begins on a new printed page.
    following = ' class="next"' if index else ""
    yield f"<h2{following}>{_text(part.name)}</h2>"
    for section in part.sections:
        yield from _section(section, 3)


def _section(section: Section, level: int) -> Iterator[str]:
    yield f"<h{level}>{_text(section.title)}</h{level}>"
    for block in section.blocks:
        if isinstance(block, SectionsBlock):
            for member in block.members:
                yield from _section(member, level + 1)
        else:
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case FieldsBlock():
            yield from _table(block.title, (), map(_field, block.rows))
        case TextBlock():
            yield from _title(block.title)
            yield f"<p>{_text(block.text)}</p>"
        case ListBlock():
            yield from _list(block)
        case RecordsBlock() if not block.rows:
            if block.empty:
                yield from _title(block.title)
                yield f"<p>{_text(block.empty)}</p>"
        case TableBlock() | RecordsBlock():
            yield from _rows(block)


def _title(title: str) -> Iterator[str]:
    if title:
        yield f'<p class="title">{_text(title)}</p>'


def _field(field: Field) -> str:
    label = f'<th scope="row">{_text(field.label)}</th>'
    return f"<tr>{label}{_cell(field.cell, in_column=False)}</tr>"


def _list(block: ListBlock) -> Iterator[str]:
    yield from _title(block.title)
    if not block.texts:
        yield f"<p>{_text(block.empty)}</p>"
        return
    yield "<ul>"
    for text in block.texts:
        yield f"<li>{_text(text)}</li>"
    yield "</ul>"


def _rows(block: TableBlock | RecordsBlock) -> Iterator[str]:
    """A table of the columns that have a title, after a column of boxes if it has them."""
    shown = [index for index, column in enumerate(block.columns) if column.title]
    heads = [block.columns[index] for index in shown]
    box = ""
    if isinstance(block, RecordsBlock) and block.boxed:
        heads.insert(0, BlockColumn("box", ""))
        box = '<td class="box">☐</td>'
    rows = []
    for row in block.rows:
        cells = "".join(_cell(row[index]) for index in shown)
        rows.append(f"<tr>{box}{cells}</tr>")
    yield from _table(block.title, heads, rows)


def _table(title: str, heads: Sequence[BlockColumn], rows: Iterable[str]) -> Iterator[str]:
    yield "<table>"
    if title:
        yield f"<caption>{_text(title)}</caption>"
    if heads:
        cells = "".join(f"<th>{_text(head.title)}</th>" for head in heads)
        yield f"<thead><tr>{cells}</tr></thead>"
    yield "<tbody>"
    yield from rows
    yield "</tbody></table>"


def _cell(cell: DossierCell, *, in_column: bool = True) -> str:
    if cell.text == "":
        return '<td class="blank"></td>'
    text = _text(cell.text)
    if cell.address:
        return f'<td><a href="{escape(cell.address)}" rel="noreferrer">{text}</a></td>'
    if in_column and cell.is_number:
        return f'<td class="number">{text}</td>'
    return f"<td>{text}</td>"
