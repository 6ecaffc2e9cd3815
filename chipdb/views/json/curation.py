"""What the data commands found, as plain values: ``validate``, ``audit``, ``conflicts``, ``sources``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chipdb.catalog.consistency import gates
from chipdb.catalog.figures import BASES
from chipdb.views.json.answers import finding_record, number

if TYPE_CHECKING:
    from chipdb.catalog.foreign_table import TableRows
    from chipdb.curation.audit import Finding, Result
    from chipdb.curation.conflicts import Conflict
    from chipdb.curation.sources import Rest, Support
    from chipdb.curation.validate import Found, Report

Record = dict[str, Any]

PERCENT_DECIMALS = 2


def validation_record(report: Report) -> Record:
    """Return the object of ``chipdb validate --format json``."""
    from chipdb.curation.validate import FORM

    questions = {FORM: "fields, units, names and ids are those of the data format"}
    questions |= {name: gate.asks for name, gate in gates().items()}
    findings = Counter(found.gate for found in report.found)
    rows = [
        {
            "gate": name,
            "asks": asks,
            "compared": report.compared[name],
            "findings": findings[name],
        }
        for name, asks in questions.items()
    ]
    return {
        "file": report.file,
        "chips": report.chips,
        "gates": rows,
        "findings": [problem_record(found) for found in report.found],
    }


def problem_record(found: Found) -> Record:
    """Return one entry of ``findings`` in ``chipdb validate --format json``."""
    problem = found.problem
    return {
        "gate": found.gate,
        "chip": found.chip,
        "file": problem.file,
        "line": problem.line or None,
        "path": problem.path,
        "message": problem.message,
    }


def audit_record(rows: TableRows, results: Sequence[Result]) -> Record:
    """Return the object of ``chipdb audit --format json``."""
    matched = [result for result in results if result.chip is not None]
    return {
        "table": rows.table,
        "taken_as": rows.title,
        "rows": rows.total,
        "read": len(rows.read),
        "matched": len(matched),
        "unread": [{"row": number, "why": why} for number, why in rows.unread.items()],
        "findings": finding_records(results),
        "results": [result_record(result) for result in results],
        "ignored_columns": list(rows.ignored),
    }


def finding_records(results: Sequence[Result]) -> list[Record]:
    """Return the findings of all rows."""
    return [audit_finding_record(found) for result in results for found in result.findings]


def audit_finding_record(found: Finding) -> Record:
    """Return one entry of ``findings`` in ``chipdb audit --format json``."""
    return {
        "row": found.row,
        "name": found.name,
        "chip": found.chip,
        "figure": found.figure,
        "theirs": found.theirs,
        "ours": found.ours,
        "unit": found.unit,
        "kind": found.kind,
        "why": found.why,
        "sources": list(found.sources),
        "matters_for": list(found.matters_for),
    }


def result_record(result: Result) -> Record:
    """Return one entry of ``results`` in ``chipdb audit --format json``."""
    spread = result.recomputed
    if spread is None:
        tpp_is = "unknown"
    elif spread.value is None:
        tpp_is = "at-least"
    else:
        tpp_is = "known"
    return {
        "row": result.row.number,
        "name": result.row.name,
        "chip": result.chip.id if result.chip else None,
        "tpp": None if spread is None else number(spread.low),
        "tpp_is": tpp_is,
        "performance_density": number(result.density),
        **finding_record(result.theirs.finding),
        "ours": None if result.ours is None else finding_record(result.ours.finding),
        "why": result.match.why or None,
    }


def conflict_record(conflict: Conflict) -> Record:
    """Return one entry of ``chipdb conflicts --format json``."""
    claims = [
        {"text": text, "basis": basis, "source": source} for text, basis, source in conflict.claims
    ]
    return {
        "chip": conflict.chip,
        "figure": conflict.figure,
        "kind": conflict.kind,
        "low": float(conflict.low),
        "high": float(conflict.high),
        "unit": conflict.unit,
        "spread_percent": round(float(conflict.spread), PERCENT_DECIMALS),
        "claims": claims,
        "why": conflict.why,
        "matters_for": list(conflict.matters_for),
    }


def source_record(support: Support) -> Record:
    """Return one entry of ``chipdb sources --format json``."""
    source = support.source
    return {
        "source": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "read": source.read,
        "url": source.url,
        "bases": sorted(support.bases, key=BASES.index),
        "claims": support.claims,
        "chips": sorted(support.chips),
        "alone": support.alone,
        "decides": sorted(support.decides),
    }


def supported_record(rest: Rest) -> Record:
    """Return one entry of ``chipdb sources CHIP --format json``."""
    return {
        "chip": rest.chip,
        "figure": rest.figure,
        "basis": rest.basis,
        "decides": rest.decides,
        "sources": list(rest.sources),
    }
