"""What Jupyter shows of chips, figures, answers, comparisons and catalogs: headings, lines and tables, in HTML and Markdown."""

from __future__ import annotations

import functools
import html as escaping
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from chipdb import data_files
from chipdb.answers.check import Check
from chipdb.answers.compare import ComparedFigure, Comparison
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Figure
from chipdb.solver.labels import need_text, verdict_text
from chipdb.solver.verdict import Verdict
from chipdb.units import METRIC_UNITS
from chipdb.views.chip_text import CLAIM_HEADERS, METRIC_HEADERS, figure_rows, identity, metric_row
from chipdb.views.comparison import comparison_table
from chipdb.views.escaping import escaped, opening
from chipdb.views.tables import render
from chipdb.views.text import answer_rows, head, metric_rows


@dataclass(frozen=True)
class Table:
    """Rows under headers."""

    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Heading:
    """A line in bold."""

    text: str


Part = Heading | Table | str


def html(thing: object) -> str:
    """A thing as HTML."""
    return "\n".join(map(_html, parts(thing)))


def markdown(thing: object) -> str:
    """A thing as Markdown."""
    return "\n\n".join(map(_markdown, parts(thing)))


def _html(part: Part) -> str:
    if isinstance(part, Table):
        return render(part.rows, part.headers, "html")
    text = escaping.escape(part.text if isinstance(part, Heading) else part)
    return f"<p><b>{text}</b></p>" if isinstance(part, Heading) else f"<p>{text}</p>"


def _markdown(part: Part) -> str:
    if isinstance(part, Table):
        return render(part.rows, part.headers, "markdown", escaped)
    return f"**{escaped(part.text)}**" if isinstance(part, Heading) else opening(part)


@functools.singledispatch
def parts(thing: object) -> Iterator[Part]:
    """The parts that show a thing, from the top."""
    raise TypeError(f"no view of {type(thing).__name__}")


@parts.register
def _chip(chip: Chip) -> Iterator[Part]:
    yield Heading(chip.name)
    if chip.changes:
        yield f"changed: {', '.join(chip.changes)}"
    yield Table(("", ""), [list(pair) for pair in identity(chip) if pair[1]])
    yield Table(METRIC_HEADERS, [metric_row(chip, name) for name in METRIC_UNITS])
    figures = [row for figure in chip.figures() for row in figure_rows(figure)]
    if figures:
        yield Table(CLAIM_HEADERS, figures)


@parts.register
def _figure(figure: Figure) -> Iterator[Part]:
    yield Table(CLAIM_HEADERS, list(figure_rows(figure)))


@parts.register
def _check(check: Check) -> Iterator[Part]:
    yield Heading(head(check).replace("\n", ", "))
    yield Table(("figure", "value", "unit", "remark"), metric_rows(check))
    yield Table(("question", "answer"), list(answer_rows(check)))
    yield from (f"note: {text}" for text in check.warnings)


@parts.register
def _verdict(verdict: Verdict) -> Iterator[Part]:
    rule = verdict.rule
    yield Heading(f"{rule.id} ({rule.question}): {verdict_text(verdict)}")
    yield rule.cited()
    doubts = [
        f"{side.finding.outcome or side.finding.status} if {side.because}" for side in verdict.sides
    ]
    yield from (*doubts, *map(need_text, verdict.needs))


@parts.register
def _comparison(lines: Comparison) -> Iterator[Part]:
    yield Table(*comparison_table(lines))
    yield f"ratios are to {lines.baseline}; ranges in parentheses cover all credible claims"


@parts.register
def _line(line: ComparedFigure) -> Iterator[Part]:
    rows = line.to_dict()["values"]
    names = ("chip", "value", "low", "high", "ratio")
    yield Heading(f"{line.figure} {f'({line.unit})' if line.unit else ''}".rstrip())
    yield Table(names, [[row[name] for name in names] for row in rows])


@parts.register
def _entry(entry: Entry) -> Iterator[Part]:
    yield from parts(entry.chip)


@parts.register
def _catalog(catalog: Catalog) -> Iterator[Part]:
    by_maker: dict[str, list[Chip]] = {}
    for chip in catalog:
        by_maker.setdefault(chip.vendor or "–", []).append(chip)
    yield Heading(
        f"{len(catalog)} chips of {len(by_maker)} makers, data {catalog.data or data_files.data_hash()}"
    )
    yield Table(
        ("maker", "chips", "models"),
        [[maker, len(chips), _models(chips)] for maker, chips in by_maker.items()],
    )


def _models(chips: Sequence[Chip]) -> str:
    names = list(dict.fromkeys(chip.model for chip in chips if chip.model))
    some = ", ".join(names[:SOME])
    return f"{some} and {len(names) - SOME} more" if len(names) > SOME else some


SOME = 8
"""How many models of a maker are named."""
