"""Which columns state the metrics that rules read."""

from __future__ import annotations

from collections.abc import Iterable

from chipdb.bulk.lookup_table import AREA, BANDWIDTH_SUM, DENSITY, TPP
from chipdb.rules.conditions import Atom, Condition

LETTER_IO = "letter_io_bandwidth"
"""The I/O bandwidth that letters count, which has a column of its own only if the frame has one."""
ALL_LINKS, CHIP_LINKS = "aggregate_io_bandwidth", "interconnect_bandwidth"
TOPS = "tops"


def metrics_named(leaves: Iterable[Condition]) -> set[str]:
    """The metrics that conditions compare; a density also names the metrics it is computed from.

    >>> from fractions import Fraction
    >>> sorted(metrics_named([Atom("performance_density", "ge", Fraction(6), "6")]))
    ['applicable_die_area', 'performance_density', 'tpp']
    """
    metrics = {leaf.metric for leaf in leaves if isinstance(leaf, Atom)}
    if DENSITY in metrics:
        metrics |= {TPP, AREA}
    return metrics


def columns_for(metric: str) -> list[tuple[str, ...]]:
    """The columns that a metric needs: of each group, any one column is enough.

    >>> columns_for("tpp"), columns_for("applicable_die_area")
    ([('tpp',)], [('applicable_die_area', 'performance_density')])
    """
    # Either of the two will do, because TPP with one of them gives the other. The sum of bandwidths
    # has no column: its parts are metrics of their own.
    if metric in (DENSITY, AREA):
        return [(AREA, DENSITY)]
    if metric == LETTER_IO:
        return [(ALL_LINKS, CHIP_LINKS, LETTER_IO)]
    if metric == BANDWIDTH_SUM:
        return []
    return [(metric,)]


def bounds_between(columns: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the metrics that another column bounds where they are missing: from below, from above.

    All links together bound the links between chips from above.

    >>> bounds_between(["aggregate_io_bandwidth"])
    (frozenset(), frozenset({'interconnect_bandwidth'}))
    """
    stated = set(columns)
    below = {ALL_LINKS: CHIP_LINKS, LETTER_IO: CHIP_LINKS, TOPS: TPP}
    above = {CHIP_LINKS: ALL_LINKS}
    bounded_below = {metric for metric, other in below.items() if other in stated}
    bounded_above = {metric for metric, other in above.items() if other in stated}
    return frozenset(bounded_below), frozenset(bounded_above)
