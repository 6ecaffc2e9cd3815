"""Folding a rule over samples: what it says of a value for everything."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from chipdb.answers.spans import points
from chipdb.answers.subject import Sample, Standpoint, parts_of
from chipdb.rules.rule import Rule
from chipdb.rules.tree import Atom, Condition, Fact, Outcome, Part, fold, leaves

CLASSIFYING = ("classification", "at-control")


@dataclass(frozen=True)
class Law:
    """The classification and at-control rules of a day, which other rules refer to by outcome."""

    rules: tuple[Rule, ...]

    def of_kind(self, kind: str, question: str) -> list[Rule]:
        """Those of one question for one kind of item."""
        return [rule for rule in self.rules if rule.question == question and (not rule.kinds or kind in rule.kinds)]

    def leaves(self, rule: Rule, extra: tuple[Condition, ...] = ()) -> tuple[Condition, ...]:
        """Every leaf that decides a rule (and further conditions), those of rules it refers to by outcome included."""
        found = dict.fromkeys((*rule.leaves(), *(leaf for condition in extra for leaf in leaves(condition))))
        for _ in CLASSIFYING:
            names = {name for leaf in found if isinstance(leaf, Outcome) for name in leaf.names}
            for other in self.rules if names else ():
                if not names.isdisjoint(other.outcomes()):
                    found.update(dict.fromkeys(other.leaves()))
        return tuple(found)

    def samples(self, rule: Rule, standpoint: Standpoint, kind: str, extra: tuple[Condition, ...] = ()) -> list[Sample]:
        """Samples of a standpoint that together give every answer the rule (and further conditions) can give."""
        cut_by = self.leaves(rule, extra)
        each = [list(points(view, cut_by)) for view in standpoint.views]
        return [Sample(kind, combined) for combined in itertools.product(*each)]

    def outcomes(self, sample: Sample, asked: tuple[str, ...]) -> frozenset[str]:
        """What the classification rules say of a sample, and the at-control rules if one of theirs is asked for."""
        names: set[str] = set()
        for question in CLASSIFYING:
            known = frozenset(names)
            for rule in self.of_kind(sample.kind, question):
                if question != CLASSIFYING[0] and not set(rule.outcomes()) & set(asked):
                    continue
                met = provisions_met(rule, Judge(self, sample, known))
                names |= {met[0][1]} if met else set()
        return frozenset(names)


class Judge:
    """The fold of a condition over a sample."""

    def __init__(self, law: Law, sample: Sample, outcomes: frozenset[str] | None = None) -> None:
        self.law = law
        self.sample = sample
        self._outcomes = outcomes
        self._asked: dict[tuple[str, ...], frozenset[str]] = {}

    def all_of(self, parts: Iterator[bool]) -> bool:
        return all(list(parts))

    def any_of(self, parts: Iterator[bool]) -> bool:
        return any(list(parts))

    def negated(self, part: bool) -> bool:
        return not part

    def leaf(self, leaf: Atom | Fact | Outcome | Part) -> bool:
        match leaf:
            case Atom():
                return leaf.holds(self.sample.lead.value(leaf.metric))
            case Fact():
                return self.sample.lead.facts[leaf.name] == leaf.expected
            case Outcome(names):
                known = self._outcomes
                if known is None:
                    known = self._asked.get(names) or self.law.outcomes(self.sample, names)
                    self._asked[names] = known
                return not known.isdisjoint(names)
            case Part():
                return any(point.part in leaf.ids for point in self.sample.points)

    def member(self, condition: Condition) -> bool:
        return any(fold(condition, Judge(self.law, Sample("processor", (point,)))) for point in self.sample.points)

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds."""
        return fold(condition, self)


def provisions_met(rule: Rule, judge: Judge) -> list[tuple[str, str]]:
    """The provisions met that lead to the outcome, as (id, outcome); empty where the rule is not met."""
    if rule.unless is not None and judge.holds(rule.unless):
        return []
    met = [(provision.id, provision.outcome) for provision in rule.provisions if judge.holds(provision.when)]
    return [pair for pair in met if pair[1] == met[0][1]]


def metrics_named(rule: Rule, law: Law) -> set[str]:
    """The metrics that a rule asks for, by itself or through rules it refers to."""
    return {leaf.metric for leaf in law.leaves(rule) if isinstance(leaf, Atom)}


def names_of(rule: Rule, law: Law) -> set[str]:
    """The metrics, their parts and the facts that a rule hangs on."""
    facts = {leaf.name for leaf in law.leaves(rule) if isinstance(leaf, Fact)}
    return facts | parts_of(metrics_named(rule, law))
