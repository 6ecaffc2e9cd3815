"""``chipdb explore``."""

from __future__ import annotations

from typing import Annotated

from chipdb.cli.options import (
    OUTPUT,
    CatalogOptions,
    On,
    PlaceOptions,
    RuleOptions,
    RulesFile,
    To,
    option,
)

EXAMPLE = "chipdb explore -o chips.html"

PageFile = Annotated[
    str,
    option(
        "-o",
        "--output",
        metavar="FILE",
        text="The page to write, such as chips.html.",
        section=OUTPUT,
    ),
]


def explore(
    output: PageFile,
    on: On = None,
    to: To = None,
    rules_file: RulesFile = None,
    *,
    catalog: CatalogOptions,
) -> None:
    """Write a web page to explore chips and rules offline.

    The page has a table, a chart, knobs and hypothetical chips, and answers by the same rules in
    the browser. It opens with --on and --to; without them, with the day on which it is opened and
    no destination. Both can be changed in the page.
    """
    from chipdb.cli.inputs import catalog_of, question_of
    from chipdb.cli.output import emit, note
    from chipdb.views.explorer.page import page

    question = question_of(on, PlaceOptions(to), RuleOptions(rules_file))
    chips, book = catalog_of(catalog), question.rulebook
    # without --on the page opens on the reader's own day, not on that of its writer
    text = page(chips, book, question.on if on else None, question.to)
    emit(text, output)
    megabytes = f"{len(text.encode()) / 1e6:.1f} MB"
    counts = f"{len(chips)} chips, {len(book)} rules, {megabytes}"
    note([f"{output}: {counts}; open it in a browser; it needs no network"])
