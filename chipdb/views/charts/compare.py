"""Chips against a baseline: the ratio of each figure, with the range that the credible claims leave."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from chipdb.answers.compare import ComparedFigure, ComparedValue, compared
from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.solver.labels import NAMES
from chipdb.units import display
from chipdb.views.charts.bars import Bar, Bars
from chipdb.views.charts.frame import Asked, Words
from chipdb.views.charts.names import amount, short
from chipdb.views.charts.picture import Chart
from chipdb.views.json.answers import number

OTHERS = {"memory_capacity": "memory", "power, TDP": "power (TDP)"}
"""Figures beside the metrics of every answer, in the words of a chart."""


def draw(asked: Asked) -> Chart:
    """The chart; the baseline is the one named, else what was derated, else the last chip."""
    chips, base = _sides(asked)
    lines = compared([*chips, base], base)
    bars = [bar for line in lines for bar in _bars(line, chips)]
    subtitle = f"Ratio of each figure to that of the {short(base)}, on a scale where half and double are equally far from 1."
    reads = "Whiskers: range of the credible claims and readings of the chip, over the baseline's preferred figure."
    title = f"{_listed([short(chip) for chip in chips])} against the {short(base)}"
    words = Words(title, subtitle, asked.caption(()), reads)
    return Bars(asked.theme, bars, [short(chip) for chip in chips], "ratio").chart("compare", words)


def _sides(asked: Asked) -> tuple[list[Chip], Chip]:
    chips = list(asked.chips)
    if asked.baseline is not None:
        return [
            chip for chip in chips if chip.id != asked.baseline.id or chip.altered
        ] or chips, asked.baseline
    if len(chips) == 1 and asked.paths:
        return chips, asked.paths[0][0]
    if len(chips) < 2:
        raise UsageError("compare takes two or more chips, or one with --baseline or --derate")
    return chips[:-1], chips[-1]


def _bars(line: ComparedFigure, chips: Sequence[Chip]) -> list[Bar]:
    """The bars of one figure, one a chip; a figure that nobody has a ratio for is left out."""
    of_base = line.cells[-1]
    if of_base.value is None or not any(cell.ratio for cell in line.cells[:-1]):
        return []
    row = OTHERS.get(line.figure) or NAMES.get(line.figure, line.figure)
    return [
        Bar(
            row=row,
            series=index,
            value=number(cell.ratio),
            low=_over(cell.low, of_base.value),
            high=_over(cell.high, of_base.value),
            told=_told(cell, line.unit),
            chip=short(chip),
        )
        for index, (chip, cell) in enumerate(zip(chips, line.cells, strict=False))
    ]


def _told(cell: ComparedValue, unit: str) -> str:
    if cell.ratio is None:
        return "unknown"
    return f"{display(cell.ratio)}\N{MULTIPLICATION SIGN}: {amount(cell.value, unit)}"


def _over(value: Fraction | None, base: Fraction) -> float | None:
    return None if value is None or not base else float(value / base)


def _listed(names: Sequence[str]) -> str:
    """Names in a row.

    >>> _listed(["H100", "H20", "B200"])
    'H100, H20 and B200'
    """
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
