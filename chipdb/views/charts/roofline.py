"""Attainable throughput against operational intensity, one roof for each chip and throughput."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.views.charts.frame import (
    LABEL,
    LABEL_LINE,
    LINE,
    WIDTH,
    ChartRequest,
    ChartText,
    Layer,
    LegendKey,
    Record,
    axes,
    end_labels,
    framed,
    lines,
    not_drawn,
    symbols,
)
from chipdb.views.charts.headlines import of_ridges, of_roofs
from chipdb.views.charts.labels import width
from chipdb.views.charts.names import amount, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.roofs import Roof, obstacle, roofs
from chipdb.views.charts.scales import Log, rounded

HEIGHT = 430
LOWEST, HIGHEST = 0.25, 4
"""How far the plane goes below the lowest and above the highest ridge."""

DASHES = ((), (7, 4), (2, 3), (9, 3, 2, 3))
"""Strokes that differ, so that color is not the only difference between chips."""


def draw(request: ChartRequest) -> Chart:
    """The chart of the named chips.

    A chip without a roof is named below the chart. Raises :class:`~chipdb.errors.UsageError`
    without a chip, and where none has a roof.
    """
    if not request.chips:
        raise UsageError("a roofline needs at least one chip; name one, such as H100")
    obstacles = {chip: obstacle(chip) for chip in request.chips}
    drawn = [chip for chip, reason in obstacles.items() if reason is None]
    if not drawn:
        reasons = [f"{chip.name} {reason}" for chip, reason in obstacles.items()]
        raise UsageError(f"no chip has a roofline: {'; '.join(reasons)}")
    without = [f"{short(chip)} {reason}" for chip, reason in obstacles.items() if reason]
    return _Roofline(request, drawn, without).chart()


class _Roofline:
    """A chart of roofs: throughput against operational intensity."""

    def __init__(
        self, request: ChartRequest, chips: Sequence[Chip], without: Sequence[str]
    ) -> None:
        """Collect the roofs of the drawn chips; labels need room at the right.

        ``without`` says of each named chip that is not drawn what it lacks.
        """
        self.request = request
        self.chips = chips
        self.without = without
        self.theme = request.theme
        self.several = len(chips) > 1

        # Each roof with the index of its chip, which decides color and stroke.
        self.roofs: list[tuple[int, Roof]] = []
        for index, chip in enumerate(chips):
            for roof in roofs(chip):
                self.roofs.append((index, roof))

        # the names of many roofs need a higher chart to stay apart
        self.height = max(HEIGHT, LABEL_LINE * (len(self.roofs) + 1))
        self.right = max(width(self._label(roof), LABEL) for _, roof in self.roofs) + 22
        self.across = self._across()
        self.up = self._up()

    def _across(self) -> Log:
        """The axis of intensity, around the lowest and the highest ridge."""
        ridges = [float(roof.ridge) for _, roof in self.roofs]
        low, high = rounded(min(ridges) * LOWEST), rounded(max(ridges) * HIGHEST)
        return Log(low, high, WIDTH - self.right)

    def _up(self) -> Log:
        """The axis of throughput, from the lowest slope to above the highest roof."""
        start = Fraction(self.across.low)
        low = min(float(roof.attainable(start)) for _, roof in self.roofs)
        high = max(float(roof.rate) for _, roof in self.roofs)
        return Log(rounded(low / 1.2), rounded(high * 1.5), self.height, up=True)

    def _label(self, roof: Roof) -> str:
        """The formats of a roof, with the chip if there are several."""
        formats = _formats_text(roof)
        if self.several:
            return f"{short(roof.chip)} {formats}"
        return f"{formats} {amount(roof.rate, 'TOPS')}"

    def _dash(self, index: int) -> tuple[int, ...]:
        """The stroke of a chip; strokes repeat after the last."""
        return DASHES[index % len(DASHES)]

    def chart(self) -> Chart:
        """The chart with its title, explanations and caption."""
        reads = (
            "Dots: the intensity from which the engines are the limit. Only preferred claims are "
            "drawn."
        )
        if self.without:
            reads += f" {not_drawn(self.without)}"
        words = ChartText(
            self._finding(),
            "On the slope, memory bandwidth limits the throughput; on the flat part, the engines "
            "do. Dense throughputs as the vendor states them.",
            self.request.caption(()),
            reads,
        )
        layers = [self._axes(), *self._roofs(), self._ridges(), *self._labels()]
        size = (WIDTH, self.height)
        spec = framed(self.theme, words, layers, size, self._legend(), below=56)
        return Chart("roofline", spec)

    def _finding(self) -> str:
        """Which chip has the most memory bandwidth, and which the highest throughput.

        For a single chip, and where chips share a first place: up to which intensity memory
        bandwidth limits each at its highest throughput.
        """
        bandwidths: dict[str, Fraction] = {}
        highest: dict[str, Roof] = {}
        for _, roof in self.roofs:
            name = short(roof.chip)
            bandwidths[name] = roof.bandwidth
            # roofs of a chip come highest first
            highest.setdefault(name, roof)
        throughputs = {name: roof.rate for name, roof in highest.items()}
        formats = {name: _formats_text(roof) for name, roof in highest.items()}
        leaders = of_roofs(bandwidths, throughputs, formats)
        if leaders is not None:
            return leaders
        return of_ridges({name: roof.ridge for name, roof in highest.items()}, _formats(highest))

    def _legend(self) -> list[LegendKey]:
        """The chips by color and stroke; none for a single chip."""
        if not self.several:
            return []
        keys = []
        for index, chip in enumerate(self.chips):
            keys.append(LegendKey(short(chip), self.theme.hue(index), LINE, self._dash(index)))
        return keys

    def _axes(self) -> Layer:
        """The axes of intensity and throughput."""
        x_title = "operational intensity (operations for each byte of memory)"
        y_title = "attainable throughput (TOPS, a multiply-add counts two)"
        return axes(self.across, self.up, x_title, y_title)

    def _roofs(self) -> list[Layer]:
        """The roofs of each chip as one layer, with its color and stroke."""
        layers: list[Layer] = []
        for index in range(len(self.chips)):
            rows = []
            for owner, roof in self.roofs:
                if owner == index:
                    rows += self._strokes(roof)
            # Two lines of a roof meet at its ridge, where round ends leave no notch.
            look = {
                "strokeWidth": 2.2,
                "strokeDash": list(self._dash(index)),
                "strokeCap": "round",
            }
            layers.append(lines(rows, self.theme.hue(index), **look))
        return layers

    def _strokes(self, roof: Roof) -> list[Record]:
        """A roof as two lines: the slope up to the ridge, then the flat part."""
        start = float(roof.attainable(Fraction(self.across.low)))
        x, y = self.across.pixel(float(roof.ridge)), self.up.pixel(float(roof.rate))
        slope = {"px": 0, "py": self.up.pixel(start), "px2": x, "py2": y}
        flat = {"px": x, "py": y, "px2": self.across.size, "py2": y}
        return [slope, flat]

    def _ridges(self) -> Layer:
        """A dot at each ridge."""
        rows = []
        for index, roof in self.roofs:
            x, y = self.across.pixel(float(roof.ridge)), self.up.pixel(float(roof.rate))
            rows.append({"px": x, "py": y, "color": self.theme.hue(index), "shape": "circle"})
        return symbols(rows, size=50)

    def _labels(self) -> list[Layer]:
        """Names of the roofs in a column at their right ends."""
        ends = []
        for _, roof in self.roofs:
            y = self.up.pixel(float(roof.rate))
            ends.append((self._label(roof), self.across.size + 2, y))
        return end_labels(self.theme, ends, self.across.size + 20, self.height)


def _formats_text(roof: Roof) -> str:
    """The formats of a roof: ``BF16/FP16``."""
    return "/".join(name.upper() for name in roof.formats)


def _formats(highest: Mapping[str, Roof]) -> str:
    """The formats of some roofs if they are the same; empty if not."""
    formats = {_formats_text(roof) for roof in highest.values()}
    return formats.pop() if len(formats) == 1 else ""
