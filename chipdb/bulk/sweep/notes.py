"""Notes of how far an enumeration came, so that one that is stopped goes on from there."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from chipdb.bulk.sweep.count import Answer
from chipdb.errors import DataError, Problem


@dataclass(kw_only=True)
class Found:
    """What has been found so far; ``done`` blocks are behind, and ``parts`` of them had designs to write."""

    counts: Counter[Answer] = field(default_factory=Counter)
    best: list[tuple[float, int]] = field(default_factory=list)
    front: list[tuple[tuple[float, ...], int]] = field(default_factory=list)
    done: int = 0
    parts: int = 0


def save(notes: Path, mark: str, found: Found) -> None:
    """Write down what has been found; raises :class:`~chipdb.errors.DataError` where the file cannot be written."""
    counts = [[list(key), value] for key, value in found.counts.items()]
    state = {"mark": mark, **vars(found), "counts": counts}
    fresh = notes.with_name(f"{notes.name}.new")
    try:
        fresh.write_text(json.dumps(state), encoding="utf-8")
        fresh.replace(notes)
    except OSError as error:
        raise DataError(
            [Problem(str(notes), 0, "", f"cannot be written: {error.strerror}")]
        ) from None


def resumed(notes: Path, mark: str) -> Found | None:
    """What notes with this mark say; None where there are none."""
    try:
        state = json.loads(notes.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(state, dict) or state.get("mark") != mark:
        return None
    return Found(
        counts=Counter({tuple(key): value for key, value in state["counts"]}),
        best=[(value, index) for value, index in state["best"]],
        front=[(tuple(point), index) for point, index in state["front"]],
        done=state["done"],
        parts=state["parts"],
    )
