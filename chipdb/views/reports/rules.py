"""The report of ``rules``: the rulebook, rules one by one, and what changes between two."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from chipdb.answers.rule_diff import SAME, Change
from chipdb.lazy_dataclasses import replace
from chipdb.rules.rule import Rule
from chipdb.units import counted
from chipdb.views.json.catalog import rule_record
from chipdb.views.json.envelope import envelope_json
from chipdb.views.report import Part, Report, ReportTable, table_of
from chipdb.views.rule_text import rule_text
from chipdb.views.tables import or_blank, or_dash

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
# with the name of the part in front, about one line of a terminal
SHORT = 60
"""Two texts of together at most this many characters are written on one line."""

Record = dict[str, Any]


def rules_report(rules: Sequence[Rule], *, in_full: bool) -> Report:
    """Report rules: one line each, or each in full on a terminal.

    CSV and Markdown have a line for each rule in either case.
    """
    records = list(map(rule_record, rules))
    report = Report(
        records=lambda: list(map(envelope_json, records)),
        tables=lambda: [table_of(HEADERS, records, _row)],
    )
    if not in_full:
        return report
    return replace(report, text=lambda: list(map(rule_text, rules)))


def _row(record: Record) -> list[Any]:
    """One rule in a line; a suspended rule has no end, so the day of its suspension is shown."""
    dates = record["dates"]
    ends = dates["ends"]
    # printed and not enforced: the text has no end, but nobody applies it
    suspended = dates["enforcement_ends"]
    if ends is None and suspended:
        ends = f"not enforced from {suspended}"
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
    records: list[Record] = []
    # thresholds that stay the same are listed with those that change, but are not changes
    count = 0
    for change in changes:
        records.append({"before": before, "after": after, **change.to_dict()})
        count += change.change != SAME
    return Report(
        records=lambda: list(map(envelope_json, records)),
        tables=lambda: [table_of(DIFF_HEADERS, records, itemgetter(*DIFF_HEADERS))],
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
    """One change on one line, or on three if the texts are long.

    Between two rules there is no day, and a part that occurs once in a rule has no name.
    """
    words = [change.part, change.name]
    if change.day:
        words.insert(0, change.day.isoformat())
    head = " ".join(filter(None, words))

    was, now = change.was, change.now
    if not was:
        return f"{head} {change.change}: {now}"
    if not now:
        return f"{head} {change.change}: {was}"
    if len(was) + len(now) <= SHORT:
        return f"{head}: {was} → {now}"
    return f"{head}:\n  was {was}\n  is  {now}"


def _threshold(change: Change) -> list[str]:
    """One threshold on both sides, with a dash on a side that does not have it."""
    return [
        change.name,
        or_blank(change.metric),
        or_blank(change.operator),
        or_dash(change.was),
        or_dash(change.now),
        or_blank(change.unit),
    ]
