"""The commands about time and lines: timeline, near, flips."""

from __future__ import annotations

from typing import Annotated

import typer

from chipdb.cli.changes import Changes
from chipdb.cli.options import (
    CatalogFile,
    Chips,
    Derate,
    Drop,
    Enact,
    Format,
    From,
    Headquarters,
    Law,
    On,
    Output,
    RulesFile,
    Set,
    To,
    Vintage,
)

SideText = Annotated[str, typer.Argument(metavar="RULE|DATE", help="A rule by id, or a day, YYYY-MM-DD.")]
Within = Annotated[str, typer.Option("--within", metavar="PERCENT", help="How much a metric may rise, such as 5%.")]


def timeline(
    chips: Chips,
    to: To = None,
    origin: From = None,
    headquarters: Headquarters = None,
    rules: RulesFile = None,
    enact: Enact = None,
    law: Law = "enforced",
    derate: Derate = None,
    set_: Set = None,
    drop: Drop = None,
    catalog: CatalogFile = None,
    vintage: Vintage = None,
    style: Format = "table",
    output: Output = None,
) -> None:
    """The answers of a chip by date, and the instrument that changed each."""
    from chipdb.answers.timeline import timeline as spans_of
    from chipdb.answers.warn import no_law
    from chipdb.cli.inputs import catalog_of, entries_of, question_of
    from chipdb.cli.output import note
    from chipdb.cli.print_time import print_timeline
    from chipdb.views.tables import check_format

    check_format(style)
    asked = question_of(None, to, origin, headquarters, None, rules, law, enact=enact)
    entries = entries_of(chips or [], catalog_of(catalog, vintage), Changes(set_ or [], drop or [], derate or []))
    print_timeline([span for entry in entries for span in spans_of(entry, asked)], entries, style, output)
    note(no_law(asked.proposals))


def near(
    chips: Chips = None,
    width: Within = "5%",
    on: On = None,
    to: To = None,
    origin: From = None,
    headquarters: Headquarters = None,
    rules: RulesFile = None,
    enact: Enact = None,
    catalog: CatalogFile = None,
    vintage: Vintage = None,
    style: Format = "table",
    output: Output = None,
) -> None:
    """What sits just under a line: chips (all, if none is named) whose answer changes if one metric rises a little."""
    from chipdb.answers.near import near as margins_of
    from chipdb.answers.near import within
    from chipdb.answers.warn import no_law
    from chipdb.cli.inputs import catalog_of, chips_of, question_of
    from chipdb.cli.output import note, tracked
    from chipdb.cli.print_time import print_near
    from chipdb.views.tables import check_format

    check_format(style)
    share, asked, known = (
        within(width),
        question_of(on, to, origin, headquarters, None, rules, "enforced", enact=enact),
        catalog_of(catalog, vintage),
    )
    margins = list(margins_of(tracked(chips_of(chips, known), "measuring"), asked, share))
    print_near(margins, width, known.data, style, output)
    note(no_law(asked.proposals))


def flips(
    before: SideText,
    after: SideText,
    to: To = None,
    origin: From = None,
    headquarters: Headquarters = None,
    rules: RulesFile = None,
    enact: Enact = None,
    catalog: CatalogFile = None,
    vintage: Vintage = None,
    style: Format = "table",
    output: Output = None,
) -> None:
    """The chips whose answer changes between two rules, or between two days."""
    from chipdb.answers.flips import flips as flipping
    from chipdb.answers.flips import side_of
    from chipdb.answers.warn import no_law
    from chipdb.cli.inputs import catalog_of, question_of
    from chipdb.cli.output import note, tracked
    from chipdb.cli.print_time import print_flips
    from chipdb.views.tables import check_format

    check_format(style)
    asked, known = question_of(None, to, origin, headquarters, None, rules, "enforced", enact=enact), catalog_of(catalog, vintage)
    sides = (side_of(before, asked), side_of(after, asked))
    print_flips(list(flipping(tracked(list(known), "asking both"), sides)), sides, known.data, style, output)
    note(no_law(rule for side in sides for rule in side.question.proposals))
