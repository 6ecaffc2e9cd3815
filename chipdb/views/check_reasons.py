"""What decides the answers of a table of checks, and what may reverse them, each stated once."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence

from chipdb.answers.check import Check
from chipdb.rules.places import places
from chipdb.solver.cautions import Caution
from chipdb.solver.labels import verdict_words
from chipdb.views.safe_text import printable_cell
from chipdb.views.text import NOT_CLASSIFIED
from chipdb.views.verdict_sentence import (
    VerdictStatus,
    is_contested,
    presumed_words,
    verdict_reason,
    verdict_status,
)
from chipdb.views.wording import changed_name
from chipdb.views.words import first_few
from chipdb.views.wrapped_text import WIDTH

# as many ids as fit on a line or two
MOST_NAMES = 8
"""A line names up to this many chips, and counts the others."""

_MARKS = {
    VerdictStatus.LICENSE_REQUIRED: "required",
    VerdictStatus.LICENSE_NOT_REQUIRED: "not required",
    VerdictStatus.CONTROLLED: "controlled",
    VerdictStatus.NOT_CONTROLLED: "not controlled",
    VerdictStatus.UNDETERMINED: "undetermined",
}

_NEGATIVE = (VerdictStatus.LICENSE_NOT_REQUIRED, VerdictStatus.NOT_CONTROLLED)
CAUTIONED = "; a caution could require one"
"""What follows "not required" where a caution may turn it into "required"."""
UNSETTLED_ROW = "; the row's own figures leave it open"
"""What follows a "no" where the user's own row states something that may change it."""


def mark(check: Check) -> str:
    """Return the verdict in one or two words, and whether it is contested."""
    text = _MARKS[verdict_status(check)]
    if is_contested(check):
        text += "; contested"
    return text


def classification_words(check: Check) -> str:
    """Return the entry that the figures meet, after the one that a foundry has to presume."""
    by_figures = verdict_words(check.classification, NOT_CLASSIFIED)
    presumed = presumed_words(check)
    if presumed is None:
        return by_figures
    return f"{presumed}; by its figures {by_figures}"


def change_mark(check: Check) -> str:
    """Return the verdict, and where proposals are treated as law also the one before them."""
    if check.before is None:
        return mark(check)
    return f"{mark(check.before)} → {mark(check)}"


def sheet_mark(check: Check) -> str:
    """Return the verdict for a cell that has no room for a caution next to it.

    A "no" that is not a clear answer says why, so that it is neither read nor counted as one.
    """
    if check.before is None:
        return _qualified_mark(check)
    return f"{_qualified_mark(check.before)} → {_qualified_mark(check)}"


def _qualified_mark(check: Check) -> str:
    """Return the verdict with what keeps a "no" from being a clear answer."""
    text = mark(check)
    if verdict_status(check) not in _NEGATIVE:
        return text
    if check.entry.unsettled:
        text += UNSETTLED_ROW
    if check.asks_license and check.is_cautioned:
        text += CAUTIONED
    return text


def effect_of_proposals(checks: Sequence[Check]) -> list[str]:
    """Return a paragraph that says which answers the proposals change; none without proposals."""
    if not checks or checks[0].before is None:
        return []
    changed = []
    reworded = []
    for check in checks:
        if _is_changed(check, mark):
            changed.append(check)
        elif _is_changed(check, verdict_reason):
            reworded.append(check)

    names = " and ".join(rule.id for rule in checks[0].question.enacted)
    head = f"{names}, if enacted, changes {len(changed)} of {len(checks)} answers"
    lines = _with_places(head, changed)
    if reworded:
        lines += _with_places("it changes the reason or policy, not the answer, of", reworded)
    return ["\n".join(lines)]


def _is_changed(check: Check, words: Callable[[Check], str]) -> bool:
    """Whether some words about an answer would be different without the proposals."""
    return check.before is not None and words(check.before) != words(check)


def _with_places(head: str, checks: Sequence[Check]) -> list[str]:
    """Return a line, and below it the chips and places that it is about."""
    if not checks:
        return [textwrap.fill(head, WIDTH)]
    return [textwrap.fill(f"{head}:", WIDTH), *map(_indented, _about(checks))]


def chip_label(check: Check) -> str:
    """Return the id of a check's chip with the changes that were made to it."""
    return changed_name(check.chip.id, check.chip.changes)


def place_name(check: Check) -> str:
    """Return the destination by its English name."""
    code = check.question.places_asked.to
    if code is None:
        return "any place"
    return places().name_of(code)


_NO_MARK = "-"
"""What stands before a caution that changes no answer."""


class CautionNumbers:
    """The numbers of the cautions that may turn a "no" into a "yes", printed next to it."""

    def __init__(self, cautions: Iterable[Caution]) -> None:
        """Number the cautions in their order, from 1."""
        self._marks: dict[Caution, str] = {}
        for number, caution in enumerate(cautions, 1):
            self._marks[caution] = f"[{number}]"

    def of(self, check: Check) -> list[str]:
        """Return the marks of the cautions of a check that have one, such as ``[1]``, in order."""
        return [mark for caution, mark in self._marks.items() if caution in check.cautions]

    def mark_of(self, caution: Caution) -> str:
        """Return the mark of a caution: its number, or a dash where it changes no answer."""
        return self._marks.get(caution, _NO_MARK)


def numbered(checks: Sequence[Check]) -> CautionNumbers:
    """Return the numbers of the cautions of some checks that could change an answer."""
    cautions: dict[Caution, None] = {}
    for check in checks:
        cautions |= dict.fromkeys(filter(check.counts, check.cautions))
    return CautionNumbers(cautions)


def reasons(checks: Sequence[Check]) -> list[str]:
    """Return a paragraph for each answer with its reason, the chips and places below it."""
    checks_of: dict[str, list[Check]] = {}
    for check in checks:
        # answers with the same words are listed once, with everything they are about
        answer = f"{mark(check)}: {verdict_reason(check)}"
        checks_of.setdefault(answer, []).append(check)

    paragraphs = []
    for answer, answered in checks_of.items():
        lines = [textwrap.fill(printable_cell(answer), WIDTH)]
        lines += map(_indented, _about(answered))
        paragraphs.append("\n".join(lines))
    return paragraphs


def caution_lines(checks: Sequence[Check], numbers: CautionNumbers) -> str:
    """Return every caution once, with the chips and places that it is about if not all."""
    checks_of: dict[Caution, list[Check]] = {}
    for check in checks:
        for caution in check.cautions:
            checks_of.setdefault(caution, []).append(check)

    lines = ["cautions"]
    # those that may reverse an answer come first
    for caution in sorted(checks_of, key=lambda caution: numbers.mark_of(caution) == _NO_MARK):
        warned = checks_of[caution]
        text = f"{numbers.mark_of(caution)} {caution.kind}: {printable_cell(caution.text)}"
        if len(warned) < len(checks):
            text += f" ({'; '.join(_about(warned))})"
        lines.append(_indented(text))
    return "\n".join(lines)


def _about(checks: Sequence[Check]) -> list[str]:
    """Return which chips and places some checks are about: chips with the same places together."""
    places_of: dict[str, dict[str, None]] = {}
    for check in checks:
        places_of.setdefault(chip_label(check), {})[place_name(check)] = None
    chips_of: dict[tuple[str, ...], list[str]] = {}
    for chip, names in places_of.items():
        chips_of.setdefault(tuple(names), []).append(chip)

    texts = []
    for same_places, chips in chips_of.items():
        text = f"{first_few(chips, MOST_NAMES)}: {', '.join(same_places)}"
        texts.append(printable_cell(text))
    return texts


def _indented(text: str) -> str:
    """Return a text below a heading, wrapped, with its further lines a little further in."""
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
