"""A condition of a rule in words and units, as documents for people print it.

JSON and traces print the formula of :func:`chipdb.rules.conditions.text_of` instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from chipdb.rules.conditions import Atom, Condition, Fact, Leaf, NamedChip, Outcome, fact_text, fold
from chipdb.solver.labels import metric_text
from chipdb.units import METRIC_UNITS, display

COMPARISONS = {"ge": "at least", "gt": "above", "le": "at most", "lt": "below"}
"""The operators of the data in words."""


def condition_words(condition: Condition) -> str:
    """A condition in words.

    >>> import chipdb
    >>> rule = chipdb.load_rules()["us-3a090-2023"]
    >>> condition_words(rule.provisions[0].when)
    'TPP at least 4,800'
    """
    return fold(condition, _Words())


def threshold_words(leaf: Atom) -> str:
    """The comparison of a metric with its threshold, in its unit.

    >>> from fractions import Fraction
    >>> threshold_words(Atom("memory_bandwidth", "lt", Fraction(6500), "6500"))
    'memory bandwidth below 6,500 GB/s'
    """
    # As a label it is "I/O bandwidth, all links"; the comma would cut a sentence in two.
    metric = metric_text(leaf.metric).replace(", ", " of ")
    threshold = f"{display(leaf.limit)} {METRIC_UNITS[leaf.metric]}".rstrip()
    return f"{metric} {COMPARISONS[leaf.op]} {threshold}"


class _Words:
    """The algebra that writes a tree in words."""

    def all_of(self, parts: Iterator[str]) -> str:
        return " and ".join(_grouped(part, " or ") for part in parts) or "always"

    def any_of(self, parts: Iterator[str]) -> str:
        return " or ".join(_grouped(part, " and ") for part in parts) or "never"

    def negated(self, part: str) -> str:
        return f"not ({part})"

    def leaf(self, leaf: Leaf) -> str:
        match leaf:
            case Atom():
                return threshold_words(leaf)
            case Fact():
                text = fact_text(leaf.name)
                return text if leaf.expected else f"not {text}"
            case Outcome():
                return f"classified under {' or '.join(leaf.names)}"
            case NamedChip():
                return f"is {' or '.join(leaf.ids)}"

    def member(self, condition: Condition) -> str:
        return f"contains a chip with: {fold(condition, self)}"


def _grouped(text: str, joint: str) -> str:
    return f"({text})" if joint in text else text
