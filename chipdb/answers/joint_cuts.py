"""The cuts that are needed together before no license is required.

Several rules may each ask for a license, and one rule may have thresholds on several metrics: then
no single knob helps.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction

from chipdb.answers.check import Check, check_entry
from chipdb.answers.knob_search import FORMATS, JUST_BEYOND, HeadroomRow
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.knobs import KNOBS, scale_knob
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.solver.question import Question
from chipdb.vocabulary import Required

HALVINGS = 14
"""How often a range is halved to find where a doubt ends: to a hundredth of a percent."""


@dataclass(frozen=True, kw_only=True)
class JointCuts:
    """The cuts that are needed together, one way for each rule.

    ``ways`` lists for each rule the cuts that leave it: the smallest cut of a single knob, or
    several pairs of cuts. One of them is enough for its rule. ``are_enough`` says whether no
    license is required once every rule is left, and ``is_clear`` whether nothing contests that.
    ``is_clear_farther`` says the same of cuts that are twice as large.
    """

    check: Check
    ways: tuple[tuple[HeadroomRow, ...], ...]
    are_enough: bool
    is_clear: bool
    is_clear_farther: bool

    @property
    def knobs(self) -> tuple[str, ...]:
        """The knobs that every choice of ways cuts; empty where choices cut different ones."""
        choices = {
            frozenset(knob for row in choice for knob in _knobs_of(row))
            for choice in itertools.product(*self.ways)
        }
        if len(choices) > 1:
            return ()
        (needed,) = choices
        return tuple(knob for knob in KNOBS if knob in needed)


def _knobs_of(row: HeadroomRow) -> list[str]:
    """The knobs that a row cuts."""
    return [row.knob, *(cut.knob for cut in row.beside)]


def joint_cuts(entry: Entry, asked: Question, rows: Iterable[HeadroomRow]) -> JointCuts | None:
    """The cuts that together avoid a license; None if a single knob is enough.

    ``rows`` are all rows of the chip. A cut that leaves one rule does not help while another asks
    for a license too. It is also None without a destination, and if no license is required.
    """
    check = check_entry(entry, asked)
    if not check.asks_license or check.license.required != Required.YES:
        return None

    ways = _ways_by_rule(rows)
    needs_several = len(ways) > 1 or any(row.beside for way in ways for row in way)
    if not needs_several:
        return None

    # Every choice of one way for each rule is checked, because cuts may help or hinder each other.
    are_enough = is_clear = is_clear_farther = True
    for choice in itertools.product(*ways):
        after = check_entry(replace(entry, chip=_derated(entry, choice)), asked)
        are_enough &= after.license.required == Required.NO
        is_clear &= after.exit_status == 0
        if after.exit_status != 0:
            farther = [_farther(row) for row in choice]
            after = check_entry(replace(entry, chip=_derated(entry, farther)), asked)
            is_clear_farther &= after.exit_status == 0
    return JointCuts(
        check=check,
        ways=ways,
        are_enough=are_enough,
        is_clear=is_clear,
        is_clear_farther=is_clear_farther,
    )


def _derated(entry: Entry, cuts: Sequence[HeadroomRow]) -> Chip:
    """The chip with every cut made, each a little beyond its threshold.

    A cut may come with others, which are made as well.
    """
    turned: list[tuple[str, Fraction]] = []
    for row in cuts:
        assert row.factor is not None, "rows without a factor were left out"
        turned.append((row.knob, row.factor))
        turned += [(cut.knob, cut.factor) for cut in row.beside]

    # the larger cut of a knob covers the smaller one
    factors: dict[str, Fraction] = {}
    for knob, factor in turned:
        factors[knob] = min(factor, factors.get(knob, factor))

    chip = entry.chip
    for knob, factor in factors.items():
        chip = scale_knob(chip, knob, factor * JUST_BEYOND)
    return chip


def after_change(entry: Entry, asked: Question, row: HeadroomRow) -> Check:
    """The answer about a chip once the knob of one row is turned, for the places of the question.

    At a threshold that is not attained nothing has changed yet, so the knob goes a little beyond.
    """
    factor = row.factor
    assert factor is not None, "a row without a factor changes nothing"
    if not row.attained:
        factor = _just_beyond(factor)
    chip = scale_knob(entry.chip, row.knob, factor)
    return check_entry(replace(entry, chip=chip), asked)


def end_of_doubt(entry: Entry, asked: Question, row: HeadroomRow) -> HeadroomRow | None:
    """The change of a row, turned so far that nothing leaves its "no" in doubt; None without it.

    A row goes by the preferred claims. Others, and the rounding of all figures that a rule adds up,
    may then still be on the other side, which leaves the answer in doubt for a little longer.
    """
    doubtful, clear = row, _farther(row)
    if after_change(entry, asked, clear).exit_status != 0:
        return None
    # halving finds the end, as a knob only moves claims away from the threshold
    for _ in range(HALVINGS):
        assert doubtful.factor is not None, "a row without a factor changes nothing"
        assert clear.factor is not None, "a row without a factor changes nothing"
        middle = replace(row, factor=(doubtful.factor + clear.factor) / 2)
        if after_change(entry, asked, middle).exit_status == 0:
            clear = middle
        else:
            doubtful = middle
    return clear


def _farther(row: HeadroomRow) -> HeadroomRow:
    """A row with every knob turned twice as far: no credible claims differ by more."""
    factor = row.factor
    assert factor is not None, "a row without a factor changes nothing"
    factor = factor / 2 if factor < 1 else factor * 2
    beside = tuple(replace(cut, factor=cut.factor / 2) for cut in row.beside)
    return replace(row, factor=factor, beside=beside)


def _just_beyond(factor: Fraction) -> Fraction:
    """A factor a little farther from 1."""
    if factor < 1:
        return factor * JUST_BEYOND
    return factor / JUST_BEYOND


def _ways_by_rule(rows: Iterable[HeadroomRow]) -> tuple[tuple[HeadroomRow, ...], ...]:
    """The ways to leave each rule as a whole: the smallest cut, or the pairs where none helps.

    An entry for each rule, those with a single cut first.
    """
    smallest: dict[str, HeadroomRow] = {}
    pairs: dict[str, list[HeadroomRow]] = {}
    for row in rows:
        if not _is_cut_of_knob(row):
            continue
        if row.beside:
            pairs.setdefault(row.rule, []).append(row)
            continue
        known = smallest.get(row.rule)
        # of several changes along one knob the last leaves the rule as a whole
        if known is None or known.knob == row.knob or _is_smaller_cut(row, known):
            smallest[row.rule] = row

    # Headroom looks for pairs only where no single knob leaves a rule, so no rule is in both.
    ways: list[tuple[HeadroomRow, ...]] = [(row,) for row in smallest.values()]
    ways += map(tuple, pairs.values())
    return tuple(ways)


def _is_cut_of_knob(row: HeadroomRow) -> bool:
    """Whether a row turns a knob down and leaves its rule; dropped formats are not a knob.

    A row that turns a knob up shows how much room there is; it does not leave a rule.
    """
    if row.leaves is None or row.knob == FORMATS:
        return False
    return row.cut_percent is not None and row.cut_percent > 0


def _is_smaller_cut(one: HeadroomRow, other: HeadroomRow) -> bool:
    """Whether a knob is cut by less than another; both rows have a factor."""
    assert one.factor is not None, "a cut has a factor"
    assert other.factor is not None, "a cut has a factor"
    return one.factor > other.factor
