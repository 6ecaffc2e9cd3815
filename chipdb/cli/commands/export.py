"""``chipdb export``."""

from __future__ import annotations

from typing import Annotated

from chipdb.cli.options import OUTPUT, CatalogOptions, On, PlaceOptions, option

EXAMPLE = "chipdb export -o chips.sqlite"

Target = Annotated[
    str,
    option(
        "-o",
        "--output",
        metavar="FILE|FOLDER",
        text="Where to write; the ending chooses the format.",
        section=OUTPUT,
    ),
]
As = Annotated[
    str | None,
    option(
        "--as",
        metavar="csv|json|parquet|sqlite|xlsx|package",
        text="The format, if the ending does not choose it.",
        section=OUTPUT,
    ),
]
TableName = Annotated[
    str | None,
    option(
        "--table",
        metavar="NAME",
        text="Only chips, claims, dies, links, members or sources.",
    ),
]


WithAnswers = Annotated[
    bool,
    option(
        "--with-answers",
        text="Add the classification of each chip, and with --to its license.",
    ),
]


def export(
    output: Target,
    kind: As = None,
    table: TableName = None,
    with_answers: WithAnswers = False,
    on: On = None,
    *,
    places: PlaceOptions,
    catalog: CatalogOptions,
) -> None:
    """Write the data set as files for other programs.

    The formats are CSV, JSON, Parquet, SQLite, Excel and a Frictionless data package, each with
    licenses and hashes. With --with-answers, each chip has its classification on a date, and with
    --to its license.
    """
    from chipdb.cli.inputs import catalog_of
    from chipdb.cli.output import note
    from chipdb.errors import UsageError
    from chipdb.solver.question import question as asked
    from chipdb.views.export import export as exported
    from chipdb.views.export import kind_of

    question = None
    if with_answers:
        question = asked(on, places.to, places.origin, places.headquarters or ())
    elif unused := _options_of_answers(on, places):
        # ignored, they would leave the reader of the file without what was asked for
        verb = "are"
        if len(unused) == 1:
            verb = "is"
        raise UsageError(f"{' and '.join(unused)} {verb} for answers; add --with-answers")
    tables = exported(catalog_of(catalog), output, kind_of(output, kind), table, question)
    counts = ", ".join(f"{len(written.rows)} {written.name}" for written in tables)
    # the license goes with the file, and most readers of the file never see this repository
    note([f"{output}: {counts}; CC BY 4.0, see ATTRIBUTION.md"])


def _options_of_answers(on: str | None, places: PlaceOptions) -> list[str]:
    """The options given that change only answers, which an export without them would ignore."""
    given = {
        "--on": on,
        "--to": places.to,
        "--from": places.origin,
        "--headquarters": places.headquarters,
    }
    return [name for name, value in given.items() if value is not None]
