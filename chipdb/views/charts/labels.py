"""Labels that do not overlap: the width of a text, and the nearest free place around a point.

Chips crowd around the thresholds, so labels at fixed offsets would cover one another. A label that
must be there is placed however far away; the others only where there is room.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterator, Sequence

from chipdb.lazy_dataclasses import dataclass, field

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
"""Letters of the charts' font by their width in ems; no font is read, so any machine agrees."""

_EM = {letter: width for letters, width in _WIDTHS for letter in letters}
_ORDINARY, _BOLD, _LINE = 0.585, 1.07, 1.2
STEPS = 16
"""The number of directions around a point that are tried."""

COVERING = 60
"""A label is moved this many pixels farther away to avoid a mark."""

CROSSING = 25
"""A label is moved this many pixels farther away so that its line does not cross a mark."""

NEAR, FAR = 8.0, 15.0
"""A label within NEAR is next to its point; one beyond FAR is tied to it by a line."""


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, y downward."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two boxes share more than an edge."""
        # Asked for every pair of a label and a mark; most pairs lie far apart already across.
        if self.left >= other.right or other.left >= self.right:
            return False
        return self.top < other.bottom and other.top < self.bottom

    def within(self, other: Box) -> bool:
        """Whether it lies inside another, whose edges it may touch."""
        if self.left < other.left or self.right > other.right:
            return False
        return self.top >= other.top and self.bottom <= other.bottom

    def grown(self, by: float) -> Box:
        """The box with a margin."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


def box_around(x: float, y: float, reach: float) -> Box:
    """The square around a point."""
    return Box(x, y, x, y).grown(reach)


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """A point to label, with the label at most ``reach`` pixels away.

    One that ``must`` have its label gets it however far away.
    """

    x: float
    y: float
    text: str
    must: bool = False
    reach: float = NEAR


@dataclass(frozen=True)
class Placed:
    """A label with its box; ``tied`` where a line leads to the point."""

    anchor: Anchor
    box: Box

    @property
    def tied(self) -> bool:
        """Whether it is so far away that a line must show whose label it is."""
        x, y = self.tie
        return math.hypot(x - self.anchor.x, y - self.anchor.y) > FAR

    @property
    def tie(self) -> tuple[float, float]:
        """The point of the box that is nearest to the anchor."""
        box, anchor = self.box, self.anchor
        x = min(max(anchor.x, box.left), box.right)
        y = min(max(anchor.y, box.top), box.bottom)
        return x, y

    def line_boxes(self) -> list[Box]:
        """The line to the point as small boxes; none where there is no line."""
        if not self.tied:
            return []
        # One box around a slanted line would also cover what the line never touches.
        start = (self.anchor.x, self.anchor.y)
        return list(boxes_along(start, self.tie, spacing=4, reach=1))


def boxes_along(
    start: tuple[float, float], end: tuple[float, float], *, spacing: float, reach: float
) -> Iterator[Box]:
    """Small boxes along a straight line, its start included and its end left out.

    They are about ``spacing`` pixels apart and reach ``reach`` pixels to each side.
    """
    dx = end[0] - start[0]
    dy = end[1] - start[1]
    pieces = int(math.hypot(dx, dy) / spacing)
    for piece in range(pieces):
        share = piece / pieces
        yield box_around(start[0] + dx * share, start[1] + dy * share, reach)


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in pixels, a little more rather than less.

    >>> 20 < width("H100", 11) < 32
    True
    """
    ems = sum(_ems(letter) for letter in text)
    weight = 1.0
    if bold:
        weight = _BOLD
    return ems * size * weight + 1


def _ems(letter: str) -> float:
    """The width of a letter in ems; one that is not listed has an ordinary width."""
    # Chinese letters are as wide as they are high.
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.0
    return _EM.get(letter, _ORDINARY)


def height(size: float) -> float:
    """The height of a line of text in pixels."""
    return size * _LINE


@dataclass
class Room:
    """The free room of a chart: what labels must not touch, and what they should not cover."""

    bounds: Box
    taken: list[Box] = field(default_factory=list)
    marks: list[Box] = field(default_factory=list)

    def covered(self, box: Box) -> int:
        """How many marks and labels a box would cover."""
        return sum(box.meets(other) for other in (*self.marks, *self.taken))

    def place(self, anchors: Sequence[Anchor], size: float) -> list[Placed]:
        """Labels in the order given, but those that must be there first.

        ``size`` is that of their text in pixels. A label without a free place is left out; one
        that is placed takes its room from those after it, and so does its line.
        """
        placed = []
        for anchor in sorted(anchors, key=lambda anchor: not anchor.must):
            box = self._best_box(anchor, size)
            if box is None:
                continue
            label = Placed(anchor, box)
            self.taken.append(box)
            self.marks += label.line_boxes()
            placed.append(label)
        return placed

    def _best_box(self, anchor: Anchor, size: float) -> Box | None:
        """The cheapest free box; None if no box that the anchor may have is free."""
        best: Box | None = None
        best_cost = math.inf
        for distance, box in _boxes_around(anchor, size, self.bounds):
            # Boxes come nearest first, and a cost is never less than the distance.
            if distance >= best_cost:
                break
            if not self._is_free(box):
                continue
            cost = self._cost(anchor, box, distance, below=best_cost)
            if cost < best_cost:
                best, best_cost = box, cost
        return best

    def _is_free(self, box: Box) -> bool:
        """Whether a box lies on the chart and on no other label."""
        if not box.within(self.bounds):
            return False
        return not any(box.meets(other) for other in self.taken)

    def _cost(self, anchor: Anchor, box: Box, distance: float, below: float) -> float:
        """What a label at a box costs: the distance, and what the label and its line would hide.

        Infinite if the label may not be there. A cost that is not ``below`` the best one so far
        is returned before it is complete.
        """
        covered = sum(box.meets(mark) for mark in self.marks)
        # a label of the crowd may be left out, one of a named chip never
        is_optional = anchor.reach <= NEAR and not anchor.must
        if is_optional and covered:
            return math.inf

        cost = distance + COVERING * covered
        # Crossings take long to count, so only boxes that may be cheaper are looked at.
        if cost >= below:
            return cost
        return cost + CROSSING * self._crossed(Placed(anchor, box))

    def _crossed(self, label: Placed) -> int:
        """How many marks other than its own point's the line of a label would cross."""
        line = label.line_boxes()
        if not line:
            return 0

        own = box_around(label.anchor.x, label.anchor.y, 1)
        crossed = 0
        for mark in self.marks:
            # the line begins at its own point, which it does not hide
            if mark.meets(own):
                continue
            crossed += any(step.meets(mark) for step in line)
        return crossed


_ORDER = (0, 8, 2, 14, 6, 10, 4, 12, 1, 15, 7, 9, 3, 13, 5, 11)
"""The order of the directions: right, left, above, below and between, as a reader expects them."""


def _boxes_around(anchor: Anchor, size: float, bounds: Box) -> Iterator[tuple[float, Box]]:
    """Boxes around a point with their distance, the nearest first.

    They end at the anchor's reach; a label that must be there may be as far off as the chart goes.
    """
    wide = width(anchor.text, size, anchor.must)
    high = height(size)
    reach = anchor.reach
    if anchor.must:
        reach = max(bounds.right - bounds.left, bounds.bottom - bounds.top)

    distance = 7.0
    while distance <= reach:
        for step in range(STEPS):
            angle = _ORDER[step] * 2 * math.pi / STEPS
            x = anchor.x + math.cos(angle) * (distance + wide / 2)
            y = anchor.y - math.sin(angle) * (distance + high / 2)
            box = Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)
            # The share of a step makes earlier directions cheaper at the same distance.
            yield distance + step / STEPS, box

        # Far off, a few pixels more or less do not matter, and wide steps find room sooner.
        if distance < 40:
            distance += 4
        else:
            distance += 12


def wrapped(text: str, size: float, room: float, bold: bool = False) -> list[str]:
    """A text in lines that fit into some room, in pixels.

    A word that is wider than the room gets a line of its own, and no word is divided.
    """
    lines: list[str] = []
    for word in text.split():
        if not lines:
            lines.append(word)
            continue
        longer = f"{lines[-1]} {word}"
        if width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass
class _Group:
    """Neighbors that touch; they are spread evenly around their common middle."""

    middle: float
    count: int

    def joined(self, other: _Group) -> _Group:
        """One group of both, at the mean of their middles weighted by their sizes."""
        count = self.count + other.count
        total = self.middle * self.count + other.middle * other.count
        return _Group(total / count, count)

    def touches(self, after: _Group, gap: float) -> bool:
        """Whether a group and the one after it are closer than the gap allows."""
        return after.middle - self.middle < gap * (self.count + after.count) / 2


def spread_out(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions near the wanted ones, in the same order, at least ``gap`` apart.

    They lie between ``low`` and ``high`` if there is the room.

    >>> spread_out([10, 11, 50], 10, 0, 100)
    [5.5, 15.5, 50.0]
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    groups = _groups([wanted[index] for index in order], gap)

    positions = []
    for group in groups:
        for place in range(group.count):
            from_middle = gap * (place - (group.count - 1) / 2)
            positions.append(group.middle + from_middle)

    # Back from the order along the axis to the order of the caller.
    places = [0.0] * len(wanted)
    for index, position in zip(order, _pushed(positions, gap, low, high), strict=True):
        places[index] = position
    return places


def _groups(ascending: Sequence[float], gap: float) -> list[_Group]:
    """Ascending positions in groups that no longer touch once they are spread.

    A joined group needs more room than its parts, so it may come to touch the one before it.
    """
    groups: list[_Group] = []
    for position in ascending:
        groups.append(_Group(position, 1))
        while len(groups) > 1 and groups[-2].touches(groups[-1], gap):
            last = groups.pop()
            groups[-1] = groups[-1].joined(last)
    return groups


def _pushed(positions: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions pushed inside a range, still ``gap`` apart.

    Each keeps room for those before it and those after it; without room for all, the high end
    holds.
    """
    last = len(positions) - 1
    pushed = []
    for index, position in enumerate(positions):
        above_low = max(position, low + gap * index)
        pushed.append(min(above_low, high - gap * (last - index)))
    return pushed
