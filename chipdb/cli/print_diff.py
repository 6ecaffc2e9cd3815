"""Printing what changes between two rules or two days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chipdb.cli.output import emit, emit_json, emit_table, note
from chipdb.views.json.envelope import envelope_json
from chipdb.views.tables import aligned

if TYPE_CHECKING:
    from chipdb.answers.rule_diff import Change

SHORT = 60
"""Two texts of together at most this many characters stand on one line."""


def print_diff(
    found: Sequence[Change], sides: tuple[str, str], style: str, output: str | None
) -> None:
    """One line a change, limits side by side in a table of their own; every other format has one row a change."""
    records = [{"before": sides[0], "after": sides[1], **one.to_dict()} for one in found]
    if style == "json":
        emit_json([envelope_json(record) for record in records], output)
    elif style == "table":
        emit("\n\n".join([f"{sides[0]} → {sides[1]}", *_parts(found, sides)]), output)
    else:
        headers = [
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
        ]
        emit_table(
            [[record[name] for name in headers] for record in records], headers, style, output
        )
    differing = sum(one.change != "same" for one in found)
    note([f"{differing} changes" if differing != 1 else "1 change"])


def _parts(found: Sequence[Change], sides: tuple[str, str]) -> list[str]:
    lines = [_line(one) for one in found if one.part not in ("limit", "changes")]
    limits = [one for one in found if one.part == "limit"]
    parts = ["\n".join(lines)] if lines else []
    if limits:
        headers = ["limit in", "metric", "", *sides, "unit"]
        parts.append(aligned([_limit_row(one) for one in limits], headers))
    parts += [
        f"What {sides[index]} changed: {text}"
        for one in found
        if one.part == "changes"
        for index, text in enumerate((one.was, one.now))
        if text
    ]
    return parts


def _line(one: Change) -> str:
    head = " ".join(word for word in (str(one.day or ""), one.part, one.name) if word)
    if one.was and one.now:
        short = len(one.was) + len(one.now) <= SHORT
        return (
            f"{head}: {one.was} → {one.now}"
            if short
            else f"{head}:\n  was {one.was}\n  is  {one.now}"
        )
    return f"{head} {one.change}: {one.now or one.was}"


def _limit_row(one: Change) -> list[str]:
    return [
        one.name,
        one.metric or "",
        one.operator or "",
        one.was or "–",
        one.now or "–",
        one.unit or "",
    ]
