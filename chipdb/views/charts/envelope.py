"""What the rules of each day left of a chip for a destination: steps by date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from chipdb.answers.check import check_entry
from chipdb.answers.envelope_assumptions import license_rules
from chipdb.answers.envelope_history import Left, history
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.places import places
from chipdb.units import PERCENT, display
from chipdb.views.charts.change_days import SMALL, day_texts
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
    boxes,
    end_labels,
    framed,
    lines,
    text,
)
from chipdb.views.charts.labels import width
from chipdb.views.charts.names import UNDETERMINED, listed, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.scales import Log, around
from chipdb.views.charts.timeline import document_of
from chipdb.views.wording import with_article
from chipdb.vocabulary import Required

HEIGHT = 360
AXIS = 76
"""The room for the title and the numbers of the vertical axis, in pixels."""
YEARS_BELOW, DAYS_BELOW = 14, 32
"""Where the numbers of years and the days of change are placed under the chart, in pixels."""
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
        self.days = self._day_texts()

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
            "always attained. The figures cover the license rules of a day only and do not "
            f"mean that you may ship. Those at the end: {self._rules()}.",
        )
        layers: list[Layer] = [*self._grid(), self._axis_title(), *self._years(), *self._days()]
        for index, each in enumerate(self.steps):
            layers += self._steps(index, each)
        layers += self._names()
        spec = framed(self.theme, words, layers, (WIDTH, HEIGHT), self._legend(), self._below())
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

    def _rules(self) -> str:
        """The ids of the license rules of the last day."""
        return ", ".join(rule.id for rule in license_rules(self.request.question)) or "none"

    def _title(self) -> str:
        """The share that a design can keep on the last day, and what holds for the chip itself.

        The two differ: a design keeps all TPP of a chip outside a rule on bandwidth by having less
        bandwidth, while the chip itself requires a license.
        """
        parts = []
        for each in self.steps:
            share = display(round(each.share * PERCENT))
            parts.append(f"{share} % of the {short(each.chip)}'s")
        # the first part names what is left, and the others need not repeat it
        parts[0] += f" {self._what()}"
        kept = f"Smaller designs keep up to {listed(parts)} outside the license rules"
        return f"{kept} for {self._place()}; {self._themselves()}"

    def _themselves(self) -> str:
        """Whether the chips as they are require a license on the last day, by all rules."""
        names: dict[str, list[str]] = {}
        for each in self.steps:
            check = check_entry(Entry(chip=each.chip), self.request.question)
            required = check.license.required
            words = UNDETERMINED
            if required == Required.YES:
                words = "requires a license"
            elif required == Required.NO and (check.license.contested or check.is_cautioned):
                words = "requires none as enforced, but in doubt"
            elif required == Required.NO:
                words = "requires none by these rules"
            names.setdefault(words, []).append(short(each.chip))
        return "; ".join(_itself(chips, words) for words, chips in names.items())

    def _subtitle(self) -> str:
        """The workload, and what a step is."""
        work = self.request.workload
        if work is None:
            return (
                "The largest TPP of a design within the figures of the chip that stays outside the "
                "license rules of the day; its bandwidths may be lower than those of the chip."
            )
        workload = work.workload
        return (
            f"{workload.model.name}, {workload.phase.value}, {workload.input:,} tokens of input. "
            "The best design within the figures of the chip that stays outside the license rules "
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

    def _axis_title(self) -> Layer:
        """What the vertical axis counts, upright at its left."""
        title = "largest TPP outside the license rules"
        if self.request.workload is not None:
            title = "tokens per second per chip"
        row = {"px": 8, "py": HEIGHT / 2, "text": title}
        return text([row], self.theme.ink, align="center", angle=270)

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
        """An upright line on each day of a change."""
        rows = []
        for day in self.changes:
            x = self.x(day)
            rows.append({"px": x, "px2": x, "py": 0, "py2": HEIGHT + 4})
        return [
            lines(rows, self.theme.quiet, strokeWidth=0.8, strokeDash=[3, 3]),
            text(self.days, self.theme.quiet, size=SMALL),
        ]

    def _day_texts(self) -> list[Record]:
        """The days of change with their documents, below the numbers of years."""
        days = []
        for day in self.changes:
            dated = day.isoformat()
            labels = [dated]
            document = self._instrument(day)
            if document:
                labels.insert(0, f"{dated}, {document}")
            days.append((self.x(day), labels))
        return day_texts(days, HEIGHT + DAYS_BELOW)

    def _below(self) -> int:
        """Where the caption starts: under the days of change."""
        lowest = max((row["py"] for row in self.days), default=HEIGHT + YEARS_BELOW)
        return round(lowest - HEIGHT) + 24

    def _instrument(self, day: date) -> str:
        """The document of the license rule that begins or ends on a day; empty without one.

        What is left may also change with the membership of a country group.
        """
        question = self.request.question
        rules = {rule.id for rule in license_rules(replace(question, on=day))}
        before = {rule.id for rule in license_rules(replace(question, on=day - timedelta(days=1)))}
        changed = sorted(rules - before) or sorted(before - rules)
        return document_of(question.rulebook, changed)

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


def _itself(names: Sequence[str], words: str) -> str:
    """What holds for some chips as they are, as the end of a title.

    >>> _itself(["H20"], "requires a license")
    'the H20 itself requires a license'
    >>> _itself(["H20", "H100"], "requires none by these rules")
    'H20 and H100 themselves require none by these rules'
    """
    if words == UNDETERMINED:
        return f"whether {listed(names)} {_verb_of(names)} one is {UNDETERMINED}"
    if len(names) == 1:
        return f"the {names[0]} itself {words}"
    return f"{listed(names)} themselves {words.replace('requires', 'require', 1)}"


def _verb_of(names: Sequence[str]) -> str:
    """The verb for one chip or several."""
    return "requires" if len(names) == 1 else "require"


def _band(each: Steps, left: Left) -> tuple[float, float]:
    """Low and high of a step; a TPP has no band, and a low corner may give nothing."""
    value = each.value(left) or 0.0
    if left.best is None:
        return value, value
    tokens = left.best.tokens
    return tokens.low or value, tokens.high
