"""How many of each chip equal one other: by the workload, by TPP and by memory bandwidth."""

from __future__ import annotations

import math
from collections.abc import Sequence

from chipdb.answers.equivalents import Equivalence, equivalences
from chipdb.catalog.catalog import Entry
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.views.charts.bars import Bar, Bars
from chipdb.views.charts.estimate import limit_text, two_digits
from chipdb.views.charts.frame import ChartRequest, ChartText
from chipdb.views.charts.names import short
from chipdb.views.charts.picture import Chart
from chipdb.workloads.workload import Phase

TIMES = "\N{MULTIPLICATION SIGN}"
_WORK = {
    Phase.PREFILL: "prefill",
    Phase.DECODE: "decode",
    Phase.SERVE: "serving",
    Phase.TRAIN: "training",
}
"""The work of each phase, as a title names it."""
SERIES = ("by the workload", "by TPP", "by memory bandwidth")


def draw(request: ChartRequest) -> Chart:
    """The chart; the chip to equal is the baseline, else the last one.

    Raises :class:`~chipdb.errors.UsageError` for a single chip without a baseline, and where no
    chip has an estimate.
    """
    work = request.workload
    assert work is not None, "a chart of equivalents is asked with a workload"
    entries, base = _entries_and_base(request)
    answers = equivalences(entries, base, work)
    bars: list[Bar] = []
    for answer in answers:
        bars += _bars(answer)
    workload = work.workload
    group = "each chip in its own best group"
    if workload.layout is not None:
        group = f"layout {workload.layout}"
    words = ChartText(
        _title(answers, short(base.chip), _WORK[workload.phase]),
        f"{workload.model.name}, {workload.phase.value}, {workload.input:,} tokens of input, "
        f"{group}{limit_text(workload)}. How many equal one {short(base.chip)}.",
        request.caption(()),
        "Whiskers: from the smallest to the largest ratio of paired corners, since both chips run "
        "the same software.",
    )
    chart = Bars(request.theme, bars, SERIES, f"chips that equal one {short(base.chip)}")
    return chart.chart("equivalents", words)


def _entries_and_base(request: ChartRequest) -> tuple[list[Entry], Entry]:
    """The chips that get bars, and the one that they are to equal.

    Raises :class:`~chipdb.errors.UsageError` for a single chip without a baseline.
    """
    entries = list(request.entries)
    if entries and request.baseline is not None:
        # the chip to equal has no bars: it equals itself
        others = [entry for entry in entries if entry.chip != request.baseline]
        if not others:
            raise UsageError("equivalents needs a chip other than the one of --baseline")
        return others, replace(entries[0], chip=request.baseline)
    if len(entries) > 1:
        return entries[:-1], entries[-1]
    raise UsageError("equivalents takes two or more chips, or one with --baseline")


def _bars(answer: Equivalence) -> list[Bar]:
    """The bars of one chip: its ratio by each measure."""
    name = short(answer.chip.entry.chip)
    bars = [_workload_bar(answer, name)]
    others = (answer.tpp_ratio, answer.memory_bandwidth_ratio)
    for series, value in enumerate(others, 1):
        told = "unknown"
        if value is not None:
            told = f"{two_digits(value)}{TIMES}"
        bar = Bar(row=name, series=series, value=value, low=None, high=None, told=told, chip=name)
        bars.append(bar)
    return bars


def _workload_bar(answer: Equivalence, name: str) -> Bar:
    """The bar of the ratio by the workload, with its range; without a ratio, the reason."""
    ratio = answer.ratio
    if ratio is None:
        reason = "gives nothing"
        if answer.chip.missing:
            reason = "no estimate"
        return Bar(row=name, series=0, value=None, low=None, high=None, told=reason, chip=name)
    # a low corner that gives nothing is equaled by no number of chips
    high: float | None = ratio.high
    if math.isinf(ratio.high):
        high = None
    return Bar(
        row=name,
        series=0,
        value=ratio.nominal,
        low=ratio.low,
        high=high,
        told=f"{two_digits(ratio.nominal)}{TIMES}",
        chip=name,
    )


def _title(answers: Sequence[Equivalence], base: str, work: str) -> str:
    """The chip for which TPP is furthest from the workload, which ``work`` names.

    Raises :class:`~chipdb.errors.UsageError` where no chip has a ratio.
    """
    pairs: list[tuple[str, float, float]] = []
    for answer in answers:
        if answer.ratio is not None and answer.tpp_ratio:
            name = short(answer.chip.entry.chip)
            pairs.append((name, answer.ratio.nominal, answer.tpp_ratio))
    if not pairs:
        raise UsageError("no chip has an estimate and a TPP to compare")
    # twice as much is as far away as half, which differences of logarithms express
    name, work_ratio, tpp_ratio = max(pairs, key=lambda pair: abs(math.log(pair[1] / pair[2])))
    by_work, by_tpp = two_digits(work_ratio), two_digits(tpp_ratio)
    if by_work == by_tpp:
        return f"One {base} equals {by_work} {name} in {work}, as their TPP says"
    return f"One {base} equals {by_work} {name} in {work}; their TPP alone says {by_tpp}"
