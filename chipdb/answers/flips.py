"""``flips``: the chips whose answer changes between two rules, or between two days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chipdb.answers.check import check_entry
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.notebook import views
from chipdb.rules.rule import Rule
from chipdb.solver.labels import finding_text
from chipdb.solver.question import Question
from chipdb.units import day_of
from chipdb.vocabulary import Required, RuleQuestion, Status

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Side:
    """One side of the comparison: a rule asked on a day on which it is in force, or a day."""

    name: str
    question: Question


@dataclass(frozen=True)
class Flip:
    """A chip that answers otherwise on the two sides."""

    chip: str
    sides: tuple[str, str]
    answers: tuple[str, str]

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb flips --format json`` prints for it."""
        return dict(views("json.commands").flip_record(self))


def side_of(text: str, question: Question) -> Side:
    """What an argument means: a day, or a rule.

    Raises :class:`UsageError` for a day that there is not, :class:`~chipdb.errors.UnknownNameError` for a rule.
    """
    if _DAY.fullmatch(text):
        try:
            return Side(text, replace(question, on=day_of(text)))
        except ValueError:
            raise UsageError(f"{text!r} is not a day of the calendar") from None
    rule = question.rulebook[text]
    return Side(rule.id, replace(question, on=_day_in(rule, question.on), named=(rule.id,)))


def _day_in(rule: Rule, today: date) -> date:
    """A day on which a rule is in force: today if it is, else its first."""
    return (
        today
        if rule.question == RuleQuestion.PROPOSAL or rule.in_force(today)
        else rule.starts or today
    )


def flips(chips: Iterable[Chip], sides: tuple[Side, Side]) -> Iterator[Flip]:
    """The chips whose answer differs; those that a side does not cover are left out.

    Sides whose outcomes have no name in common, as an entry of the control list and a bill, differ where their statuses do.
    """
    by_name = _share_names(sides)
    for chip in chips:
        (status, before), (other, after) = (_answer(chip, side) for side in sides)
        differ = before != after if by_name else status != other
        if differ and Status.NOT_COVERED not in (status, other):
            yield Flip(chip.id, (sides[0].name, sides[1].name), (before, after))


def _share_names(sides: tuple[Side, Side]) -> bool:
    """Whether equal outcomes have equal names on both sides: two days, or rules with a name in common."""
    before, after = (_outcomes(side.question) for side in sides)
    return not before.isdisjoint(after)


def _outcomes(question: Question) -> set[str]:
    book = question.rulebook
    rules = [book[name] for name in question.named] or [
        rule for rule in book if rule.question == RuleQuestion.CLASSIFICATION
    ]
    return {name for rule in rules for name in rule.outcomes()}


_STATUS_OF_LICENSE = {
    Required.YES: Status.MET,
    Required.NO: Status.NOT_MET,
    Required.UNDETERMINED: Status.UNDETERMINED,
    None: None,
}


def _answer(chip: Chip, side: Side) -> tuple[str | None, str]:
    """The status of an answer, and its words."""
    check = check_entry(Entry(chip=chip), side.question)
    if side.question.named:
        (verdict,) = (
            verdict for verdict in check.answers if verdict.rule.id in side.question.named
        )
        return verdict.status, finding_text(verdict.finding)
    finding = check.classification.finding
    if side.question.to is None:
        return finding.status, finding_text(finding)
    review = f", {check.license.review}" if check.license.review else ""
    status = _STATUS_OF_LICENSE[check.license.required]
    return status, f"{finding_text(finding)}; license {check.license.required}{review}"
