"""What Note 1 to 3A090.a asks of a package: its memory, its logic, and what is attested of it.

Nothing is presumed in an exporter's favor. Logic counts as planar only where every die is known to
be, and an attestation that nobody made overcomes no presumption.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import replace
from chipdb.metrics import Count
from chipdb.metrics.definitions import LOGIC_ROLES
from chipdb.rules.places import places
from chipdb.rules.scopes import Selection

_NODE = re.compile(r"(\d+(?:\.\d+)?)\s*nm\b", re.IGNORECASE)
_HBM = re.compile(r"HBM", re.IGNORECASE)
_OTHER = re.compile(r"(LP|G)?DDR|none$", re.IGNORECASE)
"""How the names of all other memory begin.

A vendor's own stacks may be HBM by their density, without following the standard.
"""


def package_facts(chip: Chip) -> dict[str, bool | None]:
    """The facts of Note 1 to 3A090.a, by name.

    Unknown (None) may be the memory, and always is what the text itself leaves open,
    ``text_unsettled``. The others say what is stated.

    >>> facts = package_facts(Chip(id="a", name="a"))
    >>> facts["transistors_stated"], facts["planar_logic_only"], facts["high_bandwidth_memory"]
    (False, False, None)
    """
    return {
        "high_bandwidth_memory": _has_hbm(chip.memory.kind or ""),
        "planar_logic_only": planar_logic_only(chip),
        "transistors_stated": Count(chip).metric("transistors").value is not None,
        **dict.fromkeys(ATTESTED, False),
        "text_unsettled": None,
    }


ATTESTED = (
    "approved_designer",
    "authorized_designer",
    "application_pending",
    "packaged_by_fabricator",
    "packaged_by_approved_osat",
)
"""Facts that somebody attests; nobody presumes them."""


def attestations(chip: Chip, on: date, application_days: int | None) -> dict[str, bool | None]:
    """What is attested of a chip on a day: facts of :data:`ATTESTED`, None if unstated.

    ``application_days`` is how long the application of a designer counts, from the day on which it
    was made; without it an application never counts. Raises
    :class:`~chipdb.errors.UnknownNameError` for a place of packaging that is not a country.

    >>> set(attestations(Chip(id="a", name="a"), date(2026, 6, 1), None).values())
    {None}
    """
    stated = chip.attested
    facts: dict[str, bool | None] = dict.fromkeys(ATTESTED)
    if stated.designer is not None:
        facts["approved_designer"] = stated.designer == "approved"
        facts["authorized_designer"] = stated.designer == "authorized"
    if stated.applied is not None:
        ends = stated.applied + timedelta(days=application_days or 0)
        facts["application_pending"] = stated.applied <= on < ends
    if stated.by is not None:
        # In either case one of the two attestations was not made.
        facts["packaged_by_approved_osat"] = stated.by == "approved-osat"
        facts["packaged_by_fabricator"] = False
        if stated.by == "fabricator":
            facts["packaged_by_fabricator"] = _packaged_abroad(stated.packaged_in, on)
    return facts


def _packaged_abroad(country: str | None, on: date) -> bool | None:
    """Whether a place of packaging lies outside Macau and D:5.

    None where it is not stated, or its membership in D:5 is not settled for the day. Raises
    :class:`~chipdb.errors.UnknownNameError` for no known country.
    """
    if country is None:
        return None
    inside = places().selects(Selection(("D:5", "MO")), places().country(country, on), on)
    if inside is None:
        return None
    return not inside


def attested_facts(chip: Chip, on: date, application_days: int | None) -> dict[str, bool | None]:
    """What is surely attested of a chip on a day; an unstated attestation counts as not made.

    As :func:`attestations`, with False for everything that is not stated to be so.
    """
    is_counted = chip.attested.transistors is not None
    surely: dict[str, bool | None] = {}
    for name, value in attestations(chip, on, application_days).items():
        # None becomes False here: only an actual attestation counts.
        surely[name] = value is True
        # Whoever packaged it attests a count; without the count there is no attestation.
        if name.startswith("packaged_by") and not is_counted:
            surely[name] = False
    return surely


def with_attested_count(chip: Chip) -> Chip:
    """A chip whose transistor count is the attested one, and not known where none is.

    The note asks for the aggregated approximated count, which a published count is not. So the
    counts of single dies go as well, and a count that a user stated as a metric.
    """
    dies = chip.dies
    if dies is not None:
        dies = tuple(replace(die, transistors=None) for die in dies)
    metrics = dict(chip.metrics)
    metrics.pop("transistors", None)
    return replace(chip, transistors=chip.attested.transistors, dies=dies, metrics=metrics)


def _has_hbm(kind: str) -> bool | None:
    """Whether a kind of memory is HBM; None where its name does not say.

    >>> _has_hbm("HBM3e"), _has_hbm("GDDR6"), _has_hbm("stacked DRAM") is None
    (True, False, True)
    """
    if _HBM.match(kind):
        return True
    if _OTHER.match(kind):
        return False
    return None


def planar_logic_only(chip: Chip) -> bool:
    """Whether every logic die is known to be planar and of a larger node than the note names.

    False also if not known, and for a chip without a known logic die: the presumption stands until
    the exporter shows otherwise.
    """
    logic = [die for die in chip.dies or () if die.role in LOGIC_ROLES]
    for die in logic:
        # Planar has to be stated; None is unknown, and does not count as planar.
        is_planar = die.non_planar is False
        if not is_planar or not _is_large_node(die.process):
            return False
    return bool(logic)


def _is_large_node(process: str | None) -> bool:
    """Whether a process is known to be of a larger node than the first with non-planar transistors.

    Being planar is not enough: FD-SOI is planar at nodes that the note covers. False if the node
    is not known.

    >>> _is_large_node("28 nm"), _is_large_node("7 nm"), _is_large_node(None)
    (True, False, False)
    """
    from chipdb.catalog.consistency import gates, node_of

    first_non_planar = gates()["planar"].non_planar_to
    assert first_non_planar is not None, "the gate on planar dies states it"
    # The name of a process may state its node; else the table of processes is asked.
    stated = _NODE.search(process or "")
    if stated is not None:
        return Fraction(stated[1]) > first_non_planar
    node = node_of(process)
    return node is not None and node.nm > first_non_planar
