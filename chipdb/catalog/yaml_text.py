"""YAML and JSON text to plain values with line numbers, every scalar kept as text.

YAML 1.1 would read ``2:4`` as 124 and ``NO`` as false, so nothing is interpreted here. Duplicate keys, anchors, aliases
and tags are refused: a reader must see what a file says without running it in the head.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from chipdb.errors import DataError, Problem

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 30
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Place = tuple[str | int, ...]


@dataclass
class Document:
    """The value of one YAML document, and the line on which each part of it stands."""

    value: Any
    start: int = 1
    lines: dict[int, Any] = field(default_factory=dict)
    """By the identity of a mapping or sequence: the line of each of its keys or items."""

    def line(self, place: Place) -> int:
        """The line of ``place``, or of its nearest parent that has one."""
        return self._found(place)[1]

    def has(self, place: Place) -> bool:
        """Whether something stands at ``place``."""
        return self._found(place)[0]

    def _found(self, place: Place) -> tuple[bool, int]:
        value, line = self.value, self.start
        for part in place:
            try:
                line, value = self.lines[id(value)][part], value[part]
            except (KeyError, IndexError, TypeError):
                return False, line
        return True, line


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of at most 16 MB; :class:`DataError` if it is larger, absent or unreadable."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DataError(
                [
                    Problem(
                        str(path), 0, "", f"{size:,} bytes; a data file has at most {MAX_BYTES:,}"
                    )
                ]
            )
        return path.read_bytes()
    except OSError as error:
        raise DataError([Problem(str(path), 0, "", f"cannot be read: {error.strerror}")]) from None


def parse(data: bytes, name: str) -> list[Document]:
    """The documents of a YAML or JSON text; :class:`DataError` names the line of what is wrong."""
    if len(data) > MAX_BYTES:
        raise DataError(
            [Problem(name, 0, "", f"{len(data):,} bytes; a data file has at most {MAX_BYTES:,}")]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            [Problem(name, line, "", "not UTF-8 text; a chip or rule file is YAML or JSON")]
        ) from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with no_collector():
            return list(_Walk(loader(text), name).documents())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        last = text.rstrip("\n").count("\n") + 1
        line = min(mark.line + 1, last) if mark else 0
        raise DataError([Problem(name, line, "", f"not YAML: {error.problem}")]) from None
    except yaml.YAMLError as error:
        detail = str(error).splitlines()[0] if str(error) else "unreadable"
        raise DataError([Problem(name, 1, "", f"not YAML text: {detail}")]) from None


@contextlib.contextmanager
def no_collector() -> Iterator[None]:
    """No garbage collection meanwhile: reading makes many objects and no cycles."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class _Walk:
    """Builds values from parser events; the events tell of anchors and tags, which composed nodes do not."""

    def __init__(self, loader: Any, name: str) -> None:
        self.next = loader.get_event
        self.name = name
        self.lines: dict[int, Any] = {}
        self.path: list[str | int] = []

    def documents(self) -> Iterator[Document]:
        while type(event := self.next()) is not yaml.StreamEndEvent:
            if type(event) is yaml.DocumentStartEvent:
                self.lines = {}
                event = self.next()
                yield Document(self._value(event), event.start_mark.line + 1, self.lines)

    def _value(self, event: Any) -> Any:
        kind = type(event)
        if kind is yaml.AliasEvent or event.anchor:
            self._refuse(event, "anchors and aliases are not allowed; write the value out")
        if event.tag:
            self._refuse(
                event, f"tags such as {event.tag!r} are not allowed; write the plain value"
            )
        if kind is yaml.ScalarEvent:
            text = event.value
            return None if text in _NULLS and not event.style else text
        if len(self.path) > MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep")
        return self._sequence() if kind is yaml.SequenceStartEvent else self._mapping()

    def _sequence(self) -> list[Any]:
        items: list[Any] = []
        lines: list[int] = []
        while type(event := self.next()) is not yaml.SequenceEndEvent:
            lines.append(event.start_mark.line + 1)
            self.path.append(len(items))
            items.append(self._value(event))
            self.path.pop()
        self.lines[id(items)] = lines
        return items

    def _mapping(self) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent or event.anchor or event.tag:
                self._refuse(event, "a key must be plain text")
            key = event.value
            self.path.append(key)
            if key in entries:
                self._refuse(event, f"duplicate key; it stands already on line {lines[key]}")
            lines[key] = event.start_mark.line + 1
            entries[key] = self._value(self.next())
            self.path.pop()
        self.lines[id(entries)] = lines
        return entries

    def _refuse(self, event: Any, message: str) -> None:
        raise DataError(
            [Problem(self.name, event.start_mark.line + 1, path_text(tuple(self.path)), message)]
        )


def path_text(place: Place) -> str:
    """A place as people write it.

    >>> path_text(("dies", 0, "area"))
    'dies[0].area'
    """
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
