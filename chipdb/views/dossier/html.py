"""A dossier as one HTML file for printing: no script, and no address but those of sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from chipdb.views.dossier.document import (
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
    TitledBlock,
    shown_columns,
)
from chipdb.views.dossier.source_list import Reference, references
from chipdb.views.escaping import one_line

STYLE = """
:root { color-scheme: light; }
@page { size: A4; margin: 12mm 14mm; }
body { font: 11pt/1.45 Georgia, "Times New Roman", serif; color: #111; background: #fff; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3, h4 { font-family: Arial, Helvetica, sans-serif; line-height: 1.2; break-after: avoid; }
h1 { font-size: 1.3rem; margin-bottom: .2rem; }
h2 { font-size: 1.25rem; border-bottom: 2px solid #111; margin: .8rem 0 .4rem; }
h3 { font-size: 1.05rem; margin: 1rem 0 .3rem; }
h4 { font-size: 1rem; margin-bottom: .3rem; }
p.made { font-size: .8rem; color: #444; margin: 0; }
p.verdict { font-size: 1.1rem; border: 2px solid #111; padding: .5rem .7rem; margin: .5rem 0; }
table { border-collapse: collapse; width: 100%; margin: .3rem 0 .7rem; font-size: .9rem; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { border: 1px solid #999; padding: .2rem .45rem; text-align: left; vertical-align: top; }
th, td { overflow-wrap: break-word; }
td a, p.source a { overflow-wrap: anywhere; }
thead th { background: #eee; }
th[scope=row] { width: 16rem; font-weight: normal; background: #f6f6f6; }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.blank { min-width: 12rem; height: 1.5rem; }
td.box { width: 1.5rem; text-align: center; }
p.title { font-weight: bold; margin: .5rem 0 .2rem; break-after: avoid; }
p.source { font-size: .85rem; margin: 0 0 .35rem; padding-left: 2.2rem; text-indent: -2.2rem; }
ul { margin: .2rem 0 .6rem; padding-left: 1.3rem; }
.core td.number { text-align: left; white-space: normal; }
tr, li, p { break-inside: avoid; }
thead { break-after: avoid; }
tbody tr:first-child { break-before: avoid; }
@media print {
  html { font-size: 8.5pt; }
  p.source { font-size: .82rem; margin-bottom: .15rem; }
  h3 { margin-top: .7rem; }
  th, td { padding: .12rem .4rem; }
  body { margin: 0; max-width: none; padding: 0; font-size: 1rem; line-height: 1.25; }
  td.blank { height: 1.2rem; }
  h2.next, h2.appendix { break-before: page; }
  a { color: inherit; }
}
"""
# The document may hold text by strangers, so a browser is told to load and run nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(sheet: Dossier) -> str:
    """The document, without a newline at its end.

    It is self-contained: style and policy are inside, so that it can be filed or mailed as one
    file.
    """
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
        f'<p class="made">{made_from}</p>',
    ]
    if sheet.overview is not None:
        lines += _rows(sheet.overview)
    for index, part in enumerate(sheet.parts):
        # the first worksheet has a page of its own after an overview
        lines += _part(part, on_new_page=index > 0 or sheet.overview is not None)
    lines += ["</body>", "</html>"]
    return "\n".join(lines)


def _text(text: str) -> str:
    """A text in one line with no markup; every text of data and users passes through here."""
    return escape(one_line(text))


def _part(part: ChipSheet, *, on_new_page: bool) -> Iterator[str]:
    """The worksheet of one chip; each after the first begins on a new printed page."""
    following = ""
    if on_new_page:
        following = ' class="next"'
    yield f"<h2{following}>{_text(part.name)}</h2>"
    yield '<div class="core">'
    for section in part.core:
        yield from _section(section, 3)
    yield "</div>"
    yield f'<h2 class="appendix">Appendix: {_text(part.name)}</h2>'
    for section in part.appendix:
        yield from _section(section, 3)


def _section(section: Section, level: int) -> Iterator[str]:
    """A section under a heading of some level, with the sections in it one level deeper.

    The document's title is level 1 and each chip level 2, so sections begin at 3.
    """
    yield f"<h{level}>{_text(section.title)}</h{level}>"
    for block in section.blocks:
        if isinstance(block, SectionsBlock):
            for member in block.members:
                yield from _section(member, level + 1)
        else:
            yield from _block(block)


def _block(block: TitledBlock) -> Iterator[str]:
    """The lines of one block of a section."""
    match block:
        case FieldsBlock():
            yield from _table(block.title, (), map(_field, block.rows))
        case TextBlock():
            yield from _title(block.title)
            yield from _paragraph(block)
        case ListBlock():
            yield from _list(block)
        case RecordsBlock() if not block.rows:
            # Some lists are worth a word if they are empty, others are left out with their title.
            if block.empty:
                yield from _title(block.title)
                yield f"<p>{_text(block.empty)}</p>"
        # sources are read one by one, and their long addresses would break a table
        case RecordsBlock(key="sources"):
            yield from _title(block.title)
            yield from map(_source, references(block))
        case TableBlock() | RecordsBlock():
            yield from _rows(block)


def _paragraph(block: TextBlock) -> Iterator[str]:
    """A paragraph; that of the verdict is set apart by the style of the page."""
    if block.key == "verdict":
        yield f'<p class="verdict">{_text(block.text)}</p>'
    else:
        yield f"<p>{_text(block.text)}</p>"


def _source(reference: Reference) -> str:
    """A numbered reference, with its address over the full width below it."""
    text = f"<strong>{_text(reference.mark)}</strong> {_text(reference.text)}"
    if reference.address:
        link = escape(reference.address)
        # noreferrer: a reader of a worksheet should not be reported to the sites that it cites
        text += f'<br><a href="{link}" rel="noreferrer">{link}</a>'
    return f'<p class="source">{text}</p>'


def _title(title: str) -> Iterator[str]:
    """The title over a list or text, which has no caption as tables have; nothing if empty."""
    if title:
        yield f'<p class="title">{_text(title)}</p>'


def _field(field: Field) -> str:
    """One labeled entry as a row of a table; the label is its head."""
    label = f'<th scope="row">{_text(field.label)}</th>'
    return f"<tr>{label}{_cell(field.cell, in_column=False)}</tr>"


def _list(block: ListBlock) -> Iterator[str]:
    """Plain sentences as a list, or the words for none."""
    yield from _title(block.title)
    if not block.texts:
        yield f"<p>{_text(block.empty)}</p>"
        return
    yield "<ul>"
    for text in block.texts:
        yield f"<li>{_text(text)}</li>"
    yield "</ul>"


def _rows(block: TableBlock | RecordsBlock) -> Iterator[str]:
    """A table of the columns that have a title, preceded by a column of boxes if it has them."""
    shown = shown_columns(block)
    heads = [block.columns[index] for index in shown]

    box = ""
    if isinstance(block, RecordsBlock) and block.boxed:
        heads.insert(0, BlockColumn("box", ""))
        # for a reviewer with a pen: the sheet is printed
        box = '<td class="box">☐</td>'

    rows = []
    for row in block.rows:
        cells = "".join(_cell(row[index]) for index in shown)
        rows.append(f"<tr>{box}{cells}</tr>")
    yield from _table(block.title, heads, rows)


def _table(title: str, heads: Sequence[BlockColumn], rows: Iterable[str]) -> Iterator[str]:
    """A table with its caption; ``rows`` are complete rows, and an entry list has no heads."""
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
    """A cell of a row: blank, link, number or text.

    ``in_column`` is false for the entries of a list of fields: there numbers are aligned to the
    left as the texts around them, since they are not in one column.
    """
    if cell.text == "":
        return '<td class="blank"></td>'
    text = _text(cell.text)
    if cell.address:
        # A file must not send the reader's address to the sites that it cites.
        return f'<td><a href="{escape(cell.address)}" rel="noreferrer">{text}</a></td>'
    if in_column and cell.is_number:
        return f'<td class="number">{text}</td>'
    return f"<td>{text}</td>"
