"""``chipdb site``."""

from __future__ import annotations

from typing import Annotated

from chipdb.cli.options import OUTPUT, CatalogOptions, On, option

EXAMPLE = "chipdb site -o site --on 2026-06-01"

SiteFolder = Annotated[
    str,
    option(
        "-o",
        "--output",
        metavar="FOLDER",
        text="The folder to write, new or empty, or an earlier site.",
        section=OUTPUT,
    ),
]


def site(
    output: SiteFolder,
    on: On = None,
    *,
    catalog: CatalogOptions,
) -> None:
    """Write a static site that anyone can host.

    It has a page and a JSON file for each chip and rule, lists with search, and the explorer. It
    works from a folder, without a server, and offline. The answers on it are those of --on.
    """
    from pathlib import Path

    from chipdb.cli.inputs import catalog_of
    from chipdb.cli.output import note
    from chipdb.views.site.build import Site, questions_on, write_site

    questions = questions_on(on)
    known = catalog_of(catalog)
    count = write_site(Path(output), Site(known, questions[0].rulebook, questions).files())
    note([f"{output}: {count:,} files; open {output}/index.html in a browser, or host the folder"])
