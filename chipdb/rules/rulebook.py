"""The rulebook: every rule by id, and those in force on a day."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chipdb import data_files
from chipdb.catalog.lookup import nearest, squash
from chipdb.errors import DataError, Problem, UnknownNameError, UsageError
from chipdb.rules.conditions import Outcome, leaves
from chipdb.rules.rule import Dates, Rule, rule_from
from chipdb.vocabulary import RuleQuestion

REQUIRED_HERE = ("id", "question", "title", "citation", "dates", "kind", "provisions")
"""What a rule of the rulebook has; a user's needs only id, question, provisions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something every answer of one question must say from a day on."""

    question: str
    text: str
    since: date
    until: date | None = None
    places: frozenset[str] = frozenset()

    def holds(self, on: date, places: Iterable[str]) -> bool:
        """Whether it is to be said on a day, of a deal with these places."""
        in_time = self.since <= on and (self.until is None or on < self.until)
        return in_time and (not self.places or not self.places.isdisjoint(places))


class Rulebook:
    """Rules by id; iterating gives them in file order."""

    def __init__(
        self,
        rules: Iterable[Rule],
        notices: tuple[Notice, ...] = (),
        own: frozenset[str] = frozenset(),
    ) -> None:
        self._rules = {rule.id: rule for rule in rules}
        self.notices = notices
        self.own = own

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __len__(self) -> int:
        return len(self._rules)

    def __getitem__(self, name: str) -> Rule:
        """The rule of an id; raises :class:`UnknownNameError` with suggestions."""
        key = next((key for key in self._rules if squash(key) == squash(name)), None)
        if key is None:
            import difflib

            close = difflib.get_close_matches(name, self._rules, n=3, cutoff=0.4)
            raise UnknownNameError("rule", name, close or list(self._rules)[:5])
        return self._rules[key]

    def in_force(self, on: date, *, as_printed: bool = False) -> list[Rule]:
        """The rules that count on a day; proposals never do by themselves."""
        return [
            rule
            for rule in self
            if rule.question != RuleQuestion.PROPOSAL and rule.in_force(on, as_printed=as_printed)
        ]

    def begins(self) -> date:
        """The first day on which the rulebook speaks of chips at all."""
        return next(notice.since for notice in self.notices if notice.question == "coverage")

    def covers(self, kind: str, on: date) -> bool:
        """Whether it has read the rules on this kind of item on a day."""
        known = {
            kind
            for rule in self
            if rule.question == RuleQuestion.CLASSIFICATION
            for kind in rule.kinds
        }
        return on >= self.begins() and kind in known

    def __repr__(self) -> str:
        return f"<Rulebook of {len(self)} rules>"

    def enacting(self, names: Iterable[str]) -> Rulebook:
        """This rulebook with some proposals set among the law, on every day.

        Raises :class:`UnknownNameError` for no rule, :class:`UsageError` for one of which nobody can say what it would ask.
        """
        chosen = [self[name] for name in names]
        as_law = {rule.id: self._as_law(rule) for rule in chosen}
        return Rulebook((as_law.get(rule.id, rule) for rule in self), self.notices, self.own)

    def _as_law(self, rule: Rule) -> Rule:
        """A proposal as the law it would be."""
        if rule.question == RuleQuestion.PROPOSAL and rule.enacted_as is not None:
            return replace(
                rule,
                question=RuleQuestion(rule.enacted_as),
                dates=Dates(evidence_to=rule.dates.evidence_to),
            )
        unread = "it asks for no license, or whom it would bind was not read; ask it by --rule"
        why = unread if rule.question == RuleQuestion.PROPOSAL else "is no proposal"
        others = ", ".join(other.id for other in self if other.enacted_as)
        raise UsageError(f"--enact {rule.id}: {why}; these can be: {others}")

    def with_file(self, data: bytes, name: str) -> Rulebook:
        """This rulebook and a user's rules beside it; raises :class:`DataError` with every problem of the file."""
        from chipdb.catalog.yaml_lists import entries

        own = [rule_from(record) for record in read_records(data, name, complete=False)]
        taken = [rule.id for rule in own if rule.id in self._rules]
        if taken:
            lines = {
                entry["id"]: document.line((*place, "id"))
                for document, place, entry in entries(data, name)
            }
            message = "is a rule of the rulebook; choose another id"
            raise DataError(
                [Problem(name, lines[rule], "id", f"{rule!r} {message}") for rule in taken]
            )
        known = {outcome for rule in (*self, *own) for outcome in rule.outcomes()}
        unknown = [
            (rule.id, name) for rule in own for name in _outcomes_asked(rule) if name not in known
        ]
        if unknown:
            lines = {
                entry["id"]: document.line(place) for document, place, entry in entries(data, name)
            }
            texts = [
                (rule, f"{asked!r} is no outcome of a rule{nearest(asked, sorted(known))}")
                for rule, asked in unknown
            ]
            raise DataError([Problem(name, lines[rule], rule, text) for rule, text in texts])
        ids = frozenset(rule.id for rule in own)
        return Rulebook([*self, *own], self.notices, self.own | ids)


def _outcomes_asked(rule: Rule) -> list[str]:
    """The outcomes that a rule refers to, in its provisions, exceptions and review."""
    whens = [*(entry.when for entry in rule.exceptions), *(entry.when for entry in rule.review)]
    asked = (
        leaf
        for condition in (*rule.deciding(), *whens)
        for leaf in leaves(condition)
        if isinstance(leaf, Outcome)
    )
    return list(dict.fromkeys(name for leaf in asked for name in leaf.names))


@functools.lru_cache(maxsize=1)
def load_rules() -> Rulebook:
    """The rulebook of this installation."""
    lines = data_files.compiled("rules.json", data_files.rules_hash())
    record = lines.record("rulebook") if lines else read_rulebook()
    return Rulebook(
        (rule_from(rule) for rule in record["rules"]),
        tuple(_notice(entry) for entry in record["notices"]),
    )


def read_rulebook() -> dict[str, Any]:
    """Rules and notices of ``data/`` as validated plain values."""
    from chipdb.catalog.yaml_text import parse, read_bytes

    records = []
    for path in sorted((data_files.data_folder() / "rules").rglob("*.yaml")):
        name = f"data/{path.relative_to(data_files.data_folder()).as_posix()}"
        records += read_records(read_bytes(path), name, complete=True)
    notices = parse(read_bytes(data_files.data_folder() / "notices.yaml"), "data/notices.yaml")
    return {"rules": records, "notices": notices[0].value}


def _notice(entry: dict[str, Any]) -> Notice:
    until = entry.get("until")
    return Notice(
        question=entry["question"],
        text=entry["text"],
        since=date.fromisoformat(entry["from"]),
        until=date.fromisoformat(until) if until else None,
        places=frozenset(entry.get("places", ())),
    )


def read_records(data: bytes, name: str, *, complete: bool) -> list[dict[str, Any]]:
    """The validated records of a rule file; ``complete`` demands what the rulebook demands of itself."""
    from chipdb.catalog.yaml_lists import entries, raise_any, validated
    from chipdb.rules import schema

    found = entries(data, name)
    if not found:
        raise DataError(
            [Problem(name, 0, "", "no rule in this file; a rule has id, question and provisions")]
        )
    rules, problems = validated(found, schema.Rule, name)
    seen: set[str] = set()
    for read in rules:
        if read.model.id in seen:
            problems.append(read.problem(("id",), f"{read.model.id!r} stands twice"))
        seen.add(read.model.id)
        if complete:
            absent = [key for key in REQUIRED_HERE if key not in read.model.model_fields_set]
            problems += [
                read.problem((key,), "is missing; every rule of the rulebook has it")
                for key in absent
            ]
    raise_any(problems)
    return [record for _, _, record in found]


def compile_rules() -> None:
    """Write the compiled rulebook; only the build hook does."""
    from chipdb.rules.places import read_record

    header = {"hash": data_files.rules_hash()}
    records = {"places": read_record(), "rulebook": read_rulebook()}
    data_files.write_lines(data_files.COMPILED / "rules.json", header, records)
