"""What ``chipdb dossier`` prints, read back."""

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
    (only,) = sheets(*arguments, **options)
    return only


def values(record: Any) -> Iterator[Any]:
    """Every plain value in a record, however deep."""
    if isinstance(record, dict):
        for inner in record.values():
            yield from values(inner)
    elif isinstance(record, list):
        for inner in record:
            yield from values(inner)
    else:
        yield record


def by(records: list[dict[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    """Records by one of their values."""
    return {record[key]: record for record in records}


def tables(text: str) -> list[list[str]]:
    """The pipe tables of a Markdown text."""
    blocks: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.startswith("|"):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [table for table in blocks if table]
