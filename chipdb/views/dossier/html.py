"""A dossier as one HTML file that needs nothing else: no script, no address but those of sources, made to be printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

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
    Table,
    Text,
)
from chipdb.views.dossier.plain import address
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
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(sheet: Dossier) -> str:
    """The document, without a newline at its end."""
    title = f"Export control worksheet of {_text(sheet.day)}"
    head = [
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
        f"<p>chipdb {_text(sheet.version)}, data {_text(sheet.data)}, rules {_text(sheet.rules)}</p>",
    ]
    parts = [line for index, part in enumerate(sheet.parts) for line in _part(part, index)]
    return "\n".join([*head, *parts, "</body>", "</html>"])


def _text(text: str) -> str:
    return escape(one_line(text))


def _part(part: Part, index: int) -> Iterator[str]:
    following = ' class="next"' if index else ""
    yield f"<h2{following}>{_text(part.name)}</h2>"
    for section in part.sections:
        yield from _section(section, 3)


def _section(section: Section, level: int) -> Iterator[str]:
    yield f"<h{level}>{_text(section.title)}</h{level}>"
    for block in section.blocks:
        if isinstance(block, Group):
            for member in block.members:
                yield from _section(member, level + 1)
        else:
            yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Fields(rows):
            body = (
                f'<tr><th scope="row">{_text(row.label)}</th>{_cell(row.cell, False)}</tr>'
                for row in rows
            )
            yield from _table(block.title, (), body)
        case Text(title=title, text=text):
            yield from _named(title)
            yield f"<p>{_text(text)}</p>"
        case Items(texts=texts):
            yield from _named(block.title)
            yield from _list(texts) if texts else (f"<p>{_text(block.empty)}</p>",)
        case Records() if not block.rows:
            if block.empty:
                yield from _named(block.title)
                yield f"<p>{_text(block.empty)}</p>"
        case Table() | Records():
            shown = [index for index, column in enumerate(block.columns) if column.title]
            boxed = isinstance(block, Records) and block.boxed
            body = (_row([row[index] for index in shown], boxed) for row in block.rows)
            heads = [Column("box", "")] if boxed else []
            yield from _table(
                block.title, [*heads, *(block.columns[index] for index in shown)], body
            )


def _named(title: str) -> Iterator[str]:
    if title:
        yield f'<p class="title">{_text(title)}</p>'


def _list(texts: Sequence[str]) -> Iterator[str]:
    yield "<ul>"
    yield from (f"<li>{_text(text)}</li>" for text in texts)
    yield "</ul>"


def _table(title: str, heads: Sequence[Column], body: Iterable[str]) -> Iterator[str]:
    yield "<table>"
    if title:
        yield f"<caption>{_text(title)}</caption>"
    if heads:
        yield f"<thead><tr>{''.join(f'<th>{_text(head.title)}</th>' for head in heads)}</tr></thead>"
    yield "<tbody>"
    yield from body
    yield "</tbody></table>"


def _row(cells: Sequence[Cell], boxed: bool) -> str:
    box = '<td class="box">☐</td>' if boxed else ""
    return f"<tr>{box}{''.join(_cell(cell) for cell in cells)}</tr>"


def _cell(cell: Cell, in_column: bool = True) -> str:
    if cell.text == "":
        return '<td class="blank"></td>'
    url = address(cell)
    if url:
        return f'<td><a href="{escape(url)}" rel="noreferrer">{_text(cell.text)}</a></td>'
    is_number = (
        in_column and isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    )
    kind = ' class="number"' if is_number else ""
    return f"<td{kind}>{_text(cell.text)}</td>"
