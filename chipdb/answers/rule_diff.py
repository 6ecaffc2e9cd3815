"""``rules --diff``: what changes from one instrument to another, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import Any

from chipdb.notebook import views
from chipdb.rules.conditions import OPERATORS, All, Atom, Condition, leaves, text_of
from chipdb.rules.places import Scope
from chipdb.rules.rule import Dates, LicenseException, Review, Rule
from chipdb.rules.wording import scope_text
from chipdb.units import METRIC_UNITS

ADDED, REMOVED, CHANGED, SAME = "added", "removed", "changed", "same"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One part of a rule, or one event between two days: what it was and what it is.

    ``metric``, ``operator`` and ``unit`` are those of a limit, which is listed where it is the same too; ``day`` is that of
    an event, None where only a stretch of time is known.
    """

    part: str
    name: str
    change: str
    was: str | None = None
    now: str | None = None
    metric: str | None = None
    operator: str | None = None
    unit: str | None = None
    day: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb rules --diff --format json`` prints for it, beside the two sides."""
        return dict(views("json.commands").change_record(self))


def changes_between(before: Rule, after: Rule) -> Iterator[Change]:
    """Everything in which two instruments differ, their limits side by side, and what the later says of itself.

    >>> import chipdb
    >>> book = chipdb.load_rules()
    >>> found = changes_between(book["us-3a090-2022"], book["us-3a090-2023"])
    >>> next((one.change, one.was, one.now) for one in found if one.name == "effective")
    ('changed', '2022-10-21', '2023-11-17')
    """
    yield from _texts("", _identity(before), _identity(after))
    yield from _texts("citation", _citation(before), _citation(after))
    yield from _texts("dates", dates_of(before.dates), dates_of(after.dates))
    yield from _texts("", _reach(before), _reach(after))
    yield from _texts("provision", _provisions(before), _provisions(after))
    yield from _limits(before, after)
    yield from _texts("exception", _exceptions(before), _exceptions(after))
    yield from _members(
        "exception condition", _exception_conditions(before), _exception_conditions(after)
    )
    yield from _texts("review", _reviews(before), _reviews(after))
    yield from _members("condition", _own_conditions(before), _own_conditions(after))
    yield _change("changes", "", before.changes or None, after.changes or None)


def _own_conditions(rule: Rule) -> Counter[tuple[str, str]]:
    return Counter(("", text) for text in rule.conditions)


def _change(part: str, name: str, was: str | None, now: str | None) -> Change:
    if was == now:
        return Change(part=part, name=name, change=SAME, was=was, now=now)
    return Change(
        part=part,
        name=name,
        change=ADDED if was is None else REMOVED if now is None else CHANGED,
        was=was,
        now=now,
    )


def _texts(part: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """The entries that differ; where ``part`` is empty, each is a part of its own."""
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was != now:
            yield _change(part or name, name if part else "", was, now)


def _members(
    part: str, before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]
) -> Iterator[Change]:
    """The texts that one side has and the other has not."""
    yield from (
        Change(part=part, name=name, change=REMOVED, was=text) for name, text in before - after
    )
    yield from (
        Change(part=part, name=name, change=ADDED, now=text) for name, text in after - before
    )


def _filled(record: Mapping[str, str | None]) -> dict[str, str]:
    return {name: text for name, text in record.items() if text}


def _identity(rule: Rule) -> dict[str, str]:
    return _filled({"question": rule.question, "title": rule.title})


def _citation(rule: Rule) -> dict[str, str]:
    return _filled({name: rule.citation.get(name) for name in ("document", "part", "source")})


def dates_of(dates: Dates) -> dict[str, str]:
    """The dates that are known, by name."""
    days = {name: getattr(dates, name) for name in Dates.__dataclass_fields__}
    return {name: day.isoformat() for name, day in days.items() if day}


def _reach(rule: Rule) -> dict[str, str]:
    unless = text_of(rule.unless) if rule.unless else None
    kinds, addressees = ", ".join(rule.kinds), ", ".join(rule.addressees)
    return _filled(
        {"kind": kinds, "scope": scope_text(rule.scope), "addressees": addressees, "unless": unless}
    )


def _provisions(rule: Rule) -> dict[str, str]:
    return {entry.id: f"{entry.outcome} if {text_of(entry.when)}" for entry in rule.provisions}


def _reviews(rule: Rule) -> dict[str, str]:
    return {str(number): review_text(entry) for number, entry in enumerate(rule.review, 1)}


def review_text(entry: Review) -> str:
    """A review policy and where it holds."""
    of = f", of {' and '.join(entry.of)}" if entry.of else ""
    return (entry.policy or "policy not public") + of + qualified(entry.when, entry.scope)


def exception_text(entry: LicenseException) -> str:
    """Where, when and under which condition of the item an exception may be open; always, if nothing is said."""
    dates = dates_of(entry.dates)
    days = [
        f"from {dates['effective']}" if "effective" in dates else "",
        f"until {dates['ends']}" if "ends" in dates else "",
    ]
    time = "".join(f", {text}" for text in days if text)
    return (qualified(entry.when, entry.scope) + time).removeprefix(", ") or "always"


def qualified(when: Condition, scope: Scope) -> str:
    """A scope and a condition behind a comma each, nothing where they ask for nothing."""
    where = "" if scope.everywhere else f", {scope_text(scope)}"
    return where + ("" if when == All(()) else f", if {text_of(when)}")


def named_exceptions(rule: Rule) -> Iterator[tuple[str, LicenseException]]:
    """The exceptions of a rule, each under a name of its own."""
    seen: Counter[str] = Counter()
    for entry in rule.exceptions:
        name = f"{entry.name} ({entry.section})"
        seen[name] += 1
        yield name if seen[name] == 1 else f"{name}, {seen[name]}", entry


def _exceptions(rule: Rule) -> dict[str, str]:
    return {name: exception_text(entry) for name, entry in named_exceptions(rule)}


def _exception_conditions(rule: Rule) -> Counter[tuple[str, str]]:
    return Counter(
        (name, text) for name, entry in named_exceptions(rule) for text in entry.conditions
    )


@dataclass(frozen=True)
class Limit:
    """A metric against a limit, and the paragraph in which it stands."""

    place: str
    metric: str
    op: str
    text: str

    @property
    def operator(self) -> str:
        """The operator as a sign."""
        return OPERATORS[self.op][0]

    @property
    def unit(self) -> str:
        """The unit of the metric."""
        return METRIC_UNITS[self.metric]


def limits_of(rule: Rule) -> list[Limit]:
    """Every limit of a rule, paragraph by paragraph, those of ``unless`` and of exceptions last."""
    parts = [(entry.id, entry.when) for entry in rule.provisions]
    parts += [("unless", rule.unless)] if rule.unless else []
    parts += [(name, entry.when) for name, entry in named_exceptions(rule)]
    atoms = (
        (place, leaf) for place, when in parts for leaf in leaves(when) if isinstance(leaf, Atom)
    )
    return list(
        dict.fromkeys(Limit(place, atom.metric, atom.op, atom.text) for place, atom in atoms)
    )


def _limits(before: Rule, after: Rule) -> Iterator[Change]:
    """The limits of both side by side, those on one metric with one operator, equal ones first.

    They are held against each other within a paragraph; where the rules have no paragraph in common, over the whole rule.
    """
    sides = limits_of(before), limits_of(after)
    by_place = not {one.place for one in sides[0]}.isdisjoint(one.place for one in sides[1])

    def key(one: Limit) -> tuple[str, str, str]:
        return (one.place if by_place else "", one.metric, one.op)

    for shared in dict.fromkeys(key(one) for side in sides for one in side):
        was, now = ({one.text: one for one in side if key(one) == shared} for side in sides)
        both = [text for text in was if text in now]
        lone = zip_longest(
            [text for text in was if text not in both], [text for text in now if text not in both]
        )
        for old, new in (*((text, text) for text in both), *lone):
            yield _limit_change(was.get(old or ""), now.get(new or ""))


def _limit_change(was: Limit | None, now: Limit | None) -> Change:
    one = was or now
    assert one is not None, "a limit of either side"
    names = dict.fromkeys(side.place for side in (was, now) if side)
    change = _change(
        "limit", " → ".join(names), was.text if was else None, now.text if now else None
    )
    return replace(change, metric=one.metric, operator=one.operator, unit=one.unit)
