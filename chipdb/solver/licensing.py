"""Is a license required there and then, under which sections, with which exceptions open, under which review policy."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from chipdb.rules.conditions import All, AnyOf, Condition, Fact, Not, Outcome, text_of
from chipdb.rules.places import places
from chipdb.rules.rule import POLICIES, LicenseException, Provision, Rule
from chipdb.solver.evaluate import ControlList, Evaluator, names_of
from chipdb.solver.item import Facts, Subject
from chipdb.solver.memory_facts import package_facts
from chipdb.solver.missing import Need
from chipdb.solver.question import Question
from chipdb.solver.verdict import Finding, Verdict, judge
from chipdb.vocabulary import Policy, Required, RuleQuestion, Status

REQUIRED = "required"
NOT_CHECKED = (
    "jurisdiction",
    "parties",
    "ownership",
    "end-use",
    "embargo-detail",
    "eccn-of-product",
    "other-reasons-for-control",
    "technology-and-software",
    "unpublished-letters",
    "other-law",
)


@dataclass(frozen=True)
class OpenException:
    """A license exception that may be open."""

    name: str
    section: str
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Requirement:
    """One met instrument that asks for a license."""

    rule: str
    section: str
    exceptions: tuple[OpenException, ...]
    review: Policy | None
    status: Status = Status.MET
    otherwise: Policy | None = None


@dataclass(frozen=True, kw_only=True)
class License:
    """The license answer. ``required`` is None where no destination was given."""

    required: Required | None
    contested: bool = False
    review: Policy | None = None
    review_conditions: tuple[str, ...] = ()
    review_otherwise: Policy | None = None
    exceptions: tuple[OpenException, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    verdict: Verdict | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ruling:
    """Everything needed to judge the rules of a day against one subject."""

    subject: Subject
    question: Question
    law: ControlList
    counted: tuple[str | None, ...] = ()

    def scoped(self, rule: Rule) -> bool | None:
        """Whether the deal lies in the rule's scope; None where that is not known."""
        return places().holds(rule.scope, self.question.transaction)

    def effective(self, rule: Rule) -> Rule:
        """The rule as it bears on this deal: unknown scope and a letter's addressee become facts it asks for."""
        asked: list[Condition] = []
        if rule.addressees:
            asked.append(Fact(f"addressee:{rule.id}", True))
        if self.scoped(rule) is None:
            asked.append(Fact(f"scope:{rule.id}", True))
        return _asking(rule, tuple(asked)) if asked else rule

    def facts(self, rules: Iterable[Rule]) -> Facts:
        """The facts of the deal and of sale that rules may ask for; None where nobody can say from figures."""
        chip = self.subject.lead
        facts: dict[str, bool | None] = {
            "part_746_license": None,
            "first_marketed_later": None,
            "us_available": False,
        }
        for rule in rules:
            if rule.question == RuleQuestion.PRESUMPTION:
                facts |= package_facts(chip)
            addressed = chip.vendor in rule.addressees and not chip.hypothetical
            facts[f"addressee:{rule.id}"] = True if addressed else None
            facts[f"scope:{rule.id}"] = None
            day = rule.dates.published or self.question.on
            since = chip.us_available.since
            if rule.question == RuleQuestion.REVIEW:
                facts["us_available"] = bool(
                    since and since <= day and not self.subject.chip.altered
                )
        return facts

    def judge(self, rule: Rule) -> Verdict:
        """What one rule says."""
        refers = any(isinstance(leaf, Outcome) for leaf in rule.leaves())
        counted = self.counted if refers and rule.question != RuleQuestion.REVIEW else ()
        return judge(self.effective(rule), self.subject, self.law, self.facts([rule]), counted)


@functools.lru_cache(maxsize=256)
def _asking(rule: Rule, asked: tuple[Condition, ...]) -> Rule:
    """A rule that asks for further facts; one object for the same question, so that what is known of it is known once."""
    outside = [Not(condition) for condition in asked]
    return replace(rule, unless=AnyOf((*([rule.unless] if rule.unless else []), *outside)))


def license_of(
    ruling: Ruling, rules: list[Rule], verdicts: dict[str, Verdict], reviews: list[Rule]
) -> License:
    """The license answer of the license rules in force whose scope may hold.

    The requirement is folded jointly over everything still possible: where the paragraph is open but every paragraph needs
    a license, a license is required.
    """
    if ruling.question.to is None:
        return License(required=None)
    verdict = _any_of(ruling, rules)
    required: Required = {
        Status.MET: Required.YES,
        Status.NOT_MET: Required.NO,
        Status.UNDETERMINED: Required.UNDETERMINED,
    }[verdict.status]
    if required == Required.NO and not ruling.question.rulebook.covers(
        ruling.subject.chip.kind, ruling.question.on
    ):
        required = Required.UNDETERMINED
    makers = {ruling.subject.chip.vendor, *(chip.vendor for chip in ruling.subject.chips)}
    if any(places().embargoed_maker(maker, ruling.question.on) for maker in makers):
        return License(required=Required.UNDETERMINED, verdict=verdict, warnings=(JURISDICTION,))
    met = [rule for rule in rules if verdicts[rule.id].status == Status.MET]
    possible = met or [
        rule
        for rule in rules
        if verdicts[rule.id].status == Status.UNDETERMINED and required == Required.YES
    ]
    requirements = tuple(
        _requirement(ruling, rule, verdicts[rule.id], reviews, verdicts) for rule in possible
    )
    review = (
        _strictest([requirement.review for requirement in requirements])
        if required == Required.YES
        else None
    )
    eased = any(requirement.review != requirement.otherwise for requirement in requirements)
    conditions = _conditions(reviews, verdicts) if eased and required == Required.YES else ()
    return License(
        required=required,
        contested=_contested(verdict),
        review=review,
        review_conditions=conditions,
        review_otherwise=_strictest([requirement.otherwise for requirement in requirements])
        if conditions
        else None,
        exceptions=_open_under_all(requirements) if required == Required.YES else (),
        requirements=requirements,
        verdict=verdict,
        warnings=(
            *_review_warnings(reviews, verdicts, requirements),
            *dict.fromkeys(_doubtful_exceptions(ruling, possible)),
        ),
    )


JURISDICTION = (
    "parameters only: the maker is based in an arms-embargoed country; whether this part is subject to the EAR, and "
    "General Prohibition 10, are separate questions, and jurisdiction is not established"
)
"""Why a license is undetermined, whatever the rules say of the figures."""


def _contested(verdict: Verdict) -> bool:
    return any(side.finding.status != verdict.status for side in verdict.sides)


def _any_of(ruling: Ruling, rules: list[Rule]) -> Verdict:
    """Whether any rule asks for a license, folded over everything still possible.

    Rules that hang on common figures are folded together, so that an open paragraph does not leave the license open;
    rules that share no figure are independent, and are folded apart.
    """
    parts = [joint(ruling, group) for group in groups_of(ruling, rules)]
    verdicts = [judge(part, ruling.subject, ruling.law, ruling.facts(rules)) for part in parts]
    if any(verdict.status == Status.MET and not verdict.contested for verdict in verdicts):
        return Verdict(rule=_NONE, finding=Finding(Status.MET, REQUIRED))
    for status in (Status.MET, Status.UNDETERMINED):
        found = [verdict for verdict in verdicts if verdict.status == status]
        if found:
            sides = tuple(side for verdict in found for side in verdict.sides)
            return replace(found[0], sides=sides, find_needs=partial(_needs, found))
    sides = tuple(side for verdict in verdicts for side in verdict.sides)
    return Verdict(rule=_NONE, finding=Finding(Status.NOT_MET), sides=sides)


def _needs(verdicts: list[Verdict]) -> tuple[Need, ...]:
    return tuple(dict.fromkeys(need for verdict in verdicts for need in verdict.needs))


_NONE = Rule(
    id="license",
    question=RuleQuestion.LICENSE,
    provisions=(),
    title="a license requirement of any rule in force",
)


def groups_of(ruling: Ruling, rules: list[Rule]) -> list[list[Rule]]:
    """Rules joined where they share a metric or an unknown fact."""
    groups: list[tuple[set[str], list[Rule]]] = []
    for rule in rules:
        names = names_of(ruling.effective(rule), ruling.law)
        shared = [group for group in groups if not names.isdisjoint(group[0])]
        merged = (
            names.union(*(group[0] for group in shared)),
            [*(one for group in shared for one in group[1]), rule],
        )
        groups = [group for group in groups if group not in shared] + [merged]
    return [members for _, members in groups]


def joint(ruling: Ruling, rules: list[Rule]) -> Rule:
    """One rule that is met where any of some is."""
    provisions = tuple(
        Provision(rule.id, REQUIRED, _whole(ruling.effective(rule))) for rule in rules
    )
    return replace(_NONE, provisions=provisions)


def _whole(rule: Rule) -> Condition:
    """The condition under which a rule is met."""
    met = AnyOf(tuple(provision.when for provision in rule.provisions))
    return All((Not(rule.unless), met)) if rule.unless else met


def _requirement(
    ruling: Ruling, rule: Rule, verdict: Verdict, reviews: list[Rule], verdicts: dict[str, Verdict]
) -> Requirement:
    section = verdict.provisions[0] if verdict.provisions else rule.provisions[0].id
    exceptions = tuple(
        OpenException(entry.name, entry.section, entry.conditions)
        for entry in rule.exceptions
        if _is_open(ruling, entry, rule)
    )
    eased = next(
        (
            entry
            for entry in reviews
            if _bears_on(entry, rule) and verdicts[entry.id].status == Status.MET
        ),
        None,
    )
    plain = _policy(ruling, rule)
    policy = eased.review[0].policy if eased and not verdicts[eased.id].contested else plain
    return Requirement(
        rule=rule.id,
        section=section,
        exceptions=exceptions,
        review=policy,
        status=verdict.status,
        otherwise=plain,
    )


def _bears_on(review: Rule, rule: Rule) -> bool:
    return any(rule.id in entry.of for entry in review.review)


def _is_open(ruling: Ruling, entry: LicenseException, rule: Rule) -> bool | None:
    """Whether an exception may be open: None where that hangs on what is not known or is disputed."""
    on = ruling.question.on
    started = entry.dates.effective is None or entry.dates.effective <= on
    over = entry.dates.ends is not None and on >= entry.dates.ends
    in_scope = places().holds(entry.scope, ruling.question.transaction)
    if not started or over or in_scope is False:
        return False
    probe = Rule(
        id="probe",
        question=RuleQuestion.LICENSE,
        provisions=(Provision("probe", REQUIRED, entry.when),),
    )
    verdict = judge(probe, ruling.subject, ruling.law, ruling.facts([rule]))
    if verdict.status == Status.NOT_MET:
        return False
    return True if verdict.status == Status.MET and not verdict.sides and in_scope else None


def _doubtful_exceptions(ruling: Ruling, rules: list[Rule]) -> Iterator[str]:
    """Exceptions that hang on what is not known."""
    for rule in rules:
        for entry in rule.exceptions:
            if _is_open(ruling, entry, rule) is None:
                condition = (
                    f"is open only if {text_of(entry.when)}"
                    if entry.when != All(())
                    else "hangs on the parties"
                )
                yield f"license exception {entry.name} ({entry.section}) {condition}: not known"


def _policy(ruling: Ruling, rule: Rule) -> Policy | None:
    """The review policy of a rule: the first entry whose scope and condition hold; the stricter where that is open."""
    for entry in rule.review:
        in_scope = places().holds(entry.scope, ruling.question.transaction)
        if in_scope is not False and _possible(ruling, entry.when, rule):
            return entry.policy
    return None


def _possible(ruling: Ruling, condition: Condition, rule: Rule) -> bool:
    if condition == All(()):
        return True
    facts = ruling.facts([rule])
    assignments = ruling.law.assignments(
        rule, ruling.subject.plain(facts)[0], ruling.subject.chip.kind, (condition,)
    )
    return any(Evaluator(ruling.law, assignment).holds(condition) for assignment in assignments)


def _strictest(policies: list[Policy | None]) -> Policy | None:
    """The strictest policy; one that is not public is left aside unless it is the only one."""
    known = [policy for policy in policies if policy is not None]
    return min(known, key=POLICIES.index) if known else None


def _conditions(reviews: list[Rule], verdicts: dict[str, Verdict]) -> tuple[str, ...]:
    return tuple(
        text
        for rule in reviews
        if verdicts[rule.id].status == Status.MET
        for text in rule.conditions
    )


def _open_under_all(requirements: tuple[Requirement, ...]) -> tuple[OpenException, ...]:
    if not requirements:
        return ()
    first, *rest = requirements
    names = [{entry.name for entry in requirement.exceptions} for requirement in rest]
    return tuple(
        entry for entry in first.exceptions if all(entry.name in others for others in names)
    )


def _review_warnings(
    reviews: list[Rule], verdicts: dict[str, Verdict], requirements: tuple[Requirement, ...]
) -> tuple[str, ...]:
    return tuple(
        f"review: whether {rule.citation.get('document', rule.id)} eases it is {verdicts[rule.id].status}"
        f"{' and contested' if verdicts[rule.id].contested else ''}; the stricter policy is shown"
        for rule in reviews
        for requirement in requirements
        if rule.review
        and requirement.rule in rule.review[0].of
        and (verdicts[rule.id].status == Status.UNDETERMINED or verdicts[rule.id].contested)
    )
