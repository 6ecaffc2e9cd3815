"""The bibliography: the sources of figures, rules and places, by key."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from chipdb import data_files
from chipdb.lazy_dataclasses import dataclass
from chipdb.vocabulary import ReadAs

WEAK_READINGS = (ReadAs.SUMMARY, ReadAs.PRESS, ReadAs.AGGREGATOR)
"""Readings in which nobody had the document or a table copied from it in front of them."""

READINGS = tuple(ReadAs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entry of the bibliography.

    ``date`` is that of publication (a year, a month, a day or ``undated``), ``read`` the day on
    which the source was read and ``read_as`` how: of a document that was read through a summary,
    the title and publisher are those of the document.
    ``url`` is None for a source that has no public address.
    """

    id: str
    title: str
    publisher: str
    date: str
    read: str
    read_as: ReadAs
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
            read_as=entry.read_as,
            url=entry.url,
            note=entry.note,
        )
    return sources


def reading_of(key: str | None) -> ReadAs | None:
    """How a source was read; None for a user's own, which is not in the bibliography.

    >>> reading_of("nvidia-h100-whitepaper").value, reading_of("my-notes")
    ('archived-copy', None)
    """
    word = _readings().get(key or "")
    if word is None:
        return None
    # JSON has no enumerations, so the compiled record holds the words.
    return ReadAs(word)


@functools.lru_cache(maxsize=1)
def _readings() -> dict[str, str]:
    """How each source was read, by key; without the readers of YAML if the data is compiled."""
    lines = data_files.compiled(data_files.CATALOG)
    if lines is None:
        return {key: source.read_as for key, source in bibliography().items()}
    words: dict[str, str] = lines.header["readings"]
    return words


def nearest_reading(keys: Iterable[str | None]) -> ReadAs | None:
    """The nearest reading of some sources; None if none of them is in the bibliography.

    >>> nearest_reading(["nvidia-h100-whitepaper", "aws-trainium2-docs"])
    'original'
    """
    of_these = [reading for key in keys if (reading := reading_of(key))]
    return min(of_these, key=READINGS.index, default=None)
