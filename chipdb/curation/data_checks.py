"""The checks of the files of ``data/`` other than the chips, each problem with its file and line.

Every check reads its file anew: what other modules hold in memory may be older.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
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
from chipdb.lazy_dataclasses import dataclass, field, replace
from chipdb.rules import schema as rule_schema
from chipdb.rules.allocations import Budget
from chipdb.rules.conditions import NamedChip, Outcome, leaves
from chipdb.rules.jurisdictions import Jurisdiction
from chipdb.rules.rule import Rule
from chipdb.rules.rule_records import rule_from
from chipdb.rules.rulebook import REQUIRED_HERE
from chipdb.rules.worksheets import Worksheet
from chipdb.vocabulary import RuleQuestion
from chipdb.workloads import schema as workload_schema

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

    @property
    def blocks_chips(self) -> bool:
        """Whether its problems would only be repeated by those of the chips.

        >>> problem = Problem("data/formats.yaml", 3, "id", "is missing")
        >>> Checked("data/formats.yaml", 14, (problem,), chips_need_it=True).blocks_chips
        True
        """
        return self.chips_need_it and bool(self.problems)


@dataclass(frozen=True)
class _Known:
    """What entries may refer to: sources, countries and groups, number formats, chips, rules."""

    sources: list[str]
    places: list[str]
    formats: list[str]
    chips: list[str]
    rules: list[str]


def check_data() -> tuple[Checked, ...]:
    """Every file of ``data/`` but the chips, checked, in the order in which they are read."""
    # A file with problems still has ids, so they are read before any file is checked.
    known = _Known(
        sources=_ids("sources.yaml", "id"),
        places=_place_codes(),
        formats=_ids("formats.yaml", "id"),
        chips=_ids("chips.yaml", "id"),
        rules=_rule_ids(),
    )
    places = _check("places.yaml", data_schema.PlacesFile, known, _places, chips_need_it=True)
    checked = [
        _check("formats.yaml", NumberFormat, known, key="id", chips_need_it=True),
        _check("pcie.yaml", PcieGeneration, known, key="generation", chips_need_it=True),
        _check("gates.yaml", Gate, known, _gate, key="gate", chips_need_it=True),
        _check("sources.yaml", SourceEntry, known, key="id"),
        places,
        _check("budgets.yaml", Budget, known, _budget, key="id"),
        _check("worksheets.yaml", Worksheet, known, key="id"),
        _check("jurisdictions.yaml", Jurisdiction, known, _jurisdiction, key="id"),
    ]

    checked += _workloads(known)

    folder = data_files.data_folder()
    for path in sorted((folder / "tables").glob("*.yaml")):
        checked.append(_check(f"tables/{path.name}", TableMapping, known, _mapping))
    checked += _files_with_scopes(known, places)
    checked += _vintages(folder / "vintages")
    return tuple(checked)


def _files_with_scopes(known: _Known, places: Checked) -> list[Checked]:
    """The notices and the rules, checked if the places that their scopes name could be read."""
    if not places.problems:
        notices = _check("notices.yaml", data_schema.Notice, known, _notice)
        return [notices, *_rules(known)]

    # Every rule and notice would have a problem that it does not have.
    checked: list[Checked] = []
    for name in ("data/notices.yaml", "data/rules"):
        unread = Problem(name, 0, "", NOT_CHECKED)
        checked.append(Checked(name, 0, (unread,)))
    return checked


def _workloads(known: _Known) -> list[Checked]:
    """The files of the workload model, which have a bibliography of their own."""
    known = replace(known, sources=_ids("workloads/sources.yaml", "id"))
    return [
        _check("workloads/sources.yaml", SourceEntry, known, key="id"),
        _check("workloads/models.yaml", workload_schema.Model, known, key="id"),
        _check("workloads/efficiencies.yaml", workload_schema.EfficienciesFile, known),
        _check("workloads/hardware.yaml", workload_schema.HardwareFile, known, _hardware),
        _check("workloads/prices.yaml", workload_schema.HourlyPrice, known, _priced),
        _check("workloads/vendors.yaml", workload_schema.VendorPoints, known, key="vendor"),
    ]


def _jurisdiction(model: Jurisdiction, known: _Known) -> Wrong:
    """Rules that are said to model an instrument of a jurisdiction and do not exist."""
    for index, instrument in enumerate(model.instruments):
        for place, text in _unknown_names(instrument.modeled, known.rules, "the id of a rule"):
            yield ("instruments", index, "modeled", *place), text


def _hardware(model: workload_schema.HardwareFile, known: _Known) -> Wrong:
    """The hardware file, checked for chips that do not exist."""
    for entry in model.eight_bits:
        yield from _unknown_names(entry.chips, known.chips, "the id of a chip")


def _priced(model: workload_schema.HourlyPrice, known: _Known) -> Wrong:
    """A price, checked for chips that do not exist."""
    yield from _unknown_names(model.chips, known.chips, "the id of a chip")


def _path(name: str) -> Path:
    """The full path of a file of ``data/``."""
    return data_files.data_folder() / name


def _ids(name: str, key: str) -> list[str]:
    """The ids of a file's entries; nothing where it cannot be read, which its own check reports."""
    try:
        records = entries(read_bytes(_path(name)), name)
    except DataError:
        return []

    ids: list[str] = []
    for _, _, entry in records:
        # An entry without an id has a problem of its own, and nothing can refer to it.
        if key in entry:
            ids.append(str(entry[key]))
    return ids


def _rule_ids() -> list[str]:
    """The ids of the rules in every file that can be read."""
    folder = data_files.data_folder()
    names = [path.relative_to(folder).as_posix() for path in (folder / "rules").rglob("*.yaml")]
    return [rule for name in sorted(names) for rule in _ids(name, "id")]


def _place_codes() -> list[str]:
    """The codes of countries and ids of groups; none where the file cannot be read."""
    try:
        ((_, _, record),) = entries(read_bytes(_path("places.yaml")), "places.yaml")
    except (DataError, ValueError):
        return []
    return [*_texts_under(record, "countries", "code"), *_texts_under(record, "groups", "id")]


def _texts_under(record: dict[str, Any], section: str, key: str) -> Iterator[str]:
    """The values of one key in the entries of a section.

    >>> list(_texts_under({"groups": [{"id": "D:5"}, "D:1"]}, "groups", "id"))
    ['D:5']
    """
    for entry in record.get(section) or []:
        # The schema is checked elsewhere, so an entry may have any form here.
        if isinstance(entry, dict) and entry.get(key):
            yield str(entry[key])


def _check(
    name: str,
    model: type[BaseModel],
    known: _Known,
    wrong_in: Callable[[Any, _Known], Wrong] | None = None,
    *,
    key: str | None = None,
    chips_need_it: bool = False,
) -> Checked:
    """A file through its schema, its references and, where it has a key, its duplicates.

    ``wrong_in`` finds what a schema cannot express in an entry that has the right form.
    """
    file = f"data/{name}"
    try:
        read_entries = entries(read_bytes(_path(name)), file)
    except DataError as error:
        return Checked(file, 0, _named(error.problems, file), chips_need_it)

    # An empty file is valid YAML, but chipdb would know no source or no place.
    if not read_entries:
        empty = Problem(file, 0, "", "has no entry")
        return Checked(file, 0, (empty,), chips_need_it)

    try:
        reads, problems = validated(read_entries, model, file)
    except DataError:
        # Number formats and places are read while others are; their own check says what is wrong.
        unread = Problem(file, 0, "", NOT_CHECKED)
        return Checked(file, len(read_entries), (unread,), chips_need_it)

    # Sources are looked for in the record: a model has fields, but no walk over all of them.
    for (_, _, record), read in _paired(read_entries, reads):
        wrong = list(_unknown_sources(record, known))
        if wrong_in is not None:
            wrong += wrong_in(read.model, known)
        problems += [read.problem(place, text) for place, text in wrong]

    if key is not None:
        problems += _twice(reads, key)
    # The checks came one after the other; a reader goes through the file from top to bottom.
    problems.sort(key=lambda problem: problem.line)
    return Checked(file, len(read_entries), tuple(problems), chips_need_it)


def _named(problems: Iterable[Problem], file: str) -> tuple[Problem, ...]:
    """Problems of reading a file, under its name in the repository rather than its full path.

    The full path differs from one installation to the next, and it is in the repository that a file
    is corrected.
    """
    return tuple(Problem(file, problem.line, problem.path, problem.message) for problem in problems)


def _paired(
    read_entries: list[tuple[Any, Place, Any]], reads: list[FileEntry[Any]]
) -> Iterator[tuple[tuple[Any, Place, Any], FileEntry[Any]]]:
    """Each valid entry with its record; entries of the wrong form have no model.

    The record has every key that was written, the model only those that its schema knows.
    """
    # A file may have several documents, each of which counts its entries from 0.
    by_place = {(id(read.document), read.place): read for read in reads}
    for entry in read_entries:
        document, place, _ = entry
        read = by_place.get((id(document), place))
        if read is not None:
            yield entry, read


def _twice(reads: list[FileEntry[Any]], key: str) -> Iterator[Problem]:
    """Entries whose key an earlier entry has; the problem is reported at the later one."""
    seen: set[str] = set()
    for read in reads:
        name = getattr(read.model, key)
        if name in seen:
            yield read.problem((key,), f"duplicate {key} {name!r}")
        seen.add(name)


def _unknown_sources(record: Any, known: _Known) -> Wrong:
    """Every source that an entry names and the bibliography does not have."""
    for place, key in source_keys(record):
        # What is not text violates the schema, which has reported it.
        if isinstance(key, str):
            yield from unknown_name(key, known.sources, "an entry of data/sources.yaml", place)


def unknown_name(name: str, known: Sequence[str], what: str, place: Place = ()) -> Wrong:
    """The problem with a name that does not exist, with the nearest one; nothing for a known name.

    ``what`` says what it should be, and ``place`` where it is.

    >>> list(unknown_name("fp61", ["fp16", "fp8"], "a number format", ("of",)))
    [(('of',), "'fp61' is not a number format; did you mean 'fp16' or 'fp8'?")]
    """
    if name not in known:
        yield place, f"{name!r} is not {what}{nearest(name, list(known))}"


def source_keys(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every source that an entry of a data file names, with its place in the entry.

    The walk covers every field, so a new one cannot escape the check.

    >>> list(source_keys({"dies": [{"area": {"source": "fr-2023-10-25"}}]}))
    [(('dies', 0, 'area', 'source'), 'fr-2023-10-25')]
    """
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from source_keys(entry, (*place, index))
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _source_keys_under(name, entry, (*place, name))


def _source_keys_under(name: str, value: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    """The sources that one field names, or that are below it; ``place`` is that of its value.

    >>> list(_source_keys_under("sources", {"market": "nvidia-a100-datasheet-2022"}, ("sources",)))
    [(('sources', 'market'), 'nvidia-a100-datasheet-2022')]
    """
    if name == "source":
        yield place, value
    elif name == "sources" and isinstance(value, dict):
        # Facts of a chip itself have no claim, so their sources are in a mapping of their own.
        for fact, key in value.items():
            yield (*place, fact), key
    elif name == "sources" and isinstance(value, list):
        for index, key in enumerate(value):
            yield (*place, index), key
    else:
        yield from source_keys(value, place)


def _gate(gate: Gate, known: _Known) -> Wrong:
    """Problems of a gate: nothing compares it, a number is invalid, a format does not exist."""
    # The declared TPP needs metrics, which validate computes, so COMPARES does not have it.
    names = [*COMPARES, "declared"]
    if gate.gate not in names:
        yield ("gate",), f"no code compares {gate.gate!r}{nearest(gate.gate, names)}"
    try:
        gate.allowance  # noqa: B018 - reading it is the check
    except QuantityError as error:
        yield ("tolerance",), str(error)

    for index, pair in enumerate(gate.ratios):
        for side in ("of", "to"):
            place = ("ratios", index, side)
            yield from unknown_name(getattr(pair, side), known.formats, "a number format", place)


def _places(file: data_schema.PlacesFile, _: _Known) -> Wrong:
    """Problems of places: unknown codes, names of two countries, territories without their day."""
    codes = [country.code for country in file.countries]
    yield from _countries(file.countries, codes)
    for index, group in enumerate(file.groups):
        yield from _group(group, codes, ("groups", index))
    for index, vendor in enumerate(file.vendors):
        yield from _no_country(vendor.headquarters, codes, ("vendors", index, "headquarters"))


def _group(group: data_schema.CountryGroup, codes: list[str], place: Place) -> Wrong:
    """Codes in a country group that no country has.

    A rule on the group would never reach the place that was meant.
    """
    for number, code in enumerate(group.members):
        yield from _no_country(code, codes, (*place, "members", number))
    for number, move in enumerate(group.moves):
        yield from _no_country(move.code, codes, (*place, "moves", number, "code"))


def _countries(countries: list[data_schema.Country], codes: list[str]) -> Wrong:
    """Codes and names that two countries have, and territories that are incomplete."""
    owners: dict[str, str] = {}
    for index, country in enumerate(countries):
        place: Place = ("countries", index)
        # index finds the first country with the code, so a later one is the duplicate.
        if codes.index(country.code) != index:
            yield (*place, "code"), f"duplicate code {country.code!r}"
        yield from _names_of_others(country, owners, place)
        yield from _territory(country, codes, place)


def _names_of_others(country: data_schema.Country, owners: dict[str, str], place: Place) -> Wrong:
    """The names of a country that an earlier one has; its own are added to ``owners``.

    ``owners`` maps squashed names to codes: a name is looked up without blanks and hyphens.
    """
    for name in (country.name, *country.aliases):
        owner = owners.setdefault(squash(name), country.code)
        if owner != country.code:
            yield place, f"{name!r} names both {owner} and {country.code}"


def _territory(country: data_schema.Country, codes: list[str], place: Place) -> Wrong:
    """A part of a country without the day from which it is one, and the reverse.

    Without that day nobody knows which rules of the past read it as a place of its own.
    """
    together = (country.part_of, country.part_of_from, country.part_of_by)
    if any(each is None for each in together) and any(each is not None for each in together):
        yield place, "part_of, part_of_from and part_of_by go together"
    yield from _no_country(country.part_of, codes, (*place, "part_of"))
    yield from _no_country(country.region_of, codes, (*place, "region_of"))


def _no_country(code: str | None, codes: list[str], place: Place) -> Wrong:
    """A code that no country has; None stands for no code and is valid.

    >>> list(_no_country("UK", ["GB", "US"], ("vendors", 0, "headquarters")))
    [(('vendors', 0, 'headquarters'), "'UK' is not the code of a country")]
    """
    if code is not None and code not in codes:
        yield place, f"{code!r} is not the code of a country"


def _notice(notice: data_schema.Notice, _: _Known) -> Wrong:
    """A notice that ends before it begins, and one about licenses that is not a caution.

    An answer about a license shows its cautions by kind, so one without a kind would not be shown.
    """
    is_about_licenses = notice.question == RuleQuestion.LICENSE
    if is_about_licenses and notice.caution is None:
        yield ("caution",), "is missing; a notice about licenses is a caution of some kind"
    yield from _empty_period(notice.since, notice.until, ("until",))


def _empty_period(since: date | None, until: date | None, place: Place) -> Wrong:
    """A period that ends before it begins, or on the same day, which it excludes.

    ``place`` is that of its end. None is an open end, which is valid.

    >>> list(_empty_period(date(2026, 1, 1), date(2026, 1, 1), ("until",)))
    [(('until',), 'is not after from')]
    """
    if since is None or until is None:
        return
    if until <= since:
        yield place, "is not after from"


def _budget(budget: Budget, _: _Known) -> Wrong:
    """Allocations that end before they begin; ``budget`` would never count them."""
    for index, limit in enumerate(budget.limits):
        yield from _empty_period(limit.since, limit.until, ("limits", index, "until"))


def _mapping(mapping: TableMapping, known: _Known) -> Wrong:
    """Names of a table mapped to a chip that does not exist, so that their rows match nothing."""
    for name, chip in mapping.names.items():
        yield from unknown_name(chip, known.chips, "the id of a chip", ("names", name))


def _rules(known: _Known) -> list[Checked]:
    """Every rule file, checked against its schema; then what rules refer to in other files."""
    files: list[_RuleFile] = []
    for path in sorted(_path("rules").rglob("*.yaml")):
        files.append(_rule_file(path, known))

    outcomes: list[str] | None = None
    # A file that could not be read hides outcomes and ids that others refer to.
    if not any(file.problems for file in files):
        outcomes = sorted(_outcomes_of(files))

    seen: set[str] = set()
    checked: list[Checked] = []
    for file in files:
        for read, rule in file.rules:
            wrong = list(_rule(read.model, rule, seen))
            if outcomes is not None:
                wrong += _references(rule, outcomes, known)
            file.problems += [read.problem(place, text) for place, text in wrong]
            seen.add(rule.id)
        file.problems.sort(key=lambda problem: problem.line)
        checked.append(Checked(file.name, file.entries, tuple(file.problems)))
    return checked


def _outcomes_of(files: Iterable[_RuleFile]) -> set[str]:
    """Every outcome that a rule in any file has.

    Rules refer to outcomes by name: a license rule to an entry of the control list.
    """
    outcomes: set[str] = set()
    for file in files:
        for _, rule in file.rules:
            outcomes.update(rule.outcomes())
    return outcomes


@dataclass
class _RuleFile:
    """A file of rules: those of the right form, how many entries it has, and its problems."""

    name: str
    entries: int = 0
    rules: list[tuple[FileEntry[rule_schema.Rule], Rule]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def _rule_file(path: Path, known: _Known) -> _RuleFile:
    """A file of rules through its schema and its sources.

    Files of rules are not checked one by one as others are, because their rules refer to each
    other: a rule of a system names the entry that a rule of a chip leads to.
    """
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
        # The record has passed the schema, which reads conditions and scopes as this does.
        file.rules.append((read, rule_from(record)))
    return file


def _rule(model: rule_schema.Rule, rule: Rule, seen: set[str]) -> Wrong:
    """A rule with the id of an earlier one, and fields that only users may leave out.

    ``seen`` are the ids of the rules before it, in the order of the files.
    """
    if rule.id in seen:
        yield ("id",), f"duplicate id {rule.id!r}"
    for name in REQUIRED_HERE:
        if name not in model.model_fields_set:
            yield (name,), "is missing; every rule of the rulebook has it"


def _references(rule: Rule, outcomes: Sequence[str], known: _Known) -> Wrong:
    """Outcomes that no rule gives and chips that do not exist.

    A condition on one of these would never hold, and its rule would silently clear every chip.
    """
    conditions = rule.deciding()
    conditions += [exception.when for exception in rule.exceptions]
    conditions += [review.when for review in rule.review]

    for leaf in itertools.chain.from_iterable(map(leaves, conditions)):
        if isinstance(leaf, Outcome):
            yield from _unknown_names(leaf.names, outcomes, "an outcome of any rule")
        elif isinstance(leaf, NamedChip):
            yield from _unknown_names(leaf.ids, known.chips, "the id of a chip")


def _unknown_names(names: Iterable[str], known: Sequence[str], what: str) -> Wrong:
    """The names that are not known, each with the nearest that is.

    They are reported at the rule itself, because a condition tree keeps no places.
    """
    for name in names:
        yield from unknown_name(name, known, what)


def _vintages(folder: Path) -> Iterator[Checked]:
    """Every vintage: its records are those that its hash names.

    Vintages are kept for good, so that an answer of last year can be given again; one that was
    edited would give another answer under the old name.
    """
    from chipdb.catalog import vintages

    for path in sorted(folder.glob(f"*{vintages.SUFFIX}")):
        file = f"data/vintages/{path.name}"
        problems: tuple[Problem, ...] = ()
        count = 0
        try:
            lines = data_files.open_lines(path)
            count = len(lines.header["ids"])
            # An edited record keeps the name of the file, so only the hash shows that it changed.
            if vintages.body_hash(path) != lines.header["sha256"]:
                message = "the records are not those that the hash in line 1 names"
                problems = (Problem(file, 1, "sha256", message),)
        # A first line may be damaged in any way: no JSON, no object, or an object without a key.
        except (ValueError, KeyError, TypeError) as error:
            problems = (Problem(file, 1, "", f"line 1 is not the header of a vintage: {error}"),)
        yield Checked(file, count, problems)
