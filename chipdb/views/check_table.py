"""The answers for several chips and places as a table: a line for each chip.

With several places the table is a matrix of chips by places. What decides the answers, and what may
reverse them, is listed once below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from chipdb.answers.check import Check
from chipdb.catalog.catalog import Entry
from chipdb.catalog.not_found import NotFound
from chipdb.rules.places import places
from chipdb.rules.thresholds import metric_value_text
from chipdb.solver.labels import AS_PRINTED
from chipdb.views.check_reasons import (
    CautionNumbers,
    caution_lines,
    change_mark,
    chip_label,
    classification_words,
    effect_of_proposals,
    numbered,
    place_name,
    reasons,
)
from chipdb.views.report import STANDING_OF_STATUS, MarkedText, Part, ReportTable
from chipdb.views.tables import NONE, or_dash
from chipdb.views.wording import review_words

Answer = Check | NotFound
Line = list[Check] | NotFound
"""The checks of one chip, one for each place, or a name that no chip has."""

FOLDS = ("density", "TPP", "classification", "chip", "SKU", "quantity")
"""The columns that a narrow terminal moves below their rows first: the answers stay in sight."""
NOT_FOUND = "not found"
"""The answer for a name that no chip has."""
AMBIGUOUS = "ambiguous"
"""The answer for a name that several chips have."""
NOT_READ = "not read"
"""The answer for a row that could not be read."""


def check_table(answers: Sequence[Answer]) -> list[Part]:
    """Return the table of answers that are grouped by chip, and what is listed below it.

    Every chip must have been asked about the same places, in the same order. Names that no chip has
    keep their lines, so that they are not mistaken for checked ones.
    """
    lines = by_chip(answers)
    checks: list[Check] = []
    missing: list[NotFound] = []
    # the checks of one chip, which are asked about the same places as those of every other
    asked: list[Check] = []
    for line in lines:
        if isinstance(line, NotFound):
            missing.append(line)
            continue
        checks += line
        asked = asked or line

    numbers = numbered(checks)
    columns = _Columns(lines, asked, numbers)
    rows = [columns.cells(line) for line in lines]
    table = ReportTable(columns.headers(), rows, title=_heading(asked), folds=FOLDS)
    parts: list[Part] = [table, *effect_of_proposals(checks)]
    if len(asked) > 1:
        parts += reasons(checks)
    parts += _reasons_of_missing(missing)
    if any(check.cautions for check in checks):
        parts.append(caution_lines(checks, numbers))
    return parts


def no_answer(row: NotFound) -> str:
    """Return what takes the place of the answer for a row that was not checked."""
    if row.is_unread:
        return NOT_READ
    if row.is_ambiguous:
        return AMBIGUOUS
    return NOT_FOUND


def _reasons_of_missing(missing: Sequence[NotFound]) -> Iterator[str]:
    """Yield a list of names that no chip has, one of ambiguous ones, and one of unread rows."""
    for heading in (NOT_FOUND, AMBIGUOUS, NOT_READ):
        lines = [f"  {row.error_with_row}" for row in missing if no_answer(row) == heading]
        if lines:
            yield "\n".join([heading, *lines])


def by_chip(answers: Sequence[Answer]) -> list[Line]:
    """Return the checks of each chip; a chip that is named twice has two lines."""
    lines: list[Line] = []
    of_last_chip: list[Check] = []
    for answer in answers:
        if isinstance(answer, NotFound):
            lines.append(answer)
            of_last_chip = []
        elif of_last_chip and of_last_chip[0].entry is answer.entry:
            of_last_chip.append(answer)
        else:
            of_last_chip = [answer]
            lines.append(of_last_chip)
    return lines


class _Columns:
    """Which columns the table has, and the cells of a line in them."""

    def __init__(
        self,
        lines: Sequence[Line],
        asked: Sequence[Check],
        numbers: CautionNumbers,
    ) -> None:
        """Leave out columns that are blank in every row.

        Only portfolios have a column of the names as the user wrote them: a list of names, or a
        table with a name that no chip has.
        """
        self.asked = asked
        self.numbers = numbers
        self.is_portfolio = False
        self.has_skus = False
        self.has_quantities = False
        for line in lines:
            row = _row_of(line)
            self.is_portfolio |= isinstance(row, NotFound) or _is_named_in_a_table(row)
            self.has_skus |= row.sku is not None
            self.has_quantities |= row.quantity is not None

    def headers(self) -> list[str]:
        """Return the names of the columns."""
        return self._with_own_columns(
            "given", "chip", "SKU", "quantity", answers=self._answer_headers()
        )

    def cells(self, line: Line) -> list[str]:
        """Return the cells of one chip, or of a name that no chip has."""
        row = _row_of(line)
        if isinstance(line, NotFound):
            given = or_dash(line.shown)
            chip, answers = NONE, self._blanks(line)
        else:
            entry = line[0].entry
            given = or_dash(entry.given or entry.resolved_from)
            chip, answers = chip_label(line[0]), self._answers(line)

        quantity = NONE
        if row.quantity is not None:
            quantity = f"{row.quantity:,}"
        return self._with_own_columns(given, chip, or_dash(row.sku), quantity, answers=answers)

    def _with_own_columns(
        self, given: str, chip: str, sku: str, quantity: str, *, answers: Sequence[str]
    ) -> list[str]:
        """Return a line with those columns of the user's own table that are filled in."""
        cells = [chip]
        if self.is_portfolio:
            cells.insert(0, given)
        if self.has_skus:
            cells.append(sku)
        if self.has_quantities:
            cells.append(quantity)
        return [*cells, *answers]

    def _answer_headers(self) -> list[str]:
        """Return the columns of the answer: a column for each place, or figures and policy."""
        if len(self.asked) > 1:
            return ["classification", *map(place_name, self.asked)]
        headers = ["TPP", "density", "classification"]
        if not self.asked:
            return headers
        if self.asked[0].asks_named_rules:
            return [*headers, "rules asked"]
        if self.asked[0].question.to is not None:
            return [*headers, "license", "review"]
        return headers

    def _blanks(self, row: NotFound) -> list[str]:
        """Return the cells of a row that was not checked.

        Each place says so, or the classification if there is one place: a line of dashes could be
        read as an answer.
        """
        headers = self._answer_headers()
        if len(self.asked) > 1:
            return [NONE, *[no_answer(row)] * len(self.asked)]
        blanks = [NONE] * len(headers)
        blanks[headers.index("classification")] = no_answer(row)
        return blanks

    def _answers(self, line: Sequence[Check]) -> list[str]:
        """Return the answers for one chip."""
        first = line[0]
        classification = classification_words(first)
        if len(self.asked) > 1:
            return [classification, *map(self._marked, line)]

        cells: list[str] = []
        for name in ("tpp", "performance_density"):
            metric = first.metrics[name]
            cells.append(metric_value_text(name, metric.value, book=first.question.book))
        cells.append(classification)
        if first.asks_named_rules:
            return [*cells, self._marked(first)]
        if first.question.to is None:
            return cells
        # a review policy is that of a requirement: without one there is nothing to review
        policy = ""
        if first.license.requirements:
            policy = review_words(first.license)
        return [*cells, self._marked(first), policy]

    def _marked(self, check: Check) -> str:
        """Return a verdict with the numbers of the cautions that may reverse it."""
        text = " ".join([change_mark(check), *self.numbers.of(check)])
        return MarkedText(text, standing=STANDING_OF_STATUS[check.exit_status])


def _row_of(line: Line) -> Entry | NotFound:
    """Return what the user's own table states about the chip or name of a line."""
    if isinstance(line, NotFound):
        return line
    return line[0].entry


def _is_named_in_a_table(entry: Entry) -> bool:
    """Return whether a chip was found by the name in a row of a table."""
    if entry.given:
        return True
    return entry.row is not None and bool(entry.resolved_from)


def _heading(line: Sequence[Check]) -> str:
    """Return what the table answers: for which day, from where to where, for which parties.

    It is empty if no name was found, since no question was asked then.
    """
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
    if question.as_printed:
        text += f"; {AS_PRINTED}"
    if question.enacted:
        names = " and ".join(rule.id for rule in question.enacted)
        text += f"; before → after {names}, which is not law"
    return text


def _what_is_asked(check: Check) -> str:
    """Return what the answers are about: licenses, the classification, or rules by name."""
    if check.asks_named_rules:
        # the rules of a user's own file are asked without being named
        names = check.question.named or sorted(check.own)
        return f"Rules {', '.join(names)}"
    if check.question.to is None:
        return "Classification"
    return "Licenses"


def _parties(line: Sequence[Check]) -> str:
    """Return where the parties are headquartered, which may differ with the destination."""
    headquarters: set[tuple[str, ...]] = set()
    differing: set[tuple[str, ...]] = set()
    for check in line:
        asked = check.question.places_asked
        parties = asked.headquarters or ()
        headquarters.add(parties)
        if parties != (asked.to,):
            differing.add(parties)

    if headquarters == {()}:
        return "for parties whose headquarters are not stated"
    if not differing:
        if len(line) > 1:
            return "for parties headquartered at each destination"
        return "for parties headquartered at the destination"

    # stated headquarters are the same for every destination
    stated = line[0].question.places_asked.headquarters or ()
    on = line[0].question.on
    countries = [places().name_as_treated(code, on) for code in stated]
    return f"for parties headquartered in {' and '.join(countries)}"


def _treated_otherwise(line: Sequence[Check]) -> Iterable[str]:
    """Yield a clause for each destination that rules treat as another country."""
    for check in line:
        to, asked = check.question.to, check.question.places_asked.to
        if to is None or asked is None:
            continue
        # such as Hong Kong, which the rules treat as China
        if to != asked:
            yield f"; {places().name_of(asked)} is treated as {places().name_of(to)}"
