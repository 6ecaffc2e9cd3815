"""``check``: everything the rules of a day say about one chip for one transaction."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.not_found import NotFound
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.metrics import SHOWN, Metric, measure
from chipdb.notebook import Framed, Shown, views
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.answered import Answered
from chipdb.solver.cautions import Caution, cautions_of
from chipdb.solver.item import Item, item_of
from chipdb.solver.licensing import License, OtherLaw, license_of, other_law_of, ruling_with_license
from chipdb.solver.notes import as_module, asides_of, notes_of
from chipdb.solver.presumption import Presumption, presumption_of
from chipdb.solver.question import ENFORCED, Question
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Verdict, exit_status
from chipdb.vocabulary import RuleQuestion, Status

if TYPE_CHECKING:
    from typing import Unpack

    from chipdb.answers.arguments import (
        Changes,
        CheckOptions,
        Chips,
        File,
        Names,
        OneChip,
        Rules,
    )

SCOPE_TEXT = (
    "Checked: the chip's figures against the listed chip rules, for this date and place. "
    "Not checked: who buys, what for, whether the item is subject to the EAR, sanctions lists, "
    'embargo detail. "No" means none of these rules asks for a license. '
    "It does not mean you may ship."
)
SILENT = (
    RuleQuestion.AT_CONTROL,
    RuleQuestion.DUTY,
    RuleQuestion.REVIEW,
    RuleQuestion.PRESUMPTION,
    RuleQuestion.DESTINATION_MEASURE,
)
"""Questions that never set the exit status."""


@dataclass(frozen=True, kw_only=True, repr=False)
class Check(Shown, Framed):
    """The answer of ``check`` for one chip.

    ``classification`` and ``license`` are what the ``answers`` come to, ``codified`` what the other
    law (the printed text, or what is enforced) answers where it differs. ``cautions`` may reverse
    the answer; ``notes`` cannot, ``warnings`` are the texts of both. ``presumption`` is what the
    role that was asked must presume. ``asides`` are what only the trace shows, ``as_module`` the
    entries of a module that contains the chip. ``answered`` is what notes and asides are written
    about.
    """

    entry: Entry
    question: Question
    metrics: Mapping[str, Metric]
    classification: Verdict
    license: License
    codified: OtherLaw | None
    answered: Answered = field(repr=False)
    cautions: tuple[Caution, ...] = ()
    as_module: tuple[str, ...] = ()
    own: frozenset[str] = field(default_factory=frozenset)
    presumption: Presumption | None = None

    @property
    def chip(self) -> Chip:
        """The chip it is about."""
        return self.entry.chip

    # Answers to the whole catalog that only compare statuses ask for none of the next three.
    @property
    def answers(self) -> tuple[Verdict, ...]:
        """The verdicts of every rule asked."""
        return self.answered.ruling.answers

    @functools.cached_property
    def notes(self) -> tuple[str, ...]:
        """What goes with the answer and cannot reverse it."""
        return notes_of(self.answered)

    @functools.cached_property
    def asides(self) -> tuple[str, ...]:
        """What only the trace shows."""
        return asides_of(self.answered)

    @property
    def warnings(self) -> tuple[str, ...]:
        """The texts of its cautions, then its notes."""
        # one note may also be the text of a caution
        texts = [caution.text for caution in self.cautions]
        return tuple(dict.fromkeys([*texts, *self.notes]))

    @property
    def remarks_on_rules(self) -> tuple[str, ...]:
        """The notes that are conditions of a rule, which depend on more than figures.

        Worksheets list them apart from what chipdb says of its own answer.
        """
        # a note of a rule begins with its id, which no other note does
        starts = tuple(f"{rule.id}: " for rule in self.answered.ruling.rules_shown)
        remarks = [text for text in self.notes if text.startswith(starts)]
        return tuple(remarks)

    @functools.cached_property
    def before(self) -> Check | None:
        """The answer without the proposals that are treated as law; None if there are none."""
        asked = self.question.before_enactment()
        if asked is None:
            return None
        return check_entry(self.entry, asked)

    @property
    def asks_named_rules(self) -> bool:
        """Whether named rules, or a user's own rules, give the answer.

        False if all of them are about questions that set no status, such as a duty.
        """
        return bool(self.question.named) or bool(self._decided_by_name())

    @property
    def asks_license(self) -> bool:
        """Whether the answer is about a license: a destination is given and no rule is named."""
        return self.question.to is not None and not self.asks_named_rules

    @property
    def exit_status(self) -> int:
        """1 if controlled or a license is required; 3 if undetermined or contested; else 0.

        With a destination also 3 where a caution about the item could require a license, and where
        the question is strict and there is any caution. Always 3 rather than 0 where the user
        states something of the chip that would change the answer.
        """
        # Cautions turn only a clear "no" into 3: what is controlled already stays so.
        status = exit_status(self.deciding())
        if status != 0:
            return status
        if self.entry.unsettled or (self.asks_license and self.is_cautioned):
            return 3
        return 0

    @property
    def is_cautioned(self) -> bool:
        """Whether a caution keeps "no license is required" from being a clear answer."""
        return any(map(self.counts, self.cautions))

    def counts(self, caution: Caution) -> bool:
        """Whether a caution of this answer counts: a strict question about a license counts all."""
        return caution.changes_status or (self.question.strict and self.asks_license)

    def deciding(self) -> list[tuple[str | None, bool]]:
        """The statuses that answer the question, each with whether it is contested.

        They are those of named rules; otherwise that of the license or, without a destination, that
        of the classification, unless a presumption outweighs it.
        """
        if self.asks_named_rules:
            return [(verdict.status, verdict.contested) for verdict in self._decided_by_name()]
        if self.question.to is not None:
            return [(self.license.required, self.license.contested)]
        classification = self.classification
        if self.presumption is None or not self.presumption.may_stand:
            return [(classification.status, classification.contested)]
        # the exporter has to treat the item as controlled, regardless of its figures
        if classification.status == Status.MET:
            return [(Status.MET, False)]
        return [(self.presumption.verdict.status, False)]

    def _decided_by_name(self) -> list[Verdict]:
        """The verdicts of named rules and of a user's own, without questions that set no status."""
        names = {*self.question.named, *self.own}
        ruling = self.answered.ruling
        # most questions name no rule, and then no rule has to be asked for this
        rules = [rule for rule in ruling.rules_shown if rule.id in names]
        return [*ruling.answers_of(rule for rule in rules if rule.question not in SILENT)]

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb check --format json`` prints for this chip."""
        return dict(views("json.answers").check_record(self))

    def explain(self) -> str:
        """The trace in words: provision, condition, figure, value, source, citation."""
        return str(views("trace").explained(self))

    def __repr__(self) -> str:
        """The chip, the day, the destination and what the answer comes to."""
        asked = f"{self.chip.id} on {self.question.on}"
        if self.question.to:
            asked += f" to {self.question.to}"
        answer = self.classification.outcome or str(self.classification.status)
        if self.license.required:
            answer += f", license {self.license.required}"
        return f"<Check {asked}: {answer}>"


def check_entry(entry: Entry, asked: Question) -> Check:
    """Ask every rule in force that fits, about a chip that was already looked up.

    Proposals and rules that are not in force are asked only if they are named.
    """
    return _checked(entry, item_of(entry.chip), asked)


def checks_of(entry: Entry, questions: Iterable[Question]) -> list[Check]:
    """Answer several questions about one chip, in their order."""
    # The item keeps the metrics it has counted, which are the same for every place.
    item = item_of(entry.chip)
    # one item for all questions: what is derived from figures does not depend on places
    return [_checked(entry, item, asked) for asked in questions]


def _checked(entry: Entry, item: Item, asked: Question) -> Check:
    """Ask every rule about an entry, whose chip is already an item."""
    ruling = Ruling(item, asked)
    # The license comes before what is written about it, which must agree with it in every rule.
    license_answer = license_of(ruling)
    answered = Answered(
        entry=entry,
        metrics={name: measure(entry.chip, name) for name in SHOWN},
        ruling=ruling_with_license(ruling),
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
        cautions=cautions_of(answered),
        answered=answered,
        as_module=as_module(ruling),
        own=asked.rulebook.own,
        presumption=presumption_of(ruling),
    )


@overload
def check(  # type: ignore[overload-overlap] # text is an iterable of texts
    chip: OneChip, *, to: str | None = None, **options: Unpack[CheckOptions]
) -> Check: ...


@overload
def check(
    chip: Path, *, to: Names | None = None, **options: Unpack[CheckOptions]
) -> list[Check | NotFound]: ...


@overload
def check(
    chip: OneChip | Iterable[OneChip | Path],
    *,
    to: Names | None = None,
    **options: Unpack[CheckOptions],
) -> list[Check]: ...


def check(
    chip: Chips,
    *,
    on: str | date | None = None,
    to: Names | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    rule: Names = (),
    rules: Rules = (),
    enact: Names = (),
    law: str = ENFORCED,
    role: str | None = None,
    strict: bool = False,
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
    quantity: int | None = None,
    rulebook: Rulebook | None = None,
) -> Check | list[Check] | list[Check | NotFound]:
    """Check one chip, or a list of chips, against the export rules.

    A :class:`~pathlib.Path` is a file of chips, a table or a portfolio, as on the command line. The
    answers then have a :class:`~chipdb.catalog.not_found.NotFound` in the place of a name that no
    chip has, or of a row that was not read.

    ``to`` may name several destinations: the answers are then a list with one for each chip and
    place, the places of the first chip first.

    ``on`` defaults to today, ``from_`` to the United States, ``headquarters`` to the destination;
    the answer lists what it assumes. ``rule`` limits the answers to these rules, ``rules`` adds a
    file of your own. ``quantity`` is how many of a single chip are meant, for the record.

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown chip, country or rule,
    :class:`~chipdb.errors.UsageError` for an impossible date.

    >>> import chipdb
    >>> answer = chipdb.check("A100", on="2023-12-01", to="CN")
    >>> answer.classification.outcome, answer.license.required, answer.license.review
    ('3A090.a', 'yes', 'presumption-of-denial')
    """
    # The command line makes entries and questions itself, and would only wait for this module.
    from chipdb.answers.arguments import (
        catalog_of,
        entries_of,
        expect,
        is_one,
        questions_of,
        rows_of_path,
        with_quantity,
    )

    expect("quantity", quantity, int, None)

    questions = questions_of(
        on=on,
        to=to,
        from_=from_,
        headquarters=headquarters,
        rule=rule,
        rules=rules,
        enact=enact,
        law=law,
        role=role,
        strict=strict,
        rulebook=rulebook,
    )
    known = catalog_of(catalog, vintage)
    if isinstance(chip, Path):
        rows = with_quantity(
            rows_of_path(chip, known, questions[0], derate=derate, set=set, drop=drop), quantity
        )
        found: list[Check | NotFound] = []
        for row in rows:
            found += checks_of(row, questions) if isinstance(row, Entry) else [row]
        return found
    entries = entries_of(
        chip, known, derate=derate, set=set, drop=drop, parameter="chip", every_chip=True
    )
    entries = with_quantity(entries, quantity)
    answers = [answer for entry in entries for answer in checks_of(entry, questions)]
    if is_one(chip) and (to is None or isinstance(to, str)):
        return answers[0]
    return answers
