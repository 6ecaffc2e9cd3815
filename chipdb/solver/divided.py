"""Conditions divided by groups of metrics: what one group decides becomes a fact.

Most conditions of a rule compare metrics of one group only. Such a part is true or false in each
cell of its group, independently of the other groups. What is left of the rule joins such facts:

>>> from fractions import Fraction
>>> from chipdb.rules.conditions import text_of
>>> from chipdb.solver.groups import groups_of
>>> large = Atom("tpp", "ge", Fraction(4800), "4800")
>>> not_small = Atom("tpp", "ge", Fraction(2400), "2400")
>>> many = Atom("transistors", "ge", Fraction(30), "30")
>>> groups = groups_of({"tpp": [large.limit, not_small.limit], "transistors": [many.limit]})
>>> condition = AnyOf((large, All((not_small, many)), Fact("digital", True)))
>>> text_of(Dividing(groups).divided(condition))
'(part 0 and part 1) or digital processing units or part 2'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from chipdb.lazy_dataclasses import dataclass, field
from chipdb.rules.conditions import (
    All,
    AnyOf,
    Atom,
    BooleanAlgebra,
    Condition,
    Fact,
    Leaf,
    NamedChip,
    Not,
    fold,
)
from chipdb.solver.groups import Group
from chipdb.solver.intervals import ChipAssignment


@dataclass
class Division:
    """The parts that some conditions were divided into, each with the name of its fact.

    ``parts`` are conditions on the metrics of one group, ``members`` conditions on some chip of a
    system, ``named_chips`` the ids of chips, and ``facts`` the names of facts that are asked for.
    """

    parts: dict[Group, dict[Condition, str]] = field(default_factory=dict)
    members: dict[Condition, str] = field(default_factory=dict)
    named_chips: dict[tuple[str, ...], str] = field(default_factory=dict)
    facts: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Branch:
    """A condition, and the group of its metrics; None where only facts are left in it."""

    condition: Condition
    group: Group | None


class Dividing:
    """The algebra that divides a condition, and collects its parts in a :class:`Division`."""

    def __init__(self, groups: Mapping[str, Group]) -> None:
        """Take the group of each metric; nothing is divided yet."""
        self.groups = groups
        self.division = Division()

    def divided(self, condition: Condition) -> Condition:
        """What is left of a condition: facts, some in place of a part of it.

        A condition on a single group becomes one fact.
        """
        branch = fold(condition, self)
        if branch.group is None:
            return branch.condition
        # Nothing of another group was met on the way up, so the whole condition is one part.
        return self._part(branch.group, branch.condition)

    def all_of(self, parts: Iterator[_Branch]) -> _Branch:
        """All of the parts, those of one group together."""
        return self._joined(parts, All)

    def any_of(self, parts: Iterator[_Branch]) -> _Branch:
        """Any of the parts, those of one group together."""
        return self._joined(parts, AnyOf)

    def _joined(
        self,
        parts: Iterable[_Branch],
        join: Callable[[tuple[Condition, ...]], Condition],
    ) -> _Branch:
        """Parts that are joined; those of one group become one part where there are others.

        A part is as large as it can be: it becomes a fact only where it meets what another group
        decides. ``join`` is :class:`All` or :class:`AnyOf`.
        """
        by_group: dict[Group | None, list[Condition]] = {}
        for part in parts:
            by_group.setdefault(part.group, []).append(part.condition)

        # Parts of one group stay a condition on it, which may still join a larger one of the group.
        if len(by_group) == 1:
            ((group, conditions),) = by_group.items()
            return _Branch(join(tuple(conditions)), group)

        left = by_group.pop(None, [])
        for group, conditions in by_group.items():
            assert group is not None
            left.append(self._part(group, join(tuple(conditions))))
        return _Branch(join(tuple(left)), None)

    def negated(self, part: _Branch) -> _Branch:
        """Not the part; it stays in its group."""
        return _Branch(Not(part.condition), part.group)

    def leaf(self, leaf: Leaf) -> _Branch:
        """A comparison with the group of its metric, or a fact.

        That a chip is one of those named becomes a fact, too. An outcome is refused, because
        writing out replaces them all before.
        """
        match leaf:
            case Atom():
                return _Branch(leaf, self.groups[leaf.metric])
            case Fact():
                self.division.facts[leaf.name] = None
                return _Branch(leaf, None)
            case NamedChip(ids):
                names = self.division.named_chips
                name = names.setdefault(ids, f"chip {len(names)}")
                return _Branch(Fact(name, True), None)
        raise AssertionError("outcomes are written out before a condition is divided")

    def member(self, condition: Condition) -> _Branch:
        """A condition on some chip of a system, divided for that chip and kept as a fact.

        Each chip of the system is asked for what is left of it; one that meets it is enough.
        """
        left = self.divided(condition)
        names = self.division.members
        name = names.setdefault(left, f"member {len(names)}")
        return _Branch(Fact(name, True), None)

    def _part(self, group: Group, condition: Condition) -> Fact:
        """The fact that stands for a condition on one group; equal conditions share it."""
        names = self.division.parts.setdefault(group, {})
        # Parts are numbered through all groups, so that no two of them share a name.
        count = sum(map(len, self.division.parts.values()))
        name = names.setdefault(condition, f"part {count}")
        return Fact(name, True)


class Truth(BooleanAlgebra):
    """Evaluates a condition of comparisons and facts.

    Comparisons are asked of a chip with settled figures; ``facts`` has the value of each fact.

    >>> either = AnyOf((Fact("digital", False), Fact("datacenter", True)))
    >>> Truth(None, {"digital": True, "datacenter": True}).holds(either)
    True
    """

    def __init__(self, chip: ChipAssignment | None, facts: Mapping[str, bool]) -> None:
        """Take what is settled; ``chip`` is None where no comparison is left."""
        self.chip = chip
        self.facts = facts

    def leaf(self, leaf: Leaf) -> bool:
        """Whether a comparison or a fact holds.

        Raises :class:`KeyError` for a fact that has no value: what is open is settled before.
        """
        match leaf:
            case Atom():
                assert self.chip is not None
                return leaf.holds(self.chip.value(leaf.metric))
            case Fact():
                return self.facts[leaf.name] == leaf.expected
        raise AssertionError("only comparisons and facts are left of a divided condition")

    def member(self, condition: Condition) -> bool:
        """Conditions on chips of a system are facts once a condition is divided."""
        raise AssertionError(f"{condition} was not divided")
