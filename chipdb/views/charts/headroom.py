"""How far each knob has to go before a rule's answer changes, as multiples of what a chip has."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.headroom import headroom_of, pairs_of_knobs
from chipdb.answers.joint_cuts import JointCuts, joint_cuts
from chipdb.answers.knob_search import HeadroomRow as Change
from chipdb.answers.knob_search import cut_of
from chipdb.errors import UsageError
from chipdb.rules.rulebook import Rulebook
from chipdb.units import display
from chipdb.views.charts.bars import Bar, Bars
from chipdb.views.charts.frame import ChartRequest, ChartText, LegendKey
from chipdb.views.charts.headroom_titles import (
    KNOBS,
    Headroom,
    NamedChange,
    effect_words,
    no_knob,
    title_of_headroom,
)
from chipdb.views.charts.names import amount, short
from chipdb.views.charts.picture import Chart
from chipdb.views.reports.headroom import cut_words, doubt_words

LEAVES, ENTERS = 0, 1
"""The two series of bars."""
NOT_ATTAINED = "Not attained: at the threshold itself the answer has not changed yet."


def draw(request: ChartRequest) -> Chart:
    """The chart: a bar for each chip, rule, knob and change that the knob brings about.

    Raises :class:`~chipdb.errors.UsageError` without a chip, or if no knob changes an answer.
    """
    if not request.entries:
        raise UsageError("a chart of headroom needs at least one chip; name one, such as H100")

    changes = []
    for entry in request.entries:
        for change in headroom_of(entry, request.question, request.knob):
            changes.append((short(entry.chip), change))
    names = list(dict.fromkeys(name for name, _ in changes))
    rules = list(dict.fromkeys(change.rule for _, change in changes))

    bars = _bars(changes, names, request.question.rulebook)
    if not bars:
        raise UsageError(_nothing_to_draw(request, rules, names))

    shown = Bars(request.theme, bars, (), "multiple of the chip's own figure")
    together = _needed_together(request)
    drawn = [change for _, change in changes if change.factor is not None]
    reads = [] if all(change.attained for change in drawn) else [NOT_ATTAINED]
    words = ChartText(
        title_of_headroom(Headroom(request, changes, together)),
        "Each knob by itself, as a multiple of what the chip has: "
        "left of 1 it is turned down, right of 1 up.",
        request.caption(rules),
        " ".join([*reads, *_without_effect(changes, names), *map(_together_text, together)]),
    )
    return shown.chart("headroom", words, _keys(shown))


def _nothing_to_draw(request: ChartRequest, rules: Sequence[str], names: Sequence[str]) -> str:
    """That no knob changes an answer about these chips, in words for an error."""
    says = "says" if len(rules) == 1 else "say"
    answers = f"what {' and '.join(rules)} {says} of {', '.join(names)}"
    return f"{no_knob(request.knob)} changes {answers}, so there is nothing to draw"


def _needed_together(request: ChartRequest) -> list[JointCuts]:
    """The cuts that a license takes together, as each bar is one knob alone.

    Nothing where only one knob was asked about. A chip is left out for which a single cut is
    enough, or for which all of them are not.
    """
    together: list[JointCuts] = []
    if request.question.to is None or request.knob is not None:
        return together
    for entry in request.entries:
        turned = headroom_of(entry, request.question)
        pairs = pairs_of_knobs(entry, request.question, turned)
        joint = joint_cuts(entry, request.question, [*turned, *pairs])
        if joint is not None and joint.are_enough:
            together.append(joint)
    return together


def _together_text(joint: JointCuts) -> str:
    """The cuts that a license of one chip takes together, in a sentence."""
    cuts = [" or ".join(_cut_text(row) for row in ways) for ways in joint.ways]
    doubt = ""
    if not joint.is_clear:
        doubt = f"; {doubt_words(joint, KNOBS)}"
    return (
        f"{short(joint.check.chip)}: these rules require a license unless it is cut beyond all of: "
        f"{'; '.join(cuts)}{doubt}."
    )


def _cut_text(row: Change) -> str:
    """The cuts of a row as ``headroom`` prints them, with the words of the chart for knobs."""
    text = cut_words(row)
    for knob in (row.knob, *(cut.knob for cut in row.beside)):
        text = text.replace(f"{knob} by", f"{KNOBS[knob]} by")
    return text


def _keys(shown: Bars) -> list[LegendKey]:
    """The legend, with only the kinds of change that the chart has."""
    used = {bar.series for bar in shown.bars}
    entering = "enters one"
    if LEAVES not in used:
        entering = "enters a rule or paragraph"
    texts = {LEAVES: "leaves a rule or paragraph", ENTERS: entering}
    keys = []
    for side, text in texts.items():
        if side in used:
            keys.append(LegendKey(text, shown.color(side)))
    return keys


def _without_effect(changes: list[NamedChange], names: list[str]) -> list[str]:
    """For each chip, the knobs that bring about none of its changes, in a sentence."""
    sentences = []
    for name in names:
        own: list[Change] = []
        # A knob that changes the answer under one rule is not listed, though it may not under
        # another.
        # collected under all rules before any knob is called without effect
        able: set[str] = set()
        for owner, change in changes:
            if owner != name:
                continue
            own.append(change)
            if change.factor is not None:
                able.add(change.knob)

        unable = _words_of_unable(own, able)
        if unable:
            sentences.append(f"{name}: no change by {_any_of(unable)} alone.")
    return sentences


def _any_of(words: list[str]) -> str:
    """Words as alternatives.

    >>> _any_of(["links", "die area", "formats dropped"])
    'links, die area or formats dropped'
    """
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _words_of_unable(changes: list[Change], able: set[str]) -> list[str]:
    """The words of the knobs that are not able to change the answer, each once."""
    words = []
    for change in changes:
        word = KNOBS[change.knob]
        if change.knob not in able and word not in words:
            words.append(word)
    return words


def _bars(changes: list[NamedChange], names: list[str], rulebook: Rulebook) -> list[Bar]:
    """A bar for each change that its knob can bring about.

    Its row names the chip where there are several, and the rule where two of them have a change of
    the same name.
    """
    bars = []
    rules_of: dict[str, set[str]] = {}
    for _, change in changes:
        # a rule that no knob leaves has no bar that would have to be told apart
        if change.factor is not None:
            effect = effect_words(change, rulebook[change.rule])
            rules_of.setdefault(effect, set()).add(change.rule)
    for name, change in changes:
        if change.factor is None:
            continue

        series = ENTERS
        if change.leaves:
            series = LEAVES

        effect = effect_words(change, rulebook[change.rule])
        label = [effect, KNOBS[change.knob]]
        if len(rules_of[effect]) > 1:
            label.insert(0, change.rule)
        if len(names) > 1:
            label.insert(0, name)

        bar = Bar(
            row=", ".join(label),
            series=series,
            value=float(change.factor),
            low=None,
            high=None,
            told=_reach_text(change),
            chip=name,
        )
        bars.append(bar)
    return bars


def _reach_text(change: Change) -> str:
    """How far the knob goes and what is there: ``-30 %: 814 mm², not attained``."""
    cut = cut_of(change)
    # A cut is positive if the knob is turned down; signs are written as a reader expects.
    percent = f"+{display(-cut)} %"
    if cut >= 0:
        percent = f"\N{MINUS SIGN}{display(cut)} %"
    there = f"TPP {display(change.value)}"
    if change.unit:
        there = amount(change.value, change.unit)

    parts = [f"{percent}: {there}"]
    if change.drops:
        parts.append(f"{len(change.drops)} formats")
    if not change.attained:
        parts.append("not attained")
    return ", ".join(parts)
