"""Where the rules reach: a dozen destinations with their dated country groups, and each scope.

From the table of 2026-07-23 (supplement no. 1 to part 740) and from the changes that are dated in
15 CFR and the Federal Register. Macau is not in D:5, and the rules name it beside D:5. Hong Kong is
China from 2020-12-23, before every day that is asked here.
"""

from __future__ import annotations

from dataclasses import dataclass

GROUPS = {
    "CN": {"D:1", "D:4", "D:5"},
    "HK": {"D:1", "D:4", "D:5"},
    "MO": {"D:1", "D:4"},
    "VN": {"D:1"},
    "KZ": {"D:1"},
    "SA": {"D:4"},
    "QA": {"D:4"},
    "PK": {"D:4"},
    "AF": {"D:5"},
    "SO": {"D:5"},
    "VE": {"D:1", "D:4", "D:5"},
    "LB": {"D:4", "D:5"},
    "IL": {"D:4", "A:6"},
    "IN": {"A:5"},
    "DE": {"A:5"},
    "CH": {"A:5"},
    "JP": {"A:5"},
    "GB": {"A:5"},
    "TW": {"A:6"},
    "SG": {"A:6"},
    "BR": set(),
    "US": set(),
    "CA": {"A:5"},
    "RU": {"D:1", "D:4", "D:5"},
}

ACROSS_THE_EU = {"DE", "FR", "NL"}


def groups(place: str, on: str) -> set[str]:
    """The country groups of a place on a day.

    The Emirates left D:4 for A:5 on 2026-07-10 (91 FR 43034). Nicaragua joined D:1 and D:5 on
    2024-03-15.
    """
    if place == "AE":
        return {"D:4"} if on < "2026-07-10" else {"A:5"}
    if place == "NI":
        return set() if on < "2024-03-15" else {"D:1", "D:5"}
    return GROUPS[place]


@dataclass(frozen=True)
class Deal:
    """A day, a destination, the exporter's country, and where the recipient has its headquarters.

    Headquarters that are not stated are taken to be in the destination.
    """

    on: str
    to: str | None = None
    origin: str = "US"
    headquarters: str | None = None

    @property
    def home(self) -> str | None:
        """Where the recipient, or its ultimate parent, is headquartered."""
        return self.headquarters or self.to


def d_groups(deal: Deal) -> bool:
    """742.6(a)(6)(iii): D:1, D:4 and D:5, excluding any destination also in A:5 or A:6."""
    assert deal.to
    members = groups(deal.to, deal.on)
    return bool(members & {"D:1", "D:4", "D:5"}) and not members & {"A:5", "A:6"}


def of_concern(place: str | None, on: str) -> bool:
    """Macau or a destination of Country Group D:5."""
    return place is not None and (place == "MO" or "D:5" in groups(place, on))


def headquartered(deal: Deal) -> bool:
    """744.23(a)(3): to any destination but the United States, for an entity of Macau or D:5."""
    return deal.to != "US" and of_concern(deal.home, deal.on)


def reached(name: str, deal: Deal) -> bool:
    """Whether a letter's destinations take in a deal.

    2022: China (with Hong Kong) and Russia. 2023: as the rule that it brought forward. 2025: China
    with Hong Kong and Macau, D:5, and companies headquartered there; never a delivery in the US.
    """
    if name == "us-letter-nvidia-2022":
        return deal.to in ("CN", "HK", "RU")
    if name == "us-letter-nvidia-2023":
        return d_groups(deal)
    return of_concern(deal.to, deal.on) or headquartered(deal)


def required_for_entry(outcome: str | None, deal: Deal, *, printed: bool = False) -> bool:
    """Whether 742.6(a)(6) or 744.23(a)(3) asks for a license for an item of 3A090 or 4A090.

    2022-10-21 China, from 2023-01-17 Macau too (88 FR 2821). 2023-11-17 D:1, D:4, D:5 less A:5 and
    A:6, and headquarters. From 2025-01-13 .a and .b each have a paragraph, both with the Emirates by
    name; as enforced, .a keeps its scope of 2023. As printed, .a is worldwide from 2025-05-15.
    """
    if outcome is None or deal.to == "US" or deal.on < "2022-10-21":
        return False
    if deal.on < "2023-11-17":
        return deal.to in ("CN", "HK") or (deal.to == "MO" and deal.on >= "2023-01-17")
    if d_groups(deal) or headquartered(deal):
        return True
    if deal.on < "2025-01-13":
        return False
    if deal.to == "AE":
        return True
    return printed and deal.on >= "2025-05-15" and outcome.endswith(".a")


def european_export(deal: Deal) -> bool:
    """From a member state to a place outside the Union, from 2025-11-15."""
    return (
        deal.origin in ACROSS_THE_EU
        and deal.to is not None
        and deal.to not in ACROSS_THE_EU
        and deal.on >= "2025-11-15"
    )


def unmarked(place: str, on: str) -> bool:
    """NS column 1 without an X: Canada; from 2024-04-19 Australia and the United Kingdom."""
    return place == "CA" or (place in ("AU", "GB") and on >= "2024-04-19")
