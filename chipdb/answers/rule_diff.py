"""``rules --diff``: what changes from one instrument to another, part by part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import zip_longest
from typing import Any

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.notebook import Framed, views
from chipdb.rules.conditions import OPERATORS, All, Atom, Condition, leaves, text_of
from chipdb.rules.rule import Dates, LicenseException, Review, Rule
from chipdb.rules.scopes import Scope
from chipdb.rules.wording import scope_text
from chipdb.units import METRIC_UNITS

Write = Callable[[Condition], str]
"""How a condition is written: as a formula, or in words."""

ADDED = "added"
REMOVED = "removed"
CHANGED = "changed"
SAME = "same"


@dataclass(frozen=True, kw_only=True)
class Change(Framed):
    """One part of a rule, or one event between two days: what it was and what it is.

    ``metric``, ``operator`` and ``unit`` are those of a threshold, which is listed even where it is
    the same. ``day`` is that of an event, None where only a period is known.
    """

    part: str
    name: str
    change: str
    was: str | None = None
    now: str | None = None
    metric: str | None = None
    operator: str | None = None
    unit: str | None = None
    day: date | None = None

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb rules --diff --format json`` prints for it, besides the two sides."""
        return dict(views("json.commands").change_record(self))


def changes_between(before: Rule, after: Rule) -> Iterator[Change]:
    """Everything in which two instruments differ, their thresholds side by side.

    Last comes what the later one states about its own changes.

    >>> import chipdb
    >>> book = chipdb.load_rules()
    >>> changes = changes_between(book["us-3a090-2022"], book["us-3a090-2023"])
    >>> effective = next(change for change in changes if change.name == "effective")
    >>> effective.change, effective.was, effective.now
    ('changed', '2022-10-21', '2023-11-17')
    """
    # the order of the parts in a printed rule
    yield from _texts("", _identity(before), _identity(after))
    yield from _texts("citation", _citation(before), _citation(after))
    yield from _texts("dates", dates_of(before.dates), dates_of(after.dates))
    yield from _texts("", _reach(before), _reach(after))
    yield from _texts("provision", _provisions(before), _provisions(after))
    yield from _limits(before, after)
    yield from _texts("exception", _exceptions(before), _exceptions(after))
    yield from _members(
        "exception condition", _exception_conditions(before), _exception_conditions(after)
    )
    yield from _texts("review", _reviews(before), _reviews(after))
    yield from _members("condition", _own_conditions(before), _own_conditions(after))
    yield _change("changes", "", before.changes or None, after.changes or None)


def _own_conditions(rule: Rule) -> Counter[tuple[str, str]]:
    """The conditions that a rule attaches to every transaction, without a name.

    Counted, because :func:`_members` compares how often each text is written.
    """
    return Counter(("", text) for text in rule.conditions)


def _change(part: str, name: str, was: str | None, now: str | None) -> Change:
    """One part on both sides, with what became of it; None is a side that does not have it.

    Equal sides give ``same``, which is listed for thresholds and left out of the count.
    """
    if was == now:
        change = SAME
    elif was is None:
        change = ADDED
    elif now is None:
        change = REMOVED
    else:
        change = CHANGED
    return Change(part=part, name=name, change=change, was=was, now=now)


def _texts(part: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """The entries that differ; where ``part`` is empty, each is a part of its own."""
    # the order of the earlier rule, then what only the later one has
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        if part:
            yield _change(part, name, was, now)
        else:
            yield _change(name, "", was, now)


def _members(
    part: str, before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]
) -> Iterator[Change]:
    """The texts that only one side has.

    Conditions have no names, so a changed text is a removed one and an added one.
    """
    for name, text in before - after:
        yield Change(part=part, name=name, change=REMOVED, was=text)
    for name, text in after - before:
        yield Change(part=part, name=name, change=ADDED, now=text)


def _filled(record: Mapping[str, str | None]) -> dict[str, str]:
    """The entries that are not empty; an absent entry and an empty one do not differ.

    >>> _filled({"title": "A rule", "question": "", "source": None})
    {'title': 'A rule'}
    """
    return {name: text for name, text in record.items() if text}


def _identity(rule: Rule) -> dict[str, str]:
    """What the rule is: its question and its title."""
    return _filled({"question": rule.question, "title": rule.title})


def _citation(rule: Rule) -> dict[str, str]:
    """Where the rule is printed, without page numbers, which always differ."""
    parts = ("document", "part", "source")
    return _filled({name: rule.citation.get(name) for name in parts})


def dates_of(dates: Dates) -> dict[str, str]:
    """The dates that are known, by name, as ``2023-11-17``.

    >>> import chipdb
    >>> dates_of(chipdb.load_rules()["us-3a090-2022"].dates)["effective"]
    '2022-10-21'
    """
    days: dict[str, str] = {}
    for name in Dates.__dataclass_fields__:
        day = getattr(dates, name)
        if day:
            days[name] = day.isoformat()
    return days


def _reach(rule: Rule) -> dict[str, str]:
    """Which chips, places and companies the rule reaches, by the part that states it."""
    reach = {
        "kind": ", ".join(rule.kinds),
        "scope": scope_text(rule.scope),
        "addressees": ", ".join(rule.addressees),
    }
    if rule.unless:
        reach["unless"] = text_of(rule.unless)
    return _filled(reach)


def _provisions(rule: Rule) -> dict[str, str]:
    """Each provision by its paragraph: the outcome and the condition as a formula."""
    provisions = {}
    for entry in rule.provisions:
        provisions[entry.id] = f"{entry.outcome} if {text_of(entry.when)}"
    return provisions


def _reviews(rule: Rule) -> dict[str, str]:
    """The review policies by their place in the rule; they have no names."""
    # by number, so that a policy in another place is a change of the order
    reviews = {}
    for number, entry in enumerate(rule.review, 1):
        reviews[str(number)] = review_text(entry)
    return reviews


def review_text(entry: Review) -> str:
    """A review policy, what it is a policy of, and where it holds."""
    text = entry.policy or entry.text
    # a letter has a policy that is not public, and no text says more
    if not text:
        text = f"policy {entry.state}"
    if entry.of:
        text += f", of {' and '.join(entry.of)}"
    return text + qualified(entry.when, entry.scope)


def exception_text(entry: LicenseException, write: Write = text_of) -> str:
    """Where, when and under which condition of the item an exception may be open.

    ``always`` if nothing limits it; why it is closed if it is. ``write`` writes conditions: as
    formulas, or in words.
    """
    # What closes it, or makes it depend on the transaction, outweighs every other condition.
    if entry.closed:
        return f"closed: {entry.closed}"
    if entry.depends_on:
        return f"depends on the transaction: {entry.depends_on}"
    text = qualified(entry.when, entry.scope, write)
    dates = dates_of(entry.dates)
    if "effective" in dates:
        text += f", from {dates['effective']}"
    if "ends" in dates:
        text += f", until {dates['ends']}"
    return text.removeprefix(", ") or "always"


def qualified(when: Condition, scope: Scope, write: Write = text_of) -> str:
    """A scope and a condition, each after a comma; empty where they limit nothing."""
    text = ""
    if not scope.everywhere:
        text = f", {scope_text(scope)}"
    if when != All(()):
        text += f", if {write(when)}"
    return text


def named_exceptions(rule: Rule) -> Iterator[tuple[str, LicenseException]]:
    """The exceptions of a rule, each under a name of its own."""
    seen: Counter[str] = Counter()
    for entry in rule.exceptions:
        name = f"{entry.name} ({entry.section})"
        seen[name] += 1
        # one section may grant the same exception twice, for other places or days
        if seen[name] > 1:
            name = f"{name}, {seen[name]}"
        yield name, entry


def _exceptions(rule: Rule) -> dict[str, str]:
    """Each license exception by its name: where and when it is available.

    Exceptions of one name are numbered.
    """
    return {name: exception_text(entry) for name, entry in named_exceptions(rule)}


def _exception_conditions(rule: Rule) -> Counter[tuple[str, str]]:
    """The conditions of each license exception, by its name, with how often each is written."""
    conditions: Counter[tuple[str, str]] = Counter()
    for name, entry in named_exceptions(rule):
        conditions.update((name, text) for text in entry.conditions)
    return conditions


@dataclass(frozen=True)
class ThresholdText:
    """A threshold as a rule states it, and the paragraph that states it."""

    place: str
    metric: str
    op: str
    text: str

    @property
    def operator(self) -> str:
        """The operator as a sign, such as ``>=``."""
        return OPERATORS[self.op][0]

    @property
    def unit(self) -> str:
        """The unit of the metric; empty for one that has none, such as TPP."""
        return METRIC_UNITS[self.metric]


def limits_of(rule: Rule) -> list[ThresholdText]:
    """Every threshold of a rule by paragraph, those of ``unless`` and of exceptions last.

    >>> import chipdb
    >>> first = limits_of(chipdb.load_rules()["us-3a090-2023"])[0]
    >>> first.metric, first.operator, first.text
    ('tpp', '>=', '4800')
    """
    parts = [(entry.id, entry.when) for entry in rule.provisions]
    if rule.unless:
        parts.append(("unless", rule.unless))
    for name, entry in named_exceptions(rule):
        parts.append((name, entry.when))

    # one paragraph may repeat a threshold in several of its alternatives
    thresholds: dict[ThresholdText, None] = {}
    for place, when in parts:
        for leaf in leaves(when):
            if isinstance(leaf, Atom):
                threshold = ThresholdText(place, leaf.metric, leaf.op, leaf.text)
                thresholds[threshold] = None
    return list(thresholds)


ThresholdKey = tuple[str, str, str]


def _limits(before: Rule, after: Rule) -> Iterator[Change]:
    """The thresholds of both rules side by side, equal ones first.

    Those on one metric with one operator are compared within a paragraph; where the rules have no
    paragraph in common, over the whole rule.
    """
    was_all = limits_of(before)
    now_all = limits_of(after)
    # a renumbered rule has no paragraph in common with the earlier one
    places_before = {threshold.place for threshold in was_all}
    by_place = any(threshold.place in places_before for threshold in now_all)

    was_by_key = _by_key(was_all, by_place)
    now_by_key = _by_key(now_all, by_place)
    for key in dict.fromkeys((*was_by_key, *now_by_key)):
        yield from _side_by_side(was_by_key.get(key, {}), now_by_key.get(key, {}))


def _by_key(
    thresholds: list[ThresholdText], by_place: bool
) -> dict[ThresholdKey, dict[str, ThresholdText]]:
    """The thresholds that are compared with each other, each by its number as it is written.

    Those of one key state one metric with one operator and, ``by_place``, in one paragraph.
    """
    groups: dict[ThresholdKey, dict[str, ThresholdText]] = {}
    for threshold in thresholds:
        place = ""
        if by_place:
            place = threshold.place
        key = (place, threshold.metric, threshold.op)
        groups.setdefault(key, {})[threshold.text] = threshold
    return groups


def _side_by_side(
    was: Mapping[str, ThresholdText], now: Mapping[str, ThresholdText]
) -> Iterator[Change]:
    """The equal thresholds, then the others in pairs as they come.

    No text states which number replaces which, so the order of the rule decides.
    """
    # equal thresholds are paired first, so that a rule with one new number does not look rewritten
    only_was: list[ThresholdText] = []
    only_now = dict(now)
    for text, threshold in was.items():
        if text in now:
            yield _limit_change(threshold, only_now.pop(text))
        else:
            only_was.append(threshold)

    # the longer side has thresholds that are new or gone
    for old, new in zip_longest(only_was, only_now.values()):
        yield _limit_change(old, new)


def _limit_change(was: ThresholdText | None, now: ThresholdText | None) -> Change:
    """A threshold on both sides; None is a side that has no counterpart.

    If the two are in different paragraphs, both are named.
    """
    either = was or now
    assert either is not None, "a threshold of one side at least"

    # a dict rather than a set: the paragraph of the earlier rule comes first
    paragraphs: dict[str, None] = {}
    texts: list[str | None] = []
    for side in (was, now):
        if side is None:
            texts.append(None)
            continue
        paragraphs[side.place] = None
        texts.append(side.text)

    change = _change("limit", " → ".join(paragraphs), *texts)
    return replace(change, metric=either.metric, operator=either.operator, unit=either.unit)
