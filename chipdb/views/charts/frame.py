"""What every chart has: title, subtitle, legend, caption, and layers of marks in pixels.

Layers carry pixels instead of values, because labels are placed before Vega-Lite draws: it cannot
keep labels from overlapping, so the layout has to know where everything will be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import chipdb
from chipdb import data_files
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass
from chipdb.solver.labels import AS_PRINTED
from chipdb.solver.question import Question
from chipdb.views.charts.labels import Placed, spread_out, width, wrapped
from chipdb.views.charts.picture import SCHEMA
from chipdb.views.charts.scales import Log
from chipdb.views.charts.theme import SUBTITLE, TITLE, Theme, config
from chipdb.workloads.request import Request

Layer = dict[str, Any]
"""A layer of Vega-Lite."""

Record = dict[str, Any]
"""A row of a layer's data: one mark."""

WIDTH = 660
LABEL = 11
SMALL = 10.5
LABEL_LINE = 15
"""The height of a line of labels, in pixels."""
KEY_LINE = 18
"""The height of a line of the legend."""

LINE = "line"
"""The shape of a legend key that is a stroke."""


@dataclass(frozen=True, kw_only=True)
class ChartRequest:
    """What a chart has to show.

    ``paths`` has, for each named chip, the chip as it is and after each turn of a knob; ``pool``
    the chips of the catalog that may be drawn in addition. ``elsewhere`` asks the question for
    further destinations. ``workload`` is what estimates are of.
    """

    entries: tuple[Entry, ...]
    question: Question
    theme: Theme
    pool: tuple[Chip, ...] = ()
    paths: tuple[tuple[Chip, ...], ...] = ()
    baseline: Chip | None = None
    knob: str | None = None
    data: str | None = None
    elsewhere: tuple[Question, ...] = ()
    workload: Request | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """The question for each destination."""
        return (self.question, *self.elsewhere)

    @property
    def chips(self) -> tuple[Chip, ...]:
        """The named chips."""
        return tuple(entry.chip for entry in self.entries)

    def caption(self, rules: Iterable[str]) -> str:
        """The day, the rules, and the versions of the data and the program."""
        named = ", ".join(rules)
        rules_text = "no rule"
        if named:
            rules_text = f"rules: {named}"
        if self.question.as_printed:
            rules_text += f", {AS_PRINTED}"
        # Only a vintage has a hash of its own.
        data = (self.data or data_files.data_hash())[:8]
        return f"{self.question.on}; {rules_text}; data {data}, chipdb {chipdb.__version__}"


@dataclass(frozen=True)
class ChartText:
    """The texts around a chart; ``reads`` explains the marks, above the caption."""

    title: str
    subtitle: str
    caption: str
    reads: str = ""


@dataclass(frozen=True)
class LegendKey:
    """An entry of a legend: its text, color and mark (a shape of Vega's, or ``line``)."""

    text: str
    color: str
    shape: str = "square"
    dash: tuple[int, ...] = ()


def framed(
    theme: Theme,
    words: ChartText,
    layers: Sequence[Layer],
    size: tuple[int, int],
    legend: Sequence[LegendKey] = (),
    below: int = 46,
) -> dict[str, Any]:
    """A whole specification; the caption starts ``below`` pixels under the chart.

    ``size`` is the width and the height of the chart without its texts, in pixels.
    """
    wide, high = size
    # Vega-Lite does not wrap titles, so they are wrapped by the widths of their letters
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
        "layer": [
            *layers,
            *_legend(theme, legend, wide),
            _caption(theme, words, wide, high + below),
        ],
    }


def not_drawn(reasons: Sequence[str]) -> str:
    """Which named chips are left out of a chart, each with what it lacks.

    >>> not_drawn(["MLU590 has no known memory bandwidth"])
    'Not drawn: MLU590 has no known memory bandwidth.'
    """
    return f"Not drawn: {'; '.join(reasons)}."


def titled(spec: dict[str, Any], title: str) -> dict[str, Any]:
    """A specification with another title, wrapped to its width."""
    text = wrapped(" ".join(title.split()), TITLE, spec["width"], bold=True)
    # the description is what a screen reader reads, so it must begin with the same title
    description = spec["description"].removeprefix(" ".join(spec["title"]["text"]))
    return {**spec, "title": {**spec["title"], "text": text}, "description": title + description}


def _legend(theme: Theme, keys: Sequence[LegendKey], wide: int) -> list[Layer]:
    """A legend above the chart, in as many lines as it needs."""
    if not keys:
        return []

    marks, strokes, texts = [], [], []
    for x, y, key in _placed_keys(keys, wide):
        texts.append({"px": x + 22, "py": y, "text": key.text})
        if key.shape == LINE:
            stroke = {"px": x, "px2": x + 18, "py": y, "py2": y}
            # Each stroke has its own dashes, which Vega-Lite sets for a whole layer.
            strokes.append(lines([stroke], key.color, strokeWidth=2.5, strokeDash=list(key.dash)))
        else:
            marks.append({"px": x + 7, "py": y, "color": key.color, "shape": key.shape})

    layers = [*strokes, text(texts, theme.ink)]
    if marks:
        layers.insert(0, symbols(marks, size=85))
    return layers


def _placed_keys(keys: Sequence[LegendKey], wide: int) -> list[tuple[float, float, LegendKey]]:
    """Each key with its position; the last line lies right above the chart."""
    key_lines: list[list[tuple[float, LegendKey]]] = [[]]
    x = 0.0
    for key in keys:
        room = 22 + width(key.text, LABEL) + 14
        if x and x + room > wide:
            key_lines.append([])
            x = 0.0
        key_lines[-1].append((x, key))
        x += room

    # further lines grow away from the chart, so the first one is the highest
    placed = []
    y = -12.0 - KEY_LINE * (len(key_lines) - 1)
    for line in key_lines:
        placed += [(x, y, key) for x, key in line]
        y += KEY_LINE
    return placed


def _caption(theme: Theme, words: ChartText, width: int, top: float) -> Layer:
    """How to read the marks, then the caption, in small lines below the chart."""
    written = [*wrapped(words.reads, SMALL, width), *wrapped(words.caption, SMALL, width)]
    rows = []
    for index, line in enumerate(written):
        rows.append({"px": 0, "py": top + LABEL_LINE * index, "text": line})
    return text(rows, theme.quiet, size=SMALL)


def pixels(**channels: str) -> dict[str, Any]:
    """Encodings of fields that hold pixels.

    They have no scale: the layout has computed the positions, so that any renderer draws the same.

    >>> pixels(x="px")
    {'x': {'field': 'px', 'type': 'quantitative', 'scale': None}}
    """
    encodings = {}
    for channel, name in channels.items():
        encodings[channel] = {"field": name, "type": "quantitative", "scale": None}
    return encodings


def symbols(rows: Sequence[Record], **mark: Any) -> Layer:
    """Marks at pixels ``px``, ``py``, each with its own ``color`` and ``shape``."""
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "point", "filled": True, "opacity": 1, "tooltip": None, **mark},
        "encoding": {**pixels(x="px", y="py"), **own_look()},
    }


def own_look() -> dict[str, Any]:
    """Encodings that take color and shape from each row."""
    as_given = {"type": "nominal", "scale": None}
    return {"color": {"field": "color", **as_given}, "shape": {"field": "shape", **as_given}}


def text(rows: Sequence[Record], color: str, *, size: float = LABEL, **mark: Any) -> Layer:
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


def lines(rows: Sequence[Record], color: str, **mark: Any) -> Layer:
    """Straight lines from ``px``, ``py`` to ``px2``, ``py2``."""
    return {
        "data": {"values": list(rows)},
        "mark": {"type": "rule", "color": color, "tooltip": None, **mark},
        "encoding": {**pixels(x="px", y="py"), "x2": {"field": "px2"}, "y2": {"field": "py2"}},
    }


def axes(across: Log, up: Log, x_title: str, y_title: str, apart: float = 44) -> Layer:
    """Two axes, held by an invisible point: Vega-Lite draws no axis without a mark.

    Ticks on the horizontal axis are at least ``apart`` pixels from each other.
    """
    return {
        "data": {"values": [{"x": across.low, "y": up.low}]},
        "mark": {"type": "point", "opacity": 0, "tooltip": None},
        "encoding": {
            "x": _axis("x", across, x_title, apart),
            "y": _axis("y", up, y_title, 22),
        },
    }


def _axis(name: str, scale: Log, title: str, apart: float) -> dict[str, Any]:
    """One axis of the chart, with its ticks at round values."""
    axis = {"title": title, "values": scale.ticks((), apart), "format": ",~r", "grid": True}
    pixels = [0, scale.size]
    if scale.up:
        pixels.reverse()
    return {
        "field": name,
        "type": "quantitative",
        "scale": {**scale.scale(), "range": pixels},
        "axis": axis,
    }


def boxes(rows: Sequence[Record], told: Sequence[str] = (), **mark: Any) -> Layer:
    """Filled rectangles from ``px``, ``py`` to ``px2``, ``py2``, each in its own ``color``.

    ``told`` names the fields of the tooltip.
    """
    look: Record = {"type": "rect"}
    encoding: Record = {
        **pixels(x="px", y="py"),
        "x2": {"field": "px2"},
        "y2": {"field": "py2"},
        "color": {"field": "color", "type": "nominal", "scale": None},
    }
    if told:
        encoding["tooltip"] = [{"field": name, "type": "nominal"} for name in told]
    else:
        look["tooltip"] = None
    return {"data": {"values": list(rows)}, "mark": {**look, **mark}, "encoding": encoding}


def end_labels(
    theme: Theme, ends: Sequence[tuple[str, float, float]], left: float, height: float
) -> list[Layer]:
    """Names in a column at ``left``, pushed apart where they touch, with thin lines to their ends.

    ``ends`` has each name with the position of what it belongs to: pixels from the left and from
    the top of a chart of this ``height``.
    """
    placed = spread_out([y for _, _, y in ends], LABEL_LINE, 4, height - 4)
    ties, texts = [], []
    for (name, x, y), label_y in zip(ends, placed, strict=True):
        ties.append({"px": x, "py": y, "px2": left - 4, "py2": label_y})
        texts.append({"px": left, "py": label_y, "text": name})
    return [lines(ties, theme.quiet, strokeWidth=0.9), text(texts, theme.ink)]


def placed_labels(placed: Sequence[Placed], theme: Theme) -> list[Layer]:
    """Labels where they were placed, with a thin line to points that are far."""
    # layers are drawn in order, so lines lie below the labels
    ties: list[Record] = []
    named: list[Record] = []
    others: list[Record] = []
    for label in placed:
        if label.tied:
            ties.append(_tie(label))
        if label.anchor.must:
            named.append(_label(label))
        else:
            others.append(_label(label))

    layers: list[Layer] = []
    if ties:
        layers.append(lines(ties, theme.quiet, strokeWidth=0.9, strokeDash=[2, 2]))
    # The labels that must be there are those of named chips, so they stand out.
    if named:
        layers.append(text(named, theme.ink, fontWeight="bold", align="center"))
    if others:
        layers.append(text(others, theme.ink, fontWeight="normal", align="center"))
    return layers


def _label(label: Placed) -> Record:
    """The text of a label at the middle of its box."""
    box = label.box
    return {
        "px": round((box.left + box.right) / 2, 1),
        "py": round((box.top + box.bottom) / 2, 1),
        "text": label.anchor.text,
    }


def _tie(label: Placed) -> Record:
    """The line from a label to its point."""
    x, y = label.tie
    return {
        "px": round(x, 1),
        "py": round(y, 1),
        "px2": round(label.anchor.x, 1),
        "py2": round(label.anchor.y, 1),
    }
