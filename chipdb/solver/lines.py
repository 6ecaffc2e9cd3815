"""The line of a metric, cut where its thresholds lie, with the answer of each piece.

Where its pieces meet, an answer changes: these are the break-evens that an answer names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Generic, TypeVar

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.solver.intervals import KnownFigures, value_between

Answer = TypeVar("Answer")
Cell = TypeVar("Cell")


@dataclass(frozen=True)
class Piece(Generic[Answer]):
    """A stretch of a line with one answer, from ``start`` to ``to`` in the unit of the metric.

    ``start`` belongs to it only where it starts the line, ``to`` where it is ``closed``. None is no
    end.
    """

    start: Fraction | None
    to: Fraction | None
    closed: bool
    answer: Answer


def line(
    known: KnownFigures, name: str, cut_at: list[Fraction], answer: Callable[[Fraction], Answer]
) -> list[Piece[Answer]]:
    """The answers along one metric's line, neighbors with the same answer joined.

    ``name`` is the metric, and ``known`` has the interval that its line spans. ``cut_at`` are the
    thresholds on the line in ascending order; ``answer`` is called once for each of them and once
    between them, with a value in the unit of the metric. There is always at least one piece.

    >>> known = KnownFigures(intervals={"tpp": (Fraction(1), None)}, facts={})
    >>> pieces = line(known, "tpp", [Fraction(4800)], lambda value: value >= 4800)
    >>> [(piece.answer, piece.closed) for piece in pieces]
    [(False, False), (True, False)]
    >>> pieces = line(known, "tpp", [Fraction(70)], lambda value: value > 70)
    >>> [(piece.answer, piece.closed) for piece in pieces]
    [(False, True), (True, False)]

    An area of zero is planar logic, so a bounded line that starts there has its own piece for it:

    >>> area = (Fraction(0), Fraction(800))
    >>> known = KnownFigures(intervals={"applicable_die_area": area}, facts={})
    >>> pieces = line(known, "applicable_die_area", [], lambda value: value > 0)
    >>> [(piece.answer, piece.closed) for piece in pieces]
    [(False, True), (True, True)]
    """
    low, high = known.intervals[name]
    if low == high and not cut_at:
        return [Piece(None, None, False, answer(low))]

    pieces: list[Piece[Answer]] = []
    if low == 0 and high is not None:
        # zero is planar logic, which is an answer of its own
        pieces.append(Piece(None, low, True, answer(low)))

    stops = [*cut_at, high]
    for start, stop in zip([low, *cut_at], stops, strict=True):
        _append(pieces, Piece(start, stop, False, answer(value_between(start, stop))))
        # The threshold itself may belong to either side ("at least" or "above"), so it is asked.
        if stop is not None and stop in cut_at:
            _append(pieces, Piece(stop, stop, True, answer(stop)))

    # The ends of the line come last, because joining moved those of the pieces.
    # No figure lies below zero, so a line from zero has no start that anybody needs to read.
    pieces[0] = replace(pieces[0], start=low or None)
    pieces[-1] = replace(pieces[-1], to=high, closed=high is not None)
    return pieces


def with_answers(
    pieces: Sequence[Piece[Cell]], answer: Callable[[Cell], Answer]
) -> tuple[Piece[Answer], ...]:
    """A line with other answers in its pieces, neighbors with the same answer joined.

    ``answer`` takes the answer that a piece has and gives the one that it gets.

    >>> small = Piece(None, Fraction(2400), True, 2300)
    >>> large = Piece(Fraction(2400), None, False, 2500)
    >>> [piece.answer for piece in with_answers([small, large], lambda tpp: tpp > 2400)]
    [False, True]
    >>> len(with_answers([small, large], lambda tpp: tpp > 9999))
    1
    """
    answered: list[Piece[Answer]] = []
    for piece in pieces:
        _append(answered, Piece(piece.start, piece.to, piece.closed, answer(piece.answer)))
    return tuple(answered)


def _append(pieces: list[Piece[Answer]], piece: Piece[Answer]) -> None:
    """Add a piece, or lengthen the last one where the answer is the same.

    ``pieces`` is changed in place.
    """
    if pieces and pieces[-1].answer == piece.answer:
        pieces[-1] = replace(pieces[-1], to=piece.to, closed=piece.closed)
    else:
        pieces.append(piece)
