"""What is around a chip: the chips that its links join, and the network of its machine."""

from __future__ import annotations

from chipdb.catalog.catalog import load
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Figure, Link, preferred_claim
from chipdb.catalog.formats import format_table
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.units import display
from chipdb.vocabulary import Basis
from chipdb.workloads.data import GIGA, Surroundings, usual_surroundings

# Origins of a domain or a network, in the words of an answer; DEFAULT in ``data`` is the fourth.
PUBLISHED = "as published"
STATED = "as you stated"
BY_LINK = "as its link states"


def surroundings_of(chip: Chip, *, members: int | None = None) -> Surroundings:
    """What is around a chip, or around each accelerator of a system of ``members``.

    The catalog states both under ``scaling``; a link may state its own domain, and be the network.
    What is not known is the default. Raises :class:`~chipdb.errors.UsageError` for a domain that is
    no number of chips, and for a network without bandwidth.

    >>> import chipdb
    >>> surroundings_of(chipdb.load()["GB200 GPU"]).domain
    72
    """
    known = _of_today(chip)
    around = _with_network(_with_domain(usual_surroundings(), known), known)
    if members is not None:
        around = replace(around, domain=members, domain_origin=PUBLISHED)
    # a machine holds at least one scale-up domain, even where the domain is a rack
    return replace(around, node=max(around.node, around.domain))


def _of_today(chip: Chip) -> Chip:
    """A chip of a vintage with the surroundings of today's catalog, where it has none.

    The vintages of 2026 do not have them as figures, and the machines that a chip is sold in do
    not change with the catalog.
    """
    if chip.data is None or chip.scaling:
        return chip
    today = load()
    if chip.id not in today:
        return chip
    return replace(chip, scaling=today[chip.id].scaling)


def domain_text(around: Surroundings) -> str:
    """The scale-up domain in words, with where it comes from."""
    return f"scale-up domain of {around.domain:,} chips, {around.domain_origin}"


def network_text(around: Surroundings) -> str:
    """The network in words, with where it comes from."""
    rate = display(around.network / GIGA)
    return f"network of {rate} GB/s one way for each chip, {around.network_origin}"


def _with_domain(around: Surroundings, chip: Chip) -> Surroundings:
    """The surroundings with the domain of a chip, as far as it is known."""
    # A user's chip may have another link than the chip that it extends, so links come first.
    for link in chip.links or ():
        if link.kind == "chip-to-chip" and link.domain is not None:
            return replace(around, domain=link.domain, domain_origin=_origin(link.bandwidth))
    figure = chip.scaling.get("domain")
    domain = value_of(figure)
    if domain is None:
        return around
    if domain < 1 or domain != int(domain):
        raise UsageError(f"scaling.domain must be a whole number of chips, not {display(domain)}")
    return replace(around, domain=int(domain), domain_origin=_origin(figure))


def _with_network(around: Surroundings, chip: Chip) -> Surroundings:
    """The surroundings with the network of a chip, as far as it is known."""
    # A user's own link comes first. The catalog's may be one of several ports, so it is last.
    link = _widest_of(chip, "network")
    figure = chip.scaling.get("network")
    rate = value_of(figure)
    origin = _origin(figure)
    if link is not None and (rate is None or _is_of_user(link.bandwidth)):
        rate, origin = _one_way(link), _origin(link.bandwidth)
    if rate is None:
        return around
    if not rate:
        raise UsageError("scaling.network must be above 0 GB/s, one way for each chip")
    return replace(around, network=rate * GIGA, network_origin=origin)


def _origin(figure: Figure | None) -> str:
    """Where a figure comes from, in words: from the user, or from a source.

    A link may be read without a bandwidth that somebody states: its name can imply one, and its
    domain is no figure. Then the words name the link, since nothing says who wrote it.
    """
    if preferred_claim(figure) is None:
        return BY_LINK
    if _is_of_user(figure):
        return STATED
    return PUBLISHED


def _is_of_user(figure: Figure | None) -> bool:
    """Whether a user states a figure, as opposed to a source."""
    claim = preferred_claim(figure)
    return claim is not None and claim.basis == Basis.HYPOTHETICAL


def widest_link(chip: Chip, kind: str) -> float | None:
    """The GB/s, one way, of the widest link of a kind; None where none is known.

    >>> import chipdb
    >>> widest_link(chipdb.load()["H20"], "chip-to-chip")
    450.0
    """
    link = _widest_of(chip, kind)
    if link is None:
        return None
    return _one_way(link)


def _widest_of(chip: Chip, kind: str) -> Link | None:
    """The widest link of a kind whose bandwidth is known; None where there is none."""
    widest: Link | None = None
    most = 0.0
    for link in chip.links or ():
        rate = _one_way(link)
        if link.kind == kind and rate is not None and rate > most:
            widest, most = link, rate
    return widest


def _one_way(link: Link) -> float | None:
    """The GB/s of a link in one direction."""
    value = value_of(link.bandwidth)
    if value is None:
        # a link named like PCIe 5.0 x16 has the bandwidth of its generation
        pcie = format_table().pcie_bandwidth(link.name)
        if pcie is None:
            return None
        return float(pcie) / 2

    # If a bandwidth may be that of one direction or of both, the lower one is used: an estimate
    # must not rest on the more favorable reading.
    if link.counts == "one-direction":
        return value
    return value / 2


def value_of(figure: Figure | None) -> float | None:
    """The value of a figure; None where there is no figure or no credible claim."""
    if figure is None:
        return None
    return figure.value
