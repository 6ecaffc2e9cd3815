"""Rules and places for the page: condition trees as nested lists, scopes as days by country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from chipdb.rules.conditions import Atom, Condition, Fact, NamedChip, Outcome, fold
from chipdb.rules.places import CountryGroup, Places, places
from chipdb.rules.rule import LicenseException, Provision, Review, Rule, RuleCaution
from chipdb.rules.rulebook import Rulebook
from chipdb.rules.scope_reasons import headquarters_scopes, selection_reason
from chipdb.rules.scopes import Scope, Selection
from chipdb.rules.wording import condition_words
from chipdb.solver.license_exceptions import outside_words, unmet_words
from chipdb.views.json.answers import day
from chipdb.views.wording import policy_text, state_text

Record = dict[str, Any]
Folded = list[Any]

ANSWERS = {True: "yes", False: "no", None: "open"}
"""Whether a set of places holds a country, as the page's data write it."""


class _Lists:
    """The fold of a tree into lists that JSON holds: the kind of node, then its parts."""

    def all_of(self, parts: Iterator[Folded]) -> Folded:
        """Every part must hold."""
        return ["all", *parts]

    def any_of(self, parts: Iterator[Folded]) -> Folded:
        """One of the parts must hold."""
        return ["any", *parts]

    def negated(self, part: Folded) -> Folded:
        """The part must not hold."""
        return ["not", part]

    def leaf(self, leaf: Atom | Fact | Outcome | NamedChip) -> Folded:
        """A comparison, a fact, a classification or named chips.

        The threshold is the text of the data, which the page reads as an exact number.
        """
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
        """A condition on a chip inside the system."""
        return ["member", fold(condition, self)]


def tree_record(condition: Condition) -> Folded:
    """A condition tree as nested lists.

    >>> from chipdb.rules.rule_records import condition_from
    >>> atom = {"metric": "tpp", "ge": "1000"}
    >>> tree_record(condition_from({"all": [atom, {"fact": "digital", "is": "true"}]}))
    ['all', ['metric', 'tpp', 'ge', '1000'], ['fact', 'digital', True]]
    """
    return fold(condition, _Lists())


def _tree_or_none(condition: Condition | None) -> Folded | None:
    """A condition tree as nested lists; None where there is no condition."""
    if condition is None:
        return None
    return tree_record(condition)


class RuleRecords:
    """The rulebook as records.

    Rules share few sets of places, so a scope names each set by its position in one table. The
    table is filled while the rules are written: call :meth:`rules` before :meth:`places`.
    """

    def __init__(self, book: Rulebook) -> None:
        """Collect the days on which any country may enter or leave any set of places.

        Between two of these days nothing changes, so a few days describe all of time.
        """
        self.book = book
        self.known = places()
        self._selections: dict[Selection, int] = {}
        self._days = sorted({date.min, *self.known.days(), *_days_of_joining(self.known)})

    def rules(self) -> list[Record]:
        """Every rule of the book, in its order."""
        return [self._rule(rule) for rule in self.book]

    def _rule(self, rule: Rule) -> Record:
        """One rule: its dates, scope, conditions, exceptions and review policies.

        Conditions are included twice: as trees to evaluate, and as text to show in the trace.
        """
        dates = rule.dates
        record: Record = {
            "id": rule.id,
            "question": rule.question,
            "title": rule.title,
            "cited": rule.cited(),
            "source": rule.citation.get("source"),
            "starts": day(rule.starts),
            "ends": day(dates.ends),
            "unenforced": day(dates.enforcement_ends),
            "unprinted": day(dates.printed_ends),
            "effective": day(dates.effective),
            "published": day(dates.published),
            "evidence": day(dates.evidence_to),
            "own": rule.id in self.book.own,
            "kinds": list(rule.kinds),
            "scope": self._scope(rule.scope),
            "unless": _tree_or_none(rule.unless),
            "provisions": [self._provision(entry) for entry in rule.provisions],
            "unlessText": None,
            "addressees": list(rule.addressees),
            "conditions": list(rule.conditions),
            "cautions": [self._caution(entry) for entry in rule.cautions],
            "isNoLaw": rule.is_no_law,
            "liftedBy": list(rule.lifted_by),
            "bars": list(rule.bars.exceptions) if rule.bars else [],
            "barredBy": rule.bars.section if rule.bars else None,
            "presumes": rule.presumes,
            "compliance": day(dates.compliance),
            "exceptions": [self._exception(entry) for entry in rule.exceptions],
            "review": [self._review(rule, entry) for entry in rule.review],
        }
        # most rules exclude nothing
        if rule.unless:
            record["unlessText"] = condition_words(rule.unless)
        return record

    def _caution(self, entry: RuleCaution) -> Record:
        """The cautions that a page must print next to an answer to which a rule may apply."""
        return {
            "kind": entry.kind,
            "text": entry.text,
            "textIfOpen": entry.text_if_open,
            "topic": entry.topic,
            "scope": self._scope(entry.scope),
            "couldRequireLicense": entry.could_require_license,
            "unlessRequired": entry.unless_required,
        }

    def _provision(self, provision: Provision) -> Record:
        """One provision with the outcome that it gives."""
        return {
            "id": provision.id,
            "outcome": provision.outcome,
            "when": tree_record(provision.when),
            "text": condition_words(provision.when),
            "public": _tree_or_none(provision.public),
        }

    def _exception(self, entry: LicenseException) -> Record:
        """One license exception with its own dates and places."""
        return {
            "name": entry.name,
            "section": entry.section,
            "when": tree_record(entry.when),
            "text": condition_words(entry.when),
            "scope": self._scope(entry.scope),
            "starts": day(entry.dates.effective),
            "ends": day(entry.dates.ends),
            "conditions": list(entry.conditions),
            "closed": entry.closed,
            "dependsOn": entry.depends_on,
            "outside": outside_words(entry),
            "unmet": unmet_words(entry),
        }

    def _review(self, rule: Rule, entry: Review) -> Record:
        """One review policy; ``of`` names the requirements that it belongs to.

        ``byHeadquarters`` are the parts of its scope that ask for headquarters, each with why
        places are among those that it asks for.
        """
        # where the policy is known, it needs no words for how far it is known
        state = None
        if not entry.policy:
            state = state_text(entry.state, entry.text)
        return {
            "policy": entry.policy,
            "state": state,
            "when": tree_record(entry.when),
            "scope": self._scope(entry.scope),
            "byHeadquarters": [
                [self._scope(part), self._reasons(rule, selection)]
                for part, selection in headquarters_scopes(entry.scope)
            ],
            "of": list(entry.of),
            "sides": [
                [policy_text(side.policy), side.because, side.policy] for side in entry.sides
            ],
        }

    def _reasons(self, rule: Rule, selection: Selection) -> Record:
        """For each country that a set of places may hold, why it does, from some days on."""
        record: Record = {}
        for code in self.known.countries:
            periods: list[list[str]] = []
            last = ""
            for start in self._days:
                now = selection_reason(rule, selection, code, start)
                if now != last:
                    periods.append([_since(start), now])
                    last = now
            if periods:
                record[code] = periods
        return record

    def unsettled(self) -> list[Record]:
        """The places whose membership in a country group is not settled on some days."""
        records: list[Record] = []
        for group in self.known.groups.values():
            for code in self.known.countries:
                periods = list(self._unsettled_days(group, code))
                if periods:
                    records.append({"code": code, "group": group.id, "periods": periods})
        return records

    def _unsettled_days(self, group: CountryGroup, code: str) -> Iterator[list[str]]:
        """The days from which a membership is open, or settled again."""
        is_open = False
        for start in self._days:
            now = group.holds(code, start) is None
            if now != is_open:
                yield [_since(start), ANSWERS[None if now else False]]
                is_open = now

    def _scope(self, scope: Scope) -> Record | None:
        """The sides of a scope, each as the position of its set of places; None for everywhere."""
        if scope.everywhere:
            return None
        record: Record = {}
        sides = {"to": scope.to, "headquarters": scope.headquarters, "from": scope.origin}
        for name, selection in sides.items():
            if selection is not None:
                # a new set is added at the end of the table
                count = len(self._selections)
                record[name] = self._selections.setdefault(selection, count)
        if scope.in_country is not None:
            record["inCountry"] = scope.in_country
        if scope.any:
            record["any"] = [self._scope(entry) for entry in scope.any]
        return record

    def places(self) -> Record:
        """Countries, and for each set of places the days from which it holds which country.

        Most countries enter and leave a set on the same days, so these lists of days are kept
        once, in ``periods``, and named by their position.
        """
        # the page finds a country in every row by its place in this list
        codes = list(self.known.countries)
        positions: dict[tuple[tuple[str, str], ...], int] = {}
        table = []
        for selection in self._selections:
            row = []
            for code in codes:
                periods = tuple(self._periods(selection, code))
                row.append(positions.setdefault(periods, len(positions)))
            table.append(row)

        return {
            "unsettled": self.unsettled(),
            "countries": [[code, *_country(self.known, code)] for code in codes],
            "periods": [[list(period) for period in periods] for periods in positions],
            "selections": table,
        }

    def _periods(self, selection: Selection, code: str) -> Iterator[tuple[str, str]]:
        """The days from which a set holds a country, may hold it, or does not hold it."""
        # before the first day that is listed, a set holds no country
        last = ANSWERS[False]
        for start in self._days:
            now = ANSWERS[self.known.selects(selection, code, start)]
            if now != last:
                yield _since(start), now
                last = now

    def embargoed(self, vendors: Iterable[str]) -> Record:
        """Vendors based in arms-embargoed places, each with the days from which they are or not."""
        record = {}
        for vendor in sorted(set(vendors)):
            periods = list(self._embargo_of(vendor))
            if periods:
                record[vendor] = periods
        return record

    def _embargo_of(self, vendor: str) -> Iterator[list[str]]:
        """The days from which a vendor is or is not based in an embargoed place."""
        last = False
        for start in self._days:
            now = self.known.embargoed_maker(vendor, start)
            if now != last:
                yield [_since(start), ANSWERS[now]]
                last = now

    def notices(self) -> list[Record]:
        """The notices that caution about transactions."""
        records = []
        for entry in self.book.notices:
            if entry.caution is None:
                continue
            record = {
                "text": entry.text,
                "from": day(entry.since),
                "until": day(entry.until),
                "scope": self._scope(entry.scope),
                "kind": entry.caution,
                "couldRequireLicense": entry.could_require_license,
                "unlessRequired": entry.unless_required,
                "sentence": entry.sentence,
                "forms": list(entry.forms),
            }
            records.append(record)
        return records


def _days_of_joining(known: Places) -> Iterator[date]:
    """The days on which one country became part of another, such as Hong Kong of China."""
    for entry in known.countries.values():
        if since := entry.get("part_of_from"):
            yield date.fromisoformat(since)


def _country(known: Places, code: str) -> list[str]:
    """A country's name, and the country it is part of with the day from which it is."""
    entry = known.countries[code]
    since = entry.get("part_of_from")
    record = [known.name_of(code)]
    if since:
        record += [str(entry["part_of"]), str(since)]
    return record


def _since(start: date) -> str:
    """The first day of a period; empty, which sorts before every day, where it has none."""
    if start == date.min:
        return ""
    return start.isoformat()
