"""A chip as the solver sees it: one standpoint for each way of counting it, each dispute, each margin of a figure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.metrics import STORED_TF32, Count, Spread, best_member, readings
from chipdb.metrics.spread import total
from chipdb.solver.intervals import DERIVED, ChipAssignment, Interval, KnownFigures
from chipdb.units import METRIC_UNITS, display

Facts = Mapping[str, bool | None]
OF_THE_WHOLE = ("app",)
"""Metrics of a computer, not of one chip in it."""
NOMINAL, CLAIMS, WIDE = "nominal", "claims", "wide"


@dataclass(frozen=True)
class Interpretation:
    """One consistent way to see an item: a view of each of its chips; ``because`` is None for the plain one."""

    because: str | None
    views: tuple[KnownFigures, ...]
    reading: str | None = None
    facts: Mapping[str, bool | None] = field(default_factory=dict)

    def lead(self) -> KnownFigures:
        """The view of the chip that stands for the item."""
        return self.views[0]


@dataclass(frozen=True)
class Assignment:
    """One value for everything of an item: a point of each of its chips, the leading one first."""

    kind: str
    points: tuple[ChipAssignment, ...]
    facts: Mapping[str, bool] = field(default_factory=dict)

    @property
    def lead(self) -> ChipAssignment:
        """The point of the chip that stands for the item."""
        return self.points[0]


class Subject:
    """A chip or system to be judged. Its leading chip is itself, or the member with the highest TPP."""

    def __init__(self, chip: Chip) -> None:
        self.chip = chip
        lead = best_member(chip) if chip.members else chip
        others = {other.id: other for other, _ in chip.processors() if other.id != lead.id}
        self.chips = (lead, *others.values())
        self._spreads: dict[tuple[str, str | None, str], Spread] = {}
        self._seen: dict[tuple[str, str | None, str, frozenset[str] | None], KnownFigures] = {}

    @property
    def lead(self) -> Chip:
        """The chip that stands for the item."""
        return self.chips[0]

    def readings(self) -> tuple[str | None, ...]:
        """Every way to count some chip of the item, the plain one first."""
        return tuple(dict.fromkeys(reading for chip in self.chips for reading in readings(chip)))

    def sources(self, name: str, reading: str | None) -> tuple[str, ...]:
        """The sources of the claims that a metric of the leading chip rests on."""
        return tuple(claim.source for _, claim in self.spread(name, reading).inputs if claim.source)

    def facts(self) -> dict[str, bool | None]:
        """Facts of a system as an item of its own: its market where stated, else that of a datacenter chip in it."""
        if not self.chip.members:
            return {}
        own = self.chip.datacenter
        return {"datacenter": True if own is None and self.lead.datacenter else own}

    def spread(self, name: str, reading: str | None = None, chip: Chip | None = None) -> Spread:
        """A metric's spread, computed once; what a rule asks of a computer as a whole is the sum over its chips."""
        of = chip or self.lead
        key = (of.id, reading, name)
        if key not in self._spreads:
            whole = name in OF_THE_WHOLE and self.chip.members and of is self.lead
            self._spreads[key] = (
                self._over_all(name, reading) if whole else Count(of, reading).metric(name)
            )
        return self._spreads[key]

    def _over_all(self, name: str, reading: str | None) -> Spread:
        given = self.chip.metrics.get(name)
        if given:
            return Count(self.chip, reading).metric(name)
        return total(
            Count(chip, reading).metric(name).scaled(Fraction(count))
            for chip, count in self.chip.processors()
        )

    def plain(self, facts: Facts) -> list[Interpretation]:
        """The nominal standpoints: one a reading. The strictest of their answers is the answer."""
        return [
            Interpretation(
                _reading_text(reading),
                self._views(reading, NOMINAL, None, facts),
                reading,
                self.facts(),
            )
            for reading in self.readings()
        ]

    def disputes(self, facts: Facts, metrics: set[str]) -> Iterator[Interpretation]:
        """Standpoints that may contest: other credible claims, margins of figures, what the maker declares."""
        own = sorted(parts_of(metrics) & set(_own_metrics(self.lead)))
        for reading in self.readings():
            for margin in (CLAIMS, WIDE):
                widened = [name for name in own if self._widened(name, reading, margin)]
                for name in widened:
                    views = self._views(reading, margin, {name}, facts)
                    yield Interpretation(
                        self._because(name, reading, margin), views, reading, self.facts()
                    )
                if len(widened) > 1:
                    text = (
                        "credible claims taken together"
                        if margin == CLAIMS
                        else "margins of figures taken together"
                    )
                    yield Interpretation(
                        text,
                        self._views(reading, margin, set(widened), facts),
                        reading,
                        self.facts(),
                    )
        yield from self._declared(facts)

    def _declared(self, facts: Facts) -> Iterator[Interpretation]:
        declared = self.chip.declared or self.lead.declared
        if declared is None or declared.tpp is None:
            return
        view, *rest = self._views(None, NOMINAL, None, facts)
        intervals = {**view.intervals, "tpp": (declared.tpp, declared.tpp)}
        text = f"the maker declares TPP {display(declared.tpp)} ({declared.source})"
        yield Interpretation(text, (replace(view, intervals=intervals), *rest), None, self.facts())

    def _views(
        self, reading: str | None, margin: str, only: set[str] | None, facts: Facts
    ) -> tuple[KnownFigures, ...]:
        return tuple(self._view(chip, reading, margin, only, facts) for chip in self.chips)

    def _view(
        self, chip: Chip, reading: str | None, margin: str, only: set[str] | None, facts: Facts
    ) -> KnownFigures:
        key = (chip.id, reading, margin, None if only is None else frozenset(only))
        if key not in self._seen:
            self._seen[key] = self._view_of_figures(chip, reading, margin, only)
        view = self._seen[key]
        return replace(view, facts={**view.facts, **facts})

    def _view_of_figures(
        self, chip: Chip, reading: str | None, margin: str, only: set[str] | None
    ) -> KnownFigures:
        intervals: dict[str, Interval] = {}
        missing: dict[str, tuple[str, ...]] = {}
        for name in _own_metrics(chip):
            spread = self.spread(name, reading, chip)
            wide = margin if only is None or name in only else NOMINAL
            intervals[name] = _span(spread, wide)
            if spread.value is None:
                missing[name] = spread.missing
        # a given density makes no area that would leave it without meaning; a given area does
        makes_area = (
            "performance_density" in intervals and "applicable_die_area" not in chip.metrics
        )
        planar = intervals["applicable_die_area"][1] == 0 and not makes_area
        own: dict[str, bool | None] = {"datacenter": chip.datacenter, "digital": chip.digital}
        part = None if chip.altered else chip.id
        return KnownFigures(
            intervals=intervals,
            facts=own,
            part=part,
            undefined=frozenset({"performance_density"} if planar else ()),
            missing=missing,
        )

    def _widened(self, name: str, reading: str | None, margin: str) -> bool:
        spread = self.spread(name, reading)
        inner = NOMINAL if margin == CLAIMS else CLAIMS
        return spread.value is not None and _span(spread, margin) != _span(spread, inner)

    def _because(self, name: str, reading: str | None, margin: str) -> str:
        spread = self.spread(name, reading)
        low, high = _span(spread, margin)
        limits = f"{name} between {display(low)} and {display(high)} {METRIC_UNITS[name]}".strip()
        where = f" ({_reading_text(reading)})" if reading else ""
        if margin == CLAIMS:
            return f"credible claims put {limits}{where}"
        return f"rounding and tolerance of figures put {limits}{where}"


def _own_metrics(chip: Chip) -> list[str]:
    """Metrics that are spans of their own: all that are not derived, and derived ones that are given.

    A given density is left out where area and TPP give it; one of zero, which no area gives, is no density.
    """
    given = chip.metrics
    claim = given["performance_density"].preferred() if "performance_density" in given else None
    made = "applicable_die_area" in given and ("tpp" in given or chip.throughput)
    dense = claim is not None and claim.value > 0 and not made
    return [
        name
        for name in METRIC_UNITS
        if name not in DERIVED or (name in given and (name != "performance_density" or dense))
    ]


def parts_of(metrics: set[str]) -> set[str]:
    """The metrics and those that derived ones are made of."""
    return metrics | {part for name in metrics if name in DERIVED for part in DERIVED[name].parts}


def _span(spread: Spread, margin: str) -> Interval:
    if spread.value is None:
        return spread.low, spread.high
    if margin == NOMINAL:
        return spread.value, spread.value
    low, high = (spread.low, spread.high) if margin == CLAIMS else (spread.least, spread.most)
    return min(low, spread.value), spread.value if high is None else max(high, spread.value)


def _reading_text(reading: str | None) -> str | None:
    if reading is None:
        return None
    return (
        "reading tf32-32-bit: TF32 counted with the 32 bits it is stored in"
        if reading == STORED_TF32
        else f"reading {reading}"
    )
