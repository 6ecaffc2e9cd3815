"""Places, dated: countries by any of their names, country groups by day, vendors' headquarters.

A country group is read from a table of one day (``seen``). A member without a recorded move is
taken to belong on every day, before and after. A recorded move gives the day on which a country
joined or left. Where it is known that a country moved between two days but not when, whether it
belongs is unknown between them, and every answer here is then None.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from datetime import date
from typing import Any

from chipdb import data_files
from chipdb.catalog.lookup import squash
from chipdb.errors import DataError, Problem, UnknownNameError
from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.periods import has_come, is_within
from chipdb.rules.scopes import EVERYWHERE, Scope, Selection
from chipdb.three_valued import all_of, any_of, opposite


@dataclass(frozen=True, slots=True)
class Move:
    """A recorded membership: in from ``since`` until ``until``, and unknown from ``unsure_from``.

    >>> Move("KZ", until=date(2026, 7, 10)).holds(date(2026, 7, 10))
    False
    """

    code: str
    since: date | None = None
    until: date | None = None
    unsure_from: date | None = None

    def holds(self, on: date) -> bool | None:
        """Whether the place belongs on a day; None where that is not known.

        >>> left_in_2026 = Move("KZ", until=date(2026, 7, 10), unsure_from=date(2026, 7, 1))
        >>> left_in_2026.holds(date(2026, 6, 30)), left_in_2026.holds(date(2026, 7, 1))
        (True, None)
        """
        if not is_within(self.since, self.until, on):
            return False
        if has_come(self.unsure_from, on):
            return None
        return True

    def days(self) -> list[date]:
        """The days on which membership changes, or may have; an end that is open has none.

        >>> [day.isoformat() for day in Move("KZ", until=date(2026, 7, 10)).days()]
        ['2026-07-10']
        """
        return [day for day in (self.since, self.unsure_from, self.until) if day is not None]


@dataclass(frozen=True, kw_only=True)
class CountryGroup:
    """A country group: ``members`` without a recorded move, and the ``moves``.

    ``seen`` is the day of the table that the members were read from.
    """

    id: str
    seen: date
    members: frozenset[str]
    moves: tuple[Move, ...]
    title: str = ""

    def holds(self, code: str, on: date) -> bool | None:
        """Whether a place belongs on a day; None where that is not known.

        >>> kazakhstan = Move("KZ", until=date(2026, 7, 10))
        >>> group = CountryGroup(
        ...     id="D:1", seen=date(2026, 1, 1), members=frozenset({"CN"}), moves=(kazakhstan,)
        ... )
        >>> group.holds("CN", date(2027, 1, 1)), group.holds("KZ", date(2027, 1, 1))
        (True, False)
        """
        # A member without a recorded move is assumed to belong every day: tables of other days
        # were not read, and nothing says that it ever joined.
        if code in self.members:
            return True
        # A place may have left and joined again, so any of its moves may hold on the day.
        own_moves = [move for move in self.moves if move.code == code]
        return any_of(move.holds(on) for move in own_moves)


@dataclass(frozen=True, slots=True)
class Transaction:
    """The day and the places of an export; a place is None where it is not known."""

    on: date
    to: str | None = None
    origin: str | None = None
    headquarters: tuple[str, ...] | None = None


SUGGESTED = 3
"""How many countries an error suggests at most."""
LONGEST_CODE = 3
"""Letters of the longest ISO code of a country."""
WAYS_TO_NAME = "a country's name or ISO code, such as Vietnam or VN"


class Places:
    """The countries, country groups and vendors of ``data/places.yaml``.

    ``countries`` maps codes to records, ``vendors`` squashed names to the code of their home, and
    ``makers`` the same names to the one name of the vendor.

    >>> on = date(2026, 6, 1)
    >>> places().country("Hong Kong", on), places().country("PRC", on)
    ('CN', 'CN')
    >>> places().groups["D:5"].holds("NI", date(2024, 3, 14))
    False
    """

    def __init__(self, record: dict[str, Any]) -> None:
        """Index the record of ``data/places.yaml``: by code, by id, by vendor's name."""
        self.countries: dict[str, dict[str, Any]] = {
            entry["code"]: entry for entry in record["countries"]
        }
        self.groups: dict[str, CountryGroup] = {
            entry["id"]: _group(entry) for entry in record["groups"]
        }
        # Chips of users name their vendor in their own words, so a vendor is found by any alias.
        self.vendors: dict[str, str] = {}
        self.makers: dict[str, str] = {}
        for vendor in record["vendors"]:
            for name in _names_of(vendor):
                self.vendors[squash(name)] = vendor["headquarters"]
                self.makers[squash(name)] = vendor["name"]

    @functools.cached_property
    def _names(self) -> dict[str, str]:
        """The code of each country by its squashed names.

        Built when a name is first looked up: most commands pass codes and never need it.
        """
        names = {}
        for code, entry in self.countries.items():
            for name in (code, *_names_of(entry)):
                names[squash(name)] = code
        return names

    def country(self, name: str, on: date) -> str:
        """The code of a country by any of its names, or of the country it is part of on the day.

        Hong Kong is China from 2020-12-23 (85 FR 83765). Raises :class:`UnknownNameError` with
        suggestions.
        """
        return self.treated_as(self.code_of(name), on)

    def code_of(self, name: str) -> str:
        """The code of a country by any of its names, even if it is part of another.

        Raises :class:`UnknownNameError` with suggestions.

        >>> places().code_of("Hong Kong"), places().code_of("PRC")
        ('HK', 'CN')
        """
        # Most callers pass a code, which needs no index of names.
        if name in self.countries:
            return name
        code = self._names.get(squash(name))
        if code is not None:
            return code
        nearest = self._similar_countries(squash(name))
        raise UnknownNameError("country", name, nearest, choices=(WAYS_TO_NAME,))

    def _similar_countries(self, key: str) -> list[str]:
        """The countries whose names resemble a squashed name, at most :data:`SUGGESTED`.

        Codes resemble each other without any of them being meant: XX is not a misspelt Kosovo
        (XKX).

        >>> places()._similar_countries(squash("Vietnan"))
        ['Vietnam']
        >>> places()._similar_countries(squash("XX")), places()._similar_countries(squash("XKXX"))
        ([], [])
        """
        if len(key) <= LONGEST_CODE:
            return []
        # Imported here because only a name that does not exist needs it.
        import difflib

        long_names = [name for name in self._names if len(name) > LONGEST_CODE]
        similar = difflib.get_close_matches(key, long_names, n=3, cutoff=0.7)
        # A word that several names share, such as Congo, may mean any of them.
        similar += [name for name in self._names if key in name]

        # Several names of one country may be close to what was written.
        countries = dict.fromkeys(self.name_of(self._names[name]) for name in similar)
        return list(countries)[:SUGGESTED]

    def treated_as(self, code: str, on: date) -> str:
        """The country that a place is part of for export rules on a day; itself if none.

        >>> hong_kong = [places().treated_as("HK", date(year, 6, 1)) for year in (2020, 2021)]
        >>> hong_kong
        ['HK', 'CN']
        """
        entry = self.countries[code]
        since = entry.get("part_of_from")
        if since and on >= date.fromisoformat(since):
            return str(entry["part_of"])
        return code

    def name_as_treated(self, code: str, on: date) -> str:
        """The name of a place, with the country that it is treated as where that is another.

        >>> places().name_as_treated("HK", date(2026, 6, 1))
        'Hong Kong (treated as China)'
        """
        country = self.treated_as(code, on)
        if country == code:
            return self.name_of(code)
        return f"{self.name_of(code)} (treated as {self.name_of(country)})"

    def reason_of_treatment(self, code: str, on: date) -> str:
        """Why export rules treat a place as a part of another on a day; empty if they do not.

        >>> places().reason_of_treatment("HK", date(2026, 6, 1))
        'Hong Kong has been treated as China since 2020-12-23 (85 FR 83765)'
        """
        country = self.treated_as(code, on)
        if country == code:
            return ""
        entry = self.countries[code]
        since = f"since {entry['part_of_from']} ({entry['part_of_by']})"
        return f"{self.name_of(code)} has been treated as {self.name_of(country)} {since}"

    def name_of(self, code: str) -> str:
        """The usual English name of a country, for a code that :meth:`code_of` gave.

        >>> places().name_of("VN")
        'Vietnam'
        """
        return str(self.countries[code]["name"])

    def words_of(self, name: str) -> str:
        """A country or a group of countries in words; empty for any other name.

        ``name`` is a code, or the name of a group. Of a group's title only its beginning counts,
        before the first comma.

        >>> places().words_of("NL"), places().words_of("nowhere")
        ('Netherlands', '')
        """
        group = self.groups.get(name)
        if group is not None:
            # "Member states of the European Union, the customs territory ..."
            title, _, _ = group.title.partition(",")
            return title[:1].lower() + title[1:]
        if name in self.countries:
            return self.name_of(name)
        return ""

    def holds(self, scope: Scope, deal: Transaction) -> bool | None:
        """Whether a transaction lies in a scope; None where that is not known.

        >>> from chipdb.rules.scopes import scope_from
        >>> china = scope_from({"to": ["CN"]})
        >>> on = date(2026, 6, 1)
        >>> places().holds(china, Transaction(on, to="CN")), places().holds(china, Transaction(on))
        (True, None)
        """
        # Every side narrows the scope: one that excludes the transaction settles it, and one that
        # is not known leaves it open only where no other excludes it.
        answers = [
            self._side(scope.to, as_places(deal.to), deal.on),
            self._side(scope.headquarters, deal.headquarters, deal.on),
            self._side(scope.origin, as_places(deal.origin), deal.on),
        ]
        if scope.in_country is not None:
            answers.append(_is_transfer(deal, scope.in_country))
        if scope.any:
            answers.append(any_of(self.holds(alternative, deal) for alternative in scope.any))
        return all_of(answers)

    def _side(
        self, selection: Selection | None, codes: tuple[str, ...] | None, on: date
    ) -> bool | None:
        """Whether one side of a scope matches the places of that side of a transaction."""
        if selection is None:
            return True
        # A place that was not given may be any place, so it settles nothing.
        if codes is None:
            return None
        return self._selects(selection, codes, on)

    def selects(self, selection: Selection, code: str, on: date) -> bool | None:
        """Whether a set of places contains a place on a day; None where that is not known.

        >>> selection = Selection(("D:5",), less=("CN",))
        >>> places().selects(selection, "CN", date(2026, 6, 1))
        False
        """
        return self._selects(selection, (code,), on)

    def _selects(self, selection: Selection, codes: tuple[str, ...], on: date) -> bool | None:
        """Whether a set contains one of these places and leaves out none of them.

        Several places are the headquarters of several parties: one of them is enough for the
        rule to apply, and one that it leaves out is enough to exclude it.
        """
        is_chosen: bool | None = True
        if selection.any:
            is_chosen = self._contains_one(selection.any, codes, on)
        is_left_out = self._contains_one(selection.less, codes, on)
        return all_of((is_chosen, opposite(is_left_out)))

    def _contains_one(
        self, names: tuple[str | Selection, ...], codes: tuple[str, ...], on: date
    ) -> bool | None:
        """Whether any of the places goes by any of the names; None where that is not known."""
        # Lazily, since a name that holds settles it, and looking up a country by name is slow
        # compared with asking a group.
        pairs = itertools.product(names, codes)
        return any_of(self._in(name, code, on) for name, code in pairs)

    def _in(self, name: str | Selection, code: str, on: date) -> bool | None:
        """Whether a place goes by a name: of a set, a country group or a country."""
        if isinstance(name, Selection):
            return self.selects(name, code, on)
        if name in self.groups:
            return self.groups[name].holds(code, on)
        if name == EVERYWHERE:
            return True
        # A scope may name a country that is a part of another on this day.
        return self.country(name, on) == code

    def days(self) -> Iterator[date]:
        """Every day on which a place joined or left a group, or may have; some appear twice."""
        for group in self.groups.values():
            for move in group.moves:
                yield from move.days()

    def known(self, name: str) -> bool:
        """Whether a scope may use this name: of a group, of a country, or everywhere.

        >>> places().known("D:5"), places().known("Vietnam"), places().known("Vietnan")
        (True, True, False)
        """
        if name in self.groups or name == EVERYWHERE:
            return True
        return squash(name) in self._names

    def home_of(self, vendor: str | None) -> str | None:
        """The code of the country where a vendor is headquartered; None if that is not known.

        >>> places().home_of("Huawei"), places().home_of("a startup")
        ('CN', None)
        """
        return self.vendors.get(squash(vendor)) if vendor else None

    def embargoed_maker(self, vendor: str | None, on: date) -> bool:
        """Whether a chip's vendor is headquartered in a place of country group D:5.

        False for a vendor whose headquarters is not known, and for one that may have been.

        >>> places().embargoed_maker("Huawei", date(2026, 6, 1))
        True
        """
        home = self.home_of(vendor)
        if home is None:
            return False
        # Such a chip may be foreign-made without US technology, so whether it is subject to the
        # EAR at all (15 CFR 734.3) is not established, and its license answer says so.
        return bool(self.groups["D:5"].holds(home, on))


def _names_of(entry: dict[str, Any]) -> tuple[str, ...]:
    """The usual name of a country or vendor and its aliases, from its record.

    >>> _names_of({"name": "Vietnam", "aliases": ["Viet Nam"]})
    ('Vietnam', 'Viet Nam')
    """
    return (entry["name"], *entry.get("aliases", ()))


def as_places(code: str | None) -> tuple[str, ...] | None:
    """A place as the places of one side of a transaction; None where it is not known.

    >>> as_places("CN")
    ('CN',)
    """
    if code is None:
        return None
    return (code,)


def _is_transfer(deal: Transaction, expected: bool) -> bool | None:
    """Whether a transaction stays within one country, as ``expected``; None where not known.

    From Hong Kong to the mainland it does, since rules treat both as China.

    >>> _is_transfer(Transaction(date(2026, 6, 1), to="CN", origin="US"), expected=False)
    True
    """
    if deal.to is None or deal.origin is None:
        return None
    return (deal.to == deal.origin) == expected


def _group(entry: dict[str, Any]) -> CountryGroup:
    """A country group from its record."""
    return CountryGroup(
        id=entry["id"],
        seen=date.fromisoformat(entry["seen"]),
        members=frozenset(entry.get("members", ())),
        moves=tuple(_move(move) for move in entry.get("moves", ())),
        title=entry.get("title", ""),
    )


def _move(entry: dict[str, Any]) -> Move:
    """A recorded move from its record, in one of the three ways in which it may be known.

    >>> left = _move({"code": "KZ", "until": {"after": "2026-07-01", "before": "2026-07-10"}})
    >>> left.unsure_from.isoformat(), left.until.isoformat()
    ('2026-07-01', '2026-07-10')
    """
    since = _day(entry.get("from"))
    until = entry.get("until")
    if isinstance(until, dict):
        # It left at some time between two days: unknown from the first, gone from the second.
        return Move(
            code=entry["code"],
            since=since,
            until=_day(until["before"]),
            unsure_from=_day(until["after"]),
        )

    # Two lists disagree about the move (Ethiopia is in 22 CFR 126.1, not in the table of D:5), so
    # membership is unknown from its first day on.
    unsure_from: date | None = None
    if entry.get("unsettled"):
        unsure_from = since
    return Move(code=entry["code"], since=since, until=_day(until), unsure_from=unsure_from)


def _day(text: str | None) -> date | None:
    """A date from its text; None where there is none."""
    if not text:
        return None
    return date.fromisoformat(text)


@functools.lru_cache(maxsize=1)
def places() -> Places:
    """The places of this installation."""
    # Parsing YAML would take longer than the rest of a check, so an installation has it compiled.
    lines = data_files.compiled(data_files.RULES)
    if lines:
        return Places(lines.record("places"))
    return Places(read_record())


def read_record() -> dict[str, Any]:
    """``data/places.yaml`` as plain values.

    Raises :class:`~chipdb.errors.DataError` if a vendor's headquarters is not a country.
    """
    from chipdb.catalog.yaml_text import parse, read_bytes

    path = data_files.data_folder() / "places.yaml"
    (document,) = parse(read_bytes(path), "data/places.yaml")
    record: dict[str, Any] = document.value

    codes = {entry["code"]: entry["name"] for entry in record["countries"]}
    problems = []
    for index, vendor in enumerate(record["vendors"]):
        home = vendor.get("headquarters")
        if home in codes:
            continue
        line = document.line(("vendors", index, "headquarters"))
        field = f"vendors[{index}].headquarters"
        text = f"{home!r} is not the code of a country{_code_hint(home, codes)}"
        problems.append(Problem("data/places.yaml", line, field, text))

    if problems:
        raise DataError(problems)
    return record


def _code_hint(name: str | None, codes: dict[str, str]) -> str:
    """The code of the country whose name was written in place of its code; empty for none.

    ``codes`` maps codes to names.

    >>> _code_hint("Taiwam", {"TW": "Taiwan", "US": "United States"})
    '; nearest: TW'
    """
    # Imported here because only a name that does not exist needs it.
    import difflib

    close = difflib.get_close_matches(name or "", codes.values(), n=1, cutoff=0.7)
    for code, country in codes.items():
        if country in close:
            return f"; nearest: {code}"
    return ""
