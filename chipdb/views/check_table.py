"""The answers for several chips and places as a table: a line for each chip.

With several places the table is a matrix of chips by places. What decides the answers, and what may
turn them round, stands once below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chipdb.answers.check import Check
from chipdb.catalog.catalog import Entry
from chipdb.catalog.not_found import NotFound
from chipdb.rules.places import places
from chipdb.rules.thresholds import metric_value_text
from chipdb.solver.labels import verdict_words
from chipdb.views.check_reasons import (
    CautionNumbers,
    caution_lines,
    change_mark,
    chip_label,
    effect_of_proposals,
    numbered,
    place_name,
    reasons,
)
from chipdb.views.report import Part, ReportTable
from chipdb.views.tables import NONE
from chipdb.views.text import NOT_CLASSIFIED
from chipdb.views.wording import review_words

Answer = Check | NotFound

NOT_FOUND = "not found"
"""What stands for the answer of a name that no chip has."""


def check_table(answers: Sequence[Answer]) -> list[Part]:
    """Return the table of answers that come chip by chip, and what stands below it.

    Every chip must have been asked about the same places, in the same order. Names that no chip has
    keep their lines, so that nobody takes them for checked.
    """
    checks = [answer for answer in answers if isinstance(answer, Check)]
    lines = _by_chip(answers)
    asked = next((line for line in lines if isinstance(line, list)), [])
    numbers = numbered(checks)
    columns = _Columns(lines, asked, numbers)
    table = ReportTable(
        columns.headers(), [columns.cells(line) for line in lines], title=_heading(asked)
    )
    parts: list[Part] = [table, *effect_of_proposals(checks)]
    if len(asked) > 1:
        parts += reasons(checks)
    missing = [answer for answer in answers if isinstance(answer, NotFound)]
    if missing:
        parts.append("\n".join(["not found", *(f"  {_why(name)}" for name in missing)]))
    if any(check.cautions for check in checks):
        parts.append(caution_lines(checks, numbers))
    return parts


def _by_chip(answers: Sequence[Answer]) -> list[list[Check] | NotFound]:
    """Return the checks of each chip; a chip that is named twice has two lines."""
    lines: list[list[Check] | NotFound] = []
    for answer in answers:
        if isinstance(answer, NotFound):
            lines.append(answer)
            continue
        last = lines[-1] if lines else None
        if isinstance(last, list) and last[0].entry is answer.entry:
            last.append(answer)
        else:
            lines.append([answer])
    return lines


class _Columns:
    """Which columns the table has, and the cells of a line in them."""

    def __init__(
        self,
        lines: Sequence[list[Check] | NotFound],
        asked: Sequence[Check],
        numbers: CautionNumbers,
    ) -> None:
        """Leave out columns that nobody filled in."""
        self.asked = asked
        self.numbers = numbers
        entries = [line[0].entry for line in lines if isinstance(line, list)]
        missing = [line for line in lines if isinstance(line, NotFound)]
        own: list[Entry | NotFound] = [*entries, *missing]
        self.is_portfolio = bool(missing) or any(
            entry.given or (entry.row is not None and entry.resolved_from) for entry in entries
        )
        self.has_skus = any(row.sku is not None for row in own)
        self.has_quantities = any(row.quantity is not None for row in own)

    def headers(self) -> list[str]:
        """Return the names of the columns."""
        headers = ["given"] if self.is_portfolio else []
        headers.append("chip")
        headers += ["SKU"] if self.has_skus else []
        headers += ["quantity"] if self.has_quantities else []
        return [*headers, *self._answer_headers()]

    def cells(self, line: list[Check] | NotFound) -> list[str]:
        """Return the cells of one chip, or of a name that no chip has."""
        if isinstance(line, NotFound):
            chip, answers = NONE, self._blanks()
            given, sku, quantity = line.given or NONE, line.sku, line.quantity
        else:
            entry = line[0].entry
            chip, answers = chip_label(line[0]), self._answers(line)
            given, sku, quantity = (
                entry.given or entry.resolved_from or NONE,
                entry.sku,
                entry.quantity,
            )

        cells = [given] if self.is_portfolio else []
        cells.append(chip)
        cells += [sku or NONE] if self.has_skus else []
        cells += [NONE if quantity is None else f"{quantity:,}"] if self.has_quantities else []
        return [*cells, *answers]

    def _answer_headers(self) -> list[str]:
        """Return the columns of the answer: a column for each place, or figures and policy."""
        if len(self.asked) > 1:
            return ["classification", *(place_name(check) for check in self.asked)]
        headers = ["TPP", "density", "classification"]
        if not self.asked:
            return headers
        if self.asked[0].asks_named_rules:
            return [*headers, "rules asked"]
        if self.asked[0].question.to is not None:
            return [*headers, "license", "review"]
        return headers

    def _blanks(self) -> list[str]:
        """Return the cells of a name that no chip has."""
        blanks = [NONE for _ in self._answer_headers()]
        if len(self.asked) > 1:
            return [blanks[0], *(NOT_FOUND for _ in self.asked)]
        blanks[2] = NOT_FOUND
        return blanks

    def _answers(self, line: Sequence[Check]) -> list[str]:
        """Return the answers for one chip."""
        first = line[0]
        classification = verdict_words(first.classification, NOT_CLASSIFIED)
        if len(self.asked) > 1:
            return [classification, *(self._marked(check) for check in line)]

        tpp, density = first.metrics["tpp"], first.metrics["performance_density"]
        book = first.question.book
        cells = [
            *(metric_value_text(each.name, each.value, book=book) for each in (tpp, density)),
            classification,
        ]
        if first.asks_named_rules:
            return [*cells, self._marked(first)]
        if first.question.to is not None:
            policy = review_words(first.license) if first.license.requirements else ""
            return [*cells, self._marked(first), policy]
        return cells

    def _marked(self, check: Check) -> str:
        """Return a verdict with the numbers of the cautions that may turn it round."""
        return " ".join([change_mark(check), *self.numbers.of(check)])


def _heading(line: Sequence[Check]) -> str:
    """Return what the table answers: for which day, from where to where, for which parties."""
    if not line:
        return ""
    question = line[0].question
    asked, on = question.places_asked, question.on
    text = f"{_what_is_asked(line[0])} on {on}"
    if asked.to is None:
        return text
    if asked.origin is not None:
        text += f", from {places().name_as_treated(asked.origin, on)}"
    if len(line) == 1:
        text += f" to {places().name_as_treated(asked.to, on)}"
    text += f", {_parties(line)}"
    if len(line) > 1:
        text += "".join(_treated_otherwise(line))
    if question.enacted:
        names = " and ".join(rule.id for rule in question.enacted)
        text += f"; before → after {names}, which is not law"
    return text


def _what_is_asked(check: Check) -> str:
    """Return what the answers are about: licenses, the classification, or rules by name."""
    if check.asks_named_rules:
        return f"Rules {', '.join(check.question.named or sorted(check.own))}"
    return "Classification" if check.question.to is None else "Licenses"


def _parties(line: Sequence[Check]) -> str:
    """Return where the parties are headquartered, which may differ with the destination."""
    headquarters = [check.question.places_asked.headquarters for check in line]
    if not any(headquarters):
        return "for parties whose headquarters are not stated"
    if headquarters == [(check.question.places_asked.to,) for check in line]:
        where = "each destination" if len(line) > 1 else "the destination"
        return f"for parties headquartered at {where}"
    on = line[0].question.on
    countries = [places().name_as_treated(code, on) for code in headquarters[0] or ()]
    return f"for parties headquartered in {' and '.join(countries)}"


def _treated_otherwise(line: Sequence[Check]) -> Iterable[str]:
    """Yield a clause for each destination that rules treat as another country."""
    for check in line:
        to, asked = check.question.to, check.question.places_asked.to
        if to is not None and asked is not None and to != asked:
            yield f"; {places().name_of(asked)} is treated as {places().name_of(to)}"


def _why(name: NotFound) -> str:
    """Return the row of a name that no chip has, and the error."""
    return name.error if name.row is None else f"row {name.row}: {name.error}"
