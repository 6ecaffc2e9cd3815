"""``headroom``: how far a knob can be turned before a rule's answer changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from chipdb.answers.arguments import (
    Changes,
    Chips,
    File,
    Names,
    Rules,
    catalog_of,
    entries_of,
    expect,
    question_of,
)
from chipdb.answers.check import Check, check_entry
from chipdb.answers.knob_search import ALL_KNOBS, JUST_BEYOND, UNCHANGED, HeadroomRow, KnobSearch
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.knobs import KNOBS, scale_knob
from chipdb.errors import UnknownNameError, UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.rules.conditions import Atom
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList
from chipdb.solver.item import Item
from chipdb.solver.question import ENFORCED, Question
from chipdb.solver.ruling import Ruling, control_list_of
from chipdb.solver.verdict import Verdict
from chipdb.vocabulary import RuleQuestion, Status


def headroom(
    chip: Chips,
    *,
    knob: str | None = None,
    on: str | date | None = None,
    to: str | None = None,
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
) -> list[HeadroomRow]:
    """Find how far each knob can be turned before a rule's answer changes.

    Without ``rule`` the classification is asked, and with ``to`` also letters with thresholds.
    If no single knob leaves a rule and no ``knob`` is named, pairs of knobs that do follow; each is
    a row with the first cut in ``beside``.

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown chip, rule or knob.

    >>> import chipdb
    >>> row = chipdb.headroom("H100", knob="compute", on="2024-01-01")[0]
    >>> row.leaves, round(float(row.cut_percent), 1), row.attained
    ('3A090.a', 69.7, False)
    """
    expect("knob", knob, str, None)
    asked = question_of(
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
    )
    known = catalog_of(catalog, vintage)
    entries = entries_of(
        chip, known, derate=derate, set=set, drop=drop, parameter="chip", every_chip=True
    )
    rows: list[HeadroomRow] = []
    for entry in entries:
        rows += headroom_of(entry, asked, knob)
        if knob is None:
            rows += pairs_of_knobs(entry, asked, rows)
    return rows


def headroom_of(entry: Entry, asked: Question, knob: str | None = None) -> list[HeadroomRow]:
    """The rows of one chip, for each rule whose answer a knob may change and each knob.

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown knob,
    :class:`~chipdb.errors.UsageError` if no rule asked applies to the chip on the day.
    """
    knobs = _knobs_of(knob)
    starts = _starts(entry, asked)
    if not starts:
        rules = ", ".join(asked.named) or "the rules"
        raise UsageError(f"headroom: none of {rules} applies to {entry.chip.name} on {asked.on}")

    control_list = control_list_of(asked)
    rows: list[HeadroomRow] = []
    for verdict, letter in starts:
        for name in knobs:
            rows += KnobSearch(entry.chip, verdict, asked, control_list, name, letter).rows()
    return _identified(rows, entry, asked)


def pairs_of_knobs(
    entry: Entry, asked: Question, single: Iterable[HeadroomRow]
) -> list[HeadroomRow]:
    """The pairs of cuts that leave a rule that no single knob leaves; none for any other rule.

    ``single`` are the rows of each knob. A rule with a threshold on several metrics, such as the
    letters of 2025, is left only if all of them are below. More than two knobs are not tried.
    """
    # A rule that one knob leaves needs no pair, which would only cut more than is needed.
    left = {row.rule for row in single if row.leaves is not None and row.factor is not None}
    control_list = control_list_of(asked)
    rows: list[HeadroomRow] = []
    for verdict, letter in _starts(entry, asked):
        if verdict.status != Status.MET or verdict.rule.id in left:
            continue
        for knob in KNOBS:
            first = KnobSearch(entry.chip, verdict, asked, control_list, knob, letter)
            rows += _second_cuts(first, verdict, asked, control_list)
    return _identified(rows, entry, asked)


def _identified(rows: Iterable[HeadroomRow], entry: Entry, asked: Question) -> list[HeadroomRow]:
    """Rows with what distinguishes them from those of another argument or question."""
    # a chip may be named twice, once as it is and once changed
    position, changes = entry.position, entry.chip.changes
    return [replace(row, position=position, changes=changes, law=asked.law) for row in rows]


def _second_cuts(
    first: KnobSearch, verdict: Verdict, asked: Question, control_list: ControlList
) -> Iterator[HeadroomRow]:
    """A row for each other knob that leaves the rule after the smallest helpful cut of the first.

    Cuts of the first knob are tried from the smallest; the row has it in ``beside``.
    """
    cuts = first.cuts()
    for knob in KNOBS:
        if knob == first.knob:
            continue
        for cut in cuts:
            chip = scale_knob(first.chip, cut.knob, cut.factor * JUST_BEYOND)
            search = KnobSearch(chip, verdict, asked, control_list, knob, first.letter)
            row = search.row_of_leaving()
            # a pair in which the second knob is turned up is no derated chip
            if row is not None and row.factor is not None and row.factor < UNCHANGED:
                yield replace(row, beside=(cut,))
                break


def _knobs_of(knob: str | None) -> tuple[str, ...]:
    """The knobs to turn: the one that is named, else all.

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown knob.
    """
    if knob is None:
        return ALL_KNOBS
    # in Python a name is easily written with an underscore
    name = knob.replace("_", "-")
    if name not in ALL_KNOBS:
        raise UnknownNameError("knob", name, ALL_KNOBS)
    return (name,)


def _starts(entry: Entry, asked: Question) -> list[tuple[Verdict, str | None]]:
    """What each rule that a knob may leave or enter says of the unchanged chip.

    A letter whose vendor is not known to have received it is searched as if it had: otherwise no
    knob could enter it. The second of a pair is then the fact that was taken to be so.
    """
    ruling = Ruling(Item(entry.chip), asked, control_list=control_list_of(asked))
    starts: list[tuple[Verdict, str | None]] = []
    for verdict in _turnable(check_entry(entry, asked)):
        letter = ruling.open_letter(verdict.rule)
        if letter is None:
            starts.append((verdict, None))
        else:
            starts.append((ruling.verdict_if_bound(verdict.rule, letter), letter))
    return starts


def _turnable(check: Check) -> list[Verdict]:
    """The verdicts of the rules whose answer a knob may change.

    Those named and a user's own; otherwise classification, and letters with their own thresholds.
    """
    if check.question.named or check.own:
        return [verdict for verdict in check.answers if verdict.status != Status.NOT_COVERED]
    return [verdict for verdict in check.answers if _has_rows_of_its_own(verdict.rule)]


def _has_rows_of_its_own(rule: Rule) -> bool:
    """Whether an unnamed rule is searched: a classification, or a license rule with thresholds.

    Most license rules only read the classification, and would repeat its rows.
    """
    if rule.question == RuleQuestion.CLASSIFICATION:
        return True
    has_thresholds = any(isinstance(leaf, Atom) for leaf in rule.leaves())
    return rule.question == RuleQuestion.LICENSE and has_thresholds
