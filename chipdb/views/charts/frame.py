"""What every chart has: title, subtitle, a caption with day, rules and data version; and layers of marks in pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import chipdb
from chipdb import data_files
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.solver.question import Question
from chipdb.views.charts.labels import Placed, width, wrapped
from chipdb.views.charts.picture import SCHEMA
from chipdb.views.charts.theme import SUBTITLE, TITLE, Theme, config

Layer = dict[str, Any]
Row = dict[str, Any]
WIDTH = 660
LABEL = 11
SMALL = 10.5
KEY_LINE = 18
LINE = "line"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a chart is asked to show: the named chips with the way that derating took them, the question, the look."""

    entries: tuple[Entry, ...]
    question: Question
    theme: Theme
    pool: tuple[Chip, ...] = ()
    paths: tuple[tuple[Chip, ...], ...] = ()
    baseline: Chip | None = None
    knob: str | None = None
    data: str | None = None

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The named chips."""
        return tuple(entry.chip for entry in self.entries)

    def caption(self, rules: Iterable[str]) -> str:
        """Day, rules, version of data and program."""
        named = ", ".join(rules)
        asked = f"rules: {named}" if named else "no rule"
        data = (self.data or data_files.data_hash())[:8]
        return f"{self.question.on}; {asked}; data {data}, chipdb {chipdb.__version__}"


@dataclass(frozen=True)
class Words:
    """The texts around a chart."""

    title: str
    subtitle: str
    caption: str
    reads: str = ""
    """How to read the marks; stands above the caption."""


@dataclass(frozen=True)
class Key:
    """An entry of a legend: its words, color and mark (a shape of Vega's, ``line`` for a stroke)."""

    text: str
    color: str
    shape: str = "square"
    dash: tuple[int, ...] = ()


def framed(
    theme: Theme,
    words: Words,
    layers: Sequence[Layer],
    size: tuple[int, int],
    legend: Sequence[Key] = (),
    below: int = 46,
) -> dict[str, Any]:
    """A whole specification: title, legend, layers of marks, and the caption ``below`` pixels under them."""
    wide, high = size
    keys = _legend(theme, legend, wide)
    title = {
        "text": wrapped(words.title, TITLE, wide, bold=True),
        "subtitle": wrapped(words.subtitle, SUBTITLE, wide),
        "frame": "group",
        "offset": 12,
    }
    return {
        "$schema": SCHEMA,
        "description": f"{words.title}. {words.subtitle} {words.caption}",
        "background": theme.paper,
        "padding": 18,
        "width": wide,
        "height": high,
        "title": title,
        "config": config(theme),
        "layer": [*layers, *keys, _caption(theme, words, wide, high + below)],
    }


def _legend(theme: Theme, keys: Sequence[Key], wide: int) -> list[Layer]:
    """A legend above the chart, in as many lines as it needs."""
    lines_of: list[list[tuple[float, Key]]] = []
    x = 0.0
    for key in keys:
        room = 22 + width(key.text, LABEL) + 14
        if not lines_of or x + room > wide:
            lines_of.append([])
            x = 0.0
        lines_of[-1].append((x, key))
        x += room
    count = len(lines_of)
    placed = [
        (x, -12 - KEY_LINE * (count - 1 - at), key)
        for at, line in enumerate(lines_of)
        for x, key in line
    ]
    marks = [
        {"px": x + 7, "py": y, "color": key.color, "shape": key.shape}
        for x, y, key in placed
        if key.shape != LINE
    ]
    strokes = [
        lines(
            [{"px": x, "px2": x + 18, "py": y, "py2": y}],
            key.color,
            strokeWidth=2.5,
            strokeDash=list(key.dash),
        )
        for x, y, key in placed
        if key.shape == LINE
    ]
    texts = [{"px": x + 22, "py": y, "text": key.text} for x, y, key in placed]
    shown = [symbols(marks, size=85)] if marks else []
    return [*shown, *strokes, text(texts, theme.ink)] if texts else []


def _caption(theme: Theme, words: Words, width: int, top: float) -> Layer:
    lines = [*wrapped(words.reads, SMALL, width), *wrapped(words.caption, SMALL, width)]
    rows = [{"px": 0, "py": top + 15 * index, "text": line} for index, line in enumerate(lines)]
    return text(rows, theme.quiet, size=SMALL)


def pixels(**channels: str) -> dict[str, Any]:
    """Encodings of fields that hold pixels."""
    return {
        channel: {"field": name, "type": "quantitative", "scale": None}
        for channel, name in channels.items()
    }


def symbols(rows: Sequence[Row], **mark: Any) -> Layer:
    """Marks at pixels ``px``, ``py``, each with its own ``color`` and ``shape``."""
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "point", "filled": True, "opacity": 1, "tooltip": None, **mark},
        "encoding": {**pixels(x="px", y="py"), **own_look()},
    }


def own_look() -> dict[str, Any]:
    """Color and shape as the rows have them."""
    return {name: {"field": name, "type": "nominal", "scale": None} for name in ("color", "shape")}


def text(rows: Sequence[Row], color: str, *, size: float = LABEL, **mark: Any) -> Layer:
    """Texts at pixels ``px``, ``py``."""
    look = {
        "type": "text",
        "align": "left",
        "baseline": "middle",
        "color": color,
        "fontSize": size,
        "tooltip": None,
        **mark,
    }
    return {
        "data": {"values": list(rows)},
        "mark": look,
        "encoding": {**pixels(x="px", y="py"), "text": {"field": "text", "type": "nominal"}},
    }


def lines(rows: Sequence[Row], color: str, **mark: Any) -> Layer:
    """Straight lines from ``px``, ``py`` to ``px2``, ``py2``."""
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "rule", "color": color, "tooltip": None, **mark},
        "encoding": {**pixels(x="px", y="py"), "x2": {"field": "px2"}, "y2": {"field": "py2"}},
    }


def boxes(rows: Sequence[Row], told: Sequence[str] = (), **mark: Any) -> Layer:
    """Filled rectangles from ``px``, ``py`` to ``px2``, ``py2``, each in its own ``color``, with fields for a tooltip."""
    tooltip = {"tooltip": [{"field": name, "type": "nominal"} for name in told]} if told else {}
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "rect", **({} if told else {"tooltip": None}), **mark},
        "encoding": {
            **pixels(x="px", y="py"),
            "x2": {"field": "px2"},
            "y2": {"field": "py2"},
            "color": {"field": "color", "type": "nominal", "scale": None},
            **tooltip,
        },
    }


def placed_labels(placed: Sequence[Placed], theme: Theme) -> list[Layer]:
    """Labels where they were placed, with a thin line to points that are far."""
    found: list[Layer] = []
    tied = [one for one in placed if one.tied]
    if tied:
        ties = [_tie(one) for one in tied]
        found.append(lines(ties, theme.quiet, strokeWidth=0.9, strokeDash=[2, 2]))
    for must, color, weight in ((True, theme.ink, "bold"), (False, theme.ink, "normal")):
        rows = [_label(one) for one in placed if one.anchor.must is must]
        if rows:
            found.append(text(rows, color, fontWeight=weight, align="center"))
    return found


def _label(one: Placed) -> Row:
    box = one.box
    return {
        "px": round((box.left + box.right) / 2, 1),
        "py": round((box.top + box.bottom) / 2, 1),
        "text": one.anchor.text,
    }


def _tie(one: Placed) -> Row:
    x, y = one.tie
    return {
        "px": round(x, 1),
        "py": round(y, 1),
        "px2": round(one.anchor.x, 1),
        "py2": round(one.anchor.y, 1),
    }
