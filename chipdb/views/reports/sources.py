"""The reports of ``sources``: every source, or the figures of some chips with theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chipdb.catalog.bibliography import Source, bibliography
from chipdb.curation.sources import SourcedFigure, Support, decisive_first
from chipdb.units import display
from chipdb.views.report import Report, records_of, table_of
from chipdb.views.tables import NONE, or_dash
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
        linked = [support for support in supports if support.source.url is not None]
        share = display(100 * len(linked) / len(supports), 1)
        notes.append(f"{len(supports)} sources of figures, {share} % with an address")
    # without this note the number of sources would contradict the bibliography
    others = len(bibliography()) - len(supports)
    notes.append(
        f"{others} further entries are sources of markets, dates, declarations, rules and places, "
        "which are not weighed here"
    )
    return Report(
        records=lambda: records_of(supports),
        tables=lambda: [table_of(SOURCE_HEADERS, supports, _source_row)],
        notes=notes,
    )


def _source_row(support: Support) -> list[str]:
    """One source and what rests on it; a paper without a link is harder to verify.

    ``alone`` counts the figures that no other source supports.
    """
    source = support.source
    address = "no address"
    if source.url:
        address = "linked"
    return [
        source.id,
        source.publisher,
        source.date,
        reading_text(source.read_as),
        address,
        support.weakest,
        str(support.claims),
        str(len(support.chips)),
        str(support.alone),
        or_dash(", ".join(sorted(support.decides))),
    ]


def figures_report(figures: Sequence[SourcedFigure]) -> Report:
    """Report figures with their sources, those that decide an answer on one source first."""
    ordered = decisive_first(figures)
    return Report(
        records=lambda: records_of(ordered),
        tables=lambda: [table_of(FIGURE_HEADERS, ordered, _figure_row)],
    )


def _figure_row(figure: SourcedFigure) -> list[str]:
    """One figure and its sources by title."""
    known = bibliography()
    # titles rather than keys: nobody knows sources by their keys
    titles = [_title(key, known) for key in figure.sources]
    reading = reading_text(figure.read_as)
    decides = NONE
    if figure.decides:
        decides = "yes"
    return [figure.chip, figure.figure, figure.basis, reading, decides, "; ".join(titles)]


def _title(key: str, known: Mapping[str, Source]) -> str:
    """The title of a source with publisher and date; the key itself if it is a user's own."""
    source = known.get(key)
    if source is None:
        return key

    title = f"{source.title} ({source.publisher}, {source.date})"
    if not source.url:
        title += ", no address"
    return title
