"""``validate``: data files through every check, each problem with its file and line.

Without a file, everything in ``data/`` is checked. A user's file holds chips or rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from chipdb import data_files
from chipdb.answers.arguments import File, catalog_of, expect
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.chip_files import FileChip, read_catalog_file
from chipdb.catalog.consistency import gates
from chipdb.catalog.file_contents import RULE
from chipdb.catalog.lookup import squash
from chipdb.catalog.records import Record, from_record
from chipdb.catalog.user_files import read_user_file
from chipdb.catalog.yaml_lists import Mappings, entries_with_problems
from chipdb.catalog.yaml_text import Place, read_bytes
from chipdb.curation.comparison import Comparison
from chipdb.curation.data_checks import (
    NOT_CHECKED,
    Checked,
    check_data,
    source_keys,
    unknown_name,
)
from chipdb.curation.gates import comparisons, findings
from chipdb.errors import DataError, Problem
from chipdb.lazy_dataclasses import dataclass, field, replace
from chipdb.metrics import declared_apart, measure
from chipdb.notebook import Framed, views
from chipdb.rules.places import places
from chipdb.units import display
from chipdb.whole_files import is_file

FORM = "form"
"""The gate of the data format itself: fields, units, names, duplicates."""
CHIPS_FILE = "data/chips.yaml"
NEEDS_SOURCE = ("announced", "available", "stage", "only_for")
"""The facts of a chip itself that carry no claim, so that their source is stated apart."""


@dataclass(frozen=True)
class ReportedProblem(Framed):
    """A problem, the gate that found it and the chip that has it."""

    gate: str
    chip: str | None
    problem: Problem

    def to_dict(self) -> dict[str, Any]:
        """One entry of ``findings`` in ``chipdb validate --format json``."""
        return dict(views("json.curation").problem_record(self))

    def as_problem(self) -> Problem:
        """The problem as an error names it, with the gate before what it found.

        The data format needs no name: every error of reading is about it.
        """
        if self.gate == FORM:
            return self.problem
        return replace(self.problem, message=f"{self.gate}: {self.problem.message}")


@dataclass(frozen=True, kw_only=True, repr=False)
class Validation(Framed):
    """What the gates compared in the chips of a file, and every problem.

    ``files`` are the files of ``data/`` that were checked besides the chips. A file that
    ``holds_rules`` has no chips to compare; ``own_rules`` are their ids if they can be read.
    ``unread`` are the entries of a file of chips on which no gate ran, since their form is wrong.
    """

    file: str
    chips: int = 0
    compared: Counter[str] = field(default_factory=Counter)
    found: tuple[ReportedProblem, ...] = ()
    files: tuple[Checked, ...] = ()
    holds_rules: bool = False
    own_rules: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """The file and the number of findings."""
        return f"<Validation of {self.file}: {len(self.found)} findings>"

    @property
    def asks(self) -> dict[str, str]:
        """What each gate asks, by its name; the data format asks first."""
        questions = {FORM: "fields, units, names and ids are those of the data format"}
        return questions | {name: gate.asks for name, gate in gates().items()}

    def to_dict(self) -> dict[str, Any]:
        """The object of ``chipdb validate --format json``."""
        return dict(views("json.curation").validation_record(self))


def validate(path: File | None = None, *, catalog: Catalog | File | None = None) -> Validation:
    """Check a file of chips or rules, or everything in ``data/`` without a file.

    ``catalog`` adds chips that a file of chips may name.
    Raises :class:`~chipdb.errors.DataError` for a file that cannot be read as YAML or JSON.

    >>> import chipdb
    >>> chipdb.validate().found
    ()
    """
    expect("path", path, str, Path, None)
    if path is None:
        return validate_data()
    path = Path(path)
    # A user who names the catalog's own file means the checks that it has to pass.
    if is_catalog_file(path):
        return validate_catalog()
    return validate_file(read_bytes(path), str(path), catalog_of(catalog))


def is_catalog_file(path: Path) -> bool:
    """Whether a path is that of the installation's own chips, which have stricter checks.

    The same file under another path, such as a link to it, is meant too.
    """
    return is_file(path) and path.samefile(data_files.data_folder() / "chips.yaml")


def validate_data() -> Validation:
    """Everything in ``data/``: the chips, and every file that chips and rules are read with."""
    files = check_data()
    found: list[ReportedProblem] = []
    for checked in files:
        found += _of_form(checked.problems)

    # Gates would compare wrong units or places, so the chips wait until those files are right.
    if any(checked.blocks_chips for checked in files):
        found += _of_form([Problem(CHIPS_FILE, 0, "", NOT_CHECKED)])
        return Validation(file="data", found=tuple(found), files=files)

    report = validate_catalog()
    return Validation(
        file="data",
        chips=report.chips,
        compared=report.compared,
        found=(*found, *report.found),
        files=files,
        unread=report.unread,
    )


def _of_form(problems: Iterable[Problem]) -> list[ReportedProblem]:
    """Problems of reading a file, which belong to the data format and to no chip.

    A chip that cannot be read has no id to report them under.

    >>> [reported.gate for reported in _of_form([Problem("mine.yaml", 3, "id", "is missing")])]
    ['form']
    """
    return [ReportedProblem(FORM, None, problem) for problem in problems]


def validate_file(data: bytes, name: str, catalog: Catalog) -> Validation:
    """A user's file of chips or rules.

    Raises :class:`~chipdb.errors.DataError` if it holds neither, and with all that was found if a
    part of it is refused as YAML, such as a repeated key or a tag.
    """
    mappings, refused = entries_with_problems(data, name)
    # Both kinds of files are lists of entries with an id, and people name them as they like.
    if any(RULE.is_of(entry) for _, _, entry in mappings):
        report = _rules_report(data, name)
    else:
        report = _chips_report(data, name, catalog, mappings)
    if refused:
        # a part was not read, so the findings are no result; they are errors with the others
        raise DataError([reported.as_problem() for reported in report.found])
    return report


def _chips_report(data: bytes, name: str, catalog: Catalog, mappings: Mappings) -> Validation:
    """What the gates find in a user's file of chips."""
    own, problems = read_user_file(data, name, catalog)
    here = {entry.record["id"]: entry.record for entry in own}

    def chip_of(key: str) -> Chip:
        """The chip of a key, of this file before the catalog's of the same id."""
        if key in here:
            return from_record(here[key], chip_of)
        return catalog[key]

    report = _report(name, own, problems, chip_of)
    return replace(report, unread=tuple(_unread(mappings, own)))


def _unread(mappings: Mappings, own: Iterable[FileChip]) -> Iterator[str]:
    """The entries that did not become chips, by id, or else by name or line."""
    # the file was read twice, so that places and lines are the same and documents are not
    read = {(entry.origin.place, entry.origin.document.line(entry.origin.place)) for entry in own}
    for document, place, item in mappings:
        line = document.line(place)
        if (place, line) not in read:
            yield str(item.get("id") or item.get("name") or f"line {line}")


def _rules_report(data: bytes, name: str) -> Validation:
    """A user's file of rules, read as a command would read it."""
    from chipdb.rules.rulebook import load_rules

    # Reading is the check: what a command would refuse is what has to be reported here.
    try:
        book = load_rules().with_file(data, name)
    except DataError as error:
        return Validation(file=name, holds_rules=True, found=tuple(_of_form(error.problems)))
    return Validation(file=name, holds_rules=True, own_rules=tuple(sorted(book.own)))


def validate_catalog() -> Validation:
    """The chips of the installation through every gate."""
    try:
        own, problems = read_catalog_file()
    except DataError as error:
        return Validation(file=CHIPS_FILE, found=tuple(_of_form(error.problems)))
    here = {entry.record["id"]: entry.record for entry in own}

    def chip_of(key: str) -> Chip:
        """The chip of a key; the catalog's own chips refer to each other only."""
        return from_record(here[key], chip_of)

    unread: list[str] = []
    if problems:
        # the file is large, so it is read again only to name what is wrong
        data = read_bytes(data_files.data_folder() / "chips.yaml")
        unread += _unread(entries_with_problems(data, CHIPS_FILE)[0], own)
    for entry in own:
        for place, text in _unknown(entry.record):
            problems.append(entry.origin.problem(place, text))
    report = _report(CHIPS_FILE, own, problems, chip_of)
    return replace(report, unread=tuple(unread))


def _unknown(record: Record) -> Iterator[tuple[Place, str]]:
    """Vendors and sources that the data does not have, and facts of an entry without a source.

    These hold for the catalog's own chips; a user's file may name any vendor and no source.
    """
    vendor = record["vendor"]
    if squash(vendor) not in places().vendors:
        # Whether a rule reaches a chip may depend on where its vendor is headquartered.
        yield (
            ("vendor",),
            f"{vendor!r} is not a vendor of data/places.yaml; add its headquarters there",
        )

    sources = record.get("sources", {})
    for name in NEEDS_SOURCE:
        if name in record and name not in sources:
            yield (name,), f"needs its source under sources.{name}"

    known = list(bibliography())
    for place, key in source_keys(record):
        yield from unknown_name(key, known, "an entry of data/sources.yaml", place)


def _report(
    name: str, own: list[FileChip], problems: Iterable[Problem], chip_of: Callable[[str], Chip]
) -> Validation:
    """The chips of a file through every gate, with the problems found while it was read.

    ``chip_of`` builds a chip from its key, because one may extend another of the same file.
    """
    compared: Counter[str] = Counter({FORM: len(own)})
    found = _of_form(problems)
    for entry in own:
        chip = chip_of(entry.record["id"])
        made = [*comparisons(chip), *_declared(chip)]
        # Counted whether they hold or not: a gate without a comparison has not passed.
        compared.update(comparison.gate for comparison in made)
        for finding in findings(chip, made):
            found.append(ReportedProblem(finding.gate, chip.id, _problem(entry, finding)))

    # Form and gates were checked in turn; a reader goes through the file from top to bottom.
    found.sort(key=lambda reported: reported.problem.line)
    return Validation(file=name, chips=len(own), compared=compared, found=tuple(found))


def _problem(entry: FileChip, finding: Comparison) -> Problem:
    """A failed comparison, at the line of the figure it is about."""
    return entry.origin.problem(_place(finding.path), f"{finding.gate}: {finding.text}")


def _place(path: str) -> Place:
    """A path such as ``dies[0].area`` as the place it names.

    >>> _place("dies[0].area")
    ('dies', 0, 'area')
    """
    place: list[str | int] = []
    for part in re.findall(r"[^.\[\]]+", path):
        # A mapping may have a key of digits only in quotes, which no path of a figure has.
        place.append(int(part) if part.isdigit() else part)
    return tuple(place)


def _declared(chip: Chip) -> Iterator[Comparison]:
    """The declared TPP against the computed one.

    They may differ if credible claims span the declared TPP or the chip states why.
    """
    declared = chip.declared
    computed = measure(chip, "tpp")
    if declared is None or declared.tpp is None or computed.value is None:
        return

    text = (
        f"the vendor declares {display(declared.tpp)}, the throughputs give "
        f"{display(computed.value)}; state the reason under declared.differs"
    )
    is_explained = declared.differs is not None
    yield Comparison(
        gate="declared",
        what="",
        path="declared.tpp",
        holds=is_explained or computed.spans(declared.tpp) or not declared_apart(chip),
        text=text,
    )
