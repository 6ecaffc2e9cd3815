"""How far a knob can be turned before a rule's answer changes.

Along a knob every metric is a quotient of two linear functions of the knob's multiple, so each limit is met at one exact
multiple; between two such multiples nothing changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any

from chipdb.answers.check import Check, check_entry, law_of
from chipdb.catalog.catalog import Entry, load
from chipdb.catalog.chip import Chip
from chipdb.catalog.modify import KNOBS, drop, scale_knob
from chipdb.errors import UnknownNameError, UsageError
from chipdb.metrics import Count, Spread
from chipdb.notebook import views
from chipdb.rules.conditions import Atom
from chipdb.rules.rule import Rule, entry_of
from chipdb.solver.evaluate import ControlList, Evaluator, metrics_named, provisions_met
from chipdb.solver.item import Assignment, Subject
from chipdb.solver.licensing import Ruling
from chipdb.solver.question import Question, question
from chipdb.solver.verdict import Finding, Verdict, finding_of, joined, strictness
from chipdb.units import METRIC_UNITS
from chipdb.vocabulary import RuleQuestion, Status

FORMATS = "formats"
ALL_KNOBS = (*KNOBS, FORMATS)
TURNED = {**{knob: metrics[0] for knob, metrics in KNOBS.items()}, FORMATS: "tpp"}
"""The metric that each knob turns."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One knob and one change: the multiple at which it happens, None where the knob cannot bring it about."""

    chip: str
    rule: str
    leaves: str | None
    enters: str | None
    knob: str
    factor: Fraction | None
    attained: bool
    value: Fraction | None
    binding: str | None
    drops: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """The unit of ``value``."""
        return METRIC_UNITS[TURNED[self.knob]]

    @property
    def cut_percent(self) -> Fraction | None:
        """The cut in percent; negative where the knob is turned up."""
        return None if self.factor is None else 100 * (1 - self.factor)

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb headroom --format json`` prints for this row."""
        return dict(views("json.commands").headroom_record(self))


@dataclass(frozen=True)
class _Change:
    """A change to look for: which findings count as having changed."""

    leaves: str | None
    enters: str | None
    done: Callable[[Finding], bool]


def headroom(
    chip: Chip | str,
    *,
    knob: str | None = None,
    on: str | None = None,
    to: str | None = None,
    from_: str | None = None,
    headquarters: str | Sequence[str] = (),
    rules: str | Sequence[str] = (),
    law: str = "enforced",
) -> list[Row]:
    """How far each knob goes before the classification (with ``to`` also a letter) changes; ``rules`` asks others.

    Raises :class:`UnknownNameError` for a chip, rule or knob that there is not.

    >>> import chipdb
    >>> row = chipdb.headroom("H100", knob="compute", on="2024-01-01")[0]
    >>> row.leaves, round(float(row.cut_percent), 1), row.attained
    ('3A090.a', 69.7, False)
    """
    entry = load().find(chip) if isinstance(chip, str) else Entry(chip=chip)
    return headroom_of(entry, question(on, to, from_, headquarters, named=rules, law=law), knob)


def headroom_of(entry: Entry, asked: Question, knob: str | None = None) -> list[Row]:
    """The rows of one chip."""
    knob = knob.replace("_", "-") if knob else knob
    if knob is not None and knob not in ALL_KNOBS:
        raise UnknownNameError("knob", knob, ALL_KNOBS)
    knobs = [knob] if knob else list(ALL_KNOBS)
    check = check_entry(entry, asked)
    if not _verdicts(check):
        raise UsageError(
            f"headroom: none of {', '.join(asked.named) or 'the rules'} applies to {entry.chip.name} on {asked.on}"
        )
    law = law_of(asked)
    return [
        row
        for verdict in _verdicts(check)
        for name in knobs
        for row in _Rows(entry.chip, verdict, asked, law, name).rows()
    ]


def _verdicts(check: Check) -> list[Verdict]:
    """The rules whose answer a knob may change: what was named; else classification, and letters with limits of their own."""
    if check.question.named or check.own:
        return [verdict for verdict in check.answers if verdict.status != Status.NOT_COVERED]
    return [
        verdict
        for verdict in check.answers
        if verdict.rule.question == RuleQuestion.CLASSIFICATION
        or (
            verdict.rule.question == RuleQuestion.LICENSE
            and any(isinstance(leaf, Atom) for leaf in verdict.rule.leaves())
        )
    ]


class _Rows:
    """The rows of one rule and one knob."""

    def __init__(
        self, chip: Chip, verdict: Verdict, asked: Question, law: ControlList, knob: str
    ) -> None:
        self.chip = chip
        self.rule = verdict.rule
        self.verdict = verdict
        self.asked = asked
        self.law = law
        self.knob = knob
        self.reading = verdict.interpretation.reading if verdict.interpretation else None
        self.readings = Subject(chip).readings()
        self._findings: dict[Fraction, Finding] = {}
        self._values: dict[tuple[str, str | None, Fraction], Fraction | None] = {}

    def rows(self) -> Iterator[Row]:
        for change in _changes(self.rule, self.verdict.finding):
            yield self._formats(change) if self.knob == FORMATS else self._row(change)

    def _row(self, change: _Change) -> Row:
        found = self._nearest(change)
        if found is None:
            return self._none(change)
        factor, attained = found
        value = self._metric(factor)
        return replace(
            self._none(change),
            factor=factor,
            attained=attained,
            value=value,
            binding=self._binding(factor, change),
        )

    def _none(self, change: _Change) -> Row:
        binding = self.verdict.provisions[0] if self.verdict.provisions else None
        return Row(
            chip=self.chip.id,
            rule=self.rule.id,
            leaves=change.leaves,
            enters=change.enters,
            knob=self.knob,
            factor=None,
            attained=False,
            value=None,
            binding=binding,
        )

    def _nearest(self, change: _Change) -> tuple[Fraction, bool] | None:
        """The multiple nearest to 1 at which the change is brought about, and whether it holds there."""
        marks = self._marks()
        below = [mark for mark in marks if mark < 1]
        above = [mark for mark in marks if mark > 1]
        found = []
        if down := self._walk(sorted([*below, Fraction(1)], reverse=True), change, Fraction(0)):
            found.append(down)
        if up := self._walk([Fraction(1), *above], change, None):
            found.append(up)
        return min(found, key=lambda one: abs(_stretch(one[0])), default=None)

    def _walk(
        self, marks: list[Fraction], change: _Change, end: Fraction | None
    ) -> tuple[Fraction, bool] | None:
        """Walk outward from 1: at each mark, then between it and the next."""
        for index, mark in enumerate(marks):
            if index and change.done(self._finding(mark)):
                return mark, True
            following = marks[index + 1] if index + 1 < len(marks) else end
            middle = (mark + following) / 2 if following is not None else mark * 2 + 1
            if change.done(self._finding(middle)):
                return mark, False
        return None

    def _finding(self, factor: Fraction) -> Finding:
        """What the rule says of the turned chip: the strictest over its readings, as in ``check``."""
        if factor not in self._findings:
            found = [
                joined(self._of(assignment) for assignment in assignments)
                for assignments in self._samples(factor)
            ]
            self._findings[factor] = min(found, key=partial(strictness, self.rule))
        return self._findings[factor]

    def _of(self, assignment: Assignment) -> Finding:
        return finding_of(self.rule, self.law, assignment)

    def _turned(self, factor: Fraction) -> Chip:
        if factor == 1 or self.knob == FORMATS:
            return self.chip
        try:
            return scale_knob(self.chip, self.knob, factor)
        except UsageError:
            return self.chip

    def _samples(self, factor: Fraction) -> list[list[Assignment]]:
        """Samples of the turned chip, for each reading of it."""
        subject = Subject(self._turned(factor))
        plain = subject.plain(Ruling(subject, self.asked, self.law).facts([self.rule]))
        return [
            self.law.assignments(self.rule, interpretation, self.chip.kind)
            for interpretation in plain
        ]

    def _marks(self) -> list[Fraction]:
        """The multiples at which some limit of the rule is met."""
        names = metrics_named(self.rule, self.law)
        marks: set[Fraction] = set()
        for name in names:
            limits = {
                leaf.limit
                for leaf in self.law.leaves(self.rule)
                if isinstance(leaf, Atom) and leaf.metric == name
            }
            for limit in limits:
                marks |= {
                    mark for reading in self.readings for mark in self._solve(name, reading, limit)
                }
        return sorted(mark for mark in marks if mark > 0)

    def _solve(self, name: str, reading: str | None, limit: Fraction) -> Iterator[Fraction]:
        """Where a metric meets a limit: the metric along the knob is (a + b k) / (c + d k), fixed by three values."""
        metric = partial(self._value, name, reading)
        one, two, three = metric(Fraction(1)), metric(Fraction(2)), metric(Fraction(3))
        if one is None or two is None or three is None:
            return
        if two - one == three - two:
            if two != one:
                yield 1 + (limit - one) / (two - one)
            return
        # constant numerator over a linear denominator: the reciprocal is linear
        if limit > 0 and one and two:
            step = 1 / two - 1 / one
            yield 1 + (1 / limit - 1 / one) / step

    def _value(self, name: str, reading: str | None, factor: Fraction) -> Fraction | None:
        """A metric of the turned chip; where a part of it is missing, what the known parts come to at least."""
        key = (name, reading, factor)
        if key not in self._values:
            spread = self._spread(name, reading, factor)
            self._values[key] = spread.low if spread.value is None else spread.value
        return self._values[key]

    def _spread(self, name: str, reading: str | None, factor: Fraction) -> Spread:
        return Count(Subject(self._turned(factor)).lead, reading).metric(name)

    def _metric(self, factor: Fraction) -> Fraction | None:
        return self._spread(TURNED[self.knob], self.reading, factor).value

    def _binding(self, factor: Fraction, change: _Change) -> str | None:
        """The first provision met on the caught side of the limit."""
        step = Fraction(1, 10**9)
        for near in (factor, factor * (1 + step), factor * (1 - step)):
            for assignment in (
                assignment for assignments in self._samples(near) for assignment in assignments
            ):
                met = provisions_met(self.rule, Evaluator(self.law, assignment))
                finding = Finding(Status.MET, met[0][1]) if met else None
                if finding and self._caught_side(finding, change):
                    return met[0][0]
        return None

    def _caught_side(self, finding: Finding, change: _Change) -> bool:
        return change.done(finding) if change.enters else not change.done(finding)

    def _formats(self, change: _Change) -> Row:
        """Formats dropped in the order of what they contribute, until the change comes about."""
        chip, dropped = self.chip, list[str]()
        start = Count(Subject(chip).lead).tpp().value
        while len(chip.throughput) > 1 and "tpp" not in chip.metrics:
            top = max(chip.throughput, key=lambda name: _contribution(chip, name)).removesuffix(
                "_vector"
            )
            if top not in chip.throughput:
                break
            chip, dropped = drop(chip, [top]), [*dropped, top]
            tpp = Count(chip).tpp().value
            if tpp is None or start is None:
                break
            maker = _Rows(chip, self.verdict, self.asked, self.law, FORMATS)
            if change.done(maker._finding(Fraction(1))):
                row = self._none(change)
                return replace(
                    row, factor=tpp / start, attained=True, value=tpp, drops=tuple(dropped)
                )
        return self._none(change)


def _stretch(factor: Fraction) -> Fraction:
    """How far a multiple is from 1, up and down alike."""
    return factor if factor >= 1 else 1 / factor if factor else Fraction(10**12)


def _contribution(chip: Chip, name: str) -> Fraction:
    only = replace(chip, throughput={name: chip.throughput[name]}, units=())
    return Count(only).tpp().value or Fraction(0)


def _changes(rule: Rule, now: Finding) -> Iterator[_Change]:
    """What to look for: leaving the paragraph, leaving the entry, entering each stricter paragraph."""
    outcomes = rule.outcomes()
    entry = entry_of(set(outcomes)) or rule.id
    if now.status == Status.MET:
        if len(outcomes) > 1 and now.outcome == outcomes[0]:
            yield _Change(
                now.outcome,
                None,
                lambda finding: finding.status == Status.NOT_MET or _below(rule, finding, now),
            )
        yield _Change(
            entry if len(outcomes) > 1 else now.outcome,
            None,
            lambda finding: finding.status == Status.NOT_MET,
        )
    if now.status == Status.UNDETERMINED:
        yield _Change(entry, None, lambda finding: finding.status == Status.NOT_MET)
    stricter = [
        outcome
        for outcome in outcomes
        if now.status != Status.MET or _before(outcomes, outcome, now.outcome)
    ]
    for outcome in reversed(stricter):
        yield _Change(None, outcome, partial(_is, outcome))


def _is(outcome: str, finding: Finding) -> bool:
    return finding == Finding(Status.MET, outcome)


def _below(rule: Rule, finding: Finding, now: Finding) -> bool:
    return finding.outcome in rule.outcomes() and strictness(rule, finding) > strictness(rule, now)


def _before(outcomes: tuple[str, ...], one: str, other: str | None) -> bool:
    return other in outcomes and outcomes.index(one) < outcomes.index(other)
