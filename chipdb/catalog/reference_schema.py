"""The data format of the small reference files: sources, number formats and PCI Express."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chipdb.catalog.schema_types import BandwidthText, Day, Identifier, Strict, Text
from chipdb.vocabulary import ReadAs


class SourceEntry(Strict):
    """An entry of ``data/sources.yaml``."""

    id: Identifier
    title: str
    publisher: str
    date: Annotated[str, Field(pattern=r"^(\d{4}(-\d\d(-\d\d)?)?|undated)$")]
    read: Day
    read_as: ReadAs
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    note: str | None = None


class NumberFormat(Strict):
    """A number format of ``data/formats.yaml`` and the bit length that counts for it.

    ``stored_bits`` is the length in memory where it differs (TF32). ``app_weights`` are the least
    and greatest weight in Adjusted Peak Performance of a format that APP counts.
    """

    id: Identifier
    bits: int
    stored_bits: int | None = None
    app_weights: Annotated[list[Text], Field(min_length=2, max_length=2)] | None = None
    kind: Literal["float", "integer"]
    source: str


class PcieGeneration(Strict):
    """The bandwidth of a PCI Express generation over 16 lanes, both directions together."""

    generation: str
    x16: BandwidthText
    source: str
    note: str | None = None
