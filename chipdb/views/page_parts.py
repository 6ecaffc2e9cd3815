"""Sections and tables of pages that are written in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def section(title: str, parts: Iterable[str]) -> list[str]:
    """A heading of level 2 with its parts; nothing if all parts are empty.

    >>> section("Review", ["", "Case by case."]), section("Review", [""])
    (['## Review', 'Case by case.'], [])
    """
    filled = list(filter(None, parts))
    if filled:
        filled.insert(0, f"## {title}")
    return filled


def pipe_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already.

    Cells are not padded, so that a change of data changes one line.

    >>> print(pipe_table(["chip", "TPP"], [["H20", "2,368"]]))
    | chip | TPP |
    | --- | --- |
    | H20 | 2,368 |
    """
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
