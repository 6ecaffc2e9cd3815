"""The jurisdictions with controls on advanced computing, with their instruments.

``data/jurisdictions.yaml`` says of each instrument what was read and whether a rule
models it. It decides no answer.
"""

from __future__ import annotations

import functools
from typing import Annotated

from pydantic import Field, model_validator

from chipdb import data_files
from chipdb.catalog.schema_types import Strict
from chipdb.rules.schema import Name


class Instrument(Strict):
    """A law, order or letter: the rules that model it, or why none does.

    ``start`` is the day, or as much of it as is known, from which it applies; None for a proposal.
    ``controls`` says in our own words what it reaches, and ``sources`` what was read of it. The
    pages of rules say both of an instrument that is modeled.
    """

    title: Name
    start: Annotated[str | None, Field(alias="from", pattern=r"^\d{4}-\d{2}(-\d{2})?$")] = None
    modeled: tuple[Name, ...] = ()
    controls: Name | None = None
    why_not: Name | None = None
    sources: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _is_explained(self) -> Instrument:
        """Refuse an instrument that no rule models and that has no reason and no source for it.

        Raises :class:`ValueError`.
        """
        if self.modeled and self.why_not:
            raise ValueError("has rules that model it and a reason why none does; keep one")
        if not self.modeled and not (self.why_not and self.sources):
            raise ValueError("needs `modeled`, or `why_not` with `sources`")
        return self


class Jurisdiction(Strict):
    """A country or union with its instruments."""

    id: Name
    name: Name
    summary: Name
    instruments: Annotated[list[Instrument], Field(min_length=1)]


@functools.lru_cache(maxsize=1)
def jurisdictions() -> dict[str, Jurisdiction]:
    """The jurisdictions by id, in the order of the file.

    Raises :class:`~chipdb.errors.DataError` with every problem of the file.

    >>> [instrument.modeled for instrument in jurisdictions()["eu"].instruments]
    [('eu-3a501-2025',), ()]
    """
    from chipdb.catalog.yaml_lists import read_list

    entries = read_list(data_files.data_folder() / "jurisdictions.yaml", Jurisdiction)
    return {entry.id: entry for entry in entries}
