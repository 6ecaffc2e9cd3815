"""The bibliography: what figures, rules and places rest on, by key."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from chipdb import data_files


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entry: title, publisher, date of publication, the day it was read, its address where it has one."""

    id: str
    title: str
    publisher: str
    date: str
    read: str
    url: str | None = None
    note: str | None = None


@functools.lru_cache(maxsize=1)
def bibliography() -> dict[str, Source]:
    """The entries of ``data/sources.yaml`` by key."""
    from chipdb.catalog import schema
    from chipdb.catalog.yaml_lists import read_list

    entries = read_list(data_files.data_folder() / "sources.yaml", schema.Source)
    return {
        entry.id: Source(
            id=entry.id,
            title=entry.title,
            publisher=entry.publisher,
            date=entry.date,
            read=entry.read.isoformat(),
            url=entry.url,
            note=entry.note,
        )
        for entry in entries
    }
