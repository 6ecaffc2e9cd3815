"""YAML and JSON text to plain values with line numbers, every scalar kept as text.

YAML 1.1 would read ``2:4`` as 124 and ``NO`` as false, so nothing is interpreted here. Duplicate keys, anchors, aliases
and tags are refused: a reader must see what a file says without running it in the head.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chipdb.errors import DataError, Problem

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 30
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Place = tuple[str | int, ...]


@dataclass
class Document:
    """The value of one YAML document, and the line on which each part of it stands."""

    value: Any
    lines: dict[Place, int] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of ``place``, or of its nearest parent that has one."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of at most 16 MB; :class:`DataError` if it is larger, absent or unreadable."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataError([Problem(str(path), 0, "", f"{size:,} bytes; a data file has at most {MAX_BYTES:,}")])
        return path.read_bytes()
    except OSError as error:
        raise DataError([Problem(str(path), 0, "", f"cannot be read: {error.strerror}")]) from None


def parse(data: bytes, name: str) -> list[Document]:
    """The documents of a YAML or JSON text; :class:`DataError` names the line of what is wrong."""
    import yaml

    if len(data) > MAX_BYTES:
        raise DataError([Problem(name, 0, "", f"{len(data):,} bytes; a data file has at most {MAX_BYTES:,}")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError([Problem(name, line, "", "not UTF-8 text; a chip or rule file is YAML or JSON")]) from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return list(_Walk(yaml.parse(text, Loader=loader), name).documents())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        last = text.rstrip("\n").count("\n") + 1
        line = min(mark.line + 1, last) if mark else 0
        raise DataError([Problem(name, line, "", f"not YAML: {error.problem}")]) from None
    except yaml.YAMLError as error:
        detail = str(error).splitlines()[0] if str(error) else "unreadable"
        raise DataError([Problem(name, 1, "", f"not YAML text: {detail}")]) from None


class _Walk:
    """Builds values from parser events; the events tell of anchors and tags, which composed nodes do not."""

    def __init__(self, events: Iterator[Any], name: str) -> None:
        self.events = events
        self.name = name
        self.lines: dict[Place, int] = {}

    def documents(self) -> Iterator[Document]:
        import yaml

        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.lines = {}
                value = self._value(next(self.events), ())
                yield Document(value, self.lines)

    def _value(self, event: Any, place: Place) -> Any:
        import yaml

        line = event.start_mark.line + 1
        self.lines.setdefault(place, line)
        if len(place) > MAX_DEPTH:
            self._refuse(line, place, f"nested more than {MAX_DEPTH} deep")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._refuse(line, place, "anchors and aliases are not allowed; write the value out")
        if getattr(event, "tag", None):
            self._refuse(line, place, f"tags such as {event.tag!r} are not allowed; write the plain value")
        if isinstance(event, yaml.ScalarEvent):
            plain_null = event.style in (None, "") and event.value in _NULLS
            return None if plain_null else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(place)
        return self._mapping(place)

    def _sequence(self, place: Place) -> list[Any]:
        import yaml

        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._value(event, (*place, len(items))))
        return items

    def _mapping(self, place: Place) -> dict[str, Any]:
        import yaml

        entries: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                self._refuse(line, place, "a key must be plain text")
            key = event.value
            if key in entries:
                first = self.lines[(*place, key)]
                self._refuse(line, (*place, key), f"duplicate key; it stands already on line {first}")
            self.lines[(*place, key)] = line
            entries[key] = self._value(next(self.events), (*place, key))
        return entries

    def _refuse(self, line: int, place: Place, message: str) -> None:
        raise DataError([Problem(self.name, line, path_text(place), message)])


def path_text(place: Place) -> str:
    """A place as people write it.

    >>> path_text(("dies", 0, "area"))
    'dies[0].area'
    """
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
