"""``validate``, ``audit``, ``conflicts``, ``sources`` and ``stale`` as plain values."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from chipdb.views.json.answers import finding_record, number
from chipdb.views.json.envelope import envelope_json

if TYPE_CHECKING:
    from chipdb.curation.audit import Audit, AuditedRow
    from chipdb.curation.conflicts import Conflict
    from chipdb.curation.findings import AuditFinding
    from chipdb.curation.sources import SourcedFigure, Support
    from chipdb.curation.stale import Stale
    from chipdb.curation.validate import ReportedProblem, Validation

Record = dict[str, Any]

PERCENT_DECIMALS = 2


def validation_record(report: Validation) -> Record:
    """Return the object of ``chipdb validate --format json``."""
    findings = Counter(found.gate for found in report.found)
    rows = [
        {
            "gate": name,
            "asks": asks,
            # a gate that compared nothing did not pass: it had nothing to check
            "compared": report.compared[name],
            "findings": findings[name],
        }
        for name, asks in report.asks.items()
    ]
    record = {
        "file": report.file,
        "chips": report.chips,
        "gates": rows,
        "findings": [problem_record(found) for found in report.found],
    }
    if report.holds_rules:
        # "rules" is the hash of the rulebook, which every object has
        record["own_rules"] = list(report.own_rules)
    else:
        # no gate ran on these, so that none of them passed
        record["unread"] = list(report.unread)
    if report.files:
        # only a validation of the whole data folder has files
        record["files"] = [
            {
                "file": checked.file,
                "entries": checked.entries,
                "findings": len(checked.problems),
            }
            for checked in report.files
        ]
    return envelope_json(record)


def problem_record(found: ReportedProblem) -> Record:
    """Return one entry of ``findings`` in ``chipdb validate --format json``."""
    problem = found.problem
    return {
        "gate": found.gate,
        "chip": found.chip,
        "file": problem.file,
        # JSON and tables have no line numbers
        "line": problem.line or None,
        "path": problem.path,
        "message": problem.message,
    }


def audit_record(audit: Audit) -> Record:
    """Return the object of ``chipdb audit --format json``."""
    rows = audit.rows
    record = {
        "table": rows.table,
        # how the columns were recognized, such as the export of a known tool
        "taken_as": rows.title,
        "rows": rows.total,
        "read": len(rows.read),
        "matched": len(audit.matched),
        "unread": [{"row": number, "why": why} for number, why in rows.unread.items()],
        "unread_cells": [{"row": number, "why": why} for number, why in rows.unread_cells],
        "findings": [audit_finding_record(finding) for finding in audit.findings],
        "results": [result_record(result) for result in audit.results],
        "ignored_columns": list(rows.ignored),
        # to save as a file, to edit and to pass as --mapping
        "mapping": dict(rows.mapping),
    }
    return envelope_json(record, audit.data)


def audit_finding_record(found: AuditFinding) -> Record:
    """Return one entry of ``findings`` in ``chipdb audit --format json``."""
    return {
        "row": found.row,
        "name": found.name,
        "chip": found.chip,
        "figure": found.figure,
        # a number in `unit`, or the words of a classification
        "theirs": found.theirs,
        "ours": found.ours,
        "unit": found.unit,
        "kind": found.kind,
        "why": found.why,
        "sources": list(found.sources),
        "matters_for": list(found.matters_for),
    }


def result_record(result: AuditedRow) -> Record:
    """Return one entry of ``results`` in ``chipdb audit --format json``."""
    spread = result.recomputed
    tpp, tpp_is = None, "unknown"
    if spread is not None:
        tpp, tpp_is = spread.low, "known"
        # a missing throughput could only raise it
        if spread.value is None:
            tpp_is = "at-least"
    chip = ours = None
    if result.chip is not None:
        chip = result.chip.id
    if result.ours is not None:
        ours = finding_record(result.ours.finding)
    return {
        "row": result.row.number,
        "name": result.row.name,
        "chip": chip,
        "tpp": number(tpp),
        "tpp_is": tpp_is,
        "performance_density": number(result.density),
        **finding_record(result.theirs.finding),
        "ours": ours,
        "why": result.match.why or None,
    }


def conflict_record(conflict: Conflict) -> Record:
    """Return one entry of ``chipdb conflicts --format json``."""
    claims = [
        {"text": text, "basis": basis, "source": source} for text, basis, source in conflict.claims
    ]
    record = {
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
    return envelope_json(record, conflict.data)


def source_record(support: Support) -> Record:
    """Return one entry of ``chipdb sources --format json``."""
    source = support.source
    record = {
        "source": source.id,
        "title": source.title,
        "publisher": source.publisher,
        "date": source.date,
        "read": source.read,
        "read_as": source.read_as,
        "url": source.url,
        "bases": support.sorted_bases,
        "claims": support.claims,
        "chips": sorted(support.chips),
        # how many figures depend on this source and no other
        "alone": support.alone,
        "decides": sorted(support.decides),
    }
    return envelope_json(record, support.data)


def sourced_figure_record(figure: SourcedFigure) -> Record:
    """Return one entry of ``chipdb sources CHIP --format json``."""
    record = {
        "chip": figure.chip,
        "figure": figure.figure,
        "basis": figure.basis,
        "decides": figure.decides,
        "sources": list(figure.sources),
        "read_as": figure.read_as,
    }
    return envelope_json(record, figure.data)


def stale_record(stale: Stale) -> Record:
    """Return one entry of ``chipdb stale --format json``."""
    record = {
        "kind": stale.kind,
        "entry": stale.entry,
        "day": stale.day.isoformat(),
        "count": stale.count,
        "text": stale.text,
    }
    return envelope_json(record)
