"""The figures of a chip that an estimate reads."""

from __future__ import annotations

from collections.abc import Mapping

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.workloads.efficiencies import Efficiencies
from chipdb.workloads.elementwise import first_of, smaller
from chipdb.workloads.precisions import WIDTHS


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """The figures of one chip in base units: FLOP/s, bytes and bytes/s, links one way.

    ``operations`` are the dense operations at 16, 8 and 4 bits; a width that the chip lacks has
    those of the next wider one. ``link`` joins the ``domain`` chips of a scale-up domain,
    ``host_link`` the ``node`` chips of one machine, and ``network`` any number.
    """

    operations: Mapping[int, float]
    memory_bandwidth: float
    capacity: float
    link: float
    host_link: float
    network: float
    domain: int
    node: int
    watts: float | None = None

    @property
    def is_linked(self) -> bool:
        """Whether it has links of its own; many designs in arrays are alike in this."""
        return first_of(self.link) > 0

    @property
    def near(self) -> int:
        """The chips that exchange data without the network.

        Without links of their own these are the chips of one machine, if its host link is known.
        """
        if self.is_linked:
            return self.domain
        if first_of(self.host_link) > 0:
            return self.node
        return 1

    def scaled(self, factor: float) -> Hardware:
        """The chip with throughput, memory bandwidth and links multiplied by a factor.

        Its memory stays as large, so that the same batch fits.
        """
        return replace(
            self,
            operations={bits: rate * factor for bits, rate in self.operations.items()},
            memory_bandwidth=self.memory_bandwidth * factor,
            link=self.link * factor,
            host_link=self.host_link * factor,
            network=self.network * factor,
        )


@dataclass(frozen=True, kw_only=True)
class Rates:
    """The rates that a chip reaches at one corner, in FLOP/s and bytes/s."""

    products: Mapping[int, float]
    prompt_attention: float
    memory: float


def rates_of(hardware: Hardware, efficiencies: Efficiencies) -> Rates:
    """The rates that a chip reaches at a corner."""
    # The share falls with operations for each byte, so a width with twice the throughput reaches a
    # smaller share of it: FP8 gives less than twice of BF16, as measured.
    products: dict[int, float] = {}
    for bits in WIDTHS:
        peak = hardware.operations[bits]
        share = efficiencies.products * efficiencies.ridge.share(peak, hardware.memory_bandwidth)
        products[bits] = peak * smaller(efficiencies.most_products, share)
    return Rates(
        products=products,
        prompt_attention=hardware.operations[16] * efficiencies.prompt_attention,
        memory=hardware.memory_bandwidth * efficiencies.memory,
    )
