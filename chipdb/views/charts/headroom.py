"""How far each knob has to go before a rule's answer changes, as multiples of what a chip has."""

from __future__ import annotations

import math
from collections.abc import Sequence

from chipdb.answers.check import check_entry
from chipdb.answers.headroom import headroom_of, pairs_of_knobs
from chipdb.answers.joint_cuts import JointCuts, after_change, end_of_doubt, joint_cuts
from chipdb.answers.knob_search import HeadroomRow as Change
from chipdb.catalog.catalog import Entry
from chipdb.errors import UsageError
from chipdb.rules.places import places
from chipdb.units import display
from chipdb.views.charts.bars import Bar, Bars
from chipdb.views.charts.frame import ChartRequest, ChartText, LegendKey
from chipdb.views.charts.headlines import (
    MOST_NAMES,
    license_after,
    of_headroom,
    of_licenses,
)
from chipdb.views.charts.names import KNOB_NAMES, amount, listed, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.tpp_density import place_words
from chipdb.views.reports.headroom import change_words, cut_words
from chipdb.views.wording import with_article
from chipdb.vocabulary import Required

KNOBS = {**KNOB_NAMES, "formats": "formats dropped"}
_VERBS = dict.fromkeys(KNOB_NAMES, "is") | {"link-bandwidth": "are"}
"""The verb that follows the words of a knob."""
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

    bars = _bars(changes, names)
    if not bars:
        raise UsageError(
            f"no single knob changes what {', '.join(rules)} says of {', '.join(names)}, "
            "so there is nothing to draw"
        )

    shown = Bars(request.theme, bars, (), "multiple of the chip's own figure")
    reads = "Not attained: at the threshold itself the answer has not changed yet."
    together = _needed_together(request)
    words = ChartText(
        _title(request, changes, together),
        "Each knob by itself, as a multiple of what the chip has: "
        "left of 1 it is turned down, right of 1 up.",
        request.caption(rules),
        " ".join([reads, *_without_effect(changes, names), *map(_together_text, together)]),
    )
    return shown.chart("headroom", words, _keys(shown))


def _title(request: ChartRequest, changes: list[NamedChange], together: Sequence[JointCuts]) -> str:
    """The finding: the cuts after which no license is required, or the nearest change by compute.

    Where neither is known of every chip, what the chart shows.
    """
    licenses = _title_of_licenses(request, changes, together)
    if licenses is not None:
        return licenses
    nearest = _nearest_by_compute(changes)
    title = of_headroom(nearest)
    if title is not None:
        return title + _license_words(request, nearest)
    names = dict.fromkeys(name for name, _ in changes)
    return f"How far each knob goes: {', '.join(names)}{_with_comma(place_words(request))}"


def _title_of_licenses(
    request: ChartRequest, changes: list[NamedChange], together: Sequence[JointCuts]
) -> str | None:
    """The cuts after which the rules require no license, of every chip; None without a destination.

    Also None where a chip requires none as it is, or requires one under every cut.
    """
    to = request.question.places_asked.to
    names = [short(entry.chip) for entry in request.entries]
    are_alike = len(set(names)) < len(names)
    if to is None or request.question.named or are_alike or len(names) >= MOST_NAMES:
        return None
    joint_of = {short(joint.check.chip): joint for joint in together}
    unless: dict[str, list[str]] = {}
    for entry, name in zip(request.entries, names, strict=True):
        if name in joint_of:
            words = _words_of_joint(joint_of[name])
        else:
            own = [change for owner, change in changes if owner == name]
            words = _words_of_single(entry, request, own)
        if words is None:
            return None
        unless.setdefault(words, []).append(name)
    return of_licenses(with_article(places().name_of(to)), unless)


def _words_of_joint(joint: JointCuts) -> str | None:
    """Which knobs have to be cut together; None where there are several choices of knobs."""
    if not joint.knobs:
        return None
    each = "all"
    if len(joint.knobs) == 2:
        each = "both"
    words = f"{listed([KNOBS[knob] for knob in joint.knobs])} are {each} cut far enough"
    if not joint.is_clear_farther:
        words += ", in doubt even then"
    return words


def _words_of_single(entry: Entry, request: ChartRequest, changes: list[Change]) -> str | None:
    """The smallest cut of one knob after which no license is required; None without one."""
    before = check_entry(entry, request.question)
    if before.license.required != Required.YES:
        return None
    lifting: list[Change] = []
    for change in changes:
        if change.factor is None or change.factor > 1 or change.drops:
            continue
        after = after_change(entry, request.question, change)
        if after.license.required == Required.NO:
            lifting.append(change)
    if not lifting:
        return None

    smallest = min(lifting, key=_turned)
    cut = smallest.cut_percent
    assert cut is not None, "a change with a factor has a cut"
    beyond = "" if smallest.attained else "more than "
    words = f"{KNOBS[smallest.knob]} {_VERBS[smallest.knob]} cut by {beyond}{display(cut)} %"
    if after_change(entry, request.question, smallest).exit_status == 0:
        return words
    until = _doubt_until(entry, request, smallest)
    if until:
        return f"{words}, in doubt until {until}"
    return f"{words}, in doubt even then"


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
        change = nearest[short(entry.chip)]
        after = after_change(entry, request.question, change)
        until = ""
        if after.license.required == Required.NO and after.exit_status != 0:
            until = _doubt_until(entry, request, change)
        found[license_after(before, after, until)] = None
    if len(found) > 1:
        return ""
    return f"; {' '.join(found)}"


def _doubt_until(entry: Entry, request: ChartRequest, change: Change) -> str:
    """Where a doubt ends that only other credible claims raise; empty where it does not end.

    The change itself is just beyond the threshold by the preferred claims. Where others differ by
    little, that is a place that no reader would see on the chart.
    """
    farther = end_of_doubt(entry, request.question, change)
    if farther is None:
        return ""
    cut, shown = farther.cut_percent, change.cut_percent
    assert cut is not None, "a change with a factor has a cut"
    assert shown is not None, "a change with a factor has a cut"
    if display(cut) == display(shown):
        return "a little beyond that"
    if cut < 0:
        return f"{display(-cut)} % more"
    return f"{display(cut)} % less"


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
        doubt = "; other credible claims or a caution leave that in doubt"
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


def _bars(changes: list[NamedChange], names: list[str]) -> list[Bar]:
    """A bar for each change that its knob can bring about.

    Its row names the chip and the rule only where there are several of them.
    """
    bars = []
    # a rule that no knob leaves has no bar that would have to be told apart
    rules = {change.rule for _, change in changes if change.factor is not None}
    for name, change in changes:
        if change.factor is None:
            continue

        series = ENTERS
        if change.leaves:
            series = LEAVES

        label = [change_words(change), KNOBS[change.knob]]
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
