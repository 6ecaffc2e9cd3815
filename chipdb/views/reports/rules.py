"""The report of ``rules``: the rulebook, rules one by one, and what changes between two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chipdb.answers.rule_diff import SAME, Change
from chipdb.rules.rule import Rule
from chipdb.views.json.catalog import rule_record
from chipdb.views.json.envelope import envelope_json
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.rule_text import rule_text
from chipdb.views.tables import NONE
from chipdb.views.words import counted

HEADERS = ("id", "question", "effective", "ends", "citation", "title")
DIFF_HEADERS = (
    "before",
    "after",
    "part",
    "name",
    "change",
    "day",
    "metric",
    "operator",
    "unit",
    "was",
    "is",
)
SHORT = 60
"""Two texts of together at most this many characters are written on one line."""

Record = dict[str, Any]


def rules_report(rules: Sequence[Rule], *, in_full: bool) -> Report:
    """Report rules: a line each, or each in full."""
    records = [rule_record(rule) for rule in rules]
    return Report(
        records=lambda: [envelope_json(record) for record in records],
        tables=lambda: [ReportTable(HEADERS, [_row(record) for record in records])],
        text=(lambda: [rule_text(rule) for rule in rules]) if in_full else None,
    )


def _row(record: Record) -> list[Any]:
    """One rule in a line; a suspended rule has no end, so the day of its suspension is shown."""
    dates = record["dates"]
    ends = dates["ends"]
    if ends is None and dates["enforcement_ends"]:
        ends = f"not enforced from {dates['enforcement_ends']}"
    return [
        record["id"],
        record["question"],
        dates["effective"],
        ends,
        record["citation"],
        record["title"],
    ]


def diff_report(changes: Sequence[Change], sides: tuple[str, str]) -> Report:
    """Report what changes between two rules or two days."""
    before, after = sides
    records = [{"before": before, "after": after, **change.to_dict()} for change in changes]
    rows = [[record[name] for name in DIFF_HEADERS] for record in records]
    count = sum(change.change != SAME for change in changes)
    return Report(
        records=lambda: [envelope_json(record) for record in records],
        tables=lambda: [ReportTable(DIFF_HEADERS, rows)],
        text=lambda: _diff_text(changes, sides),
        notes=[counted(count, "change")],
    )


def _diff_text(changes: Sequence[Change], sides: tuple[str, str]) -> list[Part]:
    """Write a line per change, then the thresholds side by side, then what each rule changed."""
    lines: list[str] = []
    thresholds: list[list[str]] = []
    summaries: list[str] = []
    for change in changes:
        if change.part == "limit":
            thresholds.append(_threshold(change))
        elif change.part == "changes":
            summaries += _summaries(change, sides)
        else:
            lines.append(_line(change))

    parts: list[Part] = [f"{sides[0]} → {sides[1]}"]
    if lines:
        parts.append("\n".join(lines))
    if thresholds:
        parts.append(ReportTable(["limit in", "metric", "", *sides, "unit"], thresholds))
    return parts + summaries


def _summaries(change: Change, sides: tuple[str, str]) -> list[str]:
    """What each side states about its own changes; nothing for a side that states none."""
    texts: list[str] = []
    for side, text in zip(sides, (change.was, change.now), strict=True):
        if text:
            texts.append(f"What {side} changed: {text}")
    return texts


def _line(change: Change) -> str:
    """One change on one line, or on three if the texts are long."""
    day = change.day.isoformat() if change.day else ""
    head = " ".join(word for word in (day, change.part, change.name) if word)
    if not (change.was and change.now):
        return f"{head} {change.change}: {change.now or change.was}"
    if len(change.was) + len(change.now) <= SHORT:
        return f"{head}: {change.was} → {change.now}"
    return f"{head}:\n  was {change.was}\n  is  {change.now}"


def _threshold(change: Change) -> list[str]:
    """One threshold on both sides."""
    return [
        change.name,
        change.metric or "",
        change.operator or "",
        change.was or NONE,
        change.now or NONE,
        change.unit or "",
    ]
