"""What a worksheet leaves to people: the facts of a notice, filled in as far as known; reviewer and decision; the limits."""

from __future__ import annotations

from collections.abc import Iterator

from chipdb import data_files
from chipdb.answers.check import SCOPE_TEXT, Check
from chipdb.catalog.bibliography import bibliography
from chipdb.metrics import totals
from chipdb.rules.worksheets import Worksheet, WorksheetLine, worksheets
from chipdb.views.dossier.document import (
    BLANK,
    Block,
    Cell,
    Field,
    Fields,
    Items,
    Records,
    Section,
    cell,
    columns,
)
from chipdb.views.dossier.figures import chips_of, number
from chipdb.views.dossier.source_list import Sources
from chipdb.vocabulary import Basis, Required

NOTICE = "us-nac-notice"


def notice_section(check: Check, sources: Sources) -> Section:
    """The facts that a notice asks for, those that chipdb knows filled in."""
    sheet = worksheets()[NOTICE]
    heads = columns(part="paragraph", text="what is asked", entry="entry", id="")
    rows = tuple(
        (cell(line.part), cell(line.text), _entry(line, check), cell(line.id))
        for line in sheet.lines
    )
    citation = sheet.citation
    rest: list[Block] = [
        Records(key="facts", title="Facts asked for", columns=heads, rows=rows, boxed=True),
        Items("notes", "Notes", tuple(_notes(sheet, check))),
    ]
    head = Fields(
        (
            Field("exception", "license exception", cell(sheet.exception)),
            Field(
                "citation",
                "citation",
                cell(
                    "; ".join(part for part in (citation.document, citation.part) if part)
                    if citation
                    else None
                ),
            ),
            Field("source", "source", sources.cell(citation.source if citation else None)),
            Field("status", "for this export", cell(_status(sheet, check))),
        )
    )
    return Section("nac_notice", sheet.title, (head, *rest, sources.listed("Sources of this list")))


def _status(sheet: Worksheet, check: Check) -> str:
    """Whether the exception is worth a notice for this item and place."""
    name, answer = sheet.exception, check.license
    if check.question.to is None:
        return f"no destination given, so whether {name} is open was not asked"
    if answer.required != Required.YES:
        word = "is undetermined" if answer.required == Required.UNDETERMINED else "was not found"
        return f"that a license is required {word}, so {name} was not asked for"
    if any(entry.name == name for entry in answer.exceptions):
        return f"may qualify for {name}; the agency may answer that a license is needed"
    return f"{name} is not known to be open under every requirement; the facts stand here for the record"


def _notes(sheet: Worksheet, check: Check) -> Iterator[str]:
    start = sheet.dates.effective if sheet.dates else None
    if start and check.question.on < start:
        yield f"the list counts from {start}; what a notice asked for on {check.question.on} was not read"
    yield from sheet.notes


def _entry(line: WorksheetLine, check: Check) -> Cell:
    if line.fill in ("tpp", "performance_density", "memory_bandwidth"):
        metric = check.metrics[line.fill]
        return BLANK if metric.value is None else number(metric.value, metric.unit)
    if line.fill == "total_tpp" and check.chip.members:
        total = totals(check.chip)["tpp"].value
        return (
            BLANK
            if total is None
            else Cell(f"{number(total).text} for this system alone; add the others", float(total))
        )
    if line.fill == "market":
        return _market(check)
    return _documents(check) if line.fill == "documents" else BLANK


def _market(check: Check) -> Cell:
    chip = check.chip if check.chip.designed_for or check.chip.marketed_for else chips_of(check)[-1]
    texts = [f"designed for {', '.join(chip.designed_for)}"] if chip.designed_for else []
    texts += [f"marketed for {', '.join(chip.marketed_for)}"] if chip.marketed_for else []
    return cell("; ".join(texts)) if texts else BLANK


def _documents(check: Check) -> Cell:
    """The maker's own documents of the rates and the memory; of a changed part there is none."""
    if check.chip.altered:
        return BLANK
    figures = [
        figure
        for chip in chips_of(check)
        for figure in (*chip.throughput.values(), chip.memory.bandwidth)
        if figure
    ]
    claims = [
        claim
        for figure in figures
        for claim in figure.claims
        if claim.basis == Basis.OFFICIAL and claim.rejected is None
    ]
    found = list(dict.fromkeys(claim.source for claim in claims if claim.source in bibliography()))
    titles = [bibliography()[key].title for key in found if key]
    return cell("; ".join(titles), found) if titles else BLANK


def sign_off_section() -> Section:
    """Blank fields for reviewer, date, decision, reasons, counsel."""
    sheet = worksheets()["sign-off"]
    return Section(
        "sign_off",
        sheet.title,
        (
            Fields(
                tuple(Field(line.id.replace("-", "_"), line.text, BLANK) for line in sheet.lines)
            ),
        ),
    )


def limits_section(check: Check, version: str) -> Section:
    """What the worksheet does not say, and the hashes that make it repeatable."""
    sheet = worksheets()["limits"]
    rows = (
        Field("version", "chipdb", cell(version)),
        Field("data_hash", "data hash", cell(check.chip.data or data_files.data_hash())),
        Field("rules_hash", "rules hash", cell(data_files.rules_hash())),
    )
    texts = (SCOPE_TEXT, *(line.text for line in sheet.lines))
    return Section(
        "limits", sheet.title, (Items("scope", "", texts), Fields(rows, title="Made from"))
    )
