"""The sources that a worksheet names: numbered as they are first named, each with title, publisher, date and address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chipdb.catalog.bibliography import bibliography
from chipdb.views.dossier.document import Cell, Records, cell, columns

OWN = "your statement"
NO_ADDRESS = "no public address"
UNLISTED = "not in the bibliography; as the file names it"


class Sources:
    """The numbered sources of one chip's worksheet."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._listed = 0

    def mark(self, key: str | None) -> str:
        """The mark of a source, such as ``S3``; numbered when first named."""
        if not key:
            return OWN
        return f"S{self._numbers.setdefault(key, len(self._numbers) + 1)}"

    def marks(self, keys: Iterable[str | None]) -> str:
        """The marks of several sources, each once."""
        return ", ".join(dict.fromkeys(self.mark(key) for key in keys if key))

    def cell(self, key: str | None) -> Cell:
        """The mark for people, the key for JSON."""
        return Cell(self.mark(key), key or None)

    def cells(self, keys: Iterable[str | None]) -> Cell:
        """Several marks for people, their keys for JSON."""
        known = list(dict.fromkeys(key for key in keys if key))
        return cell(self.marks(known), known)

    def listed(self, title: str) -> Records:
        """The sources named since the last list."""
        keys = list(self._numbers)[self._listed :]
        self._listed = len(self._numbers)
        heads = columns(
            mark="no.",
            key="key",
            title="title",
            publisher="publisher",
            date="date",
            read="read",
            url="address",
            note="note",
        )
        return Records(
            key="sources",
            title=title,
            columns=heads,
            rows=tuple(tuple(self._row(key)) for key in keys),
            empty="",
        )

    def _row(self, key: str) -> Iterator[Cell]:
        entry = bibliography().get(key)
        yield from (cell(self.mark(key)), cell(key))
        if entry is None:
            address = key if key.startswith(("https://", "http://")) else None
            yield from (
                cell(UNLISTED),
                cell(""),
                cell(""),
                cell(""),
                cell(address or "none stated", address, address),
                cell(""),
            )
            return
        yield from (cell(entry.title), cell(entry.publisher), cell(entry.date), cell(entry.read))
        yield cell(entry.url, entry.url, entry.url) if entry.url else Cell(NO_ADDRESS, None)
        yield cell(entry.note or "")
