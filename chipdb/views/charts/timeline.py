"""Chips by date: bands of what the rules of each day say, and the days on which that changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from chipdb.answers.timeline import Period, periods_of
from chipdb.catalog.catalog import Entry
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.places import places
from chipdb.rules.rule import POLICIES
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.labels import NOT_CONTROLLED
from chipdb.views.charts.change_days import SMALL, day_texts
from chipdb.views.charts.frame import (
    LABEL,
    WIDTH,
    ChartRequest,
    ChartText,
    Layer,
    LegendKey,
    Record,
    boxes,
    framed,
    lines,
    text,
)
from chipdb.views.charts.labels import width
from chipdb.views.charts.names import UNDETERMINED, short
from chipdb.views.charts.period_titles import of_periods
from chipdb.views.charts.picture import Chart
from chipdb.views.wording import (
    UNKNOWN_STATES,
    policy_text,
    review_words,
    state_text,
    with_article,
)
from chipdb.vocabulary import PolicyState, Required, RuleQuestion, Status

BAND, STEP, TOP = 18, 27, 8
DAYS_AFTER = 60
"""How many days the chart goes beyond the last change, so that the last band can be seen."""

LICENSE = "license, "
REVIEWS = {policy: f"{LICENSE}{policy_text(policy)}" for policy in POLICIES}
UNKNOWN = {state: f"{LICENSE}{state_text(state)}" for state in UNKNOWN_STATES}
DEPENDS = f"{LICENSE}policy depends on a fact"
FREE = "no license by these rules"
DOUBTFUL = "no license as enforced; in doubt"
"""A "no" that credible evidence, printed text or a caution about the item could reverse."""

HUES = (0, 1, 2, 4, 5, 6)
"""The places of the colors of bands among those of controlled chips.

Green is left out: it would read as permission next to a license that is required.
"""
_OF_UNKNOWN, _OF_DOUBT, _OF_DEPENDS = 5, 6, 7
HUE_OF = {
    **dict(zip(REVIEWS.values(), HUES, strict=False)),
    # a policy that is not known has one color for every reason; the bands say which it is
    **dict.fromkeys(UNKNOWN.values(), _OF_UNKNOWN),
    DEPENDS: _OF_DEPENDS,
    DOUBTFUL: _OF_DOUBT,
}
"""The color of each answer about a license, the same on every chart and page of the site."""
_PARAGRAPH = re.compile(r"\.([a-z])\b")
_PARAGRAPHS = "abc"
"""The paragraphs of entries that have colors of their own, as in the charts of two metrics."""


def draw(request: ChartRequest) -> Chart:
    """The chart: bands of license and review with a destination, of classification without.

    Raises :class:`~chipdb.errors.UsageError` without a chip.
    """
    if not request.entries:
        raise UsageError("a timeline needs at least one chip; name one, such as H100")
    rows: list[_Row] = []
    for entry in request.entries:
        for question in request.questions:
            place = ""
            if request.elsewhere and question.to is not None:
                place = f" to {places().name_of(question.to)}"
            rows.append(_Row(entry, place, periods_of(entry, question), question.to))
    return _Timeline(request, rows).chart()


@dataclass(frozen=True)
class _Row:
    """The bands of one chip and destination; ``place`` follows its name where there are several."""

    entry: Entry
    place: str
    periods: list[Period]
    to: str | None

    @property
    def asked(self) -> tuple[str, str | None, list[Period]]:
        """The chip, the place by its name, and the periods."""
        place = None if self.to is None else with_article(places().name_of(self.to))
        return short(self.entry.chip), place, self.periods

    @property
    def name(self) -> str:
        """What is written at the left of the bands."""
        return f"{short(self.entry.chip)}{self.place}"


class _Timeline:
    """A chart with a row of bands for each chip and place, one band for each period."""

    def __init__(self, request: ChartRequest, rows: Sequence[_Row]) -> None:
        """Lay out time across the chart, with room for the names at the left."""
        self.request = request
        self.rows = rows
        self.theme = request.theme

        starts: list[date] = []
        changes = set[date]()
        for row in rows:
            starts += [period.start for period in row.periods]
            # The first period starts with the chip or the first rule; nothing changes that day.
            changes |= {period.start for period in row.periods[1:]}
        self.changes = sorted(changes)
        self.start = min(starts)
        self.end = max(request.question.on, max(starts) + timedelta(days=DAYS_AFTER))

        self.left = max(width(row.name, LABEL) for row in rows) + 12
        self.height = TOP + STEP * len(rows)
        self.keys = self._keys()
        self.days = self._days()

    def x(self, day: date) -> float:
        """The position of a day, in pixels from the left."""
        days = (day - self.start).days
        all_days = (self.end - self.start).days
        share = days / max(all_days, 1)
        return round(self.left + share * (WIDTH - self.left), 1)

    def _keys(self) -> dict[str, LegendKey]:
        """Every answer of some time, the strictest first, each with a color."""
        used = set[str]()
        for row in self.rows:
            used |= {_answer(period) for period in row.periods}

        keys: dict[str, LegendKey] = {}
        hues = (*self.theme.controlled, self.theme.aside)
        taken: list[int] = []
        unknown = [word for word in UNKNOWN.values() if word in used]
        for word in self._controlled_answers(used):
            if word in unknown:
                # one entry of the legend for all of them: "policy not public or policy not read"
                others = [each.removeprefix(LICENSE) for each in unknown[1:]]
                text = " or ".join([unknown[0], *others])
                keys[word] = LegendKey(text, hues[_OF_UNKNOWN])
                continue
            place = _free_hue(_hue_of(word), taken)
            taken.append(place)
            keys[word] = LegendKey(word, hues[place])
        # the others have colors of their own, whichever answers are in use
        colors = {
            UNDETERMINED: self.theme.unknown,
            DOUBTFUL: hues[_OF_DOUBT],
            FREE: self.theme.not_controlled,
            NOT_CONTROLLED: self.theme.not_controlled,
        }
        for word, color in colors.items():
            if word in used:
                keys[word] = LegendKey(word, color)
        return keys

    def _controlled_answers(self, used: set[str]) -> list[str]:
        """The answers in use under which a chip is controlled, in the order of their colors."""
        # Review policies are ordered by strictness; paragraphs of entries only by name.
        order: list[str] = []
        for review in REVIEWS.values():
            # a policy, then the same with its condition
            order += [review, *sorted(word for word in used if _without_condition(word) == review)]
        order = list(dict.fromkeys([*order, DEPENDS, *UNKNOWN.values()]))
        if not self.request.question.to:
            order = sorted(used | set(self._outcomes()))
        controlled = used - {FREE, DOUBTFUL, NOT_CONTROLLED, UNDETERMINED}
        return [word for word in order if word in controlled]

    def _outcomes(self) -> Iterator[str]:
        """Every outcome of the classification rules, which become colors."""
        for rule in self.request.question.rulebook:
            if rule.question == RuleQuestion.CLASSIFICATION:
                yield from rule.outcomes()

    def chart(self) -> Chart:
        """The chart with its texts, which depend on whether a destination is given."""
        question = self.request.question
        subtitle = "Classification by date: the entry and paragraph of each day."
        if question.to:
            by = "destination and date" if self.request.elsewhere else "date"
            subtitle = (
                f"Licenses by {by}: whether the rules of each day require one, "
                "and how an application is reviewed."
            )
        first_rule = question.rulebook.begins()
        title = of_periods([row.asked for row in self.rows], question.on, first_rule)
        rules = [f"those of each day ({len(question.rulebook)} in the rulebook)"]
        reads = (
            "Bands start with the first rule, or with the chip's announcement if that is later. "
            "Upright lines: days of change."
        )
        words = ChartText(title, subtitle, self.request.caption(rules), reads)
        layers = [*self._years(), *self._changes(), *self._bands(), *self._names()]
        legend = list(dict.fromkeys(self.keys.values()))
        size = (WIDTH, self.height)
        below = self._below()
        return Chart("timeline", framed(self.theme, words, layers, size, legend, below=below))

    def _below(self) -> int:
        """Where the caption starts: under the days of change."""
        lowest = max((row["py"] for row in self.days), default=self.height + 14)
        return round(lowest - self.height) + 24

    def _upright(self, day: date, below: int = 0) -> Record:
        """An upright line at a day, as far as ``below`` pixels under the chart."""
        x = self.x(day)
        return {"px": x, "px2": x, "py": 0, "py2": self.height + below}

    def _years(self) -> list[Layer]:
        """A line and a number for each year that begins on the chart."""
        rows, texts = [], []
        for year in range(self.start.year + 1, self.end.year + 1):
            new_year = date(year, 1, 1)
            rows.append(self._upright(new_year))
            texts.append({"px": self.x(new_year), "py": self.height + 11, "text": str(year)})

        if not rows:
            return []
        return [
            lines(rows, self.theme.grid, strokeWidth=1),
            text(texts, self.theme.quiet, align="center"),
        ]

    def _middle(self, index: int) -> float:
        """The middle of a row, in pixels from the top."""
        return TOP + STEP * index + BAND / 2

    def _bands(self) -> list[Layer]:
        """Bands with their answer inside, where there is the room."""
        rows: list[Record] = []
        inside: list[Record] = []
        for index, row in enumerate(self.rows):
            for period in row.periods:
                band = self._band(index, row, period)
                rows.append(band)

                # The legend says "license" already.
                word = band["says"].removeprefix(LICENSE)
                room = band["px2"] - band["px"]
                if width(word, SMALL, bold=True) + 8 < room:
                    middle = (band["px"] + band["px2"]) / 2
                    color = self.theme.text_on(band["color"])
                    y = self._middle(index)
                    inside.append({"px": middle, "py": y, "text": word, "color": color})

        layers = [boxes(rows, ("chip", "from", "until", "says", "because"), cornerRadius=1.5)]
        if inside:
            paper = self.theme.paper
            words = text(inside, paper, size=SMALL, align="center", fontWeight="bold")
            words["encoding"]["color"] = {"field": "color", "type": "nominal", "scale": None}
            layers.append(words)
        return layers

    def _band(self, index: int, row: _Row, period: Period) -> Record:
        """One period as a band, with what its tooltip says."""
        answer = _answer(period)
        # The last band continues to the end of the chart.
        end = self.x(self.end)
        until = ""
        if period.until:
            # A pixel of background separates a band from the next.
            end = self.x(period.until) - 1
            until = period.until.isoformat()
        return {
            "px": self.x(period.start),
            "px2": end,
            "py": self._middle(index) - BAND / 2,
            "py2": self._middle(index) + BAND / 2,
            "color": self.keys[answer].color,
            "chip": f"{row.entry.chip.name}{row.place}",
            "from": period.start.isoformat(),
            "until": until,
            "says": answer,
            "because": "; ".join(period.because),
        }

    def _names(self) -> list[Layer]:
        """The names of the chips, at the left."""
        rows = []
        for index, row in enumerate(self.rows):
            y = self._middle(index)
            rows.append({"px": self.left - 12, "py": y, "text": row.name})
        return [text(rows, self.theme.ink, align="right", fontWeight="bold")]

    def _days(self) -> list[Record]:
        """The days on which some chip's answer changed, in as many lines as keep them apart."""
        days = []
        for day in self.changes:
            dated = day.isoformat()
            days.append((self.x(day), (f"{dated}, {self._instrument(day)}", dated)))
        return day_texts(days, self.height + 28)

    def _instrument(self, day: date) -> str:
        """The document that changed the answers of a day, or the first of several."""
        book = self.request.question.rulebook
        for row in self.rows:
            for period in row.periods[1:]:
                if period.start == day:
                    return document_of(book, period.because)
        return ""

    def _changes(self) -> list[Layer]:
        """A line for each day on which an answer changes; none without changes."""
        if not self.changes:
            return []
        rows = [self._upright(day, below=4) for day in self.changes]
        return [
            lines(rows, self.theme.ink, strokeWidth=0.8, opacity=0.55),
            text(self.days, self.theme.quiet, size=SMALL),
        ]


def _hue_of(word: str) -> int:
    """The place of an answer's own color.

    A policy keeps its color with a condition.

    >>> _hue_of("3A090.b"), _hue_of("license, presumption of denial"), _hue_of("3A090")
    (1, 1, 5)
    """
    policy = _without_condition(word)
    if policy in HUE_OF:
        return HUE_OF[policy]
    match = _PARAGRAPH.search(word)
    if match is None or match[1] not in _PARAGRAPHS:
        return _OF_UNKNOWN
    return HUES[_PARAGRAPHS.index(match[1])]


def _without_condition(word: str) -> str:
    """An answer without the condition of its policy and what holds else.

    >>> _without_condition("license, case-by-case if certified, otherwise presumption of denial")
    'license, case-by-case'
    """
    return word.partition(" if ")[0]


def _free_hue(place: int, taken: Sequence[int]) -> int:
    """The place of a color, or of one that no other answer on the chart has.

    >>> _free_hue(1, []), _free_hue(1, [1]), _free_hue(1, [0, 1, 2, 4])
    (1, 4, 1)
    """
    if place not in taken:
        return place
    # the colors of "in doubt" and of an unknown policy would say that they are meant
    reserved = (_OF_UNKNOWN, _OF_DOUBT)
    free = [each for each in HUES if each not in taken and each not in reserved]
    # colors repeat if there are more answers than colors
    return free[-1] if free else place


def document_of(book: Rulebook, because: Sequence[str]) -> str:
    """The document of the first rule that made a change, such as ``88 FR 73458``.

    A change may also be one of a country group, which is named instead.

    >>> import chipdb
    >>> document_of(chipdb.load_rules(), ["us-3a090-2023 begins (88 FR 73458; 15 CFR 774 Supp. 1)"])
    '88 FR 73458'
    """
    known = {rule.id for rule in book}
    for each in because:
        name = each.split(" ", 1)[0]
        if name in known:
            document = str(book[name].citation.get("document") or name)
            return re.split(r"[;(]", document)[0].strip()
    return because[0] if because else ""


def _answer(period: Period) -> str:
    """What a band says: the classification, or the license if there is a destination."""
    if period.to is None:
        return _classification(period)
    return _license(period)


def _classification(period: Period) -> str:
    """The classification of a period in words."""
    if period.classification is not None:
        return period.classification
    if period.status == Status.UNDETERMINED:
        return UNDETERMINED
    # Some rules classify without naming a paragraph.
    if period.status == Status.MET:
        return "met"
    return NOT_CONTROLLED


def _license(period: Period) -> str:
    """The license of a period in words; a policy that is not public has its own."""
    if period.license == Required.NO:
        if period.is_in_doubt:
            return DOUBTFUL
        return FREE
    if period.license != Required.YES:
        return UNDETERMINED
    if period.review is not None:
        # an eased policy is never given without its condition
        return f"{LICENSE}{review_words(period.answer)}"

    if period.answer.review_if:
        return DEPENDS
    state = PolicyState.NONE
    if period.answer.requirements:
        state = period.answer.requirements[0].policy_state
    return UNKNOWN[state]
