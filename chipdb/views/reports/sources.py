"""The reports of ``sources``: every source, or the figures of some chips with theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chipdb.catalog.bibliography import Source, bibliography
from chipdb.curation.sources import SourcedFigure, Support, decisive_first
from chipdb.units import display
from chipdb.views.report import Report, ReportTable
from chipdb.views.tables import NONE
from chipdb.views.words import reading_text

SOURCE_HEADERS = (
    "source",
    "publisher",
    "date",
    "read as",
    "address",
    "weakest",
    "claims",
    "chips",
    "alone",
    "alone decides the status of",
)
FIGURE_HEADERS = ("chip", "figure", "basis", "read as", "decides", "sources")


def sources_report(supports: Sequence[Support]) -> Report:
    """Report sources, the weakest first."""
    notes = []
    if supports:
        linked = sum(support.source.url is not None for support in supports)
        share = display(100 * linked / len(supports), 1)
        notes.append(f"{len(supports)} sources of figures, {share} % with an address")
    others = len(bibliography()) - len(supports)
    notes.append(
        f"{others} further entries are sources of markets, dates, declarations, rules and places, "
        "which are not weighed here"
    )
    return Report(
        records=lambda: [support.to_dict() for support in supports],
        tables=lambda: [ReportTable(SOURCE_HEADERS, [_source_row(each) for each in supports])],
        notes=notes,
    )


def _source_row(support: Support) -> list[str]:
    """One source and what rests on it; a paper without a link is harder to verify."""
    source = support.source
    return [
        source.id,
        source.publisher,
        source.date,
        reading_text(source.read_as),
        "linked" if source.url else "no address",
        support.weakest,
        str(support.claims),
        str(len(support.chips)),
        str(support.alone),
        ", ".join(sorted(support.decides)) or NONE,
    ]


def figures_report(figures: Sequence[SourcedFigure]) -> Report:
    """Report figures with their sources, those that decide an answer on one source first."""
    ordered = decisive_first(figures)
    return Report(
        records=lambda: [figure.to_dict() for figure in ordered],
        tables=lambda: [ReportTable(FIGURE_HEADERS, [_figure_row(figure) for figure in ordered])],
    )


def _figure_row(figure: SourcedFigure) -> list[str]:
    """One figure and its sources by title."""
    titles = "; ".join(_title(key, bibliography()) for key in figure.sources)
    decides = "yes" if figure.decides else NONE
    reading = reading_text(figure.read_as)
    return [figure.chip, figure.figure, figure.basis, reading, decides, titles]


def _title(key: str, known: Mapping[str, Source]) -> str:
    """The title of a source with publisher and date; the key itself if it is a user's own."""
    source = known.get(key)
    if source is None:
        return key

    title = f"{source.title} ({source.publisher}, {source.date})"
    if not source.url:
        title += ", no address"
    return title
