"""The report of ``rules``: the rulebook, rules one by one, and what changes between two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chipdb.answers.rule_diff import SAME, Change, dates_of
from chipdb.rules.rule import Rule
from chipdb.rules.wording import condition_words
from chipdb.views.json.catalog import rule_record
from chipdb.views.json.envelope import envelope_json
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.tables import NONE, aligned
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
    """Report rules: a line each, or each with its provisions."""
    records = [rule_record(rule) for rule in rules]
    return Report(
        records=lambda: [envelope_json(record) for record in records],
        tables=lambda: [ReportTable(HEADERS, [_row(record) for record in records])],
        text=(lambda: [_text(rule) for rule in rules]) if in_full else None,
    )


def _row(record: Record) -> list[Any]:
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


def _text(rule: Rule) -> str:
    dates = ", ".join(f"{name} {day}" for name, day in dates_of(rule.dates).items())
    lines = [f"{rule.id}: {rule.title}", f"  {rule.cited()}", f"  {dates.replace('_', ' ')}"]
    if rule.unless is not None:
        lines.append(f"  unless {condition_words(rule.unless)}")
    rows = [[entry.id, entry.outcome, condition_words(entry.when)] for entry in rule.provisions]
    return "\n".join([*lines, aligned(rows, indent="  ")])


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
    parts: list[Part] = [f"{sides[0]} → {sides[1]}"]
    lines = [_line(change) for change in changes if change.part not in ("limit", "changes")]
    if lines:
        parts.append("\n".join(lines))
    thresholds = [_threshold(change) for change in changes if change.part == "limit"]
    if thresholds:
        parts.append(ReportTable(["limit in", "metric", "", *sides, "unit"], thresholds))
    for change in changes:
        if change.part == "changes":
            texts = zip(sides, (change.was, change.now), strict=True)
            parts += [f"What {side} changed: {text}" for side, text in texts if text]
    return parts


def _line(change: Change) -> str:
    day = change.day.isoformat() if change.day else ""
    head = " ".join(word for word in (day, change.part, change.name) if word)
    if not (change.was and change.now):
        return f"{head} {change.change}: {change.now or change.was}"
    if len(change.was) + len(change.now) <= SHORT:
        return f"{head}: {change.was} → {change.now}"
    return f"{head}:\n  was {change.was}\n  is  {change.now}"


def _threshold(change: Change) -> list[str]:
    return [
        change.name,
        change.metric or "",
        change.operator or "",
        change.was or NONE,
        change.now or NONE,
        change.unit or "",
    ]
