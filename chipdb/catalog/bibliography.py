"""The bibliography: the sources of figures, rules and places, by key."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from chipdb import data_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entry of the bibliography.

    ``date`` is that of publication (a year, a month, a day or ``undated``), ``read`` the day on
    which the source was read. ``url`` is None for a source that has no public address.
    """

    id: str
    title: str
    publisher: str
    date: str
    read: str
    url: str | None = None
    note: str | None = None


@functools.lru_cache(maxsize=1)
def bibliography() -> dict[str, Source]:
    """The entries of ``data/sources.yaml`` by key.

    Raises :class:`~chipdb.errors.DataError` if the file is wrong.
    """
    # Few commands show sources, and the compiled catalog does not need the readers of YAML.
    from chipdb.catalog.reference_schema import SourceEntry
    from chipdb.catalog.yaml_lists import read_list

    sources: dict[str, Source] = {}
    for entry in read_list(data_files.data_folder() / "sources.yaml", SourceEntry):
        sources[entry.id] = Source(
            id=entry.id,
            title=entry.title,
            publisher=entry.publisher,
            date=entry.date,
            read=entry.read.isoformat(),
            url=entry.url,
            note=entry.note,
        )
    return sources
