"""YAML and JSON text as plain values with line numbers; every scalar stays text.

YAML 1.1 reads ``2:4`` as 124 and ``NO`` as false, so nothing is interpreted here. Duplicate keys,
anchors, aliases and tags are refused: a reader must see what a file says without resolving it.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import yaml

from chipdb.bounds import MOST_BYTES, MOST_DEPTH, MOST_VALUES
from chipdb.errors import DataError, Problem
from chipdb.lazy_dataclasses import dataclass, field

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})

Place = tuple[str | int, ...]
"""A place in a document: keys and list indexes from the outside in."""


@dataclass
class Document:
    """The value of one YAML document and the line of each part of it.

    ``start`` is the document's first line. ``lines`` maps the identity of a mapping or list to
    the lines of its keys or items.
    """

    value: Any
    start: int = 1
    lines: dict[int, Any] = field(default_factory=dict)

    def line(self, place: Place) -> int:
        """The line of ``place``, counted from 1, or of the nearest part around it that exists."""
        return self._locate(place)[1]

    def has(self, place: Place) -> bool:
        """Whether the document has a value at ``place``."""
        return self._locate(place)[0]

    def _locate(self, place: Place) -> tuple[bool, int]:
        """Whether ``place`` exists, and the line of its last part that does."""
        value = self.value
        line = self.start
        # Values stay plain dicts and lists for pydantic; their lines are kept by identity.
        for part in place:
            try:
                line = self.lines[id(value)][part]
                value = value[part]
            except (KeyError, IndexError, TypeError):
                return False, line
        return True, line


def read_bytes(path: Path) -> bytes:
    """The content of a file of at most 16 MiB.

    Raises :class:`DataError` if the file is larger, absent or unreadable.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DataError.of_file(str(path), _too_large(size))
        # a pipe or device has no size, and may give bytes without an end
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise DataError.of_file(str(path), f"cannot be read: {error.strerror}") from None
    if len(data) > MOST_BYTES:
        raise DataError.of_file(str(path), _too_large(len(data)))
    return data


def parse(data: bytes, name: str) -> list[Document]:
    r"""The documents of a YAML or JSON text; :class:`DataError` names the line of each problem.

    JSON is read as YAML, which contains it, so that both have line numbers.

    >>> document = parse(b"name: NO\nlanes: 16", "mine.yaml")[0]
    >>> document.value, document.line(("lanes",))
    ({'name': 'NO', 'lanes': '16'}, 2)
    """
    documents, problems = parse_all(data, name)
    if problems:
        raise DataError(problems)
    return documents


def parse_all(data: bytes, name: str) -> tuple[list[Document], list[Problem]]:
    r"""The documents of a text, and the keys, tags and references in it that are refused.

    A repeated key keeps its first value, and what a reference stands for is left out, so that the
    rest of the text can be checked as well. A syntax error ends the reading with
    :class:`DataError`, since what follows one cannot be trusted.

    >>> documents, problems = parse_all(b"name: A\nname: B\nlanes: *x", "mine.yaml")
    >>> documents[0].value, [problem.line for problem in problems]
    ({'name': 'A', 'lanes': None}, [2, 3])
    """
    if len(data) > MOST_BYTES:
        raise DataError.of_file(name, _too_large(len(data)))

    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = "not UTF-8 text; a chip or rule file is YAML or JSON"
        raise DataError.of_file(name, message, line) from None

    # A PyYAML that was built without libyaml has no C parser; the slower one gives the same events.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        with no_collector():
            reader = _EventReader(loader(text), name)
            return list(reader.documents()), reader.problems
    except yaml.MarkedYAMLError as error:
        line = _line_of(error, text)
        raise DataError.of_file(name, f"not YAML: {error.problem}", line) from None
    # A character that YAML forbids has no mark.
    except yaml.YAMLError as error:
        first_line, _, _ = str(error).partition("\n")
        detail = first_line or "unreadable"
        raise DataError.of_file(name, f"not YAML text: {detail}", line=1) from None


def _too_large(size: int) -> str:
    """What is wrong with a file of this many bytes."""
    return f"{size:,} bytes is too large; a data file has at most {MOST_BYTES:,}"


def _line_of(error: yaml.MarkedYAMLError, text: str) -> int:
    """The line of a syntax error, counted from 1; 0 if the parser does not say."""
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return 0
    # At the end of a text the parser points to a line after the last.
    last_line = text.rstrip("\n").count("\n") + 1
    return min(int(mark.line) + 1, last_line)


@contextlib.contextmanager
def no_collector() -> Iterator[None]:
    """Suspend garbage collection, since reading creates many objects and no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _EventReader:
    """Builds values from parser events; composed nodes would no longer show anchors and tags."""

    def __init__(self, loader: Any, name: str) -> None:
        """Read the events of a loader of PyYAML; ``name`` is the file's, for messages."""
        self.next = loader.get_event
        self.name = name
        self.lines: dict[int, Any] = {}
        self.path: list[str | int] = []
        self.values = 0
        self.problems: list[Problem] = []

    def documents(self) -> Iterator[Document]:
        """Every document of the text, with the lines of its parts.

        A text may hold several, divided by lines of three hyphens.
        """
        while type(event := self.next()) is not yaml.StreamEndEvent:
            if type(event) is yaml.DocumentStartEvent:
                self.lines = {}
                event = self.next()
                yield Document(self._value(event), event.start_mark.line + 1, self.lines)

    def _value(self, event: Any) -> Any:
        """The value that begins with an event: text, None, a list or a mapping."""
        # A text of 16 MB may have millions of values, each of which takes many bytes in memory.
        self.values += 1
        if self.values > MOST_VALUES:
            self._refuse(event, f"too many values; the limit is {MOST_VALUES:,}")
        # An alias has the anchor of the value that it stands for, and no tag.
        if event.anchor or event.tag:
            self._note_reference(event)

        kind = type(event)
        if kind is yaml.AliasEvent:
            return None
        if kind is yaml.ScalarEvent:
            # A quoted "null" is text; only a plain one means that there is no value.
            if event.value in _NULLS and not event.style:
                return None
            return event.value

        if len(self.path) > MOST_DEPTH:
            self._refuse(event, f"nested more than {MOST_DEPTH} levels deep")
        if kind is yaml.SequenceStartEvent:
            return self._sequence()
        return self._mapping()

    def _note_reference(self, event: Any) -> None:
        """Keep the problem of a value that is defined elsewhere, or that has a tag.

        An alias of an alias may stand for more values than fit into memory.
        """
        if event.anchor:
            self._note(event, "anchors and aliases are not allowed; write the value out")
        else:
            message = f"tags such as {event.tag!r} are not allowed; write the plain value"
            self._note(event, message)

    def _sequence(self) -> list[Any]:
        """The items of a list whose first event has been read."""
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
        """The entries of a mapping whose first event has been read."""
        entries: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while type(event := self.next()) is not yaml.MappingEndEvent:
            if type(event) is not yaml.ScalarEvent or event.anchor or event.tag:
                self._refuse(event, "a key must be plain text")
            key = event.value
            self.path.append(key)
            line = _line_where(event)
            is_repeated = key in entries
            if is_repeated:
                self._note(event, f"duplicate key; the first one is on line {lines[key]}")
            value = self._value(self.next())
            if not is_repeated:
                lines[key] = line
                entries[key] = value
            self.path.pop()

        self.lines[id(entries)] = lines
        return entries

    def _note(self, event: Any, message: str) -> None:
        """Keep a problem with the line of an event and the path that is being read."""
        where = path_text(tuple(self.path))
        self.problems.append(Problem(self.name, _line_where(event), where, message))

    def _refuse(self, event: Any, message: str) -> NoReturn:
        """Raise :class:`DataError` with a problem after which reading cannot go on."""
        self._note(event, message)
        raise DataError(self.problems)


def _line_where(event: Any) -> int:
    """The line on which an event of the parser begins, counted from 1."""
    return int(event.start_mark.line) + 1


def path_text(place: Place) -> str:
    """A place as people write it.

    >>> path_text(("dies", 0, "area"))
    'dies[0].area'
    """
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}"
    return text.removeprefix(".")
