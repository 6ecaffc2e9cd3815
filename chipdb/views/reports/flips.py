"""The report of ``flips``: the chips whose answer differs, and how many made each change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chipdb.answers.flips import Flip, FlipSide
from chipdb.rules.places import places
from chipdb.solver.licensing import License
from chipdb.views.report import Report, records_of, table_of
from chipdb.views.tables import or_blank
from chipdb.views.wording import answer_value, review_words


def flips_report(
    flips: Sequence[Flip], comparisons: Sequence[tuple[FlipSide, FlipSide]], compared: int
) -> Report:
    """Report the chips whose answer differs between two sides, for each destination.

    ``compared`` is the number of chips that were compared. The table has a column for the
    destination where several were asked.
    """
    # the sides are the same for every destination
    sides = comparisons[0]
    names = [side.name for side in sides]
    headers, row_of = ["chip", *names], _row
    if len(comparisons) > 1:
        headers, row_of = ["chip", "to", *names], _place_row
    return Report(
        records=lambda: records_of(flips),
        tables=lambda: [table_of(headers, flips, row_of)],
        rows=lambda: table_of(["chip", *names, "to", "law"], flips, _csv_row),
        notes=[_comparison(sides, compared), *_counts(flips)],
    )


def _comparison(sides: tuple[FlipSide, FlipSide], compared: int) -> str:
    """Return what was compared: without it, an empty table would look like an answer."""
    texts = []
    for side in sides:
        text = side.name
        # the name of a day is that day; a rule is evaluated on a day of its own
        if side.question.named:
            text += f" on {side.question.on}"
        texts.append(text)
    return f"compared {compared:,} chips under {texts[0]} and {texts[1]}"


def _counts(flips: Sequence[Flip]) -> list[str]:
    """Return how many chips made each change, the most frequent first."""
    # an empty list must not look like a comparison that failed
    if not flips:
        return ["no answer differs"]
    changes = Counter(_in_words(flip) for flip in flips)
    texts = []
    for (before, after), count in changes.most_common():
        texts.append(f"{count} from {before} to {after}")
    return texts


def _in_words(flip: Flip) -> tuple[str, str]:
    """Return both answers in words; a review policy comes with what it depends on."""
    before, after = zip(flip.answers, flip.licenses, strict=True)
    return _side_words(*before), _side_words(*after)


def _side_words(answer: str, license_answer: License | None) -> str:
    """Return the answer of one side; without a requirement there is nothing to review."""
    if license_answer is None or not license_answer.requirements:
        return answer
    classification = answer.partition(";")[0]
    return f"{classification}; license {license_answer.required}, {review_words(license_answer)}"


def _row(flip: Flip) -> list[str]:
    """Return a row of the table for people, with the answers in words."""
    return [flip.chip, *_in_words(flip)]


def _place_row(flip: Flip) -> list[str]:
    """Return a row of the table for several destinations, which names the one of the row."""
    assert flip.to is not None, "only rows of several destinations"
    return [flip.chip, places().name_of(flip.to), *_in_words(flip)]


def _csv_row(flip: Flip) -> list[str]:
    """Return a row of CSV, which programs read: its answers are those of JSON."""
    return [flip.chip, *map(answer_value, flip.answers), or_blank(flip.to), flip.law]
