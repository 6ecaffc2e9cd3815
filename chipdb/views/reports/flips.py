"""The report of ``flips``: the chips whose answer differs, and how many made each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chipdb.answers.flips import Flip, FlipSide
from chipdb.views.report import Report, ReportTable
from chipdb.views.wording import answer_words


def flips_report(flips: Sequence[Flip], sides: tuple[FlipSide, FlipSide]) -> Report:
    """Report the chips whose answer differs between two sides."""
    headers = ["chip", *(side.name for side in sides)]
    changes = Counter(flip.answers for flip in flips)
    notes = []
    for (before, after), count in changes.most_common():
        notes.append(f"{count} from {answer_words(before)} to {answer_words(after)}")

    return Report(
        records=lambda: [flip.to_dict() for flip in flips],
        tables=lambda: [ReportTable(headers, [_row(flip) for flip in flips])],
        # programs read CSV, so its answers are those of JSON
        rows=lambda: ReportTable(headers, [[flip.chip, *flip.answers] for flip in flips]),
        notes=notes,
    )


def _row(flip: Flip) -> list[str]:
    """Return a row of the table for people, with the answers in words."""
    before, after = flip.answers
    return [flip.chip, answer_words(before), answer_words(after)]
