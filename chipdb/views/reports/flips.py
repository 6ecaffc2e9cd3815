"""The report of ``flips``: the chips whose answer differs, and how many made each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chipdb.answers.flips import Flip, FlipSide
from chipdb.views.report import Report, ReportTable


def flips_report(flips: Sequence[Flip], sides: tuple[FlipSide, FlipSide]) -> Report:
    """Report the chips whose answer differs between two sides."""
    headers = ["chip", *(side.name for side in sides)]
    counts = Counter(flip.answers for flip in flips)
    return Report(
        records=lambda: [flip.to_dict() for flip in flips],
        tables=lambda: [ReportTable(headers, [[flip.chip, *flip.answers] for flip in flips])],
        notes=[
            f"{count} from {before} to {after}" for (before, after), count in counts.most_common()
        ],
    )
