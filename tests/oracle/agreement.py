"""Whether chipdb and the oracle agree on a case, and where they do not."""

from __future__ import annotations

from collections.abc import Iterator

from oracle import answers
from oracle.answers import Answer
from oracle.asked import PROPOSALS, answer_of, proposals, scalar
from oracle.made import Case
from oracle.paragraphs import LETTERS
from oracle.places import european_export

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
    found = scalar(case)
    given = {
        verdict.rule.id: answer_of(verdict)
        for verdict in found.answers
        if verdict.rule.id in OF_THE_ORACLE
    }
    given["classification"] = answer_of(found.classification)
    wanted = expected(case)
    for name in sorted(given.keys() | wanted.keys()):
        if given.get(name) != wanted.get(name):
            yield f"{name}: chipdb {given.get(name)}, text {wanted.get(name)}"
    if case.deal.to is not None:
        yield from _licenses(case, found.license.required)


def _licenses(case: Case, enforced: str | None) -> Iterator[str]:
    want = answers.license_required(case.interpretations, case.deal)
    if enforced != want:
        yield f"license: chipdb {enforced}, text {want}"
    printed = scalar(case, law="text").license.required
    want = answers.license_required(case.interpretations, case.deal, printed=True)
    if printed != want:
        yield f"license as printed: chipdb {printed}, text {want}"


def disagreements_on_proposals(case: Case) -> Iterator[str]:
    """The same of the bills and the Canadian proposal."""
    given = proposals(case)
    for name in PROPOSALS:
        rule = answers.canada() if name == "ca-ecl-2026" else answers.bill(name, case.deal.on)
        want = answers.answer(rule, case.interpretations, case.deal.on)
        if given.get(name) != want:
            yield f"{name}: chipdb {given.get(name)}, text {want}"
