"""The checks of the files of ``data/`` beside the chips, each problem with its file and line.

Every check reads its file afresh: what other modules hold in memory may be older.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chipdb import data_files
from chipdb.catalog.consistency import Gate
from chipdb.catalog.lookup import nearest, squash
from chipdb.catalog.reference_schema import NumberFormat, PcieGeneration, SourceEntry
from chipdb.catalog.table_schema import TableMapping
from chipdb.catalog.yaml_lists import FileEntry, entries, validated
from chipdb.catalog.yaml_text import Place, read_bytes
from chipdb.curation import data_schema
from chipdb.curation.gates import COMPARES
from chipdb.errors import DataError, Problem, QuantityError
from chipdb.rules import schema as rule_schema
from chipdb.rules.allocations import Budget
from chipdb.rules.conditions import NamedChip, Outcome, leaves
from chipdb.rules.rule import Rule, rule_from
from chipdb.rules.rulebook import REQUIRED_HERE
from chipdb.rules.worksheets import Worksheet

if TYPE_CHECKING:
    from pydantic import BaseModel

NOT_CHECKED = "was not checked: it is read with a file that has a problem"
Wrong = Iterator[tuple[Place, str]]
"""Places below an entry, and what is wrong there."""


@dataclass(frozen=True)
class Checked:
    """A file that was checked: how many entries it has, and its problems."""

    file: str
    entries: int
    problems: tuple[Problem, ...]
    chips_need_it: bool = False
    """Whether chips cannot be read while it has problems."""


@dataclass(frozen=True)
class _Known:
    """What entries may refer to: sources, countries and groups, number formats, chips."""

    sources: list[str]
    places: list[str]
    formats: list[str]
    chips: list[str]


def check_data() -> tuple[Checked, ...]:
    """Every file of ``data/`` but the chips, checked."""
    known = _Known(
        sources=_ids("sources.yaml", "id"),
        places=_place_codes(),
        formats=_ids("formats.yaml", "id"),
        chips=_ids("chips.yaml", "id"),
    )
    checked = [
        _check("formats.yaml", NumberFormat, known, key="id", chips_need_it=True),
        _check("pcie.yaml", PcieGeneration, known, key="generation", chips_need_it=True),
        _check("gates.yaml", Gate, known, _gate, key="gate", chips_need_it=True),
        _check("sources.yaml", SourceEntry, known, key="id"),
        _check("places.yaml", data_schema.PlacesFile, known, _places, chips_need_it=True),
        _check("notices.yaml", data_schema.Notice, known, _notice),
        _check("budgets.yaml", Budget, known, _budget, key="id"),
        _check("worksheets.yaml", Worksheet, known, key="id"),
    ]
    folder = data_files.data_folder()
    for path in sorted((folder / "tables").glob("*.yaml")):
        checked.append(_check(f"tables/{path.name}", TableMapping, known, _mapping))
    if any(file.problems for file in checked if file.file == "data/places.yaml"):
        # scopes name places, so every rule would have a problem that it does not have
        unread = Problem("data/rules", 0, "", NOT_CHECKED)
        checked.append(Checked("data/rules", 0, (unread,)))
    else:
        checked += _rules(known)
    checked += _vintages(folder / "vintages")
    return tuple(checked)


def _path(name: str) -> Path:
    return data_files.data_folder() / name


def _ids(name: str, key: str) -> list[str]:
    """The ids of a file's entries; nothing where it cannot be read, which its own check reports."""
    try:
        found = entries(read_bytes(_path(name)), name)
    except DataError:
        return []
    return [str(entry[key]) for _, _, entry in found if key in entry]


def _place_codes() -> list[str]:
    try:
        ((_, _, record),) = entries(read_bytes(_path("places.yaml")), "places.yaml")
    except (DataError, ValueError):
        return []
    countries = record.get("countries") or []
    groups = record.get("groups") or []
    codes = [entry.get("code") for entry in countries if isinstance(entry, dict)]
    ids = [entry.get("id") for entry in groups if isinstance(entry, dict)]
    return [str(name) for name in (*codes, *ids) if name]


def _check(
    name: str,
    model: type[BaseModel],
    known: _Known,
    wrong_in: Callable[[Any, _Known], Wrong] | None = None,
    *,
    key: str | None = None,
    chips_need_it: bool = False,
) -> Checked:
    """A file through its schema, its references and, where it has a key, its duplicates."""
    file = f"data/{name}"
    try:
        found = entries(read_bytes(_path(name)), file)
    except DataError as error:
        return Checked(file, 0, _named(error.problems, file), chips_need_it)
    if not found:
        empty = Problem(file, 0, "", "has no entry")
        return Checked(file, 0, (empty,), chips_need_it)
    try:
        reads, problems = validated(found, model, file)
    except DataError:
        # number formats and places are read while others are; their own check says what is wrong
        return Checked(file, len(found), (Problem(file, 0, "", NOT_CHECKED),), chips_need_it)
    for (_, _, record), read in _paired(found, reads):
        wrong = [*_unknown_sources(record, (), known)]
        if wrong_in is not None:
            wrong += wrong_in(read.model, known)
        problems += [read.problem(place, text) for place, text in wrong]
    if key is not None:
        problems += _twice(reads, key)
    problems.sort(key=lambda problem: problem.line)
    return Checked(file, len(found), tuple(problems), chips_need_it)


def _named(problems: Iterable[Problem], file: str) -> tuple[Problem, ...]:
    """Problems of reading a file, under its name in the repository rather than its full path."""
    return tuple(Problem(file, problem.line, problem.path, problem.message) for problem in problems)


def _paired(
    found: list[tuple[Any, Place, Any]], reads: list[FileEntry[Any]]
) -> Iterator[tuple[tuple[Any, Place, Any], FileEntry[Any]]]:
    """Each valid entry with its record; entries of the wrong form have no model."""
    by_place = {(id(read.document), read.place): read for read in reads}
    for entry in found:
        document, place, _ = entry
        read = by_place.get((id(document), place))
        if read is not None:
            yield entry, read


def _twice(reads: list[FileEntry[Any]], key: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for read in reads:
        name = getattr(read.model, key)
        if name in seen:
            yield read.problem((key,), f"duplicate {key} {name!r}")
        seen.add(name)


def _unknown_sources(value: Any, place: Place, known: _Known) -> Wrong:
    """Every ``source`` below a value that is not an entry of the bibliography."""
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _unknown_sources(entry, (*place, index), known)
    if not isinstance(value, dict):
        return
    for name, entry in value.items():
        if name == "source" and isinstance(entry, str) and entry not in known.sources:
            hint = nearest(entry, known.sources)
            yield (*place, name), f"{entry!r} is not an entry of data/sources.yaml{hint}"
        else:
            yield from _unknown_sources(entry, (*place, name), known)


def _gate(gate: Gate, known: _Known) -> Wrong:
    """A gate that nothing compares, numbers that are none, formats that do not exist."""
    names = [*COMPARES, "declared"]
    if gate.gate not in names:
        yield ("gate",), f"no code compares {gate.gate!r}{nearest(gate.gate, names)}"
    try:
        gate.allowance  # noqa: B018 - reading it is the check
    except QuantityError as error:
        yield ("tolerance",), str(error)
    for index, pair in enumerate(gate.ratios):
        for side in ("of", "to"):
            name = getattr(pair, side)
            if name not in known.formats:
                hint = nearest(name, known.formats)
                yield ("ratios", index, side), f"{name!r} is not a number format{hint}"


def _places(file: data_schema.PlacesFile, _: _Known) -> Wrong:
    """Codes that no country has, names that two have, parts of a country without their day."""
    codes = [country.code for country in file.countries]
    yield from _countries(file.countries, codes)
    for index, group in enumerate(file.groups):
        for number, code in enumerate(group.members):
            yield from _no_country(code, codes, ("groups", index, "members", number))
        for number, move in enumerate(group.moves):
            yield from _no_country(move.code, codes, ("groups", index, "moves", number, "code"))
    for index, vendor in enumerate(file.vendors):
        yield from _no_country(vendor.headquarters, codes, ("vendors", index, "headquarters"))


def _countries(countries: list[data_schema.Country], codes: list[str]) -> Wrong:
    owners: dict[str, str] = {}
    for index, country in enumerate(countries):
        place: Place = ("countries", index)
        if codes.index(country.code) != index:
            yield (*place, "code"), f"duplicate code {country.code!r}"
        for name in (country.name, *country.aliases):
            owner = owners.setdefault(squash(name), country.code)
            if owner != country.code:
                yield place, f"{name!r} names both {owner} and {country.code}"
        if (country.part_of is None) != (country.part_of_from is None):
            yield place, "part_of and part_of_from go together"
        for side in ("part_of", "region_of"):
            yield from _no_country(getattr(country, side), codes, (*place, side))


def _no_country(code: str | None, codes: list[str], place: Place) -> Wrong:
    if code is not None and code not in codes:
        yield place, f"{code!r} is not the code of a country"


def _notice(notice: data_schema.Notice, known: _Known) -> Wrong:
    for index, code in enumerate(notice.places):
        yield from _no_country(code, known.places, ("places", index))
    if notice.until is not None and notice.until <= notice.since:
        yield ("until",), "is not after from"


def _budget(budget: Budget, _: _Known) -> Wrong:
    for index, limit in enumerate(budget.limits):
        if limit.since and limit.until and limit.until <= limit.since:
            yield ("limits", index, "until"), "is not after from"


def _mapping(mapping: TableMapping, known: _Known) -> Wrong:
    for name, chip in mapping.names.items():
        if chip not in known.chips:
            yield ("names", name), f"{chip!r} is not the id of a chip{nearest(chip, known.chips)}"


def _rules(known: _Known) -> list[Checked]:
    """Every rule file through its schema; then what rules refer to across files."""
    folder = _path("rules")
    checked: list[Checked] = []
    read_rules: list[tuple[FileEntry[rule_schema.Rule], Rule, str]] = []
    entries_of: dict[str, int] = {}
    problems_of: dict[str, list[Problem]] = {}
    for path in sorted(folder.rglob("*.yaml")):
        file = f"data/{path.relative_to(data_files.data_folder()).as_posix()}"
        problems: list[Problem] = problems_of.setdefault(file, [])
        try:
            found = entries(read_bytes(path), file)
        except DataError as error:
            problems += _named(error.problems, file)
            entries_of[file] = 0
            continue
        entries_of[file] = len(found)
        try:
            reads, form = validated(found, rule_schema.Rule, file)
        except DataError:
            problems.append(Problem(file, 0, "", NOT_CHECKED))
            continue
        problems += form
        for (_, _, record), read in _paired(found, reads):
            for place, text in _unknown_sources(record, (), known):
                problems.append(read.problem(place, text))
            read_rules.append((read, rule_from(record), file))
    # a file that could not be read hides outcomes and ids that others refer to
    complete = not any(problems_of.values())
    outcomes = {outcome for _, rule, _ in read_rules for outcome in rule.outcomes()}
    seen: set[str] = set()
    for read, rule, file in read_rules:
        wrong = list(_rule(read.model, rule, seen))
        if complete:
            wrong += _references(rule, outcomes, known)
        problems_of[file] += [read.problem(place, text) for place, text in wrong]
        seen.add(rule.id)
    for file, problems in problems_of.items():
        problems.sort(key=lambda problem: problem.line)
        checked.append(Checked(file, entries_of[file], tuple(problems)))
    return checked


def _rule(model: rule_schema.Rule, rule: Rule, seen: set[str]) -> Wrong:
    if rule.id in seen:
        yield ("id",), f"duplicate id {rule.id!r}"
    for name in REQUIRED_HERE:
        if name not in model.model_fields_set:
            yield (name,), "is missing; every rule of the rulebook has it"


def _references(rule: Rule, outcomes: set[str], known: _Known) -> Wrong:
    """Outcomes that no rule gives and chips that do not exist."""
    conditions = [*rule.deciding()]
    conditions += [exception.when for exception in rule.exceptions]
    conditions += [review.when for review in rule.review]
    for condition in conditions:
        for leaf in leaves(condition):
            if isinstance(leaf, Outcome):
                for name in leaf.names:
                    if name not in outcomes:
                        hint = nearest(name, sorted(outcomes))
                        yield (), f"{name!r} is not an outcome of any rule{hint}"
            elif isinstance(leaf, NamedChip):
                for name in leaf.ids:
                    if name not in known.chips:
                        yield (), f"{name!r} is not the id of a chip{nearest(name, known.chips)}"


def _vintages(folder: Path) -> Iterator[Checked]:
    """Every vintage: its records are those that its hash names."""
    from chipdb.catalog import vintages

    for path in sorted(folder.glob(f"*{vintages.SUFFIX}")):
        file = f"data/vintages/{path.name}"
        problems: tuple[Problem, ...] = ()
        count = 0
        try:
            lines = data_files.open_lines(path)
            count = len(lines.header["ids"])
            if vintages.body_hash(path) != lines.header["sha256"]:
                message = "the records are not those that the hash in line 1 names"
                problems = (Problem(file, 1, "sha256", message),)
        except (ValueError, KeyError, TypeError) as error:
            problems = (Problem(file, 1, "", f"line 1 is not the header of a vintage: {error}"),)
        yield Checked(file, count, problems)
