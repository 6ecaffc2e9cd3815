"""TPP against memory bandwidth, with the thresholds of license letters and review rules."""

from __future__ import annotations

from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.question import Question
from chipdb.views.charts.frame import ChartRequest
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.plane import Plane
from chipdb.views.charts.spots import PlaneAxis
from chipdb.views.charts.tpp_density import (
    TPP,
    has_threshold,
    ids,
    in_force,
    wanted,
    words_of,
)
from chipdb.vocabulary import RuleQuestion

MEMORY = PlaneAxis("memory_bandwidth", "memory bandwidth (GB/s)", "memory bandwidth")
QUESTIONS = (RuleQuestion.LICENSE, RuleQuestion.REVIEW)


def draw(request: ChartRequest) -> Chart:
    """The chart; with the license and review rules of the day, or the rules that are named.

    Raises :class:`~chipdb.errors.UsageError` for a rule or a chip without a place on the plane.
    """
    rules = wanted(request, (MEMORY.metric, TPP.metric))
    if not rules:
        rules = _on_bandwidth(request)
    plane = Plane(request, "bandwidth", (MEMORY, TPP), rules)
    caption = request.caption(ids(request, rules))
    return plane.chart(words_of(plane, "TPP against memory bandwidth", caption))


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
