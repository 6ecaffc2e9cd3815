"""What a dossier asks people to fill in or confirm: the lists of ``data/worksheets.yaml``.

The file is part of the rules hash, so a dossier names the wording it was made with.
"""

from __future__ import annotations

import functools
from collections import Counter
from typing import Annotated, Literal

from pydantic import Field, model_validator

from chipdb import data_files
from chipdb.catalog.schema_types import Strict
from chipdb.rules.schema import Citation, Dates, Name

Fill = Literal["tpp", "performance_density", "memory_bandwidth", "total_tpp", "market", "documents"]
"""What chipdb can fill in for a chip."""


class WorksheetLine(Strict):
    """One thing asked: ``part`` is its paragraph, ``fill`` the figure that answers it."""

    id: Name
    text: Name
    part: str | None = None
    fill: Fill | None = None


class Worksheet(Strict):
    """A list of questions; ``exception`` is the license exception that the list is for."""

    id: Name
    title: Name
    # A list of the tool's own, such as the sign-off, quotes no rule and has no dates.
    citation: Citation | None = None
    dates: Dates | None = None
    exception: str | None = None
    notes: tuple[str, ...] = ()
    lines: Annotated[list[WorksheetLine], Field(min_length=1)]

    @model_validator(mode="after")
    def _once(self) -> Worksheet:
        """Refuse two lines with one id: a dossier looks lines up by id, and one would be lost.

        Raises :class:`ValueError` with the first of these ids.
        """
        uses = Counter(line.id for line in self.lines)
        twice = sorted(name for name, count in uses.items() if count > 1)
        if twice:
            raise ValueError(f"line {twice[0]!r} appears twice")
        return self


@functools.lru_cache(maxsize=1)
def worksheets() -> dict[str, Worksheet]:
    """The worksheets by id.

    Raises :class:`~chipdb.errors.DataError` with every problem of the file.

    >>> [line.id for line in worksheets()["sign-off"].lines][:3]
    ['reviewer', 'date', 'decision']
    """
    from chipdb.catalog.yaml_lists import read_list

    entries = read_list(data_files.data_folder() / "worksheets.yaml", Worksheet)
    return {entry.id: entry for entry in entries}
