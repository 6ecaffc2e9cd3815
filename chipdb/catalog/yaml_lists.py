"""Data files as lists of validated entries; all problems of a file are found in one pass."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from chipdb.bounds import MOST_ENTRIES
from chipdb.catalog.lookup import nearest, similar_names
from chipdb.catalog.schema_types import LocatedError
from chipdb.catalog.yaml_text import Document, Place, parse_all, path_text, read_bytes
from chipdb.errors import DataError, Problem, did_you_mean
from chipdb.lazy_dataclasses import dataclass

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class FileEntry(Generic[Model]):
    """A validated entry of a file and its place in it.

    ``file`` is the name for messages; ``place`` leads to the entry in its document.
    """

    model: Model
    file: str
    document: Document
    place: Place

    def problem(self, inner: Place, message: str) -> Problem:
        """A problem at ``inner``, a place below this entry."""
        place = (*self.place, *inner)
        return Problem(self.file, self.document.line(place), path_text(place), message)


def entries(data: bytes, name: str) -> list[tuple[Document, Place, Any]]:
    r"""The mappings of a file, which holds one mapping, a list of them, or several documents.

    Raises :class:`DataError` if the file holds anything else, with every problem. Empty entries
    are skipped.

    >>> [(place, entry) for _, place, entry in entries(b"- id: h20\n-\n- id: h800", "mine.yaml")]
    [((0,), {'id': 'h20'}), ((2,), {'id': 'h800'})]
    """
    mappings, problems = entries_with_problems(data, name)
    raise_any(problems)
    return mappings


Mappings = list[tuple[Document, Place, Any]]
"""The entries of a file, each with its document and its place there."""


def entries_with_problems(data: bytes, name: str) -> tuple[Mappings, list[Problem]]:
    """The mappings of a file, and the problems found in everything else.

    So the entries can be checked as well, and everything is reported at once. Raises
    :class:`DataError` for a syntax error and for a file that is too large.
    """
    mappings: Mappings = []
    documents, problems = parse_all(data, name)
    for document in documents:
        for place, item in _items(document):
            # A null is what a trailing `-` or `---` leaves; an empty mapping was meant as an entry.
            if isinstance(item, dict) and item:
                mappings.append((document, place, item))
            elif item is not None:
                line = document.line(place)
                message = "expected a mapping of fields"
                problems.append(Problem(name, line, path_text(place), message))

    if len(mappings) > MOST_ENTRIES:
        message = f"{len(mappings):,} entries are too many; a file has at most {MOST_ENTRIES:,}"
        raise DataError.of_file(name, message)
    return mappings, problems


def _items(document: Document) -> Iterator[tuple[Place, Any]]:
    """The items of a document that is a list, or the document itself, with their places.

    A file of one chip need not write it as a list of one.
    """
    if not isinstance(document.value, list):
        yield (), document.value
        return
    for index, item in enumerate(document.value):
        yield (index,), item


def read_list(path: Path, model: type[Model]) -> list[Model]:
    """The validated entries of a data file; :class:`DataError` lists everything that is wrong.

    A single mapping is a list of one.
    """
    # The full path, since these files are read from wherever the data is installed.
    mappings, of_text = entries_with_problems(read_bytes(path), str(path))
    valid, problems = validated(mappings, model, str(path))
    raise_any([*of_text, *problems])
    return [entry.model for entry in valid]


def raise_any(problems: list[Problem]) -> None:
    """Raise :class:`DataError` if there is any problem, in the order of the lines.

    Checks run one after another over the whole file; a person repairs it from top to bottom.
    """
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.line))


def validated(
    mappings: list[tuple[Document, Place, Any]], model: type[Model], name: str
) -> tuple[list[FileEntry[Model]], list[Problem]]:
    """The entries that fit the model, and the problems of those that do not.

    ``name`` is that of the file, for messages. Nothing is raised, so that callers can go on to
    check the valid entries and report everything at once.
    """
    valid: list[FileEntry[Model]] = []
    problems: list[Problem] = []
    for document, place, item in mappings:
        # One wrong entry must not hide what is wrong with the next.
        try:
            valid.append(FileEntry(model.model_validate(item), name, document, place))
        except ValidationError as error:
            for where, message in _explained(error, model, document, place):
                problems.append(Problem(name, document.line(where), path_text(where), message))
    return valid, problems


def _explained(
    error: ValidationError, model: type[BaseModel], document: Document, place: Place
) -> Iterator[tuple[Place, str]]:
    """The place in the document and the message of each of pydantic's errors."""
    for detail in error.errors(include_url=False):
        where = _place_in_text(document, place, detail["loc"])
        # A validator of chipdb's own may report several places below the field that it checks.
        cause = detail.get("ctx", {}).get("error")
        if not isinstance(cause, LocatedError):
            yield where, _message(dict(detail), model)
            continue
        # One validator may check many fields, and each is on its own line.
        for inner, message in cause.problems:
            yield (*where, *inner), message


def _place_in_text(document: Document, place: Place, loc: tuple[int | str, ...]) -> Place:
    """The part of pydantic's path that exists in the text.

    ``place`` is that of the entry, from which the path leads. A figure written as one claim has
    no list in the text, so the index in pydantic's path is skipped; a field that is missing ends
    the path.
    """
    for part in loc:
        if document.has((*place, part)):
            place = (*place, part)
        elif isinstance(part, str):
            return (*place, part)
    return place


_MOST_PATHS = 4
"""How many places of a field an error names."""


def _message(detail: dict[str, Any], model: type[BaseModel]) -> str:
    """One of pydantic's errors in words that say what to write instead."""
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _message_on_unknown_field(detail["loc"], model)

    if kind == "missing":
        return "this required field is missing"

    if kind in ("model_type", "model_attributes_type"):
        fields = ", ".join(_fields_at(model, detail["loc"]))
        return f"expected a mapping with {fields}"

    if kind in ("literal_error", "enum"):
        return _message_on_choice(detail)

    # chipdb's own validators already show the value; pydantic's messages do not.
    given = detail.get("input")
    message = str(detail["msg"]).removeprefix("Value error, ")
    if kind == "value_error" or not isinstance(given, str):
        return message
    return f"{given!r}: {message[0].lower()}{message[1:]}"


def _message_on_unknown_field(loc: tuple[int | str, ...], model: type[BaseModel]) -> str:
    """That a field is unknown, and where it may belong: inside another one, or by another name."""
    *around, last = loc
    name = str(last)
    inside = _paths_with(model, name)[:_MOST_PATHS]
    # a field that is already inside another one is not looked for elsewhere
    if inside and len(around) <= 1:
        return f"unknown field {name!r}{did_you_mean(inside)}"
    return f"unknown field {name!r}{nearest(name, _fields_at(model, tuple(around)))}"


def _message_on_choice(detail: dict[str, Any]) -> str:
    """The message about a value that its field does not allow."""
    given = detail.get("input")
    choices = _choices(detail["ctx"]["expected"])
    hint = did_you_mean(similar_names(str(given), choices))
    return f"{given!r} is not one of {', '.join(choices)}{hint}"


def _choices(expected: str) -> list[str]:
    """The values that pydantic expects, which it writes as one text: ``'a', 'b' or 'c'``.

    >>> _choices("'host', 'network' or 'chip-to-chip'")
    ['host', 'network', 'chip-to-chip']
    """
    unquoted = expected.replace("'", "")
    return unquoted.replace(" or ", ", ").split(", ")


def _fields_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The names of the fields that are valid at a path of a model, as a file writes them.

    >>> from chipdb.catalog.schema import Chip
    >>> _fields_at(Chip, ("links", 0))[:3]
    ['name', 'kind', 'bandwidth']
    """
    current: Any = model
    for part in loc:
        fields = getattr(current, "model_fields", None)
        # Indexes of lists and keys of mappings are not fields: the model stays the same.
        if fields is None or part not in fields:
            continue
        current = _model_in(fields[part].annotation) or current

    # A file writes the alias of a field whose name Python does not allow.
    return [field.alias or name for name, field in current.model_fields.items()]


def _paths_with(model: type[BaseModel], name: str) -> list[str]:
    """Where a name is a field inside a field of a model, which is where its writer may want it.

    >>> from chipdb.catalog.schema import Chip
    >>> _paths_with(Chip, "tdp")
    ['power.tdp']
    """
    paths = []
    for outer, field in model.model_fields.items():
        inner = _model_in(field.annotation)
        if inner is not None and name in inner.model_fields:
            paths.append(f"{field.alias or outer}.{name}")
    return paths


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model in a type annotation such as ``list[Die] | None``; None if it has none.

    >>> from chipdb.catalog.schema import Die
    >>> _model_in(list[Die] | None) is Die, _model_in(list[str]) is None
    (True, True)
    """
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    # Anything else has no arguments, so the search ends there.
    for argument in typing.get_args(annotation):
        model = _model_in(argument)
        if model is not None:
            return model
    return None
