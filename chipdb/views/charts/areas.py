"""The regions of a plane as rectangles, edges and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
        """Compute every rectangle at once; the layers and the names are drawn from them."""
        self.regions = regions
        self.theme = theme
        self.categories = categories
        self.across, self.up = scales
        rectangles = regions.rectangles() if regions.rules else []
        self.rows = [self._row(rectangle) for rectangle in rectangles]

    def _row(self, rectangle: Rectangle) -> Record:
        """A rectangle at whole pixels, so that neighbors leave no seam, with its thresholds."""
        x, y = rectangle.x, rectangle.y
        says = said(self.regions.rules, rectangle.findings)
        return {
            "px": self._x(x.low),
            "px2": round(self.across.size) if x.high is None else self._x(x.high),
            "py": self._y(y.low),
            "py2": 0 if y.high is None else self._y(y.high),
            "says": says,
            "color": self.categories[says].color,
            "x_from": number(x.low),
            "x_to": number(x.high),
            "y_from": number(y.low),
            "y_to": number(y.high),
        }

    def _x(self, value: Fraction) -> int:
        """The pixel of a value across, from the left; zero stands for the left end."""
        # Zero has no place on a logarithmic axis; it stands for the lower end.
        return round(self.across.pixel(float(value))) if value else 0

    def _y(self, value: Fraction) -> int:
        """The pixel of a value up. Pixels count downward, so zero is at the lower end."""
        return round(self.up.pixel(float(value)) if value else self.up.size)

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
        return [
            edge
            for row in self.rows
            for other in self.rows
            if row["says"] != other["says"]
            for edge in _edges_between(row, other)
        ]

    def names(self, room: Room, legend: set[str]) -> list[Layer]:
        """The answer, written into the largest rectangle of each kind that has the room."""
        named = set[str]()
        layers = []
        for row in sorted(self.rows, key=_area, reverse=True):
            written = wrapped(row["says"], NAME, row["px2"] - row["px"] - 20, bold=True)
            wide = max(width(line, NAME, bold=True) for line in written)
            high = height(NAME) * len(written)
            has_room = row["px2"] - row["px"] > wide + 14 and row["py"] - row["py2"] > high + 8
            if row["says"] in named or not has_room:
                continue
            named.add(row["says"])
            box = min(_corners(row, wide, high), key=room.covered)
            if room.covered(box) <= CROWDED or row["says"] not in legend:
                room.taken.append(box)
                layers.append(_name(written, box, row["color"]))
        return layers


def _edges_between(row: Record, other: Record) -> Iterator[Record]:
    """The edge of a rectangle with one to its right, or with one above it."""
    if row["px2"] == other["px"]:
        shared = _shared(row, other, "py2", "py")
        if shared:
            low, high = shared
            yield {"px": other["px"], "px2": other["px"], "py": low, "py2": high}
    if row["py"] == other["py2"]:
        shared = _shared(row, other, "px", "px2")
        if shared:
            low, high = shared
            yield {"py": row["py"], "py2": row["py"], "px": low, "px2": high}


def _shared(row: Record, other: Record, low: str, high: str) -> tuple[float, float] | None:
    """The stretch that two rectangles have in common along one axis."""
    start, end = max(row[low], other[low]), min(row[high], other[high])
    return (start, end) if start < end else None


def _name(written: list[str], box: Box, color: str) -> Layer:
    """The name of a region in the color of its answer, one text for each line."""
    rows = []
    for index, line in enumerate(written):
        middle = box.top + height(NAME) * (index + 0.5)
        rows.append({"px": box.left, "py": middle, "text": line})
    return text(rows, color, size=NAME, fontWeight="bold")


def _corners(row: Record, wide: float, high: float) -> list[Box]:
    """Places for a text in the corners of a rectangle, the upper left first."""
    lefts = (row["px"] + 8, row["px2"] - wide - 8)
    tops = (row["py2"] + 7, row["py"] - high - 6)
    return [Box(left, top, left + wide, top + high) for top in tops for left in lefts]


def _area(row: Record) -> float:
    """The area of a rectangle in square pixels; the largest of an answer gets its name."""
    return float((row["px2"] - row["px"]) * (row["py"] - row["py2"]))
