"""The answers for several chips and places: a line for each chip, a column for each place.

Below the table, each reason stands once, with the chips and places that it is about.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from chipdb.answers.check import Check
from chipdb.rules.places import places
from chipdb.solver.labels import verdict_words
from chipdb.views.report import Part, ReportTable
from chipdb.views.safe_text import printable_cell
from chipdb.views.text import NOT_CLASSIFIED, WIDTH
from chipdb.views.verdict_sentence import (
    VerdictStatus,
    is_contested,
    verdict_reason,
    verdict_status,
)
from chipdb.views.wording import changed_name

MOST_NAMES = 8
"""A line of reasons names up to this many chips, and counts the others."""

_MARKS = {
    VerdictStatus.LICENSE_REQUIRED: "required",
    VerdictStatus.LICENSE_NOT_REQUIRED: "not required",
    VerdictStatus.CONTROLLED: "controlled",
    VerdictStatus.NOT_CONTROLLED: "not controlled",
    VerdictStatus.UNDETERMINED: "undetermined",
}


def mark(check: Check) -> str:
    """Return the verdict in one or two words, and whether it is contested."""
    contested = "; contested" if is_contested(check) else ""
    return _MARKS[verdict_status(check)] + contested


def chip_label(check: Check) -> str:
    """Return the id of a check's chip with the changes that were made to it."""
    return changed_name(check.chip.id, check.chip.changes)


def place_matrix(checks: Sequence[Check]) -> list[Part]:
    """Return the heading, the table and the reasons of checks that come chip by chip.

    Every chip must have been asked about the same places, in the same order.
    """
    rows = _by_chip(checks)
    headers = ["chip", "classification", *(_place(check) for check in rows[0])]
    cells = []
    for row in rows:
        classification = verdict_words(row[0].classification, NOT_CLASSIFIED)
        cells.append([chip_label(row[0]), classification, *(mark(check) for check in row)])
    return [ReportTable(headers, cells, title=_heading(rows[0])), *_reasons(checks)]


def _by_chip(checks: Sequence[Check]) -> list[list[Check]]:
    """Return the checks of each chip; a chip that is named twice has two rows."""
    rows: list[list[Check]] = []
    for check in checks:
        if rows and rows[-1][0].entry is check.entry:
            rows[-1].append(check)
        else:
            rows.append([check])
    return rows


def _place(check: Check) -> str:
    """Return the destination by its English name."""
    code = check.question.places_asked.to
    return "any place" if code is None else places().name_of(code)


def _heading(row: Sequence[Check]) -> str:
    """Return what the table answers: for which day, from where, for which parties."""
    question = row[0].question
    asked, on = question.places_asked, question.on
    what = "Licenses"
    if row[0].asks_named_rules:
        what = f"Rules {', '.join(question.named or sorted(row[0].own))}"
    text = f"{what} on {on}"
    if asked.origin is not None:
        text += f", from {places().name_as_treated(asked.origin, on)}"
    text += f", {_parties(row)}"
    return text + "".join(_treated_otherwise(row))


def _parties(row: Sequence[Check]) -> str:
    """Return where the parties are headquartered, which may differ with the destination."""
    headquarters = [check.question.places_asked.headquarters for check in row]
    if not any(headquarters):
        return "for parties whose headquarters are not stated"
    own = [(check.question.places_asked.to,) for check in row]
    if headquarters == own:
        return "for parties headquartered at each destination"
    countries = [
        places().name_as_treated(code, row[0].question.on) for code in headquarters[0] or ()
    ]
    return f"for parties headquartered in {' and '.join(countries)}"


def _treated_otherwise(row: Sequence[Check]) -> Iterable[str]:
    """Yield a clause for each destination that rules treat as another country."""
    for check in row:
        to, asked = check.question.to, check.question.places_asked.to
        if to is not None and asked is not None and to != asked:
            yield f"; {places().name_of(asked)} is treated as {places().name_of(to)}"


def _reasons(checks: Sequence[Check]) -> list[str]:
    """Return a paragraph for each answer with its reason, the chips and places below it."""
    places_of: dict[str, dict[str, list[str]]] = {}
    for check in checks:
        answer = f"{mark(check)}: {verdict_reason(check)}"
        by_chip = places_of.setdefault(answer, {})
        by_chip.setdefault(chip_label(check), []).append(_place(check))

    paragraphs = []
    for answer, by_chip in places_of.items():
        chips_of: dict[tuple[str, ...], list[str]] = {}
        for chip, names in by_chip.items():
            chips_of.setdefault(tuple(dict.fromkeys(names)), []).append(chip)
        lines = [textwrap.fill(printable_cell(answer), WIDTH)]
        for names_of_places, chips in chips_of.items():
            where = printable_cell(f"{_listed(chips)}: {', '.join(names_of_places)}")
            lines.append(textwrap.fill(where, WIDTH, initial_indent="  ", subsequent_indent="    "))
        paragraphs.append("\n".join(lines))
    return paragraphs


def _listed(chips: Sequence[str]) -> str:
    """Return the first chips by name, and how many more there are."""
    text = ", ".join(chips[:MOST_NAMES])
    if len(chips) > MOST_NAMES:
        text += f" and {len(chips) - MOST_NAMES} more"
    return text
