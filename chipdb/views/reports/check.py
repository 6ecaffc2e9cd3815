"""The report of ``check``: a text for a few chips, a table for many, a row per rule for CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from chipdb.answers.check import SCOPE_TEXT, Check
from chipdb.solver.labels import need_text
from chipdb.solver.question import Question
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.text import check_text, summary_headers, summary_row

FEW = 4
"""Up to this many chips are described one by one; more are listed in a table."""

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


def check_report(checks: Sequence[Check], *, explain: bool = False) -> Report:
    """Report the answers for some chips; ``explain`` adds the trace of each."""
    return Report(
        records=lambda: [check.to_dict() for check in checks],
        tables=lambda: [ReportTable(HEADERS, list(_rows(checks)))],
        text=lambda: _text(checks, explain),
        notes=list(_notes(checks)),
    )


def _text(checks: Sequence[Check], explain: bool) -> list[Part]:
    if explain:
        return [text for check in checks for text in (check_text(check), check.explain())]
    if len(checks) <= FEW:
        return [check_text(check) for check in checks]
    placed = checks[0].question.to is not None
    return [ReportTable(summary_headers(placed), [summary_row(check) for check in checks])]


def _rows(checks: Sequence[Check]) -> Iterator[list[Any]]:
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


def _notes(checks: Sequence[Check]) -> Iterator[str]:
    """Yield every warning once, behind the names of its chips if it is not about all of them."""
    chips_of: dict[str, list[str]] = {}
    for check in checks:
        for warning in check.warnings:
            chips_of.setdefault(warning, []).append(check.chip.id)
    for warning, chips in chips_of.items():
        yield warning if len(chips) == len(checks) else f"{_listed(chips)}: {warning}"
    if checks and checks[0].question.to is not None:
        yield SCOPE_TEXT


def _listed(chips: list[str]) -> str:
    text = ", ".join(chips[:FEW])
    return text if len(chips) <= FEW else f"{text} and {len(chips) - FEW} more"


def counts_report(counts: Counter[tuple[str, str, bool]], question: Question) -> Report:
    """Report how many rows of a table have each answer; the answers themselves are in a file."""
    headers = ["status", "license_required", "contested", "rows"]
    rows = [[*answer, count] for answer, count in sorted(counts.items())]
    if question.to is None:
        headers.remove("license_required")
        for row in rows:
            del row[1]
    shown = [[*row[:-2], "yes" if row[-2] else "no", f"{row[-1]:,}"] for row in rows]
    plain = [[*row[:-2], "yes" if row[-2] else "no", row[-1]] for row in rows]
    return Report(
        records=lambda: [dict(zip(headers, row, strict=True)) for row in rows],
        tables=lambda: [ReportTable(headers, shown)],
        rows=lambda: ReportTable(headers, plain),
        notes=notes_for_rows(question),
        wrote_output=True,
    )


def notes_for_rows(question: Question) -> list[str]:
    """Return what goes with answers for many rows: assumptions, and where the evidence ends."""
    from chipdb.bulk.program import notes_about_rows

    return [*(f"assumed: {text}" for text in question.assumptions), *notes_about_rows(question)]
