"""Reads what callers of the library pass: chips, facts of a question, changes, their own files.

Every public function takes the same parameters, named like the options of its command. A value that
cannot be used raises a :class:`~chipdb.errors.ChipdbError`, a value of a wrong type a
:class:`TypeError`; both name the parameter.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypedDict, TypeVar, Unpack

from chipdb.catalog.catalog import Catalog, Entry, load
from chipdb.catalog.chip import Chip
from chipdb.catalog.chip_changes import ChipChanges
from chipdb.catalog.not_found import NotFound
from chipdb.errors import ParameterError, UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.rules.rulebook import Rulebook, load_rules
from chipdb.solver.question import ENFORCED, Question, each_place_once, question

Row = TypeVar("Row", bound=Entry | NotFound)
"""A row of a portfolio: a chip that was found, or a name that no chip has."""

OneChip = str | Chip | Entry
"""A chip: its name, the chip itself, or what a name resolved to."""
Chips = OneChip | Path | Iterable[OneChip | Path]
"""One chip, a file of chips in the data format, or several of these."""
Names = str | Iterable[str]
"""One name or several."""
Rules = Rulebook | Path | Names
"""A rulebook, or a file of rules to add to that of the installation.

Names of rules are understood too: ``rules`` meant them before ``rule`` existed.
"""
Changes = Mapping[str, Any] | Iterable[str]
"""``{"compute": "30%"}`` or ``["compute=30%"]``; a number may stand for a bare number."""
File = str | Path

RULE_FILES = (".yaml", ".yml", ".json")
CHIP_FILES = (".yaml", ".yml")
"""Files that are never tables; JSON may be either."""


class QuestionOptions(TypedDict, total=False):
    """The facts of a question besides the destination."""

    on: str | date | None
    from_: str | None
    headquarters: Names
    rule: Names
    rules: Rules
    enact: Names
    law: str
    role: str | None
    strict: bool
    rulebook: Rulebook | None


class CheckOptions(QuestionOptions, total=False):
    """The parameters of ``check`` besides the chips and the destination."""

    derate: Changes
    set: Changes
    drop: Names
    catalog: Catalog | File | None
    vintage: str | None
    quantity: int | None


class BudgetOptions(TypedDict, total=False):
    """The parameters of ``budget`` besides the chips."""

    count: int | Sequence[int] | None
    base: int | None
    reference: OneChip
    on: str | date | None
    derate: Changes
    set: Changes
    drop: Names
    catalog: Catalog | File | None
    vintage: str | None


def catalog_of(catalog: Catalog | File | None = None, vintage: str | None = None) -> Catalog:
    """The catalog of the installation or a vintage, with a user's chips added.

    ``catalog`` is a catalog (returned as it is) or a file of chips in the data format; ``vintage``
    names a frozen edition of the data. Raises :class:`~chipdb.errors.ParameterError` if a
    catalog object comes with a vintage, because the object already has its data.
    """
    expect("vintage", vintage, str, None)
    expect("catalog", catalog, Catalog, str, Path, None)
    if isinstance(catalog, Catalog):
        if vintage is not None:
            raise ParameterError("vintage", "cannot be combined with a Catalog object")
        return catalog
    # load() and load(None) are two keys of one cache; a second catalog would be read for nothing
    if vintage is None:
        installed = load()
    else:
        installed = load(vintage)

    if catalog is None:
        return installed
    return installed.with_file(Path(catalog))


def is_one(chips: Chips) -> bool:
    """Whether a caller passed one chip, and so gets one answer instead of a list.

    A file is several even if it holds one chip: the type of the answer must not depend on it.
    """
    return isinstance(chips, str | Chip | Entry)


def entries_of(
    chips: Chips,
    catalog: Catalog,
    *,
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
    parameter: str = "chips",
    every_chip: bool = False,
) -> list[Entry]:
    """The chips that a caller passed, changed in the order set, drop, derate.

    A change may begin with the chip that it is for (``B200:compute=30%``). Otherwise it is for the
    only chip, or with ``every_chip`` for each of several.

    Raises :class:`~chipdb.errors.UnknownNameError` for a name that no chip has.
    """
    asked = _changes_asked(derate, set, drop)
    given = each_chip(chips, parameter)
    arguments = written(given)

    entries: list[Entry] = []
    for position, (chip, own) in enumerate(zip(given, asked.for_each(arguments), strict=True), 1):
        for entry in _named(chip, catalog, parameter):
            changed = own.applied_to(entry.chip)
            entries.append(replace(entry, chip=changed, position=position))
    if not every_chip:
        asked.refuse_for_several(len(entries), arguments)
    return entries


def _changes_asked(derate: Changes, set_: Changes, drop: Names) -> ChipChanges:
    """The changes that the parameters of those names ask for."""
    return ChipChanges(
        set=tuple(changes("set", set_)),
        drop=names("drop", drop),
        derate=tuple(changes("derate", derate)),
    )


def rows_of_path(
    path: Path,
    catalog: Catalog,
    asked: Question,
    *,
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
) -> list[Entry | NotFound]:
    """The rows of a file, in its order: chips, changed as asked, and names that no chip has.

    A :class:`UserWarning` says how cells were read where that is not obvious.
    """
    # A file is one argument, so a change that names no chip is for each of its rows.
    (own,) = _changes_asked(derate, set, drop).for_each([str(path)])
    read = _rows_of_file(path, catalog, asked)
    if read is None:
        rows: list[Entry | NotFound] = [*_chips_in(path, catalog)]
    else:
        rows = read.in_order()
        for note in read.notes:
            warnings.warn(f"{path}: {note}", UserWarning, stacklevel=3)
    changed: list[Entry | NotFound] = []
    for row in rows:
        if isinstance(row, Entry):
            changed.append(replace(row, chip=own.applied_to(row.chip)))
        else:
            changed.append(row)
    return changed


def _rows_of_file(path: Path, catalog: Catalog, asked: Question) -> Any:
    """The rows of a portfolio or a table; None for a file of chips in the data format."""
    if path.suffix.lower() in CHIP_FILES:
        return None
    # Tables are read by a layer above the answers, which is looked up by its name.
    named_files = importlib.import_module("chipdb.curation.named_files")
    return named_files.rows_of_file(path, catalog, asked)


def _chips_in(path: Path, catalog: Catalog) -> list[Entry]:
    """The chips of a file in the data format."""
    # reading YAML is slow to import, and most questions have no file
    from chipdb.catalog.read_table import is_other_kind, refuse_other_kind
    from chipdb.catalog.yaml_text import read_bytes

    if is_other_kind(path):
        refuse_other_kind(path)

    return [Entry(chip=chip) for chip in catalog.adopt(read_bytes(path), str(path))]


def _entries_in(path: Path, catalog: Catalog) -> list[Entry]:
    """The chips of a file; every row must name or describe one.

    Raises :class:`~chipdb.errors.UsageError` for the first that does not.
    """
    read = _rows_of_file(path, catalog, question(None))
    if read is None:
        return _chips_in(path, catalog)
    entries: list[Entry] = []
    for row in read.in_order():
        # a row that was read in doubt could answer for a different chip than the caller means
        if isinstance(row, NotFound):
            problem = row.error_with_row
        else:
            problem = "".join(row.unsettled[:1])
        if problem:
            raise UsageError(f"{path}: {problem}")
        entries.append(row)
    return entries


def written(chips: Chips) -> list[str]:
    """The name by which a change refers to each chip: as it was passed, or the id of a chip."""
    return [_as_written(chip) for chip in each_chip(chips)]


def _as_written(chip: Any) -> str:
    """The name by which a change refers to a chip.

    A name that was looked up stays as it was written, because the caller writes it there, too.
    """
    if isinstance(chip, Entry):
        return chip.resolved_from or chip.chip.id
    if isinstance(chip, Chip):
        return chip.id
    return str(chip)


def chips_of(chips: Chips | None, catalog: Catalog) -> list[Chip]:
    """The chips that a caller passed; all of the catalog if None.

    Raises :class:`~chipdb.errors.UnknownNameError` for a name that no chip has.
    """
    if chips is None:
        return list(catalog)
    return [entry.chip for entry in entries_of(chips, catalog)]


def chip_of(chip: OneChip, catalog: Catalog, parameter: str) -> Chip:
    """The one chip that a parameter names.

    Raises :class:`~chipdb.errors.UnknownNameError` for a name that no chip has.
    """
    expect(parameter, chip, str, Chip, Entry)
    (entry,) = _named(chip, catalog, parameter)
    return entry.chip


def each_chip(chips: Chips, parameter: str = "chips") -> list[Any]:
    """The chips one by one, whether the caller passed one or several.

    Raises :class:`TypeError` for anything else; ``parameter`` is the name in the message.
    """
    if isinstance(chips, str | Chip | Entry | Path):
        return [chips]
    if not isinstance(chips, Iterable):
        raise _type_error(parameter, "a name, a Chip, or a list of these", chips)
    return list(chips)


def _named(chip: Any, catalog: Catalog, parameter: str) -> list[Entry]:
    """The entries that one argument names: one for a name or a chip, all of a file for a path.

    Raises :class:`TypeError` for anything else, naming ``parameter``.
    """
    if isinstance(chip, Entry):
        return [chip]
    if isinstance(chip, Chip):
        return [Entry(chip=chip)]
    if isinstance(chip, str):
        return [catalog.find(chip)]
    if isinstance(chip, Path):
        return _entries_in(chip, catalog)
    raise _type_error(parameter, "a name, a Chip, or a list of these", chip)


def changes(parameter: str, value: Changes) -> list[tuple[str, str]]:
    """The names and amounts of ``derate`` or ``set``, as a mapping or as texts ``NAME=AMOUNT``.

    >>> changes("derate", {"memory_bandwidth": "x0.7"}), changes("derate", ["compute=30%"])
    ([('memory-bandwidth', 'x0.7')], [('compute', '30%')])
    """
    pairs: list[tuple[str, str]] = []
    if isinstance(value, Mapping):
        for name, amount in value.items():
            expect(parameter, name, str)
            expect(parameter, amount, str, int, float)
            pairs.append((name, str(amount)))
    else:
        for text in names(parameter, value):
            pairs.append(_name_and_amount(parameter, text))
    if parameter == "derate":
        # Python callers write keywords, so knobs come with underscores too
        return [(_with_hyphens(name), amount) for name, amount in pairs]
    return pairs


def _name_and_amount(parameter: str, text: str) -> tuple[str, str]:
    """Both sides of ``NAME=AMOUNT``.

    Raises :class:`~chipdb.errors.ParameterError` if either side is empty.
    """
    # without an equals sign the amount is empty
    name, _, amount = text.partition("=")
    if name.strip() and amount.strip():
        return name.strip(), amount.strip()
    raise ParameterError(parameter, f"must be written NAME=AMOUNT, not {text!r}")


def _with_hyphens(name: str) -> str:
    """A knob as the command line writes it; the chip before a colon stays as it is.

    >>> _with_hyphens("my_chip:memory_bandwidth")
    'my_chip:memory-bandwidth'
    """
    chip, colon, knob = name.rpartition(":")
    return chip + colon + knob.replace("_", "-")


def names(parameter: str, value: Any) -> tuple[str, ...]:
    """The names that a parameter holds: one text or several; none for None.

    >>> names("rule", "us-3a090-2023"), names("rule", None)
    (('us-3a090-2023',), ())
    """
    if isinstance(value, str):
        return (value,)
    if value is None:
        return ()
    if not isinstance(value, Iterable):
        raise _type_error(parameter, "text or a list of texts", value)
    # An iterator can be read once only, so it is listed before its texts are checked.
    listed = tuple(value)
    for name in listed:
        expect(parameter, name, str)
    return listed


def with_quantity(rows: Sequence[Row], quantity: int | None) -> list[Row]:
    """Return the rows with the quantity of a single chip, as it was given.

    Raises :class:`~chipdb.errors.ParameterError` for a quantity below 1, and for several chips.
    """
    if quantity is None:
        return list(rows)
    if quantity < 1:
        raise ParameterError("quantity", f"must be 1 or more, not {quantity}")
    if len(rows) != 1:
        raise ParameterError(
            "quantity",
            f"is for a single chip, and {len(rows)} were named; "
            "name them in a table with a column 'quantity'",
        )
    return [replace(rows[0], quantity=quantity)]


def question_of(
    *,
    on: str | date | None = None,
    to: str | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    rule: Names = (),
    rules: Rules = (),
    enact: Names = (),
    law: str = ENFORCED,
    role: str | None = None,
    strict: bool = False,
    rulebook: Rulebook | None = None,
) -> Question:
    """The question that a caller asks, with every default filled in.

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown rule or country,
    :class:`~chipdb.errors.UsageError` for an impossible date, :class:`TypeError` for a wrong type.
    """
    expect("on", on, str, date, None)
    expect("to", to, str, None)
    expect("from_", from_, str, None)
    expect("law", law, str)
    expect("role", role, str, None)
    expect("strict", strict, bool)

    named = names("rule", rule)
    # rules meant names of rules before rule existed, and callers still pass them so
    if not _is_book(rules):
        named += names("rules", rules)

    return question(
        on,
        to,
        from_,
        names("headquarters", headquarters),
        named=named,
        law=law,
        role=role,
        strict=strict,
        book=book_of(rules, enact, rulebook),
    )


def questions_of(*, to: Names | None = None, **options: Unpack[QuestionOptions]) -> list[Question]:
    """A question for each destination; one without a destination if ``to`` is None.

    The other parameters, and what is raised, are those of :func:`question_of`.
    """
    if to is None:
        return [question_of(**options)]
    destinations = names("to", to)
    if not destinations:
        raise ParameterError("to", "must name at least one place, or be None")

    first = question_of(to=destinations[0], **options)
    # the rulebook is read once, and today is one day, whatever the number of destinations
    options |= {"on": first.on, "rule": first.named, "rules": (), "enact": ()}
    options["rulebook"] = first.book
    others = [question_of(to=place, **options) for place in destinations[1:]]
    return each_place_once([first, *others])


def book_of(rules: Rules, enact: Names = (), rulebook: Rulebook | None = None) -> Rulebook | None:
    """The rulebook that is asked; None for that of the installation.

    ``enact`` names proposals that are treated as law, ``rules`` may be a file of rules to add.
    None is not replaced by the rulebook here: the question reads it only when it is needed.
    Raises :class:`~chipdb.errors.ParameterError` if two rulebooks are passed.
    """
    expect("rulebook", rulebook, Rulebook, None)
    book = rulebook
    if isinstance(rules, Rulebook):
        if rulebook is not None:
            raise ParameterError("rulebook", "cannot be combined with a Rulebook under rules")
        book = rules

    proposals = names("enact", enact)
    if proposals:
        book = (book or load_rules()).enacting(proposals)

    if _is_book(rules) and not isinstance(rules, Rulebook):
        # reading YAML is slow to import, and most questions have no file
        from chipdb.catalog.yaml_text import read_bytes

        book = (book or load_rules()).with_file(read_bytes(Path(str(rules))), str(rules))
    return book


def _is_book(rules: Rules) -> bool:
    """Whether ``rules`` is a rulebook or a file rather than names of rules."""
    if isinstance(rules, str):
        # a name of a rule has no slash and no such ending
        return "/" in rules or rules.lower().endswith(RULE_FILES)
    return isinstance(rules, Rulebook | Path)


def expect(parameter: str, value: object, *kinds: type | None) -> None:
    """Raise :class:`TypeError` unless a value is of one of some types; None stands for None itself.

    >>> expect("to", 5, str, None)
    Traceback (most recent call last):
    TypeError: to must be str or None, not 5
    """
    if value is None and None in kinds:
        return

    # None is written as itself, as in annotations, but isinstance takes no None
    types = tuple(filter(None, kinds))
    # a bool is an int to isinstance, but nobody means True chips
    is_stray_bool = isinstance(value, bool) and bool not in types
    if isinstance(value, types) and not is_stray_bool:
        return
    raise _type_error(parameter, " or ".join(map(_name_of_type, kinds)), value)


def _name_of_type(kind: type | None) -> str:
    """The name by which Python's own errors call a type."""
    if kind is None:
        return "None"
    return kind.__name__


def _type_error(parameter: str, wanted: str, value: object) -> TypeError:
    """The error for a value of a wrong type, worded like Python's own."""
    return TypeError(f"{parameter} must be {wanted}, not {value!r}")


def at_least_one(entries: Sequence[Entry], parameter: str = "chips") -> None:
    """Raise :class:`~chipdb.errors.UsageError` if the caller named no chip."""
    if not entries:
        raise UsageError(f"{parameter} must name at least one chip")
