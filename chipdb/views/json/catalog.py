"""Chips and rules as plain values: the JSON of ``show``, ``list``, ``rules``."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from chipdb.catalog.bibliography import Source, reading_of
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure, Link
from chipdb.metrics import Metric, best_member, measure, totals
from chipdb.rules.conditions import text_of
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.declared import difference_of
from chipdb.units import METRIC_UNITS
from chipdb.views.json.answers import day, metric_record, number
from chipdb.views.json.envelope import envelope_json

Record = dict[str, Any]
_CLAIM_FIELDS = (
    "source",
    "basis",
    "engine",
    "accumulate",
    "reading",
    "pattern",
    "date",
    "place",
    "note",
    "rejected",
)


def show_record(entry: Entry) -> Record:
    """One object: identity, figures by path with their claims, metrics."""
    chip = entry.chip
    # The metrics that rules read are those of one chip, even where the figures are of a system.
    figures_of, metrics_of = "chip", chip.id
    totals_of_system: dict[str, Metric] = {}
    if chip.members:
        figures_of, metrics_of = "system", best_member(chip).id
        totals_of_system = totals(chip)
    return envelope_json(
        {
            "id": chip.id,
            "name": chip.name,
            "vendor": chip.vendor,
            "resolved_from": entry.resolved_from,
            "siblings": list(entry.siblings),
            "changes": list(chip.changes),
            "kind": chip.kind,
            "architecture": chip.architecture,
            "model": chip.model,
            "aliases": list(chip.aliases),
            "form": chip.form,
            "announced": day(chip.announced),
            "available": day(chip.available),
            "stage": chip.stage,
            # a later delivery is not known
            "stage_as_of": day(chip.stage_as_of),
            "only_for": _listed(chip.only_for),
            "designed_for": _listed(chip.designed_for),
            "marketed_for": _listed(chip.marketed_for),
            "datacenter": chip.datacenter,
            "us_available": _availability(chip),
            "dies": _dies(chip),
            "links": list(map(_link, chip.links or ())),
            "members": [{"chip": member.chip.id, "count": member.count} for member in chip.members],
            "figures": {figure.path: figure_record(figure) for figure in chip.figures()},
            "figures_of": figures_of,
            "metrics": {name: metric_record(measure(chip, name)) for name in METRIC_UNITS},
            "metrics_of": metrics_of,
            "totals": {name: metric_record(total) for name, total in totals_of_system.items()},
            "no_rates": chip.no_rates,
            "declared": _declared(chip),
            "accepted": dict(chip.accepted),
            "note": chip.note,
        },
        chip.data,
    )


def source_records(sources: Iterable[Source]) -> list[Record]:
    """Sources with their title, publisher, dates, how each was read, and address."""
    return [
        {
            "source": source.id,
            "title": source.title,
            "publisher": source.publisher,
            "date": source.date,
            "read": source.read,
            "read_as": source.read_as,
            "url": source.url,
        }
        for source in sources
    ]


def _listed(words: tuple[str, ...] | None) -> list[str] | None:
    """Words as a list; None if unknown, which is not the same as no words."""
    if words is None:
        return None
    return list(words)


def _availability(chip: Chip) -> Record:
    """Since when a chip was on sale in the United States, and whether that is known."""
    sale = chip.us_available
    return {"known": sale.known, "from": day(sale.since), "source": sale.source}


def _dies(chip: Chip) -> list[Record] | None:
    """The kinds of die in a package; None where they are not known."""
    if chip.dies is None:
        return None
    names = ("name", "role", "count", "process", "non_planar", "source")
    return [{name: getattr(die, name) for name in names} for die in chip.dies]


def _link(link: Link) -> Record:
    """A link, with whether its bandwidth counts both directions together or one."""
    return {"name": link.name, "kind": link.kind, "counts": link.counts}


def _declared(chip: Chip) -> Record | None:
    """What the vendor declares, with the computed TPP; None where it declares nothing."""
    declared = chip.declared
    if declared is None:
        return None
    # never replaced by what is declared: the two are published next to each other
    computed = measure(chip, "tpp").value
    apart: Fraction | None = None
    if declared.tpp is not None and computed is not None:
        apart = declared.tpp - computed
    crossed: list[Record] = []
    difference = difference_of(chip)
    if difference is not None:
        crossed = [{"rule": rule, "limit": float(limit)} for rule, limit in difference.crossed]
    return {
        "tpp": number(declared.tpp),
        "tpp_computed": number(computed),
        "difference": number(apart),
        "explained": declared.differs,
        "crosses": crossed,
        "eccn": declared.eccn,
        "source": declared.source,
        "as_of": declared.as_of,
    }


def figure_record(figure: Figure) -> Record:
    """A figure: preferred value, range, every claim with its source and basis."""
    return {
        "value": figure.value,
        "unit": figure.unit,
        "low": figure.low,
        "high": figure.high,
        "claims": [claim_record(claim) for claim in figure.claims],
    }


def claim_record(claim: Claim) -> Record:
    """A claim with its source and basis; fields without a value are left out."""
    record: Record = {"text": claim.text, "value": number(claim.value), "unit": claim.unit}
    for name in _CLAIM_FIELDS:
        value = getattr(claim, name)
        if value is not None:
            record[name] = value
    read_as = reading_of(claim.source)
    if read_as is not None:
        record["read_as"] = read_as
    # zero means that no tolerance was stated
    if claim.tolerance != Fraction(0):
        record["tolerance"] = number(claim.tolerance)
    return record


def list_record(chip: Chip) -> Record:
    """One row of ``list``."""
    return {
        "id": chip.id,
        "name": chip.name,
        "vendor": chip.vendor,
        "architecture": chip.architecture,
        "kind": chip.kind,
        "announced": day(chip.announced),
        "tpp": number(measure(chip, "tpp").value),
        "performance_density": number(measure(chip, "performance_density").value),
        "country": places().home_of(chip.vendor),
    }


def rule_record(rule: Rule) -> Record:
    """One rule with its provisions in words."""
    dates = {}
    for name in type(rule.dates).__dataclass_fields__:
        dates[name] = day(getattr(rule.dates, name))
    unless = {}
    if rule.unless:
        unless["unless"] = text_of(rule.unless)
    return {
        "id": rule.id,
        "question": rule.question,
        "title": rule.title,
        "citation": rule.cited(),
        "source": rule.citation.get("source"),
        "dates": dates,
        **unless,
        "provisions": [
            {"id": provision.id, "outcome": provision.outcome, "text": text_of(provision.when)}
            for provision in rule.provisions
        ],
        "changes": rule.changes,
    }
