"""The data format of rules as pydantic models, and every problem of a rule with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from chipdb.catalog.schema_types import Day, Flag, LocatedError, Strict, Words
from chipdb.catalog.yaml_text import Place
from chipdb.rules.places import places
from chipdb.rules.rule_records import RuleError, condition_from
from chipdb.rules.scopes import names_in, scope_from
from chipdb.vocabulary import CautionKind, Kind, Policy, PolicyState, RuleQuestion

Name = Annotated[str, Field(min_length=1)]
Count = Annotated[
    str, Field(pattern=r"^[1-9]\d*$"), WithJsonSchema({"type": ["string", "integer"]})
]
"""A number of days; the reader keeps scalars as texts, an editor shows a number."""


def _condition(record: Any) -> Any:
    """Validate a condition and return its record unchanged.

    Raises :class:`LocatedError` with every problem and its path.
    """
    if record is None:
        return record
    problems = list(_condition_problems(record, ()))
    if problems:
        raise LocatedError(problems)
    return record


def _condition_problems(record: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Every problem of a condition tree, with its path; ``place`` is the path of the tree itself.

    Reading a tree stops at its first problem, so the parts of ``all`` and ``any`` are read one
    by one.

    >>> list(_condition_problems({"all": [{"metric": "tpp"}, {"fact": "x"}]}, ()))[0]
    (('all', 0), 'a metric has one operator: ge, gt, le or lt; got none')
    """
    # Under ``not`` and ``member`` there is a single condition, which reading it covers.
    joint = _joint_of(record)
    if joint is not None:
        for index, part in enumerate(record[joint]):
            yield from _condition_problems(part, (*place, joint, index))
        return

    try:
        condition_from(record, place)
    except RuleError as error:
        yield error.place, str(error)


def _joint_of(record: Any) -> str | None:
    """``all`` or ``any`` if a condition is a list of parts under one of these, else None.

    >>> _joint_of({"all": []}), _joint_of({"metric": "tpp", "ge": "4800"})
    ('all', None)
    """
    if not isinstance(record, dict) or len(record) != 1:
        return None

    ((key, parts),) = record.items()
    # A joint whose value is not a list has a problem of its own, which reading it reports.
    if key not in ("all", "any") or not isinstance(parts, list):
        return None
    return str(key)


def _scope(record: Any) -> Any:
    """Validate a scope and return its record unchanged.

    Raises :class:`LocatedError` for names that are neither a country nor a country group, because
    a misspelt country would otherwise be noticed only when a check first asks this rule.
    """
    problems: list[tuple[Place, str]] = []
    for name in names_in(scope_from(record)):
        if not places().known(name):
            text = f"{name!r} is neither a country nor a country group such as D:5"
            problems.append(((), text))

    if problems:
        raise LocatedError(problems)
    return record


def _words(value: Any) -> Any:
    """One text as a list of one; anything else as it is, for pydantic to judge.

    >>> _words("chip")
    ['chip']
    """
    if isinstance(value, str):
        return [value]
    return value


def _document(value: Any) -> Any:
    """A citation that is only a document's name as a mapping; anything else as it is.

    >>> _document("91 FR 1684")
    {'document': '91 FR 1684'}
    """
    if isinstance(value, str):
        return {"document": value}
    return value


# Validated as a whole and kept as plain values: a recursive model would report each problem once
# for every kind of condition.
Condition = Annotated[Any, AfterValidator(_condition)]
ScopeText = Annotated[Any, AfterValidator(_scope)]


class Citation(Strict):
    """Where a rule is printed."""

    document: str
    part: str | None = None
    source: str | None = None


class Dates(Strict):
    """The dates of a rule; each period includes its first day and excludes the day it ends.

    ``enforcement_ends`` counts for the law as enforced, ``printed_ends`` for it as codified.
    """

    published: Day | None = None
    effective: Day | None = None
    compliance: Day | None = None
    ends: Day | None = None
    enforcement_ends: Day | None = None
    printed_ends: Day | None = None
    evidence_to: Day | None = None


class Provision(Strict):
    """One paragraph."""

    id: Name
    outcome: str | None = None
    when: Condition
    text: str | None = None
    reported: Flag = False
    reported_unless: Condition = None


class LicenseException(Strict):
    """A license exception that may be available."""

    name: Name
    section: Name
    when: Condition = None
    scope: ScopeText = None
    dates: Dates | None = None
    conditions: Words | None = None
    closed: str | None = None
    restricted: str | None = None
    depends_on: str | None = None


class Bar(Strict):
    """License exceptions of other rules that this one bars if it applies, and by what section."""

    exceptions: Words
    section: Name


class ReviewSide(Strict):
    """Another policy to which a text leads."""

    because: Name
    policy: Policy


class Review(Strict):
    """A review policy and where it applies."""

    policy: Policy | None = None
    policy_state: PolicyState | None = None
    text: str | None = None
    sides: list[ReviewSide] | None = None
    when: Condition = None
    scope: ScopeText = None
    of: Words | None = None


class RuleCaution(Strict):
    """What must be printed with an answer to which the rule may apply."""

    kind: CautionKind
    text: Name
    text_if_open: Name | None = None
    topic: Name | None = None
    scope: ScopeText = None
    could_require_license: Flag = False
    unless_required: Flag = False


class NamedPlace(Strict):
    """A country that the scope names, with why in words; ``from`` is the day the name came."""

    # Regions have longer codes than countries, so only the first two letters are checked.
    place: Annotated[str, Field(pattern=r"^[A-Z]{2}")]
    because: Name
    since: Day | None = Field(default=None, alias="from")


class WayOut(Strict):
    """A way to overcome a presumption; ``counted`` where the condition ``count`` must hold too."""

    way: Name
    when: Condition
    counted: Flag = False


class Rule(Strict):
    """One legal instrument or proposal."""

    id: Name
    question: RuleQuestion
    enacted_as: Literal["license"] | None = None
    title: str | None = None
    citation: (
        Annotated[Citation, BeforeValidator(_document, json_schema_input_type=str | Citation)]
        | None
    ) = None
    dates: Dates | None = None
    kind: (
        Annotated[list[Kind], BeforeValidator(_words, json_schema_input_type=Kind | list[Kind])]
        | None
    ) = None
    scope: ScopeText = None
    unless: Condition = None
    # Without a provision a rule would have no outcome and clear every chip.
    provisions: Annotated[list[Provision], Field(min_length=1)]
    exceptions: list[LicenseException] | None = None
    addressees: Words | None = None
    conditions: Words | None = None
    review: list[Review] | None = None
    changes: str | None = None
    cautions: list[RuleCaution] | None = None
    lifted_by: Words | None = None
    bars: Bar | None = None
    presumes: str | None = None
    ways_out: list[WayOut] | None = None
    count: Condition = None
    named: list[NamedPlace] | None = None
    application_days: Count | None = None

    @model_validator(mode="after")
    def _count_is_stated(self) -> Rule:
        """Raise :class:`ValueError` where a way out needs a count that is not stated."""
        if self.count is not None:
            return self
        for entry in self.ways_out or ():
            if entry.counted:
                raise ValueError("a way out is counted, so count must state the condition")
        return self
