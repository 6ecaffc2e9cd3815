"""From arguments to chips: names, files, standard input, and what options turn them into."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from chipdb.catalog.catalog import Catalog, Entry, load
from chipdb.catalog.chip import Chip
from chipdb.cli.groups import CatalogOptions, ModifyOptions, PlaceOptions, RuleOptions, ScopeOptions
from chipdb.errors import UsageError

if TYPE_CHECKING:
    from chipdb.catalog.foreign_table import TableRows
    from chipdb.catalog.read_table import TextTable
    from chipdb.rules.rulebook import Rulebook
    from chipdb.solver.question import Question

TEXT_FILES = (".yaml", ".yml", ".json")
TABLE_FILES = (".csv", ".tsv", ".parquet")
SOME = 8
"""How many names a note lists."""


def catalog_of(known: CatalogOptions) -> Catalog:
    """The catalog of this installation or of a vintage, with a user's own chips beside it."""
    catalog = load(known.vintage) if known.vintage else load()
    return catalog if known.catalog is None else catalog.with_file(Path(known.catalog))


@dataclass
class Inputs:
    """The chips that arguments name, and the rows of tables that could not be read."""

    entries: list[Entry] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def inputs_of(
    arguments: Sequence[str], catalog: Catalog, changes: ModifyOptions, mapping: str | None = None
) -> Inputs:
    """The chips that arguments name, changed as options say; rows that cannot be read are told, not dropped."""
    found = Inputs()
    tables = [_table(argument, mapping) for argument in arguments]
    if mapping is not None and not any(tables):
        raise UsageError(
            "--mapping says what the columns of a table mean; name a CSV, JSON or Parquet table"
        )
    for argument, table in zip(arguments, tables, strict=True):
        if table is None:
            found.entries += [
                replace(entry, chip=changed(entry.chip, changes))
                for entry in _entries(argument, catalog)
            ]
        else:
            _add_rows(found, argument, table_rows(table, mapping, catalog), catalog, changes)
    return found


def _add_rows(
    found: Inputs, argument: str, rows: TableRows, catalog: Catalog, changes: ModifyOptions
) -> None:
    """The rows of a table; one that a change does not fit is told as not read, the others are answered."""
    digest = digest_of(argument)
    for entry in known_facts(rows, catalog):
        try:
            found.entries.append(replace(entry, chip=changed(entry.chip, changes), digest=digest))
        except UsageError as error:
            found.unread.append(f"{argument}: row {entry.row} was not read: {error}")
    if rows.read and len(found.unread) == len(rows.read):
        raise UsageError(found.unread[0])
    found.unread += [
        f"{argument}: row {number} was not read: {why}" for number, why in rows.unread.items()
    ]
    found.notes += ignored(rows)


def ignored(rows: TableRows) -> list[str]:
    """A note of the columns that a table has and nobody read."""
    if not rows.ignored:
        return []
    more = f" and {len(rows.ignored) - SOME} more" if len(rows.ignored) > SOME else ""
    return [f"{rows.table}: columns not read: {', '.join(rows.ignored[:SOME])}{more}"]


def entries_of(arguments: Sequence[str], catalog: Catalog, changes: ModifyOptions) -> list[Entry]:
    """The chips that arguments name; raises :class:`UsageError` where a row of a table cannot be read."""
    found = inputs_of(arguments, catalog, changes)
    if found.unread:
        raise UsageError(found.unread[0])
    return found.entries


def _table(argument: str, mapping: str | None) -> TextTable | None:
    """The table that an argument names: CSV, Parquet, and JSON in the form of a known table or with a mapping."""
    if argument.lower().endswith(TABLE_FILES) or (mapping and argument.lower().endswith(".json")):
        from chipdb.catalog.read_table import read_table

        return read_table(Path(argument))
    if argument.lower().endswith(".json") and Path(argument).is_file():
        from chipdb.catalog.foreign_table import known_table

        return known_table(Path(argument))
    return None


def is_a_table(argument: str) -> bool:
    """Whether an argument names a table rather than chips in the data format."""
    return argument.lower().endswith(TABLE_FILES) or _table(argument, None) is not None


def table_rows(table: TextTable, mapping: str | None, catalog: Catalog) -> TableRows:
    """The rows of a table, its columns taken as a mapping says, or as is known of it."""
    from chipdb.catalog.foreign_table import mapping_for, rows_of

    meant = mapping_for(table, Path(mapping) if mapping else None)
    for name, chip in meant.names.items() if mapping else ():
        if chip not in catalog:
            raise UsageError(f"{mapping}: names.{name}: no chip is called {chip!r}")
    return rows_of(table, meant)


def known_facts(rows: TableRows, catalog: Catalog) -> Iterator[Entry]:
    """The chips of a table with the facts that no table states and the catalog knows, and a remark where it lent any."""
    from chipdb.curation.match import match, with_facts

    for row in rows.read:
        found = match(row, catalog, rows.names).chips
        chip = with_facts(row.chip, found[0]) if found else row.chip
        lent = (
            f"market and kind of transistors are those of {found[0].id} in the catalog"
            if found and chip != row.chip
            else ""
        )
        yield Entry(chip=chip, row=row.number, remarks=(lent,) if lent else ())


def _entries(argument: str, catalog: Catalog) -> list[Entry]:
    if argument == "-" or "/" in argument or argument.lower().endswith(TEXT_FILES):
        data, name = bytes_of(argument)
        return [
            Entry(chip=chip, digest=sha256(data).hexdigest()) for chip in catalog.adopt(data, name)
        ]
    return [catalog.find(argument)]


def bytes_of(argument: str) -> tuple[bytes, str]:
    """The bytes of a file or of standard input, and what to call it in messages."""
    from chipdb.catalog.yaml_text import MAX_BYTES, read_bytes

    if argument == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1), "standard input"
    return read_bytes(Path(argument)), argument


def digest_of(path: str) -> str | None:
    """The SHA-256 of a file that was named; None for a pipe, which can be read but once."""
    from chipdb.catalog.yaml_text import read_bytes

    return sha256(read_bytes(Path(path))).hexdigest() if Path(path).is_file() else None


def chips_of(arguments: Sequence[str] | None, catalog: Catalog) -> list[Chip]:
    """The named chips; all of the catalog where none is named."""
    return (
        [entry.chip for entry in entries_of(arguments, catalog, ModifyOptions())]
        if arguments
        else list(catalog)
    )


def changed(chip: Chip, changes: ModifyOptions) -> Chip:
    """A chip with values set, formats dropped, knobs turned, in this order."""
    if changes == ModifyOptions():
        return chip
    from chipdb.catalog.modify import derate, drop, set_figures

    chip = set_figures(chip, pairs(changes.sets or (), "--set", "tpp=1000"))
    chip = drop(chip, changes.drops or ())
    return derate(chip, pairs(changes.derates or (), "--derate", "compute=30%"))


def pairs(texts: Sequence[str], option: str, example: str) -> list[tuple[str, str]]:
    """The names and values of an option that is written ``NAME=VALUE``."""
    return [_pair(text, option, example) for text in texts]


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise UsageError(f"{option} {text}: write it as {option} {example}")
    return name.strip(), value.strip()


def rulebook_of(path: str | None, enacted: Sequence[str] = ()) -> Rulebook | None:
    """The rulebook with proposals set among the law and a user's own rules, None for the plain one."""
    if path is None and not enacted:
        return None
    from chipdb.catalog.yaml_text import read_bytes
    from chipdb.rules.rulebook import load_rules

    book = load_rules().enacting(enacted)
    return book if path is None else book.with_file(read_bytes(Path(path)), path)


def question_of(
    on: str | None = None,
    where: PlaceOptions = PlaceOptions(),
    book: RuleOptions = RuleOptions(),
    manner: ScopeOptions = ScopeOptions(),
) -> Question:
    """The question that options ask."""
    from chipdb.solver.question import question

    return question(
        on,
        where.to,
        where.origin,
        tuple(where.headquarters or ()),
        named=tuple(manner.rule or ()),
        law=book.law,
        role=manner.role,
        strict=manner.strict,
        book=rulebook_of(book.rules, book.enact or ()),
    )
