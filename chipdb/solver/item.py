"""A chip or system under each interpretation: one consistent way to count it.

The nominal interpretations take each figure at its value, under every way of counting that the rule
allows. Disputed ones take other credible claims, margins of figures or what the vendor declares;
they may contest an answer and never decide one.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from chipdb.catalog.chip import Chip
from chipdb.lazy_dataclasses import dataclass, field, replace
from chipdb.metrics import STORED_TF32, Count, Spread, best_member, readings
from chipdb.metrics.spread import total
from chipdb.notebook import short_repr
from chipdb.solver.intervals import (
    DERIVED,
    Changed,
    ChipAssignment,
    Interval,
    KnownFigures,
    OnDemand,
)
from chipdb.units import METRIC_UNITS, display

Facts = Mapping[str, bool | None]
"""Facts by name, such as ``datacenter``; None where a fact is not known."""

OF_THE_WHOLE = ("app",)
"""Metrics of a computer, not of one chip in it."""

NOMINAL, CLAIMS, WIDE = "nominal", "claims", "wide"
"""How wide the interval of a known metric is: its value, all credible claims, rounding too."""


@short_repr
@dataclass(frozen=True)
class Interpretation:
    """One consistent way to count an item: the known figures of its chips, the leading one first.

    ``because`` says what sets it apart, None for the plain one. ``reading`` names the way of
    counting in JSON. ``facts`` are those of a system as an item of its own.
    """

    because: str | None
    chips: tuple[KnownFigures, ...]
    reading: str | None = None
    facts: Mapping[str, bool | None] = field(default_factory=dict)

    def lead(self) -> KnownFigures:
        """The known figures of the chip that stands for the item."""
        return self.chips[0]

    def with_facts(self, facts: Facts) -> Interpretation:
        """This interpretation with the facts of a transaction, which each chip shares.

        The interpretation itself without any facts to add, which spares a copy of every chip.
        """
        if not facts:
            return self
        chips = tuple(known.with_facts(facts) for known in self.chips)
        return replace(self, chips=chips)


@dataclass(frozen=True)
class Assignment:
    """One value for everything of an item: an assignment of each chip, the leading one first.

    ``facts`` are those of a system as an item of its own.
    """

    kind: str
    chips: tuple[ChipAssignment, ...]
    facts: Mapping[str, bool] = field(default_factory=dict)

    @property
    def lead(self) -> ChipAssignment:
        """The assignment of the chip that stands for the item."""
        return self.chips[0]


class Item:
    """A chip or system that rules are asked about.

    Its leading chip is itself, or the member with the highest TPP. What is counted of it is kept,
    so one item should be asked as often as possible: see :func:`item_of`.
    """

    def __init__(self, chip: Chip) -> None:
        """Choose the leading chip, and list each kind of chip of a system once."""
        self.chip = chip
        # A system is classified by its best member (4A090), so that member leads.
        lead = chip
        if chip.members:
            lead = best_member(chip)
        others: dict[str, Chip] = {}
        for member, _ in chip.processors():
            if member.id != lead.id:
                others[member.id] = member
        self.chips = (lead, *others.values())

        # Several rules ask for the same metrics of the same item, and counting is most of the work.
        # The keys name the metric, the reading, and the chip or the margin.
        self._spreads: dict[tuple[str, str | None, str], Spread] = {}
        self._wider: dict[tuple[str, str | None, str, str], bool] = {}
        self._widened: dict[tuple[str, str | None, str], Interpretation] = {}
        self._differing: dict[str, bool] = {}
        self._plain_for: dict[frozenset[str], tuple[Interpretation, ...]] = {}
        self._disputed_for: dict[frozenset[str], tuple[Interpretation, ...]] = {}

    @property
    def lead(self) -> Chip:
        """The chip that stands for the item."""
        return self.chips[0]

    def readings(self) -> tuple[str | None, ...]:
        """Every way to count some chip of the item, the plain one (None) first.

        >>> from chipdb.catalog.catalog import load
        >>> Item(load()["A800 80GB PCIe"]).readings()
        (None, 'tf32-32-bit')
        """
        names: dict[str | None, None] = {}
        for chip in self.chips:
            names.update(dict.fromkeys(readings(chip)))
        return tuple(names)

    def sources(self, name: str, reading: str | None) -> tuple[str, ...]:
        """The ids of the sources that a metric of the leading chip rests on.

        One for each claim that has a source, in the order of the claims; what a user states has
        none.
        """
        inputs = self.spread(name, reading).inputs
        return tuple(claim.source for _, claim in inputs if claim.source)

    def facts(self) -> dict[str, bool | None]:
        """Facts of a system as an item of its own; empty for a chip, whose facts are its own.

        Its market is as stated, else for data centers if that is the market of its leading chip.
        """
        if not self.chip.members:
            return {}

        stated = self.chip.datacenter
        if stated is None and self.lead.datacenter:
            return {"datacenter": True}
        # A chip for other markets does not show for whom the system is: it may be sold to anybody.
        return {"datacenter": stated}

    def spread(self, name: str, reading: str | None = None, chip: Chip | None = None) -> Spread:
        """The spread of a metric of the leading chip or of another one, computed once.

        Its values are exact and in the unit of the metric. What a rule asks of a whole computer
        (its APP) is the sum over its chips. ``reading`` is None for the plain way of counting.

        >>> from chipdb.catalog.catalog import load
        >>> int(Item(load()["A30"]).spread("tpp").value)
        2644
        """
        counted = chip or self.lead
        key = (counted.id, reading, name)
        if key in self._spreads:
            return self._spreads[key]

        # The leading chip represents the computer, so it answers for the whole.
        if name in OF_THE_WHOLE and self.chip.members and counted is self.lead:
            spread = self._spread_of_the_whole(name, reading)
        else:
            spread = Count(counted, reading).metric(name)
        self._spreads[key] = spread
        return spread

    def _spread_of_the_whole(self, name: str, reading: str | None) -> Spread:
        """A metric of a whole computer, in its unit: as stated for it, or summed over its chips.

        A chip that it holds four times counts four times.
        """
        if self.chip.metrics.get(name):
            return Count(self.chip, reading).metric(name)

        parts: list[Spread] = []
        for chip, count in self.chip.processors():
            parts.append(Count(chip, reading).metric(name).scaled(Fraction(count)))
        return total(parts)

    def plain(self, facts: Facts) -> list[Interpretation]:
        """The nominal interpretations, one for each reading, with the facts of a transaction.

        The strictest of their answers is the answer (decision record 7). For whoever needs the
        assignments themselves; a verdict asks for those that its rule can tell apart.
        """
        return [each.with_facts(facts) for each in self._plain.values()]

    @cached_property
    def _plain(self) -> dict[str | None, Interpretation]:
        """The nominal interpretation of each reading, the plain one (None) first.

        No metric is counted for that: each is when a rule first asks for it.
        """
        plain: dict[str | None, Interpretation] = {}
        for reading in self.readings():
            chips = tuple(self._known_figures(chip, reading) for chip in self.chips)
            plain[reading] = Interpretation(_reading_text(reading), chips, reading, self.facts())
        return plain

    # Both hold no facts of a transaction: what differs from question to question is added later.
    # They are kept by the metrics of a rule, and by those of them in which something differs: most
    # rules of a day ask for other metrics, and differ in the same few.
    def plain_for(self, metrics: frozenset[str]) -> tuple[Interpretation, ...]:
        """The nominal interpretations that a rule with some metrics can tell apart.

        At least one, the plain one first. The strictest of their answers is the answer.

        >>> from chipdb.catalog.catalog import load
        >>> item = Item(load()["A800 80GB PCIe"])
        >>> len(item.readings()), len(item.plain_for(frozenset({"memory_bandwidth"})))
        (2, 1)
        """
        if metrics not in self._plain_for:
            # Most metrics are the same however a chip is counted, and one interpretation is left.
            differing = frozenset(filter(self._differs, parts_of(metrics)))
            if differing not in self._plain_for:
                self._plain_for[differing] = tuple(_distinct(self._plain.values(), differing))
            self._plain_for[metrics] = self._plain_for[differing]
        return self._plain_for[metrics]

    def disputed_for(self, metrics: frozenset[str]) -> tuple[Interpretation, ...]:
        """The interpretations that may contest the answer of a rule with some metrics.

        Only those that the rule can tell from the nominal ones, and from each other. Empty where
        nobody disputes what it reads.
        """
        if metrics not in self._disputed_for:
            differing = frozenset(
                name for name in parts_of(metrics) if self._differs(name) or self._is_disputed(name)
            )
            if differing not in self._disputed_for:
                plain = self.plain_for(differing)
                distinct = _distinct([*plain, *self._disputes(differing)], differing)
                # The nominal ones come first and are distinct, so the rest are the disputes.
                self._disputed_for[differing] = tuple(distinct[len(plain) :])
            self._disputed_for[metrics] = self._disputed_for[differing]
        return self._disputed_for[metrics]

    def _differs(self, name: str) -> bool:
        """Whether another reading counts a metric of some chip otherwise; compared once.

        TF32 may be counted with the 19 bits that it computes with or the 32 that it is stored in:
        that gives another TPP and the same memory bandwidth.
        """
        if name not in self._differing:
            plain, *others = self._plain.values()
            alone = frozenset({name})
            self._differing[name] = not all(_agree(plain, other, alone) for other in others)
        return self._differing[name]

    def _is_disputed(self, name: str) -> bool:
        """Whether other claims, a margin or a declaration give a metric another interval.

        Never for a derived metric without a claim of its own: its parts may be disputed, and it
        follows from them.
        """
        if name == "tpp" and self._declared_tpp() is not None:
            return True
        margins = itertools.product(self.readings(), _MARGINS)
        return any(self._is_wider(name, reading, margin) for reading, margin in margins)

    def _disputes(self, metrics: frozenset[str]) -> Iterator[Interpretation]:
        """Interpretations that may contest an answer, for a rule that asks for some metrics.

        They take other credible claims, then margins of figures, then what the vendor declares. The
        order matters: if several lead to the same answer, the first is named as contesting it.
        """
        # Only metrics that the rule asks for can contest its answer.
        own = sorted(metrics)
        for reading in self.readings():
            for margin in _MARGINS:
                yield from self._widenings(own, reading, margin)

        declared = self._declared_tpp()
        if declared is not None and "tpp" in metrics:
            yield declared

    def _widenings(
        self, metrics: list[str], reading: str | None, margin: str
    ) -> Iterator[Interpretation]:
        """The interpretations of one reading with metrics as wide as a margin allows.

        Each metric comes by itself first, so that the reason names the one figure that suffices,
        then all of them together. None where the margin adds nothing to the next narrower one.
        """
        widened = [name for name in metrics if self._is_wider(name, reading, margin)]
        for name in widened:
            yield self._widened_alone(name, reading, margin)
        if not widened:
            return

        # A claim of one figure and the margin of another may lead elsewhere only together: a lower
        # TPP on an area that is larger by its tolerance.
        taken = [name for name in metrics if self._is_wider(name, reading, margin, NOMINAL)]
        if len(taken) > 1:
            because = _CLAIMS_AND_MARGINS
            if taken == widened:
                because = _MARGINS[margin]
            yield self._widened_in(taken, reading, margin, because)

    def _widened_alone(self, name: str, reading: str | None, margin: str) -> Interpretation:
        """The interpretation in which one metric is as wide as a margin allows; made once.

        Other rules ask for it again, and find in it the cells that were looked up before.
        """
        key = (name, reading, margin)
        if key not in self._widened:
            because = self._because(name, reading, margin)
            self._widened[key] = self._widened_in([name], reading, margin, because)
        return self._widened[key]

    def _widened_in(
        self, names: list[str], reading: str | None, margin: str, because: str
    ) -> Interpretation:
        """A nominal interpretation with some metrics of its chips as wide as a margin allows.

        ``because`` says why the metrics may be so wide.
        """
        plain = self._plain[reading]
        chips = []
        for chip, known in zip(self.chips, plain.chips, strict=True):
            intervals = {}
            for name in names:
                if name in known.intervals:
                    intervals[name] = _interval(self.spread(name, reading, chip), margin)
            undefined = _undefined_metrics(chip, Changed(known.intervals, intervals))
            chips.append(known.with_intervals(intervals, undefined))
        return Interpretation(because, tuple(chips), reading, plain.facts)

    def _declared_tpp(self) -> Interpretation | None:
        """The plain interpretation with the TPP that the vendor declares, if it declares one.

        A system has the declaration of its leading chip where it has none of its own.
        """
        declared = self.chip.declared or self.lead.declared
        if declared is None or declared.tpp is None:
            return None
        # A declaration is per chip and in the vendor's own count, so it replaces the TPP of the
        # plain interpretation.
        plain = self._plain[None]
        lead, *others = plain.chips
        because = f"the vendor declares TPP {display(declared.tpp)} ({declared.source})"
        chips = (lead.with_intervals({"tpp": (declared.tpp, declared.tpp)}), *others)
        return Interpretation(because, chips, None, plain.facts)

    def _known_figures(self, chip: Chip, reading: str | None) -> KnownFigures:
        """What is known of a chip in one reading, each metric at its value where it has one.

        Where it has none, its interval holds all that it could be.
        """

        def interval_of(name: str) -> Interval:
            """The interval of one metric, in its unit."""
            return _interval(self.spread(name, reading, chip), NOMINAL)

        intervals = OnDemand(_own_metrics(chip), interval_of)
        return KnownFigures(
            intervals=intervals,
            facts={"datacenter": chip.datacenter, "digital": chip.digital},
            # A rule that names a chip means the product as sold, not an altered one.
            part=None if chip.altered else chip.id,
            undefined=_undefined_metrics(chip, intervals),
        )

    def missing(self, name: str, reading: str | None) -> tuple[str, ...] | None:
        """The figures that a metric of the leading chip lacks; None where it has a value.

        By their paths in ``show``, such as ``memory.bandwidth``.
        """
        spread = self.spread(name, reading)
        if spread.value is not None:
            return None
        return spread.missing

    def _is_wider(
        self, name: str, reading: str | None, margin: str, than: str | None = None
    ) -> bool:
        """Whether a margin reaches further than another one, the next narrower by default.

        On any chip of a system: the best of them classifies it, and whether that is the leading
        one may be what is disputed. For an unknown metric where what bounds it has other claims or
        a margin.
        """
        narrower = than or (NOMINAL if margin == CLAIMS else CLAIMS)
        key = (name, reading, margin, narrower)
        if key not in self._wider:
            self._wider[key] = any(self._wider_chips(name, reading, margin, narrower))
        return self._wider[key]

    def _wider_chips(
        self, name: str, reading: str | None, margin: str, narrower: str
    ) -> Iterator[Chip]:
        """The chips whose metric a margin widens, the leading one first."""
        for chip, known in zip(self.chips, self._plain[reading].chips, strict=True):
            if name not in known.intervals:
                continue
            spread = self.spread(name, reading, chip)
            if _interval(spread, margin) != _interval(spread, narrower):
                yield chip

    def _because(self, name: str, reading: str | None, margin: str) -> str:
        """What widening a metric by a margin rests on, in words with the range.

        For example "credible claims put tpp between 4,989.92 and 4,992".
        """
        chip = next(self._wider_chips(name, reading, margin, NOMINAL), self.lead)
        spread = self.spread(name, reading, chip)
        low, high = _interval(spread, margin)
        range_text = f"between {display(low)} and {display(high)} {METRIC_UNITS[name]}".strip()
        evidence = _EVIDENCE[margin]
        if spread.value is None:
            evidence = "claims and margins of other figures"
        if high is None:
            range_text = f"at {display(low)} {METRIC_UNITS[name]} or more"
        # the other chips of a system have figures of the same names
        of_which = "" if chip is self.lead else f" of {chip.name}"
        text = f"{evidence} put {name}{of_which} {range_text}"
        if reading is not None:
            text += f" ({_reading_text(reading)})"
        return text


def _undefined_metrics(chip: Chip, intervals: Mapping[str, Interval]) -> frozenset[str]:
    """The metrics that have no meaning for a chip.

    Planar logic has no applicable die area and so no density: Technical Note 4 to 3A090 counts
    non-planar dies only. A given density makes no area that would leave it without meaning; a given
    area does.
    """
    density_is_given = "performance_density" in intervals
    area_is_made = density_is_given and "applicable_die_area" not in chip.metrics
    _, largest_area = intervals["applicable_die_area"]
    if largest_area == 0 and not area_is_made:
        return frozenset({"performance_density"})
    return frozenset()


def _distinct(
    interpretations: Iterable[Interpretation], metrics: frozenset[str]
) -> list[Interpretation]:
    """The interpretations without those that agree on some metrics with one before them.

    A rule that reads no other metrics gives the same answer for both.
    """
    # Most disputes concern figures that a rule does not read; without this each would be evaluated
    # all the same.
    distinct: list[Interpretation] = []
    for interpretation in interpretations:
        if not any(_agree(interpretation, other, metrics) for other in distinct):
            distinct.append(interpretation)
    return distinct


def _agree(one: Interpretation, other: Interpretation, metrics: frozenset[str]) -> bool:
    """Whether two interpretations of an item give some metrics the same intervals, on every chip.

    Then the same metrics have no meaning: which those are follows from the interval of the area.
    """
    for known, known_there in zip(one.chips, other.chips, strict=True):
        for name in metrics:
            if known.number_of(name) != known_there.number_of(name):
                return False
    return True


@functools.lru_cache(maxsize=1024)
def item_of(chip: Chip) -> Item:
    """The item of a chip; the same object each time, since counting is most of its work.

    >>> from chipdb.catalog.catalog import load
    >>> item_of(load()["A30"]) is item_of(load()["A30"])
    True
    """
    return Item(chip)


_MARGINS = {
    CLAIMS: "credible claims taken together",
    WIDE: "margins of figures taken together",
}
"""The margins that may contest, the narrower first.

Each with what is said where several metrics are widened at once.
"""
_CLAIMS_AND_MARGINS = "credible claims and margins of figures taken together"

_EVIDENCE = {CLAIMS: "credible claims", WIDE: "rounding and tolerance of figures"}
"""What widens a single metric under a margin, in words."""


def _own_metrics(chip: Chip) -> list[str]:
    """Metrics that have an interval of their own: all but derived ones that are not given.

    A given density is left out where area and TPP give it; one of zero, which no area gives, is no
    density.
    """
    names = []
    for name in METRIC_UNITS:
        is_given = name in chip.metrics and _stands_alone(chip, name)
        if name not in DERIVED or is_given:
            names.append(name)
    return names


def _stands_alone(chip: Chip, name: str) -> bool:
    """Whether a given derived metric counts by itself, apart from the parts that it is made of.

    A table of a third party may have a density and no area; a density then is all that is known.
    """
    if name != "performance_density":
        return True

    claim = chip.metrics[name].preferred()
    if claim is None or claim.value <= 0:
        return False
    # With both parts known the given density adds nothing, and might contradict them.
    tpp_is_stated = "tpp" in chip.metrics or bool(chip.throughput)
    made_of_parts = "applicable_die_area" in chip.metrics and tpp_is_stated
    return not made_of_parts


@functools.lru_cache(maxsize=512)
def parts_of(metrics: frozenset[str]) -> frozenset[str]:
    """The metrics and those that derived ones are made of; worked out once for a rule.

    >>> sorted(parts_of(frozenset({"performance_density"})))
    ['applicable_die_area', 'performance_density', 'tpp']
    """
    parts = set(metrics)
    for name in metrics:
        if name in DERIVED:
            parts.update(DERIVED[name].parts)
    return frozenset(parts)


def _interval(spread: Spread, margin: str) -> Interval:
    """The interval of a metric under a margin, in its unit; only its value under the narrowest.

    ``margin`` is NOMINAL, CLAIMS or WIDE, and each holds the one before it. A published TPP of
    1,000 with a credible claim of 990, each rounded to tens, is 1,000, then 990 to 1,000, then 985
    to 1,005.
    """
    # An unknown figure is unknown under every margin; what bounds it may have a margin itself.
    if spread.value is None:
        return (spread.least, spread.most) if margin == WIDE else (spread.low, spread.high)

    if margin == NOMINAL:
        return spread.value, spread.value

    if margin == CLAIMS:
        low, high = spread.low, spread.high
    else:
        low, high = spread.least, spread.most

    # A known figure without a credible upper end is not higher than its value.
    if high is None:
        return min(low, spread.value), spread.value
    return min(low, spread.value), max(high, spread.value)


def _reading_text(reading: str | None) -> str | None:
    """What sets a reading apart, in words; None for the plain one.

    >>> _reading_text("dense")
    'reading dense'
    """
    if reading is None:
        return None
    if reading == STORED_TF32:
        return "reading tf32-32-bit: TF32 counted with the 32 bits it is stored in"
    return f"reading {reading}"
