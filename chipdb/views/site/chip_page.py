"""The page of a chip: answers first, then figures with their sources, and its timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chipdb.answers.check import Check, checks_of
from chipdb.answers.timeline import periods_of
from chipdb.catalog.bibliography import Source
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.metrics import best_member, totals
from chipdb.rules.places import places
from chipdb.solver.labels import finding_words
from chipdb.solver.question import Question
from chipdb.solver.verdict import Finding
from chipdb.units import METRIC_UNITS
from chipdb.views.charts import draw
from chipdb.views.charts.picture import can_draw
from chipdb.views.chip_text import (
    CLAIM_HEADERS,
    METRIC_HEADERS,
    claim_rows,
    identity_rows,
    metric_row,
    sources_of_chip,
    total_row,
)
from chipdb.views.citation import Citation
from chipdb.views.escaping import escaped
from chipdb.views.json.answers import day
from chipdb.views.page_parts import pipe_table, section
from chipdb.views.site.layout import Page, Picture
from chipdb.views.tables import or_blank, or_dash
from chipdb.views.verdict_sentence import verdict_sentence
from chipdb.views.words import reading_text

UP = "../"
TIMELINE = "Timeline"
NO_ADVICE = (
    "These answers cover the chip rules that chipdb reads, for parties headquartered at the "
    "destination. They do not say that an item may be shipped."
)


def chip_page(
    entry: Entry,
    questions: Sequence[Question],
    citation: Citation,
    rules: Iterable[str],
    catalog: Catalog,
) -> Page:
    """The page of a chip, with an answer to each of the questions.

    ``rules`` are the ids of the rules that have a page, to which the answers link. With the extra
    ``plot`` the page has a chart.
    """
    chip = entry.chip
    checks = list(checks_of(entry, list(questions)))
    # the timeline and the chart have room for one destination, which is the first
    to_first_place = next(question for question in questions if question.to is not None)
    linked = set(rules)
    parts = [f"# {escaped(chip.name)}", _lead(chip, checks[0])]
    parts += _answers(checks)
    parts += section("What it is", [_table(("fact", "value"), identity_rows(chip))])
    parts += section("Metrics", _metrics(chip))
    # every claim of every figure, with a link to its source below
    parts += section("Figures", [_table(CLAIM_HEADERS, claim_rows(chip))])
    parts += section(TIMELINE, [_timeline(entry, to_first_place, linked)])
    parts += section("Sources", [_sources(sources_of_chip(chip))])
    parts += cited_section("Cite this entry", citation)
    return Page(
        title=chip.name,
        description=verdict_sentence(checks[0]),
        markdown="\n\n".join(part for part in parts if part) + "\n",
        up=UP,
        json=f"{chip.id}.json",
        picture=_picture(entry, to_first_place, catalog),
    )


def _picture(entry: Entry, question: Question, catalog: Catalog) -> Picture | None:
    """A chart of the licenses to a place by date; None without the extra ``plot``."""
    if not can_draw():
        return None
    words = f"Licenses for {entry.chip.name} to {_place(question)} by date, as in the table below"
    drawn = draw("timeline", [entry], question, catalog)
    return Picture(heading=TIMELINE, svg=drawn.svg(), words=words)


def _lead(chip: Chip, check: Check) -> str:
    """The classification in a sentence, and where to go from here."""
    explorer = f"{UP}explorer.html#chip={chip.id}"
    return (
        f"{escaped(verdict_sentence(check))}\n\n"
        f"[This entry as JSON]({chip.id}.json) · [in the explorer]({explorer})"
    )


def _answers(checks: Sequence[Check]) -> list[str]:
    """The license answers for the places of the site, each with its cautions."""
    parts: list[str] = []
    for check in checks:
        if check.question.to is None:
            continue
        place = places().name_of(check.question.to)
        cautions = [f"* {caution.kind}: {escaped(caution.text)}" for caution in check.cautions]
        parts += [f"### {escaped(place)}", escaped(verdict_sentence(check)), "\n".join(cautions)]
    return section(f"Licenses on {checks[0].question.on}", [*parts, NO_ADVICE])


def _metrics(chip: Chip) -> Iterator[str]:
    """The metrics, those of a system of its best chip and in total."""
    rows = [metric_row(chip, name) for name in METRIC_UNITS]
    if chip.members:
        yield f"Of one {escaped(best_member(chip).name)}:"
    yield _table(METRIC_HEADERS, rows)
    if chip.members:
        yield "Of the whole system:"
        yield _table(METRIC_HEADERS, map(total_row, totals(chip).values()))


def _timeline(entry: Entry, question: Question, linked: set[str]) -> str:
    """When the classification or the license to the question's place changed, by which rules."""
    rows = []
    # some rules of a period, such as proposals, have no page to link to
    for period in periods_of(entry, question):
        by = [_rule_link(rule) if rule in linked else escaped(rule) for rule in period.because]
        until = or_blank(day(period.until))
        answer = finding_words(Finding(period.status, period.classification))
        required = or_dash(period.license)
        if period.is_in_doubt:
            required = f"{required}, in doubt"
        rows.append(
            [period.start.isoformat(), until, escaped(answer), escaped(required), ", ".join(by)]
        )
    heads = ("from", "until", "classification", f"license to {_place(question)}", "because")
    return _raw_table(heads, rows)


def _rule_link(rule: str) -> str:
    """The id of a rule as a link to its page."""
    return f"[{rule}]({UP}rules/{rule}.html)"


def _place(question: Question) -> str:
    """The destination of a question by its English name."""
    return places().name_of(question.to or "")


def _sources(sources: Sequence[Source]) -> str:
    """The sources with how each was read and where to find it."""
    rows = []
    for source in sources:
        title = escaped(source.title)
        if source.url is not None:
            title = f"[{title}](<{source.url}>)"
        read = f"{source.read}, {reading_text(source.read_as)}"
        cells = [escaped(source.publisher), escaped(source.date), escaped(read)]
        rows.append([escaped(source.id), title, *cells])
    return _raw_table(("source", "title", "publisher", "date", "read"), rows)


def cited_section(title: str, citation: Citation) -> list[str]:
    """How to cite a page, as a text and for BibTeX, under a heading."""
    return section(title, [escaped(citation.text), f"```\n{citation.bibtex()}\n```"])


def _table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of plain texts; empty without rows."""
    cells = []
    for row in rows:
        cells.append([escaped(text or "") for text in row])
    return _raw_table(headers, cells)


def _raw_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; empty without rows."""
    if not rows:
        return ""
    return pipe_table(headers, rows)
