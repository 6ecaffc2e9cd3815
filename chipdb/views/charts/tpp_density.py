"""TPP against performance density, with the regions of a rule drawn from its own conditions."""

from __future__ import annotations

from chipdb.errors import ParameterError
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import metrics_named
from chipdb.solver.ruling import control_list_of
from chipdb.views.charts.frame import ChartRequest, ChartText
from chipdb.views.charts.headlines import of_plane
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.plane import Plane
from chipdb.views.charts.spots import PlaneAxis
from chipdb.views.wording import with_article
from chipdb.vocabulary import Kind, RuleQuestion

DENSITY = PlaneAxis("performance_density", "performance density (TPP/mm²)", "performance density")
TPP = PlaneAxis("tpp", "total processing performance (TPP)", "TPP")


def draw(request: ChartRequest) -> Chart:
    """The chart; with the classification rule of the day, or the rules that are named.

    Raises :class:`~chipdb.errors.UsageError` for a rule or a chip without a place on the plane.
    """
    rules = wanted(request, (DENSITY.metric, TPP.metric))
    if not rules:
        rules = classifying(request)
    plane = Plane(request, "tpp-density", (DENSITY, TPP), rules)
    caption = request.caption(ids(request, rules))
    return plane.chart(words_of(plane, "TPP against performance density", caption))


def words_of(plane: Plane, axes: str, caption: str) -> ChartText:
    """The texts of a plane: the finding as its title, then what its axes and regions are."""
    question = plane.request.question
    place = place_words(plane.request)
    title = of_plane(plane.named, plane.crowd, plane.steps, plane.rules, question.on, place)
    if title is None:
        return ChartText(axes, drawn_for(plane), caption)
    return ChartText(title, f"{axes}. {drawn_for(plane)}", caption)


def place_words(request: ChartRequest) -> str:
    """The destination that a chart speaks of, to follow its day; empty without one."""
    to = request.question.places_asked.to
    if to is None:
        return ""
    return f" for {with_article(places().name_of(to))}"


def wanted(request: ChartRequest, metrics: tuple[str, ...]) -> list[Rule]:
    """The rules that the user asks for: those named, else those of the user's own file.

    Raises :class:`UsageError` for a named rule that has no threshold on these metrics.
    """
    book = request.question.rulebook
    named = [book[name] for name in request.question.named]
    for rule in named:
        if not has_threshold(rule, metrics, request):
            where = " or ".join(metrics)
            raise ParameterError(
                "rule",
                f"{rule.id} has no threshold on {where} that day, so there is no region to draw",
            )
    if named:
        return named

    # Rules of a file may be about anything; only a rule that was named must have a region.
    own = []
    for rule in book:
        if rule.id in book.own and has_threshold(rule, metrics, request):
            own.append(rule)
    return own


def has_threshold(rule: Rule, metrics: tuple[str, ...], request: ChartRequest) -> bool:
    """Whether a rule, or an entry of that day that it refers to, compares one of these metrics."""
    return not metrics_named(rule, control_list_of(request.question)).isdisjoint(metrics)


def in_force(request: ChartRequest) -> list[Rule]:
    """The rules for processors in force on the day."""
    question = request.question
    rules = question.rulebook.in_force(question.on, as_printed=question.as_printed)
    return [rule for rule in rules if Kind.PROCESSOR in rule.kinds]


def classifying(request: ChartRequest) -> list[Rule]:
    """The classification rules for processors in force on the day."""
    rules = in_force(request)
    return [rule for rule in rules if rule.question == RuleQuestion.CLASSIFICATION]


def drawn_for(plane: Plane) -> str:
    """What the regions assume, in a sentence."""
    place = place_words(plane.request)
    if not plane.rules:
        return f"No rule in force on this day{place} has a threshold here."

    titles = "; ".join(rule.title or rule.id for rule in plane.rules)
    whose = "the rule's"
    if len(plane.rules) > 1:
        whose = "the rules'"
    assumed = ""
    if plane.regions.assumed:
        assumed = f", for {', '.join(plane.regions.assumed)}"
    ignored = "vendor" if place else "vendor and destination"
    marks = f"Marks: {whose} answer{place} for the chip itself, regardless of its {ignored}."
    return f"{titles}. Regions: {whose} own conditions{assumed}. {marks}"


def ids(request: ChartRequest, rules: list[Rule]) -> list[str]:
    """The ids of rules, with a remark where one is not in force on the day."""
    return [rule.id + _remark(request, rule) for rule in rules]


def _remark(request: ChartRequest, rule: Rule) -> str:
    """Why a drawn rule is not law on the day; empty if it is in force."""
    # A proposal has dates, too, but never becomes law by them.
    if rule.question == RuleQuestion.PROPOSAL:
        return " (a proposal, not law)"

    question = request.question
    if rule.in_force(question.on, as_printed=question.as_printed):
        return ""
    return " (not in force that day)"
