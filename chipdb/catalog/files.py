"""Files of the data format: every problem of a file found in one go, each with its line and path."""

from __future__ import annotations

import types
import typing
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from chipdb.catalog import schema
from chipdb.catalog.lookup import nearest
from chipdb.catalog.text import Document, Place, parse, path_text, read_bytes
from chipdb.errors import DataError, Problem

Model = TypeVar("Model", bound=BaseModel)


def entries(data: bytes, name: str) -> list[tuple[Document, Place, Any]]:
    """The mappings of a file: one, a list, or several documents; :class:`DataError` if there is none."""
    found: list[tuple[Document, Place, Any]] = []
    problems: list[Problem] = []
    for document in parse(data, name):
        listed = isinstance(document.value, list)
        items = document.value if listed else [document.value]
        for index, item in enumerate(items):
            place: Place = (index,) if listed else ()
            if isinstance(item, dict) and item:
                found.append((document, place, item))
            elif item is not None:
                problems.append(Problem(name, document.line(place), path_text(place), "expected a mapping of fields"))
    if problems:
        raise DataError(problems)
    return found


def read_list(path: Path, model: type[Model]) -> list[Model]:
    """The entries of a data file, validated; :class:`DataError` lists all that is wrong."""
    return validated(entries(read_bytes(path), str(path)), model, str(path))


def validated(found: list[tuple[Document, Place, Any]], model: type[Model], name: str) -> list[Model]:
    """Entries as models; :class:`DataError` lists the problems of all of them."""
    models: list[Model] = []
    problems: list[Problem] = []
    for document, place, item in found:
        try:
            models.append(model.model_validate(item))
        except ValidationError as error:
            problems += _problems(error, model, document, place, name)
    if problems:
        raise DataError(problems)
    return models


def _problems(error: ValidationError, model: type[BaseModel], document: Document, place: Place, name: str) -> list[Problem]:
    found = []
    for detail in error.errors(include_url=False):
        inner = _known(document, place, detail["loc"])
        found.append(Problem(name, document.line(inner), path_text(inner), _message(dict(detail), model)))
    return found


def _known(document: Document, place: Place, loc: tuple[int | str, ...]) -> Place:
    """The part of pydantic's path that stands in the text: figures written as one claim have no index there."""
    for part in loc:
        if (*place, part) in document.lines:
            place = (*place, part)
        elif isinstance(part, str):
            return (*place, part)
    return place


def _message(detail: dict[str, Any], model: type[BaseModel]) -> str:
    kind, given = detail["type"], detail.get("input")
    if kind == "extra_forbidden":
        valid = _fields_at(model, detail["loc"][:-1])
        return f"no such field{nearest(str(detail['loc'][-1]), valid)}"
    if kind == "missing":
        return "is missing"
    message = str(detail["msg"]).removeprefix("Value error, ")
    if kind == "literal_error":
        expected = detail["ctx"]["expected"].replace("'", "")
        choices = expected.replace(" or ", ", ").split(", ")
        return f"{given!r} is not one of {expected}{nearest(str(given), choices)}"
    if kind == "value_error" or not isinstance(given, str):
        return message
    return f"{given!r}: {message[0].lower()}{message[1:]}"


def _fields_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The field names valid at a path of a model."""
    current: Any = model
    for part in loc:
        fields = getattr(current, "model_fields", None)
        if fields is None or part not in fields:
            continue
        current = _model_in(fields[part].annotation) or current
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if isinstance(annotation, types.UnionType) or typing.get_origin(annotation):
        for argument in typing.get_args(annotation):
            model = _model_in(argument)
            if model:
                return model
    return None


def read_chips(data: bytes, name: str, *, sourced: bool) -> list[tuple[schema.Chip, int]]:
    """The chips of a file with the lines they start on; ``sourced`` demands what the catalog demands of itself."""
    from chipdb.catalog.gates import problems_of

    found = entries(data, name)
    if not found:
        raise DataError([Problem(name, 0, "", "no chip in this file; a chip is a mapping with fields such as throughput")])
    chips = validated(found, schema.Chip, name)
    problems = [
        Problem(name, document.line((*place, *inner)), path_text((*place, *inner)), message)
        for (document, place, _), chip in zip(found, chips, strict=True)
        for inner, message in problems_of(chip, sourced=sourced)
    ]
    if problems:
        raise DataError(problems)
    return [(chip, document.line(place)) for (document, place, _), chip in zip(found, chips, strict=True)]
