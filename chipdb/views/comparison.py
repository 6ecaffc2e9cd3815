"""Chips side by side as cells of a table."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.compare import ComparedFigure, ComparedValue
from chipdb.units import display


def headers_of(lines: Sequence[ComparedFigure]) -> list[str]:
    """The headers of a comparison; ``compare`` puts one cell a chip into each line."""
    base = getattr(lines, "baseline", None)
    names = [cell.chip for cell in lines[0].cells] if lines else []
    return [
        "figure",
        "unit",
        *(header for name in names for header in ([name] if name == base else [name, "ratio"])),
    ]


def cells(found: Sequence[ComparedValue], base: str) -> list[str]:
    """A line's values, each but the baseline's followed by its ratio."""
    shown: list[str] = []
    for cell in found:
        ranged = "" if cell.low == cell.high else f" ({display(cell.low)}-{display(cell.high)})"
        shown.append(display(cell.value) + ranged)
        if cell.chip != base:
            shown.append(display(cell.ratio))
    return shown
