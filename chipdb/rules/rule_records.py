"""Rules from their records in ``data/rules``, or in a user's file, as plain values.

The keys of a record are described by :mod:`chipdb.rules.schema`, which also validates them; here a
record that was found valid becomes a :class:`~chipdb.rules.rule.Rule`. Conditions and scopes check
themselves while they are read, because their trees have no schema.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    NamedChip,
    Not,
    Outcome,
    SomeMember,
)
from chipdb.rules.rule import (
    Bar,
    Dates,
    LicenseException,
    NamedPlace,
    Provision,
    Review,
    ReviewSide,
    Rule,
    RuleCaution,
    WayOut,
)
from chipdb.rules.scopes import scope_from
from chipdb.units import METRIC_UNITS, exact
from chipdb.vocabulary import CautionKind, Kind, Policy, PolicyState, RuleQuestion

Path = tuple[str | int, ...]
"""The place of something in a record: keys and list positions, from the outside in."""


class RuleError(ValueError):
    """What is wrong with a rule's record; ``place`` is the path inside it."""

    def __init__(self, place: Path, message: str) -> None:
        """Store the path with the message, so that the line in the file can be named later."""
        super().__init__(message)
        self.place = place


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

    >>> _branch("outcome", ["3A090.a", "3A090.b"], ("when", "outcome"))
    Outcome(names=('3A090.a', '3A090.b'))
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
    """The conditions of a list, each read with its index in the path.

    Raises :class:`RuleError` for anything but a list. An empty list is a condition without parts.
    """
    if not isinstance(records, list):
        raise RuleError(place, "expected a list of conditions")
    parts = []
    for index, record in enumerate(records):
        parts.append(condition_from(record, (*place, index)))
    return tuple(parts)


def _atom(record: dict[str, Any], place: Path) -> Atom:
    """A comparison of a metric from its record, such as ``{metric: tpp, ge: 4800}``.

    Raises :class:`RuleError` for an unknown metric, several operators, or what is not a number.

    >>> _atom({"metric": "tpp", "ge": "4800"}, ())
    Atom(metric='tpp', op='ge', limit=Fraction(4800, 1), text='4800')
    """
    operator = _operator_of(record, place)
    metric = record["metric"]
    if metric not in METRIC_UNITS:
        hint = nearest(str(metric), list(METRIC_UNITS))
        raise RuleError((*place, "metric"), f"{metric!r} is not a metric{hint}")

    # The YAML reader leaves scalars as text, so a threshold keeps the digits that the rule prints.
    text = record[operator]
    if not isinstance(text, str):
        raise RuleError((*place, operator), "expected a number")

    try:
        return Atom(metric, operator, exact(text), text)
    except QuantityError as error:
        raise RuleError((*place, operator), str(error)) from None


def _operator_of(record: dict[str, Any], place: Path) -> str:
    """The one operator of a comparison's record, a key of :data:`OPERATORS`.

    Raises :class:`RuleError` for none, for several, and for what is not an operator. Two in one
    record would read as a range, which rules write as ``all`` of two comparisons.
    """
    operators = [key for key in record if key != "metric"]
    if len(operators) != 1 or operators[0] not in OPERATORS:
        got = ", ".join(operators) or "none"
        raise RuleError(place, f"a metric has one operator: ge, gt, le or lt; got {got}")
    return operators[0]


def _fact(record: dict[str, Any], place: Path) -> Fact:
    """A fact from its record, such as ``{fact: datacenter, is: true}``.

    Raises :class:`RuleError` for another form or an unknown fact.

    >>> _fact({"fact": "datacenter", "is": "false"}, ())
    Fact(name='datacenter', expected=False)
    """
    # A fact without ``is`` would have to default, and a misread default silently clears chips.
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
    """One text or a list of them; :class:`RuleError` for anything else.

    >>> _texts("3A090.a", ()), _texts(["3A090.a", "3A090.b"], ())
    (('3A090.a',), ('3A090.a', '3A090.b'))
    """
    if isinstance(value, str):
        return (value,)
    # Conditions have no schema, so a user's file may have a mapping here, or a list of lists.
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
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
    ways_out = tuple(_ways_out(record))
    # A number of the data is text, as every scalar of it is.
    application_days: int | None = None
    if record.get("application_days"):
        application_days = int(record["application_days"])

    return Rule(
        id=record["id"],
        question=RuleQuestion(record["question"]),
        provisions=tuple(map(_provision, record["provisions"])),
        title=record.get("title") or "",
        citation=_citation(record.get("citation")),
        dates=_dates(record.get("dates")),
        kinds=tuple(map(Kind, _listed(record, "kind"))),
        scope=scope_from(record.get("scope")),
        unless=_exclusion(record, ways_out),
        exceptions=tuple(map(_exception, _entries(record, "exceptions"))),
        addressees=_listed(record, "addressees"),
        conditions=_listed(record, "conditions"),
        review=tuple(map(_review, _entries(record, "review"))),
        changes=record.get("changes") or "",
        enacted_as=record.get("enacted_as"),
        cautions=tuple(map(_caution, _entries(record, "cautions"))),
        lifted_by=_listed(record, "lifted_by"),
        bars=_bar(record.get("bars")),
        presumes=record.get("presumes"),
        ways_out=ways_out,
        application_days=application_days,
        named=tuple(map(_named_place, _entries(record, "named"))),
    )


def _entries(record: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """The records under a key; none where the key is absent or empty."""
    entries: list[dict[str, Any]] = record.get(key) or []
    return entries


def _citation(value: Any) -> dict[str, Any]:
    """Where a rule is printed; a user's rule may cite just a document's name, or nothing.

    >>> _citation("91 FR 1684"), _citation(None)
    ({'document': '91 FR 1684'}, {})
    """
    citation: Any = value or {}
    if isinstance(citation, str):
        return {"document": citation}
    return dict(citation)


def _exclusion(record: dict[str, Any], ways_out: tuple[WayOut, ...]) -> Condition | None:
    """What takes an item out of every provision: the stated exclusion, or any way out.

    None where nothing does.
    """
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
    """The ways out of a presumption, each with the whole condition under which it is open.

    Note 1 to 3A090.a limits the transistors under some of its ways. The data states that
    condition once, under ``count``, and each way with ``counted`` needs it in addition to its own.
    """
    for entry in _entries(record, "ways_out"):
        when = condition_from(entry["when"])
        if entry.get("counted") == "true":
            when = All((when, condition_from(record["count"])))
        yield WayOut(entry["way"], when)


def _listed(record: dict[str, Any], key: str) -> tuple[str, ...]:
    """The texts of a key, which may be one text, a list or absent.

    >>> _listed({"kind": "processor"}, "kind"), _listed({}, "kind")
    (('processor',), ())
    """
    return _texts(record.get(key) or [], ())


def _when(entry: dict[str, Any]) -> Condition:
    """The condition of an entry; an entry without one always applies.

    >>> _when({"name": "NAC"})
    All(parts=())
    """
    if not entry.get("when"):
        return _ALWAYS
    return condition_from(entry["when"])


def _provision(entry: dict[str, Any]) -> Provision:
    """A provision from its record; without an outcome of its own it leads to its id.

    >>> _provision({"id": "3A090.a", "when": {"metric": "tpp", "ge": "4800"}}).outcome
    '3A090.a'
    """
    when = _when(entry)
    outcome = entry.get("outcome") or entry["id"]
    return Provision(entry["id"], outcome, when, _public_part(entry, when))


def _public_part(entry: dict[str, Any], when: Condition) -> Condition | None:
    """The part of a provision's condition that published documents state; None if all of it.

    Some provisions of letters are known only from the press (``reported``), others in all but
    the part that a further condition marks off (``reported_unless``).
    """
    if entry.get("reported_unless"):
        return All((when, condition_from(entry["reported_unless"])))
    if entry.get("reported") == "true":
        # A condition that never holds: no published document states any part of it.
        return AnyOf(())
    return None


def _dates(entry: dict[str, str | None] | None) -> Dates:
    """The dates of a record; a day that is absent or empty is None.

    >>> _dates({"effective": "2023-11-17", "ends": ""}).effective
    datetime.date(2023, 11, 17)
    """
    if entry is None:
        return Dates()
    return Dates(**{name: date.fromisoformat(text) for name, text in entry.items() if text})


def _exception(entry: dict[str, Any]) -> LicenseException:
    """A license exception from its record.

    Without dates of its own it is there whenever its rule applies.
    """
    return LicenseException(
        name=entry["name"],
        section=entry["section"],
        when=_when(entry),
        scope=scope_from(entry.get("scope")),
        dates=_dates(entry.get("dates")),
        conditions=_listed(entry, "conditions"),
        closed=entry.get("closed") or "",
        restricted=entry.get("restricted") or "",
        depends_on=entry.get("depends_on") or "",
    )


def _bar(entry: dict[str, Any] | None) -> Bar | None:
    """Which exceptions a rule bars, from its record; None if it bars none."""
    if entry is None:
        return None
    return Bar(_listed(entry, "exceptions"), entry["section"])


def _named_place(entry: dict[str, Any]) -> NamedPlace:
    """A country that a rule names, from its record; ``from`` is absent if it was always there."""
    since: date | None = None
    if entry.get("from"):
        since = date.fromisoformat(entry["from"])
    return NamedPlace(entry["place"], entry["because"], since)


def _caution(entry: dict[str, Any]) -> RuleCaution:
    """A caution from its record; scalars of data files are texts."""
    return RuleCaution(
        kind=CautionKind(entry["kind"]),
        text=entry["text"],
        text_if_open=entry.get("text_if_open") or "",
        topic=entry.get("topic"),
        scope=scope_from(entry.get("scope")),
        could_require_license=entry.get("could_require_license") == "true",
        unless_required=entry.get("unless_required") == "true",
    )


def _review(entry: dict[str, Any]) -> Review:
    """A review policy from its record; without a policy, none was read unless the record says more.

    >>> _review({"policy": "presumption-of-denial"}).state.value
    'known'
    >>> _review({}).state.value
    'not-read'
    """
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
        sides=tuple(map(_review_side, entry.get("sides") or ())),
        when=_when(entry),
        scope=scope_from(entry.get("scope")),
        of=_listed(entry, "of"),
    )


def _review_side(entry: dict[str, Any]) -> ReviewSide:
    """Another policy to which a text leads, from its record."""
    return ReviewSide(entry["because"], Policy(entry["policy"]))
