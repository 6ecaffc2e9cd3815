"""Places and parties, dated: countries by any of their names, country groups by day, headquarters of makers.

A membership seen on one day only reaches back without limit and on from there, unless a move is recorded. Where a move is
known but not its day, membership between the two days is undetermined.
"""

from __future__ import annotations

import difflib
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from chipdb import data_files
from chipdb.catalog.lookup import squash
from chipdb.errors import DataError, Problem, UnknownNameError

EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Move:
    """A recorded membership: in from ``since`` until ``until``; not known from ``unsure_from`` on."""

    code: str
    since: date | None = None
    until: date | None = None
    unsure_from: date | None = None

    def holds(self, on: date) -> bool | None:
        """Whether the place belongs on a day; None where that is not known."""
        if (self.since and on < self.since) or (self.until and on >= self.until):
            return False
        return None if self.unsure_from and on >= self.unsure_from else True


@dataclass(frozen=True, kw_only=True)
class Group:
    """A country group: members without a recorded move, and the moves."""

    id: str
    seen: date
    members: frozenset[str]
    moves: tuple[Move, ...]
    title: str = ""

    def holds(self, code: str, on: date) -> bool | None:
        """Whether a place belongs on a day; None where that is not known."""
        if code in self.members:
            return True
        answers = [move.holds(on) for move in self.moves if move.code == code]
        return True if True in answers else None if None in answers else False


@dataclass(frozen=True, slots=True)
class Selection:
    """A set of places: any of some names, less others. No names at all is everywhere."""

    any: tuple[str | Selection, ...] = ()
    less: tuple[str | Selection, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rule holds: each side that is given must match; ``any`` joins alternatives."""

    to: Selection | None = None
    headquarters: Selection | None = None
    origin: Selection | None = None
    any: tuple[Scope, ...] = ()

    @property
    def everywhere(self) -> bool:
        """Whether it asks for no place at all."""
        return not (self.to or self.headquarters or self.origin or self.any)


NO_SCOPE = Scope()


@dataclass(frozen=True, slots=True)
class Transaction:
    """The places of an export: None where a place is not known."""

    on: date
    to: str | None = None
    origin: str | None = None
    headquarters: tuple[str, ...] | None = None


def scope_from(record: Any) -> Scope:
    """A scope from its record; raises :class:`ValueError`."""
    if record is None:
        return NO_SCOPE
    if not isinstance(record, dict) or not set(record) <= {
        "to",
        "headquarters",
        "from",
        "any",
        "not",
    }:
        wrong = (
            sorted(set(record) - {"to", "headquarters", "from", "any", "not"})
            if isinstance(record, dict)
            else [record]
        )
        named = f"{wrong[0]!r}: a scope has to, headquarters, from, any, not"
        raise ValueError(f"{named}, each a list of groups (D:5) and countries")
    if not isinstance(record.get("any", []), list):
        raise ValueError(
            "any: a list of scopes, each with to, headquarters, from; a set of places stands under one of these"
        )
    alternatives = tuple(scope_from(entry) for entry in record.get("any", ()))
    sides = {
        key: _selection(record[key]) for key in ("to", "headquarters", "from") if key in record
    }
    if "not" in record:
        to = sides.get("to", Selection())
        sides["to"] = Selection(to.any, to.less + _selection(record["not"]).any)
    return Scope(sides.get("to"), sides.get("headquarters"), sides.get("from"), alternatives)


def _selection(record: Any) -> Selection:
    """``[D:1, {not: [A:5]}]``, ``{any: [D:1], not: [A:5]}``, or one name."""
    if isinstance(record, str):
        return Selection((record,))
    if isinstance(record, dict):
        if not set(record) <= {"any", "not"}:
            raise ValueError("a set of places is a list, or {any: [...], not: [...]}")
        return Selection(_selection(record.get("any", [])).any, _left_out(record.get("not", [])))
    if not isinstance(record, list):
        raise ValueError("a set of places is a list of groups (D:5), countries and not:")
    names: list[str | Selection] = []
    less: list[str | Selection] = []
    for item in record:
        if isinstance(item, dict) and set(item) == {"not"}:
            less += _left_out(item["not"])
        else:
            names.append(item if isinstance(item, str) else _selection(item))
    return Selection(tuple(names), tuple(less))


def _left_out(record: Any) -> tuple[str | Selection, ...]:
    """The places that a set leaves out."""
    selection = _selection(record)
    if selection.less:
        raise ValueError(
            'a not inside a not: write {any: ["*"], not: [...]} for everywhere but these'
        )
    return selection.any


def _any(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


class Places:
    """Countries, groups and makers of ``data/places.yaml``."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.countries: dict[str, dict[str, Any]] = {
            entry["code"]: entry for entry in record["countries"]
        }
        self.groups = {entry["id"]: _group(entry) for entry in record["groups"]}
        self.vendors: dict[str, str] = {}
        for vendor in record["vendors"]:
            for name in (vendor["name"], *vendor.get("aliases", ())):
                self.vendors[squash(name)] = vendor["headquarters"]

    @functools.cached_property
    def _names(self) -> dict[str, str]:
        names = {}
        for code, entry in self.countries.items():
            for name in (code, entry["name"], *entry.get("aliases", ())):
                names[squash(name)] = code
        return names

    def country(self, name: str, on: date) -> str:
        """The code of a country by any of its names; Hong Kong is China from its day.

        Raises :class:`UnknownNameError` with suggestions.
        """
        code = name if name in self.countries else self._names.get(squash(name))
        if code is None:
            close = difflib.get_close_matches(squash(name), self._names, n=3, cutoff=0.7)
            nearest = [self.countries[self._names[key]]["name"] for key in close]
            raise UnknownNameError("country", name, list(dict.fromkeys(nearest)))
        whole = self.countries[code]
        since = whole.get("part_of_from")
        return str(whole["part_of"]) if since and on >= date.fromisoformat(since) else code

    def name_of(self, code: str) -> str:
        """The usual English name."""
        return str(self.countries[code]["name"])

    def holds(self, scope: Scope, deal: Transaction) -> bool | None:
        """Whether a deal lies in a scope; None where that is not known."""
        answers = [
            self._side(scope.to, None if deal.to is None else (deal.to,), deal.on),
            self._side(scope.headquarters, deal.headquarters, deal.on),
            self._side(scope.origin, None if deal.origin is None else (deal.origin,), deal.on),
        ]
        if scope.any:
            answers.append(_any([self.holds(alternative, deal) for alternative in scope.any]))
        return _all(answers)

    def _side(
        self, selection: Selection | None, codes: tuple[str, ...] | None, on: date
    ) -> bool | None:
        if selection is None:
            return True
        if codes is None:
            return None
        return self._selects(selection, codes, on)

    def selects(self, selection: Selection, code: str, on: date) -> bool | None:
        """Whether a set of places has a place on a day; None where that is not known."""
        return self._selects(selection, (code,), on)

    def _selects(self, selection: Selection, codes: tuple[str, ...], on: date) -> bool | None:
        """Whether a set has some of these places, and none of them is among those it leaves out."""
        chosen = (
            _any([self._in(name, code, on) for name in selection.any for code in codes])
            if selection.any
            else True
        )
        excluded = _any([self._in(name, code, on) for name in selection.less for code in codes])
        return _all([chosen, None if excluded is None else not excluded])

    def _in(self, name: str | Selection, code: str, on: date) -> bool | None:
        if isinstance(name, Selection):
            return self.selects(name, code, on)
        if name in self.groups:
            return self.groups[name].holds(code, on)
        return name == EVERYWHERE or self.country(name, on) == code

    def days(self) -> Iterator[date]:
        """Every day on which a place is known to have joined or left a group, or may have."""
        for group in self.groups.values():
            for move in group.moves:
                yield from (day for day in (move.since, move.unsure_from, move.until) if day)

    def known(self, name: str) -> bool:
        """Whether a scope may name this."""
        return name in self.groups or name == EVERYWHERE or squash(name) in self._names

    def embargoed_maker(self, vendor: str | None, on: date) -> bool:
        """Whether a chip's maker is headquartered in a place of group D:5."""
        home = self.vendors.get(squash(vendor)) if vendor else None
        return home is not None and bool(self.groups["D:5"].holds(home, on))


def _group(entry: dict[str, Any]) -> Group:
    moves = tuple(_move(move) for move in entry.get("moves", ()))
    return Group(
        id=entry["id"],
        seen=date.fromisoformat(entry["seen"]),
        members=frozenset(entry.get("members", ())),
        moves=moves,
        title=entry.get("title", ""),
    )


def _move(entry: dict[str, Any]) -> Move:
    until = entry.get("until")
    since = _day(entry.get("from"))
    if isinstance(until, dict):
        return Move(entry["code"], since, _day(until["before"]), _day(until["after"]))
    return Move(entry["code"], since, _day(until), since if entry.get("unsettled") else None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@functools.lru_cache(maxsize=1)
def places() -> Places:
    """The places of this installation."""
    lines = data_files.compiled("rules.json", data_files.rules_hash())
    return Places(lines.record("places") if lines else read_record())


def read_record() -> dict[str, Any]:
    """``data/places.yaml`` as plain values."""
    from chipdb.catalog.yaml_text import parse, read_bytes

    path = data_files.data_folder() / "places.yaml"
    (document,) = parse(read_bytes(path), "data/places.yaml")
    record: dict[str, Any] = document.value
    codes = {entry["code"]: entry["name"] for entry in record["countries"]}
    wrong = [
        Problem(
            "data/places.yaml",
            document.line(("vendors", index, "headquarters")),
            f"vendors[{index}].headquarters",
            f"{vendor.get('headquarters')!r} is the code of no country{_coded(vendor.get('headquarters'), codes)}",
        )
        for index, vendor in enumerate(record["vendors"])
        if vendor.get("headquarters") not in codes
    ]
    if wrong:
        raise DataError(wrong)
    return record


def _coded(name: str | None, codes: dict[str, str]) -> str:
    """The code of a country that somebody wrote out."""
    close = difflib.get_close_matches(name or "", codes.values(), n=1, cutoff=0.7)
    found = [code for code, country in codes.items() if country in close]
    return f"; nearest: {found[0]}" if found else ""
