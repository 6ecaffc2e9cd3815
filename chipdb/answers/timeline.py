"""``timeline``: the answers for a chip by date, and the instrument that changed each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from chipdb.answers.arguments import (
    Changes,
    Chips,
    File,
    Names,
    Rules,
    catalog_of,
    entries_of,
    questions_of,
)
from chipdb.answers.check import Check, check_entry
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.notebook import Framed, short_repr, views
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.cautions import kinds_of
from chipdb.solver.licensing import License
from chipdb.solver.question import ENFORCED, Question, day_named
from chipdb.solver.requirement import Requirement
from chipdb.solver.verdict import Verdict
from chipdb.vocabulary import CautionKind, Policy, Required, RuleQuestion, Status

SILENT = (RuleQuestion.AT_CONTROL, RuleQuestion.DUTY, RuleQuestion.DESTINATION_MEASURE)
"""Questions whose rules never change the classification or the license."""


@dataclass(frozen=True)
class RequirementSpan:
    """A license requirement of a period, and the days of the period on which it is met.

    ``start`` is the first of these days and ``until`` the first day after them, None where the
    period does not end.
    """

    requirement: Requirement
    start: date
    until: date | None = None

    def goes_on_as(self, other: Requirement) -> bool:
        """Whether a requirement of a later day is this one, reviewed in the same way.

        One that is reviewed differently is listed again, with its own days.
        """
        return _what_is_asked(self.requirement) == _what_is_asked(other)


def _what_is_asked(requirement: Requirement) -> tuple[object, ...]:
    """The rule and paragraph of a requirement, and how an application is reviewed."""
    policy = (requirement.review, requirement.otherwise, requirement.review_if)
    state = (requirement.policy_state, requirement.contested)
    return (requirement.rule, requirement.section, *policy, *state)


@short_repr
@dataclass(frozen=True, kw_only=True)
class Period(Framed):
    """A period with one answer; ``until`` is the first day after it, None for the last period.

    ``contested`` says whether its classification or license is contested on some day of it,
    ``cautions`` which kinds of cautions come with the license on some day of it.
    ``requirements`` are those met on some day of it: ``review`` is the strictest of their policies
    and does not apply to the others. ``is_in_doubt`` says that no license is required and that this
    is not a clear answer.
    """

    chip: str
    start: date
    until: date | None
    to: str | None
    classification: str | None
    status: Status
    license: Required | None
    review: Policy | None
    because: tuple[str, ...]
    answer: License
    requirements: tuple[RequirementSpan, ...] = ()
    contested: bool = False
    cautions: tuple[CautionKind, ...] = ()
    is_in_doubt: bool = False
    position: int = 1
    changes: tuple[str, ...] = ()
    law: str = ENFORCED
    data: str | None = None
    """The hash of the vintage that the chip comes from; None for the data of this installation."""

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb timeline --format json``."""
        return dict(views("json.commands").period_record(self))


@dataclass(frozen=True)
class Span:
    """The days that are asked about, both ends included; None where an end is open."""

    since: date | None
    until: date | None

    @classmethod
    def of(cls, since: str | date | None, until: str | date | None) -> Span:
        """The span between two stated days.

        Raises :class:`~chipdb.errors.ParameterError` for what is no day, and for an end that lies
        before the beginning.
        """
        first = last = None
        if since is not None:
            first = day_named("since", since)
        if until is not None:
            last = day_named("until", until)
        if first is not None and last is not None and last < first:
            raise ParameterError("until", f"must not be before {first}, not {last}")
        return cls(first, last)

    def select(self, periods: Iterable[Period]) -> list[Period]:
        """The periods with a day in the span.

        They keep their own first days, which are those on which the answers changed.
        """
        selected: list[Period] = []
        for period in periods:
            # the end of a period is the first day after it
            if self.since and period.until and period.until <= self.since:
                continue
            if self.until and period.start > self.until:
                continue
            selected.append(period)
        return selected


def timeline(
    chips: Chips,
    *,
    since: str | date | None = None,
    until: str | date | None = None,
    to: Names | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    rules: Rules = (),
    enact: Names = (),
    law: str = ENFORCED,
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> list[Period]:
    """List the answers for each chip by date, with the instruments that changed them.

    With several destinations, the periods of a chip are listed for each place. ``since`` and
    ``until`` leave out periods that have no day between the two.

    Raises :class:`~chipdb.errors.UnknownNameError` for a chip, country or rule that does not exist.

    >>> import chipdb
    >>> periods = chipdb.timeline("H20", to="CN")
    >>> str(periods[0].start), str(periods[0].license)
    ('2023-11-09', 'no')
    """
    span = Span.of(since, until)
    questions = questions_of(
        to=to, from_=from_, headquarters=headquarters, rules=rules, enact=enact, law=law
    )
    known = catalog_of(catalog, vintage)
    entries = entries_of(chips, known, derate=derate, set=set, drop=drop)
    periods: list[Period] = []
    for entry in entries:
        for asked in questions:
            periods += span.select(periods_of(entry, asked))
    return periods


def periods_of(entry: Entry, question: Question) -> list[Period]:
    """The periods from the first rule, or from the chip's announcement where that is later.

    In the order of their days, without a gap; the last one has no end. The day of ``question`` is
    not read.
    """
    # nothing changes between two such days, so one check for each of them is enough
    periods: list[Period] = []
    before: Check | None = None
    for day in _days_of_change(entry.chip, question.rulebook):
        check = check_entry(entry, replace(question, on=day))
        if before is None or _answer(check) != _answer(before):
            if periods:
                periods[-1] = _ended(periods[-1], day)
            periods.append(_period(check, before))
        periods[-1] = _with_requirements(_with_doubts(periods[-1], check), check)
        before = check
    return periods


def _days_of_change(chip: Chip, book: Rulebook) -> list[date]:
    """The first day to look at, and every later one on which an answer for the chip may change.

    Before its announcement a chip could not be exported.
    """
    # Before the first rule of the rulebook nothing was researched, so there is no answer.
    start = book.begins()
    if chip.announced:
        start = max(start, chip.announced)
    later = [day for day in days_of(book) if day > start]
    return [start, *sorted(later)]


def days_of(book: Iterable[Rule]) -> set[date]:
    """Every day on which some rule, exception or membership of a country group begins or ends.

    Every other change of an answer follows from one of these.
    """
    # days on which nothing changes cost a check and add no period
    days: set[date | None] = set(places().days())
    for rule in book:
        # a proposal is never in force, so its dates change nothing
        if rule.question == RuleQuestion.PROPOSAL:
            continue
        dates = rule.dates
        days |= {rule.starts, dates.published, dates.ends}
        days |= {dates.enforcement_ends, dates.printed_ends}
        # Between these two days a rule cautions that it will bind.
        days.add(dates.effective)
        for exception in rule.exceptions:
            days |= {exception.dates.effective, exception.dates.ends}
    return {day for day in days if day is not None}


def _answer(check: Check) -> tuple[object, ...]:
    """What makes a period: the classification, the license requirement and its review policy.

    Where no license is required, also what keeps that from being a clear answer. Other notes of a
    check may change without a new period.
    """
    answer = check.license
    doubts: tuple[object, ...] = ()
    if answer.required == Required.NO:
        doubts = _doubts(check)
    policy = (answer.review, answer.review_otherwise, answer.review_if)
    return (check.classification.finding, answer.required, policy, doubts)


def _doubts(check: Check) -> tuple[bool, tuple[CautionKind, ...]]:
    """Whether the license is contested, and the kinds of cautions that change the exit status."""
    # Only these make a "no" doubtful; the others come with every answer of the day.
    deciding = [caution for caution in check.cautions if caution.changes_status]
    return check.license.contested, kinds_of(deciding)


def _with_doubts(period: Period, check: Check) -> Period:
    """A period with what contests it and cautions about it on one more of its days.

    ``check`` is the answer of that day.
    """
    contested = check.classification.contested or check.license.contested
    # the doubts of all its days: a period has one row
    kinds = dict.fromkeys([*period.cautions, *kinds_of(check.cautions)])
    return replace(period, contested=period.contested or contested, cautions=tuple(kinds))


def _with_requirements(period: Period, check: Check) -> Period:
    """A period with the requirements of one more of its days.

    One that is no longer met ends on that day, and a new one begins on it. One that is met again
    after it ended is listed a second time.
    """
    day = check.question.on
    new = list(check.license.requirements)
    spans: list[RequirementSpan] = []
    for span in period.requirements:
        if span.until is not None:
            spans.append(span)
            continue
        going_on = [each for each in new if span.goes_on_as(each)]
        for each in going_on:
            new.remove(each)
        if going_on:
            spans.append(span)
        else:
            spans.append(replace(span, until=day))
    spans += [RequirementSpan(each, day) for each in new]
    return replace(period, requirements=tuple(spans))


def _ended(period: Period, day: date) -> Period:
    """A period that ends before a day, with its requirements.

    Those that ended earlier keep their own day.
    """
    spans = [replace(span, until=span.until or day) for span in period.requirements]
    return replace(period, until=day, requirements=tuple(spans))


def _period(check: Check, before: Check | None) -> Period:
    """A period that starts with the day of a check; its end is not known yet.

    ``before`` is the check of the day before it, None for the first period.
    """
    # Requirements, doubts and cautions of this day are added as those of every later one are.
    finding = check.classification.finding
    return Period(
        chip=check.chip.id,
        start=check.question.on,
        until=None,
        to=check.question.places_asked.to,
        classification=finding.outcome,
        status=finding.status,
        license=check.license.required,
        review=check.license.review,
        because=tuple(_because(check, before)),
        answer=check.license,
        is_in_doubt=check.license.required == Required.NO and any(_doubts(check)),
        position=check.entry.position,
        changes=check.chip.changes,
        law=check.question.law,
        data=check.chip.data,
    )


def _because(check: Check, before: Check | None) -> Iterator[str]:
    """The instruments that apply only on one side of the day and may have caused the change.

    ``before`` is the check of the day before it, None for the first period.
    """
    if before is None:
        yield "first day looked at"
        return

    # rules that set no status of their own begin and end without changing an answer
    began = _only_in(check, before)
    ended = _only_in(before, check)
    for rule in began:
        yield f"{rule.id} begins ({rule.cited()})"
    for rule in ended:
        yield f"{rule.id} ends"

    printed = _newly_printed(check, before)
    if printed is not None:
        yield f"{printed.id} is due as printed and not enforced ({printed.cited()})"

    # the same rules can answer otherwise: a provision has a date of its own, a place changed group
    if not (began or ended or printed):
        yield "a date inside an instrument or a country group"


def _newly_printed(check: Check, before: Check) -> Rule | None:
    """The rule that asks for a license as printed since the day of a check; None if none does."""
    printed = check.license.printed
    if printed is None or before.license.printed is not None:
        return None
    return printed.rule


def _only_in(check: Check, other: Check) -> list[Rule]:
    """The rules that apply in one check and not in the other, if they can change the answer."""
    rules: dict[str, Rule] = {}
    for verdict in _applying(check):
        if verdict.rule.question not in SILENT:
            rules[verdict.rule.id] = verdict.rule
    for verdict in _applying(other):
        rules.pop(verdict.rule.id, None)
    return list(rules.values())


def _applying(check: Check) -> Iterator[Verdict]:
    """The verdicts of rules that apply; a user's own rules are among the answers on every day."""
    for verdict in check.answers:
        if verdict.status != Status.NOT_COVERED:
            yield verdict
