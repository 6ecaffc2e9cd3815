"""The cells of a third-party table as numbers, flags and claims.

A comma in a number groups its digits in one country and is the decimal mark in another; read the
wrong way it shifts a figure by a factor of a thousand. A cell is read only if its digits, or the
other cells of its column, leave one reading.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from chipdb.catalog.figures import Claim
from chipdb.catalog.table_schema import IN_CELLS, MappedColumn, unit_of
from chipdb.errors import QuantityError
from chipdb.lazy_dataclasses import dataclass
from chipdb.units import quantity

COMMA, POINT = ",", "."

_MAX_NUMBER_LENGTH = 40
_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
_NUMBER_AND_REST = re.compile(r"(?P<sign>[+-]?)(?P<digits>\d[\d.,]*)(?P<rest>.*)", re.DOTALL)
_EXPONENT = re.compile(r"[eE][+-]?\d")

# Each form has one reading, independent of the other cells of the column.
_COMMAS_GROUP = re.compile(r"\d{1,3}((,\d{3})+\.\d*|(,\d{2,3})+,\d{3}(\.\d*)?)")
"""1,979.5, 1,234,567 and 12,34,567: the point is the decimal mark, or a comma occurs twice."""
_POINTS_GROUP = re.compile(r"\d{1,3}((\.\d{3})+,\d*|(\.\d{3}){2,})")
"""1.979,5 and 1.234.567: the comma is the decimal mark, or a point occurs twice."""
_DECIMAL = re.compile(r"\d+(?P<mark>[,.])\d+")
_GROUP_OR_DECIMAL = re.compile(r"[1-9]\d{0,2}(?P<mark>[,.])\d{3}")
"""Such as 294,500: one to three digits without a leading zero, then a group of three."""

_GROUPED_BY_SPACES = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>[1-9]\d{0,2}(?:[ '\u2019\u00a0\u2009\u202f]\d{3})+)"
    r"(?P<rest>(?!\d).*)",
    re.DOTALL,
)
"""1 979, 2'368: a space or an apostrophe before each group of three digits."""

_YES = ("true", "1", "1.0", "yes", "y", "t", "wahr", "ja", "vrai", "oui", "是")
_NO = ("false", "0", "0.0", "no", "n", "f", "falsch", "nein", "faux", "non", "否")
_FLAGS = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}


@dataclass(frozen=True, kw_only=True)
class DecimalMarks:
    """What is known of the decimal mark of a column.

    ``shown`` are the marks that its cells show, ``stated`` is that of a mapping. ``elsewhere`` are
    the marks that other columns of the table show. ``semicolons`` separate the cells where
    spreadsheets have a decimal comma, so that one decimal point does not make commas groups.
    """

    shown: frozenset[str] = frozenset()
    stated: str | None = None
    elsewhere: frozenset[str] = frozenset()
    semicolons: bool = False

    def for_comma(self) -> str | None:
        """The decimal mark of a number such as 1,979; None if that is not certain.

        >>> DecimalMarks(shown=frozenset({","})).for_comma(), DecimalMarks().for_comma()
        (',', None)
        """
        if self.stated is not None:
            return self.stated
        if self.shown == {COMMA}:
            return COMMA
        # Where semicolons separate cells, commas are the rule and one point may be a slip.
        if self.shown == {POINT} and not self.semicolons:
            return POINT
        return None

    def for_point(self) -> str | None:
        """The decimal mark of a number such as 1.979; None if that is not certain.

        A point is read as people and programs write it, unless the table seems to have decimal
        commas and the column shows no decimal point.

        >>> DecimalMarks().for_point(), DecimalMarks(semicolons=True).for_point()
        ('.', None)
        """
        if self.stated is not None:
            return self.stated
        if self.shown == {POINT}:
            return POINT
        may_group = self.semicolons and POINT not in self.elsewhere
        if COMMA in self.shown | self.elsewhere or may_group:
            return None
        return POINT


def marks_of_columns(
    columns: Mapping[str, Iterable[str]], *, semicolons: bool = False, stated: str | None = None
) -> dict[str, DecimalMarks]:
    """The decimal marks of each column of a table, from its cells.

    >>> marks = marks_of_columns({"fp8": ["1,979", "0,66"], "area": ["814", "294,500"]})
    >>> marks["fp8"].for_comma(), marks["area"].for_comma()
    (',', None)
    """
    shown: dict[str, frozenset[str]] = {}
    for name, cells in columns.items():
        marks = {_mark_shown_by(without_spaces(text.strip())) for text in cells}
        shown[name] = frozenset(marks - {""})
    everywhere = frozenset().union(*shown.values())
    return {
        name: DecimalMarks(
            shown=marks, stated=stated, elsewhere=everywhere - marks, semicolons=semicolons
        )
        for name, marks in shown.items()
    }


def settled_by_column(column: str, cells: Iterable[str], marks: DecimalMarks) -> str | None:
    """What a decimal comma in one cell made of the others that could be read in two ways.

    None if no cell depended on it. Whoever wrote commas between thousands has to see it.

    >>> settled_by_column("fp8", ["1,979", "0,66"], DecimalMarks(shown=frozenset({","})))
    "column 'fp8': '1,979' was read as 1.979, since '0,66' has a decimal comma"
    """
    # A mapping that states the mark was written by someone who has seen the commas.
    if marks.stated is not None or marks.for_comma() != COMMA:
        return None
    texts = [text.strip() for text in cells]
    with_comma = [text for text in texts if _mark_shown_by(text) == COMMA]
    ambiguous = list(filter(_groups_or_decimal, texts))
    if not with_comma or not ambiguous:
        return None

    first, *others = ambiguous
    more = ""
    if others:
        more = f" (and so were {len(others)} others)"
    return (
        f"column {column!r}: {first!r} was read as {with_point(first, marks)}{more}, "
        f"since {with_comma[0]!r} has a decimal comma"
    )


def _groups_or_decimal(text: str) -> bool:
    """Whether a cell has a comma that may group digits or be the decimal mark.

    >>> _groups_or_decimal("1,979"), _groups_or_decimal("1,979.5"), _groups_or_decimal("0,66")
    (True, False, False)
    """
    match = _NUMBER_AND_REST.fullmatch(text)
    if match is None or _mark_shown_by(text):
        return False
    form = _GROUP_OR_DECIMAL.fullmatch(match["digits"])
    return form is not None and form["mark"] == COMMA


def _mark_shown_by(text: str) -> str:
    """The decimal mark that a cell shows by itself; empty if it shows none.

    >>> _mark_shown_by("1,979.5"), _mark_shown_by("0,66 TFLOPS"), _mark_shown_by("1,979")
    ('.', ',', '')
    """
    match = _NUMBER_AND_REST.fullmatch(text)
    if match is None:
        return ""
    digits = match["digits"]
    if _COMMAS_GROUP.fullmatch(digits):
        return POINT
    if _POINTS_GROUP.fullmatch(digits):
        return COMMA
    decimal = _DECIMAL.fullmatch(digits)
    if decimal is None:
        return ""
    # A number with an exponent has no groups: 1.979E+15 has a decimal point.
    if _GROUP_OR_DECIMAL.fullmatch(digits) and not _EXPONENT.match(match["rest"]):
        return ""
    return decimal["mark"]


def without_spaces(text: str) -> str:
    """The text of a cell without the spaces or apostrophes that group the digits of its number.

    Neither is a decimal mark anywhere, so such a number has one reading.

    >>> without_spaces("1 979,5 TFLOPS"), without_spaces("2'368"), without_spaces("80 GB")
    ('1979,5 TFLOPS', '2368', '80 GB')
    """
    match = _GROUPED_BY_SPACES.fullmatch(text)
    if match is None:
        return text
    digits = re.sub(r"\D", "", match["digits"])
    return f"{match['sign']}{digits}{match['rest']}"


def with_point(text: str, marks: DecimalMarks) -> str:
    """The text of a cell with its number written with a decimal point and without groups.

    A text that does not begin with a number is returned as it is. Raises :class:`QuantityError`
    for a number with two readings, with both in the message, and for one that contradicts its
    column.

    >>> with_point("1,979 TFLOPS", DecimalMarks(stated=",")), with_point("7,5", DecimalMarks())
    ('1.979 TFLOPS', '7.5')
    """
    text = without_spaces(text)
    match = _NUMBER_AND_REST.fullmatch(text)
    if match is None:
        return text
    mark = _mark_shown_by(text)
    if mark:
        _refuse_contradiction(text, match, mark, marks)
    elif _GROUP_OR_DECIMAL.fullmatch(match["digits"]):
        mark = _mark_by_column(text, match, marks)
    else:
        # Plain digits, or neither grouped nor decimal, such as "1,97,": not for this function.
        return text
    return _rewritten(match, mark)


def _refuse_contradiction(text: str, match: re.Match[str], mark: str, marks: DecimalMarks) -> None:
    """Refuse a number whose decimal mark is another than that of its column.

    Raises :class:`QuantityError`, which shows how to write the number.
    """
    contradicts_mapping = marks.stated is not None and mark != marks.stated
    # A program writes points and a person commas into one column; one of the two slipped.
    contradicts_cells = mark == COMMA and POINT in marks.shown
    if contradicts_mapping or contradicts_cells:
        raise QuantityError(
            f"{text!r} has a decimal {_NAMES[mark]} and its column a decimal "
            f"{_NAMES[_OTHER[mark]]}; write {_rewritten(match, mark)}"
        )


_NAMES = {COMMA: "comma", POINT: "point"}
_OTHER = {COMMA: POINT, POINT: COMMA}


def _mark_by_column(text: str, match: re.Match[str], marks: DecimalMarks) -> str:
    """The decimal mark of a number that does not show its own: three digits after one mark.

    Raises :class:`QuantityError` with both readings where the column does not settle it.
    """
    written, certain = POINT, marks.for_point()
    if COMMA in match["digits"]:
        written, certain = COMMA, marks.for_comma()
    if certain is not None:
        return certain

    other = _OTHER[written]
    raise QuantityError(
        f"the {_NAMES[written]} in {text!r} may group digits or be the decimal mark; "
        f"write {_rewritten(match, other)} or {_rewritten(match, written)}"
    )


def _rewritten(match: re.Match[str], mark: str) -> str:
    """The text of a cell with the digits of its number rewritten from a given decimal mark."""
    return f"{match['sign']}{_plain(match['digits'], mark)}{match['rest']}"


def _plain(digits: str, mark: str) -> str:
    """Digits with a decimal point and without groups, from digits with a given decimal mark.

    >>> _plain("1.979,50", ","), _plain("1,979", ".")
    ('1979.5', '1979')
    """
    plain = digits.replace(_OTHER[mark], "").replace(mark, POINT)
    # Without its zeros, 294.5 does not look like a group again.
    if mark == COMMA and POINT in plain:
        plain = plain.rstrip("0").rstrip(POINT)
    return plain


def flag(column: str, text: str) -> bool:
    """A cell as true or false, in any of the ways in which programs write them.

    Raises :class:`QuantityError`, which names the column.

    >>> flag("datacenter", "Yes"), flag("datacenter", "0.0")
    (True, False)
    """
    if text.casefold() not in _FLAGS:
        raise QuantityError(f"column {column!r}: {text!r} is neither true nor false")
    return _FLAGS[text.casefold()]


def claim_of(column: MappedColumn, text: str, marks: DecimalMarks) -> Claim:
    """What a cell states, in chipdb's unit of the figure.

    Its text is that of the cell with the unit of the column, so that a reader can find it again.
    Raises :class:`QuantityError`, which names the column.
    """
    unit = unit_of(column.figure[0])
    try:
        plain = with_point(text, marks)
        number = _number(plain)
        if number is None or column.unit == IN_CELLS:
            # The cell has a unit of its own, which goes before that of the column.
            return Claim(text=text, value=quantity(plain, unit).value, unit=unit)
        suffix, factor = _unit_of_column(column, unit)
        value = number * factor
    except (QuantityError, ArithmeticError) as error:
        raise QuantityError(f"column {column.column!r}: {error}") from None

    # No figure of a chip is below zero; -1 often stands for unknown.
    if value < 0:
        raise QuantityError(f"column {column.column!r}: {text!r} is negative")
    return Claim(text=f"{text} {suffix}".rstrip(), value=value, unit=unit)


def _unit_of_column(column: MappedColumn, unit: str) -> tuple[str, Fraction]:
    """The unit or factor of a column as text, and the factor to chipdb's unit of the figure.

    >>> _unit_of_column(MappedColumn(column="BW", figure=["memory.bandwidth"], unit="TB/s"), "GB/s")
    ('TB/s', Fraction(1000, 1))
    """
    if column.times:
        return f"x {column.times}", Fraction(column.times)
    suffix = column.unit or unit
    return suffix, _factor(suffix, unit)


def _number(text: str) -> Fraction | None:
    """A number with however many digits a program wrote; None if the cell has a unit.

    Programs print floats with up to 17 digits, more than :func:`~chipdb.units.exact` takes from a
    person.

    >>> _number("1.979e3"), _number("80 GB")
    (Fraction(1979, 1), None)
    """
    # The length bounds the time that the exact arithmetic takes for a hostile file.
    if len(text) > _MAX_NUMBER_LENGTH or not _PLAIN_NUMBER.fullmatch(text):
        return None
    try:
        return Fraction(Decimal(text))
    except (InvalidOperation, ValueError, OverflowError):
        return None


@functools.lru_cache(maxsize=64)
def _factor(written: str, unit: str) -> Fraction:
    """The factor from a column's unit to chipdb's; a count may be in ``million``.

    >>> _factor("TB/s", "GB/s"), _factor("billion", "")
    (Fraction(1000, 1), Fraction(1000000000, 1))
    """
    # A bare number has no unit that `quantity` could convert.
    if written == unit:
        return Fraction(1)
    return quantity(f"1 {written}", unit).value
