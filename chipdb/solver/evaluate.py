"""A condition under one assignment, and the control list of a day that conditions may refer to."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable
from functools import cached_property

from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import short_repr
from chipdb.rules.conditions import (
    Atom,
    BooleanAlgebra,
    Condition,
    Fact,
    Leaf,
    NamedChip,
    Outcome,
    SomeMember,
    leaves,
    members_in,
)
from chipdb.rules.rule import Rule
from chipdb.solver.intervals import ChipAssignment, chip_assignments, ways_to_settle
from chipdb.solver.item import Assignment, Interpretation, parts_of
from chipdb.vocabulary import Kind, RuleQuestion

CLASSIFYING = (RuleQuestion.CLASSIFICATION, RuleQuestion.AT_CONTROL)
"""The questions whose rules make up the control list, in the order in which they are asked."""


@short_repr
@dataclass(frozen=True)
class ControlList:
    """The classification and at-control rules of a day, which other rules refer to by outcome."""

    rules: tuple[Rule, ...]

    def of_kind(self, kind: str, question: str) -> list[Rule]:
        """The rules of one question for one kind of item, in the order of the rulebook.

        ``kind`` is a value of :class:`~chipdb.vocabulary.Kind`, ``question`` one of
        :data:`CLASSIFYING`.
        """
        rules = []
        for rule in self.rules:
            # A rule that names no kind is about every kind.
            fits = not rule.kinds or kind in rule.kinds
            if rule.question == question and fits:
                rules.append(rule)
        return rules

    # every check asks for them, and all checks of a question share the control list
    @cached_property
    def modules(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The outcomes of systems that contain a chip, with the chip's outcomes that lead to each.

        For example 4A090.a with (3A090.a,): a computer that contains a 3A090.a circuit.
        """
        modules: list[tuple[str, tuple[str, ...]]] = []
        for rule in self.of_kind(Kind.SYSTEM, RuleQuestion.CLASSIFICATION):
            for provision in rule.provisions:
                match provision.when:
                    case SomeMember(Outcome(names)):
                        modules.append((provision.outcome, names))
        return tuple(modules)

    def leaves(self, rule: Rule, extra: tuple[Condition, ...] = ()) -> tuple[Condition, ...]:
        """Every leaf that decides a rule, those of rules it refers to by outcome included.

        ``extra`` are further conditions whose leaves count. Each leaf is given once.
        """
        deciding = list(_leaves(rule))
        for condition in extra:
            deciding.extend(leaves(condition))

        # "Classified under 3A090" hides thresholds of 3A090, which must divide the unknowns too.
        for other in self.bearing(outcomes_in(deciding)):
            deciding.extend(_leaves(other))

        # One leaf may be reached through several rules; comparing leaves takes longer than
        # comparing their identities.
        by_identity = {id(leaf): leaf for leaf in deciding}
        return tuple(by_identity.values())

    def bearing(self, names: Iterable[str]) -> tuple[Rule, ...]:
        """The rules that may give one of these outcomes, and those they refer to in turn.

        For 4A090.a these are the rules of 4A090 and of 3A090, whose chips it asks for.
        """
        return _bearing(self.rules, frozenset(names))

    def assignments(
        self,
        rule: Rule,
        interpretation: Interpretation,
        kind: str,
        extra: tuple[Condition, ...] = (),
    ) -> list[Assignment]:
        """Assignments of an item that together give every answer the rule can give.

        ``kind`` is the kind of the item, ``extra`` are further conditions whose thresholds must
        divide the unknowns. The list is never empty; it has one entry where everything that the
        rule asks for is known.
        """
        deciding = self.leaves(rule, extra)
        of_each_chip: list[list[ChipAssignment]] = []
        for known in interpretation.chips:
            of_each_chip.append(list(chip_assignments(known, deciding)))

        # A system of several kinds of chips: rules ask "some member", so its other chips matter
        # only by their answers.
        if len(of_each_chip) > 1:
            of_each_chip = self._one_for_each_answer(rule, of_each_chip)

        assignments: list[Assignment] = []
        for facts in ways_to_settle(interpretation.facts):
            for chips in itertools.product(*of_each_chip):
                assignments.append(Assignment(kind, chips, facts))
        return assignments

    def _one_for_each_answer(
        self, rule: Rule, of_each_chip: list[list[ChipAssignment]]
    ) -> list[list[ChipAssignment]]:
        """Reduce each chip but the leading one to one assignment for each of its answers.

        Without this the combinations of a system's chips would multiply. An answer is whether the
        chip meets each condition that ``rule``, and the rules that it refers to, ask of a member.
        """
        rules = (rule, *self.bearing(outcomes_in(_leaves(rule))))
        asked_of_members: list[Condition] = []
        for other in rules:
            for condition in other.deciding():
                asked_of_members.extend(members_in(condition))

        lead, *others = of_each_chip
        reduced = [lead]
        for assignments in others:
            by_answer: dict[tuple[bool, ...], ChipAssignment] = {}
            for assignment in assignments:
                evaluator = Evaluator(self, Assignment(Kind.PROCESSOR, (assignment,)))
                answer = tuple(evaluator.holds(condition) for condition in asked_of_members)
                by_answer[answer] = assignment
            reduced.append(list(by_answer.values()))
        return reduced

    def outcomes(self, assignment: Assignment, asked: tuple[str, ...]) -> frozenset[str]:
        """The outcomes given by the rules that bear on those asked for.

        Other rules of the day are left out, so an outcome that is not asked for may be absent.
        """
        outcomes: set[str] = set()
        bearing = self.bearing(asked)
        for question in CLASSIFYING:
            # At-control entries may exclude what a classification has met, so they see its
            # outcomes, but not each other's.
            so_far = frozenset(outcomes)
            for rule in self.of_kind(assignment.kind, question):
                if rule not in bearing:
                    continue
                met = provisions_met(rule, Evaluator(self, assignment, so_far))
                if met:
                    _, outcome = met[0]
                    outcomes.add(outcome)
        return frozenset(outcomes)


@functools.lru_cache(maxsize=256)
def _leaves(rule: Rule) -> tuple[Condition, ...]:
    """The leaves of a rule, gathered once: every license rule of a day asks for those of 3A090."""
    return rule.leaves()


@functools.lru_cache(maxsize=256)
def _bearing(rules: tuple[Rule, ...], names: frozenset[str]) -> tuple[Rule, ...]:
    """The rules that may give some outcomes, and those these refer to, each once.

    Those that are nearer to ``names`` come first, each round in the order of ``rules``.
    """
    wanted = set(names)
    bearing: dict[Rule, None] = {}
    # A computer of 4A003.z.1 refers to 4A090, which refers to the chips of 3A090: each round adds
    # what the rules found so far refer to, until no rule is added.
    while True:
        found_before = len(bearing)
        for rule in rules:
            if not wanted.isdisjoint(rule.outcomes()):
                bearing[rule] = None
        if len(bearing) == found_before:
            return tuple(bearing)
        for rule in bearing:
            wanted |= outcomes_in(rule.leaves())


def outcomes_in(conditions: Iterable[Condition]) -> set[str]:
    """The outcomes of the control list that some conditions refer to.

    >>> sorted(outcomes_in([Outcome(("3A090.a", "4A090.a")), Fact("digital", True)]))
    ['3A090.a', '4A090.a']
    """
    outcomes: set[str] = set()
    for condition in conditions:
        if isinstance(condition, Outcome):
            outcomes.update(condition.names)
    return outcomes


class Evaluator(BooleanAlgebra):
    """Evaluates conditions under one assignment of an item, where nothing is unknown.

    ``outcomes`` are the item's outcomes where they are known already; otherwise the control list
    gives them when a condition first asks. This is the plain reading of a rule; answers about
    chips come from :mod:`chipdb.solver.cells`, which says the same and keeps what it found.

    >>> from fractions import Fraction
    >>> chip = ChipAssignment({"tpp": Fraction(4800)}, {})
    >>> evaluator = Evaluator(ControlList(()), Assignment(Kind.PROCESSOR, (chip,)))
    >>> evaluator.holds(Atom("tpp", "ge", Fraction(4800), "4800"))
    True
    """

    def __init__(
        self,
        control_list: ControlList,
        assignment: Assignment,
        outcomes: frozenset[str] | None = None,
    ) -> None:
        """Start without outcomes unless they are given: most conditions never ask for them."""
        self.control_list = control_list
        self.assignment = assignment
        self._outcomes = outcomes
        self._outcomes_for: dict[tuple[str, ...], frozenset[str]] = {}

    def leaf(self, leaf: Leaf) -> bool:
        """Whether a leaf holds. Metrics are those of the leading chip.

        Raises :class:`KeyError` for a metric or a fact that the assignment does not settle.
        """
        item = self.assignment
        match leaf:
            case Atom(metric):
                return leaf.holds(item.lead.value(metric))
            case Fact(name, expected):
                # A fact of the item as a whole comes before that of its leading chip.
                facts = item.facts if name in item.facts else item.lead.facts
                return facts[name] == expected
            case Outcome(names):
                return not self._outcomes_among(names).isdisjoint(names)
            case NamedChip(ids):
                # A system counts as one of the named chips if it contains one.
                return any(chip.part in ids for chip in item.chips)

    def _outcomes_among(self, names: tuple[str, ...]) -> frozenset[str]:
        """The item's outcomes, with those of ``names`` among them if they are met.

        Others may be among them or not: only rules that bear on ``names`` are evaluated.
        """
        if self._outcomes is not None:
            return self._outcomes
        # The same group of entries is named by many conditions of a rule.
        if names not in self._outcomes_for:
            self._outcomes_for[names] = self.control_list.outcomes(self.assignment, names)
        return self._outcomes_for[names]

    def member(self, condition: Condition) -> bool:
        """Whether some chip of the system meets a condition, each taken as an item of its own.

        So its outcomes are those of a processor, and facts of the system are not asked.
        """
        for chip in self.assignment.chips:
            alone = Evaluator(self.control_list, Assignment(Kind.PROCESSOR, (chip,)))
            if alone.holds(condition):
                return True
        return False


def provisions_met(rule: Rule, evaluator: BooleanAlgebra) -> list[tuple[str, str]]:
    """The provisions met that lead to the outcome, as (id, outcome).

    Empty where the rule is not met. The first provision that is met gives the outcome; later ones
    count only if they lead to the same. ``evaluator`` says whether a condition holds.

    >>> from chipdb.rules.conditions import All, AnyOf
    >>> from chipdb.rules.rule import Provision
    >>> always, never = All(()), AnyOf(())
    >>> whens = (("a", "3A090.a", never), ("b", "3A090.b", always), ("c", "3A090.c", always))
    >>> provisions = tuple(Provision(*each) for each in whens)
    >>> rule = Rule(id="r", question=RuleQuestion.CLASSIFICATION, provisions=provisions)
    >>> empty = Assignment(Kind.PROCESSOR, (ChipAssignment({}, {}),))
    >>> provisions_met(rule, Evaluator(ControlList((rule,)), empty))
    [('b', '3A090.b')]
    """
    if rule.unless is not None and evaluator.holds(rule.unless):
        return []

    met: list[tuple[str, str]] = []
    for provision in rule.provisions:
        # A provision that leads elsewhere need not be evaluated.
        leads_there = not met or provision.outcome == met[0][1]
        if leads_there and evaluator.holds(provision.when):
            met.append((provision.id, provision.outcome))
    return met


def metrics_named(rule: Rule, control_list: ControlList) -> frozenset[str]:
    """The metrics that a rule asks for, by itself or through rules it refers to.

    Derived ones as they are, without their parts: see :func:`~chipdb.solver.item.parts_of`.
    """
    leaves_asked = control_list.leaves(rule)
    return frozenset(leaf.metric for leaf in leaves_asked if isinstance(leaf, Atom))


def names_of(rule: Rule, control_list: ControlList) -> frozenset[str]:
    """The metrics, their parts and the facts that a rule depends on.

    Rules that share none of them are independent: no missing figure decides both.
    """
    leaves_asked = control_list.leaves(rule)
    facts = frozenset(leaf.name for leaf in leaves_asked if isinstance(leaf, Fact))
    return facts | parts_of(metrics_named(rule, control_list))
