"""Folding a rule over samples: what it says of a value for everything."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chipdb.rules.conditions import (
    Atom,
    Condition,
    Fact,
    NamedChip,
    Outcome,
    SomeMember,
    fold,
    leaves,
    members_in,
)
from chipdb.rules.rule import Rule
from chipdb.solver.intervals import ChipAssignment, points
from chipdb.solver.item import Assignment, Interpretation, parts_of
from chipdb.vocabulary import Kind, RuleQuestion

CLASSIFYING = (RuleQuestion.CLASSIFICATION, RuleQuestion.AT_CONTROL)


@dataclass(frozen=True)
class ControlList:
    """The classification and at-control rules of a day, which other rules refer to by outcome."""

    rules: tuple[Rule, ...]

    def of_kind(self, kind: str, question: str) -> list[Rule]:
        """Those of one question for one kind of item."""
        return [
            rule
            for rule in self.rules
            if rule.question == question and (not rule.kinds or kind in rule.kinds)
        ]

    def modules(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The outcomes of systems that contain a chip, each with the chip's outcomes that lead to it."""
        for rule in self.of_kind(Kind.SYSTEM, RuleQuestion.CLASSIFICATION):
            for provision in rule.provisions:
                match provision.when:
                    case SomeMember(Outcome(names)):
                        yield provision.outcome, names

    def leaves(self, rule: Rule, extra: tuple[Condition, ...] = ()) -> tuple[Condition, ...]:
        """Every leaf that decides a rule (and further conditions), those of rules it refers to by outcome included."""
        own = _leaves(rule)
        if extra:
            own = (*own, *(leaf for condition in extra for leaf in leaves(condition)))
        others = (leaf for other in self.bearing(_outcomes_in(own)) for leaf in _leaves(other))
        return tuple({id(leaf): leaf for leaf in (*own, *others)}.values())

    def bearing(self, names: Iterable[str]) -> tuple[Rule, ...]:
        """The rules that may give one of these outcomes, and those that they ask for an outcome in turn."""
        return _bearing(self.rules, frozenset(names))

    def assignments(
        self,
        rule: Rule,
        interpretation: Interpretation,
        kind: str,
        extra: tuple[Condition, ...] = (),
    ) -> list[Assignment]:
        """Samples of a standpoint that together give every answer the rule (and further conditions) can give."""
        cut_by = self.leaves(rule, extra)
        each = [list(points(view, cut_by)) for view in interpretation.views]
        if len(each) > 1:
            each = self._telling(rule, each)
        items = [
            dict(zip(interpretation.facts, chosen, strict=True))
            for chosen in _values(interpretation.facts)
        ]
        return [
            Assignment(kind, combined, facts)
            for facts in items
            for combined in itertools.product(*each)
        ]

    def _telling(self, rule: Rule, each: list[list[ChipAssignment]]) -> list[list[ChipAssignment]]:
        """Of the chips beside the leading one, a point for each way they answer what is asked of members."""
        rules = (rule, *self.bearing(_outcomes_in(_leaves(rule))))
        asked = [
            inner
            for other in rules
            for condition in other.deciding()
            for inner in members_in(condition)
        ]

        def told(point: ChipAssignment) -> tuple[bool, ...]:
            judge = Evaluator(self, Assignment(Kind.PROCESSOR, (point,)))
            return tuple(judge.holds(condition) for condition in asked)

        lead, *others = each
        return [lead, *([*{told(point): point for point in found}.values()] for found in others)]

    def outcomes(self, assignment: Assignment, asked: tuple[str, ...]) -> frozenset[str]:
        """What the rules that bear on the outcomes asked for say of a sample, classification before at-control."""
        names: set[str] = set()
        bearing = self.bearing(asked)
        for question in CLASSIFYING:
            known = frozenset(names)
            for rule in self.of_kind(assignment.kind, question):
                if rule not in bearing:
                    continue
                met = provisions_met(rule, Evaluator(self, assignment, known))
                names |= {met[0][1]} if met else set()
        return frozenset(names)


@functools.lru_cache(maxsize=256)
def _leaves(rule: Rule) -> tuple[Condition, ...]:
    """The leaves of a rule, gathered once."""
    return rule.leaves()


@functools.lru_cache(maxsize=256)
def _bearing(rules: tuple[Rule, ...], names: frozenset[str]) -> tuple[Rule, ...]:
    wanted = set(names)
    found: dict[Rule, None] = {}
    for _ in CLASSIFYING:
        found |= dict.fromkeys(rule for rule in rules if not wanted.isdisjoint(rule.outcomes()))
        wanted |= {name for rule in found for name in _outcomes_in(rule.leaves())}
    return tuple(found)


def _values(facts: Mapping[str, bool | None]) -> Iterator[tuple[bool, ...]]:
    """Every way to settle some facts."""
    return itertools.product(
        *((True, False) if value is None else (value,) for value in facts.values())
    )


def _outcomes_in(found: Iterable[Condition]) -> set[str]:
    return {name for leaf in found if isinstance(leaf, Outcome) for name in leaf.names}


class Evaluator:
    """The fold of a condition over a sample."""

    def __init__(
        self, law: ControlList, assignment: Assignment, outcomes: frozenset[str] | None = None
    ) -> None:
        self.law = law
        self.assignment = assignment
        self._outcomes = outcomes
        self._asked: dict[tuple[str, ...], frozenset[str]] = {}

    def all_of(self, parts: Iterator[bool]) -> bool:
        return all(parts)

    def any_of(self, parts: Iterator[bool]) -> bool:
        return any(parts)

    def negated(self, part: bool) -> bool:
        return not part

    def leaf(self, leaf: Atom | Fact | Outcome | NamedChip) -> bool:
        match leaf:
            case Atom():
                return leaf.holds(self.assignment.lead.value(leaf.metric))
            case Fact():
                known_facts = {**self.assignment.lead.facts, **self.assignment.facts}
                return known_facts[leaf.name] == leaf.expected
            case Outcome(names):
                known = self._outcomes
                if known is None:
                    if names not in self._asked:
                        self._asked[names] = self.law.outcomes(self.assignment, names)
                    known = self._asked[names]
                return not known.isdisjoint(names)
            case NamedChip():
                return any(point.part in leaf.ids for point in self.assignment.points)

    def member(self, condition: Condition) -> bool:
        return any(
            fold(condition, Evaluator(self.law, Assignment(Kind.PROCESSOR, (point,))))
            for point in self.assignment.points
        )

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds."""
        return fold(condition, self)


def provisions_met(rule: Rule, judge: Evaluator) -> list[tuple[str, str]]:
    """The provisions met that lead to the outcome, as (id, outcome); empty where the rule is not met."""
    if rule.unless is not None and judge.holds(rule.unless):
        return []
    met: list[tuple[str, str]] = []
    for provision in rule.provisions:
        leads_there = not met or provision.outcome == met[0][1]
        if leads_there and judge.holds(provision.when):
            met.append((provision.id, provision.outcome))
    return met


def metrics_named(rule: Rule, law: ControlList) -> set[str]:
    """The metrics that a rule asks for, by itself or through rules it refers to."""
    return {leaf.metric for leaf in law.leaves(rule) if isinstance(leaf, Atom)}


def names_of(rule: Rule, law: ControlList) -> set[str]:
    """The metrics, their parts and the facts that a rule hangs on."""
    facts = {leaf.name for leaf in law.leaves(rule) if isinstance(leaf, Fact)}
    return facts | parts_of(metrics_named(rule, law))
