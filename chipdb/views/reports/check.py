"""The report of ``check``: a text for a few chips, a table for many, a row per rule for CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chipdb.answers.check import Check
from chipdb.catalog.not_found import NotFound
from chipdb.solver.cautions import kinds_of
from chipdb.solver.labels import need_text, negative_words
from chipdb.solver.question import Question
from chipdb.solver.verdict import Verdict
from chipdb.views.check_table import Answer, check_table, no_answer
from chipdb.views.report import (
    STANDING_OF_STATUS,
    MarkedText,
    Part,
    Report,
    ReportTable,
    records_of,
)
from chipdb.views.tables import or_blank, or_dash
from chipdb.views.text import SCREEN, check_text
from chipdb.views.verdict_sentence import verdict_sentence, verdict_status
from chipdb.views.words import first_few
from chipdb.views.wrapped_text import wrapped
from chipdb.vocabulary import Required

if TYPE_CHECKING:
    from chipdb.bulk.parquet import RowAnswer

# as many names as leave room for the note on one line or two
FEW = 4
"""A note names up to this many chips, and counts the others."""

LINE_HEADERS = ("license_contested", "exit_status")
"""What the answer for a chip and place comes to, besides the verdict."""
VERDICT_HEADERS = ("verdict", "verdict_status", "cautions")
OWN_HEADERS = ("sku", "quantity")
"""What a user's portfolio states besides the name."""
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
    *LINE_HEADERS,
    *VERDICT_HEADERS,
    *OWN_HEADERS,
)


SCOPE_NOTE = '"No" covers the listed chip rules only. It does not mean you may ship.'
"""The limits of an answer in one line; JSON and the dossier have them in full."""


def check_report(
    answers: Sequence[Answer],
    *,
    explain: bool = False,
    contradictions: Sequence[str] = (),
) -> Report:
    """Report the answers for some chips; ``explain`` adds the trace of each.

    ``contradictions`` are figures of a portfolio that would change an answer, which must be printed
    next to it.
    """
    checks = [answer for answer in answers if isinstance(answer, Check)]
    notes = list(_notes(checks, explain))
    # answer and notes share the screen, though they go to different streams
    room = SCREEN - _lines_of(notes)
    return Report(
        records=lambda: records_of(answers),
        tables=lambda: [ReportTable(HEADERS, list(_rows(answers)))],
        text=lambda: [
            *_text(answers, explain, room),
            *_contradiction_part(contradictions),
        ],
        sheets=lambda: _sheets(answers),
        about=list(_about(checks)),
        notes=notes,
    )


def _sheets(answers: Sequence[Answer]) -> list[ReportTable]:
    """The matrix and the totals, for a workbook."""
    from chipdb.views.portfolio_sheets import portfolio_sheets

    return portfolio_sheets(answers)


def _about(checks: Sequence[Check]) -> Iterator[tuple[str, str]]:
    """Yield the facts of the question, which is the same for every chip."""
    if not checks:
        return
    question = checks[0].question
    yield "on", question.on.isoformat()
    yield "law", question.law
    for text in question.assumptions:
        yield "assumed", text


def _lines_of(notes: Sequence[str]) -> int:
    """The lines that notes take on a terminal, below the answer.

    They are printed to standard error, with a word in front that counts for the wrapping.
    """
    lines = 0
    for text in notes:
        lines += len(wrapped(f"note: {text}", hanging="  "))
    return lines


def _text(answers: Sequence[Answer], explain: bool, most_lines: int) -> list[Part]:
    """The answer for one chip in words; for several chips or places a table with a line for each.

    With traces, each answer is written in full; else one answer is kept to ``most_lines``.
    """
    parts: list[Part] = []
    if explain:
        for answer in answers:
            if isinstance(answer, Check):
                parts += [_marked(answer, check_text(answer, in_full=True)), answer.explain()]
            else:
                parts.append(f"{no_answer(answer)}: {answer.error_with_row}")
        return parts
    if len(answers) == 1 and isinstance(answers[0], Check):
        return [_marked(answers[0], check_text(answers[0], most_lines=most_lines))]
    # even for a single name that no chip has: a table says that it was not found
    return check_table(answers)


def _marked(check: Check, text: str) -> MarkedText:
    """An answer as text, with its status; the lines of the verdict are marked."""
    verdict = wrapped(verdict_sentence(check))
    standing = STANDING_OF_STATUS[check.exit_status]
    return MarkedText(text, standing=standing, marked_lines=len(verdict))


def _contradiction_part(contradictions: Sequence[str]) -> list[Part]:
    """Figures that are stated otherwise than in the catalog, and would change an answer."""
    if not contradictions:
        return []
    lines = ["stated otherwise"]
    for text in contradictions:
        lines.append(f"  {text}")
    return ["\n".join(lines)]


def _rows(answers: Sequence[Answer]) -> Iterator[list[Any]]:
    """A row for each chip and rule, for CSV; a name that no chip has keeps a row of its own."""
    for answer in answers:
        if isinstance(answer, NotFound):
            # the row keeps its place in the file, so that a portfolio can be matched line by line
            blanks = [""] * HEADERS.index("exit_status")
            about = [answer.exit_status, answer.error, "undetermined", ""]
            yield [*blanks, *about, answer.sku, answer.quantity]
            continue
        verdict_cells = [
            _license_contested(answer),
            answer.exit_status,
            verdict_sentence(answer),
            verdict_status(answer),
            ";".join(kinds_of(answer.cautions)),
            answer.entry.sku,
            answer.entry.quantity,
        ]
        for verdict in answer.answers:
            yield [*_rule_cells(answer, verdict), *verdict_cells]


def _license_contested(check: Check) -> str:
    """Whether the license answer is contested; blank without a destination, as nothing is asked.

    The column ``contested`` is about the rule of its row, and cannot say it.
    """
    if check.question.to is None:
        return ""
    return str(check.license.contested).lower()


def _rule_cells(check: Check, verdict: Verdict) -> list[Any]:
    """The answer of one rule for one chip.

    The destination is the place that was asked about, even where it is treated as another.
    """
    needs = [need_text(need, negative_words(verdict.rule)) for need in verdict.needs]
    return [
        check.chip.id,
        check.question.on.isoformat(),
        or_blank(check.question.places_asked.to),
        verdict.rule.id,
        verdict.rule.question,
        verdict.status,
        or_blank(verdict.finding.outcome),
        str(verdict.contested).lower(),
        "; ".join(verdict.provisions),
        "; ".join(needs),
    ]


def _notes(checks: Sequence[Check], explain: bool) -> Iterator[str]:
    """Yield every note once, after the names of its chips if it is not about all of them.

    With a trace only the note on the scope is left: each trace has the notes of its answer.
    """
    checks_of: dict[str, list[Check]] = {}
    if not explain:
        checks_of = _checks_by_note(checks)

    for warning, warned in checks_of.items():
        if len(warned) == len(checks):
            yield warning
        else:
            # a chip that is asked about several places is named once
            chips = list(dict.fromkeys(check.chip.id for check in warned))
            yield f"{first_few(chips, FEW)}: {warning}"

    # only "not required" could be mistaken for a permission to ship
    if any(check.license.required == Required.NO for check in checks):
        yield SCOPE_NOTE


def _checks_by_note(checks: Sequence[Check]) -> dict[str, list[Check]]:
    """Return the answers that each note goes with, the notes in the order of the answers.

    The conditions of rules are many and change no answer: they are left to the trace and to JSON.
    """
    checks_of: dict[str, list[Check]] = {}
    for check in checks:
        remarks = check.remarks_on_rules
        for warning in check.notes:
            if warning not in remarks:
                checks_of.setdefault(warning, []).append(check)
    return checks_of


def counts_report(counts: Counter[RowAnswer], question: Question) -> Report:
    """Report how many rows of a table have each answer; the answers themselves are in a file."""
    headers = ["status", "license_required", "contested", "caution", "rows"]
    has_license = question.to is not None
    if not has_license:
        headers = ["status", "contested", "rows"]

    records: list[dict[str, Any]] = []
    shown: list[list[Any]] = []
    plain: list[list[Any]] = []
    for key, number in sorted(_merged(counts, has_license).items()):
        words = [_word(value) for value in key]
        # JSON has booleans and numbers, people read words and commas, CSV has plain numbers
        records.append(dict(zip(headers, [*key, number], strict=True)))
        shown.append([*map(or_dash, words), f"{number:,}"])
        plain.append([*words, number])

    return Report(
        records=lambda: records,
        tables=lambda: [ReportTable(headers, shown)],
        rows=lambda: ReportTable(headers, plain),
        notes=notes_for_rows(question),
        wrote_output=True,
    )


def _merged(counts: Counter[RowAnswer], has_license: bool) -> Counter[tuple[str | bool, ...]]:
    """Count rows by the parts of their answer that are printed.

    Rows that differ only in which of their answers is contested are one line. Without a
    destination there is no answer about a license, and no caution.
    """
    merged: Counter[tuple[str | bool, ...]] = Counter()
    for answer, number in counts.items():
        key: tuple[str | bool, ...] = (answer.status, answer.contested)
        if has_license:
            key = (answer.status, answer.license_required, answer.contested, answer.caution)
        merged[key] += number
    return merged


def _word(value: str | bool) -> str:
    """A part of an answer in words."""
    if value is True:
        return "yes"
    if value is False:
        return "no"
    return value


def notes_for_rows(question: Question) -> list[str]:
    """Return the notes on answers for many rows.

    They are the assumptions, why a row has no review policy, and where the evidence ends.
    """
    from chipdb.bulk.program import notes_about_rows
    from chipdb.solver.notes import policy_that_sale_decides

    notes = [f"assumed: {text}" for text in question.assumptions]
    return [*notes, *policy_that_sale_decides(question), *notes_about_rows(question)]
