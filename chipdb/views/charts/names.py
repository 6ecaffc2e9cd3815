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
LONGEST = 48
"""A longer name is cut in labels."""

KNOB_NAMES = {
    "compute": "compute",
    "memory-bandwidth": "memory bandwidth",
    "link-bandwidth": "links",
    "die-area": "die area",
}


def short(chip: Chip) -> str:
    """A chip's name without its vendor; a chip that stands for its model gets the model's name.

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
    name = chip.name.removeprefix(f"{chip.vendor} ") if chip.vendor else chip.name
    name = " ".join(name.split())
    if not (chip.represents and chip.model and chip.model in name):
        return name
    if chip.model[:1].isalpha():
        return chip.model
    # A model such as 4090 says nothing alone: keep the family before it, drop the variant after.
    before, model, after = name.partition(chip.model)
    return before + model + after.partition(" ")[0]


def changes(chip: Chip) -> list[str]:
    """What was done to a chip: ``compute -30 %``."""
    turned = {f"{knob}={amount}": _turned(knob, amount) for knob, amount in chip.derating}
    return [turned.get(change, change) for change in chip.changes]


def _turned(knob: str, amount: str) -> str:
    """A turn of a knob in words, with a minus sign for a percentage."""
    sign = " \N{MINUS SIGN}" if amount.endswith("%") else " "
    return f"{KNOB_NAMES.get(knob, knob)}{sign}{amount.replace('%', ' %')}"


def amount(value: Fraction | None, unit: str) -> str:
    """A value with its unit: ``814 mm²``."""
    return f"{display(value)} {unit.replace('^2', '²')}".rstrip()


def listed(names: Sequence[str]) -> str:
    """Names in a row.

    >>> listed(["H100", "H20", "B200"])
    'H100, H20 and B200'
    """
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def said(rules: Sequence[Rule], findings: Findings) -> str:
    """What some rules say, in a few words: ``license, case-by-case review``."""
    is_met = any(finding.status == Status.MET for finding in findings)
    words = [_word(rule, finding, is_met) for rule, finding in zip(rules, findings, strict=True)]
    # Two rules that say the same are said once.
    return ", ".join(dict.fromkeys(word for word in words if word)) or none_met(rules)


def none_met(rules: Sequence[Rule]) -> str:
    """What is said where no rule is met; only a classification makes a chip controlled."""
    if all(rule.question == RuleQuestion.CLASSIFICATION for rule in rules):
        return NOT_CONTROLLED
    return "rule not met" if len(rules) == 1 else "no rule met"


def _word(rule: Rule, finding: Finding, is_met: bool) -> str:
    """What one rule says; ``is_met`` tells whether any of the rules is met."""
    if finding.status == Status.UNDETERMINED:
        return f"{rule.question} {UNDETERMINED}" if is_met else UNDETERMINED
    if finding.status == Status.NOT_COVERED:
        return "not covered"
    if finding.status != Status.MET:
        return ""
    outcome = finding.outcome or " or ".join(rule.outcomes())
    if rule.question == RuleQuestion.LICENSE:
        return "license"
    if rule.question == RuleQuestion.REVIEW:
        return f"{outcome} review"
    return "duty band" if rule.question == RuleQuestion.DUTY else outcome


def rank(rules: Sequence[Rule], findings: Findings) -> tuple[int, ...]:
    """The place of some findings in a legend: the strictest first, not controlled last."""
    return tuple(strictness(rule, finding) for rule, finding in zip(rules, findings, strict=True))
