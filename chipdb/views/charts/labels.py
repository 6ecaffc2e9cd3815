"""Labels that do not overlap: how wide a text is, and a place for each beside its point, the nearest free one."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_WIDTHS = (
    ("ijl'|", 0.23),
    (" !,./:;I[]\\tf", 0.28),
    ('()-r`{}"*', 0.36),
    ("Jckszvxy^", 0.5),
    ("ABEKPSVXY&", 0.67),
    ("CDHNRUw", 0.73),
    ("GOQ", 0.78),
    ("mM%", 0.85),
    ("W@", 1.0),
)
_EM = {letter: width for letters, width in _WIDTHS for letter in letters}
_ORDINARY, _BOLD, _LINE = 0.585, 1.07, 1.2
STEPS = 16
COVERING = 60
"""So many pixels further off is a label put rather than onto a mark."""

CROSSING = 25
"""And so many rather than with a line across one."""

NEAR, FAR = 8.0, 15.0
"""From this distance on a thin line ties a label to its point."""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, y downward."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two boxes share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def within(self, other: Box) -> bool:
        """Whether it lies inside another."""
        across = self.left >= other.left and self.right <= other.right
        return across and self.top >= other.top and self.bottom <= other.bottom

    def grown(self, by: float) -> Box:
        """The box with a margin."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A point that wants a label, at most ``reach`` pixels off; one that ``must`` have it gets it however far off."""

    x: float
    y: float
    text: str
    must: bool = False
    reach: float = NEAR


@dataclass(frozen=True)
class Placed:
    """A label and the middle of its box; ``tied`` where a line leads to the point."""

    anchor: Anchor
    box: Box

    @property
    def tied(self) -> bool:
        """Whether it stands so far off that a line must show whose it is."""
        return math.hypot(self.tie[0] - self.anchor.x, self.tie[1] - self.anchor.y) > FAR

    def way(self) -> list[Box]:
        """The line to the point as small boxes, none where there is no line."""
        (x, y), anchor = self.tie, self.anchor
        pieces = int(math.hypot(x - anchor.x, y - anchor.y) / 4) if self.tied else 0
        shares = (piece / pieces for piece in range(pieces))
        steps = (
            (anchor.x + (x - anchor.x) * share, anchor.y + (y - anchor.y) * share)
            for share in shares
        )
        return [Box(at_x - 1, at_y - 1, at_x + 1, at_y + 1) for at_x, at_y in steps]

    @property
    def tie(self) -> tuple[float, float]:
        """The point of the box that is nearest to the anchor."""
        box, anchor = self.box, self.anchor
        return min(max(anchor.x, box.left), box.right), min(max(anchor.y, box.top), box.bottom)


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in pixels, a little more rather than less.

    >>> 20 < width("H100", 11) < 32
    True
    """
    ems = sum(
        1.0 if unicodedata.east_asian_width(letter) in "WF" else _EM.get(letter, _ORDINARY)
        for letter in text
    )
    return ems * size * (_BOLD if bold else 1.0) + 1


def height(size: float) -> float:
    """The height of a line of text in pixels."""
    return size * _LINE


@dataclass
class Room:
    """The free room of a chart: what labels must not touch, and what they had better not cover."""

    bounds: Box
    taken: list[Box] = field(default_factory=list)
    marks: list[Box] = field(default_factory=list)

    def covered(self, box: Box) -> int:
        """How many marks and labels a box would cover."""
        return sum(box.meets(other) for other in (*self.marks, *self.taken))

    def place(self, anchors: Sequence[Anchor], size: float) -> list[Placed]:
        """Labels in the order given, those that must be there first; the others only where they find room beside the point."""
        placed = []
        for anchor in sorted(anchors, key=lambda one: not one.must):
            box = self._best(anchor, size)
            if box is not None:
                self.taken.append(box)
                placed.append(Placed(anchor, box))
                self.marks += placed[-1].way()
        return placed

    def _crossed(self, label: Placed) -> int:
        """How many marks other than its own point's the line of a label would cross."""
        own = Box(label.anchor.x - 1, label.anchor.y - 1, label.anchor.x + 1, label.anchor.y + 1)
        others = [mark for mark in self.marks if not mark.meets(own)]
        way = label.way()
        return sum(any(step.meets(mark) for step in way) for mark in others) if way else 0

    def _best(self, anchor: Anchor, size: float) -> Box | None:
        found: tuple[float, Box] | None = None
        for distance, box in _around(anchor, size, self.bounds):
            if found is not None and distance >= found[0]:
                break
            if not box.within(self.bounds) or any(box.meets(other) for other in self.taken):
                continue
            covered = sum(box.meets(mark) for mark in self.marks)
            if anchor.reach <= NEAR and covered and not anchor.must:
                continue
            cost = distance + COVERING * covered
            if found is None or cost < found[0]:
                cost += CROSSING * self._crossed(Placed(anchor, box))
                found = (cost, box) if found is None or cost < found[0] else found
        return found[1] if found else None


_ORDER = (0, 8, 2, 14, 6, 10, 4, 12, 1, 15, 7, 9, 3, 13, 5, 11)


def _around(anchor: Anchor, size: float, bounds: Box) -> Iterator[tuple[float, Box]]:
    """Boxes around a point, the nearest first: to its right, left, above, below, and between."""
    wide, high = width(anchor.text, size, anchor.must), height(size)
    reach = (
        max(bounds.right - bounds.left, bounds.bottom - bounds.top) if anchor.must else anchor.reach
    )
    distance = 7.0
    while distance <= reach:
        for step in range(STEPS):
            angle = _ORDER[step] * 2 * math.pi / STEPS
            x = anchor.x + math.cos(angle) * (distance + wide / 2)
            y = anchor.y - math.sin(angle) * (distance + high / 2)
            yield (
                distance + step / STEPS,
                Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2),
            )
        distance += 4 if distance < 40 else 12


def wrapped(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """A text in lines that fit into some room."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def spread_out(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, at least ``gap`` apart, in the same order, inside a range where it has the room.

    >>> spread_out([10, 11, 50], 10, 0, 100)
    [5.5, 15.5, 50.0]
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    groups: list[list[float]] = []  # middle, count
    for index in order:
        groups.append([wanted[index], 1.0])
        while (
            len(groups) > 1
            and groups[-1][0] - groups[-2][0] < gap * (groups[-1][1] + groups[-2][1]) / 2
        ):
            middle, count = groups.pop()
            before, size = groups[-1]
            groups[-1] = [(before * size + middle * count) / (size + count), size + count]
    found = [
        middle + gap * (place - (count - 1) / 2)
        for middle, count in groups
        for place in range(int(count))
    ]
    found = _pushed(found, gap, low, high)
    places = [0.0] * len(wanted)
    for index, position in zip(order, found, strict=True):
        places[index] = position
    return places


def _pushed(found: list[float], gap: float, low: float, high: float) -> list[float]:
    up = [max(position, low + gap * index) for index, position in enumerate(found)]
    last = len(up) - 1
    return [min(position, high - gap * (last - index)) for index, position in enumerate(up)]
