"""What decides the answers of a table of checks, and what may turn them round, each said once."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from chipdb.answers.check import Check
from chipdb.rules.places import places
from chipdb.solver.cautions import Caution
from chipdb.views.safe_text import printable_cell
from chipdb.views.text import WIDTH
from chipdb.views.verdict_sentence import (
    VerdictStatus,
    is_contested,
    verdict_reason,
    verdict_status,
)
from chipdb.views.wording import changed_name

MOST_NAMES = 8
"""A line names up to this many chips, and counts the others."""

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


def change_mark(check: Check) -> str:
    """Return the verdict, and where proposals are treated as law also the one before them."""
    if check.before is None:
        return mark(check)
    return f"{mark(check.before)} → {mark(check)}"


def effect_of_proposals(checks: Sequence[Check]) -> list[str]:
    """Return a paragraph that says which answers the proposals change; none without proposals."""
    if not checks or checks[0].before is None:
        return []
    changed = []
    reworded = []
    for check in checks:
        if check.before is None:
            continue
        if mark(check.before) != mark(check):
            changed.append(check)
        elif verdict_reason(check.before) != verdict_reason(check):
            reworded.append(check)

    names = " and ".join(rule.id for rule in checks[0].question.enacted)
    head = f"{names}, if enacted, changes {len(changed)} of {len(checks)} answers"
    lines = _with_places(head, changed)
    if reworded:
        lines += _with_places("it changes the reason or policy, not the answer, of", reworded)
    return ["\n".join(lines)]


def _with_places(head: str, checks: Sequence[Check]) -> list[str]:
    """Return a line, and below it the chips and places that it is about."""
    lines = [textwrap.fill(f"{head}{':' if checks else ''}", WIDTH)]
    for about in _about(checks):
        lines.append(textwrap.fill(about, WIDTH, initial_indent="  ", subsequent_indent="    "))
    return lines


def chip_label(check: Check) -> str:
    """Return the id of a check's chip with the changes that were made to it."""
    return changed_name(check.chip.id, check.chip.changes)


def place_name(check: Check) -> str:
    """Return the destination by its English name."""
    code = check.question.places_asked.to
    return "any place" if code is None else places().name_of(code)


class CautionNumbers:
    """The numbers of the cautions that may turn a "no" into a "yes", which stand beside it."""

    def __init__(self, cautions: Iterable[Caution]) -> None:
        """Number the cautions in their order."""
        self._numbers = {caution: number for number, caution in enumerate(cautions, 1)}

    def of(self, check: Check) -> list[str]:
        """Return the marks of a check's cautions, such as ``[1]``."""
        return [self.mark_of(caution) for caution in check.cautions if caution in self._numbers]

    def mark_of(self, caution: Caution) -> str:
        """Return the mark of a caution: its number, or a dash where it changes no answer."""
        number = self._numbers.get(caution)
        return "-" if number is None else f"[{number}]"


def numbered(checks: Sequence[Check]) -> CautionNumbers:
    """Return the numbers of the cautions of some checks that could change an answer."""
    cautions: dict[Caution, None] = {}
    for check in checks:
        for caution in check.cautions:
            if caution.changes_status:
                cautions[caution] = None
    return CautionNumbers(cautions)


def reasons(checks: Sequence[Check]) -> list[str]:
    """Return a paragraph for each answer with its reason, the chips and places below it."""
    checks_of: dict[str, list[Check]] = {}
    for check in checks:
        answer = f"{mark(check)}: {verdict_reason(check)}"
        checks_of.setdefault(answer, []).append(check)

    paragraphs = []
    for answer, answered in checks_of.items():
        lines = [textwrap.fill(printable_cell(answer), WIDTH)]
        for about in _about(answered):
            lines.append(textwrap.fill(about, WIDTH, initial_indent="  ", subsequent_indent="    "))
        paragraphs.append("\n".join(lines))
    return paragraphs


def caution_lines(checks: Sequence[Check], numbers: CautionNumbers) -> str:
    """Return every caution once, with the chips and places that it is about if not all."""
    checks_of: dict[Caution, list[Check]] = {}
    for check in checks:
        for caution in check.cautions:
            checks_of.setdefault(caution, []).append(check)

    lines = ["cautions"]
    # those that may turn an answer round come first
    for caution in sorted(checks_of, key=lambda caution: not caution.changes_status):
        warned = checks_of[caution]
        text = f"{numbers.mark_of(caution)} {caution.kind}: {printable_cell(caution.text)}"
        if len(warned) < len(checks):
            text += f" ({'; '.join(_about(warned))})"
        lines.append(textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    "))
    return "\n".join(lines)


def _about(checks: Sequence[Check]) -> list[str]:
    """Return which chips and places some checks are about: chips with the same places together."""
    places_of: dict[str, dict[str, None]] = {}
    for check in checks:
        places_of.setdefault(chip_label(check), {})[place_name(check)] = None
    chips_of: dict[tuple[str, ...], list[str]] = {}
    for chip, names in places_of.items():
        chips_of.setdefault(tuple(names), []).append(chip)
    return [
        printable_cell(f"{_listed(chips)}: {', '.join(names)}") for names, chips in chips_of.items()
    ]


def _listed(chips: Sequence[str]) -> str:
    """Return the first chips by name, and how many more there are."""
    text = ", ".join(chips[:MOST_NAMES])
    if len(chips) > MOST_NAMES:
        text += f" and {len(chips) - MOST_NAMES} more"
    return text
