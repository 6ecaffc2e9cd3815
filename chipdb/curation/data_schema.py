"""The form of the data files that are read without a schema: places and notices.

Every answer reads these files, so only ``validate`` and the tests load the models.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from chipdb.catalog.schema_types import Day, Flag, Identifier, Strict
from chipdb.rules.schema import ScopeText
from chipdb.vocabulary import CautionKind, RuleQuestion

# Regions that rules treat apart from their country have the codes of ISO 3166-2, such as UA-43.
Code = Annotated[str, Field(pattern=r"^[A-Z]{2}(-\d+)?$")]
Name = Annotated[str, Field(min_length=1)]


class Country(Strict):
    """A country or territory by its ISO code, with every name that a user may write."""

    code: Code
    name: Name
    aliases: list[Name] = []
    region_of: Code | None = None
    part_of: Code | None = None
    part_of_from: Day | None = None
    part_of_by: str | None = None
    source: Identifier | None = None
    note: str | None = None


class UnknownDay(Strict):
    """A day known only to lie after one and not after another."""

    after: Day
    before: Day


class Move(Strict):
    """A place that joined a group, left it, or both."""

    code: Code
    since: Annotated[Day | None, Field(alias="from")] = None
    until: Day | UnknownDay | None = None
    # Two lists disagree about the move, so from its first day on membership is unknown.
    unsettled: Flag = False
    source: Identifier
    note: str | None = None


class CountryGroup(Strict):
    """A country group: its members as seen on a day, and the moves that are recorded."""

    id: Name
    title: Name
    source: Identifier
    seen: Day
    members: list[Code]
    moves: list[Move] = []
    note: str | None = None


class Vendor(Strict):
    """A vendor and the country of its headquarters."""

    name: Name
    headquarters: Code
    aliases: list[Name] = []
    source: Identifier
    note: str | None = None


class PlacesFile(Strict):
    """The whole of ``data/places.yaml``."""

    countries: list[Country]
    groups: list[CountryGroup]
    vendors: list[Vendor]


class Notice(Strict):
    """A text that every answer to one question carries from a day on."""

    # The one notice of coverage says from which day on the rulebook answers at all.
    question: RuleQuestion | Literal["coverage"]
    text: Name
    since: Annotated[Day, Field(alias="from")]
    until: Day | None = None
    scope: ScopeText = None
    caution: CautionKind | None = None
    could_require_license: Flag = False
    unless_required: Flag = False
    sentence: Name | None = None
    forms: list[Name] | None = None
    # A text about what chipdb does not model rests on no document.
    source: Identifier | None = None
