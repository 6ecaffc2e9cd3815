"""The form of ``data/gates.yaml``: what the gates of plausibility compare figures with."""

from __future__ import annotations

import functools
from fractions import Fraction

from chipdb import resources
from chipdb.catalog.schema import AreaText, Identifier, Strict, Text
from chipdb.units import exact, quantity


class Ratio(Strict):
    """Two formats whose rates stand in one of some ratios."""

    of: str
    to: str
    allowed: list[str]


class Node(Strict):
    """A class of processes: how its names are spelled, millions of transistors per mm^2 from least to most."""

    nm: int
    spelled: list[str]
    least: Text
    most: Text


class Range(Strict):
    """Where figures of one kind lie."""

    least: Text
    most: Text

    def within(self, unit: str) -> tuple[Fraction, Fraction]:
        """Both ends in a unit."""
        return quantity(self.least, unit).value, quantity(self.most, unit).value


class Gate(Strict):
    """A gate of plausibility and what it compares with."""

    gate: Identifier
    asks: str
    tolerance: str = "0 %"
    ratios: list[Ratio] = []
    stacks: dict[str, Text] = {}
    area: AreaText | None = None
    nodes: list[Node] = []
    non_planar_to: int | None = None
    ranges: dict[str, Range] = {}

    @property
    def allowance(self) -> Fraction:
        """The tolerance as a fraction."""
        return exact(self.tolerance.removesuffix("%").strip()) / 100


@functools.lru_cache(maxsize=1)
def gates() -> dict[str, Gate]:
    """The gates by name, with what they compare with."""
    from chipdb.catalog.files import read_list

    return {gate.gate: gate for gate in read_list(resources.data_folder() / "gates.yaml", Gate)}
