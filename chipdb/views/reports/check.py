"""The report of ``check``: a text for a few chips, a table for many, a row per rule for CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chipdb.answers.check import Check
from chipdb.solver.labels import need_text
from chipdb.solver.question import Question
from chipdb.views.place_matrix import place_matrix
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.tables import NONE
from chipdb.views.text import SCREEN, check_text, summary_headers, summary_row, wrapped

if TYPE_CHECKING:
    from chipdb.bulk.parquet import RowAnswer

FEW = 4
"""A note names up to this many chips, and counts the others."""

HEADERS = (
    "chip",
    "on",
    "to",
    "rule",
    "question",
    "status",
    "outcome",
    "contested",
    "provisions",
    "needs",
)


SCOPE_NOTE = '"No" covers the listed chip rules only. It does not mean you may ship.'
"""The limits of an answer in one line; JSON and the dossier have them in full."""


def check_report(checks: Sequence[Check], *, explain: bool = False) -> Report:
    """Report the answers for some chips; ``explain`` adds the trace of each."""
    notes = list(_notes(checks, explain))
    return Report(
        records=lambda: [check.to_dict() for check in checks],
        tables=lambda: [ReportTable(HEADERS, list(_rows(checks)))],
        text=lambda: _text(checks, explain, SCREEN - _lines_of(notes)),
        notes=notes,
    )


def _lines_of(notes: Sequence[str]) -> int:
    """The lines that notes take on a terminal, below the answer."""
    return sum(len(wrapped(f"note: {text}")) for text in notes)


def _text(checks: Sequence[Check], explain: bool, most_lines: int) -> list[Part]:
    """The answer for one chip in words; for several chips or places a table with a line for each.

    With traces, each answer is written in full; else one answer is kept to ``most_lines``.
    """
    parts: list[Part] = []
    if explain:
        for check in checks:
            parts += [check_text(check, in_full=True), check.explain()]
        return parts
    if len(checks) == 1:
        return [check_text(checks[0], most_lines=most_lines)]
    if len({check.question.places_asked.to for check in checks}) > 1:
        return place_matrix(checks)

    has_destination = any(check.question.to is not None for check in checks)
    rows = [summary_row(check) for check in checks]
    return [ReportTable(summary_headers(has_destination), rows)]


def _rows(checks: Sequence[Check]) -> Iterator[list[Any]]:
    """A row for each chip and rule, for CSV."""
    for check in checks:
        for verdict in check.answers:
            yield [
                check.chip.id,
                check.question.on.isoformat(),
                check.question.places_asked.to or "",
                verdict.rule.id,
                verdict.rule.question,
                verdict.status,
                verdict.finding.outcome or "",
                str(verdict.contested).lower(),
                "; ".join(verdict.provisions),
                "; ".join(need_text(need) for need in verdict.needs),
            ]


def _notes(checks: Sequence[Check], explain: bool) -> Iterator[str]:
    """Yield every note once, behind the names of its chips if it is not about all of them.

    The conditions of rules are many and change no answer: they are in the trace and in JSON, as
    every other note is with a trace.
    """
    checks_of: dict[str, list[Check]] = {}
    for check in checks:
        left_out = check.notes if explain else check.remarks_on_rules
        for warning in check.notes:
            if warning not in left_out:
                checks_of.setdefault(warning, []).append(check)

    for warning, warned in checks_of.items():
        if len(warned) == len(checks):
            yield warning
        else:
            # a chip that is asked about several places is named once
            chips = list(dict.fromkeys(check.chip.id for check in warned))
            yield f"{_listed(chips)}: {warning}"

    # without a destination no license is reported that could be taken for a permission to ship
    if checks and checks[0].question.to is not None:
        yield SCOPE_NOTE


def _listed(chips: list[str]) -> str:
    """The first few of some chips by id, and how many more there are."""
    text = ", ".join(chips[:FEW])
    if len(chips) > FEW:
        text += f" and {len(chips) - FEW} more"
    return text


def counts_report(counts: Counter[RowAnswer], question: Question) -> Report:
    """Report how many rows of a table have each answer; the answers themselves are in a file."""
    headers = ["status", "license_required", "contested", "caution", "rows"]
    has_license = question.to is not None
    if not has_license:
        headers = ["status", "contested", "rows"]

    # Rows that differ only in which of their answers is contested are one line.
    merged: Counter[tuple[str | bool, ...]] = Counter()
    for answer, number in counts.items():
        key: tuple[str | bool, ...] = (answer.status, answer.contested)
        if has_license:
            key = (answer.status, answer.license_required, answer.contested, answer.caution)
        merged[key] += number

    rows: list[list[Any]] = []
    shown: list[list[Any]] = []
    plain: list[list[Any]] = []
    for key, number in sorted(merged.items()):
        words = [_word(value) for value in key]
        # JSON has booleans and numbers, people read words and commas, CSV has plain numbers
        rows.append([*key, number])
        shown.append([*(word or NONE for word in words), f"{number:,}"])
        plain.append([*words, number])

    return Report(
        records=lambda: [dict(zip(headers, row, strict=True)) for row in rows],
        tables=lambda: [ReportTable(headers, shown)],
        rows=lambda: ReportTable(headers, plain),
        notes=notes_for_rows(question),
        wrote_output=True,
    )


def _word(value: str | bool) -> str:
    """A part of an answer in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def notes_for_rows(question: Question) -> list[str]:
    """Return what goes with answers for many rows: assumptions, and where the evidence ends."""
    from chipdb.bulk.program import notes_about_rows

    return [*(f"assumed: {text}" for text in question.assumptions), *notes_about_rows(question)]
