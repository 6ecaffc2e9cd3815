"""``chipdb validate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import Argument, CatalogFile

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb validate mychips.yaml"

ChipFile = Annotated[
    str | None,
    Argument(
        metavar="[FILE|-]",
        help="A file of chips or rules, or - for standard input; all of data/ by default.",
    ),
]


def validate(
    file: ChipFile = None,
    catalog: CatalogFile = None,
) -> Report:
    """Validate a file of chips or rules, or all of data/.

    The exit status is 0 without findings, 1 with findings, and 2 if the file cannot be read.
    """
    from chipdb.cli.inputs import bytes_of, catalog_of, is_table
    from chipdb.cli.options import CatalogOptions
    from chipdb.curation.validate import (
        is_catalog_file,
        validate_catalog,
        validate_data,
        validate_file,
    )
    from chipdb.errors import UsageError
    from chipdb.views.reports.validate import validate_report

    if file is None:
        if catalog is not None:
            raise UsageError(
                "missing FILE: --catalog only adds the chips that FILE may refer to; "
                f"to validate them, write chipdb validate {catalog}"
            )
        return validate_report(validate_data())
    # a table has no claims with sources, so no gate could say anything about it
    if is_table(file):
        raise UsageError(
            f"{file} is a table, not chips in the data format; write chipdb audit {file}"
        )
    if file != "-" and is_catalog_file(Path(file)):
        # more gates apply to the catalog of this installation than to a user's file
        return validate_report(validate_catalog())
    known = catalog_of(CatalogOptions(catalog))
    return validate_report(validate_file(*bytes_of(file), known))
