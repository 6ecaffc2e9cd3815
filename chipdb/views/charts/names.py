"""Short names of chips for labels, and of findings for legends."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.rules.rule import Rule
from chipdb.solver.labels import NOT_CONTROLLED
from chipdb.solver.plane import Findings
from chipdb.solver.verdict import Finding, strictness
from chipdb.units import display
from chipdb.vocabulary import RuleQuestion, Status

UNDETERMINED = "undetermined"
OTHER_RULE = "rule"
REVIEW = " review"
LONGEST = 48
"""A longer name is cut in labels."""

KNOB_NAMES = {
    "compute": "compute",
    "memory-bandwidth": "memory bandwidth",
    "link-bandwidth": "links",
    "die-area": "die area",
}


def short(chip: Chip) -> str:
    """A chip's name without its vendor; a chip that represents its model gets the model's name.

    >>> import chipdb
    >>> [short(chipdb.load()[name]) for name in ("H100", "H100 PCIe", "910B2", "RTX 4090")]
    ['H100', 'H100 PCIe 80GB', 'Ascend 910B2', 'RTX 4090']
    """
    name = _unchanged_name(chip)
    if len(name) > LONGEST:
        name = f"{name[: LONGEST - 3]}..."
    return ", ".join([name, *changes(chip)])


def _unchanged_name(chip: Chip) -> str:
    """The name without the vendor, and without what was changed."""
    name = chip.name
    if chip.vendor:
        name = name.removeprefix(f"{chip.vendor} ")
    # Names of users may have line breaks, which a label cannot show.
    name = " ".join(name.split())

    if not chip.represents or not chip.model or chip.model not in name:
        return name
    if chip.model[:1].isalpha():
        return chip.model

    # A model such as 4090 means nothing by itself: keep the family before it, drop the variant
    # after.
    before, model, after = name.partition(chip.model)
    rest_of_the_word = after.partition(" ")[0]
    return before + model + rest_of_the_word


def changes(chip: Chip) -> list[str]:
    """What was done to a chip: ``compute -30 %``.

    Turns of a knob are put in words; other changes are written as they were given.
    """
    turns = {}
    for knob, by in chip.derating:
        turns[f"{knob}={by}"] = _turned(knob, by)
    return [turns.get(change, change) for change in chip.changes]


def _turned(knob: str, amount: str) -> str:
    """A turn of a knob in words, with a minus sign for a percentage.

    A percentage is a cut, and an amount without ``%`` is what is left.
    """
    name = KNOB_NAMES.get(knob, knob)
    if not amount.endswith("%"):
        return f"{name} {amount}"
    return f"{name} \N{MINUS SIGN}{amount.replace('%', ' %')}"


def amount(value: Fraction | None, unit: str) -> str:
    """A value with its unit: ``814 mm²``."""
    return f"{display(value)} {unit.replace('^2', '²')}".rstrip()


def listed(names: Sequence[str]) -> str:
    """Names as a list in a sentence.

    >>> listed(["H100", "H20", "B200"])
    'H100, H20 and B200'
    """
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def said(rules: Sequence[Rule], findings: Findings) -> str:
    """What some rules say, in a few words: ``license by letter, case-by-case review``.

    ``findings`` has one finding for each of the rules. Only an application for a license is
    reviewed, so a review rule that is met by itself says so: ``license, case-by-case``.
    """
    is_met = any(finding.status == Status.MET for finding in findings)
    words: list[str] = []
    for rule, finding in zip(rules, findings, strict=True):
        word = _word(rule, finding, is_met)
        # The same words of two rules are written once.
        if word and word not in words:
            words.append(word)
    if not words:
        return none_met(rules)
    (first, *others) = words
    if not others and first.endswith(REVIEW):
        return f"license, {first.removesuffix(REVIEW)}"
    return ", ".join(words)


def none_met(rules: Sequence[Rule]) -> str:
    """The words for an answer without a rule that is met.

    Only a classification makes a chip controlled, so only its absence is "not controlled". Of
    other rules it is said which are not met: one that is not drawn may be.

    >>> from chipdb.rules.rulebook import load_rules
    >>> none_met([load_rules()["us-letter-2025"], load_rules()["us-review-2026"]])
    'neither letter nor review rule met'
    """
    if all(rule.question == RuleQuestion.CLASSIFICATION for rule in rules):
        return NOT_CONTROLLED
    # "controlled" would claim too much: a license rule or a proposal classifies nothing
    kinds = list(dict.fromkeys(_kind(rule) for rule in rules))
    if len(rules) == 1:
        return f"{kinds[0]} not met"
    if len(kinds) == 1:
        return f"no {kinds[0]} met"
    if len(kinds) == 2 and OTHER_RULE not in kinds:
        return f"neither {kinds[0]} nor {kinds[1]} met"
    return "no rule met"


def _kind(rule: Rule) -> str:
    """What a rule is called, as far as a chart of license and review rules distinguishes it."""
    if _is_letter(rule):
        return "letter"
    kinds = {RuleQuestion.LICENSE: "license rule", RuleQuestion.REVIEW: "review rule"}
    return kinds.get(rule.question, OTHER_RULE)


def _is_letter(rule: Rule) -> bool:
    """Whether a rule is a letter, which only its addressees receive."""
    return rule.question == RuleQuestion.LICENSE and bool(rule.addressees)


def _word(rule: Rule, finding: Finding, is_met: bool) -> str:
    """What one rule says; empty if it is not met.

    ``is_met`` says whether any of the rules is met.
    """
    if finding.status == Status.UNDETERMINED:
        # Beside the answer of another rule, a reader must see which of them is undetermined.
        if is_met:
            return f"{rule.question} {UNDETERMINED}"
        return UNDETERMINED
    if finding.status == Status.NOT_COVERED:
        return "not covered"
    if finding.status != Status.MET:
        return ""
    return _word_of_met(rule, finding)


def _word_of_met(rule: Rule, finding: Finding) -> str:
    """What a rule that is met says: its outcome, or what its question makes of it."""
    if _is_letter(rule):
        return "license by letter"
    if rule.question == RuleQuestion.LICENSE:
        return "license"
    if rule.question == RuleQuestion.DUTY:
        return "duty band"

    # Met under more than one paragraph, a rule has no single outcome.
    outcome = finding.outcome or " or ".join(rule.outcomes())
    if rule.question == RuleQuestion.REVIEW:
        return f"{outcome}{REVIEW}"
    return outcome


def rank(rules: Sequence[Rule], findings: Findings) -> tuple[int, ...]:
    """The place of some findings in a legend: the strictest first, not controlled last."""
    return tuple(strictness(rule, finding) for rule, finding in zip(rules, findings, strict=True))
