"""A condition of a rule in words and units, as documents for people print it.

JSON and traces print the formula of :func:`chipdb.rules.conditions.text_of` instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chipdb.rules.conditions import Atom, Condition, Fact, Leaf, NamedChip, Outcome, fact_text, fold
from chipdb.solver.labels import metric_text
from chipdb.units import METRIC_UNITS, display

COMPARISONS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
"""The operators of the data in words."""


FACTS_NOT_SO = {
    "datacenter": "neither designed nor marketed for use in datacenters",
    "digital": "no digital processing units",
    "transistors_stated": "no stated transistor count",
}
"""Facts that a rule expects not to hold, where "not" before the fact reads badly."""


def condition_words(condition: Condition) -> str:
    """A condition in words.

    >>> import chipdb
    >>> rule = chipdb.load_rules()["us-3a090-2023"]
    >>> condition_words(rule.provisions[0].when)
    'TPP at least 4,800'
    >>> condition_words(rule.unless)  # doctest: +NORMALIZE_WHITESPACE
    'no digital processing units or (neither designed nor marketed for use in datacenters and
    TPP below 4,800)'
    """
    return fold(condition, _Words()).text


def threshold_words(leaf: Atom) -> str:
    """The comparison of a metric with its threshold, in its unit.

    >>> from fractions import Fraction
    >>> threshold_words(Atom("memory_bandwidth", "lt", Fraction(6500), "6500"))
    'memory bandwidth below 6,500 GB/s'
    """
    # As a label it is "I/O bandwidth, all links"; the comma would cut a sentence in two.
    metric = metric_text(leaf.metric).replace(", ", " of ")
    return f"{metric} {COMPARISONS[leaf.op]} {threshold_text(leaf)}"


def threshold_text(leaf: Atom) -> str:
    """A threshold with its unit, as 6,500 GB/s."""
    return f"{display(leaf.limit)} {METRIC_UNITS[leaf.metric]}".rstrip()


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A condition in words, and the word that joins its parts if it has several."""

    text: str
    joint: str = ""

    def within(self, joint: str) -> str:
        """The phrase as a part of another, in parentheses if that is joined by another word."""
        if self.joint in ("", joint):
            return self.text
        return f"({self.text})"


class _Words:
    """The algebra that writes a tree in words."""

    def all_of(self, parts: Iterator[_Phrase]) -> _Phrase:
        return _joined(list(parts), "and", "always")

    def any_of(self, parts: Iterator[_Phrase]) -> _Phrase:
        return _joined(list(parts), "or", "never")

    def negated(self, part: _Phrase) -> _Phrase:
        return _Phrase(f"not {part.within('not')}")

    def leaf(self, leaf: Leaf) -> _Phrase:
        match leaf:
            case Atom():
                return _Phrase(threshold_words(leaf))
            case Fact():
                return _Phrase(_fact_words(leaf))
            case Outcome():
                return _one_of("classified under", leaf.names)
            case NamedChip():
                return _one_of("is", leaf.ids)

    def member(self, condition: Condition) -> _Phrase:
        return _Phrase(f"contains a chip with: {fold(condition, self).text}")


def _joined(parts: list[_Phrase], joint: str, without_parts: str) -> _Phrase:
    if not parts:
        return _Phrase(without_parts)
    if len(parts) == 1:
        return parts[0]
    return _Phrase(f" {joint} ".join(part.within(joint) for part in parts), joint)


def _one_of(verb: str, names: tuple[str, ...]) -> _Phrase:
    """Several names are alternatives, so within "and" they need parentheses too."""
    return _Phrase(f"{verb} {' or '.join(names)}", "or" if len(names) > 1 else "")


def _fact_words(fact: Fact) -> str:
    text = fact_text(fact.name)
    if fact.expected:
        return text
    return FACTS_NOT_SO.get(fact.name, f"not {text}")
