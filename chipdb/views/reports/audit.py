"""The report of ``audit``: a summary, the findings, and the answer for each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from chipdb.catalog.foreign_table import TableRows
from chipdb.catalog.row_numbers import place_of
from chipdb.curation.audit import Audit, AuditedRow
from chipdb.solver.labels import finding_words
from chipdb.units import counted, display
from chipdb.views.json.curation import audit_finding_record
from chipdb.views.report import Part, Report, table_of
from chipdb.views.tables import NONE, aligned, columns_read, ignored_columns, or_dash
from chipdb.views.words import first_few

# about as many names as fit two lines of a terminal
MANY = 12
"""How many unmatched names the text lists; JSON has them all."""
FINDING_HEADERS = (
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
)
FINDING_TEXT_HEADERS = ("where", "name", "figure", "theirs", "ours", "kind", "why")
DECISIVE_HEADERS = ("where", "name", "figure", "changes the answer of")
RESULT_HEADERS = ("where", "chip", "TPP", "density", "by their figures", "by chipdb's")

Record = dict[str, Any]


def audit_report(audit: Audit) -> Report:
    """Report the audit of a table.

    The exit status is 1 if it has findings, rows or sheets that were not read, or no row that names
    a chip of the catalog: nothing was compared then, so the table is not clean.
    """
    findings = [audit_finding_record(finding) for finding in audit.findings]
    return Report(
        records=audit.to_dict,
        tables=lambda: [table_of(FINDING_HEADERS, findings, _finding_cells)],
        text=lambda: _text(audit, findings),
        notes=list(_notes(audit.rows)),
        status=_exit_status(audit),
    )


def _exit_status(audit: Audit) -> int:
    """0 for a table that was compared in full and agrees with the catalog, otherwise 1."""
    rows = audit.rows
    # what was not read was not compared, and must not be mistaken for agreement
    if rows.unread or rows.unread_sheets:
        return 1
    if audit.findings or not audit.matched:
        return 1
    return 0


def _notes(rows: TableRows) -> Iterator[str]:
    """How the columns were read, and what of the table was not read."""
    yield from columns_read(rows.table, rows.how_read)
    yield from rows.remarks
    yield from ignored_columns(rows.table, rows.ignored)
    for number, why in rows.unread.items():
        yield f"{place_of(number)} was not read: {why}"
    for number, why in rows.unread_cells:
        yield f"{place_of(number)} was read without a cell: {why}"


def _finding_cells(finding: Record) -> list[Any]:
    """One finding for CSV: a cell for each header, with lists joined into one text."""
    cells: list[Any] = []
    for name in FINDING_HEADERS:
        value = finding[name]
        if isinstance(value, list):
            value = "; ".join(value)
        cells.append(value)
    return cells


def _text(audit: Audit, findings: list[Record]) -> list[Part]:
    """The summary, the findings, those that change an answer, the rows, the unmatched names.

    A section without rows is left out, headers and all.
    """
    matched = audit.matched
    # they also have a table of their own, because a hundred rounded figures would hide them
    decisive = [finding for finding in findings if finding["matters_for"]]
    unmatched = [result.row.name for result in audit.results if result.chip is None]
    parts: list[Part] = [_summary(audit.rows, len(matched), findings, len(decisive))]
    if not matched:
        parts.append("No row names a chip of the catalog, so nothing was compared.")

    sections = [
        table_of(FINDING_TEXT_HEADERS, findings, _finding_row),
        table_of(DECISIVE_HEADERS, decisive, _decisive_row),
        table_of(RESULT_HEADERS, matched, _result_row),
    ]
    parts += [section for section in sections if section.rows]
    if unmatched:
        parts.append(_unmatched_text(unmatched))
    return parts


def _unmatched_text(names: list[str]) -> str:
    """The names that no chip of the catalog has, cut off after the first :data:`MANY`."""
    rows = counted(len(names), "row")
    return f"{rows} without a chip of the catalog: {first_few(names, MANY)}"


def _summary(rows: TableRows, matched: int, findings: list[Record], decisive: int) -> str:
    """Four lines: rows read, rows matched, findings by kind, findings that change an answer."""
    kinds = Counter(finding["kind"] for finding in findings)
    counts = [f"{count} {kind}" for kind, count in kinds.most_common()]
    read = f"{len(rows.read)} read, {len(rows.unread)} not; columns read as: {rows.title}"
    lines = [
        [counted(rows.total, "row"), read],
        [f"{matched} matched", "to a chip of the catalog, by id, name or alias"],
        [counted(len(findings), "finding"), ", ".join(counts) or "none"],
        [f"{decisive} decisive", "their figure changes the answer of some rule"],
    ]
    return aligned(lines, indent="  ")


def _finding_row(finding: Record) -> list[str]:
    """One finding for people, without the chip, which the name already says."""
    return [
        place_of(finding["row"]),
        or_dash(finding["name"]),
        or_dash(finding["figure"]),
        _value(finding["theirs"]),
        # the unit is that of both values, so it is written once
        f"{_value(finding['ours'])} {finding['unit']}".rstrip(),
        finding["kind"],
        finding["why"],
    ]


def _value(value: float | str | None) -> str:
    """A figure for people, a classification as it is, or a dash for nothing."""
    if isinstance(value, float):
        return display(value)
    return or_dash(value)


def _decisive_row(finding: Record) -> list[str]:
    """A finding with the rules whose answer it changes."""
    rules = ", ".join(finding["matters_for"])
    return [place_of(finding["row"]), finding["name"], finding["figure"], rules]


def _result_row(result: AuditedRow) -> list[str]:
    """A matched row: its TPP and density, and the classification from both sides."""
    record = result.to_dict()
    ours = NONE
    if result.ours is not None:
        ours = finding_words(result.ours.finding)
    return [
        place_of(record["row"]),
        str(record["chip"]),
        display(record["tpp"]),
        display(record["performance_density"]),
        finding_words(result.theirs.finding),
        ours,
    ]
