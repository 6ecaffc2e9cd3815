"""``chipdb audit``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import Argument, CatalogOptions, Mapping, On, To

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb audit table.csv --on 2026-06-01"

TableFile = Annotated[
    str,
    Argument(metavar="FILE|-", help="A CSV, JSON or Parquet table, or - for standard input."),
]


def audit(
    file: TableFile,
    mapping: Mapping = None,
    on: On = None,
    to: To = None,
    *,
    catalog: CatalogOptions,
) -> Report:
    """Compare a third-party table with the catalog.

    Every row is accounted for: figures that differ from the catalog's, and answers that change.
    The exit status is 0 without findings, 1 with findings, and 2 if the table cannot be read.
    """
    from chipdb.catalog.read_table import read_table, table_from_text
    from chipdb.cli.inputs import bytes_of, catalog_of
    from chipdb.cli.output import tracked
    from chipdb.curation.audit import Audit, Auditor, rows_with
    from chipdb.solver.question import question
    from chipdb.views.reports.audit import audit_report

    # a pipe has no name whose ending shows the format, so its text is looked at
    known = catalog_of(catalog)
    table = table_from_text(*bytes_of(file)) if file == "-" else read_table(Path(file))
    rows = rows_with(table, mapping, known)
    auditor = Auditor(known, question(on, to), rows.names)
    # one auditor for all rows: it keeps what it was told about chips that come again
    results = [auditor.result(row) for row in tracked(rows.read, "auditing")]
    return audit_report(Audit(rows, tuple(results), known.data))
