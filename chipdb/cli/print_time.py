"""Printing answers by date and by distance to a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chipdb.cli.output import emit_json, emit_table, note
from chipdb.cli.print_answers import resolved
from chipdb.units import METRIC_UNITS, display
from chipdb.views.json.envelope import envelope_json

if TYPE_CHECKING:
    from chipdb.answers.flips import Flip, FlipSide
    from chipdb.answers.near import Margin
    from chipdb.answers.timeline import Period
    from chipdb.catalog.catalog import Entry


def print_timeline(
    spans: Sequence[Period], entries: Sequence[Entry], style: str, output: str | None
) -> None:
    """One row a span of time."""
    if style == "json":
        data = {entry.chip.id: entry.chip.data for entry in entries}
        emit_json([envelope_json(span.to_dict(), data[span.chip]) for span in spans], output)
    else:
        rows = [
            [
                span.chip,
                span.start.isoformat(),
                span.until.isoformat() if span.until else "–",
                span.classification
                or {"met": "met", "undetermined": "undetermined"}.get(span.status, "outside"),
                span.license or "–",
                span.review or "–",
                "; ".join(span.because),
            ]
            for span in spans
        ]
        emit_table(
            rows,
            ["chip", "from", "until", "classification", "license", "review", "because"],
            style,
            output,
        )
    resolved(entries)
    to = {span.to for span in spans} - {None}
    note(
        ["without --to the classification alone is told; name a destination for licenses"]
        if spans and not to
        else []
    )


def print_near(
    margins: Sequence[Margin], width: str, data: str | None, style: str, output: str | None
) -> None:
    """One row a chip and line, the nearest first."""
    ordered = sorted(margins, key=lambda margin: margin.percent)
    if style == "json":
        emit_json([envelope_json(margin.to_dict(), data) for margin in ordered], output)
        return
    rows = [
        [
            margin.chip,
            margin.rule,
            margin.metric,
            display(margin.value),
            f"{display(margin.limit)} {METRIC_UNITS[margin.metric]}".rstrip(),
            f"{display(margin.percent)} %",
            margin.now,
            margin.beyond,
        ]
        for margin in ordered
    ]
    emit_table(
        rows, ["chip", "rule", "metric", "value", "limit", "margin", "now", "beyond"], style, output
    )
    note([f"{len(ordered)} chips and lines within {width}; one metric rises, the others stay"])


def print_flips(
    found: Sequence[Flip],
    sides: tuple[FlipSide, FlipSide],
    data: str | None,
    style: str,
    output: str | None,
) -> None:
    """One row a chip, then how many made each change."""
    if style == "json":
        emit_json([envelope_json(flip.to_dict(), data) for flip in found], output)
        return
    emit_table(
        [[flip.chip, *flip.answers] for flip in found],
        ["chip", *(side.name for side in sides)],
        style,
        output,
    )
    counts = Counter(flip.answers for flip in found)
    note(f"{count} from {before} to {after}" for (before, after), count in counts.most_common())
