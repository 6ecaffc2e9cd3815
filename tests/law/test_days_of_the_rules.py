"""The days of every rule, from the documents that made, changed or ended it.

``test_dates.py`` asks what the answers do with these days.
"""

from __future__ import annotations

from datetime import date

import pytest

import chipdb

Days = tuple[str, str | None]

FROM_2022 = "2022-10-21"
"""87 FR 62186: 3A090, 4A090, 3A991.p and 742.6(a)(6) apply from this day; 10-07 was equipment."""
FROM_2023 = "2023-11-17"  # 88 FR 73458
FROM_APRIL_2024 = "2024-04-04"  # 89 FR 23876: 4A090.b, ACA, 744.23(c) and (d), 4A003.z
FROM_DECEMBER_2024 = "2024-12-02"  # 89 FR 96790, to be complied with from 2024-12-31
FROM_2025 = "2025-01-13"  # 90 FR 4544, to be complied with from 2025-05-15

PERIODS: dict[str, Days] = {
    "us-3a090-2022": (FROM_2022, FROM_2023),
    "us-3a090-2023": (FROM_2023, None),
    "us-4a090-2022": (FROM_2022, FROM_APRIL_2024),  # .b was reserved until then
    "us-4a090-2024": (FROM_APRIL_2024, None),
    "us-3a090-c-2024": (FROM_DECEMBER_2024, None),
    "us-3a991-p": (FROM_2022, None),
    "us-4a994-l": (FROM_2022, None),
    # 71 FR 20876 of 2006-04-24 brought APP; .z.1 is entered from 89 FR 23876 on
    "us-4a003-b-2006": ("2006-04-24", FROM_APRIL_2024),
    "us-4a003-b": (FROM_APRIL_2024, None),
    "us-license-742-4-ns-1": ("2006-04-24", None),
    "us-ns-1-declared": ("2006-04-24", None),
    "us-license-742-4-ns-1-declared": ("2006-04-24", None),
    "us-license-742-6-2022": (FROM_2022, FROM_2023),
    "us-license-742-6-iii-2023": (FROM_2023, FROM_DECEMBER_2024),  # (b)(10) is another text then
    "us-license-742-6-iii-2024": (FROM_DECEMBER_2024, FROM_2025),
    "us-license-744-23-2023": (FROM_2023, FROM_APRIL_2024),
    "us-license-744-23-2024": (FROM_APRIL_2024, FROM_2025),
    "us-license-742-6-iii-a-2025": (FROM_2025, None),
    "us-license-742-6-iii-a-headquarters": (FROM_2025, None),
    "us-license-742-6-iii-b-2025": (FROM_2025, None),
    "us-license-744-23-2025": (FROM_2025, None),
    "us-license-742-6-iii-a-worldwide": ("2025-05-15", None),
    "us-license-742-6-hbm-2024": ("2024-12-31", None),
    "us-license-744-23-hbm-2024": ("2024-12-31", None),
    # the letters: NVIDIA's filings of 2022-08-31, 2023-10-24 and 2025-04-15, AMD's statement
    "us-letter-nvidia-2022": ("2022-08-26", FROM_2022),
    "us-letter-amd-2022": ("2022-08-31", FROM_2022),
    "us-letter-nvidia-2023": ("2023-10-23", FROM_2023),
    "us-letter-2025": ("2025-04-09", None),
    # 90 FR 5298; (2) of the definition speaks of days before 2026-12-31 (91 FR 17851), (3) of days
    # after it; the figures are those of calendar years
    "us-note-1-2025": ("2025-01-16", "2026-12-31"),
    "us-note-1-2026-12-31": ("2026-12-31", "2027-01-01"),
    "us-note-1-2027": ("2027-01-01", "2028-01-01"),
    "us-note-1-2028": ("2028-01-01", "2029-01-01"),
    "us-note-1-2029": ("2029-01-01", None),
    "us-review-2026": ("2026-01-15", None),  # 91 FR 1684
    "us-section-232-2026": ("2026-01-15", None),  # CSMS 67400472: entered from 00:01 of this day
    # part 746: the days on which these pages of the Federal Register appeared, or that they name
    "us-license-746-2": ("1996-03-25", None),  # 61 FR 12802
    "us-license-746-3": ("2004-07-30", None),  # 69 FR 46077
    "us-license-746-4": ("2007-01-26", None),  # 72 FR 3725
    "us-license-746-6": ("2015-01-29", None),  # 80 FR 4776
    "us-license-746-7": ("2009-01-15", None),  # 74 FR 2358
    "us-license-746-8": ("2022-02-24", None),  # 87 FR 12226
    "us-license-746-9": ("2011-12-12", "2025-09-02"),  # 76 FR 77117; 90 FR 42320
    "us-license-746-9-2025": ("2025-09-02", None),
    "eu-3a501-2025": ("2025-11-15", None),  # Delegated Regulation (EU) 2025/2003
    # the days of the reports themselves
    "cn-reported-2025-09-17": ("2025-09-17", None),
    "cn-reported-2025-11-05": ("2025-11-05", None),
    "cn-reported-2026-01-14": ("2026-01-14", None),
    "cn-reported-2026-05-20": ("2026-05-20", None),
    "cn-reported-2026-08-26": ("2026-08-26", None),
}
"""The first day on which a rule applies and the day on which it no longer does.

A requirement applies from the day of compliance where that is later (point B11).
"""


@pytest.mark.parametrize("name", PERIODS)
def test_period(name: str) -> None:
    """The days of the documents named above."""
    rule = chipdb.load_rules()[name]
    first = rule.dates.effective
    if rule.question == "license" and rule.dates.compliance is not None:
        assert rule.dates.effective is not None
        first = max(rule.dates.effective, rule.dates.compliance)
    begins, ends = PERIODS[name]
    assert first == date.fromisoformat(begins)
    assert rule.dates.ends == (date.fromisoformat(ends) if ends else None)


def test_every_rule_in_force_is_here() -> None:
    """A proposal has no first day."""
    rules = chipdb.load_rules()
    assert {rule.id for rule in rules if rule.question != "proposal"} == set(PERIODS)
    for rule in rules:
        if rule.question == "proposal":
            assert (rule.dates.effective, rule.dates.ends) == (None, None)


@pytest.mark.parametrize(
    ("name", "effective"),
    [
        ("us-license-742-6-hbm-2024", FROM_DECEMBER_2024),
        ("us-license-744-23-hbm-2024", FROM_DECEMBER_2024),
        ("us-license-742-6-iii-a-worldwide", FROM_2025),
    ],
)
def test_in_effect_before_it_is_due(name: str, effective: str) -> None:
    """89 FR 96790 and 90 FR 4544 are effective before they are to be complied with."""
    assert chipdb.load_rules()[name].dates.effective == date.fromisoformat(effective)


def test_enforcement() -> None:
    """BIS announced on 2025-05-13 that it does not enforce 90 FR 4544, due from 2025-05-15.

    What it goes on to enforce for .a is no longer what is printed from that day on.
    """
    days = {
        rule.id: (rule.dates.enforcement_ends, rule.dates.printed_ends)
        for rule in chipdb.load_rules()
        if rule.dates.enforcement_ends or rule.dates.printed_ends
    }
    printed_until = (None, date(2025, 5, 15))
    assert days == {
        "us-license-742-6-iii-a-worldwide": (date(2025, 5, 13), None),
        "us-license-742-6-iii-a-2025": printed_until,
        "us-license-742-6-iii-a-headquarters": printed_until,
    }
