"""How an application for a license is reviewed: the policy, what eases it, what it depends on.

A license rule states policies by place and item. A review rule of the day (the case-by-case review
of January 2026 is one) may ease them for some items. Wherever something is not known, the stricter
policy is given.
"""

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
"""What is printed as the policy of a rule that states none for the item and the places."""


def review_entry(ruling: Ruling, rule: Rule) -> Review:
    """The review policy of a rule: the first entry whose scope and condition may hold.

    Its policy is None where the rule has none, or where the policy is not known.

    >>> from chipdb.catalog.catalog import load
    >>> from chipdb.solver.item import Item
    >>> from chipdb.solver.question import question
    >>> ruling = Ruling(Item(load()["A30"]), question("2023-12-01", "China"))
    >>> rule = ruling.question.rulebook["us-license-742-6-iii-2023"]
    >>> review_entry(ruling, rule).policy
    'presumption-of-denial'
    """
    # Entries are listed strictest first, so where a scope or condition is not known the entry
    # counts and the stricter policy is given.
    for entry in rule.review:
        in_scope = places().holds(entry.scope, ruling.question.transaction)
        if in_scope is not False and _may_hold(ruling, entry.when, rule):
            return entry
    return _NO_POLICY


def _may_hold(ruling: Ruling, condition: Condition, rule: Rule) -> bool:
    """Whether a condition holds under some assignment of the plain interpretation.

    ``rule`` is the license rule whose policy has the condition.
    """
    # Most policies have no condition, and then nothing needs to be counted.
    if condition == All(()):
        return True

    plain = ruling.item.plain(ruling.facts([rule]))[0]
    # The condition goes along because its thresholds must divide the unknowns too.
    assignments = ruling.control_list.assignments(rule, plain, ruling.item.chip.kind, (condition,))
    for assignment in assignments:
        if Evaluator(ruling.control_list, assignment).holds(condition):
            return True
    return False


def eased_policy(
    ruling: Ruling, rule: Rule, reviews: list[Rule], plain: Policy | None
) -> Policy | None:
    """The policy of the review rule that is met for a license rule; ``plain`` where none is.

    ``reviews`` are the review rules of the day, ``plain`` is the license rule's own policy.
    """
    for review in reviews:
        if not _bears_on(review, rule) or ruling.verdict(review).status != Status.MET:
            continue
        # A contested easing does not count: the stricter policy is shown, and a note says why.
        if ruling.verdict(review).contested:
            return plain
        return review.review[0].policy
    return plain


def policies_of_sale(
    ruling: Ruling, rule: Rule, reviews: list[Rule], plain: Policy | None
) -> tuple[ReviewIf, ...]:
    """The two policies of a license rule, where sale in the United States chooses between them.

    The one for a chip that was on sale comes first. Empty if sale does not matter, or if a source
    says whether it was. ``reviews`` are the review rules of the day, ``plain`` is the license
    rule's own policy.
    """
    for review in reviews:
        if _bears_on(review, rule) and ruling.sale_decides(review):
            day = review.dates.published or ruling.question.on
            sale = f"on sale in the United States on {day}"
            return (ReviewIf(review.review[0].policy, sale), ReviewIf(plain, f"not {sale}"))
    return ()


def _bears_on(review: Rule, rule: Rule) -> bool:
    """Whether a review rule governs applications under a license rule, which it names by id."""
    return any(rule.id in entry.of for entry in review.review)


def strictest(policies: Iterable[Policy | None]) -> Policy | None:
    """The strictest policy; one that is not public (None) is left aside unless it is the only one.

    None where no policy is public, and without any.

    >>> strictest([Policy.CASE_BY_CASE, None, Policy.PRESUMPTION_OF_DENIAL])
    'presumption-of-denial'
    """
    public = [policy for policy in policies if policy is not None]
    if not public:
        return None
    return min(public, key=POLICIES.index)


def stated_policy(requirement: Requirement) -> Policy | None:
    """The policy of a requirement; where sale decides but not for the answer, the stricter one.

    Sale does not decide for the answer where another requirement is as strict either way.
    """
    if requirement.review_if:
        return requirement.otherwise
    return requirement.review


def strictest_if(requirements: tuple[Requirement, ...]) -> tuple[ReviewIf, ...]:
    """The strictest policy over all requirements for each value of the fact that decides.

    Empty where none decides, or where another requirement is as strict for either value:

    >>> on_sale = ReviewIf(Policy.CASE_BY_CASE, "on sale")
    >>> not_on_sale = ReviewIf(Policy.PRESUMPTION_OF_DENIAL, "not on sale")
    >>> branches = (on_sale, not_on_sale)
    >>> open_ = Requirement(rule="a", section="a", exceptions=(), review=None, review_if=branches)
    >>> [branch.policy.value for branch in strictest_if((open_,))]
    ['case-by-case', 'presumption-of-denial']
    >>> denied = Requirement(
    ...     rule="b", section="b", exceptions=(), review=Policy.PRESUMPTION_OF_DENIAL
    ... )
    >>> strictest_if((open_, denied))
    ()
    """
    # All of them depend on the same fact: only one review rule asks whether a chip was on sale.
    settled: list[Policy | None] = []
    by_condition: dict[str, list[Policy | None]] = {}
    for requirement in requirements:
        if not requirement.review_if:
            settled.append(requirement.review)
        for branch in requirement.review_if:
            by_condition.setdefault(branch.condition, []).append(branch.policy)

    branches = []
    for condition, policies in by_condition.items():
        branches.append(ReviewIf(strictest([*settled, *policies]), condition))
    if len({branch.policy for branch in branches}) == 1:
        return ()
    return tuple(branches)


def conditions_of_eased_review(
    ruling: Ruling, reviews: list[Rule], requirements: tuple[Requirement, ...]
) -> tuple[str, ...]:
    """What must be certified for an eased review; empty where no requirement is eased.

    In the words of the review rules that are met, or that are if the chip was on sale.
    """
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
    """A sentence for each requirement that a review rule may ease or not.

    ``reviews`` are the review rules of the day; those that are settled and uncontested say nothing.
    """
    for rule in reviews:
        verdict = ruling.verdict(rule)
        if not rule.review:
            continue
        if verdict.status != Status.UNDETERMINED and not verdict.contested:
            continue

        document = rule.citation.get("document", rule.id)
        state = str(verdict.status)
        if verdict.contested:
            state += " and contested"
        for requirement in requirements:
            # Where sale decides, the answer has a policy for either case instead.
            if requirement.rule in rule.review[0].of and not requirement.review_if:
                yield (
                    f"review: whether {document} eases it is {state}; the stricter policy is shown"
                )
