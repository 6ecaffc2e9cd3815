"""The report of ``validate``: what each gate compared, then a line per finding."""

from __future__ import annotations

from chipdb.curation.validate import Validation
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.words import counted

HEADERS = ("gate", "chip", "file", "line", "path", "message")


def validate_report(validation: Validation) -> Report:
    """Report the findings in a file; the exit status is 1 if there are any."""
    record = validation.to_dict()
    rows = [[finding[name] for name in HEADERS] for finding in record["findings"]]

    def text() -> list[Part]:
        chips = counted(validation.chips, "chip")
        findings = counted(len(validation.found), "finding")
        parts: list[Part] = [f"{validation.file}: {chips}, {findings}"]
        if validation.files:
            files = [
                [file["file"], str(file["entries"]), str(file["findings"])]
                for file in record["files"]
            ]
            parts.append(ReportTable(["file", "entries", "findings"], files))
        gates = [
            [gate["gate"], str(gate["compared"]), str(gate["findings"]), gate["asks"]]
            for gate in record["gates"]
        ]
        parts.append(ReportTable(["gate", "compared", "findings", "asks whether"], gates))
        if validation.found:
            parts.append("\n".join(str(found.problem) for found in validation.found))
        return parts

    return Report(
        records=lambda: record,
        tables=lambda: [ReportTable(HEADERS, rows)],
        text=text,
        status=1 if validation.found else 0,
    )
