"""A chip as text for a terminal: identity, figures with their claims, metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from chipdb.catalog.bibliography import Source, bibliography, reading_of
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Figure
from chipdb.lazy_dataclasses import replace
from chipdb.metrics import Metric, best_member, declared_apart, measure, totals
from chipdb.rules.thresholds import metric_value_text
from chipdb.units import METRIC_UNITS, display
from chipdb.views.report import MarkedText, Part, ReportTable, table_of
from chipdb.views.tables import aligned, or_blank
from chipdb.views.words import reading_text
from chipdb.vocabulary import ReadAs

# "remark" is wide and rare, so it comes last
CLAIM_HEADERS = ["figure", "value", "basis", "source", "remark"]
METRIC_HEADERS = ["metric", "value", "range"]
SOURCE_HEADERS = ["source", "title", "publisher", "date", "read as", "address"]


def show_parts(entry: Entry, *, with_sources: bool = False) -> list[Part]:
    """Return the parts of a chip: what it is, its figures with their claims, its metrics.

    Unlike the answer of a check it lists every claim, including those that were rejected.
    ``with_sources`` adds the sources that these claims name.
    """
    chip = entry.chip
    metrics = [metric_row(chip, name) for name in METRIC_UNITS]
    claims = claim_rows(chip)

    parts: list[Part] = [chip.name, aligned(identity_rows(chip), indent="  ")]
    # A hypothetical chip may be defined by its metrics only, without any figure.
    if claims:
        parts += [*_label(chip, OF_SYSTEM), ReportTable(CLAIM_HEADERS, claims)]
    parts += [*_label(chip, OF_ONE_CHIP), ReportTable(METRIC_HEADERS, metrics)]
    if chip.members:
        totals_of_system = list(map(total_row, totals(chip).values()))
        # below the metrics of one chip, which are those that rules compare
        parts += [*_label(chip, OF_SYSTEM), ReportTable(METRIC_HEADERS, totals_of_system)]
    if with_sources:
        sources = table_of(SOURCE_HEADERS, sources_of_chip(chip), source_row)
        # only a complete address can be followed
        parts.append(replace(sources, folds=["address"]))
    return parts


def sources_of_chip(chip: Chip) -> list[Source]:
    """The sources that the claims of a chip name, in the order of its figures.

    A source that is not in the bibliography, as a user's file may name, is left out.
    """
    known = bibliography()
    keys: dict[str, None] = {}
    for figure in chip.figures():
        for claim in figure.claims:
            if claim.source in known:
                keys[claim.source] = None
    return [known[key] for key in keys]


def source_row(source: Source) -> list[str]:
    """Return a source as a row: what it is, how it was read, and where to find it."""
    return [
        source.id,
        MarkedText(source.title, address=source.url),
        source.publisher,
        source.date,
        reading_text(source.read_as),
        source.url or "none",
    ]


def _label(chip: Chip, text: str) -> list[str]:
    """What the figures below describe, for a system; nothing for a chip, which has only its own."""
    if not chip.members:
        return []
    return [text.format(chip=best_member(chip).name)]


OF_SYSTEM = "of the whole system"
OF_ONE_CHIP = "of one chip ({chip})"


def total_row(metric: Metric) -> list[str]:
    """Return a total over all chips of a system with its range, or what is missing for it."""
    row = _metric_cells(metric)
    return [f"{metric.name}, total", *row]


def identity_rows(chip: Chip) -> list[list[str]]:
    """Return what a chip is, in pairs of name and words, without those that are not known.

    Notebooks show the same pairs.
    """
    rows: list[list[str]] = []
    for name, words in _identity(chip):
        if words:
            rows.append([name, words])
    return rows


def _identity(chip: Chip) -> Iterator[tuple[str, str]]:
    """Yield what a chip is; words are empty if nothing is known."""
    yield "id", chip.id
    yield "changed", "; ".join(chip.changes)
    yield "vendor", or_blank(chip.vendor)
    yield "architecture", or_blank(chip.architecture)
    yield "also called", ", ".join(chip.aliases)
    yield "form", or_blank(chip.form)
    yield from _life(chip)
    yield "made for", _only_for(chip)
    yield "designed for", _listed(chip.designed_for)
    yield "marketed for", _listed(chip.marketed_for)
    yield "on sale in the US", _us_sale(chip)
    yield "contains", _contents(chip)
    yield "no dense rate", or_blank(chip.no_rates)
    yield from _declared(chip)
    yield "note", or_blank(chip.note)


def _life(chip: Chip) -> Iterator[tuple[str, str]]:
    """Yield when a chip was announced and delivered, and how far it got.

    A chip that was announced may never have been delivered, so each is stated separately.
    """
    if chip.announced:
        yield "announced", chip.announced.isoformat()
    if chip.available:
        yield "available", f"from {chip.available}"
    if chip.stage:
        yield "stage", _stage(chip.stage, chip.stage_as_of)


def _stage(stage: str, as_of: date | None) -> str:
    """Return how far a product got, and up to which day that was looked up, if it was."""
    if as_of is None:
        return STAGES[stage]
    return f"{STAGES[stage]} (looked up on {as_of})"


def _only_for(chip: Chip) -> str:
    """Return the only countries that a chip is made for; empty if it is made for all."""
    countries: list[str] = []
    for code in chip.only_for or ():
        countries.append(f"{_country(code)} only")
    return ", ".join(countries)


def _listed(words: Iterable[str] | None) -> str:
    """Return words in a row; empty where they are unknown or there are none."""
    if words is None:
        return ""
    return ", ".join(words)


def _contents(chip: Chip) -> str:
    """Return the members of a system with their numbers; empty for a chip."""
    members = [f"{member.count} x {member.chip.name}" for member in chip.members]
    return ", ".join(members)


def _us_sale(chip: Chip) -> str:
    """Return since when a chip is sold in the United States, or why no day is given.

    "never" is a sourced statement; "not sourced" means that it was not looked up.
    """
    sale = chip.us_available
    if sale.since:
        return f"from {sale.since}"
    if sale.known:
        return "never"
    return "not sourced"


STAGES = {
    "announced": "announced only, not known to be delivered",
    "sampling": "samples only",
    "available": "available",
    "ended": "no longer sold",
    "cancelled": "cancelled",
}
"""How far a product got; a chip that was only announced may have figures that never shipped."""


def _country(code: str) -> str:
    """Return a country by name.

    Only a few chips are made for one country, so the places are read only when one is shown.
    """
    from chipdb.rules.places import places

    return places().name_of(code)


def _declared(chip: Chip) -> Iterator[tuple[str, str]]:
    """Yield what the vendor declares, and how the TPP computed from the figures differs.

    Nothing is yielded without a declaration, and no difference if the two are close.
    """
    declared = chip.declared
    if declared is None:
        return
    statement = or_blank(declared.eccn)
    if declared.tpp is not None:
        statement = f"TPP {display(declared.tpp)} {statement}"
    yield "vendor declares", f"{statement} ({declared.source}, {declared.as_of})"
    if not declared_apart(chip):
        return

    # The solver is imported here only, since showing a chip needs no rules otherwise.
    from chipdb.solver.declared import difference_of

    difference = difference_of(chip)
    if difference is not None:
        yield "against computed", difference.text


def claim_rows(chip: Chip) -> list[list[str]]:
    """Return a row per claim of every figure, in the order of the figures."""
    rows: list[list[str]] = []
    for figure in chip.figures():
        rows += figure_rows(figure)
    return rows


def figure_rows(figure: Figure) -> Iterator[list[str]]:
    """Yield a row per claim, the preferred one first.

    Only the first row names the figure, so that its claims read as one group.
    """
    preferred = figure.preferred()
    # False sorts before True, and the others keep the order of the data.
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

        # If every claim was rejected, none is preferred, and each row names the figure.
        path = ""
        if claim is preferred or preferred is None:
            path = figure.path
        yield [path, claim.text, claim.basis, _source_cell(claim.source), "; ".join(remarks)]


def _source_cell(key: str | None) -> str:
    """Return the key of a source, with how it was read if that was not the document itself."""
    if key is None:
        return ""
    read_as = reading_of(key)
    if read_as in (None, ReadAs.ORIGINAL):
        return key
    return f"{key} ({reading_text(read_as)})"


def metric_row(chip: Chip, name: str) -> list[str]:
    """Return a metric with its range, or what is missing to compute it.

    The name is the one that ``--set`` takes. The range covers every credible claim, and is empty
    if all agree.
    """
    return [name, *_metric_cells(measure(chip, name))]


def _metric_cells(metric: Metric) -> list[str]:
    """Return the value of a metric, and its range or what is missing."""
    if metric.state != "known":
        missing = ""
        if metric.missing:
            missing = f"missing: {', '.join(metric.missing)}"
        return [metric.state, missing]
    credible = ""
    if metric.low != metric.high:
        low = metric_value_text(metric.name, metric.low)
        high = metric_value_text(metric.name, metric.high)
        credible = f"{low} to {high}"
    value = metric_value_text(metric.name, metric.value)
    return [f"{value} {metric.unit}".rstrip(), credible]
