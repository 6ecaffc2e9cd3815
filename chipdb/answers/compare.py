"""``compare``: chips side by side, with ratios to a baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from chipdb.answers.arguments import (
    Changes,
    Chips,
    File,
    Names,
    OneChip,
    catalog_of,
    chip_of,
    entries_of,
)
from chipdb.answers.estimate import tokens_of, written_workload
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.catalog.formats import format_table
from chipdb.errors import ParameterError, UsageError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.metrics import best_member, measure
from chipdb.metrics.measure import TOTALS
from chipdb.notebook import Framed, Shown, views
from chipdb.units import METRIC_UNITS
from chipdb.workloads.request import Request, request_of
from chipdb.workloads.workload import Phase

ONE_CHIP, WHOLE_SYSTEM = "chip", "system"
"""What a figure of a system is of: its leading chip, or all of its chips together."""

BINARY_GB = Fraction(10**9, 2**30)
"""GiB in a decimal GB."""

RATE_UNIT = "tokens/s"
"""The unit of an estimate, per chip."""
OF_DECODE = ("batch", "latency", "draft", "accepted")
OF_A_WORKLOAD = ("phase", "precision", "layout", "input", *OF_DECODE)

METRICS = (
    "tpp",
    "performance_density",
    "applicable_die_area",
    "memory_capacity",
    "memory_bandwidth",
    "interconnect_bandwidth",
    "aggregate_io_bandwidth",
    "transistors",
)


@dataclass(frozen=True, kw_only=True)
class ComparedValue:
    """A chip's value of one figure: preferred, lowest and highest credible, ratio to the base.

    ``position`` is that of the chip among those that were compared, counted from 1, and
    ``changes`` what was changed: a chip may be compared with a derated form of itself.
    """

    chip: str
    position: int = 1
    changes: tuple[str, ...] = ()
    value: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    ratio: Fraction | None = None


@dataclass(frozen=True, repr=False)
class ComparedFigure(Shown, Framed):
    """One figure of every chip; ``of`` says whether it is of one chip or of a whole system."""

    figure: str
    unit: str
    cells: tuple[ComparedValue, ...]
    of: str = ONE_CHIP

    def __repr__(self) -> str:
        """The figure and the number of chips."""
        return f"<ComparedFigure {self.figure} of {len(self.cells)} chips>"

    def to_dict(self) -> dict[str, Any]:
        """One entry of ``lines`` in ``chipdb compare --format json``."""
        return dict(views("json.commands").compared_figure_record(self))


class Comparison(list[ComparedFigure], Shown, Framed):
    """The figures of a comparison; ``baseline`` is the id of the chip that ratios are to."""

    def __init__(
        self,
        lines: Iterable[ComparedFigure],
        baseline: str,
        data: str | None = None,
        baseline_changes: tuple[str, ...] = (),
    ) -> None:
        """The figures of a comparison; ``data`` is the hash of the baseline's vintage."""
        super().__init__(lines)
        self.baseline = baseline
        self.baseline_changes = baseline_changes
        """What was changed of the baseline, which may also be compared as it is sold."""
        self.data = data
        """The hash of the vintage of the baseline; None for the data of this installation."""
        self.works: tuple[Request, ...] = ()
        """The workloads whose estimates are among the figures."""

    def __repr__(self) -> str:
        """The number of figures and the baseline."""
        return f"<Comparison of {len(self)} figures to {self.baseline}>"

    @property
    def has_systems(self) -> bool:
        """Whether it has figures of whole systems."""
        return any(line.of == WHOLE_SYSTEM for line in self)

    def is_baseline(self, cell: ComparedValue) -> bool:
        """Whether a value is the baseline's own, whose ratio is not worth showing.

        A derated form of the baseline is another chip here.
        """
        return (cell.chip, cell.changes) == (self.baseline, self.baseline_changes)

    def to_dict(self) -> dict[str, Any]:
        """The object of ``chipdb compare --format json``."""
        return dict(views("json.commands").comparison_record(self))


def compare(
    chips: Chips,
    baseline: OneChip | None = None,
    *,
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
    model: str | None = None,
    phase: str | None = None,
    precision: str | None = None,
    layout: str | None = None,
    batch: int | None = None,
    input: int | None = None,  # noqa: A002 - the option's name
    latency: str | None = None,
    draft: int | None = None,
    accepted: float | None = None,
) -> Comparison:
    """Compare two or more chips figure by figure; ratios are to ``baseline``, by default the last.

    With ``model``, estimates of :func:`chipdb.estimate` follow the figures: of ``phase``, or of
    prefill and decode. The parameters after it are those of the workload.

    Throughputs are the best dense ones of each bit length. A system is compared by one of its
    chips; its totals follow, each called ``total``. Memory capacities are counted as data sheets
    print them, where a GB of DRAM is a GiB.
    Raises :class:`~chipdb.errors.UsageError` for fewer than two chips,
    :class:`~chipdb.errors.UnknownNameError` for a name that no chip has.

    >>> import chipdb
    >>> lines = {line.figure: line for line in chipdb.compare(["910B2", "A100"])}
    >>> first = lines["rate, 16 bits"].cells[0]
    >>> float(first.value), round(float(first.ratio), 2)
    (376.0, 1.21)
    """
    known = catalog_of(catalog, vintage)
    entries = entries_of(chips, known, derate=derate, set=set, drop=drop)
    base = None
    if baseline is not None:
        base = chip_of(baseline, known, "baseline")
    # the chips of a comparison are those compared; how many work together is in the layout
    works = workloads_compared({**locals(), "chips": None})
    return compared([entry.chip for entry in entries], base, works)


def workloads_compared(parameters: Mapping[str, Any]) -> list[Request]:
    """The workloads that a call asks about; prefill and decode for a model without a phase.

    Raises :class:`~chipdb.errors.ParameterError` for what belongs to a workload without a model.
    """
    if parameters["model"] is None:
        for name in OF_A_WORKLOAD:
            if parameters[name] is not None:
                raise ParameterError("model", f"is needed with {name}")
        return []
    if parameters["phase"] is not None:
        return [request_of(written_workload(parameters))]
    # a batch and a limit are those of generation; in prefill they mean something else or nothing
    prefill = {**parameters, "phase": Phase.PREFILL.value, **dict.fromkeys(OF_DECODE)}
    decode = {**parameters, "phase": Phase.DECODE.value}
    return [request_of(written_workload(each)) for each in (prefill, decode)]


def compared(
    chips: Sequence[Chip], baseline: Chip | None = None, works: Sequence[Request] = ()
) -> Comparison:
    """Compare chips that were already looked up and changed, with some workloads.

    Raises :class:`~chipdb.errors.UsageError` for fewer than two chips.
    """
    if len(chips) < 2:
        raise UsageError("compare takes two or more chips")
    base = baseline
    if base is None:
        base = chips[-1]
    # like with like: one chip of a system next to a chip, and below it the system as a whole
    lines = list(_lines(list(map(_lead, chips)), _lead(base)))
    lines += [_estimated(work, chips, base) for work in works]
    if any(chip.members for chip in (*chips, base)):
        lines += _lines_of_systems(chips, base)
    placed = [_placed(line, chips) for line in lines]
    comparison = Comparison(placed, base.id, base.data, base.changes)
    comparison.works = tuple(works)
    return comparison


def _lines(chips: Sequence[Chip], base: Chip) -> Iterator[ComparedFigure]:
    """The figures of single chips: throughputs, then metrics, then power.

    ``base`` is the chip that the ratios compare with; it need not be among ``chips``.
    """
    yield from _throughputs(chips, base)
    # metrics come after throughputs, from which they follow
    for name in METRICS:
        yield _metric(name, chips, base)
    yield _figure("power, TDP", "W", map(_tdp, chips), _tdp(base).value)


def _lines_of_systems(chips: Sequence[Chip], base: Chip) -> Iterator[ComparedFigure]:
    """The totals of whole systems; the power is that of the system, not of its chips together."""
    for name in TOTALS:
        yield _total(name, chips, base)
    total = _figure("power, total", "W", map(_tdp, chips), _tdp(base).value)
    yield replace(total, of=WHOLE_SYSTEM)


def _lead(chip: Chip) -> Chip:
    """The chip itself, or the chip of a system that has the highest TPP."""
    # The same chip by which a system is classified.
    if not chip.members:
        return chip
    return best_member(chip)


def _placed(line: ComparedFigure, chips: Sequence[Chip]) -> ComparedFigure:
    """A figure whose values each name their chip and what was changed about it."""
    cells: list[ComparedValue] = []
    for position, (cell, chip) in enumerate(zip(line.cells, chips, strict=True), 1):
        cells.append(replace(cell, chip=chip.id, position=position, changes=chip.changes))
    return replace(line, cells=tuple(cells))


def _estimated(work: Request, chips: Sequence[Chip], base: Chip) -> ComparedFigure:
    """The estimate of a workload on every chip, per chip, each in its own best group.

    In tokens per second, with the range of its efficiencies.
    """
    values = [_estimate_of(chip, work) for chip in chips]
    return _figure(work_name(work), RATE_UNIT, values, _estimate_of(base, work).value)


def work_name(work: Request) -> str:
    """The name of an estimate among the figures: ``decode, llama3.1-70b``."""
    return f"{work.workload.phase.value}, {work.workload.model.id}"


def _estimate_of(chip: Chip, work: Request) -> ComparedValue:
    """The estimate of one chip; empty where a figure is missing."""
    tokens = tokens_of(chip, work)
    # An estimate is missing where a figure is; one of zero says that the model does not fit.
    if tokens is None:
        return ComparedValue(chip=chip.id)
    # an estimate has no more digits than this
    low, nominal, high = (
        Fraction(f"{value:.4g}") for value in (tokens.low, tokens.nominal, tokens.high)
    )
    return ComparedValue(chip=chip.id, value=nominal, low=low, high=high)


def _throughputs(chips: Sequence[Chip], base: Chip) -> Iterator[ComparedFigure]:
    """The best dense throughput for each bit length that some chip has, longest first, in TOPS."""
    for bits in sorted(set(format_table().bits.values()), reverse=True):
        cells = [best_throughput(chip, bits) for chip in chips]
        # a bit length that no chip here computes in would be a row of blanks
        if all(cell.value is None for cell in cells):
            continue
        ratio_to = best_throughput(base, bits).value
        yield _figure(_throughput_name(bits), "TOPS", cells, ratio_to)


def _throughput_name(bits: int) -> str:
    """The name of a bit length: that of the format stored in it, such as ``rate, FP16``.

    The word ``rate`` is part of the published names, so it stays.
    """
    for name in format_table().stored_bits:
        if format_table().bits[name] == bits:
            return f"rate, {name.upper()}"
    if bits == 1:
        return "rate, 1 bit"
    return f"rate, {bits} bits"


def best_throughput(chip: Chip, bits: int) -> ComparedValue:
    """The best dense throughput of a chip among formats of one bit length, in TOPS.

    A vector format counts like its matrix counterpart. The value is None where no format of this
    length has a figure. The ratio is left to the caller.
    """
    known: list[Figure] = []
    for name, figure in chip.throughput.items():
        if format_table().bits[name.removesuffix("_vector")] == bits and figure.preferred():
            known.append(figure)
    if not known:
        return ComparedValue(chip=chip.id)

    best = max(known, key=_preferred)
    # all readings count here: the range is of what anybody credible states
    values = [claim.value for claim in best.claims if claim.rejected is None]
    return ComparedValue(
        chip=chip.id, value=_preferred(best), low=min(values), high=max(values), ratio=None
    )


def _preferred(figure: Figure) -> Fraction:
    """The preferred value of a figure that is known to have one."""
    claim = figure.preferred()
    assert claim is not None, "only figures with a preferred claim are ranked"
    return claim.value


def _metric(name: str, chips: Sequence[Chip], base: Chip) -> ComparedFigure:
    """One metric of every chip in its unit, with its credible range; ``name`` is the metric."""
    values = [_metric_value(name, chip) for chip in chips]
    return _figure(name, METRIC_UNITS[name], values, _metric_value(name, base).value)


def _metric_value(name: str, chip: Chip) -> ComparedValue:
    """One metric of one chip in its unit; empty where it is not known."""
    if name == "memory_capacity":
        return _capacity(chip)
    metric = measure(chip, name)
    return ComparedValue(chip=chip.id, value=metric.value, low=metric.low, high=metric.high)


def _capacity(chip: Chip) -> ComparedValue:
    """The memory of one chip in GB as data sheets print it: 64 GiB count as 64 GB.

    A data sheet's GB of DRAM is a GiB. One that writes GiB does not have more memory.
    """
    figure = chip.metrics.get("memory_capacity") or chip.memory.capacity
    preferred = None if figure is None else figure.preferred()
    # No data sheet prints a capacity that was computed from the stacks of a package.
    if figure is None or preferred is None:
        metric = measure(chip, "memory_capacity")
        return ComparedValue(chip=chip.id, value=metric.value, low=metric.low, high=metric.high)
    values = [as_printed(claim) for claim in figure.credible()]
    return ComparedValue(
        chip=chip.id, value=as_printed(preferred), low=min(values), high=max(values)
    )


def as_printed(claim: Claim) -> Fraction:
    """A memory capacity in GB, or the number of GiB where it is stated in binary units."""
    if "iB" in claim.text:
        return claim.value * BINARY_GB
    return claim.value


def _total(name: str, chips: Sequence[Chip], base: Chip) -> ComparedFigure:
    """The total of a metric for each system; for a single chip it is the metric itself."""
    values = [_total_value(name, chip) for chip in chips]
    total = _figure(f"{name}, total", METRIC_UNITS[name], values, _total_value(name, base).value)
    return replace(total, of=WHOLE_SYSTEM)


def _total_value(name: str, chip: Chip) -> ComparedValue:
    """The sum of a metric over the chips of a system; empty if it is unknown for one of them.

    A sum of what is known would look like a smaller system.
    """
    value, low = Fraction(0), Fraction(0)
    high: Fraction | None = Fraction(0)
    for part, count in chip.processors():
        each = _metric_value(name, part)
        if each.value is None or each.low is None:
            return ComparedValue(chip=chip.id)
        value += count * each.value
        low += count * each.low
        # a total has no upper bound if one of its chips has none
        if high is not None and each.high is not None:
            high += count * each.high
        else:
            high = None
    return ComparedValue(chip=chip.id, value=value, low=low, high=high)


def _tdp(chip: Chip) -> ComparedValue:
    """The thermal design power of one chip in watts; empty if it is not stated."""
    # an unknown value keeps its column, and its ratio is unknown, too
    unknown = ComparedValue(chip=chip.id)
    figure = chip.power.get("tdp")
    if figure is None:
        return unknown
    claim = figure.preferred()
    # every claim may have been rejected
    if claim is None:
        return unknown
    values = [credible.value for credible in figure.credible()]
    return ComparedValue(chip=chip.id, value=claim.value, low=min(values), high=max(values))


def _figure(
    name: str, unit: str, values: Iterable[ComparedValue], ratio_to: Fraction | None
) -> ComparedFigure:
    """A figure of every chip, with the ratios of the values to the baseline's.

    A ratio is None where the chip or the baseline (``ratio_to``) has no value, or that is 0.
    """
    cells: list[ComparedValue] = []
    for cell in values:
        ratio = None
        if cell.value is not None and ratio_to:
            ratio = cell.value / ratio_to
        cells.append(replace(cell, ratio=ratio))
    return ComparedFigure(name, unit, tuple(cells))
