"""Tables that fit the width of a terminal: long texts are wrapped, and columns are folded.

Where even wrapped texts do not fit, columns leave the table. The first one is written once above
it, as "column: text", if all rows have the same text there; each other one is folded, so that each
row has it below in the same form. Nothing is left out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from chipdb.lazy_dataclasses import dataclass
from chipdb.views.tables import NONE, is_numeric, width

GAP = "  "
"""What separates two columns."""
FOLDED = "    "
"""What precedes the folded columns of a row."""
NARROWEST_TEXT, NARROWEST_PROSE = 12, 24
"""The fewest columns that a text is wrapped to, and one that is longer than :data:`PROSE`."""
PROSE = 40
LONGEST_WORD = 32
"""Words are divided where they are longer."""
_DIVIDED_AFTER = re.compile(r".*[;,/_.-]", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class FittedTable:
    """A table as lines of cells, each as wide as its column.

    ``columns`` are the places of the columns that are left, ``right`` says which of them hold
    numbers. Each row has lines of cells, and the texts of the folded columns below. ``above`` is
    the first column, where it is written once above the table.
    """

    above: list[FoldedLine]
    columns: list[int]
    widths: list[int]
    right: list[bool]
    header: list[list[str]]
    rows: list[FittedRow]


@dataclass(frozen=True)
class FittedRow:
    """A row of a fitted table."""

    lines: list[list[str]]
    folded: list[FoldedLine]


@dataclass(frozen=True)
class FoldedLine:
    """A line below a row or above the table, and the places of the cells in it."""

    text: str
    places: list[int]


def fitted_table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], columns: int, folds: Sequence[str] = ()
) -> FittedTable:
    """Fit a table of printable texts to a number of columns; ``folds`` go below their rows first.

    >>> table = fitted_table(["id", "note"], [["a", "some words that are long enough"]], 24)
    >>> table.rows[0].lines
    [['a', 'some words that are'], ['', 'long enough']]
    """
    measures = []
    for place, header in enumerate(headers):
        measures.append(_measure_of(header, [row[place] for row in rows]))

    left = list(range(len(headers)))
    # the narrowest widths decide, since wrapping is tried before a column leaves the table
    above: list[FoldedLine] = []
    if not _fit(left, measures, columns) and _is_repeated(rows):
        above = _labeled_lines(rows[0], headers, [0], columns)
        left.remove(0)
    folded = []
    for place in _fold_order(headers, left, folds):
        if _fit(left, measures, columns):
            break
        left.remove(place)
        folded.append(place)
    folded.sort()
    kept = [measures[place] for place in left]
    widths = _widths(kept, columns)
    fitted_rows = []
    for row in rows:
        lines = _lines_of([row[place] for place in left], widths)
        below = _labeled_lines(row, headers, folded, columns - len(FOLDED))
        fitted_rows.append(FittedRow(lines, below))
    return FittedTable(
        above=above,
        columns=left,
        widths=widths,
        right=[measure.numeric for measure in kept],
        header=_lines_of([headers[place] for place in left], widths),
        rows=fitted_rows,
    )


@dataclass(frozen=True)
class _Measure:
    """How wide a column is, in columns of the terminal: by itself, and at the least."""

    natural: int
    narrowest: int
    numeric: bool


def _measure_of(header: str, cells: Sequence[str]) -> _Measure:
    """The widths of a column with a heading and some cells."""
    numeric = is_numeric(cells)
    natural = max(map(width, [header, *cells]))
    return _Measure(natural, _narrowest(header, cells, natural, numeric=numeric), numeric)


def _fit(places: Sequence[int], measures: Sequence[_Measure], columns: int) -> bool:
    """Whether the columns at some places fit when each is as narrow as it can be."""
    return _total([measures[place].narrowest for place in places]) <= columns


def _is_repeated(rows: Sequence[Sequence[str]]) -> bool:
    """Whether each of several rows begins with the same text, next to which there are others."""
    several = len(rows) > 1 and len(rows[0]) > 1
    return several and len({row[0] for row in rows}) == 1


def _fold_order(headers: Sequence[str], left: Sequence[int], folds: Sequence[str]) -> list[int]:
    """The places of columns in the order in which they are folded; the first one left never is."""
    named = [headers.index(name) for name in folds if name in headers]
    order = dict.fromkeys([*named, *reversed(left)])
    return [place for place in order if place in left[1:]]


def _narrowest(header: str, cells: Sequence[str], natural: int, *, numeric: bool) -> int:
    """The fewest columns in which a column can be read: numbers and words are kept whole."""
    if numeric:
        return natural
    words = " ".join(cells).split()
    longest = max(map(width, words), default=0)
    # an id is longer than most words, and is divided only where it would take half a screen
    longest = min(longest, LONGEST_WORD)
    words_of_header = max(map(width, header.split()), default=0)
    least = NARROWEST_TEXT
    if natural > PROSE:
        least = NARROWEST_PROSE
    return min(natural, max(least, longest, words_of_header))


def _total(widths: Sequence[int]) -> int:
    """The columns that a table takes."""
    return sum(widths) + len(GAP) * max(len(widths) - 1, 0)


def _widths(measures: Sequence[_Measure], columns: int) -> list[int]:
    """The widths of columns: the widest ones are narrowed until the table fits."""
    natural = max((measure.natural for measure in measures), default=0)
    # one width for all wide columns, so that no long text is squeezed next to another
    for widest in range(natural, 0, -1):
        widths = []
        for measure in measures:
            widths.append(max(min(measure.natural, widest), measure.narrowest))
        if _total(widths) <= columns:
            return widths
    return [measure.narrowest for measure in measures]


def _lines_of(cells: Sequence[str], widths: Sequence[int]) -> list[list[str]]:
    """A row as lines, each cell wrapped to its column."""
    wrapped = map(wrap, cells, widths)
    return [list(line) for line in itertools.zip_longest(*wrapped, fillvalue="")]


def _labeled_lines(
    row: Sequence[str], headers: Sequence[str], places: Sequence[int], columns: int
) -> list[FoldedLine]:
    """The cells at some places of a row behind their headings, without those that hold nothing."""
    room = max(columns, NARROWEST_TEXT)
    lines: list[FoldedLine] = []
    for place in places:
        if row[place] in ("", NONE):
            continue
        pair = f"{headers[place]}: {row[place]}"
        # a cell is divided only where it does not fit by itself
        if lines and width(f"{lines[-1].text}; {pair}") <= room:
            lines[-1] = FoldedLine(f"{lines[-1].text}; {pair}", [*lines[-1].places, place])
        else:
            lines += [FoldedLine(line, [place]) for line in wrap(pair, room)]
    return lines


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most this many columns, divided at blanks and within longer words.

    >>> wrap("昇腾910B of Huawei", 9), wrap("destination-measure;party", 20)
    (['昇腾910B', 'of Huawei'], ['destination-measure;', 'party'])
    """
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if width(joined) <= columns:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        *whole, last = _pieces(word, columns)
        lines[-1:] = [*whole, last]
    return lines


def _pieces(word: str, columns: int) -> list[str]:
    """A word in pieces that fit, divided after punctuation if possible."""
    pieces = []
    while width(word) > columns:
        head = word[:columns]
        # wide characters take two columns
        while width(head) > columns:
            head = head[:-1]
        # a wide character alone may be wider than the column, but is written anyway
        cut = max(len(head), 1)
        if match := _DIVIDED_AFTER.match(head):
            cut = len(match.group())
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]
