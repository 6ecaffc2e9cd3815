"""The command about pictures: plot."""

from __future__ import annotations

from typing import Annotated

import typer

from chipdb.cli.changes import Changes
from chipdb.cli.options import (
    CatalogFile,
    Chips,
    Derate,
    Drop,
    From,
    Headquarters,
    Law,
    On,
    Rules,
    RulesFile,
    Set,
    To,
    Vintage,
)

_KINDS = "tpp-density, bandwidth, timeline, compare, headroom, roofline or price."
_FORMAT = "If the file's ending does not say it; svg on standard output."
Kind = Annotated[str, typer.Argument(metavar="KIND", help=_KINDS)]
Picture = Annotated[str | None, typer.Option("-o", "--output", metavar="FILE", help="A file in .svg, .png, .html or .json.")]
PictureFormat = Annotated[str | None, typer.Option("--format", metavar="svg|png|html|json", help=_FORMAT)]
ThemeName = Annotated[str, typer.Option("--theme", metavar="light|dark", help="The look.")]
Baseline = Annotated[str | None, typer.Option("--baseline", metavar="CHIP", help="Of compare; the last chip if left out.")]
Knob = Annotated[str | None, typer.Option("--knob", metavar="KNOB", help="Of headroom: only this knob.")]


def plot(
    kind: Kind,
    chips: Chips = None,
    on: On = None,
    to: To = None,
    origin: From = None,
    headquarters: Headquarters = None,
    rule: Rules = None,
    rules: RulesFile = None,
    law: Law = "enforced",
    derate: Derate = None,
    set_: Set = None,
    drop: Drop = None,
    baseline: Baseline = None,
    knob: Knob = None,
    catalog: CatalogFile = None,
    vintage: Vintage = None,
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
    from chipdb.views.charts import draw

    wanted = written_as(form, output)
    asked = question_of(on, to, origin, headquarters, rule, rules, law)
    known = catalog_of(catalog, vintage)
    entries = entries_of(chips or [], known, Changes(set_ or [], drop or [], []))
    base = known.find(baseline).chip if baseline else None
    chart = draw(kind, entries, asked, known, pairs(derate or [], "--derate", "compute=30%"), base, knob, theme)
    print_chart(chart, wanted, output)
    resolved(entries)
    note(chart.notes)
