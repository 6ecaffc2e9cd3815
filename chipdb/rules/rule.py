"""A rule: one dated legal instrument or proposal, read from its record in ``data/rules``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chipdb.catalog.lookup import nearest
from chipdb.errors import QuantityError
from chipdb.notebook import short_repr
from chipdb.rules.conditions import (
    FACTS,
    OPERATORS,
    All,
    AnyOf,
    Atom,
    Condition,
    Fact,
    Leaf,
    NamedChip,
    Not,
    Outcome,
    SomeMember,
    leaves,
)
from chipdb.rules.places import NO_SCOPE, Scope, scope_from
from chipdb.units import METRIC_UNITS, exact
from chipdb.vocabulary import CautionKind, Kind, Policy, PolicyState, RuleQuestion

POLICIES = tuple(Policy)
"""Review policies, the strictest first."""

Path = tuple[str | int, ...]
"""Where in a record something stands: keys and list positions, from the outside in."""


class RuleError(ValueError):
    """What is wrong with a rule's record; ``place`` is the path inside it."""

    def __init__(self, place: Path, message: str) -> None:
        """Keep the path beside the message, so that a file's line can be named later."""
        super().__init__(message)
        self.place = place


@short_repr
@dataclass(frozen=True, slots=True)
class Provision:
    """One paragraph: its condition and the outcome it leads to.

    ``public`` is the part of the condition that published documents state, where the press alone
    reports the rest; what only the rest leads to is contested. None where all of it is published.
    """

    id: str
    outcome: str
    when: Condition
    public: Condition | None = None

    @property
    def published(self) -> Condition:
        """Its condition as far as published documents state it."""
        return self.when if self.public is None else self.public


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of a rule. Each period includes its first day and excludes the day it ends.

    ``effective`` and ``compliance`` begin it, ``ends`` ends it; None means no such day.
    ``enforcement_ends`` ends it for the law as enforced, ``printed_ends`` for the law as
    codified. ``evidence_to`` is the last day to which sources were read.
    """

    published: date | None = None
    effective: date | None = None
    compliance: date | None = None
    ends: date | None = None
    enforcement_ends: date | None = None
    printed_ends: date | None = None
    evidence_to: date | None = None


# Compared by identity, as rules are, for the same reason.
@short_repr
@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LicenseException:
    """A license exception that may be available, with the conditions that figures cannot show.

    ``closed`` says why it is not available under this rule, whatever the item; empty if it may be.
    ``restricted`` says what closes it outside its scope; without it the scope itself is named.
    """

    name: str
    section: str
    when: Condition
    scope: Scope
    dates: Dates
    conditions: tuple[str, ...] = ()
    closed: str = ""
    restricted: str = ""


@dataclass(frozen=True, slots=True)
class ReviewSide:
    """Another policy to which a text leads, with why."""

    because: str
    policy: Policy


@short_repr
@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review policy and where it applies.

    ``policy`` is None where none is known; ``state`` says why, and ``text`` what the rule says
    instead. In a review rule, ``of`` names the license rules whose applications it governs.
    """

    policy: Policy | None
    when: Condition
    scope: Scope
    of: tuple[str, ...] = ()
    state: PolicyState = PolicyState.KNOWN
    text: str = ""
    sides: tuple[ReviewSide, ...] = ()


@short_repr
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCaution:
    """What must stand beside an answer to which this rule may apply, for some transactions.

    ``unless_required`` leaves it out where a license is required anyway.
    """

    kind: CautionKind
    text: str
    scope: Scope = NO_SCOPE
    could_require_license: bool = False
    unless_required: bool = False


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A country that a rule names, with the words for it; from a day on if ``since`` is given."""

    place: str
    because: str
    since: date | None = None


@short_repr
@dataclass(frozen=True, slots=True)
class WayOut:
    """A way to overcome a presumption: its letter in the note, and what must be attested."""

    way: str
    when: Condition


# Compared by identity: rules are keys of caches, and hashing a whole tree each time is slow.
@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Rule:
    """An instrument: scope, provisions in order, exceptions, review.

    The first provision that is met gives the outcome; ``unless`` is an exclusion that takes an
    item out of all of them. ``addressees`` are the companies that a letter is addressed to.
    ``conditions`` are what figures cannot show, ``cautions`` what must stand beside an answer.
    ``lifted_by`` names those of its exceptions that lift a text which is printed and not enforced.
    ``enacted_as`` is the question that a proposal would answer if it were law. ``presumes`` is the
    paragraph that a presumption puts an item in, unless one of ``ways_out`` overcomes it;
    ``application_days`` is how long an application counts there. ``named`` explains countries that
    the scope names.
    """

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
    cautions: tuple[RuleCaution, ...] = ()
    lifted_by: tuple[str, ...] = ()
    presumes: str | None = None
    ways_out: tuple[WayOut, ...] = ()
    application_days: int | None = None
    named: tuple[NamedPlace, ...] = ()

    def __repr__(self) -> str:
        """Its id and title, since the tree of conditions would fill pages."""
        return f"<Rule {self.id}: {self.title}>"

    @property
    def starts(self) -> date | None:
        """The first day on which it applies, or None if it always has.

        A license is required from the compliance date if that is later; everything else applies
        from the effective date.
        """
        # Some rules set a later day for compliance, such as 2024-12-31 for memory that 89 FR 96790
        # has controlled since 2024-12-02. No license is required in between.
        effective, compliance = self.dates.effective, self.dates.compliance
        if self.question != RuleQuestion.LICENSE or compliance is None:
            return effective
        if effective is None:
            return compliance
        return max(effective, compliance)

    @property
    def is_no_law(self) -> bool:
        """Whether it is a proposal, also one that is treated as law for this question."""
        return self.question == RuleQuestion.PROPOSAL or self.enacted_as is not None

    def in_force(self, on: date, *, as_printed: bool = False) -> bool:
        """Whether it applies on a day, as enforced or (``as_printed``) as codified.

        >>> import chipdb
        >>> chipdb.load_rules()["us-3a090-2022"].in_force(date(2023, 11, 17))
        False
        """
        starts = self.starts
        if starts is not None and on < starts:
            return False

        # Agencies stopped enforcing some rules that the Code still prints, and the printed text
        # of others has moved on from what is enforced, so each view has an end of its own.
        end_of_view = self.dates.enforcement_ends
        if as_printed:
            end_of_view = self.dates.printed_ends
        if end_of_view is not None and on >= end_of_view:
            return False
        return self.dates.ends is None or on < self.dates.ends

    def cited(self) -> str:
        """Its citation in one line; without one, its title or id."""
        parts = []
        for key in ("document", "part"):
            if self.citation.get(key):
                parts.append(self.citation[key])
        return "; ".join(parts) or self.title or self.id

    @property
    def rests_on_reports(self) -> bool:
        """Whether some of its numbers are known from the press alone."""
        return any(provision.public is not None for provision in self.provisions)

    def deciding(self) -> list[Condition]:
        """Every condition that decides its outcome: those of its provisions and the exclusion.

        The exclusion of a presumption holds its ways out too.
        """
        conditions = [provision.when for provision in self.provisions]
        if self.unless is not None:
            conditions.append(self.unless)
        return conditions

    def leaves(self) -> tuple[Leaf, ...]:
        """Every leaf of the conditions that decide its outcome, in the order written.

        Those of exceptions and of review policies are not among them.
        """
        collected: list[Leaf] = []
        for condition in self.deciding():
            collected += leaves(condition)
        return tuple(collected)

    def outcomes(self) -> tuple[str, ...]:
        """Its outcomes, the strictest first."""
        return tuple(dict.fromkeys(provision.outcome for provision in self.provisions))


def entry_of(outcomes: set[str]) -> str | None:
    """The entry that paragraphs have in common: ``3A090`` of ``3A090.a`` and ``3A090.b``.

    None if they have none in common.

    >>> entry_of({"3A090.a", "3A090.b"})
    '3A090'
    """
    # A contested paragraph leaves the entry itself settled: 3A090, whether .a or .b.
    split = [outcome.split(".") for outcome in outcomes]
    common: list[str] = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return ".".join(common) or None


def condition_from(record: Any, place: Path = ()) -> Condition:
    """A condition tree from its record; raises :class:`RuleError` with the path of what is wrong.

    >>> condition_from({"all": [{"metric": "tpp", "ge": "4800"}]})
    All(parts=(Atom(metric='tpp', op='ge', limit=Fraction(4800, 1), text='4800'),))
    """
    if not isinstance(record, dict) or not record:
        raise RuleError(place, "expected a condition such as {metric: tpp, ge: 1000}")

    # Only these two are written with several keys.
    if "metric" in record:
        return _atom(record, place)
    if "fact" in record:
        return _fact(record, place)
    if len(record) != 1:
        raise RuleError(place, f"expected one of {_CONDITIONS}; got {', '.join(record)}")

    ((key, inner),) = record.items()
    return _branch(key, inner, (*place, key))


_CONDITIONS = "all, any, not, metric, fact, outcome, part, member"


def _branch(key: str, inner: Any, here: Path) -> Condition:
    """A condition that is written with one key; ``here`` is the path of its value.

    Raises :class:`RuleError` for a key that no condition has.
    """
    match key:
        case "all":
            return All(_parts(inner, here))
        case "any":
            return AnyOf(_parts(inner, here))
        case "not":
            return Not(condition_from(inner, here))
        case "member":
            return SomeMember(condition_from(inner, here))
        case "outcome":
            return Outcome(_texts(inner, here))
        case "part":
            return NamedChip(_texts(inner, here))

    raise RuleError(here, f"not a valid condition; expected one of {_CONDITIONS}")


def _parts(records: Any, place: Path) -> tuple[Condition, ...]:
    """The conditions of a list, each read with its index in the path."""
    if not isinstance(records, list):
        raise RuleError(place, "expected a list of conditions")
    parts = []
    for index, record in enumerate(records):
        parts.append(condition_from(record, (*place, index)))
    return tuple(parts)


def _atom(record: dict[str, Any], place: Path) -> Atom:
    """A comparison of a metric from its record, such as ``{metric: tpp, ge: 4800}``.

    Raises :class:`RuleError` for an unknown metric, several operators, or what is not a number.
    """
    metric = record["metric"]
    operators = [key for key in record if key != "metric"]
    if len(operators) != 1 or operators[0] not in OPERATORS:
        got = ", ".join(operators) or "none"
        raise RuleError(place, f"a metric has one operator: ge, gt, le or lt; got {got}")

    if metric not in METRIC_UNITS:
        hint = nearest(str(metric), list(METRIC_UNITS))
        raise RuleError((*place, "metric"), f"{metric!r} is not a metric{hint}")

    # The YAML reader leaves scalars as text, so a threshold keeps the digits that the rule prints.
    operator = operators[0]
    text = record[operator]
    if not isinstance(text, str):
        raise RuleError((*place, operator), "expected a number")

    try:
        return Atom(metric, operator, exact(text), text)
    except QuantityError as error:
        raise RuleError((*place, operator), str(error)) from None


def _fact(record: dict[str, Any], place: Path) -> Fact:
    """A fact from its record, such as ``{fact: datacenter, is: true}``.

    Raises :class:`RuleError` for another form or an unknown fact.
    """
    # A fact without ``is`` would have to default, and a misread default clears chips in silence.
    has_its_keys = set(record) == {"fact", "is"}
    if not has_its_keys or record["is"] not in ("true", "false"):
        raise RuleError(
            place, "a fact is written {fact: NAME, is: true} or {fact: NAME, is: false}"
        )

    name = record["fact"]
    if name not in FACTS:
        raise RuleError((*place, "fact"), f"{name!r} is not a fact; one of {', '.join(FACTS)}")
    return Fact(name, record["is"] == "true")


def _texts(value: Any, place: Path) -> tuple[str, ...]:
    """One text or a list of them; :class:`RuleError` for anything else."""
    if isinstance(value, str):
        return (value,)
    if not isinstance(value, list):
        raise RuleError(place, "expected a list of names")
    for item in value:
        if not isinstance(item, str):
            raise RuleError(place, "expected a list of names")
    return tuple(value)


_ALWAYS = All(())


def rule_from(record: dict[str, Any]) -> Rule:
    """A rule from its validated record.

    Raises :class:`RuleError` for a condition and :class:`ValueError` for a scope that is not one.

    >>> provision = {"id": "a", "when": {"metric": "tpp", "ge": "4800"}}
    >>> record = {"id": "mine", "question": "classification", "provisions": [provision]}
    >>> rule_from(record).outcomes()
    ('a',)
    """
    # A user's rule may cite a document by its name alone.
    citation = record.get("citation") or {}
    if isinstance(citation, str):
        citation = {"document": citation}

    ways_out = tuple(_ways_out(record))
    application_days: int | None = None
    if record.get("application_days"):
        application_days = int(record["application_days"])

    return Rule(
        id=record["id"],
        question=RuleQuestion(record["question"]),
        provisions=tuple(map(_provision, record["provisions"])),
        title=record.get("title") or "",
        citation=citation,
        dates=_dates(record.get("dates")),
        kinds=tuple(Kind(name) for name in _listed(record, "kind")),
        scope=scope_from(record.get("scope")),
        unless=_exclusion(record, ways_out),
        exceptions=tuple(map(_exception, record.get("exceptions") or ())),
        addressees=_listed(record, "addressees"),
        conditions=_listed(record, "conditions"),
        review=tuple(map(_review, record.get("review") or ())),
        changes=record.get("changes") or "",
        enacted_as=record.get("enacted_as"),
        cautions=tuple(map(_caution, record.get("cautions") or ())),
        lifted_by=_listed(record, "lifted_by"),
        presumes=record.get("presumes"),
        ways_out=ways_out,
        application_days=application_days,
        named=tuple(map(_named_place, record.get("named") or ())),
    )


def _exclusion(record: dict[str, Any], ways_out: tuple[WayOut, ...]) -> Condition | None:
    """What takes an item out of every provision: the stated exclusion, or any way out."""
    stated: Condition | None = None
    if record.get("unless"):
        stated = condition_from(record["unless"])
    if not ways_out:
        return stated

    # A presumption that is overcome is not met, as if its exclusion held.
    conditions = [entry.when for entry in ways_out]
    if stated is not None:
        conditions.insert(0, stated)
    return AnyOf(tuple(conditions))


def _ways_out(record: dict[str, Any]) -> Iterator[WayOut]:
    """The ways out of a presumption; the condition on the count is written once for those it is in.

    A way with ``counted`` needs it beside its own condition.
    """
    for entry in record.get("ways_out") or ():
        when = condition_from(entry["when"])
        if entry.get("counted") == "true":
            when = All((when, condition_from(record["count"])))
        yield WayOut(entry["way"], when)


def _listed(record: dict[str, Any], key: str) -> tuple[str, ...]:
    """The texts of a key, which may be one text, a list or absent."""
    return _texts(record.get(key) or [], ())


def _when(entry: dict[str, Any]) -> Condition:
    """The condition of an entry; an entry without one always applies."""
    if not entry.get("when"):
        return _ALWAYS
    return condition_from(entry["when"])


def _provision(entry: dict[str, Any]) -> Provision:
    """A provision from its record; without an outcome of its own it leads to its id."""
    when = _when(entry)
    public: Condition | None = None
    if entry.get("reported_unless"):
        public = All((when, condition_from(entry["reported_unless"])))
    elif entry.get("reported") == "true":
        public = AnyOf(())
    return Provision(entry["id"], entry.get("outcome") or entry["id"], when, public)


def _dates(entry: dict[str, str | None] | None) -> Dates:
    """The dates of a record; a day that is absent or empty is None."""
    days = {}
    for name, text in (entry or {}).items():
        if text:
            days[name] = date.fromisoformat(text)
    return Dates(**days)


def _exception(entry: dict[str, Any]) -> LicenseException:
    """A license exception from its record."""
    return LicenseException(
        name=entry["name"],
        section=entry["section"],
        when=_when(entry),
        scope=scope_from(entry.get("scope")),
        dates=_dates(entry.get("dates")),
        conditions=_listed(entry, "conditions"),
        closed=entry.get("closed") or "",
        restricted=entry.get("restricted") or "",
    )


def _named_place(entry: dict[str, Any]) -> NamedPlace:
    """A country that a rule names, from its record."""
    since = date.fromisoformat(entry["from"]) if entry.get("from") else None
    return NamedPlace(entry["place"], entry["because"], since)


def _caution(entry: dict[str, Any]) -> RuleCaution:
    """A caution from its record; scalars of data files are texts."""
    return RuleCaution(
        kind=CautionKind(entry["kind"]),
        text=entry["text"],
        scope=scope_from(entry.get("scope")),
        could_require_license=entry.get("could_require_license") == "true",
        unless_required=entry.get("unless_required") == "true",
    )


def _review(entry: dict[str, Any]) -> Review:
    """A review policy from its record; without a policy, nobody read one unless it says more."""
    policy: Policy | None = None
    state = PolicyState.NOT_READ
    if entry.get("policy"):
        policy = Policy(entry["policy"])
        state = PolicyState.KNOWN
    if entry.get("policy_state") is not None:
        state = PolicyState(entry["policy_state"])
    return Review(
        policy=policy,
        state=state,
        text=entry.get("text") or "",
        sides=tuple(
            ReviewSide(side["because"], Policy(side["policy"])) for side in entry.get("sides") or ()
        ),
        when=_when(entry),
        scope=scope_from(entry.get("scope")),
        of=_listed(entry, "of"),
    )
