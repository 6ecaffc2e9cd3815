"""Attainable rate against operational intensity, one roof a chip and rate."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from chipdb.errors import UsageError
from chipdb.views.charts.frame import (
    LABEL,
    LINE,
    WIDTH,
    Asked,
    Key,
    Layer,
    Row,
    Words,
    framed,
    lines,
    symbols,
    text,
)
from chipdb.views.charts.labels import spread_out, width
from chipdb.views.charts.names import amount, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.roofs import Roof, roofs
from chipdb.views.charts.scales import Log, rounded

HEIGHT = 430
LINE_HEIGHT = 15
LOWEST, HIGHEST = 0.25, 4
"""How far the plane goes below the lowest and above the highest ridge."""

DASHES = ((), (7, 4), (2, 3), (9, 3, 2, 3))


def draw(asked: Asked) -> Chart:
    """The chart of the named chips."""
    if not asked.chips:
        raise UsageError("a roofline of what? Name a chip")
    return _Roofline(
        asked, [(index, roof) for index, chip in enumerate(asked.chips) for roof in roofs(chip)]
    ).chart()


class _Roofline:
    def __init__(self, asked: Asked, found: list[tuple[int, Roof]]) -> None:
        self.asked, self.theme, self.found = asked, asked.theme, found
        self.several = len(asked.chips) > 1
        self.height = max(HEIGHT, LINE_HEIGHT * (len(found) + 1))
        self.right = max(width(self._label(roof), LABEL) for _, roof in found) + 22
        wide = WIDTH - self.right
        ridges = [float(roof.ridge) for _, roof in found]
        self.across = Log(rounded(min(ridges) * LOWEST), rounded(max(ridges) * HIGHEST), wide)
        lows = [float(roof.attainable(Fraction(self.across.low))) for _, roof in found]
        self.up = Log(
            rounded(min(lows) / 1.2),
            rounded(max(float(roof.rate) for _, roof in found) * 1.5),
            self.height,
            up=True,
        )

    def _label(self, roof: Roof) -> str:
        formats = "/".join(name.upper() for name in roof.formats)
        return (
            f"{short(roof.chip)} {formats}"
            if self.several
            else f"{formats} {amount(roof.rate, 'TOPS')}"
        )

    def _color(self, index: int) -> str:
        return self.theme.hue(index)

    def _dash(self, index: int) -> list[int]:
        return list(DASHES[index % len(DASHES)])

    def chart(self) -> Chart:
        names = ", ".join(short(chip) for chip in self.asked.chips)
        subtitle = "On the slope memory bandwidth is the limit, on the flat part the engines. Dense rates as the maker states them."
        keys = [
            Key(short(chip), self._color(index), LINE, DASHES[index % len(DASHES)])
            for index, chip in enumerate(self.asked.chips)
        ]
        layers = [*self._axes(), *self._roofs(), *self._ridges(), *self._labels()]
        reads = "Dots: the intensity from which the engines are the limit. Preferred claims alone; show lists the others."
        words = Words(f"Roofline: {names}", subtitle, self.asked.caption(()), reads)
        return Chart(
            "roofline",
            framed(
                self.theme,
                words,
                layers,
                (WIDTH, self.height),
                keys if self.several else [],
                below=56,
            ),
        )

    def _axes(self) -> list[Layer]:
        """The axes, held by an invisible point."""

        def channel(name: str, scale: Log, title: str, apart: float) -> dict[str, Any]:
            axis = {"title": title, "values": scale.ticks((), apart), "format": ",~r", "grid": True}
            return {
                "field": name,
                "type": "quantitative",
                "scale": {**scale.scale(), "range": _range(scale)},
                "axis": axis,
            }

        encoding = {
            "x": channel(
                "x", self.across, "operational intensity (operations for each byte of memory)", 44
            ),
            "y": channel("y", self.up, "attainable rate (TOPS, a multiply-add counts two)", 22),
        }
        point = {"x": self.across.low, "y": self.up.low}
        return [
            {
                "data": {"values": [point]},
                "mark": {"type": "point", "opacity": 0, "tooltip": None},
                "encoding": encoding,
            }
        ]

    def _roofs(self) -> list[Layer]:
        layers: list[Layer] = []
        for index in range(len(self.asked.chips)):
            rows = [
                row for owner, roof in self.found if owner == index for row in self._strokes(roof)
            ]
            layers.append(
                lines(
                    rows,
                    self._color(index),
                    strokeWidth=2.2,
                    strokeDash=self._dash(index),
                    strokeCap="round",
                )
            )
        return layers

    def _strokes(self, roof: Roof) -> list[Row]:
        start = float(roof.attainable(Fraction(self.across.low)))
        x, y = self.across.pixel(float(roof.ridge)), self.up.pixel(float(roof.rate))
        slope = {"px": 0, "py": self.up.pixel(start), "px2": x, "py2": y}
        return [slope, {"px": x, "py": y, "px2": self.across.size, "py2": y}]

    def _ridges(self) -> list[Layer]:
        rows = [
            {
                "px": self.across.pixel(float(roof.ridge)),
                "py": self.up.pixel(float(roof.rate)),
                "color": self._color(index),
                "shape": "circle",
            }
            for index, roof in self.found
        ]
        return [symbols(rows, size=50)]

    def _labels(self) -> list[Layer]:
        """Names of the roofs in a column at their right ends, pushed apart where they would touch."""
        wanted = [self.up.pixel(float(roof.rate)) for _, roof in self.found]
        placed = spread_out(wanted, LINE_HEIGHT, 4, self.height - 4)
        left = self.across.size + 20
        ties = [
            {"px": self.across.size + 2, "py": y, "px2": left - 4, "py2": at}
            for y, at in zip(wanted, placed, strict=True)
        ]
        texts = [
            {"px": left, "py": at, "text": self._label(roof)}
            for at, (_, roof) in zip(placed, self.found, strict=True)
        ]
        return [lines(ties, self.theme.quiet, strokeWidth=0.9), text(texts, self.theme.ink)]


def _range(scale: Log) -> list[float]:
    return [scale.size, 0] if scale.up else [0, scale.size]
