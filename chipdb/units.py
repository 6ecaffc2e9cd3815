"""Exact numbers and quantities: text in, :class:`fractions.Fraction` out.

A number keeps the digits with which it was written; nothing is rounded on the way in. The units
are those of ``units.txt`` and no others. A quantity of the wrong kind is refused with a message
that names the right one. Only conversions that data rarely use load pint.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from chipdb.errors import QuantityError
from chipdb.lazy_dataclasses import dataclass

if TYPE_CHECKING:
    import pint

# No figure of a chip needs more; the bounds keep exact arithmetic on hostile text cheap.
MAX_DIGITS = 18
MIN_EXPONENT, MAX_EXPONENT = -12, 15
PERCENT = 100
"""A whole in percent."""

_MAX_SHOWN = 40
"""The most characters of a user's text that an error message repeats."""

_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>\d+)(?:\.(?P<part>\d+))?(?:[eE](?P<exponent>[+-]?\d{1,6}))?"
)
_QUANTITY = re.compile(
    r"\s*([+-]?(?:\d[\w.]*?[eE][+-]\d+|[\w.]*?\d))\s*((?![\d.eE][+-]?\d)[^\d\s.].*?)?\s*"
)
"""A number and a unit. The lookahead keeps the end of a number, such as the e9 of 2.5e9, from
passing for a unit; the sign of an exponent is part of the number, as in 1.979E+15 FLOPS."""
_UNIT = re.compile(r"[A-Za-z]{1,12}(\^\d)?([ */][A-Za-z]{1,12}(\^\d)?){0,3}")
# Data sheets write units in these ways, which the parser of pint does not know or reads as others.
_SPELLINGS = (
    ("mm2", "mm^2"),
    ("mm²", "mm^2"),
    ("**", "^"),
    ("GBps", "GB/s"),
    ("TBps", "TB/s"),
    ("Gbps", "Gb/s"),
    ("FLOP/s", "FLOPS"),
    ("OP/s", "OPS"),
)

KINDS = {
    "": "a bare number",
    "GB": "an amount of memory such as 80 GB or 64 GiB",
    "GB/s": "a bandwidth such as 900 GB/s or 3.35 TB/s",
    "TOPS": "a throughput such as 312 TFLOPS or 624 TOPS",
    "mm^2": "an area such as 814 mm^2",
    "TPP/mm^2": "a bare number (TPP per mm^2)",
    "GB/s/mm^2": "a bandwidth density such as 2.5 GB/s/mm^2",
    "W": "a power such as 700 W",
    "MHz": "a clock such as 1410 MHz",
    "bit": "a bus width such as 5120 bit",
    "Gb/s": "the data rate of one pin such as 6.4 Gb/s",
    "USD": "a price such as 30000 USD",
    "CNY": "a price such as 120000 CNY",
}
"""Each unit that chipdb keeps figures in, with what error messages call a value in it."""

WRITTEN_OUT = {
    ("TFLOPS", "TOPS"): Fraction(1),
    ("GFLOPS", "TOPS"): Fraction(1, 1000),
    ("PFLOPS", "TOPS"): Fraction(1000),
    ("POPS", "TOPS"): Fraction(1000),
    # third-party tables count single operations and bytes
    ("FLOPS", "TOPS"): Fraction(1, 10**12),
    ("OPS", "TOPS"): Fraction(1, 10**12),
    ("byte", "GB"): Fraction(1, 10**9),
    ("byte/s", "GB/s"): Fraction(1, 10**9),
    ("TB/s", "GB/s"): Fraction(1000),
    ("GiB/s", "GB/s"): Fraction(2**30, 10**9),
    ("TiB/s", "GB/s"): Fraction(2**40, 10**9),
    ("MB/s", "GB/s"): Fraction(1, 1000),
    ("GiB", "GB"): Fraction(2**30, 10**9),
    ("MB", "GB"): Fraction(1, 1000),
    ("TB", "GB"): Fraction(1000),
    ("TiB", "GB"): Fraction(2**40, 10**9),
    ("GHz", "MHz"): Fraction(1000),
    ("kW", "W"): Fraction(1000),
    ("Gb/s", "GB/s"): Fraction(1, 8),
    ("million", ""): Fraction(10**6),
    ("billion", ""): Fraction(10**9),
}
"""The conversions that data use most; reading them does not load pint.

A test compares each with what pint says.
"""

METRIC_UNITS = {
    "tpp": "",
    "performance_density": "TPP/mm^2",
    "applicable_die_area": "mm^2",
    "memory_bandwidth": "GB/s",
    "aggregate_io_bandwidth": "GB/s",
    "interconnect_bandwidth": "GB/s",
    "letter_io_bandwidth": "GB/s",
    "memory_and_io_bandwidth": "GB/s",
    "tops": "TOPS",
    "memory_capacity": "GB",
    "transistors": "",
    "memory_bandwidth_density": "GB/s/mm^2",
    "app": "",
}
"""The metrics, a closed list, each with the unit that every answer uses."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An exact value in a known unit.

    ``half_digit`` is half a unit of the last digit written: the rounding that the text allows.
    """

    value: Fraction
    half_digit: Fraction
    unit: str


def exact(text: str) -> Fraction:
    """Read a decimal number exactly.

    Raises :class:`QuantityError` for anything but a plain decimal of at most 18 digits with an
    exponent from -12 to 15: no ``nan``, ``inf``, ``_`` or commas.

    >>> exact("2.25")
    Fraction(9, 4)
    """
    return _number(text)[0]


def whole_number(text: str) -> int:
    """Read a number of things: digits only, as people write it.

    Raises :class:`QuantityError` for anything else, such as ``1_0``, ``02``, ``+2`` or ``2.0``,
    which Python would read, and for more than 18 digits.

    >>> whole_number("72")
    72
    """
    digits = text.strip()
    if digits.startswith("-") and digits[1:].isdecimal():
        raise QuantityError(f"{_short(text)} is negative; write a whole number such as 8")
    if not (digits.isascii() and digits.isdecimal()) or digits != (digits.lstrip("0") or "0"):
        raise QuantityError(f"{_short(text)} is not a whole number; write one such as 8")
    if len(digits) > MAX_DIGITS:
        raise QuantityError(f"{_short(text)} has too many digits; at most {MAX_DIGITS} are read")
    return int(digits)


def _number(text: str) -> tuple[Fraction, Fraction]:
    """A decimal number and half a unit of its last digit.

    The half digit says how exact the text is: 312 stands for 311.5 to 312.5.
    """
    match = _NUMBER.fullmatch(text.strip())
    # The pattern's \d also matches Arabic and other digits, which a reader could mistake.
    if match is None or not text.isascii():
        raise QuantityError(f"{text!r} is not a number; write one such as 1000 or 2.5e9")

    whole, part = match["whole"], match["part"] or ""
    exponent = int(match["exponent"] or 0)
    if len(whole + part) > MAX_DIGITS:
        raise QuantityError(f"{_short(text)} has too many digits; at most {MAX_DIGITS} are read")
    if not MIN_EXPONENT <= exponent <= MAX_EXPONENT:
        raise QuantityError(
            f"{_short(text)}: the exponent must be between {MIN_EXPONENT} and {MAX_EXPONENT}"
        )

    # Digits and exponent are limited above: a text such as 1e999999 would exhaust the memory.
    scale = Fraction(10) ** (exponent - len(part))
    sign = -1 if match["sign"] == "-" else 1
    return sign * int(whole + part) * scale, scale / 2


@functools.lru_cache(maxsize=8192)
def quantity(text: str, unit: str) -> Amount:
    """Read ``text`` as a quantity in ``unit``, converting exactly.

    ``unit`` is one of :data:`KINDS`. Raises :class:`QuantityError` if the unit of the text is
    missing, unknown or of another kind, or if the value is negative.

    >>> quantity("3.35 TB/s", "GB/s").value
    Fraction(3350, 1)
    >>> quantity("-700 W", "W")
    Traceback (most recent call last):
    chipdb.errors.QuantityError: -700 W is negative; expected a power such as 700 W
    """
    # The cache matters: a catalog or a table repeats the same few thousand texts.
    _refuse_comma(text)
    number, written = _split(text)
    value, half = _number(number)
    if value < 0:
        raise QuantityError(f"{_short(text)} is negative; expected {KINDS[unit]}")
    # Data sheets mix Gb and GB; the likely slip gets a message of its own.
    if unit == "GB" and re.fullmatch(r"([kMGTPE]i?)?(b|bit|bits)", written):
        raise QuantityError(f"{_short(text)} counts bits; expected {KINDS[unit]}")
    factor = _factor(written, unit, text)
    return Amount(value * factor, half * factor, unit)


def _refuse_comma(text: str) -> None:
    """Refuse a number with a comma: 294,500 may be 294500, or 294.5 where the comma is a point."""
    match = re.match(r"\s*[+-]?(\d[\d.,]*)", text)
    if match is None or "," not in match[1]:
        return
    number, rest = match[1], text[match.end(1) :].rstrip()
    readings: list[str] = []
    if re.fullmatch(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?", number):
        readings.append(number.replace(",", "") + rest)
    if re.fullmatch(r"\d+,\d+", number):
        readings.append(number.replace(",", ".") + rest)
    advice = " or ".join(readings) or "a point before the decimals and no commas"
    raise QuantityError(f"{_short(text)} has a comma; write {advice}")


def _split(text: str) -> tuple[str, str]:
    """The number and the unit of a quantity; the unit may be empty.

    >>> _split("3.35 TBps")
    ('3.35', 'TB/s')
    """
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise QuantityError(
            f"{_short(text)} is not a quantity; write a number and a unit, such as 900 GB/s"
        )
    written = match[2] or ""
    for spelling, canonical in _SPELLINGS:
        written = written.replace(spelling, canonical)
    return match[1], written


def _factor(written: str, unit: str, text: str) -> Fraction:
    """The factor from the written unit to ``unit``; ``text`` is for error messages."""
    if written == unit:
        return Fraction(1)
    if (written, unit) in WRITTEN_OUT:
        return WRITTEN_OUT[written, unit]
    # Everybody writes performance density without its unit.
    if written == "" and unit == "TPP/mm^2":
        return Fraction(1)
    if written == "":
        raise QuantityError(f"{_short(text)} has no unit; expected {KINDS[unit]}")
    return _converted(written, unit, text)


@functools.lru_cache(maxsize=512)
def _factor_of(written: str, unit: str) -> Fraction | None:
    """The factor from ``written`` to ``unit`` by pint; None if they are of different kinds."""
    import pint

    if not _UNIT.fullmatch(written):
        raise QuantityError(f"unknown unit {_short(written)!r}")

    try:
        given = registry().parse_units(written)
        target = registry().parse_units("" if unit == "TPP/mm^2" else unit)
        if given.dimensionality != target.dimensionality:
            return None
        return Fraction(registry().Quantity(Fraction(1), given).to(target).magnitude)
    except (  # pint and its parser raise all of these for text that is not a unit
        pint.errors.PintError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        AssertionError,
    ) as error:
        raise QuantityError(f"unknown unit {written!r}") from error


def _converted(written: str, unit: str, text: str) -> Fraction:
    """The factor by pint; :class:`QuantityError` shows the user's text and what was expected."""
    try:
        factor = _factor_of(written, unit)
    except QuantityError as error:
        raise QuantityError(f"{_short(text)}: {error}; expected {KINDS[unit]}") from None
    if factor is None:
        hint = ""
        # Bandwidths are often written without "per second": 900 GB for 900 GB/s.
        if unit == "GB/s" and re.fullmatch(r"[kMGTP]i?B", written):
            hint = f"; did you mean {text.strip()}/s?"
        raise QuantityError(f"{_short(text)} has the wrong unit; expected {KINDS[unit]}{hint}")
    return factor


def _short(text: str) -> str:
    """A user's text on one line, cut for an error message."""
    flat = " ".join(text.split())
    if len(flat) > _MAX_SHOWN:
        flat = f"{flat[: _MAX_SHOWN - 3]}..."
    return flat or "an empty text"


@functools.lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[Fraction]:
    """The pint registry of chipdb: the units of ``units.txt`` with exact arithmetic."""
    import pint

    path = Path(__file__).with_name("units.txt")
    return pint.UnitRegistry(path, non_int_type=Fraction, case_sensitive=True)


def day_of(text: str) -> date:
    """A date written YYYY-MM-DD; :class:`ValueError` for any other text."""
    # `fromisoformat` alone would also take 20270110 and 2027-W02-7.
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(f"{text!r} is not a date; write YYYY-MM-DD")
    return date.fromisoformat(text)


MOST_DIGITS = 12
"""More decimals than this are never printed."""


def display_apart(
    value: Fraction | float, thresholds: Collection[Fraction], digits: int = 2
) -> str:
    """A number for people that lies on the same side of some thresholds as the exact value.

    It has more than ``digits`` decimals only where rounding would put it on another side.

    >>> display_apart(Fraction("4799.999"), [Fraction(4800)])
    '4,799.999'
    >>> display_apart(Fraction("4799.999"), [Fraction(1600)]), display(Fraction("4799.999"))
    ('4,800', '4,800')
    """
    exact_value = Fraction(value)
    for decimals in range(digits, MOST_DIGITS + 1):
        text = display(exact_value, decimals)
        printed = Fraction(text.replace(",", ""))
        # most values have few decimals, and what is printed in full is on its own side
        if printed == exact_value:
            return text
        if all(_side(printed, limit) == _side(exact_value, limit) for limit in thresholds):
            return text
    return display(exact_value, MOST_DIGITS)


def _side(value: Fraction, threshold: Fraction) -> int:
    """-1 below a threshold, 0 on it, 1 above it."""
    return (value > threshold) - (value < threshold)


def counted(number: int, noun: str) -> str:
    """A number with its noun, which must take an "s" in the plural.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun}s"


def significant(value: float, digits: int) -> str:
    """A number for people with so many significant digits; for what is known no better.

    >>> significant(1685.4, 3), significant(0.01234, 3), significant(0.0, 3)
    ('1,690', '0.0123', '0')
    """
    return display(float(f"{value:.{digits}g}"), MOST_DIGITS)


def display(value: Fraction | float | None, digits: int = 2) -> str:
    """A number for people: thousands commas, at most ``digits`` decimals; an en dash for None.

    >>> display(Fraction(25200)), display(Fraction(4992, 826)), display(None)
    ('25,200', '6.04', '–')
    """
    if value is None:
        return "–"
    text = f"{float(value):,.{digits}f}"
    # The zeros of 25,200 are part of the number; only those after a point can go.
    if "." not in text:
        return text
    return text.rstrip("0").rstrip(".")
