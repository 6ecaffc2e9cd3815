"""``validate``: a file of chips, or the catalog itself, through every gate; each says what it compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.chip_files import FileChip, read_catalog_file
from chipdb.catalog.lookup import nearest, squash
from chipdb.catalog.records import Record, from_record
from chipdb.catalog.user_files import read_user_file
from chipdb.catalog.yaml_text import Place
from chipdb.curation.gates import Comparison, comparisons, findings
from chipdb.errors import Problem
from chipdb.metrics import declared_apart, measure
from chipdb.notebook import views
from chipdb.rules.places import places
from chipdb.units import display

FORM = "form"
"""The gate of the data format itself: fields, units, names, duplicates."""


@dataclass(frozen=True)
class Found:
    """One thing that a gate found, where it stands."""

    gate: str
    chip: str | None
    problem: Problem

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb validate --format json`` prints for it."""
        return dict(views("json.curation").problem_record(self))


@dataclass(frozen=True)
class Report:
    """What the gates compared in a file, and what they found."""

    file: str
    chips: int
    compared: Counter[str]
    found: tuple[Found, ...]

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb validate --format json`` prints for the file."""
        return dict(views("json.curation").validation_record(self))


def validate(data: bytes, name: str, catalog: Catalog) -> Report:
    """A user's file through every gate; raises :class:`~chipdb.errors.DataError` if it is no file of chips."""
    own, problems = read_user_file(data, name, catalog)
    here = {entry.record["id"]: entry.record for entry in own}

    def member(key: str) -> Chip:
        return from_record(here[key], member) if key in here else catalog[key]

    return _report(name, own, problems, member)


def validate_catalog() -> Report:
    """The shipped catalog through every gate."""
    own, problems = read_catalog_file()
    here = {entry.record["id"]: entry.record for entry in own}

    def member(key: str) -> Chip:
        return from_record(here[key], member)

    unknown = [
        entry.origin.problem(place, text) for entry in own for place, text in _unknown(entry.record)
    ]
    return _report("data/chips.yaml", own, [*problems, *unknown], member)


def _unknown(record: Record) -> Iterator[tuple[Place, str]]:
    """Makers and sources that the data does not know, and dates and facts of an entry without a source."""
    if squash(record["vendor"]) not in places().vendors:
        yield (
            ("vendor",),
            f"{record['vendor']!r} is no maker under vendors in data/places.yaml; say where it is headquartered",
        )
    for field in ("announced", "available", "stage", "only_for"):
        if field in record and field not in record.get("sources", {}):
            yield (field,), f"needs its source under sources.{field}"
    for place, key in _keys(record, ()):
        if key not in bibliography():
            yield (
                place,
                f"{key!r} is no entry of data/sources.yaml{nearest(key, list(bibliography()))}",
            )


def _keys(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Every source that an entry names, with its place."""
    if isinstance(value, dict):
        for name, entry in value.items():
            if name == "sources" and isinstance(entry, dict):
                yield from (((*place, name, field), key) for field, key in entry.items())
            elif name == "source":
                yield (*place, name), entry
            else:
                yield from _keys(entry, (*place, name))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _keys(entry, (*place, index))


def _report(
    name: str, own: list[FileChip], problems: Iterable[Problem], chip_of: Callable[[str], Chip]
) -> Report:
    compared: Counter[str] = Counter({FORM: len(own)})
    found = [Found(FORM, None, problem) for problem in problems]
    for entry in own:
        chip = chip_of(entry.record["id"])
        made = [*comparisons(chip), *_declared(chip)]
        compared.update(one.gate for one in made)
        found += [Found(one.gate, chip.id, _problem(entry, one)) for one in findings(chip, made)]
    return Report(name, len(own), compared, tuple(sorted(found, key=lambda one: one.problem.line)))


def _problem(entry: FileChip, made: Comparison) -> Problem:
    return entry.origin.problem(_place(made.path), f"{made.gate}: {made.text}")


def _place(path: str) -> Place:
    """A path such as ``dies[0].area`` as the place it names."""
    return tuple(int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", path))


def _declared(chip: Chip) -> Iterator[Comparison]:
    """The declared TPP against the computed one; credible claims may span it, or the chip says why it differs."""
    declared, made = chip.declared, measure(chip, "tpp")
    if declared is None or declared.tpp is None or made.value is None:
        return
    low, high = made.low or made.value, made.high or made.value
    held = not declared_apart(chip) or low <= declared.tpp <= high or declared.differs is not None
    text = f"the maker declares {display(declared.tpp)}, the rates come to {display(made.value)}; say why under declared.differs"
    yield Comparison(gate="declared", what="", path="declared.tpp", holds=held, text=text)
