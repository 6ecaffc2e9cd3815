"""Days relative to today: docs/specification.md, section 3, "A date is ...".

The expected days are counted on a calendar: November has 30 days, 2028 is a leap year.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from running import run

from chipdb.relative_days import stated_day

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-06-01", "2026-06-01"),
        ("today", "2026-11-30"),
        ("Today", "2026-11-30"),
        ("+30d", "2026-12-30"),
        ("-2w", "2026-11-16"),
        # February of 2027 has 28 days, that of 2028 has 29
        ("+3m", "2027-02-28"),
        ("+15m", "2028-02-29"),
        ("-1y", "2025-11-30"),
        ("today+1y", "2027-11-30"),
        ("today-1m", "2026-10-30"),
    ],
)
def test_days(text: str, day: str) -> None:
    assert stated_day(text, TODAY).isoformat() == day


@pytest.mark.parametrize(
    "text", ["", "+", "30d", "+30", "+30x", "soon", "+9999y", "-9999y", "2026-02-30", "today 30d"]
)
def test_no_days(text: str) -> None:
    with pytest.raises(ValueError, match=r"calendar|date|day|month"):
        stated_day(text, TODAY)


@pytest.mark.parametrize(
    "call",
    ["check H20 --to CN --on {}", "stale --on {}", "near --on {}", "timeline H20 --since {}"],
)
def test_the_day_is_printed(call: str) -> None:
    ran = run(*call.format("+30d").split())
    day = date.today() + timedelta(days=30)
    assert f"note: +30d is {day}" in ran.lines


def test_a_day_that_is_none_is_refused() -> None:
    ran = run("check", "H20", "--on", "soon")
    assert (ran.status, ran.out) == (2, "")
    assert ran.lines == ["chipdb: --on must be a date such as '2026-06-01' or '+30d', not 'soon'"]


def test_flips_names_the_days() -> None:
    assert run("flips", "--format", "csv", "today", "today+1m").out.startswith("chip,2")
