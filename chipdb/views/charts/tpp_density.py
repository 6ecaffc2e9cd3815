"""TPP against performance density, with the regions of a rule drawn from its own tree."""

from __future__ import annotations

from chipdb.errors import UsageError
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import metrics_named
from chipdb.solver.ruling import control_list_of
from chipdb.views.charts.frame import Asked, Words
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.plane import Plane
from chipdb.views.charts.spots import Axis
from chipdb.vocabulary import Kind, RuleQuestion

DENSITY = Axis("performance_density", "performance density (TPP/mm²)", "performance density")
TPP = Axis("tpp", "total processing performance (TPP)", "TPP")


def draw(asked: Asked) -> Chart:
    """The chart; the classification rule of the day, or the rules that are named."""
    rules = wanted(asked, (DENSITY.metric, TPP.metric)) or classifying(asked)
    plane = Plane(asked, "tpp-density", (DENSITY, TPP), rules)
    return plane.chart(
        Words("TPP against performance density", drawn_for(plane), asked.caption(ids(asked, rules)))
    )


def wanted(asked: Asked, metrics: tuple[str, ...]) -> list[Rule]:
    """The rules that the user asks for: those named, else those of the user's own file that have a limit here.

    Raises :class:`UsageError` for a named rule that has nothing to draw on a plane of these metrics.
    """
    book = asked.question.rulebook
    named = [book[name] for name in asked.question.named]
    for rule in named:
        if not limited(rule, metrics, asked):
            where = " or ".join(metrics)
            raise UsageError(
                f"--rule {rule.id}: has no limit on {where} that day, so there is no region to draw"
            )
    return named or [rule for rule in book if rule.id in book.own and limited(rule, metrics, asked)]


def limited(rule: Rule, metrics: tuple[str, ...], asked: Asked) -> bool:
    """Whether a rule has a limit on some of these metrics, by itself or through the entries of that day that it refers to."""
    return not metrics_named(rule, control_list_of(asked.question)).isdisjoint(metrics)


def classifying(asked: Asked) -> list[Rule]:
    """The classification rule for processors in force on the day."""
    standing = asked.question.rulebook.in_force(
        asked.question.on, as_printed=asked.question.as_printed
    )
    return [
        rule
        for rule in standing
        if rule.question == RuleQuestion.CLASSIFICATION and Kind.PROCESSOR in rule.kinds
    ]


def drawn_for(plane: Plane) -> str:
    """What the regions assume, in a sentence."""
    if not plane.rules:
        return "No rule in force on this day has a limit here."
    titles = "; ".join(rule.title or rule.id for rule in plane.rules)
    several = len(plane.rules) > 1
    assumed = f", for {', '.join(plane.regions.assumed)}" if plane.regions.assumed else ""
    whose, say = ("the rules'", "they say") if several else ("the rule's", "it says")
    marks = f"Marks: what {say} of the chip itself, whatever its maker and destination."
    return f"{titles}. Regions: {whose} own conditions{assumed}. {marks}"


def ids(asked: Asked, rules: list[Rule]) -> list[str]:
    """The ids of rules, with a word where one is not in force on the day."""
    on, printed = asked.question.on, asked.question.as_printed
    return [rule.id + _standing(rule, rule.in_force(on, as_printed=printed)) for rule in rules]


def _standing(rule: Rule, standing: bool) -> str:
    if rule.question == RuleQuestion.PROPOSAL:
        return " (a proposal, no law)"
    return "" if standing else " (not in force that day)"
