"""Which license exceptions may lift a requirement, as far as figures and places show."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date

from chipdb.rules.conditions import All, Not
from chipdb.rules.places import places
from chipdb.rules.rule import LicenseException, Provision, Rule
from chipdb.rules.wording import condition_words
from chipdb.solver.joint_rules import REQUIRED
from chipdb.solver.requirement import OpenException, Requirement
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import judge
from chipdb.vocabulary import RuleQuestion, Status


def exceptions_that_may_apply(ruling: Ruling, rule: Rule) -> Iterator[OpenException]:
    """The exceptions of a rule that are surely open; the others are left to a note."""
    for entry in rule.exceptions:
        if is_open(ruling, entry, rule):
            yield OpenException(entry.name, entry.section, entry.conditions)


def open_under_all(requirements: tuple[Requirement, ...]) -> tuple[OpenException, ...]:
    """The exceptions that are open under every requirement: one alone would lift only its own."""
    if not requirements:
        return ()
    first, *rest = requirements
    names_of_others = [{entry.name for entry in each.exceptions} for each in rest]
    return tuple(
        entry for entry in first.exceptions if all(entry.name in names for names in names_of_others)
    )


def is_open(ruling: Ruling, entry: LicenseException, rule: Rule) -> bool | None:
    """Whether an exception may be open: None where that depends on what is unknown or contested."""
    in_scope = places().holds(entry.scope, ruling.question.transaction)
    if not stands(entry, ruling.question.on) or in_scope is False:
        return False

    # An exception's condition is evaluated like a rule, so that unknowns and disputes are treated
    # alike.
    verdict = judge(_probe(entry), ruling.item, ruling.control_list, ruling.facts([rule]))
    if verdict.status == Status.NOT_MET:
        return False

    # An exception that evidence contests is not offered: relying on it would be a violation if
    # the evidence is right.
    if verdict.status == Status.MET and not verdict.sides and in_scope:
        return True
    return None


@functools.lru_cache(maxsize=256)
def _probe(entry: LicenseException) -> Rule:
    """A rule that is met where the condition of an exception holds."""
    return Rule(
        id="probe",
        question=RuleQuestion.LICENSE,
        provisions=(Provision("probe", REQUIRED, entry.when),),
    )


def stands(entry: LicenseException, on: date) -> bool:
    """Whether an exception exists on a day."""
    has_started = entry.dates.effective is None or entry.dates.effective <= on
    has_ended = entry.dates.ends is not None and on >= entry.dates.ends
    return has_started and not has_ended


def unsettled_exceptions(ruling: Ruling, rules: list[Rule]) -> Iterator[str]:
    """A sentence for each exception that depends on what is not known."""
    for rule in rules:
        for entry in rule.exceptions:
            if is_open(ruling, entry, rule) is not None:
                continue
            if entry.when == All(()):
                depends = "depends on the parties"
            elif isinstance(entry.when, Not):
                depends = f"may apply unless {condition_words(entry.when.part)}"
            else:
                depends = f"is available only for: {condition_words(entry.when)}"
            yield f"license exception {entry.name} ({entry.section}) {depends}; that is not known"
