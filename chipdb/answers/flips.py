"""``flips``: the chips whose answer changes between two rules, or between two days."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from chipdb.answers.arguments import File, Names, Rules, catalog_of, expect, questions_of
from chipdb.answers.check import Check, check_entry
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.errors import ParameterError, UnknownNameError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.notebook import Framed, short_repr, views
from chipdb.relative_days import is_relative, stated_day
from chipdb.rules.rule import Rule
from chipdb.solver.labels import finding_words
from chipdb.solver.licensing import License
from chipdb.solver.question import ENFORCED, Question
from chipdb.vocabulary import Required, RuleQuestion, Status

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class FlipSide:
    """One side of the comparison: a rule on a day on which it is in force, or a day."""

    name: str
    question: Question


@short_repr
@dataclass(frozen=True, kw_only=True)
class Flip(Framed):
    """A chip whose answer differs between the two sides.

    ``licenses`` are the license answers of two days with a destination, None for any other side.
    ``answers`` name their policies without the conditions of these.
    """

    chip: str
    sides: tuple[str, str]
    answers: tuple[str, str]
    licenses: tuple[License | None, License | None] = (None, None)
    to: str | None = None
    law: str = ENFORCED
    data: str | None = None
    """The hash of the vintage that the chip comes from; None for the data of this installation."""

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb flips --format json``."""
        return dict(views("json.commands").flip_record(self))


def flips(
    before: str | date,
    after: str | date,
    *,
    to: Names | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    rules: Rules = (),
    enact: Names = (),
    law: str = ENFORCED,
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> list[Flip]:
    """List the chips whose answer changes from ``before`` to ``after``: two rules or two days.

    With several destinations, a chip is listed for each place to which its answer changes.

    Raises :class:`~chipdb.errors.UnknownNameError` for a rule or country that does not exist,
    :class:`~chipdb.errors.UsageError` for an impossible date.

    >>> import chipdb
    >>> answers = {flip.chip: flip.answers for flip in chipdb.flips("2023-11-16", "2023-11-17")}
    >>> answers["nvidia-a800-sxm4-80gb"][1]
    '3A090.a'
    """
    expect("before", before, str, date)
    expect("after", after, str, date)

    questions = questions_of(
        to=to, from_=from_, headquarters=headquarters, rules=rules, enact=enact, law=law
    )
    # a date may come as an object, which reads as the day it is written
    comparisons = [sides_of(str(before), str(after), asked) for asked in questions]
    return list(flips_between(catalog_of(catalog, vintage), comparisons))


def sides_of(before: str, after: str, question: Question) -> tuple[FlipSide, FlipSide]:
    """The two sides that are compared: two days, or two rules.

    A rule together with a day is refused: a day's answer is about every rule, so a difference
    between the two would say nothing about the one. Raises :class:`~chipdb.errors.ParameterError`
    for that and for an impossible day, :class:`~chipdb.errors.UnknownNameError` for a rule that
    does not exist.
    """
    first = side_of("before", before, question)
    second = side_of("after", after, question)
    # a day names no rule, so one name means that a rule was given with a day
    rules = [*first.question.named, *second.question.named]
    if len(rules) == 1:
        wanted = "rule" if first.question.named else "date"
        raise ParameterError(
            "after",
            f"must be a {wanted}, as {before!r} is, not {after!r}; compare two rules or two dates",
        )
    return first, second


def side_of(parameter: str, text: str, question: Question) -> FlipSide:
    """The side that a parameter names: a day, or a rule on a day on which it is in force.

    Raises :class:`~chipdb.errors.ParameterError` for a day that does not exist, and
    :class:`~chipdb.errors.UnknownNameError` for a name that is neither; both name the parameter.
    """
    if is_relative(text) or _DAY.fullmatch(text):
        try:
            day = stated_day(text)
        except ValueError:
            message = f"must be a rule or a date; {text!r} is not a day of the calendar"
            raise ParameterError(parameter, message) from None
        # named by the day that it is, since "+30d" is another day tomorrow
        return FlipSide(day.isoformat(), replace(question, on=day))
    try:
        rule = question.rulebook[text]
    except UnknownNameError as error:
        error.parameter = parameter
        raise
    return FlipSide(rule.id, replace(question, on=_day_in(rule, question.on), named=(rule.id,)))


def _day_in(rule: Rule, today: date) -> date:
    """A day on which a rule is in force: today if it is, else its first.

    Today also for a proposal, which is asked as if it were enacted.
    """
    if rule.question == RuleQuestion.PROPOSAL or rule.in_force(today):
        return today
    return rule.starts or today


def flips_between(
    chips: Iterable[Chip], comparisons: Sequence[tuple[FlipSide, FlipSide]]
) -> Iterator[Flip]:
    """The chips whose answer differs between the sides of a comparison, one for each place.

    Chips that a side does not cover are left out.
    """
    by_words = [_share_outcomes(sides) for sides in comparisons]
    for chip in chips:
        for sides, compare_words in zip(comparisons, by_words, strict=True):
            flip = _flip(chip, sides, compare_words)
            if flip is not None:
                yield flip


def _share_outcomes(sides: tuple[FlipSide, FlipSide]) -> bool:
    """Whether two sides have outcomes in common, so that the words of answers can be compared.

    An entry of the control list and a bill have none. Between such sides the outcomes always
    differ, so only a different status counts.
    """
    first, second = sides
    return not _outcomes(first.question).isdisjoint(_outcomes(second.question))


def _flip(chip: Chip, sides: tuple[FlipSide, FlipSide], compare_words: bool) -> Flip | None:
    """The change of a chip's answer; None if the answers are the same, or a side has none."""
    first, second = sides
    before, after = _answer(chip, first), _answer(chip, second)
    # a change of what a rule covers does not change its answer for the chip
    if Status.NOT_COVERED in (before.status, after.status):
        return None

    # "3A090.a" and "met" may be the same answer in the words of two instruments
    if compare_words:
        differ = before.compared != after.compared
    else:
        differ = before.status != after.status
    if not differ:
        return None
    return Flip(
        chip=chip.id,
        sides=(first.name, second.name),
        answers=(before.text, after.text),
        licenses=(before.license, after.license),
        to=first.question.places_asked.to,
        law=first.question.law,
        data=chip.data,
    )


def _outcomes(question: Question) -> set[str]:
    """The outcomes that a side can give: those of its rule, or of all classifications.

    Those of every day, because a side may be asked about any day.
    """
    # A day is a side of all classifications, because its answer begins with one.
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


@dataclass(frozen=True)
class _Answer:
    """What one side says of a chip.

    ``status`` is comparable between any two sides; it is None where no rule asks about a license.
    """

    status: str | None
    text: str
    license: License | None = None

    @property
    def compared(self) -> tuple[object, ...]:
        """The words, and what a review policy depends on, which they leave out."""
        if self.license is None:
            return (self.text,)
        return (self.text, self.license.review_otherwise, self.license.review_if)


def _answer(chip: Chip, side: FlipSide) -> _Answer:
    """The answer of a side: of a rule its verdict, of a day the classification.

    With a destination, the license of a day follows its classification.
    """
    check = check_entry(Entry(chip=chip), side.question)
    if side.question.named:
        (verdict,) = (
            verdict for verdict in check.answers if verdict.rule.id in side.question.named
        )
        return _Answer(verdict.status, finding_words(verdict.finding))

    finding = check.classification.finding
    if side.question.to is None:
        return _Answer(finding.status, finding_words(finding))

    answer = check.license
    words = f"{finding_words(finding)}; license {answer.required}{_policies(answer)}{_doubt(check)}"
    return _Answer(_STATUS_OF_LICENSE[answer.required], words, answer)


def _policies(answer: License) -> str:
    """The addition of the review policy; of both policies where a fact decides between them.

    Without it, a policy that depends on a fact would read like one that ended.
    """
    if answer.review_if:
        policies = [branch.policy or "policy not known" for branch in answer.review_if]
        return f", {' or '.join(policies)}"
    if answer.review:
        return f", {answer.review}"
    return ""


def _doubt(check: Check) -> str:
    """The addition to "no license is required" where that is not a clear answer.

    Empty for every other answer, and where nothing keeps it from being clear.
    """
    if check.license.required != Required.NO:
        return ""
    if check.license.contested:
        return ", contested"
    if any(caution.changes_status for caution in check.cautions):
        return ", cautioned"
    return ""
