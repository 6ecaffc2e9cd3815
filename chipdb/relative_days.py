"""Days that are stated relative to another: ``today``, ``+30d``, ``-1y``, ``today+6m``.

Whoever asks about next month counts from today; the answer always names the day that was meant.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from chipdb.units import day_of

_RELATIVE = re.compile(r"(today)?((?P<sign>[+-])(?P<number>\d{1,4})(?P<unit>[dwmy]))?")
_MONTHS = {"m": 1, "y": 12}
_DAYS = {"d": 1, "w": 7}


def is_relative(text: str) -> bool:
    """Whether a text states a day relative to today.

    >>> is_relative("+30d"), is_relative("today"), is_relative("2026-06-01"), is_relative("30d")
    (True, True, False, False)
    """
    return bool(text) and _RELATIVE.fullmatch(text.strip().lower()) is not None


def stated_day(text: str, today: date | None = None) -> date:
    """The day that a text states: ``2026-06-01``, or one relative to ``today``.

    Months and years keep the day of the month, or end at the last day of a shorter month.
    Raises :class:`ValueError` for any other text and for a day that is not in the calendar.

    >>> str(stated_day("+30d", date(2026, 11, 30))), str(stated_day("+1m", date(2027, 1, 31)))
    ('2026-12-30', '2027-02-28')
    """
    written = text.strip().lower()
    if not is_relative(written):
        return day_of(text)
    match = _RELATIVE.fullmatch(written)
    assert match is not None
    if today is None:
        today = date.today()
    try:
        if match["number"] is None:
            return today
        amount = int(match["sign"] + match["number"])
        if match["unit"] in _DAYS:
            return today + timedelta(days=amount * _DAYS[match["unit"]])
        return _months_later(today, amount * _MONTHS[match["unit"]])
    except (OverflowError, ValueError):
        raise ValueError(f"{text!r} is not a day of the calendar") from None


def _months_later(day: date, months: int) -> date:
    """The same day of a later or earlier month, or its last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
