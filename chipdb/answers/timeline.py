"""``timeline``: the answers of a chip by date, and the instrument that changed each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chipdb.answers.check import Check, check_entry
from chipdb.catalog.catalog import Entry
from chipdb.notebook import views
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.question import Question
from chipdb.vocabulary import Policy, Required, RuleQuestion, Status


@dataclass(frozen=True, kw_only=True)
class Period:
    """A stretch of time with one answer, half-open; ``until`` is None for the last."""

    chip: str
    start: date
    until: date | None
    to: str | None
    classification: str | None
    status: Status
    license: Required | None
    review: Policy | None
    because: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb timeline --format json`` prints for it."""
        return dict(views("json.commands").period_record(self))


def timeline(entry: Entry, question: Question) -> list[Period]:
    """The answers from the first rule (or the chip's announcement, where that is later) on, one span a change."""
    book = question.rulebook
    start = max(book.begins(), entry.chip.announced or book.begins())
    days = [start, *(day for day in sorted(_days(book)) if day > start)]
    spans: list[Period] = []
    before: Check | None = None
    for day in days:
        check = check_entry(entry, replace(question, on=day))
        if before is None or _told(check) != _told(before):
            if spans:
                spans[-1] = replace(spans[-1], until=day)
            spans.append(_span(check, before))
        before = check
    return spans


def _days(book: Iterable[Rule]) -> set[date]:
    """Every day on which some rule, exception or country group begins or ends."""
    days: set[date | None] = set()
    for rule in (rule for rule in book if rule.question != RuleQuestion.PROPOSAL):
        days |= {
            rule.starts,
            rule.dates.published,
            rule.dates.ends,
            rule.dates.enforcement_ends,
            rule.dates.printed_ends,
        }
        for exception in rule.exceptions:
            days |= {exception.dates.effective, exception.dates.ends}
    days |= set(places().days())
    return {day for day in days if day is not None}


def _told(check: Check) -> tuple[object, ...]:
    finding, answer = check.classification.finding, check.license
    return (finding, answer.required, answer.review)


def _span(check: Check, before: Check | None) -> Period:
    asked, finding = check.question, check.classification.finding
    return Period(
        chip=check.chip.id,
        start=asked.on,
        until=None,
        to=asked.to,
        classification=finding.outcome,
        status=finding.status,
        license=check.license.required,
        review=check.license.review,
        because=tuple(_because(check, before)),
    )


def _because(check: Check, before: Check | None) -> Iterator[str]:
    """The instruments that count on one side of the day only, and whose answer can have made the change."""
    now, then = (
        {verdict.rule.id: verdict.rule for verdict in side.answers} if side else {}
        for side in (check, before)
    )
    if before is None:
        yield "first day looked at"
        return
    silent = (RuleQuestion.AT_CONTROL, RuleQuestion.DUTY)
    new = [rule for name, rule in now.items() if name not in then and rule.question not in silent]
    gone = [rule for name, rule in then.items() if name not in now and rule.question not in silent]
    yield from (f"{rule.id} begins ({rule.cited()})" for rule in new)
    yield from (f"{rule.id} ends" for rule in gone)
    if not new and not gone:
        yield "a date inside an instrument or a country group"
