"""Throughput against batch: a band for each chip, its nominal line, and published measurements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from chipdb.answers.estimate import machine_of
from chipdb.catalog.chip import Chip
from chipdb.errors import ParameterError, UsageError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.units import display, significant
from chipdb.views.charts.frame import (
    LABEL,
    WIDTH,
    ChartRequest,
    ChartText,
    Layer,
    LegendKey,
    Record,
    axes,
    end_labels,
    framed,
    pixels,
    symbols,
)
from chipdb.views.charts.labels import width
from chipdb.views.charts.names import listed, short
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.scales import around
from chipdb.workloads.capacity import MOST_SEQUENCES
from chipdb.workloads.chip_figures import ChipFigures, figures_of
from chipdb.workloads.data import Measurement, measured
from chipdb.workloads.efficiencies import Corner
from chipdb.workloads.request import Request
from chipdb.workloads.throughput import Machine, Throughput, throughput
from chipdb.workloads.workload import Phase, Workload

HEIGHT = 400
MILLI = 1000
STEPS_OF_A_DOUBLING = 2
"""Batches that are drawn between a batch and twice as many; the lines between them are straight."""
ALIKE = 2.0
"""A measurement has a mark if its lengths are between half and twice those asked about."""


@dataclass(frozen=True, kw_only=True)
class BatchAxis:
    """What a batch is in a phase: the batches drawn, the title of the axis, a word for the title.

    ``least`` and ``most`` count sequences, in prefill the tokens of one pass, which ``unit`` names.
    """

    least: int
    most: int
    title: str
    word: str
    unit: str = ""


_SEQUENCES = BatchAxis(
    least=1, most=MOST_SEQUENCES, title="sequences in flight in one group", word="a batch"
)
_PROMPT_TOKENS = BatchAxis(
    least=128,
    most=65536,
    title="prompt tokens in one pass of a group",
    word="a pass",
    unit=" tokens",
)


def _batch_axis(workload: Workload) -> BatchAxis:
    """What a batch of a workload is."""
    if workload.phase is Phase.PREFILL:
        return _PROMPT_TOKENS
    return _SEQUENCES


@dataclass(frozen=True, kw_only=True)
class Curve:
    """The estimates of one chip by batch, and the measurements that resemble the workload."""

    chip: Chip
    machine: Machine
    by_batch: dict[int, Throughput]
    marks: tuple[Measurement, ...]

    def nominal(self, batch: int) -> float:
        """The nominal rate at a batch; 0 where nothing is drawn."""
        return _nominal(self.by_batch.get(batch))


def _nominal(found: Throughput | None) -> float:
    """The nominal rate of a throughput, in tokens per second per chip; 0 without one."""
    if found is None:
        return 0.0
    return found.nominal


def draw(request: ChartRequest) -> Chart:
    """The chart of the named chips.

    Raises :class:`~chipdb.errors.UsageError` without a chip and for one without an estimate, and
    :class:`~chipdb.errors.ParameterError` for training and for a stated batch.
    """
    work = request.workload
    assert work is not None, "a chart of estimates is asked with a workload"
    if work.workload.phase is Phase.TRAIN:
        raise ParameterError("phase", "must be prefill, decode or serve: training has no batch")
    if work.workload.batch is not None:
        raise ParameterError("batch", "does not apply: a chart of estimates shows every batch")
    if not request.chips:
        raise UsageError("a chart of estimates needs at least one chip; name one, such as H100")
    curves = [_curve(chip, work.workload) for chip in request.chips]
    return _Curves(request, work, curves).chart()


def _curve(chip: Chip, workload: Workload) -> Curve:
    """The estimates of a chip at every batch that fits and meets the limits.

    Raises :class:`~chipdb.errors.UsageError` where there is none.
    """
    figures = figures_of(chip, workload.precision)
    if figures.hardware is None:
        raise UsageError(f"{chip.name} has no estimate: {figures.missing[0]}")
    machine = machine_of(figures)
    # a batch that does not fit, or is slower than the limit, has no throughput and is left out
    by_batch: dict[int, Throughput] = {}
    for batch in _batches(workload):
        found = throughput(replace(workload, batch=float(batch)), machine)
        if found is not None and found.nominal:
            by_batch[batch] = found
    if not by_batch:
        reason = "the model does not fit, or no batch meets the limit"
        raise UsageError(f"{chip.name} gives nothing: {reason}")
    return Curve(
        chip=chip,
        machine=machine,
        by_batch=by_batch,
        marks=tuple(_alike(chip, figures, workload)),
    )


def _batches(workload: Workload) -> list[int]:
    """The batches that are drawn, in ascending order."""
    axis = _batch_axis(workload)
    batches: list[int] = []
    batch = float(axis.least)
    # the last batch may exceed the highest one by an error of rounding
    while batch <= axis.most * 1.01:
        batches.append(round(batch))
        batch *= 2 ** (1 / STEPS_OF_A_DOUBLING)
    return sorted(set(batches))


def _alike(chip: Chip, figures: ChipFigures, workload: Workload) -> Iterable[Measurement]:
    """The measurements of a chip in the same precision and, if one is asked about, layout.

    Their lengths are similar to those of the workload.
    """
    # nobody measured a chip that does not exist
    if chip.altered:
        return
    asked = (workload.model.id, workload.phase, figures.precision.id)
    for row in measured(figures.chip.id):
        is_same_work = (row.model, row.phase, row.precision) == asked
        has_layout = workload.layout is None or row.layout == str(workload.layout)
        if not is_same_work or not has_layout:
            continue
        if _close(row.input, workload.input) and _close(row.output, workload.output):
            yield row


def _close(length: int, asked: int) -> bool:
    """Whether a measured length is between half and twice the one asked about."""
    return asked <= ALIKE * length and length <= ALIKE * asked


def leaders(curves: Sequence[Curve], corner: Corner = Corner.NOMINAL) -> list[tuple[int, Curve]]:
    """The chip with the highest rate by batch: each with the first batch at which it leads.

    Only batches at which every chip gives something are compared.
    """
    # where one chip gives nothing, it is its memory that decides and not its rate
    shared = set(curves[0].by_batch)
    for curve in curves[1:]:
        shared &= set(curve.by_batch)
    found: list[tuple[int, Curve]] = []
    for batch in sorted(shared):
        first = max(curves, key=lambda curve: curve.by_batch[batch].rate[corner])
        if not found or found[-1][1] is not first:
            found.append((batch, first))
    return found


class _Curves:
    """The chart."""

    def __init__(self, request: ChartRequest, work: Request, curves: Sequence[Curve]) -> None:
        """Lay out the axes around all bands; names need room at the right."""
        self.request = request
        self.theme = request.theme
        self.work = work
        self.workload = work.workload
        self.axis = _batch_axis(work.workload)
        self.curves = curves
        self.right = max(width(short(curve.chip), LABEL) for curve in curves) + 22

        batches: list[float] = []
        rates: list[float] = []
        for curve in curves:
            batches += [float(batch) for batch in curve.by_batch]
            rates += [row.value for row in curve.marks]
            for found in curve.by_batch.values():
                rates += [found.rate[Corner.LOW], found.rate[Corner.HIGH]]
        # a low corner that gives nothing has no place on a logarithmic axis
        rates = [rate for rate in rates if rate]
        self.across = around(batches, WIDTH - self.right, margin=1.12)
        self.up = around(rates, HEIGHT, up=True, margin=1.2)

    def chart(self) -> Chart:
        """The chart with its finding as the title."""
        reads = "Bands: from low to high; lines: nominal."
        if any(curve.marks for curve in self.curves):
            reads += (
                " Dots: published measurements of the chip and model in the same precision, at "
                "half to twice the lengths drawn; rings, at the right end, those with as many "
                "sequences as fit."
            )
        words = ChartText(self._title(), self._subtitle(), self.request.caption(()), reads)
        layers: list[Layer] = [self._axes()]
        for index, curve in enumerate(self.curves):
            layers += self._band(index, curve)
        layers += [*self._marks(), *self._names()]
        spec = framed(self.theme, words, layers, (WIDTH, HEIGHT), self._legend(), below=56)
        return Chart("estimate", spec)

    def _legend(self) -> list[LegendKey]:
        """The measurements of each chip by color, as the lines have their names at the right."""
        keys = []
        for index, curve in enumerate(self.curves):
            if curve.marks:
                measurements = f"{short(curve.chip)}, measured (published)"
                keys.append(LegendKey(measurements, self.theme.hue(index), "circle"))
        return keys

    def _title(self) -> str:
        """What the chart shows: which chip gives more, and at which batch that changes."""
        if len(self.curves) == 1:
            return self._title_of_one(self.curves[0])
        turns = leaders(self.curves)
        if not turns:
            chips = listed([short(each.chip) for each in self.curves])
            return f"No batch fits and meets the limits on each of {chips}"
        names = [short(curve.chip) for _, curve in turns]
        if len(turns) == 1:
            every = self.axis.word.replace("a ", "every ", 1)
            return f"{self._giving(names[0])} at {every}{self._of_nominal(turns)}"
        first_turn = f"{self.axis.word} of about {self._turn_text(turns, 1)}{self.axis.unit}"
        parts = [f"{self._giving(names[0])} below {first_turn}"]
        for index in range(1, len(turns)):
            parts.append(f"{names[index]} from there on")
            if index + 1 < len(turns):
                parts[-1] = f"{names[index]} up to {self._turn_text(turns, index + 1)}"
        return ", ".join(parts) + self._of_nominal(turns)

    def _giving(self, name: str) -> str:
        """That a chip gives the most of what the vertical axis counts."""
        return f"{name} gives the most {self.workload.phase.value} throughput per chip"

    def _of_nominal(self, turns: Sequence[tuple[int, Curve]]) -> str:
        """That only nominal estimates have this order of chips, as the end of a title.

        Chips are compared at one corner, since they run the same software. Empty where all corners
        have the order.
        """
        order = [curve for _, curve in turns]
        for corner in (Corner.LOW, Corner.HIGH):
            if [curve for _, curve in leaders(self.curves, corner)] != order:
                return ", by the nominal estimates"
        return ""

    def _turn_text(self, turns: Sequence[tuple[int, Curve]], index: int) -> str:
        """The batch from which a chip leads, with the two digits that an estimate has."""
        return two_digits(self._turn(turns, index))

    def _title_of_one(self, curve: Curve) -> str:
        """The nominal rate of a single chip at the smallest and the largest batch."""
        least, most = min(curve.by_batch), max(curve.by_batch)
        first, last = two_digits(curve.nominal(least)), two_digits(curve.nominal(most))
        return (
            f"{short(curve.chip)}: {first} tokens a second at {self.axis.word} of "
            f"{least:,}{self.axis.unit}, {last} at {most:,}"
        )

    def _turn(self, turns: Sequence[tuple[int, Curve]], index: int) -> int:
        """The batch from which a chip leads, between two that are drawn."""
        batch, after = turns[index]
        before = turns[index - 1][1]
        # the lines cross between this batch and the one drawn before it, so halving finds where
        drawn = sorted(before.by_batch)
        low, high = drawn[drawn.index(batch) - 1], batch
        while high - low > 1:
            middle = (low + high) // 2
            if self._rate_of(after, middle) > self._rate_of(before, middle):
                high = middle
            else:
                low = middle
        return high

    def _rate_of(self, curve: Curve, batch: int) -> float:
        """The nominal rate of a chip at a batch that is not drawn."""
        return _nominal(throughput(replace(self.workload, batch=float(batch)), curve.machine))

    def _subtitle(self) -> str:
        """The workload."""
        workload = self.workload
        layout = "each batch in its best group of chips"
        if workload.layout is not None:
            layout = f"layout {workload.layout}"
        lengths = f"{workload.input:,} tokens of input"
        if workload.output:
            lengths += f", {workload.output:,} of output"
        return (
            f"{workload.model.name}, {workload.phase.value}, {lengths}, {layout}"
            f"{limit_text(workload)}. Estimated tokens per second per chip."
        )

    def _axes(self) -> Layer:
        """The axes of batch and rate."""
        return axes(self.across, self.up, self.axis.title, "tokens per second per chip", 34)

    def _band(self, index: int, curve: Curve) -> list[Layer]:
        """The band of a chip, and its nominal line."""
        color = self.theme.hue(index)
        band = []
        nominal = []
        # a tenth of a pixel is more than a reader sees, and keeps the file small
        for batch, found in sorted(curve.by_batch.items()):
            x = round(self.across.pixel(batch), 1)
            low, middle, high = (round(self.up.pixel(rate), 1) for rate in _ordered(found))
            band.append({"px": x, "py": low, "py2": high})
            nominal.append({"px": x, "py": middle})
        return [
            {
                "data": {"values": band},
                "mark": {
                    "type": "area",
                    "color": color,
                    "opacity": self.theme.tint,
                    "tooltip": None,
                },
                "encoding": {**pixels(x="px", y="py"), "y2": {"field": "py2"}},
            },
            {
                "data": {"values": nominal},
                "mark": {"type": "line", "color": color, "strokeWidth": 2.2, "tooltip": None},
                "encoding": pixels(x="px", y="py"),
            },
        ]

    def _marks(self) -> list[Layer]:
        """A dot for each measurement; a ring where its batch is the largest that fits."""
        dots: list[Record] = []
        rings: list[Record] = []
        for index, curve in enumerate(self.curves):
            for row in curve.marks:
                # a measurement without a stated batch is one of as many sequences as fit
                batch = row.batch or max(curve.by_batch)
                if not self.across.holds(batch):
                    continue
                x, y = self.across.pixel(batch), self.up.pixel(row.value)
                look = {"color": self.theme.hue(index), "shape": "circle"}
                mark = {"px": round(x, 1), "py": round(y, 1), **look}
                if row.batch:
                    dots.append(mark)
                else:
                    rings.append(mark)
        layers: list[Layer] = []
        if dots:
            layers.append(symbols(dots, size=42))
        if rings:
            layers.append(symbols(rings, size=42, filled=False, strokeWidth=1.5))
        return layers

    def _names(self) -> list[Layer]:
        """Names of the chips in a column at the right, tied to the ends of their lines."""
        ends = []
        for curve in self.curves:
            last = max(curve.by_batch)
            x, y = self.across.pixel(last), self.up.pixel(curve.nominal(last))
            ends.append((short(curve.chip), x + 2, y))
        return end_labels(self.theme, ends, self.across.size + 20, HEIGHT)


def limit_text(workload: Workload) -> str:
    """The limit of latency as the end of a list; empty without one."""
    if workload.latency is None:
        return ""
    return f", tokens at most {display(workload.latency * MILLI)} ms apart"


def _ordered(found: Throughput) -> tuple[float, float, float]:
    """Low, nominal and high; a low corner that gives nothing is drawn at the nominal one."""
    low, nominal, high = (found.rate[corner] for corner in Corner)
    return low or nominal, nominal, high


def two_digits(value: float) -> str:
    """A value in a title, with two significant digits.

    >>> two_digits(15.21), two_digits(0.714)
    ('15', '0.71')
    """
    return significant(value, 2)
