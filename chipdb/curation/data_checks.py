"""The checks of the files of ``data/`` beside the chips, each problem with its file and line.

Every check reads its file afresh: what other modules hold in memory may be older.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.rules import schema as rule_schema
from chipdb.rules.allocations import Budget
from chipdb.rules.conditions import NamedChip, Outcome, leaves
from chipdb.rules.rule import Rule
from chipdb.rules.rule_records import rule_from
from chipdb.rules.rulebook import REQUIRED_HERE
from chipdb.rules.worksheets import Worksheet
from chipdb.vocabulary import RuleQuestion

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
        _check("budgets.yaml", Budget, known, _budget, key="id"),
        _check("worksheets.yaml", Worksheet, known, key="id"),
    ]

    folder = data_files.data_folder()
    for path in sorted((folder / "tables").glob("*.yaml")):
        checked.append(_check(f"tables/{path.name}", TableMapping, known, _mapping))

    places = next(file for file in checked if file.file == "data/places.yaml")
    if places.problems:
        # scopes name places, so every rule and notice would have a problem that it does not have
        for name in ("data/notices.yaml", "data/rules"):
            unread = Problem(name, 0, "", NOT_CHECKED)
            checked.append(Checked(name, 0, (unread,)))
    else:
        checked.append(_check("notices.yaml", data_schema.Notice, known, _notice))
        checked += _rules(known)
    checked += _vintages(folder / "vintages")
    return tuple(checked)


def _path(name: str) -> Path:
    """The full path of a file of ``data/``."""
    return data_files.data_folder() / name


def _ids(name: str, key: str) -> list[str]:
    """The ids of a file's entries; nothing where it cannot be read, which its own check reports."""
    try:
        records = entries(read_bytes(_path(name)), name)
    except DataError:
        return []
    return [str(entry[key]) for _, _, entry in records if key in entry]


def _place_codes() -> list[str]:
    """The codes of countries and ids of groups; none where the file cannot be read."""
    try:
        ((_, _, record),) = entries(read_bytes(_path("places.yaml")), "places.yaml")
    except (DataError, ValueError):
        return []

    names: list[str] = []
    for section, key in (("countries", "code"), ("groups", "id")):
        for entry in record.get(section) or []:
            # the schema is checked elsewhere, so an entry may have any form here
            if isinstance(entry, dict) and entry.get(key):
                names.append(str(entry[key]))
    return names


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
        read_entries = entries(read_bytes(_path(name)), file)
    except DataError as error:
        return Checked(file, 0, _named(error.problems, file), chips_need_it)

    # an empty file is valid YAML, but chipdb would know no source or no place
    if not read_entries:
        empty = Problem(file, 0, "", "has no entry")
        return Checked(file, 0, (empty,), chips_need_it)
    try:
        reads, problems = validated(read_entries, model, file)
    except DataError:
        # number formats and places are read while others are; their own check says what is wrong
        return Checked(file, len(read_entries), (Problem(file, 0, "", NOT_CHECKED),), chips_need_it)

    for (_, _, record), read in _paired(read_entries, reads):
        wrong = [*_unknown_sources(record, known)]
        if wrong_in is not None:
            wrong += wrong_in(read.model, known)
        problems += [read.problem(place, text) for place, text in wrong]

    if key is not None:
        problems += _twice(reads, key)
    problems.sort(key=lambda problem: problem.line)
    return Checked(file, len(read_entries), tuple(problems), chips_need_it)


def _named(problems: Iterable[Problem], file: str) -> tuple[Problem, ...]:
    """Problems of reading a file, under its name in the repository rather than its full path."""
    return tuple(Problem(file, problem.line, problem.path, problem.message) for problem in problems)


def _paired(
    read_entries: list[tuple[Any, Place, Any]], reads: list[FileEntry[Any]]
) -> Iterator[tuple[tuple[Any, Place, Any], FileEntry[Any]]]:
    """Each valid entry with its record; entries of the wrong form have no model."""
    # a file may have several documents, each of which counts its entries from 0
    by_place = {(id(read.document), read.place): read for read in reads}
    for entry in read_entries:
        document, place, _ = entry
        read = by_place.get((id(document), place))
        if read is not None:
            yield entry, read


def _twice(reads: list[FileEntry[Any]], key: str) -> Iterator[Problem]:
    """Entries whose key an earlier entry of the file has."""
    seen: set[str] = set()
    for read in reads:
        name = getattr(read.model, key)
        if name in seen:
            yield read.problem((key,), f"duplicate {key} {name!r}")
        seen.add(name)


def _unknown_sources(record: Any, known: _Known) -> Wrong:
    """Every source that an entry names and that is not an entry of the bibliography."""
    for place, key in source_keys(record):
        if isinstance(key, str) and key not in known.sources:
            hint = nearest(key, known.sources)
            yield place, f"{key!r} is not an entry of data/sources.yaml{hint}"


def source_keys(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every source that an entry of a data file names, with its place in the entry.

    The walk covers whatever fields there are: a new one cannot escape the check.
    """
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from source_keys(entry, (*place, index))
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _source_keys_under(name, entry, (*place, name))


def _source_keys_under(name: str, value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """The sources that one field names, or that are below it."""
    if name == "source":
        yield place, value
    elif name == "sources" and isinstance(value, dict):
        # Facts of a chip itself have no claim, so their sources are in a mapping of their own.
        for fact, key in value.items():
            yield (*place, fact), key
    else:
        yield from source_keys(value, place)


def _gate(gate: Gate, known: _Known) -> Wrong:
    """A gate that nothing compares, numbers that are none, formats that do not exist."""
    # the declared TPP is compared by validate itself, so COMPARES does not have it
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
    """Codes and names that two countries have, and territories that are incomplete."""
    owners: dict[str, str] = {}
    for index, country in enumerate(countries):
        place: Place = ("countries", index)
        # index finds the first country with the code, so a later one is the duplicate
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
    """A code that no country has; None stands for no code and is fine."""
    if code is not None and code not in codes:
        yield place, f"{code!r} is not the code of a country"


def _notice(notice: data_schema.Notice, _: _Known) -> Wrong:
    """A notice that ends before it begins, and one about licenses that is no caution."""
    if notice.question == RuleQuestion.LICENSE and notice.caution is None:
        yield ("caution",), "is missing; a notice about licenses is a caution of some kind"
    if notice.until is not None and notice.until <= notice.since:
        yield ("until",), "is not after from"


def _budget(budget: Budget, _: _Known) -> Wrong:
    """Allocations that end before they begin."""
    for index, limit in enumerate(budget.limits):
        if limit.since and limit.until and limit.until <= limit.since:
            yield ("limits", index, "until"), "is not after from"


def _mapping(mapping: TableMapping, known: _Known) -> Wrong:
    """Names of a table mapped to a chip that does not exist."""
    for name, chip in mapping.names.items():
        if chip not in known.chips:
            yield ("names", name), f"{chip!r} is not the id of a chip{nearest(chip, known.chips)}"


def _rules(known: _Known) -> list[Checked]:
    """Every rule file through its schema; then what rules refer to across files."""
    files: list[_RuleFile] = []
    for path in sorted(_path("rules").rglob("*.yaml")):
        files.append(_rule_file(path, known))

    # a file that could not be read hides outcomes and ids that others refer to
    is_complete = not any(file.problems for file in files)
    outcomes: set[str] = set()
    for file in files:
        for _, rule in file.rules:
            outcomes.update(rule.outcomes())

    seen: set[str] = set()
    checked: list[Checked] = []
    for file in files:
        for read, rule in file.rules:
            wrong = list(_rule(read.model, rule, seen))
            if is_complete:
                wrong += _references(rule, outcomes, known)
            file.problems += [read.problem(place, text) for place, text in wrong]
            seen.add(rule.id)
        file.problems.sort(key=lambda problem: problem.line)
        checked.append(Checked(file.name, file.entries, tuple(file.problems)))
    return checked


@dataclass
class _RuleFile:
    """A file of rules: those of the right form, how many entries it has, and its problems."""

    name: str
    entries: int = 0
    rules: list[tuple[FileEntry[rule_schema.Rule], Rule]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _rule_file(path: Path, known: _Known) -> _RuleFile:
    """A file of rules through its schema and its sources."""
    name = f"data/{path.relative_to(data_files.data_folder()).as_posix()}"
    file = _RuleFile(name)
    try:
        read_entries = entries(read_bytes(path), name)
    except DataError as error:
        file.problems += _named(error.problems, name)
        return file

    file.entries = len(read_entries)
    try:
        reads, problems = validated(read_entries, rule_schema.Rule, name)
    except DataError:
        file.problems.append(Problem(name, 0, "", NOT_CHECKED))
        return file

    file.problems += problems
    for (_, _, record), read in _paired(read_entries, reads):
        for place, text in _unknown_sources(record, known):
            file.problems.append(read.problem(place, text))
        file.rules.append((read, rule_from(record)))
    return file


def _rule(model: rule_schema.Rule, rule: Rule, seen: set[str]) -> Wrong:
    """A rule with the id of an earlier one, and fields that only users may leave out."""
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
                yield from _unknown_names(leaf.names, sorted(outcomes), "an outcome of any rule")
            elif isinstance(leaf, NamedChip):
                yield from _unknown_names(leaf.ids, known.chips, "the id of a chip")


def _unknown_names(names: Iterable[str], known: list[str], what: str) -> Wrong:
    """The names that are not known, each with the nearest that is."""
    for name in names:
        if name not in known:
            yield (), f"{name!r} is not {what}{nearest(name, known)}"


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
