"""Short names of chips for labels, and of findings for legends."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.rules.rule import Rule
from chipdb.solver.plane import Findings
from chipdb.solver.verdict import Finding, strictness
from chipdb.units import display
from chipdb.vocabulary import Status

OUTSIDE, OPEN = "outside", "undetermined"
LONGEST = 48
"""A longer name is cut in labels."""

TURNED = {
    "compute": "compute",
    "memory-bandwidth": "memory bandwidth",
    "link-bandwidth": "links",
    "die-area": "die area",
}


def short(chip: Chip) -> str:
    """A chip's name without its maker; a chip that stands for its model goes by the model's name.

    >>> import chipdb
    >>> [short(chipdb.load()[name]) for name in ("H100", "H100 PCIe", "910B2", "RTX 4090")]
    ['H100', 'H100 PCIe 80GB', 'Ascend 910B2', 'RTX 4090']
    """
    plain = _plain(chip)
    cut = plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 3]}..."
    return cut + "".join(f", {change}" for change in changes(chip))


def _plain(chip: Chip) -> str:
    name = " ".join(
        (chip.name.removeprefix(f"{chip.vendor} ") if chip.vendor else chip.name).split()
    )
    if not (chip.represents and chip.model and chip.model in name):
        return name
    if chip.model[:1].isalpha():
        return chip.model
    before, found, after = name.partition(chip.model)
    return before + found + after.partition(" ")[0]


def changes(chip: Chip) -> list[str]:
    """What was done to a chip: ``compute -30%``."""
    derated = {f"{knob}={amount}": _turned(knob, amount) for knob, amount in chip.derating}
    return [derated.get(change, change) for change in chip.changes]


def _turned(knob: str, amount: str) -> str:
    sign = " \N{MINUS SIGN}" if amount.endswith("%") else " "
    return f"{TURNED.get(knob, knob)}{sign}{amount.replace('%', ' %')}"


def amount(value: Fraction | None, unit: str) -> str:
    """A value with its unit: ``814 mm²``; a bare number is a TPP."""
    return f"{display(value)} {unit.replace('^2', '²')}".rstrip()


def said(rules: Sequence[Rule], findings: Findings) -> str:
    """What some rules say, in a few words: ``license, case-by-case review``; ``outside`` where none is met."""
    met = any(finding.status == Status.MET for finding in findings)
    words = [_word(rule, finding, met) for rule, finding in zip(rules, findings, strict=True)]
    return ", ".join(dict.fromkeys(word for word in words if word)) or OUTSIDE


def _word(rule: Rule, finding: Finding, met: bool) -> str:
    if finding.status == Status.UNDETERMINED:
        return f"{rule.question} open" if met else OPEN
    if finding.status == Status.NOT_COVERED:
        return "not covered"
    if finding.status != Status.MET:
        return ""
    outcome = finding.outcome or " or ".join(rule.outcomes())
    return {"license": "license", "review": f"{outcome} review", "duty": "duty band"}.get(
        rule.question, outcome
    )


def rank(rules: Sequence[Rule], findings: Findings) -> tuple[int, ...]:
    """Where a finding stands in a legend: the strictest first, outside last."""
    return tuple(strictness(rule, finding) for rule, finding in zip(rules, findings, strict=True))
