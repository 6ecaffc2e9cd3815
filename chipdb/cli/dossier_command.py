"""The command that writes a worksheet to be filed."""

from __future__ import annotations

from typing import Annotated

import typer

from chipdb.cli.groups import CatalogOptions, ModifyOptions, PlaceOptions, RuleOptions, ScopeOptions
from chipdb.cli.options import Chips, Mapping, On, Output

DossierFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="markdown|html|json",
        help="As the ending of -o says if left out; else markdown.",
    ),
]


def dossier(
    chips: Chips = None,
    on: On = None,
    *,
    where: PlaceOptions,
    book: RuleOptions,
    manner: ScopeOptions,
    changes: ModifyOptions,
    known: CatalogOptions,
    mapping: Mapping = None,
    style: DossierFormat = None,
    output: Output = None,
) -> None:
    """A dated, cited worksheet of a check, to be filed: figures with sources, every provision, what is missing, blanks.

    The same inputs give the same bytes. Ends with 0 whatever the answer, 2 if the call or the data is wrong.
    """
    from chipdb.answers.check import check_entry
    from chipdb.cli.inputs import catalog_of, inputs_of, question_of
    from chipdb.cli.output import emit, note, tracked
    from chipdb.errors import UsageError
    from chipdb.views.dossier import format_of, written
    from chipdb.views.dossier.build import dossier as worksheet

    chosen = format_of(style, output)
    pins = _pins({"rules": book.rules, "catalog": known.catalog, "mapping": mapping})
    asked = question_of(on, where, book, manner)
    if not chips:
        raise UsageError("a dossier of what? Name a chip or a file, or - for standard input")
    inputs = inputs_of(chips, catalog_of(known), changes, mapping)
    if inputs.unread:
        raise UsageError(inputs.unread[0])
    if any(entry.row is not None and entry.digest is None for entry in inputs.entries):
        raise UsageError(
            "a table to be filed must be a plain file, so that its bytes can be pinned; write it to one first"
        )
    checks = [check_entry(entry, asked) for entry in tracked(inputs.entries, "checking")]
    emit(written(worksheet(checks, pins), chosen), output)
    note(inputs.notes)


def _pins(paths: dict[str, str | None]) -> tuple[tuple[str, str], ...]:
    """Labels and hashes of a user's own files beside those of the chips; a file that is not there is told when it is read."""
    from pathlib import Path

    from chipdb.cli.inputs import digest_of
    from chipdb.errors import UsageError

    found = []
    for name, path in paths.items():
        digest = digest_of(path) if path is not None else None
        if path is not None and digest is None and Path(path).exists():
            raise UsageError(
                f"--{name} {path}: must be a plain file, so that its bytes can be pinned; write it to one first"
            )
        if digest is not None:
            found.append((f"SHA-256 of your {name}", digest))
    return tuple(found)
