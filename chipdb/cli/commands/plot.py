"""``chipdb plot``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import (
    OUTPUT,
    Argument,
    CatalogOptions,
    Chips,
    DestinationOptions,
    ModifyOptions,
    On,
    PlainWorkloadOptions,
    RuleOptions,
    Rules,
    ScopeOptions,
    option,
)

if TYPE_CHECKING:
    from chipdb.views.charts.picture import Chart

EXAMPLE = "chipdb plot tpp-density H20 H100 --on 2026-06-01 -o chart.svg"

Kind = Annotated[
    str,
    Argument(
        metavar="KIND",
        help="tpp-density, bandwidth, timeline, compare, headroom, roofline, price, estimate, "
        "equivalents or envelope.",
    ),
]
Picture = Annotated[
    str | None,
    option(
        "-o",
        "--output",
        metavar="FILE",
        text="The .svg, .png, .html or .json file to write.",
        section=OUTPUT,
    ),
]
PictureFormat = Annotated[
    str | None,
    option(
        "--format",
        metavar="svg|png|html|json",
        text="The format; that of the file's ending, or svg, by default.",
        section=OUTPUT,
    ),
]
ThemeName = Annotated[
    str, option("--theme", metavar="light|dark", text="The colors.", section=OUTPUT)
]
Title = Annotated[
    str | None,
    option(
        "--title",
        metavar="TEXT",
        text="The title, in place of the finding of the chart.",
        section=OUTPUT,
    ),
]
Size = Annotated[
    int | None,
    option(
        "--size",
        metavar="PIXELS",
        text="The width of the picture in pixels; small text can be read from 560.",
        section=OUTPUT,
    ),
]
Baseline = Annotated[
    str | None,
    option(
        "--baseline",
        metavar="CHIP",
        text="For compare and equivalents: take ratios to this chip; the last by default.",
    ),
]
Knob = Annotated[str | None, option("--knob", metavar="KNOB", text="For headroom: only this knob.")]


def plot(
    kind: Kind,
    chips: Chips = None,
    on: On = None,
    *,
    places: DestinationOptions,
    rules: RuleOptions,
    rule: Rules = None,
    changes: ModifyOptions,
    catalog: CatalogOptions,
    baseline: Baseline = None,
    knob: Knob = None,
    workload: PlainWorkloadOptions,
    theme: ThemeName = "light",
    title: Title = None,
    size: Size = None,
    form: PictureFormat = None,
    output: Picture = None,
) -> None:
    """Draw a chart of chips.

    The title states what the chart shows of the named chips, unless --title gives another. Named
    chips are always labeled, and every chart states its date, rules and data version. JSON
    is the chart's Vega-Lite specification; SVG, PNG and HTML need the extra `plot`. A timeline may
    have several destinations. Charts of estimate and equivalents need --model and --phase.
    """
    from pathlib import Path

    from chipdb.cli.inputs import (
        catalog_of,
        changes_of,
        entries_of,
        optional_request,
        questions_of,
    )
    from chipdb.cli.output import note
    from chipdb.errors import UsageError
    from chipdb.lazy_dataclasses import replace
    from chipdb.solver.notes import no_law
    from chipdb.views.charts import READABLE_SIZE, draw, turns_of
    from chipdb.views.charts.picture import FORMATS, form_of
    from chipdb.views.tables import resolved_names

    if form is not None and form not in FORMATS:
        raise UsageError(f"--format {form}: not a format; choose from {', '.join(FORMATS)}")
    # the ending decides, so that a file never holds a format other than its name says
    if form is None and output:
        form = form_of(Path(output))
    question, *elsewhere = questions_of(on, places, rules, ScopeOptions(rule))
    known = catalog_of(catalog)
    # knobs are turned by the chart, which shows the chip before and after
    names = chips or []
    entries = entries_of(names, known, replace(changes, derates=None))
    turns = changes_of(ModifyOptions(derates=changes.derates))
    base = None
    if baseline:
        base = known.find(baseline).chip
    turned = turns_of(entries, turns, names)
    request = optional_request(workload)
    chart = draw(
        kind,
        entries,
        question,
        known,
        turned,
        base,
        knob,
        theme,
        elsewhere,
        workload=request,
        title=title,
        size=size,
    )
    _write(chart, form or FORMATS[0], output)
    notes = [*resolved_names(entries), *no_law(question.proposals)]
    if size is not None and size < READABLE_SIZE:
        notes.append(f"small text cannot be read in a picture narrower than {READABLE_SIZE} pixels")
    note(notes)


def _write(chart: Chart, form: str, output: str | None) -> None:
    """Write a chart to a file that appears complete or not at all, or to standard output."""
    import sys

    from chipdb.cli.output import emit, emit_bytes
    from chipdb.errors import UsageError

    if output is not None:
        chart.save(output, form)
        return
    data = chart.data(form)
    if isinstance(data, str):
        emit(data)
    elif sys.stdout.isatty():
        raise UsageError("a PNG cannot be shown in a terminal; name a file with -o")
    else:
        emit_bytes(data)
