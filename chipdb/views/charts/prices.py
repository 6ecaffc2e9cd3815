"""What a price buys: throughput and memory per thousand of its currency, with the ranges."""

from __future__ import annotations

from fractions import Fraction

from chipdb.answers.compare import best_throughput
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import measure

THROUGHPUT_BITS = 16
"""The throughput that is priced: the best dense one of 16 bits, which most vendors state."""

THOUSAND = 1000
CURRENCIES = ("USD", "CNY")


@dataclass(frozen=True)
class Bought:
    """A quantity for a thousand of a currency.

    ``value`` is of the preferred claims, ``low`` and ``high`` of the extremes of all credible ones.
    """

    value: Fraction
    low: Fraction
    high: Fraction


@dataclass(frozen=True, kw_only=True)
class Value:
    """What the price of a chip buys; None where the figure is unknown."""

    chip: Chip
    currency: str
    prices: tuple[Claim, ...]
    rate: Bought | None
    memory: Bought | None

    @property
    def price(self) -> Claim:
        """The price that the answer rests on."""
        return self.prices[0]


def currencies(chip: Chip) -> tuple[str, ...]:
    """The currencies of the credible prices of a chip, that of the preferred claim first.

    Empty without a credible price, and for an altered chip, which is not sold at that price.
    """
    if chip.prices is None or chip.altered:
        return ()
    preferred = chip.prices.preferred()
    if preferred is None:
        return ()
    units = [preferred.unit, *(claim.unit for claim in chip.prices.credible())]
    return tuple(dict.fromkeys(units))


def value_of(chip: Chip, currency: str) -> Value | None:
    """What a chip's price in a currency buys; None where no price is stated or the chip is altered.

    >>> import chipdb
    >>> found = value_of(chipdb.load()["RTX 5090"], "USD")
    >>> found.price.text, round(float(found.memory.value), 2)
    ('1999 USD', 16.01)
    """
    if currency not in currencies(chip) or chip.prices is None:
        return None

    preferred = chip.prices.preferred()
    claims = [claim for claim in chip.prices.credible() if claim.unit == currency]
    # False sorts before True, so the preferred claim comes first and the others keep their order.
    claims.sort(key=lambda claim: claim is not preferred)

    rate = best_throughput(chip, THROUGHPUT_BITS)
    memory = measure(chip, "memory_capacity")
    return Value(
        chip=chip,
        currency=currency,
        prices=tuple(claims),
        rate=_bought(rate.value, rate.low, rate.high, claims),
        memory=_bought(memory.value, memory.low, memory.high, claims),
    )


def _bought(
    value: Fraction | None, low: Fraction | None, high: Fraction | None, claims: list[Claim]
) -> Bought | None:
    """A quantity for a thousand of a currency; None if a figure or a price is unknown or zero.

    The low end is the lowest figure at the highest price, the high end the reverse.
    """
    prices = [claim.value for claim in claims]
    # zero has no place on the logarithmic axis of the chart, and buys nothing to compare
    if not value or not low or not high:
        return None
    if not min(prices):
        return None
    return Bought(
        value=THOUSAND * value / prices[0],
        low=THOUSAND * low / max(prices),
        high=THOUSAND * high / min(prices),
    )
