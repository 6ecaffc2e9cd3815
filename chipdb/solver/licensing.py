"""Whether a license is required for a transaction.

The license rules of the day are evaluated together, over everything that is still possible. Each
rule that is met becomes a requirement with its exceptions and its review policy; the answer has
the exceptions that are open under all of them, and the strictest policy. Texts that are printed and
not enforced are evaluated in the same way, and contest the answer.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.notebook import short_repr
from chipdb.rules.conditions import AnyOf
from chipdb.rules.places import places
from chipdb.rules.rule import LicenseException, Rule
from chipdb.rules.scope_reasons import (
    FOR_REVIEW,
    headquarters_reason,
    scope_reason,
    with_treatments,
)
from chipdb.solver.declared import DECLARES
from chipdb.solver.evaluate import outcomes_in
from chipdb.solver.joint_rules import ANY_RULE, REQUIRED, joint_rules
from chipdb.solver.license_exceptions import (
    exceptions_of,
    is_met_by_a_side,
    is_open,
    open_under_all,
    stands,
    unsettled_exceptions,
)
from chipdb.solver.presumption import binding_presumption, presumed_ruling
from chipdb.solver.requirement import (
    ExceptionAnswer,
    PrintedRequirement,
    Requirement,
    ReviewIf,
)
from chipdb.solver.review import (
    conditions_of_eased_review,
    eased_policy,
    policies_of_sale,
    review_entry,
    stated_policy,
    strictest,
    strictest_if,
    unsettled_reviews,
)
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Finding, Side, Verdict, judge
from chipdb.vocabulary import Policy, Required, RuleQuestion, Status

if TYPE_CHECKING:
    from chipdb.solver.missing import Need

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
"""What no license answer checks, as JSON lists it."""

JURISDICTION = (
    "parameters only: the vendor is based in an arms-embargoed country; whether this part is "
    "subject to the EAR, and General Prohibition 10, are separate questions, and jurisdiction is "
    "not established"
)
"""Why a license is undetermined, regardless of what the rules give for the figures."""

_REQUIRED_IF = {
    Status.MET: Required.YES,
    Status.NOT_MET: Required.NO,
    Status.UNDETERMINED: Required.UNDETERMINED,
}
"""Whether a license is required if license rules, taken together, have a status."""


@dataclass(frozen=True)
class LicenseSide:
    """A reason to answer otherwise whether a license is required, and what it leads to."""

    because: str
    required: Required


@short_repr
@dataclass(frozen=True, kw_only=True)
class License:
    """The license answer. ``required`` is None where no destination was given.

    ``review`` is the strictest policy over the requirements met; where a review rule eases it under
    conditions, these are ``review_conditions`` and the policy without them is ``review_otherwise``.
    Where a fact decides that no source settles, ``review`` is None and ``review_if`` has a policy
    for each value of the fact.
    ``exceptions`` are open under every requirement. ``sides`` contest it; ``printed`` is a text
    that is printed and not enforced and would ask for a license. ``lacks_jurisdiction`` says that
    the item may not be subject to the rules at all.
    """

    required: Required | None
    sides: tuple[LicenseSide, ...] = ()
    review: Policy | None = None
    review_if: tuple[ReviewIf, ...] = ()
    review_conditions: tuple[str, ...] = ()
    review_otherwise: Policy | None = None
    exceptions: tuple[ExceptionAnswer, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    verdict: Verdict | None = None
    warnings: tuple[str, ...] = ()
    printed: PrintedRequirement | None = None
    lacks_jurisdiction: bool = False

    @property
    def contested(self) -> bool:
        """Whether credible evidence or a printed text leads to another answer."""
        return bool(self.sides)


@dataclass(frozen=True)
class OtherLaw:
    """What the printed text answers where it differs from what is enforced, or the reverse."""

    required: Required | None
    review: Policy | None
    sections: tuple[str, ...] = ()


def license_of(ruling: Ruling) -> License:
    """The license answer of the license rules in force whose scope may hold.

    The requirement is evaluated jointly over everything still possible: where the paragraph is
    undetermined but every paragraph needs a license, a license is required. ``required`` is None
    without a destination.

    >>> from chipdb.catalog.catalog import load
    >>> from chipdb.solver.item import Item
    >>> from chipdb.solver.question import question
    >>> item = Item(load()["A30"])
    >>> license_of(Ruling(item, question("2023-12-01", "China"))).required
    'yes'
    >>> license_of(Ruling(item, question("2023-12-01"))).required is None
    True
    """
    if ruling.question.to is None:
        return License(required=None)

    presumption = binding_presumption(ruling)
    if presumption is None:
        return _license_by_rules(ruling)

    # The exporter has to comply with every license requirement of what the item is presumed to be.
    presumed = _license_by_rules(presumed_ruling(ruling, presumption))
    if presumption.verdict.status == Status.MET:
        return presumed
    # Whether it stands does not matter where the item itself needs a license, too.
    if _license_by_rules(ruling).required == presumed.required:
        return presumed
    warning = (
        f"whether the presumption of {presumption.rule.id} stands is not settled; "
        "a license is required if it does"
    )
    return License(required=Required.UNDETERMINED, warnings=(warning,))


def ruling_with_license(ruling: Ruling) -> Ruling:
    """The ruling in which license rules are answered as the license answer is.

    While a presumption stands, they are asked of what the item is presumed to be, so that answers
    and cautions agree with the license. Without a destination there is none to agree with. The
    ruling itself where nothing is presumed.
    """
    if ruling.question.to is None:
        return ruling
    presumption = binding_presumption(ruling)
    if presumption is None or presumption.verdict.status != Status.MET:
        return ruling

    return Ruling(
        ruling.item,
        ruling.question,
        control_list=ruling.control_list,
        verdicts_known=ruling.verdicts(),
        of_license=presumed_ruling(ruling, presumption),
    )


def _license_by_rules(ruling: Ruling) -> License:
    """The license answer for the item as it is classified, without the exporter's role.

    In four steps: whether any rule asks, which rules these are, what each of them asks for, and
    what contests the answer.
    """
    rules = ruling.rules_of(RuleQuestion.LICENSE)
    reviews = ruling.rules_of(RuleQuestion.REVIEW)
    verdict = _any_requirement(ruling, rules)

    # Whether a part designed in an embargoed country is subject to the EAR at all is not a question
    # of figures.
    if _is_designed_under_embargo(ruling):
        return License(required=Required.UNDETERMINED, verdict=verdict, lacks_jurisdiction=True)

    required = _required(ruling, verdict)
    asking = _rules_asking(ruling, rules, required)
    requirements = tuple(_requirement(ruling, rule, reviews) for rule in asking)
    warnings = [
        *unsettled_reviews(ruling, reviews, requirements),
        *dict.fromkeys(unsettled_exceptions(ruling, asking)),
    ]
    answer = License(
        required=required,
        sides=tuple(_license_sides(verdict)),
        requirements=requirements,
        verdict=verdict,
        warnings=tuple(warnings),
    )
    # A policy of review and exceptions mean something only where a license is required; the printed
    # text and declared entries only where it is not.
    if required == Required.YES:
        return _with_review(answer, ruling, reviews)

    printed = _printed_requirement(ruling)
    further_sides = [*_printed_sides(printed)]
    if required == Required.NO:
        further_sides += _declared_sides(ruling, rules)
    return replace(answer, sides=(*answer.sides, *further_sides), printed=printed)


def _with_review(answer: License, ruling: Ruling, reviews: list[Rule]) -> License:
    """A required license with how an application is reviewed, and which exceptions lift it.

    ``reviews`` are the review rules of the day. Either a policy is given, or one for each value of
    a fact that no source settles.
    """
    requirements = answer.requirements
    conditions = conditions_of_eased_review(ruling, reviews, requirements)
    otherwise = None
    if conditions:
        otherwise = strictest(each.otherwise for each in requirements)

    review_if = strictest_if(requirements)
    review = None
    if not review_if:
        review = strictest(stated_policy(each) for each in requirements)
    return replace(
        answer,
        review=review,
        review_if=review_if,
        review_conditions=conditions,
        review_otherwise=otherwise,
        exceptions=open_under_all(requirements),
    )


def _license_sides(verdict: Verdict) -> Iterator[LicenseSide]:
    """What contests the joint verdict of the license rules, in the order of its sides."""
    # Evidence for another paragraph does not contest that a license is required; evidence for
    # another status does.
    for side in verdict.sides:
        if side.finding.status != verdict.status:
            yield LicenseSide(side.because, _REQUIRED_IF[side.finding.status])


def _printed_sides(printed: PrintedRequirement | None) -> Iterator[LicenseSide]:
    """That a printed text asks for a license, where no exception lifts it.

    One that is only undetermined contests nothing; a caution says that it may.
    """
    if printed is None:
        return
    if printed.required == Required.YES or printed.contested:
        because = f"15 CFR {printed.section} as printed, which is not enforced"
        yield LicenseSide(because, Required.YES)


def _declared_sides(ruling: Ruling, rules: list[Rule]) -> Iterator[LicenseSide]:
    """Declared entries for which these places need a license, where the figures give none.

    License rules are asked of figures, so a declared ECCN contests only the classification; but
    a user of "not required" must know that the vendor says otherwise. ``rules`` are the
    license rules for these places.
    """
    for rule in ruling.rules_of(RuleQuestion.CLASSIFICATION):
        for side in ruling.verdict(rule).sides:
            entry = side.finding.outcome
            if entry is None or not side.because.startswith(DECLARES):
                continue
            if any(_asks_for(asking, entry) for asking in rules):
                yield LicenseSide(side.because, Required.YES)


def _asks_for(rule: Rule, entry: str) -> bool:
    """Whether a license rule asks for an entry such as 3A090, or for a paragraph of it.

    A vendor often declares only the entry, while rules name its paragraphs.
    """
    paragraph_of_entry = f"{entry}."
    for name in outcomes_in(rule.leaves()):
        if name == entry or name.startswith(paragraph_of_entry):
            return True
    return False


def _printed_requirement(ruling: Ruling) -> PrintedRequirement | None:
    """The printed text that would ask for a license, if the law as enforced leaves it out.

    None where the question is about the printed text, or where that asks for none either. Rules
    that only may be met count, and those that other evidence would make so.
    """
    if ruling.question.as_printed:
        return None

    other = ruling.under_other_law
    asking: list[Rule] = []
    for rule in _printed_only(ruling, other):
        verdict = other.verdict(rule)
        if verdict.may_be_met or is_met_by_a_side(verdict):
            asking.append(rule)
    if not asking:
        return None

    verdict = _any_requirement(other, [_unless_lifted(other, rule) for rule in asking])
    # One paragraph is cited, as one is enough to ask for a license.
    rule = asking[0]
    lifting: list[LicenseException] = []
    doubtful: list[LicenseException] = []
    for entry in _lifting(other, rule):
        is_lifting = is_open(other, entry, rule)
        if is_lifting:
            lifting.append(entry)
        elif is_lifting is None and _only_lifting_is_open(other, asking, verdict):
            doubtful.append(entry)
    return PrintedRequirement(
        rule=rule,
        section=_paragraph(rule),
        required=_REQUIRED_IF[verdict.status],
        contested=is_met_by_a_side(verdict),
        lifted_by=tuple(lifting),
        may_be_lifted_by=tuple(doubtful),
    )


def _only_lifting_is_open(other: Ruling, asking: list[Rule], verdict: Verdict) -> bool:
    """Whether printed rules surely reach an item, and it is only open what lifts them.

    ``verdict`` is theirs with the exceptions that lift them, ``other`` the ruling by the text.
    """
    if verdict.status != Status.UNDETERMINED:
        return False
    return _any_requirement(other, asking).status == Status.MET


def printed_rules(ruling: Ruling, *, even_lifted: bool) -> tuple[Ruling, list[Rule]]:
    """The license rules that are printed and not enforced, each unless an exception lifts it.

    With the ruling under the printed text that they are asked in. Empty where the question is
    about the printed text itself, or has no destination. ``even_lifted`` takes them as they are,
    whatever lifts them. For runners over many rows, which ask these rules themselves.
    """
    if ruling.question.to is None or ruling.question.as_printed:
        return ruling, []
    other = ruling.under_other_law
    printed = _printed_only(ruling, other)
    if even_lifted:
        return other, printed
    return other, [_unless_lifted(other, rule) for rule in printed]


def _printed_only(ruling: Ruling, other: Ruling) -> list[Rule]:
    """The license rules of the printed text that the law as enforced leaves out.

    A paragraph that is enforced for these places, though its printed text is wider, is no more
    than what is enforced here. ``other`` is the ruling under the printed text.
    """
    enforced = ruling.rules_of(RuleQuestion.LICENSE)
    ids = {rule.id for rule in enforced}
    paragraphs = {_paragraph(rule) for rule in enforced if ruling.in_scope(rule)}
    printed = []
    for rule in other.rules_of(RuleQuestion.LICENSE):
        if rule.id not in ids and _paragraph(rule) not in paragraphs:
            printed.append(rule)
    return printed


def _paragraph(rule: Rule) -> str:
    """The paragraph by which a license rule is cited: its first, if no paragraph is met."""
    return rule.provisions[0].id


def _lifting(ruling: Ruling, rule: Rule) -> tuple[LicenseException, ...]:
    """The exceptions that lift a printed text for these places, for every chip.

    Only those that the rule names in ``lifted_by``, on the days when they exist. A scope that only
    may hold lifts nothing.
    """
    lifting = []
    for entry in rule.exceptions:
        lifts = entry.name in rule.lifted_by and stands(entry, ruling.question.on)
        if lifts and places().holds(entry.scope, ruling.question.transaction):
            lifting.append(entry)
    return tuple(lifting)


def _unless_lifted(ruling: Ruling, rule: Rule) -> Rule:
    """A printed rule that is not met where an exception lifts it.

    Whether an exception applies is a question of the same figures as whether the rule does, so
    both are evaluated together: what lifts paragraph .a is asked only of what is in it.
    """
    return _unless_any(rule, _lifting(ruling, rule))


@functools.lru_cache(maxsize=256)
def _unless_any(rule: Rule, lifting: tuple[LicenseException, ...]) -> Rule:
    """A rule that is not met where an exception applies; the rule itself without exceptions.

    Cached, so that what is kept by the identity of rules is reused.
    """
    ways_out = [entry.when for entry in lifting]
    if not ways_out:
        return rule
    if rule.unless is not None:
        ways_out.append(rule.unless)
    return replace(rule, unless=AnyOf(tuple(ways_out)))


def other_law_of(ruling: Ruling, answered: License) -> OtherLaw | None:
    """What the other law answers (the printed text, or what is enforced) where that differs.

    ``answered`` is what this law answers. None where the other answers the same, and without a
    destination. Only whether a license is required and its policy count as a difference.
    """
    if ruling.question.to is None:
        return None

    # A review rule that is in only one of the laws changes the policy, so both kinds count.
    other = ruling.under_other_law
    questions = (RuleQuestion.LICENSE, RuleQuestion.REVIEW)
    rules_here = {rule.id for rule in ruling.rules_of(*questions)}
    rules_there = {rule.id for rule in other.rules_of(*questions)}

    # With the same rules the answer is the same, which holds for most days and spares the work.
    if rules_there == rules_here:
        return None

    answer = license_of(other)
    if (answer.required, answer.review) == (answered.required, answered.review):
        return None
    sections = dict.fromkeys(requirement.section for requirement in answer.requirements)
    return OtherLaw(answer.required, answer.review, tuple(sections))


def _is_designed_under_embargo(ruling: Ruling) -> bool:
    """Whether some chip of the item is designed by a company of an arms-embargoed country.

    The item itself counts, too: a server of such a company may hold chips of others.
    """
    on = ruling.question.on
    vendors = {chip.vendor for chip in (ruling.item.chip, *ruling.item.chips)}
    return any(places().embargoed_maker(vendor, on) for vendor in vendors)


def _required(ruling: Ruling, verdict: Verdict) -> Required:
    """Whether a license is required, given the joint verdict of the license rules."""
    required = _REQUIRED_IF[verdict.status]
    # No rule is met; but where no rules were read, "no" would claim what nobody looked up
    # (decision record 6).
    if required == Required.NO:
        rulebook, kind = ruling.question.rulebook, ruling.item.chip.kind
        if not rulebook.covers(kind, ruling.question.on):
            return Required.UNDETERMINED
    return required


def _rules_asking(ruling: Ruling, rules: list[Rule], required: Required) -> list[Rule]:
    """The rules that ask for a license: those met, or else those that cannot all be unmet.

    A license may be required without any single rule being met, for instance where an unknown die
    area leaves open which of two paragraphs applies and both need one. ``rules`` are the license
    rules for these places, ``required`` is their joint answer.
    """
    met = [rule for rule in rules if ruling.verdict(rule).status == Status.MET]
    if met or required != Required.YES:
        return met
    return [rule for rule in rules if ruling.verdict(rule).status == Status.UNDETERMINED]


def _any_requirement(ruling: Ruling, rules: list[Rule]) -> Verdict:
    """Whether any rule asks for a license, evaluated over everything still possible.

    Rules that depend on common figures are evaluated together, so that an undetermined paragraph
    does not leave the license undetermined; rules that share no figure are independent and are
    evaluated apart. The verdict is met, undetermined or not met, and contested by what contests
    the joint rules that decide.
    """
    facts = ruling.facts(rules)
    verdicts = []
    for rule in joint_rules(ruling, rules):
        verdicts.append(judge(rule, ruling.item, ruling.control_list, facts, contest_reports=True))

    # One uncontested requirement settles it, regardless of the others.
    if any(verdict.status == Status.MET and not verdict.contested for verdict in verdicts):
        return Verdict(rule=ANY_RULE, finding=Finding(Status.MET, REQUIRED))

    for status in (Status.MET, Status.UNDETERMINED):
        chosen = [verdict for verdict in verdicts if verdict.status == status]
        if chosen:
            find_sides, find_needs = partial(_sides, chosen), partial(_needs, chosen)
            return replace(chosen[0], find_sides=find_sides, find_needs=find_needs)

    return Verdict(
        rule=ANY_RULE, finding=Finding(Status.NOT_MET), find_sides=partial(_sides, verdicts)
    )


def _sides(verdicts: list[Verdict]) -> tuple[Side, ...]:
    """Everything that contests some verdicts, in their order."""
    sides: list[Side] = []
    for verdict in verdicts:
        sides += verdict.sides
    return tuple(sides)


def _needs(verdicts: list[Verdict]) -> tuple[Need, ...]:
    """What is missing for some verdicts, each need once."""
    needs: dict[Need, None] = {}
    for verdict in verdicts:
        needs.update(dict.fromkeys(verdict.needs))
    return tuple(needs)


def _requirement(ruling: Ruling, rule: Rule, reviews: list[Rule]) -> Requirement:
    """What one license rule asks for: its paragraph, exceptions and review policy.

    ``reviews`` are the review rules of the day, which may ease its policy or make it depend on
    whether the chip was on sale.
    """
    verdict = ruling.verdict(rule)
    entry = review_entry(ruling, rule)
    policy_because = headquarters_reason(rule, entry.scope, ruling.question.transaction)
    plain = entry.policy
    review_if = policies_of_sale(ruling, rule, reviews, plain)
    review = None
    if not review_if:
        review = eased_policy(ruling, rule, reviews, plain)
    return Requirement(
        rule=rule.id,
        section=verdict.leading_provision,
        exceptions=exceptions_of(ruling, rule),
        review=review,
        status=verdict.status,
        otherwise=plain,
        review_if=review_if,
        policy_state=entry.state,
        policy_text=entry.text,
        review_sides=entry.sides,
        contested=bool(entry.sides) or _is_contested(ruling, rule),
        in_scope_because=_in_scope_because(ruling, rule, policy_because),
        policy_because=policy_because,
    )


def _is_contested(ruling: Ruling, rule: Rule) -> bool:
    """Whether credible evidence, or a number that only the press reports, makes a rule met or not.

    The license may be required by another rule all the same.
    """
    verdict = ruling.verdict(rule)
    if rule.rests_on_reports:
        verdict = _any_requirement(ruling, [rule])
    return any(side.finding.status != verdict.status for side in verdict.sides)


def _in_scope_because(ruling: Ruling, rule: Rule, policy_because: str) -> str:
    """Why the places are in the scope of a rule, and headquarters that only choose its policy.

    An Emirate buyer with a Chinese parent is reached by the place, and reviewed by the parent.
    """
    asked = ruling.question
    reason = scope_reason(rule, asked.transaction)
    reason = with_treatments(reason, asked.places_asked.codes, asked.on)
    if not policy_because or policy_because in reason:
        return reason
    return f"{reason}; {policy_because}{FOR_REVIEW}"
