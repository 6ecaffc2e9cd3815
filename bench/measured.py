"""Every figure of speed beside its peer or its limit, as ratios taken in one run on one machine.

``make bench`` runs it whole (about two minutes, 4 GB of disk in a temporary folder) and writes the
table and the chart into the docs; ``--quick`` takes a tenth of the rows and writes nothing.
"""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

from catalog import whole_catalog
from designs import designs
from frames import Row, engines, files, grids, in_memory, line
from startup import processes

DOCS = Path(__file__).parent.parent / "docs"
FURTHER_ENTRIES = """
Each entry beyond 480 may take 2.5 ms more, and twice that where the target is 40.
"""


def table(found: list[Row]) -> str:
    """The ratios in Markdown."""
    lines = ["| work | compared with | measured | target |", "|---|---|---|---|"]
    lines += [
        f"| {work} | {against} | {value:.2f} | {bound} |" for work, against, value, bound in found
    ]
    return "\n".join(lines) + "\n"


def chart(points: list[tuple[int, float]]) -> str:
    """Seconds by rows on two logarithmic axes beside a line in proportion, as SVG."""
    import vl_convert

    count, took = points[-1]
    measured = [{"rows": rows, "seconds": seconds, "what": "measured"} for rows, seconds in points]
    even = [
        {"rows": rows, "seconds": took * rows / count, "what": "in proportion to the last"}
        for rows, _ in points
    ]
    axis = {"scale": {"type": "log"}, "type": "quantitative"}
    room = {"type": "log", "domainMin": points[0][1] / 4}
    what = {"field": "what", "type": "nominal", "title": None}
    legend = {"symbolType": "stroke", "symbolStrokeWidth": 3, "orient": "bottom-right"}
    encoding: dict[str, Any] = {
        "x": {
            "field": "rows",
            **axis,
            "axis": {"format": ",", "values": [rows for rows, _ in points], "grid": False},
        },
        "y": {
            "field": "seconds",
            **axis,
            "scale": room,
            "axis": {"format": "~g", "values": [10.0**power for power in range(-4, 4)]},
        },
        "color": {**what, "legend": legend, "scale": {"range": ["#767676", "#0072b2"]}},
        "strokeDash": {**what, "legend": None, "scale": {"range": [[4, 4], [1, 0]]}},
    }
    label = {"field": "seconds", "format": ".2~g"}
    only = [{"filter": "datum.what == 'measured'"}]
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "description": "seconds by rows",
        "width": 460,
        "height": 240,
        "background": "white",
        "config": {"view": {"stroke": None}},
        "padding": {"left": 5, "right": 40, "top": 5, "bottom": 5},
        "data": {"values": [*even, *measured]},
        "encoding": encoding,
        "layer": [
            {"mark": "line"},
            {"transform": only, "mark": {"type": "circle", "size": 60, "opacity": 1}},
            {
                "transform": only,
                "mark": {"type": "text", "dx": 8, "dy": 12, "align": "left"},
                "encoding": {"text": label},
            },
        ],
    }
    return str(vl_convert.vegalite_to_svg(spec)) + "\n"


def main() -> None:
    """Run everything, print the table, and put it into the docs unless the run is a quick one."""
    quick = "--quick" in sys.argv
    count = 1_000_000 if quick else 10_000_000
    answers = [*processes(), *whole_catalog()]
    many_rows = [
        *in_memory(count),
        *engines(count),
        *grids(10 if quick else 1),
        *designs(count * 10),
        *files(count if quick else 100_000_000),
    ]
    points = line(count)
    sys.stdout.write(table([*answers, *many_rows]))
    sys.stdout.write("".join(f"{rows:>13,} rows {took:9.3f} s\n" for rows, took in points))
    if not quick:
        head = (
            "# Measured speed\n\n"
            f"`make bench` on {os.cpu_count()} cores. Compare the ratios only; the times depend on"
            " the machine.\nThe [glossary](glossary.md) explains the words.\n\n"
        )
        measured = f"Measured on {date.today()}.\n\n"
        foot = "\nTime to classify the rows of numpy arrays:\n\n![seconds by rows](measured.svg)\n"
        text = head + f"## Answers\n\n{measured}" + table(answers) + FURTHER_ENTRIES
        text += f"\n## Many rows\n\n{measured}" + table(many_rows) + foot
        (DOCS / "measured.md").write_text(text, encoding="utf-8")
        (DOCS / "measured.svg").write_text(chart(points), encoding="utf-8")


if __name__ == "__main__":
    main()
