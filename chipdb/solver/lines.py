"""The line of a metric, cut where its thresholds lie, with the answer of each piece."""

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

    stops = [*cut_at, high]
    for start, stop in zip([low, *cut_at], stops, strict=True):
        _append(pieces, Piece(start, stop, False, answer(value_between(start, stop))))
        # The threshold itself may belong to either side ("at least" or "above"), so it is asked.
        if stop is not None and stop in cut_at:
            _append(pieces, Piece(stop, stop, True, answer(stop)))

    # No figure lies below zero, so a line from zero has no start that anybody needs to read.
    pieces[0] = replace(pieces[0], start=low or None)
    pieces[-1] = replace(pieces[-1], to=high, closed=high is not None)
    return pieces


def with_answers(
    pieces: Sequence[Piece[Cell]], answer: Callable[[Cell], Answer]
) -> tuple[Piece[Answer], ...]:
    """A line with other answers in its pieces, neighbors with the same answer joined."""
    answered: list[Piece[Answer]] = []
    for piece in pieces:
        _append(answered, Piece(piece.start, piece.to, piece.closed, answer(piece.answer)))
    return tuple(answered)


def _append(pieces: list[Piece[Answer]], piece: Piece[Answer]) -> None:
    """Add a piece, or lengthen the last one where the answer is the same."""
    if pieces and pieces[-1].answer == piece.answer:
        pieces[-1] = replace(pieces[-1], to=piece.to, closed=piece.closed)
    else:
        pieces.append(piece)
