"""The shape of a worksheet: parts, sections, blocks, cells. Every renderer walks this one tree.

Each block and column has a ``key`` (what JSON calls it) and a title (what people read).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry: its text for people, its plain value for JSON, an address where it has one.

    A cell with no text is blank: a person fills it in.
    """

    text: str
    value: Any
    url: str | None = None


BLANK = Cell("", None)


def cell(text: str | None, value: Any = None, url: str | None = None) -> Cell:
    """A cell; JSON carries the text where no ``value`` is given.

    >>> cell("2,368", 2368.0).value, cell("official").value
    (2368.0, 'official')
    """
    if not text:
        return Cell("–", value)
    return Cell(text, text if value is None else value, url)


@dataclass(frozen=True, slots=True)
class Field:
    """One labeled entry."""

    key: str
    label: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class Fields:
    """Labeled entries under each other; in JSON one object, merged into the section where ``key`` is empty."""

    rows: tuple[Field, ...]
    key: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table or a part of a record."""

    key: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of short cells. ``asides`` are the columns that Markdown, whose tables do not wrap, puts under the table."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    asides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Rows of long cells: a list in Markdown, a table in HTML. ``boxed`` gives each a blank box to tick.

    ``empty`` is what people read where there is no row; without it they read nothing, not even the title.
    """

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    boxed: bool = False
    empty: str = "none"


@dataclass(frozen=True, slots=True)
class Items:
    """Plain sentences."""

    key: str
    title: str
    texts: tuple[str, ...]
    empty: str = "none"


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Sections of one kind under a section, such as one a rule."""

    key: str
    members: tuple[Section, ...]


Block = Fields | Table | Records | Items | Text | Group


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of the worksheet."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The worksheet of one chip. ``data`` is the hash of the catalog that the chip comes from."""

    chip: str
    name: str
    data: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A dated worksheet, a part for each chip."""

    day: str
    version: str
    data: str
    rules: str
    parts: tuple[Part, ...]


def columns(**titles: str) -> tuple[Column, ...]:
    """Columns by key and title, in the order written.

    >>> columns(figure="figure", value="value")[1].key
    'value'
    """
    return tuple(Column(key.rstrip("_"), title) for key, title in titles.items())
