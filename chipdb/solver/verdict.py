"""What one rule says of one item: its status, whether that is contested, what is missing to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from chipdb.notebook import Shown
from chipdb.rules.conditions import All, Condition, text_of
from chipdb.rules.rule import Rule, entry_of
from chipdb.solver.evaluate import ControlList, Evaluator, metrics_named, provisions_met
from chipdb.solver.item import Assignment, Facts, Interpretation, Subject, parts_of
from chipdb.solver.missing import Need, needs_of
from chipdb.vocabulary import RuleQuestion, Status


@dataclass(frozen=True, order=True)
class Finding:
    """A status with the outcome it leads to."""

    status: Status
    outcome: str | None = None


@dataclass(frozen=True)
class Side:
    """A finding that a dispute leads to, and the dispute."""

    because: str
    finding: Finding


@dataclass(frozen=True, kw_only=True)
class Verdict(Shown):
    """What a rule says: the finding, the provisions met, the sides if it is contested, what is missing."""

    rule: Rule
    finding: Finding
    provisions: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()
    find_needs: Callable[[], tuple[Need, ...]] = field(default=tuple, repr=False)
    assignments: tuple[Assignment, ...] = field(default=(), repr=False)
    interpretation: Interpretation | None = field(default=None, repr=False)
    fails: tuple[str, ...] = ()
    law: ControlList | None = field(default=None, repr=False)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def holds(self, condition: Condition) -> bool | None:
        """Whether a condition holds at every sample, at none, or (None) at some; None where there are no samples."""
        if self.law is None:
            return None
        answers = {
            Evaluator(self.law, assignment).holds(condition) for assignment in self.assignments
        }
        return answers.pop() if len(answers) == 1 else None

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """What is missing to know; worked out when first asked for."""
        return self.find_needs()

    @property
    def contested(self) -> bool:
        """Whether a credible dispute leads to another status or outcome."""
        return bool(self.sides)

    @property
    def status(self) -> Status:
        """``met``, ``not-met``, ``undetermined`` or ``not-covered``."""
        return self.finding.status


@dataclass(frozen=True)
class _Seen:
    """What a rule says from one standpoint."""

    interpretation: Interpretation
    findings: frozenset[Finding]
    provisions: tuple[str, ...]
    assignments: tuple[Assignment, ...]

    @property
    def finding(self) -> Finding:
        return joined(self.findings)


def joined(findings: Iterable[Finding]) -> Finding:
    """One finding for several possible ones: theirs if they agree, the entry if only the paragraph is open."""
    findings = set(findings)
    if len(findings) == 1:
        return next(iter(findings))
    outcomes = {finding.outcome for finding in findings if finding.outcome}
    if all(finding.status == Status.MET for finding in findings):
        return Finding(Status.MET, entry_of(outcomes))
    return Finding(Status.UNDETERMINED)


def judge(
    rule: Rule,
    subject: Subject,
    law: ControlList,
    facts: Facts,
    counted: tuple[str | None, ...] = (),
) -> Verdict:
    """Fold a rule over everything that is known of a subject.

    The answer is the strictest over the readings of the chip, or over those ``counted`` where given; the others, other
    credible claims, margins of figures and the maker's declared TPP contest it where they lead elsewhere.
    """
    named = metrics_named(rule, law)
    plain = subject.plain(facts)
    interpretations = _distinct([*plain, *subject.disputes(facts, named)], parts_of(named))
    seen = [_see(rule, interpretation, subject, law) for interpretation in interpretations]
    settling = [one for one in seen if one.interpretation in plain]
    settling = [one for one in settling if one.interpretation.reading in counted] or settling
    main = min(settling, key=lambda one: strictness(rule, one.finding))
    rest = [one for one in seen if one is not main]
    sides = tuple(dict.fromkeys(side for one in rest for side in _sides(main, one)))
    answer = partial(finding_of, rule, law)
    needs = (
        partial(needs_of, rule, main.interpretation, subject, law, answer)
        if len(main.findings) > 1
        else tuple
    )
    fails = _fails(rule, law, main) if main.finding.status == Status.NOT_MET else ()
    sources = {
        name: subject.sources(name, main.interpretation.reading) for name in sorted(parts_of(named))
    }
    return Verdict(
        rule=rule,
        finding=main.finding,
        provisions=main.provisions,
        sides=_first_of_each(sides),
        find_needs=needs,
        assignments=main.assignments,
        interpretation=main.interpretation,
        fails=fails,
        law=law,
        sources=sources,
    )


def _distinct(interpretations: list[Interpretation], metrics: set[str]) -> list[Interpretation]:
    """The first of those that agree on every metric that is asked for."""
    kept: dict[object, Interpretation] = {}
    for interpretation in interpretations:
        intervals = tuple(
            tuple(view.intervals.get(name) for name in sorted(metrics))
            for view in interpretation.views
        )
        kept.setdefault(
            (intervals, tuple(view.undefined for view in interpretation.views)), interpretation
        )
    return list(kept.values())


def _see(rule: Rule, interpretation: Interpretation, subject: Subject, law: ControlList) -> _Seen:
    assignments = tuple(law.assignments(rule, interpretation, subject.chip.kind))
    met = [provisions_met(rule, Evaluator(law, assignment)) for assignment in assignments]
    common = [pair for pair in met[0] if all(pair in other for other in met)]
    findings = frozenset(
        Finding(Status.MET, pairs[0][1]) if pairs else Finding(Status.NOT_MET) for pairs in met
    )
    return _Seen(interpretation, findings, tuple(name for name, _ in common), assignments)


def finding_of(rule: Rule, law: ControlList, assignment: Assignment) -> Finding:
    """The finding of a rule at a sample."""
    met = provisions_met(rule, Evaluator(law, assignment))
    return Finding(Status.MET, met[0][1]) if met else Finding(Status.NOT_MET)


def strictness(rule: Rule, finding: Finding) -> int:
    """The rank of a finding, the strictest first; of a review rule, which helps, not being met is the strictest."""
    outcomes = rule.outcomes()
    if finding.status == Status.MET:
        rank = outcomes.index(finding.outcome) if finding.outcome in outcomes else len(outcomes)
    else:
        rank = len(outcomes) + (1 if finding.status == Status.UNDETERMINED else 2)
    return -rank if rule.question == RuleQuestion.REVIEW else rank


def _fails(rule: Rule, law: ControlList, seen: _Seen) -> tuple[str, ...]:
    """Of a rule with one provision whose parts must all hold: the parts that surely do not."""
    if len(rule.provisions) != 1 or not isinstance(rule.provisions[0].when, All):
        return ()
    parts = rule.provisions[0].when.parts
    failing = [
        part
        for part in parts
        if not any(Evaluator(law, assignment).holds(part) for assignment in seen.assignments)
    ]
    return tuple(text_of(part) for part in failing)


def _sides(main: _Seen, other: _Seen) -> list[Side]:
    because = other.interpretation.because or f"without {main.interpretation.because}"
    if other.findings == main.findings:
        return []
    new = sorted(other.findings - main.findings, key=str)
    found = new or ([other.finding] if other.finding != main.finding else [])
    return [Side(because, finding) for finding in found if finding != main.finding]


def _first_of_each(sides: tuple[Side, ...]) -> tuple[Side, ...]:
    """One side for each finding: the plainest dispute that leads there."""
    kept: dict[Finding, Side] = {}
    for side in sides:
        kept.setdefault(side.finding, side)
    return tuple(kept.values())
