"""Printing the answers of ``check``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chipdb.answers.check import SCOPE_TEXT, Check
from chipdb.cli.output import emit, emit_json, emit_table, note
from chipdb.solver.labels import need_text
from chipdb.views.tables import aligned
from chipdb.views.text import check_text, summary_headers, summary_row

FEW = 4
"""Up to this many chips get a text each, more get a table."""

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


def print_checks(checks: Sequence[Check], style: str, explain: bool, output: str | None) -> None:
    """Answers in a style; notes to standard error."""
    if style == "json":
        emit_json([check.to_dict() for check in checks], output)
    elif style == "table":
        emit(_text(checks, explain), output)
    else:
        emit_table([row for check in checks for row in _rows(check)], HEADERS, style, output)
    note(_notes(checks))


def _text(checks: Sequence[Check], explain: bool) -> str:
    if explain:
        return "\n\n".join(f"{check_text(check)}\n\n{check.explain()}" for check in checks)
    if len(checks) <= FEW:
        return "\n\n".join(check_text(check) for check in checks)
    placed = checks[0].question.to is not None
    rows = [["" if cell is None else cell for cell in summary_row(check)] for check in checks]
    return aligned(rows, summary_headers(placed))


def _rows(check: Check) -> Iterator[list[Any]]:
    for verdict in check.answers:
        yield [
            check.chip.id,
            check.question.on.isoformat(),
            check.question.to or "",
            verdict.rule.id,
            verdict.rule.question,
            verdict.status,
            verdict.finding.outcome or "",
            str(verdict.contested).lower(),
            "; ".join(verdict.provisions),
            "; ".join(need_text(need) for need in verdict.needs),
        ]


def _notes(checks: Sequence[Check]) -> Iterator[str]:
    """Warnings, each once: of one chip with its name before it, of several with how many."""
    said: dict[str, list[str]] = {}
    for check in checks:
        for warning in check.warnings:
            said.setdefault(warning, []).append(check.chip.id)
    for warning, chips in said.items():
        yield warning if len(chips) == len(checks) else f"{_some(chips)}: {warning}"
    if checks and checks[0].question.to is not None:
        yield SCOPE_TEXT


def _some(chips: list[str]) -> str:
    return (
        ", ".join(chips)
        if len(chips) <= FEW
        else f"{', '.join(chips[:FEW])} and {len(chips) - FEW} more"
    )
