"""The regions of a plane as rectangles, edges and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from chipdb.solver.plane import Rectangle, Regions
from chipdb.views.charts.frame import Layer, LegendKey, Record, boxes, lines, text
from chipdb.views.charts.labels import Box, Room, height, width, wrapped
from chipdb.views.charts.names import said
from chipdb.views.charts.scales import Log
from chipdb.views.charts.theme import Theme
from chipdb.views.json.answers import number

CROWDED = 2
"""A region that is in the legend is not named inside where that would cover more marks."""

STEPS_BETWEEN = tuple(eighths / 8 for eighths in range(9))
"""Where a name is tried between the corners of its region, as shares of the free room."""

SHORTER = 0.6
"""How wide the lines of a name are that has no free place in longer ones, as a share."""

NAME = 12.5
"""The size of the names of regions."""


class Areas:
    """What rules say over a plane, in pixels; nothing where there is no rule."""

    def __init__(
        self,
        regions: Regions,
        scales: tuple[Log, Log],
        categories: Mapping[str, LegendKey],
        theme: Theme,
    ) -> None:
        """Compute every rectangle at once; the layers and the names are drawn from them.

        ``scales`` are the axis across and the axis up; ``categories`` has the key of each answer.
        """
        self.regions = regions
        self.theme = theme
        self.categories = categories
        self.across, self.up = scales

        # Without a rule the plane would be one rectangle, which says nothing.
        self.rows: list[Record] = []
        if regions.rules:
            self.rows = [self._row(rectangle) for rectangle in regions.rectangles()]

    def _row(self, rectangle: Rectangle) -> Record:
        """A rectangle at whole pixels, so that neighbors leave no seam, with its thresholds.

        ``px`` to ``px2`` go from left to right, ``py`` to ``py2`` from the lower end up.
        """
        x, y = rectangle.x, rectangle.y
        says = said(self.regions.rules, rectangle.findings)

        # An interval without a high end reaches to the right or the upper edge of the plane.
        right = round(self.across.size)
        if x.high is not None:
            right = self._x(x.high)
        top = 0
        if y.high is not None:
            top = self._y(y.high)

        return {
            "px": self._x(x.low),
            "px2": right,
            "py": self._y(y.low),
            "py2": top,
            "says": says,
            "color": self.categories[says].color,
            "x_from": number(x.low),
            "x_to": number(x.high),
            "y_from": number(y.low),
            "y_to": number(y.high),
        }

    def _x(self, value: Fraction) -> int:
        """The pixel of a value across, from the left; zero stands for the left end."""
        # Zero has no place on a logarithmic axis.
        if not value:
            return 0
        return round(self.across.pixel(float(value)))

    def _y(self, value: Fraction) -> int:
        """The pixel of a value up. Pixels count downward, so zero is at the lower end."""
        if not value:
            return round(self.up.size)
        return round(self.up.pixel(float(value)))

    def layers(self) -> list[Layer]:
        """Rectangles, then the lines between them."""
        if not self.rows:
            return []
        layers = [boxes(self.rows, opacity=self.theme.tint)]
        edges = self.edges()
        if edges:
            layers.append(lines(edges, self.theme.quiet, strokeWidth=1.1))
        return layers

    def edges(self) -> list[Record]:
        """Lines where the answer changes, one for each stretch of a threshold.

        Two rectangles with the same answer have no line between them, although a threshold lies
        there.
        """
        edges: list[Record] = []
        for row in self.rows:
            for other in self.rows:
                if row["says"] != other["says"]:
                    edges += _edges_between(row, other)
        return edges

    def names(self, room: Room, legend: set[str], marks: Sequence[Box]) -> list[Layer]:
        """The answer, written into the largest rectangle of each kind that has the room.

        ``legend`` has the answers that the legend names; ``room`` gets the boxes that are taken.
        ``marks`` are those that readers look for, which a name covers only where it must.
        """
        named = set[str]()
        layers = []
        for row in sorted(self.rows, key=lambda row: _wide(row) * _high(row), reverse=True):
            answer = row["says"]
            if answer in named:
                continue

            placed = _placed(answer, row, room, marks)
            if placed is None:
                continue

            # The largest rectangle with the room decides; a smaller one would look arbitrary.
            named.add(answer)
            written, box = placed
            # An answer that the legend lacks has no other place where a reader could find it.
            if room.covered(box) <= CROWDED or answer not in legend:
                room.taken.append(box)
                layers.append(_name(written, box, row["color"]))
        return layers


def _wide(row: Record) -> float:
    """The width of a rectangle in pixels."""
    return float(row["px2"] - row["px"])


def _high(row: Record) -> float:
    """The height of a rectangle in pixels; they count downward, so ``py`` is the larger."""
    return float(row["py"] - row["py2"])


def _edges_between(row: Record, other: Record) -> Iterator[Record]:
    """The edge of a rectangle with one to its right, or with one above it."""
    # the stretch that the two have in common along each axis, which is empty if they are apart
    left, right = max(row["px"], other["px"]), min(row["px2"], other["px2"])
    top, bottom = max(row["py2"], other["py2"]), min(row["py"], other["py"])
    if row["px2"] == other["px"] and top < bottom:
        yield {"px": other["px"], "px2": other["px"], "py": top, "py2": bottom}
    if row["py"] == other["py2"] and left < right:
        yield {"py": row["py"], "py2": row["py"], "px": left, "px2": right}


def _name(written: list[str], box: Box, color: str) -> Layer:
    """The name of a region in the color of its answer, one text for each line."""
    rows = []
    for index, line in enumerate(written):
        middle = box.top + height(NAME) * (index + 0.5)
        rows.append({"px": box.left, "py": middle, "text": line})
    return text(rows, color, size=NAME, fontWeight="bold")


def _placed(
    answer: str, row: Record, room: Room, marks: Sequence[Box]
) -> tuple[list[str], Box] | None:
    """The lines of a name and where in a rectangle they cover the least; None without room.

    A corner is preferred, then places between them, then the same with shorter lines. A place on
    one of ``marks`` comes last.
    """

    def hidden(placed: tuple[list[str], Box]) -> tuple[int, int]:
        return sum(placed[1].meets(mark) for mark in marks), room.covered(placed[1])

    found: list[tuple[list[str], Box]] = []
    for share, steps in ((1, (0, 1)), (1, STEPS_BETWEEN), (SHORTER, STEPS_BETWEEN)):
        written = wrapped(answer, NAME, share * (_wide(row) - 20), bold=True)
        wide = max(width(line, NAME, bold=True) for line in written)
        high = height(NAME) * len(written)
        if _wide(row) <= wide + 14 or _high(row) <= high + 8:
            continue
        found += [(written, box) for box in _places(row, (wide, high), steps)]
        if hidden(min(found, key=hidden)) == (0, 0):
            break
    return min(found, key=hidden, default=None)


def _places(row: Record, size: tuple[float, float], steps: Sequence[float]) -> list[Box]:
    """Places for a text in a rectangle, at shares of the free width and height."""
    wide, high = size
    first_left, last_left = row["px"] + 8, row["px2"] - wide - 8
    first_top, last_top = row["py2"] + 7, row["py"] - high - 6
    found = []
    for down in steps:
        for across in steps:
            left = first_left + across * (last_left - first_left)
            top = first_top + down * (last_top - first_top)
            found.append(Box(left, top, left + wide, top + high))
    return found
