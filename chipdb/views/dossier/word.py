"""A dossier as a document for word processors (DOCX), which counsel edits and files."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chipdb.errors import UsageError
from chipdb.views.dossier.document import (
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
from chipdb.views.dossier.source_list import Reference, references
from chipdb.views.escaping import one_line

if TYPE_CHECKING:
    from docx.document import Document

FIRST_DAY = datetime(1980, 1, 1, tzinfo=UTC)
"""The date of everything in the file: the same inputs give the same bytes."""


def word(sheet: Dossier) -> bytes:
    """The document as the bytes of a DOCX file.

    Raises :class:`~chipdb.errors.UsageError` without the extra ``office``.
    """
    try:
        from docx import Document
    except ModuleNotFoundError:
        raise UsageError(
            "writing a .docx file needs the extra office: pip install 'chipdb[office]'"
        ) from None

    document = Document()
    _set_up(document, sheet)
    document.add_heading(f"Export control worksheet of {one_line(sheet.day)}", level=1)
    made_from = f"chipdb {sheet.version}, data {sheet.data}, rules {sheet.rules}"
    document.add_paragraph(one_line(made_from))
    if sheet.overview is not None:
        document.add_heading(sheet.overview.title, level=2)
        _add_rows(document, sheet.overview, [])
    for index, part in enumerate(sheet.parts):
        _add_part(document, part, on_new_page=index > 0 or sheet.overview is not None)
    return _without_dates(document)


def _set_up(document: Document, sheet: Dossier) -> None:
    """Page, type and properties: A4 with narrow margins, so that the core takes two pages."""
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin = section.bottom_margin = Mm(15)
    normal = document.styles["Normal"]
    normal.font.name = "Arial"
    normal.font.size = Pt(9)
    normal.paragraph_format.space_after = Pt(3)
    for level in (1, 2, 3, 4):
        heading = document.styles[f"Heading {level}"]
        heading.font.name = "Arial"
        heading.font.size = Pt(15 - 2 * level)
        heading.paragraph_format.space_before = Pt(8)
        heading.paragraph_format.space_after = Pt(3)

    properties = document.core_properties
    properties.title = f"Export control worksheet of {one_line(sheet.day)}"
    properties.author = "chipdb"
    properties.comments = ""
    properties.created = properties.modified = FIRST_DAY


def _add_part(document: Document, part: ChipSheet, *, on_new_page: bool) -> None:
    """The worksheet of one chip: the core, and the appendix on a new page."""
    heading = document.add_heading(one_line(part.name), level=2)
    heading.paragraph_format.page_break_before = on_new_page
    for section in part.core:
        _add_section(document, section, 3)
    heading = document.add_heading(f"Appendix: {one_line(part.name)}", level=2)
    heading.paragraph_format.page_break_before = True
    for section in part.appendix:
        _add_section(document, section, 3)


def _add_section(document: Document, section: Section, level: int) -> None:
    """A section under a heading of some level, with the sections in it one level deeper."""
    document.add_heading(one_line(section.title), level=level)
    for block in section.blocks:
        # sections nest: a system has one for each of its chips
        if isinstance(block, SectionsBlock):
            for member in block.members:
                _add_section(document, member, level + 1)
        else:
            _add_block(document, block)


def _add_block(document: Document, block: TitledBlock) -> None:
    """One block of a section under its title."""
    if isinstance(block, RecordsBlock) and block.is_left_out:
        return
    if block.title:
        _add_title(document, block.title)

    match block:
        case TextBlock():
            run = document.add_paragraph().add_run(one_line(block.text))
            run.bold = block.key == "verdict"
        case ListBlock():
            _add_list(document, block.texts, block.empty)
        case FieldsBlock():
            rows = [(field.label, _shown(field.cell)) for field in block.rows]
            _add_table(document, (), rows)
        case RecordsBlock():
            _add_records(document, block)
        case TableBlock():
            _add_rows(document, block, [])


def _add_title(document: Document, text: str) -> None:
    """The title of a block in bold, kept on one page with what it announces."""
    title = document.add_paragraph()
    title.add_run(one_line(text)).bold = True
    title.paragraph_format.keep_with_next = True


def _add_records(document: Document, block: RecordsBlock) -> None:
    """A list of records: sources as numbered references, all others as a table."""
    if block.key == "sources":
        for reference in references(block):
            _add_reference(document, reference)
        return
    if not block.rows:
        document.add_paragraph(block.empty)
        return
    boxes = ["☐"] if block.boxed else []
    _add_rows(document, block, boxes)


def _add_reference(document: Document, reference: Reference) -> None:
    """A numbered reference, with its address on a line of its own."""
    paragraph = document.add_paragraph()
    paragraph.add_run(f"{reference.mark} ").bold = True
    text = one_line(reference.text)
    if reference.address:
        text += f"\n{reference.address}"
    paragraph.add_run(text)


def _add_list(document: Document, texts: Iterable[str], empty: str) -> None:
    """Plain sentences as a list, or the words for none."""
    texts = list(texts)
    for text in texts:
        document.add_paragraph(one_line(text), style="List Bullet")
    if not texts:
        document.add_paragraph(empty)


def _add_rows(document: Document, block: TableBlock | RecordsBlock, boxes: Sequence[str]) -> None:
    """A table of the columns that have a title, after a column of ``boxes`` to check, if any."""
    shown = shown_columns(block)
    titles = [block.columns[index].title for index in shown]
    heads = [""] * len(boxes) + titles
    rows = []
    for row in block.rows:
        rows.append([*boxes, *(_shown(row[index]) for index in shown)])
    _add_table(document, heads, rows)


def _add_table(document: Document, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table with lines; a row of heads is set in bold type."""
    if not rows:
        return
    # row by row, in the order in which Word keeps the cells
    texts: list[str] = [*heads, *itertools.chain.from_iterable(rows)]
    across = len(rows[0])
    table = document.add_table(rows=len(texts) // across, cols=across, style="Table Grid")
    # the cells of a table are looked up once: python-docx searches the whole table each time
    cells = table._cells
    for number, (box, text) in enumerate(zip(cells, texts, strict=True)):
        run = box.paragraphs[0].add_run(one_line(text))
        run.bold = number < len(heads)
    document.add_paragraph()


def _shown(cell: DossierCell) -> str:
    """The text of a cell, with its address where the text is not the address itself."""
    if cell.address and cell.address != cell.text:
        return f"{cell.text} {cell.address}"
    return cell.text


def _without_dates(document: Document) -> bytes:
    """The bytes of a document with the same date for all its parts, whenever it was written."""
    written = io.BytesIO()
    document.save(written)
    dated = zipfile.ZipFile(written)
    undated = io.BytesIO()
    with zipfile.ZipFile(undated, "w", zipfile.ZIP_DEFLATED) as archive:
        # sorted and undated, since the same inputs must give the same bytes
        for name in sorted(dated.namelist()):
            member = zipfile.ZipInfo(
                name, (FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, 0, 0, 0)
            )
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, dated.read(name))
    return undated.getvalue()
