"""``flips``: the chips whose answer changes between two rules, or between two days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chipdb.answers.arguments import File, Names, Rules, catalog_of, expect, question_of
from chipdb.answers.check import check_entry
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.notebook import views
from chipdb.rules.rule import Rule
from chipdb.solver.labels import finding_text
from chipdb.solver.question import ENFORCED, Question
from chipdb.units import day_of
from chipdb.vocabulary import Required, RuleQuestion, Status

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class FlipSide:
    """One side of the comparison: a rule on a day on which it is in force, or a day."""

    name: str
    question: Question


@dataclass(frozen=True)
class Flip:
    """A chip whose answer differs between the two sides."""

    chip: str
    sides: tuple[str, str]
    answers: tuple[str, str]
    data: str | None = None
    """The hash of the vintage that the chip comes from; None for the data of this installation."""

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb flips --format json``."""
        return dict(views("json.commands").flip_record(self))


def flips(
    before: str | date,
    after: str | date,
    *,
    to: str | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    rules: Rules = (),
    enact: Names = (),
    law: str = ENFORCED,
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> list[Flip]:
    """List the chips whose answer changes from ``before`` to ``after``: two rules or two days.

    Raises :class:`~chipdb.errors.UnknownNameError` for a rule or country that does not exist,
    :class:`~chipdb.errors.UsageError` for an impossible date.

    >>> import chipdb
    >>> answers = {flip.chip: flip.answers for flip in chipdb.flips("2023-11-16", "2023-11-17")}
    >>> answers["nvidia-a800-sxm4-80gb"][1]
    '3A090.a'
    """
    expect("before", before, str, date)
    expect("after", after, str, date)

    asked = question_of(
        to=to, from_=from_, headquarters=headquarters, rules=rules, enact=enact, law=law
    )
    # a date may come as an object, which reads as the day it is written
    sides = (side_of(str(before), asked), side_of(str(after), asked))
    return list(flips_between(catalog_of(catalog, vintage), sides))


def side_of(text: str, question: Question) -> FlipSide:
    """The side that an argument means: a day, or a rule.

    Raises :class:`~chipdb.errors.UsageError` for an impossible day,
    :class:`~chipdb.errors.UnknownNameError` for a rule that does not exist.
    """
    if _DAY.fullmatch(text):
        try:
            return FlipSide(text, replace(question, on=day_of(text)))
        except ValueError:
            raise UsageError(f"{text!r} is not a day of the calendar") from None
    rule = question.rulebook[text]
    return FlipSide(rule.id, replace(question, on=_day_in(rule, question.on), named=(rule.id,)))


def _day_in(rule: Rule, today: date) -> date:
    """A day on which a rule is in force: today if it is, else its first."""
    if rule.question == RuleQuestion.PROPOSAL or rule.in_force(today):
        return today
    return rule.starts or today


def flips_between(chips: Iterable[Chip], sides: tuple[FlipSide, FlipSide]) -> Iterator[Flip]:
    """The chips whose answer differs; those that a side does not cover are left out.

    An entry of the control list and a bill have no outcome in common. Between such sides the
    outcomes always differ, so only a different status counts.
    """
    first, second = sides
    shared_names = not _outcomes(first.question).isdisjoint(_outcomes(second.question))
    for chip in chips:
        status_before, text_before = _answer(chip, first)
        status_after, text_after = _answer(chip, second)
        # a change of what a rule covers is no change of its answer for the chip
        if Status.NOT_COVERED in (status_before, status_after):
            continue

        # "3A090.a" and "met" may be the same answer in the words of two instruments
        if shared_names:
            differ = text_before != text_after
        else:
            differ = status_before != status_after
        if differ:
            yield Flip(chip.id, (first.name, second.name), (text_before, text_after), chip.data)


def _outcomes(question: Question) -> set[str]:
    """The outcomes that a side can give: those of its rule, or of all classifications."""
    book = question.rulebook
    rules = [book[name] for name in question.named]
    if not rules:
        rules = [rule for rule in book if rule.question == RuleQuestion.CLASSIFICATION]

    outcomes: set[str] = set()
    for rule in rules:
        outcomes.update(rule.outcomes())
    return outcomes


_STATUS_OF_LICENSE = {
    Required.YES: Status.MET,
    Required.NO: Status.NOT_MET,
    Required.UNDETERMINED: Status.UNDETERMINED,
    None: None,
}


def _answer(chip: Chip, side: FlipSide) -> tuple[str | None, str]:
    """The status of an answer, which is comparable between any two sides, and its words.

    For a rule this is its verdict; for a day the classification and, with a destination, the
    license.
    The status is None where no rule asks about a license.
    """
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
