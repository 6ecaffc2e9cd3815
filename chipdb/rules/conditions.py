"""The condition tree of a rule and its fold.

A rule's paragraphs are trees: leaves (:class:`Atom`, :class:`Fact`, :class:`Outcome`,
:class:`NamedChip`), joined by :class:`All`, :class:`AnyOf` and :class:`Not`, and
:class:`SomeMember`, which applies a tree to the chips of a system. Everything that chipdb does
with a rule is a :func:`fold` of such a tree: an :class:`Algebra` says what to do at each node.
Evaluating it for a chip is one algebra, writing it in words is another.
"""

from __future__ import annotations

import itertools
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from typing import Protocol, TypeVar

from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import short_repr

Result = TypeVar("Result")

# Thresholds and metrics are fractions, so comparing them is exact: 4,799.999 never meets 4,800.
OPERATORS: dict[str, tuple[str, Callable[[Fraction, Fraction], bool]]] = {
    "ge": (">=", operator.ge),
    "gt": (">", operator.gt),
    "le": ("<=", operator.le),
    "lt": ("<", operator.lt),
}
"""The operators of the data: the sign of each in formulas, and its comparison."""

FACTS = {
    "datacenter": "designed or marketed for use in datacenters",
    "digital": "digital processing units",
    "us_available": "on sale in the United States when the rule was published",
    "high_bandwidth_memory": "a package that contains high bandwidth memory",
    "planar_logic_only": "logic known to be planar and of a node above 16/14 nm",
    "transistors_stated": "a stated transistor count",
    "approved_designer": "an attestation by an approved designer that it is not 3A090.a",
    "authorized_designer": "an attestation by a designer that meets the criteria for authorized "
    "ones",
    "application_pending": "an application of that designer for approval that still counts",
    "packaged_by_fabricator": "packaged, and the count attested, by the front-end fabricator "
    "outside Macau and D:5",
    "packaged_by_approved_osat": "packaged, and the count attested, by an approved OSAT company",
    "text_unsettled": "what the text leaves open for this day",
    "declared_4a003": "declared by its vendor as 4A003.b, .c or .z.1",
    "declared_5a002": "declared by its vendor as 5A002",
    "above_app_limit": "an APP above the limit of that day, which was not read",
    "above_letter_threshold": "above thresholds of the letter, which were not published",
    "first_marketed_later": "first marketed for sale after the day that the bill names",
    "part_746_license": "a license under part 746, whose detail is not modeled",
    "ns_column_1_license": "no exception or other entry spares the license of NS column 1",
}
"""The facts that a rule may ask about, in words.

Each is true, false or unknown. No figure of a chip settles the last five.
"""

OF_THE_DEAL = {
    "addressee": "the letter is addressed to the vendor",
    "letter_reach": "the vendor's letter reaches a chip that is not in the catalog",
    "scope": "the parties and places lie in the rule's scope",
}
"""Facts of a transaction that the solver adds to a rule, named with the rule's id after a colon."""


def fact_text(name: str) -> str:
    """A fact in words.

    >>> fact_text("datacenter")
    'designed or marketed for use in datacenters'
    >>> fact_text("addressee:us-letter-2025")
    'the letter is addressed to the vendor'
    """
    kind, _, _ = name.partition(":")
    return FACTS.get(kind) or OF_THE_DEAL.get(kind, name)


@dataclass(frozen=True, slots=True)
class Atom:
    """A metric compared with a threshold. The data states the operator, hence its inclusiveness.

    ``limit`` is the threshold in the metric's unit, ``text`` its digits as the rule prints them.

    >>> Atom("tpp", "ge", Fraction(4800), "4800").holds(Fraction(4799))
    False
    """

    metric: str
    op: str
    limit: Fraction
    text: str

    def holds(self, value: Fraction | None) -> bool:
        """Whether a value meets the threshold.

        None is the value of a metric without meaning, such as the performance density of planar
        logic (3A090 Technical Note 4): it meets no threshold.
        """
        if value is None:
            return False
        _, compare = OPERATORS[self.op]
        return compare(value, self.limit)


@dataclass(frozen=True, slots=True)
class Fact:
    """A boolean fact that may be unknown, and what the rule expects of it."""

    name: str
    expected: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """The item is classified under one of these names by the control list of the same day."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedChip:
    """The chip is one of those that the rule names, by id."""

    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SomeMember:
    """Some chip of the system meets a condition."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts it always does."""

    parts: tuple[Condition, ...]


@short_repr
@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some part holds; without parts it never does."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Leaf = Atom | Fact | Outcome | NamedChip
Condition = Leaf | SomeMember | All | AnyOf | Not


class Algebra(Protocol[Result]):
    """What a fold does at each node of a tree.

    ``all_of`` and ``any_of`` receive their parts lazily, so that an algebra can stop at the part
    that settles the answer.
    """

    def all_of(self, parts: Iterator[Result]) -> Result:
        """Join the results of parts that all have to hold."""

    def any_of(self, parts: Iterator[Result]) -> Result:
        """Join the results of parts if any one of them is enough."""

    def negated(self, part: Result) -> Result:
        """Negate the result of a part."""

    def leaf(self, leaf: Leaf) -> Result:
        """Give the result of a leaf."""

    def member(self, condition: Condition) -> Result:
        """Give the result of a condition on some chip of a system."""


def fold(condition: Condition, algebra: Algebra[Result]) -> Result:
    """Fold a tree; everything computed from a rule is computed this way.

    The result is what the algebra makes of the leaves and joins: a verdict, words, a list.
    """
    # Parts are folded lazily, so evaluation stops at the first part that settles the answer.
    match condition:
        case All(parts):
            return algebra.all_of(fold(part, algebra) for part in parts)
        case AnyOf(parts):
            return algebra.any_of(fold(part, algebra) for part in parts)
        case Not(part):
            return algebra.negated(fold(part, algebra))
        # The algebra decides which chips the condition is asked of, so it is handed on unfolded.
        case SomeMember(inner):
            return algebra.member(inner)
        case _:
            return algebra.leaf(condition)


class BooleanAlgebra(ABC):
    """The algebra that evaluates conditions to true or false.

    Whoever derives from it says what holds of a leaf, and of some chip of a system.
    """

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds."""
        return fold(condition, self)

    def all_of(self, parts: Iterator[bool]) -> bool:
        """Whether every part holds; parts after the first that does not are not evaluated."""
        return all(parts)

    def any_of(self, parts: Iterator[bool]) -> bool:
        """Whether some part holds; parts after the first that does are not evaluated."""
        return any(parts)

    def negated(self, part: bool) -> bool:
        """Whether a part does not hold; nothing is unknown to this algebra."""
        return not part

    @abstractmethod
    def leaf(self, leaf: Leaf) -> bool:
        """Whether a leaf holds."""

    @abstractmethod
    def member(self, condition: Condition) -> bool:
        """Whether a condition holds of some chip of a system."""


def text_of(condition: Condition) -> str:
    """A condition as a formula, as JSON and traces print it.

    >>> tpp = Atom("tpp", "ge", Fraction(1000), "1000")
    >>> density = Atom("performance_density", "ge", Fraction(5, 2), "2.5")
    >>> text_of(All((tpp, AnyOf((density, Fact("datacenter", expected=True))))))
    'tpp >= 1000 and (performance_density >= 2.5 or designed or marketed for use in datacenters)'
    """
    return fold(condition, _Text())


def leaves(condition: Condition) -> tuple[Leaf, ...]:
    """Every leaf of a tree in the order written, those on the chips of a system included.

    >>> planar = Fact("planar_logic_only", expected=True)
    >>> leaves(AnyOf((Not(planar), SomeMember(planar)))) == (planar, planar)
    True
    """
    return fold(condition, _Leaves())


def members_in(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that a tree puts on the chips of a system.

    >>> fast = Atom("tpp", "ge", Fraction(4800), "4800")
    >>> members_in(All((SomeMember(fast), Fact("digital", expected=True)))) == (fast,)
    True
    """
    return fold(condition, _MemberConditions())


def of_any_member(condition: Condition, of_the_whole: Collection[str] = ()) -> Condition:
    """A condition on one circuit as a condition on a system that contains such a circuit.

    Comparisons that must hold together are asked of the same chip; ``of_the_whole`` are metrics of
    a whole system, which stay as they are, as do facts and outcomes. A negated condition stays too.

    >>> fast = Atom("tpp", "ge", Fraction(4800), "4800")
    >>> of_any_member(fast) == SomeMember(fast)
    True
    >>> wide = Atom("memory_bandwidth", "ge", Fraction(1400), "1400")
    >>> digital = Fact("digital", expected=True)
    >>> of_any_member(All((fast, wide))) == All((SomeMember(All((fast, wide))),))
    True
    >>> of_any_member(All((fast, digital))) == All((SomeMember(All((fast,))), digital))
    True
    """
    match condition:
        case Atom() if condition.metric not in of_the_whole:
            return SomeMember(condition)
        case AnyOf(parts):
            return AnyOf(tuple(of_any_member(part, of_the_whole) for part in parts))
        case All(parts):
            return _all_of_one_member(parts, of_the_whole)
    return condition


def _all_of_one_member(parts: Sequence[Condition], of_the_whole: Collection[str]) -> Condition:
    """Parts that must all hold, with their comparisons asked of one and the same chip.

    "TPP of 2,400 and density of 1.6" is met by a chip that has both, not by two chips of a system
    that have one each.
    """
    # Alternatives and facts go to the others: they may be met by another chip, or by the whole.
    of_one_chip: list[Condition] = []
    others: list[Condition] = []
    for part in parts:
        if isinstance(part, Atom) and part.metric not in of_the_whole:
            of_one_chip.append(part)
        else:
            others.append(of_any_member(part, of_the_whole))

    if not of_one_chip:
        return All(tuple(others))
    return All((SomeMember(All(tuple(of_one_chip))), *others))


class _Text:
    """The algebra that writes a tree as a formula."""

    def all_of(self, parts: Iterator[str]) -> str:
        """The parts joined by "and"; parts that are joined by "or" are in parentheses.

        Without parts a condition always holds.
        """
        grouped = [_grouped(part, " or ") for part in parts]
        return " and ".join(grouped) or "always"

    def any_of(self, parts: Iterator[str]) -> str:
        """The parts joined by "or"; parts that are joined by "and" are in parentheses.

        Without parts a condition never holds.
        """
        grouped = [_grouped(part, " and ") for part in parts]
        return " or ".join(grouped) or "never"

    def negated(self, part: str) -> str:
        """The part after "not"."""
        return f"not ({part})"

    def leaf(self, leaf: Leaf) -> str:
        """A comparison with the digits that the rule prints, or the words of another leaf.

        ``4800.0`` of the rule stays ``4800.0``, so that the formula can be compared with its text.
        """
        match leaf:
            case Atom():
                sign, _ = OPERATORS[leaf.op]
                return f"{leaf.metric} {sign} {leaf.text}"
            case Fact():
                text = fact_text(leaf.name)
                if leaf.expected:
                    return text
                return f"not {text}"
            case Outcome():
                return f"classified {' or '.join(leaf.names)}"
            case NamedChip():
                return f"is {' or '.join(leaf.ids)}"

    def member(self, condition: Condition) -> str:
        """A condition on some chip of a system."""
        return f"contains a chip with: {fold(condition, self)}"


def _grouped(text: str, joint: str) -> str:
    """Put a part in parentheses where another joint inside it would make it ambiguous.

    >>> _grouped("tpp >= 1000 or digital processing units", " or ")
    '(tpp >= 1000 or digital processing units)'
    """
    if joint in text:
        return f"({text})"
    return text


class _Leaves:
    """The algebra that collects the leaves of a tree."""

    def all_of(self, parts: Iterator[tuple[Leaf, ...]]) -> tuple[Leaf, ...]:
        """The leaves of all parts, in the order written; how the parts join does not matter."""
        return tuple(itertools.chain.from_iterable(parts))

    any_of = all_of

    def negated(self, part: tuple[Leaf, ...]) -> tuple[Leaf, ...]:
        """The leaves of the part: a negated leaf is asked for all the same."""
        return part

    def leaf(self, leaf: Leaf) -> tuple[Leaf, ...]:
        """The leaf itself."""
        return (leaf,)

    def member(self, condition: Condition) -> tuple[Leaf, ...]:
        """The leaves that are asked of the chips of a system."""
        return fold(condition, self)


class _MemberConditions:
    """The algebra that collects the conditions on the chips of a system."""

    def all_of(self, parts: Iterator[tuple[Condition, ...]]) -> tuple[Condition, ...]:
        """The conditions of all parts, in the order written."""
        return tuple(itertools.chain.from_iterable(parts))

    any_of = all_of

    def negated(self, part: tuple[Condition, ...]) -> tuple[Condition, ...]:
        """The conditions of the part."""
        return part

    def leaf(self, leaf: Leaf) -> tuple[Condition, ...]:  # noqa: ARG002 - a leaf has none
        """Nothing: a leaf puts no condition on a chip of a system."""
        return ()

    def member(self, condition: Condition) -> tuple[Condition, ...]:
        """The condition itself; a condition on a chip cannot contain another on its chips."""
        return (condition,)
