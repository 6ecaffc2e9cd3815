"""The commands about time and lines: timeline, near, flips."""

from __future__ import annotations

from typing import Annotated

import typer

from chipdb.cli.groups import (
    CatalogOptions,
    ModifyOptions,
    OutputOptions,
    PlaceOptions,
    RuleOptions,
)
from chipdb.cli.options import Chips, On

SideText = Annotated[
    str, typer.Argument(metavar="RULE|DATE", help="A rule by id, or a day, YYYY-MM-DD.")
]
Within = Annotated[
    str, typer.Option("--within", metavar="PERCENT", help="How much a metric may rise, such as 5%.")
]


def timeline(
    chips: Chips,
    *,
    where: PlaceOptions,
    book: RuleOptions,
    changes: ModifyOptions,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """The answers of a chip by date, and the instrument that changed each."""
    from chipdb.answers.timeline import periods_of
    from chipdb.cli.inputs import catalog_of, entries_of, question_of
    from chipdb.cli.output import note
    from chipdb.cli.print_time import print_timeline
    from chipdb.solver.notes import no_law

    asked = question_of(None, where, book)
    entries = entries_of(chips or [], catalog_of(known), changes)
    spans = [span for entry in entries for span in periods_of(entry, asked)]
    print_timeline(spans, entries, printed.style, printed.output)
    note(no_law(asked.proposals))


def near(
    chips: Chips = None,
    width: Within = "5%",
    on: On = None,
    *,
    where: PlaceOptions,
    book: RuleOptions,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """What sits just under a line: chips (all, if none is named) whose answer changes if one metric rises a little."""
    from chipdb.answers.near import margins_of, share_of
    from chipdb.cli.inputs import catalog_of, chips_of, question_of
    from chipdb.cli.output import note, tracked
    from chipdb.cli.print_time import print_near
    from chipdb.solver.notes import no_law

    share, asked, catalog = share_of(width), question_of(on, where, book), catalog_of(known)
    margins = list(margins_of(tracked(chips_of(chips, catalog), "measuring"), asked, share))
    print_near(margins, width, catalog.data, printed.style, printed.output)
    note(no_law(asked.proposals))


def flips(
    before: SideText,
    after: SideText,
    *,
    where: PlaceOptions,
    book: RuleOptions,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """The chips whose answer changes between two rules, or between two days."""
    from chipdb.answers.flips import flips_between, side_of
    from chipdb.cli.inputs import catalog_of, question_of
    from chipdb.cli.output import note, tracked
    from chipdb.cli.print_time import print_flips
    from chipdb.solver.notes import no_law

    asked, catalog = question_of(None, where, book), catalog_of(known)
    sides = (side_of(before, asked), side_of(after, asked))
    found = list(flips_between(tracked(list(catalog), "asking both"), sides))
    print_flips(found, sides, catalog.data, printed.style, printed.output)
    note(no_law(rule for side in sides for rule in side.question.proposals))
