"""The days on which an answer changed, with their documents, as lines of text below a chart."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.views.charts.frame import WIDTH, Record
from chipdb.views.charts.labels import Box, height, width

SMALL = 9.5
"""The size of these texts."""
LINES = 4
"""In how many lines the texts may be, so that they stay apart."""
LINE_HEIGHT = 14


def day_texts(days: Sequence[tuple[float, Sequence[str]]], top: float) -> list[Record]:
    """The text of each day, centered under its position and in the highest line with room.

    Each day has its position in pixels from the left and its texts, the longest first; the first
    text that fits is written. A day without room is left out. ``top`` is the middle of the first
    line.
    """
    texts: list[Record] = []
    taken: list[Box] = []
    for x, labels in days:
        for label in labels:
            place = _place(x, label, top, taken)
            if place is not None:
                taken.append(place)
                middle = (place.top + place.bottom) / 2
                texts.append({"px": place.left, "py": middle, "text": label})
                break
    return texts


def _place(x: float, label: str, top: float, taken: Sequence[Box]) -> Box | None:
    """The highest free place for a text; None if there is none."""
    wide = width(label, SMALL) + 4
    # Centered under its line, but not beyond the edges of the chart.
    left = min(max(x - wide / 2, 0), WIDTH - wide)
    for line in range(LINES):
        y = top + line * LINE_HEIGHT
        box = Box(left, y - height(SMALL) / 2, left + wide, y + height(SMALL) / 2)
        if not any(box.meets(other) for other in taken):
            return box
    return None
