"""The titles of headroom charts: what a chip leaves or enters, and what a license takes.

A title speaks of the license if there is a destination and the cuts of every chip are known, else
of the nearest change of each chip; of many chips it names the one that is nearest to a change.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from chipdb.answers.check import Check, check_entry
from chipdb.answers.joint_cuts import JointCuts, after_change, end_of_doubt
from chipdb.answers.knob_search import FORMATS, cut_of, factor_of
from chipdb.answers.knob_search import HeadroomRow as Change
from chipdb.catalog.catalog import Entry
from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.units import display
from chipdb.views.charts.frame import ChartRequest
from chipdb.views.charts.headlines import MOST_NAMES
from chipdb.views.charts.names import KNOB_NAMES, listed, short
from chipdb.views.reports.headroom import IF_BOUND, end_text
from chipdb.views.wording import with_article
from chipdb.vocabulary import Required, RuleQuestion

KNOBS = {**KNOB_NAMES, FORMATS: "formats dropped"}
_PLURAL = ("link-bandwidth",)
"""The knobs whose words are a plural."""
COMPUTE = "compute"
"""The knob that titles speak of first: it is the one that vendors turn to leave a rule."""

NamedChange = tuple[str, Change]
"""A change with the short name of its chip."""


@dataclass(frozen=True)
class Headroom:
    """What a title is about: the request, the changes of all chips, and cuts needed together."""

    request: ChartRequest
    changes: Sequence[NamedChange]
    together: Sequence[JointCuts]

    @property
    def names(self) -> list[str]:
        """The names of the chips, each once."""
        return list(dict.fromkeys(name for name, _ in self.changes))

    def effect(self, change: Change) -> str:
        """What a change leaves or enters, in words."""
        return effect_words(change, self.request.question.rulebook[change.rule])


def title_of_headroom(chart: Headroom) -> str:
    """The finding: the cuts after which no license is required, or the nearest changes."""
    licenses = _title_of_licenses(chart)
    if licenses is not None:
        return licenses
    if len(chart.names) >= MOST_NAMES:
        return _nearest_of_many(chart)

    nearest: dict[str, Change] = {}
    unchanged: list[str] = []
    for name in chart.names:
        change = _nearest([each for owner, each in chart.changes if owner == name])
        if change is None:
            unchanged.append(name)
        else:
            nearest[name] = change
    clauses = [f"{name} {chart.effect(row)} if {_turn(row)}" for name, row in nearest.items()]
    if unchanged:
        clauses.append(f"{no_knob(chart.request.knob)} changes the answer for {listed(unchanged)}")
        return "; ".join(clauses)
    return "; ".join(clauses) + _license_words(chart.request, nearest)


def effect_words(change: Change, rule: Rule) -> str:
    """What a change leaves or enters; of a rule without paragraphs, the instrument itself.

    A mark follows where it depends on who received a letter.
    """
    outcome = change.leaves or change.enters
    if outcome == RuleQuestion.LICENSE:
        # a letter's paragraphs are named after it: "letters of April 2025, memory bandwidth"
        outcome = rule.provisions[0].id.partition(",")[0]
        if rule.addressees:
            outcome = f"the {outcome}"
    verb = "leaves" if change.leaves else "enters"
    bound = IF_BOUND if change.condition else ""
    return f"{verb} {outcome}{bound}"


def _nearest_of_many(chart: Headroom) -> str:
    """The chip that the smallest turn of a knob brings to a change, of too many to name."""
    best: NamedChange | None = None
    for name, change in chart.changes:
        if change.factor is None:
            continue
        if best is None or _order(change) < _order(best[1]):
            best = name, change
    assert best is not None, "a chart without a change is refused"
    name, change = best
    count = len(chart.names)
    text = f"Of {count} chips, {name} is nearest to a change"
    return f"{text}: it {chart.effect(change)} if {_turn(change)}"


def _nearest(changes: Sequence[Change]) -> Change | None:
    """The change of one chip that a title names; None if no knob brings one about.

    By compute if it brings about any, else by another knob, and only then by dropped formats.
    """
    able = [change for change in changes if change.factor is not None]
    by_compute = [change for change in able if change.knob == COMPUTE]
    return min(by_compute or able, key=_order, default=None)


def _order(change: Change) -> tuple[bool, float]:
    """The place of a change among others: the smallest turn first, dropped formats last."""
    return bool(change.drops), _turned(change)


def _turned(change: Change) -> float:
    """How far a knob is turned, as a multiple; half is as far as double."""
    factor = factor_of(change)
    return abs(math.log(factor)) if factor else math.inf


def _turn(change: Change) -> str:
    """How far a knob has to be turned for a change, as a clause."""
    if change.drops:
        formats = "1 format is" if len(change.drops) == 1 else f"{len(change.drops)} formats are"
        return f"{formats} dropped"
    cut = cut_of(change)
    # at the threshold itself nothing has changed yet
    by = "by" if change.attained else "by more than"
    is_plural = change.knob in _PLURAL
    if cut < 0:
        grows = "grow" if is_plural else "grows"
        return f"{KNOBS[change.knob]} {grows} {by} {display(-cut)} %"
    verb = "are" if is_plural else "is"
    return f"{KNOBS[change.knob]} {verb} cut {by} {display(cut)} %"


def no_knob(knob: str | None) -> str:
    """The subject of a sentence about what changes nothing: the knob asked about, or any."""
    if knob is None:
        return "no single knob"
    if knob == FORMATS:
        return "no choice of formats"
    return f"no amount of {KNOBS[knob]}"


def _title_of_licenses(chart: Headroom) -> str | None:
    """The cuts after which the rules require no license, of every chip; None without a destination.

    Also None where a chip requires none as it is, or requires one under every cut.
    """
    request = chart.request
    to = request.question.places_asked.to
    names = [short(entry.chip) for entry in request.entries]
    are_alike = len(set(names)) < len(names)
    if to is None or request.question.named or are_alike or len(names) >= MOST_NAMES:
        return None
    joint_of = {short(joint.check.chip): joint for joint in chart.together}
    unless: dict[str, list[str]] = {}
    for entry, name in zip(request.entries, names, strict=True):
        if name in joint_of:
            words = _words_of_joint(joint_of[name])
        else:
            own = [change for owner, change in chart.changes if owner == name]
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
        words += " (in doubt even then)"
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
    words = _turn(smallest)
    if after_change(entry, request.question, smallest).exit_status == 0:
        return words
    return f"{words} ({_doubt_until(entry, request, smallest) or 'in doubt even then'})"


def of_licenses(place: str, unless: Mapping[str, Sequence[str]]) -> str:
    """Which chips require a license for a place unless what is cut; by the words of the cut.

    >>> of_licenses("China", {"compute is cut by 9 %": ["A"], "links are cut": ["B", "C"]})
    'A requires a license for China unless compute is cut by 9 %; B and C unless links are cut'
    """
    clauses: list[str] = []
    for cut, names in unless.items():
        requires = ""
        # said once: the chips that follow require one as well
        if not clauses:
            verb = "requires" if len(names) == 1 else "require"
            requires = f" {verb} a license for {place}"
        clauses.append(f"{listed(names)}{requires} unless {cut}")
    return "; ".join(clauses)


def _license_words(request: ChartRequest, nearest: Mapping[str, Change]) -> str:
    """What the named changes do to the license for the destination, where all do the same.

    Nothing without a destination, and where the chips differ: the title then speaks of the
    classification only, and names no place.
    """
    if request.question.to is None or request.question.named:
        return ""
    # chips of one name, such as one as sold and derated, have no change of their own here
    if len(request.entries) > len(nearest):
        return ""
    found: dict[str, None] = {}
    for entry in request.entries:
        change = nearest[short(entry.chip)]
        # the formats that are left are not a turn of a knob, so there is no answer about them
        if change.drops:
            return ""
        before = check_entry(entry, request.question)
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
    end = end_text(cut_of(farther))
    if end == f"{display(abs(cut_of(change)))} %":
        return "in doubt just beyond that"
    return f"in doubt up to {end}"


def license_after(before: Check, after: Check, doubt_until: str = "") -> str:
    """What a change does to the answer for the destination, as the end of a title.

    To leave a paragraph is not to leave the license requirement: another paragraph or a letter may
    still ask for it. ``doubt_until`` are the words for where a doubt ends that only other credible
    claims raise, just beyond a threshold.
    """
    to = before.question.places_asked.to
    assert to is not None, "only a destination has an answer about licenses"
    place = with_article(places().name_of(to))
    required = after.license.required
    if required == Required.UNDETERMINED:
        return f"then a license for {place} is undetermined"
    if required == Required.YES and before.license.required == Required.YES:
        return f"a license for {place} is required before and after"
    if required == Required.YES:
        return f"then a license for {place} is required"
    doubt = ""
    if before.license.required == Required.NO:
        text = f"no license for {place} by these rules before and after"
        doubt = _doubt(before, after)
    else:
        text = f"then no license for {place} by these rules"
        if after.exit_status != 0:
            doubt = ", but in doubt"
    if after.exit_status != 0 and doubt_until:
        doubt = f" ({doubt_until})"
    return text + doubt


def _doubt(before: Check, after: Check) -> str:
    """Which of two "no" are not clear ones, as the end of a sentence that has both."""
    is_before, is_after = before.exit_status != 0, after.exit_status != 0
    if is_before and is_after:
        return ", but in doubt"
    if is_before:
        return ", in doubt before"
    if is_after:
        return ", in doubt after"
    return ""
