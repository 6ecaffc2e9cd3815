"""How an application for a license is reviewed: the policy, what eases it, what it depends on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from chipdb.rules.conditions import All, Condition
from chipdb.rules.places import places
from chipdb.rules.rule import POLICIES, Review, Rule
from chipdb.rules.scopes import NO_SCOPE
from chipdb.solver.evaluate import Evaluator
from chipdb.solver.requirement import Requirement, ReviewIf
from chipdb.solver.ruling import Ruling
from chipdb.vocabulary import Policy, PolicyState, Status

_NO_POLICY = Review(policy=None, when=All(()), scope=NO_SCOPE, state=PolicyState.NONE)


def review_entry(ruling: Ruling, rule: Rule) -> Review:
    """The review policy of a rule: the first entry whose scope and condition may hold.

    Its policy is None where the rule has none, or where the policy is not known.
    """
    # Entries are listed strictest first, so where a scope or condition is not known the entry
    # counts and the stricter policy is given.
    for entry in rule.review:
        in_scope = places().holds(entry.scope, ruling.question.transaction)
        if in_scope is not False and _may_hold(ruling, entry.when, rule):
            return entry
    return _NO_POLICY


def _may_hold(ruling: Ruling, condition: Condition, rule: Rule) -> bool:
    """Whether a condition holds under some assignment of the plain interpretation."""
    # Most policies have no condition, and then nothing needs to be counted.
    if condition == All(()):
        return True

    plain = ruling.item.plain(ruling.facts([rule]))[0]
    # The condition goes along because its thresholds must divide the unknowns too.
    assignments = ruling.control_list.assignments(rule, plain, ruling.item.chip.kind, (condition,))
    return any(
        Evaluator(ruling.control_list, assignment).holds(condition) for assignment in assignments
    )


def eased_policy(
    ruling: Ruling, rule: Rule, reviews: list[Rule], plain: Policy | None
) -> Policy | None:
    """The policy of a review rule that is met for this requirement.

    The plain one where that is contested.
    """
    for review in reviews:
        # A contested easing does not count: the stricter policy is shown, and a note says why.
        if _bears_on(review, rule) and ruling.verdict(review).status == Status.MET:
            return plain if ruling.verdict(review).contested else review.review[0].policy
    return plain


def policies_of_sale(
    ruling: Ruling, rule: Rule, reviews: list[Rule], plain: Policy | None
) -> Iterator[ReviewIf]:
    """The policies of a requirement, where sale in the United States decides and is not sourced."""
    for review in reviews:
        if _bears_on(review, rule) and ruling.sale_decides(review):
            sale = f"on sale in the United States on {review.dates.published or ruling.question.on}"
            yield ReviewIf(review.review[0].policy, sale)
            yield ReviewIf(plain, f"not {sale}")
            return


def _bears_on(review: Rule, rule: Rule) -> bool:
    """Whether a review rule governs applications under a license rule."""
    return any(rule.id in entry.of for entry in review.review)


def strictest(policies: Iterable[Policy | None]) -> Policy | None:
    """The strictest policy; one that is not public is left aside unless it is the only one."""
    public = [policy for policy in policies if policy is not None]
    return min(public, key=POLICIES.index) if public else None


def stated_policy(requirement: Requirement) -> Policy | None:
    """The policy of a requirement; where sale decides but not for the answer, the stricter one."""
    return requirement.otherwise if requirement.review_if else requirement.review


def strictest_if(requirements: tuple[Requirement, ...]) -> tuple[ReviewIf, ...]:
    """The strictest policy over all requirements for each value of the fact that decides.

    Empty where none decides, or where another requirement is as strict for either value.
    """
    deciding = [each for each in requirements if each.review_if]
    if not deciding:
        return ()

    # All of them depend on the same fact: only one review rule asks whether a chip was on sale.
    others = [each.review for each in requirements if not each.review_if]
    branches = []
    for position, branch in enumerate(deciding[0].review_if):
        policies = [each.review_if[position].policy for each in deciding]
        branches.append(ReviewIf(strictest([*others, *policies]), branch.condition))
    if len({branch.policy for branch in branches}) == 1:
        return ()
    return tuple(branches)


def conditions_of_eased_review(
    ruling: Ruling, reviews: list[Rule], requirements: tuple[Requirement, ...]
) -> tuple[str, ...]:
    """What must be certified for an eased review; empty where no requirement is eased."""
    if all(requirement.review == requirement.otherwise for requirement in requirements):
        return ()
    conditions: list[str] = []
    for rule in reviews:
        if ruling.verdict(rule).status == Status.MET or ruling.sale_decides(rule):
            conditions += rule.conditions
    return tuple(conditions)


def unsettled_reviews(
    ruling: Ruling, reviews: list[Rule], requirements: tuple[Requirement, ...]
) -> Iterator[str]:
    """A sentence for each requirement that a review rule may ease or not."""
    for rule in reviews:
        verdict = ruling.verdict(rule)
        if verdict.status != Status.UNDETERMINED and not verdict.contested:
            continue

        for requirement in requirements:
            if not rule.review or requirement.rule not in rule.review[0].of:
                continue
            if requirement.review_if:
                continue
            document = rule.citation.get("document", rule.id)
            contested = " and contested" if verdict.contested else ""
            yield (
                f"review: whether {document} eases it is {verdict.status}{contested}; "
                "the stricter policy is shown"
            )
