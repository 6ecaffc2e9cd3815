"""The cuts that are needed together before no license is required.

Several rules may each ask for a license, and one rule may have thresholds on several metrics: then
no single knob helps.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

from chipdb.answers.check import Check, check_entry
from chipdb.answers.knob_search import FORMATS, JUST_BEYOND, HeadroomRow, cut_of, factor_of
from chipdb.catalog.catalog import Entry
from chipdb.catalog.knobs import KNOBS, scale_knob
from chipdb.lazy_dataclasses import dataclass, field, replace
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
    ``is_clear_farther`` says the same where every cut leaves half as much.

    ``clear_factors`` has the factor of each knob from which nothing contests it, where the cuts are
    made larger together. It is empty where the cuts themselves are clear, where no doubt ends
    between them and half as much, and where there are several ways, each with an end of its own.
    """

    check: Check
    ways: tuple[tuple[HeadroomRow, ...], ...]
    are_enough: bool
    is_clear: bool
    is_clear_farther: bool
    clear_factors: Mapping[str, Fraction] = field(default_factory=dict)

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
    choices = list(itertools.product(*ways))
    are_enough = is_clear = is_clear_farther = True
    clear_factors: dict[str, Fraction] = {}
    for choice in choices:
        after = _after_cuts(entry, asked, choice)
        are_enough &= after.license.required == Required.NO
        if after.exit_status == 0:
            continue
        is_clear = False
        ends = _end_of_joint_doubt(entry, asked, choice)
        is_clear_farther &= ends is not None
        if ends is not None and len(choices) == 1:
            clear_factors = ends
    return JointCuts(
        check=check,
        ways=ways,
        are_enough=are_enough,
        is_clear=is_clear,
        is_clear_farther=is_clear_farther,
        clear_factors=clear_factors,
    )


def _end_of_joint_doubt(
    entry: Entry, asked: Question, cuts: Sequence[HeadroomRow]
) -> dict[str, Fraction] | None:
    """The factors from which nothing contests a "no", with all cuts made larger together.

    None where even half of what each cut leaves is in doubt.
    """

    def is_clear(share: Fraction) -> bool:
        return _after_cuts(entry, asked, [_farther(row, share) for row in cuts]).exit_status == 0

    share = _smallest_share(is_clear)
    if share is None:
        return None
    return _factors_of([_farther(row, share) for row in cuts])


def _after_cuts(entry: Entry, asked: Question, cuts: Sequence[HeadroomRow]) -> Check:
    """The answer about a chip with every cut made, each a little beyond its threshold."""
    chip = entry.chip
    for knob, factor in _factors_of(cuts).items():
        chip = scale_knob(chip, knob, factor * JUST_BEYOND)
    return check_entry(replace(entry, chip=chip), asked)


def _factors_of(cuts: Sequence[HeadroomRow]) -> dict[str, Fraction]:
    """The factor of each knob that some cuts turn; a cut may come with others."""
    turned: list[tuple[str, Fraction]] = []
    for row in cuts:
        turned.append((row.knob, factor_of(row)))
        turned += [(cut.knob, cut.factor) for cut in row.beside]

    # the larger cut of a knob covers the smaller one
    factors: dict[str, Fraction] = {}
    for knob, factor in turned:
        factors[knob] = min(factor, factors.get(knob, factor))
    return factors


def after_change(entry: Entry, asked: Question, row: HeadroomRow) -> Check:
    """The answer about a chip once the knob of one row is turned, for the places of the question.

    At a threshold that is not attained nothing has changed yet, so the knob goes a little beyond.
    """
    factor = factor_of(row)
    if not row.attained:
        factor = _just_beyond(factor)
    chip = scale_knob(entry.chip, row.knob, factor)
    return check_entry(replace(entry, chip=chip), asked)


def end_of_doubt(entry: Entry, asked: Question, row: HeadroomRow) -> HeadroomRow | None:
    """The change of a row, turned so far that nothing leaves its "no" in doubt; None without it.

    A row goes by the preferred claims. Others, and the rounding of all figures that a rule adds up,
    may then still be on the other side, which leaves the answer in doubt for a little longer.
    """

    def is_clear(share: Fraction) -> bool:
        return after_change(entry, asked, _farther(row, share)).exit_status == 0

    share = _smallest_share(is_clear)
    if share is None:
        return None
    return _farther(row, share)


def _smallest_share(is_clear: Callable[[Fraction], bool]) -> Fraction | None:
    """The smallest share of the way to twice as far from which an answer is clear.

    None where it is not clear even there: no credible claims differ by more.
    """
    doubtful, clear = Fraction(0), Fraction(1)
    if not is_clear(clear):
        return None
    # halving finds the end, as a knob only moves claims away from the threshold
    for _ in range(HALVINGS):
        middle = (doubtful + clear) / 2
        if is_clear(middle):
            clear = middle
        else:
            doubtful = middle
    return clear


def _farther(row: HeadroomRow, share: Fraction) -> HeadroomRow:
    """A row with every knob turned a share of the way to twice as far."""
    factor = factor_of(row)
    twice = factor / 2 if factor < 1 else factor * 2
    factor += (twice - factor) * share
    beside = tuple(replace(cut, factor=cut.factor * (1 - share / 2)) for cut in row.beside)
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
    """Whether a knob is cut by less than another."""
    return cut_of(one) < cut_of(other)
