"""What a worksheet leaves to people: the facts of a notice, reviewer and decision, its limits."""

from __future__ import annotations

from collections.abc import Iterator

from chipdb import data_files
from chipdb.answers.check import SCOPE_TEXT, Check
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.figures import Figure
from chipdb.metrics import totals
from chipdb.rules.worksheets import Worksheet, WorksheetLine, worksheets
from chipdb.views.dossier.document import (
    BLANK,
    DossierCell,
    Field,
    FieldsBlock,
    ListBlock,
    RecordsBlock,
    Section,
    cell,
    columns,
)
from chipdb.views.dossier.figures import chips_of, number
from chipdb.views.dossier.source_list import Sources
from chipdb.vocabulary import Basis, Required

NOTICE = "us-nac-notice"
"""The worksheet with the facts that a notice under License Exception NAC states."""


def notice_section(check: Check, sources: Sources) -> Section:
    """The facts that a notice asks for (15 CFR 740.8(c)(1)), filled in where chipdb knows them.

    The section is there for every item and destination, so that each dossier has the same
    sections; its status says whether the notice is an option at all.
    """
    sheet = worksheets()[NOTICE]
    citation = ""
    source = None
    if sheet.citation is not None:
        # The document is the notice in the Federal Register, the part the paragraph of the EAR.
        cited = (sheet.citation.document, sheet.citation.part)
        citation = "; ".join(text for text in cited if text)
        source = sheet.citation.source

    head = FieldsBlock(
        (
            Field("exception", "license exception", cell(sheet.exception)),
            Field("citation", "citation", cell(citation)),
            Field("source", "source", sources.cell(source)),
            Field("status", "for this export", cell(_status(sheet, check))),
        )
    )

    rows = []
    for line in sheet.lines:
        rows.append((cell(line.part), cell(line.text), _entry(line, check), cell(line.id)))
    facts = RecordsBlock(
        key="facts",
        title="Facts asked for",
        columns=columns(part="paragraph", text="what is asked", entry="entry", id=""),
        rows=tuple(rows),
        boxed=True,
    )
    notes = ListBlock("notes", "Notes", tuple(_notes(sheet, check)))
    blocks = (head, facts, notes, sources.listed("Sources of this list"))
    return Section("nac_notice", sheet.title, blocks)


def _status(sheet: Worksheet, check: Check) -> str:
    """Whether a notice under the exception is an option for this item and destination."""
    name = sheet.exception
    if check.question.to is None:
        return f"no destination was given, so whether {name} is available was not asked"
    if check.license.required == Required.UNDETERMINED:
        return f"whether a license is required is undetermined, so {name} was not asked for"
    if check.license.required == Required.NO:
        return f"no license requirement was found, so {name} was not asked for"
    if any(entry.name == name for entry in check.license.exceptions):
        return f"may qualify for {name}; the agency may answer that a license is needed"
    return (
        f"{name} is not known to be open under every requirement; "
        "the facts are listed for the record"
    )


def _notes(sheet: Worksheet, check: Check) -> Iterator[str]:
    """What to know about the list itself, beginning with a day that its text was not read for."""
    on = check.question.on
    start = None
    if sheet.dates:
        start = sheet.dates.effective
    # The exception is older than this text of it, so the list is still shown, with a warning.
    if start and on < start:
        yield f"the list applies from {start}; what a notice asked for on {on} was not read"
    yield from sheet.notes


def _entry(line: WorksheetLine, check: Check) -> DossierCell:
    """What chipdb knows of one line, else a blank.

    The data names what fills a line, because a paragraph may be renumbered or reworded.
    """
    match line.fill:
        case "tpp" | "performance_density" | "memory_bandwidth":
            metric = check.metrics[line.fill]
            if metric.value is None:
                return BLANK
            return number(metric.value, metric.unit, metric=metric.name)
        case "total_tpp":
            return _total_tpp(check)
        case "market":
            return _market(check)
        case "documents":
            return _documents(check)
        case _:
            return BLANK


def _total_tpp(check: Check) -> DossierCell:
    """The TPP of all chips of a system added up; a blank for a single chip.

    The paragraph asks for a whole cluster (740.8(c)(1)(vi)(A)); a system is one part of it.
    """
    if not check.chip.members:
        return BLANK
    total = totals(check.chip)["tpp"].value
    if total is None:
        return BLANK
    return DossierCell(f"{number(total).text} for this system only; add the others", float(total))


def _market(check: Check) -> DossierCell:
    """How the item is designed and marketed, in the words of the catalog.

    A system without a market of its own has that of the last of its chips.
    """
    chip = check.chip
    if not (chip.designed_for or chip.marketed_for):
        chip = chips_of(check)[-1]
    texts = []
    if chip.designed_for:
        texts.append(f"designed for {', '.join(chip.designed_for)}")
    if chip.marketed_for:
        texts.append(f"marketed for {', '.join(chip.marketed_for)}")
    if not texts:
        return BLANK
    return cell("; ".join(texts))


def _documents(check: Check) -> DossierCell:
    """The vendor's own documents on throughput and memory bandwidth; a blank if none is known.

    The notice asks for a data sheet (740.8(c)(1)(iii)), so third-party measurements do not count.
    """
    if check.chip.altered:
        # A data sheet of the chip as sold does not describe a changed one.
        return BLANK

    # A dictionary keeps the order and lists a data sheet once, although it states many figures.
    keys: dict[str, None] = {}
    for chip in chips_of(check):
        for figure in (*chip.throughput.values(), chip.memory.bandwidth):
            if figure is not None:
                keys |= dict.fromkeys(_official_sources(figure))
    if not keys:
        return BLANK
    titles = "; ".join(bibliography()[key].title for key in keys)
    return cell(titles, list(keys))


def _official_sources(figure: Figure) -> Iterator[str]:
    """The keys of the sources of a figure that are the vendor's own and listed."""
    # a user's own source has no entry there that could be attached
    listed = bibliography()
    for claim in figure.claims:
        # A claim known to be wrong is not a document to attach, even if it is the vendor's own.
        if claim.rejected is not None:
            continue
        source = claim.source
        if claim.basis == Basis.OFFICIAL and source in listed:
            yield source


def sign_off_section() -> Section:
    """Blank fields for reviewer, date, decision, reasons, counsel.

    The decision is always left blank: chipdb answers questions and decides nothing.
    """
    sheet = worksheets()["sign-off"]
    fields = tuple(Field(line.id.replace("-", "_"), line.text, BLANK) for line in sheet.lines)
    return Section("sign_off", sheet.title, (FieldsBlock(fields),))


def limits_section(check: Check, version: str) -> Section:
    """What the worksheet does not say, and the hashes that make it reproducible."""
    sheet = worksheets()["limits"]
    texts = (SCOPE_TEXT, *(line.text for line in sheet.lines))
    made_from = (
        Field("version", "chipdb", cell(version)),
        Field("data_hash", "data hash", cell(check.chip.data or data_files.data_hash())),
        Field("rules_hash", "rules hash", cell(data_files.rules_hash())),
    )
    blocks = (ListBlock("scope", "", texts), FieldsBlock(made_from, title="Made from"))
    return Section("limits", sheet.title, blocks)
