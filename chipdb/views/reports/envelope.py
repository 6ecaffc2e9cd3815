"""The report of ``envelope``: a line for each region, and its best design."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chipdb.answers.envelope import Envelope
from chipdb.rules.places import places
from chipdb.views.json.workloads import envelope_row
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.reports.estimate import flat_table, shown
from chipdb.views.tables import NONE

HEADERS = ("TPP", "TPP/mm^2", "memory GB/s", "I/O GB/s", "sum GB/s")
BEST_HEADERS = ("TPP", "memory GB/s", "I/O GB/s", "low", "nominal", "high", "bound by", "layout")

NOTE = (
    '"below": the limit itself is not included; "up to": it is; one direction of a link is half of '
    "its I/O bandwidth"
)
SCOPE_NOTE = "The figures cover the listed rules only. They do not mean you may ship."
"""As in the answer of ``check``: a design outside these rules may still need a license."""


def envelope_report(
    answers: Sequence[Envelope],
    on: date,
    assumptions: Sequence[str] = (),
    *,
    to: str | None = None,
) -> Report:
    """Report the regions of legal designs.

    ``assumptions`` are those of the question, which matter most where no design is left. ``to`` is
    the code of the destination whose license rules these are; None for rules that were named.
    """
    place = ""
    if to is not None:
        place = f" for export to {places().name_as_treated(to, on)}"
    return Report(
        records=lambda: [answer.to_dict() for answer in answers],
        tables=lambda: _parts(answers, place, on, assumptions),
        rows=lambda: _flat(answers),
        notes=[NOTE, SCOPE_NOTE],
    )


def _flat(answers: Sequence[Envelope]) -> ReportTable:
    """A row for each region; without any, no columns either."""
    if not answers:
        return ReportTable([], [])
    return flat_table([envelope_row(answer) for answer in answers])


def _parts(
    answers: Sequence[Envelope], place: str, on: date, assumptions: Sequence[str]
) -> list[Part]:
    """The regions, what binds them, and the best designs; ``place`` are words for the title."""
    if not answers:
        assumed = [f"assumed: {text}" for text in assumptions]
        return ["\n".join(["These rules leave no design.", *assumed])]
    # every region answers the same question
    title = f"Designs{place} {_relation(answers[0])} on {on}"
    rows = [_row(answer) for answer in answers]
    parts: list[Part] = [ReportTable(HEADERS, rows, title=title)]
    parts.append("\n".join(_notes(answers)))
    best = [answer for answer in answers if answer.best is not None]
    if best:
        parts.append(_best_table(best))
    return parts


def _relation(answer: Envelope) -> str:
    """How designs relate to the rules: they meet a review policy and stay outside all others."""
    # a design must meet a review policy to be eligible for it, and must not meet the others
    others = [rule for rule in answer.rules if rule not in answer.reviews]
    parts: list[str] = []
    if answer.reviews:
        parts.append(f"eligible for {', '.join(answer.reviews)}")
    if others:
        parts.append(f"outside {', '.join(others)}")
    return " and ".join(parts)


def _row(answer: Envelope) -> list[str]:
    """The largest value of each figure in a region."""
    ends = (
        answer.tpp,
        answer.performance_density,
        answer.memory_bandwidth,
        answer.io_bandwidth,
        answer.memory_and_io_bandwidth,
    )
    return [str(end) for end in ends]


def _notes(answers: Sequence[Envelope]) -> list[str]:
    """What binds each region, why it has no best design, and what was assumed."""
    lines: list[str] = []
    # what binds all of several regions is listed once
    shared: list[str] = []
    if len(answers) > 1:
        for text in answers[0].region.binding:
            if all(text in answer.region.binding for answer in answers):
                shared.append(text)
    if shared:
        lines.append(f"each region: bound by {_bound_by(shared)}")
    # regions are numbered as the rows of the table above are ordered
    for number, answer in enumerate(answers, 1):
        own = [text for text in answer.region.binding if text not in shared]
        if own or not shared:
            also = "also " if shared else ""
            lines.append(f"region {number}: {also}bound by {_bound_by(own)}")
        if answer.missing is not None:
            lines.append(f"region {number}: no best design: {answer.missing}")
    for text in (*answers[0].assumptions, *answers[0].work_assumptions):
        lines.append(f"assumed: {text}")
    return lines


def _bound_by(binding: Sequence[str]) -> str:
    """Paragraphs, each rule named once before its own; a dash without any.

    >>> _bound_by(["us-letter: memory", "us-letter: I/O", "us-other: A"])
    'us-letter: memory; I/O; us-other: A'
    """
    texts: list[str] = []
    before = ""
    for text in binding:
        rule, _, paragraph = text.partition(": ")
        if rule == before and paragraph:
            texts.append(paragraph)
        else:
            texts.append(text)
        before = rule
    return "; ".join(texts) or NONE


def _best_table(answers: Sequence[Envelope]) -> ReportTable:
    """The best design of each region, in tokens per second per chip."""
    request = answers[0].request
    assert request is not None, "a best design is that for a workload"
    workload = request.workload
    title = f"Best for {workload.model.name}, {workload.phase.value}: tokens per second per chip"
    rows: list[list[str]] = []
    for answer in answers:
        best = answer.best
        assert best is not None
        rows.append(
            [
                shown(best.tpp),
                shown(best.memory_bandwidth),
                shown(best.io_bandwidth),
                shown(best.tokens.low),
                shown(best.tokens.nominal),
                shown(best.tokens.high),
                best.found.bound_by,
                str(best.found.layout),
            ]
        )
    return ReportTable(BEST_HEADERS, rows, title=title)
