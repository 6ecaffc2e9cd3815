"""What Jupyter shows for chips, figures, answers and catalogs, in HTML and Markdown."""

from __future__ import annotations

import functools
import html as escaping
from collections.abc import Iterator, Sequence
from operator import itemgetter

from chipdb import data_files
from chipdb.answers.check import Check
from chipdb.answers.compare import ComparedFigure, Comparison
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Figure
from chipdb.lazy_dataclasses import dataclass
from chipdb.solver.labels import finding_words, needs_texts, negative_words, verdict_words
from chipdb.solver.verdict import Verdict
from chipdb.units import METRIC_UNITS
from chipdb.views.chip_text import (
    CLAIM_HEADERS,
    METRIC_HEADERS,
    claim_rows,
    figure_rows,
    identity_rows,
    metric_row,
)
from chipdb.views.comparison import comparison_table, figure_words
from chipdb.views.escaping import escaped, opening
from chipdb.views.report import ReportTable, table_of
from chipdb.views.tables import NONE, render
from chipdb.views.text import answer_rows, head, metric_rows
from chipdb.views.wording import because_words
from chipdb.views.words import first_few

SOME = 8
"""How many models of a vendor are named."""


@dataclass(frozen=True)
class Heading:
    """A line in bold."""

    text: str


Part = Heading | ReportTable | str


def html(thing: object) -> str:
    """Return what a thing looks like as HTML, with all text of data and users escaped.

    Raises :class:`TypeError` for a type that :func:`parts` does not know.
    """
    return "\n".join(_html(part) for part in parts(thing))


def markdown(thing: object) -> str:
    """Return what a thing looks like as Markdown, for notebooks that are exported as text.

    Raises :class:`TypeError` for a type that :func:`parts` does not know.
    """
    return "\n\n".join(_markdown(part) for part in parts(thing))


def _html(part: Part) -> str:
    """One part as HTML; the table writer escapes its cells itself."""
    if isinstance(part, ReportTable):
        return render(part.rows, part.headers, "html")
    if isinstance(part, Heading):
        return f"<p><b>{escaping.escape(part.text)}</b></p>"
    return f"<p>{escaping.escape(part)}</p>"


def _markdown(part: Part) -> str:
    """One part as Markdown; a paragraph must not begin a heading or a list by accident."""
    if isinstance(part, ReportTable):
        return render(part.rows, part.headers, "markdown", escaped)
    if isinstance(part, Heading):
        return f"**{escaped(part.text)}**"
    return opening(part)


# a table of types instead of methods, because the layers below must not know HTML
@functools.singledispatch
def parts(thing: object) -> Iterator[Part]:
    """Yield the parts that show a thing, from the top; one function below for each type.

    HTML and Markdown are both made from these parts, so that they cannot differ in content.
    """
    raise TypeError(f"a {type(thing).__name__} cannot be shown in a notebook")


@parts.register
def _chip(chip: Chip) -> Iterator[Part]:
    """A chip: changes first, since everything below shows the changed chip."""
    yield Heading(chip.name)
    if chip.changes:
        yield f"changed: {', '.join(chip.changes)}"
    yield ReportTable(("", ""), identity_rows(chip))
    yield table_of(METRIC_HEADERS, METRIC_UNITS, lambda name: metric_row(chip, name))
    claims = claim_rows(chip)
    # a hypothetical chip may be defined by its metrics only
    if claims:
        yield ReportTable(CLAIM_HEADERS, claims)


@parts.register
def _figure(figure: Figure) -> Iterator[Part]:
    """A figure: its claims."""
    yield ReportTable(CLAIM_HEADERS, list(figure_rows(figure)))


@parts.register
def _check(check: Check) -> Iterator[Part]:
    """An answer: metrics, answers, then what to keep in mind."""
    yield Heading(head(check).replace("\n", ", "))
    yield ReportTable(("figure", "value", "unit", "remark"), metric_rows(check))
    yield ReportTable(("question", "answer"), list(answer_rows(check, in_full=True)))
    for caution in check.cautions:
        yield f"caution ({caution.kind}): {caution.text}"
    for text in check.notes:
        yield f"note: {text}"


@parts.register
def _verdict(verdict: Verdict) -> Iterator[Part]:
    """The answer of one rule: citation, what contests it, what is missing."""
    rule = verdict.rule
    negative = negative_words(rule)
    yield Heading(f"{rule.id} ({rule.question}): {verdict_words(verdict, negative)}")
    yield rule.cited()
    for side in verdict.sides:
        yield f"{finding_words(side.finding, negative)} if {because_words(side.because)}"
    yield from needs_texts(verdict.needs, negative)


@parts.register
def _comparison(lines: Comparison) -> Iterator[Part]:
    """Chips side by side, with what the ratios and parentheses mean."""
    yield ReportTable(*comparison_table(lines))
    yield f"ratios are to {lines.baseline}; ranges in parentheses cover all credible claims"


@parts.register
def _compared_figure(line: ComparedFigure) -> Iterator[Part]:
    """One line of a comparison, here with a row for each chip."""
    names = ("chip", "value", "low", "high", "ratio")
    title = figure_words(line.figure)
    if line.unit:
        title += f" ({line.unit})"
    yield Heading(title)
    yield table_of(names, line.to_dict()["values"], itemgetter(*names))


@parts.register
def _entry(entry: Entry) -> Iterator[Part]:
    """A chip that was looked up by name, shown as the chip itself."""
    yield from parts(entry.chip)


@parts.register
def _catalog(catalog: Catalog) -> Iterator[Part]:
    """A catalog: how many chips each vendor has, and the hash of the data."""
    by_vendor: dict[str, list[Chip]] = {}
    for chip in catalog:
        by_vendor.setdefault(chip.vendor or NONE, []).append(chip)
    # a catalog with a user's own chips has a hash of its own
    data = catalog.data or data_files.data_hash()
    yield Heading(f"{len(catalog)} chips of {len(by_vendor)} vendors, data {data}")

    rows: list[list[object]] = []
    for vendor, chips in by_vendor.items():
        rows.append([vendor, len(chips), _models(chips)])
    yield ReportTable(("vendor", "chips", "models"), rows)


def _models(chips: Sequence[Chip]) -> str:
    """The first models of a vendor in the order of the catalog, and how many more there are."""
    models = dict.fromkeys(chip.model for chip in chips)
    return first_few(list(filter(None, models)), SOME)
