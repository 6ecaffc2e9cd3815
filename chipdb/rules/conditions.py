"""The condition tree and its fold. Every answer of chipdb is a fold of a tree over the figures of a chip."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol, TypeVar

Result = TypeVar("Result")

OPERATORS: dict[str, tuple[str, Callable[[Fraction, Fraction], bool]]] = {
    "ge": (">=", operator.ge),
    "gt": (">", operator.gt),
    "le": ("<=", operator.le),
    "lt": ("<", operator.lt),
}

FACTS = {
    "datacenter": "designed or marketed for use in datacenters",
    "digital": "digital processing units",
    "us_available": "on sale in the United States when the rule was published",
    "high_bandwidth_memory": "a package that contains high bandwidth memory",
    "planar_logic_only": "logic known to be planar and of a node above 16/14 nm",
    "transistors_stated": "a stated transistor count",
    "first_marketed_later": "first marketed for sale after the day that the bill names",
    "part_746_license": "a license under part 746, whose detail is not modeled",
}
"""What a rule may ask beside metrics. The last two are never known from a chip's figures alone."""

OF_THE_DEAL = {
    "addressee": "the letter is addressed to the maker",
    "scope": "the parties and places lie in the rule's scope",
}
"""Facts of a deal that answers add to a rule, named with the rule's id behind a colon."""


def fact_text(name: str) -> str:
    """A fact in words."""
    return {**FACTS, **OF_THE_DEAL}.get(name.partition(":")[0], name)


@dataclass(frozen=True, slots=True)
class Atom:
    """A metric against a limit; the operator lives in the data. A metric without meaning meets no limit."""

    metric: str
    op: str
    limit: Fraction
    text: str

    def holds(self, value: Fraction | None) -> bool:
        """Whether a value meets the limit."""
        return value is not None and OPERATORS[self.op][1](value, self.limit)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so or not, and may be unknown."""

    name: str
    expected: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the classification and at-control rules of the same day say of the same item."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One of the named parts."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """Some chip of a system."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Atom | Fact | Outcome | Part | Member | All | AnyOf | Not


class Algebra(Protocol[Result]):
    """What a fold does at each node."""

    def all_of(self, parts: Iterator[Result]) -> Result:
        """Join what must all hold."""

    def any_of(self, parts: Iterator[Result]) -> Result:
        """Join what may hold."""

    def negated(self, part: Result) -> Result:
        """Turn one over."""

    def leaf(self, leaf: Atom | Fact | Outcome | Part) -> Result:
        """A leaf."""

    def member(self, condition: Condition) -> Result:
        """Some member of a system."""


def fold(condition: Condition, algebra: Algebra[Result]) -> Result:
    """Fold a tree: the one way in which anything is computed from a rule."""
    match condition:
        case All(parts):
            return algebra.all_of(fold(part, algebra) for part in parts)
        case AnyOf(parts):
            return algebra.any_of(fold(part, algebra) for part in parts)
        case Not(part):
            return algebra.negated(fold(part, algebra))
        case Member(inner):
            return algebra.member(inner)
        case _:
            return algebra.leaf(condition)


class _Text:
    """A tree in words."""

    def all_of(self, parts: Iterator[str]) -> str:
        return " and ".join(_grouped(part, " or ") for part in parts) or "always"

    def any_of(self, parts: Iterator[str]) -> str:
        return " or ".join(_grouped(part, " and ") for part in parts) or "never"

    def negated(self, part: str) -> str:
        return f"not ({part})"

    def leaf(self, leaf: Atom | Fact | Outcome | Part) -> str:
        match leaf:
            case Atom():
                return f"{leaf.metric} {OPERATORS[leaf.op][0]} {leaf.text}"
            case Fact():
                return fact_text(leaf.name) if leaf.expected else f"not {fact_text(leaf.name)}"
            case Outcome():
                return f"classified {' or '.join(leaf.names)}"
            case Part():
                return f"is {' or '.join(leaf.ids)}"

    def member(self, condition: Condition) -> str:
        return f"contains a chip with: {fold(condition, self)}"


def _grouped(text: str, joint: str) -> str:
    return f"({text})" if joint in text else text


def text_of(condition: Condition) -> str:
    """A condition in words: ``tpp >= 1000 and performance_density >= 2.5``."""
    return fold(condition, _Text())


class _Leaves:
    """Every leaf of a tree, those about members included."""

    def all_of(self, parts: Iterator[tuple[Condition, ...]]) -> tuple[Condition, ...]:
        return tuple(leaf for part in parts for leaf in part)

    any_of = all_of

    def negated(self, part: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return part

    def leaf(self, leaf: Atom | Fact | Outcome | Part) -> tuple[Condition, ...]:
        return (leaf,)

    def member(self, condition: Condition) -> tuple[Condition, ...]:
        return fold(condition, self)


class _Members:
    """What is asked of members, wherever it stands in a tree."""

    def all_of(self, parts: Iterator[tuple[Condition, ...]]) -> tuple[Condition, ...]:
        return tuple(inner for part in parts for inner in part)

    any_of = all_of

    def negated(self, part: tuple[Condition, ...]) -> tuple[Condition, ...]:
        return part

    def leaf(self, leaf: Atom | Fact | Outcome | Part) -> tuple[Condition, ...]:  # noqa: ARG002 - leaves ask nothing of members
        return ()

    def member(self, condition: Condition) -> tuple[Condition, ...]:
        return (condition,)


def members_in(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that a tree asks of the chips of a system."""
    return fold(condition, _Members())


def leaves(condition: Condition) -> tuple[Condition, ...]:
    """Every leaf of a tree."""
    return fold(condition, _Leaves())
