"""``check``: everything the rules of a day say about one chip for one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from chipdb.catalog.catalog import Entry, load
from chipdb.catalog.chip import Chip
from chipdb.metrics import SHOWN, Metric, measure
from chipdb.notebook import Shown, views
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.item import Item
from chipdb.solver.licensing import License, OtherLaw, license_of, other_law_of
from chipdb.solver.notes import Answered, as_module, asides_of, notes_of
from chipdb.solver.question import Question, question
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Verdict, exit_status
from chipdb.vocabulary import RuleQuestion

SCOPE_TEXT = (
    "Checked: the chip's figures against the listed chip rules, for this date and place. Not checked: who buys, what for, "
    'whether the item is subject to the EAR, sanctions lists, embargo detail. "No" means none of these rules asks for '
    "a license. It does not mean you may ship."
)
SILENT = (
    RuleQuestion.AT_CONTROL,
    RuleQuestion.DUTY,
    RuleQuestion.REVIEW,
    RuleQuestion.PRESUMPTION,
)
"""Questions that never set the exit status."""


@dataclass(frozen=True, kw_only=True)
class Check(Shown):
    """The answer of ``check`` for one chip.

    ``answers`` are the verdicts of every rule asked, ``classification`` and ``license`` what they come to, ``codified`` what
    the other law (the printed text, or what is enforced) answers where it differs. ``warnings`` are notes about the answer,
    ``asides`` what only the trace shows, ``as_module`` the entries of a module that contains the chip.
    """

    entry: Entry
    question: Question
    metrics: Mapping[str, Metric]
    classification: Verdict
    license: License
    codified: OtherLaw | None
    answers: tuple[Verdict, ...]
    warnings: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    as_module: tuple[str, ...] = ()
    own: frozenset[str] = field(default_factory=frozenset)

    @property
    def chip(self) -> Chip:
        """The chip it is about."""
        return self.entry.chip

    @property
    def exit_status(self) -> int:
        """1 if controlled or a license is required; 3 if undetermined, or contested; 0 otherwise."""
        return exit_status(self._deciding())

    def _deciding(self) -> list[tuple[str | None, bool]]:
        """The statuses that set the exit status, each with whether it is contested."""
        named = {*self.question.named, *self.own}
        if named:
            verdicts = [
                verdict
                for verdict in self.answers
                if verdict.rule.id in named and verdict.rule.question not in SILENT
            ]
            if verdicts or self.question.named:
                return [(verdict.status, verdict.contested) for verdict in verdicts]
        if self.question.to is not None:
            return [(self.license.required, self.license.contested)]
        return [(self.classification.status, self.classification.contested)]

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb check --format json`` prints for this chip."""
        return dict(views("json.answers").check_record(self))

    def explain(self) -> str:
        """The trace in words: provision, condition, figure, value, source, citation."""
        return str(views("trace").explained(self))

    def __repr__(self) -> str:
        place = f" to {self.question.to}" if self.question.to else ""
        license_text = f", license {self.license.required}" if self.license.required else ""
        status = self.classification.outcome or self.classification.status
        return f"<Check {self.chip.id} on {self.question.on}{place}: {status}{license_text}>"


def check_entry(entry: Entry, asked: Question) -> Check:
    """Ask every rule in force that fits; proposals and rules out of force only if they are named."""
    ruling = Ruling(Item(entry.chip), asked)
    license_answer = license_of(ruling)
    answered = Answered(
        entry=entry,
        metrics={name: measure(entry.chip, name) for name in SHOWN},
        ruling=ruling,
        license=license_answer,
        other_law=other_law_of(ruling, license_answer),
    )
    return Check(
        entry=entry,
        question=asked,
        metrics=answered.metrics,
        classification=ruling.classification,
        license=license_answer,
        codified=answered.other_law,
        answers=ruling.answers,
        warnings=notes_of(answered),
        asides=asides_of(answered),
        as_module=as_module(ruling),
        own=asked.rulebook.own,
    )


def check(
    chip: Chip | str,
    *,
    on: str | date | None = None,
    to: str | None = None,
    from_: str | None = None,
    headquarters: str | Sequence[str] = (),
    rules: str | Sequence[str] = (),
    law: str = "enforced",
    role: str | None = None,
    strict: bool = False,
    rulebook: Rulebook | None = None,
) -> Check:
    """Ask the rules about a chip or the name of one.

    ``on`` defaults to today, ``from_`` to the United States, ``headquarters`` to the destination; the answer lists what it
    assumes. ``rules`` limits the answers to these ids.

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown chip, country or rule,
    :class:`~chipdb.errors.UsageError` for an impossible date.

    >>> import chipdb
    >>> answer = chipdb.check("A100", on="2023-12-01", to="CN")
    >>> answer.classification.outcome, answer.license.required, answer.license.review
    ('3A090.a', 'yes', 'presumption-of-denial')
    """
    entry = load().find(chip) if isinstance(chip, str) else Entry(chip=chip)
    asked = question(
        on, to, from_, headquarters, named=rules, law=law, role=role, strict=strict, book=rulebook
    )
    return check_entry(entry, asked)
