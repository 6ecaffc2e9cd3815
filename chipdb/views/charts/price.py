"""What a price buys: throughput and memory per thousand of its currency."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.units import display
from chipdb.views.charts.frame import (
    LABEL,
    WIDTH,
    ChartRequest,
    ChartText,
    Layer,
    LegendKey,
    Record,
    framed,
    lines,
    not_drawn,
    symbols,
    text,
)
from chipdb.views.charts.headlines import of_prices
from chipdb.views.charts.labels import width
from chipdb.views.charts.names import listed, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.prices import (
    CURRENCIES,
    THROUGHPUT_BITS,
    Bought,
    Value,
    currencies,
    value_of,
)
from chipdb.views.charts.scales import Log, around
from chipdb.vocabulary import Basis

STEP, TOP = 22, 10
THROUGHPUT, MEMORY = "throughput", "memory"


def draw(request: ChartRequest) -> Chart:
    """The chart of the named chips, or of datacenter chips with a price in US dollars.

    The latter are those that represent their model. A named chip that lacks a price or both figures
    is named below the chart. Raises
    :class:`~chipdb.errors.UsageError` if that leaves no chip, and for prices in different
    currencies.
    """
    currency = CURRENCIES[0]
    chips: Sequence[Chip] = [chip for chip in request.pool if chip.datacenter]
    if request.chips:
        chips = _with_prices(request.chips)
        currency = _currency(chips)

    shown, unknown = _values(chips, currency)
    if not shown:
        names = ", ".join(chip.name for chip in unknown)
        raise UsageError(f"neither throughput nor memory is known: {names}")
    # the best value first, as in a table that is sorted by it
    shown.sort(key=_worth, reverse=True)
    # A chip of the catalog that nobody named may be left out without a word.
    without: list[str] = []
    if request.chips:
        without = _without(request.chips, unknown)
    return _Prices(request, currency, shown, without).chart()


def _without(named: Sequence[Chip], unknown: Sequence[Chip]) -> list[str]:
    """What each named chip lacks that is not drawn; ``unknown`` have a price but no figure."""
    reasons = []
    for chip in named:
        reason = _obstacle(chip)
        if reason is None and chip in unknown:
            reason = "has no known throughput or memory"
        if reason is not None:
            reasons.append(f"{short(chip)} {reason}")
    return reasons


def _obstacle(chip: Chip) -> str | None:
    """Why the price of a chip cannot be compared, as a predicate; None if it can.

    The metrics of a system are those of one of its chips, but its price is that of all of them.
    """
    if chip.members:
        return "is a system, whose price is not that of one of its chips"
    # what is derated was never sold
    if chip.altered:
        return "has no price, because it is altered"
    if not currencies(chip):
        return "has no credible price in the catalog"
    return None


def _values(chips: Sequence[Chip], currency: str) -> tuple[list[Value], list[Chip]]:
    """What the prices of chips in a currency buy, and the chips with a price but no figure.

    Chips without a price in this currency are in neither list.
    """
    values, unknown = [], []
    for chip in chips:
        value = value_of(chip, currency)
        if value is None:
            continue
        if value.rate or value.memory:
            values.append(value)
        else:
            unknown.append(chip)
    return values, unknown


def _currency(chips: Sequence[Chip]) -> str:
    """The one currency that all chips have a price in.

    Raises :class:`~chipdb.errors.UsageError` if there is no such currency.
    """
    # bars of two currencies cannot be compared
    shared = set(CURRENCIES)
    for chip in chips:
        shared.intersection_update(currencies(chip))
    # several are tried in their fixed order, so that a chart does not depend on a set
    for currency in CURRENCIES:
        if currency in shared:
            return currency

    # Exchange rates are not facts about chips, and those of another day would change the ranking.
    each = [f"{chip.name} in {' and '.join(currencies(chip))}" for chip in chips]
    raise UsageError(
        "prices in different currencies do not share an axis, "
        f"and no exchange rate is assumed: {', '.join(each)}"
    )


def _with_prices(chips: Sequence[Chip]) -> list[Chip]:
    """The chips with a price.

    Raises :class:`~chipdb.errors.UsageError` with the reason for each chip if there is none.
    """
    obstacles = {chip: _obstacle(chip) for chip in chips}
    priced = [chip for chip, reason in obstacles.items() if reason is None]
    if not priced:
        reasons = [f"{chip.name} {reason}" for chip, reason in obstacles.items()]
        raise UsageError(f"no price to draw: {'; '.join(reasons)}")
    return priced


def _worth(value: Value) -> float:
    """A sort key: how much throughput the price buys; unknown sorts last."""
    if value.rate is None:
        return 0.0
    return float(value.rate.value)


class _Prices:
    """A chart with a row for each chip: what its price buys, with ranges."""

    def __init__(
        self,
        request: ChartRequest,
        currency: str,
        values: list[Value],
        without: Sequence[str],
    ) -> None:
        """Lay out the rows: names at the left, prices at the right, the axis between.

        ``without`` says of each named chip that is not drawn what it lacks.
        """
        self.request = request
        self.without = without
        self.theme = request.theme
        self.currency = currency
        self.values = values
        self.named = {chip.id for chip in request.chips}

        self.left = max(width(short(value.chip), LABEL, bold=True) for value in values) + 14
        self.told = max(width(_price_text(value), LABEL) for value in values) + 14
        self.height = TOP + STEP * len(values)

        hues = self.theme.series()
        throughput = f"dense {THROUGHPUT_BITS}-bit throughput: TOPS"
        self.keys = {
            THROUGHPUT: LegendKey(throughput, hues[0], "circle"),
            MEMORY: LegendKey("memory: GB", hues[1], "square"),
        }

        ends = []
        for _, _, bought in self._quantities():
            ends += [float(bought.low), float(bought.high)]
        self.scale: Log = around(ends, WIDTH - self.left - self.told, margin=1.3)

    def chart(self) -> Chart:
        """The chart with its title, explanations and caption."""
        reads = "Bars: the range of credible prices and figures. "
        reads += "Prices are of different days and places, list and street"
        if any(map(_is_estimated, self.values)):
            reads += ", and estimates where marked"
        reads += "."
        if not self.named:
            reads = f"Datacenter chips that represent their model; name others. {reads}"
        reads = " ".join([reads, *self._unknown()])
        if self.without:
            reads += f" {not_drawn(self.without)}"

        words = ChartText(
            self._title(),
            f"TOPS of the best dense {THROUGHPUT_BITS}-bit throughput and GB of memory "
            f"for {self.currency} 1,000, at stated or estimated prices.",
            self.request.caption(()),
            reads,
        )
        layers = [*self._grid(), *self._ranges(), *self._points(), *self._names()]
        legend = list(self.keys.values())
        size = (WIDTH, self.height)
        return Chart("price", framed(self.theme, words, layers, size, legend, below=56))

    def _unknown(self) -> Iterator[str]:
        """The marks that are not drawn because a figure of a chip is unknown."""
        rates = [short(value.chip) for value in self.values if value.rate is None]
        memories = [short(value.chip) for value in self.values if value.memory is None]
        if rates:
            yield f"No {THROUGHPUT_BITS}-bit throughput is known of {listed(rates)}."
        if memories:
            yield f"No memory is known of {listed(memories)}."

    def _title(self) -> str:
        """Which chip gives the most for its price, or what the price of a single chip buys."""
        rates: dict[str, Fraction] = {}
        memories: dict[str, Fraction] = {}
        for value in self.values:
            if value.rate is not None:
                rates[short(value.chip)] = value.rate.value
            if value.memory is not None:
                memories[short(value.chip)] = value.memory.value
        estimated = {short(value.chip) for value in self.values if _is_estimated(value)}
        return of_prices(rates, memories, f"{self.currency} 1,000", estimated)

    def x(self, value: float) -> float:
        """The position of a quantity."""
        return self.left + self.scale.pixel(value)

    def _middle(self, index: int) -> float:
        """The middle of a row, in pixels from the top."""
        return TOP + STEP * (index + 0.5)

    def _y(self, index: int, kind: str) -> float:
        """The height of a mark: throughput above the middle of its row, memory below."""
        middle = self._middle(index)
        if kind == THROUGHPUT:
            return middle - 4
        return middle + 4

    def _quantities(self) -> Iterator[tuple[int, str, Bought]]:
        """What each price buys: the number of its row, what it is, how much of it."""
        for index, value in enumerate(self.values):
            if value.rate is not None:
                yield index, THROUGHPUT, value.rate
            if value.memory is not None:
                yield index, MEMORY, value.memory

    def _grid(self) -> list[Layer]:
        """Lines at round quantities and between rows."""
        rows, texts = [], []
        for tick in self.scale.ticks((), 34):
            x = self.x(tick)
            rows.append({"px": x, "px2": x, "py": 0, "py2": self.height})
            texts.append({"px": x, "py": self.height + 11, "text": display(tick)})
        for index in range(1, len(self.values)):
            y = TOP + STEP * index
            rows.append({"px": 0, "px2": WIDTH, "py": y, "py2": y})

        title = {"px": self.left, "py": self.height + 30, "text": f"for {self.currency} 1,000"}
        return [
            lines(rows, self.theme.grid, strokeWidth=1),
            text(texts, self.theme.quiet, align="center"),
            text([title], self.theme.ink),
        ]

    def _ranges(self) -> list[Layer]:
        """A bar for each range of credible prices and figures, one layer for each color."""
        rows: dict[str, list[Record]] = {kind: [] for kind in self.keys}
        for index, kind, bought in self._quantities():
            if bought.low == bought.high:
                continue
            left, right = self.x(float(bought.low)), self.x(float(bought.high))
            y = self._y(index, kind)
            rows[kind].append({"px": left, "px2": right, "py": y, "py2": y})

        layers = []
        for kind, key in self.keys.items():
            if rows[kind]:
                layers.append(lines(rows[kind], key.color, strokeWidth=3, opacity=0.45))
        return layers

    def _points(self) -> list[Layer]:
        """The marks, whose tooltips name every price with its date and place."""
        units = {THROUGHPUT: "TOPS", MEMORY: "GB"}
        rows = []
        for index, kind, bought in self._quantities():
            value = self.values[index]
            row = {
                "px": self.x(float(bought.value)),
                "py": self._y(index, kind),
                "color": self.keys[kind].color,
                "shape": self.keys[kind].shape,
                "chip": value.chip.name,
                "says": f"{display(bought.value)} {units[kind]} for {self.currency} 1,000",
                "price": _claims_text(value),
            }
            rows.append(row)

        # Marks have no tooltip unless they say something of their own, as these do.
        layer = symbols(rows, size=55)
        layer["mark"].pop("tooltip")
        tooltip = [{"field": name, "type": "nominal"} for name in ("chip", "says", "price")]
        layer["encoding"]["tooltip"] = tooltip
        return [layer]

    def _names(self) -> list[Layer]:
        """The names of the chips, and their prices with the year."""
        names, prices = [], []
        for index, value in enumerate(self.values):
            y = self._middle(index)
            names.append({"px": self.left - 14, "py": y, "text": short(value.chip)})
            prices.append({"px": WIDTH - self.told + 14, "py": y, "text": _price_text(value)})

        weight = "normal"
        if self.named:
            weight = "bold"
        return [
            text(names, self.theme.ink, align="right", fontWeight=weight),
            text(prices, self.theme.quiet),
        ]


def _claims_text(value: Value) -> str:
    """Every price with its date, place and note."""
    texts = []
    for claim in value.prices:
        parts = (claim.text, claim.date, claim.place, claim.note)
        texts.append(" ".join(filter(None, parts)))
    return "; ".join(texts)


def _price_text(value: Value) -> str:
    """The price and its year: ``30,000 USD, 2024``."""
    prices = [claim.value for claim in value.prices]
    # the lowest and the highest credible price, not a mean of both
    price = display(min(prices))
    if max(prices) != min(prices):
        price = f"{price} to {display(max(prices))}"
    text = f"{price} {value.currency}, {_years_text(value)}"
    if _is_estimated(value):
        text += ", estimate"
    return text


def _is_estimated(value: Value) -> bool:
    """Whether the price that the answer rests on is an estimate, such as of what a chip costs."""
    return value.price.basis == Basis.ESTIMATED


def _years_text(value: Value) -> str:
    """The years of the prices: ``2024``, ``2022 to 2024``, or ``undated``."""
    years = set[str]()
    for claim in value.prices:
        # A date may also be the word "undated".
        if claim.date and claim.date[:1].isdigit():
            years.add(claim.date[:4])

    if not years:
        return "undated"
    first, last = min(years), max(years)
    if first == last:
        return first
    return f"{first} to {last}"
