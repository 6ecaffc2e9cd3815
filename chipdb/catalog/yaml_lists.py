"""Files of the data format: every problem of a file found in one go, each with its line and path."""

from __future__ import annotations

import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from chipdb.catalog import schema
from chipdb.catalog.lookup import nearest
from chipdb.catalog.yaml_text import Document, Place, parse, path_text, read_bytes
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
                problems.append(
                    Problem(
                        name, document.line(place), path_text(place), "expected a mapping of fields"
                    )
                )
    if problems:
        raise DataError(problems)
    return found


def read_list(path: Path, model: type[Model]) -> list[Model]:
    """The entries of a data file, validated; :class:`DataError` lists all that is wrong."""
    found = entries(read_bytes(path), str(path))
    models, problems = validated(found, model, str(path))
    raise_any(problems)
    return [entry.model for entry in models]


@dataclass(frozen=True)
class Read(Generic[Model]):
    """A validated entry of a file, and where in the file it stands."""

    model: Model
    file: str
    document: Document
    place: Place

    def problem(self, inner: Place, message: str) -> Problem:
        """A problem below this entry."""
        place = (*self.place, *inner)
        return Problem(self.file, self.document.line(place), path_text(place), message)


def raise_any(problems: list[Problem]) -> None:
    """Raise :class:`DataError` if there is any problem, in the order of the lines."""
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.line))


def validated(
    found: list[tuple[Document, Place, Any]], model: type[Model], name: str
) -> tuple[list[Read[Model]], list[Problem]]:
    """The entries that are of the model's form, and the problems of those that are not."""
    models: list[Read[Model]] = []
    problems: list[Problem] = []
    for document, place, item in found:
        try:
            models.append(Read(model.model_validate(item), name, document, place))
        except ValidationError as error:
            problems += _problems(error, model, document, place, name)
    return models, problems


def _problems(
    error: ValidationError, model: type[BaseModel], document: Document, place: Place, name: str
) -> list[Problem]:
    found = []
    for detail in error.errors(include_url=False):
        outer = _known(document, place, detail["loc"])
        cause = detail.get("ctx", {}).get("error")
        inner = (
            cause.problems
            if isinstance(cause, schema.LocatedError)
            else [((), _message(dict(detail), model))]
        )
        for below, message in inner:
            where = (*outer, *below)
            found.append(Problem(name, document.line(where), path_text(where), message))
    return found


def _known(document: Document, place: Place, loc: tuple[int | str, ...]) -> Place:
    """The part of pydantic's path that stands in the text: figures written as one claim have no index there."""
    for part in loc:
        if document.has((*place, part)):
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
    if kind in ("model_type", "model_attributes_type"):
        return f"expected a mapping with {', '.join(_fields_at(model, detail['loc']))}"
    message = str(detail["msg"]).removeprefix("Value error, ")
    if kind in ("literal_error", "enum"):
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


def read_chips(
    data: bytes, name: str, *, sourced: bool
) -> tuple[list[Read[schema.Chip]], list[Problem]]:
    """The chips of a file and its problems; ``sourced`` demands what the catalog demands of itself."""
    from chipdb.catalog.consistency import problems_of

    found = entries(data, name)
    if not found:
        raise DataError(
            [
                Problem(
                    name,
                    0,
                    "",
                    "no chip in this file; a chip is a mapping with fields such as throughput",
                )
            ]
        )
    chips, problems = validated(found, schema.Chip, name)
    for read in chips:
        problems += [
            read.problem(inner, message)
            for inner, message in problems_of(read.model, sourced=sourced)
        ]
    return chips, problems
