"""The report of ``validate``: what each gate compared, then a line per finding."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from chipdb.curation.validate import FORM, Validation
from chipdb.units import counted
from chipdb.views.report import Part, Report, ReportTable, table_of
from chipdb.views.safe_text import printable_cell
from chipdb.views.tables import NONE
from chipdb.views.words import first_few
from chipdb.views.wrapped_text import wrapped

MOST_NAMES = 8
NOT_RUN = "not run"
HEADERS = ("gate", "chip", "file", "line", "path", "message")


def validate_report(validation: Validation) -> Report:
    """Report the findings in a file; the exit status is 1 if there are any."""
    record = validation.to_dict()
    status = 0
    if validation.found:
        status = 1
    return Report(
        records=lambda: record,
        tables=lambda: [table_of(HEADERS, record["findings"], itemgetter(*HEADERS))],
        text=lambda: _text(validation, record),
        status=status,
    )


def _text(validation: Validation, record: Mapping[str, Any]) -> list[Part]:
    """The counts, the files of ``data/`` if they were checked, the gates, every finding.

    A finding is written on a line of its own, with the file and line in front, as compilers do.
    """
    parts: list[Part] = [_heading(validation)]

    if validation.files:
        files: list[list[str]] = []
        for file in record["files"]:
            files.append([file["file"], str(file["entries"]), str(file["findings"])])
        parts.append(ReportTable(["file", "entries", "findings"], files))

    # the gates compare figures of chips, and rules have none
    if not validation.holds_rules:
        parts.append(_gates(record))
        parts += _not_run(validation)

    if validation.found:
        # as "file:line: path: message", which editors turn into links
        parts.append("\n".join(str(reported.problem) for reported in validation.found))
    return parts


def _heading(validation: Validation) -> str:
    """The file with the number of its chips or rules and of the findings.

    Rules that can be read are named, since that is how they are asked.
    """
    findings = counted(len(validation.found), "finding")
    if not validation.holds_rules:
        return f"{validation.file}: {counted(validation.chips, 'chip')}, {findings}"
    if not validation.own_rules:
        return f"{validation.file}: rules that cannot be read, {findings}"
    rules = counted(len(validation.own_rules), "rule")
    return f"{validation.file}: {rules} ({', '.join(validation.own_rules)}), {findings}"


def _gates(record: Mapping[str, Any]) -> ReportTable:
    """What each gate compared.

    Gates that compared nothing are listed too: they did not pass, they had nothing to check.
    Those that did not run, because no chip could be read, say so.
    """
    gates: list[list[str]] = []
    for gate in record["gates"]:
        compared, findings = str(gate["compared"]), str(gate["findings"])
        if gate["gate"] != FORM and not record["chips"]:
            compared, findings = NOT_RUN, NONE
        gates.append([gate["gate"], compared, findings, gate["asks"]])
    return ReportTable(["gate", "compared", "findings", "asks whether"], gates)


def _not_run(validation: Validation) -> list[str]:
    """The sentence on entries that only the form gate looked at, because their form is wrong."""
    if not validation.unread:
        return []
    names = first_few([printable_cell(name) for name in validation.unread], MOST_NAMES)
    text = f"Only the {FORM} gate ran on {names}: the form has to be right first."
    return ["\n".join(wrapped(text))]
