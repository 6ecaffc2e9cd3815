"""``chipdb dossier``."""

from __future__ import annotations

from typing import Annotated

from chipdb.cli.options import (
    OUTPUT,
    CatalogOptions,
    Chips,
    DestinationOptions,
    Mapping,
    ModifyOptions,
    On,
    Output,
    Quantity,
    RuleOptions,
    ScopeOptions,
    option,
)
from chipdb.whole_files import exists

EXAMPLE = "chipdb dossier H20 --to China --on 2026-06-01 -o h20.html"

DossierFormat = Annotated[
    str | None,
    option(
        "--format",
        metavar="markdown|html|json|docx",
        text="The format; that of the file's ending, or markdown, by default.",
        section=OUTPUT,
    ),
]


def dossier(
    chips: Chips = None,
    on: On = None,
    *,
    places: DestinationOptions,
    rules: RuleOptions,
    scope: ScopeOptions,
    changes: ModifyOptions,
    catalog: CatalogOptions,
    mapping: Mapping = None,
    style: DossierFormat = None,
    quantity: Quantity = None,
    output: Output = None,
) -> None:
    """Write a dated, cited worksheet of a check, for the file.

    The verdict, the figures, each requirement and the cautions come first, on two pages at most;
    an appendix holds every claim with its source, every provision, and what is missing.
    The same inputs give the same bytes. The exit status does not depend on the answer.
    """
    from chipdb.answers.arguments import with_quantity
    from chipdb.answers.check import checks_of
    from chipdb.cli.inputs import catalog_of, inputs_of, questions_of
    from chipdb.cli.output import emit, note, tracked, write_bytes
    from chipdb.errors import UsageError
    from chipdb.views.dossier import file_bytes, format_of, written
    from chipdb.views.dossier.build import dossier as worksheet

    form = format_of(style, output)
    # computed before anything is answered: a file might change in the meantime
    pins = _pins({"rules": rules.rules, "catalog": catalog.catalog, "mapping": mapping})
    questions = questions_of(on, places, rules, scope)
    if not chips:
        raise UsageError("missing CHIP: name a chip or a file, or use - for standard input")
    inputs = inputs_of(chips, catalog_of(catalog), changes, mapping)
    # a worksheet is filed, and what it leaves out is not looked up later
    inputs.refuse_doubts()
    if any(entry.row is not None and entry.digest is None for entry in inputs.entries):
        raise UsageError(
            "a table for a dossier must be a plain file, so that the dossier can state its hash; "
            "write it to a file first"
        )
    inputs.rows = with_quantity(inputs.rows, quantity)
    entries = tracked(inputs.entries, "checking")
    checks = [check for entry in entries for check in checks_of(entry, questions)]
    # written at the end, so that a chip that fails leaves no half document
    made = worksheet(checks, pins)
    if output is None:
        emit(written(made, form))
    else:
        write_bytes(file_bytes(made, form), output)
    note(inputs.notes)


def _pins(paths: dict[str, str | None]) -> tuple[tuple[str, str], ...]:
    """Return labels and hashes of a user's own files, besides those of the chips.

    A missing file is reported where it is read, not here.
    """
    from chipdb.cli.inputs import digest_of
    from chipdb.errors import UsageError

    pins = []
    for name, path in paths.items():
        if path is None:
            continue
        digest = digest_of(path)
        if digest is not None:
            pins.append((f"SHA-256 of your {name}", digest))
        elif exists(path):
            raise UsageError(
                f"--{name} {path}: must be a plain file, so that the dossier can state its hash; "
                "write it to a file first"
            )
    return tuple(pins)
