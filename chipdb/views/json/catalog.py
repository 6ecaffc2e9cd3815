"""Chips and rules as plain values: the JSON of ``show``, ``list``, ``rules``."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from chipdb.catalog.bibliography import Source, readings
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.metrics import Metric, best_member, measure, totals
from chipdb.rules.conditions import text_of
from chipdb.rules.places import places
from chipdb.rules.rule import Rule
from chipdb.solver.declared import difference_of
from chipdb.units import METRIC_UNITS
from chipdb.views.json.answers import metric_record, number
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
            "announced": chip.announced.isoformat() if chip.announced else None,
            "available": chip.available.isoformat() if chip.available else None,
            "stage": chip.stage,
            "only_for": _listed(chip.only_for),
            "designed_for": _listed(chip.designed_for),
            "marketed_for": _listed(chip.marketed_for),
            "datacenter": chip.datacenter,
            "us_available": _availability(chip),
            "dies": [_die(die) for die in chip.dies] if chip.dies is not None else None,
            "links": [
                {"name": link.name, "kind": link.kind, "counts": link.counts}
                for link in chip.links or ()
            ],
            "members": [{"chip": member.chip.id, "count": member.count} for member in chip.members],
            "figures": {figure.path: figure_record(figure) for figure in chip.figures()},
            # the metrics that rules read are those of one chip, even where the figures are of the
            # whole
            "figures_of": "system" if chip.members else "chip",
            "metrics": {name: metric_record(measure(chip, name)) for name in METRIC_UNITS},
            "metrics_of": best_member(chip).id if chip.members else chip.id,
            "totals": {name: metric_record(metric) for name, metric in _totals(chip).items()},
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


def _totals(chip: Chip) -> dict[str, Metric]:
    """The totals of a system; none for a chip, which has only its own metrics."""
    return totals(chip) if chip.members else {}


def _listed(words: tuple[str, ...] | None) -> list[str] | None:
    return None if words is None else list(words)


def _availability(chip: Chip) -> Record:
    sale = chip.us_available
    return {
        "known": sale.known,
        "from": sale.since.isoformat() if sale.since else None,
        "source": sale.source,
    }


def _die(die: Any) -> Record:
    return {
        name: getattr(die, name)
        for name in ("name", "role", "count", "process", "non_planar", "source")
    }


def _declared(chip: Chip) -> Record | None:
    declared = chip.declared
    if declared is None:
        return None
    # never replaced by what is declared: the two are published side by side
    computed = measure(chip, "tpp").value
    difference = difference_of(chip)
    return {
        "tpp": number(declared.tpp),
        "tpp_computed": number(computed),
        "difference": number(declared.tpp - computed)
        if declared.tpp is not None and computed is not None
        else None,
        "explained": declared.differs,
        "crosses": [{"rule": rule, "limit": float(limit)} for rule, limit in difference.crossed]
        if difference
        else [],
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
    record |= {
        name: getattr(claim, name) for name in _CLAIM_FIELDS if getattr(claim, name) is not None
    }
    read_as = readings().get(claim.source or "")
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
        "announced": chip.announced.isoformat() if chip.announced else None,
        "tpp": number(measure(chip, "tpp").value),
        "performance_density": number(measure(chip, "performance_density").value),
        "country": places().home_of(chip.vendor),
    }


def rule_record(rule: Rule) -> Record:
    """One rule with its provisions in words."""
    dates = {name: getattr(rule.dates, name) for name in type(rule.dates).__dataclass_fields__}
    unless = {"unless": text_of(rule.unless)} if rule.unless else {}
    return {
        "id": rule.id,
        "question": rule.question,
        "title": rule.title,
        "citation": rule.cited(),
        "source": rule.citation.get("source"),
        "dates": {name: day.isoformat() if day else None for name, day in dates.items()},
        **unless,
        "provisions": [
            {"id": provision.id, "outcome": provision.outcome, "text": text_of(provision.when)}
            for provision in rule.provisions
        ],
        "changes": rule.changes,
    }
