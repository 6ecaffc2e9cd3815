"""The cautions of an answer as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from chipdb.answers.check import Check
from chipdb.solver.cautions import Caution
from chipdb.units import counted
from chipdb.views.wrapped_text import wrapped

_Lines = tuple[str, ...]
"""The lines of one caution."""


def cautions_text(checks: Iterable[Check]) -> str:
    """Return the cautions of some answers in full, each once; an empty text without any.

    One is marked that counts for any of the answers, as a strict question counts all.
    """
    counting: dict[Caution, bool] = {}
    for check in checks:
        for caution in check.cautions:
            counting[caution] = counting.get(caution, False) or check.counts(caution)
    lines = [_caution(caution, counts=counts) for caution, counts in counting.items()]
    return "\n".join(_under_heading("cautions", lines))


def full_cautions(check: Check) -> list[str]:
    """Return the lines of every caution of an answer, with their heading; none without any."""
    return _under_heading("cautions", _cautions(check))


def check_cautions(check: Check) -> list[str]:
    """Return the lines of every caution of an answer, with their heading; none without any.

    Cautions are never shortened: half a condition can read like another one. The heading says where
    remarks on the rules are.
    """
    heading = "cautions"
    if check.remarks_on_rules:
        remarks = counted(len(check.remarks_on_rules), "remark")
        heading += f" (--explain: {remarks} on the rules)"
    return _under_heading(heading, _cautions(check))


def _under_heading(heading: str, groups: Iterable[_Lines]) -> list[str]:
    """Return groups of lines below their heading; nothing without any."""
    lines: list[str] = []
    for group in groups:
        lines += group
    if not lines:
        return []
    return [heading, *lines]


def _cautions(check: Check) -> list[_Lines]:
    """Return each caution of an answer as lines, marked where it counts for its question."""
    return [_caution(caution, counts=check.counts(caution)) for caution in check.cautions]


def _caution(caution: Caution, *, counts: bool) -> _Lines:
    """Return a caution as lines, marked where it ``counts`` for the exit status."""
    mark = "-"
    if counts:
        mark = "!"
    text = caution.text
    # the kind is not repeated: "evidence: evidence ends on ..."
    if not text.lower().startswith(caution.kind):
        text = f"{caution.kind}: {text}"
    return tuple(wrapped(f"{mark} {text}", indent="  ", hanging="    "))
