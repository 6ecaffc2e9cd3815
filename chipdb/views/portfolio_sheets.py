"""A portfolio as sheets of a workbook: a matrix with a line for each SKU, and totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from chipdb.answers.check import Check
from chipdb.catalog.not_found import NotFound
from chipdb.rules.places import places
from chipdb.solver.cautions import kinds_of
from chipdb.views.check_reasons import change_mark, classification_words
from chipdb.views.check_table import Answer, Line, by_chip
from chipdb.views.json.answers import number
from chipdb.views.report import STANDING_OF_STATUS, MarkedText, ReportTable, Standing
from chipdb.views.wording import review_words

OWN = ("given", "SKU", "quantity", "chip", "vendor's country", "TPP", "density", "classification")
UNITS = {"density": "TPP/mm^2"}
NOT_FOUND = "not found"


def portfolio_sheets(answers: Sequence[Answer]) -> list[ReportTable]:
    """The sheets ``matrix`` and ``totals`` of some answers, which are grouped by chip."""
    lines = by_chip(answers)
    asked: Sequence[Check] = next((line for line in lines if isinstance(line, list)), [])
    names = [_place(check) for check in asked]
    headers = [*OWN]
    for name in names:
        headers += [name, f"{name}: review"] if _asks_license(asked) else [name]
    headers += ["cautions", "error"]
    matrix = ReportTable(
        headers,
        [_row(line, asked) for line in lines],
        title="matrix",
        units=[UNITS.get(header, "") for header in headers],
    )
    totals = ReportTable(
        ["to", "answer", "lines", "quantity"], list(_totals(lines, names)), title="totals"
    )
    return [matrix, totals]


def _asks_license(asked: Sequence[Check]) -> bool:
    """Whether the answers are about licenses."""
    return bool(asked) and asked[0].asks_license


def _place(check: Check) -> str:
    """The destination of an answer, or what is asked without one."""
    code = check.question.places_asked.to
    return "answer" if code is None else places().name_of(code)


def _row(line: Line, asked: Sequence[Check]) -> list[Any]:
    """One line of the matrix; a name that no chip has says so for each place."""
    if isinstance(line, NotFound):
        marked = MarkedText(NOT_FOUND, standing=Standing.IN_DOUBT)
        cells: list[Any] = [line.given, line.sku, line.quantity, *[None] * (len(OWN) - 3)]
        for _ in asked:
            cells += [marked, None] if _asks_license(asked) else [marked]
        return [*cells, None, line.error]
    entry, chip = line[0].entry, line[0].chip
    cells = [
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
        cells.append(MarkedText(change_mark(check), standing=STANDING_OF_STATUS[check.exit_status]))
        if check.asks_license:
            cells.append(review_words(check.license) if check.license.requirements else None)
        kinds |= dict.fromkeys(kinds_of(check.cautions))
    return [*cells, "; ".join(kinds) or None, None]


def _totals(lines: Sequence[Line], names: Sequence[str]) -> Iterator[list[Any]]:
    """Yield for each place how many lines and how many items have each answer."""
    for place, name in enumerate(names):
        counts: Counter[str] = Counter()
        quantities: Counter[str] = Counter()
        stated: Counter[str] = Counter()
        for line in lines:
            row = line if isinstance(line, NotFound) else line[place].entry
            answer = NOT_FOUND if isinstance(line, NotFound) else change_mark(line[place])
            counts[answer] += 1
            quantities[answer] += row.quantity or 0
            stated[answer] += row.quantity is not None
        for answer, count in counts.items():
            # a sum over lines of which some state no quantity would look complete
            is_complete = stated[answer] == count
            yield [name, answer, count, quantities[answer] if is_complete else None]
