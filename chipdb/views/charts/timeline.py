"""Chips by date: what the rules of each day said, as bands, and the instruments that changed it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chipdb.answers.timeline import Period, periods_of
from chipdb.catalog.catalog import Entry
from chipdb.errors import UsageError
from chipdb.rules.places import places
from chipdb.rules.rule import POLICIES
from chipdb.views.charts.frame import (
    LABEL,
    WIDTH,
    Asked,
    Key,
    Layer,
    Row,
    Words,
    boxes,
    framed,
    lines,
    text,
)
from chipdb.views.charts.labels import Box, height, width
from chipdb.views.charts.names import OPEN, OUTSIDE, short
from chipdb.views.charts.picture import Chart
from chipdb.vocabulary import Required, RuleQuestion, Status

BAND, STEP, TOP = 18, 27, 8
SMALL, LINES_OF_DAYS = 9.5, 3
REVIEWS = {policy: f"license, {policy.replace('-', ' ')}" for policy in POLICIES}
HIDDEN = "license, policy not public"
FREE = "no license by these rules"


def draw(asked: Asked) -> Chart:
    """The chart; with a destination its bands are licenses and reviews, without one classifications."""
    if not asked.entries:
        raise UsageError("a timeline of what? Name a chip")
    rows = [(entry, periods_of(entry, asked.question)) for entry in asked.entries]
    return _Timeline(asked, rows).chart()


class _Timeline:
    def __init__(self, asked: Asked, rows: Sequence[tuple[Entry, list[Period]]]) -> None:
        self.asked, self.rows, self.theme = asked, rows, asked.theme
        self.start = min(span.start for _, spans in rows for span in spans)
        last = max(span.start for _, spans in rows for span in spans)
        self.end = max(asked.question.on, date.fromordinal(last.toordinal() + 60))
        self.left = max(width(short(entry.chip), LABEL) for entry, _ in rows) + 12
        self.height = TOP + STEP * len(rows)
        self.keys = self._keys()
        self.changes = sorted({span.start for _, spans in rows for span in spans[1:]})
        self.days = self._days()

    def x(self, day: date) -> float:
        share = (day.toordinal() - self.start.toordinal()) / max(
            self.end.toordinal() - self.start.toordinal(), 1
        )
        return round(self.left + share * (WIDTH - self.left), 1)

    def _keys(self) -> dict[str, Key]:
        """What is said at some time, the strictest first, each with a color."""
        order = [*REVIEWS.values(), HIDDEN, FREE] if self.asked.question.to else self._outcomes()
        said = {_said(span) for _, spans in self.rows for span in spans}
        caught = [word for word in order if word in said and word not in (FREE, OUTSIDE, OPEN)]
        keys = {
            word: Key(word, self.theme.caught[index % len(self.theme.caught)])
            for index, word in enumerate(caught)
        }
        if OPEN in said:
            keys[OPEN] = Key(OPEN, self.theme.unknown)
        return keys | {
            word: Key(word, self.theme.outside) for word in (FREE, OUTSIDE) if word in said
        }

    def _outcomes(self) -> list[str]:
        rules = [
            rule
            for rule in self.asked.question.rulebook
            if rule.question == RuleQuestion.CLASSIFICATION
        ]
        return sorted(
            {_said(span) for _, spans in self.rows for span in spans}
            | {name for rule in rules for name in rule.outcomes()}
        )

    def chart(self) -> Chart:
        question = self.asked.question
        place = places().name_of(question.to) if question.to else None
        title = f"Licenses for {place} by date" if place else "Classification by date"
        subtitle = (
            "Bands: whether the rules of each day ask for a license, and how an application is looked at."
            if place
            else "Bands: the entry and paragraph of each day. Name a destination (--to) for licenses."
        )
        rules = [f"those of each day ({len(question.rulebook)} in the rulebook)"]
        reads = "Bands start with the first rule, or with the chip's announcement where that is later. Upright lines: days of change."
        words = Words(title, subtitle, self.asked.caption(rules), reads)
        layers = [*self._years(), *self._changes(), *self._bands(), *self._names()]
        return Chart(
            "timeline",
            framed(
                self.theme,
                words,
                layers,
                (WIDTH, self.height),
                list(self.keys.values()),
                below=self._below(),
            ),
        )

    def _below(self) -> int:
        """Where the caption starts: under the days of change."""
        return (
            round(max((row["py"] for row in self.days), default=self.height + 14) - self.height)
            + 24
        )

    def _years(self) -> list[Layer]:
        days = [date(year, 1, 1) for year in range(self.start.year + 1, self.end.year + 1)]
        rows = [
            {"px": self.x(day), "px2": self.x(day), "py": 0, "py2": self.height} for day in days
        ]
        texts = [{"px": self.x(day), "py": self.height + 11, "text": str(day.year)} for day in days]
        return (
            [
                lines(rows, self.theme.grid, strokeWidth=1),
                text(texts, self.theme.quiet, align="center"),
            ]
            if days
            else []
        )

    def _middle(self, index: int) -> float:
        return TOP + STEP * index + BAND / 2

    def _bands(self) -> list[Layer]:
        """Bands with their words inside, where there is the room."""
        rows = [
            self._band(index, entry, span)
            for index, (entry, spans) in enumerate(self.rows)
            for span in spans
        ]
        inside = [
            {"px": (row["px"] + row["px2"]) / 2, "py": (row["py"] + row["py2"]) / 2, "text": word}
            for row in rows
            if width(word := row["says"].removeprefix("license, "), SMALL, bold=True) + 8
            < row["px2"] - row["px"]
        ]
        words = (
            [text(inside, self.theme.paper, size=SMALL, align="center", fontWeight="bold")]
            if inside
            else []
        )
        return [boxes(rows, ("chip", "from", "until", "says", "because"), cornerRadius=1.5), *words]

    def _band(self, index: int, entry: Entry, span: Period) -> Row:
        until = span.until or self.end
        return {
            "px": self.x(span.start),
            "px2": self.x(until) - (1 if span.until else 0),
            "py": self._middle(index) - BAND / 2,
            "py2": self._middle(index) + BAND / 2,
            "color": self.keys[_said(span)].color,
            "chip": entry.chip.name,
            "from": span.start.isoformat(),
            "until": span.until.isoformat() if span.until else "",
            "says": _said(span),
            "because": "; ".join(span.because),
        }

    def _names(self) -> list[Layer]:
        rows = [
            {"px": self.left - 12, "py": self._middle(index), "text": short(entry.chip)}
            for index, (entry, _) in enumerate(self.rows)
        ]
        return [text(rows, self.theme.ink, align="right", fontWeight="bold")]

    def _days(self) -> list[Row]:
        """The days on which some chip's answer changed, in as many lines as keep them apart; a day without room is left out."""
        texts, taken = [], list[Box]()
        for day in self.changes:
            wide = width(day.isoformat(), SMALL) + 4
            left = min(max(self.x(day) - wide / 2, 0), WIDTH - wide)
            for line in range(LINES_OF_DAYS):
                y = self.height + 28 + line * 14
                box = Box(left, y - height(SMALL) / 2, left + wide, y + height(SMALL) / 2)
                if not any(box.meets(other) for other in taken):
                    taken.append(box)
                    texts.append({"px": left, "py": y, "text": day.isoformat()})
                    break
        return texts

    def _changes(self) -> list[Layer]:
        rows = [
            {"px": self.x(day), "px2": self.x(day), "py": 0, "py2": self.height + 4}
            for day in self.changes
        ]
        upright = lines(rows, self.theme.ink, strokeWidth=0.8, opacity=0.55)
        return [upright, text(self.days, self.theme.quiet, size=SMALL)] if rows else []


def _said(span: Period) -> str:
    """What a band says."""
    if span.to is None:
        if span.classification is not None:
            return span.classification
        if span.status == Status.UNDETERMINED:
            return OPEN
        return "met" if span.status == Status.MET else OUTSIDE
    if span.license == Required.YES:
        return REVIEWS[span.review] if span.review is not None else HIDDEN
    return FREE if span.license == Required.NO else OPEN
