"""Rules and places for the page: each rule's tree folded into nested lists, each scope as days by country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from chipdb.rules.conditions import Atom, Condition, Fact, NamedChip, Outcome, fold, text_of
from chipdb.rules.places import Places, Scope, Selection, places
from chipdb.rules.rule import LicenseException, Review, Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.vocabulary import RuleQuestion

Record = dict[str, Any]
Folded = list[Any]


class _Lists:
    """The fold of a tree into lists that JSON holds: the head says which node, the rest its parts."""

    def all_of(self, parts: Iterator[Folded]) -> Folded:
        return ["all", *parts]

    def any_of(self, parts: Iterator[Folded]) -> Folded:
        return ["any", *parts]

    def negated(self, part: Folded) -> Folded:
        return ["not", part]

    def leaf(self, leaf: Atom | Fact | Outcome | NamedChip) -> Folded:
        match leaf:
            case Atom():
                return ["metric", leaf.metric, leaf.op, leaf.text]
            case Fact():
                return ["fact", leaf.name, leaf.expected]
            case Outcome():
                return ["outcome", list(leaf.names)]
            case NamedChip():
                return ["part", list(leaf.ids)]

    def member(self, condition: Condition) -> Folded:
        return ["member", fold(condition, self)]


def tree_record(condition: Condition) -> Folded:
    """A tree as nested lists.

    >>> from chipdb.rules.rule import condition_from
    >>> tree_record(condition_from({"all": [{"metric": "tpp", "ge": "1000"}, {"fact": "digital", "is": "true"}]}))
    ['all', ['metric', 'tpp', 'ge', '1000'], ['fact', 'digital', True]]
    """
    return fold(condition, _Lists())


class LawRecords:
    """The rulebook as records; scopes point into one table of sets of places."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.known = places()
        self._selections: dict[Selection, int] = {}
        self._days = sorted({date.min, *self.known.days(), *_joined(self.known)})

    def rules(self) -> list[Record]:
        """Every rule."""
        return [self._rule(rule) for rule in self.book]

    def _rule(self, rule: Rule) -> Record:
        dates = rule.dates
        return {
            "id": rule.id,
            "question": rule.question,
            "title": rule.title,
            "cited": rule.cited(),
            "source": rule.citation.get("source"),
            "starts": _day(rule.starts),
            "ends": _day(dates.ends),
            "unenforced": _day(dates.enforcement_ends),
            "unprinted": _day(dates.printed_ends),
            "published": _day(dates.published),
            "evidence": _day(dates.evidence_to),
            "own": rule.id in self.book.own,
            "kinds": list(rule.kinds),
            "scope": self._scope(rule.scope),
            "unless": tree_record(rule.unless) if rule.unless else None,
            "provisions": [
                {
                    "id": entry.id,
                    "outcome": entry.outcome,
                    "when": tree_record(entry.when),
                    "text": text_of(entry.when),
                }
                for entry in rule.provisions
            ],
            "unlessText": text_of(rule.unless) if rule.unless else None,
            "addressees": list(rule.addressees),
            "conditions": list(rule.conditions),
            "exceptions": [self._exception(entry) for entry in rule.exceptions],
            "review": [self._review(entry) for entry in rule.review],
        }

    def _exception(self, entry: LicenseException) -> Record:
        return {
            "name": entry.name,
            "section": entry.section,
            "when": tree_record(entry.when),
            "text": text_of(entry.when),
            "scope": self._scope(entry.scope),
            "starts": _day(entry.dates.effective),
            "ends": _day(entry.dates.ends),
            "conditions": list(entry.conditions),
        }

    def _review(self, entry: Review) -> Record:
        when, scope = tree_record(entry.when), self._scope(entry.scope)
        return {"policy": entry.policy, "when": when, "scope": scope, "of": list(entry.of)}

    def _scope(self, scope: Scope) -> Record | None:
        """The sides of a scope, each the place of its set in the table; None for everywhere."""
        if scope.everywhere:
            return None
        sides = {"to": scope.to, "headquarters": scope.headquarters, "from": scope.origin}
        record: Record = {name: self._at(side) for name, side in sides.items() if side is not None}
        return record | ({"any": [self._scope(entry) for entry in scope.any]} if scope.any else {})

    def _at(self, selection: Selection) -> int:
        return self._selections.setdefault(selection, len(self._selections))

    def places(self) -> Record:
        """Countries, and of each set of places the days on which it has which country; ask for the rules first."""
        codes = list(self.known.countries)
        intervals: dict[str, int] = {}
        table = [
            [self._span_at(selection, code, intervals) for code in codes]
            for selection in self._selections
        ]
        countries = [
            [code, self.known.name_of(code), *_part_of(self.known, code)] for code in codes
        ]
        return {
            "countries": countries,
            "periods": [_read(text) for text in intervals],
            "selections": table,
        }

    def _span_at(self, selection: Selection, code: str, intervals: dict[str, int]) -> int:
        text = ";".join(self._held(selection, code))
        return intervals.setdefault(text, len(intervals))

    def _held(self, selection: Selection, code: str) -> Iterator[str]:
        """The days from which a set has a place (``yes``), may have it (``open``), or has it not (``no``)."""
        last = "no"
        for day in self._days:
            held = self.known.selects(selection, code, day)
            now = {True: "yes", False: "no", None: "open"}[held]
            if now != last:
                yield f"{'' if day == date.min else day.isoformat()} {now}"
                last = now

    def embargoed(self, vendors: Iterable[str]) -> Record:
        """Makers based in arms-embargoed places, each with the days from which they are (``yes``) or are not."""
        return {
            vendor: held for vendor in sorted(set(vendors)) if (held := list(self._maker(vendor)))
        }

    def _maker(self, vendor: str) -> Iterator[list[str]]:
        last = False
        for day in self._days:
            now = self.known.embargoed_maker(vendor, day)
            if now != last:
                yield ["" if day == date.min else day.isoformat(), "yes" if now else "no"]
                last = now

    def notices(self) -> list[Record]:
        """What license answers must say from a day on."""
        return [
            {
                "text": entry.text,
                "from": _day(entry.since),
                "until": _day(entry.until),
                "places": sorted(entry.places),
            }
            for entry in self.book.notices
            if entry.question == RuleQuestion.LICENSE
        ]


def _read(text: str) -> list[list[str]]:
    return [entry.split(" ") for entry in text.split(";") if entry]


def _joined(known: Places) -> Iterator[date]:
    """The days on which one country became part of another."""
    for entry in known.countries.values():
        if since := entry.get("part_of_from"):
            yield date.fromisoformat(since)


def _part_of(known: Places, code: str) -> list[str]:
    entry = known.countries[code]
    return [str(entry["part_of"]), str(entry["part_of_from"])] if entry.get("part_of_from") else []


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
