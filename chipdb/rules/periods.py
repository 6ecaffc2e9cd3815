"""Periods: half-open spans of days, in which the law, its notices and memberships are dated.

A period includes its first day and excludes the day on which it ends: a rule that ends on
2023-11-17 was in force until the end of 2023-11-16, and its successor may begin on 2023-11-17.
"""

from __future__ import annotations

from datetime import date


def has_come(day: date | None, on: date) -> bool:
    """Whether a day has come by another; a day that is not recorded never comes.

    >>> has_come(date(2023, 11, 17), on=date(2023, 11, 17)), has_come(None, on=date(2023, 11, 17))
    (True, False)
    """
    return day is not None and day <= on


def is_within(begins: date | None, ends: date | None, on: date) -> bool:
    """Whether a day lies in a period, which has no end where its end is not recorded.

    The same holds for its beginning.

    >>> is_within(date(2022, 10, 21), date(2023, 11, 17), on=date(2023, 11, 17))
    False
    >>> is_within(date(2022, 10, 21), None, on=date(2023, 11, 17))
    True
    """
    if begins is not None and on < begins:
        return False
    return not has_come(ends, on)
