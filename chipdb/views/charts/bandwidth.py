"""TPP against memory bandwidth, with the limits of the letters of 2025 and of the review rule of 2026."""

from __future__ import annotations

from chipdb.rules.rule import Rule
from chipdb.views.charts.frame import Asked, Words
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.plane import Plane
from chipdb.views.charts.spots import Axis
from chipdb.views.charts.tpp_density import TPP, drawn_for, ids, limited, wanted
from chipdb.vocabulary import Kind, RuleQuestion

MEMORY = Axis("memory_bandwidth", "memory bandwidth (GB/s)", "memory bandwidth")
ASKED_OF_ITSELF = (RuleQuestion.LICENSE, RuleQuestion.REVIEW)


def draw(asked: Asked) -> Chart:
    """The chart; license and review rules of the day with a limit on memory bandwidth, or the rules that are named."""
    rules = wanted(asked, (MEMORY.metric, TPP.metric)) or _standing(asked)
    plane = Plane(asked, "bandwidth", (MEMORY, TPP), rules)
    return plane.chart(
        Words("TPP against memory bandwidth", drawn_for(plane), asked.caption(ids(asked, rules)))
    )


def _standing(asked: Asked) -> list[Rule]:
    standing = asked.question.rulebook.in_force(
        asked.question.on, as_printed=asked.question.as_printed
    )
    fitting = [
        rule
        for rule in standing
        if rule.question in ASKED_OF_ITSELF and Kind.PROCESSOR in rule.kinds
    ]
    return [rule for rule in fitting if limited(rule, (MEMORY.metric,), asked)]
