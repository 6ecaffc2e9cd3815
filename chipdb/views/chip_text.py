"""A chip as text for a terminal: identity, figures with their claims, metrics."""

from __future__ import annotations

from collections.abc import Iterator

from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Figure
from chipdb.metrics import declared_apart, measure
from chipdb.units import METRIC_UNITS, display
from chipdb.views.tables import aligned

CLAIM_HEADERS = ["figure", "value", "basis", "source", "remark"]
METRIC_HEADERS = ["metric", "value", "range"]


def show_text(entry: Entry) -> str:
    """A chip: identity, figures with their claims, metrics."""
    chip = entry.chip
    facts = [[name, value] for name, value in identity(chip) if value]
    figures = [row for figure in chip.figures() for row in figure_rows(figure)]
    metrics = [metric_row(chip, name) for name in METRIC_UNITS]
    parts = [chip.name, aligned(facts, indent="  ")]
    if figures:
        parts.append(aligned(figures, CLAIM_HEADERS))
    parts.append(aligned(metrics, METRIC_HEADERS))
    return "\n\n".join(parts)


def identity(chip: Chip) -> Iterator[tuple[str, str]]:
    """What a chip is, in pairs of name and words; words are empty where nothing is known."""
    yield "id", chip.id
    yield "maker", chip.vendor or ""
    yield "architecture", chip.architecture or ""
    yield "also called", ", ".join(chip.aliases)
    yield "form", chip.form or ""
    yield "announced", chip.announced.isoformat() if chip.announced else ""
    yield "available", f"from {chip.available}" if chip.available else ""
    yield "stage", STAGES.get(chip.stage or "", "")
    yield "made for", ", ".join(f"{_country(code)} alone" for code in chip.only_for or ())
    yield "designed for", ", ".join(chip.designed_for or ())
    yield "marketed for", ", ".join(chip.marketed_for or ())
    sale = chip.us_available
    yield (
        "on sale in the US",
        f"from {sale.since}" if sale.since else "never" if sale.known else "not sourced",
    )
    yield "contains", ", ".join(f"{member.count} x {member.chip.name}" for member in chip.members)
    yield "no dense rate", chip.no_rates or ""
    yield from _declared(chip)
    yield "note", chip.note or ""


STAGES = {
    "announced": "announced only, not known to be delivered",
    "sampling": "samples only",
    "available": "available",
    "ended": "no longer sold",
    "cancelled": "cancelled",
}


def _country(code: str) -> str:
    from chipdb.rules.places import places

    return places().name_of(code)


def _declared(chip: Chip) -> Iterator[tuple[str, str]]:
    """What the maker declares beside what the rates give, the difference and the limits between the two."""
    declared = chip.declared
    if declared is None:
        return
    tpp = f"TPP {display(declared.tpp)} " if declared.tpp is not None else ""
    yield "maker declares", f"{tpp}{declared.eccn or ''} ({declared.source}, {declared.as_of})"
    if not declared_apart(chip):
        return
    from chipdb.solver.declared import difference_of

    difference = difference_of(chip)
    if difference is not None:
        yield "against computed", difference.text


def figure_rows(figure: Figure) -> Iterator[list[str]]:
    """A row a claim, the preferred one first."""
    preferred = figure.preferred()
    for claim in sorted(figure.claims, key=lambda claim: claim is not preferred):
        remarks = [
            f"rejected: {claim.rejected}" if claim.rejected else "",
            f"reading {claim.reading}" if claim.reading else "",
        ]
        accumulate = f"{claim.accumulate} accumulate" if claim.accumulate else ""
        remark = "; ".join(text for text in (*remarks, accumulate, claim.note or "") if text)
        path = figure.path if claim is preferred or preferred is None else ""
        yield [path, claim.text, claim.basis, claim.source or "", remark]


def metric_row(chip: Chip, name: str) -> list[str]:
    """A metric with its range, or what is missing of it."""
    metric = measure(chip, name)
    if metric.state != "known":
        return [
            name,
            metric.state,
            f"missing: {', '.join(metric.missing)}" if metric.missing else "",
        ]
    ranged = "" if metric.low == metric.high else f"{display(metric.low)} to {display(metric.high)}"
    return [name, f"{display(metric.value)} {metric.unit}".rstrip(), ranged]
