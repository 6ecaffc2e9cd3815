"""The command that writes the explorer page."""

from __future__ import annotations

from typing import Annotated

import typer

from chipdb.cli.groups import CatalogOptions, PlaceOptions, RuleOptions
from chipdb.cli.options import On, RulesFile, To

Page = Annotated[
    str,
    typer.Option("-o", "--output", metavar="FILE", help="The page to write, such as chips.html."),
]


def explore(
    output: Page,
    on: On = None,
    to: To = None,
    rules_file: RulesFile = None,
    *,
    known: CatalogOptions,
) -> None:
    """One page that works offline: table, chart, knobs and hypothetical chips, answered in the browser by the same rules.

    It opens on --on and --to, or on the day it is opened, with no destination; both can be changed in the page.
    """
    from chipdb.cli.inputs import catalog_of, question_of
    from chipdb.cli.output import emit, note
    from chipdb.views.explorer.page import page

    asked = question_of(on, PlaceOptions(to), RuleOptions(rules_file))
    chips, book = catalog_of(known), asked.rulebook
    text = page(chips, book, asked.on if on else None, asked.to)
    emit(text, output)
    size = f"{len(text.encode()) / 1e6:.1f} MB"
    note(
        [
            f"{output}: {len(chips)} chips, {len(book)} rules, {size}; open it in a browser, it needs no network"
        ]
    )
