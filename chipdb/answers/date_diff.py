"""``rules --diff`` of two days: the rules, exceptions, notices and members of country groups that came and went between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from chipdb.answers.flips import side_of
from chipdb.answers.rule_diff import Change, changes_between, named_exceptions
from chipdb.errors import UsageError
from chipdb.rules.places import CountryGroup, Move, places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.question import question
from chipdb.vocabulary import RuleQuestion

BEGINS, BEGINS_IN_PRINT, ENDS_IN_PRINT = "begins", "begins-in-print", "ends-in-print"
ENDS, UNENFORCED = "ends", "unenforced"
INTRODUCED, JOINS, LEAVES, MAY_JOIN, MAY_LEAVE = (
    "introduced",
    "joins",
    "leaves",
    "may-join",
    "may-leave",
)

Within = Callable[[date | None], bool]


def diff_of(before: str, after: str, book: Rulebook) -> tuple[list[Change], tuple[str, str]]:
    """What changes between two sides as ``flips`` takes them, rules by id or days; and the names of the sides.

    Raises :class:`UsageError` for a rule beside a day and for days that there are not,
    :class:`~chipdb.errors.UnknownNameError` for a rule.
    """
    asked = question(book=book)
    first, second = side_of(before, asked), side_of(after, asked)
    named = (first.name, second.name)
    rules = [name for side in (first, second) for name in side.question.named]
    if len(rules) == 1:
        raise UsageError(f"--diff {before} {after}: two rules or two days, not one of each")
    if not rules:
        return events_between(first.question.on, second.question.on, book), named
    return list(changes_between(book[rules[0]], book[rules[1]])), named


def events_between(before: date, after: date, book: Rulebook) -> list[Change]:
    """What happened after one day and up to another, by day; what has no known day stands last.

    Raises :class:`UsageError` where the second day is the earlier one.

    >>> import chipdb
    >>> [(one.name, one.change) for one in events_between(date(2023, 10, 22), date(2023, 10, 23), chipdb.load_rules())]
    [('us-letter-nvidia-2023', 'begins')]
    """
    if after < before:
        raise UsageError(
            f"--diff {before} {after}: the second day is the earlier one; write --diff {after} {before}"
        )

    def within(day: date | None) -> bool:
        return day is not None and before < day <= after

    found = [event for rule in book for event in _of_rule(rule, within)]
    found += _of_notices(book, within)
    found += [
        event
        for group in places().groups.values()
        for event in _of_group(group, within, before, after)
    ]
    return sorted(found, key=lambda event: event.day or date.max)


def _of_rule(rule: Rule, within: Within) -> Iterator[Change]:
    dates = rule.dates
    if rule.question == RuleQuestion.PROPOSAL:
        if within(dates.published):
            yield Change(
                part="proposal",
                name=rule.id,
                change=INTRODUCED,
                now=rule.title,
                day=dates.published,
            )
        return
    unenforced = dates.enforcement_ends
    if within(rule.starts):
        in_print = unenforced is not None and rule.starts is not None and unenforced <= rule.starts
        yield Change(
            part="rule",
            name=rule.id,
            change=BEGINS_IN_PRINT if in_print else BEGINS,
            now=rule.title,
            day=rule.starts,
        )
    if within(unenforced):
        yield Change(part="rule", name=rule.id, change=UNENFORCED, was=rule.title, day=unenforced)
    if within(dates.printed_ends):
        yield Change(
            part="rule", name=rule.id, change=ENDS_IN_PRINT, was=rule.title, day=dates.printed_ends
        )
    if within(dates.ends):
        yield Change(part="rule", name=rule.id, change=ENDS, was=rule.title, day=dates.ends)
    for name, entry in named_exceptions(rule):
        if within(entry.dates.effective):
            yield Change(
                part="exception",
                name=f"{name} of {rule.id}",
                change=BEGINS,
                now=entry.name,
                day=entry.dates.effective,
            )
        if within(entry.dates.ends):
            yield Change(
                part="exception",
                name=f"{name} of {rule.id}",
                change=ENDS,
                was=entry.name,
                day=entry.dates.ends,
            )


def _of_notices(book: Rulebook, within: Within) -> Iterator[Change]:
    for notice in book.notices:
        if within(notice.since):
            yield Change(
                part="notice",
                name=notice.question,
                change=BEGINS,
                now=notice.text,
                day=notice.since,
            )
        if within(notice.until):
            yield Change(
                part="notice", name=notice.question, change=ENDS, was=notice.text, day=notice.until
            )


def _of_group(group: CountryGroup, within: Within, before: date, after: date) -> Iterator[Change]:
    for move in group.moves:
        name = places().name_of(move.code)
        if within(move.since):
            unsettled = move.since == move.unsure_from
            yield Change(
                part="group",
                name=group.id,
                change=MAY_JOIN if unsettled else JOINS,
                now=name,
                day=move.since,
            )
        if within(move.until) and not move.unsure_from:
            yield Change(part="group", name=group.id, change=LEAVES, was=name, day=move.until)
        if move.unsure_from and move.until:
            yield from _unsure(group.id, name, move, before, after)


def _unsure(group: str, name: str, move: Move, before: date, after: date) -> Iterator[Change]:
    """A place that left on an unknown day: it surely did between the two days if the whole stretch lies there."""
    assert move.unsure_from, "only moves on an unknown day"
    assert move.until, "only moves that are over at last"
    began, over = move.unsure_from <= after, move.until <= before
    if not began or over or before == after:
        return
    whole = before < move.unsure_from and move.until <= after
    stretch = f"{name}, on an unknown day from {move.unsure_from} to {move.until}"
    yield Change(part="group", name=group, change=LEAVES if whole else MAY_LEAVE, was=stretch)
