"""``chipdb stale``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import CatalogFile, On, option

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb stale --on 2027-01-15 --days 30"

Days = Annotated[
    int | None,
    option(
        "--days",
        metavar="N",
        text="How long a reading counts as fresh, and how far to look ahead; 90 by default.",
    ),
]


def stale(on: On = None, days: Days = None, catalog: CatalogFile = None) -> Report:
    """List what has probably changed since it was read.

    The list has rules whose evidence is old or whose period begins or ends soon, country groups,
    vendors' export tables, products that were only announced, and sources.
    The exit status is 0 without findings and 1 with findings.
    """
    from chipdb.curation.stale import DAYS
    from chipdb.curation.stale import stale as list_stale
    from chipdb.views.reports.stale import stale_report

    # 0 days are an answer of their own: what has ended by today
    wanted = DAYS if days is None else days
    return stale_report(list_stale(on=on, days=wanted, catalog=catalog))
