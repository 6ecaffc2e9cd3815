"""The command about pictures: plot."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from chipdb.cli.groups import CatalogOptions, ModifyOptions, PlaceOptions, RuleOptions, ScopeOptions
from chipdb.cli.options import Chips, On, Rules

_KINDS = "tpp-density, bandwidth, timeline, compare, headroom, roofline or price."
_FORMAT = "If the file's ending does not say it; svg on standard output."
Kind = Annotated[str, typer.Argument(metavar="KIND", help=_KINDS)]
Picture = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="FILE", help="A file in .svg, .png, .html or .json."),
]
PictureFormat = Annotated[
    str | None, typer.Option("--format", metavar="svg|png|html|json", help=_FORMAT)
]
ThemeName = Annotated[str, typer.Option("--theme", metavar="light|dark", help="The look.")]
Baseline = Annotated[
    str | None,
    typer.Option("--baseline", metavar="CHIP", help="Of compare; the last chip if left out."),
]
Knob = Annotated[
    str | None, typer.Option("--knob", metavar="KNOB", help="Of headroom: only this knob.")
]


def plot(
    kind: Kind,
    chips: Chips = None,
    on: On = None,
    *,
    where: PlaceOptions,
    book: RuleOptions,
    rule: Rules = None,
    changes: ModifyOptions,
    known: CatalogOptions,
    baseline: Baseline = None,
    knob: Knob = None,
    theme: ThemeName = "light",
    form: PictureFormat = None,
    output: Picture = None,
) -> None:
    """A chart; the named chips are always labeled, every chart says day, rules and data version.

    JSON is the chart's Vega-Lite specification and needs nothing more; SVG, PNG and HTML need the extra plot.
    """
    from chipdb.cli.inputs import catalog_of, entries_of, pairs, question_of
    from chipdb.cli.output import note
    from chipdb.cli.print_answers import resolved
    from chipdb.cli.print_chart import print_chart, written_as
    from chipdb.solver.notes import no_law
    from chipdb.views.charts import draw

    wanted = written_as(form, output)
    asked, catalog = question_of(on, where, book, ScopeOptions(rule)), catalog_of(known)
    entries = entries_of(chips or [], catalog, replace(changes, derates=None))
    base = catalog.find(baseline).chip if baseline else None
    turns = pairs(changes.derates or [], "--derate", "compute=30%")
    chart = draw(kind, entries, asked, catalog, turns, base, knob, theme)
    print_chart(chart, wanted, output)
    resolved(entries)
    note(no_law(asked.proposals))
