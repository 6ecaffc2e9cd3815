"""The sources that a worksheet names, numbered in the order of their first mention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from chipdb.catalog.bibliography import bibliography
from chipdb.lazy_dataclasses import dataclass
from chipdb.views.dossier.document import NOTHING, DossierCell, RecordsBlock, cell, columns
from chipdb.views.words import reading_text

OWN = "your statement"
"""The mark of a figure from a user's file that names no source."""
NO_ADDRESS = "no public address"
UNLISTED = "not in the bibliography; as the file names it"


class Sources:
    """The numbered sources of one chip's worksheet.

    >>> sources = Sources()
    >>> sources.mark("fr-2025-01-15"), sources.mark(None), sources.mark("fr-2025-01-15")
    ('S1', 'your statement', 'S1')
    """

    def __init__(self) -> None:
        """Start without sources; a worksheet numbers its own from 1."""
        self._numbers: dict[str, int] = {}
        self._listed = 0

    def mark(self, key: str | None) -> str:
        """The mark of a source, such as ``S3``; it is numbered when it is first named.

        Without a key the figure is the user's own statement, which has no number.
        """
        if not key:
            return OWN
        # numbers follow the order of first mention, so that a reader meets them in order
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        return f"S{number}"

    def marks(self, keys: Iterable[str | None]) -> str:
        """The marks of several sources, each once.

        A user's own statement has no source and gets no mark here.
        """
        marks = map(self.mark, filter(None, keys))
        return ", ".join(dict.fromkeys(marks))

    def cell(self, key: str | None) -> DossierCell:
        """The mark for people, the key for JSON."""
        return DossierCell(self.mark(key), key or None)

    def cells(self, keys: Iterable[str | None]) -> DossierCell:
        """Several marks for people, their keys for JSON."""
        named = list(dict.fromkeys(filter(None, keys)))
        return cell(self.marks(named), named)

    def listed(self, title: str) -> RecordsBlock:
        """The sources named since the last list, one row each; without rows if there are none.

        The table has no words for "none": a section without new sources shows no list at all.
        """
        # Each section lists only its new sources, so a number is defined once.
        keys = list(self._numbers)[self._listed :]
        self._listed = len(self._numbers)
        return RecordsBlock(
            key="sources",
            title=title,
            columns=columns(
                mark="no.",
                key="key",
                title="title",
                publisher="publisher",
                date="date",
                read="read",
                read_as="read as",
                url="address",
                note="note",
            ),
            rows=tuple(self._row(key) for key in keys),
            empty="",
        )

    def _row(self, key: str) -> tuple[DossierCell, ...]:
        """One source of the list: where it was published, and when it was read.

        The day of reading matters because a vendor's page may have changed since.
        """
        head = (cell(self.mark(key)), cell(key))
        entry = bibliography().get(key)
        if entry is None:
            # A user's file may name its own sources, by address or in any other words.
            is_address = key.startswith(("https://", "http://"))
            address = cell("none stated")
            if is_address:
                address = cell(key, key, key)
            nothing = [cell("")] * 4
            return (*head, cell(UNLISTED), *nothing, address, cell(""))

        # A printed annual report, for one, has a title and a publisher but no address.
        address = DossierCell(NO_ADDRESS, None)
        if entry.url:
            address = cell(entry.url, entry.url, entry.url)
        return (
            *head,
            cell(entry.title),
            cell(entry.publisher),
            cell(entry.date),
            cell(entry.read),
            cell(reading_text(entry.read_as), entry.read_as),
            address,
            cell(entry.note or ""),
        )


@dataclass(frozen=True, slots=True)
class Reference:
    """A source as a numbered reference: its mark, the reference in words, its address."""

    mark: str
    text: str
    address: str | None


def references(block: RecordsBlock) -> Iterator[Reference]:
    """The rows of a list of sources as numbered references, for a page that is read and printed."""
    keys = [column.key for column in block.columns]
    for row in block.rows:
        cells = dict(zip(keys, row, strict=True))
        yield Reference(cells["mark"].text, f"{_reference(cells)}.", cells["url"].address)


def _reference(cells: Mapping[str, DossierCell]) -> str:
    """One source as a line: what it is, when it was read, its key, its note.

    A note that replaces an address follows; an address has a line of its own.
    """
    parts = [cells["title"].text, cells["publisher"].text, cells["date"].text]
    text = ". ".join([part for part in parts if part != NOTHING.text])
    if cells["read"].value:
        text += f" (read {cells['read'].text} as {cells['read_as'].text})"
    text += f". {cells['key'].text}"
    if cells["note"].value:
        text += f"; {cells['note'].text}"
    if cells["url"].address is None:
        text += f"; {cells['url'].text}"
    return text
