"""Chips on a plane: where they stand, what rules say of them, and which of the catalog stand beside those named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.metrics import Metric, measure
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList
from chipdb.solver.item import Item
from chipdb.solver.plane import Findings
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Verdict, judge
from chipdb.views.charts.frame import Asked
from chipdb.views.charts.names import short

SHOWN_BELOW = 4
"""Of the chips that nobody named, those far below every limit (a fourth of the lowest) are left out."""

LONG, SOME = 24, 3
"""How long a name may be in a crowd, and how many stand at one point."""


@dataclass(frozen=True)
class Axis:
    """A metric as an axis."""

    metric: str
    title: str
    short: str


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A chip on the plane; a value that is not known is None."""

    chip: Chip
    x: Metric
    y: Metric
    findings: Findings
    contested: bool
    named: bool

    @property
    def known(self) -> bool:
        """Whether it is a point."""
        return self.x.value is not None and self.y.value is not None


class Spots:
    """Where chips stand on a plane: the named ones, the steps of their derating, the crowd beside them."""

    def __init__(
        self, asked: Asked, axes: tuple[Axis, Axis], rules: Sequence[Rule], law: ControlList
    ) -> None:
        self.asked, self.rules, self.law = asked, tuple(rules), law
        self.x_axis, self.y_axis = axes
        self.named = [self._spot(chip, named=True) for chip in asked.chips]
        self.steps = [[self._spot(chip, named=True) for chip in path] for path in asked.paths]
        for spot in self.named:
            self._must_have_a_place(spot)

    def _must_have_a_place(self, spot: Spot) -> None:
        if spot.x.value is None and spot.y.value is None:
            missing = ", ".join(dict.fromkeys((*spot.y.missing, *spot.x.missing))) or "both figures"
            raise UsageError(
                f"{spot.chip.name} has neither {self.y_axis.short} nor {self.x_axis.short}; missing: {missing}"
            )
        for axis, metric in ((self.x_axis, spot.x), (self.y_axis, spot.y)):
            if metric.value == 0 or metric.state == "undefined":
                raise UsageError(
                    f"{spot.chip.name} has no {axis.short} above zero, so it has no place on logarithmic axes"
                )

    def _spot(self, chip: Chip, *, named: bool) -> Spot:
        metrics = [measure(chip, axis.metric) for axis in (self.x_axis, self.y_axis)]
        verdicts = [self._verdict(rule, chip) for rule in self.rules]
        findings = tuple(verdict.finding for verdict in verdicts)
        return Spot(
            chip=chip,
            x=metrics[0],
            y=metrics[1],
            findings=findings,
            contested=any(verdict.contested for verdict in verdicts),
            named=named,
        )

    def _verdict(self, rule: Rule, chip: Chip) -> Verdict:
        """What the rule's tree says of a chip, whatever its scope, addressees and days."""
        subject = Item(chip)
        return judge(rule, subject, self.law, Ruling(subject, self.asked.question).facts([rule]))

    def crowd(self, limits: tuple[list[float], list[float]]) -> list[Spot]:
        """Processors that stand for their model, near the limits or above, and are not named."""
        named = {chip.id for chip in self.asked.chips}
        floors = [min(found) / SHOWN_BELOW if found else 0.0 for found in limits]
        return [
            self._spot(chip, named=False)
            for chip in self.asked.pool
            if chip.id not in named and self._fits(chip, floors[0], floors[1])
        ]

    def _fits(self, chip: Chip, low_x: float, low_y: float) -> bool:
        x, y = measure(chip, self.x_axis.metric).value, measure(chip, self.y_axis.metric).value
        return bool(x and y) and float(x or 0) >= low_x and float(y or 0) >= low_y


def listed(spots: Sequence[Spot]) -> str:
    """The names of chips at one place."""
    names = [
        name if len(name := short(spot.chip)) <= LONG else spot.chip.model or name for spot in spots
    ]
    return ", ".join(names[:SOME]) + (", ..." if len(names) > SOME else "")


def fame(spot: Spot) -> tuple[bool, int]:
    """Datacenter chips first, those with the most claims before others."""
    return spot.chip.datacenter is not True, -sum(
        len(figure.claims) for figure in spot.chip.figures()
    )
