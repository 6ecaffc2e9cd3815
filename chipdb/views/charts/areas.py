"""The regions of a plane as rectangles, edges and names."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from chipdb.solver.plane import Rectangle, Regions
from chipdb.views.charts.frame import Key, Layer, Row, boxes, lines, text
from chipdb.views.charts.labels import Box, Room, height, width, wrapped
from chipdb.views.charts.names import said
from chipdb.views.charts.scales import Log
from chipdb.views.charts.theme import Theme
from chipdb.views.json.answers import number

CROWDED = 2
"""A region that is in the legend is not named inside where that would cover more marks."""

NAME = 12.5


class Areas:
    """What rules say over a plane, in pixels; nothing where there is no rule."""

    def __init__(
        self, regions: Regions, scales: tuple[Log, Log], categories: Mapping[str, Key], theme: Theme
    ) -> None:
        self.regions, self.theme, self.categories = regions, theme, categories
        self.across, self.up = scales
        self.rows = [self._row(one) for one in regions.rectangles()] if regions.rules else []

    def _row(self, one: Rectangle) -> Row:
        """A rectangle at whole pixels, so that neighbors leave no seam, with the limits themselves beside."""
        x, x2, y, y2 = one.x.low, one.x.high, one.y.low, one.y.high
        ends = {"x_from": number(x), "x_to": number(x2), "y_from": number(y), "y_to": number(y2)}
        left, right = self._across(x), round(self.across.size) if x2 is None else self._across(x2)
        bottom, top = self._up(y), 0 if y2 is None else self._up(y2)
        says = said(self.regions.rules, one.findings)
        place = {"px": left, "px2": right, "py": bottom, "py2": top}
        return {**place, "says": says, "color": self.categories[says].color, **ends}

    def _across(self, value: Fraction) -> int:
        return round(self.across.pixel(float(value))) if value else 0

    def _up(self, value: Fraction) -> int:
        return round(self.up.pixel(float(value)) if value else self.up.size)

    def layers(self) -> list[Layer]:
        """Rectangles, then the lines between them."""
        if not self.rows:
            return []
        filled = boxes(self.rows, opacity=self.theme.tint)
        edges = self.edges()
        return [filled, lines(edges, self.theme.quiet, strokeWidth=1.1)] if edges else [filled]

    def edges(self) -> list[Row]:
        """Lines where what is said changes, one for each stretch of a limit."""
        rows = []
        for one in self.rows:
            for other in self.rows:
                if one["says"] == other["says"]:
                    continue
                if one["px2"] == other["px"] and (shared := _shared(one, other, "py2", "py")):
                    rows.append(
                        {"px": other["px"], "px2": other["px"], "py": shared[0], "py2": shared[1]}
                    )
                if one["py"] == other["py2"] and (shared := _shared(one, other, "px", "px2")):
                    rows.append(
                        {"py": one["py"], "py2": one["py"], "px": shared[0], "px2": shared[1]}
                    )
        return rows

    def names(self, room: Room, legend: set[str]) -> list[Layer]:
        """What is said, written into the largest rectangle of each kind that has the room."""
        done, layers = set[str](), []
        for row in sorted(self.rows, key=_area, reverse=True):
            written = wrapped(row["says"], NAME, row["px2"] - row["px"] - 20, bold=True)
            wide, high = (
                max(width(line, NAME, bold=True) for line in written),
                height(NAME) * len(written),
            )
            fits = row["px2"] - row["px"] > wide + 14 and row["py"] - row["py2"] > high + 8
            if row["says"] in done or not fits:
                continue
            done.add(row["says"])
            box = min(_corners(row, wide, high), key=room.covered)
            if room.covered(box) <= CROWDED or row["says"] not in legend:
                room.taken.append(box)
                layers.append(_name(written, box, row["color"]))
        return layers


def _name(written: list[str], box: Box, color: str) -> Layer:
    tops = [box.top + height(NAME) * (index + 0.5) for index in range(len(written))]
    rows = [
        {"px": box.left, "py": top, "text": line} for top, line in zip(tops, written, strict=True)
    ]
    return text(rows, color, size=NAME, fontWeight="bold")


def _corners(row: Row, wide: float, high: float) -> list[Box]:
    """Places for a text in the corners of a rectangle, the upper left first."""
    lefts, tops = (row["px"] + 8, row["px2"] - wide - 8), (row["py2"] + 7, row["py"] - high - 6)
    return [Box(left, top, left + wide, top + high) for top in tops for left in lefts]


def _shared(one: Row, other: Row, low: str, high: str) -> tuple[float, float] | None:
    """The stretch that two rectangles have in common along one axis."""
    start, end = max(one[low], other[low]), min(one[high], other[high])
    return (start, end) if start < end else None


def _area(row: Row) -> float:
    return float((row["px2"] - row["px"]) * (row["py"] - row["py2"]))
