"""The verdict of a check: one sentence that can be quoted, with its status.

The sentence names the date, the chip, the places, the headquarters it assumes, the result, and what
decides it. It never says that a shipment is allowed: a "no" means that none of the rules checked
here asks for a license.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from chipdb.answers.check import SILENT, Check
from chipdb.rules.places import places
from chipdb.solver.cautions import Caution
from chipdb.solver.labels import AS_PRINTED, need_text
from chipdb.solver.licensing import License
from chipdb.solver.presumption import Presumption
from chipdb.solver.requirement import Requirement
from chipdb.solver.review import strictest
from chipdb.solver.verdict import REPORTED, Verdict
from chipdb.views.wording import (
    ON_WHAT_IS_NOT_STATED,
    changed_name,
    depending,
    policy_text,
    printed_words,
    review_words,
    unknown_policies,
    unsettled_exceptions,
    with_article,
)
from chipdb.views.words import first_few
from chipdb.vocabulary import (
    CautionKind,
    Required,
    RuleQuestion,
    Status,
    Word,
)

LONGEST = 400
"""A verdict stays below this many characters, so that it fits a memo, a cell and a message."""

_PARENTHESES = re.compile(r" \([^()]* [^()]*\)")
"""A remark in parentheses of more than one word, which a paragraph such as 742.6(b)(10) is not."""

_CLAUSE_ENDS = re.compile(r"(; |, and |, which needs )")

# three sections and their policies would not leave room for the rest of the sentence
_SECTIONS_SHOWN = 2
"""More sections than this are counted, not listed."""


class VerdictStatus(Word):
    """What a verdict comes to: about a license where a destination is given, else about control."""

    LICENSE_REQUIRED = "license-required"
    LICENSE_NOT_REQUIRED = "license-not-required"
    CONTROLLED = "controlled"
    NOT_CONTROLLED = "not-controlled"
    UNDETERMINED = "undetermined"


def verdict_object(check: Check) -> dict[str, Any]:
    """Return the ``verdict`` of the JSON of a check: text, status, contested."""
    return {
        "text": verdict_sentence(check),
        "status": verdict_status(check),
        "contested": is_contested(check),
    }


def is_contested(check: Check) -> bool:
    """Return whether credible evidence leads to another answer to what was asked."""
    return any(contested for _, contested in check.deciding())


def verdict_status(check: Check) -> VerdictStatus:
    """Return the status of what was asked: the license, the classification, or the named rules.

    One of several named rules that is met is enough, and one that is undetermined outweighs those
    that are not met.
    """
    met, not_met = VerdictStatus.CONTROLLED, VerdictStatus.NOT_CONTROLLED
    if check.asks_license:
        met, not_met = VerdictStatus.LICENSE_REQUIRED, VerdictStatus.LICENSE_NOT_REQUIRED

    statuses = {status for status, _ in check.deciding()}
    if check.asks_named_rules:
        # named by themselves they never set the exit status, but what they find is the answer
        named = _named(check)
        statuses |= {each.status for each in named if each.rule.question in _OF_CONTROL}
    if not statuses.isdisjoint({Status.MET, Required.YES}):
        return met
    # Required.UNDETERMINED is the same word
    if Status.UNDETERMINED in statuses:
        return VerdictStatus.UNDETERMINED
    return not_met


def verdict_sentence(check: Check) -> str:
    """Return the verdict as one sentence of less than 400 characters."""
    start, reason = _start_and_reason(check)
    ending = ""
    if is_contested(check):
        ending = "; this is contested"
    return _fitted(f"On {check.question.on}{_law_read(check)} {start}", reason, ending)


def _law_read(check: Check) -> str:
    """Return how the law was read where that is not as it is enforced; empty where it is.

    A quoted verdict must not look like what is enforced.
    """
    readings: list[str] = []
    if check.question.as_printed:
        readings.append(AS_PRINTED)
    readings += _supposed(check)
    if not readings:
        return ""
    return f", {', and '.join(readings)},"


def _supposed(check: Check) -> Iterator[str]:
    """Yield which proposals the verdict treats as law, if any."""
    names: list[str] = []
    for rule in check.question.enacted:
        # a title names the bill up to its first comma, and then the items that it covers
        bill, _, _ = rule.title.partition(",")
        names.append(bill or rule.id)
    if names:
        yield f"as if the {' and the '.join(names)} were law"


def verdict_reason(check: Check) -> str:
    """Return what decides the verdict, such as the section that asks for a license."""
    return _start_and_reason(check)[1]


def _start_and_reason(check: Check) -> tuple[str, str]:
    """Return the sentence up to the result, and what decides it."""
    if check.asks_license:
        return _license(check)
    if check.asks_named_rules:
        return _named_rules(check)
    return _classification(check)


def _fitted(start: str, reason: str, ending: str) -> str:
    """Return start, reason and ending as one whole sentence.

    Of a reason that is too long, clauses are left out from the end; start and ending are never cut.
    """
    room = LONGEST - len(start) - len(ending) - len(": .") - 1
    sentence = f"{start}: {_whole_clauses(reason, room)}".removesuffix(": ") + ending
    if sentence.endswith("."):
        return sentence
    return f"{sentence}."


def _whole_clauses(reason: str, room: int) -> str:
    """Return as many clauses of a reason as fit; without remarks in parentheses if none does."""
    for text in (reason, _PARENTHESES.sub("", reason)):
        if len(text) <= room:
            return text
        clauses = _CLAUSE_ENDS.split(text)
        # odd positions hold what separates the clauses
        for count in range(len(clauses) - 2, 0, -2):
            kept = "".join(clauses[:count])
            kept += ")" * (kept.count("(") - kept.count(")"))
            if len(kept) <= room:
                return kept
    return ""


def _license(check: Check) -> tuple[str, str]:
    """Return the answer about the license, and what decides it."""
    answer = check.license
    act = _act(check)
    if answer.required == Required.YES:
        return f"a license is required to {act}", _requirements(check)
    if answer.required == Required.UNDETERMINED:
        return f"it is undetermined whether a license is required to {act}", _unsettled(check)
    # a text that is printed and not enforced does not decide, but must be mentioned
    if answer.printed is not None:
        start = f"no license is required, as BIS enforces its rules, to {act}"
        return start, printed_words(answer.printed)
    start = f"no license is required under the chip rules checked here to {act}"
    return start, f"{_why_none(check)}; end uses and named parties were not checked"


def _section_words(check: Check, requirement: Requirement) -> str:
    """Return the section that asks for a license; a letter with its day, addressee and source.

    The day of a letter is sourced only for the vendor whose own document it is known from.
    """
    rule = check.question.rulebook[requirement.rule]
    vendor = check.chip.vendor
    if not rule.addressees or vendor is None:
        return requirement.section

    document, _, _ = str(rule.citation.get("document", "")).partition(";")
    if not document.startswith(vendor):
        return f"{requirement.section}, to {vendor}"
    known = f"known from {document}"
    # what the vendor's own document does not say must not seem to come from it
    if any(side.because == REPORTED for side in check.license.sides):
        known = "the number known only from the press"
    return f"{requirement.section}, to {vendor} on {rule.dates.effective}, {known}"


def _requirements(check: Check) -> str:
    """Return the sections that ask for a license, and the review policy."""
    policy = "; ".join(_policies(check.license))
    sections = _sections(check)
    reason = policy
    if sections:
        reason = f"{sections} ({policy})"
    if _is_presumed(check) and check.presumption is not None:
        reason += f"; presumed by {check.presumption.rule.provisions[0].id}"
    elif check.classification.status == Status.NOT_MET:
        reason += ", and not ECCN 3A090 or 4A090, which it does not meet"
    return reason


def _sections(check: Check) -> str:
    """Return the sections that ask for a license, each once; those beyond the first are counted.

    With one instrument there is room for what it rests on; several are listed below.
    """
    requirements = check.license.requirements
    if len(requirements) == 1:
        return _section_words(check, requirements[0])
    # What the policy rests on comes first: of an embargo, part 746.
    strictest_first = sorted(requirements, key=lambda each: each.review != check.license.review)
    sections = dict.fromkeys(each.section for each in strictest_first)
    return first_few(list(sections), _SECTIONS_SHOWN, " and ")


def _policies(answer: License) -> list[str]:
    """Return how applications are reviewed, what contests that, and which exceptions may apply.

    Those that depend on what is not stated are named, as in the table. Only for a single
    requirement does it say that none applies: of several, one may lift its own.
    """
    policies = [review_words(answer) + _by_headquarters(answer), *unknown_policies(answer)]
    for requirement in answer.requirements:
        for side in requirement.review_sides:
            # what another requirement asks for anyway contests nothing
            if side.policy != answer.review:
                policies.append(f"contested: {policy_text(side.policy)} by {side.because}")
    if answer.exceptions:
        # a reader of "required" would not look for a way that needs no license
        names = " and ".join(f"{each.name} ({each.section})" for each in answer.exceptions)
        if len(answer.exceptions) == 1:
            policies.append(f"License Exception {names} may apply under its conditions")
        else:
            policies.append(f"License Exceptions {names} may apply under their conditions")
    unsettled = unsettled_exceptions(answer)
    if unsettled:
        policies.append(_depending_exceptions(unsettled))
    elif len(answer.requirements) == 1 and not answer.exceptions:
        policies.append("no exception checked here applies")
    return policies


def _depending_exceptions(names: Sequence[str]) -> str:
    """Return which exceptions may or may not apply: it would be wrong to say that none does."""
    noun = "License Exceptions"
    if len(names) == 1:
        noun = "License Exception"
    return f"{noun} {depending(names)} {ON_WHAT_IS_NOT_STATED}"


def _by_headquarters(answer: License) -> str:
    """Return which headquarters elsewhere than the destination choose the policy, if any do.

    Only the requirements whose policy is the one that is stated count: the policy of denial for
    Russia does not follow from headquarters in China, which choose a milder one.
    """
    chosen = answer.review
    if answer.review_if:
        chosen = strictest(branch.policy for branch in answer.review_if)
    reasons: dict[str, None] = {}
    for requirement in answer.requirements:
        policies = [requirement.review, *(branch.policy for branch in requirement.review_if)]
        if strictest(policies) != chosen:
            continue
        # where another requirement reaches the same policy by the destination, no headquarters do
        if not requirement.policy_because:
            return ""
        reasons[requirement.policy_because] = None
    if not reasons:
        return ""
    return f" because of {' and '.join(reasons)}"


def _unsettled(check: Check) -> str:
    """Return the first thing that leaves a license undetermined."""
    answer = check.license
    for caution in check.cautions:
        if caution.kind == CautionKind.OTHER_CONTROL and caution.changes_status:
            return _other_control(caution)
    if answer.verdict is not None and answer.verdict.needs:
        return _first_need(check, answer.verdict)
    if answer.lacks_jurisdiction:
        # the caution says what follows from it
        return (
            "the vendor is based in an arms-embargoed country, and whether this part is subject to "
            "the EAR is not established"
        )
    if answer.warnings:
        return answer.warnings[0]
    return "the rulebook does not cover this item on this date"


def _other_control(caution: Caution) -> str:
    """Return the entry that a caution is about, and that it was not examined further.

    The caution, which is printed below, lists what was not examined one by one.
    """
    control, _, not_examined = caution.text.partition("; ")
    if not not_examined:
        return control
    return f"{control}; whether an exception or another entry applies was not examined"


def _first_need(check: Check, verdict: Verdict) -> str:
    """Return the first thing that must be known for a license rule.

    The scope of a rule means nothing to a reader; the country group that is not settled does.
    """
    need = verdict.needs[0]
    if need.figure == "scope":
        for membership in unsettled_memberships(check):
            return membership
    return need_text(need, "not required")


def unsettled_memberships(check: Check) -> Iterator[str]:
    """Yield the places that leave the scope of a rule open, and what was not stated about them.

    Strict questions assume no headquarters and no exporting country.
    """
    question = check.question
    codes = [question.to, question.origin, *(question.headquarters or ())]
    # a place may be both the destination and a headquarters
    for code in dict.fromkeys(codes):
        if code is None:
            continue
        for group in places().groups.values():
            if group.holds(code, question.on) is None:
                yield (
                    f"whether {places().name_of(code)} belongs to {group.id} on {question.on} is "
                    "not settled; a license is required if it does"
                )
    if question.headquarters is None:
        yield "a license is required if a party is headquartered where the rule reaches it"
    elif question.origin is None:
        yield "the exporting country is not stated; a license is required if the rule reaches it"


def _why_none(check: Check) -> str:
    """Return why no rule asks for a license."""
    if check.classification.status == Status.NOT_MET and not _is_presumed(check):
        return "it meets no paragraph of ECCN 3A090 or 4A090"
    return "no license requirement checked here applies to these places and parties"


def _named(check: Check) -> list[Verdict]:
    """Return the verdicts of the rules that were asked by name, and of a user's own."""
    names = {*check.question.named, *check.own}
    return [verdict for verdict in check.answers if verdict.rule.id in names]


_OF_CONTROL = (RuleQuestion.AT_CONTROL, RuleQuestion.PRESUMPTION)
"""The questions whose rules set no exit status, but make an item controlled if they are met."""


def _named_rules(check: Check) -> tuple[str, str]:
    """Return the results of the rules that were asked by name."""
    verdicts = _named(check)
    # no verdict at all is a rule of another day, and where none covers the item, that says as
    # little
    if all(verdict.status == Status.NOT_COVERED for verdict in verdicts):
        start = f"no rule that was asked applies to the {_chip(check)} on this date and place"
        ids = ", ".join(verdict.rule.id for verdict in verdicts)
        return start, ids or "none of them applies"

    deciding: list[Verdict] = []
    silent: list[str] = []
    for verdict in verdicts:
        if verdict.rule.question in SILENT:
            silent.append(_silent_words(check, verdict))
        else:
            deciding.append(verdict)
    if not deciding:
        return silent[0], "; ".join([*silent[1:], _NO_EXIT_STATUS])
    return _deciding_words(check, deciding), "; ".join([*_by_status(deciding), *silent])


def _deciding_words(check: Check, deciding: Sequence[Verdict]) -> str:
    """Return whether a chip meets any of some rules."""
    chip = _chip(check)
    statuses = {verdict.status for verdict in deciding}
    if statuses == {Status.MET}:
        return f"the {chip} meets the rules that were asked"
    if Status.MET in statuses:
        return f"the {chip} meets one or more of the rules that were asked"
    if Status.UNDETERMINED in statuses:
        return f"it is undetermined whether the {chip} meets the rules that were asked"
    return f"the {chip} does not meet the rules that were asked"


_RESULTS = {
    Status.MET: "met",
    Status.UNDETERMINED: "undetermined",
    Status.NOT_MET: "not met",
    Status.NOT_COVERED: "not applicable on this date and place",
}
"""What is said of each of several rules, in this order."""


def _by_status(deciding: Sequence[Verdict]) -> list[str]:
    """Return the ids of some rules; by result where the results differ."""
    statuses = {verdict.status for verdict in deciding}
    if len(statuses) == 1:
        return [", ".join(verdict.rule.id for verdict in deciding)]

    parts = []
    for status, words in _RESULTS.items():
        ids = ", ".join(verdict.rule.id for verdict in deciding if verdict.status == status)
        if ids:
            parts.append(f"{ids} ({words})")
    return parts


_NO_EXIT_STATUS = "asked by name, this sets no exit status"


def _silent_words(check: Check, verdict: Verdict) -> str:
    """Return the result of a rule that decides neither a classification nor a license."""
    rule, chip = verdict.rule, _chip(check)
    if rule.question == RuleQuestion.PRESUMPTION:
        return _presumption_words(check, verdict)
    words = {
        Status.MET: f"the {chip} meets {rule.id} ({verdict.outcome})",
        Status.NOT_MET: f"the {chip} does not meet {rule.id}",
        Status.NOT_COVERED: f"{rule.id} does not apply on this date and place",
    }
    return words.get(verdict.status, f"it is undetermined whether the {chip} meets {rule.id}")


def _presumption_words(check: Check, verdict: Verdict) -> str:
    """Return which presumption was asked by name, and whether it stands."""
    rule, chip = verdict.rule, _chip(check)
    name = f"the presumption of {rule.presumes} by {rule.provisions[0].id} ({rule.id})"
    words = {
        Status.MET: f"{name} stands for the {chip}, as no attestation overcomes it",
        Status.NOT_MET: f"{name} does not stand for the {chip}",
        Status.NOT_COVERED: f"{name} does not apply on this date",
    }
    return words.get(verdict.status, f"whether {name} stands for the {chip} is not settled")


def _classification(check: Check) -> tuple[str, str]:
    """Return what the classification is, and what decides it."""
    verdict = check.classification
    chip = f"the {_chip(check)}"
    if _is_presumed(check) and check.presumption is not None:
        start = f"{chip} is presumed to be controlled under ECCN {_presumed(check)}"
        return start, _presumption_reason(check.presumption)
    if verdict.status == Status.MET:
        provisions = " and ".join(verdict.provisions) or "its paragraph depends on missing figures"
        return f"{chip} is controlled under ECCN {verdict.outcome}", provisions
    if verdict.status == Status.NOT_MET:
        start = f"{chip} is not controlled under ECCN 3A090 or 4A090"
        return start, "it meets none of their paragraphs; other entries may apply"
    start = f"it is undetermined whether {chip} is controlled under ECCN 3A090 or 4A090"
    if verdict.needs:
        return start, need_text(verdict.needs[0])
    return start, "the rulebook does not cover this item on this date"


def _presumption_reason(presumption: Presumption) -> str:
    """Return the paragraph of a presumption, and whether something overcomes it."""
    paragraph = presumption.rule.provisions[0].id
    if presumption.verdict.status == Status.UNDETERMINED:
        return f"whether {paragraph} is overcome is undetermined"
    return f"{paragraph}, which no attestation overcomes"


def _chip(check: Check) -> str:
    """Return the chip's name with its changes, and in a license verdict its entry."""
    chip = check.chip
    remarks: list[str] = []
    if check.asks_license:
        presumed = presumed_words(check)
        if presumed is not None:
            remarks.append(presumed)
        elif check.classification.outcome:
            remarks.append(check.classification.outcome)
    return changed_name(chip.name, [*remarks, *chip.changes])


def _presumed(check: Check) -> str | None:
    """Return the paragraph that the exporter has to presume; None where it has none to presume."""
    if check.presumption is None:
        return None
    return check.presumption.presumed


def presumed_words(check: Check) -> str | None:
    """Return the presumed paragraph in words, where the figures give another answer.

    The presumption binds the exporter, so a classification that left it out would mislead.
    """
    if not _is_presumed(check):
        return None
    return f"presumed {_presumed(check)}"


def _is_presumed(check: Check) -> bool:
    """Return whether an answer rests on a presumption and not on the figures."""
    return _presumed(check) not in (None, check.classification.outcome)


def _act(check: Check) -> str:
    """Return what is done with the chip, from where, to where, and for which parties.

    Nothing is exported that stays in one country: the EAR call it a transfer in-country (772.1).
    Which country that is, they say: to Puerto Rico nothing is exported from the United States.
    """
    on, asked = check.question.on, check.question.places_asked
    chip = f"the {_chip(check)}"
    if asked.to and asked.origin == asked.to:
        return f"transfer {chip} within {_country(asked.to, on)}{_parties(check)}"
    text = f"export {chip}"
    if asked.to and check.question.origin == check.question.to:
        text = f"transfer {chip}"
    if asked.origin:
        text += f" from {_country(asked.origin, on)}"
    if asked.to:
        text += f" to {_country(asked.to, on)}"
    return text + _parties(check)


def _parties(check: Check) -> str:
    """Return where the recipient and its ultimate parent are headquartered."""
    on, asked = check.question.on, check.question.places_asked
    if not asked.headquarters:
        return " for parties whose headquarters are not stated"
    # as what the destination is treated is said before
    countries = []
    for code in asked.headquarters:
        is_told = code == asked.to
        countries.append(with_article(places().name_of(code)) if is_told else _country(code, on))
    return f" for parties headquartered in {' and '.join(countries)}"


def _country(code: str, on: date) -> str:
    """Return a country's name and the one that it is treated as, with the articles they take.

    >>> _country("HK", date(2026, 6, 1)), _country("VI", date(2026, 6, 1))
    ('Hong Kong (treated as China)', 'the U.S. Virgin Islands (treated as the United States)')
    """
    name, whole = with_article(places().name_of(code)), places().treated_as(code, on)
    if whole == code:
        return name
    return f"{name} (treated as {with_article(places().name_of(whole))})"
