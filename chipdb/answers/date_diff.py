"""``rules --diff`` between two days.

Rules, exceptions, notices and memberships of country groups that began or ended between them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from chipdb.answers.flips import side_of
from chipdb.answers.rule_diff import Change, changes_between, named_exceptions
from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.places import CountryGroup, Move, places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.question import question
from chipdb.vocabulary import RuleQuestion

BEGINS = "begins"
BEGINS_IN_PRINT = "begins-in-print"
ENDS = "ends"
ENDS_IN_PRINT = "ends-in-print"
UNENFORCED = "unenforced"
INTRODUCED = "introduced"
JOINS = "joins"
LEAVES = "leaves"
MAY_JOIN = "may-join"
MAY_LEAVE = "may-leave"


@dataclass(frozen=True)
class Days:
    """The days after one day and up to another."""

    before: date
    after: date

    def include(self, day: date | None) -> bool:
        """Whether a day is one of these; an unknown day is not.

        >>> days = Days(date(2023, 10, 22), date(2023, 10, 23))
        >>> days.include(date(2023, 10, 22)), days.include(date(2023, 10, 23)), days.include(None)
        (False, True, False)
        """
        if day is None:
            return False
        return self.before < day <= self.after


def diff_of(before: str, after: str, book: Rulebook) -> tuple[list[Change], tuple[str, str]]:
    """What changes between two rules by id or two days, and the names of the two sides.

    Raises :class:`UsageError` for a rule and a day, and for days that do not exist,
    :class:`~chipdb.errors.UnknownNameError` for an unknown rule.
    """
    today = question(book=book)
    first = side_of("diff", before, today)
    second = side_of("diff", after, today)
    sides = (first.name, second.name)

    # a day names no rule, so one name means that a rule was given with a day
    rules = [*first.question.named, *second.question.named]
    if len(rules) == 1:
        raise ParameterError(
            "diff", f"must name two rules or two dates, not {before!r} and {after!r}"
        )
    if not rules:
        return events_between(first.question.on, second.question.on, book), sides

    rule_before, rule_after = (book[name] for name in rules)
    return list(changes_between(rule_before, rule_after)), sides


def events_between(before: date, after: date, book: Rulebook) -> list[Change]:
    """What happened after one day and up to another, in order; events of unknown day come last.

    Raises :class:`UsageError` where the second day is the earlier one.

    >>> import chipdb
    >>> events = events_between(date(2023, 10, 22), date(2023, 10, 23), chipdb.load_rules())
    >>> [(event.name, event.change) for event in events]
    [('us-letter-nvidia-2023', 'begins')]
    """
    if after < before:
        raise ParameterError(
            "diff", f"must name the earlier date first: {after} {before}, not {before} {after}"
        )

    days = Days(before, after)
    events: list[Change] = []
    for rule in book:
        events += _of_rule(rule, days)
    events += _of_notices(book, days)
    for group in places().groups.values():
        events += _of_group(group, days)

    # sorting is stable, so events of one day stay in the order of the rulebook
    return sorted(events, key=lambda event: event.day or date.max)


def _of_rule(rule: Rule, days: Days) -> Iterator[Change]:
    """The days on which a rule began or ended, in print and in enforcement.

    A rule can be suspended while its text still stands in the CFR, hence the three kinds of end.
    """
    if rule.question == RuleQuestion.PROPOSAL:
        yield from _of_proposal(rule, days)
        return

    if days.include(rule.starts):
        change = BEGINS
        if _never_enforced(rule):
            change = BEGINS_IN_PRINT
        yield Change(part="rule", name=rule.id, change=change, now=rule.title, day=rule.starts)

    # A rule may stop being enforced years before its text leaves the CFR.
    ends = {
        UNENFORCED: rule.dates.enforcement_ends,
        ENDS_IN_PRINT: rule.dates.printed_ends,
        ENDS: rule.dates.ends,
    }
    for change, day in ends.items():
        if days.include(day):
            yield Change(part="rule", name=rule.id, change=change, was=rule.title, day=day)

    yield from _of_exceptions(rule, days)


def _of_proposal(rule: Rule, days: Days) -> Iterator[Change]:
    """The day on which a proposal was introduced.

    It is never in force, so its other dates are not events.
    """
    day = rule.dates.published
    if days.include(day):
        yield Change(part="proposal", name=rule.id, change=INTRODUCED, now=rule.title, day=day)


def _never_enforced(rule: Rule) -> bool:
    """Whether enforcement ended before it began, so that the rule is only printed.

    Never for a rule that always applied, or that is still enforced.
    """
    ends = rule.dates.enforcement_ends
    starts = rule.starts
    if ends is None or starts is None:
        return False
    return ends <= starts


def _of_exceptions(rule: Rule, days: Days) -> Iterator[Change]:
    """The days on which an exception of a rule began or ended."""
    for name, entry in named_exceptions(rule):
        title = f"{name} of {rule.id}"
        begins = entry.dates.effective
        ends = entry.dates.ends
        if days.include(begins):
            yield Change(part="exception", name=title, change=BEGINS, now=entry.name, day=begins)
        if days.include(ends):
            yield Change(part="exception", name=title, change=ENDS, was=entry.name, day=ends)


def _of_notices(book: Rulebook, days: Days) -> Iterator[Change]:
    """The days on which a notice of the rulebook began or ended to apply."""
    for notice in book.notices:
        name = notice.question
        text = notice.text
        if days.include(notice.since):
            yield Change(part="notice", name=name, change=BEGINS, now=text, day=notice.since)
        if days.include(notice.until):
            yield Change(part="notice", name=name, change=ENDS, was=text, day=notice.until)


def _of_group(group: CountryGroup, days: Days) -> Iterator[Change]:
    """The places that joined or left a country group.

    Only a period may be known, as when two editions of a list differ and no notice says when.
    """
    for move in group.moves:
        name = places().name_of(move.code)
        if days.include(move.since):
            change = JOINS
            # an unsettled membership is unknown from its first day on
            if move.since == move.unsure_from:
                change = MAY_JOIN
            yield Change(part="group", name=group.id, change=change, now=name, day=move.since)

        if move.unsure_from and move.until:
            yield from _leaves_on_unknown_day(group.id, name, move, days)
        elif days.include(move.until):
            yield Change(part="group", name=group.id, change=LEAVES, was=name, day=move.until)


def _leaves_on_unknown_day(group: str, name: str, move: Move, days: Days) -> Iterator[Change]:
    """A place that left between two days: it surely left if ``days`` covers that time.

    ``group`` is the name of the country group, ``name`` that of the place. The change has no day,
    and its text has the period in which it left. Nothing where ``days`` and the period have no day
    in common.
    """
    assert move.unsure_from, "only moves on an unknown day"
    assert move.until, "only moves that are over at last"

    no_day_passes = days.before == days.after
    begins_later = move.unsure_from > days.after
    ended_earlier = move.until <= days.before
    if no_day_passes or begins_later or ended_earlier:
        return

    # only part of the time in which it may have left lies in between: it may have left before
    change = MAY_LEAVE
    if days.before < move.unsure_from and move.until <= days.after:
        change = LEAVES
    text = f"{name}, on an unknown day from {move.unsure_from} to {move.until}"
    yield Change(part="group", name=group, change=change, was=text)
