"""How far an estimated figure may be from the true one.

An estimate is a claim that no source states: it is worked out from other figures. It counts as the
figure, and a user who relies on a "no" must know whether the estimate could be off by enough to
change the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.formats import format_table
from chipdb.solver.item import Item
from chipdb.vocabulary import Basis

REACH = Fraction("2.1")
"""How many times higher or lower than an estimate the true figure may be.

Most estimates of the catalog that another source can be held against are off by less than a tenth;
where it is more, one of the two counts two dies or the faster accumulator, which doubles a figure.
A test compares estimates of throughput with this factor, because most have a second source.
"""

WEIGHED = ("tpp", "applicable_die_area", "memory_bandwidth")
"""The metrics whose evidence is described in notes: those that most rules read."""

MAY_BE_ESTIMATED = (*WEIGHED, "aggregate_io_bandwidth", "letter_io_bandwidth")
"""The metrics that a caution is about where they are estimates.

The other metrics with thresholds follow from these.
"""

STATED = (Basis.OFFICIAL, Basis.DECLARED, Basis.TEARDOWN, Basis.THIRD_PARTY)
"""The bases of a sparse rate whose half is arithmetic; half of an estimate is an estimate."""

_SPARSE = "_sparse"
_THROUGHPUT = "throughput."
_DIGITS_LOST = Fraction(1, 100)
"""How far half of a sparse rate may differ from the dense rate if both are rounded, as a share."""


def is_estimate(item: Item, metric: str) -> bool:
    """Whether a metric of an item rests on an estimate."""
    return any(claim.basis == Basis.ESTIMATED for _, claim in item.spread(metric).inputs)


def is_half_of_sparse(item: Item, metric: str) -> bool:
    """Whether the TPP of an item follows from half of the rates that sources state with sparsity.

    That is arithmetic on stated figures, not a guess: with a pattern such as 2:4 an engine does
    half of the work. False for other metrics.
    """
    tpp = item.spread("tpp").value
    if metric != "tpp" or tpp is None:
        return False
    halves = list(_tpp_of_halves(item.lead))
    return bool(halves) and abs(max(halves) - tpp) <= _DIGITS_LOST * tpp


def _tpp_of_halves(chip: Chip) -> Iterator[Fraction]:
    """The TPP that half of each rate with sparsity gives, of the rates that a source states."""
    bits = format_table().bits
    for figure in chip.figures():
        name = figure.path.removeprefix(_THROUGHPUT).removesuffix(_SPARSE)
        if not figure.path.endswith(_SPARSE) or name not in bits:
            continue
        for claim in figure.claims:
            if claim.rejected is None and claim.source and claim.basis in STATED:
                yield claim.value / 2 * bits[name]
