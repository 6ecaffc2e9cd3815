"""What one rule says of one item: its status, whether that is contested, what is missing to know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from chipdb.answers.judge import Judge, Law, metrics_named, provisions_met
from chipdb.answers.needs import Need, needs_of
from chipdb.answers.subject import Facts, Sample, Standpoint, Subject
from chipdb.rules.rule import Rule, entry_of

MET, NOT_MET, UNDETERMINED, NOT_COVERED = "met", "not-met", "undetermined", "not-covered"


@dataclass(frozen=True, order=True)
class Finding:
    """A status with the outcome it leads to."""

    status: str
    outcome: str | None = None


@dataclass(frozen=True)
class Side:
    """A finding that a dispute leads to, and the dispute."""

    because: str
    finding: Finding


@dataclass(frozen=True)
class Verdict:
    """What a rule says: the finding, the provisions met, the sides if it is contested, what is missing."""

    rule: Rule
    finding: Finding
    provisions: tuple[str, ...] = ()
    sides: tuple[Side, ...] = ()
    needs: tuple[Need, ...] = ()
    samples: tuple[Sample, ...] = field(default=(), repr=False)
    standpoint: Standpoint | None = field(default=None, repr=False)

    @property
    def contested(self) -> bool:
        """Whether a credible dispute leads to another status or outcome."""
        return bool(self.sides)

    @property
    def status(self) -> str:
        """``met``, ``not-met``, ``undetermined`` or ``not-covered``."""
        return self.finding.status


@dataclass(frozen=True)
class _Seen:
    """What a rule says from one standpoint."""

    standpoint: Standpoint
    findings: frozenset[Finding]
    provisions: tuple[str, ...]
    samples: tuple[Sample, ...]

    @property
    def finding(self) -> Finding:
        return joined(self.findings)


def joined(findings: Iterable[Finding]) -> Finding:
    """One finding for several possible ones: theirs if they agree, the entry if only the paragraph is open."""
    findings = set(findings)
    if len(findings) == 1:
        return next(iter(findings))
    outcomes = {finding.outcome for finding in findings if finding.outcome}
    if all(finding.status == MET for finding in findings):
        return Finding(MET, entry_of(outcomes))
    return Finding(UNDETERMINED)


def judge(rule: Rule, subject: Subject, law: Law, facts: Facts) -> Verdict:
    """Fold a rule over everything that is known of a subject.

    The answer is the strictest over the readings of the chip; the others, other credible claims, margins of figures and
    the maker's declared TPP contest it where they lead elsewhere.
    """
    seen = [_see(rule, standpoint, subject, law) for standpoint in _distinct(subject.plain(facts))]
    main = min(seen, key=lambda one: strictness(rule, one.finding))
    rest = [one for one in seen if one is not main]
    disputes = subject.disputes(facts, metrics_named(rule, law))
    rest += [_see(rule, standpoint, subject, law) for standpoint in disputes]
    sides = tuple(dict.fromkeys(side for one in rest for side in _sides(main, one)))
    answer = partial(finding_of, rule, law)
    needs = needs_of(rule, main.standpoint, subject, law, answer) if len(main.findings) > 1 else ()
    return Verdict(rule, main.finding, main.provisions, _first_of_each(sides), needs, main.samples, main.standpoint)


def _distinct(standpoints: list[Standpoint]) -> list[Standpoint]:
    kept: dict[str, Standpoint] = {}
    for standpoint in standpoints:
        kept.setdefault(repr([(view.spans, view.undefined) for view in standpoint.views]), standpoint)
    return list(kept.values())


def _see(rule: Rule, standpoint: Standpoint, subject: Subject, law: Law) -> _Seen:
    samples = tuple(law.samples(rule, standpoint, subject.chip.kind))
    met = [provisions_met(rule, Judge(law, sample)) for sample in samples]
    common = [pair for pair in met[0] if all(pair in other for other in met)]
    findings = frozenset(Finding(MET, pairs[0][1]) if pairs else Finding(NOT_MET) for pairs in met)
    return _Seen(standpoint, findings, tuple(name for name, _ in common), samples)


def finding_of(rule: Rule, law: Law, sample: Sample) -> Finding:
    """The finding of a rule at a sample."""
    met = provisions_met(rule, Judge(law, sample))
    return Finding(MET, met[0][1]) if met else Finding(NOT_MET)


def strictness(rule: Rule, finding: Finding) -> int:
    """The rank of a finding, the strictest first; of a review rule, which helps, not being met is the strictest."""
    outcomes = rule.outcomes()
    if finding.status == MET:
        rank = outcomes.index(finding.outcome) if finding.outcome in outcomes else len(outcomes)
    else:
        rank = len(outcomes) + (1 if finding.status == UNDETERMINED else 2)
    return -rank if rule.question == "review" else rank


def _sides(main: _Seen, other: _Seen) -> list[Side]:
    because = other.standpoint.because or f"without {main.standpoint.because}"
    if other.findings == main.findings:
        return []
    new = [finding for finding in sorted(other.findings - main.findings, key=str)]
    found = new or ([other.finding] if other.finding != main.finding else [])
    return [Side(because, finding) for finding in found if finding != main.finding]


def _first_of_each(sides: tuple[Side, ...]) -> tuple[Side, ...]:
    """One side for each finding: the plainest dispute that leads there."""
    kept: dict[Finding, Side] = {}
    for side in sides:
        kept.setdefault(side.finding, side)
    return tuple(kept.values())
