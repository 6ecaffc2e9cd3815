"""The chips of a catalog that meet a rule on its first day, for a transaction in its scope.

The pages of rules are written from this: each lists the chips that its rule controls.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.conditions import Atom, Condition
from chipdb.rules.places import Transaction, places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.evaluate import outcomes_in
from chipdb.solver.intervals import KnownFigures
from chipdb.solver.item import Assignment, Interpretation, Item, item_of
from chipdb.solver.question import ENFORCED, EXPORTER, TEXT, Question
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Verdict, finding_of
from chipdb.vocabulary import RuleQuestion, Status

DESTINATION, ELSEWHERE = "CN", "DE"
"""The destination; and the one for its companies abroad, where a rule reads headquarters only."""


@dataclass(frozen=True, kw_only=True)
class ChipAnswer:
    """What a rule answers for one chip.

    ``outcome`` is None where the rule is not met. ``parameters_only`` where the vendor of the chip
    has its headquarters in group D:5, so that the rule may not reach the chip.
    """

    chip: Chip
    status: str
    outcome: str | None = None
    contested: bool = False
    parameters_only: bool = False


@dataclass(frozen=True)
class RuleAnswers:
    """A rule, what was asked of it, and its answers for chips of the kinds that it covers."""

    rule: Rule
    question: Question
    answers: tuple[ChipAnswer, ...]

    def of(self, status: str) -> list[ChipAnswer]:
        """The answers of one status, in the order of the catalog.

        ``status`` is a value of :class:`~chipdb.vocabulary.Status`.
        """
        return [answer for answer in self.answers if answer.status == status]


class Survey:
    """Rules asked of every chip of a catalog; a chip is classified once for each day."""

    def __init__(self, chips: Iterable[Chip], book: Rulebook) -> None:
        """A survey of ``chips`` under the rules of ``book``; nothing is computed yet."""
        self.book = book
        self._items = [item_of(chip) for chip in chips]
        self._classified: dict[tuple[date, str, str], dict[str, Verdict]] = {}

    def of(self, rule: Rule) -> RuleAnswers:
        """What a rule answers for each chip on its first day.

        A proposal has no first day; it is asked on the last day of its evidence.
        """
        question = question_for(rule, self.book)
        answers: list[ChipAnswer] = []

        for item in self._items:
            # a rule without kinds covers every kind of chip
            if not rule.kinds or item.chip.kind in rule.kinds:
                answers.append(self._answer(rule, item, question))

        return RuleAnswers(rule, question, tuple(answers))

    def _answer(self, rule: Rule, item: Item, question: Question) -> ChipAnswer:
        """The answer of one rule for one chip, or for a system and the chips in it.

        The rule is asked as it bears on the transaction of ``question``.
        """
        # one such vendor among the chips of a system puts the whole system in doubt
        chips = (item.chip, *item.chips)
        parameters_only = any(places().embargoed_maker(chip.vendor, question.on) for chip in chips)

        if surely_undetermined(rule, Ruling(item, question)):
            return ChipAnswer(
                chip=item.chip, status=Status.UNDETERMINED, parameters_only=parameters_only
            )

        ruling = Ruling(item, question, verdicts_known=self._classification(item, question))
        verdict = ruling.verdict(rule)
        return ChipAnswer(
            chip=item.chip,
            status=verdict.status,
            outcome=verdict.finding.outcome,
            contested=verdict.contested,
            parameters_only=parameters_only,
        )

    def _classification(self, item: Item, question: Question) -> Mapping[str, Verdict]:
        """The classification of the day, which settles how the chip is counted everywhere else."""
        # Places and named rules do not affect it, so they are not part of the key.
        key = (question.on, question.law, item.chip.id)
        if key not in self._classified:
            # the classification comes from all rules of the day, not only from the named one
            ruling = Ruling(item, replace(question, named=()))
            self._classified[key] = ruling.verdicts(ruling.rules_of(RuleQuestion.CLASSIFICATION))
        return self._classified[key]


def surely_undetermined(rule: Rule, ruling: Ruling) -> bool:
    """Whether the lowest and highest possible figures differ in answer, in every interpretation.

    Nothing between them can then decide it. Without this check, every combination of values would
    be tried for a chip with many unknown figures.
    """
    effective = ruling.effective(rule)
    leaves = ruling.control_list.leaves(effective)

    for interpretation in ruling.item.plain(ruling.facts([rule])):
        statuses = set()
        for assignment in _extremes(effective, ruling, interpretation, leaves):
            statuses.add(finding_of(effective, ruling.control_list, assignment).status)
        if statuses != {Status.MET, Status.NOT_MET}:
            return False

    return True


def _extremes(
    rule: Rule, ruling: Ruling, interpretation: Interpretation, leaves: tuple[Condition, ...]
) -> Iterator[Assignment]:
    """Assignments with every unknown figure at its lowest, then with each at its highest."""
    thresholds = [leaf.limit for leaf in leaves if isinstance(leaf, Atom)]
    # more than every threshold, and more than 0 where the rule has none
    beyond = 2 * max(thresholds, default=Fraction(0)) + 1

    for upper_end in (None, beyond):
        chips = tuple(_at_end(figures, upper_end) for figures in interpretation.chips)
        at_ends = replace(interpretation, chips=chips)
        yield from ruling.control_list.assignments(rule, at_ends, ruling.item.chip.kind)


def _at_end(figures: KnownFigures, beyond: Fraction | None) -> KnownFigures:
    """The figures at the low ends of their intervals if ``beyond`` is None, else at the high ends.

    An interval without a high end is put at ``beyond``, which is above every threshold.
    """
    intervals: dict[str, tuple[Fraction, Fraction]] = {}

    for name, (low, high) in figures.intervals.items():
        if beyond is None:
            end = low
        elif high is not None:
            end = high
        else:
            end = max(low, beyond)
        intervals[name] = (end, end)

    return replace(figures, intervals=intervals)


def question_for(rule: Rule, book: Rulebook) -> Question:
    """The question that a rule is asked: its day, and a transaction in its scope, to China if any.

    The law is the printed text where the rule was never enforced on that day.
    """
    on = day_of(rule, book)
    law = TEXT
    if rule.question == RuleQuestion.PROPOSAL or rule.in_force(on):
        law = ENFORCED

    # a license is required for a destination, so those rules are asked for one even if they hold
    # for all of them
    if rule.scope.everywhere and rule.question != RuleQuestion.LICENSE:
        return Question(on=on, law=law, named=(rule.id,), book=book)

    for to, origin, parties in _transactions():
        if places().holds(rule.scope, Transaction(on, to, origin, parties)) is True:
            return Question(
                on=on,
                to=to,
                origin=origin,
                headquarters=parties,
                law=law,
                named=(rule.id,),
                book=book,
            )

    raise ValueError(f"no transaction is in the scope of {rule.id} on {on}")


def _transactions() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Destination, origin and headquarters to try, the likeliest case of a chip rule first.

    First come exports from the United States: to China, then to Chinese companies abroad.
    """
    codes = sorted(places().countries)
    for origin in (EXPORTER, *codes):
        yield DESTINATION, origin, (DESTINATION,)
        yield ELSEWHERE, origin, (DESTINATION,)
        for code in (EXPORTER, *codes):
            yield code, origin, (code,)


def day_of(rule: Rule, book: Rulebook) -> date:
    """The day to ask a rule on: its first on which the entries that it refers to are in force.

    A proposal, which has none, is asked on the last day of its evidence.
    """
    if rule.question == RuleQuestion.PROPOSAL:
        return rule.dates.evidence_to or date.max

    days = [book.begins()]
    if rule.starts is not None:
        days.append(rule.starts)
    # before the first entry with such an outcome is in force, nothing could meet the rule
    entry_days = _starts_of_entries(rule, book)
    if entry_days:
        days.append(min(entry_days))
    return max(days)


def _starts_of_entries(rule: Rule, book: Rulebook) -> list[date]:
    """The first days of the rules that give an outcome which a rule refers to.

    Empty if the rule refers to none, or if all of them always applied.
    """
    outcomes = outcomes_in(rule.leaves())
    days: list[date] = []
    for other in book:
        if other.id == rule.id or outcomes.isdisjoint(other.outcomes()):
            continue
        if other.starts is not None:
            days.append(other.starts)
    return days
