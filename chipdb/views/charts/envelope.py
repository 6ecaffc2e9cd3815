"""What the rules of each day left of a chip for a destination: steps by date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from chipdb.answers.envelope_history import Left, history
from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.places import places
from chipdb.units import PERCENT, display
from chipdb.views.charts.frame import (
    LABEL,
    LABEL_LINE,
    LINE,
    SMALL,
    WIDTH,
    ChartRequest,
    ChartText,
    Layer,
    LegendKey,
    Record,
    boxes,
    end_labels,
    framed,
    lines,
    text,
)
from chipdb.views.charts.labels import spread_out, width
from chipdb.views.charts.names import listed, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.scales import Log, around
from chipdb.views.wording import with_article

HEIGHT = 360
AXIS = 56
"""The room for the numbers of the vertical axis, in pixels."""
YEARS_BELOW = 38
"""Where the numbers of years are placed under the chart, below the days of change, in pixels."""
DAYS_BEFORE, DAYS_AFTER = 180, 90
"""How many days the chart goes beyond the first and the last change, so that steps can be seen."""


@dataclass(frozen=True, kw_only=True)
class Steps:
    """What is left of one chip by date."""

    chip: Chip
    periods: tuple[Left, ...]

    def value(self, left: Left) -> float | None:
        """The height of a step: the nominal rate, or the TPP where no workload is asked about."""
        if left.best is not None:
            return left.best.found.nominal
        return left.tpp

    @property
    def share(self) -> float:
        """What is left in the last period, as a share of the first one, before any rule."""
        first, last = self.value(self.periods[0]), self.value(self.periods[-1])
        if not first:
            return 0.0
        return (last or 0.0) / first


def draw(request: ChartRequest) -> Chart:
    """The chart of the named chips for the destination of the question.

    Raises :class:`~chipdb.errors.UsageError` without a chip or a destination, and for a chip of
    which a figure is not known or that does not hold the model.
    """
    if not request.chips:
        raise UsageError("a chart of envelopes needs at least one chip; name one, such as H100")
    steps: list[Steps] = []
    for chip in request.chips:
        periods = history(chip, request.question, request.workload)
        made = Steps(chip=chip, periods=tuple(periods))
        before_any_rule = made.periods[0]
        has_design = request.workload is None or before_any_rule.best is not None
        if not made.value(before_any_rule) or not has_design:
            raise UsageError(f"{chip.name} gives nothing: no group of up to 128 holds the model")
        steps.append(made)
    return _History(request, steps).chart()


class _History:
    """The chart."""

    def __init__(self, request: ChartRequest, steps: Sequence[Steps]) -> None:
        """Lay out time across the chart and values upward."""
        self.request = request
        self.theme = request.theme
        self.steps = steps
        starts: set[date] = set()
        changes: set[date] = set()
        for each in steps:
            first, *later = [left.start for left in each.periods]
            starts |= {first, *later}
            changes.update(later)
        self.changes = sorted(changes)
        # half a year before the first change, so that what was free can be seen
        first_change = min(changes, default=min(starts))
        self.start = max(min(starts), first_change - timedelta(days=DAYS_BEFORE))
        self.end = max(request.question.on, max(starts) + timedelta(days=DAYS_AFTER))
        self.right = max(width(short(each.chip), LABEL) for each in steps) + 30
        self.up = self._up()

    def _up(self) -> Log:
        """The vertical axis around every band."""
        values: list[float] = []
        for each in self.steps:
            for left in each.periods:
                values += [value for value in _band(each, left) if value]
        return around(values, HEIGHT, up=True, margin=1.25)

    def x(self, day: date) -> float:
        """The position of a day, in pixels from the left."""
        inside = min(max(day, self.start), self.end)
        share = (inside - self.start).days / max((self.end - self.start).days, 1)
        return round(AXIS + share * (WIDTH - self.right - AXIS), 1)

    def chart(self) -> Chart:
        """The chart with its finding as the title."""
        words = ChartText(
            self._title(),
            self._subtitle(),
            self.request.caption(["the license rules of each day"]),
            "A design has at most the TPP, memory bandwidth and links of the chip, and its die "
            "area and memory; every letter counts as addressed to its vendor. The edge is not "
            "always attained. The figures cover the listed rules only and do not mean that you may "
            "ship.",
        )
        layers: list[Layer] = [*self._grid(), *self._years(), *self._days()]
        for index, each in enumerate(self.steps):
            layers += self._steps(index, each)
        layers += self._names()
        spec = framed(self.theme, words, layers, (WIDTH, HEIGHT), self._legend(), below=72)
        return Chart("envelope", spec)

    def _place(self) -> str:
        """The destination in words."""
        to = self.request.question.to
        assert to is not None, "a history is one for a destination"
        return with_article(places().name_of(to))

    def _what(self) -> str:
        """What is left, in a word or two."""
        work = self.request.workload
        if work is None:
            return "TPP"
        return f"{work.workload.phase.value} throughput"

    def _title(self) -> str:
        """The share that is left on the last day."""
        parts = []
        for each in self.steps:
            share = display(round(each.share * PERCENT))
            parts.append(f"{share} % of the {short(each.chip)}'s")
        # the first part names what is left, and the others need not repeat it
        parts[0] += f" {self._what()}"
        verb = "stay"
        if len(parts) == 1:
            verb = "stays"
        return f"{listed(parts)} {verb} outside the license rules for {self._place()}"

    def _subtitle(self) -> str:
        """The workload, and what a step is."""
        work = self.request.workload
        if work is None:
            return (
                "The largest TPP of a design within the figures of the chip that needs no license "
                "under the rules of the day."
            )
        workload = work.workload
        return (
            f"{workload.model.name}, {workload.phase.value}, {workload.input:,} tokens of input. "
            "The best design within the figures of the chip that needs no license under the rules "
            "of the day, in estimated tokens per second per chip; bands from low to high."
        )

    def _legend(self) -> list[LegendKey]:
        """The chips by color; none for a single one."""
        if len(self.steps) < 2:
            return []
        keys = []
        for index, each in enumerate(self.steps):
            keys.append(LegendKey(short(each.chip), self.theme.hue(index), LINE))
        return keys

    def _grid(self) -> list[Layer]:
        """Lines at round values, with their numbers at the left."""
        rows, texts = [], []
        for tick in self.up.ticks((), 26):
            y = self.up.pixel(tick)
            # a number at the very top would touch the legend
            if y < LABEL_LINE:
                continue
            rows.append({"px": AXIS, "px2": WIDTH - self.right, "py": y, "py2": y})
            texts.append({"px": AXIS - 8, "py": y, "text": f"{tick:,.6g}"})
        return [
            lines(rows, self.theme.grid, strokeWidth=1),
            text(texts, self.theme.quiet, align="right"),
        ]

    def _years(self) -> list[Layer]:
        """A stroke and a number below the chart for each year that begins on it."""
        base = {"px": AXIS, "px2": WIDTH - self.right, "py": HEIGHT, "py2": HEIGHT}
        rows, texts = [base], []
        for year in range(self.start.year + 1, self.end.year + 1):
            x = self.x(date(year, 1, 1))
            rows.append({"px": x, "px2": x, "py": HEIGHT, "py2": HEIGHT + 5})
            texts.append({"px": x, "py": HEIGHT + YEARS_BELOW, "text": str(year)})
        return [
            lines(rows, self.theme.quiet, strokeWidth=0.9),
            text(texts, self.theme.quiet, align="center"),
        ]

    def _days(self) -> list[Layer]:
        """An upright line on each day of a change, with the day below."""
        room = width("2026-06-01", SMALL) + 8
        wanted = [self.x(day) for day in self.changes]
        placed = spread_out(wanted, room, AXIS + room / 2, WIDTH - self.right)
        rows, ties, texts = [], [], []
        for day, x, label in zip(self.changes, wanted, placed, strict=True):
            rows.append({"px": x, "px2": x, "py": 0, "py2": HEIGHT})
            ties.append({"px": x, "px2": label, "py": HEIGHT, "py2": HEIGHT + 12})
            texts.append({"px": label, "py": HEIGHT + 20, "text": day.isoformat()})
        return [
            lines(rows, self.theme.grid, strokeWidth=1, strokeDash=[3, 3]),
            lines(ties, self.theme.quiet, strokeWidth=0.9),
            text(texts, self.theme.quiet, size=SMALL, align="center"),
        ]

    def _steps(self, index: int, each: Steps) -> list[Layer]:
        """The bands and the steps of one chip."""
        color = self.theme.hue(index)
        bands: list[Record] = []
        strokes: list[Record] = []
        before: float | None = None
        for left in each.periods:
            value = each.value(left)
            if not value:
                before = None
                continue
            start, end = self.x(left.start), self.x(left.until or self.end)
            y = round(self.up.pixel(value), 1)
            low, high = _band(each, left)
            edges = {"py": self.up.pixel(low), "py2": self.up.pixel(high)}
            bands.append({"px": start, "px2": end, **edges, "color": color})
            strokes.append({"px": start, "px2": end, "py": y, "py2": y})
            # an upright line joins two steps, so that a reader sees one line and not pieces
            if before is not None and before != y:
                strokes.append({"px": start, "px2": start, "py": before, "py2": y})
            before = y
        look = {"strokeWidth": 2.4, "strokeCap": "square"}
        return [boxes(bands, opacity=self.theme.tint), lines(strokes, color, **look)]

    def _names(self) -> list[Layer]:
        """Names of the chips at the right ends of their steps."""
        right = self.x(self.end)
        ends = []
        for each in self.steps:
            # where nothing is left there is no step, and the name is placed at the lower end
            value = each.value(each.periods[-1]) or self.up.low
            ends.append((short(each.chip), right + 3, self.up.pixel(value)))
        return end_labels(self.theme, ends, right + 22, HEIGHT)


def _band(each: Steps, left: Left) -> tuple[float, float]:
    """Low and high of a step; a TPP has no band, and a low corner may give nothing."""
    value = each.value(left) or 0.0
    if left.best is None:
        return value, value
    tokens = left.best.tokens
    return tokens.low or value, tokens.high
