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
    """Return a chip: what it is, its figures with their claims, its metrics."""
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
    """Yield what a chip is, in pairs of name and words; words are empty if nothing is known."""
    yield "id", chip.id
    yield "vendor", chip.vendor or ""
    yield "architecture", chip.architecture or ""
    yield "also called", ", ".join(chip.aliases)
    yield "form", chip.form or ""
    yield "announced", chip.announced.isoformat() if chip.announced else ""
    yield "available", f"from {chip.available}" if chip.available else ""
    yield "stage", STAGES.get(chip.stage or "", "")
    yield "made for", ", ".join(f"{_country(code)} only" for code in chip.only_for or ())
    yield "designed for", ", ".join(chip.designed_for or ())
    yield "marketed for", ", ".join(chip.marketed_for or ())
    yield "on sale in the US", _us_sale(chip)
    yield "contains", ", ".join(f"{member.count} x {member.chip.name}" for member in chip.members)
    yield "no dense rate", chip.no_rates or ""
    yield from _declared(chip)
    yield "note", chip.note or ""


def _us_sale(chip: Chip) -> str:
    sale = chip.us_available
    if sale.since:
        return f"from {sale.since}"
    return "never" if sale.known else "not sourced"


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
    """Yield what the vendor declares, and how the TPP computed from the figures differs."""
    declared = chip.declared
    if declared is None:
        return
    statement = declared.eccn or ""
    if declared.tpp is not None:
        statement = f"TPP {display(declared.tpp)} {statement}"
    yield "vendor declares", f"{statement} ({declared.source}, {declared.as_of})"
    if not declared_apart(chip):
        return
    from chipdb.solver.declared import difference_of

    difference = difference_of(chip)
    if difference is not None:
        yield "against computed", difference.text


def figure_rows(figure: Figure) -> Iterator[list[str]]:
    """Yield a row per claim, the preferred one first."""
    preferred = figure.preferred()
    for claim in sorted(figure.claims, key=lambda claim: claim is not preferred):
        remarks = []
        if claim.rejected:
            remarks.append(f"rejected: {claim.rejected}")
        if claim.reading:
            remarks.append(f"reading {claim.reading}")
        if claim.accumulate:
            remarks.append(f"{claim.accumulate} accumulate")
        if claim.note:
            remarks.append(claim.note)
        path = figure.path if claim is preferred or preferred is None else ""
        yield [path, claim.text, claim.basis, claim.source or "", "; ".join(remarks)]


def metric_row(chip: Chip, name: str) -> list[str]:
    """Return a metric with its range, or what is missing to compute it.

    The name is the one that ``--set`` takes.
    """
    metric = measure(chip, name)
    if metric.state != "known":
        missing = f"missing: {', '.join(metric.missing)}" if metric.missing else ""
        return [name, metric.state, missing]
    credible = ""
    if metric.low != metric.high:
        credible = f"{display(metric.low)} to {display(metric.high)}"
    return [name, f"{display(metric.value)} {metric.unit}".rstrip(), credible]
