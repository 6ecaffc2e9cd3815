"""The shape of a dossier: one tree of sections, blocks and cells that every format is written from.

Each block and column has a ``key``, which is its name in JSON, and a title, which people read.
"""

from __future__ import annotations

import re
from typing import Any

from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import short_repr, views

# An address is written into Markdown between angle brackets and into HTML as an attribute, so it
# may hold nothing that ends either, and no bar, which would end a cell of a Markdown table.
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"`\\|]+")


@dataclass(frozen=True, slots=True)
class DossierCell:
    """One entry: its text for people, its plain value for JSON, and an address if it has one.

    A cell without text is a blank for a person to fill in. A value of None means unknown, not
    applicable, or not filled in; the text says which.
    """

    text: str
    value: Any
    url: str | None = None

    @property
    def address(self) -> str | None:
        """The address if it is a web address that can be written into a document as it is.

        A user's file may state anything as a source, so nothing else becomes a link.

        >>> DossierCell("x", None, "javascript:alert(1)").address is None
        True
        """
        if self.url is not None and _WEB_ADDRESS.fullmatch(self.url):
            return self.url
        return None

    @property
    def is_number(self) -> bool:
        """Whether its value is a number, which tables align to the right.

        A boolean is an ``int`` in Python, but people read it as a word.
        """
        return isinstance(self.value, int | float) and not isinstance(self.value, bool)


BLANK = DossierCell("", None)
"""A line for a person to fill in; :data:`NOTHING` states that there is nothing to write."""
NOTHING = DossierCell("–", None)


def cell(text: str | None, value: Any = None, url: str | None = None) -> DossierCell:
    """A cell with a dash if the text is empty; JSON carries the text if no ``value`` is given.

    Use :class:`DossierCell` itself where None is a value of its own, such as an answer that was
    not asked for: here None means "the same as the text".

    >>> cell("2,368", 2368.0).value, cell("official").value, cell("").text
    (2368.0, 'official', '–')
    """
    if not text:
        return DossierCell("–", value)
    if value is None:
        value = text
    return DossierCell(text, value, url)


def quantity_cell(quantity: int | None, without: DossierCell) -> DossierCell:
    """The number of items that a file or an option states, else the cell for ``without``.

    >>> quantity_cell(1200, NOTHING).text, quantity_cell(None, NOTHING).text
    ('1,200', '–')
    """
    if quantity is None:
        return without
    return DossierCell(f"{quantity:,}", quantity)


@dataclass(frozen=True, slots=True)
class Field:
    """One labeled entry: ``key`` is its name in JSON, ``label`` what people read."""

    key: str
    label: str
    cell: DossierCell


@short_repr
@dataclass(frozen=True, slots=True)
class FieldsBlock:
    """A list of labeled entries. Without a key, JSON merges them into the section."""

    rows: tuple[Field, ...]
    key: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class BlockColumn:
    """A column of a table, or a part of each record. Only JSON shows one without a title.

    Such columns hold what programs need to find a row again, such as the id of a line.
    """

    key: str
    title: str


@short_repr
@dataclass(frozen=True, slots=True, kw_only=True)
class TableBlock:
    """Rows of short cells.

    ``asides`` are the columns that Markdown puts below the table, because its tables do not wrap.
    """

    key: str
    title: str
    columns: tuple[BlockColumn, ...]
    rows: tuple[tuple[DossierCell, ...], ...]
    asides: tuple[str, ...] = ()


@short_repr
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordsBlock:
    """Rows of long cells: a list in Markdown, a table in HTML.

    ``boxed`` gives each a box to check. ``empty`` is what people read if there are no rows; if it
    is empty itself, the title is left out too.
    """

    key: str
    title: str
    columns: tuple[BlockColumn, ...]
    rows: tuple[tuple[DossierCell, ...], ...]
    boxed: bool = False
    empty: str = "none"

    @property
    def is_left_out(self) -> bool:
        """Whether there is nothing to read: no rows, and no words for that."""
        return not self.rows and not self.empty


@short_repr
@dataclass(frozen=True, slots=True)
class ListBlock:
    """Plain sentences; ``empty`` is what people read if there are none."""

    key: str
    title: str
    texts: tuple[str, ...]
    empty: str = "none"


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One sentence, such as the result."""

    key: str
    title: str
    text: str


@short_repr
@dataclass(frozen=True, slots=True)
class SectionsBlock:
    """Sections of one kind below a section, such as one for each rule."""

    key: str
    members: tuple[Section, ...]


TitledBlock = FieldsBlock | TableBlock | RecordsBlock | ListBlock | TextBlock
"""A block that is written under its title, if it has one."""

Block = TitledBlock | SectionsBlock


@dataclass(frozen=True, slots=True)
class Section:
    """A titled section: blocks below each other, each with a key that is unique in it."""

    key: str
    title: str
    blocks: tuple[Block, ...]

    def __repr__(self) -> str:
        """The key and size, since a section of a rule fills pages."""
        return f"<Section {self.key}, {len(self.blocks)} blocks>"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipSheet:
    """The worksheet of one chip and destination: the core, then the appendix.

    ``data`` is the hash of the catalog that the chip comes from, ``to`` the destination as asked.
    """

    chip: str
    name: str
    data: str
    core: tuple[Section, ...]
    appendix: tuple[Section, ...]
    to: str | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """All sections, in the order in which they are written."""
        return (*self.core, *self.appendix)

    def __repr__(self) -> str:
        """The chip and the number of sections, not the sections."""
        return f"<ChipSheet {self.chip}, {len(self.sections)} sections>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A dated document with a worksheet for each chip.

    ``version`` is chipdb's; ``data`` and ``rules`` are the hashes it was made from. ``overview``
    lists the worksheets with their answers; None if there is only one.
    """

    day: str
    version: str
    data: str
    rules: str
    parts: tuple[ChipSheet, ...]
    overview: TableBlock | None = None

    def __repr__(self) -> str:
        """The day and the first three chips; a dossier may hold the whole catalog."""
        chips = ", ".join(part.chip for part in self.parts[:3])
        more = ""
        if len(self.parts) > 3:
            more = f" and {len(self.parts) - 3} more"
        return f"<Dossier of {self.day}: {chips}{more}>"

    def records(self) -> list[dict[str, Any]]:
        """The objects of ``chipdb dossier --format json``, one for each chip.

        The same objects as the command writes, so a script needs no command line.
        """
        return list(views("dossier.json_records").records(self))


def shown_columns(block: TableBlock | RecordsBlock) -> list[int]:
    """The positions of the columns that people read; one without a title is for JSON only."""
    return [index for index, column in enumerate(block.columns) if column.title]


def columns(**titles: str) -> tuple[BlockColumn, ...]:
    """Columns by key and title, in the order written.

    >>> columns(figure="figure", value="value")[1].key
    'value'
    """
    return tuple(BlockColumn(key, title) for key, title in titles.items())
