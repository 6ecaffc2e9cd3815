"""The cautions of an answer as text for a terminal, shortened where the screen is short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from chipdb.answers.check import Check
from chipdb.solver.cautions import Caution
from chipdb.views.words import counted
from chipdb.views.wrapped_text import WIDTH, wrapped

_Lines = tuple[str, ...]
"""The lines of one caution."""


def cautions_text(cautions: Iterable[Caution]) -> str:
    """Return cautions in full under their heading; an empty text without any."""
    return "\n".join(_under_heading("cautions", map(_caution, cautions)))


def full_cautions(check: Check) -> list[str]:
    """Return the lines of every caution of an answer, with their heading; none without any."""
    return _under_heading("cautions", map(_caution, check.cautions))


def fitted_cautions(check: Check, room: int) -> list[str]:
    """Return the cautions of an answer in ``room`` lines at most, if they can be cut that far.

    Their heading is not counted, and says where the rest is. First long cautions are cut, then
    those of one kind are counted.
    """
    cautions = list(map(_caution, check.cautions))
    shown = _shortened(cautions, room)
    if sum(map(len, shown)) > room:
        shown = _one_of_each_kind(check.cautions, shown)
    heading = _caution_heading(check, is_cut=shown != cautions)
    return _under_heading(heading, shown)


def _under_heading(heading: str, groups: Iterable[_Lines]) -> list[str]:
    """Return groups of lines below their heading; nothing without any."""
    lines: list[str] = []
    for group in groups:
        lines += group
    if not lines:
        return []
    return [heading, *lines]


def _caution_heading(check: Check, *, is_cut: bool) -> str:
    """Return the heading of the cautions, which says what only the trace has."""
    further = []
    if is_cut:
        further.append("in full")
    if check.remarks_on_rules:
        remarks = counted(len(check.remarks_on_rules), "remark")
        further.append(f"{remarks} on the rules")
    if not further:
        return "cautions"
    return f"cautions (--explain: {', '.join(further)})"


def _caution(caution: Caution) -> _Lines:
    """Return a caution as lines, marked where it changes the exit status."""
    mark = "-"
    if caution.changes_status:
        mark = "!"
    text = caution.text
    # the kind is not said twice: "evidence: evidence ends on ..."
    if not text.lower().startswith(caution.kind):
        text = f"{caution.kind}: {text}"
    return tuple(wrapped(f"{mark} {text}", indent="  ", hanging="    "))


def _shortened(cautions: Sequence[_Lines], room: int) -> list[_Lines]:
    """Return cautions cut to some lines together, the longest first, each to one line at least.

    One that changes the exit status is never cut, so they may take more lines than there are.
    """
    shown = list(cautions)
    while sum(map(len, shown)) > room:
        lengths = list(map(_lines_to_cut, shown))
        longest = max(lengths, default=0)
        if longest <= 1:
            break
        index = lengths.index(longest)
        shown[index] = _cut(cautions[index], longest - 1)
    return shown


def _lines_to_cut(lines: _Lines) -> int:
    """Return how long a caution is; 0 for one that changes the exit status and is never cut."""
    if lines[0].lstrip().startswith("!"):
        return 0
    return len(lines)


def _one_of_each_kind(cautions: Sequence[Caution], shown: Sequence[_Lines]) -> list[_Lines]:
    """Return the first caution of each kind with their number, and all that change the status.

    On a full screen, several measures at a destination only say that there are some.
    """
    numbers = Counter(caution.kind for caution in cautions if not caution.changes_status)
    kinds: set[str] = set()
    kept = []
    for caution, lines in zip(cautions, shown, strict=True):
        number = numbers[caution.kind]
        if caution.changes_status or number == 1:
            kept.append(lines)
        elif caution.kind not in kinds:
            kinds.add(caution.kind)
            kept.append(_cut(lines, 1, f" ... (1 of {number})"))
    return kept


def _cut(lines: _Lines, number: int, dots: str = " ...") -> _Lines:
    """Return the first lines, with dots at the end of the last."""
    # a caution may be cut several times, and has its dots only once
    last = lines[number - 1].removesuffix(" ...")
    if len(last) > WIDTH - len(dots):
        # a word is left out whole, so that no figure or date is cut into another one
        last = last[: WIDTH - len(dots) + 1].rsplit(" ", 1)[0]
    return (*lines[: number - 1], last.rstrip(" ;,:.") + dots)
