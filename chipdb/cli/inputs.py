"""From arguments and options to chips, catalogs, rulebooks and questions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chipdb.catalog.catalog import Catalog, Entry, load
from chipdb.catalog.chip import Chip
from chipdb.catalog.chip_changes import ChipChanges
from chipdb.cli.options import (
    CatalogOptions,
    DestinationOptions,
    ModifyOptions,
    PlaceOptions,
    PlainWorkloadOptions,
    RuleOptions,
    ScopeOptions,
    WorkloadOptions,
)
from chipdb.errors import ParameterError, UnknownNameError, UsageError
from chipdb.lazy_dataclasses import dataclass, field, replace

if TYPE_CHECKING:
    from chipdb.catalog.foreign_table import TableRows
    from chipdb.catalog.not_found import NotFound
    from chipdb.catalog.read_table import TextTable
    from chipdb.curation.named_files import FileRows
    from chipdb.rules.rulebook import Rulebook
    from chipdb.solver.question import Question
    from chipdb.workloads.request import Request

CHIP_FILES = (".yaml", ".yml", ".json")
NAME_FILES = (".txt",)
TABLE_FILES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".xlsm")

NO_PLACES = PlaceOptions()
ALL_RULES = RuleOptions()
ALL_ANSWERS = ScopeOptions()
UNCHANGED = ModifyOptions()


def question_of(
    on: str | None = None,
    places: PlaceOptions = NO_PLACES,
    rules: RuleOptions = ALL_RULES,
    scope: ScopeOptions = ALL_ANSWERS,
) -> Question:
    """Return the question that the options ask."""
    destinations = None
    if places.to is not None:
        destinations = [places.to]
    asked = DestinationOptions(destinations, places.origin, places.headquarters)
    return questions_of(on, asked, rules, scope)[0]


def questions_of(
    on: str | None,
    places: DestinationOptions,
    rules: RuleOptions = ALL_RULES,
    scope: ScopeOptions = ALL_ANSWERS,
) -> list[Question]:
    """Return a question for each destination; one without a destination if none is named."""
    from chipdb.solver.question import each_place_once, question

    # read once for all destinations
    book = rulebook_of(rules.rules, rules.enact or ())
    destinations: Sequence[str | None] = places.to or [None]
    questions: list[Question] = []
    for destination in destinations:
        asked = question(
            on,
            destination,
            places.origin,
            tuple(places.headquarters or ()),
            named=tuple(scope.rule or ()),
            law=rules.law,
            role=scope.role,
            strict=scope.strict,
            book=book,
        )
        questions.append(asked)
    return each_place_once(questions)


def rulebook_of(path: str | None, enacted: Sequence[str] = ()) -> Rulebook | None:
    """Return the rulebook with a user's own rules and enacted proposals; None for the plain one."""
    # None lets the question share the plain rulebook, which is loaded once
    if path is None and not enacted:
        return None
    from chipdb.catalog.yaml_text import read_bytes
    from chipdb.rules.rulebook import load_rules

    book = load_rules().enacting(enacted)
    if path is None:
        return book
    return book.with_file(read_bytes(Path(path)), path)


def catalog_of(options: CatalogOptions) -> Catalog:
    """Return the catalog of this installation or of a vintage, with a user's own chips added."""
    # without an argument `load` returns the catalog that the process may have read already
    catalog = load()
    if options.vintage:
        catalog = load(options.vintage)
    if options.catalog is None:
        return catalog
    return catalog.with_file(Path(options.catalog))


@dataclass
class Inputs:
    """The chips that arguments name, with the rows of files that name none, and notes."""

    rows: list[Entry | NotFound] = field(default_factory=list)
    """The chips in the order of the arguments, and rows that name no chip or were not read."""
    unsettled: list[str] = field(default_factory=list)
    """Figures that a portfolio states and that would change the answer of the catalog's chip."""
    notes: list[str] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        """The chips that were found."""
        return [row for row in self.rows if isinstance(row, Entry)]

    @property
    def missing(self) -> list[NotFound]:
        """The rows whose name no chip has, and those that were not read."""
        return [row for row in self.rows if not isinstance(row, Entry)]

    def refuse_doubts(self) -> None:
        """Raise :class:`UsageError` for a row that was not read, not found, or not settled.

        Only `check` can answer for the other rows and say so in its exit status.
        """
        problems = [row.error_with_row for row in self.missing]
        problems += self.unsettled
        if not problems:
            return
        first, *others = problems
        if others:
            # imported here, since most calls have no row that is in doubt
            from chipdb.units import counted

            first += f" ({counted(len(others), 'more problem')}: `check` lists them all)"
        raise UsageError(first)


def inputs_of(
    arguments: Sequence[str],
    catalog: Catalog,
    changes: ModifyOptions,
    mapping: str | None = None,
    *,
    every_chip: bool = False,
    question: Question | None = None,
) -> Inputs:
    """Return the chips that arguments name, changed as the options say.

    A change that does not say which chip it is for applies to the only one, or with ``every_chip``
    to all. ``question`` is the one for which figures that a portfolio states are compared.

    Rows of a table that cannot be read are listed in the result. They are not dropped, since a
    chip that was not checked must not look like one that is not controlled.
    """
    tables = [_table_of(argument, mapping, catalog) for argument in arguments]
    if mapping is not None and not any(tables):
        raise UsageError("--mapping applies to a table; name a CSV, JSON or Parquet file")
    inputs = Inputs()
    asked = changes_of(changes)
    each = zip(arguments, tables, asked.for_each(arguments), strict=True)
    for position, (argument, table, own) in enumerate(each, 1):
        portfolio = None
        # with a mapping the table is one of figures, even if its columns look like a portfolio's
        if mapping is None:
            portfolio = _portfolio(argument, table, catalog, question)
        rows: Sequence[Entry | NotFound]
        if portfolio is not None:
            rows = _rows_of_portfolio(inputs, portfolio, own, digest_of(argument))
        elif table is not None:
            rows = _rows_of_table(inputs, argument, _rows(table, mapping, catalog), catalog, own)
        else:
            rows = _entries(argument, catalog, own)
        for row in rows:
            if isinstance(row, Entry):
                inputs.rows.append(replace(row, position=position))
            else:
                inputs.rows.append(replace(row, position=position, file=argument))
    if not every_chip:
        asked.refuse_for_several(len(inputs.entries), arguments)
    return inputs


def _table_of(argument: str, mapping: str | None, catalog: Catalog) -> TextTable | None:
    """Return the table that an argument names; a chip's name is a name even if a file has it."""
    if catalog.is_name(argument):
        return None
    return _table(argument, mapping)


def _portfolio(
    argument: str, table: TextTable | None, catalog: Catalog, question: Question | None
) -> FileRows | None:
    """Return the rows of the portfolio that an argument names; None for a table or a chip."""
    # a name needs none of the modules that read files
    if table is None and not argument.lower().endswith(NAME_FILES):
        return None
    if table is None and catalog.is_name(argument):
        return None
    from chipdb.curation.named_files import portfolio_in, rows_of_portfolio

    portfolio = portfolio_in(argument, table)
    if portfolio is None:
        return None
    return rows_of_portfolio(portfolio, table, catalog, question or question_of())


def _rows_of_portfolio(
    inputs: Inputs, read: FileRows, changes: ChipChanges, digest: str | None
) -> list[Entry | NotFound]:
    """Return the rows of a portfolio, its chips changed as asked; note what is odd in it.

    ``digest`` is the hash of the file, which a dossier quotes for each of its chips.
    """
    rows: list[Entry | NotFound] = []
    # a row that could not be read keeps its place, so that each line has an answer
    for row in read.in_order():
        if isinstance(row, Entry):
            inputs.unsettled += row.unsettled
            rows.append(replace(row, chip=changes.applied_to(row.chip), digest=digest))
        else:
            rows.append(row)
    inputs.notes += read.notes
    return rows


def _rows_of_table(
    inputs: Inputs, argument: str, rows: TableRows, catalog: Catalog, changes: ChipChanges
) -> list[Entry | NotFound]:
    """Return the rows of a table in its order, those that could not be read with the reason."""
    from chipdb.catalog.row_numbers import place_of
    from chipdb.curation.named_files import FileRows, with_known_facts
    from chipdb.views.tables import columns_read, ignored_columns

    digest = digest_of(argument)
    entries: list[Entry | NotFound] = []
    unchangeable: dict[int, str] = {}
    for entry in with_known_facts(rows, catalog):
        try:
            chip = changes.applied_to(entry.chip)
        except UsageError as error:
            unchangeable[entry.row or 0] = str(error)
        else:
            entries.append(replace(entry, chip=chip, digest=digest))
    # a change that fits no row is a wrong call, not a table with bad rows
    if unchangeable and not entries:
        number, why = next(iter(unchangeable.items()))
        raise UsageError(f"{argument}: {place_of(number)} was not read: {why}")
    inputs.notes += columns_read(rows.table, rows.how_read)
    inputs.notes += rows.remarks
    inputs.notes += ignored_columns(rows.table, rows.ignored)
    unread = {**rows.unread_chips, **unchangeable}
    read = FileRows(rows=tuple(entries), unread=unread, unread_sheets=rows.unread_sheets)
    return read.in_order()


def entries_of(
    arguments: Sequence[str],
    catalog: Catalog,
    changes: ModifyOptions,
    *,
    every_chip: bool = False,
) -> list[Entry]:
    """Return the chips that arguments name; raises :class:`UsageError` for an unreadable row."""
    inputs = inputs_of(arguments, catalog, changes, every_chip=every_chip)
    inputs.refuse_doubts()
    return inputs.entries


def chips_of(arguments: Sequence[str] | None, catalog: Catalog) -> list[Chip]:
    """Return the named chips, or all of the catalog if none is named."""
    if not arguments:
        return list(catalog)
    return [entry.chip for entry in entries_of(arguments, catalog, UNCHANGED)]


def is_table(argument: str) -> bool:
    """Whether an argument names a table rather than chips in the data format."""
    return _file_of(argument).endswith(TABLE_FILES) or _table(argument, None) is not None


def _file_of(argument: str) -> str:
    """Return what may be the name of a file, in lower case, without the sheet behind it."""
    # most arguments are names, which need no module that reads files
    if "#" not in argument:
        return argument.lower()
    from chipdb.catalog.read_workbook import file_and_sheet

    return file_and_sheet(argument)[0].lower()


def _table(argument: str, mapping: str | None) -> TextTable | None:
    """Read an argument that names a table; None for any other."""
    # a name needs none of the modules that read tables
    if not _file_of(argument).endswith((*TABLE_FILES, ".json")):
        return None
    from chipdb.curation.named_files import table_in

    return table_in(argument, mapping)


def _rows(table: TextTable, mapping: str | None, catalog: Catalog) -> TableRows:
    """Return the rows of a table, read by a mapping or by the names of its columns."""
    from chipdb.curation.audit import rows_with

    return rows_with(table, mapping, catalog)


def _entries(argument: str, catalog: Catalog, changes: ChipChanges) -> list[Entry]:
    """Return the chips of a file or standard input, or the one that a name means, changed as asked.

    An argument that names a chip is a name, even if a file has that name. The name of a file that
    chipdb cannot read is refused as such, not as an unknown chip.
    """
    # the bytes are hashed, since a dossier states what it was made from
    if _is_file_of_chips(argument, catalog):
        _refuse_other_kind(argument)
        data, name = bytes_of(argument)
        digest = _sha256(data)
        chips = catalog.adopt(data, name)
        return [Entry(chip=changes.applied_to(chip), digest=digest) for chip in chips]
    try:
        entry = catalog.find(argument)
    except UnknownNameError:
        _refuse_other_kind(argument, is_named_like_chips=False)
        raise
    return [replace(entry, chip=changes.applied_to(entry.chip))]


def _is_file_of_chips(argument: str, catalog: Catalog) -> bool:
    """Return whether an argument is standard input, or named like a file and not like a chip."""
    if argument == "-":
        return True
    if "/" not in argument and not argument.lower().endswith(CHIP_FILES):
        return False
    return not catalog.is_name(argument)


def _refuse_other_kind(argument: str, *, is_named_like_chips: bool = True) -> None:
    """Refuse an existing file of a kind that chipdb does not read.

    A name with a slash or an ending of chips is read as chips unless its ending is another kind's.
    """
    path = Path(argument)
    # start-up time counts, and most arguments are names
    from chipdb.whole_files import is_file

    if not is_file(path):
        return
    from chipdb.catalog.read_table import is_other_kind, refuse_other_kind

    if is_other_kind(path) or not is_named_like_chips:
        refuse_other_kind(path)


def bytes_of(argument: str) -> tuple[bytes, str]:
    """Return the bytes of a file or of standard input, and its name for messages."""
    from chipdb.bounds import MOST_BYTES
    from chipdb.catalog.yaml_text import read_bytes

    if argument == "-":
        # one byte more than allowed, so that a longer input is refused rather than cut
        return sys.stdin.buffer.read(MOST_BYTES + 1), "standard input"
    return read_bytes(Path(argument)), argument


def text_of(argument: str) -> str:
    """Return the text of a file or standard input; raises :class:`DataError` if it is not text."""
    from chipdb.catalog.read_table import decoded

    return decoded(*bytes_of(argument))


def digest_of(path: str) -> str | None:
    """Return the SHA-256 of a file; None for a pipe, which can be read only once."""
    from chipdb.catalog.read_workbook import file_and_sheet
    from chipdb.catalog.yaml_text import read_bytes
    from chipdb.whole_files import is_file

    # the hash is that of the whole workbook
    path, _ = file_and_sheet(path)
    if not is_file(path):
        return None
    return _sha256(read_bytes(Path(path)))


def _sha256(data: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal digits."""
    # loads OpenSSL, and most calls name no file
    import hashlib

    return hashlib.sha256(data).hexdigest()


def changes_of(options: ModifyOptions) -> ChipChanges:
    """Return the changes that the options ask for."""
    return ChipChanges(
        set=tuple(pairs(options.sets or (), "--set", "tpp=1000")),
        drop=tuple(options.drops or ()),
        derate=tuple(pairs(options.derates or (), "--derate", "compute=30%")),
    )


def pairs(texts: Sequence[str], option: str, example: str) -> list[tuple[str, str]]:
    """Return the names and values of an option that is written ``NAME=VALUE``."""
    return [_pair(text, option, example) for text in texts]


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    """Split ``NAME=VALUE``; raises :class:`UsageError` if either side is empty."""
    # without an equals sign the value is empty
    name, _, value = text.partition("=")
    if name.strip() and value.strip():
        return name.strip(), value.strip()
    raise UsageError(f"{option} {text}: not of the form NAME=VALUE, such as {option} {example}")


def required_chips(chips: Sequence[str] | None) -> Sequence[str]:
    """Return the arguments that name chips; raises :class:`UsageError` if there is none."""
    if not chips:
        raise UsageError("missing CHIP: name a chip or a file, or use - for standard input")
    return chips


def optional_request(options: PlainWorkloadOptions) -> Request | None:
    """Return the workload that the options ask about; None where they name none.

    Raises :class:`~chipdb.errors.UsageError` for a model without a phase, or a phase without a
    model.
    """
    if options.model is None and options.phase is None:
        return None
    return request_from(options)


def request_from(options: PlainWorkloadOptions) -> Request:
    """Return the workload that the options ask about.

    Raises :class:`~chipdb.errors.UsageError` without a model and a phase.
    """
    from chipdb.workloads.request import WrittenWorkload, request_of

    # only some commands have the further options; the others ask with their defaults
    further = WorkloadOptions()
    if isinstance(options, WorkloadOptions):
        further = options
    if options.model is None:
        raise UsageError("missing --model: name a model, such as --model llama3.1-70b")
    if options.phase is None:
        raise UsageError("missing --phase: write --phase prefill, decode, serve or train")
    try:
        return request_of(
            WrittenWorkload(
                model=options.model,
                phase=options.phase,
                precision=options.precision,
                chips=further.group,
                layout=options.layout,
                batch=options.batch,
                input=options.prompt,
                output=further.generated,
                latency=options.latency,
                draft=options.draft,
                accepted=options.accepted,
                price=further.price,
            )
        )
    except ParameterError as error:
        # elsewhere, these parameters are a file and chips, and are written in another way
        if error.parameter not in ("output", "chips"):
            raise
        raise UsageError(f"--{error.parameter} {error.message}") from None
