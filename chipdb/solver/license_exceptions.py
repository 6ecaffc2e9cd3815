"""Which license exceptions may lift a requirement, as far as figures and places show.

An exception is open only where nothing that chipdb knows speaks against it. What the exporter must
do for it (notify, certify, report) is listed with it and never assumed to be done.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date

from chipdb.lazy_dataclasses import replace
from chipdb.rules.conditions import All, Condition, Not
from chipdb.rules.places import places
from chipdb.rules.rule import LicenseException, Provision, Rule
from chipdb.rules.wording import condition_words, scope_text
from chipdb.solver.joint_rules import REQUIRED
from chipdb.solver.requirement import ExceptionAnswer, Requirement
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Verdict, judge
from chipdb.vocabulary import ExceptionState, RuleQuestion, Status

BARRED = "not available where {paragraph} also requires a license ({section})"
"""Why an exception is closed by another requirement."""
MAY_BE_BARRED = "may apply unless this also requires a license ({section}): {title}"
"""Why it depends on another requirement."""
PLACES_OPEN = "depends on the places and parties: {scope}"
"""Why it depends on what is unknown of them, with the scope in words."""


def exceptions_of(ruling: Ruling, rule: Rule) -> tuple[ExceptionAnswer, ...]:
    """The state of each exception of a rule that exists on the day, each name once.

    One section may grant an exception in several ways; the most open one counts. Names come in the
    order in which the rule first lists them.
    """
    by_name: dict[str, ExceptionAnswer] = {}
    order = tuple(ExceptionState)
    for entry in rule.exceptions:
        if not stands(entry, ruling.question.on):
            continue
        answer = _answer(ruling, entry, rule)
        before = by_name.get(entry.name)
        if before is None or order.index(answer.state) < order.index(before.state):
            by_name[entry.name] = answer
    return tuple(by_name.values())


def _answer(ruling: Ruling, entry: LicenseException, rule: Rule) -> ExceptionAnswer:
    """The state of one exception, with why; ``rule`` is the license rule that it would lift."""
    is_open_here = is_open(ruling, entry, rule)
    if is_open_here:
        state = ExceptionState.OPEN
        because = "no fact that chipdb reads closes it"
    elif is_open_here is None:
        state = ExceptionState.DEPENDS
        because = _what_it_depends_on(ruling, entry, rule)
    else:
        state = ExceptionState.CLOSED
        because = _why_closed(ruling, entry, rule)
    return ExceptionAnswer(
        name=entry.name,
        section=entry.section,
        state=state,
        because=because,
        conditions=entry.conditions,
    )


def _what_it_depends_on(ruling: Ruling, entry: LicenseException, rule: Rule) -> str:
    """Why it is not known whether an exception is open.

    What it says of the transaction, such as an end use; else another requirement; else what is
    open of its places and parties, and of what its condition asks of the item. What is settled is
    no reason.
    """
    if entry.depends_on:
        return f"depends on the transaction: {entry.depends_on}"

    barring = _barring(ruling, entry, rule, (Status.UNDETERMINED, Status.NOT_MET))
    if barring is not None:
        depends = MAY_BE_BARRED.format(section=_barred_by(barring), title=barring.title)
        return f"{depends}; that is not known"

    reasons = []
    if places().holds(entry.scope, ruling.question.transaction) is None:
        reasons.append(PLACES_OPEN.format(scope=outside_words(entry)))
    if not _is_settled(_judged(ruling, entry, rule)):
        reasons.append(_asked_of_item(ruling, entry, rule))
    return f"{'; '.join(reasons)}; that is not known"


def _asked_of_item(ruling: Ruling, entry: LicenseException, rule: Rule) -> str:
    """What the condition of an exception asks of the item, as far as that is open."""
    if isinstance(entry.when, Not):
        open_part = _open_part(ruling, entry, rule, entry.when.part)
        return f"may apply unless {condition_words(open_part)}"
    return f"is available only for: {condition_words(entry.when)}"


def _open_part(
    ruling: Ruling, entry: LicenseException, rule: Rule, excluded: Condition
) -> Condition:
    """The parts of what an exception excludes that the item does not surely meet.

    What it meets, such as its entry, decides nothing and would hide the fact that does.
    """
    if not isinstance(excluded, All):
        return excluded
    unsettled = []
    for part in excluded.parts:
        if not _is_settled(_judged(ruling, replace(entry, when=part), rule)):
            unsettled.append(part)
    if len(unsettled) == 1:
        return unsettled[0]
    return All(tuple(unsettled)) if unsettled else excluded


def _judged(ruling: Ruling, entry: LicenseException, rule: Rule) -> Verdict:
    """What the condition of an exception gives for the item.

    It is evaluated like a rule, so that unknowns and disputes are treated alike.
    """
    return judge(_probe(entry), ruling.item, ruling.control_list, ruling.facts([rule]))


def _is_settled(verdict: Verdict) -> bool:
    """Whether the item meets a condition, and no evidence contests that.

    An exception that evidence contests is not offered: relying on it would be a violation if the
    evidence is right.
    """
    return verdict.status == Status.MET and not verdict.sides


def _why_closed(ruling: Ruling, entry: LicenseException, rule: Rule) -> str:
    """What closes an exception: its rule, the places, another requirement, or the item.

    The first of them that does, since each alone is enough.
    """
    if entry.closed:
        return entry.closed
    if places().holds(entry.scope, ruling.question.transaction) is False:
        return outside_words(entry)
    barring = _barring(ruling, entry, rule, (Status.MET,))
    if barring is not None:
        met = ruling.verdict(barring).provisions
        # a rule that is met as a whole has no provision to name
        paragraph = met[0] if met else barring.provisions[0].id
        return BARRED.format(paragraph=paragraph, section=_barred_by(barring))
    return unmet_words(entry)


def _barring(
    ruling: Ruling, entry: LicenseException, rule: Rule, statuses: tuple[Status, ...]
) -> Rule | None:
    """The first other license rule, with one of some statuses, that bars an exception.

    One that is not met counts only if credible evidence leads it to "met".
    """
    for other in ruling.rules_of(RuleQuestion.LICENSE):
        if other.bars is None or other.id == rule.id or entry.name not in other.bars.exceptions:
            continue
        verdict = ruling.verdict(other)
        if verdict.status not in statuses:
            continue
        if verdict.status != Status.NOT_MET or is_met_by_a_side(verdict):
            return other
    return None


def is_met_by_a_side(verdict: Verdict) -> bool:
    """Whether some evidence that contests a verdict leads to "met"."""
    return any(side.finding.status == Status.MET for side in verdict.sides)


def _barred_by(rule: Rule) -> str:
    """The section by which a rule bars exceptions of others."""
    assert rule.bars is not None
    return rule.bars.section


def outside_words(entry: LicenseException) -> str:
    """What closes an exception for places and parties outside its scope.

    In the words of the rule where it has some. The explorer says the same.
    """
    return entry.restricted or f"only {scope_text(entry.scope)}"


def unmet_words(entry: LicenseException) -> str:
    """What closes an exception for items that do not meet its condition; the explorer says so, too.

    >>> from chipdb.rules.rulebook import load_rules
    >>> unmet_words(load_rules()["us-license-742-6-hbm-2024"].exceptions[0])
    'only for items: memory bandwidth density below 3.3 GB/s/mm^2'
    """
    if isinstance(entry.when, Not):
        return f"not for items {condition_words(entry.when.part)}"
    return f"only for items: {condition_words(entry.when)}"


def open_under_all(requirements: tuple[Requirement, ...]) -> tuple[ExceptionAnswer, ...]:
    """The exceptions that are open under every requirement: one alone would lift only its own.

    Each is given as the first requirement answers it, in its order. Empty without requirements.
    """
    if not requirements:
        return ()

    first, *others = requirements
    open_everywhere = first.open_exceptions
    for requirement in others:
        names_here = {entry.name for entry in requirement.open_exceptions}
        open_everywhere = tuple([entry for entry in open_everywhere if entry.name in names_here])
    return open_everywhere


def is_open(ruling: Ruling, entry: LicenseException, rule: Rule) -> bool | None:
    """Whether an exception is open to an exporter who meets its conditions.

    None where that depends on what is unknown or contested. ``rule`` is the license rule that the
    exception would lift.
    """
    if entry.closed or not stands(entry, ruling.question.on):
        return False
    in_scope = places().holds(entry.scope, ruling.question.transaction)
    is_barred = _barring(ruling, entry, rule, (Status.MET,)) is not None
    if in_scope is False or is_barred:
        return False

    # No transaction opens an exception to an item that it leaves out.
    verdict = _judged(ruling, entry, rule)
    if verdict.status == Status.NOT_MET:
        return False

    # Who uses an item, and what for, is no fact that chipdb is given.
    if entry.depends_on:
        return None
    may_be_barred = _barring(ruling, entry, rule, (Status.UNDETERMINED, Status.NOT_MET))
    if _is_settled(verdict) and in_scope and may_be_barred is None:
        return True
    return None


@functools.lru_cache(maxsize=256)
def _probe(entry: LicenseException) -> Rule:
    """A rule that is met where the condition of an exception holds.

    Cached, because what a rule says is kept by its identity.
    """
    return Rule(
        id="probe",
        question=RuleQuestion.LICENSE,
        provisions=(Provision("probe", REQUIRED, entry.when),),
    )


def stands(entry: LicenseException, on: date) -> bool:
    """Whether an exception exists on a day, by its half-open dates.

    It exists on its first day and no longer on the day on which it ends; one without dates always
    does.
    """
    starts, ends = entry.dates.effective, entry.dates.ends
    if starts is not None and on < starts:
        return False
    return ends is None or on < ends


def unsettled_exceptions(ruling: Ruling, rules: list[Rule]) -> Iterator[str]:
    """A sentence for each exception that depends on what is not known, by the order of rules.

    ``rules`` are those that ask for a license. Several rules may give the same sentence.
    """
    for rule in rules:
        for entry in rule.exceptions:
            # What depends on the transaction is always open to question: it stands with its rule.
            if entry.depends_on or is_open(ruling, entry, rule) is not None:
                continue
            depends = _what_it_depends_on(ruling, entry, rule)
            yield f"license exception {entry.name} ({entry.section}) {depends}"
