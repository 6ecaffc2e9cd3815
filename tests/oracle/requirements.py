"""The requirements of 742.6(a)(6) and 744.23(a)(3): which are met, their exceptions, and review.

One function for each paragraph, from its text as it was on a day; nothing is shared with chipdb. An
exception is open, closed, or depends on a transaction that is not described (who uses an item, and
what for).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .places import Deal, d_groups, headquartered, of_concern

SUPPLEMENT_5A = {
    *("AU", "BE", "CA", "DE", "DK", "ES", "FI", "FR", "GB", "IE", "IT", "JP", "KR", "NL", "NO"),
    *("NZ", "SE", "TW", "US"),
}
"""Supplement No. 5(a) to part 740 (90 FR 4544), by which 740.27 is open."""
DENIAL, CASES, APPROVAL = "presumption-of-denial", "case-by-case", "presumption-of-approval"


@dataclass(frozen=True)
class Item:
    """What an item is: paragraph ``a`` or ``b`` of 3A090 or 4A090, and whether for datacenters."""

    paragraph: str
    datacenter: bool
    system: bool = False

    @property
    def of_nac(self) -> bool:
        """740.8(a): all items of .a and .b but those of .a that are for datacenters."""
        return not (self.paragraph == "a" and self.datacenter)


@dataclass
class Requirement:
    """What one paragraph asks for; ``notices`` are the open exceptions that need one to BIS."""

    exceptions: dict[str, str] = field(default_factory=dict)
    notices: set[str] = field(default_factory=set)
    review: str = DENIAL
    sides: list[str] = field(default_factory=list)


def requirements(item: Item, deal: Deal, *, printed: bool) -> dict[str, Requirement]:
    """The requirements met, by the paragraph that asks; as enforced, or as printed."""
    if deal.to == "US" or deal.on < "2022-10-21":
        return {}
    if deal.on < "2023-11-17":
        return _of_2022(item, deal)
    if deal.on < "2025-01-13":
        return _of_2023(item, deal)
    return _of_2025(item, deal, printed=printed)


def _of_2022(item: Item, deal: Deal) -> dict[str, Requirement]:
    """742.6(a)(6) of 87 FR 62186: China, and Macau from 2023-01-17 (88 FR 2821).

    4A090.b was reserved and 3A090 had no paragraph .b. 740.2(a)(9) leaves RPL, GOV
    740.11(b)(2)(ii) and TSU; 742.6(b)(10) presumes denial.
    """
    if item.paragraph == "b":
        return {}
    if deal.to in ("CN", "HK") or (deal.to == "MO" and deal.on >= "2023-01-17"):
        left = {"RPL": "depends", "GOV": "depends", "TSU": "closed"}
        return {"742.6(a)(6)": Requirement(exceptions=left)}
    return {}


def _of_2023(item: Item, deal: Deal) -> dict[str, Requirement]:
    """742.6(a)(6)(iii) by destination, and 744.23(a)(3)(i) for entities of D:5 or Macau elsewhere."""
    if item.system and item.paragraph == "b" and deal.on < "2024-04-04":
        return {}  # 4A090.b was reserved until 89 FR 23876
    if d_groups(deal):
        made = Requirement(review=_review_of_742_6(item, deal))
        _add_nac_and_aca(made, item, deal)
        _add_remaining(made)
        return {"742.6(a)(6)(iii)": made}
    if headquartered(deal):
        return {"744.23(a)(3)(i)": _of_744_23(item, deal)}
    return {}


def _of_744_23(item: Item, deal: Deal) -> Requirement:
    """744.23(a)(3)(i) from 2023-11-17 to 2025-01-12.

    (c) until 2024-04-03 lets no exception overcome it, and 740.8(b)(1) lets NAC; from 2024-04-04 (c)
    lets those of 740.2(a)(9)(ii). (d) of 88 FR 73458 is case by case outside D:5 and Macau; (d)(1)
    of 89 FR 23876 presumes denial, and (d)(3)(i) eases that for the items of NAC.
    """
    made = Requirement(review=CASES)
    _add_nac_by_headquarters(made, item, deal)
    if deal.on >= "2024-04-04":
        _add_remaining(made)
        if not item.of_nac:
            made.review = DENIAL
    return made


def _of_2025(item: Item, deal: Deal, *, printed: bool) -> dict[str, Requirement]:
    """90 FR 4544: 742.6(a)(6)(iii)(A) for .a and (B) for .b; 744.23(a)(3)(i)(A) for .b only.

    The Emirates are named from the day on which they left D:4, and before it D:4 has them. What is
    enforced of (A) is the scope of 2023 with headquarters (guidance of 2026-05-31).
    """
    in_scope = d_groups(deal) or deal.to == "AE"
    if item.paragraph == "a" and printed and deal.on >= "2025-05-15":
        return {"742.6(a)(6)(iii)(A)": _worldwide(item, deal)}
    found = {}
    if in_scope:
        made = Requirement(review=_review_of_742_6(item, deal))
        _add_nac_and_aca(made, item, deal)
        _add_of_2025(made, item)
        found[f"742.6(a)(6)(iii)({item.paragraph.upper()})"] = made
    if item.paragraph == "b":
        # 744.23 leaves out only what D:1, D:4 and D:5 take in, so the named Emirates are in both
        if headquartered(deal) and not d_groups(deal):
            found["744.23(a)(3)(i)(A)"] = _by_headquarters(item, deal)
    elif headquartered(deal) and not in_scope:
        found["742.6(a)(6)(iii)(A)"] = _by_headquarters(item, deal)
    return found


def _by_headquarters(item: Item, deal: Deal) -> Requirement:
    """The headquarters limb from 2025-01-13.

    .a: presumption of denial. .b: (d)(3)(i) of 744.23 is case by case, against
    742.6(b)(10)(iv)(B), which presumes denial.
    """
    made = Requirement()
    _add_nac_by_headquarters(made, item, deal)
    _add_of_2025(made, item)
    if item.paragraph == "b":
        made.review, made.sides = CASES, [DENIAL]
    return made


def _worldwide(item: Item, deal: Deal) -> Requirement:
    """742.6(a)(6)(iii)(A) as printed: worldwide, with AIA, ACM and LPP.

    740.27: destination and headquarters in Supplement No. 5(a). 740.28: neither in D:5 or Macau.
    740.29: so, too, and closed to D:1, D:4 and D:5 by 740.2(a)(9)(ii). Denial is presumed for D:5,
    Macau and their entities, else approval within the allocation.
    """
    concerns = of_concern(deal.to, deal.on) or of_concern(deal.home, deal.on)
    made = Requirement(review=DENIAL if concerns else APPROVAL)
    _add_nac_and_aca(made, item, deal)
    made.exceptions["AIA"] = _state({deal.to, deal.home} <= SUPPLEMENT_5A)
    made.exceptions["ACM"] = _state(not concerns)
    made.exceptions["LPP"] = _state(not concerns and not d_groups(deal))
    return made


def _review_of_742_6(item: Item, deal: Deal) -> str:
    """742.6(b)(10)(ii), later (iii) and (iv): denial for D:5, Macau and their entities.

    89 FR 96790 eased that from 2024-12-02 for what is in .a and not for datacenters, and for what
    is in .b and for datacenters; 90 FR 4544 took it back on 2025-01-13. Approval is presumed for
    all else.
    """
    if not (of_concern(deal.to, deal.on) or of_concern(deal.home, deal.on)):
        return APPROVAL
    eased = item.datacenter == (item.paragraph == "b")
    return CASES if eased and "2024-12-02" <= deal.on < "2025-01-13" else DENIAL


def _add_nac_and_aca(made: Requirement, item: Item, deal: Deal) -> None:
    """740.8 where 742.6(a)(6)(iii) asks.

    88 FR 73458 has one exception, NAC, for all of its destinations: with a notice for exports and
    reexports to Macau, D:5 or an entity headquartered there. From 2024-04-04 these are NAC, and
    ACA is for all else and for transfers within Macau or D:5; neither is for a transfer within
    another country to such an entity.
    """
    there = of_concern(deal.to, deal.on)
    noticed = there or of_concern(deal.home, deal.on)
    within = within_a_country(deal)
    if deal.on < "2024-04-04":
        made.exceptions["NAC"] = _state(item.of_nac)
        if item.of_nac and noticed and not within:
            made.notices.add("NAC")
        return
    _add_nac(made, item.of_nac and noticed and not within)
    made.exceptions["ACA"] = _state(item.of_nac and (not noticed or (there and within)))


def _add_nac_by_headquarters(made: Requirement, item: Item, deal: Deal) -> None:
    """740.8 where an entity's headquarters ask: for exports and reexports."""
    _add_nac(made, item.of_nac and not within_a_country(deal))


def _add_nac(made: Requirement, is_open: bool) -> None:
    """NAC, which needs a notice."""
    made.exceptions["NAC"] = _state(is_open)
    if is_open:
        made.notices.add("NAC")


def _add_remaining(made: Requirement) -> None:
    """740.2(a)(9)(ii): TMP 740.9(a)(6), RPL 740.10, GOV 740.11(b) and TSU 740.13(a) and (c)."""
    made.exceptions |= {"RPL": "depends", "GOV": "depends", "TMP": "depends", "TSU": "closed"}


def _add_of_2025(made: Requirement, item: Item) -> None:
    """Those of 740.2(a)(9)(ii), and AIA, ACM and LPP, which BIS does not enforce; .b has ACM only."""
    _add_remaining(made)
    made.exceptions["ACM"] = "closed"
    if item.paragraph == "a":
        made.exceptions |= {"AIA": "closed", "LPP": "closed"}


def within_a_country(deal: Deal) -> bool:
    """Whether a deal is a transfer (in-country); Hong Kong is China, Macau is not."""
    return _country(deal.origin) == _country(deal.to)


def memory_requirements(density: str, deal: Deal) -> dict[str, Requirement]:
    """742.6(a)(6)(i)(B) and 744.23(a)(3)(i)(B) of 89 FR 96790, due from 2024-12-31.

    For memory above 2 GB/s per square millimeter, to Macau and D:5 and to their entities elsewhere.
    740.25 is for less than 3.3; the others are those of 740.2(a)(9)(ii), without NAC and ACA.
    742.6(b)(10)(ii) presumes denial for headquarters in D:5 or Macau, else approval; 744.23(d)(3)(i)
    is case by case.
    """
    if float(density) <= 2 or deal.on < "2024-12-31" or deal.to == "US":
        return {}
    made = Requirement(exceptions={"HBM": _state(float(density) < 3.3)})
    _add_remaining(made)
    if of_concern(deal.to, deal.on):
        made.review = DENIAL if of_concern(deal.home, deal.on) else APPROVAL
        return {"742.6(a)(6)(i)(B)": made}
    if headquartered(deal):
        made.review = CASES
        return {"744.23(a)(3)(i)(B)": made}
    return {}


def _country(place: str | None) -> str | None:
    return "CN" if place == "HK" else place


def _state(is_open: bool) -> str:
    return "open" if is_open else "closed"
