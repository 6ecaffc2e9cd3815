"""Chips on a plane of two metrics, with the regions of rules.

The layers, from below: regions, lines for half-known chips, ranges of contested figures, ways of
derating, marks, names of regions, labels.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from chipdb.lazy_dataclasses import replace
from chipdb.metrics import Metric
from chipdb.rules.rule import Rule
from chipdb.rules.thresholds import metric_value_text
from chipdb.solver.plane import Regions, regions
from chipdb.solver.ruling import control_list_of
from chipdb.units import METRIC_UNITS
from chipdb.views.charts.areas import Areas
from chipdb.views.charts.frame import (
    LABEL,
    WIDTH,
    ChartRequest,
    ChartText,
    Layer,
    LegendKey,
    Record,
    framed,
    lines,
    own_look,
    pixels,
    placed_labels,
)
from chipdb.views.charts.labels import NEAR, Anchor, Box, Placed, Room, box_around
from chipdb.views.charts.names import UNDETERMINED, none_met, rank, said, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.scales import Log, around
from chipdb.views.charts.spots import PlaneAxis, Spot, Spots, fame, names_at
from chipdb.views.charts.theme import SHAPES, Theme
from chipdb.views.json.answers import number

HEIGHT = 470
SIZE, PILE = 125, 152
"""The area of a named chip's mark, and how much larger it is for each mark on top of it."""

MARK_REACH, CROWD_REACH = 9, 5
"""How far the marks of named and of unnamed chips reach around their points, in pixels."""

WELL_KNOWN, WELL_KNOWN_REACH = 26, 90.0
"""How many places of the crowd may have their label farther away, and how far.

They are those of the datacenter chips with the most claims. With labels only next to their points,
the A100, H20 and H200 would have none, because chips crowd there.
"""


class Plane:
    """A chart of a plane: two axes, the rules whose regions are drawn, the chips."""

    def __init__(
        self,
        request: ChartRequest,
        kind: str,
        axes: tuple[PlaneAxis, PlaneAxis],
        rules: Sequence[Rule],
    ) -> None:
        """Place every chip and compute the regions before anything is drawn.

        The order matters: the crowd is chosen by the thresholds, and the axes must hold all of
        both.
        """
        self.request = request
        self.kind = kind
        self.rules = tuple(rules)
        self.theme: Theme = request.theme
        self.x_axis, self.y_axis = axes

        law = control_list_of(request.question)
        self.regions: Regions = regions(self.rules, law, self.x_axis.metric, self.y_axis.metric)
        self.thresholds = self._thresholds()

        spots = Spots(request, axes, self.rules, law)
        self.named = spots.named
        self.steps = spots.steps
        # a chip without a turned knob starts where it ends
        self.starts = [path[0] for path in self.steps if len(path) > 1]
        self.crowd = spots.crowd(self.thresholds)
        self.spots = [*self.crowd, *self.named, *itertools.chain.from_iterable(self.steps)]

        self.across = self._scale("x", self.thresholds[0], WIDTH)
        self.up = self._scale("y", self.thresholds[1], HEIGHT)
        self.categories = self._categories()
        self.areas = Areas(self.regions, (self.across, self.up), self.categories, self.theme)

    def _thresholds(self) -> tuple[list[float], list[float]]:
        """The thresholds at which the answer changes, on each axis: across, then up."""
        across, up = set[float](), set[float]()
        for rectangle in self.regions.rectangles():
            # zero and an open end are not thresholds
            across.update(_above_zero(rectangle.x.low, rectangle.x.high))
            up.update(_above_zero(rectangle.y.low, rectangle.y.high))
        return sorted(across), sorted(up)

    def _scale(self, name: str, thresholds: list[float], size: int) -> Log:
        """The axis of ``x`` or ``y``, with room for every range and threshold."""
        values = list(thresholds)
        for spot in self.spots:
            metric: Metric = getattr(spot, name)
            values += _above_zero(metric.low, metric.value, metric.high)

        # Without a rule and a chip there is nothing to show, but still a chart with axes.
        if not values:
            values = [1.0, 10.0]
        return around(values, size, up=name == "y", margin=1.5)

    def _categories(self) -> dict[str, LegendKey]:
        """Every answer on the chart, the strictest first, each with its own color and mark."""
        findings = {rectangle.findings for rectangle in self.regions.rectangles()}
        findings |= {spot.findings for spot in self.spots}
        # Text breaks ties of strictness, so that a chart is drawn the same each time.
        ordered = sorted(findings, key=lambda each: (rank(self.rules, each), str(each)))
        words = list(dict.fromkeys(said(self.rules, each) for each in ordered))
        nothing = none_met(self.rules)

        categories = {}
        controlled = [word for word in words if word not in (nothing, UNDETERMINED)]
        for index, word in enumerate(controlled):
            place = index % len(self.theme.controlled)
            categories[word] = LegendKey(word, self.theme.controlled[place], SHAPES[place])
        # These two look the same on every chart.
        if UNDETERMINED in words:
            categories[UNDETERMINED] = LegendKey(UNDETERMINED, self.theme.unknown, "cross")
        categories[nothing] = LegendKey(nothing, self.theme.not_controlled, "circle")
        return categories

    def chart(self, words: ChartText) -> Chart:
        """The chart with its title, explanations and caption."""
        legend = self._legend()
        room = self._room()
        # Names of regions come before labels: there is one good place for each of them.
        reach, shown = MARK_REACH, self.named
        if not shown:
            # a crowd leaves no free place, so the chips that readers look for come first
            reach, shown = CROWD_REACH, sorted(self.crowd, key=fame)[:WELL_KNOWN]
        marks = [box_around(*self._point(spot), reach) for spot in _known(shown)]
        names = self.areas.names(room, {key.text for key in legend}, marks)

        # Names of regions may lie on edges and dashed lines, labels should not.
        straight = [*self._half_known_rows(), *self.areas.edges()]
        room.marks += [_box_of(row).grown(1.5) for row in straight]
        # last, when everything that a label must not cover has its place
        placed = room.place(self._anchors(), LABEL)

        layers = [
            *self.areas.layers(),
            *self._half_known_layers(),
            *self._range_layers(),
            *self._path_layers(),
            *self._point_layers(),
            *names,
            *placed_labels(placed, self.theme),
        ]
        explanations = list(self._explanations(placed))
        if words.reads:
            explanations.insert(0, words.reads)
        words = replace(words, reads=" ".join(explanations))
        spec = framed(self.theme, words, layers, (WIDTH, HEIGHT), legend, below=56)
        return Chart(self.kind, spec)

    def _room(self) -> Room:
        """The free room of the plane: its marks, ranges and ways of derating count as covered."""
        room = Room(Box(2, 2, WIDTH - 2, HEIGHT - 2))
        for spot in _known(self.spots):
            room.marks.append(box_around(*self._point(spot), reach=6))
        for row in self._ranges():
            room.marks.append(_box_of(row).grown(1))
        room.marks += self._path_boxes()
        return room

    def _legend(self) -> list[LegendKey]:
        """The answers that some chip on the chart has."""
        # without rules every chip has the same answer, which needs no legend
        if not self.rules:
            return []
        used = {said(self.rules, spot.findings) for spot in self.spots}
        return [key for word, key in self.categories.items() if word in used]

    def _explanations(self, placed: Sequence[Placed]) -> Iterator[str]:
        """How to read the marks that are on the chart, and what has no label."""
        if self._rings():
            yield "Ring: contested."
        if self._ranged():
            yield "Thin bars: range of the credible claims."
        if self._half_known():
            yield "Dashed line: one of the two figures is unknown."

        without_label = self._without_label(placed)
        if without_label:
            yield f"No room for the labels of {', '.join(without_label)}."
        if self.crowd:
            yield self._about_crowd(placed)

    def _without_label(self, placed: Sequence[Placed]) -> list[str]:
        """The labels of named chips for which there was no room, each once."""
        labels = dict.fromkeys(map(self._label, self.named))
        for label in placed:
            labels.pop(label.anchor.text, None)
        return list(labels)

    def _about_crowd(self, placed: Sequence[Placed]) -> str:
        """How many unnamed chips are drawn, and how many of them without a label."""
        text = f"{len(self.crowd)} chips that represent their model"
        if self.named:
            text = f"{len(self.crowd)} further chips that represent their model"
        if any(self.thresholds):
            text += ", from a quarter of the lowest thresholds up"

        # Beside named chips the crowd has no labels at all, which needs no words.
        if placed and not self.named:
            labeled = sum(not label.anchor.must for label in placed)
            text += f", {len(self.crowd) - labeled} without a label"
        return f"{text}."

    def _point(self, spot: Spot) -> tuple[float, float]:
        """The pixels of a chip; an unknown figure gets the lower end of its axis."""
        x = self.across.pixel(float(spot.x.value or 0))
        y = self.up.pixel(float(spot.y.value or 0))
        return x, y

    def _anchors(self) -> list[Anchor]:
        """The points that get labels if there is room: the named chips, or else the crowd."""
        if self.named:
            return [self._anchor(spot) for spot in (*self.named, *self.starts)]

        # Marks within three pixels look like one, and share a label.
        together: dict[tuple[int, int], list[Spot]] = {}
        for spot in sorted(self.crowd, key=fame):
            x, y = self._point(spot)
            place = (round(x / 3), round(y / 3))
            together.setdefault(place, []).append(spot)

        anchors = []
        for index, spots in enumerate(together.values()):
            best_known = spots[0]
            reach = NEAR
            if index < WELL_KNOWN and best_known.chip.datacenter:
                reach = WELL_KNOWN_REACH
            anchor = replace(self._anchor(best_known), text=names_at(spots), reach=reach)
            anchors.append(anchor)
        return anchors

    def _anchor(self, spot: Spot) -> Anchor:
        """The point that the label of a chip belongs to."""
        x, y = self._point(spot)
        # The label of a line through the plane is near one of its ends.
        if spot.x.value is None:
            x = 60
        if spot.y.value is None:
            y = 14
        return Anchor(x=x, y=y, text=self._label(spot), must=spot.named)

    def _label(self, spot: Spot) -> str:
        """A chip's name, with its answer where named chips at one place have different answers."""
        name = short(spot.chip)
        if not spot.named:
            return name

        place = self._place(spot)
        answers_here = set[str]()
        for other in _known(self.named):
            if self._place(other) == place:
                answers_here.add(said(self.rules, other.findings))

        # Marks on top of each other show one color, so the words must tell them apart.
        if len(answers_here) > 1:
            return f"{name} ({said(self.rules, spot.findings)})"
        return name

    def _place(self, spot: Spot) -> tuple[int, int]:
        """The place of a mark, rounded so that marks at one place cover one another."""
        x, y = self._point(spot)
        # marks within four pixels cover one another
        return round(x / 4), round(y / 4)

    def _half_known(self) -> list[Spot]:
        """The named chips with one unknown figure, which have a line and no point."""
        return [spot for spot in (*self.named, *self.starts) if not spot.known]

    def _half_known_rows(self) -> list[Record]:
        """A line through the plane for each named chip with one unknown figure."""
        rows = []
        for spot in self._half_known():
            x, y = self._point(spot)
            if spot.x.value is None:
                rows.append({"px": 0, "px2": WIDTH, "py": y, "py2": y})
            else:
                rows.append({"px": x, "px2": x, "py": 0, "py2": HEIGHT})
        return rows

    def _half_known_layers(self) -> list[Layer]:
        """Their lines, dashed; no layer if all figures of all chips are known."""
        rows = self._half_known_rows()
        if not rows:
            return []
        return [lines(rows, self.theme.ink, strokeDash=[5, 4], strokeWidth=1.3)]

    def _ranged(self) -> list[Spot]:
        """The chips whose credible claims differ; of the crowd only if no chip is named."""
        return [spot for spot in _known(self.named or self.crowd) if spot.ranged]

    def _ranges(self) -> Iterator[Record]:
        """A thin bar for each range of credible claims."""
        for spot in self._ranged():
            x, y = self._point(spot)
            if spot.x.low != spot.x.high:
                left = _end(self.across, spot.x.low)
                right = _end(self.across, spot.x.high)
                yield {"px": left, "px2": right, "py": y, "py2": y}
            if spot.y.low != spot.y.high:
                bottom = _end(self.up, spot.y.low)
                top = _end(self.up, spot.y.high)
                yield {"px": x, "px2": x, "py": top, "py2": bottom}

    def _range_layers(self) -> list[Layer]:
        """The ranges; those of named chips are stronger."""
        rows = list(self._ranges())
        if not rows:
            return []
        look = {"strokeWidth": 0.9, "opacity": 0.5}
        if self.named:
            look = {"strokeWidth": 1.5, "opacity": 0.8}
        return [lines(rows, self.theme.ink, **look)]

    def _path_rows(self) -> list[Record]:
        """The ways of derating: a straight line for each turn of a knob."""
        rows = []
        for path in self.steps:
            points = list(map(self._point, _known(path)))
            for (x, y), (x2, y2) in itertools.pairwise(points):
                rows.append({"px": x, "py": y, "px2": x2, "py2": y2})
        return rows

    def _path_boxes(self) -> Iterator[Box]:
        """Small boxes along the ways of derating, which labels should not cover.

        Both ends are included, about eight pixels lie between two boxes.
        """
        for row in self._path_rows():
            dx = row["px2"] - row["px"]
            dy = row["py2"] - row["py"]
            pieces = max(int(math.hypot(dx, dy) / 8), 1)
            for piece in range(pieces + 1):
                share = piece / pieces
                yield box_around(row["px"] + dx * share, row["py"] + dy * share, 2)

    def _path_layers(self) -> list[Layer]:
        """The ways of derating with their arrowheads."""
        rows = self._path_rows()
        if not rows:
            return []

        arrow = {
            "type": "point",
            "shape": "triangle",
            "filled": True,
            "size": 70,
            "color": self.theme.ink,
            "opacity": 1,
        }
        angle = {"field": "angle", "type": "quantitative", "scale": None}
        arrows = {
            "data": {"values": [_arrow_head(row) for row in rows]},
            "mark": arrow,
            "encoding": {**pixels(x="px", y="py"), "angle": angle},
        }
        return [lines(rows, self.theme.ink, strokeWidth=1.61), arrows]

    def _point_layers(self) -> list[Layer]:
        """The marks, from below: rings, crowd, chips before derating, named chips."""
        layers = []
        rings = self._rings()
        if rings:
            ring = {"size": 190, "filled": False, "strokeWidth": 1.3, "color": self.theme.ink}
            layers.append(self._points(rings, ring, plain=True))

        # Beside named chips the crowd is only a background.
        opacity = 0.9
        if self.named:
            opacity = 0.55
        dot = {"size": 34, "filled": True, "opacity": opacity}
        layers.append(self._points(_known(self.crowd), dot))

        starts = _known(self.starts)
        if starts:
            hollow = {"size": 90, "filled": False, "strokeWidth": 2, "opacity": 1}
            layers.append(self._points(starts, hollow))

        layers.append(self._named_points())
        return layers

    def _named_points(self) -> Layer:
        """The named chips. At one place, the less strict lie below and are larger."""
        spots = _known(self.named)
        spots.sort(key=lambda spot: rank(self.rules, spot.findings), reverse=True)
        outlined = {"filled": True, "stroke": self.theme.ink, "strokeWidth": 1.2, "opacity": 1}
        layer = self._points(spots, outlined)

        places = [self._place(spot) for spot in spots]
        for index, row in enumerate(layer["data"]["values"]):
            above = places[index + 1 :].count(places[index])
            row["size"] = SIZE + PILE * above
        # Vega-Lite would spread the sizes over a scale of its own.
        layer["encoding"]["size"] = {"field": "size", "type": "quantitative", "scale": None}
        return layer

    def _rings(self) -> list[Spot]:
        """The chips whose answer is contested; only the named ones where some are."""
        contested = [spot for spot in _known(self.spots) if spot.contested]
        # in a crowd a few rings are informative; behind named chips they distract
        if self.named:
            contested = [spot for spot in contested if spot.named]
        return contested

    def _points(self, spots: Sequence[Spot], mark: Record, *, plain: bool = False) -> Layer:
        """A layer of marks; ``plain`` leaves color and shape to ``mark``."""
        look = own_look()
        if plain:
            look = {}
        tooltip = [{"field": name, "type": "nominal", "title": name} for name in _TOOLTIP]
        return {
            "data": {"values": [self._row(spot) for spot in spots]},
            "mark": {"type": "point", **mark},
            "encoding": {
                "x": _channel("x", self.x_axis, self.across, 44, self.thresholds[0]),
                "y": _channel("y", self.y_axis, self.up, 15, self.thresholds[1]),
                **look,
                "tooltip": tooltip,
            },
        }

    def _row(self, spot: Spot) -> Record:
        """The data of one mark: position, look, and what its tooltip says."""
        answer = said(self.rules, spot.findings)
        key = self.categories[answer]
        answer_words = answer
        if spot.contested:
            answer_words = f"{answer}, contested"
        return {
            "x": number(spot.x.value),
            "y": number(spot.y.value),
            "color": key.color,
            "shape": key.shape,
            "chip": spot.chip.name,
            "id": spot.chip.id,
            "answer": answer_words,
            "across": f"{self.x_axis.short} {_range_text(spot.x)}",
            "up": f"{self.y_axis.short} {_range_text(spot.y)}",
        }


_TOOLTIP = ("chip", "answer", "up", "across")


def _channel(
    field: str, axis: PlaneAxis, scale: Log, apart: float, thresholds: Iterable[float]
) -> dict[str, Any]:
    """One axis of the plane, with ticks at the thresholds and at round values.

    ``apart`` is the least distance between two ticks, in pixels.
    """
    # Small values need significant digits, large ones must not be rounded to them.
    digits = ",~f"
    if scale.high < 1:
        digits = ",~r"
    shown = {
        "title": axis.title,
        "values": scale.ticks(thresholds, apart),
        "format": digits,
        "grid": False,
    }
    return {"field": field, "type": "quantitative", "scale": scale.scale(), "axis": shown}


def _above_zero(*values: Fraction | None) -> list[float]:
    """The values that are known and have a place on a logarithmic axis, which zero does not."""
    return [float(value) for value in values if value]


def _known(spots: Iterable[Spot]) -> list[Spot]:
    """The chips that have a point; those with one unknown figure have a line instead."""
    return [spot for spot in spots if spot.known]


def _range_text(metric: Metric) -> str:
    """A value with its unit, and its range if the credible claims differ."""
    # the chart shows the regions of a rule, which a rounded value must not contradict
    value = f"{metric_value_text(metric.name, metric.value)} {METRIC_UNITS[metric.name]}".strip()
    if metric.low == metric.high:
        return value
    low, high = (metric_value_text(metric.name, end) for end in (metric.low, metric.high))
    return f"{value} ({low} to {high})"


def _end(scale: Log, value: Fraction | None) -> float:
    """The pixel of an end of a range; an unknown end is drawn at the end of the axis."""
    return scale.pixel(float(value or 0))


def _box_of(row: Record) -> Box:
    """The box of a straight line."""
    return Box(row["px"], row["py"], row["px2"], row["py2"])


def _arrow_head(row: Record) -> Record:
    """An arrow's head about two thirds along a line, clear of the marks at its ends."""
    dx = row["px2"] - row["px"]
    dy = row["py2"] - row["py"]
    return {
        "px": row["px"] + dx * 0.62,
        "py": row["py"] + dy * 0.62,
        "angle": math.degrees(math.atan2(dx, -dy)),
    }
