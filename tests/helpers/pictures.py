"""Looking at charts: every text of a drawn chart with its box, measured by the drawing library
itself.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import vl_convert

from chipdb.views.charts.picture import VEGA_LITE, Chart


@dataclass(frozen=True)
class Written:
    """A text of a chart and the rectangle it fills."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Written) -> bool:
        """Whether two texts overlap by more than a hair."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.5 and down > 0.5


@functools.cache
def measured(text: str, size: float, weight: str) -> float:
    """The width of a text as the drawing library has it: that of a picture of nothing else."""
    font = "Liberation Sans, Arial, Helvetica, sans-serif"
    mark = {"type": "text", "align": "left", "fontSize": size, "fontWeight": weight, "font": font}
    place = {"x": {"value": 0}, "y": {"value": 0}, "text": {"value": text}}
    spec = {
        "width": 1,
        "height": 1,
        "padding": 0,
        "data": {"values": [{}]},
        "mark": mark,
        "encoding": place,
    }
    drawn = vl_convert.vegalite_to_scenegraph(
        {**spec, "config": {"view": {"stroke": None}}}, vl_version=VEGA_LITE
    )
    return float(drawn["width"])


def texts(chart: Chart) -> list[Written]:
    """Every text of a chart as it is drawn, axes, title and caption included."""
    drawn = vl_convert.vegalite_to_scenegraph(chart.spec, vl_version=VEGA_LITE)
    return list(_walk(drawn["scenegraph"], 0, 0))


def _walk(node: Any, x: float, y: float) -> Iterator[Written]:
    if node.get("marktype") == "text":
        for item in node["items"]:
            yield from _lines(item, x + item.get("x", 0), y + item.get("y", 0))
        return
    for item in node.get("items", ()):
        inside = item if "items" in item and "marktype" not in item else {}
        yield from _walk(item, x + inside.get("x", 0), y + inside.get("y", 0))


def _lines(item: dict[str, Any], x: float, y: float) -> Iterator[Written]:
    lines = item["text"] if isinstance(item["text"], list) else [item["text"]]
    size, weight = item.get("fontSize", 11), str(item.get("fontWeight", "normal"))
    step = item.get("lineHeight", size + 2)
    for index, line in enumerate(line for line in lines if line):
        wide = measured(line, size, weight)
        if item.get("angle"):  # the upright title of an axis
            yield Written(line, x - size / 2, y - wide / 2, x + size / 2, y + wide / 2)
            continue
        left = x - wide * {"left": 0, "center": 0.5, "right": 1}[item.get("align", "left")]
        top = (
            y
            + index * step
            - size
            * {"top": 0, "middle": 0.5, "bottom": 1, "alphabetic": 0.8}[
                item.get("baseline", "alphabetic")
            ]
        )
        yield Written(line, left, top, left + wide, top + size)


class Loads(HTMLParser):
    """What a page would fetch: addresses in tags that load something, and imports of styles."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        loading = {"src", "srcset", "data", "poster"} | ({"href"} if tag == "link" else set())
        self.found += [value for name, value in attrs if name in loading and value]

    def handle_data(self, data: str) -> None:
        if self.inside == "style" and ("@import" in data or "url(" in data):
            self.found.append(data)


def written(svg: str) -> list[str]:
    """The texts of an SVG."""
    return [
        "".join(node.itertext()) for node in parsed(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def parsed(svg: str) -> ElementTree.Element:
    """An SVG of our own."""
    return ElementTree.fromstring(svg)  # noqa: S314 - drawn here, from nobody else
