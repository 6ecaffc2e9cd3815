"""Bars from 1 to a multiple on a logarithmic scale, in rows: a group of rows a figure, a bar a series."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from chipdb.views.charts.frame import LABEL, WIDTH, Key, Layer, Words, boxes, framed, lines, text
from chipdb.views.charts.labels import width
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.scales import Log, rounded
from chipdb.views.charts.theme import Theme

BAR, GAP, TOP = 17, 9, 6
ROOM = 200
"""The least room for the bars; where names need more, the chart gets wider."""

MOST, LEAST = 1000.0, 0.55
"""How far the axis goes at most, and at least, to either side of 1."""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: its row, the number of its series, its multiple (None: unknown), its range, what is written beside it."""

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
        self.theme, self.bars, self.series, self.title = theme, list(bars), list(series), title
        self.places = self._places()
        self.height = round(max(self.places, default=0) + BAR / 2 + TOP)
        self.left = max((width(bar.row, LABEL) for bar in self.bars), default=0) + 12
        self.told = max((width(bar.told, LABEL) for bar in self.bars), default=0) + 14
        self.wide = round(max(WIDTH, self.left + ROOM + self.told))
        self.scale = self._scale()

    def _places(self) -> list[float]:
        """The middle of each bar, top down, groups apart."""
        found, y, before = [], float(TOP), None
        for bar in self.bars:
            y += GAP if before is not None and bar.row != before else 0
            found.append(y + BAR / 2)
            y += BAR
            before = bar.row
        return found

    def _scale(self) -> Log:
        ends = [end for bar in self.bars for end in (bar.value, bar.low, bar.high) if end]
        low, high = min([*ends, LEAST]), max([*ends, 1 / LEAST])
        return Log(
            rounded(max(low / 1.15, 1 / MOST)),
            rounded(min(high * 1.15, MOST)),
            self.wide - self.left - self.told,
        )

    def x(self, value: float) -> float:
        """Where a multiple stands."""
        return self.left + self.scale.pixel(value)

    def color(self, series: int) -> str:
        """The color of a series."""
        return self.theme.hue(series)

    def chart(self, kind: str, words: Words, keys: Sequence[Key] | None = None) -> Chart:
        """The chart under its words; the legend names the series where there are several."""
        legend = (
            keys
            if keys is not None
            else [Key(name, self.color(index)) for index, name in enumerate(self.series)]
        )
        layers = [*self._grid(), *self._stripes(), *self._whiskers(), *self._names(), *self._told()]
        shown = legend if len(legend) > 1 or keys else []
        return Chart(
            kind, framed(self.theme, words, layers, (self.wide, self.height), shown, below=56)
        )

    def _grid(self) -> list[Layer]:
        ticks = self.scale.ticks([1.0], 34)
        rows = [
            {"px": self.x(tick), "px2": self.x(tick), "py": 0, "py2": self.height}
            for tick in ticks
            if tick != 1
        ]
        one = {"px": self.x(1), "px2": self.x(1), "py": 0, "py2": self.height}
        texts = [
            {"px": self.x(tick), "py": self.height + 11, "text": _mark(tick)} for tick in ticks
        ]
        title = {"px": self.left, "py": self.height + 30, "text": self.title}
        return [
            lines(rows, self.theme.grid, strokeWidth=1),
            lines([one], self.theme.ink, strokeWidth=1.4),
            text(texts, self.theme.quiet, align="center"),
            text([title], self.theme.ink),
        ]

    def _stripes(self) -> list[Layer]:
        """The bars themselves."""
        rows = [
            {
                "px": min(self.x(1), self.x(bar.value)),
                "px2": max(self.x(1), self.x(bar.value)),
                "py": y - BAR / 2 + 2,
                "py2": y + BAR / 2 - 2,
                "color": self.color(bar.series),
                "chip": bar.chip,
                "figure": bar.row,
                "says": bar.told,
            }
            for bar, y in zip(self.bars, self.places, strict=True)
            if bar.value
        ]
        return [boxes(rows, ("chip", "figure", "says"), cornerRadius=1.5)]

    def _whiskers(self) -> list[Layer]:
        rows = [
            {"px": self.x(bar.low), "px2": self.x(bar.high), "py": y, "py2": y}
            for bar, y in zip(self.bars, self.places, strict=True)
            if bar.low and bar.high and bar.low != bar.high
        ]
        return [lines(rows, self.theme.ink, strokeWidth=1.5)] if rows else []

    def _names(self) -> list[Layer]:
        rows = []
        for row, group in itertools.groupby(
            zip(self.bars, self.places, strict=True), key=lambda one: one[0].row
        ):
            places = [y for _, y in group]
            rows.append({"px": self.left - 12, "py": sum(places) / len(places), "text": row})
        return [text(rows, self.theme.ink, align="right")]

    def _told(self) -> list[Layer]:
        right = self.left + self.scale.size + 12
        rows = [
            {"px": right, "py": y, "text": bar.told}
            for bar, y in zip(self.bars, self.places, strict=True)
        ]
        return [text(rows, self.theme.ink)]


def _mark(value: float) -> str:
    """A multiple as it is written on the axis.

    >>> _mark(0.5), _mark(1.0), _mark(20.0)
    ('0.5×', '1×', '20×')
    """
    return f"{value:,.6f}".rstrip("0").rstrip(".") + "\N{MULTIPLICATION SIGN}"
