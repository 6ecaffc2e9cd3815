"""How many of a product a row states: a whole number, perhaps with a word for pieces.

A quantity is multiplied, so a cell that has two readings is not read: 1.200 is twelve hundred in
one country, and one and a fifth in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from chipdb.catalog.table_cells import COMMA, POINT, DecimalMarks, marks_of_columns

_PIECE_WORDS = (
    "x × pc pcs pce pces piece pieces ea each unit units no nos st stk stck stück stueck "
    "pièce pièces unité unités u ud uds unidad unidades pz pza pezzi "
    "个 個 台 片 块 塊 张 張 颗 顆 枚 件 개 대 장"
)
_PIECES = frozenset(_PIECE_WORDS.split())
"""Words and signs after a number that mean single items; a box or a rack may hold any number."""

_WITH_WORD = re.compile(
    r"(?P<number>\d[\d.,' \u00a0\u2019\u202f]*?)\s*(?P<word>[^\d\s.,'’][^\d]*)?"
)
_WORD_FIRST = re.compile(r"[x×]\s*(?P<number>\d+)", re.IGNORECASE)
_GROUPED_BY_SPACES = re.compile(r"\d{1,3}(?:[ '\u00a0\u2019\u202f]\d{3})+")
_PLAIN = re.compile(r"\d+(?:[.,]0{1,2})?")
_GROUPED = {
    COMMA: re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0{1,2})?"),
    POINT: re.compile(r"\d{1,3}(?:\.\d{3})+(?:,0{1,2})?"),
}
"""Numbers with a mark between groups of three digits."""
_DECIMALS = re.compile(r"[.,]0{1,2}$")

_WANTED = "expected a whole number such as 200"


def marks_of_quantities(cells: Iterable[str | None], *, semicolons: bool = False) -> DecimalMarks:
    """What a column of quantities shows about its decimal mark."""
    texts = [text for text in cells if text]
    return marks_of_columns({"quantity": texts}, semicolons=semicolons)["quantity"]


def quantity_of(text: str | None, marks: DecimalMarks) -> tuple[int | None, str | None]:
    """The whole number in a cell, or why there is none; neither for a blank cell.

    >>> quantity_of("10 Stk", DecimalMarks()), quantity_of("1,200", DecimalMarks())
    ((10, None), (1200, None))
    >>> quantity_of("1.200", DecimalMarks())
    (None, "quantity '1.200' was not read: it may be 1,200 or 1.2; write 1200 or 1")
    """
    if text is None:
        return None, None
    match = _WORD_FIRST.fullmatch(text) or _WITH_WORD.fullmatch(text)
    # "2.5k" or "10-20" may be understood, but a guess would be multiplied by a TPP.
    if match is None:
        return None, f"quantity {text!r} was not read; {_WANTED}"
    word = match.groupdict().get("word")
    if word is not None and word.strip(" .()").casefold() not in _PIECES:
        return None, (
            f"quantity {text!r} was not read: how many items {word.strip()!r} means is not known; "
            f"{_WANTED}"
        )
    return _whole_number(match["number"].strip(), text, marks)


def _whole_number(digits: str, text: str, marks: DecimalMarks) -> tuple[int | None, str | None]:
    """The whole number that digits with their marks mean, or why they mean none or two."""
    if _PLAIN.fullmatch(digits):
        return int(_DECIMALS.sub("", digits)), None
    if _GROUPED_BY_SPACES.fullmatch(digits):
        return int(re.sub(r"\D", "", digits)), None

    for mark, grouped in _GROUPED.items():
        if not grouped.fullmatch(digits):
            continue
        whole = int(re.sub(r"\D", "", _DECIMALS.sub("", digits)))
        decimal_mark = _decimal_mark(digits, mark, marks)
        if decimal_mark is None:
            return None, _two_readings(text, digits, mark, whole)
        if decimal_mark != mark:
            return whole, None
        name = "comma" if mark == COMMA else "point"
        return None, (
            f"quantity {text!r} was not read: by the other cells of its column the {name} is a "
            f"decimal mark; {_WANTED}"
        )
    return None, f"quantity {text!r} was not read; {_WANTED}"


def _decimal_mark(digits: str, mark: str, marks: DecimalMarks) -> str | None:
    """The decimal mark of grouped digits; None if the mark between them may be it, too."""
    other = POINT if mark == COMMA else COMMA
    # two groups, or a decimal part after a group, show by themselves what the mark is
    if digits.count(mark) > 1 or other in digits:
        return other
    if len(marks.shown) == 1:
        (shown,) = marks.shown
        return shown
    # A comma groups digits in English, the language of most lists, unless semicolons show
    # otherwise; a point groups them nowhere in English, so that it was meant as something else.
    if mark == COMMA and not marks.shown and not marks.semicolons:
        return POINT
    return None


def _two_readings(text: str, digits: str, mark: str, whole: int) -> str:
    """Why a quantity that may be a whole number or have decimals was not read."""
    number, _, decimals = digits.partition(mark)
    fraction = f"{number}.{decimals}".rstrip("0").rstrip(".")
    return (
        f"quantity {text!r} was not read: it may be {whole:,} or {fraction}; "
        f"write {whole} or {number}"
    )
