"""Chips against a baseline: the ratio of each figure, with the range of the credible claims."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chipdb.answers.compare import ONE_CHIP, ComparedFigure, ComparedValue, compared
from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.solver.labels import NAMES
from chipdb.units import display
from chipdb.views.charts.bars import Bar, Bars
from chipdb.views.charts.frame import ChartRequest, ChartText
from chipdb.views.charts.headlines import of_ratios
from chipdb.views.charts.names import amount, listed, short
from chipdb.views.charts.picture import Chart
from chipdb.views.comparison import figure_words
from chipdb.views.json.answers import number

IN_TITLE = ("tpp", "memory_bandwidth")
"""The figures that the title is about: what rules count first, and what serving needs first."""

OTHERS = {"memory_capacity": "memory", "power, TDP": "power (TDP)"}
"""Figures besides the metrics of every answer, in the words of a chart."""


def draw(request: ChartRequest) -> Chart:
    """The chart; the baseline is the one named, else what was derated, else the last chip.

    Raises :class:`~chipdb.errors.UsageError` for a single chip that is not derated.
    """
    chips, base = _chips_and_baseline(request)

    bars = []
    left_out = []
    ratios: dict[str, list[Fraction]] = {}
    for figure in compared([*chips, base], base):
        # the chart says nowhere which of two figures is a total
        if figure.of != ONE_CHIP:
            continue
        of_figure = _bars(figure, chips)
        bars += of_figure
        if not of_figure and figure.figure in NAMES:
            left_out.append(NAMES[figure.figure])
        if figure.figure in IN_TITLE:
            ratios[NAMES[figure.figure]] = _known_ratios(figure)

    names = [short(chip) for chip in chips]
    against = f"{listed(names)} against the {short(base)}"
    reads = (
        "Whiskers: range of the credible claims and readings of the chip, "
        "over the baseline's preferred figure."
    )
    if left_out:
        reads += f" Not drawn, since a value is unknown: {', '.join(left_out)}."
    words = ChartText(
        of_ratios(names, short(base), ratios) or against,
        f"Ratio of each figure to that of the {short(base)}, which follows its name; "
        "half and double are equally far from 1.",
        request.caption(()),
        reads,
    )
    return Bars(request.theme, bars, names, "ratio").chart("compare", words)


def _chips_and_baseline(request: ChartRequest) -> tuple[list[Chip], Chip]:
    """The chips that get bars, and the one they are compared with.

    Raises :class:`~chipdb.errors.UsageError` for a single chip that is not derated.
    """
    chips = list(request.chips)
    base = request.baseline
    if base is not None:
        # The ratio of a chip to itself says nothing, but a derated form of it is another chip.
        others = [chip for chip in chips if chip.id != base.id or chip.altered]
        return others or chips, base

    if len(chips) > 1:
        return chips[:-1], chips[-1]
    # A single derated chip is compared with what it was, which is the first step of its path.
    if chips and request.paths:
        return chips, request.paths[0][0]
    raise UsageError("compare takes two or more chips, or one with --baseline or --derate")


def _bars(figure: ComparedFigure, chips: Sequence[Chip]) -> list[Bar]:
    """The bars of one figure, one for each chip; none if no chip has a ratio."""
    # The last cell is the baseline's, since draw passes it after the chips.
    base = figure.cells[-1].value
    if base is None or not any(_known_ratios(figure)):
        return []

    name = OTHERS.get(figure.figure) or figure_words(figure.figure)
    name = f"{name}, {amount(base, figure.unit)}"
    bars = []
    for index, (chip, cell) in enumerate(zip(chips, figure.cells, strict=False)):
        bar = Bar(
            row=name,
            series=index,
            value=number(cell.ratio),
            low=_over(cell.low, base),
            high=_over(cell.high, base),
            told=_ratio_text(cell, figure.unit),
            chip=short(chip),
        )
        bars.append(bar)
    return bars


def _known_ratios(figure: ComparedFigure) -> list[Fraction]:
    """The ratios that are known, without that of the baseline, whose cell is the last."""
    return [cell.ratio for cell in figure.cells[:-1] if cell.ratio is not None]


def _ratio_text(cell: ComparedValue, unit: str) -> str:
    """The ratio and the value next to a bar: ``0.5×: 40 GB``."""
    if cell.ratio is None:
        return "unknown"
    ratio = f"{display(cell.ratio)}\N{MULTIPLICATION SIGN}"
    return f"{ratio}: {amount(cell.value, unit)}"


def _over(value: Fraction | None, base: Fraction) -> float | None:
    """A value as a multiple of the base; None if it is unknown or the base is zero."""
    if value is None or not base:
        return None
    return float(value / base)
