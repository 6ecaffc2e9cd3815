"""``check``: everything the rules of a day say of one chip for one deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from chipdb.catalog.catalog import Entry, load
from chipdb.catalog.chip import Chip
from chipdb.metrics import SHOWN, Metric, measure
from chipdb.notebook import Shown, views
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.declared import with_declared_eccn
from chipdb.solver.evaluate import CLASSIFYING, ControlList
from chipdb.solver.item import Subject
from chipdb.solver.licensing import License, Ruling, license_of
from chipdb.solver.question import Question
from chipdb.solver.verdict import Finding, Verdict
from chipdb.vocabulary import Required, RuleQuestion, Status

SCOPE_TEXT = (
    "Checked: the chip's figures against the listed chip rules, for this date and place. Not checked: who buys, what for, "
    'where the item falls under US jurisdiction, sanctions lists, embargo detail. "No" means none of these rules asks for '
    "a license. It does not mean you may ship."
)
SILENT = (
    RuleQuestion.AT_CONTROL,
    RuleQuestion.DUTY,
    RuleQuestion.REVIEW,
    RuleQuestion.PRESUMPTION,
)
"""Questions that never set the exit status."""


@dataclass(frozen=True)
class Codified:
    """What the law as printed answers where it differs from what is enforced (or the reverse)."""

    required: str | None
    review: str | None


@dataclass(frozen=True, kw_only=True)
class Check(Shown):
    """The answer of ``check`` for one chip."""

    entry: Entry
    question: Question
    metrics: Mapping[str, Metric]
    classification: Verdict
    license: License
    codified: Codified | None
    answers: tuple[Verdict, ...]
    warnings: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    as_module: tuple[str, ...] = ()
    own: frozenset[str] = field(default_factory=frozenset)

    @property
    def chip(self) -> Chip:
        """The chip it is about."""
        return self.entry.chip

    @property
    def exit_status(self) -> int:
        """1 caught; 3 undetermined, or not caught but contested; 0 neither."""
        deciding = self._deciding()
        if any(status in (Status.MET, Required.YES) for status, _ in deciding):
            return 1
        return (
            3
            if any(status == Status.UNDETERMINED or contested for status, contested in deciding)
            else 0
        )

    def _deciding(self) -> list[tuple[str | None, bool]]:
        if self.question.named or self.own:
            ids = {*self.question.named, *self.own}
            asked = [
                verdict
                for verdict in self.answers
                if verdict.rule.id in ids and verdict.rule.question not in SILENT
            ]
            if asked or self.question.named:
                return [(verdict.status, verdict.contested) for verdict in asked]
        if self.question.to is not None:
            return [(self.license.required, self.license.contested)]
        return [(self.classification.status, self.classification.contested)]

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb check --format json`` prints for this chip."""
        return dict(views("json.answers").check_record(self))

    def explain(self) -> str:
        """The trace in words: provision, condition, figure, value, source, citation."""
        return str(views("trace").explained(self))


def check_entry(entry: Entry, question: Question) -> Check:
    """Ask every rule in force that fits; proposals and rules out of force only if they are named."""
    subject = Subject(entry.chip)
    rules, absent = rules_asked(question, subject)
    ruling = Ruling(subject, question, law_of(question))
    verdicts = judged(ruling, rules)
    answers = [verdicts[rule.id] for rule in rules] + [
        Verdict(rule=rule, finding=Finding(Status.NOT_COVERED)) for rule in absent
    ]
    classification = _classification(
        rules, verdicts, question.rulebook.covers(entry.chip.kind, question.on)
    )
    answer = _license(ruling, rules, verdicts)
    if question.named:
        answers = [
            verdict
            for verdict in answers
            if verdict.rule.id in question.named or verdict.rule.id in _own(question)
        ]
    codified = _codified(ruling, verdicts, answer)
    check = Check(
        entry=entry,
        question=question,
        metrics={name: measure(entry.chip, name) for name in SHOWN},
        classification=classification,
        license=answer,
        codified=codified,
        answers=tuple(answers),
        own=_own(question),
    )
    from chipdb.answers.warn import all_units, as_module, warnings_of

    return replace(
        check,
        warnings=warnings_of(check, ruling),
        asides=all_units(check, ruling),
        as_module=as_module(check, ruling),
    )


def law_of(question: Question) -> ControlList:
    """The classification and at-control rules of the day, of every kind of item."""
    own = _own(question)
    return ControlList(
        tuple(
            rule
            for rule in _in_force(question)
            if rule.question in CLASSIFYING and rule.id not in own
        )
    )


def judged(
    ruling: Ruling, rules: list[Rule], known: Mapping[str, Verdict] | None = None
) -> dict[str, Verdict]:
    """What each rule says beside those ``known``.

    Classification comes first, since rules that refer to it count the chip as it was counted there.
    """
    verdicts = dict(known or {})
    for rule in (
        rule
        for rule in rules
        if rule.question == RuleQuestion.CLASSIFICATION and rule.id not in verdicts
    ):
        verdicts[rule.id] = with_declared_eccn(ruling.judge(rule), ruling)
    entries = (
        verdict
        for verdict in verdicts.values()
        if verdict.rule.question == RuleQuestion.CLASSIFICATION
    )
    settled = next((verdict.interpretation for verdict in entries if verdict.interpretation), None)
    counted = replace(ruling, counted=(settled.reading,)) if settled else ruling
    return {
        **verdicts,
        **{rule.id: counted.judge(rule) for rule in rules if rule.id not in verdicts},
    }


def _own(question: Question) -> frozenset[str]:
    return question.rulebook.own


def _in_force(question: Question) -> list[Rule]:
    own = _own(question)
    standing = question.rulebook.in_force(question.on, as_printed=question.as_printed)
    return standing + [
        rule for rule in question.rulebook if rule.id in own and rule not in standing
    ]


def rules_asked(question: Question, subject: Subject) -> tuple[list[Rule], list[Rule]]:
    """The rules to ask, and those asked for by name that do not apply."""
    asked: list[Rule] = []
    absent: list[Rule] = []
    named = [question.rulebook[name] for name in question.named]
    standing = _in_force(question)
    for rule in dict.fromkeys([*standing, *named]):
        by_name = rule.id in question.named or rule.id in _own(question)
        fits = not rule.kinds or subject.chip.kind in rule.kinds
        scoped = places().holds(rule.scope, question.transaction)
        if question.to is None and not rule.scope.everywhere and not by_name:
            continue
        if rule.question == RuleQuestion.PRESUMPTION and question.role is None and not by_name:
            continue
        stands = rule in standing or rule.question == RuleQuestion.PROPOSAL
        if stands and fits and scoped is not False:
            asked.append(rule)
        elif by_name:
            absent.append(rule)
    return asked, absent


def _classification(rules: list[Rule], verdicts: dict[str, Verdict], covered: bool) -> Verdict:
    """The classification answer: of the one rule in force, and of a user's own classification rules beside it."""
    found = [verdicts[rule.id] for rule in rules if rule.question == RuleQuestion.CLASSIFICATION]
    if not found:
        none = Rule(
            id="none",
            question=RuleQuestion.CLASSIFICATION,
            provisions=(),
            title="no classification rule in force",
        )
        return Verdict(
            rule=none, finding=Finding(Status.NOT_MET if covered else Status.UNDETERMINED)
        )
    order = {Status.MET: 0, Status.UNDETERMINED: 1, Status.NOT_MET: 2}
    return min(found, key=lambda verdict: order[verdict.status])


def _license(ruling: Ruling, rules: list[Rule], verdicts: dict[str, Verdict]) -> License:
    asking = [rule for rule in rules if rule.question == RuleQuestion.LICENSE]
    reviews = [rule for rule in rules if rule.question == RuleQuestion.REVIEW]
    return license_of(ruling, asking, verdicts, reviews)


def _codified(
    ruling: Ruling, verdicts: Mapping[str, Verdict], answered: License
) -> Codified | None:
    """The other law's answer where it differs."""
    question = ruling.question
    if question.to is None:
        return None
    other = replace(ruling, question=question.other_law())
    rules, _ = rules_asked(other.question, ruling.subject)
    asked = [rule for rule in rules if rule.question in (RuleQuestion.LICENSE, RuleQuestion.REVIEW)]
    before = {
        key
        for key, verdict in verdicts.items()
        if verdict.rule.question in (RuleQuestion.LICENSE, RuleQuestion.REVIEW)
    }
    if {rule.id for rule in asked} == before:
        return None
    answer = _license(other, asked, judged(other, asked, verdicts))
    same = (answer.required, answer.review) == (answered.required, answered.review)
    return None if same else Codified(answer.required, answer.review)


def check(
    chip: Chip | str,
    *,
    on: str | date | None = None,
    to: str | None = None,
    from_: str | None = None,
    headquarters: str | Sequence[str] = (),
    rules: str | Sequence[str] = (),
    law: str = "enforced",
    role: str | None = None,
    strict: bool = False,
    rulebook: Rulebook | None = None,
) -> Check:
    """Ask the rules about a chip or the name of one.

    ``on`` defaults to today, ``from_`` to the United States, ``headquarters`` to the destination; what is assumed stands
    in ``license`` records under ``assumptions``. ``rules`` limits the answers to these ids.

    Raises :class:`~chipdb.errors.UnknownNameError` for a chip, country or rule that there is not,
    :class:`~chipdb.errors.UsageError` for an impossible date.

    >>> import chipdb
    >>> answer = chipdb.check("A100", on="2023-12-01", to="CN")
    >>> answer.classification.finding.outcome, answer.license.required, answer.license.review
    ('3A090.a', 'yes', 'presumption-of-denial')
    """
    from chipdb.solver.question import question

    entry = load().find(chip) if isinstance(chip, str) else Entry(chip=chip)
    asked = question(
        on, to, from_, headquarters, named=rules, law=law, role=role, strict=strict, book=rulebook
    )
    return check_entry(entry, asked)
