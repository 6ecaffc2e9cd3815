"""Bars from 1 to a multiple on a logarithmic scale: a group per figure, a bar per series."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from chipdb.lazy_dataclasses import dataclass
from chipdb.views.charts.frame import (
    LABEL,
    WIDTH,
    ChartText,
    Layer,
    LegendKey,
    Record,
    boxes,
    framed,
    lines,
    text,
)
from chipdb.views.charts.labels import width
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.scales import Log, rounded
from chipdb.views.charts.theme import Theme

BAR, GAP, TOP = 17, 9, 6
"""The height of a bar, the space between groups, the space above the first bar, in pixels."""

ROOM = 200
"""The least room for the bars; where names need more, the chart gets wider."""

MOST, LEAST = 1000.0, 0.55
"""How far the axis goes at most, and at least, to either side of 1."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar; a multiple or an end of its range that is not known is None.

    Bars with the same ``row`` are one group; ``told`` is written next to the bar.
    """

    row: str
    series: int
    value: float | None
    low: float | None
    high: float | None
    told: str
    chip: str


class Bars:
    """A chart of bars."""

    def __init__(
        self, theme: Theme, bars: Sequence[Bar], series: Sequence[str], title: str
    ) -> None:
        """Lay out the bars: names at the left, values at the right, the axis between them."""
        self.theme = theme
        self.bars = list(bars)
        self.series = list(series)
        self.title = title

        self.places = self._places()
        self.height = round(max(self.places, default=0) + BAR / 2 + TOP)

        # The columns of text are as wide as their longest line, and the axis gets the rest.
        self.left = _widest([bar.row for bar in self.bars]) + 12
        self.told = _widest([bar.told for bar in self.bars]) + 14
        self.wide = round(max(WIDTH, self.left + ROOM + self.told))
        self.scale = self._scale()

    def _places(self) -> list[float]:
        """The middle of each bar in pixels from the top, with space between groups."""
        places = []
        y = float(TOP)
        row_before = None
        for bar in self.bars:
            begins_a_group = row_before is not None and bar.row != row_before
            if begins_a_group:
                y += GAP
            places.append(y + BAR / 2)
            y += BAR
            row_before = bar.row
        return places

    def _placed(self) -> Iterator[tuple[Bar, float]]:
        """Each bar with the middle of its place, in pixels from the top."""
        return zip(self.bars, self.places, strict=True)

    def _scale(self) -> Log:
        """The axis, with room for every bar and its range.

        It always reaches to both sides of 1, so that a reader sees where nothing changes.
        """
        ends = []
        for bar in self.bars:
            # An unknown end needs no room, and zero has no place on a logarithmic axis.
            ends += [end for end in (bar.value, bar.low, bar.high) if end]

        low = min([*ends, LEAST]) / 1.15
        high = max([*ends, 1 / LEAST]) * 1.15
        # One extreme multiple would squeeze all others around 1; its bar ends at the axis instead.
        low = max(low, 1 / MOST)
        high = min(high, MOST)
        size = self.wide - self.left - self.told
        return Log(rounded(low), rounded(high), size)

    def x(self, value: float) -> float:
        """The position of a multiple."""
        return self.left + self.scale.pixel(value)

    def color(self, series: int) -> str:
        """The color of a series."""
        return self.theme.hue(series)

    def chart(self, kind: str, words: ChartText, keys: Sequence[LegendKey] | None = None) -> Chart:
        """The chart with its texts; the legend has ``keys``, or the series if there are several."""
        layers = [*self._grid(), *self._bars(), *self._ranges(), *self._names(), *self._told()]
        legend = keys
        if legend is None:
            legend = self._series_keys()
        size = (self.wide, self.height)
        return Chart(kind, framed(self.theme, words, layers, size, legend, below=56))

    def _series_keys(self) -> list[LegendKey]:
        """The legend of the series; a single series needs none."""
        if len(self.series) < 2:
            return []
        keys = []
        for index, name in enumerate(self.series):
            keys.append(LegendKey(name, self.color(index)))
        return keys

    def _grid(self) -> list[Layer]:
        """Lines at round multiples; the one at 1 is stronger, since all bars begin there."""
        grid = []
        texts = []
        for tick in self.scale.ticks([1.0], 34):
            texts.append({"px": self.x(tick), "py": self.height + 11, "text": _times(tick)})
            if tick != 1:
                grid.append(self._upright(tick))

        title = {"px": self.left, "py": self.height + 30, "text": self.title}
        return [
            lines(grid, self.theme.grid, strokeWidth=1),
            lines([self._upright(1)], self.theme.ink, strokeWidth=1.4),
            text(texts, self.theme.quiet, align="center"),
            text([title], self.theme.ink),
        ]

    def _upright(self, value: float) -> Record:
        """An upright line at a multiple, over the whole height."""
        x = self.x(value)
        return {"px": x, "px2": x, "py": 0, "py2": self.height}

    def _bars(self) -> list[Layer]:
        """The bars, from 1 to their value; an unknown value has no bar, only its text."""
        rows = []
        for bar, y in self._placed():
            if not bar.value:
                continue
            # A multiple below 1 has its bar to the left of 1, one above 1 to the right.
            left, right = sorted((self.x(1), self.x(bar.value)))
            row = {
                "px": left,
                "px2": right,
                "py": y - BAR / 2 + 2,
                "py2": y + BAR / 2 - 2,
                "color": self.color(bar.series),
                "chip": bar.chip,
                "figure": bar.row,
                "says": bar.told,
            }
            rows.append(row)
        return [boxes(rows, ("chip", "figure", "says"), cornerRadius=1.5)]

    def _ranges(self) -> list[Layer]:
        """A thin line for each range; none where all credible claims agree."""
        rows = []
        for bar, y in self._placed():
            # a range of no width would be drawn as a dot
            if bar.low and bar.high and bar.low != bar.high:
                rows.append({"px": self.x(bar.low), "px2": self.x(bar.high), "py": y, "py2": y})
        # Vega-Lite draws an empty layer, too, and a reader of the JSON would look for its rows
        if not rows:
            return []
        return [lines(rows, self.theme.ink, strokeWidth=1.5)]

    def _names(self) -> list[Layer]:
        """The name of each group, at its middle."""
        rows = []
        # Bars of one group follow one another, so groupby finds each group once.
        for name, group in itertools.groupby(self._placed(), key=lambda placed: placed[0].row):
            places = [y for _, y in group]
            middle = sum(places) / len(places)
            rows.append({"px": self.left - 12, "py": middle, "text": name})
        return [text(rows, self.theme.ink, align="right")]

    def _told(self) -> list[Layer]:
        """What is written next to each bar, in a column at the right."""
        right = self.left + self.scale.size + 12
        rows = []
        for bar, y in self._placed():
            rows.append({"px": right, "py": y, "text": bar.told})
        return [text(rows, self.theme.ink)]


def _widest(texts: Sequence[str]) -> float:
    """The width in pixels of the widest of some labels; 0 for none."""
    return max((width(line, LABEL) for line in texts), default=0)


def _times(value: float) -> str:
    """A multiple as it is written on the axis.

    >>> _times(0.5), _times(1.0), _times(20.0)
    ('0.5×', '1×', '20×')
    """
    return f"{value:,.6f}".rstrip("0").rstrip(".") + "\N{MULTIPLICATION SIGN}"
