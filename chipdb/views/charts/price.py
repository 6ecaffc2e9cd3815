"""What a price buys: rate and memory for a thousand of its currency, where somebody credible states a price."""

from __future__ import annotations

from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.units import display
from chipdb.views.charts.frame import (
    LABEL,
    WIDTH,
    Asked,
    Key,
    Layer,
    Row,
    Words,
    framed,
    lines,
    symbols,
    text,
)
from chipdb.views.charts.labels import width
from chipdb.views.charts.names import short
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

STEP, TOP = 22, 10


def draw(asked: Asked) -> Chart:
    """The chart of the named chips, or of the datacenter chips that stand for their model and have one in US dollars."""
    currency = _currency(asked.chips) if asked.chips else CURRENCIES[0]
    chips = asked.chips or [chip for chip in asked.pool if chip.datacenter]
    found = [value for chip in chips if (value := value_of(chip, currency))]
    shown = [value for value in found if value.rate or value.memory]
    unknown = [value.chip.name for value in found if value not in shown]
    if unknown and (asked.chips or not shown):
        raise UsageError(f"neither rate nor memory is known of {', '.join(unknown)}")
    return _Prices(asked, currency, sorted(shown, key=_worth, reverse=True)).chart()


def _currency(chips: tuple[Chip, ...]) -> str:
    """The one currency that all chips have a price in."""
    without = [chip.name for chip in chips if not currencies(chip)]
    if without:
        altered = " (an altered chip has none)" if any(chip.altered for chip in chips) else ""
        raise UsageError(f"no credible price of {', '.join(without)} is in the catalog{altered}")
    common = [
        currency for currency in CURRENCIES if all(currency in currencies(chip) for chip in chips)
    ]
    if not common:
        each = ", ".join(f"{chip.name} in {' and '.join(currencies(chip))}" for chip in chips)
        raise UsageError(
            f"prices in different currencies do not share an axis, and no exchange rate is assumed: {each}"
        )
    return common[0]


def _worth(value: Value) -> float:
    return float(value.rate.value) if value.rate else 0.0


class _Prices:
    def __init__(self, asked: Asked, currency: str, values: list[Value]) -> None:
        self.asked, self.theme, self.currency, self.values = asked, asked.theme, currency, values
        self.named = {chip.id for chip in asked.chips}
        self.left = max(width(short(value.chip), LABEL, bold=True) for value in values) + 14
        self.told = max(width(_told(value), LABEL) for value in values) + 14
        ends = [
            float(end)
            for value in values
            for one in (value.rate, value.memory)
            if one
            for end in (one.low, one.high)
        ]
        self.scale: Log = around(ends, WIDTH - self.left - self.told, margin=1.3)
        self.height = TOP + STEP * len(values)
        hues = self.theme.series()
        self.keys = {
            "rate": Key(f"dense {THROUGHPUT_BITS}-bit rate: TOPS", hues[0], "circle"),
            "memory": Key("memory: GB", hues[1], "square"),
        }

    def chart(self) -> Chart:
        title = f"What a thousand {self.currency} buys"
        rate = f"TOPS of the best dense {THROUGHPUT_BITS}-bit rate"
        subtitle = (
            f"{rate} and GB of memory for {self.currency} 1,000, at prices that somebody states."
        )
        some = "" if self.named else "Datacenter chips that stand for their model; name others. "
        reads = f"{some}Bars: the spread of credible prices and figures. Prices: different days, places, list and street."
        words = Words(title, subtitle, self.asked.caption(()), reads)
        layers = [*self._grid(), *self._spreads(), *self._points(), *self._names()]
        return Chart(
            "price",
            framed(
                self.theme, words, layers, (WIDTH, self.height), list(self.keys.values()), below=56
            ),
        )

    def x(self, value: float) -> float:
        return self.left + self.scale.pixel(value)

    def _y(self, index: int, kind: str) -> float:
        return TOP + STEP * (index + 0.5) + (-4 if kind == "rate" else 4)

    def _all(self) -> list[tuple[int, str, Bought]]:
        pairs = [
            (index, kind, getattr(value, kind))
            for index, value in enumerate(self.values)
            for kind in self.keys
        ]
        return [(index, kind, one) for index, kind, one in pairs if one is not None]

    def _grid(self) -> list[Layer]:
        ticks = self.scale.ticks((), 34)
        rows = [
            {"px": self.x(tick), "px2": self.x(tick), "py": 0, "py2": self.height} for tick in ticks
        ]
        texts = [
            {"px": self.x(tick), "py": self.height + 11, "text": display(tick)} for tick in ticks
        ]
        bands = [
            {"px": 0, "px2": WIDTH, "py": TOP + STEP * index, "py2": TOP + STEP * index}
            for index in range(1, len(self.values))
        ]
        title = [{"px": self.left, "py": self.height + 30, "text": f"for {self.currency} 1,000"}]
        return [
            lines([*rows, *bands], self.theme.grid, strokeWidth=1),
            text(texts, self.theme.quiet, align="center"),
            text(title, self.theme.ink),
        ]

    def _spreads(self) -> list[Layer]:
        layers = []
        for name, key in self.keys.items():
            rows: list[Row] = [
                {
                    "px": self.x(float(one.low)),
                    "px2": self.x(float(one.high)),
                    "py": self._y(index, kind),
                    "py2": self._y(index, kind),
                }
                for index, kind, one in self._all()
                if kind == name and one.low != one.high
            ]
            if rows:
                layers.append(lines(rows, key.color, strokeWidth=3, opacity=0.45))
        return layers

    def _points(self) -> list[Layer]:
        rows = [
            {
                "px": self.x(float(one.value)),
                "py": self._y(index, kind),
                "color": self.keys[kind].color,
                "shape": self.keys[kind].shape,
                "chip": self.values[index].chip.name,
                "says": f"{display(one.value)} {self.keys[kind].text.rpartition(' ')[2]} for {self.currency} 1,000",
                "price": "; ".join(
                    " ".join(filter(None, (claim.text, claim.date, claim.place, claim.note)))
                    for claim in self.values[index].prices
                ),
            }
            for index, kind, one in self._all()
        ]
        layer = symbols(rows, size=55)
        layer["mark"].pop("tooltip")
        layer["encoding"]["tooltip"] = [
            {"field": name, "type": "nominal"} for name in ("chip", "says", "price")
        ]
        return [layer]

    def _names(self) -> list[Layer]:
        rows = [
            {"px": self.left - 14, "py": TOP + STEP * (index + 0.5), "text": short(value.chip)}
            for index, value in enumerate(self.values)
        ]
        prices = [
            {"px": WIDTH - self.told + 14, "py": TOP + STEP * (index + 0.5), "text": _told(value)}
            for index, value in enumerate(self.values)
        ]
        weight = "bold" if self.named else "normal"
        return [
            text(rows, self.theme.ink, align="right", fontWeight=weight),
            text(prices, self.theme.quiet),
        ]


def _told(value: Value) -> str:
    """The price and its year: ``30,000 USD, 2024``."""
    prices = [claim.value for claim in value.prices]
    ranged = (
        display(min(prices))
        if min(prices) == max(prices)
        else f"{display(min(prices))} to {display(max(prices))}"
    )
    dates = sorted(
        {claim.date[:4] for claim in value.prices if claim.date and claim.date[:1].isdigit()}
    )
    return f"{ranged} {value.currency}, {dates[0] if dates else 'undated'}" + (
        f" to {dates[-1]}" if len(dates) > 1 else ""
    )
