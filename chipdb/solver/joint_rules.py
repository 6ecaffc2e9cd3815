"""License rules as one rule that is met where any of them is.

Asked one by one, two rules may both be undetermined although a license is certain: a chip without
a published die area may be in 3A090.a or 3A090.b, and each paragraph needs a license. Asked
together, the answer is the same for every area.
"""

from __future__ import annotations

import functools

from chipdb.lazy_dataclasses import replace
from chipdb.rules.conditions import All, AnyOf, Condition, Not
from chipdb.rules.rule import Provision, Rule
from chipdb.solver.evaluate import ControlList, names_of
from chipdb.solver.ruling import Ruling
from chipdb.vocabulary import RuleQuestion

REQUIRED = "required"
"""The outcome of a rule that asks for a license."""

ANY_RULE = Rule(
    id="license",
    question=RuleQuestion.LICENSE,
    provisions=(),
    title="a license requirement of any rule in force",
)


def joint_rules(ruling: Ruling, rules: list[Rule]) -> tuple[Rule, ...]:
    """License rules joined where they share a metric or an unknown fact.

    A joint rule is met where any of its rules is; its provisions carry their ids. Rules that share
    nothing stay apart, because joining them would multiply the cells to evaluate and change no
    answer.
    """
    # Scopes and addressees that are not known are facts by now, and join rules like figures do.
    effective = tuple([ruling.effective(rule) for rule in rules])
    return _joint_rules(effective, ruling.control_list)


@functools.lru_cache(maxsize=512)
def _joint_rules(rules: tuple[Rule, ...], control_list: ControlList) -> tuple[Rule, ...]:
    """The joint rules of some rules; the same objects for every chip of a catalog."""
    return tuple([_joined(group) for group in _groups(rules, control_list)])


def _groups(rules: tuple[Rule, ...], control_list: ControlList) -> list[tuple[Rule, ...]]:
    """Rules that share a metric or an unknown fact, in the order of the last rule of each group.

    Two rules of one group may share nothing with each other but each something with a third.
    """
    groups: list[tuple[frozenset[str], tuple[Rule, ...]]] = []
    for rule in rules:
        names = names_of(rule, control_list)
        members: tuple[Rule, ...] = ()
        apart: list[tuple[frozenset[str], tuple[Rule, ...]]] = []
        for names_of_group, group in groups:
            if names_of_group.isdisjoint(names):
                apart.append((names_of_group, group))
            else:
                # Joining widens what later groups are compared with: one rule may bring
                # together several groups that were apart until now.
                names = names | names_of_group
                members += group

        groups = [*apart, (names, (*members, rule))]
    return [members for _, members in groups]


def _joined(rules: tuple[Rule, ...]) -> Rule:
    """One rule that is met where any of some is, with a provision for each.

    Its provisions also keep what published documents state, for rules that rest on reports.
    """
    provisions = []
    for rule in rules:
        condition = _whole_condition(rule, [each.when for each in rule.provisions])
        public: Condition | None = None
        # Only these can be contested by what published documents state: see verdict.judge.
        if rule.rests_on_reports:
            public = _whole_condition(rule, [each.published for each in rule.provisions])
        provisions.append(Provision(rule.id, REQUIRED, condition, public))
    return replace(ANY_RULE, provisions=tuple(provisions))


def _whole_condition(rule: Rule, provisions: list[Condition]) -> Condition:
    """The condition under which a rule with these provisions is met: any, and no exclusion.

    >>> rule = Rule(id="r", question=RuleQuestion.LICENSE, provisions=())
    >>> _whole_condition(rule, [All(())])
    AnyOf(parts=(All(parts=()),))
    """
    any_provision = AnyOf(tuple(provisions))
    if rule.unless is None:
        return any_provision
    return All((Not(rule.unless), any_provision))
