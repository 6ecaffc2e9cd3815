"""TPP against memory bandwidth, with the thresholds of license letters and review rules."""

from __future__ import annotations

from collections.abc import Iterable

from chipdb.answers.check import Check, check_entry
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import replace
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.question import Question
from chipdb.views.charts.frame import ChartRequest, ChartText
from chipdb.views.charts.headlines import of_answers
from chipdb.views.charts.names import short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.plane import Plane
from chipdb.views.charts.spots import PlaneAxis
from chipdb.views.charts.tpp_density import (
    TPP,
    drawn_for,
    has_threshold,
    ids,
    in_force,
    wanted,
    words_of,
)
from chipdb.vocabulary import RuleQuestion

MEMORY = PlaneAxis("memory_bandwidth", "memory bandwidth (GB/s)", "memory bandwidth")
AXES = "TPP against memory bandwidth"
READS = (
    "Title: the answer of all rules together. Regions and marks: only the rules named above; "
    "other rules may require a license anywhere. A mark differs from its region where a fact of "
    "the chip differs from what the region assumes."
)
QUESTIONS = (RuleQuestion.LICENSE, RuleQuestion.REVIEW)


def draw(request: ChartRequest) -> Chart:
    """The chart; with the license and review rules of the day, or the rules that are named.

    Raises :class:`~chipdb.errors.UsageError` for a rule or a chip without a place on the plane.
    """
    named = wanted(request, (MEMORY.metric, TPP.metric))
    rules = named or _on_bandwidth(request)
    plane = Plane(request, "bandwidth", (MEMORY, TPP), rules)
    words = words_of(plane, AXES, request.caption(ids(request, rules)))
    if rules and not named and request.chips and request.question.to is not None:
        words = _with_answers(plane, words)
    return plane.chart(words)


def _with_answers(plane: Plane, words: ChartText) -> ChartText:
    """The texts with what all rules together say of the named chips as the title.

    The few rules that are drawn are not all that may require a license: what lies outside their
    regions must not look as if none did.
    """
    before: dict[str, Check] = {}
    chips = plane.request.chips
    if len(plane.steps) == 1 and len(plane.steps[0]) > 1:
        start, *_, end = plane.steps[0]
        before = _answers(plane, [start.chip])
        chips = (end.chip,)
    title = of_answers(before, _answers(plane, chips))
    return replace(words, title=title, subtitle=f"{AXES}. {drawn_for(plane)}", reads=READS)


def _answers(plane: Plane, chips: Iterable[Chip]) -> dict[str, Check]:
    """The answer of all rules for some chips, by their short names."""
    question = plane.request.question
    return {short(chip): check_entry(Entry(chip=chip), question) for chip in chips}


def _on_bandwidth(request: ChartRequest) -> list[Rule]:
    """The license and review rules of the day with a threshold on memory bandwidth.

    With a destination, those that reach it; a place that is not settled may be reached.
    """
    rules = []
    question = request.question
    for rule in in_force(request):
        # Classifications compare TPP and density, which the chart of these two shows.
        if rule.question not in QUESTIONS:
            continue
        if question.to is not None and not _may_reach(rule, question):
            continue
        if has_threshold(rule, (MEMORY.metric,), request):
            rules.append(rule)
    return rules


def _may_reach(rule: Rule, question: Question) -> bool:
    """Whether the places of a question lie, or may lie, in the scope of a rule."""
    return places().holds(rule.scope, question.transaction) is not False
