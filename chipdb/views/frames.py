"""Answers as data frames, made from the JSON that the command line prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas

ROWS = ("lines", "values", "findings", "counts")
"""Keys under which an answer lists its rows: figures compared, findings, counts of a sweep."""


def frame_of(record: dict[str, Any]) -> pandas.DataFrame:
    """The frame of one JSON object: its listed rows, or itself as one row.

    >>> frame = frame_of({"chip": "a", "license": {"required": "no"}, "notes": []})
    >>> frame.columns.tolist(), frame["license.required"].tolist()
    (['chip', 'notes', 'license.required'], ['no'])
    """
    import pandas

    frame: pandas.DataFrame = pandas.json_normalize(rows_of(record))
    return frame


def rows_of(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of an answer: those that it lists, and their own, each with the values above it."""
    for key in ROWS:
        listed = record.get(key)
        if not isinstance(listed, list):
            continue
        rows: list[dict[str, Any]] = []
        for inner in listed:
            above = _values_above(record, key)
            rows += [above | row for row in rows_of(inner)]
        return rows
    return [record]


def _values_above(record: dict[str, Any], key: str) -> dict[str, Any]:
    """What goes with each row of an answer: the day, the places, the figure; no other lists."""
    kept = [name for name in record if name != key]
    return {name: record[name] for name in kept if not isinstance(record[name], list | dict)}
