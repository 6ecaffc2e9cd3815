"""The chips of a catalog that meet one rule, on its first day, for a transaction in its scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.rules.conditions import Atom, Condition, Outcome
from chipdb.rules.places import Transaction, places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.intervals import KnownFigures
from chipdb.solver.item import Assignment, Interpretation, Item
from chipdb.solver.question import ENFORCED, EXPORTER, TEXT, Question
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Verdict, finding_of
from chipdb.vocabulary import RuleQuestion, Status

DESTINATION, ELSEWHERE = "CN", "DE"
"""The destination; and the one for its companies abroad, where a rule reads headquarters only."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a rule answers for a chip.

    ``parameters_only`` where its vendor is of group D:5, so that the rule may not reach the chip.
    """

    chip: Chip
    status: str
    outcome: str | None = None
    contested: bool = False
    parameters_only: bool = False


@dataclass(frozen=True)
class Caught:
    """A rule, what was asked of it, and its answers for chips of the kinds that it covers."""

    rule: Rule
    question: Question
    answers: tuple[Answer, ...]

    def of(self, status: str) -> list[Answer]:
        """The answers of one status."""
        return [answer for answer in self.answers if answer.status == status]


class Survey:
    """Rules asked of every chip of a catalog; a chip is classified once for each day."""

    def __init__(self, chips: Iterable[Chip], book: Rulebook) -> None:
        self.book = book
        self._items = [Item(chip) for chip in chips]
        self._classified: dict[tuple[date, str, str], dict[str, Verdict]] = {}

    def of(self, rule: Rule) -> Caught:
        """What a rule answers for each chip: on its first day, a proposal on the last of its evidence."""
        asked = question_for(rule, self.book)
        answers = []
        for item in self._items:
            if not rule.kinds or item.chip.kind in rule.kinds:
                answers.append(self._answer(rule, item, asked))
        return Caught(rule, asked, tuple(answers))

    def _answer(self, rule: Rule, item: Item, asked: Question) -> Answer:
        alone = any(
            places().embargoed_maker(chip.vendor, asked.on) for chip in (item.chip, *item.chips)
        )
        if surely_open(rule, Ruling(item, asked)):
            return Answer(chip=item.chip, status=Status.UNDETERMINED, parameters_only=alone)
        ruling = Ruling(item, asked, verdicts_known=self._classification(item, asked))
        verdict = ruling.verdict(rule)
        return Answer(
            chip=item.chip,
            status=verdict.status,
            outcome=verdict.finding.outcome,
            contested=verdict.contested,
            parameters_only=alone,
        )

    def _classification(self, item: Item, asked: Question) -> Mapping[str, Verdict]:
        """The classification of the day, which settles how the chip is counted everywhere else."""
        key = (asked.on, asked.law, item.chip.id)
        if key not in self._classified:
            ruling = Ruling(item, replace(asked, named=()))
            self._classified[key] = ruling.verdicts(ruling.rules_of(RuleQuestion.CLASSIFICATION))
        return self._classified[key]


def surely_open(rule: Rule, ruling: Ruling) -> bool:
    """Whether the least and the most that is possible differ, however the chip is counted.

    Nothing between them can then decide it. Without this check, every combination of values would
    be tried for a chip of which little is known.
    """
    effective, item = ruling.effective(rule), ruling.item
    leaves = ruling.control_list.leaves(effective)
    return all(
        {
            finding_of(effective, ruling.control_list, assignment).status
            for assignment in _extremes(effective, ruling, interpretation, leaves)
        }
        == {Status.MET, Status.NOT_MET}
        for interpretation in item.plain(ruling.facts([rule]))
    )


def _extremes(
    rule: Rule, ruling: Ruling, interpretation: Interpretation, leaves: tuple[Condition, ...]
) -> Iterator[Assignment]:
    beyond = (
        2 * max((leaf.limit for leaf in leaves if isinstance(leaf, Atom)), default=Fraction(0)) + 1
    )
    for most in (False, True):
        chips = tuple(_at_end(known, beyond if most else None) for known in interpretation.chips)
        yield from ruling.control_list.assignments(
            rule, replace(interpretation, chips=chips), ruling.item.chip.kind
        )


def _at_end(view: KnownFigures, beyond: Fraction | None) -> KnownFigures:
    """The figures at the low or high ends of their intervals.

    An interval without an upper end is taken ``beyond`` every threshold.
    """
    intervals = {
        name: (low, low)
        if beyond is None
        else (high, high)
        if high is not None
        else (max(low, beyond),) * 2
        for name, (low, high) in view.intervals.items()
    }
    return replace(view, intervals=intervals)


def question_for(rule: Rule, book: Rulebook) -> Question:
    """The question that a rule is asked: its day, and a transaction in its scope, to China if any."""
    on = day_of(rule, book)
    to, origin, parties = next(
        deal for deal in _deals() if places().holds(rule.scope, Transaction(on, *deal)) is True
    )
    law = ENFORCED if rule.question == RuleQuestion.PROPOSAL or rule.in_force(on) else TEXT
    everywhere = rule.scope.everywhere and rule.question != RuleQuestion.LICENSE
    where = (
        Question(on=on, law=law)
        if everywhere
        else Question(on=on, to=to, origin=origin, headquarters=parties, law=law)
    )
    return replace(where, named=(rule.id,), book=book)


def _deals() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    codes = sorted(places().countries)
    for origin in (EXPORTER, *codes):
        yield DESTINATION, origin, (DESTINATION,)
        yield ELSEWHERE, origin, (DESTINATION,)
        yield from ((code, origin, (code,)) for code in (EXPORTER, *codes))


def day_of(rule: Rule, book: Rulebook) -> date:
    """The day to ask a rule on: its first on which the entries that it refers to are in force.

    A proposal, which has none, is asked on the last day of its evidence.
    """
    if rule.question == RuleQuestion.PROPOSAL:
        return rule.dates.evidence_to or date.max
    named = {name for leaf in rule.leaves() if isinstance(leaf, Outcome) for name in leaf.names}
    entries = [
        other.starts for other in book if other.id != rule.id and named & set(other.outcomes())
    ]
    days = [rule.starts, book.begins(), min((day for day in entries if day), default=None)]
    return max(day for day in days if day)
