"""The share of its peak that a chip reaches: a band around each, and the three corners of a band.

The bands are data (``data/workloads/efficiencies.yaml``), each with the measurements it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from chipdb.lazy_dataclasses import dataclass
from chipdb.vocabulary import Word
from chipdb.workloads.elementwise import between, log2


class Corner(Word):
    """One end of an estimate: all bands at their low, nominal or high value together."""

    LOW = "low"
    NOMINAL = "nominal"
    HIGH = "high"


CORNERS = tuple(Corner)


@dataclass(frozen=True, kw_only=True)
class Ridge:
    """How the share of the peak that matrix products reach falls with operations for each byte.

    ``at_balance`` is the share of a chip with ``balance`` operations for each byte of memory
    bandwidth; each doubling costs ``slope``. The share stays between ``least`` and ``most``.
    """

    at_balance: float
    balance: float
    slope: float
    least: float
    most: float

    def share(self, operations: float, memory_bandwidth: float) -> float:
        """The share of its peak that a chip reaches in matrix products.

        ``least`` is above ``slope`` / ln 2, so that more operations never lower the product of
        operations and share: a chip that is faster on paper never gets a lower estimate.

        >>> ridge = Ridge(at_balance=0.8, balance=256, slope=0.17, least=0.25, most=0.92)
        >>> ridge.share(512e12, 1e12)  # twice the operations for each byte
        0.63
        """
        doublings = log2(operations / memory_bandwidth / self.balance)
        share: float = between(self.at_balance - self.slope * doublings, self.least, self.most)
        return share


@dataclass(frozen=True, kw_only=True)
class Efficiencies:
    """All parameters that are not figures of a chip or a model, at one corner.

    Shares are fractions of a peak, ``*_seconds`` are times. ``products`` multiplies the share of
    the ridge. ``stage`` is the share of time that each further stage of a pipeline costs.
    ``overlapped`` says whether memory traffic hides behind products.
    """

    ridge: Ridge
    products: float
    most_products: float
    expert_products: float
    prompt_attention: float
    memory: float
    link: float
    host_link: float
    collective_seconds: float
    stage: float
    layer_seconds: float
    prompt_layer_seconds: float
    expert_imbalance: float
    capacity: float
    occupancy: float
    serving: float
    training: float
    expert_training: float
    shown_expert_traffic: float
    overlapped: bool


@dataclass(frozen=True, kw_only=True)
class Bands:
    """The bands as data, and the corners that they give.

    A corner does not put every band at its end, since not everything goes wrong at once: it takes
    nominal x (end / nominal) ^ ``exponent``.
    """

    ridge: Ridge
    most_products: float
    exponent: float
    bands: Mapping[str, tuple[float, float, float]]

    @cached_property
    def corners(self) -> dict[Corner, Efficiencies]:
        """The efficiencies at each corner, worked out once."""
        return {corner: self._at(index, corner) for index, corner in enumerate(CORNERS)}

    def _at(self, index: int, corner: Corner) -> Efficiencies:
        # the high corner is that of a perfect schedule, so only there memory hides behind products
        values = {name: self._value(band, index) for name, band in self.bands.items()}
        return Efficiencies(
            ridge=self.ridge,
            most_products=self.most_products,
            overlapped=corner is Corner.HIGH,
            **values,
        )

    def _value(self, band: tuple[float, float, float], index: int) -> float:
        # A power keeps the nominal value where it is, and it works for times, which are worse the
        # larger they are, as well as for shares.
        nominal = band[1]
        return nominal * float((band[index] / nominal) ** self.exponent)
