"""Metrics in print, with as many digits as the thresholds of the rules require.

"4,800, not 3A090.a" would contradict itself where the exact value is 4,799.999.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from fractions import Fraction

from chipdb.rules.conditions import Atom
from chipdb.rules.rulebook import Rulebook, load_rules
from chipdb.units import display, display_apart


def metric_value_text(
    name: str, value: Fraction | float | None, digits: int = 2, book: Rulebook | None = None
) -> str:
    """The value of a metric for people; an en dash for None.

    It has more than ``digits`` decimals where rounding would put it on another side of a threshold
    of the rulebook, or of ``book``, which may hold a user's own rules.
    """
    if value is None:
        return display(value)
    # A user's own thresholds count too: their answers are printed next to the value.
    rulebook = load_rules() if book is None else book
    return display_apart(value, thresholds_of(rulebook).get(name, frozenset()), digits)


@functools.lru_cache(maxsize=8)
def thresholds_of(book: Rulebook) -> dict[str, frozenset[Fraction]]:
    """The thresholds on each metric of all rules of a rulebook, in the metric's unit.

    >>> Fraction(4800) in thresholds_of(load_rules())["tpp"]
    True
    """
    thresholds: dict[str, set[Fraction]] = {}
    for atom in _comparisons(book):
        thresholds.setdefault(atom.metric, set()).add(atom.limit)
    return {name: frozenset(limits) for name, limits in thresholds.items()}


def _comparisons(book: Rulebook) -> Iterator[Atom]:
    """Every comparison of a metric that decides the outcome of a rule, proposals included.

    Those of exceptions and review policies are not among them.
    """
    for rule in book:
        for leaf in rule.leaves():
            if isinstance(leaf, Atom):
                yield leaf
