"""The report of ``timeline``: a row per period with one answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chipdb.answers.timeline import Period
from chipdb.catalog.catalog import Entry
from chipdb.rules.places import places
from chipdb.solver.labels import finding_words
from chipdb.solver.verdict import Finding
from chipdb.views.report import (
    MarkedText,
    Report,
    ReportTable,
    Standing,
    records_of,
    table_of,
)
from chipdb.views.tables import NONE, or_blank, or_dash, resolved_names
from chipdb.views.wording import changed_name, requirement_policy, review_words
from chipdb.vocabulary import Required

HEADERS = ("chip", "from", "until", "classification", "license", "review", "because")
DOUBTS = ("contested", "cautions")
REQUIREMENTS = "required by"
PLACE = 3
"""The column of the destination in a table of several."""
NO_DESTINATION = "only the classification is shown; name a destination with --to for licenses"


def timeline_report(periods: Sequence[Period], entries: Sequence[Entry]) -> Report:
    """Report the answers for some chips by date."""
    notes = resolved_names(entries)
    # None is a question without a destination
    destinations = {period.to for period in periods}
    if destinations == {None}:
        notes.append(NO_DESTINATION)
    show_place = len(destinations) > 1
    return Report(
        records=lambda: records_of(periods),
        tables=lambda: [_table(periods, show_place)],
        rows=lambda: table_of([*HEADERS, "to", "requirements", *DOUBTS, "law"], periods, _csv_row),
        notes=notes,
    )


def _table(periods: Sequence[Period], show_place: bool) -> ReportTable:
    """The table for people.

    It has the destination only where several were asked, the columns of doubts only where a period
    has any, and the requirements only where a period has several: ``review`` is of the strictest.
    """
    show_doubts = any(map(_has_doubts, periods))
    show_requirements = any(len(period.requirements) > 1 for period in periods)
    headers = list(HEADERS)
    if show_requirements:
        headers.insert(-1, REQUIREMENTS)
    if show_place:
        headers.insert(PLACE, "to")
    if show_doubts:
        headers += DOUBTS

    rows: list[list[str]] = []
    for period in periods:
        row = _row(period)
        if show_requirements:
            row.insert(-1, or_dash("; ".join(_requirements(period))))
        if show_place:
            row.insert(PLACE, _place(period))
        if show_doubts:
            row += _doubts(period)
        rows.append(row)
    return ReportTable(headers, rows)


def _requirements(period: Period) -> Iterator[str]:
    """Yield each requirement of a period with its policy, and its days where they are fewer."""
    for span in period.requirements:
        text = span.requirement.section
        if span.start > period.start:
            text += f" from {span.start}"
        if span.until != period.until:
            text += f" until {span.until}"
        yield f"{text}: {requirement_policy(span.requirement)}"


def _has_doubts(period: Period) -> bool:
    """Whether the answer of a period is contested or has a caution."""
    return period.contested or bool(period.cautions)


def _doubts(period: Period) -> list[str]:
    """Whether a period is contested, and the kinds of its cautions."""
    contested = "no"
    if period.contested:
        contested = "yes"
    return [contested, or_dash(";".join(period.cautions))]


def _place(period: Period) -> str:
    """The name of the destination of a period; a dash if none was asked about."""
    if period.to is None:
        return NONE
    return places().name_of(period.to)


def _csv_row(period: Period) -> list[str]:
    """One period for CSV: the destination as a code, then what the table has only where needed."""
    contested = str(period.contested).lower()
    requirements = "; ".join(_requirements(period))
    doubts = [contested, ";".join(period.cautions)]
    # the dash of the table is a text to programs, which read an empty cell as nothing
    cells = ["" if cell == NONE else cell for cell in _row(period)]
    return [*cells, or_blank(period.to), requirements, *doubts, period.law]


def _license(period: Period) -> str:
    """Whether a license is required in a period, with how that answer stands."""
    if period.license is None:
        return NONE
    standing = _STANDINGS[period.license]
    # a license that every side requires is required, even where the classification is contested
    is_required = period.license == Required.YES
    if not is_required and (period.is_in_doubt or period.contested):
        standing = Standing.IN_DOUBT
    return MarkedText(period.license, standing=standing)


_STANDINGS = {
    Required.YES: Standing.CONTROLLED,
    Required.UNDETERMINED: Standing.IN_DOUBT,
    Required.NO: Standing.NOT_CONTROLLED,
}


def _row(period: Period) -> list[str]:
    """One period; a dash is an end that is not known, or a license that was not asked about."""
    until = review = NONE
    if period.until:
        until = period.until.isoformat()
    # a review policy is that of a requirement: without one there is nothing to review
    if period.answer.requirements:
        review = review_words(period.answer)
    return [
        changed_name(period.chip, period.changes),
        period.start.isoformat(),
        until,
        # a period without a paragraph still has a status, such as undetermined
        finding_words(Finding(period.status, period.classification)),
        _license(period),
        review,
        "; ".join(period.because),
    ]
