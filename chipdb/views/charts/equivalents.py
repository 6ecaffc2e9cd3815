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

TIMES = "\N{MULTIPLICATION SIGN}"
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
        _title(answers, short(base.chip)),
        f"{workload.model.name}, {workload.phase.value}, {workload.input:,} tokens of input, "
        f"{group}{limit_text(workload)}. How many equal one {short(base.chip)}.",
        request.caption(()),
        "Whiskers: from the smallest to the largest ratio of paired corners, since both chips run "
        "the same software.",
    )
    chart = Bars(request.theme, bars, SERIES, f"chips that equal one {short(base.chip)}")
    return chart.chart("equivalents", words)


def _entries_and_base(request: ChartRequest) -> tuple[list[Entry], Entry]:
    """The chips that get bars, and the one that they are to equal."""
    entries = list(request.entries)
    if request.baseline is not None:
        base = replace(entries[0], chip=request.baseline) if entries else None
    else:
        base = entries.pop() if len(entries) > 1 else None
    if base is None or not entries:
        raise UsageError("equivalents takes two or more chips, or one with --baseline")
    return entries, base


def _bars(answer: Equivalence) -> list[Bar]:
    """The bars of one chip: its ratio by each measure."""
    name = short(answer.chip.entry.chip)
    ratio = answer.ratio
    if ratio is None:
        reason = "no estimate" if answer.chip.missing else "gives nothing"
        first = Bar(row=name, series=0, value=None, low=None, high=None, told=reason, chip=name)
    else:
        high = None if math.isinf(ratio.high) else ratio.high
        first = Bar(
            row=name,
            series=0,
            value=ratio.nominal,
            low=ratio.low,
            high=high,
            told=f"{two_digits(ratio.nominal)}{TIMES}",
            chip=name,
        )
    bars = [first]
    others = (answer.tpp_ratio, answer.memory_bandwidth_ratio)
    for series, value in enumerate(others, 1):
        told = "unknown" if value is None else f"{two_digits(value)}{TIMES}"
        bar = Bar(row=name, series=series, value=value, low=None, high=None, told=told, chip=name)
        bars.append(bar)
    return bars


def _title(answers: Sequence[Equivalence], base: str) -> str:
    """The chip for which TPP is furthest from the workload.

    Raises :class:`~chipdb.errors.UsageError` where no chip has a ratio.
    """
    furthest: Equivalence | None = None
    most = -1.0
    for answer in answers:
        if answer.ratio is None or not answer.tpp_ratio:
            continue
        apart = abs(math.log(answer.ratio.nominal / answer.tpp_ratio))
        if apart > most:
            furthest, most = answer, apart
    if furthest is None or furthest.ratio is None:
        raise UsageError("no chip has an estimate and a TPP to compare")
    name = short(furthest.chip.entry.chip)
    by_work, by_tpp = two_digits(furthest.ratio.nominal), two_digits(furthest.tpp_ratio or 0.0)
    if by_work == by_tpp:
        return f"One {base} equals {by_work} {name}, as their TPP says"
    return f"One {base} equals {by_work} {name}; their TPP alone says {by_tpp}"
