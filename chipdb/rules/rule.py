"""What a rule is: a dated legal instrument or proposal, read from its record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chipdb.catalog.lookup import nearest
from chipdb.errors import QuantityError
from chipdb.rules.conditions import (
    FACTS,
    OPERATORS,
    All,
    AnyOf,
    Atom,
    Condition,
    Fact,
    Member,
    Not,
    Outcome,
    Part,
    leaves,
)
from chipdb.rules.places import NO_SCOPE, Scope, scope_from
from chipdb.units import METRIC_UNITS, exact
from chipdb.vocabulary import Kind, Policy, RuleQuestion

POLICIES = tuple(Policy)
"""Review policies, the strictest first."""


class RuleError(ValueError):
    """A record that is no rule; ``place`` is the path inside it."""

    def __init__(self, place: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.place = place


@dataclass(frozen=True, slots=True)
class Provision:
    """One paragraph: its condition and the outcome it leads to."""

    id: str
    outcome: str
    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """Half-open validity; None is open. ``printed_ends`` is when the printed text moved on from what is still enforced."""

    published: date | None = None
    effective: date | None = None
    compliance: date | None = None
    ends: date | None = None
    enforcement_ends: date | None = None
    printed_ends: date | None = None
    evidence_to: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseException:
    """A license exception that may be open, with the conditions that figures cannot show."""

    name: str
    section: str
    when: Condition
    scope: Scope
    dates: Dates
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """A review policy, where it holds; of a review rule, also the license rules it bears on."""

    policy: Policy | None
    when: Condition
    scope: Scope
    of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Rule:
    """An instrument: scope, provisions in order, exceptions, review."""

    id: str
    question: RuleQuestion
    provisions: tuple[Provision, ...]
    title: str = ""
    citation: dict[str, Any] = field(default_factory=dict)
    dates: Dates = Dates()
    kinds: tuple[Kind, ...] = ()
    scope: Scope = NO_SCOPE
    unless: Condition | None = None
    exceptions: tuple[LicenseException, ...] = ()
    addressees: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    review: tuple[Review, ...] = ()
    changes: str = ""
    enacted_as: str | None = None

    @property
    def starts(self) -> date | None:
        """The first day it counts: a license from compliance where that is later, all else from effective."""
        days = [
            self.dates.effective,
            self.dates.compliance if self.question == RuleQuestion.LICENSE else None,
        ]
        known = [day for day in days if day]
        return max(known) if known else None

    @property
    def is_no_law(self) -> bool:
        """Whether it is a proposal, also one that is set among the law."""
        return self.question == RuleQuestion.PROPOSAL or self.enacted_as is not None

    def in_force(self, on: date, *, as_printed: bool = False) -> bool:
        """Whether it counts on a day; ``as_printed`` also where it stands in the books but is not enforced."""
        ends = [
            self.dates.ends,
            self.dates.printed_ends if as_printed else self.dates.enforcement_ends,
        ]
        started = self.starts is None or self.starts <= on
        return started and all(end is None or on < end for end in ends)

    def cited(self) -> str:
        """Its citation in one line."""
        parts = [self.citation.get("document"), self.citation.get("part")]
        return "; ".join(part for part in parts if part) or self.title or self.id

    def deciding(self) -> list[Condition]:
        """Every condition that decides its outcome."""
        return [provision.when for provision in self.provisions] + (
            [self.unless] if self.unless else []
        )

    def leaves(self) -> tuple[Condition, ...]:
        """Every leaf of the conditions that decide its outcome."""
        return tuple(leaf for condition in self.deciding() for leaf in leaves(condition))

    def outcomes(self) -> tuple[str, ...]:
        """Its outcomes, the strictest first."""
        return tuple(dict.fromkeys(provision.outcome for provision in self.provisions))


def entry_of(outcomes: set[str]) -> str | None:
    """The entry that paragraphs have in common: ``3A090`` of ``3A090.a`` and ``3A090.b``.

    >>> entry_of({"3A090.a", "3A090.b"})
    '3A090'
    """
    split = [outcome.split(".") for outcome in outcomes]
    common: list[str] = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return ".".join(common) or None


def condition_from(record: Any, place: tuple[str | int, ...] = ()) -> Condition:
    """A condition tree from its record; raises :class:`RuleError` with the path of what is wrong."""
    if not isinstance(record, dict) or not record:
        raise RuleError(place, "expected a condition such as {metric: tpp, ge: 1000}")
    if "metric" in record:
        return _atom(record, place)
    if "fact" in record:
        return _fact(record, place)
    if len(record) != 1:
        raise RuleError(
            place,
            f"one of all, any, not, metric, fact, outcome, part, member; got {', '.join(record)}",
        )
    key, inner = next(iter(record.items()))
    here = (*place, key)
    if key in ("all", "any"):
        if not isinstance(inner, list):
            raise RuleError(here, "expected a list of conditions")
        parts = tuple(condition_from(part, (*here, index)) for index, part in enumerate(inner))
        return All(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return Not(condition_from(inner, here))
    if key == "member":
        return Member(condition_from(inner, here))
    if key in ("outcome", "part"):
        names = _texts(inner, here)
        return Outcome(names) if key == "outcome" else Part(names)
    raise RuleError(
        here, "no such condition; one of all, any, not, metric, fact, outcome, part, member"
    )


def _atom(record: dict[str, Any], place: tuple[str | int, ...]) -> Atom:
    operators = [key for key in record if key != "metric"]
    if len(operators) != 1 or operators[0] not in OPERATORS:
        raise RuleError(
            place,
            f"a metric has one operator: ge, gt, le or lt; got {', '.join(operators) or 'none'}",
        )
    if record["metric"] not in METRIC_UNITS:
        raise RuleError(
            (*place, "metric"),
            f"{record['metric']!r} is no metric{nearest(str(record['metric']), list(METRIC_UNITS))}",
        )
    text = record[operators[0]]
    if not isinstance(text, str):
        raise RuleError((*place, operators[0]), "expected a number")
    try:
        return Atom(record["metric"], operators[0], exact(text), text)
    except QuantityError as error:
        raise RuleError((*place, operators[0]), str(error)) from None


def _fact(record: dict[str, Any], place: tuple[str | int, ...]) -> Fact:
    if set(record) != {"fact", "is"} or record["is"] not in ("true", "false"):
        raise RuleError(
            place, "a fact is written {fact: NAME, is: true} or {fact: NAME, is: false}"
        )
    if record["fact"] not in FACTS:
        raise RuleError(
            (*place, "fact"), f"{record['fact']!r} is no fact; one of {', '.join(FACTS)}"
        )
    return Fact(record["fact"], record["is"] == "true")


def _texts(value: Any, place: tuple[str | int, ...]) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise RuleError(place, "expected a list of names")
    return tuple(items)


_ALWAYS = All(())


def rule_from(record: dict[str, Any]) -> Rule:
    """A rule from its validated record."""
    citation = record.get("citation") or {}
    return Rule(
        id=record["id"],
        question=RuleQuestion(record["question"]),
        provisions=tuple(_provision(entry) for entry in record["provisions"]),
        title=record.get("title") or "",
        citation={"document": citation} if isinstance(citation, str) else citation,
        dates=_dates(record.get("dates")),
        kinds=tuple(Kind(name) for name in _texts(record.get("kind") or [], ())),
        scope=scope_from(record.get("scope")),
        unless=_when(record, "unless") if record.get("unless") else None,
        exceptions=tuple(_exception(entry) for entry in record.get("exceptions") or ()),
        addressees=_texts(record.get("addressees") or [], ()),
        conditions=_texts(record.get("conditions") or [], ()),
        review=tuple(_review(entry) for entry in record.get("review") or ()),
        changes=record.get("changes") or "",
        enacted_as=record.get("enacted_as"),
    )


def _when(entry: dict[str, Any], key: str = "when") -> Condition:
    return condition_from(entry[key]) if entry.get(key) else _ALWAYS


def _provision(entry: dict[str, Any]) -> Provision:
    return Provision(entry["id"], entry.get("outcome") or entry["id"], _when(entry))


def _dates(entry: dict[str, Any] | None) -> Dates:
    return Dates(
        **{name: date.fromisoformat(text) if text else None for name, text in (entry or {}).items()}
    )


def _exception(entry: dict[str, Any]) -> LicenseException:
    conditions = _texts(entry.get("conditions") or [], ())
    return LicenseException(
        name=entry["name"],
        section=entry["section"],
        when=_when(entry),
        scope=scope_from(entry.get("scope")),
        dates=_dates(entry.get("dates")),
        conditions=conditions,
    )


def _review(entry: dict[str, Any]) -> Review:
    return Review(
        Policy(entry["policy"]) if entry.get("policy") else None,
        _when(entry),
        scope_from(entry.get("scope")),
        _texts(entry.get("of") or [], ()),
    )
