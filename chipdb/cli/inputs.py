"""From arguments to chips: names, files, standard input, and what options turn them into."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from chipdb.answers.deal import Question, question
from chipdb.catalog.alter import derate, drop, set_figures
from chipdb.catalog.catalog import Catalog, Entry, load
from chipdb.catalog.chip import Chip
from chipdb.cli.options import Changes
from chipdb.errors import UsageError
from chipdb.rules.rulebook import Rulebook, load_rules

TEXT_FILES = (".yaml", ".yml", ".json")
TABLE_FILES = (".csv", ".parquet")


def catalog_of(path: str | None) -> Catalog:
    """The catalog, with a user's own chips beside it."""
    return load() if path is None else load().with_file(Path(path))


def entries_of(arguments: Iterable[str], catalog: Catalog, changes: Changes) -> list[Entry]:
    """The chips that arguments name, changed as options say."""
    found = [entry for argument in arguments for entry in _entries(argument, catalog)]
    return [replace(entry, chip=changed(entry.chip, changes)) for entry in found]


def _entries(argument: str, catalog: Catalog) -> list[Entry]:
    if argument == "-":
        from chipdb.catalog.text import MAX_BYTES

        data = sys.stdin.buffer.read(MAX_BYTES + 1)
        return [Entry(chip) for chip in catalog.adopt(data, "standard input")]
    if argument.lower().endswith(TABLE_FILES):
        raise UsageError(f"{argument} is a table; chips are read from YAML or JSON")
    if "/" in argument or argument.lower().endswith(TEXT_FILES):
        from chipdb.catalog.text import read_bytes

        return [Entry(chip) for chip in catalog.adopt(read_bytes(Path(argument)), argument)]
    return [catalog.find(argument)]


def changed(chip: Chip, changes: Changes) -> Chip:
    """A chip with values set, formats dropped, knobs turned, in this order."""
    chip = set_figures(chip, [_pair(text, "--set", "tpp=4799") for text in changes.sets])
    chip = drop(chip, changes.drops)
    return derate(chip, [_pair(text, "--derate", "compute=30%") for text in changes.derates])


def _pair(text: str, option: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise UsageError(f"{option} {text}: write it as {option} {example}")
    return name.strip(), value.strip()


def rulebook_of(path: str | None) -> Rulebook | None:
    """The rulebook with a user's own rules, None for the plain one."""
    if path is None:
        return None
    from chipdb.catalog.text import read_bytes

    return load_rules().with_file(read_bytes(Path(path)), path)


def question_of(
    on: str | None,
    to: str | None,
    origin: str | None,
    headquarters: list[str] | None,
    rules: list[str] | None,
    rules_file: str | None,
    law: str,
    role: str | None = None,
    strict: bool = False,
) -> Question:
    """The question that options ask."""
    return question(
        on,
        to,
        origin,
        tuple(headquarters or ()),
        named=tuple(rules or ()),
        law=law,
        role=role,
        strict=strict,
        book=rulebook_of(rules_file),
    )
