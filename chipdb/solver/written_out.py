"""Conditions written out: an outcome replaced by the conditions under which it is given.

"Classified under 3A090.a" is true where the rule of that entry says so. Written out, a condition
asks for figures and facts only, so it can be evaluated, or divided, without the control list. The
first provision of a rule that is met gives the outcome, so those before it must not be:

>>> from fractions import Fraction
>>> from chipdb.rules.conditions import Atom, text_of
>>> from chipdb.rules.rule import Provision
>>> at_least_8 = Provision("a.1", "3A090.a", Atom("tpp", "ge", Fraction(8), "8"))
>>> at_least_4 = Provision("b.1", "3A090.b", Atom("tpp", "ge", Fraction(4), "4"))
>>> provisions = (at_least_8, at_least_4)
>>> rule = Rule(id="entry", question=RuleQuestion.CLASSIFICATION, provisions=provisions)
>>> asked = Outcome(("3A090.b",))
>>> text_of(written_out(asked, ControlList((rule,)), Kind.PROCESSOR))
'(tpp >= 4 and not (tpp >= 8))'
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from chipdb.rules.conditions import (
    All,
    AnyOf,
    Condition,
    Leaf,
    NamedChip,
    Not,
    Outcome,
    SomeMember,
    fold,
)
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import CLASSIFYING, ControlList
from chipdb.vocabulary import Kind, RuleQuestion


def written_out(condition: Condition, control_list: ControlList, kind: str) -> Condition:
    """A condition on an item of some kind, without outcomes.

    ``control_list`` has the rules that may give the outcomes, ``kind`` is a value of
    :class:`~chipdb.vocabulary.Kind`. An outcome that no rule gives never holds:

    >>> written_out(Outcome(("3A090.a",)), ControlList(()), Kind.PROCESSOR)
    AnyOf(parts=())
    """
    return fold(condition, _WritingOut(control_list, kind, CLASSIFYING))


class _WritingOut:
    """The algebra that builds a tree again and replaces its outcomes.

    ``questions`` are those whose rules may give an outcome: entries for at-control see what the
    classification gave, and a classification sees no outcome of the item itself.
    """

    def __init__(
        self, control_list: ControlList, kind: str, questions: tuple[RuleQuestion, ...]
    ) -> None:
        """Keep what outcomes are looked up in."""
        self.control_list = control_list
        self.kind = kind
        self.questions = questions

    def all_of(self, parts: Iterator[Condition]) -> Condition:
        """All of the parts, written out."""
        return All(tuple(parts))

    def any_of(self, parts: Iterator[Condition]) -> Condition:
        """Any of the parts, written out."""
        return AnyOf(tuple(parts))

    def negated(self, part: Condition) -> Condition:
        """Not the part, written out."""
        return Not(part)

    def leaf(self, leaf: Leaf) -> Condition:
        """The leaf itself unless it is an outcome; a system is named by any chip in it.

        A letter that names a chip reaches a server with that chip, which has another id.
        """
        match leaf:
            case Outcome(names):
                return _given(self.control_list, self.kind, self.questions, names)
            case NamedChip() if self.kind == Kind.SYSTEM:
                return SomeMember(leaf)
            case _:
                return leaf

    def member(self, condition: Condition) -> Condition:
        """The condition on a chip of the system, which is an item of its own there.

        So the outcomes in it are those of a processor: 4A090.a asks for a chip of 3A090.a.
        """
        alone = written_out(condition, self.control_list, Kind.PROCESSOR)
        # A processor is the only chip in itself.
        if self.kind != Kind.SYSTEM:
            return alone
        return SomeMember(alone)


@functools.lru_cache(maxsize=1024)
def _given(
    control_list: ControlList,
    kind: str,
    questions: tuple[RuleQuestion, ...],
    names: tuple[str, ...],
) -> Condition:
    """The condition under which rules of some questions give one of these outcomes.

    Cached, because every license rule of a day names the same few groups of entries.
    """
    ways: list[Condition] = []
    for question in questions:
        # Entries for at-control see what the classification gave, and never each other.
        asked_before = CLASSIFYING[: CLASSIFYING.index(question)]
        writing_out = _WritingOut(control_list, kind, asked_before)
        for rule in control_list.of_kind(kind, question):
            if not set(names).isdisjoint(rule.outcomes()):
                ways += _ways_to(rule, names, writing_out)
    return AnyOf(tuple(ways))


def _ways_to(rule: Rule, names: tuple[str, ...], writing_out: _WritingOut) -> Iterator[Condition]:
    """The conditions under which a rule gives one of these outcomes, one for each provision.

    Each also asks that the rule does not exclude the item, and that no earlier provision is met
    which leads elsewhere.
    """
    ways_out: list[Condition] = []
    if rule.unless is not None:
        ways_out.append(Not(fold(rule.unless, writing_out)))

    for provision in rule.provisions:
        when = fold(provision.when, writing_out)
        if provision.outcome in names:
            yield All((when, *ways_out))
        else:
            # The first provision that is met gives the outcome, so one before it must not be.
            ways_out.append(Not(when))
