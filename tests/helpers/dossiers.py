"""What ``dossier`` prints, read back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from running import run

ROOT = Path(__file__).parents[2]
DAY = ("--on", "2026-06-01")
CHINA = (*DAY, "--to", "CN")
HYPOTHETICAL = """
name: Part under design
designed_for: [datacenter]
marketed_for: [datacenter]
metrics: {tpp: 4799}
"""


def sheets(*arguments: str, **options: Any) -> list[dict[str, Any]]:
    """The JSON of a dossier."""
    ran = run("dossier", *arguments, "--format", "json", **options)
    assert ran.status == 0, ran.err
    return list(ran.json)


def sheet(*arguments: str, **options: Any) -> dict[str, Any]:
    """The JSON of a dossier of one chip."""
    (found,) = sheets(*arguments, **options)
    return found


def values(record: Any) -> Iterator[Any]:
    """Every plain value of a record."""
    for inner in (
        record.values() if isinstance(record, dict) else record if isinstance(record, list) else ()
    ):
        yield from values(inner)
    if not isinstance(record, dict | list):
        yield record


def by(records: list[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    """Records by one of their values."""
    return {record[key]: record for record in records}


def tables(text: str) -> list[list[str]]:
    """The pipe tables of a Markdown text."""
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [table for table in found if table]
