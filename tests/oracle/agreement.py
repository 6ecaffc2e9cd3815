"""Whether chipdb and the oracle agree on a case, and where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import chipdb
from oracle import answers
from oracle.answers import Answer, License
from oracle.asked import PROPOSALS, answer_of, chip_of, proposals, scalar
from oracle.made import Case
from oracle.paragraphs import LETTERS
from oracle.places import Deal, european_export, required_for_entry

Expected = dict[str, Answer]


def expected(case: Case) -> Expected:
    """The oracle's answer to every rule that is in force and reaches the deal."""
    deal = case.deal
    rules = {"classification": answers.classification(deal.on)}
    if deal.on >= "2022-10-21":
        rules["us-3a991-p"] = answers.at_control(deal.on)
    rules |= {name: answers.letter(name) for name in answers.letters(deal)}
    if deal.to in ("CN", "HK", "MO") and deal.origin == "US" and deal.on >= "2026-01-15":
        rules["us-review-2026"] = answers.review_of_2026()
    if deal.to == "US" and deal.on >= "2026-01-15":
        rules["us-section-232-2026"] = answers.duty_of_2026()
    if european_export(deal):
        rules["eu-3a501-2025"] = answers.european_union()
    return {
        name: answers.answer(rule, case.interpretations, deal.on) for name, rule in rules.items()
    }


OF_THE_ORACLE = {
    "us-3a991-p",
    *LETTERS,
    "us-review-2026",
    "us-section-232-2026",
    "eu-3a501-2025",
}
"""The rules whose answers, and whose presence among the answers, the oracle knows."""


def disagreements(case: Case) -> Iterator[str]:
    """Every answer of ``chipdb.check`` that is not the oracle's, in words."""
    chip = chip_of(case.record)
    yield from _of_the_day(case, chip)
    yield from _of_proposals(case, chip)


def _of_the_day(case: Case, chip: chipdb.Chip) -> Iterator[str]:
    """Where answers under the rules of the day differ."""
    found = scalar(case, chip)
    given = {verdict.rule.id: answer_of(verdict) for verdict in found.answers}
    given["classification"] = answer_of(found.classification)
    yield from differences(given, expected(case))
    if case.deal.to is not None:
        yield from _licenses(case, chip, found)


def differences(given: Expected, wanted: Expected) -> Iterator[str]:
    """Where chipdb answers otherwise, and rules that only one of the two asks; others are left out."""
    of_the_oracle = {name for name in given if name in OF_THE_ORACLE}
    for name in sorted(of_the_oracle | wanted.keys()):
        if given.get(name) != wanted.get(name):
            yield f"{name}: chipdb {given.get(name)}, text {wanted.get(name)}"


def _licenses(case: Case, chip: chipdb.Chip, enforced: chipdb.Check) -> Iterator[str]:
    """A license that is undetermined by one requirement may be contested by another or not."""
    deal = case.deal
    want = answers.license_of(case.interpretations, deal)
    given = License(str(enforced.license.required), enforced.license.contested)
    if want.required == "undetermined" or _printed_text_may_contest(deal):
        want = replace(want, contested=given.contested)
    if given != want:
        yield f"license: chipdb {given}, text {want}"
    want = answers.license_of(case.interpretations, deal, printed=True)
    printed = scalar(case, chip, law="text").license.required
    if printed != want.required:
        yield f"license as printed: chipdb {printed}, text {want.required}"


def _printed_text_may_contest(deal: Deal) -> bool:
    """Whether a license is contested by more than thresholds.

    From 2025-05-15 the worldwide text contests where what is enforced does not reach, and whether
    AIA or ACA lifts it is no matter of thresholds.
    """
    return deal.on >= "2025-05-15" and not required_for_entry("3A090.a", deal)


def _of_proposals(case: Case, chip: chipdb.Chip) -> Iterator[str]:
    """The same of the bills and the Canadian proposal."""
    given = proposals(case, chip)
    for name in PROPOSALS:
        rule = answers.canada() if name == "ca-ecl-2026" else answers.bill(name, case.deal.on)
        want = answers.answer(rule, case.interpretations, case.deal.on)
        if given.get(name) != want:
            yield f"{name}: chipdb {given.get(name)}, text {want}"
