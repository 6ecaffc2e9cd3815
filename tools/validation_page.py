"""Build ``docs/reference/validation.md``: estimates held against published measurements."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import chipdb
from chipdb.workloads.data import sources
from chipdb.workloads.validation import Point, Summary, pair_summary, points, summaries, summary

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "validation.md"
WORST = 20

HEAD = """# How close the workload model comes

The estimates of `chipdb estimate` are held here against {points:,} published measurements
(`data/workloads/measured.csv`). The page is made from them by code.
The [glossary](../glossary.md) explains the words.

The fitted constants were chosen on the measurements of the A100 SXM and the H100 SXM alone;
those of all other chips check them. "Inside" is the share of measurements that lie between low
and high. "Error" is the median distance of the nominal estimate from the measurement, "ratio" the
median of nominal over measured, "width" the median of high over low.

"""

UNPREDICTED = """## What it cannot predict

* Versions of software: between TensorRT-LLM 0.9 and 1.2 the same chip gained a factor of 1.5 to 2.
* Points of MLPerf Inference do not state their layout, and cards of 350 and 400 W do not reach the
  clocks of their data sheets.
* Answers under a limit of latency depend on the batches that are tried. The largest power of two
  gives up to 13 % less than the largest batch that meets the limit, which is what `estimate` takes.
* The MI300X reached 0.37 to 0.65 of nominal in 2024 and 0.83 in 2025. Mixtures of experts with few
  active parameters are over-predicted up to twice.
* Runs in which all sequences are alike: they visit the same experts, so that a mixture of experts
  reads half of the weights that even routing would read.
* Prefix caches, the acceptance of draft tokens, and the loss in production relative to a benchmark.

MLPerf is a trademark of MLCommons; its entries are identified in the notes of the data. Training
rates from MLPerf are derived from the logs of the results.
"""

LATER = """After the constants were frozen, {points} measurements of publishers that are not among
the above were entered (`data/workloads/measured-later.csv`), and nothing was changed for them.
They show how much software decides. With TensorRT-LLM, gpt-fast and LMDeploy on NVIDIA's chips and
DeepSpeed on Gaudi 2, the nominal estimate is 5 to 12 % off in the median. vLLM of 2024 reached 0.8
of it on NVIDIA's chips and 0.37 on the MI300X; with AMD's own builds of 2025 the MI300X reached
0.83, and all of these measurements lie inside. llama.cpp generates as estimated with one card, but
reads prompts with 4-bit weights at about half.
"""


def page() -> str:
    """Return the text of the page."""
    rows = points()
    others = [row for row in rows if not row.is_fitted]
    pairs = pair_summary(rows)
    sets = [
        summary("fitted (A100 SXM, H100 SXM)", only(rows, fitted=True)),
        summary("all other chips", others),
        summary("... dense models", [row for row in others if row.is_dense]),
        summary("... mixtures of experts", [row for row in others if not row.is_dense]),
    ]
    of_pairs = (
        f"Of {pairs.pairs} pairs of other chips that were measured alike, the ratio is off by "
        f"{percent(pairs.error)} in the median; the ratio of their TPP is off by "
        f"{percent(pairs.tpp_error)}.\n"
    )
    parts = [HEAD.format(points=len(rows)), table("set", sets), of_pairs]
    catalog = chipdb.load()
    groups: dict[str, Callable[[Point], str]] = {
        "phase": lambda row: row.measured.phase,
        "vendor": lambda row: row.vendor,
        "model": lambda row: row.measured.model,
        "chip": lambda row: catalog[row.measured.chip].name,
        "source": lambda row: sources()[row.measured.source]["title"],
    }
    for name, name_of in groups.items():
        parts += [f"## By {name}\n", table(name, summaries(rows, name_of))]
    later = points(later=True)
    parts += [
        "## Measurements that were entered later\n",
        LATER.format(points=len(later)),
        table("publisher, software and vendor", summaries(later, publisher_and_vendor)),
        "## The worst misses\n",
        misses(rows),
        UNPREDICTED,
    ]
    return "\n".join(parts)


def publisher_and_vendor(row: Point) -> str:
    """Return who published a point, with which software or weights, and the vendor of the chip."""
    # what follows a semicolon is about a single measurement
    run = row.measured.note.partition(";")[0]
    parts = (sources()[row.measured.source]["title"], run, row.vendor)
    return ", ".join(part for part in parts if part)


def only(rows: Iterable[Point], *, fitted: bool) -> list[Point]:
    """Return the points of chips that constants were fitted on, or of the others."""
    return [row for row in rows if row.is_fitted is fitted]


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{100 * share:.1f} %"


def table(name: str, rows: Iterable[Summary]) -> str:
    """Return a table of summaries."""
    lines = [f"| {name} | points | inside | error | ratio | width |", "|---|---|---|---|---|---|"]
    for row in rows:
        cells = (row.name, str(row.points), percent(row.inside), percent(row.error))
        lines.append(f"| {' | '.join(cells)} | {row.bias:.2f} | {row.width:.2f} |")
    return "\n".join([*lines, ""])


def misses(rows: Iterable[Point]) -> str:
    """Return the measurements that are furthest from their nominal estimate."""
    heads = ("id", "chip", "model", "phase", "layout", "measured", "low", "nominal", "high")
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for row in sorted(rows, key=lambda each: -each.error)[:WORST]:
        measured = row.measured
        cells = (
            measured.id,
            measured.chip,
            measured.model,
            measured.phase,
            measured.layout or "not stated",
            *(f"{value:,.0f}" for value in (measured.value, row.low, row.nominal, row.high)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Write the page if it changed."""
    text = page()
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
