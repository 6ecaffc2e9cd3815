"""What a YAML or JSON file holds, recognized by the keys that only one kind of file has.

Users name their files as they like, and give a file of rules where a chip is expected. An error
that lists every unknown field does not help them; one that says what the file is does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chipdb.errors import DataError
from chipdb.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Contents:
    """A kind of file, which any one of ``keys`` identifies, and the command that reads it."""

    what: str
    keys: frozenset[str]
    command: str

    def is_of(self, entry: Mapping[str, Any]) -> bool:
        """Whether an entry has a key that only this kind of file has."""
        return not self.keys.isdisjoint(entry)


RULE = Contents(
    what="a rule",
    keys=frozenset({"provisions"}),
    command="chipdb check CHIP --rules {file}",
)
GRID = Contents(
    what="a grid of designs",
    keys=frozenset({"knobs"}),
    command="chipdb sweep {file}",
)
MAPPING = Contents(
    what="a mapping of a table's columns",
    keys=frozenset({"columns"}),
    command="chipdb audit TABLE --mapping {file}",
)
MODEL = Contents(
    what="a language model",
    keys=frozenset({"num_hidden_layers", "hidden_size", "layers"}),
    command="chipdb estimate CHIP --model {file} --phase decode",
)
CHIP = Contents(
    what="a chip",
    keys=frozenset({"throughput", "dies", "memory", "metrics", "members", "extends"}),
    command="chipdb check {file}",
)
STANDARD_INPUT = "standard input"
"""What messages call a file that was piped in."""
ALL = (RULE, GRID, MAPPING, MODEL, CHIP)


def refuse_other_contents(
    entries: Iterable[Mapping[str, Any]], name: str, expected: Contents
) -> None:
    """Raise :class:`DataError` for a file that holds something other than expected.

    An entry that has a key of the expected kind, or of no kind, is not mentioned: what is wrong
    with its fields is more exact.
    """
    for entry in entries:
        if expected.is_of(entry):
            return
        for contents in ALL:
            if contents.is_of(entry):
                # what came from standard input has no name that a command could be given
                file = "FILE" if name == STANDARD_INPUT else name
                command = contents.command.format(file=file)
                raise DataError.of_file(
                    name, f"this is {contents.what}, not {expected.what}; write {command}"
                )
