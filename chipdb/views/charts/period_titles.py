"""The titles of timelines: what the rules of a day say of chips, for one or several places."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chipdb.answers.timeline import Period
from chipdb.lazy_dataclasses import dataclass
from chipdb.solver.labels import NOT_CONTROLLED
from chipdb.views.charts.headlines import (
    CONTESTED,
    CONTROLLED,
    MOST_NAMES,
    controlled_on,
    licensed_on,
    of_kinds,
)
from chipdb.views.charts.names import UNDETERMINED, listed
from chipdb.vocabulary import Required, Status

Row = tuple[str, str | None, Sequence[Period]]
"""The name of a chip, the name of the place or None, and the periods in order."""

MOST_GROUPS = 4
"""A title of chips and places has at most so many groups of places with the same answers."""


@dataclass(frozen=True)
class _Asked:
    """What the rules of one day say of one chip, for one place or, with None, for no place.

    Without a place the question is about classification, which no place changes.
    """

    name: str
    place: str | None
    period: Period

    def kind(self) -> str:
        """The kind of the answer, in the words that titles use of controls.

        With a place, "controlled" is a license that is required, and "contested" a "no" in doubt.
        """
        if self.place is None:
            return self._kind_of_class()
        if self.period.license == Required.YES:
            return CONTROLLED
        if self.period.license != Required.NO:
            return UNDETERMINED
        return CONTESTED if self.period.is_in_doubt else NOT_CONTROLLED

    def _kind_of_class(self) -> str:
        """The kind of the classification."""
        if self.period.status == Status.MET:
            return CONTROLLED
        if self.period.status == Status.UNDETERMINED:
            return UNDETERMINED
        return CONTESTED if self.period.contested else NOT_CONTROLLED


def of_periods(rows: Sequence[Row], on: date, first_rule: date) -> str:
    """What the rules of a day say of chips.

    ``first_rule`` is the day on which the first of the rules that were read begins.
    """
    asked: list[_Asked] = []
    later: list[str] = []
    for name, place, periods in rows:
        period = _period_on(periods, on)
        if period is not None:
            asked.append(_Asked(name, place, period))
        elif name not in later:
            later.append(name)
    if not asked:
        if on < first_rule:
            return f"No answer on {on}: the first rule begins on {first_rule}"
        return f"No answer on {on}: {_announced_later(later)}"

    if len(rows) == 1:
        return _of_one(asked[0], rows[0][2])
    title = _of_several(asked, on)
    if later:
        title += f"; {_announced_later(later)}"
    return title


def _announced_later(names: Sequence[str]) -> str:
    """That chips have no answer yet, since they were not announced."""
    if len(names) == 1:
        return f"{names[0]} was announced later"
    return f"{listed(names)} were announced later"


def _of_one(asked: _Asked, periods: Sequence[Period]) -> str:
    """The answer about one chip with its first day, and the day on which it ends."""
    start, until = _days_of_answer(periods, asked.period, has_place=asked.place is not None)
    if until is None:
        return f"{_answer(asked)} from {start} on"
    return f"{_answer(asked)} from {start} until {until}"


def _days_of_answer(
    periods: Sequence[Period], period: Period, *, has_place: bool
) -> tuple[date, date | None]:
    """The first day of an answer, and the day on which it ends.

    A period may differ from the one before only in what the title does not say, such as the review
    policy: a license was required before that, too.
    """
    answers: list[tuple[object, ...]] = []
    for each in periods:
        if has_place:
            answers.append((each.license, each.license == Required.NO and each.is_in_doubt))
        else:
            answers.append((each.status, each.classification, each.contested))
    first = last = periods.index(period)
    while first > 0 and answers[first - 1] == answers[first]:
        first -= 1
    while last + 1 < len(periods) and answers[last + 1] == answers[last]:
        last += 1
    return periods[first].start, periods[last].until


def _of_several(asked: Sequence[_Asked], on: date) -> str:
    """Which of several chips, or for which places one chip, has which answer."""
    places = list(dict.fromkeys(each.place for each in asked))
    if len(places) == 1:
        kinds = {each.name: each.kind() for each in asked}
        if places[0] is None:
            return of_kinds(kinds, controlled_on(on))
        return of_kinds(kinds, licensed_on(on, places[0]))
    if len({each.name for each in asked}) == 1:
        return _of_places(asked, on)
    return _of_chips_and_places(asked, on)


def _of_places(asked: Sequence[_Asked], on: date) -> str:
    """For which places one chip requires a license."""
    places: dict[str, list[str]] = {}
    for each in asked:
        places.setdefault(each.kind(), []).append(each.place or "")
    name = asked[0].name
    yes, no = places.get(CONTROLLED), places.get(NOT_CONTROLLED)
    parts = []
    if yes:
        parts.append(f"{name} requires a license for {_few_places(yes)} on {on}")
        if no:
            parts[0] += f", none by these rules for {_few_places(no)}"
    elif no:
        parts.append(f"{name} requires no license for {_few_places(no)} by these rules on {on}")
    else:
        parts.append(f"{name} on {on}")
    if CONTESTED in places:
        parts.append(f"none as enforced, but in doubt, for {_few_places(places[CONTESTED])}")
    if UNDETERMINED in places:
        parts.append(f"license undetermined for {_few_places(places[UNDETERMINED])}")
    if yes or no:
        return "; ".join(parts)
    return f"{parts[0]}: {'; '.join(parts[1:])}"


def _few_places(places: Sequence[str]) -> str:
    """A few places by their names, and the number of many."""
    if len(places) < MOST_NAMES:
        return listed(places)
    return f"{len(places)} places"


def _of_chips_and_places(asked: Sequence[_Asked], on: date) -> str:
    """Which chips require a license, for each group of places with the same answers.

    Many such groups are counted, since a title has no room for them.
    """
    by_place: dict[str, dict[str, str]] = {}
    for each in asked:
        by_place.setdefault(each.place or "", {})[each.name] = each.kind()
    groups: dict[str, list[str]] = {}
    for place, kinds in by_place.items():
        groups.setdefault(_required_of(kinds), []).append(place)
    if len(groups) <= MOST_GROUPS:
        parts = [f"for {listed(places)}: {says}" for says, places in groups.items()]
        return f"License required on {on} {'; '.join(parts)}"

    counts = [each.kind() for each in asked]
    title = f"A license is required in {counts.count(CONTROLLED)} of {len(asked)} cases on {on}"
    for kind, word in ((UNDETERMINED, UNDETERMINED), (CONTESTED, "in doubt")):
        if kind in counts:
            title += f", {counts.count(kind)} {word}"
    return title


def _required_of(kinds: dict[str, str]) -> str:
    """Which chips require a license for one place, with those that are not settled.

    >>> _required_of({"A": CONTROLLED, "B": CONTROLLED, "C": UNDETERMINED})
    'A and B (C undetermined)'
    """
    names: dict[str, list[str]] = {}
    for name, kind in kinds.items():
        names.setdefault(kind, []).append(name)
    yes = names.get(CONTROLLED, [])
    if len(yes) == len(kinds):
        return f"all {len(yes)} chips" if len(yes) > 2 else "both chips"
    if len(names.get(UNDETERMINED, [])) == len(kinds):
        return f"{UNDETERMINED} for each chip"
    text = "none"
    if yes:
        text = _names(yes)
    unsettled = []
    if CONTESTED in names:
        unsettled.append(f"{_names(names[CONTESTED])} in doubt")
    if UNDETERMINED in names:
        unsettled.append(f"{_names(names[UNDETERMINED])} {UNDETERMINED}")
    if unsettled:
        text += f" ({'; '.join(unsettled)})"
    return text


def _names(names: Sequence[str]) -> str:
    """A few chips by their names, and the number of many."""
    if len(names) < MOST_NAMES:
        return listed(names)
    return f"{len(names)} chips"


def _period_on(periods: Sequence[Period], on: date) -> Period | None:
    """The period with a day; None for a day before all of them."""
    found = None
    for period in periods:
        if period.start <= on:
            found = period
    return found


def _answer(asked: _Asked) -> str:
    """What the rules of a period say of one chip."""
    name, period = asked.name, asked.period
    if asked.place is not None:
        return _license(name, asked.place, period)
    if period.status == Status.UNDETERMINED:
        return f"{name}: classification undetermined"
    if period.classification is not None:
        return f"{name} is in {period.classification}"
    if period.contested:
        return f"{name}: {NOT_CONTROLLED}, which is contested,"
    return f"{name}: {NOT_CONTROLLED}"


def _license(name: str, place: str, period: Period) -> str:
    """Whether the rules of a period require a license for a chip and a place."""
    if period.license == Required.YES:
        return f"{name} requires a license for {place}"
    if period.license != Required.NO:
        return f"{name}: whether {place} requires a license is undetermined"
    if period.is_in_doubt:
        return f"{name}: no license for {place} as enforced, but in doubt,"
    return f"{name}: no license for {place} by these rules"
