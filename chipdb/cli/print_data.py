"""Printing what the data commands found: a summary first, then every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chipdb.catalog.bibliography import bibliography
from chipdb.cli.inputs import ignored
from chipdb.cli.output import emit, emit_json, emit_table, note
from chipdb.units import display
from chipdb.views.json.envelope import envelope_json
from chipdb.views.tables import aligned

if TYPE_CHECKING:
    from chipdb.catalog.foreign_table import TableRows
    from chipdb.curation.audit import AuditedRow
    from chipdb.curation.conflicts import Conflict
    from chipdb.curation.sources import SourcedFigure, Support
    from chipdb.curation.validate import Validation

MANY = 12
"""How many unmatched names a summary lists; JSON has them all."""


def print_report(report: Validation, style: str, output: str | None) -> None:
    """Each gate with what it compared, then the findings as compilers print them."""
    record = report.to_dict()
    if style == "json":
        emit_json(envelope_json(record), output)
        return
    if style != "table":
        names = ("gate", "chip", "file", "line", "path", "message")
        emit_table(
            [[finding[name] for name in names] for finding in record["findings"]],
            names,
            style,
            output,
        )
        return
    rows = [
        [gate["gate"], gate["compared"], gate["findings"], gate["asks"]] for gate in record["gates"]
    ]
    rows = [[str(cell) for cell in row] for row in rows]
    parts = [f"{report.file}: {report.chips} chips, {len(report.found)} findings"]
    if report.files:
        files = [
            [file["file"], str(file["entries"]), str(file["findings"])] for file in record["files"]
        ]
        parts.append(aligned(files, ["file", "entries", "findings"]))
    parts.append(aligned(rows, ["gate", "compared", "findings", "asks whether"]))
    parts += ["\n".join(str(one.problem) for one in report.found)] if report.found else []
    emit("\n\n".join(parts), output)


def print_audit(
    rows: TableRows, results: Sequence[AuditedRow], data: str | None, style: str, output: str | None
) -> None:
    """The audit of a table."""
    findings = [finding.to_dict() for result in results for finding in result.findings]
    if style == "json":
        record = {
            "table": rows.table,
            "taken_as": rows.title,
            "rows": rows.total,
            "read": len(rows.read),
            "matched": sum(result.chip is not None for result in results),
            "unread": [{"row": number, "why": why} for number, why in rows.unread.items()],
            "findings": findings,
            "results": [result.to_dict() for result in results],
            "ignored_columns": list(rows.ignored),
        }
        emit_json(envelope_json(record, data), output)
    elif style == "table":
        emit("\n\n".join(_audit_parts(rows, results, findings)), output)
    else:
        headers = [
            "row",
            "name",
            "chip",
            "figure",
            "theirs",
            "ours",
            "unit",
            "kind",
            "why",
            "sources",
            "matters_for",
        ]
        cells = [[_cell(finding[name]) for name in headers] for finding in findings]
        emit_table(cells, headers, style, output)
    note(
        [
            *ignored(rows),
            *(f"row {number} was not read: {why}" for number, why in rows.unread.items()),
        ]
    )


def _cell(value: Any) -> Any:
    return "; ".join(value) if isinstance(value, list) else value


def _audit_parts(
    rows: TableRows, results: Sequence[AuditedRow], findings: list[dict[str, Any]]
) -> list[str]:
    matched = [result for result in results if result.chip is not None]
    kinds = Counter(finding["kind"] for finding in findings)
    decisive = [finding for finding in findings if finding["matters_for"]]
    summary = [
        [
            f"{rows.total} rows",
            f"{len(rows.read)} read, {len(rows.unread)} not; taken as: {rows.title}",
        ],
        [f"{len(matched)} matched", "to a chip of the catalog, by id, name or alias"],
        [
            f"{len(findings)} findings",
            ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) or "none",
        ],
        [f"{len(decisive)} decisive", "some rule answers otherwise with their figure"],
    ]
    parts = [aligned(summary, indent="  ")]
    if findings:
        parts.append(
            aligned(
                [_finding_row(finding) for finding in findings],
                ["row", "name", "figure", "theirs", "ours", "kind", "why"],
            )
        )
    if decisive:
        turns = [
            [
                str(finding["row"]),
                finding["name"],
                finding["figure"],
                ", ".join(finding["matters_for"]),
            ]
            for finding in decisive
        ]
        parts.append(aligned(turns, ["row", "name", "figure", "turns the answer of"]))
    parts.append(
        aligned([_result_row(result) for result in results if result.chip], _RESULT_HEADERS)
    )
    unmatched = [result.row.name for result in results if result.chip is None]
    if unmatched:
        more = f" and {len(unmatched) - MANY} more" if len(unmatched) > MANY else ""
        parts.append(
            f"{len(unmatched)} rows name no chip of the catalog: {', '.join(unmatched[:MANY])}{more}"
        )
    return parts


def _finding_row(finding: dict[str, Any]) -> list[str]:
    theirs, ours = (
        display(value) if isinstance(value, float) else value or "–"
        for value in (finding["theirs"], finding["ours"])
    )
    return [
        str(finding["row"]),
        finding["name"],
        finding["figure"],
        theirs,
        f"{ours} {finding['unit']}".rstrip(),
        finding["kind"],
        finding["why"],
    ]


_RESULT_HEADERS = ["row", "chip", "TPP", "density", "by their figures", "by chipdb's"]


def _result_row(result: AuditedRow) -> list[str]:
    record = result.to_dict()
    ours = result.ours.text if result.ours else "–"
    tpp, density = display(record["tpp"]), display(record["performance_density"])
    return [str(record["row"]), str(record["chip"]), tpp, density, result.theirs.text, ours]


def print_conflicts(
    found: Sequence[Conflict], data: str | None, style: str, output: str | None
) -> None:
    """Disagreements, those that a rule's answer turns on first."""
    ordered = sorted(found, key=lambda one: (not one.matters_for, -one.spread))
    if style == "json":
        emit_json([envelope_json(one.to_dict(), data) for one in ordered], output)
        return
    rows = [
        [
            one.chip,
            one.figure,
            one.kind,
            display(one.low),
            f"{display(one.high)} {one.unit}".rstrip(),
            f"{display(one.spread, 1)} %",
            ", ".join(one.matters_for) or "–",
            one.why
            or "; ".join(f"{text} ({source or basis})" for text, basis, source in one.claims),
        ]
        for one in ordered
    ]
    emit_table(
        rows, ["chip", "figure", "kind", "low", "high", "apart", "turns", "claims"], style, output
    )
    decisive = sum(bool(one.matters_for) for one in ordered)
    note([f"{len(ordered)} disagreements, {decisive} that the answer of some rule turns on"])


def print_supports(
    found: Sequence[Support], data: str | None, style: str, output: str | None
) -> None:
    """Sources, the weakest first."""
    if style == "json":
        emit_json([envelope_json(one.to_dict(), data) for one in found], output)
        return
    rows = [
        [
            one.source.id,
            one.source.publisher,
            one.source.date,
            "linked" if one.source.url else "no address",
            one.weakest,
            str(one.claims),
            str(len(one.chips)),
            str(one.alone),
            ", ".join(sorted(one.decides)) or "–",
        ]
        for one in found
    ]
    headers = [
        "source",
        "publisher",
        "date",
        "address",
        "weakest",
        "claims",
        "chips",
        "alone",
        "alone decides the status of",
    ]
    emit_table(rows, headers, style, output)
    linked = sum(one.source.url is not None for one in found)
    others = len(bibliography()) - len(found)
    note(
        [
            f"{len(found)} sources of figures, {display(100 * linked / len(found), 1)} % with an address"
        ]
        if found
        else []
    )
    note(
        [
            f"{others} further entries carry markets, dates, declarations, rules and places, which are not weighed here"
        ]
    )


def print_rests(
    found: Sequence[SourcedFigure], data: str | None, style: str, output: str | None
) -> None:
    """The figures of chips with their sources, deciding and unsupported ones first."""
    known = bibliography()
    ordered = sorted(found, key=lambda rest: (rest.chip, not rest.decides, not rest.alone))
    if style == "json":
        names = ("chip", "figure", "basis", "decides")
        emit_json(
            [
                envelope_json(
                    {
                        **{name: getattr(rest, name) for name in names},
                        "sources": list(rest.sources),
                    },
                    data,
                )
                for rest in ordered
            ],
            output,
        )
        return
    rows = [
        [
            rest.chip,
            rest.figure,
            rest.basis,
            "yes" if rest.decides else "–",
            "; ".join(_titled(key, known) for key in rest.sources),
        ]
        for rest in ordered
    ]
    emit_table(rows, ["chip", "figure", "basis", "decides", "sources"], style, output)


def _titled(key: str, known: dict[str, Any]) -> str:
    source = known.get(key)
    return (
        key
        if source is None
        else f"{source.title} ({source.publisher}, {source.date}){'' if source.url else ', no address'}"
    )
