"""The report of ``validate``: what each gate compared, then a line per finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chipdb.curation.validate import Validation
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.words import counted

HEADERS = ("gate", "chip", "file", "line", "path", "message")


def validate_report(validation: Validation) -> Report:
    """Report the findings in a file; the exit status is 1 if there are any."""
    record = validation.to_dict()
    rows = [[finding[name] for name in HEADERS] for finding in record["findings"]]
    return Report(
        records=lambda: record,
        tables=lambda: [ReportTable(HEADERS, rows)],
        text=lambda: _text(validation, record),
        status=1 if validation.found else 0,
    )


def _text(validation: Validation, record: Mapping[str, Any]) -> list[Part]:
    """The counts, the files of ``data/`` if they were checked, the gates, every finding."""
    chips = counted(validation.chips, "chip")
    findings = counted(len(validation.found), "finding")
    parts: list[Part] = [f"{validation.file}: {chips}, {findings}"]

    if validation.files:
        files: list[list[str]] = []
        for file in record["files"]:
            files.append([file["file"], str(file["entries"]), str(file["findings"])])
        parts.append(ReportTable(["file", "entries", "findings"], files))

    # gates that compared nothing are listed too: they did not pass, they had nothing to check
    gates: list[list[str]] = []
    for gate in record["gates"]:
        gates.append([gate["gate"], str(gate["compared"]), str(gate["findings"]), gate["asks"]])
    parts.append(ReportTable(["gate", "compared", "findings", "asks whether"], gates))

    if validation.found:
        parts.append("\n".join(str(reported.problem) for reported in validation.found))
    return parts
