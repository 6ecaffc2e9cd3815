"""A portfolio as sheets of a workbook: a line for each SKU, totals, and cautions in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from chipdb.answers.check import Check
from chipdb.catalog.not_found import NotFound
from chipdb.rules.places import places
from chipdb.solver.cautions import Caution, kinds_of
from chipdb.views.check_reasons import chip_label, classification_words, sheet_mark
from chipdb.views.check_table import Answer, Line, by_chip, no_answer
from chipdb.views.json.answers import number
from chipdb.views.report import STANDING_OF_STATUS, MarkedText, ReportTable, Standing
from chipdb.views.wording import review_words

OWN = ("given", "SKU", "quantity", "chip", "vendor's country", "TPP", "density", "classification")
UNITS = {"density": "TPP/mm^2"}
TOTAL_HEADERS = ("to", "answer", "lines", "quantity", "lines without a quantity")
CAUTION_HEADERS = ("caution", "changes the exit status", "text", "chips", "places")


def portfolio_sheets(answers: Sequence[Answer]) -> list[ReportTable]:
    """The sheets ``matrix``, ``totals`` and ``cautions`` of answers that are grouped by chip.

    There is no sheet of cautions without any.
    """
    # the rules were not asked about an unknown name, so the first chip names the places
    lines = by_chip(answers)
    asked: Sequence[Check] = next((line for line in lines if isinstance(line, list)), [])
    names = [_place(check) for check in asked]
    headers = [*OWN]
    for name in names:
        headers.append(name)
        if _asks_license(asked):
            headers.append(f"{name}: review")
    headers += ["cautions", "error"]
    matrix = ReportTable(
        headers,
        [_row(line, asked) for line in lines],
        title="matrix",
        units=[UNITS.get(header, "") for header in headers],
    )
    totals = ReportTable(TOTAL_HEADERS, list(_totals(lines, names)), title="totals")
    sheets = [matrix, totals]
    cautions = list(_cautions(answers))
    if cautions:
        sheets.append(ReportTable(CAUTION_HEADERS, cautions, title="cautions"))
    return sheets


def _cautions(answers: Sequence[Answer]) -> Iterator[list[Any]]:
    """Yield each caution in full once, with what it is about.

    What a row of the user's states otherwise is listed with them: it keeps an answer from being
    clear in the same way.
    """
    checks = [answer for answer in answers if isinstance(answer, Check)]
    unsettled: dict[str, list[Check]] = {}
    cautioned: dict[Caution, list[Check]] = {}
    for check in checks:
        for text in check.entry.unsettled:
            unsettled.setdefault(text, []).append(check)
        for caution in check.cautions:
            cautioned.setdefault(caution, []).append(check)
    for text, about in unsettled.items():
        yield ["stated otherwise", "yes", text, *_chips_and_places(about)]
    for caution, about in cautioned.items():
        # a strict question counts every caution
        changes = "no"
        if caution.changes_status or about[0].question.strict:
            changes = "yes"
        yield [caution.kind, changes, caution.text, *_chips_and_places(about)]


def _chips_and_places(checks: Sequence[Check]) -> tuple[str, str]:
    """The chips and the places of some answers, each once."""
    chips = dict.fromkeys(chip_label(check) for check in checks)
    names = dict.fromkeys(_place(check) for check in checks)
    return "; ".join(chips), "; ".join(names)


def _asks_license(asked: Sequence[Check]) -> bool:
    """Whether the answers are about licenses."""
    return bool(asked) and asked[0].asks_license


def _place(check: Check) -> str:
    """The destination of an answer, or what is asked without one."""
    code = check.question.places_asked.to
    if code is None:
        return "answer"
    return places().name_of(code)


def _row(line: Line, asked: Sequence[Check]) -> list[Any]:
    """One line of the matrix; a name that no chip has says so for each place."""
    if isinstance(line, NotFound):
        return _row_not_found(line, asked)
    entry, chip = line[0].entry, line[0].chip
    cells: list[Any] = [
        entry.given or entry.resolved_from or chip.name,
        entry.sku,
        entry.quantity,
        "; ".join([chip.id, *chip.changes]),
        places().home_of(chip.vendor),
        number(line[0].metrics["tpp"].value),
        number(line[0].metrics["performance_density"].value),
        classification_words(line[0]),
    ]
    kinds: dict[str, None] = {}
    for check in line:
        cells.append(MarkedText(sheet_mark(check), standing=STANDING_OF_STATUS[check.exit_status]))
        if check.asks_license:
            # a review policy is that of a requirement: without one there is nothing to review
            policy = None
            if check.license.requirements:
                policy = review_words(check.license)
            cells.append(policy)
        kinds |= dict.fromkeys(kinds_of(check.cautions))
    return [*cells, "; ".join(kinds) or None, None]


def _row_not_found(line: NotFound, asked: Sequence[Check]) -> list[Any]:
    """The line of a name that no chip has, which each place repeats, so that none looks clear."""
    answers: list[Any] = [MarkedText(no_answer(line), standing=Standing.IN_DOUBT)]
    if _asks_license(asked):
        answers.append(None)
    own = [line.shown, line.sku, line.quantity]
    blanks = [None] * (len(OWN) - len(own))
    return [*own, *blanks, *answers * len(asked), None, line.error]


def _totals(lines: Sequence[Line], names: Sequence[str]) -> Iterator[list[Any]]:
    """Yield for each place how many lines and how many items have each answer.

    The quantity is the sum of those that are stated, None if none is. How many lines state none
    stands beside it, so that the sum does not look complete.
    """
    for place, name in enumerate(names):
        counts: Counter[str] = Counter()
        quantities: Counter[str] = Counter()
        stated: Counter[str] = Counter()
        for line in lines:
            if isinstance(line, NotFound):
                answer, quantity = no_answer(line), line.quantity
            else:
                answer, quantity = sheet_mark(line[place]), line[place].entry.quantity
            counts[answer] += 1
            quantities[answer] += quantity or 0
            stated[answer] += quantity is not None
        for answer, count in counts.items():
            total = quantities[answer] if stated[answer] else None
            yield [name, answer, count, total, count - stated[answer]]
