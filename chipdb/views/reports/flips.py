"""The report of ``flips``: the chips whose answer differs, and how many made each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chipdb.answers.flips import Flip, FlipSide
from chipdb.rules.places import places
from chipdb.views.report import Report, ReportTable
from chipdb.views.wording import answer_value


def flips_report(
    flips: Sequence[Flip], comparisons: Sequence[tuple[FlipSide, FlipSide]], compared: int
) -> Report:
    """Report the chips whose answer differs between two sides, for each destination.

    ``compared`` is the number of chips that were compared. The table has a column for the
    destination where several were asked.
    """
    sides = comparisons[0]
    names = [side.name for side in sides]
    show_place = len(comparisons) > 1
    headers = ["chip", "to", *names] if show_place else ["chip", *names]
    return Report(
        records=lambda: [flip.to_dict() for flip in flips],
        tables=lambda: [ReportTable(headers, [_row(flip, show_place) for flip in flips])],
        rows=lambda: ReportTable(["chip", *names, "to"], [_csv_row(flip) for flip in flips]),
        notes=[_comparison(sides, compared), *_counts(flips)],
    )


def _comparison(sides: tuple[FlipSide, FlipSide], compared: int) -> str:
    """Return what was compared: without it, an empty table would look like an answer."""
    texts = []
    for side in sides:
        named = bool(side.question.named)
        texts.append(f"{side.name} on {side.question.on}" if named else side.name)
    return f"compared {compared:,} chips under {texts[0]} and {texts[1]}"


def _counts(flips: Sequence[Flip]) -> list[str]:
    """Return how many chips made each change, the most frequent first."""
    if not flips:
        return ["no answer differs"]
    texts = []
    for (before, after), count in Counter(flip.answers for flip in flips).most_common():
        texts.append(f"{count} from {before} to {after}")
    return texts


def _row(flip: Flip, show_place: bool) -> list[str]:
    """Return a row of the table for people, with the answers in words."""
    if not show_place or flip.to is None:
        return [flip.chip, *flip.answers]
    return [flip.chip, places().name_of(flip.to), *flip.answers]


def _csv_row(flip: Flip) -> list[str]:
    """Return a row of CSV, which programs read: its answers are those of JSON."""
    return [flip.chip, *(answer_value(answer) for answer in flip.answers), flip.to or ""]
