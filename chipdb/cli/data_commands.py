"""The commands about the data itself: validate, audit, conflicts, sources, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from chipdb.cli.groups import CatalogOptions, OutputOptions
from chipdb.cli.options import CatalogFile, Chips, Mapping, On, To

AnyFile = Annotated[
    str | None,
    typer.Argument(
        metavar="[FILE|-]",
        help="Chips or rules, or - for standard input; all of data/ if left out.",
    ),
]
TableFile = Annotated[
    str,
    typer.Argument(metavar="FILE|-", help="A CSV, JSON or Parquet table, or - for standard input."),
]


def validate(file: AnyFile = None, catalog: CatalogFile = None, *, printed: OutputOptions) -> None:
    """Check a file of chips or rules, or everything in data/.

    Ends with 0 if clean, 1 with findings, 2 if the file cannot be read as chips.
    """
    from chipdb.cli.inputs import bytes_of, catalog_of, is_a_table
    from chipdb.cli.print_data import print_report
    from chipdb.curation.validate import (
        is_catalog_file,
        validate_catalog,
        validate_data,
        validate_file,
    )
    from chipdb.errors import UsageError

    if file is None and catalog is not None:
        raise UsageError(
            "validate what? --catalog lends its chips to a FILE; name that, or validate the file itself"
        )
    if file is not None and is_a_table(file):
        raise UsageError(
            f"{file} is a table of rows, not chips in the data format: chipdb audit {file}"
        )
    if file is None:
        report = validate_data()
    elif file != "-" and is_catalog_file(Path(file)):
        report = validate_catalog()
    else:
        report = validate_file(*bytes_of(file), catalog_of(CatalogOptions(catalog)))
    print_report(report, printed.style, printed.output)
    raise typer.Exit(1 if report.found else 0)


def audit(
    file: TableFile,
    mapping: Mapping = None,
    on: On = None,
    to: To = None,
    *,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """Somebody else's table against the catalog: every row accounted for, figures that differ, answers that change.

    Ends with 0 if clean, 1 with findings, 2 if the table cannot be read.
    """
    from chipdb.catalog.read_table import read_table, table_of
    from chipdb.cli.inputs import bytes_of, catalog_of, table_rows
    from chipdb.cli.output import tracked
    from chipdb.cli.print_data import print_audit
    from chipdb.curation.audit import Auditor
    from chipdb.solver.question import question

    catalog = catalog_of(known)
    rows = table_rows(
        table_of(*bytes_of(file)) if file == "-" else read_table(Path(file)), mapping, catalog
    )
    auditor = Auditor(catalog, question(on, to), rows.names)
    results = [auditor.result(row) for row in tracked(rows.read, "auditing")]
    print_audit(rows, results, catalog.data, printed.style, printed.output)
    raise typer.Exit(1 if rows.unread or any(result.findings for result in results) else 0)


def conflicts(
    chips: Chips = None,
    on: On = None,
    to: To = None,
    *,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """Where credible claims disagree, and whether any rule's answer turns on it; the whole catalog if no chip is named."""
    from chipdb.cli.inputs import catalog_of, chips_of
    from chipdb.cli.output import tracked
    from chipdb.cli.print_data import print_conflicts
    from chipdb.curation.conflicts import conflicts_of
    from chipdb.solver.question import question

    asked, catalog = question(on, to), catalog_of(known)
    found = conflicts_of(tracked(chips_of(chips, catalog), "comparing claims"), asked)
    print_conflicts(list(found), catalog.data, printed.style, printed.output)


def sources(
    chips: Chips = None,
    on: On = None,
    *,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """What rests on what, the weakest first: every source, or the figures of the named chips with theirs."""
    from chipdb.cli.inputs import catalog_of, chips_of
    from chipdb.cli.output import tracked
    from chipdb.cli.print_data import print_rests, print_supports
    from chipdb.curation.sources import sourced_figures, supports
    from chipdb.solver.question import question

    asked, catalog = question(on), catalog_of(known)
    named = chips_of(chips, catalog)
    if chips:
        found = [rest for chip in named for rest in sourced_figures(chip, asked)]
        print_rests(found, catalog.data, printed.style, printed.output)
    else:
        weighed = supports(tracked(named, "weighing sources"), asked)
        print_supports(weighed, catalog.data, printed.style, printed.output)


def export(
    output: Annotated[
        str,
        typer.Option(
            "-o", "--output", metavar="FILE|FOLDER", help="Where to; its ending says the form."
        ),
    ],
    kind: Annotated[
        str | None,
        typer.Option(
            "--as",
            metavar="csv|json|parquet|sqlite|package",
            help="The form, if the ending does not say it.",
        ),
    ] = None,
    table: Annotated[
        str | None,
        typer.Option(
            "--table",
            metavar="NAME",
            help="chips, claims, dies, links, members or sources; all if left out.",
        ),
    ] = None,
    *,
    known: CatalogOptions,
) -> None:
    """The data set as CSV, JSON, Parquet, SQLite or a Frictionless data package, with licenses and hashes."""
    from chipdb.cli.inputs import catalog_of
    from chipdb.cli.output import note
    from chipdb.views.export import export as exported
    from chipdb.views.export import kind_of

    written = exported(catalog_of(known), output, kind_of(output, kind), table)
    note(
        [
            f"{output}: {', '.join(f'{len(entry.rows)} {entry.name}' for entry in written)}; CC BY 4.0, see ATTRIBUTION.md"
        ]
    )
