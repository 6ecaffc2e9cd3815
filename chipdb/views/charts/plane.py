"""Chips on a plane of two metrics with what rules say there: regions, ranges of contested figures, ways of derating."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from chipdb.metrics import Metric
from chipdb.rules.rule import Rule
from chipdb.solver.plane import Regions, regions
from chipdb.solver.ruling import control_list_of
from chipdb.units import METRIC_UNITS, display
from chipdb.views.charts.areas import Areas
from chipdb.views.charts.frame import (
    LABEL,
    WIDTH,
    Asked,
    Key,
    Layer,
    Row,
    Words,
    framed,
    lines,
    own_look,
    pixels,
    placed_labels,
)
from chipdb.views.charts.labels import NEAR, Anchor, Box, Placed, Room
from chipdb.views.charts.names import OPEN, OUTSIDE, rank, said, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.scales import Log, around
from chipdb.views.charts.spots import Axis, Spot, Spots, fame, listed
from chipdb.views.charts.theme import SHAPES, Theme
from chipdb.views.json.answers import number

HEIGHT = 470
SIZE, PILE = 125, 152
"""The area of a named chip's mark, and how much more it gets for each mark on top of it."""

WELL_KNOWN, WELL_KNOWN_REACH = 26, 90.0
"""So many places of the crowd, those of the datacenter chips with the most claims, may have their label this far off."""


class Plane:
    """A chart of a plane: two axes, the rules whose limits are drawn, the chips."""

    def __init__(
        self, asked: Asked, kind: str, axes: tuple[Axis, Axis], rules: Sequence[Rule]
    ) -> None:
        self.asked, self.kind, self.rules = asked, kind, tuple(rules)
        self.theme: Theme = asked.theme
        self.x_axis, self.y_axis = axes
        law = control_list_of(asked.question)
        self.regions: Regions = regions(self.rules, law, self.x_axis.metric, self.y_axis.metric)
        self.limits = self._limits()
        spots = Spots(asked, axes, self.rules, law)
        self.named, self.steps, self.crowd = spots.named, spots.steps, spots.crowd(self.limits)
        self.across, self.up = self._scales()
        self.categories = self._categories()
        self.areas = Areas(self.regions, (self.across, self.up), self.categories, self.theme)

    def _limits(self) -> tuple[list[float], list[float]]:
        """The limits at which what is said changes, on each axis."""
        drawn = self.regions.rectangles()
        across = {float(end) for one in drawn for end in (one.x.low, one.x.high) if end}
        up = {float(end) for one in drawn for end in (one.y.low, one.y.high) if end}
        return sorted(across), sorted(up)

    def _spots(self) -> list[Spot]:
        return [*self.crowd, *self.named, *(spot for path in self.steps for spot in path)]

    def _scales(self) -> tuple[Log, Log]:
        return (
            around([*self._ends("x"), *self.limits[0]] or [1.0, 10.0], WIDTH, margin=1.5),
            around([*self._ends("y"), *self.limits[1]] or [1.0, 10.0], HEIGHT, up=True, margin=1.5),
        )

    def _ends(self, name: str) -> Iterator[float]:
        for spot in self._spots():
            metric: Metric = getattr(spot, name)
            yield from (float(end) for end in (metric.low, metric.value, metric.high) if end)

    def _categories(self) -> dict[str, Key]:
        """Everything said somewhere on the chart, the strictest first, each with a color and a mark of its own."""
        cells = [one.findings for one in self.regions.rectangles()]
        found = sorted(
            {*cells, *(spot.findings for spot in self._spots())},
            key=lambda one: (rank(self.rules, one), str(one)),
        )
        words = list(dict.fromkeys(said(self.rules, findings) for findings in found))
        caught = [word for word in words if word not in (OUTSIDE, OPEN)]
        categories = {}
        for index, word in enumerate(caught):
            place = index % len(self.theme.caught)
            categories[word] = Key(word, self.theme.caught[place], SHAPES[place])
        if OPEN in words:
            categories[OPEN] = Key(OPEN, self.theme.unknown, "cross")
        return categories | {OUTSIDE: Key(OUTSIDE, self.theme.outside, "circle")}

    def chart(self, words: Words) -> Chart:
        """The chart under its words."""
        room = Room(Box(2, 2, WIDTH - 2, HEIGHT - 2))
        room.marks += [self._mark(spot, 6) for spot in self._spots() if spot.known]
        room.marks += [box for spot in self._bars() for box in self._bar_boxes(spot)]
        room.marks += list(self._path_boxes())
        names = self.areas.names(room, {key.text for key in self._legend()})
        room.marks += [_around(row) for row in (*self._open_rows(), *self.areas.edges())]
        placed = room.place(self._anchors(), LABEL)
        layers = [
            *self.areas.layers(),
            *self._unknown_lines(),
            *self._bar_layers(),
            *self._path_layers(),
            *self._point_layers(),
            *names,
            *placed_labels(placed, self.theme),
        ]
        drawn = replace(words, reads=" ".join(filter(None, (words.reads, self._reads(placed)))))
        return Chart(
            self.kind, framed(self.theme, drawn, layers, (WIDTH, HEIGHT), self._legend(), below=56)
        )

    def _reads(self, placed: Sequence[Placed]) -> str:
        texts = ["Ring: contested." if self._rings() else ""]
        texts.append("Thin bars: range of the credible claims." if self._bars() else "")
        texts.append(
            "Dashed line: one of the two figures is unknown." if self._half_known() else ""
        )
        there = {one.anchor.text for one in placed}
        without = [label for label in map(self._label, self.named) if label not in there]
        texts.append(f"No room for the labels of {', '.join(without)}." if without else "")
        left = len(self.crowd) - sum(not one.anchor.must for one in placed)
        if self.crowd:
            stand = f"{len(self.crowd)} {'further ' if self.named else ''}chips that stand for their model"
            floor = ", from a fourth of the lowest limits up" if any(self.limits) else ""
            texts.append(
                stand + floor + (f", {left} without a label." if placed and not self.named else ".")
            )
        return " ".join(text for text in texts if text)

    def _point(self, spot: Spot) -> tuple[float, float]:
        return self.across.pixel(float(spot.x.value or 0)), self.up.pixel(float(spot.y.value or 0))

    def _mark(self, spot: Spot, reach: float) -> Box:
        x, y = self._point(spot)
        return Box(x - reach, y - reach, x + reach, y + reach)

    def _anchors(self) -> list[Anchor]:
        if self.named:
            started = [path[0] for path in self.steps]
            return [self._anchor(spot) for spot in (*self.named, *started)]
        known_best = sorted(self.crowd, key=fame)
        together: dict[tuple[int, int], list[Spot]] = {}
        for spot in known_best:
            x, y = self._point(spot)
            together.setdefault((round(x / 3), round(y / 3)), []).append(spot)
        return [
            self._shared(spots, place < WELL_KNOWN) for place, spots in enumerate(together.values())
        ]

    def _shared(self, spots: Sequence[Spot], well_known: bool) -> Anchor:
        """One label for the chips of the crowd at one place."""
        reach = WELL_KNOWN_REACH if well_known and spots[0].chip.datacenter else NEAR
        return replace(self._anchor(spots[0]), text=listed(spots), reach=reach)

    def _anchor(self, spot: Spot) -> Anchor:
        x, y = self._point(spot)
        x = 60 if spot.x.value is None else x
        y = 14 if spot.y.value is None else y
        return Anchor(x=x, y=y, text=self._label(spot), must=spot.named)

    def _label(self, spot: Spot) -> str:
        """A chip's name; where named chips at one place are answered differently, with what is said of it."""
        here = {
            said(self.rules, other.findings)
            for other in self.named
            if other.known and self._place(other) == self._place(spot)
        }
        told = f" ({said(self.rules, spot.findings)})" if spot.named and len(here) > 1 else ""
        return short(spot.chip) + told

    def _place(self, spot: Spot) -> tuple[int, int]:
        """The place of a mark, so coarse that marks of one place cover one another."""
        x, y = self._point(spot)
        return round(x / 4), round(y / 4)

    def _half_known(self) -> list[Spot]:
        starts = [path[0] for path in self.steps]
        return [spot for spot in (*self.named, *starts) if not spot.known]

    def _open_rows(self) -> list[Row]:
        """A line through the plane for each named chip of which one of the two figures is unknown."""
        rows = []
        for spot in self._half_known():
            x, y = self._point(spot)
            across = {"px": 0, "px2": WIDTH, "py": y, "py2": y}
            rows.append(
                across if spot.x.value is None else {"px": x, "px2": x, "py": 0, "py2": HEIGHT}
            )
        return rows

    def _unknown_lines(self) -> list[Layer]:
        rows = self._open_rows()
        return [lines(rows, self.theme.ink, strokeDash=[5, 4], strokeWidth=1.3)] if rows else []

    def _bars(self) -> list[Spot]:
        """The chips whose credible claims differ."""
        spots = self.named or self.crowd
        return [
            spot
            for spot in spots
            if spot.known and any(metric.low != metric.high for metric in (spot.x, spot.y))
        ]

    def _bar(self, spot: Spot) -> list[Row]:
        x, y = self._point(spot)
        rows = []
        if spot.x.low != spot.x.high:
            rows.append(
                {
                    "px": self._end(self.across, spot.x.low),
                    "px2": self._end(self.across, spot.x.high),
                    "py": y,
                    "py2": y,
                }
            )
        if spot.y.low != spot.y.high:
            rows.append(
                {
                    "px": x,
                    "px2": x,
                    "py": self._end(self.up, spot.y.high),
                    "py2": self._end(self.up, spot.y.low),
                }
            )
        return rows

    @staticmethod
    def _end(scale: Log, value: Fraction | None) -> float:
        return scale.pixel(float(value or 0))

    def _bar_boxes(self, spot: Spot) -> Iterator[Box]:
        for row in self._bar(spot):
            yield Box(row["px"], row["py"], row["px2"], row["py2"]).grown(1)

    def _bar_layers(self) -> list[Layer]:
        rows = [row for spot in self._bars() for row in self._bar(spot)]
        strong = (
            {"strokeWidth": 1.5, "opacity": 0.8}
            if self.named
            else {"strokeWidth": 0.9, "opacity": 0.5}
        )
        return [lines(rows, self.theme.ink, **strong)] if rows else []

    def _segments(self) -> Iterator[tuple[float, float, float, float]]:
        for path in self.steps:
            known = [self._point(spot) for spot in path if spot.known]
            for (x, y), (x2, y2) in itertools.pairwise(known):
                yield x, y, x2, y2

    def _path_boxes(self) -> Iterator[Box]:
        for x, y, x2, y2 in self._segments():
            pieces = max(int(math.hypot(x2 - x, y2 - y) / 8), 1)
            for piece in range(pieces + 1):
                at_x, at_y = x + (x2 - x) * piece / pieces, y + (y2 - y) * piece / pieces
                yield Box(at_x - 2, at_y - 2, at_x + 2, at_y + 2)

    def _path_layers(self) -> list[Layer]:
        rows = [{"px": x, "py": y, "px2": x2, "py2": y2} for x, y, x2, y2 in self._segments()]
        if not rows:
            return []
        heads = [_head(row) for row in rows]
        arrows = {
            "data": {"values": heads},
            "mark": {
                "type": "point",
                "shape": "triangle",
                "filled": True,
                "size": 70,
                "color": self.theme.ink,
                "opacity": 1,
            },
            "encoding": {
                **pixels(x="px", y="py"),
                "angle": {"field": "angle", "type": "quantitative", "scale": None},
            },
        }
        return [lines(rows, self.theme.ink, strokeWidth=1.61), arrows]

    def _point_layers(self) -> list[Layer]:
        layers = []
        if rings := self._rings():
            ring = {"size": 190, "filled": False, "strokeWidth": 1.3, "color": self.theme.ink}
            layers.append(self._points(rings, ring, plain=True))
        known = [spot for spot in self.crowd if spot.known]
        pale = 0.55 if self.named else 0.9
        layers.append(self._points(known, {"size": 34, "filled": True, "opacity": pale}))
        started = [path[0] for path in self.steps if path[0].known]
        if started:
            layers.append(
                self._points(started, {"size": 90, "filled": False, "strokeWidth": 2, "opacity": 1})
            )
        outlined = {"stroke": self.theme.ink, "strokeWidth": 1.2, "opacity": 1}
        layers.append(self._piled({"filled": True, **outlined}))
        return layers

    def _piled(self, mark: Row) -> Layer:
        """The named chips; of several at one place what is less strict lies below and is larger, so that each is seen."""
        spots = sorted(
            (spot for spot in self.named if spot.known),
            key=lambda one: rank(self.rules, one.findings),
            reverse=True,
        )
        places = [self._place(spot) for spot in spots]
        layer = self._points(spots, mark)
        for index, row in enumerate(layer["data"]["values"]):
            row["size"] = SIZE + PILE * places[index + 1 :].count(places[index])
        layer["encoding"]["size"] = {"field": "size", "type": "quantitative", "scale": None}
        return layer

    def _rings(self) -> list[Spot]:
        """The chips whose answer is contested; of the named alone where some are."""
        return [
            spot
            for spot in self._spots()
            if spot.contested and spot.known and (spot.named or not self.named)
        ]

    def _points(self, spots: Sequence[Spot], mark: Row, *, plain: bool = False) -> Layer:
        says = {} if plain else own_look()
        return {
            "data": {"values": [self._row(spot) for spot in spots]},
            "mark": {"type": "point", **mark},
            "encoding": {
                "x": self._channel("x", self.x_axis, self.across, 44, self.limits[0]),
                "y": self._channel("y", self.y_axis, self.up, 15, self.limits[1]),
                **says,
                "tooltip": [{"field": name, "type": "nominal", "title": name} for name in _TOOLTIP],
            },
        }

    def _row(self, spot: Spot) -> Row:
        x, y = spot.x, spot.y
        return {
            "x": number(x.value),
            "y": number(y.value),
            "color": self._key(spot).color,
            "shape": self._key(spot).shape,
            "chip": spot.chip.name,
            "id": spot.chip.id,
            "answer": said(self.rules, spot.findings) + (", contested" if spot.contested else ""),
            "across": f"{self.x_axis.short} {_ranged(x)}",
            "up": f"{self.y_axis.short} {_ranged(y)}",
        }

    def _key(self, spot: Spot) -> Key:
        return self.categories[said(self.rules, spot.findings)]

    def _channel(
        self, field: str, axis: Axis, scale: Log, apart: float, limits: Iterable[float]
    ) -> dict[str, Any]:
        ticks = scale.ticks(limits, apart)
        shown = {
            "title": axis.title,
            "values": ticks,
            "format": ",~r" if scale.high < 1 else ",~f",
            "grid": False,
        }
        return {"field": field, "type": "quantitative", "scale": scale.scale(), "axis": shown}

    def _legend(self) -> list[Key]:
        """What some chip on the chart has."""
        used = {said(self.rules, spot.findings) for spot in self._spots()} if self.rules else set()
        return [key for word, key in self.categories.items() if word in used]


_TOOLTIP = ("chip", "answer", "up", "across")


def _ranged(metric: Metric) -> str:
    unit = METRIC_UNITS[metric.name]
    value = f"{display(metric.value)} {unit}".strip()
    return (
        value
        if metric.low == metric.high
        else f"{value} ({display(metric.low)} to {display(metric.high)})"
    )


def _around(row: Row) -> Box:
    """The box of a straight line."""
    return Box(row["px"], row["py"], row["px2"], row["py2"]).grown(1.5)


def _head(row: Row) -> Row:
    """An arrow's head two thirds along a line."""
    dx, dy = row["px2"] - row["px"], row["py2"] - row["py"]
    return {
        "px": row["px"] + dx * 0.62,
        "py": row["py"] + dy * 0.62,
        "angle": math.degrees(math.atan2(dx, -dy)),
    }
