"""The reports of ``sources``: every source, or the figures of some chips with theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chipdb.catalog.bibliography import Source, bibliography
from chipdb.curation.sources import SourcedFigure, Support, decisive_first
from chipdb.units import counted, display
from chipdb.views.report import MarkedText, Report, records_of, table_of
from chipdb.views.tables import NONE, or_blank, or_dash
from chipdb.views.words import reading_text
from chipdb.views.wrapped_text import labeled_lines

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
NAMED_HEADERS = (
    "source",
    "title",
    "publisher",
    "date",
    "read",
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


def named_sources_report(supports: Sequence[Support]) -> Report:
    """Report some sources in full, and what depends on them."""
    return Report(
        records=lambda: records_of(supports),
        tables=lambda: [table_of(NAMED_HEADERS, supports, _named_row)],
        text=lambda: ["\n".join(labeled_lines(_lines_of(support))) for support in supports],
    )


def _named_row(support: Support) -> list[str]:
    """One source in full for CSV and Markdown."""
    source = support.source
    return [
        source.id,
        source.title,
        source.publisher,
        source.date,
        source.read,
        source.read_as,
        or_blank(source.url),
        support.weakest,
        str(support.claims),
        ";".join(sorted(support.chips)),
        str(support.alone),
        ";".join(sorted(support.decides)),
    ]


def _lines_of(support: Support) -> Iterator[list[str]]:
    """Yield pairs of label and text about one source."""
    source = support.source
    yield ["source", source.id]
    yield ["title", source.title]
    yield ["publisher", source.publisher]
    yield ["date", source.date]
    yield ["read", f"{reading_text(source.read_as)}, on {source.read}"]
    yield ["address", source.url or "none"]
    if source.note:
        yield ["note", source.note]
    if not support.claims:
        yield ["supports", "no figure of a chip"]
        return
    chips = counted(len(support.chips), "chip")
    yield ["supports", f"{counted(support.claims, 'claim')} about {chips} ({support.weakest})"]
    yield ["chips", ", ".join(sorted(support.chips))]
    if support.alone:
        yield ["alone", f"the only source of {counted(support.alone, 'figure')}"]
    if support.decides:
        yield ["decides", f"the classification of {', '.join(sorted(support.decides))}"]


def _source_row(support: Support) -> list[str]:
    """One source and what depends on it; a paper without a link is harder to verify.

    ``alone`` counts the figures that no other source supports.
    """
    source = support.source
    address = "no address"
    if source.url:
        address = "linked"
    return [
        MarkedText(source.id, address=source.url),
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
