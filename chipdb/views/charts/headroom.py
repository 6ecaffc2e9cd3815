"""How far each knob has to go before a rule's answer changes, as multiples of what a chip has."""

from __future__ import annotations

import math
from collections.abc import Iterator

from chipdb.answers.check import check_entry
from chipdb.answers.headroom import headroom_of, pairs_of_knobs
from chipdb.answers.joint_cuts import after_change, joint_cuts
from chipdb.answers.knob_search import HeadroomRow as Change
from chipdb.errors import UsageError
from chipdb.units import display
from chipdb.views.charts.bars import Bar, Bars
from chipdb.views.charts.frame import ChartRequest, ChartText, LegendKey
from chipdb.views.charts.headlines import license_after, of_headroom
from chipdb.views.charts.names import KNOB_NAMES, amount, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.tpp_density import place_words
from chipdb.views.reports.headroom import cut_words

KNOBS = {**KNOB_NAMES, "formats": "formats dropped"}
COMPUTE = "compute"
"""The knob that titles speak of: it is the one that vendors turn to leave a rule."""
LEAVES, ENTERS = 0, 1
"""The two series of bars."""

NamedChange = tuple[str, Change]
"""A change with the short name of its chip."""


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

    bars = _bars(changes, names, rules)
    if not bars:
        raise UsageError(
            f"no single knob changes what {', '.join(rules)} says of {', '.join(names)}, "
            "so there is nothing to draw"
        )

    shown = Bars(request.theme, bars, (), "multiple of the chip's own figure")
    reads = "Not attained: at the threshold itself the answer has not changed yet."
    every_knob = f"How far each knob goes: {', '.join(names)}"
    nearest = _nearest_by_compute(changes)
    title = of_headroom(nearest)
    if title is None:
        title = f"{every_knob}{_with_comma(place_words(request))}"
    else:
        title += _license_words(request, nearest)
    words = ChartText(
        title,
        "Each knob by itself, as a multiple of what the chip has: "
        "left of 1 it is turned down, right of 1 up.",
        request.caption(rules),
        " ".join([reads, *_without_effect(changes, names), *_needed_together(request)]),
    )
    return shown.chart("headroom", words, _keys(shown))


def _with_comma(place: str) -> str:
    """The words of a destination as the end of a title."""
    if not place:
        return ""
    return f",{place}"


def _license_words(request: ChartRequest, nearest: dict[str, Change]) -> str:
    """What the named changes do to the license for the destination, where all do the same.

    Nothing without a destination, and where the chips differ: the title then speaks of the
    classification only, and names no place.
    """
    if request.question.to is None or request.question.named:
        return ""
    # chips of one name, such as one as sold and derated, have no change of their own here
    names = {short(entry.chip) for entry in request.entries}
    if names != set(nearest) or len(names) < len(request.entries):
        return ""
    found: dict[str, None] = {}
    for entry in request.entries:
        before = check_entry(entry, request.question)
        after = after_change(entry, request.question, nearest[short(entry.chip)])
        found[license_after(before, after)] = None
    if len(found) > 1:
        return ""
    return f"; {' '.join(found)}"


def _needed_together(request: ChartRequest) -> Iterator[str]:
    """For each chip, the cuts that a license takes together, as each bar is one knob alone.

    Nothing where only one knob was asked about, and where a single cut is enough.
    """
    if request.question.to is None or request.knob is not None:
        return
    for entry in request.entries:
        turned = headroom_of(entry, request.question)
        pairs = pairs_of_knobs(entry, request.question, turned)
        joint = joint_cuts(entry, request.question, [*turned, *pairs])
        if joint is None or not joint.are_enough:
            continue
        cuts = [" or ".join(map(cut_words, ways)) for ways in joint.ways]
        doubt = ""
        if not joint.is_clear:
            doubt = "; other credible claims or a caution leave that in doubt"
        yield (
            f"{short(entry.chip)}: these rules require a license unless it is cut beyond all of: "
            f"{'; '.join(cuts)}{doubt}."
        )


def _nearest_by_compute(changes: list[NamedChange]) -> dict[str, Change]:
    """For each chip, its change that the smallest turn of compute brings about.

    Empty unless compute changes the answer about every chip: a title that is silent about one of
    them would mislead.
    """
    nearest: dict[str, Change] = {}
    for name, change in changes:
        if change.knob != COMPUTE or change.factor is None:
            continue
        best = nearest.get(name)
        if best is None or _turned(change) < _turned(best):
            nearest[name] = change
    if set(nearest) != {name for name, _ in changes}:
        return {}
    return nearest


def _turned(change: Change) -> float:
    """How far a knob is turned, as a multiple; half is as far as double."""
    return abs(math.log(change.factor)) if change.factor else math.inf


def _keys(shown: Bars) -> list[LegendKey]:
    """The legend, with only the kinds of change that the chart has."""
    used = {bar.series for bar in shown.bars}
    texts = {LEAVES: "leaves a rule or paragraph", ENTERS: "enters one"}
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
            sentences.append(f"{name}: no change by {' or '.join(unable)} alone.")
    return sentences


def _words_of_unable(changes: list[Change], able: set[str]) -> list[str]:
    """The words of the knobs that are not able to change the answer, each once."""
    words = []
    for change in changes:
        word = KNOBS[change.knob]
        if change.knob not in able and word not in words:
            words.append(word)
    return words


def _bars(changes: list[NamedChange], names: list[str], rules: list[str]) -> list[Bar]:
    """A bar for each change that its knob can bring about.

    Its row names the chip and the rule only where there are several of them.
    """
    bars = []
    for name, change in changes:
        if change.factor is None:
            continue

        series = ENTERS
        effect = f"enters {change.enters}"
        if change.leaves:
            series = LEAVES
            effect = f"leaves {change.leaves}"

        label = [effect, KNOBS[change.knob]]
        if len(rules) > 1:
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
    cut = change.cut_percent
    assert cut is not None, "only changes with a threshold"

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
