"""Break-evens: where the line of a missing figure is cut, and what each piece answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Generic, TypeVar

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.conditions import Fact
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList
from chipdb.solver.intervals import ChipAssignment, KnownFigures, chip_assignments, cuts
from chipdb.solver.item import Assignment, Interpretation, Item
from chipdb.units import METRIC_UNITS

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Piece(Generic[Answer]):
    """A stretch of a line with one answer.

    From ``start`` (excluded unless it starts the line) to ``to``.

    ``closed`` says whether ``to`` belongs to it; None is no end.
    """

    start: Fraction | None
    to: Fraction | None
    closed: bool
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Need:
    """A missing figure or fact that decides.

    ``pieces`` cut the figure's line where the answer changes; for a fact ``values`` gives the
    answer of each value. Both are None where more than one thing is missing.
    """

    figure: str
    unit: str | None
    pieces: tuple[Piece[object], ...] | None
    values: tuple[tuple[bool, object], ...] | None
    missing: tuple[str, ...] = ()

    @property
    def break_evens(self) -> tuple[Fraction, ...]:
        """The values of the figure at which the answer changes, in the figure's unit."""
        if self.pieces is None:
            return ()
        return tuple(piece.to for piece in self.pieces[:-1] if piece.to is not None)


def line(
    known: KnownFigures, name: str, cut_at: list[Fraction], answer: Callable[[Fraction], Answer]
) -> list[Piece[Answer]]:
    """The answers along one metric's line, neighbors with the same answer joined.

    ``cut_at`` are the thresholds on the line in ascending order; ``answer`` is called once for
    each of them and once between them. There is always at least one piece.

    >>> known = KnownFigures(intervals={"tpp": (Fraction(1), None)}, facts={})
    >>> pieces = line(known, "tpp", [Fraction(4800)], lambda value: value >= 4800)
    >>> [(piece.answer, piece.closed) for piece in pieces]
    [(False, False), (True, False)]
    """
    low, high = known.intervals[name]
    if low == high and not cut_at:
        return [Piece(None, None, False, answer(low))]

    pieces: list[Piece[Answer]] = []
    if low == 0 and high is not None:
        # zero is planar logic, which is an answer of its own
        pieces.append(Piece(None, low, True, answer(low)))

    for start, stop in itertools.pairwise([low, *cut_at, high]):
        assert start is not None, "only the last end is unbounded"
        inside = start * 2 + 1 if stop is None else (start + stop) / 2
        _append(pieces, Piece(start, stop, False, answer(inside)))
        # The threshold itself may belong to either side ("at least" or "above"), so it is asked.
        if stop is not None and stop in cut_at:
            _append(pieces, Piece(stop, stop, True, answer(stop)))

    pieces[0] = replace(pieces[0], start=None if low == 0 else low)
    pieces[-1] = replace(pieces[-1], to=high, closed=high is not None)
    return pieces


def _append(pieces: list[Piece[Answer]], piece: Piece[Answer]) -> None:
    """Add a piece, or lengthen the last one where the answer is the same."""
    if pieces and pieces[-1].answer == piece.answer:
        pieces[-1] = replace(pieces[-1], to=piece.to, closed=piece.closed)
    else:
        pieces.append(piece)


def needs_of(
    rule: Rule,
    interpretation: Interpretation,
    item: Item,
    control_list: ControlList,
    answer: Callable[[Assignment], object],
) -> tuple[Need, ...]:
    """The missing figures and facts of the leading chip that decide what a rule says."""
    return _Search(rule, interpretation, item, control_list, answer).needs()


class _Search:
    """Which missing figures and facts change the answer."""

    def __init__(
        self,
        rule: Rule,
        interpretation: Interpretation,
        item: Item,
        control_list: ControlList,
        answer: Callable[[Assignment], object],
    ) -> None:
        """Collect what is known of the leading chip, and its assignments for the rule."""
        self.known = interpretation.lead()
        self.facts = {**self.known.facts, **interpretation.facts}
        self.facts_of_item = {
            name: value for name, value in interpretation.facts.items() if value is not None
        }
        self.other_chips = interpretation.chips[1:]
        self.kind = item.chip.kind
        self.leaves = control_list.leaves(rule)
        self.answer = answer
        self.assignments = list(chip_assignments(self.known, self.leaves))

    def needs(self) -> tuple[Need, ...]:
        """The figures and facts that matter, figures first; with break-evens if it is only one."""
        figures = [name for name in self.known.missing if self._figure_matters(name)]
        facts = [name for name in self._unknown_facts() if self._fact_matters(name)]

        # With two things missing there is no line to cut: the break-even of one depends on the
        # other.
        is_alone = len(figures) + len(facts) == 1
        needs = [self._figure(name, is_alone) for name in figures]
        needs += [self._fact(name, is_alone) for name in facts]
        return tuple(needs)

    def _answer_at(self, assignment: ChipAssignment) -> object:
        """The answer for an assignment of the leading chip."""
        # The other chips of a system are held fixed: break-evens are those of the leading chip.
        others = [next(chip_assignments(known, self.leaves)) for known in self.other_chips]
        return self.answer(Assignment(self.kind, (assignment, *others), self.facts_of_item))

    def _along(self, name: str, assignment: ChipAssignment) -> list[Piece[object]]:
        """The answers along one metric's line through an assignment."""
        # Other metrics are fixed first, because the thresholds of derived metrics (a density) cut
        # this line at places that depend on them.
        known = self.known.fixed_at(assignment, name) if assignment.values else self.known

        def answer_at(value: Fraction) -> object:
            """The answer if the metric has this value."""
            return self._answer_at(replace(assignment, values={**assignment.values, name: value}))

        return line(known, name, cuts(known, name, self.leaves), answer_at)

    def _figure_matters(self, name: str) -> bool:
        """Whether the answer changes along some line of a figure."""
        # lines through assignments that differ in this metric alone are one line
        lines: dict[object, ChipAssignment] = {}
        for assignment in self.assignments:
            if name in assignment.values:
                lines[_all_but(name, assignment)] = assignment

        for assignment in lines.values():
            pieces = self._along(name, self._completed(assignment))
            if len(pieces) > 1:
                return True
        return False

    def _completed(self, assignment: ChipAssignment) -> ChipAssignment:
        """An assignment with a value for every metric, so that a line can be drawn through it."""
        lows = {name: low for name, (low, _) in self.known.intervals.items()}
        return replace(assignment, values={**lows, **assignment.values})

    def _unknown_facts(self) -> list[str]:
        """The facts that the rule asks for and nobody knows, in the order of its leaves."""
        names = dict.fromkeys(leaf.name for leaf in self.leaves if isinstance(leaf, Fact))
        return [name for name in names if self.facts.get(name) is None]

    def _with_fact(self, assignment: ChipAssignment, name: str, value: bool) -> object:
        """The answer for an assignment in which one fact is changed."""
        return self._answer_at(replace(assignment, facts={**assignment.facts, name: value}))

    def _fact_matters(self, name: str) -> bool:
        """Whether the answer depends on a fact under some assignment."""
        for assignment in self.assignments:
            if self._with_fact(assignment, name, True) != self._with_fact(assignment, name, False):
                return True
        return False

    def _figure(self, name: str, is_alone: bool) -> Need:
        """A missing figure; ``pieces`` only if nothing else is missing."""
        pieces = None
        if is_alone:
            # every line gives the same pieces where nothing else is missing, so the first will do
            pieces = tuple(self._along(name, self._completed(self.assignments[0])))
        return Need(
            figure=name,
            unit=METRIC_UNITS[name],
            pieces=pieces,
            values=None,
            missing=self.known.missing[name],
        )

    def _fact(self, name: str, is_alone: bool) -> Need:
        """An unknown fact; ``values`` only if nothing else is missing."""
        values = None
        if is_alone:
            first = self.assignments[0]
            values = tuple((value, self._with_fact(first, name, value)) for value in (True, False))

        # facts of a transaction are named with the rule's id behind a colon, which no reader needs
        figure = name.partition(":")[0]
        return Need(figure=figure, unit=None, pieces=None, values=values)


def _all_but(name: str, assignment: ChipAssignment) -> object:
    """What an assignment says of everything but one metric."""
    others = tuple(value for metric, value in assignment.values.items() if metric != name)
    return others, tuple(assignment.facts.values())
