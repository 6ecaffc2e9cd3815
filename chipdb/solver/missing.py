"""What is missing to know: for each missing figure or fact that matters, where its line is cut and what each piece answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Generic, TypeVar

from chipdb.rules.conditions import Fact, fact_text
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList
from chipdb.solver.intervals import ChipAssignment, KnownFigures, cuts, points
from chipdb.solver.item import Assignment, Interpretation, Subject
from chipdb.units import METRIC_UNITS, display

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Piece(Generic[Answer]):
    """A stretch of a line on which the answer is one: from (excluded unless it starts the line) to ``to``."""

    start: Fraction | None
    to: Fraction | None
    closed: bool
    answer: Answer


@dataclass(frozen=True, kw_only=True)
class Need:
    """A missing figure or fact that decides.

    ``pieces`` cut the figure's line where the answer changes; for a fact ``values`` gives the answer of each value. Both
    are None where more than one thing is missing.
    """

    figure: str
    unit: str | None
    pieces: tuple[Piece[object], ...] | None
    values: tuple[tuple[bool, object], ...] | None
    missing: tuple[str, ...] = ()

    @property
    def break_evens(self) -> tuple[Fraction, ...]:
        """Where the answer changes."""
        return tuple(piece.to for piece in (self.pieces or ())[:-1] if piece.to is not None)


def line(
    view: KnownFigures, name: str, cut_at: list[Fraction], answer: Callable[[Fraction], Answer]
) -> list[Piece[Answer]]:
    """The answers along one metric's line, neighbours with the same answer joined."""
    low, high = view.intervals[name]
    ends = [low, *cut_at]
    pieces: list[Piece[Answer]] = []
    if low == 0 and high is not None and low != high:
        pieces.append(Piece(None, low, True, answer(low)))
    for start, stop in itertools.pairwise([*ends, high]):
        assert start is not None, "only the last end is open"
        middle = (start + stop) / 2 if stop is not None else start * 2 + 1
        if start == low == stop:
            return [Piece(None, None, False, answer(start))]
        _append(pieces, Piece(start, stop, False, answer(middle)))
        if stop is not None and stop in cut_at:
            _append(pieces, Piece(stop, stop, True, answer(stop)))
    first = replace(pieces[0], start=None if low == 0 else low)
    last = replace(pieces[-1], to=high, closed=high is not None)
    return (
        [first, *pieces[1:-1], last]
        if len(pieces) > 1
        else [replace(first, to=high, closed=high is not None)]
    )


def _append(pieces: list[Piece[Answer]], piece: Piece[Answer]) -> None:
    if pieces and pieces[-1].answer == piece.answer:
        pieces[-1] = replace(pieces[-1], to=piece.to, closed=piece.closed)
    else:
        pieces.append(piece)


def needs_of(
    rule: Rule,
    interpretation: Interpretation,
    subject: Subject,
    law: ControlList,
    answer: Callable[[Assignment], object],
) -> tuple[Need, ...]:
    """The missing figures and facts of the leading chip that decide what a rule says."""
    return _Needs(rule, interpretation, subject, law, answer).found()


class _Needs:
    def __init__(
        self,
        rule: Rule,
        interpretation: Interpretation,
        subject: Subject,
        law: ControlList,
        answer: Callable[[Assignment], object],
    ) -> None:
        self.view = interpretation.lead()
        self.facts = {**self.view.facts, **interpretation.facts}
        self.item = {
            name: value for name, value in interpretation.facts.items() if value is not None
        }
        self.others = interpretation.views[1:]
        self.kind = subject.chip.kind
        self.leaves = law.leaves(rule)
        self.answer = answer
        self.assignments = list(points(self.view, self.leaves))

    def found(self) -> tuple[Need, ...]:
        figures = [name for name in self.view.missing if self._figure_matters(name)]
        facts = [name for name in self._unknown_facts() if self._fact_matters(name)]
        alone = len(figures) + len(facts) == 1
        needs = [self._figure(name, alone) for name in figures]
        return (*needs, *(self._fact(name, alone) for name in facts))

    def _at(self, point: ChipAssignment) -> object:
        rest = tuple(next(points(view, self.leaves)) for view in self.others)
        return self.answer(Assignment(self.kind, (point, *rest), self.item))

    def _along(self, name: str, point: ChipAssignment) -> list[Piece[object]]:
        view = self.view.fixed(point, name) if point.intervals else self.view
        marks = cuts(view, name, self.leaves)
        return line(
            view,
            name,
            marks,
            lambda value: self._at(replace(point, intervals={**point.intervals, name: value})),
        )

    def _figure_matters(self, name: str) -> bool:
        distinct = {
            self._others(name, point): point
            for point in self.assignments
            if name in point.intervals
        }
        return any(
            len(self._along(name, self._completed(point))) > 1 for point in distinct.values()
        )

    def _others(self, name: str, point: ChipAssignment) -> object:
        """What a point says of everything but one metric."""
        return tuple(value for key, value in point.intervals.items() if key != name), tuple(
            point.facts.values()
        )

    def _completed(self, point: ChipAssignment) -> ChipAssignment:
        """A point with a value for every metric, so that a line can be drawn through it."""
        intervals = {name: interval[0] for name, interval in self.view.intervals.items()}
        return replace(point, intervals={**intervals, **point.intervals})

    def _unknown_facts(self) -> list[str]:
        names = dict.fromkeys(leaf.name for leaf in self.leaves if isinstance(leaf, Fact))
        return [name for name in names if self.facts.get(name) is None]

    def _fact_matters(self, name: str) -> bool:
        def turned(point: ChipAssignment, value: bool) -> object:
            return self._at(replace(point, facts={**point.facts, name: value}))

        return any(turned(point, True) != turned(point, False) for point in self.assignments)

    def _figure(self, name: str, alone: bool) -> Need:
        pieces = tuple(self._along(name, self._completed(self.assignments[0]))) if alone else None
        return Need(
            figure=name,
            unit=METRIC_UNITS[name],
            pieces=pieces,
            values=None,
            missing=self.view.missing[name],
        )

    def _fact(self, name: str, alone: bool) -> Need:
        point = self.assignments[0]
        values = tuple(
            (value, self._at(replace(point, facts={**point.facts, name: value})))
            for value in (True, False)
        )
        return Need(
            figure=name.split(":", maxsplit=1)[0],
            unit=None,
            pieces=None,
            values=values if alone else None,
        )


def text_of(need: Need, words: Callable[[object], str]) -> str:
    """A need in words: what is missing, and from where it matters."""
    if need.pieces:
        before = [None, *need.pieces]
        shown = "; ".join(
            _piece_text(piece, last, need, words)
            for last, piece in zip(before, need.pieces, strict=False)
        )
        return f"{need.figure} is missing: {shown}"
    if need.values:
        shown = "; ".join(
            f"{words(answer)} if {'so' if value else 'not'}" for value, answer in need.values
        )
        return f"not known: {fact_text(need.figure)}: {shown}"
    return f"also missing: {fact_text(need.figure)}"


def _piece_text(
    piece: Piece[object], last: Piece[object] | None, need: Need, words: Callable[[object], str]
) -> str:
    unit = f" {need.unit}" if need.unit else ""
    if piece.to == 0:
        return f"{words(piece.answer)} if all logic is planar"
    start, to = (
        None if end is None else f"{display(end, 1).replace(',', '')}{unit}"
        for end in (piece.start, piece.to)
    )
    if to is not None:
        where = f"up to {to}" if piece.closed else f"below {to}"
    else:
        edge = "above" if last is None or last.closed else "from"
        where = f"{edge} {start}" if start else "at any value"
    return f"{words(piece.answer)} {where}"
