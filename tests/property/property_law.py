"""The rules written out plainly from their text, to hold chipdb's answers against: no tree, no data
file.

A case has a number for every metric (``density`` None where there is no applicable die area) and a
truth for every fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Case:
    """One value for everything that the rules ask of a chip."""

    tpp: Fraction
    area: Fraction
    memory: Fraction
    links: Fraction
    chip_links: Fraction
    tops: Fraction
    datacenter: bool
    addressed: bool = False

    @property
    def density(self) -> Fraction | None:
        """TPP over the applicable die area; nothing to compare where that area is zero."""
        return self.tpp / self.area if self.area else None


def entry_2022(case: Case) -> str | None:
    """87 FR 62186: 600 GB/s or more over all links, and 4800 or more."""
    return "3A090.a" if case.links >= 600 and case.tpp >= 4800 else None


def entry_2023(case: Case) -> str | None:
    """88 FR 73458 with Note 2, .a before .b."""
    if not case.datacenter and case.tpp < 4800:
        return None
    density = case.density
    if case.tpp >= 4800 or (
        case.tpp >= 1600 and density is not None and density >= Fraction("5.92")
    ):
        return "3A090.a"
    if density is None or density >= Fraction("5.92"):
        return None
    first = 2400 <= case.tpp < 4800 and density >= Fraction("1.6")
    second = case.tpp >= 1600 and density >= Fraction("3.2")
    return "3A090.b" if first or second else None


def entry(case: Case, on: str) -> str | None:
    """The paragraph of 3A090 on a day."""
    if on < "2022-10-21":
        return None
    return entry_2022(case) if on < "2023-11-17" else entry_2023(case)


def at_control(case: Case, on: str) -> str | None:
    """3A991.p from 2022-10-21: 8 TOPS or 150 GB/s, and specified by no other entry."""
    caught = on >= "2022-10-21" and (case.tops >= 8 or case.links >= 150)
    return "3A991.p" if caught and not entry(case, on) else None


def letter_2022(case: Case) -> bool:
    """Peak performance about the A100's (4992) and chip-to-chip I/O about the A100's (600 GB/s)."""
    return case.tpp >= 4992 and case.chip_links >= 600


def letter_2023(case: Case) -> bool:
    """TPP 4800 or more in a datacenter part."""
    return case.tpp >= 4800 and case.datacenter


def letter_2025(case: Case) -> bool:
    """Memory 1400, or I/O 1100, or both together 1700 GB/s; I/O taken over all links."""
    return case.memory >= 1400 or case.links >= 1100 or case.memory + case.links >= 1700


LETTERS = {
    "us-letter-nvidia-2022": (letter_2022, "2022-08-26", "2022-10-21"),
    "us-letter-nvidia-2023": (letter_2023, "2023-10-23", "2023-11-17"),
    "us-letter-2025": (letter_2025, "2025-04-09", "9999-12-31"),
}


def letter(case: Case, rule: str) -> bool:
    """Whether a letter asks for a license: its numbers are met and it is addressed to the maker."""
    return LETTERS[rule][0](case) and case.addressed


def license_to_china(case: Case, on: str) -> bool:
    """3A090 needs a license to China since 2022-10-21; before, and beside it, a letter may ask for
    one.
    """
    letters = [rule for rule, (_, since, until) in LETTERS.items() if since <= on < until]
    return entry(case, on) is not None or any(letter(case, rule) for rule in letters)


def inside_232(case: Case) -> bool:
    """The two bands of 9903.79.01, all eight bounds strict."""
    first = 14000 < case.tpp < 17500 and 4500 < case.memory < 5000
    second = 20800 < case.tpp < 21100 and 5800 < case.memory < 6200
    return first or second


def eased_2026(case: Case) -> bool:
    """91 FR 1684 for a part on sale in the United States: 3A090.a below both ceilings."""
    return entry_2023(case) == "3A090.a" and case.tpp < 21000 and case.memory < 6500
